"""Notes that are held on a keyboard, named as a chord: the verb ``harmony/note``, by MIDI or OSC.

Each note that is added names the chord anew, on its bar or beat. Fingers that leave one by one name nothing: a chord
stays until the next one. Only notes of an older chord that are let go of under a new one do: they were in its way.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from lmdmd.control.events import Done, Event
from lmdmd.control.session import Session

TOGETHER_S = 0.15
"""Notes that begin within this time are of one chord."""
LONGEST_S = 120.0
"""A note that is held for longer was let go of unheard."""
MOST = 12


class HeldNotes:
    """Carries out ``harmony/note``; each client holds notes of its own."""

    def __init__(self, session: Session, now_s: Callable[[], float] = time.monotonic) -> None:
        self._session, self._now_s = session, now_s
        self._by = "keys"
        self._held: dict[str, dict[int, float]] = {}
        session.watch(self._hear)
        session.provide("harmony/note", self.note)

    def _hear(self, event: Event) -> None:
        # Told before the verb is carried out: what follows is this client's doing.
        if isinstance(event, Done) and event.verb == "harmony/note":
            self._by = event.source

    async def note(self, note: int, velocity: int) -> str:
        """Verb ``harmony/note``; velocity 0 lets go."""
        held, now_s = self._held.setdefault(self._by, {}), self._now_s()
        for old in [one for one, since_s in held.items() if now_s - since_s > LONGEST_S]:
            del held[old]
        since_s = held.pop(note, now_s)
        if velocity > 0:
            held[note] = now_s
            for oldest in list(held)[:-MOST]:
                del held[oldest]
        elif not any(other_s > since_s + TOGETHER_S for other_s in held.values()):
            return ""
        taken = self._session.play_chord(held, source=self._by)
        return "" if taken is None else str(taken.value)
