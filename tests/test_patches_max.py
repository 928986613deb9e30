"""The Max package: every row and verb is there, does what it should, and nothing goes in circles."""

from __future__ import annotations

import json
import struct
import warnings
from pathlib import Path
from xml.etree import ElementTree

import pytest
from max_flow import Flow
from py2max import Patcher
from py2max.m4l import read_amxd
from row_words import words_of

from lmdmd import params
from lmdmd.commands import COMMANDS
from lmdmd.params import PARAMS, Param
from lmdmd.surfaces.export.table import Table
from lmdmd.surfaces.osc_arguments import verb_values

PACKAGE = Path(__file__).parent.parent / "patches" / "max"
PATCHES = sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".maxpat", ".maxhelp", ".amxd"))
SURFACES = [path for path in PATCHES if path.match("patchers/lmdm.*.maxpat") or path.suffix == ".amxd"]
"""Everything with widgets: the panels, the stage and the device."""


def patcher_of(path: Path) -> dict:
    made = read_amxd(path)[0] if path.suffix == ".amxd" else json.loads(path.read_text(encoding="utf-8"))
    return made["patcher"]


def values_of(param: Param) -> list:
    """Values that the daemon may tell, as Max hears them."""
    if param.kind == "bool":
        return [1, 0]
    if param.kind == "choice":
        return list(param.choices)
    if param.kind == "text":
        return [*words_of(param)] if param.form else ["warm dub techno", "two words, a comma; and more"]
    return [int(param.hi), int(param.lo)] if param.kind == "int" else [param.hi, (param.lo + param.hi) / 2]


def rows_of(flow: Flow) -> list[tuple[Param, str]]:
    """Rows that a patch shows, and their widgets."""
    found = []
    for route in flow.find("newobj", "route /lmdm/"):
        (show,) = flow.after(route)
        if flow.words(show)[0] != "prepend":
            continue
        (widget,) = flow.after(show)
        found.append((params.find(flow.words(route)[1].removeprefix("/lmdm/")), widget))
    return found


def sent_by(flow: Flow) -> list:
    return [atoms for _, atoms in flow.out] + [atoms for inner in flow.inner.values() for atoms in inner.wire]


def make_flow(path: Path) -> Flow:
    """A panel, or the device with a daemon that answers."""
    flow = Flow(patcher_of(path))
    for core in flow.inner.values():
        flow.load()
        core.receive("/lmdm/clock/bar", 1)
        flow.elapse(1000)
        core.wire.clear()
    return flow


def feed(flow: Flow, *atoms: object) -> None:
    if flow.inner:
        next(iter(flow.inner.values())).receive(*atoms)
    else:
        flow.enter(*atoms)


@pytest.mark.parametrize("path", PATCHES, ids=lambda path: path.name)
def test_py2max_finds_nothing_wrong(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [str(finding) for finding in Patcher.from_dict(patcher_of(path)).lint()] == []


def test_every_row_and_every_verb_has_its_line():
    shown, said = set(), set()
    for path in SURFACES:
        if path.name == "lmdm.stage.maxpat" or path.suffix == ".amxd":
            continue
        flow = Flow(patcher_of(path))
        rows = [param.name for param, _ in rows_of(flow)]
        assert len(rows) == len(set(rows)) and not shown & set(rows)
        shown |= set(rows)
        said |= {flow.words(name)[0] for name in flow.find("message", "/lmdm/")}
        said |= {flow.words(name)[1] for name in flow.find("newobj", "prepend /lmdm/")}
    assert shown == {param.name for param in PARAMS}
    settable = {param.address for param in PARAMS if param.writable}
    assert said == settable | {command.address for command in COMMANDS}


@pytest.mark.parametrize("path", SURFACES, ids=lambda path: path.name)
def test_what_comes_in_is_shown_and_not_sent_again(path):
    flow = make_flow(path)
    for param, widget in rows_of(flow):
        for value in values_of(param):
            feed(flow, param.address, value)
            menu = flow.boxes[widget]["maxclass"] == "umenu"
            assert flow.shown[widget] == (param.choices.index(value) if menu else value)
    assert sent_by(flow) == []


@pytest.mark.parametrize("path", SURFACES, ids=lambda path: path.name)
def test_what_a_hand_does_is_sent_once_to_the_right_row(path):
    flow = make_flow(path)
    for param, widget in rows_of(flow):
        if not param.writable:
            assert flow.boxes[widget].get("ignoreclick")
            continue
        for value in values_of(param):
            flow.touch(widget, param.choices.index(value) if param.kind == "choice" else value)
            (message,) = sent_by(flow)
            assert message[0] == param.address
            assert len(message) == 2 and param.coerce(message[1]) == (value, "")
            flow.out.clear()
            for core in flow.inner.values():
                core.wire.clear()


@pytest.mark.parametrize("path", SURFACES, ids=lambda path: path.name)
def test_a_widget_has_its_rows_range(path):
    flow = Flow(patcher_of(path))
    for param, widget in rows_of(flow):
        box = flow.boxes[widget]
        if box["maxclass"] in ("live.numbox", "live.dial"):
            saved = box["saved_attribute_attributes"]["valueof"]
            assert (saved["parameter_mmin"], saved["parameter_mmax"]) == (param.lo, param.hi)
            assert saved["parameter_initial_enable"] == 0, "it would send when it loads"
            assert 0.05 < saved.get("parameter_exponent", 1.0) < 20
        elif param.writable and param.numeric and param.kind in ("int", "float"):
            assert (box["minimum"], box["maximum"]) == (param.lo, param.hi)


@pytest.mark.parametrize("path", SURFACES, ids=lambda path: path.name)
def test_a_verb_is_said_as_the_table_wants_it(path):
    verbs = {command.address: command for command in COMMANDS}
    flow = make_flow(path)
    presses = [name for kind in ("textbutton", "live.button") for name in flow.find(kind)]
    lines = [name for name in flow.find("textedit") if name not in [widget for _, widget in rows_of(flow)]]
    for name in (*presses, *lines):
        typed = "7 beats" if flow.boxes[name]["maxclass"] == "textedit" else None
        if name in lines and not any("/lmdm/" in flow.boxes[said]["text"] for said in told(flow, name)):
            continue
        flow.touch(name, typed)
        (message,) = sent_by(flow)
        flow.out.clear()
        for core in flow.inner.values():
            core.wire.clear()
        values = message[1:]
        if typed is None:
            verbs[message[0]].bind(verb_values(verbs[message[0]], values) or ())
        else:
            assert values in (("7 beats",), (7, "beats")), message
            assert len(verbs[message[0]].arguments) > 0


def test_the_stage_remembers_what_was_played():
    flow = make_flow(PACKAGE / "patchers" / "lmdm.stage.maxpat")
    for name in ("Opening", "Opening", "Two words", "Opening"):
        flow.enter("/lmdm/show/cue", name)
    menus = [name for name in flow.find("umenu") if flow.items(name)]
    assert [flow.items(name) for name in menus] == [["Opening", "Two words", "Opening"]]
    assert flow.out == []
    flow.touch(menus[0], 1)
    assert [atoms for _, atoms in flow.out] == [("/lmdm/show/cue", "Two", "words")]


def told(flow: Flow, name: str) -> list[str]:
    return [said for words in flow.after(name) for said in flow.after(words)]


@pytest.mark.parametrize("path", PATCHES, ids=lambda path: path.name)
def test_what_a_player_sees_does_not_lie_on_top_of_another(path):
    for patcher in all_patchers(patcher_of(path)):
        shown = [box["box"]["presentation_rect"] for box in patcher["boxes"] if box["box"].get("presentation")]
        for index, (x, y, w, h) in enumerate(shown):
            assert x >= 0 and y >= 0
            for ox, oy, ow, oh in shown[:index]:
                assert x >= ox + ow or ox >= x + w or y >= oy + oh or oy >= y + h, ((x, y, w, h), (ox, oy, ow, oh))


def test_a_name_of_a_parameter_is_there_once():
    for paths in (SURFACES[:1], SURFACES[1:]):
        names = [
            box["box"]["saved_attribute_attributes"]["valueof"]["parameter_longname"]
            for path in paths
            for patcher in all_patchers(patcher_of(path))
            for box in patcher["boxes"]
            if box["box"].get("parameter_enable")
        ]
        assert names and len(set(names)) == len(names)


def all_patchers(patcher: dict) -> list[dict]:
    inner = [box["box"]["patcher"] for box in patcher["boxes"] if "patcher" in box["box"]]
    return [patcher, *(found for one in inner for found in all_patchers(one))]


def test_panels_lie_in_the_main_patch_and_are_as_big_as_they_are_shown():
    main = patcher_of(PACKAGE / "patchers" / "lmdmd.maxpat")
    named = [box["box"]["name"] for patcher in all_patchers(main) for box in patcher["boxes"] if "name" in box["box"]]
    assert sorted(named) == sorted(
        path.name for path in (PACKAGE / "patchers").iterdir() if path.name.startswith("lmdm.")
    )
    for patcher in all_patchers(main):
        for box in patcher["boxes"]:
            if not box["box"].get("presentation") or box["box"]["maxclass"] != "bpatcher":
                continue
            panel = patcher_of(PACKAGE / "patchers" / box["box"]["name"])
            assert panel["openinpresentation"] == 1
            *_, width, height = box["box"]["presentation_rect"]
            for part in panel["boxes"]:
                x, y, w, h = part["box"].get("presentation_rect", (0, 0, 0, 0))
                assert x + w <= width and y + h <= height


# --- the object lmdm -----------------------------------------------------------------------------------------


def make_core(*arguments: object) -> Flow:
    flow = Flow(patcher_of(PACKAGE / "patchers" / "lmdm.maxpat"), arguments)
    flow.load()
    return flow


def test_lmdm_asks_for_values_on_its_own_port_and_nothing_else():
    flow = make_core("studio.local", 9001, 9105)
    assert flow.ports == [9105]
    assert flow.wire == [("port", 9001), ("host", "studio.local")]
    flow.wire.clear()
    flow.elapse(100)
    assert flow.wire == [("/lmdm/listen", "*", 60, 9105), ("/lmdm/listen", "status/callbacks", 60, 9105)]
    metros = {flow.words(name)[1] for name in flow.find("newobj", "metro")}
    assert metros == {20000, 2000}, "the wish is renewed well before it ends"


def test_lmdm_has_its_arguments_by_default_and_can_be_moved():
    flow = make_core()
    assert (flow.ports, flow.wire) == ([9100], [("port", 9000), ("host", "127.0.0.1")])
    flow.elapse(100)
    flow.wire.clear()
    flow.enter("receive", 9200)
    flow.elapse(100)
    assert flow.ports == [9100, 9200]
    assert ("/lmdm/listen", "*", 60, 9200) in flow.wire
    flow.wire.clear()
    flow.enter("host", "10.0.0.7")
    flow.enter("port", 9009)
    assert flow.wire == [("host", "10.0.0.7"), ("port", 9009)]


def test_lmdm_passes_messages_on_and_sorts_what_comes():
    flow = make_core()
    flow.wire.clear()
    flow.enter("/lmdm/prompt/0/text", "warm dub techno")
    assert flow.wire == [("/lmdm/prompt/0/text", "warm dub techno")]
    flow.receive("/lmdm/mix/gain", -6.0)
    flow.receive("/lmdm/fail", "show/go", "too soon")
    flow.receive("/lmdm/done", "listen", "155 addresses to port 9100")
    flow.receive("/lmdm/done", "show/go")
    flow.receive("/lmdm/show/cue", "7")
    assert [entry for entry in flow.out if entry[0] != 2] == [
        (0, ("/lmdm/mix/gain", -6.0)),
        (1, ("/lmdm/fail", "show/go", "too soon")),
        (1, ("/lmdm/done", "show/go")),
        (0, ("/lmdm/show/cue", "7")),
    ]


def test_lmdm_says_whether_the_daemon_answers_and_asks_anew_when_it_comes_back():
    flow = make_core()
    flow.elapse(100)
    flow.wire.clear()
    flow.receive("/lmdm/status/callbacks", 5)
    flow.receive("/lmdm/status/callbacks", 6)
    assert [atoms for outlet, atoms in flow.out if outlet == 2] == [(1,)]
    assert flow.wire == [("/lmdm/listen", "*", 60, 9100)]
    flow.elapse(6000)
    assert [atoms for outlet, atoms in flow.out if outlet == 2] == [(1,), (0,)]
    flow.wire.clear()
    flow.receive("/lmdm/status/callbacks", 1)
    assert flow.wire == [("/lmdm/listen", "*", 60, 9100)]


def test_lmdm_stops_listening_when_it_goes():
    flow = make_core()
    flow.wire.clear()
    for name in (*flow.find("newobj", "closebang"), *flow.find("newobj", "freebang")):
        flow.emit(name, 0, ("bang",))
    assert flow.wire == [("/lmdm/ignore", "*")] * 2


# --- the device ----------------------------------------------------------------------------------------------


def test_the_device_is_a_sound_container():
    data = (PACKAGE / "devices" / "lmdmd.amxd").read_bytes()
    magic, version, kind, chunk, size = struct.unpack("<4sI4s4sI", data[:20])
    assert (magic, version, kind, chunk) == (b"ampf", 4, b"aaaa", b"ptch")
    assert size == len(data) - 20
    tag, preamble, flags, length = struct.unpack(">4sIII", data[20:36])
    assert (tag, preamble, flags) == (b"mx@c", 16, 0)
    text, trailer = data[36 : 20 + length], data[20 + length :]
    assert text.endswith(b"}\0")
    assert trailer[:4] == b"dlst" and struct.unpack(">I", trailer[4:8])[0] == len(trailer)
    fields = dict(chunks(trailer[16:]))
    assert fields[b"type"] == b"JSON" and fields[b"fnam"].rstrip(b"\0") == b"lmdmd.maxpat"
    assert struct.unpack(">I", fields[b"sz32"])[0] == len(text)
    patcher = json.loads(text[:-1])["patcher"]
    assert patcher["project"]["amxdtype"] == int.from_bytes(b"aaaa", "big")
    assert patcher["openinpresentation"] == 1 and patcher["devicewidth"] == 940


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    while data:
        size = struct.unpack(">I", data[4:8])[0]
        found.append((data[:4], data[8:size]))
        data = data[size:]
    return found


def test_the_device_has_what_a_performer_wants_and_fits_into_lives_strip():
    patcher = patcher_of(PACKAGE / "devices" / "lmdmd.amxd")
    assert [param for param, _ in rows_of(Flow(patcher))] == sorted(
        Table().stage, key=lambda param: ("text", "float", "bool").index(param.kind.replace("int", "float"))
    )
    shown = [box["box"]["presentation_rect"] for box in patcher["boxes"] if box["box"].get("presentation")]
    assert all(y + h <= 169 and x + w <= 940 for x, y, w, h in shown)


def test_the_device_sends_nothing_before_the_daemon_has_answered():
    flow = Flow(patcher_of(PACKAGE / "devices" / "lmdmd.amxd"))
    flow.load()
    (core,) = flow.inner.values()
    core.wire.clear()
    gain = next(widget for param, widget in rows_of(flow) if param.name == "mix/gain")
    flow.touch(gain, -12.0)
    assert core.wire == [], "Live restores what was saved with the set"
    core.receive("/lmdm/mix/gain", -3.0)
    core.wire.clear()
    flow.touch(gain, -12.0)
    assert core.wire == []
    flow.elapse(1000)
    core.wire.clear()
    flow.touch(gain, -12.0)
    assert core.wire == [("/lmdm/mix/gain", -12.0)]
    flow.elapse(6000)
    flow.touch(gain, -6.0)
    assert core.wire == [("/lmdm/mix/gain", -12.0)], "the daemon has gone, and may come back with other values"


# --- the package ---------------------------------------------------------------------------------------------


def test_the_package_has_the_folders_that_max_looks_for():
    info = json.loads((PACKAGE / "package-info.json").read_text(encoding="utf-8"))
    assert info["name"] == "lmdmd" and (PACKAGE / "patchers" / info["homepatcher"]).is_file()
    page = ElementTree.parse(PACKAGE / "docs" / "lmdm.maxref.xml").getroot()
    assert page.get("name") == "lmdm"
    assert [outlet.get("id") for outlet in page.iter("outlet")] == ["0", "1", "2"]
    helped = {path.stem for path in (PACKAGE / "help").iterdir()}
    hands = {path.stem for path in SURFACES if not path.stem.endswith(".reports") and path.suffix == ".maxpat"}
    assert helped == (hands | {"lmdm"}) - {"lmdm.stage"}
    assert {path.name for path in (PACKAGE / "extras").iterdir()} == {"lmdmd console.maxpat"}


def test_the_consoles_line_shows_what_went_wrong_and_not_every_beat():
    flow = Flow(patcher_of(PACKAGE / "patchers" / "lmdmd.maxpat"))
    (core,) = [name for name in flow.find("bpatcher") if flow.boxes[name]["name"] == "lmdm.maxpat"]
    (line,) = [name for name in flow.find("textedit") if flow.boxes[name].get("readonly")]
    flow.emit(core, 1, ("/lmdm/fail", "show/go", "too soon"))
    flow.emit(core, 1, ("/lmdm/tick", 1, 2.0, 120.0))
    flow.emit(core, 1, ("/lmdm/ack", "/lmdm/mix/gain", -6.0, 0, 0.0))
    assert flow.shown[line] == "/lmdm/fail show/go too soon"


def test_what_the_patches_open_is_in_the_package():
    for path in PATCHES:
        for patcher in all_patchers(patcher_of(path)):
            texts = [str(box["box"].get("text", "")) for box in patcher["boxes"]]
            for name in [text.split()[1] for text in texts if text.startswith("load ")]:
                assert (PACKAGE / "patchers" / name).is_file()
