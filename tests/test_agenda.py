"""Which swap is next: what is over, what has passed, what plays already and what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.control.agenda import Agenda, is_same
from lmdmd.control.cue_effects import PlannedSwap
from lmdmd.errors import BundleError

GLASS, STONE = (BundleInfo(name, Path("/bundles") / name, {}) for name in ("glass", "stone"))


@pytest.fixture(autouse=True)
def shelf(monkeypatch):
    """What lies on the shelf, by name; a test may put something on it or take it away."""
    lying = {"glass": GLASS, "stone": STONE}

    def find(name: str) -> BundleInfo:
        if name not in lying:
            raise BundleError(f'no bundle called "{name}"')
        return lying[name]

    monkeypatch.setattr(bundles, "find", find)
    return lying


def swap(frame: int, model: str) -> PlannedSwap:
    return PlannedSwap(frame, model, 100)


def agenda(*swaps: PlannedSwap) -> Agenda:
    one = Agenda()
    one.plan(swaps)
    return one


def test_the_next_swap_is_the_first_to_another_model():
    one = agenda(swap(300, "stone"), swap(200, "glass"), swap(0, "stone"))
    assert one.next(STONE) == swap(200, "glass")
    assert one.next(GLASS) == swap(0, "stone")
    one.end(swap(0, "stone"))
    assert one.next(GLASS) == swap(300, "stone")


def test_what_has_passed_while_it_asked_for_what_played_does_not_come_later():
    one = agenda(swap(100, "glass"), swap(500, "stone"))
    one.pass_by(100)
    assert one.next(STONE) == swap(100, "glass"), "what is planned for this very moment has not passed"
    one.pass_by(101)
    assert one.next(STONE) is None
    assert one.next(GLASS) == swap(500, "stone")
    one.pass_by(50)
    assert one.next(STONE) is None


def test_what_was_over_stays_over_as_long_as_it_is_planned():
    one = agenda(swap(100, "glass"))
    one.end(swap(100, "glass"))
    one.plan([swap(100, "glass"), swap(200, "glass")])
    assert one.next(STONE) == swap(200, "glass")
    one.plan([])
    one.plan([swap(100, "glass")])
    assert one.next(STONE) == swap(100, "glass")


def test_a_missing_model_is_next_too_and_can_be_looked_for_again(shelf):
    one = agenda(swap(100, "water"))
    assert one.next(STONE) == swap(100, "water")
    assert one.find("water") == 'no bundle called "water"'
    shelf["water"] = BundleInfo("water", Path("/bundles/water"), {})
    assert isinstance(one.find("water"), str)
    assert is_same(one.find("water", anew=True), shelf["water"])
    assert one.next(shelf["water"]) is None


def test_another_swap_that_was_due_meanwhile_ends_the_wait_for_a_late_one():
    one = agenda(swap(100, "glass"), swap(200, "stone"))
    assert not one.is_due_after(swap(100, "glass"), 199)
    assert one.is_due_after(swap(100, "glass"), 200)
    one.end(swap(200, "stone"))
    assert not one.is_due_after(swap(100, "glass"), 300)
