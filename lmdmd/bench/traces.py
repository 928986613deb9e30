"""Traces in the log of a program that was told to go on whatever happens: which there are, and how often."""

from __future__ import annotations

import re
from collections import Counter

_TRACE = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n|\n)*\S.*", re.MULTILINE)
_LAST_PLACE = re.compile(r'^  File "[^"]+", line \d+, in .*$', re.MULTILINE)


def distinct_traces(log: str) -> list[dict[str, object]]:
    """The first of the traces of each kind, by where they end and by the kind of error, and how many there were."""
    times: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for found in _TRACE.findall(log):
        places = _LAST_PLACE.findall(found)
        kind = places[-1] if places else "", found.rpartition("\n")[2].partition(":")[0]
        times[kind] += 1
        first.setdefault(kind, found)
    return [{"times": times[kind], "trace": trace} for kind, trace in first.items()]
