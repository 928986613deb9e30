"""``lmdmd render``: the same show, engine and mixer as live, in one process and as fast as they go.

Nothing here waits for a clock. A live run on the null device with the same file, seed, rate, buffer, precision and
`--threads` gives the same samples.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from lmdmd.config import Config
from lmdmd.control.memory import Memory
from lmdmd.control.opening import choose_bundle, open_show
from lmdmd.control.places import why_no_file
from lmdmd.control.session import Session
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.engine.engine import Engine
from lmdmd.engine.threads import warm_up
from lmdmd.errors import ConfigError
from lmdmd.rt.mixer import Mixer
from lmdmd.rt.wav import WavWriter


def render(config: Config, out: Path) -> dict[str, object]:
    """Play ``config.setlist`` into ``out``; returns seconds of music and seconds it took."""
    began = time.perf_counter()
    if config.setlist is None:
        raise ConfigError("render needs a setlist")
    why = why_no_file(out)
    if why:
        raise ConfigError(f"--out {out}: {why}")
    setlist = load_setlist(config.setlist)
    info = choose_bundle(config.model, setlist)
    rate_hz = config.rate_hz or info.sample_rate
    memory = Memory.create(rate_hz)
    try:
        session = Session(memory.board, memory.schedule, rate_hz)
        show = open_show(session, info, setlist, config)
        end_frame = show.end_frame
        if end_frame is None:
            raise ConfigError(f"{config.setlist}: has no end; say how long with --seconds")
        engine = Engine.load(info.path, rate_hz, config.precision)
        for write in session.pending_writes("block"):
            engine.write(write)
        warm_up(engine, config.threads)
        _play(engine, memory, session, config.buffer_frames, end_frame, out)
    finally:
        memory.close()
    took_s = time.perf_counter() - began
    return {"out": str(out), "seconds": end_frame / rate_hz, "took_s": round(took_s, 2)}


def _play(engine: Engine, memory: Memory, session: Session, buffer_frames: int, end_frame: int, out: Path) -> None:
    """Fill the ring, mix a buffer, write it, until ``end_frame``."""
    mixer = Mixer(memory.rate_hz, buffer_frames, memory.schedule)
    silence = np.zeros((buffer_frames, 2), dtype=np.float32)
    mixed = np.empty_like(silence)
    while not session.push_more():
        mixer.stand(0, silence, mixed)
    ring = memory.rings[0]
    ring.start_at(0)
    writer = WavWriter(out, memory.rate_hz)
    for frame in range(0, end_frame, buffer_frames):
        while ring.write_frame < frame + buffer_frames:
            ring.write(engine.make_block())
        mixer.process(frame, memory.rings, silence, mixed)
        ring.consume(frame + buffer_frames)
        writer.append(mixed[: end_frame - frame])
    writer.close()
