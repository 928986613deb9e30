"""The mixer's buffers once more: odd sizes, writes at any moment, gaps, stops and new mixers come out to the sample."""

from __future__ import annotations

import numpy as np
import pytest

from lmdmd.control.memory import Memory
from lmdmd.messages import NOW
from lmdmd.params import SLOT
from lmdmd.rt.mix_again import MixAgain, UntoldError
from lmdmd.rt.mixer import Mixer
from lmdmd.rt.process import Player
from lmdmd.rt.schedule import CLEAR, Taken, Trace

RATE_HZ = 48000
LARGEST = 512
MOVES = {
    "mix/gain": (-20.0, 6.0),
    "mix/pan": (-1.0, 1.0),
    "mix/wet": (0.0, 1.0),
    "mix/deck": (0.0, 1.0),
    "mix/freeze": (0.0, 1.0),
    "mix/stutter": (0.0, 1.0),
    "mix/highpass": (20.0, 900.0),
    "mix/ramp": (5.0, 60.0),
    "mix/conceal": (0.0, 2.0),
    "mix/dry_delay": (0.0, 0.4),
    "mix/open": (0.0, 1.0),
    "input/gain": (-12.0, 6.0),
    "input/monitor": (-96.0, 0.0),
    "input/feedback": (-96.0, 0.0),
    "input/highpass": (10.0, 200.0),
    "input/gate": (-96.0, -20.0),
    "input/source": (0.0, 3.0),
}


WHOLE = ("mix/deck", "mix/freeze", "mix/conceal", "input/source")


class Whole:
    """What a ring held when it was read."""

    def __init__(self, frames: int) -> None:
        self.audio = np.zeros((frames, 2), np.float32)

    def read_into(self, frame: int, out: np.ndarray) -> int:
        out[:] = self.audio[frame : frame + len(out)]
        return len(out)

    def lead_frames(self, playhead: int) -> int:
        return len(self.audio) - playhead


class Evening:
    """Players on shared memory, moved by the buffer; what they played and what they said of it."""

    def __init__(self, memory: Memory, seed: int, frames: int = 240_000) -> None:
        self.memory = memory
        self.chance = np.random.default_rng(seed)
        self.wholes = [Whole(frames) for _ in memory.rings]
        self.heard = np.zeros((frames, 2), np.float32)
        self.traces: list[Trace] = []
        self.taken: list[Taken] = []
        memory.schedule.keep_taken()
        self.begin()

    def begin(self, frame: int = 0) -> None:
        """A new mixer, as the audio process makes one."""
        schedule = self.memory.schedule
        cursor = schedule.pushed
        schedule.start_reading(cursor)
        mixer = Mixer(RATE_HZ, LARGEST, schedule, cursor)
        mixer.faders.adopt(self.memory.board)
        mixer.trace("start", frame, cursor, LARGEST)
        for name, value in mixer.faders.beginnings().items():
            mixer.trace("row", frame, SLOT[name], value)
        tapes = self.memory.tapes
        known = min(frame, mixer.dry.longest_frames)
        if known and (live := tapes["input"].read(frame - known, known)) is not None:
            mixer.remember(frame - known, live)
        self.player = Player(mixer, self.memory.board, tuple(self.memory.rings), tapes["input"], tapes["output"], frame)

    def play(self, buffers: int, size: int = 256) -> None:
        """Buffers of ``size`` frames with noise as their input."""
        for _ in range(buffers):
            before = self.player.frame
            out = np.zeros((size, 2), np.float32)
            self.player(0.3 * self.noise(size), out)
            self.heard[before : self.player.frame] = out[: self.player.frame - before]
            self.taken += self.memory.schedule.taken()
            traces, lost = self.memory.schedule.traces()
            assert lost == 0
            self.traces += traces

    def noise(self, frames: int) -> np.ndarray:
        return self.chance.standard_normal((frames, 2)).astype(np.float32)

    def make(self, deck: int, frames: int) -> None:
        """Let a deck go on, or begin ahead of the playhead where it fell behind."""
        ring, whole = self.memory.rings[deck], self.wholes[deck]
        if ring.write_frame < self.player.frame:
            ring.start_at(self.player.frame + 2000)
        audio = 0.2 * self.noise(frames)
        whole.audio[ring.write_frame : ring.write_frame + frames] = audio
        assert ring.write(audio)

    def splice(self, deck: int, frames: int) -> None:
        """Let another tail follow as early as the ring allows."""
        ring, whole = self.memory.rings[deck], self.wholes[deck]
        at = ring.changeable_frame
        if at <= ring.write_frame and ring.splice(at, 0.2 * self.noise(frames), 240):
            ring.read_into(at, whole.audio[at : ring.write_frame])

    def move(self) -> None:
        """One write at random: for now, for later, or for a moment that has passed."""
        name = str(self.chance.choice(list(MOVES)))
        frame = int(self.chance.choice([NOW, self.player.frame + 3000, max(self.player.frame - 700, 0)]))
        glide, curve = int(self.chance.choice([0, 0, 5000])), str(self.chance.choice(["linear", "smooth", "step"]))
        target = round(float(self.chance.uniform(*MOVES[name])), 3)
        target = float(round(target)) if name in WHOLE else target
        assert self.memory.schedule.push(frame, SLOT[name], target, glide, curve)

    def again(self) -> tuple[np.ndarray, MixAgain]:
        """What a replay makes of it."""
        tape, out = self.memory.tapes["input"], np.zeros_like(self.heard)

        def live(frame: int, frames: int) -> np.ndarray:
            audio = tape.read(frame, frames)
            assert audio is not None
            return audio

        def put(frame: int, audio: np.ndarray) -> None:
            out[frame : frame + len(audio)] = audio

        mix = MixAgain(RATE_HZ, self.traces, self.taken, self.wholes, live, put)
        mix.until(self.player.frame)
        return out, mix

    def check(self) -> None:
        out, mix = self.again()
        np.testing.assert_array_equal(out, self.heard)
        assert [ear.missing_frames for ear in mix.ears] == [0, 0] and mix.failures == 0


@pytest.fixture
def memory():
    memory = Memory.create(RATE_HZ)
    for ring in memory.rings:
        ring.guard_frames = 2 * LARGEST
    yield memory
    memory.close()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_done_comes_out_to_the_sample(memory, seed):
    evening = Evening(memory, seed)
    chance = evening.chance
    for deck in range(2):
        evening.make(deck, 20_000)
    for _ in range(int(chance.integers(3))):
        evening.move()
    evening.play(3)
    memory.board.rolling = 1
    for _ in range(100):
        for deck in range(2):
            behind = memory.rings[deck].lead_frames(evening.player.frame)
            if behind < 20_000 and chance.random() < 0.3:
                evening.make(deck, int(chance.integers(500, 5000)))
            elif chance.random() < 0.2:
                evening.splice(deck, int(chance.integers(300, 3000)))
        for _ in range(int(chance.integers(4))):
            evening.move()
        if chance.random() < 0.1:
            memory.schedule.push(evening.player.frame + 1000, CLEAR, 0.0)
        evening.play(int(chance.integers(1, 8)), int(chance.choice([64, 256, 480])))
    assert sum(trace.what == "short" for trace in evening.traces) > 0
    assert len(evening.taken) > 40 and np.abs(evening.heard).max() > 0.1
    evening.check()


def test_time_that_stood_and_a_mixer_that_was_replaced_come_out_to_the_sample(memory):
    evening = Evening(memory, 9)
    evening.make(0, 200_000)
    memory.board.rolling = 1
    evening.play(20)
    memory.board.rolling = 0
    evening.play(20)
    stood = evening.player.frame
    evening.move()
    evening.play(5)
    assert evening.player.frame == stood
    memory.board.rolling = 1
    evening.play(20)
    memory.schedule.push(NOW, SLOT["mix/gain"], -30.0)
    memory.board.set("mix/pan", -0.625)
    evening.begin(evening.player.frame)
    evening.move()
    evening.play(40)
    assert [trace.what for trace in evening.traces].count("start") == 2
    assert Trace("row", evening.traces[-1].frame, SLOT["mix/pan"], -0.625) in evening.traces
    evening.check()


def test_a_write_acts_at_the_buffer_that_took_it_and_not_where_it_was_asked_for(memory):
    evening = Evening(memory, 3)
    evening.make(0, 100_000)
    memory.board.rolling = 1
    evening.play(10)
    memory.schedule.push(300, SLOT["mix/gain"], -12.0, 4000)
    evening.play(30)
    (taken,) = evening.taken
    assert (taken.entry.frame, taken.frame) == (300, 2560)
    evening.check()
    evening.taken = [taken._replace(frame=2816)]
    assert not np.array_equal(evening.again()[0], evening.heard)


def test_what_no_deck_told_of_is_counted(memory):
    evening = Evening(memory, 4)
    evening.make(0, 30_000)
    memory.board.rolling = 1
    evening.play(40)

    class Half(Whole):
        def read_into(self, frame: int, out: np.ndarray) -> int:
            there = min(len(out), max(0, 5000 - frame))
            out[:there], out[there:] = self.audio[frame : frame + there], 0.0
            return there

    half = Half(len(evening.heard))
    half.audio[:] = evening.wholes[0].audio
    evening.wholes[0] = half
    _, mix = evening.again()
    assert mix.ears[0].missing_frames == 40 * 256 - 5000


def test_a_log_without_a_mixer_or_a_size_is_refused(memory):
    with pytest.raises(UntoldError, match="no mixer"):
        MixAgain(RATE_HZ, [Trace("open", 0)], [], [], lambda frame, frames: np.zeros((frames, 2)), lambda *_: None)
    mix = MixAgain(RATE_HZ, [Trace("start", 0, 0, 256)], [], [], lambda *_: np.zeros((0, 2)), lambda *_: None)
    with pytest.raises(UntoldError, match="no size"):
        mix.until(256)
