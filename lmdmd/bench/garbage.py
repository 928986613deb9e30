"""Packets, frames and requests that a program must survive: valid ones, odd ones, and garbled ones, by a seed."""

from __future__ import annotations

import json
import random
import time

from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from lmdmd.commands import COMMANDS
from lmdmd.params import PARAMS
from lmdmd.surfaces.osc_packet import MAX_PACKET_BYTES

LEFT_OUT = ("quit", "record/", "clock/source", "clock/midi_", "midi/", "deck/fault", "gen/steps", "sync")
"""What ends the program, fills its disk, opens ports of this machine, breaks the model or only makes it slow, and what
witnesses ask."""
OTHERS = ("/status", "/notify", "/go", "/stop", "/panic", "/cue/1/start", "/ping", "/nothing/at/all", "/lmdm")
QLAB = (
    "/version", "/workspaces", "/connect", "/disconnect", "/alwaysReply", "/updates", "/udpReplyPort", "/thump",
    "/cueLists", "/selectedCues", "/runningCues", "/runningOrPausedCues", "/go", "/stop", "/pause", "/resume", "/panic",
    "/playhead/next", "/playhead/1", "/select/next", "/cue/1/start", "/cue/selected/valuesForKeys", "/cue/1/name",
    "/cue_id/1/notes", "/workspace/x/cueLists", "/doubleGoWindowRemaining", "/reply/go", "/update/workspace/x",
)  # fmt: skip
WORDS = (
    "", "?", "default", "+", "-", "*", "on", "warm pads", "piano", "mix/*", "*", "//", "linear", "smooth", "nan",
    "ä\N{MUSICAL SYMBOL G CLEF}", "[", "{a,b}", '["name","uniqueID"]', '{"a":', "../../etc/passwd", "x" * 300,
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 0.5, -6.0, 1e-30, 3.4e38, -3.4e38, 2**31 - 1, -(2**31), 48000, 127)
TEXTS = (
    '{"COMMAND": "LISTEN", "DATA": "/lmdm/mix/gain"}',
    '{"COMMAND": "IGNORE", "DATA": "/lmdm/mix/gain"}',
    '{"COMMAND": "START_OSC_STREAMING", "DATA": {"LOCAL_SERVER_PORT": 0, "LOCAL_SENDER_PORT": -1}}',
    '{"COMMAND": "PATH_CHANGED", "DATA": "/"}',
    "/lmdm/mix?VALUE",
    "/?HOST_INFO",
)
UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
REQUESTS = (
    b"GET /lmdm/mix/gain?VALUE HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    b"GET /?HOST_INFO HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    b'GET /remote/../web.py HTTP/1.1\r\nHost: 127.0.0.1\r\nIf-None-Match: "x"\r\nConnection: close\r\n\r\n',
    b"HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n",
)


def _addresses() -> tuple[str, ...]:
    rows = (row for row in (*PARAMS, *COMMANDS) if not row.name.startswith(LEFT_OUT))
    return (*(row.address for row in rows), *OTHERS)


ADDRESSES = _addresses()


class Garbage:
    """An endless supply: the same seed makes the same, but for the times of bundles."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    def packet(self, addresses: tuple[str, ...] = ADDRESSES) -> bytes:
        """An OSC packet, or what was one; never longer than a datagram may be."""
        if self._rng.random() < 0.001:
            return self._rng.choice((b"/", b"#bundle\0")) + self._rng.randbytes(
                self._rng.randrange(2 * MAX_PACKET_BYTES)
            )
        made = self._bundle(addresses) if self._rng.random() < 0.15 else self._message(addresses)
        return made if self._rng.random() < 0.5 else self.garbled(made)

    def text(self) -> str:
        """A text frame of a WebSocket."""
        if self._rng.random() < 0.2:
            return json.dumps({"COMMAND": self._rng.choice(WORDS), "DATA": self._rng.choice((*WORDS, 3, None, []))})
        text = self._rng.choice(TEXTS)
        return text if self._rng.random() < 0.3 else self.garbled(text.encode()).decode("utf-8", "replace")

    def request(self) -> bytes:
        """An HTTP request."""
        return self.garbled(self._rng.choice(REQUESTS)) if self._rng.random() < 0.8 else self._rng.choice(REQUESTS)

    def frames(self, count: int) -> bytes:
        """Bytes that a WebSocket might send, if it were out of its mind."""
        return b"".join(self.garbled(b"\x82\x88\1\2\3\4/lmdm/mi") for _ in range(count))

    def framed(self, frame: bytes) -> bytes:
        """A frame of a TCP stream, now and then with a few bytes wrong."""
        return self.garbled(frame) if self._rng.random() < 0.05 else frame

    def garbled(self, data: bytes) -> bytes:
        """``data`` with a few bytes changed, left out, doubled or made up."""
        bad = bytearray(data)
        for _ in range(self._rng.randint(1, 5)):
            at = self._rng.randrange(len(bad) + 1)
            match self._rng.randrange(5):
                case 0:
                    bad[at : at + 1] = bytes([self._rng.randrange(256)])
                case 1:
                    del bad[at : at + self._rng.randrange(9)]
                case 2:
                    bad[at:at] = bad[max(0, at - self._rng.randrange(16)) : at]
                case 3:
                    bad[at:at] = self._rng.randbytes(4 * self._rng.randrange(4))
                case _:
                    # In step with OSC's padding: what is wrong then lies deeper than the lengths.
                    at -= at % 4
                    bad[at : at + 4] = self._rng.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b",fff", b"#bun", b"/***"))
        return bytes(bad)

    # --- what is OSC to the byte -----------------------------------------------------------------------

    def _message(self, addresses: tuple[str, ...]) -> bytes:
        builder = OscMessageBuilder(self._address(addresses))
        for _ in range(self._rng.choice((0, 0, 1, 1, 1, 2, 3, 7))):
            value = self._rng.choice(NUMBERS) if self._rng.random() < 0.6 else self._rng.choice(WORDS)
            builder.add_arg(value, self._type_of(value))
        return builder.build().dgram

    def _type_of(self, value: float | str) -> str:
        if isinstance(value, str):
            return "s"
        return "i" if isinstance(value, int) else "f"

    def _address(self, addresses: tuple[str, ...]) -> str:
        address = self._rng.choice(addresses)
        if self._rng.random() > 0.1:
            return address
        parts = address.split("/")
        at = self._rng.randrange(1, len(parts))
        parts[at] = self._rng.choice(
            ("*", "?" * len(parts[at]), "[!a]*", "{mix,prompt}", "{a,", "[z-a]", parts[at][:2])
        )
        return "/".join(parts)

    def _bundle(self, addresses: tuple[str, ...], depth: int = 1) -> bytes:
        due = self._rng.choice((IMMEDIATELY, time.time() - 5, time.time() + self._rng.random(), time.time() + 1e6))
        builder = OscBundleBuilder(due)  # pyright: ignore[reportArgumentType]  # its hint says int, its text float
        bundle = builder.build().dgram
        for _ in range(self._rng.randrange(4)):
            deeper = depth < 6 and self._rng.random() < 0.2
            element = self._bundle(addresses, depth + 1) if deeper else self._message(addresses)
            bundle += len(element).to_bytes(4, "big") + element
        return bundle[: 2 * MAX_PACKET_BYTES]
