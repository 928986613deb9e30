"""Reading a setlist: YAML to ``control/setlist.py``, with every problem found and placed at once.

What may be written stands in ``control/setlist_schema.py`` and is shown, with comments, in ``setlists/demo.yaml``.
Parameter names, ranges and kinds come from their table, so a setlist can set whatever the program can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lmdmd.control.setlist import Cue, Setlist, Song, Span, Swap, Trigger, Way
from lmdmd.control.setlist_files import Files
from lmdmd.control.setlist_order import order_problems
from lmdmd.control.setlist_place import Enough, Place, Reader, read_fields
from lmdmd.control.setlist_schema import SUGAR, TRIGGERS, UNTIMED, listed
from lmdmd.control.setlist_targets import TARGET_READERS
from lmdmd.control.setlist_times import TIME_READERS
from lmdmd.control.setlist_values import VALUE_READERS, Aim
from lmdmd.control.setlist_variables import expand
from lmdmd.control.yaml_lines import Entry, Fault, Node
from lmdmd.errors import SetlistError
from lmdmd.params import Value, find

READERS: dict[str, Reader] = {**TIME_READERS, **VALUE_READERS, **TARGET_READERS}
"""A reader for each kind of value; songs and cues are read here."""


def load_setlist(path: Path) -> Setlist:
    """Setlist of a YAML file; raises ``SetlistError`` with one ``file:line: problem`` line for each problem."""
    setlist, faults = read_setlist(path)
    if faults or setlist is None:
        raise SetlistError("\n".join(map(str, faults)))
    return setlist


def load_songs(path: Path) -> tuple[Song, ...]:
    """Songs of a file for another show; the model that the file names comes in with the first. As ``load_setlist``."""
    setlist = load_setlist(path)
    begun = setlist.songs[0]
    swap = Swap(setlist.model) if begun.swap is None and setlist.model is not None else begun.swap
    return (replace(begun, swap=swap), *setlist.songs[1:])


def read_setlist(path: Path) -> tuple[Setlist | None, list[Fault]]:
    """Setlist, as far as it can be read, and its problems in order of file and line."""
    files = Files(path)
    try:
        root, found = files.read(path)
    except SetlistError as error:
        return None, [Fault(1, str(error), path)]
    place, setlist = Place(files, (path,), []), None
    try:
        for fault in found:
            place.add(fault)
        setlist = _setlist(root, place) if root is not None else None
    except Enough:
        pass
    order = {file: index for index, file in enumerate(files.paths)}
    return setlist, sorted(
        dict.fromkeys(place.faults), key=lambda fault: (order.get(fault.path or path, 0), fault.line)
    )


def _setlist(root: Node, place: Place) -> Setlist:
    place = _knowing(root, place)
    fields = place.fields(root, "setlist")
    place = _settled(fields, place)
    songs = fields.pop("songs", None)
    read = read_fields(fields, "setlist", place, READERS)
    read_songs = _songs(songs, place) if songs else []
    _check_some(root, songs, place)
    _check_numbers([cue for song in read_songs for cue in song.cues], place)
    songs_read = _without_old_chords([item.song for item in read_songs])
    return Setlist(
        title=read.get("title", place.path.stem),
        model=read.get("model"),
        seed=read.get("seed"),
        songs=songs_read,
        path=place.path,
        paths=tuple(dict.fromkeys(place.files.paths)),
    )


def _without_old_chords(songs: list[Song]) -> tuple[Song, ...]:
    """Songs that begin without the chords of those before them, where they have none of their own."""
    said = [part.set for song in songs for part in (song, *song.cues)]
    old = {name: "" for name in map(SUGAR.get, ("progression", "chord")) if any(name in values for values in said)}
    return tuple(replace(song, set=old | song.set) for song in songs)


def _knowing(root: Node, place: Place) -> Place:
    """The place with a file's own variables, which may stand in all its other values."""
    entry = root.value.get("variables") if isinstance(root.value, dict) else None
    said = READERS["variables"](entry, "variables", place) if entry else {}
    return replace(place, variables={**place.variables, **said})


def _settled(fields: dict[str, Entry], place: Place) -> Place:
    """The place with what a file or a song says for all that is in it; these fields are taken away."""
    fields.pop("variables", None)
    if "targets" in fields:
        said = READERS["targets"](fields.pop("targets"), "targets", place)
        place = replace(place, targets={**place.targets, **said})
    if "defaults" in fields:
        place = replace(place, defaults=READERS["defaults"](fields.pop("defaults"), "defaults", place))
    return place


# --- songs ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _ReadCue:
    """A cue, its place, and its fields for their lines."""

    cue: Cue
    place: Place
    fields: Mapping[str, Entry]

    def line(self, *names: str) -> int:
        """Line of the value of the first of these keys that is there, else the cue's own."""
        return next((self.fields[name].node.line for name in names if name in self.fields), self.cue.line)


@dataclass(frozen=True)
class _ReadSong:
    song: Song
    cues: tuple[_ReadCue, ...]


def _songs(entry: Entry, place: Place, before: int = 0) -> list[_ReadSong]:
    """Songs of a list, those that it includes among them; ``before`` are read already."""
    songs: list[_ReadSong] = []
    for node in place.items(entry, "songs"):
        if isinstance(node.value, dict) and "include" in node.value:
            songs += _included(node, place, before + len(songs))
        else:
            songs.append(_song(node, place, before + len(songs)))
    return songs


def _check_some(root: Node, songs: Entry | None, place: Place) -> None:
    """A file without songs is none; songs that cannot be read have been told of."""
    if isinstance(root.value, (dict, list)) and not (songs and songs.node.value):
        place.fault(root.line, "there are no songs")


def _included(node: Node, place: Place, before: int) -> list[_ReadSong]:
    entry = place.fields(node, "include")["include"]
    name = place.text(entry.node, "include")
    if not name:
        return []
    try:
        path = place.files.find(name, place.stack)
        root, faults = place.files.read(path)
    except SetlistError as error:
        place.fault(entry.node.line, f"include: {error}")
        return []
    for fault in faults:
        place.add(fault)
    return [] if root is None else _included_songs(root, replace(place, stack=(*place.stack, path)), before)


def _included_songs(root: Node, place: Place, before: int) -> list[_ReadSong]:
    place, bare = _knowing(root, place), isinstance(root.value, list)
    fields = {"songs": Entry(root.line, root)} if bare else place.fields(root, "included")
    place = _settled(fields, place)
    songs = _songs(fields["songs"], place, before) if "songs" in fields else []
    _check_some(root, fields.get("songs"), place)
    return songs


def _song(node: Node, outer: Place, index: int) -> _ReadSong:
    name = _name(node, f"song {index + 1}", outer)
    place = outer.within("song", name)
    fields = place.fields(node, "song")
    fields.pop("name", None)
    inner = _settled(fields, place)
    cues = fields.pop("cues", None)
    if isinstance(node.value, dict) and "length" not in node.value:
        place.fault(node.line, "has no length; write length: 32 bars, or length: 90s")
    read = read_fields(fields, "song", inner, READERS)
    read_cues = tuple(_cues(cues, replace(inner, prefix=outer.prefix))) if cues else ()
    song = Song(
        name=name,
        tempo=read.get("tempo", float(find(SUGAR["tempo"]).default)),
        metre=read.get("metre", int(find(SUGAR["metre"]).default)),
        length=read.get("length", Span(0.0)),
        cues=tuple(item.cue for item in read_cues),
        prompts=read.get("prompts", {}),
        line=node.line,
        set=_with_chords(_song_values(read), ""),
        swap=_swap(read.get("model"), None, None),
        notes=read.get("notes", ""),
        path=place.path,
        prime=read.get("prime", ""),
    )
    for count, text in order_problems(song):
        read_cues[count].place.fault(read_cues[count].line("at", "bar", "loop"), text)
    return _ReadSong(song, read_cues)


def _song_values(read: Mapping[str, Any]) -> dict[str, Value]:
    """What a song sets as it begins, beside its clock."""
    return {SUGAR[key]: read[key] for key in ("key", "progression") if key in read} | read.get("set", {})


def _name(node: Node, fallback: str, place: Place) -> str:
    entry = node.value.get("name") if isinstance(node.value, dict) else None
    if entry is None:
        return fallback
    # Variables that are not known are told of where all the keys are read.
    node = expand(entry.node, place.variables, lambda line, text: None)
    return place.text(node, "name") or fallback


def _swap(aim: Aim | None, over: Span | None, curve: str | None) -> Swap | None:
    if aim is None:
        return None
    return Swap(str(aim.to), aim.over or over or Swap.over, aim.curve or curve or Swap.curve)


# --- cues -------------------------------------------------------------------------------------------------------------


def _cues(entry: Entry, place: Place) -> list[_ReadCue]:
    return [_cue(node, place, index) for index, node in enumerate(place.items(entry, "cues"))]


def _cue(node: Node, outer: Place, index: int) -> _ReadCue:
    name = _name(node, _number(node) or f"cue {index + 1}", outer)
    place = outer.within("cue", name)
    fields = place.fields(node, "cue")
    fields.pop("name", None)
    read = read_fields(fields, "cue", place, READERS)
    trigger = _trigger(fields, read, node.line, index, place)
    over, curve = read.get("over", place.defaults.over), read.get("curve", place.defaults.curve)
    aims = _aims(fields, read, place)
    cue = Cue(
        name=name,
        number=read.get("number", ""),
        trigger=trigger,
        notes=read.get("notes", ""),
        prompts=read.get("prompts", {}),
        set={name: aim.to for name, aim in aims.items()},
        over=over or Cue.over,
        curve=curve or Cue.curve,
        line=node.line,
        wait=read.get("wait", Cue.wait),
        quantise=_quantise(trigger, read, place),
        ways=_ways(aims, over or Cue.over, curve or Cue.curve),
        swap=_swap(read.get("model"), over, curve),
        sends=read.get("send", ()),
        holds=read.get("hold", False),
        loop=read.get("loop"),
        path=place.path,
        prime=read.get("prime", ""),
    )
    return _ReadCue(cue, place, fields)


def _number(node: Node) -> str:
    return node.value["number"].node.raw if isinstance(node.value, dict) and "number" in node.value else ""


def _trigger(fields: Mapping[str, Entry], read: Mapping[str, Any], line: int, index: int, place: Place) -> Trigger:
    given = [key for key in TRIGGERS if key in fields]
    if len(given) != 1 and fields:
        wanted, have = listed(TRIGGERS, "or"), " and ".join(given) or "nothing"
        place.fault(line, f"needs one of {wanted} to say when it fires; it has {have}")
    if given == ["after"] and index == 0:
        place.fault(fields["after"].node.line, "after: there is no cue before it in its song; write at: 0")
    if given in (["at"], ["bar"]):
        for key in ("wait", "quantise"):
            if key in fields:
                said = f"{key}: goes with {listed(UNTIMED, 'or')}; this cue says with {given[0]}: when it fires"
                place.fault(fields[key].node.line, said)
    return read.get(given[0], Trigger("go")) if len(given) == 1 else Trigger("go")


def _quantise(trigger: Trigger, read: Mapping[str, Any], place: Place) -> Span:
    timed = trigger.kind in ("at", "bar")
    return Cue.quantise if timed else read.get("quantise", place.defaults.quantise or Cue.quantise)


def _aims(fields: Mapping[str, Entry], read: Mapping[str, Any], place: Place) -> dict[str, Aim]:
    """What a cue sets, and how: its ``set``, and what has a key of its own."""
    aims: dict[str, Aim] = dict(read.get("set", {}))
    for key, name in SUGAR.items():
        if key in read and name in aims:
            place.fault(fields[key].node.line, f"{key}: is {name}, which stands in set: too; leave one out")
        if key in read:
            value: Aim | Value = read[key]
            aims[name] = value if isinstance(value, Aim) else Aim(value)
    return _with_chords(aims, Aim(""))


def _with_chords(values: dict[str, Any], none: Any) -> dict[str, Any]:
    """Values of which a progression takes the chord away that was set before, as that would sound instead."""
    return {SUGAR["chord"]: none} | values if SUGAR["progression"] in values else values


def _ways(aims: Mapping[str, Aim], over: Span, curve: str) -> dict[str, Way]:
    return {name: Way(aim.over or over, aim.curve or curve) for name, aim in aims.items() if aim.over or aim.curve}


def _check_numbers(cues: list[_ReadCue], place: Place) -> None:
    first: dict[str, _ReadCue] = {}
    for item in cues:
        number = item.cue.number
        if number and number in first:
            other = first[number]
            where = f"line {other.line('number')}"
            if other.place.path != item.place.path:
                where += f" of {other.place.path}"
            item.place.fault(item.line("number"), f'number {number} is taken by cue "{other.cue.name}" on {where}')
        first.setdefault(number, item)
