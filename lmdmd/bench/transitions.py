"""Changes of prompt, played by the real engine in several manners and listened to.

    measure_transitions(Path("house/pocket"), Path("data"))

The paper drops the context when another prompt takes the lead (LMDM 1.10). It is compared to cross-fading the prompts
alone, and to cross-fading the sound of two streams, which is as fast as this way of listening can tell.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lmdmd.engine.engine import Engine
from lmdmd.errors import TrainError
from lmdmd.messages import Write
from lmdmd.model.bundle import Bundle, load_bundle
from lmdmd.params import BY_NAME
from lmdmd.train.classifier import Classifier, fit_folds, read_excerpts, score_folds
from lmdmd.train.evaluate import write_prompt
from lmdmd.train.progress import track
from lmdmd.train.transitions import (
    HOLD_S,
    HOP_S,
    LIMIT_S,
    STEADY,
    WINDOW_S,
    click_levels,
    hear,
    hear_change,
    rank_clicks,
    seconds_until,
    steady_levels,
    summarise_clicks,
    summarise_delays,
)

PLAYED_S = 8.0
SETTLED_S = 4.0
RAMPS_S = (0.0, 2.0)
SEEDS, PARTNERS = 2, 4
JOINS_AFTER = 3


@dataclass(frozen=True)
class Manner:
    """How a change is made: with or without dropping the context, or as a cross-fade of two streams' sound."""

    name: str
    memory_s: float
    ramp_s: float


@dataclass(frozen=True)
class Change:
    """From one style to another, `at_s` into a stream of a seed."""

    start: str
    end: str
    seed: int
    at_s: float


@dataclass(frozen=True)
class Take:
    """What was played: audio [C, N], and the frames at which its blocks begin."""

    audio: Tensor
    joins: list[int]


@dataclass(frozen=True)
class Steady:
    """A stream in which nothing is changed, its first PLAYED_S alone, and the engine as it stood there."""

    take: Take
    opening: Take
    engine: Engine


Streams = dict[tuple[str, int, float], Steady]
"""By style, seed and memory."""


def measure_transitions(bundle_path: Path, data: Path, *, threads: int = 0) -> dict[str, Any]:
    """Change between all styles that are recognised while nothing changes, in every manner.

    Keys of the report:
    - rows: one a manner: seconds from the change to recognition (median, 90th percentile, share missed within
      LIMIT_S), and of the block joins around the change their median rank among steady moments of both styles, and
      how many click, that is stand out more than any steady moment.
    - changes and styles: how many, and between which.
    - recognised: style -> share of steady windows that are heard as it; styles below STEADY are left out.
    - excerpt_accuracy: the classifier's own on renders it never heard, in windows of that length.
    `threads` 0 leaves torch alone. Raises `TrainError` without renders, or when fewer than two styles are recognised.
    """
    if threads:
        torch.set_num_threads(threads)
    bundle = load_bundle(bundle_path)
    judge, accuracy = fit_judge(data)
    memories = list_memories(bundle)
    steady = {
        (style, seed, memory): play_steady(bundle, style, seed, memory)
        for style in track(judge.styles, "play on")
        for seed in range(SEEDS)
        for memory in memories
    }
    recognised = measure_recognition(judge, steady, memories[0])
    picked = pick_styles(recognised)
    changes = plan_changes(picked, bundle.geometry.block_s)
    manners = list(list_manners(memories))
    return {
        "rows": [measure_manner(bundle, judge, steady, manner, changes) for manner in track(manners, "change")],
        "changes": len(changes),
        "styles": picked,
        "recognised": recognised,
        "excerpt_accuracy": accuracy,
        "played_s": PLAYED_S,
        "window_s": WINDOW_S,
        "hold_s": HOLD_S,
        "limit_s": LIMIT_S,
        "joins_after": JOINS_AFTER,
    }


# --- what is played ----------------------------------------------------------------------------------------


def list_memories(bundle: Bundle) -> list[float]:
    """Return the memory in seconds that the bundle ships with, and, if that is more, its whole context."""
    context_s = bundle.geometry.context / bundle.geometry.latent_rate_hz
    shipped_s = min(float(bundle.defaults.get("gen/memory", BY_NAME["gen/memory"].default)), context_s)
    return [shipped_s] if shipped_s == context_s else [shipped_s, context_s]


def list_manners(memories: Sequence[float]) -> Iterator[Manner]:
    """Yield every manner, those of the shipped memory first."""
    for memory in memories:
        for ramp in RAMPS_S:
            for name in ("drop", "prompts only", "two streams"):
                yield Manner(name, memory, ramp)


def plan_changes(styles: Sequence[str], block_s: float) -> list[Change]:
    """Return changes from each style to PARTNERS others, or to all of fewer, which take the seeds in turn.

    They fall on all parts of a block alike, as a hand would.
    """
    chance = np.random.default_rng(0)
    offsets = 1 + chance.permutation(len(styles) - 1)[:PARTNERS]
    pairs = [(i, (i + int(offset)) % len(styles)) for i in range(len(styles)) for offset in offsets]
    parts = (chance.permutation(len(pairs)) + 0.5) / len(pairs)
    return [
        Change(styles[start], styles[end], number % SEEDS, PLAYED_S + block_s * float(parts[number]))
        for number, (start, end) in enumerate(pairs)
    ]


def play_steady(bundle: Bundle, style: str, seed: int, memory_s: float) -> Steady:
    """Play one style and change nothing; the engine is kept as it stood before PLAYED_S."""
    engine = Engine(bundle, bundle.geometry.sample_rate)
    for name, value in bundle.defaults.items():
        engine.write(Write(name, value))
    engine.write(Write("prompt/0/text", write_prompt(style, seed)))
    engine.write(Write("engine/seed", seed))
    engine.write(Write("gen/memory", memory_s))
    opening = play_until(engine, PLAYED_S - engine.block_s)
    before = fork(engine)
    rest = play_until(engine, end_s(engine))
    return Steady(join_takes(opening, rest), opening, before)


def play_change(steady: Steady, change: Change, manner: Manner) -> Take:
    """Play a change as a cue would make it, its time known to the engine."""
    engine = fork(steady.engine)
    at, ramp = (round(s * engine.rate_hz) for s in (change.at_s, manner.ramp_s))
    engine.write(Write("gen/drop", manner.name == "drop"))
    engine.write(Write("prompt/1/text", write_prompt(change.end, change.seed)))
    engine.write(Write("prompt/0/weight", 0.0, at, ramp))
    engine.write(Write("prompt/1/weight", 1.0, at, ramp))
    return join_takes(steady.opening, play_until(engine, end_s(engine)))


def end_s(engine: Engine) -> float:
    """Return when a take may end: a change comes up to a block after PLAYED_S, and the codec's delay is missing."""
    delay_s = engine.bundle.codec.config.delay_frames / engine.geometry.sample_rate
    return PLAYED_S + engine.block_s + LIMIT_S + HOLD_S + HOP_S + delay_s


def play_until(engine: Engine, end_s: float) -> Take:
    """Play on until the next block would begin at `end_s` or later."""
    blocks, joins = [], []
    while engine.next_frame < end_s * engine.rate_hz:
        joins.append(engine.next_frame)
        blocks.append(engine.make_block())
    return Take(torch.from_numpy(np.concatenate(blocks).T.copy()), joins)


def join_takes(first: Take, second: Take) -> Take:
    """Return two takes of one stream as one."""
    return Take(torch.cat([first.audio, second.audio], -1), first.joins + second.joins)


def fork(engine: Engine) -> Engine:
    """Return an engine that goes on as this one would; they share only what never changes."""
    bundle = engine.bundle
    shared = (bundle, bundle.model, bundle.codec, bundle.prompts)
    return copy.deepcopy(engine, {id(part): part for part in shared})


def fade_streams(before: Take, after: Take, at: int, ramp: int) -> Take:
    """Cross-fade the sound of two streams from frame `at` on, within `ramp` frames; its one join is there."""
    frames = torch.arange(before.audio.shape[-1])
    gain = ((frames - at) / ramp).clamp(0, 1) if ramp else (frames >= at).float()
    return Take(torch.lerp(before.audio, after.audio, gain), [at])


# --- what is heard -----------------------------------------------------------------------------------------


def fit_judge(data: Path) -> tuple[Classifier, float]:
    """Return a classifier of windows of WINDOW_S, and its accuracy on renders it never heard."""
    renders = read_excerpts(data, seconds=WINDOW_S)
    accuracy = score_folds(fit_folds(renders), renders)["excerpt_accuracy"]
    return Classifier.fit(renders), round(accuracy, 4)


def measure_recognition(judge: Classifier, steady: Streams, memory_s: float) -> dict[str, float]:
    """Return for each style the share of windows of its steady streams in which it is heard."""
    heard: dict[str, list[bool]] = {}
    for (style, _, memory), stream in steady.items():
        if memory == memory_s:
            names = hear(judge, stream.take.audio, SETTLED_S + WINDOW_S, PLAYED_S + LIMIT_S)
            heard.setdefault(style, []).extend(name == style for name in names)
    return {style: round(float(np.mean(right)), 4) for style, right in heard.items()}


def pick_styles(recognised: Mapping[str, float]) -> list[str]:
    """Return the styles of which changes can be judged; raises `TrainError` for fewer than two."""
    picked = [style for style, share in recognised.items() if share >= STEADY]
    if len(picked) < 2:
        raise TrainError(f"no changes to judge: of {recognised}, fewer than two styles reach {STEADY}")
    return picked


def measure_manner(
    bundle: Bundle, judge: Classifier, steady: Streams, manner: Manner, changes: Sequence[Change]
) -> dict[str, Any]:
    """Make every change in one manner, and return its row of the report."""
    delays, ranks = [], []
    for change in changes:
        before, after = (steady[style, change.seed, manner.memory_s] for style in (change.start, change.end))
        take = make_take(bundle, before, after, manner, change)
        delays.append(seconds_until(hear_change(judge, take.audio, change.at_s), change.end))
        still = torch.cat([steady_levels(each.take.audio, SETTLED_S) for each in (before, after)])
        joins = list_joins(take, change, manner, bundle)
        ranks.append(rank_clicks(click_levels(take.audio, joins), still))
    how = {"manner": manner.name, "memory_s": round(manner.memory_s, 2), "ramp_s": manner.ramp_s}
    return {**how, **summarise_delays(delays), **summarise_clicks(ranks)}


def make_take(bundle: Bundle, before: Steady, after: Steady, manner: Manner, change: Change) -> Take:
    """Make a change in a manner; two streams are the steady ones."""
    if manner.name != "two streams":
        return play_change(before, change, manner)
    rate_hz = bundle.geometry.sample_rate
    return fade_streams(before.take, after.take, round(change.at_s * rate_hz), round(manner.ramp_s * rate_hz))


def list_joins(take: Take, change: Change, manner: Manner, bundle: Bundle) -> list[int]:
    """Return the joins from the change until JOINS_AFTER blocks have followed the end of its ramp."""
    last_s = change.at_s + manner.ramp_s + JOINS_AFTER * bundle.geometry.block_s
    first, last = (s * bundle.geometry.sample_rate for s in (change.at_s, last_s))
    return [frame for frame in take.joins if round(first) <= frame <= last]
