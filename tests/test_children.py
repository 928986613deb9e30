"""Children: heard on the loop, ended for certain, never outliving the parent."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lmdmd.control.children import ENDING_SIGNALS, Child
from lmdmd.control.outbox import MOST_WAITING
from lmdmd.messages import Stop, Write


def echo(connection, arguments):
    """Child body: say one thing, send everything back, end on Stop."""
    connection.send(arguments)
    while not isinstance(message := connection.recv(), Stop):
        connection.send(message)


def deaf(connection, arguments):
    """Child body: never listens."""
    connection.send("deaf")
    time.sleep(60)


def clumsy(connection, arguments):
    """Child body: fails in a way that nobody foresaw."""
    raise KeyError(arguments)


def late(connection, arguments):
    """Child body: listens only after a while, then sends back all at once what it was told until Stop."""
    connection.send("loading")
    time.sleep(arguments)
    heard = []
    while not isinstance(message := connection.recv(), Stop):
        heard.append(message)
    connection.send(heard)


def orphan(connection, arguments):
    """Child body: waits for its pipe to close, then leaves a mark."""
    connection.send(os.getpid())
    try:
        connection.recv()
    except EOFError:
        Path(arguments).touch()


async def until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert condition()


def start(target, arguments, heard, ends):
    return Child("test", f"{__name__}:{target}", arguments, heard.append, lambda: ends.append(True))


def test_messages_go_both_ways_and_stop_is_no_death():
    async def body():
        heard, ends = [], []
        child = start("echo", "hello", heard, ends)
        await until(lambda: heard)
        child.send("again")
        await until(lambda: len(heard) == 2)
        await child.stop(Stop())
        assert (heard, ends) == (["hello", "again"], [])
        assert not child.alive

    asyncio.run(body())


def test_a_killed_child_is_reported_and_sending_to_it_is_harmless():
    async def body():
        heard, ends = [], []
        child = start("echo", "hello", heard, ends)
        await until(lambda: heard)
        child.kill()
        await until(lambda: ends)
        child.send("anyone?")
        assert not child.alive

    asyncio.run(body())


def test_a_child_that_does_not_listen_is_killed():
    async def body():
        heard = []
        child = start("deaf", None, heard, [])
        await until(lambda: heard)
        began = time.monotonic()
        await child.stop(Stop(), patience_s=0.2)
        assert time.monotonic() - began < 3

    asyncio.run(body())


def test_what_a_child_does_not_read_yet_waits_in_order_and_the_loop_goes_on():
    async def body():
        heard, ends = [], []
        child = start("late", 3.0, heard, ends)
        await until(lambda: heard)
        told = [Write("gen/cfg", number % 12, frame=number) for number in range(5000)]
        began = time.monotonic()
        for write in told:
            child.send(write)
        assert time.monotonic() - began < 2.5
        child.send(Write("prompt/0/text", "x" * 300_000, frame=1))
        await child.stop(Stop(), patience_s=30.0)
        await until(lambda: len(heard) == 2)
        assert heard[1] == [*told, Write("prompt/0/text", "x" * 300_000, frame=1)]
        assert ends == []

    asyncio.run(body())


def test_a_child_that_lets_too_much_wait_is_ended():
    async def body():
        heard, ends = [], []
        child = start("deaf", None, heard, ends)
        await until(lambda: heard)
        os.kill(child.pid, signal.SIGSTOP)
        for frame in range(MOST_WAITING + 5000):
            child.send(Write("gen/cfg", 2.0, frame))
        await until(lambda: ends)
        assert not child.alive

    asyncio.run(body())


@pytest.mark.parametrize("number", ENDING_SIGNALS)
def test_a_signal_to_the_whole_group_ends_no_child_not_even_one_just_born(number):
    async def body():
        heard, ends = [], []
        child = start("echo", "born", heard, ends)
        os.kill(child.pid, number)
        await until(lambda: heard, 30)
        os.kill(child.pid, number)
        child.send("alive")
        await until(lambda: len(heard) == 2)
        await child.stop(Stop())
        assert (heard, ends) == (["born", "alive"], [])

    asyncio.run(body())


@pytest.mark.parametrize(
    ("target", "why"),
    [(f"{__name__}:clumsy", "lmdmd-test: KeyError: 'missing'"), ("nosuch:body", "No module named 'nosuch'")],
)
def test_what_nobody_foresaw_is_told_in_one_sentence(target, why, capfd):
    async def body():
        heard, ends = [], []
        Child("test", target, "missing", heard.append, lambda: ends.append(True))
        await until(lambda: ends)
        (failed,) = heard
        assert why in failed.why
        assert "Traceback" in failed.trace and "\n" not in failed.why

    asyncio.run(body())
    assert capfd.readouterr().err == ""


PARENT = """
import asyncio, sys
sys.path.insert(0, {tests!r})
import test_children
async def main():
    heard = []
    test_children.start("orphan", {mark!r}, heard, [])
    while not heard: await asyncio.sleep(0.01)
    print(heard[0], flush=True)
    await asyncio.sleep(60)
if __name__ == "__main__":
    asyncio.run(main())
"""


def test_no_child_outlives_a_killed_parent(tmp_path):
    mark, script = tmp_path / "mark", tmp_path / "parent.py"
    script.write_text(PARENT.format(tests=str(Path(__file__).parent), mark=str(mark)))
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while not mark.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert mark.exists()
