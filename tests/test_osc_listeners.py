"""Listeners: leases that end, and each row told once however often it moved."""

from __future__ import annotations

import pytest

from lmdmd.errors import OscError
from lmdmd.params import PARAMS
from lmdmd.surfaces.osc_listeners import (
    MAX_LISTENERS,
    MAX_PATTERNS,
    MAX_TOLD,
    Listeners,
)

ME, OTHER = ("10.0.0.1", 5000), ("10.0.0.2", 6000)


def values(listeners: Listeners, state: dict, now_s: float = 0.0) -> list:
    return list(listeners.take(state.__getitem__, now_s))


def test_values_come_at_once_then_only_what_moved_and_once_each():
    listeners, state = Listeners(), {"mix/gain": -3.0, "mix/pan": 0.0}
    listeners.add(ME, ME, "mix/gain", 60, 0.0)
    assert values(listeners, state) == [(ME, "mix/gain", -3.0)]
    for step in range(100):
        state["mix/gain"] = -float(step)
        assert listeners.mark("mix/gain")
    assert values(listeners, state) == [(ME, "mix/gain", -99.0)]
    assert listeners.mark("mix/gain")
    assert values(listeners, state) == []
    assert not listeners.mark("mix/pan")


def test_a_lease_ends_unless_it_is_renewed():
    listeners, state = Listeners(), {"mix/gain": 0.0}
    listeners.add(ME, ME, "mix/gain", 10, 0.0)
    listeners.add(ME, ME, "mix/gain", 10, 9.0)
    assert values(listeners, state, 9.0) == [(ME, "mix/gain", 0.0)]
    listeners.mark("mix/gain")
    state["mix/gain"] = 1.0
    assert values(listeners, state, 18.0) == [(ME, "mix/gain", 1.0)]
    listeners.mark("mix/gain")
    state["mix/gain"] = 2.0
    assert values(listeners, state, 19.5) == []
    assert len(listeners) == 0


def test_a_ping_renews_each_lease_for_as_long_as_it_was_asked_for():
    listeners = Listeners()
    listeners.add(ME, ME, "mix/gain", 10, 0.0)
    listeners.add(ME, ME, "mix/pan", 20, 0.0)
    listeners.add(OTHER, OTHER, "mix/pan", 20, 0.0)
    assert listeners.renew(ME, 9.0) == 2
    listeners.expire(18.0)
    assert len(listeners) == 2
    listeners.expire(20.0)
    assert listeners.targets_of("mix/gain") == [] and listeners.targets_of("mix/pan") == [ME]
    assert listeners.renew(OTHER, 20.0) == 0


def test_two_patterns_on_one_row_tell_it_once_and_ignore_ends_them():
    listeners, state = Listeners(), {"mix/gain": 0.0}
    listeners.add(ME, ME, "mix/gain", 60, 0.0)
    listeners.add(ME, ME, "mix/g*", 60, 0.0)
    listeners.add(OTHER, OTHER, "mix/gain", 60, 0.0)
    assert values(listeners, state) == [(ME, "mix/gain", 0.0), (OTHER, "mix/gain", 0.0)]
    assert listeners.remove(ME, "mix/g*") == 1
    assert listeners.remove(ME, "*") == 1
    listeners.mark("mix/gain")
    state["mix/gain"] = 5.0
    assert values(listeners, state) == [(OTHER, "mix/gain", 5.0)]


def test_acks_go_where_the_writer_listens():
    listeners = Listeners()
    elsewhere = (ME[0], 9001)
    listeners.add(elsewhere, ME, "mix/*", 60, 0.0)
    assert listeners.acks_for(ME, "mix/gain") == [elsewhere]
    assert listeners.acks_for(ME, "gen/cfg") == listeners.acks_for(OTHER, "mix/gain") == []


def test_clients_patterns_and_batches_are_bounded():
    listeners = Listeners()
    for number in range(MAX_LISTENERS):
        listeners.add(("10.0.0.3", number), ME, "*", 60, 0.0)
    with pytest.raises(OscError, match="clients"):
        listeners.add(OTHER, OTHER, "*", 60, 0.0)
    listeners.add(("10.0.0.3", 0), ME, "*", 60, 0.0)
    state = {param.name: param.default for param in PARAMS}
    told = []
    while listeners.waiting:
        batch = values(listeners, state)
        assert 0 < len(batch) <= MAX_TOLD
        told += batch
    assert len(told) == len(set(told)) == MAX_LISTENERS * len(PARAMS)
    fresh = Listeners()
    for param in PARAMS[:MAX_PATTERNS]:
        fresh.add(ME, ME, param.address, 60, 0.0)
    with pytest.raises(OscError, match="patterns"):
        fresh.add(ME, ME, PARAMS[MAX_PATTERNS].address, 60, 0.0)
