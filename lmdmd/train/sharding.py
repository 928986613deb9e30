"""Networks of which each process holds a part (FSDP): weights, gradients and moments too many for one of them.

Every attention and feed-forward is a unit: its weights are gathered when it computes and given back afterwards. What is
saved is whole, and is read by one process as by many.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

from torch import Tensor, nn

from lmdmd.model.attention import CrossAttention, SelfAttention
from lmdmd.model.layers import FeedForward

UNITS = (SelfAttention, CrossAttention, FeedForward)
METHODS = ("key_value", "prepare", "encode_context", "denoise", "denoise_fused", "denoise_uncached")
"""What networks and their units are called by, beside `forward`."""


def shard(network: nn.Module, device: str, world: int) -> None:
    """Leave this process its part of a network's weights, which are the same in all processes until then."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard, register_fsdp_forward_method

    mesh = init_device_mesh(device, (world,))
    # Nothing that a unit returns is changed in place, which is what torch warns of.
    warnings.filterwarnings("ignore", "FSDP2-wrapped module .* returned a view tensor", UserWarning)
    for module in [module for module in network.modules() if isinstance(module, UNITS)] + [network]:
        fully_shard(module, mesh=mesh)
        for method in METHODS:
            if hasattr(module, method):
                register_fsdp_forward_method(module, method)


def is_part(tensor: Tensor) -> bool:
    """Whether other processes hold the rest of a tensor."""
    return hasattr(tensor, "full_tensor")


def gather(tensor: Tensor) -> Tensor:
    """Return a tensor whole; all processes have to ask for it."""
    return tensor.full_tensor() if is_part(tensor) else tensor  # pyright: ignore[reportAttributeAccessIssue]


def gather_all(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return all of some tensors whole."""
    return {name: gather(tensor) for name, tensor in tensors.items()}


def split_like(whole: Tensor, part: Tensor) -> Tensor:
    """Return of a whole tensor, which all processes have, what this one holds of `part`."""
    if not is_part(part):
        return whole
    from torch.distributed.tensor import DTensor, distribute_tensor

    assert isinstance(part, DTensor)
    return distribute_tensor(whole.to(part.device), part.device_mesh, part.placements, src_data_rank=None)


def own_part(tensor: Tensor) -> Tensor:
    """Return what this process holds of a tensor, in the same memory."""
    return tensor.to_local() if is_part(tensor) else tensor  # pyright: ignore[reportAttributeAccessIssue]
