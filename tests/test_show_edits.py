"""The setlist changed while it plays: skip, insert, move, lock, and the file read again."""

from dataclasses import replace

import pytest
from show_stage import RATE, Stage, after, at, by_hand, setlist, song

from lmdmd.control.events import Fired
from lmdmd.control.setlist import Span
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.control.show_diff import matches, told
from lmdmd.control.stand import OPENING, Place
from lmdmd.errors import CommandError

TEN = Span(10.0)
SHOW = setlist(
    song(at(4, "a", set={"gen/cfg": 4.0}), by_hand("hit"), at(8, "b"), length=TEN),
    song(at(2, "c"), name="Two", length=TEN),
    song(at(2, "d"), name="Three", length=TEN),
)
FILE = """
songs:
  - name: One
    tempo: 120
    length: 20s
    prompts: w
    cues:
      - {name: a, number: "1", at: 4s, set: {gen/cfg: 4}}
      - {name: b, number: "2", at: 8s, set: {mix/gain: -6}, prompts: x}
      - {name: c, at: 16s}
  - name: Two
    length: 10s
    cues:
      - {name: d, at: 2s}
"""


@pytest.fixture
def stage(board):
    return Stage(board, SHOW)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "show.yaml"
    path.write_text(FILE)
    return path


def fired(stage):
    return [(event.song, event.cue, round(event.frame / RATE, 2)) for event in stage.told(Fired) if event.cue]


def order(stage):
    return [song.name for song in stage.show.setlist.songs]


def test_skip_leaves_the_next_cue_out_and_what_it_would_have_left_behind(stage):
    stage.to(1.0)
    assert stage.do("show/skip") == "a"
    stage.to(6.0)
    assert (fired(stage), stage.get("gen/cfg"), stage.where()) == ([], 2.0, ("One", "", "hit"))
    stage.show.jump("b")
    stage.to(7.0)
    assert (stage.where()[1], stage.get("gen/cfg")) == ("b", 2.0)
    stage.show.jump("a")
    stage.to(8.0)
    assert (stage.where()[1], stage.get("gen/cfg")) == ("a", 4.0)


def test_skip_disarms_what_is_armed(board):
    stage = Stage(board, setlist(song(by_hand("hit", wait=Span(5.0)), after("start", "then"), at(20, "b")))).to(1.0)
    stage.do("show/go")
    stage.to(2.0)
    assert stage.get("show/armed") == "hit"
    assert stage.do("show/skip") == "hit"
    stage.to(9.0)
    assert (fired(stage), stage.get("show/armed")) == ([], "")


def test_a_song_is_inserted_after_the_one_that_plays(stage):
    stage.to(5.0)
    assert stage.do("show/insert", "Three") == "Three at 2"
    assert order(stage) == ["One", "Three", "Two", "Three"]
    stage.to(43.0)
    assert fired(stage) == [
        ("One", "a", 4.0), ("One", "b", 8.0), ("Three", "d", 12.0), ("Two", "c", 22.0), ("Three", "d", 32.0)
    ]  # fmt: skip
    assert stage.over


def test_a_song_before_the_one_that_plays_changes_nothing_of_it(stage):
    stage.to(15.0)
    assert stage.do("show/insert", "Three", 1) == "Three at 1"
    assert stage.where() == ("Two", "c", "d")
    stage.to(23.0)
    assert fired(stage)[-1] == ("Three", "d", 22.0)


def test_songs_of_a_file_beside_the_setlist_are_inserted(board, path, tmp_path):
    (tmp_path / "more.yaml").write_text(FILE.replace("One", "Encore").replace("Two", "Last"))
    stage = Stage(board, load_setlist(path)).to(1.0)
    assert stage.do("show/insert", "more.yaml", 9) == "Encore, Last at 3"
    assert order(stage) == ["One", "Two", "Encore", "Last"]
    for name, words in (("../more.yaml", "outside"), ("none.yaml", "none.yaml"), ("Onee", 'did you mean "One"')):
        with pytest.raises(CommandError, match=words):
            stage.do("show/insert", name)
    assert order(stage) == ["One", "Two", "Encore", "Last"]


def test_a_song_is_played_at_another_time(stage):
    stage.to(5.0)
    assert stage.do("show/move", "Three", 2) == "Three at 2"
    assert order(stage) == ["One", "Three", "Two"]
    stage.to(23.0)
    assert [cue for _, cue, _ in fired(stage)] == ["a", "b", "d", "c"]
    assert stage.do("show/move", "Two", 1) == "Two at 1"
    assert (order(stage), stage.where()[0]) == (["Two", "One", "Three"], "Two")
    assert stage.to(33.0).where()[0] == "One"
    with pytest.raises(CommandError, match='did you mean "Three"'):
        stage.do("show/move", "Thre", 1)


@pytest.mark.parametrize("edit", [("show/skip",), ("show/insert", "Two"), ("show/move", "Two", 1), ("show/reload",)])
def test_a_locked_show_refuses_edits_and_nothing_else(stage, edit):
    stage.to(1.0)
    stage.session.set("show/lock", True, source="tablet")
    with pytest.raises(CommandError, match=f"{edit[0]}: the show is locked"):
        stage.do(*edit)
    assert stage.do("show/go") == "hit"
    assert stage.do("show/back") == "a"
    assert stage.do("show/back") == "One"
    assert stage.do("show/cue", "b") == "b"


# --- the file read again ---------------------------------------------------------------------------------


def test_the_answer_tells_what_has_changed(stage):
    one, two, three = SHOW.songs
    louder = replace(one.cues[0], set={"gen/cfg": 5.0}, line=77)
    changed = replace(one, cues=(louder, one.cues[1], at(9, "new", number="8")))
    other = replace(SHOW, songs=(changed, three, replace(two, tempo=90.0)))
    assert told(SHOW, other) == (
        'cue "b" removed; cue "a" changed; cue 8 "new" added; song "Two" changed; songs in another order'
    )
    assert told(SHOW, replace(SHOW, songs=tuple(replace(one, line=9) for one in SHOW.songs))) == "nothing has changed"
    gone = told(SHOW, replace(SHOW, songs=(one, replace(three, name="Four"))))
    assert gone == 'song "Two" removed; song "Three" removed; song "Four" added'


def test_cues_are_found_again_by_number_and_else_by_name():
    old = setlist(song(at(1, "a", number="1"), at(2, "b", number="2"), at(3, "c"), at(4, "c")))
    new = setlist(song(at(1, "x"), name="Zero"), song(at(2, "c"), at(3, "b", number="1"), at(4, "b"), at(5, "c")))
    assert matches(old, new) == {
        Place(0, OPENING): Place(1, OPENING),
        Place(0, 0): Place(1, 1),
        Place(0, 1): Place(1, 2),
        Place(0, 2): Place(1, 0),
        Place(0, 3): Place(1, 3),
    }


def test_a_reload_changes_what_is_heard_and_what_is_to_come(board, path):
    stage = Stage(board, load_setlist(path)).to(10.0)
    assert (stage.get("gen/cfg"), stage.mixture()) == (4.0, {"x": 1.0})
    path.write_text(FILE.replace("gen/cfg: 4", "gen/cfg: 6").replace("16s", "14s").replace("name: Two", "name: Three"))
    answer = stage.do("show/reload")
    assert answer == 'reloaded: song "Two" removed; cue 1 "a" changed; cue "c" changed; song "Three" added'
    stage.to(11.2)
    assert (stage.get("gen/cfg"), stage.get("mix/gain"), stage.mixture()) == (6.0, -6.0, {"x": 1.0})
    assert (stage.where(), stage.place()[0]) == (("One", "b", "c"), 6)
    stage.to(23.0)
    assert fired(stage)[-2:] == [("One", "c", 14.0), ("Three", "d", 22.0)]


def test_a_reload_in_which_the_cue_that_fired_last_is_gone_goes_on_from_the_one_before(board, path):
    stage = Stage(board, load_setlist(path)).to(10.0)
    path.write_text("\n".join(line for line in FILE.splitlines() if "name: b" not in line))
    stage.do("show/reload")
    stage.to(11.2)
    assert (stage.where()[1], stage.get("mix/gain"), stage.mixture()) == ("a", 0.0, {"w": 1.0})
    assert fired(stage.to(17.0))[-1] == ("One", "c", 16.0)


def test_a_broken_file_keeps_the_show_as_it_was(board, path):
    stage = Stage(board, load_setlist(path)).to(10.0)
    before = stage.show.plan
    path.write_text(FILE.replace("gen/cfg", "gen/cgf"))
    with pytest.raises(CommandError, match=r'as it was: \S+show.yaml:8: .*did you mean "gen/cfg"'):
        stage.do("show/reload")
    path.unlink()
    with pytest.raises(CommandError, match="cannot be read"):
        stage.do("show/reload")
    assert stage.show.plan is before
    assert fired(stage.to(17.0))[-1] == ("One", "c", 16.0)


def test_a_file_without_the_song_that_plays_is_refused(board, path):
    stage = Stage(board, load_setlist(path)).to(10.0)
    path.write_text(FILE.replace("name: One", "name: Uno"))
    with pytest.raises(CommandError, match=r'song "One", which plays, is not in show\.yaml any more'):
        stage.do("show/reload")
    assert order(stage) == ["One", "Two"]
