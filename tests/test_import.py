"""Any folder of audio becomes latents: good files in, bad ones named, long ones in parts, gone on with when killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tracemalloc
import wave
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pytest
import soundfile as sf
import torch

from lmdmd.cli import main
from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec, CodecConfig
from lmdmd.train.data import LatentSet
from lmdmd.train.encode import encode_window, save_codec
from lmdmd.train.import_audio import Chunk, Survey, encode_chunk, fold, read_chunk, survey
from lmdmd.train.import_captions import read_beside, read_names, read_table
from lmdmd.train.import_files import find_files
from lmdmd.train.import_folder import choose_split, import_folder
from lmdmd.train.loudness import PEAK_LIMIT_DB, TARGET_RMS_DB, limit_curve
from lmdmd.train.shards import read_split

SMALL = CodecConfig(width=8, expand=8, depth=1)


@pytest.fixture(scope="module")
def codec() -> Codec:
    torch.manual_seed(0)
    return Codec(SMALL).eval().requires_grad_(False)


def noise(seconds: float, rate_hz: int = 8000, channels: int = 1, level: float = 0.1, seed: int = 0) -> np.ndarray:
    return level * np.random.default_rng(seed).standard_normal((round(seconds * rate_hz), channels))


def write(path: Path, sound: np.ndarray, rate_hz: int = 8000, **how: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    sf.write(path, np.clip(sound, -1, 1) if "subtype" not in how else sound, rate_hz, **how)
    return path


def content(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((data / "latents").iterdir())}


@pytest.fixture
def bad(tmp_path: Path) -> dict[str, str]:
    """A folder of files that cannot be used, by name with the beginning of the reason."""
    folder = tmp_path / "music"
    write(folder / "silent.wav", np.zeros((24000, 2)))
    write(folder / "clipped.wav", 40 * noise(3))
    write(folder / "three.wav", noise(3)[:3])
    write(folder / "nan.wav", np.where(np.arange(24000) == 20000, np.nan, noise(3)[:, 0]), subtype="FLOAT")
    write(folder / "endless.wav", np.where(np.arange(24000) == 20000, np.inf, noise(3)[:, 0]), subtype="FLOAT")
    write(folder / "slow.wav", noise(3), 100)
    (folder / "rubbish.flac").write_bytes(np.random.default_rng(0).bytes(5000))
    (folder / "empty.ogg").touch()
    whole = write(folder / "torn.flac", noise(8, seed=3)).read_bytes()
    (folder / "torn.flac").write_bytes(whole[: len(whole) // 2])
    (folder / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (folder / "phone.m4a").write_bytes(b"\0\0\0\x20ftypM4A ")
    write(tmp_path / "secret" / "outside.wav", noise(3))
    (folder / "away.wav").symlink_to(tmp_path / "secret" / "outside.wav")
    (folder / "others").symlink_to(tmp_path / "secret")
    (folder / "gone.wav").symlink_to(tmp_path / "nothing.wav")
    os.mkfifo(folder / "pipe.wav")
    write(folder / "latin.wav", noise(3, seed=1))
    (folder / "latin.txt").write_bytes("Frühling".encode("latin-1"))
    write(folder / "braces.wav", noise(3, seed=2))
    (folder / "braces.json").write_text("{")
    return {
        "silent.wav": "silent",
        "clipped.wav": "clipped: 6",
        "three.wav": "too short: 0.000375 s of at least 2 s",
        "nan.wav": "has numbers that are none",
        "endless.wav": "has numbers that are none",
        "slow.wav": "sample rate 100 Hz",
        "rubbish.flac": "corrupt or not audio: ",
        "empty.ogg": "corrupt or not audio: ",
        "torn.flac": "corrupt",
        "cover.jpg": "not audio",
        "phone.m4a": "of a kind that cannot be read: make .flac or .wav",
        "away.wav": "a link that leads out of the folder",
        "others": "a link to a folder",
        "gone.wav": "cannot be read: No such file",
        "pipe.wav": "not audio",
        "latin.wav": "caption cannot be read: latin.txt is not UTF-8 text (byte 2); save it as UTF-8",
        "braces.wav": "caption cannot be read: braces.json is no JSON",
    }


def test_bad_files_are_named_and_the_good_ones_imported(bad: dict[str, str], codec: Codec, tmp_path: Path) -> None:
    folder, data = tmp_path / "music", tmp_path / "music" / "data"
    write(folder / "jazz" / "01 Blue_Night.wav", noise(3, 22050, seed=4), 22050)
    write(folder / "jazz" / "six.flac", noise(3, 48000, 6, seed=5), 48000)
    (folder / "jazz" / "six.txt").write_text("a trio\n\n a  quiet trio \na trio\n", encoding="utf-16")
    write(folder / "loud.wav", 8 * noise(3, seed=6), subtype="FLOAT")
    (folder / "loud.json").write_text(json.dumps({"prompt": "noise", "genre": "harsh", "license": "CC0", "bpm": "96"}))
    write(folder / "twin.wav", noise(3, 22050, seed=4), 22050)
    (folder / "metadata.csv").write_text(
        "\ufeffFile_Name;Text;licence\njazz/six.flac;brass;CC-BY-4.0\n../secret/outside.wav;x;\n"
        "/etc/passwd;x;\nno.wav;x;\ntwin;twins;\n",
        encoding="utf-8",
    )
    summary = import_folder(folder, data, codec, shortest_s=2, heldout=0, licence="own")
    left = {entry["file"]: entry["reason"] for entry in summary["left"]}
    assert left.pop("twin.wav") == "the same as another file: jazz/01 Blue_Night.wav"
    assert set(left) == set(bad)
    assert [name for name, reason in bad.items() if not left[name].startswith(reason)] == []
    assert summary["left_out"]["caption cannot be read"] == 2
    assert [problem.split(": ", 1) for problem in summary["problems"]] == [
        ["metadata.csv:3", "../secret/outside.wav leads out of the folder"],
        ["metadata.csv:4", "/etc/passwd leads out of the folder"],
        ["metadata.csv:5", "no.wav is no audio of the folder"],
    ]
    notes, latents = read_split(data, "train")
    assert {name: (note["style"], note["captions"], note["licence"]) for name, note in notes.items()} == {
        "music/jazz/01 Blue_Night.wav#000": ("jazz", ["Blue Night", "jazz Blue Night"], "own"),
        "music/jazz/six.flac#000": ("jazz", ["a trio", "a quiet trio", "brass"], "CC-BY-4.0"),
        "music/loud.wav#000": ("harsh", ["noise"], "CC0"),
    }
    assert notes["music/loud.wav#000"]["tempo_bpm"] == 96
    assert summary["captions"] == {"names": 1, "beside": 2} and summary["encoded_now"] == 3
    assert all(len(piece) == 3 * 44100 // 2048 for piece in latents.values())
    # Resampling takes a little off the top of white noise.
    assert all(note["level_db"] == pytest.approx(TARGET_RMS_DB, abs=0.7) for note in notes.values())
    assert json.loads((data / "import.json").read_text())["music"] == summary
    pieces = LatentSet.load(data, "train", lambda captions: np.ones((len(captions), 4), np.float32))
    assert pieces.draw(np.random.default_rng(0), 4, 32).latents.isfinite().all()


def test_a_chunk_is_the_levelled_file_encoded(codec: Codec, tmp_path: Path) -> None:
    sound = noise(9, 44100, 2, 0.02).astype(np.float32)
    sound[200_000:200_003] = 0.9
    path = write(tmp_path / "a.wav", sound, 44100, subtype="FLOAT")
    found = survey(codec, path, 1.0)
    assert isinstance(found, Survey) and found.level_db == pytest.approx(20 * np.log10(0.02), abs=0.3)
    around = SMALL.delay_frames
    padded = np.pad(sound, ((around, around), (0, 0)))
    levelled = (padded * limit_curve(padded, found.gain)).astype(np.float32)
    assert 20 * np.log10(np.abs(levelled).max()) <= PEAK_LIMIT_DB + 1e-4
    result = encode_chunk(codec, Chunk(path, 0, 9, found.gain))
    assert not isinstance(result, str)
    whole = encode_window(codec, torch.from_numpy(levelled.T.copy()))
    # A chunk is of whole latents, so that the limiter's last knots lie elsewhere.
    np.testing.assert_array_equal(result[0][:-2], whole[: len(result[0]) - 2].numpy())
    middle = read_chunk(Chunk(path, 3, 6, 1.0), SMALL)
    first = 3 * 44100 - around
    np.testing.assert_array_equal(middle, sound[first : first + len(middle)])
    assert len(middle) == 3 * 44100 // 2048 * 2048 + 2 * around


def test_resampled_chunks_join_without_a_seam(tmp_path: Path) -> None:
    t = np.arange(9 * 22050) / 22050
    path = write(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * 440 * t)[:, None], 22050, subtype="FLOAT")
    read = read_chunk(Chunk(path, 3, 6, 1.0), SMALL)
    wanted = 0.5 * np.sin(2 * np.pi * 440 * (3 + (np.arange(len(read)) - SMALL.delay_frames) / 44100))
    np.testing.assert_allclose(read, np.stack([wanted, wanted], 1), atol=2e-3)


def test_more_channels_become_two() -> None:
    each = np.eye(6, dtype=np.float32)
    left, right = fold(each).T
    assert left.tolist() == pytest.approx([1, 0, 0.5**0.5, 0, 1, 0])
    assert right.tolist() == pytest.approx([0, 1, 0.5**0.5, 0, 0, 1])
    assert fold(np.ones((3, 1), np.float32)).tolist() == [[1, 1]] * 3
    assert fold(np.eye(12, dtype=np.float32)).shape == (12, 2)


def test_eight_hours_are_read_a_part_at_a_time(codec: Codec, tmp_path: Path) -> None:
    """A sparse file of 8 hours holds 50 s of sound after three hours: that minute is taken, memory stays small."""
    rate_hz, hours, first_s = 8000, 8, 3 * 3600 + 605
    path = tmp_path / "music" / "long.wav"
    path.parent.mkdir()
    frames = hours * 3600 * rate_hz
    with path.open("wb") as file:
        with wave.open(file, "wb") as head:
            head.setnchannels(1)
            head.setsampwidth(2)
            head.setframerate(rate_hz)
            head.setnframes(frames)
            head._ensure_header_written(0)  # type: ignore[attr-defined]
            start = file.tell()
            file.truncate(start + 2 * frames)
            head._datawritten = head._datalength  # type: ignore[attr-defined]
        file.seek(start + 2 * first_s * rate_hz)
        file.write((1000 * noise(50, rate_hz, level=1.0)).astype("<i2").tobytes())
    tracemalloc.start()
    found = survey(codec, path, 12.0)
    assert isinstance(found, Survey) and found.seconds == hours * 3600
    chunks = list(found.chunks())
    read_chunk(Chunk(path, *chunks[0], found.gain), SMALL)
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert chunks == [(3 * 3600 + 600, 3 * 3600 + 660)]
    assert most_bytes < 100e6 < 2 * frames


def test_a_long_file_is_cut_into_equal_parts_that_sound() -> None:
    powers = np.full(200, 0.01)
    powers[66:133] = 1e-9
    assert list(Survey("", 199.5, powers).chunks()) == [(0, 66), (133, 200)]
    assert list(Survey("", 89.0, powers[:60]).chunks()) == [(0, 60)]


KILLED = """
import os, signal, sys
from pathlib import Path
import lmdmd.train.shards as shards
from lmdmd.cli import main

write, written = shards.write_whole, []

def write_and_die(path, content):
    written.append(path)
    if len(written) == 4:
        path.with_name(path.name + ".part").write_bytes(content[: len(content) // 2])
        os.kill(os.getpid(), signal.SIGKILL)
    write(path, content)

shards.write_whole = write_and_die
main(sys.argv[1:])
"""


def test_killed_in_the_middle_of_a_shard_it_ends_in_the_same_files(codec: Codec, tmp_path: Path) -> None:
    """The unbroken run has two workers, the broken one has one: nothing of the files tells."""
    folder, run = tmp_path / "music", tmp_path / "codec"
    for number in range(9):
        write(folder / f"{number}.wav", noise(3, 11025, seed=number), 11025)
    save_codec(codec, run)
    arguments = ["data", "import", str(folder), "--codec", str(run), "--shortest", "2", "--shard-mb", "0.012"]
    arguments += ["--split-heldout", "0.3", "--data"]
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments, str(tmp_path / "a")], capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    broken = content(tmp_path / "a")
    assert sum(name.endswith(".part") for name in broken) == 1
    assert main([*arguments, str(tmp_path / "a")]) == 0
    assert main([*arguments, str(tmp_path / "b"), "--workers", "2"]) == 0
    mended, unbroken = content(tmp_path / "a"), content(tmp_path / "b")
    assert mended == unbroken and len(mended) > 8
    summaries = [json.loads((tmp_path / name / "import.json").read_text())["music"] for name in "ab"]
    assert summaries[0].pop("encoded_now") < summaries[1].pop("encoded_now") == 9
    assert summaries[0] == summaries[1]
    assert set(summaries[0]["splits"]) == {"train", "heldout"}


def test_what_is_there_stays_and_what_changed_is_named(codec: Codec, tmp_path: Path, capsys) -> None:
    folder, data = tmp_path / "music", tmp_path / "data"
    write(folder / "a.wav", noise(3, seed=1))
    import_folder(folder, data, codec, shortest_s=2, heldout=0)
    before = content(data)
    write(folder / "b.wav", noise(3, seed=2))
    assert import_folder(folder, data, codec, shortest_s=2, heldout=0)["encoded_now"] == 1
    assert {name: content(data)[name] for name in before} == before
    write(folder / "a.wav", noise(3, seed=3))
    summary = import_folder(folder, data, codec, shortest_s=2, heldout=0)
    assert summary["left"][0]["reason"].startswith("changed since it was imported: remove the shards")
    assert import_folder(folder, data, codec, shortest_s=2, heldout=0, name="again")["encoded_now"] == 2


def test_nothing_to_use_is_an_error_that_says_where_the_reasons_are(codec: Codec, tmp_path: Path) -> None:
    write(tmp_path / "music" / "silent.wav", np.zeros(24000))
    with pytest.raises(TrainError, match=r"none of 1 files of audio can be used; .*import\.json says why"):
        import_folder(tmp_path / "music", tmp_path / "data", codec, shortest_s=2)
    with pytest.raises(TrainError, match="is no folder"):
        import_folder(tmp_path / "nothing", tmp_path / "data", codec)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_captions_are_read_in_every_encoding_that_names_itself(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_text("Frühling, ruhig\nέαρ\n", encoding=encoding)
    assert read_beside(tmp_path / "a.wav").captions == ("Frühling, ruhig", "έαρ")


@pytest.mark.parametrize(
    ("text", "captions"),
    [
        ('"one"', ("one",)),
        ('["one", "two", "one", ""]', ("one", "two")),
        ('{"captions": ["one"], "caption": "two", "style": "x"}', ("one", "two")),
        ('{"Description": "one\\n line"}', ("one line",)),
        ('{"title": "none"}', ()),
    ],
)
def test_json_beside_a_file(tmp_path: Path, text: str, captions: tuple[str, ...]) -> None:
    (tmp_path / "a.wav.json").write_text(text)
    assert read_beside(tmp_path / "a.wav").captions == captions


@pytest.mark.parametrize("text", ["3", '{"caption": 3}', '[["a"]]', "[" * 100_000, '{"caption": {"en": "a"}}'])
def test_json_that_says_nothing_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(TrainError, match=r"a\.json .*remove it"):
        read_beside(tmp_path / "a.wav")


def test_lines_of_json_name_files_beside_them(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    rows = [{"file_name": "a.wav", "text": "one", "genre": "x"}, {"path": "sub\\b.wav", "captions": ["two", "three"]}]
    rows += [{"text": "no file"}, ["list"], {"file": "../../c.wav", "text": "out"}, {"file": "a.wav", "text": 3}]
    (tmp_path / "live" / "captions.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    words, problems = read_table(tmp_path, "live/captions.jsonl", ["live/a.wav", "live/sub/b.wav"])
    assert {name: said.captions for name, said in words.items()} == {
        "live/a.wav": ("one",),
        "live/sub/b.wav": ("two", "three"),
    }
    assert words["live/a.wav"].style == "x"
    assert [problem.partition(":")[2][0] for problem in problems] == ["3", "4", "5", "6"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("captions.csv", b"song,caption\na.wav,x\n", "no column file"),
        ("captions.csv", b"", "no column file"),
        ("captions.csv", b"file,caption\na.wav,\xfc\n", r"captions\.csv is not UTF-8 text \(byte 19\)"),
        ("captions.jsonl", b'{"file": "a.wav"\n', r"captions\.jsonl:1 is no JSON"),
    ],
)
def test_a_table_that_cannot_be_understood_stops_the_import(tmp_path: Path, name, content, words) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TrainError, match=words):
        read_table(tmp_path, name, ["a.wav"])


def test_names_are_words() -> None:
    assert read_names(PurePosixPath("Free Jazz/02_So-what (take 3).wav"), "x").captions == (
        "So what take",
        "Free Jazz So what take",
    )
    assert read_names(PurePosixPath("0001.wav"), "rain_sounds").captions == ("rain sounds",)
    assert read_names(PurePosixPath("1/2.wav"), "3").captions == ("music",)


def test_the_heldout_share_follows_from_paths_alone() -> None:
    paths = [f"{number}.wav" for number in range(2000)]
    held = [path for path in paths if choose_split(path, 0.1) == "heldout"]
    assert 0.07 < len(held) / len(paths) < 0.13
    assert set(held) < {path for path in paths if choose_split(path, 0.2) == "heldout"}
    assert choose_split("a.wav", 0.0) == "train"


def test_hidden_files_and_the_data_folder_are_not_looked_into(tmp_path: Path) -> None:
    for name in ("a.wav", "._a.wav", ".trash/b.wav", "data/audio/c.wav", "sub/d.FLAC"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "b.wav").symlink_to("sub/d.FLAC")
    found = find_files(tmp_path, tmp_path / "data")
    assert (found.audio, found.left) == (["a.wav", "b.wav", "sub/d.FLAC"], {})
    (tmp_path / os.fsdecode(b"\xff.wav")).touch()
    assert list(find_files(tmp_path, tmp_path / "data").left.values()) == ["its name is not UTF-8: rename it"]
