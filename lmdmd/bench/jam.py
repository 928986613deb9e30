"""``lmdmd bench jam``: whether a model that plays along live keeps the beat and the key of what it hears."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
import yaml

from lmdmd.bench.stage import working_folder
from lmdmd.errors import LmdmdError
from lmdmd.train import hearing
from lmdmd.train.evaluate import write_prompt
from lmdmd.train.evaluate_conditions import Source, beat_times_s, pick_parts, read_sources

EARS: dict[str, dict[str, Any]] = {
    "deaf": {},
    "part": {"jam/on": True},
    "chords and beat": {"jam/chords": True, "clock/source": "input"},
    "all": {"jam/on": True, "jam/chords": True, "clock/source": "input"},
}
"""What is set for each way to hear."""
SETTLED_S = 8.0
"""What comes before this is not judged: a player is not followed before his tempo is known."""
BEAT_WITHIN_S = 0.07


def bench_jam(options: argparse.Namespace) -> dict[str, Any]:
    """Let the model accompany held-out pieces without one of their parts, live: nothing of the input is known ahead.

    ``beat_f1`` (70 ms) is that of the output's beats with the composer's, ``key`` the share of outputs in the scale of
    what was heard, ``chroma`` the cosine of their pitch classes; ``others`` are the same with other pieces, and
    ``interval`` is that of the difference. Raises ``LmdmdError`` when a show cannot be rendered.
    """
    torch.set_num_threads(options.threads or 1)
    data = options.data or Path.home() / ".cache" / "lmdmd" / "data"
    sources = read_sources(data, options.pieces, options.seconds)
    pairs = [(source, part) for source in sources for part in pick_parts([p["name"] for p in source.facts["parts"]])]
    with working_folder(options.keep) as folder:
        for number, (source, part) in enumerate(pairs):
            heard = source.voices[f"rest/{part}"][:, : round(options.seconds * hearing.SAMPLE_RATE_HZ)]
            soundfile.write(folder / f"heard-{number}.wav", heard.T.numpy(), hearing.SAMPLE_RATE_HZ, subtype="FLOAT")
        rows = [
            {"ears": ears, "figure": name, **figure}
            for ears in EARS
            for name, figure in measure(folder, options, pairs, ears).items()
        ]
    return {"model": options.model, "seconds": options.seconds, "rows": rows}


def measure(
    folder: Path, options: argparse.Namespace, pairs: list[tuple[Source, str]], ears: str
) -> dict[str, dict[str, Any]]:
    """Render every pair; return how beats, key and pitches fit, against other pairs."""
    sounds = [render(folder, options, number, source, part, ears) for number, (source, part) in enumerate(pairs)]
    wanted = [settled(np.array(beat_times_s(source.facts["tempo_bpm"], options.seconds))) for source, _ in pairs]
    beats = [settled(hearing.find_beats(sound)) for sound in sounds]
    pitched = [number for number, (_, part) in enumerate(pairs) if part != "drums"]
    first = round(SETTLED_S * hearing.SAMPLE_RATE_HZ)
    made = [hearing.chromagram(sounds[number][:, first:]).sum(1) for number in pitched]
    heard = [hearing.chromagram(read(folder / f"heard-{number}.wav")[:, first:]).sum(1) for number in pitched]
    keys = [(hearing.find_key(a), hearing.find_key(b)) for a, b in zip(made, heard, strict=True)]
    figures = {
        "beat_f1": [[hearing.beat_f1(found, lines, BEAT_WITHIN_S) for lines in wanted] for found in beats],
        "key": [[float(hearing.same_scale(key, other)) for _, other in keys] for key, _ in keys],
        "chroma": [[hearing.cosine(a, b) for b in heard] for a in made],
    }
    return {name: hearing.against_others(np.array(figure)) for name, figure in figures.items()}


def render(
    folder: Path, options: argparse.Namespace, number: int, source: Source, part: str, ears: str
) -> torch.Tensor:
    """Play one accompaniment; return its sound [2, N]."""
    name = f"{number}-{ears.replace(' ', '-')}"
    show, out = folder / f"{name}.yaml", folder / f"{name}.wav"
    prompt = f"{write_prompt(source.facts['style'], 0)} {part.replace('-', ' ')}"
    song = {"name": part, "length": f"{options.seconds} s", "prompts": {prompt: 1}, "set": EARS[ears]}
    show.write_text(yaml.safe_dump({"title": "jam", "model": options.model, "seed": options.seed, "songs": [song]}))
    words = ("render", show, "--out", out, "--input", folder / f"heard-{number}.wav", "--model", options.model)
    command = [sys.executable, "-m", "lmdmd", *map(str, words), "--threads", str(options.threads or 1)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LmdmdError(f"bench jam: {done.stderr.strip()[-400:]}")
    return read(out)


def read(path: Path) -> torch.Tensor:
    """The sound [2, N] of a file."""
    audio, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    if rate_hz != hearing.SAMPLE_RATE_HZ:
        raise LmdmdError(f"bench jam hears {hearing.SAMPLE_RATE_HZ} Hz, and {path.name} has {rate_hz}")
    return torch.from_numpy(audio.T.copy())


def settled(times_s: np.ndarray) -> np.ndarray:
    """The times that are judged."""
    return times_s[times_s >= SETTLED_S]
