"""``lmdmd replay``: a performance made again from its log, to the sample.

The decks make their blocks from the records of them, and the mixer takes each write at the buffer at which it took it
then. Nothing here waits for a clock, and no more than a minute of sound is kept.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.control.events import Began, Block, Entered, Mixed
from lmdmd.control.memory import TAPE_S
from lmdmd.control.show_log import logs_in
from lmdmd.control.takes import numbered
from lmdmd.engine.deck import SPLICE_S
from lmdmd.engine.priming import Music, Primer
from lmdmd.engine.replay import Line, Replay
from lmdmd.errors import BundleError, ConfigError, PrimeError
from lmdmd.offline import Mixdown, check_out, ready_engine
from lmdmd.params import DECK_SLOTS, SLOT
from lmdmd.performance import LogError, Performance, Record, read_performance
from lmdmd.rt.mix_again import MixAgain, UntoldError
from lmdmd.rt.tape import Tape
from lmdmd.train.progress import Progress
from lmdmd.units import frames_from_s

log = logging.getLogger(__name__)

Doubt = Callable[[str], None]
"""Hears a sentence about why a replay may be another than the performance was."""

_SOUNDING = frozenset(SLOT[name] for name in ("input/source", "input/feedback"))
"""Rows by which something comes in where no device gives anything."""
_KEPT_S = 20
"""Sound of a deck that is kept after it was heard: another may begin with what it had left."""


def replay(path: Path, out: Path) -> dict[str, Any]:
    """Make the recording beside a log again into ``out``; returns what was made, and each doubt that it is the same.

    Of a folder every log is made again: a show that went on after a crash has several. The second is called
    ``again-show-2.wav`` where the first is ``again.wav``. ``parts`` says which is which.
    """
    began_s = time.perf_counter()
    logs = _logs(path)
    outs = [out if not count else out.with_name(f"{out.stem}-{log.stem}{out.suffix}") for count, log in enumerate(logs)]
    for one in outs:
        _check(one, logs[0])
    parts = [_replay_log(*pair) for pair in zip(logs, outs, strict=True)]
    return {
        "out": str(out),
        "seconds": round(sum(part["seconds"] for part in parts), 3),
        "first_frame": parts[0]["first_frame"],
        "frames": sum(part["frames"] for part in parts),
        "blocks": sum(part["blocks"] for part in parts),
        "exact": all(part["exact"] for part in parts),
        "doubts": [doubt for part in parts for doubt in part["doubts"]],
        "took_s": round(time.perf_counter() - began_s, 2),
        "parts": parts,
    }


def _logs(path: Path) -> list[Path]:
    return (logs_in(path) if path.is_dir() else []) or [path]


def _check(out: Path, log: Path) -> None:
    check_out(out)
    if out.resolve().parent == log.resolve().parent and out.stem.startswith(("output", "input")):
        raise ConfigError(f"--out {out}: is, or may be, part of the recording itself; name another file")


def _replay_log(path: Path, out: Path) -> dict[str, Any]:
    show = read_performance(path)
    first, last = show.span
    tape = Tape.create(round(TAPE_S * show.rate_hz), 2, show.rate_hz)
    try:
        with Mixdown(out, tape, first, last) as mixdown:
            again = _Again(show, mixdown)
            again.play(last)
            frames = mixdown.frames
        again.compare(frames)
    finally:
        tape.close()
        tape.unlink()
    return {
        "log": str(show.path),
        "out": str(out),
        "seconds": round(frames / show.rate_hz, 3),
        "first_frame": first,
        "frames": frames,
        "blocks": again.blocks,
        "exact": not again.doubts,
        "doubts": again.doubts,
    }


class _Again:
    """The decks and the mixer of a performance, moved on by its records."""

    def __init__(self, show: Performance, mixdown: Mixdown) -> None:
        self.show = show
        self.mixdown = mixdown
        self.doubts = list(show.doubts)
        self.blocks = 0
        self.lines = [Line() for _ in range(DECK_SLOTS)]
        self.decks: dict[int, _Deck | None] = {}
        self.input = _Input(show)
        self.mix: MixAgain | None = None

    def play(self, last: int) -> None:
        """Make everything that was heard before frame ``last``."""
        if not last:
            return
        try:
            self.mix = MixAgain(
                self.show.rate_hz, self.show.traces, self.show.taken, self.lines, self.input.read, self.mixdown.add
            )
            with Progress("replaying, seconds", round(last / self.show.rate_hz)) as progress:
                for record in self.show.records:
                    self._follow(record, last)
                    progress.advance(self.mix.frame // self.show.rate_hz - progress.done)
        except UntoldError as error:
            raise LogError(f"{self.show.path}: tells too little of the mixer: {error}") from None
        self._doubt(self.mix)

    def compare(self, frames: int) -> None:
        """Doubt a recording that is over and has not as many frames as were heard."""
        recorded = sum(soundfile.info(path).frames for path in _parts(self.show, "output"))
        if self.show.is_over and recorded and recorded != frames:
            self.doubts.append(f"the recording has {recorded} frames of the {frames} that were heard")

    def _follow(self, record: Record, last: int) -> None:
        if isinstance(record, Began):
            self._begin(record)
        elif isinstance(record, Entered):
            self._enter(record)
        elif isinstance(record, Block):
            self._make(record)
        elif isinstance(record, Mixed):
            self._mix(min(record.frame, last))
        elif record.state in ("empty", "failed"):
            self.decks.pop(record.deck, None)

    def _begin(self, began: Began) -> None:
        self.decks.pop(began.deck, None)  # before the next is loaded, so that there are never three
        line, tape = self.lines[began.deck], self.mixdown.tape
        self.decks[began.deck] = _Deck(began, self.show, line, tape, self._doubt_once)

    def _enter(self, entered: Entered) -> None:
        if entered.heard_frame > self.show.frame:
            self.decks[entered.deck] = None  # the log ends before anything of it can be heard
        deck, line = self.decks.get(entered.deck), self.lines[entered.deck]
        if deck is None:
            return
        self._mix(entered.heard_frame)
        if not entered.heir:
            line.start_at(entered.frame)
        deck.enter(self._heard(entered, line))

    def _heard(self, entered: Entered, line: Line) -> np.ndarray:
        """What a deck has heard before it made anything: [N, 2]."""
        if not entered.heard_frames:
            return np.zeros((0, 2), np.float32)
        heard = self.mixdown.heard(entered.heard_frame - entered.heard_frames, entered.heard_frames)
        if heard is None:
            self._doubt_once(f"what deck {entered.deck} had heard before frame {entered.frame} is not known any more")
            heard = np.zeros((entered.heard_frames, 2), np.float32)
        inherited = np.empty((entered.inherited_frames, 2), np.float32)
        if line.read_into(entered.heard_frame, inherited) < len(inherited):
            self._doubt_once(f"what deck {entered.deck} took over before frame {entered.frame} is not told whole")
        return np.concatenate((heard, inherited))

    def _make(self, block: Block) -> None:
        if block.deck not in self.decks:
            self._doubt_once(f"what deck {block.deck} began with is not told, and none of it is heard")
        if block.block.torn:
            self._doubt_once(
                f"a block of deck {block.deck} was heard from frame {block.block.frame} on as it was placed"
            )
        deck = self.decks.get(block.deck)
        if deck is None:
            return
        if block.block.primed.startswith("tape "):
            begin, frames = map(int, block.block.primed.split()[1:])
            self._mix(begin + frames)
        deck.play(block)
        self.blocks += 1

    def _mix(self, frame: int) -> None:
        assert self.mix is not None
        self.mix.until(frame)
        for line in self.lines:
            line.forget_before(self.mix.frame - _KEPT_S * self.show.rate_hz)

    def _doubt_once(self, text: str) -> None:
        if text not in self.doubts:
            self.doubts.append(text)

    def _doubt(self, mix: MixAgain) -> None:
        for deck, ear in enumerate(mix.ears):
            if ear.missing_frames:
                self._doubt_once(f"{ear.missing_frames} frames of deck {deck} were heard, and no block tells of them")
        if mix.failures:
            self._doubt_once(f"the mixer failed {mix.failures} times")
        self.doubts += self.input.doubts


class _Deck:
    """One deck's process once more."""

    def __init__(self, began: Began, show: Performance, line: Line, tape: Tape, doubt: Doubt) -> None:
        info = _find_bundle(began, doubt)
        if began.torch != torch.__version__:
            doubt(f"torch {began.torch} has played, and this is {torch.__version__}")
        self._threads = began.threads
        engine = ready_engine(info.path, show.rate_hz, began.precision, began.threads, tell=log.debug)
        engine.listen_to(_Input(show))
        self._primer, self._doubt = Primer(engine.bundle, show.rate_hz, tape, _Input(show)), doubt
        self._replay = Replay(engine, frames_from_s(SPLICE_S, show.rate_hz), line)

    def enter(self, heard: np.ndarray) -> None:
        """Begin with [N, 2] as the music so far."""
        self._use_threads()
        self._replay.enter(heard)

    def play(self, block: Block) -> None:
        """Make a block."""
        self._use_threads()
        self._replay.play(block.block, self._music(block.block.primed))

    def _music(self, told: str) -> Music | None:
        """What a block was given for its past."""
        try:
            return self._primer.recall(told)() if told else None
        except PrimeError as error:
            self._doubt(f"what the music went on from is not there: {error}")
            return None

    def _use_threads(self) -> None:
        """On another number sums are made in another order; both decks share what torch knows of it."""
        if torch.get_num_threads() != self._threads:
            torch.set_num_threads(self._threads)


def _find_bundle(began: Began, doubt: Doubt) -> BundleInfo:
    """The bundle where it was, or another of its name; raises ``BundleError`` when there is none."""
    try:
        info = bundles.read_info(Path(began.bundle))
    except BundleError:
        try:
            info = bundles.find_named(began.model)
        except BundleError:
            raise BundleError(
                f"bundle {began.model} {began.version} has played, and is neither at {began.bundle} nor elsewhere"
            ) from None
    if info.digest != began.digest:
        doubt(f"bundle {began.model} {began.version} has played, and {info.path} is another")
    return info


def _parts(show: Performance, name: str) -> list[Path]:
    """Files of one recording that tell of this log, in order."""
    there = [show.path.parent / numbered(name, piece, ending) for piece in show.pieces() for ending in ("flac", "wav")]
    return list({path.stem: path for path in there if path.exists()}.values())


def _is_silent(show: Performance) -> bool:
    """Whether nothing can have come in."""
    rows = {taken.entry.slot for taken in show.taken} | {one.number for one in show.traces if one.what == "row"}
    return str(show.about.get("device", "")).startswith(("null", "file:")) and not rows & _SOUNDING


class _Input:
    """The recording of the input, by frames of the show; silence where there is none."""

    def __init__(self, show: Performance) -> None:
        self._frame = show.input_frame
        self._rate_hz = show.rate_hz
        self._begin, self._part = 0, np.zeros((0, 2), np.float32)
        self.doubts: list[str] = []
        self._paths = [] if _is_silent(show) else _parts(show, "input")
        if not _is_silent(show):
            self._doubt()

    def _doubt(self) -> None:
        if not self._paths:
            self.doubts.append("there is no recording of the input beside the log, and none of it is heard")
        elif self._frame:
            self.doubts.append(f"the input before frame {self._frame} was not recorded, and is not heard")
        rounded = {soundfile.info(path).subtype for path in self._paths} - {"FLOAT"}
        if rounded:
            self.doubts.append(f"the input was recorded as {min(rounded)}, which rounds what was heard of it")

    start_frame, end_frame = -(2**53), 2**53
    """There is sound, or silence, at any time."""

    def read(self, frame: int, frames: int) -> np.ndarray:
        """``[frames, 2]`` from ``frame`` on; good until the next call."""
        if not self._begin <= frame <= self._begin + len(self._part) - frames:
            self._begin, self._part = frame, self._load(frame, max(frames, self._rate_hz))
        return self._part[frame - self._begin : frame - self._begin + frames]

    def _load(self, frame: int, frames: int) -> np.ndarray:
        part, at = np.zeros((frames, 2), np.float32), self._frame
        for path in self._paths:
            length = soundfile.info(path).frames
            begin, end = max(frame, at), min(frame + frames, at + length)
            if begin < end:
                audio, _ = soundfile.read(path, end - begin, begin - at, dtype="float32", always_2d=True)
                part[begin - frame : begin - frame + len(audio)] = audio
            at += length
        return part
