"""Several processes post-train as one does, whoever saved what they go on from."""

from __future__ import annotations

from pathlib import Path

import arc_parallel_program as program
import pytest
import torch
from safetensors.torch import load_file
from test_parallel import TOLERANCE, two_processes

from lmdmd.train.parallel import ALONE
from lmdmd.train.run_log import read_log

FIGURES = ("generator", "relativistic", "contrastive", "norm")


def test_two_processes_with_whole_networks_or_parts_post_train_as_one(tmp_path: Path) -> None:
    log = tmp_path / "said"
    program.post_train(tmp_path / "alone", ALONE)
    program.post_train(tmp_path / "parts", ALONE, program.SAVED)
    with two_processes(log, program.__file__, str(tmp_path)) as process:
        assert process.wait(300) == 0, log.read_text()
    program.post_train(tmp_path / "parts", ALONE)
    wanted = [line for line in read_log(tmp_path / "alone") if "generator" in line]
    weights = load_file(tmp_path / "alone" / "model.safetensors")
    assert len(wanted) == program.STEPS and wanted[0]["relativistic"] != wanted[-1]["relativistic"]
    for run in ("together", "parts"):
        found = [line for line in read_log(tmp_path / run) if "generator" in line]
        for one, two in zip(wanted, found, strict=True):
            for name in FIGURES:
                assert two[name] == pytest.approx(one[name], abs=TOLERANCE), (run, name, one, two)
        for name, value in load_file(tmp_path / run / "model.safetensors").items():
            assert torch.allclose(value, weights[name], atol=TOLERANCE), (run, name)
