"""Live playing: songs that have a form, drummers who fill, players who drift and still keep the beat, moving sounds."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from statistics import fmean

import pytest
from test_compose import grid_errors_ms, heard

from lmdmd.errors import TrainError
from lmdmd.train.compose import compose_piece
from lmdmd.train.fills import draw_crash, draw_fill, draw_turn
from lmdmd.train.form import ROLES, SONGS, plan_song
from lmdmd.train.humanise import Feel, draw_pockets, play_to_grid, play_with_feel
from lmdmd.train.players import DRUMS, Note
from lmdmd.train.sound import CC_CHORUS, CC_DATA, CC_EXPRESSION, CC_MODULATION, CC_NRPN, CC_PAN, draw_program
from lmdmd.train.style_sets import STYLES
from lmdmd.train.styles import Part
from lmdmd.train.words import INSTRUMENTS

EVERY_STYLE = pytest.mark.parametrize("style", STYLES)
QUIET, FULL = ("intro", "break"), ("chorus", "drop")


def straight_eighths(bars, pitch=60):
    return [Note(i / 2, 0.4, pitch, 80.0) for i in range(bars * 8)]


def play(feel, notes, seed=0, hand=play_with_feel):
    return hand(notes, feel, random.Random(seed))


def shifts_ms(played, written, feel):
    return [(p.beat - w.beat) / feel.beats_per_ms for p, w in zip(played, written, strict=True)]


def lag_one(values):
    """How much of a value is still there in the next one, 0 to 1."""
    mean = fmean(values)
    centred = [value - mean for value in values]
    return fmean(a * b for a, b in pairwise(centred)) / fmean(v * v for v in centred)


def feel(part="line", program=0, pocket_ms=0.0, jitter_ms=5.0):
    return Feel(Part("part", part, (program,)), program, 100, 0.5, jitter_ms, pocket_ms)


def test_live_and_grid_are_two_pieces_and_other_ways_are_refused():
    live, grid = (compose_piece("house", 2, "train", playing=playing) for playing in ("live", "grid"))
    assert live.midi() != grid.midi() and live.chords != grid.chords
    assert live.describe()["playing"] == "live" and "playing" not in grid.describe()
    with pytest.raises(TrainError, match='did you mean "live"'):
        compose_piece("house", 2, "train", playing="life")


@EVERY_STYLE
def test_a_song_has_parts_that_come_and_go(style):
    notes, beats, roles = defaultdict[str, float](float), defaultdict[str, float](float), Counter()
    for seed in range(3):
        piece, _ = heard(style, seed)
        starts = [beat for beat, _ in piece.sections]
        assert starts[0] == 0 and starts == sorted(set(starts)) and len(starts) >= 4
        for start, end, (_, role) in zip(starts, [*starts[1:], piece.bars * 4], piece.sections, strict=True):
            assert (end - start) % 8 == 0 and role in ROLES
            inside = [n for take in piece.parts for n in take.notes if start - 0.1 <= n.beat < end - 0.1]
            kind = "quiet" if role in QUIET else "full" if role in FULL else "other"
            notes[kind] += sum(note.velocity for note in inside)
            beats[kind] += end - start
            roles[role] += 1
    assert roles["intro"] or roles["break"]
    assert notes["full"] / beats["full"] > 1.3 * notes["quiet"] / beats["quiet"]


@pytest.mark.parametrize("bars", [16, 20, 28, 36, 48])
def test_every_song_fills_the_bars(bars):
    seen = set()
    for seed in range(40):
        scenes = plan_song(STYLES["funk"], bars, random.Random(seed))
        assert sum(length for length, _ in scenes) == bars and all(length % 2 == 0 for length, _ in scenes)
        assert all(scene.rests in STYLES["funk"].core or not scene.rests for _, scene in scenes)
        seen.add(tuple(scene.role for _, scene in scenes))
    assert len(seen) >= len(SONGS) - 1


def test_fills_are_of_many_kinds_on_the_style_s_own_drums():
    style, hands = STYLES["funk"], STYLES["gamelan"]
    fills = [draw_fill(style.grooves[0], style.fills, random.Random(seed)) for seed in range(60)]
    assert len(set(fills)) >= 8
    assert any(fill in style.fills for fill in fills)
    drummed = {lane.drum for fill in fills for lane in fill if lane.steps.strip(".")}
    assert {"snare", "tom1", "tom3", "kick"} <= drummed <= set(DRUMS)
    assert all(len(lane.steps) == 16 and lane.floor == 0 for fill in fills for lane in fill)
    for seed in range(30):
        played = draw_fill(hands.grooves[0], hands.fills, random.Random(seed))
        assert {lane.drum for lane in (*played, *draw_turn(hands.grooves[0], random.Random(seed)))} <= {
            "conga",
            "tumba",
        }
        assert draw_crash(hands.grooves[0], random.Random(seed)) == ""
    assert {"crash", "crash2", "splash", ""} <= {draw_crash(style.grooves[0], random.Random(i)) for i in range(40)}


def test_sections_end_with_a_fill_that_the_bars_before_have_not():
    changed = 0
    for seed in range(6):
        piece = compose_piece("funk", seed, "train")
        drums = next(take for take in piece.parts if take.part.name == "drums")
        bars = defaultdict(set)
        for note in drums.notes:
            bars[int((note.beat + 0.1) // 4)].add((round(note.beat * 4) % 16, note.pitch))
        last = [int(beat // 4) - 1 for beat, _ in piece.sections[1:]]
        changed += sum(bars[bar] != bars[bar - 1] and bool(bars[bar]) for bar in last)
    assert changed >= 12


def test_drift_is_slow_and_averages_to_the_pocket():
    written = straight_eighths(60)
    for pocket_ms in (0.0, -6.0, 8.0):
        player = feel(pocket_ms=pocket_ms)
        lively = shifts_ms(play(player, written)[1:], written[1:], player)
        assert fmean(lively) == pytest.approx(pocket_ms, abs=0.2)
        assert max(abs(shift - pocket_ms) for shift in lively) < 30
        assert lag_one(lively) > 0.4
    still = shifts_ms(play(player, written, hand=play_to_grid)[1:], written[1:], player)
    assert abs(lag_one(still)) < 0.15 and fmean(still) == pytest.approx(0, abs=0.2)


def test_a_phrase_swells_and_falls():
    written = straight_eighths(400)
    places = defaultdict(list)
    for note in play(feel(), written):
        places[round(note.beat * 2) % 32].append(note.velocity)
    middle, ends = fmean(places[16]), fmean(places[0])
    assert middle > ends + 4 and fmean(fmean(row) for row in places.values()) == pytest.approx(80, abs=1.5)


def test_guitars_are_strummed_down_and_up_and_pads_are_not():
    chord = [Note(beat, 0.4, pitch, 80.0) for beat in (4.0, 4.5) for pitch in (52, 55, 59, 64)]
    far = {}
    for program in (25, 0, 89):
        player = feel(program=program, jitter_ms=0.0)
        heard = [play(player, chord, seed) for seed in range(40)]
        for beat in (4.0, 4.5):
            near = [{n.pitch: n.beat for n in hand if abs(n.beat - beat) < 0.2} for hand in heard]
            lows, highs = [hand[52] for hand in near], [hand[64] for hand in near]
            far[program, beat] = (fmean(highs) - fmean(lows)) / player.beats_per_ms
            assert fmean([*lows, *highs]) == pytest.approx(beat, abs=0.01)
    assert far[25, 4.0] > 10 and far[25, 4.5] < -10
    assert 1 < far[0, 4.0] < 15 and abs(far[89, 4.0]) < 1.5


@EVERY_STYLE
def test_a_live_band_keeps_the_beat_on_average(style):
    for seed in (0, 1):
        errors = grid_errors_ms(*heard(style, seed))
        assert all(max(map(abs, row)) < 32 and abs(fmean(row)) < 12 for row in errors.values())
        assert abs(fmean(fmean(row) for row in errors.values())) < 1.5
        assert abs(fmean(errors.get(9, [0.0]))) < 0.5


def test_the_band_stands_around_the_drums():
    style = STYLES["funk"]
    for seed in range(20):
        pockets = draw_pockets(style, style.parts, random.Random(seed))
        others = [ms for name, ms in pockets.items() if name != "drums"]
        assert pockets["drums"] == 0 and abs(fmean(others)) < 0.6 and 0.5 < max(map(abs, others)) <= 9


def test_programmes_vary_and_all_have_words():
    for style in STYLES.values():
        for part in style.parts:
            drawn = {draw_program(part, random.Random(seed)) for seed in range(60)}
            assert drawn >= set(part.programs) and (part.player == "drums" or drawn <= set(INSTRUMENTS))
    bass = next(part for part in STYLES["house"].parts if part.name == "bass")
    assert draw_program(replace(bass, programs=(38,)), random.Random(1)) in (38, 39)


def test_sound_moves_and_differs_from_piece_to_piece():
    moved, rooms, pans, sends = Counter(), set(), set(), set()
    for seed in range(6):
        piece = compose_piece("synthwave", seed, "train")
        rooms.add(tuple(piece.effects.items()))
        for take in piece.parts:
            assert all(0 <= value <= 127 for _, value in take.dress.controls)
            assert all(0 <= beat <= piece.bars * 4 and 0 <= value <= 127 for beat, _, value in take.dress.moves)
            assert [beat for beat, _, _ in take.dress.moves] == sorted(beat for beat, _, _ in take.dress.moves)
            moved.update({control for _, control, _ in take.dress.moves})
            pans.add(dict(take.dress.controls)[CC_PAN])
            sends.add(dict(take.dress.controls)[CC_CHORUS])
    assert moved[CC_NRPN] == moved[CC_DATA] >= 6 and moved[CC_EXPRESSION] >= 3
    assert len(rooms) == 6 and len(pans) > 8 and len(sends) > 5
    lead = compose_piece("chapel", 1, "train").parts
    assert any(control == CC_EXPRESSION for take in lead for _, control, _ in take.dress.moves)
    horns = [compose_piece("jazz", seed, "train") for seed in range(6)]
    assert any(control == CC_MODULATION for p in horns for take in p.parts for _, control, _ in take.dress.moves)
