"""What a running show tells whoever listens: the latest value of every row, as it comes in over OSC."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any, Self

from lmdmd.bench.program import wait_for
from lmdmd.errors import OscError
from lmdmd.params import DECK_SLOTS, PROMPT_SLOTS
from lmdmd.surfaces.osc_packet import MAX_PACKET_BYTES, PREFIX, build_message, parse_packet

_LOOK_S = 0.1
_LEASE_S = 3600.0
_ALL_TOLD = 100
"""Rows are told in packets of their own; so many mean that the first telling has come."""


class Told:
    """A listener to every row of a program; a context manager. ``rows`` are the latest values by name."""

    def __init__(self, port: int) -> None:
        self.rows: dict[str, Any] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))
        self._socket.settimeout(_LOOK_S)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._hear, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.say("listen", "*", _LEASE_S)
        wait_for(lambda: len(self.rows) >= _ALL_TOLD, why=lambda: "to be told how the show stands")
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()
        self._socket.close()

    def say(self, address: str, *values: Any) -> None:
        """Send a message; nobody waits for what is answered."""
        self._socket.send(build_message(PREFIX + address, *values))

    def _hear(self) -> None:
        while not self._ending.is_set():
            try:
                messages = parse_packet(self._socket.recv(MAX_PACKET_BYTES))
            except (TimeoutError, ConnectionRefusedError):
                continue
            except (OscError, OSError):
                return
            for _, message in messages:
                if message.params:
                    self.rows[message.address.removeprefix(PREFIX)] = message.params[0]

    def until(self, row: str, value: Any, limit_s: float = 60.0) -> None:
        """Wait until a row is told to be this."""
        wait_for(lambda: self.rows.get(row) == value, limit_s, lambda: f"for {row} {value}, it is {self.rows.get(row)}")

    # --- what is made of it --------------------------------------------------------------------------

    @property
    def model(self) -> str:
        """Bundle that is live; of two, the newcomer. Empty where none is."""
        return live_model(self.rows)

    def snapshot(self) -> dict[str, Any]:
        """All rows as they are told now, and when that was."""
        return dict(self.rows) | {"at_s": time.monotonic()}


def live_model(rows: dict[str, Any]) -> str:
    """Bundle of the deck that is live."""
    live = [slot for slot in range(DECK_SLOTS) if rows.get(f"deck/{slot}/state") == "live"]
    return str(rows.get(f"deck/{live[0]}/model", "")) if live else ""


def mixture(rows: dict[str, Any]) -> dict[str, float]:
    """Prompts that are heard, and their weights."""
    slots = [(rows.get(f"prompt/{slot}/text"), rows.get(f"prompt/{slot}/weight")) for slot in range(PROMPT_SLOTS)]
    mixed: dict[str, float] = {}
    for text, weight in slots:
        if text and weight:
            mixed[str(text)] = mixed.get(str(text), 0.0) + float(weight)
    return mixed


def beats(rows: dict[str, Any]) -> float:
    """Place in the song in beats, from 0."""
    return (rows["clock/bar"] - 1) * rows["clock/metre"] + rows["clock/beat"]
