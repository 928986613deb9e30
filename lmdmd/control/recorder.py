"""Recording what was heard, what came in and what each deck gave, a little behind the playhead.

The files are valid at any moment: a killed program leaves a recording that plays, and one whose plug was pulled lacks
about its last second. A folder that cannot be written, or a disk that is full, ends or refuses a recording, in one
sentence, and nothing else. What files there are is in ``control/takes.py``.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from lmdmd.control import events
from lmdmd.control.disk_guard import DiskGuard, shown_mb
from lmdmd.control.disk_keeper import DiskKeeper, free_bytes
from lmdmd.control.flac import FlacMaker
from lmdmd.control.session import Change, Session
from lmdmd.control.takes import FAR, Take, new_folder
from lmdmd.control.tracks import RingTrack, TapeTrack, Track
from lmdmd.errors import CommandError, ConfigError
from lmdmd.params import Value
from lmdmd.rt.ring import Ring
from lmdmd.rt.tape import Tape
from lmdmd.units import frames_from_s

log = logging.getLogger(__name__)

OUTPUT, INPUT = "output", "input"
BEHIND_S = 0.05
"""So far behind what was heard the recording stays, as a song's first frame is told a moment after it was heard."""
BYTES_PER_FRAME = 2 * 4
"""Of one track: two channels of float32."""
_MOST_S = 10.0
"""Copied at once after the loop has stood still."""
PIECE_S = {"10min": 600.0, "30min": 1800.0, "hour": 3600.0}
"""Settings of ``record/split`` that are lengths of time."""


class Recorder:
    """Copies tapes and rings to the files of a new folder for each recording."""

    def __init__(self, session: Session, tapes: dict[str, Tape], folder: Path, rings: Sequence[Ring] = ()) -> None:
        self.session = session
        self.tapes = tapes
        self.rings = rings
        self.folder = folder
        self.take: Path | None = None
        self.on_take: Callable[[Path], None] = lambda take: None
        self.flac = FlacMaker(session.report)
        self._keeper = DiskKeeper(folder)
        self._guard = DiskGuard(self._bytes_per_s(len(self._wanted())))
        self._open_take: Take | None = None
        self._tracks: dict[str, Track] = {}
        self._lost = self._lost_told = 0
        session.provide("record/start", self.start)
        session.provide("record/stop", self.stop)
        session.act_on("record/on", self._switch)
        session.subscribe(self._on_change)
        session.watch(self._on_event)

    # --- verbs and calls ----------------------------------------------------------------------------

    async def start(self, folder: str = "") -> str:
        """Verb ``record/start``: begin a take. A folder name must stay inside the recordings' own folder."""
        if self._open_take is not None:
            raise CommandError(f"record/start: already recording to {self.take}")
        self._open(_inside(self.folder, folder))
        return str(self.take)

    async def stop(self) -> str:
        """Verb ``record/stop``: write the rest and close the files."""
        if self._open_take is None:
            raise CommandError("record/stop: not recording")
        take = self.take
        self._end()
        return str(take)

    def begin(self, take: Path | None = None) -> None:
        """Record from here on, unless a recording runs; raises ``CommandError`` where nothing can be written.

        ``take`` is the folder of one that a crash has ended: it goes on in a new piece.
        """
        if self._open_take is None:
            self._open(self.folder, take)

    def mark(self, frame: int, text: str) -> None:
        """Let a marker stand in the recording at a timeline frame, heard just now or still to come."""
        if self._open_take is not None:
            self._open_take.mark(frame, text)

    def song_begins(self, frame: int) -> None:
        """A song begins at a timeline frame: another piece, where that was asked for."""
        if self._open_take is not None and self.session.get("record/split") == "song":
            self._open_take.split_at(frame)

    def tick(self) -> None:
        """Write what the tapes have gained; a failing disk ends the recording and nothing else."""
        self._keeper.start()
        self.flac.poll()
        self._copy_all(self._end_frame - frames_from_s(BEHIND_S, self.session.rate_hz))
        self._watch_disk()

    def close(self) -> None:
        """Finish the take, and wait until the disk has it."""
        self._end()
        self._keeper.close()
        self.flac.close()

    # --- a take ---------------------------------------------------------------------------------------

    def _wanted(self) -> list[str]:
        stems = [f"deck{slot}" for slot in range(len(self.rings))] if self.session.get("record/stems") else []
        return [OUTPUT, *([INPUT] if self.session.get("record/input") else []), *stems]

    def _track(self, name: str) -> Track:
        return TapeTrack(self.tapes[name]) if name in self.tapes else RingTrack(self.rings[int(name[len("deck") :])])

    def _open(self, folder: Path, take: Path | None = None) -> None:
        names = self._wanted()
        guard = DiskGuard(self._bytes_per_s(len(names)))
        left = sorted(take.glob("*.wav")) if take is not None else []
        try:
            guard.refuse(free_bytes(take or folder))
            path = take or new_folder(folder / time.strftime("%Y%m%d-%H%M%S"))
            opened = Take(path, names, self.session.rate_hz, self._end_frame, self._keeper)
        except OSError as error:
            raise CommandError(f"cannot record into {take or folder}: {error.strerror or error}") from None
        self.take, self._open_take, self._guard = path, opened, guard
        self._tracks = {name: self._track(name) for name in names}
        self._lost = self._lost_told = 0
        self._keeper.take_error()
        self._keeper.start()
        self._finish(left)
        self.session.set("record/on", True, source="recorder")
        self.on_take(path)
        self._tell_take(opened, running=True)

    @property
    def _end_frame(self) -> int:
        """First frame that was not heard yet."""
        return self.tapes[OUTPUT].end_frame

    def _copy_all(self, end: int) -> None:
        """Write everything up to a frame; a failing disk ends the take."""
        if self._open_take is None:
            return
        try:
            self._copy(self._open_take, end)
        except OSError as error:
            self._give_up(error)
        self._tell_lost()

    def _copy(self, take: Take, end: int) -> None:
        error = self._keeper.take_error()
        if error is not None:
            raise error
        take.longest_frames = self._longest_frames()
        most = frames_from_s(_MOST_S, self.session.rate_hz)
        while take.frame < end:
            if not take.room_frames:
                self._finish(take.next_piece())
                continue
            frames = min(end - take.frame, most, take.room_frames)
            chunk = {name: self._read(track, take.frame, frames) for name, track in self._tracks.items()}
            take.append(chunk, frames)

    def _longest_frames(self) -> int:
        seconds = PIECE_S.get(str(self.session.get("record/split")))
        return frames_from_s(seconds, self.session.rate_hz) if seconds else FAR

    def _read(self, track: Track, frame: int, frames: int) -> np.ndarray:
        audio, lost = track.read(frame, frames)
        self._lost += lost
        return audio

    def _tell_lost(self) -> None:
        """Say what is missing: once a take in a sentence, always in a number."""
        if self._lost > self._lost_told:
            if not self._lost_told:
                self.session.report("the recording has a hole of silence: the program stood still for too long")
            self._lost_told = self._lost
        self.session.publish("record/lost", self._lost)

    def _end(self) -> None:
        self._copy_all(self._end_frame)
        self._drop()

    def _give_up(self, error: OSError) -> None:
        self.session.report(f"the recording ends here: {error.strerror or error}; the show goes on")
        self._drop()

    def _drop(self) -> None:
        take, self._open_take = self._open_take, None
        if take is not None:
            self._finish(take.close())
            self._tell_take(take, running=False)
            self.session.set("record/on", False, source="recorder")

    def _tell_take(self, take: Take, *, running: bool) -> None:
        frames = dict.fromkeys(take.names, take.frame)
        self.session.tell(events.Take(str(take.folder), running, frames, take.number))

    def _finish(self, paths: list[Path]) -> None:
        if self.session.get("record/format") == "flac":
            self.flac.add(paths)

    # --- the disk -------------------------------------------------------------------------------------

    def _bytes_per_s(self, tracks: int) -> float:
        return float(tracks * BYTES_PER_FRAME * self.session.rate_hz)

    def _watch_disk(self) -> None:
        free, guard = self._keeper.free_bytes, self._guard
        if free is None:
            return
        if self._open_take is None:
            guard.bytes_per_s = self._bytes_per_s(len(self._wanted()))
        self.session.publish("record/free", shown_mb(free))
        self.session.publish("record/left_s", float(round(guard.left_s(free))))
        if self._open_take is None:
            return
        if guard.is_full(free):
            self.session.report("the disk is nearly full: the recording ends here; the show goes on")
            self._end()
        elif warning := guard.warning(free):
            self.session.report(warning)

    # --- rows -----------------------------------------------------------------------------------------

    def _switch(self, is_on: Value) -> None:
        if is_on:
            self.begin()
        elif self._open_take is not None:
            self._end()

    def _on_change(self, change: Change) -> None:
        if change.name == "record/on":
            self._follow(change.value)

    def _on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Fired):
            return
        if not event.cue:
            self.song_begins(event.frame)
        self.mark(event.frame, " ".join(filter(None, (event.number, event.cue or event.song))))

    def _follow(self, is_on: Value) -> None:
        """Follow a cue: whoever planned it is not there to be refused."""
        if bool(is_on) == (self._open_take is not None):
            return
        try:
            self._switch(is_on)
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


def _inside(base: Path, name: str) -> Path:
    folder = (base / name).resolve()
    if not folder.is_relative_to(base.resolve()):
        raise CommandError(f'record/start: "{name}" leaves the recordings\' folder {base}')
    return folder
