"""The judge of a whole show: what it takes from a log, where it hears a change, how deep a hole is, what a cut is."""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import yaml

from lmdmd.bench.show_again import count_unequal, cut_places
from lmdmd.bench.show_changes import Change, bar_frame, find_changes
from lmdmd.bench.show_decks import may_tell
from lmdmd.bench.show_fades import MOMENT_S, SHORT_S, levels_db, worst_dip
from lmdmd.bench.show_hear import departure
from lmdmd.bench.show_mix import put_off
from lmdmd.bench.show_report import concealed_frames, errors, heard_joins
from lmdmd.bench.show_resample import CopiedResampler
from lmdmd.bench.show_setlist import LEAST_GAP_S, PIECES, Asked, make_show, read_asked
from lmdmd.bench.show_take import Take, heard_itself
from lmdmd.cli import main
from lmdmd.control.plan import plan_show
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.engine.resample import StreamResampler
from lmdmd.errors import LmdmdError
from lmdmd.messages import NOW, BlockDone
from lmdmd.params import SLOT
from lmdmd.performance import Performance
from lmdmd.rt.schedule import CANCEL, Entry, Taken, Trace
from lmdmd.units import equal_power

RATE_HZ = 48000
BUNDLES = ("pocket", "lantern")


def noise(seed: int, frames: int = 2 * RATE_HZ, level: float = 0.1) -> np.ndarray:
    return (level * np.random.default_rng(seed).standard_normal((frames, 2))).astype(np.float32)


# --- the show ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "cues", "swaps"), [(900, 30, 6), (60, 10, 5)])
def test_the_show_puts_every_cue_on_the_bar_it_is_asked_for(tmp_path, seconds, cues, swaps) -> None:
    text = make_show(seconds, BUNDLES)
    plan = plan_show(load_setlist(text.write(tmp_path)), RATE_HZ)
    assert read_asked(tmp_path) == text.asked
    assert [(mark.cue, mark.song, mark.bar) for mark in plan.marks] == [(a.cue, a.song, a.bar) for a in text.asked]
    assert len(text.asked) == cues and len(plan.swaps) == swaps
    assert plan.end_frame / RATE_HZ == pytest.approx(seconds, rel=0.03)


def test_a_show_of_a_quarter_of_an_hour_is_as_it_was_promised(tmp_path) -> None:
    plan = plan_show(load_setlist(make_show(900, BUNDLES).write(tmp_path)), RATE_HZ)
    assert plan.end_frame >= 900 * RATE_HZ
    assert len({piece.tempo for piece in PIECES}) == len({piece.name for piece in PIECES}) == 5
    assert len({piece.metre for piece in PIECES}) >= 4
    assert [swap.model for swap in plan.swaps] == ["lantern", "pocket"] * 3
    assert len({swap.curve for swap in plan.swaps}) == 4 and len({swap.fade_frames for swap in plan.swaps}) >= 5
    assert all(one.frame + one.fade_frames < two.frame for one, two in pairwise(plan.swaps))
    names = {write.name for write in plan.writes}
    assert {"gen/cfg", "gen/temperature", "engine/seed", "mix/gain", "mix/lowpass", "mix/highpass"} <= names


def test_cues_of_a_short_show_keep_apart_and_swap_to_and_fro() -> None:
    setlist = make_show(100, BUNDLES).setlist
    swaps = [cue["model"]["to"] for song in setlist["songs"] for cue in song["cues"] if "model" in cue]
    assert all(one != two for one, two in pairwise(["pocket", *swaps]))
    for song in setlist["songs"]:
        bar_s = 60 * song["metre"] / song["tempo"]
        bars = [cue["bar"] for cue in song["cues"] if "bar" in cue]
        assert all((two - one) * bar_s > LEAST_GAP_S / 2 for one, two in pairwise(bars))
    assert yaml.safe_load(yaml.safe_dump(setlist)) == setlist


# --- what the log tells ------------------------------------------------------------------------------------


def written(cue: str, name: str, frame: int, glide: int = 0) -> dict:
    return {"kind": "written", "source": f"cue:{cue}", "name": name, "frame": frame, "glide_frames": glide}


def log_lines() -> list[dict]:
    record = {"anchors": [[0, 90.0, 4, 1, 1.0], [96000, 120.0, 3, 1, 1.0]]}
    return [
        {"kind": "show", "rate_hz": RATE_HZ},
        written("lift", "prompt/0/text", 240000),
        written("lift", "mix/gain", 240000, 4800),
        written("other", "gen/cfg", 1),
        {"kind": "stood", "song": "Two", "frame": 96000, "record": record},
        {"kind": "fired", "song": "Two", "cue": "lift", "frame": 240010},
        {"kind": "fired", "song": "Two", "cue": "fade", "frame": 312000},
        {"kind": "handedover", "source": "cue:fade", "frame": 384000, "fade_frames": 48000, "deck": 1, "model": "b"}
        | {"curve": "slow"},
    ]


def test_a_bar_is_counted_from_where_its_song_began() -> None:
    assert bar_frame(log_lines(), "Two", 3, RATE_HZ) == 96000 + 2 * 3 * 24000
    assert bar_frame(log_lines(), "Three", 1, RATE_HZ) is None


def test_a_change_is_all_that_its_cue_wrote_and_ends_before_the_next() -> None:
    asked = [Asked("fade", "Two", 4), Asked("lift", "Two", 3), Asked("never", "Three", 1)]
    never, lift, fade = find_changes(log_lines(), asked)
    assert (never.frame, never.fired) == (-1, None)
    assert (lift.frame, lift.fired, lift.until, lift.kind) == (240000, 240010, 312000, "prompt")
    assert lift.deck_rows == {"prompt/0/text"} and lift.mixer_rows == {"mix/gain": 240000}
    assert lift.glide_frames == 4800
    # A swap that came a bar late is looked for where it came, and counted from where it was asked for.
    assert (fade.frame, fade.kind, fade.mixer_rows) == (312000, "swap", {"mix/deck": 384000})
    assert fade.until == 384000 + 48000 + 72000


# --- where it is heard -------------------------------------------------------------------------------------


def test_a_change_is_heard_where_the_recording_leaves_what_would_have_come() -> None:
    instead = noise(1)
    heard = instead.copy()
    assert departure(heard, instead, 1000) == departure(heard, instead, 0)
    assert departure(heard, instead, 1000).first is None
    heard[900:, 1] += 1e-5
    heard[1500:, 0] += 0.01
    found = departure(heard, instead, 1000)
    assert (found.first, found.audible) == (-100, 500)


def taken(name: str, asked: int, frame: int, glide: int = 0) -> Taken:
    return Taken(0, Entry(asked, SLOT[name], 0.5, glide, "linear"), frame, True)


def test_a_write_is_taken_as_late_as_it_may_be() -> None:
    early, now = taken("mix/gain", 10_000, 0), taken("mix/pan", NOW, 512)
    later = taken("mix/gain", 20_000, 0)
    waited = put_off([early, later, now], 256)
    assert [one.frame for one in waited] == [512, 10_000 - 255, 20_000 - 255]
    assert not waited[1].standing and waited[0] == now


def test_a_write_that_another_one_undoes_does_not_wait() -> None:
    early, undone = taken("mix/gain", 10_000, 0), taken("mix/gain", 5_000, 256, CANCEL)
    assert put_off([early, undone], 256)[0] == early
    assert put_off([early, taken("mix/pan", 5_000, 256, CANCEL)], 256)[-1].frame == 10_000 - 255


def test_a_copied_resampler_gives_the_same_bits() -> None:
    plain, one = StreamResampler(44100, RATE_HZ), CopiedResampler(44100, RATE_HZ)
    pieces = [noise(number, 20480) for number in range(4)]
    for piece in pieces[:2]:
        np.testing.assert_array_equal(plain.step(piece), one.step(piece))
    saved = one.save()
    one.step(pieces[2])
    one.load(saved)
    one.step(pieces[3])
    other = copy.deepcopy(one)
    assert len(other.step(pieces[2])) > 10_000
    np.testing.assert_array_equal(copy.deepcopy(one).step(pieces[0]), one.step(pieces[0]))


@pytest.mark.parametrize(
    ("frame", "heard", "tells"), [(8218, 9011, True), (8200, 8880, False), (19_000, 20_001, False)]
)
def test_a_block_tells_of_a_change_by_where_it_is_heard(frame, heard, tells) -> None:
    block = BlockDone(frame, 22_000, 50.0, 10, 10, heard_frame=heard)
    assert may_tell(block, Change(Asked("lift", "Two", 3), 10_000, 10_000, 20_000), 2229.1) is tells


def test_errors_are_sized_without_their_sign_and_the_largest_keeps_it() -> None:
    found = errors([{"error_ms": at_ms} for at_ms in (1.0, -40.0, 3.0)])
    assert (found["n"], found["p50_ms"], found["max_ms"]) == (3, 3.0, -40.0)
    with pytest.raises(LmdmdError, match="no cue"):
        errors([])


# --- how low a fade falls ----------------------------------------------------------------------------------


def faded(one: np.ndarray, two: np.ndarray, hole: float = 1.0) -> np.ndarray:
    gains = np.array([equal_power(at) for at in np.linspace(0, 1, len(one))])
    return hole * (one * gains[:, :1] + two * gains[:, 1:])


def test_a_fade_between_strangers_has_no_hole() -> None:
    one, two = noise(1), noise(2, level=0.05)
    for window_s in (MOMENT_S, SHORT_S):
        assert worst_dip(faded(one, two), (one, two), window_s, RATE_HZ).level_db > -0.3


def test_a_hole_is_found_where_it_is() -> None:
    one, two = noise(1), noise(2)
    heard = faded(one, two)
    heard[48000:72000] *= 0.5
    dip = worst_dip(heard, (one, two), MOMENT_S, RATE_HZ)
    assert dip.level_db == pytest.approx(-6, abs=0.3) and 48000 - 960 <= dip.frame <= 72000 - 19200 + 960
    linear = np.linspace(1, 0, len(one))[:, None]
    assert worst_dip(one * linear + two * (1 - linear), (one, two), MOMENT_S, RATE_HZ).level_db < -2.5


def test_a_fade_shorter_than_a_window_is_one_window() -> None:
    one = noise(1, 4800)
    assert worst_dip(0.5 * one, (one, 2 * one), MOMENT_S, RATE_HZ).level_db == pytest.approx(-6.02, abs=0.01)
    assert len(levels_db(one, 4800, 960)) == 1
    assert levels_db(np.zeros((4800, 2), np.float32), 480, 480).tolist() == [-120.0] * 10


# --- again -------------------------------------------------------------------------------------------------


def test_a_replay_is_compared_as_far_as_it_goes() -> None:
    output = noise(1, 1000)
    assert count_unequal(output[:400], output) == 0
    assert count_unequal(np.concatenate((output, output[:7])), output) == 7
    other = output.copy()
    other[3, 1] += 1e-7
    other[900] = 0.0
    assert count_unequal(other, output) == 2


def test_cuts_leave_the_first_line() -> None:
    log = b'{"kind": "show"}\n' + bytes(1000)
    places = cut_places(log, 50)
    assert places == sorted(places) == cut_places(log, 50) and len(places) == 50
    assert min(places) >= 17 and max(places) < len(log) and len(set(places)) > 40


def test_a_recording_without_an_ear_is_heard_without_a_slip() -> None:
    heard = heard_itself(noise(1, 1000))
    assert len(heard.audio) == 3 * heard.period and not heard.slipped.any() and heard.notes["connected"].all()


def small_take(lines: list[dict], traces: list[Trace]) -> Take:
    output = noise(1, 96_000)
    show = Performance(Path("show.jsonl"), {"rate_hz": RATE_HZ}, traces)
    return Take(Path(), lines, show, 0, output, [output, output], heard_itself(output))


def test_joins_are_those_of_decks_that_are_heard() -> None:
    blocks = [(0, 0), (0, 20_000), (1, 30_000), (0, 45_000), (1, 50_000), (0, 70_000), (1, 80_000)]
    lines = [{"kind": "block", "deck": deck, "frame": frame, "block_frames": 20_000} for deck, frame in blocks]
    lines.append({"kind": "handedover", "deck": 1, "frame": 40_000, "fade_frames": 10_000})
    assert heard_joins(small_take(lines, [])).tolist() == [0, 20_000, 45_000, 50_000, 80_000]


def test_gaps_are_as_long_as_the_mixer_filled_them() -> None:
    traces = [("short", 1000, 0), ("short", 1256, 1), ("again", 3000, 0), ("short", 90_000, 0)]
    take = small_take([], [Trace(what, frame, deck) for what, frame, deck in traces])
    assert concealed_frames(take) == [2000, 94_744, 6_000]


@pytest.mark.soak
def test_a_short_show_is_on_its_bars_and_comes_again(tmp_path, capsys) -> None:
    words = ("--seconds", 60, "--device", "null", "--cuts", 3, "--keep", tmp_path)
    assert main(["bench", "show", *map(str, words), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["cues"], found["fired"], found["swaps"], found["measured"]) == (10, 10, 5, 10)
    assert found["unconcealed_samples"] == found["concealed_gaps"] == found["unmixed"] == 0
    assert abs(found["max_ms"]) < 46 and found["worst_dip_db"] > -1
    assert found["replay_unequal"] == 0 and found["cut_unequal"] == [0, 0, 0]
