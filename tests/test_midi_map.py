"""Maps of MIDI controllers: what values become on the way, what may be written, and what learning leaves in a file."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from row_words import words_of

from lmdmd.cli import main
from lmdmd.commands import COMMANDS
from lmdmd.errors import MidiError
from lmdmd.params import PARAMS, find
from lmdmd.surfaces.midi_binding import KINDS, MODES, WIDE, Binding, bound_to, way_of
from lmdmd.surfaces.midi_file import change_map, map_text, with_map
from lmdmd.surfaces.midi_map import MidiMap, load_map, parse_map, read_map
from lmdmd.surfaces.midi_moves import Decoder, messages_for, move_of
from lmdmd.surfaces.midi_values import place_of, position_of_raw, raw_at, value_at

PATCHES = Path(__file__).parent.parent / "patches" / "midi"
TOPS = (127, 16383)
NUMERIC = [param for param in PARAMS if param.numeric]


# --- values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("top", TOPS)
def test_every_number_comes_back_from_its_position(top):
    positions = [position_of_raw(raw, top) for raw in range(top + 1)]
    assert [raw_at(position, top) for position in positions] == list(range(top + 1))
    assert positions[0] == 0.0 and positions[-1] == 1.0 and positions[(top + 1) // 2] == 0.5
    assert positions == sorted(positions)


@pytest.mark.parametrize("param", [p for p in NUMERIC if p.kind == "float"], ids=lambda param: param.name)
def test_a_control_finds_its_own_number_again_in_any_row(param):
    for raw in (*range(0, 16384, 61), 16383):
        value = value_at(param, position_of_raw(raw, 16383))
        assert param.coerce(value) == (value, "")
        assert raw_at(place_of(param, value), 16383) == raw


@pytest.mark.parametrize("param", NUMERIC, ids=lambda param: param.name)
def test_both_ends_of_a_control_are_both_ends_of_a_row(param):
    ends = {"bool": (False, True), "choice": (param.choices[:1] or ("",))[0:1] + param.choices[-1:]}
    assert (value_at(param, 0.0), value_at(param, 1.0)) == ends.get(param.kind, (param.lo, param.hi))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.data())
def test_a_value_comes_back_as_near_as_a_control_can_tell(data):
    param = data.draw(st.sampled_from([p for p in NUMERIC if p.kind in ("float", "int", "choice") and p.writable]))
    kind = data.draw(st.sampled_from(["cc", "cc14", "bend"]))
    lo, hi = (data.draw(st.one_of(st.none(), st.floats(param.lo, param.hi))) for _ in "ab")
    if param.kind == "choice" or lo == hi:
        lo = hi = None
    binding = Binding(kind, 0, param.name, lo=lo, hi=hi)
    raw = data.draw(st.integers(0, binding.top))
    value = binding.value_of(binding.position(raw))
    assert param.coerce(value)[0] == value
    again = binding.value_of(binding.position(binding.raw_of(value)))
    step = 1.0 / binding.top + (1.0 / (param.hi - param.lo) if param.kind == "int" else 0.0)
    assert abs(place_of(param, again) - place_of(param, value)) <= step + 1e-9
    assert param.kind != "choice" or again == value


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from([kind for kind in KINDS if kind != "program"]), st.data())
def test_what_lets_a_control_show_a_value_is_what_it_would_say_itself(kind, data):
    number = data.draw(st.integers(0, KINDS[kind] or 0))
    binding = Binding(kind, number if KINDS[kind] else None, "mix/gain", channel=data.draw(st.integers(1, 16)))
    raws = data.draw(st.lists(st.integers(0, WIDE.get(kind, 127)), min_size=1, max_size=5))
    decoder = Decoder([binding])
    for raw in raws:
        moves = [decoder.step(message) for message in messages_for(binding, binding.channel, raw)]
        assert (moves[-1].channel, moves[-1].number) == (binding.channel, binding.number or 0)
        assert (moves[-1].kind, moves[-1].raw) == (kind, raw)


def test_a_control_of_14_bits_that_sends_its_coarse_part_only_comes_to_both_ends():
    decoder = Decoder([Binding("cc14", 7, "mix/gain")])
    assert [decoder.step([0xB0, 7, raw]).raw for raw in (0, 127)] == [0, 16383]
    assert decoder.step([0xB0, 39, 5]).raw == (127 << 7) + 5
    assert decoder.step([0xB0, 7, 64]).raw == 64 << 7


@pytest.mark.parametrize("message", [[], [0xF8], [0xFE], [0xF0, 1, 2, 0xF7], [0xB0, 1], [0xA0, 1, 2], [0xB0, 200, 1]])
def test_what_is_no_control_moves_none(message):
    assert move_of(message) is None


# --- what may be written -----------------------------------------------------------------------------------


def test_a_map_is_read_as_it_is_written():
    found, faults = parse_map("""
in: nano
out: "nano, lights"
bindings:
  - {cc: 7, channel: 1, target: mix/gain, range: [6, -60], mode: absolute}
  - {note: 36, target: show/go}
  - {program: any, first: 1, target: show/cue}
  - {program: 3, target: deck/swap, arguments: [2.5, slow]}
  - note: 40
    target: /lmdm/prompt/0/text
    value: "on"
    feedback: false
  - {bend: any, target: mix/pan}
  - {cc: 20, target: meter/out/l}
""")
    assert faults == []
    assert found == MidiMap(
        "nano",
        "nano, lights",
        (
            Binding("cc", 7, "mix/gain", 1, lo=6.0, hi=-60.0, mode="absolute"),
            Binding("note", 36, "show/go"),
            Binding("program", None, "show/cue", first=1),
            Binding("program", 3, "deck/swap", arguments=(2.5, "slow")),
            Binding("note", 40, "prompt/0/text", value="on", feedback=False),
            Binding("bend", None, "mix/pan"),
            Binding("cc", 20, "meter/out/l"),
        ),
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{cc: 7, target: mix/gian}", 'unknown row or verb "mix/gian"; did you mean "mix/gain"?'),
        ("{cc: 7, target: mix/gain, mod: absolute}", 'unknown key "mod" in a binding; did you mean "mode"?'),
        ("{cc: 7, target: mix/gain, mode: absolut}", 'mode: "absolut" is not one of .* did you mean "absolute"?'),
        ("{cc: 128, target: mix/gain}", "cc: 128 is not a whole number from 0 to 127"),
        ("{cc14: 40, target: mix/gain}", "cc14: 40 is not a whole number from 0 to 31"),
        ("{cc: any, target: mix/gain}", "cc: any is not a whole number"),
        ("{cc: 7, channel: 0, target: mix/gain}", "channel: 0 is not a whole number from 1 to 16"),
        ("{bend: 3, target: mix/gain}", "bend: a channel has only one: write bend: any"),
        ("{cc: 7, note: 3, target: mix/gain}", "needs one of .* it has cc and note"),
        ("{target: mix/gain}", "needs one of .* it has none"),
        ("{cc: 7}", "needs target:"),
        ("{cc: 7, target: mix/gain, range: [0, 40]}", r"mix/gain: 40.0 is clamped to 12 \(range -96 to 12\)"),
        ("{cc: 7, target: mix/gain, range: 3}", r"range: must be two numbers"),
        ("{cc: 7, target: mix/mute, range: [0, 1]}", "range is for numbers, and this is bool"),
        ("{cc: 7, target: prompt/0/text}", "is text, and no controller sends words: give value:"),
        ("{note: 7, target: prompt/0/text, value: on}", "YAML reads a bare on as true or false"),
        ("{note: 7, target: gen/sampler, value: eular}", '"eular" is not one of .* did you mean "euler"?'),
        ("{program: 7, target: gen/steps}", "gen/steps: a program needs value: here"),
        ("{note: 7, target: mix/gain, mode: pickup}", "mode pickup needs a fader or a knob"),
        ("{bend: any, target: mix/gain, mode: twos}", "mode twos is for an endless knob"),
        ("{program: 7, target: mix/freeze, mode: momentary}", "needs a key that is let go of"),
        ("{cc: 7, target: show/go, mode: toggle}", "is a verb, which a press does"),
        ("{note: 7, target: show/cue}", "show/cue: needs cue"),
        ("{note: 7, target: deck/swap, arguments: [900]}", "fade_s: 900 lies outside 0 to 30"),
        ("{note: 7, target: mix/mute, arguments: [1]}", "arguments are for verbs"),
        ("{program: 7, target: meter/out/l}", "is a report"),
        ("{note: 7, target: show/song}", "is text"),
        ("{note: any, target: mix/pan, value: 0}", "not both"),
        ("{note: 7, target: mix/pan, value: 0, mode: toggle}", "mode toggle has no meaning"),
        ("{cc: 7, target: mix/gain, feedback: 3}", "feedback: 3 is not true or false"),
        ("[3]", "a binding must be a mapping"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, line, words):
    path = tmp_path / "map.yaml"
    path.write_text(f"# mine\nbindings:\n  - {{note: 1, target: show/go}}\n  - {line}\n")
    with pytest.raises(MidiError, match=re.escape(f"{path}:4: ") + ".*" + words):
        load_map(path)
    assert len(read_map(path)[0].bindings) == 1


@pytest.mark.parametrize("text", ["binding: []", "bindings: 3", "in: [a]", "- 3", "bindings: [", "!!python/none x"])
def test_a_file_that_is_no_map_is_refused(text):
    assert parse_map(text)[1]


def test_a_file_that_is_not_there_says_how_to_begin_one(tmp_path):
    with pytest.raises(MidiError, match="No such file or directory; an empty file is a map to learn into"):
        load_map(tmp_path / "map.yaml")
    (tmp_path / "map.yaml").touch()
    assert load_map(tmp_path / "map.yaml") == MidiMap()


def test_every_row_and_every_verb_can_be_bound():
    """Reports are shown, text is one of several words, and a verb has the arguments that it needs."""
    for param in PARAMS:
        binding = Binding("cc", 1, param.name, value=words_of(param)[0] if param.kind == "text" else None)
        assert way_of(binding) in (("position", "follow", "value") if param.writable else ("show",))
        if param.kind == "choice":
            for choice in param.choices:
                assert way_of(Binding("note", 1, param.name, value=choice))
    for command in COMMANDS:
        needed = tuple("1" for argument in command.arguments if argument.default is None)
        assert way_of(Binding("note", 1, command.name, arguments=needed)) == "verb"


def test_no_row_that_can_be_set_has_the_name_of_a_verb():
    assert {param.name for param in PARAMS if param.writable} & {command.name for command in COMMANDS} == set()


@pytest.mark.parametrize(
    ("words", "binding"),
    [
        ("mix/gain", Binding("cc", 0, "mix/gain")),
        ("gen/sampler euler", Binding("cc", 0, "gen/sampler", value="euler")),
        ("prompt/1/text warm dub", Binding("cc", 0, "prompt/1/text", value="warm dub")),
        ("show/go", Binding("cc", 0, "show/go")),
        ("show/cue The last one", Binding("cc", 0, "show/cue", arguments=("The last one",))),
        ("deck/swap 2 slow", Binding("cc", 0, "deck/swap", arguments=("2", "slow"))),
    ],
)
def test_a_target_is_said_in_words(words, binding):
    assert bound_to(words) == binding


def test_a_map_that_was_asked_for_and_is_wrong_ends_the_program_before_it_begins(tmp_path, capsys):
    (tmp_path / "map.yaml").write_text("bindings:\n  - {cc: 7, target: mix/gian}\n")
    assert main(["run", "--device", "null", "--midi-map", str(tmp_path / "map.yaml")]) == 1
    assert 'map.yaml:2: unknown row or verb "mix/gian"; did you mean "mix/gain"?' in capsys.readouterr().err


def test_the_map_in_our_words_for_it_is_one():
    (text,) = re.findall(r"```yaml\n(.*?)```", (PATCHES / "README.md").read_text(), re.DOTALL)
    found, faults = parse_map(text)
    assert faults == [] and len(found.bindings) == 5


@pytest.mark.parametrize("path", sorted(PATCHES.glob("*.yaml")), ids=lambda path: path.name)
def test_the_maps_that_come_with_us_are_sound(path):
    found = load_map(path)
    controls = [binding.control for binding in found.bindings]
    assert len(set(controls)) == len(controls) > 3


# --- what is written ---------------------------------------------------------------------------------------


def _bindings():
    targets = st.sampled_from([p.name for p in NUMERIC if p.writable and p.kind in ("float", "int")])
    rows = st.builds(Binding, st.just("cc"), st.integers(0, 127), targets, st.one_of(st.none(), st.integers(1, 16)))
    texts = st.builds(
        lambda text, number: Binding("note", number, "prompt/0/text", value=find("prompt/0/text").coerce(text)[0]),
        st.one_of(
            st.text("ab: #'\"\\é{}[],-&*!|>%@`?1\u2014", max_size=12), st.sampled_from(["on", "1:30", "no", "~"])
        ),
        st.integers(0, 127),
    )
    verbs = st.builds(lambda n: Binding("program", None, "show/cue", first=n), st.integers(0, 127))
    return st.lists(st.one_of(rows, texts, verbs), max_size=6, unique_by=repr)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_bindings(), _bindings(), st.sampled_from(["", "nano", "a: b"]))
def test_any_map_is_written_so_that_it_is_read_again(before, after, port):
    known, wanted = MidiMap("", port, tuple(before)), MidiMap(port, "", tuple(after))
    assert parse_map(map_text(known)) == (known, [])
    assert parse_map(with_map(map_text(known), wanted)) == (wanted, [])


WRITTEN = """# my box
in: nano   # the small one

bindings:   # from left to right
    # faders
    - {cc: 0, channel: 1, target: mix/gain}   # loud
    - cc: 1
      channel: 1
      target: mix/pan

    # keys
    - {note: 36, target: show/go}
# the end
"""


def test_learning_leaves_what_a_person_has_written(tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text(WRITTEN)
    fresh = Binding("cc", 9, "gen/cfg", 1)
    change_map(path, lambda known: replace(known, bindings=(*known.bindings, fresh)))
    keys = "    - {note: 36, target: show/go}\n"
    assert path.read_text() == WRITTEN.replace(keys, f"{keys}    - {{cc: 9, target: gen/cfg, channel: 1}}\n").replace(
        "target: gen/cfg, channel: 1", "channel: 1, target: gen/cfg"
    )
    change_map(path, lambda known: replace(known, bindings=tuple(b for b in known.bindings if b.target != "mix/pan")))
    assert "mix/pan" not in path.read_text() and "# keys" in path.read_text() and "# faders" in path.read_text()
    assert [binding.target for binding in load_map(path).bindings] == ["mix/gain", "show/go", "gen/cfg"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["map.yaml"]


def test_a_file_with_a_mistake_in_it_is_not_overwritten(tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text("bindings:\n  - {cc: 7, target: mix/gian}\n")
    with pytest.raises(MidiError, match=r"map.yaml:2: unknown row .* mend that first"):
        change_map(path, lambda known: known)
    assert "gian" in path.read_text()


def test_a_map_is_begun_where_there_is_none(tmp_path):
    path = tmp_path / "lmdmd" / "midi.yaml"
    made = MidiMap("nano", "", (Binding("note", 3, "show/go", 1),))
    assert change_map(path, lambda _: made) == made == load_map(path)


def test_the_modes_that_are_named_are_those_that_there_are():
    assert set(MODES) == {"pickup", "absolute", "twos", "offset", "sign", "toggle", "momentary"}
