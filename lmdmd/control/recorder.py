"""Recording what was heard and what came in: the tapes, written out a little behind the playhead.

The files are valid at any moment: a killed program leaves a recording that plays. A folder that cannot be
written ends or refuses a recording, in one sentence, and nothing else.
"""

from __future__ import annotations

import itertools
import logging
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from lmdmd.control.events import Take
from lmdmd.control.session import Change, Session
from lmdmd.errors import CommandError, ConfigError
from lmdmd.params import Value
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
        self.on_take: Callable[[Path], None] = lambda take: None
        self._writers: dict[str, WavWriter] = {}
        self._frames: dict[str, int] = {}
        session.provide("record/start", self.start)
        session.provide("record/stop", self.stop)
        session.act_on("record/on", self._switch)
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
        """Record from here on, unless a recording runs; raises ``CommandError`` where nothing can be written."""
        if not self._writers:
            self._open(self.folder)

    def tick(self) -> None:
        """Write what the tapes have gained; a failing disk ends the recording and nothing else."""
        try:
            for name, writer in self._writers.items():
                self._copy(name, writer)
        except OSError as error:
            self.session.report(f"the recording ends here: {error.strerror or error}; the show goes on")
            self._drop()

    def close(self) -> None:
        """Finish the take."""
        self.tick()
        self._drop()

    def _open(self, folder: Path) -> None:
        writers: dict[str, WavWriter] = {}
        try:
            take = _new_folder(folder / time.strftime("%Y%m%d-%H%M%S"))
            for name in self.tapes:
                writers[name] = WavWriter(take / f"{name}.wav", self.session.rate_hz)
        except OSError as error:
            for writer in writers.values():
                writer.close()
            raise CommandError(f"cannot record into {folder}: {error.strerror or error}") from None
        self.take, self._writers = take, writers
        self._frames = {name: tape.end_frame for name, tape in self.tapes.items()}
        self.session.set("record/on", True, source="recorder")
        self.on_take(take)
        self.session.tell(Take(str(take), True, dict(self._frames)))

    def _drop(self) -> None:
        writers, self._writers = self._writers, {}
        for writer in writers.values():
            writer.close()
        if writers:
            self.session.tell(Take(str(self.take), False, dict(self._frames)))
            self.session.set("record/on", False, source="recorder")

    def _copy(self, name: str, writer: WavWriter) -> None:
        tape, begin = self.tapes[name], self._frames[name]
        oldest = tape.end_frame - tape.capacity_frames // 2
        if begin < oldest:
            self.session.report(f"the recording of the {name} lost {oldest - begin} frames: the disk is too slow")
            begin = oldest
        audio = tape.read(begin, tape.end_frame - begin)
        if audio is not None and len(audio):
            writer.append(audio)
            self._frames[name] = begin + len(audio)

    def _switch(self, is_on: Value) -> None:
        if is_on:
            self.begin()
        elif self._writers:
            self.close()

    def _on_change(self, change: Change) -> None:
        """Follow a cue: whoever planned it is not there to be refused."""
        if change.name != "record/on" or bool(change.value) == bool(self._writers):
            return
        try:
            self._switch(change.value)
        except CommandError as error:
            self.session.report(str(error))
            self.session.set("record/on", False, source="recorder")


def check_folder(folder: Path) -> None:
    """Make the recordings' folder and try it; raises ``ConfigError`` when nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        why = error.strerror or error
        raise ConfigError(f"--record {folder}: cannot be written: {why}; name another folder") from None


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
