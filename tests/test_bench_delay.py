"""What ``lmdmd bench delay`` makes of what it has recorded, and the show that it plays."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest

from lmdmd import bundles
from lmdmd.bench.delay import Sample, Take, find_bundle, judge, measure, split_least, write_show
from lmdmd.bench.envelopes import STEP_S, find_lag, level_envelope
from lmdmd.bench.plucks import RATE_HZ, pluck
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.engine.pacing import Pacing
from lmdmd.errors import ConfigError
from lmdmd.model.config import PRESETS, CodecConfig
from lmdmd.testing import make_tiny_bundle


def late(audio: np.ndarray, frames: int) -> np.ndarray:
    """Another sound [N, 2] of the same loudness, so much later."""
    noise = np.random.default_rng(3).standard_normal((len(audio), 2))
    level = np.sqrt(np.convolve(audio**2, np.ones(882) / 882, "same"))
    return np.concatenate([np.zeros((frames, 2)), level[:, None] * noise])[: len(audio)]


@pytest.mark.parametrize("delay_s", [0.0, 0.7531, 2.4])
def test_a_sound_of_the_same_loudness_is_found_as_late_as_it_is(delay_s: float) -> None:
    audio = pluck(30.0)
    heard = level_envelope(late(audio, round(delay_s * RATE_HZ)), RATE_HZ)
    found = find_lag(level_envelope(audio[:, None], RATE_HZ), heard, round(12 / STEP_S), round(15 / STEP_S), 2000)
    assert found is not None
    assert found.seconds == pytest.approx(delay_s, abs=0.003)
    assert found.correlation > 0.9


def test_nothing_is_found_in_silence_and_beyond_the_end() -> None:
    envelope = level_envelope(pluck(10.0)[:, None], RATE_HZ)
    assert find_lag(envelope, np.zeros_like(envelope), 500, 1000, 400) is None
    assert find_lag(np.zeros_like(envelope), envelope, 500, 1000, 400) is None
    assert find_lag(envelope, envelope, 1500, 1000, 400) is None
    found = find_lag(envelope, envelope, 500, 1000, 400)
    assert found is not None and found.seconds == pytest.approx(0.0, abs=1e-6)


def test_each_window_is_judged_by_what_was_shown_in_it() -> None:
    audio = pluck(40.0)
    came_in, heard = (level_envelope(one, RATE_HZ) for one in (audio[:, None], late(audio, RATE_HZ)))
    shown = [Sample(at_s, 1.0 if at_s < 20 else 1.1, 0.8) for at_s in np.arange(0, 40, 0.5)]
    rows = list(measure(Take(RATE_HZ, 256, came_in, heard, []), shown, 5.0, 36.0, 15.0))
    assert [row["at_s"] for row in rows] == [5, 20]
    assert [row["error_ms"] for row in rows] == [pytest.approx(0, abs=4), pytest.approx(-100, abs=4)]
    found = judge(rows)
    assert (found["windows"], found["late_windows"]) == (2, 1)
    assert found["worst_error_ms"] == -rows[1]["error_ms"]
    assert judge([])["worst_error_ms"] is None


def test_the_parts_of_the_least_delay_are_those_that_the_deck_reckons_with(tmp_path: Path) -> None:
    info = make_tiny_bundle(tmp_path / "tiny")
    times_ms = [30.0] * 90 + [40.0] * 10
    pacing = Pacing(1.0)
    for block_ms in times_ms:
        pacing.add(block_ms)
    parts = split_least(0.3, Take(RATE_HZ, 256, np.zeros(0), np.zeros(0), times_ms), info, 10.0)
    assert parts["block_time"] == pacing.surely_ms() == 40.0 and parts["block_p50"] == 30.0
    assert parts["codec"] == round(1000 * CodecConfig().delay_frames / RATE_HZ, 1)
    assert sum(part for name, part in parts.items() if name != "block_p50") == pytest.approx(300, abs=0.5)


def test_a_bundle_can_be_given_a_longer_past_and_must_hear_loudness(tmp_path: Path) -> None:
    live = make_tiny_bundle(tmp_path / "live", groups=PRESETS["tiny-live"].model.groups)
    deaf = make_tiny_bundle(tmp_path / "deaf")
    options = Namespace(model=str(live.path), context=24, ms=None, beats=8.0)
    (tmp_path / "work").mkdir()
    longer = find_bundle(options, tmp_path / "work")
    assert bundles.find(str(live.path)).config["geometry"]["context"] == 12
    assert longer.config["geometry"] == {**live.config["geometry"], "context": 24}
    show = load_setlist(write_show(tmp_path / "show.yaml", longer, options))
    assert show.songs[0].name == "only"
    with pytest.raises(ConfigError, match="does not hear loudness"):
        find_bundle(Namespace(model=str(deaf.path), context=None), tmp_path)
