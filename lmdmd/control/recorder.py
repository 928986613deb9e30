"""Recording what was heard and what came in: the tapes, written out a little behind the playhead.

The files are valid at any moment: a killed program leaves a recording that plays.
"""

from __future__ import annotations

import itertools
import logging
import time
from contextlib import suppress
from pathlib import Path

from lmdmd.control.session import Change, Session
from lmdmd.errors import CommandError
from lmdmd.rt.tape import Tape
from lmdmd.rt.wav import WavWriter

log = logging.getLogger(__name__)


class Recorder:
    """Copies tapes to ``output.wav`` and ``input.wav`` of a new folder for each recording."""

    def __init__(self, session: Session, tapes: dict[str, Tape], folder: Path) -> None:
        self.session = session
        self.tapes = tapes
        self.folder = folder
        self.take: Path | None = None
        self._writers: dict[str, WavWriter] = {}
        self._frames: dict[str, int] = {}
        session.provide("record/start", self.start)
        session.provide("record/stop", self.stop)
        session.subscribe(self._on_change)

    async def start(self, folder: str = "") -> str:
        """Verb ``record/start``: begin a take. A folder name must stay inside the recordings' own folder."""
        if self._writers:
            raise CommandError(f"record/start: already recording to {self.take}")
        self._open(_inside(self.folder, folder))
        return str(self.take)

    async def stop(self) -> str:
        """Verb ``record/stop``: write the rest and close the files."""
        if not self._writers:
            raise CommandError("record/stop: not recording")
        take = self.take
        self.close()
        return str(take)

    def begin(self) -> None:
        """Record from the very first frame."""
        self._open(self.folder)

    def tick(self) -> None:
        """Write what the tapes have gained; a failing disk ends the recording and nothing else."""
        try:
            for name, writer in self._writers.items():
                self._copy(name, writer)
        except OSError as error:
            log.error("recording stopped: %s", error)
            self._drop()

    def close(self) -> None:
        """Finish the take."""
        self.tick()
        self._drop()

    def _open(self, folder: Path) -> None:
        try:
            self.take = _new_folder(folder / time.strftime("%Y%m%d-%H%M%S"))
            self._writers = {name: WavWriter(self.take / f"{name}.wav", self.session.rate_hz) for name in self.tapes}
        except OSError as error:
            raise CommandError(f"record/start: {error.filename}: {error.strerror}") from None
        self._frames = {name: tape.end_frame for name, tape in self.tapes.items()}
        self.session.set("record/on", True, source="recorder")

    def _drop(self) -> None:
        writers, self._writers = self._writers, {}
        for writer in writers.values():
            writer.close()
        if writers:
            self.session.set("record/on", False, source="recorder")

    def _copy(self, name: str, writer: WavWriter) -> None:
        tape, begin = self.tapes[name], self._frames[name]
        oldest = tape.end_frame - tape.capacity_frames // 2
        if begin < oldest:
            log.error("recording of the %s lost %d frames: the disk is too slow", name, oldest - begin)
            begin = oldest
        audio = tape.read(begin, tape.end_frame - begin)
        if audio is not None and len(audio):
            writer.append(audio)
            self._frames[name] = begin + len(audio)

    def _on_change(self, change: Change) -> None:
        if change.name != "record/on" or change.source == "recorder":
            return
        if change.value and not self._writers:
            self._open(self.folder)
        elif not change.value:
            self.close()


def _new_folder(wanted: Path) -> Path:
    """Make ``wanted``, or the first of ``wanted-2``, ``wanted-3`` ... that no take has yet."""
    for count in itertools.count(1):
        path = wanted if count == 1 else wanted.with_name(f"{wanted.name}-{count}")
        with suppress(FileExistsError):
            path.mkdir(parents=True)
            return path
    raise AssertionError("counting does not end")


def _inside(base: Path, name: str) -> Path:
    folder = (base / name).resolve()
    if not folder.is_relative_to(base.resolve()):
        raise CommandError(f'record/start: "{name}" leaves the recordings\' folder {base}')
    return folder
