"""Held notes: which chord they make as fingers come and go, by verb and on a real keyboard's channel."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from lmdmd.control.held_notes import LONGEST_S, MOST, HeldNotes
from lmdmd.control.session import Session
from lmdmd.errors import CommandError
from lmdmd.surfaces.midi_map import load_map, parse_map

KEYS = Path(__file__).parent.parent / "patches" / "midi" / "keys.yaml"


class Keyboard:
    """A session with hands on keys, whose clock the test moves."""

    def __init__(self) -> None:
        self.session, self.now_s = Session(), 0.0
        self.notes = HeldNotes(self.session, lambda: self.now_s)

    def play(self, *notes: int, source: str = "keys", velocity: int = 90, apart_s: float = 0.02) -> str:
        """The chord after notes have gone down, or up, one by one."""

        async def go() -> None:
            for note in notes:
                self.now_s += apart_s
                await self.session.do("harmony/note", (note, velocity), source=source)

        asyncio.run(go())
        return str(self.session.get("harmony/chord"))

    def release(self, *notes: int, source: str = "keys", apart_s: float = 0.02) -> str:
        return self.play(*notes, source=source, velocity=0, apart_s=apart_s)


def test_a_chord_is_named_as_it_grows_and_stays_when_it_is_let_go_of() -> None:
    keys = Keyboard()
    assert keys.play(60, 64, 67) == "C"
    assert keys.play(71) == "Cmaj7"
    assert keys.release(60, 64, 71, 67, apart_s=0.3) == "Cmaj7"
    assert keys.play(57, 60, 64) == "Am"
    assert keys.session.source_at("harmony/chord", 0) == "keys"


def test_a_chord_that_is_bound_to_the_next_is_that_one_when_the_old_notes_have_gone() -> None:
    keys = Keyboard()
    assert keys.play(60, 64, 67) == "C"
    keys.now_s += 1.0
    keys.play(65, 69)
    assert keys.release(64, 67, apart_s=0.1) == "F/C"
    assert keys.release(60, 65, 69, apart_s=0.4) == "F/C"


def test_each_client_has_hands_of_its_own_and_lost_notes_are_forgotten() -> None:
    keys = Keyboard()
    keys.play(60, 64, source="left")
    assert keys.play(67, source="right") == ""
    assert keys.play(67, source="left") == "C"
    keys.now_s += LONGEST_S + 1.0
    assert keys.play(62, 65, 69, source="left") == "Dm"
    keys.play(*range(MOST + 30), source="left")
    assert len(keys.notes._held["left"]) == MOST


@pytest.mark.parametrize("values", [(128, 1), (-1, 1), (60, 200), ("C", 1), ()])
def test_what_is_no_key_is_refused(values: tuple) -> None:
    with pytest.raises(CommandError, match="harmony/note"):
        asyncio.run(Keyboard().session.do("harmony/note", values, source="osc"))


def test_a_map_says_where_a_keyboard_line_is_wrong() -> None:
    assert load_map(KEYS).bindings[0].target == "harmony/note"
    found, faults = parse_map(
        "bindings:\n"
        "  - {note: any, channel: 2, target: harmony/note}\n"
        "  - {note: 60, target: harmony/note}\n"
        "  - {cc: 1, target: harmony/note}\n"
        "  - {note: any, target: harmony/note, mode: toggle}\n"
        "  - {note: 60, target: harmony/note, arguments: [60, 90]}\n"
    )
    assert [fault.line for fault in faults] == [3, 4, 5]
    assert all("is played by a keyboard: write {note: any, channel: 2" in fault.text for fault in faults)
    assert len(found.bindings) == 2
