"""What ``lmdmd bench sync`` makes of what it heard."""

import numpy as np
import pytest

from lmdmd.bench.heard import BUFFER, Heard
from lmdmd.bench.leaders import tempo_changes
from lmdmd.bench.sync import moment_of, row
from lmdmd.errors import LmdmdError


def test_each_moment_is_beside_the_nearest_of_the_leader():
    found = row("link", [1.001, 2.998, 5.0], [1.0, 3.0, 5.0, 7.0])
    assert found == {"what": "link", "n": 3, "p50_ms": 1.0, "p95_ms": 1.9, "max_ms": 2.0, "mean_ms": -0.33}
    with pytest.raises(LmdmdError, match="link: nothing"):
        row("link", [], [1.0])


def test_a_frame_was_heard_when_the_earliest_of_its_neighbours_say():
    notes = np.zeros(200, BUFFER)
    late_s = np.random.default_rng(1).exponential(0.002, 200)
    notes["at_s"] = 50.0 + np.arange(200) * 256 / 48000 + late_s
    heard = Heard(np.zeros((200 * 256, 2), np.float32), notes)
    for frame in (0, 1000, 25_700, 200 * 256 - 1):
        assert moment_of(heard, frame) == pytest.approx(50.0 + frame / 48000, abs=0.0005)


def test_the_leaders_change_their_tempo_alike_in_every_run():
    changes = list(tempo_changes(60.0))
    assert changes == list(tempo_changes(60.0))
    assert [at_s for at_s, _ in changes] == sorted(at_s for at_s, _ in changes)
    assert 5 <= len(changes) <= 15
    assert all(0 < at_s < 60 and 70 <= tempo <= 160 for at_s, tempo in changes)
