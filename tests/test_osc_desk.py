"""The desk by itself, without a socket: clients that come, go, and are told apart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from lmdmd.control.session import Session
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_packet import build_message, parse_packet
from lmdmd.surfaces.osc_reports import TELL_S

PLACE = ("10.0.0.1", 5000)


class Wire:
    """A client's end of a connection: what it was sent, in order, and whether it takes more."""

    def __init__(self, desk: OscDesk, **options) -> None:
        self.told: list[tuple] = []
        self.open = True
        self.desk = desk
        self.peer = desk.open(PLACE, self.take, **options)

    def take(self, packet: bytes) -> bool:
        if self.open:
            self.told += [(message.address, *message.params) for _, message in parse_packet(packet)]
        return self.open

    def say(self, address: str, *values: object) -> list[tuple]:
        """Send one message; returns what came back at once."""
        self.told.clear()
        self.desk.receive(build_message(address, *values), self.peer)
        return list(self.told)


def at_the_desk(scene: Callable[[Session, OscDesk], Coroutine]) -> None:
    """Run a scene with a session and its desk."""

    async def play() -> None:
        session = Session()
        desk = OscDesk(session)
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


def test_what_waits_behind_a_verb_goes_with_its_client():
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
        assert session.get("mix/gain") == 0.0

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
