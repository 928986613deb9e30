"""The renderer: real fluidsynth, level audio, exact length, stems that sum to the mix, resume."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import soundfile as sf

from lmdmd.errors import TrainError
from lmdmd.train import soundfonts
from lmdmd.train.compose import PartTake, compose_piece, write_piece
from lmdmd.train.players import Note
from lmdmd.train.render import SAMPLE_RATE_HZ, Synth, level_curve, render_pieces
from lmdmd.train.score import write_midi
from lmdmd.train.sound import (
    CC_CHORUS,
    CC_DATA,
    CC_DATA_LO,
    CC_NRPN,
    CC_NRPN_LO,
    CC_REVERB,
    NRPN_CENTRE,
    NRPN_FILTER,
    NRPN_SOUNDFONT,
    SWEEP_DEPTHS,
    Dress,
)
from lmdmd.train.soundfonts import fill_shelf, find_soundfont
from lmdmd.train.styles import Part


def has_tools() -> bool:
    try:
        find_soundfont()
    except TrainError:
        return False
    return shutil.which("fluidsynth") is not None


needs_fluidsynth = pytest.mark.skipif(not has_tools(), reason="needs fluidsynth and a soundfont")


def to_db(value):
    return 20 * np.log10(value)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """A data folder with one folk piece, rendered with stems."""
    data = tmp_path_factory.mktemp("data")
    piece = compose_piece("folk", 0, "heldout")
    write_piece(piece, data)
    render_pieces(data, stems=True)
    return data, piece


def test_level_curve_sets_level_and_holds_peaks():
    rng = np.random.default_rng(0)
    mix = (0.01 * rng.standard_normal((SAMPLE_RATE_HZ * 4, 2))).astype(np.float32)
    mix[50_000:50_003] = 0.2
    levelled = mix * level_curve(mix)
    assert to_db(np.abs(levelled).max()) <= -1.0 + 1e-4
    assert to_db(np.sqrt(np.mean(levelled**2))) == pytest.approx(-18.0, abs=0.5)
    assert to_db(np.abs(levelled[50_001, 0])) > -1.1


def test_level_curve_of_silence_is_silent():
    assert not level_curve(np.zeros((5_000, 2), np.float32)).any()


def test_missing_soundfont_names_the_way_out(monkeypatch, tmp_path):
    monkeypatch.setattr(soundfonts, "FOLDERS", (str(tmp_path),))
    with pytest.raises(TrainError, match="install"):
        find_soundfont()
    (tmp_path / "FluidR3_GM.sf2").touch()
    assert find_soundfont() == tmp_path / "FluidR3_GM.sf2"


def test_missing_fluidsynth_names_the_way_out(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TrainError, match=r"no fluidsynth program.*install"):
        render_pieces(tmp_path)


@needs_fluidsynth
def test_an_empty_folder_and_a_broken_font_are_refused(tmp_path):
    with pytest.raises(TrainError, match="compose some first"):
        render_pieces(tmp_path)
    write_piece(compose_piece("piano", 0, "train"), tmp_path)
    font = tmp_path / "broken.sf2"
    font.write_bytes(b"not a font")
    with pytest.raises(TrainError, match="train-piano-00000"):
        render_pieces(tmp_path, shelf=fill_shelf([font]))
    assert not list(tmp_path.rglob("*.flac"))


@needs_fluidsynth
def test_a_piece_is_as_long_as_its_bars_level_and_never_silent(rendered):
    data, piece = rendered
    audio, rate = sf.read(data / "audio" / f"{piece.id}.flac")
    assert rate == SAMPLE_RATE_HZ and audio.shape == (round(piece.duration_s * rate), 2)
    assert to_db(np.sqrt(np.mean(audio**2))) == pytest.approx(-18.0, abs=0.5)
    assert to_db(np.abs(audio).max()) <= -0.99
    windows = audio[: len(audio) // 30_870 * 30_870].reshape(-1, 30_870 * 2)
    assert to_db(np.sqrt(np.mean(windows**2, axis=1))).min() > -40
    assert not list(data.rglob("*.part"))


@needs_fluidsynth
def test_stems_sum_to_the_mix(rendered):
    data, piece = rendered
    mix, _ = sf.read(data / "audio" / f"{piece.id}.flac")
    stems = {path.stem: sf.read(path)[0] for path in (data / "stems" / piece.id).glob("*.flac")}
    facts = json.loads((data / "pieces" / f"{piece.id}.json").read_text())
    assert set(stems) == {part["name"] for part in facts["parts"]}
    assert all(np.abs(stem).max() > 0.01 for stem in stems.values())
    assert np.abs(sum(stems.values()) - mix).max() <= (len(stems) + 1) / 2**15


@needs_fluidsynth
def test_rendering_again_leaves_finished_audio_alone(rendered):
    data, piece = rendered
    path = data / "audio" / f"{piece.id}.flac"
    before = path.stat().st_mtime_ns
    render_pieces(data, stems=True)
    render_pieces(data, split="heldout")
    assert path.stat().st_mtime_ns == before


@needs_fluidsynth
def test_the_font_and_its_licence_are_told_beside_the_audio(rendered):
    data, piece = rendered
    font = fill_shelf().fonts[0]
    told = json.loads((data / "audio" / f"{piece.id}.json").read_text())
    assert told == font.describe() == {"soundfont": font.name, "licence": "MIT"}


def write_saw(path, value):
    """Two seconds of a saw, its filter moved by `value` in the units of the SoundFont standard's NRPN."""
    part = Part("saw", "line", (81,))
    number = NRPN_CENTRE + value
    moves = ((CC_NRPN, NRPN_SOUNDFONT), (CC_NRPN_LO, NRPN_FILTER), (CC_DATA_LO, number % 128), (CC_DATA, number // 128))
    dress = Dress(((CC_REVERB, 60), (CC_CHORUS, 90)), tuple((0.0, control, data) for control, data in moves))
    take = PartTake(part, 81, 0, (Note(0.1, 3.5, 45, 100.0),), dress)
    path.write_bytes(write_midi([take], 1, 120))
    return path


def treble_share(samples):
    power = np.abs(np.fft.rfft(samples.mean(1))) ** 2
    return power[2000 * 2 :].sum() / power.sum()


@needs_fluidsynth
def test_fluidsynth_moves_filters_and_changes_rooms_as_a_piece_asks(tmp_path):
    dry, wet = {"synth.reverb.level": 0.0, "synth.chorus.level": 0.0}, {"synth.reverb.level": 0.9}
    font, score = find_soundfont(), write_saw(tmp_path / "open.mid", 0)
    heard = {name: Synth(font, room, 2 * SAMPLE_RATE_HZ).play(score) for name, room in (("dry", dry), ("wet", wet))}
    assert np.abs(heard["wet"] - heard["dry"]).max() > 0.1 * np.abs(heard["dry"]).max()
    shut = Synth(font, dry, 2 * SAMPLE_RATE_HZ).play(write_saw(tmp_path / "shut.mid", SWEEP_DEPTHS[0]))
    assert treble_share(shut) < 0.5 * treble_share(heard["dry"])
