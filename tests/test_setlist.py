"""Setlists: what a good one means, and that a bad one is answered with every mistake at its line."""

import json
from pathlib import Path

import pytest

from lmdmd.control.setlist import Span, Trigger
from lmdmd.control.setlist_reader import load_setlist, read_setlist
from lmdmd.control.setlist_times import parse_seconds
from lmdmd.control.yaml_lines import NODE_LIMIT, SIZE_LIMIT, read_yaml
from lmdmd.errors import SetlistError
from lmdmd.params import PARAMS

DEMO = Path(__file__).parent.parent / "setlists" / "demo.yaml"
ONE_CUE = "songs:\n  - name: One\n    length: 120s\n    cues:\n      - name: lift\n        at: 1\n"
GRID = {"sample_rate": 44100, "latent_frames": 2048, "context": 118, "block": 10}
CONFIG = {key: {} for key in ("model", "codec", "prompts", "defaults")} | {"geometry": GRID}


@pytest.fixture(autouse=True)
def pocket(tmp_path, monkeypatch):
    folder = tmp_path / "bundles" / "pocket"
    folder.mkdir(parents=True)
    config = CONFIG | {"format": 1, "name": "pocket", "version": "1", "licence": "Apache-2.0"}
    (folder / "config.json").write_text(json.dumps(config))
    monkeypatch.setenv("LMDMD_BUNDLES", str(folder.parent))
    return folder


@pytest.fixture
def write(tmp_path):
    def write_text(text):
        path = tmp_path / "show.yaml"
        path.write_text(text)
        return path

    return write_text


def problems(path):
    with pytest.raises(SetlistError) as caught:
        load_setlist(path)
    return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]


def test_the_demo_is_sound_and_uses_what_it_teaches():
    setlist = load_setlist(DEMO)
    cues = [cue for song in setlist.songs for cue in song.cues]
    assert setlist.model == "pocket"
    assert 2 <= len(setlist.songs) <= 4
    assert [song.swap.model for song in setlist.songs if song.swap] == ["lantern", "pocket"]
    assert {cue.trigger.kind for cue in cues} == {"at", "bar", "go"}
    assert {name for cue in cues for name in cue.set} >= {"gen/cfg", "mix/gain"}
    assert any(cue.curve != "linear" for cue in cues)
    assert len({cue.number for cue in cues}) == len(cues)


def test_everything_that_can_be_written_is_read(write):
    setlist = load_setlist(
        write(
            "title: Night\nmodel: pocket\nseed: 5\nsongs:\n"
            "  - name: One\n    tempo: 90\n    metre: 3/4\n    length: 80 bars\n    prompts: warm  pads\n    cues:\n"
            "      - {name: a, number: 1.10, at: 1m30s, notes: soft, over: 2 bars, curve: slow,\n"
            "         prompts: {pads: 0.25, '1999': 1}, set: {gen/cfg: 3, mix/mute: off, gen/sampler: euler}}\n"
            "      - {number: 007, go: true}\n"
            "  - {name: Two, length: '1:30', cues: [{bar: 9, over: 4 beats}]}\n"
        )
    )
    one, two = setlist.songs
    assert (setlist.title, setlist.seed, one.tempo, one.metre) == ("Night", 5, 90.0, 3)
    assert (one.length, two.length) == (Span(80.0, "bars"), Span(90.0))
    assert one.prompts == {"warm pads": 1.0}
    first, second = one.cues
    assert (first.number, second.number, second.name) == ("1.10", "007", "007")
    assert first.trigger == Trigger("at", 90.0)
    assert first.prompts == {"pads": 0.25, "1999": 1.0}
    assert first.set == {"gen/cfg": 3.0, "mix/mute": False, "gen/sampler": "euler"}
    assert (first.over, first.curve, first.notes, first.line) == (Span(2.0, "bars"), "slow", "soft", 11)
    assert second.trigger == Trigger("go")
    assert (two.cues[0].trigger, two.cues[0].over) == (Trigger("bar", 9), Span(4.0, "beats"))


def test_a_setlist_without_model_or_seed_leaves_them_to_the_program(write):
    setlist = load_setlist(write(ONE_CUE))
    assert (setlist.model, setlist.seed, setlist.title) == (None, None, "show")


def test_a_bundle_beside_the_setlist_is_found(write, tmp_path):
    assert load_setlist(write("model: bundles/pocket\n" + ONE_CUE)).model == str(tmp_path / "bundles/pocket")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12", 12),
        ("12s", 12),
        ("0.5s", 0.5),
        ("1m30s", 90),
        ("2m", 120),
        ("1h", 3600),
        ("1:30", 90),
        ("1:02:03.5", 3723.5),
    ],
)
def test_times_that_are_understood(text, seconds):
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "soon", "-1", "1:75", "1e3", "1 2", "12ms", "nan", "inf", "1::2", "9" * 50])
def test_times_that_are_not(text):
    assert parse_seconds(text) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("set: {gen/cgf: 3}", 'cue "lift": unknown parameter "gen/cgf"; did you mean "gen/cfg"?'),
        ("set: {gen/cfg: 30}", 'cue "lift": gen/cfg: 30 is outside 0 to 12'),
        ("set: {gen/cfg: true}", "true is not a number"),
        ("set: {gen/cfg: high}", '"high" is not a number'),
        ("set: {gen/cfg: .nan}", "not a"),
        ("set: {gen/cfg: [1]}", "expected a value"),
        ("set: {gen/cfg: }", "expected a value"),
        ("set: {gen/steps: 2.5}", "2.5 is not a whole number"),
        ("set: {gen/sampler: eular}", 'did you mean "euler"'),
        ("set: {status/underruns: 0}", "is a report and cannot be set"),
        ("set: {prompt/0/text: pads}", 'belongs to the prompts: of a cue'),
        ("set: gen/cfg", "set: expected lines such as"),
        ("curve: smoth", 'unknown curve "smoth"; did you mean "smooth"?'),
        ("over: a while", '"a while" is not a time'),
        ("over: 1:30", 'write "1:30" in quotes'),
        ("over: -2", '"-2" is not a time'),
        ("prompts: {a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1}", "7 prompts at once; there is room for 6"),
        ("prompts: {pads: 2}", 'prompt "pads": 2 is outside 0 to 1'),
        ("prompts: {pads: 0}", "at least one needs a weight above 0"),
        ("prompts: {}", "at least one needs a weight above 0"),
        ("prompts: {on: 1}", 'YAML reads a bare on as true or false: write "on" in quotes'),
        ("prompts: off", 'write "off" in quotes'),
        ("prompts: true", "write \"true\" in quotes"),
        ("prompts: [pads, bells]", "expected text"),
        ("prompts: {pads: 1, pads: 0.5}", '"pads" is given twice (first on line 7)'),
        (f"prompts: {'a' * 501}", "cut to 500 characters"),
        ("colour: red", 'unknown key "colour" in a cue'),
        ("promts: pads", 'unknown key "promts" in a cue; did you mean "prompts"?'),
        ("bar: 3", "needs one of at, bar, go, after or osc to say when it fires; it has at and bar"),
        ("notes: [1]", "notes: expected text"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_cue_is_placed(write, line, words):
    found = problems(write(ONE_CUE + f"        {line}\n"))
    assert len(found) == 1, found
    assert words in found[0]
    assert found[0].startswith(("7: ", "5: "))


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ("at: 1:30", 'write "1:30" in quotes, or 1m30s'),
        ("at: soon", 'at: "soon" is not a time'),
        ("at: 25h", "up to 24 hours"),
        ("at: true", "is not a time"),
        ("at: 120s", 'fires after song "One" has ended'),
        ("bar: 0", "bar: expected a whole number from 1, got 0"),
        ("bar: 2.5", "got 2.5"),
        ("bar: 61", "has ended"),
        ("go: on", "write go: true"),
        ("go:", "write go: true"),
        ("notes: x", "it has nothing"),
    ],
)
def test_a_mistake_in_a_trigger_is_placed(write, trigger, words):
    found = problems(write(ONE_CUE.replace("at: 1", trigger)))
    assert len(found) == 1, found
    assert words in found[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "1: the file is empty"),
        ("[]", "1: the setlist must be a mapping"),
        ("title: x\n", "there are no songs"),
        ("songs: One\n", "songs must be a list"),
        ("songs: [One]\n", "a song must be a mapping"),
        ("songs:\n  - name: One\n", '2: song "One": has no length'),
        ("songs:\n  - {name: One, length: 0}\n", "length must be above 0"),
        ("songs:\n  - {name: One, length: 1s, tempo: 500}\n", 'song "One": tempo: 500 is outside 20 to 300'),
        ("songs:\n  - {name: One, length: 1s, metre: 4.5}\n", "4.5 is not a whole number"),
        ("songs:\n  - {name: One, length: 1s, metre: 4/5}\n", '"4/5" is not a number'),
        ("songs:\n  - {name: One, length: 1s, cues: 3}\n", "cues must be a list"),
        ("songs:\n  - {name: yes, length: 1s}\n", 'write "yes" in quotes'),
        ("seed: -1\n" + ONE_CUE, "seed: -1 is outside"),
        ("model: pokket\n" + ONE_CUE, '1: model: no bundle called "pokket"'),
        ("model: pokket\n" + ONE_CUE, 'did you mean "pocket"'),
        ("songs:\n\t- name: One\n", "2: a tab stands here"),
        ("a: [\n", "not readable as YAML"),
        ("a: *nobody\n", "undefined alias"),
        ("a: 1\n---\nb: 2\n", "single document"),
        ("a: \x01\n", "not readable as YAML"),
        ("x: !!python/object/apply:os.system [ls]\n" + ONE_CUE, "the tag python/object/apply:os.system is not allowed"),
        ("<<: {title: x}\n" + ONE_CUE, "merging with <<"),
        ("? [1]\n: 2\n", "a key must be a word"),
    ],
)  # fmt: skip
def test_a_mistake_outside_cues_is_placed(write, text, words):
    assert any(words in line for line in problems(write(text)))


def test_all_problems_are_reported_at_once_in_order_of_line(write):
    text = (
        "titel: x\nmodel: nobody\nsongs:\n  - name: One\n    cues:\n      - {name: a, at: 9, number: 1}\n"
        "      - {name: b, at: 3, number: 1, set: {gen/cgf: 1, mix/gain: 99}}\n      - {name: c, curve: up}\n"
    )
    found = problems(write(text))
    lines = [int(line.split(":")[0]) for line in found]
    assert lines == sorted(lines)
    for words in ("titel", "nobody", "no length", "gen/cgf", "mix/gain", 'cue "c": needs', '"up"',
                  'cue "b": stands after cue "a"', 'number 1 is taken by cue "a" on line 6'):  # fmt: skip
        assert sum(words in line for line in found) == 1, words


def test_order_counts_bars_and_seconds_on_one_clock(write):
    song = "songs:\n  - name: One\n    tempo: 120\n    length: 60s\n    cues:\n"
    load_setlist(write(song + "      - {name: a, at: 4s}\n      - {name: b, bar: 3}\n      - {name: c, at: 4.5s}\n"))
    assert problems(write(song + "      - {name: b, bar: 3}\n      - {name: a, at: 3.9s}\n"))
    faster = (
        "      - {name: b, bar: 2, set: {clock/tempo: 240}}\n      - {name: c, bar: 4}\n      - {name: d, at: 4s}\n"
    )
    load_setlist(write(song + faster))


def test_a_file_that_is_not_there_or_not_text_is_said(tmp_path):
    assert "cannot be read" in problems(tmp_path / "none.yaml")[0]
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in problems(tmp_path / "bad.yaml")[0]


def test_a_table_row_is_a_legal_setting_unless_it_is_a_report_or_has_a_key_of_its_own(write):
    for param in PARAMS:
        value = json.dumps(param.default)
        _, faults = read_setlist(write(ONE_CUE + f"        set: {{{param.name}: {value}}}\n"))
        is_elsewhere = param.name.startswith("prompt/") or param.name == "engine/prime"
        assert bool(faults) == (not param.writable or is_elsewhere), param.name


def test_signs_written_as_two_halves_are_whole_and_a_lone_half_is_placed(write):
    prompts = '    prompts: "piano \\ud83c\\udfb9 {}"\n'
    lines = "songs:\n  - name: A\n    length: 5s\n"
    (song,) = load_setlist(write(lines + prompts.format(""))).songs
    assert list(song.prompts) == ["piano 🎹"]
    with pytest.raises(SetlistError, match=r':4: "\\ud83c" is half a sign') as told:
        load_setlist(write(lines + prompts.format("\\ud83c")))
    str(told.value).encode()
    _, faults = read_yaml('"\\udfb9\\ud83c": 1')
    assert [fault.line for fault in faults] == [1]


def test_bombs_are_refused_quickly():
    layers = ["a: &a0 [x,x,x,x,x,x,x,x,x]"] + [f"b{n}: &a{n + 1} [{','.join([f'*a{n}'] * 9)}]" for n in range(9)]
    for text in ("\n".join(layers), "a: &a [*a]", "[" * 5000, "{a: " * 5000, "x" * (SIZE_LIMIT + 1)):
        root, faults = read_yaml(text)
        assert root is None
        assert len(faults) == 1
    root, faults = read_yaml("[" + "x, " * NODE_LIMIT + "]")
    assert root is None and faults


def test_every_value_knows_its_line():
    root, faults = read_yaml("a: 1\nb:\n  - x\n  - c: y\n")
    assert not faults
    items = root.value["b"].node.value
    assert (root.value["b"].line, items[0].line, items[1].value["c"].node.line) == (2, 3, 4)
