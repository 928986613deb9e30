"""Which styles there are, and which belong together: a set for each bundle that learnt them, and one of all."""

from __future__ import annotations

from collections.abc import Sequence

from lmdmd.errors import TrainError, did_you_mean
from lmdmd.train.styles import POCKET, Style
from lmdmd.train.styles_lantern import LANTERN
from lmdmd.train.styles_stage import STAGE

STYLES = {style.name: style for style in (*POCKET, *LANTERN, *STAGE)}
STYLE_SETS = {
    "pocket": tuple(style.name for style in POCKET),
    "lantern": tuple(style.name for style in LANTERN),
    "stage": tuple(STYLES),
}
DEFAULT_SET = "stage"


def find_style(name: str) -> Style:
    """Return the style of that name; raises `TrainError` with the nearest name."""
    if name not in STYLES:
        raise TrainError(f"no style {name!r}; there are {', '.join(STYLES)}{did_you_mean(name, STYLES)}")
    return STYLES[name]


def pick_styles(names: Sequence[str]) -> tuple[str, ...]:
    """Return the styles that names of styles and of sets stand for, each once; nothing stands for DEFAULT_SET."""
    known = (*STYLE_SETS, *STYLES)
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            raise TrainError(f"no style or set {name!r}; there are {', '.join(known)}{hint}")
    picked = (style for name in names or (DEFAULT_SET,) for style in STYLE_SETS.get(name, (name,)))
    return tuple(dict.fromkeys(picked))
