"""The verb table: everything the program can be told to do, one row each.

A verb answers ``/lmdm/done verb …`` or ``/lmdm/fail verb why``; ``slow`` verbs answer when the work
is finished, not when it is accepted. OSC dispatch, ``lmdmd commands`` and the README are views.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from lmdmd.errors import CommandError, did_you_mean
from lmdmd.levels import Level

LONGEST_FADE_S = 30.0


@dataclass(frozen=True)
class Argument:
    """One argument of a verb: its name, kind (str, int, float), default (``None``: required) and range.

    A row clamps what lies outside its range; a verb refuses it and does nothing.
    """

    name: str
    kind: type
    default: str | int | float | None = None
    lo: float | None = None
    hi: float | None = None


@dataclass(frozen=True)
class Command:
    """One verb: name, arguments, whether its answer waits for the work, who may do it, and a sentence."""

    name: str
    doc: str
    arguments: tuple[Argument, ...] = ()
    slow: bool = False
    level: Level = Level.CONTROL

    @property
    def address(self) -> str:
        """OSC address of the verb."""
        return f"/lmdm/{self.name}"

    def bind(self, values: tuple[object, ...]) -> dict[str, str | int | float]:
        """Match positional ``values`` to the arguments; raises ``CommandError`` naming what is wrong."""
        if len(values) > len(self.arguments):
            raise CommandError(f"{self.name}: takes {len(self.arguments)} arguments, got {len(values)}")
        bound: dict[str, str | int | float] = {}
        for index, argument in enumerate(self.arguments):
            value = values[index] if index < len(values) else argument.default
            bound[argument.name] = _convert(self.name, argument, value)
        return bound


def _convert(verb: str, argument: Argument, value: object) -> str | int | float:
    if value is None:
        raise CommandError(f"{verb}: needs {argument.name} ({argument.kind.__name__})")
    if argument.kind is str:
        return str(value)
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise CommandError(f'{verb}: {argument.name}: "{value}" is not a number') from None
    if not math.isfinite(number):
        raise CommandError(f"{verb}: {argument.name}: not a finite number")
    if argument.lo is not None and argument.hi is not None and not argument.lo <= number <= argument.hi:
        raise CommandError(f"{verb}: {argument.name}: {number:g} lies outside {argument.lo:.10g} to {argument.hi:.10g}")
    return argument.kind(number)


def _fade(default_s: float) -> Argument:
    return Argument("fade_s", float, default_s, 0.0, LONGEST_FADE_S)


COMMANDS: tuple[Command, ...] = (
    Command("show/go", "Fire the next cue, or leave the loop; once more, and what waits for its line comes now."),
    Command("show/back", "Jump to the cue before."),
    Command("show/cue", "Jump to a cue by number or name.", (Argument("cue", str),)),
    Command("show/stop", "Stop firing cues; the music goes on."),
    Command("show/start", "Let timed cues fire again, from where the show stands."),
    Command("clock/tap", "Tap the tempo."),
    Command(
        "clock/nudge",
        "Move the beat: more is later; by ms or beats.",
        (Argument("amount", float, None, -10_000.0, 10_000.0), Argument("unit", str, "ms")),
    ),
    Command("clock/downbeat", "This is the first beat of a bar."),
    Command(
        "clock/pulse",
        "This is a beat, for clock/source osc: its number from 1 (0: the next), and the tempo if it is known.",
        (Argument("beat", float, 0.0, 0.0, 1e9), Argument("tempo", float, 0.0, 0.0, 1000.0)),
    ),
    Command("show/pause", "The same as show/stop."),
    Command("show/resume", "The same as show/start."),
    Command("show/skip", "Leave the next cue out.", level=Level.EDIT),
    Command(
        "show/insert",
        "Play a song of the setlist once more, or the songs of another file beside it.",
        (Argument("song", str), Argument("position", int, 0, 0.0, 10_000.0)),
        level=Level.EDIT,
    ),
    Command(
        "show/move",
        "Play a song at another time.",
        (Argument("song", str), Argument("position", int, None, 1.0, 10_000.0)),
        level=Level.EDIT,
    ),
    Command(
        "show/reload",
        "Read the setlist again while it plays; a broken one changes nothing.",
        slow=True,
        level=Level.EDIT,
    ),
    Command("show/release", "Give rows that hands have taken back to the cues.", (Argument("pattern", str, "*"),)),
    Command("show/message", "Fire the cues that wait for an OSC message.", (Argument("message", str),)),
    Command("panic", "Fade out and stay silent until release; a second time, be silent at once.", (_fade(0.5),)),
    Command("release", "Come back after a panic.", (_fade(0.5),)),
    Command("engine/reset", "Forget the music so far: the model starts from an empty context."),
    Command(
        "harmony/note",
        "Press a key, or let it go (velocity 0): the keys that are held are the chord, on harmony/quantise.",
        (Argument("note", int, None, 0.0, 127.0), Argument("velocity", int, 100, 0.0, 127.0)),
    ),
    Command(
        "prime",
        "Go on from other music: file NAME beside the setlist or a recording, input 8, or tape 8 (seconds).",
        (Argument("what", str), Argument("which", str, "")),
        slow=True,
    ),
    Command(
        "prompt/audio",
        "Let a sound file be a prompt, where the bundle's encoder hears sound.",
        (Argument("slot", int, None, 0.0, 5.0), Argument("file", str)),
    ),
    Command("deck/load", "Load a bundle on the idle deck.", (Argument("model", str),), slow=True, level=Level.EDIT),
    Command(
        "deck/swap",
        "Crossfade to the deck that is ready.",
        (_fade(4.0), Argument("curve", str, "linear")),
        slow=True,
    ),
    Command("deck/cancel", "Take back the show's next swap; the deck that was loaded for it is emptied."),
    Command(
        "deck/fault",
        "Let the live deck fail on purpose, in a rehearsal: nan, slow, hang, memory or crash.",
        (Argument("kind", str), Argument("amount", float, 0.0, 0.0, 1000.0)),
        level=Level.EDIT,
    ),
    Command("record/start", "Start recording.", (Argument("folder", str, ""),), level=Level.EDIT),
    Command("record/stop", "Stop recording and close the files.", level=Level.EDIT),
    Command(
        "midi/learn",
        "Bind the next control that is moved to a row or verb (mix/gain, show/cue 3); nothing: do not wait for one.",
        (Argument("target", str, ""), Argument("mode", str, "")),
        level=Level.EDIT,
    ),
    Command(
        "midi/forget",
        "Unbind a row or verb from its controls; * unbinds all.",
        (Argument("target", str),),
        level=Level.EDIT,
    ),
    Command(
        "midi/map",
        "Use another map of a MIDI controller; nothing: read this one again.",
        (Argument("file", str, ""),),
        level=Level.EDIT,
    ),
    Command(
        "conductor/take",
        "Let nobody else fire cues, until conductor/leave or a silence of lease_s.",
        (Argument("lease_s", float, 30.0, 2.0, 3600.0),),
    ),
    Command("conductor/leave", "Let others fire cues again."),
    Command("login", "Say a passcode, and do what its level allows.", (Argument("passcode", str),), level=Level.NONE),
    Command("logout", "Do no more than before the login.", level=Level.NONE),
    Command("status", "Answer with one line of state.", level=Level.VIEW),
    Command(
        "listen",
        "Report changes to the sender.",
        (Argument("pattern", str), Argument("lease_s", float, 60.0), Argument("port", int, 0)),
        level=Level.VIEW,
    ),
    Command("ignore", "Stop reporting changes to the sender.", (Argument("pattern", str, "*"),), level=Level.VIEW),
    Command("ping", "Begin the sender's leases anew.", level=Level.VIEW),
    Command(
        "sync",
        "Answer /lmdm/synced when everything before it has been done.",
        (Argument("id", int, 0, -(2**31), 2**31 - 1),),
        level=Level.NONE,
    ),
    Command("quit", "Fade out and end the program.", level=Level.EDIT),
)

BY_NAME: dict[str, Command] = {command.name: command for command in COMMANDS}


def find(name: str) -> Command:
    """Verb called ``name``; raises ``CommandError`` with the closest name when there is none."""
    command = BY_NAME.get(name)
    if command is None:
        raise CommandError(f'unknown command "{name}"{did_you_mean(name, BY_NAME)}')
    return command


def as_records() -> list[dict[str, object]]:
    """The table as plain records, for ``lmdmd commands --json`` and the reference."""
    return [
        {
            "address": command.address,
            "arguments": [
                {
                    "name": argument.name,
                    "type": argument.kind.__name__,
                    "default": argument.default,
                    "lo": argument.lo,
                    "hi": argument.hi,
                }
                for argument in command.arguments
            ],
            "slow": command.slow,
            "level": command.level.word,
            "doc": command.doc,
        }
        for command in COMMANDS
    ]
