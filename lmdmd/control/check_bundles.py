"""The bundles of a show: are they there and whole, do they load, what do they allow, and do they fit into memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from lmdmd.bundles import BundleInfo
from lmdmd.control.problems import Problem, error, warning
from lmdmd.control.resources import BESIDES_MB, available_mb, deck_memory_mb
from lmdmd.control.setlist import Setlist
from lmdmd.control.tensor_files import why_broken
from lmdmd.control.walk import walk
from lmdmd.errors import BundleError

TENSOR_FILES = ("model.safetensors", "codec.safetensors")
PROMPT_FILE = "prompts.safetensors"
TOKENIZER_FILE = "tokenizer.json"
CHORD_ROWS = ("harmony/chord", "harmony/progression", "harmony/key")

TryBundle = Callable[[BundleInfo], object]
UnknownWords = Callable[[BundleInfo, str], list[str]]


def check_bundle(info: BundleInfo, try_bundle: TryBundle | None) -> list[Problem]:
    """Problems of one bundle; it is loaded only when its files look whole."""
    problems = [problem for file in TENSOR_FILES for problem in _check_tensors(info.path / file)]
    if info.config["prompts"].get("kind", "house") == "house":
        problems += _check_prompts(info.path)
    if not problems and try_bundle is not None:
        problems = _try_bundle(info, try_bundle)
    return problems + _check_papers(info)


def _try_bundle(info: BundleInfo, try_bundle: TryBundle) -> list[Problem]:
    try:
        try_bundle(info)
    except BundleError as why:
        return error(f"model {info.name}", str(why))
    return []


def _check_papers(info: BundleInfo) -> list[Problem]:
    problems = [] if str(info.config["licence"]).strip() else warning(info.path, "states no licence")
    if not (info.path / "README.md").is_file():
        problems += warning(info.path, "has no README.md (its model card)")
    return problems


def _check_prompts(folder: Path) -> list[Problem]:
    problems, file = _check_tensors(folder / PROMPT_FILE), folder / TOKENIZER_FILE
    try:
        words = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return problems + error(file, "is missing")
    except (OSError, ValueError, RecursionError):
        words = None
    return problems if isinstance(words, dict) else problems + error(file, "is not a tokenizer")


def _check_tensors(file: Path) -> list[Problem]:
    return error(file, why_broken(file))


def check_words(setlist: Setlist, model: str, found: Mapping[str, BundleInfo], unknown: UnknownWords) -> list[Problem]:
    """Prompts that mean nothing to the bundle that plays them, once each, where that comes about first."""
    problems, asked = [], set()
    for stop in walk(setlist, model):
        for prompt in stop.prompts if stop.is_news and stop.model in found else ():
            info = found[stop.model]
            if (info.name, prompt) in asked:
                continue
            asked.add((info.name, prompt))
            words = unknown(info, prompt)
            said = f'prompt "{prompt}": {info.name} does not know {", ".join(words)}' if words else ""
            problems += warning(stop.place, said)
    return problems


def check_chords(setlist: Setlist, model: str, found: Mapping[str, BundleInfo]) -> list[Problem]:
    """Chords and keys that a bundle plays which knows of none, once for each, where that comes about first."""
    problems, told = [], set()
    for stop in walk(setlist, model):
        info = found.get(stop.model)
        if info is None or info.name in told or not any(row in CHORD_ROWS for row in stop.rows):
            continue
        if "harmony" not in info.config["model"].get("groups", ()):
            told.add(info.name)
            problems += warning(stop.place, f"{info.name} knows of no chords: key, chord and progression are not heard")
    return problems


def weigh(setlist: Setlist, model: str, found: Mapping[str, BundleInfo]) -> dict[str, object]:
    """What each bundle takes, the most that two of them take at once and where, and what there is; in MB."""
    decks = {info.name: round(deck_memory_mb(info)) for info in found.values()}
    pairs = [
        {
            "bundles": [found[stop.before].name, found[stop.model].name],
            "place": stop.place,
            "cue": stop.name,
            "mb": round(decks[found[stop.before].name] + decks[found[stop.model].name] + BESIDES_MB),
        }
        for stop in walk(setlist, model)
        if stop.model in found and stop.before in found and found[stop.model].path != found[stop.before].path
    ]
    alone = [{"bundles": [name], "place": "", "cue": "", "mb": round(mb + BESIDES_MB)} for name, mb in decks.items()]
    largest = max((*alone, *pairs), key=lambda load: load["mb"], default=None)
    return {"decks_mb": decks, "worst": largest, "swaps": pairs, "available_mb": _finite(available_mb())}


def _finite(mb: float) -> int | None:
    return round(mb) if mb < 1e12 else None


def check_memory(memory: Mapping[str, object]) -> list[Problem]:
    """Problems with what ``weigh`` found: a bundle that does not fit is one, two that do not fit are a warning."""
    available, decks = memory["available_mb"], memory["decks_mb"]
    if available is None:
        return []
    problems = []
    for name, mb in decks.items():  # type: ignore[attr-defined]
        if mb + BESIDES_MB > available:
            problems += error(f"model {name}", f"needs about {mb + BESIDES_MB:.0f} MB of memory, {available} are free")
    for pair in memory["swaps"] if not problems else ():  # type: ignore[attr-defined]
        if pair["mb"] > available:
            text = f'"{pair["cue"]}" needs about {pair["mb"]} MB for {" and ".join(pair["bundles"])} at once'
            problems += warning(pair["place"], f"{text}, {available} are free: the change would be a cold one")
    return problems
