"""The renderer: MIDI to level audio through the ``fluidsynth`` program and a General MIDI soundfont."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
import soundfile as sf

from lmdmd.errors import TrainError
from lmdmd.train.loudness import Samples, level_curve
from lmdmd.train.progress import Progress
from lmdmd.train.soundfonts import Shelf, fill_shelf, install_line

FLUIDSYNTH = "fluidsynth"
SAMPLE_RATE_HZ = 44_100

FLUIDSYNTH_OPTIONS = {
    "synth.reverb.room-size": "0.55",
    "synth.reverb.damp": "0.3",
    "synth.reverb.width": "0.8",
    "synth.reverb.level": "0.35",
    # Loads only the samples a piece plays: most of a short render would otherwise go into reading the font.
    "synth.dynamic-sample-loading": "1",
    "synth.polyphony": "192",
}


@dataclass(frozen=True)
class Synth:
    """FluidSynth with a font and, for a piece that has a stage, its room and its chorus."""

    font: Path
    effects: Mapping[str, float]
    frames: int

    def play(self, score: Path) -> Samples:
        """Play a MIDI file into samples ``[frames, 2]``."""
        with tempfile.TemporaryDirectory() as folder:
            wav = Path(folder) / "take.wav"
            done = subprocess.run(self._build_command(score, wav), capture_output=True, text=True, check=False)
            # Given a font it cannot read, fluidsynth plays the system's default font and still exits with 0.
            if done.returncode or "not a SoundFont" in done.stderr or not wav.is_file():
                reason = done.stderr.strip() or "it wrote no file"
                raise TrainError(f"fluidsynth could not render {score} with {self.font}: {reason}")
            samples, _ = sf.read(wav, dtype="float32", always_2d=True)
        samples = np.asarray(samples[: self.frames], np.float32)
        return np.pad(samples, ((0, max(0, self.frames - len(samples))), (0, 0)))

    def _build_command(self, score: Path, wav: Path) -> list[str]:
        settings = FLUIDSYNTH_OPTIONS | {option: str(value) for option, value in self.effects.items()}
        options = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
        quiet, effects = ["-n", "-i", "-q"], ["-R", "1", "-C", "1" if self.effects else "0", "-g", "0.4"]
        output = ["-r", str(SAMPLE_RATE_HZ), "-O", "float", "-T", "wav", "-F", str(wav)]
        return [FLUIDSYNTH, *quiet, *effects, *output, *options, str(self.font), str(score)]


def render_pieces(
    data: Path,
    *,
    shelf: Shelf | None = None,
    workers: int = 2,
    stems: bool = False,
    split: str | None = None,
) -> None:
    """Render every piece below ``data`` that has no audio yet, styles in turn so that a part is balanced.

    Writes ``audio/<id>.flac`` and, with the font that the shelf dealt and its licence, ``audio/<id>.json``; with
    ``stems`` also ``stems/<id>/<part>.flac``, whose sum is the mix. Raises TrainError if fluidsynth or a soundfont is
    missing, or if fluidsynth fails.
    """
    _check_fluidsynth()
    shelf = shelf or fill_shelf()
    waiting = [score for score in _list_scores(data, split) if not _is_rendered(data, score, stems)]
    with Progress("render", total=len(waiting)) as progress, ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(_render_score, data, score, shelf, stems) for score in waiting]
        try:
            for job in as_completed(jobs):
                progress.advance(note=job.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _render_score(data: Path, score: Path, shelf: Shelf, stems: bool) -> str:
    facts = json.loads(score.with_suffix(".json").read_text())
    font = shelf.deal(facts["id"], facts["split"])
    synth = Synth(font.path, facts.get("effects", {}), round(facts["duration_s"] * SAMPLE_RATE_HZ))
    audio = _audio_path(data, score)
    audio.parent.mkdir(parents=True, exist_ok=True)
    audio.with_suffix(".json").write_text(json.dumps(font.describe()) + "\n")
    if stems:
        parts = [part["name"] for part in facts["parts"]]
        _render_stems(data, score, synth, parts)
    else:
        mix = synth.play(score)
        _write_flac(audio, mix * level_curve(mix))
    return score.stem


def _render_stems(data: Path, score: Path, synth: Synth, parts: Iterable[str]) -> None:
    tracks = {}
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            solo = Path(folder) / score.name
            _extract_part(score, part, solo)
            tracks[part] = synth.play(solo)
    mix = np.sum(list(tracks.values()), axis=0)
    curve = level_curve(mix)
    for part, track in tracks.items():
        _write_flac(_stems_folder(data, score) / f"{part}.flac", track * curve)
    # The mix comes last: where it is complete and the folder is there, the stems are complete too.
    _write_flac(_audio_path(data, score), mix * curve)


def _extract_part(score: Path, part: str, to: Path) -> None:
    """Write a MIDI file with the tempo track and the track named ``part`` only."""
    midi = mido.MidiFile(score)
    midi.tracks = [track for i, track in enumerate(midi.tracks) if i == 0 or track.name == part]
    midi.save(to)


def _write_flac(path: Path, samples: Samples) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    sf.write(part, samples, SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    part.replace(path)


def _list_scores(data: Path, split: str | None) -> list[Path]:
    """The pieces' MIDI files by seed first, then by style."""
    scores = sorted((data / "pieces").glob(f"{split or '*'}-*.mid"), key=lambda path: (path.stem[-5:], path.stem))
    if not scores:
        raise TrainError(f"no pieces in {data / 'pieces'}; compose some first")
    return scores


def _is_rendered(data: Path, score: Path, stems: bool) -> bool:
    return _audio_path(data, score).is_file() and (not stems or _stems_folder(data, score).is_dir())


def _audio_path(data: Path, score: Path) -> Path:
    return data / "audio" / f"{score.stem}.flac"


def _stems_folder(data: Path, score: Path) -> Path:
    return data / "stems" / score.stem


def _check_fluidsynth() -> None:
    if shutil.which(FLUIDSYNTH) is None:
        raise TrainError(f"no {FLUIDSYNTH} program on the PATH; {install_line()}")
