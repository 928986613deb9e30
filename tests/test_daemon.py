"""The whole program, live: real processes, a real (tiny) model, the clocked null device, its recordings."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from program import (
    Program,
    biggest_jump,
    level_db,
    lmdmd,
    longest_silence,
    runs,
    wait_for,
    write_setlist,
)

from lmdmd import daemon
from lmdmd.config import Config
from lmdmd.control.children import ENDING_SIGNALS
from lmdmd.errors import DeckError
from lmdmd.render import render
from lmdmd.rt.limiter import LATENCY_FRAMES
from lmdmd.rt.schedule import CAPACITY
from lmdmd.testing import make_tiny_bundle
from lmdmd.units import gain_from_db

RATE_HZ = 44100
LIVE = ("--device", "null", "--threads", "1")
REFERENCE_S = 12.0
LEAD_IN = RATE_HZ // 10
TAIL_FRAMES = LATENCY_FRAMES + 256
"""What the last buffer leaves in the limiter when the show is over."""
CUE = """
- name: turn
  at: 1s
  prompts: {deep house: 1}
  set: {mix/gain: -6, gen/cfg: 3}
  over: 0.5s
"""
# Without its limiter the mixer only scales, so that what is heard can be compared sample by sample.
UNLIMITED = """
- name: unlimited
  at: 0s
  set: {mix/limit: false}
"""

ROWS = "mix/gain: {}, mix/pan: {}, mix/width: 1, mix/wet: 1, mix/ceiling: -1"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny").path


@pytest.fixture(scope="module")
def long_show(bundle, tmp_path_factory) -> Path:
    return write_setlist(tmp_path_factory.mktemp("setlists") / "long.yaml", bundle, 600, UNLIMITED)


@pytest.fixture(scope="module")
def reference(long_show, tmp_path_factory) -> np.ndarray:
    """The first seconds of ``long_show`` when nobody interferes, without the fade of its end."""
    path = tmp_path_factory.mktemp("reference") / "long.wav"
    render(Config(setlist=long_show, model="", threads=1, seconds=REFERENCE_S), path)
    audio, _ = soundfile.read(path, dtype="float32")
    return audio[:-RATE_HZ]


# --- a show from beginning to end ----------------------------------------------------------------------------


def test_a_setlist_plays_to_its_end_and_renders_to_the_same_samples(bundle, tmp_path):
    setlist = write_setlist(tmp_path / "short.yaml", bundle, 2.5, CUE)
    with Program(tmp_path, setlist, *LIVE) as program:
        program.until_playing()
        assert program.process.wait(15) == 0, program.said()
        assert program.none_left(1.0)
    heard = program.recording()

    first, second = tmp_path / "first.wav", tmp_path / "second.wav"
    done = lmdmd("render", setlist, "--out", first, "--threads", 1, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["seconds"] == 2.5
    render(Config(setlist=setlist, model="", threads=1), second)
    assert first.read_bytes() == second.read_bytes()

    rendered, rate_hz = soundfile.read(first, dtype="float32")
    assert (rate_hz, len(rendered)) == (RATE_HZ, 2.5 * RATE_HZ)
    assert level_db(rendered) > -50
    np.testing.assert_array_equal(heard[: len(rendered)], rendered)
    assert not heard[len(rendered) + TAIL_FRAMES :].any()


def test_a_file_device_holds_the_show(bundle, tmp_path):
    setlist = write_setlist(tmp_path / "short.yaml", bundle, 2.5, CUE)
    out, rendered = tmp_path / "out.wav", tmp_path / "rendered.wav"
    done = lmdmd("run", setlist, "--device", f"file:{out}", "--threads", 1, "--osc-port", 0)
    assert done.returncode == 0, done.stderr
    render(Config(setlist=setlist, model="", threads=1), rendered)
    heard, _ = soundfile.read(out, dtype="float32")
    expected, _ = soundfile.read(rendered, dtype="float32")
    np.testing.assert_array_equal(heard, expected)


def test_more_moves_of_the_mixer_than_its_queue_holds_are_all_made(bundle, tmp_path):
    moves = [f"- {{at: {i / 500:.3f}s, set: {{{ROWS.format(-i % 3, i % 2)}}}}}" for i in range(CAPACITY // 4)]
    setlist = write_setlist(
        tmp_path / "dense.yaml", bundle, 3.5, "\n".join([*moves, "- {at: 3s, set: {mix/mute: true}}"])
    )
    out, rendered = tmp_path / "out.wav", tmp_path / "rendered.wav"
    render(Config(setlist=setlist, model="", threads=1), rendered)
    expected, _ = soundfile.read(rendered, dtype="float32")
    muted = 3 * RATE_HZ + RATE_HZ // 10
    assert level_db(expected[: 3 * RATE_HZ]) > -60
    assert not expected[muted:].any()
    done = lmdmd("run", setlist, "--device", f"file:{out}", "--threads", 1, "--osc-port", 0)
    assert done.returncode == 0, done.stderr
    heard, _ = soundfile.read(out, dtype="float32")
    np.testing.assert_array_equal(heard, expected)


def test_a_killed_audio_process_leaves_its_file_and_goes_on_in_the_next(bundle, long_show, tmp_path):
    out, rendered = tmp_path / "out.wav", tmp_path / "rendered.wav"
    following = tmp_path / "out-2.wav"
    with Program(tmp_path, long_show, "--device", f"file:{out}", "--threads", "1", record=False) as program:
        program.until_playing()
        program.until_playhead(RATE_HZ)
        audio = program.audio()
        os.kill(audio, signal.SIGKILL)
        wait_for(lambda: not runs(audio))
        killed = program.playhead()
        program.until_playhead(killed + RATE_HZ)
        assert f"{out} ends here; the sound goes on in {following}" in program.said()
        program.interrupt()
        assert program.process.wait(20) == 0
    render(Config(setlist=long_show, model="", threads=1, seconds=killed / RATE_HZ + 2), rendered)
    expected, _ = soundfile.read(rendered, dtype="float32")
    heard, _ = soundfile.read(out, dtype="float32")
    assert killed - 1024 <= len(heard) <= killed
    np.testing.assert_array_equal(heard, expected[: len(heard)])
    assert level_db(soundfile.read(following)[0]) > -60


@pytest.mark.parametrize(
    "cue",
    ["{at: 0, set: {engine/hold: true}}", "{at: 0.9s, set: {engine/lead: 0.5}}"],
    ids=["held", "with less lead later"],
)
def test_a_show_that_wants_less_than_the_lead_starts(bundle, tmp_path, cue):
    setlist = write_setlist(tmp_path / "short.yaml", bundle, 2, f"- {cue}")
    with Program(tmp_path, setlist, *LIVE) as program:
        program.until_playing()
        assert program.process.wait(30) == 0, program.said()


def test_a_model_that_never_fills_its_lead_is_named(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr(daemon, "FILLING_S", 0.0)
    setlist = write_setlist(tmp_path / "short.yaml", bundle, 2, "- {at: 0, set: {engine/lead: 8}}")
    config = Config(setlist=setlist, model="", device="null", osc_port=0, threads=1, record=tmp_path)
    with pytest.raises(DeckError, match=r"deck 0 made \S+ s of sound in 0 s .* choose a smaller model"):
        daemon.run(config)


# --- an evening with a player, ended by Ctrl-C ------------------------------------------------------------


@dataclass(frozen=True)
class Evening:
    """What was heard and seen of a program that was played by ``lmdmd send`` and then interrupted."""

    audio: np.ndarray
    gain_said: str
    prompt_said: str
    prompt_told: int
    gain_sent: tuple[int, int]
    prompt_heard: int
    interrupted: int
    rc: int
    ending_s: float
    none_left: bool
    segments: list[Path]


@pytest.fixture(scope="module")
def evening(long_show, tmp_path_factory) -> Evening:
    with Program(tmp_path_factory.mktemp("evening"), long_show, *LIVE) as program:
        program.until_playing()
        program.until_playhead(RATE_HZ)
        before = program.playhead()
        gain = lmdmd("send", "/lmdm/mix/gain", "-20", "0.5", "--port", program.port)
        after = program.playhead()
        program.until_playhead(after + RATE_HZ)
        told = program.playhead()
        prompt = lmdmd("send", "/lmdm/prompt/0/text", "bright", "drums", "--port", program.port)
        heard = int(prompt.stdout.split()[4])
        program.until_playhead(heard + RATE_HZ)
        segments, interrupted = program.segments(), program.playhead()
        assert len(program.children()) >= 2 and len(segments) == 6
        began = time.monotonic()
        program.interrupt()
        rc = program.process.wait(10)
        return Evening(
            audio=program.recording(),
            gain_said=gain.stdout,
            prompt_said=prompt.stdout,
            prompt_told=told,
            gain_sent=(before, after),
            prompt_heard=heard,
            interrupted=interrupted,
            rc=rc,
            ending_s=time.monotonic() - began,
            none_left=program.none_left(1.0),
            segments=segments,
        )


def test_ctrl_c_ends_quietly_soon_and_leaves_nothing(evening):
    assert evening.rc == 0
    assert evening.ending_s < 3.0
    assert evening.none_left
    assert not [path for path in evening.segments if path.exists()]


def test_ctrl_c_fades(evening):
    assert len(evening.audio) > evening.interrupted + 0.4 * RATE_HZ
    tail = evening.audio[-round(0.05 * RATE_HZ) :]
    before = evening.audio[evening.interrupted - RATE_HZ : evening.interrupted]
    assert level_db(tail) < level_db(before) - 30
    assert biggest_jump(evening.audio[evening.interrupted :]) <= 1.5 * biggest_jump(before)


def test_gain_by_osc_glides_in_what_is_heard(evening, reference):
    assert "/lmdm/mix/gain" in evening.gain_said
    first, last = evening.gain_sent
    np.testing.assert_array_equal(evening.audio[:first], reference[:first])
    settled = slice(last + round(0.6 * RATE_HZ), last + round(0.9 * RATE_HZ))
    np.testing.assert_allclose(evening.audio[settled], gain_from_db(-20) * reference[settled], atol=1e-6)
    on_the_way = evening.audio[last : last + RATE_HZ // 20]
    ratio = level_db(on_the_way) - level_db(reference[last : last + RATE_HZ // 20])
    assert -20 < ratio <= 0


def test_words_by_osc_change_what_is_made_from_then_on(evening, reference):
    acknowledged, value = evening.prompt_said.splitlines()
    assert acknowledged.startswith("/lmdm/ack /lmdm/prompt/0/text bright drums ")
    assert value == "/lmdm/prompt/0/text bright drums"
    quiet = gain_from_db(-20)
    unchanged = slice(evening.gain_sent[1] + RATE_HZ, evening.prompt_told)
    np.testing.assert_allclose(evening.audio[unchanged], quiet * reference[unchanged], atol=1e-6)
    assert evening.prompt_told < evening.prompt_heard < evening.prompt_told + 2 * RATE_HZ
    changed = slice(evening.prompt_heard + RATE_HZ // 2, evening.prompt_heard + RATE_HZ)
    assert level_db(evening.audio[changed] - quiet * reference[changed]) > level_db(evening.audio[changed]) - 20


def test_a_rehearsed_failure_is_concealed_told_and_logged(bundle, tmp_path):
    setlist = write_setlist(tmp_path / "long.yaml", bundle, 600)
    with Program(tmp_path, setlist, *LIVE, "--rehearsal") as program:
        program.until_playing()
        program.until_playhead(RATE_HZ)
        assert program.do("deck/fault", "nan") == ""
        wait_for(lambda: "gave no numbers" in str(program.get("status/incident")))
        assert program.do("deck/fault", "crash") == ""
        wait_for(lambda: "plays again" in program.said())
        program.until_playhead(program.playhead() + RATE_HZ)
        program.interrupt()
        assert program.process.wait(10) == 0
    assert longest_silence(program.recording()[RATE_HZ // 2 : -RATE_HZ]) < 512
    log = next(program.recordings.rglob("show.jsonl")).read_text().splitlines()
    kinds = [json.loads(line)["kind"] for line in log]
    assert kinds[0] == "show" and {"written", "block", "turned", "incident", "done"} <= set(kinds)


def test_a_deck_that_is_slow_takes_fewer_steps_and_more_when_there_is_time(bundle, tmp_path):
    setlist = write_setlist(tmp_path / "long.yaml", bundle, 600, "- name: fine\n  at: 0s\n  set: {gen/steps: 2}")
    with Program(tmp_path, setlist, *LIVE, "--rehearsal") as program:
        program.until_playing()
        program.until_playhead(RATE_HZ)
        slow = 1.3 / float(program.get("deck/0/factor"))
        assert program.do("deck/fault", "slow", slow) == ""
        wait_for(lambda: "instead of 2" in program.said(), 20, program.said)
        wait_for(lambda: program.get("deck/0/steps") < 2, 10, program.said)
        assert program.do("deck/fault", "slow", 1) == ""
        wait_for(lambda: program.get("deck/0/steps") == 2, 40, program.said)
        assert "there is time again" in program.said()
        assert program.get("status/gaps") <= 1


def test_a_second_ctrl_c_does_not_wait_for_the_fade(bundle, tmp_path):
    slow = write_setlist(tmp_path / "slow.yaml", bundle, 600, "- name: slow\n  at: 0s\n  set: {show/fade: 20}")
    with Program(tmp_path, slow, *LIVE) as program:
        program.until_playing()
        program.interrupt()
        time.sleep(0.5)
        assert program.process.poll() is None
        program.interrupt()
        assert program.process.wait(3) == 0
        assert program.none_left(1.0)


@pytest.mark.parametrize("number", ENDING_SIGNALS)
def test_a_signal_to_the_whole_group_fades_and_ends_in_order(long_show, tmp_path, number):
    with Program(tmp_path, long_show, *LIVE) as program:
        program.until_playing()
        program.until_playhead(RATE_HZ)
        program.signal_all(number)
        assert program.process.wait(15) == 0
        assert program.none_left(1.0)
        assert not re.search("Traceback|lost|died|Warning", program.said())
        assert level_db(program.recording()[-2000:]) < level_db(program.recording()[:RATE_HZ]) - 30


INTERRUPTED = """
import sys
from lmdmd.__main__ import main

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "lmdmd.params":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupting())
sys.exit(main())
"""


def test_ctrl_c_while_the_program_loads_itself_is_quiet():
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_ctrl_c_while_the_model_loads_does_not_wait_for_it(long_show, tmp_path):
    with Program(tmp_path, long_show, *LIVE) as program:
        wait_for(lambda: "audio: null" in program.said(), 20, program.said)
        program.children()
        program.interrupt()
        assert program.process.wait(4) == 0
        assert "Traceback" not in program.said()
        assert program.none_left(1.0)


# --- accidents ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Accident:
    """What was heard and seen while one process after another was killed, the parent last."""

    audio: np.ndarray
    audio_killed: int
    audio_back: int
    settled: int
    restored: int
    deck_killed: int
    deck_back: int
    answers_s: list[float]
    restarts: list[int]
    ended: int
    none_left: bool
    segments: list[Path]


@pytest.fixture(scope="module")
def accident(long_show, tmp_path_factory) -> Accident:
    with Program(tmp_path_factory.mktemp("accident"), long_show, *LIVE) as program:
        program.until_playing()
        program.until_playhead(RATE_HZ // 2)
        restarts = [program.get("status/restarts")]

        audio = program.audio()
        program.ask("mix/gain", -20.0, 1.0)
        program.until_playhead(program.playhead() + RATE_HZ // 5)
        os.kill(audio, signal.SIGKILL)
        wait_for(lambda: not runs(audio))
        audio_killed = program.playhead()
        program.until_playhead(audio_killed + 1)
        audio_back = program.playhead()
        restarts.append(program.get("status/restarts"))
        settled = audio_back + RATE_HZ
        program.until_playhead(settled + RATE_HZ // 2)
        program.ask("mix/gain", 0.0)
        restored = program.playhead() + RATE_HZ // 10
        program.until_playhead(restored + RATE_HZ // 4)

        deck, deck_killed = program.deck(), program.playhead()
        os.kill(deck, signal.SIGKILL)
        answers_s = answers_until_live(program, deck)
        deck_back = program.playhead()
        restarts.append(program.get("status/restarts"))
        program.until_playhead(deck_back + 2 * RATE_HZ)

        program.children()
        segments, ended = program.segments(), program.playhead()
        program.process.kill()
        program.process.wait()
        none_left = program.none_left(3.0)
        return Accident(
            audio=program.recording(),
            audio_killed=audio_killed,
            audio_back=audio_back,
            settled=settled,
            restored=restored,
            deck_killed=deck_killed,
            deck_back=deck_back,
            answers_s=answers_s,
            restarts=restarts,
            ended=ended,
            none_left=none_left,
            segments=segments,
        )


def answers_until_live(program: Program, killed: int) -> list[float]:
    """How long each OSC query took until another deck was live."""
    answers_s = []

    def live() -> bool:
        began = time.monotonic()
        state = program.get("deck/0/state")
        answers_s.append(time.monotonic() - began)
        return state == "live" and program.deck() != killed

    wait_for(lambda: not runs(killed))
    wait_for(lambda: program.get("deck/0/state") != "live")
    wait_for(live, 20, program.said)
    return answers_s


def test_a_killed_audio_process_is_replaced_where_it_stood(accident):
    assert accident.restarts[:2] == [0, 1]
    assert accident.audio_back - accident.audio_killed < RATE_HZ
    assert longest_silence(accident.audio[LEAD_IN : accident.settled], 1e-5) < 0.1 * RATE_HZ


def test_the_new_audio_process_goes_on_with_the_same_music_and_the_same_glide(accident, reference):
    after = slice(accident.settled, accident.settled + RATE_HZ // 2)
    np.testing.assert_allclose(accident.audio[after], gain_from_db(-20) * reference[after], atol=1e-6)


def test_a_killed_deck_is_not_heard_and_is_replaced(accident, reference):
    frames = slice(accident.restored, min(accident.deck_back, len(reference)))
    others = np.flatnonzero((accident.audio[frames] != reference[frames]).any(axis=1))
    # A new deck may be there before the sound of the old one has ended.
    dry = accident.restored + int(others[0]) if len(others) else accident.deck_back
    assert accident.deck_killed + RATE_HZ // 2 < dry < accident.deck_killed + 2 * RATE_HZ
    assert longest_silence(accident.audio[accident.restored : accident.deck_back + RATE_HZ]) < 0.05 * RATE_HZ
    # Nothing of the new deck yet: the end of what was made, and what fills the gap.
    concealed = accident.audio[dry - 1000 : accident.deck_back]
    assert biggest_jump(concealed) <= biggest_jump(reference[:dry])
    assert accident.restarts[2] == 2
    assert max(accident.answers_s) < 0.5


def test_nothing_outlives_a_killed_parent_and_the_recording_is_whole(accident):
    assert accident.none_left
    assert not [path for path in accident.segments if path.exists()]
    assert accident.ended - 0.2 * RATE_HZ < len(accident.audio) < accident.ended + RATE_HZ
    assert np.isfinite(accident.audio).all()
    assert level_db(accident.audio) > -60


def test_a_show_whose_recordings_folder_is_lost_meanwhile_goes_on(bundle, tmp_path, caplog):
    setlist, folder = write_setlist(tmp_path / "short.yaml", bundle, 0.5), tmp_path / "takes"
    config = Config(setlist=setlist, model="", device="null", osc_port=0, threads=1, record=folder)
    program = daemon.Daemon(config)
    folder.rmdir()
    folder.touch()
    assert asyncio.run(program.serve()) == 0
    assert f"cannot record into {folder}: Not a directory; the show goes on" in caplog.text


# --- what cannot go on says why -------------------------------------------------------------------------------


def test_mistakes_are_one_sentence_and_status_1(bundle, long_show, tmp_path):
    broken = write_setlist(tmp_path / "broken.yaml", bundle, 5, "- name: x\n  at: 1s\n  set: {mix/gian: -6}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        cases: dict[str, tuple[object, ...]] = {
            f"{broken}:12: ": (broken, *LIVE),
            'no bundle called "nosuch"': (*LIVE, "--model", "nosuch"),
            'no sound device called "nosuch"': (long_show, "--device", "nosuch"),
            f"port {port} on 127.0.0.1 cannot be had": (long_show, *LIVE, "--osc-port", port),
            "/proc/no.wav": (long_show, "--device", "file:/proc/no.wav"),
            "--buffer 3:": (long_show, *LIVE, "--buffer", 3),
            "--record /proc/takes: cannot be written": (long_show, *LIVE, "--record", "/proc/takes"),
        }
        for sentence, arguments in cases.items():
            done = lmdmd("run", *arguments)
            assert done.returncode == 1, done.stderr
            assert "Traceback" not in done.stderr
            complaints = [line for line in done.stderr.splitlines() if line.startswith("lmdmd: ")]
            assert len(complaints) == 1 and sentence in complaints[0], done.stderr


@pytest.mark.parametrize("what", ["params", "commands", "models", "devices"])
def test_listings_are_one_json_document_or_a_table(what):
    listed = lmdmd(what, "--json")
    assert listed.returncode == 0, listed.stderr
    rows = json.loads(listed.stdout)
    assert isinstance(rows, list)
    table = lmdmd(what)
    assert table.returncode == 0, table.stderr
    for row in rows:
        name = row.get("address") or row["name"]
        assert name in table.stdout.replace("\n", "")
