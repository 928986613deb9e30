"""What a show takes to be playing is what does: after a swap that was refused, after one by hand, after a crash."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
from program import Program, wait_for
from show_stage import Stage, at, setlist, song

from lmdmd.control.events import Written
from lmdmd.control.setlist import Swap
from lmdmd.testing import make_tiny_bundle

SHOW = """
model: {one}
songs:
  - name: First
    length: 400s
    cues:
      - {{name: refused, go: true, model: {{to: {two}, over: 0s}}}}
      - {{name: brought, go: true, model: {{to: {two}, over: 0s}}}}
      - {{name: back, go: true, model: {{to: {one}, over: 0s}}}}
      - {{name: home, go: true, model: {{to: {one}, over: 0s}}}}
"""


@pytest.fixture
def bundles(tmp_path):
    one = make_tiny_bundle(tmp_path / "bundles" / "one", "one").path
    two = Path(shutil.copytree(one, tmp_path / "bundles" / "two"))
    config = json.loads((two / "config.json").read_text())
    (two / "config.json").write_text(json.dumps(config | {"name": "two"}))
    return one, two


def live(program):
    return program.get(f"deck/{max(program.live_slot(), 0)}/model")


def until_live(program, name):
    wait_for(lambda: program.live_slot() >= 0 and live(program) == name, 30, program.said)


def test_a_model_that_was_refused_comes_when_it_is_asked_for_again(tmp_path, bundles):
    one, two = bundles
    path = tmp_path / "evening.yaml"
    path.write_text(SHOW.format(one=one, two=two))
    surroundings = os.environ | {"LMDMD_BUNDLES": str(one.parent)}
    with Program(tmp_path, path, "--device", "null", "--threads", "1", environment=surroundings) as program:
        program.until_playing()
        program.ask("show/guard", 0.0)
        program.ask("show/cold", "off")
        program.ask("deck/memory", 1.0)
        assert program.do("show/go") == ""
        wait_for(lambda: "no swap to two" in program.get("status/incident"), 30, program.said)
        wait_for(lambda: program.get("show/cue") == "refused", 10, program.said)
        assert live(program) == "one"
        program.ask("deck/memory", 0.0)
        assert program.do("show/go") == ""
        until_live(program, "two")
        assert program.do("show/go") == ""
        until_live(program, "one")
        wait_for(lambda: "is running" not in program.do("deck/load", "two"), 30, program.said)
        wait_for(lambda: "ready" in (program.get("deck/0/state"), program.get("deck/1/state")), 60, program.said)
        program.do("deck/swap", 0.1)
        until_live(program, "two")
        assert program.do("show/go") == ""
        until_live(program, "one")
        assert program.end() == 0
        log = [json.loads(line) for line in program.take("show.jsonl").read_text().splitlines()]
    assert Path([line for line in log if line["kind"] == "stood"][-1]["record"]["model"]) == one


def test_a_model_that_was_still_on_its_way_is_there_after_a_crash(tmp_path, bundles):
    one, two = bundles
    path = tmp_path / "evening.yaml"
    path.write_text(SHOW.format(one=one, two=two))
    with Program(tmp_path, path, "--device", "null", "--threads", "1") as program:
        program.until_playing()
        assert program.do("show/go") == ""
        wait_for(lambda: program.get("show/cue") == "refused", 10, program.said)
        program.children()
        for pid in (program.process.pid, *program.seen):
            os.kill(pid, signal.SIGKILL)
        program.process.wait()
    with Program(tmp_path, "--resume", tmp_path / "recordings", "--device", "null", "--threads", "1") as program:
        program.until_playing()
        assert (live(program), program.get("show/cue")) == ("two", "refused")
        assert program.end() == 0


def test_what_a_jump_puts_back_to_what_it_was_is_no_wish_of_the_show(board):
    show = setlist(song(at(1, "a"), at(5, "b", set={"gen/cfg": 5.0}), at(9, "c", swap=Swap("wide"))))
    stage = Stage(board, show).to(6.0)
    assert stage.session.source_at("gen/cfg", board.playhead) == "cue:b"
    stage.do("show/cue", "a")
    stage.to(7.0)
    assert (stage.get("gen/cfg"), stage.session.source_at("gen/cfg", board.playhead)) == (2.0, "bundle")
    stage.do("show/cue", "c")
    stage.to(8.0)
    assert (stage.get("gen/cfg"), stage.session.source_at("gen/cfg", board.playhead)) == (5.0, "cue:c")
    assert all(event.source != "cue:" for event in stage.told(Written))
