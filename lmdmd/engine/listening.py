"""What a model hears of the live input, latent by latent: its sketch, and its latents as a part to play along with.

A latent that sounds at a timeline frame hears what came in the delay before. A line of a block says at which frames of
the input that begins: all that is heard follows from it and from the input, so that the record of a block and the
recording of the input are enough to make it again. The line ``FROM`` is of the block's own latents. ``WITH`` is of the
newest whose part may be seen, as many as the block has: they lie before it, or are its own.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from lmdmd.engine.resample import resample
from lmdmd.model.bundle import Bundle
from lmdmd.model.codec import Codec
from lmdmd.model.config import Geometry
from lmdmd.model.controls import SKETCH, flag
from lmdmd.model.sketch import FLOOR_DB, LOOK_AHEAD_FRAMES, Sketcher, SketchState

FROM, WITH = "delay/from", "jam/with"
"""The lines of a block that say what it hears. They are no rows of the table."""
NOT_YET = -(2**53)
"""Stands in that line for a frame whose sound has not come in when the block is made."""

_EDGE_FRAMES = 512
"""Sound beyond either end of a stretch without which its end would not be resampled as its middle is."""


class Sound(Protocol):
    """What came in, by timeline frame: the input's tape, or its recording."""

    @property
    def start_frame(self) -> int:
        """Oldest frame that is remembered; there was silence before."""
        ...

    @property
    def end_frame(self) -> int:
        """First frame that has not come in yet."""
        ...

    def read(self, frame: int, frames: int) -> np.ndarray | None:
        """[frames, 2] from ``frame`` on; ``None`` where that is not remembered."""
        ...


class Ear(Protocol):
    """What hears ``groups`` in the sound of a latent and so many frames before and after it."""

    groups: tuple[str, ...]
    past_frames: int
    ahead_frames: int

    def hear(self, audio: Tensor) -> dict[str, Tensor]:
        """[n, 2, past, latent and ahead] -> features [n, C, 1] of each group."""
        ...


class SketchEar:
    """Hears melody and loudness, as far as a model knows of them."""

    ahead_frames = LOOK_AHEAD_FRAMES

    def __init__(self, geometry: Geometry, groups: Collection[str]) -> None:
        self.groups = tuple(group for group in SKETCH if group in groups)
        self._sketcher = Sketcher(geometry)
        self.past_frames = self._sketcher.past_frames

    def hear(self, audio: Tensor) -> dict[str, Tensor]:
        past = audio[..., : self.past_frames].mean(1)
        sketch = self._sketcher.step(SketchState(past), audio[..., self.past_frames :])
        return {group: getattr(sketch, group) for group in self.groups}


class StemEar:
    """Hears a part as the latents of a house codec."""

    groups: tuple[str, ...] = ("stem",)

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self.past_frames = self.ahead_frames = codec.config.delay_frames

    def hear(self, audio: Tensor) -> dict[str, Tensor]:
        return {"stem": self._codec.encode_window(audio)}


def open_ears(bundle: Bundle) -> dict[str, Ear]:
    """What a bundle's model can hear, by the line that says what it heard."""
    groups, ears = bundle.model.config.groups, {}
    if any(group in groups for group in SKETCH):
        ears[FROM] = SketchEar(bundle.geometry, groups)
    if "stem" in groups and isinstance(bundle.codec, Codec):
        ears[WITH] = StemEar(bundle.codec)
    return ears


def asked_db(controls: Mapping[str, Tensor], count: int) -> float:
    """How loud the first ``count`` latents of a block are asked to be at most; infinity where not all are."""
    loudness = controls.get("loudness")
    if loudness is None or not bool(loudness[:, 0, :count].all()):
        return math.inf
    return FLOOR_DB * (1.0 - float(loudness[:, 1:, :count].max()))


class Listener:
    """Hears with one ear the ``sound`` that comes in, which is at the device's rate."""

    def __init__(self, ear: Ear, geometry: Geometry, rate_hz: int, sound: Sound) -> None:
        self.ear, self.sound = ear, sound
        self._latent_frames, self._past_frames = geometry.latent_frames, ear.past_frames
        self._rate_hz, self._model_hz = rate_hz, geometry.sample_rate
        common = math.gcd(rate_hz, self._model_hz)
        self._every, self._gives = rate_hz // common, self._model_hz // common
        self._edge = 0 if rate_hz == self._model_hz else _EDGE_FRAMES

    @property
    def reach_frames(self) -> int:
        """How far behind its beginning a latent hears, at the device's rate."""
        ahead = self._latent_frames + self.ear.ahead_frames + self._edge
        return math.ceil(ahead * self._rate_hz / self._model_hz)

    def has(self, frame: int) -> bool:
        """Whether a latent whose input begins at a frame can be heard."""
        return frame + self.reach_frames <= self.sound.end_frame

    def line(self, frames: Sequence[int | None]) -> tuple[int | None, ...]:
        """What a block says that it hears, whose latents listen from these frames of the input, or not at all."""
        return tuple(frame if frame is None or self.has(frame) else NOT_YET for frame in frames)

    def features(self, line: Sequence[object]) -> dict[str, Tensor]:
        """Return the groups [1, 1 + C, T] of a block that hears what its line says; none where it hears nothing."""
        heard = [(place, at) for place, at in enumerate(line) if isinstance(at, int) and at != NOT_YET]
        if not heard:
            return {}
        places, starts = zip(*heard, strict=True)
        features = self.ear.hear(self._stretches(starts))
        return {group: _place(feature, places, len(line)) for group, feature in features.items()}

    def _stretches(self, starts: Sequence[int]) -> Tensor:
        """For each latent its sound with what comes before and after, at the model's rate."""
        stretches = np.stack([self._stretch(start) for start in starts])
        return torch.from_numpy(np.ascontiguousarray(stretches.transpose(0, 2, 1)))

    def _stretch(self, start: int) -> np.ndarray:
        # Only every so many frames do those of both rates fall together.
        steps = math.ceil((self._past_frames + self._edge) / self._gives)
        before = steps * self._gives
        frames = steps * self._every + self.reach_frames
        audio = resample(self._read(start - steps * self._every, frames), self._rate_hz, self._model_hz)
        return audio[before - self._past_frames : before + self._latent_frames + self.ear.ahead_frames]

    def _read(self, frame: int, frames: int) -> np.ndarray:
        """[frames, 2] of the input, with silence where nothing is remembered."""
        audio = np.zeros((frames, 2), np.float32)
        oldest = min(max(self.sound.start_frame, frame), frame + frames)
        heard = self.sound.read(oldest, frame + frames - oldest)
        if heard is not None:
            audio[oldest - frame :] = heard
        return audio


def _place(features: Tensor, places: Sequence[int], count: int) -> Tensor:
    """Features [n, C, 1] of some of a block's latents -> the block's group [1, 1 + C, count]."""
    present = torch.zeros(1, 1, count)
    present[..., list(places)] = 1.0
    whole = torch.zeros(1, features.shape[1], count)
    whole[..., list(places)] = features[..., 0].T
    return flag(whole, present)
