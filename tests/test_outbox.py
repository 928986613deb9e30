"""The outbox: in order, bounded, and without what a later message makes needless."""

import random

import pytest

from lmdmd.control.outbox import Outbox
from lmdmd.engine.values import BlockValues
from lmdmd.messages import NOW, ClearAfter, Reset, Stop, Write


def drained(outbox: Outbox) -> list:
    return [outbox.take() for _ in range(len(outbox))]


def filled(*messages, limit=100) -> Outbox:
    outbox = Outbox(limit)
    for message in messages:
        outbox.add(message)
    return outbox


def test_messages_come_out_in_the_order_in_which_they_act():
    planned = [Write("gen/cfg", 3.0, frame=88_200), Write("gen/cfg", 4.0, frame=44_100), Stop()]
    assert drained(filled(*planned)) == planned


def test_a_fader_leaves_its_last_value():
    moves = [Write("gen/cfg", number / 10, NOW, 441) for number in range(50)]
    other = Write("prompt/0/text", "rain", NOW)
    assert drained(filled(*moves[:20], other, *moves[20:])) == [other, moves[-1]]


def test_a_glide_keeps_the_jump_it_starts_from():
    jump, glide, later = Write("gen/cfg", 1.0), Write("gen/cfg", 5.0, NOW, 44_100), Write("gen/cfg", 6.0, NOW, 100)
    assert drained(filled(jump, glide)) == [jump, glide]
    assert drained(filled(jump, glide, later)) == [jump, later]


def test_what_is_cancelled_does_not_wait():
    kept, cancelled = Write("gen/cfg", 1.0, frame=500), Write("gen/cfg", 2.0, frame=501)
    hand = Write("gen/steps", 4)
    assert drained(filled(kept, cancelled, hand, ClearAfter(500))) == [kept, hand, ClearAfter(500)]


def test_a_reset_waits_once():
    assert drained(filled(Reset(), Write("gen/cfg", 1.0), Reset())) == [Reset(), Write("gen/cfg", 1.0)]


def test_a_full_outbox_takes_no_more_but_still_the_newest_place_of_a_fader():
    outbox = filled(Write("gen/cfg", 1.0), Write("gen/steps", 4), limit=2)
    assert not outbox.add(Stop())
    assert outbox.add(Write("gen/cfg", 2.0))
    assert drained(outbox) == [Write("gen/steps", 4), Write("gen/cfg", 2.0)]


@pytest.mark.parametrize("seed", range(20))
def test_a_deck_that_reads_late_ends_up_with_the_same_values(seed):
    rng = random.Random(seed)
    messages: list = []
    for _ in range(200):
        frame = rng.choice([NOW, rng.randrange(2000, 9000)])
        if rng.random() < 0.05:
            messages.append(ClearAfter(rng.randrange(1500, 9000)))
        elif rng.random() < 0.3:
            messages.append(Write("prompt/0/text", str(rng.random()), frame))
        else:
            messages.append(Write("gen/cfg", rng.uniform(0, 12), frame, rng.choice([0, 0, 700])))
    direct, late = BlockValues(), BlockValues()
    for values, told in ((direct, messages), (late, drained(filled(*messages, limit=1000)))):
        for message in told:
            if isinstance(message, Write):
                values.write(message, 1000)
            else:
                values.clear_after(message.frame)
    for frame in range(1000, 10_000, 97):
        assert late.latch(frame) == direct.latch(frame)
