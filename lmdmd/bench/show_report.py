"""Every figure of a show that was played in a folder, from its log and from what was heard of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from lmdmd.bench.judge import judge_clicks, judge_silence
from lmdmd.bench.show_again import repeat, repeat_cuts
from lmdmd.bench.show_changes import HANDED_OVER, Change, find_changes
from lmdmd.bench.show_decks import play_without
from lmdmd.bench.show_hear import Found, Listener
from lmdmd.bench.show_setlist import read_asked
from lmdmd.bench.show_take import Heed, Take, read_take
from lmdmd.bench.showlog import BLOCK, LOG
from lmdmd.errors import LmdmdError

_STEPS = ("prompt", "model", "mixer")
"""Kinds of change that are there at once; the others begin on their bar with nothing."""


def judge(folder: Path, cuts: int) -> dict[str, object]:
    """Every figure of a show that was played in a folder."""
    asked, take = read_asked(folder), read_take(folder)
    heed = Heed(take)
    changes = find_changes(take.lines, asked)
    listener = Listener(take, heed)
    found = listener.hear(changes, play_without(take, changes))
    rows = [row(one, take.rate_hz) for one in found]
    measured = [one for one in rows if one["error_ms"] is not None]
    told = {one.change.asked for one in found}
    heard = [one["cue"] for one in measured]
    return {
        "seconds": round(len(take.output) / take.rate_hz, 1),
        "device": take.show.about.get("device"),
        "rate_hz": take.rate_hz,
        **_counts(take, changes),
        **_sound(take, heed),
        "measured": len(measured),
        "unmeasured": [c.asked.cue for c in changes if c.asked not in told or c.asked.cue not in heard],
        **errors(measured),
        "by_kind": {kind: errors([one for one in measured if one["kind"] == kind]) for kind in _kinds(measured)},
        "worst_dip_db": min((one["dip_db"] for one in rows if one["dip_db"] is not None), default=None),
        "worst_dip_short_db": min((one["dip_short_db"] for one in rows if one["dip_db"] is not None), default=None),
        "unmixed": listener.unlike,
        **_again(take, cuts),
        "rows": rows,
    }


def row(found: Found, rate_hz: int) -> dict[str, Any]:
    """A change as a line of the table."""
    change, fade = found.change, found.change.fade
    first_ms, audible_ms = (_ms(at, rate_hz) for at in (found.departure.first, found.departure.audible))
    dips = [round(dip.level_db, 2) for dip in found.dips] or [None, None]
    return {
        "cue": change.asked.cue,
        "song": change.asked.song,
        "bar": change.asked.bar,
        "at_s": round(change.frame / rate_hz, 2),
        "kind": change.kind,
        "told_ms": _ms(change.fired - change.frame, rate_hz) if change.fired is not None else None,
        "error_ms": audible_ms if change.kind in _STEPS else first_ms,
        "first_ms": first_ms,
        "audible_ms": audible_ms,
        "to": fade.model if fade is not None else "",
        "over_s": round(change.glide_frames / rate_hz, 2),
        "curve": fade.curve if fade is not None else "",
        "dip_db": dips[0],
        "dip_short_db": dips[1],
    }


def _ms(frames: int | None, rate_hz: int) -> float | None:
    return None if frames is None else round(1000.0 * frames / rate_hz, 2)


def _kinds(rows: list[dict[str, Any]]) -> list[str]:
    return sorted({one["kind"] for one in rows})


def errors(rows: list[dict[str, Any]]) -> dict[str, object]:
    """Percentiles of the size of all errors, and the largest, with its sign."""
    errors_ms = np.array([one["error_ms"] for one in rows], np.float64)
    if not len(errors_ms):
        raise LmdmdError("no cue could be found in the recording")
    size = np.abs(errors_ms)
    return {
        "n": len(errors_ms),
        "p50_ms": round(float(np.median(size)), 2),
        "p95_ms": round(float(np.percentile(size, 95)), 2),
        "max_ms": float(errors_ms[size.argmax()]),
    }


def _counts(take: Take, changes: list[Change]) -> dict[str, object]:
    kinds = [line["kind"] for line in take.lines]
    return {
        "songs": len({change.asked.song for change in changes}),
        "cues": len(changes),
        "fired": sum(change.fired is not None for change in changes),
        "swaps": kinds.count(HANDED_OVER),
        "incidents": [line["text"] for line in take.lines if line["kind"] == "incident"],
    }


def _sound(take: Take, heed: Heed) -> dict[str, object]:
    """What should not be heard, up to the fade at the end."""
    heard = heed.until(take.end)
    silence = judge_silence(heard)
    clicks = judge_clicks(heard, heed.find(heard_joins(take)))
    concealed = concealed_frames(take)
    return {
        "unconcealed_samples": silence.samples,
        "excused_samples": silence.excused_samples,
        "slips": int(np.count_nonzero(heard.slipped)),
        "concealed_gaps": len(concealed),
        "concealed_ms": round(1000.0 * sum(concealed) / take.rate_hz, 1),
        "clicks": clicks.count,
        "joins": clicks.joins,
        "clicks_by_chance": round(clicks.by_chance, 2),
        "join_rank": round(clicks.rank, 3),
    }


def heard_joins(take: Take) -> np.ndarray:
    """Frames at which pieces of sound meet on a deck that has a share in what is heard."""
    spans = _shares(take)
    blocks = [line for line in take.lines if line["kind"] == BLOCK and line["block_frames"]]
    joins = {b["frame"] for b in blocks if any(d == b["deck"] and at <= b["frame"] < end for d, at, end in spans)}
    return np.array(sorted(joins), np.int64)


def _shares(take: Take) -> list[tuple[int, int, int]]:
    """Deck, first frame and end of each time that it is heard."""
    swaps = [line for line in take.lines if line["kind"] == HANDED_OVER]
    spans, deck, begin = [], 0, 0
    for swap in swaps:
        spans.append((deck, begin, swap["frame"] + swap["fade_frames"]))
        deck, begin = swap["deck"], swap["frame"]
    return [*spans, (deck, begin, take.end)]


def concealed_frames(take: Take) -> list[int]:
    """Length of each gap of a deck that the mixer has filled."""
    begun: dict[int, int] = {}
    gaps = []
    for trace in take.show.traces:
        if trace.what == "short":
            begun[trace.number] = trace.frame
        elif trace.what == "again" and trace.number in begun:
            gaps.append(trace.frame - begun.pop(trace.number))
    return [*gaps, *(take.end - frame for frame in begun.values())]


def _again(take: Take, cuts: int) -> dict[str, object]:
    whole = repeat(take.folder / LOG, take.output)
    some = list(repeat_cuts(take.folder, take.output, cuts))
    return {
        "replay_frames": whole.frames,
        "replay_unequal": whole.unequal,
        "replay_doubts": list(whole.doubts),
        "cut_at_byte": [one.cut for one in some],
        "cut_frames": [one.frames for one in some],
        "cut_unequal": [one.unequal for one in some],
    }
