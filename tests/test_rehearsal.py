"""Rehearsing: from somewhere, around, without waits, at another speed."""

import pytest
from show_stage import RATE, Stage, after, at, bar, by_hand, setlist, song

from lmdmd.control.events import Fired
from lmdmd.control.plan import plan_show
from lmdmd.control.rehearsal import Rehearsal, loop_of, rehearsed
from lmdmd.control.setlist import Span, Swap, Way
from lmdmd.control.stand import OPENING, Place
from lmdmd.errors import CommandError, ConfigError

SHOW = setlist(
    song(
        at(4, "a", set={"gen/cfg": 4.0}),
        bar(5, "b", number="2", prompts={"x": 1.0}),
        bar(13, "c"),
        prompts={"w": 1.0},
        length=Span(20, "bars"),
    ),
    song(at(30, "d"), name="Two: slow", tempo=60.0, length=Span(60.0)),
)


def fired(stage):
    return [(event.cue, round(event.frame / RATE, 3)) for event in stage.told(Fired) if event.cue]


def test_a_show_begins_at_a_cue_or_a_song(board):
    stage = Stage(board, SHOW, rehearsal=Rehearsal(begin="2")).to(0.1)
    assert (stage.where(), stage.place()[0], stage.mixture(), stage.get("gen/cfg")) == (
        ("One", "b", "c"), 5, {"x": 1.0}, 4.0,
    )  # fmt: skip
    assert fired(stage.to(16.1)) == [("b", 0.0), ("c", 16.0)]
    board.playhead = 0
    assert Stage(board, SHOW, rehearsal=Rehearsal(begin="Two: slow")).to(1.0).where()[0] == "Two: slow"
    with pytest.raises(CommandError, match='no cue "e"'):
        Stage(board, SHOW, rehearsal=Rehearsal(begin="e"))


def test_bars_of_a_song_go_around(board):
    stage = Stage(board, SHOW, rehearsal=Rehearsal(loop="One:4-5")).to(0.1)
    assert (stage.place()[0], stage.get("show/loop"), stage.get("gen/cfg")) == (4, "bars 4 to 5 until go", 4.0)
    stage.to(9.0)
    assert fired(stage)[1:] == [("b", 2.0), ("b", 6.0)]
    assert stage.show.end_frame is None


def test_a_whole_song_goes_around():
    assert loop_of(SHOW, "One") == (Place(0, OPENING), (1, 20))
    assert loop_of(SHOW, "Two: slow") == (Place(1, OPENING), (1, 15))
    assert loop_of(SHOW, "One:6") == (Place(0, 1), (6, 6))
    for text, words in (("Three", "no song"), ("One:3-2", "bars 1 to 20"), ("One:18-21", "bars 1 to 20")):
        with pytest.raises(ConfigError, match=words):
            loop_of(SHOW, text)


def test_no_wait_is_longer_than_asked_for_and_bars_stay_bars():
    plan = plan_show(SHOW, RATE, brisk_frames=3 * RATE)
    assert [(mark.cue, mark.frame / RATE, mark.bar) for mark in plan.marks] == [
        ("a", 4.0, 3), ("b", 8.0, 5), ("c", 12.0, 13), ("d", 22.0, 8),
    ]  # fmt: skip
    # After c eight bars of two seconds are left, of which six are left out; after d 30 s, of which 24.
    assert plan.end_frame == 28 * RATE


def test_chains_do_not_wait_either():
    chain = setlist(song(at(1, "a", over=Span(20.0)), after("end", "b", wait=Span(60.0)), length=Span(100.0)))
    plan = plan_show(chain, RATE, brisk_frames=2 * RATE)
    assert [mark.frame for mark in plan.marks] == [RATE, 3 * RATE]


def test_twice_the_speed_is_half_the_time():
    cues = (
        at(8, "a", over=Span(4.0), set={"clock/tempo": 90.0, "gen/cfg": 2.0}, ways={"gen/cfg": Way(Span(2.0))}),
        by_hand("h", wait=Span(3.0), swap=Swap("wide", Span(6.0))),
        bar(7, "b", over=Span(2, "bars")),
    )
    show = setlist(song(*cues, tempo=60.0, length=Span(40.0)))
    fast = rehearsed(show, Rehearsal(speed=2.0))
    plain, quick = plan_show(show, RATE), plan_show(fast, RATE)
    assert [mark.frame for mark in quick.marks] == [mark.frame // 2 for mark in plain.marks]
    assert [mark.bar for mark in quick.marks] == [mark.bar for mark in plain.marks]
    assert quick.end_frame == plain.end_frame // 2
    assert [w.glide_frames for w in quick.writes] == [w.glide_frames // 2 for w in plain.writes]
    assert (fast.songs[0].cues[1].wait, fast.songs[0].cues[1].swap.over) == (Span(1.5), Span(3.0))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Rehearsal(speed=0.0), "--speed 0"),
        (lambda: Rehearsal(skip_waits_s=0.0), "--skip-waits 0"),
        (lambda: Rehearsal(begin="a", loop="One"), "say one of them"),
        (lambda: rehearsed(SHOW, Rehearsal(speed=4.0)), 'song "One" would play at 480 bpm; it can be 0.17 to 2.50'),
    ],
)
def test_what_makes_no_sense_is_refused(make, words):
    with pytest.raises(ConfigError, match=words):
        make()
