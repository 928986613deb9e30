"""The show on a real session: what is heard at each frame, whatever hands do to the plan."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from show_stage import COMMIT_FRAMES, RATE, Stage
from test_osc_every_row import other_value

from lmdmd.control.cue_effects import PRIME
from lmdmd.control.plan import plan_show
from lmdmd.control.setlist import Cue, Setlist, Song, Span, Trigger
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.errors import CommandError
from lmdmd.messages import NOW, ClearAfter, Write
from lmdmd.params import PARAMS

SONGS = (
    Song(
        "One", 120.0, 4, Span(16, "bars"),
        (
            Cue("a", "1", Trigger("bar", 3), prompts={"x": 1.0}, set={"gen/cfg": 4.0}, over=Span(1.0)),
            Cue("hit", "2", Trigger("go"), prompts={"h": 1.0}, set={"mix/gain": -6.0}),
            Cue("b", "3", Trigger("at", 10.0), prompts={"x": 0.5, "y": 0.5}),
            Cue("c", "4", Trigger("bar", 9), set={"gen/cfg": 1.0}),
        ),
        {"w": 1.0},
    ),
    Song("Two", 90.0, 3, Span(10.0), (Cue("d", "5", Trigger("at", 0.0), prompts={"z": 1.0}),)),
)  # fmt: skip
SETLIST = Setlist("Evening", None, 3, SONGS, Path("evening.yaml"))


@pytest.fixture
def stage(board):
    return Stage(board, SETLIST)


def test_everything_timed_is_sent_before_the_music_rolls(stage):
    planned = [w for w in plan_show(SETLIST, RATE).writes if w.name.startswith(("prompt", "gen", "engine"))]
    sent = [m for m in stage.deck.sent if isinstance(m, Write)]
    assert [(w.frame, w.name, w.value, w.glide_frames) for w in planned] == [
        (w.frame, w.name, w.value, w.glide_frames) for w in sent
    ]
    assert stage.mixture() == {"w": 1.0}
    assert stage.get("engine/seed") == 3
    assert stage.where() == ("One", "", "a")
    assert stage.get("show/title") == "Evening"


def test_a_setlist_sets_every_row_that_it_may(board, tmp_path):
    own_keys = ("prompt/", PRIME)
    rows = {p.name: other_value(p) for p in PARAMS if p.writable and not p.name.startswith(own_keys)}
    lines = "".join(f"          {name}: {json.dumps(value)}\n" for name, value in rows.items())
    file = tmp_path / "all.yaml"
    file.write_text(
        f"songs:\n  - name: A\n    length: 9s\n    cues:\n      - name: all\n        go: true\n        set:\n{lines}"
    )
    stage = Stage(board, load_setlist(file)).to(1.0)
    before = {name: stage.get(name) for name in rows}
    stage.show.go()
    stage.to(8.0)
    assert {name: stage.get(name) for name in rows} == pytest.approx(rows)
    assert all(before[name] != rows[name] for name in rows)


def test_it_follows_the_playhead_to_the_end(stage):
    assert stage.to(3.99).where() == ("One", "", "a")
    assert stage.place() == (2, pytest.approx(4.98, abs=0.011))
    assert stage.to(4.0).where() == ("One", "a", "hit")
    assert stage.place() == (3, 1.0)
    stage.to(9)
    assert stage.mixture() == {"x": 1.0}
    stage.to(10.1)
    assert stage.mixture() == {"x": 0.5, "y": 0.5}
    stage.to(32.1)
    assert stage.where() == ("Two", "d", "")
    assert (stage.get("clock/tempo"), stage.get("clock/metre"), stage.place()[0]) == (90.0, 3, 1)
    assert stage.get("show/elapsed") == pytest.approx(32.1, abs=0.01)
    assert not stage.over
    stage.to(42.0)
    assert stage.over and stage.show.over


def test_a_cue_by_hand_lands_on_its_frame_and_timed_cues_still_come(stage):
    stage.to(6.0)
    assert stage.show.go() == "hit"
    fired = stage.board.playhead + COMMIT_FRAMES
    fresh = stage.deck.sent[stage.deck.sent.index(ClearAfter(fired)) :]
    assert {m.frame for m in fresh if isinstance(m, Write) and m.frame <= fired} == {fired}
    stage.to(7.0)
    assert stage.where() == ("One", "hit", "b")
    assert stage.mixture() == {"h": 1.0}
    assert stage.get("mix/gain") == -6.0
    stage.to(10.5)
    assert stage.mixture() == {"x": 0.5, "y": 0.5}
    stage.to(16.1)
    assert stage.get("gen/cfg") == 1.0


def test_pressing_go_twice_does_not_fire_one_cue_twice(stage):
    stage.to(6.0)
    assert [stage.show.go(), stage.show.go()] == ["hit", "b"]


def test_without_a_waiting_cue_go_brings_the_next_one_early(stage):
    stage.to(5.0)
    stage.show.go()
    stage.to(6.0)
    assert stage.show.go() == "b"
    stage.to(6.2)
    assert stage.where() == ("One", "b", "c")
    # c stood 6 s after b, and still does.
    stage.to(12.0)
    assert stage.where()[1] == "b"
    stage.to(12.2)
    assert stage.where()[1] == "c"


def test_a_jump_brings_the_state_of_the_cues_between_but_none_from_after(stage):
    stage.to(33.0)
    stage.show.jump("3")
    stage.to(33.5)
    assert stage.where() == ("One", "b", "c")
    assert stage.mixture() == {"x": 0.5, "y": 0.5}
    assert (stage.get("gen/cfg"), stage.get("mix/gain"), stage.get("clock/tempo")) == (4.0, -6.0, 120.0)
    assert stage.place()[0] == 6
    stage.to(39.5)
    assert stage.where() == ("One", "c", "d")
    stage.show.jump("One")
    stage.to(40.0)
    assert stage.where() == ("One", "", "a")
    assert (stage.mixture(), stage.get("gen/cfg"), stage.get("mix/gain")) == ({"w": 1.0}, 2.0, 0.0)
    stage.to(43.7)
    assert stage.where()[1] == "a"


def test_a_jump_before_the_music_rolls_begins_there(board):
    stage = Stage(board, SETLIST)
    stage.show.jump("c", frame=0)
    stage.to(0.02)
    assert stage.mixture() == {"x": 0.5, "y": 0.5}
    assert stage.place()[0] == 9
    assert stage.to(15.9).where() == ("One", "c", "d")
    assert stage.to(16.1).where()[0] == "Two"


def test_a_hold_keeps_timed_cues_back_by_whole_bars(stage):
    stage.to(7.0)
    stage.show.stop()
    assert stage.get("show/auto") is False
    stage.to(22.0)
    assert stage.where() == ("One", "a", "hit")
    assert not stage.over
    bar, beat = stage.place()
    stage.session.set("show/auto", True, source="test")
    stage.to(22.3)
    # Held in bar 4, taken up again in bar 12: eight bars of two seconds lost.
    assert (bar, stage.place()[0]) == (12, 4)
    assert stage.place()[1] == pytest.approx(beat + 0.6, abs=0.02)
    stage.to(25.9)
    assert stage.where()[1] == "a"
    stage.to(26.1)
    assert stage.where()[1] == "b"
    assert stage.show.end_frame == (42 + 16) * RATE
    stage.to(33.1)
    assert stage.where()[1] == "c"


def test_a_cue_can_hold_the_show_until_it_is_started(board):
    song = replace(SONGS[0], cues=(Cue("wait", "", Trigger("at", 1.0), set={"show/auto": False}), *SONGS[0].cues))
    stage = Stage(board, replace(SETLIST, songs=(song,))).to(20.0)
    assert stage.where()[1] == "wait"
    assert stage.show.go() == "a"
    stage.to(20.2)
    assert stage.where()[1] == "a"
    stage.to(30.0)
    assert stage.where()[1] == "a"


def test_another_tempo_moves_the_bars_but_not_the_seconds(stage):
    stage.to(5.0)
    bar, beat = stage.place()
    stage.session.set("clock/tempo", 240.0, source="tablet")
    stage.to(5.02)
    assert stage.place() == (bar, pytest.approx(beat + 0.04, abs=0.1))
    # From bar 3.5 on a bar lasts a second, so bar 9 is heard at 10.5; b stays at 10 s.
    assert stage.to(10.2).where()[1] == "b"
    assert stage.to(10.6).where()[1] == "c"
    assert stage.to(18.4).where()[0] == "One"
    assert stage.to(18.6).where()[0] == "Two"
    assert stage.get("clock/tempo") == 90.0


def test_words_typed_by_hand_do_not_confuse_the_next_cue(stage):
    stage.session.set("show/takeover", False, source="tablet")
    stage.to(6.0)
    slot = next(s for s in range(4) if stage.get(f"prompt/{s}/text") == "x")
    stage.session.set(f"prompt/{slot}/text", "typed", source="tablet")
    stage.to(10.1)
    assert stage.mixture() == {"x": 0.5, "y": 0.5}
    stage.session.set(f"prompt/{slot}/text", "typed", source="tablet")
    stage.show.go()
    stage.to(10.4)
    assert stage.mixture() == {"h": 1.0}


def test_words_typed_by_hand_are_taken_over_where_they_stand(stage):
    stage.session.set("show/takeover", False, source="tablet")
    stage.to(6.0)
    stage.session.set("prompt/3/text", "h", source="tablet")
    stage.session.set("prompt/3/weight", 0.3, source="tablet")
    stage.to(6.2)
    stage.show.go()
    stage.to(6.5)
    texts = [stage.get(f"prompt/{slot}/text") for slot in range(4)]
    assert (texts.count("h"), texts[3], stage.get("prompt/3/weight")) == (1, "h", 1.0)


@pytest.mark.parametrize("seconds", [0.5, 5.0])
def test_a_show_can_be_cut_to_seconds(board, seconds):
    stage = Stage(board, SETLIST, seconds=seconds)
    assert stage.show.end_frame == seconds * RATE
    assert not stage.to(seconds - 0.05).over
    assert stage.to(seconds).over


def test_without_a_setlist_there_is_still_a_clock(board):
    stage = Stage(board, None)
    stage.to(4.0)
    assert stage.place() == (3, 1.0)
    stage.session.set("clock/tempo", 60.0, source="tablet")
    stage.to(6.02)
    assert stage.place() == (3, pytest.approx(3.0, abs=0.05))
    assert not stage.over
    assert stage.show.end_frame is None
    with pytest.raises(CommandError, match="no setlist"):
        stage.show.go()


def test_the_verbs_reach_the_show(stage):
    async def play():
        stage.to(5.0)
        return [
            await stage.session.do("show/go", source="test"),
            await stage.session.do("show/cue", ("d",), source="test"),
            await stage.session.do("show/stop", source="test"),
            await stage.session.do("show/start", source="test"),
        ]

    assert asyncio.run(play()) == ["hit", "d", "timed cues wait", "timed cues fire"]
    stage.to(5.5)
    assert stage.where() == ("Two", "d", "")
    with pytest.raises(CommandError, match="no cue is left"):
        stage.show.go()
    with pytest.raises(CommandError, match='there is no cue "hitt"; did you mean "hit"'):
        stage.show.jump("hitt")


def test_the_bar_of_every_timed_cue_is_heard_on_its_frame(stage):
    for mark in plan_show(SETLIST, RATE).marks:
        stage.to((mark.frame - 1) / RATE)
        assert stage.get("show/cue") != mark.cue
        stage.to(mark.frame / RATE)
        assert (stage.get("show/cue"), stage.get("clock/bar")) == (mark.cue, mark.bar)


def test_no_write_of_the_plan_is_without_a_frame(stage):
    stage.to(6.0)
    stage.show.go()
    stage.show.jump("c")
    assert all(message.frame != NOW for message in stage.deck.sent if isinstance(message, Write))


def test_a_cue_at_the_playhead_itself_is_not_missed(stage):
    stage.to(6.0)
    stage.show.go(frame=stage.board.playhead)
    assert stage.mixture() == {"h": 1.0}
    stage.to(6.02)
    assert stage.where()[1] == "hit"
