"""The deck: one model for life, and the loop that puts its blocks into the ring.

Messages are taken between blocks. A deck that is loaded ahead of its time waits, and only then hears what it is to go
on from. A change meant for now does not wait behind the lead: the deck goes back to the
earliest latent that can still be made anew in time (``commit_frames``), and the ring gets another tail.
"""

from __future__ import annotations

import math
import time
from multiprocessing.connection import Connection

import numpy as np
import torch

from lmdmd.engine.changes import Promises, Waiting
from lmdmd.engine.engine import Engine
from lmdmd.engine.faults import Faults
from lmdmd.engine.governor import Governor
from lmdmd.engine.pacing import Pacing
from lmdmd.engine.priming import ROW as PRIME
from lmdmd.engine.priming import Priming
from lmdmd.engine.threads import warm_up
from lmdmd.engine.values import HEARD, Settings
from lmdmd.errors import DeckError
from lmdmd.messages import (
    NOW,
    BlockDone,
    ClearAfter,
    Course,
    DeckArgs,
    Enter,
    Entered,
    Fault,
    Filled,
    Note,
    Park,
    Ready,
    Reset,
    Stop,
    Write,
)
from lmdmd.params import Value
from lmdmd.rt.board import Board
from lmdmd.rt.ring import Ring
from lmdmd.rt.tape import Tape
from lmdmd.units import frames_from_s

IDLE_S, _PARKED_S = 0.005, 0.1
_TRIES = 2
SPLICE_S = 0.005
"""Fade from the tail that stood in the ring to the one that replaces it."""
PRIMED_S = 2.0
"""Time in which music is surely encoded that a block is to go on from."""
WATCHED = ("level", "repeat", "drift")
"""Measures of the watch that have a row."""
BAD_BLOCKS = 3
"""So many blocks in a row that are not numbers, and the deck gives up: a new one may do better."""


class Deck:
    """The engine, its ring, and the loop between them."""

    def __init__(self, connection: Connection, args: DeckArgs) -> None:
        self.connection = connection
        self.args = args
        self.board = Board.attach(args.board)
        self.ring = Ring.attach(args.ring)
        self.tape = Tape.attach(args.tape)
        self.engine = Engine.load(args.bundle, args.rate_hz, args.precision, self._tell)
        self.input = Tape.attach(args.input_tape) if args.input_tape else None
        if self.input is not None:
            self.engine.listen_to(self.input)
        self.engine.prime_from(self.tape, self.input)
        assert self.engine.primer is not None
        self.priming = Priming(self.engine.primer, args.rate_hz, self._tell)
        self.pacing = Pacing(self.engine.block_s)
        self.governor = Governor(self.engine.block_s)
        self.waiting = Waiting()
        self.promises = Promises()
        self.faults = Faults()
        self.changed: set[str] = set()
        self.fresh = self.anew = self.torn = False
        self.redone_s = -math.inf
        self.read_ms = 0.0
        self.splice_frames = frames_from_s(SPLICE_S, args.rate_hz)
        self.told: dict[str, Value] = {}
        self.blocks = self.redos = self.governed_redos = self.bad_blocks = 0
        self.filled = self.parked = False
        self.stopping = False

    def start(self) -> None:
        """Warm up, take over the present, choose the first frame."""
        self._take_over(self.args.writes)
        self.engine.seek(self.board.playhead)
        for compute_ms in warm_up(self.engine, self.args.threads):
            self.pacing.add(compute_ms)
            self._beat()
        self.parked = self.args.aside
        entered = None if self.parked else self._begin()
        name = self.engine.bundle.name
        threads = torch.get_num_threads()
        detail = f"{self.pacing.percentile_ms(50):.0f} ms a block on {threads} thread{'s' * (threads > 1)}"
        version = str(torch.__version__)
        self.connection.send(Ready(name, self.args.rate_hz, detail, threads, self.engine.audio_frame, version))
        if entered is not None:
            self.connection.send(entered)

    def _take_over(self, writes: tuple[Write, ...]) -> None:
        """Take all that holds and is planned, as a deck begins."""
        for write in writes:
            if write.name == PRIME:
                self.priming.add(write)
            else:
                self.engine.write(write)
            self.promises.add(write.frame, [write.stamp])

    def _heed_primes(self) -> None:
        """Be ready for what the first moments are to go on from; nothing is heard yet."""
        frame = self.engine.audio_frame
        self.engine.heed_primes(frame)
        self.priming.begin(frame)
        near = frame + frames_from_s(PRIMED_S, self.args.rate_hz)
        for write in self.priming.take_until(near, frame):
            self.engine.write(write)

    def _begin(self) -> Entered:
        heard_frame = self.tape.end_frame
        heard = self._prefill(heard_frame, self.args.heir) if self.args.prefill else (0, 0)
        if self.args.heir:
            self._go_on()
        else:
            self._restart_at(self._first_frame())
        self._heed_primes()
        return Entered(self.engine.audio_frame, heard_frame, *heard, self.args.heir)

    def play(self) -> None:
        """The loop: messages, what they change of what is made already, then a block when the lead asks for one."""
        while not self.stopping:
            self._beat()
            self._take_messages()
            self._follow_primes()
            if self.parked:
                self._stand_by()
            elif self._change_wanted():
                self._change()
            elif self._block_wanted():
                self._play_block()
            else:
                self._say_filled()
                self._wait()

    # --- messages -----------------------------------------------------------------------------------

    def _beat(self) -> None:
        self.board.beat(f"deck{self.args.slot}")

    def _take_messages(self) -> None:
        while self.connection.poll():
            message = self.connection.recv()
            if isinstance(message, Write):
                self._take_write(message)
            elif isinstance(message, Course):
                self._take_course(message)
            elif isinstance(message, ClearAfter):
                self._clear_after(message.frame)
            elif isinstance(message, Reset):
                self.waiting.fresh = True
            elif isinstance(message, Enter):
                self._enter(message)
            elif isinstance(message, Park):
                self.parked = True
            elif isinstance(message, Fault):
                self.faults.take(message)
            elif isinstance(message, Stop):
                self._stop(message.frame)

    def _take_write(self, write: Write) -> None:
        self.engine.expect(write)
        if self.parked:
            return
        if write.name == PRIME:
            self.priming.add(write)
        else:
            self._put(write)

    def _put(self, write: Write) -> None:
        if write.frame == NOW:
            self.waiting.add(write, self.board.playhead)
        else:
            self.engine.write(write)
            self.promises.add(write.frame, [write.stamp])
            self.changed.add(write.name)

    def _follow_primes(self) -> None:
        """Take what has been encoded meanwhile; time that stands waits for what the next block is to go on from."""
        if self.parked:
            return
        playhead = self.board.playhead
        ready = self.priming.take_ready(playhead, self._lead_s() + PRIMED_S)
        if not self.args.hurried:
            ready += self.priming.take_until(self.engine.next_frame + self.engine.max_block_frames, playhead)
        for write in ready:
            self._put(write)

    def _take_course(self, course: Course) -> None:
        if not self.parked:
            self.engine.set_course(course)
            self.changed |= {write.name for write in course.writes}

    def _clear_after(self, frame: int) -> None:
        self.priming.clear_after(frame)
        self.engine.clear_after(frame)
        for write in self.waiting.taken_after(frame):
            self.engine.write(write)
        self.changed |= HEARD

    def _stop(self, frame: int) -> None:
        self.stopping = True
        if frame != NOW:
            self.ring.rewind(frame)

    # --- a deck that waits ----------------------------------------------------------------------------

    def _stand_by(self) -> None:
        """Read the words that will be wanted; what else is told meanwhile comes again with ``Enter``."""
        if not self.engine.read_ahead():
            self.connection.poll(_PARKED_S)

    def _enter(self, message: Enter) -> None:
        """Begin as a new deck would, from what has been heard until now; its first block says all values again."""
        self.parked = True
        self.engine.begin_anew()
        self.waiting, self.promises, self.changed = Waiting(), Promises(), set()
        self.told.clear()
        self.priming.clear_after(NOW - 1)
        self._take_over(message.writes)
        self.governor.reset()
        heard_frame = self.tape.end_frame
        heard = self._prefill(heard_frame)
        self._restart_at(self._first_frame())
        self._heed_primes()
        self.fresh = self.parked = self.filled = False
        self.connection.send(Entered(self.engine.audio_frame, heard_frame, *heard))

    # --- what is made already, and not heard yet -------------------------------------------------------

    @property
    def commit_frames(self) -> int:
        """Frames from the playhead to the earliest that a block begun now would change."""
        margin_s = self._settings().number("engine/commit_margin") / 1000.0
        seconds = self._compute_s() + margin_s
        return self.ring.guard_frames + self.splice_frames + frames_from_s(seconds, self.args.rate_hz)

    def _compute_s(self) -> float:
        return self.pacing.percentile_ms(95) / 1000.0

    def _change_wanted(self) -> bool:
        """Whether there is a change to be heard, and lead enough to make some of it anew: no fader may eat it up."""
        settings = self._settings()
        held = settings.values["engine/hold"]
        if self._is_spare() or not (self.waiting.has_writes if held else self.changed or self.waiting):
            return False
        rested = time.monotonic() - self.redone_s >= self.engine.block_s
        return rested or self._lead_s() >= settings.number("engine/lead") / 2

    def _is_spare(self) -> bool:
        """A deck that nobody hears makes nothing anew: it would take the time of the one that is heard."""
        return self.filled and self.board.get(f"deck/{self.args.slot}/state") == "ready"

    def _change(self) -> None:
        """Let what was told be heard at the earliest frame that can still be made in time."""
        self._read_prompts()
        first = self._first_changeable()
        frame = self.engine.grid.heard_frame(first)
        writes, stamps, fresh = self.waiting.take(frame, self.engine.values.begins)
        for write in writes:
            self.engine.write(write)
        self._listens()
        self.promises.add(frame, stamps)
        names, self.changed = self.changed | {write.name for write in writes}, set()
        if self._settings().values["engine/hold"]:
            self.changed |= names
            self.waiting.fresh = fresh
            return
        self._make_anew(first if fresh else self.engine.first_stale(first, names), fresh)

    def _read_prompts(self) -> None:
        """Here, where the old tail goes on meanwhile, and not in the block that is due."""
        while self.engine.read_ahead():
            self._beat()

    def _first_changeable(self) -> int:
        earliest = self.engine.grid.latent_heard_at(self.board.playhead + self.commit_frames)
        first = min(max(earliest, self.engine.oldest_latent), self.engine.next_latent)
        # A known step ends the block before it, which would then be shorter than the time that the next one takes.
        reach = math.ceil(self._compute_s() / self.engine.latent_s) + self.engine.delay_latents
        while (jump := self.engine.first_jump(first, min(first + 1 + reach, self.engine.next_latent))) is not None:
            first = jump
        return first

    def _make_anew(self, stale: int | None, fresh: bool) -> None:
        """Make everything from the latent ``stale`` on again, as far as it is made; None asks for nothing."""
        is_made = stale is not None and stale < self.engine.next_latent
        if stale is not None:
            self.promises.undo(self.engine.grid.heard_frame(stale))
            self.engine.cut(stale)
        if fresh:
            self.engine.reset_music()
            self.fresh = True
        if is_made:
            self.redos += 1
            self.redone_s = time.monotonic()
            self._play_block()

    # --- blocks -------------------------------------------------------------------------------------

    def _settings(self) -> Settings:
        # While it is held the stream stands and the playhead goes on: a hold must be able to end.
        return self.engine.latch(max(self.engine.next_frame, self.board.playhead))

    def _lead_s(self) -> float:
        return self.ring.lead_frames(self.board.playhead) / self.args.rate_hz

    def _block_wanted(self, spare_s: float = 0.0) -> bool:
        settings = self._settings()
        if settings.values["engine/hold"]:
            return False
        room = self.ring.free_frames >= self.engine.max_block_frames
        if self._listens():
            return room and self.engine.has_heard
        return room and self.pacing.wanted(self._lead_s() - spare_s, settings.number("engine/lead"))

    def _listens(self) -> bool:
        """Whether the next block hears the input; its delay is settled."""
        return self.engine.settle_delay(self._spare_frames())

    def _spare_frames(self) -> int:
        """Frames from when the last input of a block comes in to when its first sound must be there."""
        spare_s = (self.pacing.surely_ms() + self._settings().number("engine/commit_margin")) / 1000.0 + IDLE_S
        return self.ring.guard_frames + frames_from_s(spare_s, self.args.rate_hz)

    def _target_s(self, settings: Settings) -> float:
        """The lead that is aimed at; a deck that listens has what the delay leaves it."""
        target_s = settings.number("engine/lead")
        if not self.engine.listens:
            return target_s
        delay = self.engine.delay
        return min(target_s, self.engine.block_s + (delay.frames - delay.least_frames) / self.args.rate_hz)

    def _play_block(self) -> None:
        self._catch_up()
        self._listens()
        latent, audio_frame = self.engine.next_latent, self.engine.audio_frame
        settings = self._settings()
        self._govern(settings)
        began = time.perf_counter()
        audio = self.faults.make(self.engine.make_block)
        compute_ms = (time.perf_counter() - began) * 1000.0
        if not np.isfinite(audio).all():
            self._drop_block()
            return
        self.bad_blocks = 0
        self.blocks += 1
        self.pacing.add(compute_ms)
        skipped = self._place(audio_frame, latent, audio)
        self._weigh(compute_ms + self.read_ms, settings)
        self.read_ms = 0.0
        self._record(audio_frame, latent, len(audio), skipped, compute_ms)
        if skipped < len(audio):
            self.promises.forget_before(self.board.playhead)
            self._report()
        else:
            self._go_on()

    def _record(self, audio_frame: int, latent: int, frames: int, skipped: int, compute_ms: float) -> None:
        """Say what was made, and of what: also of a block that nobody hears, as the next ones follow from it."""
        frame, grid = audio_frame + skipped, self.engine.grid
        self.connection.send(
            BlockDone(
                frame,
                frames - skipped,
                compute_ms,
                latent,
                latents=self.engine.next_latent - latent,
                skipped_frames=skipped,
                heard_frame=max(frame, grid.heard_frame(latent)),
                stamps=self.promises.keep(grid.latch_frame(latent)) if skipped < frames else (),
                values=self._news(self.engine.made),
                lines=dict(self.engine.made.lines),
                fresh=self.fresh,
                anew=self.anew,
                torn=self.torn,
                primed=self.engine.primed,
            )
        )
        self.fresh = self.anew = self.torn = False

    def _governs(self, settings: Settings) -> bool:
        return self.args.hurried and bool(settings.values["engine/govern"])

    def _govern(self, settings: Settings) -> None:
        if self._governs(settings):
            self.engine.settle = self.governor.settle
        else:
            self.governor.reset()
            self.engine.settle = lambda asked: asked

    def _weigh(self, compute_ms: float, settings: Settings) -> None:
        """Let the governor see whether there is time for blocks like this one."""
        if self._governs(settings):
            target_s, redone = self._target_s(settings), self.redos > self.governed_redos
            said = self.governor.add(compute_ms, self._lead_s(), target_s, redone)
            self.governed_redos = self.redos
            if said:
                self._tell(said)

    def _place(self, frame: int, latent: int, audio: np.ndarray) -> int:
        """Put audio that begins at ``frame`` into the ring; returns how many frames of it came too late."""
        if frame == self.ring.write_frame:
            self.ring.write(audio)
            return 0
        for _ in range(_TRIES):
            at = max(frame, self.engine.grid.heard_frame(latent) - self.splice_frames, self.ring.changeable_frame)
            if at < frame + len(audio) and self.ring.splice(at, audio[at - frame :], self.splice_frames):
                self.torn = at < self.ring.reading_until
                return at - frame
        return len(audio)

    def _go_on(self) -> None:
        """Let what the ring holds be heard and take up at its end; ahead of the playhead where that comes too soon."""
        compute_frames = frames_from_s(self._compute_s(), self.args.rate_hz)
        spare_frames = max(compute_frames, self.ring.guard_frames + self.splice_frames)
        if self.ring.write_frame > self.board.playhead + spare_frames:
            self._take_up()
        else:
            self._restart_at(self._first_frame())

    def _take_up(self) -> None:
        """Begin a new stretch where the ring ends, out of which it fades: the one does not follow from the other."""
        self.engine.seek(max(self.ring.start_frame, self.ring.write_frame - self.splice_frames))
        self.anew = True

    def _drop_block(self) -> None:
        """Start over where the ring ends, without the context that may have caused it."""
        self.bad_blocks += 1
        if self.bad_blocks == BAD_BLOCKS:
            raise DeckError(f"deck {self.args.slot}: the model gave no numbers {BAD_BLOCKS} times in a row")
        self._tell("the model gave no numbers, its context was dropped")
        self.engine.reset_music()
        self._take_up()
        self.fresh = True

    def _catch_up(self) -> None:
        """A stream that fell behind the playhead goes on ahead of it; what was missed stays missed."""
        if self.ring.write_frame < self.board.playhead:
            self._restart_at(self._first_frame())

    def _restart_at(self, frame: int) -> None:
        self.ring.start_at(frame)
        self.engine.seek(frame)
        self.anew = True

    def _first_frame(self) -> int:
        if self._is_waited_for() or (not self.board.rolling and not self.board.playhead):
            return self.board.playhead
        return self.board.playhead + frames_from_s(self.pacing.head_start_s(), self.args.rate_hz)

    def _is_waited_for(self) -> bool:
        """Whether time stands until this deck's sound is there: one that is heard, on a device that does not hurry."""
        return not self.args.hurried and self.board.get(f"deck/{self.args.slot}/state") != "ready"

    def _prefill(self, end: int, heir: bool = False) -> tuple[int, int]:
        """Hear the output up to a frame, as far as the model can, and what an ``heir``'s ring holds after it.

        Returns how many frames that were of each.
        """
        frames = min(end, frames_from_s(self.engine.context_s, self.args.rate_hz))
        heard = self.tape.read(end - frames, frames)
        if heard is None or not len(heard):
            return 0, 0
        inherited = self._inherited(end) if heir else heard[:0]
        self.engine.prefill(np.concatenate((heard, inherited)))
        return len(heard), len(inherited)

    def _inherited(self, frame: int) -> np.ndarray:
        """What the ring holds from ``frame`` on: [N, 2], and all of it goes on being heard before what comes."""
        frames = self.ring.lead_frames(frame) if self.args.heir and not self.parked else 0
        audio = np.empty((max(0, frames), 2), np.float32)
        return audio[: self.ring.read_into(frame, audio)]

    # --- reports ------------------------------------------------------------------------------------

    def _news(self, settings: Settings) -> dict[str, Value]:
        news = {name: value for name, value in settings.values.items() if self.told.get(name) != value}
        self.told.update(news)
        return news

    def _report(self) -> None:
        row = f"deck/{self.args.slot}"
        self.board.set(f"{row}/block_p50", self.pacing.percentile_ms(50))
        self.board.set(f"{row}/block_p95", self.pacing.percentile_ms(95))
        self.board.set(f"{row}/factor", self.pacing.factor)
        self.board.set(f"{row}/blocks", self.blocks)
        self.board.set(f"{row}/redos", self.redos)
        self.board.set(f"{row}/steps", self.engine.made.values["gen/steps"])
        self.board.set(f"{row}/refreshes", self.engine.watch.refreshes)
        for name in WATCHED:
            self.board.set(f"{row}/{name}", self.engine.watch.values.get(name, 0.0))
        listens = self._listens()
        self.board.set(f"{row}/delay", self.engine.delay.frames / self.args.rate_hz if listens else 0.0)
        self.board.set(f"{row}/delay_least", self.engine.delay.least_frames / self.args.rate_hz)
        # The next latent begins anywhere up to one later.
        self.board.set(f"{row}/commit", self.commit_frames / self.args.rate_hz + self.engine.latent_s / 2)

    def _tell(self, text: str) -> None:
        self.connection.send(Note(f"deck {self.args.slot}: {text}"))

    def _say_filled(self) -> None:
        if not self.filled:
            self.filled = True
            self.connection.send(Filled())

    def _wait(self) -> None:
        """Read new prompts and the past while there is time, so that no block waits for it."""
        if self.engine.listens and self._read_past():
            return
        if self._block_wanted(self.engine.prompts.reading_s) or not self.engine.read_ahead():
            self.connection.poll(IDLE_S)

    def _read_past(self) -> bool:
        began = time.perf_counter()
        has_read = self.engine.read_past()
        self.read_ms += (time.perf_counter() - began) * 1000.0 * has_read
        return has_read
