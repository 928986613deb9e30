"""Framings of OSC over TCP: what was wrapped comes out, however the stream is cut, and nothing grows without end."""

from __future__ import annotations

import random
import struct

import pytest

from lmdmd.errors import OscError
from lmdmd.surfaces.osc_frames import BROKEN, LengthPrefix, Slip, detect
from lmdmd.surfaces.osc_packet import MAX_PACKET_BYTES, build_message

FIRST = {"double": 0xC0, "single": ord("/"), "bundle": ord("#"), "length": 0}
PACKETS = [build_message("/lmdm/mix/gain", -6.0), b"/a\0\0,\0\0\0", b"\xc0\xdb\xdc\xdd\xdb\xc0\xdb\xdb\xc0\xc0" * 40]


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
@pytest.mark.parametrize("seed", range(20))
def test_what_was_wrapped_comes_out_however_the_stream_is_cut(first, seed):
    rng = random.Random(seed)
    framing, sent = detect(first), [rng.choice(PACKETS) for _ in range(30)]
    stream = b"".join(map(framing.wrap, sent))
    found = []
    while stream:
        size = rng.choice((1, 2, 3, 7, 50, 1000))
        found += framing.feed(stream[:size])
        stream = stream[size:]
    assert found == sent


def test_the_first_byte_tells():
    assert isinstance(detect(0), LengthPrefix)
    assert detect(0xC0).wrap(b"/a") == b"\xc0/a\xc0"
    assert detect(ord("/")).wrap(b"/a") == detect(ord("#")).wrap(b"/a") == b"/a\xc0"
    for first in set(range(256)) - {0, 0xC0, ord("/"), ord("#")}:
        with pytest.raises(OscError, match=f"{first:#04x}"):
            detect(first)


def test_one_end_between_two_packets_is_enough_for_double_ends_too():
    assert Slip(b"\xc0").feed(b"\xc0/a\xc0/b\xc0\xc0/c\xc0") == [b"/a", b"/b", b"/c"]


@pytest.mark.parametrize("frame", [b"/a\xdb", b"/a\xdb\xdb", b"\xdb\xc1/a", b"/a\xdb\xde"])
def test_a_broken_escape_spoils_its_own_frame_only(frame):
    assert Slip(b"").feed(b"/a\xc0" + frame + b"\xc0/b\xc0") == [b"/a", BROKEN, b"/b"]


def test_a_frame_without_end_is_forgotten_and_the_next_one_is_read():
    framing, most = Slip(b""), 0
    for _ in range(100):
        assert framing.feed(b"x" * 1000) == []
        most = max(most, len(framing._rest))
    assert most <= 2 * MAX_PACKET_BYTES + 1000
    assert framing.feed(b"tail\xc0/a\xc0") == [BROKEN, b"/a"]


@pytest.mark.parametrize("length", [-1, -(2**31), MAX_PACKET_BYTES + 1, 2**31 - 1])
def test_a_length_beyond_reason_ends_the_stream(length):
    with pytest.raises(OscError, match=str(MAX_PACKET_BYTES)):
        LengthPrefix().feed(struct.pack(">i", 0) + struct.pack(">i", length))
