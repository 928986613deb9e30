"""Whether a show that was killed goes on where it was: what both runs told, and what they recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from lmdmd.bench.showlog import read_lines, unreadable_lines
from lmdmd.bench.told import beats, live_model, mixture
from lmdmd.control.show_log import logs_in
from lmdmd.control.takes import read_pieces

SAME = ("show/title", "show/song", "show/taken", "show/held", "show/auto", "show/loop", "clock/metre", "mix/highpass",
        "gen/steps", "mix/pan", "show/preload", "engine/seed")  # fmt: skip
"""Rows that are what they were."""
NEAR = {"gen/cfg": 0.6, "mix/width": 0.12, "mix/gain": 5.0, "clock/tempo": 14.0}
"""Rows that glide, and how far they may be from where they were: two seconds of their way in this show."""
NEAR_WEIGHT = 0.4
"""Of prompts the same: their weights go from one to the other within four seconds."""
MODELS = {"Dawn": "pocket", "Arcade": "lantern", "Home": "pocket"}
"""What each song of the show asks for."""
LONGEST_BACK_S = 10.0
MOST_LOST_S = 1.3
"""The log says about once a second where the playhead is."""
QUIET = 1e-4
LEAST_RECORDED = 0.5
"""Seconds before the kill that a recording may lack."""


@dataclass(frozen=True)
class Again:
    """A show that was resumed at ``began_s``: what it told at ``first`` and ``later``, and how it ended.

    ``played`` is a frame and when it was heard.
    """

    began_s: float
    first: dict[str, Any]
    later: dict[str, Any]
    played: tuple[int, float]
    status: int | None
    said: str
    takes: list[Path]


@dataclass(frozen=True)
class Judged:
    """Seconds until there was sound, beats that come once more, and what is wrong."""

    back_s: float
    lost_beats: float
    problems: tuple[str, ...]
    model: str = ""


def judge(before: dict[str, Any], again: Again) -> Judged:
    """Compare what the killed show told last with what the resumed one tells first."""
    problems = judge_rows(before, again) + judge_mixture(before, again)
    lost_beats = lost(before, again.first)
    lost_s = lost_beats * 60.0 / before["clock/tempo"]
    passed_s = again.first["show/elapsed"]
    if not -passed_s - 0.2 <= lost_s <= MOST_LOST_S:
        problems.append(f"{lost_s:.2f} s of music come again")
    if again.status != 0:
        problems.append(f"the program ended with status {again.status}")
    back_s, wrong = judge_recording(before, again)
    if back_s > LONGEST_BACK_S:
        problems.append(f"sound after {back_s:.1f} s")
    return Judged(back_s, lost_beats, (*problems, *wrong), live_model(again.first))


def judge_rows(before: dict[str, Any], again: Again) -> list[str]:
    """Rows that are not what they were, cue and model first."""
    first, problems = again.first, []
    models = {live_model(before)} | ({before["show/next_model"]} if is_overdue(before) else set())
    if live_model(first) not in models:
        problems.append(f"model {live_model(first)} instead of {' or '.join(sorted(models))}")
    if first["show/cue"] != before["show/cue"] and not fired(again, first["show/cue"]):
        problems.append(f'cue "{first["show/cue"]}" instead of "{before["show/cue"]}"')
    for row in SAME:
        if first[row] != before[row]:
            problems.append(f"{row} is {first[row]!r} instead of {before[row]!r}")
    for row, far in NEAR.items():
        if abs(first[row] - before[row]) > far:
            problems.append(f"{row} is {first[row]:.2f} instead of {before[row]:.2f}")
    return problems


def is_overdue(rows: dict[str, Any]) -> bool:
    """Whether the song that plays has asked for a model that was still on its way."""
    return MODELS[rows["show/song"]] == rows["show/next_model"] and rows["show/next_model_state"] != "refused"


def fired(again: Again, cue: str) -> bool:
    """Whether a cue came by its time after the show had been resumed."""
    return any(line["kind"] == "fired" and line["cue"] == cue for line in read_lines(logs_in(again.takes[-1])[-1]))


def judge_mixture(before: dict[str, Any], again: Again) -> list[str]:
    """Prompts that are other ones, or elsewhere on their way."""
    was, now = mixture(before), mixture(again.first)
    far = [text for text in {*was, *now} if abs(was.get(text, 0.0) - now.get(text, 0.0)) > NEAR_WEIGHT]
    return [f"prompts are {now} instead of {was}"] if far else []


def lost(before: dict[str, Any], first: dict[str, Any]) -> float:
    """Beats that come once more; within a loop, the shorter way around."""
    far = beats(before) - beats(first)
    bars = str(first["show/loop"]).split()
    if bars[:1] == ["bars"]:
        length = (int(bars[3]) - int(bars[1]) + 1) * first["clock/metre"]
        far = (far + length / 2) % length - length / 2
    return far


# --- the recording ------------------------------------------------------------------------------------------


def judge_recording(before: dict[str, Any], again: Again) -> tuple[float, list[str]]:
    """Seconds until the first sound, and what is wrong with the files of both runs."""
    if len(again.takes) != 1:
        return 0.0, [f"there are {len(again.takes)} recordings"]
    take = again.takes[0]
    pieces = read_pieces(take)
    problems = [f"{broken} lines of {log.name}" for log in logs_in(take) if (broken := unreadable_lines(log)) > 1]
    wanted = before["show/elapsed"] - LEAST_RECORDED
    for name in ("output", "input"):
        problems += judge_file(take / f"{name}.wav", wanted)
        problems += judge_file(take / f"{name}-{pieces[-1]['piece']}.wav", again.later["show/elapsed"] - LEAST_RECORDED)
    if len(pieces) < 2:
        return 0.0, [*problems, f"the recording has {len(pieces)} pieces"]
    audio, rate_hz = soundfile.read(take / f"output-{pieces[-1]['piece']}.wav", dtype="float32", always_2d=True)
    loud = np.flatnonzero(np.abs(audio).max(axis=1) > QUIET)
    if not len(loud):
        return 0.0, [*problems, "nothing is heard"]
    frame, at_s = again.played
    heard_s = at_s - (frame - pieces[-1]["frame"] - int(loud[0])) / rate_hz
    return heard_s - again.began_s, problems


def judge_file(path: Path, least_s: float) -> list[str]:
    """What is wrong with a recording: missing, unreadable, too short, or no numbers."""
    try:
        audio, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        return [f"{path.name} cannot be read: {error}"]
    if not np.isfinite(audio).all():
        return [f"{path.name} holds what is no number"]
    return [] if len(audio) >= least_s * rate_hz else [f"{path.name} lasts {len(audio) / rate_hz:.2f} s only"]
