"""The floors of the house: who may import whom, and that control never loads the heavy parts.

A module imports from its own floor or below; beyond that, parts that must stay blind to each other do.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "lmdmd"

FLOORS = {
    "errors": 0, "levels": 0, "units": 0, "automation": 0, "params": 0, "commands": 0, "messages": 0, "config": 0,
    "bundles": 0, "chords": 0, "primes": 0,
    "rt": 1, "model": 1,
    "engine": 2, "train": 2,
    "control": 3,
    "surfaces": 4,
}  # fmt: skip
TOP = 5
"""Floor of everything else at the top of the package: daemon, cli, bench, render and their like."""

BLIND = {
    "rt": {"model"},
    "model": {"rt"},
    "train": {"engine", "rt"},
    "engine": {"train"},
    "control": {"engine", "train", "model"},
    "surfaces": {"engine", "train", "model", "rt"},
}
SEEN_BY_SURFACES = (
    "lmdmd.control.session", "lmdmd.control.events", "lmdmd.control.setlist_schema",
    "lmdmd.control.yaml_lines", "lmdmd.control.midi_ports",
)  # fmt: skip
SHARED_MEMORY = {"shared", "board", "ring", "tape", "schedule", "sound", "sound_file", "wav"}
"""The parts of ``rt`` that control may know: what both sides map, and the recordings' file format."""

TORCH = {"torch", "torchaudio", "safetensors.torch"}
SOUND = {"sounddevice", "jack"}
FOREIGN = {
    **dict.fromkeys((name for name, floor in FLOORS.items() if floor == 0), TORCH | SOUND | {"numpy", "scipy"}),
    "rt": TORCH,
    "model": SOUND,
    "engine": SOUND,
    "train": SOUND,
    "control": TORCH | SOUND,
    "surfaces": TORCH | SOUND,
}


def modules():
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part_of(module):
    """First name below the package: ``lmdmd.rt.ring`` is part ``rt``; the package itself is part ``""``."""
    return [*module.split("."), ""][1]


def floor_of(part):
    return 0 if part == "" else FLOORS.get(part, TOP)


def imports_of(path):
    """Dotted names that a file imports anywhere, in functions too; ``from a import b`` counts as ``a.b``."""
    package = module_name(path).split(".") if path.name == "__init__.py" else module_name(path).split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *(node.module.split(".") if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def names(imported, wanted):
    return any(imported == name or imported.startswith(name + ".") for name in wanted)


def breaches(path):
    module = module_name(path)
    part = part_of(module)
    for imported in imports_of(path):
        if names(imported, FOREIGN.get(part, set())):
            yield f"{module} imports {imported}"
        if imported.split(".")[0] != "lmdmd":
            continue
        other = part_of(imported) if (PACKAGE / part_of(imported)).is_dir() else _file_part(imported)
        if other == part:
            continue
        if floor_of(other) > floor_of(part) or other in BLIND.get(part, set()):
            yield f"{module} (floor {floor_of(part)}) imports {imported} (floor {floor_of(other)})"
        if part == "control" and other == "rt" and imported.split(".")[2] not in SHARED_MEMORY:
            yield f"{module} imports {imported}, which is not shared memory"
        if part == "surfaces" and other == "control" and not imported.startswith(SEEN_BY_SURFACES):
            yield f"{module} imports {imported}; a surface sees the session, its events and plain tools only"


def _file_part(imported):
    """``lmdmd.params.find`` is part ``params``; ``lmdmd.__version__`` is the package itself."""
    part = part_of(imported)
    return part if (PACKAGE / f"{part}.py").is_file() else ""


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_a_module_imports_from_its_own_floor_or_below(path):
    assert list(breaches(path)) == []


def test_every_floor_is_furnished():
    parts = {part_of(module_name(path)) for path in modules()}
    assert set(FLOORS) <= parts


OSC_DOORS = {"osc", "osc_tcp", "osc_doors"}
"""Transports of OSC; the other ``osc_`` files are the desk and its helpers, which every surface may lean on."""


def family(path):
    """A surface is one family of files: ``web`` and ``web_tree`` belong together."""
    return path.relative_to(PACKAGE / "surfaces").parts[0].removesuffix(".py").split("_")[0]


@pytest.mark.parametrize("path", sorted((PACKAGE / "surfaces").rglob("*.py")), ids=module_name)
def test_surfaces_are_blind_to_each_other(path):
    seen = {imported.split(".")[2] for imported in imports_of(path) if imported.startswith("lmdmd.surfaces.")}
    foreign = {name for name in seen if name.split("_")[0] != family(path)}
    assert {name for name in foreign if not name.startswith("osc_") or name in OSC_DOORS} == set()


def light_modules():
    """Modules of control's own process: they must load without torch and without a sound library."""
    light = [path for path in modules() if floor_of(part_of(module_name(path))) in (0, 3, 4)]
    top = [PACKAGE / "daemon.py", PACKAGE / "cli.py"]
    return [module_name(path) for path in (*light, *(path for path in top if path.exists()))]


def test_control_never_loads_torch_or_a_sound_library():
    heavy = sorted({name.split(".")[0] for name in TORCH | SOUND if name != "safetensors.torch"})
    program = (
        "import importlib, sys\n"
        f"for name in {light_modules()!r}:\n"
        "    importlib.import_module(name)\n"
        f"    heavy = [h for h in {heavy!r} if h in sys.modules]\n"
        "    assert not heavy, f'{name} loads {heavy}'\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import torch", "imports torch"),
        ("def f():\n    import sounddevice", "imports sounddevice"),
        ("from lmdmd.engine import engine", "floor 2"),
        ("from lmdmd.surfaces.osc import OscSurface", "floor 4"),
        ("from ..model import dit", "lmdmd.model.dit"),
        ("from lmdmd.rt.device import open_device", "not shared memory"),
        ("from safetensors.torch import load_file", "safetensors.torch"),
        ("from lmdmd import cli", "floor 5"),
    ],
)
def test_the_test_itself_sees_breaches(tmp_path, monkeypatch, source, words):
    path = tmp_path / "lmdmd" / "control" / "bad.py"
    path.parent.mkdir(parents=True)
    path.write_text(source)
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert any(words in breach for breach in breaches(path))
