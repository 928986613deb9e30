"""Addresses of QLab's that clients already speak, and addresses that are answers. Pure look-ups."""

from __future__ import annotations

QLAB_VERBS = {"/go": "show/go", "/stop": "show/stop", "/panic": "panic"}
"""QLab's transport: its address and our verb."""

REPLIES = frozenset(
    f"{prefix}/{name}"
    for prefix in ("", "/lmdm")
    for name in ("done", "fail", "note", "ack", "heard", "incident", "tick", "synced", "status.reply", "pong")
)
"""Answers, never questions: answering one could bounce between two programs for ever."""


def qlab_cue(address: str) -> str | None:
    """Cue that QLab's ``/cue/{number}/start`` names, or ``None`` for another address."""
    parts = address.split("/")
    return parts[2] if len(parts) == 4 and parts[1] == "cue" and parts[3] == "start" and parts[2] else None
