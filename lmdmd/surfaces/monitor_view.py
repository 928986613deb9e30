"""A monitor's picture: two arrangements of the same sections, chosen by the terminal's size. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.text import Text

from lmdmd.params import DECK_SLOTS
from lmdmd.surfaces import monitor_sections as sections
from lmdmd.surfaces.monitor_parts import DIM, KEY, fit, join
from lmdmd.surfaces.monitor_state import HERE, MonitorState

WIDE_COLUMNS, WIDE_ROWS = 132, 40
"""From this size on the wide arrangement has room."""
_SHOW_ROWS, _SOUND_ROWS, _BORDER = 8, 8, 2


@dataclass(frozen=True)
class Picture:
    """Lines that fit a terminal, as rich draws them."""

    lines: tuple[Text, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for number, line in enumerate(self.lines):
            if number:
                yield Segment.line()
            yield from line.render(console)


@dataclass(frozen=True)
class Box:
    """What goes into a frame with a title."""

    title: str
    lines: Sequence[Text]
    width: int


def view(state: MonitorState, now_s: float, width: int, height: int) -> Picture:
    """What a terminal of a size shows."""
    is_wide = width >= WIDE_COLUMNS and height >= WIDE_ROWS
    lines = _wide(state, now_s, width, height) if is_wide else _narrow(state, now_s, width, height)
    return Picture(tuple(fit(line, width) for line in lines[:height]))


# --- 80 x 24 and the like ----------------------------------------------------------------------------------


def _narrow(state: MonitorState, now_s: float, width: int, height: int) -> list[Text]:
    half = width // 2
    meters = zip(
        sections.meters(state, now_s, "out", half),
        sections.meters(state, now_s, "in", width - half),
        strict=True,
    )
    lines = [
        *sections.show(state, width),
        _rule("decks", width),
        *(sections.deck_line(state, slot, width) for slot in range(DECK_SLOTS)),
        sections.blocks_line(state, width),
        _rule("sound", width),
        *(join(out, into) for out, into in meters),
        join(sections.knob(state), "  ", sections.device(state)),
        _rule("health", width),
        join(sections.gaps(state), " ", sections.memory(state)),
        sections.osc(state),
        join(" ", (state.text("osc/busiest"), DIM)),
        _rule("incidents", width),
    ]
    top = [sections.header(state, width)]
    top.append(_rule("show", width) if state.link == HERE else sections.banner(state, now_s, width))
    lines += sections.incidents(state, width, height - len(top) - len(lines))
    return [*top, *_as_it_is(state, lines)]


def _rule(title: str, width: int) -> Text:
    return join(("─", DIM), (f" {title} ", KEY), ("─" * max(width - len(title) - 3, 0), DIM))


# --- 200 x 60 and the like ---------------------------------------------------------------------------------


def _wide(state: MonitorState, now_s: float, width: int, height: int) -> list[Text]:
    top = [sections.header(state, width)]
    if state.link != HERE:
        top.append(sections.banner(state, now_s, width))
    left = width * 3 // 5
    right = width - left
    deck_rows = max((height - len(top) - _SHOW_ROWS - _SOUND_ROWS) * 3 // 5, 9)
    rest = height - len(top) - _SHOW_ROWS - _SOUND_ROWS - deck_rows
    rows = (
        (_SHOW_ROWS, _show(state, left), _prompts(state, right)),
        (deck_rows, _deck(state, 0, width // 2, deck_rows), _deck(state, 1, width - width // 2, deck_rows)),
        (_SOUND_ROWS, _meters(state, now_s, left), _health(state, right)),
        (rest, _incidents(state, left, rest), _clients(state, right)),
    )
    beside = (zip(_framed(one, rows), _framed(other, rows), strict=True) for rows, one, other in rows)
    return top + [join(*pair) for row in beside for pair in row]


def _show(state: MonitorState, width: int) -> Box:
    return _box(state, "show", sections.show(state, width - _BORDER), width)


def _prompts(state: MonitorState, width: int) -> Box:
    lines = [*sections.mixer(state), *sections.prompts(state, width - _BORDER)]
    return _box(state, "mixer and prompts", lines, width)


def _deck(state: MonitorState, slot: int, width: int, rows: int) -> Box:
    return _box(state, f"deck {slot}", sections.deck(state, slot, width - _BORDER, rows - _BORDER), width)


def _meters(state: MonitorState, now_s: float, width: int) -> Box:
    sides = [sections.meters(state, now_s, side, width - _BORDER) for side in ("out", "in")]
    return _box(state, "sound", [*sides[0], join(), *sides[1]], width)


def _health(state: MonitorState, width: int) -> Box:
    lines = [sections.gaps(state), sections.knob(state), sections.device(state), sections.memory(state)]
    return _box(state, "health", lines, width)


def _incidents(state: MonitorState, width: int, rows: int) -> Box:
    return _box(state, "incidents", sections.incidents(state, width - _BORDER, rows - _BORDER), width)


def _clients(state: MonitorState, width: int) -> Box:
    return _box(state, "clients", [sections.osc(state), join(), *sections.busiest(state)], width)


def _box(state: MonitorState, title: str, lines: Sequence[Text], width: int) -> Box:
    return Box(title, _as_it_is(state, lines), width)


def _framed(box: Box, rows: int) -> list[Text]:
    """A box of so many rows; drawn by hand, as panels in a layout take twice the time."""
    inner = box.width - _BORDER
    blank = [join()] * max(rows - _BORDER - len(box.lines), 0)
    line, edge = "─" * (inner - len(box.title) - 3), ("│", DIM)
    return [
        join(("╭─", DIM), (f" {box.title} ", KEY), (f"{line}╮", DIM)),
        *(join(edge, fit(one, inner), edge) for one in [*box.lines, *blank][: rows - _BORDER]),
        join((f"╰{'─' * inner}╯", DIM)),
    ]


def _as_it_is(state: MonitorState, lines: Sequence[Text]) -> Sequence[Text]:
    """Lines without their colours while nobody vouches for them."""
    return lines if state.link == HERE else [Text(line.plain, DIM, no_wrap=True, end="") for line in lines]
