"""Hands on the show: the guard of go, the way back, the standby rows, and rows that hands take from the cues."""

import asyncio

import pytest
from show_stage import COMMIT_FRAMES, RATE, Stage, at, bar, by_hand, setlist, song

from lmdmd.control.events import Fired
from lmdmd.control.setlist import Span
from lmdmd.errors import CommandError
from lmdmd.messages import NOW, Write

EVENING = setlist(
    song(
        at(4, "a", number="1", notes="Breathe.", set={"gen/cfg": 4.0}, prompts={"x": 1.0}),
        by_hand("hit", number="2", notes="Look at her.", set={"mix/gain": -6.0}),
        by_hand("hot", number="3", set={"gen/cfg": 6.0}, over=Span(2.0)),
        length=Span(20.0),
        notes="Slowly.",
        prompts={"w": 1.0},
    ),
    song(at(2, "d", number="4", set={"mix/gain": 0.0}, prompts={"z": 1.0}), name="Two", length=Span(10.0)),
)


@pytest.fixture
def stage(board):
    return Stage(board, EVENING)


def test_a_hundred_gos_of_three_clients_within_the_guard_fire_one_cue(stage):
    stage.to(6.0)

    async def press():
        clients = [f"osc 127.0.0.1:{port}" for port in (5001, 5002, 5003)]
        presses = [stage.session.do("show/go", source=clients[index % 3]) for index in range(100)]
        return await asyncio.gather(*presses, return_exceptions=True)

    answers = asyncio.run(press())
    assert [answer for answer in answers if isinstance(answer, str)] == ["hit"]
    refusals = [answer for answer in answers if isinstance(answer, CommandError)]
    assert len(refusals) == 99
    assert "the guard (show/guard) is 0.4 s" in str(refusals[0])
    stage.to(6.39)
    with pytest.raises(CommandError, match="after another go"):
        stage.do("show/go", source="osc 127.0.0.1:5002")
    stage.to(6.41)
    assert stage.do("show/go", source="osc 127.0.0.1:5002") == "hot"
    stage.to(8.0)
    fired = [(event.cue, event.number, event.by) for event in stage.told(Fired) if event.number in ("2", "3")]
    assert fired == [("hit", "2", "osc 127.0.0.1:5001"), ("hot", "3", "osc 127.0.0.1:5002")]


def test_a_go_that_fires_nothing_does_not_guard(stage):
    stage.to(33.0 - 10)
    stage.show.jump("d")
    stage.to(24.0)
    for _ in range(2):
        with pytest.raises(CommandError, match="no cue is left"):
            stage.do("show/go")


def test_back_goes_to_the_cue_before_with_all_it_leaves_behind(stage):
    stage.to(6.0)
    stage.do("show/go")
    stage.to(7.0)
    assert (stage.where()[1], stage.get("mix/gain"), stage.get("gen/cfg")) == ("hit", -6.0, 4.0)
    assert stage.do("show/back") == "a"
    stage.to(7.5)
    assert (stage.where()[1:], stage.get("mix/gain"), stage.get("gen/cfg")) == (("a", "hit"), 0.0, 4.0)
    assert stage.place()[0] == 3
    assert stage.do("show/back") == "One"
    stage.to(8.0)
    assert (stage.where(), stage.mixture(), stage.get("gen/cfg")) == (("One", "", "a"), {"w": 1.0}, 2.0)
    with pytest.raises(CommandError, match="no cue before"):
        stage.do("show/back")


def test_back_from_a_song_goes_to_the_end_of_the_one_before(stage):
    stage.to(20.5)
    assert stage.do("show/back") == "hot"
    stage.to(23.0)
    assert (stage.where()[0], stage.get("gen/cfg"), stage.get("mix/gain")) == ("One", 6.0, -6.0)


def test_what_a_stage_manager_reads(stage):
    stage.to(1.0)
    assert [stage.get(f"show/{row}") for row in ("notes", "next", "next_number", "next_notes")] == [
        "Slowly.",
        "a",
        "1",
        "Breathe.",
    ]
    stage.to(5.0)
    assert [stage.get(f"show/{row}") for row in ("notes", "next", "next_number", "next_notes")] == [
        "Breathe.",
        "hit",
        "2",
        "Look at her.",
    ]
    assert stage.get("show/remaining") == pytest.approx(15.0, abs=0.01)
    assert stage.get("show/remaining_all") == pytest.approx(25.0, abs=0.01)
    stage.to(21.0)
    assert (stage.get("show/remaining"), stage.get("show/remaining_all")) == (9.0, 9.0)
    stage.do("show/pause")
    stage.to(21.5)
    assert (stage.get("show/held"), stage.get("show/remaining_all")) == (True, 0.0)
    stage.do("show/resume")
    stage.to(22.0)
    assert stage.get("show/held") is False


# --- take-over -------------------------------------------------------------------------------------------


def sent_to(stage, name):
    return [message for message in stage.deck.sent if isinstance(message, Write) and message.name == name]


def test_a_hand_on_a_row_wins_over_the_cues_until_it_is_released(stage):
    stage.to(2.0)
    stage.session.set("gen/cfg", 7.0, source="tablet")
    stage.to(3.0)
    assert stage.get("show/taken") == "gen/cfg"
    stage.to(6.0)
    assert (stage.get("gen/cfg"), stage.mixture()) == (7.0, {"x": 1.0})
    assert stage.do("show/release") == "gen/cfg back with the cues"
    stage.to(6.1 + 0.5)
    assert stage.get("gen/cfg") == pytest.approx(5.5, abs=0.01)
    stage.to(7.2)
    assert (stage.get("gen/cfg"), stage.get("show/taken")) == (4.0, "")
    stage.show.jump("hot")
    stage.to(10.0)
    assert stage.get("gen/cfg") == 6.0
    with pytest.raises(CommandError, match="nothing that matches"):
        stage.do("show/release", "mix/*")


def test_decks_are_told_that_what_was_planned_is_taken_back(stage):
    stage.to(2.0)
    stage.session.set("gen/cfg", 7.0, source="tablet")
    stage.to(2.04)
    clear = max(index for index, message in enumerate(stage.deck.sent) if not isinstance(message, Write))
    later = [message for message in stage.deck.sent[clear:] if isinstance(message, Write)]
    assert {message.name for message in later} >= {"prompt/0/weight"}
    assert not [message for message in later if message.name == "gen/cfg"]


def test_a_hand_wins_over_a_cue_that_is_too_near_to_be_taken_back(stage):
    stage.to(3.95)
    stage.session.set("gen/cfg", 7.0, source="tablet")
    stage.to(6.0)
    assert stage.get("gen/cfg") == 7.0
    latest = [message for message in sent_to(stage, "gen/cfg") if message.frame != NOW][-1]
    assert (latest.frame, latest.value) == (4 * RATE, 7.0)


def test_a_release_in_the_middle_of_a_glide_ends_with_it(stage):
    stage.to(5.0)
    stage.session.set("gen/cfg", 1.0, source="tablet")
    stage.to(5.5)
    for _ in range(2):
        stage.do("show/go")
        stage.to(stage.now_s + 1.0)
    assert stage.where()[1] == "hot"
    stage.session.set("gen/cfg", 0.0, source="tablet")
    stage.do("show/release", "gen/*")
    begun = (stage.board.playhead + COMMIT_FRAMES) / RATE
    stage.to(begun + 0.9)
    assert 0.0 < stage.get("gen/cfg") < 6.0
    stage.to(begun + 1.3)
    assert stage.get("gen/cfg") == 6.0


def test_a_jump_leaves_a_row_with_the_hand(stage):
    stage.to(2.0)
    stage.session.set("mix/gain", -20.0, source="tablet")
    stage.to(3.0)
    stage.show.jump("d")
    stage.to(5.0)
    assert (stage.get("mix/gain"), stage.mixture()) == (-20.0, {"z": 1.0})


@pytest.mark.parametrize("touch", [("prompt/3/text", "typed"), ("prompt/1/weight", 0.4)])
def test_a_hand_on_a_prompt_takes_all_of_them(stage, touch):
    stage.to(2.0)
    stage.session.set(*touch, source="tablet")
    before = stage.to(2.5).mixture()
    assert stage.to(6.0).mixture() == before
    assert stage.get("show/taken") == "prompt"
    assert stage.do("show/release", "prompt/*") == "prompt back with the cues"
    stage.to(7.2)
    assert stage.mixture() == {"x": 1.0}
    stage.to(23.0)
    assert stage.mixture() == {"z": 1.0}


def test_what_the_show_does_not_set_cannot_be_taken(stage):
    stage.to(2.0)
    for name, value in (("gen/steps", 4), ("mix/pan", 0.5), ("show/fade", 2.0), ("clock/tempo", 100.0)):
        stage.session.set(name, value, source="tablet")
    assert stage.to(3.0).get("show/taken") == ""


def test_without_takeover_a_cue_wins_over_the_hand(stage):
    stage.session.set("show/takeover", False, source="tablet")
    stage.to(2.0)
    stage.session.set("gen/cfg", 7.0, source="tablet")
    assert stage.to(5.0).get("gen/cfg") == 4.0


def test_switching_takeover_off_gives_everything_back_to_the_next_cue(stage):
    stage.to(2.0)
    stage.session.set("gen/cfg", 7.0, source="tablet")
    stage.to(2.5)
    stage.session.set("show/takeover", False, source="tablet")
    stage.to(3.0)
    assert (stage.get("show/taken"), stage.get("gen/cfg")) == ("", 7.0)
    assert stage.to(5.0).get("gen/cfg") == 4.0


def test_bars_of_a_show_stand_still_for_nobody(board):
    stage = Stage(board, setlist(song(bar(3, "a", set={"gen/cfg": 4.0})))).to(3.0)
    stage.session.set("gen/cfg", 1.0, source="tablet")
    stage.to(4.0)
    assert (stage.where()[1], stage.place()) == ("a", (3, 1.0))
