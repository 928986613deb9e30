"""The Max patches and the TouchDesigner component against the real surface: what they send is understood over UDP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from max_flow import Flow
from td_stub import Stage

from lmdmd import params
from lmdmd.control.session import Session
from lmdmd.params import PARAMS
from lmdmd.surfaces.osc import OscSurface
from lmdmd.surfaces.osc_packet import build_message, parse_packet

PATCHES = Path(__file__).parent.parent / "patches"
LONGEST_S = 10.0


class Ear(asyncio.DatagramProtocol):
    """A port on which a program hears."""

    def __init__(self, hear: Callable[..., None]) -> None:
        self.hear = hear

    def datagram_received(self, data: bytes, addr: object) -> None:
        for _, message in parse_packet(data):
            self.hear(message.address, *message.params)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONGEST_S):
        while not true():
            await asyncio.sleep(0.01)


class House:
    """A session, its surface on a free port, and the ports of those who play with it."""

    def __init__(self) -> None:
        self.session = Session()
        self.surface = OscSurface(self.session, port=0)
        self.ears: list[asyncio.DatagramTransport] = []

    async def open(self, hear: Callable[..., None]) -> tuple[asyncio.DatagramTransport, int]:
        """A port, and what it is."""
        loop = asyncio.get_running_loop()
        ear, _ = await loop.create_datagram_endpoint(lambda: Ear(hear), local_addr=("127.0.0.1", 0))
        self.ears.append(ear)
        return ear, ear.get_extra_info("sockname")[1]

    def send(self, voice: asyncio.DatagramTransport, messages: list[tuple]) -> None:
        """Send OSC to the surface, and empty the list."""
        for address, *values in messages:
            if address.startswith("/"):
                voice.sendto(build_message(address, *values), ("127.0.0.1", self.surface.port))
        messages.clear()


def play(scene: Callable[[House], Awaitable[None]]) -> None:
    """Run a scene in a house of its own."""

    async def run() -> None:
        house = House()
        await house.surface.start()
        try:
            await scene(house)
        finally:
            for ear in house.ears:
                ear.close()
            await house.surface.stop()

    asyncio.run(run())


def flow_of(name: str) -> Flow:
    return Flow(json.loads((PATCHES / "max" / "patchers" / f"{name}.maxpat").read_text(encoding="utf-8"))["patcher"])


def widget_of(panel: Flow, address: str) -> str:
    (route,) = [name for name in panel.find("newobj", "route ") if panel.words(name)[1] == address]
    return panel.after(panel.after(route)[0])[0]


def heard(flow: Flow, outlet: int) -> dict:
    return {atoms[0]: atoms[1:] for number, atoms in flow.out if number == outlet}


def test_a_max_patch_plays_with_the_program():
    async def scene(house: House) -> None:
        session = house.session
        core, panel = flow_of("lmdm"), flow_of("lmdm.mix")
        _, port = await house.open(core.receive)
        voice, _ = await house.open(lambda *_: None)
        core.load()
        core.enter("receive", port)
        core.elapse(100)
        house.send(voice, core.wire)
        await until(lambda: len(heard(core, 0)) == len(PARAMS))
        values = heard(core, 0)
        for param in PARAMS:
            held = session.get(param.name)
            assert values[param.address] == ((held,) if isinstance(held, str) else pytest.approx((float(held),)))
            if param.name.startswith("mix/") and param.writable:
                panel.enter(param.address, *values[param.address])
        assert panel.out == []
        panel.touch(widget_of(panel, "/lmdm/mix/gain"), -6.0)
        for _, atoms in panel.out:
            core.enter(*atoms)
        house.send(voice, core.wire)
        await until(lambda: session.get("mix/gain") == -6.0)
        await until(lambda: "/lmdm/ack" in heard(core, 1))
        session.set("mix/gain", -9.0, source="another hand")
        await until(lambda: heard(core, 0)["/lmdm/mix/gain"] == (-9.0,))
        core.emit(core.find("newobj", "closebang")[0], 0, ("bang",))
        house.send(voice, core.wire)
        await asyncio.sleep(0.1)
        core.out.clear()
        session.set("mix/gain", -3.0, source="another hand")
        await asyncio.sleep(0.1)
        assert core.out == []

    play(scene)


def test_a_touchdesigner_component_plays_with_the_program():
    async def scene(house: House) -> None:
        session = house.session
        stage = Stage()
        comp = stage.run((PATCHES / "touchdesigner" / "lmdmd_build.py").read_text(encoding="utf-8"))
        numbers: dict[str, tuple] = {}
        _, port = await house.open(lambda address, *values: stage.receive(comp, address, *values))
        _, meter_port = await house.open(lambda address, *values: numbers.update({address: values}))
        voice, _ = await house.open(lambda address, *values: stage.receive(comp, address, *values, by="osc_out"))
        comp.par.Receiveport.val, comp.par.Meterport.val = port, meter_port

        def frame() -> None:
            stage.frame(comp)
            house.send(voice, comp.op("osc_out").sent)

        session.set("prompt/0/text", "warm dub techno", source="another hand")
        session.set("gen/sampler", "dpmpp", source="another hand")
        frame()
        await until(lambda: comp.par.Prompt0text.eval() == "warm dub techno" and len(numbers) > 8)
        assert comp.par.Gensampler.eval() == "dpmpp" and comp.par.Connected.eval()
        for address, values in numbers.items():
            assert all(isinstance(value, (int, float)) for value in values), address
            assert not params.BY_NAME[address.removeprefix("/lmdm/")].writable
        for _ in range(3):
            frame()
        assert session.get("engine/lead") == params.find("engine/lead").default
        comp.par.Mixgain.val = -6.0
        comp.par.Mixmute.val = True
        comp.par.Prompt1text.val = "two words, a comma"
        frame()
        await until(lambda: session.get("prompt/1/text") == "two words, a comma")
        assert (session.get("mix/gain"), session.get("mix/mute")) == (-6.0, True)
        comp.par.Doshowgo.pulse()
        frame()
        await until(lambda: comp.par.Answer.eval().startswith("/lmdm/fail show/go"))

    play(scene)
