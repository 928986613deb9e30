"""How many threads the model gets."""

import os

import torch

from lmdmd.engine import threads
from lmdmd.engine.threads import most_threads, warm_up


class Timed:
    """An engine whose blocks take a known time on each number of threads."""

    def __init__(self, times_ms):
        self.times_ms = times_ms

    def warm_up(self):
        return [self.times_ms[torch.get_num_threads()]] * 2


def test_one_core_is_left_for_sound_and_control(monkeypatch):
    for cores, wanted in ((1, 1), (2, 1), (3, 2), (64, 4)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)), raising=False)
        assert most_threads() == wanted


def test_one_thread_more_is_tried_as_long_as_it_is_worth_it(monkeypatch):
    before = torch.get_num_threads()
    monkeypatch.setattr(threads, "most_threads", lambda: 3)
    try:
        assert warm_up(Timed({1: 90.0, 2: 50.0, 3: 47.0})) == [50.0, 50.0]
        assert torch.get_num_threads() == 2
        assert warm_up(Timed({1: 90.0, 2: 50.0, 3: 30.0})) == [30.0, 30.0]
        assert torch.get_num_threads() == 3
        assert warm_up(Timed({1: 90.0, 2: 95.0, 3: 30.0})) == [90.0, 90.0]
        assert torch.get_num_threads() == 1
        assert warm_up(Timed({1: 90.0, 2: 50.0, 3: 80.0}), 3) == [80.0, 80.0]
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
