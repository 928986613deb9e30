"""What the tensors of Stable Audio Open are called, there and here (LMDM 6.2 to 6.4).

Two namings are in use: stable-audio-tools keeps one file, diffusers a folder for each part. Both are brought to the
first, from which our modules differ in a prefix only. Convolutions come with their weight norm in two halves.
"""

from __future__ import annotations

import torch
from torch import Tensor

MODEL, CODEC = "model.model.", "pretransform.model."
SECONDS = "conditioner.conditioners.seconds_total.embedder.embedding."
SECONDS_KEYS = {
    "weights": SECONDS + "0.weights",
    "linear.weight": SECONDS + "1.weight",
    "linear.bias": SECONDS + "1.bias",
}
ROUTER = MODEL + "to_input_add_embed.weight"
FREQUENCIES = MODEL + "transformer.rotary_pos_emb.inv_freq"

_DIFFUSERS_MODEL = {
    "time_proj": "timestep_features",
    "timestep_proj.0": "to_timestep_embed.0",
    "timestep_proj.2": "to_timestep_embed.2",
    "cross_attention_proj.0": "to_cond_embed.0",
    "cross_attention_proj.2": "to_cond_embed.2",
    "global_proj.0": "to_global_embed.0",
    "global_proj.2": "to_global_embed.2",
    "preprocess_conv": "preprocess_conv",
    "postprocess_conv": "postprocess_conv",
    "proj_in": "transformer.project_in",
    "proj_out": "transformer.project_out",
    "to_input_add_embed": "to_input_add_embed",
}
_DIFFUSERS_LAYER = {
    "norm1": "pre_norm",
    "norm2": "cross_attend_norm",
    "norm3": "ff_norm",
    "attn1.to_q": "self_attn.to_qkv/0",
    "attn1.to_k": "self_attn.to_qkv/1",
    "attn1.to_v": "self_attn.to_qkv/2",
    "attn1.to_out.0": "self_attn.to_out",
    "attn1.norm_q": "self_attn.q_norm",
    "attn1.norm_k": "self_attn.k_norm",
    "attn2.to_q": "cross_attn.to_q",
    "attn2.to_k": "cross_attn.to_kv/0",
    "attn2.to_v": "cross_attn.to_kv/1",
    "attn2.to_out.0": "cross_attn.to_out",
    "attn2.norm_q": "cross_attn.q_norm",
    "attn2.norm_k": "cross_attn.k_norm",
    "ff.net.0.proj": "ff.ff.0.proj",
    "ff.net.2": "ff.ff.2",
}
_NORMS = ("pre_norm", "cross_attend_norm", "ff_norm")
_NORM_KEYS = {"weight": "gamma", "bias": "beta"}

_DIFFUSERS_UNIT = {"snake1": "layers.0", "conv1": "layers.1", "snake2": "layers.2", "conv2": "layers.3"}
_DIFFUSERS_ENCODER = {
    **{f"res_unit{i + 1}.{name}": f"layers.{i}.{ours}" for i in range(3) for name, ours in _DIFFUSERS_UNIT.items()},
    "snake1": "layers.3",
    "conv1": "layers.4",
}
_DIFFUSERS_DECODER = {
    "snake1": "layers.0",
    "conv_t1": "layers.1",
    **{f"res_unit{i + 1}.{name}": f"layers.{i + 2}.{ours}" for i in range(3) for name, ours in _DIFFUSERS_UNIT.items()},
}
_DIFFUSERS_SECONDS = "end_number_conditioner.time_positional_embedding."


def name_diffusers_model(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Rename a diffusers transformer's tensors; it has no `inv_freq`, and splits what is one matrix here."""
    named = {}
    for key, tensor in tensors.items():
        module, _, leaf = key.rpartition(".")
        module = _rename_layer(module) or _DIFFUSERS_MODEL.get(module, module)
        if module.endswith(_NORMS):
            leaf = _NORM_KEYS.get(leaf, leaf)
        named[f"{MODEL}{module.partition('/')[0]}.{leaf}/{module.partition('/')[2]}".rstrip("/")] = tensor
    features = MODEL + "timestep_features.weight"
    if features in named and named[features].ndim == 1:
        named[features] = named[features][:, None]
    return _join(named)


def _rename_layer(module: str) -> str | None:
    stack, _, rest = module.partition(".")
    number, _, name = rest.partition(".")
    if stack != "transformer_blocks" or name not in _DIFFUSERS_LAYER:
        return None
    return f"transformer.layers.{number}.{_DIFFUSERS_LAYER[name]}"


def _join(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Stack the rows of `key/0`, `key/1`, ... to one `key`; what is of unlike shapes stays apart."""
    whole = {key: tensor for key, tensor in tensors.items() if "/" not in key}
    for key in sorted({key.partition("/")[0] for key in tensors.keys() - whole.keys()}):
        parts = {part: tensors[part] for part in sorted(tensors) if part.startswith(f"{key}/")}
        alike = len({part.shape[1:] for part in parts.values()}) == 1 and all(part.ndim for part in parts.values())
        whole |= {key: torch.cat(list(parts.values()))} if alike else parts
    return whole


def name_diffusers_codec(tensors: dict[str, Tensor], blocks: int) -> dict[str, Tensor]:
    """Rename a diffusers autoencoder's tensors; its Snakes are [1, C, 1]."""
    table = {}
    for side, names in (("encoder", _DIFFUSERS_ENCODER), ("decoder", _DIFFUSERS_DECODER)):
        ends = {"conv1": 0, "snake1": blocks + 1, "conv2": blocks + 2}
        table |= {f"{side}.{name}": f"{side}.layers.{i}" for name, i in ends.items()}
        for i in range(blocks):
            table |= {f"{side}.block.{i}.{name}": f"{side}.layers.{i + 1}.{ours}" for name, ours in names.items()}
    named = {}
    for key, tensor in tensors.items():
        module, _, leaf = key.rpartition(".")
        flat = tensor.flatten() if leaf in ("alpha", "beta") else tensor
        named[f"{CODEC}{table.get(module, module)}.{leaf}"] = flat
    return named


def name_diffusers_seconds(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Rename a diffusers projection model's tensors; what embeds a start is not for this model, which has none."""
    kept = {key: tensor for key, tensor in tensors.items() if not key.startswith("start_number_conditioner.")}
    return {key.replace(_DIFFUSERS_SECONDS, SECONDS): tensor for key, tensor in kept.items()}


def fold_weight_norm(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Turn every `weight_g` [C, 1, 1] and `weight_v` [C, C', K] into the `weight` g v / |v| they stand for."""
    folded = dict(tensors)
    for key in [key for key in tensors if key.endswith(".weight_g")]:
        name = key.removesuffix("_g")
        gain, v = tensors[key], tensors.get(f"{name}_v")
        if v is None or v.ndim != 3 or gain.shape != (len(v), 1, 1):
            continue  # half a pair is no weight, and is named as what it is
        del folded[key], folded[f"{name}_v"]
        folded[name] = v.float() * (gain.float() / torch.linalg.vector_norm(v.float(), dim=(1, 2), keepdim=True))
    return folded
