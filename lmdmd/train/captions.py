"""Captions: many ways to say what a piece sounds like, drawn from the table of words."""

from __future__ import annotations

import random
from collections.abc import Sequence

from lmdmd.train.words import INSTRUMENTS, WORDS, Words

CAPTIONS_PER_PIECE = 12

TEMPLATES = (
    "{genre}",
    "{mood} {genre}",
    "{genre} with {one}",
    "{genre}, {bpm} bpm",
    "{mood} {genre} in {key}",
    "{tempo} {genre} with {few}",
    "{few}",
    "{mood}, {texture}",
    "{texture}",
    "{tempo}, {mood} music with {few}",
    "{mood} music for {use}, with {one}",
    "{genre} for {use}",
    "{Mood} {genre} at {bpm} bpm with {few}, made for {use}.",
    "{texture}, {few}, {bpm} bpm, {key}",
    "An instrumental {genre} track: {texture}, {mood} and {tempo}.",
    "{Texture}: {few}. {Mood}, {tempo}, around {bpm} bpm in {key}.",
)

ROLE_CAPTIONS = 8
ROLE_TEMPLATES = (
    "{role}",
    "{name}",
    "{genre} {role}",
    "{name}, {genre}",
    "solo {name}",
    "{mood} {name}",
    "{role} for {genre}",
    "{mood} {genre} {role}, {name}",
    "{role} at {bpm} bpm",
    "only {name}",
    "{name} in {key}",
)


def write_captions(
    style: str, tempo_bpm: int, key: str, programs: Sequence[tuple[str, int]], rng: random.Random
) -> tuple[str, ...]:
    """Write CAPTIONS_PER_PIECE different captions; ``programs`` holds (part, General MIDI programme) pairs.

    The first is always a bare genre name; templates without ``{genre}`` describe a piece and never name it.
    """
    captions = [rng.choice(WORDS[style].genres)]
    templates = rng.sample(TEMPLATES[1:], len(TEMPLATES) - 1)
    turn = 0
    while len(captions) < CAPTIONS_PER_PIECE:
        fields = _draw_fields(WORDS[style], tempo_bpm, key, programs, rng)
        caption = templates[turn % len(templates)].format(**fields)
        turn += 1
        if caption not in captions:
            captions.append(caption)
    return tuple(captions)


def write_role_captions(
    style: str, tempo_bpm: int, key: str, program: tuple[str, int], rng: random.Random
) -> tuple[str, ...]:
    """Write ROLE_CAPTIONS different captions of one part alone; the first is the bare role, such as "bass"."""
    role = program[0].replace("-", " ")
    captions = [role]
    while len(captions) < ROLE_CAPTIONS:
        fields = _draw_fields(WORDS[style], tempo_bpm, key, [program], rng)
        caption = rng.choice(ROLE_TEMPLATES).format(role=role, name=fields["one"], **fields)
        if caption not in captions:
            captions.append(caption)
    return tuple(captions)


def _draw_fields(
    words: Words, tempo_bpm: int, key: str, programs: Sequence[tuple[str, int]], rng: random.Random
) -> dict[str, str]:
    names = _name_instruments(words, programs, rng)
    mood, texture = rng.choice(words.moods), rng.choice(words.textures)
    return {
        "genre": rng.choice(words.genres),
        "mood": mood,
        "Mood": mood.capitalize(),
        "texture": texture,
        "Texture": texture.capitalize(),
        "use": rng.choice(words.uses),
        "tempo": rng.choice([tempo for tempo in words.tempos if tempo != mood]),
        "one": names[0],
        "few": _join(names[: rng.choice((2, 3, 3, 4))]),
        "bpm": str(tempo_bpm),
        "key": key,
    }


def _name_instruments(words: Words, programs: Sequence[tuple[str, int]], rng: random.Random) -> list[str]:
    """Different words for the piece's instruments, in a random order."""
    pools = {words.drums if part == "drums" else INSTRUMENTS[program]: None for part, program in programs}
    names = list(dict.fromkeys(rng.choice(pool) for pool in pools))
    rng.shuffle(names)
    return names


def _join(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
