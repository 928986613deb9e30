"""Train an ear on the renders of the training split: minutes on one core.

    train_ear(data=Path("data"), run=Path("runs/ear"))

It learns to name the style, which families of instruments play, and the tempo, from windows of 1 to 10 seconds.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import torch
from torch import Tensor
from torch.nn import functional as nn_f

from lmdmd.errors import TrainError
from lmdmd.train.classifier import LISTENED_S
from lmdmd.train.ear import MELS, SAMPLE_RATE_HZ, Ear, EarConfig, count_frames, mel_decibels, split_windows
from lmdmd.train.encode import list_audio, read_audio, read_piece
from lmdmd.train.progress import Progress, track

EAR_FILE = "ear.safetensors"
FAMILIES = (
    *("piano", "chromatic percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass", "reed", "pipe"),
    *("synth lead", "synth pad", "synth effects", "ethnic", "percussive", "sound effects", "drums"),
)
"""The families of General MIDI, eight programmes each, and the drums."""
WINDOWS_S = (1.0, 3.0, 10.0)
JUDGED_S = (1.0, 10.0)
STEPS, BATCH, LR = 600, 32, 2e-3
WARM_UP_STEPS = 30
FAMILY_WEIGHT, TEMPO_WEIGHT = 0.5, 0.1
MIDDLE_BPM = 110.0
# What differs between renders and a codec's output must not matter: brilliance, noise floors, smeared moments.
TILT_DB, FLOOR_DB, HOLES, HIGHEST_HOLE = 6.0, (-60.0, -25.0), 2, 8


@dataclass(frozen=True)
class Heard:
    """One piece as the ear gets it: dB [MELS, T] in half precision, and what is to be named."""

    mel_db: Tensor
    style: int
    families: Tensor
    tempo: float


def train_ear(
    *,
    data: Path,
    run: Path,
    minutes: float | None = None,
    steps: int = STEPS,
    batch: int = BATCH,
    lr: float = LR,
    threads: int = 0,
    seed: int = 0,
) -> Ear:
    """Train until `steps`, or `minutes` if they are over sooner, write `run`/ear.safetensors and return the ear.

    Its figures are shares of held-out windows whose style it names. Raises `TrainError` for data without two styles.
    """
    if threads:
        torch.set_num_threads(threads)
    styles = read_styles(data)
    pieces = read_heard(data, "train", styles)
    torch.manual_seed(seed)
    ear, rng = Ear(EarConfig(styles, FAMILIES, {})), np.random.default_rng(seed)
    fit_ear(ear, pieces, rng, steps=steps, batch=batch, lr=lr, minutes=minutes)
    ear.eval()
    measure_scale(ear, pieces)
    heldout = read_heard(data, "heldout", styles)
    figures = {f"accuracy_{seconds:g}s": round(score_ear(ear, heldout, seconds), 4) for seconds in JUDGED_S}
    ear.config = EarConfig(styles, FAMILIES, figures | {"pieces": len(pieces), "heldout_pieces": len(heldout)})
    ear.save(run / EAR_FILE)
    return ear


# --- what it hears -----------------------------------------------------------------------------------------


def read_styles(data: Path) -> tuple[str, ...]:
    """Return the styles of the training renders; raises `TrainError` for fewer than two."""
    styles = tuple(sorted({_style_of(data, path) for path in list_audio(data, "train")}))
    if len(styles) < 2:
        raise TrainError(f"{data}: an ear learns to tell styles apart, and there is only {', '.join(styles)}")
    return styles


def _style_of(data: Path, path: Path) -> str:
    if style := read_piece(data, path.stem).get("style"):
        return style
    raise TrainError(f"{data / 'pieces' / path.stem}.json names no style; an ear learns from renders of known styles")


def read_heard(data: Path, split: str, styles: Sequence[str]) -> list[Heard]:
    """Read the first LISTENED_S of every render of a split."""
    return [read_one(data, path, styles) for path in track(list_audio(data, split), f"listen to {split} renders")]


def read_one(data: Path, path: Path, styles: Sequence[str]) -> Heard:
    """Read one render with what is to be named of it; raises `TrainError` for a style that is not among `styles`."""
    piece, style = read_piece(data, path.stem), _style_of(data, path)
    if style not in styles:
        raise TrainError(f'{path}: style "{style}" is not among those of the training split: {", ".join(styles)}')
    frames = min(sf.info(path).frames, round(LISTENED_S * SAMPLE_RATE_HZ))
    families = torch.zeros(len(FAMILIES))
    families[[family_of(part) for part in piece.get("parts", [])]] = 1.0
    tempo = math.log2(piece.get("tempo_bpm", MIDDLE_BPM) / MIDDLE_BPM)
    return Heard(mel_decibels(read_audio(path, 0, frames)).half(), styles.index(style), families, tempo)


def family_of(part: dict[str, Any]) -> int:
    """Return the index in FAMILIES of a part; only drums have no programme that counts."""
    return len(FAMILIES) - 1 if part["name"] == "drums" else part["program"] // 8


def draw_windows(
    pieces: Sequence[Heard], rng: np.random.Generator, batch: int, seconds: float
) -> tuple[Tensor, list[Heard]]:
    """Return random windows [batch, MELS, T] in dB, and whose they are: each style as often as the others."""
    by_style: dict[int, list[Heard]] = {}
    for piece in pieces:
        by_style.setdefault(piece.style, []).append(piece)
    names, frames = sorted(by_style), count_frames(seconds)
    chosen = [by_style[names[i]] for i in rng.integers(len(names), size=batch)]
    picked = [few[int(rng.integers(len(few)))] for few in chosen]
    frames = min(frames, *(piece.mel_db.shape[1] for piece in picked))
    starts = [int(rng.integers(piece.mel_db.shape[1] - frames + 1)) for piece in picked]
    windows = [piece.mel_db[:, start : start + frames] for piece, start in zip(picked, starts, strict=True)]
    return torch.stack(windows).float(), picked


def disguise(mel_db: Tensor, rng: np.random.Generator) -> Tensor:
    """Return windows [B, MELS, T] with another brilliance, a noise floor, and holes in time and in pitch."""
    count, _, frames = mel_db.shape
    height = torch.linspace(-1, 1, MELS)
    tilt = torch.from_numpy(rng.uniform(-TILT_DB, TILT_DB, (count, 2))).float()
    shaped = (
        mel_db + tilt[:, :1, None] * height[None, :, None] + tilt[:, 1:, None] * (height.square() - 0.5)[None, :, None]
    )
    peak = shaped.amax((1, 2), keepdim=True)
    floor = peak + torch.from_numpy(rng.uniform(*FLOOR_DB, (count, 1, 1))).float()
    shaped = torch.maximum(shaped, floor + torch.from_numpy(rng.standard_normal(shaped.shape)).float())
    for row in range(count):
        for _ in range(HOLES):
            at, wide = int(rng.integers(frames)), int(rng.integers(1, max(2, frames // 12)))
            shaped[row, :, at : at + wide] = floor[row]
            low, high = int(rng.integers(MELS)), int(rng.integers(1, HIGHEST_HOLE))
            shaped[row, low : low + high] = floor[row]
    return shaped


# --- learning ----------------------------------------------------------------------------------------------


def fit_ear(
    ear: Ear,
    pieces: Sequence[Heard],
    rng: np.random.Generator,
    *,
    steps: int,
    batch: int,
    lr: float,
    minutes: float | None,
) -> None:
    """Adam with a warm-up and a cosine's descent, over the steps or over the minutes, whichever ends first."""
    solver = torch.optim.AdamW(ear.parameters(), lr=lr, weight_decay=0.01)
    began, limit_s = time.monotonic(), math.inf if minutes is None else 60 * minutes
    ear.train()
    with Progress("train the ear", steps) as progress:
        for step in range(steps):
            share = max(step / steps, (time.monotonic() - began) / limit_s)
            if share >= 1.0:
                break
            for group in solver.param_groups:
                group["lr"] = lr * min(1.0, (step + 1) / WARM_UP_STEPS) * 0.5 * (1 + math.cos(math.pi * share))
            windows, picked = draw_windows(pieces, rng, batch, WINDOWS_S[step % len(WINDOWS_S)])
            loss = ear_loss(ear, disguise(windows, rng), picked)
            solver.zero_grad()
            loss.backward()
            solver.step()
            progress.advance(note=f"loss {loss.item():.2f}")


def ear_loss(ear: Ear, windows: Tensor, picked: Sequence[Heard]) -> Tensor:
    """Return how wrongly styles, families and tempos are named."""
    features = ear(windows)
    style = nn_f.cross_entropy(ear.style(features), torch.tensor([piece.style for piece in picked]))
    wanted = torch.stack([piece.families for piece in picked])
    family = nn_f.binary_cross_entropy_with_logits(ear.family(features), wanted)
    tempo = (ear.tempo(features)[:, 0] - torch.tensor([piece.tempo for piece in picked])).square().mean()
    return style + FAMILY_WEIGHT * family + TEMPO_WEIGHT * tempo


@torch.inference_mode()
def measure_scale(ear: Ear, pieces: Sequence[Heard]) -> None:
    """Set the mean and the standard deviation by which the ear standardises, from windows of training renders."""
    rows = torch.cat([ear(split_windows(piece.mel_db.float(), JUDGED_S[0])) for piece in pieces])
    ear.mean.copy_(rows.mean(0))
    ear.std.copy_(rows.std(0).clamp(min=1e-3))


@torch.inference_mode()
def score_ear(ear: Ear, pieces: Sequence[Heard], seconds: float) -> float:
    """Return the share of windows whose style is named rightly."""
    right = [
        named == piece.style
        for piece in pieces
        for named in ear.style(ear(split_windows(piece.mel_db.float(), seconds))).argmax(-1).tolist()
    ]
    return float(np.mean(right))
