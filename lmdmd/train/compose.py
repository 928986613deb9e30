"""The composer: short arrangements with exact beats, chords, parts and captions, written as MIDI and JSON.

A piece is a pure function of (style, seed, split) and of how it is played. The split enters every random
stream, so a held-out piece never repeats a training piece even where their seeds are equal.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lmdmd.errors import TrainError, did_you_mean
from lmdmd.train.captions import write_captions
from lmdmd.train.form import Scenes
from lmdmd.train.harmony import NOTE_NAMES, SCALES, Chord, read_chord
from lmdmd.train.humanise import Feel
from lmdmd.train.players import BAR_BEATS, PLAYERS, Note, Section, Slot
from lmdmd.train.playings import GRID, LIVE, Drumming, GridPlaying, find_playing
from lmdmd.train.progress import Progress
from lmdmd.train.score import write_midi
from lmdmd.train.sound import Dress, Stage
from lmdmd.train.style_sets import find_style, pick_styles
from lmdmd.train.styles import Part, Style

SPLITS = ("train", "heldout")
TARGET_S = 67.0
BARS_STEP = 4
DRUM_CHANNEL = 9


@dataclass(frozen=True)
class PartTake:
    """A part as one piece plays it: its programme, its MIDI channel, its finished notes and its controllers."""

    part: Part
    program: int
    channel: int
    notes: tuple[Note, ...]
    dress: Dress


@dataclass(frozen=True)
class Piece:
    """A finished piece: what the JSON file says, and its parts."""

    id: str
    style: str
    split: str
    seed: int
    tempo_bpm: int
    key: str
    bars: int
    chords: tuple[tuple[float, Chord], ...]
    parts: tuple[PartTake, ...]
    captions: tuple[str, ...]
    playing: str = GRID
    sections: tuple[tuple[float, str], ...] = ()
    effects: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def duration_s(self) -> float:
        return self.bars * BAR_BEATS * 60 / self.tempo_bpm

    def midi(self) -> bytes:
        """The piece as a standard MIDI file."""
        return write_midi(self.parts, self.bars, self.tempo_bpm)

    def describe(self) -> dict[str, Any]:
        """The piece as the dict its JSON file holds; what only live pieces have is told of them alone."""
        facts: dict[str, Any] = {
            "id": self.id,
            "split": self.split,
            "style": self.style,
            "seed": self.seed,
            "tempo_bpm": self.tempo_bpm,
            "metre": [4, 4],
            "key": self.key,
            "duration_s": self.duration_s,
            "parts": [{"name": t.part.name, "program": t.program, "channel": t.channel} for t in self.parts],
            "chords": [{"beat": beat, "name": c.name, "chroma": c.chroma} for beat, c in self.chords],
            "captions": list(self.captions),
        }
        if self.playing != GRID:
            sections = [{"beat": beat, "role": role} for beat, role in self.sections]
            facts |= {"playing": self.playing, "sections": sections, "effects": self.effects}
        return facts


def compose_piece(
    style: str, seed: int, split: str, tempo_bpm: tuple[int, int] | None = None, playing: str = LIVE
) -> Piece:
    """Compose one piece of about a minute; equal arguments give equal bytes.

    Its tempo is one of the style's own, or one between those of ``tempo_bpm``; ``playing`` is one of PLAYINGS. Raises
    TrainError for a style, split or way of playing that is not in the table.
    """
    table, manner, stream = find_style(style), find_playing(playing), f"{_check_split(split)}/{style}/{seed}"
    if playing != GRID:
        stream += f"/{playing}"
    rng = random.Random(stream)
    drawn_bpm = rng.randint(*(tempo_bpm or table.tempo_bpm))
    bars = _count_bars(drawn_bpm)
    mode, tonic = rng.choice(("minor", "major")), rng.randrange(12)
    scenes = manner.plan_scenes(table, bars, rng)
    slots = _plan_slots(table, scenes, mode, tonic, rng)
    scale = frozenset((tonic + step) % 12 for step in SCALES[mode])
    sections = _plan_sections(table, scenes, manner.plan_drums(table, scenes, rng), slots, scale)
    takes, stage = _play_all(table, scenes, sections, manner, drawn_bpm, stream)
    key = f"{NOTE_NAMES[tonic]} {mode}"
    programs = tuple((take.part.name, take.program) for take in takes)
    return Piece(
        id=f"{split}-{style}-{seed:05d}",
        style=style,
        split=split,
        seed=seed,
        tempo_bpm=drawn_bpm,
        key=key,
        bars=bars,
        chords=tuple((slot.beat, slot.chord) for section in sections for slot in section.slots),
        parts=takes,
        captions=write_captions(style, drawn_bpm, key, programs, random.Random(stream + "/captions")),
        playing=playing,
        sections=tuple((section.beat, section.role) for section in sections if section.role),
        effects=stage.effects if stage else {},
    )


def write_piece(piece: Piece, data: Path) -> None:
    """Write ``pieces/<id>.mid`` and ``pieces/<id>.json`` below ``data``."""
    folder = data / "pieces"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{piece.id}.mid").write_bytes(piece.midi())
    (folder / f"{piece.id}.json").write_text(json.dumps(piece.describe(), indent=1) + "\n")


def compose_pieces(
    data: Path,
    hours: float,
    split: str,
    seed: int = 0,
    styles: Sequence[str] | None = None,
    tempo_bpm: tuple[int, int] | None = None,
    playing: str = LIVE,
) -> list[str]:
    """Write pieces, as many of each style, until they last ``hours``; return their ids.

    ``styles`` are names of styles or of sets of them, by default the set "stage". Seeds count up from ``seed``;
    composing again writes the same files. Every style gets tempos between those of ``tempo_bpm`` where it is given:
    who follows a clock has to know a style at other tempos than its own. ``playing`` is one of PLAYINGS.
    """
    ids, target_s = [], hours * 3600
    with Progress(f"compose {split}", total=round(target_s)) as progress:
        for piece in _compose_until(target_s, split, seed, pick_styles(styles or ()), tempo_bpm, playing):
            write_piece(piece, data)
            ids.append(piece.id)
            progress.advance(round(piece.duration_s), piece.id)
    return ids


def _compose_until(
    target_s: float,
    split: str,
    seed: int,
    styles: Sequence[str],
    tempo_bpm: tuple[int, int] | None,
    playing: str,
) -> Iterator[Piece]:
    done_s = 0.0
    while done_s < target_s:
        for style in styles:
            piece = compose_piece(style, seed, split, tempo_bpm, playing)
            done_s += piece.duration_s
            yield piece
        seed += 1


def _check_split(split: str) -> str:
    if split not in SPLITS:
        raise TrainError(f"no split {split!r}; there are {', '.join(SPLITS)}{did_you_mean(split, SPLITS)}")
    return split


def _count_bars(tempo_bpm: int) -> int:
    bar_s = BAR_BEATS * 60 / tempo_bpm
    return max(1, round(TARGET_S / bar_s / BARS_STEP)) * BARS_STEP


def _plan_sections(
    style: Style, scenes: Scenes, drumming: Sequence[Drumming], slots: Sequence[Slot], scale: frozenset[int]
) -> list[Section]:
    sections, beat = [], 0
    for index, ((bars, scene), drums) in enumerate(zip(scenes, drumming, strict=True)):
        end = beat + bars * BAR_BEATS
        inside = tuple(slot for slot in slots if beat <= slot.beat < end)
        marks = (drums.groove, drums.fill, drums.turn, drums.crash, scene.role)
        sections.append(Section(index, beat, end - beat, scene.energy, inside, scale, *marks))
        beat = end
    return sections


def _plan_slots(style: Style, scenes: Scenes, mode: str, tonic: int, rng: random.Random) -> list[Slot]:
    """Chords for the whole piece: each scene loops its progression from the top."""
    first, second = rng.sample(style.minor if mode == "minor" else style.major, 2)
    loops = {"A": first.split(), "B": second.split()}
    chords = [
        read_chord(loops[scene.progression][i % len(loops[scene.progression])], tonic)
        for bars, scene in scenes
        for i in range(bars * BAR_BEATS // style.chord_beats)
    ]
    beats = style.chord_beats
    return [Slot(i * beats, beats, chord, chords[(i + 1) % len(chords)]) for i, chord in enumerate(chords)]


def _play_all(
    style: Style, scenes: Scenes, sections: Sequence[Section], playing: GridPlaying, tempo_bpm: int, stream: str
) -> tuple[tuple[PartTake, ...], Stage | None]:
    takes, stage = [], playing.set_stage(random.Random(f"{stream}/stage"))
    heard = {part.name: _hear(part, style, scenes, sections) for part in style.parts}
    parts = [part for part in style.parts if heard[part.name]]
    pockets = playing.draw_pockets(style, parts, random.Random(f"{stream}/pockets"))
    free_channels = iter(channel for channel in range(16) if channel != DRUM_CHANNEL)
    for part in parts:
        rng, sound = random.Random(f"{stream}/{part.name}"), random.Random(f"{stream}/{part.name}/sound")
        program = playing.draw_program(part, rng)
        written = [note for section in heard[part.name] for note in _play(part, section, playing, stream, rng)]
        feel = Feel(part, program, tempo_bpm, style.swing, style.jitter_ms, pockets[part.name])
        notes = playing.humanise(written, feel, rng)
        channel = DRUM_CHANNEL if part.player == "drums" else next(free_channels)
        dress = playing.dress(part, program, stage, sections, notes, sound)
        takes.append(PartTake(part, program, channel, notes, dress))
    return tuple(takes), stage


def _hear(part: Part, style: Style, scenes: Scenes, sections: Sequence[Section]) -> list[Section]:
    return [s for s, (_, scene) in zip(sections, scenes, strict=True) if scene.hears(part.name, style.core)]


def _play(part: Part, section: Section, playing: GridPlaying, stream: str, rng: random.Random) -> list[Note]:
    # The same theme stream in every section is what makes a motif and a pattern come back.
    theme = random.Random(f"{stream}/{part.name}/theme")
    quiet, swell = playing.loudness
    loudness = quiet + swell * section.energy
    return [
        replace(note, velocity=note.velocity * loudness) for note in PLAYERS[part.player](part, section, theme, rng)
    ]
