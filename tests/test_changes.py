"""What a deck was told: changes that wait, and promises until they are kept."""

from __future__ import annotations

from lmdmd.engine.changes import Promises, Waiting
from lmdmd.messages import Write


def test_of_many_writes_to_a_row_the_last_waits_and_all_are_answered_for():
    waiting = Waiting()
    assert not waiting
    for number in range(200):
        waiting.add(Write("gen/cfg", number / 10, stamp=number + 1))
    waiting.add(Write("prompt/0/text", "rain", stamp=500))
    assert waiting
    writes, stamps, fresh = waiting.take(4410)
    assert writes == [Write("gen/cfg", 19.9, 4410), Write("prompt/0/text", "rain", 4410)]
    assert stamps == [*range(1, 201), 500] and not fresh
    assert not waiting and waiting.take(0) == ([], [], False)


def test_a_glide_begins_where_the_step_before_it_went():
    waiting = Waiting()
    waiting.add(Write("gen/cfg", 1.0))
    waiting.add(Write("gen/cfg", 5.0, glide_frames=4410))
    assert [write.value for write in waiting.take(0)[0]] == [1.0, 5.0]
    waiting.add(Write("gen/cfg", 5.0, glide_frames=4410))
    waiting.add(Write("gen/cfg", 2.0))
    assert [write.value for write in waiting.take(0)[0]] == [2.0]


def test_forgetting_the_music_waits_too():
    waiting = Waiting()
    waiting.fresh = True
    assert waiting and waiting.take(0) == ([], [], True) and not waiting


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
