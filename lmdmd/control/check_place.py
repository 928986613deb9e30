"""What a show finds on this machine: ports, sound devices, room on the disk, and whom its cues speak to."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from lmdmd.config import RECORDINGS
from lmdmd.control.places import why_no_file, why_no_folder
from lmdmd.control.problems import Problem, error, warning
from lmdmd.control.recorder import BYTES_PER_FRAME
from lmdmd.control.setlist import Setlist
from lmdmd.control.walk import place_of
from lmdmd.errors import DeviceError, LmdmdError
from lmdmd.params import DECK_SLOTS, find

_SPARE_BYTES = 200 * 2**20
_FLAC_SHARE = 0.75
"""A FLAC file of 24 bits is made beside the WAV file of 32, and is never larger than so much of it."""


# --- recording ----------------------------------------------------------------------------------------------


def recorded_tracks(setlist: Setlist) -> int:
    """Most files that a recording of this show fills at once."""
    stems = DECK_SLOTS if True in _set_to(setlist, "record/stems") else 0
    values = _set_to(setlist, "record/input")
    takes_input = True in values or (not values and bool(find("record/input").default))
    return 1 + takes_input + stems


def recorded_bytes(setlist: Setlist, frames: int) -> float:
    """Most bytes that a recording of so many frames takes on the disk."""
    share = 1.0 + _FLAC_SHARE * ("flac" in _set_to(setlist, "record/format"))
    return share * frames * recorded_tracks(setlist) * BYTES_PER_FRAME


def _set_to(setlist: Setlist, name: str) -> set[object]:
    """Every value that a song or a cue gives to a row."""
    items = [item for song in setlist.songs for item in (song, *song.cues)]
    return {item.set[name] for item in items if name in item.set}


def check_record(folder: Path | None, setlist: Setlist, frames: int) -> list[Problem]:
    """Whether there is room for a recording: one into a folder that was named, or one that the show begins itself."""
    if folder is None and True not in _set_to(setlist, "record/on"):
        return []
    folder = folder or RECORDINGS
    why = why_no_folder(folder)
    if why:
        return error(folder, f"cannot record here: {why}")
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    needed, free = recorded_bytes(setlist, frames) + _SPARE_BYTES, shutil.disk_usage(there).free
    if free >= needed:
        return []
    text = f"not enough space to record: {free // 2**20} MiB free, the show may need {needed / 2**20:.0f} MiB"
    return error(folder, text)


# --- whom it speaks to --------------------------------------------------------------------------------------


def check_sends(setlist: Setlist, midi_ports: Callable[[], Sequence[str]] | None) -> list[Problem]:
    """Targets of messages that nobody would hear, once each; nothing is sent."""
    places: dict[tuple[str, str], str] = {}
    for song in setlist.songs:
        for cue in song.cues:
            for send in cue.sends:
                places.setdefault((send.kind, send.target), place_of(setlist, cue.path, cue.line))
    problems = [p for (kind, target), at in places.items() if kind == "osc" for p in warning(at, why_no_host(target))]
    wanted = {target: at for (kind, target), at in places.items() if kind == "midi"}
    return problems + (_check_midi(wanted, midi_ports) if wanted and midi_ports is not None else [])


def why_no_host(target: str) -> str:
    """Why an OSC message cannot be sent to "host:port"; empty when it can."""
    host, _, port = target.rpartition(":")
    if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        return f'send: "{target}" is not host:port, such as "127.0.0.1:7000"'
    try:
        socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as why:
        return f"send: {host} is not known here ({getattr(why, 'strerror', None) or why}); nothing would reach it"
    return ""


def _check_midi(wanted: dict[str, str], midi_ports: Callable[[], Sequence[str]]) -> list[Problem]:
    try:
        there = midi_ports()
    except LmdmdError as why:
        return warning(next(iter(wanted.values())), f"send: no MIDI here: {why}")
    known = ", ".join(there) or "none"
    return [
        problem
        for target, at in wanted.items()
        if not any(target.casefold() in port.casefold() for port in there)
        for problem in warning(at, f'send: no MIDI port called "{target}" is here now (there are: {known})')
    ]


# --- whose clock it follows ---------------------------------------------------------------------------------

_PACKAGES = {"aalink": "aalink", "rtmidi": "python-rtmidi"}
"""What clocks are spoken to with: the name under which it is imported, and that of its package."""


def is_missing(module: str) -> bool:
    """Whether a Python package is not installed here; it is not loaded."""
    return find_spec(module) is None


def check_clocks(setlist: Setlist, missing: Callable[[str], bool] = is_missing) -> list[Problem]:
    """What the songs and cues ask of Link or MIDI for which a package is not installed, once each."""
    problems: dict[str, Problem] = {}
    for item in (part for song in setlist.songs for part in (song, *song.cues)):
        for name, value in item.set.items():
            module = _needed_for(name, value)
            if module and missing(module):
                what = f"{name}: {value}" if isinstance(value, str) else name
                text = f"{what} needs the package {_PACKAGES[module]}, which is not installed: {_SYNC}"
                problems.setdefault(text, warning(place_of(setlist, item.path, item.line), text)[0])
    return list(problems.values())


_SYNC = 'pip install "lmdmd[sync]"'


def _needed_for(name: str, value: object) -> str:
    """Module that a row needs to be this; empty for most."""
    if name == "clock/link_send" and value:
        return "aalink"
    if name == "clock/source":
        return {"link": "aalink", "midi": "rtmidi"}.get(str(value), "")
    return "rtmidi" if name in ("clock/midi_in", "clock/midi_out") and value else ""


# --- ports and devices --------------------------------------------------------------------------------------


def check_port(kind: str, port: int, bind: str) -> list[Problem]:
    """Whether a port ("udp" or "tcp") can be opened; it is left as it was."""
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
        except OSError as why:
            return error(f"{kind} port {port}", f"cannot be opened on {bind}: {why.strerror}")
    return []


def check_device(device: str, input_device: str, foresee: Callable[[str, str], str] | None) -> list[Problem]:
    """Whether something would be heard; ``foresee`` is as in ``check_setlist``."""
    place = f"device {device}"
    if device == "null" or device.startswith("file:"):
        problems = _check_device_file(place, device)
        if input_device not in ("", "none"):
            problems += warning(f"input device {input_device}", f"is not heard: {place} has no input")
        return problems
    if foresee is None:
        return []
    try:
        why = foresee(device, input_device)
    except DeviceError as wrong:
        return error(place, str(wrong))
    return warning(place, f"{why}; lmdmd run will play to a null device and record what it plays") if why else []


def _check_device_file(place: str, device: str) -> list[Problem]:
    why = why_no_file(Path(device.removeprefix("file:"))) if device.startswith("file:") else ""
    return error(place, f"cannot be written: {why}") if why else []
