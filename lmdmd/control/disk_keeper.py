"""The disk's own thread: it brings recordings to the disk about once a second and asks how much room is left.

``fdatasync`` returns when the disk has answered. On an idle disk that is a millisecond, beside a program that writes
much tens of them, and seconds on a card or a network that stalls: the loop, which ticks every 20 ms, must not wait.
"""

from __future__ import annotations

import contextlib
import errno
import math
import shutil
import threading
from pathlib import Path

from lmdmd.rt.wav import Durable

SYNC_S = 1.0
_ENDING_S = 5.0
_CANNOT = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)
"""What a file system says that knows no syncing; the recording is no worse for it than any other file there."""


def free_bytes(folder: Path) -> float:
    """Bytes that may still be written to a folder, or where it would be made; infinite where nobody knows."""
    there = next((place for place in (folder, *folder.absolute().parents) if place.exists()), None)
    try:
        return shutil.disk_usage(there).free if there is not None else math.inf
    except OSError:
        return math.inf


class DiskKeeper:
    """``free_bytes`` is as of the last look, ``None`` before the first."""

    def __init__(self, folder: Path) -> None:
        self.free_bytes: float | None = None
        self._error: OSError | None = None
        self._folder = folder
        self._kept: list[Durable] = []
        self._released: list[Durable] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._ending = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Have the thread run; one that does goes on."""
        if self._thread is None:
            self._ending = False
            self._thread = threading.Thread(target=self._run, name="disk", daemon=True)
            self._thread.start()

    def keep(self, file: Durable) -> Durable:
        """Bring a file to the disk from now on, until it is released."""
        with self._lock:
            self._kept.append(file)
        return file

    def release(self, file: Durable) -> None:
        """Bring a file to the disk for the last time, soon, and close the handle."""
        with self._lock:
            self._kept.remove(file)
            self._released.append(file)
        self._wake.set()

    def take_error(self) -> OSError | None:
        """What went wrong since the last time."""
        error, self._error = self._error, None
        return error

    def close(self) -> None:
        """Let the thread end when all is on the disk; a disk that does not answer is not waited for for ever."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._ending = True
            self._wake.set()
            thread.join(_ENDING_S)

    def _run(self) -> None:
        while True:
            ending = self._ending
            self._sync()
            self.free_bytes = free_bytes(self._folder)
            if ending:
                return
            self._wake.wait(SYNC_S)
            self._wake.clear()

    def _sync(self) -> None:
        with self._lock:
            kept, released, self._released = list(self._kept), self._released, []
        for file in (*kept, *released):
            try:
                file.sync()
            except OSError as error:
                if error.errno not in _CANNOT:
                    self._error = error
        for file in released:
            with contextlib.suppress(OSError):
                file.close()
