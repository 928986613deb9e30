"""Preflight: everything that can go wrong tonight and can be known now, without loading a model.

What needs another part (sound devices, the words a model knows) comes in as a function.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.control.plan import Plan, plan_show
from lmdmd.control.setlist import Cue, Setlist, Song, Span, read_setlist
from lmdmd.errors import BundleError

BUNDLE_FILES = ("model.safetensors", "codec.safetensors")
RECORDED_BYTES_PER_FRAME = 2 * 2 * 4
"""Output and input, two channels each, four bytes a sample: the most a recording takes."""

_RATE_HZ = 48_000
_SPARE_BYTES = 200 * 2**20


@dataclass(frozen=True)
class Problem:
    """Something found by a check; an ``error`` keeps the show from running, a ``warning`` does not."""

    severity: str
    place: str
    text: str

    def __str__(self) -> str:
        mark = "" if self.severity == "error" else f"{self.severity}: "
        return f"{self.place}: {mark}{self.text}"


def check_setlist(
    path: Path,
    *,
    model: str = "pocket",
    ports: Iterable[tuple[str, int]] = (),
    bind: str = "127.0.0.1",
    record: Path | None = None,
    device: str = "null",
    sound_devices: Callable[[], list[str]] | None = None,
    unknown_words: Callable[[BundleInfo, str], list[str]] | None = None,
) -> list[Problem]:
    """Problems of a show, in the order in which one would mend them.

    ``model`` is the bundle where the setlist names none; ``ports`` are ("udp" or "tcp", number) pairs;
    ``sound_devices`` lists device names; ``unknown_words`` gives the words of a prompt that a bundle has
    no meaning for.
    """
    setlist, faults = read_setlist(path)
    problems = [Problem("error", f"{path}:{fault.line}", fault.text) for fault in faults]
    bundle, found = _check_bundle(setlist.model if setlist and setlist.model else model)
    if bundle is not None or setlist is None or setlist.model is None:
        problems += found
    if setlist is not None and setlist.songs and not faults:
        problems += _check_beginning(setlist)
        problems += _check_words(setlist, bundle, unknown_words)
        problems += _check_record(record, plan_show(setlist, _RATE_HZ).end_frame)
    problems += [problem for kind, port in ports for problem in _check_port(kind, port, bind)]
    return problems + _check_device(device, sound_devices)


def _check_bundle(name: str) -> tuple[BundleInfo | None, list[Problem]]:
    try:
        info = bundles.find(name)
    except BundleError as error:
        return None, [Problem("error", f"model {name}", str(error))]
    place = str(info.path)
    problems = [problem for file in BUNDLE_FILES for problem in _check_tensors(info.path / file)]
    if not str(info.config["licence"]).strip():
        problems.append(Problem("warning", place, "states no licence"))
    if not (info.path / "README.md").is_file():
        problems.append(Problem("warning", place, "has no README.md (its model card)"))
    return info, problems


def _check_tensors(file: Path) -> list[Problem]:
    """Whether a safetensors file is there and whole, from its header alone."""
    try:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            header = json.loads(stream.read(min(length, 100 * 2**20)))
        ends = [entry["data_offsets"][1] for key, entry in header.items() if key != "__metadata__"]
        wanted = 8 + length + max(ends, default=0)
    except FileNotFoundError:
        return [Problem("error", str(file), "is missing")]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, struct.error):
        return [Problem("error", str(file), "is not a readable safetensors file")]
    size = file.stat().st_size
    if size != wanted:
        return [Problem("error", str(file), f"is broken: it has {size} bytes and should have {wanted}")]
    return []


def _check_beginning(setlist: Setlist) -> list[Problem]:
    plan = plan_show(setlist, _RATE_HZ)
    if any(write.frame == 0 and write.name.endswith("/text") for write in plan.writes):
        return []
    text = "the show begins without a prompt; give the first song prompts: or a cue at: 0"
    return [Problem("warning", f"{setlist.path}:{setlist.songs[0].line}", text)]


def _check_words(
    setlist: Setlist, bundle: BundleInfo | None, unknown_words: Callable[[BundleInfo, str], list[str]] | None
) -> list[Problem]:
    if bundle is None or unknown_words is None:
        return []
    lines: dict[str, int] = {}
    for song in setlist.songs:
        for line, prompts in ((song.line, song.prompts), *((cue.line, cue.prompts) for cue in song.cues)):
            for text in prompts:
                lines.setdefault(text, line)
    problems = []
    for text, line in lines.items():
        words = unknown_words(bundle, text)
        if words:
            said = f'prompt "{text}": {bundle.name} does not know {", ".join(words)}'
            problems.append(Problem("warning", f"{setlist.path}:{line}", said))
    return problems


def _check_record(folder: Path | None, frames: int) -> list[Problem]:
    if folder is None:
        return []
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return [Problem("error", str(folder), f"cannot record here: {there} is not a writable folder")]
    needed, free = frames * RECORDED_BYTES_PER_FRAME + _SPARE_BYTES, shutil.disk_usage(there).free
    if free < needed:
        text = f"not enough space to record: {free // 2**20} MiB free, the show may need {needed // 2**20} MiB"
        return [Problem("error", str(folder), text)]
    return []


def _check_port(kind: str, port: int, bind: str) -> list[Problem]:
    if port == 0:
        return []
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    probe = socket.socket(family, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
    with probe:
        if kind == "tcp":
            # As the servers do: a port whose last connection is still dying down is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            return [Problem("error", f"{kind} port {port}", f"cannot be opened on {bind}: {error.strerror}")]
    return []


def _check_device(device: str, sound_devices: Callable[[], list[str]] | None) -> list[Problem]:
    if device == "null":
        return []
    if device.startswith("file:"):
        folder = Path(device.removeprefix("file:")).parent
        return [] if folder.is_dir() else [Problem("error", f"device {device}", f"there is no folder {folder}")]
    if sound_devices is None:
        return []
    names = sound_devices()
    if not names:
        severity = "warning" if device == "default" else "error"
        return [
            Problem(severity, f"device {device}", "no sound device was found; lmdmd run will play to a null device")
        ]
    if device != "default" and not any(device.lower() in name.lower() for name in names):
        return [Problem("error", f"device {device}", f"not found; there are: {', '.join(names)}")]
    return []


def run_sheet(setlist: Setlist) -> list[dict[str, object]]:
    """Rows of the run sheet, in order: song, cue, number, time_s, bar, trigger, changes, over, notes.

    ``time_s`` counts from the beginning of the show; it and ``bar`` are ``None`` for cues fired by hand.
    """
    plan = plan_show(setlist, _RATE_HZ)
    rows = []
    for index, song in enumerate(setlist.songs):
        rows.append(_song_row(song, _song_frame(plan, index)))
        rows += [_cue_row(song, cue, _mark_of(plan, index, count)) for count, cue in enumerate(song.cues)]
    return rows


def _song_frame(plan: Plan, index: int) -> int:
    return next(stand.origin for stand in plan.stands if stand.song == index)


def _mark_of(plan: Plan, song: int, cue: int) -> tuple[int, int] | None:
    marks = (m for m in plan.marks if (m.place.song, m.place.cue) == (song, cue))
    return next(((mark.frame, mark.bar) for mark in marks), None)


def _song_row(song: Song, frame: int) -> dict[str, object]:
    clock = f"{song.tempo:g} bpm, {song.metre} beats a bar, {_span_text(song.length)} long"
    changes = [clock, *_prompt_texts(song.prompts)]
    return {
        "song": song.name, "cue": "", "number": "", "time_s": frame / _RATE_HZ, "bar": 1, "trigger": "song",
        "changes": changes, "over": "", "notes": "",
    }  # fmt: skip


def _cue_row(song: Song, cue: Cue, mark: tuple[int, int] | None) -> dict[str, object]:
    changes = _prompt_texts(cue.prompts) + [f"{name} = {value}" for name, value in cue.set.items()]
    return {
        "song": song.name, "cue": cue.name, "number": cue.number,
        "time_s": mark[0] / _RATE_HZ if mark else None, "bar": mark[1] if mark else None,
        "trigger": cue.trigger.kind, "changes": changes,
        "over": _span_text(cue.over) if cue.over.value else "", "notes": cue.notes,
    }  # fmt: skip


def _prompt_texts(prompts: dict[str, float]) -> list[str]:
    return [f'"{text}" {weight:g}' for text, weight in prompts.items()]


def _span_text(span: Span) -> str:
    return f"{span.value:g} {span.unit.removesuffix('s') if span.value == 1 and span.unit != 's' else span.unit}"
