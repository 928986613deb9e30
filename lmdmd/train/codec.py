"""Train the codec's decoder on rendered music: one core, about an hour.

    train_codec(data=Path("~/.cache/lmdmd/data"), run=Path("codec-run"), minutes=75)

Order of a step: draw crops, encode, decode twice with different noise, energy distance, one optimiser step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile as sf
import torch
from torch import Tensor, nn

from lmdmd.errors import TrainError
from lmdmd.model import phase, spectrum
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.model.codec import Codec, CodecConfig
from lmdmd.model.vocoder import MAX_BEND_BINS, Parts
from lmdmd.train import stft_loss
from lmdmd.train.checkpoint import Ema
from lmdmd.train.codec_discriminator import CodecDiscriminator, fool_loss, judge_loss
from lmdmd.train.encode import fit_pca, list_audio, load_codec, read_audio, save_codec
from lmdmd.train.parallel import ALONE, Ranks, clip_gradients, frozen, open_ranks
from lmdmd.train.progress import Progress
from lmdmd.train.run import Chore, End, Run
from lmdmd.train.run_log import plot_log

EMA_DECAY = 0.998
GRAD_CLIP = 1.0
SAVE_EVERY_S = 180.0
# Latents that reach the decoder on stage come from a sampler, never exact: it must not mind a little noise.
LATENT_NOISE = 0.12
REPULSION = 0.5
# Shares of the loss that need no sound: they teach levels early, and pitch throughout.
LEVEL_WEIGHT = 0.5
PITCH_WEIGHT = 0.5
ADVERSARIAL_WEIGHT = 0.1
JUDGE_LR = 3e-4
CURVES = ("loss", "mrstft", "repulsion", "level", "pitch_bins")


class Draw(NamedTuple):
    """What chance decides of a step, for the whole batch.

    `audio` padded crops [B, C, n * latent_frames + 2 delay], `noise` on their latents [B, D, n], `phase` [B, bins] in
    which sound begins, and the latents' numbers `starts` [2] from which two renderings take their noise.
    """

    audio: Tensor
    noise: Tensor
    phase: Tensor
    starts: tuple[int, int]


class Sounds(NamedTuple):
    """What there was and what was made of it, [B, C, N]."""

    real: Tensor
    made: Tensor


class Crops:
    """Random stereo crops from memory, held as int16."""

    def __init__(self, data: Path, config: CodecConfig, hours: float, seed: int, *, shown: bool = True) -> None:
        self.config = config
        self.pieces: list[np.ndarray] = []
        paths = list_audio(data, "train")
        wanted = int(hours * 3600 * config.sample_rate_hz)
        with Progress("read audio", None, shown=shown) as progress:
            for i in np.random.default_rng(seed).permutation(len(paths)):
                audio, _ = sf.read(paths[i], dtype="int16", always_2d=True)
                self.pieces.append(audio)
                wanted -= len(audio)
                progress.advance()
                if wanted <= 0:
                    return

    def draw(self, random: np.random.Generator, batch: int, latents: int) -> Tensor:
        """Return [batch, C, latents * latent_frames + 2 delay_frames]."""
        frames = latents * self.config.latent_frames + 2 * self.config.delay_frames
        crops = []
        for i in random.integers(len(self.pieces), size=batch):
            start = random.integers(max(1, len(self.pieces[i]) - frames))
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
    save_every_s: float = SAVE_EVERY_S,
) -> Codec:
    """Train into the folder `run` until `minutes` or `steps` are used up, or a signal; returns the averaged codec.

    `run` starts from its own codec.safetensors (at least the PCA; fitted here when absent). `adversarial_after` is the
    share of the run after which a discriminator joins in; 1 leaves it out. Under torchrun all processes share a batch.
    """
    if (minutes is None) == (steps is None):
        raise TrainError("train_codec: give either minutes or steps")
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    with open_ranks() as ranks:
        ranks.rows(batch)
        trainer = CodecTrainer(
            open_codec(data, run, ranks), run, End(steps, minutes), lr, adversarial_after, seed, ranks
        )
        if not (resume and trainer.run.resume()):
            trainer.run.begin()
        crops = Crops(data, trainer.codec.config, hours, seed, shown=ranks.first)
        trainer.run.fit(
            "train codec", lambda: trainer.step(crops, batch, crop_latents), [Chore(save_every_s, trainer.save)]
        )
    return trainer.averaged()


def open_codec(data: Path, run: Path, ranks: Ranks = ALONE) -> Codec:
    """Return the codec that a run folder holds, fitted and put there where there is none."""
    if ranks.first and not (run / "codec.safetensors").is_file():
        save_codec(start_codec(data), run)
    ranks.barrier()
    return load_codec(run).train()


def start_codec(data: Path) -> Codec:
    """Return an untrained codec with its PCA fitted on the train split."""
    encoder = fit_pca(data)
    codec = Codec(encoder.config)
    codec.patches.load_state_dict(encoder.state_dict())
    return codec


class CodecTrainer:
    """Codec, average and adversary of one run, each with its optimiser."""

    def __init__(
        self,
        codec: Codec,
        folder: Path,
        end: End,
        lr: float,
        adversarial_after: float = 1.0,
        seed: int = 0,
        ranks: Ranks = ALONE,
    ) -> None:
        self.codec, self.lr, self.adversarial_after, self.ranks = codec, lr, adversarial_after, ranks
        self.judge = CodecDiscriminator()
        self.ema = Ema(codec, EMA_DECAY)
        self.optimizer = torch.optim.AdamW(codec.parameters(), lr=lr, betas=(0.9, 0.98), weight_decay=0.01)
        self.judge_optimizer = torch.optim.AdamW(self.judge.parameters(), lr=JUDGE_LR, betas=(0.5, 0.9))
        self.decode = ranks.wrap(DecodeStep(codec, ranks))
        self.tell_apart = ranks.wrap(JudgeStep(self.judge))
        parts = {"codec": codec, "ema": self.ema, "optimizer": self.optimizer}
        parts |= {"judge": self.judge, "judge-optimizer": self.judge_optimizer}
        self.run = Run(folder, parts, end, seed, ranks)

    def step(self, crops: Crops, batch: int, crop_latents: int) -> dict[str, float]:
        """Make one optimiser step, with the judge's before it where it has joined in; returns their figures."""
        clock = self.run.clock
        done = self.run.end.share(clock)
        draw = self.ranks.share(draw_step(crops, batch, crop_latents, *self.run.randomness()))
        terms, sounds = self.decode(draw, mid_side=bool(clock.step % 2), done=done)
        if done >= self.adversarial_after:
            terms["judge"] = self.teach_judge(sounds)
            with frozen(self.judge):
                terms["loss"] = terms["loss"] + ADVERSARIAL_WEIGHT * fool_loss(
                    self.judge, sounds.real, sounds.made, self.ranks.mean
                )
        for group in self.optimizer.param_groups:
            group["lr"] = self.run.end.learning_rate(self.lr, clock)
        self.optimizer.zero_grad(set_to_none=True)
        terms["loss"].backward()
        norm = clip_gradients(self.codec.parameters(), GRAD_CLIP)
        self.optimizer.step()
        self.ema.update(self.codec, clock.step + 1)
        return {**self.ranks.average({name: term.item() for name, term in terms.items()}), "grad_norm": norm}

    def teach_judge(self, sounds: Sounds) -> Tensor:
        """Make one step of the discriminator; returns its loss."""
        loss = self.tell_apart(sounds.real, sounds.made.detach())
        self.judge_optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.judge_optimizer.step()
        return loss.detach()

    def averaged(self) -> Codec:
        """Return a codec with the averaged weights."""
        return Codec.load(self.codec.config, self.ema.weights)

    def save(self) -> None:
        """Write a checkpoint, the averaged codec, usable at once, and the plot of the log."""
        self.run.save()
        if self.ranks.first:
            save_codec(self.averaged(), self.run.folder)
            plot_log(self.run.folder, CURVES, unit="distance")


def draw_step(
    crops: Crops, batch: int, crop_latents: int, random: np.random.Generator, generator: torch.Generator
) -> Draw:
    """Draw a step: crops, and a little noise on their latents, of another level for each."""
    c = crops.config
    audio = crops.draw(random, batch, crop_latents)
    level = LATENT_NOISE * torch.rand(batch, 1, 1, generator=generator)
    noise = level * torch.randn(batch, c.latent_dim, crop_latents, generator=generator)
    turns = torch.rand(batch, c.bins, generator=generator)
    one, other = torch.randint(1 << 20, (2,), generator=generator).tolist()
    return Draw(audio, noise, 2.0 * math.pi * turns, (one, other))


class JudgeStep(nn.Module):
    """Tells what was made from what was there."""

    def __init__(self, judge: CodecDiscriminator) -> None:
        super().__init__()
        self.judge = judge

    def forward(self, real: Tensor, made: Tensor) -> Tensor:
        """Return the loss."""
        return judge_loss(self.judge, real, made)


class DecodeStep(nn.Module):
    """Decodes crops from their own latents; what is a mean of the whole batch is one over all ranks."""

    def __init__(self, codec: Codec, ranks: Ranks = ALONE) -> None:
        super().__init__()
        self.codec, self.ranks = codec, ranks

    def forward(self, draw: Draw, *, mid_side: bool, done: float) -> tuple[dict[str, Tensor], Sounds]:
        """Return the terms, "loss" the one to minimise and the others without gradient, and the sounds compared."""
        codec, vocoder, audio = self.codec, self.codec.vocoder, draw.audio
        latents, mel = encode_noisily(codec, audio, draw.noise)
        state = vocoder.init_state(len(latents))
        state.phase.copy_(draw.phase)
        parts = vocoder.predict(state, latents, mel)
        tone = vocoder.voice_tone(state, parts)
        sounds = [crop_start(codec, sound) for sound in (audio, *render_twice(codec, tone, parts, draw.starts))]
        real, made, other = (stft_loss.mid_side(sound) for sound in sounds) if mid_side else sounds
        attraction, repulsion = stft_loss.energy_distance(real, made, other, whole=self.ranks.mean)
        level = level_distance(codec, audio, parts)
        pitch = pitch_distance(codec, audio, parts, self.ranks.mean)
        loss = attraction - REPULSION * repulsion + PITCH_WEIGHT * pitch
        loss = loss + LEVEL_WEIGHT * max(0.0, 1.0 - 2.0 * done) * level
        told = {"mrstft": attraction, "repulsion": repulsion, "level": level, "pitch_bins": pitch}
        return {"loss": loss, **{name: term.detach() for name, term in told.items()}}, Sounds(real, made)


@torch.no_grad()
def encode_noisily(codec: Codec, audio: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
    """Return latents [B, D, n] with noise, and the log-mel they stand for."""
    latents = codec.encode_window(audio) + noise
    return latents, codec.patches.unproject(latents)


def render_twice(codec: Codec, tone: Tensor, parts: Parts, starts: tuple[int, int]) -> list[Tensor]:
    """Return two sounds [B, C, n * latent_frames], `delay_frames` late, that differ in their noise alone."""
    vocoder = codec.vocoder
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


def pitch_distance(codec: Codec, audio: Tensor, parts: Parts, whole: Callable[[Tensor], Tensor]) -> Tensor:
    """Mean error of the frequency at each bin, in bins, louder bins weighing more; `whole` makes a weight all ranks'.

    Bins whose energy comes from far away belong to no partial here and are left out.
    """
    with torch.no_grad():
        position, power = phase.true_position(audio, codec.vocoder.window, codec.config.hop_frames)
        wanted = position - torch.arange(codec.config.bins)
        weight = power.sqrt() * (wanted.abs() < MAX_BEND_BINS)
    return (weight * (parts.bend - wanted).abs()).sum() / whole(weight.sum()).clamp(min=1e-6)


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
