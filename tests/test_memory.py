"""Shared memory: taken whole at the beginning, or refused in one sentence and given back."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lmdmd.control import memory as memory_module
from lmdmd.control.memory import Memory, why_short
from lmdmd.errors import LmdmdError
from lmdmd.rt import shared
from lmdmd.rt.ring import Ring

SHARED = Path("/dev/shm")
needs_fallocate = pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system cannot reserve memory")


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared memory is not files here")
def test_every_page_is_there_before_anyone_touches_it():
    ring = Ring.create(100_000, 2, 48000)
    assert (SHARED / ring.name).stat().st_blocks * 512 >= 800_000
    ring.close()
    ring.unlink()


@needs_fallocate
@pytest.mark.parametrize("room", [0, 1, 3])
def test_too_little_memory_is_one_sentence_and_leaves_nothing(monkeypatch, room):
    taken: list[int] = []

    def reserve(fd: int, at: int, size: int) -> None:
        taken.append(size)
        if len(taken) > room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", reserve)
    # Names of our own, so that other programs on this machine do not count.
    monkeypatch.setattr(shared.secrets, "token_hex", lambda _: f"{os.getpid()}-{len(taken)}")
    with pytest.raises(LmdmdError, match=r"needs 113 MB of shared memory.*docker run --shm-size=256m"):
        Memory.create()
    assert not list(SHARED.glob(f"lmdmd-*-{os.getpid()}-*"))
    assert len(taken) == room + 1


@needs_fallocate
def test_a_system_that_cannot_reserve_memory_is_trusted(monkeypatch):
    def unsupported(fd: int, at: int, size: int) -> None:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    monkeypatch.setattr(os, "posix_fallocate", unsupported)
    Memory.create(8000).close()


def test_too_little_memory_is_foreseen(monkeypatch, tmp_path):
    monkeypatch.setattr(memory_module, "free_bytes", lambda: 64e6)
    assert "needs 113 MB of shared memory, and 64 MB are free" in why_short()
    assert why_short(44100) == ""
    monkeypatch.undo()
    monkeypatch.setattr(memory_module, "PLACE", tmp_path / "nowhere")
    assert why_short() == ""


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared memory is not files here")
def test_what_a_killed_program_has_left_is_removed_and_what_is_in_use_is_not(monkeypatch):
    script = (
        "import os, signal\n"
        "from lmdmd.rt.ring import Ring\n"
        "from multiprocessing import resource_tracker\n"
        "ring = Ring.create(1000, 2, 48000)\n"
        "print(ring.name, flush=True)\n"
        "os.kill(resource_tracker._resource_tracker._pid, signal.SIGKILL)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    dead = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30).stdout.strip()
    ours = Ring.create(1000, 2, 48000)
    assert (SHARED / dead).exists() and (SHARED / ours.name).exists()
    shared.sweep()
    assert (SHARED / dead).exists(), "it may be about to be held"
    monkeypatch.setattr(shared, "_YOUNG_S", 0.0)
    shared.sweep()
    assert not (SHARED / dead).exists() and (SHARED / ours.name).exists()
    ours.close()
    ours.unlink()
