"""The sound of a part: its programme, its place in the mix, and what moves while it plays.

FluidSynth honours volume, pan, expression, the vibrato of the modulation wheel, the reverb and chorus sends, and
the filter of a channel by the NRPN of the SoundFont standard. Rooms and choruses are options of a whole render.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lmdmd.train.players import Note, Section
from lmdmd.train.styles import Part

CC_MODULATION, CC_DATA, CC_VOLUME, CC_PAN, CC_EXPRESSION, CC_DATA_LO = 1, 6, 7, 10, 11, 38
CC_REVERB, CC_CHORUS, CC_NRPN_LO, CC_NRPN = 91, 93, 98, 99
NRPN_SOUNDFONT, NRPN_FILTER, NRPN_CENTRE = 120, 8, 8192

Controls = tuple[tuple[int, int], ...]
Move = tuple[float, int, int]
"""Beat, controller and value."""

SISTERS = {
    0: (1,), 4: (5,), 5: (4,), 11: (12,), 16: (17,), 17: (16, 18), 24: (25,), 25: (24,), 27: (26,), 32: (35,),
    33: (34, 35), 34: (33,), 36: (37,), 37: (36,), 38: (39,), 39: (38,), 48: (49, 51), 49: (48,), 50: (51,),
    52: (53,), 53: (52,), 60: (61,), 61: (60,), 65: (66,), 66: (65,), 73: (75,), 88: (89,), 89: (94, 88),
    94: (89,), 95: (94,),
}  # fmt: skip
KIT_SISTERS = {0: (8, 16), 8: (0, 16), 16: (0, 8), 24: (25,), 25: (24,), 32: (40,), 40: (32,)}
SISTER_CHANCE = 0.3

SYNTHS = frozenset((38, 39, 50, 51, 62, 63, *range(80, 96), 102))
SWELLING = frozenset((*range(40, 45), *range(48, 54), *range(56, 64), *range(88, 96)))
SINGING = frozenset((22, 29, 30, *range(40, 43), *range(56, 61), *range(64, 76), 110))
CHORUSED = frozenset((4, 5, *range(16, 19), *range(24, 29), *range(48, 52), *range(80, 96)))

VOLUME_SPREAD, PAN_SPREAD, REVERB_SPREAD = 5.0, 9.0, 10.0
CHORUS_SENDS = (0, 70)
SWEEP_CHANCE, SWELL_CHANCE = 0.6, 0.7
SWEEP_STEP_BEATS, SWELL_STEP_BEATS = 0.25, 0.5
SWEEP_DEPTHS, SWEEP_BEATS = (-2400, -900), (4, 8, 16)
RISING, CLOSED = ("intro", "build"), ("break", "outro")
CLOSED_SHARE = 0.8
SWELL_DEPTHS, SWELL_BEATS = (14, 44), (8, 16)
VIBRATO_BEATS, VIBRATO_DEPTHS = 0.9, (24, 64)
ROOMS = {
    "synth.reverb.room-size": (0.2, 0.85),
    "synth.reverb.damp": (0.1, 0.6),
    "synth.reverb.width": (0.5, 1.0),
    "synth.reverb.level": (0.2, 0.55),
    "synth.chorus.level": (0.5, 1.6),
    "synth.chorus.depth": (3.0, 9.0),
    "synth.chorus.speed": (0.2, 0.7),
}


@dataclass(frozen=True)
class Stage:
    """How a piece is set up: whether left and right are swapped, how wet it is, and the renderer's room."""

    mirrored: bool
    wetness: float
    effects: dict[str, float]


@dataclass(frozen=True)
class Dress:
    """A part's controllers at the start, and their moves."""

    controls: Controls
    moves: tuple[Move, ...] = ()


def set_stage(rng: random.Random) -> Stage:
    """Draw what all parts of a piece share."""
    effects = {option: round(rng.uniform(lo, hi), 3) for option, (lo, hi) in ROOMS.items()}
    return Stage(rng.random() < 0.5, rng.uniform(0.6, 1.25), effects)


def draw_program(part: Part, rng: random.Random) -> int:
    """One of the part's programmes, or now and then a sister of it."""
    program = rng.choice(part.programs)
    sisters = (KIT_SISTERS if part.player == "drums" else SISTERS).get(program, ())
    return rng.choice(sisters) if sisters and rng.random() < SISTER_CHANCE else program


def dress_plainly(part: Part) -> Dress:
    """The part as its table says it."""
    mix = ((CC_VOLUME, part.volume), (CC_PAN, part.pan), (CC_REVERB, part.reverb), (CC_CHORUS, 0))
    return Dress(mix)


def dress_for_stage(
    part: Part, program: int, stage: Stage, sections: Sequence[Section], notes: Sequence[Note], rng: random.Random
) -> Dress:
    """The part near where its table has it, with filter sweeps, swells and vibrato as its programme bears them."""
    pan = 127 - part.pan if stage.mirrored else part.pan
    tuned = part.player != "drums"
    mix = (
        (CC_VOLUME, _whole(part.volume + rng.gauss(0, VOLUME_SPREAD))),
        (CC_PAN, _whole(pan + rng.gauss(0, PAN_SPREAD))),
        (CC_REVERB, _whole(part.reverb * stage.wetness + rng.gauss(0, REVERB_SPREAD) * (part.reverb > 0))),
        (CC_CHORUS, rng.randint(*CHORUS_SENDS) if tuned and program in CHORUSED else 0),
    )
    moves: list[Move] = []
    if tuned and program in SYNTHS and rng.random() < SWEEP_CHANCE:
        moves += _sweep(sections, rng)
    if tuned and program in SWELLING and rng.random() < SWELL_CHANCE:
        moves += _swell(sections, rng)
    if tuned and part.player == "melody" and program in SINGING:
        moves += _shake(notes, rng)
    return Dress(mix, tuple(sorted(moves, key=lambda move: move[0])))


def _sweep(sections: Sequence[Section], rng: random.Random) -> Iterator[Move]:
    """The filter opens through intros and builds, is nearly shut in breaks, and breathes elsewhere."""
    depth, period = rng.randint(*SWEEP_DEPTHS), rng.choice(SWEEP_BEATS)
    for section in sections:
        for i in range(round(section.beats / SWEEP_STEP_BEATS)):
            beat = i * SWEEP_STEP_BEATS
            if section.role in RISING:
                share = 1 - beat / section.beats
            elif section.role in CLOSED:
                share = CLOSED_SHARE
            else:
                share = (1 - section.energy / 2) * (0.5 + 0.5 * math.cos(2 * math.pi * beat / period))
            value = NRPN_CENTRE + round(depth * share)
            chosen = ((CC_NRPN, NRPN_SOUNDFONT), (CC_NRPN_LO, NRPN_FILTER))
            for control, number in (*chosen, (CC_DATA_LO, value % 128), (CC_DATA, value // 128)):
                yield section.beat + beat, control, number


def _swell(sections: Sequence[Section], rng: random.Random) -> Iterator[Move]:
    depth, period = rng.randint(*SWELL_DEPTHS), rng.choice(SWELL_BEATS)
    for section in sections:
        for i in range(round(section.beats / SWELL_STEP_BEATS)):
            beat = i * SWELL_STEP_BEATS
            away = abs(math.cos(math.pi * beat / period))
            yield section.beat + beat, CC_EXPRESSION, _whole(127 - depth * away)


def _shake(notes: Sequence[Note], rng: random.Random) -> Iterator[Move]:
    """Vibrato comes into long notes and goes with them."""
    depth = rng.randint(*VIBRATO_DEPTHS)
    for note in notes:
        if note.length >= VIBRATO_BEATS:
            for share, part in ((0.35, 0.5), (0.6, 1.0), (0.98, 0.0)):
                yield note.beat + share * note.length, CC_MODULATION, round(depth * part)


def _whole(value: float) -> int:
    return max(0, min(127, round(value)))
