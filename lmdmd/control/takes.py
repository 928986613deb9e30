"""A take: a folder with a file for each track, cut into pieces of one length, and the labels of each piece.

Piece 1 is ``output.wav``, ``labels.txt`` ..., piece 2 ``output-2.wav`` ...; the pieces follow each other to the sample.
``pieces.jsonl`` has a line for each: ``frame`` is where it begins on the timeline of the program that recorded it,
``take_frame`` where it begins in the take. They differ after a crash, as a take that is continued leaves as much room
as the clock on the wall says that nobody recorded. Labels are Audacity's: seconds into the piece, twice, and a name.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np

from lmdmd.control.disk_keeper import DiskKeeper
from lmdmd.rt.wav import LIMIT_BYTES, Durable, Mark, WavWriter
from lmdmd.units import s_from_frames

PIECES = "pieces.jsonl"
ENDINGS = ("wav", "flac")
_NEEDED = {"piece", "take_frame", "rate_hz", "time_s"}
FAR = 2**62
"""A frame that does not come."""


class Piece:
    """The files of one stretch of a take, open; raises ``OSError`` when one cannot be made."""

    def __init__(self, take: Take, number: int, frame: int) -> None:
        self.frame = frame
        self.marks: list[Mark] = []
        self._take = take
        self._labels_path = take.folder / numbered("labels", number, "txt")
        self._labels: tuple[IO[bytes], Durable] | None = None
        self._files: dict[str, tuple[WavWriter, Durable]] = {}
        with ExitStack() as undoing:
            for name in take.names:
                path = take.folder / numbered(name, number, "wav")
                writer = WavWriter(path, take.rate_hz, limit_bytes=take.limit_bytes, marks=True)
                undoing.callback(writer.close)
                durable = take.keeper.keep(writer.durable())
                undoing.callback(take.keeper.release, durable)
                self._files[name] = writer, durable
            for folder in (take.folder, take.folder.parent):
                take.keeper.release(take.keeper.keep(_durable_folder(folder)))
            undoing.pop_all()

    @property
    def paths(self) -> list[Path]:
        """Files with sound."""
        return [writer.paths[0] for writer, _ in self._files.values()]

    @property
    def room_frames(self) -> int:
        """Frames that it still takes."""
        return min(writer.room_frames for writer, _ in self._files.values())

    def append(self, chunk: dict[str, np.ndarray]) -> None:
        """Write ``[N, C]`` of each track; raises ``OSError``."""
        for name, (writer, _) in self._files.items():
            writer.append(chunk[name])

    def add_marks(self, marks: list[Mark]) -> None:
        """Put markers, whose frames are counted from the piece's own beginning, into files and labels."""
        self.marks += marks
        self._write_labels(marks)
        for _, durable in self._files.values():
            durable.write_marks(self.marks)

    def _write_labels(self, marks: list[Mark]) -> None:
        if self._labels is None:
            file = self._labels_path.open("ab", buffering=0)
            self._labels = file, self._take.keeper.keep(Durable(file.fileno(), can_mark=False))
        self._labels[0].write("".join(label_line(mark, self._take.rate_hz) for mark in marks).encode())

    def close(self) -> None:
        """Close the files; they were valid all along."""
        labels = [self._labels] if self._labels is not None else []
        for file, durable in (*self._files.values(), *labels):
            with suppress(OSError):
                file.close()
            self._take.keeper.release(durable)


class Take:
    """One recording, from timeline ``frame`` on. ``longest_frames`` ends a piece wherever it is.

    A folder that holds a take already is continued. ``number`` is that of the piece that is written.
    """

    def __init__(
        self,
        folder: Path,
        names: Iterable[str],
        rate_hz: int,
        frame: int,
        keeper: DiskKeeper,
        limit_bytes: int = LIMIT_BYTES,
    ) -> None:
        self.folder = folder
        self.names = tuple(names)
        self.rate_hz = rate_hz
        self.frame = frame
        self.keeper = keeper
        self.limit_bytes = limit_bytes
        self.longest_frames = FAR
        self._marks: list[Mark] = []
        self._splits: list[int] = []
        last = read_pieces(folder)[-1:]
        self.number = last[0]["piece"] if last else 0
        self._take_offset = _continued_at(last[0], rate_hz) - frame if last else -frame
        self.piece = self._begin_piece()

    def _begin_piece(self) -> Piece:
        self.number = self._free_number(self.number + 1)
        piece = Piece(self, self.number, self.frame)
        about = {
            "piece": self.number,
            "frame": self.frame,
            "take_frame": self.frame + self._take_offset,
            "rate_hz": self.rate_hz,
            "tracks": self.names,
            "time_s": round(time.time(), 3),
        }
        with (self.folder / PIECES).open("a", encoding="utf-8") as file:
            file.write(json.dumps(about) + "\n")
        return piece

    def _free_number(self, number: int) -> int:
        """First number from there on under which nothing was recorded, whatever the list of pieces says."""
        while any((self.folder / numbered(n, number, e)).exists() for n in self.names for e in ENDINGS):
            number += 1
        return number

    @property
    def room_frames(self) -> int:
        """Frames until the present piece ends; 0 when it should end here."""
        ends = [self.piece.frame + self.longest_frames, *self._splits]
        return max(0, min(self.piece.room_frames, min(ends) - self.frame))

    def append(self, chunk: dict[str, np.ndarray], frames: int) -> None:
        """Write ``[N, C]`` of each track, up to ``room_frames``; raises ``OSError``."""
        self.piece.append(chunk)
        self.frame += frames
        self._put_marks()

    def mark(self, frame: int, text: str) -> None:
        """Let a marker stand at a frame; it is written when the recording has come there."""
        self._marks.append(Mark(frame, " ".join(text.split())))

    def split_at(self, frame: int) -> None:
        """Let another piece begin at a frame; one that is written already begins as soon as it can."""
        self._splits.append(max(frame, self.frame))

    def next_piece(self) -> list[Path]:
        """End the present piece here and begin another; returns the files of the one that ended. Raises ``OSError``."""
        self._splits = [frame for frame in self._splits if frame > self.frame]
        if self.piece.frame == self.frame:
            return []
        ended, self.piece = self.piece, self._begin_piece()
        ended.close()
        return ended.paths

    def _put_marks(self) -> None:
        """Markers that the recording has passed go into the piece that it is in."""
        passed = [mark for mark in self._marks if mark.frame < self.frame]
        if passed:
            self._marks = [mark for mark in self._marks if mark.frame >= self.frame]
            begin = self.piece.frame
            self.piece.add_marks([Mark(max(0, mark.frame - begin), mark.text) for mark in passed])

    def close(self) -> list[Path]:
        """End the take; returns the files of its last piece."""
        self.piece.close()
        return self.piece.paths


def _durable_folder(folder: Path) -> Durable:
    """A folder, in which the names of new files must last as the files do."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        return Durable(handle, can_mark=False)
    finally:
        os.close(handle)


def numbered(name: str, number: int, ending: str) -> str:
    """Name of a file of a piece."""
    return f"{name}.{ending}" if number == 1 else f"{name}-{number}.{ending}"


def label_line(mark: Mark, rate_hz: int) -> str:
    """Line of a label file."""
    at_s = s_from_frames(mark.frame, rate_hz)
    return f"{at_s:.6f}\t{at_s:.6f}\t{mark.text}\n"


def read_pieces(folder: Path) -> list[dict[str, Any]]:
    """Pieces of a take, in order; lines that a crash has cut are left out."""
    try:
        lines = (folder / PIECES).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    pieces = []
    for line in lines:
        with suppress(ValueError):
            piece = json.loads(line)
            if isinstance(piece, dict) and piece.keys() >= _NEEDED:
                pieces.append(piece)
    return pieces


def new_folder(wanted: Path) -> Path:
    """Make ``wanted``, or the first of ``wanted-2``, ``wanted-3`` ... that no take has yet; raises ``OSError``."""
    for count in itertools.count(1):
        path = wanted if count == 1 else wanted.with_name(f"{wanted.name}-{count}")
        with suppress(FileExistsError):
            path.mkdir(parents=True)
            return path
    raise AssertionError("counting does not end")


def _continued_at(last: dict[str, Any], rate_hz: int) -> int:
    """Frame of a take at which it goes on now, as the clock on the wall has it."""
    away_s = max(0.0, time.time() - last["time_s"])
    return round((last["take_frame"] / last["rate_hz"] + away_s) * rate_hz)
