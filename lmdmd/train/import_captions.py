"""What is said of a folder's audio: text and JSON beside a file, tables, or the names of files and folders."""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from lmdmd.errors import TrainError

TABLES = ("captions.csv", "metadata.csv", "captions.jsonl", "metadata.jsonl")
FILE_KEYS = ("file", "file_name", "filename", "path", "audio")
CAPTION_KEYS = ("captions", "caption", "prompt", "text", "description")
STYLE_KEYS = ("style", "genre")
LICENCE_KEYS = ("licence", "license")
TEMPO_KEYS = ("tempo_bpm", "bpm", "tempo")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MOST_BYTES = 256 * 2**20
WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Words:
    """What is said of one file, and where: "beside" it, in a "table", or by its "names"."""

    captions: tuple[str, ...] = ()
    style: str = ""
    licence: str = ""
    tempo_bpm: float | None = None
    origin: str = ""

    def __or__(self, other: Words) -> Words:
        """Both captions; of the rest, what we say before what `other` says."""
        return Words(
            tuple(dict.fromkeys(self.captions + other.captions)),
            self.style or other.style,
            self.licence or other.licence,
            self.tempo_bpm or other.tempo_bpm,
            self.origin if self.captions else other.origin,
        )


def read_beside(audio: Path) -> Words:
    """Words of the .json and .txt of the same name; raises `TrainError` naming a file that cannot be understood."""
    said = Words()
    for path in (audio.with_suffix(".json"), audio.with_name(f"{audio.name}.json")):
        if path.is_file():
            said |= read_json(path)
    for path in (audio.with_suffix(".txt"), audio.with_name(f"{audio.name}.txt")):
        if path.is_file():
            said |= Words(_tidy(read_text(path).splitlines()), origin="beside")
    return said


def read_json(path: Path) -> Words:
    """Words of a JSON file: a string, a list of them, or an object."""
    try:
        found = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise TrainError(f"{path.name} is no JSON ({error}); mend it or remove it") from error
    return interpret({"captions": found} if isinstance(found, str | list) else found, path.name, "beside")


def interpret(said: Any, place: str, origin: str) -> Words:
    """Words of an object with keys such as caption, prompt, genre, license."""
    if not isinstance(said, Mapping):
        raise TrainError(f"{place} holds no string, list or object; mend it or remove it")
    captions: list[str] = []
    for value in _values(said, CAPTION_KEYS):
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise TrainError(f"{place} holds captions that are no texts; mend it or remove it")
        captions += texts
    style, licence = (next(iter(_tidy(map(str, _values(said, keys)))), "") for keys in (STYLE_KEYS, LICENCE_KEYS))
    return Words(_tidy(captions), style, licence, _tempo(said), origin)


def read_table(folder: Path, table: str, audio: Iterable[str]) -> tuple[dict[str, Words], list[str]]:
    """Read `table`, a path below `folder`; returns words by path of audio, and what in it was left out, and why.

    Names of files are relative to the table's own folder, with or without suffix; only names of `audio` are taken, so
    none leads out of the folder. Raises `TrainError` for a table that cannot be understood at all.
    """
    known = {path: path for path in audio}
    known = {posixpath.splitext(path)[0]: path for path in reversed(known)} | known
    words: dict[str, Words] = {}
    problems: list[str] = []
    for line, row in _rows(folder / table, table):
        place = f"{table}:{line}"
        try:
            path = _find(row, place, posixpath.dirname(table), known)
            words[path] = words.get(path, Words()) | interpret(row, place, "table")
        except TrainError as error:
            problems.append(str(error))
    return words, problems


def _rows(path: Path, name: str) -> Iterator[tuple[int, Any]]:
    """Yield each row with its line."""
    try:
        text = read_text(path)
    except TrainError as error:
        raise TrainError(f"{path.parent}: {error}") from error
    if path.suffix == ".jsonl":
        yield from _json_rows(text, path)
        return
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    keys = {key.strip().lower() for key in reader.fieldnames or ()}
    for wanted in (FILE_KEYS, CAPTION_KEYS):
        if not keys & set(wanted):
            raise TrainError(
                f"{path} has no column {wanted[0]}; name one of its columns so, or one of {', '.join(wanted)}"
            )
    try:
        for row in reader:
            yield reader.line_num, {key.strip().lower(): row[key] for key in row if key}
    except csv.Error as error:
        raise TrainError(
            f"{path}:{reader.line_num} is no line of a table ({error}); mend it or remove the file"
        ) from error


def _json_rows(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise TrainError(f"{path}:{number} is no JSON ({error}); mend it or remove the file") from error


def _find(row: Any, place: str, folder: str, known: Mapping[str, str]) -> str:
    """Return the path of audio that a row is of."""
    if not isinstance(row, Mapping):
        raise TrainError(f"{place} is no object")
    said = next(_values(row, FILE_KEYS), None)
    if not isinstance(said, str) or not said.strip():
        raise TrainError(f"{place} names no file")
    path = posixpath.normpath(posixpath.join(folder, said.strip().replace("\\", "/")))
    if posixpath.isabs(path) or path.split("/")[0] == "..":
        raise TrainError(f"{place}: {said} leads out of the folder")
    if path not in known:
        raise TrainError(f"{place}: {said} is no audio of the folder")
    return known[path]


def read_text(path: Path) -> str:
    """Text of a file in UTF-8, or in UTF-16 or 32 with a mark; raises `TrainError` for any other."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TrainError(f"{path.name} is larger than {MOST_BYTES >> 20} MiB, too large for captions; remove it")
        content = path.read_bytes()
    except OSError as error:
        raise TrainError(f"{path.name}: {error.strerror}; see to it or remove it") from error
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise TrainError(
            f"{path.name} is not {encoding.upper()} text (byte {error.start}); save it as UTF-8"
        ) from error


def read_names(path: PurePosixPath, root: str) -> Words:
    """Words of a file's name and of the folders it lies in, numbers left out."""
    name = _spell(path.stem)
    above = " ".join(map(_spell, path.parts[:-1] or (root,)))
    return Words(_tidy((name, f"{above} {name}")) or ("music",), origin="names")


def _spell(name: str) -> str:
    return " ".join(WORD.findall(name))


def _values(said: Mapping[str, Any], keys: Iterable[str]) -> Iterator[Any]:
    """The values of those of the keys that there are, empty ones left out."""
    lowered = {str(key).strip().lower(): value for key, value in said.items()}
    return (lowered[key] for key in keys if lowered.get(key))


def _tempo(said: Mapping[str, Any]) -> float | None:
    try:
        tempo = float(next(_values(said, TEMPO_KEYS)))
    except (StopIteration, TypeError, ValueError):
        return None
    return tempo if math.isfinite(tempo) and tempo > 0 else None


def _tidy(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, on one line; none that is empty or cannot be written as UTF-8."""
    lines = (" ".join(text.encode(errors="ignore").decode().replace("\0", "").split()) for text in texts)
    return tuple(dict.fromkeys(line for line in lines if line))
