"""Train the codec's decoder on rendered music: one core, about an hour.

    train_codec(data=Path("~/.cache/lmdmd/data"), run=Path("codec-run"), minutes=75)

Order of a step: draw crops, encode, decode twice with different noise, energy distance, one optimiser step.
"""

from __future__ import annotations

import json
import math
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model import phase, spectrum
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.model.codec import Codec, CodecConfig
from lmdmd.model.vocoder import MAX_BEND_BINS, Parts
from lmdmd.train import stft_loss
from lmdmd.train.codec_discriminator import CodecDiscriminator, fool_loss, judge_loss
from lmdmd.train.codec_figures import plot_losses
from lmdmd.train.encode import fit_pca, list_audio, load_codec, read_audio, save_codec
from lmdmd.train.progress import Progress

EMA_DECAY = 0.998
WARM_UP_STEPS = 100
FINAL_LR_SHARE = 0.05
GRAD_CLIP = 1.0
CHECKPOINT_EVERY_S = 180.0
LOG_EVERY_STEPS = 20
# Latents that reach the decoder on stage come from a sampler, never exact: it must not mind a little noise.
LATENT_NOISE = 0.12
REPULSION = 0.5
# Shares of the loss that need no sound: they teach levels early, and pitch throughout.
LEVEL_WEIGHT = 0.5
PITCH_WEIGHT = 0.5
ADVERSARIAL_WEIGHT = 0.1
JUDGE_LR = 3e-4


@dataclass
class Judge:
    """The adversary and its optimiser."""

    model: CodecDiscriminator
    optimiser: torch.optim.Optimizer

    @classmethod
    def start(cls) -> Judge:
        """Return an untrained judge."""
        model = CodecDiscriminator()
        return cls(model, torch.optim.AdamW(model.parameters(), lr=JUDGE_LR, betas=(0.5, 0.9)))


@dataclass
class Job:
    """One training run: what it learns, how far it is."""

    codec: Codec
    ema: dict[str, Tensor]
    optimiser: torch.optim.Optimizer
    judge: Judge
    step: int = 0
    elapsed_s: float = 0.0
    log: list[dict[str, float]] = field(default_factory=list)


class Crops:
    """Random stereo crops from memory, held as int16."""

    def __init__(self, data: Path, config: CodecConfig, hours: float, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.config = config
        self.pieces: list[np.ndarray] = []
        self._load(list_audio(data, "train"), hours)

    def _load(self, paths: list[Path], hours: float) -> None:
        wanted = int(hours * 3600 * self.config.sample_rate_hz)
        with Progress("read audio", None) as progress:
            for i in self.random.permutation(len(paths)):
                audio, _ = sf.read(paths[i], dtype="int16", always_2d=True)
                self.pieces.append(audio)
                wanted -= len(audio)
                progress.advance()
                if wanted <= 0:
                    return

    def draw(self, batch: int, latents: int) -> Tensor:
        """Return [batch, C, latents * latent_frames + 2 delay_frames]."""
        frames = latents * self.config.latent_frames + 2 * self.config.delay_frames
        crops = []
        for i in self.random.integers(len(self.pieces), size=batch):
            start = self.random.integers(max(1, len(self.pieces[i]) - frames))
            crop = self.pieces[i][start : start + frames]
            crops.append(np.pad(crop, ((0, frames - len(crop)), (0, 0))))
        return torch.from_numpy(np.stack(crops)).transpose(1, 2).float() / 32768.0


def train_codec(
    *,
    data: Path,
    run: Path,
    minutes: float | None = None,
    steps: int | None = None,
    batch: int = 6,
    crop_latents: int = 24,
    lr: float = 1.5e-3,
    threads: int = 1,
    adversarial_after: float = 1.0,
    hours: float = 2.5,
    resume: bool = True,
    seed: int = 0,
) -> Codec:
    """Train into the folder `run` until `minutes` or `steps` are used up; returns the averaged codec.

    `run` starts from its own codec.safetensors (at least the PCA; fitted here when absent). SIGTERM saves and exits 0.
    `adversarial_after` is the share of the run after which a discriminator joins in; 1 leaves it out.
    """
    if (minutes is None) == (steps is None):
        raise TrainError("train_codec: give either minutes or steps")
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    job = open_job(data, run, lr, resume)
    crops = Crops(data, job.codec.config, hours, seed + job.step)
    with stop_on_sigterm() as stopping, Progress("train codec", steps) as progress:
        saved_s = clock_s = time.monotonic()
        while not stopping and share_done(job, minutes, steps) < 1.0:
            done = share_done(job, minutes, steps)
            judge = job.judge if done >= adversarial_after else None
            figures = train_step(job, crops.draw(batch, crop_latents), lr, done, judge)
            now_s = time.monotonic()
            job.elapsed_s, clock_s = job.elapsed_s + now_s - clock_s, now_s
            note_figures(job, run, figures)
            progress.advance(1, note=f"loss {figures['loss']:.3f}")
            if now_s - saved_s > CHECKPOINT_EVERY_S:
                save_job(job, run)
                saved_s = now_s
    save_job(job, run)
    plot_losses(run / "log.jsonl", run / "losses.png")
    if stopping:
        raise SystemExit(0)
    return averaged(job)


def train_step(job: Job, audio: Tensor, lr: float, done: float, judge: Judge | None) -> dict[str, float]:
    """Make one optimiser step on padded crops [B, C, N]; returns its figures."""
    terms, (real, made) = codec_terms(job.codec, audio, mid_side=bool(job.step % 2), done=done)
    if judge is not None:
        terms["judge"] = train_judge(judge, real, made)
        terms["loss"] = terms["loss"] + ADVERSARIAL_WEIGHT * fool_loss(judge.model, real, made)
    set_lr(job.optimiser, lr, job.step, done)
    job.optimiser.zero_grad(set_to_none=True)
    terms["loss"].backward()
    norm = torch.nn.utils.clip_grad_norm_(job.codec.parameters(), GRAD_CLIP)
    job.optimiser.step()
    job.step += 1
    update_ema(job)
    return {**{name: term.item() for name, term in terms.items()}, "grad_norm": norm.item()}


def train_judge(judge: Judge, real: Tensor, made: Tensor) -> Tensor:
    """Make one step of the discriminator; returns its loss."""
    loss = judge_loss(judge.model, real, made)
    judge.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    judge.optimiser.step()
    return loss.detach()


def codec_terms(
    codec: Codec, audio: Tensor, *, mid_side: bool, done: float
) -> tuple[dict[str, Tensor], tuple[Tensor, Tensor]]:
    """Padded crops [B, C, n * latent_frames + 2 delay] -> terms, "loss" the one to minimise, and (real, made)."""
    vocoder = codec.vocoder
    latents, mel = encode_noisily(codec, audio)
    state = vocoder.init_state(len(latents))
    state.phase.uniform_(0.0, 2.0 * math.pi)
    parts = vocoder.predict(state, latents, mel)
    tone = vocoder.voice_tone(state, parts)
    sounds = [crop_start(codec, sound) for sound in (audio, *render_twice(codec, tone, parts))]
    real, made, other = (stft_loss.mid_side(sound) for sound in sounds) if mid_side else sounds
    attraction, repulsion = stft_loss.energy_distance(real, made, other)
    level = level_distance(codec, audio, parts)
    pitch = pitch_distance(codec, audio, parts)
    loss = attraction - REPULSION * repulsion + PITCH_WEIGHT * pitch
    loss = loss + LEVEL_WEIGHT * max(0.0, 1.0 - 2.0 * done) * level
    return (
        {"loss": loss, "mrstft": attraction, "repulsion": repulsion, "level": level, "pitch_bins": pitch},
        (real, made),
    )


@torch.no_grad()
def encode_noisily(codec: Codec, audio: Tensor) -> tuple[Tensor, Tensor]:
    """Return latents [B, D, n] with a little noise, and the log-mel they stand for."""
    latents = codec.encode_window(audio)
    latents = latents + LATENT_NOISE * torch.rand(len(latents), 1, 1) * torch.randn_like(latents)
    return latents, codec.patches.unproject(latents)


def render_twice(codec: Codec, tone: Tensor, parts: Parts) -> list[Tensor]:
    """Return two sounds [B, C, n * latent_frames], `delay_frames` late, that differ in their noise alone."""
    vocoder = codec.vocoder
    starts = torch.randint(1 << 20, (2,)).tolist()
    spectra = [tone + vocoder.voice_noise(parts, start) for start in starts]
    return [vocoder.overlap(vocoder.init_state(len(tone)), each) for each in spectra]


def crop_start(codec: Codec, sound: Tensor) -> Tensor:
    """Drop the first latent, which is heard without its left context, and what the decoder has not finished."""
    return sound[
        ...,
        codec.config.latent_frames : sound.shape[-1] // codec.config.latent_frames * codec.config.latent_frames,
    ]


def level_distance(codec: Codec, audio: Tensor, parts: Parts) -> Tensor:
    """L1 distance in nepers between the level that the parts promise per bin and the level that was there."""
    with torch.no_grad():
        spectra = spectrum.analyse(audio, codec.vocoder.window, codec.config.hop_frames).transpose(1, 2)
        scaled = spectra.abs() * (2.0 / codec.vocoder.window.sum())
        wanted = torch.log(scaled + stft_loss.LOG_FLOOR)
    power = (
        torch.exp(2.0 * parts.tone) + torch.exp(2.0 * parts.noise[:, :, :-1]) + torch.exp(2.0 * parts.noise[:, :, -1:])
    )
    return (torch.log(torch.sqrt(power) + stft_loss.LOG_FLOOR) - wanted).abs().mean()


def pitch_distance(codec: Codec, audio: Tensor, parts: Parts) -> Tensor:
    """Mean error of the frequency at each bin, in bins, louder bins weighing more.

    Bins whose energy comes from far away belong to no partial here and are left out.
    """
    with torch.no_grad():
        position, power = phase.true_position(audio, codec.vocoder.window, codec.config.hop_frames)
        wanted = position - torch.arange(codec.config.bins)
        weight = power.sqrt() * (wanted.abs() < MAX_BEND_BINS)
    return (weight * (parts.bend - wanted).abs()).sum() / weight.sum().clamp(min=1e-6)


def set_lr(optimiser: torch.optim.Optimizer, lr: float, step: int, done: float) -> None:
    """Warm up, then fall along a cosine with the share of the run that is done."""
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    fall = FINAL_LR_SHARE + (1.0 - FINAL_LR_SHARE) * 0.5 * (1.0 + math.cos(math.pi * min(done, 1.0)))
    for group in optimiser.param_groups:
        group["lr"] = lr * warm * fall


@torch.no_grad()
def update_ema(job: Job) -> None:
    """Move the averaged weights a little; early steps weigh more so that the start is forgotten."""
    decay = min(EMA_DECAY, (1 + job.step) / (10 + job.step))
    for name, value in job.codec.named_parameters():
        job.ema[name].lerp_(value, 1.0 - decay)


def averaged(job: Job) -> Codec:
    """Return a codec with the averaged weights."""
    return Codec.load(job.codec.config, {**job.codec.save(), **job.ema})


def share_done(job: Job, minutes: float | None, steps: int | None) -> float:
    """Return 0..1, how much of the run is used up."""
    return job.elapsed_s / (60.0 * minutes) if minutes is not None else job.step / (steps or 1)


def open_job(data: Path, run: Path, lr: float, resume: bool) -> Job:
    """Start a job from what `run` holds: a checkpoint, or only a codec, or nothing yet."""
    if not (run / "codec.safetensors").is_file():
        save_codec(start_codec(data), run)
    codec = load_codec(run).train()
    optimiser = torch.optim.AdamW(codec.parameters(), lr=lr, betas=(0.9, 0.98), weight_decay=0.01)
    ema = {name: value.detach().clone() for name, value in codec.named_parameters()}
    job = Job(codec, ema, optimiser, Judge.start())
    if resume and (run / "train.json").is_file():
        restore_job(job, run)
    return job


def start_codec(data: Path) -> Codec:
    """Return an untrained codec with its PCA fitted on the train split."""
    encoder = fit_pca(data)
    codec = Codec(encoder.config)
    codec.patches.load_state_dict(encoder.state_dict())
    return codec


def save_job(job: Job, run: Path) -> None:
    """Write codec.* (averaged, usable at once), train.safetensors and train.json."""
    save_codec(averaged(job), run)
    tensors = {f"weight.{name}": value.detach() for name, value in job.codec.named_parameters()}
    for name, value in job.codec.named_parameters():
        for key, moment in job.optimiser.state.get(value, {}).items():
            tensors[f"{key}.{name}"] = moment
    save_file(tensors, run / "train.part")
    (run / "train.part").replace(run / "train.safetensors")
    state: dict[str, Any] = {"step": job.step, "elapsed_s": job.elapsed_s}
    (run / "train.json").write_text(json.dumps(state))


@torch.no_grad()
def restore_job(job: Job, run: Path) -> None:
    """Continue where `save_job` left off."""
    state = json.loads((run / "train.json").read_text())
    tensors = load_file(run / "train.safetensors")
    job.step, job.elapsed_s = state["step"], state["elapsed_s"]
    for name, value in job.codec.named_parameters():
        value.copy_(tensors[f"weight.{name}"])
        keys = ("step", "exp_avg", "exp_avg_sq")
        job.optimiser.state[value] = {key: tensors[f"{key}.{name}"] for key in keys}


def note_figures(job: Job, run: Path, figures: dict[str, float]) -> None:
    """Append the mean of the last steps to log.jsonl, every LOG_EVERY_STEPS."""
    job.log.append(figures)
    if len(job.log) < LOG_EVERY_STEPS:
        return
    means = {key: float(np.mean([f[key] for f in job.log])) for key in figures}
    job.log.clear()
    with (run / "log.jsonl").open("a") as log:
        log.write(json.dumps({"step": job.step, "elapsed_s": round(job.elapsed_s, 1), **means}) + "\n")


@contextmanager
def stop_on_sigterm() -> Iterator[list[int]]:
    """Yield a list that is empty until SIGTERM arrives."""
    asked: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))
    try:
        yield asked
    finally:
        signal.signal(signal.SIGTERM, before)


@torch.no_grad()
def evaluate_codec(
    codec: AudioCodec, data: Path, split: str = "heldout", *, pieces: int = 24, seconds: float = 8.0
) -> dict[str, float]:
    """Return mean distances of decoded to original sound: mrstft, log_mel_l1 (nepers)."""
    rows = []
    for original, decoded in decode_excerpts(codec, data, split, pieces, seconds):
        edge = codec.config.latent_frames
        target, audio = original[..., edge:-edge], decoded[..., edge:-edge]
        rows.append([stft_loss.mrstft(target, audio).item(), stft_loss.log_mel_l1(target, audio).item()])
    mrstft, log_mel = np.mean(rows, axis=0)
    return {"mrstft": round(float(mrstft), 4), "log_mel_l1": round(float(log_mel), 4)}


@torch.no_grad()
def decode_excerpts(
    codec: AudioCodec, data: Path, split: str, pieces: int, seconds: float
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield (original, decoded), each [1, C, N], from the middle of pieces spread over the split."""
    c = codec.config
    paths = list_audio(data, split)
    frames = int(seconds * c.sample_rate_hz) // c.latent_frames * c.latent_frames
    for path in paths[:: max(1, len(paths) // pieces)][:pieces]:
        original = read_audio(path, max(0, (sf.info(path).frames - frames) // 2), frames)[None]
        yield original, codec.decode(codec.encode(original))
