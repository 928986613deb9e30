"""Patterns of addresses: what fits, what does not, and none that can explode."""

from __future__ import annotations

import fnmatch
import random
import time

import pytest

from lmdmd.errors import OscError
from lmdmd.params import PARAMS
from lmdmd.surfaces.osc_patterns import MAX_PATTERN_LENGTH, matches, names_for


@pytest.mark.parametrize(
    ("pattern", "address", "fits"),
    [
        ("*", "/lmdm/mix/gain", True),
        ("/lmdm/mix/gain", "/lmdm/mix/gain", True),
        ("/lmdm/mix/*", "/lmdm/mix/gain", True),
        ("/lmdm/*", "/lmdm/mix/gain", False),
        ("/lmdm/**", "/lmdm/mix/gain", False),
        ("/lmdm/*/gain", "/lmdm/mix/gain", True),
        ("/lmdm/prompt/?/text", "/lmdm/prompt/3/text", True),
        ("/lmdm/prompt/?/text", "/lmdm/prompt/33/text", False),
        ("/lmdm/prompt?3/text", "/lmdm/prompt/3/text", False),
        ("/lmdm/mix/*a*n", "/lmdm/mix/gain", True),
        ("/lmdm/mix/g***n", "/lmdm/mix/gain", True),
        ("/lmdm/mix/", "/lmdm/mix/gain", False),
        ("", "/lmdm/mix/gain", False),
        ("/lmdm/mix/[g]ain", "/lmdm/mix/gain", True),
        ("/lmdm/mix/[!g]ain", "/lmdm/mix/gain", False),
        ("/lmdm/mix/[!a-f]ain", "/lmdm/mix/gain", True),
        ("/lmdm/prompt/[0-2]/text", "/lmdm/prompt/2/text", True),
        ("/lmdm/prompt/[0-2]/text", "/lmdm/prompt/3/text", False),
        ("/lmdm/prompt/[02-]/text", "/lmdm/prompt/1/text", False),
        ("/lmdm/mix/{gain,pan}", "/lmdm/mix/pan", True),
        ("/lmdm/mix/{gain,pan}", "/lmdm/mix/wet", False),
        ("/lmdm/{mix,gen}/*", "/lmdm/gen/cfg", True),
        ("/lmdm/mix/{g,ga}*n", "/lmdm/mix/gain", True),
        ("/lmdm/mix/{gain", "/lmdm/mix/gain", False),
        ("/lmdm/mix/[gain", "/lmdm/mix/gain", False),
        ("/lmdm/mix/[]ain", "/lmdm/mix/gain", False),
        ("/lmdm/mix/gain[-]", "/lmdm/mix/gain-", True),
    ],
)
def test_patterns(pattern, address, fits):
    assert matches(pattern, address) is fits


def test_within_one_part_patterns_fit_as_the_standard_librarys_do():
    rng = random.Random(3)
    for _ in range(5000):
        pattern = "".join(rng.choice("ab*?") for _ in range(rng.randrange(1, 8)))
        word = "".join(rng.choice("ab") for _ in range(rng.randrange(0, 8)))
        assert matches("/" + pattern, "/" + word) == fnmatch.fnmatchcase(word, pattern)


@pytest.mark.parametrize(
    "pattern", ["*" * 127 + "!", "*a" * 60 + "!", "/lmdm/" + "*?" * 55 + "!", "{*,a}" * 24, "/" + "{a,aa}" * 20 + "!"]
)
def test_runs_of_stars_cost_nothing(pattern):
    began_s = time.perf_counter()
    for param in PARAMS:
        assert not matches(pattern, param.address)
    assert time.perf_counter() - began_s < 1.0


def test_a_pattern_needs_no_prefix_and_must_fit_something():
    assert names_for("mix/g*") == names_for("/lmdm/mix/g*") == {"mix/gain"}
    assert len(names_for("*")) == len(PARAMS)
    with pytest.raises(OscError, match="mix/gain"):
        names_for("/lmdm/mix/gian")
    with pytest.raises(OscError, match=str(MAX_PATTERN_LENGTH)):
        names_for("*" * (MAX_PATTERN_LENGTH + 1))
