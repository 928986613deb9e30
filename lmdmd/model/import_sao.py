"""From a checkpoint of Stable Audio Open Small to a bundle: sizes from its JSON, tensors key by key (LMDM 6).

The base model, its distilled version and LMDM fine-tunings of either are of one shape. Only the last have the router's
input projection and know what context is; for the others it is made such that context enters as noise-free latents do.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from lmdmd.bundles import BundleInfo
from lmdmd.errors import BundleError
from lmdmd.model.bundle import Bundle, save_bundle
from lmdmd.model.config import PRESETS, Geometry, ModelConfig
from lmdmd.model.dit import DiT
from lmdmd.model.layers import RotaryEmbedding
from lmdmd.model.lora import Lora, read_lora
from lmdmd.model.oobleck import Oobleck, OobleckConfig
from lmdmd.model.sao_files import is_diffusers, read_checkpoint, read_config
from lmdmd.model.sao_keys import CODEC, FREQUENCIES, MODEL, ROUTER, SECONDS_KEYS
from lmdmd.model.t5 import SecondsEmbedding, T5Config, T5Prompts, read_later
from lmdmd.model.weights import compare_tensors

LICENCE = "that of the checkpoint; Stable Audio Open Small has the Stability AI Community License"
GROUPS = {"inpaint_mask": "inpaint", "inpaint_masked_input": "inpaint", "accomp_mask": "stem", "accomp_input": "stem"}
CARD = """# {name}

A bundle of Stable Audio Open Small, {network}.

- Licence: {licence}.
- Prompts are read by T5, whose weights are not in this folder; `prompts` in config.json says where they are.
- Not measured: no figures of its sound or of its speed were taken when it was made.
"""
OBJECTIVES: dict[str, dict[str, Any]] = {
    "rectified_flow": {"gen/steps": 50, "gen/cfg": 7.0, "gen/sampler": "euler"},
    "rf_denoiser": {"gen/steps": 8, "gen/cfg": 1.0, "gen/sampler": "pingpong"},
}
"""How a model of each training objective is to be sampled (LMDM 1.9)."""

_DIFFUSION, _CODEC = "model.diffusion.", "model.pretransform.config."
# What our network takes for granted: where it stands, what it must be, and what it is where the JSON is silent.
_GRANTED = (
    ("model_type", "diffusion_cond", None),
    ("model.pretransform.scale", 1, 1),
    (_DIFFUSION + "type", "dit", None),
    (_DIFFUSION + "cross_attention_cond_ids", ["prompt", "seconds_total"], []),
    (_DIFFUSION + "global_cond_ids", ["seconds_total"], []),
    (_DIFFUSION + "config.global_cond_type", "prepend", "prepend"),
    (_DIFFUSION + "config.timestep_cond_type", "global", "global"),
    (_DIFFUSION + "config.patch_size", 1, 1),
    (_DIFFUSION + "config.attn_kwargs.qk_norm", "ln", "none"),
    (_CODEC + "encoder.type", "oobleck", None),
    (_CODEC + "decoder.type", "oobleck", None),
    (_CODEC + "encoder.config.use_snake", True, False),
    (_CODEC + "decoder.config.use_snake", True, False),
    (_CODEC + "decoder.config.final_tanh", False, True),
    (_CODEC + "bottleneck.type", "vae", None),
)


class Sizes(NamedTuple):
    """What a checkpoint's JSON says, in our own terms."""

    geometry: Geometry
    model: ModelConfig
    codec: OobleckConfig
    prompts: T5Config
    defaults: dict[str, Any]
    routed: bool  # whether it was fine-tuned as an LMDM


def import_sao(
    checkpoint: Path, out: Path, *, config: Path | None = None, t5: str = "", loras: Sequence[Lora] = ()
) -> BundleInfo:
    """Write the bundle ``out`` from a checkpoint file or folder. Raises ``BundleError`` when it does not fit.

    ``config`` is stable-audio-tools' JSON, by default the one beside the checkpoint; ``t5`` a folder or name for
    transformers; ``loras`` travel along in the bundle and are merged whenever it is loaded.
    """
    if out.resolve() == (checkpoint if checkpoint.is_dir() else checkpoint.parent).resolve():
        raise BundleError(f"{out}: holds the checkpoint itself; name another folder for the bundle")
    if t5 and Path(t5).is_dir():
        t5 = str(Path(t5).resolve())  # the bundle may be played from anywhere
    sizes = read_sizes(read_config(checkpoint, config), t5)
    parts = read_parts(sizes, checkpoint)
    for lora in loras:
        read_lora(parts.model, lora.file)
    kept = [Lora(out / f"lora{i}.safetensors", lora.scale) for i, lora in enumerate(loras)]
    state = "fine-tuned as an LMDM" if sizes.routed else "not fine-tuned as an LMDM"
    about = {
        "name": out.name,
        "version": "1",
        "licence": LICENCE,
        "training": {"network": f"imported from {checkpoint.name}, {state}"},
        "lora": [{"file": lora.file.name, "scale": lora.scale} for lora in kept],
    }
    bundle = Bundle(out.name, sizes.defaults, parts.model, parts.codec, parts.prompts)
    info = save_bundle(out, bundle, about)
    for lora, copy in zip(loras, kept, strict=True):
        shutil.copyfile(lora.file, copy.file)
    (out / "README.md").write_text(CARD.format(**about, network=about["training"]["network"]), encoding="utf-8")
    return info


# --- what the JSON says -----------------------------------------------------------------------------------


def read_sizes(config: dict[str, Any], t5: str = "") -> Sizes:
    """Translate a stable-audio-tools config; raises ``BundleError`` naming what is missing or another design."""
    for place, wanted, silent in _GRANTED:
        found = _find(config, place, silent)
        if found != wanted:
            raise BundleError(f"the config's {place} is {found!r}; only {wanted!r} can be imported")
    try:
        codec = _read_codec(config)
        geometry, model = _read_geometry(config, codec), _read_model(config)
        prompts, defaults = _read_prompts(config, geometry, t5), _read_defaults(config)
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise BundleError(f"the config has a value of the wrong kind: {error}; is it the model's JSON?") from None
    return Sizes(geometry, model, codec, prompts, defaults, model.empty_context == "zeros")


def _find(config: dict[str, Any], place: str, *silent: Any) -> Any:
    """Return the value at a dotted place, or `silent`; raises ``BundleError`` where neither is."""
    value: Any = config
    for name in place.split("."):
        if not isinstance(value, dict) or name not in value:
            if silent:
                return silent[0]
            raise BundleError(f"the config has no {place}; is it the model's JSON?")
        value = value[name]
    return value


def _read_codec(config: dict[str, Any]) -> OobleckConfig:
    decoder = _find(config, _CODEC + "decoder.config")
    return OobleckConfig(
        sample_rate_hz=_find(config, "sample_rate"),
        channels=_find(decoder, "out_channels"),
        latent_dim=_find(decoder, "latent_dim"),
        width=_find(decoder, "channels"),
        multiples=_find(decoder, "c_mults"),
        strides=_find(decoder, "strides"),
    )


def _read_geometry(config: dict[str, Any], codec: OobleckConfig) -> Geometry:
    """A fine-tuning tells its window and its context; without one the published 192/48 are taken."""
    context = _find(config, "training.inpainting.mask_kwargs.fixed_mask_size", 0)
    if not context:
        context, window = PRESETS["sao-small"].geometry.context, PRESETS["sao-small"].geometry.window
    else:
        window = _find(config, "sample_size") // codec.latent_frames
    if not 0 < context < window:
        raise BundleError(f"the config's context of {context} latents leaves no block in a window of {window}")
    return Geometry(codec.sample_rate_hz, codec.latent_frames, context, window - context)


def _read_model(config: dict[str, Any]) -> ModelConfig:
    dit = _find(config, _DIFFUSION + "config")
    latent_dim, dim, heads = _find(dit, "io_channels"), _find(dit, "embed_dim"), _find(dit, "num_heads")
    added = _find(dit, "input_add_dims", [])
    groups: dict[str, int] = {}
    for name, channels in added or [["inpaint_mask", 1], ["inpaint_masked_input", latent_dim]]:
        if name not in GROUPS:
            raise BundleError(f'the config adds "{name}" to the input; only {", ".join(GROUPS)} can be imported')
        groups[GROUPS[name]] = groups.get(GROUPS[name], 0) + channels
    return ModelConfig(
        latent_dim=latent_dim,
        dim=dim,
        depth=_find(dit, "depth"),
        heads=heads,
        rope_dims=max(dim // heads // 2, 32),
        cond_dim=_find(dit, "cond_token_dim"),
        global_dim=_find(dit, "global_cond_dim"),
        attention=_find(config, "training.inpainting.mask_kwargs.context_router_attention_pattern", "enc-dec"),
        empty_context="zeros" if added else "absent",
        groups=groups,
    )


def _read_prompts(config: dict[str, Any], geometry: Geometry, t5: str) -> T5Config:
    """Blocks are told the length of the window in whole seconds, as pieces are in training."""
    conditioners = {entry.get("id"): entry for entry in _find(config, "model.conditioning.configs")}
    kinds = {name: conditioners.get(name, {}).get("type") for name in ("prompt", "seconds_total")}
    if kinds != {"prompt": "t5", "seconds_total": "number"} or len(conditioners) > len(kinds):
        raise BundleError("the config's conditioners must be prompt (t5) and seconds_total (number), no others")
    prompt, seconds = (conditioners[name].get("config", {}) for name in kinds)
    return T5Config(
        source=t5 or _find(prompt, "t5_model_name", "t5-base"),
        tokens=_find(prompt, "max_length", 128),
        dim=_find(config, "model.conditioning.cond_dim"),
        seconds=float(math.ceil(geometry.window / geometry.latent_rate_hz)),
        seconds_lo=float(_find(seconds, "min_val", 0)),
        seconds_hi=float(_find(seconds, "max_val", 1)),
    )


def _read_defaults(config: dict[str, Any]) -> dict[str, Any]:
    objective = _find(config, _DIFFUSION + "diffusion_objective", "v")
    if objective not in OBJECTIVES:
        raise BundleError(f'the config\'s objective "{objective}" is none of {", ".join(OBJECTIVES)}')
    return dict(OBJECTIVES[objective])


# --- the tensors ------------------------------------------------------------------------------------------


class Parts(NamedTuple):
    """The modules of a bundle."""

    model: DiT
    codec: Oobleck
    prompts: T5Prompts


def read_parts(sizes: Sizes, checkpoint: Path) -> Parts:
    """Build the modules of a checkpoint; raises ``BundleError`` listing the tensors that do not fit."""
    tensors = read_checkpoint(checkpoint, len(sizes.codec.strides))
    if is_diffusers(checkpoint):  # which computes the frequencies and stores none
        tensors[FREQUENCIES] = RotaryEmbedding(sizes.model.rope_dims, sizes.model.rope_base).inv_freq
    return _fill(sizes, tensors, checkpoint)


def _fill(sizes: Sizes, tensors: dict[str, Tensor], where: Path) -> Parts:
    with torch.device("meta"):
        model, codec = DiT(sizes.geometry, sizes.model), Oobleck(sizes.codec)
        seconds = SecondsEmbedding(sizes.prompts.dim)
    expected = {
        **{MODEL + key: value for key, value in model.state_dict().items()},
        **{CODEC + key: value for key, value in codec.state_dict().items()},
        **{SECONDS_KEYS[key]: value for key, value in seconds.state_dict().items()},
    }
    unrouted = not sizes.routed and ROUTER not in tensors
    if unrouted:
        del expected[ROUTER]
    problems = compare_tensors(expected, tensors)
    if problems:
        raise BundleError(f"{where}: does not fit its config: {problems}")
    found = {**tensors, ROUTER: make_router(tensors)} if unrouted else tensors
    _assign(model, {key: found[MODEL + key] for key in model.state_dict()})
    _assign(codec, {key: found[CODEC + key] for key in codec.state_dict()})
    _assign(seconds, {key: found[name] for key, name in SECONDS_KEYS.items()})
    return Parts(model, codec, T5Prompts(sizes.prompts, seconds, read_later(sizes.prompts)))


def make_router(tensors: Mapping[str, Tensor], prefix: str = MODEL) -> Tensor:
    """Return [dim, 1 + latent_dim] that lets context in as the base model lets in latents without noise."""
    project = tensors[prefix + "transformer.project_in.weight"].float()
    mixed = tensors[prefix + "preprocess_conv.weight"].float().squeeze(-1)
    return torch.cat([torch.zeros_like(project[:, :1]), project + project @ mixed], dim=1)


def _assign(module: nn.Module, tensors: dict[str, Tensor]) -> None:
    module.load_state_dict({key: tensor.float() for key, tensor in tensors.items()}, assign=True)
    module.eval().requires_grad_(False)
