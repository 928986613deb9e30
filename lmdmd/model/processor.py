"""What the processor at hand computes fast."""

from __future__ import annotations

import torch


def has_bf16() -> bool:
    """Whether products of bfloat16 are faster than those of float32 here."""
    return torch.backends.mkldnn.is_available() and _can("avx512_bf16", "amx_bf16")


def has_vnni() -> bool:
    """Whether FBGEMM sums four products of int8 at once in 32 bits; the narrow instructions for it it does not know."""
    return _can("avx512_vnni")


def _can(*any_of: str) -> bool:
    """Return whether the processor has one of these instruction sets; an older torch cannot tell."""
    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return any(capabilities.get(name) for name in any_of)
