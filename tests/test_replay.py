"""Replay: what a program played on the null device, by hand and by cue, made again from its log, to the sample."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from program import Program, level_db, lmdmd, longest_silence, runs, wait_for, write_setlist

from lmdmd.bundles import read_info
from lmdmd.config import Config
from lmdmd.control.cue_effects import PlannedSwap
from lmdmd.control.events import Block, Take
from lmdmd.control.memory import Memory
from lmdmd.control.mix_log import MixLog
from lmdmd.control.session import Session
from lmdmd.control.show_log import NAME, ShowLog
from lmdmd.errors import BundleError, ConfigError
from lmdmd.performance import LogError, read_performance
from lmdmd.render import PRELOAD_S, REST_S, plan_changes, render
from lmdmd.replay import replay
from lmdmd.rt.mixer import Mixer
from lmdmd.rt.process import Player
from lmdmd.rt.wav import WavWriter
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100
LIVE = ("--device", "null", "--threads", "1")
CUES = """
- name: turn
  at: 2.3s
  prompts: {deep house: 1}
  set: {mix/gain: -6, gen/cfg: 3}
  over: 1.5s
- name: low
  at: 7.1s
  set: {mix/lowpass: 900, gen/steps: 3}
"""
MOVES: list[tuple[object, ...]] = [
    ("mix/gain", -9.0, 0.3),
    ("prompt/0/text", "bright", "drums"),
    ("mix/freeze", 1.0),
    ("gen/cfg", 4.5),
    ("mix/freeze", 0.0),
    ("mix/stutter", 1.0),
    ("mix/stutter", 0.0),
    ("prompt/1/text", "jazz"),
    ("prompt/1/weight", 0.8),
    ("mix/wet", 0.6),
    ("mix/pan", -0.4, 0.1),
    ("mix/width", 0.2),
    ("gen/temperature", 1.2),
    ("mix/highpass", 300.0),
]


@pytest.fixture(scope="module")
def bundles(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bundles")
    make_tiny_bundle(folder / "one", "one")
    make_tiny_bundle(folder / "two", "two", seed=1)
    return folder


@dataclass(frozen=True)
class Played:
    """A show that was recorded, and what was said of it."""

    audio: np.ndarray
    log: Path
    said: str


def play(folder: Path, bundles: Path, hands, *options: str, cues: str = CUES, record: bool = True) -> Played:
    """A show, played by ``hands(program, chance)`` and ended by Ctrl-C."""
    setlist = write_setlist(folder / "show.yaml", bundles / "one", 600, cues)
    environment = {**os.environ, "LMDMD_BUNDLES": str(bundles)}
    with Program(folder, setlist, *LIVE, *options, record=record, environment=environment) as program:
        program.until_playing()
        hands(program, random.Random(11))
        program.interrupt()
        assert program.process.wait(15) == 0, program.said()
        said = program.said()
    log = next(iter(program.recordings.rglob("show.jsonl")))
    audio, _ = soundfile.read(log.parent / "output.wav", dtype="float32")
    return Played(audio, log, said)


def again(log: Path, out: Path) -> tuple[np.ndarray, dict]:
    report = replay(log, out)
    audio, rate_hz = soundfile.read(out, dtype="float32")
    assert rate_hz == RATE_HZ and len(audio) == report["frames"]
    return audio, report


def by_hand(program: Program, chance: random.Random) -> None:
    """Every move once, at odd moments, and a swap of the model among them."""
    for count, (name, *values) in enumerate(MOVES):
        time.sleep(chance.uniform(0.1, 0.3))
        program.ask(str(name), *values)
        if count == 3:
            assert program.do("deck/load", "two", timeout_s=40) == ""
        if count == 7:
            assert program.do("deck/swap", 0.7, timeout_s=20) == ""
    program.do("engine/reset")
    program.until_playhead(program.playhead() + RATE_HZ)


@pytest.fixture(scope="module")
def evening(bundles, tmp_path_factory) -> Played:
    return play(tmp_path_factory.mktemp("evening"), bundles, by_hand)


def test_a_show_with_hands_cues_and_a_swap_comes_out_to_the_sample(evening, tmp_path):
    audio, report = again(evening.log, tmp_path / "again.wav")
    assert report["doubts"] == [] and report["exact"] is True
    assert level_db(evening.audio) > -60 and len(evening.audio) > 5 * RATE_HZ
    np.testing.assert_array_equal(audio, evening.audio)
    show = read_performance(evening.log)
    assert len(show.taken) >= 12 and {record.deck for record in show.records if isinstance(record, Block)} == {0, 1}


def test_a_log_that_was_cut_at_a_random_byte_is_replayed_as_far_as_it_goes(evening, tmp_path):
    whole, chance, lengths = evening.log.read_bytes(), random.Random(3), []
    for number in range(5):
        log = tmp_path / str(number) / "show.jsonl"
        log.parent.mkdir()
        log.write_bytes(whole[: chance.randrange(len(whole) // 8, len(whole))])
        audio, report = again(log, tmp_path / f"{number}.wav")
        assert report["doubts"] == []
        assert len(audio) == read_performance(log).frame
        np.testing.assert_array_equal(audio, evening.audio[: len(audio)])
        lengths.append(len(audio))
    assert max(lengths) > 4 * RATE_HZ and len(set(lengths)) > 2


def test_the_command_line_says_what_it_promises(evening, tmp_path):
    done = lmdmd("replay", evening.log.parent, "--out", tmp_path / "again.wav", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["exact"] is True and report["frames"] == len(evening.audio)
    refused = lmdmd("replay", evening.log, "--out", evening.log.parent / "output.wav")
    assert refused.returncode == 1 and "part of the recording itself" in refused.stderr
    with pytest.raises(ConfigError, match="is a folder"):
        replay(evening.log, tmp_path)


def test_another_bundle_is_a_doubt_and_none_is_refused(evening, bundles, tmp_path, monkeypatch):
    monkeypatch.setenv("LMDMD_BUNDLES", str(tmp_path / "empty"))
    text = evening.log.read_text()
    log = tmp_path / "moved" / "show.jsonl"
    log.parent.mkdir()
    log.write_text(text.replace(str(bundles / "two"), str(bundles / "gone")))
    with pytest.raises(BundleError, match="bundle two 0 has played, and is neither at"):
        replay(log, tmp_path / "again.wav")
    log.write_text(text.replace(f'"digest": "{read_info(bundles / "one").digest}"', '"digest": "another"'))
    doubts = replay(log, tmp_path / "again.wav")["doubts"]
    assert doubts == [f"bundle one 0 has played, and {bundles / 'one'} is another"]
    lines = [line for line in text.splitlines() if '"kind": "traced"' not in line]
    log.write_text("\n".join(lines))
    with pytest.raises(LogError, match="tells too little of the mixer: no mixer has begun"):
        replay(log, tmp_path / "again.wav")


def test_a_recording_that_begins_in_the_middle_is_replayed_from_there(bundles, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where a program that was not told where to record makes its folder

    def hands(program: Program, chance: random.Random) -> None:
        program.until_playhead(RATE_HZ)
        program.ask("mix/gain", -4.0)
        program.until_playhead(2 * RATE_HZ)
        assert program.do("record/start") == ""
        program.ask("gen/cfg", 5.0)
        program.until_playhead(5 * RATE_HZ)
        assert program.do("record/stop") == ""
        program.until_playhead(6 * RATE_HZ)

    played = play(tmp_path, bundles, hands, record=False)
    audio, report = again(played.log, tmp_path / "again.wav")
    assert report["doubts"] == [] and report["first_frame"] >= 2 * RATE_HZ
    assert 2 * RATE_HZ < len(audio) < 4 * RATE_HZ
    np.testing.assert_array_equal(audio, played.audio)


def test_a_show_that_went_to_a_file_as_fast_as_it_could_is_replayed(bundles, tmp_path):
    setlist = write_setlist(tmp_path / "short.yaml", bundles / "one", 3.5, CUES.split("- name: low")[0])
    out, takes = tmp_path / "out.wav", tmp_path / "takes"
    done = lmdmd("run", setlist, "--device", f"file:{out}", "--threads", 1, "--osc-port", 0, "--record", takes)
    assert done.returncode == 0, done.stderr
    expected, _ = soundfile.read(out, dtype="float32")
    audio, report = again(next(takes.rglob("show.jsonl")), tmp_path / "again.wav")
    assert report["doubts"] == [] and len(expected) == 3.5 * RATE_HZ
    np.testing.assert_array_equal(audio[: len(expected)], expected)


def test_accidents_come_out_to_the_sample(bundles, tmp_path):
    def hands(program: Program, chance: random.Random) -> None:
        program.until_playhead(RATE_HZ)
        assert program.do("deck/fault", "nan", 2) == ""
        program.until_playhead(2 * RATE_HZ)
        program.ask("mix/conceal", "loop")
        assert program.do("deck/fault", "crash") == ""
        wait_for(lambda: "plays again" in program.said(), 20, program.said)
        program.until_playhead(program.playhead() + RATE_HZ)
        audio = program.audio()
        os.kill(audio, signal.SIGKILL)
        wait_for(lambda: not runs(audio))
        stood = program.playhead()
        program.ask("mix/gain", -7.0, 0.4)
        program.until_playhead(stood + RATE_HZ)
        assert program.do("deck/fault", "hang", 4) == ""
        program.until_playhead(program.playhead() + 5 * RATE_HZ)

    played = play(tmp_path, bundles, hands, "--rehearsal")
    show = read_performance(played.log)
    whats = [trace.what for trace in show.traces]
    assert whats.count("start") == 2 and "short" in whats and "again" in whats
    audio, report = again(played.log, tmp_path / "again.wav")
    assert report["doubts"] == []
    np.testing.assert_array_equal(audio, played.audio)


# --- the input, without any deck ------------------------------------------------------------------------------


def test_what_came_in_is_heard_again_from_its_recording(tmp_path):
    """A mixer that hears a room, and the recording of that in two files, begun after the show."""
    memory, chance = Memory.create(RATE_HZ), np.random.default_rng(2)
    try:
        session = Session(memory.board, memory.schedule, RATE_HZ)
        show_log = ShowLog({"rate_hz": RATE_HZ, "device": "card", "numpy": np.__version__})
        session.watch(show_log)
        log = MixLog(session, memory.schedule)
        mixer = Mixer(RATE_HZ, 256, memory.schedule)
        player = Player(mixer, memory.board, tuple(memory.rings), memory.tapes["input"], memory.tapes["output"], 0)
        mixer.trace("start", 0, 0, 256)
        session.set("mix/wet", 0.0, source="hand")
        session.set("mix/conceal", "silence", source="hand")
        memory.board.rolling = 1

        def play(buffers: int, level: float) -> None:
            for _ in range(buffers):
                noise = level * chance.standard_normal((256, 2)).astype(np.float32)
                player(noise, np.zeros((256, 2), np.float32))

        play(100, 0.0)
        session.tell(Take(str(tmp_path), True, {"output": 25_600, "input": 25_600}))
        show_log.open(tmp_path / NAME)
        session.set("input/gain", -7.0, source="hand", glide_s=0.5)
        play(300, 0.3)
        session.set("mix/gain", 3.0, source="hand")
        play(100, 0.6)
        session.tell(Take(str(tmp_path), False, {"output": 128_000, "input": 128_000}, piece=2))
        log.close()
        show_log.close()
        for name, begin, end in (("input", 25_600, 60_000), ("input-2", 60_000, 128_000), ("output", 25_600, 128_000)):
            writer = WavWriter(tmp_path / f"{name}.wav", RATE_HZ)
            writer.append(memory.tapes[name.partition("-")[0]].read(begin, end - begin))
            writer.close()
    finally:
        memory.close()
    heard, _ = soundfile.read(tmp_path / "output.wav", dtype="float32")
    audio, report = again(tmp_path / NAME, tmp_path / "again.wav")
    assert report["doubts"] == ["the input before frame 25600 was not recorded, and is not heard"]
    assert level_db(heard) > -20
    np.testing.assert_array_equal(audio, heard)
    (tmp_path / "input-2.wav").unlink()
    assert not np.array_equal(again(tmp_path / NAME, tmp_path / "again.wav")[0], heard)


# --- a render that changes its model ------------------------------------------------------------------------


def test_swaps_go_into_the_slots_in_turn_and_wait_for_each_other(bundles):
    rest, preload = round(REST_S * RATE_HZ), round(PRELOAD_S * RATE_HZ)
    two, one = str(bundles / "two"), str(bundles / "one")
    swaps = [PlannedSwap(900_000, two, 1000), PlannedSwap(400_000, two, 44_100), PlannedSwap(420_000, one, 100)]
    first, second, third = plan_changes(swaps, RATE_HZ)
    assert (first.slot, first.info.name, first.load_frame) == (1, "two", 400_000 - preload)
    assert (second.slot, second.load_frame, second.swap.frame) == (0, first.free_frame, first.free_frame + rest)
    assert first.free_frame == 444_100 + rest
    assert (third.slot, third.load_frame, third.swap.frame) == (1, 900_000 - preload, 900_000)
    assert plan_changes([PlannedSwap(0, two, 0)], RATE_HZ)[0].swap.frame == 0
    with pytest.raises(BundleError, match="nosuch"):
        plan_changes([PlannedSwap(0, "nosuch", 0)], RATE_HZ)


def test_a_render_changes_its_model_on_the_frame_and_is_the_same_every_time(bundles, tmp_path):
    swap_frame, fade_frames = 5 * RATE_HZ, RATE_HZ

    def show(name: str, cue: str) -> Config:
        setlist = write_setlist(tmp_path / f"{name}.yaml", bundles / "one", 9, f"- name: other\n  at: 5s\n  {cue}")
        return Config(setlist=setlist, model="", threads=1)

    paths = [tmp_path / name for name in ("plain.wav", "first.wav", "second.wav", "other.wav")]
    swap = show("swap", f"model: {{to: {bundles / 'two'}, over: 1s, curve: smooth}}")
    render(show("plain", "set: {mix/gain: 0}"), paths[0])
    render(swap, paths[1])
    render(swap, paths[2])
    render(show("same", f"model: {{to: {bundles / 'one'}, over: 1s, curve: smooth}}"), paths[3])
    assert paths[1].read_bytes() == paths[2].read_bytes()
    plain, swapped, _, other = (soundfile.read(path, dtype="float32")[0] for path in paths)
    before = slice(0, swap_frame - 256)  # inside a buffer all values move in lines
    np.testing.assert_array_equal(swapped[before], plain[before])
    arrived = slice(swap_frame + fade_frames + 1000, 8 * RATE_HZ)
    assert level_db(swapped[arrived] - plain[arrived]) > level_db(plain[arrived]) - 20
    assert level_db(swapped[arrived] - other[arrived]) > level_db(plain[arrived]) - 20
    assert longest_silence(swapped[RATE_HZ : 8 * RATE_HZ]) < 512


def test_a_model_that_is_swapped_to_in_a_render_brings_what_nobody_has_set(bundles, tmp_path):
    brisk = Path(shutil.copytree(bundles / "two", tmp_path / "brisk"))
    config = json.loads((brisk / "config.json").read_text())
    config["defaults"]["gen/steps"] = 1
    (brisk / "config.json").write_text(json.dumps(config))

    def rendered(bundle: Path, first: str) -> np.ndarray:
        cues = f"- name: first\n  at: 0s\n  {first}\n- name: other\n  at: 3s\n  model: {{to: {bundle}, over: 1s}}"
        setlist = write_setlist(tmp_path / "show.yaml", bundles / "one", 6, cues)
        render(Config(setlist=setlist, model="", threads=1), tmp_path / "out.wav")
        return soundfile.read(tmp_path / "out.wav", dtype="float32")[0]

    free, asked = "set: {mix/gain: 0}", "set: {gen/steps: 2}"
    assert not np.array_equal(rendered(brisk, free), rendered(bundles / "two", free))
    np.testing.assert_array_equal(rendered(brisk, asked), rendered(bundles / "two", asked))


def test_a_show_that_went_on_after_a_crash_is_made_again_log_by_log(bundles, tmp_path):
    setlist = write_setlist(tmp_path / "show.yaml", bundles / "one", 600, CUES)
    environment = {**os.environ, "LMDMD_BUNDLES": str(bundles)}
    with Program(tmp_path, setlist, *LIVE, environment=environment) as program:
        program.until_playing()
        program.until_playhead(2 * RATE_HZ)
        program.children()
        program.signal_all(signal.SIGKILL)
        program.process.wait()
    with Program(tmp_path, "--resume", tmp_path / "recordings", *LIVE, environment=environment) as program:
        program.until_playing()
        program.ask("prompt/0/text", "bright", "drums")
        program.until_playhead(2 * RATE_HZ)
        assert program.end() == 0, program.said()
    (take,) = (tmp_path / "recordings").iterdir()
    report = replay(take, tmp_path / "again.wav")
    assert [(Path(part["log"]).name, Path(part["out"]).name) for part in report["parts"]] == [
        ("show.jsonl", "again.wav"),
        ("show-2.jsonl", "again-show-2.wav"),
    ]
    assert report["exact"] and not report["doubts"]
    for part, name in zip(report["parts"], ("output.wav", "output-2.wav"), strict=True):
        made, _ = soundfile.read(part["out"], dtype="float32")
        heard, _ = soundfile.read(take / name, dtype="float32")
        assert len(made) == part["frames"] > RATE_HZ
        shared = min(len(made), len(heard))
        assert shared > RATE_HZ and np.array_equal(made[:shared], heard[:shared])
    assert report["parts"][1]["frames"] == len(heard)
    (alone,) = replay(take / "show-2.jsonl", tmp_path / "two.wav")["parts"]
    assert alone["exact"] and alone["frames"] == len(heard)
