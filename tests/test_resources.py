"""What the program takes from the machine, and gives back."""

from __future__ import annotations

import os
import sys

import pytest

from lmdmd.control.resources import give_back_memory, private_mb


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the C library of Linux can be asked for it")
def test_freed_memory_goes_back_although_something_above_it_stays():
    pieces = [bytearray(b"x" * 30_000) for _ in range(3000)]
    kept = pieces[-1]
    before_mb = private_mb(os.getpid())
    del pieces
    give_back_memory()
    assert private_mb(os.getpid()) < before_mb - 60
    assert len(kept) == 30_000
