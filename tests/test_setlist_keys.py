"""Every key of a setlist: what it means when it is right, and what is said, at its line, when it is wrong."""

import pytest
from setlist_texts import ONE_CUE, SETLISTS, problems_of, write_files

from lmdmd.control.setlist import Cue, Loop, Send, Span, Swap, Trigger, Way
from lmdmd.control.setlist_files import Files
from lmdmd.control.setlist_place import FAULTS_LIMIT, Place
from lmdmd.control.setlist_reader import READERS, load_setlist
from lmdmd.control.setlist_schema import FORMS, KEYS, ROWS
from lmdmd.control.yaml_lines import read_yaml
from lmdmd.surfaces.reference import setlist_tables


def load(folder, text):
    return load_setlist(write_files(folder, {"show.yaml": text}))


def test_the_setlists_that_ship_are_sound_and_show_every_key_of_a_cue():
    read = [load_setlist(path) for path in sorted(SETLISTS.glob("*.yaml"))]
    assert len(read) == 4
    lines = [line.strip(" -") for path in SETLISTS.rglob("*.yaml") for line in path.read_text("utf-8").splitlines()]
    shown = {key for key in KEYS["cue"] if any(line.startswith(f"{key}:") for line in lines)}
    assert shown == set(KEYS["cue"])
    cues = [cue for setlist in read for song in setlist.songs for cue in song.cues]
    assert {cue.trigger.kind for cue in cues} == {"at", "bar", "go", "start", "end", "osc"}
    assert any(len(setlist.paths) > 1 for setlist in read)


def test_every_kind_of_value_has_a_form_and_a_reader():
    kinds = {row.kind for row in ROWS}
    assert kinds == set(FORMS)
    assert kinds - set(READERS) == {"songs", "cues", "file", "words", "value"}


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind in READERS], ids=lambda row: f"{row.part}-{row.name}")
def test_every_example_is_read_without_a_fault(row, tmp_path):
    root, faults = read_yaml(f"{row.name}: {row.example}")
    path = tmp_path / "show.yaml"
    place = Place(Files(path), (path,), [], targets={"lights": ("osc", "localhost:7000")})
    read = READERS[row.kind](root.value[row.name], row.name, place)
    assert read not in (None, {}, ())
    assert not faults and not place.faults


def test_the_reference_has_a_line_for_every_key():
    tables = setlist_tables()
    for row in ROWS:
        holds, example = (text.replace("|", "\\|") for text in (FORMS[row.kind], row.example))
        assert f"| `{row.name}` | {holds} | {row.doc} | `{row.name}: {example}` |" in tables
    assert all(line.count(" | ") == 3 for line in tables.splitlines() if line.startswith("| "))


CUES = """
targets: {desk: {midi: Desk}}
songs:
  - name: One
    length: 90 bars
    tempo: 100
    cues:
      - {name: first, number: 1.10, at: 0, hold: true, seed: 12, metre: 3/4, tempo: {to: 140, over: 4 bars}}
      - {name: next, after: start, wait: 2.5s, model: {to: pocket, over: 2 bars, curve: slow}}
      - {name: then, after: end, wait: 1 bar, quantise: 4 bars, model: pocket, over: 3s, curve: fast}
      - name: thunder
        osc: /cue/thunder 1 "two  words"
        quantise: beat
        set:
          gen/cfg: {to: 4, over: 2 bars, curve: slow}
          mix/pan: {to: -1, curve: fast}
          mix/width: {to: 2, over: 1s}
          mix/gain: {to: -6}
          gen/steps: {to: 4}
        over: 1 bar
        loop: {bars: 5-8, times: 2}
        send:
          - {osc: "127.0.0.1:7000", message: "/lights/go 3"}
          - {osc: localhost:7000, message: /lights/off}
          - {midi: Volca, message: program_change  channel = 0 program=5}
          - {to: desk, message: "sysex data=(1, 2)"}
      - {name: vamp, go: true, loop: {bars: 9}, quantise: now, model: pocket}
"""


def test_everything_that_a_cue_can_hold(tmp_path):
    (song,) = load(tmp_path, CUES).songs
    first, after, then, thunder, vamp = song.cues
    assert first == Cue(
        "first", "1.10", Trigger("at"), holds=True, line=8, path=tmp_path / "show.yaml",
        set={"clock/tempo": 140.0, "clock/metre": 3, "engine/seed": 12}, ways={"clock/tempo": Way(Span(4.0, "bars"))},
    )  # fmt: skip
    assert (after.trigger, after.wait) == (Trigger("start"), Span(2.5))
    assert after.swap == Swap("pocket", Span(2.0, "bars"), "slow")
    assert (then.trigger, then.wait, then.quantise) == (Trigger("end"), Span(1.0, "bars"), Span(4.0, "bars"))
    assert then.swap == Swap("pocket", Span(3.0), "fast")
    assert thunder.trigger == Trigger("osc", message='/cue/thunder 1 "two words"')
    assert thunder.quantise == Span(1.0, "beats")
    assert thunder.set == {"gen/cfg": 4.0, "mix/pan": -1.0, "mix/width": 2.0, "mix/gain": -6.0, "gen/steps": 4}
    assert thunder.ways == {
        "gen/cfg": Way(Span(2.0, "bars"), "slow"),
        "mix/pan": Way(Span(1.0, "bars"), "fast"),
        "mix/width": Way(Span(1.0)),
    }
    assert thunder.loop == Loop(5, 8, 2)
    assert thunder.sends == (
        Send("osc", "127.0.0.1:7000", "/lights/go 3"),
        Send("osc", "localhost:7000", "/lights/off"),
        Send("midi", "Volca", "program_change channel=0 program=5"),
        Send("midi", "Desk", "sysex data=(1,2)"),
    )
    assert (vamp.loop, vamp.quantise, vamp.swap) == (Loop(9, 9), Span(0.0), Swap("pocket"))


DEFAULTS = """
defaults: {over: 1 bar, curve: smooth, quantise: bar}
songs:
  - name: One
    length: 80 bars
    set: {mix/width: 1.4, gen/steps: 6}
    model: pocket
    notes: Wait for  the singer.
    defaults: {over: 2s}
    cues:
      - {name: a, go: true}
      - {name: b, bar: 2, over: 4 beats, curve: fast}
      - {name: c, after: end, quantise: now, model: pocket}
  - {name: Two, length: 9s, model: {to: pocket, over: 3 beats}, cues: [{go: true}]}
"""


def test_what_a_song_begins_with_and_what_its_cues_do_that_do_not_say(tmp_path):
    one, two = load(tmp_path, DEFAULTS).songs
    assert (one.set, one.notes) == ({"mix/width": 1.4, "gen/steps": 6}, "Wait for the singer.")
    assert (one.swap, two.swap) == (Swap("pocket"), Swap("pocket", Span(3.0, "beats")))
    a, b, c = one.cues
    assert (a.over, a.curve, a.quantise) == (Span(2.0), "smooth", Span(1.0, "bars"))
    assert (b.over, b.curve, b.quantise) == (Span(4.0, "beats"), "fast", Span(0.0))
    assert (c.quantise, c.swap) == (Span(0.0), Swap("pocket", Span(2.0), "smooth"))
    assert two.cues[0].over == Span(1.0, "bars")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r'notes: "a\eb"', "notes: holds a sign that cannot be shown"),
        (r'prompts: "a\0b"', "prompt: holds a sign that cannot be shown"),
        (f"notes: {'a' * 2001}", "notes: longer than 2000 signs"),
        ("length: 3s", 'unknown key "length" in a cue; it belongs to a song'),
        ("set: {gen/cfg: 010}", "gen/cfg: 010 is another number to YAML than it looks"),
        ("set: {gen/cfg: 0x10}", "gen/cfg: 0x10 is another number to YAML than it looks"),
        ("set: {gen/cfg: 1_0}", '"1_0" is not a number'),
        ("set: {gen/cfg: 1e999}", "gen/cfg: not a finite number"),
        ("set: {gen/steps: 1e999}", "gen/steps: 1e999 is not a whole number"),
        ("set: {gen/steps: '2.5'}", "gen/steps: 2.5 is not a whole number"),
        ("set: {mix/mute: maybe}", 'mix/mute: "maybe" is not true or false'),
        ("set: {mix/mute: 0.3}", 'mix/mute: "0.3" is not true or false'),
        ("set: {gen/cfg: {to: 30, over: 2s}}", "gen/cfg: 30 is outside 0 to 12"),
        ("set: {gen/cfg: {over: 2s}}", "gen/cfg: does not say where it goes; write to:"),
        ("set: {gen/cfg: {to: 3, ovr: 2s}}", 'unknown key "ovr" in a way; did you mean "over"?'),
        ("set: {gen/cfg: {to: 3, over: soon}}", 'over: "soon" is not a time'),
        ("set: {gen/cfg: {to: 3, curve: smoth}}", 'unknown curve "smoth"; did you mean "smooth"?'),
        ("set: {gen/steps: {to: 3, over: 2s}}", "gen/steps: has nothing between two values to glide along"),
        ("set: {mix/mute: {to: true, over: 2s}}", "mix/mute: has nothing between two values"),
        ("tempo: 500", "tempo: 500 is outside 20 to 300"),
        ("tempo: {to: 90, curve: slow}", "tempo: a curve needs over:, as {to: 140, over: 4 bars}"),
        ("metre: 33", "metre: 33 is outside 1 to 32"),
        ("seed: -1", "seed: -1 is outside 0 to"),
        ("model: pokket", 'model: no bundle called "pokket"'),
        ("model: {over: 2s}", "model: does not say where it goes"),
        ("model: {to: pokket, over: 2s}", 'did you mean "pocket"'),
        ("model: [pocket]", "model: expected text"),
        ("hold: on", "hold: write hold: true or hold: false"),
        ("hold: 1", "hold: write hold: true or hold: false"),
        ("loop: 5-8", "a loop must be a mapping with bars, times, such as bars: 5-8"),
        ("loop: {times: 2}", "loop: has no bars; write loop: {bars: 5-8, times: 2}"),
        ("loop: {bars: 8-5}", "bars: expected a bar or two: 5, or 5-8, got 8-5"),
        ("loop: {bars: 0-5}", "got 0-5"),
        ("loop: {bars: [5, 8]}", "got several values"),
        ("loop: {bars: 1-2, times: -1}", "times: expected a whole number from 0 to 999, got -1"),
        ("loop: {bars: 1-2, times: twice}", "got twice"),
        ("wait: 2s", "wait: goes with go, after or osc; this cue says with at: when it fires"),
        ("quantise: bar", "quantise: goes with go, after or osc; this cue says with at: when it fires"),
        ("send: /go", "send must be a list (lines that begin with -)"),
        ("send: [/go]", "send: a message must be a mapping with osc, midi, to, message"),
        ("send: [{message: /go}]", "send: needs osc, midi or to to say where it goes; it has none"),
        ("send: [{osc: 'a:1', midi: b, message: stop}]", "it has osc and midi"),
        ("send: [{osc: 'a:1'}]", "send: has no message; write message:"),
        ("send: [{osc: 'a:99999', message: /go}]", 'send: osc: "a:99999" is not host:port, such as "127.0.0.1:7000"'),
        ("send: [{osc: lights, message: /go}]", 'send: osc: "lights" is not host:port'),
        ("send: [{osc: 'a:1', message: go}]", 'send: message: "go" is not an OSC address such as /cue/thunder'),
        ("send: [{to: lights, message: /go}]", 'unknown target "lights"; there are no targets: in this setlist'),
        ("send: [{midi: a, message: note_in note=1}]", '"note_in" is not a MIDI message; did you mean "note_on"?'),
        ("send: [{midi: a, message: note_on channel=16}]", "channel=16 must be a whole number from 0 to 15"),
    ],
)
def test_a_mistake_in_a_cue_is_placed(tmp_path, line, words):
    (found,) = problems_of(tmp_path, ONE_CUE + f"        {line}\n")
    assert words in found
    assert found.startswith('show.yaml:7: cue "lift": ')


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ("after: ends", '8: cue "lift": after: "ends" is not start or end; did you mean "end"?'),
        ("after: 2s", '8: cue "lift": after: write after: start, and wait: 2s for the time in between'),
        ("osc: thunder", '8: cue "lift": osc: "thunder" is not an OSC address such as /cue/thunder'),
        ("osc: /lmdm/show/go", "osc: /lmdm/show/go speaks to the program itself; choose another address"),
        ("osc: [/a]", '8: cue "lift": osc: expected text'),
        ("go: true\n        wait: soon", '9: cue "lift": wait: "soon" is not a time'),
        ("go: true\n        quantise: baar", 'quantise: "baar" is not one of now, beat, bar, 4 bars or 2 beats; did'),
        ("go: true\n        quantise: 2s", '9: cue "lift": quantise: "2s" is not one of'),
        ("go: true\n        quantise: 0 bars", 'quantise: "0 bars" is not one of'),
        ("go: true\n        quantise: 1.5 bars", 'quantise: "1.5 bars" is not one of'),
        ("tempo: 9", "needs one of at, bar, go, after or osc to say when it fires; it has nothing"),
        (
            "go: true\n        set: {clock/tempo: 90}\n        tempo: 100",
            "tempo: is clock/tempo, which stands in set: too",
        ),
    ],
)
def test_a_mistake_in_when_it_fires_is_placed(tmp_path, trigger, words):
    text = ONE_CUE.replace("at: 1", trigger).replace(
        "      - name", "      - name: first\n        go: true\n      - name"
    )
    assert any(found.startswith("show.yaml:") and words in found for found in problems_of(tmp_path, text))


def test_the_first_cue_of_a_song_has_none_before_it(tmp_path):
    (found,) = problems_of(tmp_path, ONE_CUE.replace("at: 1", "after: start"))
    assert found == 'show.yaml:6: cue "lift": after: there is no cue before it in its song; write at: 0'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("songs: [{length: 1s, set: {gen/cfg: {to: 3, over: 1s}}}]\n", "gen/cfg: a song begins with a value"),
        ("songs: [{length: 1s, set: {clock/tempo: 90}}]\n", "clock/tempo: a song says tempo: for that"),
        ("songs: [{length: 1s, model: pokket}]\n", 'song "song 1": model: no bundle called "pokket"'),
        ("songs: [{length: 1s, defaults: {ovr: 1s}}]\n", 'unknown key "ovr" in defaults; did you mean "over"?'),
        ("songs: [{length: 1s, at: 3}]\n", 'unknown key "at" in a song; it belongs to a cue'),
        ("songs: [{length: 1s, notes: ''}]\n", "notes: expected text"),
        (
            "songs: [{length: 8 bars, cues: [{bar: 1, loop: {bars: 5-9}}]}]\n",
            'loops up to bar 9, but song "song 1" has 8',
        ),
        ("defaults: {quantise: 3s}\n" + ONE_CUE, 'quantise: "3s" is not one of'),
        ("targets: {a: 1}\n" + ONE_CUE, "targets: a: a target must be a mapping with osc, midi"),
        ("targets: {a: {osc: b}}\n" + ONE_CUE, 'targets: a: osc: "b" is not host:port'),
        ("targets: {a: {osc: 'b:1', midi: b}}\n" + ONE_CUE, "targets: a: needs osc or midi to say where it goes"),
        ("title: a\u2028b\n" + ONE_CUE, "not readable as YAML: a sign stands here (U+2028) that cannot be shown"),
        ("seed: 1e999\n" + ONE_CUE, "seed: 1e999 is not a whole number"),
    ],
)
def test_a_mistake_outside_cues_is_placed(tmp_path, text, words):
    (found,) = problems_of(tmp_path, text)
    assert found.startswith("show.yaml:1: ") and words in found


def test_order_is_not_judged_where_hands_ramps_holds_and_loops_move_the_clock(tmp_path):
    song = "songs:\n  - name: One\n    tempo: 120\n    length: 16 bars\n    cues:\n"
    then = "      - {at: 3.9s}\n"
    assert problems_of(tmp_path, song + "      - {bar: 3, over: 1s}\n" + then)
    for turn in ("hold: true", "loop: {bars: 3-4}", "tempo: {to: 300, over: 2 bars}"):
        assert not problems_of(tmp_path, song + f"      - {{bar: 3, {turn}}}\n" + then)
    assert not problems_of(tmp_path, song + "      - {go: true, tempo: 300}\n      - {bar: 3}\n" + then)
    hold = song + "      - {bar: 3, hold: true}\n"
    assert "fires before it" in problems_of(tmp_path, hold + "      - {go: true}\n      - {bar: 2}\n")[0]
    assert "has ended" in problems_of(tmp_path, hold + "      - {bar: 17}\n")[0]


def test_a_wrong_time_or_number_is_placed_where_it_stands(tmp_path):
    cue = "      - name: a\n        number: {}\n        at: {}\n"
    song = "songs:\n  - name: One\n    length: 60s\n    cues:\n"
    for other, line in (((2, 3), 10), ((2, 61), 10), ((1, 6), 9)):
        (found,) = problems_of(tmp_path, song + cue.format(1, 5) + cue.format(*other))
        assert found.startswith(f"show.yaml:{line}: "), found


def test_more_problems_than_anybody_mends_at_once_are_not_all_told(tmp_path):
    found = problems_of(tmp_path, ONE_CUE + "      - {at: x}\n" * 500)
    assert len(found) == FAULTS_LIMIT + 1
    assert found[-1].endswith("there is more behind this; mend these first")


# --- variables --------------------------------------------------------------------------------------------------------

VARIABLES = (
    "variables: {lead: warm pads, drive: 4, slow: 2 bars, mute: true, folder: pocket, half: 0.5}\nmodel: $folder\n"
)
USES = """        prompts: {$lead: $half, bright $lead: 0.25}
        set: {gen/cfg: $drive, mix/mute: $mute, mix/pan: -$half}
        over: $slow
"""


def test_variables_stand_in_any_value_and_in_the_words_of_prompts(tmp_path):
    setlist = load(tmp_path, VARIABLES + ONE_CUE.replace("lift\n", "$$5 ${lead}s\n") + USES)
    (cue,) = setlist.songs[0].cues
    assert (setlist.model, cue.name) == ("pocket", "$5 warm padss")
    assert cue.prompts == {"warm pads": 0.5, "bright warm pads": 0.25}
    assert (cue.set, cue.over) == ({"gen/cfg": 4.0, "mix/mute": True, "mix/pan": -0.5}, Span(2.0, "bars"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("notes: $laed", 'cue "lift": unknown variable "laed"; did you mean "lead"?'),
        ("notes: ${Lead}", 'unknown variable "Lead"; did you mean "lead"?'),
        ("notes: costs $ 5", "a lone $ stands here: write $$"),
        ("notes: $zzz", "there are lead, drive, slow, mute, folder, half"),
        ("set: {gen/cfg: $lead}", 'gen/cfg: "warm pads" is not a number'),
        ("set: {gen/cfg: 1$drive}", "gen/cfg: 14 is outside 0 to 12"),
        ("notes: $mute", 'write "true" in quotes'),
        ("over: $lead", '"warm pads" is not a time'),
        ("set: {$lead: 3}", 'unknown parameter "$lead"'),
        ("notes: " + "$lead" * 300, "longer than 2000 signs"),
    ],
)
def test_a_mistake_with_a_variable_is_placed(tmp_path, line, words):
    (found,) = problems_of(tmp_path, VARIABLES + ONE_CUE + f"        {line}\n")
    assert words in found and found.startswith("show.yaml:9: ")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ("{a: $b, b: x}", 'unknown variable "b"; there are none here'),
        ("{a: [x]}", "variables: a: expected text or a number"),
        ("{a: }", "variables: a: expected text or a number"),
        ("{a b: x}", 'variables: "a b" is not a name'),
        ("{a: on}", 'variables: a: YAML reads a bare on as true or false: write "on" in quotes'),
        ("pads", "variables must be a mapping, such as {lead: warm pads}"),
        ("{" + ", ".join(f"v{n}: 1" for n in range(300)) + "}", "variables: there are more than 200"),
        (f"{{a: {'x' * 3000}}}", "variables: a: expected text or a number"),
    ],
)
def test_a_mistake_in_the_variables_is_placed(tmp_path, variables, words):
    (found,) = problems_of(tmp_path, f"variables: {variables}\n" + ONE_CUE)
    assert found.startswith(f"show.yaml:1: {words}")
