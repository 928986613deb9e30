"""What judges a recording finds each planted fault, and nothing in clean music."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lmdmd.bench import judge
from lmdmd.bench.heard import AUDIO, BUFFER, NOTES, Heard, read_heard
from lmdmd.bench.judge import Stretch
from lmdmd.bench.samples import compare_block_times, compare_memory
from lmdmd.bench.showlog import (
    Anchor,
    block_times,
    find_anchors,
    join_frames,
    read_lines,
    to_heard,
    unreadable_lines,
)

RATE_HZ, PERIOD = 48000, 256
BUFFERS = 1500


def music(frames: int = BUFFERS * PERIOD, seed: int = 3) -> np.ndarray:
    """Smooth noise, loud and soft in turns: [N, 2] float32."""
    noise = np.random.default_rng(seed).standard_normal((frames + 63, 2))
    smooth = np.stack([np.convolve(channel, np.hanning(64) / 32, "valid") for channel in noise.T], 1)
    swell = 0.1 + 0.05 * np.sin(np.arange(frames) / 20000)
    return (smooth * swell[:, None]).astype(np.float32)


def heard_of(audio: np.ndarray) -> Heard:
    """A recording of a clock that never slipped."""
    notes = np.zeros(len(audio) // PERIOD, BUFFER)
    notes["frame"] = np.arange(len(notes)) * PERIOD
    notes["at_s"] = 100 + np.arange(len(notes)) * PERIOD / RATE_HZ
    notes["connected"] = True
    return Heard(audio, notes)


@pytest.fixture
def heard() -> Heard:
    return heard_of(music())


def test_clean_music_passes(heard):
    assert judge.judge_silence(heard) == judge.Silence([], [])
    assert not judge.repeated_buffers(heard).any()
    assert judge.sounding_buffers(heard).all()
    assert judge.judge_clicks(heard, np.arange(9000, len(heard.audio), 9000)).count == 0


# --- silence ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", [10_000, judge._PIECE_FRAMES - 150])
def test_a_gap_is_found_wherever_it_lies(begin):
    heard = heard_of(np.full((judge._PIECE_FRAMES + 20 * PERIOD, 2), 0.1, np.float32))
    heard.audio[begin : begin + 300] = 0
    assert judge.judge_silence(heard).gaps == [Stretch(begin, 300)]


def test_a_buffer_of_zeros_may_be_music_and_one_sounding_side_is_no_gap(heard):
    heard.audio[5000 : 5000 + PERIOD] = 0
    heard.audio[9000:9900, 0] = 0
    assert judge.judge_silence(heard).samples == 0


def test_what_is_too_soft_to_be_music_is_silence(heard):
    heard.audio[5000:6000] = 5e-7
    assert judge.judge_silence(heard).samples == 1000


def test_silence_before_the_first_sound_is_no_gap(heard):
    heard.audio[:5000] = 0
    assert judge.judge_silence(heard).samples == 0


def test_only_the_connected_part_of_a_silence_counts(heard):
    heard.audio[100 * PERIOD : 110 * PERIOD] = 0
    heard.notes["connected"][100:107] = False
    assert judge.judge_silence(heard).gaps == [Stretch(107 * PERIOD, 3 * PERIOD)]


@pytest.mark.parametrize("column", ["frame", "xruns"])
def test_a_gap_beside_a_slip_of_the_clock_is_excused_and_told(heard, column):
    heard.audio[100 * PERIOD : 102 * PERIOD] = 0
    heard.notes[column][103:] += PERIOD
    assert judge.judge_silence(heard) == judge.Silence([], [Stretch(100 * PERIOD, 2 * PERIOD)])
    assert judge.judge_silence(heard, excuse=False).samples == 2 * PERIOD


def test_a_repeated_buffer_is_found(heard):
    heard.audio[40 * PERIOD : 41 * PERIOD] = heard.audio[39 * PERIOD : 40 * PERIOD]
    assert np.flatnonzero(judge.repeated_buffers(heard)).tolist() == [40]


def test_a_frame_time_that_wraps_is_no_slip(heard):
    heard.notes["frame"] += np.uint32(2**32 - 50 * PERIOD)
    assert not heard.slipped.any()


# --- outages ----------------------------------------------------------------------------------------------


def test_an_outage_lasts_until_sound_stays():
    sounding, at_s = np.ones(1000, bool), np.arange(1000) / 100
    sounding[200:250] = sounding[260:300] = False
    sounding[500:520] = False
    assert judge.outage_s(sounding, at_s, 1.9) == pytest.approx(1.1)
    assert judge.outage_s(sounding, at_s, 6.0) == 0
    sounding[900:] = False
    assert judge.outage_s(sounding, at_s, 8.0) == float("inf")


def test_a_fade_ends_softly_and_a_cut_does_not(heard):
    cut = judge.ending_level(heard)
    heard.audio[-2400:] *= np.linspace(1, 0, 2400, dtype=np.float32)[:, None]
    assert judge.ending_level(heard) < 0.05 < cut
    assert judge.ending_level(heard_of(np.zeros((2560, 2), np.float32))) == 0


# --- clicks -----------------------------------------------------------------------------------------------


def test_a_click_at_a_join_is_found(heard):
    joins = np.arange(9000, len(heard.audio), 9000)
    heard.audio[27_010:] += 0.02
    found = judge.judge_clicks(heard, joins)
    assert (found.count, found.joins) == (1, len(joins))
    assert found.worst > 1


def test_joins_are_ranked_among_the_moments_around_them(heard):
    joins = np.arange(9000, len(heard.audio), 9000)
    assert judge.judge_clicks(heard, joins).rank == pytest.approx(0.5, abs=0.2)
    for frame in joins:
        heard.audio[frame:] += 0.0004
    assert judge.judge_clicks(heard, joins).rank > 0.9


def test_a_click_elsewhere_or_beside_a_slip_is_no_clicking_join(heard):
    heard.notes["xruns"][27_000 // PERIOD :] += 1
    heard.audio[27_010:] += 0.02
    assert judge.judge_clicks(heard, np.array([27_000, 54_000])).count == 0


def test_a_click_at_any_buffer_is_found(heard):
    heard.audio[100 * PERIOD :] += 0.02
    joins = np.arange(PERIOD, len(heard.audio), PERIOD)
    found = judge.judge_clicks(heard, joins)
    assert found.worst > 10
    assert 1 <= found.count <= 1 + 5 * found.by_chance


# --- what the program says of itself ----------------------------------------------------------------------


def test_a_show_log_tells_joins_and_block_times_though_its_end_is_torn(tmp_path):
    lines = [
        {"kind": "block", "frame": 0, "compute_ms": 20.0},
        {"kind": "written", "name": "gen/cfg", "value": 3},
        {"kind": "block", "frame": 9000, "compute_ms": 25.0},
        {"kind": "block", "frame": 22_000, "compute_ms": 30.0},
    ]
    path = tmp_path / "show.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + '\n{"kind": "blo')
    said = read_lines(path)
    assert join_frames(said).tolist() == [0, 9000, 22_000]
    assert block_times(said).tolist() == [[0, 20], [9000, 25], [22_000, 30]]
    assert unreadable_lines(path) == 1
    assert read_lines(None) == []


def test_frames_of_a_show_are_found_in_the_recording_though_the_clock_slipped():
    played = music(6 * RATE_HZ)
    heard = np.concatenate(
        [np.zeros((5000, 2), np.float32), played[: 3 * RATE_HZ + 2007], played[3 * RATE_HZ + 2007 + 512 :]]
    )
    anchors = find_anchors(heard, played, PERIOD, RATE_HZ)
    assert anchors[:2] == [Anchor(0, 5000), Anchor(RATE_HZ, RATE_HZ + 5000)]
    assert [anchor.heard - anchor.played for anchor in anchors[-2:]] == [5000 - 512] * 2
    frames = np.array([100, int(2.5 * RATE_HZ), 3 * RATE_HZ + 3000, int(4.5 * RATE_HZ)])
    assert to_heard(frames, anchors, RATE_HZ).tolist() == [5100, int(2.5 * RATE_HZ) + 5000, int(4.5 * RATE_HZ) + 4488]
    assert len(to_heard(frames, [], RATE_HZ)) == 0


def test_an_hour_compares_its_third_to_eighth_minute_with_its_last_five():
    samples = [{"at_s": 10.0 * n, "deck_mb": 100 + n / 10, "deck_own_mb": 50.0} for n in range(361)]
    deck = compare_memory(samples, 3600.0)["deck"]
    assert (deck["first_mb"], deck["last_mb"]) == (103.3, 134.5)
    assert deck["growth"] == pytest.approx(134.5 / 103.3 - 1, abs=1e-4)
    assert deck["own_growth"] == 0
    times = np.stack([np.arange(3600) * RATE_HZ, np.arange(3600)], 1).astype(float)
    first_ms, last_ms = compare_block_times(times, 3600 * RATE_HZ) or (0, 0)
    assert (round(first_ms), round(last_ms)) == (477, 3596)


def test_a_recording_is_read_as_it_was_written(tmp_path, heard):
    heard.audio.tofile(tmp_path / AUDIO)
    heard.notes.tofile(tmp_path / NOTES)
    read = read_heard(tmp_path)
    assert np.array_equal(read.audio, heard.audio) and np.array_equal(read.notes, heard.notes)
    second = read.between(101.0, 102.0)
    assert len(second.audio) == len(second.notes) * PERIOD == pytest.approx(RATE_HZ, abs=PERIOD)
