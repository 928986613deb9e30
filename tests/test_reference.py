"""The README's tables are the tables."""

import asyncio
import re
import socket
import sys
from pathlib import Path

import pytest

from lmdmd import commands, params
from lmdmd.control import memory
from lmdmd.control.session import Session
from lmdmd.errors import ConfigError, DeviceError, OscError, WebError
from lmdmd.rt import device
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_socket import open_socket
from lmdmd.surfaces.reference import commands_table, params_table, with_reference
from lmdmd.surfaces.web import WebSurface
from lmdmd.surfaces.web_discovery import Announcement

README = Path(__file__).parent.parent / "README.md"


def test_every_row_is_in_its_table():
    table = params_table()
    assert all(f"`{param.address}`" in table for param in params.PARAMS)
    assert all(f"`{command.address}`" in commands_table() for command in commands.COMMANDS)


def test_the_readme_is_up_to_date():
    text = README.read_text(encoding="utf-8")
    assert with_reference(text) == text, "run: lmdmd export docs"


def test_a_lost_marker_is_named():
    with pytest.raises(ConfigError, match="marker"):
        with_reference("# no markers here")


# --- symptoms that the README quotes ------------------------------------------------------------------------


class NoDevices:
    """A PortAudio that finds nothing."""

    class default:
        device = (-1, -1)

    query_hostapis = query_devices = staticmethod(list)


def said_without_portaudio(monkeypatch) -> str:
    monkeypatch.delitem(device.sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr("builtins.__import__", _import_without_portaudio(__import__))
    with pytest.raises(DeviceError) as caught:
        device.load_portaudio()
    monkeypatch.undo()
    return str(caught.value)


def _import_without_portaudio(real):
    def load(name, *rest):
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return real(name, *rest)

    return load


def said_without_devices(monkeypatch) -> str:
    monkeypatch.setattr(device, "load_portaudio", lambda: NoDevices)
    note = device.open_device("default").note
    monkeypatch.undo()
    return note


def said_of_a_taken_port() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(OscError) as caught:
            asyncio.run(open_socket("127.0.0.1", port))
    return str(caught.value).replace(str(port), "9000")


def said_of_a_taken_web_port() -> str:
    async def start(port: int) -> None:
        session = Session()
        await WebSurface(session, OscDesk(session), "127.0.0.1", port).start()

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WebError) as caught:
            asyncio.run(start(port))
    return str(caught.value).replace(str(port), "9080")


def said_without_zeroconf(monkeypatch) -> str:
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    with pytest.raises(WebError) as caught:
        Announcement("127.0.0.1", 9080, 9000).start()
    monkeypatch.undo()
    return str(caught.value)


def said_without_memory(monkeypatch) -> str:
    monkeypatch.setattr(memory, "free_bytes", lambda: 64e6)
    said = memory.why_short()
    monkeypatch.undo()
    return said


def test_every_quoted_symptom_is_what_the_program_says(monkeypatch):
    said = [
        said_without_portaudio(monkeypatch),
        said_without_devices(monkeypatch),
        said_of_a_taken_port(),
        said_of_a_taken_web_port(),
        said_without_zeroconf(monkeypatch),
        said_without_memory(monkeypatch),
    ]
    symptoms = README.read_text(encoding="utf-8").partition("| symptom |")[2]
    quoted = re.findall(r'^\| "([^"]+)"', symptoms, re.MULTILINE)
    assert len(quoted) == len(said)
    for quote in quoted:
        assert sum(quote in sentence for sentence in said) == 1, quote
