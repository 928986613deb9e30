"""``lmdmd bench lmm``: a second of music from this network beside one from a discrete live model of the same size.

The other is of Magenta RealTime's shape (LMDM 7.1): 20 temporal layers make 25 frames a second, 4 depth layers make
the 16 tokens of a frame one after the other. It is built from transformers' own decoder layers and caches, with
random weights, and is spared what the real one has besides: an encoder for its context, and guidance.
"""

from __future__ import annotations

import argparse
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from lmdmd.bench.cache import make_condition, make_model, make_player, view
from lmdmd.bench.timing import describe_machine, time_in_turns
from lmdmd.engine.threads import most_threads
from lmdmd.errors import LmdmdError
from lmdmd.model.config import find_preset
from lmdmd.model.precision import cpu_linear, replace_linears, use_precision

FRAMES, FRAME_TOKENS, CHUNK_S = 50, 16, 2.0
CONTEXT_FRAMES = 250  # ten seconds
VOCABULARY = 1024
WIDTH, HEADS, FEED_FORWARD = 1024, 16, 2816
TEMPORAL_LAYERS, DEPTH_LAYERS = 20, 4
OURS = {"enc-dec, 8 steps": ("enc-dec", 8), "block-causal, 2 steps": ("block-causal", 2)}


class LiveLanguageModel(nn.Module):
    """Frames in time, tokens in depth, both cached."""

    def __init__(self) -> None:
        super().__init__()
        self.temporal = _make_decoder(TEMPORAL_LAYERS, CONTEXT_FRAMES + FRAMES)
        self.depth = _make_decoder(DEPTH_LAYERS, FRAME_TOKENS)
        self.embed = nn.Embedding(FRAME_TOKENS * VOCABULARY, WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY, bias=False)

    def chunk(self, cache: Any) -> Tensor:
        """Return the tokens of two seconds [50, 16]; the temporal cache then holds ten seconds, as it did before."""
        frame, tokens = torch.zeros(1, 1, WIDTH), []
        for _ in range(FRAMES):
            hidden = self.temporal(inputs_embeds=frame, past_key_values=cache, use_cache=True).last_hidden_state
            made = self.frame(hidden)
            frame = self.embed(made).sum(dim=0)[None, None]
            tokens.append(made)
        cache.crop(-FRAMES)
        return torch.stack(tokens)

    def frame(self, hidden: Tensor) -> Tensor:
        """Return the tokens of one frame [16], drawn one after the other."""
        cache, tokens = _make_cache(), []
        for place in range(FRAME_TOKENS):
            hidden = self.depth(inputs_embeds=hidden, past_key_values=cache, use_cache=True).last_hidden_state
            probabilities = self.head(hidden[0, -1:]).softmax(dim=-1)
            tokens.append(place * VOCABULARY + torch.multinomial(probabilities, 1)[0, 0])
            hidden = self.embed(tokens[-1])[None, None]
        return torch.stack(tokens)

    def prefill(self) -> Any:
        """Return a temporal cache that holds ten seconds."""
        cache = _make_cache()
        frames = torch.randn(1, CONTEXT_FRAMES, WIDTH)
        self.temporal(inputs_embeds=frames, past_key_values=cache, use_cache=True)
        return cache


def _make_cache() -> Any:
    return _transformers().DynamicCache()


def _make_decoder(layers: int, positions: int) -> nn.Module:
    made = _transformers()
    config = made.LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        intermediate_size=FEED_FORWARD,
        num_hidden_layers=layers,
        num_attention_heads=HEADS,
        max_position_embeddings=positions,
    )
    return made.LlamaModel(config).eval()


def _transformers() -> Any:
    try:
        import transformers  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise LmdmdError('bench lmm needs transformers; pip install "lmdmd[sao]"') from None
    return transformers


@torch.inference_mode()
def bench_lmm(options: argparse.Namespace) -> dict[str, object]:
    """Compute time per second of audio of both, taken in turns, in every precision asked for.

    `ours_factor` and `speedup` are those of Enc-Dec with 8 steps in the first precision; `rows` has all.
    """
    torch.set_num_threads(options.threads or most_threads())
    rows: list[dict[str, Any]] = []
    for precision in options.precision:
        rows += compare(precision, options.rounds)
    return {
        "ours_factor": rows[0]["factor"],
        "lmm_factor": rows[0]["lmm_factor"],
        "speedup": rows[0]["speedup"],
        "rows": rows,
        "machine": describe_machine(),
    }


def compare(precision: str, rounds: int) -> list[dict[str, Any]]:
    """Return a row for each of `OURS`."""
    ours = use_precision(make_model(find_preset("sao-small").model), precision)
    torch.manual_seed(0)
    other = LiveLanguageModel()
    others = sum(p.numel() for p in other.parameters())
    replace_linears(other, cpu_linear(precision))
    cache, cond = other.prefill(), make_condition(ours.config)
    works = {
        name: make_player(view(ours, attention, 192, 48), cond, steps) for name, (attention, steps) in OURS.items()
    }
    times = {
        name: median(ms) for name, ms in time_in_turns({**works, "lmm": lambda: other.chunk(cache)}, rounds).items()
    }
    block_s, lmm_factor = 48 * 2048 / 44100, times["lmm"] / 1000 / CHUNK_S
    return [
        {
            "ours": name,
            "precision": precision,
            "factor": round(times[name] / 1000 / block_s, 4),
            "lmm_factor": round(lmm_factor, 4),
            "speedup": round(lmm_factor / (times[name] / 1000 / block_s), 2),
            "lmm_parameters": others,
        }
        for name in works
    ]
