"""A setlist from its first song to its last cue, and what is in force at each: the model, and the prompts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.control.clock import TempoMap
from lmdmd.control.plan import plan_show, straight
from lmdmd.control.setlist import Cue, Setlist, Song, end_frame
from lmdmd.errors import BundleError


@dataclass(frozen=True)
class Stop:
    """A song's beginning or a cue, by its ``place`` (file:line); what plays from there on, and what played before.

    ``is_news`` says that prompts or model are other ones than before. ``rows`` are set to something there.
    """

    place: str
    name: str
    model: str
    before: str
    prompts: tuple[str, ...]
    is_news: bool
    rows: tuple[str, ...] = ()


def walk(setlist: Setlist, model: str = "") -> Iterator[Stop]:
    """Every stop of a show that begins with a model, or with the setlist's own."""
    playing = model or setlist.model or bundles.DEFAULT
    prompts: tuple[str, ...] = ()
    for item in _items(setlist):
        before, playing = playing, item.swap.model if item.swap is not None else playing
        is_news = bool(item.prompts) or playing != before
        prompts = tuple(item.prompts) or prompts
        rows = tuple(name for name, value in item.set.items() if value != "")
        yield Stop(place_of(setlist, item.path, item.line), item.name, playing, before, prompts, is_news, rows)


def _items(setlist: Setlist) -> Iterator[Song | Cue]:
    for song in setlist.songs:
        yield song
        yield from song.cues


def place_of(setlist: Setlist, path: Path | None, line: int) -> str:
    """``file:line``; what names no file is in the setlist's own."""
    return f"{path or setlist.path}:{line}"


def models_of(setlist: Setlist, model: str = "") -> dict[str, str]:
    """Each model that a show plays with, and the place that asks for it first, in order; "" for the beginning."""
    found = {model or setlist.model or bundles.DEFAULT: ""}
    for stop in walk(setlist, model):
        found.setdefault(stop.model, stop.place)
    return found


def find_bundles(names: dict[str, str]) -> tuple[dict[str, BundleInfo], dict[str, str]]:
    """Bundles by the names that ``models_of`` gave, and why the others are none."""
    found, why = {}, {}
    for name in names:
        try:
            found[name] = bundles.find(name)
        except BundleError as error:
            why[name] = str(error)
    return found, why


def show_frames(setlist: Setlist, rate_hz: int) -> int:
    """Frames that a show lasts at least: as it is planned, or as its songs are long where a hold leaves it open."""
    clocks = [TempoMap.constant(rate_hz, song.tempo, song.metre) for song in setlist.songs]
    lengths = [end_frame(song, clock, 0) for song, clock in zip(setlist.songs, clocks, strict=True)]
    return max(plan_show(straight(setlist), rate_hz).end_frame, sum(lengths))


def waits(setlist: Setlist) -> bool:
    """Whether somebody must say go before the show can end."""
    return any(cue.holds or (cue.loop and not cue.loop.times) for song in setlist.songs for cue in song.cues)
