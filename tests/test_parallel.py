"""Several processes learn what one does; killed ones go on where they were, and one that dies takes all along."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import parallel_program as program
import pytest
import soundfile as sf
import torch

from lmdmd.bench.processes import descendants
from lmdmd.bench.program import wait_for
from lmdmd.cli import main
from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec, CodecConfig
from lmdmd.train.encode import fit_pca, save_codec
from lmdmd.train.parallel import ALONE, Ranks
from lmdmd.train.run_log import read_log

SMALL = CodecConfig(width=16, expand=24, depth=1)
STEPS = 12
TOLERANCE = 1e-4
TERMS = ("mrstft", "repulsion", "level", "pitch_bins", "judge", "grad_norm")


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
    """The command that trains a codec, which saves every step and has an adversary from the fifth on."""
    said = ["train", "codec", "--data", data, "--run", run, "--steps", STEPS, "--batch", 2, "--threads", 1]
    return [str(word) for word in [*said, "--crop", 4, "--adversarial-after", 0.3, "--save-every", 1e-6]]


@contextmanager
def two_processes(log: Path, *command: str) -> Iterator[subprocess.Popen]:
    """A program under torchrun; nothing of it is left at the end."""
    torchrun = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    with log.open("w") as said:
        process = subprocess.Popen([*torchrun, *command], stdout=said, stderr=said)
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

    with two_processes(log, "-m", "lmdmd", "--", *words(data, broken)) as process:
        until(broken, 3, process, log)
        *_, other = sorted(descendants(process.pid))
        kill(other)
        assert process.wait(60) != 0
    told = [line for line in log.read_text().splitlines() if line.startswith("lmdmd:")]
    assert told == [
        "lmdmd: another process of this training has died; the same command goes on from the last checkpoint"
    ]
    begun = taken(broken)

    with two_processes(log, "-m", "lmdmd", "--", *words(data, broken)) as process:
        until(broken, begun + 2, process, log)
        kill(process.pid, *descendants(process.pid))
        process.wait(10)
    assert begun < taken(broken) < STEPS
    assert main(words(data, broken)) == 0

    wanted, found = read_log(whole), read_log(broken)
    assert [line["step"] for line in found] == list(range(STEPS + 1)) == [line["step"] for line in wanted]
    for one, two in zip(wanted[1:], found[1:], strict=True):
        # An adversary's level is chance at first, as no loss asks for one: its gradient is what rounding leaves.
        for term in TERMS if "judge" in one else (*TERMS, "loss"):
            assert two.get(term) == pytest.approx(one.get(term), abs=TOLERANCE), (term, one, two)
    assert wanted[-1]["judge"]


def same(wanted: Path, found: Path) -> None:
    """Both runs tell of the same steps, losses and norms of gradients, within the tolerance."""
    lines = [[line for line in read_log(run) if "norm" in line] for run in (wanted, found)]
    assert [line["step"] for line in lines[1]] == list(range(1, program.STEPS + 1))
    for one, two in zip(*lines, strict=True):
        for term in ("loss", "loss_low", "loss_mid", "loss_high", "norm"):
            assert two.get(term) == pytest.approx(one.get(term), abs=TOLERANCE), (term, one, two)
    heldout = [[line["heldout"] for line in read_log(run) if "heldout" in line][-1] for run in (wanted, found)]
    assert heldout[1] == pytest.approx(heldout[0], abs=TOLERANCE)


def test_two_processes_with_whole_networks_or_parts_learn_what_one_does(tmp_path: Path) -> None:
    """The parts go on from what one process has saved, and one process goes on from what they have."""
    log = tmp_path / "said"
    program.train(tmp_path / "alone", ALONE)
    program.train(tmp_path / "parts", ALONE, program.SAVED)
    with two_processes(log, program.__file__, str(tmp_path)) as process:
        assert process.wait(300) == 0, log.read_text()
    program.train(tmp_path / "parts", ALONE)
    for run in ("together", "parts"):
        same(tmp_path / "alone", tmp_path / run)
    turns, alone = json.loads((tmp_path / "turns.json").read_text()), program.take_turns(ALONE)
    assert alone[-2] != alone[0]
    assert turns["together"] == pytest.approx(alone, abs=TOLERANCE)
    assert turns["parts"] == pytest.approx(alone, abs=TOLERANCE)


def test_rows_are_shared_without_a_gap() -> None:
    batch = {"sound": torch.arange(6), "about": (torch.arange(12).view(6, 2), "calm", torch.tensor(3.0))}
    parts = [Ranks(rank, 3).share(batch) for rank in range(3)]
    assert torch.equal(torch.cat([part["sound"] for part in parts]), batch["sound"])
    assert torch.equal(torch.cat([part["about"][0] for part in parts]), batch["about"][0])
    assert all(part["about"][1:] == batch["about"][1:] for part in parts)
    with pytest.raises(TrainError, match="a batch of 7 does not divide among 3 processes; 9 would"):
        Ranks(0, 3).share(torch.zeros(7))
