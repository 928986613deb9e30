"""What the network is told, asked for by another program's browser on this machine."""

from __future__ import annotations

import asyncio
import logging
import sys

import pytest

from lmdmd.errors import WebError
from lmdmd.surfaces.web_discovery import HTTP_SERVICE, OSC_SERVICE, Announcement, _addresses
from lmdmd.surfaces.web_guard import announced_name, own_names


def test_both_ports_are_found_at_the_address_they_are_bound_to():
    aio = pytest.importorskip("zeroconf.asyncio")
    name = announced_name().removesuffix(".local")

    async def play():
        announcement = Announcement("127.0.0.1", 9080, 9000)
        announcement.start()
        asking = aio.AsyncZeroconf(interfaces=["127.0.0.1"])
        try:
            for service, port in ((HTTP_SERVICE, 9080), (OSC_SERVICE, 9000)):
                async with asyncio.timeout(20):
                    while (found := await asking.async_get_service_info(service, f"{name}.{service}", 1000)) is None:
                        pass
                assert (found.port, found.parsed_addresses()) == (port, ["127.0.0.1"])
                assert found.server == f"{announced_name()}."
        finally:
            await announcement.stop()
            await asking.async_close()

    asyncio.run(play())


def test_the_name_that_is_announced_calls_us():
    assert announced_name() in own_names()


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    with pytest.raises(WebError, match=r"pip install 'lmdmd\[discovery\]'"):
        Announcement("127.0.0.1", 9080, 9000).start()


def test_a_network_that_refuses_is_no_reason_to_stop(monkeypatch, caplog):
    aio = pytest.importorskip("zeroconf.asyncio")

    async def refuse(self, *_, **__):
        raise OSError("no such network")

    monkeypatch.setattr(aio.AsyncZeroconf, "async_register_service", refuse)

    async def play():
        announcement = Announcement("127.0.0.1", 9080, 9000)
        announcement.start()
        async with asyncio.timeout(20):
            while len(caplog.records) < 2:
                await asyncio.sleep(0.01)
        await announcement.stop()

    with caplog.at_level(logging.WARNING, "lmdmd"):
        asyncio.run(play())
    assert {record.getMessage() for record in caplog.records} == {
        f"{service} is not announced on the network: no such network" for service in (HTTP_SERVICE, OSC_SERVICE)
    }


@pytest.mark.parametrize(
    ("bind", "expected"),
    [
        ("192.168.1.7", ["192.168.1.7"]),
        ("0.0.0.0", ["10.0.0.2", "192.168.1.7"]),
        ("::", ["10.0.0.2", "192.168.1.7"]),
        ("127.0.0.1", ["127.0.0.1"]),
    ],
)
def test_addresses_are_those_that_others_reach(bind, expected):
    assert _addresses(bind, lambda: ["127.0.0.1", "192.168.1.7", "10.0.0.2"]) == expected
