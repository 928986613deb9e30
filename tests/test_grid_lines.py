"""Lines of quantised cues: on the grid, never in the past, and no line is left out."""

import pytest

from lmdmd.control.clock import TempoMap
from lmdmd.control.grid_lines import next_line
from lmdmd.control.setlist import Span, Way
from lmdmd.control.tempo import ramped

RATE = 48000
CLOCK = TempoMap.constant(RATE, 120.0, 4)


@pytest.mark.parametrize(
    ("span", "seconds", "line"),
    [
        (Span(0.0), 3.3, 3.3),
        (Span(1, "beats"), 3.3, 3.5),
        (Span(1, "bars"), 3.3, 4.0),
        (Span(1, "bars"), 4.0, 4.0),
        (Span(4, "bars"), 0.001, 8.0),
        (Span(4, "bars"), 8.001, 16.0),
        (Span(0.5, "beats"), 3.26, 3.5),
        (Span(3, "beats"), 3.3, 4.5),
        (Span(2.0), 3.3, 4.0),
    ],
)
def test_the_next_line(span, seconds, line):
    assert next_line(span, CLOCK, 0, round(seconds * RATE)) == round(line * RATE)


def test_seconds_count_from_the_beginning_of_the_song():
    assert next_line(Span(2.0), CLOCK, RATE, 2 * RATE) == 3 * RATE


def test_lines_follow_a_ramp():
    clock = ramped(CLOCK, 0, 60.0, Way(Span(8, "bars")))
    lines, frame = [], 1
    while len(lines) < 6:
        lines.append(next_line(Span(2, "bars"), clock, 0, frame))
        frame = lines[-1] + 1
    assert lines == [clock.frame_of(bar) for bar in (3, 5, 7, 9, 11, 13)]
