"""``lmdmd bench sketch``: how well a bundle follows what it hears, by how much melody and loudness count."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from lmdmd import bundles
from lmdmd.errors import ConfigError
from lmdmd.model.bundle import load_bundle
from lmdmd.model.controls import SKETCH
from lmdmd.train.classifier import Classifier, read_excerpts
from lmdmd.train.evaluate import write_prompt
from lmdmd.train.evaluate_conditions import Stream, Study, share_named
from lmdmd.train.sketching import Input, ask_others, follow, read_inputs, round_trip


def bench_sketch(options: argparse.Namespace) -> dict[str, object]:
    """Sketch inputs under prompts of other styles, with every pair of weights; a row each.

    `envelope` is the correlation of levels in dB, `rms` that of the levels as they are, `chroma` the share of beats (of
    half seconds, in recordings) whose strongest pitch class is the same; those that end in `_low` are how much more
    that is than against all other inputs, at least, with 95 % certainty. `style` is the share that is named as the
    style of the prompt, `branches` how many times the network runs in a step. The first two rows are what the codec
    alone leaves of the inputs, and the prompts without a sketch. The classifier that names styles learns from the
    held-out renders of `--data`.
    """
    if options.threads:
        torch.set_num_threads(options.threads)
    info = bundles.find(options.model)
    bundle = load_bundle(info.path)
    if not set(SKETCH) <= set(bundle.model.config.groups):
        raise ConfigError(f"--model {options.model}: knows of no sketch; try ember")
    data = options.data or Path.home() / ".cache" / "lmdmd" / "data"
    inputs = read_inputs(options.inputs or data, options.seconds, options.pieces)
    judge = Classifier.fit(read_excerpts(data))
    study = Study(bundle, data, options.keep, options.seconds, 0)
    sweep = Sweep(study, inputs, judge)
    pairs = itertools.product(options.melody, options.loudness)
    return {
        "bundle": info.name,
        "seconds": options.seconds,
        "inputs": [one.name for one in inputs],
        "prompts": sweep.prompts,
        "rows": [sweep.codec(), sweep.free(), *(sweep.weighted(*pair) for pair in pairs)],
    }


class Sweep:
    """Inputs, and a prompt of another style for each."""

    def __init__(self, study: Study, inputs: Sequence[Input], judge: Classifier) -> None:
        self.study, self.inputs, self.judge = study, inputs, judge
        self.asked = ask_others(inputs, judge.styles)
        self.prompts = [write_prompt(style, one.seed) for style, one in zip(self.asked, inputs, strict=True)]
        self.sketches = [study.sketch_of(one.audio) for one in inputs]

    def codec(self) -> dict[str, Any]:
        """The inputs themselves, as far as the codec can say them."""
        sounds = round_trip(self.study.codec, self.inputs, self.study.seconds)
        return row("codec alone", None, None, 0, follow(sounds, self.inputs), None)

    def free(self) -> dict[str, Any]:
        """The prompts alone."""
        return self._play("prompt alone", None, None, [Stream(prompt) for prompt in self.prompts])

    def weighted(self, melody: float, loudness: float) -> dict[str, Any]:
        """Melody and loudness of the inputs, counting so much."""
        streams = [Stream(prompt, sketch) for prompt, sketch in zip(self.prompts, self.sketches, strict=True)]
        return self._play(f"sketch-{melody:g}-{loudness:g}", melody, loudness, streams)

    def _play(
        self, name: str, melody: float | None, loudness: float | None, streams: Sequence[Stream]
    ) -> dict[str, Any]:
        weights = {} if melody is None or loudness is None else {"melody": melody, "loudness": loudness}
        sounds = self.study.play(name, streams, weights=weights)
        branches = 2 + sum(weight != 1.0 for weight in weights.values())
        share = share_named(self.judge, sounds, self.asked)
        return row(name, melody, loudness, branches, follow(sounds, self.inputs), share)


def row(
    what: str,
    melody: float | None,
    loudness: float | None,
    branches: int,
    found: Mapping[str, Any],
    style: float | None,
) -> dict[str, Any]:
    """A line of the table."""
    envelope, rms, chroma = (found[name] for name in ("envelope_correlation", "rms_correlation", "chroma_agreement"))
    return {
        "what": what,
        "melody": melody,
        "loudness": loudness,
        "branches": branches,
        "envelope": envelope["own"],
        "envelope_others": envelope["others"],
        "envelope_low": envelope["interval"][0],
        "rms": rms["own"],
        "rms_low": rms["interval"][0],
        "chroma": chroma["own"],
        "chroma_others": chroma["others"],
        "chroma_low": chroma["interval"][0],
        "style": style,
    }
