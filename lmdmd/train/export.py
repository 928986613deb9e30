"""From run folders to a bundle: averaged weights, the codec and the prompts, side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors.torch import load_file

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.errors import TrainError
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.model.bundle import AnyPrompts, Bundle, load_bundle, load_prompts, save_bundle
from lmdmd.model.codec import Codec
from lmdmd.model.conditioners import PromptEncoder
from lmdmd.model.config import Geometry, ModelConfig
from lmdmd.model.dit import DiT
from lmdmd.params import BY_NAME
from lmdmd.train.encode import load_codec
from lmdmd.train.run_log import is_run, read_log

DEFAULTS: dict[str, str | int | float] = {
    "gen/steps": 8,
    "gen/cfg": 3.0,
    "gen/temperature": 1.15,
    "gen/sampler": "dpmpp",
    # A small network that hears seconds of its own mistakes repeats and enlarges them.
    "gen/memory": 1.0,
    "prompt/0/text": "warm ambient pads",
}

ARC_DEFAULTS: dict[str, str | int | float] = {
    "gen/steps": 8,
    "gen/cfg": 1.0,
    "gen/temperature": 1.0,
    "gen/sampler": "pingpong",
    # All that it looks back: it has learnt from its own mistakes.
    "gen/memory": BY_NAME["gen/memory"].default,
}
"""What a post-trained network was trained to be played with (LMDM 1.9)."""


def find_codec(folder: Path) -> Codec:
    """Codec of a codec run, or of a bundle by folder or by name, which must be of the house's kind."""
    codec = find_any_codec(folder)
    if not isinstance(codec, Codec):
        raise TrainError(f"{folder}: has a codec of another kind; train with that of a house bundle or a codec run")
    return codec


def find_any_codec(folder: Path) -> AudioCodec:
    """Codec of a codec run, or of a bundle by folder or by name."""
    folder = _name_or_folder(folder)
    return load_bundle(folder).codec if _is_bundle(folder) else load_codec(folder)


def find_prompts(folder: Path | None) -> AnyPrompts:
    """What reads prompts in a bundle, or a folder with a prompt encoder; without one, that of the house bundle."""
    folder = folder or bundles.find("pocket").path
    return load_prompts(bundles.read_info(folder)) if _is_bundle(folder) else PromptEncoder.load(folder)


def choose_defaults(start: Path | None, prompt: str) -> dict[str, str | int | float]:
    """Settings that ship: those of the bundle that the run began with, or DEFAULTS; ``prompt`` replaces theirs."""
    settings = bundles.read_info(start).defaults if start and _is_bundle(start) else DEFAULTS
    return {**settings, "prompt/0/text": prompt} if prompt else dict(settings)


def choose_arc_defaults(start: Path, prompt: str) -> dict[str, str | int | float]:
    """Settings that ship after post-training: those of the bundle that it began with, but ARC_DEFAULTS."""
    return {**choose_defaults(start, prompt), **ARC_DEFAULTS}


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
    if not model.geometry.context:
        raise TrainError(
            f"{run}: a base without context plays no stream; begin another run with it: --from {run} "
            "--attention enc-dec --context N --block N"
        )
    model.load_state_dict(load_file(weights))
    bundle = Bundle(out.name, defaults or DEFAULTS, model, find_any_codec(codec), find_prompts(prompts))
    training = {**_network_amount(run), **_codec_amount(_name_or_folder(codec))}
    return save_bundle(out, bundle, {"name": out.name, "version": version, "licence": licence, "training": training})


def _name_or_folder(said: Path) -> Path:
    named = {info.name: info.path for info in bundles.available()}
    return said if said.is_dir() else named.get(str(said), said)


def _is_bundle(folder: Path) -> bool:
    return (folder / "config.json").is_file() and not is_run(folder)


def _network_amount(run: Path) -> dict[str, str]:
    """How much training the network had, in words for the card, and whose weights it began with."""
    lines = read_log(run)
    origins = [line["from"] for line in lines if "from" in line]
    since = f", from the weights of {origins[-1]}" if origins and origins[-1] else ""
    return {"network": amount + since} if (amount := _amount(lines)) else {}


def _codec_amount(folder: Path) -> dict[str, str]:
    """How much training the codec had, or whose it is and how much that had."""
    if not _is_bundle(folder):
        return {"codec": amount} if (amount := _amount(read_log(folder))) else {}
    info = bundles.read_info(folder)
    told = info.config.get("training", {}).get("codec")
    return {"codec": f"that of {info.name} {info.config['version']}" + (f": {told}" if told else "")}


def _amount(lines: list[dict[str, Any]]) -> str:
    timed = [line for line in lines if "elapsed_s" in line]
    return f"{timed[-1]['step']} steps in {timed[-1]['elapsed_s'] / 60:.0f} minutes" if timed else ""
