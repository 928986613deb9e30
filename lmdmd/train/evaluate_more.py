"""The rest of an evaluation: what an ear hears of minutes of music, of free wordings, of joins, seeds and copies.

    measure_more(Path("house/pocket"), data, embedder)

All of it is played by the rollout that decks use, with the bundle's own settings.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lmdmd.model.bundle import Bundle, load_bundle
from lmdmd.train.classifier import Classifier, read_excerpts
from lmdmd.train.distances import frechet_distance
from lmdmd.train.diversity import mean_rows, summarise_diversity
from lmdmd.train.drift import drift_of_renders, summarise_clips, summarise_tracks
from lmdmd.train.ear import Ear
from lmdmd.train.embedders import Clap, Embedder, Features, Hearing, name_style
from lmdmd.train.encode import read_audio
from lmdmd.train.evaluate import play, write_prompt
from lmdmd.train.evaluate_settings import LONG_S, write_lines
from lmdmd.train.free_words import FREE_PROMPTS, names_style
from lmdmd.train.long_play import play_lines
from lmdmd.train.memorise import cut_excerpts, draw_excerpts, encode, find_nearest, read_training, summarise_copies
from lmdmd.train.progress import track
from lmdmd.train.prompt_paths import measure_paths
from lmdmd.train.renders import FRAME_S, WINDOW_S, Render, all_features, by_style, hear_renders
from lmdmd.train.seams import summarise_seams

LONGER_S = 600.0
FREE_S = 15.0
SEEDS, SEED_S = 4, 10.0
COPY_SEEDS, HELDOUT_EXCERPTS = 2, 64
"""Of so many seeds of each style copies are looked for, and so many held-out excerpts stand beside them."""
DECODED_S = 10.0


def choose_embedder(data: Path, ear: Path | None = None, clap: Path | None = None) -> Embedder:
    """Return who listens: an ear if there is a file, CLAP if there is a folder, or the classifier by its features."""
    if ear:
        return Hearing(Ear.load(ear))
    judge = Classifier.fit(read_excerpts(data))
    return Clap(clap, judge.styles) if clap else Features(judge)


def measure_more(
    bundle_path: Path,
    data: Path,
    embedder: Embedder,
    *,
    seconds: float = LONG_S,
    per_style: int = 1,
    pairs: int = 0,
    threads: int = 0,
) -> dict[str, Any]:
    """Return the parts of the report that `embedder` hears, and what each took.

    - embedder: who listened, and its figures on held-out renders.
    - long: {"text": ..., "primed": ...}, each of `per_style` streams a style of `seconds`: see `drift`.
    - free: adherence to prompts that no template of captions has worded.
    - seams, diversity: of SEEDS seeds of a prompt of every style. memorisation: of the same clips.
    - paths, with `pairs`: of so many cross-fades from one prompt to another, see `prompt_paths`.
    """
    if threads:
        torch.set_num_threads(threads)
    bundle, took = load_bundle(bundle_path), Stopwatch()
    renders = took("listen to renders", hear_renders, embedder, data)
    report: dict[str, Any] = {
        "embedder": {"name": embedder.name, **took("embedder", describe_embedder, bundle, embedder, renders)},
        "long": {
            manner: took(manner, measure_long, bundle, embedder, renders, seconds, per_style, manner == "primed")
            for manner in ("text", "primed")
        },
        "free": took("free", measure_free, bundle, embedder),
    }
    clips = took("seeds", play_seeds, bundle, embedder.styles)
    report["seams"] = took("seams", measure_seams, bundle, clips, renders)
    report["diversity"] = took("diversity", measure_diversity, embedder, clips, renders)
    report["memorisation"] = took("memorisation", measure_copies, bundle, clips, renders, data)
    if pairs:
        report["paths"] = took("paths", measure_paths, bundle, embedder, data, pairs)
    return {**report, "took_s": took.seconds}


class Stopwatch:
    """Calls functions and notes how long each took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, function: Callable[..., Any], *arguments: Any) -> Any:
        began = time.monotonic()
        found = function(*arguments)
        self.seconds[name] = round(time.monotonic() - began, 1)
        return found


# --- who listens -------------------------------------------------------------------------------------------


@torch.inference_mode()
def describe_embedder(bundle: Bundle, embedder: Embedder, renders: Sequence[Render]) -> dict[str, Any]:
    """Return how many held-out renders are named rightly, before and after the codec, and how far halves are apart.

    fd_real and fd_codec are what a perfect model, and a perfect one behind this codec, could reach.
    """
    after = [decode_render(bundle, embedder, render) for render in renders]
    real = all_features(renders)
    halves = [all_features(renders[half::2]) for half in range(2)]
    return {
        "styles": list(embedder.styles),
        "accuracy": share_right(embedder, [(render.style, render.log_probs) for render in renders]),
        "accuracy_after_codec": share_right(
            embedder, [(render.style, heard[1]) for render, heard in zip(renders, after, strict=True)]
        ),
        "fd_real": round(frechet_distance(*halves), 3),
        "fd_codec": round(frechet_distance(torch.cat([heard[0] for heard in after]), real), 3),
        "drift_real": drift_of_renders(renders, LONG_S),
    }


def decode_render(bundle: Bundle, embedder: Embedder, render: Render) -> tuple[Tensor, Tensor]:
    """Return features a FRAME_S and log probabilities a WINDOW_S of a render's beginning, encoded and decoded."""
    rate_hz = bundle.geometry.sample_rate
    audio = read_audio(render.path, 0, round(DECODED_S * rate_hz))
    sound = bundle.codec.decode(bundle.codec.encode(audio[None]))[0]
    return embedder.hear(sound, FRAME_S)[0], embedder.hear(sound, WINDOW_S)[1]


def share_right(embedder: Embedder, heard: Sequence[tuple[str, Tensor]]) -> float:
    """Return the share of (style, log probabilities [n, S]) that are named as the style."""
    return round(float(np.mean([name_style(embedder, probs) == style for style, probs in heard])), 4)


# --- minutes -----------------------------------------------------------------------------------------------


def measure_long(
    bundle: Bundle, embedder: Embedder, renders: Sequence[Render], seconds: float, per_style: int, primed: bool
) -> dict[str, Any]:
    """Play streams of `seconds` from prompts alone or going on from held-out renders, and measure them."""
    lines = write_lines(embedder.styles, renders, per_style, "plain")
    label = "play primed" if primed else "play long"
    tracks = play_lines(bundle, embedder, lines, seconds, primed=primed, label=label)
    styles = embedder.styles
    return {"clip": summarise_clips(tracks, styles, renders), **summarise_tracks(tracks, styles, renders)}


# --- free wordings -----------------------------------------------------------------------------------------


def measure_free(bundle: Bundle, embedder: Embedder) -> dict[str, Any]:
    """Return adherence to every free wording: of all, of those that name the style, and of those that do not.

    A CLAP gives its score as well, the mean cosine of prompts and sounds.
    """
    styles = [style for style in embedder.styles if style in FREE_PROMPTS]
    asked = [(style, prompt) for style in styles for prompt in FREE_PROMPTS[style]]
    rows, scores = [], []
    for first in track(range(0, len(asked), len(styles)), "play free wordings"):
        some = asked[first : first + len(styles)]
        prompts = [prompt for _, prompt in some]
        audio, _ = play(bundle, prompts, FREE_S, first)
        if isinstance(embedder, Clap):
            scores += [
                embedder.score([prompt], [sound], WINDOW_S) for prompt, sound in zip(prompts, audio, strict=True)
            ]
        for (style, prompt), sound in zip(some, audio, strict=True):
            probs = embedder.hear(sound, WINDOW_S)[1]
            rows.append({"style": style, "prompt": prompt, "heard": name_style(embedder, probs)})
    return {
        "adherence": share_heard(rows),
        "named": share_heard([row for row in rows if names_style(row["style"], row["prompt"])]),
        "described": share_heard([row for row in rows if not names_style(row["style"], row["prompt"])]),
        "per_style": {style: share_heard([row for row in rows if row["style"] == style]) for style in styles},
        "styles_without": [style for style in embedder.styles if style not in FREE_PROMPTS],
        "seconds": FREE_S,
        **({"clap_score": round(float(np.mean(scores)), 4)} if scores else {}),
        "clips": rows,
    }


def share_heard(rows: Sequence[dict[str, str]]) -> float:
    """Return the share of clips that are heard as what was asked for; nothing asked is nothing missed."""
    return round(float(np.mean([row["heard"] == row["style"] for row in rows])), 4) if rows else 1.0


# --- seeds: joins, diversity, copies -------------------------------------------------------------------------


def play_seeds(bundle: Bundle, styles: Sequence[str]) -> dict[str, tuple[Tensor, Tensor]]:
    """Return audio [SEEDS, C, N] and latents [SEEDS, D, T] of one prompt a style."""
    return {
        style: play(bundle, [write_prompt(style, 0)] * SEEDS, SEED_S, SEEDS * number)
        for number, style in enumerate(track(styles, "play seeds"))
    }


def measure_seams(bundle: Bundle, clips: dict[str, tuple[Tensor, Tensor]], renders: Sequence[Render]) -> dict[str, Any]:
    """Return how audible joins are, beside renders that went through the codec, which have none."""
    pairs = [pair for audio, latents in clips.values() for pair in zip(audio, latents, strict=True)]
    frames = round(SEED_S * bundle.geometry.sample_rate)
    with torch.inference_mode():
        heard = [read_audio(few[0].path, 0, frames) for few in by_style(renders).values()]
        still = [bundle.codec.decode(bundle.codec.encode(audio[None]))[0] for audio in heard]
    return summarise_seams(pairs, bundle.geometry.block, bundle.geometry.latent_frames, still)


def measure_diversity(
    embedder: Embedder, clips: dict[str, tuple[Tensor, Tensor]], renders: Sequence[Render]
) -> dict[str, Any]:
    """Return how different seeds are, beside how different held-out pieces are, of their first seconds."""
    made = {
        style: mean_rows([embedder.hear(sound, FRAME_S)[0] for sound in audio]) for style, (audio, _) in clips.items()
    }
    first = round(SEED_S / FRAME_S)
    real = {style: mean_rows([one.features[:first] for one in few]) for style, few in by_style(renders).items()}
    return summarise_diversity({style: rows for style, rows in made.items() if len(real[style]) > 1}, real)


def measure_copies(
    bundle: Bundle, clips: dict[str, tuple[Tensor, Tensor]], renders: Sequence[Render], data: Path
) -> dict[str, Any]:
    """Return how near generated excerpts lie to the training's, beside held-out ones, and the nearest of all."""
    names, training = read_training(data, bundle.codec)
    rows = [(style, row) for style, (_, latents) in clips.items() for row in latents[:COPY_SEEDS]]
    styles = [style for style, row in rows for _ in cut_excerpts(row)]
    made = torch.cat([cut_excerpts(row) for _, row in rows])
    heldout = draw_excerpts([encode(bundle.codec, render.path) for render in renders], HELDOUT_EXCERPTS)
    found = find_nearest(torch.cat([made, heldout]), training)
    ours, theirs = found.shares[: len(made)], found.shares[len(made) :]
    nearest = int(ours.argmin())
    piece, latent = found.places[nearest]
    at_s = latent * bundle.geometry.latent_frames / bundle.geometry.sample_rate
    told = {"style": styles[nearest], "piece": names[piece], "at_s": round(at_s, 2)}
    return {**summarise_copies(ours, theirs), "training_pieces": len(training), "nearest": told}
