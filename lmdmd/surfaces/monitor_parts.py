"""The small pieces of a monitor's picture: bars, meters, block times, lines of text. Pure functions on numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.text import Text

from lmdmd.surfaces.monitor_state import BlockTime
from lmdmd.units import SILENCE_DB

EIGHTHS = " ▁▂▃▄▅▆▇█"
FLOOR_DB = -60.0
TOP_DB = 3.0
HOT_DB, WARM_DB = -1.0, -9.0

DIM, GOOD, WARN, BAD, KEY, STRONG = "bright_black", "green", "yellow", "bold red", "cyan", "bold"
_NEAR = 0.75
"""Share of the deadline above which a block is close to it."""


def join(*parts: str | Text | tuple[str, str]) -> Text:
    """One line of parts: text, or text and its style."""
    line = Text(no_wrap=True, overflow="ellipsis", end="")
    for part in parts:
        line.append(*part) if isinstance(part, tuple) else line.append(part)
    return line


def fit(line: Text, width: int) -> Text:
    """A line cut or filled to a width."""
    line = line.copy()
    line.truncate(max(width, 0), overflow="ellipsis", pad=True)
    return line


def spread(left: Text, right: Text, width: int) -> Text:
    """A line with text at both ends; the left one gives way."""
    room = max(width - right.cell_len - 1, 0)
    return join(fit(left, room), " ", right)


def clock(seconds: float) -> str:
    """1:02, or 1:02:03."""
    whole = max(int(seconds), 0)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def countdown(seconds: float) -> str:
    """The same, with tenths when it is near."""
    return f"{seconds:.1f} s" if seconds < 10 else clock(seconds)


def amount_mb(mb: float) -> str:
    """Megabytes, or gigabytes of many."""
    return f"{mb:.0f} MB" if mb < 10_000 else f"{mb / 1000:.1f} GB"


def level(db: float) -> str:
    """A level, six signs wide."""
    return f"{db:6.1f}" if db > SILENCE_DB else "   -∞ "


def lead_bar(lead_s: float, target_s: float, commit_s: float, width: int) -> Text:
    """What is made and not heard, with marks: ``|`` where it should be, ``c`` what is out of reach of a change."""
    reach_s = max(1.25 * target_s, 0.1)
    filled = _cells(lead_s / reach_s, width)
    style = BAD if lead_s < commit_s else WARN if lead_s < target_s / 2 else GOOD
    marks = {_mark(commit_s / reach_s, width): ("c", KEY), _mark(target_s / reach_s, width): ("│", STRONG)}
    return _runs(marks.get(at, ("━", style) if at < filled else ("─", DIM)) for at in range(width))


def meter_bar(db: float, peak_db: float, width: int) -> Text:
    """A level and the mark of its latest peak."""
    filled, peak = _cells(_height(db), width), _mark(_height(peak_db), width)
    step_db = (TOP_DB - FLOOR_DB) / width
    bar = [("█", _heat(FLOOR_DB + (at + 1) * step_db)) if at < filled else ("·", DIM) for at in range(width)]
    if peak_db > FLOOR_DB:
        bar[peak] = ("┃", _heat(peak_db))
    return _runs(bar)


def share_bar(share: float, width: int, style: str = KEY) -> Text:
    """A share of 0 to 1."""
    filled = _cells(share, width)
    return join(("━" * filled, style), ("─" * (width - filled), DIM))


def block_line(blocks: Sequence[BlockTime], width: int) -> Text:
    """Times of the latest blocks, one sign each: a full one has used up all the time it had."""
    return block_chart(blocks, width, 1)[0]


def block_chart(blocks: Sequence[BlockTime], width: int, height: int) -> list[Text]:
    """The same as lines, highest first: the top is the deadline, what is over it is red."""
    latest = list(blocks)[-width:] if width > 0 else []
    blank = [(" ", "")] * (width - len(latest))
    shares = [block.took_ms / block.lasts_ms for block in latest]
    return [
        _runs([*blank, *((_eighths(used * height - row, row == 0), _load_style(used)) for used in shares)])
        for row in reversed(range(height))
    ]


def _eighths(filled: float, is_lowest: bool) -> str:
    """How much of a sign is filled; of the lowest one always a little, as a block was there."""
    return EIGHTHS[min(max(round(8 * filled), int(is_lowest)), 8)]


def _runs(cells: Iterable[tuple[str, str]]) -> Text:
    """A line of signs with styles, as few pieces as there are."""
    runs = groupby(cells, key=lambda cell: cell[1])
    return join(*(("".join(sign for sign, _ in run), style) for style, run in runs))


def _load_style(used: float) -> str:
    return BAD if used > 1 else WARN if used > _NEAR else GOOD


def load(factor: float) -> Text:
    """Compute time over audio time, in percent."""
    return join((f"{100 * factor:3.0f} %", _load_style(factor)))


def count(number: float, unit: str = "") -> Text:
    """A number that should be 0."""
    return join((f"{number:.0f}{unit}", GOOD if number == 0 else WARN))


def _height(db: float) -> float:
    return (db - FLOOR_DB) / (TOP_DB - FLOOR_DB)


def _heat(db: float) -> str:
    return BAD if db > HOT_DB else WARN if db > WARM_DB else GOOD


def _cells(share: float, width: int) -> int:
    return min(max(round(share * width), 0), width)


def _mark(share: float, width: int) -> int:
    return min(max(int(share * width), 0), width - 1)
