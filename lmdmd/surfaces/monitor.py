"""``lmdmd monitor``: a program of its own that shows how a running lmdmd is doing, until q or ctrl-c.

On a terminal a picture that is drawn anew at most ``DRAWN_PER_S`` times a second, elsewhere a line a second. It only
looks: it sets nothing and does no verb.
"""

from __future__ import annotations

import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live

from lmdmd.surfaces.monitor_keys import Keys
from lmdmd.surfaces.monitor_lines import json_line, line, note_line
from lmdmd.surfaces.monitor_link import MonitorLink
from lmdmd.surfaces.monitor_state import HERE, REFUSED, MonitorState, Note
from lmdmd.surfaces.monitor_view import view

DRAWN_PER_S = 6.0
LINES_PER_S = 1.0
FORMS = ("auto", "lines", "json")


def monitor(host: str, port: int, *, form: str = "auto", seconds: float | None = None, passcode: str = "") -> int:
    """Show the program at a place until somebody ends it; returns 0, or 1 when it was never there.

    ``form`` is "auto" (a picture on a terminal, lines elsewhere), "lines" or "json". Raises ``OscError`` for a host
    that is none.
    """
    state = MonitorState(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", since_s=time.monotonic())
    link = MonitorLink(host, port, state, passcode)
    ending_s = time.monotonic() + seconds if seconds is not None else None
    console = Console()
    is_picture = form == "auto" and console.is_terminal and not console.is_dumb_terminal
    with ExitStack() as ending:
        ending.callback(link.close)
        ending.enter_context(_signals_end())
        out = Drawing(state, console, ending) if is_picture else Lines(state, form == "json")
        was_there = _run(link, state, out, ending_s)
    return 0 if was_there else 1


def _run(link: MonitorLink, state: MonitorState, out: Drawing | Lines, ending_s: float | None) -> bool:
    """Hear and show until the end; returns whether the program was ever there."""
    was_there = False
    try:
        while ending_s is None or time.monotonic() < ending_s:
            now_s = time.monotonic()
            due_s = min(link.tick(now_s), out.show(now_s), now_s + 1.0 if ending_s is None else ending_s)
            readable, _, _ = select.select([link, *out.inputs], [], [], max(due_s - time.monotonic(), 0.0))
            if link in readable:
                link.read(time.monotonic())
            was_there = was_there or state.link in (HERE, REFUSED)
            if any(source.asks_to_end() for source in readable if isinstance(source, Keys)):
                break
    except KeyboardInterrupt:
        pass
    return was_there or ending_s is None


@contextmanager
def _signals_end() -> Iterator[None]:
    """A signal that would kill us leaves the terminal as it was."""

    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass
class _Shown:
    """The picture, at whatever size the terminal has when it is drawn."""

    state: MonitorState

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield view(self.state, time.monotonic(), options.max_width, options.height or console.height)


class Drawing:
    """Draws on a terminal, on a screen of its own."""

    def __init__(self, state: MonitorState, console: Console, ending: ExitStack) -> None:
        keys = ending.enter_context(Keys())
        self.inputs = [keys] if keys.are_there else []
        shown = _Shown(state)
        self._live = ending.enter_context(Live(shown, console=console, screen=True, auto_refresh=False))
        self._drawn_s = -1e9

    def show(self, now_s: float) -> float:
        """Draw if it is time; returns when it is again."""
        if now_s - self._drawn_s >= 1.0 / DRAWN_PER_S:
            self._drawn_s = now_s
            self._live.refresh()
        return self._drawn_s + 1.0 / DRAWN_PER_S


class Lines:
    """Prints a line a second, and at once what went wrong and whether the program is there."""

    inputs: tuple[Keys, ...] = ()

    def __init__(self, state: MonitorState, as_json: bool) -> None:
        self._state = state
        self._as_json = as_json
        self._printed_s = time.monotonic()
        self._link = state.link
        self._last: Note | None = None

    def show(self, now_s: float) -> float:
        """Print if it is time, or something happened; returns when it is time again."""
        notes = self._news()
        is_due = now_s - self._printed_s >= 1.0 / LINES_PER_S
        is_lost = self._state.link not in (self._link, HERE)  # what is here has told nothing yet
        self._link = self._state.link
        if notes or is_due or is_lost:
            self._print(notes)
            self._printed_s = now_s
        return self._printed_s + 1.0 / LINES_PER_S

    def _news(self) -> list[Note]:
        """Notes since the last time; of one that is no longer kept, all that are."""
        notes = list(self._state.notes)
        seen = next((at for at in reversed(range(len(notes))) if notes[at] is self._last), -1)
        self._last = notes[-1] if notes else None
        return notes[seen + 1 :]

    def _print(self, notes: list[Note]) -> None:
        if self._as_json:
            said = [json_line(self._state, notes, time.time())]
        else:
            said = [*map(note_line, notes), line(self._state)]
        print("\n".join(said).encode(sys.stdout.encoding, "replace").decode(sys.stdout.encoding), flush=True)
