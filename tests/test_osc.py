"""The OSC surface on a real socket, with a real session, asked by our own client, Pd and liblo."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import socket
import struct
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from lmdmd.control.events import Beat
from lmdmd.control.session import Session
from lmdmd.errors import CommandError, OscError
from lmdmd.params import BY_NAME, PARAMS
from lmdmd.surfaces.osc import OscSurface
from lmdmd.surfaces.osc_packet import build_message, parse_packet, timetag_from_unix
from lmdmd.surfaces.osc_reports import STATUS

FIXTURES = Path(__file__).parent / "fixtures"


class Deck:
    """An outlet that is heard a tenth of a second from now."""

    def send(self, message: object) -> None:
        pass

    def next_frame(self, playhead: int) -> int:
        return playhead + 4410


class Client(asyncio.DatagramProtocol):
    """A client on its own port that keeps what it is told, with the time of arrival."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heard: asyncio.Queue = asyncio.Queue()
        self.deaf_to: tuple[str, ...] = ("/lmdm/ack", "/lmdm/heard")

    @classmethod
    async def connected(cls, port: int) -> Client:
        client = cls(port)
        loop = asyncio.get_running_loop()
        client.transport, _ = await loop.create_datagram_endpoint(lambda: client, remote_addr=("127.0.0.1", port))
        return client

    @property
    def own_port(self) -> int:
        return self.transport.get_extra_info("sockname")[1]

    def datagram_received(self, data, addr):
        for _, message in parse_packet(data):
            if message.address not in self.deaf_to:
                self.heard.put_nowait((message.address, *message.params))

    def send(self, address, *values):
        self.transport.sendto(build_message(address, *values))

    def send_raw(self, data):
        self.transport.sendto(data)

    async def hear(self, timeout_s=2.0):
        return await asyncio.wait_for(self.heard.get(), timeout_s)

    async def ask(self, address, *values):
        self.send(address, *values)
        return await self.hear()

    async def silence(self, for_s=0.1):
        await asyncio.sleep(for_s)
        return self.heard.empty()


def on_stage(scene: Callable[[Session, OscSurface, Client], Coroutine]) -> None:
    """Run a scene with a session, its surface on a free port, and a client."""

    async def play() -> None:
        session = Session()
        surface = OscSurface(session, port=0)
        await surface.start()
        client = await Client.connected(surface.port)
        try:
            await scene(session, surface, client)
        finally:
            client.transport.close()
            await surface.stop()

    asyncio.run(play())


def bundle(due_s: float, *elements: bytes) -> bytes:
    head = b"#bundle\0" + struct.pack(">Q", timetag_from_unix(due_s))
    return head + b"".join(struct.pack(">i", len(element)) + element for element in elements)


def test_every_row_answers_a_query_with_its_value():
    async def scene(session, surface, client):
        for param in PARAMS:
            for question in ((), ("?",)):
                address, value = await client.ask(param.address, *question)
                assert address == param.address
                expected = session.get(param.name)
                assert value == (pytest.approx(expected) if isinstance(expected, float) else expected)

    on_stage(scene)


def test_a_set_acts_and_names_its_source():
    async def scene(session, surface, client):
        changes = []
        session.subscribe(changes.append)
        client.send("/lmdm/mix/gain", -6)
        assert await client.ask("/lmdm/mix/gain") == ("/lmdm/mix/gain", -6.0)
        assert changes[0].source == f"osc:127.0.0.1:{client.own_port}"

    on_stage(scene)


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("mix/gain", (-6.0,), -6.0),
        ("mix/gain", ("-6",), -6.0),
        ("mix/mute", (1.0,), True),
        ("mix/mute", ("on",), True),
        ("gen/steps", (4.0,), 4),
        ("gen/sampler", (1.0,), BY_NAME["gen/sampler"].choices[1]),
        ("gen/sampler", ("pingpong",), "pingpong"),
        ("prompt/0/text", ("warm", "dub", 90.0, 0.5), "warm dub 90 0.5"),
        ("prompt/0/text", ("warm dub",), "warm dub"),
        ("mix/gain", (-6.0, 0.0), -6.0),
        ("mix/gain", (-6.0, 0, "smooth"), -6.0),
    ],
)
def test_any_sensible_type_is_taken(name, values, expected):
    async def scene(session, surface, client):
        client.send(f"/lmdm/{name}", *values)
        await client.ask(f"/lmdm/{name}")
        assert session.get(name) == expected

    on_stage(scene)


def test_booleans_and_doubles_from_other_senders_are_taken():
    async def scene(session, surface, client):
        client.send_raw(b"/lmdm/mix/mute\0\0,T\0\0")
        client.send_raw(b"/lmdm/mix/gain\0\0,d\0\0" + struct.pack(">d", -12.0))
        await client.ask("/lmdm/mix/gain")
        assert (session.get("mix/mute"), session.get("mix/gain")) == (True, -12.0)

    on_stage(scene)


def test_a_glide_reaches_the_session():
    async def scene(session, surface, client):
        taken = []
        real = session.set
        session.set = lambda *a, **k: taken.append((a, k)) or real(*a, **k)
        client.send("/lmdm/mix/gain", -20, 4.0, "smooth")
        await client.ask("/lmdm/mix/gain")
        ((_, keywords),) = taken
        assert (keywords["glide_s"], keywords["curve"]) == (4.0, "smooth")

    on_stage(scene)


@pytest.mark.parametrize(
    ("address", "values", "why"),
    [
        ("/lmdm/mix/gian", (1.0,), "/lmdm/mix/gain"),
        ("/lmdm/mix/gain", ("loud",), "not a number"),
        ("/lmdm/mix/gain", (0.0, "soon"), "glide"),
        ("/lmdm/mix/gain", (0.0, -1.0), "glide"),
        ("/lmdm/mix/gain", (0.0, 1.0, "smoth"), "smooth"),
        ("/lmdm/mix/gain", (0.0, 1.0, "smooth", 4), "4 arguments"),
        ("/lmdm/gen/sampler", ("eular",), "euler"),
        ("/lmdm/gen/sampler", ("x" * 4000,), "64"),
        ("/lmdm/status/lead", (1.0,), "report"),
        ("/nothing/of/ours", (), "unknown address"),
    ],
)
def test_a_bad_set_changes_nothing_and_says_why(address, values, why):
    async def scene(session, surface, client):
        before = {param.name: session.get(param.name) for param in PARAMS}
        answer = await client.ask(address, *values)
        assert answer[:2] == ("/lmdm/fail", address[:64])
        assert why in answer[2]
        assert before == {param.name: session.get(param.name) for param in PARAMS}

    on_stage(scene)


def test_a_blob_is_refused():
    async def scene(session, surface, client):
        client.send_raw(b"/lmdm/prompt/0/text\0,b\0\0" + struct.pack(">i", 4) + b"evil")
        assert (await client.hear())[0] == "/lmdm/fail"
        assert session.get("prompt/0/text") == ""

    on_stage(scene)


def test_a_clamp_is_noted():
    async def scene(session, surface, client):
        address, row, text = await client.ask("/lmdm/mix/gain", 99)
        assert (address, row) == ("/lmdm/note", "/lmdm/mix/gain")
        assert "clamped to 12" in text
        assert session.get("mix/gain") == 12.0

    on_stage(scene)


def test_verbs_answer_done_or_fail():
    async def scene(session, surface, client):
        async def cue(cue: str) -> str:
            if cue != "3":
                raise CommandError(f'show/cue: no cue "{cue}"')
            return "cue 3"

        session.provide("show/cue", cue)
        assert await client.ask("/lmdm/show/cue", 3.0) == ("/lmdm/done", "show/cue", "cue 3")
        assert await client.ask("/cue/3/start") == ("/lmdm/done", "show/cue", "cue 3")
        answer = await client.ask("/lmdm/show/cue", "big", "chorus")
        assert answer == ("/lmdm/fail", "show/cue", 'show/cue: no cue "big chorus"')
        assert await client.ask("/lmdm/show/cue") == ("/lmdm/show/cue", "")
        assert (await client.ask("/lmdm/deck/load"))[0] == "/lmdm/fail"

    on_stage(scene)


def test_a_button_fires_when_pressed_and_not_when_let_go():
    async def scene(session, surface, client):
        fired = []

        async def go() -> str:
            fired.append(1)
            return ""

        session.provide("show/go", go)
        assert await client.ask("/lmdm/show/go", 1.0) == ("/lmdm/done", "show/go")
        client.send("/lmdm/show/go", 0.0)
        assert await client.ask("/go") == ("/lmdm/done", "show/go")
        assert len(fired) == 2

    on_stage(scene)


def test_messages_of_one_client_keep_their_order_around_verbs():
    async def scene(session, surface, client):
        seen = []

        async def go() -> str:
            await asyncio.sleep(0.02)
            seen.append(session.get("mix/gain"))
            return ""

        session.provide("show/go", go)
        elements = [
            build_message(*m)
            for m in (("/lmdm/mix/gain", -1), ("/lmdm/show/go",), ("/lmdm/mix/gain", -2), ("/lmdm/show/go",))
        ]
        client.send_raw(bundle(time.time() - 1, *elements))
        assert [await client.hear(), await client.hear()] == [("/lmdm/done", "show/go")] * 2
        assert seen == [-1.0, -2.0]
        assert surface.counters["late"] == 4

    on_stage(scene)


def test_sync_waits_for_the_clients_own_slow_verbs_only():
    async def scene(session, surface, client):
        async def load(model: str) -> str:
            await asyncio.sleep(0.15)
            return f"{model} is ready"

        session.provide("deck/load", load)
        other = await Client.connected(surface.port)
        client.send("/lmdm/deck/load", "pocket")
        client.send("/lmdm/sync", 7)
        client.send("/sync", 8)
        client.send("/lmdm/mix/gain")
        await asyncio.sleep(0.02)
        assert await other.ask("/lmdm/sync", 1) == ("/lmdm/synced", 1)
        assert (await client.hear())[0] == "/lmdm/mix/gain"
        assert await client.hear() == ("/lmdm/done", "deck/load", "pocket is ready")
        assert {await client.hear(), await client.hear()} == {("/lmdm/synced", 7), ("/synced", 8)}
        other.transport.close()

    on_stage(scene)


def test_a_verb_that_breaks_is_reported_and_the_next_message_is_fine(caplog):
    async def scene(session, surface, client):
        async def go() -> str:
            raise ZeroDivisionError

        session.provide("show/go", go)
        assert (await client.ask("/lmdm/show/go"))[:2] == ("/lmdm/fail", "show/go")
        assert (await client.ask("/lmdm/mix/gain"))[0] == "/lmdm/mix/gain"
        assert surface.counters["errors"] == 1

    on_stage(scene)
    assert "ZeroDivisionError" in caplog.text


def test_status_has_its_fixed_fields():
    async def scene(session, surface, client):
        answer = await client.ask("/lmdm/status")
        assert answer[:3] == ("/lmdm/status", 0.0, 44100)
        assert answer[3:] == tuple(session.get(name) for name in STATUS)

    on_stage(scene)


def test_a_write_is_acknowledged_and_its_sender_told_when_it_is_heard():
    async def scene(session, surface, client):
        client.deaf_to = ()
        session.outlets.append(Deck())
        client.send("/lmdm/gen/cfg", 4.0)
        assert await client.hear() == ("/lmdm/ack", "/lmdm/gen/cfg", 4.0, 4410, pytest.approx(0.1))
        (stamp,) = session.awaited._by_stamp
        session.tell_heard()
        assert await client.silence()
        session.awaited.settle([stamp], -1)
        session.tell_heard()
        assert await client.hear() == ("/lmdm/heard", "/lmdm/gen/cfg", 4.0, -1, 0.0)
        session.tell_heard()
        assert await client.silence()

    on_stage(scene)


def test_of_a_fader_that_flies_every_client_is_told_no_more_than_it_can_take():
    async def scene(session, surface, client):
        client.deaf_to = ()
        for number in range(1000):
            surface.receive(build_message("/lmdm/mix/pan", number / 1000), client.transport.get_extra_info("sockname"))
        await asyncio.sleep(0.2)
        assert 0 < client.heard.qsize() <= 1000 - surface.counters["muted"]
        assert surface.counters["muted"] > 500
        assert session.get("mix/pan") == pytest.approx(0.999)

    on_stage(scene)


def test_incidents_are_never_dropped_however_fast_values_move():
    async def scene(session, surface, client):
        client.send("/lmdm/listen", "*")
        await asyncio.sleep(0.1)
        for number in range(50):
            for _ in range(20):
                session.publish("meter/out/l", -float(number))
            session.report(f"mishap {number}")
        await asyncio.sleep(0.3)
        told = [client.heard.get_nowait() for _ in range(client.heard.qsize())]
        assert [each[2] for each in told if each[0] == "/lmdm/incident"] == [f"mishap {n}" for n in range(50)]
        assert ("/lmdm/status/incident", "mishap 49") in told
        assert sum(each[0] == "/lmdm/meter/out/l" for each in told) < 50

    on_stage(scene)


def test_beats_are_told_to_whoever_listens_to_them():
    async def scene(session, surface, client):
        session.tell(Beat(0, 1, 1, 120.0))
        await client.ask("/lmdm/listen", "clock/beat")
        assert await client.hear() == ("/lmdm/clock/beat", 1.0)
        session.tell(Beat(22050, 3, 2, 118.5))
        assert await client.hear() == ("/lmdm/tick", 3, 2, 118.5)

    on_stage(scene)


def test_listening_tells_values_at_once_and_then_changes_at_a_bounded_rate():
    async def scene(session, surface, client):
        assert (await client.ask("/lmdm/listen", "mix/gain"))[:2] == ("/lmdm/done", "listen")
        assert await client.hear() == ("/lmdm/mix/gain", 0.0)
        began_s = time.monotonic()
        for step in range(200):
            session.set("mix/gain", -step / 4, source="test")
            await asyncio.sleep(0.002)
        lasted_s = time.monotonic() - began_s
        await asyncio.sleep(0.1)
        told = [client.heard.get_nowait()[1] for _ in range(client.heard.qsize())]
        assert 3 < len(told) <= 30 * (lasted_s + 0.1) + 2
        assert told[-1] == session.get("mix/gain")
        session.publish("meter/out/l", -3.0)
        assert await client.silence()
        client.send("/lmdm/ignore")
        assert await client.hear() == ("/lmdm/done", "ignore", "1 patterns ended")
        session.set("mix/gain", 1, source="test")
        assert await client.silence()

    on_stage(scene)


def test_listening_again_renews_and_does_not_double():
    async def scene(session, surface, client):
        for _ in range(3):
            client.send("/lmdm/listen", "meter/*/l", 60.0)
        await asyncio.sleep(0.2)
        while not client.heard.empty():
            client.heard.get_nowait()
        session.publish("meter/out/l", -3.0)
        assert await client.hear() == ("/lmdm/meter/out/l", -3.0)
        assert await client.silence()

    on_stage(scene)


def test_who_hears_incidents_on_another_port_is_answered_there_too():
    async def scene(session, surface, client):
        receiver = await Client.connected(surface.port)
        try:
            client.send("/lmdm/listen", "status/*", 60, receiver.own_port)
            assert (await receiver.hear())[:2] == ("/lmdm/done", "listen")
            assert (await client.hear())[:2] == ("/lmdm/done", "listen")
            client.send("/lmdm/mix/gain", "loud")
            assert (await client.hear())[:2] == ("/lmdm/fail", "/lmdm/mix/gain")
            while (told := await receiver.hear())[0] != "/lmdm/fail":
                assert told[0].startswith("/lmdm/status/")
            client.send("/lmdm/ignore", "*")
            while (await receiver.hear())[0] != "/lmdm/done":
                pass
            assert (await client.hear())[:2] == ("/lmdm/done", "ignore")
            client.send("/lmdm/mix/gain", "loud")
            assert (await client.hear())[0] == "/lmdm/fail"
            assert await receiver.silence()
        finally:
            receiver.transport.close()

    on_stage(scene)


def test_a_listener_may_receive_on_another_port_and_gets_acks_there():
    async def scene(session, surface, client):
        receiver = await Client.connected(surface.port)
        client.deaf_to = receiver.deaf_to = ()
        client.send("/lmdm/listen", "mix/gain", 60, receiver.own_port)
        assert (await client.hear())[:2] == ("/lmdm/done", "listen")
        assert await receiver.hear() == ("/lmdm/mix/gain", 0.0)
        client.send("/lmdm/mix/gain", -9.0)
        assert await receiver.hear() == ("/lmdm/ack", "/lmdm/mix/gain", -9.0, 0, 0.0)
        assert await receiver.hear() == ("/lmdm/mix/gain", -9.0)
        assert await client.silence()
        receiver.transport.close()

    on_stage(scene)


@pytest.mark.parametrize("values", [("nothing/*",), ("mix/*", 60, 70000), ("mix/*", "long"), ()])
def test_a_bad_listen_says_why(values):
    async def scene(session, surface, client):
        assert (await client.ask("/lmdm/listen", *values))[:2] == ("/lmdm/fail", "listen")

    on_stage(scene)


def test_our_own_port_is_no_listener():
    async def scene(session, surface, client):
        answer = await client.ask("/lmdm/listen", "*", 60, surface.port)
        assert "own" in answer[2]

    on_stage(scene)


def test_scsynth_clients_take_us_for_alive():
    async def scene(session, surface, client):
        session.publish("deck/0/state", "live")
        session.publish("deck/0/factor", 0.5)
        answer = await client.ask("/status")
        assert answer == ("/status.reply", 1, 0, 1, 0, 1, 50.0, 50.0, 44100.0, 44100.0)
        first = await client.ask("/notify", 1)
        assert first == ("/done", "/notify", 0, 32) == await client.ask("/notify", 1)
        other = await Client.connected(surface.port)
        assert await other.ask("/notify", 1) == ("/done", "/notify", 1, 32)
        assert await client.ask("/notify", 0) == ("/done", "/notify", 0)
        assert await client.ask("/sync", 5) == ("/synced", 5)
        ended = asyncio.Event()

        async def end() -> str:
            ended.set()
            return "fading out"

        session.provide("quit", end)
        assert await client.ask("/quit") == ("/done", "/quit")
        assert ended.is_set()
        other.transport.close()

    on_stage(scene)


def test_answers_are_never_answered():
    async def scene(session, surface, client):
        for address in ("/lmdm/fail", "/lmdm/done", "/done", "/status.reply"):
            client.send(address, "x")
        assert await client.silence()

    on_stage(scene)


def test_a_future_bundle_waits_without_holding_up_what_follows():
    async def scene(session, surface, client):
        due_s = time.time() + 0.25
        client.send_raw(bundle(due_s, build_message("/lmdm/mix/gain", -1)))
        client.send_raw(bundle(due_s, build_message("/lmdm/mix/gain", -2)))
        assert await client.ask("/lmdm/mix/gain") == ("/lmdm/mix/gain", 0.0)
        assert time.time() < due_s
        await asyncio.sleep(due_s - time.time() + 0.05)
        assert await client.ask("/lmdm/mix/gain") == ("/lmdm/mix/gain", -2.0)
        assert surface.counters["scheduled"] == 2

    on_stage(scene)


def test_a_bundle_too_far_ahead_is_refused():
    async def scene(session, surface, client):
        client.send_raw(bundle(time.time() + 3600, build_message("/lmdm/mix/gain", -1)))
        assert "clock" in (await client.hear())[2]

    on_stage(scene)


def test_malformed_packets_are_counted_and_never_answered():
    async def scene(session, surface, client):
        client.send_raw(b"#bundle\0" + bytes(8) + b"\xff\xff\xff\xfc")
        client.send_raw(b"junk")
        client.send_raw(b"/lmdm/mix/gain\0\0,f\0\0" + struct.pack(">f", float("nan")))
        assert (await client.ask("/lmdm/mix/gain")) == ("/lmdm/mix/gain", 0.0)
        assert surface.counters["malformed"] == 3
        assert await client.silence()

    on_stage(scene)


def test_scolding_is_rationed_and_good_messages_are_not():
    async def scene(session, surface, client):
        for _ in range(200):
            client.send("/lmdm/no/such/thing", 1)
        await asyncio.sleep(0.1)
        scolded = client.heard.qsize()
        assert 10 <= scolded <= 40
        assert surface.counters["muted"] == 200 - scolded
        while not client.heard.empty():
            client.heard.get_nowait()
        assert (await client.ask("/lmdm/mix/gain"))[0] == "/lmdm/mix/gain"

    on_stage(scene)


def test_the_port_is_free_after_stop_and_a_taken_one_is_named():
    async def play():
        first = OscSurface(Session(), port=0)
        await first.start()
        second = OscSurface(Session(), port=first.port)
        with pytest.raises(OscError, match=str(first.port)):
            await second.start()
        await first.stop()
        await second.start()
        await second.stop()

    asyncio.run(play())


def test_a_thousand_sets_a_second_all_arrive():
    async def scene(session, surface, client):
        for step in range(500):
            client.send("/lmdm/mix/gain", -step / 10)
            if step % 5 == 0:
                await asyncio.sleep(0.005)
        await client.ask("/lmdm/mix/pan")
        assert surface.counters["sets"] == 500
        assert session.get("mix/gain") == pytest.approx(-49.9)

    on_stage(scene)


async def flood(port: int, packets: int, seed: int) -> None:
    """Send malformed packets as fast as the loop's other work allows."""
    rng = random.Random(seed)
    valid = bundle(time.time(), build_message("/lmdm/mix/gain", -3.0), build_message("/lmdm/show/go"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        for number in range(packets):
            broken = bytearray(valid)
            broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
            data = rng.choice((rng.randbytes(rng.randrange(200)), bytes(broken)[: -rng.randrange(1, 4)]))
            with contextlib.suppress(BlockingIOError):
                sock.sendto(data, ("127.0.0.1", port))
            if number % 20 == 0:
                await asyncio.sleep(0)


def test_good_queries_are_answered_during_a_flood_of_malformed_packets():
    async def scene(session, surface, client):
        pouring = asyncio.create_task(flood(surface.port, 5000, seed=4))
        waits_s = []
        while not pouring.done() or len(waits_s) < 5:
            began_s = time.monotonic()
            assert await client.ask("/lmdm/mix/gain") == ("/lmdm/mix/gain", 0.0)
            waits_s.append(time.monotonic() - began_s)
            await asyncio.sleep(0.02)
        await pouring
        assert surface.counters["malformed"] > 4000
        assert session.get("mix/gain") == 0.0
        assert max(waits_s) < 0.5

    on_stage(scene)


# --- real clients ---------------------------------------------------------------------------------------


async def output_of(*command: str, limit_s: float = 10.0) -> str:
    """What a program prints, both streams together."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), limit_s)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode()


@pytest.mark.skipif(shutil.which("pd") is None, reason="Pure Data (pd) is not installed")
def test_pure_data_sets_asks_listens_and_is_told():
    async def scene(session, surface, client):
        port = f"lmdm-port {surface.port}"
        patch = str(FIXTURES / "lmdmd-test.pd")
        printed = await output_of("pd", "-nogui", "-noaudio", "-nomidi", "-stderr", "-noprefs", "-send", port, patch)
        assert session.get("prompt/0/text") == "warm dub techno"
        assert session.get("mix/gain") == -9.0
        lines = printed.replace("\\", "").splitlines()
        assert "lmdmd: lmdm prompt 0 text warm dub techno" in lines
        assert "lmdmd: lmdm mix gain -6" in lines
        assert "lmdmd: lmdm ack /lmdm/mix/gain -9 0 0" in lines
        assert "lmdmd: lmdm mix gain -9" in lines
        assert "lmdmd: lmdm fail /lmdm/nonsense unknown address" in lines

    on_stage(scene)


@pytest.mark.skipif(shutil.which("oscdump") is None, reason="liblo-tools (oscsend, oscdump) is not installed")
def test_liblo_sets_and_hears():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        free = sock.getsockname()[1]

    async def scene(session, surface, client):
        dump = await asyncio.create_subprocess_exec("oscdump", "-L", str(free), stdout=asyncio.subprocess.PIPE)
        try:
            await asyncio.sleep(0.3)
            url = f"osc.udp://127.0.0.1:{surface.port}"
            await output_of("oscsend", url, "/lmdm/listen", "sfi", "mix/gain", "60", str(free))
            await output_of("oscsend", url, "/lmdm/mix/gain", "f", "-7")
            assert dump.stdout is not None
            lines = [await asyncio.wait_for(dump.stdout.readline(), 3) for _ in range(2)]
        finally:
            dump.terminate()
            await dump.wait()
        said = [line.decode().split(maxsplit=1)[1].strip() for line in lines]
        assert said == ["/lmdm/mix/gain f 0.000000", "/lmdm/mix/gain f -7.000000"]
        assert session.get("mix/gain") == -7.0

    on_stage(scene)
