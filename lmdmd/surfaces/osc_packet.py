"""OSC packets to messages and back, trusting nothing that came from a network.

Reading is ours: every size is checked before it is used, nesting and counts are bounded, and time grows
only with the packet's length. Writing is python-osc's, with the three types that every receiver knows.
"""

from __future__ import annotations

import math
import struct
from typing import NamedTuple

from pythonosc.osc_message_builder import OscMessageBuilder

from lmdmd.errors import OscError

PREFIX = "/lmdm/"
"""Every address of ours begins so."""

IMMEDIATELY = 1
"""Timetag of a message that is to be handled on arrival."""

MAX_PACKET_BYTES = 8192
MAX_MESSAGES = 256
MAX_ARGUMENTS = 256
MAX_DEPTH = 4

NTP_EPOCH_S = 2_208_988_800
"""Seconds from 1900, where timetags begin, to 1970."""

Argument = int | float | bool | str | bytes | None


class OscMessage(NamedTuple):
    """One message: its address and its arguments in order (an impulse or a nil is ``None``)."""

    address: str
    params: tuple[Argument, ...]


def parse_packet(data: bytes) -> list[tuple[int, OscMessage]]:
    """Messages of a datagram in order, each with the 64-bit NTP timetag at which it is due.

    A message outside bundles has ``IMMEDIATELY``; one in nested bundles is never due before its outer
    bundle. Raises ``OscError`` for anything that is not OSC 1.0 to the byte or is beyond our limits.
    """
    if not data or data[0] not in b"/#" or len(data) % 4:
        raise OscError("packet: neither a message nor a bundle")
    if len(data) > MAX_PACKET_BYTES:
        raise OscError(f"packet: {len(data)} bytes, at most {MAX_PACKET_BYTES} are read")
    found: list[tuple[int, OscMessage]] = []
    _read_element(data, 0, len(data), IMMEDIATELY, 0, found)
    return found


def _read_element(data: bytes, at: int, end: int, due: int, depth: int, found: list) -> None:
    if data[at] == 0x2F:
        if len(found) >= MAX_MESSAGES:
            raise OscError(f"packet: more than {MAX_MESSAGES} messages")
        found.append((due, _read_message(data, at, end)))
    elif data.startswith(b"#bundle\0", at, end):
        _read_bundle(data, at + 8, end, due, depth + 1, found)
    else:
        raise OscError(f"byte {at}: neither a message nor a bundle")


def _read_bundle(data: bytes, at: int, end: int, due: int, depth: int, found: list) -> None:
    if depth > MAX_DEPTH:
        raise OscError(f"byte {at}: bundles nested deeper than {MAX_DEPTH}")
    tag, at = _read_fixed(_STRUCTS["t"], data, at, end)
    due = max(due, int(tag))
    while at < end:
        size, at = _read_fixed(_STRUCTS["i"], data, at, end)
        if size <= 0 or size % 4 or size > end - at:
            raise OscError(f"byte {at}: bundle element of {size} bytes does not fit")
        _read_element(data, at, at + int(size), due, depth, found)
        at += int(size)


def _read_message(data: bytes, at: int, end: int) -> OscMessage:
    raw, at = _read_bytes(data, at, end)
    address = raw.decode("ascii", "replace")
    if not address.isascii() or not address.isprintable() or " " in address:
        raise OscError("address: holds something else than printable ASCII")
    if at == end:
        # Some old senders leave out the type tags of a message without arguments.
        return OscMessage(address, ())
    tags, at = _read_bytes(data, at, end)
    if not tags.startswith(b",") or len(tags) > MAX_ARGUMENTS + 1:
        raise OscError(f"{address}: bad type tags")
    params = []
    for tag in tags[1:].decode("latin-1"):
        value, at = _read_argument(tag, data, at, end)
        params.append(value)
    if at != end:
        raise OscError(f"{address}: {end - at} bytes after the last argument")
    return OscMessage(address, tuple(params))


_STRUCTS = {tag: struct.Struct(">" + form) for tag, form in zip("ihfdt", "iqfdQ", strict=True)}
_CONSTANTS: dict[str, Argument] = {"T": True, "F": False, "N": None, "I": None}


def _read_argument(tag: str, data: bytes, at: int, end: int) -> tuple[Argument, int]:
    if tag in _STRUCTS:
        return _read_fixed(_STRUCTS[tag], data, at, end)
    if tag in "sS":
        return _read_string(data, at, end)
    if tag == "b":
        return _read_blob(data, at, end)
    if tag in _CONSTANTS:
        return _CONSTANTS[tag], at
    # A type of unknown size would turn every later argument into garbage.
    raise OscError(f"byte {at}: unknown type tag {tag!r}")


def _read_fixed(form: struct.Struct, data: bytes, at: int, end: int) -> tuple[int | float, int]:
    if form.size > end - at:
        raise OscError(f"byte {at}: the packet ends inside an argument")
    (value,) = form.unpack_from(data, at)
    if isinstance(value, float) and not math.isfinite(value):
        raise OscError(f"byte {at}: {value} is not a finite number")
    return value, at + form.size


def _read_bytes(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    stop = data.find(0, at, end)
    following = stop + 4 - stop % 4
    if stop < 0 or following > end or data.count(0, stop, following) != following - stop:
        raise OscError(f"byte {at}: a string is not ended and padded with NUL")
    return data[at:stop], following


def _read_string(data: bytes, at: int, end: int) -> tuple[str, int]:
    raw, following = _read_bytes(data, at, end)
    try:
        return raw.decode("utf-8"), following
    except UnicodeDecodeError:
        raise OscError(f"byte {at}: a string is not UTF-8") from None


def _read_blob(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    size, at = _read_fixed(_STRUCTS["i"], data, at, end)
    if not 0 <= size <= end - at - (-size % 4):
        raise OscError(f"byte {at}: blob of {size} bytes does not fit")
    size = int(size)
    return data[at : at + size], at + size + -size % 4


def build_message(address: str, *values: object) -> bytes:
    """Datagram of one message, with types ``i f s`` only: Pd, Max and TouchDesigner read no others."""
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(*_plain(value))
    return builder.build().dgram


def _plain(value: object) -> tuple[int | float | str, str]:
    if isinstance(value, str):
        return value.replace("\0", ""), "s"
    if isinstance(value, int) and -(2**31) <= value < 2**31:
        return int(value), "i"
    return float(value), "f"  # type: ignore[arg-type]


def timetag_from_unix(unix_s: float) -> int:
    """64-bit NTP timetag of a time in seconds since 1970."""
    return int((unix_s + NTP_EPOCH_S) * 2**32)


def unix_from_timetag(timetag: int) -> float:
    """Seconds since 1970 of a 64-bit NTP timetag."""
    return timetag / 2**32 - NTP_EPOCH_S
