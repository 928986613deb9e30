"""Training in several processes: `torchrun --nproc-per-node 4 -m lmdmd train ...`.

    with open_ranks("cpu") as ranks:
        network = ranks.place(DiT(geometry, config))  # before its optimizer is made
        step = ranks.wrap(FlowStep(network))  # a module whose forward returns a loss
        loss = step(*ranks.share(batch))
        loss.backward()
        norm = clip_gradients(network.parameters(), 1.0)

Every rank draws all of a batch, with its noise and all else that chance decides, from seed and step; `share` leaves it
its own rows. So nothing depends on how many ranks there are: many give what one gives with the same batch. Only the
first one logs, saves and draws. What one of them meets, a signal or a slow step, `any` and `largest` tell all.

Two networks that take turns have a step module each. A step that only reads the other network keeps it out of its own
modules, in a tuple, and tells `wrap`; it is called with that one `frozen`, as its gradient would be exchanged too.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed import PrefixStore, Store, rendezvous  # pyright: ignore[reportPrivateImportUsage]
from torch.nn.parallel import DistributedDataParallel

from lmdmd.errors import LmdmdError, TrainError
from lmdmd.train import sharding

PATIENCE = timedelta(minutes=15)
"""How long a rank waits for the others; the first one draws and listens to samples meanwhile."""

Module = TypeVar("Module", bound=nn.Module)
Shared = TypeVar("Shared")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Ranks:
    """The processes of this run, and which of them this one is; `sharded` ones hold a part of each network."""

    rank: int = 0
    world: int = 1
    device: str = "cpu"
    sharded: bool = False
    launcher: int = 0

    @classmethod
    def from_environment(cls, device: str = "cpu", *, sharded: bool = False) -> Ranks:
        """Return what torchrun says of this process, one alone without it; raises `TrainError` without enough GPUs."""
        rank, world, local = (int(os.environ.get(name, none)) for name, none in _ENVIRONMENT)
        if world > 1 and device == "cuda":
            there = torch.cuda.device_count()
            if local >= there:
                raise TrainError(f"process {local + 1} of this machine has no GPU, there are {there}; start fewer")
            device = f"cuda:{local}"
        return cls(rank, world, device, sharded and world > 1, os.getppid())

    @property
    def first(self) -> bool:
        """Whether this is the one that logs, saves and draws."""
        return self.rank == 0

    @property
    def orphaned(self) -> bool:
        """Whether torchrun has died and left this process alone."""
        return self.world > 1 and os.getppid() != self.launcher

    # --- whose work is whose ------------------------------------------------------------------------

    def rows(self, count: int) -> slice:
        """Return which of so many rows are this rank's; raises `TrainError` where they are not equally many for all."""
        each, over = divmod(count, self.world)
        if over:
            more = (each + 1) * self.world
            raise TrainError(f"a batch of {count} does not divide among {self.world} processes; {more} would")
        return slice(self.rank * each, (self.rank + 1) * each)

    def share(self, whole: Shared) -> Shared:
        """Return this rank's rows of every tensor in a batch: one tensor, or any records, dicts and sequences of them.

        What is no tensor, or a number alone, stays as it is.
        """
        return whole if self.world == 1 else self._cut(whole)

    def _cut(self, whole: Any) -> Any:
        match whole:
            case Tensor():
                return whole[self.rows(len(whole))] if whole.ndim else whole
            case Mapping():
                return {name: self._cut(part) for name, part in whole.items()}
            case list() | tuple():
                parts = [self._cut(part) for part in whole]
                return type(whole)(*parts) if hasattr(whole, "_fields") else type(whole)(parts)
        if is_dataclass(whole) and not isinstance(whole, type):
            return replace(whole, **{field.name: self._cut(getattr(whole, field.name)) for field in fields(whole)})
        return whole

    # --- networks ------------------------------------------------------------------------------------

    def place(self, network: Module) -> Module:
        """Return a network where it is trained; sharded, each rank keeps a part of it. Its optimizer is made after."""
        if self.world > 1:
            network.to(self.device)
        if self.sharded:
            sharding.shard(network, torch.device(self.device).type, self.world)
        return network

    def wrap(self, step: nn.Module, reads: Sequence[nn.Module] = ()) -> nn.Module:
        """Return a module whose forward returns a loss, so that its backward leaves the whole batch's gradient.

        Its networks have been placed; those that it only `reads` are none of its modules. What is called in it need not
        be the same in each step, only on all ranks.
        """
        if self.sharded:
            return sharding.Whole(step, (*sharding.sharded_in(step), *reads))
        if self.world == 1:
            return step
        with warnings.catch_warnings():
            # Its successor came with the newest torch; no buffer of ours ever changes.
            warnings.filterwarnings("ignore", "`broadcast_buffers` is deprecated", FutureWarning)
            return DistributedDataParallel(step, find_unused_parameters=True, broadcast_buffers=False)

    def call(self, work: Callable[[], Made], *networks: nn.Module) -> Made:
        """Return what a function makes that calls networks outside of their steps, such as a roll-out."""
        return sharding.make_whole(networks, work)

    # --- what all must know -------------------------------------------------------------------------

    def mean(self, value: Tensor) -> Tensor:
        """Return the mean over all ranks, which no gradient goes through."""
        if self.world == 1:
            return value.detach()
        total = value.detach().clone()
        dist.all_reduce(total)
        return total / self.world

    def average(self, figures: Mapping[str, float]) -> dict[str, float]:
        """Return the mean of each figure over all ranks, which have the same."""
        if self.world == 1:
            return dict(figures)
        means = self.mean(torch.tensor(list(figures.values()), dtype=torch.float64, device=self.device))
        return dict(zip(figures, means.tolist(), strict=True))

    def join(self, rows: Tensor) -> Tensor:
        """Return the rows of all ranks, in the order of the whole batch; no gradient goes through them."""
        if self.world == 1:
            return rows.detach()
        parts = [torch.empty_like(rows) for _ in range(self.world)]
        dist.all_gather(parts, rows.detach().contiguous())
        return torch.cat(parts)

    def largest(self, value: float) -> float:
        """Return the largest that any rank has."""
        if self.world == 1:
            return value
        found = torch.tensor(value, dtype=torch.float64, device=self.device)
        dist.all_reduce(found, dist.ReduceOp.MAX)
        return found.item()

    def any(self, asked: bool) -> bool:
        """Whether any rank was asked to stop, or torchrun has died: all go on together, or none does."""
        return bool(self.largest(asked or self.orphaned))

    def barrier(self) -> None:
        """Wait until all ranks are here."""
        if self.world > 1:
            self.largest(0.0)


ALONE = Ranks()
_ENVIRONMENT = (("RANK", "0"), ("WORLD_SIZE", "1"), ("LOCAL_RANK", "0"))


@contextmanager
def open_ranks(device: str = "cpu", *, sharded: bool = False, patience: timedelta = PATIENCE) -> Iterator[Ranks]:
    """Join the other processes of this run, if torchrun has started any, and leave them at the end.

    When one of them dies or fails the others end too, and one of them all says why.
    """
    ranks = Ranks.from_environment(device, sharded=sharded)
    if ranks.world == 1:
        yield ranks
        return
    store = _join(ranks, patience)
    try:
        yield ranks
    except Exception as error:
        if not _speaks_first(store):
            raise SystemExit(1) from None
        raise _explain(error) from error
    dist.destroy_process_group()


def check_alone(what: str) -> None:
    """Raise `TrainError` under torchrun, for what its processes would all do."""
    if Ranks.from_environment().world > 1:
        raise TrainError(f"{what} is the work of one process; start it without torchrun")


def _join(ranks: Ranks, patience: timedelta) -> Store:
    if os.environ.get("LOCAL_WORLD_SIZE") == str(ranks.world):  # all on this machine, so nobody else need reach them
        for name in ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME"):
            os.environ.setdefault(name, "lo0" if sys.platform == "darwin" else "lo")
    backend = "gloo"
    if ranks.device != "cpu":
        torch.cuda.set_device(ranks.device)
        backend = "nccl"
    store, _, _ = next(rendezvous("env://", timeout=patience))
    group = PrefixStore("training", store)
    dist.init_process_group(backend, store=group, rank=ranks.rank, world_size=ranks.world, timeout=patience)
    return PrefixStore("ends", store)


def _speaks_first(store: Store) -> bool:
    """Whether no other rank has said yet why the run ends."""
    try:
        return store.add("said", 1) == 1
    except RuntimeError:  # whoever kept the store is gone as well
        return True


def _explain(error: Exception) -> Exception:
    """Return the error that people read: our own, or what the loss of another process means."""
    said = str(error)
    if isinstance(error, LmdmdError) or not any(word in said for word in ("gloo", "NCCL", "TCPStore", "c10d")):
        return error
    waited = "imed out" in said or "imeout" in said
    what = "another process of this training does not answer" if waited else "another process of this training has died"
    return TrainError(f"{what}; the same command goes on from the last checkpoint")


@contextmanager
def frozen(*networks: nn.Module) -> Iterator[None]:
    """Let networks be read without learning: gradients go through them, and none stays in them."""
    learning = [value for network in networks for value in network.parameters() if value.requires_grad]
    for value in learning:
        value.requires_grad_(False)
    try:
        yield
    finally:
        for value in learning:
            value.requires_grad_(True)


def adding_up(step: nn.Module) -> AbstractContextManager[Any]:
    """Return a context for all but the last part of a batch: only with that one are gradients exchanged."""
    return step.no_sync() if isinstance(step, DistributedDataParallel) else nullcontext()


def clip_gradients(parameters: Iterable[nn.Parameter], most: float) -> float:
    """Shrink gradients so that their norm, over all ranks, is `most`; returns what it was."""
    return float(sharding.gather(nn.utils.clip_grad_norm_(parameters, most)))
