"""What the conditions of a piece are: latents and sketches of its parts, and its beat and chords, exact as composed.

Layout (under `data`): audio/<id>.flac, stems/<id>/<part>.flac, pieces/<id>.json -> conditions/<id>.safetensors, one
file a piece: what is there already is not made again. A voice is "mix", "stem/<part>", or "rest/<part>", which is the
mix without that part; each has latents [T, 64] fp16, `/melody` [T, 60] and `/loudness` [T, 4] in 255ths.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec
from lmdmd.model.config import CodecConfig, Geometry
from lmdmd.model.sketch import Sketch, Sketcher
from lmdmd.train.encode import encode_audio, list_audio, read_audio, read_piece
from lmdmd.train.progress import track

MIX = "mix"


def encode_conditions(data: Path, codec: Codec, split: str) -> Path:
    """Encode every piece of a split that has stems and no conditions yet; returns the folder of conditions.

    Pieces are taken by seed, so that an encoding that is cut short is balanced between the styles.
    """
    folder = data / "conditions"
    folder.mkdir(parents=True, exist_ok=True)
    paths = sorted(list_audio(data, split), key=lambda path: (path.stem[-5:], path.stem))
    sketcher = Sketcher(grid_of(codec.config))
    for path in track(paths, f"encode conditions {split}"):
        out = folder / f"{path.stem}.safetensors"
        if out.is_file():
            continue
        tensors = encode_piece(data, path.stem, codec, sketcher)
        draft = out.with_suffix(".part")
        save_file(tensors, draft, metadata={"codec": codec.patches.sha256()})
        draft.replace(out)
    return folder


def grid_of(config: CodecConfig) -> Geometry:
    """Return the time grid of a codec's latents."""
    return Geometry(sample_rate=config.sample_rate_hz, latent_frames=config.latent_frames)


@torch.inference_mode()
def encode_piece(data: Path, piece: str, codec: Codec, sketcher: Sketcher) -> dict[str, Tensor]:
    """Return all tensors of one piece by name; raises `TrainError` when it was rendered without stems."""
    facts, tensors = read_piece(data, piece), {}
    for voice, audio in read_voices(data, piece, [part["name"] for part in facts["parts"]]):
        latents = encode_audio(codec, audio)
        missing = len(latents) * codec.config.latent_frames - audio.shape[-1]
        sketch = sketcher.sketch(torch.nn.functional.pad(audio, (0, missing))[None])
        tensors[voice] = latents
        tensors |= {f"{voice}/{name}": pack(value[0].T) for name, value in zip(Sketch._fields, sketch, strict=True)}
    count = len(tensors[MIX])
    times_s = latent_times_s(grid_of(codec.config), count)
    return {**tensors, "beat": beat_curve(facts, times_s).half(), "harmony": harmony_curve(facts, times_s).half()}


def read_voices(data: Path, piece: str, parts: list[str]) -> Iterator[tuple[str, Tensor]]:
    """Yield the name and audio [2, N] of each voice of a piece, the mix first."""
    mix = read_audio(data / "audio" / f"{piece}.flac")
    yield MIX, mix
    for part in parts:
        path = data / "stems" / piece / f"{part}.flac"
        if not path.is_file():
            raise TrainError(f"{path} is missing; render the pieces with --stems")
        stem = read_audio(path)
        yield f"stem/{part}", stem
        yield f"rest/{part}", mix - stem


def pack(values: Tensor) -> Tensor:
    """Numbers 0 .. 1 in 255ths."""
    return (values * 255).round().to(torch.uint8).contiguous()


def unpack(values: Tensor) -> Tensor:
    """Return what `pack` was given, to half of a 255th."""
    return values.float() / 255


def latent_times_s(geometry: Geometry, count: int) -> Tensor:
    """Return the seconds from the beginning to the middle of each of the first latents [count]."""
    return (torch.arange(count, dtype=torch.float64) + 0.5) / geometry.latent_rate_hz


def beat_curve(facts: Mapping[str, Any], times_s: Tensor) -> Tensor:
    """Return the `beat` features [T, 4] of a piece that keeps its tempo: sine and cosine of beat and bar phase."""
    return beat_features(times_s * facts["tempo_bpm"] / 60, facts["metre"][0])


def beat_features(beats: Tensor, beats_a_bar: int) -> Tensor:
    """Return [T, 4] for positions in beats [T], of which the first of a bar are multiples of `beats_a_bar`."""
    beat, bar = 2 * math.pi * beats, 2 * math.pi * beats / beats_a_bar
    return torch.stack([beat.sin(), beat.cos(), bar.sin(), bar.cos()], dim=1).float()


def harmony_curve(facts: Mapping[str, Any], times_s: Tensor) -> Tensor:
    """Return the `harmony` features [T, 12]: the chroma of the chord that is played at each time."""
    beats = times_s * facts["tempo_bpm"] / 60
    starts = torch.tensor([chord["beat"] for chord in facts["chords"]], dtype=torch.float64)
    chroma = torch.tensor([chord["chroma"] for chord in facts["chords"]], dtype=torch.float32)
    return chroma[(torch.searchsorted(starts, beats, right=True) - 1).clamp(min=0)]
