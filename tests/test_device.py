"""Devices without hardware, WAV files that survive a kill, and how a sound device is chosen."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import soundfile
from conftest import steal_jiffies

from lmdmd.errors import DeviceError
from lmdmd.rt import device as device_module
from lmdmd.rt.device import FileDevice, NullDevice, choose, find_sound, list_devices, load_portaudio, open_device
from lmdmd.rt.wav import WavWriter


class Counter:
    """A callback that plays the number of each frame, when its gate is open."""

    def __init__(self) -> None:
        self.frames = 0
        self.end = sys.maxsize
        self.times: list[float] = []
        self.gate = threading.Event()
        self.slow_s: dict[int, float] = {}

    def ready(self, frames: int) -> int:
        return max(0, min(frames, self.end - self.frames)) if self.gate.is_set() else 0

    def __call__(self, source_in: np.ndarray, out: np.ndarray) -> None:
        assert source_in.shape == out.shape
        time.sleep(self.slow_s.get(len(self.times), 0.0))
        out[:] = np.arange(self.frames, self.frames + len(out))[:, None]
        self.frames += len(out)
        self.times.append(time.monotonic())


def play(device: NullDevice, counter: Counter, seconds: float) -> float:
    begin = time.monotonic()
    device.start(counter)
    time.sleep(seconds)
    device.stop()
    return time.monotonic() - begin


def test_the_null_device_keeps_time():
    stolen = steal_jiffies()
    counter = Counter()
    device = NullDevice(48000, 256)
    elapsed_s = play(device, counter, 0.5)
    lost_s = (steal_jiffies() - stolen) / 100
    assert not device.alive
    assert counter.frames / 48000 == pytest.approx(elapsed_s, abs=0.1 + lost_s)


def test_the_null_device_catches_up_and_counts():
    counter = Counter()
    counter.slow_s = {10: 0.1}
    device = NullDevice(48000, 256)
    elapsed_s = play(device, counter, 0.5)
    assert device.xruns >= 5
    assert counter.frames / 48000 == pytest.approx(elapsed_s, abs=0.15)


def test_without_catching_up_lost_time_stays_lost():
    counter = Counter()
    counter.slow_s = {10: 0.2}
    device = NullDevice(48000, 256, catch_up=False)
    elapsed_s = play(device, counter, 0.5)
    assert device.xruns >= 1
    assert counter.frames / 48000 < elapsed_s - 0.15


def test_the_file_device_waits_and_then_is_exact(tmp_path):
    device = FileDevice(tmp_path / "out.wav", 48000, 256)
    counter = Counter()
    counter.end = 10_000
    device.start(counter)
    time.sleep(0.05)
    assert counter.frames == 0
    counter.gate.set()
    deadline = time.monotonic() + 5
    while counter.frames < 10_000 and time.monotonic() < deadline:
        time.sleep(0.005)
    assert device.alive
    device.stop()
    audio, rate_hz = soundfile.read(tmp_path / "out.wav", dtype="float32")
    assert rate_hz == 48000
    np.testing.assert_array_equal(audio, np.arange(10_000)[:, None] * np.ones((1, 2)))


def test_a_file_that_cannot_be_written_is_named():
    with pytest.raises(DeviceError, match=r"/proc/no/out\.wav"):
        open_device("file:/proc/no/out.wav")


# --- WAV files ----------------------------------------------------------------------------------------

WRITE_FOR_EVER = """
import sys, numpy as np
from pathlib import Path
from lmdmd.rt.wav import WavWriter
writer = WavWriter(Path(sys.argv[1]), 44100)
block = 0
while True:
    writer.append(np.full((441, 2), block, np.float32))
    block += 1
    if block == 50:
        print("writing", flush=True)
"""


def test_a_killed_process_leaves_a_playable_file(tmp_path):
    path = tmp_path / "take.wav"
    writer = subprocess.Popen([sys.executable, "-c", WRITE_FOR_EVER, str(path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(0.02)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    info = soundfile.info(path)
    assert (info.samplerate, info.channels, info.subtype) == (44100, 2, "FLOAT")
    audio, _ = soundfile.read(path, dtype="float32")
    assert len(audio) >= 50 * 441
    np.testing.assert_array_equal(audio[:, 0], np.arange(len(audio)) // 441)


def test_a_full_file_is_followed_by_another(tmp_path):
    writer = WavWriter(tmp_path / "long.wav", 44100, limit_bytes=58 + 1000 * 8)
    audio = np.random.default_rng(0).random((2500, 2)).astype(np.float32)
    for at in range(0, 2500, 300):
        writer.append(audio[at : at + 300])
    writer.close()
    assert [path.name for path in writer.paths] == ["long.wav", "long-2.wav", "long-3.wav"]
    parts = [soundfile.read(path, dtype="float32")[0] for path in writer.paths]
    assert [len(part) for part in parts] == [1000, 1000, 500]
    np.testing.assert_array_equal(np.concatenate(parts), audio)
    assert writer.frames == 2500


# --- choosing a sound device --------------------------------------------------------------------------

JACK = "JACK Audio Connection Kit"
ROWS = [
    {"index": 0, "name": "jack", "host_api": "ALSA", "inputs": 32, "outputs": 32, "rate_hz": 44100},
    {"index": 1, "name": "Scarlett 2i2: USB (hw:1,0)", "host_api": "ALSA", "inputs": 2, "outputs": 2, "rate_hz": 48000},
    {"index": 2, "name": "system", "host_api": JACK, "inputs": 2, "outputs": 2, "rate_hz": 48000},
    {"index": 3, "name": "system", "host_api": "ALSA", "inputs": 0, "outputs": 2, "rate_hz": 48000},
    {"index": 4, "name": "system mic", "host_api": "ALSA", "inputs": 1, "outputs": 0, "rate_hz": 48000},
]


@pytest.mark.parametrize(
    ("wanted", "direction", "index"),
    [
        ("system", "outputs", 2),
        ("system (ALSA)", "outputs", 3),
        ("scarlett", "outputs", 1),
        ("system mic", "inputs", 4),
        ("jack", "outputs", 0),
    ],
)
def test_devices_are_chosen_by_name_and_host_api(wanted, direction, index):
    assert choose(ROWS, wanted, direction)["index"] == index


def test_a_wrong_name_lists_what_there_is():
    with pytest.raises(DeviceError, match=r'"sistem".*Scarlett.*did you mean "system"'):
        choose(ROWS, "sistem", "outputs")
    with pytest.raises(DeviceError, match="with outputs"):
        choose(ROWS, "system mic", "outputs")


class NoDevices:
    """A PortAudio that finds nothing."""

    class default:
        device = (-1, -1)

    @staticmethod
    def query_hostapis() -> list:
        return []

    @staticmethod
    def query_devices() -> list:
        return []


def test_without_any_sound_device_the_default_is_null_and_says_so(monkeypatch):
    monkeypatch.setattr(device_module, "load_portaudio", lambda: NoDevices)
    device = open_device("default", rate_hz=48000, buffer_frames=128)
    assert isinstance(device, NullDevice)
    assert "no sound device" in device.note
    assert list_devices() == []
    assert find_sound("default") == (None, "there is no sound device here (see lmdmd devices)")
    for ask in (open_device, find_sound):
        with pytest.raises(DeviceError, match="there are: none"):
            ask("Scarlett")


class SomeDevices(NoDevices):
    """A PortAudio with a card that only plays and a microphone."""

    @staticmethod
    def query_hostapis() -> list:
        return [{"name": "ALSA", "default_output_device": 0}]

    @staticmethod
    def query_devices() -> list:
        def row(name: str, inputs: int, outputs: int) -> dict:
            rest = {"hostapi": 0, "default_samplerate": 48000.0, "default_low_output_latency": 0.01}
            return {"name": name, "max_input_channels": inputs, "max_output_channels": outputs, **rest}

        return [row("card", 0, 2), row("mic", 1, 0)]


@pytest.mark.parametrize(
    ("device", "input_device", "names"),
    [("default", "", ("card", "")), ("card", "mic", ("card", "mic")), ("default", "none", ("card", ""))],
)
def test_output_and_input_are_chosen_without_opening_them(monkeypatch, device, input_device, names):
    monkeypatch.setattr(device_module, "load_portaudio", lambda: SomeDevices)
    found, why = find_sound(device, input_device)
    assert found is not None and why == ""
    assert tuple(row["name"] if row else "" for row in found) == names


def test_an_input_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(device_module, "load_portaudio", lambda: SomeDevices)
    with pytest.raises(DeviceError, match='no sound device called "mik" with inputs'):
        find_sound("default", "mik")


@pytest.mark.parametrize(
    ("platform", "line"), [("linux", "apt install libportaudio2"), ("darwin", "brew install portaudio")]
)
def test_a_missing_library_names_the_line_that_installs_it(monkeypatch, platform, line):
    class Missing:
        """An import hook that behaves like sounddevice without its library."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing, *sys.meta_path])
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(DeviceError, match=line):
        load_portaudio()
