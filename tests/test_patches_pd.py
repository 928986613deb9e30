"""The Pure Data patches in Pure Data itself: every row is set by its widget, and shown on it, over UDP."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from test_osc_every_row import other_value, two_values
from test_patches_live import until

from lmdmd.control.session import Session
from lmdmd.params import PARAMS, Param, Value
from lmdmd.surfaces.export.connection import PORT, PULSE_S, SILENT_S
from lmdmd.surfaces.export.table import Table, group_of
from lmdmd.surfaces.osc import OscSurface

PATCHES = Path(__file__).parent.parent / "patches" / "pd"
SETTABLE = [param for param in PARAMS if param.writable]
TROUBLE = re.compile(r"error|no method|couldn't|connection failed|no such|unknown tag|bad argument|multiply", re.I)

pytestmark = pytest.mark.skipif(shutil.which("pd") is None, reason="Pure Data (pd) is not installed")

HAND = """\
#N canvas 0 0 500 400 12;
#X obj 10 10 netreceive FREE;
#X obj 10 40 list;
#X obj 10 70 list split 1;
#X obj 10 100 t b s;
#X obj 120 100 list;
#X obj 120 130 list trim;
#X obj 120 160 send;
#X obj 300 10 r lmdmd-in;
#X obj 300 40 print in;
#X obj 300 70 r lmdmd-answers;
#X obj 300 100 print answer;
#X obj 300 130 r lmdmd-alive;
#X obj 300 160 print alive;
#X connect 0 0 1 0;
#X connect 1 0 2 0;
#X connect 2 0 3 0;
#X connect 2 1 4 1;
#X connect 3 0 4 0;
#X connect 3 1 6 1;
#X connect 4 0 5 0;
#X connect 5 0 6 0;
#X connect 7 0 8 0;
#X connect 9 0 10 0;
#X connect 11 0 12 0;
"""
"""A patch that says what it is told to a name, and prints what the main patch hears."""


class Pd:
    """Pure Data with the main patch open; ``lines`` is what it has printed."""

    def __init__(self, process: asyncio.subprocess.Process, writer: asyncio.StreamWriter) -> None:
        self.process = process
        self.writer = writer
        self.lines: list[str] = []

    async def read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode().replace("\\", "").rstrip("\n"))

    def say(self, name: str, words: str) -> None:
        """What a widget called ``name`` is told, as by a hand."""
        self.writer.write(f"{name} {words};\n".encode())

    def told(self, start: str) -> list[list[str]]:
        """Words behind ``start`` of the lines that begin so."""
        return [line.removeprefix(start).split() for line in self.lines if line.startswith(start)]


def copy_patches(folder: Path, port: int, free: int) -> None:
    """The patches with our port, impatient, and with names that can be reached from outside each patch."""
    for path in PATCHES.glob("*.pd"):
        text = path.read_text(encoding="utf-8").replace("\\$0-", f"{path.stem}-")
        if path.stem == "lmdmd":
            text = text.replace(f" {PORT}", f" {port}")
        text = text.replace(f"metro {PULSE_S * 1000};", "metro 100;").replace(
            f"delay {SILENT_S * 1000};", "delay 1000;"
        )
        (folder / path.name).write_text(text, encoding="utf-8")
    (folder / "hand.pd").write_text(HAND.replace("FREE", str(free)), encoding="utf-8")


async def free_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def connect(port: int) -> asyncio.StreamWriter:
    async with asyncio.timeout(20.0):
        while True:
            try:
                return (await asyncio.open_connection("127.0.0.1", port))[1]
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def pure_data(folder: Path, port: int) -> AsyncIterator[Pd]:
    free = await free_port()
    copy_patches(folder, port, free)
    flags = ("-nogui", "-noaudio", "-nomidi", "-stderr", "-noprefs")
    process = await asyncio.create_subprocess_exec(
        "pd", *flags, "lmdmd.pd", "lmdm-help.pd", "hand.pd", cwd=folder, stderr=asyncio.subprocess.PIPE
    )
    reader = None
    try:
        pd = Pd(process, await connect(free))
        reader = asyncio.create_task(pd.read())
        yield pd
        pd.writer.close()
    finally:
        process.terminate()
        await process.wait()
        if reader is not None:
            await reader
    assert [line for line in pd.lines if TROUBLE.search(line) and not line.startswith(("in:", "answer:"))] == []


def play(folder: Path, scene: Callable[[Session, OscSurface, Pd], Awaitable[None]]) -> None:
    async def run() -> None:
        session = Session()
        surface = OscSurface(session, port=0)
        await surface.start()
        try:
            async with pure_data(folder, surface.port) as pd:
                await scene(session, surface, pd)
        finally:
            await surface.stop()

    asyncio.run(run())


def widget(param: Param) -> str:
    return f"lmdm-{group_of({}, param.name).name}-{param.name}"


def word(param: Param, value: Value) -> str:
    """A value as a hand gives it to a widget."""
    if param.kind == "choice":
        return str(param.choices.index(str(value)))
    return f"list {value}" if param.kind == "text" else f"{float(value):.9g}"


def same(told: list[str], value: Value) -> bool:
    return (
        " ".join(told) == value if isinstance(value, str) else float(told[0]) == pytest.approx(float(value), rel=2e-5)
    )


def test_every_row_is_set_by_its_widget_and_shown_on_it(tmp_path):
    async def scene(session: Session, surface: OscSurface, pd: Pd) -> None:
        rows = {param.address for param in PARAMS}
        await until(lambda: {line.split()[1] for line in pd.lines if line.startswith("in:")} == rows)
        assert "alive: 1" in pd.lines
        assert surface.counters["sets"] == 0
        for param in SETTABLE:
            value, _ = two_values(param)
            pd.say(widget(param), word(param, value))
            expected, _ = param.coerce(value)
            exact = expected if isinstance(expected, (str, bool)) else pytest.approx(expected, rel=1e-6)
            await until(lambda param=param, exact=exact: session.get(param.name) == exact)
        assert pd.told("answer: /lmdm/fail") == pd.told("answer: /lmdm/note") == []
        for param in SETTABLE:
            value = other_value(param)
            session.set(param.name, value, source="another hand")
            await until(lambda param=param, value=value: any(same(t, value) for t in pd.told(f"in: {param.address} ")))
            before = len(pd.told(f"answer: /lmdm/ack {param.address} "))
            pd.say(widget(param), "bang")
            await until(lambda p=param, n=before: len(pd.told(f"answer: /lmdm/ack {p.address} ")) > n)
            shown = not value if param.kind == "bool" else value
            said = pd.told(f"answer: /lmdm/ack {param.address} ")[-1][:-2]
            assert same(said, shown), (param.name, said, shown)

    play(tmp_path, scene)


def test_the_stage_fires_verbs_shows_words_and_panels_open(tmp_path):
    async def scene(session: Session, surface: OscSurface, pd: Pd) -> None:
        asked: list[object] = []

        def provide(name: str) -> None:
            async def act(**arguments: object) -> str:
                asked.append((name, *arguments.values()))
                return "done"

            session.provide(name, act)

        for name in ("show/go", "panic", "show/cue", "deck/swap"):
            provide(name)
        await until(lambda: "alive: 1" in pd.lines)
        pd.say("lmdmd-do.show/go", "bang")
        pd.say("lmdmd-do.panic", "bang")
        pd.say("lmdmd-do.show/cue.words", "list 3")
        pd.say("lmdm-deck-do.deck/swap.words", "list 2 linear")
        await until(lambda: len(asked) == 4)
        assert asked == [("show/go",), ("panic", 0.5), ("show/cue", "3"), ("deck/swap", 2.0, "linear")]
        pd.say("lmdm-clock-do.clock/nudge.words", "list much")
        await until(lambda: pd.told("answer: /lmdm/fail") != [])
        text = "warm dub, 90 bpm; half $1 back\\slash"
        session.set("prompt/0/text", text, source="another hand")
        await until(lambda: pd.told("in: /lmdm/prompt/0/text ")[-1] == text.replace("\\", "").split())
        pd.say("lmdmd-prompt/0/text", "bang")
        await until(lambda: len(pd.told("answer: /lmdm/ack /lmdm/prompt/0/text ")) == 1)
        assert session.get("prompt/0/text") == text
        session.set("prompt/0/text", "", source="another hand")
        await until(lambda: pd.told("in: /lmdm/prompt/0/text")[-1] == [])
        pd.say("lmdmd-prompt/0/text", "list then new")
        await until(lambda: session.get("prompt/0/text") == "then new")
        for group in Table().groups:
            pd.say(f"pd-lmdm-{group.name}.pd", "vis 0")

    play(tmp_path, scene)


def test_a_daemon_that_comes_back_is_found_again(tmp_path):
    async def scene(session: Session, surface: OscSurface, pd: Pd) -> None:
        await until(lambda: "alive: 1" in pd.lines)
        port = surface.port
        await surface.stop()
        await until(lambda: pd.lines[-1] == "alive: 0")
        again = OscSurface(session, port=port)
        await again.start()
        try:
            session.set("mix/gain", -7.0, source="another hand")
            await until(lambda: pd.told("in: /lmdm/mix/gain ")[-1:] == [["-7"]])
            assert [line for line in pd.lines if line.startswith("alive")] == ["alive: 1", "alive: 0", "alive: 1"]
        finally:
            await again.stop()

    play(tmp_path, scene)
