"""Measures what conditions beyond text do to what a bundle plays: sketch, beat, chords, and a part that it hears.

    evaluate_conditions(Path("house/ember"), Path("data"), out=Path("report"))

Everything is generated the way a deck does it, block by block from an empty context, with the bundle's own settings;
each figure stands beside the same one of a control, where the condition is off, or belongs to something else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import torch
from torch import Tensor

from lmdmd.bundles import read_info
from lmdmd.errors import TrainError
from lmdmd.model.bundle import Bundle, load_bundle
from lmdmd.model.codec import Codec
from lmdmd.model.controls import FEATURES, SKETCH, flag
from lmdmd.model.dit import Condition
from lmdmd.model.sketch import Sketcher
from lmdmd.model.stream import StreamState, rollout_block
from lmdmd.train import hearing
from lmdmd.train.classifier import Classifier, describe_clip, read_excerpts
from lmdmd.train.conditions import beat_features, grid_of, harmony_curve, latent_times_s, read_voices
from lmdmd.train.encode import encode_audio, list_audio, read_piece
from lmdmd.train.evaluate import read_settings, write_prompt
from lmdmd.train.harmony import QUALITIES, Chord
from lmdmd.train.progress import Progress
from lmdmd.train.sketching import Input, ask_others, follow, read_inputs, read_pieces, round_trip

REPORT_FILE = "conditions.json"
SECONDS = 12.0
SETTLED_S = 2.0
"""What is made before this is not judged: streams begin with nothing."""
BEAT_TEMPOS_BPM = {"80": (80, 80), "100": (100, 100), "120": (120, 120), "140": (140, 140), "80 to 140": (80, 140)}
"""Tempos at the beginning and at the end of what is asked for, by name."""
BEAT_STYLES = ("house", "dnb", "folk", "mallets")
"""Styles with attacks on a straight grid: at their own tempos all of the composer's lie on its sixteenths."""
GRID_STEPS = {"eighths": 0.5, "sixteenths": 0.25}
WITHIN_S = 0.035
CHORDS = ("", "m", "7", "maj7", "m7")
CHORD_BEATS, CHORD_BPM = 4, 120
CHORD_STYLES = ("piano", "house", "folk", "ambient", "cinematic", "mallets", "jazz", "piano")
CHORD_SEEDS = 5
JAM_MEMORY_S = 5.5
"""A part that is heard is remembered as long as the context, not as long as the network should hear itself."""
JAM_PIECES = 2
WEIGHTS = {
    "melody": "delay/melody",
    "loudness": "delay/loudness",
    "beat": "gen/beat",
    "harmony": "gen/harmony",
    "stem": "jam/pull",
}
"""The settings by which a bundle says how much each group counts; 1 is as it was learned."""
TF_BLOCKS = (-1, 0, 1)
BEAT_WITHIN_S = 0.07


@dataclass(frozen=True)
class Stream:
    """One stream to be generated: its prompt, conditions [1 + C, T] by name, and what else is to be known of it."""

    prompt: str
    controls: dict[str, Tensor] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A held-out piece: what the composer says of it, and the sound [2, N] of its voices."""

    facts: dict[str, Any]
    voices: dict[str, Tensor]


def evaluate_conditions(
    bundle_path: Path,
    data: Path,
    *,
    out: Path | None = None,
    seconds: float = SECONDS,
    pieces: int = JAM_PIECES,
    threads: int = 0,
    inputs: Sequence[Path] = (),
) -> dict[str, Any]:
    """Return the figures of every group that the bundle has, by name: sketch, beat, harmony, jam.

    `pieces` of every style are heard. What is in the folders `inputs` is sketched, too: other renders of data, or
    recordings. With `out`, all audio and the report are written there. Raises `TrainError` for a bundle without
    groups, for data without stems and for a folder without sound.
    """
    if threads:
        torch.set_num_threads(threads)
    bundle = load_bundle(bundle_path)
    groups = set(bundle.model.config.groups) & set(FEATURES)
    if not groups:
        raise TrainError(f"{bundle.name} has no conditions beyond text; train it with a preset that has")
    study = Study(bundle, data, out, seconds, pieces)
    report: dict[str, Any] = {"bundle": bundle.name, "version": read_info(bundle_path).config["version"]}
    report |= {"seconds": seconds, "settings": read_settings(bundle), "weights": read_weights(bundle)}
    if groups.issuperset(SKETCH):
        judge = Classifier.fit(read_excerpts(data))
        report["sketch"] = study.sketch(read_pieces(data, seconds, pieces), judge)
        report["inputs"] = {
            folder.name: study.sketch(read_inputs(folder, seconds, pieces), judge, f"sketch-{folder.name}")
            for folder in inputs
        }
    if "beat" in groups:
        report["beat"] = study.beat()
    if "harmony" in groups:
        report["harmony"] = study.harmony()
    if "stem" in groups:
        report["jam"] = study.jam()
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / REPORT_FILE).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


# --- generating --------------------------------------------------------------------------------------------


@torch.inference_mode()
def play_streams(
    bundle: Bundle,
    streams: Sequence[Stream],
    seconds: float,
    *,
    seed: int = 0,
    tf_blocks: int = 1,
    memory_s: float | None = None,
    weights: Mapping[str, float] | None = None,
) -> Tensor:
    """Return audio [B, C, N] of streams side by side; stream b has seed + b.

    A group that one stream has and another has not is absent from the other. `stem` is heard up to `tf_blocks` blocks
    after each block's beginning, everything else with its own frames. `weights` stand in for some of the bundle's.
    """
    settings, weights = read_settings(bundle), read_weights(bundle) | dict(weights or {})
    memory = round((settings["memory"] if memory_s is None else memory_s) * bundle.geometry.latent_rate_hz)
    state = StreamState.init(bundle.model, batch=len(streams), seed=seed)
    decoder = bundle.codec.init_state(len(streams))
    prompts = bundle.condition(bundle.prompts.encode([stream.prompt for stream in streams]))
    frames, delay = round(seconds * bundle.geometry.sample_rate), bundle.codec.config.delay_frames
    count = -(-(frames + delay) // bundle.geometry.block_frames)
    controls = stack_controls(streams, count * bundle.geometry.block)
    audio = []
    for _ in range(count):
        state.drop_context(memory)
        cond = see_block(state, prompts, controls, tf_blocks)
        latents = rollout_block(
            bundle.model,
            state,
            cond,
            steps=settings["steps"],
            guidance=settings["cfg"],
            weights=weights,
            temperature=settings["temperature"],
            sampler=settings["sampler"],
        )
        audio.append(bundle.codec.decode_step(decoder, latents))
    return torch.cat(audio, -1)[..., delay : delay + frames]


def read_weights(bundle: Bundle) -> dict[str, float]:
    """Return how much each group counts, as the bundle ships it."""
    return {group: float(bundle.defaults.get(row, 1.0)) for group, row in WEIGHTS.items()}


def see_block(state: StreamState, prompts: Condition, controls: Mapping[str, Tensor], tf_blocks: int) -> Condition:
    """Return the condition of the next block, after the state has heard what became known of the stem's past."""
    first, block = state.next_latent, state.geometry.block
    seen = {name: control[..., first : first + block] for name, control in controls.items()}
    if "stem" in controls and tf_blocks < 1:
        del seen["stem"]
        last = first + tf_blocks * block
        start = max(0, last - block)
        if last > start:
            state.hear("stem", start, controls["stem"][..., start:last])
    return Condition(prompts.pooled, prompts.tokens, seen)


def stack_controls(streams: Sequence[Stream], length: int) -> dict[str, Tensor]:
    """Return the controls of all streams as one batch [B, 1 + C, length], zeros where a stream has none or no more."""
    names = sorted({name for stream in streams for name in stream.controls})
    return {
        name: torch.stack([pad_control(stream.controls.get(name), 1 + FEATURES[name], length) for stream in streams])
        for name in names
    }


def pad_control(control: Tensor | None, channels: int, length: int) -> Tensor:
    """Return a control [channels, T] cut or filled with absence to [channels, length]."""
    padded = torch.zeros(channels, length)
    if control is not None:
        kept = min(length, control.shape[-1])
        padded[:, :kept] = control[:, :kept]
    return padded


# --- the study ---------------------------------------------------------------------------------------------


class Study:
    """A bundle, what it is measured with, and one method for each kind of condition."""

    def __init__(self, bundle: Bundle, data: Path, out: Path | None, seconds: float, pieces: int) -> None:
        if not isinstance(bundle.codec, Codec):
            raise TrainError(f"{bundle.name}: has a codec of another kind than the data's")
        self.bundle, self.codec, self.data, self.out, self.seconds = bundle, bundle.codec, data, out, seconds
        self.sources = read_sources(data, pieces, seconds)
        self.grid = grid_of(self.codec.config)
        self.sketcher = Sketcher(self.grid)

    def play(self, name: str, streams: Sequence[Stream], **options: Any) -> list[Tensor]:
        """Generate streams, and keep their audio where it is wanted."""
        with Progress(f"play {name}", total=len(streams)) as progress:
            audio = list(play_streams(self.bundle, streams, self.seconds, **options))
            progress.advance(len(streams))
        if self.out:
            (self.out / name).mkdir(parents=True, exist_ok=True)
            for number, sound in enumerate(audio):
                file = self.out / name / f"{number:03d}.wav"
                sf.write(file, sound.clamp(-1, 1).T.numpy(), self.grid.sample_rate, subtype="PCM_16")
        return audio

    def times_s(self) -> Tensor:
        """Return the seconds of all latents of a stream."""
        return latent_times_s(self.grid, round(self.seconds * self.grid.latent_rate_hz) + self.bundle.geometry.block)

    @torch.inference_mode()
    def sketch_of(self, audio: Tensor) -> dict[str, Tensor]:
        """Return the sketch of audio [2, N] as controls."""
        return {name: flag(value)[0] for name, value in zip(SKETCH, self.sketcher.sketch(audio[None]), strict=True)}

    # --- sketch

    def sketch(self, inputs: Sequence[Input], judge: Classifier, name: str = "sketch") -> dict[str, Any]:
        """Return how well envelope and strongest pitches follow what is sketched, and what becomes of the style.

        Inputs of known style are played in their own, too. `codec` is what the codec alone leaves of the inputs.
        """
        controls = [self.sketch_of(one.audio) for one in inputs]
        # Another style's prompt: what remains of the asked style is the prompt's own doing.
        asked = ask_others(inputs, judge.styles)
        prompts = [write_prompt(style, one.seed) for style, one in zip(asked, inputs, strict=True)]
        found = {"codec": follow(round_trip(self.codec, inputs, self.seconds), inputs)}
        if all(one.style for one in inputs):
            own = [Stream(write_prompt(one.style, one.seed), c) for one, c in zip(inputs, controls, strict=True)]
            found["same_style"] = follow(self.play(f"{name}-same", own), inputs)
        sounds = self.play(f"{name}-other", [Stream(p, c) for p, c in zip(prompts, controls, strict=True)])
        found["other_style"] = follow(sounds, inputs)
        text = self.play(f"{name}-free", [Stream(prompt) for prompt in prompts])
        return {
            **found,
            "style_with_sketch": share_named(judge, sounds, asked),
            "style_text_only": share_named(judge, text, asked),
        }

    # --- beat

    def beat(self) -> dict[str, Any]:
        """Return the share of attacks near the grid at each tempo, with the beat told and without."""
        found: dict[str, Any] = {"styles": list(BEAT_STYLES), "within_s": WITHIN_S}
        streams = [
            Stream(write_prompt(style, seed), facts={"tempo": tempo})
            for tempo in BEAT_TEMPOS_BPM
            for seed, style in enumerate(BEAT_STYLES)
        ]
        told = [
            Stream(s.prompt, {"beat": self._beat_control(*BEAT_TEMPOS_BPM[s.facts["tempo"]])}, s.facts) for s in streams
        ]
        heard = {"on": self.play("beat-on", told), "off": self.play("beat-off", streams)}
        for tempo in BEAT_TEMPOS_BPM:
            rows = [i for i, stream in enumerate(streams) if stream.facts["tempo"] == tempo]
            found[tempo] = {name: self._beat_rows([sounds[i] for i in rows], tempo) for name, sounds in heard.items()}
        return found | self.name_styles(Classifier.fit(read_excerpts(self.data)))

    def name_styles(self, judge: Classifier) -> dict[str, float]:
        """Return how often a style that is asked for is heard, with the beat of one of its pieces told and without."""
        asked = [source.facts["style"] for source in self.sources]
        free = [Stream(write_prompt(style, number)) for number, style in enumerate(asked)]
        tempos = [float(source.facts["tempo_bpm"]) for source in self.sources]
        told = [Stream(s.prompt, {"beat": self._beat_control(bpm, bpm)}) for s, bpm in zip(free, tempos, strict=True)]
        sounds = {"style_told": self.play("style-told", told), "style_free": self.play("style-free", free)}
        return {name: share_named(judge, made, asked) for name, made in sounds.items()}

    def _beat_control(self, low_bpm: float, high_bpm: float) -> Tensor:
        beats = ramp_beats(self.times_s().numpy(), low_bpm, high_bpm, self.seconds)
        return flag(beat_features(torch.from_numpy(beats), 4).T[None])[0]

    def _beat_rows(self, sounds: Sequence[Tensor], tempo: str) -> dict[str, Any]:
        together = np.concatenate([late(hearing.find_onsets(sound)) for sound in sounds])
        grids = {
            name: late(grid_times_s(step, *BEAT_TEMPOS_BPM[tempo], self.seconds)) for name, step in GRID_STEPS.items()
        }
        wanted = late(grid_times_s(1.0, *BEAT_TEMPOS_BPM[tempo], self.seconds))
        f1 = [hearing.beat_f1(late(hearing.find_beats(sound)), wanted, BEAT_WITHIN_S) for sound in sounds]
        return {
            **{name: round(hearing.on_grid(together, lines, WITHIN_S), 4) for name, lines in grids.items()},
            "chance": {name: round(hearing.chance_on_grid(lines, WITHIN_S), 4) for name, lines in grids.items()},
            "beat_f1": round(float(np.mean(f1)), 4),
            "onsets": len(together),
        }

    # --- harmony

    def harmony(self) -> dict[str, Any]:
        """Return how well the sound fits the chord that is asked for, against another one of the same stream."""
        times_s, streams = self.times_s(), []
        for seed in range(CHORD_SEEDS):
            for number, style in enumerate(CHORD_STYLES):
                chords = draw_chords(np.random.default_rng([seed, number]), float(times_s[-1]) * CHORD_BPM / 60)
                facts = {"tempo_bpm": CHORD_BPM, "chords": chords}
                curve = flag(harmony_curve(facts, times_s).T[None])[0]
                streams.append(Stream(write_prompt(style, seed), {"harmony": curve}, facts))
        silent = [Stream(stream.prompt, facts=stream.facts) for stream in streams]
        return {
            name: self._fit_chords(self.play(f"harmony-{name}", played), played)
            for name, played in (("on", streams), ("off", silent))
        }

    def _fit_chords(self, sounds: Sequence[Tensor], streams: Sequence[Stream]) -> dict[str, Any]:
        asked, others = [], []
        for sound, stream in zip(sounds, streams, strict=True):
            templates = [torch.tensor(chord["chroma"]).float() for chord in stream.facts["chords"]]
            edges = [chord["beat"] * 60 / CHORD_BPM for chord in stream.facts["chords"]]
            spans = [i for i in range(len(edges) - 1) if edges[i] >= SETTLED_S and edges[i + 1] <= self.seconds]
            chroma = hearing.chromagram(sound)
            for i in spans:
                heard = hearing.pool_spans(chroma, edges[i : i + 2])[:, 0]
                asked.append(hearing.cosine(heard, templates[i]))
                others.append(float(np.mean([hearing.cosine(heard, templates[j]) for j in spans if j != i])))
        gain = np.array(asked) - np.array(others)
        return {
            "asked": round(float(np.mean(asked)), 4),
            "others": round(float(np.mean(others)), 4),
            "difference": round(float(gain.mean()), 4),
            "interval": [round(edge, 4) for edge in hearing.interval(list(gain))],
            "changes": len(asked),
        }

    # --- jam

    def jam(self) -> dict[str, Any]:
        """Return how key and beats of parts fit what they hear at each future visibility, against random pairing."""
        streams = [stream for source in self.sources for stream in self._jam_streams(source)]
        found: dict[str, Any] = {}
        for tf in TF_BLOCKS:
            sounds = self.play(f"jam{tf:+d}", streams, tf_blocks=tf, memory_s=JAM_MEMORY_S)
            found[f"{tf:+d}"] = self._fit_parts(sounds, streams)
        deaf = [Stream(stream.prompt, facts=stream.facts) for stream in streams]
        found["deaf"] = self._fit_parts(self.play("jam-deaf", deaf, memory_s=JAM_MEMORY_S), deaf)
        return found

    @torch.inference_mode()
    def _jam_streams(self, source: Source) -> list[Stream]:
        """Return two streams for a piece: its drums or bass or first part, and a part with pitch, beside the rest."""
        genre = write_prompt(source.facts["style"], 0)
        streams = []
        for part in pick_parts([part["name"] for part in source.facts["parts"]]):
            heard = source.voices[f"rest/{part}"]
            control = flag(encode_audio(self.codec, heard).float().T[None])[0]
            facts = {"source": source, "part": part, "heard": heard}
            streams.append(Stream(f"{genre} {part.replace('-', ' ')}", {"stem": control}, facts))
        return streams

    def _fit_parts(self, sounds: Sequence[Tensor], streams: Sequence[Stream]) -> dict[str, Any]:
        tempos = [stream.facts["source"].facts["tempo_bpm"] for stream in streams]
        wanted = [late(np.array(beat_times_s(bpm, self.seconds))) for bpm in tempos]
        found = [late(hearing.find_beats(sound)) for sound in sounds]
        beats = np.array([[hearing.beat_f1(made, real, BEAT_WITHIN_S) for real in wanted] for made in found])
        pitched = [i for i, stream in enumerate(streams) if stream.facts["part"] != "drums"]
        settled = round(SETTLED_S * self.grid.sample_rate)
        made = [hearing.chromagram(sounds[i][:, settled:]).sum(1) for i in pitched]
        heard = [streams[i].facts["heard"][:, settled : sounds[i].shape[-1]] for i in pitched]
        real = [hearing.chromagram(sound).sum(1) for sound in heard]
        keys = [(hearing.find_key(a), hearing.find_key(b)) for a, b in zip(made, real, strict=True)]
        same = np.array([[float(hearing.same_scale(key, other)) for _, other in keys] for key, _ in keys])
        likeness = np.array([[hearing.cosine(a, b) for b in real] for a in made])
        return {
            "beat_f1": hearing.against_others(beats),
            "key_agreement": hearing.against_others(same),
            "chroma_cosine": hearing.against_others(likeness),
        }


# --- helpers -----------------------------------------------------------------------------------------------


def read_sources(data: Path, pieces: int, seconds: float) -> list[Source]:
    """Return the beginnings of the first `pieces` held-out pieces of every style, with stems."""
    picked: dict[str, list[Path]] = {}
    for path in list_audio(data, "heldout"):
        picked.setdefault(read_piece(data, path.stem)["style"], []).append(path)
    sources = []
    for path in [path for paths in picked.values() for path in paths[:pieces]]:
        facts = read_piece(data, path.stem)
        names = [part["name"] for part in facts["parts"]]
        frames = round((seconds + 1.0) * hearing.SAMPLE_RATE_HZ)
        voices = {name: audio[:, :frames] for name, audio in read_voices(data, path.stem, names)}
        sources.append(Source(facts, voices))
    return sources


def pick_parts(parts: Sequence[str]) -> list[str]:
    """Return a part that keeps time, and another one that has a pitch."""
    rhythm = next((name for name in ("drums", "bass") if name in parts), parts[0])
    pitched = [name for name in parts if name not in ("drums", rhythm)]
    return [rhythm, *pitched[:1]]


def beat_times_s(bpm: float, seconds: float) -> list[float]:
    """Return the seconds of all beats of a steady tempo."""
    return list(np.arange(0.0, seconds, 60 / bpm))


def ramp_beats(times_s: np.ndarray, low_bpm: float, high_bpm: float, seconds: float) -> np.ndarray:
    """Return the beats that have passed at each time where the tempo goes evenly from one to the other."""
    return (low_bpm * times_s + 0.5 * (high_bpm - low_bpm) / seconds * times_s**2) / 60


def grid_times_s(step_beats: float, low_bpm: float, high_bpm: float, seconds: float) -> np.ndarray:
    """Return the seconds of all lines of a grid where the tempo goes evenly from one to the other."""
    times_s = np.linspace(0.0, seconds, round(seconds * 1000) + 1)
    beats = ramp_beats(times_s, low_bpm, high_bpm, seconds)
    return np.interp(np.arange(0.0, beats[-1], step_beats), beats, times_s)


def late(times_s: np.ndarray) -> np.ndarray:
    """Return the times that are judged."""
    return times_s[times_s >= SETTLED_S]


def draw_chords(random: np.random.Generator, beats: float) -> list[dict[str, Any]]:
    """Return random chords, one every CHORD_BEATS, no two neighbours with one root."""
    chords, root = [], int(random.integers(12))
    for beat in range(0, int(beats) + CHORD_BEATS, CHORD_BEATS):
        root = (root + int(random.integers(1, 12))) % 12
        quality = CHORDS[int(random.integers(len(CHORDS)))]
        chords.append({"beat": beat, "chroma": Chord(root, QUALITIES[quality], quality).chroma})
    return chords


def share_named(judge: Classifier, sounds: Sequence[Tensor], asked: Sequence[str]) -> float:
    """Return the share of clips that a classifier names as the style that was asked for."""
    named = [judge.name(describe_clip(sound))[0] for sound in sounds]
    return round(float(np.mean([name == style for name, style in zip(named, asked, strict=True)])), 4)
