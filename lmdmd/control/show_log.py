"""The show log: every event of a session as a line of JSON, on the disk before the next one happens.

Each line has a ``kind`` (written, heard, incident, block, turned, done; first of all show, which says what played on
what) and the fields of its event in ``control/events.py``. Lines from before a file is open wait for it.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from lmdmd import __version__
from lmdmd.control.events import Block, Event

log = logging.getLogger(__name__)

NAME = "show.jsonl"
_MOST_WAITING = 20_000


class ShowLog:
    """Keeps events; ``about`` is what a reader must know of the whole program."""

    def __init__(self, about: dict[str, Any]) -> None:
        self.path: Path | None = None
        self._file: IO[str] | None = None
        self._waiting: deque[str] = deque([_line("show", about | {"version": __version__})], maxlen=_MOST_WAITING)

    def __call__(self, event: Event) -> None:
        """Keep an event; a disk that refuses ends the log and nothing else."""
        line = _line(type(event).__name__.lower(), _fields(event))
        if self._file is None:
            self._waiting.append(line)
            return
        try:
            self._file.write(line)
        except OSError as error:
            log.error("the show log %s ends here: %s", self.path, error.strerror or error)
            self._file = None

    def open(self, path: Path) -> None:
        """Write to a file from now on, what has waited first; a log that is open stays where it is.

        Raises ``OSError``.
        """
        if self._file is not None:
            return
        self._file = path.open("a", buffering=1, encoding="utf-8")
        self.path = path
        while self._waiting:
            self._file.write(self._waiting.popleft())

    def close(self) -> None:
        """Close the file; it was whole all along."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _fields(event: Event) -> dict[str, Any]:
    fields = asdict(event)
    return {"deck": event.deck, **fields["block"]} if isinstance(event, Block) else fields


def _line(kind: str, fields: dict[str, Any]) -> str:
    return json.dumps({"kind": kind} | fields, ensure_ascii=False) + "\n"
