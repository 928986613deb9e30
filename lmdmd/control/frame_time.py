"""Which frame is heard at which moment: the playhead, which moves a buffer at a time, as a straight line.

The playhead is never ahead of the device and is read some time after it moved, so of many readings the earliest are
right: the line lies along the lower edge of what was seen. A pure value, changed by making another.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

_LONGEST = 150
_SLIPPED = 16
"""When so many readings in a row lie more than a buffer above the line, the device has lost time."""

_SLIP_S = 0.001


@dataclass(frozen=True)
class FrameTime:
    """The line of the latest readings.

    A frame that the playhead reaches goes to the device with the next buffer, and is heard ``latency_s`` after that.
    """

    rate_hz: float
    buffer_s: float
    latency_s: float = 0.0
    lags_s: tuple[float, ...] = ()
    """When frame 0 would have been the playhead, by each reading."""

    origin_s: float = field(default=0.0)

    def step(self, at_s: float, playhead: int) -> FrameTime:
        """With one reading more: the playhead at a moment."""
        lags = (*self.lags_s, at_s - playhead / self.rate_hz)[-_LONGEST:]
        recent = lags[-_SLIPPED:]
        if len(lags) > _SLIPPED and min(recent) > min(lags) + self.buffer_s + _SLIP_S:
            lags = recent
        return replace(self, lags_s=lags, origin_s=min(lags))

    @property
    def is_known(self) -> bool:
        """Whether enough readings were taken to tell the time."""
        return len(self.lags_s) >= _SLIPPED

    def heard_s(self, frame: float) -> float:
        """Moment at which a frame is heard."""
        return self.origin_s + frame / self.rate_hz + self.buffer_s + self.latency_s

    def came_s(self, frame: float) -> float:
        """Moment at which sounded what the device's input has at a frame; it is thought to be as late as the output."""
        return self.origin_s + frame / self.rate_hz - self.latency_s

    def frame_at(self, at_s: float) -> float:
        """Frame, with its fraction, that is heard at a moment."""
        return (at_s - self.origin_s - self.buffer_s - self.latency_s) * self.rate_hz
