"""Where a context's keys and values live between the pass that makes them and the steps that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from lmdmd.model.attention import KeyValue
from lmdmd.model.config import Geometry, ModelConfig
from lmdmd.model.layers import RotaryEmbedding, rotate


class ContextStore(Protocol):
    """Keys and values per layer, after norm and RoPE (LMDM 1.6)."""

    @property
    def origin(self) -> int:
        """Latents by which positions have moved on; 0 where every block has the same positions."""
        ...

    def begin(self, length: int) -> None:
        """Forget everything; `length` context latents follow."""
        ...

    def store(self, layer: int, k: Tensor, v: Tensor) -> KeyValue:
        """Keep a layer's context keys and values [B, H, length, D], and return them as they are kept."""
        ...

    def join(self, layer: int, k: Tensor, v: Tensor) -> KeyValue:
        """Return the context's keys and values followed by the target's."""
        ...


class GraphCache:
    """Keys and values that stay in the autograd graph, each context shared by `repeats` noisy targets."""

    origin = 0

    def __init__(self, repeats: int = 1) -> None:
        self.repeats = repeats
        self.length = 0
        self.kv: dict[int, KeyValue] = {}

    def begin(self, length: int) -> None:
        self.length = length
        self.kv.clear()

    def store(self, layer: int, k: Tensor, v: Tensor) -> KeyValue:
        self.kv[layer] = (k.repeat_interleave(self.repeats, 0), v.repeat_interleave(self.repeats, 0))
        return k, v

    def join(self, layer: int, k: Tensor, v: Tensor) -> KeyValue:
        if not self.length:
            return k, v
        context_k, context_v = self.kv[layer]
        return torch.cat([context_k, k], dim=2), torch.cat([context_v, v], dim=2)


class ContextCache:
    """Preallocated keys and values for playing: the target is written behind the context, nothing is copied.

    `kv`: [depth, 2, B, H, window + 1, D]; the last place is for the timestep token.
    """

    origin = 0

    def __init__(self, config: ModelConfig, window: int, batch: int, *, like: Tensor) -> None:
        self.batch = batch
        shape = (config.depth, 2, batch, config.heads, window + 1, config.head_dim)
        self.kv = torch.zeros(shape, dtype=like.dtype, device=like.device)
        self.length = 0

    def begin(self, length: int) -> None:
        self.length = length

    def store(self, layer: int, k: Tensor, v: Tensor) -> KeyValue:
        """Broadcasts over the batch, so that one context serves both branches of guidance."""
        slots = self.kv[layer, ..., : self.length, :]
        spread(slots[0], k)
        spread(slots[1], v)
        return slots[0, : len(k)], slots[1, : len(k)]

    def join(self, layer: int, k: Tensor, v: Tensor) -> KeyValue:
        if torch.is_grad_enabled():
            keys, values = self.kv[layer, :, : len(k), :, : self.length]
            return append((keys, values), k, v)
        end = self.length + k.shape[2]
        keys, values = self.kv[layer, :, : len(k), :, :end]
        keys[:, :, self.length :] = k
        values[:, :, self.length :] = v
        return keys, values


@dataclass(frozen=True)
class RollingMark:
    """Where a rolling cache stood: latents ever written, latents still readable, latents passed since `begin`."""

    written: int
    readable: int
    passed: int


class RollingCache:
    """Keys and values of past blocks, each encoded once (LMDM Algorithm 3).

    A block sees the `window` latents before it, be it a finished one that is being encoded or the target, so mask
    and cache have one window. Blocks are written behind each other on a tape, `kv` [depth, 2, B, H, places, D];
    when it is full, what can still be needed moves to its front. What is being written counts only after `commit`,
    so a block that fails changes nothing, and going back is moving the end.

    Positions "offset": keys stay as they were rotated, and positions grow. Positions "fixed": every block stands
    where the first one stood, so the keys it reads are turned back, into `turned`, by the latents passed since.
    """

    def __init__(
        self, config: ModelConfig, geometry: Geometry, batch: int, history: int, rope: RotaryEmbedding, *, like: Tensor
    ) -> None:
        self.window, self.kept = geometry.rolling, geometry.rolling + history
        self.room = geometry.rolling + geometry.window + 1  # for what is encoded, a target and the token
        self.places = 2 * self.kept + self.room
        self.batch = batch
        shape = (config.depth, 2, batch, config.heads, self.places, config.head_dim)
        self.kv = torch.zeros(shape, dtype=like.dtype, device=like.device)
        self.turns = torch.zeros(self.places, dtype=torch.long, device=like.device)
        self.fixed, self.rope = config.positions == "fixed", rope
        turned = (config.depth, batch, config.heads, self.window + self.room, config.head_dim)
        self.turned = self.kv.new_zeros(turned if self.fixed else (0,))
        self.front = 0  # latents that were written before those now at the tape's first place
        self.pending = 0
        self.mark = RollingMark(0, 0, 0)
        self._back = rope(self.turns[:0])

    @property
    def origin(self) -> int:
        return 0 if self.fixed else self.mark.passed

    @property
    def end(self) -> int:
        """Place behind the newest latent that counts."""
        return self.mark.written - self.front

    @property
    def behind(self) -> int:
        """Latents before the pending ones that these see."""
        return min(self.mark.readable, self.window)

    # --- one block, in order -----------------------------------------------------------------------------

    def begin(self, length: int) -> None:
        self.mark = RollingMark(max(self.mark.written, self.front), 0, 0)
        self.extend(length)

    def extend(self, latents: int) -> None:
        """Let so many finished latents follow; `store` brings them, layer by layer."""
        self.pending = latents
        if self.end + self.room > self.places:
            self._move_to_front()
        self.turns[self.end : self.end + latents] = self.mark.passed
        self._back = self.rope(self.turns[self.end - self.behind : self.end] - self.mark.passed)

    def store(self, layer: int, k: Tensor, v: Tensor) -> KeyValue:
        """Broadcasts over the batch, so that one context serves both branches of guidance."""
        k, v = k.detach(), v.detach()
        behind, end = self.behind, self.end
        slots = self.kv[layer, ..., end : end + self.pending, :]
        spread(slots[0], k)
        spread(slots[1], v)
        if self.fixed:
            turned = self.turned[layer]
            turned[:, :, :behind] = rotate(self.kv[layer, 0, :, :, end - behind : end], self._back)
            spread(turned[:, :, behind : behind + self.pending], k)
        return slots[0, : len(k)], slots[1, : len(k)]

    def past(self, layer: int, batch: int) -> KeyValue:
        """Return what the pending latents see: those before them and themselves."""
        keys, values = self._read(layer, batch, self.end - self.behind, self.end + self.pending)
        return (keys.clone(), values.clone()) if torch.is_grad_enabled() else (keys, values)

    def join(self, layer: int, k: Tensor, v: Tensor) -> KeyValue:
        start = self.end + self.pending - min(self.behind + self.pending, self.window)
        if torch.is_grad_enabled():
            return append(self._read(layer, len(k), start, self.end + self.pending), k, v)
        keys, values = self._read(layer, len(k), start, self.end + self.pending + k.shape[2])
        keys[:, :, -k.shape[2] :] = k
        values[:, :, -v.shape[2] :] = v
        return keys, values

    def commit(self, target: int) -> None:
        """Count what is pending, and let the next block stand `target` latents further on."""
        m = self.mark
        readable = min(m.readable + self.pending, self.kept)
        self.mark = RollingMark(m.written + self.pending, readable, m.passed + target)
        self.pending = 0

    # --- between blocks ----------------------------------------------------------------------------------

    def holds(self, mark: RollingMark) -> bool:
        """Return whether what a block at `mark` would see is still on the tape."""
        return mark.written - min(mark.readable, self.window) >= self.front

    def save(self) -> dict[str, Tensor]:
        """Return a copy of what a coming block would see."""
        places = slice(self.end - self.behind, self.end)
        numbers = torch.tensor([self.behind, self.mark.passed])
        return {"kv": self.kv[..., places, :].clone(), "turns": self.turns[places].clone(), "rolling": numbers}

    def load(self, saved: Mapping[str, Tensor]) -> None:
        """Go back to a saved moment; earlier ones are then out of reach."""
        length, passed = saved["rolling"].tolist()
        self.kv[..., :length, :] = saved["kv"]
        self.turns[:length] = saved["turns"]
        self.front, self.pending = 0, 0
        self.mark = RollingMark(length, length, passed)

    def _move_to_front(self) -> None:
        keep = min(self.kept, self.end)
        self.kv[..., :keep, :] = self.kv[..., self.end - keep : self.end, :]
        self.turns[:keep] = self.turns[self.end - keep : self.end].clone()
        self.front = self.mark.written - keep

    def _read(self, layer: int, batch: int, start: int, stop: int) -> KeyValue:
        values = self.kv[layer, 1, :batch, :, start:stop]
        if not self.fixed:
            return self.kv[layer, 0, :batch, :, start:stop], values
        first = self.end - self.behind
        return self.turned[layer, :batch, :, start - first : stop - first], values


def append(past: KeyValue, k: Tensor, v: Tensor) -> KeyValue:
    """Return past keys and values followed by new ones, apart from the cache.

    Backward passes read them: what the next step writes into the cache must not be theirs. No gradient flows into the
    past.
    """
    keys, values = past
    return torch.cat([keys.detach(), k], dim=2), torch.cat([values.detach(), v], dim=2)


def spread(slots: Tensor, new: Tensor) -> None:
    """Write new [b, H, n, D] into every group of b in slots [B, H, n, D], of which the last may be cut short."""
    times, rest = divmod(len(slots), len(new))
    slots[: times * len(new)].unflatten(0, (times, len(new))).copy_(new.expand(times, *new.shape))
    if rest:
        slots[-rest:] = new[:rest]
