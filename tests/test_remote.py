"""The tablet page without a browser: what its files may hold, and its pure modules run by Node against our own code."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess

import pytest

from lmdmd.params import PARAMS
from lmdmd.surfaces.osc_packet import build_message, parse_packet
from lmdmd.surfaces.web_files import FOLDER, TYPES
from lmdmd.surfaces.web_tree import row_node

FILES = sorted(FOLDER.iterdir())
SCRIPTS = [path for path in FILES if path.suffix == ".js"]


def node(*modules: str, script: str) -> object:
    """What a script prints as JSON, with every name of these modules at hand."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("node is not installed")
    sources = [re.sub(r"^import [^;]*;$", "", (FOLDER / name).read_text(), flags=re.M | re.S) for name in modules]
    text = "\n".join([*sources, script]).replace("export ", "")
    done = subprocess.run([program, "--input-type=module"], input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# --- files -----------------------------------------------------------------------------------------------


def test_the_page_is_served_whole_and_needs_no_other_site():
    for path in FILES:
        assert path.suffix in TYPES, path.name
        text = path.read_text().replace("http://www.w3.org/2000/svg", "").replace("http://${location.host}", "")
        assert not re.search(r"(?i)(https?:)?//[a-z0-9]+\.[a-z]|@import|url\(", text), path.name


def test_every_file_that_is_asked_for_is_there():
    names = {path.name for path in FILES}
    asked = {name for path in SCRIPTS for name in re.findall(r'from "\./([^"]+)"', path.read_text())}
    index = (FOLDER / "index.html").read_text()
    assert asked | set(re.findall(r'(?:href|src)="([^"]+)"', index)) | {"index.html"} == names


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_markup_or_code_of_text(path):
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text()
    )


# --- packets ---------------------------------------------------------------------------------------------

MESSAGES = [
    ["/lmdm/show/go"],
    ["/lmdm/mix/gain", -6.5],
    ["/lmdm/mix/gain", -6, 2],
    ["/lmdm/prompt/0/text", "warm pads, été – 日本語 🎹"],
    ["/lmdm/prompt/0/text", ""],
    ["/a", 2**31 - 1, -(2**31) + 1, 0.25, "x", "four", 3e-8],
]


def test_python_reads_what_the_page_writes():
    script = f"console.log(JSON.stringify({json.dumps(MESSAGES)}.map((m) => [...encode(...m)])))"
    packets = node("osc.js", script=script)
    read = [parse_packet(bytes(packet))[0][1] for packet in packets]
    assert [[message.address, *message.params] for message in read] == [
        [part if not isinstance(part, float) else pytest.approx(part, rel=1e-7) for part in message]
        for message in MESSAGES
    ]


def test_the_page_reads_what_python_writes_and_bundles_of_it():
    packets = [list(build_message(*message)) for message in MESSAGES]
    inner = b"".join(len(packet).to_bytes(4, "big") + bytes(packet) for packet in packets)
    packets.append(list(b"#bundle\0" + (1).to_bytes(8, "big") + inner))
    script = f"console.log(JSON.stringify({json.dumps(packets)}.map((p) => decode(Uint8Array.from(p)))))"
    read = node("osc.js", script=script)
    flat = [[message["address"], *message["values"]] for packet in read for message in packet]
    wanted = [
        [part if not isinstance(part, float) else pytest.approx(part, rel=1e-7) for part in message]
        for message in MESSAGES
    ]
    assert flat == wanted + wanted


def test_the_page_throws_for_garbage_and_never_hangs():
    random.seed(7)
    whole = [build_message(*message) for message in MESSAGES]
    broken = [list(packet[: random.randrange(1, len(packet))]) for packet in whole for _ in range(20)]
    broken += [[random.randrange(256) for _ in range(random.randrange(64))] for _ in range(500)]
    script = f"""
    let thrown = 0;
    for (const packet of {json.dumps(broken)}) {{
      try {{ decode(Uint8Array.from(packet)); }} catch (error) {{
        if (error instanceof RangeError || error instanceof TypeError) thrown += 1;
      }}
    }}
    console.log(thrown)"""
    # What is cut where a message without arguments could end is a message.
    assert 0.9 * len(broken) < node("osc.js", script=script) <= len(broken)


def test_what_cannot_be_sent_is_refused():
    script = """
    const thrown = [NaN, Infinity].map((value) => { try { encode("/a", value); } catch { return true; } });
    console.log(JSON.stringify(thrown))"""
    assert node("osc.js", script=script) == [True, True]


# --- the table -------------------------------------------------------------------------------------------


def test_the_page_reads_every_row_of_the_table_from_the_tree():
    tree = {"FULL_PATH": "/", "CONTENTS": {str(at): row_node(param) for at, param in enumerate(PARAMS)}}
    rows = node("table.js", script=f"console.log(JSON.stringify([...rowsOf({json.dumps(tree)}).values()]))")
    assert [row["name"] for row in rows] == [param.name for param in PARAMS]
    for row, param in zip(rows, PARAMS, strict=True):
        assert (row["kind"], row["writable"], row["stage"]) == (param.kind, param.writable, param.stage)
        assert (row["unit"], row["warp"], row["doc"]) == (param.unit, param.warp, param.doc)
        assert tuple(row["choices"]) == param.choices
        assert row.get("preset") == (param.default if param.writable else None)
        if param.kind in ("float", "int"):
            assert (row["lo"], row["hi"]) == (param.lo, param.hi)


def test_a_fader_finds_every_value_again():
    faders = [param for param in PARAMS if param.kind == "float" and param.writable]
    tree = {"FULL_PATH": "/", "CONTENTS": {param.name: row_node(param) for param in faders}}
    script = f"""
    const rows = [...rowsOf({json.dumps(tree)}).values()];
    const places = [0, 0.1, 0.37, 0.5, 0.9, 1];
    const again = (row) => places.map((at) => placeOf(row, valueAt(row, at)));
    console.log(JSON.stringify(rows.map((row) => [placeOf(row, row.preset), again(row),
      valueAt(row, 0), valueAt(row, 1), valueAt(row, -3), valueAt(row, 7)])))"""
    for param, (preset, places, *ends) in zip(faders, node("table.js", script=script), strict=True):
        assert 0 <= preset <= 1, param.name
        assert places == pytest.approx([0, 0.1, 0.37, 0.5, 0.9, 1], abs=0.01), param.name
        assert ends == [param.lo, param.hi, param.lo, param.hi], param.name


# --- the blend pad ---------------------------------------------------------------------------------------


def test_the_pads_weights_are_shares_whose_place_is_the_fingers():
    random.seed(3)
    places = [[random.random(), random.random()] for _ in range(50)]
    script = f"""
    console.log(JSON.stringify([2, 3, 4, 5, 6].map((count) => {{
      const corners = cornersFor(count);
      const at = {json.dumps(places)}.map((place) => within(corners, place));
      return {{
        found: at.map((place) => {{
          const weights = weightsAt(corners, place);
          return [place, placeFor(corners, weights), weights, within(corners, place)];
        }}),
        corners: corners.map((corner) => weightsAt(corners, corner)),
      }};
    }})))"""
    for count, told in zip((2, 3, 4, 5, 6), node("blend.js", script=script), strict=True):
        for place, again, weights, inside in told["found"]:
            assert again == pytest.approx(place, abs=1e-9)
            assert inside == pytest.approx(place, abs=1e-9)
            assert len(weights) == count and min(weights) >= -1e-12 and sum(weights) == pytest.approx(1)
        for at, weights in enumerate(told["corners"]):
            assert weights == pytest.approx([float(at == index) for index in range(count)], abs=1e-9)


# --- the store -------------------------------------------------------------------------------------------

STORE = """
const sent = [];
let line = true;
const unsent = [];
const send = (address, value) => { if (line) sent.push([address, value]); return line; };
const store = new Store(send, (name, value) => unsent.push([name, value]));
store.adopt(new Map([["mix/gain", { name: "mix/gain", address: "/lmdm/mix/gain", kind: "float", value: 0 }]]));
const shown = [];
store.watch("mix/gain", (value) => shown.push(value));
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
"""


def test_a_flying_finger_sends_its_first_and_last_value_and_few_between():
    script = f"""{STORE}
    store.hold("mix/gain");
    for (let value = 1; value <= 100; value += 1) store.set("mix/gain", -value);
    const at_once = sent.length;
    await wait(300);
    console.log(JSON.stringify([at_once, sent]))"""
    at_once, sent = node("store.js", script=script)
    assert at_once == 1
    assert sent == [["/lmdm/mix/gain", -1], ["/lmdm/mix/gain", -100]]


def test_an_echo_does_not_move_what_a_finger_holds():
    script = f"""{STORE}
    store.hold("mix/gain");
    store.set("mix/gain", -10);
    store.told("mix/gain", -3);
    const held = store.get("mix/gain");
    store.letGo("mix/gain");
    store.told("mix/gain", -10);
    store.answered("mix/gain", -10);
    store.told("mix/gain", -20);
    console.log(JSON.stringify([held, store.get("mix/gain")]))"""
    assert node("store.js", script=script) == [-10, -20]


def test_what_was_not_sent_is_told_and_never_sent_later():
    script = f"""{STORE}
    store.set("mix/gain", -1);
    store.set("mix/gain", -2);
    store.drop();
    line = false;
    store.set("mix/gain", -3);
    await wait(100);
    line = true;
    await wait(100);
    console.log(JSON.stringify([sent, unsent, store.get("mix/gain")]))"""
    sent, unsent, shown = node("store.js", script=script)
    assert sent == [["/lmdm/mix/gain", -1]]
    assert unsent == [["mix/gain", -3]]
    assert shown == 0
