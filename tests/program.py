"""A whole running ``lmdmd`` as tests see it, and what they judge of its sound."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile

from lmdmd.bench import program
from lmdmd.bench.processes import runs as runs
from lmdmd.bench.program import wait_for as wait_for


def lmdmd(*arguments: object, limit_s: float = 60.0) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    command = [sys.executable, "-m", "lmdmd", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=limit_s)


def write_setlist(path: Path, bundle: Path | str, length_s: float, cues: str = "") -> Path:
    """A setlist of one song, with ``cues`` as YAML lines of its list."""
    lines = [
        f"title: {path.stem}",
        f"model: {bundle}",
        "seed: 7",
        "songs:",
        "  - name: only",
        "    tempo: 120",
        f"    length: {length_s:g}s",
        "    prompts: {warm pads: 1}",
    ]
    if cues:
        lines += ["    cues:", *(f"      {line}" for line in cues.strip("\n").splitlines())]
    path.write_text("\n".join(lines) + "\n")
    return path


class Program(program.Program):
    """A running ``lmdmd run`` and its recordings."""

    def recording(self, name: str = "output") -> np.ndarray:
        """Frames [N, 2] of a file that it recorded."""
        (path,) = self.recordings.rglob(f"{name}.wav")
        audio, _ = soundfile.read(path, dtype="float32")
        return audio


# --- judging audio ----------------------------------------------------------------------------------------


def level_db(audio: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(audio, dtype=np.float64))) + 1e-12))


def longest_run(flags: np.ndarray) -> int:
    """Length of the longest stretch of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return int(np.max(edges[1::2] - edges[::2], initial=0))


def longest_silence(audio: np.ndarray, below: float = 1e-4) -> int:
    """Frames of the longest stretch in which every channel stays below a peak of ``below``."""
    return longest_run(np.abs(audio).max(axis=1) < below)


def biggest_jump(audio: np.ndarray) -> float:
    return float(np.abs(np.diff(audio, axis=0)).max())
