"""From the hand to the ear: every accepted write is told when it is heard, once, and in order."""

from __future__ import annotations

from lmdmd.control.events import Heard, Incident, Written
from lmdmd.control.session import Session
from lmdmd.control.show_log import ShowLog
from lmdmd.messages import NOW, BlockDone
from lmdmd.rt.board import Board


class Deck:
    """An outlet that is heard a tenth of a second from now."""

    def __init__(self) -> None:
        self.sent: list = []

    def send(self, message: object) -> None:
        self.sent.append(message)

    def next_frame(self, playhead: int) -> int:
        return playhead + 4410


class Stage:
    def __init__(self) -> None:
        self.board = Board.create(44100)
        self.session = Session(self.board, None, 44100)
        self.deck = Deck()
        self.session.outlets.append(self.deck)
        self.events: list = []
        self.session.watch(self.events.append)

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_: object) -> None:
        self.board.close()
        self.board.unlink()

    def heard_until(self, frame: int) -> list[tuple[str, object, int]]:
        self.board.playhead = frame
        self.events.clear()
        self.session.tell_heard()
        return [(e.name, e.value, e.frame) for e in self.events if isinstance(e, Heard)]


def test_a_write_is_heard_where_its_deck_says_and_not_before():
    with Stage() as stage:
        accepted = stage.session.set("gen/cfg", 4, source="hand")
        assert (accepted.frame, round(accepted.seconds, 3)) == (4410, 0.1)
        assert stage.deck.sent[0].frame == NOW and stage.deck.sent[0].stamp == accepted.stamp
        assert stage.heard_until(10_000) == []
        stage.session.awaited.settle([accepted.stamp], 11_000)
        assert stage.heard_until(11_000) == []
        assert stage.heard_until(11_001) == [("gen/cfg", 4.0, 11_000)]
        assert stage.heard_until(99_999) == []
        assert stage.session.get("status/knob_p50") == round(11_000 / 44.1, 1)


def test_of_a_moved_fader_only_the_last_value_is_heard():
    with Stage() as stage:
        stamps = [stage.session.set("gen/cfg", 2 + n / 100, source="hand").stamp for n in range(100)]
        stage.session.awaited.settle(stamps, 5000)
        assert stage.heard_until(6000) == [("gen/cfg", 2.99, 5000)]
        assert len(stage.session.awaited) == 0


def test_mixer_rows_are_heard_at_once_and_planned_ones_on_their_frame():
    with Stage() as stage:
        stage.session.set("mix/gain", -6, source="hand")
        stage.session.set("mix/pan", 0.5, source="cue:lift", frame=8000)
        stage.session.set("mix/pan", 0.7, source="cue:drop", frame=9000)
        assert stage.heard_until(256) == [("mix/gain", -6.0, 0)]
        stage.session.clear_after(8500)
        assert stage.heard_until(20_000) == [("mix/pan", 0.5, 8000)]


def test_a_new_deck_begins_with_what_nobody_had_made_yet():
    with Stage() as stage:
        stage.session.set("gen/cfg", 4, source="hand")
        stage.session.set("gen/steps", 4, source="cue", frame=80_000)
        stage.session.awaited.settle_all(30_000, 30_000)
        assert stage.heard_until(100_000) == [("gen/cfg", 4.0, 30_000)]


def test_a_new_deck_is_told_the_numbers_of_what_is_planned():
    with Stage() as stage:
        planned = stage.session.set("gen/cfg", 4, source="cue", frame=80_000)
        words = stage.session.set("prompt/1/text", "rain", source="cue", frame=90_000)
        writes = {(w.name, w.frame): w.stamp for w in stage.session.pending_writes("block") if w.stamp}
        assert writes == {("gen/cfg", 80_000): planned.stamp, ("prompt/1/text", 90_000): words.stamp}


def test_what_another_deck_has_made_already_is_heard_on_its_own_frame():
    with Stage() as stage:
        stage.session.set("gen/cfg", 4, source="hand")
        stage.session.set("gen/steps", 4, source="cue", frame=40_000)
        stage.session.set("gen/steps", 6, source="cue", frame=80_000)
        stage.session.awaited.settle_all(30_000, 60_000)
        assert stage.heard_until(100_000) == [("gen/cfg", 4.0, 30_000), ("gen/steps", 4, 40_000)]


def test_an_incident_is_told_kept_and_shown():
    with Stage() as stage:
        stage.board.playhead = 88_200
        stage.session.report("deck 0 died, starting a new one")
        assert Incident(88_200, "deck 0 died, starting a new one") in stage.events
        assert stage.session.get("status/incident") == "deck 0 died, starting a new one"
        assert stage.session.get("status/incident_at") == 2.0


def test_a_watcher_that_fails_disturbs_nobody():
    with Stage() as stage:
        stage.session._watchers.insert(0, lambda event: 1 / 0)
        stage.session.set("mix/gain", -6, source="hand")
        assert isinstance(stage.events[0], Written)


def test_the_show_log_has_every_line_on_the_disk_at_once(tmp_path):
    import json

    from lmdmd.control.events import Block

    show_log = ShowLog({"rate_hz": 44100})
    show_log(Written(1, "gen/cfg", 3.0, "hand", 0, 0.0))
    show_log.open(tmp_path / "show.jsonl")
    show_log(Block(0, BlockDone(0, 20480, 43.0, 0, 10, stamps=(1,), values={"gen/cfg": 3.0})))
    show_log(Incident(5, 'a deck said "no"\nand died'))
    lines = [json.loads(line) for line in (tmp_path / "show.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["show", "written", "block", "incident"]
    assert lines[2]["values"] == {"gen/cfg": 3.0} and lines[2]["deck"] == 0 and lines[2]["stamps"] == [1]
    show_log.open(tmp_path / "other.jsonl")
    assert not (tmp_path / "other.jsonl").exists()
    show_log.close()
