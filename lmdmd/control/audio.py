"""The link to the audio process: started, watched, replaced. A lost device hangs its library for ever, so
the process is watched from outside; rings, tapes and the playhead outlive it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from pathlib import Path

from lmdmd.config import Config
from lmdmd.control.children import Child
from lmdmd.control.input_file import load_input
from lmdmd.control.memory import Memory
from lmdmd.control.session import Session
from lmdmd.errors import DeviceError
from lmdmd.messages import AudioArgs, Failed, Listen, Note, Ready, Stop
from lmdmd.rt.sound import Sound
from lmdmd.rt.wav import HEADER_BYTES

log = logging.getLogger(__name__)

FILE = "file:"
HUNG_S = 3.0
RETRY_S = 1.0


class AudioLink:
    """One audio process at a time."""

    def __init__(self, session: Session, memory: Memory, config: Config) -> None:
        self.session = session
        self.memory = memory
        self.config = config
        self.device = ""
        self._child: Child | None = None
        self._failure = self._told_failure = ""
        self._answered = asyncio.Event()
        self._sound: Sound | None = None
        self._listens = asyncio.Event()
        self._spawned_s = 0.0
        self._lost_s = self._silent_since_s = 0.0
        self._closing = False

    @property
    def is_null(self) -> bool:
        """Whether nothing is heard: the clocked null device plays."""
        return self.device.startswith("null")

    @property
    def pid(self) -> int:
        """Process id, 0 without one."""
        return self._child.pid if self._child is not None else 0

    async def begin(self) -> int:
        """Open the device, and the input's file; returns the rate.

        Raises ``DeviceError`` when the device cannot be opened, ``ConfigError`` when the file cannot be read.
        """
        self._spawn(start_frame=0)
        await self._answered.wait()
        if self._failure:
            self._closing = True
            raise DeviceError(self._failure)
        if self.config.input is not None:
            await self._play_input(self.config.input)
        return self.memory.rate_hz

    async def _play_input(self, path: Path) -> None:
        """Let the audio process have the file, at its rate, before time runs."""
        self._sound = await asyncio.to_thread(load_input, path, self.memory.rate_hz)
        log.info("input: %s, %.1f s, around and around", path, self._sound.frames / self.memory.rate_hz)
        if self._child is not None:
            self._child.send(Listen(self._sound.name))
        await self._listens.wait()

    def _spawn(self, start_frame: int = -1) -> None:
        self._failure = ""
        self._spawned_s = time.monotonic()
        args = AudioArgs(
            board=self.memory.board.name,
            rings=tuple(ring.name for ring in self.memory.rings),
            input_tape=self.memory.tapes["input"].name,
            output_tape=self.memory.tapes["output"].name,
            schedule=self.memory.schedule.name,
            schedule_cursor=self.memory.schedule.pushed,
            device=self._next_device(),
            input_device=self.config.input_device,
            rate_hz=self.memory.rate_hz or self.config.rate_hz,
            buffer_frames=self.config.buffer_frames,
            start_frame=start_frame,
            input_sound=self._sound.name if self._sound is not None else "",
        )
        self._child = Child("audio", "lmdmd.rt.process:run", args, self._on_message, self._on_exit)

    def _next_device(self) -> str:
        """The same device again; a file is not written over, the sound goes on in the next one."""
        if not self.device.startswith(FILE):
            return self.device or self.config.device
        first = Path(self.config.device.removeprefix(FILE))
        names = (first.with_stem(f"{first.stem}-{count}") for count in itertools.count(2))
        path = next(path for path in names if _holds_nothing(path))
        self.session.report(f"{self.device.removeprefix(FILE)} ends here; the sound goes on in {path}")
        return f"{FILE}{path}"

    def _on_message(self, message: object) -> None:
        if isinstance(message, Ready) and message.what == "file":
            self._listens.set()
        elif isinstance(message, Ready):
            self.device = message.detail
            log.info("audio: %s, %d Hz, %s", message.detail, message.rate_hz, _inputs_text(message.inputs))
            if self._sound is not None:
                self._listens.set()
            if self._answered.is_set():
                lost_s = time.monotonic() - self._silent_since_s
                self.session.report(f"{message.detail} plays again, {lost_s:.1f} s after it was lost")
            self._silent_since_s, self._told_failure = 0.0, ""
            self._answered.set()
        elif isinstance(message, Failed):
            self._failure = message.why
            log.debug("%s", message.trace)
        elif isinstance(message, Note):
            self.session.report(message.text)

    def _on_exit(self) -> None:
        self._child = None
        if not self._answered.is_set():
            self._failure = self._failure or "the audio process died before it opened the device"
            self._answered.set()
        elif not self._closing:
            self._replace()

    def _replace(self) -> None:
        """Try again for as long as it takes: a device that was unplugged may come back."""
        if not self._silent_since_s:
            self._silent_since_s = time.monotonic()
        if self._failure != self._told_failure or not self._failure:
            self._told_failure = self._failure
            self.session.publish("status/restarts", int(self.session.get("status/restarts")) + 1)
            self.session.report(f"the audio process is lost ({self._failure or 'killed'}), a new one starts")
        now_s = asyncio.get_running_loop().time()
        delay_s = max(0.0, self._lost_s + RETRY_S - now_s)
        self._lost_s = now_s + delay_s
        asyncio.get_running_loop().call_later(delay_s, self._respawn)

    def _respawn(self) -> None:
        if self._closing:
            return
        self._spawn()
        self.session.resend_audio()

    def check(self) -> None:
        """Kill a process that hangs; called about twice a second."""
        if self._child is None or not self._answered.is_set():
            return
        silent_s = min(self.memory.board.age_s("audio"), time.monotonic() - self._spawned_s)
        if silent_s > HUNG_S:
            self._failure = f"it gave no sign for {silent_s:.0f} s"
            self._child.kill()

    async def close(self) -> None:
        """End the process."""
        self._closing = True
        child, self._child = self._child, None
        if child is not None:
            await child.stop(Stop())
        if self._sound is not None:
            self._sound.close()
            self._sound.unlink()


def _inputs_text(inputs: int) -> str:
    """What a device listens to."""
    return {0: "no input", 1: "one input, heard on both sides"}.get(inputs, f"{inputs} inputs")


def _holds_nothing(path: Path) -> bool:
    return not path.exists() or path.stat().st_size <= HEADER_BYTES
