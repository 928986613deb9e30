"""``lmdmd bench jam``: whether a model that plays along live keeps the beat and the key of what it hears."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
import yaml

from lmdmd.bench.delay import INPUT
from lmdmd.bench.program import Program
from lmdmd.bench.soak import OUTPUT
from lmdmd.bench.stage import working_folder
from lmdmd.errors import LmdmdError
from lmdmd.train import hearing
from lmdmd.train.evaluate import write_prompt
from lmdmd.train.evaluate_conditions import BEAT_WITHIN_S, Source, beat_times_s, pick_parts, read_sources

EARS: dict[str, dict[str, Any]] = {
    "deaf": {},
    "part": {"jam/on": True},
    "chords and beat": {"jam/chords": True, "clock/source": "input"},
    "all": {"jam/on": True, "jam/chords": True, "clock/source": "input"},
}
"""What is set for each way to hear."""
SETTLED_S = 8.0
"""What comes before this is not judged: a player is not followed before his tempo is known."""
STARTING_S = 30.0


@dataclass(frozen=True)
class Played:
    """What was recorded: input and output [2, N], and at which second of them the heard file began."""

    came_in: torch.Tensor
    output: torch.Tensor
    start_s: float


def bench_jam(options: argparse.Namespace) -> dict[str, Any]:
    """Let the model accompany held-out pieces without one of their parts, live: nothing of the input is known ahead.

    ``beat_f1`` (70 ms) is that of the output's beats with the composer's, ``key`` the share of outputs in the scale of
    what was heard, ``chroma`` the cosine of their pitch classes; ``others`` are the same with other pieces, and
    ``interval`` is that of the difference. Raises ``LmdmdError`` when a show cannot be played.
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
    """Play every pair; return how beats, key and pitches fit, against other pairs."""
    played = [play(folder, options, number, source, part, ears) for number, (source, part) in enumerate(pairs)]
    wanted = [settled(np.array(beat_times_s(source.facts["tempo_bpm"], options.seconds))) for source, _ in pairs]
    beats = [settled(hearing.find_beats(one.output) - one.start_s) for one in played]
    pitched = [one for one, (_, part) in zip(played, pairs, strict=True) if part != "drums"]
    first = round(SETTLED_S * hearing.SAMPLE_RATE_HZ)
    made, heard = (
        [hearing.chromagram(sound[:, first:]).sum(1) for sound in sounds]
        for sounds in ([one.output for one in pitched], [one.came_in for one in pitched])
    )
    keys = [(hearing.find_key(a), hearing.find_key(b)) for a, b in zip(made, heard, strict=True)]
    figures = {
        "beat_f1": [[hearing.beat_f1(found, lines, BEAT_WITHIN_S) for lines in wanted] for found in beats],
        "key": [[float(hearing.same_scale(key, other)) for _, other in keys] for key, _ in keys],
        "chroma": [[hearing.cosine(a, b) for b in heard] for a in made],
    }
    return {name: hearing.against_others(np.array(figure)) for name, figure in figures.items()}


def play(folder: Path, options: argparse.Namespace, number: int, source: Source, part: str, ears: str) -> Played:
    """Play one accompaniment live, and return what was recorded of it."""
    place = folder / f"{number}-{ears.replace(' ', '-')}"
    place.mkdir(exist_ok=True)
    show, heard = place / "show.yaml", folder / f"heard-{number}.wav"
    prompt = f"{write_prompt(source.facts['style'], 0)} {part.replace('-', ' ')}"
    song = {"name": part, "length": "1h", "prompts": {prompt: 1}, "set": EARS[ears]}
    show.write_text(yaml.safe_dump({"title": "jam", "model": options.model, "seed": options.seed, "songs": [song]}))
    arguments = (show, "--input", heard, "--device", "null", "--threads", options.threads or 1)
    with Program(place, *arguments) as program:
        program.until_playing()
        program.until_playhead(round(options.seconds * hearing.SAMPLE_RATE_HZ), STARTING_S + options.seconds)
        program.end()
        came_in, output = (read(program, name) for name in (INPUT, OUTPUT))
    return Played(came_in, output, find_start(came_in, torch.from_numpy(soundfile.read(heard, dtype="float32")[0].T)))


def read(program: Program, name: str) -> torch.Tensor:
    """A recording [2, N] of a program."""
    path = program.take(name)
    if path is None:
        raise LmdmdError(f"bench jam: {name} was not recorded: {program.said()[-400:]}")
    audio, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    if rate_hz != hearing.SAMPLE_RATE_HZ:
        raise LmdmdError(f"bench jam hears {hearing.SAMPLE_RATE_HZ} Hz, and {name} has {rate_hz}")
    return torch.from_numpy(audio.T.copy())


def find_start(came_in: torch.Tensor, file: torch.Tensor) -> float:
    """Seconds of a recorded input [2, N] at which a file [2, M] began; less than 0 when that was before."""
    frames = 2 * max(came_in.shape[-1], file.shape[-1])
    spectra = [torch.fft.rfft(sound.mean(0), frames) for sound in (came_in, file)]
    lag = int(torch.fft.irfft(spectra[0] * spectra[1].conj(), frames).argmax())
    return (lag - frames if lag > frames // 2 else lag) / hearing.SAMPLE_RATE_HZ


def settled(times_s: np.ndarray) -> np.ndarray:
    """The times that are judged."""
    return times_s[times_s >= SETTLED_S]
