"""The block-rate rows as a deck sees them: lanes over timeline frames, latched once per block."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lmdmd.automation import Lane, TextLane
from lmdmd.engine.governor import Effort
from lmdmd.messages import NOW, Course, Write
from lmdmd.params import BY_NAME, CLOCKED, GUIDANCES, PARAMS, PROMPT_SLOTS, Value

Lines = Mapping[str, tuple[Value | None, ...]]
"""What rows say over a block, a value a latent."""
NO_LINES: Lines = {}

LISTENED = ("delay/on", "delay/beats", "delay/ms", "jam/chords", "jam/answer")
"""Rows that say which of the input is heard."""

FOLLOWED = frozenset(
    p.name
    for p in PARAMS
    if p.name in (*CLOCKED, *LISTENED) or (p.rate == "block" and p.name.startswith(("beat/", "harmony/")))
)
"""Rows that are read at each latent, and not once a block."""

PULLS = {
    "beat": "gen/beat",
    "harmony": "gen/harmony",
    "melody": "delay/melody",
    "loudness": "delay/loudness",
    "stem": "jam/pull",
}
"""Rows that say how strongly conditions beyond the prompts pull, by group; 1 costs nothing, 0 leaves the group out."""

_PLAIN = frozenset(
    (
        *(p.name for p in PARAMS if p.name.startswith("gen/")),
        *(*PULLS.values(), "jam/on", "jam/tf", "engine/seed", "engine/prime"),
    )
)


def is_prompt(name: str) -> bool:
    """Whether a row is one of a prompt's."""
    return name.startswith("prompt/")


LATCHED = frozenset(p.name for p in PARAMS if is_prompt(p.name) or p.name in _PLAIN)
"""Rows whose values, as a block begins, hold for all of it."""
HEARD = LATCHED | FOLLOWED
"""Rows that a block is made from."""


@dataclass(frozen=True)
class Settings:
    """Every block-rate value at one frame, and the ``lines`` of a block that begins there."""

    values: dict[str, Value]
    lines: Lines = field(default_factory=dict)

    def sounds_like(self, other: Settings, names: Collection[str] = LATCHED) -> bool:
        """Whether a block latched from these would be the same, as far as the rows ``names`` go."""
        same = all(self.values[name] == other.values[name] for name in names if name in _PLAIN)
        return same and (not any(map(is_prompt, names)) or self.prompts() == other.prompts())

    def number(self, name: str) -> float:
        """Numeric value of a row."""
        return float(self.values[name])

    @property
    def effort(self) -> Effort:
        """What a block of these asks of the network."""
        pulls = any(self.number(name) not in (0.0, 1.0) for name in PULLS.values())
        guided = self.values["gen/guidance"] != GUIDANCES[0] or self.number("gen/cfg") != 1.0 or pulls
        return Effort(int(self.number("gen/steps")), guided)

    @property
    def unguided(self) -> dict[str, Value]:
        """What the rows of guidance must be for a block that costs one branch."""
        pulls = {name: 1.0 for name in PULLS.values() if self.number(name)}
        return {"gen/guidance": GUIDANCES[0], "gen/cfg": 1.0, **pulls}

    def prompts(self) -> list[tuple[str, float]]:
        """(text, weight) of the slots that sound."""
        slots = ((str(self.values[f"prompt/{i}/text"]), self.number(f"prompt/{i}/weight")) for i in range(PROMPT_SLOTS))
        return [(text, weight) for text, weight in slots if text and weight > 0.0]


class BlockValues:
    """Lanes of the block-rate rows; written by messages, read by frame."""

    def __init__(self) -> None:
        rows = [param for param in PARAMS if param.rate == "block" or param.name in CLOCKED]
        self._lanes = {p.name: Lane(p.to_slot(p.default)) for p in rows if p.numeric}
        self._texts = {p.name: TextLane(str(p.default)) for p in rows if not p.numeric}
        self._latched = [name for name in self._lanes if name not in FOLLOWED]

    def write(self, write: Write, now: int) -> None:
        """Take one write; a ``NOW`` stamp means the frame ``now``."""
        frame = now if write.frame == NOW else write.frame
        if write.name == "engine/prime" and write.value:
            # It happens once, and may happen again: the frame tells one time from another.
            self._texts[write.name].write(frame, f"{frame} {write.value}")
        elif write.name in self._texts:
            self._texts[write.name].write(frame, str(write.value))
        else:
            slot = BY_NAME[write.name].to_slot(write.value)
            self._lanes[write.name].write(frame, slot, write.glide_frames, write.curve)

    def set_course(self, course: Course) -> None:
        """Let the clock's rows go another way."""
        for name in CLOCKED:
            self._lanes[name].clear_after(course.frame - 1)
        for write in course.writes:
            self.write(write, course.frame)

    def at(self, name: str, frame: int) -> Value:
        """Value of a row at a frame."""
        if name in self._texts:
            return self._texts[name].at(frame)
        return BY_NAME[name].from_slot(self._lanes[name].at(frame))

    def latch(self, frame: int) -> Settings:
        """Values in force at a frame, of all rows that are not followed."""
        numbers = {name: BY_NAME[name].from_slot(self._lanes[name].at(frame)) for name in self._latched}
        return Settings(numbers | {name: lane.at(frame) for name, lane in self._texts.items() if name not in FOLLOWED})

    def jumps(self, after: int, until: int) -> list[int]:
        """Frames in ``(after, until]`` at which something that is latched steps, in order."""
        lanes = {name: lane for name, lane in (self._lanes | self._texts).items() if name in LATCHED}
        return sorted({f for name, lane in lanes.items() for f in lane.jumps(after, until) if self._is_heard(name, f)})

    def _is_heard(self, name: str, frame: int) -> bool:
        """Whether a step of a row matters: words without weight and weights without words do not."""
        if not is_prompt(name):
            return True
        slot = name.rpartition("/")[0]
        weight, text = self._lanes[f"{slot}/weight"], self._texts[f"{slot}/text"]
        return any(text.at(at) and weight.at(at) > 0.0 for at in (frame - 1, frame))

    def begins(self, name: str, since: int, until: int) -> list[int]:
        """Frames in ``(since, until]`` at which something begins on a row."""
        return (self._lanes | self._texts)[name].begins(since, until)

    def clear_after(self, frame: int) -> None:
        """Cancel what is planned for frames after ``frame``; the clock goes on."""
        lanes = (lane for name, lane in self._lanes.items() if name not in CLOCKED)
        for lane in (*lanes, *self._texts.values()):
            lane.clear_after(frame)

    def forget_before(self, frame: int) -> None:
        """Let go of the past, so that a long show does not grow."""
        for lane in (*self._lanes.values(), *self._texts.values()):
            lane.forget_before(frame)
