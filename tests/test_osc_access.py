"""Who may do what: levels and passcodes, wrong tries, hosts that are heard, and the conductor."""

from __future__ import annotations

import asyncio
import time

import pytest
from row_words import words_of
from test_osc_desk import Wire, at_the_desk

from lmdmd.commands import COMMANDS
from lmdmd.errors import ConfigError
from lmdmd.levels import Level
from lmdmd.params import PARAMS
from lmdmd.surfaces.osc_access import Access, read_passcodes

CODES = {Level.VIEW: "look", Level.CONTROL: "1234", Level.EDIT: "change"}
OWN = ("login", "logout", "listen", "ignore", "ping", "sync", "status")
"""Verbs that the desk carries out by itself."""


def is_refused(answers: list[tuple], level: Level) -> bool:
    return bool(answers) and answers[0][0] == "/lmdm/fail" and f"needs {level.word}," in answers[0][2]


@pytest.mark.parametrize("level", Level)
def test_a_level_may_do_what_its_rows_and_verbs_ask_for_and_nothing_above(level):
    async def scene(session, desk):
        done = []

        async def do(**_: object) -> str:
            done.append(1)
            return ""

        for command in COMMANDS:
            session.provide(command.name, do)
        for command in COMMANDS:
            wire = Wire(desk, level=level)
            values = ["1" for argument in command.arguments if argument.default is None]
            done.clear()
            answers = wire.say(command.address, *values)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert is_refused(answers, command.level) == (level < command.level), command.name
            if command.name not in OWN and not command.name.startswith("conductor/"):
                assert bool(done) == (level >= command.level), command.name
        for param in PARAMS:
            before = session.get(param.name)
            asked = Wire(desk, level=level).say(param.address)
            assert is_refused(asked, Level.VIEW) == (level < Level.VIEW), param.name
            assert (asked[0][0] == param.address) == (level >= Level.VIEW)
            if param.writable:
                value = param.choices[-1] if param.choices else param.hi
                value = words_of(param)[0] if param.kind == "text" else value
                answers = Wire(desk, level=level).say(param.address, value)
                assert is_refused(answers, param.level) == (level < param.level), param.name
                assert (session.get(param.name) != before) == (level >= param.level and value != before), param.name

    at_the_desk(scene)


@pytest.mark.parametrize("address", ["/status", "/notify", "/ping", "/quit", "/go", "/cue/1/start", "/lmdm/mix/*"])
def test_other_programs_words_ask_for_levels_too(address):
    async def scene(session, desk):
        done = []

        async def do(**_: object) -> str:
            done.append(1)
            return ""

        for verb in ("show/go", "show/cue", "quit"):
            session.provide(verb, do)
        ((kind, _, why),) = Wire(desk, level=Level.NONE).say(address)[:1]
        await asyncio.sleep(0)
        assert (kind, done) == ("/lmdm/fail", []) and "needs" in why

    at_the_desk(scene)


@pytest.mark.parametrize(
    ("codes", "entry", "logins"),
    [
        ({}, Level.EDIT, {"anything": Level.EDIT}),
        (CODES, Level.NONE, {"look": Level.VIEW, "1234": Level.CONTROL, "change": Level.EDIT}),
        ({Level.EDIT: "e"}, Level.CONTROL, {"e": Level.EDIT}),
        ({Level.CONTROL: "c"}, Level.VIEW, {"c": Level.EDIT}),
        ({Level.VIEW: "v", Level.EDIT: "e"}, Level.NONE, {"v": Level.CONTROL, "e": Level.EDIT}),
    ],
)
def test_a_passcode_gives_its_level_and_those_above_that_have_none(codes, entry, logins):
    async def scene(session, desk):
        for passcode, level in logins.items():
            wire = Wire(desk)
            assert wire.peer.level == entry
            assert wire.say("/lmdm/login", passcode) == [("/lmdm/done", "login", level.word)]
            assert wire.peer.level == level
            assert wire.say("/lmdm/logout") == [("/lmdm/done", "logout", entry.word)]

    at_the_desk(scene, Access(codes))


def test_a_passcode_of_digits_may_come_as_a_number():
    async def scene(session, desk):
        assert Wire(desk).say("/lmdm/login", 1234.0) == [("/lmdm/done", "login", "control")]
        assert Wire(desk).say("/lmdm/login")[0][:2] == ("/lmdm/fail", "login")

    at_the_desk(scene, Access(CODES))


def test_wrong_passcodes_are_rationed_and_say_nothing():
    async def scene(session, desk):
        tries = [Wire(desk).say("/lmdm/login", f"wrong {number}")[0] for number in range(20)]
        assert all(answer[:2] == ("/lmdm/fail", "login") for answer in tries)
        assert [answer[2] for answer in tries[:5]] == ["login: wrong passcode"] * 5
        assert all("too many" in answer[2] for answer in tries[5:])
        late = Wire(desk)
        assert "too many" in late.say("/lmdm/login", CODES[Level.EDIT])[0][2]
        assert late.peer.level == Level.NONE
        elsewhere = Wire(desk, place=("10.0.0.9", 1))
        assert elsewhere.say("/lmdm/login", CODES[Level.EDIT])[0] == ("/lmdm/done", "login", "edit")
        assert desk.counters["wrong"] == 21

    at_the_desk(scene, Access(CODES))


def test_many_forged_hosts_share_one_ration():
    async def scene(session, desk):
        hosts = [f"10.0.{number // 250}.{number % 250}" for number in range(600)]
        said = [Wire(desk, place=(host, 1)).say("/lmdm/login", "guess")[0][2] for host in hosts]
        assert sum(text == "login: wrong passcode" for text in said) <= 60

    at_the_desk(scene, Access(CODES))


# --- hosts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allow", "host", "heard"),
    [
        ((), "203.0.113.7", True),
        (("192.168.1.0/24",), "192.168.1.77", True),
        (("192.168.1.0/24",), "192.168.2.77", False),
        (("192.168.1.5",), "192.168.1.5", True),
        (("192.168.1.5",), "192.168.1.6", False),
        (("192.168.1.0/24", "fd00::/8"), "fd12::1", True),
        (("192.168.1.0/24",), "::ffff:192.168.1.9", True),
        (("192.168.1.0/24",), "fe80::1%eth0", False),
        (("192.168.1.5",), "127.0.0.1", True),
        (("192.168.1.5",), "::1", True),
        (("192.168.1.5",), "", False),
    ],
)
def test_only_allowed_hosts_are_heard(allow, host, heard):
    assert Access(allow=allow).hears(host) is heard


def test_what_is_no_network_is_named():
    with pytest.raises(ConfigError, match=r"192\.168\.1\.300"):
        Access(allow=("192.168.1.300",))


# --- passcodes ------------------------------------------------------------------------------------------


def test_passcodes_are_read_from_a_file_or_the_environment(tmp_path, monkeypatch):
    path = tmp_path / "codes"
    path.write_text("# the tablet\ncontrol: 0123\n\nedit: a:b c \n")
    wanted = {Level.CONTROL: "0123", Level.EDIT: "a:b c"}
    assert read_passcodes(path) == wanted
    monkeypatch.setenv("LMDMD_PASSCODES", "control: 0123; edit: a:b c")
    assert read_passcodes(None) == wanted
    monkeypatch.delenv("LMDMD_PASSCODES")
    assert read_passcodes(None) == {}


@pytest.mark.parametrize(
    "text", ["secret", "control:", "none: secret", "edit: secret\nedit: secret2", "edit: s\nview: s"]
)
def test_broken_passcodes_are_named_without_saying_them(tmp_path, text):
    path = tmp_path / "codes"
    path.write_text(text)
    with pytest.raises(ConfigError, match="codes") as caught:
        read_passcodes(path)
    assert "secret" not in str(caught.value)
    with pytest.raises(ConfigError, match="missing"):
        read_passcodes(tmp_path / "missing")


# --- the conductor --------------------------------------------------------------------------------------


def test_while_one_conducts_nobody_else_fires_cues():
    async def scene(session, desk):
        fired = []

        async def do(**_: object) -> str:
            fired.append(1)
            return ""

        for verb in ("show/go", "show/cue", "show/message", "panic"):
            session.provide(verb, do)
        session.cue_addresses = frozenset({"/stage/thunder"})
        first, other = Wire(desk), Wire(desk, door="tcp")
        assert first.say("/lmdm/conductor/take") == [("/lmdm/done", "conductor/take", first.peer.source)]
        assert session.get("show/conductor") == first.peer.source
        for address, values in (("/lmdm/show/go", ()), ("/go", ()), ("/cue/3/start", ()), ("/lmdm/show/auto", (0,))):
            ((kind, _, why),) = other.say(address, *values)
            assert kind == "/lmdm/fail" and first.peer.source in why
        assert other.say("/lmdm/conductor/take")[0][0] == "/lmdm/fail"
        assert other.say("/lmdm/conductor/leave") == [("/lmdm/done", "conductor/leave", "was not yours")]
        await asyncio.sleep(0)
        assert fired == [] and session.get("show/auto")
        for wire, address in ((other, "/lmdm/panic"), (other, "/stage/thunder"), (first, "/lmdm/show/go")):
            wire.say(address)
            await asyncio.sleep(0.01)
        assert len(fired) == 3
        assert other.say("/lmdm/mix/gain", -3.0)[0][0] == "/lmdm/ack"
        first.say("/lmdm/conductor/leave")
        assert session.get("show/conductor") == ""
        other.say("/go")
        await asyncio.sleep(0.01)
        assert len(fired) == 4

    at_the_desk(scene)


def test_a_conductor_that_is_gone_or_silent_has_left():
    async def scene(session, desk):
        first, other = Wire(desk), Wire(desk, door="tcp")
        first.say("/lmdm/conductor/take")
        desk.close(first.peer)
        assert session.get("show/conductor") == ""
        other.say("/lmdm/conductor/take", 2.0)
        longest_s, said_s = 0.0, time.monotonic()
        for _ in range(25):
            await asyncio.sleep(0.1)
            longest_s, said_s = max(longest_s, time.monotonic() - said_s), time.monotonic()
            other.say("/ping")
        # A machine that slept for longer than the lease has ended it.
        assert session.get("show/conductor") == other.peer.source or longest_s > 1.9
        for _ in range(1000):
            if session.get("show/conductor") == "":
                break
            await asyncio.sleep(0.01)
        assert session.get("show/conductor") == ""
        assert first.say("/lmdm/conductor/take")[0][0] == "/lmdm/done"

    at_the_desk(scene)
