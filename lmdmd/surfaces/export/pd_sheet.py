"""A Pure Data patch drawn box by box: vanilla objects only, and names within one patch told apart by ``$0``."""

from __future__ import annotations

import re
from itertools import pairwise

SEND = "#ffffff #000000 #000000"
"""Colours of a widget: behind, in front, its label."""


class Sheet:
    """One canvas. Boxes are numbered as they come, which is how cords name them."""

    def __init__(self, width: int, height: int, name: str = "") -> None:
        self._head = f"#N canvas 60 60 {width} {height} {f'{name} 0' if name else '12'};"
        self._boxes: list[str] = []
        self._count = 0
        self._cords: list[str] = []

    def obj(self, x: int, y: int, words: str) -> int:
        """An object, by what is written into it."""
        return self._add(f"#X obj {x} {y} {_escape(words)};")

    def msg(self, x: int, y: int, words: str) -> int:
        """A message box; a semicolon in it starts a message to a name."""
        return self._add(f"#X msg {x} {y} {_escape(words)};")

    def text(self, x: int, y: int, words: str, width: int = 0) -> int:
        """Words for people."""
        return self._add(f"#X text {x} {y} {_escape(words)}{f', f {width}' if width else ''};")

    def atom(self, kind: str, x: int, y: int, width: int, *, hears: str = "-", says: str = "-") -> int:
        """A box that shows, and takes, a ``floatatom``, a ``symbolatom`` or a ``listbox``."""
        return self._add(f"#X {kind} {x} {y} {width} 0 0 0 - {_name(hears)} {_name(says)} 0;")

    def slider(self, x: int, y: int, size: tuple[int, int], span: tuple[float, float], curved: bool, name: str) -> int:
        """A fader; ``curved`` spreads its range as a logarithm."""
        width, height = size
        lo, hi = (f"{end:g}" for end in span)
        names = f"{_name(f'{name}.says')} {_name(name)}"
        words = f"hsl {width} {height} {lo} {hi} {int(curved)} 0 {names} empty -2 -8 0 10 {SEND} 0 1"
        return self._add(f"#X obj {x} {y} {words};")

    def toggle(self, x: int, y: int, name: str, *, told: bool = False) -> int:
        """A lamp to press, or one that only tells."""
        says = "empty" if told else _name(f"{name}.says")
        return self._add(f"#X obj {x} {y} tgl 17 0 {says} {_name(name)} empty 17 7 0 10 {SEND} 0 1;")

    def radio(self, x: int, y: int, cells: int, name: str) -> int:
        """One of several."""
        names = f"{_name(f'{name}.says')} {_name(name)}"
        return self._add(f"#X obj {x} {y} hradio 17 1 0 {cells} {names} empty 0 -8 0 10 {SEND} 0;")

    def button(self, x: int, y: int, size: int, name: str, colour: str = "#ffffff") -> int:
        """Something to press."""
        names = f"{_name(f'{name}.says')} {_name(name)}"
        return self._add(f"#X obj {x} {y} bng {size} 250 50 0 {names} empty 0 -8 0 10 {colour} #000000 #000000;")

    def field(self, x: int, y: int, width: int, height: int, label: str) -> int:
        """A coloured field with a heading, behind what belongs together."""
        words = f"cnv 15 {width} {height} empty empty {label.replace(' ', '_')} 8 12 0 14 #ececec #404040 0"
        return self._add(f"#X obj {x} {y} {words};")

    def inner(self, sheet: Sheet, x: int, y: int, name: str) -> int:
        """A canvas within this one."""
        return self._add(f"{sheet._body()}\n#X restore {x} {y} pd {name};")

    def cord(self, source: int, target: int, outlet: int = 0, inlet: int = 0) -> None:
        """A cord from one box to another."""
        self._cords.append(f"#X connect {source} {outlet} {target} {inlet};")

    def chain(self, *boxes: int) -> int:
        """Cords from each box's first outlet to the next one; returns the last."""
        for source, target in pairwise(boxes):
            self.cord(source, target)
        return boxes[-1]

    def file(self) -> str:
        """The canvas as a file."""
        return self._body() + "\n"

    def _body(self) -> str:
        return "\n".join([self._head, *self._boxes, *self._cords])

    def _add(self, line: str) -> int:
        self._boxes.append(line)
        self._count += 1
        return self._count - 1


def _escape(words: str) -> str:
    """Words as a file of Pd holds them."""
    return re.sub(r" ?([,;])", r" \\\1", words).replace("$", "\\$")


def _name(name: str) -> str:
    """A name that is heard within one patch only."""
    return name if name in ("-", "empty") else f"\\$0-{name}"
