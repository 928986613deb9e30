"""Packets in a stream of bytes: the three framings of OSC over TCP, told apart by the first byte.

=========  ==========================================  =======================================
first      framing                                     spoken by
=========  ==========================================  =======================================
C0         SLIP, END on both sides of a packet         OSC 1.1: QLab, TouchOSC, osc.js
/ or #     SLIP, END behind each packet only           as RFC 1055 has it
00         a length in 4 bytes before each packet      OSC 1.0: liblo, TouchOSC
=========  ==========================================  =======================================

Answers are framed as the client frames. Memory is bounded by the longest packet.
"""

from __future__ import annotations

import re
import struct
from typing import Protocol

from lmdmd.errors import OscError
from lmdmd.surfaces.osc_packet import MAX_PACKET_BYTES

END, ESC = b"\xc0", b"\xdb"
_ESCAPED = {ESC + b"\xdc": END, ESC + b"\xdd": ESC}
_TO_ESCAPE = {real: escaped for escaped, real in _ESCAPED.items()}
_ESCAPE = re.compile(rb"\xdb.?", re.DOTALL)
_SPECIAL = re.compile(rb"[\xc0\xdb]")
_LENGTH = struct.Struct(">i")

BROKEN = b""
"""Stands for a frame that could not be read, so that it is counted as a packet that is none."""


class Framing(Protocol):
    """One way to part a stream into packets."""

    def feed(self, data: bytes) -> list[bytes]:
        """Packets that are whole now; raises ``OscError`` when nothing more can be read."""
        ...

    def wrap(self, packet: bytes) -> bytes:
        """A packet as it goes out."""
        ...


def detect(first: int) -> Framing:
    """Framing of a stream that begins with this byte; raises ``OscError`` when it is none."""
    if first == END[0]:
        return Slip(END)
    if first in b"/#":
        return Slip(b"")
    if first == 0:
        return LengthPrefix()
    raise OscError(f"a stream that begins with byte {first:#04x} is not OSC")


class Slip:
    """SLIP: END after a packet, and ``before`` it in what we send."""

    def __init__(self, before: bytes) -> None:
        self._before = before
        self._rest = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """Packets that are whole now; empty frames are nothing, longer ones than any packet are broken."""
        self._rest += data
        *frames, rest = self._rest.split(END)
        self._rest = bytearray(rest)
        packets = [
            BROKEN if self._is_tail(index) else unescape(bytes(frame)) for index, frame in enumerate(frames) if frame
        ]
        if frames:
            self._skipping = False
        if len(self._rest) > 2 * MAX_PACKET_BYTES:
            self._skipping = True
            self._rest.clear()
        return packets

    def _is_tail(self, index: int) -> bool:
        return index == 0 and self._skipping

    def wrap(self, packet: bytes) -> bytes:
        """A packet with its ends."""
        return self._before + _SPECIAL.sub(lambda found: _TO_ESCAPE[found[0]], packet) + END


def unescape(frame: bytes) -> bytes:
    """What stands in a SLIP frame, or ``BROKEN``."""
    try:
        return _ESCAPE.sub(lambda found: _ESCAPED[found[0]], frame)
    except KeyError:
        return BROKEN


class LengthPrefix:
    """A length before each packet: big-endian, 4 bytes."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Packets that are whole now; a length of 0 is nothing, one beyond any packet cannot be gone on from."""
        self._rest += data
        packets = []
        while len(self._rest) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._rest)
            if not 0 <= length <= MAX_PACKET_BYTES:
                raise OscError(f"a frame of {length} bytes; at most {MAX_PACKET_BYTES} are read")
            end = _LENGTH.size + length
            if len(self._rest) < end:
                break
            if length:
                packets.append(bytes(self._rest[_LENGTH.size : end]))
            del self._rest[:end]
        return packets

    def wrap(self, packet: bytes) -> bytes:
        """A packet behind its length."""
        return _LENGTH.pack(len(packet)) + packet
