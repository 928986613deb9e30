"""A client on a WebSocket: its frames on their way to the desk, and what it hears by OSCQuery's LISTEN."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from lmdmd.levels import Level
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_peers import MAX_BACKLOG, Address, Send
from lmdmd.surfaces.web_commands import Text, read_text, split_query, stream_port
from lmdmd.surfaces.web_listening import Listener
from lmdmd.surfaces.web_socket import Connection
from lmdmd.surfaces.web_tree import Tree

HostInfo = dict[str, object]


class Client:
    """What one WebSocket is to the program. ``stream`` gives what sends to a UDP port of its host, if one may."""

    def __init__(
        self,
        address: Address,
        level: Level,
        connection: Connection,
        desk: OscDesk,
        tree: Tree,
        host_info: HostInfo,
        stream: Callable[[int], Send | None],
        tell_soon: Callable[[], None],
        counters: Counter[str],
    ) -> None:
        self._connection = connection
        self._desk = desk
        self._tree = tree
        self._host_info = host_info
        self._stream = stream
        self._tell_soon = tell_soon
        self._counters = counters
        self._peer = desk.open(address, connection.send, level=level, door="ws")
        self.listener = Listener(connection.send)

    async def serve(self) -> None:
        """Take its frames until the connection ends."""
        try:
            await self._connection.serve(self)
        finally:
            self._desk.close(self._peer)

    def tell(self, command: str, data: object) -> None:
        """Tell it of a change of the address space, if it may look."""
        if self._may_look:
            self._connection.send_text({"COMMAND": command, "DATA": data})

    def abort(self) -> None:
        """End the connection now."""
        self._connection.abort()

    # --- in ----------------------------------------------------------------------------------------

    def has_room(self) -> bool:
        """Whether the desk can take more of it."""
        return len(self._peer.backlog) < MAX_BACKLOG // 2

    def take_packet(self, packet: bytes) -> None:
        """Pass an OSC packet on."""
        self._counters["frames"] += 1
        self._desk.receive(packet, self._peer)

    def take_text(self, text: str) -> None:
        """Do what a text frame asks for."""
        self._counters["frames"] += 1
        said = read_text(text)
        handler = self._handler(said) if said is not None else None
        if said is None or handler is None or not self._may_look:
            # What other programs add to the protocol is no error.
            self._counters["unread"] += 1
            return
        handler(said.data)

    @property
    def _may_look(self) -> bool:
        return self._peer.level >= Level.VIEW

    def _handler(self, said: Text) -> Callable[[str | dict], None] | None:
        return {
            "QUERY": self._on_query,
            "LISTEN": self._on_listen,
            "IGNORE": self._on_ignore,
            "START_OSC_STREAMING": self._on_streaming,
        }.get(said.command)

    def _on_query(self, path: str | dict) -> None:
        address, attribute = split_query(str(path))
        answer = self._host_info if attribute == "HOST_INFO" else self._tree.answer(address, attribute)[1]
        if answer is not None:
            self._connection.send_text(answer)

    def _on_listen(self, path: str | dict) -> None:
        name = self._tree.readable(str(path))
        if name is not None:
            self.listener.listen(name)
            self._tell_soon()

    def _on_ignore(self, path: str | dict) -> None:
        name = self._tree.readable(str(path))
        if name is not None:
            self.listener.ignore(name)

    def _on_streaming(self, data: str | dict) -> None:
        port = stream_port(data)
        send = self._stream(port) if port is not None else None
        if send is not None:
            self.listener.send = send
