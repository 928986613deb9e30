"""Shards of latents: whole or named, written once, resumed to the same bytes; full and closed disks stop cleanly."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from lmdmd.errors import TrainError
from lmdmd.train.data import LatentSet
from lmdmd.train.shards import ShardWriter, has_latents, list_shards, read_split

NAMES = [f"train-waves-{number:05d}" for number in range(6)]


def latents_of(name: str) -> torch.Tensor:
    return torch.full((40, 64), float(NAMES.index(name)), dtype=torch.float16)


def fill(data: Path, names: list[str] = NAMES, codec: str = "c1") -> None:
    """Write pieces, two a shard, those left out that are there."""
    with ShardWriter(data, codec, shard_mb=0.01) as writer:
        for name in names:
            if name not in writer.present:
                note = {"style": "waves", "captions": [f"{name} said"], "seconds": 1.5, "licence": "CC0-1.0"}
                writer.add("train", name, latents_of(name), note)


def content(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((data / "latents").iterdir())}


def encode(captions: list[str]) -> np.ndarray:
    return np.ones((len(captions), 8), np.float32)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    fill(tmp_path)
    shards = list_shards(tmp_path, "train")
    assert [shard.file.name for shard in shards] == [f"train-{number:05d}.safetensors" for number in range(3)]
    assert [dict(shard.about["licences"]) for shard in shards] == [{"CC0-1.0": 2}] * 3
    notes, latents = read_split(tmp_path, "train")
    assert list(notes) == NAMES and all(torch.equal(latents[name], latents_of(name)) for name in NAMES)
    assert has_latents(tmp_path, "train") and not has_latents(tmp_path, "heldout")
    crops = LatentSet.load(tmp_path, "train", encode).draw(np.random.default_rng(0), 8, 16)
    assert crops.latents.shape == (8, 64, 16)


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_bytes(file.read_bytes()[:-100]),
        lambda file: file.write_bytes(file.read_bytes()[:-1] + b"\x01"),
        lambda file: file.unlink(),
        lambda file: file.with_suffix(".json").write_text(file.with_suffix(".json").read_text()[:200]),
        lambda file: file.with_suffix(".json").write_text("[]"),
        lambda file: file.with_suffix(".json").unlink(),
    ],
    ids=["cut short", "changed", "missing", "index cut short", "no index of ours", "no index"],
)
def test_a_shard_that_is_not_whole_is_named_and_made_again(tmp_path: Path, harm, capsys) -> None:
    fill(tmp_path)
    whole = content(tmp_path)
    harm(tmp_path / "latents" / "train-00001.safetensors")
    with pytest.raises(TrainError, match=r"train-00001\.\w+.*data import"):
        read_split(tmp_path, "train")
    fill(tmp_path)
    assert content(tmp_path) == whole
    read_split(tmp_path, "train")


def test_an_index_that_tells_of_other_pieces_is_named(tmp_path: Path) -> None:
    fill(tmp_path)
    index = tmp_path / "latents" / "train-00000.json"
    about = json.loads(index.read_text())
    about["pieces"]["more"] = about["pieces"].pop(NAMES[0])
    index.write_text(json.dumps(about))
    with pytest.raises(TrainError, match=r'train-00000\.safetensors and its index differ about "more"'):
        read_split(tmp_path, "train")


def test_latents_of_two_codecs_do_not_mix(tmp_path: Path) -> None:
    fill(tmp_path, NAMES[:2])
    with pytest.raises(TrainError, match=r"train-00000\.safetensors is of another codec; remove .*latents"):
        fill(tmp_path, NAMES[2:], codec="c2")
    index = tmp_path / "latents" / "train-00000.json"
    fill(tmp_path, NAMES[2:4])
    index.write_text(index.read_text().replace('"codec": "c1"', '"codec": "c2"'))
    with pytest.raises(TrainError, match="two codecs"):
        read_split(tmp_path, "train")


def test_a_piece_in_two_shards_is_named(tmp_path: Path) -> None:
    fill(tmp_path, NAMES[:2])
    for suffix in (".json", ".safetensors"):
        first = tmp_path / "latents" / f"train-00000{suffix}"
        first.with_name(f"train-00007{suffix}").write_bytes(first.read_bytes())
    with pytest.raises(TrainError, match=f'train-00007.safetensors: "{NAMES[0]}" is in another'):
        read_split(tmp_path, "train")


def test_only_one_writes_at_a_time(tmp_path: Path) -> None:
    with ShardWriter(tmp_path, "c1"), pytest.raises(TrainError, match="another `lmdmd data` is writing"):
        ShardWriter(tmp_path, "c1")
    fill(tmp_path)


def test_an_error_leaves_whole_shards_and_no_draft(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), ShardWriter(tmp_path, "c1", shard_mb=0.01) as writer:
        for name in NAMES[:3]:
            writer.add("train", name, latents_of(name), {"style": "waves", "captions": ["a"]})
        raise RuntimeError
    assert sorted(content(tmp_path)) == [".lock", "train-00000.json", "train-00000.safetensors"]


def test_one_file_without_sums_is_still_read_but_not_added_to(tmp_path: Path) -> None:
    folder = tmp_path / "latents"
    folder.mkdir()
    save_file({NAMES[0]: latents_of(NAMES[0])}, folder / "train.safetensors")
    (folder / "train.json").write_text(json.dumps({NAMES[0]: {"style": "waves", "captions": ["a"]}, "_codec": "x"}))
    notes, latents = read_split(tmp_path, "train")
    assert list(notes) == list(latents) == NAMES[:1] and has_latents(tmp_path, "train")
    with pytest.raises(TrainError, match=r"train\.safetensors is of no shard; remove it"):
        fill(tmp_path)
    with pytest.raises(TrainError, match="no heldout pieces; run `lmdmd data encode`"):
        read_split(tmp_path, "heldout")


def test_a_disk_that_fills_up_stops_cleanly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "unbroken")
    sync, calls = os.fsync, []

    def fail_at_fourth(number: int) -> None:
        calls.append(number)
        if len(calls) == 4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(number)

    monkeypatch.setattr(os, "fsync", fail_at_fourth)
    with pytest.raises(TrainError, match=r"train-00001\.json: No space left on device; make room and run the same"):
        fill(tmp_path)
    assert not list((tmp_path / "latents").glob("*.part"))
    with pytest.raises(TrainError, match=r"train-00001\.safetensors has no index"):
        read_split(tmp_path, "train")
    fill(tmp_path)
    assert content(tmp_path) == content(tmp_path / "unbroken")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB, where one can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_real_disk_that_is_full_then_closed_then_large(small_disk: Path, tmp_path: Path) -> None:
    fill(tmp_path)
    latents, note = latents_of(NAMES[0]), {"style": "filler", "captions": ["filler"]}
    with (
        pytest.raises(TrainError, match="No space left on device; make room"),
        ShardWriter(small_disk, "c1", shard_mb=0.01) as writer,
    ):
        for number in range(40):
            writer.add("train", f"filler-{number}", latents.clone(), note)
    assert len(writer.present) % 2 == 0 and not list((small_disk / "latents").glob("*.part"))
    for path in (small_disk / "latents").iterdir():
        path.unlink()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(TrainError, match="Read-only file system; make the folder writable or choose another"):
        fill(small_disk)
    subprocess.run(["mount", "-o", "remount,rw,size=4m", small_disk], check=True)
    fill(small_disk)
    assert content(small_disk) == content(tmp_path)


def test_a_place_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainError, match=r"file/data/latents: Not a directory; .* run the same command again"):
        fill(tmp_path / "file" / "data")
