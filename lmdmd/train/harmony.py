"""Chords, scales and voice leading, as pure functions on MIDI pitches."""

from __future__ import annotations

import re
from dataclasses import dataclass

NOTE_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
}
DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "add9": (0, 2, 4, 7),
    "madd9": (0, 2, 3, 7),
    "9": (0, 4, 7, 10, 14),
    "7b9": (0, 4, 7, 10, 13),
    "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14),
    "13": (0, 4, 10, 14, 21),
}
NUMERAL = re.compile(r"(b|#)?(VII|VI|V|IV|III|II|I)(.*)")


@dataclass(frozen=True)
class Chord:
    """A chord: ``root`` as pitch class, ``tones`` as semitones above it, and its written name."""

    root: int
    tones: tuple[int, ...]
    name: str

    @property
    def classes(self) -> frozenset[int]:
        return frozenset((self.root + tone) % 12 for tone in self.tones)

    @property
    def chroma(self) -> list[int]:
        """Twelve ints, C first: 1 where the chord has the pitch class."""
        return [int(pitch_class in self.classes) for pitch_class in range(12)]


def read_chord(numeral: str, tonic: int) -> Chord:
    """Read a numeral such as ``bVImaj7``: a degree of the major scale on ``tonic`` and one of QUALITIES."""
    match = NUMERAL.fullmatch(numeral)
    if match is None or match[3] not in QUALITIES:
        raise ValueError(f"{numeral!r} is no chord; write a numeral I..VII and one of {sorted(QUALITIES)}")
    shift = {"b": -1, "#": 1}.get(match[1], 0)
    root = (tonic + DEGREES[match[2]] + shift) % 12
    return Chord(root, QUALITIES[match[3]], NOTE_NAMES[root] + match[3])


def lift(pitch_class: int, low: int) -> int:
    """The lowest pitch of ``pitch_class`` at or above ``low``."""
    return low + (pitch_class - low) % 12


def ladder(classes: frozenset[int], low: int, high: int) -> tuple[int, ...]:
    """All pitches of the pitch classes in ``low..high``, rising."""
    return tuple(pitch for pitch in range(low, high + 1) if pitch % 12 in classes)


def nearest(pitch: float, pool: tuple[int, ...]) -> int:
    """The member of ``pool`` closest to ``pitch``; the lower one on a tie."""
    return min(pool, key=lambda other: (abs(other - pitch), other))


def voice(chord: Chord, low: int, high: int, previous: tuple[int, ...] = ()) -> tuple[int, ...]:
    """A close voicing inside ``low..high`` that moves least from ``previous``; ninths omit the root."""
    classes = chord.classes if len(chord.tones) < 5 else chord.classes - {chord.root}
    rungs = ladder(classes, low, high)
    size = len(classes)
    voicings = [rungs[i : i + size] for i in range(len(rungs) - size + 1)]
    home = previous or (round((low + high) / 2),) * size
    return min(voicings, key=lambda pitches: sum(abs(a - b) for a, b in zip(pitches, home, strict=False)))


def colours(chord: Chord, scale: frozenset[int]) -> frozenset[int]:
    """Pitch classes a melody may use over ``chord``: the scale, bent where the chord leaves it."""
    outside = chord.classes - scale
    kept = {note for note in scale if not any((note - other) % 12 in (1, 11) for other in outside)}
    return frozenset(kept | chord.classes)
