"""Chords, scales and voice leading, as pure functions on MIDI pitches."""

from __future__ import annotations

import re

from lmdmd.chords import NOTE_NAMES, QUALITIES, SCALES, Chord

__all__ = ["NOTE_NAMES", "QUALITIES", "SCALES", "Chord"]

DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
NUMERAL = re.compile(r"(b|#)?(VII|VI|V|IV|III|II|I)(.*)")


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
