"""Names the style of a piece of audio; trained on held-out renders only, so it judges what no model has seen.

The features describe music, not fidelity: everything is measured on 40 mel bands below 10 kHz, relative to the
excerpt's own level and at most 45 dB below it, so that noise floors, brilliance and phase say nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Self

import soundfile as sf
import torch
from torch import Tensor
from torch.nn import functional as nn_f

from lmdmd.errors import TrainError
from lmdmd.model import spectrum
from lmdmd.train.encode import list_audio, read_audio, read_piece
from lmdmd.train.progress import track

SAMPLE_RATE_HZ = 44_100
EXCERPT_S = 10.0
LISTENED_S = 60.0
FOLDS = 5

N_FFT, HOP_FRAMES = 2048, 512
FRAME_RATE_HZ = SAMPLE_RATE_HZ / HOP_FRAMES
MELS, MEL_LO_HZ, MEL_HI_HZ = 40, 40.0, 10_000.0
RANGE_DB = 45.0
SHAPE_TERMS = 13
POOLED_BANDS = 8
# Bass, low middle, middle, treble: mel bands up to about 280 Hz, 1.1 kHz, 3.2 kHz and 10 kHz.
REGIONS = (slice(0, 4), slice(4, 12), slice(12, 24), slice(24, 40))
FLUX_LAG_HOPS = 2
MODULATION_EDGES_HZ = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0)
MODULATION_FFT = 4096
PULSE_LAGS_S = (0.2, 1.1)
HARMONIC_HOPS, PERCUSSIVE_BANDS = 17, 7

RIDGE = 0.02
MIN_STD = 0.01
ITERATIONS = 200


@dataclass(frozen=True)
class Excerpts:
    """Features of many excerpts with the style and piece of each; `features` [n, F]."""

    features: Tensor
    styles: list[str]
    pieces: list[str]

    def select(self, keep: Sequence[int]) -> Excerpts:
        """Return only the excerpts of those indices."""
        rows = list(keep)
        return Excerpts(self.features[rows], [self.styles[i] for i in rows], [self.pieces[i] for i in rows])


# --- what is heard -----------------------------------------------------------------------------------------


def describe(audio: Tensor) -> Tensor:
    """Return the features [F] of one excerpt [C, N] at 44.1 kHz, a second long or longer."""
    level = log_mel(audio)
    flux = onset_flux(level)
    return torch.cat(
        [
            band_shape(level),
            pool_bands(level.std(1)),
            loudness_spread(level),
            flux.mean(1),
            onset_rate(flux),
            modulation_spectrum(flux),
            pulse_clarity(flux),
            percussive_share(level),
        ]
    )


def log_mel(audio: Tensor) -> Tensor:
    """Audio [C, N] -> dB [MELS, T] around the excerpt's mean band, clamped RANGE_DB below it."""
    spectra = spectrum.analyse(audio.mean(0), spectrum.hann(N_FFT), HOP_FRAMES)
    filters = spectrum.mel_filters(MELS, MEL_LO_HZ, MEL_HI_HZ, N_FFT // 2 + 1, SAMPLE_RATE_HZ)
    power = filters @ spectra.abs().square().T + 1e-9
    return (10 * torch.log10(power / power.mean())).clamp(min=-RANGE_DB)


def band_shape(level: Tensor) -> Tensor:
    """Return the first cosine terms of the mean spectrum, without its level [SHAPE_TERMS - 1]."""
    centres = (torch.arange(MELS) + 0.5) / MELS
    cosines = torch.cos(math.pi * torch.arange(1, SHAPE_TERMS)[:, None] * centres)
    return cosines @ level.mean(1) * (2 / MELS)


def pool_bands(bands: Tensor) -> Tensor:
    """Average neighbouring mel bands: [MELS] -> [POOLED_BANDS]."""
    return bands.unflatten(0, (POOLED_BANDS, -1)).mean(1)


def loudness_spread(level: Tensor) -> Tensor:
    """Return how far the quiet, middle and loud tenths of the hops lie from the mean level, in dB [3]."""
    loudness = 10 * torch.log10((10 ** (level / 10)).mean(0))
    return torch.quantile(loudness, torch.tensor([0.1, 0.5, 0.9])) - loudness.mean()


def onset_flux(level: Tensor) -> Tensor:
    """Return the rise of level per hop in each region, in dB [4, T - FLUX_LAG_HOPS]."""
    rise = (level[:, FLUX_LAG_HOPS:] - level[:, :-FLUX_LAG_HOPS]).clamp(min=0)
    return torch.stack([rise[region].mean(0) for region in REGIONS])


def onset_rate(flux: Tensor) -> Tensor:
    """Return onsets per second in each region: local maxima that stand out of the flux [4]."""
    reach = 4
    peak = nn_f.max_pool1d(flux[None], 2 * reach + 1, 1, reach)[0]
    threshold = flux.mean(1, keepdim=True) + flux.std(1, keepdim=True)
    onsets = (flux == peak) & (flux > threshold) & (flux > 1.0)
    return onsets.sum(1) / (flux.shape[1] / FRAME_RATE_HZ)


def modulation_spectrum(flux: Tensor) -> Tensor:
    """Return the log share of each rhythm band in each region's flux [4 * bands]."""
    centred = (flux - flux.mean(1, keepdim=True)) * torch.hann_window(flux.shape[1])
    power = torch.fft.rfft(centred, MODULATION_FFT).abs().square()
    hz = torch.arange(power.shape[1]) * FRAME_RATE_HZ / MODULATION_FFT
    bands = torch.stack([power[:, (hz >= lo) & (hz < hi)].sum(1) for lo, hi in pairwise(MODULATION_EDGES_HZ)], 1)
    shares = bands / (power.sum(1, keepdim=True) + 1e-6)
    return torch.log(shares + 1e-2).flatten()


def pulse_clarity(flux: Tensor) -> Tensor:
    """Return the largest autocorrelation of each region's flux at beat-like lags [4]."""
    centred = flux - flux.mean(1, keepdim=True)
    power = torch.fft.rfft(centred, 2 * flux.shape[1]).abs().square()
    correlation = torch.fft.irfft(power)[:, : flux.shape[1]]
    lo, hi = (round(s * FRAME_RATE_HZ) for s in PULSE_LAGS_S)
    lags = correlation[:, lo : min(hi, flux.shape[1] // 2)]
    return lags.amax(1) / (correlation[:, 0] + 1e-6)


def percussive_share(level: Tensor) -> Tensor:
    """Return each region's share of energy that stands upright in the spectrogram [4] (Fitzgerald 2010)."""
    harmonic = median_filter(level, HARMONIC_HOPS)
    percussive = median_filter(level.T, PERCUSSIVE_BANDS).T
    share = torch.sigmoid((percussive - harmonic) * math.log(10) / 10)
    return torch.stack([share[region].mean() for region in REGIONS])


def median_filter(rows: Tensor, width: int) -> Tensor:
    """Running median over the last dimension of [R, T]."""
    padded = nn_f.pad(rows[None], (width // 2, width // 2), mode="replicate")[0]
    return padded.unfold(1, width, 1).median(-1).values


# --- the classifier ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Classifier:
    """Multinomial logistic regression on standardised features; `weights` [F + 1, styles], the bias last."""

    styles: tuple[str, ...]
    mean: Tensor
    std: Tensor
    weights: Tensor

    @classmethod
    def fit(cls, excerpts: Excerpts) -> Self:
        """Fit to labelled excerpts. The loss is convex and starts at zero: no seed, one answer."""
        styles = tuple(sorted(set(excerpts.styles)))
        features = excerpts.features.double()
        # A feature that is constant in the renders must not explode in other audio.
        mean, std = features.mean(0), features.std(0).clamp(min=MIN_STD)
        targets = torch.tensor([styles.index(style) for style in excerpts.styles])
        weights = fit_weights(_with_bias((features - mean) / std), targets, len(styles))
        return cls(styles, mean, std, weights)

    def standardise(self, features: Tensor) -> Tensor:
        """Features [n, F] in standard deviations of the training excerpts."""
        return (features.double() - self.mean) / self.std

    def log_probs(self, features: Tensor) -> Tensor:
        """Features [n, F] -> log probabilities [n, styles], one row an excerpt."""
        return torch.log_softmax(_with_bias(self.standardise(features)) @ self.weights, -1)

    def name(self, features: Tensor) -> tuple[str, dict[str, float]]:
        """Name a clip by the mean log probability of its excerpts [n, F]; returns (style, probabilities)."""
        probs = self.log_probs(features).mean(0).softmax(0).tolist()
        best = max(range(len(probs)), key=probs.__getitem__)
        return self.styles[best], dict(zip(self.styles, probs, strict=True))


def fit_weights(inputs: Tensor, targets: Tensor, classes: int) -> Tensor:
    """Minimise cross entropy + RIDGE / 2 |w|^2 over weights [F + 1, classes]; the bias is free."""
    weights = torch.zeros(inputs.shape[1], classes, dtype=inputs.dtype, requires_grad=True)
    solver = torch.optim.LBFGS([weights], max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        solver.zero_grad()
        loss = nn_f.cross_entropy(inputs @ weights, targets) + RIDGE / 2 * weights[:-1].square().sum()
        loss.backward()
        return loss

    solver.step(closure)  # pyright: ignore[reportArgumentType]
    return weights.detach()


def _with_bias(features: Tensor) -> Tensor:
    return torch.cat([features, features.new_ones(len(features), 1)], 1)


# --- held-out renders --------------------------------------------------------------------------------------


def split_excerpts(audio: Tensor, seconds: float = EXCERPT_S) -> list[Tensor]:
    """Cut a clip [C, N] into whole excerpts of `seconds`; a shorter clip is one excerpt."""
    frames = round(seconds * SAMPLE_RATE_HZ)
    return list(audio.split(frames, -1))[: max(1, audio.shape[-1] // frames)]


def describe_clip(audio: Tensor, seconds: float = EXCERPT_S) -> Tensor:
    """Return the features [n, F] of a clip [C, N], one row an excerpt of `seconds`."""
    return torch.stack([describe(excerpt) for excerpt in split_excerpts(audio, seconds)])


def read_excerpts(data: Path, split: str = "heldout", seconds: float = EXCERPT_S) -> Excerpts:
    """Describe excerpts of `seconds` from the first minute of a split's renders; raises TrainError without any."""
    rows: list[Tensor] = []
    styles, pieces = [], []
    for path in track(list_audio(data, split), "listen to renders"):
        frames = min(sf.info(path).frames, round(LISTENED_S * SAMPLE_RATE_HZ))
        found = describe_clip(read_audio(path, 0, frames), seconds)
        rows.append(found)
        styles += [read_piece(data, path.stem)["style"]] * len(found)
        pieces += [path.stem] * len(found)
    return Excerpts(torch.cat(rows), styles, pieces)


def fold_pieces(excerpts: Excerpts) -> dict[str, int]:
    """Return piece -> fold, every style's pieces dealt out in turn; raises TrainError for a lone piece."""
    folds: dict[str, int] = {}
    for style in sorted(set(excerpts.styles)):
        pieces = sorted({p for p, s in zip(excerpts.pieces, excerpts.styles, strict=True) if s == style})
        if len(pieces) < 2:
            raise TrainError(f"only {len(pieces)} held-out piece of {style}; render two or more of each style")
        folds |= {piece: i % FOLDS for i, piece in enumerate(pieces)}
    return folds


def fit_folds(excerpts: Excerpts) -> dict[str, Classifier]:
    """Return piece -> a classifier that never heard that piece."""
    folds = fold_pieces(excerpts)
    fitted = {
        fold: Classifier.fit(excerpts.select([i for i, p in enumerate(excerpts.pieces) if folds[p] != fold]))
        for fold in sorted(set(folds.values()))
    }
    return {piece: fitted[fold] for piece, fold in folds.items()}


def score_folds(judges: dict[str, Classifier], excerpts: Excerpts) -> dict[str, float]:
    """Return the share of clips of two excerpts, and of single excerpts, named rightly by who never heard them.

    `excerpts` may be another rendering of the same pieces, such as one that went through a codec.
    """
    clips, singles = [], []
    for piece, judge in judges.items():
        rows = [i for i, p in enumerate(excerpts.pieces) if p == piece]
        if not rows:
            continue
        style = excerpts.styles[rows[0]]
        singles += [judge.name(excerpts.features[[i]])[0] == style for i in rows]
        pairs = [rows[i : i + 2] for i in range(0, len(rows) - 1, 2)] or [rows]
        clips += [judge.name(excerpts.features[pair])[0] == style for pair in pairs]
    return {"accuracy": sum(clips) / len(clips), "excerpt_accuracy": sum(singles) / len(singles)}
