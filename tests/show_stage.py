"""A show without sound: a session whose playhead the test moves, and short words for cues and songs."""

from __future__ import annotations

import asyncio
from pathlib import Path

from lmdmd.control.events import Fired
from lmdmd.control.session import Session
from lmdmd.control.setlist import Cue, Setlist, Song, Span, Trigger
from lmdmd.control.show import Show
from lmdmd.params import PROMPT_SLOTS

RATE = 44100
COMMIT_FRAMES = 4410


def at(seconds, name="", /, **fields):
    return Cue(name or f"at {seconds}", trigger=Trigger("at", seconds), **fields)


def bar(number, name="", /, **fields):
    return Cue(name or f"bar {number}", trigger=Trigger("bar", number), **fields)


def by_hand(name, **fields):
    return Cue(name, trigger=Trigger("go"), **fields)


def after(kind, name, **fields):
    """A cue that comes when the one before it has fired (``start``) or has arrived (``end``)."""
    return Cue(name, trigger=Trigger(kind), **fields)


def setlist(*songs, seed=None, **fields):
    return Setlist("Test", None, seed, songs, Path("test.yaml"), **fields)


def song(*cues, name="One", tempo=120.0, metre=4, length=None, **fields):
    return Song(name, tempo, metre, length or Span(60.0), cues, **fields)


class Deck:
    """An outlet that can still change what lies ``COMMIT_FRAMES`` ahead, and keeps what it is sent."""

    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)

    def next_frame(self, playhead):
        return playhead + COMMIT_FRAMES


class Stage:
    """A session whose playhead the test moves, and a show that follows it."""

    def __init__(self, board, setlist, **options):
        self.board, self.deck, self.now_s, self.events, self.over = board, Deck(), 0.0, [], False
        self.session = Session(board, None, RATE)
        self.session.outlets.append(self.deck)
        self.session.watch(self.events.append)
        self.show = Show(self.session, setlist, now_s=lambda: self.now_s, **options)
        self.show.arm()

    def to(self, seconds):
        """Move the playhead in ticks as the control loop does."""
        target = round(seconds * RATE)
        while self.board.playhead < target:
            self.board.playhead = min(self.board.playhead + RATE // 50, target)
            self.now_s = self.board.playhead / RATE
            self.session.awaited.settle_all(0, self.board.playhead)
            self.session.tell_heard()
            self.over = self.show.tick(self.board.playhead)
        return self

    def do(self, verb, *values, source="test"):
        return asyncio.run(self.session.do(verb, values, source=source))

    def clock_at(self, cue):
        """Bar and beat in which a cue fired last."""
        frame = [event.frame for event in self.told(Fired) if event.cue == cue][-1]
        return self.show.clock.position(frame)

    def told(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    def mixture(self):
        parts = {self.get(f"prompt/{slot}/text"): self.get(f"prompt/{slot}/weight") for slot in range(PROMPT_SLOTS)}
        return {text: weight for text, weight in parts.items() if text and weight}

    def get(self, name):
        return self.session.get(name)

    def where(self):
        return tuple(self.get(f"show/{name}") for name in ("song", "cue", "next"))

    def place(self):
        return self.get("clock/bar"), self.get("clock/beat")
