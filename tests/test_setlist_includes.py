"""Songs from other files: they come in their place, no path leads out, and a mistake stands in its own file."""

import os

import pytest
from setlist_texts import ONE_CUE, problems_of, write_files

from lmdmd.control.setlist import Send, Span
from lmdmd.control.setlist_files import FILES_LIMIT
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.control.yaml_lines import SIZE_LIMIT

OPENER = "- {name: Opener, length: 20s, cues: [{name: hi, number: 1, at: 1, prompts: bells}]}\n"
SHOW = {
    "show.yaml": """
variables: {lead: warm pads}
defaults: {over: 1 bar, curve: fast}
targets: {a: {midi: A}}
songs:
  - include: songs/opener.yaml
  - {name: Mid, length: 5s, cues: [{go: true}]}
  - include: songs/more/two.yaml
""",
    "songs/opener.yaml": "- {name: Opener, length: 20s, cues: [{name: hi, number: 1, at: 1, prompts: $lead}]}\n",
    "songs/more/two.yaml": """
variables: {lead: bells}
defaults: {over: 3s}
songs:
  - {name: Two, length: 9s, prompts: $lead, cues: [{go: true, send: [{to: a, message: stop}]}]}
  - include: ../last.yaml
""",
    "songs/last.yaml": "songs: [{name: Last, length: 5s, prompts: $lead}]\n",
}


def test_songs_of_other_files_come_in_their_place(tmp_path):
    setlist = load_setlist(write_files(tmp_path, SHOW))
    opener, mid, two, last = setlist.songs
    assert [song.name for song in setlist.songs] == ["Opener", "Mid", "Two", "Last"]
    assert opener.cues[0].prompts == {"warm pads": 1.0}
    assert (two.prompts, last.prompts) == ({"bells": 1.0}, {"bells": 1.0})
    assert (mid.cues[0].over, two.cues[0].over, two.cues[0].curve) == (Span(1.0, "bars"), Span(3.0), "fast")
    assert two.cues[0].sends == (Send("midi", "A", "stop"),)
    assert (opener.line, opener.path, opener.cues[0].path) == (1, tmp_path / "songs/opener.yaml", opener.path)
    assert [path.resolve() for path in setlist.paths] == [(tmp_path / name).resolve() for name in SHOW]


def test_a_mistake_in_an_included_file_is_placed_there(tmp_path):
    bad = ONE_CUE.replace("One", "Opener") + "        number: 1\n        set:\n          gen/cgf: 3\n"
    top = ONE_CUE + "        number: 1\n  - include: songs/opener.yaml\n"
    assert problems_of(tmp_path, top, **{"songs/opener": bad}) == [
        f'songs/opener.yaml:7: cue "lift": number 1 is taken by cue "lift" on line 7 of {tmp_path}/show.yaml',
        'songs/opener.yaml:9: cue "lift": unknown parameter "gen/cgf"; did you mean "gen/cfg"?',
    ]


@pytest.mark.parametrize(
    ("include", "words"),
    [
        ("opner.yaml", 'include: there is no file "opner.yaml" here; did you mean "opener.yaml"?'),
        ("../other.yaml", 'include: "../other.yaml" lies outside the folder of show.yaml'),
        ("sub/../../other.yaml", "lies outside the folder"),
        ("/etc/hostname", 'include: "/etc/hostname" must be a path from the folder of this file'),
        ("~/x.yaml", "must be a path from the folder of this file"),
        ("show.yaml", 'include: "show.yaml" would include itself for ever (show.yaml → show.yaml)'),
        ("link.yaml", "lies outside the folder"),
        ("sub", "include: cannot be read: it is not a file"),
        ("pipe", "include: cannot be read: it is not a file"),
        ("big.yaml", "include: longer than 256 KiB"),
        (r'"a\0b"', "include: "),
        ("[opener.yaml]", "include: expected text"),
        ("x" * 5000, "include: longer than 2000 signs"),
        ("x" * 1000, "include: "),
    ],
)
def test_a_mistake_in_an_include_is_placed(tmp_path, include, words):
    folder = tmp_path / "show"
    write_files(folder, {"opener.yaml": OPENER, "sub/x.yaml": OPENER, "big.yaml": "#" * (SIZE_LIMIT + 1)})
    (tmp_path / "other.yaml").write_text(OPENER)
    (folder / "link.yaml").symlink_to(tmp_path / "other.yaml")
    os.mkfifo(folder / "pipe")
    (found,) = problems_of(folder, f"songs: [include: {include}, {{name: One, length: 1s}}]\n")
    assert found.startswith("show.yaml:1: ") and words in found


def test_files_that_include_one_another_are_told_once(tmp_path):
    text = "songs:\n  - {name: One, length: 1s}\n  - include: NEXT.yaml\n"
    a, b = text.replace("NEXT", "b"), text.replace("NEXT", "a")
    found = problems_of(tmp_path, text.replace("NEXT", "a"), a=a, b=b)
    assert found == ['b.yaml:3: include: "a.yaml" would include itself for ever (a.yaml → b.yaml → a.yaml)']


def test_a_file_may_come_twice_but_their_number_and_sum_are_bounded(tmp_path):
    reprise = "- {name: Reprise, length: 1s}\n"
    assert problems_of(tmp_path, "songs: [include: a.yaml, include: a.yaml]\n", a=reprise) == []
    many = "songs:\n" + "  - include: a.yaml\n" * (FILES_LIMIT + 1)
    assert problems_of(tmp_path, many, a=reprise) == [
        f"show.yaml:{line}: include: a setlist has at most {FILES_LIMIT} files" for line in (33, 34)
    ]
    large = reprise + "#" * (SIZE_LIMIT - 100)
    found = problems_of(tmp_path, "songs:\n" + "  - include: a.yaml\n" * 3, a=large)
    assert found == ["show.yaml:4: include: the files of a setlist have at most 512 KiB together"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "1: the file is empty"),
        ("title: x\nsongs: [{name: A, length: 1s}]\n", '1: unknown key "title" in an included file'),
        ("just words\n", "1: an included file must be a mapping with defaults, variables, targets, songs"),
        ("[]\n", "1: there are no songs"),
        ("songs: []\n", "1: there are no songs"),
        ("a: [\n", "2: not readable as YAML"),
        ("- {name: A, length: 1s, length: 2s}\n", '1: "length" is given twice'),
    ],
)
def test_an_included_file_that_is_none_is_told(tmp_path, text, words):
    (found,) = problems_of(tmp_path, "songs: [{name: One, length: 1s}, include: a.yaml]\n", a=text)
    assert found.startswith(f"a.yaml:{words}")


def test_an_include_stands_alone(tmp_path):
    (found,) = problems_of(tmp_path, "songs: [{include: a.yaml, name: B}]\n", a=OPENER)
    assert found == 'show.yaml:1: unknown key "name" in an include; it belongs to a song or a cue'
