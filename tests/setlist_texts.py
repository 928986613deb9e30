"""Setlists as text, written for a test, and what the reader says of them."""

from pathlib import Path

from lmdmd.control.setlist_reader import read_setlist

SETLISTS = Path(__file__).parent.parent / "setlists"
ONE_CUE = "songs:\n  - name: One\n    length: 120s\n    cues:\n      - name: lift\n        at: 1\n"


def write_files(folder: Path, files: dict[str, str]) -> Path:
    """Write files by name; returns the path of the first."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / next(iter(files))


def problems_of(folder: Path, top: str, **files: str) -> list[str]:
    """What is said of ``show.yaml`` with files beside it, places counted from the folder."""
    path = write_files(folder, {"show.yaml": top, **{f"{name}.yaml": text for name, text in files.items()}})
    _, faults = read_setlist(path)
    return [str(fault).removeprefix(f"{folder}/") for fault in faults]
