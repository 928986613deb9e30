"""Preflight: everything that can go wrong tonight and can be known now.

What needs another part (sound devices, loading a model, the words it knows) comes in as a function.
"""

from __future__ import annotations

import json
import shutil
import socket
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from lmdmd.bundles import BundleInfo
from lmdmd.control.memory import why_short
from lmdmd.control.opening import choose_bundle
from lmdmd.control.places import why_no_file, why_no_folder
from lmdmd.control.plan import Plan, plan_show, straight
from lmdmd.control.setlist import Cue, Setlist, Song, Span
from lmdmd.control.setlist_reader import read_setlist
from lmdmd.errors import BundleError, DeviceError

TENSOR_FILES = ("model.safetensors", "codec.safetensors")
PROMPT_FILE = "prompts.safetensors"
TOKENIZER_FILE = "tokenizer.json"
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
    model: str = "",
    ports: Iterable[tuple[str, int]] = (),
    bind: str = "127.0.0.1",
    record: Path | None = None,
    device: str = "null",
    input_device: str = "",
    foresee: Callable[[str, str], str] | None = None,
    try_bundle: Callable[[BundleInfo], object] | None = None,
    unknown_words: Callable[[BundleInfo, str], list[str]] | None = None,
) -> list[Problem]:
    """Problems of a show, in the order in which one would mend them.

    ``model`` is the bundle that plays whatever the setlist names; ``ports`` are ("udp" or "tcp", number) pairs;
    ``foresee`` tells of two sound devices why nothing would be heard, and raises ``DeviceError`` for a wrong name;
    ``try_bundle`` loads a bundle and raises ``BundleError``; ``unknown_words`` gives the words of a prompt that mean
    nothing to a bundle.
    """
    setlist, faults = read_setlist(path)
    problems = [Problem("error", f"{path}:{fault.line}", fault.text) for fault in faults]
    bundle, found = _check_bundle(model, setlist, try_bundle)
    problems += found
    if setlist is not None and setlist.songs and not faults:
        problems += _check_beginning(setlist)
        problems += _check_words(setlist, bundle, unknown_words)
        problems += _check_record(record, plan_show(straight(setlist), _RATE_HZ).end_frame)
    problems += [Problem("error", "memory", text) for text in (why_short(),) if text]
    problems += [problem for kind, port in ports for problem in _check_port(kind, port, bind)]
    return problems + _check_device(device, input_device, foresee)


def _check_bundle(
    model: str, setlist: Setlist | None, try_bundle: Callable[[BundleInfo], object] | None
) -> tuple[BundleInfo | None, list[Problem]]:
    """Bundle that would play, ``None`` when it cannot, and its problems."""
    try:
        info = choose_bundle(model, setlist)
    except BundleError as error:
        # A wrong name in the setlist is one of the setlist's own problems already.
        said = not model and setlist is not None and setlist.model is not None
        return None, [] if said else [Problem("error", f"model {model}", str(error))]
    problems = [problem for file in TENSOR_FILES for problem in _check_tensors(info.path / file)]
    if info.config["prompts"].get("kind", "house") == "house":
        problems += _check_prompts(info.path)
    if not problems and try_bundle is not None:
        problems = _try_bundle(info, try_bundle)
    return (None if problems else info), problems + _check_papers(info)


def _try_bundle(info: BundleInfo, try_bundle: Callable[[BundleInfo], object]) -> list[Problem]:
    try:
        try_bundle(info)
    except BundleError as error:
        return [Problem("error", f"model {info.name}", str(error))]
    return []


def _check_papers(info: BundleInfo) -> list[Problem]:
    place, problems = str(info.path), []
    if not str(info.config["licence"]).strip():
        problems.append(Problem("warning", place, "states no licence"))
    if not (info.path / "README.md").is_file():
        problems.append(Problem("warning", place, "has no README.md (its model card)"))
    return problems


def _check_prompts(folder: Path) -> list[Problem]:
    problems, file = _check_tensors(folder / PROMPT_FILE), folder / TOKENIZER_FILE
    try:
        words = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [*problems, Problem("error", str(file), "is missing")]
    except (OSError, ValueError, RecursionError):
        words = None
    return problems if isinstance(words, dict) else [*problems, Problem("error", str(file), "is not a tokenizer")]


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
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, struct.error):
        return [Problem("error", str(file), "is not a readable safetensors file")]
    size = file.stat().st_size
    if size != wanted:
        return [Problem("error", str(file), f"is broken: it has {size} bytes and should have {wanted}")]
    return []


def _check_beginning(setlist: Setlist) -> list[Problem]:
    plan = plan_show(straight(setlist), _RATE_HZ)
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
    why = why_no_folder(folder)
    if why:
        return [Problem("error", str(folder), f"cannot record here: {why}")]
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
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


def _check_device(device: str, input_device: str, foresee: Callable[[str, str], str] | None) -> list[Problem]:
    place = f"device {device}"
    if device == "null" or device.startswith("file:"):
        problems = _check_device_file(place, device)
        if input_device not in ("", "none"):
            problems.append(Problem("warning", f"input device {input_device}", f"is not heard: {place} has no input"))
        return problems
    if foresee is None:
        return []
    try:
        why = foresee(device, input_device)
    except DeviceError as error:
        return [Problem("error", place, str(error))]
    said = f"{why}; lmdmd run will play to a null device and record what it plays"
    return [Problem("warning", place, said)] if why else []


def _check_device_file(place: str, device: str) -> list[Problem]:
    why = why_no_file(Path(device.removeprefix("file:"))) if device.startswith("file:") else ""
    return [Problem("error", place, f"cannot be written: {why}")] if why else []


def run_sheet(setlist: Setlist) -> list[dict[str, object]]:
    """Rows of the run sheet, in order: song, cue, number, time_s, bar, trigger, changes, over, notes.

    ``time_s`` counts from the beginning of the show; it and ``bar`` are ``None`` for cues fired by hand.
    """
    plan = plan_show(straight(setlist), _RATE_HZ)
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
