"""What the arguments of one message mean for the row or verb it names. Pure functions."""

from __future__ import annotations

import math
import shlex
from functools import lru_cache

from lmdmd.commands import Command
from lmdmd.errors import ParamError, did_you_mean
from lmdmd.params import Param, Value
from lmdmd.surfaces.osc_packet import PREFIX, Argument

MAX_WORD = 64
MAX_GLIDE_S = 3600.0


def asks(values: tuple) -> bool:
    """Whether arguments ask for a row's value instead of setting it."""
    return not values or values == ("?",)


def split_set(param: Param, values: tuple, aim: Value) -> tuple[object, float, str]:
    """Value, glide in seconds and curve of a set's arguments; raises ``ParamError`` naming what is wrong.

    The value may be ``default``, or ``+``, ``-`` or ``*`` and a number, from where the row is or goes, ``aim``.
    """
    if param.kind == "text":
        return " ".join(map(message_word, values)), 0.0, "linear"
    if any(isinstance(value, str) and len(value) > MAX_WORD for value in values):
        raise ParamError(f"{param.name}: a word has at most {MAX_WORD} signs")
    relative = values[0] in _RELATIVE
    value, *rest = (_moved(param, values, aim), *values[2:]) if relative else values
    if len(rest) > 2:
        raise ParamError(f"{param.name}: takes value, glide seconds and curve, got {len(values)} arguments")
    glide, curve = (*rest, 0.0, "linear")[:2] if not rest else (*rest, "linear")[:2]
    return param.default if value == "default" else value, _glide_s(param, glide), str(curve)


_RELATIVE = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}


def _moved(param: Param, values: tuple, aim: Value) -> Value:
    """Where a relative set takes a row."""
    try:
        number = float(values[1])
    except (IndexError, TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ParamError(f'{param.name}: "{values[0]}" needs a number, such as {values[0]} 0.1')
    moved = _RELATIVE[values[0]](param.to_slot(aim), number)
    # A list has an end, as a range has: the last choice is as far as one can go.
    return param.from_slot(min(max(moved, 0), len(param.choices) - 1)) if param.kind == "choice" else moved


def _glide_s(param: Param, glide: Argument) -> float:
    try:
        glide_s = float(glide)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ParamError(f'{param.name}: glide "{glide}" is not a number of seconds') from None
    if not 0.0 <= glide_s <= MAX_GLIDE_S:
        raise ParamError(f"{param.name}: a glide lasts 0 to {MAX_GLIDE_S:g} seconds, not {glide_s:g}")
    return glide_s


def verb_values(command: Command, values: tuple) -> tuple | None:
    """Arguments of a verb as its table row wants them, or ``None`` for a button that was let go.

    A verb without arguments takes one number, as buttons send: 0 is the release. A verb of one word
    takes all arguments joined by spaces, with whole numbers written as such.
    """
    if not command.arguments and len(values) == 1 and isinstance(values[0], (int, float)):
        return () if values[0] else None
    if [argument.kind for argument in command.arguments] == [str] and values:
        return (" ".join(map(message_word, values)),)
    return values


def message_text(address: str, values: tuple) -> str:
    """A message as a setlist writes it."""
    return shlex.join([address, *map(message_word, values)])


def message_word(value: Argument) -> str:
    """An argument as a word."""
    # Pd and TouchOSC have floats only: their 3.0 is the cue called 3.
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.6g}"
    return str(int(value)) if isinstance(value, (int, float)) else str(value)


@lru_cache(maxsize=256)
def unknown_address(address: str, known: frozenset[str]) -> str:
    """What to say of an address that is not among ``known``."""
    # Without their common prefix, names that differ only behind it are told apart sooner.
    names = {at.removeprefix(PREFIX): at for at in known}
    hint = did_you_mean(address.removeprefix(PREFIX)[:MAX_WORD], names)
    for name, at in names.items():
        hint = hint.replace(f'"{name}"', f'"{at}"')
    return f"unknown address{hint}"
