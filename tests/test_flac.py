"""Finished pieces become FLAC files with the same samples in 24 bits, and nothing is lost where that fails."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from lmdmd.control.flac import FlacMaker
from lmdmd.control.flac_file import make_flac
from lmdmd.control.memory import Memory
from lmdmd.control.recorder import Recorder
from lmdmd.control.session import Session
from lmdmd.errors import LmdmdError
from lmdmd.rt.wav import WavWriter


def noise(frames: int, peak: float = 1.0) -> np.ndarray:
    return np.random.default_rng(0).uniform(-peak, peak, (frames, 2)).astype(np.float32)


def write(path: Path, audio: np.ndarray) -> Path:
    writer = WavWriter(path, 48000, marks=True)
    writer.append(audio)
    writer.close()
    return path


def wait_for(maker: FlacMaker) -> None:
    end_s = time.monotonic() + 60
    while maker.busy:
        maker.poll()
        assert time.monotonic() < end_s
        time.sleep(0.02)


@pytest.fixture
def said():
    return []


@pytest.fixture
def maker(said):
    made = FlacMaker(said.append)
    yield made
    wait_for(made)


def test_samples_are_the_same_within_24_bits(tmp_path):
    audio = noise(200_000, 0.99)
    audio[:4] = [[-1.0, 0.0], [1.0 - 2.0**-23, -(2.0**-23)], [2.0**-25, 1e-30], [-(2.0**-24) * 3, 0.5]]
    wav = write(tmp_path / "output.wav", audio)
    (tmp_path / "labels.txt").write_text("0.000000\t0.000000\tOne\n")
    flac = make_flac(wav)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labels.txt", "output.flac"]
    with soundfile.SoundFile(flac) as made:
        assert (made.format, made.subtype, made.samplerate, len(made)) == ("FLAC", "PCM_24", 48000, len(audio))
        assert "One" in made.comment
        heard = made.read(dtype="float64")
    assert np.abs(heard - audio).max() <= 2.0**-24
    assert (heard[0, 0], heard[1, 0], heard[1, 1]) == (-1.0, 1.0 - 2.0**-23, -(2.0**-23))


@pytest.mark.parametrize("peak", [1.0, 1.5, np.inf, np.nan])
def test_what_24_bits_do_not_hold_stays_wav(tmp_path, peak):
    audio = noise(1000, 0.5)
    audio[500, 1] = peak
    wav = write(tmp_path / "deck0.wav", audio)
    with pytest.raises(LmdmdError, match=r"deck0\.wav stays WAV: it is louder"):
        make_flac(wav)
    assert [path.name for path in tmp_path.iterdir()] == ["deck0.wav"]
    np.testing.assert_array_equal(soundfile.read(wav, dtype="float32")[0], audio)


def test_a_flac_file_that_is_not_the_same_is_not_kept(tmp_path, monkeypatch):
    wav = write(tmp_path / "output.wav", noise(100_000, 0.5))
    whole = soundfile.SoundFile.write

    def flip(file, audio):
        audio[17, 1] ^= 256
        whole(file, audio)

    monkeypatch.setattr(soundfile.SoundFile, "write", flip)
    with pytest.raises(LmdmdError, match="does not hold the same samples"):
        make_flac(wav)
    assert [path.name for path in tmp_path.iterdir()] == ["output.wav"]


def test_a_process_makes_them_and_says_what_it_could_not(tmp_path, maker, said):
    good, loud = write(tmp_path / "output.wav", noise(10_000, 0.9)), write(tmp_path / "input.wav", noise(100, 3.0))
    cut = tmp_path / "cut.wav"
    cut.write_bytes(b"RIFF")
    maker.add([good, loud, cut, tmp_path / "done already.wav"])
    wait_for(maker)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.wav", "input.wav", "output.flac"]
    assert len(said) == 2 and "input.wav stays WAV" in said[0] and "cut.wav stays WAV" in said[1]


def test_a_machine_that_starts_no_process_keeps_the_wav_files(tmp_path, maker, said, monkeypatch):
    wav = write(tmp_path / "output.wav", noise(100, 0.9))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    maker.add([wav])
    assert not maker.busy and wav.exists()
    assert said == [f"{tmp_path}: the recording stays WAV: No such file or directory"]


CLOSE_AT_ONCE = """
import sys
from pathlib import Path
from lmdmd.control.flac import FlacMaker
maker = FlacMaker(print)
maker.add([Path(sys.argv[1])])
maker.add([Path(sys.argv[2])])
maker.close()
"""


def test_what_waits_is_done_when_the_program_has_ended(tmp_path):
    paths = [write(tmp_path / name, noise(50_000, 0.9)) for name in ("output.wav", "output-2.wav")]
    command = [sys.executable, "-W", "error", "-c", CLOSE_AT_ONCE, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    end_s = time.monotonic() + 60
    while sorted(path.name for path in tmp_path.iterdir()) != ["output-2.flac", "output.flac"]:
        assert time.monotonic() < end_s
        time.sleep(0.05)


def test_a_recording_becomes_flac_piece_by_piece_while_it_goes_on(tmp_path):
    memory = Memory.create(44100)
    recorder = Recorder(Session(memory.board, memory.schedule, 44100), memory.tapes, tmp_path)
    try:
        recorder.session.set("record/format", "flac", source="test")
        recorder.session.set("record/split", "song", source="test")
        recorder.session.set("record/input", False, source="test")
        recorder.begin()
        audio = noise(20_000, 0.9)
        memory.tapes["output"].append(0, audio[:10_000])
        recorder.song_begins(6_000)
        recorder.tick()
        recorder.tick()
        take = recorder.take
        assert take is not None and (take / "output-2.wav").exists()
        wait_for(recorder.flac)
        assert (take / "output.flac").exists() and not (take / "output.wav").exists()
        memory.tapes["output"].append(10_000, audio[10_000:])
        recorder.session.set("record/on", False, source="test")
        wait_for(recorder.flac)
    finally:
        recorder.close()
        memory.close()
    parts = [soundfile.read(take / name, dtype="float32")[0] for name in ("output.flac", "output-2.flac")]
    assert [len(part) for part in parts] == [6_000, 14_000]
    np.testing.assert_allclose(np.concatenate(parts), audio, atol=2.0**-24 + 1e-9, rtol=0)
    assert sorted(path.name for path in take.iterdir()) == ["output-2.flac", "output.flac", "pieces.jsonl"]


def test_what_a_crash_left_becomes_flac_when_the_take_goes_on(tmp_path):
    memory = Memory.create(44100)
    recorder = Recorder(Session(memory.board, memory.schedule, 44100), memory.tapes, tmp_path)
    try:
        memory.tapes["output"].append(0, noise(20_000, 0.9))
        crashed = tmp_path / "crashed"
        crashed.mkdir()
        write(crashed / "output.wav", noise(5_000, 0.9))
        recorder.session.set("record/format", "flac", source="test")
        recorder.begin(take=crashed)
        wait_for(recorder.flac)
        assert sorted(path.name for path in crashed.glob("output*")) == ["output-2.wav", "output.flac"]
        recorder.session.set("record/format", "wav", source="test")
    finally:
        recorder.close()
        memory.close()
