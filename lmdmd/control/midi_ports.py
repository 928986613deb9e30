"""MIDI ports by name, on whatever system there is: ALSA, JACK, CoreMIDI or Windows.

``python-rtmidi`` comes with the extra ``sync``; it is loaded when a port is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from lmdmd.errors import SyncError, did_you_mean

OWN = "virtual"
"""Instead of a name: a port of our own, to which others connect themselves."""

_CLIENT = "lmdmd midi"


def open_input(row: str, wanted: str) -> Any:
    """An open MIDI input, whose messages wait to be fetched; raises ``SyncError``.

    All of them: each bears the time since the one before it, and of what is ignored that time is lost.
    """
    port = _open("MidiIn", row, wanted)
    port.ignore_types(sysex=False, timing=False, active_sense=False)
    return port


def open_output(row: str, wanted: str) -> Any:
    """An open MIDI output; raises ``SyncError``."""
    return _open("MidiOut", row, wanted)


def _open(kind: str, row: str, wanted: str) -> Any:
    """First port whose name holds ``wanted``, of the first system that has one."""
    try:
        rtmidi: Any = import_module("rtmidi")
    except ImportError:
        raise SyncError(f'{row}: MIDI needs the package python-rtmidi: pip install "lmdmd[sync]"') from None
    seen: list[str] = []
    for api in rtmidi.get_compiled_api():
        try:
            port = getattr(rtmidi, kind)(api, name=_CLIENT)
        except rtmidi.RtMidiError:
            continue  # this system is not running here
        names = port.get_ports()
        index = next((i for i, name in enumerate(names) if wanted.casefold() in name.casefold()), None)
        try:
            if wanted == OWN:
                return port.open_virtual_port("clock")
            if index is not None:
                return port.open_port(index, name="clock")
        except rtmidi.RtMidiError as error:
            raise SyncError(f'{row}: "{wanted}" cannot be opened: {error}') from None
        seen += names
        port.delete()
    raise SyncError(f'{row}: no MIDI port called "{wanted}" {_known(seen)}{did_you_mean(wanted, seen)}')


def _known(names: list[str]) -> str:
    return f"(there are: {', '.join(names)})" if names else "(there are none; is JACK or ALSA running?)"
