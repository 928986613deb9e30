"""What a model may be given for its own past, as a row, a verb and a setlist write it: ``file NAME``, ``input 8``.

``file`` is the end of a sound file, ``input`` the last seconds that came in, ``tape`` the last that went out.
"""

from __future__ import annotations

from dataclasses import dataclass

from lmdmd.errors import ParamError, did_you_mean

SECONDS = ("input", "tape")
SOURCES = ("file", *SECONDS)
LEAST_S, MOST_S = 0.25, 60.0
"""Shorter music says nothing; longer than this is no tape."""
CONTEXT_S = 12.0
"""About so much of its end is heard of a file: what is checked before it is played."""


@dataclass(frozen=True)
class Prime:
    """Where the past comes from: a file's ``path``, or the last ``seconds`` of the input or the output."""

    source: str
    path: str = ""
    seconds: float = MOST_S

    @property
    def words(self) -> str:
        """How it is written."""
        return f"file {self.path}" if self.source == "file" else f"{self.source} {self.seconds:g}"


def read_prime(text: str) -> Prime:
    """What a text asks for; raises ``ParamError``."""
    source, _, rest = text.strip().partition(" ")
    if source not in SOURCES:
        raise ParamError(
            f'"{text[:60]}" begins with none of {", ".join(SOURCES)}{did_you_mean(source, SOURCES)}; '
            "write file NAME, input 8 or tape 8"
        )
    if source == "file":
        return Prime(source, path=_name(rest.strip()))
    return Prime(source, seconds=_seconds(source, rest.strip()))


def _name(name: str) -> str:
    if not name:
        raise ParamError("file: which one? write file NAME")
    return name


def _seconds(source: str, text: str) -> float:
    if not text:
        return MOST_S
    try:
        seconds = float(text)
    except ValueError:
        raise ParamError(f'{source}: "{text[:60]}" is no number of seconds; write {source} 8') from None
    if not LEAST_S <= seconds <= MOST_S:
        raise ParamError(f"{source}: {seconds:g} s lies outside {LEAST_S:g} to {MOST_S:g} s")
    return seconds


def prime_words(text: str) -> str:
    """Words of a prime as they are kept; raises ``ParamError``."""
    return read_prime(text).words
