"""Telling the network by multicast DNS where we are, so that other programs list us: the extra ``discovery``.

``_oscjson._tcp`` is the HTTP port with its OSCQuery tree, ``_osc._udp`` the OSC port.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import socket
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

from lmdmd.errors import WebError
from lmdmd.surfaces.web_guard import announced_name

log = logging.getLogger(__name__)

HTTP_SERVICE = "_oscjson._tcp.local."
OSC_SERVICE = "_osc._udp.local."


class Announcement:
    """Both ports, as services on the network of the address that they are bound to."""

    def __init__(self, bind: str, http_port: int, osc_port: int) -> None:
        self._bind = bind
        self._ports = {HTTP_SERVICE: http_port, OSC_SERVICE: osc_port}
        self._zeroconf: Any = None
        self._registering: asyncio.Task | None = None

    def start(self) -> None:
        """Begin to announce; raises ``WebError`` when that cannot be."""
        try:
            zeroconf, aio = importlib.import_module("zeroconf"), importlib.import_module("zeroconf.asyncio")
        except ImportError:
            raise WebError("not announced on the network: pip install 'lmdmd[discovery]'") from None
        try:
            addresses = _addresses(self._bind, zeroconf.get_all_addresses)
            self._zeroconf = aio.AsyncZeroconf(interfaces=addresses)
        except OSError as error:
            raise WebError(f"not announced on the network: {error.strerror or error}") from None
        self._registering = asyncio.get_running_loop().create_task(self._register(aio, addresses))

    async def _register(self, aio: Any, addresses: list[str]) -> None:
        await asyncio.gather(*(self._register_one(aio, service, addresses) for service in self._ports))

    async def _register_one(self, aio: Any, service: str, addresses: list[str]) -> None:
        host = announced_name()
        name = f"{host.removesuffix('.local')}.{service}"
        port, server = self._ports[service], f"{host}."
        info = aio.AsyncServiceInfo(service, name, port=port, parsed_addresses=addresses, server=server)
        try:
            await (await self._zeroconf.async_register_service(info, allow_name_change=True))
        except Exception as error:
            # The network's, or another program's: the show has no use for the difference.
            log.warning("%s is not announced on the network: %s", service, str(error) or type(error).__name__)
        else:
            log.info("announced on the network as %s", info.name)

    async def stop(self) -> None:
        """Take the announcement back."""
        if self._registering is not None:
            self._registering.cancel()
            await asyncio.gather(self._registering, return_exceptions=True)
        if self._zeroconf is not None:
            await self._zeroconf.async_unregister_all_services()
            await self._zeroconf.async_close()


def _addresses(bind: str, every_address: Callable[[], Iterable[str]]) -> list[str]:
    """Addresses at which others find what is bound to one."""
    found = {ip_address(info[4][0]) for info in socket.getaddrinfo(bind, None, type=socket.SOCK_DGRAM)}
    if any(address.is_unspecified for address in found):
        found = {address for address in map(ip_address, every_address()) if not address.is_loopback}
    return sorted(map(str, found))
