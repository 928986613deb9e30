"""QLab's words on real sockets: what its remotes ask on connecting, GO, the playhead, panic, updates and passcodes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

import pytest
from show_stage import at, by_hand, setlist, song
from test_osc import Client as UdpClient
from test_osc_tcp import Client as TcpClient
from test_osc_tcp import until

from lmdmd.control.events import Fired
from lmdmd.control.panic import Panic
from lmdmd.control.session import Session
from lmdmd.control.show import Show
from lmdmd.levels import Level
from lmdmd.surfaces import qlab_remotes
from lmdmd.surfaces.osc_access import Access
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_doors import OscDoors
from lmdmd.surfaces.qlab import QlabDesk

UUID = r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"
COMPANION_KEYS = [
    "number", "uniqueID", "listName", "type", "isPaused", "duration", "actionElapsed", "parent", "flagged", "notes",
    "autoLoad", "colorName", "isRunning", "isLoaded", "armed", "isBroken", "percentActionElapsed", "cartPosition",
]  # fmt: skip
"""What the module of Bitfocus Companion asks of every cue."""
CODES = {Level.VIEW: "look", Level.CONTROL: "play", Level.EDIT: "change"}


class Remote(TcpClient):
    """A remote over TCP, as QLab's are: SLIP with END on both sides, and JSON in every reply."""

    async def reply(self, to: str) -> dict:
        while True:
            address, *values = await self.hear()
            if address == f"/reply{to}":
                return json.loads(values[0])

    async def asked(self, address: str, *values: object) -> object:
        self.send(address, *values)
        reply = await self.reply(address)
        assert reply["address"] == address and reply["status"] == "ok", reply
        return reply.get("data")


@dataclass
class Theatre:
    """A show with its doors."""

    session: Session
    show: Show
    doors: OscDoors
    fired: list[str]

    async def remote(self, *, always: bool = True) -> Remote:
        remote = await Remote.connected(self.doors.port)
        assert isinstance(remote, Remote)
        if always:
            await remote.asked("/alwaysReply", 1)
        return remote

    def tick(self) -> None:
        self.show.tick(self.session.playhead)
        self.session.refresh()


def in_the_theatre(scene: Callable[[Theatre], Coroutine], access: Access | None = None) -> None:
    """Run a scene with two songs: the first has two cues by hand, the second one of its own time."""

    async def play() -> None:
        session = Session()
        Panic(session)
        first = song(by_hand("lights", number="1", notes="Wait."), by_hand("bells", number="2.5"), name="Dawn")
        show = Show(session, setlist(first, song(at(5, "storm"), name="Dusk")))
        fired: list[str] = []
        session.watch(lambda event: fired.append(event.cue) if isinstance(event, Fired) and event.cue else None)
        show.arm()
        doors = OscDoors(QlabDesk(OscDesk(session, access)), port=0, tcp_door="qlab-tcp")
        await doors.start()
        try:
            await scene(Theatre(session, show, doors, fired))
        finally:
            await doors.stop()

    asyncio.run(play())


def test_companion_connects_and_knows_every_cue_by_name():
    async def scene(theatre):
        remote = await theatre.remote(always=False)
        keys = json.dumps(COMPANION_KEYS)
        assert re.match(r"[45]\.", await remote.asked("/version"))
        assert await remote.asked("/connect") == "ok:view|edit|control"
        remote.send("/cue/playhead/uniqueID")
        address, text = await remote.hear()
        next_id = json.loads(text)["data"]
        assert re.fullmatch(rf"/reply/cue_id/{UUID}/uniqueID", address) and next_id in address
        assert await remote.asked("/updates") is False
        assert await remote.asked("/updates", 1) is True
        (cues,) = await remote.asked("/cueLists")
        assert re.fullmatch(UUID, cues["uniqueID"]) and cues["type"] == "Cue List"
        names = [(cue["number"], cue["listName"], cue["type"]) for cue in cues["cues"]]
        assert names == [
            ("", "Dawn", "Group"),
            ("1", "lights", "Memo"),
            ("2.5", "bells", "Memo"),
            ("", "Dusk", "Group"),
            ("", "storm", "Memo"),
        ]
        assert len({cue["uniqueID"] for cue in cues["cues"]}) == 5
        assert await remote.asked("/auditionWindow") is False
        assert await remote.asked("/showMode") is False
        assert await remote.asked("/showMode", 1) is theatre.session.get("show/lock") is True
        remote.send("/cue/active/valuesForKeys", keys)
        running = json.loads((await remote.hear())[1])["data"]
        assert (running["listName"], running["isRunning"], running["type"]) == ("Dawn", True, "Group")
        remote.send("/cue/playhead/valuesForKeys", keys)
        address, text = await remote.hear()
        standing = json.loads(text)["data"]
        assert address == f"/reply/cue_id/{next_id}/valuesForKeys"
        assert set(standing) == set(COMPANION_KEYS)
        assert (standing["number"], standing["listName"], standing["notes"]) == ("1", "lights", "Wait.")
        assert standing["parent"] == cues["uniqueID"]
        (workspace,) = await remote.asked("/workspaces")
        scope = f"/workspace/{workspace['uniqueID']}"
        assert (workspace["displayName"], workspace["hasPasscode"]) == ("Test", False)
        assert await remote.asked(f"{scope}/thump") == "thump"
        assert await remote.asked(f"{scope}/cue_id/{next_id}/name") == "lights"
        assert await remote.asked(f"/cue_id/{cues['uniqueID']}/playheadId") == next_id
        remote.close()

    in_the_theatre(scene)


def test_go_fires_the_next_cue_once_and_the_window_is_told():
    async def scene(theatre):
        theatre.session.set("show/guard", 5.0, source="test")
        remote = await theatre.remote()
        assert await remote.asked("/doubleGoWindowRemaining") == 0
        await remote.asked("/go")
        remote.send("/go")
        assert (await remote.reply("/go"))["status"] == "error"
        assert 4 < await remote.asked("/doubleGoWindowRemaining") <= 5
        theatre.tick()
        assert theatre.fired == ["lights"]
        (group, cue) = await remote.asked("/runningOrPausedCues")
        assert (group["name"], cue["name"]) == ("Dawn", "lights")
        assert [cue["name"] for cue in await remote.asked("/selectedCues")] == ["bells"]
        remote.close()

    in_the_theatre(scene)


def test_without_always_reply_a_button_is_silent_and_an_error_is_not():
    async def scene(theatre):
        remote = await theatre.remote(always=False)
        remote.send("/go")
        remote.send("/cue/99/start")
        address, text = await remote.hear()
        assert address == "/reply/cue/99/start"
        assert (json.loads(text)["status"], "99" in json.loads(text)["data"]) == ("error", True)
        await until(lambda: theatre.doors.desk.counters["verbs"] == 1)
        remote.close()

    in_the_theatre(scene)


@pytest.mark.parametrize("way", ["/cue/2.5/start", "/go/2.5", "/playhead/2.5", "/cue/2.5/load", "id"])
def test_a_cue_is_reached_by_its_number_and_its_identity(way):
    async def scene(theatre):
        remote = await theatre.remote()
        if way == "id":
            (cues,) = await remote.asked("/cueLists")
            await remote.asked(f"/cue_id/{cues['cues'][2]['uniqueID']}/start")
        else:
            await remote.asked(way)
        if way in ("/playhead/2.5", "/cue/2.5/load"):
            theatre.tick()
            assert theatre.fired == []
            await remote.asked("/go")
            remote.send("/go")
            assert (await remote.reply("/go"))["status"] == "error"
        theatre.tick()
        assert theatre.fired == ["bells"]
        remote.close()

    in_the_theatre(scene)


def test_the_playhead_goes_up_and_down_the_list_and_no_further():
    async def scene(theatre):
        remote = await theatre.remote()
        for way, name in (("next", "bells"), ("next", "Dusk"), ("previous", "bells")):
            await remote.asked(f"/playhead/{way}")
            assert [cue["name"] for cue in await remote.asked("/selectedCues")] == [name]
        for way, times in (("previous", 3), ("next", 5)):
            for _ in range(times):
                remote.send(f"/playhead/{way}")
            last = [(await remote.reply(f"/playhead/{way}"))["status"] for _ in range(times)][-1]
            assert last == "error"
        assert theatre.fired == []
        remote.close()

    in_the_theatre(scene)


def test_a_panic_of_what_sounds_is_one_panic():
    async def scene(theatre):
        remote = await theatre.remote()
        theatre.show.go()
        theatre.tick()
        assert len(await remote.asked("/runningCues")) == 2
        await remote.asked("/cue/active/panic")
        assert theatre.doors.desk.counters["verbs"] == 1
        remote.close()

    in_the_theatre(scene)


def test_a_playhead_whose_cue_is_gone_stands_on_the_next_again():
    async def scene(theatre):
        remote = await theatre.remote()
        await remote.asked("/playhead/2.5")
        theatre.show.follow(setlist(song(by_hand("lights", number="1"), name="Dawn")))
        theatre.tick()
        assert [cue["name"] for cue in await remote.asked("/selectedCues")] == ["lights"]
        remote.close()

    in_the_theatre(scene)


def test_pause_resume_stop_and_panic_do_what_they_do_here():
    async def scene(theatre):
        session, remote = theatre.session, await theatre.remote()
        await remote.asked("/pause")
        assert session.get("show/auto") is False
        await remote.asked("/resume")
        assert session.get("show/auto") is True
        await remote.asked("/togglePause")
        assert session.get("show/auto") is False
        await remote.asked("/togglePause")
        await remote.asked("/stop")
        assert session.get("show/auto") is False
        await remote.asked("/resume")
        await remote.asked("/panicInTime", 0.0)
        assert session.get("mix/fade") == 0.0
        await remote.asked("/go")
        assert session.aim("mix/fade") == 1.0
        remote.close()

    in_the_theatre(scene)


def test_updates_tell_of_cues_that_begin_of_the_playhead_and_of_the_end():
    async def scene(theatre):
        told, deaf = await theatre.remote(), await theatre.remote()
        await told.asked("/updates", 1)
        (cues,) = await told.asked("/cueLists")
        ids = {cue["name"]: cue["uniqueID"] for cue in cues["cues"]}
        (workspace,) = await told.asked("/workspaces")
        root = f"/update/workspace/{workspace['uniqueID']}"
        theatre.show.go()
        theatre.tick()
        heard = {await told.hear(), await told.hear()}
        assert heard == {
            (f"{root}/cue_id/{ids['lights']}",),
            (f"{root}/cueList/{cues['uniqueID']}/playbackPosition", ids["bells"]),
        }
        told.send("/playhead/previous")
        assert await told.hear_from(f"{root}/cueList/{cues['uniqueID']}/playbackPosition")
        theatre.show.follow(setlist(song(by_hand("other"), name="Dawn")))
        theatre.session.publish("clock/bar", 7)
        assert await told.hear_from(root) == (root,)
        await theatre.doors.desk.stop()
        assert await told.hear_from(f"{root}/disconnect") == (f"{root}/disconnect",)
        assert await deaf.asked("/thump") == "thump"
        for remote in (told, deaf):
            remote.close()

    in_the_theatre(scene)


def test_passcodes_give_levels_and_wrong_ones_nothing():
    async def scene(theatre):
        remote = await theatre.remote()
        assert await remote.asked("/connect") == "badpass"
        for address in ("/cueLists", "/go", "/cue/1/name", "/playhead/2.5", "/updates"):
            remote.send(address)
            assert (await remote.reply(address))["status"] == "denied"
        assert await remote.asked("/connect", "wrong") == "badpass"
        assert await remote.asked("/connect", "look") == "ok:view"
        assert len(await remote.asked("/cueLists")) == 1
        remote.send("/go")
        assert (await remote.reply("/go"))["status"] == "denied"
        assert await remote.asked("/connect", "play") == "ok:view|control"
        await remote.asked("/go")
        for _ in range(8):
            assert await remote.asked("/connect", "wrong") == "badpass"
        assert await remote.asked("/connect", "change") == "badpass"
        (workspace,) = await remote.asked("/workspaces")
        assert workspace["hasPasscode"] is True
        theatre.tick()
        assert theatre.fired == ["lights"]
        remote.close()

    in_the_theatre(scene, Access(CODES))


def test_over_udp_answers_go_to_the_port_that_was_named(monkeypatch):
    async def scene(theatre):
        sender = await UdpClient.connected(theatre.doors.port)
        receiver = await UdpClient.connected(theatre.doors.port)
        monkeypatch.setattr(qlab_remotes, "REPLY_PORT", receiver.own_port)
        sender.send("/version")
        address, text = await receiver.hear()
        assert (address, json.loads(text)["status"]) == ("/reply/version", "ok")
        sender.send("/udpReplyPort", sender.own_port)
        sender.send("/workspaces")
        assert (await sender.hear())[0] == "/reply/workspaces"
        sender.send("/go")
        await until(lambda: theatre.doors.desk.counters["verbs"] == 1)
        for client in (sender, receiver):
            client.transport.close()

    in_the_theatre(scene)


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("/", ()),
        ("/nothing", ()),
        ("/workspace", ()),
        ("/workspace/another/go", ()),
        ("/cue/1", ()),
        ("/cue/1/colour", ()),
        ("/cue/1/armed", (0,)),
        ("/cue/1/name/more", ()),
        ("/cue/1/valuesForKeys", ("not json",)),
        ("/cue/1/valuesForKeys", ("[" * 4000,)),
        ("/cue/1/valuesForKeys", ('{"a": 1}',)),
        ("/cue_id/1/start", ()),
        ("/playhead", ()),
        ("/playhead/nowhere", ()),
        ("/udpReplyPort", (70000,)),
        ("/panicInTime", ("soon",)),
    ],
)
def test_what_cannot_be_done_is_answered_with_an_error(address, values):
    async def scene(theatre):
        remote = await theatre.remote()
        remote.send(address, *values)
        assert (await remote.reply(address))["status"] == "error"
        assert theatre.doors.desk.counters["errors"] == 0
        remote.close()

    in_the_theatre(scene)


def test_without_a_setlist_there_is_an_empty_list():
    async def play():
        session = Session()
        Show(session).arm()
        doors = OscDoors(QlabDesk(OscDesk(session)), port=0)
        await doors.start()
        remote = await Remote.connected(doors.port)
        (cues,) = await remote.asked("/cueLists")
        assert cues["cues"] == []
        remote.send("/go")
        assert (await remote.reply("/go"))["status"] == "error"
        remote.close()
        await doors.stop()

    asyncio.run(play())
