"""Addresses of other programs that clients already speak: scsynth's watchdog replies, QLab's transport.

Pure look-ups and pure functions of a status snapshot; the OSC surface does the sending.
"""

from __future__ import annotations

from lmdmd.params import DECK_SLOTS, Value

QLAB_VERBS = {"/go": "show/go", "/stop": "show/stop", "/panic": "panic"}
"""QLab's transport: its address and our verb."""

REPLIES = frozenset(
    f"{prefix}/{name}"
    for prefix in ("", "/lmdm")
    for name in ("done", "fail", "note", "ack", "heard", "incident", "tick", "synced", "status.reply")
)
"""Answers, never questions: answering one could bounce between two programs for ever."""


def qlab_cue(address: str) -> str | None:
    """Cue that QLab's ``/cue/{number}/start`` names, or ``None`` for another address."""
    parts = address.split("/")
    return parts[2] if len(parts) == 4 and parts[1] == "cue" and parts[3] == "start" and parts[2] else None


def scsynth_status(status: dict[str, Value], rate_hz: int) -> tuple[Value, ...]:
    """Arguments of scsynth's ``/status.reply``: 1, units, voices, groups, models, loads in %, rates.

    A voice is a live deck and a model a loaded one; the loads are compute time over block time, median
    and 95th percentile.
    """
    states = [status[f"deck/{slot}/state"] for slot in range(DECK_SLOTS)]
    voices = sum(state == "live" for state in states)
    models = sum(state in ("ready", "live", "draining") for state in states)
    loads = [_loads(status, slot) for slot, state in enumerate(states) if state == "live"] or [(0.0, 0.0)]
    average, peak = max(loads)
    return 1, 0, voices, 0, models, average, peak, float(rate_hz), float(rate_hz)


def _loads(status: dict[str, Value], slot: int) -> tuple[float, float]:
    average = 100.0 * float(status[f"deck/{slot}/factor"])
    p50_ms, p95_ms = (float(status[f"deck/{slot}/block_{name}"]) for name in ("p50", "p95"))
    return average, average * p95_ms / p50_ms if p50_ms > 0 else average
