"""Hearing a player's beat: by what was played, at many tempi, through noise, changes of tempo and rests."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from drummer import beat_times, drums

from lmdmd.control import beat_tracker
from lmdmd.control.beat_tracker import BeatTracker
from lmdmd.train.hearing import beat_f1

RATE_HZ = 44100
SETTLED_S = 10.0
"""A tempo that is far from the usual one takes so long to be believed where hats fill the beat up."""


def hear(audio: np.ndarray, rate_hz: int = RATE_HZ) -> tuple[np.ndarray, list[tuple[float, float, float]], BeatTracker]:
    """Beats as they were foretold, each when it came; what was found at each look: seconds, tempo, how sure."""
    tracker, hop = beat_tracker.init(rate_hz), beat_tracker.hop_frames(beat_tracker.init(rate_hz))
    beats: list[float] = []
    found = []
    for begin in range(0, len(audio) - hop + 1, hop):
        tracker = beat_tracker.step(tracker, audio[begin : begin + hop])
        if tracker.found is None:
            continue
        beat = 60.0 * rate_hz / tracker.found.tempo_bpm
        coming = tracker.found.frame + np.ceil((tracker.frame - tracker.found.frame) / beat) * beat
        if coming < tracker.frame + hop and (not beats or coming - beats[-1] * rate_hz > 0.4 * beat):
            beats.append(coming / rate_hz)
        if not tracker.unlooked:
            found.append((tracker.frame / rate_hz, tracker.found.tempo_bpm, tracker.found.sure))
    return np.array(beats), found, tracker


def later(times_s: np.ndarray, than_s: float = SETTLED_S) -> np.ndarray:
    return times_s[times_s > than_s]


@pytest.mark.parametrize("tempo", [80.0, 100.0, 120.0, 140.0])
@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_a_steady_beat_is_foretold(tempo: float, noise: float) -> None:
    played = beat_times((18.0, tempo, tempo))
    heard, found, _ = hear(drums(played, 18.0, RATE_HZ, noise))
    assert beat_f1(later(heard), later(played)) > 0.9
    told = [bpm for at_s, bpm, _ in found if at_s > SETTLED_S]
    assert np.median(told) == pytest.approx(tempo, rel=0.01)
    assert np.ptp(told) < 0.03 * tempo
    assert min(sure for at_s, _, sure in found if at_s > SETTLED_S) > beat_tracker.SURE
    near = later(heard)[:, None] - played
    off_ms = 1000.0 * near[np.arange(len(near)), np.abs(near).argmin(axis=1)]
    assert abs(np.median(off_ms)) < 15.0


@pytest.mark.parametrize("rate_hz", [22050, 48000, 96000])
def test_any_rate_is_heard_alike(rate_hz: int) -> None:
    played = beat_times((14.0, 110.0, 110.0))
    heard, _, _ = hear(drums(played, 14.0, rate_hz), rate_hz)
    assert beat_f1(later(heard), later(played)) > 0.9


def test_a_player_who_speeds_up_is_followed() -> None:
    played = beat_times((8.0, 96.0, 96.0), (20.0, 96.0, 130.0), (6.0, 130.0, 130.0))
    heard, found, _ = hear(drums(played, 34.0, RATE_HZ, 0.005))
    assert beat_f1(later(heard), later(played)) > 0.85
    assert found[-1][1] == pytest.approx(130.0, rel=0.02)
    assert dict((round(at_s), bpm) for at_s, bpm, _ in found)[18] == pytest.approx(113.0, rel=0.04)


def test_a_rest_is_told_and_the_beat_taken_up_after_it() -> None:
    played = beat_times((30.0, 104.0, 104.0))
    resting = played[(played < 11.0) | (played > 18.0)]
    _, found, _ = hear(drums(resting, 30.0, RATE_HZ))
    sure = {round(at_s, 2): sure for at_s, _, sure in found}
    assert min(v for at_s, v in sure.items() if 9.0 < at_s < 11.0) > beat_tracker.SURE
    assert max(v for at_s, v in sure.items() if 15.0 < at_s < 18.0) == 0.0
    assert min(v for at_s, v in sure.items() if at_s > 24.0) > beat_tracker.SURE
    assert found[-1][1] == pytest.approx(104.0, rel=0.01)


def test_there_is_no_beat_in_silence_and_none_that_is_sure_in_noise() -> None:
    assert hear(np.zeros((6 * RATE_HZ, 2), np.float32))[1] == []
    noise = 0.1 * np.random.default_rng(1).standard_normal((12 * RATE_HZ, 2)).astype(np.float32)
    assert max(sure for _, _, sure in hear(noise)[1][-10:]) < beat_tracker.SURE


def test_a_tracker_is_a_value_and_forgets() -> None:
    audio = drums(beat_times((6.0, 100.0, 100.0)), 6.0, RATE_HZ)
    _, found, tracker = hear(audio)
    assert found and hear(audio)[1] == found
    with pytest.raises(dataclasses.FrozenInstanceError):
        tracker.frame = 0  # type: ignore[misc]
    again = beat_tracker.reset(tracker, 77)
    assert (again.frame, again.found) == (77, None) and not again.attacks.any() and tracker.found is not None


@pytest.mark.parametrize(("usual", "tempo"), [(85.0, 85.0), (170.0, 170.0)])
def test_who_says_about_how_fast_is_heard_so(usual: float, tempo: float) -> None:
    audio = drums(beat_times((10.0, 170.0, 170.0)), 10.0, RATE_HZ)
    tracker, hop = beat_tracker.init(RATE_HZ, 0, usual), round(RATE_HZ / beat_tracker.HOPS_PER_S)
    for begin in range(0, len(audio) - hop + 1, hop):
        tracker = beat_tracker.step(tracker, audio[begin : begin + hop])
    assert tracker.found is not None and tracker.found.tempo_bpm == pytest.approx(tempo, rel=0.02)
