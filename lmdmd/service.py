"""Files that let the system start and watch the program: a user unit for systemd, a launchd agent for macOS.

Pure functions of what ``lmdmd run`` is to be told; ``write_service`` writes what they make. Both start the program
again after a crash, and with ``--pick-up`` it goes on with the show then.
"""

from __future__ import annotations

import plistlib
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from lmdmd.errors import ConfigError
from lmdmd.params import find

UNIT, PLIST = "lmdmd.service", "lmdmd.plist"

NICENESS = -5
STARTING_S = 300
"""A big model takes its time."""
AFTER_FADE_S = 30
"""So much longer than the longest fade the end may take, with decks and recordings."""
WATCHDOG_S = 30
"""Longer than we need to replace a part of ours that hangs: the sound goes on meanwhile."""

_UNIT = """\
[Unit]
Description=lmdmd, a Live Music Diffusion Model on stage
After=pipewire.service wireplumber.service
StartLimitIntervalSec=300
StartLimitBurst=20

[Service]
Type=notify
NotifyAccess=main
WorkingDirectory={folder}
ExecStart={command}
ExecReload=/bin/sh -c "kill -USR1 $MAINPID"
Restart=on-failure
RestartSec=2
RestartPreventExitStatus=2
TimeoutStartSec={starting_s}
TimeoutStopSec={ending_s}
WatchdogSec={watchdog_s}
WatchdogSignal=SIGKILL
KillMode=mixed
Nice={niceness}
LimitNICE=-10
LimitRTPRIO=95
LimitMEMLOCK=infinity
NoNewPrivileges=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native

[Install]
WantedBy=default.target
"""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PLAIN = re.compile(r"[A-Za-z0-9_./:=,+@-]+\Z")


def program(arguments: Sequence[str]) -> list[str]:
    """Command that plays: this interpreter, and what ``lmdmd run`` is to be told."""
    return [sys.executable, "-m", "lmdmd", "run", *arguments, "--pick-up"]


def make_unit(command: Sequence[str], folder: Path) -> str:
    """A user unit of systemd; raises ``ConfigError`` for what no unit can hold."""
    return _UNIT.format(
        folder=_line(str(folder)).replace("%", "%%"),
        command=" ".join(_quoted(_line(word)) for word in command),
        starting_s=STARTING_S,
        ending_s=_ending_s(),
        watchdog_s=WATCHDOG_S,
        niceness=NICENESS,
    )


def make_plist(command: Sequence[str], folder: Path) -> bytes:
    """An agent of launchd; raises ``ConfigError`` for what no property list can hold."""
    log = str(Path.home() / "Library" / "Logs" / "lmdmd.log")
    about = {
        "Label": "lmdmd",
        "ProgramArguments": [_line(word) for word in command],
        "WorkingDirectory": _line(str(folder)),
        "KeepAlive": {"SuccessfulExit": False},
        "ProcessType": "Interactive",
        "Nice": NICENESS,
        "ExitTimeOut": _ending_s(),
        "StandardErrorPath": log,
        "StandardOutPath": log,
    }
    return plistlib.dumps(about)


def write_service(out: Path, arguments: Sequence[str], folder: Path) -> list[Path]:
    """Write both files; returns where they are. Raises ``ConfigError``."""
    command = program(arguments)
    made = {out / UNIT: make_unit(command, folder).encode(), out / PLIST: make_plist(command, folder)}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, text in made.items():
            path.write_bytes(text)
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from None
    return list(made)


def _ending_s() -> int:
    return int(find("show/fade").hi or 0) + AFTER_FADE_S


def _line(text: str) -> str:
    if _CONTROL.search(text):
        raise ConfigError(f"{text!r}: has a control character, which no service file can hold")
    return text


def _quoted(word: str) -> str:
    """A word of a command as systemd reads it: its own signs doubled, quotes where it needs them."""
    if _PLAIN.match(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'
