"""Clocks that a show is made to follow, which change their tempo at random and remember when each bar began."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from lmdmd.bench.jack_server import JackServer
from lmdmd.control.beat_fit import BeatLine
from lmdmd.control.link_clock import LinkClock
from lmdmd.control.midi_messages import CLOCK, PULSES, START, Transport
from lmdmd.control.midi_ports import INPUT, Port
from lmdmd.errors import LmdmdError
from lmdmd.rt.device import prefer_real_time
from lmdmd.train.progress import track

METRE = 4
OLD_S = 0.7
"""A Link session younger than half a second is nobody's yet."""

_LOOK_S, _READ_S = 0.005, 0.0005
_TEMPO_BPM, _CHANGE_S = (70.0, 160.0), (4.0, 12.0)
_FIRST_BPM = 126.0
_SEED = 11
_PRIORITY = 5


def tempo_changes(seconds: float) -> Iterator[tuple[float, float]]:
    """Moments, in seconds from now, and the tempo from then on."""
    chance, at_s = random.Random(_SEED), 0.0
    while (at_s := at_s + chance.uniform(*_CHANGE_S)) < seconds:
        yield at_s, chance.uniform(*_TEMPO_BPM)


# --- Link ------------------------------------------------------------------------------------------------


async def found_session(tempo_bpm: float) -> Any:
    """A peer that has been alone for long enough that others join it."""
    try:
        import aalink
    except ImportError:
        raise LmdmdError('bench sync needs aalink: pip install "lmdmd[sync]"') from None
    peer = aalink.Link(tempo_bpm)
    peer.quantum = float(METRE)
    peer.enabled = True
    await asyncio.sleep(OLD_S)
    return peer


async def count_moved(joins: int) -> int:
    """How many of so many peers of ours, each with a tempo of its own, changed that of the session they joined."""
    peer, moved = await found_session(_FIRST_BPM), 0
    for number in track(range(joins), "joins"):
        ours = LinkClock(60.0 + 7 * number, 0.3 * number, METRE)
        await _until(lambda ours=ours: ours.peers)
        await asyncio.sleep(2 * _LOOK_S)
        moved += abs(peer.tempo - _FIRST_BPM) > 0.01
        ours.close()
        await _until(lambda: not peer.num_peers)
    peer.enabled = False
    return moved


async def _until(what: Callable[[], object], limit_s: float = 10.0) -> None:
    deadline_s = time.monotonic() + limit_s
    while not what():
        if time.monotonic() > deadline_s:
            raise LmdmdError("Link peers do not meet here: is there multicast?")
        await asyncio.sleep(_LOOK_S)


async def lead_by_link(
    seconds: float, join: Callable[[], None], each: Callable[[], None]
) -> tuple[list[float], list[float]]:
    """Let a show ``join`` a session, whose tempo then changes; returns the moments of its beats and of its bars."""
    peer = await found_session(_FIRST_BPM)
    join()
    await _until(lambda: peer.num_peers)
    begun_s, changes = time.monotonic(), tempo_changes(seconds)
    change = next(changes, None)
    beats: list[float] = []
    bars: list[float] = []
    last = _read(peer)
    while last.at_s < begun_s + seconds:
        now = _read(peer)
        if now.beat // 1 > last.beat // 1:
            beats.append(now.time_of(now.beat // 1))
            bars += beats[-1:] if now.beat // METRE > last.beat // METRE else []
        # After a look, so that the beats since the last one have all had the same tempo.
        if change is not None and now.at_s > begun_s + change[0]:
            peer.tempo, change = change[1], next(changes, None)
        last = now
        each()
        await asyncio.sleep(_LOOK_S)
    peer.enabled = False
    return beats, bars


def _read(peer: Any) -> BeatLine:
    """Where a peer is; looked at again where the look was interrupted."""
    while True:
        before_s = time.monotonic()
        beat, tempo_bpm = float(peer.beat), float(peer.tempo)
        after_s = time.monotonic()
        if after_s - before_s < _READ_S:
            return BeatLine((before_s + after_s) / 2.0, beat, tempo_bpm)


# --- MIDI ------------------------------------------------------------------------------------------------


@contextmanager
def on_server(server: JackServer) -> Iterator[None]:
    """Let MIDI ports of this process be those of a sound server."""
    before = dict(os.environ)
    os.environ.update(server.environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def lead_by_midi(seconds: float, name: str, join: Callable[[], None]) -> tuple[list[float], list[float]]:
    """Send a MIDI clock whose tempo changes from a port of that name.

    Returns the moments of its beats, every ``METRE`` of which are a bar, and those at which they were really sent.
    """
    rtmidi: Any = import_module("rtmidi")
    # What leads must be even; it only sleeps and sends.
    prefer_real_time(_PRIORITY)
    port: Any = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name=name)
    port.open_virtual_port("out")
    join()
    port.send_message([START])
    begun_s, changes, tempo = time.monotonic(), tempo_changes(seconds), _FIRST_BPM
    change, at_s, pulse = next(changes, None), time.monotonic(), 0
    due: list[float] = []
    sent: list[float] = []
    while at_s < begun_s + seconds:
        time.sleep(max(0.0, at_s - time.monotonic()))
        sent_s = time.monotonic()
        port.send_message([CLOCK])
        if pulse % PULSES == 0:
            due.append(at_s)
            sent.append(sent_s)
        if change is not None and at_s > begun_s + change[0]:
            tempo, change = change[1], next(changes, None)
        at_s, pulse = at_s + 60.0 / tempo / PULSES, pulse + 1
    port.delete()
    return due, sent


class MidiEar:
    """Hears a MIDI clock and notes when each of its beats came."""

    def __init__(self, name: str) -> None:
        self._port = Port(INPUT, "bench", name)
        self._transport = Transport(running=False)
        self._stamp_s = 0.0
        self._lag_s = float("inf")
        self._beats: list[float] = []

    def fetch(self) -> None:
        """Take what has come."""
        while (got := self._port.get_message()) is not None:
            message, since_s = got
            self._stamp_s += since_s
            self._lag_s = min(self._lag_s, time.monotonic() - self._stamp_s)
            self._transport = self._transport.step(message)
            if message[0] == CLOCK and self._transport.running and self._transport.pulse % PULSES == 0:
                self._beats.append(self._stamp_s)

    def finish(self) -> list[float]:
        """Moments of the beats."""
        self._port.delete()
        return [stamp_s + self._lag_s for stamp_s in self._beats]
