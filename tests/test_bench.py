"""What ``lmdmd bench`` reports: the keys that others read, for a model small enough to run here."""

from __future__ import annotations

import json
from importlib import import_module

import numpy as np
import pytest

from lmdmd.bench.table import BENCHES, group_rows
from lmdmd.bench.watch import describe
from lmdmd.cli import main
from lmdmd.model.config import PRESETS
from lmdmd.testing import make_tiny_bundle


def report(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    assert main(["bench", *map(str, words), "--threads", "1", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_block_tells_the_parts_of_a_block_for_every_precision(tmp_path, capsys) -> None:
    path = make_tiny_bundle(tmp_path / "tiny").path
    found = report(capsys, "block", "--model", path, "--blocks", 4, "--precision", "fp32", "int8")
    assert {"bundle", "threads", "p50_ms", "p95_ms", "p99_ms", "factor", "memory_mb"} <= set(found)
    assert [row["precision"] for row in found["rows"]] == ["fp32", "int8"]
    exact, small = found["rows"]
    assert exact["error"] < 1e-5 < small["error"] < 0.1
    for row in found["rows"]:
        parts = sum(row[f"{part}_ms"] for part in ("encode", "denoise", "decode", "resample"))
        assert row["denoise_ms"] > 0 and parts < 4 * row["p50_ms"]


def test_growth_compares_the_last_stretch_with_the_first(tmp_path, capsys) -> None:
    path = make_tiny_bundle(tmp_path / "tiny").path
    found = report(capsys, "growth", "--model", path, "--blocks", 100)
    assert [row["until"] for row in found["rows"]] == list(range(10, 101, 10))
    assert {"time_growth", "memory_growth", "precision"} <= set(found)
    assert found["time_growth"] == pytest.approx(found["rows"][-1]["over_young"] - 1)


def test_watch_plays_each_prompt_with_and_without_it(tmp_path, capsys) -> None:
    pytest.importorskip("matplotlib")
    path, png = make_tiny_bundle(tmp_path / "tiny").path, tmp_path / "lines.png"
    found = report(capsys, "watch", "--model", path, "--seconds", 30, "--prompt", "jazz", "deep house", "--png", png)
    streams = {(row["memory_s"], row["watch"], row["prompt"]) for row in found["rows"]}
    memories = {row["memory_s"] for row in found["conditions"]}
    assert streams == {(m, w, p) for m in memories for w in (False, True) for p in ("jazz", "deep house")}
    assert len(found["rows"]) == 3 * len(streams) and len(found["conditions"]) == 2 * len(memories)
    second = [row for row in found["rows"] if row["until_s"] == 20]
    assert all(row["mel_mean_db"] == row["mel_std_db"] == 0 for row in second)
    assert not any(row["watch"] is False for row in found["verdicts"])
    assert png.read_bytes().startswith(b"\x89PNG")


def test_windows_are_described_by_what_changes_in_them() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal((2 * 441_000, 2))
    same, louder, uneven = noise[:441_000], 2 * noise[441_000:], noise[441_000:].copy()
    uneven[: len(uneven) // 2] *= 0.1
    rows = describe(np.concatenate([same, same, louder, uneven]), 44100)
    assert [row["until_s"] for row in rows] == [10, 20, 30, 40]
    assert rows[0]["mel_mean_db"] == rows[0]["mel_std_db"] == 0
    assert rows[2]["mel_mean_db"] == pytest.approx(6.02, abs=0.3)
    assert rows[2]["level_db"] - rows[1]["level_db"] == pytest.approx(6.02, abs=0.05)
    assert rows[2]["mel_std_db"] < 1 < 3 < rows[3]["mel_std_db"]


def test_cache_compares_each_attention_with_outpainting(capsys) -> None:
    found = report(capsys, "cache", "--shape", "tiny", "--steps", 2, "--rounds", 1, "--precision", "fp32")
    kinds = {(row["attention"], row["context"], row["block"]) for row in found["rows"]}
    assert kinds == {(a, *g) for a in ("enc-dec", "block-causal", "bidirectional") for g in ((192, 48), (230, 10))}
    assert all(row["speedup"] == 1 for row in found["rows"] if row["attention"] == "bidirectional")


def test_train_tells_what_a_step_costs_for_every_stage(capsys) -> None:
    stages = ("finetune", "finetune-lora")
    found = report(capsys, "train", "--preset", "tiny", "--stages", *stages)
    assert [row["stage"] for row in found["rows"]] == list(stages)
    every, few = found["rows"]
    assert every["loss"] == few["loss"] > 0.5  # of one network and batch, before the first step
    assert few["learnt_millions"] < every["learnt_millions"]
    assert all(row["step_s"] > 0 and row["memory_mb"] > 100 for row in found["rows"])
    assert main(["bench", "train", "--preset", "tiny", "--stages", "finetun"]) == 1
    assert 'did you mean "finetune"' in capsys.readouterr().err


@pytest.mark.soak
def test_a_full_size_step_fits_where_the_paper_s_model_is_trained_on_a_processor(capsys) -> None:
    found = report(capsys, "train", "--preset", "sao-small", "--stages", "finetune", "finetune-lora")
    assert all(row["memory_mb"] < 24 * 1024 for row in found["rows"])
    assert found["rows"][0]["learnt_millions"] > 300


def test_gpu_says_what_there_is_and_can_be_tried_without(capsys) -> None:
    assert main(["bench", "gpu", "--device", "tpu"]) == 1
    assert "no GPU for --device tpu here" in capsys.readouterr().err
    words = ("--device", "cpu", "--shape", "tiny", "--codec-width", 4, "--rounds", 1, "--json")
    assert main(["bench", "gpu", *map(str, words)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["what"] for row in found["rows"]] == ["enc-dec", "block-causal", "bidirectional"]
    assert found["first_block_ms"] > found["decode_ms"] > 0


def test_lmm_plays_both_in_turns(capsys, monkeypatch) -> None:
    pytest.importorskip("transformers")
    from lmdmd.bench import lmm

    sizes = {"WIDTH": 32, "HEADS": 2, "FEED_FORWARD": 64, "TEMPORAL_LAYERS": 2, "DEPTH_LAYERS": 1, "FRAMES": 3}
    for name, size in sizes.items():
        monkeypatch.setattr(lmm, name, size)
    monkeypatch.setattr(lmm, "find_preset", lambda _: PRESETS["tiny"])
    found = report(capsys, "lmm", "--rounds", 1, "--precision", "fp32", "int8")
    assert {"ours_factor", "lmm_factor", "speedup"} <= set(found)
    assert [row["precision"] for row in found["rows"]] == ["fp32", "fp32", "int8", "int8"]


def test_full_adds_the_codec_to_the_network(capsys) -> None:
    words = ("full", "--shape", "tiny", "--codec-width", 4, "--rounds", 1, "--precision", "fp32", "int8")
    found = report(capsys, *words)
    assert [(row["attention"], row["steps"], row["precision"]) for row in found["rows"]] == [
        (attention, steps, precision)
        for precision in ("fp32", "int8")
        for attention, steps in (("block-causal", 2), ("enc-dec", 8))
    ]
    for row in found["rows"]:
        assert 0 < row["network_factor"] <= row["factor"]
        assert row["error"] < 1e-5 if row["precision"] == "fp32" else 1e-5 < row["error"] < 0.2


@pytest.mark.parametrize("name", BENCHES)
def test_every_bench_is_asked_by_its_table(name: str, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", name, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(option in said for option in (*BENCHES[name].options, "--json", "--png"))
    assert callable(getattr(import_module(f"lmdmd.bench.{name}"), f"bench_{name}"))


def test_a_picture_has_a_panel_for_what_is_compared(tmp_path, capsys) -> None:
    pytest.importorskip("matplotlib")
    words = ("--shape", "tiny", "--steps", 1, 2, "--rounds", 1, "--precision", "fp32", "--png", tmp_path / "bars.png")
    panels = group_rows(report(capsys, "cache", *words)["rows"], BENCHES["cache"])
    assert list(panels)[:2] == [f"precision fp32, context 192, block 48, steps {steps}" for steps in (1, 2)]
    assert [name for name, _ in next(iter(panels.values()))] == ["enc-dec", "block-causal", "bidirectional"]
    assert (tmp_path / "bars.png").read_bytes().startswith(b"\x89PNG")
