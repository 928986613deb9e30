"""OSC over UDP: datagrams in, answers to where each came from, clients known by their address."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial

from lmdmd.control.session import Session
from lmdmd.errors import OscError
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_door import Desk
from lmdmd.surfaces.osc_peers import Address, Peer, Peers, Send, Target
from lmdmd.surfaces.osc_socket import Endpoint, open_socket


class OscSurface:
    """OSC over UDP for one session. ``port`` 0 takes a free one; ``port`` says which after ``start``.

    It has a desk of its own, or shares ``desk``, which then somebody else starts and stops.
    """

    def __init__(self, session: Session, bind: str = "127.0.0.1", port: int = 9000, desk: Desk | None = None) -> None:
        self.session = session
        self.bind = bind
        self.port = port
        self.desk: Desk = desk or OscDesk(session)
        self._owns_desk = desk is None
        self._peers = Peers(self._open)
        self._endpoint: Endpoint | None = None

    @property
    def counters(self) -> Counter[str]:
        """What came and went, as the desk counts it."""
        return self.desk.counters

    # --- life --------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the port; raises ``OscError`` when it cannot be had."""
        sock = await open_socket(self.bind, self.port)
        endpoint = Endpoint(sock, self.receive, self._on_refused)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: endpoint, sock=sock)
        self.port = sock.getsockname()[1]
        self._endpoint = endpoint
        if self._owns_desk:
            self.desk.start()

    async def stop(self) -> None:
        """End what runs, close the port; it is free when this returns."""
        if self._owns_desk:
            await self.desk.stop()
        if self._endpoint is not None:
            self._endpoint.close()
            await self._endpoint.closed.wait()
            self._endpoint = None

    # --- in and out --------------------------------------------------------------------------------

    def receive(self, data: bytes, address: Address) -> None:
        """Handle one datagram from ``address``; never raises."""
        if self._is_own(address):
            return
        if self.desk.access.hears(address[0]):
            self.desk.receive(data, self._peers.of(address))
        else:
            self.desk.counters["unheard"] += 1

    def sender(self, address: Address) -> Send:
        """What sends a packet to an address, from this port."""
        return partial(self._send, address)

    def _send(self, address: Address, packet: bytes) -> bool:
        return self._endpoint is not None and self._endpoint.send(packet, address)

    def _open(self, address: Address) -> Peer:
        return self.desk.open(address, self.sender(address), reach=partial(self._reach, address))

    def _reach(self, address: Address, port: int) -> Target:
        target = (address[0], port, *address[2:])
        if self._is_own(target):
            raise OscError(f"listen: port {port} is this program's own; give the port you receive on")
        return Target(target, self.sender(target))

    def _is_own(self, address: Address) -> bool:
        return address[1] == self.port and address[0] in (self.bind, "127.0.0.1", "::1")

    def _on_refused(self) -> None:
        self.desk.counters["dropped"] += 1
