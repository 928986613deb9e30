"""Reading a setlist: YAML to ``control/setlist.py``, with every problem found and placed at once.

What may be written is shown, with comments, in ``setlists/demo.yaml``. Parameter names, ranges and
kinds come from the table, so a setlist can set whatever the program can.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lmdmd import bundles
from lmdmd.control.clock import TempoMap
from lmdmd.control.setlist import Cue, Setlist, Song, Span, Trigger, end_frame, retime, trigger_frame
from lmdmd.control.yaml_lines import Entry, Fault, Node, read_yaml
from lmdmd.errors import BundleError, ParamError, SetlistError, did_you_mean
from lmdmd.params import BY_NAME, PROMPT_SLOTS, Param, Value, find
from lmdmd.units import CURVES

SETLIST_KEYS = ("title", "model", "seed", "songs")
SONG_KEYS = ("name", "tempo", "metre", "length", "prompts", "cues")
CUE_KEYS = ("name", "number", "at", "bar", "go", "notes", "prompts", "set", "over", "curve")
TRIGGERS = ("at", "bar", "go")
TIME_HELP = 'a time is written 12, 12s, 1m30s or "1:30"'

_LONGEST_S = 24 * 3600.0
_LONGEST_BARS = 100_000
_ORDER_RATE_HZ = 48_000


def load_setlist(path: Path) -> Setlist:
    """Setlist of a YAML file; raises ``SetlistError`` with one ``file:line: problem`` line for each problem."""
    setlist, faults = read_setlist(path)
    if faults or setlist is None:
        raise SetlistError("\n".join(f"{path}:{fault.line}: {fault.text}" for fault in faults))
    return setlist


def read_setlist(path: Path) -> tuple[Setlist | None, list[Fault]]:
    """Setlist, as far as it can be read, and its problems in order of line."""
    try:
        root, faults = read_yaml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        return None, [Fault(1, f"cannot be read: {getattr(error, 'strerror', None) or error}")]
    if root is None:
        return None, faults or [Fault(1, "the file is empty")]
    setlist = _setlist(root, _Place(faults), path)
    return setlist, sorted(set(faults), key=lambda fault: fault.line)


@dataclass(frozen=True)
class _Place:
    """Where reading stands, for the text of problems."""

    faults: list[Fault]
    prefix: str = ""

    def fault(self, line: int, text: str) -> None:
        self.faults.append(Fault(line, self.prefix + text))

    def within(self, what: str, name: str) -> _Place:
        return replace(self, prefix=f'{what} "{name}": ')

    def fields(self, node: Node, known: Iterable[str], what: str) -> dict[str, Entry]:
        """Entries of a mapping, without (but naming) those whose key is not known."""
        if not isinstance(node.value, dict):
            self.fault(node.line, f"{what} must be a mapping with {', '.join(known)}")
            return {}
        for key, entry in node.value.items():
            if key not in known:
                self.fault(entry.line, f'unknown key "{key}" in {what}{did_you_mean(key, known)}')
        return {key: entry for key, entry in node.value.items() if key in known}

    def items(self, entry: Entry | None, what: str) -> list[Node]:
        if entry is None or entry.node.value is None:
            return []
        if not isinstance(entry.node.value, list):
            self.fault(entry.line, f"{what} must be a list (lines that begin with -)")
            return []
        return entry.node.value

    def text(self, node: Node, what: str) -> str:
        if node.value is None or isinstance(node.value, (dict, list)):
            self.fault(node.line, f"{what}: expected text")
            return ""
        if node.trap:
            self.fault(node.line, f"{what}: {node.trap}")
        return " ".join(node.raw.split())

    def param(self, node: Node, param: Param, what: str) -> Value:
        """Value of a row of the table, kept strictly: what a surface would clamp is a problem here."""
        try:
            value, note = param.coerce(_scalar(node, param, what))
        except ParamError as error:
            self.fault(node.line, str(error))
            return param.default
        if note and param.kind in ("float", "int"):
            self.fault(node.line, f"{what}: {node.raw} is outside {param.lo:g} to {param.hi:g}")
        elif note:
            self.fault(node.line, f"{what}: is {note}")
        return value


def _scalar(node: Node, param: Param, what: str) -> object:
    if node.value is None or isinstance(node.value, (dict, list)):
        raise ParamError(f"{what}: expected {'text' if param.kind == 'text' else 'a value'}")
    if param.kind in ("float", "int") and isinstance(node.value, bool):
        raise ParamError(f"{what}: {node.raw} is not a number")
    if param.kind == "int" and isinstance(node.value, float) and node.value != math.floor(node.value):
        raise ParamError(f"{what}: {node.raw} is not a whole number")
    if param.kind in ("text", "choice") and node.trap:
        raise ParamError(f"{what}: {node.trap}")
    return node.raw if param.kind == "text" else node.value


def _setlist(root: Node, place: _Place, path: Path) -> Setlist:
    fields = place.fields(root, SETLIST_KEYS, "the setlist")
    title = place.text(fields["title"].node, "title") if "title" in fields else path.stem
    seed = place.param(fields["seed"].node, find("engine/seed"), "seed") if "seed" in fields else None
    songs = tuple(_song(node, place, index) for index, node in enumerate(place.items(fields.get("songs"), "songs")))
    if isinstance(root.value, dict) and not songs:
        place.fault(root.line, "there are no songs")
    _check_unique([cue for song in songs for cue in song.cues], place)
    model = _model(fields.get("model"), place, path)
    return Setlist(title, model, None if seed is None else int(seed), songs, path)


def _model(entry: Entry | None, place: _Place, path: Path) -> str | None:
    if entry is None:
        return None
    name = bundles.near(path.parent, place.text(entry.node, "model"))
    try:
        bundles.find(name)
    except BundleError as error:
        place.fault(entry.line, f"model: {error}")
    return name


def _check_unique(cues: list[Cue], place: _Place) -> None:
    first: dict[str, Cue] = {}
    for cue in cues:
        if cue.number and cue.number in first:
            other = first[cue.number]
            place.within("cue", cue.name).fault(
                cue.line, f'number {cue.number} is taken by cue "{other.name}" on line {other.line}'
            )
        first.setdefault(cue.number, cue)


def _song(node: Node, outer: _Place, index: int) -> Song:
    name = _name(node, f"song {index + 1}", outer)
    place = outer.within("song", name)
    fields = place.fields(node, SONG_KEYS, "a song")
    tempo = _row(fields, "tempo", "clock/tempo", place)
    metre = _metre(fields.get("metre"), place)
    length = _span(fields["length"].node, "length", place) if "length" in fields else Span(0.0)
    if "length" not in fields and fields:
        place.fault(node.line, "has no length; write length: 32 bars, or length: 90s")
    elif fields and length.value <= 0:
        place.fault(fields["length"].line, "length must be above 0")
    prompts = _prompts(fields["prompts"].node, place) if "prompts" in fields else {}
    cues = tuple(_cue(item, outer, count) for count, item in enumerate(place.items(fields.get("cues"), "cues")))
    song = Song(name, float(tempo), metre, length, cues, prompts, node.line)
    _check_order(song, outer)
    return song


def _name(node: Node, fallback: str, place: _Place) -> str:
    entry = node.value.get("name") if isinstance(node.value, dict) else None
    return (place.text(entry.node, "name") if entry else "") or fallback


def _row(fields: dict[str, Entry], key: str, row: str, place: _Place) -> Value:
    param = find(row)
    return place.param(fields[key].node, param, key) if key in fields else param.default


def _metre(entry: Entry | None, place: _Place) -> int:
    if entry is None:
        return int(find("clock/metre").default)
    beats = re.match(r"([0-9]{1,2})/(1|2|4|8|16)\Z", entry.node.raw)
    node = replace(entry.node, value=int(beats[1])) if beats else entry.node
    return int(place.param(node, find("clock/metre"), "metre"))


def _check_order(song: Song, outer: _Place) -> None:
    clock, latest, before = TempoMap.constant(_ORDER_RATE_HZ, song.tempo, song.metre), 0, ""
    timed = [cue for cue in song.cues if cue.trigger.kind != "go"]
    for cue in timed:
        frame = trigger_frame(cue.trigger, clock, 0)
        if frame < latest:
            outer.within("cue", cue.name).fault(cue.line, f'stands after cue "{before}" but fires before it')
            continue
        latest, before = frame, cue.name
        clock = retime(clock, frame, cue.set)
    if timed and 0 < end_frame(song, clock, 0) <= latest:
        last = next(cue for cue in timed if cue.name == before)
        outer.within("cue", before).fault(last.line, f'fires after song "{song.name}" has ended')


def _cue(node: Node, outer: _Place, index: int) -> Cue:
    fallback = f"cue {index + 1}"
    if isinstance(node.value, dict) and "number" in node.value:
        fallback = node.value["number"].node.raw or fallback
    name = _name(node, fallback, outer)
    place = outer.within("cue", name)
    fields = place.fields(node, CUE_KEYS, "a cue")
    return Cue(
        name=name,
        number=_number(fields.get("number"), place),
        trigger=_trigger(fields, node.line, place),
        notes=place.text(fields["notes"].node, "notes") if "notes" in fields else "",
        prompts=_prompts(fields["prompts"].node, place) if "prompts" in fields else {},
        set=_values(fields.get("set"), place),
        over=_span(fields["over"].node, "over", place) if "over" in fields else Span(0.0),
        curve=_curve(fields.get("curve"), place),
        line=node.line,
    )


def _number(entry: Entry | None, place: _Place) -> str:
    return place.text(entry.node, "number") if entry is not None else ""


def _trigger(fields: dict[str, Entry], line: int, place: _Place) -> Trigger:
    given = [key for key in TRIGGERS if key in fields]
    if len(given) != 1:
        have = " and ".join(given) or "nothing"
        if fields:
            place.fault(line, f"needs one of at, bar or go to say when it fires; it has {have}")
        return Trigger("go")
    node = fields[given[0]].node
    if given == ["at"]:
        return Trigger("at", _seconds(node, "at", place))
    return Trigger("bar", _bar(node, place)) if given == ["bar"] else _go(node, place)


def _bar(node: Node, place: _Place) -> int:
    if isinstance(node.value, int) and not isinstance(node.value, bool) and 1 <= node.value <= _LONGEST_BARS:
        return node.value
    place.fault(node.line, f"bar: expected a whole number from 1, got {node.raw or 'nothing'}")
    return 1


def _go(node: Node, place: _Place) -> Trigger:
    if node.value is not True:
        place.fault(node.line, "go: write go: true for a cue that is fired by hand")
    return Trigger("go")


_CLOCK_TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,4}):([0-5]?\d(?:\.\d+)?)\Z")
_UNIT_TIME = re.compile(r"(?:(\d{1,2})h)? ?(?:(\d{1,4})m)? ?(?:(\d{1,6}(?:\.\d+)?)s?)?\Z")


def parse_seconds(text: str) -> float | None:
    """Seconds in ``12``, ``12s``, ``1m30s``, ``1:30`` or ``1:02:03.5``; ``None`` for anything else."""
    match = _CLOCK_TIME.match(text.strip()) or _UNIT_TIME.match(text.strip())
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _seconds(node: Node, what: str, place: _Place) -> float:
    seconds = None if isinstance(node.value, (bool, dict, list)) else parse_seconds(node.raw)
    if seconds is None or seconds > _LONGEST_S:
        shown = f'"{node.raw}"' if node.raw else "this"
        place.fault(node.line, f"{what}: {shown} is not a time up to 24 hours; {TIME_HELP}")
        return 0.0
    return seconds


_BARS = re.compile(r"([0-9]{1,6}(?:\.[0-9]+)?) ?(bar|beat)s?\Z")


def _span(node: Node, what: str, place: _Place) -> Span:
    musical = _BARS.match(node.raw.strip()) if isinstance(node.value, str) else None
    if musical is None:
        return Span(_seconds(node, what, place))
    if float(musical[1]) > _LONGEST_BARS:
        place.fault(node.line, f"{what}: {node.raw} is longer than {_LONGEST_BARS} bars")
        return Span(1.0, "bars")
    return Span(float(musical[1]), musical[2] + "s")


def _curve(entry: Entry | None, place: _Place) -> str:
    curve = place.text(entry.node, "curve") if entry is not None else "linear"
    if entry is not None and curve not in CURVES:
        place.fault(entry.node.line, f'unknown curve "{curve}"{did_you_mean(curve, CURVES)}')
        return "linear"
    return curve


def _prompts(node: Node, place: _Place) -> dict[str, float]:
    if not isinstance(node.value, dict):
        text = _prompt_text(node, place)
        return {text: 1.0} if text else {}
    prompts: dict[str, float] = {}
    for key, entry in node.value.items():
        text = _prompt_text(Node(key, entry.line, key), place)
        weight = place.param(entry.node, find("prompt/0/weight"), f'prompt "{key}"')
        if text in prompts:
            place.fault(entry.line, f'prompt "{text}" is given twice')
        prompts[text] = float(weight)
    if len(prompts) > PROMPT_SLOTS:
        place.fault(node.line, f"{len(prompts)} prompts at once; there is room for {PROMPT_SLOTS}")
    if not any(prompts.values()):
        place.fault(node.line, "prompts: at least one needs a weight above 0")
    return prompts


def _prompt_text(node: Node, place: _Place) -> str:
    text = place.param(node, find("prompt/0/text"), "prompt")
    if isinstance(node.value, str) and not node.raw.strip():
        place.fault(node.line, "prompt: has no words")
    return str(text)


def _values(entry: Entry | None, place: _Place) -> dict[str, Value]:
    if entry is None:
        return {}
    if not isinstance(entry.node.value, dict):
        place.fault(entry.line, 'set: expected lines such as "gen/cfg: 3"')
        return {}
    values: dict[str, Value] = {}
    for name, item in entry.node.value.items():
        refusal = _refusal(name)
        if refusal:
            place.fault(item.line, refusal)
        else:
            values[name] = place.param(item.node, find(name), name)
    return values


def _refusal(name: str) -> str:
    if name not in BY_NAME:
        return f'unknown parameter "{name}"{did_you_mean(name, BY_NAME)}'
    if not find(name).writable:
        return f'"{name}" is a report and cannot be set'
    if name.startswith("prompt/"):
        return f'"{name}" belongs to the prompts: of a cue, which find their own slots'
    return ""
