"""The table's numbers and the surfaces' counters as Prometheus reads them: base units, and no word that a show brings.

A row's name is its address with underscores, its number as a label, its unit at the end; a choice is one series a word,
1 where it is the word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from lmdmd import __version__
from lmdmd.params import PARAMS, Param, Value

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
UNITS = {
    "s": ("seconds", 1.0),
    "ms": ("seconds", 1e-3),
    "MB": ("bytes", 1e6),
    "%": ("ratio", 1e-2),
    "dB": ("decibels", 1.0),
    "Hz": ("hertz", 1.0),
    "bpm": ("beats_per_minute", 1.0),
    "1/s": ("per_second", 1.0),
    "beats": ("beats", 1.0),
    "bars": ("bars", 1.0),
    "blocks": ("blocks", 1.0),
}
"""Prometheus' name of each unit of the table, and how many of its own one of ours is."""
COUNTERS = frozenset(
    {
        *("status/underruns", "status/concealed", "status/gaps", "status/xruns", "status/callbacks", "status/late"),
        *("status/redos", "status/restarts", "record/lost"),
        *("deck/0/redos", "deck/0/blocks", "deck/0/refreshes", "deck/1/redos", "deck/1/blocks", "deck/1/refreshes"),
    }
)
"""Rows that only ever grow, and begin again with what they count."""

_NUMBERED = re.compile(r"([a-z]+)/([0-9]+)/")
_UNIT_AT_END = re.compile(r"_(?:s|ms|beats)\Z")


def metrics_text(
    values: Mapping[str, Value], events: Mapping[str, Mapping[str, int]], *, playhead_s: float, clients: int
) -> str:
    """The whole page: every row that is a number or a choice, and what each surface counted."""
    lines = [
        *_family("lmdmd_build_info", "gauge", "The program's version.", [(f'version="{__version__}"', 1.0)]),
        *_family("lmdmd_playhead_seconds", "gauge", "Where on the timeline the sound is.", [("", playhead_s)]),
        *_family("lmdmd_web_clients", "gauge", "WebSockets that are open.", [("", float(clients))]),
    ]
    families: dict[str, list[Param]] = {}
    for param in PARAMS:
        if param.numeric:
            families.setdefault(metric_name(param), []).append(param)
    for name, rows in families.items():
        kind = "counter" if rows[0].name in COUNTERS else "gauge"
        samples = [sample for param in rows for sample in _samples(param, values[param.name])]
        lines += _family(name, kind, _doc(rows[0]), samples)
    for surface, counts in events.items():
        if not counts:
            continue
        samples = [(f'event="{event}"', float(count)) for event, count in sorted(counts.items())]
        lines += _family(f"lmdmd_{surface}_events_total", "counter", f"What the {surface} surface counted.", samples)
    return "\n".join([*lines, ""])


def metric_name(param: Param) -> str:
    """Name of a row, the same for all rows that differ by their number only."""
    unit, _ = UNITS.get(param.unit, ("", 1.0))
    bare = _NUMBERED.sub(r"\1/", param.name).replace("/", "_")
    parts = ["lmdmd", _UNIT_AT_END.sub("", bare) if unit else bare, unit, "total" if param.name in COUNTERS else ""]
    return "_".join(filter(None, parts))


def _doc(param: Param) -> str:
    numbered = _NUMBERED.match(param.name)
    return param.doc.replace(f"{numbered[1]} {numbered[2]}", f"a {numbered[1]}") if numbered else param.doc


def _samples(param: Param, value: Value) -> Iterator[tuple[str, float]]:
    numbered = _NUMBERED.match(param.name)
    label = [f'{numbered[1]}="{numbered[2]}"'] if numbered else []
    if param.kind == "choice":
        yield from ((",".join([*label, f'value="{choice}"']), float(choice == value)) for choice in param.choices)
    else:
        yield "".join(label), float(value) * UNITS.get(param.unit, ("", 1.0))[1]


def _family(name: str, kind: str, doc: str, samples: Iterable[tuple[str, float]]) -> Iterator[str]:
    yield f"# HELP {name} {doc}"
    yield f"# TYPE {name} {kind}"
    for labels, number in samples:
        yield f"{name}{{{labels}}} {number:.15g}" if labels else f"{name} {number:.15g}"
