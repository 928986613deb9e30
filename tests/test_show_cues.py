"""What cues can do beyond a change at a time: chains, waits, lines, holds, loops, ramps, swaps, messages."""

import pytest
from show_stage import COMMIT_FRAMES, RATE, Stage, after, at, bar, by_hand, setlist, song

from lmdmd.control.events import Fired, Stood, SwapPlanned
from lmdmd.control.plan import plan_show
from lmdmd.control.setlist import Cue, Loop, Span, Swap, Trigger, Way
from lmdmd.control.stand import Place
from lmdmd.errors import CommandError


def fired(stage):
    return [(event.cue, round(event.frame / RATE, 3)) for event in stage.told(Fired) if event.cue]


def marks(*cues, **fields):
    return [(mark.cue, mark.frame / RATE) for mark in plan_show(setlist(song(*cues, **fields)), RATE).marks]


# --- chains ----------------------------------------------------------------------------------------------


def test_a_chain_goes_on_when_the_cue_before_has_fired_or_has_arrived():
    cues = (
        at(2, "a", set={"gen/cfg": 3.0}, over=Span(4.0)),
        after("start", "b", wait=Span(1.0), over=Span(1.0), ways={"mix/gain": Way(Span(2.5))}, set={"mix/gain": -6.0}),
        after("end", "c"),
        after("end", "d", wait=Span(1, "bars"), quantise=Span(1, "bars")),
        at(30, "e"),
    )
    assert marks(*cues) == [("a", 2.0), ("b", 3.0), ("c", 5.5), ("d", 8.0), ("e", 30.0)]


def test_a_chain_may_begin_with_the_song_and_ends_with_it():
    chain = (after("start", "a"), after("end", "b", wait=Span(5.0)), after("end", "late", wait=Span(60.0)))
    assert marks(*chain) == [("a", 0.0), ("b", 5.0)]


def test_a_chain_does_not_delay_timed_cues_nor_they_it():
    assert marks(at(2, "a"), after("start", "b", wait=Span(10.0)), at(5, "c")) == [("a", 2.0), ("c", 5.0), ("b", 12.0)]


def test_a_chain_does_not_survive_a_jump_back(board):
    stage = Stage(
        board, setlist(song(at(1, "start"), at(2, "a"), after("end", "b", wait=Span(4.0)), length=Span(30.0)))
    )
    stage.to(4.0).show.jump("start")
    stage.to(4.6)
    assert stage.get("show/armed") == ""
    stage.to(9.05)
    # a comes again one second after the jump landed, at 4.1 + 1, and b four seconds after it.
    assert fired(stage)[-2:] == [("start", 4.1), ("a", 5.1)]
    assert stage.to(9.2).where()[1] == "b"


# --- waits and lines -------------------------------------------------------------------------------------


def test_a_cue_by_hand_waits_and_falls_on_its_line(board):
    hit = by_hand("hit", wait=Span(0.5), quantise=Span(1, "bars"), prompts={"h": 1.0}, over=Span(1.0))
    stage = Stage(board, setlist(song(hit, at(20, "late"), prompts={"w": 1.0}))).to(5.0)
    assert stage.do("show/go") == "hit"
    stage.to(5.2)
    assert stage.get("show/armed") == "hit"
    assert stage.get("show/armed_in_s") == pytest.approx(0.8, abs=0.02)
    assert stage.get("show/armed_in_beats") == pytest.approx(1.6, abs=0.1)
    stage.to(5.9)
    assert stage.where()[1] == ""
    assert stage.to(6.0).where()[1] == "hit"
    assert stage.place() == (4, 1.0)
    assert stage.get("show/armed") == ""
    stage.to(7.1)
    assert stage.mixture() == {"h": 1.0}
    assert fired(stage) == [("hit", 6.0)]
    assert [event.by for event in stage.told(Fired) if event.cue] == ["test"]


def test_the_show_tells_when_the_next_cue_comes_unless_a_hand_fires_it(board):
    stage = Stage(board, setlist(song(at(4, "timed"), by_hand("hand"), at(20, "last")))).to(1.0)
    assert stage.get("show/next_in_s") == pytest.approx(3.0, abs=0.02)
    assert stage.get("show/next_in_beats") == pytest.approx(6.0, abs=0.1)
    stage.to(5.0)
    assert (stage.get("show/next"), stage.get("show/next_in_s"), stage.get("show/next_in_beats")) == ("hand", -1, -1)
    stage.do("show/go")
    assert stage.to(6.0).get("show/next_in_s") == pytest.approx(14.0, abs=0.02)
    stage.do("show/stop")
    assert stage.to(6.5).get("show/next_in_s") == -1


def test_a_wait_that_passes_a_line_comes_on_the_next_one(board):
    stage = Stage(board, setlist(song(by_hand("hit", wait=Span(1.5), quantise=Span(1, "bars"))))).to(5.0)
    stage.do("show/go")
    stage.to(12.0)
    assert fired(stage) == [("hit", 8.0)]


def test_a_second_go_fires_what_is_armed_now(board):
    stage = Stage(board, setlist(song(by_hand("hit", quantise=Span(8, "bars")), by_hand("next")))).to(5.0)
    stage.do("show/go")
    with pytest.raises(CommandError, match="after another go"):
        stage.do("show/go")
    stage.to(6.0)
    assert stage.do("show/go") == "hit"
    stage.to(17.0)
    assert fired(stage) == [("hit", 6.0 + COMMIT_FRAMES / RATE)]
    assert stage.where()[2] == "next"


def test_an_armed_cue_moves_with_the_tempo(board):
    stage = Stage(board, setlist(song(by_hand("hit", quantise=Span(4, "bars"))))).to(5.0)
    stage.do("show/go")
    stage.to(6.0)
    stage.session.set("clock/tempo", 60.0, source="tablet")
    stage.to(12.0)
    # Bar 5 stood at 8 s; the rest of the way, from 6.02 s on, lasts twice as long.
    ((cue, seconds),) = fired(stage)
    assert (cue, seconds) == ("hit", pytest.approx(9.98, abs=0.001))
    assert stage.clock_at(cue) == (5, 1.0)


def test_a_message_fires_the_cues_of_its_song_that_wait_for_it(board):
    thunder = Cue("thunder", trigger=Trigger("osc", message="/cue/thunder"), quantise=Span(1, "bars"))
    three = Cue("three", trigger=Trigger("osc", message="/cue/n 3"))
    other = Cue("elsewhere", trigger=Trigger("osc", message="/cue/thunder"))
    stage = Stage(board, setlist(song(thunder, three), song(other, name="Two"))).to(5.0)
    assert stage.session.cue_addresses == {"/cue/thunder", "/cue/n"}
    assert stage.do("show/message", "/cue/thunder 1 2") == "thunder"
    stage.to(6.5)
    assert stage.do("show/message", "/cue/n 3.0") == "three"
    for message in ("/cue/n 4", "/cue/n", "/cue/thunder 0", "/nobody"):
        with pytest.raises(CommandError, match="waits for"):
            stage.do("show/message", message)
    stage.to(7.0)
    assert stage.do("show/message", "/cue/thunder") == "thunder"
    stage.to(9.0)
    assert fired(stage) == [("thunder", 6.0), ("three", 6.6), ("thunder", 8.0)]


# --- holds and loops -------------------------------------------------------------------------------------


def test_a_cue_that_holds_keeps_timed_cues_until_go(board):
    cues = (at(2, "wait", holds=True), after("end", "chain", wait=Span(1.0)), at(4, "c"), by_hand("d"), at(9, "e"))
    stage = Stage(board, setlist(song(*cues, length=Span(12.0)), song(at(0, "z"), name="Two"))).to(7.5)
    assert fired(stage) == [("wait", 2.0), ("chain", 3.0)]
    assert stage.get("show/held") is True and stage.show.end_frame is None
    assert stage.do("show/go") == "c"
    stage.to(8.2)
    assert stage.get("show/held") is False
    # c belongs at 4 s of the song and came at 7.6: e comes five seconds after it.
    stage.to(12.7)
    assert fired(stage)[-2:] == [("c", 7.6), ("e", 12.6)]
    assert stage.show.end_frame == round((7.6 + 8.0 + 60.0) * RATE)


def test_a_hold_at_the_end_of_a_song_goes_on_to_the_next(board):
    first = song(at(2, "wait", holds=True), length=Span(4.0))
    stage = Stage(board, setlist(first, song(at(1, "z"), name="Two", length=Span(5.0)))).to(9.0)
    assert stage.where()[:2] == ("One", "wait")
    assert stage.do("show/go") == "Two"
    stage.to(9.5)
    assert (stage.where()[:2], stage.place()[0]) == (("Two", ""), 1)
    assert stage.show.end_frame == round((9.1 + 5.0) * RATE)


def test_a_go_out_of_a_hold_keeps_the_timed_cues_whole_bars_late(board):
    stage = Stage(board, setlist(song(at(2, "wait", holds=True), by_hand("hit"), at(4, "c")))).to(9.0)
    stage.do("show/go")
    stage.to(12.5)
    # Held at 2 s, in bar 2; let go at 9.1 s, in bar 5: three bars of two seconds are lost.
    assert fired(stage)[1:] == [("hit", 9.1), ("c", 10.0)]


LOOPED = (bar(2, "in", loop=Loop(3, 4, 3)), bar(3, "x"), bar(5, "out"))


def test_a_loop_plays_its_bars_again_with_their_cues():
    assert marks(*LOOPED, length=Span(8, "bars")) == [("in", 2.0), ("x", 4.0), ("x", 8.0), ("x", 12.0), ("out", 16.0)]
    plan = plan_show(setlist(song(*LOOPED, length=Span(8, "bars"))), RATE)
    assert plan.end_frame == 24 * RATE and plan.whole
    positions = [plan.stands[-1].clock.position(round(second * RATE)) for second in (7.5, 8.0, 11.5, 12.0, 16.0)]
    assert positions == [(4, 4.0), (3, 1.0), (4, 4.0), (3, 1.0), (5, 1.0)]


def test_seconds_of_the_song_go_back_with_the_loop():
    cues = (at(0, "in", loop=Loop(1, 2, 2)), at(1, "x"), at(5, "y"))
    assert marks(*cues, length=Span(10.0)) == [("in", 0.0), ("x", 1.0), ("in", 4.0), ("x", 5.0), ("y", 9.0)]


def test_loops_do_not_nest_and_so_come_to_an_end():
    cues = (
        bar(1, "outer", loop=Loop(1, 3, 2)),
        bar(2, "inner", loop=Loop(1, 2, 2)),
        bar(5, "next", loop=Loop(5, 5, 2)),
    )
    fired = [cue for cue, _ in marks(*cues, length=Span(6, "bars"))]
    assert fired == ["outer", "inner", "outer", "inner", "next", "next"]


def test_a_loop_without_end_goes_on_until_go(board):
    cues = (bar(2, "in", loop=Loop(3, 4)), bar(3, "x"), bar(5, "out"))
    stage = Stage(board, setlist(song(*cues, length=Span(8, "bars")))).to(121.0)
    assert stage.show.end_frame is None
    assert fired(stage) == [("in", 2.0), *(("x", 4.0 * turn) for turn in range(1, 31))]
    assert stage.get("show/loop") == "bars 3 to 4 until go"
    assert stage.place()[0] == 3
    assert stage.do("show/go") == "bars 3 to 4 for the last time"
    stage.to(124.1)
    assert fired(stage)[-1] == ("out", 124.0)
    assert stage.place()[0] == 5
    assert stage.show.end_frame == 132 * RATE
    assert stage.get("show/loop") == ""


def test_a_second_go_leaves_a_loop_at_once(board):
    cues = (bar(2, "in", loop=Loop(3, 6)), bar(7, "out"), by_hand("hit"))
    stage = Stage(board, setlist(song(*cues, length=Span(8, "bars")))).to(5.0)
    stage.do("show/go")
    stage.to(5.6)
    assert stage.do("show/go") == "on to bar 7"
    stage.to(6.0)
    assert fired(stage)[-1] == ("out", 5.7)
    assert stage.place() == (7, pytest.approx(1.6, abs=0.05))
    assert stage.show.end_frame == round((5.7 + 4.0) * RATE)
    assert stage.do("show/go") == "hit"


def test_a_jump_into_a_loop_finds_it_running_and_one_beyond_it_over(board):
    cues = (bar(2, "in", loop=Loop(3, 6)), bar(4, "x"), bar(8, "out"))
    stage = Stage(board, setlist(song(*cues, length=Span(9, "bars")))).to(1.0)
    stage.show.jump("x")
    stage.to(1.5)
    assert stage.get("show/loop") == "bars 3 to 6 until go"
    stage.to(1.1 + 6.1)
    assert stage.place()[0] == 3
    stage.show.jump("out")
    stage.to(7.5)
    assert (stage.get("show/loop"), stage.place()[0]) == ("", 8)


# --- ramps -----------------------------------------------------------------------------------------------

RAMP = (
    bar(3, "faster", set={"clock/tempo": 180.0}, ways={"clock/tempo": Way(Span(8, "bars"))}),
    bar(7, "between", set={"gen/cfg": 4.0}),
    bar(13, "after"),
)


def test_a_ramp_moves_the_bars_and_the_row_with_it(board):
    plan = plan_show(setlist(song(*RAMP, length=Span(16, "bars"))), RATE)
    stage = Stage(board, setlist(song(*RAMP, length=Span(16, "bars"))))
    tempi = []
    for mark in plan.marks:
        stage.to(mark.frame / RATE)
        assert (stage.where()[1], stage.place()) == (mark.cue, (mark.bar, 1.0))
        tempi.append(stage.get("clock/tempo"))
    # Half of the beats: the square of the tempo is half of the way.
    assert tempi[1:] == [pytest.approx(((120**2 + 180**2) / 2) ** 0.5, abs=1.0), 180.0]
    # A ramp in time covers 8 bars of 4 beats at the middle tempo, 150.
    assert plan.marks[2].frame / RATE == pytest.approx(4.0 + 32 * 60 / 150 + 8 * 60 / 180, abs=1e-3)


def test_a_go_within_a_ramp_leaves_it_as_it_was(board):
    show = setlist(song(*RAMP, by_hand("hit"), length=Span(16, "bars")))
    stage = Stage(board, show).to(9.0)
    stage.do("show/go")
    stage.to(25.0)
    assert [frame for cue, frame in fired(stage) if cue != "hit"] == [
        round(mark.frame / RATE, 3) for mark in plan_show(show, RATE).marks
    ]
    assert stage.get("clock/tempo") == 180.0


def test_a_hand_ends_a_ramp(board):
    stage = Stage(board, setlist(song(*RAMP, length=Span(16, "bars")))).to(9.0)
    for seconds in (9.5, 9.7, 9.9, 10.1, 10.3):
        stage.session.set("clock/tempo", 100.0, source="tablet")
        stage.to(seconds)
    stage.to(14.0)
    assert stage.get("clock/tempo") == 100.0
    assert stage.show.clock.anchors[-1].tempo_bpm == 100.0


def test_a_jump_into_a_ramp_goes_on_with_it(board):
    show = setlist(song(*RAMP, length=Span(16, "bars")))
    plan = plan_show(show, RATE)
    stage = Stage(board, show).to(1.0)
    stage.show.jump("between")
    stage.to(1.1)
    assert stage.place() == (7, 1.0)
    assert stage.get("clock/tempo") == plan.stand_at(plan.marks[1].frame).clock.anchor_at(plan.marks[1].frame).tempo_bpm
    stage.to(20.0)
    away = (plan.marks[2].frame - plan.marks[1].frame) / RATE
    assert fired(stage)[-1] == ("after", pytest.approx(1.1 + away, abs=0.002))


def test_values_have_ways_of_their_own():
    cue = at(1, "a", set={"gen/cfg": 3.0, "mix/gain": -6.0}, over=Span(1.0), ways={"mix/gain": Way(Span(3.0), "slow")})
    writes = {write.name: write for write in plan_show(setlist(song(cue)), RATE).writes if write.cue == "a"}
    assert (writes["gen/cfg"].glide_frames, writes["gen/cfg"].curve) == (RATE, "linear")
    assert (writes["mix/gain"].glide_frames, writes["mix/gain"].curve) == (3 * RATE, "slow")


def test_a_song_begins_with_its_values():
    first, second = song(set={"gen/cfg": 3.0}, length=Span(5.0)), song(name="Two", set={"mix/gain": -3.0})
    writes = [
        (w.frame, w.name, w.value) for w in plan_show(setlist(first, second), RATE).writes if "clock" not in w.name
    ]
    assert writes == [(0, "gen/cfg", 3.0), (5 * RATE, "mix/gain", -3.0)]


# --- swaps -----------------------------------------------------------------------------------------------

SWAPPED = setlist(
    song(at(4, "same", swap=Swap("pocket")), at(6, "wide", swap=Swap("wide", Span(2, "beats"), "smooth")), at(8, "x")),
    song(at(1, "y"), name="Two", swap=Swap("pocket", Span(2.0))),
)


def test_swaps_are_planned_on_their_frames(board):
    told = []
    stage = Stage(board, SWAPPED, model="pocket")
    stage.show.on_swaps = told.append
    swaps = stage.show.swaps
    assert [(s.frame / RATE, s.model, s.fade_frames, s.curve, s.place) for s in swaps] == [
        (4.0, "pocket", 2 * RATE, "linear", Place(0, 0)),
        (6.0, "wide", RATE, "smooth", Place(0, 1)),
        (60.0, "pocket", 2 * RATE, "linear", Place(1, -1)),
    ]
    stage.to(1.0).show.jump("y")
    assert [swap.model for swap in told[-1]] == ["pocket"]
    stage.to(2.0).show.jump("x")
    assert next((s.frame, s.model) for s in told[-1]) == (2 * RATE + COMMIT_FRAMES, "wide")
    assert stage.told(SwapPlanned)[-2].song == "One"
    stage.to(3.0)
    stage.show.jump("same")
    assert [(s.frame, s.model) for s in stage.show.swaps][:2] == [
        (3 * RATE + COMMIT_FRAMES, "pocket"),
        (5 * RATE + COMMIT_FRAMES, "wide"),
    ]


def test_going_back_before_the_first_swap_brings_back_what_it_began_with(board):
    stage = Stage(board, SWAPPED, model="other").to(7.0)
    assert stage.show.plan.stand_at(board.playhead).model == "wide"
    stage.show.jump("One")
    assert stage.show.swaps[0].model == "other"


def test_where_it_stands_is_told_whenever_that_changes(board):
    stage = Stage(board, setlist(song(at(2, "a", number="1"), by_hand("b")))).to(3.0)
    assert [(event.song, event.number) for event in stage.told(Stood)] == [("One", ""), ("One", "1")]
    stage.do("show/go")
    stage.to(3.5)
    assert [event.cue for event in stage.told(Stood)][-1] == "b"
