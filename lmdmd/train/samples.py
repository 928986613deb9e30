"""What a run sounds like on the way: held-out prompts, played as on stage, as sound files and one picture of them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import torch
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.model.bundle import AnyPrompts, make_condition
from lmdmd.model.dit import DiT
from lmdmd.model.stream import StreamState, rollout_block
from lmdmd.params import BY_NAME
from lmdmd.train import stft_loss
from lmdmd.train.shards import read_notes

FOLDER = "samples"
COUNT, SECONDS = 4, 12.0
SETTINGS = {"gen/steps": "steps", "gen/cfg": "guidance", "gen/temperature": "temperature", "gen/sampler": "sampler"}
SHOWN_BINS, DARKEST_DB, LIGHTEST_DB = 500, -90.0, -20.0


@dataclass(frozen=True)
class Samples:
    """Prompts, what reads them, what makes latents audible, and the settings of a bundle to play with."""

    texts: Sequence[str]
    prompts: AnyPrompts
    codec: AudioCodec
    settings: dict[str, Any]
    seconds: float = SECONDS

    @torch.inference_mode()
    def play(self, model: DiT) -> Tensor:
        """Return the sound [B, C, N] of all prompts, each from an empty context."""
        cond = make_condition(self.prompts, torch.from_numpy(self.prompts.encode(self.texts)))
        weight = model.preprocess_conv.weight
        tokens = None if cond.tokens is None else cond.tokens.to(weight)
        cond = type(cond)(cond.pooled.to(weight), tokens)
        state = StreamState.init(model, batch=len(self.texts))
        options = {option: self.settings.get(name, BY_NAME[name].default) for name, option in SETTINGS.items()}
        blocks = math.ceil(self.seconds / model.geometry.block_s)
        made = [rollout_block(model, state, cond, **options) for _ in range(blocks)]
        return self.codec.decode(torch.cat(made, dim=-1).float().cpu())

    def write(self, model: DiT, run: Path, step: int) -> None:
        """Write `samples/<step>-<n>.flac` for each prompt, `samples/<step>.png` of all, and the prompts once."""
        folder = run / FOLDER
        folder.mkdir(exist_ok=True)
        (folder / "prompts.json").write_text(json.dumps(list(self.texts), indent=1), encoding="utf-8")
        audio = self.play(model)
        for n, sound in enumerate(audio):
            sf.write(folder / f"{step:07d}-{n}.flac", sound.clamp(-1, 1).T.numpy(), self.codec.config.sample_rate_hz)
        draw_spectrograms(audio, self.texts, folder / f"{step:07d}.png")


def read_prompts(data: Path, split: str = "heldout", count: int = COUNT) -> list[str]:
    """Return a caption each of a few pieces of a split, of as many styles; raises `TrainError` where it has none."""
    notes: list[Mapping[str, Any]] = list(read_notes(data, split).values())
    if not notes:
        pieces = sorted((data / "pieces").glob(f"{split}-*.json"))
        notes = [json.loads(piece.read_text(encoding="utf-8")) for piece in pieces]
    if not notes:
        raise TrainError(f"{data} has no {split} pieces whose captions could be played")
    by_style: dict[str, list[str]] = {}
    for note in notes:
        by_style.setdefault(note["style"], []).append(note["captions"][0])
    turns = [texts[turn] for turn in range(count) for texts in by_style.values() if turn < len(texts)]
    return turns[:count]


def draw_spectrograms(audio: Tensor, titles: Sequence[str], out: Path) -> None:
    """Draw sounds [B, C, N] below each other, up to 10.8 kHz."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 2.4 * len(audio)), layout="constrained")
    cells = np.atleast_1d(figure.subplots(len(audio)))
    for cell, sound, title in zip(cells, audio, titles, strict=True):
        levels = stft_loss.magnitudes(sound.mean(0, keepdim=True), 2048)[0, :, :SHOWN_BINS].T
        decibels = 20.0 * torch.log10(levels + 1e-5)
        cell.imshow(decibels.numpy(), origin="lower", aspect="auto", vmin=DARKEST_DB, vmax=LIGHTEST_DB, cmap="magma")
        cell.set(title=title, xticks=[], yticks=[])
    figure.savefig(out, dpi=70)
