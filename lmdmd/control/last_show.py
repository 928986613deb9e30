"""The show that a crash has ended: its log, where it stood, what played, and the recording that it leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmdmd.control.resume import Resume, where_it_stood
from lmdmd.control.show_log import logs_in
from lmdmd.errors import ConfigError


@dataclass(frozen=True)
class LastShow:
    """``bundle`` is the folder of the model that was heard last; ``take`` the recording's."""

    log: Path
    setlist: Path | None
    bundle: str
    state: Resume

    @property
    def take(self) -> Path:
        """Folder of the recording."""
        return self.log.parent


def find_last_show(place: Path) -> LastShow:
    """The show of a log, of a recording's folder, or the newest in a folder of recordings; raises ``ConfigError``."""
    log = _find_log(place)
    try:
        with log.open(encoding="utf-8", errors="replace") as file:
            state = where_it_stood(file)
        entries = list(_entries(log, ("show", "began", "turned")))
    except OSError as error:
        raise ConfigError(f"--resume {log}: cannot be read: {error.strerror or error}") from None
    about = next((entry for entry in entries if entry["kind"] == "show"), {})
    if state is None:
        raise ConfigError(f"--resume {log}: tells of no setlist that had begun; start it with lmdmd run SETLIST")
    setlist = str(about.get("setlist", ""))
    return LastShow(log, Path(setlist) if setlist else None, _heard_last(entries, str(about.get("bundle", ""))), state)


def _find_log(place: Path) -> Path:
    if place.is_file():
        return place
    logs = logs_in(place)
    if not logs and place.is_dir():
        newest = [logs[-1] for folder in place.iterdir() if (logs := logs_in(folder))]
        logs = sorted(newest, key=lambda log: log.stat().st_mtime)
    if not logs:
        raise ConfigError(f"--resume {place}: there is no show log; name one, or the folder of a recording")
    return logs[-1]


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
