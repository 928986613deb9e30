"""Hearing chords: by what was played, held over rests, the same whenever asked, and what an engine makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from test_listening import Sound

from lmdmd.chords import read_chord
from lmdmd.engine.chord_ear import HEARD, ChordEar
from lmdmd.engine.controls import Controls, first_difference
from lmdmd.engine.engine import Engine
from lmdmd.engine.replay import Replay
from lmdmd.messages import BlockDone, Write
from lmdmd.model.controls import make_groups
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100


def play_chords(names: list[str], each_s: float, rate_hz: int = RATE_HZ, seed: int = 0) -> np.ndarray:
    """[N, 2] of plucked tones with overtones, the root an octave below; "" is a rest."""
    draw, time_s = np.random.default_rng(seed), np.arange(round(each_s * rate_hz)) / rate_hz
    parts = []
    for name in names:
        part = 1e-4 * draw.standard_normal(len(time_s))
        chord = read_chord(name) if name else None
        for note in (48 + chord.root, *(60 + chord.root + tone for tone in chord.tones)) if chord else ():
            hz = 440.0 * 2 ** ((note - 69) / 12)
            part += sum(0.12 / n * np.sin(2 * np.pi * n * hz * time_s + draw.uniform(0, 6)) for n in range(1, 6))
        parts.append(part * np.exp(-time_s / 1.5))
    sound = np.concatenate(parts)
    return np.stack([sound, sound], axis=1).astype(np.float32)


PLAYED = ["C", "Am", "F", "G7", "Ebmaj7", "Dm7", "F#m", "Bb"]


@pytest.mark.parametrize("rate_hz", [44100, 48000])
def test_chords_that_are_played_are_heard(rate_hz: int) -> None:
    ear = ChordEar(rate_hz, Sound(play_chords(PLAYED, 1.5, rate_hz)))
    heard = [read_chord(ear.chord_before(round((1.5 * at + 1.4) * rate_hz))) for at in range(len(PLAYED))]
    for chord, played in zip(heard, map(read_chord, PLAYED), strict=True):
        assert (chord.root, chord.tones[:2]) == (played.root, played.tones[:2]), (chord.name, played.name)


def test_a_chord_is_held_over_a_rest_and_none_is_heard_before_the_first() -> None:
    ear = ChordEar(RATE_HZ, Sound(play_chords(["", "Am", "", "", "F"], 2.0)))
    assert ear.chord_before(RATE_HZ) == ""
    for second in (3.9, 5.0, 7.9):
        assert read_chord(ear.chord_before(round(second * RATE_HZ))).classes >= read_chord("Am").classes
    assert read_chord(ear.chord_before(round(9.9 * RATE_HZ))).root == 5
    assert ear.line([None, RATE_HZ, 4 * RATE_HZ])[:2] == (None, "")


def test_what_is_heard_does_not_depend_on_when_it_is_asked() -> None:
    sound = Sound(play_chords(PLAYED, 0.7))
    frames = list(range(0, sound.end_frame, 1777))
    first = ChordEar(RATE_HZ, sound).line(frames)
    ear = ChordEar(RATE_HZ, sound)
    assert tuple(reversed([ear.chord_before(frame) for frame in reversed(frames)])) == first
    assert len(set(first)) > 6


# --- in an engine ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("bundles")
    return make_tiny_bundle(folder / "harmony", "harmony", groups=make_groups("harmony")).path


def jam(bundle: Path, audio: np.ndarray, *writes: Write) -> Engine:
    engine = Engine.load(bundle, RATE_HZ)
    engine.listen_to(Sound(audio))
    for write in (Write("prompt/0/text", "piano", 0), Write("harmony/chord", "Eb", 0), *writes):
        engine.write(write)
    engine.seek(0)
    return engine


def test_the_model_gets_the_chord_that_is_heard_and_a_replay_the_same(bundle: Path) -> None:
    audio = play_chords(["", "Am", "F"], 2.0)
    engine = jam(bundle, audio, Write("jam/chords", True, 0))
    sounds, records, values = [], [], {}
    for _ in range(60):
        latent = engine.next_latent
        engine.settle_delay(256)
        sounds.append(engine.make_block())
        made = engine.made
        values = {name: value for name, value in made.values.items()}
        latents = engine.next_latent - latent
        records.append(
            BlockDone(0, len(sounds[-1]), 0.0, latent, latents=latents, values=values, lines=dict(made.lines))
        )
    heard = [str(chord) for record in records for chord in record.lines[HEARD][: record.latents]]
    assert heard[0] == "" and read_chord(heard[80]).root == 9 and read_chord(heard[130]).root == 5
    controls = engine.state.controls["harmony"][0, :, -1].tolist()
    assert controls == [1.0, *read_chord(heard[-1]).chroma]
    first = Controls(make_groups("harmony")).make(records[0].lines)["harmony"][0, :, 0]
    assert first.tolist() == [1.0, *read_chord("Eb").chroma], "the chord that is asked for, before any is heard"
    again = Replay(jam(bundle, np.zeros((1, 2), np.float32)), 0)
    for record, sound in zip(records, sounds, strict=True):
        np.testing.assert_array_equal(again.play(record).audio, sound)
    asked = jam(bundle, audio)
    assert not np.array_equal(np.concatenate([asked.make_block() for _ in range(60)]), np.concatenate(sounds))


def test_another_chord_that_is_heard_is_another_sound_whatever_is_asked() -> None:
    asked = {"harmony/chord": ("Eb",) * 4}
    heard = {**asked, HEARD: ("", "Am", "Am", "")}
    assert first_difference(asked, heard, 0, 4) == 1
    assert (
        first_difference(heard, {"harmony/chord": ("Eb", "C", "Am", "Eb"), HEARD: (None, "Am", "", "")}, 0, 4) is None
    )
    assert first_difference(heard, {**heard, HEARD: ("", "Am", "F", "")}, 0, 4) == 2
