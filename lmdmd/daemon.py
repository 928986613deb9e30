"""The whole program: start in order, play, stop in reverse. The only file that knows every part.

Signals only set flags. A part that fails is named and the music goes on; what cannot go on says why in
one sentence and ends with status 1.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from lmdmd.bundles import BundleInfo
from lmdmd.config import RECORDINGS, Config
from lmdmd.control.audio import AudioLink
from lmdmd.control.children import ENDING_SIGNALS, start_tracker
from lmdmd.control.deck_slot import DeckSlot
from lmdmd.control.decks import Decks
from lmdmd.control.dry_side import DrySide
from lmdmd.control.events import Ended
from lmdmd.control.held_notes import HeldNotes
from lmdmd.control.input_file import check_input
from lmdmd.control.last_show import LastShow, find_crashed_show, find_last_show, model_again, setlist_again
from lmdmd.control.memory import Memory
from lmdmd.control.mix_log import MixLog
from lmdmd.control.opening import choose_bundle, open_show
from lmdmd.control.panic import Panic
from lmdmd.control.priming import Priming
from lmdmd.control.recorder import Recorder, check_folder
from lmdmd.control.resources import give_back_memory, memory_mb
from lmdmd.control.session import Session
from lmdmd.control.setlist import Setlist
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.control.show_log import ShowLog, next_log
from lmdmd.control.slow_loop import SlowLoopGuard
from lmdmd.control.swaps import Swaps
from lmdmd.control.sync import Sync
from lmdmd.errors import CommandError, DeckError, LmdmdError, OscError, WebError
from lmdmd.notify import Notifier
from lmdmd.params import DECK_SLOTS
from lmdmd.surfaces.midi import MidiSurface
from lmdmd.surfaces.midi_map import load_map
from lmdmd.surfaces.osc_access import Access, is_loopback, read_passcodes
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_doors import OscDoors
from lmdmd.surfaces.qlab import QlabDesk
from lmdmd.surfaces.web import WebSurface
from lmdmd.surfaces.web_discovery import Announcement
from lmdmd.units import s_from_frames

log = logging.getLogger(__name__)

TICK_S = 0.02
REFRESH_TICKS = 2
CHECK_TICKS = 25
TIDY_TICKS = 1500
RELOAD_SIGNAL = signal.SIGUSR1
"""It asks for the setlist to be read again."""
FILLING_S = 60.0
"""The first deck may take so long to fill its lead before the show is given up."""
PLANNING_S = 10.0


def run(config: Config) -> int:
    """Play until the show is over, a signal comes, or a surface says quit; returns the exit status."""
    return asyncio.run(Daemon(config).serve())


class Daemon:
    """Every part, in the order in which it starts."""

    def __init__(self, config: Config) -> None:
        self.config = config
        if config.record is not None:
            check_folder(config.record)
        self.last = _last_show(config)
        if config.input is None and self.last is not None:
            self.config = config = replace(config, input=self.last.input)
        if config.input is not None:
            check_input(config.input)
        path = config.setlist or (setlist_again(self.last) if self.last is not None else None)
        self.setlist: Setlist | None = load_setlist(path) if path else None
        asked = config.model or (model_again(self.last) if self.last is not None else "")
        self.bundle: BundleInfo = choose_bundle(asked, self.setlist)
        if config.midi_map is not None:
            load_map(config.midi_map)  # what is wrong with it is said before anything starts
        self.access = Access(read_passcodes(config.passcodes), config.allow)
        self.should_end = asyncio.Event()
        self.hurry = False
        self.gaps_told = 0
        self.playing = False
        self.notifier = Notifier()
        self.reloading: asyncio.Task | None = None

    async def serve(self) -> int:
        """Start, play, stop."""
        self._watch_signals()
        async with AsyncExitStack() as ending:
            await self._start_unless_ended(ending)
            await self._play()
            self.notifier.stopping()
            await self._fade_out()
            self.session.tell(Ended(self.session.playhead))
        return 0

    def _watch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in ENDING_SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # started with nohup: the show outlives its terminal
            loop.add_signal_handler(number, self._on_signal)
        loop.add_signal_handler(RELOAD_SIGNAL, self._on_reload)

    def _on_signal(self) -> None:
        self.hurry = self.should_end.is_set()
        self.should_end.set()

    def _on_reload(self) -> None:
        if self.playing and (self.reloading is None or self.reloading.done()):
            self.reloading = asyncio.ensure_future(self._reload())

    async def _reload(self) -> None:
        self.notifier.reloading()
        try:
            log.info("%s", await self.session.do("show/reload", source="signal"))
        except LmdmdError as error:
            self.session.report(str(error))
        self.notifier.ready()

    # --- start, in order; what is pushed on ``ending`` stops in reverse --------------------------------

    async def _start_unless_ended(self, ending: AsyncExitStack) -> None:
        """Start; whoever ends the program meanwhile does not wait for a model to load."""
        starting = asyncio.ensure_future(self._start(ending))
        ended = asyncio.ensure_future(self.should_end.wait())
        await asyncio.wait((starting, ended), return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not starting.done():
            starting.cancel()
        with suppress(asyncio.CancelledError):
            await starting

    async def _start(self, ending: AsyncExitStack) -> None:
        start_tracker()
        self.memory = Memory.create()
        ending.callback(self.memory.close)
        self.session = Session(self.memory.board, self.memory.schedule)
        self.audio = AudioLink(self.session, self.memory, self.config)
        ending.push_async_callback(self.audio.close)
        self.session.rate_hz = await self.audio.begin()
        self.show_log = self._make_log()
        ending.callback(self.show_log.close)
        self.mix_log = MixLog(self.session, self.memory.schedule)
        ending.callback(self.mix_log.close)
        self.decks = self._make_decks()
        folder = self.config.record or (self.last.take.parent if self.last is not None else RECORDINGS)
        self.recorder = Recorder(self.session, self.memory.tapes, folder, self.memory.rings)
        self.recorder.on_take = self._open_log
        DrySide(self.session)
        HeldNotes(self.session)
        self.slow_loop = SlowLoopGuard(self.session)
        homes = [folder] if self.setlist is None else [self.setlist.path.parent, folder]
        Priming(self.session, homes, lambda: self.decks.bundle.name if self.decks.bundle else self.bundle.name)
        desk = OscDesk(self.session, self.access)
        self.osc = OscDoors(desk, self.config.bind, self.config.osc_port)
        self._provide_verbs()
        state = self.last.state if self.last is not None else None
        self.show = open_show(self.session, self.bundle, self.setlist, self.config, state)
        ending.callback(self.show.close)
        self.swaps = Swaps(self.session, self.decks, lambda: self.show.clock)
        ending.push_async_callback(self.swaps.close)
        self.show.on_swaps = self.swaps.plan
        self.swaps.plan(self.show.swaps)
        later = asyncio.get_running_loop().call_later
        self.sync = Sync(self.session, self.show, self.config.buffer_frames, later, heard=self.memory.tapes["input"])
        ending.callback(self.sync.close)
        await self.osc.start()
        ending.push_async_callback(self.osc.stop)
        desk.traffic.start()
        await self._start_qlab(desk, ending)
        await self._start_web(desk, ending)
        midi = MidiSurface(self.session, desk, self.config.midi_map)
        ending.push_async_callback(midi.stop)
        midi.start()
        ending.push_async_callback(self.decks.close)
        ending.callback(self.recorder.close)
        await self.decks.begin(self.bundle)
        await self._until_lead()
        if self.last is not None:
            self._open_log(self.last.log.parent)
        if self._should_record():
            self._record()
        await self._until_planned()
        self._follow_show()
        self._tell_resumed()
        self.memory.board.rolling = 1
        log.info("playing; OSC on %s:%d", self.config.bind, self.osc.port)
        self.playing = True
        self.notifier.ready()

    def _tell_resumed(self) -> None:
        if self.last is not None:
            song, cue, bar = (self.session.get(f"{name}") for name in ("show/song", "show/cue", "clock/bar"))
            where = f'song "{song}", bar {bar}' + (f', after cue "{cue}"' if cue else "")
            log.info("going on with %s: %s, with %s", self.last.log, where, self.bundle.name)

    async def _start_web(self, desk: OscDesk, ending: AsyncExitStack) -> None:
        """Open the HTTP port; a show goes on without it."""
        bind, port, origins = self.config.bind, self.config.http_port, self.config.allow_origins
        if port is None:
            return
        web = WebSurface(self.session, desk, bind, port, osc_port=self.osc.port, origins=origins)
        try:
            await web.start()
        except WebError as error:
            self.session.report(f"{error}; until then no tablet page and no OSCQuery")
            return
        ending.push_async_callback(web.stop)
        log.info("tablet page and OSCQuery on http://%s:%d/", f"[{bind}]" if ":" in bind else bind, web.port)
        asked = self.config.announce
        if asked if asked is not None else not is_loopback(bind):
            self._announce(Announcement(bind, web.port, self.osc.port), ending)

    def _announce(self, announcement: Announcement, ending: AsyncExitStack) -> None:
        try:
            announcement.start()
        except WebError as error:
            log.warning("%s", error)
        else:
            ending.push_async_callback(announcement.stop)

    async def _start_qlab(self, desk: OscDesk, ending: AsyncExitStack) -> None:
        if self.config.qlab_port is None:
            return
        doors = OscDoors(QlabDesk(desk), self.config.bind, self.config.qlab_port, "qlab-tcp")
        try:
            await doors.start()
        except OscError as error:
            raise OscError(str(error).replace("--osc-port", "--qlab-port")) from None
        ending.push_async_callback(doors.stop)
        log.info("remotes of QLab on %s:%d", self.config.bind, doors.port)

    def _should_record(self) -> bool:
        """Who asks for silence gets no files; who has no sound device should find the music somewhere."""
        asked = self.config.record is not None or (self.last is not None and self.last.recorded)
        return asked or (self.audio.is_null and self.config.device != "null")

    def _record(self) -> None:
        try:
            self.recorder.begin(self.last.take if self.last is not None else None)
            log.info("recording to %s", self.recorder.take)
        except CommandError as error:
            log.error("%s; the show goes on without a recording", error)

    def _open_log(self, take: Path) -> None:
        try:
            self.show_log.open(next_log(take))
        except OSError as error:
            self.session.report(f"no show log in {take}: {error.strerror or error}")

    def _make_log(self) -> ShowLog:
        about = {
            "setlist": str(self.setlist.path.resolve()) if self.setlist is not None else "",
            "bundle": str(self.bundle.path),
            "rate_hz": self.session.rate_hz,
            "buffer_frames": self.config.buffer_frames,
            "precision": self.config.precision,
            "threads": self.config.threads,
            "device": self.audio.device,
            "input": str(self.config.input.resolve()) if self.config.input is not None else "",
            "numpy": np.__version__,
        }
        show_log = ShowLog(about, self.session.report)
        self.session.watch(show_log)
        return show_log

    def _make_decks(self) -> Decks:
        tape, input_tape = self.memory.tapes["output"].name, self.memory.tapes["input"].name
        rings = self.memory.rings[:DECK_SLOTS]
        slots = [DeckSlot(i, self.session, ring, tape, self.config, input_tape) for i, ring in enumerate(rings)]
        return Decks(self.session, slots)

    def _provide_verbs(self) -> None:
        self.session.provide("quit", self._quit)
        Panic(self.session)
        self.session.provide("engine/reset", self._reset)

    async def _until_lead(self) -> None:
        """Wait until the first deck has made what it should keep ahead."""
        slot = self.decks.slots[self.decks.live]
        deadline_s = time.monotonic() + FILLING_S
        while not slot.filled:
            if slot.state == "failed":
                raise DeckError(slot.why)
            if time.monotonic() > deadline_s:
                raise DeckError(self._too_slow(slot))
            self.decks.check()
            await asyncio.sleep(TICK_S)

    async def _until_planned(self) -> None:
        """Wait until the mixer knows what is planned; a mixer that takes nothing is replaced later and told anew."""
        deadline_s = time.monotonic() + PLANNING_S
        while not self.session.push_more() and time.monotonic() < deadline_s:
            await asyncio.sleep(TICK_S)

    def _too_slow(self, slot: DeckSlot) -> str:
        made_s = slot.ring.lead_frames(0) / self.session.rate_hz
        factor = float(self.session.get(f"deck/{slot.slot}/factor"))
        return (
            f"deck {slot.slot} made {made_s:.1f} s of sound in {FILLING_S:.0f} s (a block takes {factor:.1f} times "
            f"as long as it lasts); choose a smaller model, or a lower gen/steps or engine/lead"
        )

    # --- play ------------------------------------------------------------------------------------------

    async def _play(self) -> None:
        ticks = 0
        while not self.should_end.is_set():
            self._follow_show()
            self.swaps.tick(self.session.playhead)
            self._follow_model()
            self.sync.tick()
            self.session.tell_heard()
            self.recorder.tick()
            self.mix_log.tick()
            if ticks % REFRESH_TICKS == 0:
                self.decks.report()
                self.slow_loop.tick(s_from_frames(self.session.playhead, self.session.rate_hz))
                self.session.refresh()
            if ticks % CHECK_TICKS == 0:
                self._tell_gaps()
                self.decks.check()
                self.audio.check()
                self.memory.board.beat("control")
                self._tell_manager()
                self._weigh()
            if ticks % TIDY_TICKS == 0:
                give_back_memory()
            if self.show.over:
                log.info("the show is over")
                return
            ticks += 1
            await asyncio.sleep(TICK_S)

    def _follow_show(self) -> None:
        self.show.tick(self.session.playhead)
        self.memory.board.end_frame = self.show.end_frame or 0

    def _follow_model(self) -> None:
        """What a refused swap, or a hand, leaves playing is what the show goes on from."""
        model = self.show.model_at(self.session.playhead)
        if model and (instead := self.swaps.plays_instead(model)):
            self.show.play_by(instead)

    def _tell_manager(self) -> None:
        """Say what plays, and that all is well where it is: what hangs we replace, unless we cannot."""
        parts = {"the audio process": self.audio, f"deck {self.decks.live}": self.decks.playing}
        silent = [name for name, part in parts.items() if not part.gives_signs]
        if silent:
            self.notifier.say(f"no sign of {' and '.join(silent)}")
            return
        song, cue = self.session.get("show/song"), self.session.get("show/cue")
        self.notifier.say(f"playing {song or self.bundle.name}" + (f", after {cue}" if cue else ""))
        self.notifier.beat()

    def _weigh(self) -> None:
        pids = [os.getpid(), self.audio.pid, *(slot.pid for slot in self.decks.slots)]
        self.session.publish("status/memory", round(sum(map(memory_mb, filter(None, pids))), 1))

    def _tell_gaps(self) -> None:
        gaps = int(self.session.get("status/gaps"))
        if gaps > self.gaps_told:
            more = f", and {gaps - self.gaps_told - 1} before it" if gaps - self.gaps_told > 1 else ""
            gap_ms, at_s = float(self.session.get("status/gap")), float(self.session.get("status/gap_at"))
            self.session.report(f"the model was late: {gap_ms:.0f} ms at {at_s:.2f} s were concealed{more}")
            self.gaps_told = gaps

    # --- verbs -----------------------------------------------------------------------------------------

    async def _quit(self) -> str:
        self.should_end.set()
        return "fading out"

    async def _reset(self) -> str:
        self.decks.reset()
        return "context is empty"

    # --- stop ------------------------------------------------------------------------------------------

    async def _fade_out(self) -> None:
        if not self.memory.board.rolling or self.show.over:
            return
        fade_s = float(self.session.get("show/fade"))
        self.session.steer("mix/fade", 0.0, glide_s=fade_s, curve="smooth")
        faded_s = time.monotonic() + fade_s + 0.1
        while time.monotonic() < faded_s and not self.hurry:
            self.recorder.tick()
            self.mix_log.tick()
            self.notifier.beat()
            await asyncio.sleep(TICK_S)


def _last_show(config: Config) -> LastShow | None:
    """The show to go on with."""
    if config.resume is not None:
        return find_last_show(config.resume)
    return find_crashed_show(config.record or RECORDINGS, config.setlist) if config.pick_up else None
