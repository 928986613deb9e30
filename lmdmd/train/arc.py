"""ARC-Forcing: post-training a network on the music that it makes itself, against a discriminator (LMDM 3).

    post_train(data=Path("data"), run=Path("runs/arc"), start=Path("my-bundle"), base=Path("runs/base"), minutes=60)

Every step plays one roll-out, block by block. The discriminator learns to tell it from the music that really followed,
and real music's captions from others'; then the network learns to be taken for the real one. No reward, no teacher.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.controls import repeat
from lmdmd.model.dit import Condition, DiT
from lmdmd.model.stream import StreamState
from lmdmd.train.arc_losses import (
    contrastive_loss,
    draw_even_levels,
    generator_loss,
    relativistic_loss,
    swap_captions,
)
from lmdmd.train.arc_rollout import Journey, draw_known, draw_steps, roll_out
from lmdmd.train.checkpoint import Ema, save_weights
from lmdmd.train.data import Encode, Pieces
from lmdmd.train.discriminator import WIDTH, Discriminator
from lmdmd.train.finetune import load_sets
from lmdmd.train.losses import draw_levels, mix_noise
from lmdmd.train.network import CONFIG_FILE, WEIGHTS_FILE, Network
from lmdmd.train.precision import compute_in, pick_precision
from lmdmd.train.run import Chore, End, Run
from lmdmd.train.run_log import plot_log

SAVE_EVERY_S = 300.0
GRADIENT_CLIP = 1.0
BETAS = (0.9, 0.95)
FIGURES = ("generator", "relativistic", "contrastive")


@dataclass(frozen=True)
class ArcRecipe:
    """Everything that decides a run besides data and networks.

    `blocks` a roll-out, each of `least_steps` .. `most_steps`; `contrast` weighs the contrastive loss; `width` is that
    of the discriminator's head.
    """

    batch: int = 8
    blocks: int = 12
    least_steps: int = 1
    most_steps: int = 6
    lr: float = 3e-5
    lr_discriminator: float = 1e-4
    contrast: float = 1.0
    weight_decay: float = 0.01
    width: int = WIDTH
    seed: int = 0
    steps: int | None = None
    minutes: float | None = None

    @property
    def end(self) -> End:
        """When the run is over."""
        return End(self.steps, self.minutes)


def post_train(
    *, data: Path, run: Path, encode: Encode, start: Network, base: Network, recipe: ArcRecipe, resume: bool = True,
    threads: int | None = None, device: str = "cpu",
) -> Path:  # fmt: skip
    """Post-train the network `start` for the recipe's steps or minutes; return `run/model.safetensors` (EMA weights).

    `base` is a bidirectional network, trained on windows as long as a roll-out and its context: the discriminator
    begins with it. Writes checkpoints, `config.json`, `log.jsonl` and `loss.png` into `run`. SIGTERM and SIGINT save
    and return. Raises `TrainError` for data, networks or a run folder that cannot be used.
    """
    if not recipe.steps and not recipe.minutes:
        raise TrainError("post-training needs an end: give steps or minutes")
    if threads:
        torch.set_num_threads(threads)
    train, _ = load_sets(data, encode, start.shape)
    trainer = ArcTrainer(start, base, recipe, run, device)
    if not (resume and trainer.run.resume()):
        trainer.begin()
    trainer.fit(train)
    return run / WEIGHTS_FILE


class ArcTrainer:
    """The network that plays, the discriminator that listens, and what they learn with."""

    def __init__(self, start: Network, base: Network, recipe: ArcRecipe, folder: Path, device: str = "cpu") -> None:
        check_base(start, base, recipe)
        torch.manual_seed(recipe.seed)
        self.recipe, self.device, self.start = recipe, device, start
        self.model = DiT(start.shape.geometry, start.shape.model).to(device)
        self.model.load_state_dict(start.weights)
        self.discriminator = Discriminator(base.shape.geometry, base.shape.model, recipe.width).to(device)
        self.discriminator.begin(base.weights)
        self.ema = Ema(self.model)
        self.state = StreamState.init(self.model, batch=recipe.batch)
        self.optimizer = self._optimizer(self.model, recipe.lr)
        self.listening = self._optimizer(self.discriminator, recipe.lr_discriminator)
        self.precision = pick_precision(device)
        parts = {
            "model": self.model,
            "ema": self.ema,
            "optimizer": self.optimizer,
            "discriminator": self.discriminator,
            "discriminator-optimizer": self.listening,
        }
        self.run = Run(folder, parts, recipe.end, recipe.seed)
        config = {"geometry": start.shape.geometry.to_dict(), "model": start.shape.model.to_dict()}
        (folder / CONFIG_FILE).write_text(json.dumps(config, indent=1))

    def _optimizer(self, network: torch.nn.Module, lr: float) -> torch.optim.AdamW:
        decay = self.recipe.weight_decay
        return torch.optim.AdamW(network.parameters(), lr=lr, betas=BETAS, weight_decay=decay, fused=True)

    def begin(self) -> None:
        """Forget what the folder held; the log tells whose weights the network has."""
        self.run.begin(**{"from": self.start.origin, "by": "ARC-Forcing"})

    def fit(self, train: Pieces) -> None:
        """Step until the recipe's end or a signal; checkpoint on the way and at the end."""
        label = f"ARC-Forcing ({str(self.precision).removeprefix('torch.')}, {train.latent_count} latents)"
        self.run.fit(label, lambda: self.step(train), [Chore(SAVE_EVERY_S, self.save)])

    def step(self, train: Pieces) -> dict[str, Any]:
        """Play a roll-out, let the discriminator learn from it, then the network; return the figures."""
        rng, generator = self.run.randomness()
        journey = self.draw(train, rng)
        made = self.play(journey)
        heard = self.listen(journey, made.detach(), generator)
        learnt = self.learn(journey, made, generator)
        self.ema.update(self.model, self.run.clock.step + 1)
        frames = made.shape[0] * made.shape[-1]
        return {"loss": learnt["generator"], **learnt, **heard, "context": journey.first, "frames": frames}

    def draw(self, pieces: Pieces, rng: np.random.Generator) -> Journey:
        """Draw what the roll-outs of a batch set out from, and how many steps each of their blocks takes."""
        recipe, geometry = self.recipe, self.model.geometry
        made = recipe.blocks * geometry.block
        crops = pieces.draw(rng, recipe.batch, geometry.context + made, made)
        known = draw_known(rng, geometry)
        kept = known + made
        latents = crops.latents[..., -kept:].to(self.device)
        vectors = crops.vectors.to(self.device)
        return Journey(
            latents[..., :known],
            latents[..., known:],
            vectors,
            vectors[torch.from_numpy(swap_captions(rng, recipe.batch)).to(self.device)],
            draw_steps(rng, recipe.blocks, recipe.least_steps, recipe.most_steps),
            int(rng.integers(2**62)),
            {name: control[..., -kept:].to(self.device) for name, control in crops.controls.items()},
        )

    def play(self, journey: Journey) -> Tensor:
        """Return the roll-out, which gradients flow into by the last step of each block."""
        # Weights that autocast has cast without gradients, for the steps before, must not serve the last one.
        with compute_in(self.precision, self.device, cache=False):
            return roll_out(self.model, self.state, journey)

    def listen(self, journey: Journey, made: Tensor, generator: torch.Generator) -> dict[str, float]:
        """Let the discriminator learn from a roll-out; return its losses."""
        level = draw_levels(len(made), 1, generator).to(made)
        own = journey.vectors
        pairs = [(journey.real, own), (made, own), (journey.real, journey.others)]
        real, false, swapped = self.score(journey, generator, level, pairs)
        relativistic, contrastive = relativistic_loss(real, false), contrastive_loss(real, swapped)
        self.take_step(relativistic + self.recipe.contrast * contrastive, self.listening, self.recipe.lr_discriminator)
        told_apart = (real > false).float().mean()
        return _round(relativistic=relativistic, contrastive=contrastive, told_apart=told_apart)

    def learn(self, journey: Journey, made: Tensor, generator: torch.Generator) -> dict[str, float]:
        """Let the network learn from the roll-out, and return its loss and its gradient's norm."""
        config = self.model.config
        level = draw_even_levels(len(made), config.logsnr_start, config.logsnr_end, generator).to(made)
        self.discriminator.requires_grad_(False)
        pairs = [(journey.real, journey.vectors), (made, journey.vectors)]
        real, false = self.score(journey, generator, level, pairs)
        loss = generator_loss(real, false)
        norm = self.take_step(loss, self.optimizer, self.recipe.lr)
        self.discriminator.requires_grad_(True)
        return _round(generator=loss, norm=norm)

    def score(
        self, journey: Journey, generator: torch.Generator, level: Tensor, pairs: Sequence[tuple[Tensor, Tensor]]
    ) -> Sequence[Tensor]:
        """Return the scores [B, T] of each music [B, 64, n] with its captions' vectors.

        All are noised alike, with the context that they share, each item to its `level` [B].
        """
        noise = torch.randn(journey.whole(journey.real).shape, generator=generator).to(level)
        noisy = [mix_noise(journey.whole(music), noise, level)[0] for music, _ in pairs]
        vectors = torch.cat([vectors for _, vectors in pairs])
        cond = Condition(vectors, controls=repeat(journey.controls, len(pairs)))
        with compute_in(self.precision, self.device):
            scores = self.discriminator(torch.cat(noisy), level.repeat(len(pairs)), cond, journey.first)
        return scores.float().chunk(len(pairs))

    def take_step(self, loss: Tensor, optimizer: torch.optim.Optimizer, peak: float) -> Tensor:
        """Go down a loss's gradient, and return its norm before it was clipped."""
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for group in optimizer.param_groups:
            group["lr"] = self.recipe.end.learning_rate(peak, self.run.clock)
        norm = torch.nn.utils.clip_grad_norm_(
            [p for group in optimizer.param_groups for p in group["params"]], GRADIENT_CLIP
        )
        optimizer.step()
        return norm

    def save(self) -> None:
        """Write a checkpoint, the weights that ship, and the plot."""
        self.run.save()
        save_weights(self.run.folder / WEIGHTS_FILE, self.ema.weights)
        plot_log(self.run.folder, FIGURES, unit="loss")


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


def _round(**figures: Tensor) -> dict[str, float]:
    return {name: round(value.item(), 5) for name, value in figures.items()}
