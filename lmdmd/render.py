"""``lmdmd render``: the same show, engine and mixer as live, in one process and as fast as they go.

Nothing here waits for a clock. A live run on the null device with the same file, seed, rate, buffer, precision,
`--threads` and `--input` gives the same samples. The model that a swap brings hears what has been rendered up to
``PRELOAD_S`` before it; live it hears as much as there is when it has been loaded, so that what it makes is another
continuation.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.config import Config
from lmdmd.control.cue_effects import PlannedSwap
from lmdmd.control.decks import own_values
from lmdmd.control.input_file import load_input
from lmdmd.control.memory import Memory
from lmdmd.control.opening import choose_bundle, open_show
from lmdmd.control.session import Session
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.engine.engine import Engine
from lmdmd.errors import ConfigError
from lmdmd.messages import Write
from lmdmd.offline import Mixdown, check_out, ready_engine
from lmdmd.params import DECK_SLOTS, Value
from lmdmd.rt.mixer import Mixer
from lmdmd.rt.ring import Ring
from lmdmd.rt.sound import Sound
from lmdmd.units import frames_from_s, s_from_frames

PRELOAD_S = 4.0
"""So long before its swap a model is loaded and hears what was rendered; or when the swap before it is over."""
REST_S = 0.2
"""So long after its end a swap holds both decks, as it does live, and so long the next one must wait for its model."""


@dataclass(frozen=True)
class Change:
    """A swap as it comes: the deck in ``slot`` begins at ``load_frame``, and the other ends at ``free_frame``."""

    slot: int
    info: BundleInfo
    load_frame: int
    swap: PlannedSwap
    free_frame: int


def plan_changes(swaps: Sequence[PlannedSwap], rate_hz: int, playing: BundleInfo | None = None) -> list[Change]:
    """Put swaps into the two slots in turn; one that is asked for while another is on its way waits for its end.

    One to what plays then is none. Raises ``BundleError`` for a model that is not there.
    """
    preload, rest = frames_from_s(PRELOAD_S, rate_hz), frames_from_s(REST_S, rate_hz)
    changes: list[Change] = []
    free_frame = -rest
    for swap in sorted(swaps, key=lambda swap: swap.frame):
        info = bundles.find(swap.model)
        if playing is not None and info.path == playing.path:
            continue
        playing = info
        swap = replace(swap, frame=max(swap.frame, free_frame + rest))
        load_frame = max(swap.frame - preload, free_frame)
        free_frame = swap.frame + swap.fade_frames + rest
        changes.append(Change((len(changes) + 1) % DECK_SLOTS, info, load_frame, swap, free_frame))
    return changes


def render(config: Config, out: Path) -> dict[str, object]:
    """Play ``config.setlist`` into ``out``; returns seconds of music and seconds it took."""
    began = time.perf_counter()
    if config.setlist is None:
        raise ConfigError("render needs a setlist")
    check_out(out)
    setlist = load_setlist(config.setlist)
    info = choose_bundle(config.model, setlist)
    rate_hz = config.rate_hz or info.sample_rate
    memory = Memory.create(rate_hz)
    sound: Sound | None = None
    try:
        sound = load_input(config.input, rate_hz) if config.input is not None else None
        session = Session(memory.board, memory.schedule, rate_hz)
        show = open_show(session, info, setlist, config)
        end_frame = show.end_frame
        if end_frame is None:
            raise ConfigError(f"{config.setlist}: has no end; say how long with --seconds")
        changes = plan_changes(show.swaps, rate_hz, info)
        with Mixdown(out, memory.tapes["output"], last=end_frame) as mixdown:
            _Rendering(memory, session, config, mixdown, sound).play(info, changes, end_frame)
    finally:
        if sound is not None:
            sound.close()
            sound.unlink()
        memory.close()
    took_s = time.perf_counter() - began
    return {"out": str(out), "seconds": end_frame / rate_hz, "took_s": round(took_s, 2)}


class _Deck:
    """An engine and the ring that it fills."""

    def __init__(self, engine: Engine, ring: Ring, frame: int) -> None:
        self._engine, self._ring = engine, ring
        ring.start_at(frame)
        engine.seek(frame)
        engine.heed_primes(frame)

    def fill(self, frame: int, buffer_frames: int) -> None:
        """Make blocks until ``frame`` is reached, of an input that has come in up to the buffer before it."""
        while self._ring.write_frame < frame:
            self._engine.settle_delay(buffer_frames)
            self._ring.write(self._engine.make_block())


class _Rendering:
    """Decks, rings and mixer, moved on by the buffer."""

    def __init__(
        self, memory: Memory, session: Session, config: Config, mixdown: Mixdown, sound: Sound | None = None
    ) -> None:
        self.memory = memory
        self.session = session
        self.config = config
        self.mixdown = mixdown
        self.sound = sound
        self.decks: dict[int, _Deck] = {}
        self.playing: BundleInfo | None = None

    def play(self, info: BundleInfo, changes: Sequence[Change], end_frame: int) -> None:
        """Fill the rings, mix a buffer, write it, until ``end_frame``."""
        buffer_frames = self.config.buffer_frames
        mixer = Mixer(self.memory.rate_hz, buffer_frames, self.memory.schedule)
        mixer.door.file = self.sound
        silence = np.zeros((buffer_frames, 2), dtype=np.float32)
        mixed = np.empty_like(silence)
        self._plan(changes)
        while not self.session.push_more():
            mixer.stand(0, silence, mixed)
        mixer.stand(0, silence, mixed)  # as live: filters have come to their cutoffs when time begins to run
        self.decks[0] = self._load(info, 0, 0, {})
        self.playing = info
        for frame in range(0, end_frame, buffer_frames):
            changes = self._follow(changes, frame)
            for deck in self.decks.values():
                deck.fill(frame + buffer_frames, buffer_frames)
            mixer.process(frame, self.memory.rings, silence, mixed)
            self.memory.tapes["input"].append(frame, mixer.live)
            for ring in self.memory.rings:
                ring.consume(frame + buffer_frames)
            self.mixdown.add(frame, mixed)

    def _plan(self, changes: Sequence[Change]) -> None:
        for change in changes:
            swap, fade_s = change.swap, s_from_frames(change.swap.fade_frames, self.memory.rate_hz)
            self.session.steer("mix/deck", float(change.slot), frame=swap.frame, glide_s=fade_s, curve=swap.curve)

    def _follow(self, changes: Sequence[Change], frame: int) -> Sequence[Change]:
        """End the deck that another has taken over from, and begin the next that is due; returns what is to come."""
        if changes and changes[0].free_frame <= frame:
            del self.decks[(changes[0].slot + 1) % DECK_SLOTS]
            changes = changes[1:]
        if changes and changes[0].load_frame <= frame and changes[0].slot not in self.decks:
            self._begin(changes[0], frame)
        return changes

    def _begin(self, change: Change, frame: int) -> None:
        """Let the deck of a swap play along, with what its bundle brings."""
        assert self.playing is not None
        own = own_values(self.session, change.swap.frame, self.playing, change.info)
        self.decks[change.slot] = self._load(change.info, change.slot, frame, own)
        self.playing = change.info

    def _load(self, info: BundleInfo, slot: int, frame: int, own: Mapping[str, Value]) -> _Deck:
        """A deck that has heard what was mixed before ``frame``, and goes on from there with values of its ``own``."""
        config = self.config
        writes = [*self.session.pending_writes("block"), *(Write(name, value, frame) for name, value in own.items())]
        engine = ready_engine(
            info.path, self.memory.rate_hz, config.precision, config.threads, frame=frame, writes=writes
        )
        engine.listen_to(self.memory.tapes["input"])
        engine.prime_from(self.memory.tapes["output"], self.memory.tapes["input"])
        frames = min(frame, frames_from_s(engine.context_s, self.memory.rate_hz))
        heard = self.mixdown.heard(frame - frames, frames)
        if heard is not None and len(heard):
            engine.prefill(heard)
        return _Deck(engine, self.memory.rings[slot], frame)
