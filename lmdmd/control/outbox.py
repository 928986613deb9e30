"""Messages that wait for a child to read them, and no more of them than what they come to in the end.

A fader moved while a model loads leaves its last value, not its way there; what a ``ClearAfter`` cancels
does not wait for it.
"""

from __future__ import annotations

import itertools
from collections import OrderedDict

from lmdmd.messages import NOW, ClearAfter, Reset, Write
from lmdmd.params import CLOCKED

MOST_WAITING = 50_000
"""More than the largest setlist plans; a child that lets so much wait reads no more."""


class Outbox:
    """A bounded queue of messages in the order in which they act."""

    def __init__(self, limit: int = MOST_WAITING) -> None:
        self._limit = limit
        self._waiting: OrderedDict[int, object] = OrderedDict()
        self._latest: dict[str, int] = {}
        self._numbers = itertools.count()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, message: object) -> bool:
        """Let a message wait; False when there is no room."""
        number = next(self._numbers)
        if isinstance(message, Write) and message.frame == NOW:
            self._drop_earlier(message)
            self._latest[message.name] = number
        elif isinstance(message, ClearAfter):
            self._drop_planned(message.frame)
        elif isinstance(message, Reset) and message in self._waiting.values():
            return True
        if len(self._waiting) >= self._limit:
            return False
        self._waiting[number] = message
        return True

    def take(self) -> object:
        """The next message."""
        return self._waiting.popitem(last=False)[1]

    def _drop_earlier(self, write: Write) -> None:
        """Forget what waits for the same row, unless ``write`` glides from there."""
        number = self._latest.get(write.name, -1)
        earlier = self._waiting.get(number)
        if isinstance(earlier, Write) and (earlier.glide_frames or not write.glide_frames):
            del self._waiting[number]

    def _drop_planned(self, frame: int) -> None:
        writes = [(number, one) for number, one in self._waiting.items() if isinstance(one, Write)]
        for number, write in writes:
            if write.frame > frame and write.name not in CLOCKED:
                del self._waiting[number]
