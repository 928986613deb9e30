"""TouchOSC's layout, Open Stage Control's session and Companion's note: whole, well formed, and true to the tables."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import Any

import py2tosc
import pytest
from py2tosc import Control, PartialType
from test_patches_live import House, play, until

from lmdmd import commands
from lmdmd.commands import COMMANDS
from lmdmd.params import BY_NAME, PARAMS
from lmdmd.surfaces.export import companion, openstagecontrol, touchosc
from lmdmd.surfaces.export.connection import LEASE_S
from lmdmd.surfaces.export.table import Table

ADDRESSES = {row.address for row in (*PARAMS, *COMMANDS)}
VERBS = {command.address: command for command in COMMANDS}


# --- TouchOSC ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def layout() -> py2tosc.Document:
    made = touchosc.make_files(Table())["lmdmd.tosc"]
    assert isinstance(made, bytes)
    return py2tosc.loads(made)


def address_of(message: py2tosc.OscMessage) -> str:
    return "".join(partial.value for partial in message.path)


def bound(layout: py2tosc.Document) -> Iterator[tuple[Control, py2tosc.OscMessage]]:
    for control in layout.walk():
        for message in control.messages:
            assert isinstance(message, py2tosc.OscMessage)
            yield control, message


def test_the_touchosc_layout_is_valid_and_the_same_each_time(layout):
    assert py2tosc.validate(layout) == []
    assert touchosc.make_files(Table()) == touchosc.make_files(Table())
    ids = [control.id for control in layout.walk()]
    assert len(set(ids)) == len(ids)
    pager = layout.root.children[0]
    assert [page.tab_label for page in pager.children] == ["Stage", "Prompts", "Mixer", "All"]
    groups = pager.children[3].children[0]
    assert [page.tab_label for page in groups.children] == [group.name for group in Table().groups]


def test_the_touchosc_layout_holds_every_row_on_the_page_of_all(layout):
    page = layout.root.children[0].children[3]
    heard = {address_of(message) for control in page.walk() for message in control.messages if message.receive}
    said = {address_of(message) for control in page.walk() for message in control.messages if message.send}
    assert heard == {param.address for param in PARAMS}
    assert {param.address for param in PARAMS if param.writable and param.kind != "text"} <= said
    assert not any(address in said for address in {p.address for p in PARAMS if not p.writable} - set(VERBS))
    ready = [verb for verb in COMMANDS if all(argument.default is not None for argument in verb.arguments)]
    assert {verb.address for verb in ready} <= said


def test_what_touchosc_sends_lies_in_a_rows_range_and_verbs_go_once_a_touch(layout):
    for control, message in bound(layout):
        address = address_of(message)
        assert address in ADDRESSES
        if str(control.control_type) == "FADER":
            row = BY_NAME[address.removeprefix("/lmdm/")]
            (argument,) = message.arguments
            assert (argument.scale_min, argument.scale_max) == (row.lo, row.hi)
        if message.send and address in VERBS:
            assert [str(trigger.condition) for trigger in message.triggers] == ["RISE"] and not message.receive
            values = tuple(partial.value for partial in message.arguments)
            assert all(PartialType(partial.type) is PartialType.CONSTANT for partial in message.arguments)
            VERBS[address].bind(values)


def test_what_touchoscs_script_asks_for_is_granted(layout):
    said = re.search(r"sendOSC\('(.*)', '(.)', (\d+), (\d+)\)", layout.root.script)
    assert said is not None
    address, pattern, lease_s, port = said.groups()
    assert int(port) == touchosc.RECEIVE

    async def scene(house: House) -> None:
        told: dict[str, tuple] = {}
        _, ear = await house.open(lambda at, *values: told.update({at: values}))
        voice, _ = await house.open(lambda at, *values: None)
        # TouchOSC's numbers are floats.
        house.send(voice, [(address, pattern, float(lease_s), float(ear))])
        await until(lambda: {param.address for param in PARAMS} <= set(told))

    play(scene)


# --- Open Stage Control ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session() -> dict[str, Any]:
    return json.loads(openstagecontrol.make_files(Table())["lmdmd.json"])


def widgets(widget: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield widget
    for inner in (*widget.get("tabs", ()), *widget.get("widgets", ())):
        yield from widgets(inner)


def test_the_open_stage_control_session_holds_every_row_and_verb(session):
    assert (session["createdWith"], session["type"], session["content"]["type"]) == (
        "Open Stage Control",
        "session",
        "root",
    )
    every = list(widgets(session["content"]))
    assert [name for name, times in Counter(widget["id"] for widget in every).items() if times > 1] == []
    assert [tab["label"] for tab in session["content"]["tabs"]] == [
        "Stage",
        "Prompts",
        *(g.name for g in Table().groups),
    ]
    spoken = {widget["address"] for widget in every if "address" in widget}
    assert spoken == ADDRESSES
    for widget in every:
        address = widget.get("address", "")
        row = BY_NAME.get(address.removeprefix("/lmdm/"))
        if row is None or address in VERBS:
            continue
        assert bool(widget.get("bypass")) == (not row.writable), widget
        if "range" in widget and row.kind != "bool":
            assert (widget["range"]["min"], widget["range"]["max"]) == (row.lo, row.hi)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_open_stage_control_module_asks_for_every_value(tmp_path):
    module = tmp_path / "lmdmd.js"
    module.write_text(str(openstagecontrol.make_files(Table())["lmdmd.js"]), encoding="utf-8")
    play = (
        "global.settings = {read: (name) => name == 'send' ? ['10.0.0.7:9001'] : undefined};"
        "global.send = (...words) => console.log(JSON.stringify(words));"
        "global.setInterval = (action, ms) => console.log(JSON.stringify(ms));"
        f"const module_ = require({json.dumps(str(module))}); module_.init(); module_.stop();"
    )
    done = subprocess.run(["node", "-e", play], capture_output=True, text=True, timeout=30, check=True)
    first, ms, last = map(json.loads, done.stdout.splitlines())
    star = {"type": "s", "value": "*"}
    assert first == ["10.0.0.7", "9001", "/lmdm/listen", star, {"type": "i", "value": LEASE_S}]
    assert ms < 1000 * LEASE_S
    assert last == ["10.0.0.7", "9001", "/lmdm/ignore", star]
    commands.find("listen").bind(("*", LEASE_S))


# --- Companion ---------------------------------------------------------------------------------------------


def test_every_address_of_the_companion_note_is_in_the_tables():
    note = companion.make_note(Table())
    named = set(re.findall(r"`(/lmdm/[^ `]+)`", note))
    assert named <= ADDRESSES
    assert {f"/lmdm/{name}" for name in ("show/go", "show/back", "panic", "release", "show/cue", "mix/gain")} <= named
