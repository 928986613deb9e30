"""Measures a bundle: does it play what it is asked for, does it hold its level, is its sound like the renders.

    evaluate(Path("house/pocket"), Path("data"), out=Path("report"))

Everything is generated the way a deck does it: from an empty context, block by block, with the shipped defaults.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import torch
from torch import Tensor

from lmdmd.bundles import read_info
from lmdmd.errors import TrainError
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.model.bundle import Bundle, load_bundle
from lmdmd.model.dit import Condition
from lmdmd.model.precision_error import measure_errors
from lmdmd.model.stream import StreamState, rollout_block
from lmdmd.params import BY_NAME
from lmdmd.train.classifier import (
    Classifier,
    Excerpts,
    describe_clip,
    fit_folds,
    read_excerpts,
    score_folds,
)
from lmdmd.train.codec import evaluate_codec
from lmdmd.train.distances import distance_of_real, frechet_distance
from lmdmd.train.encode import list_audio, read_audio
from lmdmd.train.progress import track
from lmdmd.train.words import WORDS

# Each names the style, and nothing that only a particular piece would have.
WORDINGS = ("{genre}", "{mood} {genre}", "{genre} for {use}")
SETTINGS = ("gen/steps", "gen/cfg", "gen/temperature", "gen/sampler", "gen/memory")
DRIFT_LENGTHS = 3
CODEC_PIECES = 5
REPORT_FILE, CONFUSION_FILE = "report.json", "confusion.png"


@dataclass(frozen=True)
class Clip:
    """One generation: what was asked, and what came out. `audio` [C, N], `latents` [D, T]."""

    style: str
    prompt: str
    seed: int
    audio: Tensor
    latents: Tensor


def evaluate(
    bundle_path: Path,
    data: Path,
    *,
    out: Path | None = None,
    seeds: int = 5,
    seconds: float = 20.0,
    threads: int = 0,
    also: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Generate `seeds` clips of every held-out style, and judge them by a classifier of held-out renders.

    Keys of the report:
    - adherence: share of clips that the classifier names as the style that was asked for;
      confusion: {asked: {heard: clips}}; per_style: the same a style, with the mean probability of the asked one.
    - classifier: its own accuracy on renders it never heard, and on those after the bundle's codec.
    - drift: see `measure_drift`, from clips three times as long, one a style; drift_detail: its parts, and the
      same of held-out renders, which move too.
    - fd: Frechet distance between the classifier's features of generated and held-out excerpts, in standard
      deviations of the latter, covariances shrunk by SHRINKAGE towards their diagonals. It depends on the number
      of excerpts; fd_real is that of as many clips of held-out pieces against the other pieces.
    - codec: distances of decoded to original renders.
    - precisions: how far other numbers than float32 lead from its blocks, see `measure_errors`.
    With `out`, clips, a picture of the confusion and the report are written there. `threads` 0 leaves torch alone.
    What was measured elsewhere joins the report as `also`.
    """
    if threads:
        torch.set_num_threads(threads)
    bundle = load_bundle(bundle_path)
    renders = read_excerpts(data)
    judge, judges = Classifier.fit(renders), fit_folds(renders)
    clips = list(generate_clips(bundle, judge.styles, seeds, seconds, label="generate"))
    long = list(generate_clips(bundle, judge.styles, 1, DRIFT_LENGTHS * seconds, label="generate long"))
    heard = [describe_clip(clip.audio) for clip in clips]
    report = {
        "bundle": bundle.name,
        "version": read_info(bundle_path).config["version"],
        "seeds": seeds,
        "seconds": seconds,
        **judge_clips(judge, clips, heard),
        "classifier": score_classifier(judges, renders, bundle.codec, data, seconds),
        **compare_drift(bundle.codec, long, data, DRIFT_LENGTHS * seconds),
        **compare_features(judge, heard, renders),
        "codec": evaluate_codec(bundle.codec, data),
        "precisions": measure_errors(bundle_path),
        "settings": read_settings(bundle),
        "clips": [{"style": clip.style, "prompt": clip.prompt, "seed": clip.seed} for clip in clips],
        **(also or {}),
    }
    if out:
        write_report(out, report, bundle.geometry.sample_rate, [("", clips), ("long-", long)])
    return report


# --- generating --------------------------------------------------------------------------------------------


def write_prompt(style: str, seed: int) -> str:
    """Return a plain wording of a style, another one for each of the first seeds; raises `TrainError`."""
    if style not in WORDS:
        raise TrainError(f'no wording for style "{style}"; styles are {", ".join(WORDS)}')
    words = WORDS[style]
    return WORDINGS[seed % len(WORDINGS)].format(
        genre=words.genres[seed % len(words.genres)],
        mood=words.moods[seed % len(words.moods)],
        use=words.uses[seed % len(words.uses)],
    )


def generate_clips(bundle: Bundle, styles: Sequence[str], seeds: int, seconds: float, *, label: str) -> Iterator[Clip]:
    """Yield one clip for every style and seed, all styles at once; every clip has a noise of its own."""
    for seed in track(range(seeds), label):
        prompts, first = [write_prompt(style, seed) for style in styles], seed * len(styles)
        audio, latents = play(bundle, prompts, seconds, first)
        for row, (style, prompt) in enumerate(zip(styles, prompts, strict=True)):
            yield Clip(style, prompt, first + row, audio[row], latents[row])


def generate_clip(bundle: Bundle, prompt: str, seconds: float = 20.0, seed: int = 0, **settings: Any) -> Tensor:
    """Return audio [C, N] of a prompt from an empty context.

    `settings` are `steps`, `cfg`, `temperature`, `sampler` and `memory`, by default the bundle's own.
    """
    return play(bundle, [prompt], seconds, seed, **settings)[0][0]


def play(
    bundle: Bundle, prompts: Sequence[str], seconds: float, seed: int, *, prime: Tensor | None = None, **settings: Any
) -> tuple[Tensor, Tensor]:
    """Return audio [B, C, N] and latents [B, D, T] of B prompts side by side, as `play_on` makes them."""
    frames = round(seconds * bundle.geometry.sample_rate)
    audio: list[Tensor] = []
    latents: list[Tensor] = []
    for sound, block in play_on(bundle, prompts, seed, prime=prime, **settings):
        audio.append(sound)
        latents.append(block)
        if sum(part.shape[-1] for part in audio) >= frames:
            break
    return torch.cat(audio, -1)[..., :frames], torch.cat(latents, -1)


@torch.inference_mode()
def play_on(
    bundle: Bundle, prompts: Sequence[str], seed: int, *, prime: Tensor | None = None, **settings: Any
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield audio [B, C, n] and latents [B, D, block] of B prompts, block by block without an end.

    Stream b has seed + b. It goes on from the latents `prime` [B, D, n], or from an empty context. The first audio is
    shorter, as the codec holds back its delay.
    """
    chosen = {**read_settings(bundle), **settings}
    state = StreamState.init(bundle.model, batch=len(prompts), seed=seed)
    decoder, delay = bundle.codec.init_state(len(prompts)), bundle.codec.config.delay_frames
    if prime is not None:
        state.prefill(prime)
        bundle.codec.decode_step(decoder, prime[..., -bundle.geometry.block :])
    cond = bundle.condition(bundle.prompts.encode(prompts))
    while True:
        latents = roll_on(bundle, state, cond, chosen)
        audio = bundle.codec.decode_step(decoder, latents)
        yield audio[..., delay:], latents
        delay = 0


def roll_on(bundle: Bundle, state: StreamState, cond: Condition, settings: dict[str, Any]) -> Tensor:
    """Return the next block of latents [B, D, block]."""
    state.drop_context(round(settings["memory"] * state.geometry.latent_rate_hz))
    names = {"steps": "steps", "cfg": "guidance", "temperature": "temperature", "sampler": "sampler"}
    options = {option: settings[name] for name, option in names.items()}
    return rollout_block(bundle.model, state, cond, **options)


def read_settings(bundle: Bundle) -> dict[str, Any]:
    """Return the settings of generation as the bundle ships them, or as the parameter table has them."""
    return {name.split("/")[1]: bundle.defaults.get(name, BY_NAME[name].default) for name in SETTINGS}


# --- judging -----------------------------------------------------------------------------------------------


def judge_clips(judge: Classifier, clips: Sequence[Clip], features: Sequence[Tensor]) -> dict[str, Any]:
    """Return adherence, confusion and per_style of generated clips, `features` [n, F] of each."""
    confusion = {asked: dict.fromkeys(judge.styles, 0) for asked in judge.styles}
    confidence: dict[str, list[float]] = {style: [] for style in judge.styles}
    for clip, rows in zip(clips, features, strict=True):
        heard, probabilities = judge.name(rows)
        confusion[clip.style][heard] += 1
        confidence[clip.style].append(probabilities[clip.style])
    right = {style: confusion[style][style] for style in judge.styles}
    per_style = {
        style: {"adherence": right[style] / len(found), "probability": round(float(np.mean(found)), 4)}
        for style, found in confidence.items()
    }
    return {"adherence": sum(right.values()) / len(clips), "confusion": confusion, "per_style": per_style}


def score_classifier(
    judges: dict[str, Classifier], renders: Excerpts, codec: AudioCodec, data: Path, seconds: float
) -> dict[str, float]:
    """Return the classifier's cross-validated accuracy, on renders and on renders that went through the codec."""
    plain = score_folds(judges, renders)
    after = score_folds(judges, read_decoded(renders, codec, data, seconds))
    return {
        **{name: round(value, 4) for name, value in plain.items()},
        "accuracy_after_codec": round(after["accuracy"], 4),
        "pieces": len(judges),
        "excerpts": len(renders.styles),
    }


@torch.inference_mode()
def read_decoded(renders: Excerpts, codec: AudioCodec, data: Path, seconds: float) -> Excerpts:
    """Describe the first `seconds` of CODEC_PIECES held-out renders of each style, encoded and decoded."""
    style_of = dict(zip(renders.pieces, renders.styles, strict=True))
    rows, styles, pieces = [], [], []
    for piece in track(pick_pieces(style_of, CODEC_PIECES), "listen to the codec"):
        audio = read_audio(data / "audio" / f"{piece}.flac", 0, round(seconds * codec.config.sample_rate_hz))
        found = describe_clip(codec.decode(codec.encode(audio[None]))[0])
        rows.append(found)
        styles += [style_of[piece]] * len(found)
        pieces += [piece] * len(found)
    return Excerpts(torch.cat(rows), styles, pieces)


def pick_pieces(style_of: dict[str, str], count: int) -> list[str]:
    """Return the first `count` pieces of every style."""
    picked: dict[str, list[str]] = {}
    for piece, style in sorted(style_of.items()):
        picked.setdefault(style, []).append(piece)
    return [piece for pieces in picked.values() for piece in pieces[:count]]


# --- drift -------------------------------------------------------------------------------------------------


def measure_drift(audio: Tensor, latents: Tensor, scale: Tensor) -> dict[str, float]:
    """Return how far the last quarter of a piece lies from its first.

    level_db: |difference of RMS level|. latent_mean and latent_spread: root mean square over the components of
    the difference of their means, and of their standard deviations over time, each in `scale` [D], the standard
    deviation of held-out latents. drift: both together, the root of the sum of squares. Shapes [C, N], [D, T].
    """
    heard, made = audio.shape[-1] // 4, latents.shape[-1] // 4
    level_db = (rms_db(audio[..., -heard:]) - rms_db(audio[..., :heard])).abs().item()
    first, last = latents[:, :made], latents[:, -made:]
    mean = rms((last.mean(1) - first.mean(1)) / scale)
    spread = rms((last.std(1) - first.std(1)) / scale)
    return {
        "drift": float(np.hypot(mean, spread)),
        "level_db": level_db,
        "latent_mean": mean,
        "latent_spread": spread,
    }


@torch.inference_mode()
def compare_drift(codec: AudioCodec, long: Sequence[Clip], data: Path, seconds: float) -> dict[str, Any]:
    """Return the drift of long generations, and beside it that of held-out renders of the same length."""
    renders = [read_audio(path, 0, round(seconds * codec.config.sample_rate_hz)) for path in pick_renders(data)]
    encoded = [codec.encode(audio[None])[0] for audio in renders]
    scale = torch.cat(encoded, -1).std(1).clamp(min=1e-3)
    generated = mean_rows([measure_drift(clip.audio, clip.latents, scale) for clip in long])
    real = mean_rows([measure_drift(*pair, scale) for pair in zip(renders, encoded, strict=True)])
    return {"drift": generated["drift"], "drift_detail": {"generated": generated, "real": real}}


def pick_renders(data: Path, count: int = 24) -> list[Path]:
    """Return held-out renders spread over the styles."""
    paths = list_audio(data, "heldout")
    return paths[:: max(1, len(paths) // count)]


def mean_rows(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the mean of each key."""
    return {key: round(float(np.mean([row[key] for row in rows])), 4) for key in rows[0]}


def rms(values: Tensor) -> float:
    """Root mean square of a tensor."""
    return values.square().mean().sqrt().item()


def rms_db(audio: Tensor) -> Tensor:
    """Level in dB full scale, -120 for silence."""
    return 10 * torch.log10(audio.square().mean() + 1e-12)


# --- likeness ----------------------------------------------------------------------------------------------


def compare_features(judge: Classifier, generated: Sequence[Tensor], renders: Excerpts) -> dict[str, float]:
    """Return fd of generated clips' features [n, F] and, as the distance that real music has, fd_real."""
    real = judge.standardise(renders.features)
    clips, per_clip = len(generated), len(generated[0])
    return {
        "fd": round(frechet_distance(judge.standardise(torch.cat(list(generated))), real), 3),
        "fd_real": round(distance_of_real(real, renders.pieces, clips, per_clip), 3),
    }


# --- writing -----------------------------------------------------------------------------------------------


def write_report(
    out: Path, report: dict[str, Any], sample_rate_hz: int, groups: Sequence[tuple[str, Sequence[Clip]]]
) -> None:
    """Write every clip as WAV, the confusion as a picture, and the report as JSON."""
    out.mkdir(parents=True, exist_ok=True)
    for prefix, clips in groups:
        for clip in clips:
            name = f"{prefix}{clip.style}-{clip.seed:03d}.wav"
            sf.write(out / name, clip.audio.clamp(-1, 1).T.numpy(), sample_rate_hz, subtype="PCM_16")
    draw_confusion(out / CONFUSION_FILE, report["confusion"])
    (out / REPORT_FILE).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def draw_confusion(path: Path, confusion: dict[str, dict[str, int]]) -> None:
    """Draw {asked: {heard: clips}} as a grid with its numbers."""
    from matplotlib.figure import Figure

    styles = list(confusion)
    counts = np.array([[confusion[asked][heard] for heard in styles] for asked in styles])
    figure = Figure(figsize=(6, 5.4), layout="constrained")
    axes = figure.add_subplot(xlabel="heard", ylabel="asked for")
    axes.imshow(counts, cmap="Blues", vmin=0)
    axes.set_xticks(range(len(styles)), styles, rotation=45, ha="right")
    axes.set_yticks(range(len(styles)), styles)
    for row, column in np.argwhere(counts > 0):
        dark = counts[row, column] > counts.max() / 2
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color="w" if dark else "k")
    figure.savefig(path, dpi=110)
