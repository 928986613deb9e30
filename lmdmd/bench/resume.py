"""``lmdmd bench resume``: a whole show killed at a moment of chance, and whether it goes on where it was."""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lmdmd.bench.program import Program
from lmdmd.bench.resumed import Again, Judged, judge
from lmdmd.bench.stage import working_folder
from lmdmd.bench.told import Told
from lmdmd.errors import LmdmdError
from lmdmd.train.progress import Progress

SHOW = """
title: Two rooms
model: pocket
seed: 7
songs:
  - name: Dawn
    tempo: 90
    length: 16s
    prompts: warm ambient pads
    cues:
      - name: glow
        number: "1"
        at: 2s
        prompts: {warm ambient pads: 0.6, mallets: 0.4}
        over: 8s
        set: {gen/cfg: {to: 5, over: 10s}, mix/width: {to: 1.8, over: 20s}, mix/pan: 0.2}
      - {name: rest, number: "2", at: 6s, hold: true}
      - {name: onward, number: "3", at: 8s}
  - name: Arcade
    tempo: 120
    metre: 3
    length: 26s
    model: {to: lantern, over: 4s, curve: smooth}
    prompts: arcade game music
    cues:
      - {name: faster, number: "4", bar: 3, set: {clock/tempo: {to: 160, over: 8 bars}, mix/pan: -0.2}}
      - {name: around, number: "5", bar: 9, loop: {bars: 9-12, times: 2}, prompts: {neon synthwave: 1}, over: 4s}
  - name: Home
    tempo: 72
    length: 20s
    model: {to: pocket, over: 4s}
    prompts: solo piano
    cues:
      - {name: farewell, number: "6", at: 2s, set: {mix/gain: {to: -40, over: 16s}}}
"""
Hand = tuple[str, tuple[float | str, ...]]


def is_in(song: str) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a song plays."""
    return lambda rows: rows["show/song"] == song


def is_at(cue: str) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a cue was the last to fire."""
    return lambda rows: rows["show/cue"] == cue


def fades_in(song: str) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a song's crossfade to another model runs."""
    decks = ("deck/0/state", "deck/1/state")
    return lambda rows: rows["show/song"] == song and "draining" in [rows[deck] for deck in decks]


@dataclass(frozen=True)
class Moment:
    """When to kill: up to ``within_s`` after ``when`` is true; ``twice``, and once more while it goes on."""

    when: Callable[[Mapping[str, Any]], bool]
    within_s: float
    twice: bool = False


MOMENTS = {
    "first second": Moment(lambda rows: True, 1.0),
    "ramp": Moment(is_at("glow"), 4.0),
    "load": Moment(lambda rows: rows["show/next_model_state"] == "loading", 2.5),
    "hold": Moment(is_at("rest"), 3.0),
    "crossfade": Moment(fades_in("Arcade"), 4.0),
    "tempo": Moment(is_at("faster"), 8.0),
    "loop": Moment(is_at("around"), 8.0),
    "back": Moment(fades_in("Home"), 4.0),
    "fade out": Moment(is_at("farewell"), 8.0),
    "any": Moment(lambda rows: True, 40.0),
    "twice": Moment(is_in("Dawn"), 8.0, twice=True),
}
HANDS: tuple[tuple[str, Callable[[Mapping[str, Any]], bool], Hand], ...] = (
    ("level", lambda rows: True, ("mix/highpass", (120.0,))),
    ("steps", lambda rows: True, ("gen/steps", (7,))),
    ("taken", is_at("glow"), ("mix/pan", (-0.6,))),
    ("go", lambda rows: is_at("rest")(rows) and rows["show/elapsed"] > 9.0, ("show/go", ())),
    ("words", lambda rows: is_at("around")(rows), ("prompt/2/text", ("bells",))),
    ("weight", lambda rows: is_at("around")(rows), ("prompt/2/weight", (0.3, 2.0))),
)
"""What hands do on the way, each as soon as it can be done."""

PRELOAD_S = 8.0
SECOND_KILL_S = 6.0
RESUMED_S = 3.0
WAITING_S = 90.0
_LOOK_S = 0.005


@dataclass
class Hands:
    """Hands on a show."""

    left: list[tuple[str, Callable[[Mapping[str, Any]], bool], Hand]] = field(default_factory=lambda: list(HANDS))

    def play(self, told: Told) -> None:
        """Do what can be done now."""
        due = [hand for hand in self.left if hand[1](told.rows)]
        for hand in due:
            address, values = hand[2]
            told.say(address, *values)
            self.left.remove(hand)


def bench_resume(options: argparse.Namespace) -> dict[str, Any]:
    """Kill every process of a show at once, ``rounds`` times, and resume it.

    Keys of a row: `at_s` is where the show was, `back_s` the time from the start of ``lmdmd run --resume`` to its first
    sound, `lost_beats` how much of the music comes once more (less than nothing: is left out).
    """
    chance = random.Random(options.seed)
    moments = [options.moments[number % len(options.moments)] for number in range(options.rounds)]
    with working_folder(options.keep) as folder, Progress("resume", len(moments)) as progress:
        rows = []
        for number, moment in enumerate(moments):
            rows.append(play_round(folder / f"{options.seed}-{number}", moment, chance, options.threads))
            progress.advance(note=f"{moment}: {rows[-1]['why'] or 'well'}")
    back_s = [row["back_s"] for row in rows]
    return {"rows": rows, "back_max_s": max(back_s), "failures": sum(bool(row["why"]) for row in rows)}


def play_round(folder: Path, name: str, chance: random.Random, threads: int) -> dict[str, Any]:
    """One show, killed and resumed, as a row."""
    folder.mkdir(parents=True, exist_ok=True)
    setlist = folder / "two rooms.yaml"
    setlist.write_text(SHOW)
    moment, wait_s = MOMENTS[name], chance.uniform(0.0, MOMENTS[name].within_s)
    again_s = chance.uniform(0.0, SECOND_KILL_S)
    try:
        before = play_and_kill(folder, setlist, moment, wait_s, threads)
        if moment.twice:
            before = kill_while_resuming(folder, again_s, threads, before)
        judged = judge(before, resume(folder, threads))
    except LmdmdError as error:
        before, judged = {}, Judged(0.0, 0.0, (str(error),))
    return {
        "moment": name,
        "at_s": round(before.get("show/elapsed", 0.0), 2),
        "song": before.get("show/song", ""),
        "cue": before.get("show/cue", ""),
        "model": judged.model,
        "back_s": round(judged.back_s, 2),
        "lost_beats": round(judged.lost_beats, 2),
        "why": "; ".join(judged.problems),
    }


def play_and_kill(folder: Path, setlist: Path, moment: Moment, wait_s: float, threads: int) -> dict[str, Any]:
    """Play until the moment has come, and kill everything; returns what was told last."""
    arguments = (setlist, "--device", "null", "--threads", threads)
    with Program(folder, *arguments) as program:
        program.until_playing()
        with Told(program.port) as told:
            told.say("show/preload", PRELOAD_S)
            hands, deadline_s = Hands(), time.monotonic() + WAITING_S
            kill_s = 0.0
            while not kill_s or time.monotonic() < kill_s:
                hands.play(told)
                if not kill_s and moment.when(told.rows):
                    kill_s = time.monotonic() + wait_s
                if time.monotonic() > deadline_s:
                    raise LmdmdError(f"the moment does not come: {told.rows['show/song']}, {told.rows['show/cue']}")
                time.sleep(_LOOK_S)
            kill_all(program)
            return told.snapshot()


def kill_all(program: Program) -> None:
    """SIGKILL to every process of it at once."""
    program.children()
    program.signal_all(signal.SIGKILL)
    program.process.wait()


def kill_while_resuming(folder: Path, after_s: float, threads: int, before: dict[str, Any]) -> dict[str, Any]:
    """A second accident, at any moment of the program that goes on; what was told last, be it ``before``."""
    (folder / "once").mkdir()
    kill_s, told_last = time.monotonic() + after_s, before
    with Program(folder / "once", "--resume", folder / "recordings", *_OPTIONS, threads, record=False) as program:
        while time.monotonic() < kill_s and "playing;" not in program.said():
            time.sleep(_LOOK_S)
        if "playing;" in program.said():
            with Told(program.until_playing().port) as told:
                time.sleep(max(0.0, kill_s - time.monotonic()))
                kill_all(program)
                told_last = told.snapshot()
        else:
            kill_all(program)
    return told_last | {"show/elapsed": before["show/elapsed"]}


_OPTIONS = ("--device", "null", "--threads")


def resume(folder: Path, threads: int) -> Again:
    """Go on with the newest recording, for some seconds, and end in order."""
    (folder / "again").mkdir()
    began_s = time.monotonic()
    with Program(folder / "again", "--resume", folder / "recordings", *_OPTIONS, threads, record=False) as program:
        program.until_playing()
        with Told(program.port) as told:
            first = told.snapshot()
            played = program.playhead(), time.monotonic()
            time.sleep(RESUMED_S)
            later = told.snapshot()
        status = program.end()
        said = program.said()
    takes = sorted((folder / "recordings").iterdir())
    shutil.copy(program.log, folder / "resumed.log")
    return Again(began_s, first, later, played, status, said, takes)
