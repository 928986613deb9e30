"""One deck's life: empty, loading, ready, live, draining, failed; and replaced when it dies while it is heard.

A swap, a crash recovery and a reload are one path: a process is spawned on a free or freed ring, loads,
warms up, hears the output tape, and only then does the mixer turn to it. One that is loaded ahead of its time
waits when it is ready, and hears the tape when it is told to ``enter``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import astuple

from lmdmd.bundles import BundleInfo
from lmdmd.config import Config
from lmdmd.control import events
from lmdmd.control.children import Child
from lmdmd.control.events import Block, Turned
from lmdmd.control.session import Session
from lmdmd.errors import CommandError, DeckError
from lmdmd.messages import BlockDone, DeckArgs, Enter, Entered, Failed, Filled, Note, Park, Ready, Stop, Write
from lmdmd.params import Value
from lmdmd.rt.ring import Ring
from lmdmd.units import frames_from_s, s_from_frames

log = logging.getLogger(__name__)

HUNG_S, HUNG_BLOCKS = 3.0, 6.0
"""A deck that gives no sign for so long, or for so many blocks, is taken for dead; an honest silence is one block."""
LOADING_S, ENTERING_S = 120.0, 30.0
RESTARTS_ALLOWED = 5
RESTART_WINDOW_S = 40.0
RETRY_S = 15.0
FILLING_S, _POLL_S = 20.0, 0.02
LEAST_LEAD_S = 0.2
"""So much a deck must have made ahead before it is faded to."""
STARTS_ALLOWED = 3
"""So many starts in a row without becoming ready, and the next one would end like them."""


class DeckSlot:
    """One ring and the process that fills it. ``wanted`` is the bundle that should play here.

    ``filled`` says that the process has made all that it should keep ahead; ``entered`` that it has begun to, ahead of
    the playhead, after what it has ``heard``. ``load_s`` is how long its last load took.
    """

    def __init__(
        self, slot: int, session: Session, ring: Ring, tape: str, config: Config, input_tape: str = ""
    ) -> None:
        self.slot = slot
        self.session = session
        self.ring = ring
        self.tape, self.input_tape = tape, input_tape
        self.config = config
        self.threads = config.threads
        self.wanted: BundleInfo | None = None
        self.why = ""
        self.filled = self.entered = False
        self.heard = Entered(0, 0, 0)
        self.load_s = 0.0
        self._loop = asyncio.get_running_loop()
        self._child: Child | None = None
        self._ready = asyncio.Event()
        self._spawned_s = self._lost_s = 0.0
        self._sounds = self._entering = self._waits = False
        self._proven: BundleInfo | None = None
        self._starts = 0
        self._deaths_s: deque[float] = deque(maxlen=RESTARTS_ALLOWED)

    # --- Outlet ----------------------------------------------------------------------------------------

    def send(self, message: object) -> None:
        """Pass a message to the process, if there is one; one that fades out plays on as it was told before."""
        if self._child is not None and not (self.state == "draining" and isinstance(message, Write)):
            self._child.send(message)

    def next_frame(self, playhead: int) -> int:
        """Frame from which a change made now is heard, as the deck's own pace has it; no later than the ring's end."""
        if self.state != "live":
            return playhead
        commit = frames_from_s(float(self.session.get(f"deck/{self.slot}/commit")), self.session.rate_hz)
        return max(playhead, min(playhead + commit, self.ring.write_frame))

    # --- life ------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """State of the slot, one of ``params.DECK_STATES``."""
        return str(self.session.get(f"deck/{self.slot}/state"))

    def _turn(self, state: str) -> None:
        if state == self.state:
            return
        self.session.publish(f"deck/{self.slot}/state", state)
        model = str(self.session.get(f"deck/{self.slot}/model"))
        self.session.tell(Turned(self.slot, state, model, self.session.playhead))

    @property
    def pid(self) -> int:
        """Process id of the deck, 0 without one."""
        return self._child.pid if self._child is not None else 0

    def spawn(self, info: BundleInfo, *, prefill: bool, aside: bool = False, heir: bool = False) -> None:
        """Start a process for a bundle; the slot is loading until it says ``Ready``.

        ``aside`` of a deck that plays, where it waits for ``enter``, or as the ``heir`` of one that was heard here.
        """
        assert self.session.board is not None
        self.wanted, self.why = info, ""
        self.filled = self._entering = False
        self.entered, self._waits = not aside, aside
        self._ready.clear()
        self._starts += 1
        self._spawned_s = time.monotonic()
        self.session.publish(f"deck/{self.slot}/model", info.name)
        self._turn("loading")
        args = DeckArgs(
            slot=self.slot,
            bundle=info.path,
            board=self.session.board.name,
            ring=self.ring.name,
            tape=self.tape,
            input_tape=self.input_tape,
            rate_hz=self.session.rate_hz,
            threads=self.threads,
            precision=self.config.precision,
            prefill=prefill,
            aside=aside,
            heir=heir,
            hurried=not self.config.device.startswith("file:"),
            writes=tuple(self.session.pending_writes("block")),
        )
        try:
            self._child = Child(f"deck{self.slot}", "lmdmd.engine.process:run", args, self._on_message, self._on_exit)
        except OSError as error:
            self.why = f"no process can be started for deck {self.slot}: {error.strerror}"
            self._fail()

    async def until_ready(self) -> None:
        """Wait for ``Ready``; raises ``DeckError`` with the reason when the deck fails instead."""
        try:
            await asyncio.wait_for(self._ready.wait(), LOADING_S)
        except TimeoutError:
            raise DeckError(f"deck {self.slot} was not ready after {LOADING_S:.0f} s") from None
        if self.why:
            raise DeckError(self.why)

    def enter(self, values: Mapping[str, Value] | None = None) -> None:
        """Let a ready process hear what was heard until now and play along; ``values`` are its own from now on."""
        self.filled = self.entered = False
        self._entering = True
        playhead = self.session.playhead
        own = [Write(name, value, playhead) for name, value in (values or {}).items()]
        self.send(Enter((*self.session.pending_writes("block"), *own)))

    def park(self) -> None:
        """Let a ready process wait again, or the one that has faded out become a spare."""
        self.filled = self.entered = self._entering = False
        self._sounds = False
        self.send(Park())
        self._turn("ready")

    @property
    def plays_along(self) -> bool:
        """Whether the process was told to ``enter``: one that has taken the place of one that died was not."""
        return self.state == "ready" and (self.entered or self._entering)

    def can_be_faded_to(self, frame: int) -> bool:
        """Whether a fade may begin on ``frame``, and so in the middle of a buffer, all of which must be there."""
        return self.has_made(frame) and self.ring.start_frame <= frame - self.ring.guard_frames

    def has_made(self, frame: int) -> bool:
        """Whether the process, since it entered, has made what is heard from ``frame`` on."""
        reach = frame + frames_from_s(LEAST_LEAD_S, self.session.rate_hz)
        return self.entered and self.ring.start_frame <= frame and self.ring.write_frame >= reach

    async def until_sounding(self) -> None:
        """Wait until the process has made what it should keep ahead, and what is due now is part of it.

        Raises ``CommandError`` when it fails meanwhile, or takes too long.
        """
        deadline_s = time.monotonic() + FILLING_S
        while not (self.filled and self.has_made(self.session.playhead)):
            if self.state != "ready" or time.monotonic() > deadline_s:
                raise CommandError(f"deck/swap: deck {self.slot} makes no sound yet; the other one goes on")
            await asyncio.sleep(_POLL_S)

    def go_live(self) -> None:
        """This slot is the one that sounds."""
        self._sounds = True
        self._turn("live")

    def drain(self) -> None:
        """This slot is fading out."""
        self._sounds = False
        self._turn("draining")

    async def close(self) -> None:
        """End the process and empty the slot; whoever waits for it to be ready is told that it will not be."""
        await self._end_process(Stop())
        self._turn("empty")

    async def end_on(self, frame: int) -> None:
        """End the process and let the sound that it has made end on ``frame``, which is not heard yet."""
        self.drain()
        await self._end_process(Stop(frame))

    async def _end_process(self, stop: Stop) -> None:
        self.wanted, self._sounds, self._starts = None, False, 0
        if not self._ready.is_set():
            self.why = f"deck {self.slot} was emptied before it was ready"
            self._ready.set()
        child, self._child = self._child, None
        if child is not None:
            if self.state == "loading":
                child.kill()  # it would not hear a Stop before it is ready
            await child.stop(stop)

    def check(self) -> None:
        """Kill a process that is hung; called about twice a second."""
        if self._child is None or self.session.board is None:
            return
        silent_s = self.session.board.age_s(f"deck{self.slot}")
        limit_s = LOADING_S if self.state == "loading" else ENTERING_S if self._entering else self._hung_s()
        if min(silent_s, time.monotonic() - self._spawned_s) > limit_s:
            self.why = f"it gave no sign for {limit_s:.0f} s"
            self._child.kill()

    def _hung_s(self) -> float:
        block_s = float(self.session.get(f"deck/{self.slot}/block_p95")) / 1000.0
        return max(HUNG_S, HUNG_BLOCKS * block_s)

    @property
    def gives_signs(self) -> bool:
        """Whether the process is well, or another one on its way; false long before ``check`` has lost its patience."""
        if self.state == "loading" or self._entering or self.session.board is None:
            return True
        return self.session.board.age_s(f"deck{self.slot}") < self._hung_s() / 2

    # --- what the process says ---------------------------------------------------------------------------

    def _on_message(self, message: object) -> None:
        if isinstance(message, Ready):
            self._on_ready(message)
        elif isinstance(message, Entered):
            self.entered, self._entering, self.heard = True, False, message
            self.session.tell(events.Entered(self.slot, *astuple(message)))
        elif isinstance(message, Filled):
            self.filled = self.entered
        elif isinstance(message, Failed):
            self.why = message.why
            log.debug("%s", message.trace)
        elif isinstance(message, Note):
            self.session.report(message.text)
        elif isinstance(message, BlockDone):
            self._on_block(message)

    def _on_block(self, message: BlockDone) -> None:
        lasts_s = s_from_frames(message.skipped_frames + message.block_frames, self.session.rate_hz)
        self.session.publish(f"deck/{self.slot}/block_lasts", round(1000.0 * lasts_s, 1))
        self.session.publish(f"deck/{self.slot}/block_took", round(message.compute_ms, 2))
        if self._sounds:
            self.session.awaited.settle(message.stamps, message.heard_frame)
            self._show_heard(message)
        self.session.tell(Block(self.slot, message))

    def _show_heard(self, message: BlockDone) -> None:
        """Show the chord that a block has heard last."""
        heard = [str(chord) for chord in message.lines.get("jam/heard", ()) if chord]
        self.session.publish("harmony/heard", heard[-1] if heard else "")

    def _on_ready(self, message: Ready) -> None:
        waited_s = time.monotonic() - self._spawned_s
        log.info("deck %d ready: %s, %s, after %.1f s", self.slot, message.what, message.detail, waited_s)
        self._proven, self._starts, self.load_s = self.wanted, 0, waited_s
        self.threads = message.threads
        self._tell_began(message)
        self._turn("ready")
        self._ready.set()
        if self._sounds:
            lost_s = time.monotonic() - self._lost_s
            self.session.report(f"deck {self.slot} plays again, {lost_s:.1f} s after it was lost")
            self.session.awaited.settle_all(message.frame, message.frame)
            self.go_live()
            if self._waits:
                self.enter()  # it was to be a spare when it was born

    def _tell_began(self, message: Ready) -> None:
        info = self.wanted
        if info is not None:
            version, precision = info.config["version"], self.config.precision
            bundle = info.name, version, info.digest, str(info.path.resolve())
            self.session.tell(events.Began(self.slot, *bundle, message.threads, precision, message.torch))

    def _on_exit(self) -> None:
        self._child = None
        self._lost_s = time.monotonic() if self.state == "live" else self._lost_s
        if self.wanted is None or self._gives_up():
            self.why = self.why or f"deck {self.slot} died"
            self._fail()
            return
        self.session.report(f"deck {self.slot} died ({self.why or 'killed'}), a new one starts; the sound goes on")
        self.session.publish("status/restarts", int(self.session.get("status/restarts")) + 1)
        self.spawn(self.wanted, prefill=self._sounds, aside=not self._sounds, heir=self._sounds)

    def _fail(self) -> None:
        self.session.report(self._farewell())
        self._turn("failed")
        self._ready.set()
        if self._sounds:
            self._loop.call_later(RETRY_S, self._retry)

    def _retry(self) -> None:
        """Once more: what made it die may be over, and nothing else plays."""
        if self.wanted is not None and self._sounds and self.state == "failed":
            self.spawn(self.wanted, prefill=True)

    def _farewell(self) -> str:
        if not self._sounds:
            return f"deck {self.slot} is gone: {self.why}"
        return (
            f"deck {self.slot} fails again and again ({self.why}); its last moments go on, the next try is in "
            f"{RETRY_S:.0f} s; another model comes with deck/load and deck/swap"
        )

    def _gives_up(self) -> bool:
        """A bundle that never became ready here or does not any more, a deck that leaves or dies too often."""
        now_s = time.monotonic()
        self._deaths_s.append(now_s)
        often = len(self._deaths_s) == RESTARTS_ALLOWED and now_s - self._deaths_s[0] < RESTART_WINDOW_S
        often = often or self._starts >= STARTS_ALLOWED
        return often or self.state == "draining" or self._proven is not self.wanted
