"""A delay that hears itself: it is eased before it is loud and told once, and whoever plays into it is left alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from lmdmd.control.memory import Memory
from lmdmd.control.session import Session
from lmdmd.control.slow_loop import EASED, SlowLoopGuard
from lmdmd.rt.mixer import Mixer

RATE_HZ, BUFFER = 16_000, 512
LOOK = 2


class Model:
    """A deck that gives the input again, a delay later, as loud as ``gain`` makes it and with other sounds."""

    def __init__(self, delay_s: float, gain: float) -> None:
        self.late, self.gain = round(delay_s * RATE_HZ / BUFFER) * BUFFER, gain
        self.heard = np.zeros((0, 2), np.float32)
        self._rng = np.random.default_rng(5)

    def read_into(self, frame: int, out: np.ndarray) -> int:
        begin = frame - self.late
        out[:] = 0.0
        if begin >= 0:
            heard = self.heard[begin : begin + len(out)]
            level = np.sqrt(np.mean(np.square(heard, dtype=np.float64)) + 1e-12)
            out[:] = self.gain * level * self._rng.standard_normal(out.shape)
        return len(out)

    def lead_frames(self, playhead: int) -> int:
        return RATE_HZ


class Hall:
    """A session, a mixer with that deck, and a room that gives the output back to the microphone."""

    def __init__(self, memory: Memory, delay_s: float, gain: float, air: float, **rows: float) -> None:
        memory.board.playhead = 0
        self.session = Session(memory.board, memory.schedule, RATE_HZ)
        self.mixer = Mixer(RATE_HZ, BUFFER, memory.schedule, memory.schedule.pushed)
        self.board = memory.board
        self.guard, self.model, self.air = SlowLoopGuard(self.session), Model(delay_s, gain), air
        self.told: list[str] = []
        self.session.set("delay/on", True, source="hand")
        for name, value in {"mix/wet": 1.0, **rows}.items():
            self.session.set(name.replace("__", "/"), value, source="hand")
        self.session.publish("delay/now", delay_s)
        self.frame, self.out = 0, np.zeros((BUFFER, 2), np.float32)
        self.most_eased_db = 0.0

    def play(self, sound: np.ndarray) -> np.ndarray:
        heard = []
        for at in range(0, len(sound) // BUFFER * BUFFER, BUFFER):
            live = (sound[at : at + BUFFER] + self.air * self.out).astype(np.float32)
            out = np.zeros((BUFFER, 2), np.float32)
            self.mixer.process(self.frame, (self.model,), live, out)
            self.model.heard = np.concatenate((self.model.heard, self.mixer.live[:BUFFER]))
            self.frame, self.out = self.frame + BUFFER, out
            self.board.playhead = self.frame
            for name, level_db in self.mixer.meters_db().items():
                self.board.set(name, level_db)
            if at // BUFFER % LOOK == 0:
                self.guard.tick(self.frame / RATE_HZ)
            self.most_eased_db = max(self.most_eased_db, float(self.session.get(EASED)))
            said = str(self.session.get("status/incident"))
            if said and said not in self.told:
                self.told.append(said)
            heard.append(out)
        return np.concatenate(heard)


@pytest.fixture
def memory() -> Iterator[Memory]:
    memory = Memory.create(RATE_HZ)
    yield memory
    memory.close()


def playing(
    seconds: float, level: float = 0.05, per_s: float = 2.3, seed: int = 1, swell_db: float = 0.0
) -> np.ndarray:
    """Struck notes, not in time with any delay, that may grow by so much."""
    at, rng = np.arange(round(seconds * RATE_HZ)) / RATE_HZ, np.random.default_rng(seed)
    struck = np.exp(-6.0 * ((at * per_s * (1.0 + 0.1 * np.sin(0.7 * at))) % 1.0))
    gain = level * 10.0 ** (swell_db * at / seconds / 20.0)
    return ((gain * struck)[:, None] * rng.standard_normal((len(at), 2))).astype(np.float32)


def level_db(audio: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(audio, dtype=np.float64)) + 1e-20))


@pytest.mark.parametrize(("delay_s", "gain", "air"), [(0.75, 1.0, 1.6), (1.0, 1.5, 1.0), (1.6, 1.2, 1.1)])
def test_a_delay_that_hears_itself_is_eased_and_told_once(memory, delay_s, gain, air):
    first = np.concatenate((playing(2.0, 0.02), np.zeros((round(28 * RATE_HZ), 2), np.float32)))
    free = Hall(memory, delay_s, gain, air, input__howl=0.0)
    alone = free.play(first)
    assert level_db(alone[-2 * RATE_HZ :]) > -15 and not free.told and not free.most_eased_db
    hall = Hall(memory, delay_s, gain, air)
    heard = hall.play(first)
    assert hall.most_eased_db >= 12.0 and len(hall.told) == 1 and "the delay hears its own output" in hall.told[0]
    assert level_db(heard[-4 * RATE_HZ :]) < level_db(alone[-4 * RATE_HZ :]) - 10


def test_what_was_eased_comes_back_when_the_loop_is_open(memory):
    hall = Hall(memory, 0.75, 1.0, 1.8)
    hall.play(np.concatenate((playing(2.0, 0.02), np.zeros((12 * RATE_HZ, 2), np.float32))))
    assert hall.most_eased_db >= 12.0
    hall.air = 0.0
    hall.play(np.zeros((20 * RATE_HZ, 2), np.float32))
    assert hall.session.get(EASED) == 0.0
    assert level_db(hall.play(playing(6.0))[-3 * RATE_HZ :]) > -45


@pytest.mark.parametrize("delay_s", [0.5, 0.75, 1.3])
@pytest.mark.parametrize("swell_db", [0.0, 25.0])
def test_who_plays_or_grows_is_left_alone(memory, delay_s, swell_db):
    hall = Hall(memory, delay_s, 1.0, 0.1)
    hall.play(playing(20.0, 0.02, swell_db=swell_db))
    assert hall.most_eased_db == 0.0 and hall.told == []


def test_without_a_delay_or_with_the_input_heard_directly_nothing_is_looked_at(memory):
    for rows in ({"delay__on": 0.0}, {"input__monitor": 0.0}):
        hall = Hall(memory, 0.75, 1.0, 1.6, **rows)
        hall.play(playing(8.0))
        assert hall.most_eased_db == 0.0 and not any("own output" in text for text in hall.told)
