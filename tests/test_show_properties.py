"""What holds of every setlist: a jump arrives where running arrives, ramps go one way, lines are met."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from show_stage import RATE, setlist

from lmdmd.control.chase import all_places
from lmdmd.control.clock import TempoMap
from lmdmd.control.grid_lines import next_line
from lmdmd.control.plan import plan_show
from lmdmd.control.session import Session
from lmdmd.control.setlist import Cue, Loop, Song, Span, Swap, Trigger, Way
from lmdmd.control.show import Show
from lmdmd.control.stand import OPENING, Place
from lmdmd.control.tempo import ramped
from lmdmd.params import PROMPT_SLOTS
from lmdmd.units import CURVES

STEADY = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
VALUES = {"gen/cfg": (0, 12), "mix/gain": (-24, 6), "mix/width": (0, 2)}
WORDS = ("pads", "house", "piano", "jazz", "folk", "bells", "rain", "choir")
MODELS = ("pocket", "wide", "deep")
SETTLED = 3600 * RATE

curves = st.sampled_from(sorted(CURVES))
tempi = st.integers(50, 200).map(float)
spans = st.one_of(
    st.sampled_from([0.0, 0.5, 2.0]).map(Span),
    st.sampled_from([1.0, 2.0]).map(lambda value: Span(value, "bars")),
    st.sampled_from([1.0, 3.0]).map(lambda value: Span(value, "beats")),
)
lines = st.sampled_from([Span(0.0), Span(1, "beats"), Span(1, "bars"), Span(2, "bars")])
mixtures = st.one_of(
    st.just({}),
    st.dictionaries(st.sampled_from(WORDS), st.integers(1, 10).map(lambda tenths: tenths / 10), min_size=1, max_size=4),
)
values = st.fixed_dictionaries(
    {}, optional={name: st.integers(*map(int, ends)).map(float) for name, ends in VALUES.items()}
)


@st.composite
def cues(draw, name, seconds):
    """A cue, and the second of its song by which it may be due."""
    kind = draw(st.sampled_from(["at", "bar", "go", "start", "end"]))
    seconds += draw(st.integers(1, 6))
    trigger = Trigger(kind, float(seconds if kind == "at" else max(1, seconds)) if kind in ("at", "bar") else 0.0)
    is_timed = kind in ("at", "bar")
    changed = draw(values)
    ways = {row: Way(draw(spans), draw(curves)) for row in changed if draw(st.booleans())}
    if draw(st.integers(0, 3)) == 0:
        changed = changed | {"clock/tempo": draw(tempi)}
        if draw(st.booleans()):
            ways["clock/tempo"] = Way(draw(spans), draw(curves))
    return seconds, Cue(
        name,
        name,
        trigger,
        prompts=draw(mixtures),
        set=changed,
        ways=ways,
        over=draw(spans),
        curve=draw(curves),
        wait=Span(0.0) if is_timed else draw(spans),
        quantise=Span(0.0) if is_timed else draw(lines),
        swap=draw(st.one_of(st.none(), st.sampled_from(MODELS).map(Swap))),
        holds=draw(st.integers(0, 7)) == 0,
        loop=draw(st.one_of(st.none(), st.none(), st.just(Loop(2, 5, 2)))),
    )


@st.composite
def songs(draw, name):
    seconds, made = 0, []
    for index in range(draw(st.integers(0, 5))):
        seconds, cue = draw(cues(f"{name}{index}", seconds))
        made.append(cue)
    if any(cue.trigger.kind == "go" for cue in made):
        # In a loop, go leaves the loop.
        made = [replace(cue, loop=None) for cue in made]
    return Song(
        name, draw(tempi), draw(st.integers(2, 5)), Span(600.0), tuple(made), draw(mixtures), set=draw(values),
        swap=draw(st.one_of(st.none(), st.sampled_from(MODELS).map(Swap))),
    )  # fmt: skip


shows = st.builds(lambda first, second: setlist(first, second), songs("A"), songs("B"))


class Run:
    """A show whose playhead goes from event to event, with somebody who says go as soon as it is time."""

    def __init__(self, board, show):
        self.board, self.board.playhead = board, 0
        self.session = Session(board, None, RATE)
        self.show = Show(self.session, show, model="pocket")
        self.show.arm()

    @property
    def stand(self):
        return self.show.stand_at(self.board.playhead)

    def go_to(self, frame):
        self.board.playhead = frame
        self.show.tick(frame)

    def run_to(self, place):
        """Play until the cue has fired, with everything before it by hand and in order."""
        while not (self.stand.song == place.song and (place.cue == OPENING or place in self.show.done)):
            if not self.help_on(place):
                self.go_to(self.next_frame())

    def help_on(self, place):
        """Let go of holds and loops, and fire the next cue if it waits for a hand; whether there was something."""
        if self.stand.held_frame is not None:
            self.show.start()
        elif (self.stand.round is not None and self.stand.round.left != 1) or self.waits(place):
            self.show.go()
        else:
            return False
        return True

    def waits(self, place):
        song = self.show.setlist.songs[self.stand.song]
        last = place.cue if place.song == self.stand.song else len(song.cues) - 1
        left = [index for index in range(last + 1) if Place(self.stand.song, index) not in self.show.done]
        return bool(left) and song.cues[left[0]].trigger.kind == "go"

    def next_frame(self):
        later = [mark.frame for mark in self.show.plan.marks] + [stand.frame for stand in self.show.plan.stands]
        return min(frame for frame in later if frame > self.board.playhead)

    def left_behind(self):
        """All that is in force, and what comes later, counted from now."""
        now, stand = self.board.playhead, self.stand
        later = [(mark.cue, mark.frame - now) for mark in self.show.plan.marks if mark.frame > now]
        anchors = [(anchor.frame - now, anchor.tempo_bpm) for anchor in stand.clock.anchors if anchor.frame > now]
        self.session.clear_after(now)
        self.board.playhead = SETTLED
        parts = {self.get(f"prompt/{slot}/text"): self.get(f"prompt/{slot}/weight") for slot in range(PROMPT_SLOTS)}
        return {
            "prompts": {text: round(weight, 6) for text, weight in parts.items() if text and weight},
            "values": {name: self.get(name) for name in VALUES},
            "place": (stand.song, *stand.clock.position(now)),
            "tempo": (stand.clock.anchor_at(now).tempo_bpm, stand.clock.anchor_at(now).metre),
            "model": stand.model,
            "held": stand.held_frame is not None,
            "loop": (stand.round.first, stand.round.last) if stand.round else None,
            "ramp": anchors,
            "later": later if stand.round is None else [],
        }

    def get(self, name):
        return self.session.get(name)


@STEADY
@given(shows, st.data())
def test_a_jump_to_any_cue_gives_the_state_that_running_there_gives(board, show, data):
    openings = [Place(song, OPENING) for song in range(len(show.songs))]
    place = data.draw(st.sampled_from([*all_places(show), *openings]))
    ran = Run(board, show)
    ran.run_to(place)
    expected = ran.left_behind()
    jumped = Run(board, show)
    jumped.go_to(data.draw(st.integers(1, 300 * RATE)))
    jumped.show.jump(*([show.songs[place.song].name] if place.cue == OPENING else [jumped.show.cue(place).number]))
    found = jumped.left_behind()
    assert found.pop("place") == pytest.approx(expected.pop("place"), abs=1e-3)
    assert found.pop("tempo") == pytest.approx(expected.pop("tempo"), rel=1e-6)
    assert found.pop("ramp") == [pytest.approx(anchor, abs=2) for anchor in expected.pop("ramp")]
    later, expected_later = found.pop("later"), expected.pop("later")
    assert [cue for cue, _ in later] == [cue for cue, _ in expected_later]
    assert [frame for _, frame in later] == pytest.approx([frame for _, frame in expected_later], abs=2)
    if not expected["prompts"]:
        # Before the first mixture of a show there is none to bring back: what sounds goes on.
        del found["prompts"], expected["prompts"]
    assert found == expected


@STEADY
@given(tempi, tempi, st.integers(2, 7), curves, spans, st.integers(0, 10 * RATE))
def test_a_ramp_goes_one_way_and_its_bars_come_in_order(tempo, target, metre, curve, over, frame):
    clock = ramped(TempoMap.constant(RATE, tempo, metre), frame, target, Way(over, curve))
    ramp = [anchor.tempo_bpm for anchor in clock.anchors if anchor.frame >= frame]
    assert all((after - before) * (target - tempo) >= -1e-6 for before, after in pairwise([tempo, *ramp]))
    assert clock.anchors[-1].tempo_bpm == target
    bars = [clock.frame_of(bar) for bar in range(1, 60)]
    assert bars == sorted(set(bars))
    assert all(clock.position(begun) == (bar, 1.0) for bar, begun in enumerate(bars, 1))


@STEADY
@given(tempi, tempi, st.integers(2, 7), lines, spans, st.integers(0, 60 * RATE), st.integers(0, 20 * RATE))
def test_a_quantised_frame_lies_on_the_grid_and_never_in_the_past(tempo, target, metre, line, over, asked, begun):
    clock = ramped(TempoMap.constant(RATE, tempo, metre), begun, target, Way(over))
    found = next_line(line, clock, 0, asked)
    assert found >= asked
    assert next_line(line, clock, 0, found) == found
    if line.value:
        bar, beat = clock.position(found)
        beats = (bar - 1) * metre + beat - 1.0
        step = line.value * (metre if line.unit == "bars" else 1)
        assert beats / step == pytest.approx(round(beats / step), abs=1e-6)
        assert found - asked <= step * clock.rate_hz * 60 / 50 + 1


@STEADY
@given(shows)
def test_a_plan_comes_in_order(show):
    plan = plan_show(show, RATE)
    for parts in (plan.marks, plan.writes, plan.stands, plan.swaps):
        assert [part.frame for part in parts] == sorted(part.frame for part in parts)
    assert plan.whole == (plan.stands[-1].held_frame is None)
