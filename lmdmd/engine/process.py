"""The deck process: one model for life, blocks into its ring, one thread.

Writes its ring, its heartbeat and its report rows; reads the output tape. Messages are taken between
blocks. A closed pipe means that the parent is gone: the deck ends.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from multiprocessing.connection import Connection

import numpy as np
import torch

from lmdmd.engine.engine import Engine
from lmdmd.engine.pacing import Pacing
from lmdmd.engine.threads import most_threads, warm_up
from lmdmd.errors import DeckError, LmdmdError
from lmdmd.messages import BlockDone, ClearAfter, DeckArgs, Failed, Filled, Note, Ready, Reset, Stop, Write
from lmdmd.rt.board import Board
from lmdmd.rt.ring import Ring
from lmdmd.rt.tape import Tape
from lmdmd.units import frames_from_s

_IDLE_S = 0.005
NICENESS = -10
BAD_BLOCKS = 3
"""So many blocks in a row that are not numbers, and the deck gives up: a new one may do better."""


def run(connection: Connection, args: DeckArgs) -> None:
    """Load, warm up, say ``Ready``, then play until told to stop."""
    prefer_this_process()
    try:
        torch.set_num_threads(args.threads or most_threads())
        torch.set_grad_enabled(False)
        deck = Deck(connection, args)
        deck.start()
        deck.play()
    except (EOFError, ConnectionError):
        return
    except LmdmdError as error:
        connection.send(Failed(str(error)))
    except MemoryError:
        connection.send(Failed(f"deck {args.slot}: out of memory"))


def prefer_this_process() -> None:
    """Ask for a larger share of the processor than programs that nobody hears; few systems allow it."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)


class Deck:
    """The engine, its ring, and the loop between them."""

    def __init__(self, connection: Connection, args: DeckArgs) -> None:
        self.connection = connection
        self.args = args
        self.board = Board.attach(args.board)
        self.ring = Ring.attach(args.ring)
        self.tape = Tape.attach(args.tape)
        self.engine = Engine.load(args.bundle, args.rate_hz, args.precision, self._tell)
        self.pacing = Pacing(self.engine.block_s)
        self.blocks = 0
        self.bad_blocks = 0
        self.filled = False
        self.stopping = False

    def start(self) -> None:
        """Warm up, take over the present, choose the first frame."""
        for write in self.args.writes:
            self.engine.write(write)
        for compute_ms in warm_up(self.engine, self.args.threads):
            self.pacing.add(compute_ms)
            self._beat()
        self._prefill()
        self._restart_at(self._first_frame())
        name = self.engine.bundle.name
        threads = torch.get_num_threads()
        detail = f"{self.pacing.percentile_ms(50):.0f} ms a block on {threads} thread{'s' * (threads > 1)}"
        self.connection.send(Ready(name, self.args.rate_hz, detail, threads))

    def play(self) -> None:
        """The loop: messages, then a block when the lead asks for one."""
        while not self.stopping:
            self._beat()
            self._take_messages()
            if self._block_wanted():
                self._play_block()
            else:
                self._say_filled()
                self._wait()

    # --- the steps, in the order of the loop --------------------------------------------------------

    def _beat(self) -> None:
        self.board.beat(f"deck{self.args.slot}")

    def _take_messages(self) -> None:
        while self.connection.poll():
            message = self.connection.recv()
            if isinstance(message, Write):
                self.engine.write(message)
            elif isinstance(message, ClearAfter):
                self.engine.clear_after(message.frame)
            elif isinstance(message, Reset):
                self.engine.reset_music()
            elif isinstance(message, Stop):
                self.stopping = True

    def _block_wanted(self, spare_s: float = 0.0) -> bool:
        # While it is held the stream stands and the playhead goes on: a hold must be able to end.
        settings = self.engine.latch(max(self.engine.next_frame, self.board.playhead))
        if settings.values["engine/hold"]:
            return False
        lead_s = self.ring.lead_frames(self.board.playhead) / self.args.rate_hz - spare_s
        room = self.ring.free_frames >= self.engine.max_block_frames
        return room and self.pacing.wanted(lead_s, settings.number("engine/lead"))

    def _play_block(self) -> None:
        self._catch_up()
        frame, latent = self.ring.write_frame, self.engine.next_latent
        began = time.perf_counter()
        audio = self.engine.make_block()
        compute_ms = (time.perf_counter() - began) * 1000.0
        if not np.isfinite(audio).all():
            self._drop_block()
            return
        self.bad_blocks = 0
        self.ring.write(audio)
        self.blocks += 1
        self.pacing.add(compute_ms)
        self._report()
        self.connection.send(BlockDone(frame, len(audio), compute_ms, latent))

    def _drop_block(self) -> None:
        """Start over where the ring ends, without the context that may have caused it."""
        self.bad_blocks += 1
        if self.bad_blocks == BAD_BLOCKS:
            raise DeckError(f"deck {self.args.slot}: the model gave no numbers {BAD_BLOCKS} times in a row")
        self._tell("the model gave no numbers, its context was dropped")
        self.engine.reset_music()
        self.engine.seek(self.ring.write_frame)

    def _catch_up(self) -> None:
        """A stream that fell behind the playhead goes on ahead of it; what was missed stays missed."""
        if self.ring.write_frame < self.board.playhead:
            self._restart_at(self._first_frame())

    def _restart_at(self, frame: int) -> None:
        self.ring.start_at(frame)
        self.engine.seek(frame)

    def _first_frame(self) -> int:
        if not self.board.rolling and not self.board.playhead:
            return 0
        return self.board.playhead + frames_from_s(self.pacing.head_start_s(), self.args.rate_hz)

    def _prefill(self) -> None:
        if not self.args.prefill:
            return
        end = self.tape.end_frame
        frames = min(end, frames_from_s(self.engine.context_s, self.args.rate_hz))
        heard = self.tape.read(end - frames, frames)
        if heard is not None and len(heard):
            self.engine.prefill(heard)

    def _report(self) -> None:
        row = f"deck/{self.args.slot}"
        self.board.set(f"{row}/block_p50", self.pacing.percentile_ms(50))
        self.board.set(f"{row}/block_p95", self.pacing.percentile_ms(95))
        self.board.set(f"{row}/factor", self.pacing.factor)
        self.board.set(f"{row}/blocks", self.blocks)

    def _tell(self, text: str) -> None:
        self.connection.send(Note(f"deck {self.args.slot}: {text}"))

    def _say_filled(self) -> None:
        if not self.filled:
            self.filled = True
            self.connection.send(Filled())

    def _wait(self) -> None:
        """Read new prompts while there is time, so that no block waits for it."""
        if self._block_wanted(self.engine.prompts.reading_s) or not self.engine.read_ahead():
            self.connection.poll(_IDLE_S)
