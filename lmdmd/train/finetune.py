"""Trains the LMDM on encoded pieces with the flow-matching loss.

    finetune(data=Path("data"), run=Path("runs/pocket"), encode=PromptEncoder.load(folder).encode, minutes=90)

Most batches have a long target and few a short one, all within the same window, and every encoded context serves
several noisy targets: on a CPU the context pass is the cost, the loss frames are the gain. Where attention is
bidirectional and nothing comes before a block, whole windows are learnt at once: a base for all other ways to cut them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from lmdmd.errors import TrainError
from lmdmd.model.config import Preset
from lmdmd.model.controls import cut
from lmdmd.model.dit import Condition, Context, DiT
from lmdmd.train.checkpoint import Ema, list_checkpoints, save_weights
from lmdmd.train.context import draw_block, draw_known, drop_prompts, longest_context, roughen, split_crop
from lmdmd.train.data import Encode, LatentSet, Pieces
from lmdmd.train.groups import PROBES, Probe, hide_groups
from lmdmd.train.live_data import LiveSet
from lmdmd.train.lora import BASE_FILE, LORA_FILE, Additions, fill_weights, own_weights, whole_weights
from lmdmd.train.losses import Noising, draw_noising, flow_losses
from lmdmd.train.network import CONFIG_FILE, WEIGHTS_FILE
from lmdmd.train.parallel import ALONE, Ranks, adding_up, clip_gradients, open_ranks
from lmdmd.train.precision import AUTO, PRECISIONS, check_device, compute_in, find_precision, name_precision
from lmdmd.train.recipe import Recipe
from lmdmd.train.records import change_tensors, move
from lmdmd.train.run import Chore, Run
from lmdmd.train.run_log import Line, plot_log, write_csv
from lmdmd.train.samples import Samples
from lmdmd.train.sharding import own_part
from lmdmd.train.shards import has_latents
from lmdmd.train.start import Start, find_shape, read_shape, read_start

GRADIENT_CLIP = 1.0
SAVE_EVERY_S = 300.0
RECIPE_FILE = "recipe.json"


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
LEVEL_BANDS = {"loss_low": (0.0, 0.5), "loss_mid": (0.5, 0.8), "loss_high": (0.8, 1.0)}
"""Loss by noise level: of much noise a network learns what to play, of little how it sounds."""

MakeCondition = Callable[[Tensor], Condition]
Tensors = TypeVar("Tensors")


@dataclass(frozen=True)
class Batch:
    """One step's worth: context, target [B, 64, o], what it is asked to be, and the noise it is mixed with."""

    context: Context
    target: Tensor
    cond: Condition
    noising: Noising

    @property
    def frames(self) -> int:
        """Target latents, each once for every time it is noised."""
        return len(self.noising.level) * self.target.shape[-1]

    @property
    def tokens(self) -> int:
        """All latents that the network works through."""
        return self.frames + self.target.shape[0] * self.context.length


class FlowStep(nn.Module):
    """The losses of a batch's noisings by a network, as one module."""

    def __init__(self, model: DiT, precision: torch.dtype, device: str) -> None:
        super().__init__()
        self.model, self.precision, self.device = model, precision, device

    def forward(self, batch: Batch) -> Tensor:
        with compute_in(self.precision, self.device):
            return flow_losses(self.model, batch.context, batch.target, batch.cond, batch.noising)


def finetune(
    *,
    data: Path,
    run: Path,
    encode: Encode,
    condition: MakeCondition = Condition,
    recipe: Recipe,
    preset: str | None = None,
    attention: str | None = None,
    context: int | None = None,
    block: int | None = None,
    start: Path | None = None,
    resume: bool = True,
    threads: int | None = None,
    device: str = "cpu",
    save_every_s: float = SAVE_EVERY_S,
    samples: Samples | None = None,
    sample_every_s: float = 0.0,
    tensorboard: bool = False,
    sharded: bool = False,
) -> Path:
    """Train by a recipe, for its steps or minutes, and return `run/model.safetensors` (EMA weights).

    `condition` makes a batch of what `encode` has made of captions into a condition. The shape is that of the run that
    is resumed, of `preset`, or of `start`, a bundle or another run whose weights a new run begins with, its window
    cut as is said. Writes checkpoints, `config.json`, `recipe.json`, logs, `loss.png` and `samples` into `run`. SIGTERM
    and SIGINT save and return. Under torchrun all processes share a batch, and where they are `sharded` a network too.
    Raises `TrainError` for data, a device or a run folder that cannot be used.
    """
    if not recipe.steps and not recipe.minutes:
        raise TrainError("finetune needs an end: give steps or minutes")
    check_device(device)
    if sharded and (samples or recipe.lora):
        raise TrainError("a network that is split among processes plays no samples and takes no additions")
    if threads:
        torch.set_num_threads(threads)
    began = run if resume and list_checkpoints(run) else start
    shape = find_shape(preset, began, attention=attention, context=context, block=block)
    with open_ranks(device, sharded=sharded) as ranks:
        train, heldout = load_sets(data, encode, shape)
        trainer = Trainer(shape, recipe, run, ranks.device, condition, ranks)
        if not (resume and trainer.resume()):
            trainer.begin(read_start(start, shape) if start else None)
        if tensorboard:
            trainer.run.show()
        chores = [Chore(sample_every_s, lambda: trainer.sample(samples))] if samples else []
        trainer.fit(train, heldout, save_every_s, chores)
    return run / WEIGHTS_FILE


class Trainer:
    """Network, average and optimizer of one run; what learns is the network, or additions to it."""

    def __init__(
        self,
        shape: Preset,
        recipe: Recipe,
        folder: Path,
        device: str = "cpu",
        condition: MakeCondition = Condition,
        ranks: Ranks = ALONE,
    ) -> None:
        torch.manual_seed(recipe.seed)
        ranks.rows(recipe.batch)
        self.shape, self.recipe, self.device, self.condition, self.ranks = shape, recipe, device, condition, ranks
        self.model = ranks.place(DiT(shape.geometry, shape.model).to(device))
        self.model.recompute = recipe.recompute
        self.additions = Additions(self.model, recipe.lora) if recipe.lora else None
        self.learner: nn.Module = self.additions or self.model
        self.ema = Ema(self.learner)
        self.optimizer = torch.optim.AdamW(
            self.learner.parameters(), lr=recipe.lr, betas=recipe.betas, weight_decay=recipe.weight_decay, fused=True
        )
        self.flow = FlowStep(self.model, find_precision(recipe.precision, device, ranks), device)
        self.shared_flow = ranks.wrap(self.flow)
        parts = {"model": self.learner, "ema": self.ema, "optimizer": self.optimizer}
        self.run = Run(folder, parts, recipe.end, recipe.seed, ranks)

    def begin(self, start: Start | None = None) -> None:
        """Take the weights to begin with, live and averaged, if there are any; the log tells whose they are."""
        if start:
            fill_weights(self.model, start.weights)
            self.ema.load(self.learner.state_dict())
        if self.additions:
            save_weights(self.run.folder / BASE_FILE, own_weights(self.model), write=self.ranks.first)
        self.run.begin(**{"from": start.origin if start else None})
        config = {"geometry": self.shape.geometry.to_dict(), "model": self.shape.model.to_dict()}
        if self.ranks.first:
            (self.run.folder / CONFIG_FILE).write_text(json.dumps(config, indent=1))
        self.tell_recipe()

    def resume(self) -> bool:
        """Continue the run that the folder holds, if there is one, with the numbers that it began with.

        Raises `TrainError` for one of another network.
        """
        folder = self.run.folder
        if not list_checkpoints(folder):
            return False
        if (had := read_shape(folder)) != self.shape:
            raise TrainError(
                f"{folder} is of another model, {describe(had)}, not {describe(self.shape)}; train into an "
                "empty folder, or begin anew with --fresh"
            )
        self.run.resume()
        if self.additions:
            fill_weights(self.model, load_file(folder / BASE_FILE))
        if self.recipe.precision == AUTO and (folder / RECIPE_FILE).is_file():
            self.flow.precision = PRECISIONS[json.loads((folder / RECIPE_FILE).read_text())["precision"]]
        self.tell_recipe()
        return True

    def tell_recipe(self) -> None:
        """Write `recipe.json`, with the numbers that are really computed with."""
        told = {**self.recipe.tell(), "precision": name_precision(self.flow.precision)}
        if self.ranks.first:
            (self.run.folder / RECIPE_FILE).write_text(json.dumps(told, indent=1))

    def fit(
        self,
        train: Pieces,
        heldout: Pieces | None = None,
        save_every_s: float = SAVE_EVERY_S,
        chores: Sequence[Chore] = (),
    ) -> None:
        """Step until the recipe's end or a signal; checkpoint, and do other chores, on the way and at the end."""
        label = f"finetune ({name_precision(self.flow.precision)}, {train.latent_count} latents)"
        if heldout is not None and not self.run.clock.step:
            self.run.log({"step": 0, **self.measure(heldout)})
        saving = Chore(save_every_s, lambda: self.save(heldout))
        self.run.fit(label, lambda: self.step(train), [saving, *chores])

    def step(self, train: Pieces) -> Line:
        """Take one optimizer step, and return its figures."""
        rng, generator = self.run.randomness()
        batch = self.draw(train, rng, generator)
        *parts, last = split(batch, self.recipe.accumulate)
        with adding_up(self.shared_flow):
            losses = [self.learn(part) for part in parts]
        losses = torch.cat([*losses, self.learn(last)])
        norm = clip_gradients(self.learner.parameters(), GRADIENT_CLIP)
        lr = self.recipe.end.learning_rate(self.recipe.lr, self.run.clock, self.recipe.final_lr)
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        with self.reading_groups():
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.ema.update(self.learner, self.run.clock.step + 1)
        return {
            "loss": round(losses.mean().item(), 5),
            **sort_by_level(losses, batch.noising.level),
            "norm": round(norm, 4),
            "lr": round(lr, 7),
            "context": batch.context.length,
            "block": batch.target.shape[-1],
            "frames": batch.frames,
            "tokens": batch.tokens,
        }

    def learn(self, part: Batch) -> Tensor:
        """Add this rank's share of a part of a step's batch to the gradient, and return the losses of the part."""
        losses = self.shared_flow(self.ranks.share(part))
        (losses.mean() / self.recipe.accumulate).backward()
        return self.ranks.join(losses)

    @contextmanager
    def reading_groups(self) -> Iterator[None]:
        """Let an optimizer's step change the columns of each group as ENTRIES says."""
        if self.additions:  # which learn of all groups alike
            yield
            return
        groups, whole = self.model.config.groups, self.model.to_input_add_embed.weight
        weight = own_part(whole.detach())
        gradients = torch.zeros_like(weight) if whole.grad is None else own_part(whole.grad)
        parts = [part.split(list(groups.values()), dim=1) for part in (weight, gradients)]
        named = {name: pair for name, *pair in zip(groups, *parts, strict=True) if name in ENTRIES}
        before = {name: columns.clone() for name, (columns, _) in named.items()}
        for name, (_, gradient) in named.items():
            gradient[:, 1:] -= ENTRIES[name].mean * gradient[:, :1]
        yield
        for name, (columns, _) in named.items():
            moved = ENTRIES[name].pace * (columns - before[name])
            moved[:, 0] -= ENTRIES[name].mean * moved[:, 1:].sum(1)
            columns.copy_(before[name] + moved)

    def draw(
        self, pieces: Pieces, rng: np.random.Generator, generator: torch.Generator, probe: Probe | None = None
    ) -> Batch:
        """Draw a batch: its target length, how much context is known, crops and captions, what else is shown, noise.

        A probe says what is shown; without one it is drawn.
        """
        recipe, geometry, config = self.recipe, self.shape.geometry, self.shape.model
        block = draw_block(rng, recipe.targets(geometry), recipe.shares)
        longest = longest_context(geometry, config, block)
        learns_groups = len(config.groups) > 1 and probe is None
        known = draw_known(rng, longest, geometry.block, SHORT_SHARE if learns_groups else 0.0, recipe.drops)
        items = recipe.items if probe is None else recipe.batch
        crops = pieces.draw(rng, items, longest + block, block, probe.kind if probe else recipe.kind)
        shown = (
            probe.show(crops.controls, block)
            if probe
            else hide_groups(rng, crops.controls, block, geometry.block, recipe.shown)
        )
        context, target = split_crop(crops.latents, known, block, config, shown)
        cond = drop_prompts(rng, self.condition(crops.vectors), recipe.drops.prompt)
        context = roughen(rng, context, known, recipe.drops.rough)
        noising = draw_noising(self.model, context, target, recipe.repeats, generator, recipe.levels)
        return move(Batch(context, target, replace(cond, controls=cut(shown, longest)), noising), self.device)

    def save(self, heldout: Pieces | None = None) -> None:
        """Write a checkpoint, the weights that ship, the held-out loss, and the log as a table and as a plot."""
        self.run.save()
        self.save_average()
        if heldout is not None:
            self.run.log({"step": self.run.clock.step, **self.measure(heldout)})
        if self.ranks.first:
            write_csv(self.run.folder)
            plot_log(self.run.folder, by_level=tuple(LEVEL_BANDS))

    def save_average(self) -> None:
        """Write the averaged network, and, where additions learn, these alone."""
        if not self.additions:
            save_weights(self.run.folder / WEIGHTS_FILE, self.ema.weights, write=self.ranks.first)
            return
        with self.ema.lent(self.learner):
            save_weights(self.run.folder / WEIGHTS_FILE, whole_weights(self.model), write=self.ranks.first)
            if self.ranks.first:
                self.additions.save(self.run.folder / LORA_FILE)

    def sample(self, samples: Samples) -> None:
        """Let the averaged network play."""
        if not self.ranks.first:
            return
        with self.ema.lent(self.learner):
            samples.write(self.model, self.run.folder, self.run.clock.step)

    @torch.no_grad()
    def measure(self, pieces: Pieces) -> dict[str, float]:
        """Return the EMA weights' mean loss over the same few batches every time, with text alone and by PROBES."""
        names = [name for name, probe in PROBES.items() if probe.fits(self.shape.model)]
        with self.ema.lent(self.learner):
            return {name: self.probe(pieces, PROBES[name]) for name in names}

    def probe(self, pieces: Pieces, probe: Probe) -> float:
        """Return the mean loss over the first batches of a probe."""
        losses = []
        for i in range(HELDOUT_BATCHES):
            batch = self.draw(pieces, np.random.default_rng(i), torch.Generator().manual_seed(i), probe)
            losses.append(self.ranks.call(lambda batch=batch: self.flow(batch), self.model).mean().item())
        return round(float(np.mean(losses)), 5)


def load_sets(data: Path, encode: Encode, preset: Preset) -> tuple[Pieces, Pieces | None]:
    """Return the pieces to train on and the held-out ones, if any; with conditions where the network has groups."""
    if len(preset.model.groups) > 1:
        heldout = any((data / "conditions").glob("heldout-*.safetensors"))
        return LiveSet.load(data, "train", encode), LiveSet.load(data, "heldout", encode) if heldout else None
    heldout = has_latents(data, "heldout")
    return LatentSet.load(data, "train", encode), LatentSet.load(data, "heldout", encode) if heldout else None


def describe(shape: Preset) -> str:
    """Return the shape of a network in a few words."""
    geometry, model = shape.geometry, shape.model
    return f"{model.attention} {geometry.context}/{geometry.block}, {model.depth} layers of {model.dim}"


def split(batch: Tensors, parts: int) -> list[Tensors]:
    """Return a batch, a record of tensors whose rows are its items, in so many equal parts."""
    return (
        [change_tensors(batch, lambda tensor, i=i: tensor.chunk(parts)[i]) for i in range(parts)]
        if parts > 1
        else [batch]
    )


def sort_by_level(losses: Tensor, level: Tensor) -> dict[str, float]:
    """Return the mean loss of each of LEVEL_BANDS that the levels of a batch fall into."""
    losses, level = losses.cpu(), level.cpu()
    bands = {name: losses[(level > low) & (level <= high)] for name, (low, high) in LEVEL_BANDS.items()}
    return {name: round(found.mean().item(), 5) for name, found in bands.items() if len(found)}
