"""Music that a model is given for its own past: read, encoded off the deadline, and taken by the block that is due.

What was taken is told in one line, ``file FRAMES DIGEST PATH``, ``input FRAME FRAMES`` or ``tape FRAME FRAMES``: with
the recordings, or the file, that is enough to take it again.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lmdmd.engine.listening import Sound
from lmdmd.engine.resample import resample
from lmdmd.errors import LmdmdError, PrimeError
from lmdmd.messages import NOW, Write
from lmdmd.model.bundle import Bundle
from lmdmd.primes import LEAST_S, read_prime
from lmdmd.rt.sound_file import check_loud, read_end
from lmdmd.units import frames_from_s

ROW = "engine/prime"
AHEAD_S = 30.0
"""A file that is due within this time is encoded; the last seconds of a sound as late as can be."""
_REMEMBERED = 64


@dataclass(frozen=True)
class Music:
    """Latents [1, D, n] to go on from, and what they were taken from; ``frame`` is where they begin on the tape."""

    latents: Tensor
    told: str
    frame: int | None = None


Work = Callable[[], Music]
"""Encodes what has been gathered: in any thread; raises ``PrimeError``."""


class Primer:
    """Finds and encodes music for one bundle; ``output`` and ``input`` are what went out and came in."""

    def __init__(self, bundle: Bundle, rate_hz: int, output: Sound | None, input_: Sound | None) -> None:
        self._bundle, self._rate_hz = bundle, rate_hz
        self._sounds = {"tape": output, "input": input_}
        self._ready: OrderedDict[str, Music] = OrderedDict()

    @property
    def _seconds(self) -> float:
        """So much sound fills a context."""
        geometry = self._bundle.geometry
        return (geometry.context + self._blurred) / geometry.latent_rate_hz

    @property
    def _blurred(self) -> int:
        """Latents at the end of a sound that are encoded from the silence behind it, too."""
        return math.ceil(self._bundle.codec.config.delay_frames / self._bundle.geometry.latent_frames)

    def gather(self, text: str) -> Work:
        """Take what a text asks for as it is now; what takes time is left to do. Raises ``PrimeError``."""
        try:
            prime = read_prime(text)
        except LmdmdError as error:
            raise PrimeError(str(error)) from None
        if prime.source == "file":
            return partial(self._of_file, Path(prime.path), self._seconds)
        sound = self._sounds[prime.source]
        if sound is None:
            raise PrimeError(f"{prime.source}: there is none here")
        frames = frames_from_s(min(prime.seconds, self._seconds), self._rate_hz)
        begin = max(sound.end_frame - frames, sound.start_frame, 0)
        return self._of_sound(prime.source, begin, sound.end_frame - begin)

    def recall(self, told: str) -> Work:
        """Gather again what was told of; raises ``PrimeError``."""
        source, _, rest = told.partition(" ")
        if source != "file":
            begin, frames = map(int, rest.split())
            return self._of_sound(source, begin, frames)
        frames_text, digest, path = rest.split(" ", 2)
        return partial(self._of_file, Path(path), self._seconds, f"{frames_text} {digest}")

    def _of_sound(self, source: str, begin: int, frames: int) -> Work:
        sound = self._sounds[source]
        heard = sound.read(begin, frames) if sound is not None and frames > 0 else None
        if heard is None or frames < LEAST_S * self._rate_hz:
            raise PrimeError(
                f"{source}: {max(frames, 0) / self._rate_hz:.2f} s of it are there, too little to go on from"
            )
        check_loud(heard, f"{source}: the last {frames / self._rate_hz:.1f} s")
        frame = begin if source == "tape" else None
        return partial(self._encoded, heard.copy(), self._rate_hz, f"{source} {begin} {frames}", frame)

    def _of_file(self, path: Path, seconds: float, expected: str = "") -> Music:
        audio, rate_hz = read_end(path, seconds)
        told = f"{len(audio)} {hashlib.sha256(audio.tobytes()).hexdigest()[:16]}"
        if expected and told != expected:
            raise PrimeError(f"{path}: is another file than the one that was played from")
        return self._encoded(audio, rate_hz, f"file {told} {path}")

    @torch.inference_mode()
    def _encoded(self, audio: np.ndarray, rate_hz: int, told: str, frame: int | None = None) -> Music:
        bundle = self._bundle
        audio = resample(audio, rate_hz, bundle.geometry.sample_rate)
        latents = bundle.codec.encode(torch.from_numpy(np.ascontiguousarray(audio.T))[None])
        latents = latents[..., : max(latents.shape[-1] - self._blurred, 1)][..., -bundle.geometry.context :]
        if not torch.isfinite(latents).all():
            raise PrimeError(f"{told}: the bundle's codec makes no numbers of it")
        return Music(latents, told, frame)

    # --- for the block that is due ------------------------------------------------------------------------

    def keep(self, music: Music) -> None:
        """Hold music ready for when it is asked for by what was told of it."""
        self._ready[music.told] = music
        if len(self._ready) > _REMEMBERED:
            self._ready.popitem(last=False)

    def take(self, text: str) -> Music:
        """Music that was kept, or is found and encoded here and now; raises ``PrimeError``."""
        return self._ready[text] if text in self._ready else self.gather(text)()


class Priming:
    """Writes of the row on their way through a thread, one at a time, while the deck plays on."""

    def __init__(self, primer: Primer, rate_hz: int, tell: Callable[[str], None]) -> None:
        self._primer, self._rate_hz, self._tell = primer, rate_hz, tell
        self._waiting: list[Write] = []
        self._doing: _Doing | None = None

    def add(self, write: Write) -> None:
        """Let a write of the row wait until it is encoded; of those meant for now the last counts."""
        if write.value:
            now = write.frame == NOW
            self._waiting = [one for one in self._waiting if not (now and one.frame == NOW)] + [write]

    def clear_after(self, frame: int) -> None:
        """Cancel what is planned after a frame."""
        self._waiting = [write for write in self._waiting if write.frame <= frame]
        if self._doing is not None and self._doing.write.frame > frame:
            self._doing.cancelled = True

    def begin(self, frame: int) -> None:
        """A deck begins at a frame: what was asked for before is no affair of its own."""
        self._waiting = [write for write in self._waiting if write.frame >= frame]

    def take_ready(self, playhead: int, lead_s: float) -> list[Write]:
        """Writes whose music is kept ready, with what is told of it as their value; and begin the next that is due."""
        ready = []
        if self._doing is not None and not self._doing.is_alive():
            ready = self._finished(self._doing)
            self._doing = None
        if self._doing is None:
            self._begin_next(playhead, lead_s)
        return ready

    def take_until(self, frame: int, playhead: int) -> list[Write]:
        """Writes due before a frame, for a deck that may wait for them."""
        ready = []
        while self._doing is not None or any(NOW != write.frame <= frame for write in self._waiting):
            ready += self.take_ready(playhead, math.inf)
            if self._doing is not None:
                self._doing.join()
        return ready

    def _begin_next(self, playhead: int, lead_s: float) -> None:
        for write in self._waiting:
            ahead_s = AHEAD_S if str(write.value).startswith("file") else lead_s
            if write.frame == NOW or write.frame - playhead <= ahead_s * self._rate_hz:
                self._waiting.remove(write)
                self._begin(write)
                return

    def _begin(self, write: Write) -> None:
        try:
            self._doing = _Doing(write, self._primer.gather(str(write.value)))
        except PrimeError as error:
            self._refuse(error)
        else:
            self._doing.start()

    def _finished(self, doing: _Doing) -> list[Write]:
        if doing.cancelled:
            return []
        if doing.music is None:
            self._refuse(doing.why)
            return []
        self._primer.keep(doing.music)
        return [replace(doing.write, value=doing.music.told)]

    def _refuse(self, why: object) -> None:
        self._tell(refusal(why))


class _Doing(threading.Thread):
    """Music being encoded for a write, on as many threads as the model computes with, so that it is the same music."""

    def __init__(self, write: Write, work: Work) -> None:
        super().__init__(name="priming", daemon=True)
        self.write, self.cancelled = write, False
        self.music: Music | None = None
        self.why: object = "the codec failed"
        self._work, self._threads = work, torch.get_num_threads()

    def run(self) -> None:
        torch.set_num_threads(self._threads)
        try:
            self.music = self._work()
        except (LmdmdError, RuntimeError, MemoryError) as error:
            self.why = error


def refusal(why: object) -> str:
    """Sentence about music that could not be taken."""
    return f"prime: {why}; the music goes on as it was"
