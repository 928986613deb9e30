"""Distances and drift over minutes, on features whose answer is known."""

import math
from pathlib import Path

import pytest
import torch

from lmdmd.train.distances import frechet_distance, kl_divergence, mean_distance
from lmdmd.train.diversity import mean_rows, summarise_diversity
from lmdmd.train.drift import drift_of_renders, first_minute, last_minute, summarise_clips, summarise_tracks
from lmdmd.train.long_play import Line, Track, cut
from lmdmd.train.renders import Render, pick_references

STYLES = ("house", "jazz")
SURE = torch.tensor([[0.98, 0.02], [0.02, 0.98]]).double()


def render(style, rows, name="r"):
    probs = SURE[STYLES.index(style)].log()
    return Render(Path(name), style, rows, probs.expand(3, 2))


def noise(count, seed):
    return torch.randn(count, 4, generator=torch.Generator().manual_seed(seed)).double()


RENDERS = [render(style, noise(60, number), f"{style}{number}") for number in range(2) for style in STYLES]


def steady_track(style, seed, seconds=120, shift=0.0, ramp_db=0.0, lost_from=None):
    """A stream whose features move evenly by `shift`, its level by `ramp_db`, and that is lost from some window on."""
    share = torch.linspace(0, 1, seconds)[:, None]
    features = noise(seconds, seed) + shift * share
    windows = seconds // 5 - 1
    right, wrong = SURE[STYLES.index(style)].log(), SURE[1 - STYLES.index(style)].log()
    probs = [wrong if lost_from is not None and place >= lost_from else right for place in range(windows)]
    levels = [-20.0 + ramp_db * place / (windows - 1) for place in range(windows)]
    return Track(Line(style, style, RENDERS[STYLES.index(style)]), list(features), probs, levels)


def tracks(**facts):
    return [steady_track(style, 10 + number, **facts) for number, style in enumerate(STYLES)]


def test_steady_music_has_no_drift():
    found = summarise_tracks(tracks(), STYLES, RENDERS)
    assert found["places_s"] == [5.0 * place for place in range(23)]
    assert found["adherence"] == [1.0] * 23
    assert found["kl"] == [0.0] * 23
    assert found["fd_to_first"][0] == 0
    assert found["drift_fd"] == pytest.approx(found["fd_to_first"][12], abs=1.5)
    assert (found["level_span_db"], found["level_worst_db"]) == (0, 0)
    assert (found["streams"], found["frames"], found["seconds"]) == (2, 20, 120)


def test_music_that_wanders_off_drifts_by_the_square_of_its_way():
    found = summarise_tracks(tracks(shift=10.0), STYLES, RENDERS)
    # All four features move by 10, from the middle of the first window to that of the last 110 s of 119.
    assert found["drift_fd"] == pytest.approx(4 * (10 * 110 / 119) ** 2, rel=0.1)
    assert found["fd_last"] > 50 * found["fd_first"]
    assert found["fd_ratio"] == pytest.approx(found["fd_last"] / found["fd_first"], rel=1e-3)
    assert found["fd_to_first"] == sorted(found["fd_to_first"])


def test_a_ramp_of_level_is_told_in_db():
    found = summarise_tracks(tracks(ramp_db=-6.0), STYLES, RENDERS)
    assert found["level_span_db"] == pytest.approx(6.0)
    # From the middle of the first minute's windows to that of the last minute's.
    assert found["level_worst_db"] == pytest.approx(6.0 * 12 / 22, abs=0.01)


def test_streams_that_lose_their_style_are_counted_where_they_do():
    found = summarise_tracks([steady_track("house", 1), steady_track("jazz", 2, lost_from=12)], STYLES, RENDERS)
    assert found["adherence"] == [1.0] * 12 + [0.5] * 11
    assert (found["adherence_first"], found["adherence_last"]) == (1.0, 0.5)
    lost = kl_divergence(SURE[1], SURE[0]).item()
    assert found["kl"][-1] == pytest.approx(lost / 2, abs=1e-3)


def test_minutes_are_those_of_the_first_and_the_last():
    assert (first_minute(119), last_minute(119)) == (slice(0, 11), slice(108, 119))
    assert (first_minute(3), last_minute(3)) == (slice(0, 2), slice(1, 3))
    assert (first_minute(1), last_minute(1)) == (slice(0, 1), slice(0, 1))


def test_clips_are_judged_by_their_first_seconds_alone():
    found = summarise_clips([steady_track("house", 1, lost_from=12), steady_track("jazz", 2)], STYLES, RENDERS)
    assert found["clip_s"] == 47
    assert found["adherence"] == 1.0
    assert found["kl"] == pytest.approx(0, abs=1e-6)
    short = summarise_clips([steady_track("house", 1, seconds=15, lost_from=0)], STYLES, RENDERS)
    assert (short["clip_s"], short["adherence"]) == (15, 0.0)


def test_kl_is_that_of_the_reference_from_what_is_heard():
    p, q = torch.tensor([0.5, 0.5]).double(), torch.tensor([0.25, 0.75]).double()
    assert kl_divergence(p, q).item() == pytest.approx(0.5 * math.log(4 / 3), abs=1e-9)
    assert kl_divergence(p, p).item() == 0
    assert kl_divergence(q, p).item() != pytest.approx(kl_divergence(p, q).item(), abs=1e-3)
    assert torch.isfinite(kl_divergence(p, torch.tensor([1.0, 0.0]).double()))


def test_identical_sets_are_at_no_distance():
    rows = noise(50, 3)
    assert frechet_distance(rows, rows.flip(0)) == pytest.approx(0, abs=1e-9)


def test_renders_drift_too():
    moving = render("house", torch.cat([noise(10, 0), noise(40, 1), noise(10, 0) + 3]))
    found = drift_of_renders([moving], 120.0)
    assert found["seconds"] == 60
    assert found["drift_fd"] == pytest.approx(4 * 9, rel=1e-6)


def test_audio_is_cut_evenly_whatever_the_blocks():
    whole = torch.arange(100.0)[None, None]
    blocks = ((part, part) for part in whole.split(7, -1))
    pieces = list(cut(blocks, 30))
    assert torch.equal(torch.cat(pieces, -1), whole[..., :90])


def test_references_take_turns():
    picked = pick_references(RENDERS, ["jazz", "house", "jazz", "jazz"])
    assert [one.path.name for one in picked] == ["jazz0", "house0", "jazz1", "jazz0"]


def test_diversity_is_one_for_seeds_that_differ_as_pieces_do_and_nothing_for_copies():
    rows = noise(5, 0)
    assert summarise_diversity({"jazz": rows}, {"jazz": rows})["ratio"] == 1.0
    assert summarise_diversity({"jazz": rows[:1].repeat(4, 1)}, {"jazz": rows})["ratio"] == 0.0
    assert summarise_diversity({"jazz": rows / 2}, {"jazz": rows})["per_style"] == {"jazz": 0.5}
    assert mean_rows([rows]).shape == (1, 4)


def test_mean_distances_of_a_triangle():
    corners = torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    assert mean_distance(corners) == pytest.approx((3 + 4 + 5) / 3)
    assert mean_distance(corners[:1], corners[1:]) == pytest.approx(3.5)
