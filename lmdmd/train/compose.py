"""The composer: short arrangements with exact beats, chords, parts and captions, written as MIDI and JSON.

A piece is a pure function of (style, seed, split). The split enters every random stream, so a held-out
piece never repeats a training piece even where their seeds are equal.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mido

from lmdmd.errors import TrainError, did_you_mean
from lmdmd.train.captions import write_captions
from lmdmd.train.harmony import NOTE_NAMES, SCALES, Chord, read_chord
from lmdmd.train.players import BAR_BEATS, PLAYERS, Note, Section, Slot
from lmdmd.train.progress import Progress
from lmdmd.train.style_sets import find_style, pick_styles
from lmdmd.train.styles import Part, Scene, Style

SPLITS = ("train", "heldout")
TICKS_PER_BEAT = 480
TARGET_S = 67.0
BARS_STEP = 4
DRUM_CHANNEL = 9
CC_VOLUME, CC_PAN, CC_REVERB, CC_CHORUS = 7, 10, 91, 93
VELOCITY_SPREAD = 4.0
JITTER_LIMIT = 2.5


@dataclass(frozen=True)
class PartTake:
    """A part as one piece plays it: its programme, its MIDI channel and its finished notes."""

    part: Part
    program: int
    channel: int
    notes: tuple[Note, ...]


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

    @property
    def duration_s(self) -> float:
        return self.bars * BAR_BEATS * 60 / self.tempo_bpm

    def midi(self) -> bytes:
        """The piece as a standard MIDI file: a tempo track, then one named track per part."""
        tracks = [_write_head(self), *(_write_track(take, self) for take in self.parts)]
        buffer = io.BytesIO()
        mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, tracks=tracks).save(file=buffer)
        return buffer.getvalue()

    def describe(self) -> dict[str, Any]:
        """The piece as the dict its JSON file holds."""
        return {
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


def compose_piece(style: str, seed: int, split: str, tempo_bpm: tuple[int, int] | None = None) -> Piece:
    """Compose one piece of about a minute; equal arguments give equal bytes.

    Its tempo is one of the style's own, or one between those of ``tempo_bpm``. Raises TrainError for a style or split
    that is not in the table.
    """
    table, stream = find_style(style), f"{_check_split(split)}/{style}/{seed}"
    rng = random.Random(stream)
    drawn_bpm = rng.randint(*(tempo_bpm or table.tempo_bpm))
    bars = _count_bars(drawn_bpm)
    mode, tonic = rng.choice(("minor", "major")), rng.randrange(12)
    scenes = _plan_scenes(table, bars, rng)
    sections = _plan_sections(table, scenes, mode, tonic, rng)
    takes = _play_all(table, scenes, sections, drawn_bpm, stream)
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
) -> list[str]:
    """Write pieces, as many of each style, until they last ``hours``; return their ids.

    ``styles`` are names of styles or of sets of them, by default the set "pocket". Seeds count up from ``seed``;
    composing again writes the same files. Every style gets tempos between those of ``tempo_bpm`` where it is given:
    who follows a clock has to know a style at other tempos than its own.
    """
    ids, target_s = [], hours * 3600
    with Progress(f"compose {split}", total=round(target_s)) as progress:
        for piece in _compose_until(target_s, split, seed, pick_styles(styles or ()), tempo_bpm):
            write_piece(piece, data)
            ids.append(piece.id)
            progress.advance(round(piece.duration_s), piece.id)
    return ids


def _compose_until(
    target_s: float, split: str, seed: int, styles: Sequence[str], tempo_bpm: tuple[int, int] | None
) -> Iterator[Piece]:
    done_s = 0.0
    while done_s < target_s:
        for style in styles:
            piece = compose_piece(style, seed, split, tempo_bpm)
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


def _plan_scenes(style: Style, bars: int, rng: random.Random) -> list[tuple[int, Scene]]:
    """Spread a form over the piece in whole phrases: (bars, scene) per section."""
    form = rng.choice(style.forms)
    phrases = -(-bars // style.phrase_bars)
    edges = [min(bars, round(i * phrases / len(form)) * style.phrase_bars) for i in range(len(form) + 1)]
    return [(b - a, scene) for a, b, scene in zip(edges, edges[1:], form, strict=False) if b > a]


def _plan_sections(
    style: Style, scenes: list[tuple[int, Scene]], mode: str, tonic: int, rng: random.Random
) -> list[Section]:
    slots = _plan_slots(style, scenes, mode, tonic, rng)
    scale = frozenset((tonic + step) % 12 for step in SCALES[mode])
    groove = rng.choice(style.grooves) if style.grooves else ()
    sections, beat = [], 0
    for index, (bars, scene) in enumerate(scenes):
        end = beat + bars * BAR_BEATS
        inside = tuple(slot for slot in slots if beat <= slot.beat < end)
        fill = rng.choice(style.fills) if style.fills and index + 1 < len(scenes) else ()
        sections.append(Section(index, beat, end - beat, scene.energy, inside, scale, groove, fill))
        beat = end
    return sections


def _plan_slots(style: Style, scenes: list[tuple[int, Scene]], mode: str, tonic: int, rng: random.Random) -> list[Slot]:
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
    style: Style, scenes: list[tuple[int, Scene]], sections: list[Section], tempo_bpm: int, stream: str
) -> tuple[PartTake, ...]:
    takes = []
    free_channels = iter(channel for channel in range(16) if channel != DRUM_CHANNEL)
    for part in style.parts:
        rng = random.Random(f"{stream}/{part.name}")
        program = rng.choice(part.programs)
        heard = [s for s, (_, scene) in zip(sections, scenes, strict=True) if _is_heard(style, scene, part)]
        if not heard:
            continue
        notes = [note for section in heard for note in _play(part, section, stream, rng)]
        channel = DRUM_CHANNEL if part.player == "drums" else next(free_channels)
        takes.append(PartTake(part, program, channel, _humanise(notes, style, tempo_bpm, rng)))
    return tuple(takes)


def _is_heard(style: Style, scene: Scene, part: Part) -> bool:
    return part.name in style.core or scene.hears(part.name)


def _play(part: Part, section: Section, stream: str, rng: random.Random) -> list[Note]:
    # The same theme stream in every section is what makes a motif and a pattern come back.
    theme = random.Random(f"{stream}/{part.name}/theme")
    loudness = 0.82 + 0.2 * section.energy
    return [
        replace(note, velocity=note.velocity * loudness) for note in PLAYERS[part.player](part, section, theme, rng)
    ]


def _humanise(notes: list[Note], style: Style, tempo_bpm: int, rng: random.Random) -> tuple[Note, ...]:
    """Swing, then shift each note a little; a part's shifts average to nothing, so the grid stays exact."""
    beats_per_ms = tempo_bpm / 60_000
    limit = JITTER_LIMIT * style.jitter_ms
    shifts = [max(-limit, min(limit, rng.gauss(0, style.jitter_ms))) for _ in notes]
    mean = sum(shifts) / len(shifts) if shifts else 0.0
    played = []
    for note, shift in zip(notes, shifts, strict=True):
        beat, end = (_swing(b, style.swing) for b in (note.beat, note.beat + note.length))
        beat = max(0.0, beat + (shift - mean) * beats_per_ms)
        velocity = note.velocity + rng.gauss(0, VELOCITY_SPREAD)
        played.append(Note(beat, max(0.05, end - beat), note.pitch, max(18, min(124, velocity))))
    return tuple(sorted(played, key=lambda note: (note.beat, note.pitch)))


def _swing(beat: float, swing: float) -> float:
    """Move the middle of each beat to ``swing`` (0.5 is straight) and stretch the halves to fit."""
    whole, part = divmod(beat, 1.0)
    late = part * 2 * swing if part < 0.5 else swing + (part - 0.5) * 2 * (1 - swing)
    return whole + late


def _write_head(piece: Piece) -> mido.MidiTrack:
    end = piece.bars * BAR_BEATS * TICKS_PER_BEAT
    return mido.MidiTrack(
        [
            mido.MetaMessage("time_signature", numerator=4, denominator=4, time=0),
            mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(piece.tempo_bpm), time=0),
            mido.MetaMessage("end_of_track", time=end),
        ]
    )


def _write_track(take: PartTake, piece: Piece) -> mido.MidiTrack:
    end = piece.bars * BAR_BEATS * TICKS_PER_BEAT
    part, channel = take.part, take.channel
    controls = {CC_VOLUME: part.volume, CC_PAN: part.pan, CC_REVERB: part.reverb, CC_CHORUS: 0}
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=part.name, time=0)])
    for control, value in controls.items():
        track.append(mido.Message("control_change", channel=channel, control=control, value=value, time=0))
    track.append(mido.Message("program_change", channel=channel, program=take.program, time=0))
    now = 0
    for tick, kind, pitch, velocity in _note_events(take.notes, end):
        track.append(mido.Message(kind, channel=channel, note=pitch, velocity=velocity, time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    return track


def _note_events(notes: Sequence[Note], end: int) -> list[tuple[int, str, int, int]]:
    """Note events in order; a pitch struck again ends the note before it."""
    events: list[tuple[int, str, int, int]] = []
    next_on: dict[int, int] = {}
    for note in sorted(notes, key=lambda note: note.beat, reverse=True):
        on = round(note.beat * TICKS_PER_BEAT)
        off = min(on + max(1, round(note.length * TICKS_PER_BEAT)), next_on.get(note.pitch, end), end)
        if on < off:
            events.append((on, "note_on", note.pitch, round(note.velocity)))
            events.append((off, "note_off", note.pitch, 0))
            next_on[note.pitch] = on
    return sorted(events)
