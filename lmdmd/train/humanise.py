"""Human timing and touch: how the notes of a part leave the grid, and how hard they are struck.

On the grid every note has a little jitter of its own. A player with feel drifts slowly, stands a few milliseconds
before or behind the beat, strums chords and shapes phrases. Either way a part's shifts average to what is asked of
them, and those of a band to nothing: the beat of a piece is exact.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from lmdmd.train.players import BAR_BEATS, DRUMS, Note
from lmdmd.train.styles import Part, Style

VELOCITY_SPREAD = 4.0
VELOCITY_LO, VELOCITY_HI = 18, 124
SHORTEST_BEATS = 0.05
JITTER_LIMIT = 2.5

FEEL_FLOOR_MS = 1.5
DRIFT_BEATS = 6.0
DRIFT_SHARE, LOOSE_SHARE = 0.75, 0.35
POCKET_SHARE, POCKET_LIMIT_MS = 0.9, 9.0
SHIFT_LIMIT_MS = 24.0

PHRASE_BEATS = 4 * BAR_BEATS
PHRASE_SWELL, TOUCH_DRIFT = 0.1, 0.05
TOUCH_SPREAD = 3.0

STRUMMED = frozenset((15, *range(24, 32), 46, *range(104, 108)))
ROLLED = frozenset(range(8))
STRUM_MS, ROLL_MS = (4.0, 11.0), (1.0, 4.0)

LEANS = {DRUMS["snare"]: 0.6, DRUMS["clap"]: 0.6, DRUMS["rim"]: 0.4, DRUMS["hat"]: -0.4, DRUMS["shaker"]: -0.5}
"""Where a drummer's hands stand by the kick, in shares of the feel: backbeats late, hats early."""


@dataclass(frozen=True)
class Feel:
    """How a part is played: its instrument, the style's tempo and looseness, and its place in time."""

    part: Part
    program: int
    tempo_bpm: int
    swing: float
    jitter_ms: float
    pocket_ms: float = 0.0

    @property
    def beats_per_ms(self) -> float:
        return self.tempo_bpm / 60_000

    @property
    def is_drums(self) -> bool:
        return self.part.player == "drums"

    @property
    def loose_ms(self) -> float:
        """How far this player strays; nobody who plays with feel is a machine."""
        return max(FEEL_FLOOR_MS, self.jitter_ms)


def play_to_grid(notes: Sequence[Note], feel: Feel, rng: random.Random) -> tuple[Note, ...]:
    """Swing, then shift each note a little; a part's shifts average to nothing, so the grid stays exact."""
    limit = JITTER_LIMIT * feel.jitter_ms
    shifts = [max(-limit, min(limit, rng.gauss(0, feel.jitter_ms))) for _ in notes]
    mean = sum(shifts) / len(shifts) if shifts else 0.0
    played = []
    for note, shift in zip(notes, shifts, strict=True):
        placed = _place(note, (shift - mean) * feel.beats_per_ms, feel.swing)
        played.append(_touch(placed, placed.velocity + rng.gauss(0, VELOCITY_SPREAD)))
    return _in_order(played)


def play_with_feel(notes: Sequence[Note], feel: Feel, rng: random.Random) -> tuple[Note, ...]:
    """Swing, phrase and strum, then drift; a part's shifts average to its pocket."""
    ordered = sorted(notes, key=lambda note: (note.beat, note.pitch))
    strokes = _stroke(ordered, feel, rng)
    pull, push = _Drift(rng), _Drift(rng)
    shifts, touches = [], []
    for note, stroke in zip(ordered, strokes, strict=True):
        stray = DRIFT_SHARE * pull.at(note.beat) + LOOSE_SHARE * rng.gauss(0, 1)
        lean = LEANS.get(note.pitch, 0.0) if feel.is_drums else 0.0
        shift = feel.loose_ms * (stray + lean) + stroke
        shifts.append(max(-SHIFT_LIMIT_MS, min(SHIFT_LIMIT_MS, shift)))
        touches.append(note.velocity * _phrase(note.beat) * (1 + TOUCH_DRIFT * push.at(note.beat)))
    mean = sum(shifts) / len(shifts) if shifts else 0.0
    played = []
    for note, shift, touch in zip(ordered, shifts, touches, strict=True):
        placed = _place(note, (feel.pocket_ms + shift - mean) * feel.beats_per_ms, feel.swing)
        played.append(_touch(placed, touch + rng.gauss(0, TOUCH_SPREAD)))
    return _in_order(played)


def draw_pockets(style: Style, parts: Sequence[Part], rng: random.Random) -> dict[str, float]:
    """How far each part stands behind the beat, in ms: the drums on it, the others around it."""
    spread = POCKET_SHARE * max(FEEL_FLOOR_MS, style.jitter_ms)
    drawn = {part.name: rng.gauss(0, spread) for part in parts if part.player != "drums"}
    mean = sum(drawn.values()) / len(drawn) if drawn else 0.0
    centred = {name: max(-POCKET_LIMIT_MS, min(POCKET_LIMIT_MS, ms - mean)) for name, ms in drawn.items()}
    return {part.name: centred.get(part.name, 0.0) for part in parts}


class _Drift:
    """A slow random walk around nothing, with spread 1: where it was a beat ago it still is, in a phrase no more."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.beat, self.value = rng, 0.0, rng.gauss(0, 1)

    def at(self, beat: float) -> float:
        """The value at a beat, which must not lie before the last one."""
        if beat > self.beat:
            kept = math.exp((self.beat - beat) / DRIFT_BEATS)
            self.value = kept * self.value + math.sqrt(1 - kept * kept) * self.rng.gauss(0, 1)
            self.beat = beat
        return self.value


def _stroke(ordered: Sequence[Note], feel: Feel, rng: random.Random) -> list[float]:
    """How far each note lies from its chord's middle, in ms: strings are strummed, down on the beat, keys rolled up."""
    strummed = feel.program in STRUMMED
    if feel.is_drums or not (strummed or feel.program in ROLLED):
        return [0.0] * len(ordered)
    gap_ms = rng.uniform(*(STRUM_MS if strummed else ROLL_MS))
    strokes: list[float] = []
    for beat, chord in groupby(ordered, key=lambda note: note.beat):
        size = len(list(chord))
        turn = -1 if strummed and beat % 1 >= 0.25 else 1
        strokes += [turn * (i - (size - 1) / 2) * gap_ms for i in range(size)]
    return strokes


def _phrase(beat: float) -> float:
    """The loudness of a place in the phrase: it swells to the middle of four bars and falls back."""
    return 1 + PHRASE_SWELL * (math.sin(math.pi * (beat % PHRASE_BEATS) / PHRASE_BEATS) - 2 / math.pi)


def _place(note: Note, shift_beats: float, swing: float) -> Note:
    beat, end = (_swing(b, swing) for b in (note.beat, note.beat + note.length))
    beat = max(0.0, beat + shift_beats)
    return replace(note, beat=beat, length=max(SHORTEST_BEATS, end - beat))


def _touch(note: Note, velocity: float) -> Note:
    return replace(note, velocity=max(VELOCITY_LO, min(VELOCITY_HI, velocity)))


def _in_order(notes: Sequence[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: (note.beat, note.pitch)))


def _swing(beat: float, swing: float) -> float:
    """Move the middle of each beat to ``swing`` (0.5 is straight) and stretch the halves to fit."""
    whole, part = divmod(beat, 1.0)
    late = part * 2 * swing if part < 0.5 else swing + (part - 0.5) * 2 * (1 - swing)
    return whole + late
