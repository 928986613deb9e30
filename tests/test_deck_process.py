"""The deck's own loop, without a process around it: what it does with blocks that are not numbers."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable

import numpy as np
import pytest
import torch

from lmdmd.control.memory import Memory
from lmdmd.engine.process import BAD_BLOCKS, Deck
from lmdmd.errors import DeckError
from lmdmd.messages import BlockDone, DeckArgs, Filled, Note, Ready
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    torch.set_num_threads(1)
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny").path


@pytest.fixture
def memory():
    memory = Memory.create(RATE_HZ)
    yield memory
    memory.close()


def play(memory: Memory, bundle, is_bad: Callable[[int], bool]) -> list:
    """Messages of a deck until it is filled; blocks whose number ``is_bad`` are not numbers."""
    ours, theirs = multiprocessing.Pipe()
    args = DeckArgs(
        0, bundle, memory.board.name, memory.rings[0].name, memory.tapes["output"].name, RATE_HZ, 1, prefill=False
    )
    deck = Deck(theirs, args)
    deck.start()
    make_block, made = deck.engine.make_block, []

    def spoilt() -> np.ndarray:
        audio = make_block()
        made.append(len(audio))
        return np.full_like(audio, np.nan) if is_bad(len(made)) else audio

    deck.engine.make_block = spoilt  # type: ignore[method-assign]
    heard = []
    try:
        while not deck.filled:
            if deck._block_wanted():
                deck._play_block()
            else:
                deck._say_filled()
    finally:
        while ours.poll():
            heard.append(ours.recv())
        ours.close()
        theirs.close()
        for shared in (deck.board, deck.ring, deck.tape):
            shared.close()
    return heard


def test_a_block_without_numbers_is_dropped_and_time_stays_true(memory, bundle):
    heard = play(memory, bundle, lambda number: number in (2, 3, 5))
    assert [type(message) for message in heard if not isinstance(message, BlockDone)] == [Ready, *[Note] * 3, Filled]
    done = [message for message in heard if isinstance(message, BlockDone)]
    assert [block.frame for block in done] == [sum(b.block_frames for b in done[:n]) for n in range(len(done))]
    for block in done:
        assert abs(block.frame - 2048 * block.latent) < 2048
    assert np.isfinite(memory.rings[0]._data).all()


def test_a_model_that_gives_no_numbers_any_more_ends_its_deck(memory, bundle):
    made = []
    with pytest.raises(DeckError, match=f"deck 0: the model gave no numbers {BAD_BLOCKS} times in a row"):
        play(memory, bundle, lambda number: made.append(number) or number > 2)
    assert len(made) == 2 + BAD_BLOCKS
