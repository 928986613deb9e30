"""The doors together: one number for UDP and TCP, who is heard from where, and what passcodes are worth on the wire."""

from __future__ import annotations

import asyncio
import socket

import pytest
from test_osc import Client as UdpClient
from test_osc_tcp import Client as TcpClient
from test_osc_tcp import until

from lmdmd.control.session import Session
from lmdmd.errors import OscError
from lmdmd.levels import Level
from lmdmd.surfaces.osc_access import Access
from lmdmd.surfaces.osc_client import send
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_doors import OscDoors
from lmdmd.surfaces.osc_packet import build_message
from lmdmd.surfaces.osc_peers import MAX_PEERS

CODES = {Level.VIEW: "look", Level.CONTROL: "play", Level.EDIT: "change"}


def own_address() -> str:
    """This machine's address on its network, as another host sees it, or "" without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        address = sock.getsockname()[0]
    return "" if address.startswith("127.") else address


OWN_ADDRESS = own_address()
on_a_network = pytest.mark.skipif(not OWN_ADDRESS, reason="this machine has no address but its loopback")


def answers(host: str, port: int, kind: int) -> bool:
    """Whether a query is answered at an address of this machine."""
    question = build_message("/lmdm/mix/gain")
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.settimeout(1.0)
        try:
            sock.connect((host, port))
            sock.sendall(question if kind == socket.SOCK_DGRAM else b"\xc0" + question + b"\xc0")
            return b"/lmdm/mix/gain" in sock.recv(1000)
        except OSError:
            return False


async def answered(host: str, port: int) -> tuple[bool, bool]:
    kinds = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
    udp, tcp = await asyncio.gather(*(asyncio.to_thread(answers, host, port, kind) for kind in kinds))
    return udp, tcp


def behind_doors(scene, bind="127.0.0.1", access=None):
    """Run a scene with a session and its doors on a free number."""

    async def play() -> None:
        session = Session()
        doors = OscDoors(OscDesk(session, access), bind, 0)
        await doors.start()
        try:
            await scene(session, doors)
        finally:
            await doors.stop()

    asyncio.run(play())


def test_udp_and_tcp_have_one_number_and_see_each_others_moves():
    async def scene(session, doors):
        udp, tcp = await UdpClient.connected(doors.port), await TcpClient.connected(doors.port)
        await udp.ask("/lmdm/listen", "mix/gain")
        await udp.hear()
        tcp.send("/lmdm/mix/gain", -9.0)
        assert await udp.hear() == ("/lmdm/mix/gain", -9.0)
        udp.transport.close()
        tcp.close()

    behind_doors(scene)


def test_a_number_that_tcp_cannot_have_is_given_back_by_udp():
    async def play() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(OscError, match=str(port)):
                await OscDoors(OscDesk(Session()), port=port).start()
        doors = OscDoors(OscDesk(Session()), port=port)
        await doors.start()
        assert doors.port == port
        await doors.stop()

    asyncio.run(play())


# --- from elsewhere -------------------------------------------------------------------------------------


@on_a_network
@pytest.mark.parametrize(
    ("bind", "allow", "heard"),
    [
        ("127.0.0.1", (), False),
        ("0.0.0.0", (), True),
        ("0.0.0.0", ("192.0.2.1",), False),
        ("0.0.0.0", (f"{OWN_ADDRESS or '192.0.2.2'}/30",), True),
    ],
)
def test_other_hosts_are_heard_only_where_that_was_asked_for(bind, allow, heard):
    async def scene(session, doors):
        assert await answered(OWN_ADDRESS, doors.port) == (heard, heard)
        assert await answered("127.0.0.1", doors.port) == (True, True)

    behind_doors(scene, bind, Access(allow=allow))


def test_an_open_door_without_passcodes_is_warned_of(caplog):
    async def scene(session, doors):
        pass

    behind_doors(scene, "0.0.0.0")
    assert "--passcodes" in caplog.text
    caplog.clear()
    behind_doors(scene, "0.0.0.0", Access(CODES))
    behind_doors(scene, "127.0.0.1")
    assert caplog.text == ""


@pytest.mark.parametrize("level", [Level.NONE, Level.VIEW, Level.CONTROL, Level.EDIT])
def test_on_the_wire_a_level_may_look_set_or_change_and_nothing_above(level):
    async def scene(session, doors):
        async def carry_out(**_: object) -> str:
            return ""

        for verb in ("show/go", "show/skip"):
            session.provide(verb, carry_out)
        udp, tcp = await UdpClient.connected(doors.port), await TcpClient.connected(doors.port)
        udp.deaf_to = ()
        for client in (udp, tcp):
            if level > Level.NONE:
                assert await client.ask("/lmdm/login", CODES[level]) == ("/lmdm/done", "login", level.word)
            wishes = [
                (Level.VIEW, ("/lmdm/mix/gain",)),
                (Level.VIEW, ("/lmdm/status",)),
                (Level.CONTROL, ("/lmdm/mix/gain", -3.0)),
                (Level.CONTROL, ("/lmdm/show/go",)),
                (Level.EDIT, ("/lmdm/show/lock", 0)),
                (Level.EDIT, ("/lmdm/show/skip",)),
            ]
            for needed, message in wishes:
                allowed = (await client.ask(*message))[0] != "/lmdm/fail"
                assert allowed == (level >= needed), message
        udp.transport.close()
        tcp.close()

    behind_doors(scene, access=Access(CODES))


def test_the_command_line_says_its_passcode_first(monkeypatch):
    async def scene(session, doors):
        def sent(passcode: str, *message: object) -> list[str]:
            address, *values = message
            return [reply.address for reply in send("127.0.0.1", doors.port, address, values, 5.0, passcode)]

        assert await asyncio.to_thread(sent, "change", "/lmdm/mix/gain") == ["/lmdm/mix/gain"]
        assert await asyncio.to_thread(sent, "play", "/lmdm/mix/gain", -3.0) == ["/lmdm/ack", "/lmdm/mix/gain"]
        assert await asyncio.to_thread(sent, "wrong", "/lmdm/mix/gain") == ["/lmdm/fail", "/lmdm/fail"]
        assert await asyncio.to_thread(sent, "", "/lmdm/mix/gain") == ["/lmdm/fail"]

    behind_doors(scene, access=Access(CODES))


def test_forged_senders_do_not_make_us_forget_who_has_logged_in():
    async def scene(session, doors):
        client = await UdpClient.connected(doors.port)
        assert await client.ask("/lmdm/login", "play") == ("/lmdm/done", "login", "control")
        for number in range(3 * MAX_PEERS):
            doors.udp.receive(build_message("/lmdm/mix/gain"), ("127.0.0.9", 1024 + number))
        assert len(doors.udp._peers) == MAX_PEERS
        client.send("/lmdm/mix/gain", -3.0)
        await until(lambda: session.get("mix/gain") == -3.0)
        client.transport.close()

    behind_doors(scene, access=Access(CODES))
