"""A run of any kind stops, is killed and goes on as if nothing had happened, and its log tells of each step once."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from lmdmd.errors import TrainError
from lmdmd.train.checkpoint import Clock, Ema, list_checkpoints, remove_checkpoints
from lmdmd.train.run import Chore, End, Run
from lmdmd.train.run_log import LOG_FILE, plot_log, read_log


class Duel:
    """Two networks that are trained in turns, each by an optimizer of its own; one of them is averaged."""

    def __init__(self, folder: Path, steps: int = 8) -> None:
        torch.manual_seed(0)
        self.networks = {"generator": nn.Linear(3, 3), "judge": nn.Linear(3, 1)}
        self.optimizers = {name: torch.optim.AdamW(net.parameters(), lr=0.1) for name, net in self.networks.items()}
        self.ema = Ema(self.networks["generator"])
        named = {f"{name}-optimizer": optimizer for name, optimizer in self.optimizers.items()}
        self.run = Run(folder, {**self.networks, **named, "ema": self.ema}, End(steps), seed=3)

    def step(self) -> dict[str, Any]:
        rng, generator = self.run.randomness()
        turn = ("generator", "judge")[self.run.clock.step % 2]
        made = self.networks["generator"](torch.randn(4, 3, generator=generator))
        loss = self.networks["judge"](made).square().mean() * float(rng.random())
        loss.backward()
        self.optimizers[turn].step()
        for optimizer in self.optimizers.values():
            optimizer.zero_grad()
        self.ema.update(self.networks["generator"], self.run.clock.step + 1)
        return {"loss": loss.item(), "turn": turn, "frames": 12}

    def figures(self) -> list[float]:
        parts = [*self.networks["generator"].parameters(), *self.networks["judge"].parameters()]
        return torch.cat([part.detach().flatten() for part in (*parts, *self.ema.weights.values())]).tolist()


def test_two_networks_that_take_turns_are_resumed_exactly(tmp_path: Path) -> None:
    whole, broken = Duel(tmp_path / "whole"), Duel(tmp_path / "broken")
    whole.run.begin()
    whole.run.fit("duel", whole.step)
    broken.run.begin()
    for step in range(6):
        broken.run.advance(broken.step)
        if step in (2, 4):
            broken.run.save()
    again = Duel(tmp_path / "broken")
    assert again.run.resume() and again.run.clock.step == 5
    again.run.fit("duel", again.step, [Chore(1e9, again.run.save)])
    assert again.figures() == whole.figures() and again.run.done
    told = [[(line["step"], line.get("loss")) for line in read_log(duel.run.folder)] for duel in (whole, broken)]
    assert told[0] == told[1], "the sixth step was taken twice and is told once"
    assert [folder.name for folder in list_checkpoints(tmp_path / "broken")] == [
        "checkpoint-0000005",
        "checkpoint-0000008",
    ]


def test_chores_are_done_at_their_times_and_at_the_end(tmp_path: Path) -> None:
    duel, done = Duel(tmp_path), []
    chores = [Chore(0.0, lambda: done.append(duel.run.clock.step)), Chore(1e9, lambda: done.append(-1))]
    duel.run.fit("duel", duel.step, chores)
    assert done == [*range(1, 9), 8, -1]
    line = read_log(tmp_path)[-1]
    assert line["frames_per_s"] > 0 and "frames" not in line


def test_a_signal_ends_a_run_after_the_step_it_is_in(tmp_path: Path) -> None:
    duel, before = Duel(tmp_path), signal.getsignal(signal.SIGINT)

    def step() -> dict[str, Any]:
        if duel.run.clock.step == 2:
            signal.raise_signal(signal.SIGINT)
        return duel.step()

    duel.run.fit("duel", step, [Chore(1e9, duel.run.save)])
    assert duel.run.clock.step == 3 and not duel.run.done and list_checkpoints(tmp_path)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_learning_rate_by_steps_knows_no_time() -> None:
    end = End(steps=1000, minutes=1.0)
    assert end.learning_rate(1.0, Clock(500, 0.0)) == end.learning_rate(1.0, Clock(500, 59.0)) == pytest.approx(0.525)
    assert end.reached(Clock(500, 60.0)) and end.reached(Clock(1000, 0.0)) and not end.reached(Clock(999, 59.9))
    assert End(minutes=1.0).share(Clock(5, 15.0)) == 0.25 and End(steps=4).share(Clock(9, 0.0)) == 1.0
    assert end.learning_rate(1.0, Clock(0)) < 0.011 and end.learning_rate(1.0, Clock(1000)) == pytest.approx(0.05)


def test_a_fresh_run_forgets_the_one_before(tmp_path: Path) -> None:
    first = Duel(tmp_path)
    first.run.fit("duel", first.step, [Chore(1e9, first.run.save)])
    (tmp_path / "checkpoint-0000003.part").mkdir()
    fresh = Duel(tmp_path, steps=2)
    fresh.run.begin(said="anew")
    assert not list(tmp_path.glob("checkpoint-*")) and read_log(tmp_path) == [{"step": 0, "said": "anew"}]
    fresh.run.fit("duel", fresh.step, [Chore(1e9, fresh.run.save)])
    again = Duel(tmp_path)
    assert again.run.resume() and again.run.clock.step == 2


def test_what_a_kill_leaves_behind_is_no_checkpoint_and_no_line(tmp_path: Path) -> None:
    duel = Duel(tmp_path)
    duel.run.advance(duel.step)
    duel.run.save()
    (tmp_path / "checkpoint-0000009.part").mkdir()
    (tmp_path / "checkpoint-0000000.old").mkdir()
    with (tmp_path / LOG_FILE).open("a") as file:
        file.write('{"step": 1, "lo')
    again = Duel(tmp_path)
    assert again.run.resume() and again.run.clock.step == 1
    assert [line["step"] for line in read_log(tmp_path)] == [1]
    remove_checkpoints(tmp_path, keep=2)
    assert [folder.name for folder in tmp_path.glob("checkpoint-*")] == ["checkpoint-0000001"]


def test_a_checkpoint_without_a_part_is_refused(tmp_path: Path) -> None:
    duel = Duel(tmp_path)
    duel.run.advance(duel.step)
    duel.run.save()
    (list_checkpoints(tmp_path)[0] / "judge.safetensors").unlink()
    with pytest.raises(TrainError, match="is of another model"):
        Duel(tmp_path).run.resume()


def test_a_plot_shows_any_figures_of_a_log(tmp_path: Path) -> None:
    duel = Duel(tmp_path)
    duel.run.fit("duel", duel.step)
    plot_log(tmp_path, ("loss", "judge"), unit="loss")
    assert (tmp_path / "loss.png").stat().st_size > 1000
