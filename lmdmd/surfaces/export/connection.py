"""How a patch stays in touch with the daemon: where it is, and how often to ask. The same for every program."""

from __future__ import annotations

from lmdmd.config import OSC_PORT

HOST = "127.0.0.1"
PORT = OSC_PORT

LEASE_S = 60
RENEW_S = 20
PULSE_S = 2
SILENT_S = 6
"""After so long without a word the daemon is taken to be gone."""
PULSE = "status/callbacks"
"""A small value to ask for, to know that it lives."""

ANSWERS = ("done", "fail", "note", "incident", "tick", "ack", "heard", "synced", "status")
"""What the daemon says that is no row's value."""

BUTTONS = (("show/go", "GO"), ("show/back", "BACK"), ("panic", "PANIC"), ("release", "RELEASE"))
"""Verbs that every stage has, and what stands on them."""

TOLD = (
    ("song", "show/song"),
    ("cue", "show/cue"),
    ("notes", "show/notes"),
    ("next", "show/next"),
    ("next notes", "show/next_notes"),
    ("model", "show/next_model_state"),
    ("left s", "show/remaining"),
    ("bar", "clock/bar"),
    ("beat", "clock/beat"),
    ("lead s", "status/lead"),
    ("incident", "status/incident"),
)
"""Reports that every stage shows."""
