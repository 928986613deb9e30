"""From MIDI messages to moves of controls: keys, controllers of 7 and 14 bits, NRPN, bends, pressure and programs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from lmdmd.surfaces.midi_binding import WIDE, Binding

NOTE_OFF, NOTE_ON, CC, PROGRAM, PRESSURE, BEND = 0x80, 0x90, 0xB0, 0xC0, 0xD0, 0xE0
DATA, DATA_FINE, NRPN_FINE, NRPN = 6, 38, 98, 99
FINE = 32
"""A controller below it has its fine part so many numbers above."""

_LENGTHS = {NOTE_OFF: 3, NOTE_ON: 3, CC: 3, PROGRAM: 2, PRESSURE: 2, BEND: 3}


@dataclass(frozen=True)
class Move:
    """A control says where it is: its kind, number and channel (from 1), and a value from 0 on."""

    kind: str
    number: int
    channel: int
    raw: int

    @property
    def control(self) -> tuple[str, int, int]:
        """What tells one control from another."""
        return self.kind, self.number, self.channel

    @property
    def words(self) -> str:
        """The move as a map has the control, for people."""
        number = "" if self.kind in ("bend", "pressure") else f" {self.number}"
        value = "" if self.kind == "program" else f" = {self.raw}"
        return f"{self.kind}{number}{value}, channel {self.channel}"


def move_of(message: Sequence[int]) -> Move | None:
    """The move that one message is by itself; ``None`` for clocks, sysex and whatever else is no control."""
    if not message or _LENGTHS.get(message[0] & 0xF0) != len(message) or any(byte > 127 for byte in message[1:]):
        return None
    kind, channel, number = message[0] & 0xF0, (message[0] & 0x0F) + 1, message[1]
    if kind in (NOTE_ON, NOTE_OFF):
        return Move("note", number, channel, message[2] if kind == NOTE_ON else 0)
    if kind == CC:
        return Move("cc", number, channel, message[2])
    if kind == PROGRAM:
        return Move("program", number, channel, 127)
    if kind == BEND:
        return Move("bend", 0, channel, number + (message[2] << 7))
    return Move("pressure", 0, channel, number)


class Decoder:
    """Puts together what comes in several messages, for the controls that are bound so."""

    def __init__(self, bindings: Iterable[Binding] = ()) -> None:
        bindings = tuple(bindings)
        self._coarse = {binding.number for binding in bindings if binding.kind == "cc14"}
        self._has_nrpn = any(binding.kind == "nrpn" for binding in bindings)
        self._parts: dict[tuple[int, int], int] = {}
        self._fine: set[tuple[str, int, int]] = set()

    def step(self, message: Sequence[int]) -> Move | None:
        """The move that a message completes."""
        move = move_of(message)
        if move is None or move.kind != "cc":
            return move
        self._parts[move.channel, move.number] = move.raw
        if self._has_nrpn and move.number in (DATA, DATA_FINE, NRPN_FINE, NRPN):
            return self._nrpn(move)
        for number in (move.number, move.number - FINE):
            if number in self._coarse:
                return self._wide("cc14", number, move, number, move.number != number)
        return move

    def _nrpn(self, move: Move) -> Move | None:
        high, low = (self._parts.get((move.channel, number)) for number in (NRPN, NRPN_FINE))
        if move.number in (NRPN, NRPN_FINE):
            self._parts.pop((move.channel, DATA), None)
            return None
        if high is None or low is None:
            return None
        return self._wide("nrpn", (high << 7) + low, move, DATA, move.number == DATA_FINE)

    def _wide(self, kind: str, number: int, move: Move, coarse: int, is_fine: bool) -> Move | None:
        """A move of 14 bits; a control that sends its coarse part only still comes to both ends."""
        high = self._parts.get((move.channel, coarse))
        if high is None:
            return None
        control = (kind, number, move.channel)
        if is_fine:
            self._fine.add(control)
        low = move.raw if is_fine else 0 if control in self._fine else high
        return Move(kind, number, move.channel, (high << 7) + low)


def messages_for(binding: Binding, channel: int, raw: int) -> list[list[int]]:
    """Messages that let a control show a value; none for what cannot show any."""
    at, number, high, low = channel - 1, binding.number or 0, raw >> 7, raw & 127
    if binding.kind in WIDE and binding.kind != "bend":
        address = [(NRPN, number >> 7), (NRPN_FINE, number & 127)] if binding.kind == "nrpn" else []
        coarse = DATA if binding.kind == "nrpn" else number
        return [[CC | at, *pair] for pair in (*address, (coarse, high), (coarse + FINE, low))]
    single = {
        "cc": [CC | at, number, raw],
        "note": [NOTE_ON | at, number, raw],
        "bend": [BEND | at, low, high],
        "pressure": [PRESSURE | at, raw],
    }
    return [single[binding.kind]] if binding.kind in single else []


def without_overtaken(moves: Sequence[Move], smooth: Collection[tuple[str, int, int]]) -> list[Move]:
    """Moves without those of ``smooth`` controls that a later one replaces before anything else is moved."""
    kept: list[Move] = []
    later: set[tuple[str, int, int]] = set()
    for move in reversed(moves):
        if move.control not in smooth:
            later.clear()
        elif move.control in later:
            continue
        else:
            later.add(move.control)
        kept.append(move)
    return kept[::-1]
