"""Clients of others against the real program: each sets, is answered, and hears of another one's move.

One program plays for all of them. Pure Data and liblo are also heard in the sound, see ``test_pd_patch.py``, and Link's
own peers in the tests of the clock.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from others import CLIENTS, LIMIT_S, Running, check_talk, http_port, move, talk
from program import Program, write_setlist

from lmdmd.bench.program import wait_for
from lmdmd.testing import make_tiny_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundle") / "tiny").path


@pytest.fixture(scope="module")
def program(bundle, tmp_path_factory) -> Iterator[Program]:
    """A program that plays."""
    folder = tmp_path_factory.mktemp("show")
    setlist = write_setlist(folder / "long.yaml", bundle, 3600)
    arguments = (setlist, "--device", "null", "--threads", "1")
    environment = {**os.environ, "LMDMD_BUNDLES": str(bundle.parent)}
    with Program(folder, *arguments, record=False, environment=environment) as program:
        yield program.until_playing()


@pytest.fixture(autouse=True)
def as_it_began(program) -> None:
    for row in ("mix/gain", "mix/pan", "mix/width"):
        program.ask(row, "default")


# --- Node -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["udp", "tcp", "ws"])
def test_osc_js_speaks_over_udp_slip_and_websocket(program, node, kind):
    port = http_port(program) if kind == "ws" else program.port
    check_talk(talk(program, [*node, str(CLIENTS / "osc_js.js"), kind, str(port)]))


def test_node_osc_hears_on_the_port_that_it_names(program, node):
    check_talk(talk(program, [*node, str(CLIENTS / "node_osc.js"), str(program.port)]))


def test_oscquery_reads_the_tree_and_listens_where_it_says(program, node):
    heard = talk(program, [*node, str(CLIENTS / "oscquery.js"), str(http_port(program))])
    found, tree = heard[:2]
    assert found == ["found", "127.0.0.1", "lmdmd", program.port]
    assert tree[1] > 150 and tree[2:] == [-96, 12, 0]
    check_talk(heard)


# --- SuperCollider --------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("sclang") is None, reason="sclang (supercollider-language) is not installed")
def test_sclang_sees_a_server_that_is_alive_and_waits_for_a_model(program, bundle, tmp_path):
    # Qt, which this build of sclang is linked against, wants a home, a screen and no sandbox for root.
    environment = {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "LMDMD_PORT": str(program.port),
        "LMDMD_MODEL": bundle.name,
    }
    with Running(["sclang", "-D", str(CLIENTS / "server.scd")], **environment) as client:
        client.until(lambda line: line == "SYNCED")
        move(program, lambda: any("HEARD /lmdm/done|listen" in line for line in client.lines))
        client.until_ended()
    lines = client.lines
    assert any(re.fullmatch(r"RUNNING true 44100(\.0)?", line) for line in lines), client.said()
    heard = [line.removeprefix("HEARD ").split("|") for line in lines if line.startswith("HEARD ")]
    addresses = [words[0] for words in heard]
    assert {"/status.reply", "/done"} <= set(addresses)
    assert ["/done", "/notify"] in [words[:2] for words in heard]
    loaded = next(at for at, line in enumerate(lines) if line.startswith("HEARD /lmdm/done|deck/load"))
    synced = [at for at, line in enumerate(lines[: lines.index("SYNCED")]) if line.startswith("HEARD /synced|")]
    assert loaded < synced[-1], "it was told to go on before the model was there"
    assert "/lmdm/mix/gain|-6.5" in client.said() and "/lmdm/ack|/lmdm/mix/gain|-6.5" in client.said()
    assert "HEARD /lmdm/mix/width|0.5" in lines, "its bundle was not heard on time"
    assert "HEARD /lmdm/mix/pan|0.25" in lines
    assert program.get("deck/1/state") == "ready"


# --- liblo ----------------------------------------------------------------------------------------------

needs_liblo = pytest.mark.skipif(shutil.which("oscdump") is None, reason="liblo-tools is not installed")


def free_port(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def oscsend(url: str, *words: str) -> None:
    done = subprocess.run(["oscsend", url, *words], capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0, done


@needs_liblo
def test_liblo_over_udp_sends_and_is_told_at_another_port(program):
    ear = free_port(socket.SOCK_DGRAM)
    with Running(["oscdump", "-L", str(ear)]) as dump:
        # Until it is there the kernel refuses what comes for it: it listens anew until it is told.
        url = f"osc.udp://127.0.0.1:{program.port}"

        def is_told() -> bool:
            oscsend(url, "/lmdm/listen", "sfi", "mix/[gp]a*", "60", str(ear))
            return "/lmdm/mix/pan" in dump.said()

        wait_for(is_told, LIMIT_S)
        oscsend(url, "/lmdm/mix/gain", "f", "-6.5")
        move(program, lambda: re.search(r"/lmdm/mix/gain f -6\.50*", dump.said()))
        dump.until(lambda line: re.search(r"/lmdm/mix/pan f 0\.250*$", line) is not None)


@needs_liblo
def test_liblo_over_tcp_reads_and_writes_lengths(program):
    oscsend(f"osc.tcp://127.0.0.1:{program.port}", "/lmdm/mix/gain", "f", "-7.5")
    wait_for(lambda: program.get("mix/gain") == -7.5, LIMIT_S)
    ear = free_port(socket.SOCK_STREAM)
    with Running(["oscdump", "-L", f"osc.tcp://:{ear}"]) as dump, connected(program.port) as ours:
        theirs = wait_for(lambda: try_connect(ear), LIMIT_S, dump.said)
        with theirs:
            # oscdump calls nobody: every byte that we send to a client with lengths is passed on to it as it is.
            stop = pass_on(ours, theirs)
            ours.sendall(b"\0\0\0\x10/lmdm/mix/gain\0\0"[:4] + b"/lmdm/mix/gain\0\0")
            listen = b"/lmdm/listen\0\0\0\0,s\0\0mix/pan\0"
            ours.sendall(len(listen).to_bytes(4, "big") + listen)
            dump.until(lambda line: re.search(r"/lmdm/mix/gain f -7\.50*$", line) is not None)
            move(program, lambda: "/lmdm/mix/pan" in dump.said())
            dump.until(lambda line: re.search(r"/lmdm/mix/pan f 0\.250*$", line) is not None)
            stop()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), LIMIT_S)


def try_connect(port: int) -> socket.socket | None:
    with contextlib.suppress(ConnectionRefusedError):
        return connected(port)
    return None


def pass_on(source: socket.socket, goal: socket.socket) -> Callable[[], None]:
    """Copy bytes as they come; returns what ends it."""

    def copy() -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                goal.sendall(data)

    thread = threading.Thread(target=copy)
    thread.start()

    def stop() -> None:
        source.shutdown(socket.SHUT_RDWR)
        thread.join()

    return stop
