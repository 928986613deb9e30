"""A show that plays on while its setlist is spoilt under it and read again, over and over."""

from __future__ import annotations

import random

from program import Program
from test_setlist_mutations import EXACT, GIANTS, bomb

from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100
LEAD_S = 6.0
"""So much is kept ready that no busy machine can be taken for a show that was disturbed."""
ROUNDS = 3
SHOW = """title: Evening
model: {bundle}
seed: 7
songs:
  - name: First
    tempo: 120
    metre: 4
    length: 30s
    prompts: warm pads
    cues:
      - name: glow
        number: "1"
        at: 0.5s
        notes: Let it breathe.
        prompts: jazz
        over: 0.1s
        curve: smooth
        set:
          gen/cfg: 3
          mix/gain: -3
      - name: rest
        number: "2"
        at: 1s
        hold: true
  - name: Second
    tempo: 90
    length: 8 bars
    cues:
      - name: door
        number: "3"
        bar: 2
        set:
          gen/cfg: 4
"""
STANDS = ("show/title", "show/song", "show/cue", "show/next", "show/held", "clock/tempo", "prompt/1/text", "gen/cfg",
          "mix/gain", "deck/0/model", "deck/0/state", "status/underruns", "status/gaps", "status/concealed",
          "status/restarts")  # fmt: skip


def test_broken_files_leave_the_running_show_as_it_is(tmp_path):
    bundle = make_tiny_bundle(tmp_path / "bundles" / "one").path
    path, rng = tmp_path / "evening.yaml", random.Random(5)
    text = SHOW.format(bundle=bundle)
    path.write_text(text)
    spoilt = [mutate(rng, text).text for mutate in (*EXACT, bomb) for _ in range(ROUNDS)]
    spoilt += [giant.encode() for giant, _ in GIANTS.values()] + [b""]
    rng.shuffle(spoilt)
    with Program(tmp_path, path, "--device", "null", "--threads", "1") as program:
        program.until_playing()
        program.ask("engine/lead", LEAD_S)
        program.until_playhead(2 * RATE_HZ)
        before, begun = {row: program.get(row) for row in STANDS}, program.playhead()
        assert (before["show/cue"], before["show/held"], before["status/gaps"]) == ("rest", 1, 0)
        for data in spoilt:
            path.write_bytes(data)
            why = program.do("show/reload", timeout_s=30.0)
            assert "the show goes on as it was" in why and f"{path}:" in why, (why, data[:200])
        path.unlink()
        assert "the show goes on as it was" in program.do("show/reload")
        assert {row: program.get(row) for row in STANDS} == before
        assert program.playhead() > begun
        path.write_text(text.replace("gen/cfg: 3", "gen/cfg: 5"))
        assert program.do("show/reload") == ""
        program.until_playhead(program.playhead() + 2 * RATE_HZ)
        assert {row: program.get(row) for row in STANDS} == before | {"gen/cfg": 5.0}
        assert program.end() == 0
