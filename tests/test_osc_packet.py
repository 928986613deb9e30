"""Packets: what is valid reads as python-osc reads it; everything else is refused, fast and quietly."""

from __future__ import annotations

import random
import struct
import time

import pytest
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message import OscMessage as ReferenceMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from lmdmd.errors import OscError
from lmdmd.surfaces.osc_packet import (
    IMMEDIATELY,
    MAX_MESSAGES,
    MAX_PACKET_BYTES,
    build_message,
    parse_packet,
    timetag_from_unix,
    unix_from_timetag,
)

HEAD = b"#bundle\0"
NOW = struct.pack(">Q", IMMEDIATELY)


def message(address: str, *arguments: tuple[object, str]) -> bytes:
    builder = OscMessageBuilder(address)
    for value, kind in arguments:
        builder.add_arg(value, kind)
    return builder.build().dgram


def bundle(*elements: bytes, tag: int = IMMEDIATELY) -> bytes:
    return HEAD + struct.pack(">Q", tag) + b"".join(struct.pack(">i", len(e)) + e for e in elements)


def random_message(rng: random.Random) -> bytes:
    makers = [
        lambda: (rng.randrange(-(2**31), 2**31), "i"),
        lambda: (rng.uniform(-1e6, 1e6), "f"),
        lambda: (rng.uniform(-1e99, 1e99), "d"),
        lambda: (rng.randrange(-(2**63), 2**63), "h"),
        lambda: ("größe " * rng.randrange(4), "s"),
        lambda: (rng.randbytes(rng.randrange(1, 9)), "b"),
        lambda: (None, "N"),
        lambda: (True, "T"),
        lambda: (False, "F"),
    ]
    return message(f"/lmdm/{rng.randrange(99)}", *(rng.choice(makers)() for _ in range(rng.randrange(6))))


def test_a_valid_message_reads_as_another_implementation_reads_it():
    rng = random.Random(1)
    for _ in range(500):
        data = random_message(rng)
        ((tag, ours),) = parse_packet(data)
        theirs = ReferenceMessage(data)
        assert (tag, ours.address, list(ours.params)) == (IMMEDIATELY, theirs.address, theirs.params)


def test_a_valid_bundle_keeps_its_order_and_its_times():
    builder = OscBundleBuilder(1_900_000_000.5)
    for number in range(3):
        builder.add_content(OscMessageBuilder(f"/{number}").build())
    found = parse_packet(builder.build().dgram)
    assert [m.address for _, m in found] == ["/0", "/1", "/2"]
    assert all(abs(unix_from_timetag(tag) - 1_900_000_000.5) < 1e-3 for tag, _ in found)


def test_an_inner_bundle_is_never_due_before_its_outer_one():
    late = timetag_from_unix(2e9)
    inner = bundle(message("/a"))
    assert parse_packet(bundle(inner, tag=late))[0][0] == late


def test_symbols_impulses_and_missing_tags_are_read_without_shifting_what_follows():
    packet = b"/a\0\0,SIi\0\0\0\0sym\0" + struct.pack(">i", 42)
    assert parse_packet(packet)[0][1].params == ("sym", None, 42)
    assert parse_packet(b"/a\0\0")[0][1].params == ()


def test_what_we_write_is_what_is_read_and_only_int_float_string():
    data = build_message("/a", 1, True, -0.5, "zwei worte", 2**40, "")
    assert b",iifsfs" in data
    assert parse_packet(data)[0][1].params == (1, 1, -0.5, "zwei worte", float(2**40), "")


KILLERS = {
    "negative element size": HEAD + bytes(8) + b"\xff\xff\xff\xfc",
    "negative element size, eight": HEAD + bytes(8) + b"\xff\xff\xff\xf8",
    "zero element size": HEAD + NOW + bytes(4),
    "huge element size": HEAD + NOW + b"\x7f\xff\xff\xff",
}


@pytest.mark.parametrize("data", KILLERS.values(), ids=KILLERS.keys())
def test_bundle_sizes_that_hang_or_crash_others_are_refused(data):
    with pytest.raises(OscError):
        parse_packet(data)


def test_nine_hundred_nested_bundles_are_refused():
    data = message("/a")
    for _ in range(900):
        data = bundle(data)
    with pytest.raises(OscError):
        parse_packet(data)


def test_nesting_is_allowed_up_to_the_limit_only():
    data = message("/a")
    for _ in range(4):
        data = bundle(data)
    assert parse_packet(data)[0][1].address == "/a"
    with pytest.raises(OscError, match="nested"):
        parse_packet(bundle(data))


BAD = {
    "empty": b"",
    "no address": b"abcd",
    "odd length": b"/a\0",
    "address without NUL": b"/abc",
    "padding that is not NUL": b"/a\0x",
    "address with a blank": b"/a b\0\0\0\0",
    "address with an escape": b"/a\x1bb\0\0\0\0",
    "address beyond ASCII": b"/\xc3\xa4\0",
    "no comma": b"/a\0\0f\0\0\0\0\0\0\0",
    "unknown tag": b"/a\0\0,c\0\0\0\0\0A",
    "array": b"/a\0\0,[i]\0\0\0\0" + bytes(4),
    "truncated float": b"/a\0\0,f\0\0",
    "truncated double": b"/a\0\0,d\0\0" + bytes(4),
    "nan": b"/a\0\0,f\0\0" + struct.pack(">f", float("nan")),
    "infinity": b"/a\0\0,f\0\0" + struct.pack(">f", float("inf")),
    "double infinity": b"/a\0\0,d\0\0" + struct.pack(">d", float("-inf")),
    "string not UTF-8": b"/a\0\0,s\0\0\xff\xfe\0\0",
    "string without NUL": b"/a\0\0,s\0\0abcd",
    "blob too long": b"/a\0\0,b\0\0" + struct.pack(">i", 100) + bytes(4),
    "blob negative": b"/a\0\0,b\0\0" + struct.pack(">i", -1) + bytes(4),
    "blob without padding": b"/a\0\0,b\0\0" + struct.pack(">i", 5) + bytes(4),
    "bytes left over": b"/a\0\0,i\0\0" + bytes(8),
    "bundle without a time": HEAD,
    "bundle with half a size": HEAD + NOW + b"\0\0",
    "bundle of junk": bundle(b"junk"),
    "not quite a bundle": b"#bundlf\0" + NOW,
    "65000 zeros": bytes(65000),
    "too many messages": bundle(*[b"/a\0\0"] * (MAX_MESSAGES + 1)),
    "too many arguments": b"/a\0\0," + b"T" * 299 + bytes(4),
    "too long": b"/" + b"a" * (MAX_PACKET_BYTES + 2) + b"\0",
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_malformed_packets_are_refused(data):
    with pytest.raises(OscError):
        parse_packet(data)


def mutated(data: bytes, rng: random.Random) -> bytes:
    body = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        body[rng.randrange(len(body))] = rng.randrange(256)
    return bytes(body[: rng.randrange(len(body) + 1)]) if rng.random() < 0.3 else bytes(body)


def test_fuzz_ends_in_messages_or_an_osc_error_and_stays_fast():
    rng = random.Random(2)
    packets = []
    for _ in range(4000):
        valid = bundle(*(random_message(rng) for _ in range(rng.randrange(3))))
        packets += [
            rng.randbytes(4 * rng.randrange(40)),
            mutated(valid, rng),
            mutated(random_message(rng), rng),
        ]
    slowest_s = refused = 0.0
    began_s = time.perf_counter()
    for packet in packets:
        one_s = time.perf_counter()
        try:
            for _, found in parse_packet(packet):
                assert found.address.startswith("/")
        except OscError:
            refused += 1
        slowest_s = max(slowest_s, time.perf_counter() - one_s)
    assert 0.3 < refused / len(packets) < 0.99
    assert time.perf_counter() - began_s < 5.0
    assert slowest_s < 0.1


def test_the_largest_packets_are_read_in_a_few_milliseconds():
    worst = [
        bundle(*[b"/a\0\0"] * MAX_MESSAGES),
        message("/a", ("x" * 8000, "s")),
        bundle(*[message("/" + "a" * 22, (1.0, "f"))] * 200),
    ]
    for data in worst:
        best_s = min(_time(data) for _ in range(5))
        assert best_s < 0.02


def _time(data: bytes) -> float:
    began_s = time.perf_counter()
    parse_packet(data)
    return time.perf_counter() - began_s
