"""The verb ``prime``: which music the live deck may be given for its past, checked before anything changes.

A file must lie in the setlist's folder or in the recordings', or below them: its name may come from the network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from lmdmd.control.events import Done, Event
from lmdmd.control.session import Session
from lmdmd.errors import CommandError, ParamError, PrimeError, did_you_mean
from lmdmd.params import Value
from lmdmd.primes import CONTEXT_S, SOURCES, read_prime
from lmdmd.rt.sound_file import read_end

ROW = "engine/prime"


class Priming:
    """Carries out ``prime``; ``folders`` are where files may lie, ``bundle`` names what plays."""

    def __init__(self, session: Session, folders: Sequence[Path], bundle: Callable[[], str]) -> None:
        self._session, self._bundle = session, bundle
        self._folders = [folder.resolve() for folder in folders]
        self._by = "prime"
        session.watch(self._hear)
        session.act_on(ROW, self._check)
        session.provide("prime", self.prime)
        session.provide("prompt/audio", self.prompt)

    def _hear(self, event: Event) -> None:
        # Told before the verb is carried out: what follows is this client's doing.
        if isinstance(event, Done) and event.verb == "prime":
            self._by = event.source

    async def prime(self, what: str, which: str) -> str:
        """Verb ``prime``."""
        if what not in SOURCES:
            raise CommandError(f'prime: "{what[:60]}" is none of {", ".join(SOURCES)}{did_you_mean(what, SOURCES)}')
        by = self._by
        try:
            prime = read_prime(f"{what} {which}")
            if what == "file":
                prime = read_prime(f"file {self._found(prime.path)}")
                await asyncio.to_thread(read_end, Path(prime.path), CONTEXT_S)
            self._session.set(ROW, prime.words, source=by)
        except (ParamError, PrimeError) as error:
            raise CommandError(f"prime: {error}") from None
        return f"goes on from {prime.words} as soon as it is encoded"

    async def prompt(self, slot: int, file: str) -> str:
        """Verb ``prompt/audio``: no conditioner that lmdmd knows hears sound."""
        raise CommandError(
            f"prompt/audio: bundle {self._bundle()} reads prompts as words and cannot hear {file[:60]!a}; say it in "
            f"words with prompt/{slot}/text, or let the music go on from it with prime file NAME"
        )

    def _check(self, value: Value) -> None:
        """Refuse what the row must not be: a file that nobody may name."""
        if not value:
            return
        prime = read_prime(str(value))
        if prime.source == "file" and self._found(prime.path) != prime.path:
            raise ParamError(f"{ROW}: {prime.path[:60]} is no whole path; prime file NAME finds it")

    def _found(self, name: str) -> str:
        """Whole path of a file in one of the folders."""
        for folder in self._folders:
            try:
                path = (folder / name).resolve()
            except (OSError, ValueError, RuntimeError):
                break
            if path.is_relative_to(folder) and path.is_file():
                return str(path)
        raise ParamError(f"there is no file {name[:200]!a} in {' or '.join(map(str, self._folders))}, or below")
