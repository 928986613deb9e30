"""A monitor's picture: two arrangements of the same sections, chosen by the terminal's size. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.text import Text

from lmdmd.params import DECK_SLOTS
from lmdmd.surfaces import monitor_sections as sections
from lmdmd.surfaces.monitor_parts import DIM, KEY, fit, join
from lmdmd.surfaces.monitor_state import HERE, MonitorState

WIDE_COLUMNS, WIDE_ROWS = 132, 40
"""From this size on the wide arrangement has room."""
_SHOW_ROWS, _SOUND_ROWS, _BORDER = 8, 8, 2


def view(state: MonitorState, now_s: float, width: int, height: int) -> RenderableType:
    """What a terminal of a size shows."""
    is_wide = width >= WIDE_COLUMNS and height >= WIDE_ROWS
    return _wide(state, now_s, width, height) if is_wide else _narrow(state, now_s, width, height)


# --- 80 x 24 and the like ----------------------------------------------------------------------------------


def _narrow(state: MonitorState, now_s: float, width: int, height: int) -> Text:
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
    return _stack([*top, *_as_it_is(state, lines)][:height], width)


def _rule(title: str, width: int) -> Text:
    return join(("─", DIM), (f" {title} ", KEY), ("─" * max(width - len(title) - 3, 0), DIM))


# --- 200 x 60 and the like ---------------------------------------------------------------------------------


def _wide(state: MonitorState, now_s: float, width: int, height: int) -> Layout:
    rows = [Layout(_stack([sections.header(state, width)], width), size=1)]
    if state.link != HERE:
        rows.append(Layout(sections.banner(state, now_s, width), size=1))
    left = width * 3 // 5
    right = width - left
    deck_rows = max((height - len(rows) - _SHOW_ROWS - _SOUND_ROWS) * 3 // 5, 9)
    rows += [
        _row(_SHOW_ROWS, [_show(state, left), _prompts(state, right)]),
        _row(deck_rows, [_deck(state, slot, width // DECK_SLOTS, deck_rows) for slot in range(DECK_SLOTS)]),
        _row(_SOUND_ROWS, [_meters(state, now_s, left), _health(state, right)]),
        _row(None, [_incidents(state, left, height), _clients(state, right)]),
    ]
    layout = Layout()
    layout.split_column(*rows)
    return layout


def _row(size: int | None, panels: Sequence[tuple[Panel, int]]) -> Layout:
    row = Layout(size=size)
    row.split_row(*(Layout(panel, size=width) for panel, width in panels[:-1]), Layout(panels[-1][0]))
    return row


def _show(state: MonitorState, width: int) -> tuple[Panel, int]:
    return _panel(state, "show", sections.show(state, width - _BORDER), width)


def _prompts(state: MonitorState, width: int) -> tuple[Panel, int]:
    lines = [*sections.mixer(state), *sections.prompts(state, width - _BORDER)]
    return _panel(state, "mixer and prompts", lines, width)


def _deck(state: MonitorState, slot: int, width: int, height: int) -> tuple[Panel, int]:
    lines = sections.deck(state, slot, width - _BORDER, height - _BORDER)
    return _panel(state, f"deck {slot}", lines, width)


def _meters(state: MonitorState, now_s: float, width: int) -> tuple[Panel, int]:
    sides = [sections.meters(state, now_s, side, width - _BORDER) for side in ("out", "in")]
    return _panel(state, "sound", [*sides[0], join(), *sides[1]], width)


def _health(state: MonitorState, width: int) -> tuple[Panel, int]:
    lines = [sections.gaps(state), sections.knob(state), sections.device(state), sections.memory(state)]
    return _panel(state, "health", lines, width)


def _incidents(state: MonitorState, width: int, height: int) -> tuple[Panel, int]:
    return _panel(state, "incidents", sections.incidents(state, width - _BORDER, height), width)


def _clients(state: MonitorState, width: int) -> tuple[Panel, int]:
    return _panel(state, "clients", [sections.osc(state), join(), *sections.busiest(state)], width)


def _panel(state: MonitorState, title: str, lines: Sequence[Text], width: int) -> tuple[Panel, int]:
    content = _stack(_as_it_is(state, lines), width - _BORDER)
    return Panel(content, title=f"[{KEY}]{title}[/]", title_align="left", border_style=DIM, padding=0), width


def _as_it_is(state: MonitorState, lines: Sequence[Text]) -> Sequence[Text]:
    """Lines without their colours while nobody vouches for them."""
    return lines if state.link == HERE else [Text(line.plain, DIM, no_wrap=True, end="") for line in lines]


def _stack(lines: Sequence[Text], width: int) -> Text:
    return Text("\n", no_wrap=True, overflow="crop", end="").join([fit(line, width) for line in lines])
