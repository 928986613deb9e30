"""Chords, keys and progressions as musicians write them: read into pitch classes, and named from held notes.

Pure tables and functions on pitch classes, 0 for C; nothing here knows a sound. Flats and sharps may be b and # or the
signs for them; a wrong word raises ``ParamError`` with the way out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from lmdmd.errors import ParamError, did_you_mean

NOTE_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
}
QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "mmaj7": (0, 3, 7, 11),
    "aug7": (0, 4, 8, 10),
    "7b5": (0, 4, 6, 10),
    "maj7#5": (0, 4, 8, 11),
    "maj7#11": (0, 4, 7, 11, 18),
    "7sus4": (0, 5, 7, 10),
    "add9": (0, 2, 4, 7),
    "madd9": (0, 2, 3, 7),
    "9": (0, 4, 7, 10, 14),
    "7b9": (0, 4, 7, 10, 13),
    "7#9": (0, 4, 7, 10, 15),
    "7#11": (0, 4, 7, 10, 18),
    "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14),
    "6/9": (0, 4, 7, 9, 14),
    "m6/9": (0, 3, 7, 9, 14),
    "9sus4": (0, 5, 7, 10, 14),
    "11": (0, 4, 7, 10, 14, 17),
    "m11": (0, 3, 7, 10, 14, 17),
    "13": (0, 4, 10, 14, 21),
    "maj13": (0, 4, 7, 11, 14, 21),
    "m13": (0, 3, 7, 10, 14, 21),
}
"""What follows the root, and its tones in semitones above it; of two that fit held notes the first names them."""

NO_CHORD = "N.C."

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = str.maketrans({"♯": "#", "♭": "b", "Δ": "maj", "△": "maj", "°": "dim", "º": "dim", "ø": "m7b5", "–": "-"})
_NOTE = re.compile(r"([A-Ga-g])(##|#|bb|b)?")
_SPELLINGS = (
    (r"[(), ]", ""),
    (r"\A(?:minor|min|mi|-)", "m"),
    (r"major|Major|MAJ|Maj|\bma(?!j)|M", "maj"),
    (r"\A(m?)maj(?=6|add|\Z)", r"\1"),
    (r"m7b57\Z|m7-5\Z", "m7b5"),
    (r"\Ao|\Adim(?=dim)", "dim"),
    (r"\A(?:\+|aug)(?=7?\Z)", "aug"),
    (r"\A7(?:\+|#5)\Z", "aug7"),
    (r"sus\Z", "sus4"),
    (r"add2\Z", "add9"),
    (r"69\Z", "6/9"),
    (r"\Adom", ""),
)
"""Other ways to write a quality, and ours, each tried in turn."""
_MODES = {"": "major", "maj": "major", "m": "minor", "min": "minor", "ionian": "major", "aeolian": "minor"}
_SHOWN = 40


@dataclass(frozen=True)
class Chord:
    """A chord: ``root`` as pitch class, ``tones`` as semitones above it, its written name, and another ``bass``.

    Without tones it says that no chord sounds.
    """

    root: int
    tones: tuple[int, ...]
    name: str
    bass: int | None = None

    @property
    def classes(self) -> frozenset[int]:
        """Its pitch classes, the bass among them."""
        bass = () if self.bass is None else (self.bass,)
        return frozenset((self.root + tone) % 12 for tone in self.tones).union(bass)

    @property
    def chroma(self) -> list[int]:
        """Twelve ints, C first: 1 where the chord has the pitch class."""
        return [int(pitch_class in self.classes) for pitch_class in range(12)]


@dataclass(frozen=True)
class Key:
    """A key: its ``tonic`` as pitch class, a scale of ``SCALES``, and its written name."""

    tonic: int
    mode: str
    name: str

    @property
    def chord(self) -> Chord:
        """The triad on its tonic."""
        scale = SCALES[self.mode]
        tones = (scale[0], scale[2], scale[4])
        quality = next(name for name, known in QUALITIES.items() if known == tones)
        return Chord(self.tonic, tones, self.name.split()[0] + quality)


@dataclass(frozen=True)
class Progression:
    """Chords by the bar, each bar with one or more of equal length; after the last bar comes the first."""

    bars: tuple[tuple[Chord, ...], ...]

    @property
    def name(self) -> str:
        """The progression as it is written."""
        return " | ".join(" ".join(chord.name for chord in bar) for bar in self.bars)

    def at(self, bars: float) -> Chord:
        """The chord so many bars, with their fraction, after its beginning, or before it."""
        bar = int(bars // 1)
        chords = self.bars[bar % len(self.bars)]
        return chords[min(int((bars - bar) * len(chords)), len(chords) - 1)]


# --- reading -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def read_chord(text: str) -> Chord:
    """The chord that a symbol stands for: ``Am7``, ``F#maj7``, ``C/G``; ``N.C.`` is none. Raises ``ParamError``."""
    if text.strip().upper().rstrip(".") in ("N.C", "NC"):
        return Chord(0, (), NO_CHORD)
    symbol = text.translate(_SIGNS).strip()
    match = _NOTE.match(symbol)
    if match is None:
        raise ParamError(f'"{text[:_SHOWN]}" is not a chord{_instead_of_h(symbol)}')
    root, rest = _pitch_class(match), symbol[match.end() :]
    head, slash, low = rest.rpartition("/")
    bass = _NOTE.fullmatch(low.strip()) if slash else None
    quality = _quality(head if bass else rest)
    if quality not in QUALITIES:
        raise ParamError(f'"{text[:_SHOWN]}" is not a chord{_meant(_written(match), head if bass else rest)}')
    name = _written(match) + quality + (f"/{_written(bass)}" if bass else "")
    return Chord(root, QUALITIES[quality], name, _pitch_class(bass) if bass else None)


def _pitch_class(note: re.Match[str]) -> int:
    shift = {"": 0, "#": 1, "b": -1, "##": 2, "bb": -2}[note[2] or ""]
    return (_LETTERS[note[1].upper()] + shift) % 12


def _written(note: re.Match[str]) -> str:
    return note[1].upper() + (note[2] or "")


def _quality(text: str) -> str:
    if text in QUALITIES:
        return text
    for pattern, ours in _SPELLINGS:
        text = re.sub(pattern, ours, text)
    return text


def _instead_of_h(symbol: str) -> str:
    if symbol[:1] in ("H", "h"):
        return f'; did you mean "B{symbol[1:_SHOWN]}"?'
    return "; write a root from A to G and what follows it, such as Am7, F#maj7 or C/G"


def _meant(root: str, quality: str) -> str:
    """What a wrong quality may have been meant to be."""
    names = [root + known for known in QUALITIES]
    return (
        did_you_mean(root + quality[:_SHOWN], names) or f"; after {root} may come {', '.join(filter(None, QUALITIES))}"
    )


@lru_cache(maxsize=256)
def read_key(text: str) -> Key:
    """The key of ``A minor``, ``Am``, ``F# major`` or ``D dorian``. Raises ``ParamError``."""
    symbol = text.translate(_SIGNS).strip()
    match = _NOTE.match(symbol)
    if match is None:
        hint = _instead_of_h(symbol) if symbol[:1] in ("H", "h") else "; write a note and a scale, such as A minor"
        raise ParamError(f'"{text[:_SHOWN]}" is not a key{hint}')
    said = symbol[match.end() :].strip()
    mode = _MODES.get("maj" if said == "M" else said.lower(), said.lower())
    if mode not in SCALES:
        hint = did_you_mean(mode, SCALES) or f"; after {_written(match)} may come {', '.join(SCALES)}"
        raise ParamError(f'"{text[:_SHOWN]}" is not a key{hint}')
    return Key(_pitch_class(match), mode, f"{_written(match)} {mode}")


@lru_cache(maxsize=256)
def read_progression(text: str) -> Progression:
    """Bars of chords: ``Am7 | Dm7 G7 | Cmaj7``; ``%`` is the bar before once more. Raises ``ParamError``."""
    bars: list[tuple[Chord, ...]] = []
    for number, words in enumerate(text.strip().strip("|").split("|"), 1):
        if words.strip() == "%" and bars:
            bars.append(bars[-1])
            continue
        try:
            bars.append(tuple(map(read_chord, words.split())))
        except ParamError as error:
            raise ParamError(f"bar {number}: {error}") from None
        if not bars[-1]:
            raise ParamError(f"bar {number} is empty; write its chord, {NO_CHORD} for none, or % for the bar before")
    return Progression(tuple(bars))


def chord_in_force(chord: str, progression: str, key: str, bars: float) -> str:
    """Symbol of what is asked for: a chord, else what a progression has so many bars after its beginning, else a key's.

    "" where nothing is, and where the chord is none.
    """
    if not chord and progression:
        chord = read_progression(progression).at(bars).name
    if not chord and key:
        chord = read_key(key).chord.name
    return "" if chord == NO_CHORD else chord


def _no_words(text: str) -> str:
    return text


def _chord_name(text: str) -> str:
    return read_chord(text).name


def _key_name(text: str) -> str:
    return read_key(text).name


def _progression_name(text: str) -> str:
    return read_progression(text).name


FORMS = {"": _no_words, "chord": _chord_name, "key": _key_name, "progression": _progression_name}
"""Kinds of words that a row may hold: each gives them as they are kept, and raises ``ParamError``."""


# --- naming ------------------------------------------------------------------------------------------------


def name_of(notes: Collection[int]) -> str:
    """Symbol of MIDI notes that sound together, the lowest as its bass; "" where they make no chord of the table."""
    if not notes:
        return ""
    low, classes = min(notes) % 12, frozenset(note % 12 for note in notes)
    return _named(classes, low, (low,)) or _named(classes, low, range(12)) or _over(classes, low)


def _named(classes: frozenset[int], bass: int, roots: Iterable[int]) -> str:
    """A chord on one of the roots with just these pitch classes."""
    for quality, tones in QUALITIES.items():
        for root in roots:
            if frozenset((root + tone) % 12 for tone in tones) == classes:
                return NOTE_NAMES[root] + quality + ("" if root == bass else f"/{NOTE_NAMES[bass]}")
    return ""


def _over(classes: frozenset[int], bass: int) -> str:
    """A chord above a bass that is none of its own notes."""
    above = classes - {bass}
    for quality, tones in QUALITIES.items():
        for root in sorted(above):
            if frozenset((root + tone) % 12 for tone in tones) == above and len(above) > 2:
                return f"{NOTE_NAMES[root]}{quality}/{NOTE_NAMES[bass]}"
    return ""
