"""Garbage on the desks of a show, without a network: no error of ours, and what is good is answered all along."""

from __future__ import annotations

import asyncio

import pytest
from show_stage import Stage, at, by_hand, setlist, song

from lmdmd.bench.garbage import ADDRESSES, QLAB, Garbage
from lmdmd.control.panic import Panic
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_packet import build_message, parse_packet
from lmdmd.surfaces.qlab import QlabDesk

PACKETS = 6000


@pytest.mark.parametrize("seed", [1, 2])
def test_garbage_on_both_desks_is_no_error_of_ours(board, seed, caplog):
    async def play() -> None:
        stage = Stage(board, setlist(song(by_hand("first"), at(30, "timed")), song(name="Two")))
        Panic(stage.session)
        desk = OscDesk(stage.session)
        qlab = QlabDesk(desk)
        desk.start()
        qlab.start()
        garbage, heard = Garbage(seed), []
        peer, remote = (one.open(("192.0.2.1", 9), lambda packet: True) for one in (desk, qlab))
        good = desk.open(("192.0.2.2", 9), lambda packet: heard.append(packet) is None)
        for number in range(PACKETS):
            desk.receive(garbage.packet(ADDRESSES), peer)
            qlab.receive(garbage.packet(QLAB), remote)
            if number % 100 == 0:
                await asyncio.sleep(0)
                stage.to(stage.now_s + 0.02)
                desk.receive(build_message("/lmdm/sync", number), good)
        await qlab.stop()
        await desk.stop()
        assert [parse_packet(packet)[0][1].params[0] for packet in heard] == list(range(0, PACKETS, 100))
        assert desk.counters["errors"] == 0, caplog.text
        assert desk.counters["malformed"] > PACKETS / 2

    asyncio.run(play())
