"""The one door: values over time, notes and refusals, what is passed on to whom."""

import asyncio

import pytest

from lmdmd.control.memory import Memory
from lmdmd.control.session import Change, Session
from lmdmd.errors import CommandError, ParamError
from lmdmd.messages import NOW, ClearAfter, Write
from lmdmd.params import SLOT
from lmdmd.rt.schedule import CANCEL, CLEAR


class Deck:
    """An outlet that keeps what it is sent."""

    def __init__(self) -> None:
        self.sent = []

    def send(self, message):
        self.sent.append(message)

    def next_frame(self, playhead):
        return playhead + 44100


@pytest.fixture
def memory():
    memory = Memory.create(44100)
    yield memory
    memory.close()


def test_a_set_value_is_there_to_get_and_is_told():
    session, heard = Session(), []
    session.subscribe(heard.append)
    accepted = session.set("gen/cfg", 3, source="test")
    assert (accepted.value, accepted.note) == (3.0, "")
    assert session.get("gen/cfg") == 3.0
    assert heard == [Change("gen/cfg", 3.0, "test")]


def test_a_row_that_glides_has_an_aim():
    session = Session()
    session.set("mix/gain", -20.0, source="test", glide_s=4.0)
    session.set("gen/cfg", 5.0, source="test", frame=44100)
    assert (session.get("mix/gain"), session.aim("mix/gain")) == (0.0, -20.0)
    assert session.aim("gen/cfg") == session.get("gen/cfg") == 2.0
    assert (session.aim("prompt/0/text"), session.aim("status/lead")) == ("", 0.0)


def test_out_of_range_is_clamped_and_said():
    accepted = Session().set("gen/steps", 99, source="test")
    assert accepted.value == 50
    assert "clamped to 50" in accepted.note


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("gen/cgf", 1, 'did you mean "gen/cfg"'),
        ("gen/cfg", "loud", "not a number"),
        ("gen/cfg", float("nan"), "finite"),
        ("status/underruns", 0, "cannot be set"),
        ("gen/sampler", "eular", 'did you mean "euler"'),
    ],
)
def test_garbage_is_refused_with_a_way_out(name, value, words):
    session = Session()
    with pytest.raises(ParamError, match=words):
        session.set(name, value, source="test")


def test_a_glide_moves_with_the_playhead(memory):
    session = Session(memory.board, memory.schedule, 44100)
    session.set("mix/gain", -20.0, source="test", glide_s=2.0)
    memory.board.playhead = 44100
    assert session.get("mix/gain") == pytest.approx(-10.0)
    memory.board.playhead = 3 * 44100
    assert session.get("mix/gain") == -20.0


def test_a_planned_write_acts_on_its_frame_and_can_be_cancelled(memory):
    session = Session(memory.board, memory.schedule, 44100)
    session.set("prompt/1/text", "rain", source="cue:a", frame=1000)
    session.set("prompt/1/text", "storm", source="cue:b", frame=2000)
    session.clear_after(1500)
    memory.board.playhead = 999
    assert session.get("prompt/1/text") == ""
    memory.board.playhead = 5000
    assert session.get("prompt/1/text") == "rain"


def test_each_rate_goes_its_own_way(memory):
    session, deck = Session(memory.board, memory.schedule, 44100), Deck()
    session.outlets.append(deck)
    session.set("mix/pan", 0.5, source="test")
    session.set("prompt/0/weight", 0.25, source="test", glide_s=1.0)
    session.set("clock/tempo", 90, source="test")
    entries, _ = memory.schedule.drain(0)
    assert [(entry.frame, entry.slot, entry.target) for entry in entries] == [(NOW, SLOT["mix/pan"], 0.5)]
    assert deck.sent == [Write("prompt/0/weight", 0.25, NOW, 44100, "linear")]


def test_the_answer_says_when_it_will_be_heard(memory):
    session = Session(memory.board, memory.schedule, 44100)
    session.outlets.append(Deck())
    memory.board.playhead = 500
    assert session.set("gen/cfg", 4, source="test").frame == 500 + 44100
    assert session.set("mix/gain", -1, source="test").frame == 500
    assert session.set("gen/cfg", 4, source="test", frame=90_000).frame == 90_000


def test_a_newcomer_is_told_the_present_and_the_plan(memory):
    session = Session(memory.board, memory.schedule, 44100)
    session.set("gen/steps", 12, source="test")
    session.set("gen/steps", 4, source="cue", frame=88_200)
    writes = [(w.value, w.frame) for w in session.pending_writes("block") if w.name == "gen/steps"]
    assert writes[-2:] == [(12, 0), (4, 88_200)]


def test_clearing_reaches_decks(memory):
    session, deck = Session(memory.board, memory.schedule, 44100), Deck()
    session.outlets.append(deck)
    session.clear_after(7)
    assert deck.sent == [ClearAfter(7)]


def test_a_full_schedule_loses_nothing(memory):
    session = Session(memory.board, memory.schedule, 44100)
    for index in range(5000):
        session.set("mix/pan", (index % 100) / 100, source="test", frame=index)
    first, cursor = memory.schedule.drain(0)
    session.refresh()
    rest, _ = memory.schedule.drain(cursor)
    assert [entry.frame for entry in (*first, *rest)] == list(range(5000))


def test_a_full_schedule_loses_no_cancelling_either(memory):
    session = Session(memory.board, memory.schedule, 44100)
    for index in range(5000):
        session.set("mix/pan", (index % 100) / 100, source="test", frame=index)
    session.clear_after(4500)
    session.set("mix/pan", -1.0, source="test", frame=6000)
    told, cursor = [], 0
    while not session.push_more():
        entries, cursor = memory.schedule.drain(cursor)
        told += entries
    assert [entry.frame for entry in told] == [*range(4501), 4500, 6000]
    assert [entry.slot for entry in told[-2:]] == [CLEAR, SLOT["mix/pan"]]


def test_hours_of_fader_moves_leave_nothing_behind(memory):
    session = Session(memory.board, memory.schedule, 44100)
    for move in range(500):
        memory.board.playhead = 200 * move
        session.set("gen/cfg", move % 7, source="test", glide_s=0.01)
        session.set("prompt/0/text", f"words {move}", source="test")
    assert len([w for w in session.pending_writes("block") if w.name in ("gen/cfg", "prompt/0/text")]) <= 4
    assert session.get("prompt/0/text") == "words 499"


def test_verbs_are_done_or_refused():
    session = Session()

    async def panic(fade_s: float) -> str:
        return f"silent in {fade_s}"

    session.provide("panic", panic)
    assert asyncio.run(session.do("panic", (2,), source="test")) == "silent in 2.0"
    for verb, values, words in (
        ("panick", (), 'did you mean "panic"'),
        ("panic", ("soon",), "not a number"),
        ("panic", (1, 2), "takes 1"),
        ("quit", (), "cannot be done here"),
    ):
        with pytest.raises(CommandError, match=words):
            asyncio.run(session.do(verb, values, source="test"))


def test_a_failing_listener_harms_nobody(caplog):
    session, heard = Session(), []

    def broken(change):
        raise RuntimeError("broken on purpose")

    session.subscribe(broken)
    session.subscribe(heard.append)
    session.set("mix/gain", -3, source="test")
    assert [change.value for change in heard] == [-3.0]
    assert "a listener failed" in caplog.text


def test_who_set_a_value_is_known_for_every_frame(memory):
    session = Session(memory.board, memory.schedule)
    assert session.source_at("gen/cfg", 10**9) == "engine"
    session.set("gen/cfg", 3, source="bundle", frame=0)
    session.set("gen/cfg", 4, source="cue:one", frame=1000)
    session.set("gen/cfg", 5, source="cue:two", frame=2000)
    assert [session.source_at("gen/cfg", frame) for frame in (0, 999, 1000, 2500)] == [
        "bundle",
        "bundle",
        "cue:one",
        "cue:two",
    ]
    session.clear_after(1500)
    assert session.source_at("gen/cfg", 2500) == "cue:one"
    memory.board.playhead = 1200
    session.set("gen/cfg", 6, source="hand")
    assert session.source_at("gen/cfg", 2500) == "hand"


def test_a_change_that_was_planned_is_told_with_who_planned_it(memory):
    session, heard = Session(memory.board, memory.schedule), []
    session.set("gen/cfg", 3, source="hand")
    session.set("gen/cfg", 4, source="cue:one", frame=1000)
    session.subscribe(heard.append)
    session.set("gen/cfg", 5, source="hand")
    memory.board.playhead = 1000
    session.refresh()
    assert [change for change in heard if change.name == "gen/cfg"] == [
        Change("gen/cfg", 5.0, "hand"),
        Change("gen/cfg", 4.0, "cue:one"),
    ]


def test_a_row_that_is_steered_all_night_remembers_no_more_than_is_ahead(memory):
    session = Session(memory.board, memory.schedule)
    for second in range(500):
        memory.board.playhead = 44100 * second
        session.steer("mix/fade", float(second % 2), glide_s=0.5)
    assert session.steered_to("mix/fade", session.playhead + 44100) == 1.0
    assert len(session._lanes["mix/fade"].begins(-1, session.playhead)) <= 2


def test_one_row_can_be_unsteered_and_the_rest_stays(memory):
    session = Session(memory.board, memory.schedule)
    session.steer("mix/deck", 1.0, frame=1000, glide_s=0.01)
    session.steer("mix/ending", 0.0, frame=1200)
    assert session.steered_to("mix/deck", 2000) == 1.0
    session.unsteer("mix/deck", 1000)
    assert session.steered_to("mix/deck", 2000) == 0.0
    memory.board.playhead = 3000
    assert (session.get("mix/deck"), session.get("mix/ending")) == (0.0, 0.0)
    last = memory.schedule.drain(0)[0][-1]
    assert (last.frame, last.slot, last.glide_frames) == (999, SLOT["mix/deck"], CANCEL)
