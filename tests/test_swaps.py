"""Planned swaps on real deck processes with tiny models, a real mixer, and time that waits for the decks alone."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from lmdmd.bundles import BundleInfo, read_info
from lmdmd.config import Config
from lmdmd.control import resources
from lmdmd.control.clock import TempoMap
from lmdmd.control.cue_effects import PlannedSwap
from lmdmd.control.deck_slot import DeckSlot
from lmdmd.control.decks import Decks
from lmdmd.control.events import Block, HandedOver, Incident
from lmdmd.control.memory import Memory
from lmdmd.control.resources import deck_memory_mb
from lmdmd.control.session import Session
from lmdmd.control.swaps import Swaps
from lmdmd.errors import CommandError
from lmdmd.rt.limiter import LATENCY_FRAMES
from lmdmd.rt.mixer import Mixer
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100
BUFFER = 512
BAR = RATE_HZ
"""A bar of four beats at 240 bpm."""
FADE = RATE_HZ // 2
LATENT = 2048
LEAD_S = 0.5
SPEED = 3.0
"""Timeline seconds a second, where the decks can keep up."""


def make_bundle(folder: Path, name: str, defaults: dict) -> BundleInfo:
    """A tiny bundle with weights and defaults of its own."""
    path = make_tiny_bundle(folder / name, name, seed=len(name)).path
    config = json.loads((path / "config.json").read_text())
    (path / "config.json").write_text(json.dumps(config | {"defaults": defaults}))
    return read_info(path)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles")
    make_bundle(folder, "stone", {"gen/steps": 2, "gen/cfg": 1.5, "gen/memory": 2.0, "prompt/0/text": "slow piano"})
    make_bundle(folder, "glassy", {"gen/steps": 3, "gen/cfg": 2.5, "gen/temperature": 1.2, "prompt/0/text": "drums"})
    return folder


@pytest.fixture
def memory(shelf, monkeypatch):
    monkeypatch.setenv("LMDMD_BUNDLES", str(shelf))
    memory = Memory.create(RATE_HZ)
    yield memory
    memory.close()


class Stage:
    """Two decks, a mixer that hears them, and the swaps of a show; time stands where a deck that is heard lacks sound.

    While it is ``patient`` it also stands as long as a model loads, so that none is late; and ``stands`` may say so.
    """

    patient = True
    stands: Callable[[], bool] = staticmethod(lambda: False)

    def __init__(self, memory: Memory, shelf: Path) -> None:
        self.memory, self.shelf = memory, shelf
        self.session = Session(memory.board, memory.schedule, RATE_HZ)
        tape, config = memory.tapes["output"].name, Config(threads=1, device="file:nowhere.wav")
        self.decks = Decks(self.session, [DeckSlot(i, self.session, memory.rings[i], tape, config) for i in range(2)])
        self.swaps = Swaps(self.session, self.decks, lambda: TempoMap.constant(RATE_HZ, 240.0, 4))
        self.mixer = Mixer(RATE_HZ, BUFFER, memory.schedule)
        self.heard: list[np.ndarray] = []
        self.events: list = []
        self.lamps: list[str] = []
        self.session.watch(self.events.append)
        self.session.set("engine/lead", LEAD_S, source="test")
        self.session.set("mix/limit", False, source="test")

    async def begin(self, name: str) -> None:
        info = read_info(self.shelf / name)
        for row, value in info.defaults.items():
            self.session.set(row, value, source="bundle", frame=0)
        await self.decks.begin(info)
        await until(lambda: self.decks.playing.filled)
        self.memory.board.rolling = 1

    async def run(self) -> None:
        due, since_s = 0.0, time.monotonic()
        while True:
            now_s = time.monotonic()
            if not (self.stands() or (self.patient and self.decks.idle.state == "loading")):
                due = min(due + SPEED * (now_s - since_s) * RATE_HZ, self.session.playhead + RATE_HZ)
            since_s = now_s
            self._hear_until(round(due))
            self.swaps.tick(self.session.playhead)
            self.decks.check()
            self._note_lamp()
            await asyncio.sleep(0.02)

    def _hear_until(self, frame: int) -> None:
        at = self.session.playhead
        while at + BUFFER <= frame and self.mixer.ready(at, BUFFER, self.memory.rings):
            out = np.zeros((BUFFER, 2), np.float32)
            self.mixer.process(at, self.memory.rings, np.zeros_like(out), out)
            self.heard.append(out)
            self.memory.tapes["output"].append(at, out)
            at += BUFFER
            for ring in self.memory.rings:
                ring.consume(at)
            self.memory.board.playhead = at

    def _note_lamp(self) -> None:
        lamp = str(self.session.get("show/next_model_state"))
        if self.lamps[-1:] != [lamp]:
            self.lamps.append(lamp)

    # --- what a test asks ------------------------------------------------------------------------

    @property
    def states(self) -> list[str]:
        return [slot.state for slot in self.decks.slots]

    @property
    def lamp(self) -> str:
        return str(self.session.get("show/next_model_state"))

    def bar_in(self, seconds: float) -> int:
        """First bar that begins at least so long from now."""
        return -(-(self.session.playhead + round(seconds * RATE_HZ)) // BAR) * BAR

    def handed(self) -> list[HandedOver]:
        return [event for event in self.events if isinstance(event, HandedOver)]

    def incidents(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Incident)]

    def blocks(self, deck: int) -> list[Block]:
        return [event for event in self.events if isinstance(event, Block) and event.deck == deck]

    def quietest(self, since: int, until: int) -> float:
        """Lowest level, over a tenth of a second, of what was heard between two frames."""
        audio = np.concatenate(self.heard)[LATENCY_FRAMES:][since:until]
        pieces = audio[: len(audio) // 4410 * 4410].reshape(-1, 2 * 4410)
        return float(np.sqrt(np.mean(pieces**2, axis=1)).min())

    async def at_rest(self) -> None:
        """Wait until nothing is being done to the decks."""
        await until(lambda: self.lamp == "none" and not self.decks.taken_for)


async def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert condition()


def on_stage(memory: Memory, shelf: Path, body: Callable[[Stage], Awaitable[None]], begin: str = "stone") -> None:
    """Run a test's body while the stage plays."""

    async def show() -> None:
        stage = Stage(memory, shelf)
        await stage.begin(begin)
        running = asyncio.ensure_future(stage.run())
        try:
            await body(stage)
            assert not running.done()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await stage.decks.close()
            await stage.swaps.close()

    asyncio.run(show())


def test_a_model_is_loaded_in_its_window_waits_unheard_and_is_faded_to_on_its_frame(memory, shelf):
    async def body(stage: Stage) -> None:
        stage.session.set("show/preload", 15.0, source="test")
        frame = stage.bar_in(17.0)
        stage.swaps.plan([PlannedSwap(frame, "glassy", FADE, "smooth", "chorus")])
        await until(lambda: stage.lamp == "loading")
        assert stage.session.playhead == pytest.approx(frame - 15 * RATE_HZ, abs=RATE_HZ)
        with pytest.raises(CommandError, match='deck/load: deck 1 is loading glassy for "chorus"; ask again'):
            await stage.session.do("deck/load", ("stone",), source="test")
        await until(lambda: stage.lamp == "ready")
        assert stage.session.get("show/next_model") == "glassy"
        info = read_info(shelf / "glassy")
        await until(lambda: stage.decks.preload.need_mb(info) != deck_memory_mb(info))
        assert 30.0 < stage.decks.preload.need_mb(info) < 3000.0
        assert stage.decks.preload.window_s(info) >= 2 * stage.decks.slots[1].load_s > 0.0
        with pytest.raises(CommandError, match=r"deck 1 is kept for glassy, which .chorus. asks for; deck/cancel gi"):
            await stage.session.do("deck/load", ("stone",), source="test")
        await until(lambda: stage.session.playhead > frame - 5 * RATE_HZ)
        assert stage.blocks(1) == [] and stage.states == ["live", "ready"]

        arriving = stage.decks.slots[1]
        await until(lambda: arriving.entered)
        assert 0 < frame - stage.session.playhead <= 4 * RATE_HZ
        assert arriving.heard.heard_frame > frame - 4 * RATE_HZ, "it heard what is new"
        assert arriving.ring.start_frame < frame
        await until(lambda: stage.handed())
        assert stage.session.playhead - frame < RATE_HZ
        assert stage.states == ["draining", "live"]
        await stage.at_rest()
        assert stage.handed() == [HandedOver(1, "glassy", frame, FADE, "smooth", "cue:chorus")]
        assert stage.states == ["empty", "live"] and stage.decks.bundle.name == "glassy"
        assert stage.lamps == ["waiting", "loading", "ready", "none"]
        assert (stage.mixer.underruns, stage.incidents()) == (0, [])
        out = np.concatenate(stage.heard)[LATENCY_FRAMES:]
        ring = np.empty((RATE_HZ // 4, 2), np.float32)
        assert arriving.ring.read_into(frame + FADE, ring) == len(ring)
        np.testing.assert_array_equal(out[frame + FADE + 1000 :][: len(ring) - 1000], ring[1000:])

    on_stage(memory, shelf, body)


def test_values_that_nobody_has_set_become_the_new_models_own_and_the_others_stay(memory, shelf):
    async def body(stage: Stage) -> None:
        frame = stage.bar_in(8.0)
        stage.session.set("gen/cfg", 4.0, source="hand")
        stage.session.set("gen/temperature", 0.8, source="cue:chorus", frame=frame)
        stage.session.set("gen/steps", 5, source="cue:late", frame=frame + 2 * BAR)
        stage.swaps.plan([PlannedSwap(frame, "glassy", FADE)])
        await until(lambda: stage.handed())
        names = ("gen/steps", "gen/cfg", "gen/temperature", "gen/memory", "prompt/0/text")
        assert [stage.session.get(name) for name in names] == [3, 4.0, 0.8, 11.0, "slow piano"]
        await until(lambda: stage.session.playhead > frame + 2 * BAR)
        assert stage.session.get("gen/steps") == 5
        await until(lambda: stage.blocks(1)[-1].block.values.get("gen/steps") == 5 or len(stage.blocks(1)) > 20)
        values: dict = {}
        for event in stage.blocks(1):
            values |= event.block.values
            if abs(event.block.heard_frame - frame - 2 * BAR) > LATENT:
                assert values["gen/steps"] == (3 if event.block.heard_frame < frame + 2 * BAR else 5)
            assert (values["gen/cfg"], values["gen/memory"]) == (4.0, 11.0)
        assert stage.blocks(1)[0].block.values["gen/temperature"] == pytest.approx(1.2)
        left: dict = {}
        for event in stage.blocks(0):
            left |= event.block.values
            assert left["gen/steps"] == 2, "the one that leaves stays as it was"

    on_stage(memory, shelf, body)


def test_a_newcomer_that_is_late_comes_on_a_later_bar_and_it_is_said(memory, shelf):
    async def body(stage: Stage) -> None:
        stage.patient = False
        stage.session.set("show/swap_patience", 1000, source="test")
        frame = stage.bar_in(0.3)
        stage.swaps.plan([PlannedSwap(frame, "glassy", FADE, asked_by="chorus")])
        await until(lambda: stage.handed())
        (handed,) = stage.handed()
        assert handed.frame > frame and handed.frame % BAR == 0
        assert stage.incidents() == ['glassy is loading when "chorus" asks for it; stone goes on']
        await stage.at_rest()
        assert (stage.states, stage.mixer.underruns) == (["empty", "live"], 0)

    on_stage(memory, shelf, body)


def test_a_late_newcomer_is_not_wanted_any_more_when_the_show_goes_back_to_what_plays(memory, shelf):
    async def body(stage: Stage) -> None:
        stage.patient = False
        stage.session.set("show/swap_patience", 1000, source="test")
        frame = stage.bar_in(0.3)
        stage.swaps.plan([PlannedSwap(frame, "glassy", FADE, asked_by="chorus")])
        await until(lambda: stage.incidents())
        back = stage.session.playhead + BAR // 2
        stage.swaps.plan([PlannedSwap(back, "stone", FADE, asked_by="verse")])
        await until(lambda: len(stage.incidents()) == 2)
        assert "the next swap is due; stone goes on" in stage.incidents()[1]
        await until(lambda: stage.states == ["live", "empty"])
        assert stage.handed() == []

    on_stage(memory, shelf, body)


def test_a_newcomer_that_is_too_late_is_refused_and_leaves_nothing_behind(memory, shelf):
    async def body(stage: Stage) -> None:
        stage.patient = False
        stage.session.set("show/swap_patience", 0, source="test")
        frame = stage.bar_in(0.3)
        stage.swaps.plan([PlannedSwap(frame, "glassy", FADE, asked_by="chorus")])
        await until(lambda: len(stage.incidents()) == 2)
        assert stage.incidents()[1] == (
            'no swap to glassy for "chorus": it was not ready within 0 bars (show/swap_patience); stone goes on'
        )
        await stage.at_rest()
        await until(lambda: stage.states == ["live", "empty"])
        assert "refused" in stage.lamps
        assert (stage.handed(), stage.decks.slots[1].pid, stage.session.get("mix/deck")) == ([], 0, 0.0)

    on_stage(memory, shelf, body)


def test_what_is_missing_damaged_or_too_large_is_refused_with_the_reason_and_the_rest_goes_on(memory, shelf):
    broken = Path(shutil.copytree(shelf / "glassy", shelf / "broken"))
    (broken / "model.safetensors").write_bytes(b"not weights")

    async def body(stage: Stage) -> None:
        stage.session.set("show/preload", 20.0, source="test")
        stage.swaps.plan([PlannedSwap(stage.bar_in(21.0), "glas", FADE, asked_by="one")])
        await until(lambda: len(stage.incidents()) == 2)
        missing, refused = stage.incidents()
        assert missing.startswith('"one" asks for a model that is missing: no bundle called "glas"')
        assert refused.startswith('no swap to glas for "one": no bundle called "glas"') and "stone goes on" in refused

        stage.swaps.plan([PlannedSwap(stage.bar_in(5.0), str(broken), FADE, asked_by="two")])
        await until(lambda: len(stage.incidents()) == 4)
        assert "model.safetensors: cannot be read" in stage.incidents()[3]
        assert stage.incidents()[3].startswith('no swap to glassy for "two": ')
        await until(lambda: stage.states == ["live", "empty"])

        stage.session.set("show/cold", "off", source="test")
        stage.session.set("deck/memory", 1.0, source="test")
        stage.swaps.plan([PlannedSwap(stage.bar_in(5.0), "glassy", FADE, asked_by="three")])
        await until(lambda: len(stage.incidents()) == 5)
        assert "MB of memory, and deck/memory leaves 0 MB; show/cold is off; stone goes on" in stage.incidents()[4]
        with pytest.raises(CommandError, match=r"deck/load: glassy: it needs .* MB of memory"):
            await stage.session.do("deck/load", ("glassy",), source="test")
        stage.session.set("deck/memory", 0.0, source="test")
        stage.swaps.plan([PlannedSwap(stage.bar_in(8.0), "glassy", FADE, asked_by="four")])
        await until(lambda: stage.handed())
        assert stage.handed()[0].source == "cue:four"

    try:
        on_stage(memory, shelf, body)
    finally:
        shutil.rmtree(broken)


def test_a_fade_that_is_sent_ahead_follows_the_plan_back_away_and_forth(memory, shelf):
    async def body(stage: Stage) -> None:
        swap = PlannedSwap(stage.bar_in(9.0), "glassy", FADE, asked_by="chorus")
        stage.session.set("gen/cfg", 3.5, source="cue:chorus", frame=swap.frame)
        stage.swaps.plan([swap])
        await until(lambda: stage.decks.taken_for.startswith("deck 1 is about"))
        await until(lambda: stage.session.steered_to("mix/deck", swap.frame + FADE) == 1.0)
        assert stage.session.steered_to("mix/deck", swap.frame) == 0.0 and stage.session.playhead < swap.frame

        stage.swaps.plan([])
        assert stage.session.steered_to("mix/deck", swap.frame + FADE) == 0.0
        await until(lambda: stage.session.playhead > swap.frame + BAR)
        await until(lambda: stage.states == ["live", "empty"])
        assert (stage.handed(), stage.lamp) == ([], "none")
        await until(lambda: any(event.block.values.get("gen/cfg") == 3.5 for event in stage.blocks(0)))

        later = PlannedSwap(stage.bar_in(9.0), "glassy", FADE, asked_by="chorus")
        stage.swaps.plan([later])
        await until(lambda: stage.session.steered_to("mix/deck", later.frame + FADE) == 1.0)
        stage.session.clear_after(stage.session.playhead)
        assert stage.session.steered_to("mix/deck", later.frame + FADE) == 0.0
        moved = PlannedSwap(later.frame + BAR, "glassy", FADE, asked_by="chorus")
        stage.swaps.plan([moved])
        await until(lambda: stage.handed())
        assert stage.handed()[0].frame == moved.frame
        await stage.at_rest()
        assert (stage.incidents(), stage.mixer.underruns) == ([], 0)

    on_stage(memory, shelf, body)


def test_a_fade_that_somebody_cleared_is_sent_again(memory, shelf):
    async def body(stage: Stage) -> None:
        swap = PlannedSwap(stage.bar_in(9.0), "glassy", FADE)
        stage.swaps.plan([swap])
        await until(lambda: stage.session.steered_to("mix/deck", swap.frame + FADE) == 1.0)
        stage.session.clear_after(stage.session.playhead)
        await until(lambda: stage.handed())
        assert stage.handed()[0].frame == swap.frame
        assert stage.session.steered_to("mix/deck", swap.frame + FADE) == 1.0

    on_stage(memory, shelf, body)


def test_a_swap_that_is_put_off_for_long_lets_its_model_wait_again_and_hear_anew(memory, shelf):
    async def body(stage: Stage) -> None:
        swap = PlannedSwap(stage.bar_in(8.0), "glassy", FADE)
        stage.swaps.plan([swap])
        arriving = stage.decks.slots[1]
        await until(lambda: arriving.entered)
        pid, first = arriving.pid, arriving.heard
        moved = PlannedSwap(swap.frame + 12 * BAR, "glassy", FADE)
        stage.swaps.plan([moved])
        await asyncio.sleep(1.0)
        made = len(stage.blocks(1))
        await until(lambda: stage.session.playhead > swap.frame + 5 * BAR)
        assert len(stage.blocks(1)) == made and arriving.state == "ready"
        await until(lambda: stage.handed())
        assert (stage.handed()[0].frame, arriving.pid) == (moved.frame, pid)
        assert arriving.heard.heard_frame > first.heard_frame + 5 * BAR

    on_stage(memory, shelf, body)


def test_a_hand_can_cancel_what_is_armed_and_be_first_with_what_is_ready(memory, shelf):
    async def body(stage: Stage) -> None:
        with pytest.raises(CommandError, match="deck/cancel: no swap of the show is to come"):
            await stage.session.do("deck/cancel", source="hand")
        swap = PlannedSwap(stage.bar_in(9.0), "glassy", FADE)
        stage.swaps.plan([swap])
        await until(lambda: stage.session.steered_to("mix/deck", swap.frame + FADE) == 1.0)
        with pytest.raises(CommandError, match="deck/swap: deck 1 is about to play glassy; ask again"):
            await stage.session.do("deck/swap", (0.1,), source="hand")
        assert await stage.session.do("deck/cancel", source="hand") == "no swap to glassy"
        await until(lambda: stage.session.playhead > swap.frame)
        stage.swaps.plan([swap])
        await stage.at_rest()
        assert (stage.handed(), stage.states) == ([], ["live", "empty"])

        later = PlannedSwap(stage.bar_in(30.0), "glassy", FADE)
        stage.swaps.plan([later])
        await until(lambda: stage.lamp == "ready")
        with pytest.raises(CommandError, match='unknown curve "smoth"; did you mean "smooth"'):
            await stage.session.do("deck/swap", (0.1, "smoth"), source="hand")
        assert await stage.session.do("deck/swap", (0.1, "smooth"), source="hand") == "deck 1 plays"
        assert (stage.handed()[0].source, stage.handed()[0].curve) == ("deck/swap", "smooth")
        await stage.at_rest()
        assert stage.session.get("gen/steps") == 3
        await until(lambda: stage.session.playhead > later.frame + BAR)
        assert (len(stage.handed()), stage.states, stage.incidents()) == (1, ["empty", "live"], [])

    on_stage(memory, shelf, body)


def test_a_model_that_dies_while_it_waits_or_is_armed_is_loaded_again(memory, shelf):
    async def body(stage: Stage) -> None:
        stage.session.set("show/swap_patience", 1000, source="test")
        swap = PlannedSwap(stage.bar_in(12.0), "glassy", FADE)

        def is_armed() -> bool:
            return stage.session.steered_to("mix/deck", swap.frame + 1000 * BAR) == 1.0

        stage.swaps.plan([swap])
        await until(lambda: stage.lamp == "ready")
        os.kill(stage.decks.slots[1].pid, signal.SIGKILL)
        await until(lambda: stage.states[1] == "loading")
        stage.stands = is_armed
        await until(is_armed)
        os.kill(stage.decks.slots[1].pid, signal.SIGKILL)
        await until(lambda: stage.states[1] == "loading" and not is_armed())
        stage.stands = lambda: False
        assert stage.handed() == []
        await until(lambda: stage.handed())
        await stage.at_rest()
        assert (stage.states, stage.mixer.underruns) == (["empty", "live"], 0)
        assert stage.handed()[0].frame % BAR == 0

    on_stage(memory, shelf, body)


def test_where_time_waits_for_sound_a_model_that_dies_leaves_no_gap_and_time_goes_on(memory, shelf):
    async def body(stage: Stage) -> None:
        (stone, _) = stage.decks.slots
        first = stone.pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: stone.state == "live" and stone.pid not in (0, first))
        frame = stage.session.playhead
        await until(lambda: stage.session.playhead > frame + 3 * BAR)
        assert (stage.mixer.underruns, stage.mixer.concealed_ms) == (0, 0.0)

    on_stage(memory, shelf, body)


def test_a_model_that_comes_again_is_kept_and_of_two_swaps_the_later_one_counts(memory, shelf):
    async def body(stage: Stage) -> None:
        first = stage.bar_in(8.0)
        there, back = PlannedSwap(first, "glassy", FADE), PlannedSwap(first + 8 * BAR, "stone", FADE)
        stage.swaps.plan([there, back, PlannedSwap(first + 9 * BAR, "stone", FADE)])
        stone = stage.decks.slots[0].pid
        await until(lambda: len(stage.handed()) == 1)
        await until(lambda: stage.states == ["ready", "live"])
        made = len(stage.blocks(0))
        await until(lambda: stage.session.playhead > first + 4 * BAR)
        assert (len(stage.blocks(0)), stage.decks.slots[0].pid) == (made, stone)
        stage.session.set("gen/cfg", 5.0, source="hand")
        await until(lambda: len(stage.handed()) == 2)
        assert stage.handed()[1].frame == back.frame
        await stage.at_rest()
        assert (stage.states, stage.decks.slots[0].pid) == (["live", "empty"], stone)
        values: dict = {}
        for event in stage.blocks(0)[made:]:
            values |= event.block.values
        assert (values["gen/cfg"], values["gen/steps"]) == (5.0, 2)
        assert stage.incidents() == []

    on_stage(memory, shelf, body)


def test_without_memory_for_two_the_old_one_ends_on_the_frame_and_a_loop_bridges_the_time(memory, shelf, monkeypatch):
    monkeypatch.setattr(resources, "PROCESS_MB", 60.0)

    async def body(stage: Stage) -> None:
        stage.patient = False
        stage.session.set("engine/lead", 2.0, source="test")
        stage.session.set("deck/memory", stage.decks.taken_mb() + 50.0, source="test")
        swap = PlannedSwap(stage.bar_in(4.0), "glassy", FADE, asked_by="chorus")
        stage.swaps.plan([swap])
        await until(lambda: stage.states == ["draining", "loading"])
        assert stage.lamp == "cold" and stage.decks.slots[0].pid == 0
        for verb in ("deck/swap", "deck/cancel"):
            with pytest.raises(CommandError, match=verb):
                await stage.session.do(verb, source="hand")
        await until(lambda: stage.handed())
        (handed,) = stage.handed()
        assert handed.frame > swap.frame and handed.frame % BAR == 0
        await stage.at_rest()
        assert (stage.states, stage.decks.bundle.name) == (["empty", "live"], "glassy")
        assert memory.rings[0].write_frame == swap.frame
        assert (stage.mixer.underruns, stage.mixer.concealed_ms) == (0, 0.0)
        level = stage.quietest(swap.frame - 2 * BAR, swap.frame)
        assert stage.quietest(swap.frame, handed.frame) > 0.5 * level
        assert stage.quietest(handed.frame, stage.session.playhead - BUFFER) > 0.0
        (said,) = stage.incidents()
        assert said == (
            'there is no memory for glassy beside stone, which ends when "chorus" asks for it; '
            "show/cold (freeze) bridges the time"
        )
        assert stage.session.get("deck/0/bridge") == "off"
        assert (stage.session.get("gen/steps"), stage.session.get("gen/memory")) == (3, 11.0)

    on_stage(memory, shelf, body)


def test_a_cold_swap_to_what_does_not_load_brings_back_what_played(memory, shelf, monkeypatch):
    monkeypatch.setattr(resources, "PROCESS_MB", 60.0)
    broken = Path(shutil.copytree(shelf / "glassy", shelf / "broken"))
    (broken / "model.safetensors").write_bytes(b"not weights")

    async def body(stage: Stage) -> None:
        stage.session.set("deck/memory", stage.decks.taken_mb() + 50.0, source="test")
        frame = stage.bar_in(3.0)
        stage.swaps.plan([PlannedSwap(frame, str(broken), FADE, asked_by="chorus")])
        await until(lambda: stage.handed())
        await stage.at_rest()
        assert (stage.decks.bundle.name, sorted(stage.states)) == ("stone", ["empty", "live"])
        assert any("cannot be read" in said and "stone is loaded again" in said for said in stage.incidents())
        assert stage.mixer.underruns == 0
        assert stage.quietest(frame, stage.session.playhead - BUFFER) > 0.0

    try:
        on_stage(memory, shelf, body)
    finally:
        shutil.rmtree(broken)
