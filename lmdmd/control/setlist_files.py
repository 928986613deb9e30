"""The files of a setlist: read within limits, and found beside the first one and nowhere else."""

from __future__ import annotations

import itertools
import stat
from dataclasses import dataclass, field
from pathlib import Path

from lmdmd.control.yaml_lines import NODE_LIMIT, SIZE_LIMIT, Fault, Node, count, read_yaml
from lmdmd.errors import SetlistError, did_you_mean

FILES_LIMIT = 32
SUM_LIMIT = 2 * SIZE_LIMIT
"""Bytes of all files together."""

_SHOWN = 60
_NEIGHBOURS = 200


@dataclass
class Files:
    """Every file read so far, the first one first; no include leaves the folder of that one."""

    first: Path
    paths: list[Path] = field(default_factory=list)
    bytes_left: int = SUM_LIMIT
    values_left: int = NODE_LIMIT
    _beside: dict[Path, list[str]] = field(default_factory=dict)

    def read(self, path: Path) -> tuple[Node | None, list[Fault]]:
        """Root of a file's YAML, and its faults. Raises ``SetlistError`` when it cannot be read at all."""
        if len(self.paths) >= FILES_LIMIT:
            raise SetlistError(f"a setlist has at most {FILES_LIMIT} files")
        data = _bytes(path)
        self.paths.append(path)
        self.bytes_left -= len(data)
        if self.bytes_left < 0:
            raise SetlistError(f"the files of a setlist have at most {SUM_LIMIT // 1024} KiB together")
        try:
            root, faults = read_yaml(data.decode("utf-8-sig"), self.values_left)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            root, faults = None, [Fault(line, "cannot be read: what stands here is not text in UTF-8")]
        if root is None and not faults:
            faults = [Fault(1, "the file is empty")]
        self.values_left -= 0 if root is None else count(root)
        return root, [Fault(fault.line, fault.text, path) for fault in faults]

    def find(self, name: str, stack: tuple[Path, ...]) -> Path:
        """Path of a file that the last of ``stack`` includes. Raises ``SetlistError``."""
        folder, shown = stack[-1].parent, name[:_SHOWN]
        if not name or Path(name).is_absolute() or name.startswith("~"):
            raise SetlistError(f'"{shown}" must be a path from the folder of this file')
        path = folder / name
        try:
            real, top = path.resolve(), self.first.parent.resolve()
            there = real.exists()
            chain = [step.resolve() for step in stack]
        except (OSError, ValueError, RuntimeError):
            raise SetlistError(f'"{shown}" is not a path of a file') from None
        if not real.is_relative_to(top):
            raise SetlistError(f'"{shown}" lies outside the folder of {self.first.name}')
        if real in chain:
            circle = " → ".join(step.name for step in (*chain[chain.index(real) :], real))
            raise SetlistError(f'"{shown}" would include itself for ever ({circle})')
        if not there:
            raise SetlistError(f'there is no file "{shown}" here{did_you_mean(name, self._neighbours(folder))}')
        return path

    def _neighbours(self, folder: Path) -> list[str]:
        """Files that may have been meant, as an include writes them."""
        if folder not in self._beside:
            found = (path for pattern in ("*.yaml", "*/*.yaml", "*.yml") for path in folder.glob(pattern))
            self._beside[folder] = [
                path.relative_to(folder).as_posix() for path in itertools.islice(found, _NEIGHBOURS)
            ]
        return self._beside[folder]


def _bytes(path: Path) -> bytes:
    """A file's bytes, unless it is too large or no file: a pipe would never end."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise SetlistError("cannot be read: it is not a file")
        if found.st_size > SIZE_LIMIT:
            raise SetlistError(f"longer than {SIZE_LIMIT // 1024} KiB")
        with path.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        raise SetlistError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > SIZE_LIMIT:
        raise SetlistError(f"longer than {SIZE_LIMIT // 1024} KiB")
    return data
