"""When a model is loaded and whether it may: windows and a memory budget."""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from lmdmd.bundles import BundleInfo
from lmdmd.control import preload, resources
from lmdmd.control.preload import RESERVE_MB, Preload
from lmdmd.control.resources import available_mb, deck_memory_mb, memory_mb, private_mb
from lmdmd.control.session import Session


@pytest.fixture
def info(tmp_path):
    for part in ("model", "codec", "prompts"):
        save_file({"weight": np.zeros(250_000, np.float16)}, tmp_path / f"{part}.safetensors")
    sections = {"geometry": {"context": 24, "block": 8}, "model": {"depth": 2, "dim": 64}}
    return BundleInfo("glass", tmp_path, {"defaults": {}, "prompts": {}, **sections})


@pytest.fixture
def session():
    return Session()


def test_a_bundle_that_never_ran_is_judged_by_its_weights_and_one_that_did_by_what_it_took(session, info):
    judge = Preload(session)
    assert judge.need_mb(info) == deck_memory_mb(info)
    judge.note(info, os.getpid(), 20.0)
    taken_mb = judge.need_mb(info)
    assert taken_mb == pytest.approx(private_mb(os.getpid()), abs=20)
    judge.note(info, 2**22 + 1, 0.0)
    assert judge.need_mb(info) == taken_mb, "a process that is gone teaches nothing"


def test_a_model_is_loaded_earlier_than_the_row_says_where_it_takes_longer(session, info):
    judge = Preload(session)
    assert judge.window_s(info) == judge.window_s("no such bundle") == 60.0
    session.set("show/preload", 5.0, source="test")
    assert judge.window_s(info) == max(5.0, judge.entry_s)
    judge.note(info, os.getpid(), 20.0)
    assert judge.window_s(info) == 40.0 + judge.entry_s
    before_s = judge.entry_s
    session.set("engine/lead", 4.0, source="test")
    assert judge.entry_s > before_s


def test_the_row_limits_what_decks_take_together(session, info):
    judge = Preload(session)
    need_mb = deck_memory_mb(info)
    session.set("deck/memory", need_mb + 500, source="test")
    assert judge.why_not(info, 499) == ""
    assert (
        judge.why_not(info, 501) == f"it needs {need_mb:.0f} MB of memory, and deck/memory leaves {need_mb - 1:.0f} MB"
    )


def test_without_the_row_the_machine_keeps_a_reserve(session, info, monkeypatch):
    judge = Preload(session)
    need_mb = deck_memory_mb(info)
    monkeypatch.setattr(preload, "available_mb", lambda: need_mb + RESERVE_MB - 100)
    assert "the machine has" in judge.why_not(info, 0)
    assert judge.why_not(info, 0, freed_mb=100) == ""
    monkeypatch.setattr(preload, "available_mb", lambda: math.inf)
    assert judge.why_not(info, 0) == ""


def test_what_the_machine_has_left_is_told():
    assert 0 < available_mb() < math.inf
    assert 0 < private_mb(os.getpid()) < memory_mb(os.getpid())
    assert private_mb(2**22 + 1) == 0.0


GROUPS = pytest.mark.parametrize(
    ("line", "place", "names", "files"),
    [
        ("0::/show/stage", "", ("memory.max", "memory.current"), "inactive_file"),
        ("4:memory:/show/stage", "memory", ("memory.limit_in_bytes", "memory.usage_in_bytes"), "total_inactive_file"),
    ],
)


@GROUPS
def test_a_container_with_less_than_the_machine_is_believed(tmp_path, monkeypatch, line, place, names, files):
    limit, used = names
    root = tmp_path / "groups"
    group = root / "show"
    (group / "stage").mkdir(parents=True)
    (group / limit).write_text("300000000\n")
    (group / used).write_text("250000000\n")
    (group / "memory.stat").write_text(f"anon 1\n{files} 30000000\n")
    (group / "stage" / limit).write_text("max\n")
    (tmp_path / "cgroup").write_text(f"7:cpu:/other\n{line}\n")
    monkeypatch.setattr(resources, "_GROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(resources, "_GROUP_PLACES", {place: root})
    assert available_mb() == pytest.approx(80.0)
    monkeypatch.setattr(resources, "_GROUPS", Path("/nowhere"))
    assert available_mb() > 80.0
