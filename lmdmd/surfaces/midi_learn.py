"""Learning: which control was moved, and what sort of control it is. Pure functions.

A control tells little by one message: a knob of 14 bits sends two, an endless one sends the same number again and
again, a fader that feels fingers sends a key before it moves. What comes within ``LISTEN_S`` is looked at as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from lmdmd.surfaces.midi_binding import ENCODERS, Binding, of_any, way_of
from lmdmd.surfaces.midi_moves import FINE, NRPN, NRPN_FINE, Decoder, Move, move_of

LISTEN_S = 0.5
"""From the first message of a control on."""

_MANY = 3
"""Moves that only a fader, a knob or a wheel makes in this time."""

_STEPS = {
    "twos": {*range(1, 9), *range(120, 128)},
    "offset": {*range(56, 73)} - {64},
    "sign": {*range(1, 9), *range(65, 73)},
}


def moved(messages: Sequence[Sequence[int]]) -> Move | None:
    """The control that was moved, as its last message has it; ``None`` where none was."""
    moves = [move for move in map(move_of, messages) if move is not None]
    pressed = [move for move in moves if move.kind in ("note", "program") and move.raw]
    smooth = [move for move in moves if move.kind not in ("note", "program", "pressure")]
    if pressed and len(smooth) < _MANY:
        return pressed[0]
    if wide := _wide(messages, smooth):
        return wide
    rest = smooth or [move for move in moves if move.kind == "pressure"]
    if not rest:
        return None
    most = Counter(move.control for move in rest).most_common(1)[0][0]
    return next(move for move in reversed(rest) if move.control == most)


def _wide(messages: Sequence[Sequence[int]], smooth: Sequence[Move]) -> Move | None:
    """A control that sends two controllers, or an NRPN."""
    numbers = {(move.channel, move.number) for move in smooth if move.kind == "cc"}
    kinds = [
        Binding("nrpn", 0, "") for channel, number in numbers if number == NRPN and (channel, NRPN_FINE) in numbers
    ]
    kinds += [
        Binding("cc14", number, "")
        for channel, number in numbers
        if number < FINE and (channel, number + FINE) in numbers
    ]
    if not kinds:
        return None
    decoder = Decoder(kinds[:1])
    wide = [move for move in map(decoder.step, messages) if move is not None and move.kind == kinds[0].kind]
    return wide[-1] if wide else None


def encoder_of(raws: Sequence[int]) -> str:
    """How an endless knob counts that sent these; "" where it is none: only such a one sends the same again."""
    again = any(one == other for one, other in pairwise(raws))
    if len(raws) < _MANY or not again:
        return ""
    return next((mode for mode in ENCODERS if set(raws) <= _STEPS[mode]), "")


def learned(draft: Binding, messages: Sequence[Sequence[int]]) -> Binding | None:
    """A draft bound to the control that was moved; ``None`` where none was, ``MidiError`` where it cannot do that."""
    move = moved(messages)
    if move is None:
        return None
    binding = replace(draft, kind=move.kind, number=move.number, channel=move.channel)
    if move.kind in ("bend", "pressure"):
        binding = replace(binding, number=None)
    if not draft.mode and draft.value is None and draft.command is None and draft.param.kind != "bool":
        same = [one.raw for one in map(move_of, messages) if one is not None and one.control == move.control]
        binding = replace(binding, mode=encoder_of(same) if move.kind == "cc" else "")
    binding = of_any(binding)
    way_of(binding)
    return binding


def is_same_control(one: Binding, other: Binding) -> bool:
    """Whether two bindings are of one control; any program is another control than program 5."""
    channels = (one.channel, other.channel)
    return (one.kind, one.number) == (other.kind, other.number) and (channels[0] == channels[1] or None in channels)
