"""The governor on simulated machines: it asks for less before the ring runs dry, and for all of it again later."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest

from lmdmd.engine.governor import SHARES, TOO_SLOW, Effort, Governor, ladder

BLOCK_S, TARGET_S = 0.46, 1.5
ASKED = Effort(8, True)


@dataclass
class Machine:
    """A deck that makes a block whenever the lead is below its target; a block takes `base_s` at full effort.

    `slowness` is a function of the seconds that have passed; `noise` spreads block times; without `governed` every
    block is what is asked for.
    """

    base_s: float
    slowness: Callable[[float], float] = lambda now_s: 1.0
    noise: float = 0.0
    asked: Effort = ASKED
    governed: bool = True
    fixed: float = 0.0
    now_s: float = 0.0
    dry_s: float = 0.0
    lead_s: float = TARGET_S
    efforts: list = field(default_factory=list)
    said: list = field(default_factory=list)

    def __post_init__(self):
        self.governor = Governor(BLOCK_S)
        self.rng = np.random.default_rng(0)

    def play(self, seconds):
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            self._idle(max(0.0, self.lead_s - TARGET_S))
            self._block()
        return self

    def redo(self, lead_s):
        """A change meant for now: what lies beyond `lead_s` is thrown away and made anew."""
        self.lead_s = min(self.lead_s, lead_s)
        self._block(redone=True)

    def _idle(self, seconds):
        self.now_s += seconds
        self.lead_s -= seconds

    def _block(self, redone=False):
        effort = self.governor.settle(self.asked) if self.governed else self.asked
        share = self.fixed + (1 - self.fixed) * effort.cost / self.asked.cost
        took_s = self.base_s * share * self.slowness(self.now_s) * self.rng.uniform(1 - self.noise, 1 + self.noise)
        self._idle(took_s)
        self.dry_s += max(0.0, -self.lead_s)
        self.lead_s = max(0.0, self.lead_s) + BLOCK_S
        self.efforts.append(effort)
        sentence = self.governor.add(1000 * took_s, self.lead_s, TARGET_S, redone) if self.governed else ""
        if sentence:
            self.said.append(sentence)


def between(begin_s, end_s, factor):
    """Slow by `factor` from one moment to another."""
    return lambda now_s: factor if begin_s <= now_s < end_s else 1.0


def slowly(begin_s, end_s, factor):
    """Slower and slower, up to `factor`, and well again afterwards."""
    return lambda now_s: (
        1.0 + (factor - 1.0) * (now_s - begin_s) / (end_s - begin_s) if begin_s <= now_s < end_s else 1.0
    )


@pytest.mark.parametrize(
    "asked", [Effort(8, True), Effort(8, False), Effort(1, True), Effort(1, False), Effort(50, True)]
)
def test_every_notch_of_the_ladder_costs_less_and_asks_for_no_more(asked):
    notches = ladder(asked)
    assert notches[0] == asked
    assert all(a.cost > b.cost for a, b in pairwise(notches))
    assert all(1 <= notch.steps <= asked.steps and notch.guided <= asked.guided for notch in notches)


def test_the_ladder_takes_steps_first_and_guidance_last():
    assert [(notch.steps, notch.guided) for notch in ladder(ASKED)] == [
        *((round(8 * share), True) for share in SHARES),
        (2, False),
        (1, False),
    ]
    assert ladder(Effort(1, False)) == [Effort(1, False)]


def test_a_machine_that_keeps_up_is_left_alone():
    machine = Machine(0.8 * BLOCK_S).play(120)
    assert set(machine.efforts) == {ASKED} and not machine.said and not machine.dry_s


@pytest.mark.parametrize("base", [0.12, 0.18, 0.25])
@pytest.mark.parametrize("course", [between, slowly], ids=["at once", "gradually"])
def test_twelve_times_slower_is_survived_and_forgotten(base, course):
    """The first slow block comes before anybody can know: with it in time, so is everything."""
    slow = course(20, 60, 12.0)
    plain = Machine(base * BLOCK_S, slow, governed=False).play(180)
    machine = Machine(base * BLOCK_S, slow).play(180)
    assert plain.dry_s > 0
    assert machine.dry_s == 0
    assert machine.efforts[-1] == ASKED and machine.governor.notch == 0
    assert "instead of 8" in machine.said[0] and machine.said[-1] == "there is time again: 8 steps"


def test_a_slow_decoder_beside_the_network_is_survived_too():
    machine = Machine(0.15 * BLOCK_S, between(20, 60, 8.0), fixed=0.3).play(240)
    assert machine.dry_s == 0 and machine.efforts[-1] == ASKED


def test_one_block_that_another_like_it_would_not_survive_lowers_by_several_notches_at_once():
    governor = Governor(BLOCK_S)
    governor.settle(ASKED)
    said = governor.add(1200.0, TARGET_S - 1.2 + BLOCK_S, TARGET_S)
    effort = governor.settle(ASKED)
    assert governor.notch > 1 and 1.2 * effort.cost / ASKED.cost < TOO_SLOW * BLOCK_S
    assert said == f"blocks take 261 % of their time: {effort.steps} steps instead of 8"


def test_a_single_outlier_that_the_lead_bears_changes_nothing():
    governor = Governor(BLOCK_S)
    for number in range(100):
        governor.settle(ASKED)
        assert not governor.add(700.0 if number % 10 == 5 else 100.0, TARGET_S, TARGET_S)
    assert governor.notch == 0


@pytest.mark.parametrize("base", [0.2, 0.6, 0.8, 0.95, 1.3, 2.0])
def test_uneven_blocks_give_no_oscillation(base):
    machine = Machine(base * BLOCK_S, noise=0.3).play(600)
    changes = sum(a != b for a, b in pairwise(machine.efforts))
    assert changes <= 8
    assert machine.dry_s == 0


def test_raising_in_vain_waits_longer_each_time():
    """A machine that is slow as soon as it is given work: every raise is a mistake."""
    governor, raises = Governor(BLOCK_S), []
    for number in range(2000):
        effort = governor.settle(ASKED)
        said = governor.add(500.0 if effort == ASKED else 100.0, TARGET_S, TARGET_S)
        raises += [number] * said.startswith("there is time again")
    waits = np.diff(raises)
    assert len(raises) <= 10 and (waits[1:6] > 1.5 * waits[:5]).all()


def test_a_lead_that_keeps_falling_lowers_unless_it_was_shortened_on_purpose():
    def feed(redone):
        governor = Governor(BLOCK_S)
        governor.settle(ASKED)
        return [governor.add(100.0, lead_s, TARGET_S, redone) for lead_s in (1.5, 0.7, 0.6, 0.5)]

    assert any(feed(redone=False)) and not any(feed(redone=True))


def test_a_player_who_changes_things_all_the_time_is_not_governed():
    machine = Machine(0.5 * BLOCK_S)
    for _ in range(200):
        machine.redo(lead_s=0.4)
        machine.play(0.1)
    assert set(machine.efforts) == {ASKED} and not machine.dry_s


def test_what_is_asked_for_is_never_exceeded_and_more_is_not_given_while_there_is_no_time():
    machine = Machine(0.2 * BLOCK_S, between(0, 60, 10.0)).play(30)
    governed = machine.governor.settle(ASKED)
    assert governed.cost < ASKED.cost
    assert machine.governor.settle(Effort(16, True)).cost <= governed.cost
    assert machine.governor.settle(Effort(1, False)) == Effort(1, False) and machine.governor.notch == 0
    for steps in range(1, 51):
        for guided in (False, True):
            settled = machine.governor.settle(Effort(steps, guided))
            assert settled.steps <= steps and settled.guided <= guided


def test_more_can_be_asked_for_once_it_is_over():
    machine = Machine(0.2 * BLOCK_S, between(0, 20, 10.0)).play(120)
    assert machine.said and machine.governor.settle(Effort(50, True)) == Effort(50, True)


def test_the_end_of_the_ladder_is_said_once():
    machine = Machine(40 * BLOCK_S).play(300)
    assert machine.efforts[-1] == ladder(ASKED)[-1]
    assert sum("less than 1 step is not to be had" in said for said in machine.said) == 1


def test_reset_allows_everything_again():
    machine = Machine(2.0 * BLOCK_S).play(30)
    assert machine.governor.notch > 0
    machine.governor.reset()
    assert machine.governor.settle(ASKED) == ASKED and machine.governor.notch == 0
