"""What ``lmdmd bench kill`` does to a running show: one function a kind, none of which waits for the program."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from lmdmd.bench.processes import memory_mb, runs
from lmdmd.bench.program import Program
from lmdmd.bench.stage import Stage
from lmdmd.errors import LmdmdError

HANG_S = 5.0
SPARE_MB = 4.0
SPARED_S = 2.0
TIGHT = 0.5
"""Less than it has: nothing more can be had."""

SERVER_AWAY_S = 2.0
TOO_SLOW, SLOW_S = 1.4, 8.0
"""Times as long as its sound lasts, and for how long."""


class NotOffered(LmdmdError):
    """A kind of accident for which this program has no verb."""


@dataclass(frozen=True)
class Done:
    """A fault as it was done: when sound may have been hurt, when nothing hurts any more, and whom it hit."""

    at_s: float
    over_s: float
    pid: int = 0


def kill_deck(stage: Stage) -> Done:
    """SIGKILL the deck that sounds."""
    return _kill(_live(stage.program))


def hang_deck(stage: Stage) -> Done:
    """Stop the deck that sounds for HANG_S, and let it go on unless it was replaced meanwhile."""
    pid, at_s = _live(stage.program), time.monotonic()
    os.kill(pid, signal.SIGSTOP)
    while runs(pid) and time.monotonic() < at_s + HANG_S:
        time.sleep(0.02)
    if runs(pid):
        os.kill(pid, signal.SIGCONT)
    return Done(at_s, time.monotonic(), pid)


def kill_audio(stage: Stage) -> Done:
    """SIGKILL the audio process."""
    return _kill(stage.program.audio())


def spoil_block(stage: Stage) -> Done:
    """Let the deck that sounds make a block that is no numbers."""
    pid, at_s = _live(stage.program), time.monotonic()
    _ask_for(stage.program, "nan", 1.0)
    return Done(at_s, time.monotonic(), pid)


def slow_deck(stage: Stage) -> Done:
    """Let the deck that sounds need more time than its sound lasts, for SLOW_S."""
    pid, at_s = _live(stage.program), time.monotonic()
    _ask_for(stage.program, "slow", TOO_SLOW / max(stage.program.get("status/factor"), 0.01))
    time.sleep(SLOW_S)
    _ask_for(stage.program, "slow", 1.0)
    return Done(at_s, time.monotonic(), pid)


def _ask_for(program: Program, kind: str, amount: float) -> None:
    """Raises ``NotOffered`` by a program without that verb."""
    if why := program.do("deck/fault", kind, amount):
        raise (NotOffered if "unknown" in why else LmdmdError)(why)


def starve_deck(stage: Stage) -> Done:
    """Leave the deck that sounds SPARE_MB of address space beyond what it has, then none, and let it read a prompt."""
    pid, at_s = _live(stage.program), time.monotonic()
    size_mb = memory_mb(pid).get("size", 0.0)
    for limit_mb in (size_mb + SPARE_MB, size_mb * TIGHT):
        if runs(pid):
            resource.prlimit(pid, resource.RLIMIT_AS, (round(limit_mb * 1e6), resource.RLIM_INFINITY))
        stage.program.ask("prompt/0/text", f"bright drums {limit_mb:.0f}")
        time.sleep(SPARED_S)
    return Done(at_s, time.monotonic(), pid)


def restart_server(stage: Stage) -> Done:
    """Kill the sound server and start it again after SERVER_AWAY_S; sound can be back from then on."""
    stage.server.kill()
    time.sleep(SERVER_AWAY_S)
    stage.server.start()
    back_s = time.monotonic()
    return Done(back_s, back_s)


def _kill(pid: int) -> Done:
    at_s = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    return Done(at_s, at_s, pid)


def _live(program: Program) -> int:
    pid = program.live_deck()
    if not pid:
        raise LmdmdError(f"no deck is live, they are {', '.join(program.deck_states())}")
    return pid


@dataclass(frozen=True)
class Fault:
    """A kind of accident, how many rounds of it are enough, and whether a slip of the clock is none of its doing.

    The next one comes ``pace_s`` later: a program may wait before it tries a deck again that dies oftener.
    """

    do: Callable[[Stage], Done]
    most_rounds: int = 1000
    excuses_slips: bool = True
    pace_s: float = 15.0


FAULTS = {
    "deck": Fault(kill_deck),
    "hang": Fault(hang_deck),
    "audio": Fault(kill_audio, excuses_slips=False, pace_s=6.0),
    "nan": Fault(spoil_block, pace_s=5.0),
    "slow": Fault(slow_deck, most_rounds=5),
    "memory": Fault(starve_deck),
    "jack": Fault(restart_server, most_rounds=5, excuses_slips=False),
}
"""Every kind that leaves the program running; ``control`` is another story."""
