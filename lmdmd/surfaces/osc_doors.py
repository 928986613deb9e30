"""Every door of OSC that is a port of its own: UDP and TCP on one number, before one desk."""

from __future__ import annotations

import logging

from lmdmd.control.session import Session
from lmdmd.errors import OscError
from lmdmd.levels import Level
from lmdmd.surfaces.osc import OscSurface
from lmdmd.surfaces.osc_access import Access, is_loopback
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_tcp import OscTcp

log = logging.getLogger(__name__)

TRIES = 20
"""Free ports of UDP that are looked at for one that TCP has free too."""


class OscDoors:
    """A session's desk with its UDP and its TCP port.

    ``port`` 0 takes a free one; ``port`` says which after ``start``.
    """

    def __init__(
        self, session: Session, bind: str = "127.0.0.1", port: int = 9000, access: Access | None = None
    ) -> None:
        self.desk = OscDesk(session, access)
        self.bind = bind
        self.port = port
        self.udp = OscSurface(session, bind, port, self.desk)
        self.tcp = OscTcp(self.desk, bind, port)

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
            log.warning(
                "whoever reaches %s:%d may change the show; --passcodes FILE asks for one", self.bind, self.port
            )

    async def stop(self) -> None:
        """End what runs, close both ports; they are free when this returns."""
        await self.desk.stop()
        await self.tcp.stop()
        await self.udp.stop()
