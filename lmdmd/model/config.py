"""What a model is, as data: the time grid it plays on, the sizes of its network and codec, and named presets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from lmdmd.errors import BundleError, did_you_mean
from lmdmd.model.controls import FEATURES, INPAINT, count_channels, make_groups

ATTENTIONS = ("enc-dec", "block-causal", "bidirectional")
POSITIONS = ("fixed", "offset")
EMPTY_CONTEXTS = ("zeros", "absent")
MOST = 2**20
"""No size of a network comes near this; a larger one is a mistake that would ask for all memory."""


class Record:
    """A frozen dataclass that travels as a plain dict and names every key it does not understand."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a JSON-ready dict."""
        return asdict(self)  # pyright: ignore[reportArgumentType]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from a dict; raises `BundleError` naming unknown and missing keys."""
        names = [f.name for f in fields(cls)]  # pyright: ignore[reportArgumentType]
        for key in values:
            if key not in names:
                raise BundleError(f'{cls.__name__}: unknown key "{key}"{did_you_mean(key, names)}')
        missing = [name for name in names if name not in values]
        if missing:
            raise BundleError(f"{cls.__name__}: missing {', '.join(missing)}; the config is incomplete")
        for f in fields(cls):  # pyright: ignore[reportArgumentType]
            fits, wanted = _KINDS[str(f.type)]
            if not fits(values[f.name]):
                raise BundleError(f"{cls.__name__}: {f.name} must be {wanted}, not {str(values[f.name])[:60]!r}")
        return cls(**values)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_counts(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_whole, value.values()))


def _is_wholes(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(map(_is_whole, value))


_KINDS = {
    "int": (_is_whole, f"a whole number from 0 to {MOST}"),
    "float": (_is_number, "a finite number"),
    "str": (lambda value: isinstance(value, str), "a word"),
    "bool": (lambda value: isinstance(value, bool), "true or false"),
    "dict[str, int]": (_is_counts, "an object of whole numbers"),
    "tuple[int, ...]": (_is_wholes, "a list of whole numbers"),
}
"""What a field of each type takes from JSON, and how that is said."""


def _check_above_zero(record: Record, *names: str) -> None:
    for name in names:
        if getattr(record, name) <= 0:
            raise BundleError(f"{type(record).__name__}: {name} must be above 0, not {getattr(record, name)}")


@dataclass(frozen=True)
class Geometry(Record):
    """The time grid: frames per latent, latents of context, latents per block (LMDM 1.1)."""

    sample_rate: int = 44100
    latent_frames: int = 2048
    context: int = 230
    block: int = 10

    def __post_init__(self) -> None:
        _check_above_zero(self, "sample_rate", "latent_frames", "block")

    @property
    def window(self) -> int:
        """Latents the network ever sees at once: context and block."""
        return self.context + self.block

    @property
    def rolling(self) -> int:
        """Latents before a block that block-causal attention sees: as many whole blocks as the context holds."""
        return self.context // self.block * self.block

    @property
    def latent_rate_hz(self) -> float:
        return self.sample_rate / self.latent_frames

    @property
    def block_frames(self) -> int:
        return self.block * self.latent_frames

    @property
    def block_s(self) -> float:
        return self.block_frames / self.sample_rate


@dataclass(frozen=True)
class ModelConfig(Record):
    """Sizes and choices of the network; the defaults are those of Stable Audio Open Small (LMDM 6).

    `text_in_context` lets context frames read the prompt, so the cached context depends on it (the paper);
    without it one cached context serves every prompt. `empty_context` is what unknown context is: "zeros"
    with the presence flag up (LMDM 1.8), or "absent", frames that are simply not there and cost nothing.
    `prompt_tokens` > 0 expands the pooled vector to that many text tokens; 0 means the bundle brings tokens.
    `positions` are those of block-causal keys: "fixed", turned back so that a block always stands in the same place,
    or "offset", left as they are while positions grow.
    `logsnr_start` and `logsnr_end` are where sampling begins and ends: latents of unequal scale need more of the end.
    `groups` are the `input_add` conditions in weight order, each with its channels, presence flag first.
    """

    latent_dim: int = 64
    dim: int = 1024
    depth: int = 16
    heads: int = 8
    rope_dims: int = 64
    rope_base: float = 10_000.0
    ff_mult: float = 4.0
    cond_dim: int = 768
    global_dim: int = 768
    prompt_tokens: int = 0
    attention: str = "enc-dec"
    positions: str = "fixed"
    text_in_context: bool = True
    empty_context: str = "zeros"
    logsnr_start: float = -6.0
    logsnr_end: float = 2.0
    groups: dict[str, int] = field(default_factory=make_groups)

    def __post_init__(self) -> None:
        _check_above_zero(self, "latent_dim", "dim", "depth", "heads", "rope_base", "ff_dim", "cond_dim", "global_dim")
        _check_choice("attention", self.attention, ATTENTIONS)
        _check_choice("positions", self.positions, POSITIONS)
        _check_choice("empty_context", self.empty_context, EMPTY_CONTEXTS)
        if self.dim % self.heads:
            raise BundleError(f"ModelConfig: dim {self.dim} does not divide into {self.heads} heads")
        if self.rope_dims > self.head_dim or self.rope_dims % 2:
            raise BundleError(f"ModelConfig: rope_dims {self.rope_dims} must be even and <= {self.head_dim}")
        self._check_groups()

    def _check_groups(self) -> None:
        if INPAINT not in self.groups:
            raise BundleError(f"ModelConfig: groups needs {make_groups(latent_dim=self.latent_dim)}, has {self.groups}")
        for name, channels in self.groups.items():
            if name not in (INPAINT, *FEATURES):
                raise BundleError(f'ModelConfig: no group "{name}"{did_you_mean(name, FEATURES)}')
            needed = count_channels(name, self.latent_dim)
            if channels != needed:
                raise BundleError(f"ModelConfig: groups needs {name}: {needed}, has {channels}")

    @property
    def head_dim(self) -> int:
        return self.dim // self.heads

    @property
    def ff_dim(self) -> int:
        return int(self.dim * self.ff_mult)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        hint = did_you_mean(value, choices)
        raise BundleError(f'ModelConfig: {name} "{value}" is none of {", ".join(choices)}{hint}')


@dataclass(frozen=True)
class CodecConfig(Record):
    """Everything that shapes the codec; part of a bundle's config.json."""

    sample_rate_hz: int = 44100
    channels: int = 2
    n_fft: int = 2048
    hop_frames: int = 512
    hops_per_latent: int = 4
    mels: int = 96
    mel_lo_hz: float = 20.0
    mel_hi_hz: float = 18000.0
    floor_db: float = -80.0
    latent_dim: int = 64
    whitening: float = 0.5
    width: int = 256
    expand: int = 640
    depth: int = 6

    def __post_init__(self) -> None:
        sizes = ("channels", "hop_frames", "hops_per_latent", "mels", "latent_dim", "width", "expand", "depth")
        _check_above_zero(self, "sample_rate_hz", *sizes)
        if self.n_fft < self.hop_frames or self.n_fft % self.hop_frames:
            raise BundleError(f"CodecConfig: n_fft {self.n_fft} must be a multiple of hop_frames {self.hop_frames}")
        if not 0 <= self.mel_lo_hz < self.mel_hi_hz <= self.sample_rate_hz / 2:
            raise BundleError(f"CodecConfig: mel_lo_hz {self.mel_lo_hz} to mel_hi_hz {self.mel_hi_hz} is no band")

    @property
    def latent_frames(self) -> int:
        """Audio frames per latent."""
        return self.hop_frames * self.hops_per_latent

    @property
    def delay_frames(self) -> int:
        """Frames by which streamed audio trails its latents, and the encoder's look-ahead."""
        return (self.n_fft - self.hop_frames) // 2

    @property
    def bins(self) -> int:
        """Linear frequency bins of one frame."""
        return self.n_fft // 2 + 1

    @property
    def patch_dim(self) -> int:
        """Numbers in one stereo log-mel patch."""
        return self.channels * self.mels * self.hops_per_latent


@dataclass(frozen=True)
class Preset:
    """A named pair of time grid and network."""

    geometry: Geometry
    model: ModelConfig

    def cut(self, attention: str, context: int, block: int) -> Preset:
        """Return the same network with its window cut into other lengths, and who may look where."""
        geometry = replace(self.geometry, context=context, block=block)
        return Preset(geometry, replace(self.model, attention=attention))


_HOUSE = ModelConfig(
    dim=256,
    depth=6,
    heads=4,
    rope_dims=32,
    ff_mult=2.0,
    cond_dim=128,
    global_dim=128,
    prompt_tokens=8,
    text_in_context=False,
    empty_context="absent",
    logsnr_start=-4.0,
    logsnr_end=4.0,
)

_TINY = replace(_HOUSE, dim=32, depth=2, heads=2, rope_dims=8, cond_dim=16)

_POCKET_GRID, _TINY_GRID = Geometry(context=118), Geometry(context=12, block=4)

_LIVE = make_groups(*FEATURES)

PRESETS: dict[str, Preset] = {
    "sao-small": Preset(Geometry(context=192, block=48), ModelConfig()),
    "pocket": Preset(_POCKET_GRID, _HOUSE),
    "pocket-live": Preset(_POCKET_GRID, replace(_HOUSE, groups=_LIVE)),
    "tiny": Preset(_TINY_GRID, _TINY),
    "tiny-live": Preset(_TINY_GRID, replace(_TINY, groups=_LIVE)),
}
"""The live ones have every group of conditions beyond text."""


def find_preset(name: str) -> Preset:
    """Return the preset of that name; raises `BundleError` with the nearest name."""
    if name not in PRESETS:
        raise BundleError(f'no model preset "{name}" among {", ".join(PRESETS)}{did_you_mean(name, PRESETS)}')
    return PRESETS[name]
