"""Encoded context on a GPU: what a block launches is recorded once, and played back from then on.

A block of this network is thousands of small kernels; a GPU waits for the program to name them. A CUDA graph names
them all at once. It computes where it was recorded, so whatever it reads is first copied there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from lmdmd.model.caches import ContextCache
from lmdmd.model.dit import Context, DiT, Prepared

WARM_UPS = 3  # what CUDA asks for before it records


def record(model: DiT) -> DiT:
    """Let a network on a CUDA device with Enc-Dec attention play back its passes; returns it.

    Call its methods under `torch.inference_mode`. Every length of context and block is recorded when it first comes.
    """
    encode, denoise = model.encode_context, model.denoise
    recorded_encode, recorded_denoise = _Recorded(), _Recorded()

    def encode_context(context: Context, cond: Prepared, store: ContextCache) -> None:
        store.begin(context.length)

        names = tuple(context.controls)

        def work(latents: Tensor, known: Tensor, *rest: Any) -> None:
            *controls, still = rest
            encode(Context(latents, known, dict(zip(names, controls, strict=True))), still, store)

        if context.length:
            inputs = (context.latents, context.known, *context.controls.values())
            recorded_encode.play((store, context.latents.shape, names), work, inputs, cond)

    def denoise_recorded(x: Tensor, level: Tensor, cond: Prepared, store: ContextCache) -> Tensor:
        def work(x: Tensor, level: Tensor, still: Prepared) -> Tensor:
            return denoise(x, level, still, store)

        return recorded_denoise.play((store, store.length, x.shape), work, (x, level), cond)

    model.encode_context, model.denoise = encode_context, denoise_recorded  # pyright: ignore[reportAttributeAccessIssue]
    return model


class _Recorded:
    """Graphs of one pass, one for each kind of input."""

    def __init__(self) -> None:
        self.graphs: dict[Hashable, _Graph] = {}

    def play(self, kind: Hashable, work: Callable[..., Any], inputs: tuple[Tensor, ...], cond: Prepared) -> Any:
        key = (kind, cond.text[0][0].shape, tuple(cond.controls))
        if key not in self.graphs:
            self.graphs[key] = _Graph(work, inputs, cond)
        return self.graphs[key].play(inputs, cond)


class _Graph:
    """One recorded pass: where it reads, what it launches, where its answer lies."""

    def __init__(self, work: Callable[..., Any], inputs: tuple[Tensor, ...], cond: Prepared) -> None:
        self.places = tuple(value.clone() for value in inputs)
        self.still = replace(
            cond,
            text=[(k.clone(), v.clone()) for k, v in cond.text],
            token=cond.token.clone(),
            controls={name: value.clone() for name, value in cond.controls.items()},
        )
        self.cond = cond
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UPS):
                work(*self.places, self.still)
        torch.cuda.current_stream().wait_stream(side)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.answer = work(*self.places, self.still)

    def play(self, inputs: tuple[Tensor, ...], cond: Prepared) -> Any:
        for place, value in zip(self.places, inputs, strict=True):
            place.copy_(value)
        if cond is not self.cond:
            self._take(cond)
        self.graph.replay()
        return None if self.answer is None else self.answer.clone()

    def _take(self, cond: Prepared) -> None:
        for (k, v), (new_k, new_v) in zip(self.still.text, cond.text, strict=True):
            k.copy_(new_k)
            v.copy_(new_v)
        self.still.token.copy_(cond.token)
        for name, value in cond.controls.items():
            self.still.controls[name].copy_(value)
        self.cond = cond
