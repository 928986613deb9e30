"""What a block is asked to be beyond its prompts, latent by latent: from rows that are read at each latent's middle.

Only groups that the model has are made. ``Lines`` are what rows said over a block: all that its controls follow from,
so that the record of a block is enough to make it again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence

import torch
from torch import Tensor

from lmdmd.chords import chord_in_force, read_chord
from lmdmd.engine.chord_ear import HEARD, ChordEar
from lmdmd.engine.listening import FROM, NOT_YET, WITH, Listener
from lmdmd.engine.values import NO_LINES, PULLS, BlockValues, Lines
from lmdmd.model.controls import flag

BEATS, BARS = "beat/position", "beat/bars"
CHORD = "harmony/chord"

ROWS = {
    "beat": ("beat/on", BEATS, BARS),
    "harmony": ("harmony/on", CHORD, "harmony/progression", "harmony/from", "harmony/key", BARS),
}
"""Rows that a group is made from."""

_DECIMALS = 6
"""Beats and bars are told so finely: a millionth of a beat is less than a frame."""
_NEAR = 0.05
"""Sound that is off the beat, or the bar, by no more than this part of it stays as it was made."""


class Controls:
    """The controls of a model with some groups; ``listeners`` hear the input for it, by the lines that tell of it."""

    def __init__(self, groups: Collection[str]) -> None:
        self.groups = tuple(group for group in ROWS if group in groups)
        self.pulls = {group: row for group, row in PULLS.items() if group in groups}
        self.idle = frozenset(row for group, row in PULLS.items() if group not in groups)
        """Rows that mean nothing to the model."""
        self.listeners: dict[str, Listener | ChordEar] = {}

    def lines(self, values: BlockValues, frames: Sequence[int]) -> Lines:
        """What the rows say at the frames of a block's latents; nothing of a group that is off, or has nothing."""
        if not self.groups:
            return NO_LINES
        return {name: line for group in self.groups for name, line in _LINES[group](values, frames).items()}

    def make(self, lines: Lines) -> dict[str, Tensor]:
        """Controls of a block, by group."""
        said = {group: _FEATURES[group](lines) for group in self.groups if not lines.keys().isdisjoint(_IS_SAID[group])}
        return said | self.hear(FROM, lines)

    def hear(self, name: str, lines: Lines) -> dict[str, Tensor]:
        """What a line says that is heard, by group."""
        listener = self.listeners.get(name)
        return listener.features(lines[name]) if name in lines and isinstance(listener, Listener) else {}


_NEAR_FRAMES = 1024
"""Sound that was made of an input so few frames away stays as it was made."""


def first_difference(old: Lines, new: Lines, begin: int, end: int) -> int | None:
    """First of the latents ``begin`` .. ``end`` - 1 of a block at which other lines ask for another sound."""
    return next((at for at in range(begin, end) if not _sounds_alike(_at(old, at), _at(new, at))), None)


def _at(lines: Lines, latent: int) -> dict[str, object]:
    said: dict[str, object] = {name: line[latent] for name, line in lines.items() if line[latent] not in (None, "")}
    return said | {CHORD: said.pop(HEARD)} if HEARD in said else said


def _sounds_alike(old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    if old.keys() != new.keys() or old.get(CHORD) != new.get(CHORD):
        return False
    if not all(_hears_alike(old.get(name), new.get(name)) for name in (FROM, WITH)):
        return False
    return all(abs(math.remainder(old[name] - new[name], 1.0)) <= _NEAR for name in (BEATS, BARS) if name in old)  # type: ignore[operator]


def _hears_alike(old: object, new: object) -> bool:
    """Whether nearly the same is heard; what had not come in, or has not yet, is no reason to make anything anew."""
    if old is None or new is None or NOT_YET in (old, new):
        return (old is None) == (new is None)
    return abs(int(str(old)) - int(str(new))) <= _NEAR_FRAMES


# --- the beat -----------------------------------------------------------------------------------------------


def _beat_lines(values: BlockValues, frames: Sequence[int]) -> Lines:
    if not any(values.at("beat/on", frame) for frame in frames):
        return NO_LINES
    return {name: tuple(_beat(values, name, frame) for frame in frames) for name in (BEATS, BARS)}


def _beat(values: BlockValues, name: str, frame: int) -> float | None:
    return round(float(values.at(name, frame)), _DECIMALS) if values.at("beat/on", frame) else None


def _beat_features(lines: Lines) -> Tensor:
    turns = torch.tensor([[math.nan if at is None else at % 1.0 for at in lines[name]] for name in (BEATS, BARS)])
    angles = 2.0 * math.pi * turns.double()
    features = torch.stack([angles[0].sin(), angles[0].cos(), angles[1].sin(), angles[1].cos()])[None].float()
    return flag(features, ~features[:, :1].isnan())


# --- the chord ----------------------------------------------------------------------------------------------


def _chord_lines(values: BlockValues, frames: Sequence[int]) -> Lines:
    chords = tuple(_chord(values, frame) for frame in frames)
    return {CHORD: chords} if any(chords) else NO_LINES


def _chord(values: BlockValues, frame: int) -> str:
    """Symbol of the chord that is asked for; "" where none is."""
    if not values.at("harmony/on", frame):
        return ""
    chord, progression, key = (str(values.at(f"harmony/{row}", frame)) for row in ("chord", "progression", "key"))
    bars = float(values.at(BARS, frame)) + 1.0 - float(values.at("harmony/from", frame))
    return chord_in_force(chord, progression, key, bars)


def _chord_features(lines: Lines) -> Tensor:
    asked, heard = (lines.get(name) or [""] * _length(lines) for name in (CHORD, HEARD))
    symbols = [at or instead for at, instead in zip(heard, asked, strict=True)]
    chroma = [read_chord(str(symbol)).chroma if symbol else [0] * 12 for symbol in symbols]
    features = torch.tensor(chroma, dtype=torch.float32).T[None]
    return flag(features, features.any(dim=1, keepdim=True))


def _length(lines: Lines) -> int:
    return len(next(iter(lines.values())))


_LINES: dict[str, Callable[[BlockValues, Sequence[int]], Lines]] = {"beat": _beat_lines, "harmony": _chord_lines}
_FEATURES: dict[str, Callable[[Lines], Tensor]] = {"beat": _beat_features, "harmony": _chord_features}
_IS_SAID = {"beat": (BEATS,), "harmony": (CHORD, HEARD)}
"""Lines of which one is there where a group is; a chord that is heard goes before one that is asked for."""
