"""Listening: what is heard is what the sketch of the whole input says, a fixed time later, and never too soon."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from lmdmd.control.memory import Memory
from lmdmd.engine.deck import Deck
from lmdmd.engine.delay import CALM_S, Delay, asked_frames
from lmdmd.engine.engine import Engine
from lmdmd.engine.listening import FROM, NOT_YET, WITH, Listener, SketchEar, StemEar, open_ears
from lmdmd.engine.replay import Replay
from lmdmd.engine.resample import resample
from lmdmd.messages import BlockDone, Course, DeckArgs, Write
from lmdmd.model.bundle import load_bundle
from lmdmd.model.codec import Codec
from lmdmd.model.config import PRESETS
from lmdmd.model.controls import FEATURES, SKETCH, make_groups
from lmdmd.model.sketch import Sketcher
from lmdmd.rt.tape import Tape
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100
LIVE = PRESETS["tiny-live"]
BUFFER = 256
MELODY_NEAR, LOUDNESS_NEAR = 2e-2, 2e-3
"""How near a sketch of resampled stretches is to that of the whole resampled sound."""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "live", groups=LIVE.model.groups).path


def play_notes(seconds: float, rate_hz: int = RATE_HZ, seed: int = 0) -> np.ndarray:
    """[N, 2] of notes of changing height and loudness, a little noise with them."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    step = (time_s / 0.31).astype(int)
    hz = 220.0 * 2 ** (rng.integers(0, 24, step.max() + 1)[step] / 12)
    level = rng.uniform(0.02, 0.6, step.max() + 1)[step]
    sound = level * np.sin(2 * np.pi * np.cumsum(hz) / rate_hz) + 0.001 * rng.standard_normal(len(time_s))
    return np.stack([sound, 0.7 * sound], axis=1).astype(np.float32)


class Sound:
    """All of an input, from frame 0 on."""

    start_frame = 0

    def __init__(self, audio: np.ndarray) -> None:
        self.audio, self.end_frame = audio, len(audio)

    def read(self, frame: int, frames: int) -> np.ndarray | None:
        return self.audio[frame : frame + frames]


def sketch_whole(audio: np.ndarray) -> dict[str, torch.Tensor]:
    sketch = Sketcher(LIVE.geometry).sketch(torch.from_numpy(np.ascontiguousarray(audio.T))[None])
    return {"melody": sketch.melody, "loudness": sketch.loudness}


# --- hearing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [44100, 48000, 96000, 22050])
def test_what_is_heard_latent_by_latent_is_the_sketch_of_the_whole_sound(rate_hz: int) -> None:
    audio = play_notes(2.0, rate_hz)
    listener = Listener(SketchEar(LIVE.geometry, FEATURES), LIVE.geometry, rate_hz, Sound(audio))
    frames = [round(latent * 2048 * rate_hz / RATE_HZ) for latent in range(44)]
    line = listener.line(frames)
    whole = sketch_whole(resample(audio, rate_hz, RATE_HZ))
    count = line.index(NOT_YET) if NOT_YET in line else len(line)
    assert count >= 41 and set(line[count:]) <= {NOT_YET}
    heard = listener.features(line)
    assert set(heard) == set(SKETCH)
    for name, control in heard.items():
        assert control.shape == (1, 1 + FEATURES[name], len(line))
        assert control[:, 0, :count].min() == 1 and not control[..., count:].any()
    # A latent begins on a whole frame of the device, so that other rates are off by up to half of one.
    near = 1e-5 if rate_hz == RATE_HZ else LOUDNESS_NEAR
    torch.testing.assert_close(heard["loudness"][:, 1:, :count], whole["loudness"][..., :count], atol=near, rtol=0)
    off = (heard["melody"][:, 1:, :count] - whole["melody"][..., :count]).abs()
    assert off.max() < 1e-4 if rate_hz == RATE_HZ else off.mean() < MELODY_NEAR / 10


def test_only_what_has_come_in_is_heard_and_silence_before_all() -> None:
    tape = Tape.create(RATE_HZ, 2, RATE_HZ)
    try:
        listener = Listener(SketchEar(LIVE.geometry, SKETCH), LIVE.geometry, RATE_HZ, tape)
        assert listener.reach_frames == 2048
        assert listener.line([-9000, -2048, -2047, 0, None]) == (-9000, -2048, NOT_YET, NOT_YET, None)
        audio = play_notes(0.5)
        tape.append(0, audio)
        line = listener.line([-2048, 0, len(audio) - 2048, len(audio) - 2047])
        assert line == (-2048, 0, len(audio) - 2048, NOT_YET)
        heard = listener.features(line)
        assert heard["loudness"][0, 0].tolist() == [1, 1, 1, 0]
        assert not heard["loudness"][0, 1:, 0].any() and heard["loudness"][0, 1:, 1:3].min() > 0.3
        assert listener.features((None, NOT_YET)) == {}
    finally:
        tape.close()
        tape.unlink()


def test_a_part_is_heard_as_its_latents(live: Path) -> None:
    bundle, audio = load_bundle(live), play_notes(2.0)
    assert isinstance(bundle.codec, Codec)
    listener = Listener(StemEar(bundle.codec), LIVE.geometry, RATE_HZ, Sound(audio))
    assert listener.reach_frames == 2048 + bundle.codec.config.delay_frames
    line = listener.line([2048 * latent for latent in range(43)])
    assert line.index(NOT_YET) == 42
    whole = bundle.codec.encode(torch.from_numpy(np.ascontiguousarray(audio.T))[None])
    heard = listener.features(line)["stem"]
    torch.testing.assert_close(heard[:, 1:, :42], whole[..., :42], atol=1e-3, rtol=1e-3)
    assert not heard[..., 42].any()


def test_a_model_hears_only_with_the_groups_it_has(tmp_path: Path) -> None:
    for names, lines in ((("loudness", "beat"), {FROM}), (("stem",), {WITH}), (("beat",), set()), ((), set())):
        made = make_tiny_bundle(tmp_path / "-".join(("of", *names)), groups=make_groups(*names))
        ears = open_ears(load_bundle(made.path))
        assert set(ears) == lines
        assert {group for ear in ears.values() for group in ear.groups} == set(names) - {"beat"}


# --- the delay ---------------------------------------------------------------------------------------------


def test_a_delay_is_what_is_asked_but_never_less_than_what_is_needed() -> None:
    delay = Delay(RATE_HZ)
    assert delay.settle(50_000, 30_001, 0) == 50_000
    assert delay.settle(0, 30_001, 0) == delay.least_frames == 35 * 882
    assert [delay.settle(0, needed, 9) for needed in (30_500, 28_000, 30_870)] == [35 * 882] * 3, "it does not tremble"
    assert delay.settle(0, 31_000, 9) == 36 * 882
    assert delay.settle(0, 20_000, 9) == 23 * 882


def test_a_little_that_is_not_needed_any_more_is_saved_after_a_while() -> None:
    delay, calm = Delay(RATE_HZ), round(CALM_S * RATE_HZ)
    assert delay.settle(0, 40 * 882, 100) == 40 * 882
    for frame in range(100, 100 + calm, calm // 8):
        assert delay.settle(0, 37 * 882 if frame == 100 + calm // 2 else 36 * 882, frame) == 40 * 882
    assert delay.settle(0, 36 * 882, 100 + calm) == 37 * 882, "the most that was needed meanwhile"
    assert delay.settle(0, 36 * 882, 100 + 2 * calm - 1) == 37 * 882
    assert delay.settle(0, 37 * 882, 100 + 2 * calm - 1) == 37 * 882, "it was needed after all"
    assert delay.settle(0, 36 * 882, 100 + 3 * calm - 2) == 37 * 882
    assert delay.settle(0, 36 * 882, 100 + 3 * calm - 1) == 36 * 882


def test_the_past_is_read_once_before_the_input_has_come_in_and_changes_nothing(live: Path) -> None:
    made = []
    for ahead in (False, True):
        engine = Engine.load(live, RATE_HZ)
        engine.listen_to(Sound(play_notes(3.0)))
        for name, value in (("delay/on", True), ("delay/melody", 1.5), ("gen/memory", 0.3)):
            engine.write(Write(name, value, 0))
        engine.write(Write("jam/on", True, 3 * 4 * 2048))
        engine.settle_delay(0)
        blocks = []
        for number in range(6):
            if ahead:
                assert engine.read_past() is (number < 3), "beside a part the past is another"
                assert not engine.read_past()
            blocks.append(engine.make_block())
        made.append(np.concatenate(blocks))
    np.testing.assert_array_equal(*made)


def test_a_delay_in_beats_goes_before_one_in_ms() -> None:
    assert asked_frames(2.0, 700.0, 120.0, RATE_HZ) == RATE_HZ
    assert asked_frames(0.0, 700.0, 120.0, RATE_HZ) == 30_870
    assert asked_frames(32.0, 0.0, 20.0, RATE_HZ) == 10 * RATE_HZ


# --- a deck that listens -----------------------------------------------------------------------------------


def beat(frame: int, tempo_bpm: float) -> Course:
    """The clock's lines for a minute from a frame on."""
    minute = 60 * RATE_HZ
    names = ("beat/position", tempo_bpm), ("beat/bars", tempo_bpm / 4)
    steps = [Write(name, 0.0, frame) for name, _ in names]
    return Course(frame, (*steps, *(Write(name, more, frame + 1, minute) for name, more in names)))


def frames_of(block: BlockDone, name: str) -> tuple[int, ...]:
    """Frames of the input that a line of a block tells of."""
    return tuple(int(str(at)) for at in block.lines[name])


class Stage:
    """A deck beside a running timeline: with every buffer that is heard, one of the input comes in."""

    def __init__(self, memory: Memory, bundle: Path, audio: np.ndarray, *writes: Write) -> None:
        self.memory, self.audio, self.frame = memory, audio, 0
        self.ours, theirs = multiprocessing.Pipe()
        names = memory.board.name, memory.rings[0].name, memory.tapes["output"].name
        args = DeckArgs(
            0, bundle, *names, RATE_HZ, 1, prefill=False, input_tape=memory.tapes["input"].name, writes=writes
        )
        self.deck = Deck(theirs, args)
        self.deck.start()
        memory.rings[0].guard_frames = 2 * BUFFER
        memory.board.rolling = 1
        self.blocks: list[BlockDone] = []
        self.heard: dict[int, tuple[int, dict[str, torch.Tensor]]] = {}
        make = self.deck.engine.controls.make

        def note(lines: dict) -> dict[str, torch.Tensor]:
            made = make(lines)
            self.heard[len(self.heard)] = self.frame, made
            return made

        self.deck.engine.controls.make = note  # type: ignore[method-assign]

    def run(self, frames: int, then: Callable[[int], None] = lambda _: None) -> None:
        """Let time pass, and the deck do between two buffers what it wants to do."""
        for _ in range(0, frames, BUFFER):
            self.deck._take_messages()
            while self.deck._change_wanted() or self.deck._block_wanted():
                if self.deck._change_wanted():
                    self.deck._change()
                else:
                    self.deck._play_block()
            assert self.memory.rings[0].write_frame >= self.frame + BUFFER, "nothing is there to be heard"
            self.memory.tapes["input"].append(self.frame, self.audio[self.frame : self.frame + BUFFER])
            self.frame += BUFFER
            self.memory.rings[0].consume(self.frame)
            self.memory.board.playhead = self.frame
            then(self.frame)
        while self.ours.poll():
            message = self.ours.recv()
            self.blocks += [message] if isinstance(message, BlockDone) else []

    def tell(self, *messages: Write | Course) -> None:
        for message in messages:
            self.ours.send(message)
        self.deck._take_messages()

    def close(self) -> None:
        self.ours.close()
        self.deck.connection.close()
        for shared in (self.deck.board, self.deck.ring, self.deck.tape, self.deck.input):
            if shared is not None:
                shared.close()


def make_again(stage: Stage, bundle: Path, sound: np.ndarray) -> np.ndarray:
    """The sound [N, 2] of a stage's blocks, from their records and an input."""
    replay = Replay(Engine(load_bundle(bundle), RATE_HZ), stage.deck.splice_frames)
    replay.engine.listen_to(Sound(sound))
    out = np.zeros((stage.frame + 10 * RATE_HZ, 2), np.float32)
    for block in stage.blocks:
        done = replay.play(block)
        out[done.frame : done.frame + len(done.audio)] = done.audio
    return out


@pytest.fixture
def memory() -> Iterator[Memory]:
    memory = Memory.create(RATE_HZ)
    yield memory
    memory.close()


@pytest.fixture
def begin(memory: Memory, live: Path) -> Iterator[Callable[..., Stage]]:
    stages: list[Stage] = []

    def make(audio: np.ndarray, *writes: Write) -> Stage:
        stages.append(Stage(memory, live, audio, *writes))
        return stages[-1]

    yield make
    for stage in stages:
        stage.close()


ON = Write("delay/on", True, 0)


def test_blocks_are_made_of_the_input_a_delay_before_and_never_before_it_has_come_in(
    begin: Callable[..., Stage],
) -> None:
    audio, delay_frames = play_notes(6.0), 64 * 2048
    stage = begin(audio, ON, Write("delay/ms", 1000.0 * delay_frames / RATE_HZ, 0))
    stage.run(5 * RATE_HZ)
    assert stage.deck.engine.delay.frames == delay_frames > stage.deck.engine.delay.least_frames
    assert stage.memory.board.get("deck/0/delay") == pytest.approx(delay_frames / RATE_HZ)
    whole, compared = sketch_whole(audio), 0
    for block, (made_at, controls) in zip(stage.blocks, stage.heard.values(), strict=True):
        line = frames_of(block, FROM)
        assert line == tuple(2048 * (block.latent + i - 64) for i in range(4))
        come_in = max(line) + 2048
        assert come_in <= made_at < come_in + BUFFER or not made_at, "it is made as soon as it can be, and not before"
        for i, at in enumerate(line):
            if at >= 0:
                for name in SKETCH:
                    expected = whole[name][0, :, at // 2048]
                    torch.testing.assert_close(controls[name][0, 1:, i], expected, atol=1e-4, rtol=0)
                compared += 1
    assert compared > 60


def test_the_shortest_delay_is_what_the_machine_can_do_and_is_shown(begin: Callable[..., Stage]) -> None:
    stage = begin(play_notes(4.0), ON)
    stage.run(3 * RATE_HZ)
    least_s = float(stage.memory.board.get("deck/0/delay_least"))
    assert stage.memory.board.get("deck/0/delay") == least_s
    assert 4 * 2048 / RATE_HZ < least_s < 2.0
    assert all(NOT_YET not in block.lines[FROM] for block in stage.blocks)


def test_a_delay_in_beats_follows_the_tempo(begin: Callable[..., Stage]) -> None:
    stage = begin(play_notes(6.0), ON, Write("delay/beats", 8.0, 0))
    stage.run(RATE_HZ)
    assert stage.deck.engine.delay.frames == 4 * RATE_HZ, "120 bpm where no clock tells of a tempo"
    stage.tell(beat(stage.frame, 160.0))
    stage.run(2 * RATE_HZ)
    assert stage.deck.engine.delay.frames == pytest.approx(3 * RATE_HZ, abs=1)
    stage.tell(beat(stage.frame, 240.0))
    stage.run(2 * RATE_HZ)
    block = stage.blocks[-1]
    assert 2048 * block.latent - frames_of(block, FROM)[0] == pytest.approx(2 * RATE_HZ, abs=1)


def test_a_hand_is_heard_before_the_delay_is_over_and_no_block_lacks_its_input(begin: Callable[..., Stage]) -> None:
    stage = begin(play_notes(6.0), ON, Write("delay/ms", 2000.0, 0))
    stage.run(2 * RATE_HZ)
    told: list[int] = []

    def change(frame: int) -> None:
        if frame % (40 * BUFFER) == 0:
            stage.tell(Write("gen/cfg", 1.0 + len(told) % 5, stamp=len(told) + 1))
            told.append(frame)

    stage.run(2 * RATE_HZ, change)
    kept = {stamp: block for block in stage.blocks for stamp in block.stamps}
    assert len(told) > 7 and stage.deck.redos > 3
    assert all(kept[i + 1].heard_frame - frame < RATE_HZ for i, frame in enumerate(told[:-2]) if i + 1 in kept)
    for block in stage.blocks:
        assert NOT_YET not in block.lines[FROM][: block.latents]


def test_turning_it_on_and_off_and_another_delay_are_heard_like_any_change(begin: Callable[..., Stage]) -> None:
    stage = begin(play_notes(8.0))
    stage.run(RATE_HZ)
    assert all(FROM not in block.lines for block in stage.blocks)
    assert stage.deck._lead_s() > 1.4, "a deck that does not listen keeps its lead"
    stage.tell(Write("delay/on", True), Write("delay/ms", 2000.0))
    stage.run(RATE_HZ)
    assert stage.blocks[-1].lines[FROM][0] == 2048 * stage.blocks[-1].latent - 2 * RATE_HZ
    stage.tell(Write("delay/ms", 3000.0))
    stage.run(RATE_HZ)
    assert stage.blocks[-1].lines[FROM][0] == 2048 * stage.blocks[-1].latent - 3 * RATE_HZ
    stage.tell(Write("delay/on", False))
    stage.run(2 * RATE_HZ)
    assert FROM not in stage.blocks[-1].lines and stage.deck._lead_s() > 1.4
    assert stage.memory.board.get("deck/0/delay") == 0.0


def test_a_strength_of_nothing_leaves_the_group_out(begin: Callable[..., Stage]) -> None:
    stage = begin(play_notes(3.0), ON, Write("delay/melody", 0.0, 0), Write("delay/loudness", 1.5, 0))
    stage.run(RATE_HZ)
    engine = stage.deck.engine
    context = engine.state.context(engine.geometry.context)
    assert set(context.controls) & set(SKETCH) == {"loudness"}


def test_the_input_makes_a_difference_and_its_record_makes_the_same_again(
    begin: Callable[..., Stage], live: Path
) -> None:
    audio = play_notes(6.0)
    stage = begin(audio, ON, Write("delay/ms", 900.0, 0))
    ring, end = stage.memory.rings[0], 5 * RATE_HZ
    made = np.zeros((end + 10 * RATE_HZ, 2), np.float32)

    def keep(frame: int) -> None:
        ring.read_past(frame - BUFFER, made[frame - BUFFER : frame])
        if frame % (100 * BUFFER) == 0:
            stage.tell(Write("gen/cfg", 1.0 + frame / RATE_HZ))

    stage.run(end, keep)

    np.testing.assert_array_equal(make_again(stage, live, audio)[: stage.frame], made[: stage.frame])
    assert np.abs(make_again(stage, live, play_notes(6.0, seed=1))[: stage.frame] - made[: stage.frame]).max() > 1e-3


# --- a deck that plays along -------------------------------------------------------------------------------


def test_live_it_plays_along_with_what_came_in_a_block_ago(begin: Callable[..., Stage], live: Path) -> None:
    audio = play_notes(6.0)
    stage = begin(audio, Write("jam/on", True, 0))
    stage.run(4 * RATE_HZ)
    engine, codec = stage.deck.engine, load_bundle(live).codec
    late = engine.delay.frames
    assert late == engine.delay.least_frames
    assert stage.deck._lead_s() < 1.4, "what is made ahead cannot know what is played"
    first = stage.deck.engine.next_latent
    assert stage.deck.engine.made.lines[WITH] == tuple(2048 * (first - 4 - 8 + i) - late for i in range(4))
    stem = engine.state.controls["stem"]
    whole = codec.encode(torch.from_numpy(np.ascontiguousarray(audio.T))[None])
    known = stem[..., -12:-8]
    assert known[:, 0].min() == 1 and not stem[..., -8:].any(), "neither the block nor the one before it knows the part"
    if not late:
        torch.testing.assert_close(known[:, 1:], whole[..., first - 12 : first - 8], atol=1e-3, rtol=1e-3)


def test_with_a_delay_it_knows_what_is_played_while_it_plays(begin: Callable[..., Stage]) -> None:
    audio, delay_frames = play_notes(6.0), 64 * 2048
    asked = Write("jam/on", True, 0), Write("delay/ms", 1000.0 * delay_frames / RATE_HZ, 0)
    stage = begin(audio, *asked, Write("jam/tf", 1, 0))
    stage.run(4 * RATE_HZ)
    for block, (made_at, controls) in zip(stage.blocks, stage.heard.values(), strict=True):
        assert block.lines[WITH] == tuple(2048 * (block.latent + i - 64) for i in range(4)) and FROM not in block.lines
        assert max(frames_of(block, WITH)) + 2048 <= made_at or not made_at
        assert "stem" not in controls
    stem = stage.deck.engine.state.controls["stem"]
    assert stem[:, 0, -24:].min() == 1
    stage.tell(Write("jam/tf", 0))
    stage.run(RATE_HZ)
    block = stage.blocks[-1]
    assert block.lines[WITH] == tuple(2048 * (block.latent - 4 + i - 64) for i in range(4))
    assert not stem[..., -4:].any() and stem[:, 0, -8:-4].min() == 1


def test_the_record_of_playing_along_makes_the_same_again(begin: Callable[..., Stage], live: Path) -> None:
    audio = play_notes(6.0)
    stage = begin(audio, Write("jam/on", True, 0), Write("jam/pull", 1.5, 0))
    ring, end = stage.memory.rings[0], 5 * RATE_HZ
    made = np.zeros((end + 10 * RATE_HZ, 2), np.float32)

    def keep(frame: int) -> None:
        ring.read_past(frame - BUFFER, made[frame - BUFFER : frame])
        if frame % (100 * BUFFER) == 0:
            stage.tell(Write("gen/cfg", 1.0 + frame / RATE_HZ))

    stage.run(end, keep)
    assert stage.deck.redos > 1
    np.testing.assert_array_equal(make_again(stage, live, audio)[: stage.frame], made[: stage.frame])
    assert np.abs(make_again(stage, live, play_notes(6.0, seed=1))[: stage.frame] - made[: stage.frame]).max() > 1e-3
