"""A show by OSC, on a real socket: many hands on one button, and messages that cues wait for."""

import asyncio

from show_stage import by_hand, setlist, song
from test_osc import Client, on_stage

from lmdmd.control.setlist import Cue, Trigger
from lmdmd.control.show import Show


async def heard_until_synced(client):
    client.send("/lmdm/sync", 7)
    heard = []
    while (answer := await client.hear()) != ("/lmdm/synced", 7):
        heard.append(answer)
    return heard


def test_a_hundred_gos_of_three_clients_fire_one_cue():
    async def scene(session, surface, client):
        session.set("show/guard", 10.0, source="test")
        show = Show(session, setlist(song(by_hand("hit"), by_hand("miss"))))
        show.arm()
        clients = [client, await Client.connected(surface.port), await Client.connected(surface.port)]
        for press in range(100):
            clients[press % 3].send("/lmdm/show/go")
        answers = [answer for one in clients for answer in await heard_until_synced(one)]
        assert surface.counters["verbs"] == 100
        assert [answer for answer in answers if answer[0] == "/lmdm/done"] == [("/lmdm/done", "show/go", "hit")]
        assert show.plan is not None and [mark.cue for mark in show.plan.marks] == ["hit"]
        for other in clients[1:]:
            other.transport.close()

    on_stage(scene)


def test_a_cue_waits_for_an_address_that_is_nobody_elses():
    async def scene(session, surface, client):
        thunder = Cue("thunder", trigger=Trigger("osc", message="/stage/thunder 3"))
        show = Show(session, setlist(song(thunder, Cue("any", trigger=Trigger("osc", message="/stage/any")))))
        show.arm()
        assert await client.ask("/stage/thunder", 3.0) == ("/lmdm/done", "show/message", "thunder")
        assert await client.ask("/stage/any", "two words", 1.5) == ("/lmdm/done", "show/message", "any")
        assert (await client.ask("/stage/thunder", 4))[:2] == ("/lmdm/fail", "show/message")
        assert (await client.ask("/stage/any", 0))[:2] == ("/lmdm/fail", "show/message")
        assert (await client.ask("/stage/thunders", 3))[:2] == ("/lmdm/fail", "/stage/thunders")
        await asyncio.sleep(0)
        assert [mark.cue for mark in show.plan.marks] == ["any"]

    on_stage(scene)
