"""What a drummer does beside the groove: fills at the ends of sections, turns inside them, crashes after them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from lmdmd.train.players import STEPS_PER_BAR
from lmdmd.train.styles import Lane

Lanes = tuple[Lane, ...]

BACKBEATS = ("snare", "clap", "rim", "conga", "tumba")
ROLLS = ("....9...5.6.7.89", "....9.......6789", "4.4.5.5.66667789", "2233445566778899", "....9..6..6.8.89")
PICKUPS = ("..............89", "............7.89", "...........7.8.9", "............9.9.")
TOMS = (
    (("tom1", "........8.8....."), ("tom2", "...........78..."), ("tom3", "..............99")),
    (("tom1", "........77......"), ("tom2", "..........88...."), ("tom3", "............9.9.")),
    (("snare", "....9...88......"), ("tom1", "..........8....."), ("tom3", "............8.88")),
    (("tom3", "....8.8........."), ("tom2", "........8.8....."), ("tom1", "............8.88")),
)
TURNS = (
    (("open", "..............7."),),
    (("ghost", ".............4.4"),),
    (("kick", "..............78"),),
    (("tom1", "..............6."), ("tom3", "...............7")),
    (("snare", "..............57"),),
)
HAND_TURNS = ("..............57", ".............5.6", "...........5.5.7")
CRASHES = ("crash", "crash", "crash2", "splash", "china", "")
HALF = STEPS_PER_BAR // 2


def draw_fill(groove: Lanes, fills: Sequence[Lanes], rng: random.Random) -> Lanes:
    """One bar that ends a section: one of the style's own fills, or one made from its groove."""
    if not groove or (not fills and not _has(groove, *BACKBEATS)):
        return ()
    makers = [*([_play_own] * 3 if fills else ()), *([_play_half] if fills else ()), _play_roll, _play_stop]
    makers += [_play_toms] * 2 if _is_kit(groove) else []
    maker: Callable[[Lanes, Sequence[Lanes], random.Random], Lanes] = rng.choice(makers)
    return maker(groove, fills, rng)


def draw_turn(groove: Lanes, rng: random.Random) -> Lanes:
    """A few strokes for the end of every fourth bar, on drums that the groove leaves free there."""
    if not groove:
        return ()
    if not _is_kit(groove):
        return (Lane(_backbeat(groove), 0.0, rng.choice(HAND_TURNS)),)
    return tuple(Lane(drum, 0.0, steps) for drum, steps in rng.choice(TURNS))


def draw_crash(groove: Lanes, rng: random.Random) -> str:
    """The cymbal that greets a section, or none; who plays with the hands has no cymbals."""
    return rng.choice(CRASHES) if _is_kit(groove) else ""


def _play_own(groove: Lanes, fills: Sequence[Lanes], rng: random.Random) -> Lanes:
    return rng.choice(fills)


def _play_half(groove: Lanes, fills: Sequence[Lanes], rng: random.Random) -> Lanes:
    """The groove for half a bar, then the second half of a fill."""
    return (*_keep(groove, 0, HALF), *_keep(rng.choice(fills), HALF, STEPS_PER_BAR))


def _play_roll(groove: Lanes, fills: Sequence[Lanes], rng: random.Random) -> Lanes:
    """A roll on the backbeat's drum that grows, over the kick of the groove."""
    backbeat = _backbeat(groove)
    kicks = tuple(lane for lane in groove if lane.drum in ("kick", "tumba") and lane.drum != backbeat)
    return (*_keep(kicks, 0, STEPS_PER_BAR), Lane(backbeat, 0.0, rng.choice(ROLLS)))


def _play_toms(groove: Lanes, fills: Sequence[Lanes], rng: random.Random) -> Lanes:
    """The groove for half a bar, then down (or up) the toms."""
    toms = tuple(Lane(drum, 0.0, steps) for drum, steps in rng.choice(TOMS))
    return (*_keep(groove, 0, HALF // 2), *toms)


def _play_stop(groove: Lanes, fills: Sequence[Lanes], rng: random.Random) -> Lanes:
    """One stroke, then nothing but a pickup."""
    return (*_keep(groove, 0, 1), Lane(_backbeat(groove), 0.0, rng.choice(PICKUPS)))


def _keep(lanes: Lanes, start: int, stop: int) -> Lanes:
    """The lanes' last bar between two steps, silent around them, whatever the energy."""
    bars = [(lane, lane.steps[-STEPS_PER_BAR:]) for lane in lanes]
    return tuple(
        replace(lane, floor=0.0, steps="." * start + bar[start:stop] + "." * (STEPS_PER_BAR - stop))
        for lane, bar in bars
    )


def _backbeat(groove: Lanes) -> str:
    return next((drum for drum in BACKBEATS if _has(groove, drum)), "snare")


def _has(groove: Lanes, *drums: str) -> bool:
    return any(lane.drum in drums for lane in groove)


def _is_kit(groove: Lanes) -> bool:
    return _has(groove, "kick")
