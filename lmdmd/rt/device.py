"""Sound devices: PortAudio, a clocked null device, and a file that takes audio as fast as it is made.

All speak to the program in stereo float32. A mono device is given the mean of both sides and heard on
both; of a device with more channels the first two are used. The callback contract: it is called from
the device's own thread with ``source_in [N, 2]`` and ``out [N, 2]``, must fill ``out``, must not block,
and must not raise.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from lmdmd.errors import DeviceError, did_you_mean
from lmdmd.rt.wav import WavWriter

DEFAULT_RATE_HZ = 44100
CLIENT_NAME = b"lmdmd"
PRIORITY = 20
"""Real-time priority of a null device's thread, where the system permits one."""

Row = dict[str, Any]
"""One sound device as ``list_devices`` describes it."""

_MOST_FRAMES = 8192
_JACK = "JACK Audio Connection Kit"
_INSTALL = {"linux": "apt install libportaudio2", "darwin": "brew install portaudio"}
# PortAudio keeps the pointer, so the name has to live as long as the process.
_client_name = ctypes.create_string_buffer(CLIENT_NAME)


class Callback(Protocol):
    """What a device plays."""

    def __call__(self, source_in: np.ndarray, out: np.ndarray) -> None:
        """Make the next buffer; see the module's contract."""

    def ready(self, frames: int) -> int:
        """How many of the next ``frames`` are wanted; 0 while they cannot be made without concealing.

        Asked only by devices that can wait.
        """
        ...


class Device(Protocol):
    """A source of time that takes buffers. ``note`` is a sentence for people, or empty."""

    name: str
    note: str
    rate_hz: int
    buffer_frames: int
    inputs: int
    """Channels that it listens to; one is heard on both sides."""
    xruns: int
    patience_s: float
    """How long it may go without calling back before it counts as lost."""

    @property
    def alive(self) -> bool:
        """Whether it still plays."""
        ...

    @property
    def latency_s(self) -> float:
        """From the moment it asks for a buffer to the ear, as far as it knows."""
        ...

    def start(self, callback: Callback) -> None:
        """Begin calling back; raises ``DeviceError``."""

    def stop(self) -> None:
        """Stop calling back; a lost PortAudio device may never return from this."""


def prefer_real_time(priority: int) -> bool:
    """Ask for first-in-first-out scheduling of the calling thread; False when that is not permitted."""
    setter = getattr(os, "sched_setscheduler", None)
    if setter is None:
        return False
    try:
        setter(0, os.SCHED_FIFO, os.sched_param(priority))
    except OSError:
        return False
    return True


# --- devices without hardware -------------------------------------------------------------------------


class _Threaded:
    """A device whose callback runs in a thread of ours."""

    note = ""
    latency_s = 0.0
    inputs = 0

    def __init__(self, name: str, rate_hz: int, buffer_frames: int) -> None:
        self.name = name
        self.rate_hz = rate_hz or DEFAULT_RATE_HZ
        self.buffer_frames = buffer_frames
        self.xruns = 0
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, callback: Callback) -> None:
        self._thread = threading.Thread(target=self._run, args=(callback,), name=self.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, callback: Callback) -> None:
        raise NotImplementedError


class NullDevice(_Threaded):
    """Keeps time by the monotonic clock and throws the sound away; its input is silence.

    Deadlines are absolute, so it does not drift. A buffer late by more than one buffer is an xrun;
    with ``catch_up`` the missed buffers follow at once, else the clock is set anew like a sound card's.
    """

    patience_s = 4.0

    def __init__(self, rate_hz: int = 0, buffer_frames: int = 256, catch_up: bool = True) -> None:
        super().__init__("null", rate_hz, buffer_frames)
        self.catch_up = catch_up

    def _run(self, callback: Callback) -> None:
        prefer_real_time(PRIORITY)
        silence = np.zeros((self.buffer_frames, 2), np.float32)
        out = np.zeros_like(silence)
        buffer_s = self.buffer_frames / self.rate_hz
        begin, count = time.monotonic(), 0
        while not self._ending.is_set():
            late_s = time.monotonic() - (begin + count * buffer_s)
            if late_s < 0:
                time.sleep(-late_s)
            elif late_s > buffer_s:
                self.xruns += 1
                begin += 0.0 if self.catch_up else late_s
            callback(silence, out)
            count += 1


class FileDevice(_Threaded):
    """Writes a float32 WAV file as fast as audio is made, and waits when it is not ready."""

    patience_s = math.inf
    _POLL_S = 0.001

    def __init__(self, path: Path, rate_hz: int = 0, buffer_frames: int = 256) -> None:
        super().__init__(f"file:{path}", rate_hz, buffer_frames)
        self.path = path
        try:
            self._writer = WavWriter(path, self.rate_hz)
        except OSError as error:
            raise DeviceError(f"{path}: cannot be written: {error.strerror}") from None

    def _run(self, callback: Callback) -> None:
        silence = np.zeros((self.buffer_frames, 2), np.float32)
        out = np.zeros_like(silence)
        while not self._ending.is_set():
            wanted = callback.ready(self.buffer_frames)
            if not wanted:
                time.sleep(self._POLL_S)
                continue
            callback(silence, out)
            self._write(out[:wanted])

    def _write(self, out: np.ndarray) -> None:
        try:
            self._writer.append(out)
        except OSError as error:
            self.note = f"{self.path}: cannot be written any more: {error.strerror}"
            self._ending.set()

    def stop(self) -> None:
        super().stop()
        self._writer.close()


class PortAudioMissing(DeviceError):
    """The library that reaches sound devices is not installed; the text has the install line."""


# --- PortAudio ----------------------------------------------------------------------------------------


def load_portaudio() -> Any:
    """The ``sounddevice`` module; raises ``DeviceError`` with the install line when PortAudio is missing."""
    # Without this, asking JACK for its devices would start a server nobody wanted.
    os.environ.setdefault("JACK_NO_START_SERVER", "1")
    _name_jack_client()
    try:
        import sounddevice
    except ImportError:
        raise DeviceError("the Python package sounddevice is missing: pip install sounddevice") from None
    except OSError:
        line = _INSTALL.get(sys.platform, "install PortAudio")
        raise PortAudioMissing(f"the PortAudio library is missing: {line}") from None
    return sounddevice


def _name_jack_client() -> None:
    # Only before PortAudio initialises, hence before the import; builds without JACK lack the function.
    with suppress(OSError, AttributeError):
        library = "libportaudio.so.2" if sys.platform == "linux" else "libportaudio.dylib"
        ctypes.CDLL(library).PaJack_SetClientName(_client_name)


def list_devices() -> list[Row]:
    """Sound devices as ``{name, host_api, inputs, outputs, rate_hz, default}``; ``default`` is what plays."""
    sounddevice = load_portaudio()
    rows = _rows(sounddevice)
    default = _default_row(sounddevice, rows)
    for row in rows:
        row["default"] = row is default
        del row["index"], row["latency_s"]
    return rows


def _rows(sounddevice: Any) -> list[Row]:
    apis = sounddevice.query_hostapis()
    return [
        {
            "index": index,
            "name": info["name"],
            "host_api": apis[info["hostapi"]]["name"],
            "inputs": info["max_input_channels"],
            "outputs": info["max_output_channels"],
            "rate_hz": round(info["default_samplerate"]),
            "latency_s": info["default_low_output_latency"],
        }
        for index, info in enumerate(sounddevice.query_devices())
    ]


def _default_row(sounddevice: Any, rows: list[Row]) -> Row | None:
    """A running JACK server's default output, else PortAudio's, else the first that can play."""
    wanted = [api["default_output_device"] for api in sounddevice.query_hostapis() if api["name"] == _JACK]
    wanted.append(sounddevice.default.device[1])
    players = [row for row in rows if row["outputs"]]
    by_index = {row["index"]: row for row in players}
    return next((by_index[index] for index in wanted if index in by_index), players[0] if players else None)


def full_name(row: Row) -> str:
    """How a device is called: ``name (host api)``; accepted wherever a name is."""
    return f"{row['name']} ({row['host_api']})"


def choose(rows: list[Row], wanted: str, direction: str) -> Row:
    """Device whose name is, or holds, ``wanted``; ``direction`` is inputs or outputs. JACK wins a tie."""
    usable = [row for row in rows if row[direction]]
    word = wanted.strip().casefold()

    def rank(row: Row) -> tuple[int, bool]:
        name, full = row["name"].casefold(), full_name(row).casefold()
        closeness = 0 if word == full else 1 if word == name else 2 if word in full else 3
        return closeness, row["host_api"] != _JACK

    best = min(usable, key=rank, default=None)
    if best is None or rank(best)[0] == 3:
        known = ", ".join(full_name(row) for row in usable) or "none"
        hint = did_you_mean(wanted, [row["name"] for row in usable])
        raise DeviceError(f'no sound device called "{wanted}" with {direction} (there are: {known}){hint}')
    return best


class PortAudioDevice:
    """A sound card or JACK, duplex when it has inputs; at the device's own rate unless one is asked for."""

    patience_s = 4.0
    note = ""

    def __init__(
        self,
        sounddevice: Any,
        output: Row,
        source: Row | None,
        rate_hz: int,
        buffer_frames: int,
    ) -> None:
        self.name = full_name(output)
        self.rate_hz = rate_hz or output["rate_hz"]
        self.buffer_frames = buffer_frames
        self.xruns = 0
        self._outputs = min(2, output["outputs"])
        self.inputs = min(2, source["inputs"]) if source else 0
        self._jack_s = output["latency_s"] if output["host_api"] == _JACK else None
        self._in = np.zeros((_MOST_FRAMES, 2), np.float32)
        self._out = np.zeros((_MOST_FRAMES, 2), np.float32)
        self._callback: Callback | None = None
        try:
            self._stream = self._open(sounddevice, output, source)
        except sounddevice.PortAudioError as error:
            raise DeviceError(f"{self.name} cannot be opened at {self.rate_hz} Hz: {error}") from None

    def _open(self, sounddevice: Any, output: Row, source: Row | None) -> Any:
        common = {
            "samplerate": self.rate_hz,
            "blocksize": self.buffer_frames,
            "dtype": "float32",
            "latency": "low",
        }
        if source is None:
            return sounddevice.OutputStream(
                device=output["index"], channels=self._outputs, callback=self._play, **common
            )
        return sounddevice.Stream(
            device=(source["index"], output["index"]),
            channels=(self.inputs, self._outputs),
            callback=self._duplex,
            **common,
        )

    @property
    def latency_s(self) -> float:
        """What PortAudio says of its output.

        Under JACK what the port says, as PortAudio takes a period off that: and, between input and output, the buffer
        that PortAudio holds back.
        """
        if self._jack_s is not None:
            return self._jack_s + (self.buffer_frames / self.rate_hz if self.inputs else 0.0)
        latency = self._stream.latency
        return float(latency[1] if isinstance(latency, tuple) else latency)

    @property
    def alive(self) -> bool:
        """Whether PortAudio still calls; turns false when the device is lost."""
        return bool(self._stream.active)

    def start(self, callback: Callback) -> None:
        """Begin calling back."""
        self._callback = callback
        self._stream.start()

    def stop(self) -> None:
        """Stop and close; hangs for ever when the device is lost."""
        self._stream.stop()
        self._stream.close()

    def _play(self, outdata: np.ndarray, frames: int, _time: Any, status: Any) -> None:
        self._pass_on(frames, outdata, bool(status))

    def _duplex(self, indata: np.ndarray, outdata: np.ndarray, frames: int, _time: Any, status: Any) -> None:
        self._in[:frames] = indata  # one channel spreads to both sides
        self._pass_on(frames, outdata, bool(status))

    def _pass_on(self, frames: int, outdata: np.ndarray, slipped: bool) -> None:
        self.xruns += slipped
        out = self._out[:frames]
        if self._callback is not None:
            self._callback(self._in[:frames], out)
        if self._outputs == 2:
            outdata[:] = out
        else:
            np.mean(out, axis=1, keepdims=True, out=outdata)


def find_sound(device: str, input_device: str = "") -> tuple[tuple[Row, Row | None] | None, str]:
    """Rows of the output and the input that would be opened, or ``None`` and why nothing would be heard.

    Raises ``DeviceError`` for a device that was asked for by name and is not there.
    """
    try:
        sounddevice = load_portaudio()
    except PortAudioMissing as error:
        if device != "default":
            raise
        return None, str(error)
    rows = _rows(sounddevice)
    output = _default_row(sounddevice, rows) if device == "default" else choose(rows, device, "outputs")
    if output is None:
        return None, "there is no sound device here (see lmdmd devices)"
    return (output, _choose_source(rows, output, input_device)), ""


def _choose_source(rows: list[Row], output: Row, input_device: str) -> Row | None:
    if input_device == "none":
        return None
    if input_device:
        return choose(rows, input_device, "inputs")
    return output if output["inputs"] else None


def check_rate(output: Row, source: Row | None, rate_hz: int) -> None:
    """Raise ``DeviceError`` where an output or an input does not take a rate; they are asked, not opened."""
    sounddevice = load_portaudio()
    try:
        sounddevice.check_output_settings(output["index"], min(2, output["outputs"]), "float32", samplerate=rate_hz)
        if source is not None:
            sounddevice.check_input_settings(source["index"], min(2, source["inputs"]), "float32", samplerate=rate_hz)
    except sounddevice.PortAudioError as error:
        raise DeviceError(f"{full_name(output)} cannot be opened at {rate_hz} Hz: {error}") from None


def open_device(device: str, *, input_device: str = "", rate_hz: int = 0, buffer_frames: int = 256) -> Device:
    """Open ``default``, ``null``, ``file:OUT.wav`` or a device by (part of) its name; raises ``DeviceError``.

    ``input_device`` "" takes the device's own inputs, "none" none. ``rate_hz`` 0 is the device's own
    rate. "default" without PortAudio or any sound device is the null device, and says so.
    """
    if device == "null":
        return NullDevice(rate_hz, buffer_frames)
    if device.startswith("file:"):
        return FileDevice(Path(device.removeprefix("file:")), rate_hz, buffer_frames)
    found, why = find_sound(device, input_device)
    if found is None:
        return _fall_back(rate_hz, buffer_frames, why)
    return PortAudioDevice(load_portaudio(), *found, rate_hz, buffer_frames)


def _fall_back(rate_hz: int, buffer_frames: int, why: str) -> NullDevice:
    null = NullDevice(rate_hz, buffer_frames)
    null.note = f"{why}: time runs, nothing is heard"
    return null
