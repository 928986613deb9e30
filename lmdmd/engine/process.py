"""The deck process: born, alive as long as its parent is, and with a last word when it fails.

It writes its ring, its heartbeat and its report rows, and reads the output tape. A closed pipe means that the parent
is gone: the deck ends.
"""

from __future__ import annotations

import os
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection

import torch

from lmdmd.engine.deck import Deck
from lmdmd.engine.threads import most_threads
from lmdmd.errors import LmdmdError
from lmdmd.messages import DeckArgs, Failed

NICENESS, LOADING_NICENESS = -10, 0
"""A deck that loads while another one plays must not take its time; but it must be let back up again."""


def run(connection: Connection, args: DeckArgs) -> None:
    """Load, warm up, say ``Ready``, then play until told to stop."""
    preferred = prefer_this_process()
    if preferred and args.aside:
        os.setpriority(os.PRIO_PROCESS, 0, LOADING_NICENESS)
    try:
        torch.set_num_threads(args.threads or most_threads())
        torch.set_grad_enabled(False)
        deck = Deck(connection, args)
        if preferred:
            prefer_this_process()  # what is measured from here on must be what it will be on stage
        deck.start()
        deck.play()
    except (EOFError, ConnectionError):
        return
    except LmdmdError as error:
        connection.send(Failed(str(error)))
    except (MemoryError, RuntimeError) as error:
        if not _is_short_of_memory(error):
            raise
        connection.send(Failed(f"deck {args.slot}: out of memory", traceback.format_exc()))


def _is_short_of_memory(error: Exception) -> bool:
    # torch has a class of its own for a GPU's memory, and only words for the machine's.
    return isinstance(error, MemoryError) or any(word in str(error) for word in ("out of memory", "allocate memory"))


def prefer_this_process() -> bool:
    """Ask for a larger share of the processor than programs that nobody hears; False where that is not allowed."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
        return True
    return False
