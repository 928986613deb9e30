"""The verbs of a show: who asked, the guard of go, and what is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lmdmd.control.events import Done, Event
from lmdmd.control.show_edits import Edits
from lmdmd.errors import CommandError

if TYPE_CHECKING:
    from lmdmd.control.show import Show


class Verbs:
    """Carries out the ``show/`` verbs on a show; ``now_s`` is a clock that never goes back."""

    def __init__(self, show: Show, now_s: Callable[[], float]) -> None:
        self._show = show
        self._now_s = now_s
        self._went_s: float | None = None
        self._by = "show"
        show.session.watch(self._hear)
        edits = Edits(show)
        verbs = {
            "go": self._go,
            "back": self._back,
            "cue": self._cue,
            "stop": self._stop,
            "pause": self._stop,
            "start": self._start,
            "resume": self._start,
            "release": self._release,
            "message": self._message,
            "skip": edits.skip,
            "insert": edits.insert,
            "move": edits.move,
            "reload": edits.reload,
        }
        for verb, function in verbs.items():
            show.session.provide(f"show/{verb}", function)

    def _hear(self, event: Event) -> None:
        # Told before the verb is carried out: what follows is this client's doing.
        if isinstance(event, Done):
            self._by = event.source

    async def _go(self) -> str:
        guard_s = float(self._show.session.get("show/guard"))
        since_s = guard_s if self._went_s is None else self._now_s() - self._went_s
        if since_s < guard_s:
            raise CommandError(f"show/go: {since_s:.2f} s after another go; the guard (show/guard) is {guard_s:g} s")
        done = self._show.go(by=self._by)
        self._went_s = self._now_s()
        return done

    async def _back(self) -> str:
        return self._show.back(by=self._by)

    async def _cue(self, cue: str) -> str:
        return self._show.jump(cue, by=self._by)

    async def _message(self, message: str) -> str:
        fired = self._show.hear(message, self._by)
        if not fired:
            raise CommandError(f'show/message: no cue of this song waits for "{message}"')
        return ", ".join(fired)

    async def _release(self, pattern: str) -> str:
        rows = self._show.release(pattern)
        if not rows:
            raise CommandError(f'show/release: nothing that matches "{pattern}" is taken')
        return f"{', '.join(rows)} back with the cues"

    async def _stop(self) -> str:
        self._show.need_setlist()
        self._show.stop()
        return "timed cues wait"

    async def _start(self) -> str:
        self._show.need_setlist()
        self._show.start()
        return "timed cues fire"
