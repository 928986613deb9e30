"""What tells music that lives from music that has gone stale or run away: running measures, each a value of its own.

All of them forget what is older than their window; one that has heard less than that is not `settled` yet.
"""

from __future__ import annotations

import numpy as np

from lmdmd.units import db_from_gain

FULL_SCALE = 1.0
_SPECTRUM_FRAMES = 2048
_HANN = np.hanning(_SPECTRUM_FRAMES).astype(np.float32)
_HEARD_BAND = slice(2, 800)
"""Bins in which flatness is measured: neither the offset nor what codecs cut off at the top."""


class RunningMean:
    """Mean of an array over about the latest `window_s`: a plain mean until then, exponentially forgetting after."""

    def __init__(self, window_s: float) -> None:
        self.window_s = window_s
        self.reset()

    def reset(self) -> None:
        """Forget all."""
        self.heard_s = 0.0
        self.value: np.ndarray | None = None

    @property
    def settled(self) -> bool:
        """Whether a whole window has been heard."""
        return self.heard_s >= self.window_s

    def step(self, value: np.ndarray | float, seconds: float) -> np.ndarray:
        """Take a value that stood for so many seconds; return the mean."""
        self.heard_s += seconds
        share = min(1.0, seconds / min(self.heard_s, self.window_s))
        old = np.zeros_like(np.asarray(value, np.float64)) if self.value is None else self.value
        self.value = old + share * (value - old)
        return self.value


class Sound:
    """Level, clipping and flatness of audio at any rate."""

    def __init__(self, window_s: float) -> None:
        self._mean = RunningMean(window_s)

    def reset(self) -> None:
        """Forget all."""
        self._mean.reset()

    @property
    def settled(self) -> bool:
        """Whether a whole window has been heard."""
        return self._mean.settled

    def step(self, audio: np.ndarray, seconds: float) -> dict[str, float]:
        """Hear audio [N, 2]: `level` in dB (root mean square), `clip` in percent of samples, `flatness` 0 to 1."""
        clipped = np.count_nonzero(np.abs(audio) >= FULL_SCALE) / max(1, audio.size)
        heard = np.array([power_of(audio), clipped, flatness_of(audio)])
        power, clipped, flatness = self._mean.step(heard, seconds)
        return {"level": db_from_gain(np.sqrt(power)), "clip": 100.0 * clipped, "flatness": float(flatness)}


def level_of(audio: np.ndarray) -> float:
    """Level of audio [N, 2] in dB, root mean square."""
    return db_from_gain(float(np.sqrt(power_of(audio))))


def power_of(audio: np.ndarray) -> float:
    """Mean square of audio [N, 2]."""
    return float(np.vdot(audio, audio)) / max(1, audio.size)


def flatness_of(audio: np.ndarray) -> float:
    """Spectral flatness of audio [N, 2], channels mixed: 0 for a tone, 1 for white noise; 0 for a moment or silence."""
    mixed = audio[:, 0] + audio[:, 1]
    pieces = mixed[: len(audio) // _SPECTRUM_FRAMES * _SPECTRUM_FRAMES].reshape(-1, _SPECTRUM_FRAMES)
    spectra = np.fft.rfft(pieces * _HANN)[:, _HEARD_BAND]
    power = (np.square(spectra.real) + np.square(spectra.imag)).sum(axis=0) + 1e-12
    return float(np.exp(np.log(power).mean()) / power.mean()) if power.mean() > 1e-9 else 0.0


class Bias:
    """How far latents lie from the middle of their codec on the average of a long while.

    Latents of a codec are about zero in the mean and about 1 in spread. Those of music go to and fro around zero; a
    stream that feeds on its own errors strays to one side and stays there, long before it can be heard in the level.
    """

    def __init__(self, window_s: float) -> None:
        self._mean = RunningMean(window_s)

    def reset(self) -> None:
        """Forget all."""
        self._mean.reset()

    @property
    def settled(self) -> bool:
        """Whether a whole window has been heard."""
        return self._mean.settled

    def step(self, latents: np.ndarray, seconds: float) -> float:
        """Take latents [D, n]; return the root mean square over components of their mean over time."""
        return float(np.sqrt(np.square(self._mean.step(latents.mean(axis=1), seconds)).mean()))


class Repetition:
    """How much the latest latents are the same again as those of some while before, whatever that while is.

    1 is a loop without a difference, or a sound that stands; latents without relation give 0.
    """

    def __init__(self, dims: int, past: int, shortest: int, window_s: float) -> None:
        """Look back over `past` latents of `dims` components, at lags from `shortest` latents."""
        self._shape, self.shortest = (dims, past), shortest
        self._likeness = RunningMean(window_s)
        self.reset()

    def reset(self) -> None:
        """Forget all."""
        self._past = np.zeros(self._shape, np.float32)
        self._likeness.reset()

    @property
    def settled(self) -> bool:
        """Whether a whole window has been heard."""
        return self._likeness.settled

    def take_back(self, count: int) -> None:
        """The newest `count` latents are made anew: they are no past of what comes."""
        count = min(count, self._past.shape[1])
        self._past = np.pad(self._past, ((0, 0), (count, 0)))[:, : self._shape[1]]

    def step(self, latents: np.ndarray, seconds: float) -> float:
        """Take latents [D, n]; return 2 <x, y> / (<x, x> + <y, y>), with y what was `lag` before x, at its best lag."""
        past, count = self._shape[1], latents.shape[1]
        heard = np.concatenate([self._past, latents.astype(np.float32)], axis=1)
        self._past = heard[:, count:]
        products, energy = latents.T @ heard, np.square(heard).sum(axis=0)
        # Row i is latent `past + i` of what was heard; its column j is `past + i - j` latents before it.
        same = sum(2 * products[i, i : i + past] for i in range(count))
        both = sum(energy[i : i + past] + energy[past + i] for i in range(count))
        same, both = self._likeness.step(np.stack([same, both]), seconds)[:, : past - self.shortest + 1]
        return float((same / np.maximum(both, 1e-9)).max())
