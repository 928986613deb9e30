"""Conditions of composed pieces, from audio to batches: exact beats and chords, parts and what they hear, dropout."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch
from safetensors.torch import load_file

from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec, CodecConfig
from lmdmd.model.config import PRESETS, Geometry
from lmdmd.train.captions import ROLE_CAPTIONS
from lmdmd.train.compose import compose_piece, write_piece
from lmdmd.train.conditions import beat_curve, encode_conditions, harmony_curve, latent_times_s, pack, unpack
from lmdmd.train.finetune import ENTRIES, Trainer, finetune
from lmdmd.train.groups import PROBES, TEXT_ONLY, Probe, hide_groups
from lmdmd.train.live_data import LivePiece, LiveSet, draw_voice, read_control, sounds, write_voice_captions
from lmdmd.train.recipe import Recipe

LIVE = PRESETS["tiny-live"]
GROUP_NAMES = [name for name in LIVE.model.groups if name != "inpaint"]
SECONDS = 6.0


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def encode(captions: Sequence[str]) -> np.ndarray:
    rows = [np.random.default_rng(list(text.encode())).standard_normal(128) for text in captions]
    return np.stack([row / np.linalg.norm(row) for row in rows])


def make_part(hz: float, beat_s: float) -> np.ndarray:
    """A note on every beat, in both channels."""
    t = np.arange(round(SECONDS * 44100)) / 44100
    return np.repeat(0.2 * np.sin(2 * np.pi * hz * t) * np.exp(-6 * (t % beat_s)), 2).reshape(-1, 2)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pieces of two styles with stems, a few seconds each, encoded with their conditions."""
    folder = tmp_path_factory.mktemp("data")
    for split, style in (("train", "house"), ("train", "jazz"), ("heldout", "house"), ("heldout", "jazz")):
        piece = compose_piece(style, 0, split)
        write_piece(piece, folder)
        parts = {
            take.part.name: make_part(110.0 * 2 ** (3 * i / 12), 60 / piece.tempo_bpm)
            for i, take in enumerate(piece.parts)
        }
        (folder / "stems" / piece.id).mkdir(parents=True)
        (folder / "audio").mkdir(exist_ok=True)
        for name, sound in parts.items():
            sf.write(folder / "stems" / piece.id / f"{name}.flac", sound, 44100)
        sf.write(folder / "audio" / f"{piece.id}.flac", np.sum(list(parts.values()), axis=0), 44100)
    torch.manual_seed(0)
    codec = Codec(CodecConfig(width=16, expand=24, depth=1))
    codec.patches.mean.fill_(-8.0)
    for split in ("train", "heldout"):
        encode_conditions(folder, codec, split)
    return folder


def first_piece(data: Path, split: str = "train") -> tuple[dict, dict]:
    file = min((data / "conditions").glob(f"{split}-*.safetensors"))
    return json.loads((data / "pieces" / f"{file.stem}.json").read_text()), load_file(file)


def test_a_piece_has_its_voices_sketches_beat_and_chords(data: Path) -> None:
    facts, tensors = first_piece(data)
    voices = ["mix", *(f"{kind}/{part['name']}" for part in facts["parts"] for kind in ("stem", "rest"))]
    length = math.ceil(SECONDS * 44100 / 2048)
    for voice in voices:
        assert tensors[voice].shape == (length, 64) and tensors[voice].dtype == torch.float16
        assert tensors[f"{voice}/melody"].shape == (length, 60)
        assert tensors[f"{voice}/loudness"].shape == (length, 4)
    assert tensors["beat"].shape == (length, 4) and tensors["harmony"].shape == (length, 12)
    assert len(tensors) == 3 * len(voices) + 2
    name = facts["parts"][4]["name"]  # three semitones a part: the fifth one plays A3
    assert tensors[f"stem/{name}/melody"][20].argmax() == 9


def test_encoding_again_makes_only_what_is_missing(data: Path) -> None:
    files = sorted((data / "conditions").iterdir())
    made = [file.stat().st_mtime_ns for file in files]
    other = Codec(CodecConfig(width=16, expand=24, depth=1))
    encode_conditions(data, other, "train")
    assert [file.stat().st_mtime_ns for file in files] == made


def test_pieces_without_stems_are_named(tmp_path: Path) -> None:
    write_piece(compose_piece("piano", 0, "train"), tmp_path)
    (tmp_path / "audio").mkdir()
    sf.write(tmp_path / "audio" / "train-piano-00000.flac", make_part(220, 0.5), 44100)
    codec = Codec(CodecConfig(width=16, expand=24, depth=1))
    with pytest.raises(TrainError, match="--stems"):
        encode_conditions(tmp_path, codec, "train")
    with pytest.raises(TrainError, match="--conditions"):
        LiveSet.load(tmp_path, "train", encode)


def test_the_beat_turns_once_a_beat_and_once_a_bar() -> None:
    times_s = torch.tensor([0.0, 0.125, 0.25, 0.5, 1.0, 2.0], dtype=torch.float64)
    beat = beat_curve({"tempo_bpm": 120, "metre": [4, 4]}, times_s)
    torch.testing.assert_close(beat[:, 0], torch.tensor([0.0, 1.0, 0.0, 0.0, 0.0, 0.0]), atol=1e-6, rtol=0)
    torch.testing.assert_close(beat[:, 1], torch.tensor([1.0, 0.0, -1.0, 1.0, 1.0, 1.0]), atol=1e-6, rtol=0)
    torch.testing.assert_close(beat[3:, 2], torch.tensor([1.0, 0.0, 0.0]), atol=1e-6, rtol=0)
    torch.testing.assert_close(beat[3:, 3], torch.tensor([0.0, -1.0, 1.0]), atol=1e-6, rtol=0)


def test_a_chord_counts_from_its_beat_on() -> None:
    chroma = {"C": [1] + [0] * 11, "D": [0, 0, 1] + [0] * 9}
    facts = {
        "tempo_bpm": 60,
        "chords": [{"beat": 0, "chroma": chroma["C"]}, {"beat": 2, "chroma": chroma["D"]}],
    }
    curve = harmony_curve(facts, torch.tensor([0.0, 1.99, 2.0, 9.0], dtype=torch.float64))
    assert curve.argmax(1).tolist() == [0, 0, 2, 2]


def test_times_are_those_of_latent_middles() -> None:
    torch.testing.assert_close(latent_times_s(Geometry(), 2).tolist(), [1024 / 44100, 3072 / 44100])


def test_packed_numbers_come_back() -> None:
    values = torch.linspace(0, 1, 37)
    torch.testing.assert_close(unpack(pack(values)), values, atol=0.5 / 255 + 1e-6, rtol=0)


def test_roles_are_named_and_rests_do_not_name_them() -> None:
    captions = write_voice_captions(compose_piece("jazz", 3, "train").describe())
    assert captions["stem/bass"][0] == "bass"
    for voice, said in captions.items():
        assert len(set(said)) == len(said) >= (ROLE_CAPTIONS if voice.startswith("stem/") else 1)
    assert not any("drum" in text or "brush" in text for text in captions["rest/drums"])


def test_a_part_never_hears_itself_and_rests_hear_the_part(data: Path) -> None:
    pieces = LiveSet.load(data, "train", encode)
    rng = np.random.default_rng(0)
    for _ in range(200):
        voice, heard = draw_voice(rng, pieces.pieces[0], "stem")
        assert heard is not None and voice.startswith("stem/") and heard != voice
        assert heard.startswith("stem/") or heard == voice.replace("stem/", "rest/")
    voice, heard = draw_voice(rng, pieces.pieces[0], "rest")
    assert heard == voice.replace("rest/", "stem/")
    assert draw_voice(rng, pieces.pieces[0], "mix") == ("mix", None)


def test_crops_carry_what_belongs_to_their_time(data: Path) -> None:
    pieces, rng = LiveSet.load(data, "train", encode), np.random.default_rng(1)
    choice = pieces.choose(rng, 16, 8, "stem")
    assert sounds(choice.piece, choice.voice, choice.start + 8, 8)
    crops = pieces.make([choice], rng, 16)
    tensors, span = choice.piece.tensors, slice(choice.start, choice.start + 16)
    assert torch.equal(crops.latents[0].T, tensors[choice.voice][span].float())
    assert torch.equal(crops.controls["stem"][0, 1:].T, tensors[str(choice.heard)][span].float())
    assert torch.equal(crops.controls["beat"][0, 1:].T, tensors["beat"][span].float())
    assert {name: control.shape[1] for name, control in crops.controls.items()} == {
        name: count for name, count in LIVE.model.groups.items() if name != "inpaint"
    }
    assert all((control[:, 0] == 1).all() for control in crops.controls.values())
    mix = pieces.choose(rng, 16, 8, "mix")
    assert not read_control(mix, "stem", 16).any()


def test_any_subset_of_groups_is_shown_and_text_alone_often() -> None:
    controls = {name: torch.ones(3000, 3, 30) for name in GROUP_NAMES}
    shown = hide_groups(np.random.default_rng(0), controls, target=10, block=5)
    there = {name: control[:, 0].any(1) for name, control in shown.items()}
    nothing = ~torch.stack(list(there.values())).any(0)
    assert 0.24 < nothing.float().mean() < 0.32
    for name, flags in there.items():
        assert 0.25 < flags.float().mean() < 0.7
        assert (flags & (torch.stack([other for o, other in there.items() if o != name]).sum(0) == 0)).any()
    beat = shown["beat"][there["beat"], 0]
    assert beat[:, -10:].all(), "only a heard part may end before the target"
    assert 0.7 < beat[:, 0].mean() < 0.9
    stem = shown["stem"][:, 0]
    ends = set(stem[stem[:, 0] == 1].sum(1).tolist())
    assert ends == {15.0, 20.0, 30.0}, "a heard part ends a block before the context's end, there, or never"
    assert all(torch.equal(control, torch.ones(3000, 3, 30)) for control in controls.values())


def test_a_probe_shows_its_groups_and_no_part_in_the_target() -> None:
    controls = {name: torch.ones(2, 3, 30) for name in GROUP_NAMES}
    assert not PROBES[TEXT_ONLY].show(controls, 10)
    shown = Probe("stem", ("stem", "beat")).show(controls, 10)
    assert set(shown) == {"stem", "beat"}
    assert shown["beat"].all() and shown["stem"][..., :20].all() and not shown["stem"][..., 20:].any()


def test_a_network_with_groups_learns_from_them_and_resumes(data: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    finetune(data=data, run=run, encode=encode, preset="tiny-live", recipe=Recipe(batch=4, steps=8), threads=1)
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    measured = [line for line in lines if TEXT_ONLY in line]
    assert measured[0]["step"] == 0 and measured[-1]["step"] == 8
    assert set(PROBES) <= set(measured[-1])
    weight = load_file(run / "model.safetensors")["to_input_add_embed.weight"]
    assert weight.shape[1] == sum(LIVE.model.groups.values())

    pieces = LiveSet.load(data, "train", encode)
    recipe = Recipe(batch=4, steps=6, precision="fp32")
    whole, broken = (Trainer(LIVE, recipe, tmp_path / name) for name in ("whole", "broken"))
    broken.begin()
    whole.fit(pieces)
    for _ in range(3):
        broken.run.advance(lambda: broken.step(pieces))
    broken.save(None)
    again = Trainer(LIVE, recipe, tmp_path / "broken")
    assert again.resume()
    again.fit(pieces)
    assert all(
        torch.equal(a, b)
        for a, b in zip(whole.model.state_dict().values(), again.model.state_dict().values(), strict=True)
    )


def test_groups_learn_at_their_pace_and_from_moves_around_their_mean(tmp_path: Path) -> None:
    trainer = Trainer(LIVE, Recipe(steps=1, lr=1e-3), tmp_path)
    weight = trainer.model.to_input_add_embed.weight
    with torch.no_grad():
        weight.zero_()
    parts = dict(
        zip(LIVE.model.groups, torch.zeros_like(weight).split(list(LIVE.model.groups.values()), 1), strict=True)
    )
    steady = ENTRIES["loudness"].mean * torch.ones(1, 4)
    parts["loudness"] += torch.cat([torch.ones(1, 1), steady], 1)  # what a level that never moves says
    parts["beat"] += 1.0
    parts["inpaint"] += 1.0
    weight.grad = torch.cat(list(parts.values()), 1)
    with trainer.reading_groups():
        trainer.optimizer.step()
    moved = dict(zip(parts, weight.detach().split([part.shape[1] for part in parts.values()], 1), strict=True))
    assert not moved["loudness"][:, 1:].any() and moved["loudness"][:, 0].all()
    torch.testing.assert_close(moved["beat"] / moved["inpaint"][:, :5], torch.full((32, 5), ENTRIES["beat"].pace))
    assert not moved["melody"].any()


def test_a_live_piece_with_one_part_is_only_a_mix() -> None:
    piece = LivePiece("solo", {"mix": torch.zeros(40, 64), "stem/flute": torch.zeros(40, 64)}, {})
    assert draw_voice(np.random.default_rng(0), piece, "stem") == ("mix", None)
