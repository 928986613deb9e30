"""MIDI clock as the clock that is followed: 24 pulses a beat, start, stop, continue and song position.

Messages are fetched, not delivered: a callback of ours would make the system's MIDI thread, which under JACK is the
one that plays, wait for this process. Each message bears the time since the one before it, so nothing is lost by
fetching late.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from lmdmd.control.beat_fit import BeatFit, BeatLine
from lmdmd.control.follow import Slack
from lmdmd.control.midi_messages import CLOCK, PULSES, Transport
from lmdmd.control.midi_ports import INPUT, Port

_LONGEST, _GROUP, _FEWEST = 2 * PULSES, 6, 6
_LOST_S = 0.5
_LATE_NOISES = 2.0
"""Moments anywhere within a period lie a quarter of it off their mean, which is half a period late."""

_REMEMBERED = 400


class MidiClock:
    """What comes in at one port."""

    slack = Slack(0.01, 0.0025)
    can_be_told = False
    peers = 0

    def __init__(self, wanted: str, port: Any = None) -> None:
        self._port = port or Port(INPUT, "clock/midi_in", wanted)
        self._transport = Transport()
        self._fit = BeatFit(_LONGEST, _GROUP, _FEWEST)
        self._stamp_s = 0.0
        self._lags_s: deque[float] = deque(maxlen=_REMEMBERED)
        self._heard_s = 0.0

    def runs(self, now_s: float) -> bool:
        """Whether the sender has started and pulses come."""
        return self._transport.running and now_s - self._heard_s < _LOST_S

    def look(self, now_s: float) -> str:
        """Take the port up again where it was away; returns what is to be told of it, or nothing."""
        said = self._port.look(now_s)
        if said:
            # A port that was opened anew does not say for how long it was away.
            self._fit = self._fit.reset()
            self._lags_s.clear()
        return said

    def fetch(self, now: Callable[[], float]) -> None:
        """Take what has come since the last time; the time is asked after each message, which is thus never early."""
        while (got := self._port.get_message()) is not None:
            message, since_s = got
            self._take(message, since_s, now())

    def _take(self, message: Sequence[int], since_s: float, now_s: float) -> None:
        self._stamp_s += since_s
        # A message is fetched some time after it came; of many, the one that waited least tells by how much.
        self._lags_s.append(now_s - self._stamp_s)
        before, self._transport = self._transport, self._transport.step(message)
        if message[0] != CLOCK:
            self._fit = self._fit.reset() if self._transport != before else self._fit
        elif self._transport.running:
            if now_s - self._heard_s > _LOST_S:
                self._fit = self._fit.reset()
            self._heard_s = now_s
            self._fit = self._fit.step(self._stamp_s, self._transport.beat)

    def line(self, now_s: float, _metre: int) -> BeatLine | None:
        """Beats now; ``None`` while the sender stands or too few pulses have come."""
        line = self._fit.line if self.runs(now_s) else None
        # A sound server hands messages on at the beginning of its periods: they come late, never early.
        late_s = _LATE_NOISES * self._fit.noise_s
        return line and BeatLine(line.at_s + min(self._lags_s) - late_s, line.beat, line.tempo_bpm)

    def shift(self, beats: float) -> None:
        """Count so many beats more."""
        self._transport = Transport(self._transport.pulse + round(beats * PULSES), self._transport.running)
        self._fit = self._fit.moved(beats)

    def close(self) -> None:
        """Close the port."""
        self._port.delete()
