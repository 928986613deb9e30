"""The engine: latch values, mix prompts, roll out one block, decode, resample.

Blind to rings and processes: the deck process plays it live, ``lmdmd render`` plays it offline, and
both get the same sound because noise and values are functions of absolute latents and frames.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
import torch

from lmdmd.config import PRECISIONS
from lmdmd.engine.prompts import PromptMixer
from lmdmd.engine.resample import StreamResampler, resample
from lmdmd.engine.values import BlockValues, Settings
from lmdmd.errors import BundleError
from lmdmd.messages import Write
from lmdmd.model.bundle import Bundle, load_bundle
from lmdmd.model.codec_precision import knows_bf16, use_codec_precision
from lmdmd.model.dit import Condition
from lmdmd.model.precision import use_precision
from lmdmd.model.stream import StreamState, rollout_block
from lmdmd.params import BY_NAME

log = logging.getLogger(__name__)

WARM_UP_BLOCKS = 3
_KEPT_AFTER_FLIP = 12 / 192
"""Share of the context that survives a change of the dominant prompt (LMDM 1.10: 180 of 192 go)."""


class Engine:
    """One model playing one continuous stream at the device's rate; ``tell`` hears what people may want to know."""

    def __init__(self, bundle: Bundle, rate_hz: int, tell: Callable[[str], None] = log.warning) -> None:
        self.bundle = bundle
        self.rate_hz = rate_hz
        self.geometry = bundle.geometry
        self.values = BlockValues()
        self.prompts = PromptMixer(bundle.prompts.encode, tell)
        self.state = StreamState.init(bundle.model)
        self.decoding = bundle.codec.init_state()
        self.resampler = StreamResampler(self.geometry.sample_rate, rate_hz)
        self._first_frame = 0
        self._first_latent = 0
        self._to_trim = bundle.codec.config.delay_frames
        self._mixed: tuple[list[tuple[str, float]], Condition] | None = None

    @classmethod
    def load(
        cls, path: Path, rate_hz: int, precision: str = PRECISIONS[0], tell: Callable[[str], None] = log.warning
    ) -> Self:
        """Open a bundle folder, to compute in ``precision``; raises ``BundleError`` where that cannot be done.

        Below float32, a codec's decoder computes in bf16 where it and the processor can.
        """
        bundle = load_bundle(path)
        use_precision(bundle.model, precision)
        use_codec_precision(bundle.codec, "bf16" if precision != "fp32" and knows_bf16(bundle.codec) else "fp32")
        return cls(bundle, rate_hz, tell)

    # --- where the stream stands ---------------------------------------------------------------------

    @property
    def next_latent(self) -> int:
        """Absolute index of the latent that the next block begins with."""
        return self.state.next_latent

    @property
    def next_frame(self) -> int:
        """Timeline frame of ``next_latent``."""
        latents = self.next_latent - self._first_latent
        return self._first_frame + round(latents * self._frames_per_latent)

    @property
    def _frames_per_latent(self) -> float:
        return self.geometry.latent_frames * self.rate_hz / self.geometry.sample_rate

    @property
    def block_s(self) -> float:
        """Seconds of audio in one block."""
        return self.geometry.block_s

    @property
    def context_s(self) -> float:
        """Seconds of past that the model can hear."""
        return self.geometry.context / self.geometry.latent_rate_hz

    @property
    def max_block_frames(self) -> int:
        """Upper bound of the frames one block gives at the device's rate."""
        return int(self.geometry.block * self._frames_per_latent) + 2048

    # --- messages ------------------------------------------------------------------------------------

    def write(self, write: Write) -> None:
        """Take a write; a ``NOW`` stamp acts from the next block on."""
        self.values.write(write, self.next_frame)
        if BY_NAME[write.name].kind == "text":
            self.prompts.expect(str(write.value))

    @torch.inference_mode()
    def read_ahead(self) -> bool:
        """Do something now that a coming block will need; return whether there was anything to do."""
        return self.prompts.read_ahead()

    def clear_after(self, frame: int) -> None:
        """Cancel what is planned after a frame."""
        self.values.clear_after(frame)

    def latch(self, frame: int) -> Settings:
        """Values in force at a timeline frame."""
        return self.values.latch(frame)

    # --- the stream ----------------------------------------------------------------------------------

    @torch.inference_mode()
    def seek(self, frame: int) -> None:
        """Begin a new stretch of audio at a timeline frame; the music remembered so far stays."""
        self._first_frame = frame
        self._first_latent = round(frame / self._frames_per_latent)
        self.state.next_latent = self._first_latent
        self.decoding.reset()
        self.resampler.reset()
        self._to_trim = self.bundle.codec.config.delay_frames

    def reset_music(self) -> None:
        """Empty context: the next block starts from nothing but the prompts."""
        self.state.drop_context(0)
        self.prompts.reset()

    def refresh(self) -> None:
        """Drop most of the context, as on a change of the leading prompt, so that what went wrong does not go on."""
        self.state.drop_context(round(_KEPT_AFTER_FLIP * self.geometry.context))

    @torch.inference_mode()
    def prefill(self, heard: np.ndarray) -> None:
        """Take [N, 2] audio at the device's rate as the music so far."""
        audio = resample(heard, self.rate_hz, self.geometry.sample_rate)
        latents = self.bundle.codec.encode(torch.from_numpy(np.ascontiguousarray(audio.T))[None])
        self.state.prefill(latents)

    @torch.inference_mode()
    def warm_up(self) -> list[float]:
        """Make and forget a few blocks so that the first one heard is as fast as the hundredth; times in ms.

        Raises ``BundleError`` for a model whose blocks are not numbers.
        """
        times_ms = []
        for _ in range(WARM_UP_BLOCKS):
            began = time.perf_counter()
            audio = self.make_block()
            if not np.isfinite(audio).all():
                name = self.bundle.name
                raise BundleError(f"the model of bundle {name} gives no numbers; its files are damaged, get them anew")
            times_ms.append((time.perf_counter() - began) * 1000.0)
        self.state.reset()
        self.prompts.reset()
        self.seek(0)
        return times_ms[1:]

    @torch.inference_mode()
    def make_block(self) -> np.ndarray:
        """The next block: [N, 2] float32 at the device's rate, continuous with the one before."""
        settings = self.latch(self.next_frame)
        latents = self._roll_out(settings)
        audio = self.bundle.codec.decode_step(self.decoding, latents)
        self.values.forget_before(self.next_frame)
        return self.resampler.step(self._trim(audio[0].T.numpy()))

    def _roll_out(self, settings: Settings) -> torch.Tensor:
        prompts = settings.prompts()
        self._forget_past(settings, self.prompts.flipped(prompts))
        self.state.seed = int(settings.number("engine/seed"))
        plus = settings.values["gen/guidance"] == "cfg++"
        return rollout_block(
            self.bundle.model,
            self.state,
            self._condition(prompts),
            steps=int(settings.number("gen/steps")),
            guidance=settings.number("gen/cfg"),
            plus=settings.number("gen/plus") if plus else None,
            temperature=settings.number("gen/temperature"),
            sampler=str(settings.values["gen/sampler"]),
        )

    def _condition(self, prompts: list[tuple[str, float]]) -> Condition:
        """The same object as long as the mixture stays the same, so that what follows from it is made once."""
        if self._mixed is None or self._mixed[0] != prompts:
            self._mixed = prompts, self.bundle.condition(self.prompts.mix(prompts)[None])
        return self._mixed[1]

    def _forget_past(self, settings: Settings, flipped: bool) -> None:
        memory = round(settings.number("gen/memory") * self.geometry.latent_rate_hz)
        if flipped:
            self.state.forget_prompt()
        if flipped and settings.values["gen/drop"]:
            memory = min(memory, round(_KEPT_AFTER_FLIP * self.geometry.context))
        if memory < self.geometry.context:
            self.state.drop_context(memory)

    def _trim(self, audio: np.ndarray) -> np.ndarray:
        """Cut the decoder's constant delay from the beginning, so that latent i sounds at frame i."""
        trimmed, self._to_trim = audio[self._to_trim :], max(0, self._to_trim - len(audio))
        return np.ascontiguousarray(trimmed, dtype=np.float32)
