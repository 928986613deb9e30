"""The LMDM network: a diffusion transformer whose context is encoded once and read by every denoising step.

Topology and names are Stable Audio Open Small's (LMDM 6.2). LMDM adds the router (LMDM 1.3): clean context
enters through `to_input_add_embed` alone, noisy targets through `project_in` alone, and the timestep token
stands at the end of the sequence, out of the context's sight (LMDM 1.4). Tensors are [B, C, T] outside and
tokens [B, T, D] inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from lmdmd.errors import BundleError, did_you_mean
from lmdmd.model import controls as groups
from lmdmd.model.attention import (
    Attend,
    CrossAttention,
    KeyValue,
    SelfAttention,
    attention,
    block_causal_mask,
    enc_dec_mask,
)
from lmdmd.model.caches import ContextStore, RollingCache
from lmdmd.model.config import Geometry, ModelConfig
from lmdmd.model.layers import (
    FOURIER_FEATURES,
    FeedForward,
    FourierFeatures,
    LayerNorm,
    Rope,
    RotaryEmbedding,
    embed_mlp,
    residual_conv,
)

TEXT = "text"
"""The name of the branch of guidance that is asked for nothing in words; the others have the names of their groups."""


@dataclass(frozen=True)
class Condition:
    """What a block is asked to be.

    `pooled` [B, global_dim]; `tokens` [B, L, cond_dim], None where the model expands `pooled` itself;
    `controls` name -> [B, C, T] of the block's frames, presence flag first. Zeros mean "not said".
    """

    pooled: Tensor
    tokens: Tensor | None = None
    controls: dict[str, Tensor] = field(default_factory=dict)

    def null(self) -> Self:
        """Return the unprompted condition, controls kept (LMDM 1.10)."""
        tokens = None if self.tokens is None else torch.zeros_like(self.tokens)
        return replace(self, pooled=torch.zeros_like(self.pooled), tokens=tokens)

    def without(self, name: str) -> Self:
        """Return the condition without its text, or without one group of its controls."""
        if name == TEXT:
            return self.null()
        return replace(self, controls={group: value for group, value in self.controls.items() if group != name})

    def beside(self, without: Sequence[str]) -> Self:
        """Return, in one batch, the condition, and behind it the condition without each of these: [(1 + n) B, ...]."""
        if not without:
            return self
        branches = [self, *map(self.without, without)]
        tokens = [branch.tokens for branch in branches if branch.tokens is not None]
        return replace(
            self,
            pooled=torch.cat([branch.pooled for branch in branches]),
            tokens=torch.cat(tokens) if tokens else None,
            controls=groups.stack([branch.controls for branch in branches]),
        )

    def with_null(self) -> Self:
        """Return the condition and its null in one batch [2B, ...]."""
        return self.beside([TEXT])


@dataclass(frozen=True)
class Context:
    """Clean latents [B, 64, s] before the block, their presence flag `known` [B, 1, s], and what they were asked to be.

    `controls` name -> [B, C, s], presence flag first; a group that is there nowhere is not in it.
    """

    latents: Tensor
    known: Tensor
    controls: dict[str, Tensor] = field(default_factory=dict)

    @property
    def length(self) -> int:
        return self.latents.shape[-1]

    def repeat(self, times: int) -> Self:
        """Return the whole batch `times` times, [times * B, ...]."""
        if times == 1:
            return self
        return replace(
            self,
            latents=self.latents.repeat(times, 1, 1),
            known=self.known.repeat(times, 1, 1),
            controls=groups.repeat(self.controls, times),
        )

    def without(self, name: str) -> Self:
        """Return the context without one group of its controls; it has no text to be without."""
        return replace(self, controls={group: value for group, value in self.controls.items() if group != name})

    def equals(self, other: Self) -> bool:
        """Return whether another context is the same to the bit."""
        if self.controls.keys() != other.controls.keys() or not torch.equal(self.known, other.known):
            return False
        pairs = ((values, other.controls[name]) for name, values in self.controls.items())
        return torch.equal(self.latents, other.latents) and all(torch.equal(mine, theirs) for mine, theirs in pairs)

    def beside(self, without: Sequence[str]) -> Self:
        """Return, in one batch, the context, and behind it the context without each of these: [(1 + n) B, ...]."""
        controls = groups.stack([self.controls, *(self.without(name).controls for name in without)])
        return replace(self.repeat(1 + len(without)), controls=controls)


@dataclass(frozen=True)
class Prepared:
    """A condition in the network's own terms, made once per prompt: text K/V per layer, global token [B, D].

    `without` names what each branch of guidance behind the first is asked to be without.
    """

    text: list[KeyValue]
    token: Tensor
    controls: dict[str, Tensor]
    without: tuple[str, ...] = ()

    def repeat(self, times: int) -> Self:
        """Return every item `times` times in a row, [times * B, ...]."""
        return replace(
            self,
            text=[(k.repeat_interleave(times, 0), v.repeat_interleave(times, 0)) for k, v in self.text],
            token=self.token.repeat_interleave(times, 0),
            controls={name: value.repeat_interleave(times, 0) for name, value in self.controls.items()},
        )


class Layer(nn.Module):
    """Self-attention, cross-attention, feed-forward; each pre-norm with a residual."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.pre_norm = LayerNorm(config.dim)
        self.self_attn = SelfAttention(config)
        self.cross_attend_norm = LayerNorm(config.dim)
        self.cross_attn = CrossAttention(config)
        self.ff_norm = LayerNorm(config.dim)
        self.ff = FeedForward(config.dim, config.ff_dim)

    def read_text(self, x: Tensor, text: KeyValue, first: int) -> Tensor:
        """Let frames from `first` on read the prompt; the ones before stay as they are."""
        if not first:
            return x + self.cross_attn(self.cross_attend_norm(x), text)
        return torch.cat([x[:, :first], self.read_text(x[:, first:], text, 0)], dim=1)

    def forward(self, i: int, x: Tensor, rope: Rope, attend: Attend, text: KeyValue | None, first: int = 0) -> Tensor:
        x = x + self.self_attn(i, self.pre_norm(x), rope, attend)
        if text is not None:
            x = self.read_text(x, text, first)
        return x + self.ff(self.ff_norm(x))


class Transformer(nn.Module):
    """The stack of layers between the latent projections."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.project_in = nn.Linear(config.latent_dim, config.dim, bias=False)
        self.project_out = nn.Linear(config.dim, config.latent_dim, bias=False)
        self.rotary_pos_emb = RotaryEmbedding(config.rope_dims, config.rope_base)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.depth))

    def stack(self) -> list[Layer]:
        """Return the layers in order."""
        return cast(list[Layer], list(self.layers))


class DiT(nn.Module):
    """Predicts the velocity v = eps - x of a block's latents, given clean context and a condition.

    Positions: the token is at 0 and the block always starts at `context` + 1. A shorter context takes the places
    next to the block, so its cache does not depend on the block's length, and a full window is the paper's 1..T.
    """

    def __init__(self, geometry: Geometry, config: ModelConfig) -> None:
        super().__init__()
        self.geometry, self.config = geometry, config
        self.recompute = False  # layers once more in the backward pass, instead of keeping all that they computed
        dim = config.dim
        self.timestep_features = FourierFeatures()
        self.to_timestep_embed = embed_mlp(FOURIER_FEATURES, dim, bias=True)
        self.to_cond_embed = embed_mlp(config.cond_dim, dim, bias=False)
        self.to_global_embed = embed_mlp(config.global_dim, dim, bias=False)
        self.preprocess_conv = nn.Conv1d(config.latent_dim, config.latent_dim, 1, bias=False)
        self.postprocess_conv = nn.Conv1d(config.latent_dim, config.latent_dim, 1, bias=False)
        self.to_input_add_embed = nn.Linear(sum(config.groups.values()), dim, bias=False)
        self.transformer = Transformer(config)
        if config.prompt_tokens:
            tokens = config.prompt_tokens * config.cond_dim
            self.to_prompt_tokens = nn.Linear(config.global_dim, tokens, bias=False)
        self._init_weights()

    def _init_weights(self) -> None:
        """Start every residual branch at zero, and unit-norm prompt vectors at unit variance."""
        nn.init.zeros_(self.preprocess_conv.weight)
        nn.init.zeros_(self.postprocess_conv.weight)
        for name, weight in self.transformer.named_parameters():
            if name.endswith(("to_out.weight", "ff.2.weight", "ff.2.bias")):
                nn.init.zeros_(weight)
        if self.config.prompt_tokens:
            nn.init.normal_(self.to_prompt_tokens.weight)
            nn.init.normal_(self.to_global_embed[0].weight)  # pyright: ignore[reportArgumentType]

    def keys_like(self) -> Tensor:
        """Return an empty tensor of the number format, and on the device, in which keys and values are kept."""
        dtype = self.transformer.stack()[0].self_attn.dtype
        return self.to_input_add_embed.weight.detach().new_empty(0, dtype=dtype)

    def prepare(self, cond: Condition, without: Sequence[str] = ()) -> Prepared:
        """Bring a condition into the network, with branches that are without something; once a prompt, not a step."""
        cond = cond.beside(without)
        text = self.to_cond_embed(self._text_tokens(cond))  # [B, L, D]
        pairs = [layer.cross_attn.key_value(text) for layer in self.transformer.stack()]
        return Prepared(pairs, self.to_global_embed(cond.pooled), cond.controls, tuple(without))

    def _text_tokens(self, cond: Condition) -> Tensor:
        if cond.tokens is not None:
            return cond.tokens
        if not self.config.prompt_tokens:
            raise BundleError("this model expands no prompt vector: Condition.tokens is missing")
        return self.to_prompt_tokens(cond.pooled).unflatten(-1, (self.config.prompt_tokens, -1))

    def encode_context(self, context: Context, cond: Prepared, store: ContextStore) -> None:
        """Fill `store` with the context's keys and values, after norm and RoPE (LMDM 1.6)."""
        store.begin(context.length)
        if not context.length:
            return
        x, rope = self._embed_context(context), self._rope(-context.length, 0)
        mask = self._mask(context.length, context.length) if self.config.attention == "block-causal" else None

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            return attention(q, *store.store(layer, k, v), mask)

        *layers, last = self.transformer.stack()
        for i, layer in enumerate(layers):
            x = self._pass(layer, i, x, rope, attend, cond.text[i] if self.config.text_in_context else None)
        # Nothing reads what the last layer would make of the context, only its keys and values.
        store.store(len(layers), *last.self_attn.key_value(last.pre_norm(x), rope))

    def denoise(self, x: Tensor, level: Tensor, cond: Prepared, store: ContextStore) -> Tensor:
        """Return the velocity of noisy targets x [B, 64, o] at noise level [B], reading the stored context."""
        frames = x.shape[-1]

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            return attention(q, *store.join(layer, k, v))

        tokens = self._embed_target(x, level, cond)
        return self._run(tokens, frames, self._rope(0, frames, True, store.origin), attend, cond, 0)

    def denoise_fused(self, finished: Context, x: Tensor, level: Tensor, cond: Prepared, store: RollingCache) -> Tensor:
        """Return what `denoise` returns, and encode the finished block before x in the same pass (LMDM Algorithm 3)."""
        first, frames = finished.length, x.shape[-1]
        tokens = torch.cat([self._embed_context(finished), self._embed_target(x, level, cond)], dim=1)

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            store.store(layer, k[:, :, :first], v[:, :, :first])
            encoded = attention(q[:, :, :first], *store.past(layer, len(q)))
            denoised = attention(q[:, :, first:], *store.join(layer, k[:, :, first:], v[:, :, first:]))
            return torch.cat([encoded, denoised], dim=2)

        rope = self._rope(-first, frames, True, store.origin)
        text_from = 0 if self.config.text_in_context else first
        return self._run(tokens, frames, rope, attend, cond, text_from)

    def forward(self, x: Tensor, level: Tensor, cond: Condition, context: Context) -> Tensor:
        """Return what `denoise` returns, in one masked pass over context, targets and token, nothing cached."""
        return self.denoise_uncached(x, level, self.prepare(cond), context)

    def denoise_uncached(self, x: Tensor, level: Tensor, cond: Prepared, context: Context) -> Tensor:
        """Return the velocity of noisy targets x [B, 64, o] behind `context`, in one masked pass.

        Where attention is bidirectional x is [B, 64, s + o]: the context's frames are noised as well (LMDM 1.2).
        """
        first, clean = context.length, self._embed_context(context)
        if self.config.attention == "bidirectional":
            tokens = self._embed_target(x, level, cond)
            tokens[:, :first] += clean
        else:
            tokens = torch.cat([clean, self._embed_target(x, level, cond)], dim=1)
        frames, total = tokens.shape[1] - first - 1, tokens.shape[1]
        mask, dtype = self._mask(first, total), self.keys_like().dtype

        def attend(_: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            return attention(q, k.to(dtype), v.to(dtype), mask)

        text_from = 0 if self.config.text_in_context else first
        return self._run(tokens, frames, self._rope(-first, frames, True), attend, cond, text_from)

    def hidden(self, x: Tensor, level: Tensor, cond: Prepared) -> Tensor:
        """Return what the last layer makes of noisy frames x [B, 64, T] that all see each other, as [B, T, D].

        This is what a discriminator judges by (LMDM 3).
        """

        def attend(_: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            return attention(q, k, v)

        tokens = self._embed_target(x, level, cond)
        return self._pass_all(tokens, self._rope(0, x.shape[-1], True), attend, cond, 0)[:, :-1]

    def _mask(self, context: int, total: int) -> Tensor | None:
        """Return who may look where, or None where everyone may look everywhere (LMDM 1.5)."""
        device = self.preprocess_conv.weight.device
        match self.config.attention:
            case "enc-dec":
                return enc_dec_mask(context, total).to(device)
            case "block-causal":
                return block_causal_mask(context, total, self.geometry.block, self.geometry.rolling).to(device)
        return None

    def _run(self, tokens: Tensor, frames: int, rope: Rope, attend: Attend, cond: Prepared, text_from: int) -> Tensor:
        """Pass [context], `frames` targets and the token through all layers; return the targets' [B, 64, o]."""
        tokens = self._pass_all(tokens, rope, attend, cond, text_from)
        out = self.transformer.project_out(tokens[:, -frames - 1 : -1])
        return residual_conv(out, self.postprocess_conv.weight).transpose(1, 2)

    def _pass_all(self, tokens: Tensor, rope: Rope, attend: Attend, cond: Prepared, text_from: int) -> Tensor:
        for i, layer in enumerate(self.transformer.stack()):
            tokens = self._pass(layer, i, tokens, rope, attend, cond.text[i], text_from)
        return tokens

    def _pass(self, layer: Layer, *inputs: Any) -> Tensor:
        """Return what a layer makes."""
        if self.recompute and torch.is_grad_enabled():
            return checkpoint(layer, *inputs, use_reentrant=False, preserve_rng_state=False)  # nothing here is random
        return layer(*inputs)

    def _embed_context(self, context: Context) -> Tensor:
        """Return B [known; latents; controls], the only way clean context enters (LMDM 1.3), as [B, s, D]."""
        frames = self._embed_group(groups.INPAINT, torch.cat([context.known, context.latents], dim=1))
        for name, control in context.controls.items():
            frames = frames + self._embed_group(name, control)
        return frames

    def _embed_target(self, x: Tensor, level: Tensor, cond: Prepared) -> Tensor:
        """Return A x plus controls, and the timestep and global token behind it, [B, o + 1, D].

        Controls are those of the last frames, where x has noised context before them.
        """
        noisy = residual_conv(x.transpose(1, 2), self.preprocess_conv.weight)
        frames = self.transformer.project_in(noisy)
        for name, control in cond.controls.items():
            asked = self._embed_group(name, control)
            before = frames.shape[1] - asked.shape[1]
            frames = frames + (F.pad(asked, (0, 0, before, 0)) if before else asked)
        token = self.to_timestep_embed(self.timestep_features(level).to(cond.token.dtype)) + cond.token
        return torch.cat([frames, token[:, None]], dim=1)

    def _embed_group(self, name: str, features: Tensor) -> Tensor:
        """Project one `input_add` group [B, C, T] to [B, T, D] with its own columns of the shared weight."""
        first = 0
        for group, channels in self.config.groups.items():
            if group == name:
                columns = self.to_input_add_embed.weight[:, first : first + channels]
                return F.linear(features.transpose(1, 2), columns)
            first += channels
        raise BundleError(f'this model has no control "{name}"{did_you_mean(name, self.config.groups)}')

    def _rope(self, first: int, last: int, token: bool = False, origin: int = 0) -> Rope:
        """Return the angles of frames first .. last - 1, counted from the block's start, and of the token.

        The token stands at place 0 of the window, which has moved on by `origin`.
        """
        start = self.geometry.context + 1 + origin
        places = torch.arange(start + first, start + last, device=self.preprocess_conv.weight.device)
        if token:
            places = F.pad(places, (0, 1), value=origin)
        return self.transformer.rotary_pos_emb(places)
