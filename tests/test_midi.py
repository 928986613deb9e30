"""A MIDI controller on a real sound server: every row by it, GO, locks, learning, and ports that come later."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from pathlib import Path

import pytest
from row_words import words_of
from show_stage import by_hand, setlist, song

from lmdmd.control.events import Fired
from lmdmd.control.held_notes import HeldNotes
from lmdmd.control.session import Session
from lmdmd.control.show import Show
from lmdmd.levels import Level
from lmdmd.params import PARAMS, STEERED, Param
from lmdmd.surfaces.midi import MidiSurface
from lmdmd.surfaces.midi_binding import Binding
from lmdmd.surfaces.midi_file import map_text
from lmdmd.surfaces.midi_map import MidiMap, load_map
from lmdmd.surfaces.midi_moves import Decoder, messages_for
from lmdmd.surfaces.midi_values import same
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_packet import build_message

pytestmark = pytest.mark.jack
LIMIT_S = 20.0


@pytest.fixture
def rtmidi(jackd):
    return pytest.importorskip("rtmidi")


class Box:
    """A controller: another program's port with keys and faders, and one with lights."""

    def __init__(self, rtmidi, name: str) -> None:
        self._keys = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name=f"{name} keys")
        self._keys.open_virtual_port("keys")
        self._lights = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name=f"{name} lights")
        self._lights.open_virtual_port("lights")

    def send(self, *messages: list[int]) -> None:
        for message in messages:
            self._keys.send_message(message)

    def lights(self) -> list[list[int]]:
        got = iter(self._lights.get_message, None)
        return [message for message, _ in got]

    def close(self) -> None:
        self._keys.delete()
        self._lights.delete()


class Scene:
    """A session with its desk and a surface, and the boxes that are plugged in."""

    def __init__(self, rtmidi, session: Session, path: Path) -> None:
        self.session, self.path = session, path
        self.desk = OscDesk(session)
        self.surface = MidiSurface(session, self.desk, path)
        self._rtmidi = rtmidi
        self.ending = ExitStack()
        self.answers: list[bytes] = []

    def plug(self, name: str) -> Box:
        box = Box(self._rtmidi, name)
        self.ending.callback(box.close)
        return box

    def get(self, name: str):
        return self.session.get(name)

    def other(self):
        """Another client, by OSC."""
        peer = self.desk.open(("tablet", 1), lambda packet: not self.answers.append(packet), level=Level.EDIT)
        return lambda address, *values: self.desk.receive(build_message(f"/lmdm/{address}", *values), peer)

    async def do(self, verb: str, *values: object) -> str:
        return await self.session.do(verb, values, source="test")

    async def until(self, holds: Callable[[], object], again: Callable[[], object] = lambda: None) -> None:
        """Wait until something holds, doing something again and again meanwhile."""
        for _ in range(round(LIMIT_S / 0.05)):
            if holds():
                return
            again()
            await asyncio.sleep(0.05)
        raise AssertionError(f"it never came: {self.get('midi/last')}, {self.get('status/incident')}")

    async def connected(self, box: Box) -> None:
        """Wait until the sound server has made the way in, which it does in its own time."""
        await self.until(lambda: "cc 119" in str(self.get("midi/last")), lambda: box.send([0xBF, 119, 1]))


def play(rtmidi, path: Path, scene: Callable[[Scene], Coroutine], session: Session | None = None) -> None:
    async def whole() -> None:
        stage = Scene(rtmidi, session or Session(), path)
        stage.desk.start()
        with stage.ending:
            try:
                await scene(stage)
            finally:
                await stage.surface.stop()
                await stage.desk.stop()
        assert stage.desk.counters["errors"] == 0

    asyncio.run(whole())


def write(path: Path, *bindings: Binding, ports: tuple[str, str] = ("nano keys", "nano lights")) -> Path:
    path.write_text(map_text(MidiMap(*ports, bindings)))
    return path


# --- every row ---------------------------------------------------------------------------------------------

PORTS = ("midi/in", "midi/out")
SETTABLE = [param for param in PARAMS if param.writable]


def control_for(number: int, param: Param) -> Binding:
    """A control for a row: 14 bits for numbers, a key that says one thing for text."""
    if param.kind == "text":
        words = {"midi/in": "nano keys", "midi/out": "nano lights"}.get(param.name, words_of(param)[0])
        return Binding("note", number % 128, param.name, number // 128 + 1, value=words)
    mode = "absolute" if param.writable and param.kind != "bool" else ""
    return Binding("nrpn", number, param.name, 3, mode=mode)


ROWS = {param.name: control_for(number, param) for number, param in enumerate(PARAMS)}
TURNS = {
    param.name: Binding("cc", 40 + index % 50, param.name, 5 + index // 50, mode="twos")
    for index, param in enumerate(SETTABLE)
    if param.kind in ("int", "float", "choice")
}
"""Endless knobs, which want to go beyond the ends."""


def end_of(param: Param, raw_part: float):
    """Where a control's end takes a row."""
    if param.kind == "choice":
        return param.choices[round(raw_part * (len(param.choices) - 1))]
    return bool(raw_part) if param.kind == "bool" else (param.lo, param.hi)[round(raw_part)]


def test_every_row_is_set_to_both_ends_and_clamped_and_shown(rtmidi, tmp_path):
    path = write(tmp_path / "map.yaml", *ROWS.values(), *TURNS.values())
    numeric = [param for param in SETTABLE if param.kind != "text"]

    async def scene(stage: Scene) -> None:
        box = stage.plug("nano")
        lights = Lights(box)
        stage.surface.start()
        await stage.connected(box)
        assert stage.get("midi/bindings") == len(ROWS) + len(TURNS)
        for part in (0.0, 1.0):
            await send_all(box, [(ROWS[param.name], round(part * 16383)) for param in numeric])
            await stage.until(lambda part=part: [p.name for p in numeric if not is_at(stage, p, part)] == [])
        turned = [param for param in numeric if param.name in TURNS]
        await send_all(box, [(TURNS[param.name], 5) for param in turned])
        last = TURNS[turned[-1].name]
        await stage.until(lambda: f"cc {last.number} = 5, channel {last.channel}" in str(stage.get("midi/last")))
        assert [param.name for param in turned if not is_at(stage, param, 1.0)] == []
        await send_all(box, [(ROWS[param.name], 100) for param in SETTABLE if param.kind == "text"])
        texts = {param.name: ROWS[param.name].value for param in SETTABLE if param.kind == "text"}
        await stage.until(lambda: {name: stage.get(name) for name in texts} == texts)
        move_every_row(stage)
        await stage.until(lambda: lights.wrong(stage) == [])
        lights.close()

    play(rtmidi, path, scene)


def is_at(stage: Scene, param: Param, part: float) -> bool:
    return same(stage.get(param.name), end_of(param, part))


async def send_all(box: Box, wanted: list[tuple[Binding, int]]) -> None:
    """Send values, not faster than a sound server hands them on."""
    for binding, raw in wanted:
        box.send(*messages_for(binding, binding.channel or 1, raw))
        await asyncio.sleep(0.002)


class Lights:
    """What the controls show, heard all the time."""

    def __init__(self, box: Box) -> None:
        self._box, self._decoder = box, Decoder(ROWS.values())
        self._raws: dict[tuple[str, int, int], int] = {}
        self._task = asyncio.ensure_future(self._listen())

    async def _listen(self) -> None:
        while True:
            for move in map(self._decoder.step, self._box.lights()):
                if move is not None:
                    self._raws[move.control] = move.raw
            await asyncio.sleep(0.02)

    def wrong(self, stage: Scene) -> list[str]:
        """Rows whose control shows something else than they are."""
        raws = {name: self._raws.get((b.kind, b.number or 0, b.channel or 1)) for name, b in ROWS.items()}
        return [name for name, binding in ROWS.items() if raws[name] != binding.raw_of(stage.get(name))]

    def close(self) -> None:
        self._task.cancel()


def move_every_row(stage: Scene) -> None:
    """Take each row elsewhere, from outside."""
    for param in PARAMS:
        words = words_of(param)[0]
        value = {"text": words, "bool": False}.get(param.kind, param.choices[0] if param.choices else param.lo)
        if param.name.startswith("midi/"):
            continue
        if param.writable:
            stage.session.set(param.name, value, source="tablet")
        elif param.name in STEERED:
            stage.session.steer(param.name, param.to_slot(value))
        else:
            stage.session.publish(param.name, value)
    stage.session.refresh()


# --- the show ----------------------------------------------------------------------------------------------


def test_a_press_is_one_go_and_the_guard_the_locks_and_the_conductor_hold(rtmidi, tmp_path):
    path = write(
        tmp_path / "map.yaml",
        Binding("note", 36, "show/go"),
        Binding("program", None, "show/cue", first=1),
        Binding("note", 37, "show/skip"),
        Binding("note", 38, "conductor/take"),
        Binding("note", 39, "conductor/leave"),
    )
    session, now_s, fired = Session(), [100.0], []
    cues = song(by_hand("lights", number="1"), by_hand("bells", number="2"), by_hand("storm", number="3"))
    show = Show(session, setlist(cues), now_s=lambda: now_s[0])
    session.watch(lambda event: fired.append((event.cue, event.by)) if isinstance(event, Fired) and event.cue else None)
    show.arm()
    go = ([0x90, 36, 90], [0x80, 36, 0])

    async def scene(stage: Scene) -> None:
        box, other = stage.plug("nano"), stage.other()
        stage.surface.start()
        await stage.connected(box)
        tick = lambda: show.tick(session.playhead)  # noqa: E731
        by = "midi:controller:0"
        box.send(*go, *go)
        await stage.until(lambda: "guard" in str(stage.get("midi/last")), tick)
        tick()
        assert fired == [("lights", by)]
        now_s[0] += 1.0
        box.send([0xC4, 2])
        await stage.until(lambda: fired[1:] == [("storm", by)], tick)

        other("show/lock", 1)
        box.send([0x90, 37, 90])
        await stage.until(lambda: "show/lock" in str(stage.get("midi/last")))
        other("conductor/take")
        box.send([0xC4, 0])
        await stage.until(lambda: "tablet:1 conducts" in str(stage.get("midi/last")), tick)
        other("conductor/leave")
        box.send([0x90, 38, 90])
        await stage.until(lambda: stage.get("show/conductor") == by)
        box.send([0x90, 39, 90])
        await stage.until(lambda: stage.get("show/conductor") == "")
        assert len(fired) == 2

    play(rtmidi, path, scene, session)


def test_held_keys_of_one_channel_are_the_chord(rtmidi, tmp_path):
    path = write(tmp_path / "map.yaml", Binding("note", None, "harmony/note", 2), Binding("note", 60, "show/go", 1))

    async def scene(stage: Scene) -> None:
        HeldNotes(stage.session)
        box = stage.plug("nano")
        stage.surface.start()
        await stage.connected(box)
        box.send([0x91, 57, 90], [0x91, 60, 80], [0x91, 64, 70])
        await stage.until(lambda: stage.get("harmony/chord") == "Am")
        box.send([0x90, 66, 90], [0x81, 57, 0], [0x91, 60, 0], [0x81, 64, 0])
        box.send([0x91, 62, 90], [0x91, 65, 80], [0x91, 69, 70], [0x91, 72, 70])
        await stage.until(lambda: stage.get("harmony/chord") == "Dm7")
        assert stage.session.source_at("harmony/chord", 0) == "midi:controller:0"

    play(rtmidi, path, scene)


# --- learning ----------------------------------------------------------------------------------------------


def test_a_control_is_learned_and_forgotten_and_the_file_has_it(rtmidi, tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text("# my box\n")

    async def scene(stage: Scene) -> None:
        box = stage.plug("nano")
        stage.surface.start()
        with pytest.raises(Exception, match="set midi/in to part of its name first"):
            await stage.do("midi/learn", "mix/wet")
        stage.session.set("midi/in", "nano keys", source="test")
        await stage.connected(box)
        with pytest.raises(Exception, match='unknown row or verb "mix/wat"; did you mean "mix/wet"'):
            await stage.do("midi/learn", "mix/wat")
        assert await stage.do("midi/learn", "mix/wet", "absolute") == "move the control for mix/wet"
        assert stage.get("midi/learning") == "mix/wet"
        box.send([0xB0, 7, 3], [0xB0, 7, 4])
        await stage.until(lambda: stage.get("midi/bindings") == 1)
        assert stage.get("midi/learning") == "" and "bound to mix/wet" in str(stage.get("midi/last"))
        assert path.read_text().startswith("in: nano keys\n# my box\n")
        wet = Binding("cc", 7, "mix/wet", 1, mode="absolute")
        assert load_map(path) == MidiMap("nano keys", "", (wet,))
        box.send([0xB0, 7, 0])
        await stage.until(lambda: stage.get("mix/wet") == 0.0)
        assert await stage.do("midi/learn", " ") == "learning nothing"

        await stage.do("midi/learn", "show/cue 3")
        box.send([0xB0, 7, 90])
        await stage.until(lambda: load_map(path).bindings == (Binding("cc", 7, "show/cue", 1, arguments=("3",)),))
        path.write_text(path.read_text() + "# mine\n  - {note: 1, target: show/go}\n")
        assert await stage.do("midi/map") == "2 controls are bound"
        assert await stage.do("midi/forget", "show/cue") == "1 unbound"
        assert load_map(path).bindings == (Binding("note", 1, "show/go"),) and "# mine" in path.read_text()
        with pytest.raises(Exception, match="is text, and no controller sends words"):
            await stage.do("midi/learn", "prompt/0/text")
        with pytest.raises(Exception, match='nothing is bound to "show/goo"; did you mean "show/go"'):
            await stage.do("midi/forget", "show/goo")
        path.write_text("bindings:\n  - {note: 1, target: show/gooo}\n")
        with pytest.raises(Exception, match=r"map.yaml:2: unknown row or verb"):
            await stage.do("midi/map")
        assert stage.get("midi/bindings") == 1

    play(rtmidi, path, scene)


# --- ports -------------------------------------------------------------------------------------------------


def test_a_controller_that_is_switched_on_later_is_taken_up_and_told_all(rtmidi, tmp_path):
    path = write(tmp_path / "map.yaml", Binding("cc", 1, "mix/wet", mode="absolute"), Binding("note", 5, "mix/mute"))

    async def scene(stage: Scene) -> None:
        stage.session.set("mix/mute", True, source="test")
        stage.surface.start()
        assert (stage.get("midi/in"), stage.get("status/incident")) == ("nano keys", "")
        with pytest.raises(Exception, match='midi/in: no MIDI port called "nono"'):
            stage.session.set("midi/in", "nono", source="test")
        assert stage.get("midi/in") == "nano keys"
        box, lit = stage.plug("nano"), []
        await stage.until(lambda: [0xB0, 1, 127] in lit and [0x90, 5, 127] in lit, lambda: lit.extend(box.lights()))
        raws = itertools.cycle((1, 0))
        await stage.until(lambda: stage.get("mix/wet") == 0.0, lambda: box.send([0xB0, 1, next(raws)]))
        await asyncio.sleep(0.1)
        box.lights()
        # By then it has rested, and knows already where it is.
        stage.session.set("mix/mute", False, source="test")
        lit.clear()
        await stage.until(lambda: [0x90, 5, 0] in lit, lambda: lit.extend(box.lights()))
        assert lit == [[0x90, 5, 0]]

    play(rtmidi, path, scene)


def test_a_cue_may_choose_the_controller_and_what_cannot_be_had_is_said(rtmidi, tmp_path, monkeypatch):
    path = tmp_path / "map.yaml"
    path.touch()

    async def scene(stage: Scene) -> None:
        box = stage.plug("nano")
        stage.surface.start()
        stage.session.set("midi/in", "nano keys", source="cue:1", frame=0)
        await stage.connected(box)
        monkeypatch.setitem(__import__("sys").modules, "rtmidi", None)
        stage.session.set("midi/in", "other", source="cue:2", frame=0)
        await stage.until(lambda: "python-rtmidi" in str(stage.get("status/incident")))
        assert stage.get("midi/in") == "nano keys"

    play(rtmidi, path, scene)
