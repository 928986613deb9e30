"""``lmdmd bench flood``: a thousand messages a second beside the music, and what a ninth client has to wait."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from lmdmd.bench.flooders import CLIENTS, LOST
from lmdmd.bench.jack_server import JackServer
from lmdmd.bench.leash import leashed
from lmdmd.bench.processes import steal_jiffies
from lmdmd.bench.program import Program
from lmdmd.bench.stage import LEFT_S, server_name, working_folder
from lmdmd.bench.timing import percentiles
from lmdmd.bench.wires import Witness, http_port
from lmdmd.errors import LmdmdError

ASK_EVERY_S = 0.05
COUNTED = ("status/underruns", "status/concealed", "status/xruns")
SPARE_CUES = 10
FIRST_PORT = 20000


def bench_flood(options: argparse.Namespace) -> dict[str, Any]:
    """Let eight clients flood a show on a sound server, where there is one, and a ninth ask 20 times a second.

    Keys of the report: `p99_ms` is the ninth client's wait for an answer, `unanswered` what had none in 5 s. Of what
    must never be left out, `cues_lost`, `incidents_lost`, `ticks_lost`, `acks_lost` and `heards_lost` are missing, all
    eight listeners together; `wrong_lasts` are values that a listener was told last and that are not the row's.
    `coalesced` is the share of moves that listeners were not told one by one.
    """
    with working_folder(options.keep) as folder, ExitStack() as ending:
        show = write_show(folder / "show.yaml", options.model, round(options.seconds) + SPARE_CUES)
        device, environment = _open_device(folder, ending)
        arguments = (show, "--device", device, "--threads", options.threads)
        program = ending.enter_context(Program(folder, *arguments, record=False, environment=environment))
        program.until_playing()
        before, steal = _counts(program), steal_jiffies()
        report, waits_ms = _flood(program, options.seconds)
        answered = [wait_ms for wait_ms in waits_ms if wait_ms is not None]
        after = _counts(program)
        status = program.end()
        return {
            "seconds": options.seconds,
            "device": device,
            "clients": len(CLIENTS),
            **{name.removeprefix("status/"): after[name] - before[name] for name in COUNTED},
            "answered": len(answered),
            "unanswered": len(waits_ms) - len(answered),
            **percentiles(answered),
            "max_ms": round(max(answered), 1),
            **report,
            "lost": sum(report[key] for key in LOST),
            "exit_status": status,
            "left_processes": 0 if program.none_left(LEFT_S) else program.count_left(),
            "steal_jiffies": steal_jiffies() - steal,
        }


def _open_device(folder: Path, ending: ExitStack) -> tuple[str, Mapping[str, str] | None]:
    if not shutil.which("jackd"):
        return "null", None
    server = ending.enter_context(JackServer(server_name(), folder / "jackd.log"))
    return "system", server.environment


def _counts(program: Program) -> dict[str, float]:
    return {name: program.get(name) for name in COUNTED}


def _flood(program: Program, seconds: float) -> tuple[dict[str, Any], list[float | None]]:
    """What the clients counted, and what the ninth waited for each answer."""
    ports = program.port, http_port(program)
    command = leashed(sys.executable, "-m", "lmdmd.bench.flooders", *map(str, (*ports, seconds)))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as clients:
        waits_ms = asyncio.run(_keep_asking(*ports, clients))
        assert clients.stdout is not None
        said = clients.stdout.read()
    if clients.returncode:
        raise LmdmdError("the clients that should flood have failed")
    return json.loads(said), waits_ms


async def _keep_asking(port: int, http_port: int, clients: subprocess.Popen) -> list[float | None]:
    witness = await Witness.at("udp", port, http_port)
    waits_ms = []
    while clients.poll() is None:
        began_s = time.monotonic()
        waits_ms.append(await witness.ask())
        await asyncio.sleep(max(0.0, began_s + ASK_EVERY_S - time.monotonic()))
    await witness.close()
    return waits_ms


def write_show(path: Path, model: str, cues: int) -> Path:
    """A show of cues that somebody fires, each of which fails to reach a target of its own and says so."""
    lines = [f"title: flood\nmodel: {model}\nseed: 1\ntargets:"]
    # Nobody may send to all hosts, so that this fails at once, wherever we are.
    lines += [f'  t{number}: {{osc: "255.255.255.255:{FIRST_PORT + number}"}}' for number in range(cues)]
    lines += ["songs:", "  - name: only", "    length: 86400s", "    tempo: 120", "    prompts: {warm pads: 1}"]
    lines += ["    cues:"]
    for number in range(cues):
        send = f"[{{to: t{number}, message: /x}}]"
        lines += [f"      - {{name: cue {number}, go: true, send: {send}}}"]
    path.write_text("\n".join(lines) + "\n")
    return path
