"""The README's tables are the tables."""

from pathlib import Path

import pytest

from lmdmd import commands, params
from lmdmd.errors import ConfigError
from lmdmd.surfaces.reference import commands_table, params_table, with_reference

README = Path(__file__).parent.parent / "README.md"


def test_every_row_is_in_its_table():
    table = params_table()
    assert all(f"`{param.address}`" in table for param in params.PARAMS)
    assert all(f"`{command.address}`" in commands_table() for command in commands.COMMANDS)


def test_the_readme_is_up_to_date():
    text = README.read_text(encoding="utf-8")
    assert with_reference(text) == text, "run: lmdmd export docs"


def test_a_lost_marker_is_named():
    with pytest.raises(ConfigError, match="marker"):
        with_reference("# no markers here")
