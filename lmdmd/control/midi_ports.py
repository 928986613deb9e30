"""MIDI ports by name, on whatever system there is: ALSA, JACK, CoreMIDI or Windows.

``python-rtmidi`` comes with the extra ``sync``; it is loaded when a port is asked for.
"""

from __future__ import annotations

import math
from contextlib import suppress
from importlib import import_module
from typing import Any

from lmdmd.errors import SyncError, did_you_mean

OWN = "virtual"
"""Instead of a name: a port of our own, to which others connect themselves."""

INPUT, OUTPUT = "MidiIn", "MidiOut"
_CLIENT = "lmdmd midi"
_LOOK_S = 1.0


class Port:
    """An open port; raises ``SyncError`` where it cannot be opened.

    The other side may go away and come back, as when a program is started anew: ``look`` takes it up again. Of an
    input all messages are kept, since each bears the time since the one before it, which is lost with what is ignored.
    ``name`` is what others see; a ``patient`` port may be opened before the other side is there.
    """

    def __init__(self, kind: str, row: str, wanted: str, name: str = "clock", *, patient: bool = False) -> None:
        self._row, self._wanted, self._name = row, wanted, name
        self._midi = _open(kind, row, wanted, name, patient)
        self._is_there = wanted == OWN or bool(self._midi.is_port_open())
        self._looked_s = -math.inf

    @property
    def is_there(self) -> bool:
        """Whether the other side was there when it was looked for last."""
        return self._is_there

    def get_message(self) -> Any:
        """The next message that waits and the seconds since the one before it, or ``None``."""
        return self._midi.get_message()

    def send_message(self, message: list[int]) -> None:
        """Send one message."""
        self._midi.send_message(message)

    def delete(self) -> None:
        """Close it."""
        self._midi.delete()

    def look(self, now_s: float) -> str:
        """Once a second, look whether the other side is there; returns what has become of it, or nothing.

        Nothing is opened but a port of the client that we are already: that takes milliseconds, a client much longer.
        """
        if self._wanted == OWN or now_s < self._looked_s + _LOOK_S:
            return ""
        self._looked_s = now_s
        was_there, index = self._is_there, _index(self._midi.get_ports(), self._wanted)
        self._is_there = index is not None
        if self._is_there == was_there:
            return ""
        if index is None:
            return f'{self._row}: "{self._wanted}" is gone; it is taken up again when it comes back'
        self._midi.close_port()
        try:
            self._midi.open_port(index, name=self._name)
        except _rtmidi(self._row).RtMidiError:
            self._is_there = False  # gone again: there is another look
            return ""
        return f'{self._row}: "{self._wanted}" is back'


def _rtmidi(row: str) -> Any:
    try:
        return import_module("rtmidi")
    except ImportError:
        raise SyncError(f'{row}: MIDI needs the package python-rtmidi: pip install "lmdmd[sync]"') from None


def _index(names: list[str], wanted: str) -> int | None:
    found = [i for i, name in enumerate(names) if wanted.casefold() in name.casefold()]
    # "midi" is part of our own ports' names too: they come last.
    return min(found, key=lambda i: names[i].startswith(_CLIENT), default=None)


def port_names(kind: str, row: str) -> list[str]:
    """Names of the ports that there are; raises ``SyncError`` where there is no MIDI."""
    rtmidi = _rtmidi(row)
    names: list[str] = []
    for api in rtmidi.get_compiled_api():
        with suppress(rtmidi.RtMidiError):
            port = getattr(rtmidi, kind)(api, name=_CLIENT)
            names += port.get_ports()
            port.delete()
    return names


def _open(kind: str, row: str, wanted: str, name: str, patient: bool) -> Any:
    """First port whose name holds ``wanted``, of the first system that has one.

    Where none has and that may wait, what is opened is a client of the first system that is there.
    """
    rtmidi = _rtmidi(row)
    seen: list[str] = []
    spare: Any = None
    for api in rtmidi.get_compiled_api():
        try:
            port = getattr(rtmidi, kind)(api, name=_CLIENT)
        except rtmidi.RtMidiError:
            continue  # this system is not running here
        if kind == INPUT:
            port.ignore_types(sysex=False, timing=False, active_sense=False)
        names = port.get_ports()
        index = _index(names, wanted)
        try:
            if wanted == OWN:
                return port.open_virtual_port(name)
            if index is not None:
                return port.open_port(index, name=name)
        except rtmidi.RtMidiError as error:
            raise SyncError(f'{row}: "{wanted}" cannot be opened: {error}') from None
        seen += names
        if patient and spare is None:
            spare = port
        else:
            port.delete()
    if spare is not None:
        return spare
    raise SyncError(f'{row}: no MIDI port called "{wanted}" {_known(seen)}{did_you_mean(wanted, seen)}')


def _known(names: list[str]) -> str:
    return f"(there are: {', '.join(names)})" if names else "(there are none; is JACK or ALSA running?)"
