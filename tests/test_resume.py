"""Going on after a crash: from a log that ends anywhere to the show that goes on where it stood."""

import json
from dataclasses import asdict, replace

import pytest
from show_stage import COMMIT_FRAMES, RATE, Stage, after, at, bar, by_hand, setlist, song

from lmdmd.control.events import Fired, Incident
from lmdmd.control.resume import where_it_stood
from lmdmd.control.setlist import Loop, Span, Swap, Way
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.control.stand import Place
from lmdmd.errors import CommandError

SHOW = setlist(
    song(at(4, "a", prompts={"x": 1.0}, swap=Swap("wide")), length=Span(10.0), prompts={"w": 1.0}),
    song(
        bar(2, "b", number="2", set={"gen/cfg": 5.0, "mix/gain": -3.0}, over=Span(1.0)),
        by_hand("hit", set={"mix/gain": -6.0}),
        after("end", "chain", wait=Span(6.0), prompts={"y": 1.0}),
        bar(9, "c", set={"clock/tempo": 150.0}, ways={"clock/tempo": Way(Span(8, "bars"))}),
        name="Two", tempo=90.0, metre=3, length=Span(90.0),
    ),
)  # fmt: skip


def lines(stage):
    return [json.dumps({"kind": type(event).__name__.lower()} | asdict(event)) for event in stage.events]


class Again:
    """A second run that goes on where the first one was cut off."""

    def __init__(self, board, first, show=SHOW, seconds=0.02):
        self.now_frame = board.playhead
        self.state = where_it_stood(lines(first))
        board.playhead = 0
        self.stage = Stage(board, show, model=self.state.model)
        self.stage.show.resume(self.state)
        self.stage.to(seconds)


def ran_to(board, seconds, show=SHOW):
    stage = Stage(board, show, model="pocket")
    if show is SHOW and seconds > 12.5:
        stage.to(12.5).do("show/go")
    return stage.to(seconds)


@pytest.mark.parametrize("seconds", [0.5, 4.5, 11.0, 13.5, 20.0, 27.3, 31.0, 60.0])
def test_a_show_goes_on_at_its_song_cue_bar_and_tempo(board, seconds):
    first = ran_to(board, seconds)
    rows = ("show/song", "show/cue", "show/next", "gen/cfg", "mix/gain", "clock/metre")
    expected = {row: first.get(row) for row in rows} | {"prompts": first.mixture()}
    later = [(mark.cue, mark.frame - board.playhead) for mark in first.show.plan.marks if mark.frame > board.playhead]
    clock, now = first.show.clock, board.playhead
    again = Again(board, first)
    found = {row: again.stage.get(row) for row in rows} | {"prompts": again.stage.mixture()}
    assert found == expected
    delay = now - again.state.frame
    assert 0 <= delay <= RATE + RATE // 50
    again.stage.to(delay / RATE + 0.02)
    assert again.stage.show.clock.position(delay) == pytest.approx(clock.position(now), abs=1e-3)
    assert again.stage.get("clock/tempo") == pytest.approx(clock.anchor_at(now + RATE // 50).tempo_bpm)
    marks = again.stage.show.plan.marks
    resumed = [(mark.cue, mark.frame - delay) for mark in marks if mark.frame > delay]
    assert [cue for cue, _ in resumed] == [cue for cue, _ in later]
    assert [frame for _, frame in resumed] == pytest.approx([frame for _, frame in later], abs=2)


def test_what_hands_had_set_is_set_again_and_stays_taken(board):
    first = ran_to(board, 1.0)
    first.session.set("gen/cfg", 7.0, source="tablet")
    first.session.set("gen/steps", 12, source="tablet")
    first.session.set("mix/gain", -10.0, source="tablet")
    first.session.set("clock/tempo", 100.0, source="tablet")
    first.to(1.5)
    first.do("show/release", "mix/*")
    first.to(13.0)
    again = Again(board, first)
    assert again.state.taken == {"gen/cfg": "tablet"}
    assert (again.stage.get("gen/cfg"), again.stage.get("gen/steps")) == (7.0, 12)
    assert again.stage.get("show/taken") == "gen/cfg"
    again.stage.to(30.0)
    assert again.stage.get("gen/cfg") == 7.0


def test_a_second_crash_forgets_nothing_of_the_first(board):
    first = ran_to(board, 1.0)
    first.session.set("gen/cfg", 7.0, source="tablet")
    first.to(3.0)
    second = Again(board, first).stage.to(2.0)
    again = Again(board, second)
    assert (again.stage.get("gen/cfg"), again.stage.get("show/taken")) == (7.0, "gen/cfg")


def test_what_glides_goes_on_from_where_it_was(board):
    show = setlist(
        song(at(2, "rise", prompts={"x": 1.0}, set={"mix/gain": -40.0, "gen/cfg": 6.0}, over=Span(20.0)),
             prompts={"w": 1.0})
    )  # fmt: skip
    first = ran_to(board, 12.0, show)
    first.session.set("mix/width", 2.0, source="tablet", glide_s=10.0)
    first.to(14.0)
    gain, width, mixture = first.get("mix/gain"), first.get("mix/width"), first.mixture()
    again = Again(board, first, show)
    late_s = (again.now_frame - again.state.frame) / RATE
    assert 0 <= late_s <= 1.02
    again.stage.to(late_s)
    assert again.stage.get("mix/gain") == pytest.approx(gain, abs=0.1) and -30 < gain < -20
    assert again.stage.get("mix/width") == pytest.approx(width, abs=0.03)
    assert again.stage.mixture() == pytest.approx(mixture, abs=0.02)
    again.stage.to(late_s + 9.0)
    assert (again.stage.get("mix/gain"), again.stage.get("gen/cfg"), again.stage.mixture()) == (-40.0, 6.0, {"x": 1.0})
    assert again.stage.get("mix/width") == 2.0


def test_prompts_that_a_hand_has_taken_are_all_as_they_were(board):
    first = ran_to(board, 11.0)
    first.session.set("prompt/3/text", "bells", source="tablet")
    first.session.set("prompt/3/weight", 0.3, source="tablet")
    first.session.set("prompt/0/weight", 0.1, source="tablet")
    first.to(13.0)
    heard = first.mixture()
    assert heard == {"bells": 0.3, "x": 1.0, "w": pytest.approx(0.1)}
    again = Again(board, first)
    assert (again.stage.mixture(), again.stage.get("show/taken")) == (heard, "prompt")
    again.stage.do("show/release", "prompt/*")
    assert again.stage.to(2.0).mixture() == {"x": 1.0}


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.1, 0.5])
def test_a_crash_in_the_first_moments_of_a_show_that_goes_on_forgets_nothing(board, seconds):
    first = ran_to(board, 6.0)
    first.session.set("gen/steps", 11, source="tablet")
    first.session.set("mix/width", 2.0, source="tablet", glide_s=20.0)
    first.to(8.0)
    expected, width = first.mixture(), first.get("mix/width")
    third = Again(board, Again(board, first, seconds=seconds).stage).stage
    assert (third.get("gen/steps"), third.mixture(), third.get("show/cue")) == (11, expected, "a")
    assert third.get("mix/width") == pytest.approx(width, abs=0.1) and third.to(25.0).get("mix/width") == 2.0


def test_what_only_the_bundle_has_set_stays_the_bundles(board):
    first = ran_to(board, 3.0)
    assert first.session.source_at("gen/cfg", board.playhead) == "engine"
    again = Again(board, first).stage
    assert again.session.source_at("gen/cfg", board.playhead) == "engine"
    assert again.to(14.0).session.source_at("gen/cfg", board.playhead) == "cue:b"


def test_a_show_that_was_stopped_is_still_stopped(board):
    first = ran_to(board, 11.0)
    first.do("show/stop")
    first.to(15.0)
    again = Again(board, first)
    assert (again.stage.get("show/auto"), again.stage.get("show/held")) == (False, True)
    again.stage.to(20.0)
    assert again.stage.where()[1] == ""
    again.stage.do("show/start")
    assert again.stage.to(24.0).where()[1] == "b"


def test_a_hold_and_a_loop_are_still_there(board):
    held = setlist(song(at(2, "a", holds=True), at(4, "b")))
    again = Again(board, ran_to(board, 8.0, held), held)
    assert again.stage.to(5.0).where()[1] == "a"
    again.stage.do("show/go")
    assert again.stage.to(5.3).where()[1] == "b"


def test_a_loop_goes_on_in_the_pass_where_it_was(board):
    show = setlist(song(bar(1, "in", loop=Loop(2, 5)), bar(3, "x"), length=Span(20, "bars")))
    first = ran_to(board, 103.5, show)
    place, loop = first.show.clock.position(board.playhead), first.get("show/loop")
    again = Again(board, first, show)
    delay = again.now_frame - again.state.frame
    again.stage.to(delay / RATE + 0.02)
    assert again.stage.get("show/loop") == loop == "bars 2 to 5 until go"
    assert again.stage.show.clock.position(delay) == pytest.approx(place, abs=1e-3)
    again.stage.to(60.0)
    assert 2 <= again.stage.place()[0] <= 5


def test_an_order_of_the_night_is_kept(board):
    first = ran_to(board, 1.0)
    first.do("show/insert", "One", 2)
    first.to(2.0)
    again = Again(board, first)
    assert [one.name for one in again.stage.show.setlist.songs] == ["One", "One", "Two"]


def test_a_song_that_is_gone_is_left_out_and_the_one_that_played_is_needed(board):
    first = ran_to(board, 11.0)
    state = where_it_stood(lines(first))
    board.playhead = 0
    without_one = Stage(board, replace(SHOW, songs=SHOW.songs[1:]))
    without_one.show.resume(state)
    assert without_one.to(1.5).where()[:2] == ("Two", "b")
    board.playhead = 0
    with pytest.raises(CommandError, match=r'song "Two", which played, is not in test\.yaml'):
        Stage(board, replace(SHOW, songs=SHOW.songs[:1])).show.resume(state)


OTHER = """
model: lantern
songs:
  - name: Encore
    length: 20s
    cues:
      - {name: e, at: 1s, set: {gen/cfg: 9}}
  - name: Last
    length: 10s
"""
NIGHT = """
songs:
  - name: One
    length: 5s
    cues: [{name: a, at: 1s}]
  - name: Two
    length: 20s
    cues:
      - {name: b, number: "1", at: 2s, set: {gen/cfg: 4}, prompts: x}
      - {name: c, number: "2", at: 15s, set: {mix/gain: -6}}
"""


@pytest.fixture
def night(tmp_path):
    (tmp_path / "show.yaml").write_text(NIGHT)
    (tmp_path / "encore.yaml").write_text(OTHER)
    return tmp_path / "show.yaml"


def told(stage):
    return [event.text for event in stage.told(Incident)]


def order(stage):
    return [one.name for one in stage.show.setlist.songs]


@pytest.mark.parametrize("seconds", [3.0, 7.0, 13.0])
def test_songs_that_came_from_another_file_on_the_night_are_there_again(board, night, seconds):
    first = ran_to(board, 2.0, load_setlist(night))
    first.do("show/insert", "encore.yaml", 0)
    first.to(seconds)
    where, later = first.where(), order(first)
    again = Again(board, first, load_setlist(night))
    assert again.stage.where() == where and order(again.stage) == later == ["One", "Encore", "Last", "Two"]
    assert again.stage.show.setlist.songs[1].swap == Swap("lantern")
    assert not told(again.stage)
    once_more = Again(board, again.stage.to(0.5), load_setlist(night))
    assert order(once_more.stage) == later and once_more.stage.where() == where
    assert once_more.stage.to(33.0 - seconds).where()[0] == "Last"
    assert once_more.stage.to(43.0 - seconds).where()[:2] == ("Two", "b")


def test_a_file_of_the_night_that_is_gone_is_told_of(board, night):
    first = ran_to(board, 2.0, load_setlist(night))
    first.do("show/insert", "encore.yaml", 0)
    first.to(3.0)
    (night.parent / "encore.yaml").unlink()
    again = Again(board, first, load_setlist(night))
    assert order(again.stage) == ["One", "Two"]
    assert 'song "Encore" is gone' in told(again.stage)[0] and "encore.yaml" in told(again.stage)[0]
    board.playhead = round(3 * RATE)
    first.to(7.0)
    state = where_it_stood(lines(first))
    board.playhead = 0
    with pytest.raises(CommandError, match=r'song "Encore", which played, came from .*encore\.yaml'):
        Stage(board, load_setlist(night)).show.resume(state)


def test_a_setlist_that_was_edited_meanwhile_is_gone_on_with_and_told_of(board, night):
    first = ran_to(board, 8.0, load_setlist(night))
    assert first.where() == ("Two", "b", "c")
    text = NIGHT.replace("{name: b,", "{name: early, at: 1s}\n      - {name: b,").replace("gen/cfg: 4", "gen/cfg: 5")
    night.write_text(text.replace("prompts: x", "prompts: z") + "  - {name: Three, length: 5s}\n")
    again = Again(board, first, load_setlist(night)).stage
    assert again.where()[:2] == ("Two", "b") and order(again) == ["One", "Two", "Three"]
    assert (again.get("gen/cfg"), again.mixture()) == (5.0, {"z": 1.0})
    assert told(again) == [
        f'{night} is not as it was: song "Two" has changed, song "Three" is new; the show goes on by it'
    ]
    assert again.to(11.0).where()[1] == "b" and again.to(13.0).where()[1] == "c"
    assert [event.cue for event in again.told(Fired) if event.cue] == ["c"]


def test_a_cue_that_played_and_is_gone_leaves_the_one_before_it(board, night):
    first = ran_to(board, 8.0, load_setlist(night))
    night.write_text(
        NIGHT.replace('{name: b, number: "1", at: 2s, set: {gen/cfg: 4}, prompts: x}', "{name: n, at: 9s}")
    )
    again = Again(board, first, load_setlist(night)).stage
    assert again.where() == ("Two", "", "n") and 'song "Two" has changed' in told(again)[0]
    assert again.get("gen/cfg") == 2.0
    assert again.to(7.5).where()[1] == "n"


def test_a_log_that_is_cut_anywhere_tells_where_it_stood_until_then(board):
    text = "\n".join(lines(ran_to(board, 31.0)))
    latest = -1
    for end in range(0, len(text), len(text) // 150):
        state = where_it_stood(text[:end].splitlines())
        if state is not None:
            assert state.frame >= latest
            latest = state.frame
    assert latest > 25 * RATE
    assert where_it_stood([]) is None
    assert where_it_stood(["", "{", "[1]", '{"kind": "block", "frame": 3}']) is None


def test_where_it_stood_is_told_in_full(board):
    first = ran_to(board, 13.5)
    state = where_it_stood(lines(first))
    assert (state.song, state.cue, state.at, state.model) == ("Two", "hit", Place(1, 1), "wide")
    assert state.done == [Place(0, 0), Place(1, 0), Place(1, 1)]
    assert 12.5 * RATE + COMMIT_FRAMES <= state.frame <= 13.5 * RATE
