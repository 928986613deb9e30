"""The clock as lines: where the tempo map has its beats, and nothing said twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from show_stage import RATE, Stage, bar, by_hand, setlist, song

from lmdmd.automation import Lane
from lmdmd.control.beat_lines import BeatLines, first_news
from lmdmd.control.clock import Anchor, TempoMap
from lmdmd.control.follow import bent, rejoined, shifted
from lmdmd.control.session import Session
from lmdmd.control.setlist import Span, Way
from lmdmd.control.tempo import ramped, recounted
from lmdmd.engine.values import BlockValues
from lmdmd.messages import Course, Write
from lmdmd.params import CLOCKED

TEMPI = st.floats(20, 300)
FRAMES = st.integers(1, 40_000_000)
SOON = st.integers(1, 4_000_000)
MINUTE = 60 * RATE


class Deck:
    """The rows of a deck that is told."""

    def __init__(self) -> None:
        self.values, self.said = BlockValues(), []

    def send(self, message: object) -> None:
        self.said.append(message)
        if isinstance(message, Course):
            self.values.set_course(message)

    def next_frame(self, playhead: int) -> int:
        return playhead


def bars_at(clock: TempoMap, frame: int) -> float:
    anchor = clock.anchor_at(frame)
    return anchor.bar - 1 + (anchor.beat - 1 + (frame - anchor.frame) / clock.beat_frames(frame)) / anchor.metre


@st.composite
def clocks(draw: st.DrawFn) -> TempoMap:
    """A tempo map after a few of the things that a show does to it."""
    clock = TempoMap.constant(RATE, draw(TEMPI), draw(st.integers(1, 9)))
    for _ in range(draw(st.integers(0, 5))):
        frame, tempo = draw(st.one_of(FRAMES, SOON)), draw(TEMPI)
        match draw(st.sampled_from(("tempo", "ramp", "count", "bend", "rejoin", "shift", "metre"))):
            case "tempo":
                clock = clock.retimed(frame, tempo, clock.anchor_at(frame).metre)
            case "metre":
                clock = clock.retimed(frame, tempo, draw(st.integers(1, 9)))
            case "ramp":
                clock = ramped(clock, frame, tempo, Way(Span(draw(st.floats(0, 20))), "smooth"))
            case "count":
                clock = recounted(clock, frame, draw(st.integers(1, 100_000)), draw(st.floats(1, 2)))
            case "bend":
                for anchor in bent(clock, frame, tempo, draw(st.floats(-0.1, 0.1))):
                    clock = clock.anchored(anchor)
            case "rejoin":
                for anchor in rejoined(clock, frame, draw(st.floats(0, 1000)), tempo):
                    clock = clock.anchored(anchor)
            case "shift":
                clock = clock.anchored(shifted(clock, frame, tempo, draw(st.floats(-0.25, 0.25))))
    return clock


def test_a_line_goes_on_where_the_anchor_a_frame_later_is_taken_back():
    """The glide of a line begins a frame after it, which is where all from the next anchor on is told anew."""
    session, deck, start = Session(rate_hz=RATE), Deck(), Anchor(0, 20.0, 1)
    session.outlets.append(deck)
    lines = BeatLines(session)
    lines.follow(TempoMap(RATE, (start, Anchor(1, 90.0, 1))))
    clock = TempoMap(RATE, (start,))
    lines.follow(clock)
    for frame in (1, 3, RATE):
        assert deck.values.at("beat/position", frame) == pytest.approx(clock.beats_at(frame), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.lists(clocks(), min_size=1, max_size=3), st.lists(FRAMES, min_size=5, max_size=20))
def test_beats_fall_where_the_tempo_map_has_them_whatever_it_was_before(maps, frames):
    session, deck = Session(rate_hz=RATE), Deck()
    session.outlets.append(deck)
    lines = BeatLines(session)
    for clock in maps:
        lines.follow(clock)
        lines.follow(TempoMap(clock.rate_hz, tuple(list(clock.anchors))))
    assert len(deck.said) <= len(maps), "what is the same is not told again"
    clock, late = maps[-1], BlockValues()
    for write in session.pending_writes("block"):
        late.write(write, 0)
    edges = {anchor.frame for anchor in clock.anchors}
    for frame in (frame % MINUTE for frame in frames if frame % MINUTE not in edges):
        beats, bars = (deck.values.at(name, frame) for name in CLOCKED)
        assert beats == pytest.approx(clock.beats_at(frame), abs=1e-5)
        assert bars == pytest.approx(bars_at(clock, frame), abs=1e-5)
        assert [late.at(name, frame) for name in CLOCKED] == [beats, bars], "a new deck has the very same beats"


@settings(max_examples=40, deadline=None)
@given(clocks(), FRAMES, st.lists(FRAMES, min_size=3, max_size=10))
def test_what_is_told_in_two_parts_is_to_the_bit_what_is_told_at_once(clock, known, frames):
    at_once, in_parts = Session(rate_hz=RATE), Session(rate_hz=RATE)
    BeatLines(at_once).follow(clock)
    lines = BeatLines(in_parts)
    begun = tuple(anchor for anchor in clock.anchors if anchor.frame <= known)
    lines.follow(TempoMap(RATE, begun))
    lines.follow(clock)
    for frame in frames:
        for name in CLOCKED:
            assert in_parts.planned(name, frame) == at_once.planned(name, frame)


def test_a_hundred_thousand_beats_on_a_beat_is_still_a_beat():
    session, clock = Session(rate_hz=48_000), TempoMap.constant(48_000, 131.7, 4)
    BeatLines(session).follow(clock)
    for beat in (1, 999, 100_000):
        frame = clock.frame_of(1 + beat // 4, 1 + beat % 4)
        assert session.planned("beat/position", frame) == pytest.approx(beat, abs=2e-5 * 2.2)
        assert session.planned("beat/position", frame) == pytest.approx(clock.beats_at(frame), abs=1e-8)


def test_a_long_ramp_is_told_a_minute_ahead_and_all_of_it_in_time(board):
    session, deck = Session(board, None, RATE), Deck()
    session.outlets.append(deck)
    clock = ramped(TempoMap.constant(RATE, 60.0, 4), 1000, 200.0, Way(Span(300.0)))
    lines, sizes = BeatLines(session), []
    for second in range(300):
        board.playhead = second * RATE
        lines.follow(clock)
        sizes += [len(course.writes) for course in deck.said]
        deck.said.clear()
        for frame in range(board.playhead + 7, board.playhead + 30 * RATE, 100_003):
            assert deck.values.at("beat/position", frame) == pytest.approx(clock.beats_at(frame), abs=1e-4)
    assert len(sizes) <= 11 and max(sizes) < len(clock.anchors)


def test_news_begin_at_the_first_anchor_that_is_another():
    first, second, third = Anchor(0, 120.0, 4), Anchor(1000, 90.0, 4), Anchor(2000, 60.0, 4)
    assert first_news((), (first, second)) == 0
    assert first_news((first, second), (first, second)) is None
    assert first_news((first, second), (first,)) == 1000
    assert first_news((first,), (first, third)) == 2000
    assert first_news((first, second), (first, third)) == 1000
    assert first_news((first, third), (second, third)) == 1000, "what has passed stays"


def test_a_long_lane_of_steps_is_what_it_was():
    lane, plain = Lane(0.0), []
    for frame, target in ((5, 1.0), (9, 2.0), (7, 3.0), (9, 4.0), (2, 5.0)):
        lane.write(frame, target)
        plain = [*(one for one in plain if one[0] != frame), (frame, target)]
    for frame in range(12):
        before = sorted(one for one in plain if one[0] <= frame)
        assert lane.at(frame) == (before[-1][1] if before else 0.0)


# --- a show -------------------------------------------------------------------------------------------------

SONGS = (
    song(
        bar(5, "ramp", set={"clock/tempo": 90.0}, ways={"clock/tempo": Way(Span(2.0, "bars"))}),
        name="One",
        length=Span(10.0),
    ),
    song(by_hand("go"), name="Two", tempo=77.0, metre=3, length=Span(20.0)),
)


def told(stage) -> BlockValues:
    """The rows of a deck that has heard everything."""
    values = BlockValues()
    for message in stage.deck.sent:
        if isinstance(message, Course):
            values.set_course(message)
        elif isinstance(message, Write):
            values.write(message, stage.board.playhead)
        elif type(message).__name__ == "ClearAfter":
            values.clear_after(message.frame)
    return values


@pytest.fixture
def stage(board):
    return Stage(board, setlist(*SONGS))


def check(stage) -> None:
    values, clock = told(stage), stage.show.clock
    edges = {anchor.frame for anchor in clock.anchors}
    for frame in range(stage.board.playhead + 1, stage.board.playhead + 30 * RATE, 9973):
        if frame not in edges:
            assert values.at("beat/position", frame) == pytest.approx(clock.beats_at(frame), abs=1e-6)


def test_decks_know_the_clock_of_the_whole_show_and_every_change_of_it(stage):
    check(stage)
    courses = len([one for one in stage.deck.sent if isinstance(one, Course)])
    assert courses == 1
    stage.to(3.0)
    assert len([one for one in stage.deck.sent if isinstance(one, Course)]) == courses, "time alone is no news"
    stage.do("show/go")
    stage.to(3.5)
    check(stage)
    stage.session.set("clock/tempo", 133.0, source="hand")
    stage.to(4.0)
    check(stage)
    assert stage.show.align(bent(stage.show.clock, stage.board.playhead, 133.0, 0.02))
    check(stage)
    stage.do("show/cue", "Two")
    check(stage)
    stage.to(6.0)
    check(stage)


def test_a_fired_cue_leaves_beats_that_do_not_change_alone(stage):
    stage.to(1.0)
    before = [one for one in stage.deck.sent if isinstance(one, Course)]
    stage.show.replan(stage.show.stand_at())
    assert [one for one in stage.deck.sent if isinstance(one, Course)] == before
    check(stage)


def test_beats_are_told_to_listeners_once_a_beat(stage):
    heard = []
    stage.session.subscribe(lambda change: heard.append(change) if change.name in CLOCKED else None)
    while stage.board.playhead < 4 * RATE:
        stage.to(stage.board.playhead / RATE + 0.04)
        stage.session.refresh()
    beats = [change.value for change in heard if change.name == "beat/position"]
    assert [int(beat) for beat in beats] == list(range(1, 9)) and len(heard) - len(beats) == 2
