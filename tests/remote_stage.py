"""A program for the tablet page to talk to: a real session, show, desk and HTTP port; only the sound is left out.

``python remote_stage.py PORT SETLIST`` plays the setlist by the wall clock. It prints its port when it listens, and
then whatever a client does: ``did show/go`` or ``wrote mix/gain -6.0``. It can be killed and started again on the same
port, as a daemon can. Passcodes come from the environment, as a daemon's may.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from lmdmd.control.events import Done, Event, Written
from lmdmd.control.panic import Panic
from lmdmd.control.session import Session
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.control.show import Show
from lmdmd.control.sync import Sync
from lmdmd.rt.board import Board
from lmdmd.surfaces.osc_access import Access, read_passcodes
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.web import WebSurface

RATE = 44100
TICK_S = 0.02
WEB = "ws:"


def tell(event: Event) -> None:
    """Print what a client of the WebSocket did."""
    if isinstance(event, Written) and event.source.startswith(WEB):
        print("wrote", event.name, event.value, flush=True)
    elif isinstance(event, Done) and event.source.startswith(WEB):
        print("did", event.verb, *event.values, flush=True)


async def play(port: int, setlist: Path) -> None:
    """Play until somebody kills us."""
    board = Board.create(RATE)
    board.unlink()  # it stays as long as we do, and nobody has to clear it away after a kill
    session = Session(board, None, RATE)
    show = Show(session, load_setlist(setlist))
    show.arm()
    Panic(session)
    session.watch(tell)
    sync = Sync(session, show, 256, asyncio.get_running_loop().call_later)
    desk = OscDesk(session, Access(read_passcodes(None)))
    desk.start()
    web = WebSurface(session, desk, port=port)
    await web.start()
    print(web.port, flush=True)
    await _roll(board, session, show, sync)


async def _roll(board: Board, session: Session, show: Show, sync: Sync) -> None:
    began_s = time.monotonic()
    while True:
        board.playhead = round((time.monotonic() - began_s) * RATE)
        show.tick(board.playhead)
        sync.tick()
        session.awaited.settle_all(0, board.playhead)
        session.tell_heard()
        session.refresh()
        await asyncio.sleep(TICK_S)


if __name__ == "__main__":
    asyncio.run(play(int(sys.argv[1]), Path(sys.argv[2])))
