"""What ``lmdmd export patches`` makes: the files in ``patches/`` are those that the tables give today."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmdmd import cli
from lmdmd.errors import ConfigError
from lmdmd.surfaces.export import targets
from lmdmd.surfaces.export.table import Table, short_name

PATCHES = Path(__file__).parent.parent / "patches"


@pytest.mark.parametrize("target", targets.TARGETS)
def test_the_files_in_the_repository_are_those_that_the_tables_give(target):
    made = {path: text.encode() if isinstance(text, str) else text for path, text in targets.make_files(target).items()}
    folder = PATCHES / target
    kept = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert sorted(made) == sorted(kept)
    stale = [path for path in made if made[path] != kept[path]]
    assert stale == [], f"lmdmd export patches {target} writes them anew"


def test_what_was_written_once_is_left_alone(tmp_path, capsys):
    names = list(targets.TARGETS)
    assert cli.main(["export", "patches", "--out", str(tmp_path)]) == 0
    capsys.readouterr()
    assert targets.write_files(tmp_path, names) == []
    assert cli.main(["export", "patches", "--out", str(tmp_path), *names]) == 0
    assert capsys.readouterr().err == f"{tmp_path}: was up to date\n"


def test_a_target_that_nobody_knows_is_named(tmp_path, capsys):
    assert cli.main(["export", "patches", "mux", "--out", str(tmp_path)]) == 1
    assert '"mux" is not one of ' in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_lacks_its_package_says_how_to_get_it(monkeypatch):
    def fail(name: str) -> None:
        raise ModuleNotFoundError("No module named 'py2max'", name="py2max")

    monkeypatch.setitem(targets.TARGETS, "max", "Max")
    monkeypatch.setattr(targets, "import_module", fail)
    with pytest.raises(ConfigError, match=r'max: needs the package py2max: pip install "lmdmd\[patches\]"'):
        targets.make_files("max")


def test_the_groups_hold_every_row_and_verb_once():
    table = Table()
    groups = table.groups
    assert sorted(p.name for group in groups for p in group.params) == sorted(p.name for p in table.params)
    assert sorted(c.name for group in groups for c in group.commands) == sorted(c.name for c in table.commands)
    assert len({group.name for group in groups}) == len(groups)
    assert [short_name(name) for name in ("mix/gain", "prompt/0/text", "panic")] == ["gain", "0/text", "panic"]
