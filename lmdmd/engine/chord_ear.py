"""The chord of what comes in, as a symbol: a pure function of the input's last sounding moments before a frame.

Sound is cut into hops of a fixed grid. The strength of each pitch class in the newest hops that sound, the newest of
them most, is compared with what chords would give. Silence says nothing: the chord before it is held.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lmdmd.chords import NOTE_NAMES, QUALITIES
from lmdmd.engine.listening import Sound

HEARD = "jam/heard"
"""The line of a block that says which chord is heard. It is no row of the table."""

Floats = NDArray[np.float64]

HOP_S = 0.05
WINDOW_S = 0.186
HOLD_S = 20.0
"""A chord is held so long over silence."""
RECENT_S = 0.6
"""The weight of sound falls by e for so much that sounds after it: about a beat."""
LOOK_S = 2.0
"""So much of what sounds is looked at."""
SILENT_DB = -55.0
_LOWEST_HZ, _HIGHEST_HZ = 50.0, 2000.0
_BASS_HZ = 230.0
_BASS_SHARE = 0.1
"""What a root that is the strongest of the lows counts for."""
_OVERTONES = {0: 1.0, 7: 0.25, 4: 0.1}
"""What a tone gives to the classes above its own."""
_USED = {"": 0.0, "m": 0.0, "7": 0.02, "maj7": 0.02, "m7": 0.02, "sus4": 0.05, "sus2": 0.06, "dim": 0.06, "m7b5": 0.05}
"""Qualities that are told apart, and how much better than others they must fit."""
_FORGOTTEN = 2000


def _make_templates() -> tuple[list[str], Floats, Floats]:
    names, templates, handicaps = [], [], []
    for quality, handicap in _USED.items():
        for root in range(12):
            template = np.zeros(12)
            for tone in QUALITIES[quality]:
                for above, share in _OVERTONES.items():
                    template[(root + tone + above) % 12] += share
            names.append(NOTE_NAMES[root] + quality)
            templates.append(template / np.linalg.norm(template))
            handicaps.append(handicap)
    return names, np.array(templates), np.array(handicaps)


_NAMES, _TEMPLATES, _HANDICAPS = _make_templates()


class ChordEar:
    """Hears chords in a ``sound``; what it says of a frame does not depend on when it is asked."""

    def __init__(self, rate_hz: int, sound: Sound) -> None:
        self.sound = sound
        self.hop_frames = round(HOP_S * rate_hz)
        self._frames = 2 ** round(math.log2(WINDOW_S * rate_hz))
        hz = np.fft.rfftfreq(self._frames, 1.0 / rate_hz)
        self._first, self._last = np.searchsorted(hz, (_LOWEST_HZ, _HIGHEST_HZ))
        self._hz_a_bin = rate_hz / self._frames
        self._window = np.hanning(self._frames)
        self._floor = 10.0 ** (SILENT_DB / 20.0)
        self._known: dict[int, Floats | None] = {}

    reach_frames = 0
    """It needs no sound beyond the frame that it is asked about."""

    def line(self, frames: Sequence[int | None]) -> tuple[str | None, ...]:
        """The chord before each frame of the input, "" where there is none; ``None`` where none is asked for."""
        return tuple(None if frame is None else self.chord_before(frame) for frame in frames)

    def has(self, frame: int) -> bool:
        """Whether all has come in before a frame."""
        return frame <= self.sound.end_frame

    def chord_before(self, frame: int) -> str:
        """Symbol of the chord that sounds, or sounded last, before a frame; "" where none has."""
        newest = min(frame, self.sound.end_frame) // self.hop_frames - 1
        weight, total = 1.0, np.zeros((2, 12))
        for hop in range(newest, newest - round(HOLD_S / HOP_S), -1):
            chroma = self._hear(hop)
            if chroma is not None:
                total += weight * chroma
                weight *= math.exp(-HOP_S / RECENT_S)
            if weight < math.exp(-LOOK_S / RECENT_S) or (hop + 1) * self.hop_frames <= self.sound.start_frame:
                break
        return name_chord(*total)

    def _hear(self, hop: int) -> Floats | None:
        """[2, 12]: how strong each class is in a hop, and in its lows; ``None`` for silence."""
        if hop not in self._known:
            if len(self._known) > _FORGOTTEN:
                self._known = {at: known for at, known in self._known.items() if at > hop - _FORGOTTEN // 2}
            end = (hop + 1) * self.hop_frames
            audio = self.sound.read(end - self._frames, self._frames) if end >= self._frames else None
            if audio is None:
                return None
            self._known[hop] = self._chroma(audio)
        return self._known[hop]

    def _chroma(self, audio: NDArray[np.float32]) -> Floats | None:
        mono = audio.mean(axis=1, dtype=np.float64)
        if np.sqrt(np.mean(mono[-2 * self.hop_frames :] ** 2)) < self._floor:
            return None
        magnitudes = np.abs(np.fft.rfft(mono * self._window))
        low, here, high = (magnitudes[self._first + at : self._last + at] for at in (-1, 0, 1))
        peaks = np.flatnonzero((here >= low) & (here > high) & (here > 1e-4 * magnitudes.max()))
        bend = (high[peaks] - low[peaks]) / (2.0 * (2.0 * here[peaks] - low[peaks] - high[peaks]) + 1e-12)
        hz = (self._first + peaks + bend) * self._hz_a_bin
        strong = np.sqrt(here[peaks])
        classes = np.round(12.0 * np.log2(hz / 440.0) + 9.0).astype(int) % 12
        chroma = np.zeros((2, 12))
        np.add.at(chroma[0], classes, strong)
        np.add.at(chroma[1], classes[hz < _BASS_HZ], strong[hz < _BASS_HZ])
        return chroma / (np.linalg.norm(chroma[0]) or 1.0)


def name_chord(chroma: Floats, bass: Floats) -> str:
    """Symbol of the chord that fits classes [12] best, whose root may lie in the bass; "" for nothing."""
    size = np.linalg.norm(chroma)
    if size == 0.0:
        return ""
    lows = np.tile(bass / (bass.max() or 1.0), len(_USED))
    fits = _TEMPLATES @ (chroma / size) - _HANDICAPS + _BASS_SHARE * lows
    return _NAMES[int(fits.argmax())]
