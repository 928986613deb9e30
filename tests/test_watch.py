"""The liveness watch: silent about music that lives, and no nuisance about music that cannot be helped."""

import numpy as np
import pytest
import torch

from lmdmd import bundles
from lmdmd.engine.engine import Engine
from lmdmd.engine.values import Settings
from lmdmd.engine.watch import DRIFT_S, PAUSE_S, REFRESH_S, SOUND_S, TRIES, Watch
from lmdmd.messages import Write
from lmdmd.params import defaults

LATENT_RATE_HZ, BLOCK, FRAMES = 20.0, 10, 4096
BLOCK_S = BLOCK / LATENT_RATE_HZ
SETTINGS = Settings(defaults())


class Stream:
    """A watch, and music that lives to hear: latents that wander about zero, a tone at -20 dB with noise in it."""

    def __init__(self, **settings):
        self.watch = Watch(8, LATENT_RATE_HZ)
        self.settings = Settings(defaults() | {f"watch/{name}": value for name, value in settings.items()})
        self.rng = np.random.default_rng(0)
        self.latent = 0
        self.at_s = 0.0

    def play(self, seconds, change=lambda latents, audio: (latents, audio), asked_db=np.inf):
        """Sentences, with the seconds at which they came, of a stream that `change` makes ill."""
        said = []
        for _ in range(round(seconds / BLOCK_S)):
            why = self.watch.add(self.latent, *change(*self.block()), self.settings, asked_db)
            self.latent += BLOCK
            self.at_s += BLOCK_S
            if why:
                said.append((self.at_s, why))
        return said

    def block(self):
        tone = 0.14 * np.sin(np.arange(FRAMES) * 0.05)[:, None] + 0.01 * self.rng.standard_normal((FRAMES, 2))
        return self.rng.standard_normal((8, BLOCK)).astype(np.float32), tone.astype(np.float32)


NOISE = np.random.default_rng(1).standard_normal((FRAMES, 2)).astype(np.float32)
WAVE = np.array([[1.0], [-1.0]] * 4, np.float32)
ILL = {
    "dB over 5 s, limit -6 dB": lambda latents, audio: (latents, 0.8 * np.sign(audio)),
    "% of its samples clip": lambda latents, audio: (latents, np.where(np.arange(FRAMES)[:, None] < 300, 1.0, audio)),
    "died away: nothing above -50 dB for": lambda latents, audio: (latents, 0.001 * audio),
    "turned to noise": lambda latents, audio: (latents, 0.1 * NOISE),
    "is stuck": lambda latents, audio: (np.full_like(latents, 0.9) * WAVE, audio),
    "strays: drift": lambda latents, audio: (latents + 1.2, audio),
}


def strayed(latents, audio):
    return latents + 1.2, audio


def test_music_that_lives_is_left_alone():
    assert Stream().play(600) == []


@pytest.mark.parametrize(("words", "change"), ILL.items(), ids=ILL)
def test_each_illness_is_named_and_treated(words, change):
    stream = Stream()
    assert not stream.play(30)
    (at_s, why), *_ = stream.play(40, change)
    assert words in why and why.endswith("; its memory is refreshed")
    assert at_s < 30 + 2 * DRIFT_S


def test_a_block_whose_audio_is_still_to_come_is_no_trouble():
    """The first blocks of a codec that looks ahead are trimmed away."""
    stream = Stream()
    assert not stream.play(1.0, lambda latents, audio: (latents, audio[:0]))
    assert not stream.play(60) and np.isfinite(list(stream.watch.values.values())).all()


def test_nothing_is_said_before_there_is_evidence():
    (at_s, _), *_ = Stream().play(60, strayed)
    assert at_s >= DRIFT_S
    (at_s, _), *_ = Stream(rest=1.0).play(60, ILL["% of its samples clip"])
    assert at_s == SOUND_S


def test_a_moment_is_no_illness():
    stream = Stream()
    for words, change in ILL.items():
        assert not stream.play(20)
        assert "clip" in words or not stream.play(1.0, change)


def test_two_refreshes_rest_between_them():
    said = Stream(rest=25.0).play(70, ILL["turned to noise"])
    times = [at_s for at_s, _ in said]
    assert len(times) >= 2 and np.diff(times).min() >= 25.0


def test_what_was_heard_before_a_refresh_is_no_evidence_for_the_next():
    for words, least_s in (("turned to noise", SOUND_S), ("died away: nothing above -50 dB for", 8.0)):
        times = [at_s for at_s, _ in Stream(rest=1.0).play(30, ILL[words])]
        assert len(times) >= 2 and np.diff(times).min() >= least_s


def test_refreshing_that_does_not_help_ends_and_is_tried_again_after_a_pause():
    said = Stream().play(400, strayed)
    refreshed = [why.endswith("; its memory is refreshed") for _, why in said]
    assert refreshed[: TRIES + 2] == [True] * TRIES + [False, True]
    assert "3 refreshes did not help" in said[TRIES][1]
    assert said[TRIES + 1][0] - said[TRIES][0] >= PAUSE_S


def test_refreshing_that_helps_goes_on_for_ever():
    stream = Stream()
    for _ in range(12):
        assert stream.play(45, strayed)[0][1].endswith("; its memory is refreshed")
        stream.play(60)
    assert stream.watch.refreshes >= 12


def test_the_memory_is_kept_short_for_a_while_and_not_while_refreshing_is_in_vain():
    stream = Stream()
    while not stream.play(BLOCK_S, strayed):
        assert not stream.watch.refreshing
    course = [stream.watch.refreshing]
    for _ in range(13):
        stream.play(BLOCK_S)
        course.append(stream.watch.refreshing)
    assert course == [True] * round(REFRESH_S / BLOCK_S) + [False] * (14 - round(REFRESH_S / BLOCK_S))
    stream = Stream()
    while not any("did not help" in why for _, why in stream.play(BLOCK_S, strayed)):
        pass
    assert not stream.watch.refreshing


def test_turned_off_it_still_measures():
    stream = Stream(on=False)
    assert not stream.play(60, strayed)
    assert stream.watch.values["drift"] > 1.0
    stream.settings = SETTINGS
    assert stream.play(1.0, strayed)


def test_thresholds_are_those_in_force():
    stream = Stream(drift=2.0)
    assert not stream.play(60, strayed)
    stream.settings = SETTINGS
    assert stream.play(5, strayed)


def test_reset_forgets_what_was_heard_and_tried():
    stream = Stream()
    assert stream.play(DRIFT_S - BLOCK_S, strayed) == []
    stream.watch.reset()
    assert stream.play(DRIFT_S - BLOCK_S, strayed) == []
    assert stream.play(BLOCK_S, strayed) and stream.watch.refreshes == 1
    stream.watch.reset()
    assert stream.watch.refreshes == 1 and stream.watch.values == {} and not stream.watch.refreshing


def test_a_block_that_is_made_anew_is_no_repetition():
    stream = Stream()
    for _ in range(80):
        latents, audio = stream.block()
        for _ in range(4):
            again = latents + 0.05 * stream.rng.standard_normal(latents.shape)
            assert not stream.watch.add(stream.latent, again, audio, SETTINGS)
        stream.latent += BLOCK
    assert stream.watch.values["repeat"] < 0.5


def complaint_about_pocket(memory_s, seconds):
    """The first sentence about the shipped bundle, with a prompt whose stream runs away in full memory."""
    info = bundles.find("pocket")
    engine = Engine.load(info.path, info.sample_rate)
    for name, value in (info.defaults | {"prompt/0/text": "slow ambient pads", "gen/memory": memory_s}).items():
        engine.write(Write(name, value, 0))
    watch, why = Watch(64, engine.geometry.latent_rate_hz), ""
    while not why and engine.next_frame < seconds * engine.rate_hz:
        first, settings = engine.next_latent, engine.latch(engine.next_frame)
        audio = engine.make_block()
        why = watch.add(first, engine.state.latents[0, :, first - engine.next_latent :].numpy(), audio, settings)
    return why


def test_the_shipped_model_runs_away_in_full_memory_and_not_in_its_own():
    torch.set_num_threads(1)
    assert not complaint_about_pocket(1.0, 30.0)
    assert complaint_about_pocket(60.0, 120.0)


def hushed(latents, audio):
    """What a model makes of silence: the same again and again, and hardly a hiss."""
    return np.full_like(latents, 0.9) * WAVE, 0.001 * NOISE


def test_what_was_asked_to_be_quiet_is_no_illness_and_no_evidence_afterwards():
    stream = Stream()
    assert stream.play(30) == []
    assert stream.play(90, hushed, asked_db=-60.0) == []
    assert stream.watch.refreshes == 0 and stream.watch.values["quiet_s"] == 0.0
    assert stream.play(60) == []
    assert stream.play(40, hushed, asked_db=-20.0)


def test_what_runs_away_although_silence_was_asked_for_is_told():
    for words in ("dB over 5 s, limit -6 dB", "% of its samples clip"):
        (_, why), *_ = Stream().play(30, ILL[words], asked_db=-60.0)
        assert words in why
