"""What a monitor knows of a running program: rows, and what only time shows: block times, peaks, incidents.

No socket and no clock in here: messages and the time they came at are handed in. All text that comes in is made plain,
as it ends on a terminal.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from lmdmd.params import BY_NAME, DECK_SLOTS, Value
from lmdmd.surfaces.osc_packet import PREFIX, Argument

SILENT_S = 3.0
"""A program that has said nothing for so long is gone; it is asked every second."""
MAX_BLOCKS = 256
MAX_INCIDENTS = 64
MAX_ROWS = 2000
HOLD_S = 1.5
FALL_DB_PER_S = 20.0
SAME_S = 0.1
_UNPLAIN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))

WAITING, HERE, GONE, REFUSED = "waiting", "here", "gone", "refused"


def plain(text: str) -> str:
    """The text with a mark for every sign that could move a cursor, colour a terminal or turn the writing around."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("�" if unicodedata.category(sign) in _UNPLAIN else sign for sign in text)


@dataclass(frozen=True)
class BlockTime:
    """One block: the time it took, and the time it had."""

    took_ms: float
    lasts_ms: float


@dataclass(frozen=True)
class Peak:
    """The highest level of late, and when it was."""

    level_db: float
    at_s: float

    def level_at(self, now_s: float) -> float:
        """Where its mark stands: it is held, then it falls."""
        return self.level_db - FALL_DB_PER_S * max(0.0, now_s - self.at_s - HOLD_S)


@dataclass(frozen=True)
class Note:
    """One thing that went wrong; ``at_s`` is on the timeline, ``None`` for what only the monitor saw."""

    at_s: float | None
    text: str


@dataclass
class MonitorState:
    """One program, seen from ``place``. ``link`` is waiting, here, gone or refused, ``since_s`` since when."""

    place: str
    since_s: float = 0.0
    link: str = WAITING
    why: str = ""
    heard_s: float = 0.0
    values: dict[str, Value] = field(default_factory=dict)
    blocks: list[deque[BlockTime]] = field(
        default_factory=lambda: [deque(maxlen=MAX_BLOCKS) for _ in range(DECK_SLOTS)]
    )
    peaks: dict[str, Peak] = field(default_factory=dict)
    notes: deque[Note] = field(default_factory=lambda: deque(maxlen=MAX_INCIDENTS))

    # --- what is asked of it ------------------------------------------------------------------------

    def text(self, name: str) -> str:
        """A row as text; "" for one that is not told."""
        return str(self._value(name, ""))

    def number(self, name: str) -> float:
        """A row as a number; its default for one that is not told, 0 for one that the program does not have."""
        value = self._value(name, 0.0)
        return float(value) if isinstance(value, (int, float)) else 0.0

    def flag(self, name: str) -> bool:
        """A row as yes or no."""
        return self.number(name) >= 0.5

    def _value(self, name: str, otherwise: Value) -> Value:
        if name in self.values:
            return self.values[name]
        return BY_NAME[name].default if name in BY_NAME else otherwise

    def knows(self, name: str) -> bool:
        """Whether the program has told of a row."""
        return name in self.values

    def live_deck(self) -> int:
        """The deck that sounds: the one that is live, else the one that fades out."""
        states = [self.text(f"deck/{slot}/state") for slot in range(DECK_SLOTS)]
        return next((states.index(word) for word in ("live", "draining", "loading") if word in states), 0)

    def peak_db(self, name: str, now_s: float) -> float:
        """Where a meter's peak mark stands."""
        peak = self.peaks.get(name)
        return max(peak.level_at(now_s), self.number(name)) if peak is not None else self.number(name)

    # --- what it is told ----------------------------------------------------------------------------

    def hear(self, address: str, arguments: Sequence[Argument], now_s: float) -> None:
        """One message of the program; what is no report is let pass."""
        values = [plain(value) if isinstance(value, str) else value for value in arguments]
        self._is_here(now_s)
        if address == PREFIX + "fail":
            self._on_fail(values, now_s)
        elif address == PREFIX + "incident":
            self._on_incident(values)
        elif address.startswith(PREFIX) and len(values) == 1 and isinstance(values[0], (int, float, str)):
            self._on_row(address.removeprefix(PREFIX), values[0], now_s)

    def look(self, now_s: float) -> None:
        """Time goes on: a program that is silent for long is gone."""
        if self.link in (HERE, REFUSED) and now_s - self.heard_s > SILENT_S:
            self.lose(now_s, f"silent for {SILENT_S:g} s")

    def lose(self, now_s: float, why: str) -> None:
        """The program is gone."""
        if self.link not in (HERE, REFUSED):
            return
        if self.link == HERE:
            self.notes.append(Note(None, f"lost touch with {self.place}: {why}"))
        self.link, self.since_s, self.why = GONE, now_s, why

    def forget(self) -> None:
        """Another program answers at the place: what was seen of the one before says nothing of it."""
        self.values.clear()
        self.peaks.clear()
        for blocks in self.blocks:
            blocks.clear()

    def _is_here(self, now_s: float) -> None:
        self.heard_s = now_s
        if self.link in (WAITING, GONE):
            if self.link == GONE:
                self.notes.append(Note(None, f"in touch again after {now_s - self.since_s:.0f} s"))
            self.link, self.since_s, self.why = HERE, now_s, ""

    def _on_fail(self, values: Sequence[Argument], now_s: float) -> None:
        what, why = (str(value) for value in (*values, "", "")[:2])
        if what in ("listen", "login", "ping"):
            self.link, self.why = REFUSED, why

    def _on_incident(self, values: Sequence[Argument]) -> None:
        if len(values) == 2 and isinstance(values[0], (int, float)):
            self._note(float(values[0]), str(values[1]))

    def _on_row(self, name: str, value: Value, now_s: float) -> None:
        if name not in self.values and len(self.values) >= MAX_ROWS:
            return
        self.values[name] = value
        if self.link == REFUSED:
            self.link, self.since_s, self.why = HERE, now_s, ""
        group, _, rest = name.partition("/")
        if group == "meter" and isinstance(value, (int, float)):
            if value >= self.peak_db(name, now_s):
                self.peaks[name] = Peak(float(value), now_s)
        elif group == "deck" and rest.endswith("/block_took") and rest[0].isdecimal():
            self._on_block(int(rest.partition("/")[0]), self.number(name))
        elif name == "status/incident_at" and self.text("status/incident"):
            self._note(self.number(name), self.text("status/incident"))

    def _on_block(self, slot: int, took_ms: float) -> None:
        lasts_ms = self.number(f"deck/{slot}/block_lasts")
        if slot < len(self.blocks) and lasts_ms > 0:
            self.blocks[slot].append(BlockTime(took_ms, lasts_ms))

    def _note(self, at_s: float, text: str) -> None:
        """An incident comes as a message and as two rows; it is one."""
        near = [note for note in self.notes if note.at_s is not None and abs(note.at_s - at_s) < SAME_S]
        if all(note.text != text for note in near):
            self.notes.append(Note(at_s, text))
