"""Both decks: which one sounds, and the way from one to the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.control.deck_slot import DeckSlot
from lmdmd.control.session import Session
from lmdmd.errors import CommandError, did_you_mean
from lmdmd.messages import FAULTS, Fault, Reset
from lmdmd.params import DECK_SLOTS

REPORTED = ("lead", "commit", "redos", "block_p50", "block_p95", "factor")
"""Rows of the live deck that are the program's status, too."""


class Decks:
    """Both slots, which one sounds, and the way from one to the other."""

    def __init__(self, session: Session, slots: list[DeckSlot]) -> None:
        self.session = session
        self.slots = slots
        self.live = 0
        self._doing = ""
        session.outlets.extend(slots)
        session.provide("deck/load", self.load)
        session.provide("deck/swap", self.swap)
        session.provide("deck/fault", self.fail)

    @property
    def idle(self) -> DeckSlot:
        """The slot that does not sound."""
        return self.slots[(self.live + 1) % DECK_SLOTS]

    @contextmanager
    def _alone(self, verb: str, doing: str) -> Iterator[None]:
        """One load or swap at a time: each counts on the decks staying what they were."""
        if self._doing:
            raise CommandError(f"{verb}: {self._doing}; ask again when that is done")
        self._doing = doing
        try:
            yield
        finally:
            self._doing = ""

    async def begin(self, info: BundleInfo) -> None:
        """Load the first model; returns when it can play."""
        slot = self.slots[self.live]
        with self._alone("begin", f"deck {slot.slot} is loading {info.name}"):
            slot.spawn(info, prefill=False)
            await slot.until_ready()
            slot.go_live()

    async def load(self, model: str) -> str:
        """Verb ``deck/load``: warm a bundle up on the idle slot."""
        info = bundles.find_named(model)
        slot = self.idle
        with self._alone("deck/load", f"deck {slot.slot} is loading {info.name}"):
            await slot.close()
            slot.threads = slot.threads or self.slots[self.live].threads  # measuring would disturb what plays
            slot.spawn(info, prefill=True, aside=True)
            await slot.until_ready()
        return f"{info.name} is ready on deck {slot.slot}"

    async def swap(self, fade_s: float) -> str:
        """Verb ``deck/swap``: crossfade to the ready slot, then end the old one."""
        arriving, leaving = self.idle, self.slots[self.live]
        with self._alone("deck/swap", f"a swap to deck {arriving.slot} is running"):
            if arriving.state != "ready":
                raise CommandError(
                    f"deck/swap: deck {arriving.slot} is {arriving.state}; load a model with deck/load first"
                )
            await arriving.until_sounding()
            self.session.steer("mix/deck", float(arriving.slot), glide_s=fade_s)
            self.live = arriving.slot
            arriving.go_live()
            leaving.drain()
            self.session.awaited.settle_all(self.session.playhead, arriving.ring.write_frame)
            await asyncio.sleep(fade_s + 0.2)
            await leaving.close()
        return f"deck {arriving.slot} plays"

    async def fail(self, kind: str, amount: float) -> str:
        """Verb ``deck/fault``: rehearse a failure of the deck that sounds."""
        slot = self.slots[self.live]
        if not slot.config.rehearsal:
            raise CommandError("deck/fault: only in a rehearsal; start with lmdmd run --rehearsal")
        if kind not in FAULTS:
            known = ", ".join(FAULTS)
            raise CommandError(f'deck/fault: "{kind}" is not one of {known}{did_you_mean(kind, FAULTS)}')
        slot.send(Fault(kind, amount))
        return f"deck {slot.slot}: {kind}"

    def reset(self) -> None:
        """The deck that sounds forgets the music so far."""
        self.slots[self.live].send(Reset())

    def report(self) -> None:
        """Publish how far ahead each deck is."""
        for slot in self.slots:
            frames = slot.ring.lead_frames(self.session.playhead) if slot.state != "empty" else 0
            self.session.publish(f"deck/{slot.slot}/lead", frames / self.session.rate_hz)
        for name in REPORTED:
            self.session.publish(f"status/{name}", self.session.get(f"deck/{self.live}/{name}"))

    def check(self) -> None:
        """Look after both slots."""
        for slot in self.slots:
            slot.check()

    async def close(self) -> None:
        """End both decks."""
        await asyncio.gather(*(slot.close() for slot in self.slots))
