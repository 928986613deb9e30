"""When listeners are told, with a clock of the test's own."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from lmdmd.surfaces import osc_pace, osc_peers
from lmdmd.surfaces.osc_pace import AT_ONCE_BURST, TELL_S, Pace


class Stage:
    """A pace and how often it told; ``rows`` are told of each time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 100.0
        self.told = 0
        self.rows: list[str] = []
        for module in (osc_pace, osc_peers):
            monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.now_s))
        self.pace = Pace(self.tell)

    def tell(self) -> None:
        self.told += 1
        for row in self.rows:
            self.pace.told(row)

    async def moved(self, *rows: str) -> int:
        """How often it tells within one turn of the loop when rows move."""
        before, self.rows = self.told, list(rows)
        for row in rows:
            self.pace.moved(row)
        await asyncio.sleep(0)
        return self.told - before


def test_a_row_that_has_rested_is_told_of_at_once_and_others_wait(monkeypatch):
    async def play():
        stage = Stage(monkeypatch)
        assert await stage.moved("mix/gain", "mix/pan", "mix/gain") == 1
        assert await stage.moved("mix/gain") == 0
        assert await stage.moved("show/cue") == 1, "another row need not wait for it"
        stage.now_s += 2 * TELL_S
        assert await stage.moved("mix/gain") == 1
        assert await stage.moved("mix/gain") == 0
        async with asyncio.timeout(20):
            while stage.told < 4:
                await asyncio.sleep(0.01)
        stage.pace.stop()

    asyncio.run(play())


def test_a_flood_of_rows_that_have_rested_waits_for_its_turn(monkeypatch):
    async def play():
        stage = Stage(monkeypatch)
        told = [await stage.moved(f"row {number}") for number in range(4 * int(AT_ONCE_BURST))]
        stage.pace.stop()
        assert told == [row < AT_ONCE_BURST for row in range(len(told))]

    asyncio.run(play())


def test_nothing_is_told_after_the_end(monkeypatch):
    async def play():
        stage = Stage(monkeypatch)
        stage.pace.moved("mix/gain")
        stage.pace.stop()
        await asyncio.sleep(2 * TELL_S)
        assert stage.told == 0

    asyncio.run(play())
