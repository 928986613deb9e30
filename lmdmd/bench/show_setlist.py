"""A show to be measured: five songs, thirty cues on bars, six of them swaps between two bundles; as a real setlist."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lmdmd.errors import LmdmdError

ASKED = "asked.json"
SETLIST = "show.yaml"
LEAST_GAP_S = 3.5
"""Cues of a short show are not nearer to each other than this; those that do not fit are left out."""


@dataclass(frozen=True)
class Move:
    """What a cue does, as a setlist says it. One that ``swaps`` goes to the bundle that does not play.

    ``bars`` is how long it takes; ``after`` is ``start`` or ``end`` for one that follows the cue before it.
    """

    name: str
    does: dict[str, Any]
    bars: int = 0
    curve: str = "linear"
    swaps: bool = False
    after: str = ""


@dataclass(frozen=True)
class Piece:
    """A song of the show: its clock, what it begins with, and its moves."""

    name: str
    tempo: int
    metre: int
    prompts: str
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Asked:
    """A cue, and the bar of its song on which it was asked for."""

    cue: str
    song: str
    bar: int


@dataclass(frozen=True)
class ShowText:
    """A setlist, and what it asks for."""

    setlist: dict[str, Any]
    asked: list[Asked] = field(default_factory=list)

    def write(self, folder: Path) -> Path:
        """Write both into a folder; returns the setlist's path."""
        (folder / ASKED).write_text(json.dumps([asdict(asked) for asked in self.asked]), encoding="utf-8")
        path = folder / SETLIST
        path.write_text(yaml.safe_dump(self.setlist, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return path


def read_asked(folder: Path) -> list[Asked]:
    """What a show that was kept in a folder was asked; raises ``LmdmdError`` where none was."""
    try:
        return [Asked(**asked) for asked in json.loads((folder / ASKED).read_text(encoding="utf-8"))]
    except FileNotFoundError:
        raise LmdmdError(f"{folder}: holds no show to judge; lmdmd bench show --keep {folder} plays one") from None


# fmt: off
PIECES = (
    Piece("Harbour", 92, 4, "warm ambient pads", (
        Move("bells", {"prompts": {"warm ambient pads": 0.5, "music box": 0.5}}),
        Move("lantern", {"prompts": "chapel organ"}, 1, swaps=True),
        Move("grip", {"set": {"gen/cfg": 5}}),
        Move("duck", {"set": {"mix/gain": -6}}, 1, "smooth", after="start"),
        Move("lift", {"set": {"mix/gain": 0}}),
        Move("choir", {"prompts": {"chapel organ": 0.4, "baroque harpsichord": 0.6}}),
    )),
    Piece("Toys", 126, 3, "arcade game music", (
        Move("vault", {"prompts": "chapel organ"}),
        Move("pocket", {}, 4, "smooth", swaps=True),
        Move("jazz", {"prompts": "jazz"}),
        Move("muffle", {"set": {"mix/lowpass": 900}}, 2, "slow"),
        Move("clear", {"set": {"mix/lowpass": 20000}}, 1, "fast", after="end"),
        Move("calm", {"set": {"gen/temperature": 0.9}}),
    )),
    Piece("Staircase", 76, 5, "solo piano ballad", (
        Move("loose", {"set": {"gen/cfg": 2}}),
        Move("lantern again", {"prompts": "chapel organ"}, 2, "slow", swaps=True),
        Move("neon", {"prompts": {"neon synthwave": 1}}),
        Move("pocket again", {"prompts": "folk guitar"}, 2, "fast", swaps=True),
        Move("strings", {"prompts": {"folk guitar": 0.3, "cinematic": 0.7}}),
        Move("wide", {"set": {"mix/width": 1.6}}),
    )),
    Piece("Cellar", 132, 4, "deep house", (
        Move("breaks", {"prompts": "drum and bass"}),
        Move("lantern late", {"prompts": "funk"}, 1, "smooth", swaps=True),
        Move("neon floor", {"prompts": {"funk": 0.3, "neon synthwave": 0.7}}),
        Move("thin", {"set": {"mix/highpass": 300}}),
        Move("whole", {"set": {"mix/highpass": 20, "mix/gain": -3}}, after="start"),
        Move("other", {"seed": 21}),
    )),
    Piece("Home", 104, 7, "baroque harpsichord", (
        Move("aside", {"set": {"mix/pan": -0.4}}, 1),
        Move("pocket at last", {"prompts": "solo piano ballad"}, 4, "linear", swaps=True),
        Move("middle", {"set": {"mix/pan": 0, "mix/gain": 0}}, 2),
        Move("guitar", {"prompts": {"solo piano ballad": 0.4, "folk guitar": 0.6}}),
        Move("wild", {"set": {"gen/temperature": 1.4}}),
        Move("farewell", {"prompts": "warm ambient pads"}),
    )),
)
# fmt: on


def make_show(seconds: float, bundles: Sequence[str]) -> ShowText:
    """A show of so many seconds that plays the first of two bundles, and goes to and fro between them."""
    songs, asked = [], []
    others = itertools.cycle((bundles[1], bundles[0]))
    for number, piece in enumerate(PIECES):
        bar_s = 60.0 * piece.metre / piece.tempo
        length = max(2, round(seconds / len(PIECES) / bar_s))
        cues = list(_place(piece, length, bar_s, others))
        asked += [place for _, place in cues]
        song = {"name": piece.name, "tempo": piece.tempo, "metre": piece.metre, "length": f"{length} bars"}
        # The decks by themselves are what the fades are measured by.
        opening: dict[str, Any] = {} if number else {"set": {"record/stems": True}}
        songs.append({**song, "prompts": piece.prompts, **opening, "cues": [cue for cue, _ in cues]})
    defaults = {"over": "0s", "quantise": "bar"}
    return ShowText(
        {"title": "Five rooms", "model": bundles[0], "seed": 9, "defaults": defaults, "songs": songs}, asked
    )


def _place(piece: Piece, length: int, bar_s: float, others: Iterator[str]) -> Iterator[tuple[dict[str, Any], Asked]]:
    """The cues of a song of ``length`` bars, evenly apart."""
    moves = piece.moves[: max(0, int(length * bar_s / LEAST_GAP_S) - 1)]
    gap = length // (len(moves) + 1)
    bar = 1
    for move, before in zip(moves, (None, *moves), strict=False):
        bar += gap
        yield _cue(move, before, piece, bar, gap, others), Asked(move.name, piece.name, bar)


def _cue(move: Move, before: Move | None, piece: Piece, bar: int, gap: int, others: Iterator[str]) -> dict[str, Any]:
    cue: dict[str, Any] = {"name": move.name}
    if move.after:
        # Half a beat before the line on which it is to fall, whenever the cue before it fired or arrived.
        passed = min(before.bars, gap - 1) if before is not None and move.after == "end" else 0
        cue |= {"after": move.after, "wait": f"{(gap - passed) * piece.metre - 0.5:g} beats"}
    else:
        cue |= {"bar": bar}
    bars = f"{min(move.bars, max(gap - 1, 1))} bars"
    if move.swaps:
        cue |= {"model": {"to": next(others), "over": bars, "curve": move.curve}}
    elif move.bars:
        cue |= {"over": bars, "curve": move.curve}
    return cue | move.does
