"""What a client may do: the levels that verbs and rows ask for, and that passcodes give."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """Nothing; look; play; or change the show and its files. Each includes those before it."""

    NONE = 0
    VIEW = 1
    CONTROL = 2
    EDIT = 3

    @property
    def word(self) -> str:
        """The level as people write it."""
        return self.name.lower()
