"""What every codec can do, whichever bundle it came with: whole pieces both ways, and a stream of audio."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class AudioCodec(nn.Module):
    """Audio [B, C, N] to latents [B, D, T] and back; what a stream remembers is the codec's own affair.

    `config` has at least sample_rate_hz, channels, latent_dim, latent_frames, delay_frames and to_dict().
    """

    config: Any

    def encode(self, audio: Tensor) -> Tensor:
        """Audio [B, C, N] -> latents [B, D, N // latent_frames]."""
        raise NotImplementedError

    def decode(self, latents: Tensor) -> Tensor:
        """Latents [B, D, T] -> audio [B, C, T * latent_frames]."""
        raise NotImplementedError

    def init_state(self, batch: int = 1) -> Any:
        """Return a decoder state at the very beginning; it can `reset`, `save` and `load`."""
        raise NotImplementedError

    def decode_step(self, state: Any, latents: Tensor) -> Tensor:
        """Latents [B, D, n] -> the next frames [B, C, n * latent_frames]; moves the state."""
        raise NotImplementedError
