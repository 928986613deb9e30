"""Prompts as people say them, worded by none of the templates of captions: for asking what no training has read.

The first two of a style name it in passing; the others say what is wanted without any of its genres' names.
"""

from __future__ import annotations

from lmdmd.errors import TrainError, did_you_mean
from lmdmd.train.words import WORDS

NAMED = 2
"""So many prompts of each style name it."""

FREE_PROMPTS = {
    "ambient": (
        "can you give me some ambient that barely moves, like fog over water",
        "I'd love a really spacious ambient thing to fall asleep to",
        "just let soft synths float and hang in the air, nothing rhythmic please",
        "slow glowing pads that never seem to end, as if time stood still",
    ),
    "house": (
        "play some deep house, the kind that gets people moving around midnight",
        "let's hear a house groove with bouncy chords, nice and warm",
        "keep the kick pumping on each beat so that the club starts to dance",
        "we need something to dance to, thumping kick, claps and hats, not too fast",
    ),
    "piano": (
        "somebody playing the piano alone in an empty hall, quite sad",
        "a soft piano tune please, the kind you hum afterwards",
        "only black and white keys, played slowly and with a lot of feeling",
        "gentle left hand rippling while the right hand sings, no other instruments at all",
    ),
    "jazz": (
        "give us some jazz, like a trio swinging in a cellar bar",
        "I want that classic jazz feeling, upright bass walking along and brushes on the snare",
        "a sax improvises while the double bass walks and the ride cymbal keeps swinging",
        "swinging late-night combo, bass walking, horns taking turns",
    ),
    "dnb": (
        "now some drum and bass please, really fast and rolling",
        "hit me with dnb, chopped breaks and a huge low end",
        "frantic broken beats at double speed above a rumbling sub",
        "the drums should race, chopped and rolling, while dark bass growls below",
    ),
    "folk": (
        "a little folk tune as if we all sat around the fire",
        "think of folk from the countryside, simple strumming and picking",
        "someone quietly picks the strings of a guitar, unplugged, on the porch",
        "plucked guitar strings, homely and honest, like a song from the village",
    ),
    "cinematic": (
        "make it cinematic, like the hero finally rides into battle",
        "I need orchestral drama that builds and builds",
        "huge brass and racing strings, the trailer of a fantasy movie",
        "timpani rolls and horns announce the king, then all the violins charge",
    ),
    "mallets": (
        "marimbas playing little patterns that slowly shift against each other",
        "something minimalist in the manner of Steve Reich, all wooden mallets",
        "tiny interlocking figures on wooden bars, over and over",
        "vibraphone and xylophone chatter in loops, bubbling along without drums",
    ),
    "arcade": (
        "give me a chiptune as if I'd just put a coin into the machine",
        "I'm after some 8-bit video game stuff, jumpy and silly",
        "bleeps and square waves, like an old handheld console from 1989",
        "pixels, coins and extra lives: fast beeping melodies with crunchy noise drums",
    ),
    "synthwave": (
        "put on some synthwave, we're cruising along the coast after dark",
        "that retrowave sound with huge gated snares would be perfect here",
        "eighties synths glowing in neon, pulsing bass, driving through the night",
        "analogue brass, a throbbing sequencer and a massive snare from 1985",
    ),
    "gamelan": (
        "could we have gamelan, all bronze and shimmer",
        "take us to Java, a gamelan playing at the temple",
        "gongs and metal chimes woven together, slow gong strokes below",
        "glittering bronze bells answer each other around one deep gong",
    ),
    "chapel": (
        "a church organ filling the whole nave, as slow as breathing",
        "we want sacred choral music like on a Sunday morning",
        "a huge pipe instrument and a choir echo under stone vaults",
        "voices singing ah, very slowly, with deep pedals beneath them in a cathedral",
    ),
    "baroque": (
        "something baroque, as though Bach himself sat at the keyboard",
        "let a harpsichord run along with a bassoon, very elegant",
        "powdered wigs, candlelight, plucked keys dancing in strict counterpoint",
        "two voices chase one another in running sixteenths over a walking continuo bass",
    ),
    "funk": (
        "bring on the funk, filthy slap bass and horns",
        "I could use some funky clavinet to get them strutting",
        "slapped bass on the one, scratchy guitar, tight horn stabs, everybody sweats",
        "a greasy groove with popping bass and brass punches, like a seventies cop car chase",
    ),
    "reggae": (
        "reggae for the beach please, lots of bass and nowhere to be",
        "something like dub, with echoes flying off the snare",
        "guitar chops on the offbeat, a fat bassline and an organ that bubbles",
        "sunshine from Kingston, skanking chords and a lazy one drop",
    ),
    "bossa": (
        "a bossa nova, the sort that plays quietly behind a cocktail",
        "I feel like bossa tonight, nylon guitar and hardly any drums",
        "Rio in the sixties, a nylon guitar gently syncopated and a flute above",
        "soft rim clicks, jazzy chords plucked on classical guitar, a breeze from Ipanema",
    ),
    "metal": (
        "heavy metal at full volume, let the double kick roll",
        "we want metal, riffs that make the crowd bang their heads",
        "distorted guitars chugging down low while the drummer hammers both pedals",
        "a wall of overdriven power chords, screaming lead, furious and loud",
    ),
    "boombap": (
        "a hip-hop beat for someone to rap over, nothing fancy",
        "old school boom bap, dusty snare, you know the one",
        "head-nodding drums from a sampler with mellow keys, as in New York in 1994",
        "a swung kick and a cracking snare under a looping upright bass, lazy and warm",
    ),
}


def write_free_prompt(style: str, seed: int) -> str:
    """Return a free wording of a style, another one for each of the first seeds; raises `TrainError`."""
    if style not in FREE_PROMPTS:
        what = "no free wording for style" if style in WORDS else "no style"
        raise TrainError(f'{what} "{style}"; there are {", ".join(FREE_PROMPTS)}{did_you_mean(style, FREE_PROMPTS)}')
    prompts = FREE_PROMPTS[style]
    return prompts[seed % len(prompts)]


def names_style(style: str, prompt: str) -> bool:
    """Whether a free wording is one of those that name the style."""
    return prompt in FREE_PROMPTS[style][:NAMED]
