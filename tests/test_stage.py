"""The stage benches against a real program on a real sound server, for a few seconds."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from lmdmd.bench import cues, kill, killed, latency
from lmdmd.bench.ear import Ear
from lmdmd.bench.jack_server import JackServer
from lmdmd.bench.program import wait_for
from lmdmd.cli import main
from lmdmd.testing import make_tiny_bundle

TAKES = 3
pytestmark = [pytest.mark.jack, pytest.mark.usefixtures("needs_jack")]


@pytest.fixture
def needs_jack(jackd: str) -> None:
    pytest.importorskip("jack")


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that are long enough for a tiny model; what is measured is not the time that passes between changes."""
    monkeypatch.setattr(latency, "_PAUSE_S", (0.6, 0.9))
    monkeypatch.setattr(cues, "_EVERY_S", (0.8, 1.2))
    monkeypatch.setattr(kill, "STEADY_S", 1.0)
    monkeypatch.setattr(killed, "PLAYED_S", 2.0)


def report(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    assert main(["bench", *map(str, words), "--threads", "1", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_an_ear_outlives_the_sound_server(tmp_path: Path) -> None:
    notes = tmp_path / "heard.notes"

    def grows() -> bool:
        wait_for(notes.exists)
        before = notes.stat().st_size
        wait_for(lambda: notes.stat().st_size > before)
        return True

    with JackServer(f"ear{os.getpid()}", tmp_path / "jackd.log") as server, Ear(server, tmp_path) as ear:
        assert grows()
        server.kill()
        wait_for(lambda: ear.lives == 2)
        server.start()
        assert grows()
        heard = ear.finish()
    assert not heard.notes["connected"].any() and not heard.audio.any()
    assert len(heard.audio) == len(heard.notes) * heard.period
    assert np.all(np.diff(heard.notes["at_s"]) > 0)
    assert heard.slipped.any()


def test_a_short_soak_tells_what_a_long_one_does(tmp_path: Path, capsys) -> None:
    bundle = make_tiny_bundle(tmp_path / "tiny").path
    found = report(capsys, "soak", "--seconds", 3, "--model", bundle, "--keep", tmp_path / "kept")
    wanted = "seconds underruns concealed_ms unconcealed_samples memory_growth clicks gaps xruns restarts swaps"
    assert {*wanted.split(), "block_p99_first_ms", "block_p99_last_ms", "memory", "steal", "rows"} <= set(found)
    assert set(found["memory"]) == {"control", "audio", "deck"}
    assert found["heard_s"] == pytest.approx(found["seconds"], abs=0.5)
    assert (found["unconnected_s"], found["left_processes"], found["left_segments"]) == (0, 0, 0)
    assert found["prompt_changes"] >= 1 and found["refused"] == []
    assert (tmp_path / "kept" / "heard.f32").stat().st_size > 0


def test_a_killed_program_is_looked_at(tmp_path: Path, capsys) -> None:
    bundle = make_tiny_bundle(tmp_path / "tiny").path
    (row,) = report(capsys, "kill", "--kinds", "control", "--rounds", 1, "--model", bundle)["rows"]
    assert (row["rounds"], row["failed"], row["left_processes"], row["left_segments"]) == (1, 0, 0, 0), row["why"]
    assert row["ended_max_s"] < 2


def test_a_killed_deck_is_timed(tmp_path: Path, capsys) -> None:
    bundle = make_tiny_bundle(tmp_path / "tiny").path
    found = report(capsys, "kill", "--kinds", "deck", "--rounds", 1, "--model", bundle)
    (row,) = found["rows"]
    assert (row["replaced"], row["failed"], row["never_back"]) == (1, 0, 0), row["why"]
    assert 0 < row["well_p50_s"] == row["well_max_s"] < 15
    assert found["unconcealed_samples"] == row["unconcealed_samples"]


def unslipped(capsys: pytest.CaptureFixture[str], least: int, *words: object) -> dict:
    """A report of enough changes between two slips of the clock, which a busy machine's sound server has."""
    for _ in range(TAKES):
        if main(["bench", *map(str, words), "--threads", "1", "--json"]) == 0:
            found = json.loads(capsys.readouterr().out)
            if found["n"] >= least:
                return found
    pytest.skip("the sound server's clock slips too often here to find anything in a recording")


def test_every_change_is_found_where_it_was_told_and_nothing_before_it_moves(tmp_path: Path, capsys) -> None:
    bundle = make_tiny_bundle(tmp_path / "tiny").path
    found = unslipped(capsys, 4, "latency", "--changes", 6, "--model", bundle)
    assert found["unlike"] == 0
    assert 0 < found["prompt_p50_ms"] < found["rows"][1]["p50_ms"]
    assert {"prompt_p95_ms", "gain_p95_ms", "told_p95_ms", "flux_at_words", "flux_at_seams"} <= set(found)
    assert found["told_p95_ms"] < 47


def test_cues_are_found_near_their_time(tmp_path: Path, capsys) -> None:
    bundle = make_tiny_bundle(tmp_path / "tiny").path
    found = unslipped(capsys, 3, "cues", "--changes", 4, "--model", bundle)
    assert found["redos"] == 0
    assert found["p95_ms"] < 47
