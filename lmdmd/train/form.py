"""Song forms: intro, verse, chorus, break and outro, with parts that come and go between them."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from lmdmd.train.styles import Part, Scene, Style

STEP_BARS = 2
LONG_BARS, LONG_STEP_BARS = 32, 4
MOST_EXTRAS = 3
ENERGY_SPREAD = 0.04

Scenes = list[tuple[int, Scene]]
"""A form: (bars, scene) per section."""


@dataclass(frozen=True)
class Role:
    """What a section is to a song: its energy, its progression, how many of the extra parts it has, and who rests.

    ``rests`` is how likely one part of the core rests; ``drums`` how likely those are the drums.
    """

    energy: float
    progression: str
    extras: float
    rests: float = 0.0
    drums: float = 0.0


ROLES = {
    "intro": Role(0.4, "A", 0.0, rests=0.8, drums=0.5),
    "verse": Role(0.62, "A", 1 / 3),
    "build": Role(0.75, "B", 2 / 3, rests=0.3),
    "chorus": Role(0.98, "B", 1.0),
    "drop": Role(1.0, "A", 1.0),
    "break": Role(0.45, "B", 1 / 3, rests=0.9, drums=0.8),
    "outro": Role(0.5, "A", 0.2, rests=0.4, drums=0.3),
}
CONTRASTS = ("break",)
SONGS = (
    "intro*2 verse*4 chorus*4 break*2 chorus*4",
    "intro*2 verse*4 build*2 chorus*4 break*2 outro*2",
    "verse*4 chorus*4 break*2 build*2 chorus*4",
    "intro*2 build*2 drop*4 break*4 drop*4",
    "verse*4 build*2 drop*4 verse*4 outro*2",
    "chorus*4 verse*4 break*2 chorus*4 outro*2",
)


def plan_song(style: Style, bars: int, rng: random.Random) -> Scenes:
    """Draw a song and spread it over the bars: (bars, scene) per section, in steps that phrases and chords keep to."""
    song = [_read_entry(entry) for entry in rng.choice(SONGS).split()]
    step = LONG_STEP_BARS if bars >= LONG_BARS else STEP_BARS
    total, done, edges = sum(units for _, units in song), 0, [0]
    for _, units in song:
        done += units
        edges.append(round(done / total * bars / step) * step)
    edges[-1] = bars
    extras = [part for part in style.parts if part.name not in style.core]
    rng.shuffle(extras)
    return [
        (end - start, _make_scene(role, style, extras, rng))
        for start, end, (role, _) in zip(edges, edges[1:], song, strict=False)
        if end > start
    ]


def _read_entry(entry: str) -> tuple[str, int]:
    role, _, units = entry.partition("*")
    return role, int(units)


def _make_scene(name: str, style: Style, extras: Sequence[Part], rng: random.Random) -> Scene:
    role = ROLES[name]
    most = min(MOST_EXTRAS, len(extras))
    count = math.ceil(role.extras * most)
    heard = extras[-count:] if count and name in CONTRASTS else extras[:count]
    energy = max(0.0, min(1.0, role.energy + rng.gauss(0, ENERGY_SPREAD)))
    rests = _pick_rest(role, style, rng) if rng.random() < role.rests else ""
    return Scene(role.progression, energy, " ".join(part.name for part in heard), rests, name)


def _pick_rest(role: Role, style: Style, rng: random.Random) -> str:
    """One part of the core that can be missed: those that are left must carry the section."""
    core = [part for part in style.parts if part.name in style.core]
    drums = [part.name for part in core if part.player == "drums"]
    others = [part.name for part in core if part.player != "drums" and _can_miss(part, core)]
    if drums and len(core) > 1 and (not others or rng.random() < role.drums):
        return drums[0]
    return rng.choice(others) if others else ""


def _can_miss(part: Part, core: Sequence[Part]) -> bool:
    return any(other is not part and other.player not in ("drums", "melody") for other in core)
