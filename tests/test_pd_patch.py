"""Real clients against the real program: what Pure Data and liblo send is heard in the recorded audio."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from program import Program, level_db, write_setlist

from lmdmd.config import Config
from lmdmd.render import render
from lmdmd.testing import make_tiny_bundle
from lmdmd.units import gain_from_db

RATE_HZ = 44100
PATCH = Path(__file__).parent / "fixtures" / "lmdmd-test.pd"
LINEAR = "- name: unlimited\n  at: 0s\n  set: {mix/limit: false}"


@pytest.fixture(scope="module")
def setlist(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    return write_setlist(folder / "long.yaml", make_tiny_bundle(folder / "tiny").path, 600, LINEAR)


@pytest.fixture(scope="module")
def untouched(setlist, tmp_path_factory) -> np.ndarray:
    """What the show sounds like when nobody sends anything."""
    path = tmp_path_factory.mktemp("untouched") / "long.wav"
    render(Config(setlist=setlist, model="", threads=1, seconds=14.0), path)
    audio, _ = soundfile.read(path, dtype="float32")
    return audio[: -2 * RATE_HZ]


def play_with(setlist: Path, folder: Path, *commands: list[str]) -> tuple[np.ndarray, int, int, str]:
    """Recording of a show into which ``commands`` send, frames before the first and after the last, their output."""
    with Program(folder, setlist, "--device", "null", "--threads", "1") as program:
        program.until_playing()
        program.until_playhead(RATE_HZ // 2)
        before, printed = program.playhead(), ""
        for command in commands:
            words = [word.replace("PORT", str(program.port)) for word in command]
            done = subprocess.run(words, capture_output=True, text=True, timeout=20)
            assert done.returncode == 0, done
            printed += done.stdout + done.stderr
        after = program.playhead() + round(float(program.get("status/lead")) * RATE_HZ)
        program.until_playhead(after + RATE_HZ)
        program.interrupt()
        assert program.process.wait(10) == 0
        return program.recording(), before, after, printed


def check_heard(
    heard: np.ndarray, untouched: np.ndarray, before: int, after: int, gain_db: float, quiet_s: float = 0.0
) -> None:
    """The same samples until the first message; then, for some time, quieter; once the new words sound, others."""
    np.testing.assert_array_equal(heard[:before], untouched[:before])
    frames = min(len(heard), len(untouched))
    quieter = gain_from_db(gain_db) * untouched[:frames]
    same = np.isclose(heard[:frames], quieter, atol=1e-6).all(axis=1)
    assert same[before:after].sum() >= quiet_s * RATE_HZ
    changed = slice(after + RATE_HZ // 4, after + RATE_HZ)
    assert not same[changed].any()
    assert level_db(heard[changed] - quieter[changed]) > level_db(quieter[changed]) - 20


@pytest.mark.skipif(shutil.which("pd") is None, reason="Pure Data (pd) is not installed")
def test_a_pure_data_patch_changes_what_is_heard(setlist, untouched, tmp_path):
    pd = ["pd", "-nogui", "-noaudio", "-nomidi", "-stderr", "-noprefs", "-send", "lmdm-port PORT", str(PATCH)]
    heard, before, after, printed = play_with(setlist, tmp_path, pd)
    lines = printed.replace("\\", "").splitlines()
    assert "lmdmd: lmdm prompt 0 text warm dub techno" in lines
    assert "lmdmd: lmdm mix gain -6" in lines
    assert "lmdmd: lmdm fail /lmdm/nonsense unknown address" in lines
    check_heard(heard, untouched, before, after, -9)


@pytest.mark.skipif(shutil.which("oscsend") is None, reason="liblo-tools (oscsend) is not installed")
def test_oscsend_changes_what_is_heard(setlist, untouched, tmp_path):
    send = ["oscsend", "osc.udp://127.0.0.1:PORT"]
    heard, before, after, _ = play_with(
        setlist,
        tmp_path,
        [*send, "/lmdm/mix/gain", "f", "-12"],
        ["sleep", "0.5"],
        [*send, "/lmdm/prompt/0/text", "s", "bright drums"],
    )
    check_heard(heard, untouched, before, after, -12, quiet_s=0.3)
