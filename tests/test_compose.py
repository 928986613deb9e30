"""The composer: equal arguments, equal bytes; on the grid; always sounding; balanced; well described."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter, defaultdict
from functools import cache

import mido
import pytest

from lmdmd.errors import TrainError
from lmdmd.train.compose import compose_piece, compose_pieces
from lmdmd.train.harmony import QUALITIES, read_chord, voice
from lmdmd.train.players import DRUMS, PLAYERS
from lmdmd.train.playings import PLAYINGS
from lmdmd.train.progress import Progress, track
from lmdmd.train.score import TICKS_PER_BEAT
from lmdmd.train.style_sets import STYLE_SETS, STYLES, pick_styles
from lmdmd.train.words import INSTRUMENTS, WORDS

SEEDS = (0, 1)
EVERY_STYLE = pytest.mark.parametrize("style", STYLES)

FIRST_PIECES = {
    "ambient": "877f60d1d9f190f1",
    "house": "d9699c7ddb75b180",
    "piano": "2f8b791635b14ba2",
    "jazz": "9efee386d9ae53bb",
    "dnb": "ce2f2e57853d3855",
    "folk": "a5f1b7cf0aafc1db",
    "cinematic": "8e709399fc41f3cf",
    "mallets": "35917584fe2b0d8f",
}
"""The first training pieces that ``pocket`` learned from: sha256 of MIDI and description, its first 16 digits."""
FIRST_STAGE = "b443afd87b80fbd5"
"""The same of the first training piece of every style of the stage, one after another, played live."""


def read_notes(piece):
    """Per channel, (beat, beats, pitch) of every note in the MIDI bytes."""
    notes, sounding = defaultdict(list), {}
    for midi_track in mido.MidiFile(file=io.BytesIO(piece.midi())).tracks:
        tick = 0
        for message in midi_track:
            tick += message.time
            if message.type == "note_on":
                assert (message.channel, message.note) not in sounding, "a pitch is struck while it sounds"
                sounding[message.channel, message.note] = tick
            elif message.type == "note_off":
                on = sounding.pop((message.channel, message.note))
                row = (on / TICKS_PER_BEAT, (tick - on) / TICKS_PER_BEAT, message.note)
                notes[message.channel].append(row)
    assert not sounding, "a note never ends"
    return notes


@cache
def heard(style, seed, playing="live"):
    """A training piece with the notes of its MIDI bytes, read once for all tests."""
    piece = compose_piece(style, seed, "train", playing=playing)
    return piece, read_notes(piece)


def part_notes(piece, name):
    channel = next(take.channel for take in piece.parts if take.part.name == name)
    return sorted(read_notes(piece)[channel])


def grid_errors_ms(piece, notes):
    """Per channel, how late each note is after the nearest place of the grid of swung sixteenths."""
    swing = STYLES[piece.style].swing
    grid = (0.0, swing / 2, swing, (1 + swing) / 2, 1.0)
    beat_ms = 60_000 / piece.tempo_bpm
    return {
        channel: [min(((beat % 1 - g) * beat_ms for g in grid), key=abs) for beat, _, _ in rows]
        for channel, rows in notes.items()
    }


@EVERY_STYLE
def test_same_arguments_give_the_same_bytes(style):
    piece, again = compose_piece(style, 3, "train"), compose_piece(style, 3, "train")
    assert piece.midi() == again.midi() and piece.describe() == again.describe()
    assert piece.midi() != compose_piece(style, 4, "train").midi()


@pytest.mark.parametrize("style", FIRST_PIECES)
def test_the_pieces_that_pocket_learned_from_can_be_made_again(style):
    piece = compose_piece(style, 0, "train", playing="grid")
    told = json.dumps(piece.describe(), sort_keys=True).encode()
    assert hashlib.sha256(piece.midi() + told).hexdigest()[:16] == FIRST_PIECES[style]


def test_the_pieces_of_the_stage_can_be_made_again():
    first = hashlib.sha256()
    for style in STYLE_SETS["stage"]:
        piece, _ = heard(style, 0)
        first.update(piece.midi() + json.dumps(piece.describe(), sort_keys=True).encode())
    assert first.hexdigest()[:16] == FIRST_STAGE


@EVERY_STYLE
def test_a_heldout_piece_is_not_the_train_piece_of_its_seed(style):
    train, heldout = (compose_piece(style, 3, split) for split in ("train", "heldout"))
    assert train.id != heldout.id and train.midi() != heldout.midi()


def test_unknown_names_are_refused_with_a_way_out():
    with pytest.raises(TrainError, match='did you mean "house"'):
        compose_piece("hose", 0, "train")
    with pytest.raises(TrainError, match='did you mean "heldout"'):
        compose_piece("house", 0, "held-out")


@EVERY_STYLE
def test_a_piece_lasts_about_a_minute_in_one_tempo(style):
    for playing in PLAYINGS:
        piece, _ = heard(style, SEEDS[0], playing)
        midi = mido.MidiFile(file=io.BytesIO(piece.midi()))
        tempos = [m for midi_track in midi.tracks for m in midi_track if m.type == "set_tempo"]
        assert 58 <= piece.duration_s <= 76 and midi.length == pytest.approx(piece.duration_s, abs=0.01)
        assert [round(mido.tempo2bpm(m.tempo)) for m in tempos] == [piece.tempo_bpm]


@EVERY_STYLE
def test_onsets_stay_on_the_beat_grid(style):
    for seed in SEEDS:
        for errors_ms in grid_errors_ms(*heard(style, seed, "grid")).values():
            assert max(map(abs, errors_ms)) < 30
            assert abs(sum(errors_ms) / len(errors_ms)) < 1.5


def test_a_style_can_be_played_at_other_tempos_than_its_own():
    tempos = {compose_piece("ambient", seed, "train", (100, 140)).tempo_bpm for seed in range(8)}
    assert len(tempos) > 3 and all(100 <= bpm <= 140 for bpm in tempos)
    own, other = compose_piece("house", 0, "train"), compose_piece("house", 0, "train", (90, 90))
    assert other.tempo_bpm == 90 != own.tempo_bpm
    assert abs(other.duration_s - own.duration_s) < 8


def test_house_kicks_fall_on_beats_only():
    beats = [
        beat
        for beat, _, pitch in part_notes(compose_piece("house", 0, "train", playing="grid"), "drums")
        if pitch == 36
    ]
    assert len(beats) > 100
    assert max(abs(beat - round(beat)) for beat in beats) < 0.01


@EVERY_STYLE
def test_chords_cover_the_piece(style):
    for seed in SEEDS:
        piece = heard(style, seed)[0].describe()
        beats = [chord["beat"] for chord in piece["chords"]]
        step = STYLES[style].chord_beats
        assert beats == list(range(0, round(piece["duration_s"] * piece["tempo_bpm"] / 60), step))
        assert all(len(chord["chroma"]) == 12 and 2 <= sum(chord["chroma"]) <= 6 for chord in piece["chords"])


def test_the_walking_bass_lands_on_every_root():
    piece = compose_piece("jazz", 1, "train")
    quarters = {round(beat): pitch for beat, _, pitch in part_notes(piece, "bass") if abs(beat - round(beat)) < 0.2}
    for beat, chord in piece.chords:
        assert quarters[round(beat)] % 12 == chord.root


@pytest.mark.parametrize(("style", "part"), [("piano", "right-hand"), ("folk", "melody"), ("jazz", "lead")])
def test_melodies_stand_on_chord_tones_on_the_first_beat(style, part):
    piece = compose_piece(style, 1, "train")
    chords = dict(piece.chords)
    landed = [
        (round(beat), pitch)
        for beat, _, pitch in part_notes(piece, part)
        if round(beat) in chords and abs(beat - round(beat)) < 0.05
    ]
    assert len(landed) >= 4
    assert all(pitch % 12 in chords[beat].classes for beat, pitch in landed)


@EVERY_STYLE
def test_something_sounds_all_along(style):
    for seed in SEEDS:
        piece, notes = heard(style, seed)
        rows = sorted((beat, beat + beats) for part in notes.values() for beat, beats, _ in part)
        second, heard_until = 60 / piece.tempo_bpm, 0.0
        # An intro may begin without the drums, on the offbeat.
        assert rows[0][0] * second < 0.5
        for start, end in [*rows, (piece.bars * 4, piece.bars * 4)]:
            assert (start - heard_until) * second < 0.7
            heard_until = max(heard_until, end)


@EVERY_STYLE
def test_captions_are_many_and_differ(style):
    pieces = [compose_piece(style, seed, "train") for seed in range(6)]
    genres = WORDS[style].genres
    instruments = {word for words in INSTRUMENTS.values() for word in words}
    telling = [genre.lower() for genre in genres if genre not in instruments]
    for piece in pieces:
        assert len(piece.captions) >= 8 and len(set(piece.captions)) == len(piece.captions)
        assert piece.captions[0] in genres
        assert any(not any(genre in caption.lower() for genre in telling) for caption in piece.captions)
        assert any(str(piece.tempo_bpm) in caption for caption in piece.captions)
    assert len({piece.captions for piece in pieces}) == len(pieces)
    assert len({caption for piece in pieces for caption in piece.captions}) > 40


def test_pieces_are_balanced_and_fill_the_hours(tmp_path):
    ids = compose_pieces(tmp_path, 0.2, "train", seed=5, styles=("house", "piano", "folk"))
    facts = [json.loads((tmp_path / "pieces" / f"{i}.json").read_text()) for i in ids]
    assert len(set(ids)) == len(ids) and len(set(Counter(f["style"] for f in facts).values())) == 1
    assert 0.2 * 3600 <= sum(f["duration_s"] for f in facts) < 0.2 * 3600 + 3 * 76
    assert min(f["seed"] for f in facts) == 5
    for f in facts:
        piece = compose_piece(f["style"], f["seed"], "train")
        assert f == json.loads(json.dumps(piece.describe()))
        assert (tmp_path / "pieces" / f"{piece.id}.mid").read_bytes() == piece.midi()


def test_every_style_has_words_and_known_names():
    assert set(STYLES) == set(WORDS)
    for style in STYLES.values():
        names = {part.name for part in style.parts}
        wanted = {*style.core, *(name for form in style.forms for s in form for name in s.extra.split())}
        assert wanted == names
        for part in style.parts:
            assert part.player in PLAYERS and part.low < part.high
            assert part.player == "drums" or set(part.programs) <= set(INSTRUMENTS)
            assert part.player != "drums" or WORDS[style.name].drums
        for lanes in (*style.grooves, *style.fills):
            assert all(lane.drum in DRUMS and len(lane.steps) % 16 == 0 for lane in lanes)


@EVERY_STYLE
def test_every_part_plays_within_its_register(style):
    parts = {part.name: part for part in STYLES[style].parts}
    for seed in SEEDS:
        piece, notes = heard(style, seed)
        for take in piece.parts:
            part, pitches = parts[take.part.name], [pitch for _, _, pitch in notes[take.channel]]
            assert pitches, f"{part.name} has nothing to play"
            if part.player != "drums":
                assert part.low - 2 <= min(pitches) and max(pitches) <= max(part.high, part.low + 28)


def test_the_stage_has_every_style_and_the_others_share_none():
    assert STYLE_SETS["pocket"] == tuple(FIRST_PIECES)
    assert STYLE_SETS["stage"] == tuple(STYLES) and len(STYLES) >= 18
    assert not set(STYLE_SETS["pocket"]) & set(STYLE_SETS["lantern"])


def test_names_of_styles_and_sets_stand_for_styles():
    assert pick_styles(()) == STYLE_SETS["stage"]
    assert pick_styles(("lantern",)) == STYLE_SETS["lantern"]
    assert pick_styles(("jazz", "lantern", "funk")) == ("jazz", *STYLE_SETS["lantern"])
    with pytest.raises(TrainError, match=r"no style or set 'latern'.*did you mean \"lantern\""):
        pick_styles(("latern",))


def test_chords_are_read_in_any_key():
    chord = read_chord("bVImaj7", 9)
    assert chord.name == "Fmaj7" and chord.chroma == [1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0]
    with pytest.raises(ValueError, match="no chord"):
        read_chord("IXmaj7", 0)


@pytest.mark.parametrize("quality", QUALITIES)
def test_voicings_hold_the_chord_and_move_little(quality):
    before = voice(read_chord("Im7", 0), 50, 74)
    for tonic in range(12):
        chord = read_chord("I" + quality, tonic)
        pitches = voice(chord, 50, 74, before)
        assert {p % 12 for p in pitches} <= chord.classes and len(pitches) >= len(chord.classes) - 1
        assert pitches[0] >= 50 and pitches[-1] <= 74
        assert max(abs(a - b) for a, b in zip(pitches, before, strict=False)) <= 7


def test_progress_prints_lines_away_from_a_terminal(capsys):
    assert list(track(range(40), "count")) == list(range(40))
    with Progress("steps", total=4) as progress:
        progress.advance(3, note="loss 0.31")
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == "" and lines[0].startswith("count: 2/40 (5 %)") and "count: 40/40 (100 %)" in err
    assert "steps: 3/4 (75 %)" in lines[-1] and lines[-1].endswith("loss 0.31")
