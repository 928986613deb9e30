"""The audio process as the program runs it: spawned, on null, file and real JACK devices."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import soundfile
from conftest import JACK_RATE_HZ, QUIET_JIFFIES, jack_server, steal_jiffies

from lmdmd.messages import NOW, AudioArgs, Failed, Note, Ready, Stop
from lmdmd.params import SLOT, find
from lmdmd.rt.board import Board
from lmdmd.rt.limiter import LATENCY_FRAMES
from lmdmd.rt.mixer import Mixer
from lmdmd.rt.process import Player, run
from lmdmd.rt.ring import Ring
from lmdmd.rt.schedule import Schedule
from lmdmd.rt.tape import Tape

TAKES = 3
SECONDS = 6
CAPACITY = SECONDS * 48000


def wait_for(what: Callable[[], Any], seconds: float = 10.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (got := what()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
    return got


class Stage:
    """Control's side of one audio process: the shared memory, the child and its pipe."""

    def __init__(self) -> None:
        self.board = Board.create()
        self.rings = [Ring.create(CAPACITY, 2, 48000) for _ in range(2)]
        self.input_tape = Tape.create(CAPACITY, 2, 48000)
        self.output_tape = Tape.create(CAPACITY, 2, 48000)
        self.schedule = Schedule.create()
        self.args = AudioArgs(
            self.board.name,
            tuple(ring.name for ring in self.rings),
            self.input_tape.name,
            self.output_tape.name,
            self.schedule.name,
            device="null",
        )
        self.children: list = []

    def start(self, **changes: Any) -> Any:
        """Spawn; returns the first message."""
        spawn = multiprocessing.get_context("spawn")
        self.pipe, theirs = spawn.Pipe()
        child = spawn.Process(target=run, args=(theirs, replace(self.args, **changes)))
        child.start()
        theirs.close()
        self.child = child
        self.children.append(child)
        return self.hear()

    def hear(self) -> Any:
        assert self.pipe.poll(15), "no message"
        return self.pipe.recv()

    def stop(self) -> None:
        self.pipe.send(Stop())
        self.child.join(5)
        assert self.child.exitcode == 0

    def heard(self, first: int, last: int) -> np.ndarray:
        wait_for(lambda: self.output_tape.end_frame >= last)
        audio = self.output_tape.read(first, last - first)
        assert audio is not None
        return audio

    def strike(self) -> None:
        for child in self.children:
            if child.is_alive():
                child.kill()
            child.join(5)
        for shared in (self.board, *self.rings, self.input_tape, self.output_tape, self.schedule):
            shared.close()
            shared.unlink()


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.strike()


def music(frames: int = CAPACITY) -> np.ndarray:
    return (0.1 * np.random.default_rng(8).standard_normal((frames, 2))).astype(np.float32).clip(-0.8, 0.8)


def test_plays_the_ring_sample_by_sample_once_time_rolls(stage):
    audio = music()
    stage.rings[0].write(audio)
    assert stage.start(rate_hz=48000) == Ready("audio", 48000, "null")
    assert (stage.board.rate_hz, stage.rings[1].rate_hz, stage.output_tape.rate_hz) == (48000,) * 3
    time.sleep(0.05)
    assert stage.board.playhead == stage.output_tape.end_frame == 0
    stage.board.rolling = 1
    heard = stage.heard(0, 24_000)
    np.testing.assert_array_equal(heard[LATENCY_FRAMES:], audio[: 24_000 - LATENCY_FRAMES])
    assert stage.rings[0].read_frame > 0 and stage.rings[1].read_frame > 0
    assert stage.rings[0].guard_frames == 512
    assert stage.board.age_s("audio") < 2.0
    stage.stop()
    assert stage.board.get("status/underruns") == 0
    assert int(stage.board.get("status/callbacks")) >= 24_000 // 256
    assert float(stage.board.get("status/callback_max")) > 0
    assert float(stage.board.get("meter/out/l")) > -40


def test_stopping_fades(stage):
    stage.rings[0].write(np.full((CAPACITY, 2), 0.5, np.float32))
    stage.start(rate_hz=48000)
    stage.board.rolling = 1
    stage.heard(0, 4800)
    stage.stop()
    end = stage.output_tape.end_frame
    tail = stage.output_tape.read(end - 4000, 4000)
    assert tail is not None
    assert tail[-1, 0] == 0.0
    assert np.abs(np.diff(tail[:, 0])).max() < 0.5 / 1000


def test_time_stands_and_goes_on_without_a_click(stage):
    stage.rings[0].write(np.full((CAPACITY, 2), 0.5, np.float32))
    stage.start(rate_hz=48000)
    stage.board.rolling = 1
    stage.heard(0, 4800)
    stage.board.rolling = 0
    time.sleep(0.15)
    stood = stage.board.playhead
    time.sleep(0.05)
    assert stage.board.playhead == stood
    stage.board.rolling = 1
    heard = stage.heard(LATENCY_FRAMES, stood + 4800)
    assert np.abs(np.diff(heard[:, 0])).max() < 0.5 / 1000
    assert heard[-1, 0] == 0.5


def test_a_killed_process_is_replaced_where_it_stood(stage):
    audio = music()
    stage.rings[0].write(audio)
    stage.board.set("status/underruns", 3)
    stage.board.set("status/late", 1000)
    stage.start(rate_hz=48000)
    stage.board.rolling = 1
    stage.heard(0, 9600)
    stage.child.kill()
    stage.child.join(5)
    stood = stage.board.playhead
    stage.start(rate_hz=48000)
    heard = stage.heard(stood + 4800, stood + 9600)
    np.testing.assert_array_equal(heard, audio[stood + 4800 - LATENCY_FRAMES : stood + 9600 - LATENCY_FRAMES])
    assert stage.output_tape.read(0, stood) is not None
    stage.stop()
    assert stage.board.get("status/underruns") == 3
    assert int(stage.board.get("status/late")) >= 1000


def test_writes_of_the_schedule_are_heard(stage):
    stage.rings[0].write(np.full((CAPACITY, 2), 0.5, np.float32))
    stage.start(rate_hz=48000)
    stage.schedule.push(12_000, SLOT["mix/gain"], -20.0, 960)
    stage.board.rolling = 1
    stage.heard(0, 4800)
    stage.schedule.push(NOW, SLOT["mix/pan"], -1.0)
    heard = stage.heard(0, 19_200)
    assert heard[12_000 - 256, 0] == 0.5
    assert heard[13_400, 0] == pytest.approx(0.05, rel=1e-3)
    assert heard[13_400, 1] == 0.0


def test_a_dry_ring_is_concealed_and_counted(stage):
    stage.rings[0].write(music(12_000))
    stage.start(rate_hz=48000)
    stage.board.rolling = 1
    heard = stage.heard(12_000, 24_000)
    assert np.abs(heard).max(axis=1).min() < 1
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(0.1, rel=0.2)
    stage.stop()
    assert stage.board.get("status/underruns") == 1
    assert float(stage.board.get("status/concealed")) > 240


def test_a_gap_that_is_over_is_told_with_its_place_and_its_length(stage):
    stage.board.set("status/gaps", 4)
    stage.board.set("status/gap", 77.0)
    stage.rings[0].write(music(12_000))
    stage.start(rate_hz=48000)
    assert (stage.board.get("status/gaps"), stage.board.get("status/gap")) == (4, 77.0)
    stage.board.rolling = 1
    stage.heard(12_000, 18_000)
    assert stage.board.get("status/gaps") == 4
    wait_for(lambda: stage.rings[0].read_frame >= 12_000)
    begin = stage.rings[0].read_frame + 4800
    stage.rings[0].write(music(begin - 12_000 + 48_000))
    wait_for(lambda: stage.board.get("status/gaps") == 5)
    gap_ms = float(stage.board.get("status/gap"))
    assert stage.board.get("status/gap_at") == 12_000 / 48_000
    stage.stop()
    assert stage.board.get("status/concealed") == pytest.approx(gap_ms)
    assert gap_ms > 120


def test_ends_when_its_parent_is_gone(stage):
    stage.start()
    stage.pipe.close()
    stage.child.join(5)
    assert stage.child.exitcode == 0


def test_a_device_that_cannot_be_opened_is_reported(stage):
    answer = stage.start(device="file:/proc/no/out.wav")
    assert isinstance(answer, Failed)
    assert "/proc/no/out.wav" in answer.why
    stage.child.join(5)
    assert stage.child.exitcode == 0


def test_a_file_takes_exactly_what_the_deck_makes_at_its_own_pace(stage, tmp_path):
    audio = music(60_000)
    path = tmp_path / "render.wav"
    stage.board.end_frame = 50_001
    stage.board.rolling = 1
    stage.start(device=f"file:{path}", rate_hz=44100)
    for at in range(0, 60_000, 6000):
        time.sleep(0.01)
        assert stage.rings[0].write(audio[at : at + 6000])
    wait_for(lambda: stage.board.playhead >= 50_001)
    stage.stop()
    heard, rate_hz = soundfile.read(path, dtype="float32")
    assert rate_hz == 44100 and len(heard) == 50_001
    np.testing.assert_array_equal(heard[LATENCY_FRAMES:], audio[: 50_001 - LATENCY_FRAMES])
    assert stage.board.get("status/underruns") == 0


def test_the_callback_never_raises(stage):
    mixer = Mixer(48000, 256)
    player = Player(mixer, stage.board, tuple(stage.rings), stage.input_tape, stage.output_tape, 0)
    stage.board.rolling = 1
    out = np.ones((512, 2), np.float32)
    mixer.process = None  # type: ignore[assignment]
    player(np.zeros_like(out), out)
    assert not out.any()
    assert (player.failures, player.callbacks, stage.board.playhead) == (2, 1, 512)
    assert "NoneType" in player.failure


def test_a_callback_that_takes_longer_than_its_buffer_is_late(stage, monkeypatch):
    mixer = Mixer(48000, 256)
    player = Player(mixer, stage.board, tuple(stage.rings), stage.input_tape, stage.output_tape, 0)
    clock = iter([0, 5_333_000, 0, 5_334_000, 0, 10_666_000])
    monkeypatch.setattr("lmdmd.rt.process.time.perf_counter_ns", lambda: next(clock))
    for frames, late in ((256, 0), (256, 1), (512, 1)):
        player(np.zeros((frames, 2), np.float32), np.zeros((frames, 2), np.float32))
        assert player.late == late
    assert player.longest_ms == pytest.approx(10.666)


def test_control_and_audio_load_no_torch_and_no_sound_library_on_import():
    code = "import sys, lmdmd.rt.process; print({'torch', 'sounddevice'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# --- a real sound server ------------------------------------------------------------------------------


class Probe:
    """A JACK client that records what ``lmdmd`` plays and plays it a count of frames."""

    SCALE = np.float32(2.0**-22)

    def __init__(self, server: str) -> None:
        import jack

        self.client = jack.Client(f"probe{os.getpid()}", servername=server, no_start_server=True)
        self.recorded = np.zeros((CAPACITY, 2), np.float32)
        self.frames = self.gaps = self.xruns = 0
        self._next = -1
        self._ins: list[Any] = [self.client.inports.register(f"in_{side}") for side in "lr"]
        self._outs: list[Any] = [self.client.outports.register(f"out_{side}") for side in "lr"]
        self.client.set_process_callback(self._process)
        self.client.set_xrun_callback(self._slip)
        self.client.activate()

    def _slip(self, _delayed: float) -> None:
        self.xruns += 1

    def _process(self, frames: int) -> None:
        now = self.client.last_frame_time
        self.gaps += self._next not in (-1, now)
        self._next = now + frames
        count = (np.arange(self.frames, self.frames + frames, dtype=np.float32)) * self.SCALE
        for side, (source, sink) in enumerate(zip(self._ins, self._outs, strict=True)):
            self.recorded[self.frames : self.frames + frames, side] = source.get_array()
            sink.get_array()[:] = count if side == 0 else -count
        self.frames += frames

    def connect(self) -> None:
        played = self.client.get_ports("lmdmd:", is_audio=True, is_output=True)
        listened = self.client.get_ports("lmdmd:", is_audio=True, is_input=True)
        assert len(played) == len(listened) == 2
        for ours, theirs in zip(self._ins, played, strict=True):
            self.client.connect(theirs, ours)
        for ours, theirs in zip(self._outs, listened, strict=True):
            for other in self.client.get_all_connections(theirs):
                self.client.disconnect(other, theirs)
            self.client.connect(ours, theirs)

    def close(self) -> None:
        self.client.deactivate()
        self.client.close()


@dataclass(frozen=True)
class Take:
    """What the probe and the input tape heard, and what went wrong meanwhile."""

    recorded: np.ndarray
    came_in: np.ndarray
    slipped: int
    underruns: int
    stolen: int


def take_from_jack(server: str, audio: np.ndarray) -> Take:
    stage, stolen = Stage(), steal_jiffies()
    try:
        stage.board.set("input/highpass", find("input/highpass").lo)
        stage.rings[0].write(audio)
        probe = record_from_jack(stage, server)
        came_in = stage.input_tape.read(JACK_RATE_HZ // 2, JACK_RATE_HZ)
        assert came_in is not None
        stage.stop()
        slipped = probe.gaps + probe.xruns + int(stage.board.get("status/xruns"))
        underruns = int(stage.board.get("status/underruns"))
    finally:
        stage.strike()
    return Take(probe.recorded, came_in, slipped, underruns, steal_jiffies() - stolen)


def record_from_jack(stage: Stage, server: str) -> Probe:
    assert stage.start(device="system") == Ready("audio", JACK_RATE_HZ, "system (JACK Audio Connection Kit)", inputs=2)
    probe = Probe(server)
    try:
        probe.connect()
        stage.board.rolling = 1
        stage.heard(0, 2 * JACK_RATE_HZ)
        wait_for(lambda: probe.frames > 2.2 * JACK_RATE_HZ)
    finally:
        probe.close()
    return probe


@pytest.mark.jack
def test_jack_hears_every_sample_and_the_input_tape_keeps_every_sample(jackd):
    audio = music()
    # A machine that is busy with other things slips now and then; a program that is too slow slips always.
    takes = (take_from_jack(jackd, audio) for _ in range(TAKES))
    take = next((take for take in takes if not take.slipped), None) or take_from_jack(jackd, audio)
    if take.slipped and take.stolen > QUIET_JIFFIES:
        pytest.skip(f"the host took {take.stolen} jiffies away, which no sound server survives")
    assert (take.slipped, take.underruns) == (0, 0)
    begin = int(np.argmax(take.recorded.any(axis=1)))
    frames = 2 * JACK_RATE_HZ - 4800
    np.testing.assert_array_equal(take.recorded[begin : begin + frames], audio[:frames])
    count = take.came_in / Probe.SCALE
    np.testing.assert_array_equal(count[:, 0], -count[:, 1])
    np.testing.assert_array_equal(count[:, 0], count[0, 0] + np.arange(len(count)))
    assert count[0, 0] == round(count[0, 0])


@pytest.mark.jack
def test_a_lost_sound_server_is_reported_and_a_new_one_goes_on(stage, tmp_path):
    name = f"lost{os.getpid()}"
    stage.rings[0].write(music())
    stage.board.rolling = 1
    with jack_server(name, tmp_path / "first.log"):
        assert isinstance(stage.start(device="system"), Ready)
        stage.heard(0, 9600)
    answer = stage.hear()
    while isinstance(answer, Note):
        answer = stage.hear()
    assert isinstance(answer, Failed)
    assert "system" in answer.why
    stage.child.join(5)
    assert not stage.child.is_alive()
    stood = stage.board.playhead
    with jack_server(f"{name}b", tmp_path / "second.log"):
        assert isinstance(stage.start(device="system"), Ready)
        heard = stage.heard(stood + 4800, stood + 9600)
        stage.stop()
    first = stood + 4800 - LATENCY_FRAMES
    np.testing.assert_array_equal(heard, music()[first : first + 4800])
