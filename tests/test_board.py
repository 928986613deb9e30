"""Board: every numeric row keeps its value across processes; another table is refused."""

from __future__ import annotations

import math
import multiprocessing

import pytest

from lmdmd import params
from lmdmd.errors import ParamError
from lmdmd.rt import board as board_module
from lmdmd.rt.board import Board
from lmdmd.rt.ring import Ring
from lmdmd.rt.shared import Segment, SegmentError


@pytest.fixture
def board():
    made = Board.create(48000)
    yield made
    made.close()
    made.unlink()


def test_starts_with_the_defaults_of_every_numeric_row(board):
    for param in params.PARAMS:
        if param.numeric:
            assert board.get(param.name) == param.default


def test_keeps_kinds(board):
    board.set("mix/conceal", "silence")
    board.set("mix/mute", True)
    board.set("gen/steps", 12)
    board.set("mix/gain", -3.5)
    other = Board.attach(board.name)
    assert other.get("mix/conceal") == "silence"
    assert other.get("mix/mute") is True
    assert other.get("gen/steps") == 12
    assert other.get("mix/gain") == -3.5
    other.close()


def test_text_rows_have_no_place(board):
    with pytest.raises(ParamError, match="is text"):
        board.get("prompt/0/text")


def test_unknown_row_is_named_with_a_hint(board):
    with pytest.raises(ParamError, match="mix/gain"):
        board.get("mix/gian")


def _roll(name: str) -> None:
    board = Board.attach(name)
    board.playhead = 2**40
    board.rolling = 1
    board.beat("audio")
    board.set("status/underruns", 7)
    board.close()


def test_another_process_writes_playhead_and_heartbeat(board):
    assert board.age_s("audio") == math.inf
    child = multiprocessing.get_context("spawn").Process(target=_roll, args=(board.name,))
    child.start()
    child.join(10)
    assert (board.playhead, board.rolling, board.rate_hz) == (2**40, 1, 48000)
    assert 0 <= board.age_s("audio") < 10
    assert board.age_s("deck0") == math.inf
    assert board.get("status/underruns") == 7


def test_another_table_is_refused(board, monkeypatch):
    monkeypatch.setattr(board_module, "PARAMS", params.PARAMS[:-1])
    with pytest.raises(SegmentError, match="another parameter table"):
        Board.attach(board.name)


def test_another_kind_of_segment_is_refused(board):
    with pytest.raises(SegmentError, match="is not a ring"):
        Ring.attach(board.name)


def test_another_version_is_refused(board, monkeypatch):
    monkeypatch.setattr("lmdmd.rt.shared.VERSION", 2)
    with pytest.raises(SegmentError, match="version 1"):
        Board.attach(board.name)


def test_a_segment_that_is_gone_is_named():
    with pytest.raises(SegmentError, match="no such shared memory"):
        Board.attach("lmdmd-board-00000000")


def test_unlinked_segments_leave_nothing_behind():
    segment = Segment.create("ring", (16, 2), board_module._ITEM)
    segment.close()
    segment.unlink()
    with pytest.raises(SegmentError):
        Segment.attach("ring", segment.name, board_module._ITEM)
