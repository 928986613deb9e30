"""``lmdmd monitor`` beside a whole running program: what it shows is what that does."""

from __future__ import annotations

import json
import subprocess
import sys

from program import Program, write_setlist

from lmdmd.surfaces.monitor_state import MonitorState
from lmdmd.testing import make_tiny_bundle


def test_it_sees_a_show_play(tmp_path):
    bundle = make_tiny_bundle(tmp_path / "tiny").path
    show = write_setlist(tmp_path / "show.yaml", bundle, 600)
    with Program(tmp_path, show, "--device", "null", "--threads", "1", record=False).until_playing() as program:
        command = [sys.executable, "-m", "lmdmd", "monitor", "--port", str(program.port), "--json"]
        monitor = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert monitor.stdout is not None
            first = next(said for said in map(json.loads, monitor.stdout) if _is_whole(said["values"]))
            assert first["link"] == "here" and first["values"]["deck/0/state"] == "live"
            assert first["values"]["deck/0/block_lasts"] > 0 and first["values"]["status/memory"] > 0
            later = next(said for said in map(json.loads, monitor.stdout) if said["time"] > first["time"] + 1.0)
            assert later["values"]["show/elapsed"] > first["values"]["show/elapsed"]
            assert later["values"]["status/callbacks"] > first["values"]["status/callbacks"]
            assert program.end() == 0
            gone = next(said for said in map(json.loads, monitor.stdout) if said["link"] == "gone")
            assert gone["values"]["show/song"] == "only"
        finally:
            monitor.kill()
            monitor.communicate()


def _is_whole(values: dict) -> bool:
    """Whether the program has told of its show, a block, and of this very client."""
    state = MonitorState("here", values=values)
    return state.text("show/song") == "only" and state.number("deck/0/block_took") > 0 and state.number("osc/peers") > 0
