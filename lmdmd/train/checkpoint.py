"""Checkpoints that survive a kill at any moment: whole folders, renamed into place, the last two kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from lmdmd.errors import TrainError
from lmdmd.train.sharding import gather, load_whole, split_like

KEEP = 2
EMA_DECAY = 0.999


class Ema:
    """A slow copy of a model's weights; it is what ships."""

    def __init__(self, model: nn.Module, decay: float = EMA_DECAY) -> None:
        self.decay = decay
        self.weights = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Move towards the model; early steps move faster, so that the random start is soon forgotten."""
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, value in model.state_dict().items():
            self.weights[name].lerp_(value, 1 - decay)

    @contextmanager
    @torch.no_grad()
    def lent(self, model: nn.Module) -> Iterator[None]:
        """Let the model compute with the averaged weights for a while."""
        live = {name: value.clone() for name, value in model.state_dict().items()}
        model.load_state_dict(self.weights)
        try:
            yield
        finally:
            model.load_state_dict(live)

    def load(self, weights: Mapping[str, Tensor]) -> None:
        for name, value in self.weights.items():
            value.copy_(split_like(weights[name], value))


Part = nn.Module | Ema | torch.optim.Optimizer
"""What a checkpoint has a file of."""


@dataclass
class Clock:
    """How far training has come: optimizer steps, and seconds spent over all resumed runs."""

    step: int = 0
    elapsed_s: float = 0.0


def save_checkpoint(run: Path, parts: Mapping[str, Part], clock: Clock, *, write: bool = True) -> Path:
    """Write `run/checkpoint-<step>` with a file for each part, and remove all but the newest two.

    One that is there already is of the same run and step, and so the same. Of several processes all call this, as each
    may hold a part of a part, and one may `write`.
    """
    folder = run / f"checkpoint-{clock.step:07d}"
    draft, wanted = folder.with_suffix(".part"), write and not folder.is_dir()
    if wanted:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
    for name, part in parts.items():
        tensors = _whole(_take(part))
        if wanted:
            save_file(tensors, draft / f"{name}.safetensors")
    if wanted:
        (draft / "clock.json").write_text(json.dumps(asdict(clock)))
        draft.rename(folder)
    if write:
        remove_checkpoints(run, keep=KEEP)
    return folder


def load_checkpoint(folder: Path, parts: Mapping[str, Part]) -> Clock:
    """Restore every part from a checkpoint folder; raises `TrainError` when it belongs to another model."""
    for name, part in parts.items():
        try:
            _give(part, load_file(folder / f"{name}.safetensors"))
        except (RuntimeError, KeyError, ValueError, FileNotFoundError) as error:
            raise TrainError(f"{folder} is of another model; train into an empty folder ({error})") from error
    return Clock(**json.loads((folder / "clock.json").read_text()))


def list_checkpoints(run: Path) -> list[Path]:
    """Return complete checkpoint folders, oldest first."""
    return sorted(p for p in run.glob("checkpoint-*") if not p.suffix)


def remove_checkpoints(run: Path, keep: int = 0) -> None:
    """Remove all but the newest `keep` checkpoints, and what a kill has left half written or half removed."""
    complete = list_checkpoints(run)
    for old in complete[: len(complete) - keep]:
        old.rename(old.with_suffix(".old"))
    for rest in run.glob("checkpoint-*.*"):
        shutil.rmtree(rest)


def save_weights(file: Path, weights: Mapping[str, Tensor], *, write: bool = True) -> None:
    """Write weights to one safetensors file, or leave the old one whole; all processes call this, one may write."""
    draft, tensors = file.with_suffix(".part"), _whole(weights)
    if write:
        save_file(tensors, draft)
        draft.replace(file)


def _whole(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: gather(value.detach()).cpu().contiguous() for name, value in weights.items()}


def _take(part: Part) -> Mapping[str, Tensor]:
    """Return the tensors of a part."""
    match part:
        case nn.Module():
            return part.state_dict()
        case Ema():
            return part.weights
    state = part.state_dict()["state"]
    return {f"{i}.{name}": value for i, values in state.items() for name, value in values.items()}


def _give(part: Part, tensors: Mapping[str, Tensor]) -> None:
    """Fill a part with its tensors."""
    match part:
        case nn.Module():
            load_whole(part, tensors)
        case Ema():
            part.load(tensors)
        case _:
            _restore_optimizer(part, tensors)


def _restore_optimizer(optimizer: torch.optim.Optimizer, flat: Mapping[str, Tensor]) -> None:
    learned = [value for group in optimizer.param_groups for value in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in flat.items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = split_like(value, learned[int(index)]) if value.ndim else value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
