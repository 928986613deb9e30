"""What people should know of the input, as sentences: each thing is said once when it begins, not while it lasts."""

from __future__ import annotations

from dataclasses import dataclass, field

from lmdmd.params import INPUTS
from lmdmd.rt.door import Door

UNPLUGGED_S = 5.0
"""A device that has given sound and then nothing at all, not even noise, for so long, is unplugged."""
RUMBLE_S = 2.0
AGAIN_S = 60.0
"""What comes back sooner is not said again."""
CLIPPED_FRAMES = 10
"""Fewer than these at full scale are an accident."""
CLIPS_S = 1.0
"""So long after that it is said, unless it was a howl, of which something else is said."""


@dataclass
class InputWatch:
    """Looks at a door's counters; ``inputs`` are the device's channels, ``rate_hz`` its rate."""

    door: Door
    rate_hz: int
    inputs: int
    _said_s: dict[str, float] = field(default_factory=dict)
    _mended: int = 0
    _clipped: int = 0
    _clipped_s: float | None = None
    _howls: int = 0
    _unplugged: bool = False

    def look(self, now_s: float, source: float) -> list[str]:
        """Sentences that are due; ``source`` is the slot value of ``input/source``."""
        heard = INPUTS[round(source)]
        said = [self._no_file(heard), self._no_numbers(), self._clips(now_s), self._rumbles(), self._howled()]
        said.append(self._cable(heard))
        return [text for kind, text in said if text and self._is_due(kind, now_s)]

    def _is_due(self, kind: str, now_s: float) -> bool:
        before_s = self._said_s.get(kind)
        self._said_s[kind] = now_s
        return before_s is None or now_s - before_s > AGAIN_S

    def _no_file(self, heard: str) -> tuple[str, str]:
        if heard not in ("file", "both") or self.door.file is not None:
            return "", ""
        return "file", f"input/source is {heard}, and there is no file: start with lmdmd run --input FILE"

    def _no_numbers(self) -> tuple[str, str]:
        mended, self._mended = self.door.mended - self._mended, self.door.mended
        if not mended:
            return "", ""
        return "numbers", f"the sound device gave {mended} samples that are no sound; silence went in for them"

    def _clips(self, now_s: float) -> tuple[str, str]:
        if self.door.clipped_frames - self._clipped >= CLIPPED_FRAMES:
            self._clipped = self.door.clipped_frames
            self._clipped_s = self._clipped_s or now_s
        if not self.door.guard.idle:
            self._clipped_s = None
        if self._clipped_s is None or now_s - self._clipped_s < CLIPS_S:
            return "", ""
        self._clipped_s = None
        return "clips", "the input is at full scale and clips: turn it down at the instrument or at the sound device"

    def _rumbles(self) -> tuple[str, str]:
        if self.door.rumble_frames < RUMBLE_S * self.rate_hz:
            return "", ""
        return (
            "rumble",
            "the input is hardly anything but DC or rumble, which input/highpass takes away: look at the cable",
        )

    def _howled(self) -> tuple[str, str]:
        guard = self.door.guard
        howls, self._howls = guard.howls - self._howls, guard.howls
        if not howls:
            return "", ""
        where = f" at {guard.hz:.0f} Hz" if guard.hz else ""
        return "howl", (
            f"the input hears the output and howls{where}; it is ducked until it is quiet: move the microphone, "
            "or turn down input/gain, input/monitor or the dry side of mix/wet"
        )

    def _cable(self, heard: str) -> tuple[str, str]:
        door = self.door
        if not self.inputs or not door.alive or heard not in ("mic", "both"):
            return "", ""
        silent = door.zero_frames >= UNPLUGGED_S * self.rate_hz
        changed, self._unplugged = silent != self._unplugged, silent
        if not changed:
            return "", ""
        if silent:
            return "unplugged", "the input gives nothing any more, not even noise: is it unplugged?"
        return "plugged", "the input is back"
