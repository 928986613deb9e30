"""A piece as a standard MIDI file: a tempo track, then one named track per part."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Protocol

import mido

from lmdmd.train.players import BAR_BEATS, Note
from lmdmd.train.sound import Dress
from lmdmd.train.styles import Part

TICKS_PER_BEAT = 480


class Take(Protocol):
    """A part as one piece plays it."""

    @property
    def part(self) -> Part: ...
    @property
    def program(self) -> int: ...
    @property
    def channel(self) -> int: ...
    @property
    def notes(self) -> tuple[Note, ...]: ...
    @property
    def dress(self) -> Dress: ...


def write_midi(takes: Iterable[Take], bars: int, tempo_bpm: int) -> bytes:
    """Return the bytes of the file; every track lasts as long as the bars."""
    end = bars * BAR_BEATS * TICKS_PER_BEAT
    tracks = [_write_head(end, tempo_bpm), *(_write_track(take, end) for take in takes)]
    buffer = io.BytesIO()
    mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, tracks=tracks).save(file=buffer)
    return buffer.getvalue()


def _write_head(end: int, tempo_bpm: int) -> mido.MidiTrack:
    return mido.MidiTrack(
        [
            mido.MetaMessage("time_signature", numerator=4, denominator=4, time=0),
            mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tempo_bpm), time=0),
            mido.MetaMessage("end_of_track", time=end),
        ]
    )


def _write_track(take: Take, end: int) -> mido.MidiTrack:
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=take.part.name, time=0)])
    for control, value in take.dress.controls:
        track.append(mido.Message("control_change", channel=take.channel, control=control, value=value, time=0))
    track.append(mido.Message("program_change", channel=take.channel, program=take.program, time=0))
    now = 0
    for tick, message in _list_messages(take, end):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    return track


def _list_messages(take: Take, end: int) -> list[tuple[int, mido.Message]]:
    """Moves and notes in order of time; what moves at a tick moves before the notes that start there."""
    moves = [
        (round(beat * TICKS_PER_BEAT), mido.Message("control_change", channel=take.channel, control=c, value=v))
        for beat, c, v in take.dress.moves
    ]
    notes = [
        (tick, mido.Message(kind, channel=take.channel, note=pitch, velocity=velocity))
        for tick, kind, pitch, velocity in _note_events(take.notes, end)
    ]
    return sorted([*(m for m in moves if m[0] < end), *notes], key=lambda event: event[0])


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
