"""One shared-memory segment: an identity that is checked, a few cells, and a payload.

Control creates and unlinks; children attach by name. Cells are aligned 8-byte numbers, each on a
cache line of its own and written by one process only, so neither side needs a lock.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import time
from contextlib import suppress
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np

from lmdmd.errors import LmdmdError

VERSION = 1
PAGE_BYTES = 4096
_LINE = 8
_IDENTITY_CELLS = 8
_CELLS = 24
_PAYLOAD_BYTES_AT = (_IDENTITY_CELLS + _CELLS * _LINE) * 8


PLACE = Path("/dev/shm")
"""Where Linux keeps shared memory; other systems do not show it."""
_HELD = ".held"
"""Ending of the name of a segment that its maker holds by a lock, which ends with the maker however that ends."""
_YOUNG_S = 5.0
"""A segment as young as this may be about to be held."""


class SegmentError(LmdmdError):
    """A shared-memory segment that is gone, or is not what its name was given for."""


class _Memory(SharedMemory):
    """Shared memory whose end is quiet while arrays still look at it (interpreter exit)."""

    def reserve(self) -> None:
        """Take every page from the system now: one that is missing later kills whoever touches it."""
        if not hasattr(os, "posix_fallocate"):
            return
        try:
            os.posix_fallocate(self._fd, 0, self.size)  # pyright: ignore[reportAttributeAccessIssue]
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.ENOMEM):
                raise

    def hold(self) -> None:
        """Let nobody take it for what a killed program has left."""
        with suppress(OSError):
            fcntl.flock(self._fd, fcntl.LOCK_SH)  # pyright: ignore[reportAttributeAccessIssue]

    def close(self) -> None:
        with suppress(BufferError):
            super().close()


def sweep() -> None:
    """Remove what programs have left that were killed with all that could have removed it."""
    for path in PLACE.glob(f"lmdmd-*{_HELD}"):
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.time() - path.stat().st_ctime > _YOUNG_S:
                path.unlink()


def _magic(kind: str) -> int:
    return int.from_bytes(f"lmd{kind:<5}".encode()[:8], "little")


class Segment:
    """A mapped segment. ``cells`` are int64, ``numbers`` the same cells as float64 (index with ``cell``)."""

    def __init__(self, memory: _Memory, kind: str) -> None:
        self.name = memory.name
        self.kind = kind
        self._memory = memory
        self._identity = np.ndarray(_IDENTITY_CELLS, np.int64, memory.buf)
        lines = (_CELLS, _LINE)
        self.cells = np.ndarray(lines, np.int64, memory.buf, _IDENTITY_CELLS * 8)[:, 0]
        self.numbers = np.ndarray(lines, np.float64, memory.buf, _IDENTITY_CELLS * 8)[:, 0]

    @classmethod
    def create(cls, kind: str, shape: tuple[int, int], item: np.dtype, fingerprint: int = 0) -> Segment:
        """Make a zeroed segment for ``shape`` items; ``fingerprint`` (63 bits) must match on attach.

        Raises ``OSError`` when the system has no room for it.
        """
        size = _PAYLOAD_BYTES_AT + shape[0] * shape[1] * item.itemsize
        # macOS allows 30 characters in a name.
        memory = _Memory(f"lmdmd-{kind}-{secrets.token_hex(4)}{_HELD}", create=True, size=size)
        memory.hold()
        try:
            memory.reserve()
        except OSError:
            memory.close()
            memory.unlink()
            raise
        segment = cls(memory, kind)
        segment._identity[:] = (_magic(kind), VERSION, fingerprint, *shape, item.itemsize, 0, 0)
        return segment

    @classmethod
    def attach(cls, kind: str, name: str, item: np.dtype, fingerprint: int = 0) -> Segment:
        """Map a segment that another process made; raises ``SegmentError`` when it is not ours."""
        try:
            memory = _Memory(name)
        except (FileNotFoundError, ValueError):
            raise SegmentError(f"{kind} {name}: there is no such shared memory (its owner has ended)") from None
        segment = cls(memory, kind)
        problem = segment._problem(item, fingerprint)
        if problem:
            segment.close()
            raise SegmentError(f"{kind} {name}: {problem}")
        return segment

    def _problem(self, item: np.dtype, fingerprint: int) -> str:
        magic, version, print_, rows, columns, item_bytes = (int(cell) for cell in self._identity[:6])
        if magic != _magic(self.kind):
            return f"is not a {self.kind}"
        if version != VERSION:
            return f"has version {version}, this program speaks {VERSION}"
        if print_ != fingerprint:
            return "was made by a program with another parameter table"
        if item_bytes != item.itemsize or self._memory.size < _PAYLOAD_BYTES_AT + rows * columns * item_bytes:
            return f"holds {self._memory.size} bytes, too few for its {rows} x {columns} items"
        return ""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the payload."""
        return int(self._identity[3]), int(self._identity[4])

    def payload(self, item: np.dtype) -> np.ndarray:
        """The payload as an array of ``shape``."""
        return np.ndarray(self.shape, item, self._memory.buf, _PAYLOAD_BYTES_AT)

    def touch(self) -> None:
        """Read every page once, so that no later access has to wait for one to be mapped."""
        np.ndarray(self._memory.size, np.uint8, self._memory.buf)[::PAGE_BYTES].sum()

    def close(self) -> None:
        """Unmap; arrays got from this segment must not be used afterwards."""
        del self._identity, self.cells, self.numbers
        self._memory.close()

    def unlink(self) -> None:
        """Remove the segment for everyone; for its creator only, after ``close`` or before."""
        with suppress(FileNotFoundError):
            self._memory.unlink()
