"""Panels of the Pure Data patches: widgets on the face, and behind them what takes values in and gives them out.

Every widget has two names within its patch: its own, by which values are shown on it (``set``, which sends nothing, so
nothing goes in circles), and the same with ``.says``, on which it tells what a player does.
"""

from __future__ import annotations

from lmdmd.commands import Command
from lmdmd.params import Param
from lmdmd.surfaces.export.pd_sheet import Sheet
from lmdmd.surfaces.export.table import Group, short_name, usage

PITCH = 26
WIDEST = 20_000.0
"""Range up to which a fader is of use."""
SIGNS = 8
"""Pixels that a sign is wide, at most."""


class Face:
    """A canvas with widgets, and its plumbing, which lies in a canvas of its own."""

    def __init__(self, width: int, height: int) -> None:
        self.sheet = Sheet(width, height)
        self.pipes = Sheet(1400, 1000)
        self._lines = 0
        self._rows: list[tuple[Param, int]] = []

    def close(self, x: int, y: int) -> Sheet:
        """Put the plumbing in; returns the whole canvas."""
        route = "route " + " ".join(param.address for param, _ in self._rows)
        if self._rows:
            sort = self.pipes.chain(self.pipes.obj(10, 10, "r $0-in"), self.pipes.obj(10, 35, route))
            for outlet, (_, box) in enumerate(self._rows):
                self.pipes.cord(sort, box, outlet=outlet)
        self.sheet.inner(self.pipes, x, y, "plumbing")
        return self.sheet

    def next_line(self) -> int:
        """Height in the plumbing at which nothing lies yet."""
        self._lines += 1
        return 40 + 30 * self._lines

    # --- rows ------------------------------------------------------------------------------------------

    def add_row(self, x: int, y: int, param: Param, width: int) -> None:
        """A row's widget, ``width`` pixels wide, and its way in and, if it may be set, out."""
        if param.kind == "text" and param.writable:
            self.sheet.atom("listbox", x, y, width // SIGNS, hears=param.name, says=f"{param.name}.says")
            self._show_words(param)
        elif param.kind == "choice" and param.writable:
            self.sheet.radio(x, y, len(param.choices), param.name)
            self.sheet.text(x + 18 * len(param.choices) + 4, y, " ".join(param.choices))
            self._show_choice(param)
        elif param.kind == "bool":
            self.sheet.toggle(x, y, param.name, told=not param.writable)
            self._show(param, param.name)
        elif not param.writable:
            kind, wide = ("floatatom", 10) if param.kind in ("float", "int") else ("symbolatom", width // SIGNS)
            self.sheet.atom(kind, x, y, wide, hears=param.name)
            self._show(param, param.name)
        else:
            self._add_number(x, y, param, width)
        if param.writable:
            self._send(f"{param.name}.says", param.address)

    def _add_number(self, x: int, y: int, param: Param, width: int) -> None:
        """A number to type, and a fader before it where the range is one for hands; each shows what the other says."""
        if param.hi - param.lo > WIDEST:
            self.sheet.atom("floatatom", x, y, 10, hears=param.name, says=f"{param.name}.says")
            self._show(param, param.name)
            return
        typed, shown = f"{param.name}.typed", f"{param.name}.number"
        self.sheet.slider(x, y, (width - 70, 18), (param.lo, param.hi), param.warp == "exp", param.name)
        self.sheet.atom("floatatom", x + width - 62, y, 7, hears=shown, says=typed)
        self._show(param, param.name, shown)
        self._mirror(f"{param.name}.says", shown)
        self._mirror(typed, param.name)
        self._send(typed, param.address)

    def _show(self, param: Param, *names: str) -> None:
        """What comes in, onto widgets, without a sound from them."""
        y = self.next_line()
        start = self.pipes.obj(10, y, "list prepend set")
        trim = self.pipes.chain(start, self.pipes.obj(160, y, "list trim"))
        for place, name in enumerate(names):
            self.pipes.chain(trim, self.pipes.obj(260 + 220 * place, y, f"s $0-{name}"))
        self._rows.append((param, start))

    def _show_choice(self, param: Param) -> None:
        y = self.next_line()
        start = self.pipes.obj(10, y, "route " + " ".join(param.choices))
        target = self.pipes.obj(700, y, f"s $0-{param.name}")
        for place in range(len(param.choices)):
            message = self.pipes.msg(300 + 60 * place, y, f"set {place}")
            self.pipes.cord(start, message, outlet=place)
            self.pipes.chain(message, target)
        self._rows.append((param, start))

    def _show_words(self, param: Param) -> None:
        """Text comes as one symbol; a line to type into wants its words."""
        y = self.next_line()
        start, trim = self.pipes.obj(10, y, "list prepend symbol"), self.pipes.obj(160, y, "list trim")
        both, empty = self.pipes.obj(240, y, "t s b"), self.pipes.msg(300, y, "set")
        target = self.pipes.obj(750, y, f"s $0-{param.name}")
        self.pipes.chain(start, trim, both)
        self.pipes.cord(both, empty, outlet=1)
        self.pipes.chain(empty, target)
        words = self.pipes.obj(360, y, "lmdm-words"), self.pipes.obj(460, y, "list prepend set")
        self.pipes.chain(both, *words, self.pipes.obj(610, y, "list trim"), target)
        self._rows.append((param, start))

    def _mirror(self, said: str, shown: str) -> None:
        """What one widget says, onto another."""
        y = self.next_line()
        words = self.pipes.obj(10, y, f"r $0-{said}"), self.pipes.msg(260, y, "set $1")
        self.pipes.chain(*words, self.pipes.obj(360, y, f"s $0-{shown}"))

    def _send(self, said: str, message: str) -> None:
        """What a widget says, out."""
        y = self.next_line()
        words = self.pipes.obj(10, y, f"r $0-{said}"), self.pipes.obj(260, y, f"list prepend {message}")
        self.pipes.chain(*words, self.pipes.obj(560, y, "list trim"), self.pipes.obj(660, y, "s $0-out"))

    # --- verbs -----------------------------------------------------------------------------------------

    def add_press(self, x: int, y: int, size: int, command: Command, colour: str) -> None:
        """A verb as a button; whatever it could be told is left to its defaults."""
        self.sheet.button(x, y, size, f"do.{command.name}", colour)
        y = self.next_line()
        words = self.pipes.obj(10, y, f"r $0-do.{command.name}.says"), self.pipes.msg(260, y, command.address)
        self.pipes.chain(*words, self.pipes.obj(560, y, "s $0-out"))

    def add_verb(self, x: int, y: int, command: Command) -> None:
        """A verb: a button when it needs nothing said, and a line to type its arguments into when it has some."""
        if all(argument.default is not None for argument in command.arguments):
            self.add_press(x, y, 18, command, "#ffffff")
        if command.arguments:
            name = f"do.{command.name}.words"
            self.sheet.atom("listbox", x + 28, y, 12, hears=name, says=f"{name}.says")
            self.sheet.text(x + 130, y, usage(command.arguments))
            self._send(f"{name}.says", command.address)

    def add_labelled(self, x: int, y: int, row: Param | Command, words: str, label: int, width: int) -> None:
        """A row or a verb behind what it is called."""
        unit = f" {row.unit}" if isinstance(row, Param) and row.unit else ""
        self.sheet.text(x, y, words + unit)
        if isinstance(row, Param):
            self.add_row(x + label, y, row, width)
        else:
            self.add_verb(x + label, y, row)


def panel_name(group: Group) -> str:
    """What the object of a group is called."""
    return f"lmdm-{group.name}"


def make_panel(group: Group) -> Sheet:
    """The object of a group: what can be changed or done on the left, what only tells on the right."""
    hands = [*(param for param in group.params if param.writable), *group.commands]
    told = [param for param in group.params if not param.writable]
    height = 104 + PITCH * max(len(hands), len(told))
    face = Face(1050 if told and hands else 560, height)
    for left, rows in ((10, hands), (560 if hands else 10, told)):
        for line, row in enumerate(rows):
            face.add_labelled(left, 20 + PITCH * line, row, short_name(row.name), 170, 290)
    sheet = face.close(10, height - 40)
    sheet.chain(sheet.obj(120, height - 66, "inlet"), sheet.obj(120, height - 40, "s $0-in"))
    sheet.chain(sheet.obj(220, height - 66, "r $0-out"), sheet.obj(220, height - 40, "outlet"))
    return sheet
