"""Networks of which each process holds a part (FSDP): weights, gradients and moments too many for one of them.

Every attention and feed-forward is a unit: its weights are gathered when it computes and given back afterwards. What is
saved is whole, and is read by one process as by many.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from torch import Tensor, nn

from lmdmd.model.attention import CrossAttention, SelfAttention
from lmdmd.model.layers import FeedForward

Made = TypeVar("Made")
UNITS = (SelfAttention, CrossAttention, FeedForward)
_ROOT = "root"


class Root(nn.Module):
    """What holds all weights of a network that are in none of its units; it runs functions while they are whole."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, work: Callable[[], Made]) -> Made:
        return work()


class Whole(nn.Module):
    """A step that is taken while the weights of its networks are whole."""

    def __init__(self, step: nn.Module, networks: Sequence[nn.Module]) -> None:
        super().__init__()
        self.step, self.networks = step, tuple(networks)

    def forward(self, *arguments: Any, **named: Any) -> Any:
        return make_whole(self.networks, lambda: self.step(*arguments, **named))


def shard(network: nn.Module, device: str, world: int) -> None:
    """Leave this process its part of a network's weights, which are the same in all processes until then."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard, register_fsdp_forward_method

    mesh = init_device_mesh(device, (world,))
    # Nothing that a unit returns is changed in place, which is what torch warns of.
    warnings.filterwarnings("ignore", "FSDP2-wrapped module .* returned a view tensor", UserWarning)
    for unit in [module for module in network.modules() if isinstance(module, UNITS)]:
        fully_shard(unit, mesh=mesh)
        if hasattr(unit, "key_value"):
            register_fsdp_forward_method(unit, "key_value")
    root = Root(network)
    fully_shard(root, mesh=mesh)
    network.__dict__[_ROOT] = root  # no module of the network's, which is one of its own


def sharded_in(module: nn.Module) -> list[nn.Module]:
    """Return the networks below a module of which this process holds a part."""
    return [network for network in module.modules() if _ROOT in network.__dict__]


def make_whole(networks: Sequence[nn.Module], work: Callable[[], Made]) -> Made:
    """Return what a function makes that calls some networks, whatever they are called by."""
    for network in networks:
        if root := network.__dict__.get(_ROOT):
            work = partial(root, work)
    return work()


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


def load_whole(module: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Give a module, of which this process may hold a part, weights that are whole."""
    own = module.state_dict()
    module.load_state_dict(
        {name: split_like(value, own[name]) if name in own else value for name, value in weights.items()}
    )


def own_part(tensor: Tensor) -> Tensor:
    """Return what this process holds of a tensor, in the same memory."""
    return tensor.to_local() if is_part(tensor) else tensor  # pyright: ignore[reportAttributeAccessIssue]
