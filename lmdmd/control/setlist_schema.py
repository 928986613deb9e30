"""THE table of keys: everything that may be written in a setlist, one row each.

Which keys are known where, what a wrong one is answered with and the README's tables are views of ``KEYS``; a new
key is a new row here and a reader of its kind in ``control/setlist_values.py`` or ``control/setlist_reader.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from lmdmd.params import PROMPT_SLOTS, find
from lmdmd.units import CURVES


@dataclass(frozen=True)
class Key:
    """One row: a key of one part of a setlist, the kind of its value (a row of ``FORMS``), a sentence, an example."""

    part: str
    name: str
    kind: str
    doc: str
    example: str


PARTS: dict[str, str] = {
    "setlist": "the setlist",
    "song": "a song",
    "cue": "a cue",
    "defaults": "defaults",
    "way": "a way",
    "loop": "a loop",
    "send": "a message",
    "target": "a target",
    "include": "an include",
    "included": "an included file",
}
"""Every part of a setlist that has keys, and what it is called."""

_TEMPO = find("clock/tempo")
_BPM = f"beats a minute, {_TEMPO.lo:g} to {_TEMPO.hi:g}"

FORMS: dict[str, str] = {
    "text": "text",
    "model": "a bundle's name, or its folder",
    "swap": "a bundle's name or folder, or `{to, over, curve}`",
    "seed": "a whole number from 0",
    "bpm": _BPM,
    "tempo": f"{_BPM}, or `{{to, over, curve}}`",
    "metre": "beats in a bar: 4, or 3/4",
    "at": 'a time: 12, 12s, 1m30s or "1:30" (in quotes)',
    "span": "a time, `2 bars` or `4 beats`",
    "length": "a time, `2 bars` or `4 beats`",
    "grid": "`now`, `beat`, `bar`, `4 bars` or `2 beats`",
    "curve": ", ".join(CURVES),
    "bar": "a bar of its song, from 1",
    "go": "true",
    "after": "`start` or `end`",
    "osc": "an OSC address, and arguments if they matter",
    "flag": "true or false",
    "prompts": f"words, or up to {PROMPT_SLOTS} times `words: weight`",
    "starts": "parameters and values",
    "values": "parameters and values; a value may be `{to, over, curve}`",
    "defaults": "`over`, `curve`, `quantise`",
    "key": "a note and a scale: A minor, F# major, D dorian",
    "chord": "a chord: Am7, F#maj7, C/G; N.C. is none",
    "progression": "bars of chords: Am7 | Dm7 G7 | Cmaj7; % is the bar before",
    "prime": "a sound file beside this one, or below it; `input 8` or `tape 8`, in seconds",
    "variables": "names and values",
    "targets": "names, each with `{osc: host:port}` or `{midi: port}`",
    "sends": "a list of messages",
    "loop": "`{bars, times}`",
    "bars": "a bar or two: 5, or 5-8",
    "times": "a whole number; 0 is until go",
    "value": "a number in the parameter's range, or a bundle",
    "endpoint": "`host:port`",
    "port": "part of the name of a MIDI port",
    "target": "a name of `targets`",
    "words": "an OSC address with arguments, or a MIDI message as mido writes it, channels from 0",
    "file": "a file beside this one, or below it",
    "songs": "a list of songs and includes",
    "cues": "a list of cues",
}
"""How a value of each kind is written."""

# fmt: off
# One row a line, so that the table reads as a table.
ROWS: tuple[Key, ...] = (
    Key("setlist", "title", "text", "Name of the show; the file's, where it is left out.", "Three rooms"),
    Key("setlist", "model", "model", "What the show begins with.", "pocket"),
    Key("setlist", "seed", "seed", "The same seed and the same moves give the same sound.", "7"),
    Key("setlist", "defaults", "defaults", "What cues do that do not say.", "{over: 1 bar, curve: smooth}"),
    Key("setlist", "variables", "variables", "Written as `$lead` or `${lead}` in a value; `$$` is a dollar.",
        "{lead: warm pads}"),
    Key("setlist", "targets", "targets", "Where messages may go, by name.", '{lights: {osc: "127.0.0.1:7000"}}'),
    Key("setlist", "songs", "songs", "The show.", "[{name: Dawn, length: 90s}]"),

    Key("song", "name", "text", "What it is called.", "Dawn"),
    Key("song", "length", "length", "How long it lasts; it must be said.", "32 bars"),
    Key("song", "tempo", "bpm", "Its tempo when it begins.", "66"),
    Key("song", "metre", "metre", "Beats in its bars when it begins.", "4"),
    Key("song", "prompts", "prompts", "The mixture that it begins with.", "{warm pads: 0.7, mallets: 0.3}"),
    Key("song", "key", "key", "Its key; the triad on its tonic, where no chord is set.", "A minor"),
    Key("song", "progression", "progression", "Its chords, bar by bar, again and again.", "Am7 | Dm7 G7 | Cmaj7 | %"),
    Key("song", "prime", "prime", "Music that it goes on from as it begins.", "tape 8"),
    Key("song", "set", "starts", "Values that it begins with.", "{mix/width: 1.4}"),
    Key("song", "model", "swap", "The model that it begins with.", "{to: pocket, over: 2 bars}"),
    Key("song", "defaults", "defaults", "What its cues do that do not say.", "{quantise: bar}"),
    Key("song", "notes", "text", "For the one who runs the show.", "Wait for the singer."),
    Key("song", "cues", "cues", "What happens in it, in order.", "[{name: bells, at: 8s}]"),

    Key("cue", "name", "text", "What it is called.", "bells"),
    Key("cue", "number", "text", "To jump to it; any text, no two alike.", "1.10"),
    Key("cue", "at", "at", "Fires so long after its song began.", "1m30s"),
    Key("cue", "bar", "bar", "Fires on the first beat of a bar.", "9"),
    Key("cue", "go", "go", "Fires by hand.", "true"),
    Key("cue", "after", "after", "Fires when the cue before it has fired, or has arrived.", "end"),
    Key("cue", "osc", "osc", "Fires when a message comes in.", "/cue/thunder 1"),
    Key("cue", "wait", "span", "With go, after or osc: fires so much later.", "2.5s"),
    Key("cue", "quantise", "grid", "With go, after or osc: fires on the next such line of its song.", "4 bars"),
    Key("cue", "notes", "text", "For the one who runs the show.", "Only if they are dancing."),
    Key("cue", "prompts", "prompts", "The mixture from now on; what is not named fades away.",
        "{deep house: 0.6, jazz: 0.4}"),
    Key("cue", "set", "values", "Any parameter.", "{gen/cfg: {to: 4, over: 2 bars, curve: slow}, mix/pan: 0}"),
    Key("cue", "tempo", "tempo", "Another tempo, at once or as a ramp.", "{to: 140, over: 4 bars}"),
    Key("cue", "metre", "metre", "Another metre, which begins a bar.", "3"),
    Key("cue", "seed", "seed", "Another seed.", "12"),
    Key("cue", "key", "key", "Another key.", "C major"),
    Key("cue", "chord", "chord", "A chord from now on, instead of the progression.", "Am7"),
    Key("cue", "progression", "progression", "Other chords, from its bar on, again and again.", "Fmaj7 | E7#9"),
    Key("cue", "prime", "prime", "Music that it goes on from, instead of what was heard.", "tape 8"),
    Key("cue", "model", "swap", "Another model; over 4 beats, where neither it nor the cue says.",
        "{to: pocket, over: 2 bars, curve: smooth}"),
    Key("cue", "send", "sends", "Messages that go out when it is heard.", "[{to: lights, message: /lights/go 3}]"),
    Key("cue", "hold", "flag", "Timed cues after it wait until somebody says go.", "true"),
    Key("cue", "loop", "loop", "Bars that are played again and again.", "{bars: 5-8, times: 2}"),
    Key("cue", "over", "span", "How long its changes take.", "2 bars"),
    Key("cue", "curve", "curve", "Along which curve.", "smooth"),

    Key("defaults", "over", "span", "How long changes take.", "1 bar"),
    Key("defaults", "curve", "curve", "Along which curve.", "smooth"),
    Key("defaults", "quantise", "grid", "On which line cues by hand, after another or by message fire.", "bar"),

    Key("way", "to", "value", "Where it goes.", "4"),
    Key("way", "over", "span", "How long that takes; else as the cue.", "2 bars"),
    Key("way", "curve", "curve", "Along which curve; else as the cue.", "slow"),

    Key("loop", "bars", "bars", "The first and the last bar.", "5-8"),
    Key("loop", "times", "times", "How often they are played; else until somebody says go.", "2"),

    Key("send", "osc", "endpoint", "Where an OSC message goes.", '"127.0.0.1:7000"'),
    Key("send", "midi", "port", "Where a MIDI message goes.", "Volca"),
    Key("send", "to", "target", "Or a name for one of these.", "lights"),
    Key("send", "message", "words", "What goes out.", "program_change channel=0 program=5"),

    Key("target", "osc", "endpoint", "An OSC receiver.", '"127.0.0.1:7000"'),
    Key("target", "midi", "port", "A MIDI port.", "Volca"),

    Key("include", "include", "file", "In the place of a song: the songs of another file.", "songs/opener.yaml"),
)
# fmt: on

INCLUDED = ("defaults", "variables", "targets", "songs")
"""Keys of the setlist that an included file may have too; they hold in that file."""

KEYS: dict[str, dict[str, Key]] = {part: {row.name: row for row in ROWS if row.part == part} for part in PARTS}
"""Rows by part and name."""
KEYS["included"] = {name: KEYS["setlist"][name] for name in INCLUDED}

TRIGGERS = ("at", "bar", "go", "after", "osc")
"""Keys of a cue of which it has exactly one."""

UNTIMED = ("go", "after", "osc")
"""Triggers that know no time beforehand: such a cue may wait, and falls on a line."""

SUGAR = {
    "tempo": "clock/tempo",
    "metre": "clock/metre",
    "seed": "engine/seed",
    "key": "harmony/key",
    "chord": "harmony/chord",
    "progression": "harmony/progression",
}
"""Keys of a cue that are short for a parameter."""


def names(part: str) -> list[str]:
    """Every key of a part."""
    return list(KEYS[part])


def listed(words: tuple[str, ...], last: str) -> str:
    """Words as a sentence lists them: ``a, b or c``."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def form(kind: str) -> str:
    """How a value of a kind is written, for a problem's text."""
    return FORMS[kind].replace("`", "")
