"""From files to latents, and the decoder's training: real files, tiny sizes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec, CodecConfig
from lmdmd.train import codec as train
from lmdmd.train import stft_loss
from lmdmd.train.codec_discriminator import CodecDiscriminator, fool_loss, judge_loss
from lmdmd.train.encode import encode_pieces, fit_pca, load_codec, read_audio, save_codec
from lmdmd.train.run_log import read_log
from lmdmd.train.shards import read_index

SMALL = CodecConfig(width=16, expand=24, depth=1)
PIECES = ("train-bells-00000", "train-noise-00001", "heldout-bells-00002")


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for name in ("pieces", "audio"):
        (folder / name).mkdir()
    for seed, piece in enumerate(PIECES):
        sf.write(folder / "audio" / f"{piece}.flac", make_music(seed), 44100)
        about = {"id": piece, "style": piece.split("-")[1], "captions": ["a test"], "tempo_bpm": 120}
        (folder / "pieces" / f"{piece}.json").write_text(json.dumps(about))
    return folder


def make_music(seed: int) -> np.ndarray:
    """Two channels of decaying notes over faint noise, 13.1 s, not a whole number of latents."""
    random = np.random.default_rng(seed)
    t = np.arange(int(13.1 * 44100)) / 44100
    sound = 0.01 * random.standard_normal((len(t), 2))
    for start in np.arange(0.0, 13.0, 0.5):
        hz, age = 110.0 * 2 ** (random.integers(36) / 12), np.clip(t - start, 0.0, None)
        note = np.where(t >= start, np.sin(2 * np.pi * hz * t) * np.exp(-4.0 * age), 0.0)
        sound += 0.2 * note[:, None] * random.uniform(0.3, 1.0, 2)
    return np.clip(sound, -1.0, 1.0)


@pytest.fixture(scope="module")
def codec(data: Path) -> Codec:
    torch.manual_seed(0)
    codec = Codec(SMALL)
    codec.patches.load_state_dict(fit_pca(data, SMALL, excerpts=4).state_dict())
    return codec.requires_grad_(False)


def test_fitted_latents_are_centred_and_of_unit_mean_variance(codec: Codec, data: Path) -> None:
    audio = [read_audio(data / "audio" / f"{piece}.flac")[None] for piece in PIECES[:2]]
    latents = torch.cat([codec.encode(a) for a in audio], -1)[0]
    assert latents.mean(1).abs().max() < 1.0
    assert latents.var(1).mean().item() == pytest.approx(1.0, rel=0.3)
    std = latents.std(1)
    assert std[0] > std[20] > std[60]


def test_pca_keeps_most_of_the_patches(codec: Codec, data: Path) -> None:
    audio = read_audio(data / "audio" / f"{PIECES[0]}.flac")[None, :, : 200 * 2048]
    mel = codec.patches.log_mel(torch.nn.functional.pad(audio, (768, 768)))
    wanted = mel.transpose(1, 2).flatten(2)
    error = codec.patches.unproject(codec.encode(audio)) - wanted
    assert error.square().mean() < 0.1 * wanted.var(dim=1).mean()


def test_short_pieces_are_fitted_to_as_far_as_they_go(data: Path, tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    for name, seconds in (("a", 2.0), ("b", 0.3)):
        sf.write(tmp_path / "audio" / f"train-{name}-00000.flac", make_music(0)[: int(seconds * 44100)], 44100)
    fitted = fit_pca(tmp_path, SMALL, excerpts=4)
    assert torch.isfinite(fitted.components).all() and fitted.scale.min() > 0
    for file in (tmp_path / "audio").iterdir():
        sf.write(file, make_music(0)[:100], 44100)
    with pytest.raises(TrainError, match="no piece of the training data is long enough"):
        fit_pca(tmp_path, SMALL, excerpts=4)


def test_encoded_split_has_the_agreed_layout(codec: Codec, data: Path) -> None:
    files = encode_pieces(data, codec, "train")
    assert [file.name for file in files] == ["train-00000.safetensors"]
    shard = read_index(files[0].with_suffix(".json"))
    tensors = shard.load()
    assert set(tensors) == set(shard.pieces) == set(PIECES[:2])
    audio = data / "audio" / f"{PIECES[0]}.flac"
    about = shard.pieces[PIECES[0]]
    assert (about["style"], about["captions"], about["tempo_bpm"]) == ("bells", ["a test"], 120)
    assert about["sha256"] == hashlib.sha256(audio.read_bytes()).hexdigest()
    assert about["seconds"] == pytest.approx(13.1, abs=0.01)
    latents = tensors[PIECES[0]]
    assert latents.dtype == torch.float16
    assert latents.shape == (-(-sf.info(audio).frames // 2048), 64)
    assert shard.codec == codec.patches.sha256()
    with safe_open(files[0], "pt") as file:
        assert file.metadata() == {"codec": shard.codec}


def test_what_is_encoded_is_not_encoded_again_unless_it_changed(codec: Codec, data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "latents", ignore_errors=True)
    first, second = encode_pieces(tmp_path, codec, "train", shard_mb=0.03)
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in (first, second)]
    assert encode_pieces(tmp_path, codec, "train") == [first, second]
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in (first, second)] == before
    sf.write(tmp_path / "audio" / f"{PIECES[1]}.flac", make_music(5), 44100)
    with pytest.raises(TrainError, match=f"{PIECES[1]}.flac changed since"):
        encode_pieces(tmp_path, codec, "train")
    second.unlink()
    second.with_suffix(".json").unlink()
    assert encode_pieces(tmp_path, codec, "train") == [first, second]
    assert first.read_bytes() == before[0][0] and second.read_bytes() != before[1][0]


def test_file_encoded_in_chunks_equals_whole(codec: Codec, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lmdmd.train.encode.CHUNK_LATENTS", 37)
    chunked = load_file(encode_pieces(data, codec, "heldout")[0])[PIECES[2]]
    audio = read_audio(data / "audio" / f"{PIECES[2]}.flac")
    whole = codec.encode(torch.nn.functional.pad(audio, (0, 2048))[None])[0].T
    torch.testing.assert_close(chunked.float(), whole[: len(chunked)], atol=5e-3, rtol=2e-3)


def test_absent_data_is_named(codec: Codec, tmp_path: Path) -> None:
    with pytest.raises(TrainError, match=r"train-\*\.flac"):
        encode_pieces(tmp_path, codec, "train")
    with pytest.raises(TrainError, match=r"codec\.safetensors"):
        load_codec(tmp_path)


def run_training(data: Path, run: Path, steps: int, **changes) -> Codec:
    arguments = {"batch": 2, "crop_latents": 6, "hours": 0.005, "lr": 3e-3}
    return train.train_codec(data=data, run=run, steps=steps, **{**arguments, **changes})


def test_training_lowers_the_loss_and_leaves_a_usable_run(codec: Codec, data: Path, tmp_path: Path) -> None:
    save_codec(codec, tmp_path)
    trained = run_training(data, tmp_path, 40)
    losses = [line["loss"] for line in read_log(tmp_path)[1:]]
    assert len(losses) == 40
    assert np.mean(losses[20:]) < 0.95 * np.mean(losses[:20])
    assert (tmp_path / "loss.png").stat().st_size > 1000
    latents = torch.randn(1, 64, 3)
    assert torch.equal(load_codec(tmp_path).decode(latents), trained.decode(latents))
    assert trained.patches.sha256() == codec.patches.sha256()


def test_evaluation_tells_a_broken_codec_from_a_whole_one(codec: Codec, data: Path) -> None:
    broken = Codec.load(codec.config, codec.save())
    with torch.no_grad():
        broken.vocoder.head.bias[: broken.vocoder.heads[0]] = 2.0
    good, bad = (train.evaluate_codec(each, data, pieces=1, seconds=4.0) for each in (codec, broken))
    assert good["mrstft"] < bad["mrstft"]
    assert good["log_mel_l1"] < 0.5 * bad["log_mel_l1"]


def test_stopped_and_resumed_training_is_uninterrupted_training(codec: Codec, data: Path, tmp_path: Path) -> None:
    """SIGTERM comes in the fifth step, when the adversary has joined in."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for run in (whole, broken):
        save_codec(codec, run)
    uninterrupted = run_training(data, whole, 7, adversarial_after=0.5)
    with pytest.MonkeyPatch.context() as patch:
        step, taken = train.CodecTrainer.step, []

        def step_and_stop(trainer: train.CodecTrainer, *words: Any) -> dict[str, float]:
            taken.append(trainer.run.clock.step)
            if len(taken) == 5:
                os.kill(os.getpid(), signal.SIGTERM)
            return step(trainer, *words)

        patch.setattr(train.CodecTrainer, "step", step_and_stop)
        run_training(data, broken, 7, adversarial_after=0.5)
    assert [line["step"] for line in read_log(broken)] == [0, 1, 2, 3, 4, 5]
    resumed = run_training(data, broken, 7, adversarial_after=0.5)
    assert all(torch.equal(value, resumed.save()[name]) for name, value in uninterrupted.save().items())
    told = [
        [{key: line.get(key) for key in ("step", "loss", "judge")} for line in read_log(run)] for run in (whole, broken)
    ]
    assert told[0] == told[1] and told[0][-1]["judge"] is not None


def test_distance_is_zero_for_the_same_and_grows_with_change() -> None:
    torch.manual_seed(0)
    sound = 0.1 * torch.randn(1, 2, 16384)
    assert stft_loss.mrstft(sound, sound).item() == 0.0
    near, far = stft_loss.mrstft(sound, 1.1 * sound), stft_loss.mrstft(sound, 2.0 * sound)
    assert 0.0 < near < far
    assert stft_loss.log_mel_l1(sound, 2.0 * sound).item() == pytest.approx(np.log(2.0), rel=0.01)


def test_energy_distance_prefers_noise_to_its_average() -> None:
    """The target is noise: two renderings that are noise score better than two that are a constant spectrum."""
    torch.manual_seed(0)
    target, one, other = 0.1 * torch.randn(3, 1, 2, 16384)
    click = torch.zeros(1, 2, 16384)
    click[..., ::512] = 0.1 * 512**0.5
    scores = []
    for first, second in ((one, other), (click, click)):
        attraction, repulsion = stft_loss.energy_distance(target, first, second)
        scores.append(float(attraction - 0.5 * repulsion))
    assert scores[0] < scores[1]


def test_real_fft_has_the_gradient_of_the_built_in_one() -> None:
    torch.manual_seed(0)
    frames = torch.randn(3, 64, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(3, 33, dtype=torch.complex128)
    ours = torch.autograd.grad((stft_loss.RealFft.apply(frames) * weight).abs().pow(1.3).sum(), frames)
    theirs = torch.autograd.grad((torch.fft.rfft(frames) * weight).abs().pow(1.3).sum(), frames)
    torch.testing.assert_close(ours, theirs)


def test_discriminator_learns_to_tell_two_sounds_apart() -> None:
    torch.manual_seed(0)
    judge = CodecDiscriminator()
    optimiser = torch.optim.Adam(judge.parameters(), lr=3e-3)
    real, made = 0.1 * torch.randn(1, 2, 6000), 0.1 * torch.randn(1, 2, 6000).cumsum(-1) / 30
    start = judge_loss(judge, real, made).item()
    for _ in range(12):
        optimiser.zero_grad()
        judge_loss(judge, real, made).backward()
        optimiser.step()
    assert judge_loss(judge, real, made).item() < 0.7 * start
    made = made.requires_grad_()
    fool_loss(judge, real, made).backward()
    assert made.grad is not None and made.grad.abs().max() > 0
