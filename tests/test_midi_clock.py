"""MIDI clock: what its messages say, how unevenly they may come, and real ports on a sound server."""

from __future__ import annotations

import time

import pytest

from lmdmd.control.clock import TempoMap
from lmdmd.control.follow import rejoined
from lmdmd.control.frame_time import FrameTime
from lmdmd.control.midi_clock import MidiClock
from lmdmd.control.midi_messages import CLOCK, CONTINUE, POSITION, PULSES, START, STOP, Transport, take_up
from lmdmd.control.midi_out import MidiClockOut, Train
from lmdmd.control.midi_ports import INPUT, Port
from lmdmd.errors import SyncError

RATE = 48000


def told(*messages):
    transport = Transport()
    for message in messages:
        transport = transport.step(message)
    return transport


# --- messages --------------------------------------------------------------------------------------------


def test_the_first_pulse_after_start_is_beat_one():
    assert told([START], [CLOCK]).beat == 0.0
    assert told([CLOCK], [CLOCK], [START], [CLOCK], [CLOCK]).pulse == 1
    assert told([CLOCK]).beat == 0.0


def test_stop_holds_the_place_and_continue_goes_on():
    stopped = told([START], *[[CLOCK]] * 10, [STOP], *[[CLOCK]] * 5)
    assert (stopped.running, stopped.pulse) == (False, 9)
    assert stopped.step([CONTINUE]).step([CLOCK]).pulse == 10
    assert stopped.step([START]).step([CLOCK]).pulse == 0


def test_a_song_position_counts_in_sixteenths():
    there = told([STOP], [POSITION, 8, 1], [CONTINUE], [CLOCK])
    assert there.beat == (8 + 128) / 4


@pytest.mark.parametrize("message", [[], [POSITION], [POSITION, 1], [0xFE], [0x90, 60, 100], [0xF0, 1, 2, 0xF7]])
def test_other_messages_change_nothing(message):
    before = told([START], [CLOCK])
    assert before.step(message) == before


@pytest.mark.parametrize("pulse", [0, 6, 24, 96, 6000, 6 * 16383])
def test_a_follower_begins_where_it_is_told_to(pulse):
    assert told(*[[CLOCK]] * 3, *take_up(pulse), [CLOCK]).pulse == pulse


@pytest.mark.parametrize("pulse", [1, 25, -6, 6 * 16384])
def test_between_sixteenths_and_beyond_the_last_one_nobody_can_begin(pulse):
    assert take_up(pulse) == []


# --- out -------------------------------------------------------------------------------------------------


def follow_train(clock, seconds):
    """Pulses of a train as a follower counts them: ``(frame, transport, messages)``."""
    train, transport, frame = Train(), Transport(running=False), 0.0
    while frame < seconds * RATE:
        frame, pulse = train.next(clock, frame, 0.0)
        train, messages = train.send(frame, pulse)
        for message in messages:
            transport = transport.step(message)
        yield frame, transport, messages


@pytest.mark.parametrize("tempo", [66.0, 120.0, 199.9])
def test_a_follower_counts_as_we_do(tempo):
    clock = TempoMap.constant(RATE, tempo, 4).retimed(5 * RATE, 90.0, 4)
    steps = list(follow_train(clock, 20.0))
    running = [(frame, transport) for frame, transport, _ in steps if transport.running]
    assert running[0][0] < RATE
    assert all(transport.beat == pytest.approx(clock.beats_at(frame), abs=1e-3) for frame, transport in running)
    assert sum(messages != [[CLOCK]] for _, _, messages in steps) == 1


def test_when_bars_are_counted_anew_the_follower_is_told():
    clock = TempoMap.constant(RATE, 120.0, 4)
    for anchor in rejoined(clock, 5 * RATE, 2.7, 120.0):
        clock = clock.anchored(anchor)
    joined = clock.anchors[-1].frame
    for frame, transport, messages in follow_train(clock, 20.0):
        if frame >= joined:
            assert transport.beat == pytest.approx(clock.beats_at(frame), abs=1e-3)
        if len(messages) > 1 and frame > RATE:
            assert frame == joined


# --- in --------------------------------------------------------------------------------------------------


class Stamped:
    """A port that has messages with the time between them, as the driver gives them, to be fetched later."""

    def __init__(self):
        self.waiting = []

    def look(self, _now_s):
        return ""

    def get_message(self):
        return self.waiting.pop(0) if self.waiting else None


def at(now_s):
    """A clock that stands."""
    return lambda: now_s


def fetched(tempos, period_s, begin_s=50.0, tick_s=0.021):
    """A clock that fetches pulses, and what it says at each tick: ``(moment, line, true beat)``."""
    port = Stamped()
    clock = MidiClock("", port)
    at_s, beat, stamp_s, next_s, last_stamp_s = begin_s, 0.0, 0.0, begin_s, None
    messages = [(begin_s - 0.001, [START])]
    truth = []
    for beats, tempo in tempos:
        for _ in range(round(beats * PULSES)):
            messages.append((at_s, [CLOCK]))
            truth.append((at_s, beat, tempo))
            at_s, beat = at_s + 60.0 / tempo / PULSES, beat + 1 / PULSES
    for came_s, message in messages:
        while next_s < came_s:
            clock.fetch(at(next_s))
            place = next((one for one in reversed(truth) if one[0] <= next_s), truth[0])
            yield next_s, clock.line(next_s, 4), place[1] + (next_s - place[0]) * place[2] / 60.0
            next_s += tick_s
        # A sound server hands messages over at the beginning of its periods.
        stamp_s = (came_s // period_s + 1) * period_s
        port.waiting.append((message, 0.0 if last_stamp_s is None else stamp_s - last_stamp_s))
        last_stamp_s = stamp_s


@pytest.mark.parametrize(
    ("tempos", "most_ms"),
    [([(40, 120.0)], 6.0), ([(20, 120.0), (20, 128.0)], 20.0), ([(20, 90.0), (20, 140.0), (20, 75.0)], 100.0)],
)
def test_pulses_that_come_in_periods_are_followed(tempos, most_ms):
    errors_ms = []
    for now_s, line, beat in fetched(tempos, 256 / RATE):
        if line is not None and now_s > 52.0:
            errors_ms.append(1000.0 * abs(line.beat_at(now_s) - beat) * 60.0 / line.tempo_bpm)
    assert sorted(errors_ms)[int(0.9 * len(errors_ms))] < 7.0
    assert max(errors_ms) < most_ms
    assert len(errors_ms) > 500


def test_when_the_pulses_end_there_is_nothing_to_follow():
    port = Stamped()
    clock = MidiClock("", port)
    for number in range(48):
        port.waiting.append(([CLOCK], 0.0208))
        clock.fetch(at(10.0 + number * 0.0208))
    end_s = 10.0 + 47 * 0.0208
    assert clock.runs(end_s)
    assert clock.line(end_s + 0.1, 4).tempo_bpm == pytest.approx(120.0, rel=0.01)
    assert clock.line(end_s + 1.0, 4) is None
    port.waiting.append(([STOP], 0.0208))
    clock.fetch(at(end_s))
    assert not clock.runs(end_s)


def test_counting_from_here_moves_the_bar_and_not_the_beat():
    port = Stamped()
    clock = MidiClock("", port)
    for number in range(49):
        port.waiting.append(([CLOCK], 0.0208))
        clock.fetch(at(10.0 + number * 0.0208))
    now_s = 10.0 + 48 * 0.0208
    before = clock.line(now_s, 4).beat_at(now_s)
    clock.shift(-2.0)
    port.waiting.append(([CLOCK], 0.0208))
    clock.fetch(at(now_s + 0.0208))
    assert clock.line(now_s, 4).beat_at(now_s) == pytest.approx(before - 2.0, abs=0.01)


# --- real ports ------------------------------------------------------------------------------------------


@pytest.fixture
def jack_midi(jackd):
    pytest.importorskip("rtmidi")
    return jackd


@pytest.mark.jack
def test_our_clock_drives_another_program(jack_midi):
    mido = pytest.importorskip("mido")
    mido.set_backend("mido.backends.rtmidi/UNIX_JACK")
    out = MidiClockOut("virtual")
    try:
        name = next(name for name in mido.get_input_names() if "clock" in name)
        with mido.open_input(name) as heard:
            begun_s = time.monotonic()
            frame_time = FrameTime(RATE, 0.0).step(begun_s, 0)
            out.show(TempoMap.constant(RATE, 150.0, 4), frame_time)
            time.sleep(3.0)
            out.show(None, frame_time)
            time.sleep(0.1)
            kinds = [message.type for message in heard.iter_pending()]
    finally:
        out.close()
    assert kinds[:1] in (["clock"], ["start"], ["stop"])
    assert kinds[-1] == "stop"
    started = kinds.index("continue") if "continue" in kinds else kinds.index("start")
    assert set(kinds[started + 1 : -1]) == {"clock"}
    assert len(kinds[started + 1 : -1]) == pytest.approx(3.0 * 150.0 / 60.0 * PULSES, abs=10)


@pytest.mark.jack
def test_another_program_drives_our_clock(jack_midi):
    mido = pytest.importorskip("mido")
    mido.set_backend("mido.backends.rtmidi/UNIX_JACK")
    with mido.open_output("other program", virtual=True) as port:
        clock = MidiClock("other program")
        time.sleep(0.3)  # JACK makes the connection in its own time, and what is sent before is lost
        port.send(mido.Message("songpos", pos=32))
        port.send(mido.Message("continue"))
        begun_s = time.monotonic()
        for number in range(24 * 4):
            time.sleep(max(0.0, begun_s + number * 60.0 / 100.0 / PULSES - time.monotonic()))
            port.send(mido.Message("clock"))
            clock.fetch(time.monotonic)
        now_s = time.monotonic()
        clock.fetch(time.monotonic)
        line = clock.line(now_s, 4)
        clock.close()
    assert line.tempo_bpm == pytest.approx(100.0, rel=0.05)
    assert line.beat_at(now_s) == pytest.approx(8.0 + (now_s - begun_s) * 100.0 / 60.0, abs=0.1)


@pytest.mark.jack
def test_a_port_is_found_by_part_of_its_name_or_the_others_are_named(jack_midi):
    out = MidiClockOut("virtual")
    try:
        with pytest.raises(SyncError, match=r"no MIDI port called \"klock\" \(there are: .*clock.*\)"):
            MidiClock("klock")
        MidiClock("CLOCK").close()
    finally:
        out.close()


def until_said(clock, word):
    """Let a clock look for its port, by a time that runs fast, until it tells so."""
    deadline_s, now_s = time.monotonic() + 30.0, time.monotonic()
    while time.monotonic() < deadline_s:
        now_s += 1.0
        if word in clock.look(now_s):
            return True
        time.sleep(0.05)
    return False


def drive(port, clock, mido):
    """Two beats of pulses; returns the clock's line after them."""
    port.send(mido.Message("start"))
    for _ in range(2 * PULSES):
        time.sleep(0.02)
        port.send(mido.Message("clock"))
        clock.fetch(time.monotonic)
    return clock.line(time.monotonic(), 4)


@pytest.mark.jack
def test_a_port_that_was_away_is_taken_up_again(jack_midi):
    mido = pytest.importorskip("mido")
    mido.set_backend("mido.backends.rtmidi/UNIX_JACK")
    port = mido.open_output("other program", virtual=True)
    clock = MidiClock("other program")
    try:
        assert drive(port, clock, mido) is not None
        port.close()
        assert until_said(clock, '"other program" is gone')
        port = mido.open_output("other program", virtual=True)
        assert until_said(clock, '"other program" is back')
        assert drive(port, clock, mido) is not None
    finally:
        clock.close()
        port.close()


@pytest.mark.jack
def test_what_comes_between_the_pulses_takes_no_time_from_them(jack_midi):
    mido = pytest.importorskip("mido")
    mido.set_backend("mido.backends.rtmidi/UNIX_JACK")
    kinds, told_s = [], 0.0
    with mido.open_output("other program", virtual=True) as port:
        heard, begun_s = Port(INPUT, "clock/midi_in", "other program"), time.monotonic()
        for kind in ("active_sensing", "clock") * 2 * PULSES:
            time.sleep(0.01)
            port.send(mido.Message(kind))
        sent_s = time.monotonic() - begun_s
        time.sleep(0.1)
        while (got := heard.get_message()) is not None:
            kinds.append(got[0][0])
            told_s += got[1]
        heard.delete()
    assert {CLOCK, 0xFE} <= set(kinds)
    assert 0.8 * sent_s < told_s < sent_s + 0.2
