"""``lmdmd bench show``: a whole show of songs, cues and swaps, played by nobody; is each change on its bar?"""

from __future__ import annotations

import argparse
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

from lmdmd.bench.ear import Ear
from lmdmd.bench.jack_server import JackServer
from lmdmd.bench.program import Program
from lmdmd.bench.show_report import judge
from lmdmd.bench.show_setlist import make_show
from lmdmd.bench.stage import server_name, working_folder
from lmdmd.errors import LmdmdError
from lmdmd.train.progress import Progress

_LATE_S = 120.0


def bench_show(options: argparse.Namespace) -> dict[str, object]:
    """Play a show on a sound server or on the null device, and judge what was heard of it.

    Keys of the report: a change's `error_ms` is from its bar to where the recording leaves what would have come without
    it: audibly for what changes at once (`audible_ms`), by a single bit (`first_ms`) for fades and glides, which begin
    with nothing. `dip_db` is how far a fade fell below its quieter side, each deck by itself through the same mixer, in
    windows of 0.4 s, `dip_short_db` in those of 0.1 s. `unmixed` are frames that the mixer made again from the stems
    has otherwise than the recording: above 0 nothing here is to be believed. Cues that nobody could hear around their
    bar are `unmeasured`; of a good show there are none. `told_ms` is how far from its bar the log says that it fired.
    `replay_unequal` are frames that `lmdmd replay` makes otherwise, `cut_unequal` those after each cut of the log.
    """
    if options.kept is not None:
        return judge(options.kept, options.cuts)
    with working_folder(options.keep) as folder:
        perform(folder, options)
        return judge(folder, options.cuts)


def perform(folder: Path, options: argparse.Namespace) -> None:
    """Play the show to its end; raises ``LmdmdError`` when it does not end in order, or not in time."""
    setlist = make_show(options.seconds, options.models).write(folder)
    with ExitStack() as ending:
        device, environment = "null", None
        if options.device == "jack":
            server = ending.enter_context(JackServer(server_name(), folder / "jackd.log"))
            ending.enter_context(Ear(server, folder))
            device, environment = "system", server.environment
        arguments = (setlist, "--device", device, "--threads", options.threads)
        program = ending.enter_context(Program(folder, *arguments, environment=environment))
        program.until_playing()
        _wait(program, options.seconds)


def _wait(program: Program, seconds: float) -> None:
    began_s = time.monotonic()
    with Progress("show", round(seconds)) as progress:
        while program.process.poll() is None:
            passed_s = time.monotonic() - began_s
            if passed_s > seconds + _LATE_S:
                raise LmdmdError(f"the show of {seconds:g} s did not end: {program.said()[-600:]}")
            progress.advance(min(round(passed_s), round(seconds)) - progress.done)
            try:
                program.process.wait(1.0)
            except subprocess.TimeoutExpired:
                continue
    if program.process.returncode:
        raise LmdmdError(f"lmdmd run ended with {program.process.returncode}: {program.said()[-600:]}")
