"""Preflight: everything that can go wrong tonight and can be known now.

What needs another part (sound devices, loading a model, the words it knows) comes in as a function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lmdmd.bundles import BundleInfo
from lmdmd.control.check_bundles import (
    TryBundle,
    UnknownWords,
    check_bundle,
    check_chords,
    check_memory,
    check_words,
    weigh,
)
from lmdmd.control.check_place import check_clocks, check_device, check_port, check_record, check_sends, is_missing
from lmdmd.control.memory import why_short
from lmdmd.control.plan import plan_show, straight
from lmdmd.control.problems import Problem, error, warning
from lmdmd.control.setlist import Setlist
from lmdmd.control.setlist_reader import read_setlist
from lmdmd.control.walk import find_bundles, models_of, show_frames

RATE_HZ = 48_000
"""Frames a second where nobody says."""


def check_setlist(
    path: Path,
    *,
    model: str = "",
    ports: Iterable[tuple[str, int]] = (),
    bind: str = "127.0.0.1",
    record: Path | None = None,
    device: str = "null",
    input_device: str = "",
    rate_hz: int = RATE_HZ,
    foresee: Callable[[str, str], str] | None = None,
    try_bundle: TryBundle | None = None,
    unknown_words: UnknownWords | None = None,
    midi_ports: Callable[[], Sequence[str]] | None = None,
    missing: Callable[[str], bool] = is_missing,
) -> list[Problem]:
    """Problems of a show, in the order in which one would mend them.

    ``model`` is the bundle that plays first, whatever the setlist names; ``ports`` are ("udp" or "tcp", number) pairs;
    ``foresee`` tells of two sound devices why nothing would be heard, and raises ``DeviceError`` for a wrong name;
    ``try_bundle`` loads a bundle and raises ``BundleError``; ``unknown_words`` gives the words of a prompt that mean
    nothing to a bundle; ``midi_ports`` names the outputs that there are, and raises ``LmdmdError`` where there is no
    MIDI; ``missing`` tells of a Python package whether it is not installed.
    """
    setlist, faults = read_setlist(path)
    problems = [Problem("error", f"{fault.path}:{fault.line}", fault.text) for fault in faults]
    found, wrong = _check_bundles(model, setlist, bool(faults), try_bundle)
    problems += wrong
    if setlist is not None and setlist.songs and not faults:
        problems += check_show(setlist, model, found, unknown_words)
        problems += check_sends(setlist, midi_ports)
        problems += check_clocks(setlist, missing)
        problems += check_record(record, setlist, show_frames(setlist, rate_hz))
    problems += error("memory", why_short())
    problems += [problem for kind, port in ports for problem in check_port(kind, port, bind)]
    return problems + check_device(device, input_device, foresee)


def check_show(
    setlist: Setlist, model: str, found: dict[str, BundleInfo], unknown_words: UnknownWords | None = None
) -> list[Problem]:
    """Problems of a setlist that could be read, with the bundles that could."""
    problems = _check_files(setlist) + _check_beginning(setlist) + check_chords(setlist, model, found)
    if unknown_words is not None:
        problems += check_words(setlist, model, found, unknown_words)
    return problems + check_memory(weigh(setlist, model, found))


def _check_bundles(
    model: str, setlist: Setlist | None, faulty: bool, try_bundle: TryBundle | None
) -> tuple[dict[str, BundleInfo], list[Problem]]:
    """Bundles that would play, by the names they are asked for, and the problems of all."""
    names = models_of(setlist, model) if setlist is not None else {model: ""} if model else {}
    found, why = find_bundles(names)
    problems = []
    for name, text in why.items():
        # A wrong name in the setlist is one of the setlist's own problems already.
        if not faulty or (name == model and not names[name]):
            problems += error(names[name] or f"model {name}", text)
    for name, info in tuple(found.items()):
        wrong = check_bundle(info, try_bundle)
        problems += [problem for problem in wrong if problem not in problems]
        if any(problem.severity == "error" for problem in wrong):
            del found[name]
    return found, problems


def _check_files(setlist: Setlist) -> list[Problem]:
    return [p for path in setlist.paths if not path.is_file() for p in error(path, "is included, and is not a file")]


def _check_beginning(setlist: Setlist) -> list[Problem]:
    plan = plan_show(straight(setlist), RATE_HZ)
    if any(write.frame == 0 and write.name.endswith("/text") for write in plan.writes):
        return []
    text = "the show begins without a prompt; give the first song prompts: or a cue at: 0"
    return warning(f"{setlist.path}:{setlist.songs[0].line}", text)


def list_bundles(setlist: Setlist, model: str = "") -> list[dict[str, object]]:
    """What a show plays with, and what it allows; in order of use."""
    names = models_of(setlist, model)
    found, _ = find_bundles(names)
    return [
        {
            "name": info.name,
            "version": info.config["version"],
            "licence": info.config["licence"],
            "sample_rate": info.sample_rate,
            "mb": round(info.size_bytes / 1e6, 1),
            "path": str(info.path),
            "first": names[name],
        }
        for name, info in found.items()
    ]
