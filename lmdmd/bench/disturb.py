"""What a stage does to a program: other words, faders thrown about, decks swapped, a busy core."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from lmdmd.bench.leash import leashed
from lmdmd.bench.program import Program
from lmdmd.errors import LmdmdError
from lmdmd.surfaces.osc_packet import build_message

WORDS = ("warm pads", "deep house", "solo piano", "jazz", "slow bright drums")
PROMPT_EVERY_S = 2.0
FLOOD_PER_S = 200
FLOOD_S, FLOOD_EVERY_S = 3.0, 10.0
RELOAD_EVERY_S = 60.0
SWAP_FADE_S = 2.0
_LOADING_S = 120.0
_SEED = 1


class Disturbances:
    """Counts of what was done, and sentences for what was refused."""

    def __init__(self, program: Program, model: str) -> None:
        self.prompt_changes = 0
        self.flood_messages = 0
        self.swaps = 0
        self.refused: list[str] = []
        self._program = program
        self._model = model
        self._ending = threading.Event()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """All of it, at once, until the block is left."""
        with ExitStack() as ending:
            ending.enter_context(busy_core())
            threads = [
                threading.Thread(target=work, daemon=True)
                for work in (self._change_prompts, self._flood_faders, self._reload_decks)
            ]
            for thread in threads:
                thread.start()
            try:
                yield
            finally:
                self._ending.set()
                for thread in threads:
                    thread.join(_LOADING_S)

    def _change_prompts(self) -> None:
        chance = random.Random(_SEED)
        while not self._ending.wait(PROMPT_EVERY_S):
            words = chance.choice(WORDS)
            if self._try(lambda words=words: self._refusal_of_text(words)):
                self.prompt_changes += 1

    def _refusal_of_text(self, words: str) -> str:
        replies = self._program.ask("prompt/0/text", words)
        return "" if any(words in reply.values for reply in replies) else f"prompt/0/text {words}: {replies}"

    def _flood_faders(self) -> None:
        chance = random.Random(_SEED)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect(("127.0.0.1", self._program.port))
            while not self._ending.wait(FLOOD_EVERY_S - FLOOD_S):
                self._burst(sock, chance)

    def _burst(self, sock: socket.socket, chance: random.Random) -> None:
        began_s = time.monotonic()
        for number in range(round(FLOOD_S * FLOOD_PER_S)):
            if self._ending.wait(max(0.0, began_s + number / FLOOD_PER_S - time.monotonic())):
                return
            name, value = chance.choice((("gen/cfg", chance.uniform(2, 4)), ("prompt/1/weight", chance.random())))
            try:
                sock.send(build_message(f"/lmdm/{name}", value))
                self.flood_messages += 1
            except OSError as error:
                self.refused.append(f"{name}: {error.strerror}")

    def _reload_decks(self) -> None:
        while not self._ending.wait(RELOAD_EVERY_S):
            loaded = self._try(lambda: self._program.do("deck/load", self._model, timeout_s=_LOADING_S))
            if loaded and self._try(lambda: self._program.do("deck/swap", SWAP_FADE_S, timeout_s=_LOADING_S)):
                self.swaps += 1

    def _try(self, work: Callable[[], str]) -> bool:
        try:
            why = work()
        except LmdmdError as error:
            why = str(error)
        if why:
            self.refused.append(why)
        return not why


@contextmanager
def busy_core() -> Iterator[None]:
    """A process that computes for ever."""
    hog = subprocess.Popen(leashed(sys.executable, "-c", "while True: pass"))
    try:
        yield
    finally:
        hog.kill()
        hog.wait()
