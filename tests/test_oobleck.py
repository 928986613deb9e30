"""The Oobleck codec by equivalence: streamed is whole, restored is never stopped, and nothing later is waited for."""

from __future__ import annotations

import pytest
import torch

from lmdmd.errors import BundleError
from lmdmd.model.oobleck import Oobleck, OobleckConfig

DEEP = OobleckConfig(latent_dim=8, width=4, multiples=(1, 2, 2, 3, 4))
SHALLOW = OobleckConfig(latent_dim=8, width=4, multiples=(1, 2), strides=(2, 4))
LENGTH = 30


def make_codec(config: OobleckConfig) -> Oobleck:
    """A codec in which no weight is zero, so that nothing passes by accident."""
    torch.manual_seed(0)
    codec = Oobleck(config).eval().requires_grad_(False)
    for weight in codec.parameters():
        weight += 0.1 * torch.randn_like(weight)
    return codec


@pytest.fixture(scope="module", params=[DEEP, SHALLOW], ids=["deep", "shallow"])
def codec(request: pytest.FixtureRequest) -> Oobleck:
    return make_codec(request.param)


def make_latents(codec: Oobleck, count: int = LENGTH, batch: int = 1) -> torch.Tensor:
    return torch.randn(batch, codec.config.latent_dim, count, generator=torch.Generator().manual_seed(count))


def stream(codec: Oobleck, latents: torch.Tensor, chunks: list[int]) -> torch.Tensor:
    state = codec.init_state(len(latents))
    return torch.cat([codec.decode_step(state, part) for part in latents.split(chunks, -1)], -1)


def test_geometry_is_the_published_one() -> None:
    c = OobleckConfig()
    assert (c.latent_frames, c.delay_frames, c.margin_latents) == (2048, 18981, 8)
    assert c.widths == (128, 128, 256, 512, 1024, 2048)
    assert OobleckConfig.from_dict(c.to_dict()) == c
    with pytest.raises(BundleError, match='did you mean "width"'):
        OobleckConfig.from_dict({**c.to_dict(), "widht": 3})


@pytest.mark.parametrize("chunks", [[1] * LENGTH, [LENGTH], [7, 3, 20], [10, 10, 10]])
def test_streamed_decoding_is_whole_decoding_a_constant_delay_later(codec: Oobleck, chunks: list[int]) -> None:
    latents = make_latents(codec, batch=2)
    whole, delay = codec.decode(latents), codec.config.delay_frames
    streamed = stream(codec, latents, chunks)
    assert streamed.shape == whole.shape == (2, 2, LENGTH * codec.config.latent_frames)
    assert not streamed[..., :delay].any()
    error = (streamed[..., delay:] - whole[..., :-delay]).abs().max() / whole.abs().max()
    assert error < 1e-5


def test_the_delay_is_as_far_as_the_decoder_looks_ahead_and_no_further(codec: Oobleck) -> None:
    latents = make_latents(codec).double()
    changed = latents.clone()
    changed[..., 20:] += 1.0
    precise = codec.double()
    difference = (precise.decode(changed) - precise.decode(latents)).abs().amax((0, 1))
    codec.float()
    first = int(difference.gt(0).nonzero()[0])
    assert first == 20 * codec.config.latent_frames - codec.config.delay_frames


def test_saved_and_restored_is_never_stopped(codec: Oobleck) -> None:
    latents = make_latents(codec)
    state = codec.init_state()
    codec.decode_step(state, latents[..., :11])
    saved = state.save()
    expected = codec.decode_step(state, latents[..., 11:])
    state.load(saved)
    assert torch.equal(codec.decode_step(state, latents[..., 11:]), expected)
    other = codec.init_state()
    other.load(saved)
    assert torch.equal(codec.decode_step(other, latents[..., 11:]), expected)


def test_reset_is_a_new_beginning(codec: Oobleck) -> None:
    latents, state = make_latents(codec), codec.init_state()
    expected = codec.decode_step(state, latents)
    state.reset()
    assert torch.equal(codec.decode_step(state, latents), expected)


def test_a_window_with_margins_gives_the_latents_of_the_whole(codec: Oobleck) -> None:
    c = codec.config
    first, count, length = c.margin_latents + 5, 7, 2 * c.margin_latents + 20
    audio = 0.3 * torch.randn(1, 2, length * c.latent_frames, generator=torch.Generator().manual_seed(1))
    whole = codec.encode(audio)
    assert whole.shape == (1, c.latent_dim, length)
    window = audio[..., 5 * c.latent_frames : (first + count + c.margin_latents) * c.latent_frames]
    expected = whole[..., first : first + count]
    torch.testing.assert_close(codec.encode_window(window), expected, rtol=1e-5, atol=1e-5)


def test_half_a_latent_of_audio_is_left_out(codec: Oobleck) -> None:
    audio = torch.randn(1, 2, 9 * codec.config.latent_frames + 3)
    assert codec.encode(audio).shape[-1] == 9
    assert codec.encode(audio[..., :3]).shape == (1, codec.config.latent_dim, 0)
