"""A performance read from its log: whole, cut at any byte, begun too late, or of another program."""

from __future__ import annotations

import json
import random
import threading
from pathlib import Path

import numpy as np
import pytest

from lmdmd.control import events
from lmdmd.control.events import Began, Block, Entered, Incident, Mixed, Take, Traced, Turned, Written
from lmdmd.control.memory import Memory
from lmdmd.control.mix_log import MixLog
from lmdmd.control.session import Session
from lmdmd.control.show_log import _MOST_WAITING_SIGNS, NAME, ShowLog
from lmdmd.messages import NOW, BlockDone
from lmdmd.params import SLOT
from lmdmd.performance import LogError, Performance, read_performance
from lmdmd.rt.schedule import CLEAR, Entry, Taken, Trace

ABOUT = {"rate_hz": 44100, "device": "null", "numpy": np.__version__}
BEGAN = Began(0, "tiny", "0", "abc", "/bundles/tiny", 1, "fp32", "2")
ENTERED = Entered(0, 0, 0, 0, 0, heir=True)
BLOCK = BlockDone(0, 2048, 3.25, 0, 1, stamps=(4,), values={"gen/cfg": 1.5, "prompt/0/text": "warm „pads“"})
EVENTS = [
    Traced("start", 0, 0, 256.0),
    Traced("row", 0, 0, -6.5, "mix/gain"),
    BEGAN,
    ENTERED,
    Take("", True, {"output": 512, "input": 256}),
    Written(1, "mix/gain", -3.0, "hand", 0, 0.0),
    events.Taken(0, SLOT["mix/gain"], "mix/gain", -3.1, NOW, 512, 0, "linear", False),
    Block(0, BLOCK),
    Mixed(1024),
    events.Taken(1, CLEAR, "", 0.0, 900, 1280, 0, "linear", True),
    Block(0, BLOCK),
    Incident(900, "ein Deck sagte „nein“"),
    Mixed(2048),
    Turned(0, "empty", "tiny", 2100),
    Take("", False, {"output": 1792, "input": 1792}),
    Mixed(2304),
    Block(0, BLOCK),
]


def write_log(folder: Path, about: dict | None = None) -> Path:
    show_log = ShowLog(ABOUT | (about or {}))
    show_log.open(folder / NAME)
    for event in EVENTS:
        show_log(events.Take(str(folder), event.running, event.frames) if isinstance(event, Take) else event)
    show_log.close()
    return folder / NAME


def test_a_log_holds_all_that_a_replay_needs(tmp_path):
    show = read_performance(write_log(tmp_path))
    assert (show.rate_hz, show.frame, show.span, show.input_frame) == (44100, 2304, (512, 1792), 256)
    assert show.traces == [Trace("start", 0, 0, 256.0), Trace("row", 0, SLOT["mix/gain"], -6.5)]
    assert show.taken == [
        Taken(0, Entry(NOW, SLOT["mix/gain"], -3.1, 0, "linear"), 512, False),
        Taken(1, Entry(900, CLEAR, 0.0, 0, "linear"), 1280, True),
    ]
    assert show.records == [
        BEGAN,
        ENTERED,
        Block(0, BLOCK),
        Mixed(1024),
        Block(0, BLOCK),
        Mixed(2048),
        Turned(0, "empty", "tiny", 2100),
        Mixed(2304),
    ]
    assert show.doubts == [] and show.is_over
    assert read_performance(tmp_path).frame == 2304


def test_a_log_that_is_cut_at_any_byte_is_read_as_far_as_it_is_whole(tmp_path):
    whole = write_log(tmp_path).read_bytes()
    ends = {0: 0} | {frame: whole.index(b'"frame": %d, "lost"' % frame) for frame in (1024, 2048, 2304)}
    first = whole.index(b"\n")
    cut = tmp_path / "cut" / NAME
    cut.parent.mkdir()
    chance = random.Random(5)
    for at in [*chance.sample(range(1, len(whole)), 200), first, len(whole)]:
        cut.write_bytes(whole[:at])
        if at < first:
            with pytest.raises(LogError, match="cut in its first line"):
                read_performance(cut)
            continue
        show = read_performance(cut)
        assert show.frame == max(frame for frame, begin in ends.items() if whole.index(b"}", begin) < at)
        assert show.doubts == [] and (not show.records or show.records[-1] == Mixed(show.frame))


def test_a_line_that_cannot_be_read_is_told_only_where_the_log_goes_on(tmp_path):
    path = write_log(tmp_path)
    lines = path.read_text().splitlines()
    lines[8] = lines[8][:40]
    path.write_text("\n".join([*lines, '{"kind": "block", "deck"']))
    assert read_performance(path).doubts == [f"{path}:9: cannot be read, nor can 0 lines after it"]


def test_what_is_no_log_is_refused(tmp_path):
    with pytest.raises(LogError, match="cannot be read: No such file"):
        read_performance(tmp_path / "nothing.jsonl")
    for text in ("", "[]", "hello", '{"kind": "block"}'):
        (tmp_path / "other").write_text(text)
        with pytest.raises(LogError, match="not a show log"):
            read_performance(tmp_path / "other")


def test_a_recording_that_began_too_late_says_how_much_it_lacks(tmp_path):
    show_log = ShowLog(ABOUT)
    show_log(Incident(0, "x" * (_MOST_WAITING_SIGNS // 2)))
    for frame in range(2):
        show_log(Mixed(frame))
    show_log(Incident(1, "x" * (_MOST_WAITING_SIGNS // 2)))
    show_log.open(tmp_path / NAME)
    show_log.close()
    with pytest.raises(LogError, match="lacks its first 1 lines"):
        read_performance(tmp_path)
    lines = (tmp_path / NAME).read_text().splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["show", "mixed", "mixed", "incident"]


def test_another_program_is_a_doubt(tmp_path):
    show = read_performance(write_log(tmp_path, {"numpy": "0.1"}))
    assert show.doubts == [f"numpy 0.1 has played, and this is {np.__version__}"]


def test_a_log_without_a_recording_is_replayed_whole(tmp_path):
    show = Performance(tmp_path, {"rate_hz": 44100}, frame=5000)
    assert show.span == (0, 5000)
    show.takes.append(Take("/elsewhere", True, {"output": 700, "input": 700}))
    assert show.span == (700, 5000)


@pytest.fixture
def memory():
    memory = Memory.create(44100)
    yield memory
    memory.close()


def test_what_the_mixer_did_is_told_before_it_is_said_how_far_it_is(memory, tmp_path):
    session, told = Session(memory.board, memory.schedule), []
    session.watch(told.append)
    log = MixLog(session, memory.schedule)
    session.set("mix/gain", -6, source="hand")
    session.clear_after(300)
    memory.schedule.trace("start", 0, 0, 256)
    memory.schedule.trace("row", 0, SLOT["mix/pan"], 0.5)
    memory.schedule.drain(0, frame=512)
    memory.board.playhead = 768
    log.tick()
    assert [event for event in told if not isinstance(event, Written)] == [
        events.Taken(0, SLOT["mix/gain"], "mix/gain", -6.0, NOW, 512, 0, "linear", False),
        events.Taken(1, CLEAR, "", 0.0, 300, 512, 0, "linear", False),
        Traced("start", 0, 0, 256.0),
        Traced("row", 0, SLOT["mix/pan"], 0.5, "mix/pan"),
    ]
    del told[:]
    log._due_s = 0.0
    memory.board.playhead = 1024
    log.tick()
    assert told == [Mixed(768)]
    memory.schedule.trace("short", 1100, 1, 17)
    log.close()
    assert told == [Mixed(768), Traced("short", 1100, 1, 17.0), Mixed(1024)]


def test_a_disk_that_takes_its_time_to_hold_on_to_the_log_keeps_nobody_waiting(tmp_path, monkeypatch):
    asked, slow = threading.Event(), threading.Event()

    def fsync(_file: int) -> None:
        asked.set()
        assert slow.wait(20)

    monkeypatch.setattr("lmdmd.control.show_log.SYNC_S", 0.0)
    monkeypatch.setattr("lmdmd.control.show_log.os.fsync", fsync)
    show_log = ShowLog(ABOUT)
    show_log.open(tmp_path / NAME)
    assert asked.wait(20)
    show_log(Mixed(7))
    assert (tmp_path / NAME).read_text().endswith('"frame": 7, "lost": 0}\n')
    slow.set()
    show_log.close()


def test_every_line_is_on_the_disk_when_it_is_told(tmp_path):
    show_log = ShowLog(ABOUT)
    show_log.open(tmp_path / NAME)
    show_log(Mixed(99))
    assert json.loads((tmp_path / NAME).read_text().splitlines()[-1])["frame"] == 99
    show_log.close()
