"""Whether a run records without being asked: only where a sound device was wanted and there is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lmdmd.config import Config
from lmdmd.daemon import Daemon
from lmdmd.testing import make_tiny_bundle


@pytest.mark.parametrize(
    ("device", "record", "is_null", "records"),
    [
        ("default", None, True, True),
        ("default", None, False, False),
        ("default", Path("takes"), False, True),
        ("null", None, True, False),
        ("null", Path("takes"), True, True),
        ("file:out.wav", None, False, False),
    ],
)
def test_what_is_recorded_without_being_asked_for(device, record, is_null, records):
    daemon = Daemon(Config(device=device, record=record))
    daemon.audio = SimpleNamespace(is_null=is_null)  # type: ignore[assignment]
    assert daemon._should_record() is records


def test_a_null_device_that_was_asked_for_leaves_the_disk_alone(tmp_path):
    bundle = make_tiny_bundle(tmp_path / "tiny").path
    command = [sys.executable, "-m", "lmdmd", "run", "--model", str(bundle), "--device", "null"]
    command += ["--seconds", "0.5", "--osc-port", "0", "--threads", "1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "recording" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]
