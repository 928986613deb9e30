"""The decoder's fast ways by equivalence: fp32 answers as before, bf16 nearly, and a stream is a stream in both."""

from __future__ import annotations

import pytest
import torch
from fixtures import make_sao
from safetensors.torch import load_file

from lmdmd.bench.decode import make_codec as make_plain
from lmdmd.bench.decode import measure_codec
from lmdmd.errors import BundleError
from lmdmd.model import oobleck_stream
from lmdmd.model.codec import Codec
from lmdmd.model.codec_precision import PackedSnake, knows_bf16, use_codec_precision
from lmdmd.model.config import CodecConfig
from lmdmd.model.oobleck import Oobleck, OobleckConfig
from lmdmd.model.oobleck_layers import Snake
from lmdmd.model.processor import has_bf16

SMALL = OobleckConfig(latent_dim=8, width=16, multiples=(1, 2, 2), strides=(2, 4, 4))
LENGTH = 30
TOOLS = make_sao.FIXTURE / "tools"

needs_bf16 = pytest.mark.skipif(not has_bf16(), reason="this processor has no bf16")
both = pytest.mark.parametrize("precision", ["fp32", pytest.param("bf16", marks=needs_bf16)])


def make_codec(precision: str | None = None) -> Oobleck:
    """A codec in which no weight is zero; without a precision it computes with its plain parameters."""
    codec = make_plain(SMALL).requires_grad_(False)
    return use_codec_precision(codec, precision) if precision else codec


def make_latents(batch: int = 1) -> torch.Tensor:
    return torch.randn(batch, SMALL.latent_dim, LENGTH, generator=torch.Generator().manual_seed(1))


def stream(codec: Oobleck, latents: torch.Tensor, chunks: list[int]) -> torch.Tensor:
    state = codec.init_state(len(latents))
    return torch.cat([codec.decode_step(state, part) for part in latents.split(chunks, -1)], -1)


def error(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    return float((ours - theirs).abs().max() / theirs.abs().max())


@pytest.fixture(scope="module")
def expected() -> torch.Tensor:
    return make_codec().decode(make_latents(batch=2))


@both
@pytest.mark.parametrize("chunks", [[1] * LENGTH, [7, 3, 20]])
def test_streamed_is_whole_however_it_is_split(precision: str, chunks: list[int]) -> None:
    codec, latents, delay = make_codec(precision), make_latents(batch=2), SMALL.delay_frames
    streamed, whole = stream(codec, latents, chunks), codec.decode(latents)
    assert not streamed[..., :delay].any()
    # The kernel may add up in another order for another length; bf16 then rounds the other way now and then.
    assert error(streamed[..., delay:], whole[..., :-delay]) < {"fp32": 2e-6, "bf16": 5e-3}[precision]


@pytest.mark.parametrize("floats", [300, 2000])
def test_pieces_that_fit_the_cache_change_nothing(
    floats: int, expected: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oobleck_stream, "PIECE_FLOATS", floats)
    delay = SMALL.delay_frames
    streamed = stream(make_codec("fp32"), make_latents(batch=2), [13, 17])
    assert error(streamed[..., delay:], expected[..., :-delay]) < 1e-5


def test_fp32_answers_as_the_plain_parameters_do(expected: torch.Tensor) -> None:
    assert error(make_codec("fp32").decode(make_latents(batch=2)), expected) < 1e-5


@needs_bf16
def test_bf16_is_near(expected: torch.Tensor) -> None:
    assert 1e-5 < error(make_codec("bf16").decode(make_latents(batch=2)), expected) < 0.03


@both
def test_saved_and_restored_is_never_stopped(precision: str) -> None:
    codec, latents = make_codec(precision), make_latents()
    state = codec.init_state()
    codec.decode_step(state, latents[..., :11])
    saved = state.save()
    assert all(tensor.dtype in (torch.float32, torch.int64) for tensor in saved.values())
    expected = codec.decode_step(state, latents[..., 11:])
    state.load(saved)
    assert torch.equal(codec.decode_step(state, latents[..., 11:]), expected)


@both
def test_encoding_is_untouched(precision: str) -> None:
    audio = torch.randn(1, 2, 9 * SMALL.latent_frames)
    assert torch.equal(make_codec(precision).encode(audio), make_codec().encode(audio))


def test_answers_are_those_of_the_published_code() -> None:
    parts, questions = make_sao.import_parts(TOOLS), load_file(TOOLS / "questions.safetensors")
    assert use_codec_precision(parts.codec, "fp32") is parts.codec
    errors = make_sao.compare(load_file(TOOLS / "answers.safetensors"), make_sao.ask_ours(parts, questions))
    assert max(errors.values()) < make_sao.TOLERANCE, errors


def test_a_second_call_is_harmless(expected: torch.Tensor) -> None:
    codec = use_codec_precision(make_codec("fp32"), "fp32")
    assert error(codec.decode(make_latents(batch=2)), expected) < 1e-5


def test_without_one_dnn_layers_stay_as_they_are(monkeypatch: pytest.MonkeyPatch, expected: torch.Tensor) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    codec = make_codec("fp32")
    assert codec.state_dict().keys() == make_codec().state_dict().keys()
    assert torch.equal(codec.decode(make_latents(batch=2)), expected)
    with pytest.raises(BundleError, match="use fp32"):
        use_codec_precision(codec, "bf16")


def test_what_cannot_be_is_refused() -> None:
    codec = Codec(CodecConfig())
    with pytest.raises(BundleError, match='did you mean "bf16"'):
        use_codec_precision(codec, "bf61")
    assert not knows_bf16(codec)
    assert use_codec_precision(codec, "fp32") is codec


def test_snake_by_a_polynomial_is_snake() -> None:
    torch.manual_seed(0)
    snake = Snake(16).requires_grad_(False)
    snake.alpha.normal_(0.0, 0.5)
    snake.beta.normal_(0.0, 0.5)
    x = 5.0 * torch.randn(2, 500, 16)
    rate, inverse = (value.double() for value in snake.rates())
    exact = x + inverse * (x.double() * rate).sin().square()
    assert float((PackedSnake(snake)(x) - exact).abs().max()) < 3e-6
    assert not PackedSnake(snake)(torch.zeros(1, 3, 16)).any()


@both
def test_the_bench_measures_against_fp32(precision: str) -> None:
    row, *_ = measure_codec(SMALL, [precision], blocks=(3,), rounds=1)
    assert row["precision"] == precision and row["block"] == 3 and row["p50_ms"] > 0
    assert row["error_db"] < -30
