"""Planned swaps in every order of deaths, stalls and messages: real control, rings and mixer rows in a time of our own.

Only the deck processes are scripted: one says and does what a deck says and does, when the test wants it to.
"""

from __future__ import annotations

import asyncio
import random
import selectors
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from lmdmd.bundles import read_info
from lmdmd.config import Config
from lmdmd.control import deck_slot
from lmdmd.control.clock import TempoMap
from lmdmd.control.cue_effects import PlannedSwap
from lmdmd.control.deck_slot import RETRY_S, DeckSlot
from lmdmd.control.decks import Decks
from lmdmd.control.events import HandedOver, Incident
from lmdmd.control.memory import Memory
from lmdmd.control.session import Session
from lmdmd.control.swaps import Swaps
from lmdmd.errors import LmdmdError
from lmdmd.messages import NOW, DeckArgs, Enter, Entered, Failed, Filled, Park, Ready, Stop
from lmdmd.rt.mixer import Mixer
from lmdmd.testing import make_tiny_bundle
from lmdmd.units import frames_from_s

RATE_HZ = 44100
BUFFER = 512
BLOCK = 4096
BAR = RATE_HZ
"""A bar of four beats at 240 bpm."""
FADE = RATE_HZ // 2
TICK_S = 0.02
LOAD_S, ENTER_S, BLOCK_S = 1.5, 0.1, 0.02
HEAD_START_S = 0.2
LEAD_S = 0.5
CALM_S = 60.0
"""After so much time in which nothing happens to anybody, everything is in order."""


class OwnTime(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to where something is due."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        super().__init__(_Jump(self))

    def time(self) -> float:
        return self.now_s


class _Jump(selectors.DefaultSelector):
    def __init__(self, loop: OwnTime) -> None:
        super().__init__()
        self._own = loop

    def select(self, timeout: float | None = None) -> list:
        self._own.now_s += timeout or 0.0
        return super().select(0)


class Process:
    """Stands for ``Child``. What it says is heard at the next tick, and its end last of all, when that is known."""

    world: World
    _pids = iter(range(2**22, 2**23))

    def __init__(
        self, name: str, _target: str, args: DeckArgs, on_message: Callable[[object], None], on_exit: Callable[[], None]
    ) -> None:
        if self.world.refused_starts:
            self.world.refused_starts -= 1
            raise OSError(11, "Resource temporarily unavailable")
        self.name, self.args = name, args
        self.pid = next(self._pids)
        self._on_message, self._on_exit = on_message, on_exit
        self._told: list[object] = []
        self._said: list[object] = []
        self.stopped = self._gone = False
        self._noticed_s = 0.0
        self._life = asyncio.ensure_future(self._live())
        self.world.processes.append(self)

    # --- as a ``Child`` ----------------------------------------------------------------------------

    def send(self, message: object) -> None:
        self._told.append(message)

    def kill(self, notice_s: float = 0.0) -> None:
        self._noticed_s = asyncio.get_running_loop().time() + notice_s
        self._life.cancel()

    async def stop(self, message: object) -> None:
        self._on_exit = lambda: None
        self.send(message)
        if not self._gone:
            await asyncio.wait((self._life,), timeout=3.0)
            self.kill()

    def speak(self) -> None:
        """Let control hear what was said, and what has happened."""
        while self._said and not self._gone:
            self._on_message(self._said.pop(0))
        if self._life.done() and not self._gone and asyncio.get_running_loop().time() >= self._noticed_s:
            self._gone = True
            self.world.processes.remove(self)
            self._on_exit()

    @property
    def is_dead(self) -> bool:
        return self._life.done()

    # --- as a deck ---------------------------------------------------------------------------------

    async def _live(self) -> None:
        self.ring, self.board = self.world.memory.rings[self.args.slot], self.world.memory.board
        self.parked, self.filled = self.args.aside, False
        await self._spend(LOAD_S)
        if self.world.refused_loads:
            self.world.refused_loads -= 1
            self._said.append(Failed("it does not load"))
            return
        if not self.parked and not (self.args.heir and self.ring.write_frame > self.board.playhead + RATE_HZ // 20):
            self.ring.start_at(self.world.first_frame())
        self._said.append(Ready("scripted", RATE_HZ, threads=1, frame=self.ring.write_frame))
        while not await self._take_messages():
            if not self.parked and self._lead_frames() < LEAD_S * RATE_HZ:
                await self._make_block()
            else:
                await self._rest()

    async def _spend(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self.world.chance.uniform(0.5, 1.5))
        while self.stopped:
            await asyncio.sleep(TICK_S)
        self.board.beat(self.name)

    async def _take_messages(self) -> bool:
        while self._told:
            message = self._told.pop(0)
            if isinstance(message, Enter):
                await self._spend(ENTER_S)
                self.ring.start_at(self.world.first_frame())
                self.parked = self.filled = False
                self._said.append(Entered(self.ring.start_frame, self.board.playhead, 0))
            elif isinstance(message, Park):
                self.parked = True
            elif isinstance(message, Stop):
                if message.frame != NOW:
                    self.ring.rewind(message.frame)
                return True
        return False

    def _lead_frames(self) -> int:
        return self.ring.lead_frames(self.board.playhead)

    async def _make_block(self) -> None:
        await self._spend(BLOCK_S)
        if self._lead_frames() < 0:
            self.ring.start_at(self.world.first_frame())
        self.ring.write(np.zeros((BLOCK, 2), np.float32))

    async def _rest(self) -> None:
        if not self.parked and not self.filled:
            self.filled = True
            self._said.append(Filled())
        await self._spend(BLOCK_S)


class World:
    """Control, two scripted decks and the rows of a mixer. The device ``waits`` for sound, as a file does, or not."""

    waits = False

    def __init__(self, memory: Memory, shelf: Path, seed: int) -> None:
        Process.world = self
        self.memory, self.shelf, self.chance = memory, shelf, random.Random(seed)
        self.processes: list[Process] = []
        self.refused_starts = self.refused_loads = 0
        self.stall_s = 0.0
        self.session = Session(memory.board, memory.schedule, RATE_HZ)
        self.session.set("engine/lead", LEAD_S, source="test")
        tape, config = memory.tapes["output"].name, Config(threads=1)
        self.decks = Decks(self.session, [DeckSlot(i, self.session, memory.rings[i], tape, config) for i in range(2)])
        self.swaps = Swaps(self.session, self.decks, lambda: TempoMap.constant(RATE_HZ, 240.0, 4))
        self.mixer = Mixer(RATE_HZ, BUFFER, memory.schedule)
        self.missing_frames = 0
        self.events: list = []
        self.session.watch(self.events.append)

    def first_frame(self) -> int:
        """Where a deck begins."""
        playhead, rolling = self.session.playhead, self.memory.board.rolling
        return playhead + frames_from_s(HEAD_START_S, RATE_HZ) if rolling else playhead

    async def begin(self) -> None:
        control = asyncio.ensure_future(self.control())
        await self.decks.begin(read_info(self.shelf / "stone"))
        await self.until(lambda: self.decks.playing.filled)
        self.memory.board.rolling = 1
        self.running = asyncio.gather(control, self.play())

    async def control(self) -> None:
        """What the daemon does, as far as swaps are concerned; what reaches it during a stall is heard after it."""
        ticks = 0
        while True:
            for process in tuple(self.processes):
                process.speak()
            self.swaps.tick(self.session.playhead)
            if ticks % 25 == 0:
                self.decks.check()
            ticks += 1
            stall_s, self.stall_s = self.stall_s, 0.0
            await asyncio.sleep(TICK_S + stall_s)

    async def play(self) -> None:
        while True:
            at = self.session.playhead
            if self.mixer.ready(at, BUFFER, self.memory.rings) or not self.waits:
                self._hear(at)
            await asyncio.sleep(BUFFER / RATE_HZ)

    def _hear(self, at: int) -> None:
        self.mixer._drain(at, 1000, standing=False)
        self.mixer.faders.advance(at, BUFFER)
        for deck, ring in enumerate(self.memory.rings):
            is_heard = self.at != 1.0 - deck
            there = ring.start_frame <= at and ring.write_frame >= at + BUFFER
            self.missing_frames += BUFFER * (is_heard and not there)
            ring.consume(at + BUFFER)
        self.memory.board.playhead = at + BUFFER

    # --- what a test asks and does -------------------------------------------------------------------

    @property
    def at(self) -> float:
        """Where the fader between the decks stands."""
        return self.mixer.faders.last["mix/deck"]

    @property
    def stage(self) -> str:
        return self.swaps._coming.stage if self.swaps._coming is not None else ""

    @property
    def states(self) -> list[str]:
        return [slot.state for slot in self.decks.slots]

    def handed(self) -> list[HandedOver]:
        return [event for event in self.events if isinstance(event, HandedOver)]

    def incidents(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Incident)]

    def bar_in(self, bars: int) -> int:
        return (self.session.playhead // BAR + bars) * BAR

    def process(self, slot: DeckSlot) -> Process | None:
        """The process on a slot, unless it is dead already."""
        living = (one for one in self.processes if one.args.slot == slot.slot and not one.is_dead)
        return next(living, None)

    def kill(self, slot: DeckSlot, notice_s: float = 0.0) -> None:
        process = self.process(slot)
        if process is not None:
            process.kill(notice_s)

    async def until(self, condition: Callable[[], object], seconds: float = 100.0) -> None:
        deadline_s = asyncio.get_running_loop().time() + seconds
        while not condition():
            assert asyncio.get_running_loop().time() < deadline_s, (self.stage, self.states, self.incidents())
            await asyncio.sleep(TICK_S / 4)

    async def calm(self) -> None:
        """Nothing happens any more: see that nothing is left in between, and that what should sound does."""
        self.stall_s = self.refused_starts = self.refused_loads = 0
        for process in self.processes:
            process.stopped = False
        await asyncio.sleep(CALM_S)
        before, missing = self.session.playhead, self.missing_frames
        await asyncio.sleep(2.0)
        live = self.decks.live
        assert self.stage in ("", "waiting", "refused")
        assert (self.decks.playing.state, self.at, self.session.get("mix/deck")) == ("live", live, live)
        assert self.decks.idle.state in ("empty", "ready", "failed") and not self.decks.in_hand
        assert (self.process(self.decks.idle) is not None) == (self.decks.idle.state == "ready")
        assert (self.decks.taken_for, self.missing_frames) == ("", missing)
        assert self.session.playhead > before + RATE_HZ


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles")
    for seed, name in enumerate(("stone", "glassy")):
        make_tiny_bundle(folder / name, name, seed=seed)
    return folder


@pytest.fixture
def enact(shelf, monkeypatch):
    """Returns a function that plays a scene in a time of its own."""
    monkeypatch.setenv("LMDMD_BUNDLES", str(shelf))
    monkeypatch.setattr(deck_slot, "Child", Process)

    def enact(scene: Callable[[World], Awaitable[None]], seed: int = 0) -> None:
        loop, memory = OwnTime(), Memory.create(RATE_HZ)
        monkeypatch.setattr(time, "monotonic", loop.time)

        async def play() -> None:
            world = World(memory, shelf, seed)
            await world.begin()
            await scene(world)
            assert not world.running.done()
            world.running.cancel()
            await asyncio.gather(world.running, return_exceptions=True)
            await world.decks.close()
            await world.swaps.close()

        try:
            loop.run_until_complete(play())
        finally:
            monkeypatch.setattr(time, "monotonic", MONOTONIC)
            loop.run_until_complete(_end_all(asyncio.all_tasks(loop)))
            loop.close()
            memory.close()

    return enact


MONOTONIC = time.monotonic


async def _end_all(tasks: set[asyncio.Task]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


# --- one order each ------------------------------------------------------------------------------------


def test_a_deck_that_took_a_dead_ones_place_before_anybody_looked_is_told_to_play(enact):
    async def scene(world: World) -> None:
        world.session.set("show/swap_patience", 1000, source="test")
        swap = PlannedSwap(world.bar_in(8), "glassy", FADE)
        world.swaps.plan([swap])
        for stage in ("entering", "armed"):
            await world.until(lambda stage=stage: world.stage == stage)
            first = world.process(world.decks.idle)
            world.kill(world.decks.idle)
            await world.until(lambda: world.states[1] == "loading")
            world.stall_s = 3 * LOAD_S
            await world.until(lambda first=first: world.process(world.decks.idle) not in (None, first))
            await world.until(lambda: world.states[1] == "ready")
        await world.until(world.handed)
        assert world.handed()[0].frame > swap.frame
        await world.calm()
        assert (world.states, len(world.handed()), world.missing_frames) == (["empty", "live"], 1, 0)

    enact(scene)


@pytest.mark.parametrize("fade", [0, FADE])
def test_a_fade_that_is_cleared_just_before_it_begins_is_made_on_a_later_bar(enact, fade):
    async def scene(world: World) -> None:
        swap = PlannedSwap(world.bar_in(8), "glassy", fade)
        world.swaps.plan([swap])
        await world.until(lambda: world.stage == "armed")
        await world.until(lambda: 0 <= swap.frame - world.session.playhead <= BUFFER)
        world.session.clear_after(world.session.playhead)
        world.stall_s = 0.1
        await world.until(world.handed)
        await world.calm()
        assert (world.decks.bundle.name, world.missing_frames) == ("glassy", 0)

    for seed in range(4):
        enact(scene, seed)


@pytest.mark.parametrize("fade", [0, FADE])
def test_a_model_that_dies_in_its_fade_before_anybody_looked_leaves_the_old_one_and_comes_again(enact, fade):
    async def scene(world: World) -> None:
        swap = PlannedSwap(world.bar_in(8), "glassy", fade)
        world.swaps.plan([swap])
        await world.until(lambda: world.stage == "armed")
        await world.until(lambda: swap.frame - world.session.playhead <= BUFFER)
        world.kill(world.decks.idle)
        world.stall_s = 0.15
        await world.until(lambda: world.states[1] == "loading")
        assert (world.decks.live, world.handed()) == (0, [])
        await asyncio.sleep(2 * BUFFER / RATE_HZ)
        assert (world.at, world.session.get("mix/deck")) == (0.0, 0.0)
        await world.until(world.handed)
        assert world.handed()[0].frame > swap.frame
        await world.calm()
        assert (world.states, world.missing_frames) == (["empty", "live"], 0)

    enact(scene)


def test_no_fade_begins_in_the_buffer_in_which_a_deck_begins_and_time_goes_on(enact):
    async def scene(world: World) -> None:
        world.waits = True
        swap = PlannedSwap(world.bar_in(8), "glassy", FADE)
        world.first_frame = lambda: swap.frame - 1
        world.swaps.plan([swap])
        await world.until(lambda: world.session.playhead > swap.frame)
        await world.until(world.handed)
        assert (world.handed()[0].frame, world.missing_frames) == (swap.frame + BAR, 0)
        del world.first_frame
        await world.calm()

    enact(scene)


def test_time_does_not_wait_for_what_a_deck_has_left_out(enact):
    async def scene(world: World) -> None:
        world.waits = True
        world.memory.rings[0].start_at(world.session.playhead + BAR)
        await world.until(lambda: world.session.playhead > 3 * BAR)
        assert BAR - BUFFER <= world.missing_frames <= BAR + BUFFER
        await world.calm()

    enact(scene)


def test_a_model_that_died_while_it_faded_out_is_loaded_again_when_it_is_asked_for(enact):
    async def scene(world: World) -> None:
        there = PlannedSwap(world.bar_in(8), "glassy", 2 * BAR)
        back = PlannedSwap(there.frame + 12 * BAR, "stone", FADE)
        world.swaps.plan([there, back])
        await world.until(world.handed)
        world.kill(world.decks.idle)
        await world.until(lambda: len(world.handed()) == 2)
        assert world.handed()[1].frame == back.frame
        await world.calm()
        assert world.states == ["live", "empty"]

    enact(scene)


def test_a_swap_whose_process_cannot_be_started_is_refused_with_the_reason(enact):
    async def scene(world: World) -> None:
        world.refused_starts = 1
        world.swaps.plan([PlannedSwap(world.bar_in(8), "glassy", FADE)])
        await world.until(lambda: len(world.incidents()) == 2)
        why = "no process can be started for deck 1: Resource temporarily unavailable"
        assert world.incidents() == [f"deck 1 is gone: {why}", f"no swap to glassy for the show: {why}; stone goes on"]
        await world.calm()
        assert world.states == ["live", "empty"]

    enact(scene)


def test_a_deck_that_is_heard_and_whose_successor_cannot_be_started_is_tried_again(enact):
    async def scene(world: World) -> None:
        world.refused_starts = 1
        world.kill(world.decks.playing)
        await world.until(lambda: world.states[0] == "failed")
        await world.until(lambda: world.states[0] == "live", 2 * RETRY_S)
        await world.calm()

    enact(scene)


# --- any order -----------------------------------------------------------------------------------------


class Trouble:
    """What befalls a world: chosen by chance, and most likely just after something has begun."""

    def __init__(self, world: World, plan: list[PlannedSwap]) -> None:
        self.world, self.plan, self.chance = world, plan, world.chance
        self.hands: set[asyncio.Future[None]] = set()
        self.deeds: list[Callable[[], object]] = [
            self.kill,
            self.kill,
            self.kill_and_stall,
            lambda: world.kill(world.decks.playing),
            self.stall,
            self.stop,
            self.replan,
            lambda: world.session.clear_after(world.session.playhead),
            lambda: self.by_hand("deck/cancel"),
            lambda: self.by_hand("deck/load", "glassy"),
            lambda: self.by_hand("deck/swap", 0.1),
            lambda: setattr(world, "refused_starts", 1),
            lambda: setattr(world, "refused_loads", self.chance.choice((1, 3))),
        ]

    def kill(self) -> None:
        self.world.kill(self.world.decks.idle, self.chance.choice((0.0, 0.01, 0.1, 0.3)))

    def stall(self) -> None:
        self.world.stall_s = self.chance.choice((0.1, 0.5, 1.0, 4.0))

    def kill_and_stall(self) -> None:
        self.kill()
        self.stall()

    def stop(self) -> None:
        process = self.world.process(self.world.decks.idle)
        if process is not None:
            process.stopped = True
            wake_s = self.chance.choice((0.5, 2.0, 5.0, 200.0))
            asyncio.get_running_loop().call_later(wake_s, lambda: setattr(process, "stopped", False))

    def replan(self) -> None:
        first = self.plan[0]
        moved = first.frame + self.chance.randint(-8, 8) * BAR
        other = PlannedSwap(max(moved, self.world.session.playhead + 1), first.model, first.fade_frames)
        self.world.swaps.plan(self.chance.choice(([], self.plan, [other])))

    def by_hand(self, verb: str, *values: object) -> None:
        self.hands.add(asyncio.ensure_future(self._do(verb, values)))

    async def _do(self, verb: str, values: tuple) -> None:
        with suppress(LmdmdError):  # refused, with a reason
            await self.world.session.do(verb, values, source="hand")

    async def befall(self, seconds: float) -> None:
        ends_s = asyncio.get_running_loop().time() + seconds
        stage = ""
        while asyncio.get_running_loop().time() < ends_s:
            await asyncio.sleep(TICK_S / 4)
            if stage != self.world.stage and self.chance.random() < 0.5:
                await asyncio.sleep(
                    self.chance.choice((0.0, 0.01, self.chance.uniform(0, 0.3), self.chance.uniform(0, 2)))
                )
                self.chance.choice(self.deeds)()
            stage = self.world.stage


@pytest.mark.parametrize("first", range(0, 24, 8))
def test_whatever_happens_in_whatever_order_something_sounds_and_nothing_is_left_in_between(enact, first):
    async def scene(world: World) -> None:
        chance = world.chance
        world.waits = chance.random() < 0.3
        world.session.set("show/swap_patience", chance.choice((0, 8, 30)), source="test")
        begin, fade = world.bar_in(chance.randint(3, 12)), chance.choice((0, FADE // 5, FADE, 3 * BAR))
        plan = [PlannedSwap(begin, "glassy", fade)]
        if chance.random() < 0.4:
            plan.append(PlannedSwap(begin + chance.randint(4, 12) * BAR, "stone", fade))
        world.swaps.plan(plan)
        trouble = Trouble(world, plan)
        await trouble.befall(30.0)
        await world.calm()
        assert all(hand.done() for hand in trouble.hands)

    for seed in range(first, first + 8):
        enact(scene, seed)
