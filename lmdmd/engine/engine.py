"""The engine: latch values, mix prompts, roll out one block, decode, resample; and go back to do it again.

Blind to rings and processes: the deck process plays it live, ``lmdmd render`` plays it offline, and
both get the same sound because noise and values are functions of absolute latents and frames. What was
made and not heard yet can be taken back (``cut``), down to one latent: every block leaves a ``Moment``.
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch

from lmdmd.config import PRECISIONS
from lmdmd.engine.chord_ear import HEARD as CHORDS_HEARD
from lmdmd.engine.chord_ear import ChordEar
from lmdmd.engine.controls import BARS, BEATS, Controls, first_difference
from lmdmd.engine.delay import Delay, asked_frames
from lmdmd.engine.governor import Effort
from lmdmd.engine.grid import Grid
from lmdmd.engine.listening import FROM, NOT_YET, WITH, Listener, Sound, asked_db, open_ears
from lmdmd.engine.priming import ROW as PRIME
from lmdmd.engine.priming import Music, Primer, refusal
from lmdmd.engine.prompts import Leads, PromptMixer
from lmdmd.engine.resample import Resampled, StreamResampler, resample
from lmdmd.engine.values import FOLLOWED, HEARD, BlockValues, Lines, Settings, is_prompt
from lmdmd.engine.watch import Watch
from lmdmd.errors import BundleError, PrimeError
from lmdmd.messages import Course, Write
from lmdmd.model.bundle import Bundle, load_bundle
from lmdmd.model.codec_precision import knows_bf16, use_codec_precision
from lmdmd.model.dit import Condition
from lmdmd.model.precision import use_precision
from lmdmd.model.stream import StreamState, rollout_block
from lmdmd.params import Value, find

log = logging.getLogger(__name__)

WARM_UP_BLOCKS = 3
_KEPT_AFTER_FLIP = 12 / 192
"""Share of the context that survives a change of the dominant prompt (LMDM 1.10: 180 of 192 go)."""


_MOMENT_FRAMES = 4096
"""So long a look at the clock's line tells its tempo."""
_SAME_BAR = 1e-6
"""What is less than this before a bar line is on it."""
_EDGE_FRAMES = 2
"""A bar line is known to a frame; what is set on it is surely in force so many after it."""
_HISTORY_BLOCKS = 2
"""Blocks that can be taken back beyond the longest lead."""


@dataclass(frozen=True)
class Moment:
    """The engine as it was before a block, where the stream's own marks do not say, and what the block was made from.

    ``audio_frame`` is the timeline frame of the first sample that the block gave. ``asked`` are the values in force,
    ``settings`` what the machine and the watch have made of them. ``primed`` is what had been given for the past.
    """

    latent: int
    audio_frame: int
    asked: Settings
    settings: Settings
    leads_before: Leads
    leads: Leads
    decoding: dict[str, torch.Tensor]
    resampled: Resampled
    to_trim: int
    primed: str = ""


class Engine:
    """One model playing one continuous stream at the device's rate; ``tell`` hears what people may want to know."""

    def __init__(self, bundle: Bundle, rate_hz: int, tell: Callable[[str], None] = log.warning) -> None:
        self.bundle = bundle
        self.rate_hz = rate_hz
        self.geometry = bundle.geometry
        self.values = BlockValues()
        self.prompts = PromptMixer(bundle.prompts.encode, tell)
        self.controls = Controls(bundle.model.config.groups)
        self.watch = Watch(bundle.model.config.latent_dim, self.geometry.latent_rate_hz)
        self.settle: Callable[[Effort], Effort] = lambda asked: asked
        self.tell = tell
        self.history = self._history_latents()
        self.state = StreamState.init(bundle.model, history=self.history)
        self.delay = Delay(rate_hz)
        self.decoding: Any = bundle.codec.init_state()
        self.resampler = StreamResampler(self.geometry.sample_rate, rate_hz)
        self.grid = self._make_grid()
        self.audio_frame = 0
        self._to_trim = bundle.codec.config.delay_frames
        self._moments: deque[Moment] = deque()
        self._past_read: int | None = None
        self._mixed: tuple[list[tuple[str, float]], Condition] | None = None
        self.primer: Primer | None = None
        self._primes_from: float = math.inf
        self._primed = ""
        self.primed = ""
        """What the latest block was given for its past, as ``engine/priming.py`` tells of it."""

    def _make_grid(self) -> Grid:
        delay_frames = self.bundle.codec.config.delay_frames
        return Grid.of_codec(self.geometry.latent_frames, delay_frames, self.geometry.sample_rate, self.rate_hz)

    def _history_latents(self) -> int:
        longest_s = find("engine/lead").hi
        return math.ceil(longest_s * self.geometry.latent_rate_hz) + _HISTORY_BLOCKS * self.geometry.block

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
        return self.grid.frame_of(self.next_latent)

    @property
    def block_s(self) -> float:
        """Seconds of audio in one block."""
        return self.geometry.block_s

    @property
    def latent_s(self) -> float:
        """Seconds of audio in one latent."""
        return 1.0 / self.geometry.latent_rate_hz

    @property
    def delay_latents(self) -> int:
        """Latents that the decoder must have before the one that it makes sound of."""
        return math.ceil(self.bundle.codec.config.delay_frames / self.geometry.latent_frames)

    @property
    def context_s(self) -> float:
        """Seconds of past that the model can hear."""
        return self.geometry.context / self.geometry.latent_rate_hz

    @property
    def max_block_frames(self) -> int:
        """Upper bound of the frames one block gives at the device's rate."""
        return int(self.geometry.block * self.grid.frames_per_latent) + 2048

    # --- messages ------------------------------------------------------------------------------------

    def write(self, write: Write) -> None:
        """Take a write; a ``NOW`` stamp acts from the next block on."""
        self.values.write(write, self.grid.heard_frame(self.next_latent))
        self.expect(write)

    def expect(self, write: Write) -> None:
        """Note what a write will ask for, so that ``read_ahead`` can prepare it."""
        if is_prompt(write.name) and isinstance(write.value, str):
            self.prompts.expect(write.value)

    def set_course(self, course: Course) -> None:
        """Let beats and bars fall elsewhere."""
        self.values.set_course(course)

    def listen_to(self, sound: Sound) -> None:
        """Hear an input, at the device's rate, where the model knows what to do with one."""
        ears = open_ears(self.bundle).items()
        self.controls.listeners = {name: Listener(ear, self.geometry, self.rate_hz, sound) for name, ear in ears}
        if "harmony" in self.controls.groups:
            self.controls.listeners[CHORDS_HEARD] = ChordEar(self.rate_hz, sound)

    def prime_from(self, output: Sound | None, input_: Sound | None) -> None:
        """Let ``engine/prime`` take music from what went out, or came in, and from files."""
        self.primer = Primer(self.bundle, self.rate_hz, output, input_)

    def heed_primes(self, frame: int) -> None:
        """Take music for the past from here on; what was asked for before a frame is over."""
        self._primes_from, self._primed = frame, ""

    @torch.inference_mode()
    def read_ahead(self) -> bool:
        """Do something now that a coming block will need; return whether there was anything to do."""
        return self.prompts.read_ahead()

    @torch.inference_mode()
    def read_past(self) -> bool:
        """Read what the next block will see of the past, before its input has come in; return whether that was to do.

        Beside a part that it hears later, the past is another.
        """
        if self._past_read == self.next_latent or any(at is not None for at in self._with_part()):
            return False
        self._past_read = self.next_latent
        memory_s = self.latch(self.grid.latch_frame(self.next_latent)).number("gen/memory")
        self.state.read_ahead(round(memory_s * self.geometry.latent_rate_hz))
        return True

    def _with_part(self) -> list[int | None]:
        return self._frames(WITH, self.next_latent) if WITH in self.controls.listeners else []

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
        self.grid, self.audio_frame = self.grid.moved_to(frame), frame
        self.state.move_to(self.grid.latent)
        self._moments.clear()
        self.decoding.reset()
        self.resampler.reset()
        self._to_trim = self.bundle.codec.config.delay_frames

    def reset_music(self) -> None:
        """Empty context: the next block starts from nothing but the prompts."""
        self.state.begin_anew()
        self.prompts.reset()
        self.watch.reset()

    def begin_anew(self) -> None:
        """Empty context and values as the table begins them: the engine as it was loaded, with its prompts read."""
        self.values = BlockValues()
        self.reset_music()

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
        self.watch.reset()
        self.seek(0)
        return times_ms[1:]

    @torch.inference_mode()
    def make_block(self) -> np.ndarray:
        """The next block: [N, 2] float32 at the device's rate, continuous with the one before.

        A change that is known and due inside the block ends it there: what follows is made from the new values.
        """
        latent, end = self.next_latent, self.next_latent + self.geometry.block
        asked = self.next_settings()
        end = min(self.first_jump(latent, end) or end, latent + self._heard_latents(asked))
        return self.make(self._possible(asked), end - latent, asked, self._due_music(asked))

    def _due_music(self, asked: Settings) -> Music | None:
        """Music that the next block is to take for its past; none where it cannot be had, which is told."""
        wanted = str(asked.values[PRIME])
        frame, _, text = wanted.partition(" ")
        if self.primer is None or not text or wanted == self._primed or int(frame) < self._primes_from:
            return None
        try:
            return self.primer.take(text)
        except PrimeError as error:
            self.tell(refusal(error))
            return None

    def _heard_latents(self, asked: Settings) -> int:
        """Latents of a block before the first whose input has not come in yet; all, where that is so from the first."""
        own = (FROM, WITH) if self._tf(self.next_latent) > 0 else (FROM,)
        late = [line.index(NOT_YET) for name, line in asked.lines.items() if name in own and NOT_YET in line]
        return min((count for count in late if count), default=self.geometry.block)

    def next_settings(self) -> Settings:
        """Values that are asked of the next block."""
        latched = self.latch(self.grid.latch_frame(self.next_latent))
        return replace(latched, lines=self._lines(self.next_latent))

    def _lines(self, latent: int) -> Lines:
        """What is asked of each latent of a block that begins with ``latent``."""
        block = range(latent, latent + self.geometry.block)
        said = self.controls.lines(self.values, [self.grid.middle_frame(at) for at in block])
        heard = {name: listener.line(self._frames(name, latent)) for name, listener in self.controls.listeners.items()}
        return {**said, **{name: line for name, line in heard.items() if any(at is not None for at in line)}}

    def _frames(self, name: str, latent: int) -> list[int | None]:
        """Frames of the input that a line of the block from ``latent`` on tells of; ``None`` where none is heard."""
        answer = self._answer(latent)
        if answer:
            return self._answer_frames(name, latent, answer)
        if name == FROM:
            latents = range(latent, latent + self.geometry.block)
            return [
                self._input_frame(at, bool(self.values.at("delay/on", self.grid.middle_frame(at)))) for at in latents
            ]
        frame = self.grid.latch_frame(latent)
        last = latent + self.geometry.block * self._tf(latent)
        if name == CHORDS_HEARD:
            return self._chord_frames(latent, last)
        jams = bool(self.values.at("jam/on", frame)) and float(self.values.at("jam/pull", frame)) > 0.0
        return [self._input_frame(at, jams) for at in range(last - self.geometry.block, last)]

    def _answer(self, latent: int) -> int:
        """Bars that are answered where a latent sounds, less than 0 where they are listened to; 0: neither."""
        frame = self.grid.latch_frame(latent)
        bars = float(self.values.at(BARS, frame)) + _SAME_BAR
        begun = frame - round((bars - math.floor(bars)) * self._bar_frames(frame))
        answered = int(self.values.at("jam/answer", begun + _EDGE_FRAMES))
        return answered if answered and math.floor(bars) // answered % 2 else -answered

    def _answer_frames(self, name: str, latent: int, answer: int) -> list[int | None]:
        """Frames of what was played so many bars before a block; nothing is heard in the bars that are listened to."""
        frame, block = self.grid.latch_frame(latent), self.geometry.block
        asked = {FROM: self.values.at("delay/on", frame), CHORDS_HEARD: self.values.at("jam/chords", frame)}
        if answer < 0 or not asked.get(name, float(self.values.at("jam/pull", frame)) > 0.0):
            return [None] * block
        late = round(answer * self._bar_frames(frame))
        later = int(name == CHORDS_HEARD)  # a chord is told by the sound before a frame
        return [self.grid.frame_of(at + later) - late for at in range(latent, latent + block)]

    def _bar_frames(self, frame: int) -> float:
        """Frames of a bar at a frame, as the clock's line has it; 0 where no clock tells of one."""
        begin, end = frame + 1, frame + 1 + _MOMENT_FRAMES
        passed = float(self.values.at(BARS, end)) - float(self.values.at(BARS, begin))
        return _MOMENT_FRAMES / passed if passed > 0.0 else 0.0

    def _tf(self, latent: int) -> int:
        """Blocks of the input that are known ahead where a latent sounds: an answer knows all that it answers."""
        return 1 if self._answer(latent) > 0 else int(self.values.at("jam/tf", self.grid.latch_frame(latent)))

    def _chord_frames(self, latent: int, last: int) -> list[int | None]:
        """Frames of the input before which the chords of a block sound, where it is known up to the latent ``last``."""
        block = range(latent, latent + self.geometry.block)
        return [
            self._input_frame(min(at + 1, last), bool(self.values.at("jam/chords", self.grid.middle_frame(at))))
            for at in block
        ]

    def _input_frame(self, latent: int, listens: bool) -> int | None:
        return self.grid.frame_of(latent) - self.delay.frames if listens else None

    def settle_delay(self, spare_frames: int) -> bool:
        """Settle how long after the input the next block is heard; return whether it listens at all.

        ``spare_frames`` are those between the last input that a block needs and its first sound, beside those that its
        codec takes.
        """
        if not self.controls.listeners:
            return False
        at, frame = self.values.at, self.next_frame
        beats, ms = float(at("delay/beats", frame)), float(at("delay/ms", frame))
        asked = asked_frames(beats, ms, self._tempo_bpm(frame), self.rate_hz)
        self.delay.settle(asked, self._listening_frames() + self.held_back_frames + spare_frames, frame)
        return self.listens

    def _tempo_bpm(self, frame: int) -> float:
        """Tempo of the clock at a frame, as its line has it; the table's where no clock tells of one."""
        begin, end = frame + 1, frame + 1 + _MOMENT_FRAMES  # a line begins a frame after its anchor
        beats = float(self.values.at(BEATS, end)) - float(self.values.at(BEATS, begin))
        return beats * 60.0 * self.rate_hz / _MOMENT_FRAMES if beats > 0.0 else float(find("clock/tempo").default)

    @property
    def listens(self) -> bool:
        """Whether the next block hears the input."""
        return any(at is not None for name in self.controls.listeners for at in self._frames(name, self.next_latent))

    @property
    def has_heard(self) -> bool:
        """Whether all of the input has come in that the next block listens to."""
        heard = (
            (one, at) for name, one in self.controls.listeners.items() for at in self._frames(name, self.next_latent)
        )
        return all(at is None or listener.has(at) for listener, at in heard)

    @property
    def held_back_frames(self) -> int:
        """How far what has been given of the sound stays behind the latents that it was made from."""
        trails = self.bundle.codec.config.delay_frames * self.rate_hz / self.geometry.sample_rate
        return max(math.ceil(trails), self.next_frame - self.audio_frame)

    def _listening_frames(self) -> int:
        """How long after the input of a block's first latent the last is there that it needs, without any delay."""
        tf = self._tf(self.next_latent)
        known = tf * self.geometry.block
        ahead = {FROM: self.geometry.block, WITH: known, CHORDS_HEARD: known + 1}
        listeners = self.controls.listeners
        names = [n for n in listeners if any(at is not None for at in self._frames(n, self.next_latent))] or listeners
        last = (math.ceil((ahead[n] - 1) * self.grid.frames_per_latent) + listeners[n].reach_frames for n in names)
        return max(last)

    @property
    def made(self) -> Settings:
        """Values that the latest block was made from."""
        return self._moments[-1].settings

    def _possible(self, asked: Settings) -> Settings:
        """What the machine has time for, with the memory that the watch allows."""
        effort = self.settle(asked.effort)
        less: dict[str, Value] = {"gen/steps": effort.steps, "jam/tf": self._tf(self.next_latent)}
        if not effort.guided:
            less |= asked.unguided
        if self.watch.refreshing:
            less["gen/memory"] = min(asked.number("gen/memory"), self._kept_after_flip * self.latent_s)
        return replace(asked, values=asked.values | less)

    @property
    def _kept_after_flip(self) -> int:
        return round(_KEPT_AFTER_FLIP * self.geometry.context)

    @torch.inference_mode()
    def make(
        self, settings: Settings, latents: int, asked: Settings | None = None, music: Music | None = None
    ) -> np.ndarray:
        """Make a block from the values given, and keep so many of its latents: [N, 2] at the device's rate.

        ``asked`` are the values in force, where they are others. ``music`` stands in for the music so far.
        """
        latent = self.next_latent
        self._remember(settings, asked or settings, music)
        controls = self._controls(settings)
        made = self._roll_out(settings, controls)[..., :latents]
        self._let_go()
        self.state.rewind(latent + latents)
        audio = self._sound(made)
        why = self.watch.add(latent, made[0].numpy(), audio, settings, asked_db(controls, latents))
        if why:
            self.tell(why)
        return audio

    def _remember(self, settings: Settings, asked: Settings, music: Music | None) -> None:
        before = self.prompts.save()
        flipped = self.prompts.flipped(settings.prompts())
        moment = Moment(
            self.next_latent,
            self.audio_frame,
            asked,
            settings,
            before,
            self.prompts.save(),
            self.decoding.save(),
            self.resampler.save(),
            self._to_trim,
            self._primed,
        )
        self._moments.append(moment)
        self._primed, self.primed = str(asked.values.get(PRIME, "")), ""
        if music is not None:
            self._prime(music)
        self._forget_past(settings, flipped, drops=music is None and bool(settings.values["gen/drop"]))

    def _prime(self, music: Music) -> None:
        """Take music for the past: what was its own knows what it was made with, of any other nothing is known."""
        self.primed = music.told
        controls = {} if music.frame is None else self._own_controls(music.frame, music.latents.shape[-1])
        self.state.prime(music.latents, controls)
        self.watch.reset()

    def _own_controls(self, frame: int, count: int) -> dict[str, torch.Tensor]:
        """Controls of the latents that sounded from a frame on, as far as they are remembered."""
        first = self.grid.latent + round((frame - self.grid.frame) / self.grid.frames_per_latent)
        begin, end = max(first, self.oldest_latent), min(first + count, self.next_latent)
        controls = {}
        for name, kept in self.state.controls.items() if begin < end else ():
            oldest = self.next_latent - kept.shape[-1]
            controls[name] = kept.new_zeros(1, kept.shape[1], count)
            controls[name][..., begin - first : end - first] = kept[..., begin - oldest : end - oldest]
        return controls

    def _let_go(self) -> None:
        """Forget what the stream cannot go back to either."""
        while self._moments[0].latent < self.next_latent - self.history:
            self._moments.popleft()
        self.values.forget_before(self.grid.latch_frame(self._moments[0].latent))

    def _sound(self, latents: torch.Tensor) -> np.ndarray:
        audio = self.bundle.codec.decode_step(self.decoding, latents)
        given = self.resampler.step(self._trim(audio[0].T.numpy()))
        self.audio_frame += len(given)
        return given

    # --- going back ----------------------------------------------------------------------------------

    def first_stale(self, latent: int, names: Collection[str] = HEARD) -> int | None:
        """First latent from ``latent`` on that was made from other values of some rows than now hold; None if none."""
        beginnings = [*(moment.latent for moment in self._moments), self.next_latent]
        for moment, end in zip(self._moments, beginnings[1:], strict=True):
            at = max(latent, moment.latent)
            stale = self._first_stale_of(moment, at, end, names) if at < end else None
            if stale is not None:
                return stale
        return None

    def _first_stale_of(self, moment: Moment, latent: int, end: int, names: Collection[str]) -> int | None:
        """First of the latents from ``latent`` on and before ``end``, all of one block, that is stale."""
        names = frozenset(names) - self.controls.idle
        if not self.latch(self.grid.latch_frame(latent)).sounds_like(moment.asked, names):
            return latent
        jump = self.first_jump(latent, end)
        if names.isdisjoint(FOLLOWED):
            return jump
        begin, before = moment.latent, end if jump is None else jump
        other = first_difference(moment.asked.lines, self._lines(begin), latent - begin, before - begin)
        return jump if other is None else begin + other

    def first_jump(self, latent: int, end: int) -> int | None:
        """First of the latents after ``latent`` and before ``end`` at which values step; None if there is none."""
        jumps = self.values.jumps(self.grid.latch_frame(latent), self.grid.latch_frame(end - 1))
        turn = next((at for at in range(latent + 1, end) if self._answer(at) != self._answer(at - 1)), end)
        if not jumps:
            return turn if turn < end else None
        return min(turn, next(at for at in range(latent + 1, end) if self.grid.latch_frame(at) >= jumps[0]))

    @property
    def oldest_latent(self) -> int:
        """Earliest latent that ``cut`` reaches."""
        return self._moments[0].latent if self._moments else self.next_latent

    @torch.inference_mode()
    def cut(self, latent: int) -> None:
        """Go back to where ``latent`` was the next one, not before ``oldest_latent``: what follows is made anew.

        ``audio_frame`` then lies before the frame from which the new audio differs from the old.
        """
        if latent >= self.next_latent:
            return
        while self._moments[-1].latent > latent:
            self._moments.pop()
        moment = self._moments[-1]
        self.state.rewind(latent)
        self.decoding.load(moment.decoding)
        self.resampler.load(moment.resampled)
        self._to_trim, self.audio_frame = moment.to_trim, moment.audio_frame
        kept = latent - moment.latent
        self._primed = str(moment.asked.values.get(PRIME, "")) if kept else moment.primed
        if kept:
            self.prompts.load(moment.leads)
            self._sound(self.state.latents[..., -kept:])
        else:
            self.prompts.load(moment.leads_before)
            self._moments.pop()

    # --- one block -----------------------------------------------------------------------------------

    def _roll_out(self, settings: Settings, controls: dict[str, torch.Tensor]) -> torch.Tensor:
        prompts = settings.prompts()
        self.state.seed = int(settings.number("engine/seed"))
        plus = settings.values["gen/guidance"] == "cfg++"
        return rollout_block(
            self.bundle.model,
            self.state,
            replace(self._condition(prompts), controls=controls),
            weights={group: settings.number(row) or 1.0 for group, row in self.controls.pulls.items()},
            steps=int(settings.number("gen/steps")),
            guidance=settings.number("gen/cfg"),
            plus=settings.number("gen/plus") if plus else None,
            temperature=settings.number("gen/temperature"),
            sampler=str(settings.values["gen/sampler"]),
        )

    def _controls(self, settings: Settings) -> dict[str, torch.Tensor]:
        out = {group for group, row in self.controls.pulls.items() if not settings.number(row)}
        made = self.controls.make(settings.lines) | self._hear_part(settings)
        return {group: control for group, control in made.items() if group not in out}

    def _hear_part(self, settings: Settings) -> dict[str, torch.Tensor]:
        """Hear the part that the next block plays along with: beside the past, or, where it is known, beside itself."""
        heard = self.controls.hear(WITH, settings.lines)
        tf, block = int(settings.number("jam/tf")), self.geometry.block
        if WITH not in settings.lines or tf > 0:
            return heard
        first, nothing = self.next_latent, torch.zeros(1, 1 + self.bundle.model.config.latent_dim, block)
        if tf < 0:
            self.state.hear("stem", first - block, nothing)
        self.state.hear("stem", first + (tf - 1) * block, heard.get("stem", nothing))
        return {}

    def _condition(self, prompts: list[tuple[str, float]]) -> Condition:
        """The same object as long as the mixture stays the same, so that what follows from it is made once."""
        if self._mixed is None or self._mixed[0] != prompts:
            self._mixed = prompts, self.bundle.condition(self.prompts.mix(prompts)[None])
        return self._mixed[1]

    def _forget_past(self, settings: Settings, flipped: bool, *, drops: bool) -> None:
        memory = round(settings.number("gen/memory") * self.geometry.latent_rate_hz)
        if flipped:
            self.state.forget_prompt()
        if flipped and drops:
            memory = min(memory, self._kept_after_flip)
        if memory < self.geometry.context:
            self.state.drop_context(memory)

    def _trim(self, audio: np.ndarray) -> np.ndarray:
        """Cut the decoder's constant delay from the beginning, so that latent i sounds at frame i."""
        trimmed, self._to_trim = audio[self._to_trim :], max(0, self._to_trim - len(audio))
        return np.ascontiguousarray(trimmed, dtype=np.float32)
