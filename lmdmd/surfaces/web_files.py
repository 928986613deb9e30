"""The tablet page's files: a closed list of what lies in one folder, each with its type and a tag of its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "remote"
INDEX = "index.html"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class File:
    """One file: its bytes, its content type, and a tag that differs when they do."""

    body: bytes
    content_type: str
    tag: str


def find_file(path: str, folder: Path) -> File | None:
    """File at a path below the folder; what a client writes is only ever compared, never joined to a path."""
    found = {at.relative_to(folder).as_posix(): at for at in folder.rglob("*") if at.suffix in TYPES and at.is_file()}
    at = found.get(path or INDEX)
    if at is None or at.is_symlink():
        return None
    stat = at.stat()
    return _read(at, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _read(at: Path, _changed_ns: int, _size: int) -> File:
    body = at.read_bytes()
    return File(body, TYPES[at.suffix], f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def policy(host: str) -> str:
    """Content-Security-Policy of the page: its own files and its own connection, nothing of anybody else."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        f"media-src 'self' data: blob:; manifest-src 'self'; worker-src 'self'; "
        f"connect-src 'self' ws://{host} wss://{host}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
