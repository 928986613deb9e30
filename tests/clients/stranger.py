"""A client on another host: python stranger.py HOST OSC_PORT HTTP_PORT, run in a network namespace of its own.

Reads questions as JSON lines, ``[door, seconds, address, values...]`` or ``["http", seconds, path, passcode]``, and
prints what came back first, ``null`` for nothing. A door keeps its connection from one question to the next.
"""

from __future__ import annotations

import asyncio
import json
import sys
from base64 import b64encode
from contextlib import suppress

import aiohttp

from lmdmd.bench.wires import Wire, open_wire
from lmdmd.surfaces.osc_packet import build_message, parse_packet


class Stranger:
    def __init__(self, host: str, osc_port: int, http_port: int) -> None:
        self.host, self.osc_port, self.http_port = host, osc_port, http_port
        self.wires: dict[str, Wire] = {}
        self.heard: dict[str, asyncio.Queue] = {}

    async def ask(self, door: str, limit_s: float, *words: object) -> object:
        with suppress(TimeoutError, OSError, aiohttp.ClientError):
            async with asyncio.timeout(limit_s):
                return await (self.get(*words) if door == "http" else self.say(door, *words))
        return None

    async def get(self, path: str, passcode: str = "") -> int:
        basic = {"Authorization": "Basic " + b64encode(f"anybody:{passcode}".encode()).decode()}
        async with (
            aiohttp.ClientSession(headers=basic if passcode else {}) as http,
            http.get(f"http://{self.host}:{self.http_port}{path}") as response,
        ):
            return response.status

    async def say(self, door: str, address: str, *values: object) -> list:
        if door not in self.wires:
            self.heard[door] = asyncio.Queue()
            self.wires[door] = await open_wire(
                door, self.osc_port, self.http_port, self.heard[door].put_nowait, self.host
            )
        while not self.heard[door].empty():
            self.heard[door].get_nowait()
        self.wires[door].send(build_message(address, *values))
        while True:
            ((_, message),) = parse_packet(await self.heard[door].get())
            if message.address != "/lmdm/heard":  # of what was set before
                return [message.address, *message.params]


async def main() -> None:
    stranger = Stranger(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await stranger.ask(*json.loads(line))), flush=True)
    for wire in stranger.wires.values():
        await wire.close()


asyncio.run(main())
