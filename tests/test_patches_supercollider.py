"""The SuperCollider class in sclang itself: it compiles, sets every row, does verbs, and hears what changes."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from test_osc_every_row import other_value, two_values
from test_patches_live import until

from lmdmd.control.session import Session
from lmdmd.params import PARAMS, Param, Value
from lmdmd.surfaces.export import supercollider
from lmdmd.surfaces.export.table import Table
from lmdmd.surfaces.osc import OscSurface

QUARK = Path(__file__).parent.parent / "patches" / "supercollider"
SETTABLE = [param for param in PARAMS if param.writable]

needs_sclang = pytest.mark.skipif(shutil.which("sclang") is None, reason="sclang is not installed")


def test_no_class_has_a_method_twice():
    made = supercollider.make_files(Table())["Classes/Lmdm.sc"]
    assert isinstance(made, str)
    for body in re.split(r"^(?=Lmdm\w* )", made, flags=re.M):
        methods = Counter(re.findall(r"^\t(\w+) \{", body, flags=re.M))
        assert [name for name, times in methods.items() if times > 1] == [], body[:40]


class Sclang:
    """sclang with the class loaded; ``lines`` is what it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            # The prompt is printed whenever it likes, also behind a line.
            self.lines.append(line.decode(errors="replace").rstrip("\n").replace("sc3> ", ""))

    def say(self, code: str) -> None:
        """Evaluate something."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{code}\n".encode())

    async def see(self, line: str) -> None:
        await until(lambda: line in self.lines)


@asynccontextmanager
async def sclang(folder: Path) -> AsyncIterator[Sclang]:
    paths = f"includePaths:\n    - {QUARK / 'Classes'}\nexcludePaths: []\npostInlineWarnings: true\n"
    (folder / "conf.yaml").write_text(paths, encoding="utf-8")
    folder.chmod(0o700)
    homes = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "XDG_DATA_HOME": str(folder / "data")}
    screen = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    process = await asyncio.create_subprocess_exec(
        *("stdbuf", "-oL", "sclang", "-l", str(folder / "conf.yaml")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | homes | screen,
    )
    client = Sclang(process)
    reader = asyncio.create_task(client.read())
    try:
        async with asyncio.timeout(60.0):
            while not any("Welcome to SuperCollider" in line for line in client.lines):
                assert process.returncode is None, client.lines
                await asyncio.sleep(0.05)
        yield client
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reader
    assert [line for line in client.lines if re.search(r"\bERROR|WARNING", line)] == []


def play(folder: Path, scene: Callable[[Session, OscSurface, Sclang], Awaitable[None]]) -> None:
    async def run() -> None:
        session = Session()
        surface = OscSurface(session, port=0)
        await surface.start()
        try:
            async with sclang(folder) as client:
                await scene(session, surface, client)
        finally:
            await surface.stop()

    asyncio.run(run())


def literal(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def call(param: Param) -> str:
    number = supercollider.index_of(param)
    group = param.name.split("/")[0]
    return f"l.{group}{'' if number is None else f'({number})'}.{supercollider.method(param)}"


def values_behind(client: Sclang, start: str) -> list[str]:
    return [line.removeprefix(start) for line in client.lines if line.startswith(start)]


def same(said: list[str], value: Value) -> bool:
    """Whether the last thing said is a value."""
    if not said or isinstance(value, str):
        return said[-1:] == [value]
    return float(said[-1]) == pytest.approx(float(value))


@needs_sclang
def test_every_row_is_a_method_that_sets_and_hears(tmp_path):
    async def scene(session: Session, surface: OscSurface, client: Sclang) -> None:
        client.say(f'l = Lmdm("127.0.0.1", {surface.port}); l.connect;')
        telling = 'if(what == \\value) { ["told", name, is].join("=").postln }'
        client.say(f"l.addDependant {{ |who, what, name, is| {telling} }};")
        whole = f"l.alive and: {{ l.values.size >= {len(PARAMS)} }}"
        client.say(f'r = SkipJack({{ if({whole}) {{ "all".postln; r.stop }} }}, 0.05);')
        await client.see("all")
        assert surface.counters["sets"] == surface.counters["failed"] == 0
        for param in SETTABLE:
            value, _ = two_values(param)
            client.say(f"{call(param)} = {literal(value)};")
            exact = value if isinstance(value, (str, bool)) else pytest.approx(value, rel=1e-6)
            await until(lambda param=param, exact=exact: session.get(param.name) == exact)
        wanted = {param.name: other_value(param) for param in SETTABLE}
        for name, value in wanted.items():
            session.set(name, value, source="another hand")
            await until(lambda name=name, value=value: same(values_behind(client, f"told={name}="), value))
        for param in SETTABLE:
            client.say(f'["has", "{param.name}", {call(param)}].join("=").postln;')
            value = wanted[param.name]
            await until(lambda name=param.name, value=value: same(values_behind(client, f"has={name}="), value))
        client.say(
            f'SCDoc.parseFileFull("{QUARK}/HelpSource/Classes/Lmdm.schelp").notNil.if {{ "help is well".postln }};'
        )
        await client.see("help is well")

    play(tmp_path, scene)


@needs_sclang
def test_verbs_sync_and_the_watcher(tmp_path):
    async def scene(session: Session, surface: OscSurface, client: Sclang) -> None:
        asked: list[tuple] = []

        def provide(name: str, pause_s: float = 0.0) -> None:
            async def act(**arguments: object) -> str:
                await asyncio.sleep(pause_s)
                asked.append((name, *arguments.values()))
                return "done"

            session.provide(name, act)

        provide("show/go")
        provide("show/cue")
        provide("deck/load", 0.3)
        provide("deck/swap")
        session.publish("show/cue", "chorus")
        client.say(f'l = Lmdm("127.0.0.1", {surface.port});')
        client.say('l.addDependant { |who, what, is| if(what == \\alive) { ["alive", is].postln } };')
        client.say("l.answer = { |what ... words| if([\\fail, \\done].includes(what)) { ([what] ++ words).postln } };")
        client.say('l.follow("show/cue", { |name, value| ["cue", value].postln }); l.connect;')
        await client.see("[ alive, true ]")
        await client.see("[ cue, chorus ]")
        client.say("l.show.go; l.show.cue(3); l.deck.swap(2.5); l.show.cue.postln;")
        await client.see("chorus")
        client.say('fork { l.deck.load("tiny"); l.sync(20).if { "loaded".postln } };')
        await client.see("loaded")
        assert asked == [("show/go",), ("show/cue", "3"), ("deck/swap", 2.5, "linear"), ("deck/load", "tiny")]
        client.say('l.clock.nudge("much");')
        await until(lambda: any(line.startswith("[ fail, clock/nudge") for line in client.lines))
        client.say("l.mix.gain_(-12, 30);")
        await until(lambda: session.aim("mix/gain") == -12.0)
        client.say("l.disconnect;")
        await client.see("[ alive, false ]")
        session.publish("show/cue", "bridge")
        client.say('l.sync(0.2).postln; "over".postln;'.join(["fork { ", " };"]))
        await client.see("over")
        assert "[ cue, bridge ]" not in client.lines

    play(tmp_path, scene)
