"""Plans: every write on its frame, prompts in the right slots, and one answer however one gets there."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from show_stage import RATE, at, bar, by_hand, setlist, song

from lmdmd.automation import Lane, Segment, TextLane
from lmdmd.control.chase import all_places, find_place, land
from lmdmd.control.cue_effects import choose_slots, fire
from lmdmd.control.plan import opening_stand, plan_from, plan_show, straight
from lmdmd.control.setlist import Loop, Span
from lmdmd.control.stand import OPENING, Place, Slot
from lmdmd.params import PROMPT_SLOTS, defaults


class Player:
    """What a deck makes of a plan: lanes of every row a plan may write."""

    def __init__(self, writes):
        self.weights = [Lane(1.0 if slot == 0 else 0.0) for slot in range(PROMPT_SLOTS)]
        self.texts = [TextLane("") for _ in range(PROMPT_SLOTS)]
        self.values = {name: Lane(0.0) for name in defaults()}
        for write in writes:
            self.write(write)

    def write(self, write):
        group, _, rest = write.name.partition("/")
        if group != "prompt":
            self.values[write.name].write(write.frame, write.value, write.glide_frames, write.curve)
        elif rest.endswith("text"):
            self.texts[int(rest[0])].write(write.frame, write.value)
        else:
            self.weights[int(rest[0])].write(write.frame, write.value, write.glide_frames, write.curve)

    def mixture(self, frame):
        parts = [(text.at(frame), weight.at(frame)) for text, weight in zip(self.texts, self.weights, strict=True)]
        return {text: weight for text, weight in parts if text and weight > 0}


def test_times_and_bars_are_exact_frames_and_songs_follow_each_other():
    first = song(at(2.5), bar(5), length=Span(8, "bars"))
    second = song(bar(1), bar(4), name="Two", tempo=90.0, metre=3, length=Span(9.0))
    plan = plan_show(setlist(first, second), RATE)
    start = 16 * RATE
    bar_4 = start + 9 * RATE * 60 // 90
    assert [(m.frame, m.song, m.bar) for m in plan.marks] == [
        (round(2.5 * RATE), "One", 2),
        (8 * RATE, "One", 5),
        (start, "Two", 1),
        (bar_4, "Two", 4),
    ]
    assert plan.end_frame == start + 9 * RATE
    tempi = [(w.frame, w.value) for w in plan.writes if w.name == "clock/tempo"]
    assert tempi == [(0, 120.0), (start, 90.0)]


def test_writes_come_in_order_of_frame_and_carry_their_cue():
    plan = plan_show(setlist(song(at(1, "a", set={"gen/cfg": 3.0}), at(2, "b", prompts={"x": 1.0}))), RATE)
    frames = [write.frame for write in plan.writes]
    assert frames == sorted(frames)
    assert {(w.frame, w.cue) for w in plan.writes} == {(0, "One"), (RATE, "a"), (2 * RATE, "b")}


def test_the_seed_is_the_first_write():
    first = plan_show(setlist(song(), seed=9), RATE).writes[0]
    assert (first.frame, first.name, first.value) == (0, "engine/seed", 9)


def test_the_beginning_does_not_glide():
    cue = at(0, prompts={"a": 0.4, "b": 0.6}, set={"gen/cfg": 5.0}, over=Span(8.0))
    plan = plan_show(setlist(song(cue, prompts={"z": 1.0})), RATE)
    assert all(write.glide_frames == 0 for write in plan.writes)
    assert Player(plan.writes).mixture(0) == {"a": 0.4, "b": 0.6}


def test_weights_glide_over_seconds_bars_and_beats():
    cues = [
        at(4, prompts={"a": 1.0}, over=Span(2.0)),
        at(8, prompts={"b": 1.0}, over=Span(2, "bars"), curve="smooth"),
        at(16, set={"gen/cfg": 4.0, "gen/steps": 12}, over=Span(3, "beats")),
    ]
    plan = plan_show(setlist(song(*cues)), RATE)
    glides = {(w.frame // RATE, w.name): (w.glide_frames, w.curve) for w in plan.writes}
    assert glides[4, "prompt/0/weight"] == (2 * RATE, "linear")
    assert glides[8, "prompt/1/weight"] == (4 * RATE, "smooth")
    assert glides[16, "gen/cfg"] == (round(1.5 * RATE), "linear")
    assert glides[16, "gen/steps"][0] == 0
    player = Player(plan.writes)
    assert player.mixture(9 * RATE) == pytest.approx({"a": 1 - 0.15625, "b": 0.15625})


def test_a_text_keeps_its_slot_and_a_new_one_takes_the_quietest():
    slots = tuple(
        Slot(text, Segment(0, weight, weight)) for text, weight in (("a", 0.5), ("b", 0.2), ("", 1.0), ("d", 0.1))
    )
    assert choose_slots({"a": 1.0}, slots, 0) == {0: "a"}
    assert choose_slots({"new": 1.0}, slots, 0) == {2: "new"}
    assert choose_slots({"new": 1.0, "newer": 1.0, "b": 1.0}, slots, 0) == {1: "b", 2: "new", 3: "newer"}


def test_the_quietest_is_judged_on_the_frame_of_the_cue():
    falling, rising = Segment(0, 1.0, 0.0, 100), Segment(0, 0.0, 1.0, 100)
    slots = (Slot("f", falling), Slot("r", rising), Slot("a", Segment(0, 1, 1)), Slot("b", Segment(0, 1, 1)))
    assert choose_slots({"new": 1.0}, slots, 10) == {1: "new"}
    assert choose_slots({"new": 1.0}, slots, 90) == {0: "new"}


@pytest.mark.parametrize("seed", range(12))
def test_what_is_heard_after_a_cue_is_its_prompts_and_new_words_never_jump_in(seed):
    draw = random.Random(seed)
    words = ["pads", "house", "piano", "jazz", "folk", "bells"]
    cues, time = [], 0.0
    for index in range(12):
        texts = draw.sample(words, draw.randint(1, 4))
        over = draw.choice([0.0, 1.0, 3.0])
        prompts = {text: round(draw.uniform(0.1, 1), 2) for text in texts}
        cues.append(at(time, f"c{index}", prompts=prompts, over=Span(over)))
        time += draw.choice([1.5, 4.0])
    plan = plan_show(setlist(song(*cues)), RATE)
    player = Player(plan.writes)
    for cue, following in pairwise([*cues, at(time + 4)]):
        begins, settled = round(cue.trigger.value * RATE), round(following.trigger.value * RATE) - 2
        before, after = player.mixture(begins - 2), player.mixture(begins)
        if cue.over.value and begins:
            assert all(after.get(text, 0.0) == pytest.approx(before.get(text, 0.0), abs=1e-3) for text in after)
        if (settled - begins) / RATE >= cue.over.value:
            assert player.mixture(settled) == pytest.approx(cue.prompts)


def test_a_tempo_set_by_a_cue_moves_the_bars_after_it():
    plan = plan_show(setlist(song(bar(3, set={"clock/tempo": 60.0}, over=Span(4.0)), bar(5))), RATE)
    assert [mark.frame for mark in plan.marks] == [4 * RATE, 12 * RATE]
    assert next(w for w in plan.writes if w.value == 60.0).glide_frames == 0


def test_cues_by_hand_have_no_frame_until_they_are_fired():
    hand = by_hand("hit", prompts={"b": 1.0}, over=Span(1.0))
    show = setlist(song(hand, at(20), prompts={"a": 1.0}))
    plan = plan_show(show, RATE)
    assert [mark.cue for mark in plan.marks] == ["at 20"]
    fired = fire(show, Place(0, 0), replace(plan.stand_at(5 * RATE), frame=5 * RATE))
    assert {write.frame for write in fired.writes} == {5 * RATE}
    assert Player([*plan.writes, *fired.writes]).mixture(7 * RATE) == {"b": 1.0}
    assert plan_from(show, fired.stand).marks == plan.marks


DEMO_LIKE = setlist(
    song(
        at(2, "a", prompts={"x": 1.0}, set={"gen/cfg": 4.0}),
        by_hand("h", set={"mix/gain": -6.0}),
        bar(5, "b", prompts={"y": 0.5, "x": 0.5}, set={"clock/tempo": 100.0}),
        bar(9, "c", set={"gen/cfg": 1.0}),
        length=Span(16, "bars"),
        prompts={"w": 1.0},
    ),
    song(bar(1, "d"), at(7, "e", prompts={"z": 1.0}), name="Two", tempo=77.0, metre=3, length=Span(20.0)),
)


@pytest.mark.parametrize("frame", range(0, 60 * RATE, 173_111))
def test_planning_again_from_any_frame_changes_nothing(frame):
    whole = plan_show(DEMO_LIKE, RATE)
    again = plan_from(DEMO_LIKE, whole.stand_at(frame))
    assert again.writes == tuple(write for write in whole.writes if write.frame > frame)
    assert again.marks == tuple(mark for mark in whole.marks if mark.frame > frame)
    assert again.end_frame == whole.end_frame
    spliced = whole.spliced(again, since=frame // 2, frame=frame)
    assert [spliced.stand_at(f).song for f in (frame, whole.end_frame)] == [whole.stand_at(frame).song, 1]


@pytest.mark.parametrize("place", [*all_places(DEMO_LIKE), Place(0, OPENING), Place(1, OPENING)])
def test_a_jump_arrives_at_the_bar_with_the_state_of_all_cues_before(place):
    base = {"gen/cfg": 2.0, "mix/gain": 0.0}
    frame = 100 * RATE + 7
    landed = land(DEMO_LIKE, place, replace(opening_stand(DEMO_LIKE, RATE), frame=frame), base)
    stand, values = landed.stand, {write.name: write.value for write in landed.writes}
    assert values["gen/cfg"] == (2.0 if place < Place(0, 0) else 4.0 if place < Place(0, 3) else 1.0)
    assert values["mix/gain"] == (0.0 if place < Place(0, 1) else -6.0)
    assert values["clock/tempo"] == (77.0 if place.song else 100.0 if place >= Place(0, 2) else 120.0)
    whole = plan_show(DEMO_LIKE, RATE)
    timed = next((mark for mark in whole.marks if mark.place == place), None)
    if timed is not None:
        assert stand.clock.position(frame) == pytest.approx(whole.stands[-1].clock.position(timed.frame))
        later = [(m.frame - frame, m.cue) for m in plan_from(DEMO_LIKE, stand).marks]
        expected = [(m.frame - timed.frame, m.cue) for m in whole.marks if m.frame > timed.frame]
        assert [cue for _, cue in later] == [cue for _, cue in expected]
        assert all(abs(one[0] - other[0]) <= 1 for one, other in zip(later, expected, strict=True))


def test_a_place_is_found_by_number_before_name_and_the_next_of_several():
    cues = (at(0, "verse", number="1"), at(9, "chorus", number="2"))
    show = setlist(song(*cues), song(*[replace(cue, number="") for cue in cues], name="2"))
    assert find_place(show, "2", Place(0, -1)) == Place(0, 1)
    assert find_place(show, "chorus", Place(0, 1)) == Place(1, 1)
    assert find_place(show, "chorus", Place(1, 1)) == Place(0, 1)
    assert find_place(show, "One", Place(1, 0)) == Place(0, OPENING)
    assert find_place(show, "nobody", Place(0, 0)) is None


def test_a_run_sheet_goes_straight_through_holds_and_loops():
    first = song(at(1, "a", holds=True), bar(3, "l", loop=Loop(3, 4)), bar(5, "m", loop=Loop(5, 5, 2)), at(30, "b"))
    show = setlist(first, song(at(1, "c"), name="Two"))
    assert not plan_show(show, RATE).whole
    plan = plan_show(straight(show), RATE)
    assert [mark.cue for mark in plan.marks] == ["a", "l", "m", "m", "b", "c"]
    assert (plan.whole, plan.end_frame) == (True, 122 * RATE)
