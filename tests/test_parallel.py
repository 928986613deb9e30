"""Several processes learn what one does; killed ones go on where they were, and one that dies takes all along."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch

from lmdmd.bench.processes import descendants
from lmdmd.bench.program import wait_for
from lmdmd.cli import main
from lmdmd.model.codec import Codec, CodecConfig
from lmdmd.train.encode import fit_pca, save_codec
from lmdmd.train.run_log import read_log

SMALL = CodecConfig(width=16, expand=24, depth=1)
STEPS = 20
TOLERANCE = 1e-4
TERMS = ("loss", "mrstft", "repulsion", "pitch_bins", "judge", "grad_norm")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pieces of decaying notes, 13 s each."""
    folder, random = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    (folder / "audio").mkdir()
    t = np.arange(13 * 44100) / 44100
    for piece, hz in (("train-low-00000", 110.0), ("train-high-00001", 523.0)):
        notes = np.sin(2 * np.pi * hz * t) * np.exp(-4.0 * (t % 0.5)) + 0.02 * random.standard_normal(len(t))
        sf.write(folder / "audio" / f"{piece}.flac", 0.4 * notes[:, None] * [1.0, 0.6], 44100)
    return folder


@pytest.fixture(scope="module")
def codec(data: Path) -> Codec:
    torch.manual_seed(0)
    codec = Codec(SMALL)
    codec.patches.load_state_dict(fit_pca(data, SMALL, excerpts=4).state_dict())
    return codec


def words(data: Path, run: Path) -> list[str]:
    """The command that trains a codec, which saves every step and has an adversary from the seventh on."""
    said = ["train", "codec", "--data", data, "--run", run, "--steps", STEPS, "--batch", 2, "--threads", 1]
    return [str(word) for word in [*said, "--crop", 4, "--adversarial-after", 0.3, "--save-every", 1e-6]]


@contextmanager
def two_processes(log: Path, *command: str) -> Iterator[subprocess.Popen]:
    """The command line under torchrun; nothing of it is left at the end."""
    torchrun = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    with log.open("w") as said:
        process = subprocess.Popen([*torchrun, "-m", "lmdmd", "--", *command], stdout=said, stderr=said)
    try:
        yield process
    finally:
        kill(process.pid, *descendants(process.pid))
        process.wait(10)


def kill(*pids: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def taken(run: Path) -> int:
    """Steps that a run has told of."""
    log = run / "log.jsonl"
    return log.read_text().count("grad_norm") if log.is_file() else 0


def until(run: Path, steps: int, process: subprocess.Popen, log: Path) -> None:
    wait_for(lambda: taken(run) >= steps or process.poll() is not None, 120, log.read_text)
    assert process.poll() is None, log.read_text()


def test_killed_under_two_and_resumed_under_two_and_one_is_never_killed_under_one(
    codec: Codec, data: Path, tmp_path: Path
) -> None:
    whole, broken, log = tmp_path / "whole", tmp_path / "broken", tmp_path / "said"
    for run in (whole, broken):
        save_codec(codec, run)
    assert main(words(data, whole)) == 0

    with two_processes(log, *words(data, broken)) as process:
        until(broken, 8, process, log)
        *_, other = sorted(descendants(process.pid))
        kill(other)
        assert process.wait(60) != 0
    told = [line for line in log.read_text().splitlines() if line.startswith("lmdmd:")]
    assert told == [
        "lmdmd: another process of this training has died; the same command goes on from the last checkpoint"
    ]
    begun = taken(broken)

    with two_processes(log, *words(data, broken)) as process:
        until(broken, begun + 3, process, log)
        kill(process.pid, *descendants(process.pid))
        process.wait(10)
    assert begun < taken(broken) < STEPS
    assert main(words(data, broken)) == 0

    wanted, found = read_log(whole), read_log(broken)
    assert [line["step"] for line in found] == list(range(STEPS + 1)) == [line["step"] for line in wanted]
    for one, two in zip(wanted[1:], found[1:], strict=True):
        for term in TERMS:
            assert two.get(term) == pytest.approx(one.get(term), abs=TOLERANCE), (term, one, two)
    assert wanted[-1]["judge"]
