"""The clock among other clocks, on a real session and show: pulses by OSC, hands, and a real Link session."""

import asyncio
import random
from dataclasses import replace

import pytest
from show_stage import Deck
from test_show import SETLIST

from lmdmd.control.events import Beat
from lmdmd.control.follow import ahead_beats
from lmdmd.control.session import Session
from lmdmd.control.show import Show
from lmdmd.control.sync import Sync
from lmdmd.errors import CommandError, SyncError
from lmdmd.rt.board import Board

RATE, BUFFER = 48000, 256
TICK_S = 0.02


class Stage:
    """A session whose playhead runs with a clock that the test moves."""

    def __init__(self, board, setlist=None):
        self.board, self.now_s = board, 1000.0
        self.session = Session(board, None, RATE)
        self.session.outlets.append(Deck())
        self.show = Show(self.session, setlist)
        self.show.arm()
        self.told, self.later = [], []
        self.session.watch(self.told.append)
        call_later = lambda delay_s, call: self.later.append((self.now_s + delay_s, call))  # noqa: E731
        self.sync = Sync(self.session, self.show, BUFFER, call_later, lambda: self.now_s)
        self.draw = random.Random(1)
        self.run(1.0)

    def run(self, seconds, each=lambda now_s: None):
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            self.now_s += TICK_S + self.draw.uniform(0, 0.001)
            each(self.now_s)
            self.board.playhead = (int((self.now_s - 1000.0) * RATE) // BUFFER + 1) * BUFFER
            for at_s, call in [due for due in self.later if due[0] <= self.now_s]:
                self.later.remove((at_s, call))
                call()
            self.show.tick(self.board.playhead)
            self.sync.tick()

    def do(self, verb, *values):
        return asyncio.run(self.session.do(verb, values, source="test"))

    def pulses(self, seconds, tempo, begin_s, bar=4, jitter_s=0.003, with_tempo=True):
        """Run with a patch that sends each beat of a bar."""
        sent = [round((self.now_s - begin_s) * tempo / 60.0 + 0.5)]

        def send(now_s):
            while begin_s + sent[0] * 60.0 / tempo <= now_s:
                came_s = begin_s + sent[0] * 60.0 / tempo + self.draw.uniform(0, jitter_s)
                self.now_s, kept = came_s, self.now_s
                self.do("clock/pulse", sent[0] % bar + 1, *([tempo] if with_tempo else []))
                self.now_s = kept
                sent[0] += 1

        self.run(seconds, send)

    def ahead_ms(self, tempo, begin_s, frame=None):
        """How far our beat, as it is heard, is ahead of one that began a bar at ``begin_s``."""
        frame = self.board.playhead if frame is None else frame
        heard_s = 1000.0 + frame / RATE + float(self.session.get("status/latency")) / 1000.0
        beat = (heard_s - begin_s) * tempo / 60.0
        return 60_000.0 / tempo * ahead_beats(self.show.clock, frame, beat)

    def get(self, name):
        return self.session.get(name)


@pytest.fixture
def board():
    board = Board.create(RATE)
    yield board
    board.close()
    board.unlink()


@pytest.fixture
def stage(board):
    stage = Stage(board)
    yield stage
    stage.sync.close()


# --- by hand ---------------------------------------------------------------------------------------------


def test_taps_set_the_tempo(stage):
    answers = []
    for _ in range(5):
        answers.append(stage.do("clock/tap"))
        stage.now_s += 0.4
    assert answers[0] == "tap again"
    assert answers[-1] == "150 bpm"
    stage.run(0.1)
    assert (stage.get("clock/tempo"), stage.show.clock.anchor_at(stage.board.playhead).tempo_bpm) == (150.0, 150.0)


@pytest.mark.parametrize(
    ("amount", "unit", "later_ms"), [(25.0, "ms", 25.0), (-10.0, "ms", -10.0), (0.1, "beats", 50.0)]
)
def test_a_nudge_moves_the_beat_without_a_jump(stage, amount, unit, later_ms):
    begin_s = 1000.0
    stage.do("clock/nudge", amount, unit)
    last, biggest = stage.ahead_ms(120.0, begin_s), 0.0
    for _ in range(200):
        stage.run(TICK_S)
        ahead = stage.ahead_ms(120.0, begin_s)
        last, biggest = ahead, max(biggest, abs(ahead - last))
    assert last == pytest.approx(-later_ms, abs=0.1)
    assert biggest < 1.0
    assert stage.get("clock/tempo") == 120.0


def test_nudges_in_a_row_add_up(stage):
    for _ in range(5):
        stage.do("clock/nudge", 8.0)
        stage.run(0.1)
    stage.run(6.0)
    assert stage.ahead_ms(120.0, 1000.0) == pytest.approx(-40.0, abs=0.1)


def test_a_nudge_in_something_else_is_refused(stage):
    with pytest.raises(CommandError, match='"miles" is neither ms nor beats'):
        stage.do("clock/nudge", 1.0, "miles")


def test_the_hand_says_where_one_is(stage):
    stage.run(0.73)
    begin_s = stage.now_s
    assert stage.do("clock/downbeat") == "one"
    stage.run(0.1)
    # Heard now is what was given to the device a buffer ago.
    assert abs(stage.ahead_ms(120.0, begin_s)) < 2.0
    assert (stage.get("clock/bar"), round(stage.get("clock/beat"), 1)) == (2, 1.2)


def test_the_tempo_by_hand_still_holds_after_a_nudge(stage):
    stage.do("clock/nudge", 20.0)
    stage.run(0.3)
    stage.session.set("clock/tempo", 90.0, source="tablet")
    stage.run(3.0)
    assert stage.show.clock.anchor_at(stage.board.playhead).tempo_bpm == 90.0


# --- beats by OSC ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_tempo", [True, False])
@pytest.mark.parametrize("tempo", [120.0, 97.3])
def test_beats_by_osc_are_followed(stage, tempo, with_tempo):
    stage.session.set("clock/source", "osc", source="test")
    begin_s = 1000.37
    stage.pulses(12.0, tempo, begin_s, with_tempo=with_tempo)
    assert stage.get("clock/tempo") == pytest.approx(tempo, rel=0.005)
    assert stage.get("clock/running") is True
    # They come 1.5 ms late in the middle, and nobody can know.
    assert abs(stage.ahead_ms(tempo, begin_s)) < 5.0
    assert abs(stage.get("clock/sync_error")) < 4.0
    stage.run(4.0)
    assert stage.get("clock/running") is False


@pytest.mark.parametrize("values", [(), (0,), (0, 116.0)])
def test_beats_that_nobody_counts_are_followed(stage, values):
    stage.session.set("clock/source", "osc", source="test")
    begin_s, sent = stage.now_s, [0]

    def send(now_s):
        while begin_s + sent[0] * 60.0 / 116.0 <= now_s:
            sent[0] += 1
            stage.do("clock/pulse", *values)

    stage.run(10.0, send)
    assert stage.get("clock/tempo") == pytest.approx(116.0, rel=0.02)
    assert abs(stage.get("clock/sync_error")) < 10.0


def test_always_the_same_number_is_no_clock_and_does_no_harm(stage):
    stage.session.set("clock/source", "osc", source="test")
    stage.run(10.0, lambda now_s: stage.do("clock/pulse", 1) if int(now_s * 2) != int((now_s - TICK_S) * 2) else None)
    assert stage.get("status/incident") == ""


def test_a_defect_ends_the_following_and_not_the_show(stage, monkeypatch):
    monkeypatch.setattr(type(stage.show), "align", lambda *_: 1 / 0)
    stage.session.set("clock/source", "osc", source="test")
    stage.pulses(8.0, 97.0, 1000.2)
    assert "ZeroDivisionError" in stage.get("status/incident")
    bar = stage.get("clock/bar")
    stage.run(4.0)
    assert stage.get("clock/bar") == bar + 2


def test_the_hand_says_which_of_the_beats_is_one(stage):
    stage.session.set("clock/source", "osc", source="test")
    stage.pulses(8.0, 120.0, 1000.2)
    # Two beats later, and a hand that is a little late.
    one_s = 1000.2 + 13.0
    stage.pulses(one_s + 0.06 - stage.now_s, 120.0, 1000.2)
    assert stage.do("clock/downbeat") == "one"
    stage.pulses(8.0, 120.0, 1000.2)
    assert abs(stage.ahead_ms(120.0, one_s)) < 8.0


def test_running_beat_numbers_do_as_well(stage):
    stage.session.set("clock/source", "osc", source="test")
    stage.pulses(8.0, 110.0, 1000.2, bar=1000)
    assert abs(stage.ahead_ms(110.0, 1000.2)) < 5.0


def test_an_offset_is_kept(stage):
    stage.session.set("clock/source", "osc", source="test")
    stage.session.set("clock/offset", 20.0, source="test")
    stage.pulses(10.0, 110.0, 1000.2, jitter_s=0.0)
    assert stage.ahead_ms(110.0, 1000.2) == pytest.approx(-20.0, abs=2.5)
    assert "40" in stage.do("clock/nudge", 20.0)
    stage.pulses(4.0, 110.0, 1000.2, jitter_s=0.0)
    assert stage.ahead_ms(110.0, 1000.2) == pytest.approx(-40.0, abs=2.5)


def test_what_the_device_needs_is_allowed_for(stage):
    stage.board.set("status/latency", 30.0)
    stage.session.set("clock/source", "osc", source="test")
    stage.pulses(8.0, 110.0, 1000.2, jitter_s=0.0)
    assert abs(stage.ahead_ms(110.0, 1000.2)) < 3.0


def test_a_hand_cannot_change_the_tempo_that_is_followed(stage):
    stage.session.set("clock/source", "osc", source="test")
    with pytest.raises(SyncError, match="follows osc; set clock/source internal"):
        stage.session.set("clock/tempo", 90.0, source="tablet")
    assert stage.get("clock/tempo") == 120.0
    stage.session.set("clock/source", "internal", source="test")
    stage.session.set("clock/tempo", 90.0, source="tablet")


def test_a_pulse_without_its_source_says_the_way_out(stage):
    with pytest.raises(CommandError, match="set clock/source osc"):
        stage.do("clock/pulse", 1)


def test_a_show_follows_too_and_its_songs_keep_their_place(board):
    setlist = replace(SETLIST, songs=(replace(SETLIST.songs[0], tempo=120.0), SETLIST.songs[1]))
    stage = Stage(board, setlist)
    stage.session.set("clock/source", "osc", source="test")
    stage.pulses(8.0, 130.0, 1000.2)
    assert stage.get("clock/tempo") == 130.0
    assert abs(stage.ahead_ms(130.0, 1000.2)) < 5.0
    assert stage.get("show/cue") == "a"
    # Bar 9 comes where the patch begins a bar.
    stage.pulses(9.0, 130.0, 1000.2)
    assert stage.get("show/cue") == "c"
    # The second song has a tempo of its own; the patch's stays.
    stage.pulses(25.0, 130.0, 1000.2, bar=3)
    assert stage.get("show/song") == "Two"
    assert stage.get("clock/tempo") == 130.0


def test_a_song_that_is_about_to_begin_keeps_its_own_clock(board):
    stage = Stage(board, SETLIST)
    stage.run(30.95 - (stage.now_s - 1001.0))
    with pytest.raises(CommandError, match="try again in a moment"):
        stage.do("clock/nudge", 10.0)
    stage.run(0.3)
    assert stage.get("show/song") == "Two"
    stage.do("clock/nudge", 10.0)
    assert (stage.get("clock/tempo"), stage.get("clock/bar")) == (90.0, 1)


# --- who follows us --------------------------------------------------------------------------------------


def test_each_beat_is_told_once_when_it_is_heard(stage):
    stage.told.clear()
    begin_s = stage.now_s
    stage.run(6.0)
    beats = [event for event in stage.told if isinstance(event, Beat)]
    assert len(beats) == 12
    assert [beat.beat for beat in beats[:5]] in ([3, 4, 1, 2, 3], [4, 1, 2, 3, 4])
    assert all(beat.frame == stage.show.clock.frame_of(beat.bar, beat.beat) for beat in beats)
    assert begin_s > 1000.0


def test_a_tempo_that_follows_does_not_skip_or_repeat_beats(stage):
    stage.session.set("clock/source", "osc", source="test")
    stage.pulses(6.0, 118.0, 1000.2)
    stage.told.clear()
    stage.pulses(20.0, 118.0, 1000.2, jitter_s=0.006)
    beats = [(event.bar, event.beat) for event in stage.told if isinstance(event, Beat)]
    assert len(beats) == len(set(beats))
    assert 38 <= len(beats) <= 40


def test_a_port_that_is_not_there_is_refused_and_the_row_stays(stage):
    pytest.importorskip("rtmidi")
    with pytest.raises(SyncError, match='clock/midi_in: no MIDI port called "no such port"'):
        stage.session.set("clock/midi_in", "no such port", source="test")
    assert stage.get("clock/midi_in") == ""
    with pytest.raises(SyncError, match="set clock/midi_in"):
        stage.session.set("clock/source", "midi", source="test")
    # A cue that has planned it cannot be refused: it is told, and the row goes back.
    stage.session.set("clock/source", "midi", source="cue:x", frame=stage.board.playhead + 1000)
    stage.run(0.5)
    assert stage.get("clock/source") == "internal"
    assert "set clock/midi_in" in stage.get("status/incident")
