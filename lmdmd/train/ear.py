"""A small network that hears: log-mel spectra in, features and the names of styles and instruments out.

Its features, the last layer before the names, are what distances are measured in; they come from renders alone, so
they know this composer's music and no other. It hears only what the classifier hears too: 10 kHz and RANGE_DB, around
the window's own level.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as nn_f

from lmdmd.errors import TrainError
from lmdmd.model import spectrum

SAMPLE_RATE_HZ = 44_100
N_FFT, HOP_FRAMES = 2048, 1024
FRAME_RATE_HZ = SAMPLE_RATE_HZ / HOP_FRAMES
MELS, MEL_LO_HZ, MEL_HI_HZ = 64, 40.0, 10_000.0
RANGE_DB, SCALE_DB = 50.0, 15.0
WIDTHS = (24, 48, 64, 96)
FEATURES = 32
FORMAT = "lmdmd ear 1"
WINDOWS_AT_ONCE = 64


@dataclass(frozen=True)
class EarConfig:
    """What an ear can name, and what its training came to."""

    styles: tuple[str, ...]
    families: tuple[str, ...]
    figures: dict[str, float]


class Ear(nn.Module):
    """Log-mel windows [B, MELS, T] -> features [B, FEATURES]; `style`, `family` and `tempo` read them."""

    mean: Tensor
    std: Tensor

    def __init__(self, config: EarConfig) -> None:
        super().__init__()
        self.config = config
        self.body = nn.Sequential(*(_layer(a, b) for a, b in itertools.pairwise((1, *WIDTHS))))
        bands = MELS // 2 ** len(WIDTHS)
        self.out = nn.Linear(2 * bands * WIDTHS[-1], FEATURES)
        self.style = nn.Linear(FEATURES, len(config.styles))
        self.family = nn.Linear(FEATURES, len(config.families))
        self.tempo = nn.Linear(FEATURES, 1)
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("std", torch.ones(FEATURES))

    def forward(self, mel_db: Tensor) -> Tensor:
        """Return features, not yet standardised, of windows [B, MELS, T] in dB, half a second or longer."""
        heard = self.body(normalise(mel_db)[:, None]).flatten(1, 2)
        return self.out(torch.cat([heard.mean(-1), heard.amax(-1)], 1))

    def standardise(self, features: Tensor) -> Tensor:
        """Features in standard deviations of training renders, in double precision."""
        return ((features - self.mean) / self.std).double()

    @torch.inference_mode()
    def hear(self, audio: Tensor, seconds: float) -> tuple[Tensor, Tensor]:
        """Return standardised features [n, F] and log probabilities of styles [n, S] of whole windows of audio [C, N].

        What is shorter than one window of `seconds` is one.
        """
        windows = split_windows(mel_decibels(audio), seconds)
        features = torch.cat([self(some) for some in windows.split(WINDOWS_AT_ONCE)])
        return self.standardise(features), self.style(features).log_softmax(-1).double()

    def save(self, path: Path) -> None:
        """Write one safetensors file, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        metadata = {"format": FORMAT, "config": json.dumps(asdict(self.config))}
        save_file({name: value.contiguous() for name, value in self.state_dict().items()}, draft, metadata=metadata)
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; raises `TrainError` naming the file."""
        try:
            with safe_open(path, "pt") as file:
                told = file.metadata() or {}
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
        except (OSError, SafetensorError) as error:
            raise TrainError(f"{path}: no ear ({error}); make one with lmdmd train ear") from None
        if told.get("format") != FORMAT:
            raise TrainError(f"{path}: not an ear of this program; make one with lmdmd train ear")
        ear = cls(_read_config(json.loads(told["config"])))
        ear.load_state_dict(weights)
        return ear.eval()


def _read_config(told: dict[str, Any]) -> EarConfig:
    return EarConfig(tuple(told["styles"]), tuple(told["families"]), dict(told["figures"]))


def _layer(inputs: int, outputs: int) -> nn.Sequential:
    """Halve bands and frames."""
    conv = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.GELU())


@cache
def _filters() -> Tensor:
    return spectrum.mel_filters(MELS, MEL_LO_HZ, MEL_HI_HZ, N_FFT // 2 + 1, SAMPLE_RATE_HZ)


def mel_decibels(audio: Tensor) -> Tensor:
    """Audio [C, N] -> dB [MELS, T] of its mono sum."""
    mono = nn_f.pad(audio.mean(0), (0, max(0, N_FFT - audio.shape[-1])))
    power = spectrum.analyse(mono, spectrum.hann(N_FFT), HOP_FRAMES).abs().square()
    return 10 * torch.log10(_filters() @ power.T + 1e-7)


def normalise(mel_db: Tensor) -> Tensor:
    """Windows [B, MELS, T] in dB around the mean band of each, RANGE_DB below it the floor, in units of SCALE_DB."""
    mean = 10 * torch.log10((10 ** (mel_db / 10)).mean((1, 2), keepdim=True))
    return (mel_db - mean).clamp(min=-RANGE_DB) / SCALE_DB


def split_windows(mel_db: Tensor, seconds: float) -> Tensor:
    """Cut [MELS, T] into whole windows [n, MELS, T'] of `seconds`; a shorter clip is one window."""
    frames = count_frames(seconds)
    if mel_db.shape[1] <= frames:
        return mel_db[None]
    return mel_db.unfold(1, frames, frames + 1).movedim(1, 0)


def count_frames(seconds: float) -> int:
    """Return how many spectra lie wholly within a window."""
    return int(seconds * FRAME_RATE_HZ) - 1
