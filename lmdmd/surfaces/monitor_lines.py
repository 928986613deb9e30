"""A monitor where there is no terminal: a line a second for people, or as JSON for programs. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lmdmd.surfaces.monitor_parts import clock, countdown
from lmdmd.surfaces.monitor_state import HERE, MonitorState, Note


def line(state: MonitorState) -> str:
    """One line: what plays, how safe it is, how loud it is."""
    if state.link != HERE:
        return f"{state.place} {state.link}{f': {state.why}' if state.why else ''}"
    slot = state.live_deck()
    words = (
        clock(state.number("show/elapsed")),
        f"{int(state.number('clock/bar'))}.{int(state.number('clock/beat'))}",
        f"{state.number('clock/tempo'):.1f} bpm",
        *_show(state),
        f"deck {slot} {state.text(f'deck/{slot}/state')} {state.text(f'deck/{slot}/model')}",
        f"lead {state.number('status/lead'):.2f} s",
        f"load {100 * state.number('status/factor'):.0f} %",
        f"knob {state.number('status/knob_p50'):.0f}/{state.number('status/knob_p95'):.0f} ms",
        f"out {max(state.number('meter/out/l'), state.number('meter/out/r')):.1f} dB",
        f"underruns {state.number('status/underruns'):.0f}",
        f"concealed {state.number('status/concealed'):.0f} ms",
        f"xruns {state.number('status/xruns'):.0f}",
        f"restarts {state.number('status/restarts'):.0f}",
        f"clients {state.number('osc/peers'):.0f}",
    )
    return " | ".join(words)


def _show(state: MonitorState) -> list[str]:
    if not state.text("show/song"):
        return []
    known = state.knows("show/next_in_s") and state.number("show/next_in_s") >= 0
    coming = f" in {countdown(state.number('show/next_in_s'))}" if known else ""
    return [
        f"{state.text('show/song')} / {state.text('show/cue') or '-'}",
        f"next {state.text('show/next') or '-'}{coming}",
    ]


def note_line(note: Note) -> str:
    """What went wrong, as a line of its own."""
    return f"! {note.text}" if note.at_s is None else f"! {clock(note.at_s)} {note.text}"


def json_line(state: MonitorState, notes: Sequence[Note], unix_s: float) -> str:
    """Everything that is known, and what went wrong since the line before."""
    return json.dumps(
        {
            "time": round(unix_s, 3),
            "place": state.place,
            "link": state.link,
            "why": state.why,
            "incidents": [{"at_s": note.at_s, "text": note.text} for note in notes],
            "values": state.values,
        }
    )
