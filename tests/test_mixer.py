"""Mixer: exact when nothing is set, smooth when something is, the same every time."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from lmdmd.messages import NOW
from lmdmd.params import BRIDGES, SLOT, find
from lmdmd.rt.board import Board
from lmdmd.rt.conceal import Concealer, Gap
from lmdmd.rt.limiter import LATENCY_FRAMES
from lmdmd.rt.mixer import ROWS, Mixer
from lmdmd.rt.ring import Ring
from lmdmd.rt.schedule import CANCEL, CLEAR, Schedule
from lmdmd.units import CURVES

RATE_HZ = 48000
BUFFER = 256
FRAMES = BUFFER * 200


def noise(seed: int, level: float = 0.1) -> np.ndarray:
    return (level * np.random.default_rng(seed).standard_normal((FRAMES, 2))).astype(np.float32)


class Desk:
    """A mixer with its rings and schedule, played from frame 0."""

    def __init__(self, decks: list[np.ndarray], live: np.ndarray | None = None) -> None:
        self.schedule = Schedule.create()
        self.rings = [Ring.create(FRAMES + 1000, 2, RATE_HZ) for _ in decks]
        for ring, audio in zip(self.rings, decks, strict=True):
            ring.write(audio)
        self.live = np.zeros((FRAMES, 2), np.float32) if live is None else live
        self.mixer = Mixer(RATE_HZ, BUFFER, self.schedule)

    def push(self, name: str, target: float, frame: int = NOW, glide: int = 0, curve: str = "linear") -> None:
        assert self.schedule.push(frame, SLOT[name], target, glide, curve)

    def play(self, frames: int = FRAMES, first: int = 0, buffer: int = BUFFER) -> np.ndarray:
        out = np.zeros((frames, 2), np.float32)
        for at in range(0, frames, buffer):
            part = slice(at, at + buffer)
            source = self.live[first + at : first + at + buffer]
            self.mixer.process(first + at, self.rings, source, out[part])
        return out


@pytest.fixture
def desk():
    made: list[Desk] = []

    def make(*decks: np.ndarray, live: np.ndarray | None = None) -> Desk:
        made.append(Desk(list(decks), live))
        return made[-1]

    yield make
    for one in made:
        for shared in (*one.rings, one.schedule):
            shared.close()
            shared.unlink()


def settled(out: np.ndarray) -> np.ndarray:
    """What came in, when it came in: the limiter's delay taken off."""
    return out[LATENCY_FRAMES:]


def test_at_its_defaults_it_passes_the_deck_bit_by_bit(desk):
    audio = noise(1)
    out = desk(audio, noise(2)).play()
    np.testing.assert_array_equal(settled(out), audio[:-LATENCY_FRAMES])


def test_the_same_again_is_the_same_to_the_bit(desk):
    def perform() -> np.ndarray:
        one = desk(noise(1, 0.5), noise(2, 0.5), live=noise(3, 0.5))
        one.push("mix/deck", 1.0, 3000, 9000, "smooth")
        one.push("mix/wet", 0.4, 5000, 700)
        one.push("mix/pan", -0.7, 7000, 0)
        one.push("mix/width", 1.7, 7100, 0)
        one.push("mix/gain", 9.0, 20_000, 4000)
        one.push("mix/mute", 1.0, 40_000)
        return one.play(BUFFER * 180)

    np.testing.assert_array_equal(perform(), perform())


def test_a_crossfade_of_strangers_keeps_its_power(desk):
    one = desk(noise(1), noise(2))
    one.push("mix/deck", 1.0, 0, FRAMES)
    power = settled(one.play()).reshape(-1, 2)[: BUFFER * 199].reshape(199, -1)
    level_db = 10 * np.log10(np.mean(power**2, axis=1))
    assert np.abs(level_db - 20 * np.log10(0.1)).max() < 1.2
    ends = np.mean(level_db[:20]), np.mean(level_db[90:110]), np.mean(level_db[-20:])
    np.testing.assert_allclose(ends, 20 * np.log10(0.1), atol=0.15)


def test_a_deck_without_share_is_not_read(desk):
    one = desk(noise(1), np.zeros((0, 2), np.float32))
    one.play()
    assert one.mixer.underruns == 0
    one = desk(np.zeros((0, 2), np.float32), noise(2))
    one.push("mix/deck", 1.0)
    one.mixer.stand(0, one.live[:BUFFER], np.zeros((BUFFER, 2), np.float32))
    np.testing.assert_array_equal(settled(one.play()), noise(2)[:-LATENCY_FRAMES])
    assert one.mixer.underruns == 0


CONSTANT = np.full((FRAMES, 2), 0.25, np.float32)


@pytest.mark.parametrize(
    ("name", "target"),
    [("mix/gain", -96.0), ("mix/mute", 1.0), ("mix/wet", 0.0), ("mix/pan", 1.0), ("mix/fade", 0.0), ("mix/deck", 1.0)],
)
@pytest.mark.parametrize("frame", [NOW, 5000])
def test_sudden_changes_are_ramps(desk, name, target, frame):
    one = desk(CONSTANT, np.zeros_like(CONSTANT))
    one.play(BUFFER * 10)
    one.push(name, target, frame)
    out = one.play(BUFFER * 40, BUFFER * 10)
    ramp_frames = 0.020 * RATE_HZ
    assert np.abs(np.diff(out, axis=0)).max() < 4 * 0.25 / ramp_frames
    assert out[-1, 0] == pytest.approx(0.0, abs=1e-6)
    assert out[0, 0] == 0.25


def test_what_was_planned_before_time_ran_is_a_ramp_when_it_comes(desk):
    one = desk(CONSTANT)
    one.push("mix/mute", 1.0, 5000)
    one.mixer.stand(0, one.live[:BUFFER], np.zeros((BUFFER, 2), np.float32))
    out = one.play(BUFFER * 40)[LATENCY_FRAMES:]
    assert np.abs(np.diff(out, axis=0)).max() < 1.5 * 0.25 / (0.020 * RATE_HZ)
    assert out[-1, 0] == pytest.approx(0.0, abs=1e-6)


def test_a_stamped_glide_runs_on_its_own_frames(desk):
    one = desk(CONSTANT)
    one.push("mix/fade", 0.0, 4096, 8192)
    level = settled(one.play())[:, 0] / 0.25
    np.testing.assert_allclose(level[:4096], 1.0)
    np.testing.assert_allclose(level[4096:12288], 1 - np.arange(8192) / 8192, atol=1e-4)
    np.testing.assert_allclose(level[12288:], 0.0)


def test_what_was_planned_can_be_cancelled(desk):
    one = desk(CONSTANT)
    one.push("mix/fade", 0.0, 4096, 100)
    one.play(BUFFER * 8)
    one.schedule.push(BUFFER * 8, CLEAR, 0.0)
    np.testing.assert_array_equal(one.play(BUFFER * 100, BUFFER * 8), 0.25)


def test_a_hand_on_the_fader_ends_a_glide_without_a_step(desk):
    one = desk(CONSTANT)
    one.push("mix/gain", -60.0, 0, 40_000)
    first = one.play(BUFFER * 60)
    one.push("mix/gain", 0.0)
    second = one.play(BUFFER * 60, BUFFER * 60)
    assert np.abs(np.diff(np.concatenate((first, second))[LATENCY_FRAMES:], axis=0)).max() < 0.002
    assert second[-1, 0] == 0.25


def test_wet_and_dry_input_gain_and_mute(desk):
    live = noise(4)
    one = desk(noise(1), live=live)
    one.push("mix/wet", 0.0)
    one.push("input/gain", -20.0)
    one.push("input/highpass", find("input/highpass").lo)
    one.mixer.stand(0, live[:BUFFER], np.zeros((BUFFER, 2), np.float32))
    np.testing.assert_allclose(settled(one.play()), 0.1 * live[:-LATENCY_FRAMES], rtol=1e-5)
    np.testing.assert_allclose(one.mixer.live, 0.1 * live[-BUFFER:], rtol=1e-5)
    one.push("input/mute", 1.0)
    one.play(BUFFER * 20)
    assert not one.play(BUFFER, BUFFER * 20).any()


def test_width_and_pan(desk):
    audio = noise(1)
    one = desk(audio)
    one.push("mix/width", 0.0)
    one.push("mix/pan", -1.0)
    one.mixer.stand(0, audio[:BUFFER], np.zeros((BUFFER, 2), np.float32))
    out = settled(one.play())
    np.testing.assert_allclose(out[:, 0], audio[:-LATENCY_FRAMES].mean(axis=1), atol=1e-6)
    assert not out[:, 1].any()


def test_a_dry_ring_is_concealed_counted_and_metered(desk):
    audio = np.tile(noise(1)[:4800], (8, 1))
    one = desk(audio)
    out = one.play(BUFFER * 200)
    gap_frames = BUFFER * 200 - len(audio)
    assert one.mixer.underruns == 1
    assert one.mixer.concealed_ms == pytest.approx(1000 * gap_frames / RATE_HZ)
    assert np.abs(out[-1000:]).max() > 0.1
    assert one.mixer.meters_db()["meter/out/l"] == pytest.approx(20 * np.log10(0.4), abs=4)
    assert one.mixer.meters_db()["meter/in/l"] == -96.0


def test_garbage_from_a_deck_does_not_stay(desk):
    audio = noise(1)
    audio[1000] = np.nan
    audio[2000, 0] = np.inf
    out = desk(audio).play()
    assert np.isfinite(out).all()
    np.testing.assert_array_equal(out[3000 + LATENCY_FRAMES :], audio[3000:-LATENCY_FRAMES])


def test_the_ceiling_holds(desk):
    one = desk(noise(1, 0.4))
    one.push("mix/gain", 12.0)
    one.push("mix/ceiling", -6.0)
    one.mixer.stand(0, one.live[:BUFFER], np.zeros((BUFFER, 2), np.float32))
    assert np.abs(one.play()).max() <= np.float32(10 ** (-6 / 20))


def test_no_setting_and_no_garbage_gets_past_the_ceiling(desk):
    rng = np.random.default_rng(5)
    audio, live = noise(1, 2.0), noise(2, 2.0)
    for sound in (audio, live):
        for garbage in (np.nan, np.inf, -np.inf, 3e38, -2e4, 9e3):
            sound[rng.integers(0, FRAMES, 4), rng.integers(0, 2, 4)] = garbage
    one = desk(audio, noise(3, 5.0), live=live)
    one.push("mix/ceiling", -3.0)
    for frame in range(0, FRAMES, 3 * BUFFER):
        name = rng.choice([row.name for row in ROWS if row.name not in ("mix/limit", "mix/ceiling")])
        row = find(name)
        low, high = (0, len(row.choices) - 1) if row.kind == "choice" else (row.lo, row.hi)
        one.push(name, float(rng.choice([low, high, rng.uniform(low, high)])), frame, int(rng.integers(0, 4000)))
    out = one.play()[BUFFER * 8 :]
    assert np.isfinite(out).all()
    assert 0.0 < np.abs(out).max() <= np.float32(10 ** (-3 / 20))


def sine(level: float = 0.25, hz: float = 300.0) -> np.ndarray:
    phase = 2 * np.pi * hz * np.arange(FRAMES) / RATE_HZ
    return (level * np.stack((np.sin(phase), np.cos(phase)), axis=1)).astype(np.float32)


INSTANT = pytest.mark.parametrize(
    ("name", "target"), [("mix/highpass", 900.0), ("mix/lowpass", 200.0), ("mix/freeze", 1.0), ("mix/stutter", 1.0)]
)


@INSTANT
@pytest.mark.parametrize("buffer", [64, 256])
def test_instant_controls_act_at_once_without_a_click_and_leave_no_trace(desk, name, target, buffer):
    audio = sine() * np.linspace(0.8, 1.0, FRAMES, dtype=np.float32)[:, None]
    one = desk(audio)
    on, off = BUFFER * 110, BUFFER * 160
    one.push(name, target, on)
    one.push(name, find(name).to_slot(find(name).default), off)
    out = settled(one.play(buffer=buffer))
    np.testing.assert_array_equal(out[:on], audio[:on])
    assert np.abs(out[on + 960 : off] - audio[on + 960 : off]).max() > 0.005
    np.testing.assert_array_equal(out[off + 2000 :], audio[off + 2000 : -LATENCY_FRAMES])
    assert np.abs(np.diff(out, axis=0)).max() < 1.25 * np.abs(np.diff(audio, axis=0)).max()


@INSTANT
def test_instant_controls_need_no_deck(desk, name, target):
    one = desk(np.zeros((0, 2), np.float32))
    one.push(name, target, BUFFER * 100)
    assert not one.play().any()
    one = desk(noise(1)[:4800], live=noise(2))
    one.push("mix/wet", 0.5)
    one.push(name, target, BUFFER * 100)
    out = one.play()
    assert np.isfinite(out).all()
    windows = out[BUFFER * 20 :].reshape(-1, BUFFER * 4)
    assert np.abs(windows).max(axis=1).min() > 0.01
    assert one.mixer.underruns == 1


@pytest.mark.parametrize("name", ["mix/freeze", "mix/stutter"])
def test_what_is_held_outlives_the_deck_and_obeys_the_faders(desk, name):
    held = BUFFER * 110
    one = desk(noise(1)[: held + 2048], live=noise(3))
    one.push("mix/conceal", 2.0)
    one.push(name, 1.0, held)
    one.push("mix/pan", -1.0, BUFFER * 150)
    out = settled(one.play())
    assert np.sqrt(np.mean(out[BUFFER * 120 : BUFFER * 150] ** 2)) == pytest.approx(0.1, rel=0.1)
    assert out[BUFFER * 160 :, 0].any() and not out[BUFFER * 160 :, 1].any()


def test_a_frozen_deck_lets_the_live_input_pass(desk):
    live = noise(4)
    one = desk(np.zeros((FRAMES, 2), np.float32), live=live)
    one.push("mix/wet", 0.5)
    one.push("mix/freeze", 1.0, BUFFER * 110)
    one.push("input/highpass", find("input/highpass").lo)
    one.mixer.stand(0, live[:BUFFER], np.zeros((BUFFER, 2), np.float32))
    np.testing.assert_allclose(settled(one.play()), np.sqrt(0.5) * live[:-LATENCY_FRAMES], atol=1e-6)


def test_a_slice_is_as_long_as_it_says(desk):
    one = desk(noise(1))
    one.push("mix/stutter_ms", 40.0)
    one.push("mix/stutter", 1.0, BUFFER * 100)
    out = settled(one.play())[BUFFER * 104 :]
    period = 40 * RATE_HZ // 1000
    np.testing.assert_allclose(out[period:], out[:-period], atol=1e-6)


def test_a_new_slice_length_does_not_glide_by_itself(desk):
    one = desk(noise(1))
    one.push("mix/stutter", 1.0, BUFFER * 100)
    one.push("mix/stutter_ms", 40.0, BUFFER * 100 + 6000 - BUFFER)
    out = settled(one.play())[BUFFER * 100 + 6000 + 256 :]
    period = 40 * RATE_HZ // 1000
    np.testing.assert_allclose(out[period:], out[:-period], atol=1e-6)


def test_a_crossfade_goes_on_through_a_gap(desk):
    one = desk(sine()[: BUFFER * 100], sine())
    one.push("mix/deck", 1.0, BUFFER * 105, BUFFER * 40)
    out = settled(one.play())
    assert np.abs(np.diff(out, axis=0)).max() < 1.6 * np.abs(np.diff(sine(), axis=0)).max()
    level = np.sqrt(np.mean(out[: BUFFER * 196].reshape(49, -1) ** 2, axis=1))
    assert level.min() > 0.9 * np.sqrt(np.mean(sine() ** 2))
    np.testing.assert_array_equal(out[BUFFER * 150 :], sine()[BUFFER * 150 : -LATENCY_FRAMES])
    assert (one.mixer.underruns, one.mixer.gaps) == (1, 1)
    assert one.mixer.last_gap == Gap(BUFFER * 100, BUFFER * 45)


def test_ready_asks_only_for_what_will_be_heard(desk):
    one = desk(noise(1)[:5000], noise(2)[:2000])
    assert one.mixer.ready(4744, BUFFER, one.rings)
    assert not one.mixer.ready(4745, BUFFER, one.rings)
    one.push("mix/deck", 1.0, 2000, 1000)
    assert one.mixer.ready(1744, BUFFER, one.rings)
    assert not one.mixer.ready(1792, BUFFER, one.rings)


def test_a_new_mixer_goes_on_from_the_board():
    board = Board.create(RATE_HZ)
    board.set("mix/gain", -20.0)
    board.set("mix/fade", 0.5)
    board.set("mix/conceal", "silence")
    mixer = Mixer(RATE_HZ, BUFFER)
    mixer.faders.adopt(board)
    mixer.faders.advance(1000, BUFFER)
    for row, ends in itertools.product(ROWS, (mixer.faders.first, mixer.faders.last)):
        assert row.from_slot(ends[row.name]) == board.get(row.name)
    board.close()
    board.unlink()


def levels_db(audio: np.ndarray, window: int) -> np.ndarray:
    """Level of each window of audio [N, 2]."""
    windows = audio[: len(audio) // window * window].reshape(-1, 2 * window)
    return 10 * np.log10(np.mean(windows.astype(np.float64) ** 2, axis=1))


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize(("leaving", "arriving"), [(0.1, 0.1), (0.1, 0.02), (0.02, 0.1), (0.1, 0.05)])
def test_a_fade_between_strangers_never_dips_below_the_quieter_one(desk, curve, leaving, arriving):
    sides = noise(1, leaving), noise(2, arriving)
    one = desk(*sides)
    one.push("mix/deck", 1.0, 10_000, 24_000, curve)
    out = settled(one.play())
    for window_ms in (50, 100):
        window = window_ms * RATE_HZ // 1000
        quieter = np.minimum(*(levels_db(side[: len(out)], window) for side in sides))
        assert (levels_db(out, window) - quieter).min() > -1.0


def test_a_fade_that_was_sent_ahead_can_be_taken_back_and_sent_for_an_earlier_frame(desk):
    one = desk(CONSTANT, np.zeros_like(CONSTANT))
    one.push("mix/deck", 1.0, BUFFER * 100, 1000)
    one.push("mix/gain", -20.0, BUFFER * 150)
    one.play(BUFFER * 8)
    one.push("mix/deck", 0.0, BUFFER * 100 - 1, CANCEL)
    one.push("mix/deck", 1.0, BUFFER * 60, 1000)
    one.play(BUFFER, BUFFER * 8)
    one.push("mix/deck", 0.0, BUFFER * 60 - 1, CANCEL)
    out = settled(one.play(BUFFER * 180, BUFFER * 9))
    np.testing.assert_array_equal(out[: BUFFER * 140], 0.25)
    np.testing.assert_allclose(out[BUFFER * 150 :], 0.025, rtol=1e-4)


@pytest.mark.parametrize(("slot", "glide"), [(SLOT["mix/deck"], CANCEL), (CLEAR, 0)])
@pytest.mark.parametrize("fade", [0, 1000])
def test_a_fade_that_is_taken_back_when_it_is_over_is_undone(desk, fade, slot, glide):
    one = desk(CONSTANT, np.zeros_like(CONSTANT))
    one.push("mix/deck", 1.0, BUFFER * 10, fade)
    assert not one.play(BUFFER * 30)[BUFFER * 25 :].any()
    one.schedule.push(BUFFER * 10 - 1, slot, 0.0, glide)
    out = settled(one.play(BUFFER * 30, BUFFER * 30))
    np.testing.assert_array_equal(out[BUFFER * 2 :], 0.25)
    assert np.abs(np.diff(out[:, 0])).max() < 0.01, "it comes back without a click"


@pytest.mark.parametrize(("bridge", "level"), [("freeze", 0.1), ("dry", 0.3)])
def test_a_bridge_goes_on_in_the_place_of_a_deck_that_was_ended_and_is_no_gap(desk, bridge, level):
    ends = BUFFER * 60 + 100
    one = desk(noise(1)[:ends], noise(2), live=noise(3, 0.3))
    one.push("mix/conceal", 2.0)
    one.push("mix/limit", 0.0)
    one.push("deck/0/bridge", float(BRIDGES.index(bridge)))
    one.push("mix/deck", 1.0, BUFFER * 150, BUFFER * 20)
    one.mixer.stand(0, one.live[:BUFFER], np.zeros((BUFFER, 2), np.float32))
    out = settled(one.play())
    np.testing.assert_array_equal(out[:ends], noise(1)[:ends])
    bridged = levels_db(out[ends + 480 : BUFFER * 150], RATE_HZ // 20)
    np.testing.assert_allclose(bridged, 20 * np.log10(level), atol=1.0)
    window = RATE_HZ // 20
    assert levels_db(out, window).min() > 20 * np.log10(0.1) - 1.0
    np.testing.assert_array_equal(out[BUFFER * 171 :], noise(2)[BUFFER * 171 : -LATENCY_FRAMES])
    assert (one.mixer.underruns, one.mixer.gaps, one.mixer.concealed_ms) == (0, 0, 0.0)


def test_a_bridge_does_not_sink():
    concealer = Concealer(RATE_HZ, BUFFER)
    live, heard = np.zeros((BUFFER, 2), np.float32), noise(1)
    for at in range(0, FRAMES, BUFFER):
        concealer.process(at, heard[at : at + BUFFER].copy(), BUFFER, BUFFER, live, "loop", True)
    block = np.empty((BUFFER, 2), np.float32)
    for at in range(FRAMES, FRAMES + 20 * RATE_HZ, BUFFER):
        concealer.process(at, block, 0, 0, live, "loop", True)
    assert np.sqrt(np.mean(block**2)) == pytest.approx(0.1, rel=0.15)


def test_time_does_not_wait_for_what_a_deck_has_left_out(desk):
    one = desk(noise(1)[:5000])
    one.rings[0].start_at(9000)
    assert one.mixer.ready(5000, BUFFER, one.rings)
    assert not one.mixer.ready(9000, BUFFER, one.rings)
    one.rings[0].write(noise(2)[:BUFFER])
    assert one.mixer.ready(9000, BUFFER, one.rings)


def test_time_does_not_wait_for_a_deck_that_is_bridged(desk):
    one = desk(noise(1)[:5000])
    assert not one.mixer.ready(5000, BUFFER, one.rings)
    one.push("deck/0/bridge", float(BRIDGES.index("freeze")))
    assert one.mixer.ready(5000, BUFFER, one.rings)
