"""When to make the next block."""

from lmdmd.engine.pacing import Pacing


def paced(compute_ms):
    pacing = Pacing(block_s=2.0)
    for _ in range(10):
        pacing.add(compute_ms)
    return pacing


def test_a_fast_model_keeps_the_lead_that_was_asked_for():
    assert paced(50.0).wanted(1.4, target_s=1.5)
    assert not paced(50.0).wanted(1.6, target_s=1.5)


def test_a_slow_spell_is_forgotten():
    pacing = paced(1700.0)
    for _ in range(16):
        pacing.add(50.0)
    assert not pacing.wanted(1.6, target_s=1.5)


def test_a_slow_model_begins_early_enough_to_be_done_in_time():
    assert paced(1700.0).wanted(1.8, target_s=1.5)
    assert not paced(1700.0).wanted(1.9, target_s=1.5)


def test_of_few_blocks_a_longer_one_is_expected_and_of_many_the_longest_without_stalls():
    pacing = Pacing(0.46)
    for _ in range(31):
        pacing.add(100.0)
    assert pacing.surely_ms() == 150.0
    pacing.add(120.0)
    assert pacing.surely_ms() == 120.0
    pacing.add(3000.0)
    assert 150.0 <= pacing.surely_ms() < 200.0
