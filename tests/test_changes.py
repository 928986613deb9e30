"""What a deck was told: changes that wait, and promises until they are kept."""

from __future__ import annotations

from lmdmd.engine.changes import Promises, Waiting
from lmdmd.messages import Write


def nothing_planned(name: str, since: int, until: int) -> list[int]:
    return []


def test_of_many_writes_to_a_row_the_last_waits_and_all_are_answered_for():
    waiting = Waiting()
    assert not waiting
    for number in range(200):
        waiting.add(Write("gen/cfg", number / 10, stamp=number + 1), 0)
    waiting.add(Write("prompt/0/text", "rain", stamp=500), 0)
    assert waiting and waiting.has_writes
    writes, stamps, fresh = waiting.take(4410, nothing_planned)
    assert writes == [Write("gen/cfg", 19.9, 4410), Write("prompt/0/text", "rain", 4410)]
    assert stamps == [200, 500] and not fresh
    assert not waiting and waiting.take(0, nothing_planned) == ([], [], False)
    assert waiting.taken_after(4410) == [] and waiting.taken_after(4409) == writes


def test_a_cue_that_was_due_meanwhile_is_newer_than_a_hand_that_waited():
    waiting = Waiting()
    waiting.add(Write("gen/cfg", 5.0, stamp=1), 100)
    waiting.add(Write("gen/steps", 4, stamp=2), 100)
    asked = []

    def planned(name, since, until):
        asked.append((name, since, until))
        return [800] if name == "gen/cfg" else []

    writes, stamps, _ = waiting.take(900, planned)
    assert writes == [Write("gen/steps", 4, 900)] and stamps == [1, 2]
    assert asked == [("gen/cfg", 100, 900), ("gen/steps", 100, 900)]


def test_a_hand_that_moved_before_overtakes_no_hand():
    waiting = Waiting()
    waiting.add(Write("gen/cfg", 5.0), 100)
    waiting.take(900, nothing_planned)
    waiting.add(Write("gen/cfg", 3.0), 200)
    assert waiting.take(950, lambda name, since, until: [900])[0] == [Write("gen/cfg", 3.0, 950)]


def test_what_a_hand_wrote_outlives_the_cues_that_are_cancelled():
    waiting = Waiting()
    waiting.add(Write("gen/cfg", 5.0), 0)
    waiting.take(900, nothing_planned)
    assert waiting.taken_after(800) == [Write("gen/cfg", 5.0, 900)]
    assert waiting.taken_after(900) == []


def test_a_glide_begins_where_the_step_before_it_went():
    waiting = Waiting()
    waiting.add(Write("gen/cfg", 1.0), 0)
    waiting.add(Write("gen/cfg", 5.0, glide_frames=4410), 0)
    assert [write.value for write in waiting.take(0, nothing_planned)[0]] == [1.0, 5.0]
    waiting.add(Write("gen/cfg", 5.0, glide_frames=4410), 0)
    waiting.add(Write("gen/cfg", 2.0), 0)
    assert [write.value for write in waiting.take(0, nothing_planned)[0]] == [2.0]


def test_forgetting_the_music_waits_too():
    waiting = Waiting()
    waiting.fresh = True
    assert waiting and waiting.take(0, nothing_planned) == ([], [], True) and not waiting


def test_a_promise_is_kept_by_the_first_block_made_from_it_and_open_again_when_that_is_undone():
    promises = Promises()
    promises.add(1000, [1, 2, 0])
    promises.add(3000, [3])
    assert promises.keep(999) == ()
    assert promises.keep(1500) == (1, 2)
    assert promises.keep(2500) == ()
    assert promises.keep(3000) == (3,)
    promises.undo(2000)
    assert promises.keep(5000) == (3,)
    promises.forget_before(3001)
    promises.undo(0)
    assert promises.keep(9000) == ()
