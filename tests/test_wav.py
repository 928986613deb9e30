"""WAV files with markers: whole at any moment, also as a power cut would leave them, and read by others."""

from __future__ import annotations

import os
import random
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from wav_chunks import chunks_of, marks_of, sound_of

from lmdmd.rt.wav import HEADER_BYTES, WavWriter, header, sound_bytes_at
from lmdmd.rt.wav_marks import HALF_BYTES, Mark


def noise(frames: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (frames, 2)).astype(np.float32)


@pytest.fixture
def writer(tmp_path):
    made = WavWriter(tmp_path / "take.wav", 44100, marks=True)
    yield made
    made.close()


def test_markers_are_read_by_a_parser_of_chunks_and_by_libsndfile(writer):
    path, durable = writer.paths[0], writer.durable()
    audio = noise(1000)
    writer.append(audio[:600])
    marks = [Mark(0, "1 bells"), Mark(100, "odd"), Mark(599, "Fünf ♭")]
    assert durable.write_marks(marks)
    assert marks_of(path) == []  # not before they are on the disk
    durable.sync()
    writer.append(audio[600:])
    durable.close()
    assert marks_of(path) == [(mark.frame, mark.text) for mark in marks]
    np.testing.assert_array_equal(sound_of(path), audio)
    np.testing.assert_array_equal(soundfile.read(path, dtype="float32")[0], audio)
    log = soundfile.info(path, verbose=True).extra_info
    assert "Count : 3" in log and "bells" in log and "Error" not in log


def test_every_marker_more_is_shown_and_the_sound_stays(writer):
    path, durable = writer.paths[0], writer.durable()
    marks, audio = [], noise(4000)
    for count in range(40):
        writer.append(audio[count * 100 : count * 100 + 100])
        marks.append(Mark(count * 100, f"cue {count}"))
        assert durable.write_marks(marks)
        durable.sync()
        assert marks_of(path) == [(mark.frame, mark.text) for mark in marks]
        assert struct.unpack_from("<I", path.read_bytes(), 4)[0] == path.stat().st_size - 8
    durable.close()
    np.testing.assert_array_equal(soundfile.read(path, dtype="float32")[0], audio)


def test_more_markers_than_there_is_room_for_leave_the_file_as_it_was(writer):
    durable = writer.durable()
    few = [Mark(1, "few")]
    assert durable.write_marks(few)
    durable.sync()
    assert not durable.write_marks([Mark(1, "x" * HALF_BYTES)])
    durable.sync()
    durable.close()
    assert marks_of(writer.paths[0]) == [(1, "few")]


def test_a_file_without_room_is_as_it_always_was(tmp_path):
    path = tmp_path / "plain.wav"
    plain = WavWriter(path, 48000)
    durable = plain.durable()
    plain.append(noise(10))
    assert not durable.write_marks([Mark(0, "no")])
    durable.sync()
    durable.close()
    plain.close()
    assert path.read_bytes() == header(10, 2, 48000) + noise(10).tobytes()
    assert sound_bytes_at(path) == HEADER_BYTES


def test_where_the_sound_begins_is_told(writer):
    writer.append(noise(50))
    path = writer.paths[0]
    np.testing.assert_array_equal(np.fromfile(path, "<f4", offset=sound_bytes_at(path)).reshape(-1, 2), noise(50))


class Plug:
    """Puts a copy of a file aside between any two of its writes, and within them: what a power cut would leave.

    The writes are cut at random places, in the order in which they are made.
    """

    def __init__(self, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self.folder = folder
        self.copies: list[Path] = []
        self.random = random.Random(1)
        self.pwrite = os.pwrite
        monkeypatch.setattr(os, "pwrite", self.write_cut)

    def write_cut(self, file: int, content: bytes, at: int) -> int:
        """Write in two parts; four bytes are one sector's and come whole."""
        cut = self.random.randrange(len(content)) if len(content) > 4 else 0
        self.pwrite(file, content[:cut], at)
        self.copy()
        self.pwrite(file, content[cut:], at + cut)
        self.copy()
        return len(content)

    def copy(self) -> None:
        """What would be found now."""
        self.copies.append(Path(shutil.copy(self.path, self.folder / f"{len(self.copies)}.wav")))


class CutFile:
    """A file that takes a part of each write only, and shows what stands there after each."""

    def __init__(self, file, plug: Plug) -> None:
        self.file = file
        self.plug = plug

    def write(self, content: memoryview) -> int:
        took = self.file.write(content[: self.plug.random.randint(1, len(content))] if len(content) > 60 else content)
        self.plug.copy()
        return took

    def __getattr__(self, name: str):
        return getattr(self.file, name)


def test_a_power_cut_at_any_moment_leaves_a_file_that_plays(writer, tmp_path, monkeypatch):
    copies = tmp_path / "copies"
    copies.mkdir()
    plug = Plug(writer.paths[0], copies, monkeypatch)
    writer._file = CutFile(writer._file, plug)
    durable = writer.durable()
    audio, marks = noise(6000), []
    for count in range(60):
        writer.append(audio[count * 100 : count * 100 + 100])
        if count % 3 == 0:
            marks.append(Mark(count * 100, f"cue {count}"))
            durable.write_marks(marks)
        if count % 4 == 0:
            durable.sync()
    durable.sync()
    durable.close()
    assert len(plug.copies) > 300
    known, longest = 0, 0
    for path in plug.copies:
        shown = marks_of(path)
        assert shown == [(mark.frame, mark.text) for mark in marks[: len(shown)]] and len(shown) >= known
        heard = soundfile.read(path, dtype="float32")[0]
        np.testing.assert_array_equal(heard, audio[: len(heard)])
        np.testing.assert_array_equal(sound_of(path), heard)
        assert len(heard) >= longest - 100
        known, longest = len(shown), max(longest, len(heard))
    assert (known, longest) == (len(marks), len(audio))


def test_the_chunks_are_in_order_and_end_with_the_sound(writer):
    durable = writer.durable()
    writer.append(noise(3))
    durable.write_marks([Mark(0, "a")])
    durable.sync()
    durable.close()
    names = [name for name, _ in chunks_of(writer.paths[0])]
    assert names == [b"fmt ", b"fact", b"JUNK", b"cue ", b"LIST", b"JUNK", b"data"]
