"""Who hears of which rows by OSCQuery's LISTEN: exact paths, for as long as the connection lasts.

Holds no socket and no clock. A change marks the row, and ``take`` hands out what is marked, so that a row that moved
a hundred times is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lmdmd.params import BY_NAME, Value
from lmdmd.surfaces.osc_packet import build_message

MAX_TOLD = 512
"""Messages handed out at one time, for all listeners together."""

Send = Callable[[bytes], bool]


@dataclass(eq=False)
class Listener:
    """One connection: the way to it, the rows it hears, what is marked, what it was told last."""

    send: Send
    names: set[str] = field(default_factory=set)
    marked: dict[str, None] = field(default_factory=dict)
    told: dict[str, Value] = field(default_factory=dict)

    def listen(self, name: str) -> None:
        """Hear of a row from now on, and what it is."""
        self.names.add(name)
        self.marked[name] = None
        self.told.pop(name, None)

    def ignore(self, name: str) -> None:
        """Hear no more of a row."""
        self.names.discard(name)
        self.marked.pop(name, None)


class Listening:
    """Every listener."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []

    def mark(self, name: str) -> bool:
        """Note that a row changed; whether anybody wants it."""
        wanting = [listener for listener in self.listeners if name in listener.names]
        for listener in wanting:
            listener.marked[name] = None
        return bool(wanting)

    def take(self, get: Callable[[str], Value]) -> Iterator[tuple[Listener, str, bytes]]:
        """Listeners, rows and the messages that are due; what exceeds ``MAX_TOLD`` stays marked."""
        share = MAX_TOLD // max(len(self.listeners), 1)
        packets: dict[str, bytes] = {}
        for listener in self.listeners:
            for name in list(listener.marked)[:share]:
                del listener.marked[name]
                value = get(name)
                if listener.told.get(name) != value:
                    listener.told[name] = value
                    packets[name] = packets.get(name) or build_message(BY_NAME[name].address, value)
                    yield listener, name, packets[name]

    @property
    def waiting(self) -> bool:
        """Whether anything is marked."""
        return any(listener.marked for listener in self.listeners)
