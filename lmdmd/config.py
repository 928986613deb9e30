"""Boot options: what cannot change while the program runs, as one frozen dataclass.

What can change live is a row of ``params.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lmdmd.errors import ConfigError, did_you_mean
from lmdmd.params import find

OSC_PORT = 9000
HTTP_PORT = 9080
QLAB_PORT = 53000
"""Where QLab is, and who speaks to it looks for it."""
RECORDINGS = Path("recordings")
"""Folder of the recordings where nobody names one."""
MOST_THREADS = 512
MOST_SECONDS = 10_000_000
PRECISIONS = ("fp32", "int8", "bf16")
"""Numbers that a deck can compute with; the first where nobody says."""

_ORIGIN = re.compile(r"(?:null|https?://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?)\Z")


@dataclass(frozen=True)
class Config:
    """Options of ``lmdmd run``.

    ``device``: ``default``, ``null``, ``file:OUT.wav`` or part of a sound device's name. ``input`` is a sound file
    that is played as the live input, around and around.
    ``passcodes`` is a file of them or ``None`` (the environment may have some), ``allow`` names the hosts that are
    heard, ``qlab_port`` is ``None`` where nobody speaks as to QLab.
    ``model`` is a bundle's name or folder; "" leaves it to the setlist, and that to the default.
    ``http_port`` ``None`` opens none; ``allow_origins`` are sites whose pages may use it, beside its own; ``announce``
    tells the network of it, ``None``: if the network reaches it. ``rate_hz`` 0 means the device's own rate. ``record``
    is a folder or ``None``. ``rehearsal`` lets decks fail on purpose; ``begin``, ``loop``, ``skip_waits_s`` and
    ``speed`` are those of ``control/rehearsal.py``. ``resume`` is a show log, or a folder in which there is one, with
    whose show to go on.
    """

    setlist: Path | None = None
    device: str = "default"
    input_device: str = ""
    input: Path | None = None
    model: str = ""
    record: Path | None = None
    osc_port: int = OSC_PORT
    http_port: int | None = HTTP_PORT
    bind: str = "127.0.0.1"
    allow_origins: tuple[str, ...] = ()
    announce: bool | None = None
    passcodes: Path | None = None
    allow: tuple[str, ...] = ()
    qlab_port: int | None = None
    rate_hz: int = 0
    buffer_frames: int = 256
    seed: int | None = None
    seconds: float | None = None
    threads: int = 0
    precision: str = PRECISIONS[0]
    rehearsal: bool = False
    begin: str = ""
    loop: str = ""
    skip_waits_s: float | None = None
    speed: float = 1.0
    resume: Path | None = None

    def __post_init__(self) -> None:
        _check("--osc-port", self.osc_port, 0, 65535)
        if self.http_port is not None:
            _check("--http-port", self.http_port, 0, 65535)
        if self.qlab_port is not None:
            _check("--qlab-port", self.qlab_port, 0, 65535)
        _check("--buffer", self.buffer_frames, 16, 8192)
        _check("--threads", self.threads, 0, MOST_THREADS)
        for origin in self.allow_origins:
            if not _ORIGIN.match(origin):
                raise ConfigError(f'--allow-origin "{origin}": must be a site such as http://show.local:8000, or null')
        if self.precision not in PRECISIONS:
            hint = did_you_mean(self.precision, PRECISIONS)
            raise ConfigError(f'--precision "{self.precision}": must be one of {", ".join(PRECISIONS)}{hint}')
        if self.rate_hz:
            _check("--rate", self.rate_hz, 8000, 192_000)
        if self.seed is not None:
            seed = find("engine/seed")
            _check("--seed", self.seed, int(seed.lo), int(seed.hi))
        if self.seconds is not None and not 0 < self.seconds <= MOST_SECONDS:
            raise ConfigError(f"--seconds {self.seconds:g}: must lie above 0 and not above {MOST_SECONDS}")


def _check(option: str, value: int, lo: int, hi: int) -> None:
    if not lo <= value <= hi:
        raise ConfigError(f"{option} {value}: must lie between {lo} and {hi}")
