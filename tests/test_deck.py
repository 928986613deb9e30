"""The deck's own loop, without a process around it: what it does with blocks that are not numbers."""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Callable

import numpy as np
import pytest
import torch

from lmdmd.control.memory import Memory
from lmdmd.engine.deck import BAD_BLOCKS, SPLICE_S, Deck
from lmdmd.engine.engine import Engine
from lmdmd.engine.replay import Line, Replay
from lmdmd.errors import DeckError
from lmdmd.messages import (
    BlockDone,
    ClearAfter,
    DeckArgs,
    Enter,
    Entered,
    Filled,
    Note,
    Park,
    Ready,
    Reset,
    Stop,
    Write,
)
from lmdmd.testing import make_tiny_bundle
from lmdmd.units import frames_from_s

RATE_HZ = 44100
SPLICE_FRAMES = frames_from_s(SPLICE_S, RATE_HZ)


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
    assert [type(message) for message in heard if not isinstance(message, BlockDone)] == [
        Ready,
        Entered,
        *[Note] * 3,
        Filled,
    ]
    done = [message for message in heard if isinstance(message, BlockDone)]
    for before, block in itertools.pairwise(done):
        assert before.frame + before.block_frames - block.frame == (SPLICE_FRAMES if block.anew else 0)
    assert sum(block.anew for block in done[1:]) == 2
    for block in done:
        assert abs(block.frame - 2048 * block.latent) < 2048
    assert np.isfinite(memory.rings[0]._data).all()


def test_a_model_that_gives_no_numbers_any_more_ends_its_deck(memory, bundle):
    made = []
    with pytest.raises(DeckError, match=f"deck 0: the model gave no numbers {BAD_BLOCKS} times in a row"):
        play(memory, bundle, lambda number: made.append(number) or number > 2)
    assert len(made) == 2 + BAD_BLOCKS


class Stage:
    """A deck on a running timeline whose playhead the test moves."""

    def __init__(self, memory: Memory, bundle, *, heir: bool = False) -> None:
        self.memory = memory
        self.ours, theirs = multiprocessing.Pipe()
        names = memory.board.name, memory.rings[0].name, memory.tapes["output"].name
        self.deck = Deck(theirs, DeckArgs(0, bundle, *names, RATE_HZ, 1, prefill=heir, heir=heir))
        self.deck.start()
        memory.board.rolling = 1
        self.fill()

    def fill(self) -> None:
        while self.deck._block_wanted():
            self.deck._play_block()

    def move(self, frame: int) -> None:
        self.memory.rings[0].consume(frame)
        self.memory.board.playhead = frame

    def tell(self, *messages: object) -> None:
        for message in messages:
            self.ours.send(message)
        self.deck._take_messages()

    def turn(self) -> bool:
        """One turn of the deck's loop; whether it changed something that was made."""
        wanted = self.deck._change_wanted()
        if wanted:
            self.deck._change()
        elif self.deck._block_wanted():
            self.deck._play_block()
        return wanted

    def heard(self) -> list[object]:
        heard = []
        while self.ours.poll():
            heard.append(self.ours.recv())
        return heard

    def blocks(self) -> list[BlockDone]:
        return [message for message in self.heard() if isinstance(message, BlockDone)]

    def ring(self) -> np.ndarray:
        ring = self.memory.rings[0]
        out = np.empty((ring.write_frame - ring.read_frame, 2), np.float32)
        ring.read_into(ring.read_frame, out)
        return out

    def close(self) -> None:
        self.ours.close()
        self.deck.connection.close()
        for shared in (self.deck.board, self.deck.ring, self.deck.tape):
            shared.close()


@pytest.fixture
def stage(memory, bundle):
    stage = Stage(memory, bundle)
    yield stage
    stage.close()


def test_a_change_is_heard_as_soon_as_it_can_be_made_and_what_comes_before_stays(stage):
    stage.move(10_000)
    stage.blocks()
    before = stage.ring()
    end = stage.memory.rings[0].write_frame
    commit = stage.deck.commit_frames
    stage.tell(Write("gen/cfg", 6.0, stamp=11), Write("prompt/0/text", "jazz", stamp=12))
    assert stage.turn()
    (block,) = stage.blocks()
    assert block.stamps == (11, 12)
    assert 10_000 + commit <= block.heard_frame <= 10_000 + commit + 2048
    assert block.frame >= block.heard_frame - stage.deck.splice_frames
    assert block.values["gen/cfg"] == 6.0 and block.values["prompt/0/text"] == "jazz"
    after = stage.ring()
    kept = block.frame - 10_000
    np.testing.assert_array_equal(after[:kept], before[:kept])
    assert np.abs(after[kept : kept + 4096] - before[kept : kept + 4096]).max() > 1e-4
    assert stage.memory.rings[0].write_frame < end
    stage.fill()
    assert stage.memory.rings[0].write_frame >= end - 4 * 2048


def test_a_fader_at_200_a_second_is_made_heard_once_a_lead_and_its_last_value_wins(stage):
    stage.blocks()
    redos, stamp = 0, 0
    for turn in range(60):
        stage.tell(*(Write("gen/cfg", 2 + (stamp := stamp + 1) / 1000, stamp=stamp) for _ in range(10)))
        redos += stage.turn()
        stage.move(441 * turn)
        assert stage.deck._lead_s() > 0.1
    while stage.deck.waiting or stage.deck._block_wanted():
        stage.deck.redone_s = -100.0
        stage.turn()
    assert 2 < redos <= 45
    stamps = [stamp for block in stage.blocks() for stamp in block.stamps]
    assert stamps[-1] == max(stamps) == 600 and len(stamps) >= redos
    assert stage.deck.engine.next_settings().number("gen/cfg") == 2.6


def test_a_cue_that_is_planned_into_the_lead_cuts_there_and_a_cancelled_one_comes_back(stage):
    stage.blocks()
    before = stage.ring()
    stage.tell(Write("gen/cfg", 6.0, 44_100, stamp=5))
    assert stage.turn()
    (block,) = stage.blocks()
    assert abs(block.heard_frame - 44_100) <= 1024 and block.stamps == (5,)
    stage.deck.redone_s = -100.0
    stage.tell(ClearAfter(20_000))
    assert stage.turn()
    (again,) = stage.blocks()
    assert again.latent == block.latent and again.values == {"gen/cfg": 2.0}
    np.testing.assert_array_equal(stage.ring()[: block.frame], before[: block.frame])


def test_what_changes_nothing_makes_nothing_anew(stage):
    stage.blocks()
    before = stage.ring()
    stage.tell(Write("engine/lead", 1.5, stamp=1), Write("prompt/2/text", "unheard", stamp=2))
    stage.turn()
    assert stage.blocks() == []
    np.testing.assert_array_equal(stage.ring(), before)
    stage.move(30_000)
    stage.fill()
    assert stage.blocks()[0].stamps == (1, 2)


def test_a_change_that_comes_too_late_for_its_latent_is_spliced_in_where_it_can_be(stage):
    make_block = stage.deck.engine.make_block

    def slow() -> np.ndarray:
        stage.move(stage.memory.board.playhead + 9000)
        return make_block()

    stage.deck.engine.make_block = slow  # type: ignore[method-assign]
    stage.blocks()
    stage.tell(Write("gen/cfg", 6.0, stamp=1))
    assert stage.turn()
    (block,) = stage.blocks()
    assert block.skipped_frames > 0 and block.frame >= 9000
    assert block.heard_frame == block.frame


def test_a_tail_that_is_placed_while_it_is_heard_is_called_torn(stage):
    splice, reached = stage.deck.ring.splice, [600, 100]

    def slow(frame: int, audio: np.ndarray, fade_frames: int) -> bool:
        done = splice(frame, audio, fade_frames)
        stage.move(frame - reached.pop(0))
        return done

    stage.deck.ring.splice = slow  # type: ignore[method-assign]
    stage.memory.rings[0].guard_frames = 512
    stage.blocks()
    for cfg in (5.0, 6.0):
        stage.fill()
        stage.tell(Write("gen/cfg", cfg))
        stage.deck.redone_s = -100.0
        assert stage.turn()
    assert [block.torn for block in stage.blocks() if "gen/cfg" in block.values] == [False, True]


def test_a_reset_is_heard_as_soon_as_a_change(stage):
    stage.blocks()
    stage.tell(Reset())
    assert stage.turn()
    (block,) = stage.blocks()
    assert block.fresh and block.heard_frame < 22_050
    assert stage.deck.engine.state.known == stage.deck.engine.geometry.block


def test_the_records_of_blocks_are_enough_to_make_them_again(stage, bundle):
    ring, replay = stage.memory.rings[0], Replay(Engine.load(bundle, RATE_HZ), stage.deck.splice_frames)
    live, again = np.zeros((600_000, 2), np.float32), np.zeros((600_000, 2), np.float32)
    words = ("jazz", "deep house", "piano", "slow drums")
    for turn in range(40):
        if turn % 3 == 0:
            stage.tell(Write("prompt/0/text", words[turn % 4]), Write("gen/cfg", 1.5 + turn / 20))
        if turn == 20:
            stage.tell(Reset())
        stage.tell(Write("gen/temperature", 0.8 + turn / 100, 441 * turn + 60_000))
        stage.turn()
        live[ring.read_frame : ring.write_frame] = stage.ring()
        stage.move(4410 * turn)
    blocks = stage.blocks()
    assert any(block.latent < before.latent for before, block in itertools.pairwise(blocks))
    for block in blocks:
        made = replay.play(block)
        again[made.frame : made.frame + len(made.audio)] = made.audio
        assert len(made.audio) == block.block_frames
    np.testing.assert_array_equal(live[: stage.memory.board.playhead], again[: stage.memory.board.playhead])


def test_a_change_just_before_a_cue_comes_with_the_cue_and_leaves_no_gap(stage):
    stage.blocks()
    first = stage.deck._first_changeable()
    cue = stage.deck.engine.grid.heard_frame(first + 1)
    stage.tell(Write("gen/steps", 3, cue, stamp=1))
    stage.turn()
    stage.fill()
    stage.blocks()
    stage.deck.redone_s = -100.0
    stage.tell(Write("gen/cfg", 6.0, stamp=2))
    assert stage.turn()
    (block,) = stage.blocks()
    assert block.latent >= first + 1 and block.latents == stage.deck.engine.geometry.block
    assert stage.deck._lead_s() > stage.deck.commit_frames / RATE_HZ


def test_a_hold_can_be_taken_back_within_a_moment_and_what_came_meanwhile_counts(stage):
    def hold(on: bool) -> bool:
        stage.deck.redone_s = -100.0
        stage.tell(Write("engine/hold", on))
        stage.turn()
        return bool(stage.deck._settings().values["engine/hold"])

    assert hold(True)
    before = stage.memory.rings[0].write_frame
    stage.tell(Write("prompt/0/text", "jazz"))
    stage.turn()
    assert not hold(False) and hold(True) and not hold(False)
    stage.tell(ClearAfter(stage.memory.board.playhead + stage.deck.commit_frames))
    stage.deck.redone_s = -100.0
    stage.turn()
    assert not stage.deck._settings().values["engine/hold"]
    assert stage.deck.engine.made.values["prompt/0/text"] == "jazz"
    stage.fill()
    assert stage.memory.rings[0].write_frame >= before - 4 * 2048


def test_a_tail_that_is_made_too_late_leaves_the_old_one(stage):
    make_block = stage.deck.engine.make_block

    def stalled() -> np.ndarray:
        stage.move(stage.memory.board.playhead + 30_000)
        return make_block()

    stage.blocks()
    before, end = stage.ring(), stage.memory.rings[0].write_frame
    stage.deck.engine.make_block = stalled  # type: ignore[method-assign]
    stage.tell(Write("gen/cfg", 6.0, stamp=1))
    assert stage.turn()
    (late,) = stage.blocks()
    assert late.block_frames == 0 and late.stamps == () and stage.memory.rings[0].write_frame == end
    np.testing.assert_array_equal(stage.ring(), before[30_000:])
    stage.deck.engine.make_block = make_block  # type: ignore[method-assign]
    stage.deck._play_block()
    (block,) = stage.blocks()
    assert block.anew and block.frame == end - SPLICE_FRAMES and block.stamps == (1,)
    np.testing.assert_array_equal(stage.ring()[: block.frame - 30_000], before[30_000 : block.frame])


def test_after_a_deck_that_died_what_it_had_made_is_heard_and_faded_from(stage, bundle):
    ring, playhead = stage.memory.rings[0], 20_000
    stage.memory.tapes["output"].append(0, stage.ring()[:playhead])
    stage.move(playhead)
    before, end = stage.ring(), ring.write_frame
    heir = Stage(stage.memory, bundle, heir=True)
    try:
        (first, *_), after = heir.blocks(), heir.ring()
        assert first.anew and first.frame == first.heard_frame == end - SPLICE_FRAMES
        np.testing.assert_array_equal(after[: first.frame - playhead], before[: first.frame - playhead])
        seam = after[first.frame - playhead - 1 : end - playhead + 1]
        assert np.abs(np.diff(seam, axis=0)).max() < 2 * np.abs(np.diff(before, axis=0)).max()
        heard = heir.deck.engine.state.known
        assert heard > first.latents and ring.write_frame > end
    finally:
        heir.close()


def test_what_a_deck_had_heard_is_told_and_enough_to_make_its_blocks_again(stage, bundle):
    ring, playhead, line = stage.memory.rings[0], 20_000, Line()
    stage.memory.tapes["output"].append(0, stage.ring()[:playhead])
    line.place(0, stage.ring())
    stage.move(playhead)
    end = ring.write_frame
    heir = Stage(stage.memory, bundle, heir=True)
    try:
        ready, entered, *blocks = heir.heard()
        assert isinstance(ready, Ready) and ready.torch == str(torch.__version__)
        assert entered == Entered(end - SPLICE_FRAMES, playhead, playhead, end - playhead, heir=True)
        engine = Engine.load(bundle, RATE_HZ)
        engine.warm_up()
        heard = stage.memory.tapes["output"].read(0, entered.heard_frames)
        replay = Replay(engine, SPLICE_FRAMES, line)
        replay.enter(np.concatenate((heard, line.since(playhead))))
        for block in blocks:
            if isinstance(block, BlockDone):
                replay.play(block)
        again = np.empty((ring.write_frame - playhead, 2), np.float32)
        assert line.read_into(playhead, again) == len(again) and line.lead_frames(playhead) == len(again)
        np.testing.assert_array_equal(again, heir.ring())
    finally:
        heir.close()


def test_a_line_forgets_what_it_is_told_to_and_nothing_else():
    line, audio = Line(), np.arange(40, dtype=np.float32).reshape(20, 2)
    line.start_at(100)
    line.place(100, audio[:10])
    line.place(106, audio[10:])
    line.forget_before(104)
    out = np.ones((10, 2), np.float32)
    assert line.read_into(104, out) == 10
    np.testing.assert_array_equal(out, np.concatenate((audio[4:6], audio[10:18])))
    assert line.read_into(110, out) == 6 and not out[6:].any()
    assert line.read_into(103, out) == 0 and not out.any()
    line.forget_before(500)
    assert line.end_frame == 116 and not len(line.since(116))
    line.place(300, audio)
    assert (line.frame, line.end_frame) == (300, 320)


def test_after_a_deck_that_died_long_ago_the_sound_begins_ahead_of_the_playhead(stage, bundle):
    stage.move(stage.memory.rings[0].write_frame + 5)
    heir = Stage(stage.memory, bundle, heir=True)
    try:
        assert heir.blocks()[0].frame == stage.memory.rings[0].start_frame > stage.memory.board.playhead
    finally:
        heir.close()


def test_the_record_tells_of_a_block_that_nobody_hears(stage, bundle):
    replay, ring = Replay(Engine.load(bundle, RATE_HZ), SPLICE_FRAMES), stage.memory.rings[0]
    make_block = stage.deck.engine.make_block

    def stalled() -> np.ndarray:
        stage.move(stage.memory.board.playhead + 30_000)
        return make_block()

    live, again = np.zeros((400_000, 2), np.float32), np.zeros((400_000, 2), np.float32)
    for turn in range(3):
        stage.tell(Write("gen/cfg", 2.5 + turn))
        stage.deck.redone_s = -100.0
        stage.deck.engine.make_block = stalled if turn == 1 else make_block  # type: ignore[method-assign]
        assert stage.turn()
        stage.deck.engine.make_block = make_block  # type: ignore[method-assign]
        stage.fill()
        live[ring.read_frame : ring.write_frame] = stage.ring()
    blocks = stage.blocks()
    assert sum(block.block_frames == 0 for block in blocks) == 1
    for block in blocks:
        made = replay.play(block)
        again[made.frame : made.frame + len(made.audio)] = made.audio
    np.testing.assert_array_equal(live[: ring.write_frame], again[: ring.write_frame])


def test_a_spare_deck_makes_nothing_anew_until_it_is_heard(stage):
    stage.deck._say_filled()
    stage.memory.board.set("deck/0/state", "ready")
    stage.blocks()
    stage.tell(Write("gen/cfg", 6.0, stamp=1))
    assert not stage.turn() and stage.blocks() == []
    stage.memory.board.set("deck/0/state", "live")
    assert stage.turn() and stage.blocks()[0].values["gen/cfg"] == 6.0


def test_words_are_read_before_the_block_that_is_due(stage):
    order = []
    encode, make_block = stage.deck.engine.prompts._encode, stage.deck.engine.make_block
    stage.deck.engine.prompts._encode = lambda texts: order.append(texts[0]) or encode(texts)
    stage.deck.engine.make_block = lambda: order.append("block") or make_block()  # type: ignore[method-assign]
    stage.tell(Write("prompt/0/text", "unheard of"))
    assert stage.turn()
    assert order[:2] == ["unheard of", "block"]


def test_music_that_was_forgotten_does_not_come_back_with_the_next_change(stage):
    stage.blocks()
    stage.tell(Reset())
    assert stage.turn()
    (block,) = stage.blocks()
    stage.deck.engine.cut(block.latent)
    assert stage.deck.engine.state.known == 0


WRITES = (Write("gen/steps", 3, 0), Write("prompt/0/text", "warm pads", 0), Write("gen/cfg", 4.0, 30_000))


class Spare:
    """A deck of its own kind on slot 1, filled when it should be; time stands at 0, and something is on the tape."""

    def __init__(self, memory: Memory, bundle, **args) -> None:
        self.ours, theirs = multiprocessing.Pipe()
        self.ring = memory.rings[1]
        names = memory.board.name, self.ring.name, memory.tapes["output"].name
        self.deck = Deck(theirs, DeckArgs(1, bundle, *names, RATE_HZ, 1, hurried=False, **args))
        self.deck.start()
        self.fill()

    def fill(self) -> None:
        while not self.deck.parked and self.deck._block_wanted():
            self.deck._play_block()

    def tell(self, *messages: object) -> None:
        for message in messages:
            self.ours.send(message)
        self.deck._take_messages()
        if not self.deck.stopping:
            self.fill()

    def sound(self) -> np.ndarray:
        out = np.empty((self.ring.write_frame, 2), np.float32)
        self.ring.read_into(0, out)
        return out

    def said(self) -> list:
        heard = []
        while self.ours.poll():
            heard.append(self.ours.recv())
        return heard

    def close(self) -> None:
        self.ours.close()
        self.deck.connection.close()
        for shared in (self.deck.board, self.deck.ring, self.deck.tape):
            shared.close()


def test_a_deck_that_waited_makes_to_the_bit_what_one_that_is_born_now_makes(memory, bundle):
    tape = memory.tapes["output"]
    tape.append(0, (0.1 * np.random.default_rng(7).standard_normal((3 * RATE_HZ, 2))).astype(np.float32))
    born = Spare(memory, bundle, prefill=True, writes=WRITES)
    wanted = born.sound()
    born.close()
    assert len(wanted) > RATE_HZ

    spare = Spare(memory, bundle, prefill=False, aside=True, writes=(Write("gen/steps", 9, 0),))
    assert [type(message) for message in spare.said()] == [Ready]
    spare.tell(Write("gen/temperature", 2.0), Write("gen/cfg", 9.0, 10), Reset())
    assert (spare.said(), spare.deck.blocks) == ([], 0)
    spare.tell(Enter(WRITES))
    np.testing.assert_array_equal(spare.sound(), wanted)
    entered, first, *_ = spare.said()
    context_frames = frames_from_s(spare.deck.engine.context_s, RATE_HZ)
    assert entered == Entered(0, 3 * RATE_HZ, context_frames)
    assert first.anew and not first.fresh and first.values["gen/steps"] == 3

    spare.tell(Write("gen/cfg", 11.0, 50), Write("engine/seed", 5, 20_000))
    spare.deck._change()
    spare.tell(Park())
    blocks = spare.deck.blocks
    spare.tell(Write("gen/steps", 1))
    assert spare.deck.blocks == blocks
    spare.tell(Enter(WRITES))
    np.testing.assert_array_equal(spare.sound(), wanted)
    spare.close()


def test_an_heir_that_became_a_spare_hears_the_tape_alone(memory, bundle):
    memory.tapes["output"].append(0, np.full((RATE_HZ // 10, 2), 0.1, np.float32))
    memory.rings[1].write(np.full((RATE_HZ, 2), 0.2, np.float32))
    spare = Spare(memory, bundle, prefill=True, heir=True)
    spare.tell(Park(), Enter())
    assert frames_from_s(spare.deck.engine.context_s, RATE_HZ) > RATE_HZ // 10
    entered = [message for message in spare.said() if isinstance(message, Entered)]
    assert entered[-1] == Entered(0, RATE_HZ // 10, RATE_HZ // 10)
    spare.close()


def test_where_time_waits_for_sound_a_deck_begins_where_it_stands_unless_another_one_is_heard(memory, bundle):
    memory.board.rolling, memory.board.playhead = 1, RATE_HZ
    memory.rings[1].consume(RATE_HZ)
    heir = Spare(memory, bundle, prefill=True, heir=True)
    assert heir.ring.start_frame == RATE_HZ
    assert heir.ring.lead_frames(RATE_HZ) > RATE_HZ
    memory.board.set("deck/1/state", "ready")
    heir.tell(Park(), Enter())
    assert heir.ring.start_frame > RATE_HZ
    heir.close()


def test_an_heir_goes_on_ahead_where_too_little_is_left_to_fade_from(stage, bundle):
    ring = stage.memory.rings[0]
    stage.move(ring.write_frame - ring.guard_frames // 2)
    heir = Stage(stage.memory, bundle, heir=True)
    try:
        assert heir.blocks()[0].frame == ring.start_frame > stage.memory.board.playhead
    finally:
        heir.close()


def test_a_deck_that_is_ended_on_a_frame_takes_back_what_follows_it(memory, bundle):
    spare = Spare(memory, bundle, prefill=False)
    made = spare.ring.write_frame
    spare.tell(Stop(made // 2))
    assert spare.deck.stopping and spare.ring.write_frame == made // 2
    spare.tell(Stop())
    assert spare.ring.write_frame == made // 2
    spare.close()
