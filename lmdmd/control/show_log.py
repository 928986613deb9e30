"""The show log: every event of a session as a line of JSON, on the disk before the next one happens.

Each line has a ``kind``, the name of its event in ``control/events.py`` in small letters, and that event's fields; the
first of all is ``show``, which says what played on what. The latest lines from before a file is open wait for it.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from lmdmd import __version__
from lmdmd.control.events import Block, Event

log = logging.getLogger(__name__)

NAME = "show.jsonl"
_LOG_NAME = re.compile(r"show(-[0-9]+)?\.jsonl\Z")
_MOST_WAITING_SIGNS = 4_000_000
SYNC_S, _PATIENCE_S = 1.0, 5.0
"""So often the disk is told to hold on to what was written, and so long it may take for it at the end."""


class ShowLog:
    """Keeps events; ``about`` is what a reader must know of the whole program, ``tell`` hears why it ended early."""

    def __init__(self, about: dict[str, Any], tell: Callable[[str], None] = log.error) -> None:
        self.path: Path | None = None
        self._tell = tell
        self._file: IO[str] | None = None
        self._about = about | {"version": __version__}
        self._waiting: deque[str] = deque()
        self._waiting_signs = 0
        self._lost = 0
        self._failed = False
        self._closing = threading.Event()
        self._syncing: threading.Thread | None = None

    def __call__(self, event: Event) -> None:
        """Keep an event; a disk that refuses ends the log and nothing else."""
        if self._failed:
            return
        line = _line(type(event).__name__.lower(), _fields(event))
        if self._file is None:
            self._let_wait(line)
            return
        try:
            self._file.write(line)
        except OSError as error:
            self._failed = True
            self._tell(f"the show log {self.path} ends here: {error.strerror or error}")

    def _let_wait(self, line: str) -> None:
        self._waiting.append(line)
        self._waiting_signs += len(line)
        while self._waiting_signs > _MOST_WAITING_SIGNS:
            self._waiting_signs -= len(self._waiting.popleft())
            self._lost += 1

    def open(self, path: Path) -> None:
        """Write to a file from now on, what has waited first; a log that is open stays where it is.

        Raises ``OSError``.
        """
        if self._file is not None:
            return
        self._file = path.open("a", buffering=1, encoding="utf-8")
        self.path = path
        self._file.write(_line("show", self._about | {"lost_lines": self._lost}))
        while self._waiting:
            self._file.write(self._waiting.popleft())
        # In a thread: a slow disk may take seconds for it.
        self._syncing = threading.Thread(target=self._sync, args=(self._file.fileno(),), name="show log", daemon=True)
        self._syncing.start()

    def _sync(self, file: int) -> None:
        ends = False
        while not ends:
            ends = self._closing.wait(SYNC_S)
            with suppress(OSError):
                os.fsync(file)

    def close(self) -> None:
        """Close the file; it was whole all along."""
        self._closing.set()
        if self._syncing is not None:
            self._syncing.join(_PATIENCE_S)
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None


def logs_in(take: Path) -> list[Path]:
    """Logs in the folder of a recording, in order: a show that goes on after a crash begins another one."""
    found = [path for path in take.glob("show*.jsonl") if _LOG_NAME.match(path.name)]
    return sorted(found, key=lambda path: (len(path.name), path.name))


def next_log(take: Path) -> Path:
    """Where the next log of a recording goes."""
    count = len(logs_in(take))
    return take / NAME if not count else take / f"show-{count + 1}.jsonl"


def _fields(event: Event) -> dict[str, Any]:
    fields = asdict(event)
    return {"deck": event.deck, **fields["block"]} if isinstance(event, Block) else fields


def _line(kind: str, fields: dict[str, Any]) -> str:
    return json.dumps({"kind": kind} | fields, ensure_ascii=False) + "\n"
