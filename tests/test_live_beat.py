"""Beat and chords in the whole program: what is played is what is rendered, and what is replayed."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from program import Program, level_db, write_setlist

from lmdmd.config import Config
from lmdmd.control.events import Block
from lmdmd.model.controls import make_groups
from lmdmd.performance import Performance, read_performance
from lmdmd.render import render
from lmdmd.replay import replay
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100
LIVE = ("--device", "null", "--threads", "1")
CUES = """
- {name: chords, bar: 1, progression: Am7 | F C | N.C.}
- {name: faster, bar: 2, tempo: {to: 171, over: 2 bars, curve: smooth}}
- {name: waltz, at: 4.3s, metre: 3, key: D minor, set: {gen/beat: 1.6}}
- {name: stay, at: 6.1s, chord: G7#9}
"""
HANDS: tuple[tuple[object, ...], ...] = (
    ("harmony/quantise", "beat"),
    ("harmony/chord", "Ebmaj7"),
    ("clock/tempo", 97.0),
    ("harmony/progression", "C | Dm7 G7"),
    ("gen/harmony", 2.0),
    ("beat/on", False),
    ("harmony/chord", ""),
    ("clock/tempo", 140.0),
    ("beat/on", True),
)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    groups = make_groups("beat", "harmony")
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "one", "one", groups=groups).path


def play(folder: Path, setlist: Path, hands) -> tuple[np.ndarray, Path]:
    """What a show sounded like, and its log."""
    with Program(folder, setlist, *LIVE, record=True, environment=dict(os.environ)) as program:
        program.until_playing()
        hands(program)
        program.interrupt()
        assert program.process.wait(15) == 0, program.said()
    log = next(iter(program.recordings.rglob("show.jsonl")))
    return soundfile.read(log.parent / "output.wav", dtype="float32")[0], log


def lines_of(show: Performance, name: str) -> list[object]:
    """What was asked of every latent, as long as it is heard."""
    blocks = [record.block for record in show.records if isinstance(record, Block)]
    asked = {block.latent + at: said for block in blocks for at, said in enumerate(block.lines.get(name, ()))}
    return [asked.get(latent) for latent in range(max(asked))]


def test_a_show_with_beat_and_chords_sounds_as_it_is_rendered_and_as_it_is_replayed(bundle, tmp_path):
    setlist = write_setlist(tmp_path / "show.yaml", bundle, 60, CUES)
    audio, log = play(tmp_path, setlist, lambda program: program.until_playhead(9 * RATE_HZ))
    show, frames = read_performance(log), 8 * RATE_HZ
    assert level_db(audio) > -60
    chords, beats = lines_of(show, "harmony/chord"), lines_of(show, "beat/position")
    assert {"Am7", "F", "C", "G7#9"} <= set(chords)
    assert all(isinstance(beat, float) for beat in beats) and len(set(beats)) == len(beats)
    render(Config(setlist=setlist, model="", threads=1, seconds=12.0), tmp_path / "rendered.wav")
    rendered, _ = soundfile.read(tmp_path / "rendered.wav", dtype="float32")
    np.testing.assert_array_equal(audio[:frames], rendered[:frames])
    report = replay(log, tmp_path / "again.wav")
    assert report["exact"] is True
    np.testing.assert_array_equal(soundfile.read(tmp_path / "again.wav", dtype="float32")[0], audio)


def test_chords_and_tempi_by_hand_are_replayed_to_the_sample(bundle, tmp_path):
    chance = random.Random(3)

    def hands(program: Program) -> None:
        for name, *values in HANDS:
            time.sleep(chance.uniform(0.2, 0.6))
            program.ask(str(name), *values)
        program.do("clock/nudge", 30.0, "ms")
        program.until_playhead(program.playhead() + 2 * RATE_HZ)

    setlist = write_setlist(tmp_path / "show.yaml", bundle, 600, "- {name: chords, bar: 1, key: F major}")
    audio, log = play(tmp_path, setlist, hands)
    show = read_performance(log)
    asked = {chord for record in show.records if isinstance(record, Block) for chord in _chords(record)}
    assert {"F", "Ebmaj7", "C"} <= asked
    report = replay(log, tmp_path / "again.wav")
    assert report["doubts"] == [] and report["exact"] is True
    np.testing.assert_array_equal(soundfile.read(tmp_path / "again.wav", dtype="float32")[0], audio)


def _chords(record: Block) -> tuple[object, ...]:
    return record.block.lines.get("harmony/chord", ())
