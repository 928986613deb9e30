"""Trains the LMDM on encoded pieces with the flow-matching loss.

    finetune(data=Path("data"), run=Path("runs/pocket"), encode=PromptEncoder.load(folder).encode, minutes=90)

Most batches have a long target and few a short one, all within the same window, and every encoded context serves
several noisy targets: on a CPU the context pass is the cost, the loss frames are the gain.
"""

from __future__ import annotations

import json
import math
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.config import Geometry, Preset, find_preset
from lmdmd.model.controls import cut
from lmdmd.model.dit import Condition, Context, DiT
from lmdmd.train.checkpoint import (
    Clock,
    Ema,
    list_checkpoints,
    load_checkpoint,
    save_checkpoint,
    save_weights,
)
from lmdmd.train.context import draw_block, draw_known, drop_prompts, roughen, split_crop
from lmdmd.train.data import Encode, LatentSet, Pieces
from lmdmd.train.groups import EVERYTHING, PROBES, Probe, Shown, hide_groups
from lmdmd.train.live_data import LiveSet
from lmdmd.train.losses import flow_loss
from lmdmd.train.progress import Progress
from lmdmd.train.shards import has_latents
from lmdmd.train.start import Start, read_start

WARMUP_STEPS = 100
FINAL_LR = 0.05  # share of the peak left at the end of the cosine
GRADIENT_CLIP = 1.0
SAVE_EVERY_S = 300.0
LONG_TARGET = 5 / 16


@dataclass(frozen=True)
class Entry:
    """How a network learns to read one group: `pace` times as fast as all else, features centred around `mean`."""

    pace: float = 1.0
    mean: float = 0.0


ENTRIES = {
    "stem": Entry(16.0),
    "melody": Entry(12.0),
    "loudness": Entry(150.0, 0.6),
    "beat": Entry(40.0),
    "harmony": Entry(30.0, 0.33),
}
"""Weights of groups begin at zero, and few numbers that are mostly zero have to outweigh many. Levels hardly move
around their mean: what an optimizer hears of the mean would drown what it hears of the moves."""
SHORT_SHARE = 0.5
"""How many contexts are short where there are conditions: a long one tells most of what they would."""
HELDOUT_BATCHES = 6


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a run besides data and preset; `blocks` are target lengths drawn by `shares`.

    Without `blocks` they are the geometry's own and `LONG_TARGET` of its window. `kind` is what all crops are of, ""
    for any; `shown` is how often each group of conditions is.
    """

    batch: int = 12
    lr: float = 1e-3
    repeats: int = 2
    blocks: tuple[int, ...] = ()
    shares: tuple[float, ...] = (0.3, 0.7)
    weight_decay: float = 0.01
    seed: int = 0
    steps: int | None = None
    minutes: float | None = None
    kind: str = ""
    shown: Shown = EVERYTHING

    def progress(self, clock: Clock) -> float:
        """Return how much of the run is done, 0 .. 1."""
        by_step = clock.step / self.steps if self.steps else 0.0
        by_time = clock.elapsed_s / (60 * self.minutes) if self.minutes else 0.0
        return min(1.0, max(by_step, by_time))

    def learning_rate(self, clock: Clock) -> float:
        """Linear warm-up, then a cosine over the whole run."""
        cosine = 0.5 * (1 + math.cos(math.pi * self.progress(clock)))
        return self.lr * min(1.0, (clock.step + 1) / WARMUP_STEPS) * (FINAL_LR + (1 - FINAL_LR) * cosine)


@dataclass(frozen=True)
class Batch:
    """One step's worth: context, target [B, 64, o], caption vectors [B, D], and the target's frames of conditions."""

    context: Context
    target: Tensor
    vectors: Tensor
    controls: dict[str, Tensor]

    @property
    def frames(self) -> int:
        """Target latents, each once however often it is noised."""
        return self.target.shape[0] * self.target.shape[-1]


def finetune(
    *,
    data: Path,
    run: Path,
    encode: Encode,
    preset: str = "pocket",
    steps: int | None = None,
    minutes: float | None = None,
    batch: int = Recipe.batch,
    lr: float = Recipe.lr,
    repeats: int = Recipe.repeats,
    blocks: tuple[int, ...] = Recipe.blocks,
    shares: tuple[float, ...] = Recipe.shares,
    seed: int = 0,
    start: Path | None = None,
    resume: bool = True,
    threads: int | None = None,
    device: str = "cpu",
) -> Path:
    """Train for `steps` or `minutes`, whichever ends first, and return `run/model.safetensors` (EMA weights).

    A run with no checkpoint to resume begins with the weights of the bundle `start`, or with random ones.
    Writes checkpoints, `config.json`, `log.jsonl` and `loss.png` into `run`. SIGTERM and SIGINT save and return.
    Raises `TrainError` for data or a run folder that cannot be used.
    """
    if not steps and not minutes:
        raise TrainError("finetune needs an end: give steps or minutes")
    if threads:
        torch.set_num_threads(threads)
    recipe = Recipe(batch, lr, repeats, blocks, shares, seed=seed, steps=steps, minutes=minutes)
    shape = find_preset(preset)
    train, heldout = load_sets(data, encode, shape)
    trainer = Trainer(shape, recipe, run, device)
    if not (resume and trainer.resume()):
        trainer.begin(read_start(start, shape) if start else None)
    trainer.fit(train, heldout)
    return run / "model.safetensors"


class Trainer:
    """Model, EMA, optimizer and clock of one run folder."""

    def __init__(self, preset: Preset, recipe: Recipe, run: Path, device: str = "cpu") -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.run, self.device = recipe, run, device
        self.model = DiT(preset.geometry, preset.model).to(device)
        self.ema = Ema(self.model)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(),
            lr=recipe.lr,
            betas=(0.9, 0.99),
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        self.clock = Clock()
        self.precision = pick_precision(device)
        run.mkdir(parents=True, exist_ok=True)
        config = {"geometry": preset.geometry.to_dict(), "model": preset.model.to_dict()}
        (run / "config.json").write_text(json.dumps(config, indent=1))

    def begin(self, start: Start | None = None) -> None:
        """Take the weights to begin with, live and averaged, if there are any; the log tells whose they are."""
        if start:
            self.model.load_state_dict(start.weights)
            self.ema = Ema(self.model)
        self.log({"step": 0, "from": start.origin if start else None})

    def resume(self) -> bool:
        """Continue from the newest checkpoint of the run folder; returns whether there is one."""
        checkpoints = list_checkpoints(self.run)
        if checkpoints:
            self.clock = load_checkpoint(checkpoints[-1], self.model, self.ema, self.optimizer)
        return bool(checkpoints)

    @property
    def done(self) -> bool:
        """Whether the recipe's end is reached."""
        return self.recipe.progress(self.clock) >= 1

    def fit(self, train: Pieces, heldout: Pieces | None = None) -> None:
        """Step until the recipe's end or a signal; checkpoint on the way and at the end."""
        label = f"finetune ({str(self.precision).removeprefix('torch.')}, {train.latent_count} latents)"
        saved_s, smooth = self.clock.elapsed_s, 0.0
        if heldout is not None and not self.clock.step:
            self.log({"step": 0, **self.measure(heldout)})
        with _stop_on_signal() as stop, Progress(label, self.recipe.steps) as progress:
            while not self.done and not stop:
                line = self.step(train)
                smooth = line["loss"] if not smooth else 0.98 * smooth + 0.02 * line["loss"]
                progress.advance(note=f"loss {smooth:.4f}  {line['frames_per_s']:.0f} latents/s")
                if self.clock.elapsed_s - saved_s > SAVE_EVERY_S:
                    saved_s = self.clock.elapsed_s
                    self.save(heldout)
        self.save(heldout)

    def step(self, train: Pieces) -> dict[str, Any]:
        """Take one optimizer step, log it, and return the log line."""
        started = time.monotonic()
        rng, generator = self.randomness()
        batch = self.draw(train, rng)
        loss = self.loss(batch, generator)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), GRADIENT_CLIP)
        lr = self.recipe.learning_rate(self.clock)
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        with self.reading_groups():
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.clock.step += 1
        self.ema.update(self.model, self.clock.step)
        took_s = time.monotonic() - started
        self.clock.elapsed_s += took_s
        line = self.describe(batch, loss.item(), norm.item(), lr, took_s)
        self.log(line)
        return line

    @contextmanager
    def reading_groups(self) -> Iterator[None]:
        """Let an optimizer's step change the columns of each group as ENTRIES says."""
        groups, weight = self.model.config.groups, self.model.to_input_add_embed.weight
        gradients = torch.zeros_like(weight) if weight.grad is None else weight.grad
        parts = [part.split(list(groups.values()), dim=1) for part in (weight.detach(), gradients)]
        named = {name: pair for name, *pair in zip(groups, *parts, strict=True) if name in ENTRIES}
        before = {name: columns.clone() for name, (columns, _) in named.items()}
        for name, (_, gradient) in named.items():
            gradient[:, 1:] -= ENTRIES[name].mean * gradient[:, :1]
        yield
        for name, (columns, _) in named.items():
            moved = ENTRIES[name].pace * (columns - before[name])
            moved[:, 0] -= ENTRIES[name].mean * moved[:, 1:].sum(1)
            columns.copy_(before[name] + moved)

    def randomness(self) -> tuple[np.random.Generator, torch.Generator]:
        """Return generators that depend on seed and step only, so that resuming needs no stored state."""
        rng = np.random.default_rng([self.recipe.seed, self.clock.step])
        return rng, torch.Generator().manual_seed(int(rng.integers(2**62)))

    def draw(self, pieces: Pieces, rng: np.random.Generator, probe: Probe | None = None) -> Batch:
        """Draw a batch: its target length, how much context is known, crops and captions, and what else is shown.

        A probe says what is shown; without one it is drawn.
        """
        recipe, geometry = self.recipe, self.model.geometry
        block = draw_block(rng, recipe.blocks or default_blocks(geometry), recipe.shares)
        learns_groups = len(self.model.config.groups) > 1 and probe is None
        known = draw_known(rng, geometry, block, SHORT_SHARE if learns_groups else 0.0)
        length = min(geometry.context, geometry.window - block) + block
        crops = pieces.draw(rng, recipe.batch, length, block, probe.kind if probe else recipe.kind)
        shown = (
            probe.show(crops.controls, block)
            if probe
            else hide_groups(rng, crops.controls, block, geometry.block, recipe.shown)
        )
        controls = {name: control.to(self.device) for name, control in shown.items()}
        context, target = split_crop(crops.latents.to(self.device), known, block, self.model.config, controls)
        vectors = drop_prompts(rng, crops.vectors).to(self.device)
        return Batch(roughen(rng, context, known), target, vectors, cut(controls, length - block))

    def loss(self, batch: Batch, generator: torch.Generator) -> Tensor:
        """Return the flow loss of a batch in the run's precision."""
        cond = Condition(batch.vectors, controls=batch.controls)
        with torch.autocast(self.device, self.precision, enabled=self.precision != torch.float32):
            return flow_loss(
                self.model,
                batch.context,
                batch.target,
                cond,
                repeats=self.recipe.repeats,
                generator=generator,
            )

    def describe(self, batch: Batch, loss: float, norm: float, lr: float, took_s: float) -> dict[str, Any]:
        """Return one line of the log."""
        frames = batch.frames * self.recipe.repeats
        tokens = batch.target.shape[0] * batch.context.length + frames
        return {
            "step": self.clock.step,
            "loss": round(loss, 5),
            "norm": round(norm, 4),
            "lr": round(lr, 7),
            "context": batch.context.length,
            "block": batch.target.shape[-1],
            "elapsed_s": round(self.clock.elapsed_s, 2),
            "frames_per_s": round(frames / took_s, 1),
            "tokens_per_s": round(tokens / took_s, 1),
        }

    def log(self, line: dict[str, Any]) -> None:
        """Append a line to `log.jsonl`."""
        with (self.run / "log.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")

    def save(self, heldout: Pieces | None) -> None:
        """Write a checkpoint, the weights that ship, the held-out loss and the plot."""
        save_checkpoint(self.run, self.model, self.ema, self.optimizer, self.clock)
        save_weights(self.run / "model.safetensors", self.ema.weights)
        if heldout is not None:
            self.log({"step": self.clock.step, **self.measure(heldout)})
        plot_log(self.run)

    @torch.no_grad()
    def measure(self, pieces: Pieces) -> dict[str, float]:
        """Return the EMA weights' mean loss over the same few batches every time, with text alone and by PROBES."""
        live = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.model.load_state_dict(self.ema.weights)
        names = [name for name, probe in PROBES.items() if probe.fits(self.model.config)]
        losses = {name: self.probe(pieces, PROBES[name]) for name in names}
        self.model.load_state_dict(live)
        return losses

    def probe(self, pieces: Pieces, probe: Probe) -> float:
        """Return the mean loss over the first batches of a probe."""
        losses = []
        for i in range(HELDOUT_BATCHES):
            batch = self.draw(pieces, np.random.default_rng(i), probe)
            losses.append(self.loss(batch, torch.Generator().manual_seed(i)).item())
        return round(float(np.mean(losses)), 5)


def load_sets(data: Path, encode: Encode, preset: Preset) -> tuple[Pieces, Pieces | None]:
    """Return the pieces to train on and the held-out ones, if any; with conditions where the network has groups."""
    if len(preset.model.groups) > 1:
        heldout = any((data / "conditions").glob("heldout-*.safetensors"))
        return LiveSet.load(data, "train", encode), LiveSet.load(data, "heldout", encode) if heldout else None
    heldout = has_latents(data, "heldout")
    return LatentSet.load(data, "train", encode), LatentSet.load(data, "heldout", encode) if heldout else None


def default_blocks(geometry: Geometry) -> tuple[int, int]:
    """Return the geometry's block, which it will play with, and a longer target, from which it learns faster."""
    return geometry.block, max(geometry.block, round(LONG_TARGET * geometry.window))


def pick_precision(device: str) -> torch.dtype:
    """Return bfloat16 where this machine multiplies it clearly faster than float32, else float32."""
    if device != "cpu":
        return torch.bfloat16
    best = dict.fromkeys((torch.float32, torch.bfloat16), math.inf)
    for _ in range(20):  # in turns and often: a busy machine must not decide for hours of training
        for dtype in best:
            best[dtype] = min(best[dtype], _matmul_s(dtype))
    return torch.bfloat16 if best[torch.float32] > 1.3 * best[torch.bfloat16] else torch.float32


def _matmul_s(dtype: torch.dtype) -> float:
    a = torch.ones(512, 512, dtype=dtype)
    started = time.perf_counter()
    torch.mm(a, a)
    return time.perf_counter() - started


@contextmanager
def _stop_on_signal() -> Iterator[list[int]]:
    """Yield a list that SIGTERM and SIGINT add to; the handlers of before come back at the end."""
    caught: list[int] = []
    signals = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda n, _: caught.append(n)) for number in signals}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def plot_log(run: Path) -> None:
    """Draw `loss.png` from `log.jsonl`: every step, a running mean, and the held-out loss."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    steps = [line["step"] for line in lines if "loss" in line]
    losses = np.array([line["loss"] for line in lines if "loss" in line])
    heldout = [(line["step"], line["heldout"]) for line in lines if "heldout" in line]
    width = max(1, len(losses) // 50)
    mean = np.convolve(losses, np.ones(width) / width, mode="valid")
    figure, axes = plt.subplots(figsize=(8, 4.5))
    axes.plot(steps, losses, linewidth=0.4, alpha=0.5, label="step")
    axes.plot(steps[width - 1 :], mean, label=f"mean of {width}")
    if heldout:
        axes.plot(*zip(*heldout, strict=True), "o-", label="held out (EMA)")
    axes.set(xlabel="step", ylabel="velocity MSE", title=run.name)
    axes.legend()
    figure.tight_layout()
    figure.savefig(run / "loss.png", dpi=120)
    plt.close(figure)
