"""Latents on the frames of the show: which frame a latent is heard at, and whose values it is made from."""

from __future__ import annotations

import math
from dataclasses import dataclass

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Grid:
    """A stretch of a stream: ``latent`` has its beginning at timeline frame ``frame``, the others follow evenly.

    What a latent says is heard ``early_frames`` before its own frame, as a decoder's windows overlap.
    """

    frames_per_latent: float
    early_frames: int
    frame: int = 0
    latent: int = 0

    @classmethod
    def of_codec(cls, latent_frames: int, delay_frames: int, model_hz: int, device_hz: int) -> Grid:
        """Grid of a codec's latents at a device's rate; of a decoder that looks far ahead half a latent counts."""
        frames_per_latent, delay = (frames * device_hz / model_hz for frames in (latent_frames, delay_frames))
        return cls(frames_per_latent, round(min(delay, frames_per_latent / 2)))

    def moved_to(self, frame: int) -> Grid:
        """The same grid, beginning anew at a frame, with the latent that is nearest to it."""
        return Grid(self.frames_per_latent, self.early_frames, frame, round(frame / self.frames_per_latent))

    def frame_of(self, latent: int) -> int:
        """Frame at which a latent has its beginning."""
        return self.frame + round((latent - self.latent) * self.frames_per_latent)

    def heard_frame(self, latent: int) -> int:
        """Frame from which another latent in this one's place would be heard."""
        return max(self.frame_of(latent) - self.early_frames, self.frame)

    def latent_heard_at(self, frame: int) -> int:
        """First latent that is not heard before a frame."""
        latents = (frame + self.early_frames - self.frame) / self.frames_per_latent
        return self.latent + max(0, math.ceil(latents - _ROUNDING))

    def middle_frame(self, latent: int) -> int:
        """Frame in the middle of what a latent lasts."""
        return self.frame_of(latent) + round(self.frames_per_latent / 2)

    def latch_frame(self, latent: int) -> int:
        """Frame whose values a latent is made from: a change is heard from the latent that begins nearest to it."""
        return self.heard_frame(latent) + round(self.frames_per_latent / 2)
