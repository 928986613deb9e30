"""A stand-in for the part of TouchDesigner's Python that our script uses, after Derivative's reference.

It is strict where TouchDesigner is: a parameter's name has one capital letter and then small letters and digits, an
operator has the parameters of its reference page and no others, a menu takes its own names, a number is clamped, a
value is of its parameter's kind, ``sendOSC`` takes an address and a list. What is not here raises.
"""

from __future__ import annotations

import re
import types

NETWORK_DAT = (
    "active protocol address port localaddress shared addscope typetag splitbundle splitmessage bundletimestamp "
    "callbacks executeloc fromop clamp maxlines clear bytes language extension customext wordwrap"
)
DAT_FILE = "file syncfile loadonstart loadonstartpulse write writepulse language extension customext wordwrap"
CHOP_COMMON = "timeslice scope srselect exportmethod autoexportroot exporttable"
PARAMETERS = {
    "baseCOMP": "",
    "textDAT": f"edit {DAT_FILE}",
    "oscinDAT": NETWORK_DAT,
    "oscoutDAT": NETWORK_DAT,
    "oscinCHOP": "active protocol netaddress port localaddress oscaddressscope useglobalrate samplerate queued "
    "queuevariance queuevarianceunit maxqueue maxqueueunit adjusttime adjusttimeunit stripsegments resetchannels "
    f"resetchannelspulse resetvalues {CHOP_COMMON}",
    "parameterCHOP": f"ops parameter nameformat renamefrom renameto custom builtin {CHOP_COMMON}",
    "outCHOP": f"label {CHOP_COMMON}",
    "executeDAT": "active executeloc fromop start create exit framestart frameend playstatechange devicechange "
    f"edit {DAT_FILE}",
    "parameterexecuteDAT": "active executeloc fromop op pars valuechange valueschanged onpulse expressionchange "
    f"exportchange enablechange modechange custom builtin edit {DAT_FILE}",
}
INPUTS = {"outCHOP": 1}
NAME = re.compile(r"[A-Z][a-z0-9]*")
WHOLE = 2**31


class tdError(Exception):
    """As TouchDesigner's own."""


class Par:
    """One parameter."""

    RANGE = ("min", "max", "normMin", "normMax", "clampMin", "clampMax")
    SETTABLE = ("val", "expr", "label", "help", "default", "readOnly", "menuNames", "menuLabels", "password", *RANGE)

    def __init__(self, owner, name, style, label=None, custom=True):
        self.__dict__.update(owner=owner, name=name, style=style, label=label or name, isCustom=custom)
        zero = {"Float": 0.0, "Int": 0, "Toggle": False, "Str": "", "Menu": "", "Pulse": False, "Any": None}[style]
        self.__dict__.update(_val=zero, _expr="", default=zero, readOnly=False, help="", menuNames=[], menuLabels=[])
        self.__dict__.update(min=0.0, max=1.0, normMin=0.0, normMax=1.0, clampMin=False, clampMax=False)

    def __setattr__(self, key, value):
        if key not in self.SETTABLE:
            raise tdError(f"Par has no member {key}, or it is read only")
        if key == "val":
            self._set(value)
        elif key == "expr":
            self.__dict__["_expr"] = value
        elif key in ("menuNames", "menuLabels") and self.style != "Menu":
            raise tdError(f"{self.name} is no menu")
        else:
            self.__dict__[key] = value

    def _set(self, value):
        before = self.eval()
        self.__dict__.update(_val=self._checked(value), _expr="")
        if self.eval() != before:
            self.owner.moved(self, before)

    def _checked(self, value):
        if self.style == "Pulse":
            raise tdError(f"{self.name} is a pulse: use pulse()")
        if self.style == "Menu":
            if value not in self.menuNames:
                raise tdError(f"{self.name}: {value!r} is not among {self.menuNames}")
            return value
        if self.style == "Str":
            if not isinstance(value, str):
                raise tdError(f"{self.name}: {value!r} is no string")
            return value
        if self.style in ("Float", "Int"):
            return self._clamped(value)
        return bool(value) if self.style == "Toggle" else value

    def _clamped(self, value):
        if isinstance(value, (bool, str)):
            raise tdError(f"{self.name}: {value!r} is no number")
        value = int(value) if self.style == "Int" else float(value)
        if self.style == "Int" and not -WHOLE <= value < WHOLE:
            raise tdError(f"{self.name}: {value} does not fit into 32 bits")
        value = max(value, self.min) if self.clampMin else value
        return min(value, self.max) if self.clampMax else value

    @property
    def val(self):
        return self._val

    @property
    def expr(self):
        return self._expr

    def eval(self):
        """Value of the expression if there is one, else the constant."""
        if self._expr:
            value = eval(self._expr, {"parent": self.owner.parent, "me": self.owner})
            return value.eval() if isinstance(value, Par) else value
        return self._val

    def pulse(self):
        if self.style != "Pulse":
            raise tdError(f"{self.name} is no pulse")
        self.owner.moved(self, None)


class ParCollection:
    """``op.par``."""

    def __init__(self, owner):
        self.__dict__.update(_owner=owner, _pars={})

    def __getattr__(self, name):
        if name not in self._pars:
            raise AttributeError(f"{self._owner.OPType} has no parameter {name}")
        return self._pars[name]

    def __setattr__(self, name, value):
        getattr(self, name).val = value

    def __getitem__(self, name):
        return self._pars.get(name)


class Page:
    """A page of custom parameters; what creates one returns the group of those created."""

    def __init__(self, owner, name):
        self.owner, self.name, self.pars = owner, name, []

    def _append(self, style, name, label):
        if not NAME.fullmatch(name):
            raise tdError(f"{name!r}: a custom parameter has one capital letter, then small letters and digits")
        if self.owner.par[name] is not None:
            raise tdError(f"{name} is there already")
        par = Par(self.owner, name, style, label)
        self.owner.par._pars[name] = par
        self.pars.append(par)
        return (par,)

    def appendFloat(self, name, label=None, size=1, order=None, replace=True):
        return self._append("Float", name, label)

    def appendInt(self, name, label=None, size=1, order=None, replace=True):
        return self._append("Int", name, label)

    def appendToggle(self, name, label=None, order=None, replace=True):
        return self._append("Toggle", name, label)

    def appendMenu(self, name, label=None, order=None, replace=True):
        return self._append("Menu", name, label)

    def appendStr(self, name, label=None, order=None, replace=True):
        return self._append("Str", name, label)

    def appendPulse(self, name, label=None, order=None, replace=True):
        return self._append("Pulse", name, label)


class Connector:
    """An input."""

    def __init__(self):
        self.source = None

    def connect(self, source):
        self.source = source


class OP:
    """An operator. ``sent`` is what an OSC Out DAT sent."""

    MEMBERS = ("name", "nodeX", "nodeY", "text")

    def __init__(self, kind, name, parent):
        self.__dict__.update(OPType=kind, name=name, _parent=parent, children=[], docked=[], pages=[], sent=[])
        self.__dict__.update(nodeX=0, nodeY=0, _text="", _module=None, _moved=[], par=ParCollection(self))
        self.__dict__["inputConnectors"] = [Connector() for _ in range(INPUTS.get(kind, 0))]
        for built_in in PARAMETERS[kind].split():
            self.par._pars[built_in] = Par(self, built_in, "Any", custom=False)
        if kind in ("oscinDAT", "oscoutDAT"):
            docked = OP("textDAT", f"{name}_callbacks", parent)
            parent.children.append(docked)
            self.docked.append(docked)

    def __setattr__(self, key, value):
        if key == "text" and self.OPType.endswith("DAT"):
            self.__dict__.update(_text=value, _module=None)
        elif key in self.MEMBERS:
            self.__dict__[key] = value
        else:
            raise tdError(f"{self.OPType} has no member {key}")

    @property
    def text(self):
        return self._text

    def parent(self):
        return self._parent

    def op(self, name):
        return next((child for child in self.children if child.name == name), None)

    def create(self, kind, name):
        made = OP(kind.__name__, name, self)
        assert self.op(name) is None, f"{name} is there already"
        self.children.append(made)
        return made

    def destroy(self):
        self._parent.children.remove(self)

    def appendCustomPage(self, name):
        page = Page(self, name)
        self.pages.append(page)
        return page

    def moved(self, par, before):
        if par.isCustom:
            self._moved.append((par, before))

    def sendOSC(self, address, values):
        if self.OPType != "oscoutDAT" or not isinstance(address, str) or not isinstance(values, list):
            raise tdError("sendOSC takes an address and a list, of an OSC Out DAT")
        if any(type(value) not in (int, float, str) for value in values):
            raise tdError(f"{address}: {values} are not whole numbers, numbers and strings")
        self.sent.append((address, *values))

    @property
    def module(self):
        """The DAT's text, run as a module that sees the operators beside it."""
        if self._module is None:
            made = types.ModuleType(self.name)
            made.__dict__.update(me=self, op=self._parent.op, parent=self.parent)
            exec(compile(self._text, self.name, "exec"), made.__dict__)
            self.__dict__["_module"] = made
        return self._module


class Stage:
    """A project with one Text DAT in it."""

    def __init__(self):
        self.root = OP("baseCOMP", "project1", None)
        self.td = types.ModuleType("td")
        for kind in PARAMETERS:
            setattr(self.td, kind, type(kind, (), {}))

    def run(self, text):
        """Run a script as a Text DAT does, and give the component that it built."""
        script = OP("textDAT", "text1", self.root)
        names = {"me": script, "op": self.root.op, "parent": script.parent, "__name__": "__main__"}
        exec(compile(text.replace("import td\n", "", 1), "text1", "exec"), {**names, "td": self.td})
        return self.root.op("lmdmd")

    @staticmethod
    def frame(comp):
        """One frame: Parameter Execute reports what changed, Execute its start."""
        hands, frames = comp.op("parameters"), comp.op("frames")
        moved, comp.__dict__["_moved"] = comp._moved, []
        assert hands.par.op.eval() == ".." and hands.par.pars.eval() == "*" and hands.par.custom.eval()
        for par, before in dict((par.name, (par, before)) for par, before in reversed(moved)).values():
            if par.style == "Pulse":
                assert hands.par.onpulse.eval()
                hands.module.onPulse(par)
            else:
                assert hands.par.valuechange.eval()
                hands.module.onValueChange(par, before)
        if frames.par.framestart.eval():
            frames.module.onFrameStart(1)

    @staticmethod
    def receive(comp, address, *values, by="osc_in"):
        """A message that comes in by OSC."""
        dat = comp.op(by)
        comp.op(dat.par.callbacks.eval()).module.onReceiveOSC(dat, 1, "", b"", 0.0, address, list(values), None)
