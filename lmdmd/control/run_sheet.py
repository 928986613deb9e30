"""The run sheet: what happens in a show, in order, as rows for programs and as a page for a prompt desk."""

from __future__ import annotations

import textwrap

from lmdmd.control.plan import Plan, plan_show, straight
from lmdmd.control.setlist import Cue, Setlist, Song, Span, Swap, Trigger
from lmdmd.control.walk import show_frames, waits
from lmdmd.units import s_from_frames

WIDTH = 80
"""Columns of a terminal and of a sheet of paper."""
_RATE_HZ = 48_000
_INDENT = 21
"""Where the third column begins, behind number, time and bar."""

Row = dict[str, object]


def run_sheet(setlist: Setlist) -> list[Row]:
    """Rows of the run sheet, in order: song, cue, number, time_s, bar, trigger, changes, over, notes.

    ``time_s`` counts from the beginning of the show; it and ``bar`` are ``None`` for what has no time of its own.
    """
    plan = plan_show(straight(setlist), _RATE_HZ)
    rows = []
    for index, song in enumerate(setlist.songs):
        rows.append(_song_row(song, _song_frame(plan, index)))
        rows += [_cue_row(song, cue, _mark_of(plan, index, count)) for count, cue in enumerate(song.cues)]
    return rows


def _song_frame(plan: Plan, index: int) -> int | None:
    return next((stand.origin for stand in plan.stands if stand.song == index), None)


def _mark_of(plan: Plan, song: int, cue: int) -> tuple[int, int] | None:
    marks = (m for m in plan.marks if (m.place.song, m.place.cue) == (song, cue))
    return next(((mark.frame, mark.bar) for mark in marks), None)


def _song_row(song: Song, frame: int | None) -> Row:
    clock = f"{song.tempo:g} bpm, {song.metre} beats a bar, {span_text(song.length)} long"
    changes = [clock, *_prompt_texts(song.prompts), *_swap_texts(song.swap), *_set_texts(song)]
    return {
        "song": song.name, "cue": "", "number": "", "time_s": _seconds(frame), "bar": 1, "trigger": "song",
        "changes": changes, "over": "", "notes": song.notes,
    }  # fmt: skip


def _cue_row(song: Song, cue: Cue, mark: tuple[int, int] | None) -> Row:
    changes = [*_prompt_texts(cue.prompts), *_swap_texts(cue.swap), *_set_texts(cue), *_flow_texts(cue)]
    changes += [f"send {send.kind} {send.target}: {send.message}" for send in cue.sends]
    return {
        "song": song.name, "cue": cue.name, "number": cue.number,
        "time_s": _seconds(mark[0]) if mark else None, "bar": mark[1] if mark else None,
        "trigger": trigger_text(cue), "changes": changes,
        "over": span_text(cue.over) if cue.over.value else "", "notes": cue.notes,
    }  # fmt: skip


def _seconds(frame: int | None) -> float | None:
    return None if frame is None else s_from_frames(frame, _RATE_HZ)


# --- words for what a cue has -------------------------------------------------------------------------------


def trigger_text(cue: Cue) -> str:
    """When a cue fires: "at 8 s", "go, on the next bar", "after the last, 2 s later"."""
    words = [_trigger_word(cue.trigger)]
    if cue.wait.value:
        words.append(f"{span_text(cue.wait)} later")
    if cue.quantise.value:
        on = cue.quantise.unit.removesuffix("s") if cue.quantise.value == 1 else span_text(cue.quantise)
        words.append(f"on the next {on}")
    return ", ".join(words)


def _trigger_word(trigger: Trigger) -> str:
    match trigger.kind:
        case "at":
            return f"at {trigger.value:g} s"
        case "bar":
            return f"bar {trigger.value:g}"
        case "start":
            return "with the last"
        case "end":
            return "after the last"
        case "osc":
            return f"osc {trigger.message}"
    return trigger.kind


def _prompt_texts(prompts: dict[str, float]) -> list[str]:
    return [f'"{text}" {weight:g}' for text, weight in prompts.items()]


def _swap_texts(swap: Swap | None) -> list[str]:
    return [f"model {swap.model} over {span_text(swap.over)}"] if swap is not None else []


def _set_texts(item: Song | Cue) -> list[str]:
    ways = item.ways if isinstance(item, Cue) else {}
    overs = {name: f" over {span_text(way.over)}" for name, way in ways.items() if way.over.value}
    return [f"{name} = {'none' if value == '' else value}{overs.get(name, '')}" for name, value in item.set.items()]


def _flow_texts(cue: Cue) -> list[str]:
    texts = ["holds until go"] if cue.holds else []
    if cue.loop is not None:
        times = f"{cue.loop.times} times" if cue.loop.times else "until go"
        texts.append(f"loops bars {cue.loop.first} to {cue.loop.last} {times}")
    return texts


def span_text(span: Span) -> str:
    """A length of music as one says it: 2 bars, 1 beat, 30 s, 1:30."""
    if span.unit == "s" and span.value >= 60:
        return clock_text(span.value)
    return f"{span.value:g} {span.unit.removesuffix('s') if span.value == 1 and span.unit != 's' else span.unit}"


# --- the page -----------------------------------------------------------------------------------------------


def sheet_text(setlist: Setlist, width: int = WIDTH) -> str:
    """The run sheet as a page of so many columns: a head for each song, then number, time and bar of each cue."""
    rows = run_sheet(setlist)
    cues = sum(bool(row["cue"]) for row in rows)
    length = clock_text(_seconds(show_frames(setlist, _RATE_HZ)))
    about = f"{_count(len(setlist.songs), 'song')}, {_count(cues, 'cue')}, {length}"
    lines = [*textwrap.wrap(setlist.title, width), about + ", and what waits for a go" * waits(setlist)]
    for row in rows:
        lines += _cue_lines(row, width) if row["cue"] else _song_lines(row, width)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _song_lines(row: Row, width: int) -> list[str]:
    head = f"{clock_text(row['time_s']):>13}        {row['song']}"
    return ["", "-" * width, *_wrapped(head, width, _INDENT), *_details(row, width)]


def _cue_lines(row: Row, width: int) -> list[str]:
    bar = "" if row["bar"] is None else row["bar"]
    head = f"{row['number']:>5} {clock_text(row['time_s']):>7} {bar:>5}  {row['cue']}  ({row['trigger']})"
    return ["", *_wrapped(head, width, _INDENT), *_details(row, width)]


def _details(row: Row, width: int) -> list[str]:
    changes = row["changes"]
    assert isinstance(changes, list)
    said = "; ".join(changes) + (f"; over {row['over']}" if row["over"] and changes else "")
    lines = _wrapped(" " * _INDENT + said, width, _INDENT) if said else []
    return lines + (_wrapped(f"{'NOTE':>{_INDENT - 2}}  {row['notes']}", width, _INDENT) if row["notes"] else [])


def _wrapped(text: str, width: int, indent: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=" " * indent, break_on_hyphens=False)


def clock_text(seconds: object) -> str:
    """Time of the show as a stage manager writes it: 1:05, 1:02:03; nothing where there is none."""
    if not isinstance(seconds, (int, float)):
        return ""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
