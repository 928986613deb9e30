"""The liveness watch: notices that a stream has gone stale or run away, and asks for its memory to be refreshed.

A function of what was made and of nothing else, so that a show comes out live as it does offline.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lmdmd.engine.liveness import Bias, Repetition, Sound, level_of
from lmdmd.engine.values import Settings

SOUND_S, REPEAT_S, DRIFT_S = 5.0, 8.0, 15.0
"""Windows of the measures: what is heard, whether it repeats, where its latents lie."""
PAST_S, SHORTEST_LOOP_S = 20.0, 0.5
REFRESH_S = 5.5
"""Time for which the memory is kept short; cut short only once, it fills up again with what the ill music left."""
TRIES = 3
VAIN_S = 30.0
"""A refresh did not help if the next one is wanted within this time and the rest."""
ASKED_DB = 10.0
"""Music that is asked to be no louder than this above ``watch/quiet`` is meant to be quiet."""
_ALWAYS = ("level", "clip")
"""Measures that say something of quiet, too: of what runs away although silence was asked for."""
PAUSE_S = 60.0


@dataclass(frozen=True)
class Rule:
    """A measure must not exceed the limit that is the row `watch/<limit>`; `says` takes both figures."""

    measure: str
    limit: str
    says: str


RULES = (
    Rule("level", "loud", "the music has run away: {value:.1f} dB over 5 s, limit {limit:g} dB"),
    Rule("clip", "clip", "the music has run away: {value:.1f} % of its samples clip, limit {limit:g} %"),
    Rule("quiet_s", "quiet_s", "the music has died away: nothing above {floor:g} dB for {value:.0f} s"),
    Rule("flatness", "flatness", "the music has turned to noise: flatness {value:.3f}, limit {limit:g}"),
    Rule("repeat", "repeat", "the music is stuck: {value:.3f} of it repeats, limit {limit:g}"),
    Rule("drift", "drift", "the music strays: drift {value:.3f}, limit {limit:g}"),
)


class Watch:
    """Measures of one stream, and what has been tried to keep it alive.

    `values` are the latest measures. While it is `refreshing`, the stream's memory is to be cut after every block.
    """

    def __init__(self, dims: int, latent_rate_hz: float) -> None:
        self.latent_rate_hz = latent_rate_hz
        self.sound, self.bias = Sound(SOUND_S), Bias(DRIFT_S)
        past, shortest = round(PAST_S * latent_rate_hz), max(1, round(SHORTEST_LOOP_S * latent_rate_hz))
        self.repetition = Repetition(dims, past, shortest, REPEAT_S)
        self.refreshes = 0
        self.reset()

    def reset(self) -> None:
        """Another music begins: forget what was heard and what was tried."""
        self.values: dict[str, float] = {}
        self._next_latent: int | None = None
        self._furthest_latent = 0
        self._in_vain, self._paused_s = 0, 0.0
        self._since_refresh_s = np.inf
        self._is_meant_quiet = False
        self._listen_anew()

    @property
    def refreshing(self) -> bool:
        """Whether the block after this one should hear but a little of the past."""
        return self._since_refresh_s < REFRESH_S

    def _listen_anew(self) -> None:
        """What was heard before a refresh is no evidence against what follows."""
        self._quiet_s = 0.0
        for measure in (self.sound, self.bias, self.repetition):
            measure.reset()

    def add(
        self, first: int, latents: np.ndarray, audio: np.ndarray, settings: Settings, asked_db: float = np.inf
    ) -> str:
        """Hear a block: latents [D, n] from the absolute latent `first` on, and their audio [N, 2] at any rate.

        `asked_db` is how loud it was asked to be at most, where an input says that: what is quiet then is as it
        should be. Returns a sentence when something is found to be wrong. Latents that were heard before are made anew.
        """
        seconds = latents.shape[1] / self.latent_rate_hz
        self._note_asked(asked_db < settings.number("watch/quiet") + ASKED_DB)
        self._keep_place(first, latents.shape[1])
        self._measure(latents, audio, seconds, settings)
        self._pass(first, first + latents.shape[1])
        if not settings.values["watch/on"] or self._paused_s or self._since_refresh_s < settings.number("watch/rest"):
            return ""
        why = self._complaint(settings)
        return self._judge(why, settings.number("watch/rest")) if why else ""

    def _note_asked(self, meant_quiet: bool) -> None:
        """Quiet that is meant is no evidence of anything, neither while it lasts nor after it."""
        if self._is_meant_quiet and not meant_quiet:
            self._listen_anew()
        self._is_meant_quiet = meant_quiet

    def _pass(self, first: int, end: int) -> None:
        """Let time go on, as far as it has not been there before."""
        new_s = max(0, end - max(first, self._furthest_latent)) / self.latent_rate_hz
        self._furthest_latent = max(self._furthest_latent, end)
        self._since_refresh_s += new_s
        self._paused_s = max(0.0, self._paused_s - new_s)

    def _keep_place(self, first: int, count: int) -> None:
        if self._next_latent is not None and first < self._next_latent:
            self.repetition.take_back(self._next_latent - first)
        self._next_latent = first + count

    def _measure(self, latents: np.ndarray, audio: np.ndarray, seconds: float, settings: Settings) -> None:
        silent = level_of(audio) < settings.number("watch/quiet") and not self._is_meant_quiet
        self._quiet_s = self._quiet_s + seconds if silent else 0.0
        self.values = {
            **self.sound.step(audio, seconds),
            "quiet_s": self._quiet_s,
            "repeat": self.repetition.step(latents, seconds),
            "drift": self.bias.step(latents, seconds),
        }

    def _settled(self) -> dict[str, float]:
        """The measures that can be relied on."""
        young = {
            "drift": not self.bias.settled,
            "repeat": not self.repetition.settled,
            **dict.fromkeys(("level", "clip", "flatness"), not self.sound.settled),
        }
        told = _ALWAYS if self._is_meant_quiet else self.values
        return {name: value for name, value in self.values.items() if name in told and not young.get(name)}

    def _complaint(self, settings: Settings) -> str:
        found = self._settled()
        for rule in RULES:
            value, limit = found.get(rule.measure, -np.inf), settings.number(f"watch/{rule.limit}")
            if value > limit:
                return rule.says.format(value=value, limit=limit, floor=settings.number("watch/quiet"))
        return ""

    def _judge(self, why: str, rest_s: float) -> str:
        self._in_vain = self._in_vain + 1 if self._since_refresh_s < rest_s + VAIN_S else 0
        self._listen_anew()
        if self._in_vain >= TRIES:
            self._in_vain, self._paused_s, self._since_refresh_s = 0, PAUSE_S, np.inf
            return f"{why}; {TRIES} refreshes did not help, the next may be in {PAUSE_S:.0f} s"
        self.refreshes += 1
        self._since_refresh_s = 0.0
        return f"{why}; its memory is refreshed"
