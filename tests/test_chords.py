"""Chords, keys and progressions as people write them: what is read, what is refused and how, what is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmdmd.chords import (
    FORMS,
    NOTE_NAMES,
    QUALITIES,
    SCALES,
    name_of,
    read_chord,
    read_key,
    read_progression,
)
from lmdmd.errors import ParamError


def spelled(notes: str) -> set[int]:
    return {NOTE_NAMES.index(note) for note in notes.split()}


@pytest.mark.parametrize(
    ("symbol", "notes", "name"),
    [
        ("C", "C E G", "C"),
        ("Am7", "A C E G", "Am7"),
        ("F#maj7", "F# Bb C# F", "F#maj7"),
        ("Bbm7b5", "Bb C# E Ab", "Bbm7b5"),
        ("C/G", "C E G", "C/G"),
        ("C/D", "C D E G", "C/D"),
        ("Esus4", "E A B", "Esus4"),
        ("Esus", "E A B", "Esus4"),
        ("G7#9", "G B D F Bb", "G7#9"),
        ("G7(#9)", "G B D F Bb", "G7#9"),
        ("E♭Δ7", "Eb G Bb D", "Ebmaj7"),
        ("F♯ø7", "F# A C E", "F#m7b5"),
        ("F♯ø", "F# A C E", "F#m7b5"),
        ("B°7", "B D F Ab", "Bdim7"),
        ("Bo", "B D F", "Bdim"),
        ("C-7", "C Eb G Bb", "Cm7"),
        ("Cmin7", "C Eb G Bb", "Cm7"),
        ("CM7", "C E G B", "Cmaj7"),
        ("CMaj7", "C E G B", "Cmaj7"),
        ("Cma7", "C E G B", "Cmaj7"),
        ("C major", "C E G", "C"),
        ("C minor", "C Eb G", "Cm"),
        ("CmM7", "C Eb G B", "Cmmaj7"),
        ("Cm(maj7)", "C Eb G B", "Cmmaj7"),
        ("C6/9", "C E G A D", "C6/9"),
        ("C69", "C E G A D", "C6/9"),
        ("C6/9/E", "C E G A D", "C6/9/E"),
        ("C+", "C E Ab", "Caug"),
        ("C7#5", "C E Ab Bb", "Caug7"),
        ("C+7", "C E Ab Bb", "Caug7"),
        ("Cdom7", "C E G Bb", "C7"),
        ("Cadd2", "C D E G", "Cadd9"),
        ("C7sus", "C F G Bb", "C7sus4"),
        ("am7", "A C E G", "Am7"),
        ("bb", "Bb D F", "Bb"),
        ("B", "B Eb F#", "B"),
        ("Cbb", "Bb D F", "Cbb"),
        ("D♭", "C# F Ab", "Db"),
        ("  Dm  ", "D F A", "Dm"),
    ],
)
def test_a_symbol_means_its_notes_however_it_is_written(symbol, notes, name):
    chord = read_chord(symbol)
    assert chord.classes == spelled(notes) and chord.name == name
    assert [index for index, sounds in enumerate(chord.chroma) if sounds] == sorted(spelled(notes))


@pytest.mark.parametrize("text", ["N.C.", "NC", "n.c.", "N.C"])
def test_no_chord_has_no_notes(text):
    assert read_chord(text).name == "N.C." and not read_chord(text).classes and not any(read_chord(text).chroma)


@pytest.mark.parametrize(
    ("symbol", "words"),
    [
        ("H7", 'did you mean "B7"?'),
        ("Hm", 'did you mean "Bm"?'),
        ("", "from A to G"),
        ("7", "from A to G"),
        ("Xm", "from A to G"),
        ("Am77", 'did you mean "Am7"?'),
        ("Cmaj8", "did you mean"),
        ("C/H", "C/H"),
        ("C//G", "C//G"),
        ("Am7 Dm7", "is not a chord"),
        ("Czzzzzzzzzzz", "after C may come m, 7"),
        ("C" * 600, "is not a chord"),
    ],
)
def test_a_wrong_symbol_is_refused_with_the_way_out(symbol, words):
    with pytest.raises(ParamError) as caught:
        read_chord(symbol)
    assert words in str(caught.value) and len(str(caught.value)) < 400


@given(st.sampled_from(NOTE_NAMES), st.sampled_from(sorted(QUALITIES)), st.sampled_from(("", *NOTE_NAMES)))
def test_every_name_that_is_printed_is_read_as_the_same_chord(root, quality, bass):
    chord = read_chord(root + quality + (f"/{bass}" if bass else ""))
    assert read_chord(chord.name) == chord
    assert {(NOTE_NAMES.index(root) + tone) % 12 for tone in QUALITIES[quality]} <= chord.classes


@given(st.text("ABCDEFGHabcdefgm0123456789#b♯♭/()+-ΔøM%|. jdimsu", max_size=14))
def test_no_words_do_worse_than_be_refused(text):
    for read in FORMS.values():
        try:
            name = read(text)
        except ParamError:
            continue
        assert read(name) == name


@given(st.sets(st.integers(24, 96), min_size=1, max_size=7))
def test_held_notes_are_named_by_what_they_are_or_not_at_all(notes):
    name = name_of(notes)
    if name:
        chord = read_chord(name)
        assert chord.classes == {note % 12 for note in notes}
        assert (chord.root if chord.bass is None else chord.bass) == min(notes) % 12


@pytest.mark.parametrize(
    ("notes", "name"),
    [
        ((60, 64, 67), "C"),
        ((64, 67, 72), "C/E"),
        ((57, 60, 64, 67), "Am7"),
        ((60, 64, 67, 69), "C6"),
        ((48, 55), "C5"),
        ((60,), ""),
        ((), ""),
        ((60, 61, 62), ""),
        ((43, 65, 69, 72), "Fadd9/G"),
        ((41, 64, 68, 71), "E/F"),
        ((38, 57, 60, 65), "Dm7"),
        ((60, 72, 84), ""),
    ],
)
def test_held_notes(notes, name):
    assert name_of(notes) == name


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("root", range(12))
def test_every_chord_of_the_table_in_root_position_is_named(root, quality):
    classes = {(root + tone) % 12 for tone in QUALITIES[quality]}
    name = name_of([48 + root, *(60 + tone + root for tone in QUALITIES[quality])])
    assert read_chord(name).classes == classes and read_chord(name).bass in (None, root)


@pytest.mark.parametrize(
    ("text", "tonic", "mode", "triad"),
    [
        ("A minor", "A", "minor", "A C E"),
        ("Am", "A", "minor", "A C E"),
        ("a min", "A", "minor", "A C E"),
        ("F# major", "F#", "major", "F# Bb C#"),
        ("F♯", "F#", "major", "F# Bb C#"),
        ("CM", "C", "major", "C E G"),
        ("D dorian", "D", "dorian", "D F A"),
        ("D Dorian", "D", "dorian", "D F A"),
        ("B locrian", "B", "locrian", "B D F"),
        ("Bb mixolydian", "Bb", "mixolydian", "Bb D F"),
    ],
)
def test_a_key_has_a_tonic_a_scale_and_a_triad(text, tonic, mode, triad):
    key = read_key(text)
    assert (NOTE_NAMES[key.tonic], key.mode) == (tonic, mode) and key.chord.classes == spelled(triad)
    assert key.chord.classes <= {(key.tonic + step) % 12 for step in SCALES[mode]}
    assert read_key(key.name) == key and read_chord(key.chord.name) == key.chord


@pytest.mark.parametrize(("text", "words"), [("A minr", '"minor"'), ("H minor", '"B minor"'), ("minor", "A minor")])
def test_a_wrong_key_is_refused_with_the_way_out(text, words):
    with pytest.raises(ParamError, match=words):
        read_key(text)


def test_a_progression_goes_round_and_shares_its_bars_evenly():
    played = read_progression("Am7 | Dm7 G7 | Cmaj7 | % |")
    assert played.name == "Am7 | Dm7 G7 | Cmaj7 | Cmaj7"
    chords = {0.0: "Am7", 0.99: "Am7", 1.0: "Dm7", 1.49: "Dm7", 1.5: "G7", 3.5: "Cmaj7", 4.0: "Am7", 5.5: "G7"}
    assert {at: played.at(at).name for at in chords} == chords
    assert [played.at(bars).name for bars in (-0.1, -2.25, -2.6)] == ["Cmaj7", "G7", "Dm7"]


@pytest.mark.parametrize(
    ("text", "words"), [("Am | H7", 'bar 2: "H7".*"B7"'), ("Am || F", "bar 2 is empty"), ("", "bar 1 is empty")]
)
def test_a_wrong_progression_names_the_bar(text, words):
    with pytest.raises(ParamError, match=words):
        read_progression(text)
