"""The house codec: 44.1 kHz stereo to 64 numbers per 2048 frames and back.

Encoding learns nothing by gradient: stereo log-mel patches of four hops, projected by PCA, partly whitened.
"""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor, nn
from torch.nn import functional as nn_f

from lmdmd.errors import BundleError
from lmdmd.model import spectrum
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.model.config import CodecConfig
from lmdmd.model.vocoder import DecodeState, Vocoder


class PatchEncoder(nn.Module):
    """Stereo log-mel patches and their PCA; all numbers are buffers."""

    window: Tensor
    filters: Tensor
    mean: Tensor
    components: Tensor
    scale: Tensor

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = config
        c = config
        filters = spectrum.mel_filters(c.mels, c.mel_lo_hz, c.mel_hi_hz, c.bins, c.sample_rate_hz)
        self.register_buffer("window", spectrum.hann(c.n_fft), persistent=False)
        self.register_buffer("filters", filters.T.contiguous(), persistent=False)
        self.register_buffer("mean", torch.zeros(c.patch_dim))
        self.register_buffer("components", torch.eye(c.latent_dim, c.patch_dim))
        self.register_buffer("scale", torch.ones(c.latent_dim))

    def sha256(self) -> str:
        """Return the hash that latents carry: equal hashes mean exchangeable latents."""
        tensors = [self.mean, self.components, self.scale]
        return hashlib.sha256(b"".join(t.cpu().numpy().tobytes() for t in tensors)).hexdigest()

    def log_mel(self, padded: Tensor) -> Tensor:
        """Padded audio [B, C, N + 2 delay] -> log magnitude (nepers) [B, C, N / hop, mels]."""
        spectra = spectrum.analyse(padded, self.window, self.config.hop_frames)
        power = (spectra.real.square() + spectra.imag.square()) * (2.0 / self.window.sum()) ** 2
        floor = 10.0 ** (self.config.floor_db / 10.0)
        return 0.5 * torch.log(power @ self.filters + floor)

    def patches(self, padded: Tensor) -> Tensor:
        """Padded audio [B, C, N + 2 delay] -> patches [B, T, C * mels * hops], hop slowest."""
        mel = self.log_mel(padded)  # [B, C, T * hops, mels]
        batch, channels, hops, mels = mel.shape
        grouped = mel.transpose(1, 2).reshape(batch, hops // self.config.hops_per_latent, -1)
        assert grouped.shape[-1] == channels * mels * self.config.hops_per_latent, grouped.shape
        return grouped

    def project(self, patches: Tensor) -> Tensor:
        """Patches [B, T, P] -> latents [B, D, T]."""
        return ((patches - self.mean) @ self.components.T * self.scale).transpose(1, 2)

    def unproject(self, latents: Tensor) -> Tensor:
        """Latents [B, D, T] -> log-mel [B, T * hops, C * mels]."""
        patches = (latents.transpose(1, 2) / self.scale) @ self.components + self.mean
        batch, length, _ = patches.shape
        return patches.reshape(batch, length * self.config.hops_per_latent, -1)


class Codec(AudioCodec):
    """Encoder and decoder of one bundle.

    Streamed audio trails by `config.delay_frames`: the frames of a step are those that later latents cannot change.
    """

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config: CodecConfig = config
        self.patches = PatchEncoder(config)
        self.vocoder = Vocoder(config)

    def encode(self, audio: Tensor) -> Tensor:
        """Audio [B, C, N] -> latents [B, D, N // latent_frames], with silence before and after."""
        whole = audio.shape[-1] // self.config.latent_frames * self.config.latent_frames
        delay = self.config.delay_frames
        return self.encode_window(nn_f.pad(audio[..., :whole], (delay, delay)))

    def encode_window(self, audio: Tensor) -> Tensor:
        """Audio [B, C, n * latent_frames + 2 delay_frames] -> latents [B, D, n].

        Latent t depends on frames [t * latent_frames - delay, (t + 1) * latent_frames + delay) and on nothing else,
        so a stream that passes `delay_frames` on both sides of its new frames gets the numbers of `encode`.
        """
        return self.patches.project(self.patches.patches(audio))

    def init_state(self, batch: int = 1) -> DecodeState:
        """Return a decoder state at the very beginning."""
        return self.vocoder.init_state(batch)

    def decode_step(self, state: DecodeState, latents: Tensor) -> Tensor:
        """Latents [B, D, n] -> the next frames [B, C, n * latent_frames]; moves the state."""
        started = int(state.position) > 0
        audio = self.vocoder.step(state, latents, self.patches.unproject(latents))
        if not started:
            # What lies before frame 0 is half of the first frame's fade-in; a piece begins at 0.
            audio[..., : self.config.delay_frames] = 0.0
        return audio

    def decode(self, latents: Tensor) -> Tensor:
        """Latents [B, D, T] -> audio [B, C, T * latent_frames]; the last `delay_frames` fade out."""
        state = self.init_state(latents.shape[0])
        audio = torch.cat([self.decode_step(state, latents), state.tail], -1)
        delay = self.config.delay_frames
        return audio[..., delay : delay + latents.shape[-1] * self.config.latent_frames]

    def save(self) -> dict[str, Tensor]:
        """Return every tensor a bundle keeps, by name."""
        return {name: tensor.detach().contiguous() for name, tensor in self.state_dict().items()}

    @classmethod
    def load(cls, config: CodecConfig, tensors: dict[str, Tensor]) -> Codec:
        """Rebuild a codec; raises BundleError when tensors are missing, left over or of another shape."""
        codec = cls(config)
        try:
            codec.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
        except RuntimeError as error:
            raise BundleError(f"codec tensors do not fit the codec config: {error}") from error
        return codec.eval()
