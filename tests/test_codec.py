"""The codec by equivalence: streamed is whole, restored is never stopped, later sound cannot change earlier."""

from __future__ import annotations

import math

import pytest
import torch

from lmdmd.errors import BundleError
from lmdmd.model import phase, spectrum
from lmdmd.model.codec import Codec, CodecConfig

SMALL = CodecConfig(width=32, expand=48, depth=2)
LATENT, DELAY = SMALL.latent_frames, SMALL.delay_frames


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def codec() -> Codec:
    torch.manual_seed(0)
    codec = Codec(SMALL)
    axes = torch.linalg.qr(torch.randn(SMALL.patch_dim, SMALL.latent_dim)).Q.T
    codec.patches.components.copy_(axes)
    codec.patches.mean.fill_(-6.0)
    codec.patches.scale.copy_(torch.linspace(0.2, 1.0, SMALL.latent_dim))
    torch.nn.init.normal_(codec.vocoder.head.weight, std=0.1)
    return codec.eval().requires_grad_(False)


def make_latents(count: int, batch: int = 1) -> torch.Tensor:
    return torch.randn(batch, SMALL.latent_dim, count, generator=torch.Generator().manual_seed(count))


def make_audio(latents: int) -> torch.Tensor:
    return 0.2 * torch.randn(1, 2, latents * LATENT, generator=torch.Generator().manual_seed(latents))


def test_geometry_is_the_published_one() -> None:
    c = CodecConfig()
    assert (c.latent_frames, c.delay_frames, c.latent_dim, c.sample_rate_hz) == (2048, 768, 64, 44100)


def test_shapes(codec: Codec) -> None:
    latents = codec.encode(torch.zeros(3, 2, 5 * LATENT + 100))
    assert latents.shape == (3, 64, 5)
    assert codec.decode(latents).shape == (3, 2, 5 * LATENT)


@pytest.mark.parametrize("chunks", [[1] * 7, [3, 1, 3], [7]])
def test_streamed_encoding_is_whole_encoding(codec: Codec, chunks: list[int]) -> None:
    audio = make_audio(7)
    padded = torch.nn.functional.pad(audio, (DELAY, DELAY))
    parts, start = [], 0
    for n in chunks:
        parts.append(codec.encode_window(padded[..., start * LATENT : (start + n) * LATENT + 2 * DELAY]))
        start += n
    torch.testing.assert_close(torch.cat(parts, -1), codec.encode(audio), rtol=1e-5, atol=1e-5)


def test_a_latent_depends_on_its_frames_and_the_look_ahead_only(codec: Codec) -> None:
    audio = make_audio(6)
    first, last = 2 * LATENT - DELAY, 3 * LATENT + DELAY
    outside = audio.clone()
    outside[..., :first] += 0.1
    outside[..., last:] += 0.1
    inside = audio.clone()
    inside[..., last - 200 : last] *= -3.0
    latent = codec.encode(audio)[..., 2]
    torch.testing.assert_close(codec.encode(outside)[..., 2], latent)
    assert (codec.encode(inside)[..., 2] - latent).abs().max() > 1e-3


@pytest.mark.parametrize("chunks", [[1] * 24, [10, 10, 4], [3, 7, 1, 13], [24]])
def test_streamed_decoding_is_whole_decoding_delayed(codec: Codec, chunks: list[int]) -> None:
    latents = make_latents(24)
    whole = codec.decode(latents)
    state = codec.init_state()
    parts = [codec.decode_step(state, piece) for piece in latents.split(chunks, -1)]
    streamed = torch.cat(parts, -1)
    assert whole.std() > 0.01
    assert not streamed[..., :DELAY].any()
    torch.testing.assert_close(streamed[..., DELAY:], whole[..., :-DELAY], rtol=0.0, atol=1e-5)


def test_later_latents_cannot_change_finished_audio(codec: Codec) -> None:
    latents = make_latents(12)
    other = latents.clone()
    other[..., 8:] = -other[..., 8:]
    one, two = codec.decode(latents), codec.decode(other)
    finished = 8 * LATENT - DELAY
    torch.testing.assert_close(one[..., :finished], two[..., :finished], rtol=0.0, atol=1e-5)
    assert (one[..., finished:] - two[..., finished:]).abs().max() > 1e-2


def test_batch_rows_do_not_touch_each_other(codec: Codec) -> None:
    latents = make_latents(6, batch=3)
    together = codec.decode(latents)
    torch.testing.assert_close(together[1:2], codec.decode(latents[1:2]), rtol=0.0, atol=1e-5)


def test_restored_state_continues_as_if_never_stopped(codec: Codec) -> None:
    latents = make_latents(20)
    state = codec.init_state()
    codec.decode_step(state, latents[..., :9])
    saved = state.save()
    straight = codec.decode_step(state, latents[..., 9:])
    codec.decode_step(state, make_latents(5))
    state.load(saved)
    assert torch.equal(codec.decode_step(state, latents[..., 9:]), straight)


def test_reset_state_is_a_new_state(codec: Codec) -> None:
    latents = make_latents(8)
    state = codec.init_state()
    first = codec.decode_step(state, latents)
    state.reset()
    assert torch.equal(codec.decode_step(state, latents), first)


def test_saved_and_loaded_codec_is_the_same(codec: Codec) -> None:
    config = CodecConfig.from_dict(codec.config.to_dict())
    loaded = Codec.load(config, codec.save())
    latents = make_latents(4)
    assert torch.equal(loaded.decode(latents), codec.decode(latents))
    assert loaded.patches.sha256() == codec.patches.sha256()


def test_wrong_tensors_and_keys_are_refused(codec: Codec) -> None:
    tensors = codec.save()
    del tensors["patches.mean"]
    with pytest.raises(BundleError, match=r"patches\.mean"):
        Codec.load(SMALL, tensors)
    with pytest.raises(BundleError, match="latent_dim"):
        CodecConfig.from_dict({"latent_dims": 64})


def test_unproject_undoes_project(codec: Codec) -> None:
    latents = make_latents(5)
    mel = codec.patches.unproject(latents)
    patches = mel.reshape(1, 5, -1)
    torch.testing.assert_close(codec.patches.project(patches), latents, rtol=1e-4, atol=1e-4)


def test_sine_of_full_scale_reads_near_zero_db(codec: Codec) -> None:
    t = torch.arange(8 * LATENT) / SMALL.sample_rate_hz
    audio = torch.sin(math.tau * 2000.0 * t).expand(1, 2, -1)
    mel = codec.patches.log_mel(audio)[0, 0, 4]
    edges = spectrum.mel_edges_hz(SMALL.mels, SMALL.mel_lo_hz, SMALL.mel_hi_hz)
    band = int(mel.argmax())
    assert edges[band] < 2000.0 < edges[band + 2]
    assert -12.0 < 8.686 * float(mel.max()) < 0.0


def test_synthesis_undoes_analysis() -> None:
    window = spectrum.hann(512)
    audio = torch.randn(2, 128 * 40)
    back = spectrum.synthesise(spectrum.analyse(audio, window, 128), window, 128)
    torch.testing.assert_close(back[:, 512:-512], audio[:, 512:-512], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("hz", [110.0, 441.3, 5000.1])
def test_true_position_finds_a_partial_within_a_hundredth_of_a_bin(hz: float) -> None:
    window = spectrum.hann(2048)
    audio = torch.sin(math.tau * hz * torch.arange(10_000, dtype=torch.float64) / 44100.0).float()
    position, power = phase.true_position(audio.expand(1, 2, -1), window, 512)
    loudest = power[0, 5].argmax()
    assert position[0, 5, loudest].item() == pytest.approx(hz * 2048 / 44100, abs=0.01)


def test_held_note_keeps_its_phase_and_level() -> None:
    """Magnitudes of a steady sine, phases thrown away, come back as a steady sine of the same pitch."""
    hz, window = 1001.7, spectrum.hann(2048)
    audio = torch.sin(math.tau * hz * torch.arange(60 * 512 + 1536, dtype=torch.float64) / 44100.0).float()[None]
    log_mag = torch.log(spectrum.analyse(audio, window, 512).abs() + 1e-5)
    nearest = phase.nearest_peaks(log_mag)
    position, _ = phase.true_position(audio[:, None], window, 512)
    offset = position.gather(-1, nearest) - nearest
    start = phase.Carry(torch.zeros(1, 1025), torch.zeros(1, 1025, dtype=torch.int64), torch.zeros(1, 1025))
    phases, _ = phase.propagate(nearest, offset, torch.zeros_like(offset), start, 4)
    made = spectrum.synthesise(torch.polar(log_mag.exp(), phases), window, 512)[0, 4096:-4096]
    envelope = made.unfold(-1, 1024, 512).square().mean(-1).sqrt()
    assert envelope.std() / envelope.mean() < 0.01
    assert envelope.mean().item() == pytest.approx(math.sqrt(0.5), rel=0.03)


def test_noise_depends_on_the_latent_number_alone(codec: Codec) -> None:
    latents = torch.zeros(1, 64, 4)
    parts = codec.vocoder.predict(codec.init_state(), latents, codec.patches.unproject(latents))
    here = codec.vocoder.voice_noise(parts, 5)
    assert torch.equal(here, codec.vocoder.voice_noise(parts, 5))
    assert not torch.equal(here, codec.vocoder.voice_noise(parts, 6))
