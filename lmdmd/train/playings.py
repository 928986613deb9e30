"""Ways of playing: to the grid, as the first bundles learnt it, and live, with song forms, feel and a stage."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from lmdmd.errors import TrainError, did_you_mean
from lmdmd.train.fills import Lanes, draw_crash, draw_fill, draw_turn
from lmdmd.train.form import Scenes, plan_song
from lmdmd.train.humanise import Feel, draw_pockets, play_to_grid, play_with_feel
from lmdmd.train.players import Note, Section
from lmdmd.train.sound import Dress, Stage, draw_program, dress_for_stage, dress_plainly, set_stage
from lmdmd.train.styles import Part, Style

NEW_GROOVE_CHANCE = 0.4
BUSY = ("chorus", "drop")


@dataclass(frozen=True)
class Drumming:
    """What the drummer of a section plays: the groove, a fill, a turn and a crash."""

    groove: Lanes
    fill: Lanes = ()
    turn: Lanes = ()
    crash: str = "crash"


class GridPlaying:
    """Forms from the style's own table, a jitter for every note, every part as its table has it.

    ``loudness`` is a section's without energy, and what full energy adds.
    """

    name = "grid"
    loudness = (0.82, 0.2)

    def plan_scenes(self, style: Style, bars: int, rng: random.Random) -> Scenes:
        """Spread a form over the piece in whole phrases: (bars, scene) per section."""
        form = rng.choice(style.forms)
        phrases = -(-bars // style.phrase_bars)
        edges = [min(bars, round(i * phrases / len(form)) * style.phrase_bars) for i in range(len(form) + 1)]
        return [(b - a, scene) for a, b, scene in zip(edges, edges[1:], form, strict=False) if b > a]

    def plan_drums(self, style: Style, scenes: Scenes, rng: random.Random) -> list[Drumming]:
        """One groove for the piece, and a fill of the style's into each new section."""
        groove = rng.choice(style.grooves) if style.grooves else ()
        ends = range(1, len(scenes) + 1)
        fills = [rng.choice(style.fills) if style.fills and end < len(scenes) else () for end in ends]
        return [Drumming(groove, fill) for fill in fills]

    def draw_program(self, part: Part, rng: random.Random) -> int:
        """The programme that a part plays."""
        return rng.choice(part.programs)

    def draw_pockets(self, style: Style, parts: Sequence[Part], rng: random.Random) -> dict[str, float]:
        """How far each part stands behind the beat, in ms."""
        return {part.name: 0.0 for part in parts}

    def humanise(self, notes: Sequence[Note], feel: Feel, rng: random.Random) -> tuple[Note, ...]:
        """The notes as a hand plays them."""
        return play_to_grid(notes, feel, rng)

    def set_stage(self, rng: random.Random) -> Stage | None:
        """What all parts of a piece share in sound."""
        return None

    def dress(
        self,
        part: Part,
        program: int,
        stage: Stage | None,
        sections: Sequence[Section],
        notes: Sequence[Note],
        rng: random.Random,
    ) -> Dress:
        """The controllers of a part."""
        return dress_plainly(part)


class LivePlaying(GridPlaying):
    """Song forms, fills of many kinds, players with feel, and sounds that move."""

    name = "live"
    loudness = (0.7, 0.32)

    def plan_scenes(self, style: Style, bars: int, rng: random.Random) -> Scenes:
        """An intro, verses, choruses, a break and an outro, as a song has them."""
        return plan_song(style, bars, rng)

    def plan_drums(self, style: Style, scenes: Scenes, rng: random.Random) -> list[Drumming]:
        """A groove, now and then another for the choruses; fills of many kinds, turns and crashes."""
        if not style.grooves:
            return [Drumming(()) for _ in scenes]
        groove = rng.choice(style.grooves)
        chorus = rng.choice(style.grooves) if rng.random() < NEW_GROOVE_CHANCE else groove
        turn, drumming = draw_turn(groove, rng), []
        for index, (_, scene) in enumerate(scenes):
            here = chorus if scene.role in BUSY else groove
            fill = draw_fill(here, style.fills, rng) if index + 1 < len(scenes) else ()
            drumming.append(Drumming(here, fill, turn, draw_crash(here, rng)))
        return drumming

    def draw_program(self, part: Part, rng: random.Random) -> int:
        """One of the part's programmes, or now and then one like it."""
        return draw_program(part, rng)

    def draw_pockets(self, style: Style, parts: Sequence[Part], rng: random.Random) -> dict[str, float]:
        """The drums stand on the beat, the others around it."""
        return draw_pockets(style, parts, rng)

    def humanise(self, notes: Sequence[Note], feel: Feel, rng: random.Random) -> tuple[Note, ...]:
        """Drifting, phrased and strummed."""
        return play_with_feel(notes, feel, rng)

    def set_stage(self, rng: random.Random) -> Stage | None:
        """A room, a side for everybody, and how wet it is."""
        return set_stage(rng)

    def dress(
        self,
        part: Part,
        program: int,
        stage: Stage | None,
        sections: Sequence[Section],
        notes: Sequence[Note],
        rng: random.Random,
    ) -> Dress:
        """The part's place in the mix with what moves in it."""
        return dress_for_stage(part, program, stage or set_stage(rng), sections, notes, rng)


PLAYINGS = {playing.name: playing for playing in (LivePlaying(), GridPlaying())}
GRID, LIVE = GridPlaying.name, LivePlaying.name


def find_playing(name: str) -> GridPlaying:
    """Return the way of playing of that name; raises `TrainError` with the nearest name."""
    if name not in PLAYINGS:
        known = ", ".join(PLAYINGS)
        raise TrainError(f"no way of playing {name!r}; there are {known}{did_you_mean(name, PLAYINGS)}")
    return PLAYINGS[name]
