"""The clock that follows a player: beats on a real tape, a real session and show; held while the player rests."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from drummer import beat_times, drums
from test_sync import BUFFER, RATE, Stage

from lmdmd.control.follow import ahead_beats
from lmdmd.control.sync import Sync
from lmdmd.errors import SyncError
from lmdmd.rt.board import Board
from lmdmd.rt.tape import Tape


class Played(Stage):
    """A stage with a tape of what comes in: ``audio``, which sounds in the room from second 1000 on."""

    def __init__(self, board: Board, tape: Tape, audio: np.ndarray) -> None:
        super().__init__(board)
        self.sync.close()
        self.tape, self.audio = tape, audio
        call_later = lambda delay_s, call: self.later.append((self.now_s + delay_s, call))  # noqa: E731
        self.sync = Sync(self.session, self.show, BUFFER, call_later, lambda: self.now_s, heard=tape)
        self.run(1.0)

    def run(self, seconds, each=lambda now_s: None):
        super().run(seconds, lambda now_s: (each(now_s), self._record(now_s)))

    def _record(self, now_s):
        if hasattr(self, "tape"):
            end = min((int((now_s - 1000.0) * RATE) // BUFFER + 1) * BUFFER, len(self.audio))
            begin = self.tape.end_frame
            self.tape.append(begin, self.audio[begin:end])

    def late_ms(self, played_s, tempo):
        """How late our beats are heard, against those that the player plays."""
        frame = self.board.playhead
        at_s = self.sync.frame_time.heard_s(frame) - 1000.0
        beat = np.interp(at_s, played_s, np.arange(len(played_s)))
        return -60_000.0 / tempo * ahead_beats(self.show.clock, frame, beat, 1.0)


@pytest.fixture
def make():
    boards, tapes, stages = [], [], []

    def made(audio: np.ndarray) -> Played:
        boards.append(Board.create(RATE))
        tapes.append(Tape.create(60 * RATE, 2, RATE))
        stages.append(Played(boards[0], tapes[0], audio))
        return stages[0]

    yield made
    for stage in stages:
        stage.sync.close()
    for part in (*boards, *tapes):
        part.close()
        part.unlink()


def test_the_show_follows_a_player_and_holds_the_tempo_while_they_rest(make):
    played = beat_times((44.0, 97.0, 97.0))
    stage = make(drums(played[(played < 18.0) | (played > 26.0)], 44.0, RATE, 0.001))
    stage.session.set("clock/source", "input", source="test")
    stage.run(13.0)
    assert stage.get("clock/running") is True
    assert stage.get("clock/tempo") == pytest.approx(97.0, rel=0.01)
    assert stage.get("input/tempo") == pytest.approx(97.0, rel=0.01) and stage.get("input/tempo_sure") > 0.3
    assert abs(stage.late_ms(played, 97.0)) < 40.0
    with pytest.raises(SyncError, match="the clock follows input"):
        stage.session.set("clock/tempo", 130.0, source="test")
    stage.run(10.0)
    assert stage.get("clock/running") is False
    assert stage.get("clock/tempo") == pytest.approx(97.0, rel=0.01)
    assert "the beat of the input is lost; the clock goes on at 9" in stage.get("status/incident")
    assert abs(stage.late_ms(played, 97.0)) < 80.0
    stage.run(16.0)
    assert stage.get("clock/running") is True
    assert abs(stage.late_ms(played, 97.0)) < 40.0


def test_a_player_who_speeds_up_takes_the_show_along(make):
    played = beat_times((10.0, 100.0, 100.0), (16.0, 100.0, 124.0), (8.0, 124.0, 124.0))
    stage = make(drums(played, 34.0, RATE))
    stage.session.set("clock/source", "input", source="test")
    stage.run(31.0)
    assert stage.get("clock/tempo") == pytest.approx(124.0, rel=0.015)
    assert abs(stage.late_ms(played, 124.0)) < 50.0


def test_one_is_where_the_performer_says(make):
    played = beat_times((24.0, 120.0, 120.0))
    stage = make(drums(played, 24.0, RATE))
    stage.session.set("clock/source", "input", source="test")
    stage.run(12.0)
    while stage.show.clock.position(stage.board.playhead)[1] < 3.0:
        stage.run(0.1)
    at_s = stage.now_s
    asyncio.run(stage.session.do("clock/downbeat", (), source="test"))
    stage.run(8.0)
    assert abs(stage.late_ms(played, 120.0)) < 40.0
    beats = round((stage.now_s - at_s) * 2.0)
    begun = stage.show.clock.position(stage.board.playhead)[1] - 1.0 - beats
    assert min(begun % 4.0, -begun % 4.0) < 0.8


def test_without_an_input_there_is_nobody_to_follow(make):
    stage = make(np.zeros((RATE, 2), np.float32))
    stage.sync._heard = None
    with pytest.raises(SyncError, match="nothing comes in here"):
        stage.session.set("clock/source", "input", source="test")
