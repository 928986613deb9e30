"""The acceptance of a stage program: minutes of music on a real sound server, beside a hog, judged from outside.

    LMDMD_SOAK_S=600 pytest -m soak tests/test_soak.py

LMDMD_SOAK_BUNDLE names the bundle (default: pocket), LMDMD_SOAK_ARGS gives more arguments of ``lmdmd run``,
LMDMD_SOAK_KILL=1 kills the deck in the middle. What the clock lost is judged only as far as the host left
the machine its time, as its own count and a canary (apt install rt-tests) tell; that there is something to
play is judged always.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import time
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from conftest import JACK_PERIOD, JACK_RATE_HZ, QUIET_JIFFIES, jack_server, steal_jiffies
from jack_clients import Heard, player, recorder
from program import Program, lmdmd, longest_run, longest_silence, wait_for, write_setlist

from lmdmd.bench.disturb import WORDS, busy_core
from lmdmd.surfaces.osc_packet import build_message

pytestmark = [pytest.mark.soak, pytest.mark.filterwarnings("default")]

SECONDS = float(os.environ.get("LMDMD_SOAK_S", "600"))
BUNDLE = os.environ.get("LMDMD_SOAK_BUNDLE", "pocket")
ARGS = os.environ.get("LMDMD_SOAK_ARGS", "").split()
KILL = os.environ.get("LMDMD_SOAK_KILL") == "1"
NOISE_S = min(60.0, SECONDS / 2)
CHUNK = JACK_RATE_HZ // 2
WINDOW_S = 10.0
LATE_MS = 500 * JACK_PERIOD / JACK_RATE_HZ  # half a period
COUNTERS = ("underruns", "concealed", "xruns", "callbacks", "callback_max", "restarts")


# --- the stage --------------------------------------------------------------------------------------------


def write_long_setlist(path: Path, length_s: float) -> Path:
    """Another prompt every 15 s, gliding in within 4 s."""
    cues = []
    for number, at_s in enumerate(range(15, int(length_s), 15)):
        cues += [f"- name: cue {number}", f"  at: {at_s}s"]
        cues += [f"  prompts: {{{WORDS[(number + 1) % len(WORDS)]}: 1}}", "  over: 4s"]
    return write_setlist(path, BUNDLE, length_s, "\n".join(cues))


def write_noise(path: Path, seconds: float) -> np.ndarray:
    """A 16-bit WAV file of noise, and what it holds as float32."""
    steps = np.random.default_rng(1).integers(-(2**13), 2**13, (round(seconds * JACK_RATE_HZ), 2), np.int16)
    soundfile.write(path, steps, JACK_RATE_HZ, "PCM_16")
    audio, _ = soundfile.read(path, dtype="float32")
    return audio


def counters(program: Program) -> dict[str, float]:
    """The program's own counters, as its command line client prints them."""
    counts = {}
    for name in COUNTERS:
        said = lmdmd("send", f"/lmdm/status/{name}", "--port", program.port, "--timeout", 5).stdout
        counts[name] = float(said.split()[1])
    return counts


# --- judging ----------------------------------------------------------------------------------------------


def find_chunks(wanted: np.ndarray, held: np.ndarray) -> list[int | None]:
    """For each chunk of ``wanted`` [N, 2] the lag at which ``held`` has the very same samples."""
    order = np.argsort(held[:, 0], kind="stable")
    ordered = held[order, 0]
    lags: list[int | None] = []
    lag = 0
    for at in range(0, len(wanted) - CHUNK, CHUNK):
        chunk = wanted[at : at + CHUNK]
        first, last = (np.searchsorted(ordered, chunk[0, 0], side) for side in ("left", "right"))
        # What fills a gap repeats itself: where the last chunk was found is right before any other place.
        places = (at + lag, *order[first:last])
        at_lags = [int(place) - at for place in places if np.array_equal(held[place : place + CHUNK], chunk)]
        lags.append(at_lags[0] if at_lags else None)
        lag = at_lags[0] if at_lags else lag
    return lags


def found(lags: list[int | None]) -> int:
    return len(lags) - lags.count(None)


def sounding(audio: np.ndarray) -> np.ndarray:
    """From the first to the last sample that is not zero."""
    where = np.flatnonzero(audio.any(axis=1))
    return audio[where[0] : where[-1] + 1] if len(where) else audio[:0]


def repeated_buffers(audio: np.ndarray) -> int:
    buffers = audio[: len(audio) // JACK_PERIOD * JACK_PERIOD].reshape(-1, JACK_PERIOD * 2)
    return int(np.count_nonzero((buffers[1:] == buffers[:-1]).all(axis=1) & buffers[1:].any(axis=1)))


@dataclass(frozen=True)
class Window:
    """A stretch of some seconds: how much of it the host took, how late it woke a canary, how often the clock slipped.

    The canary is a C program of a higher real-time priority than the sound server's: whatever makes it late is
    neither the server nor any of its clients.
    """

    stolen: int
    late_ms: float
    xruns: int
    jumps: int

    @property
    def quiet(self) -> bool:
        """Whether the host left the machine its time."""
        return self.stolen <= QUIET_JIFFIES and self.late_ms < LATE_MS


@dataclass(frozen=True)
class Mark:
    """The end of a window: when, the steal and the program's xruns until then, the canary's worst since the last."""

    at_s: float
    stolen: int
    xruns: int
    late_ms: float = 0.0


def run_canary(seconds: float) -> float:
    """Milliseconds by which a real-time thread on each core woke too late, at worst; 0 without rt-tests."""
    if not shutil.which("cyclictest"):
        time.sleep(seconds)
        return 0.0
    command = ["cyclictest", "-q", "-m", "-p", "80", "-t", "2", "-a", "-i", "1000", "-D", str(max(1, round(seconds)))]
    said = subprocess.run(command, capture_output=True, text=True).stdout
    return max((int(worst) for worst in re.findall(r"Max:\s*(\d+)", said)), default=0) / 1000


def watch(program: Program, until_s: float) -> list[Mark]:
    """A mark every ``WINDOW_S``."""
    late_ms, marks = 0.0, []
    while True:
        marks.append(Mark(time.monotonic(), steal_jiffies(), int(program.get("status/xruns")), late_ms))
        if marks[-1].at_s >= until_s:
            return marks
        late_ms = run_canary(min(WINDOW_S, max(0.01, until_s - time.monotonic())))


def windows_of(marks: list[Mark], began_s: float, heard: Heard) -> list[Window]:
    """Windows between marks, with the jumps that a recording begun at ``began_s`` has in each."""
    jumps_s = began_s + np.flatnonzero(np.diff(heard.times) != heard.period) * heard.period / JACK_RATE_HZ
    return [
        Window(
            end.stolen - start.stolen,
            end.late_ms,
            end.xruns - start.xruns,
            int(np.count_nonzero((jumps_s >= start.at_s) & (jumps_s < end.at_s))),
        )
        for start, end in itertools.pairwise(marks)
    ]


@dataclass(frozen=True)
class Soak:
    """What was played, heard, recorded and counted."""

    heard: Heard
    output: np.ndarray
    lags: list[int | None]
    input_lags: list[int | None]
    counts: dict[str, float]
    player_xruns: int
    windows: list[Window]
    stolen: int
    seconds: float
    back_s: float
    rc: int

    @property
    def slips(self) -> int:
        """Times that some client or the server lost the clock."""
        return int(self.counts["xruns"]) + self.heard.xruns + self.heard.jumps + self.player_xruns

    @property
    def quiet(self) -> list[Window]:
        """Windows in which the host left the machine its time."""
        return [window for window in self.windows if window.quiet]

    def report(self) -> str:
        audio = sounding(self.heard.audio)
        rows = {
            "seconds": round(self.seconds, 1),
            "steal jiffies": self.stolen,
            **{f"status/{name}": value for name, value in self.counts.items()},
            "recorder's frames": len(self.heard.audio),
            "jumps in frame time": self.heard.jumps,
            f"quiet windows of {WINDOW_S:g} s": f"{len(self.quiet)} of {len(self.windows)}",
            "xruns, jumps in quiet windows": tuple(
                sum(w) for w in zip(*((q.xruns, q.jumps) for q in self.quiet), strict=True)
            ),
            "(steal, canary late ms, xruns, jumps) elsewhere": [astuple(w) for w in self.windows if not w.quiet],
            "quiet windows that slipped": [astuple(w) for w in self.quiet if w.xruns or w.jumps],
            "xruns seen by recorder, player": (self.heard.xruns, self.player_xruns),
            "longest run of zeros, frames": longest_run(~audio.any(axis=1)),
            "repeated buffers": repeated_buffers(audio),
            "longest silence in output.wav, ms": 1000 * longest_silence(sounding(self.output), 1e-5) / JACK_RATE_HZ,
            "chunks heard = output.wav": f"{found(self.lags)} of {len(self.lags)}",
            "chunks played = input.wav": f"{found(self.input_lags)} of {len(self.input_lags)}",
            "new deck after, s": round(self.back_s, 2) if KILL else "-",
            "exit status": self.rc,
        }
        return "\n".join(f"  {name:48} {value}" for name, value in rows.items())


def kill_deck(program: Program) -> float:
    """Seconds from the kill to another live deck."""
    killed, began = program.deck(), time.monotonic()
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: program.get("deck/0/state") != "live")
    wait_for(lambda: program.get("deck/0/state") == "live", 60, program.said)
    assert program.deck() != killed
    return time.monotonic() - began


def play_soak(folder: Path, server: str) -> Soak:
    noise = write_noise(folder / "noise.wav", NOISE_S)
    setlist = write_long_setlist(folder / "soak.yaml", SECONDS + 600)
    with busy_core(), Program(folder, setlist, "--device", "system", *ARGS) as program:
        program.until_playing()
        stolen, began, back_s = steal_jiffies(), time.monotonic(), 0.0
        with recorder(server, SECONDS + 60) as recording, player(server, noise) as playing:
            recorded_from = time.monotonic()
            marks = watch(program, began + SECONDS / 2)
            if KILL:
                back_s = kill_deck(program)
            marks += watch(program, began + SECONDS)
            counts = counters(program)
            seconds, stolen = time.monotonic() - began, steal_jiffies() - stolen
            heard, player_xruns = recording.finish(), playing.finish()
        program.interrupt()
        rc = program.process.wait(10)
        output, source = program.recording(), program.recording("input")
    lags, input_lags = find_chunks(sounding(heard.audio), output), find_chunks(noise, source)
    windows = windows_of(marks, recorded_from, heard)
    return Soak(heard, output, lags, input_lags, counts, player_xruns, windows, stolen, seconds, back_s, rc)


@pytest.fixture(scope="module")
def soak(request, tmp_path_factory) -> Soak:
    pytest.importorskip("jack")
    folder, server = tmp_path_factory.mktemp("soak"), f"soak{os.getpid()}"
    with jack_server(server, folder / "jackd.log") as jackd:
        done = play_soak(folder, server)
        assert jackd.poll() is None, "the sound server died"
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nsoak of {BUNDLE}:\n{done.report()}")
    return done


def test_it_always_has_something_to_play(soak):
    assert len(soak.heard.audio) > 0.95 * soak.seconds * JACK_RATE_HZ - 10 * JACK_RATE_HZ
    assert longest_silence(sounding(soak.output), 1e-5) < 0.05 * JACK_RATE_HZ
    if not KILL:
        assert (soak.counts["underruns"], soak.counts["concealed"], soak.counts["restarts"]) == (0, 0, 0)


@pytest.mark.skipif(not KILL, reason="asked for with LMDMD_SOAK_KILL=1")
def test_a_killed_deck_is_back_within_ten_seconds(soak):
    assert soak.counts["restarts"] == 1
    assert 0 < soak.back_s < 10


def test_the_sound_server_heard_no_gap(soak):
    if not soak.quiet:
        pytest.skip(f"the host took {soak.stolen} jiffies away, which no sound server survives")
    assert [window for window in soak.quiet if window.xruns or window.jumps] == []
    audio = sounding(soak.heard.audio)
    assert repeated_buffers(audio) <= soak.slips
    assert longest_run(~audio.any(axis=1)) <= JACK_PERIOD * (1 + soak.slips)
    if not soak.slips:
        assert soak.counts["callbacks"] >= 0.999 * soak.seconds * JACK_RATE_HZ / JACK_PERIOD


@pytest.mark.parametrize("which", ["lags", "input_lags"])
def test_recordings_are_sample_for_sample_what_passed_the_sound_server(soak, which):
    lags = getattr(soak, which)
    assert len(lags) > 10
    assert len(lags) - found(lags) <= 2 * soak.slips
    if not soak.slips:
        assert len(set(lags)) == 1


def test_it_ends_when_asked(soak):
    assert soak.rc == 0


# --- a hostile network ------------------------------------------------------------------------------------

FLOOD_PACKETS = 100_000
FLOOD_PER_S = 5000
_BUNDLE = b"#bundle\0" + bytes(8)


def malformed_packets(count: int, seed: int) -> list[bytes]:
    """Random bytes, truncated and damaged messages, and packets that hang or crash other servers."""
    rng = random.Random(seed)
    valid = build_message("/lmdm/mix/gain", -60.0)
    nested = _BUNDLE
    for _ in range(900):
        nested = _BUNDLE + struct.pack(">i", len(nested)) + nested
    hostile = [
        _BUNDLE + struct.pack(">i", -4),
        _BUNDLE + struct.pack(">i", -8),
        _BUNDLE + struct.pack(">i", 0x7FFFFFFF),
        nested,
        b"/lmdm/" + b"*" * 18 + b"\0" * 4 + b",\0\0\0" + b"x",
    ]
    packets = hostile * (count // 50)
    while len(packets) < count:
        packets.append(rng.randbytes(rng.randrange(200)))
        packets.append(valid[: -rng.randrange(1, 4)])
    rng.shuffle(packets)
    return packets


def flood(port: int, count: int, per_s: int) -> None:
    """Send ``count`` malformed packets at a steady pace."""
    packets = malformed_packets(500, seed=4)
    batch = per_s // 200
    began = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for number in range(count):
            sock.sendto(packets[number % len(packets)], ("127.0.0.1", port))
            if number % batch == 0:
                time.sleep(max(0.0, began + number / per_s - time.monotonic()))


def test_a_flood_of_malformed_packets_neither_stops_the_sound_nor_the_answers(request, tmp_path):
    setlist = write_long_setlist(tmp_path / "flood.yaml", 600)
    with Program(tmp_path, setlist, "--device", "null", *ARGS) as program:
        program.until_playing()
        stolen, waits_ms = steal_jiffies(), []
        pouring = multiprocessing.get_context("spawn").Process(
            target=flood, args=(program.port, FLOOD_PACKETS, FLOOD_PER_S)
        )
        pouring.start()
        while pouring.is_alive():
            began = time.monotonic()
            assert program.get("mix/gain") == 0.0
            waits_ms.append(1000 * (time.monotonic() - began))
            time.sleep(0.25)
        pouring.join()
        assert pouring.exitcode == 0
        stolen = steal_jiffies() - stolen
        counts = counters(program)
        program.interrupt()
        assert program.process.wait(10) == 0
        assert "malformed so far" in program.said()
        assert "Traceback" not in program.said()
    p50, longest = float(np.median(waits_ms)), max(waits_ms)
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nflood: {len(waits_ms)} answers, p50 {p50:.1f} ms, max {longest:.1f} ms, steal {stolen}; {counts}")
    assert len(waits_ms) >= 0.5 * FLOOD_PACKETS / FLOOD_PER_S
    assert (counts["underruns"], counts["restarts"]) == (0, 0)
    assert p50 < 50
    if longest >= 50 and stolen > QUIET_JIFFIES:
        pytest.skip(f"an answer took {longest:.0f} ms while the host took {stolen} jiffies away")
    assert longest < 50
