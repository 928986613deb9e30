"""Beat and chord in the engine: read at each latent's middle, kept in the records, and nothing without the groups."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import random

import numpy as np
import pytest
import torch
from test_deck import Stage

from lmdmd.chords import read_chord
from lmdmd.control.beat_lines import course_of
from lmdmd.control.clock import Anchor, TempoMap
from lmdmd.control.events import Block
from lmdmd.control.memory import Memory
from lmdmd.control.tempo import recounted
from lmdmd.engine.controls import Controls, first_difference
from lmdmd.engine.engine import Engine
from lmdmd.engine.replay import Replay
from lmdmd.messages import ClearAfter, Write
from lmdmd.model.controls import make_groups
from lmdmd.performance import read_block
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100
GROUPS = ("beat", "harmony")


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("bundles")
    sizes = {"plain": (), "both": GROUPS, "beat": ("beat",), "harmony": ("harmony",)}
    return {name: make_tiny_bundle(folder / name, name, groups=make_groups(*g)).path for name, g in sizes.items()}


@pytest.fixture
def memory():
    memory = Memory.create(RATE_HZ)
    yield memory
    memory.close()


def clock() -> TempoMap:
    """Another tempo in the middle of a block, and bars that are counted anew in the middle of another."""
    begun = TempoMap.constant(RATE_HZ, 120.0, 4).retimed(9000, 93.0, 4).retimed(21_000, 140.0, 3)
    return recounted(begun, 30_000, 7, 2.5)


def play(engine: Engine, blocks: int = 8) -> np.ndarray:
    return np.concatenate([engine.make_block() for _ in range(blocks)])


def asked(bundle, *writes: Write, tempo: TempoMap | None = None) -> Engine:
    engine = Engine.load(bundle, RATE_HZ)
    for write in (Write("prompt/0/text", "piano", 0), *writes):
        engine.write(write)
    if tempo is not None:
        engine.set_course(course_of(tempo, tempo.anchors[0].frame))
    return engine


CHORD = Write("harmony/chord", "Am7", 0)


def test_a_model_without_groups_plays_the_same_whatever_clock_and_chords_say(bundles):
    rows = (CHORD, Write("harmony/chord", "F", 20_000), Write("harmony/key", "C", 0), Write("beat/on", False, 5000))
    quiet = play(asked(bundles["plain"]))
    np.testing.assert_array_equal(play(asked(bundles["plain"], *rows, tempo=clock())), quiet)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("both", (Write("beat/on", False, 0),)),
        ("both", (Write("beat/on", False, 0), CHORD, Write("harmony/on", False, 0))),
        ("both", (Write("beat/on", False, 0), Write("harmony/key", "A minor", 0), Write("harmony/chord", "N.C.", 0))),
        ("harmony", ()),
        ("beat", (Write("beat/on", False, 0), CHORD)),
    ],
)
def test_a_group_that_is_off_is_not_there(bundles, name, rows):
    engine = asked(bundles[name], *rows, tempo=clock())
    play(engine, 2)
    assert engine.made.lines == {} and not any(control.any() for control in engine.state.controls.values())
    without = asked(bundles[name], Write("beat/on", False, 0))
    np.testing.assert_array_equal(play(asked(bundles[name], *rows, tempo=clock())), play(without))


def test_each_group_is_heard_and_so_is_its_weight(bundles):
    begin = (Write("beat/on", False, 0),)
    takes = {
        "none": begin,
        "chord": (*begin, CHORD),
        "another": (*begin, Write("harmony/chord", "Eb", 0)),
        "more": (*begin, CHORD, Write("gen/harmony", 2.5, 0)),
        "beat": (),
        "less beat": (Write("gen/beat", 0.3, 0),),
        "both": (CHORD,),
    }
    sounds = {name: play(asked(bundles["both"], *rows, tempo=clock()), 3) for name, rows in takes.items()}
    for one, other in itertools.combinations(sounds, 2):
        assert not np.array_equal(sounds[one], sounds[other]), (one, other)


def test_the_beat_of_a_latent_is_that_of_its_middle_across_tempo_changes_and_recounts(bundles):
    engine = asked(bundles["both"], tempo=clock())
    block = engine.geometry.block
    for first in range(0, 6 * block, block):
        play(engine, 1)
        for index in range(block):
            middle = engine.grid.frame_of(first + index) + 1024
            sines = engine.state.controls["beat"][0, :, -block + index].tolist()
            turns = clock().beats_at(middle) % 1.0, _bars_at(clock(), middle) % 1.0
            wanted = [f(2 * math.pi * turn) for turn in turns for f in (math.sin, math.cos)]
            assert sines == pytest.approx([1.0, *wanted], abs=1e-5)


def _bars_at(tempo: TempoMap, frame: int) -> float:
    bar, beat = tempo.position(frame)
    return bar - 1 + (beat - 1.0) / tempo.anchor_at(frame).metre


def test_chords_change_at_their_latent_in_the_midst_of_a_block(bundles):
    engine = asked(
        bundles["both"], CHORD, Write("harmony/chord", "F/G", 2048 * 2), Write("harmony/on", False, 2048 * 6)
    )
    blocks = [engine.geometry.block] * 2
    play(engine, 2)
    chroma = engine.state.controls["harmony"][0, :, -sum(blocks) :].T.tolist()
    said = ["Am7"] * 2 + ["F/G"] * 4 + [""] * 2
    assert chroma == [[1.0, *read_chord(name).chroma] if name else [0.0] * 13 for name in said]
    assert engine.next_latent == 8, "a chord does not end a block"


def test_progression_chord_and_key_take_precedence_in_this_order(bundles):
    rows = [Write("harmony/key", "A minor", 0), Write("harmony/progression", "F | G C", 22_050)]
    rows += [
        Write("harmony/from", 1, 22_050),
        Write("harmony/chord", "N.C.", 66_150),
        Write("harmony/chord", "", 70_000),
    ]
    engine = asked(bundles["harmony"], *rows, tempo=TempoMap.constant(RATE_HZ, 240.0, 4))
    names = []
    while engine.next_latent < 60:
        play(engine, 1)
        names += engine.made.lines.get("harmony/chord", ("",) * engine.geometry.block)
    wanted = [_chord_of(engine.grid.middle_frame(latent)) for latent in range(60)]
    assert names[:60] == wanted and set(names) == {"Am", "F", "G", "C", ""}


def _chord_of(frame: int) -> str:
    if frame < 22_050:
        return "Am"
    if 66_150 <= frame < 70_000:
        return ""
    bars = frame / 44_100
    return "F" if bars % 2 < 1 else "G" if bars % 1 < 0.5 else "C"


def test_lines_differ_by_more_than_a_tremble():
    old = {"beat/position": (1.0, 1.98, 3.0, None), "harmony/chord": ("A", "A", "", "A")}
    near = {"beat/position": (1.02, 2.01, 17.03, None), "harmony/chord": ("A", "A", "", "A")}
    assert first_difference(old, near, 0, 4) is None
    assert first_difference(old, near | {"beat/position": (1.0, 2.1, 3.0, None)}, 0, 4) == 1
    assert first_difference(old, near | {"beat/position": (1.0, 2.1, 3.0, None)}, 2, 4) is None
    assert first_difference(old, near | {"beat/position": (1.0, 1.98, 3.0, 4.0)}, 0, 4) == 3
    assert first_difference(old, near | {"harmony/chord": ("A", "A", "Bm", "A")}, 0, 4) == 2
    assert first_difference(old, {"beat/position": old["beat/position"]}, 0, 4) == 0
    assert {"gen/beat", "gen/harmony"} <= Controls(("inpaint",)).idle and not {"gen/beat"} & Controls(("beat",)).idle


# --- a deck -------------------------------------------------------------------------------------------------


def course(tempo: float, frame: int = 0):
    return course_of(TempoMap(RATE_HZ, (Anchor(frame, tempo, 4),)), frame)


def test_a_slight_bend_makes_nothing_anew_and_another_tempo_does(memory, bundles):
    stage = Stage(memory, bundles["beat"])
    stage.tell(course(120.0))
    while stage.turn():
        pass
    stage.blocks()
    stage.tell(course(120.5))
    stage.deck.redone_s = -100.0
    assert stage.turn()
    assert stage.blocks() == [], "within a lead a bend of half a percent is no tenth of a beat"
    stage.tell(course(150.0))
    stage.deck.redone_s = -100.0
    assert stage.turn()
    (block, *_) = stage.blocks()
    grid = stage.deck.engine.grid
    off = [abs(math.remainder(grid.middle_frame(at) * 29.5 / 60 / RATE_HZ, 1.0)) for at in range(block.latent + 1)]
    assert off[-1] > 0.05
    stage.close()


def test_a_group_less_deck_makes_nothing_anew_for_clock_or_chord(memory, bundles):
    stage = Stage(memory, bundles["plain"])
    stage.blocks()
    stage.tell(course(150.0), CHORD, Write("gen/beat", 3.0), Write("harmony/key", "C major"))
    stage.deck.redone_s = -100.0
    for _ in range(3):
        stage.turn()
    assert stage.blocks() == []
    stage.close()


def test_a_chord_is_made_anew_from_the_latent_on_which_it_comes(memory, bundles):
    stage = Stage(memory, bundles["harmony"])
    stage.tell(Write("engine/lead", 3.0, 0), Write("harmony/chord", "C", 0))
    for _ in range(40):
        stage.turn()
    stage.blocks()
    stage.tell(Write("harmony/chord", "Am7", 44_100))
    stage.deck.redone_s = -100.0
    assert stage.turn()
    (block, *_) = stage.blocks()
    grid = stage.deck.engine.grid
    assert grid.middle_frame(block.latent - 1) < 44_100 <= grid.middle_frame(block.latent)
    assert set(block.lines["harmony/chord"]) == {"Am7"}
    stage.close()


def test_the_records_of_blocks_with_beat_and_chords_are_enough_to_make_them_again(memory, bundles):
    stage, chance = Stage(memory, bundles["both"]), random.Random(5)
    ring, replay = memory.rings[0], Replay(Engine.load(bundles["both"], RATE_HZ), stage.deck.splice_frames)
    live, again = np.zeros((600_000, 2), np.float32), np.zeros((600_000, 2), np.float32)
    for turn in range(40):
        frame = memory.board.playhead
        if turn % 3 == 0:
            stage.tell(course(chance.uniform(60, 180), frame), Write("harmony/chord", chance.choice(("Am7", "F", ""))))
        if turn % 7 == 0:
            stage.tell(Write("harmony/progression", "C | Dm7 G7"), Write("gen/beat", chance.uniform(0, 2)))
        stage.tell(Write("beat/on", turn % 5 > 0, frame + 50_000), ClearAfter(frame + 70_000))
        stage.deck.redone_s = -100.0
        for _ in range(6):
            stage.turn()
        live[ring.read_frame : ring.write_frame] = stage.ring()
        stage.move(4410 * turn)
    blocks = stage.blocks()
    assert any(block.latent < before.latent for before, block in itertools.pairwise(blocks))
    assert any(None in block.lines.get("beat/position", ()) for block in blocks)
    for block in blocks:
        told = json.loads(json.dumps(dataclasses.asdict(Block(0, block))["block"]))
        assert read_block(told) == block
        made = replay.play(read_block(told))
        again[made.frame : made.frame + len(made.audio)] = made.audio
    np.testing.assert_array_equal(live[: memory.board.playhead], again[: memory.board.playhead])
    assert np.abs(live[: memory.board.playhead]).max() > 0.001
    stage.close()
