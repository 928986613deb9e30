"""A file as the live input: read at any rate, refused in a sentence, played by the timeline, and taken up again."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from conftest import JACK_RATE_HZ
from program import level_db, lmdmd, write_setlist
from test_audio_process import Probe, Stage, wait_for

from lmdmd.bench import jack_server
from lmdmd.config import Config
from lmdmd.control import input_file
from lmdmd.control.input_file import LONGEST_S, check_input, load_input
from lmdmd.errors import ConfigError
from lmdmd.messages import Listen, Note, Ready
from lmdmd.params import find
from lmdmd.render import render
from lmdmd.replay import replay
from lmdmd.rt.sound import Sound
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 48000
OFF_HZ = find("input/highpass").lo


def tone(rate_hz: int, seconds: float, channels: int) -> np.ndarray:
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.stack([0.5 * np.sin(2 * np.pi * 330 * (side + 1) * at) for side in range(channels)], axis=1)


def loaded(path: Path, rate_hz: int = RATE_HZ) -> np.ndarray:
    sound = load_input(path, rate_hz)
    audio = np.empty((sound.frames, 2), np.float32)
    sound.read_round(0, audio)
    sound.close()
    sound.unlink()
    return audio


@pytest.mark.parametrize(
    ("name", "subtype", "rate_hz", "channels"),
    [
        ("a.wav", "FLOAT", 48000, 2),
        ("a.wav", "PCM_16", 44100, 1),
        ("a.flac", "PCM_24", 96000, 2),
        ("a.ogg", "VORBIS", 44100, 2),
        ("a.aiff", "PCM_16", 22050, 4),
        ("a.wav", "PCM_U8", 8000, 1),
    ],
)
def test_any_rate_and_any_number_of_channels_is_heard_in_stereo_at_the_devices_rate(
    tmp_path, name, subtype, rate_hz, channels
):
    path = tmp_path / name
    soundfile.write(path, tone(rate_hz, 1.5, channels), rate_hz, subtype=subtype)
    audio = loaded(path)
    assert len(audio) == pytest.approx(1.5 * RATE_HZ, abs=2)
    expected = tone(RATE_HZ, 1.5, max(2, channels))[:, : min(2, channels)].repeat(1 if channels > 1 else 2, axis=1)
    middle = slice(4000, 60_000)
    assert level_db(audio[middle] - expected[middle]) < (-20 if subtype in ("VORBIS", "PCM_U8") else -60)


def test_what_is_no_sound_in_a_file_is_silence_in_it_alone(tmp_path):
    audio = tone(44100, 1.0, 2)
    audio[1000], audio[2000, 0] = np.nan, np.inf
    soundfile.write(tmp_path / "bad.wav", audio, 44100, subtype="FLOAT")
    heard = loaded(tmp_path / "bad.wav")
    assert np.isfinite(heard).all() and level_db(heard) == pytest.approx(-9, abs=1)


def make_refused(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.wav"
    if kind == "folder":
        path.mkdir()
    elif kind == "text":
        path.write_text("not a sound at all\n" * 100)
    elif kind == "long":
        soundfile.write(path, np.zeros((round(LONGEST_S + 1) * 8000, 1)), 8000, subtype="PCM_U8")
    elif kind in ("empty", "short"):
        soundfile.write(path, np.zeros((0 if kind == "empty" else 100, 2)), 8000)
    return path


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("missing", "is not there"),
        ("folder", "is a folder"),
        ("text", "is no sound file that can be read"),
        ("long", "lasts 601 s, and at most 600 s are kept; cut it, for example: ffmpeg"),
        ("empty", "too short"),
        ("short", "too short"),
    ],
)
def test_a_file_that_is_no_input_is_refused_in_one_sentence_that_names_it(tmp_path, kind, says):
    path = make_refused(tmp_path, kind)
    with pytest.raises(ConfigError) as refused:
        check_input(path)
    text = str(refused.value)
    assert text.startswith(f"--input {path}: ") and says in text and "\n" not in text


def test_a_damaged_file_is_refused_and_leaves_no_memory(tmp_path):
    path = tmp_path / "cut.flac"
    chance = np.random.default_rng(1)
    soundfile.write(path, 0.1 * chance.standard_normal((RATE_HZ * 3, 2)), RATE_HZ)
    whole = bytearray(path.read_bytes())
    whole[9000:] = chance.bytes(len(whole) - 9000)
    path.write_bytes(bytes(whole))
    with pytest.raises(ConfigError, match=r"cut\.flac: is damaged"):
        load_input(path, 44100)
    assert list(Path("/dev/shm").glob(f"lmdmd-sound-*{os.getpid()}*")) == []


def test_without_room_in_memory_it_says_how_much_it_takes(tmp_path, monkeypatch):
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(8000, 1.0, 1), 8000)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Sound, "create", full)
    with pytest.raises(ConfigError, match=r"takes 0\.8 MB|takes 1 MB of shared memory, and .* MB are free"):
        input_file.load_input(path, RATE_HZ)


# --- in the audio process -----------------------------------------------------------------------------------------


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    made.board.set("input/highpass", OFF_HZ)
    made.board.set("input/source", "file")
    yield made
    made.strike()


def came_in(stage: Stage, first: int, last: int) -> np.ndarray:
    wait_for(lambda: stage.input_tape.end_frame >= last)
    audio = stage.input_tape.read(first, last - first)
    assert audio is not None
    return audio


def test_a_new_process_takes_the_file_up_at_its_frame(stage, tmp_path):
    path, audio = tmp_path / "tune.wav", np.random.default_rng(3).uniform(-0.5, 0.5, (20_011, 2)).astype(np.float32)
    soundfile.write(path, audio, RATE_HZ, subtype="FLOAT")
    around = np.tile(audio, (40, 1))
    sound = load_input(path, RATE_HZ)
    try:
        stage.start(rate_hz=RATE_HZ)
        stage.pipe.send(Listen(sound.name))
        assert stage.hear() == Ready("file", RATE_HZ)
        stage.board.rolling = 1
        np.testing.assert_array_equal(came_in(stage, 0, 30_000), around[:30_000])
        stage.child.kill()
        stage.child.join(5)
        stood = stage.board.playhead
        stage.start(rate_hz=RATE_HZ, input_sound=sound.name)
        heard = came_in(stage, stood, stood + 30_000)
        np.testing.assert_array_equal(heard, around[stood : stood + 30_000])
        wait_for(lambda: stage.board.get("input/present"))
        stage.stop()
    finally:
        sound.close()
        sound.unlink()


def next_note(stage: Stage) -> str:
    note = stage.hear()
    assert isinstance(note, Note)
    return note.text


@pytest.mark.jack
def test_an_input_whose_cable_is_pulled_is_told_and_so_is_its_return(stage, jackd):
    stage.board.set("input/source", "mic")
    stage.start(device="system", rate_hz=JACK_RATE_HZ)
    probe = Probe(jackd)
    try:
        probe.connect()
        stage.board.rolling = 1
        wait_for(lambda: came_in(stage, 0, stage.input_tape.end_frame).any())
        for ours in probe._outs:
            for theirs in probe.client.get_all_connections(ours):
                probe.client.disconnect(ours, theirs)
        assert "is it unplugged?" in next_note(stage)
        gone = stage.input_tape.end_frame
        assert not came_in(stage, gone - 9600, gone).any()
        for ours, theirs in zip(
            probe._outs, probe.client.get_ports("lmdmd:", is_audio=True, is_input=True), strict=True
        ):
            probe.client.connect(ours, theirs)
        assert next_note(stage) == "the input is back"
    finally:
        probe.close()
    assert int(stage.board.get("status/underruns")) <= 1 and stage.child.is_alive()
    stage.stop()


@pytest.mark.jack
def test_a_device_with_one_input_at_96_khz_is_heard_on_both_sides(stage, tmp_path, monkeypatch):
    import jack

    monkeypatch.setattr(jack_server, "RATE_HZ", 96000)
    monkeypatch.setattr(jack_server, "CAPTURES", 1)
    with jack_server.JackServer(f"mono{os.getpid()}", tmp_path / "jackd.log") as server:
        for key in ("JACK_DEFAULT_SERVER", "JACK_NO_START_SERVER"):
            monkeypatch.setenv(key, server.environment[key])
        stage.board.set("input/source", "mic")
        stage.board.set("mix/wet", 0.0)
        ready = stage.start(device="system")
        assert ready == Ready("audio", 96000, "system (JACK Audio Connection Kit)", inputs=1)
        client = jack.Client("voice", servername=server.name, no_start_server=True)
        port = client.outports.register("out")

        def sing(frames: int) -> None:
            port.get_array()[:] = 0.25

        client.set_process_callback(sing)
        client.activate()
        (ours,) = client.get_ports("lmdmd:", is_audio=True, is_input=True)
        client.connect(port, ours)
        stage.board.rolling = 1
        time.sleep(0.5)
        end = stage.board.playhead
        live, heard = came_in(stage, end - 9600, end), stage.heard(end - 9600, end)
        client.deactivate()
        client.close()
        stage.stop()
    np.testing.assert_array_equal(live, np.full_like(live, 0.25))
    np.testing.assert_array_equal(heard, live)


# --- the whole program ---------------------------------------------------------------------------------------------

CUES = """
- name: dry
  at: 0.5s
  set: {mix/wet: 0.6, input/monitor: -12}
- name: again
  at: 1.2s
  set: {input/feedback: -9, input/gate: -50, input/gain: 6}
- name: own
  at: 2.2s
  set: {input/source: tape}
"""


def test_a_show_with_a_file_as_its_input_is_the_same_live_rendered_and_again(tmp_path):
    make_tiny_bundle(tmp_path / "one", "one")
    soundfile.write(tmp_path / "tune.wav", tone(22050, 0.7, 1), 22050)
    setlist = write_setlist(tmp_path / "show.yaml", tmp_path / "one", 3, CUES)
    out, takes, tune = tmp_path / "out.wav", tmp_path / "takes", tmp_path / "tune.wav"
    options = ("--device", f"file:{out}", "--threads", 1, "--osc-port", 0, "--http-port", "off", "--record", takes)
    done = lmdmd("run", setlist, *options, "--input", tune)
    assert done.returncode == 0, done.stderr
    assert f"input: {tune}, 0.7 s, around and around" in done.stderr
    live, rate_hz = soundfile.read(out, dtype="float32")
    (recorded,) = takes.rglob("input.wav")
    heard, _ = soundfile.read(recorded, dtype="float32")
    assert level_db(heard[: rate_hz // 2]) == pytest.approx(-9, abs=0.5)
    report = replay(recorded.parent, tmp_path / "again.wav")
    assert report["doubts"] == []
    again, _ = soundfile.read(tmp_path / "again.wav", dtype="float32")
    np.testing.assert_array_equal(again[: len(live)], live)
    config = Config(setlist=setlist, input=tune, threads=1, rate_hz=rate_hz)
    render(config, tmp_path / "rendered.wav")
    rendered, _ = soundfile.read(tmp_path / "rendered.wav", dtype="float32")
    np.testing.assert_array_equal(rendered, live)


def test_the_check_names_a_file_that_is_not_there(tmp_path):
    setlist = write_setlist(tmp_path / "show.yaml", "pocket", 3)
    done = lmdmd("check", setlist, "--no-measure", "--input", tmp_path / "no.wav")
    assert done.returncode == 1 and f"--input: {tmp_path / 'no.wav'}: is not there; name a sound file" in done.stderr
