"""Setlists with mistakes: of 200 seeded ones each is still a setlist, or answered by file and line; giants cost little.

YAML cannot always name the line where a hand slipped: a lost quote or a moved indentation is noticed where the text
stops making sense, a line that is gone leaves nothing to point at. Those mutations (``VAGUE``) are only told of. All
others are told of at the very line.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from setlist_texts import SETLISTS

from lmdmd.control.setlist_reader import load_setlist, read_setlist
from lmdmd.control.setlist_schema import KEYS
from lmdmd.control.yaml_lines import SIZE_LIMIT
from lmdmd.errors import SetlistError
from lmdmd.params import BY_NAME

FILES = {"demo.yaml": "demo.yaml", "jam.yaml": "jam.yaml", "theatre.yaml": "theatre.yaml",
         "songs/last_call.yaml": "jam.yaml"}  # fmt: skip
"""File that is mutated, and the one that is read."""

KEY_LINE = re.compile(r"(?P<head>[ -]*)(?P<key>[a-z]+):(?P<value> +[^#{\[]*?)?(?P<tail> *(?: #.*)?)$")
PARAM_LINE = re.compile(r"(?P<head>.*?)(?P<name>[a-z]+/[a-z_]+)(?P<tail>: .*)$")
KNOWN = {key for keys in KEYS.values() for key in keys}

WRONG = {
    "title": ["on", "[a, b]", r'"\ud83c"'],
    "model": ["pokket", "{to: pocket}", "no"],
    "seed": ["-3", "x", "1e999", "2.5"],
    "name": ["yes", "{a: b}", "1:30"],
    "tempo": ["fast", "5", "1e999", ".nan", "0x50", "9" * 400],
    "metre": ["4/5", "[4]", "99"],
    "length": ["long", "-3 bars", "0", "1:30", "12 barz", "9" * 400],
    "prompts": ["[a, b]", "{a: 7}", "{on: 1}", "off", "{}"],
    "at": ["later", "1:30", "25h", "[1]"],
    "bar": ["0", "1.5", "one", "100001"],
    "go": ["on", "yes", "1", "soon"],
    "after": ["ending", "2s", "no"],
    "osc": ["thunder", "/lmdm/show/go", "[/a]"],
    "wait": ["soon", "{a: 1}"],
    "quantise": ["baar", "0 bars", "3s"],
    "notes": ["[a]", "{}", "$nobody", r'"\e[2J"'],
    "over": ["a while", "1:30", "2 barz"],
    "curve": ["smoth", "on", "[linear]"],
    "hold": ["on", "maybe", "1"],
    "number": ["[1]", "no", "{1: 2}"],
    "include": ["nowhere.yaml", "../x.yaml", "/etc/passwd", "[a]"],
}
"""Values that are wrong behind each key."""


@dataclass(frozen=True)
class Mutation:
    """A text with a mistake; ``line`` is where it stands, 0 where it may be noticed elsewhere or be none at all."""

    text: bytes
    line: int = 0


def lines_with(text, pattern, fits=lambda match: True):
    """Numbers and matches of the lines that are no comments and fit."""
    found = ((n, pattern.match(line)) for n, line in enumerate(text.splitlines()) if not line.lstrip().startswith("#"))
    return [(n, match) for n, match in found if match and fits(match)]


def replaced(text, number, *new, upto=1):
    """Text with lines from ``number`` on (from 0) replaced by others."""
    lines = text.splitlines()
    return "\n".join([*lines[:number], *new, *lines[number + upto :], ""]).encode("utf-8", "surrogatepass")


def misspelt(rng, word, known):
    """A word with one slip of the hand that makes it another."""
    while True:
        at = rng.randrange(len(word))
        slips = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + rng.choice("qxz") + word[at + 1 :],
        )
        slip = rng.choice(slips)
        if slip and slip not in known:
            return slip


def typo_in_a_key(rng, text):
    number, match = rng.choice(lines_with(text, KEY_LINE, lambda m: m["key"] in KNOWN))
    line = match.string.replace(match["key"], misspelt(rng, match["key"], KNOWN), 1)
    return Mutation(replaced(text, number, line), number + 1)


def typo_in_a_parameter(rng, text):
    number, match = rng.choice(lines_with(text, PARAM_LINE, lambda m: m["name"] in BY_NAME))
    return Mutation(
        replaced(text, number, match["head"] + misspelt(rng, match["name"], BY_NAME) + match["tail"]), number + 1
    )


def wrong_value(rng, text):
    # Where only a comment stands, what stands below such a key would stop making sense.
    number, match = rng.choice(lines_with(text, KEY_LINE, lambda m: m["key"] in WRONG and (m["value"] or "").strip()))
    return Mutation(
        replaced(text, number, f"{match['head']}{match['key']}: {rng.choice(WRONG[match['key']])}"), number + 1
    )


def value_of_another_kind(rng, text):
    number, match = rng.choice(
        lines_with(text, PARAM_LINE, lambda m: m["name"] in BY_NAME and m["tail"].count(":") == 1)
    )
    wrong = rng.choice(["[1]", "{over: 1s}", "1e999", "{to: 1, ovr: 2s}", ".inf", "0x10", "99999", ""])
    tail = "}" if match["tail"].split("#")[0].rstrip().endswith("}") and "{" in match["head"] else ""
    return Mutation(replaced(text, number, f"{match['head']}{match['name']}: {wrong}{tail}"), number + 1)


def key_given_twice(rng, text):
    number, match = rng.choice(lines_with(text, KEY_LINE, lambda m: m["value"] and "-" not in m["head"]))
    return Mutation(replaced(text, number, match.string, match.string), number + 2)


def key_of_another_part(rng, text):
    number, match = rng.choice(lines_with(text, KEY_LINE, lambda m: m["key"] == "name"))
    indent = match["head"].replace("-", " ")
    return Mutation(
        replaced(text, number, match.string, f"{indent}{rng.choice(['title', 'songs', 'include'])}: x"), number + 2
    )


def number_taken(rng, text):
    found = lines_with(text, KEY_LINE, lambda m: m["key"] == "number")
    (first, taken), (later, match) = sorted(rng.sample(found, 2)) if len(found) > 1 else [(0, None)] * 2
    if match is None:
        return missing_bundle(rng, text)
    del first
    return Mutation(replaced(text, later, f"{match['head']}number:{taken['value']}"), later + 1)


def missing_bundle(rng, text):
    number, match = rng.choice(lines_with(text, KEY_LINE, lambda m: m["key"] in ("tempo", "length")))
    return Mutation(replaced(text, number, match.string, f"{match['head'].replace('-', ' ')}model: nobody"), number + 2)


def variable_unknown(rng, text):
    number, match = rng.choice(
        lines_with(text, KEY_LINE, lambda m: m["key"] in ("name", "notes", "over") and m["value"])
    )
    line = f"{match['head']}{match['key']}: a ${rng.choice(['{bde}', 'nothing', ' 5', '{}'])}"
    return Mutation(replaced(text, number, line), number + 1)


def behind_the_end(rng, text):
    number, match = rng.choice(lines_with(text, KEY_LINE, lambda m: m["key"] in ("at", "bar", "go")))
    # Once a hold has moved the bars, only bars can be held against a length in bars, and seconds against seconds.
    late = "bar: 99999" if " bars" in text else "at: 23h"
    return Mutation(replaced(text, number, match["head"] + late), number + 1)


def includes_itself(rng, text):
    number, _ = rng.choice(lines_with(text, re.compile(r"songs:")))
    name = rng.choice(["demo.yaml", "jam.yaml", "theatre.yaml"])
    return Mutation(replaced(text, number, "songs:", f"  - include: {name}", f"  - include: songs/../{name}"), 0)


def tab(rng, text):
    number, match = rng.choice(lines_with(text, KEY_LINE, lambda m: m["key"] in KNOWN))
    return Mutation(replaced(text, number, "\t" + match.string), number + 1)


def odd_bytes(rng, text):
    data = bytearray(text.encode())
    at = rng.randrange(len(data))
    data[at:at] = rng.choice([b"\xff", b"\xc3(", b"\x00", b"\x07", b"\xed\xa0\x80", "\u2028".encode(), "\x85".encode()])
    line = data.count(b"\n", 0, at) + 1
    return Mutation(bytes(data), 0 if bytes(data).isascii() and b"\x00" not in data and b"\x07" not in data else line)


def deep(rng, text):
    number, match = rng.choice(lines_with(text, KEY_LINE, lambda m: m["key"] in ("notes", "name", "title")))
    opening = rng.choice(["[", "{a: "]) * rng.randrange(25, 3000)
    return Mutation(replaced(text, number, f"{match['head']}{match['key']}: {opening}"), number + 1)


def bomb(rng, text):
    number, match = rng.choice(lines_with(text, KEY_LINE, lambda m: m["key"] in ("title", "songs")))
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]" for n in range(rng.randrange(4, 12))]
    return Mutation(replaced(text, number, *layers, match.string))


def anchor(rng, text):
    number, match = rng.choice(lines_with(text, KEY_LINE, lambda m: m["key"] in WRONG and m["value"]))
    wrong = rng.choice(["*nobody", "!!python/object:os.system x", "&a [*a]", "!thing x"])
    return Mutation(replaced(text, number, f"{match['head']}{match['key']}: {wrong}"), number + 1)


def truncated(rng, text):
    return Mutation(text.encode()[: rng.randrange(len(text))])


def indented_otherwise(rng, text):
    number, match = rng.choice(lines_with(text, re.compile(r"( *)(.+)")))
    return Mutation(replaced(text, number, " " * max(0, len(match[1]) + rng.choice([-4, -2, -1, 1, 2, 4])) + match[2]))


def line_gone(rng, text):
    number, _ = rng.choice(lines_with(text, re.compile(r".+")))
    return Mutation(replaced(text, number, upto=rng.randrange(1, 4)))


def lines_swapped(rng, text):
    lines = text.splitlines()
    one, two = rng.sample(range(len(lines)), 2)
    lines[one], lines[two] = lines[two], lines[one]
    return Mutation("\n".join([*lines, ""]).encode())


def sign_put_in(rng, text):
    at = rng.randrange(len(text))
    return Mutation((text[:at] + rng.choice("\"'[]{}:-#&*!|>%@`,?") + text[at:]).encode())


def bytes_flipped(rng, text):
    data = bytearray(text.encode())
    for _ in range(rng.randrange(1, 6)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return Mutation(bytes(data))


EXACT = (typo_in_a_key, typo_in_a_parameter, wrong_value, value_of_another_kind, key_given_twice, key_of_another_part,
         number_taken, missing_bundle, variable_unknown, behind_the_end, tab, odd_bytes, deep, anchor)  # fmt: skip
TOLD = (includes_itself, bomb)
VAGUE = (truncated, indented_otherwise, line_gone, lines_swapped, sign_put_in, bytes_flipped)
MUTATIONS = (*EXACT, *TOLD, *VAGUE, wrong_value, typo_in_a_key, wrong_value)


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(SETLISTS, tmp_path / "setlists"))


@pytest.mark.parametrize("seed", range(200))
def test_a_mutated_setlist_is_still_one_or_answered_by_file_and_line(seed, folder):
    rng, mutate = random.Random(seed), MUTATIONS[seed % len(MUTATIONS)]
    able = [name for name in sorted(FILES) if mutate is not typo_in_a_parameter or "/" in (folder / name).read_text()]
    file = folder / rng.choice(able)
    mutation = mutate(rng, file.read_text(encoding="utf-8"))
    file.write_bytes(mutation.text)
    top = folder / FILES[file.relative_to(folder).as_posix()]
    setlist, faults = read_setlist(top)
    said = f"{mutate.__name__}: {[str(fault) for fault in faults]}"
    for fault in faults:
        assert fault.text and folder in fault.path.parents, said
        assert 1 <= fault.line <= fault.path.read_bytes().count(b"\n") + 1, said
    if mutate in EXACT:
        assert (file, mutation.line) in {(fault.path, fault.line) for fault in faults}, f"{mutation.line}, {said}"
    assert faults or mutate in VAGUE, said
    if faults:
        with pytest.raises(SetlistError, match=re.escape(str(faults[0]))):
            load_setlist(top)
    else:
        assert load_setlist(top) == setlist


# --- giants -----------------------------------------------------------------------------------------------------------

READ = """
import resource, sys
from pathlib import Path
from lmdmd.control.setlist_reader import read_setlist
resource.setrlimit(resource.RLIMIT_AS, (500 * 2**20,) * 2)
used = resource.getrusage(resource.RUSAGE_SELF)
resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_S,) * 2)
setlist, faults = read_setlist(Path(sys.argv[1]))
print(*faults, sep="\\n")
"""
CPU_S = 10
"""Generous: each of these takes some tenths of a second on a machine that is not busy."""


def said_of(path):
    """What a process of 500 MB says of a setlist within its time."""
    command = [sys.executable, "-c", READ.replace("CPU_S", str(CPU_S)), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


CUES = "songs:\n  - name: One\n    length: 2h\n    cues:\n"


GIANTS = {
    "50MB": ("x" * 50_000_000, ":1: longer than 256 KiB"),
    "deep": ("[" * 200_000, ":1: nested deeper than 20 levels"),
    "dashes": ("- " * 100_000, ":1: nested deeper than 20 levels"),
    "long list": ("[" + "x, " * 85_000 + "]", ":1: more values than a setlist may have"),
    "aliases": (
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 200)),
        "multiply this file",
    ),
    "variables": (
        "variables: {a: " + "y" * 1900 + "}\n" + CUES + f"      - {{go: true, notes: {'$a' * 100_000}}}\n",
        ":6: ",
    ),
    "faults": (CUES + "".join(f"      - {{go: true, notes: $no{n}}}\n" for n in range(3000)), "mend these first"),
    "models": (CUES + "".join(f"      - {{go: true, model: none{n}}}\n" for n in range(3000)), "mend these first"),
    "includes": ("songs:\n" + "".join(f"  - include: none{n}.yaml\n" for n in range(5000)), "mend these first"),
    "cues": (
        CUES + "".join(f"      - {{bar: {n}, tempo: {60 + n % 9}}}\n" for n in range(1, 2500)) + "      - {at: x}\n",
        ":2504: ",
    ),
    "digits": (f"seed: {'9' * 250_000}\n", ":1: "),
    "base60": (f"seed: 1{':30' * 80_000}\n", ":1: "),
}
"""Texts that are too much, and what is said of them."""


@pytest.mark.parametrize(("text", "words"), GIANTS.values(), ids=GIANTS)
def test_a_giant_is_answered_within_its_time_and_memory(tmp_path, text, words):
    path = tmp_path / "giant.yaml"
    path.write_text(text)
    said = said_of(path)
    assert said and all(line.startswith(f"{path}:") for line in said)
    assert any(words in line for line in said), said[:3]


def test_what_is_no_file_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    for path in (tmp_path / "pipe.yaml", tmp_path / "zero.yaml", Path("/dev/zero"), tmp_path):
        assert said_of(path) == [f"{path}:1: cannot be read: it is not a file"]


def test_files_that_are_large_together_are_answered_within_their_time_and_memory(tmp_path):
    part = "".join(f"- {{name: S{n}, length: 1s, prompts: pads}}\n" for n in range(2000))
    for n in range(40):
        (tmp_path / f"part{n}.yaml").write_text(part)
    path = tmp_path / "giant.yaml"
    path.write_text("songs:\n" + "".join(f"  - include: part{n}.yaml\n" for n in range(40)))
    said = said_of(path)
    assert any(re.search(r"part1\.yaml:8[0-9]{2}: more values than a setlist may have", line) for line in said)
    (tmp_path / "part0.yaml").write_text("- {name: S, length: 1s}\n" + "#" * (SIZE_LIMIT - 100))
    path.write_text("songs:\n" + "  - include: part0.yaml\n" * 40)
    assert any("at most 512 KiB together" in line for line in said_of(path))
