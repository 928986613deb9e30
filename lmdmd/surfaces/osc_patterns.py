"""OSC's patterns: ``?``, ``*``, ``[a-c]``, ``[!a]`` and ``{gain,pan}``, none of which crosses a slash.

Time is bounded by the product of the two lengths, whatever a pattern looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from lmdmd.errors import OscError, did_you_mean
from lmdmd.params import PARAMS
from lmdmd.surfaces.osc_packet import PREFIX

MAX_PATTERN_LENGTH = 128
SIGNS = frozenset("?*[{")
"""Signs that make an address a pattern."""

Step = Callable[[str, set[int]], set[int]]


def is_pattern(address: str) -> bool:
    """Whether an address is one for many."""
    return not SIGNS.isdisjoint(address)


def matches(pattern: str, address: str) -> bool:
    """Whether an address fits. The pattern ``*`` alone fits everything, a broken one nothing."""
    if pattern == "*":
        return True
    parts, names = pattern.split("/"), address.split("/")
    return len(parts) == len(names) and all(map(_matches_part, parts, names))


def _matches_part(pattern: str, name: str) -> bool:
    places = {0}
    for step in _steps(pattern):
        places = step(name, places)
    return len(name) in places


@lru_cache(maxsize=16)  # the parts of the pattern that is being looked at: each sign is a closure
def _steps(pattern: str) -> tuple[Step, ...]:
    """What each sign of a pattern makes of the places in a name that have been come to."""
    return tuple(_parsed(pattern))


def _parsed(pattern: str) -> Iterator[Step]:
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        close = pattern.find({"[": "]", "{": "}"}.get(sign, ""), at + 1) if sign in "[{" else at
        if close < 0:
            yield _nowhere
            return
        inside = pattern[at + 1 : close]
        if sign == "*":
            yield _run
        elif sign == "?":
            yield _any
        elif sign == "[":
            yield _one_of(inside)
        elif sign == "{":
            yield _words(inside.split(","))
        else:
            yield _words([sign])
        at = close + 1


def _nowhere(_: str, __: set[int]) -> set[int]:
    return set()


def _run(name: str, places: set[int]) -> set[int]:
    return set(range(min(places), len(name) + 1)) if places else places


def _any(name: str, places: set[int]) -> set[int]:
    return {place + 1 for place in places if place < len(name)}


def _words(words: list[str]) -> Step:
    def step(name: str, places: set[int]) -> set[int]:
        return {place + len(word) for word in words for place in places if name.startswith(word, place)}

    return step


def _one_of(inside: str) -> Step:
    wanted = not inside.startswith("!")
    spans = list(_spans(inside.removeprefix("!")))

    def step(name: str, places: set[int]) -> set[int]:
        return {
            place + 1
            for place in places
            if place < len(name) and any(lo <= name[place] <= hi for lo, hi in spans) is wanted
        }

    return step


def _spans(signs: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(signs):
        is_span = signs[at + 1 : at + 2] == "-" and at + 2 < len(signs)
        yield signs[at], signs[at + 2] if is_span else signs[at]
        at += 3 if is_span else 1


@lru_cache(maxsize=64)
def names_for(pattern: str) -> frozenset[str]:
    """Rows whose address fits a pattern, with or without its prefix; raises ``OscError`` when none does."""
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise OscError(f"a pattern has at most {MAX_PATTERN_LENGTH} signs")
    whole = pattern if pattern == "*" or pattern.startswith("/") else PREFIX + pattern
    names = frozenset(param.name for param in PARAMS if matches(whole, param.address))
    if not names:
        hint = did_you_mean(whole, [param.address for param in PARAMS])
        raise OscError(f'no address fits "{pattern}"{hint}')
    return names
