"""Some garbage at every door of a real program: it goes on, and good clients are answered."""

from __future__ import annotations

import asyncio
import json

from lmdmd.bench.fuzz import SHARES
from lmdmd.bench.garbage import Garbage
from lmdmd.bench.traces import distinct_traces
from lmdmd.bench.wires import Witness
from lmdmd.cli import main
from lmdmd.control.session import Session
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_doors import OscDoors
from lmdmd.testing import make_tiny_bundle


def test_garbage_at_every_door_breaks_nothing(tmp_path, capsys):
    path = make_tiny_bundle(tmp_path / "tiny").path
    assert main(["bench", "fuzz", "--packets", "3000", "--model", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["packets"] >= 3000 and set(found["thrown"]) <= set(SHARES)
    clean = ("unanswered", "unreadable", "defects", "died", "traces", "exit_status", "left_processes", "left_segments")
    assert not any(found[key] for key in clean), {key: found[key] for key in clean}
    assert found["counters"]["osc malformed"] > 500


def test_a_seed_makes_the_same_garbage_again():
    packets = [
        [garbage.garbled(bytes(range(64))) for _ in range(50)] for garbage in (Garbage(3), Garbage(3), Garbage(4))
    ]
    assert packets[0] == packets[1] != packets[2]


def test_a_trace_is_told_once_of_each_kind():
    log = "".join(
        f'00:00:0{at} OSC: it broke\nTraceback (most recent call last):\n  File "a.py", line 3, in go\n    stop({at})\n'
        f'  File "{where}.py", line 7, in stop\n    raise\n    ^^^^^\n{why}: {at}\n00:00:0{at} osc does show/go\n'
        for at, (where, why) in enumerate(
            [("b", "ValueError"), ("c", "ValueError"), ("b", "ValueError"), ("b", "KeyError")]
        )
    )
    found = distinct_traces(log)
    assert [one["times"] for one in found] == [2, 1, 1]
    assert str(found[0]["trace"]).endswith("    ^^^^^\nValueError: 0") and "it broke" not in str(found[0]["trace"])
    assert distinct_traces("00:00:00 osc does show/go\n") == []


def test_a_witness_that_was_cut_off_comes_back():
    async def scene() -> None:
        doors = OscDoors(OscDesk(Session()), port=0)
        await doors.start()
        witness = await Witness.at("tcp length", doors.port, 0)
        try:
            assert await witness.ask() is not None
            for connection in tuple(doors.tcp.connections):
                connection.abort()
            while not witness.is_cut_off:
                await asyncio.sleep(0.01)
            assert await witness.ask() is not None
        finally:
            await witness.close()
            await doors.stop()

    asyncio.run(scene())
