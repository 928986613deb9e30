"""Messages that cues send to others, OSC over UDP and MIDI, from a thread of their own.

The show hands a message over and goes on: a name that does not resolve, a port that hangs or a library that is missing
costs that message and nothing else. What went wrong is told once for each target.
"""

from __future__ import annotations

import logging
import queue
import shlex
import socket
import threading
import time
from collections import deque

from pythonosc.osc_message_builder import OscMessageBuilder

from lmdmd.control.midi_ports import OUTPUT, Port
from lmdmd.control.setlist import Send
from lmdmd.errors import SyncError

log = logging.getLogger(__name__)

MOST_WAITING = 1000
"""A target that hangs lets so many messages wait; what comes then is lost."""


class CueSends:
    """Sends what cues say, in order."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Send | None] = queue.Queue(MOST_WAITING)
        self._failures: deque[str] = deque(maxlen=MOST_WAITING)
        self._told: set[str] = set()
        self._thread: threading.Thread | None = None
        self._ports: dict[str, Port] = {}

    def send(self, send: Send) -> None:
        """Let a message go out; never waits, never raises."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="cue sends", daemon=True)
            self._thread.start()
        try:
            self._waiting.put_nowait(send)
        except queue.Full:
            self._fail(send, "it hangs, and messages are lost")

    def take_failures(self) -> list[str]:
        """What went wrong since the last time, in sentences."""
        return [self._failures.popleft() for _ in range(len(self._failures))]

    def close(self, wait_s: float = 1.0) -> None:
        """Send what waits, but no longer than ``wait_s``, and end."""
        thread, self._thread = self._thread, None
        if thread is not None and not self._waiting.full():
            self._waiting.put_nowait(None)
            thread.join(wait_s)

    def _fail(self, send: Send, why: str) -> None:
        if send.target not in self._told:
            self._told.add(send.target)
            self._failures.append(f"{send.kind} to {send.target}: {why}; the show goes on")

    # --- in the thread -----------------------------------------------------------------------------------

    def _work(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            while (send := self._waiting.get()) is not None:
                try:
                    self._osc(udp, send) if send.kind == "osc" else self._midi(send)
                except Exception as error:  # whatever a driver raises, the next message has its own chance
                    log.debug("%s", send, exc_info=True)
                    self._fail(send, getattr(error, "strerror", None) or str(error) or type(error).__name__)
        for port in self._ports.values():
            port.delete()

    def _osc(self, udp: socket.socket, send: Send) -> None:
        host, _, port = send.target.rpartition(":")
        udp.sendto(osc_packet(send.message), (host, int(port)))

    def _midi(self, send: Send) -> None:
        if send.target not in self._ports:
            self._ports[send.target] = Port(OUTPUT, "a cue", send.target)
        port = self._ports[send.target]
        if said := port.look(time.monotonic()):
            self._failures.append(said)
        port.send_message(midi_bytes(send.message))


def midi_bytes(message: str) -> list[int]:
    """Bytes of a MIDI message as mido writes it."""
    try:
        import mido
    except ImportError:
        raise SyncError('MIDI needs the package mido: pip install "lmdmd[sync]"') from None
    return mido.Message.from_str(message).bytes()


def osc_packet(message: str) -> bytes:
    """Packet of an OSC message as text: an address, and numbers or words."""
    address, *words = shlex.split(message)
    builder = OscMessageBuilder(address)
    for word in words:
        builder.add_arg(osc_argument(word))
    return builder.build().dgram


def osc_argument(word: str) -> int | float | str:
    """A whole number, a number, or the word itself."""
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word
