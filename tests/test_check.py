"""Preflight: a sound show passes, and each thing that can be wrong is found and named."""

import json
import os
import shutil
import socket
import struct
import sys
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from safetensors.numpy import save_file

from lmdmd.control import check_bundles, check_place
from lmdmd.control.check import check_setlist, check_show, list_bundles
from lmdmd.control.check_bundles import check_memory, check_words, weigh
from lmdmd.control.check_place import check_record, check_sends, recorded_bytes, recorded_tracks
from lmdmd.control.opening import choose_bundle
from lmdmd.control.run_sheet import WIDTH, run_sheet, sheet_text
from lmdmd.control.setlist import Cue, Loop, Send, Setlist, Song, Span, Swap, Trigger, Way
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.control.walk import find_bundles, models_of, show_frames, walk
from lmdmd.errors import BundleError, DeviceError, LmdmdError

DEMO = Path(__file__).parent.parent / "setlists" / "demo.yaml"
SHOW = "songs:\n  - name: One\n    length: 10s\n    prompts: warm pads\n"


@pytest.fixture(autouse=True)
def bundle(tmp_path, monkeypatch):
    folder = tmp_path / "bundles" / "house"
    folder.mkdir(parents=True)
    config = {key: {} for key in ("model", "codec", "prompts", "defaults")}
    config["geometry"] = {"sample_rate": 44100, "latent_frames": 2048, "context": 118, "block": 10}
    config |= {"format": 1, "name": "house", "version": "1", "licence": "Apache-2.0"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "README.md").write_text("# house\n")
    (folder / "tokenizer.json").write_text("{}")
    for file in ("model.safetensors", "codec.safetensors", "prompts.safetensors"):
        save_file({"w": np.zeros((3, 5), np.float16), "b": np.ones(7, np.float32)}, folder / file)
    monkeypatch.setenv("LMDMD_BUNDLES", str(folder.parent))
    return folder


@pytest.fixture
def show(tmp_path):
    path = tmp_path / "show.yaml"
    path.write_text("model: house\n" + SHOW)
    return path


def texts(problems):
    return [f"{problem.severity} {problem.place} {problem.text}" for problem in problems]


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_sound_show_has_no_problems(show, tmp_path):
    problems = check_setlist(
        show,
        ports=[("udp", free_port(socket.SOCK_DGRAM)), ("tcp", free_port(socket.SOCK_STREAM)), ("tcp", 0)],
        record=tmp_path / "new" / "takes",
        device="Studio",
        foresee=lambda device, input_device: "",
        try_bundle=lambda info: None,
        unknown_words=lambda info, text: [],
    )
    assert problems == []


def test_setlist_problems_carry_their_line(show):
    show.write_text("model: house\n" + SHOW + "    cues: [{name: lift, at: 1, set: {gen/cgf: 1}}]\n")
    (problem,) = check_setlist(show)
    assert (problem.severity, problem.place) == ("error", f"{show}:6")
    assert 'cue "lift": unknown parameter "gen/cgf"; did you mean "gen/cfg"?' in str(problem)


def test_a_bundle_that_is_not_there_is_said_once(show):
    show.write_text("model: hous\n" + SHOW)
    assert len(check_setlist(show)) == 1
    show.write_text(SHOW)
    (problem,) = check_setlist(show, model="hous")
    assert 'did you mean "house"' in problem.text


@pytest.mark.parametrize("file", ["model.safetensors", "codec.safetensors", "prompts.safetensors"])
def test_missing_cut_and_foreign_files_of_a_bundle_are_found(show, bundle, file):
    whole = (bundle / file).read_bytes()
    for content, words in (
        (whole[:-1], "is broken"),
        (whole + b"x", "is broken"),
        (whole[:20], "not a readable safetensors"),
        (b"", "not a readable safetensors"),
        (b"\xff" * 64, "not a readable safetensors"),
        (b"\x02" + b"\0" * 7 + b"[]", "not a readable safetensors"),
        (struct.pack("<Q", 100_000) + b"[" * 100_000, "not a readable safetensors"),
    ):
        (bundle / file).write_bytes(content)
        (problem,) = check_setlist(show)
        assert problem.severity == "error" and problem.place.endswith(file) and words in problem.text
    (bundle / file).unlink()
    assert [problem.text for problem in check_setlist(show)] == ["is missing"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_tokenizer_that_is_none_is_found(show, bundle, content):
    (bundle / "tokenizer.json").write_bytes(content)
    assert [problem.text for problem in check_setlist(show)] == ["is not a tokenizer"]
    (bundle / "tokenizer.json").unlink()
    assert [problem.text for problem in check_setlist(show)] == ["is missing"]


def test_a_bundle_that_does_not_load_is_said_and_its_words_are_not_asked_for(show):
    def refuse(info):
        raise BundleError(f"{info.path}: does not fit")

    (problem,) = check_setlist(show, try_bundle=refuse, unknown_words=lambda info, text: [text])
    assert (problem.severity, problem.place) == ("error", "model house") and "does not fit" in problem.text


def test_the_bundle_of_the_command_line_wins_over_the_setlist_as_in_a_run(show, tmp_path, bundle):
    other = shutil.copytree(bundle, tmp_path / "other")
    loaded = []
    check_setlist(show, model=str(other), try_bundle=lambda info: loaded.append(info.path))
    check_setlist(show, try_bundle=lambda info: loaded.append(info.path))
    assert loaded == [other, bundle]
    assert [choose_bundle(model, load_setlist(show)).path for model in (str(other), "")] == loaded
    (problem,) = check_setlist(show, model="hous")
    assert (problem.severity, problem.place) == ("error", "model hous")


def test_a_bundle_without_licence_or_card_is_a_warning(show, bundle):
    config = json.loads((bundle / "config.json").read_text())
    (bundle / "config.json").write_text(json.dumps(config | {"licence": " "}))
    (bundle / "README.md").unlink()
    assert [(p.severity, p.text.split()[0]) for p in check_setlist(show)] == [("warning", "states"), ("warning", "has")]


@pytest.mark.parametrize(("kind", "type_"), [("udp", socket.SOCK_DGRAM), ("tcp", socket.SOCK_STREAM)])
def test_a_port_in_use_is_found_and_left_alone(show, kind, type_):
    with socket.socket(socket.AF_INET, type_) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == "tcp":
            taken.listen()
        port = taken.getsockname()[1]
        (problem,) = check_setlist(show, ports=[(kind, port)])
        assert problem.place == f"{kind} port {port}"
    assert check_setlist(show, ports=[(kind, port)]) == []


def test_a_folder_that_cannot_take_the_recording_is_found(show, tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("")
    assert "not a writable folder" in check_setlist(show, record=file / "takes")[0].text
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    assert "not enough space" in check_setlist(show, record=tmp_path)[0].text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_found(show, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert "not a writable folder" in check_setlist(show, record=locked)[0].text


def test_sound_devices_are_judged_as_a_run_would(show):
    def found(device, input_device=""):
        return texts(check_setlist(show, device=device, input_device=input_device, foresee=foresee))

    def foresee(device, input_device):
        if "other" in (device, input_device):
            raise DeviceError('no sound device called "other"')
        return "there is no sound device here" if device == "default" else ""

    assert found("card") == found("card", "card") == found("null") == found("null", "none") == []
    assert found("default")[0].startswith("warning device default there is no sound device here; lmdmd run will play")
    assert found("other") == ['error device other no sound device called "other"']
    assert found("card", "other") == ['error device card no sound device called "other"']
    assert "is not heard" in found("null", "card")[0]


def test_a_file_device_may_make_its_folder_but_must_be_a_file(show, tmp_path):
    def found(path):
        return texts(check_setlist(show, device=f"file:{path}"))

    assert found(tmp_path / "out.wav") == found(tmp_path / "new" / "folder" / "out.wav") == []
    assert not (tmp_path / "new").exists()
    assert "is a folder" in found(tmp_path)[0]
    (tmp_path / "file").write_text("")
    assert "is not a writable folder" in found(tmp_path / "file" / "out.wav")[0]
    assert "/proc is not a writable folder" in found("/proc/new/out.wav")[0]
    assert "cannot be written" in found("x" * 300)[0]


def test_words_the_model_does_not_know_are_told_with_their_line(show):
    show.write_text("model: house\n" + SHOW + "    cues: [{name: b, at: 1, prompts: {zyzzy pads: 1, warm pads: 1}}]\n")
    asked = []

    def unknown_words(info, text):
        asked.append((info.name, text))
        return [word for word in text.split() if word == "zyzzy"]

    (problem,) = check_setlist(show, unknown_words=unknown_words)
    assert sorted(asked) == [("house", "warm pads"), ("house", "zyzzy pads")]
    assert (problem.severity, problem.place) == ("warning", f"{show}:6")
    assert "does not know zyzzy" in problem.text


def test_a_show_that_begins_without_a_prompt_is_a_warning(show):
    show.write_text("model: house\nsongs: [{name: One, length: 9s, cues: [{at: 1s, prompts: pads}]}]\n")
    assert [(p.severity, p.place) for p in check_setlist(show)] == [("warning", f"{show}:2")]


def test_the_run_sheet_of_the_demo_lists_every_song_and_cue(monkeypatch, tmp_path, bundle):
    config = json.loads((bundle / "config.json").read_text())
    (bundle / "config.json").write_text(json.dumps(config | {"name": "pocket"}))
    setlist = load_setlist(DEMO)
    rows = run_sheet(setlist)
    assert [row["cue"] for row in rows if row["cue"]] == [cue.name for song in setlist.songs for cue in song.cues]
    timed = [row["time_s"] for row in rows if row["time_s"] is not None]
    assert timed == sorted(timed)
    assert 100 <= timed[-1] <= 120
    by_cue = {row["cue"]: row for row in rows}
    assert (by_cue["open"]["bar"], by_cue["open"]["over"]) == (5, "2 bars")
    assert by_cue["open"]["time_s"] == pytest.approx(16 * 60 / 66, abs=1e-4)
    assert "gen/cfg = 4.0" in by_cue["open"]["changes"]
    assert by_cue["break"]["time_s"] is None
    assert json.loads(json.dumps(rows)) == rows


# --- shows with more than one model -----------------------------------------------------------------------

TWO_SONGS = (
    Song("One", 120, 4, Span(10), (Cue("plain", line=3), Cue("away", line=4, swap=Swap("chip"))), {"pads": 1.0}, 2),
    Song("Two", 90, 3, Span(10), (Cue("more", line=7, prompts={"bleeps": 1.0}),), line=6, swap=Swap("house")),
)


def a_show(*songs, model="house", path=Path("show.yaml"), paths=()):
    return Setlist("A show", model, None, songs or TWO_SONGS, path, paths)


@pytest.fixture
def chip(bundle):
    other = shutil.copytree(bundle, bundle.parent / "chip")
    config = json.loads((other / "config.json").read_text())
    (other / "config.json").write_text(json.dumps(config | {"name": "chip", "licence": "CC0-1.0"}))
    return other


def test_a_walk_knows_what_is_in_force_at_each_cue():
    stops = [(stop.name, stop.model, stop.before, stop.prompts, stop.is_news) for stop in walk(a_show())]
    assert stops == [
        ("One", "house", "house", ("pads",), True),
        ("plain", "house", "house", ("pads",), False),
        ("away", "chip", "house", ("pads",), True),
        ("Two", "house", "chip", ("pads",), True),
        ("more", "house", "house", ("bleeps",), True),
    ]
    assert next(walk(a_show(), "chip")).model == "chip"
    assert models_of(a_show()) == {"house": "", "chip": "show.yaml:4"}


def test_every_bundle_of_a_show_is_looked_for_loaded_and_listed(chip, monkeypatch):
    loaded = []
    monkeypatch.setattr("lmdmd.control.check.read_setlist", lambda path: (a_show(), []))
    assert check_setlist(Path("show.yaml"), try_bundle=lambda info: loaded.append(info.name)) == []
    assert loaded == ["house", "chip"]
    rows = list_bundles(a_show())
    assert [(row["name"], row["licence"], row["first"]) for row in rows] == [
        ("house", "Apache-2.0", ""), ("chip", "CC0-1.0", "show.yaml:4"),
    ]  # fmt: skip
    (chip / "model.safetensors").unlink()
    (problem,) = check_setlist(Path("show.yaml"))
    assert problem.place == str(chip / "model.safetensors")
    shutil.rmtree(chip)
    (problem,) = check_setlist(Path("show.yaml"))
    assert problem.place == "show.yaml:4" and 'no bundle called "chip"' in problem.text


def test_prompts_are_checked_against_the_model_that_plays_them(chip):
    setlist = a_show()
    found, _ = find_bundles(models_of(setlist))
    asked = []

    def unknown(info, prompt):
        asked.append((info.name, prompt))
        return [prompt] if (info.name, prompt) in (("chip", "pads"), ("chip", "bleeps")) else []

    (problem,) = check_words(setlist, "", found, unknown)
    assert asked == [("house", "pads"), ("chip", "pads"), ("house", "bleeps")]
    assert (problem.severity, problem.place) == ("warning", "show.yaml:4")
    assert 'prompt "pads": chip does not know pads' in problem.text
    assert not check_words(setlist, "", {"house": found["house"]}, lambda info, prompt: [])


def test_the_memory_of_two_models_at_once_is_weighed(chip, monkeypatch):
    setlist = a_show()
    found, _ = find_bundles(models_of(setlist))
    save_file({"w": np.zeros((10_000, 1_000), np.float16)}, chip / "model.safetensors")
    memory = weigh(setlist, "", found)
    decks = memory["decks_mb"]
    assert decks["chip"] - decks["house"] == pytest.approx(2 * 4 * 10.0, abs=2)
    assert [(pair["bundles"], pair["cue"]) for pair in memory["swaps"]] == [
        (["house", "chip"], "away"), (["chip", "house"], "Two"),
    ]  # fmt: skip
    worst = memory["worst"]
    assert worst["mb"] == pytest.approx(sum(decks.values()) + check_bundles.BESIDES_MB, abs=1)
    assert weigh(a_show(TWO_SONGS[1]), "", {"house": found["house"]})["worst"]["bundles"] == ["house"]
    monkeypatch.setattr(check_bundles, "available_mb", lambda: worst["mb"] - 1.0)
    problems = check_memory(weigh(setlist, "", found))
    assert [(p.severity, p.place) for p in problems] == [("warning", "show.yaml:4"), ("warning", "show.yaml:6")]
    assert '"away" needs about' in problems[0].text and "a cold one" in problems[0].text
    monkeypatch.setattr(check_bundles, "available_mb", lambda: 100.0)
    assert [(p.severity, p.place) for p in check_show(setlist, "", found)] == [
        ("error", "model house"), ("error", "model chip"),
    ]  # fmt: skip


def test_a_file_that_is_included_must_be_one(tmp_path, bundle):
    here = tmp_path / "show.yaml"
    here.touch()
    songs = tuple(replace(song, swap=None, cues=()) for song in TWO_SONGS)
    (problem,) = check_show(a_show(*songs, path=here, paths=(here, tmp_path / "gone.yaml")), "", {})
    assert problem.place == str(tmp_path / "gone.yaml")


# --- whom it speaks to, and where it is kept ----------------------------------------------------------------


def sending(*targets):
    sends = tuple(Send(kind, target, "/go 1" if kind == "osc" else "clock") for kind, target in targets)
    return a_show(Song("One", 120, 4, Span(10), (Cue("light", line=5, sends=sends),)))


def test_targets_of_messages_are_looked_up_and_nothing_is_sent(monkeypatch):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        good = [("osc", f"127.0.0.1:{port}"), ("osc", f"localhost:{port}"), ("osc", f"[::1]:{port}")]
        assert check_sends(sending(*good), None) == []
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.recv(100)

    def unknown(host, port, **more):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(check_place.socket, "getaddrinfo", unknown)
    problems = check_sends(sending(("osc", "lights.local:7000"), ("osc", "lights.local:7000")), None)
    assert [(p.severity, p.place) for p in problems] == [("warning", "show.yaml:5")]
    assert "lights.local is not known here (Name or service not known)" in problems[0].text


def test_what_link_and_midi_need_is_looked_for_before_the_show(tmp_path, monkeypatch):
    path = tmp_path / "show.yaml"
    lines = ["songs:", "  - name: One", "    length: 9s", "    prompts: pads", "    set: {clock/source: link}",
             "    cues:", "      - {at: 1s, set: {clock/source: midi, clock/midi_in: Desk}}",
             "      - {at: 2s, set: {clock/source: link, clock/link_send: true}}",
             "      - {at: 3s, set: {clock/source: osc, clock/midi_out: ''}}"]  # fmt: skip
    path.write_text("\n".join(lines))
    missing, cure = "needs the package aalink, which is not installed", 'pip install "lmdmd[sync]"'

    def said():
        return [p for p in check_setlist(path) if "package" in p.text]

    for module in ("aalink", "rtmidi"):
        monkeypatch.setitem(sys.modules, module, ModuleType(module))
        sys.modules[module].__spec__ = ModuleSpec(module, None)
    assert said() == []
    monkeypatch.setitem(sys.modules, "aalink", None)
    assert [(p.severity, p.place, p.text) for p in said()] == [
        ("warning", f"{path}:2", f"clock/source: link {missing}: {cure}"),
        ("warning", f"{path}:8", f"clock/link_send {missing}: {cure}"),
    ]
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    assert [p.place for p in said() if "python-rtmidi" in p.text] == [f"{path}:7", f"{path}:7"]


@pytest.mark.parametrize("target", ["lights", ":7000", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", "a:b"])
def test_a_target_that_is_none_is_found(target):
    assert "is not host:port" in check_sends(sending(("osc", target)), None)[0].text


def test_midi_ports_are_looked_for_by_a_part_of_their_name():
    setlist = sending(("midi", "desk"), ("midi", "Lights"))
    assert check_sends(setlist, lambda: ["Big Desk MIDI 1", "lights out"]) == []
    (problem,) = check_sends(setlist, lambda: ["Big Desk MIDI 1"])
    assert problem.severity == "warning" and 'no MIDI port called "Lights"' in problem.text

    def none():
        raise LmdmdError("pip install mido")

    (problem,) = check_sends(setlist, none)
    assert "no MIDI here: pip install mido" in problem.text
    assert check_sends(sending(("osc", "127.0.0.1:7000")), none) == []


@pytest.mark.parametrize(
    ("values", "tracks", "share"),
    [
        ({}, 2, 1.0),
        ({"record/stems": True}, 4, 1.0),
        ({"record/input": False}, 1, 1.0),
        ({"record/input": False, "record/stems": True, "record/format": "flac"}, 3, 1.75),
    ],
)
def test_stems_input_and_format_count_for_the_disk(values, tracks, share):
    for song in (
        Song("One", 120, 4, Span(10), set=values),
        Song("One", 120, 4, Span(10), (Cue("record", set=values),)),
    ):
        assert recorded_tracks(a_show(song)) == tracks
        assert recorded_bytes(a_show(song), 1000) == pytest.approx(share * tracks * 8000)


def test_a_show_that_waits_is_as_long_as_its_songs_are():
    hold = Song("One", 120, 4, Span(8, "bars"), (Cue("wait", trigger=Trigger("bar", 3), holds=True),))
    setlist = a_show(hold, Song("Two", 60, 3, Span(2, "bars")), Song("Three", 60, 4, Span(7.5)))
    assert show_frames(setlist, 1000) == 16_000 + 6_000 + 7_500
    assert "3 songs, 1 cue, 0:30, and what waits for a go" in sheet_text(setlist)
    assert "waits for a go" not in sheet_text(a_show())
    assert "4 beats a bar, 1:30 long" in sheet_text(a_show(Song("One", 120, 4, Span(90))))


def test_a_show_that_records_by_itself_needs_room_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    record = Song("One", 120, 4, Span(10), (Cue("record", set={"record/on": True}),))
    assert "not enough space" in check_record(None, a_show(record), 100)[0].text
    assert check_record(None, a_show(), 100) == []


# --- the sheet ----------------------------------------------------------------------------------------------

EVERYTHING = Cue(
    "the storm and everything that comes with it, told at a length that no stage manager would ever write down",
    "10.5",
    Trigger("osc", message="/cue/thunder 1"),
    "Watch the actor. " * 12,
    {"a prompt of many words, and then some more of them": 0.25, "x" * 200: 0.75},
    {"mix/gain": -6.0, "gen/cfg": 3.0},
    Span(2, "bars"),
    wait=Span(2.5),
    quantise=Span(4, "bars"),
    ways={"mix/gain": Way(Span(8, "beats"))},
    swap=Swap("chip", Span(1, "bars")),
    sends=(Send("osc", "127.0.0.1:7000", "/lights/storm 1"), Send("midi", "Desk", "program_change program=5")),
    holds=True,
    loop=Loop(5, 8),
)


def test_everything_that_a_cue_has_stands_on_the_sheet():
    cues = (EVERYTHING, Cue("follow", "11", Trigger("start"), quantise=Span(1, "bars"), loop=Loop(1, 2, 3)))
    cues = (*cues, Cue("then", "12", Trigger("end"), wait=Span(1, "beats")))
    song = Song("Act one", 60, 4, Span(30), cues, swap=Swap("house", Span(0)), notes="Curtain.", set={"mix/gain": -3.0})
    text = sheet_text(a_show(song))
    assert max(map(len, text.splitlines())) <= WIDTH
    words = " ".join(text.split())
    for part in (
        "Act one", "NOTE Curtain.", "model house", "mix/gain = -3.0", "10.5",
        "(osc /cue/thunder 1, 2.5 s later, on the next 4 bars)",
        '"a prompt of many words, and then some more of them" 0.25', "model chip over 1 bar", "over 8 beats",
        "holds until go", "loops bars 5 to 8 until go", "send osc 127.0.0.1:7000: /lights/storm 1",
        "send midi Desk: program_change program=5", "(with the last, on the next bar)", "loops bars 1 to 2 3 times",
        "(after the last, 1 beat later)", "over 2 bars", "NOTE Watch the actor.",
    ):  # fmt: skip
        assert part in words


def test_the_demo_s_page_has_every_song_cue_time_and_note(bundle):
    config = json.loads((bundle / "config.json").read_text())
    (bundle / "config.json").write_text(json.dumps(config | {"name": "pocket"}))
    setlist = load_setlist(DEMO)
    text = sheet_text(setlist)
    assert max(map(len, text.splitlines())) <= WIDTH
    words = " ".join(text.split())
    for song in setlist.songs:
        assert song.name in text
        for cue in song.cues:
            assert f"{cue.name} (" in words and cue.notes in words
    assert "1:44     7  farewell  (at 22 s)" in text
