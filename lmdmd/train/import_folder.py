"""Any folder of audio with captions, made into latents to train on: measured, levelled, cut up, encoded, and told of.

    import_folder(Path("recordings"), data=Path("data"), codec=codec, workers=4)

Every file that cannot be used is named with the reason in `data/import.json`, beside what became of the others. What
was cut short goes on behind its last whole shard, and ends in the same files as if it had not been.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import torch

from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec
from lmdmd.train.import_audio import Chunk, Survey, encode_chunk, survey
from lmdmd.train.import_captions import Words, read_beside, read_names, read_table
from lmdmd.train.import_files import find_files
from lmdmd.train.progress import track
from lmdmd.train.shards import NOT_STATED, SHARD_MB, ShardWriter, write_whole
from lmdmd.train.workers import Crew

HELDOUT_SHARE = 0.1
SHORTEST_S = 12.0
SUMMARY = "import.json"
SHOWN = 20


@dataclass(frozen=True)
class Item:
    """One chunk that is to be a piece: its name, its split, and what is known of it before it is encoded."""

    name: str
    split: str
    chunk: Chunk
    note: dict[str, Any]


@dataclass
class Account:
    """What became of every file of a folder."""

    left: dict[str, str]
    problems: list[str] = field(default_factory=list)
    pieces: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    splits: Counter[str] = field(default_factory=Counter)
    encoded: int = 0

    def add(self, item: Item, note: Mapping[str, Any]) -> None:
        self.pieces[item.name] = note
        self.splits[item.split] += 1

    def sum_up(self, folder: Path) -> dict[str, Any]:
        """Return the summary: counts, and every file that was left with its reason."""
        notes = self.pieces.values()
        return {
            "folder": str(folder),
            "files": len({note["file"] for note in notes}),
            "pieces": len(self.pieces),
            "encoded_now": self.encoded,
            "seconds": round(sum(note["seconds"] for note in notes), 1),
            "splits": dict(self.splits),
            "styles": dict(Counter(note["style"] for note in notes)),
            "captions": dict(Counter(note["captions_from"] for note in notes)),
            "licences": dict(Counter(note["licence"] or NOT_STATED for note in notes)),
            "left_out": dict(Counter(reason.split(":")[0] for reason in self.left.values())),
            "left": [{"file": name, "reason": reason} for name, reason in sorted(self.left.items())],
            "problems": self.problems,
        }


def import_folder(
    folder: Path,
    data: Path,
    codec: Codec,
    *,
    name: str = "",
    heldout: float = HELDOUT_SHARE,
    workers: int = 1,
    licence: str = "",
    shortest_s: float = SHORTEST_S,
    shard_mb: float = SHARD_MB,
) -> dict[str, Any]:
    """Encode all audio below a folder into shards of `data/latents`; returns the summary that import.json keeps.

    `name` tells this folder's pieces from those of others (default: the folder's own). A share `heldout` of the files,
    chosen by their paths, is kept for measuring. `licence` is of files that state none. Files shorter than `shortest_s`
    are left out. Raises `TrainError` where nothing can be used, and for a disk that is full or cannot be written.
    """
    name = name or folder.resolve().name
    with ShardWriter(data, codec.patches.sha256(), shard_mb) as writer, Crew(codec, workers) as crew:
        found = find_files(folder, data)
        account = Account(found.left)
        words = _gather_words(folder, found.tables, found.audio, licence, account)
        surveys = _survey_files(folder, list(words), crew, shortest_s, account)
        items = list(_list_items(folder, name, surveys, words, heldout))
        waiting = [item for item in items if not _is_there(item, writer, account)]
        results = crew.work(encode_chunk, [item.chunk for item in waiting])
        for item, result in zip(track(waiting, "encode"), results, strict=True):
            if isinstance(result, str):
                account.left[item.note["file"]] = result
                continue
            latents, measured = result
            account.add(item, item.note | measured)
            account.encoded += 1
            writer.add(item.split, item.name, torch.from_numpy(latents), account.pieces[item.name])
    summary = account.sum_up(folder)
    _keep_summary(data, name, summary)
    if not summary["pieces"]:
        raise TrainError(f"{folder}: none of {len(found.audio)} files of audio can be used; {data / SUMMARY} says why")
    return summary


def _gather_words(
    folder: Path, tables: list[str], audio: list[str], licence: str, account: Account
) -> dict[str, Words]:
    """Return the words of each file that can be understood; those of its own come before those of tables."""
    told: dict[str, Words] = {}
    for table in tables:
        rows, problems = read_table(folder, table, audio)
        account.problems += problems
        told |= {path: told.get(path, Words()) | words for path, words in rows.items()}
    words = {}
    for path in audio:
        try:
            said = read_beside(folder / path) | told.get(path, Words())
        except TrainError as error:
            account.left[path] = f"caption cannot be read: {error}"
            continue
        if not said.captions:
            said |= read_names(PurePosixPath(path), folder.resolve().name)
        words[path] = said | Words(style=_name_style(path, folder), licence=licence)
    return words


def _name_style(path: str, folder: Path) -> str:
    """The folder that a file lies in, below the one that is imported, or that one."""
    return PurePosixPath(path).parts[0] if "/" in path else folder.resolve().name


def _survey_files(folder: Path, paths: list[str], crew: Crew, shortest_s: float, account: Account) -> dict[str, Survey]:
    """Measure each file once; what is unfit, or the same as another, is left."""
    surveys: dict[str, Survey] = {}
    first: dict[str, str] = {}
    results = crew.work(partial(survey, shortest_s=shortest_s), [folder / path for path in paths])
    for path, result in zip(track(paths, "measure"), results, strict=True):
        if isinstance(result, str):
            account.left[path] = result
        elif result.sha256 in first:
            account.left[path] = f"the same as another file: {first[result.sha256]}"
        else:
            first[result.sha256], surveys[path] = path, result
    return surveys


def _list_items(
    folder: Path, name: str, surveys: Mapping[str, Survey], words: Mapping[str, Words], heldout: float
) -> Iterator[Item]:
    for path, measured in surveys.items():
        said, split = words[path], choose_split(path, heldout)
        for number, (start, stop) in enumerate(measured.chunks()):
            note = {
                "source": name,
                "file": path,
                "start_s": start,
                "style": said.style,
                "captions": list(said.captions),
                "captions_from": said.origin,
                "licence": said.licence,
                "sha256": measured.sha256,
                "recorded_db": measured.level_db,
            } | ({"tempo_bpm": said.tempo_bpm} if said.tempo_bpm else {})
            yield Item(f"{name}/{path}#{number:03d}", split, Chunk(folder / path, start, stop, measured.gain), note)


def choose_split(path: str, heldout: float) -> str:
    """The split of a file, by its path below the folder alone."""
    place = int.from_bytes(hashlib.sha256(path.encode()).digest()[:8], "big") / 2**64
    return "heldout" if place < heldout else "train"


def _is_there(item: Item, writer: ShardWriter, account: Account) -> bool:
    """Whether a piece is in a shard already; one of another recording under the same name is, and is named."""
    kept = writer.present.get(item.name)
    if kept is None:
        return False
    if kept["sha256"] == item.note["sha256"]:
        account.add(item, kept)
    else:
        account.left[item.note["file"]] = (
            "changed since it was imported: remove the shards that have it, or import under another --name"
        )
    return True


def _keep_summary(data: Path, name: str, summary: Mapping[str, Any]) -> None:
    """Put the summary beside those of other folders."""
    path = data / SUMMARY
    try:
        others = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        others = {}
    write_whole(path, json.dumps({**others, name: summary}, indent=1).encode())


def describe_import(summary: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a summary says, in lines for people."""
    splits = ", ".join(f"{count} {split}" for split, count in summary["splits"].items())
    yield (
        f"{summary['folder']}: {summary['seconds'] / 60:.1f} minutes of {summary['files']} files in "
        f"{summary['pieces']} pieces ({splits}), {summary['encoded_now']} of them encoded now"
    )
    if "heldout" not in summary["splits"]:
        yield "nothing is held out to measure with: more files or a larger --split-heldout would change that"
    if named := summary["captions"].get("names"):
        yield f"{named} pieces have no captions but the words of their files' and folders' names"
    if unknown := summary["licences"].get(NOT_STATED):
        yield f"{unknown} pieces state no licence (--licence)"
    for left in summary["left"][:SHOWN]:
        yield f"left out: {left['file']}: {left['reason']}"
    if len(summary["left"]) > SHOWN:
        yield f"left out: {len(summary['left']) - SHOWN} more, all of them in {SUMMARY}"
    yield from (f"problem: {problem}" for problem in summary["problems"][:SHOWN])
