"""A Max patch drawn box by box: where each box lies in the patch, and where a player sees it.

Positions are given, never guessed, so that the same tables give the same file, and no box covers another.
"""

from __future__ import annotations

import json
import logging
import math
from itertools import pairwise
from typing import Any

from py2max import Patcher
from py2max.core import Box
from py2max.core.common import Rect

from lmdmd.params import Param
from lmdmd.surfaces.export.table import short_name

logging.getLogger("py2max").setLevel(logging.WARNING)

Place = tuple[float, float, float, float]
"""Left, top, width and height in pixels."""

GREEN = (0.20, 0.55, 0.25, 1.0)
RED = (0.70, 0.16, 0.14, 1.0)
BLUE = (0.16, 0.36, 0.60, 1.0)
WHITE = (1.0, 1.0, 1.0, 1.0)

UNIT_STYLES = {"ms": 2, "Hz": 3, "dB": 4, "%": 5}
"""What Max calls the units that it knows; another one is written behind the number."""

MOST_STEPS = 255
"""Values of a whole number that Max's parameters can tell apart."""


class Sheet:
    """One patcher. ``shown`` says where a box appears to a player; boxes without it are plumbing."""

    def __init__(self, width: float, height: float, *, parent: Patcher | None = None, presents: bool = True) -> None:
        self.patcher = Patcher(parent=parent, openinpresentation=int(presents), on_invalid="raise")
        self.patcher.rect = Rect(85.0, 104.0, width, height)

    def box(self, text: str, place: Place) -> Box:
        """An object, by what is written into it."""
        return self.patcher.add_textbox(text, patching_rect=Rect(*place))

    def message(self, text: str, place: Place) -> Box:
        """A message box."""
        return self.patcher.add_message(text, patching_rect=Rect(*place))

    def comment(self, text: str, place: Place, shown: Place | None = None, **attributes: Any) -> Box:
        """Words for people."""
        return self._show(self.patcher.add_comment(text, Rect(*place), **attributes), shown)

    def widget(self, name: str, place: Place, shown: Place | None = None, **attributes: Any) -> Box:
        """Something to look at or to touch."""
        box = self.patcher.add_textbox(name, maxclass=name, patching_rect=Rect(*place), **attributes)
        return self._show(box, shown)

    def button(self, label: str, place: Place, shown: Place | None = None, **attributes: Any) -> Box:
        """A button that acts when the mouse goes down."""
        wanted: dict[str, Any] = {"mode": 0, "outputmode": 0, "rounded": 4.0, "parameter_enable": 0, **attributes}
        ports: dict[str, Any] = {"numinlets": 1, "numoutlets": 3, "outlettype": ["", "", "int"]}
        number = self.patcher.get_id("textbutton")
        box = Box(id=number, maxclass="textbutton", patching_rect=Rect(*place), text=label, **ports, **wanted)
        return self._show(self.patcher.add_box(box), shown)

    def entry(self, place: Place, shown: Place | None = None, *, whole: bool = True, **attributes: Any) -> Box:
        """A line of text that is sent on Return: as one symbol when ``whole``, else as words and numbers."""
        wanted: dict[str, Any] = {"keymode": 1, "outputmode": int(whole), "lines": 1, "nosymquotes": 1}
        return self.widget("textedit", place, shown, **{"parameter_enable": 0, **wanted, **attributes})

    def panel(self, name: str, place: Place, shown: Place | None = None, **attributes: Any) -> Box:
        """Another patch of the package, as a part of this one."""
        wanted: dict[str, Any] = {"outlettype": [""], "varname": name, **attributes}
        return self._show(self.patcher.add_bpatcher(f"{name}.maxpat", patching_rect=Rect(*place), **wanted), shown)

    def inner(self, text: str, sheet: Sheet, place: Place) -> Box:
        """A patch within this one."""
        return self.patcher.add_subpatcher(text, patcher=sheet.patcher, patching_rect=Rect(*place))

    def wire(self, source: Box, target: Box, outlet: int = 0, inlet: int = 0) -> None:
        """A cord; raises when Max would not have it."""
        self.patcher.add_line(source, target, inlet=inlet, outlet=outlet)

    def chain(self, *boxes: Box) -> None:
        """Cords from each box's first outlet to the next one."""
        for source, target in pairwise(boxes):
            self.wire(source, target)

    def text(self) -> str:
        """The patch as a file."""
        return json.dumps(self.patcher.to_dict(), indent=1) + "\n"

    @staticmethod
    def _show(box: Box, shown: Place | None) -> Box:
        return box if shown is None else box.add_to_presentation(list(shown))


def parameter(param: Param, where: str = "") -> dict[str, Any]:
    """Attributes that make one of Max's ``live`` objects a parameter like this row; it sends nothing when it loads.

    ``where`` tells it from another one of the same row in the same patch: Max wants a name only once.
    """
    value: dict[str, Any] = {
        "parameter_longname": f"{where} {param.name}".strip(),
        "parameter_shortname": short_name(param.name),
        "parameter_initial": [float(param.default)],
        "parameter_initial_enable": 0,
        "parameter_info": param.doc,
    }
    return stored(value | (_two_states() if param.kind == "bool" else _span(param)))


def stored(value: dict[str, Any]) -> dict[str, Any]:
    """Attributes of an object that Max keeps as a parameter."""
    return {"parameter_enable": 1, "saved_attribute_attributes": {"valueof": value}}


def _two_states() -> dict[str, Any]:
    return {"parameter_type": 2, "parameter_enum": ["off", "on"], "parameter_mmax": 1}


def _span(param: Param) -> dict[str, Any]:
    whole = param.kind == "int"
    style = UNIT_STYLES.get(param.unit, 9 if param.unit else int(not whole))
    span: dict[str, Any] = {
        "parameter_type": int(whole),
        "parameter_mmin": param.lo,
        "parameter_mmax": param.hi,
        "parameter_unitstyle": style,
    }
    units = {"parameter_units": param.unit} if style == 9 else {}
    curve = {"parameter_exponent": round(exponent(param.lo, param.hi), 3)} if param.warp == "exp" else {}
    return span | units | curve


def exponent(lo: float, hi: float) -> float:
    """Curve of a fader whose middle is the geometric mean of its ends."""
    return math.log((math.sqrt(lo * hi) - lo) / (hi - lo)) / math.log(0.5)


def fits_parameter(param: Param) -> bool:
    """Whether Max's parameters can hold the row: its whole numbers have few steps."""
    return param.kind == "float" or (param.kind == "int" and param.hi - param.lo <= MOST_STEPS)
