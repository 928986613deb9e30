"""From rendered pieces to latents: fit the codec's PCA once, then encode every piece of a split.

Layout (under `data`): pieces/<id>.json, audio/<id>.flac -> shards of latents/ (`lmdmd.train.shards`).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec, CodecConfig, PatchEncoder
from lmdmd.train.progress import track
from lmdmd.train.shards import SHARD_MB, ShardWriter, list_shards
from lmdmd.train.workers import Crew

EXCERPTS_A_PIECE = 20
EXCERPT_S = 12.0
CHUNK_LATENTS = 256


def list_audio(data: Path, split: str) -> list[Path]:
    """Return the split's rendered files in id order; raises TrainError when there are none."""
    paths = sorted((data / "audio").glob(f"{split}-*.flac"))
    if not paths:
        raise TrainError(f"{data / 'audio'} has no {split}-*.flac; compose and render the data first")
    return paths


def read_audio(path: Path, start: int = 0, frames: int = -1) -> Tensor:
    """Read float32 [2, N] from a stereo file; raises TrainError naming a file that cannot be read."""
    try:
        audio, _ = sf.read(path, start=start, frames=frames, dtype="float32", always_2d=True)
    except sf.LibsndfileError as error:
        raise TrainError(f"{path}: {error}; render it again") from error
    return torch.from_numpy(np.ascontiguousarray(audio.T))


def fit_pca(
    data: Path, config: CodecConfig | None = None, *, excerpts: int = 400, seed: int = 0, split: str = "train"
) -> PatchEncoder:
    """Fit mean, components and scale on random excerpts of a split; returns the encoder.

    Component i is divided by std_i ** whitening, then one factor makes the mean variance 1, so the quiet
    components stand lower in the noise and are denoised last.
    """
    encoder = PatchEncoder(config or CodecConfig())
    mean, covariance = measure_moments(encoder, draw_excerpts(data, split, encoder.config, excerpts, seed))
    variance, axes = torch.linalg.eigh(covariance)
    std = variance.flip(0)[: encoder.config.latent_dim].clamp(min=1e-12).sqrt()
    components = fix_signs(axes.flip(1)[:, : encoder.config.latent_dim].T)
    partial = std**-encoder.config.whitening
    factor = 1.0 / (std * partial).square().mean().sqrt()
    encoder.mean.copy_(mean)
    encoder.components.copy_(components)
    encoder.scale.copy_(partial * factor)
    return encoder


def draw_excerpts(data: Path, split: str, config: CodecConfig, count: int, seed: int) -> Iterator[Tensor]:
    """Yield up to `count` random excerpts [C, N], taking each of the split's pieces as often as the others."""
    random = np.random.default_rng(seed)
    paths = list_audio(data, split)
    count = min(count, EXCERPTS_A_PIECE * len(paths))
    order = [paths[i % len(paths)] for i in random.permutation(max(count, len(paths)))[:count]]
    around = 2 * config.delay_frames
    for path in track(order, "fit pca"):
        there = sf.info(path).frames
        latents = min(int(EXCERPT_S * config.sample_rate_hz), there - around) // config.latent_frames
        if latents > 0:
            frames = latents * config.latent_frames + around
            start = int(random.integers(max(1, there - frames)))
            yield read_audio(path, start, frames)


@torch.no_grad()
def measure_moments(encoder: PatchEncoder, excerpts: Iterable[Tensor]) -> tuple[Tensor, Tensor]:
    """Return mean [P] and covariance [P, P] in double precision; excerpts [C, n * latent_frames + 2 delay]."""
    dim, total = encoder.config.patch_dim, 0
    first, second = torch.zeros(dim, dtype=torch.float64), torch.zeros(dim, dim, dtype=torch.float64)
    for audio in excerpts:
        patches = encoder.patches(audio[None])[0].double()
        first += patches.sum(0)
        second += patches.T @ patches
        total += len(patches)
    if not total:
        raise TrainError("no piece of the training data is long enough to fit a codec to; give longer audio")
    mean = first / total
    return mean, second / total - mean.outer(mean)


def fix_signs(components: Tensor) -> Tensor:
    """Make each row's largest entry positive, so that a fit does not depend on the eigen-solver."""
    peak = components.gather(1, components.abs().argmax(1, keepdim=True))
    return components * peak.sign()


def encode_file(codec: Codec, path: Path) -> Tensor:
    """Encode one file to fp16 [T, D]; a last partial latent is filled with silence."""
    return encode_audio(codec, read_audio(path))


def encode_audio(codec: Codec, audio: Tensor) -> Tensor:
    """Encode audio [C, N] to fp16 [T, D]; a last partial latent is filled with silence."""
    c = codec.config
    missing = -audio.shape[-1] % c.latent_frames
    return encode_window(codec, torch.nn.functional.pad(audio, (c.delay_frames, missing + c.delay_frames)))


@torch.no_grad()
def encode_window(codec: Codec, audio: Tensor) -> Tensor:
    """Encode audio [C, T * latent_frames + 2 delay_frames] to fp16 [T, D], a part at a time."""
    c = codec.config
    length = (audio.shape[-1] - 2 * c.delay_frames) // c.latent_frames
    parts = []
    for start in range(0, length, CHUNK_LATENTS):
        stop = min(start + CHUNK_LATENTS, length)
        window = audio[..., start * c.latent_frames : stop * c.latent_frames + 2 * c.delay_frames]
        parts.append(codec.encode_window(window[None])[0].T)
    return torch.cat(parts).half()


def encode_pieces(data: Path, codec: Codec, split: str, *, workers: int = 1, shard_mb: float = SHARD_MB) -> list[Path]:
    """Encode all pieces of a split that are in no shard yet, in id order; returns the shards that the split has now.

    The index of a shard tells what counts of each piece: its captions, style, licence, tempo, key, seconds and level,
    and the sha256 of its audio. Raises `TrainError` for audio that changed since it was encoded.
    """
    paths = list_audio(data, split)
    with ShardWriter(data, codec.patches.sha256(), shard_mb) as writer, Crew(codec, workers) as crew:
        waiting = [path for path in paths if not _is_encoded(path, writer.present)]
        results = crew.work(encode_rendered, waiting)
        for path, (latents, measured) in zip(track(waiting, f"encode {split}"), results, strict=True):
            note = describe_piece(read_piece(data, path.stem)) | measured
            writer.add(split, path.stem, torch.from_numpy(latents), note)
    return [shard.file for shard in list_shards(data, split)]


def encode_rendered(codec: Codec, path: Path) -> tuple[NDArray[np.float16], dict[str, Any]]:
    """Return the latents of a rendered file, and what is measured of it."""
    audio = read_audio(path)
    measured = {
        "seconds": round(audio.shape[-1] / codec.config.sample_rate_hz, 3),
        "level_db": measure_level_db(audio.numpy()),
        "sha256": sum_file(path),
    }
    return encode_audio(codec, audio).numpy(), measured


def describe_piece(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What an index keeps of a composed piece."""
    kept = ("style", "captions", "licence", "soundfont", "playing", "tempo_bpm", "key", "metre")
    return {"source": "composed", **{name: facts[name] for name in kept if name in facts}}


def measure_level_db(sound: NDArray[np.float32]) -> float:
    """Return the root mean square of a sound in decibels below full scale, -120 and more."""
    return round(10 * math.log10(float(np.mean(np.square(sound, dtype=np.float64))) + 1e-12), 2)


def sum_file(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_encoded(path: Path, present: Mapping[str, Mapping[str, Any]]) -> bool:
    if path.stem not in present:
        return False
    if present[path.stem]["sha256"] != sum_file(path):
        raise TrainError(f"{path} changed since it was encoded; remove the shard that has it, and run this again")
    return True


def read_piece(data: Path, piece: str) -> dict[str, Any]:
    """Return a piece's JSON with what the renderer added; raises TrainError when the audio has no description."""
    path = data / "pieces" / f"{piece}.json"
    if not path.is_file():
        raise TrainError(f"{path} is missing although the piece is rendered; compose it again")
    rendered = data / "audio" / f"{piece}.json"
    return json.loads(path.read_text()) | (json.loads(rendered.read_text()) if rendered.is_file() else {})


def save_codec(codec: Codec, folder: Path) -> None:
    """Write codec.safetensors and codec.json; both appear whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(codec.save(), folder / "codec.part")
    (folder / "codec.json").write_text(json.dumps(codec.config.to_dict(), indent=1))
    (folder / "codec.part").replace(folder / "codec.safetensors")


def load_codec(folder: Path) -> Codec:
    """Read what `save_codec` wrote; raises TrainError when there is nothing."""
    if not (folder / "codec.safetensors").is_file():
        raise TrainError(f"{folder} has no codec.safetensors; fit or train a codec there first")
    config = CodecConfig.from_dict(json.loads((folder / "codec.json").read_text()))
    return Codec.load(config, load_file(folder / "codec.safetensors"))
