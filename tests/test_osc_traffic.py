"""What goes over a desk, as rows that anybody may listen to."""

from __future__ import annotations

import asyncio
import time

from test_osc_desk import Wire, at_the_desk

from lmdmd.surfaces import osc_traffic
from lmdmd.surfaces.osc_packet import build_message
from lmdmd.surfaces.osc_peers import MAX_PEERS

OTHER = ("10.0.0.2", 6000)


def test_clients_are_counted_once_and_their_rates_told():
    async def scene(session, desk):
        here, there = Wire(desk), Wire(desk, OTHER, door="tcp")
        here.say("/lmdm/listen", "mix/gain", 60, 0)
        for _ in range(20):
            there.say("/lmdm/mix/gain")
        there.say("/lmdm/nowhere")
        desk.traffic.tell(desk.traffic._since_s + 2.0)
        assert session.get("osc/peers") == 2 and session.get("osc/listeners") == 1
        assert session.get("osc/in_rate") == 11.0
        assert session.get("osc/out_rate") == 11.0
        assert session.get("osc/failed") == 1
        first, second = str(session.get("osc/busiest")).split(", ")
        assert first == "tcp:10.0.0.2:6000 10/s" and second.startswith("osc:10.0.0.1:5000 ")
        desk.traffic.tell(desk.traffic._since_s + 1.0)
        assert session.get("osc/in_rate") == 0.0 and session.get("osc/busiest") == ""

    at_the_desk(scene)


def test_who_is_gone_or_silent_is_no_client_any_more_but_a_listener_is_one():
    async def scene(session, desk):
        wires = [Wire(desk, ("10.0.0.3", port)) for port in (1, 2, 3)]
        wires[0].say("/lmdm/listen", "mix/gain", 3600)
        wires[1].say("/lmdm/mix/gain")
        wires[2].say("/lmdm/mix/gain")
        desk.close(wires[2].peer)
        desk.traffic.tell(time.monotonic())
        assert session.get("osc/peers") == 2
        desk.traffic.tell(time.monotonic() + osc_traffic.SILENT_S + 1.0)
        assert session.get("osc/peers") == 1

    at_the_desk(scene)


def test_forged_senders_are_bounded():
    async def scene(session, desk):
        for port in range(3 * MAX_PEERS):
            desk.receive(build_message("/lmdm/mix/gain"), desk.open(("10.0.0.4", port), lambda packet: True))
        desk.traffic.tell(time.monotonic())
        assert session.get("osc/peers") == MAX_PEERS
        assert str(session.get("osc/busiest")).count("/s") == osc_traffic.NAMED

    at_the_desk(scene)


def test_a_receiver_that_does_not_keep_up_is_counted():
    async def scene(session, desk):
        wire = Wire(desk)
        wire.open = False
        wire.say("/lmdm/mix/gain")
        desk.traffic.tell(time.monotonic())
        assert session.get("osc/dropped") == 1 and session.get("osc/out_rate") == 0.0

    at_the_desk(scene)


def test_it_is_told_by_itself(monkeypatch):
    monkeypatch.setattr(osc_traffic, "PERIOD_S", 0.01)

    async def scene(session, desk):
        desk.traffic.start()
        Wire(desk).say("/lmdm/mix/gain")
        for _ in range(500):
            if session.get("osc/peers") == 1:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("nothing was published")

    at_the_desk(scene)
