"""Silence at once: the mixer alone is asked, so that it works whatever else hangs."""

from __future__ import annotations

from lmdmd.control.session import Session

FADE = "mix/fade"


class Panic:
    """Verbs ``panic`` and ``release``: a first panic fades, a second one while it does is a hard stop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._fading = False
        session.provide("panic", self.panic)
        session.provide("release", self.release)

    async def panic(self, fade_s: float) -> str:
        """Fade out; when that is still going on, be silent now."""
        hard = self._fading and float(self._session.get(FADE)) > 0.0
        self._fading = True
        self._session.steer(FADE, 0.0, glide_s=0.0 if hard else fade_s)
        return "silent at once" if hard else "silent"

    async def release(self, fade_s: float) -> str:
        """Come back."""
        self._fading = False
        self._session.steer(FADE, 1.0, glide_s=fade_s)
        return "sounding"
