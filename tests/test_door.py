"""The door: what device, file and output give, mended, filtered, gated and kept from howling, in the real mixer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import soundfile

from lmdmd.control.input_file import load_input
from lmdmd.params import INPUTS, SLOT, find
from lmdmd.rt.input_watch import InputWatch
from lmdmd.rt.limiter import LATENCY_FRAMES
from lmdmd.rt.mixer import Mixer
from lmdmd.rt.schedule import Schedule
from lmdmd.rt.sound import Sound
from lmdmd.units import gain_from_db

RATE_HZ = 48000
BUFFER = 256
CEILING = np.float32(gain_from_db(-1.0))
OFF = {"input/highpass": find("input/highpass").lo}


class Room:
    """A mixer without decks, whose input is given, and who watches it."""

    def __init__(self, schedule: Schedule, rows: dict[str, float], inputs: int = 2, rate_hz: int = RATE_HZ) -> None:
        self.schedule, self.frame, self.rate_hz = schedule, 0, rate_hz
        self.mixer = Mixer(rate_hz, BUFFER, schedule, schedule.pushed)
        self.watch = InputWatch(self.mixer.door, rate_hz, inputs)
        self.said: list[str] = []
        self.live = np.zeros((0, 2), np.float32)
        for name, value in {"mix/wet": 0.0, **rows}.items():
            self.push(name, value)
        self.mixer.stand(0, np.zeros((BUFFER, 2), np.float32), np.zeros((BUFFER, 2), np.float32))

    def push(self, name: str, value: float) -> None:
        assert self.schedule.push(-1, SLOT[name], value)

    def play_one(self, source: np.ndarray) -> np.ndarray:
        out = np.zeros((BUFFER, 2), np.float32)
        self.mixer.process(self.frame, (), source, out)
        self.frame += BUFFER
        self.said += self.watch.look(self.frame / self.rate_hz, self.mixer.faders.last["input/source"])
        return out

    def play(self, audio: np.ndarray) -> np.ndarray:
        """What comes out of [N, 2]; what went to the tape is ``live``."""
        whole = audio[: len(audio) // BUFFER * BUFFER]
        out, live = [], []
        for at in range(0, len(whole), BUFFER):
            out.append(self.play_one(whole[at : at + BUFFER]))
            live.append(self.mixer.live.copy())
        self.live = np.concatenate(live)
        return np.concatenate(out)


@pytest.fixture
def room() -> Iterator:
    schedule = Schedule.create()

    def make(inputs: int = 2, **rows: float) -> Room:
        return Room(schedule, {name.replace("__", "/"): value for name, value in rows.items()}, inputs)

    yield make
    schedule.close()
    schedule.unlink()


def seconds(count: float) -> np.ndarray:
    return np.arange(round(count * RATE_HZ)) / RATE_HZ


def both(mono: np.ndarray) -> np.ndarray:
    return np.repeat(mono[:, None], 2, axis=1).astype(np.float32)


def noise(count: float, level: float = 0.1, seed: int = 1) -> np.ndarray:
    shape = (round(count * RATE_HZ), 2)
    return (level * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def level_db(audio: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(audio, dtype=np.float64)) + 1e-20))


# --- abuse ------------------------------------------------------------------------------------------------


def test_silence_is_silence_and_nobody_is_told(room):
    one = room()
    out = one.play(np.zeros((10 * RATE_HZ, 2), np.float32))
    assert not out.any() and not one.live.any()
    assert one.said == [] and not one.mixer.door.present


def test_a_full_scale_square_stays_below_the_ceiling_and_is_told_once(room):
    one = room(input__monitor=12.0)
    out = one.play(both(np.sign(np.sin(2 * np.pi * 220 * seconds(3)) + 1e-9)))
    assert 0.5 < np.abs(out).max() <= CEILING
    assert len(one.said) == 1 and "clips" in one.said[0]
    assert one.mixer.door.guard.howls == 0


def test_what_is_no_number_is_silence_before_it_reaches_tape_or_filters(room):
    audio = noise(2)
    audio[5000], audio[9000, 0], audio[9001, 1], audio[9002] = np.nan, np.inf, -np.inf, 3e38
    audio[20_000:30_000] = np.float32(1e-40)
    one = room()
    out = one.play(audio)
    assert np.isfinite(out).all() and np.abs(out).max() < 1.0
    assert np.isfinite(one.live).all()
    sound = np.where(np.abs(audio) < 10.0, audio, 0.0)
    sound[20_000:30_000] = 0.0
    np.testing.assert_array_equal(out, room().play(sound.astype(np.float32)))
    assert len(one.said) == 1 and "the sound device gave 2 samples that are no sound" in one.said[0]


def test_rumble_and_dc_are_taken_away_and_told_once(room):
    rumble = both(0.7 * np.sin(2 * np.pi * 5 * seconds(5)) + 0.2)
    music = noise(5, 0.02)
    one = room()
    one.play(rumble + music)
    settled = one.live[RATE_HZ:]
    assert level_db(settled - music[RATE_HZ : len(one.live)]) < level_db(rumble) - 28
    assert abs(settled.mean()) < 1e-3
    assert len(one.said) == 1 and "rumble" in one.said[0]
    off = room(**{"input__highpass": OFF["input/highpass"]})
    off.play(rumble)
    np.testing.assert_array_equal(off.live, rumble[: len(off.live)])


def test_a_filter_that_has_heard_its_last_sound_costs_nothing_and_gives_silence(room):
    one = room()
    one.play(noise(0.5))
    one.play(np.zeros((2 * RATE_HZ, 2), np.float32))
    assert not one.live[-RATE_HZ:].any()


def test_an_unplugged_device_is_told_once_and_so_is_its_return(room):
    one = room()
    one.play(noise(1, 0.001))
    one.play(np.zeros((20 * RATE_HZ, 2), np.float32))
    one.play(noise(1, 0.001))
    assert [text.partition(",")[0] for text in one.said] == [
        "the input gives nothing any more",
        "the input is back",
    ]
    deaf = room(inputs=0)
    deaf.play(np.zeros((20 * RATE_HZ, 2), np.float32))
    assert deaf.said == []


# --- a loop ---------------------------------------------------------------------------------------------------


class Air:
    """The way from the loudspeaker back to the microphone: late, by a gain, and with a place at which a room rings."""

    def __init__(self, gain: float, late_s: float, ring_hz: float = 0.0) -> None:
        self.gain = gain
        self._line = np.zeros((round(late_s * RATE_HZ / BUFFER), BUFFER, 2), np.float32)
        self._at = 0
        at, angle = np.arange(1024), 2 * np.pi * ring_hz / RATE_HZ
        self._response = 0.04 * 0.98**at * np.sin(angle * (at + 1)) if ring_hz else None
        self._before = np.zeros((len(at) - 1, 2))

    def carry(self, out: np.ndarray) -> np.ndarray:
        back = self._line[self._at].copy()
        self._line[self._at] = out
        self._at = (self._at + 1) % len(self._line)
        return (self.gain * (back if self._response is None else self._ring(back))).astype(np.float32)

    def _ring(self, audio: np.ndarray) -> np.ndarray:
        """A resonator whose gain at its place is about one."""
        whole = np.concatenate((self._before, audio))
        self._before = whole[-len(self._before) :]
        return np.stack([np.convolve(side, self._response, "valid") for side in whole.T], axis=1)


def sing(one: Room, air: Air, count: float, music: np.ndarray) -> np.ndarray:
    """What is heard in a room whose loudspeaker the microphone hears."""
    out, heard = np.zeros((BUFFER, 2), np.float32), []
    for at in range(0, round(count * RATE_HZ) // BUFFER * BUFFER, BUFFER):
        out = one.play_one(music[at : at + BUFFER] + air.carry(out))
        heard.append(out)
    return np.concatenate(heard)


@pytest.mark.parametrize(
    ("gain", "late_s", "ring_hz"), [(1.5, 0.016, 1200.0), (3.0, 0.022, 700.0), (2.0, 0.011, 0.0), (1.3, 0.032, 0.0)]
)
def test_a_loop_that_howls_is_ducked_before_it_is_loud_and_told(room, gain, late_s, ring_hz):
    music = noise(3, 0.001)
    one = room()
    air = Air(gain, late_s, ring_hz)
    heard = sing(one, air, 3.0, music)
    free = sing(room(input__howl=0.0), Air(gain, late_s, ring_hz), 3.0, music)
    assert level_db(free[-RATE_HZ:]) > -12, "without the guard it howls"
    assert np.abs(heard).max() <= CEILING
    loud = [level_db(part) > -20 for part in np.array_split(heard, 30)]
    assert sum(loud) <= 5, "with it, it howls for moments"
    assert one.mixer.door.guard.howls >= 1
    (told,) = one.said[:1]
    assert "howls" in told and "turn down" in told
    if ring_hz:
        hz = float(told.partition(" at ")[2].partition(" Hz")[0])
        assert abs(hz - ring_hz) < 200


def test_the_guard_lets_go_by_itself(room):
    one = room()
    air, music = Air(2.0, 0.011), noise(6, 0.001)
    sing(one, air, 1.0, music)
    guard = one.mixer.door.guard
    assert guard.howls >= 1 and guard.ducked_db > 0
    air.gain = 0.0
    sing(one, air, 6.0, noise(6, 0.001, 2))
    assert guard.ducked_db == 0.0
    sing(one, air, 1.0, music)
    np.testing.assert_allclose(level_db(one.mixer.live), -60, atol=1.5)


def swell(hz: float) -> np.ndarray:
    """A tone that comes as evenly as a howl, and stays."""
    return both(0.5 * np.minimum(1.0, 10 ** ((seconds(4) - 1.0) * 60 / 20)) * np.sin(2 * np.pi * hz * seconds(4)))


def test_a_tone_that_swells_is_ducked_for_a_moment_at_most_and_never_called_a_howl(room):
    one = room()
    one.play(swell(440.0))
    assert one.mixer.door.guard.howls == 0 and one.said == []
    before = level_db(swell(440.0)[-RATE_HZ:])
    assert level_db(one.live[-RATE_HZ:]) == pytest.approx(before, abs=0.1)
    ducked = [level_db(part) < before - 12 for part in np.array_split(one.live[RATE_HZ:], 150)]
    assert sum(ducked) <= 25


def test_notes_are_no_howl(room):
    """Plucked and struck notes, a scale of them, and noise in bursts."""
    at, audio = seconds(0.5), []
    for step in range(16):
        hz = 110 * 2 ** (step * 2 / 12)
        audio.append(0.6 * np.exp(-at * (3 + step)) * np.sin(2 * np.pi * hz * at))
    bursts = noise(4, 0.2)[:, 0] * (np.sin(2 * np.pi * 3 * seconds(4)) > 0.6)
    one = room()
    out = one.play(both(np.concatenate([*audio, bursts])))
    assert one.mixer.door.guard.howls == 0 and one.said == []
    quiet = room(input__howl=0.0)
    np.testing.assert_array_equal(out, quiet.play(both(np.concatenate([*audio, bursts]))))


def test_an_input_that_nobody_hears_directly_is_not_looked_at(room):
    one, off = room(mix__wet=1.0), room(mix__wet=1.0, input__howl=0.0)
    for each in (one, off):
        each.play(swell(440.0))
    np.testing.assert_array_equal(one.live, off.live)


def test_what_the_output_feeds_back_cannot_grow_by_itself(room):
    one = room(input__feedback=0.0, input__gain=24.0, input__howl=0.0, input__monitor=0.0)
    out = one.play(np.concatenate((noise(1, 0.01), np.zeros((5 * RATE_HZ, 2), np.float32))))
    assert np.isfinite(out).all() and np.abs(out).max() <= CEILING


# --- the gate -------------------------------------------------------------------------------------------------


def test_the_gate_shuts_what_is_quieter_and_lets_the_rest_pass_whole(room):
    quiet, loud = noise(1, 0.001), noise(1, 0.1, 2)
    one = room(input__gate=-40.0, **{"input__highpass": OFF["input/highpass"]})
    one.play(np.concatenate((quiet, loud, quiet)))
    assert level_db(one.live[RATE_HZ // 2 : RATE_HZ - BUFFER]) < -150
    opened = RATE_HZ + round(0.004 * RATE_HZ)
    np.testing.assert_array_equal(one.live[opened : 2 * RATE_HZ - BUFFER], loud[opened - RATE_HZ : RATE_HZ - BUFFER])
    held = 2 * RATE_HZ + round(0.1 * RATE_HZ)
    np.testing.assert_array_equal(one.live[2 * RATE_HZ + BUFFER : held], quiet[BUFFER : held - 2 * RATE_HZ])
    assert not one.live[-RATE_HZ // 2 :].any()
    assert np.abs(np.diff(one.live[2 * RATE_HZ + BUFFER :], axis=0)).max() < 0.02


def test_the_gate_is_off_at_its_lowest(room):
    one = room(**{"input__highpass": OFF["input/highpass"]})
    audio = noise(1, 1e-4)
    one.play(audio)
    np.testing.assert_array_equal(one.live, audio[: len(one.live)])


# --- where it is heard ------------------------------------------------------------------------------------------


def test_the_monitor_is_heard_beside_the_mix_and_at_once(room):
    audio = noise(1)
    one = room(mix__wet=1.0, input__monitor=-6.0, **{"input__highpass": OFF["input/highpass"]})
    one.push("mix/dry_delay", 0.25)
    out = one.play(audio)[LATENCY_FRAMES:]
    np.testing.assert_allclose(out, gain_from_db(-6.0) * audio[: len(out)], atol=1e-6)


@pytest.mark.parametrize("late_s", [0.0, 0.001, 0.5, 10.0])
def test_the_dry_side_is_late_by_the_frame(room, late_s):
    audio, late = noise(12 if late_s > 1 else 2), round(late_s * RATE_HZ)
    one = room(**{"input__highpass": OFF["input/highpass"], "mix__dry_delay": late_s})
    out = one.play(audio)[LATENCY_FRAMES:]
    settled = late + 4000
    np.testing.assert_array_equal(out[settled:], audio[settled - late : len(out) - late])


def test_the_dry_side_moves_without_a_click(room):
    parts = both(0.5 * np.sin(2 * np.pi * 200 * seconds(4))).reshape(750, BUFFER, 2)
    one = room(**{"input__highpass": OFF["input/highpass"]})
    moves, heard = {200: 0.4, 300: 0.123, 450: 0.0}, []
    for count, part in enumerate(parts):
        if count in moves:
            one.push("mix/dry_delay", moves[count])
        heard.append(one.play_one(part))
    assert (
        np.abs(np.diff(np.concatenate(heard), axis=0)).max() < 1.1 * np.abs(np.diff(parts.reshape(-1, 2), axis=0)).max()
    )


def test_presence_is_what_is_louder_than_a_room(room):
    one = room()
    one.play(noise(0.2, 1e-5))
    assert not one.mixer.door.present
    one.play(noise(0.2, 0.01))
    assert one.mixer.door.present
    one.play(noise(1.2, 1e-5))
    assert not one.mixer.door.present


# --- the sources ------------------------------------------------------------------------------------------------


@pytest.fixture
def tune(tmp_path) -> Iterator[Sound]:
    path = tmp_path / "tune.wav"
    soundfile.write(path, noise(0.75, 0.1, 5), RATE_HZ, subtype="FLOAT")
    sound = load_input(path, RATE_HZ)
    yield sound
    sound.close()
    sound.unlink()


def test_a_file_sounds_by_the_timeline_and_goes_around(room, tune):
    rows = {"input__source": INPUTS.index("file"), "input__highpass": OFF["input/highpass"]}
    one = room(**rows)
    one.mixer.door.file = tune
    one.play(noise(2))
    expected = np.tile(noise(0.75, 0.1, 5), (4, 1))
    np.testing.assert_array_equal(one.live, expected[: len(one.live)])
    later = room(**rows)
    later.mixer.door.file, later.frame = tune, 100 * BUFFER
    later.play(noise(0.5))
    np.testing.assert_array_equal(later.live, expected[100 * BUFFER : 100 * BUFFER + len(later.live)])


def test_sources_change_within_a_moment_and_both_are_both(room, tune):
    one = room(**{"input__highpass": OFF["input/highpass"]})
    one.mixer.door.file = tune
    steady = np.full((RATE_HZ, 2), 0.25, np.float32)
    one.play(steady)
    one.push("input/source", INPUTS.index("file"))
    one.play(steady)
    assert np.abs(one.live[:BUFFER, 0]).max() > 0.15, "it fades"
    begin = RATE_HZ // BUFFER * BUFFER
    settled = np.tile(noise(0.75, 0.1, 5), (3, 1))[begin : begin + len(one.live)]
    np.testing.assert_array_equal(one.live[2000:], settled[2000:])
    one.push("input/source", INPUTS.index("both"))
    one.play(steady)
    begin = one.frame - len(one.live)
    mixed = steady[0, 0] + np.tile(noise(0.75, 0.1, 5), (6, 1))[begin : begin + len(one.live)]
    np.testing.assert_allclose(one.live[2000:], mixed[2000:], atol=1e-6)


def test_the_output_comes_in_again(room):
    one = room(mix__wet=0.0, mix__limit=0.0, **{"input__highpass": OFF["input/highpass"]})
    out = one.play(noise(1))
    one.push("input/source", INPUTS.index("tape"))
    again = one.play(noise(1, 0.1, 2))
    heard, late = np.concatenate((out, again)), BUFFER
    faded = len(out) + 2000
    live = np.concatenate((out, one.live))
    np.testing.assert_array_equal(live[faded:], heard[faded - late : len(heard) - late])
    first, last = (level_db(part) for part in (again[10 * BUFFER : 11 * BUFFER], again[-BUFFER:]))
    assert first == pytest.approx(last, abs=0.5) and last > -30, "a loop of its own past neither grows nor dies"


def test_a_source_that_is_not_there_is_told(room):
    one = room(input__source=INPUTS.index("file"))
    one.play(noise(0.5))
    assert not one.live.any()
    assert one.said == ["input/source is file, and there is no file: start with lmdmd run --input FILE"]
