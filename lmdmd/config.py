"""Boot options: what cannot change while the program runs, as one frozen dataclass.

What can change live is a row of ``params.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lmdmd.errors import ConfigError

OSC_PORT = 9000
HTTP_PORT = 9080


@dataclass(frozen=True)
class Config:
    """Options of ``lmdmd run``.

    ``device``: ``default``, ``null``, ``file:OUT.wav`` or part of a sound device's name.
    ``model`` is a bundle's name or folder; "" leaves it to the setlist, and that to the default.
    ``rate_hz`` 0 means the device's own rate. ``record`` is a folder or ``None``.
    """

    setlist: Path | None = None
    device: str = "default"
    input_device: str = ""
    model: str = ""
    record: Path | None = None
    osc_port: int = OSC_PORT
    http_port: int = HTTP_PORT
    bind: str = "127.0.0.1"
    rate_hz: int = 0
    buffer_frames: int = 256
    seed: int | None = None
    seconds: float | None = None
    threads: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.osc_port <= 65535:
            raise ConfigError(f"--osc-port {self.osc_port}: a port lies between 0 and 65535")
        if not 16 <= self.buffer_frames <= 8192:
            raise ConfigError(f"--buffer {self.buffer_frames}: a buffer has 16 to 8192 frames")
        if self.seconds is not None and self.seconds <= 0:
            raise ConfigError(f"--seconds {self.seconds:g}: must be above 0")
