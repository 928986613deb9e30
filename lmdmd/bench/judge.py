"""Pure functions that find what should not be heard: silence, repeated buffers, outages, clicks.

Long recordings are read piece by piece, so that one that is only mapped is never held in memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lmdmd.bench.heard import Heard

SILENT = 1e-6
"""Full scale is 1; what stays below on every channel is no music."""

OUTAGE_JOINED_S = 0.5
CLICK_REACH_FRAMES = 32
CLICK_PERCENTILE = 99.999
RANKED_WINDOWS = 185
"""Windows before and after a join among which it is ranked: a quarter of a second each."""

_PIECE_FRAMES = 1 << 20


@dataclass(frozen=True)
class Stretch:
    """A stretch of a recording, in frames."""

    begin: int
    frames: int

    @property
    def end(self) -> int:
        """First frame after it."""
        return self.begin + self.frames


@dataclass(frozen=True)
class Silence:
    """Silent stretches while connected: those for which the program answers, and those near a slip of the clock."""

    gaps: list[Stretch]
    excused: list[Stretch]

    @property
    def samples(self) -> int:
        """Frames for which the program answers."""
        return sum(gap.frames for gap in self.gaps)

    @property
    def excused_samples(self) -> int:
        """Frames that are left out."""
        return sum(gap.frames for gap in self.excused)


def stretches(flags: np.ndarray) -> list[Stretch]:
    """Where ``flags`` [N] is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [Stretch(int(begin), int(end - begin)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def silent_stretches(audio: np.ndarray, longer_than: int) -> list[Stretch]:
    """Stretches of ``audio`` [N, 2] of more than ``longer_than`` frames in which every channel is silent."""
    found: list[Stretch] = []
    for at in range(0, len(audio), _PIECE_FRAMES):
        piece = np.abs(audio[at : at + _PIECE_FRAMES]).max(axis=1) <= SILENT
        for part in stretches(piece):
            begin = at + part.begin
            if found and found[-1].end == begin:
                begin = found.pop().begin
            found.append(Stretch(begin, at + part.end - begin))
    return [stretch for stretch in found if stretch.frames > longer_than]


def judge_silence(heard: Heard, excuse: bool = True) -> Silence:
    """Silence of more than a buffer while connected, from the first sound on; near slips if they `excuse` it."""
    near = heard.near_slips & excuse
    gaps: list[Stretch] = []
    excused: list[Stretch] = []
    for part in silent_while_connected(heard):
        first, last = part.begin // heard.period, -(-part.end // heard.period)
        (excused if near[first:last].any() else gaps).append(part)
    return Silence(gaps, excused)


def silent_while_connected(heard: Heard) -> Iterator[Stretch]:
    """Parts of silent stretches in which the ear was connected; one with which the recording begins is left out."""
    for silence in silent_stretches(heard.audio, heard.period):
        if silence.begin:
            first, last = silence.begin // heard.period, -(-silence.end // heard.period)
            for part in stretches(heard.notes["connected"][first:last]):
                begin = max(silence.begin, (first + part.begin) * heard.period)
                end = min(silence.end, (first + part.end) * heard.period)
                yield Stretch(begin, end - begin)


def repeated_buffers(heard: Heard) -> np.ndarray:
    """For each buffer, whether it is the one before once more and not silent: nobody wrote a new one."""
    found = np.zeros(len(heard.notes), bool)
    for at, buffers in _pieces(heard):
        same = (buffers[1:] == buffers[:-1]).all(axis=1) & (np.abs(buffers[1:]) > SILENT).any(axis=1)
        found[at + 1 : at + len(buffers)] = same
    return found


def loud_buffers(heard: Heard) -> np.ndarray:
    """For each buffer, whether it is not silent."""
    loud = np.zeros(len(heard.notes), bool)
    for at, buffers in _pieces(heard):
        loud[at : at + len(buffers)] = np.abs(buffers).max(axis=1) > SILENT
    return loud


def sounding_buffers(heard: Heard) -> np.ndarray:
    """For each buffer, whether it brought new sound of the program."""
    return loud_buffers(heard) & heard.notes["connected"] & ~repeated_buffers(heard)


def _pieces(heard: Heard) -> Iterator[tuple[int, np.ndarray]]:
    """Pieces of buffers [n, samples], each with its first one's number; it begins with the last of the piece before."""
    buffers = heard.audio.reshape(len(heard.notes), 2 * heard.period)
    step = max(1, _PIECE_FRAMES // heard.period)
    for at in range(0, len(buffers), step):
        yield max(0, at - 1), buffers[max(0, at - 1) : at + step]


def outage_s(sounding: np.ndarray, at_s: np.ndarray, since_s: float) -> float:
    """Seconds from ``since_s`` to the end of the first outage after it; 0 without one, infinite when none ended it.

    ``sounding`` [buffers] tells where sound came, ``at_s`` when. Breaks less than OUTAGE_JOINED_S apart are one.
    """
    first = int(np.searchsorted(at_s, since_s))
    breaks = stretches(~sounding[first:])
    if not breaks:
        return 0.0
    end = breaks[0].end
    for later in breaks[1:]:
        if at_s[first + later.begin] - at_s[first + end] > OUTAGE_JOINED_S:
            break
        end = later.end
    return float(at_s[first + end] - since_s) if first + end < len(at_s) else float("inf")


def ending_level(heard: Heard) -> float:
    """How loud the sound was when it ended: peak of its last frames over the peak of its last half second."""
    loud = np.flatnonzero(np.abs(heard.audio).max(axis=1, initial=0.0) > SILENT)
    if not len(loud):
        return 0.0
    end = int(loud[-1]) + 1
    last, before = heard.audio[max(0, end - CLICK_REACH_FRAMES) : end], heard.audio[max(0, end - 24000) : end]
    return float(np.abs(last).max() / np.abs(before).max())


# --- clicks ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clicks:
    """Joins that stand out: how many of how many, the level above which one does, and the worst over that level.

    So many as `by_chance` stand out where a join sounds like any other moment. Loud drums hide what a soft passage
    would not: `rank` is the median share of moments around a join that bend less than it, 0.5 where it is like them.
    """

    count: int
    joins: int
    limit: float
    worst: float
    by_chance: float
    rank: float


def bends(audio: np.ndarray) -> np.ndarray:
    """Second difference at each frame but the ends, the larger of all channels, of ``audio`` [N, C]: [N - 2]."""
    return np.abs(audio[2:] - 2 * audio[1:-1] + audio[:-2]).max(axis=1, initial=0.0)


def sharpest_near(audio: np.ndarray, frame: int) -> float:
    """Largest bend within CLICK_REACH_FRAMES of a frame."""
    begin = max(0, frame - CLICK_REACH_FRAMES - 1)
    return float(bends(audio[begin : frame + CLICK_REACH_FRAMES + 2]).max(initial=0.0))


def window_bends(audio: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Largest bend of each window as wide as a join's, piece by piece: the first window's frame, and their values."""
    width = 2 * CLICK_REACH_FRAMES + 1
    step = width * (_PIECE_FRAMES // width)
    for at in range(0, len(audio), step):
        bent = bends(audio[at : at + step + 2])
        whole = len(bent) // width * width
        yield at, bent[:whole].reshape(-1, width).max(axis=1)


def clear_windows(frames: int, joins: np.ndarray, slips: list[Stretch]) -> np.ndarray:
    """For each window of a recording of so many frames, whether it is clear of joins and slips."""
    width = 2 * CLICK_REACH_FRAMES + 1
    taken = np.zeros(frames // width + 3, bool)
    for reach in (-width, 0, width):
        taken[np.maximum(joins + reach, 0) // width] = True
    for slip in slips:
        taken[slip.begin // width : slip.end // width + 2] = True
    return ~taken


def rank_near(windows: np.ndarray, frame: int, sharp: float) -> float:
    """Share of the clear ``windows`` (others are NaN) around a join that bend less than it; NaN without any."""
    at = frame // (2 * CLICK_REACH_FRAMES + 1)
    near = windows[max(0, at - RANKED_WINDOWS) : at + RANKED_WINDOWS + 1]
    near = near[~np.isnan(near)]
    return float(np.mean(near < sharp)) if len(near) else math.nan


def judge_clicks(heard: Heard, joins: np.ndarray) -> Clicks:
    """Count ``joins`` (frames of the recording) that bend more than CLICK_PERCENTILE of its music away from joins.

    What is near a slip of the clock is left out: there is a jump that no one made.
    """
    near = heard.near_slips
    joins = joins[(joins >= 0) & (joins < len(heard.audio))]
    joins = joins[~near[joins // heard.period]]
    slips = [Stretch(part.begin * heard.period, part.frames * heard.period) for part in stretches(near)]
    windows = np.concatenate([np.zeros(0), *(values for _, values in window_bends(heard.audio))])
    windows[~clear_windows(len(heard.audio), joins, slips)[: len(windows)]] = math.nan
    music = windows[~np.isnan(windows)]
    limit = float(np.percentile(music, CLICK_PERCENTILE)) if len(music) else math.inf
    sharp = np.array([sharpest_near(heard.audio, int(frame)) for frame in joins])
    ranks = [rank_near(windows, int(frame), value) for frame, value in zip(joins, sharp, strict=True)]
    ranks = [rank for rank in ranks if not math.isnan(rank)]
    return Clicks(
        count=int(np.count_nonzero(sharp > limit)),
        joins=len(joins),
        limit=limit,
        worst=float(sharp.max(initial=0.0) / limit) if limit else 0.0,
        by_chance=len(joins) * max(1 - CLICK_PERCENTILE / 100, 1 / (len(music) + 1)),
        rank=float(np.median(ranks)) if ranks else 0.5,
    )
