"""A bench that is ended, and what it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from program import wait_for

from lmdmd.bench.leash import leashed
from lmdmd.bench.processes import descendants, runs
from lmdmd.testing import make_tiny_bundle


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_no_program_outlives_its_bench(number, status, tmp_path):
    model = make_tiny_bundle(tmp_path / "tiny").path
    command = [sys.executable, "-m", "lmdmd", "bench", "fuzz", "--model", str(model), "--keep", str(tmp_path / "kept")]
    with subprocess.Popen(command) as bench:
        try:
            wait_for(lambda: descendants(bench.pid), 120.0)
            below = descendants(bench.pid)
            bench.send_signal(number)
            assert bench.wait(60.0) == status
        finally:
            bench.kill()
    wait_for(lambda: not any(map(runs, below)), 30.0)


def test_what_comes_too_late_for_a_leash_does_not_run(tmp_path):
    mark = tmp_path / "mark"
    words = leashed("touch", str(mark))
    assert subprocess.run(words, timeout=30).returncode == 0 and mark.exists()
    mark.unlink()
    words[words.index(str(os.getpid()))] = "1"
    assert subprocess.run(words, timeout=30).returncode == 0 and not mark.exists()
