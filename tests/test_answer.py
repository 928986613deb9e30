"""Call and response: it turns on bar lines, whatever the clock and hands do, and answers what was played."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from show_stage import Deck
from test_chord_ear import play_chords
from test_listening import Sound

from lmdmd.control.answer import OPEN, Answer, sounds_in
from lmdmd.control.beat_lines import course_of
from lmdmd.control.clock import TempoMap
from lmdmd.control.session import Session
from lmdmd.control.show import Show
from lmdmd.engine.engine import Engine
from lmdmd.engine.listening import FROM, WITH
from lmdmd.messages import Write
from lmdmd.model.controls import FEATURES, make_groups
from lmdmd.rt.board import Board
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100


def test_it_listens_first_and_answers_then() -> None:
    assert [sounds_in(bar, 2) for bar in range(1, 9)] == [False, False, True, True] * 2
    assert [sounds_in(bar, 1) for bar in range(1, 5)] == [False, True] * 2
    assert all(sounds_in(bar, 0) for bar in range(1, 9))


# --- when the mixer is told to sound -------------------------------------------------------------------------


@pytest.fixture
def session():
    board = Board.create(RATE_HZ)
    session = Session(board, None, RATE_HZ)
    session.outlets.append(Deck())
    yield session
    board.close()
    board.unlink()


def _move_to(session: Session, frame: int) -> None:
    assert session.board is not None
    session.board.playhead = frame


def heard(session: Session, frames: range) -> list[int]:
    return [round(session.steered_to(OPEN, frame)) for frame in frames]


def test_it_turns_on_bar_lines_as_far_ahead_as_time_runs(session: Session) -> None:
    clock, answer = TempoMap.constant(RATE_HZ, 240.0, 4), Answer(session)
    session.set("jam/answer", 2, source="cue:one", frame=RATE_HZ // 2)
    middles = range(RATE_HZ // 2, 20 * RATE_HZ, RATE_HZ)
    wanted = [1, *(int(sounds_in(bar, 2)) for bar in range(2, 21))]
    for playhead in range(0, 20 * RATE_HZ, 7001):
        _move_to(session, playhead)
        answer.follow(clock, None)
        known = [at for at, middle in enumerate(middles) if playhead <= middle < playhead + 7 * RATE_HZ]
        assert [heard(session, middles)[at] for at in known] == [wanted[at] for at in known]
    assert session.steered_to(OPEN, 6 * RATE_HZ - 1) == 0.0 or session.steered_to(OPEN, 6 * RATE_HZ) == 1.0


def test_another_tempo_moves_what_is_to_come_and_what_was_cancelled_comes_again(session: Session) -> None:
    clock, answer = TempoMap.constant(RATE_HZ, 240.0, 4), Answer(session)
    session.set("jam/answer", 1, source="cue:one", frame=0)
    answer.follow(clock, None)
    assert [session.steered_to(OPEN, frame) for frame in (0, RATE_HZ - 1, RATE_HZ, 2 * RATE_HZ)] == [0, 0, 1, 0]
    slower = clock.retimed(RATE_HZ // 2, 120.0, 4)
    answer.follow(slower, None)
    line = slower.frame_of(2)
    assert [session.steered_to(OPEN, frame) for frame in (RATE_HZ, line - 1, line)] == [0, 0, 1]
    session.clear_after(0)
    session.set("jam/answer", 1, source="cue:one", frame=0)
    assert session.steered_to(OPEN, line) == 0.0
    answer.follow(slower, None)
    assert [session.steered_to(OPEN, frame) for frame in (line - 1, line)] == [0, 1]


def test_a_hand_is_taken_on_the_next_bar_and_off_again(session: Session) -> None:
    show = Show(session)
    show.arm()
    _move_to(session, RATE_HZ // 3)
    show.tick(session.playhead)
    accepted = session.set("jam/answer", 1, source="tablet")
    assert accepted.frame == show.clock.frame_of(2)
    show.tick(session.playhead)
    lines = [show.clock.frame_of(bar) for bar in range(2, 6)]
    assert heard(session, range(lines[0] - 1, lines[0] + 1)) == [1, int(sounds_in(2, 1))]
    assert [round(session.steered_to(OPEN, line)) for line in lines] == [int(sounds_in(bar, 1)) for bar in range(2, 6)]
    _move_to(session, lines[1] + 100)
    show.tick(session.playhead)
    session.set("jam/answer", 0, source="tablet")
    show.tick(session.playhead)
    assert [round(session.steered_to(OPEN, line)) for line in lines[2:]] == [1, 1]


# --- what is answered --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("bundles")
    return make_tiny_bundle(folder / "live", groups=make_groups(*FEATURES)).path


@pytest.mark.parametrize(("tempo", "bars"), [(240.0, 1), (201.0, 1), (240.0, 2)])
def test_an_answer_hears_just_what_was_played_so_many_bars_before(bundle: Path, tempo: float, bars: int) -> None:
    engine = Engine.load(bundle, RATE_HZ)
    engine.listen_to(Sound(play_chords(["Am", "F", "C", "G"] * 3, 1.0)))
    clock = TempoMap.constant(RATE_HZ, tempo, 4)
    engine.set_course(course_of(clock, 0))
    for name, value in {"prompt/0/text": "bass", "jam/answer": bars, "delay/on": True, "beat/on": False}.items():
        engine.write(Write(name, value, 0))
    engine.seek(0)
    late, seen = round(bars * 4 * clock.beat_frames(0)), set()
    while engine.next_frame < 5 * RATE_HZ:
        first = engine.next_latent
        engine.settle_delay(256)
        engine.make_block()
        made, latents = engine.made, range(first, engine.next_latent)
        bar = {clock.position(engine.grid.latch_frame(latent))[0] for latent in latents}
        assert len({sounds_in(at, bars) for at in bar}) == 1, "a block ends where it turns"
        if not sounds_in(min(bar), bars):
            assert not {FROM, WITH} & made.lines.keys()
            continue
        seen |= bar
        assert made.values["jam/tf"] == 1
        for name in (FROM, WITH):
            told = made.lines[name][: len(latents)]
            assert told == tuple(engine.grid.frame_of(at) - late for at in latents)
    assert len(seen) >= 2


def test_without_a_clock_or_bars_nothing_is_answered(bundle: Path) -> None:
    engine = Engine.load(bundle, RATE_HZ)
    engine.listen_to(Sound(np.zeros((RATE_HZ, 2), np.float32)))
    engine.write(Write("jam/answer", 2, 0))
    engine.make_block()
    assert not {FROM, WITH} & engine.made.lines.keys()
