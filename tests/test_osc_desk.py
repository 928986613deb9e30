"""The desk by itself, without a socket: clients that come, go, and are told apart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from lmdmd.control.events import Written
from lmdmd.control.session import Session
from lmdmd.params import PARAMS, PROMPT_SLOTS
from lmdmd.surfaces import osc_listeners
from lmdmd.surfaces.osc_access import Access
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_pace import TELL_S
from lmdmd.surfaces.osc_packet import build_message, parse_packet
from lmdmd.surfaces.osc_rows import TICK_S

PLACE = ("10.0.0.1", 5000)


class Wire:
    """A client's end of a connection: what it was sent, in order, and whether it takes more."""

    def __init__(self, desk: OscDesk, place: tuple[str, int] = PLACE, **options) -> None:
        self.told: list[tuple] = []
        self.open = True
        self.desk = desk
        self.peer = desk.open(place, self.take, **options)

    def take(self, packet: bytes) -> bool:
        if self.open:
            self.told += [(message.address, *message.params) for _, message in parse_packet(packet)]
        return self.open

    def say(self, address: str, *values: object) -> list[tuple]:
        """Send one message; returns what came back at once."""
        self.told.clear()
        self.desk.receive(build_message(address, *values), self.peer)
        return list(self.told)


def at_the_desk(scene: Callable[[Session, OscDesk], Coroutine], access: Access | None = None) -> None:
    """Run a scene with a session and its desk."""

    async def play() -> None:
        session = Session()
        desk = OscDesk(session, access)
        desk.start()
        try:
            await scene(session, desk)
        finally:
            await desk.stop()

    asyncio.run(play())


def test_a_client_that_is_gone_is_told_nothing_more():
    async def scene(session, desk):
        gone, stays = Wire(desk, door="tcp"), Wire(desk, door="ws")
        for wire in (gone, stays):
            wire.say("/lmdm/listen", "mix/gain")
        await asyncio.sleep(2 * TELL_S)
        desk.close(gone.peer)
        gone.told.clear()
        stays.told.clear()
        session.set("mix/gain", -3.0, source="test")
        await asyncio.sleep(3 * TELL_S)
        assert stays.told == [("/lmdm/mix/gain", -3.0)]
        assert gone.told == []

    at_the_desk(scene)


def test_doors_tell_clients_of_one_address_apart():
    async def scene(session, desk):
        udp, tcp = Wire(desk), Wire(desk, door="tcp")
        assert udp.peer.source == "osc:10.0.0.1:5000"
        assert tcp.peer.source == "tcp:10.0.0.1:5000"
        udp.say("/lmdm/listen", "mix/gain")
        assert tcp.say("/lmdm/ignore") == [("/lmdm/done", "ignore", "0 patterns ended")]
        assert udp.say("/lmdm/ignore") == [("/lmdm/done", "ignore", "1 patterns ended")]

    at_the_desk(scene)


def test_a_connection_has_no_other_port():
    async def scene(session, desk):
        ((address, what, why),) = Wire(desk, door="tcp").say("/lmdm/listen", "mix/gain", 60, 9001)
        assert (address, what) == ("/lmdm/fail", "listen")
        assert "9001" in why

    at_the_desk(scene)


def test_what_a_client_said_before_it_went_is_still_done():
    async def scene(session, desk):
        held = asyncio.Event()

        async def go() -> str:
            await held.wait()
            return ""

        session.provide("show/go", go)
        wire = Wire(desk)
        wire.say("/lmdm/show/go")
        wire.say("/lmdm/mix/gain", -9.0)
        desk.close(wire.peer)
        held.set()
        await asyncio.sleep(0.05)
        assert session.get("mix/gain") == -9.0

    at_the_desk(scene)


@pytest.mark.parametrize("packet", [b"", b"junk", b"/a\0\0,f\0\0\x7f\xc0\0\0", bytes(70_000)])
def test_what_is_no_packet_is_counted_and_not_answered(packet):
    async def scene(session, desk):
        wire = Wire(desk)
        desk.receive(packet, wire.peer)
        assert (desk.counters["malformed"], wire.told) == (1, [])

    at_the_desk(scene)


def test_what_cannot_be_sent_is_counted():
    async def scene(session, desk):
        wire = Wire(desk)
        wire.open = False
        assert wire.say("/lmdm/mix/gain") == []
        assert desk.counters["dropped"] == 1

    at_the_desk(scene)


# --- the grammar ----------------------------------------------------------------------------------------


def test_a_pattern_sets_each_row_and_asks_each_row():
    async def scene(session, desk):
        wire = Wire(desk)
        acks = wire.say("/lmdm/prompt/*/weight", 0.5)
        assert acks == [("/lmdm/ack", f"/lmdm/prompt/{slot}/weight", 0.5, 0, 0.0) for slot in range(PROMPT_SLOTS)]
        assert wire.say("/lmdm/prompt/[0-1]/{text,weight}") == [
            ("/lmdm/prompt/0/text", ""),
            ("/lmdm/prompt/0/weight", 0.5),
            ("/lmdm/prompt/1/text", ""),
            ("/lmdm/prompt/1/weight", 0.5),
        ]
        assert {address for address, _ in wire.say("/lmdm/mix/*", "?")} == {
            param.address for param in PARAMS if param.name.startswith("mix/")
        }

    at_the_desk(scene)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("/lmdm/nothing/*", "no address fits"),
        ("/lmdm/status/*", "reports"),
        ("/lmdm/pani?", "no address fits"),
        ("/lmdm/engine/re*", "no address fits"),
        ("/lmdm/mix/[gain", "no address fits"),
        ("/" + "*" * 200, "128"),
    ],
)
def test_a_pattern_never_does_a_verb_and_says_what_it_cannot(address, why):
    async def scene(session, desk):
        done = []
        session.watch(done.append)
        ((kind, _, text),) = Wire(desk).say(address, 1.0)
        assert kind == "/lmdm/fail" and why in text
        await asyncio.sleep(0)
        assert done == []

    at_the_desk(scene)


@pytest.mark.parametrize(
    ("name", "before", "values", "expected"),
    [
        ("mix/gain", -6.0, ("+", 2.5), -3.5),
        ("mix/gain", -6.0, ("-", 3), -9.0),
        ("mix/gain", -6.0, ("*", 0.5), -3.0),
        ("mix/gain", -6.0, ("default",), 0.0),
        ("gen/steps", 8, ("+", 1.0), 9),
        ("gen/steps", 8, ("-", "1"), 7),
        ("gen/sampler", "euler", ("+", 1), "dpmpp"),
        ("gen/sampler", "pingpong", ("+", 1), "pingpong"),
        ("gen/sampler", "euler", ("-", 5), "euler"),
        ("gen/sampler", "dpmpp", ("default",), "euler"),
        ("mix/mute", False, ("+", 1), True),
        ("mix/mute", True, ("-", 1), False),
        ("prompt/0/text", "", ("default",), "default"),
        ("prompt/0/text", "", ("+", 1.0), "+ 1"),
    ],
)
def test_a_value_may_be_relative_or_the_default(name, before, values, expected):
    async def scene(session, desk):
        session.set(name, before, source="test")
        Wire(desk).say(f"/lmdm/{name}", *values)
        assert session.get(name) == expected

    at_the_desk(scene)


def test_what_is_relative_counts_from_where_a_glide_goes():
    async def scene(session, desk):
        wire = Wire(desk)
        for _ in range(3):
            wire.say("/lmdm/mix/gain", "-", 2.0, 5.0, "smooth")
        assert (session.get("mix/gain"), session.aim("mix/gain")) == (0.0, -6.0)

    at_the_desk(scene)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        *(("mix/gain", values) for values in (("+",), ("+", "much"), ("*", 2.0, -1.0), ("+", 1.0, 0.0, "linear", 1))),
        *((name, (sign, word)) for name in ("mix/gain", "show/cold") for sign in "+*" for word in ("nan", "-inf")),
    ],
)
def test_a_broken_move_changes_nothing_and_says_why(name, values):
    async def scene(session, desk):
        before = session.get(name)
        ((address, row, _),) = Wire(desk).say(f"/lmdm/{name}", *values)
        assert (address, row, session.get(name)) == ("/lmdm/fail", f"/lmdm/{name}", before)
        assert not desk.counters["errors"]

    at_the_desk(scene)


def test_of_writes_that_are_overtaken_nothing_is_remembered():
    async def scene(session, desk):
        wire = Wire(desk)
        for number in range(100):
            wire.say("/lmdm/mix/gain", -float(number))
        assert len(desk._rows._promised) == 1
        desk.close(wire.peer)
        assert not desk._rows._promised

    at_the_desk(scene)


def test_a_ping_keeps_a_lease_alive(monkeypatch):
    monkeypatch.setattr(osc_listeners, "MIN_LEASE_S", 0.01)

    async def scene(session, desk):
        lasting, ending = Wire(desk), Wire(desk, door="tcp")
        lasting.say("/lmdm/listen", "mix/gain", 600)
        ending.say("/lmdm/listen", "mix/gain", 0.05)
        assert ending.say("/ping") == [("/pong", 1)]
        assert ending.say("/lmdm/ping") == [("/lmdm/done", "ping", "1 patterns renewed")]
        await asyncio.sleep(0.1)
        assert ending.say("/ping", 3.0, "x") == [("/pong", 0)]
        assert lasting.say("/ping") == [("/pong", 1)]

    at_the_desk(scene)


# --- values that come too fast --------------------------------------------------------------------------


def test_of_values_that_come_too_fast_the_last_one_is_right_and_few_are_written():
    async def scene(session, desk):
        written = []
        session.watch(lambda event: written.append(event) if isinstance(event, Written) else None)
        wire = Wire(desk)
        for number in range(5000):
            wire.say("/lmdm/mix/pan", number / 5000)
            wire.say("/lmdm/mix/width", number / 5000)
        assert len(written) < 2000
        await asyncio.sleep(3 * TICK_S)
        assert (session.get("mix/pan"), session.get("mix/width")) == (pytest.approx(0.9998), pytest.approx(0.9998))
        assert desk.counters["sets"] == 10_000

    at_the_desk(scene)


def test_whoever_sets_too_fast_loses_no_verb_no_question_and_no_order():
    async def scene(session, desk):
        seen = []

        async def go() -> str:
            seen.append(session.get("mix/pan"))
            return ""

        session.provide("show/go", go)
        wire = Wire(desk)
        while not wire.peer.parked:
            wire.say("/lmdm/mix/pan", 0.25)
        wire.say("/lmdm/mix/pan", 0.5)
        assert wire.say("/lmdm/mix/pan")[-1] == ("/lmdm/mix/pan", 0.5)
        for number in range(100):
            wire.say("/lmdm/mix/pan", -number / 1000)
            wire.say("/lmdm/show/go")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert seen == pytest.approx([-number / 1000 for number in range(100)])

    at_the_desk(scene)


def test_what_is_parked_keeps_the_start_of_a_glide_and_counts_relative_steps():
    async def scene(session, desk):
        wire = Wire(desk)
        while not wire.peer.parked:
            wire.say("/lmdm/mix/width", 1.0)
        wire.say("/lmdm/mix/gain", -12.0)
        wire.say("/lmdm/mix/gain", -40.0)
        wire.say("/lmdm/mix/gain", 6.0, 5.0)
        for _ in range(4):
            wire.say("/lmdm/gen/steps", "+", 1)
        assert wire.say("/lmdm/mix/gain", "loud")[0][0] == "/lmdm/fail"
        desk.close(wire.peer)
        assert (session.get("mix/gain"), session.aim("mix/gain"), session.get("gen/steps")) == (-40.0, 6.0, 12)

    at_the_desk(scene)


def test_behind_a_verb_that_takes_its_time_values_make_room_and_verbs_wait():
    async def scene(session, desk):
        held, done = asyncio.Event(), []

        async def go() -> str:
            await held.wait()
            done.append(session.get("mix/gain"))
            return ""

        session.provide("show/go", go)
        wire = Wire(desk)
        for burst in range(10):
            wire.say("/lmdm/show/go")
            for number in range(500):
                wire.say("/lmdm/mix/gain", -burst - number / 500)
                wire.say("/lmdm/mix/pan", number / 500)
        wire.say("/lmdm/mix/gain")
        held.set()
        while len(done) < 10:
            await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        assert done == pytest.approx([0.0, *(-burst - 499 / 500 for burst in range(9))])
        assert (session.get("mix/gain"), desk.counters["failed"]) == (pytest.approx(-9.998), 0)

    at_the_desk(scene)
