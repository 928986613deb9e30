"""The ports of controllers: several of each direction by part of their names, fetched and told together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from lmdmd.control.midi_ports import INPUT, OUTPUT, Port
from lmdmd.errors import SyncError

ROWS = {"midi/in": INPUT, "midi/out": OUTPUT}
"""Rows that name ports, and their direction."""
_NAME = "control"
_MOST = 200
"""Messages of one port that are taken at once; the others wait."""

CONNECT_S = 0.5
"""A sound server makes connections in its own time, and what is sent before is lost."""


class Ends:
    """Open ports of both directions."""

    def __init__(self) -> None:
        self._ports: dict[str, list[Port]] = {row: [] for row in ROWS}
        self._told_from_s: float | None = None

    def has(self, row: str) -> bool:
        """Whether a row has ports."""
        return bool(self._ports[row])

    def open(self, row: str, wanted: str, now_s: float, *, patient: bool) -> None:
        """Open the ports that a row names instead of those it had; raises ``SyncError`` with those still open."""
        opened: list[Port] = []
        try:
            for name in filter(None, (part.strip() for part in wanted.split(","))):
                opened.append(Port(ROWS[row], row, name, _NAME, patient=patient))
        except SyncError:
            _delete(opened)
            raise
        _delete(self._ports[row])
        self._ports[row] = opened
        if ROWS[row] == OUTPUT:
            self._told_from_s = now_s + CONNECT_S if opened else None

    def look(self, now_s: float) -> list[str]:
        """Take up again ports that had gone; returns what is to be told of them."""
        said = []
        for row, ports in self._ports.items():
            for port in ports:
                if text := port.look(now_s):
                    said.append(text)
                    if ROWS[row] == OUTPUT and port.is_there:
                        self._told_from_s = now_s + CONNECT_S
        return said

    def fetch(self) -> Iterator[Sequence[int]]:
        """What has come in since the last time."""
        for port in self._ports["midi/in"]:
            for _ in range(_MOST):
                got: Any = port.get_message()
                if got is None:
                    break
                yield got[0]

    def should_show_all(self, now_s: float) -> bool:
        """Once after a way out was opened or came back: whoever is there knows nothing."""
        if self._told_from_s is None or now_s < self._told_from_s:
            return False
        self._told_from_s = None
        return True

    @property
    def can_show(self) -> bool:
        """Whether somebody can be told."""
        return self._told_from_s is None and any(port.is_there for port in self._ports["midi/out"])

    def send(self, messages: Sequence[list[int]]) -> None:
        """Send to every way out that is there."""
        for port in self._ports["midi/out"]:
            if port.is_there:
                for message in messages:
                    port.send_message(message)

    def close(self) -> None:
        """Close them all."""
        for ports in self._ports.values():
            with suppress(Exception):  # at the end nobody can do anything about a driver
                _delete(ports)
            ports.clear()


def _delete(ports: Sequence[Port]) -> None:
    for port in ports:
        port.delete()
