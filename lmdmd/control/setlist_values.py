"""Readers for what a song or a cue sets: words, prompts, parameters with their ways, models."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lmdmd.control.setlist import Span
from lmdmd.control.setlist_place import Place, Reader
from lmdmd.control.setlist_scalars import shown
from lmdmd.control.setlist_schema import KEYS, SUGAR
from lmdmd.control.setlist_times import read_curve, read_span
from lmdmd.control.yaml_lines import Entry, Node
from lmdmd.errors import ParamError, PrimeError, SetlistError, did_you_mean
from lmdmd.params import BY_NAME, PROMPT_SLOTS, Param, Value, find
from lmdmd.primes import CONTEXT_S, SECONDS, prime_words
from lmdmd.rt.sound_file import read_end


@dataclass(frozen=True)
class Aim:
    """Where a value or a model goes, and how, as far as that is said."""

    to: Value
    over: Span | None = None
    curve: str | None = None


def _text(entry: Entry, what: str, place: Place) -> str | None:
    return place.text(entry.node, what) or None


def _flag(entry: Entry, what: str, place: Place) -> bool | None:
    if isinstance(entry.node.value, bool):
        return entry.node.value
    place.fault(entry.node.line, f"{what}: write {what}: true or {what}: false")
    return None


# --- prompts and parameters -------------------------------------------------------------------------------------------


def _prompts(entry: Entry, what: str, place: Place) -> dict[str, float]:
    node = entry.node
    if not isinstance(node.value, dict):
        text = _prompt(node, place)
        return {text: 1.0} if text else {}
    prompts: dict[str, float] = {}
    for key, item in place.entries(node).items():
        text = _prompt(place.expanded(Node(key, item.line, key)), place)
        weight = place.param(item.node, find("prompt/0/weight"), f'prompt "{shown(key)}"')
        if text in prompts:
            place.fault(item.line, f'prompt "{shown(text)}" is given twice')
        prompts[text] = float(weight)
    if len(prompts) > PROMPT_SLOTS:
        place.fault(entry.line, f"{len(prompts)} prompts at once; there is room for {PROMPT_SLOTS}")
    if not any(prompts.values()):
        place.fault(entry.line, f"{what}: at least one needs a weight above 0")
    return prompts


def _prompt(node: Node, place: Place) -> str:
    text = place.param(node, find("prompt/0/text"), "prompt")
    if isinstance(node.value, str) and not node.raw.strip():
        place.fault(node.line, "prompt: has no words")
    return str(text)


def _values(entry: Entry, what: str, place: Place) -> dict[str, Aim]:
    if not isinstance(entry.node.value, dict):
        place.fault(entry.line, f'{what}: expected lines such as "gen/cfg: 3"')
        return {}
    aims: dict[str, Aim] = {}
    for name, item in place.entries(entry.node).items():
        refusal = _refusal(name, place)
        aim = None if refusal else _aim(item, find(name), name, place)
        if refusal:
            place.fault(item.line, refusal)
        if aim is not None:
            aims[name] = aim
    return aims


def _refusal(name: str, place: Place) -> str:
    if name not in BY_NAME:
        return f'unknown parameter "{shown(name)}"{did_you_mean(name, BY_NAME)}'
    if not find(name).writable:
        return f'"{name}" is a report and cannot be set'
    if name.startswith("prompt/"):
        return f'"{name}" belongs to the prompts: of a cue, which find their own slots'
    if name == "engine/prime":
        return f'"{name}" happens once; a song or a cue says prime: for that'
    return ""


def _aim(entry: Entry, param: Param, what: str, place: Place) -> Aim | None:
    if not isinstance(entry.node.value, dict):
        return Aim(place.param(entry.node, param, what))
    return _way(entry, what, place, lambda to: place.param(to.node, param, what), glides=param.kind == "float")


def _way(entry: Entry, what: str, place: Place, aimed: Callable[[Entry], Value], *, glides: bool = True) -> Aim | None:
    fields = place.fields(entry.node, "way")
    if "to" not in fields:
        place.fault(entry.line, f"{what}: does not say where it goes; write to: beside over: and curve:")
        return None
    if not glides and len(fields) > 1:
        place.fault(entry.line, f"{what}: has nothing between two values to glide along; write {what}: and the value")
    over = read_span(fields["over"], "over", place) if "over" in fields else None
    curve = read_curve(fields["curve"], "curve", place) if "curve" in fields else None
    return Aim(aimed(fields["to"]), over, curve)


def _starts(entry: Entry, what: str, place: Place) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name, aim in _values(entry, what, place).items():
        line = entry.node.value[name].line  # type: ignore[index]
        key = next((key for key, row in SUGAR.items() if row == name and key in KEYS["song"]), "")
        if aim.over or aim.curve:
            place.fault(line, f"{name}: a song begins with a value, without over: and curve:")
        if key:
            place.fault(line, f"{name}: a song says {key}: for that")
        values[name] = aim.to
    return values


def _tempo(entry: Entry, what: str, place: Place) -> Aim | None:
    aim = _aim(entry, find(SUGAR["tempo"]), what, place)
    if aim and aim.curve and not aim.over:
        place.fault(entry.line, f"{what}: a curve needs over:, as {KEYS['cue']['tempo'].example}")
    return aim


def _bpm(entry: Entry, what: str, place: Place) -> float:
    return float(place.param(entry.node, find(SUGAR["tempo"]), what))


def _metre(entry: Entry, what: str, place: Place) -> int:
    beats = re.match(r"([0-9]{1,2})/(1|2|4|8|16)\Z", entry.node.raw)
    node = replace(entry.node, value=int(beats[1]), raw=beats[1]) if beats else entry.node
    return int(place.param(node, find(SUGAR["metre"]), what))


def _seed(entry: Entry, what: str, place: Place) -> int:
    return int(place.param(entry.node, find(SUGAR["seed"]), what))


def _row(entry: Entry, what: str, place: Place) -> Value | None:
    """Words for the row that a key is short for; ``None`` where they are wrong, which has been told of."""
    return place.param(entry.node, find(SUGAR[what]), what) or None


def _prime(entry: Entry, what: str, place: Place) -> str | None:
    """Music to go on from; a file with its whole path."""
    text = place.text(entry.node, what)
    if not text:
        return None
    try:
        if text.partition(" ")[0] in SECONDS:
            return prime_words(text)
        path = place.files.find(text.removeprefix("file ").strip(), place.stack).resolve()
        read_end(path, CONTEXT_S)
        return f"file {path}"
    except (ParamError, PrimeError, SetlistError) as error:
        place.fault(entry.node.line, f"{what}: {error}")
    return None


# --- models -----------------------------------------------------------------------------------------------------------


def _model(entry: Entry, what: str, place: Place) -> str | None:
    name = place.text(entry.node, what)
    return place.model(name, entry.node.line) if name else None


def _swap(entry: Entry, what: str, place: Place) -> Aim | None:
    if isinstance(entry.node.value, dict):
        return _way(entry, what, place, lambda to: _model(to, what, place) or "")
    name = _model(entry, what, place)
    return None if name is None else Aim(name)


VALUE_READERS: dict[str, Reader] = {
    "text": _text,
    "flag": _flag,
    "prompts": _prompts,
    "values": _values,
    "starts": _starts,
    "tempo": _tempo,
    "bpm": _bpm,
    "metre": _metre,
    "seed": _seed,
    "key": _row,
    "chord": _row,
    "progression": _row,
    "prime": _prime,
    "model": _model,
    "swap": _swap,
}
"""Readers by kind."""
