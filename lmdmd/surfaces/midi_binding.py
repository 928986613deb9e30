"""One control of a MIDI controller and the row or verb that it is bound to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lmdmd import commands, params
from lmdmd.commands import Command
from lmdmd.errors import CommandError, MidiError, ParamError, did_you_mean
from lmdmd.params import Param, Value
from lmdmd.surfaces.midi_values import place_of, position_of_raw, raw_at, same, value_at

KINDS = {
    "cc": 127, "cc14": 31, "nrpn": 16383, "note": 127, "program": 127, "bend": None, "pressure": None,
}  # fmt: skip
"""Kinds of controls, and their highest number; ``None``: a channel has only one."""
ANY = ("note", "program")
"""Kinds whose number may be ``any``: the number that comes is what is meant."""
WIDE = {"cc14": 16383, "nrpn": 16383, "bend": 16383}
"""Kinds with more than 7 bits, and their highest value."""

ENCODERS = ("twos", "offset", "sign")
"""How endless knobs say by how much they were turned: 127, 63 or 65 is one step back."""
MODES = ("pickup", "absolute", *ENCODERS, "toggle", "momentary")
ENCODER_STEP = 0.01
"""Part of a row's way that one step of an endless knob goes."""

POSITION, ENCODER, FOLLOW, TOGGLE, VALUE, NUMBER, VERB, KEYS, SHOW = (
    "position", "encoder", "follow", "toggle", "value", "number", "verb", "keys", "show",
)  # fmt: skip
"""What a control does to its target: moves it along, turns it, is on while it is held, changes it at each press, gives
it one value, gives it the message's own number, does the verb, tells it of each key as it goes down and up, or only
shows it."""
PLAYED = "harmony/note"
"""The verb that a keyboard plays."""


@dataclass(frozen=True)
class Binding:
    """A control and its target.

    ``number`` ``None`` is any; ``channel`` counts from 1, ``None`` is any. ``value`` is what a press sets,
    ``arguments`` are a verb's; ``lo`` and ``hi`` are the ends of the control's way, in the row's unit and in this
    order. ``mode`` "" is what the row and the control suggest. ``first`` is what number 0 counts as.
    """

    kind: str
    number: int | None
    target: str
    channel: int | None = None
    value: Value | None = None
    arguments: tuple[Value, ...] = ()
    lo: float | None = None
    hi: float | None = None
    mode: str = ""
    first: int = 0
    feedback: bool = True
    line: int = field(default=0, compare=False)

    @property
    def control(self) -> tuple[str, int | None, int | None]:
        """What tells one control from another."""
        return self.kind, self.number, self.channel

    @property
    def is_any(self) -> bool:
        """Whether any number is the control's, and goes to the target."""
        return self.kind in ANY and self.number is None

    @property
    def top(self) -> int:
        """Highest value that the control sends."""
        return WIDE.get(self.kind, 127)

    @property
    def command(self) -> Command | None:
        """The verb, if the target is one; a report of the same name is meant where a value is given."""
        return commands.BY_NAME.get(self.target) if self.value is None else None

    @property
    def param(self) -> Param:
        """The row; raises ``MidiError`` with the closest name when there is none."""
        found = params.BY_NAME.get(self.target)
        if found is None:
            names = [*params.BY_NAME, *commands.BY_NAME]
            raise MidiError(f'unknown row or verb "{self.target}"{did_you_mean(self.target, names)}')
        return found

    def value_of(self, position: float) -> Value:
        """What the row becomes at a position of the control."""
        end = self.lo if position <= 0.0 else self.hi if position >= 1.0 else None
        if end is not None:
            return self.param.coerce(end)[0]
        begin, end = self._ends()
        return value_at(self.param, begin + position * (end - begin))

    def position_of(self, value: Value) -> float:
        """Where the control would stand for a value."""
        (begin, end), place = self._ends(), place_of(self.param, value)
        return min(max((place - begin) / (end - begin), 0.0), 1.0) if begin != end else 0.0

    def raw_of(self, value: Value) -> int:
        """What the control is to show for a value."""
        if self.value is not None:
            return self.top if same(value, self.value) else 0
        return raw_at(self.position_of(value), self.top)

    def _ends(self) -> tuple[float, float]:
        param = self.param
        lo = 0.0 if self.lo is None else place_of(param, self.lo)
        return lo, 1.0 if self.hi is None else place_of(param, self.hi)

    def position(self, raw: int) -> float:
        """Position of the control, from 0 to 1."""
        return position_of_raw(raw, self.top)


def way_of(binding: Binding) -> str:
    """What a control does to its target; raises ``MidiError`` naming what does not go together."""
    if binding.command is not None:
        return _verb(binding)
    param, name = binding.param, binding.target
    if binding.arguments:
        raise MidiError(f"{name}: arguments are for verbs; a row takes value:")
    if binding.value is None and param.kind == "text":
        raise MidiError(f"{name}: is text, and no controller sends words: give value: and what a press should say")
    if (binding.lo is not None or binding.hi is not None) and param.kind not in ("float", "int"):
        raise MidiError(f"{name}: range is for numbers, and this is {param.kind}")
    if not param.writable:
        return _report(binding)
    if binding.value is not None or binding.is_any:
        if binding.mode:
            raise MidiError(f"{name}: mode {binding.mode} has no meaning where a press sets one value")
        if binding.is_any and binding.value is not None:
            raise MidiError(f"{name}: takes value: or the number of any {binding.kind}, not both")
        return VALUE if binding.value is not None else NUMBER
    return _MODES[binding.mode or _suggested(binding, param)](binding, param)


def _verb(binding: Binding) -> str:
    command = binding.command
    assert command is not None
    if command.name == PLAYED and not binding.arguments:
        return _keys(binding)
    if binding.mode or binding.lo is not None or binding.hi is not None:
        raise MidiError(f"{binding.target}: is a verb, which a press does: it takes arguments:, no mode and no range")
    try:
        command.bind(arguments_with(binding, 0))
    except CommandError as error:
        raise MidiError(str(error)) from None
    return VERB


def _keys(binding: Binding) -> str:
    plain = binding.mode == "" and binding.lo is None and binding.hi is None and not binding.first
    if binding.kind != "note" or not binding.is_any or not plain:
        raise MidiError(
            f"{PLAYED}: is played by a keyboard: write {{note: any, channel: 2, target: {PLAYED}}}, and nothing else"
        )
    return KEYS


def arguments_with(binding: Binding, number: int) -> tuple[Value, ...]:
    """A verb's arguments; the number of any key or program is the first that is not said."""
    command = binding.command
    has_room = command is not None and len(binding.arguments) < len(command.arguments)
    return (*binding.arguments, number) if binding.is_any and has_room else binding.arguments


def _report(binding: Binding) -> str:
    if binding.kind == "program" or binding.is_any or binding.mode:
        raise MidiError(f"{binding.target}: is a report: a note or a controller can show it, and nothing can set it")
    return SHOW


def _suggested(binding: Binding, param: Param) -> str:
    if param.kind == "bool":
        return "toggle" if binding.kind in ANY else "momentary"
    if binding.kind == "note" and param.kind != "choice":
        return "momentary"
    return "toggle" if binding.kind in ANY else "pickup"


def _position(binding: Binding, param: Param) -> str:
    if binding.kind in ANY or param.kind == "bool":
        raise MidiError(f"{binding.target}: mode {binding.mode} needs a fader or a knob, and a row with a way to go")
    return POSITION


def _encoder(binding: Binding, param: Param) -> str:
    if binding.kind != "cc" or param.kind == "bool":
        raise MidiError(
            f"{binding.target}: mode {binding.mode} is for an endless knob (cc), and a row with a way to go"
        )
    return ENCODER


def _toggle(binding: Binding, param: Param) -> str:
    if param.kind not in ("bool", "choice"):
        raise MidiError(f"{binding.target}: a {binding.kind} needs value: here, to say what a press sets")
    return TOGGLE


def _momentary(binding: Binding, param: Param) -> str:
    if param.kind == "choice" or binding.kind == "program":
        raise MidiError(f"{binding.target}: mode momentary needs a key that is let go of, and a row with two ends")
    return FOLLOW


_MODES = {
    "pickup": _position,
    "absolute": _position,
    **dict.fromkeys(ENCODERS, _encoder),
    "toggle": _toggle,
    "momentary": _momentary,
}


def bound_to(target: str) -> Binding:
    """A binding of nothing yet, to the words of a target: a row, a row and a value, or a verb and its arguments.

    A verb that lacks an argument may have it from any program. Raises ``MidiError`` for a target that does not exist.
    """
    name, *words = target.split()
    draft = Binding("cc", 0, name)
    if (command := draft.command) is None:
        draft = replace(draft, value=row_value(draft.param, " ".join(words)) if words else None)
        way_of(draft)
        return draft
    draft = replace(draft, arguments=(" ".join(words),) if words and len(command.arguments) == 1 else tuple(words))
    way_of(draft if _is_whole(draft) else replace(draft, kind="program", number=None))
    return draft


def _is_whole(binding: Binding) -> bool:
    """Whether a verb has all its arguments."""
    needed = [argument for argument in binding.command.arguments if argument.default is None] if binding.command else []
    return len(binding.arguments) >= len(needed)


def of_any(binding: Binding) -> Binding:
    """A key or program bound to a verb that lacks an argument: any of them, whose number it is."""
    return binding if _is_whole(binding) or binding.kind not in ANY else replace(binding, number=None)


def row_value(param: Param, value: object) -> Value:
    """A value as its row takes it, kept strictly; raises ``MidiError``."""
    try:
        taken, note = param.coerce(value)
    except ParamError as error:
        raise MidiError(str(error)) from None
    if note:
        raise MidiError(f"{param.name}: {str(value)[:60]} is {note}")
    return taken
