"""The dry side of a delay, from the row that a player moves to what the mixer plays."""

from __future__ import annotations

import numpy as np
import pytest

from lmdmd.control.dry_side import DrySide
from lmdmd.control.memory import Memory
from lmdmd.control.session import Change, Session
from lmdmd.params import find
from lmdmd.rt.limiter import LATENCY_FRAMES
from lmdmd.rt.mixer import Mixer

RATE_HZ = 44100
BUFFER = 256


@pytest.fixture
def memory():
    memory = Memory.create(RATE_HZ)
    yield memory
    memory.close()


def test_the_dry_side_follows_the_delay_only_where_it_is_wanted_beside_it(memory):
    session = Session(memory.board, memory.schedule, RATE_HZ)
    mixer, side = Mixer(RATE_HZ, BUFFER, memory.schedule), DrySide(session)
    session.set("mix/wet", 0.0, source="hand")
    session.set("input/highpass", find("input/highpass").lo, source="hand")
    noise = (0.1 * np.random.default_rng(4).standard_normal((4 * RATE_HZ, 2))).astype(np.float32)
    noise = noise[: len(noise) // BUFFER * BUFFER]
    moves = {
        100: lambda: side.hear(Change("delay/now", 0.75, "engine")),
        200: lambda: session.set("delay/dry", "aligned", source="hand"),
        400: lambda: side.hear(Change("delay/now", 0.5, "engine")),
        500: lambda: session.set("delay/dry", "direct", source="hand"),
    }
    heard = []
    for count, at in enumerate(range(0, len(noise), BUFFER)):
        moves.get(count, lambda: None)()
        out = np.zeros((BUFFER, 2), np.float32)
        mixer.process(at, (), noise[at : at + BUFFER], out)
        memory.board.playhead = at + BUFFER
        heard.append(out)
    out = np.concatenate(heard)[LATENCY_FRAMES:]
    for buffer, late_s in ((150, 0.0), (300, 0.75), (450, 0.5), (600, 0.0)):
        at, late = buffer * BUFFER, round(late_s * RATE_HZ)
        np.testing.assert_array_equal(out[at : at + 4000], noise[at - late : at - late + 4000], str(buffer))
