"""Latents on disk: shards of pieces, each beside an index that tells whether it is whole.

Layout (under `data`): latents/<split>-<nnnnn>.safetensors holds fp16 [T, D] by name of piece, and the .json beside it
the sha256 of that file, the codec's, the licences, and what each piece says of itself. Files get their names when they
are complete, the index last: a shard is whole where its file has the sum that its index tells.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from lmdmd.errors import TrainError

FORMAT = "lmdmd latents 1"
SPLITS = ("train", "heldout")
SHARD_MB = 64.0
NOT_STATED = "not stated"
AGAIN = "run the command that wrote it, `lmdmd data encode` or `lmdmd data import`, once more: it makes this shard anew"
WAYS_OUT = {
    errno.ENOSPC: "make room",
    errno.EDQUOT: "make room",
    errno.EROFS: "make the folder writable or choose another",
    errno.EACCES: "make the folder writable or choose another",
    errno.EPERM: "make the folder writable or choose another",
}


@dataclass(frozen=True)
class Shard:
    """One shard by its index: the file of latents, and what is told of it and of its pieces."""

    file: Path
    about: Mapping[str, Any]

    @property
    def pieces(self) -> Mapping[str, Mapping[str, Any]]:
        return self.about["pieces"]

    @property
    def codec(self) -> str:
        return self.about["codec"]

    def load(self) -> dict[str, Tensor]:
        """Return the latents by name of piece; raises `TrainError` where the file is not what the index tells of."""
        try:
            content = self.file.read_bytes()
        except OSError as error:
            raise TrainError(f"{self.file}: {error.strerror}; {AGAIN}") from error
        if hashlib.sha256(content).hexdigest() != self.about["sha256"]:
            told = self.file.with_suffix(".json").name
            raise TrainError(
                f"{self.file} is half-written or was changed: its sha256 is not what {told} tells; {AGAIN}"
            )
        try:
            latents = safetensors.torch.load(content)
        except SafetensorError as error:
            raise TrainError(f"{self.file}: {error}; {AGAIN}") from error
        if missing := sorted(set(self.pieces) ^ set(latents)):
            raise TrainError(f'{self.file} and its index differ about "{missing[0]}"; {AGAIN}')
        return latents


def list_shards(data: Path, split: str) -> list[Shard]:
    """Return a split's shards by number; raises `TrainError` for an index that is none, and for a file without one."""
    folder = data / "latents"
    shards = [read_index(file) for file in sorted(folder.glob(f"{split}-*.json"))]
    if alone := sorted(set(folder.glob(f"{split}-*.safetensors")) - {shard.file for shard in shards}):
        raise TrainError(f"{alone[0]} has no index, so its writing was cut short; {AGAIN}, or remove it")
    return shards


def read_index(file: Path) -> Shard:
    """Return the shard that an index tells of; raises `TrainError` where it does not."""
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise ValueError(f"{about['format']} instead of {FORMAT}")
        if not all(isinstance(about[key], kind) for key, kind in (("sha256", str), ("codec", str), ("pieces", dict))):
            raise ValueError("entries of another kind")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainError(f"{file} is no index of a shard ({error}); {AGAIN}") from error
    return Shard(file.with_suffix(".safetensors"), about)


def has_latents(data: Path, split: str) -> bool:
    """Whether a split has latents, be it one file without sums."""
    return any((data / "latents").glob(f"{split}-*.safetensors")) or _one_file(data, split).is_file()


def read_split(data: Path, split: str) -> tuple[dict[str, Mapping[str, Any]], dict[str, Tensor]]:
    """Return what each piece says of itself, and its latents, of all shards, each of which is whole.

    Where there are none, one `latents/<split>.safetensors` with its `.json` of notes is read, as it is. Raises
    `TrainError` naming what is missing, or not whole, or of two codecs.
    """
    shards = list_shards(data, split)
    if not shards:
        return _read_one_file(data, split)
    if len({shard.codec for shard in shards}) > 1:
        raise TrainError(f"{data / 'latents'}: {split} shards of two codecs; remove those of the wrong one")
    notes: dict[str, Mapping[str, Any]] = {}
    latents: dict[str, Tensor] = {}
    for shard in shards:
        if twice := notes.keys() & shard.pieces.keys():
            raise TrainError(f'{shard.file}: "{min(twice)}" is in another shard too; remove one of them')
        latents |= shard.load()
        notes |= shard.pieces
    return notes, latents


def read_notes(data: Path, split: str) -> dict[str, Mapping[str, Any]]:
    """Return what each piece of a split that has latents says of itself, by indices alone; nothing where it has none.

    One file of notes without sums is read as `read_split` reads it.
    """
    if shards := list_shards(data, split):
        return {name: note for shard in shards for name, note in shard.pieces.items()}
    file = _one_file(data, split).with_suffix(".json")
    if not file.is_file():
        return {}
    notes = json.loads(file.read_text(encoding="utf-8"))
    return {name: note for name, note in notes.items() if isinstance(note, dict)}


def _read_one_file(data: Path, split: str) -> tuple[dict[str, Mapping[str, Any]], dict[str, Tensor]]:
    file = _one_file(data, split)
    for path in (file, file.with_suffix(".json")):
        if not path.is_file():
            raise TrainError(
                f"{data / 'latents'} has no {split} pieces; run `lmdmd data encode` or `data import` first"
            )
    latents = safetensors.torch.load_file(file)
    notes = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    return {name: note for name, note in notes.items() if name in latents}, latents


def _one_file(data: Path, split: str) -> Path:
    return data / "latents" / f"{split}.safetensors"


@dataclass
class Draft:
    """The pieces of a shard that is not written yet."""

    latents: dict[str, Tensor] = field(default_factory=dict)
    notes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    size_bytes: int = 0


class ShardWriter:
    """Adds pieces to the latents of a data folder, which no other writer may touch meanwhile.

    Pieces of whole shards are `present`; a shard that is not whole is named on stderr, and its number is free again.
    What is written depends on the order of pieces and on `shard_mb` alone: what was cut short ends in the same files.
    Use as a context manager: pieces that are left are written at its end, unless an error ended it.
    """

    def __init__(self, data: Path, codec: str, shard_mb: float = SHARD_MB) -> None:
        self.folder, self.codec, self.shard_bytes = data / "latents", codec, shard_mb * 1e6
        self.present: dict[str, Mapping[str, Any]] = {}
        self.drafts = {split: Draft() for split in SPLITS}
        self._lock = _lock(self.folder)
        try:
            self._take_stock(data)
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> ShardWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                for split in SPLITS:
                    self.flush(split)
        finally:
            self._lock.close()

    def add(self, split: str, name: str, latents: Tensor, note: Mapping[str, Any]) -> None:
        """Add a piece [T, D]; writes a shard when there are enough of them."""
        draft = self.drafts[split]
        draft.latents[name] = latents.to(torch.float16).contiguous()
        draft.notes[name] = note
        draft.size_bytes += draft.latents[name].nbytes
        if draft.size_bytes >= self.shard_bytes:
            self.flush(split)

    def flush(self, split: str) -> None:
        """Write what was added since the last shard, under the lowest number that is free."""
        draft, self.drafts[split] = self.drafts[split], Draft()
        if not draft.latents:
            return
        numbers = (f"{split}-{number:05d}" for number in range(10**5))
        index = next(path for number in numbers if not (path := self.folder / f"{number}.json").exists())
        content = safetensors.torch.save(draft.latents, {"codec": self.codec})
        write_whole(index.with_suffix(".safetensors"), content)
        write_whole(index, self._describe(split, draft, content).encode())
        self.present |= draft.notes

    def _describe(self, split: str, draft: Draft, content: bytes) -> str:
        about = {
            "format": FORMAT,
            "split": split,
            "codec": self.codec,
            "sha256": hashlib.sha256(content).hexdigest(),
            "seconds": round(sum(note.get("seconds", 0.0) for note in draft.notes.values()), 3),
            "licences": Counter(note.get("licence") or NOT_STATED for note in draft.notes.values()),
            "pieces": draft.notes,
        }
        return json.dumps(about, indent=1)

    def _take_stock(self, data: Path) -> None:
        for split in SPLITS:
            if (file := _one_file(data, split)).is_file():
                raise TrainError(f"{file} is of no shard; remove it with its .json, and encode its pieces again")
            for index in sorted(self.folder.glob(f"{split}-*.json")):
                self._take_shard(index)

    def _take_shard(self, index: Path) -> None:
        try:
            shard = read_index(index)
            if shard.codec == self.codec:
                shard.load()
        except TrainError as error:
            print(f"lmdmd: warning: {error}", file=sys.stderr)
            index.unlink()
            return
        if shard.codec != self.codec:
            raise TrainError(f"{shard.file} is of another codec; remove {self.folder}, or use another --data")
        self.present |= shard.pieces


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all; raises `TrainError` where the disk does not take it."""
    draft = path.with_name(f"{path.name}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> TrainError:
    """The error of a disk that is full, or does not let us write."""
    way_out = WAYS_OUT.get(error.errno or 0, "see to it")
    return TrainError(f"{path}: {error.strerror}; {way_out} and run the same command again: it goes on from there")


def _lock(folder: Path) -> IO[str]:
    """Make the folder, and be its only writer until what is returned is closed."""
    path = folder / ".lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = path.open("w")
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise TrainError(f"{folder}: another `lmdmd data` is writing there; wait until it is done") from error
    return lock
