"""What a Max patch does, played without Max: messages through its boxes, as Cycling '74's reference describes them.

It knows the objects that our patches use and raises for any other one, for a cord to nowhere, and for the one message
that must never reach ``prepend``. Time passes when ``elapse`` is called.
"""

from __future__ import annotations

import shlex
from collections import defaultdict

Atoms = tuple

BANG = ("bang",)
NUMBERS = {"number", "flonum", "slider", "toggle", "led", "live.numbox", "live.dial", "live.toggle"}


class Flow:
    """One patcher, and what went out of it. ``arguments`` are those of its box."""

    def __init__(self, patcher: dict, arguments: Atoms = (), on_out=None) -> None:
        self.boxes = {box["box"]["id"]: box["box"] for box in patcher["boxes"]}
        self.cords: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
        for line in patcher["lines"]:
            (source, outlet), (target, inlet) = line["patchline"]["source"], line["patchline"]["destination"]
            assert target in self.boxes and source in self.boxes
            self.cords[source, outlet].append((target, inlet))
        self.arguments = arguments
        self.on_out = on_out
        self.out: list[tuple[int, Atoms]] = []
        self.wire: list[Atoms] = []
        self.ports: list[int] = []
        self.shown: dict[str, object] = {}
        self.kept: dict[str, object] = {}
        self.waiting: dict[str, float] = {}
        self.now_ms = 0.0
        self.inner = {
            name: Flow(box["patcher"], on_out=lambda outlet, atoms, name=name: self.emit(name, outlet, atoms))
            for name, box in self.boxes.items()
            if "patcher" in box
        }

    # --- finding and touching ------------------------------------------------------------------------

    def find(self, kind: str, text: str = "") -> list[str]:
        """Boxes of a class whose text begins so."""
        return [
            name
            for name, box in self.boxes.items()
            if box["maxclass"] == kind and str(box.get("text", "")).startswith(text)
        ]

    def after(self, name: str, outlet: int = 0) -> list[str]:
        """Boxes at the other end of a box's cords."""
        return [target for target, _ in self.cords[name, outlet]]

    def load(self) -> None:
        """What happens when the patch is opened."""
        for flow in self.inner.values():
            flow.load()
        for name in self.find("newobj", "loadmess "):
            self.emit(name, 0, self.words(name)[1:])
        for name in self.find("newobj", "patcherargs "):
            given = self.words(name)[1:]
            self.emit(name, 0, (*self.arguments, *given[len(self.arguments) :]))

    def elapse(self, ms: float) -> None:
        """Let time pass; what waits within it happens."""
        for flow in self.inner.values():
            flow.elapse(ms)
        self.now_ms += ms
        for name in [name for name, due_ms in self.waiting.items() if due_ms <= self.now_ms]:
            del self.waiting[name]
            self.emit(name, 0, BANG)

    def enter(self, *atoms: object, inlet: int = 0) -> None:
        """A message into one of the patch's inlets, which Max numbers from left to right."""
        inlets = sorted(self.find("inlet"), key=lambda name: self.boxes[name]["patching_rect"][0])
        self.emit(inlets[inlet], 0, atoms)

    def receive(self, *atoms: object) -> None:
        """A message from the network."""
        (name,) = self.find("newobj", "udpreceive")
        self.emit(name, 0, atoms)

    def touch(self, name: str, value: object = None) -> None:
        """What a player does to a widget: press it, move it, choose, or type and press Return."""
        kind = self.boxes[name]["maxclass"]
        assert not self.boxes[name].get("ignoreclick") and not self.boxes[name].get("readonly")
        if kind in ("textbutton", "live.button"):
            self.emit(name, 0, BANG)
        elif kind == "textedit":
            typed = (value,) if self.boxes[name]["outputmode"] else tuple(map(atom, shlex.split(str(value))))
            self.emit(name, 0, ("text", *typed))
        else:
            self.shown[name] = value
            if kind == "umenu":
                self.emit(name, 1, tuple(map(atom, self.items(name)[int(str(value))].split())))
            self.emit(name, 0, (value,))

    # --- messages ------------------------------------------------------------------------------------

    def words(self, name: str) -> Atoms:
        """A box's text as atoms, without its attributes."""
        return tuple(map(atom, shlex.split(self.boxes[name].get("text", "").partition(" @")[0])))

    def emit(self, name: str, outlet: int, atoms: Atoms) -> None:
        """A message out of a box."""
        for target, inlet in self.cords[name, outlet]:
            self.take(target, inlet, atoms)

    def take(self, name: str, inlet: int, atoms: Atoms) -> None:
        """A message into a box."""
        kind = self.boxes[name]["maxclass"]
        if kind == "newobj" and name not in self.inner:
            word, *arguments = self.words(name)
            getattr(self, f"_do_{str(word).replace('.', '_')}")(name, inlet, atoms, arguments)
        elif name in self.inner:
            self.inner[name].enter(*atoms, inlet=inlet)
        elif kind in NUMBERS:
            self._number(name, atoms)
        else:
            getattr(self, f"_ui_{kind}")(name, inlet, atoms)

    def _number(self, name: str, atoms: Atoms) -> None:
        value = atoms[-1]
        assert isinstance(value, (int, float)), f"{name} is shown {atoms}"
        self.shown[name] = value
        if atoms[0] != "set":
            self.emit(name, 0, atoms)

    def _ui_textedit(self, name: str, _: int, atoms: Atoms) -> None:
        assert atoms[0] == "set"
        self.shown[name] = " ".join(map(str, atoms[1:]))

    def _ui_umenu(self, name: str, _: int, atoms: Atoms) -> None:
        if atoms[0] == "append":
            self.boxes[name]["items"] += [",", " ".join(map(str, atoms[1:]))]
        else:
            assert atoms[0] == "setsymbol" and len(atoms) == 2
            self.shown[name] = self.items(name).index(atoms[1])

    def items(self, name: str) -> list[str]:
        """What a menu offers."""
        return [item for item in self.boxes[name]["items"] if item != ","]

    def _ui_message(self, name: str, _: int, atoms: Atoms) -> None:
        if atoms[0] == "set":
            self.shown[name] = " ".join(map(str, atoms[1:]))
            return
        words = [atoms[int(word[1:]) - 1] if str(word).startswith("$") else word for word in self.words(name)]
        self.emit(name, 0, tuple(words))

    def _ui_outlet(self, name: str, _: int, atoms: Atoms) -> None:
        outlets = sorted(self.find("outlet"), key=lambda other: self.boxes[other]["patching_rect"][0])
        self.out.append((outlets.index(name), atoms))
        if self.on_out:
            self.on_out(outlets.index(name), atoms)

    def _ui_bpatcher(self, name: str, _: int, atoms: Atoms) -> None:
        self.shown[name] = atoms

    def _do_route(self, name: str, _: int, atoms: Atoms, arguments: list) -> None:
        if atoms[0] in arguments:
            self.emit(name, arguments.index(atoms[0]), atoms[1:] or BANG)
        else:
            self.emit(name, len(arguments), atoms)

    def _do_routepass(self, name: str, _: int, atoms: Atoms, arguments: list) -> None:
        self.emit(name, arguments.index(atoms[0]) if atoms[0] in arguments else len(arguments), atoms)

    def _do_sel(self, name: str, _: int, atoms: Atoms, arguments: list) -> None:
        found = atoms[0] in arguments
        self.emit(name, arguments.index(atoms[0]) if found else len(arguments), BANG if found else atoms)

    def _do_prepend(self, name: str, _: int, atoms: Atoms, arguments: list) -> None:
        assert atoms[0] != "set", "this would give prepend another word"
        self.emit(name, 0, (*arguments, *atoms))

    def _do_t(self, name: str, _: int, atoms: Atoms, arguments: list) -> None:
        kinds = {"b": BANG, "i": atoms[:1], "s": atoms[:1]}
        for outlet in reversed(range(len(arguments))):
            self.emit(name, outlet, kinds.get(arguments[outlet], (arguments[outlet],)))

    def _do_unpack(self, name: str, _: int, atoms: Atoms, arguments: list) -> None:
        for outlet in reversed(range(len(arguments))):
            self.emit(name, outlet, (atoms[outlet],))

    def _do_gate(self, name: str, inlet: int, atoms: Atoms, _: list) -> None:
        if inlet == 0:
            self.kept[name] = atoms[0]
        elif self.kept.get(name):
            self.emit(name, 0, atoms)

    def _do_change(self, name: str, _: int, atoms: Atoms, __: list) -> None:
        before = self.kept.get(name, 0)
        self.kept[name] = atoms[0]
        if atoms[0] and not before:
            self.emit(name, 1, (1,))
        if atoms[0] != before:
            self.emit(name, 0, atoms)

    def _do_zl_change(self, name: str, _: int, atoms: Atoms, __: list) -> None:
        if self.kept.get(name) != atoms:
            self.kept[name] = atoms
            self.emit(name, 0, atoms)

    def _do_int(self, name: str, inlet: int, atoms: Atoms, arguments: list) -> None:
        if atoms != BANG:
            self.kept[name] = int(atoms[0])
        if inlet == 0:
            self.emit(name, 0, (self.kept.get(name, arguments[0] if arguments else 0),))

    _do_i = _do_int

    def _do_delay(self, name: str, _: int, atoms: Atoms, arguments: list) -> None:
        if atoms == ("stop",):
            self.waiting.pop(name, None)
        else:
            assert atoms == BANG
            self.waiting[name] = self.now_ms + arguments[0]

    def _do_metro(self, name: str, _: int, atoms: Atoms, __: list) -> None:
        if atoms[0]:
            self.emit(name, 0, BANG)

    def _do_udpsend(self, name: str, _: int, atoms: Atoms, __: list) -> None:
        self.wire.append(atoms)

    def _do_udpreceive(self, name: str, _: int, atoms: Atoms, __: list) -> None:
        assert atoms[0] == "port"
        self.ports.append(atoms[1])

    def _do_pcontrol(self, name: str, _: int, atoms: Atoms, __: list) -> None:
        self.shown[name] = atoms


def atom(word: object) -> object:
    """A word as Max reads it: whole number, number or symbol."""
    for kind in (int, float):
        try:
            return kind(str(word))
        except ValueError:
            continue
    return word
