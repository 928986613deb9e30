"""Checkpoints that survive a kill at any moment: whole folders, renamed into place, the last two kept."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from lmdmd.errors import TrainError

KEEP = 2
EMA_DECAY = 0.999


class Ema:
    """A slow copy of a model's weights; it is what ships."""

    def __init__(self, model: nn.Module) -> None:
        self.weights = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Move towards the model; early steps move faster, so that the random start is soon forgotten."""
        decay = min(EMA_DECAY, (1 + step) / (10 + step))
        for name, value in model.state_dict().items():
            self.weights[name].lerp_(value, 1 - decay)

    def load(self, weights: dict[str, Tensor]) -> None:
        for name, value in self.weights.items():
            value.copy_(weights[name])


@dataclass
class Clock:
    """How far training has come: optimizer steps, and seconds spent over all resumed runs."""

    step: int = 0
    elapsed_s: float = 0.0


def save_checkpoint(run: Path, model: nn.Module, ema: Ema, optimizer: torch.optim.Optimizer, clock: Clock) -> Path:
    """Write `run/checkpoint-<step>` and remove all but the newest two."""
    folder = run / f"checkpoint-{clock.step:07d}"
    draft = folder.with_suffix(".part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    save_file(_contiguous(model.state_dict()), draft / "model.safetensors")
    save_file(_contiguous(ema.weights), draft / "ema.safetensors")
    save_file(_flatten_optimizer(optimizer), draft / "optimizer.safetensors")
    (draft / "clock.json").write_text(json.dumps(asdict(clock)))
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    for old in list_checkpoints(run)[:-KEEP]:
        shutil.rmtree(old)
    return folder


def load_checkpoint(folder: Path, model: nn.Module, ema: Ema, optimizer: torch.optim.Optimizer) -> Clock:
    """Restore everything from a checkpoint folder; raises `TrainError` when it belongs to another model."""
    try:
        model.load_state_dict(load_file(folder / "model.safetensors"))
    except RuntimeError as error:
        raise TrainError(f"{folder} is of another model; train into an empty folder ({error})") from error
    ema.load(load_file(folder / "ema.safetensors"))
    _restore_optimizer(optimizer, load_file(folder / "optimizer.safetensors"))
    return Clock(**json.loads((folder / "clock.json").read_text()))


def list_checkpoints(run: Path) -> list[Path]:
    """Return complete checkpoint folders, oldest first."""
    return sorted(p for p in run.glob("checkpoint-*") if not p.suffix)


def save_weights(file: Path, weights: dict[str, Tensor]) -> None:
    """Write weights to one safetensors file, or leave the old file whole."""
    draft = file.with_suffix(".part")
    save_file(_contiguous(weights), draft)
    draft.replace(file)


def _contiguous(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().cpu().contiguous() for name, value in weights.items()}


def _flatten_optimizer(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    state = optimizer.state_dict()["state"]
    return {f"{i}.{name}": value for i, values in state.items() for name, value in values.items()}


def _restore_optimizer(optimizer: torch.optim.Optimizer, flat: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in flat.items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
