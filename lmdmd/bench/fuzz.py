"""``lmdmd bench fuzz``: garbage at every door of a running program, and whether good clients notice."""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp

from lmdmd import bundles
from lmdmd.bench.fill import fill_clients, fill_deck
from lmdmd.bench.garbage import ADDRESSES, QLAB, UPGRADE, Garbage
from lmdmd.bench.processes import memory_mb, steal_jiffies
from lmdmd.bench.program import Program
from lmdmd.bench.stage import LEFT_S, working_folder
from lmdmd.bench.timing import percentiles
from lmdmd.bench.traces import distinct_traces
from lmdmd.bench.wires import (
    ANSWER_S,
    DOORS,
    FRAMINGS,
    HOST,
    TcpWire,
    WebWire,
    Wire,
    Witness,
    http_port,
    open_tcp,
    open_wire,
    qlab_port,
)
from lmdmd.errors import LmdmdError, OscError
from lmdmd.surfaces.osc_frames import END, Slip
from lmdmd.surfaces.osc_packet import parse_packet

log = logging.getLogger(__name__)

BATCH = 100
SHARES = {
    "udp": 34,
    "tcp double end": 12,
    "tcp single end": 12,
    "tcp length": 12,
    "websocket": 12,
    "websocket texts": 5,
    "websocket bytes": 2,
    "qlab udp": 4,
    "qlab tcp": 4,
    "http": 3,
}
"""Of a hundred batches, how many go to each door."""
REQUESTS_A_BATCH = 20
BATCHES_A_CLIENT = 10
PARTS = 20
FILLED_FROM = 100_000
FILLING_REQUESTS = 20_000
"""What an HTTP server, its parser of addresses and the allocator below them keep is all there after so many."""
WARM_PARTS = 5
"""The program's memory is compared from the end of this many parts on."""
ENDING_S = 0.2
"""A request that the program takes for the beginning of a longer one is given up after this."""
CUES = ("go: true", "osc: /cue/thunder 1", "after: start")


def bench_fuzz(options: argparse.Namespace) -> dict[str, Any]:
    """Throw packets, frames and requests, and ask a good question at the same door after every BATCH of them.

    Keys of the report: `unanswered` questions had no answer in 5 s, `p99_ms` and `max_ms` are of those that had one.
    `unreadable` answers were no OSC, `defects` errors that the program caught from itself, `traces` those that its log
    shows, each kind once. `memory_growth` is that of the control process since the first WARM_PARTS of PARTS, which
    fill whatever has a limit, `children_growth` that of its deck and its audio process; `.._from_start` since before
    the first packet. From FILLED_FROM packets on, what garbage alone would take an hour to fill is filled before.
    """
    with working_folder(options.keep) as folder:
        show = write_show(folder / "show.yaml", options.model)
        arguments = (show, "--device", "null", "--threads", options.threads, "--qlab-port", 0, "--seed", 1)
        steal = steal_jiffies()
        with Program(folder, *arguments, record=False) as program:
            program.until_playing()
            began = _memory(program)
            if options.packets >= FILLED_FROM:
                fill_clients(program.port)
                fill_clients(qlab_port(program))
                fill_deck(program, bundles.find(options.model))
            report = asyncio.run(Fuzz(program, options.seed).throw(options.packets))
            died = program.process.poll() is not None
            made = program.segments()
            status = program.end()
            clean = program.none_left(LEFT_S)
            return {
                **report,
                **{
                    f"{name}_growth_from_start": _growth(began[column], report["rows"][-1][column])
                    for name, column in (("memory", "control_mb"), ("children", "children_mb"))
                },
                "died": died,
                "traces": distinct_traces(program.said()),
                "exit_status": status,
                "left_processes": 0 if clean else program.count_left(),
                "left_segments": sum(path.exists() for path in made),
                "steal_jiffies": steal_jiffies() - steal,
            }


def _memory(program: Program) -> dict[str, float]:
    children = [memory_mb(pid).get("own", 0.0) for pid in program.children()]
    own_mb = memory_mb(program.process.pid).get("own", 0.0)
    return {"control_mb": round(own_mb, 2), "children_mb": round(sum(children), 2)}


def _growth(before_mb: float, after_mb: float) -> float:
    return round(after_mb / before_mb - 1, 4)


def write_show(path: Path, model: str) -> Path:
    """A show without an end, with a cue of every kind that waits for somebody."""
    cues = [f'{{number: "{number}", name: cue {number}, {cue}}}' for number, cue in enumerate(CUES, 1)]
    song = f"{{name: only, length: 86400s, tempo: 120, prompts: {{warm pads: 1}}, cues: [{', '.join(cues)}]}}"
    path.write_text(f"title: garbage\nmodel: {model}\nseed: 1\nsongs:\n  - {song}\n")
    return path


class Fuzz:
    """Bad clients at every door, and a good one beside each."""

    def __init__(self, program: Program, seed: int) -> None:
        self._program = program
        self._http = http_port(program)
        self._qlab = qlab_port(program)
        self._rng = random.Random(seed)
        self._garbage = Garbage(seed)
        self._wires: dict[str, tuple[Wire, int]] = {}
        self._witnesses: dict[str, Witness] = {}
        self._thrown: Counter[str] = Counter()
        self._answers_ms: list[float] = []
        self._unanswered: Counter[str] = Counter()
        self._unreadable = 0
        self._throws = {
            **dict.fromkeys(("udp", "websocket"), self._throw_packets),
            **dict.fromkeys(FRAMINGS, self._throw_stream),
            "websocket texts": self._throw_texts,
            "websocket bytes": self._throw_frames,
            "qlab udp": self._throw_packets,
            "qlab tcp": self._throw_stream,
            "http": self._throw_requests,
        }

    async def throw(self, packets: int) -> dict[str, Any]:
        """Throw so many in all; returns the report."""
        try:
            for door in DOORS:
                self._witnesses[door] = await Witness.at(door, self._program.port, self._http)
            async with aiohttp.ClientSession() as self._asking:
                if packets >= FILLED_FROM:
                    for _ in range(FILLING_REQUESTS // REQUESTS_A_BATCH):
                        await self._throw_requests("http")
                rows = [await self._throw_part(packets * part // PARTS) for part in range(1, PARTS + 1)]
                counters = await self._counters()
        finally:
            for end in (*(wire for wire, _ in self._wires.values()), *self._witnesses.values()):
                await end.close()
        warm, last = rows[WARM_PARTS - 1], rows[-1]
        return {
            "packets": sum(self._thrown.values()),
            "thrown": dict(self._thrown),
            "answered": len(self._answers_ms),
            "unanswered": sum(self._unanswered.values()),
            "silent_doors": dict(self._unanswered),
            **percentiles(self._answers_ms),
            "max_ms": round(max(self._answers_ms), 1),
            "unreadable": self._unreadable,
            "defects": counters["osc errors"] + counters["web errors"],
            "counters": dict(sorted(counters.items())),
            "memory_growth": _growth(warm["control_mb"], last["control_mb"]),
            "children_growth": _growth(warm["children_mb"], last["children_mb"]),
            "rows": rows,
        }

    async def _throw_part(self, until: int) -> dict[str, float]:
        began_s, before, asked = time.monotonic(), sum(self._thrown.values()), len(self._answers_ms)
        while sum(self._thrown.values()) < until:
            (door,) = self._rng.choices(list(SHARES), list(SHARES.values()))
            self._thrown[door] += await self._throws[door](door)
            await self._ask(door)
        times_ms, took_s = self._answers_ms[asked:], time.monotonic() - began_s
        if self._program.process.poll() is not None:
            raise LmdmdError(f"lmdmd ended in the middle of it: {self._program.said()[-2000:]}")
        row = {
            "packets": sum(self._thrown.values()),
            "per_s": round((sum(self._thrown.values()) - before) / took_s),
            "p99_ms": percentiles(times_ms)["p99_ms"] if times_ms else 0.0,
            **_memory(self._program),
        }
        log.info("%s, %d unanswered", row, sum(self._unanswered.values()))
        return row

    # --- good questions ---------------------------------------------------------------------------------

    async def _ask(self, door: str) -> None:
        kind = {"qlab udp": "udp", "qlab tcp": "tcp double end"}.get(door, door.split(" ")[0])
        answer_ms = await (self._ask_http() if kind == "http" else self._witnesses[self._good(door, kind)].ask())
        if answer_ms is None:
            self._unanswered[door] += 1
        else:
            self._answers_ms.append(answer_ms)

    def _good(self, door: str, kind: str) -> str:
        return door if door in self._witnesses else kind

    async def _ask_http(self) -> float | None:
        asked_s = time.monotonic()
        with suppress(aiohttp.ClientError, TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                async with self._asking.get(f"http://{HOST}:{self._http}/lmdm/mix/gain?VALUE") as response:
                    await response.read()
                    return (time.monotonic() - asked_s) * 1000.0 if response.status == 200 else None
        return None

    async def _counters(self) -> Counter[str]:
        """What the program's surfaces counted, as it tells Prometheus."""
        async with self._asking.get(f"http://{HOST}:{self._http}/metrics") as response:
            lines = (await response.text()).splitlines()
        found: Counter[str] = Counter()
        for line in lines:
            name, _, rest = line.partition('_events_total{event="')
            if rest:
                event, _, number = rest.partition('"} ')
                found[f"{name.removeprefix('lmdmd_')} {event}"] = int(float(number))
        return found

    # --- bad clients ------------------------------------------------------------------------------------

    async def _wire(self, door: str) -> Wire:
        """The door's bad client, a new one every so often."""
        wire, batches = self._wires.pop(door, (None, 0))
        if wire is not None and (batches >= BATCHES_A_CLIENT or not wire.is_open):
            await wire.close()
            wire = None
        if wire is None:
            wire, batches = await self._open(door), 0
        self._wires[door] = wire, batches + 1
        return wire

    async def _open(self, door: str) -> Wire:
        if door == "qlab tcp":
            return await open_tcp(self._qlab, None, Slip(END))
        if door in FRAMINGS:
            # A stream whose first byte is wrong is taken for another framing: its answers cannot be read.
            return await open_tcp(self._program.port, None, FRAMINGS[door]())
        port = self._qlab if door == "qlab udp" else self._program.port
        kind = "websocket" if door.startswith("websocket") else "udp"
        return await open_wire(kind, port, self._http, self._hear)

    def _hear(self, packet: bytes) -> None:
        try:
            parse_packet(packet)
        except OscError:
            self._unreadable += 1

    def _packet(self, door: str) -> bytes:
        return self._garbage.packet(QLAB if door.startswith("qlab") else ADDRESSES)

    async def _throw_packets(self, door: str) -> int:
        wire = await self._wire(door)
        for _ in range(BATCH):
            wire.send(self._packet(door))
        await wire.drain()
        return BATCH

    async def _throw_stream(self, door: str) -> int:
        wire = await self._wire(door)
        assert isinstance(wire, TcpWire)
        for thrown in range(BATCH):
            if not wire.is_open:
                return max(thrown, 1)
            wire.send_bytes(self._garbage.framed(wire.framing.wrap(self._packet(door))))
            if thrown % 10 == 9:
                await wire.drain()
                await asyncio.sleep(0)
        return BATCH

    async def _throw_texts(self, door: str) -> int:
        wire = await self._wire(door)
        assert isinstance(wire, WebWire)
        for _ in range(BATCH):
            wire.send_text(self._garbage.text())
        await wire.drain()
        return BATCH

    async def _throw_frames(self, _: str) -> int:
        await self._throw_bytes(UPGRADE + self._garbage.frames(BATCH))
        return BATCH

    async def _throw_requests(self, _: str) -> int:
        await asyncio.gather(*(self._throw_bytes(self._garbage.request()) for _ in range(REQUESTS_A_BATCH)))
        return REQUESTS_A_BATCH

    async def _throw_bytes(self, data: bytes) -> None:
        wire = await open_tcp(self._http, None, Slip(b""))
        wire.send_bytes(data)
        wire.send_end()
        await wire.until_ended(ENDING_S)
        await wire.close()
