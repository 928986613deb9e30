"""The discriminator of ARC-Forcing: the lower layers of the bidirectional base, and a convolutional head (LMDM 3).

It sees a whole roll-out and the music that led up to it, all of it noised; it scores the roll-out alone, every few
frames of it, and all of it by what it is like on average.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmdmd.model.config import Geometry, ModelConfig
from lmdmd.model.dit import Condition, DiT

SHARE_OF_LAYERS = 0.75
"""The paper stops after 12 of 16 layers."""
WIDTH, MULTIPLES, STRIDES, BLOCKS = 128, (1, 2, 4), (1, 2, 2), (2, 2, 2)
KERNEL, EXPAND = 7, 4
SILENT = 1e-6


class ConvBlock(nn.Module):
    """A residual block of ConvNeXt over frames [B, C, T] (arXiv 2201.03545)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, KERNEL, padding=KERNEL // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, EXPAND * width)
        self.narrow = nn.Linear(EXPAND * width, width)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.norm(self.depthwise(x).transpose(1, 2))
        return x + self.narrow(F.gelu(self.widen(tokens))).transpose(1, 2)


class ScoreHead(nn.Module):
    """Hidden frames [B, T, D] -> scores [B, T / 4], rounded up, of what few frames are like among their neighbours."""

    def __init__(self, dim: int, width: int = WIDTH) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        before, stages = dim, []
        for multiple, stride, blocks in zip(MULTIPLES, STRIDES, BLOCKS, strict=True):
            after = width * multiple
            reduce = nn.Conv1d(before, after, stride, stride)
            stages.append(nn.Sequential(reduce, *(ConvBlock(after) for _ in range(blocks))))
            before = after
        self.stages = nn.ModuleList(stages)
        self.strides = STRIDES
        self.score = nn.Conv1d(before, 1, 1)

    def forward(self, frames: Tensor) -> Tensor:
        x = self.norm(frames).transpose(1, 2)
        for stride, stage in zip(self.strides, self.stages, strict=True):
            x = stage(F.pad(x, (0, -x.shape[-1] % stride)))
        return self.score(x)[:, 0]


class WholeHead(nn.Module):
    """Noisy music [B, C, T] -> a score [B] of its means and spreads alone, when told what was asked for.

    A level that creeps up by a tenth of a deviation is drowned in the noise of a few frames, and plain in the mean of
    many; the paper's discriminator has no such head.
    """

    def __init__(self, latent_dim: int, global_dim: int, width: int = WIDTH) -> None:
        super().__init__()
        self.hear = nn.Linear(2 * latent_dim + 1 + global_dim, width)
        self.score = nn.Linear(width, 1)

    def forward(self, x: Tensor, level: Tensor, pooled: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):  # a half precision would round such differences away
            x = x.float()
            spread = (x.var(-1, correction=0) + SILENT).sqrt()
            words = F.layer_norm(pooled.float(), pooled.shape[-1:])
            told = torch.cat([x.mean(-1), spread, level[:, None].float(), words], dim=-1)
            return self.score(F.gelu(self.hear(told)))[:, 0]


class Discriminator(nn.Module):
    """How much a piece of music looks like a real one, every few latents; all of its weights learn."""

    def __init__(self, geometry: Geometry, config: ModelConfig, width: int = WIDTH) -> None:
        """`geometry` and `config` are those of the base, which attends in both directions."""
        super().__init__()
        self.base = DiT(geometry, replace(config, depth=max(1, round(SHARE_OF_LAYERS * config.depth))))
        self.head = ScoreHead(config.dim, width)
        self.whole = WholeHead(config.latent_dim, config.global_dim, width)

    def heads(self) -> Iterator[nn.Parameter]:
        """Yield the weights that no base has."""
        yield from self.head.parameters()
        yield from self.whole.parameters()

    def begin(self, base: Mapping[str, Tensor]) -> None:
        """Take the base's weights for its lower layers; those of the others have no place here."""
        own = self.base.state_dict()
        self.base.load_state_dict({name: base[name] for name in own})

    def forward(self, x: Tensor, level: Tensor, cond: Condition, first: int = 0) -> Tensor:
        """Return scores of noisy latents x [B, 64, T] at noise level [B] from `first` on, when told `cond`.

        What comes before is the context: it is looked at, but is not what is judged.
        """
        hidden = self.base.hidden(x, level, self.base.prepare(cond))
        return self.head(hidden[:, first:].float()) + self.whole(x[..., first:], level, cond.pooled)[:, None]
