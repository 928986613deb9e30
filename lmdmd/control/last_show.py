"""The show that a crash has ended: its log, where it stood, what played, and the recording that it leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmdmd import bundles
from lmdmd.control.resume import Resume, where_it_stood
from lmdmd.control.show_log import logs_in
from lmdmd.errors import BundleError, ConfigError

_KINDS = ("show", "began", "turned", "take", "done", "written")


@dataclass(frozen=True)
class LastShow:
    """``bundle`` is the folder of the model that was heard last, ``take`` that of the recording.

    ``recorded`` says that nobody had stopped the recording. ``input`` is the file that was played as the live input.
    """

    log: Path
    setlist: Path | None
    bundle: str
    state: Resume
    take: Path
    recorded: bool = True
    input: Path | None = None


def find_last_show(place: Path) -> LastShow:
    """The show of a log, of a recording's folder, or the newest in a folder of recordings; raises ``ConfigError``."""
    log, state = _stood_last(_find_logs(place))
    try:
        entries = list(_entries(log, _KINDS))
    except OSError as error:
        raise _unreadable(log, error) from None
    about = next((entry for entry in entries if entry["kind"] == "show"), {})
    setlist = str(about.get("setlist", ""))
    bundle = _heard_last(entries, str(about.get("bundle", "")))
    take, recorded = _recording(entries, log.parent)
    heard = str(about.get("input", ""))
    return LastShow(
        log, Path(setlist) if setlist else None, bundle, state, take, recorded, Path(heard) if heard else None
    )


def setlist_again(last: LastShow) -> Path | None:
    """Setlist to go on with; raises ``ConfigError`` when it is not where it was."""
    if last.setlist is not None and not last.setlist.exists():
        cure = f"name the one to go on with: lmdmd run SETLIST --resume {last.log}"
        raise ConfigError(f"--resume {last.log}: its setlist {last.setlist} is not there any more; {cure}")
    return last.setlist


def model_again(last: LastShow) -> str:
    """Bundle to go on with: the one that the show had asked for last, be it still on its way; else what was heard."""
    try:
        return str(bundles.find(last.state.model or last.bundle).path)
    except BundleError:
        return last.bundle


def _stood_last(logs: list[Path]) -> tuple[Path, Resume]:
    """The newest log that tells where the show stood: one that ends in its first lines has nothing to add."""
    for log in reversed(logs):
        try:
            with log.open(encoding="utf-8", errors="replace") as file:
                state = where_it_stood(file)
        except OSError as error:
            raise _unreadable(log, error) from None
        if state is not None:
            return log, state
    raise ConfigError(f"--resume {logs[-1]}: tells of no setlist that had begun; start it with lmdmd run SETLIST")


def _unreadable(log: Path, error: OSError) -> ConfigError:
    return ConfigError(f"--resume {log}: cannot be read: {error.strerror or error}")


def _find_logs(place: Path) -> list[Path]:
    """A log and those before it, the newest last."""
    if place.is_file():
        logs = logs_in(place.parent)
        return logs[: logs.index(place) + 1] if place in logs else [place]
    logs = logs_in(place)
    if not logs and place.is_dir():
        takes = [logs for folder in place.iterdir() if (logs := logs_in(folder))]
        logs = max(takes, key=lambda logs: logs[-1].stat().st_mtime, default=[])
    if not logs:
        raise ConfigError(f"--resume {place}: there is no show log; name one, or the folder of a recording")
    return logs


def _entries(log: Path, kinds: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Lines of some kinds; those that are cut are passed over."""
    with log.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if not any(f'"kind": "{kind}"' in line[:40] for kind in kinds):
                continue
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _heard_last(entries: list[dict[str, Any]], first: str) -> str:
    """Folder of the bundle whose deck went live last; ``first`` is the one that the show began with."""
    loaded: dict[int, str] = {}
    heard = first
    for entry in entries:
        if entry["kind"] == "began":
            loaded[entry["deck"]] = entry["bundle"]
        elif entry["kind"] == "turned" and entry["state"] == "live":
            heard = loaded.get(entry["deck"], heard)
    return heard


def _recording(entries: list[dict[str, Any]], folder: Path) -> tuple[Path, bool]:
    """Folder of the recording that was begun last, and whether nobody had stopped it."""
    take, runs = folder, True
    for entry in entries:
        if entry["kind"] == "take" and entry["running"]:
            take, runs = Path(entry["folder"]), True
        elif entry["kind"] == "done":
            runs = runs and entry["verb"] != "record/stop"
        elif entry["kind"] == "written" and entry["name"] == "record/on":
            runs = runs and (bool(entry["value"]) or entry["source"] == "recorder")
    places = (folder.parent / take.name, take)  # recordings may have been moved, or told of from another folder
    return next((there for there in places if there.is_dir()), folder), runs
