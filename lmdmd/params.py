"""THE TABLE: every value of the program that can be shown or changed, one row each.

OSC addresses, setlist validation, the board's slots, the dashboard, the README's reference and half
of the tests are views of ``PARAMS``; a new value is a new row here and nothing else.

``rate`` says where and when a change acts: ``audio`` in the mixer within one buffer, ramped;
``block`` in the deck at the next block it makes; ``control`` in the control process at once;
``read`` rows are reports, written by the program only.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

from lmdmd.chords import FORMS as CHORD_FORMS
from lmdmd.errors import ParamError, did_you_mean
from lmdmd.levels import Level
from lmdmd.primes import prime_words

Value = float | int | bool | str

FORMS = {**CHORD_FORMS, "prime": prime_words}
"""Kinds of words that a row of text may hold: each gives them as they are kept, and raises ``ParamError``."""


@dataclass(frozen=True)
class Param:
    """One row: what a value is, where it may go, who acts on it, and a sentence for people.

    ``kind`` is float, int, bool, choice or text. ``warp`` (lin, exp, db) says how a fader should
    spread the range. ``stage`` rows are the ones a performer wants at hand. ``level`` is what setting it asks for.
    ``form`` says what the words of a text row must be: a row of ``FORMS``.
    """

    name: str
    kind: str
    default: Value
    rate: str
    doc: str
    lo: float = 0.0
    hi: float = 1.0
    warp: str = "lin"
    unit: str = ""
    choices: tuple[str, ...] = ()
    stage: bool = False
    level: Level = Level.CONTROL
    form: str = ""

    @property
    def address(self) -> str:
        """OSC address of the row."""
        return f"/lmdm/{self.name}"

    @property
    def writable(self) -> bool:
        """Whether surfaces may set it."""
        return self.rate != "read"

    @property
    def numeric(self) -> bool:
        """Whether the value has a slot on the board (text has none)."""
        return self.kind != "text"

    def coerce(self, value: object) -> tuple[Value, str]:
        """Return ``value`` as this row's kind and range, with a note when it had to be changed.

        Raises ``ParamError`` when no sensible reading exists; nothing is ever guessed from garbage.
        """
        return _COERCE[self.kind](self, value)

    def to_slot(self, value: Value) -> float:
        """Number that stands for ``value`` on the board (a choice is its index)."""
        return float(self.choices.index(str(value))) if self.kind == "choice" else float(value)

    def from_slot(self, slot: float) -> Value:
        """Value that a board number stands for."""
        if self.kind == "choice":
            return self.choices[min(max(int(slot), 0), len(self.choices) - 1)]
        if self.kind == "bool":
            return slot >= 0.5
        return round(slot) if self.kind == "int" else float(slot)


def _number(param: Param, value: object) -> float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise ParamError(f'{param.name}: "{value}" is not a number') from None
    if not isinstance(value, (int, float)):
        raise ParamError(f"{param.name}: expected a number, got {type(value).__name__}")
    # Written this way round so that nan, and an int too large for a float, are refused too.
    if not abs(value) <= sys.float_info.max:
        raise ParamError(f"{param.name}: not a finite number")
    return float(value)


def _clamp(param: Param, number: float) -> tuple[float, str]:
    clamped = float(min(max(number, param.lo), param.hi))
    note = f"clamped to {clamped:g} (range {param.lo:g} to {param.hi:g})" if clamped != number else ""
    return clamped, note


def _coerce_float(param: Param, value: object) -> tuple[Value, str]:
    return _clamp(param, _number(param, value))


def _coerce_int(param: Param, value: object) -> tuple[Value, str]:
    number, note = _clamp(param, _number(param, value))
    return round(number), note


def _coerce_bool(param: Param, value: object) -> tuple[Value, str]:
    if isinstance(value, str):
        word = value.strip().lower()
        if word in ("true", "on", "yes"):
            return True, ""
        if word in ("false", "off", "no"):
            return False, ""
    return _number(param, value) >= 0.5, ""


def _coerce_choice(param: Param, value: object) -> tuple[Value, str]:
    if isinstance(value, str):
        if value in param.choices:
            return value, ""
        known = ", ".join(param.choices)
        raise ParamError(f'{param.name}: "{value}" is not one of {known}{did_you_mean(value, param.choices)}')
    index = round(_number(param, value))
    if not 0 <= index < len(param.choices):
        raise ParamError(f"{param.name}: {index} is not one of 0 to {len(param.choices) - 1}")
    return param.choices[index], ""


def _coerce_text(param: Param, value: object) -> tuple[Value, str]:
    if not isinstance(value, (str, int, float)):
        raise ParamError(f"{param.name}: expected text, got {type(value).__name__}")
    text = " ".join(str(value).split())
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ParamError(f"{param.name}: {text!a} holds half a sign, which nothing can write or send")
    limit = int(param.hi)
    note = f"cut to {limit} characters" if len(text) > limit else ""
    return _formed(param, text[:limit]), note


def _formed(param: Param, text: str) -> str:
    try:
        return FORMS[param.form](text) if text else text
    except ParamError as error:
        raise ParamError(f"{param.name}: {error}") from None


_COERCE = {
    "float": _coerce_float,
    "int": _coerce_int,
    "bool": _coerce_bool,
    "choice": _coerce_choice,
    "text": _coerce_text,
}

PROMPT_SLOTS = 6
DECK_SLOTS = 2
STEERED = (
    "mix/deck",
    "mix/fade",
    "mix/ending",
    "mix/dry_delay",
    "mix/open",
    "input/eased",
    *(f"deck/{slot}/bridge" for slot in range(DECK_SLOTS)),
)
"""Report rows that the program itself moves over time, in the mixer."""

CLOCKED = ("beat/position", "beat/bars")
"""Report rows that the clock moves over time, in the decks."""

DECK_STATES = ("empty", "loading", "ready", "live", "draining", "failed")
TEXT_LIMIT = _WORDS = 500
GUIDANCES = ("cfg", "cfg++")
SAMPLERS = ("euler", "dpmpp", "pingpong")
INPUTS = ("mic", "file", "both", "tape")
DRY = ("direct", "aligned")
CONCEALMENTS = ("loop", "dry", "silence")
FORMATS = ("wav", "flac")
SPLITS = ("off", "song", "10min", "30min", "hour")
CLOCK_SOURCES = ("internal", "link", "midi", "osc", "input")
BRIDGES = ("off", "freeze", "dry")
COLD = ("freeze", "dry", "off")
QUANTA = ("now", "beat", "bar")
SWAP_STATES = ("none", "waiting", "loading", "ready", "refused", "cold")


# fmt: off
def _for_edit(*rows: Param) -> tuple[Param, ...]:
    """Rows that only those may set who may change the show and its files."""
    return tuple(replace(row, level=Level.EDIT) for row in rows)


def _prompt_rows(slot: int) -> tuple[Param, ...]:
    name, weight = f"prompt/{slot}", 1.0 if slot == 0 else 0.0
    return (
        Param(f"{name}/text", "text", "", "block", f"Words of prompt {slot}.", hi=TEXT_LIMIT, stage=True),
        Param(f"{name}/weight", "float", weight, "block", f"Share of prompt {slot} in the mixture.", stage=True),
    )


def _deck_rows(slot: int) -> tuple[Param, ...]:
    name = f"deck/{slot}"
    return (
        Param(f"{name}/state", "choice", "empty", "read", f"What deck {slot} is doing.", choices=DECK_STATES),
        Param(f"{name}/model", "text", "", "read", f"Bundle that deck {slot} runs.", hi=TEXT_LIMIT),
        Param(f"{name}/bridge", "choice", "off", "read", "What goes on where its sound ends.", choices=BRIDGES),
        Param(f"{name}/lead", "float", 0.0, "read", "Audio made but not heard.", -60, 60, unit="s"),
        Param(f"{name}/commit", "float", 0.0, "read", "From a change to when it is heard.", 0, 60, unit="s"),
        Param(f"{name}/redos", "int", 0, "read", "Times sound was made anew for a change.", 0, 2**53),
        Param(f"{name}/block_p50", "float", 0.0, "read", "Median time of a block.", 0, 60000, unit="ms"),
        Param(f"{name}/block_p95", "float", 0.0, "read", "95th percentile time of a block.", 0, 60000, unit="ms"),
        Param(f"{name}/block_lasts", "float", 0.0, "read", "Sound in its newest block.", 0, 60000, unit="ms"),
        Param(f"{name}/block_took", "float", 0.0, "read", "Time that block took.", 0, 60000, unit="ms"),
        Param(f"{name}/delay", "float", 0.0, "read", "How long after the input its sound is heard.", 0, 60, unit="s"),
        Param(f"{name}/delay_least", "float", 0.0, "read", "The shortest that it can do.", 0, 60, unit="s"),
        Param(f"{name}/factor", "float", 0.0, "read", "Compute time over audio time; below 1 is real time.", 0, 100),
        Param(f"{name}/blocks", "int", 0, "read", "Blocks made since it started.", 0, 2**53),
        Param(f"{name}/steps", "int", 0, "read", "Denoising steps of its newest block.", 0, 50),
        Param(f"{name}/level", "float", -96.0, "read", "Level of what it made in the last 5 s.", -96, 24, "db", "dB"),
        Param(f"{name}/repeat", "float", 0.0, "read", "How much of what it makes repeats.", -1, 1),
        Param(f"{name}/drift", "float", 0.0, "read", "Distance of what it makes from the codec's middle.", 0, 100),
        Param(f"{name}/refreshes", "int", 0, "read", "Times that its memory was refreshed.", 0, 2**53),
    )


def _meter_rows(side: str) -> tuple[Param, ...]:
    channels = (("l", "left"), ("r", "right"))
    return tuple(
        Param(f"meter/{side}/{short}", "float", -96.0, "read", f"Peak of the {side}put, {long}.", -96, 24, "db", "dB")
        for short, long in channels
    )


# One row a line, so that the table reads as a table.
PARAMS: tuple[Param, ...] = (
    Param("engine/lead", "float", 1.5, "block", "Audio kept ready; more where blocks take longer.", 0.5, 8, unit="s"),
    Param("engine/commit_margin", "float", 10.0, "block", "Time to spare for a change.", 0, 1000, unit="ms"),
    Param("engine/seed", "int", 0, "block", "Seed of the noise: same seed, same moves, same sound.", 0, 2**31 - 1),
    Param("engine/govern", "bool", True, "block", "Take fewer steps rather than be late."),
    Param("engine/hold", "bool", False, "block", "Make no new block while true."),
    Param("engine/prime", "text", "", "block", "Go on from this music: tape 8, input 8.", hi=_WORDS, form="prime"),
    Param("gen/steps", "int", 8, "block", "Denoising steps per block: more is finer, slower.", 1, 50, stage=True),
    Param("gen/cfg", "float", 2.0, "block", "Guidance: how strongly the prompt pulls; 1 is off.", 0, 12, stage=True),
    Param("gen/guidance", "choice", "cfg", "block", "Plain guidance, or CFG++ for few steps.", choices=GUIDANCES),
    Param("gen/plus", "float", 0.7, "block", "Weight of cfg++: 0 ignores the prompt, 1 is all prompt.", 0, 1),
    Param("gen/temperature", "float", 1.0, "block", "Strength of noise: less calm, more wild.", 0.5, 2, stage=True),
    Param("gen/sampler", "choice", "euler", "block", "Sampler of the denoising steps.", choices=SAMPLERS),
    Param("gen/memory", "float", 11.0, "block", "How much of its own past the model hears.", 0, 60, unit="s"),
    Param("gen/drop", "bool", True, "block", "Drop most of the context when another prompt takes the lead."),
    Param("gen/beat", "float", 1.0, "block", "How strongly the clock's beat pulls; 1 is as it was learned.", 0, 4),
    Param("gen/harmony", "float", 1.0, "block", "How strongly the chord pulls; 1 is as it was learned.", 0, 4),
    Param("beat/on", "bool", True, "block", "Let the music follow the clock, where its model knows of beats."),
    Param("harmony/on", "bool", True, "block", "Let the music keep to the chord, where its model knows of chords."),
    Param("harmony/chord", "text", "", "block", "Chord: Am7, C/G; N.C. is none.", hi=_WORDS, form="chord"),
    Param("harmony/progression", "text", "", "block", "Chords: Am7 | Dm7 G7.", hi=_WORDS, form="progression"),
    Param("harmony/from", "int", 1, "block", "Bar on which the progression begins.", 1, 10**5, unit="bars"),
    Param("harmony/key", "text", "", "block", "Key: A minor; its triad, where no chord is set.", hi=_WORDS, form="key"),
    Param("harmony/quantise", "choice", "bar", "control", "Where a chord comes that a hand sets.", choices=QUANTA),
    Param("delay/on", "bool", False, "block", "Play what is made of the input, a fixed time after it.", stage=True),
    Param("delay/beats", "float", 0.0, "block", "That time, by the clock; 0 takes delay/ms.", 0, 32, unit="beats"),
    Param("delay/ms", "float", 0.0, "block", "That time; never less than delay/least.", 0, 10_000, unit="ms"),
    Param("delay/melody", "float", 1.0, "block", "How strongly its notes pull; 0: not at all.", 0, 2, stage=True),
    Param("delay/loudness", "float", 1.0, "block", "How strongly its loudness pulls; 0: not at all.", 0, 2, stage=True),
    Param("jam/on", "bool", False, "block", "Play along with the input.", stage=True),
    Param("jam/tf", "int", -1, "block", "Blocks of the input known ahead; -1 is live.", -1, 1, unit="blocks"),
    Param("jam/chords", "bool", False, "block", "Play the chords that are heard."),
    Param("jam/answer", "int", 0, "block", "Listen so many bars, then answer as many.", 0, 16, unit="bars", stage=True),
    Param("jam/pull", "float", 1.0, "block", "How strongly it pulls; 0: not at all.", 0, 2),
    Param("watch/on", "bool", True, "block", "Refresh the memory of music that has gone stale or run away."),
    Param("watch/loud", "float", -6.0, "block", "Level over 5 s above which it has run away.", -60, 24, "db", "dB"),
    Param("watch/clip", "float", 5.0, "block", "Clipped samples above which it has run away.", 0, 100, unit="%"),
    Param("watch/quiet", "float", -50.0, "block", "Level below which it is silent.", -96, 0, "db", "dB"),
    Param("watch/quiet_s", "float", 8.0, "block", "Silence after which it has died away.", 1, 600, unit="s"),
    Param("watch/flatness", "float", 0.5, "block", "Spectral flatness above which it is noise: 1 is white."),
    Param("watch/repeat", "float", 0.9, "block", "Likeness to what was before above which it is stuck: 1 is a loop."),
    Param("watch/drift", "float", 0.95, "block", "Distance from the codec's middle above which it strays.", 0, 10),
    Param("watch/rest", "float", 15.0, "block", "Least time between two refreshes.", 1, 600, unit="s"),
    *(row for slot in range(PROMPT_SLOTS) for row in _prompt_rows(slot)),
    Param("mix/gain", "float", 0.0, "audio", "Output level.", -96, 12, "db", "dB", stage=True),
    Param("mix/mute", "bool", False, "audio", "Silence the output.", stage=True),
    Param("mix/wet", "float", 1.0, "audio", "Share of generated sound; the rest is the live input.", stage=True),
    Param("mix/pan", "float", 0.0, "audio", "Left to right.", -1, 1),
    Param("mix/width", "float", 1.0, "audio", "Stereo width: 0 mono, 1 as made, 2 wide.", 0, 2),
    Param("mix/highpass", "float", 20.0, "audio", "Cut the lows; 20 is off.", 20, 20000, "exp", "Hz", stage=True),
    Param("mix/lowpass", "float", 20000.0, "audio", "Cut the highs; 20000 is off.", 20, 20000, "exp", "Hz", stage=True),
    Param("mix/freeze", "bool", False, "audio", "Hold the last moments of generated sound, as a loop.", stage=True),
    Param("mix/stutter", "bool", False, "audio", "Repeat the last slice of generated sound.", stage=True),
    Param("mix/stutter_ms", "float", 125.0, "audio", "Length of a slice.", 20, 1000, "exp", "ms", stage=True),
    Param("mix/ramp", "float", 20.0, "audio", "Time that a sudden mixer change takes.", 1, 2000, "exp", "ms"),
    Param("mix/limit", "bool", True, "audio", "Limit peaks to the ceiling."),
    Param("mix/ceiling", "float", -1.0, "audio", "Highest peak that leaves the limiter.", -24, 0, "db", "dB"),
    Param("mix/conceal", "choice", "loop", "audio", "What fills a gap of the model.", choices=CONCEALMENTS),
    Param("mix/deck", "float", 0.0, "read", "Crossfade between the decks: 0 is deck 0, 1 is deck 1."),
    Param("mix/fade", "float", 1.0, "read", "Master fade: 1 sounds, 0 is silent (panic, quit)."),
    Param("mix/ending", "float", 1.0, "read", "Fade at the end of the show: 1 sounds."),
    Param("mix/open", "float", 1.0, "read", "Whether decks sound: 0 while jam/answer listens."),
    Param("mix/dry_delay", "float", 0.0, "read", "How late the input is heard by mix/wet.", 0, 10, unit="s"),
    Param("input/source", "choice", "mic", "audio", "The device, the file, both, or the output again.", choices=INPUTS),
    Param("input/gain", "float", 0.0, "audio", "Level of the live input, heard and recorded.", -96, 24, "db", "dB"),
    Param("input/mute", "bool", False, "audio", "Silence the live input."),
    Param("input/feedback", "float", -96.0, "audio", "How much of the output comes in again.", -96, 0, "db", "dB"),
    Param("input/highpass", "float", 30.0, "audio", "Cut DC and rumble; 10 is off.", 10, 1000, "exp", "Hz"),
    Param("input/gate", "float", -96.0, "audio", "Quieter input than this is silence; -96 is off.", -96, 0, "db", "dB"),
    Param("input/howl", "float", 30.0, "audio", "How far a howling input is ducked; 0 is off.", 0, 60, unit="dB"),
    Param("input/monitor", "float", -96.0, "audio", "Input heard at once, whatever mix/wet is.", -96, 12, "db", "dB"),
    Param("delay/dry", "choice", "direct", "control", "Input that mix/wet leaves: at once, or late.", choices=DRY),
    Param("input/ducked", "float", 0.0, "read", "How far the input is ducked, as it howls.", 0, 60, unit="dB"),
    Param("input/eased", "float", 0.0, "read", "How far it is eased, as a delay hears itself.", 0, 60, unit="dB"),
    Param("input/present", "bool", False, "read", "Whether anything comes in: -60 dB or more in the last second."),
    Param("input/tempo", "float", 0.0, "read", "Tempo that clock/source input hears.", 0, 300, unit="bpm"),
    Param("input/tempo_sure", "float", 0.0, "read", "How sure that is: below 0.3 the clock goes on by itself."),
    Param("clock/tempo", "float", 120.0, "control", "Tempo.", 20, 300, "exp", "bpm", stage=True),
    Param("clock/metre", "int", 4, "control", "Beats in a bar.", 1, 32, unit="beats"),
    Param("clock/source", "choice", "internal", "control", "Whose beat the clock follows.", choices=CLOCK_SOURCES),
    Param("clock/offset", "float", 0.0, "control", "How much later than that beat we play.", -500, 500, unit="ms"),
    Param("clock/link_send", "bool", False, "control", "Let a tempo that is set here change the Link session's."),
    *_for_edit(
        Param("clock/midi_in", "text", "", "control", "MIDI input with a clock: part of its name.", hi=TEXT_LIMIT),
        Param("clock/midi_out", "text", "", "control", "MIDI output for our clock: part of its name.", hi=TEXT_LIMIT),
    ),
    Param("show/fade", "float", 0.5, "control", "Fade at the end of the show and on quit.", 0, 30, unit="s"),
    Param("show/auto", "bool", True, "control", "Fire cues that have a time or a bar by themselves."),
    Param("show/preload", "float", 60.0, "control", "How long before a swap its model is loaded.", 0, 3600, unit="s"),
    Param("show/swap_patience", "int", 8, "control", "How late a swap may be.", 0, 1000, unit="bars"),
    Param("show/cold", "choice", "freeze", "control", "What bridges a swap without memory for two.", choices=COLD),
    *_for_edit(
        Param("deck/memory", "float", 0.0, "control", "Most memory for decks; 0: what is free.", 0, 10**7, unit="MB"),
    ),
    Param("show/takeover", "bool", True, "control", "A hand on a row wins over the cues until it is released."),
    Param("show/guard", "float", 0.4, "control", "A go so soon after another one is refused.", 0, 10, unit="s"),
    *_for_edit(
        Param("show/lock", "bool", False, "control", "Refuse to insert, move, skip and reload.", stage=True),
        Param("record/on", "bool", False, "control", "Record what is heard, and the input.", stage=True),
        Param("record/input", "bool", True, "control", "Record the input too, from the next recording on."),
        Param("record/stems", "bool", False, "control", "Record each deck by itself, from the next recording on."),
        Param("record/format", "choice", "wav", "control", "What a finished piece is kept as.", choices=FORMATS),
        Param("record/split", "choice", "off", "control", "Where a recording is cut into pieces.", choices=SPLITS),
    ),
    Param("midi/pickup", "bool", True, "control", "A fader of MIDI takes a row only where the row stands."),
    *_for_edit(
        Param("midi/in", "text", "", "control", "MIDI controllers: parts of their names, with commas.", hi=TEXT_LIMIT),
        Param("midi/out", "text", "", "control", "MIDI outputs to their lights and motors.", hi=TEXT_LIMIT),
    ),
    Param("clock/bar", "int", 1, "read", "Bar that is heard now, from 1.", 0, 2**31),
    Param("clock/beat", "float", 1.0, "read", "Beat in the bar that is heard now, from 1.", 0, 64),
    Param("beat/position", "float", 0.0, "read", "Beats since bar 1, told on each.", -(10**7), 10**7, unit="beats"),
    Param("beat/bars", "float", 0.0, "read", "Bars since bar 1, told on each.", -(10**7), 10**7, unit="bars"),
    Param("harmony/now", "text", "", "read", "Chord that is asked for now.", hi=TEXT_LIMIT),
    Param("harmony/heard", "text", "", "read", "Chord that jam/chords heard last.", hi=TEXT_LIMIT),
    Param("delay/now", "float", 0.0, "read", "How long after the input that is heard; 0: off.", 0, 60, unit="s"),
    Param("delay/least", "float", 0.0, "read", "The shortest that the machine can do now.", 0, 60, unit="s"),
    Param("record/free", "float", 0.0, "read", "Room left on the disk of the recordings.", 0, 10**9, unit="MB"),
    Param("record/left_s", "float", 0.0, "read", "Time that can still be recorded.", 0, 10**7, unit="s"),
    Param("record/lost", "int", 0, "read", "Frames of this recording that nobody could read in time.", 0, 2**53),
    Param("clock/running", "bool", True, "read", "The clock that is followed runs."),
    Param("clock/peers", "int", 0, "read", "Other players in the Link session.", 0, 2**31),
    Param("clock/sync_error", "float", 0.0, "read", "How late we are on that beat.", -(10**6), 10**6, unit="ms"),
    Param("show/title", "text", "", "read", "Title of the show.", hi=TEXT_LIMIT),
    Param("show/song", "text", "", "read", "Song that plays.", hi=TEXT_LIMIT),
    Param("show/cue", "text", "", "read", "Last cue that fired.", hi=TEXT_LIMIT),
    Param("show/next", "text", "", "read", "Next cue.", hi=TEXT_LIMIT),
    Param("show/next_model", "text", "", "read", "Model of the next swap.", hi=TEXT_LIMIT),
    Param("show/next_model_state", "choice", "none", "read", "Whether that model can play.", choices=SWAP_STATES),
    Param("show/next_number", "text", "", "read", "Number of the next cue.", hi=TEXT_LIMIT),
    Param("show/next_notes", "text", "", "read", "Notes of the next cue.", hi=TEXT_LIMIT),
    Param("show/notes", "text", "", "read", "Notes of the last cue that fired, or of the song.", hi=TEXT_LIMIT),
    Param("show/next_in_beats", "float", -1.0, "read", "When that comes; below 0: open.", -1, 10**7, unit="beats"),
    Param("show/next_in_s", "float", -1.0, "read", "When that comes; below 0: open.", -1, 10**7, unit="s"),
    Param("show/armed", "text", "", "read", "Cue that will fire by itself, without a time of its own.", hi=TEXT_LIMIT),
    Param("show/armed_in_beats", "float", 0.0, "read", "When it fires.", 0, 10**7, unit="beats"),
    Param("show/armed_in_s", "float", 0.0, "read", "When it fires.", 0, 10**7, unit="s"),
    Param("show/held", "bool", False, "read", "Whether timed cues wait for a go or a start."),
    Param("show/loop", "text", "", "read", "Bars that are played again and again.", hi=TEXT_LIMIT),
    Param("show/conductor", "text", "", "read", "The one client that may fire cues, if there is one.", hi=TEXT_LIMIT),
    Param("show/taken", "text", "", "read", "Rows that hands have taken from the cues.", hi=TEXT_LIMIT),
    Param("show/remaining", "float", 0.0, "read", "Time until the song ends; 0 if that is open.", 0, 10**7, unit="s"),
    Param("show/remaining_all", "float", 0.0, "read", "Time until the show ends, likewise.", 0, 10**7, unit="s"),
    Param("show/elapsed", "float", 0.0, "read", "Time since the show began.", 0, 10**7, unit="s"),
    *(row for slot in range(DECK_SLOTS) for row in _deck_rows(slot)),
    *_meter_rows("out"),
    *_meter_rows("in"),
    Param("status/lead", "float", 0.0, "read", "Audio of the live deck made but not heard.", -60, 60, unit="s"),
    Param("status/underruns", "int", 0, "read", "Times the ring ran dry: nothing to play.", 0, 2**53),
    Param("status/concealed", "float", 0.0, "read", "Total time that was concealed.", 0, 10**12, unit="ms"),
    Param("status/gaps", "int", 0, "read", "Gaps that are over.", 0, 2**53),
    Param("status/gap", "float", 0.0, "read", "Length of the last gap that is over.", 0, 10**12, unit="ms"),
    Param("status/gap_at", "float", 0.0, "read", "Where on the timeline that gap began.", 0, 10**7, unit="s"),
    Param("status/xruns", "int", 0, "read", "Times the sound device slipped.", 0, 2**53),
    Param("status/callbacks", "int", 0, "read", "Buffers handed to the device.", 0, 2**53),
    Param("status/late", "int", 0, "read", "Buffers that took longer than they last.", 0, 2**53),
    Param("status/callback_max", "float", 0.0, "read", "Longest time one buffer took.", 0, 10**6, unit="ms"),
    Param("status/latency", "float", 0.0, "read", "From mixer to ear, as the device says.", 0, 60000, unit="ms"),
    Param("status/knob_p50", "float", 0.0, "read", "From hand to ear: median of the latest.", 0, 10**6, unit="ms"),
    Param("status/knob_p95", "float", 0.0, "read", "From hand to ear: 95th percentile.", 0, 10**6, unit="ms"),
    Param("status/commit", "float", 0.0, "read", "From a change to when it is heard, now.", 0, 60, unit="s"),
    Param("status/block_p50", "float", 0.0, "read", "Median time of the live deck's blocks.", 0, 60000, unit="ms"),
    Param("status/block_p95", "float", 0.0, "read", "95th percentile time of its blocks.", 0, 60000, unit="ms"),
    Param("status/factor", "float", 0.0, "read", "Its compute time over audio time; below 1 is real time.", 0, 100),
    Param("status/redos", "int", 0, "read", "Times the live deck made sound anew for a change.", 0, 2**53),
    Param("status/memory", "float", 0.0, "read", "Memory of all processes of the program.", 0, 10**9, unit="MB"),
    Param("status/incident", "text", "", "read", "The last thing that went wrong, and what was done.", hi=TEXT_LIMIT),
    Param("status/incident_at", "float", 0.0, "read", "When that was, on the timeline.", 0, 10**7, unit="s"),
    Param("status/restarts", "int", 0, "read", "Decks and audio processes that were replaced.", 0, 2**31),
    Param("midi/last", "text", "", "read", "What a MIDI controller said last, and what became of it.", hi=TEXT_LIMIT),
    Param("midi/learning", "text", "", "read", "What the next control that is moved is bound to.", hi=TEXT_LIMIT),
    Param("midi/bindings", "int", 0, "read", "Controls that are bound.", 0, 2**31),
    Param("midi/file", "text", "", "read", "File of the map that is used.", hi=TEXT_LIMIT),
    Param("osc/peers", "int", 0, "read", "OSC clients that listen, or spoke in the last minute.", 0, 2**31),
    Param("osc/listeners", "int", 0, "read", "Places that are told of changes.", 0, 2**31),
    Param("osc/in_rate", "float", 0.0, "read", "OSC messages that come in.", 0, 10**9, unit="1/s"),
    Param("osc/out_rate", "float", 0.0, "read", "OSC messages that go out.", 0, 10**9, unit="1/s"),
    Param("osc/busiest", "text", "", "read", "Clients that said most in the last second.", hi=TEXT_LIMIT),
    Param("osc/failed", "int", 0, "read", "OSC messages that were refused.", 0, 2**53),
    Param("osc/dropped", "int", 0, "read", "OSC messages whose receiver did not keep up.", 0, 2**53),
)
# fmt: on

BY_NAME: dict[str, Param] = {param.name: param for param in PARAMS}
SLOT: dict[str, int] = {param.name: index for index, param in enumerate(PARAMS)}


def find(name: str) -> Param:
    """Row called ``name``; raises ``ParamError`` with the closest name when there is none."""
    param = BY_NAME.get(name)
    if param is None:
        raise ParamError(f'unknown parameter "{name}"{did_you_mean(name, BY_NAME)}')
    return param


def defaults() -> dict[str, Value]:
    """Name to default value of every row."""
    return {param.name: param.default for param in PARAMS}


def as_records() -> list[dict[str, object]]:
    """The table as plain records, one a row, for ``lmdmd params --json`` and the reference."""
    return [
        {
            "address": param.address,
            "type": param.kind,
            "default": param.default,
            "lo": param.lo if param.kind in ("float", "int") else None,
            "hi": param.hi if param.kind in ("float", "int") else None,
            "warp": param.warp,
            "unit": param.unit,
            "rate": param.rate,
            "choices": list(param.choices),
            "access": "rw" if param.writable else "r",
            "stage": param.stage,
            "level": (param.level if param.writable else Level.VIEW).word,
            "doc": param.doc,
        }
        for param in PARAMS
    ]
