"""From run folders to a bundle: averaged weights, the codec and the prompts, side by side."""

from __future__ import annotations

import json
from pathlib import Path

from safetensors.torch import load_file

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.errors import TrainError
from lmdmd.model.bundle import Bundle, load_bundle, save_bundle
from lmdmd.model.codec import Codec
from lmdmd.model.conditioners import PromptEncoder
from lmdmd.model.config import Geometry, ModelConfig
from lmdmd.model.dit import DiT
from lmdmd.train.encode import load_codec

DEFAULTS: dict[str, str | int | float] = {
    "gen/steps": 8,
    "gen/cfg": 3.0,
    "gen/temperature": 1.15,
    "gen/sampler": "dpmpp",
    # A small network that hears seconds of its own mistakes repeats and enlarges them.
    "gen/memory": 1.0,
    "prompt/0/text": "warm ambient pads",
}


def find_codec(folder: Path) -> Codec:
    """Codec of a codec run or of a bundle."""
    if not (folder / "config.json").is_file():
        return load_codec(folder)
    codec = load_bundle(folder).codec
    if not isinstance(codec, Codec):
        raise TrainError(f"{folder}: has a codec of another kind; train with that of a house bundle or a codec run")
    return codec


def find_prompts(folder: Path | None) -> PromptEncoder:
    """Prompt encoder of a folder, or the one of the house bundle."""
    return PromptEncoder.load(folder or bundles.find("pocket").path)


def export_bundle(
    run: Path,
    out: Path,
    *,
    codec: Path,
    prompts: Path | None = None,
    version: str = "1",
    licence: str = "Apache-2.0",
    defaults: dict[str, str | int | float] | None = None,
) -> BundleInfo:
    """Write the bundle ``out`` from a fine-tuning run. Raises ``TrainError`` when the run has no weights yet."""
    weights = run / "model.safetensors"
    if not weights.is_file():
        raise TrainError(f"{run}: no model.safetensors; run lmdmd train finetune first")
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    model = DiT(Geometry.from_dict(config["geometry"]), ModelConfig.from_dict(config["model"]))
    model.load_state_dict(load_file(weights))
    bundle = Bundle(out.name, defaults or DEFAULTS, model, find_codec(codec), find_prompts(prompts))
    training = {**_amount("network", run), **_amount("codec", codec)}
    return save_bundle(out, bundle, {"name": out.name, "version": version, "licence": licence, "training": training})


def _amount(what: str, run: Path) -> dict[str, str]:
    """How much training a run's log tells of, in words for the card."""
    log = run / "log.jsonl"
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.is_file() else []
    timed = [line for line in lines if "elapsed_s" in line]
    return {what: f"{timed[-1]['step']} steps in {timed[-1]['elapsed_s'] / 60:.0f} minutes"} if timed else {}
