"""The ports of a desk: UDP and TCP on one number."""

from __future__ import annotations

import logging

from lmdmd.errors import OscError
from lmdmd.levels import Level
from lmdmd.surfaces.osc import OscSurface
from lmdmd.surfaces.osc_access import is_loopback
from lmdmd.surfaces.osc_door import Desk
from lmdmd.surfaces.osc_tcp import OscTcp

log = logging.getLogger(__name__)

TRIES = 20
"""Free ports of UDP that are looked at for one that TCP has free too."""


class OscDoors:
    """A desk and its two doors, which start and stop together. ``tcp_door`` names clients that came by TCP.

    ``port`` 0 takes a free one; ``port`` says which after ``start``.
    """

    def __init__(self, desk: Desk, bind: str = "127.0.0.1", port: int = 9000, tcp_door: str = "tcp") -> None:
        self.desk = desk
        self.bind = bind
        self.port = port
        self.udp = OscSurface(desk.session, bind, port, desk)
        self.tcp = OscTcp(desk, bind, port, tcp_door)

    async def start(self) -> None:
        """Open both ports; raises ``OscError`` when they cannot be had."""
        for left in reversed(range(TRIES if self.port == 0 else 1)):
            self.udp.port = self.port
            await self.udp.start()
            self.tcp.port = self.udp.port
            try:
                await self.tcp.start()
            except OscError:
                await self.udp.stop()
                if not left:
                    raise
            else:
                break
        self.port = self.udp.port
        self.desk.start()
        if self.desk.access.entry is Level.EDIT and not is_loopback(self.bind):
            log.warning("whoever reaches %s:%d may change the show; --passcodes asks for one", self.bind, self.port)

    async def stop(self) -> None:
        """End what runs, close both ports; they are free when this returns."""
        await self.desk.stop()
        await self.tcp.stop()
        await self.udp.stop()
