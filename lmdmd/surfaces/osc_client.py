"""A small OSC client for scripts: send one message to a running program, wait for what it says."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

from pythonosc.osc_message_builder import BuildError

from lmdmd.commands import COMMANDS
from lmdmd.errors import OscError, did_you_mean
from lmdmd.params import PARAMS, Value
from lmdmd.surfaces.osc_packet import MAX_PACKET_BYTES, PREFIX, Argument, build_message, parse_packet

PASSCODE = "LMDMD_PASSCODE"
"""Variable of the environment with the passcode that ``lmdmd send`` and ``lmdmd monitor`` say first."""
LOGIN = PREFIX + "login"
FLOAT32_MAX = 3.4028235e38

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Reply:
    """One message that came back."""

    address: str
    values: tuple[Argument, ...]


def guess(word: str) -> Value:
    """A word of the command line as int, finite float or text, whichever fits first."""
    for kind in (int, float):
        try:
            value = kind(word)
        except ValueError:
            continue
        if value == value and abs(value) != float("inf"):
            return value
    return word


def send(
    host: str,
    port: int,
    address: str,
    args: Sequence[Value] = (),
    timeout_s: float = 2.0,
    passcode: str = "",
) -> list[Reply]:
    """Send one message and return the answers, in order; an empty list when nobody answered.

    Words in ``args`` become numbers where they are numbers. A row that was set is asked for its value
    afterwards, so that the answer says what was made of it. The wait ends with the verb's done or fail,
    or when everything was handled, or after ``timeout_s``. A ``passcode`` is said first; only its refusal is among the
    answers. Raises ``OscError`` for an unknown host.
    """
    values = [guess(value) if isinstance(value, str) else value for value in args]
    number = next(_numbers)
    packets = [build_message(LOGIN, passcode)] if passcode else []
    packets.append(_build(address, values))
    if values and address in {param.address for param in PARAMS}:
        packets.append(build_message(address))
    packets.append(build_message(PREFIX + "sync", number))
    with connect(host, port) as sock:
        try:
            for packet in packets:
                _send(sock, packet, host, port)
            return _collect(sock, address, number, time.monotonic() + timeout_s)
        except ConnectionRefusedError:
            return []


def _build(address: str, values: list[Value]) -> bytes:
    if not address.startswith("/") or not address.isascii() or not address.isprintable() or " " in address:
        hint = did_you_mean(PREFIX + address, (row.address for row in (*PARAMS, *COMMANDS)))
        raise OscError(f'"{address}" is not an OSC address; one begins with "/"{hint}')
    try:
        "".join(value for value in values if isinstance(value, str)).encode()
        packet = build_message(address, *values)
    except UnicodeEncodeError:
        raise OscError(f"{address}: the text is not UTF-8") from None
    except (OverflowError, BuildError):
        raise OscError(f"{address}: a number is beyond {FLOAT32_MAX:.2g}, the largest that OSC carries") from None
    if len(packet) > MAX_PACKET_BYTES:
        raise OscError(f"{address}: {len(packet)} bytes are too many for one message; {MAX_PACKET_BYTES} are read")
    return packet


def _send(sock: socket.socket, packet: bytes, host: str, port: int) -> None:
    try:
        sock.send(packet)
    except ConnectionRefusedError:
        raise
    except OSError as error:
        raise OscError(f"{host}:{port} cannot be reached: {error.strerror}") from None


def format_reply(reply: Reply) -> str:
    """One line for people: the address, then the values, numbers without needless digits."""
    return " ".join([reply.address, *map(_show, reply.values)])


def _show(value: Argument) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def connect(host: str, port: int) -> socket.socket:
    """A socket that speaks to one place only; raises ``OscError`` for a host that is none."""
    # A connected socket takes packets from this host and port only, and hears that nobody listens there.
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    except (OSError, UnicodeError) as error:  # a name may also be too long or empty in parts for the resolver
        why = getattr(error, "strerror", None) or error
        raise OscError(f'"{host}" is not a host that can be found: {why}') from None
    sock = socket.socket(family, kind)
    try:
        sock.connect(place)
    except OSError as error:
        sock.close()
        raise OscError(f"{host}:{port} cannot be reached: {error.strerror}") from None
    return sock


def _collect(sock: socket.socket, address: str, number: int, until_s: float) -> list[Reply]:
    replies: list[Reply] = []
    while (left_s := until_s - time.monotonic()) > 0:
        sock.settimeout(left_s)
        try:
            data = sock.recv(MAX_PACKET_BYTES)
        except TimeoutError:
            break
        for _, message in parse_packet(data):
            if message == (PREFIX + "synced", (number,)):
                return replies
            if message.address == PREFIX + "done" and message.params[:1] == ("login",) and address != LOGIN:
                continue
            replies.append(Reply(*message))
            if _ends(replies[-1], address):
                return replies
    return replies


def _ends(reply: Reply, address: str) -> bool:
    what = reply.values[0] if reply.values else ""
    return reply.address in (PREFIX + "done", PREFIX + "fail") and what in (
        address,
        address.removeprefix(PREFIX),
    )
