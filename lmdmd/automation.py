"""A lane is one value over absolute frames: steps and glides, known ahead or made just now.

Control, decks and the mixer read the same lanes, so a cue lands on the same frame everywhere and a
render repeats what was played. ``at`` is a pure look-up: asking again for an earlier frame is allowed.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from lmdmd.units import glide


@dataclass(frozen=True)
class Segment:
    """From ``frame`` on, go from ``start`` to ``target`` within ``glide_frames``, then stay."""

    frame: int
    start: float
    target: float
    glide_frames: int = 0
    curve: str = "linear"

    def at(self, frame: int) -> float:
        """Value at an absolute frame not before the segment's own."""
        if self.glide_frames <= 0:
            return self.target
        return glide(self.start, self.target, (frame - self.frame) / self.glide_frames, self.curve)


class Lane:
    """Piecewise value over frames. Single-threaded; one writer and its readers share a process."""

    def __init__(self, value: float) -> None:
        self._segments = [Segment(0, value, value)]

    def at(self, frame: int) -> float:
        """Value at an absolute frame."""
        index = bisect.bisect_right(self._segments, frame, key=lambda segment: segment.frame)
        return self._segments[max(index - 1, 0)].at(frame)

    def write(self, frame: int, target: float, glide_frames: int = 0, curve: str = "linear") -> None:
        """Go to ``target`` from ``frame`` on; a write at the same frame replaces, later ones stay.

        Later segments keep their targets but start from the new path, so a hand on a fader ends the
        glide it interrupts without cancelling the cues that are still to come.
        """
        start = self.at(frame)
        index = bisect.bisect_left(self._segments, frame, key=lambda segment: segment.frame)
        after = [segment for segment in self._segments[index:] if segment.frame > frame]
        self._segments[index:] = [Segment(frame, start, target, glide_frames, curve)]
        for later in after:
            start = self._segments[-1].at(later.frame)
            self._segments.append(Segment(later.frame, start, later.target, later.glide_frames, later.curve))

    def begins(self, since: int, until: int) -> list[int]:
        """Frames in ``(since, until]`` at which a segment begins."""
        return [segment.frame for segment in self._segments if since < segment.frame <= until]

    def jumps(self, after: int, until: int) -> list[int]:
        """Frames in ``(after, until]`` at which the value steps; where it glides it has none."""
        steps = [s for s in self._segments if after < s.frame <= until and s.glide_frames <= 0]
        return [s.frame for s in steps if self.at(s.frame - 1) != s.target]

    def forget_before(self, frame: int) -> None:
        """Drop segments that end before ``frame`` is reached; values from ``frame`` on do not move."""
        index = bisect.bisect_right(self._segments, frame, key=lambda segment: segment.frame)
        self._segments = self._segments[max(index - 1, 0) :]

    def clear_after(self, frame: int) -> None:
        """Cancel everything planned for frames after ``frame``."""
        before = self._segments[0].start
        self._segments = [s for s in self._segments if s.frame <= frame] or [Segment(0, before, before)]

    def pending(self, frame: int) -> list[Segment]:
        """Segment in force at ``frame`` and all later ones: what a newcomer must be told."""
        index = bisect.bisect_right(self._segments, frame, key=lambda segment: segment.frame)
        return self._segments[max(index - 1, 0) :]


class TextLane:
    """Text over frames: the same idea as ``Lane`` for values that cannot glide."""

    def __init__(self, text: str) -> None:
        self._steps: list[tuple[int, str]] = [(0, text)]

    def at(self, frame: int) -> str:
        """Text in force at a frame."""
        index = bisect.bisect_right(self._steps, frame, key=lambda step: step[0])
        return self._steps[max(index - 1, 0)][1]

    def write(self, frame: int, text: str) -> None:
        """Change to ``text`` from ``frame`` on."""
        self._steps = sorted([*(s for s in self._steps if s[0] != frame), (frame, text)])

    def begins(self, since: int, until: int) -> list[int]:
        """Frames in ``(since, until]`` at which words come."""
        return [frame for frame, _ in self._steps if since < frame <= until]

    def jumps(self, after: int, until: int) -> list[int]:
        """Frames in ``(after, until]`` at which other words come."""
        steps = [frame for frame, _ in self._steps if after < frame <= until]
        return [frame for frame in steps if self.at(frame - 1) != self.at(frame)]

    def forget_before(self, frame: int) -> None:
        """Drop steps that are over before ``frame``."""
        self._steps = self.pending(frame)

    def clear_after(self, frame: int) -> None:
        """Cancel changes planned for frames after ``frame``."""
        self._steps = [s for s in self._steps if s[0] <= frame] or [(0, self.at(frame))]

    def pending(self, frame: int) -> list[tuple[int, str]]:
        """Step in force at ``frame`` and all later ones."""
        index = bisect.bisect_right(self._steps, frame, key=lambda step: step[0])
        return self._steps[max(index - 1, 0) :]
