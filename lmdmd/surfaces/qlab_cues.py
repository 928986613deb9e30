"""A show as QLab tells of it: one workspace with one cue list, in which songs and cues are cues. Pure functions."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from lmdmd.control.session import Line
from lmdmd.errors import OscError

VERSION = "5.4.0"
"""QLab whose words these are; its remotes ask."""
MAX_KEYS = 64
_NAMESPACE = uuid.UUID("6e8d9b60-5d0c-4c5a-9f0e-7c1b3a4d2f19")

Json = dict[str, object] | list[object] | str | int | float | bool | None


def identity(*words: str) -> str:
    """The same UUID for the same words, as QLab writes them."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(words))).upper()


@dataclass(frozen=True)
class Standing:
    """Where the show is: its title and lines, which fired last, which is next, and whether timed cues wait.

    ``left_s`` and ``gone_s`` are of the song that plays.
    """

    title: str
    lines: tuple[Line, ...]
    at: int | None
    following: int | None
    paused: bool
    gone_s: float = 0.0
    left_s: float = 0.0

    @property
    def workspace_id(self) -> str:
        """Identity of the show."""
        return identity("workspace", self.title)

    @property
    def list_id(self) -> str:
        """Identity of its cue list."""
        return identity("list", self.title)

    def id_of(self, index: int | None) -> str:
        """Identity of a line, or "" for none."""
        return identity("cue", self.title, self.lines[index].key) if index is not None else ""

    def index_of_id(self, wanted: str) -> int | None:
        """Line of an identity."""
        return next((index for index in range(len(self.lines)) if self.id_of(index) == wanted.upper()), None)

    def index_of(self, wanted: str) -> int | None:
        """Line of a number, or of a name."""
        for key in ("number", "name"):
            for index, line in enumerate(self.lines):
                if wanted and getattr(line, key) == wanted:
                    return index
        return None

    def runs(self, index: int) -> bool:
        """Whether a line sounds."""
        return index in self.running

    @property
    def running(self) -> list[int]:
        """Lines that sound: the song, and the cue that fired last."""
        if self.at is None:
            return []
        song = next((at for at in range(self.at, -1, -1) if self.lines[at].kind == "song"), self.at)
        return [song] if song == self.at else [song, self.at]


def cue_values(standing: Standing, index: int) -> dict[str, Json]:
    """Every property of a line that QLab's remotes ask for."""
    line, runs = standing.lines[index], standing.runs(index)
    is_song = line.kind == "song"
    gone_s, left_s = (standing.gone_s, standing.left_s) if runs and is_song else (0.0, 0.0)
    lasts_s = gone_s + left_s
    return _common(standing.id_of(index), line.name, "Group" if is_song else "Memo") | {
        "number": line.number,
        "notes": line.notes,
        "parent": standing.list_id,
        "isRunning": runs and not standing.paused,
        "isPaused": runs and standing.paused,
        "isActionRunning": runs and not standing.paused,
        "isLoaded": index == standing.following,
        "duration": round(lasts_s, 2),
        "currentDuration": round(lasts_s, 2),
        "actionElapsed": round(gone_s, 2),
        "percentActionElapsed": round(gone_s / lasts_s, 4) if lasts_s > 0 else 0.0,
        "children": [],
    }


def list_values(standing: Standing) -> dict[str, Json]:
    """The same of the cue list."""
    runs = standing.at is not None
    return _common(standing.list_id, standing.title, "Cue List") | {
        "number": "",
        "notes": "",
        "parent": "[root group of cue lists]",
        "isRunning": runs and not standing.paused,
        "isPaused": runs and standing.paused,
        "isActionRunning": runs and not standing.paused,
        "isLoaded": False,
        "duration": 0.0,
        "currentDuration": 0.0,
        "actionElapsed": 0.0,
        "percentActionElapsed": 0.0,
        "children": [brief(standing, index) for index in range(len(standing.lines))],
        "playbackPosition": standing.lines[standing.following].number if standing.following is not None else "none",
        "playbackPositionId": standing.id_of(standing.following) or "none",
        "playheadId": standing.id_of(standing.following) or "none",
    }


def _common(unique_id: str, name: str, kind: str) -> dict[str, Json]:
    return {
        "uniqueID": unique_id,
        "name": name,
        "listName": name,
        "displayName": name,
        "type": kind,
        "mode": 0,
        "colorName": "none",
        "flagged": False,
        "armed": True,
        "autoLoad": False,
        "isBroken": False,
        "isAuditioning": False,
        "isTailingOut": False,
        "preWait": 0.0,
        "postWait": 0.0,
        "preWaitElapsed": 0.0,
        "postWaitElapsed": 0.0,
        "percentPreWaitElapsed": 0.0,
        "percentPostWaitElapsed": 0.0,
        "continueMode": 0,
        "cartPosition": [0, 0],
        "infiniteLoop": False,
        "holdLastFrame": False,
        "hasFileTargets": False,
        "hasCueTargets": False,
        "allowsEditingDuration": False,
    }


_BRIEF = ("uniqueID", "number", "name", "listName", "type", "colorName", "flagged", "armed")


def brief(standing: Standing, index: int) -> Json:
    """A line as it stands in lists of cues."""
    values = cue_values(standing, index)
    return {key: values[key] for key in _BRIEF}


def cue_lists(standing: Standing) -> Json:
    """What ``/cueLists`` tells."""
    values = list_values(standing)
    return [{key: values[key] for key in _BRIEF} | {"cues": values["children"]}]


def reply_text(standing: Standing, address: str, status: str, data: Json) -> str:
    """The one argument of every reply."""
    reply = {"workspace_id": standing.workspace_id, "address": address, "status": status}
    return json.dumps(reply if data is None else reply | {"data": data}, separators=(",", ":"))


def property_of(known: dict[str, Json], what: str, rest: list[str], values: tuple) -> Json:
    """Value of a property, or of all that ``valuesForKeys`` names; raises ``OscError`` for what cannot be told."""
    if what == "valuesForKeys" and not rest:
        return {key: known[key] for key in _keys(values) if key in known}
    if what not in known or rest:
        raise OscError(f"{what}: is not known here")
    if values:
        raise OscError(f"{what}: cannot be set here")
    return known[what]


def _keys(values: tuple) -> list[str]:
    try:
        keys = json.loads(values[0]) if len(values) == 1 else list(values)
    except (TypeError, ValueError, RecursionError):
        keys = None
    if not isinstance(keys, list) or len(keys) > MAX_KEYS:
        raise OscError(f"valuesForKeys: takes a JSON list of at most {MAX_KEYS} keys")
    return [key for key in keys if isinstance(key, str)]
