"""What a bound control does when it is moved, and what it is to show. No ports, no loop: values in, messages out.

Pick-up: a fader takes a row only when it has come to where the row stands, or past it, and holds it until somebody else
moves the row. What it was last set to tells, and not who set it: two faders of one controller keep off each other too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from lmdmd.params import Param, Value
from lmdmd.surfaces.midi_binding import (
    ANY,
    ENCODER,
    ENCODER_STEP,
    FOLLOW,
    KEYS,
    NUMBER,
    POSITION,
    TOGGLE,
    VALUE,
    VERB,
    Binding,
    arguments_with,
    way_of,
)
from lmdmd.surfaces.midi_moves import Move, messages_for
from lmdmd.surfaces.midi_values import place_of, same, value_at

NEAR = 1.5 / 127
"""A control that is so near to where a row stands has come to it."""
REST_S = 0.3
"""A control that was moved less than this ago is told nothing: it knows."""

_STEP = {
    "twos": lambda raw: raw - 128 if raw > 63 else raw,
    "offset": lambda raw: raw - 64,
    "sign": lambda raw: 64 - raw if raw > 64 else raw & 63,
}
_MOST_PRESSED = {"bend": 0.75}
"""Where a control counts as pressed that rests in its middle; elsewhere the middle is enough."""


@dataclass
class Rows:
    """What a hand must know of rows: where they are heard and where they go, and whether faders pick them up."""

    get: Callable[[str], Value]
    aim: Callable[[str], Value]
    soft: Callable[[], bool]


@dataclass(eq=False)
class Hand:
    """One bound control: where it is, what it set last, and what it shows as far as that is known."""

    binding: Binding
    way: str = field(init=False)
    channel: int = field(init=False)
    raw: int | None = None
    set_to: Value | None = None
    moved_s: float = -math.inf
    shown: int | None = None
    told_s: float = -math.inf

    def __post_init__(self) -> None:
        self.way = way_of(self.binding)
        self.channel = self.binding.channel or 1

    def take(self, move: Move, rows: Rows, now_s: float) -> tuple[Value, ...] | None:
        """Arguments for the target of a move; ``None`` where it changes nothing."""
        before, self.raw, self.channel = self.raw, move.raw, move.channel
        if self.way == POSITION and move.raw == self.shown and now_s < self.told_s + REST_S:
            return None  # what it was told comes back: a motor has gone there, or a cable leads around
        self.moved_s = now_s
        # A key's light is the controller's own while it is held, and a fader stands where it was moved to.
        self.shown = move.raw if self.way == POSITION else None
        if self.way in (POSITION, ENCODER):
            return self._slide(move, before, rows) if self.way == POSITION else self._turn(move, rows)
        if self.way == FOLLOW:
            return self._follow(move, before)
        if self.way == KEYS:
            return (move.number, move.raw)
        if self.way in (TOGGLE, VALUE, NUMBER, VERB) and self._is_press(move.raw, before):
            return self._press(move, rows)
        return None

    # --- along a way --------------------------------------------------------------------------------

    def _slide(self, move: Move, before: int | None, rows: Rows) -> tuple[Value, ...] | None:
        binding, position = self.binding, self.binding.position(move.raw)
        value = binding.value_of(position)
        if self._is_soft(rows) and not self._holds(rows, position, before):
            return None
        self.set_to = value
        return (value,)

    def _is_soft(self, rows: Rows) -> bool:
        return self.binding.mode == "pickup" or (not self.binding.mode and rows.soft())

    def _holds(self, rows: Rows, position: float, before: int | None) -> bool:
        """Whether the row is where this control has put it, or the control has come to it or past it."""
        name, binding = self.binding.target, self.binding
        if self.set_to is not None and same(rows.aim(name), self.set_to):
            return True
        stands = binding.position_of(rows.get(name))
        if abs(position - stands) <= NEAR or same(binding.value_of(position), rows.get(name)):
            return True
        return before is not None and (binding.position(before) - stands) * (position - stands) < 0.0

    def _turn(self, move: Move, rows: Rows) -> tuple[Value, ...] | None:
        steps = _STEP[self.binding.mode](move.raw)
        return (self._turned(self.binding.param, rows.aim(self.binding.target), steps),) if steps else None

    def _turned(self, param: Param, value: Value, steps: int) -> Value:
        """A value some steps on; whole numbers and choices go one by one."""
        lo, hi = _ends(self.binding)
        if param.kind == "choice":
            at = min(max(param.choices.index(str(value)) + steps, 0), len(param.choices) - 1)
            return param.choices[at]
        if param.kind == "int":
            return round(min(max(float(value) + steps, lo), hi))
        number = float(value_at(param, place_of(param, value) + steps * ENCODER_STEP))
        return min(max(number, lo), hi)

    # --- presses ------------------------------------------------------------------------------------

    def _is_press(self, raw: int, before: int | None) -> bool:
        """Whether a move presses. Some pedals never say that they are let go of: they say the same once more."""
        if self.binding.kind in ANY:
            return raw > 0
        return self._is_down(raw) and (before is None or not self._is_down(before) or before == raw)

    def _is_down(self, raw: int | None) -> bool:
        least = 1 if self.binding.kind in ANY else _MOST_PRESSED.get(self.binding.kind, 0.5) * (self.binding.top + 1)
        return raw is not None and raw >= least

    def _follow(self, move: Move, before: int | None) -> tuple[Value, ...] | None:
        down = self._is_down(move.raw)
        return None if before is not None and down == self._is_down(before) else (self.binding.value_of(float(down)),)

    def _press(self, move: Move, rows: Rows) -> tuple[Value, ...]:
        binding = self.binding
        number = move.number + binding.first
        if self.way == VERB:
            return arguments_with(binding, number)
        if self.way == TOGGLE:
            return (_next(binding.param, rows.aim(binding.target)),)
        return (number if binding.value is None else binding.value,)

    # --- what is shown --------------------------------------------------------------------------------

    def rests(self, now_s: float) -> bool:
        """Whether the control has not been moved lately, and may be told something."""
        return now_s >= self.moved_s + REST_S

    def tell(self, rows: Rows, now_s: float) -> list[list[int]]:
        """Messages that let the control show what it does not show yet."""
        raw = self.binding.raw_of(rows.get(self.binding.target))
        if raw == self.shown:
            return []
        self.shown, self.told_s = raw, now_s
        return messages_for(self.binding, self.channel, raw)

    @property
    def lit(self) -> bool:
        """Whether the control shows anything."""
        return self.binding.feedback and self.way not in (VERB, NUMBER, KEYS) and self.binding.kind != "program"


def _ends(binding: Binding) -> tuple[float, float]:
    param = binding.param
    lo, hi = (param.lo if binding.lo is None else binding.lo), (param.hi if binding.hi is None else binding.hi)
    return min(lo, hi), max(lo, hi)


def _next(param: Param, value: Value) -> Value:
    """What a press makes of a value: the other one, or the next in the list and around."""
    if param.kind == "choice":
        return param.choices[(param.choices.index(str(value)) + 1) % len(param.choices)]
    return not value
