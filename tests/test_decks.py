"""Real deck processes with a tiny model: they play, die, are replaced, and swap."""

import asyncio
import os
import shutil
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from lmdmd.bundles import read_info
from lmdmd.config import Config
from lmdmd.control import deck_slot
from lmdmd.control.deck_slot import STARTS_ALLOWED, DeckSlot
from lmdmd.control.decks import Decks
from lmdmd.control.events import Block
from lmdmd.control.memory import Memory
from lmdmd.control.session import Session
from lmdmd.errors import BundleError, CommandError, DeckError
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100


@pytest.fixture(scope="module")
def info(tmp_path_factory):
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@pytest.fixture(autouse=True)
def shelf(info, monkeypatch):
    monkeypatch.setenv("LMDMD_BUNDLES", str(info.path.parent))


@pytest.fixture
def memory():
    memory = Memory.create(RATE_HZ)
    yield memory
    memory.close()


def make_decks(memory, rate_hz=RATE_HZ) -> Decks:
    session = Session(memory.board, memory.schedule, rate_hz)
    slots = [DeckSlot(i, session, memory.rings[i], memory.tapes["output"].name, Config(threads=1)) for i in range(2)]
    return Decks(session, slots)


def copied(info, folder):
    return Path(shutil.copytree(info.path, folder))


async def until(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert condition()


def test_a_deck_keeps_its_lead_and_takes_writes(memory, info):
    async def body():
        decks = make_decks(memory)
        decks.session.set("engine/lead", 2.0, source="test")
        await decks.begin(info)
        ring = memory.rings[0]
        await until(lambda: ring.lead_frames(0) >= 2 * RATE_HZ)
        await asyncio.sleep(0.2)
        assert ring.lead_frames(0) < 3 * RATE_HZ
        decks.session.set("engine/lead", 4.0, source="test")
        await until(lambda: ring.lead_frames(0) >= 4 * RATE_HZ)
        assert decks.session.get("deck/0/state") == "live"
        assert decks.session.get("deck/0/factor") > 0
        await decks.close()
        assert decks.session.get("deck/0/state") == "empty"

    asyncio.run(body())


def test_a_deck_that_waits_is_neither_ahead_nor_behind(memory, info):
    async def body():
        decks = make_decks(memory)
        await decks.begin(info)
        await decks.bring(info)
        memory.board.playhead = 50 * RATE_HZ
        decks.report()
        assert decks.session.get("deck/1/state") == "ready"
        assert decks.session.get("deck/1/lead") == 0.0
        assert decks.session.get("deck/0/lead") < 0.0, "it is late, and says so"
        await decks.close()

    asyncio.run(body())


def test_a_killed_deck_is_replaced_ahead_of_the_playhead(memory, info):
    async def body():
        decks = make_decks(memory)
        await decks.begin(info)
        ring = memory.rings[0]
        await until(lambda: ring.lead_frames(0) >= RATE_HZ)
        memory.board.rolling = 1
        memory.board.playhead = 5 * RATE_HZ
        first = decks.slots[0].pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: decks.slots[0].state == "live" and decks.slots[0].pid not in (0, first))
        await until(lambda: ring.lead_frames(5 * RATE_HZ) >= RATE_HZ)
        assert ring.start_frame > 5 * RATE_HZ
        assert decks.session.get("status/restarts") == 1
        await decks.close()

    asyncio.run(body())


def test_a_deck_that_hangs_is_replaced_while_faders_move_and_the_loop_goes_on(memory, info, monkeypatch):
    monkeypatch.setattr(deck_slot, "HUNG_S", 4.0)

    async def body():
        decks = make_decks(memory)
        await decks.begin(info)
        first = decks.slots[0].pid
        os.kill(first, signal.SIGSTOP)
        moves = 0
        longest_s, deadline = 0.0, time.monotonic() + 60.0
        while decks.slots[0].pid in (0, first) or decks.slots[0].state != "live":
            began = time.monotonic()
            assert began < deadline
            for slot in range(4):
                decks.session.set(f"prompt/{slot}/weight", moves % 100 / 100, source="test")
                decks.session.set("prompt/0/text", f"words {moves}", source="test", frame=10**9 + moves)
            decks.check()
            longest_s = max(longest_s, time.monotonic() - began)
            moves += 1
            await asyncio.sleep(0.005)
        assert moves > 300
        assert longest_s < 2.0
        assert decks.session.get("status/restarts") == 1
        await decks.close()

    asyncio.run(body())


@pytest.mark.parametrize(
    ("name", "value", "from_s", "made_s"),
    [
        ("engine/hold", True, 0.0, (0.0, 0.0)),
        ("engine/lead", 0.5, 0.9, (0.9, 1.2)),
        ("engine/lead", 1.5, 0.0, (1.5, 1.8)),
    ],
)
def test_a_deck_says_when_it_wants_no_more(memory, info, name, value, from_s, made_s):
    async def body():
        decks = make_decks(memory)
        decks.session.set(name, value, source="test", frame=round(from_s * RATE_HZ))
        await decks.begin(info)
        await until(lambda: decks.slots[0].filled)
        least_s, most_s = made_s
        assert least_s <= memory.rings[0].lead_frames(0) / RATE_HZ <= most_s
        await decks.close()

    asyncio.run(body())


def test_a_ring_that_cannot_hold_the_lead_is_filled_when_it_is_full(memory, info):
    async def body():
        decks = make_decks(memory, rate_hz=192_000)
        decks.session.set("engine/lead", 8.0, source="test")
        await decks.begin(info)
        await until(lambda: decks.slots[0].filled, 90)
        assert 0.5 < memory.rings[0].write_frame / memory.rings[0].capacity_frames < 1
        await decks.close()

    assert memory.rings[0].capacity_frames < 8 * 192_000
    asyncio.run(body())


def test_a_hold_ends_on_its_frame(memory, info):
    async def body():
        decks = make_decks(memory)
        decks.session.set("engine/hold", True, source="test", frame=0)
        decks.session.set("engine/hold", False, source="test", frame=2 * RATE_HZ)
        await decks.begin(info)
        await until(lambda: decks.slots[0].filled)
        memory.board.rolling = 1
        memory.board.playhead = RATE_HZ
        await asyncio.sleep(0.3)
        assert memory.rings[0].write_frame == 0
        memory.board.playhead = 2 * RATE_HZ
        await until(lambda: memory.rings[0].lead_frames(2 * RATE_HZ) >= RATE_HZ)
        await decks.close()

    asyncio.run(body())


def test_a_bundle_that_does_not_load_says_why_and_is_not_tried_for_ever(memory, info, tmp_path):
    broken = copied(info, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"not weights")

    async def body():
        decks = make_decks(memory)
        with pytest.raises(DeckError, match=r"model\.safetensors: cannot be read"):
            await decks.begin(read_info(broken))
        assert decks.slots[0].state == "failed"
        await decks.close()

    asyncio.run(body())


def test_a_model_without_numbers_says_so_and_is_not_played(memory, info, tmp_path):
    spoilt = copied(info, tmp_path / "spoilt")
    tensors = load_file(spoilt / "model.safetensors")
    save_file({name: np.full_like(tensor, 6e4) for name, tensor in tensors.items()}, spoilt / "model.safetensors")

    async def body():
        decks = make_decks(memory)
        with pytest.raises(DeckError, match="the model of bundle tiny gives no numbers"):
            await decks.begin(read_info(spoilt))
        assert memory.rings[0].write_frame == 0
        await decks.close()

    asyncio.run(body())


def test_a_deck_whose_files_are_gone_is_given_up(memory, info, tmp_path):
    gone = copied(info, tmp_path / "gone")

    async def body():
        decks = make_decks(memory)
        await decks.begin(read_info(gone))
        (gone / "model.safetensors").unlink()
        os.kill(decks.slots[0].pid, signal.SIGKILL)
        await until(lambda: decks.slots[0].state == "failed", 120)
        assert decks.slots[0].pid == 0
        assert "model.safetensors: is missing" in decks.slots[0].why
        assert decks.session.get("status/restarts") == STARTS_ALLOWED
        await decks.close()

    asyncio.run(body())


def test_swap_needs_a_ready_deck_and_then_leaves_the_old_one(memory, info):
    async def body():
        decks = make_decks(memory)
        await decks.begin(info)
        with pytest.raises(CommandError, match="deck/load first"):
            await decks.session.do("deck/swap", (0.1,), source="test")
        with pytest.raises(BundleError, match="no bundle called"):
            await decks.session.do("deck/load", (str(info.path),), source="test")
        await decks.session.do("deck/load", ("tiny",), source="test")
        for fade_s in ("nan", "inf", 1e30):
            with pytest.raises(CommandError, match="fade_s"):
                await decks.session.do("deck/swap", (fade_s,), source="test")
        assert [slot.state for slot in decks.slots] == ["live", "ready"]
        await decks.session.do("deck/swap", (0.1,), source="test")
        assert decks.session.get("deck/1/state") == "live"
        assert decks.session.get("deck/0/state") == "empty"
        memory.board.playhead = RATE_HZ
        assert decks.session.get("mix/deck") == 1.0
        await decks.close()

    asyncio.run(body())


def test_no_fade_begins_before_the_newcomer_sounds_and_it_takes_up_what_came_meanwhile(memory, info):
    async def body():
        decks = make_decks(memory)
        await decks.begin(info)
        memory.board.rolling = 1
        await decks.session.do("deck/load", ("tiny",), source="test")
        arriving = decks.slots[1]
        swap = asyncio.ensure_future(decks.session.do("deck/swap", (0.1,), source="test"))
        await until(lambda: arriving.filled)
        assert arriving.ring.start_frame > 0, "a newcomer begins ahead of the playhead"
        await asyncio.sleep(0.3)
        assert (arriving.state, decks.live, decks.session.get("mix/deck")) == ("ready", 0, 0.0)
        heard = []
        decks.session.watch(lambda event: heard.append(event) if isinstance(event, Block) else None)
        decks.session.set("gen/cfg", 6, source="test")
        memory.board.playhead = arriving.ring.start_frame
        assert await swap == "deck 1 plays"
        await until(lambda: any(event.deck == 1 and event.block.values.get("gen/cfg") == 6.0 for event in heard))
        assert (decks.live, [slot.state for slot in decks.slots]) == (1, ["empty", "live"])
        await decks.close()

    asyncio.run(body())


def test_a_spare_makes_nothing_until_it_is_wanted_and_then_goes_on_from_what_was_heard_last(memory, info):
    async def body():
        decks = make_decks(memory)
        await decks.begin(info)
        made = []
        decks.session.watch(lambda event: made.append(event) if isinstance(event, Block) and event.deck == 1 else None)
        await decks.session.do("deck/load", ("tiny",), source="test")
        memory.board.rolling = 1
        tape = memory.tapes["output"]
        noise = 0.1 * np.random.default_rng(0).standard_normal((RATE_HZ // 2, 2)).astype(np.float32)
        for at in range(0, 4 * RATE_HZ, RATE_HZ // 2):
            tape.append(at, noise)
            memory.rings[0].consume(at)
            memory.board.playhead = at
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        spare = decks.slots[1]
        assert (made, spare.entered, spare.state) == ([], False, "ready")
        swap = asyncio.ensure_future(decks.session.do("deck/swap", (0.1,), source="test"))
        await until(lambda: spare.entered and made)
        assert spare.heard.heard_frame == tape.end_frame
        assert spare.heard.frame == made[0].block.frame > memory.board.playhead
        assert made[0].block.anew and "gen/steps" in made[0].block.values
        memory.board.playhead = spare.ring.start_frame
        assert await swap == "deck 1 plays"
        await decks.close()

    asyncio.run(body())


def test_a_newcomer_that_never_sounds_leaves_the_old_one_playing(memory, info, monkeypatch):
    monkeypatch.setattr("lmdmd.control.deck_slot.FILLING_S", 0.2)

    async def body():
        decks = make_decks(memory)
        await decks.begin(info)
        memory.board.rolling = 1
        await decks.session.do("deck/load", ("tiny",), source="test")
        with pytest.raises(CommandError, match="deck/swap: deck 1 makes no sound yet; the other one goes on"):
            await decks.session.do("deck/swap", (0.1,), source="test")
        assert (decks.live, [slot.state for slot in decks.slots]) == (0, ["live", "ready"])
        assert decks.session.get("mix/deck") == 0.0
        await decks.close()

    asyncio.run(body())


def test_a_deck_fails_on_purpose_only_in_a_rehearsal(memory, info):
    async def body():
        decks = make_decks(memory)
        await decks.begin(info)
        with pytest.raises(CommandError, match="only in a rehearsal; start with lmdmd run --rehearsal"):
            await decks.session.do("deck/fault", ("crash",), source="test")
        decks.slots[0].config = Config(threads=1, rehearsal=True)
        with pytest.raises(CommandError, match=r'"hnag" is not one of .*; did you mean "hang"'):
            await decks.session.do("deck/fault", ("hnag",), source="test")
        first = decks.slots[0].pid
        await decks.session.do("deck/fault", ("crash",), source="test")
        await until(lambda: decks.slots[0].pid not in (0, first) and decks.slots[0].state == "live")
        said = str(decks.session.get("status/incident"))
        assert said.startswith("deck 0 plays again, ")
        await decks.close()

    asyncio.run(body())


def test_one_load_or_swap_at_a_time(memory, info):
    async def body():
        decks = make_decks(memory)

        def do(verb, value):
            return asyncio.ensure_future(decks.session.do(verb, (value,), source="test"))

        beginning = asyncio.ensure_future(decks.begin(info))
        await asyncio.sleep(0)
        with pytest.raises(CommandError, match="deck/load: deck 0 is loading tiny; ask again"):
            await do("deck/load", "tiny")
        await beginning

        first, second = do("deck/load", "tiny"), do("deck/load", "tiny")
        with pytest.raises(CommandError, match="deck/load: deck 1 is loading tiny; ask again"):
            await second
        with pytest.raises(CommandError, match="deck/swap: deck 1 is loading tiny; ask again"):
            await do("deck/swap", 0.1)
        assert await first == "tiny is ready on deck 1"

        swap = do("deck/swap", 1.0)
        await until(lambda: decks.slots[0].state == "draining")
        leaving = decks.slots[0].pid
        for verb, value in (("deck/load", "tiny"), ("deck/swap", 0.1)):
            with pytest.raises(CommandError, match=f"{verb}: a swap to deck 1 is running; ask again"):
                await do(verb, value)
        assert (decks.slots[0].state, decks.slots[0].pid) == ("draining", leaving)
        assert await swap == "deck 1 plays"
        assert [slot.state for slot in decks.slots] == ["empty", "live"]
        await decks.close()

    asyncio.run(body())


def test_whoever_waits_for_a_deck_that_is_emptied_is_told(memory, info):
    async def body():
        decks = make_decks(memory)
        decks.slots[0].spawn(info, prefill=False)
        waiting = asyncio.ensure_future(decks.slots[0].until_ready())
        await asyncio.sleep(0)
        await decks.close()
        with pytest.raises(DeckError, match="deck 0 was emptied before it was ready"):
            await asyncio.wait_for(waiting, 10)

    asyncio.run(body())


def test_a_replacement_that_is_killed_while_it_loads_is_replaced_too_and_a_spare_stays_a_spare(memory, info):
    async def body():
        decks = make_decks(memory)
        await decks.begin(info)
        await decks.session.do("deck/load", ("tiny",), source="test")
        live, spare = decks.slots
        killed = [live.pid, spare.pid]
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: live.state == spare.state == "loading")
        killed.append(live.pid)
        os.kill(live.pid, signal.SIGKILL)
        await until(lambda: (live.state, spare.state) == ("live", "ready"))
        assert not {live.pid, spare.pid} & {0, *killed}
        assert decks.session.get("status/restarts") == 3
        await decks.close()

    asyncio.run(body())
