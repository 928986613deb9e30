"""The model swaps of a show: each model is loaded ahead of its time and faded to on its frame.

A swap goes through stages. Its model waits for its window, is loaded on the idle deck and waits there; shortly before
its frame it hears what was played and plays along; when what it makes reaches the frame, the fade is sent to the mixer.
What is late comes on a later bar, what cannot come leaves the model that plays. Where there is no memory for two, the
one that plays ends on the frame, and what it played last bridges the time until the next one is there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass

from lmdmd.bundles import BundleInfo
from lmdmd.control.agenda import Agenda, is_same
from lmdmd.control.clock import TempoMap
from lmdmd.control.cue_effects import PlannedSwap
from lmdmd.control.deck_slot import RETRY_S
from lmdmd.control.decks import AFTER_FADE_S, Decks
from lmdmd.control.session import Session
from lmdmd.errors import CommandError
from lmdmd.params import BRIDGES
from lmdmd.units import frames_from_s

log = logging.getLogger(__name__)

SENT_S = 0.05
"""The mixer learns of a fade at least so long before it begins."""
LONGEST_ENTRY = 3.0
"""A newcomer whose swap is put off plays along for so many times the usual; for longer it waits again."""

LAMPS = {
    "waiting": "waiting",
    "loading": "loading",
    "ready": "ready",
    "entering": "ready",
    "armed": "ready",
    "fading": "ready",
    "chilling": "cold",
    "refused": "refused",
}
"""What is shown of a stage; of every other one nothing is."""
PREPARING = ("loading", "ready", "entering", "armed")
"""Stages in which the idle deck is taken, and nothing is heard of it."""


@dataclass
class Coming:
    """The swap that is next, and where it stands.

    ``info`` is the bundle, or why there is none. ``frame`` is where the fade begins: later than planned for a swap that
    is late. ``before`` is the bundle whose deck has been ended by a cold swap.
    """

    swap: PlannedSwap
    info: BundleInfo | str
    frame: int
    stage: str = "waiting"
    before: BundleInfo | None = None
    told_late: bool = False

    @property
    def name(self) -> str:
        """Name of the model, as far as it is known."""
        return self.info.name if isinstance(self.info, BundleInfo) else self.swap.model

    @property
    def cue(self) -> str:
        """Who asks for it, in words."""
        return f'"{self.swap.asked_by}"' if self.swap.asked_by else "the show"

    @property
    def is_cold(self) -> bool:
        """Whether nothing else plays any more: there is no way back."""
        return self.before is not None


class Swaps:
    """Carries out planned swaps on the decks; ``clock`` gives the bars of the timeline as they are known now."""

    def __init__(self, session: Session, decks: Decks, clock: Callable[[], TempoMap]) -> None:
        self.session = session
        self.decks = decks
        self.preload = decks.preload
        self.clock = clock
        self.agenda = Agenda()
        self._coming: Coming | None = None
        self._task: asyncio.Future[None] | None = None
        self._retry_frame = 0
        self._told: set[str] = set()
        self._stages: dict[str, Callable[[Coming, int], None]] = {
            "waiting": self._await_window,
            "loading": self._await_load,
            "ready": self._stand_by,
            "entering": self._await_sound,
            "armed": self._await_frame,
            "fading": self._await_faded,
            "leaving": self._await_empty,
            "refused": self._await_next,
            "chilling": self._await_end,
            "ending": self._await_room,
            "stranded": self._await_retry,
        }
        session.provide("deck/cancel", self._do_cancel)

    async def close(self) -> None:
        """Wait for what is under way, after the decks are closed."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    # --- what the show asks for ----------------------------------------------------------------------

    def plan(self, swaps: Sequence[PlannedSwap]) -> None:
        """Take the swaps that a show has ahead of it instead of those before; those that are due may be left out."""
        self.agenda.plan(swaps)
        coming = self._coming
        if coming is None:
            return
        if coming.stage == "refused" and coming.swap not in self.agenda:
            coming.stage = "leaving"
        elif coming.stage in PREPARING and self._stands(coming):
            self._send_again(coming)
        elif coming.stage in PREPARING:
            self._adapt(coming)
        elif coming.stage in ("waiting", "chilling") and not self._stands(coming):
            self._coming = None

    def _stands(self, coming: Coming) -> bool:
        """Whether a swap is the next one still, or too far gone to be left."""
        overdue = self._is_late(coming) and not self.agenda.is_due_after(coming.swap, coming.frame)
        return coming.is_cold or overdue or coming.swap == self._next_swap()

    def _adapt(self, coming: Coming) -> None:
        """Bring a swap that is being prepared, and is not the next one any more, to the new plan."""
        swap = self._next_swap()
        if swap is None or not is_same(self.agenda.find(swap.model), coming.info):
            self._give_up(coming)
        else:
            self._move(coming, swap)

    def _move(self, coming: Coming, swap: PlannedSwap) -> None:
        if coming.stage == "armed":
            self.decks.take_fade_back(coming.frame)
            coming.stage = "entering"
        coming.swap, coming.frame, coming.told_late = swap, swap.frame, False
        near = coming.frame <= self.session.playhead + self._frames(LONGEST_ENTRY * self.preload.entry_s)
        if coming.stage == "entering" and not near:
            self.decks.idle.park()
            self._keep(coming)

    def _send_again(self, coming: Coming) -> None:
        if coming.stage == "armed" and coming.frame > self.session.playhead:
            self.decks.send_fade(coming.frame, coming.swap.fade_frames, coming.swap.curve)

    def _next_swap(self) -> PlannedSwap | None:
        return self.agenda.next(self.decks.bundle) if self.decks.bundle is not None else None

    def plays_instead(self, model: str) -> str:
        """Folder of the bundle that plays where a show takes ``model`` to; "" where it does, or a swap has begun."""
        playing, asked = self.decks.bundle, self.agenda.find(model)
        if self._is_on_its_way(asked) or self.decks.in_hand or playing is None or is_same(asked, playing):
            return ""
        return str(playing.path)

    def _is_on_its_way(self, asked: BundleInfo | str) -> bool:
        """Whether a swap to a model is to come, or one whose time has come is made or waits for the one before."""
        coming = self._coming
        if coming is not None and coming.stage == "refused":
            return False
        swap = coming.swap if coming is not None else self._next_swap()
        if swap is None:
            return False
        return swap.frame <= self.session.playhead or is_same(self.agenda.find(swap.model), asked)

    # --- one tick ------------------------------------------------------------------------------------

    def tick(self, playhead: int) -> None:
        """Take the next step, if it is due, and show where things stand."""
        if self._coming is None:
            swap = self._next_swap()
            self._coming = Coming(swap, self.agenda.find(swap.model), swap.frame) if swap is not None else None
        coming = self._coming
        if coming is not None:
            self._stages[coming.stage](coming, playhead)
        if coming is not None and coming is self._coming:
            self._watch_lateness(coming, playhead)
        if coming is None or coming.swap.frame > playhead:
            self.agenda.pass_by(playhead)
        self._show()

    def _show(self) -> None:
        coming = self._coming
        lamp = self._lamp(coming) if coming is not None else "none"
        self.session.publish("show/next_model", coming.name if coming is not None and lamp != "none" else "")
        self.session.publish("show/next_model_state", lamp)

    def _lamp(self, coming: Coming) -> str:
        if coming.is_cold and coming.stage != "leaving":
            return "cold"
        return "refused" if isinstance(coming.info, str) else LAMPS.get(coming.stage, "none")

    def _start(self, work: Coroutine[object, object, None]) -> None:
        self._task = asyncio.ensure_future(work)

    def _is_busy(self) -> bool:
        return self._task is not None and not self._task.done()

    def _why_failed(self) -> str:
        error = self._task.exception() if self._task is not None else None
        return (str(error) or type(error).__name__) if error is not None else ""

    def _frames(self, seconds: float) -> int:
        return frames_from_s(seconds, self.session.rate_hz)

    def _tell_once(self, text: str) -> None:
        """Report what stays true however often the plan changes."""
        if text not in self._told:
            self._told.add(text)
            self.session.report(text)

    def _playing(self) -> str:
        return self.decks.bundle.name if self.decks.bundle is not None else "nothing"

    # --- into memory ---------------------------------------------------------------------------------

    def _await_window(self, coming: Coming, playhead: int) -> None:
        if isinstance(coming.info, str):
            self._tell_once(f"{coming.cue} asks for a model that is missing: {coming.info}")
        if playhead < coming.frame - self._frames(self.preload.window_s(coming.info)) or self.decks.in_hand:
            return
        coming.info = self.agenda.find(coming.swap.model, anew=True)
        if isinstance(coming.info, str):
            self._refuse(coming, coming.info)
        elif is_same(coming.info, self.decks.bundle):
            self._end(coming)  # a hand was first
        elif self.decks.idle.state == "ready" and is_same(coming.info, self.decks.idle.wanted):
            self._keep(coming)
        else:
            self._load_or_refuse(coming, coming.info)

    def _load_or_refuse(self, coming: Coming, info: BundleInfo) -> None:
        spare_mb = self.decks.idle_mb()
        short = self.preload.why_not(info, self.decks.taken_mb() - spare_mb, spare_mb)
        if not short:
            self._load(coming, info)
        elif self.session.get("show/cold") == "off":
            self._refuse(coming, f"{short}; show/cold is off")
        else:
            self._plan_cold(coming, info)

    def _load(self, coming: Coming, info: BundleInfo) -> None:
        if self.decks.idle.state == "ready" and self.decks.idle.wanted is not None:
            log.info("deck %d: %s makes room for %s", self.decks.idle.slot, self.decks.idle.wanted.name, info.name)
        self.decks.taken_for = f"deck {self.decks.idle.slot} is loading {info.name} for {coming.cue}"
        self._start(self.decks.bring(info))
        coming.stage = "loading"

    def _await_load(self, coming: Coming, _playhead: int) -> None:
        if self._is_busy():
            return
        why = self._why_failed()
        if why:
            self._fail(coming, why)
        else:
            self._keep(coming)

    def _keep(self, coming: Coming) -> None:
        """The model is loaded; it waits for its time."""
        coming.stage = "ready"
        self.decks.taken_for = self.decks.taken_for if coming.is_cold else ""
        self.decks.kept_for = f"deck {self.decks.idle.slot} is kept for {coming.name}, which {coming.cue} asks for"

    # --- with the rest, unheard ----------------------------------------------------------------------

    def _stand_by(self, coming: Coming, playhead: int) -> None:
        if self.decks.in_hand:
            return
        is_near = playhead >= coming.frame - self._frames(self.preload.entry_s)
        if self._is_there(coming) and (is_near or coming.is_cold):
            self.decks.idle.enter(self.decks.own_values(playhead))
            self.decks.taken_for = f"deck {self.decks.idle.slot} is about to play {coming.name}"
            coming.stage = "entering"

    def _is_there(self, coming: Coming) -> bool:
        """Whether the model waits on the idle deck: it may have died, and a hand may have swapped to it."""
        idle = self.decks.idle
        if is_same(coming.info, self.decks.bundle) and not coming.is_cold:
            self._end(coming)
            return False
        if idle.state == "failed" or not is_same(coming.info, idle.wanted):
            self._fail(coming, idle.why or f"deck {idle.slot} was emptied")
            return False
        return idle.state == "ready"

    def _await_sound(self, coming: Coming, playhead: int) -> None:
        if not (self._is_there(coming) and self.decks.idle.plays_along):
            if coming.stage == "entering":
                self._keep(coming)  # it died, and what takes its place loads or waits
            return
        earliest = playhead + self._frames(SENT_S)
        if coming.frame < earliest:
            coming.frame = self.clock().bar_after(earliest)
        if self.decks.idle.can_be_faded_to(coming.frame):
            self.decks.send_fade(coming.frame, coming.swap.fade_frames, coming.swap.curve)
            coming.stage = "armed"

    # --- heard ---------------------------------------------------------------------------------------

    def _await_frame(self, coming: Coming, playhead: int) -> None:
        swap, idle = coming.swap, self.decks.idle
        has_begun = playhead >= coming.frame
        is_sent = self.session.steered_to("mix/deck", coming.frame + swap.fade_frames) == idle.slot
        if not (idle.plays_along and idle.can_be_faded_to(coming.frame)) or (has_begun and not is_sent):
            self.decks.take_fade_back(coming.frame)
            coming.stage = "entering"
        elif has_begun:
            self.decks.turn(coming.frame, swap.fade_frames, swap.curve, f"cue:{swap.asked_by}")
            self.decks.taken_for = f"a swap to deck {self.decks.live} is running"
            coming.stage = "fading"
        elif not is_sent:
            self._send_again(coming)  # it was cleared with all else that was planned

    def _await_faded(self, coming: Coming, playhead: int) -> None:
        if playhead < coming.frame + coming.swap.fade_frames + self._frames(AFTER_FADE_S):
            return
        self.agenda.end(coming.swap)
        self.agenda.pass_by(coming.swap.frame)
        left = self.decks.idle
        if not coming.is_cold and left.state == "draining" and self._has_use_for_idle():
            left.park()
        else:
            self._start(left.close())
        self.session.steer(f"deck/{left.slot}/bridge", BRIDGES.index("off"))
        coming.stage = "leaving"

    def _has_use_for_idle(self) -> bool:
        """Whether the deck that was left is what comes next, and there is memory to keep it."""
        swap, left = self._next_swap(), self.decks.idle.wanted
        if swap is None or left is None or not is_same(self.agenda.find(swap.model), left):
            return False
        own_mb = self.decks.idle_mb()
        return not self.preload.why_not(left, self.decks.taken_mb() - own_mb, own_mb)

    def _await_empty(self, coming: Coming, _playhead: int) -> None:
        if not self._is_busy():
            if why := self._why_failed():
                log.error("%s did not leave in order: %s", coming.name, why)
            self._end(coming)

    def _end(self, coming: Coming) -> None:
        self.agenda.end(coming.swap)
        self.decks.taken_for = self.decks.kept_for = ""
        self._coming = self._task = None

    # --- too late, or not at all ---------------------------------------------------------------------

    def _is_late(self, coming: Coming) -> bool:
        return max(self.session.playhead, coming.frame - 1) >= coming.swap.frame

    def _watch_lateness(self, coming: Coming, playhead: int) -> None:
        """Say that a swap is late; let go of it when it is so by too many bars, or when the next one is due."""
        if coming.stage not in ("waiting", *PREPARING) or coming.is_cold or not self._is_late(coming):
            return
        bars = int(self.session.get("show/swap_patience"))
        if not coming.told_late:
            coming.told_late = True
            where = "waits for the decks" if coming.stage == "waiting" else f"is {self.decks.idle.state}"
            self.session.report(f"{coming.name} {where} when {coming.cue} asks for it; {self._playing()} goes on")
        elif coming.stage != "armed" and max(playhead, coming.frame) > self._bars_after(coming.swap.frame, bars):
            self._refuse(coming, f"it was not ready within {bars} bars (show/swap_patience)")
        elif coming.stage != "armed" and self.agenda.is_due_after(coming.swap, playhead):
            self._refuse(coming, "the next swap is due")

    def _bars_after(self, frame: int, bars: int) -> int:
        clock = self.clock()
        return frame + round(bars * clock.anchor_at(frame).metre * clock.beat_frames(frame))

    def _fail(self, coming: Coming, why: str) -> None:
        if coming.is_cold:
            self._come_back(coming, why)
        else:
            self._refuse(coming, why)

    def _refuse(self, coming: Coming, why: str) -> None:
        self.session.report(f"no swap to {coming.name} for {coming.cue}: {why}; {self._playing()} goes on")
        self._release(coming)
        self.agenda.end(coming.swap)
        coming.stage = "refused"

    def _await_next(self, coming: Coming, playhead: int) -> None:
        """The lamp stays until the swap's time is over, or that of the next model to be loaded has come."""
        if self._is_busy():
            return
        self.decks.taken_for = ""
        swap = self._next_swap()
        window_s = self.preload.window_s(self.agenda.find(swap.model)) if swap is not None else 0.0
        is_soon = swap is not None and playhead >= swap.frame - self._frames(window_s)
        if playhead >= coming.swap.frame or is_soon:
            self._end(coming)

    def _give_up(self, coming: Coming) -> None:
        """Nobody asks for this model any more."""
        self._release(coming)
        coming.stage = "leaving"

    def _release(self, coming: Coming) -> None:
        """Undo what was prepared, and empty the idle deck if that was for this swap."""
        if coming.stage == "armed":
            self.decks.take_fade_back(coming.frame)
        self.decks.taken_for = self.decks.kept_for = ""
        if coming.stage in PREPARING:
            self.decks.taken_for = f"deck {self.decks.idle.slot} is being emptied"
            self._start(self._drop(self._task))

    async def _drop(self, loading: asyncio.Future[None] | None) -> None:
        await self.decks.idle.close()
        if loading is not None:
            await asyncio.gather(loading, return_exceptions=True)
            await self.decks.idle.close()  # it may have been just about to begin

    # --- without memory for two ----------------------------------------------------------------------

    def _plan_cold(self, coming: Coming, info: BundleInfo) -> None:
        still_short = self.preload.why_not(info, 0.0, self.decks.taken_mb())
        if still_short:
            self._refuse(coming, still_short)
            return
        self._tell_once(
            f"there is no memory for {info.name} beside {self._playing()}, which ends when {coming.cue} asks for it; "
            f"show/cold ({self.session.get('show/cold')}) bridges the time"
        )
        coming.stage = "chilling"

    def _await_end(self, coming: Coming, playhead: int) -> None:
        """End the deck that plays as soon as it has made its sound up to the frame on which that is to end."""
        playing = self.decks.playing
        if self.decks.in_hand or not (playing.has_made(coming.frame) or playhead >= coming.frame):
            return
        bridge = str(self.session.get("show/cold"))
        self.session.steer(f"deck/{playing.slot}/bridge", max(1, BRIDGES.index(bridge)))
        self.decks.taken_for = f"{coming.name} is loaded now that {self._playing()} has ended"
        coming.before = self.decks.bundle
        self._start(self._make_room(coming.frame))
        coming.stage = "ending"

    async def _make_room(self, frame: int) -> None:
        await self.decks.idle.close()
        await self.decks.playing.end_on(frame)

    def _await_room(self, coming: Coming, _playhead: int) -> None:
        if not self._is_busy() and isinstance(coming.info, BundleInfo):
            self._load(coming, coming.info)

    def _come_back(self, coming: Coming, why: str) -> None:
        """What was to come cannot: what played before is loaded again, as often as it takes."""
        assert coming.before is not None
        wait_s = RETRY_S if is_same(coming.info, coming.before) else 0.0
        self.session.report(f"{coming.name} does not come: {why}; {coming.before.name} is loaded again")
        self._retry_frame = self.session.playhead + self._frames(wait_s)
        coming.info, coming.stage = coming.before, "stranded"

    def _await_retry(self, coming: Coming, playhead: int) -> None:
        if playhead >= self._retry_frame and coming.before is not None:
            self._load(coming, coming.before)

    # --- by hand -------------------------------------------------------------------------------------

    async def _do_cancel(self) -> str:
        coming = self._coming
        if coming is None or coming.stage in ("refused", "leaving"):
            raise CommandError("deck/cancel: no swap of the show is to come")
        if coming.is_cold or coming.stage == "fading":
            raise CommandError(f"deck/cancel: the swap to {coming.name} is running")
        self.agenda.end(coming.swap)
        self._give_up(coming)
        return f"no swap to {coming.name}"
