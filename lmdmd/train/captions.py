"""Captions: many ways to say what a piece sounds like, drawn from one word table per style."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

CAPTIONS_PER_PIECE = 12

INSTRUMENTS = {
    0: ("piano", "grand piano", "acoustic piano"),
    4: ("electric piano", "Rhodes", "Rhodes keys"),
    5: ("electric piano", "FM electric piano", "bell-like electric piano"),
    8: ("celesta", "soft celesta"),
    9: ("glockenspiel", "bright glockenspiel"),
    10: ("music box", "a tiny music box"),
    11: ("vibraphone", "vibes"),
    12: ("marimba", "wooden marimba"),
    13: ("xylophone", "dry xylophone"),
    14: ("tubular bells", "distant bells"),
    16: ("organ", "drawbar organ"),
    21: ("accordion", "soft accordion"),
    22: ("harmonica", "lonesome harmonica"),
    24: ("nylon-string guitar", "classical guitar", "acoustic guitar"),
    25: ("steel-string guitar", "acoustic guitar"),
    26: ("jazz guitar", "clean archtop guitar"),
    32: ("double bass", "upright bass", "acoustic bass"),
    38: ("synth bass", "analogue bass"),
    39: ("synth bass", "punchy synth bass"),
    42: ("cellos", "dark cellos"),
    43: ("contrabass", "deep contrabass"),
    45: ("pizzicato strings", "plucked strings"),
    47: ("timpani", "rolling timpani"),
    48: ("strings", "a string orchestra", "string ensemble"),
    49: ("slow strings", "legato strings"),
    50: ("synth strings", "airy synth strings"),
    52: ("choir", "wordless choir"),
    53: ("voices", "soft oohs"),
    56: ("trumpet", "solo trumpet"),
    57: ("trombones", "low brass"),
    59: ("muted trumpet", "trumpet with a mute"),
    60: ("french horn", "noble horns"),
    61: ("brass", "brass section"),
    62: ("synth brass", "synth brass hits"),
    64: ("soprano sax", "soprano saxophone"),
    66: ("tenor sax", "saxophone", "tenor saxophone"),
    73: ("flute", "wooden flute"),
    74: ("recorder", "folk whistle"),
    80: ("square lead", "hollow synth lead"),
    81: ("saw lead", "buzzing saw synth"),
    87: ("reese bass", "growling bass"),
    88: ("new age pad", "glassy pad"),
    89: ("warm pad", "soft synth pad"),
    90: ("polysynth", "wide polysynth"),
    91: ("space choir pad", "vocal pad"),
    92: ("bowed glass", "glass pad"),
    94: ("halo pad", "glowing pad"),
    95: ("sweeping pad", "slow filter sweep"),
    98: ("crystal bells", "crystalline synth bells"),
    102: ("echoing synth", "echo plucks"),
    108: ("kalimba", "thumb piano"),
    110: ("fiddle", "folk violin"),
}


@dataclass(frozen=True)
class Words:
    """The vocabulary of one style; ``drums`` is empty where a style has none."""

    genres: tuple[str, ...]
    moods: tuple[str, ...]
    textures: tuple[str, ...]
    uses: tuple[str, ...]
    tempos: tuple[str, ...]
    drums: tuple[str, ...] = ()


WORDS = {
    "ambient": Words(
        ("ambient", "ambient music", "ambient pads", "drone ambient", "ambient soundscape", "space music"),
        ("calm", "dreamy", "weightless", "peaceful", "meditative", "hazy", "serene"),
        (
            "slow evolving pads",
            "long floating chords",
            "a soft drone and no beat",
            "wide washes of sound",
            "drifting synth clouds",
        ),
        ("sleep", "meditation", "a planetarium", "the opening of a set", "yoga", "deep focus"),
        ("very slow", "beatless", "slow", "unhurried"),
    ),
    "house": Words(
        (
            "house",
            "deep house",
            "house music",
            "club house",
            "four on the floor",
            "dance music",
            "tech house",
        ),
        ("groovy", "warm", "uplifting", "sunny", "hypnotic", "energetic"),
        (
            "a steady four-on-the-floor kick",
            "offbeat hi-hats and chord stabs",
            "pumping kick and bouncy bass",
            "kick on every beat",
        ),
        ("the dance floor", "a club night", "a rooftop party", "a DJ set", "a warm-up set"),
        ("mid-tempo", "danceable", "upbeat", "driving"),
        ("electronic drums", "a drum machine", "808 drums", "kick, clap and hats"),
    ),
    "piano": Words(
        ("solo piano", "piano ballad", "piano", "piano piece", "romantic piano", "neoclassical piano"),
        ("tender", "melancholic", "intimate", "reflective", "gentle", "wistful"),
        (
            "flowing left-hand arpeggios and a singing melody",
            "one piano alone",
            "broken chords under a simple tune",
            "soft rippling keys",
        ),
        ("a quiet scene", "reading", "a film's ending", "a recital", "a rainy evening"),
        ("slow", "slow and free", "unhurried", "lyrical"),
    ),
    "jazz": Words(
        ("jazz", "swing", "jazz trio", "swing jazz", "bebop", "small-group jazz", "straight-ahead jazz"),
        ("relaxed", "swinging", "smoky", "playful", "cool", "lively"),
        (
            "a walking bass and ride cymbal",
            "swung eighths over piano comping",
            "walking bass under improvised lines",
            "a ting-a-ling ride and jazz chords",
        ),
        ("a late-night club", "a cocktail bar", "a dinner", "a jam session"),
        ("medium swing", "up-tempo swing", "swinging", "brisk"),
        ("brushed drums", "a jazz drum kit", "ride cymbal and hi-hat", "light jazz drums"),
    ),
    "dnb": Words(
        ("drum and bass", "drum & bass", "dnb", "liquid drum and bass", "jungle", "d'n'b"),
        ("fast", "urgent", "dark", "rolling", "intense", "energetic"),
        (
            "fast breakbeats over deep bass",
            "a rolling break and sub bass",
            "chopped drums and long pads",
            "rapid broken beats",
        ),
        ("a rave", "a racing game", "a warehouse", "peak time", "a chase"),
        ("very fast", "fast", "high-speed", "breakneck"),
        ("breakbeat drums", "fast broken drums", "amen-style breaks", "hard snare and rolling hats"),
    ),
    "folk": Words(
        (
            "folk",
            "acoustic folk",
            "fingerpicked guitar",
            "acoustic guitar",
            "fingerstyle guitar",
            "country folk",
        ),
        ("warm", "homely", "nostalgic", "pastoral", "simple", "hopeful"),
        (
            "fingerpicked guitar strings",
            "alternating thumb and plucked strings",
            "an acoustic guitar by the fire",
            "unplugged picking",
        ),
        ("a campfire", "a road trip", "a morning walk", "a small stage", "a country porch"),
        ("moderate", "easy-going", "mid-tempo", "walking pace"),
    ),
    "cinematic": Words(
        (
            "cinematic",
            "orchestral",
            "film score",
            "epic orchestra",
            "orchestral strings and brass",
            "soundtrack",
        ),
        ("epic", "heroic", "dramatic", "majestic", "tense", "grand"),
        (
            "driving string ostinatos and swelling brass",
            "a full orchestra building up",
            "repeating strings under a broad theme",
            "sweeping strings",
        ),
        ("a film trailer", "a battle scene", "a fantasy game", "an opening title", "a mountain flyover"),
        ("marching", "steady", "broad", "determined"),
    ),
    "mallets": Words(
        (
            "minimalism",
            "marimba",
            "mallet percussion",
            "minimal music",
            "pattern music",
            "marimba minimalism",
        ),
        ("bright", "playful", "hypnotic", "light", "curious", "bubbling"),
        (
            "interlocking mallet patterns",
            "repeating wooden patterns",
            "short phasing figures",
            "pulsing marimbas with no drums",
        ),
        ("a nature documentary", "a puzzle game", "an art installation", "coding", "a science film"),
        ("steady", "lively", "pulsing", "quick"),
    ),
}

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
