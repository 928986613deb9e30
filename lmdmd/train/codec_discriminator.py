"""A small multi-resolution discriminator on complex spectra, and its hinge losses (EnCodec, Defossez et al. 2022)."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as nn_f

from lmdmd.model import spectrum

RESOLUTIONS = (512, 2048)
CHANNELS = 16
LAYERS = 4
FEATURE_WEIGHT = 2.0


class SpectrumJudge(nn.Module):
    """Judges one resolution: sound [M, N] -> (scores [M, 1, T, K], features of every layer)."""

    window: Tensor

    def __init__(self, n_fft: int) -> None:
        super().__init__()
        self.register_buffer("window", spectrum.hann(n_fft), persistent=False)
        widths = [2] + [CHANNELS] * LAYERS
        self.layers = nn.ModuleList(
            nn.utils.parametrizations.weight_norm(nn.Conv2d(a, b, (3, 9), stride=(1, 2), padding=(1, 4)))
            for a, b in itertools.pairwise(widths)
        )
        self.score = nn.utils.parametrizations.weight_norm(nn.Conv2d(CHANNELS, 1, 3, padding=1))

    def forward(self, sound: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Judge; loudness is compressed so that quiet bins count."""
        frames = sound.unfold(-1, len(self.window), len(self.window) // 4) * self.window
        spectra = torch.fft.rfft(frames) * (2.0 / self.window.sum())
        compress = (spectra.real.square() + spectra.imag.square() + 1e-8).pow(-0.35)
        x = torch.stack([spectra.real * compress, spectra.imag * compress], 1)  # [M, 2, T, K]
        features = []
        for layer in self.layers:
            x = nn_f.leaky_relu(layer(x), 0.2)
            features.append(x)
        return self.score(x), features


class CodecDiscriminator(nn.Module):
    """One judge per resolution; channels of [B, C, N] are judged as separate sounds."""

    def __init__(self) -> None:
        super().__init__()
        self.judges = nn.ModuleList(SpectrumJudge(n_fft) for n_fft in RESOLUTIONS)

    def forward(self, sound: Tensor) -> list[tuple[Tensor, list[Tensor]]]:
        """Return every judge's scores and features."""
        return [judge(sound.flatten(0, 1)) for judge in self.judges]


def judge_loss(discriminator: CodecDiscriminator, real: Tensor, made: Tensor) -> Tensor:
    """Hinge loss of the discriminator."""
    total = torch.zeros((), device=real.device)
    for (yes, _), (no, _) in zip(discriminator(real), discriminator(made.detach()), strict=True):
        total = total + nn_f.relu(1.0 - yes).mean() + nn_f.relu(1.0 + no).mean()
    return total / len(discriminator.judges)


def fool_loss(
    discriminator: CodecDiscriminator, real: Tensor, made: Tensor, whole: Callable[[Tensor], Tensor] = Tensor.detach
) -> Tensor:
    """Hinge loss of the decoder plus feature matching (relative L1 of every layer's features).

    Where these are a part of a batch, `whole` makes a mean over them one over all.
    """
    with torch.no_grad():
        wanted = discriminator(real)
    total = torch.zeros((), device=real.device)
    for (_, ours), (score, theirs) in zip(wanted, discriminator(made), strict=True):
        sizes = [whole(features.abs().mean()).clamp(min=1e-5) for features in ours]
        matching = [(a - b).abs().mean() / size for a, b, size in zip(ours, theirs, sizes, strict=True)]
        total = total - score.mean() + FEATURE_WEIGHT * torch.stack(matching).mean()
    return total / len(discriminator.judges)
