"""How far a bundle's blocks are from what float32 makes of them, in every precision that the processor has."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from lmdmd.config import PRECISIONS
from lmdmd.errors import BundleError
from lmdmd.model.bundle import Bundle, load_bundle
from lmdmd.model.precision import use_precision
from lmdmd.model.stream import StreamState, rollout_block

PROMPT = "calm ambient pads"
STEPS = 8


def measure_errors(path: Path) -> dict[str, float]:
    """Return precision -> root mean square error of a block's latents, relative to those of fp32."""
    exact, errors = next_latents(load_bundle(path)), {}
    for precision in PRECISIONS[1:]:
        bundle = load_bundle(path)
        try:
            use_precision(bundle.model, precision)
        except BundleError:
            continue
        errors[precision] = float(f"{relative_error(next_latents(bundle), exact):.2g}")
    return errors


@torch.inference_mode()
def next_latents(bundle: Bundle) -> Tensor:
    """Return a block [1, D, o] behind a full context of fixed random latents, from fixed noise."""
    state, generator = StreamState.init(bundle.model), torch.Generator().manual_seed(0)
    shape = (1, bundle.model.config.latent_dim, bundle.geometry.context)
    state.prefill(torch.randn(shape, generator=generator))
    return rollout_block(bundle.model, state, bundle.condition(bundle.prompts.encode([PROMPT])), steps=STEPS)


def relative_error(found: Tensor, exact: Tensor) -> float:
    """Return the root mean square of the difference over that of `exact`."""
    return float((found - exact).norm() / exact.norm())
