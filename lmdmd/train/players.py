"""Players: how a part turns a section's chords into notes, one pure function per way of playing."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lmdmd.train.harmony import Chord, colours, ladder, lift, nearest, voice
from lmdmd.train.styles import Lane, Part

DRUMS = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "ghost": 40, "hat": 42, "tom3": 43, "pedal": 44,
    "open": 46, "tom2": 47, "crash": 49, "tom1": 50, "ride": 51, "china": 52, "bell": 53, "tambourine": 54,
    "splash": 55, "cowbell": 56, "crash2": 57, "conga": 63,
    "tumba": 64, "shaker": 70,
}  # fmt: skip
DRUM_HIT_BEATS = 0.2
STEPS_PER_BAR = 16
TURN_BARS = 4
BAR_BEATS = 4


@dataclass(frozen=True)
class Note:
    """One note; start and length in beats from the start of the piece, before swing and humanising."""

    beat: float
    length: float
    pitch: int
    velocity: float


@dataclass(frozen=True)
class Slot:
    """One chord for a while; ``after`` is the chord that follows."""

    beat: float
    beats: float
    chord: Chord
    after: Chord

    @property
    def end(self) -> float:
        return self.beat + self.beats


@dataclass(frozen=True)
class Section:
    """One section of the piece, as its players see it.

    Drummers play ``fill`` in its last bar and ``turn`` on top of every fourth bar before that; ``crash`` greets it.
    """

    index: int
    beat: float
    beats: float
    energy: float
    slots: tuple[Slot, ...]
    scale: frozenset[int]
    groove: tuple[Lane, ...] = ()
    fill: tuple[Lane, ...] = ()
    turn: tuple[Lane, ...] = ()
    crash: str = "crash"
    role: str = ""

    @property
    def end(self) -> float:
        return self.beat + self.beats

    def slot_at(self, beat: float) -> Slot:
        return next(slot for slot in self.slots if slot.beat <= beat < slot.end)


Player = Callable[[Part, Section, random.Random, random.Random], list[Note]]


def play_pad(part: Part, section: Section, theme: random.Random, rng: random.Random) -> list[Note]:
    """Hold each chord, voice-led."""
    return [
        Note(slot.beat, slot.beats, pitch, part.velocity)
        for slot, pitches in zip(section.slots, _voice_all(part, section.slots), strict=True)
        for pitch in pitches
    ]


def play_line(part: Part, section: Section, theme: random.Random, rng: random.Random) -> list[Note]:
    """Step through one of the part's patterns; high sections use the second pattern drawn for the piece."""
    drawn = theme.sample(part.patterns, min(2, len(part.patterns)))
    steps = _read_steps(drawn[-1 if section.energy >= 0.8 else 0])
    voicings = dict(zip(section.slots, _voice_all(part, section.slots), strict=True))
    notes = []
    for i in range(round(section.beats / part.step)):
        token = steps[i % len(steps)]
        if token in ".-":
            continue
        beat = section.beat + i * part.step
        slot = section.slot_at(beat)
        length = slot.end - beat if part.ring else min(_hold(steps, i) * part.step * part.gate, slot.end - beat)
        velocity = part.velocity * (0.8 if token == "x" else 1.0) * _accent(beat)
        notes += [Note(beat, length, p, velocity) for p in _sound(token, part, slot.chord, voicings[slot])]
    return notes


def play_walk(part: Part, section: Section, theme: random.Random, rng: random.Random) -> list[Note]:
    """Walk in quarter notes: root, chord tones on the way, and a step into the next root."""
    notes: list[Note] = []
    here = lift(section.slots[0].chord.root, part.low)
    for slot in section.slots:
        roots = ladder(frozenset({slot.chord.root}), part.low, part.high)
        here = nearest(here, roots)
        target = nearest(here, ladder(frozenset({slot.after.root}), part.low, part.high))
        for i, pitch in enumerate(_walk(here, target, round(slot.beats), slot.chord, part, rng)):
            beat = slot.beat + i
            notes.append(Note(beat, part.gate, pitch, part.velocity * _accent(beat)))
            if rng.random() < 0.08 and i + 1 < slot.beats:
                notes.append(Note(beat + 0.5, 0.3, pitch, part.velocity * 0.7))
            here = pitch
    return notes


def play_sparkle(part: Part, section: Section, theme: random.Random, rng: random.Random) -> list[Note]:
    """Scatter single long chord tones, about one every other beat."""
    notes = []
    for i in range(round(section.beats * 2)):
        beat = section.beat + i / 2
        if rng.random() < (0.45 if i % 4 == 0 else 0.2):
            slot = section.slot_at(beat)
            pitch = rng.choice(ladder(slot.chord.classes, part.low, part.high))
            notes.append(Note(beat, slot.end - beat, pitch, part.velocity * rng.uniform(0.7, 1.0)))
    return notes


def play_drums(part: Part, section: Section, theme: random.Random, rng: random.Random) -> list[Note]:
    """Loop the groove's lanes that the energy reaches, fill the last bar, mark a new section with a crash."""
    bars = round(section.beats / BAR_BEATS)
    groove_bars = bars - 1 if section.fill else bars
    lanes = [lane for lane in section.groove if section.energy >= lane.floor]
    notes = _strike(part, lanes, section.beat, groove_bars, rng)
    for bar in range(TURN_BARS - 1, groove_bars, TURN_BARS):
        notes += _strike(part, section.turn, section.beat + bar * BAR_BEATS, 1, rng)
    if section.fill:
        notes += _strike(part, section.fill, section.end - BAR_BEATS, 1, rng)
    if section.index and section.energy > 0.65 and section.crash:
        notes.append(Note(section.beat, 2.0, DRUMS[section.crash], part.velocity * 0.85))
    return notes


def play_melody(part: Part, section: Section, theme: random.Random, rng: random.Random) -> list[Note]:
    """Sing phrases of four motifs, A A' B A''; A and B belong to the whole piece and bend to its chords."""
    motifs = [_make_motif(part, theme) for _ in range(2)]
    lifts = theme.choice(((0, 2, 4, 0), (0, 0, 5, 2), (0, -2, 3, 0)))
    notes: list[Note] = []
    beat, turn = section.beat, 0
    while beat < section.end:
        motif = motifs[turn % 4 == 2]
        centre = (part.low + part.high) / 2 + lifts[turn % 4] + (2 if section.energy > 0.75 else 0)
        notes += _sing(part, section, motif, beat, centre, rests=turn % 4 == 3)
        beat, turn = beat + motif.beats, turn + 1
    return [note for note in notes if note.beat < section.end]


PLAYERS: dict[str, Player] = {
    "pad": play_pad,
    "line": play_line,
    "walk": play_walk,
    "sparkle": play_sparkle,
    "drums": play_drums,
    "melody": play_melody,
}


@dataclass(frozen=True)
class Motif:
    """A rhythm with a contour: per note its offset and length in beats, and scale steps from the first."""

    beats: float
    notes: tuple[tuple[float, float, int], ...]


def _make_motif(part: Part, theme: random.Random) -> Motif:
    steps = _read_steps(theme.choice(part.patterns))
    rise, notes = 0, []
    for i, token in enumerate(steps):
        if token != "x":
            continue
        notes.append((i * part.step, _hold(steps, i) * part.step, rise))
        rise += theme.choice((-2, -1, -1, 1, 1, 2) if abs(rise) < 4 else (-1, -2) if rise > 0 else (1, 2))
    return Motif(len(steps) * part.step, tuple(notes))


def _sing(part: Part, section: Section, motif: Motif, start: float, centre: float, rests: bool) -> list[Note]:
    notes = []
    for offset, length, rise in motif.notes:
        beat = start + offset
        if beat >= section.end:
            break
        chord = section.slot_at(beat).chord
        rungs = ladder(colours(chord, section.scale), part.low, part.high)
        goal = rungs[max(0, min(len(rungs) - 1, rungs.index(nearest(centre, rungs)) + rise))]
        pitch = nearest(goal, ladder(chord.classes, part.low, part.high)) if _is_strong(beat, length) else goal
        notes.append(Note(beat, min(length, section.end - beat) * part.gate, pitch, part.velocity * _accent(beat)))
    return [*notes[:-1], _settle(notes[-1], part, section, start + motif.beats)] if rests and notes else notes


def _settle(note: Note, part: Part, section: Section, end: float) -> Note:
    """Let a phrase's last note rest on a chord tone until the phrase ends."""
    pitch = nearest(note.pitch, ladder(section.slot_at(note.beat).chord.classes, part.low, part.high))
    return replace(note, pitch=pitch, length=max(note.length, min(end, section.end) - note.beat))


def _walk(root: int, target: int, beats: int, chord: Chord, part: Part, rng: random.Random) -> list[int]:
    tones = ladder(chord.classes, part.low, part.high)
    approach = target + rng.choice((-1, 1, -2, 2))
    line = [root]
    for i in range(1, beats - 1):
        goal = root + (approach - root) * i / max(1, beats - 1) + rng.choice((-4, 4, 5))
        others = tuple(tone for tone in tones if tone != line[-1])
        line.append(nearest(goal, others))
    return [*line, max(part.low - 1, approach)][:beats]


def _strike(part: Part, lanes: Sequence[Lane], start: float, bars: int, rng: random.Random) -> list[Note]:
    notes = []
    for lane in lanes:
        for i in range(bars * STEPS_PER_BAR):
            loudness = _read_hit(lane.steps[i % len(lane.steps)], rng)
            if loudness:
                beat = start + i * BAR_BEATS / STEPS_PER_BAR
                notes.append(Note(beat, DRUM_HIT_BEATS, DRUMS[lane.drum], part.velocity * (0.25 + loudness / 12)))
    return notes


def _read_hit(step: str, rng: random.Random) -> int:
    if step == "?":
        return rng.choice((0, 0, 3, 4, 5))
    return int(step) if step.isdigit() else 0


def _read_steps(pattern: str) -> list[str]:
    return pattern.split() if " " in pattern else list(pattern)


def _hold(steps: list[str], i: int) -> int:
    """How many steps the note at step ``i`` lasts: itself and the ``-`` behind it, around the loop."""
    length = 1
    while length < len(steps) and steps[(i + length) % len(steps)] == "-":
        length += 1
    return length


def _sound(token: str, part: Part, chord: Chord, voicing: tuple[int, ...]) -> list[int]:
    root = lift(chord.root, part.low)
    fifth = next((tone for tone in chord.tones if tone in (6, 7, 8)), 7)
    third = next((tone for tone in chord.tones if tone in (3, 4, 5, 2)), 7)
    named = {"R": root, "F": root + fifth, "O": root + 12, "T": root + 12 + third, "L": root + fifth - 12}
    if token in "Xx":
        return list(voicing)
    rungs = ladder(chord.classes, part.low, part.high)
    pitches = [named[c] if c in named else rungs[int(c) % len(rungs)] for c in token]
    return [pitch if pitch >= part.low - 2 else pitch + 12 for pitch in pitches]


def _voice_all(part: Part, slots: Sequence[Slot]) -> list[tuple[int, ...]]:
    voicings: list[tuple[int, ...]] = []
    for slot in slots:
        voicings.append(voice(slot.chord, part.low, part.high, voicings[-1] if voicings else ()))
    return voicings


def _is_strong(beat: float, length: float) -> bool:
    return beat % 2 == 0 or length >= 1


def _accent(beat: float) -> float:
    if beat % 4 == 0:
        return 1.06
    return 1.0 if beat % 1 == 0 else 0.92
