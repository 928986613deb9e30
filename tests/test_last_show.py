"""Going on with a show that a crash has ended: which log, which model, and a whole program killed and started again."""

from __future__ import annotations

import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from program import Program

from lmdmd.bench.program import wait_for
from lmdmd.control.last_show import find_last_show, setlist_again
from lmdmd.control.show_log import logs_in, next_log
from lmdmd.errors import ConfigError
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100
SHOW = """
title: Evening
model: {one}
songs:
  - name: First
    tempo: 120
    length: 2s
    prompts: warm pads
  - name: Second
    tempo: 240
    length: 100 bars
    cues:
      - {{name: other, number: "7", bar: 2, model: {{to: {two}, over: 2 beats}}, prompts: jazz, set: {{gen/cfg: 5}}}}
      - {{name: later, number: "8", bar: 90, set: {{gen/cfg: 6}}}}
"""
STOOD = {"kind": "stood", "frame": 0, "song": "First", "cue": "", "number": "", "record": {"model": ""}}


def write_log(path: Path, *lines: dict, **more: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"kind": "show", "setlist": "/shows/evening.yaml", "bundle": "/bundles/one", **more}
    path.write_text("".join(json.dumps(line) + "\n" for line in (about, *lines)) + '{"kind": "turned", "de')
    return path


def began(deck: int, bundle: str) -> dict:
    return {"kind": "began", "deck": deck, "bundle": bundle}


def turned(deck: int, state: str) -> dict:
    return {"kind": "turned", "deck": deck, "state": state, "model": "", "frame": 0}


def test_the_model_that_was_heard_last_plays_again(tmp_path):
    lines = [began(0, "/bundles/one"), turned(0, "live"), began(1, "/bundles/two"), STOOD]
    log = write_log(tmp_path / "show.jsonl", *lines)
    assert find_last_show(log).bundle == "/bundles/one"
    log = write_log(log, *lines, turned(0, "draining"), turned(1, "live"), turned(0, "empty"))
    last = find_last_show(log)
    assert (last.bundle, last.setlist, last.take) == ("/bundles/two", Path("/shows/evening.yaml"), tmp_path)
    assert find_last_show(write_log(log, STOOD)).bundle == "/bundles/one"


def test_the_file_that_was_the_input_is_the_input_again(tmp_path):
    assert find_last_show(write_log(tmp_path / "a" / "show.jsonl", STOOD)).input is None
    heard = write_log(tmp_path / "b" / "show.jsonl", STOOD, input="/loops/tune.wav")
    assert find_last_show(heard).input == Path("/loops/tune.wav")


def test_the_newest_log_of_a_recording_and_of_all_recordings_counts(tmp_path):
    for number, name in enumerate(("a/show.jsonl", "b/show.jsonl", "b/show-2.jsonl", "b/show-10.jsonl")):
        os.utime(write_log(tmp_path / name, STOOD), (number, number))
    (tmp_path / "b" / "show-x.jsonl").touch()
    assert [log.name for log in logs_in(tmp_path / "b")] == ["show.jsonl", "show-2.jsonl", "show-10.jsonl"]
    assert next_log(tmp_path / "b").name == "show-4.jsonl" and next_log(tmp_path).name == "show.jsonl"
    assert find_last_show(tmp_path).log == tmp_path / "b" / "show-10.jsonl"
    assert find_last_show(tmp_path / "a").log == tmp_path / "a" / "show.jsonl"


def test_a_log_that_ends_in_its_first_lines_leaves_it_to_the_one_before(tmp_path):
    first = write_log(tmp_path / "show.jsonl", STOOD)
    second = write_log(tmp_path / "show-2.jsonl")
    assert find_last_show(tmp_path).log == find_last_show(second).log == first
    write_log(tmp_path / "show-3.jsonl", STOOD)
    assert find_last_show(second).log == first


def test_the_recording_that_ran_last_goes_on_unless_somebody_had_stopped_it(tmp_path):
    def take(folder, running):
        return {"kind": "take", "folder": str(tmp_path / folder), "running": running, "frames": {}}

    def switch(value, source):
        return {"kind": "written", "name": "record/on", "value": value, "source": source, "stamp": 1, "planned": False,
                "frame": 9}  # fmt: skip

    (tmp_path / "b").mkdir()
    stop = {"kind": "done", "verb": "record/stop", "values": [], "source": "x", "frame": 3}
    begun = [STOOD, take("a", True), switch(True, "recorder")]

    def found(*lines):
        last = find_last_show(write_log(tmp_path / "a" / "show.jsonl", *begun, *lines))
        return last.take.name, last.recorded

    assert found() == ("a", True)
    assert found(take("a", False), switch(False, "recorder")) == ("a", True)
    assert found(stop, take("a", False)) == ("a", False)
    assert found(switch(False, "tablet")) == ("a", False)
    assert found(stop, take("a", False), take("b", True)) == ("b", True)


def test_what_cannot_be_gone_on_with_is_one_sentence(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere: there is no show log; name one"):
        find_last_show(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match=r"tells of no setlist that had begun"):
        find_last_show(write_log(tmp_path / "show.jsonl"))


def test_a_setlist_that_is_not_where_it_was_can_be_named(tmp_path):
    last = find_last_show(write_log(tmp_path / "show.jsonl", STOOD))
    with pytest.raises(ConfigError, match=r"/shows/evening\.yaml is not there any more; .*lmdmd run SETLIST --resume"):
        setlist_again(last)
    setlist = tmp_path / "evening.yaml"
    setlist.touch()
    assert setlist_again(replace(last, setlist=setlist)) == setlist


def test_a_show_that_was_killed_goes_on_where_it_was(tmp_path):
    one = make_tiny_bundle(tmp_path / "bundles" / "one").path
    two = Path(shutil.copytree(one, tmp_path / "bundles" / "two"))
    config = json.loads((two / "config.json").read_text())
    (two / "config.json").write_text(json.dumps(config | {"name": "two"}))
    setlist = tmp_path / "evening.yaml"
    setlist.write_text(SHOW.format(one=one, two=two))
    with Program(tmp_path, setlist, "--device", "null", "--threads", "1") as program:
        program.until_playing()
        program.ask("mix/gain", -12.0)
        wait_for(lambda: program.get(f"deck/{max(program.live_slot(), 0)}/model") == "two", 30, program.said)
        assert program.get("show/cue") == "other"
        program.children()
        for pid in (program.process.pid, *program.seen):
            os.kill(pid, signal.SIGKILL)
        program.process.wait()
        take = program.take("show.jsonl").parent
    with Program(tmp_path, "--resume", tmp_path / "recordings", "--device", "null", "--threads", "1") as program:
        program.until_playing()
        assert program.get("show/song") == "Second" and program.get("show/cue") == "other"
        assert program.get("show/next") == "later" and program.get("deck/0/model") == "two"
        assert program.get("prompt/1/text") == "jazz" and program.get("prompt/1/weight") == 1.0
        assert (program.get("mix/gain"), program.get("gen/cfg")) == (-12.0, 5.0)
        assert program.get("clock/tempo") == 240.0 and 2 <= program.get("clock/bar") < 60
        program.until_playhead(RATE_HZ)
        assert program.end() == 0
    assert [log.name for log in logs_in(take)] == ["show.jsonl", "show-2.jsonl"]
    assert soundfile.info(take / "output.wav").frames > 2 * RATE_HZ
    assert soundfile.info(take / "output-2.wav").frames > RATE_HZ
    assert '"kind": "fired"' not in (take / "show-2.jsonl").read_text()
