"""Priming: the music goes on from what it is given, and that can be taken back, rendered and made again to the bit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from program import Program, biggest_jump, level_db, lmdmd, longest_silence, write_setlist
from setlist_texts import problems_of
from test_deck import Stage
from test_dit import make_condition, make_model
from test_listening import RATE_HZ, play_notes

from lmdmd.config import Config
from lmdmd.control.memory import Memory
from lmdmd.engine.engine import Engine
from lmdmd.engine.priming import ROW
from lmdmd.errors import ParamError, PrimeError
from lmdmd.messages import NOW, BlockDone, ClearAfter, Note, Write
from lmdmd.model.bundle import Bundle, load_bundle
from lmdmd.model.config import ATTENTIONS, PRESETS
from lmdmd.model.stream import StreamState, rollout_block
from lmdmd.primes import read_prime
from lmdmd.render import render
from lmdmd.rt.sound_file import read_end
from lmdmd.rt.tape import Tape
from lmdmd.testing import make_tiny_bundle

CUE = """
- name: again
  at: 2s
  prime: seed.wav
"""
LENGTH_S = 7.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("prime")
    make_tiny_bundle(folder / "live", groups=PRESETS["tiny-live"].model.groups)
    soundfile.write(folder / "seed.wav", play_notes(3.0, seed=4)[:, :1], 32_000)
    soundfile.write(folder / "other.flac", play_notes(2.0, seed=9), RATE_HZ)
    soundfile.write(folder / "notes.wav", play_notes(3.3), RATE_HZ, subtype="FLOAT")
    write_setlist(folder / "prime.yaml", folder / "live", LENGTH_S, CUE)
    return folder


@pytest.fixture(scope="module")
def bundle(folder: Path) -> Bundle:
    return load_bundle(folder / "live")


# --- the stream ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_a_stream_that_was_primed_can_go_back_to_before_it(attention: str) -> None:
    torch.set_num_threads(1)
    with torch.inference_mode():
        model = make_model(attention=attention)
        cond, options = make_condition(1), {"steps": 2, "guidance": 2.0}
        state, straight = StreamState.init(model, seed=5, history=24), StreamState.init(model, seed=5, history=24)
        music = torch.randn(1, 64, 9, generator=torch.Generator().manual_seed(1))

        def play(stream: StreamState, blocks: int) -> torch.Tensor:
            return torch.cat([rollout_block(model, stream, cond, **options) for _ in range(blocks)], -1)

        play(state, 3)
        play(straight, 3)
        state.prime(music)
        assert state.known == 9 and torch.equal(state.context(9).latents, music)
        primed = play(state, 2)
        fresh = StreamState.init(model, seed=5)
        fresh.prefill(music, next_latent=12)
        torch.testing.assert_close(primed, play(fresh, 2), atol=1e-5, rtol=1e-5)
        state.rewind(12 + 6)
        assert torch.equal(state.latents[..., -6:], primed[..., :6])
        state.rewind(12)
        assert torch.equal(state.latents, straight.latents) and state.known == straight.known
        torch.testing.assert_close(play(state, 2), play(straight, 2), atol=1e-5, rtol=1e-5)
        state.rewind(9)
        straight.rewind(9)
        assert torch.equal(state.context(9).latents, straight.context(9).latents)


# --- the engine ---------------------------------------------------------------------------------------------


def engine_of(bundle: Bundle, *writes: Write) -> Engine:
    engine = Engine(bundle, RATE_HZ)
    engine.prime_from(None, None)
    for write in (Write("prompt/0/text", "warm pads", 0), Write("gen/cfg", 2.0, 0), *writes):
        engine.write(write)
    engine.heed_primes(0)
    return engine


def test_music_is_taken_on_its_latent_and_once_and_taken_back_with_it(bundle: Bundle, folder: Path) -> None:
    frame, wanted = 20 * 2048, f"file {folder / 'seed.wav'}"
    plain, primed = engine_of(bundle), engine_of(bundle, Write(ROW, wanted, frame))
    told = []
    before, after = [], []
    while plain.next_latent < 40:
        before.append(plain.make_block())
    while primed.next_latent < 40:
        after.append(primed.make_block())
        told.append(primed.primed)
    (taken,) = filter(None, told)
    assert taken.startswith("file ") and taken.endswith("seed.wav")
    old, new = np.concatenate(before), np.concatenate(after)
    frames = min(len(old), len(new))
    differs = np.flatnonzero(np.abs(old[:frames] - new[:frames]).max(1) > 0)
    assert 18 * 2048 < differs[0] < 21 * 2048
    primed.clear_after(frame - 1)
    stale = primed.first_stale(0)
    assert stale == 20
    primed.cut(stale)
    while primed.next_latent < 40:
        primed.make_block()
    assert torch.equal(primed.state.latents[..., -20:], plain.state.latents[..., -20:])


def test_a_past_from_outside_claims_no_beat_and_its_own_keeps_what_it_was_made_with(
    bundle: Bundle, folder: Path
) -> None:
    tape = Tape.create(4 * RATE_HZ, 2, RATE_HZ)
    try:
        engine = engine_of(bundle, Write("harmony/chord", "Am", 0), Write("beat/on", True, 0))
        engine.prime_from(tape, None)
        for _ in range(6):
            begin = engine.audio_frame
            tape.append(begin, engine.make_block())
        assert {"beat", "harmony"} <= set(engine.state.context(12).controls)
        known = {name: engine.state.controls[name].clone() for name in ("beat", "harmony")}
        engine.write(Write(ROW, "tape 60", engine.next_frame))
        engine.make_block()
        assert engine.primed.startswith("tape ")
        count = min(bundle.geometry.context, tape.end_frame // 2048 - 1)
        for name, kept in known.items():
            now = engine.state.controls[name][..., -4 - count : -4]
            assert now[:, 0].mean() > 0.9
            lag = next(lag for lag in range(3) if torch.equal(now[..., 3:-3], kept[..., -count - lag + 3 : -3 - lag]))
            assert lag <= 2
        engine.write(Write(ROW, f"file {folder / 'seed.wav'}", engine.next_frame))
        engine.make_block()
        for name in known:
            assert not engine.state.controls[name][..., :-4].any()
    finally:
        tape.close()
        tape.unlink()


def test_what_cannot_be_had_is_told_and_changes_nothing(bundle: Bundle, folder: Path) -> None:
    said: list[str] = []
    plain, engine = engine_of(bundle), engine_of(bundle, Write(ROW, f"file {folder / 'none.wav'}", 0))
    engine.tell = said.append
    for _ in range(3):
        np.testing.assert_array_equal(plain.make_block(), engine.make_block())
    assert len(said) == 1 and "is not there" in said[0] and said[0].endswith("the music goes on as it was")


# --- the words and the file ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "fiel a.wav", "file", "file ", "tape x", "input 0", "input nan", "tape 1e9"])
def test_words_that_ask_for_nothing_are_refused(text: str) -> None:
    with pytest.raises(ParamError):
        read_prime(text)


def test_only_the_end_of_a_long_file_is_read(tmp_path: Path) -> None:
    path, notes = tmp_path / "long.wav", play_notes(1.0)
    with soundfile.SoundFile(path, "w", 8000, 1, subtype="PCM_U8") as file:
        for _ in range(60):
            file.write(np.zeros(8000 * 30, np.float32))
        file.write(notes[:8000, 0])
    audio, rate_hz = read_end(path, 0.5)
    assert audio.shape == (4000, 2) and rate_hz == 8000
    np.testing.assert_allclose(audio[:, 0], notes[4000:8000, 0], atol=0.02)


def write_bad(folder: Path) -> dict[str, str]:
    """Files that are no music, and what is said of each."""
    soundfile.write(folder / "silent.wav", np.zeros((RATE_HZ, 2)), RATE_HZ)
    soundfile.write(folder / "three.wav", np.full((3, 1), 0.5), RATE_HZ)
    soundfile.write(folder / "nan.wav", np.full((RATE_HZ, 2), np.nan), RATE_HZ, subtype="FLOAT")
    (folder / "text.wav").write_text("no sound at all")
    whole = (folder / "other.flac").read_bytes()
    (folder / "cut.flac").write_bytes(whole[:200] + bytes(len(whole) // 2))
    (folder / "empty.wav").write_bytes(b"")
    (folder / "a folder").mkdir(exist_ok=True)
    return {
        "silent.wav": "is silent",
        "three.wav": "too short",
        "nan.wav": "is silent",
        "text.wav": "no sound file",
        "cut.flac": "damaged",
        "empty.wav": "no sound file",
        "a folder": "no file",
        "none.wav": "not there",
    }


def test_bad_files_are_told_of_in_one_sentence(folder: Path) -> None:
    for name, words in write_bad(folder).items():
        with pytest.raises(PrimeError) as caught:
            read_end(folder / name, 8.0)
        assert words in str(caught.value) and "\n" not in str(caught.value), name


def test_a_setlist_names_a_file_beside_it_or_is_told_where_not(folder: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "ok.wav", play_notes(1.0), RATE_HZ)
    soundfile.write(tmp_path / "mute.wav", np.zeros(RATE_HZ), RATE_HZ)
    song = "songs:\n  - name: One\n    length: 9s\n    prime: {}\n    cues:\n      - {{name: a, at: 1, prime: {}}}\n"
    assert problems_of(tmp_path, song.format("ok.wav", "tape 8")) == []
    for wrong, words in (
        ("mute.wav", "is silent"),
        ("gone.wav", "no file"),
        ("../x.wav", "outside the folder"),
        ("tape 1h", "no number of seconds"),
        ("/etc/passwd", "must be a path from the folder"),
    ):
        problems = problems_of(tmp_path, song.format(wrong, wrong))
        assert [problem.split(":")[1] for problem in problems] == ["4", "6"], problems
        assert all("prime: " in problem and words in problem for problem in problems), problems


# --- the deck -----------------------------------------------------------------------------------------------


@pytest.fixture
def stage(folder: Path) -> Iterator[Stage]:
    memory = Memory.create(RATE_HZ)
    stage = Stage(memory, folder / "live")
    yield stage
    stage.close()
    memory.close()


def until_primed(stage: Stage) -> list[object]:
    """Turns of the deck's loop until music was taken or refused; everything said meanwhile."""
    said: list[object] = []
    for _ in range(4000):
        stage.deck._follow_primes()
        if not stage.turn():
            stage.deck._wait()
        said += stage.heard()
        if any((isinstance(one, BlockDone) and one.primed) or isinstance(one, Note) for one in said):
            return said
    raise AssertionError(said)


def test_a_deck_encodes_beside_its_blocks_and_fades_into_what_follows(stage: Stage, folder: Path) -> None:
    stage.move(8192)
    stage.heard()
    before, end = stage.ring(), stage.memory.rings[0].write_frame
    stage.tell(Write(ROW, f"file {folder / 'seed.wav'}", stamp=7))
    (block,) = [one for one in until_primed(stage) if isinstance(one, BlockDone) and one.primed]
    assert block.primed.startswith("file ") and block.stamps == (7,) and not block.torn
    assert 8192 < block.frame < end
    stage.fill()
    after = stage.ring()
    kept = block.frame - 8192
    np.testing.assert_array_equal(after[:kept], before[:kept])
    assert np.abs(after[kept : len(before)] - before[kept:]).max() > 1e-4
    assert biggest_jump(after[kept - 50 : kept + 400]) <= 1.5 * biggest_jump(after)


def test_a_cue_that_is_cancelled_primes_nothing_and_a_refusal_is_one_note(stage: Stage, folder: Path) -> None:
    stage.tell(Write(ROW, f"file {folder / 'seed.wav'}", 3 * RATE_HZ), ClearAfter(RATE_HZ))
    stage.tell(Write(ROW, "tape 8", NOW))
    said = until_primed(stage)
    (note,) = [one for one in said if isinstance(one, Note)]
    assert note.text.startswith("deck 0: prime: tape: ") and note.text.endswith("; the music goes on as it was")
    stage.move(4 * RATE_HZ)
    stage.fill()
    assert not [block for block in stage.blocks() if block.primed]


# --- the whole program --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def planned(folder: Path) -> Path:
    """A show that a cue primes, played by nobody's hand; its log."""
    with Program(folder, folder / "prime.yaml", "--device", "null", "--threads", 1) as program:
        program.until_playing()
        assert program.process.wait(40) == 0, program.said()
        assert program.said().count("underrun") == 0
        (log,) = program.recordings.rglob("show.jsonl")
    return log


def blocks_of(log: Path) -> list[dict]:
    told = [json.loads(line) for line in log.read_text().splitlines()]
    return [line for line in told if line["kind"] == "block" and line["primed"]]


def test_a_show_that_is_primed_is_rendered_to_the_same_sound(planned: Path, folder: Path) -> None:
    (block,) = blocks_of(planned)
    assert abs(block["latent"] * 2048 - 2 * RATE_HZ) < 2048 and block["primed"].endswith("seed.wav")
    render(Config(setlist=folder / "prime.yaml", model="", threads=1), folder / "rendered.wav")
    rendered, _ = soundfile.read(folder / "rendered.wav", dtype="float32")
    heard, _ = soundfile.read(planned.parent / "output.wav", dtype="float32")
    np.testing.assert_array_equal(heard[: len(rendered)], rendered)
    write_setlist(folder / "plain.yaml", folder / "live", LENGTH_S)
    render(Config(setlist=folder / "plain.yaml", model="", threads=1), folder / "plain.wav")
    plain, _ = soundfile.read(folder / "plain.wav", dtype="float32")
    at = round(1.5 * RATE_HZ)  # the limiter looks ahead
    np.testing.assert_array_equal(plain[:at], rendered[:at])
    assert np.abs(plain[at + RATE_HZ :] - rendered[at + RATE_HZ :]).max() > 1e-3


def test_hands_prime_from_everything_and_a_replay_is_the_same_to_the_sample(folder: Path) -> None:
    hands = folder / "hands"
    hands.mkdir()
    bad = write_bad(folder)
    options = ("--device", "null", "--threads", 1, "--input", folder / "notes.wav")
    write_setlist(folder / "long.yaml", folder / "live", 60.0)
    with Program(hands, folder / "long.yaml", *options) as program:
        program.until_playing()
        program.until_playhead(2 * RATE_HZ)
        for words in (("input", 1.5), ("file", "other.flac"), ("tape", 8)):
            program.do("prime", *words)
            program.until_playhead(program.playhead() + RATE_HZ)
        for name, why in bad.items():
            (reply,) = program.ask("prime", "file", name)
            assert reply.address == "/lmdm/fail" and reply.values[0] == "prime", reply
            assert why in str(reply.values[-1]) or "there is no file" in str(reply.values[-1])
        for name in ("/etc/passwd", "../prime.yaml", str(folder.parent), "~/x.wav"):
            (reply,) = program.ask("prime", "file", name)
            assert reply.address == "/lmdm/fail" and "there is no file" in str(reply.values[-1])
        (reply,) = program.ask("engine/prime", "file /etc/passwd")
        assert reply.address == "/lmdm/fail"
        (reply,) = program.ask("prompt/audio", 0, "other.flac")
        assert "reads prompts as words" in str(reply.values[-1]) and "tiny" in str(reply.values[-1])
        assert program.get("status/underruns") == 0 and program.get("status/gaps") == 0
        program.interrupt()
        assert program.process.wait(20) == 0, program.said()
        (log,) = program.recordings.rglob("show.jsonl")
    assert [block["primed"].split()[0] for block in blocks_of(log)] == ["input", "file", "tape"]
    done = lmdmd("replay", log, "--out", folder / "again.wav", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["doubts"] == []
    again, _ = soundfile.read(folder / "again.wav", dtype="float32")
    heard, _ = soundfile.read(log.parent / "output.wav", dtype="float32")
    assert level_db(heard) > -60 and longest_silence(heard[RATE_HZ:-RATE_HZ]) < 0.1 * RATE_HZ
    np.testing.assert_array_equal(again, heard[: len(again)])


def test_a_replay_without_the_file_says_so(planned: Path, folder: Path) -> None:
    (folder / "seed.wav").rename(folder / "moved.wav")
    try:
        done = lmdmd("replay", planned, "--out", folder / "less.wav", "--json")
    finally:
        (folder / "moved.wav").rename(folder / "seed.wav")
    assert done.returncode == 0, done.stderr
    (doubt,) = json.loads(done.stdout)["doubts"]
    assert "what the music went on from is not there" in doubt and "seed.wav" in doubt
