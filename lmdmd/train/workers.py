"""Work that is split across processes: each with one torch thread, results in the order of the jobs.

The same numbers come out whatever the number of processes: each job is worked by one thread alone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from typing import Any, TypeVar

import safetensors.torch
import torch

from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec
from lmdmd.model.config import CodecConfig

AHEAD = 3
"""Jobs that wait or are done, for each process, so that none is idle and few results lie in memory."""

Job = TypeVar("Job")
Result = TypeVar("Result")
Packed = tuple[dict[str, Any], bytes]

_codec: Codec | None = None


class Crew:
    """So many processes, or this one alone, that work jobs with a codec. Use as a context manager; all end with it."""

    def __init__(self, codec: Codec, workers: int = 1) -> None:
        self.codec, self.workers = codec, workers
        self._pool: ProcessPoolExecutor | None = None
        self._threads = 1

    def __enter__(self) -> Crew:
        self._threads = torch.get_num_threads()
        torch.set_num_threads(1)
        if self.workers > 1:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.workers, spawn, initializer=_begin, initargs=(_pack(self.codec),))
        return self

    def __exit__(self, *_: object) -> None:
        torch.set_num_threads(self._threads)
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def work(self, work: Callable[[Codec, Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """Yield `work(codec, job)` of each job in their order; `work` is a function of a module.

        Raises `TrainError` when a process dies.
        """
        if self._pool is None:
            yield from (work(self.codec, job) for job in jobs)
            return
        waiting: deque[Future[Result]] = deque()
        try:
            for job in jobs:
                waiting.append(self._pool.submit(_work, work, job))
                if len(waiting) >= AHEAD * self.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise TrainError(
                "a worker died, perhaps for want of memory; take fewer --workers and run it again"
            ) from error


def _begin(packed: Packed) -> None:
    """Make a process ready: it ends with its parent, which alone hears Ctrl-C."""
    global _codec
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    torch.set_num_threads(1)
    _codec = _unpack(packed)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


def _work(work: Callable[[Codec, Job], Result], job: Job) -> Result:
    assert _codec is not None
    return work(_codec, job)


def _pack(codec: Codec) -> Packed:
    return codec.config.to_dict(), safetensors.torch.save(codec.save())


def _unpack(packed: Packed) -> Codec:
    config, tensors = packed
    return Codec.load(CodecConfig.from_dict(config), safetensors.torch.load(tensors)).requires_grad_(False)
