"""Eight clients that set rows as fast as they are told to, and count all that they hear of each other.

    python -m lmdmd.bench.flooders OSC_PORT HTTP_PORT SECONDS

Each moves a row of its own and listens to everybody's. One of them fires a cue a second, another one sets a row that
nobody else sets, and waits to hear of it. What became of it all is printed as JSON.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
from collections import Counter
from contextlib import AsyncExitStack, suppress
from typing import Any

from lmdmd.bench.wires import Wire, open_wire
from lmdmd.params import BY_NAME
from lmdmd.surfaces.osc_packet import OscMessage, build_message, parse_packet

CLIENTS = (
    ("udp", 300, "mix/gain"),
    ("udp", 100, "mix/pan"),
    ("udp", 50, "mix/width"),
    ("tcp double end", 300, "mix/wet"),
    ("tcp single end", 50, "mix/highpass"),
    ("tcp length", 100, "mix/lowpass"),
    ("websocket", 50, "prompt/0/weight"),
    ("websocket", 50, "gen/cfg"),
)
"""The door of each client, its messages a second and its row."""
QUIET_ROW = "mix/stutter_ms"
TICK_S = 0.01
EVENTS = ("show/cue", "status/incident", "clock/beat")
LEASE_S = 3600.0
SETTLING_S = 10.0


class Flooder:
    """One client, and what it heard."""

    def __init__(self, row: str) -> None:
        self.row = row
        self.last = 0.0
        self.sent = 0
        self.values: dict[str, float] = {}
        self.told: Counter[str] = Counter()
        self.cues: list[str] = []
        self.incidents: list[str] = []
        self.ticks: list[tuple[int, int]] = []
        self.wire: Wire | None = None

    def hear(self, packet: bytes) -> None:
        """Count what came."""
        for _, message in parse_packet(packet):
            self._count(message)

    def _count(self, message: OscMessage) -> None:
        address, values = message
        name = address.removeprefix("/lmdm/")
        first = values[0] if values else None
        self.told[name] += 1
        if name in _ROWS and isinstance(first, (int, float)):
            self.values[name] = float(first)
        elif name == "show/cue" and first:
            self.cues.append(str(first))
        elif name == "incident" and str(values[1]).startswith("osc to "):
            self.incidents.append(str(values[1]))
        elif name == "tick":
            self.ticks.append((int(values[0] or 0), int(values[1] or 0)))
        elif name in ("ack", "heard") and first == f"/lmdm/{QUIET_ROW}":
            self.told[f"{name} {QUIET_ROW}"] += 1
        elif name == "done" and values[:1] == ("show/go",):
            self.told["gone"] += 1
        elif name == "fail":
            self.told[f"fail {' '.join(map(str, values))}"] += 1

    def send(self, name: str, *values: object) -> None:
        """Send one message."""
        assert self.wire is not None
        self.wire.send(build_message(f"/lmdm/{name}", *values))
        self.sent += 1

    def move(self, share: float) -> None:
        """Move our row to a share of its range."""
        self.last = value_at(self.row, share)
        self.send(self.row, self.last)


_ROWS = frozenset(row for _, _, row in CLIENTS)


def value_at(row: str, share: float) -> float:
    """The row's value at a share of its range."""
    param = BY_NAME[row]
    assert param.lo is not None and param.hi is not None
    return param.lo + (param.hi - param.lo) * share


async def flood(port: int, http_port: int, seconds: float) -> dict[str, Any]:
    """Listen, flood, wait until all is told, and say what became of it."""
    flooders = []
    async with AsyncExitStack() as ending:
        for door, _, row in CLIENTS:
            flooder = Flooder(row)
            flooder.wire = await open_wire(door, port, http_port, flooder.hear)
            ending.push_async_callback(flooder.wire.close)
            flooders.append(flooder)
        return await _flood(flooders, seconds)


async def _flood(flooders: list[Flooder], seconds: float) -> dict[str, Any]:
    for flooder in flooders:
        for name in (*_ROWS, *EVENTS):
            flooder.send("listen", name, LEASE_S)
    await asyncio.sleep(1.0)
    listens = sum(flooder.sent for flooder in flooders)
    for flooder in flooders:
        flooder.ticks.clear()
    began_s = asyncio.get_running_loop().time()
    rates = [rate for _, rate, _ in CLIENTS]
    work = [keep_moving(flooder, rate, seconds) for flooder, rate in zip(flooders, rates, strict=True)]
    told = asyncio.gather(
        every_second(flooders[-1], seconds, "show/go"), every_second(flooders[-2], seconds, QUIET_ROW)
    )
    (gone, asked), _ = await asyncio.gather(told, asyncio.gather(*work))
    took_s = asyncio.get_running_loop().time() - began_s
    sent = sum(flooder.sent for flooder in flooders) - listens
    await until_told(flooders, gone, asked)
    rows = [
        {"client": f"{door}, {row}", "sent": flooder.sent, "told": flooder.told.total()}
        for flooder, (door, _, row) in zip(flooders, CLIENTS, strict=True)
    ]
    return {"sent": sent, "per_s": round(sent / took_s, 1), **judge(flooders, gone, asked), "rows": rows}


async def keep_moving(flooder: Flooder, per_s: float, seconds: float) -> None:
    """Move a client's row to and fro, so many times a second."""
    loop = asyncio.get_running_loop()
    began_s, moved = loop.time(), 0
    while (at_s := loop.time() - began_s) < seconds:
        while moved < at_s * per_s:
            moved += 1
            flooder.move(0.5 + 0.4 * math.sin(moved / 50))
        await asyncio.sleep(TICK_S)
    flooder.move(0.7)


async def every_second(flooder: Flooder, seconds: float, name: str) -> int:
    """Fire a cue or set the quiet row each second; how often."""
    for number in range(int(seconds)):
        await asyncio.sleep(1.0)
        flooder.send(name, *([value_at(name, 0.2 + 0.01 * (number % 60))] if name in BY_NAME else []))
    return int(seconds)


async def until_told(flooders: list[Flooder], gone: int, asked: int) -> None:
    """Wait until nothing is missing any more, or so long that it will not come."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLING_S):
            while any(judge(flooders, gone, asked)[key] for key in LOST):
                await asyncio.sleep(0.1)


LOST = ("cues_lost", "incidents_lost", "ticks_lost", "acks_lost", "heards_lost", "wrong_lasts")


def judge(flooders: list[Flooder], gone: int, asked: int) -> dict[str, Any]:
    """What was told, and what of it is missing, all listeners together."""
    quiet = flooders[-2].told
    fired = flooders[-1].told["gone"]
    aims = {flooder.row: flooder.last for flooder in flooders}
    return {
        "told": sum(flooder.told.total() for flooder in flooders),
        "cues": fired,
        "cues_lost": gone - fired + sum(fired - len(dict.fromkeys(flooder.cues)) for flooder in flooders),
        "incidents": max(len(flooder.incidents) for flooder in flooders),
        "incidents_lost": sum(fired - len(set(flooder.incidents)) for flooder in flooders),
        "ticks": sum(len(flooder.ticks) for flooder in flooders),
        "ticks_lost": sum(missing_beats(flooder.ticks) for flooder in flooders),
        "acks_lost": asked - quiet[f"ack {QUIET_ROW}"],
        "heards_lost": asked - quiet[f"heard {QUIET_ROW}"],
        "wrong_lasts": sum(
            not math.isclose(flooder.values.get(row, math.nan), aim, rel_tol=1e-5, abs_tol=1e-5)
            for flooder in flooders
            for row, aim in aims.items()
        ),
        "wrong_rows": sorted(
            {
                row
                for flooder in flooders
                for row, aim in aims.items()
                if not math.isclose(flooder.values.get(row, math.nan), aim, rel_tol=1e-5, abs_tol=1e-5)
            }
        ),
        "coalesced": round(1 - updates(flooders) / max(len(flooders) * moves(flooders), 1), 3),
        "fails": sorted({key for flooder in flooders for key in flooder.told if key.startswith("fail")})[:5],
    }


def updates(flooders: list[Flooder]) -> int:
    """How often anybody was told of a row that floods."""
    return sum(flooder.told[row] for flooder in flooders for row in _ROWS)


def moves(flooders: list[Flooder]) -> int:
    """How often those rows were moved."""
    return sum(flooder.sent for flooder in flooders)


def missing_beats(ticks: list[tuple[int, int]], metre: int = 4) -> int:
    """Beats between the first and the last that were not told."""
    numbers = {bar * metre + beat for bar, beat in ticks}
    return max(numbers) - min(numbers) + 1 - len(numbers) if numbers else 1


if __name__ == "__main__":
    print(json.dumps(asyncio.run(flood(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))))
