"""Every row of the table through every door of OSC: set, ask, clamp and listen, in one loop with one session."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from test_osc import Client as UdpClient
from test_osc_tcp import FRAMINGS
from test_osc_tcp import Client as TcpClient

from lmdmd.commands import COMMANDS
from lmdmd.control.session import Session
from lmdmd.messages import Course, Write
from lmdmd.params import BY_NAME, CLOCKED, PARAMS, STEERED, Param, Value
from lmdmd.surfaces import osc_peers
from lmdmd.surfaces.osc_client import send
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_doors import OscDoors

Ask = Callable[..., Awaitable[list[tuple]]]
"""Sends a message and gives what comes back until everything before a sync was answered."""


class Door:
    """One client's door: ``say`` sends one message, ``hear`` waits for the next that comes back."""

    def __init__(self, client: UdpClient | TcpClient) -> None:
        self.client = client
        self._numbers = iter(range(1, 1_000_000))

    async def ask(self, address: str, *values: object) -> list[tuple]:
        number = next(self._numbers)
        self.client.send(address, *values)
        self.client.send("/lmdm/sync", number)
        heard = []
        while (answer := await self.client.hear()) != ("/lmdm/synced", number):
            heard.append(answer)
        return heard


@contextlib.asynccontextmanager
async def clients_of(port: int) -> AsyncIterator[dict[str, UdpClient | TcpClient]]:
    """One client a door."""
    udp = await UdpClient.connected(port)
    tcp = {name: await TcpClient.connected(port, framing()) for name, framing in FRAMINGS.items()}
    try:
        yield {"udp": udp, **tcp}
    finally:
        udp.transport.close()
        for client in tcp.values():
            client.close()


def by_command_line(port: int) -> Ask:
    """What ``lmdmd send`` does, in a thread, as its words; it asks a row that it has set by itself."""

    async def ask(address: str, *values: object) -> list[tuple]:
        words = [str(int(value)) if isinstance(value, bool) else str(value) for value in values]
        replies = await asyncio.to_thread(send, "127.0.0.1", port, address, words, 5.0)
        return [(reply.address, *reply.values) for reply in replies]

    return ask


WORDS = {"chord": ("Am7", "C/G"), "key": ("A minor", "F# major"), "progression": ("Am | F", "C")}
"""Two values of a row whose words have a form."""


def two_values(param: Param) -> tuple[Value, Value]:
    """Two values of a row: one within its range, and one beyond its end where it has one."""
    if param.kind == "bool":
        return (not param.default), bool(param.default)
    if param.kind == "choice":
        return param.choices[-1], param.choices[0]
    if param.form:
        return WORDS[param.form]
    if param.kind == "text":
        return "warm dub", "x" * (int(param.hi) + 10)
    middle = param.lo + (param.hi - param.lo) * 0.25
    inside = round(middle) if param.kind == "int" else middle
    return inside, param.hi * 2 + 1


def said(answers: list[tuple], address: str, row: str) -> list[tuple]:
    return [answer for answer in answers if answer[0] == address and answer[1] == row]


def same(value: object, expected: object) -> bool:
    return value == (pytest.approx(expected, rel=1e-6) if isinstance(expected, float) else expected)


async def check_row(name: str, ask: Ask, session: Session, param: Param) -> None:
    """Set a row, beyond its end too, and ask for it; put it back."""
    inside, beyond = two_values(param)
    for value in (inside, beyond):
        expected, note = param.coerce(value)
        answers = await ask(param.address, value)
        assert said(answers, "/lmdm/fail", param.address) == [], (name, answers)
        (ack,) = said(answers, "/lmdm/ack", param.address)
        assert same(ack[2], expected) and same(session.get(param.name), expected), (name, param.name, ack)
        assert bool(said(answers, "/lmdm/note", param.address)) == bool(note), (name, param.name, answers)
        (told,) = [answer for answer in await ask(param.address) if answer[0] == param.address]
        assert same(told[1], expected), (name, param.name, told)
    session.set(param.name, param.default, source="test")


async def check_report(name: str, ask: Ask, session: Session, param: Param) -> None:
    """A report is told, and refuses to be set."""
    told = [answer for answer in await ask(param.address, "?") if answer[0] == param.address][-1]
    assert same(told[1], session.get(param.name)), (name, param.name, told)
    before = session.get(param.name)
    if param.name not in VERBS_TOO:
        (refusal,) = said(await ask(param.address, 1), "/lmdm/fail", param.address)
        assert "report" in refusal[2] and session.get(param.name) == before, (name, param.name)


VERBS_TOO = {command.name for command in COMMANDS}
"""A report whose address is a verb's is one only without arguments."""


def test_every_row_is_set_asked_and_clamped_through_every_door(monkeypatch):
    monkeypatch.setattr(osc_peers, "COMPLAINTS_BURST", 1e6)

    async def play() -> None:
        session = Session()
        doors = OscDoors(OscDesk(session), port=0)
        await doors.start()
        try:
            async with clients_of(doors.port) as clients:
                clients["udp"].deaf_to = ()
                asks = {name: Door(client).ask for name, client in clients.items()}
                for name, ask in (asks | {"lmdmd send": by_command_line(doors.port)}).items():
                    for param in PARAMS:
                        await (check_row if param.writable else check_report)(name, ask, session, param)
        finally:
            await doors.stop()
        assert doors.desk.counters["errors"] == doors.desk.counters["dropped"] == 0

    asyncio.run(play())


def other_value(param: Param) -> Value:
    if param.kind == "choice":
        return param.choices[-1] if param.default != param.choices[-1] else param.choices[0]
    if param.kind == "bool":
        return not param.default
    if param.form:
        return WORDS[param.form][0]
    if param.kind == "text":
        return "heard"
    return param.hi if param.default != param.hi else param.lo


def test_every_row_is_told_to_whoever_listens_through_every_door():
    async def play() -> None:
        session = Session()
        doors = OscDoors(OscDesk(session), port=0)
        await doors.start()
        wanted = {param.name: param.default for param in PARAMS}
        clocked: list[Write] = []
        try:
            async with clients_of(doors.port) as clients:
                for client in clients.values():
                    client.send("/lmdm/listen", "*", 60)
                for told in await asyncio.gather(*map(values_told, clients.values())):
                    assert [name for name in wanted if not same(told[name], wanted[name])] == []
                for param in PARAMS:
                    wanted[param.name] = other_value(param)
                    if param.writable:
                        session.set(param.name, wanted[param.name], source="test")
                    elif param.name in STEERED:
                        session.steer(param.name, param.to_slot(wanted[param.name]))
                    elif param.name in CLOCKED:
                        clocked.append(Write(param.name, wanted[param.name], 0))
                        session.set_course(Course(0, tuple(clocked)))
                    else:
                        session.publish(param.name, wanted[param.name])
                session.refresh()
                for told in await asyncio.gather(*map(values_told, clients.values())):
                    assert [name for name in wanted if not same(told[name], _as_sent(wanted[name]))] == []
        finally:
            await doors.stop()

    asyncio.run(play())


async def values_told(client: UdpClient | TcpClient) -> dict[str, object]:
    """Values of all rows, as a client is told of them, in whatever order."""
    told: dict[str, object] = {}
    while len(told) < len(PARAMS):
        address, *values = await client.hear(10.0)
        if address.removeprefix("/lmdm/") in BY_NAME:
            told[address.removeprefix("/lmdm/")] = values[-1]
    return told


def _as_sent(value: Value) -> Value:
    """A value as its message carries it: whole numbers beyond 32 bits go as floats."""
    return float(value) if isinstance(value, int) and abs(value) >= 2**31 else value
