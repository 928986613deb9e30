"""ARC-Forcing: post-training a network on the music that it makes itself, against a discriminator (LMDM 3).

    post_train(data=Path("data"), run=Path("runs/arc"), start=Path("my-bundle"), base=Path("runs/base"), minutes=60)

Every step plays one roll-out, block by block. The network learns to be taken for the music that really followed; then
the discriminator learns to tell the two apart, and real music's captions from others'. No reward, no teacher.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lmdmd.errors import TrainError
from lmdmd.model.config import Preset
from lmdmd.model.controls import stack
from lmdmd.model.dit import Condition, DiT
from lmdmd.model.stream import StreamState
from lmdmd.train.arc_losses import (
    contrastive_loss,
    draw_even_levels,
    generator_loss,
    relativistic_loss,
    steepness,
    swap_captions,
)
from lmdmd.train.arc_rollout import Journey, Take, draw_known, draw_rollouts, draw_steps, roll_out
from lmdmd.train.checkpoint import Ema, save_weights
from lmdmd.train.data import Encode, Pieces
from lmdmd.train.discriminator import WIDTH, Discriminator
from lmdmd.train.finetune import MakeCondition, load_sets
from lmdmd.train.losses import mix_noise
from lmdmd.train.network import CONFIG_FILE, WEIGHTS_FILE, Network
from lmdmd.train.parallel import ALONE, Ranks, clip_gradients, frozen, open_ranks
from lmdmd.train.precision import AUTO, compute_in, find_precision
from lmdmd.train.records import move
from lmdmd.train.run import Chore, End, Run
from lmdmd.train.run_log import plot_log
from lmdmd.train.sharding import gather_all

SAVE_EVERY_S = 300.0
GRADIENT_CLIP = 1.0
BETAS = (0.9, 0.95)
LOGSNR = (-4.0, 2.0)
"""What a post-trained network's steps are spread over. The paper begins at -6 (1.9); between that and -4 a latent of
the house's codec is noise either way."""
SCORED = (-2.5, 2.5)
"""The levels at which both networks have music scored, evenly: with less noise every detail gives away what was made,
with more there is nothing to hear, and with other levels for one network than for the other, music is judged by who
has not learnt to judge it (LMDM 3, with levels of its own)."""
NUDGE = 0.1
"""How far music is moved, in standard deviations of a latent, to see how steeply its scores change."""
NEW_PACE = 5.0
"""How much faster than the rest weights learn that begin with nothing."""
Precision = Callable[..., torch.autocast]
FIGURES = ("generator", "relativistic", "contrastive", "steepness")


@dataclass(frozen=True)
class ArcRecipe:
    """Everything that decides a run besides data and networks.

    A roll-out has so many `blocks`, each of `least_steps` .. `most_steps`; up to so many `rollouts` go on one from the
    other. `context` is how many latents the network is to look back from now on, None for as many as before; `contrast`
    weighs the contrastive loss, `smooth` the steepness of scores; `width` is that of the discriminator's head, whose
    layers `recompute` computes twice to keep less in memory.
    """

    batch: int = 12
    blocks: int = 12
    rollouts: int = 8
    context: int | None = None
    least_steps: int = 2
    most_steps: int = 8
    lr: float = 3e-5
    lr_discriminator: float = 6e-5
    contrast: float = 1.0
    smooth: float = 10.0
    weight_decay: float = 0.01
    width: int = WIDTH
    precision: str = AUTO
    recompute: bool = False
    seed: int = 0
    steps: int | None = None
    minutes: float | None = None

    @property
    def end(self) -> End:
        """When the run is over."""
        return End(self.steps, self.minutes)


def post_train(
    *,
    data: Path,
    run: Path,
    encode: Encode,
    condition: MakeCondition = Condition,
    start: Network,
    base: Network,
    recipe: ArcRecipe,
    resume: bool = True,
    threads: int | None = None,
    device: str = "cpu",
    sharded: bool = False,
) -> Path:
    """Post-train the network `start` for the recipe's steps or minutes; return `run/model.safetensors` (EMA weights).

    `base` is a bidirectional network, trained on windows as long as a roll-out and its context: the discriminator
    begins with it. `condition` makes a batch of what `encode` has made of captions into a condition. Writes
    checkpoints, `config.json`, `log.jsonl` and `loss.png` into `run`. SIGTERM and SIGINT save and return. Under
    torchrun all processes share a batch, and `sharded` ones the networks too. Raises `TrainError` for data, networks or
    a run folder that cannot be used.
    """
    if not recipe.steps and not recipe.minutes:
        raise TrainError("post-training needs an end: give steps or minutes")
    if threads:
        torch.set_num_threads(threads)
    with open_ranks(device, sharded=sharded) as ranks:
        train, _ = load_sets(data, encode, start.shape)
        trainer = ArcTrainer(start, base, recipe, run, ranks, condition)
        if not (resume and trainer.run.resume()):
            trainer.begin()
        trainer.fit(train)
    return run / WEIGHTS_FILE


class PlayStep(nn.Module):
    """The network's turn: it plays a roll-out, and its loss is how much more real the music looks."""

    def __init__(self, model: DiT, listener: Discriminator, state: StreamState, precision: Precision) -> None:
        super().__init__()
        self.model, self.state, self.precision = model, state, precision
        self.read = (listener,)  # not a module of this one: it does not learn here

    def forward(self, journey: Journey, noise: Tensor, level: Tensor) -> tuple[Tensor, Tensor]:
        """Return the loss, and the music that was made, for the other's turn."""
        # Weights that are cast for the steps without gradients must not serve the last one.
        with self.precision(cache=False):
            made = roll_out(self.model, self.state, journey)
        with self.precision():
            pairs = [(journey.real, journey.asked), (made, journey.asked)]
            real, false = score(self.read[0], journey, noise, level, pairs)
        return generator_loss(real, false), made.detach()


class ListenStep(nn.Module):
    """The discriminator's turn: to tell what was made from real music, and real music's captions from others'.

    Its scores may not change steeply: one that finds the least trace of a network teaches it nothing about music.
    """

    def __init__(self, listener: Discriminator, precision: Precision) -> None:
        super().__init__()
        self.listener, self.precision = listener, precision

    def forward(
        self, journey: Journey, made: Tensor, noise: Tensor, level: Tensor, nudge: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the relativistic and the contrastive loss, the steepness, and how often real music scores higher.

        `nudge` [B, 64, n] is what both musics are moved by.
        """
        pairs = [(journey.real, journey.asked), (made, journey.asked), (journey.real, journey.others)]
        pairs += [(journey.real + nudge, journey.asked), (made + nudge, journey.asked)]
        with self.precision():
            real, false, swapped, real_moved, false_moved = score(self.listener, journey, noise, level, pairs)
        steep = steepness(real, real_moved) + steepness(false, false_moved)
        told_apart = (real > false).float().mean()
        return relativistic_loss(real, false), contrastive_loss(real, swapped), steep, told_apart


def score(
    listener: Discriminator, journey: Journey, noise: Tensor, level: Tensor, pairs: Sequence[tuple[Tensor, Condition]]
) -> Sequence[Tensor]:
    """Return the scores [B, T] of each music [B, 64, n] when told what a condition asks for.

    All are noised alike, with the context that they share: `noise` [B, 64, s + n], each item at its `level` [B].
    """
    noisy = [mix_noise(journey.whole(music), noise, level)[0] for music, _ in pairs]
    asked = join_conditions([journey.heard(cond) for _, cond in pairs])
    return listener(torch.cat(noisy), level.repeat(len(pairs)), asked, journey.first).float().chunk(len(pairs))


def join_conditions(parts: Sequence[Condition]) -> Condition:
    """Return several batches of conditions, each with the same controls, as one."""
    tokens = [part.tokens for part in parts if part.tokens is not None]
    pooled = torch.cat([part.pooled for part in parts])
    return Condition(pooled, torch.cat(tokens) if tokens else None, stack([part.controls for part in parts]))


class ArcTrainer:
    """The network that plays, the discriminator that listens, and what they learn with."""

    def __init__(
        self,
        start: Network,
        base: Network,
        recipe: ArcRecipe,
        folder: Path,
        ranks: Ranks = ALONE,
        condition: MakeCondition = Condition,
    ) -> None:
        self.shape = post_trained(start.shape, recipe.context)
        check_base(replace(start, shape=self.shape), base, recipe)
        torch.manual_seed(recipe.seed)
        self.recipe, self.ranks, self.origin, self.condition = recipe, ranks, start.origin, condition
        self.rows = ranks.rows(recipe.batch)
        network = begin_network(self.shape, start.weights).to(ranks.device)
        # While the weights are whole, as the caches are made like them.
        state = StreamState.init(network, batch=self.rows.stop - self.rows.start)
        self.model = ranks.place(network)
        self.listener = ranks.place(begin_listener(base, recipe.width))
        self.ema = Ema(self.model)
        self.optimizers = {
            "model": self._optimizer(self.model.parameters()),
            "discriminator": self._optimizer(self.listener.base.parameters(), self.listener.heads()),
        }
        # Not the network's layers: the cache that they read has moved on when the backward pass comes.
        self.listener.base.recompute = recipe.recompute
        computing = partial(compute_in, find_precision(recipe.precision, ranks.device), ranks.device)
        self.playing = ranks.wrap(PlayStep(self.model, self.listener, state, computing), reads=[self.listener])
        self.listening = ranks.wrap(ListenStep(self.listener, computing))
        self.take = Take(recipe.batch, self.shape.model.latent_dim, self.shape.geometry.context).to(ranks.device)
        parts = {"model": self.model, "ema": self.ema, "discriminator": self.listener, "take": self.take}
        parts |= {f"{name}-optimizer": optimizer for name, optimizer in self.optimizers.items()}
        self.run = Run(folder, parts, recipe.end, recipe.seed, ranks)
        if ranks.first:
            config = {"geometry": self.shape.geometry.to_dict(), "model": self.shape.model.to_dict()}
            (folder / CONFIG_FILE).write_text(json.dumps(config, indent=1))

    def _optimizer(self, known: Iterable[nn.Parameter], new: Iterable[nn.Parameter] = ()) -> torch.optim.AdamW:
        groups = [{"params": list(known), "pace": 1.0}, {"params": list(new), "pace": NEW_PACE}]
        return torch.optim.AdamW(groups, betas=BETAS, weight_decay=self.recipe.weight_decay)

    def begin(self) -> None:
        """Forget what the folder held; the log tells whose weights the network has."""
        self.run.begin(**{"from": self.origin, "by": "ARC-Forcing"})

    def fit(self, train: Pieces) -> None:
        """Step until the recipe's end or a signal; checkpoint on the way and at the end."""
        label = f"ARC-Forcing ({train.latent_count} latents)"
        self.run.fit(label, lambda: self.step(train), [Chore(SAVE_EVERY_S, self.save)])

    def step(self, train: Pieces) -> dict[str, Any]:
        """Play a roll-out and learn from how it is heard; then let the discriminator learn from it. Return figures."""
        rng, generator = self.run.randomness()
        journey = self.draw(train, rng)
        loss, made, norm = self.play(journey, generator)
        heard = self.listen(journey, made, generator)
        self.ema.update(self.model, self.run.clock.step + 1)
        self.take.go_on(*(self.ranks.join(music) for music in (journey.context, made)))
        figures = self.ranks.average({"generator": loss.item(), **heard})
        frames = self.recipe.batch * journey.real.shape[-1]
        told = {name: round(value, 6) for name, value in figures.items()}
        return {
            "loss": told["generator"],
            **told,
            "norm": round(norm, 4),
            "context": journey.known,
            "rollout": self.take.done,
            "frames": frames,
        }

    def draw(self, pieces: Pieces, rng: np.random.Generator) -> Journey:
        """Draw what the roll-outs of a batch set out from, and how many steps each block takes; keep this rank's.

        They go on from what was played, or begin new takes.
        """
        recipe, geometry, take = self.recipe, self.model.geometry, self.take
        made = recipe.blocks * geometry.block
        if take.done == take.rollouts:
            self.begin_takes(pieces, rng)
        (of_take,) = self.run.randomness(take.begun)[0].spawn(1)
        known = draw_known(of_take, geometry)
        crops = pieces.draw(of_take, recipe.batch, geometry.context + take.rollouts * made, take.rollouts * made)
        now = geometry.context + take.done * made
        context = take.context if take.done else crops.latents[..., now - known : now]
        heard = slice(now - context.shape[-1], now + made)
        swapped = torch.from_numpy(swap_captions(rng, recipe.batch))
        controls = {name: control[..., heard] for name, control in crops.controls.items()}
        journey = Journey(
            context.to(crops.latents.device),
            crops.latents[..., now : now + made],
            replace(self.condition(crops.vectors), controls=controls),
            replace(self.condition(crops.vectors[swapped]), controls=controls),
            draw_steps(rng, recipe.blocks, recipe.least_steps, recipe.most_steps),
            int(rng.integers(2**62)),
            own=take.done > 0,
        )
        return move(journey.cut(self.rows), self.ranks.device)

    def begin_takes(self, pieces: Pieces, rng: np.random.Generator) -> None:
        """Begin new takes, no longer than there is real music beside which they are heard."""
        made = self.recipe.blocks * self.model.geometry.block
        room = (pieces.longest - self.model.geometry.context) // made
        self.take.start(self.run.clock.step, draw_rollouts(rng, min(self.recipe.rollouts, room)))

    def play(self, journey: Journey, generator: torch.Generator) -> tuple[Tensor, Tensor, float]:
        """Take the network's turn; return its loss, what it played, and its gradient's norm."""
        level = draw_even_levels(self.recipe.batch, *SCORED, generator)
        with frozen(self.listener):
            loss, made = self.playing(journey, self.noise(journey, generator), self.own(level))
            norm = self.take_step(loss, self.model, "model", self.recipe.lr)
        return loss, made, norm

    def listen(self, journey: Journey, made: Tensor, generator: torch.Generator) -> dict[str, float]:
        """Take the discriminator's turn; return its losses."""
        level = draw_even_levels(self.recipe.batch, *SCORED, generator)
        noise = self.noise(journey, generator)
        nudge = NUDGE * self.noise_like(journey.real, generator)
        heard = self.listening(journey, made, noise, self.own(level), nudge)
        relativistic, contrastive, steep, told_apart = heard
        loss = relativistic + self.recipe.contrast * contrastive + self.recipe.smooth * steep
        self.take_step(loss, self.listener, "discriminator", self.recipe.lr_discriminator)
        figures = {
            "relativistic": relativistic,
            "contrastive": contrastive,
            "steepness": steep,
            "told_apart": told_apart,
        }
        return {name: value.item() for name, value in figures.items()}

    def noise(self, journey: Journey, generator: torch.Generator) -> Tensor:
        """Return the noise that real and made music are scored in, of this rank's rows."""
        return self.noise_like(journey.whole(journey.real), generator)

    def noise_like(self, music: Tensor, generator: torch.Generator) -> Tensor:
        """Return noise of the shape of this rank's rows, drawn with that of all."""
        return self.own(torch.randn((self.recipe.batch, *music.shape[1:]), generator=generator))

    def own(self, rows: Tensor) -> Tensor:
        """Return this rank's rows of what was drawn for the whole batch."""
        return rows[self.rows].to(self.ranks.device)

    def take_step(self, loss: Tensor, network: nn.Module, name: str, peak: float) -> float:
        """Go down a loss's gradient; return its norm before it was clipped."""
        optimizer = self.optimizers[name]
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for group in optimizer.param_groups:
            group["lr"] = group["pace"] * self.recipe.end.learning_rate(peak, self.run.clock)
        norm = clip_gradients(network.parameters(), GRADIENT_CLIP)
        optimizer.step()
        return norm

    def save(self) -> None:
        """Write a checkpoint, the weights that ship, and the plot."""
        self.run.save()
        weights = gather_all(self.ema.weights)
        if self.ranks.first:
            save_weights(self.run.folder / WEIGHTS_FILE, weights)
            plot_log(self.run.folder, FIGURES, unit="loss")


def post_trained(shape: Preset, context: int | None = None) -> Preset:
    """Return the shape of a network that looks back `context` latents, and whose sampler goes over LOGSNR.

    A gradient comes into a block by its last step, as large as the noise that this step takes away: where a sampler
    has gone down to next to none before, hardly any is left to learn by.
    """
    if context is not None and not 0 < context <= shape.geometry.context:
        raise TrainError(f"a network that looks back {shape.geometry.context} latents cannot learn to look {context}")
    start, end = LOGSNR
    model = replace(shape.model, logsnr_start=start, logsnr_end=end)
    return Preset(replace(shape.geometry, context=context or shape.geometry.context), model)


def begin_network(shape: Preset, weights: Mapping[str, Tensor]) -> DiT:
    """Return the network that is to be post-trained."""
    model = DiT(shape.geometry, shape.model)
    model.load_state_dict(weights)
    return model


def begin_listener(base: Network, width: int) -> Discriminator:
    """Return a discriminator that begins as the base, with a new head."""
    listener = Discriminator(base.shape.geometry, base.shape.model, width)
    listener.begin(base.weights)
    return listener


def check_base(start: Network, base: Network, recipe: ArcRecipe) -> None:
    """Raise `TrainError` where a base cannot judge the roll-outs of a network."""
    theirs, ours = base.shape, start.shape
    needed = ours.geometry.context + recipe.blocks * ours.geometry.block
    if theirs.model.attention != "bidirectional":
        raise TrainError(f"{base.origin} is {theirs.model.attention}; a discriminator begins with a bidirectional base")
    if theirs.geometry.window < needed:
        raise TrainError(
            f"{base.origin} was trained on windows of {theirs.geometry.window} latents, a roll-out and its context "
            f"have {needed}; train the base on longer ones, or roll out fewer blocks"
        )
    for name in ("latent_dim", "global_dim", "cond_dim", "prompt_tokens", "groups"):
        had, wanted = getattr(theirs.model, name), getattr(ours.model, name)
        if had != wanted:
            raise TrainError(f"{base.origin} has {name} {had}, {start.origin} has {wanted}; they must be of one kind")
