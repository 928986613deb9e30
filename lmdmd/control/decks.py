"""Both decks: which one sounds, and the way from one to the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.control.deck_slot import DeckSlot
from lmdmd.control.events import HandedOver
from lmdmd.control.preload import Preload
from lmdmd.control.resources import private_mb
from lmdmd.control.session import Session
from lmdmd.errors import CommandError, LmdmdError, did_you_mean
from lmdmd.messages import FAULTS, NOW, ClearAfter, Fault, Reset
from lmdmd.params import DECK_SLOTS, Value, find
from lmdmd.units import CURVES, frames_from_s, s_from_frames

LISTENING = {"delay": "delay/now", "delay_least": "delay/least"}
"""Rows of the deck that sounds, and of what it hears."""
REPORTED = ("lead", "commit", "redos", "block_p50", "block_p95", "factor")
"""Rows of the live deck that are the program's status, too."""
AFTER_FADE_S = 0.2
"""So long a deck outlives the fade away from it."""
UNTOUCHED = ("bundle", "engine")
"""Sources of values that a new model may replace by its own: a bundle's, and the table's, which nobody has set."""


class Decks:
    """Both slots, which one sounds, and the way from one to the other.

    ``bundle`` is the one that sounds. The show says in ``taken_for`` what it does to the decks, and in ``kept_for``
    what the idle one waits for: while one is said hands do nothing, while the other is they load nothing.
    """

    def __init__(self, session: Session, slots: list[DeckSlot]) -> None:
        self.session = session
        self.slots = slots
        self.preload = Preload(session)
        self.live = 0
        self.bundle: BundleInfo | None = None
        self._doing = self.taken_for = self.kept_for = ""
        session.outlets.extend(slots)
        session.provide("deck/load", self.load)
        session.provide("deck/swap", self.swap)
        session.provide("deck/fault", self.fail)

    @property
    def playing(self) -> DeckSlot:
        """The slot that sounds."""
        return self.slots[self.live]

    @property
    def idle(self) -> DeckSlot:
        """The slot that does not sound."""
        return self.slots[(self.live + 1) % DECK_SLOTS]

    @contextmanager
    def _alone(self, verb: str, doing: str) -> Iterator[None]:
        """One load or swap at a time: each counts on the decks staying what they were."""
        if busy := self._doing or self.taken_for:
            raise CommandError(f"{verb}: {busy}; ask again when that is done")
        self._doing = doing
        try:
            yield
        finally:
            self._doing = ""

    @property
    def in_hand(self) -> bool:
        """Whether a load or a swap by hand is running."""
        return bool(self._doing)

    async def begin(self, info: BundleInfo) -> None:
        """Load the first model; returns when it can play."""
        slot = self.playing
        with self._alone("begin", f"deck {slot.slot} is loading {info.name}"):
            slot.spawn(info, prefill=False)
            await slot.until_ready()
            slot.go_live()
            self.bundle = info

    async def load(self, model: str) -> str:
        """Verb ``deck/load``: warm a bundle up on the idle slot."""
        info = bundles.find_named(model)
        if self.kept_for and not (self._doing or self.taken_for):
            raise CommandError(f"deck/load: {self.kept_for}; deck/cancel gives it up")
        slot = self.idle
        with self._alone("deck/load", f"deck {slot.slot} is loading {info.name}"):
            await self._empty(slot)
            short = self.preload.why_not(info, self.taken_mb())
            if short:
                raise CommandError(f"deck/load: {info.name}: {short}")
            await self.bring(info)
        return f"{info.name} is ready on deck {slot.slot}"

    async def bring(self, info: BundleInfo) -> None:
        """Load a bundle on the idle slot, where it waits; raises ``DeckError`` when it does not come."""
        slot = self.idle
        await self._empty(slot)
        slot.threads = slot.threads or self.playing.threads  # measuring would disturb what plays
        slot.spawn(info, prefill=False, aside=True)
        await slot.until_ready()

    async def _empty(self, slot: DeckSlot) -> None:
        if slot.state != "empty":
            await slot.close()

    async def swap(self, fade_s: float, curve: str) -> str:
        """Verb ``deck/swap``: crossfade to the ready slot, then end the old one."""
        if curve not in CURVES:
            raise CommandError(f'deck/swap: unknown curve "{curve}"{did_you_mean(curve, CURVES)}')
        arriving, leaving = self.idle, self.playing
        with self._alone("deck/swap", f"a swap to deck {arriving.slot} is running"):
            if arriving.state != "ready":
                raise CommandError(
                    f"deck/swap: deck {arriving.slot} is {arriving.state}; load a model with deck/load first"
                )
            arriving.enter(self.own_values(self.session.playhead))
            await self._sounding(arriving)
            fade_frames = frames_from_s(fade_s, self.session.rate_hz)
            self.send_fade(NOW, fade_frames, curve)
            self.turn(self.session.playhead, fade_frames, curve, "deck/swap")
            await asyncio.sleep(fade_s + AFTER_FADE_S)
            await leaving.close()
        return f"deck {arriving.slot} plays"

    async def _sounding(self, slot: DeckSlot) -> None:
        try:
            await slot.until_sounding()
        except LmdmdError:
            if slot.state == "ready":
                slot.park()
            raise

    # --- the way from one to the other ----------------------------------------------------------------

    def send_fade(self, frame: int, fade_frames: int, curve: str) -> None:
        """Let the idle deck be faded to from ``frame`` on, and the other hear nothing of what is planned from there."""
        glide_s = s_from_frames(fade_frames, self.session.rate_hz)
        self.session.steer("mix/deck", float(self.idle.slot), frame=frame, glide_s=glide_s, curve=curve)
        if frame != NOW:
            self.playing.send(ClearAfter(frame - 1))

    def take_fade_back(self, frame: int) -> None:
        """Undo ``send_fade``; where the fade has begun already, the mixer comes back to the deck that plays."""
        self.session.unsteer("mix/deck", frame)
        for write in self.session.pending_writes("block"):
            self.playing.send(write)

    def turn(self, frame: int, fade_frames: int, curve: str, source: str) -> None:
        """The fade has begun, on ``frame``: from now on the idle deck is the one that plays."""
        values = self.own_values(frame)
        leaving, arriving = self.playing, self.idle
        self.live, self.bundle = arriving.slot, arriving.wanted
        leaving.send(ClearAfter(frame - 1))
        leaving.drain()
        arriving.go_live()
        for name, value in values.items():
            self.session.set(name, value, source="bundle", frame=frame)
        self.session.awaited.settle_all(frame, arriving.ring.write_frame)
        model = self.bundle.name if self.bundle is not None else ""
        self.session.tell(HandedOver(arriving.slot, model, frame, fade_frames, curve, source))

    def own_values(self, frame: int) -> dict[str, Value]:
        """What the model on the idle deck brings along at a frame."""
        if self.idle.wanted is None or self.bundle is None:
            return {}
        return own_values(self.session, frame, self.bundle, self.idle.wanted)

    def taken_mb(self) -> float:
        """Memory that all decks take."""
        return sum(private_mb(slot.pid) for slot in self.slots if slot.pid)

    def idle_mb(self) -> float:
        """Memory that the idle deck takes."""
        return private_mb(self.idle.pid) if self.idle.pid else 0.0

    # --- the rest -------------------------------------------------------------------------------------

    async def fail(self, kind: str, amount: float) -> str:
        """Verb ``deck/fault``: rehearse a failure of the deck that sounds."""
        slot = self.playing
        if not slot.config.rehearsal:
            raise CommandError("deck/fault: only in a rehearsal; start with lmdmd run --rehearsal")
        if kind not in FAULTS:
            known = ", ".join(FAULTS)
            raise CommandError(f'deck/fault: "{kind}" is not one of {known}{did_you_mean(kind, FAULTS)}')
        slot.send(Fault(kind, amount))
        return f"deck {slot.slot}: {kind}"

    def reset(self) -> None:
        """The deck that sounds forgets the music so far."""
        self.playing.send(Reset())

    def report(self) -> None:
        """Publish how far ahead each deck is."""
        for slot in self.slots:
            frames = slot.ring.lead_frames(self.session.playhead) if slot.state != "empty" else 0
            self.session.publish(f"deck/{slot.slot}/lead", frames / self.session.rate_hz)
        for name in REPORTED:
            self.session.publish(f"status/{name}", self.session.get(f"deck/{self.live}/{name}"))
        for name, shown in LISTENING.items():
            self.session.publish(shown, self.session.get(f"deck/{self.live}/{name}"))

    def check(self) -> None:
        """Look after both slots."""
        for slot in self.slots:
            slot.check()
            if slot.wanted is not None and slot.state in ("ready", "live"):
                self.preload.note(slot.wanted, slot.pid, slot.load_s)

    async def close(self) -> None:
        """End both decks."""
        await asyncio.gather(*(slot.close() for slot in self.slots))


def own_values(session: Session, frame: int, leaving: BundleInfo, arriving: BundleInfo) -> dict[str, Value]:
    """What a model brings along: its bundle's defaults, where neither the show nor a hand has a say at a frame.

    What only the bundle before it had an opinion on goes back to the table's default. Words are no part of it: the
    prompts that are heard stay.
    """
    names = [name for name in sorted({*arriving.defaults, *leaving.defaults}) if not name.startswith("prompt/")]
    free = [name for name in names if session.source_at(name, frame) in UNTOUCHED]
    return {name: find(name).coerce(arriving.defaults.get(name, find(name).default))[0] for name in free}
