"""Chords on stage: by hand on their bar, from cues and songs bar by bar, from notes that are held."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from setlist_texts import problems_of, write_files
from show_stage import COMMIT_FRAMES, RATE, Stage, bar, by_hand, setlist, song

from lmdmd.bundles import BundleInfo
from lmdmd.control.check_bundles import check_chords
from lmdmd.control.cue_effects import FROM, PROGRESSION
from lmdmd.control.run_sheet import sheet_text
from lmdmd.control.session import Session
from lmdmd.control.setlist import Setlist, Span
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.errors import ParamError
from lmdmd.params import PARAMS

CHORD, KEY = "harmony/chord", "harmony/key"


@pytest.fixture
def stage(board):
    """120 bpm in four, so that a bar lasts two seconds."""
    return Stage(board, setlist(song(length=Span(120.0))))


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        (CHORD, "H7", 'harmony/chord: "H7" is not a chord; did you mean "B7"'),
        (CHORD, 5, 'harmony/chord: "5" is not a chord'),
        (KEY, "A minr", 'harmony/key: "A minr" is not a key; did you mean "minor"'),
        (PROGRESSION, "Am | Fx", "harmony/progression: bar 2"),
    ],
)
def test_a_wrong_symbol_is_refused_with_the_reason_and_changes_nothing(stage, name, wrong, words):
    stage.session.set(name, "C", source="test", frame=1)
    stage.to(0.1)
    before, sent = stage.get(name), list(stage.deck.sent)
    with pytest.raises(ParamError) as caught:
        stage.session.set(name, wrong, source="test")
    assert words in str(caught.value)
    assert stage.get(name) == before and stage.deck.sent == sent


def test_rows_with_a_form_begin_with_words_of_it():
    for param in PARAMS:
        assert param.coerce(param.default) == (param.default, "")


@pytest.mark.parametrize(("quantise", "seconds"), [("bar", 2.0), ("beat", 1.5), ("now", 1.1 + COMMIT_FRAMES / RATE)])
def test_a_chord_by_hand_comes_on_its_line(stage, quantise, seconds):
    stage.session.set("harmony/quantise", quantise, source="test")
    stage.to(1.1)
    accepted = stage.session.set(CHORD, "am7", source="test")
    assert accepted.value == "Am7" and accepted.frame == pytest.approx(seconds * RATE, abs=1)
    if quantise != "now":
        stage.to(seconds - 0.05)
        assert stage.get(CHORD) == stage.get("harmony/now") == ""
        stage.to(seconds + 0.05)
    assert stage.get(CHORD) == "Am7"


def test_a_bar_that_comes_too_soon_to_be_made_is_let_go(stage):
    stage.to(1.95)
    assert stage.session.set(CHORD, "F", source="test").frame == 4 * RATE


def test_a_chord_that_waits_for_its_bar_outlives_what_plans_the_show_anew(stage):
    stage.to(0.5)
    stage.session.set(CHORD, "F", source="test")
    stage.session.set(CHORD, "Dm", source="test")
    stage.show.replan(stage.show.stand_at())
    assert stage.session.planned(CHORD, 2 * RATE) == ""
    stage.to(2.05)
    assert stage.get(CHORD) == "Dm" and stage.get("harmony/now") == "Dm"
    stage.session.set(CHORD, "", source="test")
    stage.to(4.05)
    assert stage.get(CHORD) == ""


def test_held_notes_are_a_chord_or_change_nothing(stage):
    stage.session.set("harmony/quantise", "now", source="test")
    accepted = stage.session.play_chord((57, 60, 64, 67), source="midi")
    assert accepted is not None and accepted.value == stage.get(CHORD) == "Am7"
    assert stage.session.play_chord((60, 61), source="midi") is None and stage.get(CHORD) == "Am7"
    inverted = Session().play_chord((52, 55, 60), source="midi")
    assert inverted is not None and inverted.value == "C/E"


def test_a_progression_by_hand_begins_on_its_bar(stage):
    stage.to(4.5)
    stage.session.set(PROGRESSION, "Am | F C", source="test")
    heard = {}
    while stage.board.playhead < 13 * RATE:
        stage.to(stage.board.playhead / RATE + 0.5)
        heard[round(stage.board.playhead / RATE, 1)] = stage.get("harmony/now")
    assert stage.get(FROM) == 4
    assert [heard[at] for at in (5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 12.5)] == ["", "Am", "Am", "F", "C", "Am", "F"]


# --- cues and songs -----------------------------------------------------------------------------------------

SHOW = """
songs:
  - name: One
    tempo: 120
    length: 12 bars
    key: A minor
    progression: "Am7 | Dm7 G7 | Cmaj7"
    cues:
      - {name: turn, bar: 5, progression: F | E7}
      - {name: stay, bar: 9, chord: Bm}
      - {name: again, bar: 11, progression: C}
  - name: Two
    tempo: 60
    length: 4 bars
"""
BARS = ["Am7", "G7", "Cmaj7", "Am7", "F", "E7", "F", "E7", "Bm", "Bm", "C", "C"]


def read(folder: Path, text: str) -> Setlist:
    return load_setlist(write_files(folder, {"show.yaml": text}))


def chords(stage, seconds: float) -> list[str]:
    """What is asked for so long after the beginning of each bar that is still to come."""
    heard = []
    begin = stage.board.playhead / RATE
    while stage.get("show/song") == "One" and stage.board.playhead < 24 * RATE:
        begin = (begin // 2) * 2 + seconds
        if begin * RATE > stage.board.playhead:
            stage.to(begin)
            heard.append(stage.get("harmony/now"))
        begin += 2.0
    return heard


def test_a_song_and_its_cues_play_their_chords_bar_by_bar(board, tmp_path):
    stage = Stage(board, read(tmp_path, SHOW))
    assert chords(stage, 1.5)[:12] == BARS
    stage.to(25.0)
    assert stage.get("show/song") == "Two"
    assert [stage.get(name) for name in (PROGRESSION, CHORD, KEY)] == ["", "", "A minor"]
    assert stage.get("harmony/now") == "Am"


@pytest.mark.parametrize(("cue", "bars"), [("turn", BARS[4:]), ("stay", BARS[8:]), ("One", BARS)])
def test_who_jumps_to_a_cue_hears_its_chords(board, tmp_path, cue, bars):
    stage = Stage(board, read(tmp_path, SHOW))
    stage.to(3.0)
    stage.do("show/cue", cue)
    stage.to(3.2)
    assert stage.get("harmony/now") == bars[0]
    stage.to(stage.board.playhead / RATE + 3.0)
    assert stage.get("harmony/now") == bars[1]


def test_a_jump_into_a_progression_finds_its_bar(board):
    cues = (bar(3, "chords", set={PROGRESSION: "C | D | E"}), bar(7, "later", set={"mix/gain": -3.0}))
    stage = Stage(board, setlist(song(*cues, length=Span(40.0))))
    stage.to(1.0)
    stage.do("show/cue", "later")
    stage.to(1.2)
    assert stage.place()[0] == 7 and stage.get("harmony/now") == "D" and stage.get(FROM) == 3


def test_a_loop_plays_the_chords_of_its_bars(board, tmp_path):
    text = SHOW.replace(
        "{name: turn, bar: 5, progression: F | E7}", "{name: turn, bar: 2, loop: {bars: 1-2, times: 2}}"
    )
    stage = Stage(board, read(tmp_path, text))
    heard = []
    for second in range(1, 12, 2):
        stage.to(second + 0.9)
        heard.append((stage.place()[0], stage.get("harmony/now")))
    assert heard == [(1, "Am7"), (2, "G7"), (1, "Am7"), (2, "G7"), (3, "Cmaj7"), (4, "Am7")]


def test_a_hand_on_the_chords_keeps_them_from_the_cues_until_it_lets_go(board, tmp_path):
    stage = Stage(board, read(tmp_path, SHOW))
    stage.to(5.0)
    stage.session.set(PROGRESSION, "Eb", source="hand")
    stage.to(11.0)
    assert stage.get("harmony/now") == "Eb" and stage.get(FROM) == 4
    stage.do("show/release", "harmony/*")
    stage.to(11.5)
    assert stage.get("harmony/now") == "E7"


def test_chords_by_go_begin_on_the_bar_of_the_cue(board):
    cue = replace(by_hand("chords", set={PROGRESSION: "C | D"}), quantise=Span(1.0, "bars"))
    stage = Stage(board, setlist(song(cue, length=Span(60.0))))
    stage.to(2.5)
    stage.do("show/go")
    heard = []
    for second in (3, 5, 7, 9):
        stage.to(float(second))
        heard.append(stage.get("harmony/now"))
    assert heard == ["", "C", "D", "C"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("key: A minr", 'harmony/key: "A minr" is not a key; did you mean "minor"'),
        ("progression: Am | H7", 'harmony/progression: bar 2: "H7" is not a chord; did you mean "B7"'),
        ("set: {harmony/key: C}", "a song says key: for that"),
        ("chord: C", 'unknown key "chord" in a song; it belongs to a cue'),
        ("keys: C", 'unknown key "keys" in a song; did you mean "key"'),
    ],
)
def test_a_wrong_word_in_a_song_is_told_with_its_line(tmp_path, line, words):
    text = f"songs:\n  - name: One\n    length: 4 bars\n    {line}\n"
    (problem,) = problems_of(tmp_path, text)
    assert ":4: " in problem and words in problem


def test_a_wrong_word_in_a_cue_is_told_with_its_line(tmp_path):
    cue = "{name: x, bar: 1, chord: Xm, set: {harmony/key: D}, key: C}"
    problems = problems_of(tmp_path, f"songs:\n  - name: One\n    length: 4 bars\n    cues:\n      - {cue}\n")
    assert any('"Xm" is not a chord' in problem for problem in problems)
    assert any("key: is harmony/key, which stands in set: too" in problem for problem in problems)


def test_the_run_sheet_names_the_chords(tmp_path):
    text = sheet_text(read(tmp_path, SHOW))
    said = " ".join(text.split())
    assert "harmony/progression = F | E7" in said and "harmony/key = A minor" in said
    assert "harmony/chord = none" in said


def test_check_tells_of_chords_that_no_model_knows(tmp_path):
    def said(groups: dict[str, int]) -> list[tuple[str, str]]:
        found = {"pocket": BundleInfo("pocket", tmp_path, {"model": {"groups": groups}})}
        return [(p.severity, p.place) for p in check_chords(read(tmp_path, SHOW), "", found)]

    assert said({"inpaint": 65}) == [("warning", f"{tmp_path / 'show.yaml'}:3")]
    assert said({"inpaint": 65, "harmony": 13}) == []
