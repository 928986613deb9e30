"""Free wordings: enough of every style, and none that a template of captions could have written."""

import random
import re

import pytest

from lmdmd.errors import TrainError
from lmdmd.train.captions import ROLE_TEMPLATES, TEMPLATES, write_captions, write_role_captions
from lmdmd.train.evaluate import WORDINGS, write_prompt
from lmdmd.train.free_words import FREE_PROMPTS, NAMED, names_style, write_free_prompt
from lmdmd.train.words import INSTRUMENTS, WORDS


def one_of(words):
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True)) + ")"


def fields():
    """A pattern for each field of a template, of all styles together."""
    names = {name for pool in INSTRUMENTS.values() for name in pool} | {
        d for words in WORDS.values() for d in words.drums
    }
    pools = {
        field: {text for words in WORDS.values() for text in getattr(words, field + "s")}
        for field in ("genre", "mood", "texture", "use", "tempo")
    }
    one = one_of(names)
    found = {field: one_of(pool) for field, pool in pools.items()}
    return {
        **found,
        "Mood": found["mood"],
        "Texture": found["texture"],
        "one": one,
        "name": one,
        "few": f"{one}(?:, {one})*(?: and {one})?",
        "bpm": r"\d+",
        "key": r"[A-G][#b]? (?:major|minor)",
        "role": r"[a-z-]+(?: [a-z-]+)?",
    }


def template_patterns():
    known = fields()
    for template in (*TEMPLATES, *ROLE_TEMPLATES, *WORDINGS):
        parts = re.split(r"\{(\w+)\}", template)
        pattern = "".join(known[part] if i % 2 else re.escape(part) for i, part in enumerate(parts))
        yield re.compile(pattern, re.IGNORECASE)


PATTERNS = list(template_patterns())


def is_templated(prompt):
    return any(pattern.fullmatch(prompt) for pattern in PATTERNS)


@pytest.mark.parametrize("style", FREE_PROMPTS)
def test_no_template_writes_a_free_prompt(style):
    prompts = FREE_PROMPTS[style]
    assert 3 <= len(prompts) == len(set(prompts))
    assert not [prompt for prompt in prompts if is_templated(prompt)]


def test_the_check_knows_what_templates_write():
    rng = random.Random(0)
    programs = [("bass", 32), ("keys", 0), ("lead", 66)]
    for style in WORDS:
        captions = write_captions(style, 120, "C# minor", programs, rng)
        roles = write_role_captions(style, 90, "D major", programs[0], rng)
        plain = [write_prompt(style, seed) for seed in range(6)]
        assert all(is_templated(caption) for caption in (*captions, *roles, *plain)), style


def test_only_the_first_prompts_name_their_style():
    for style, words in WORDS.items():
        prompts, genres = FREE_PROMPTS[style], {genre.lower() for genre in words.genres}
        for prompt in prompts[NAMED:]:
            said = [genre for genre in genres if re.search(rf"\b{re.escape(genre)}\b", prompt.lower())]
            assert not said, f"{style}: {prompt}"
        assert [names_style(style, prompt) for prompt in prompts] == [True] * NAMED + [False] * (len(prompts) - NAMED)


def test_every_style_of_the_composer_has_free_prompts():
    assert set(FREE_PROMPTS) >= set(WORDS)


def test_a_seed_picks_a_prompt_and_an_unknown_style_is_named():
    assert write_free_prompt("jazz", 1) == write_free_prompt("jazz", 1 + len(FREE_PROMPTS["jazz"]))
    assert len({write_free_prompt("jazz", seed) for seed in range(4)}) == 4
    with pytest.raises(TrainError, match=r'no style "jaz".*did you mean "jazz"'):
        write_free_prompt("jaz", 0)
