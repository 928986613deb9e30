"""Recordings: sample for sample what the tapes held, inside their folder, valid when it stops."""

import asyncio
import json
import os
import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from wav_chunks import marks_of

from lmdmd.control import disk_keeper
from lmdmd.control import recorder as recording
from lmdmd.control.disk_guard import KEPT_BYTES
from lmdmd.control.events import Fired
from lmdmd.control.memory import Memory
from lmdmd.control.recorder import Recorder, check_folder
from lmdmd.control.session import Session
from lmdmd.control.tracks import RingTrack
from lmdmd.errors import CommandError, ConfigError
from lmdmd.rt import wav


@pytest.fixture
def memory():
    memory = Memory.create(44100)
    yield memory
    memory.close()


@pytest.fixture
def recorder(memory, tmp_path):
    made = Recorder(Session(memory.board, memory.schedule, 44100), memory.tapes, tmp_path, memory.rings)
    yield made
    made.close()


def noise(frames, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (frames, 2)).astype(np.float32)


def test_a_take_holds_what_was_heard(recorder, memory):
    audio = noise(10_000)
    recorder.begin()
    for start in range(0, 10_000, 500):
        memory.tapes["output"].append(start, audio[start : start + 500])
        memory.tapes["input"].append(start, -audio[start : start + 500])
        recorder.tick()
    recorder.close()
    for name, expected in (("output", audio), ("input", -audio)):
        heard, rate = soundfile.read(recorder.take / f"{name}.wav", dtype="float32")
        assert rate == 44100
        np.testing.assert_array_equal(heard, expected)


def test_the_switch_starts_and_stops(recorder, memory):
    session = recorder.session
    session.set("record/on", True, source="test")
    memory.tapes["output"].append(0, noise(100))
    session.set("record/on", False, source="test")
    assert len(soundfile.read(recorder.take / "output.wav")[0]) == 100


def test_a_folder_cannot_leave_the_recordings(recorder):
    for folder in ("../elsewhere", "/tmp/elsewhere"):
        with pytest.raises(CommandError, match="leaves"):
            asyncio.run(recorder.start(folder))


@pytest.fixture
def nowhere(recorder):
    """The recorder with a file where its folder should be, which stops even root."""
    recorder.folder = recorder.folder / "taken"
    recorder.folder.touch()
    return recorder


def test_a_switch_that_cannot_record_is_refused_and_stays_off(nowhere):
    session = nowhere.session
    with pytest.raises(CommandError, match=r"cannot record into .*taken: Not a directory"):
        session.set("record/on", True, source="test")
    assert session.get("record/on") is False
    with pytest.raises(CommandError, match="cannot record"):
        asyncio.run(nowhere.start())
    nowhere.folder.unlink()
    session.set("record/on", True, source="test")
    assert nowhere.take is not None and session.get("record/on") is True
    nowhere.close()


def test_a_cue_that_cannot_record_is_told_in_one_sentence_and_the_row_goes_back(nowhere, memory, caplog):
    session = nowhere.session
    session.set("record/on", True, source="cue:a", frame=1000)
    memory.board.playhead = 1000
    session.refresh()
    assert session.get("record/on") is False
    assert [record.exc_info for record in caplog.records] == [None]
    assert "cannot record into" in caplog.text


def test_beginning_does_not_disturb_a_recording_that_runs(recorder, memory):
    asyncio.run(recorder.start("mine"))
    take = recorder.take
    memory.tapes["output"].append(0, noise(100))
    recorder.begin()
    assert recorder.take == take
    recorder.close()
    assert len(soundfile.read(take / "output.wav")[0]) == 100


def test_a_folder_is_tried_before_the_show(tmp_path):
    check_folder(tmp_path / "new" / "takes")
    assert list((tmp_path / "new" / "takes").iterdir()) == []
    for folder in (Path("/proc/takes"), Path(__file__)):
        with pytest.raises(ConfigError, match=f"--record {folder}: cannot be written: .*name another folder"):
            check_folder(folder)


def test_stop_without_start_says_so(recorder):
    with pytest.raises(CommandError, match="not recording"):
        asyncio.run(recorder.stop())


def test_two_takes_of_one_second_are_two(recorder, memory):
    takes = []
    for seed in (1, 2):
        recorder.begin()
        memory.tapes["output"].append(memory.tapes["output"].end_frame, noise(100, seed))
        recorder.close()
        takes.append(recorder.take)
    for seed, take in zip((1, 2), takes, strict=True):
        np.testing.assert_array_equal(soundfile.read(take / "output.wav", dtype="float32")[0], noise(100, seed))


def test_each_take_is_told_once_its_folder_is_there(recorder):
    takes = []
    recorder.on_take = lambda take: takes.append((take, (take / "output.wav").exists()))
    recorder.begin()
    recorder.begin()
    recorder.close()
    assert takes == [(recorder.take, True)]


# --- decks by themselves ---------------------------------------------------------------------------------


class Stage:
    """Tapes and rings as an audio process and decks would use them, and a recorder that ticks beside them."""

    def __init__(self, recorder, memory):
        self.recorder, self.memory, self.frame = recorder, memory, 0

    def play(self, audio):
        """The device takes so much more."""
        for name, sound in (("output", audio), ("input", -audio)):
            self.memory.tapes[name].append(self.frame, sound)
        self.frame += len(audio)
        self.memory.board.playhead = self.frame
        for ring in self.memory.rings:
            ring.consume(self.frame)

    def play_on(self, audio, step=441):
        """Go on for as long as ``audio`` lasts, a tick every buffer."""
        for at in range(0, len(audio), step):
            self.play(audio[at : at + step])
            self.recorder.tick()


@pytest.fixture
def stage(recorder, memory):
    return Stage(recorder, memory)


def read(take, name):
    return soundfile.read(take / f"{name}.wav", dtype="float32")[0]


def test_stems_hold_what_each_ring_gave_on_the_timeline_of_the_output(stage, recorder, memory):
    recorder.session.set("record/stems", True, source="test")
    first, second = noise(60_000, 1), noise(30_000, 2)
    memory.rings[0].write(first)
    stage.play_on(noise(5_000))
    recorder.begin()
    stage.play_on(noise(20_000, 3))
    memory.rings[1].start_at(stage.frame + 777)
    memory.rings[1].write(second)
    stage.play_on(noise(40_000, 4))
    recorder.close()
    begin, end = 5_000, 65_000
    expected = {name: np.zeros((end, 2), np.float32) for name in ("deck0", "deck1")}
    expected["deck0"][:60_000] = first
    expected["deck1"][25_777:55_777] = second
    assert len(read(recorder.take, "output")) == len(read(recorder.take, "input")) == end - begin
    for name, audio in expected.items():
        np.testing.assert_array_equal(read(recorder.take, name), audio[begin:end])
    assert recorder.session.get("record/lost") == 0


def test_what_was_made_anew_before_it_was_heard_is_what_a_stem_holds(stage, recorder, memory):
    recorder.session.set("record/stems", True, source="test")
    ring, expected = memory.rings[0], noise(60_000, 1)
    ring.write(expected)
    recorder.begin()
    stage.play_on(noise(10_000))
    at, anew = stage.frame + 2_000, noise(45_000, 2)
    assert ring.splice(at, anew, 200)
    expected[at + 200 : at + 45_000] = anew[200:]
    stage.play_on(noise(40_000))
    recorder.close()
    heard = read(recorder.take, "deck0")
    np.testing.assert_array_equal(heard[:at], expected[:at])
    np.testing.assert_array_equal(heard[at + 200 : 50_000], expected[at + 200 : 50_000])


def test_a_ring_that_begins_anew_does_not_take_the_end_of_its_last_stretch_with_it(stage, recorder, memory):
    recorder.session.set("record/stems", True, source="test")
    ring, before, after = memory.rings[0], noise(30_000, 1), noise(30_000, 2)
    ring.write(before)
    recorder.begin()
    stage.play_on(noise(8_820))
    stage.play(noise(441))  # heard, and not recorded when the deck is replaced
    ring.start_at(stage.frame + 1_000)
    ring.write(after)
    stage.play_on(noise(20_000))
    recorder.close()
    heard = read(recorder.take, "deck0")
    np.testing.assert_array_equal(heard[:9_261], before[:9_261])
    assert not heard[9_261 + 441 : 10_261].any()
    np.testing.assert_array_equal(heard[10_261:29_261], after[:19_000])


def test_what_a_ring_wrote_over_before_it_was_recorded_is_silent_counted_and_told(stage, recorder, memory, caplog):
    recorder.session.set("record/stems", True, source="test")
    ring, audio = memory.rings[0], noise(400_000, 1)
    recorder.begin()
    lead, late = 200_000, 300_000
    for at in range(0, late + lead, 20_000):
        assert ring.write(np.roll(audio, -at, axis=0)[:20_000])
        if at >= lead:
            stage.play(noise(20_000, at))
    ring.write(noise(ring.free_frames - 100_000))
    gone = stage.frame - ring.capacity_frames + (ring.write_frame - stage.frame)
    assert 0 < gone < stage.frame
    recorder.tick()
    recorder.close()
    heard = read(recorder.take, "deck0")
    assert not heard[:gone].any()
    np.testing.assert_array_equal(heard[gone:], audio[gone : stage.frame])
    assert recorder.session.get("record/lost") == gone
    assert caplog.text.count("hole of silence") == 1
    assert len(heard) == len(read(recorder.take, "output")) == stage.frame


def test_a_tape_that_was_overtaken_leaves_silence_and_keeps_the_time(recorder, memory, stage):
    recorder.begin()
    capacity = memory.tapes["output"].capacity_frames
    audio = noise(capacity, 5)
    for at in range(0, capacity, 50_000):
        stage.play(audio[at : at + 50_000])
    recorder.close()
    heard = read(recorder.take, "output")
    assert len(heard) == capacity
    assert not heard[: capacity // 2].any()
    np.testing.assert_array_equal(heard[capacity // 2 :], audio[capacity // 2 :])
    assert recorder.session.get("record/lost") == 2 * (capacity // 2)  # of two tracks


def test_whatever_a_deck_does_its_stem_is_what_the_mixer_got(memory):
    """Blocks, tails made anew and new beginnings, in any order: frame by frame what ``read_into`` gave, and silence."""
    random, ring, buffer = np.random.default_rng(11), memory.rings[0], 256
    ring.guard_frames = 2 * buffer
    track, got, recorded, restarts = RingTrack(ring), [], [], 0
    behind = 9 * buffer
    for frame in range(0, 3000 * buffer, buffer):
        deed = random.random()
        if deed < 0.01:
            ring.start_at(frame + int(random.integers(buffer, 40 * buffer)))
            restarts += 1
        elif deed < 0.15 and ring.write_frame - ring.changeable_frame > 500:
            at = int(random.integers(ring.changeable_frame, ring.write_frame))
            assert ring.splice(at, noise(int(random.integers(500, 9_000)), frame), 100)
        if ring.write_frame < frame + 60_000:
            ring.write(noise(int(random.integers(1_000, 9_000)), frame + 1))
        out = np.empty((buffer, 2), np.float32)
        ring.read_into(frame, out)
        got.append(out)
        ring.consume(frame + buffer)
        if frame >= behind:
            audio, lost = track.read(frame - behind, buffer)
            assert lost == 0
            recorded.append(audio)
    heard, stem = np.concatenate(got)[: len(recorded) * buffer], np.concatenate(recorded)
    other = (heard != stem).any(axis=1)
    # When a ring begins anew, one buffer may be asked for before the track looks; and a stretch is heard from its
    # first whole buffer on.
    assert restarts > 10 and other.sum() <= 2 * restarts * buffer
    assert (heard != 0).mean() > 0.7


def test_without_the_input_there_is_no_input(stage, recorder):
    recorder.session.set("record/input", False, source="test")
    recorder.begin()
    stage.play_on(noise(5_000))
    recorder.close()
    assert sorted(path.name for path in recorder.take.iterdir()) == ["output.wav", "pieces.jsonl"]


# --- marks and pieces ------------------------------------------------------------------------------------


def labels(path):
    """(seconds, name) of each line that Audacity would read."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert all(begin == end for begin, end, _ in rows)
    return [(float(begin), text) for begin, _, text in rows]


def test_cues_stand_in_the_file_and_beside_it(stage, recorder, memory):
    stage.play_on(noise(4_410))
    recorder.begin()
    recorder.mark(4_410 + 1_000, "1 bells")
    recorder.mark(4_410 + 30_000, "2\tlift\n")
    stage.play_on(noise(20_000))
    take = recorder.take
    assert labels(take / "labels.txt") == [(pytest.approx(1_000 / 44_100, abs=1e-6), "1 bells")]
    stage.play_on(noise(20_000))
    recorder.mark(10**7, "never heard")
    recorder.close()
    expected = [(1_000, "1 bells"), (30_000, "2 lift")]
    for name in ("output", "input"):
        assert marks_of(take / f"{name}.wav") == expected
    assert labels(take / "labels.txt") == [(pytest.approx(at / 44_100, abs=1e-6), text) for at, text in expected]


def test_a_cue_of_the_show_is_marked_where_it_was_heard(stage, recorder):
    recorder.begin()
    stage.play_on(noise(10_000))
    recorder.session.tell(Fired("lift", "2", "Floor", 10_000, 3, "show"))
    stage.play_on(noise(10_000))
    recorder.close()
    assert marks_of(recorder.take / "output.wav") == [(10_000, "2 lift")]


def test_a_take_is_cut_at_songs_to_the_sample_and_each_piece_has_its_own_cues(stage, recorder):
    recorder.session.set("record/split", "song", source="test")
    recorder.begin()
    audio = noise(50_000, 7)
    recorder.song_begins(0)
    recorder.mark(0, "One")
    stage.play_on(audio[:20_000])
    recorder.mark(19_500, "Two")
    recorder.song_begins(19_500)  # a little after it was heard
    stage.play_on(audio[20_000:])
    recorder.mark(45_000, "late")
    recorder.close()
    take = recorder.take
    np.testing.assert_array_equal(read(take, "output"), audio[:19_500])
    np.testing.assert_array_equal(read(take, "output-2"), audio[19_500:])
    np.testing.assert_array_equal(read(take, "input-2"), -audio[19_500:])
    assert marks_of(take / "output.wav") == [(0, "One")]
    assert marks_of(take / "output-2.wav") == [(0, "Two"), (25_500, "late")]
    assert labels(take / "labels-2.txt")[0] == (0.0, "Two")
    pieces = [json.loads(line) for line in (take / "pieces.jsonl").read_text().splitlines()]
    assert [(piece["piece"], piece["frame"], piece["take_frame"]) for piece in pieces] == [
        (1, 0, 0),
        (2, 19_500, 19_500),
    ]


def test_a_take_is_cut_by_the_clock_and_where_a_file_is_full(stage, recorder, monkeypatch):
    monkeypatch.setitem(recording.PIECE_S, "hour", 0.5)
    recorder.session.set("record/split", "hour", source="test")
    recorder.begin()
    audio = noise(70_000, 8)
    stage.play_on(audio[:50_000])
    recorder.session.set("record/split", "off", source="test")
    recorder._open_take.piece._files["input"][0]._limit_frames = 10_000
    stage.play_on(audio[50_000:])
    recorder.close()
    parts = [read(recorder.take, name) for name in ("output", "output-2", "output-3", "output-4")]
    assert [len(part) for part in parts] == [22_050, 22_050, 10_000, 70_000 - 54_100]
    np.testing.assert_array_equal(np.concatenate(parts), audio)


def test_a_song_without_that_wish_cuts_nothing(stage, recorder):
    recorder.begin()
    stage.play_on(noise(10_000))
    recorder.session.publish("show/song", "Two")
    stage.play_on(noise(10_000))
    recorder.close()
    assert len(read(recorder.take, "output")) == 20_000


def test_a_take_goes_on_in_another_piece_after_a_crash(stage, recorder, memory, tmp_path, monkeypatch):
    recorder.begin()
    stage.play_on(noise(44_100))
    take = recorder.take
    crashed = shutil.copytree(take, tmp_path / "crashed")  # as a killed program leaves it: nothing was closed
    recorder.close()
    now_s = time.time() + 60.0
    monkeypatch.setattr(time, "time", lambda: now_s)
    recorder.begin(take=crashed)
    again = noise(30_000, 9)
    recorder.mark(stage.frame + 10, "again")
    stage.play_on(again)
    recorder.close()
    assert 44_100 - 4_410 <= len(read(crashed, "output")) <= 44_100
    np.testing.assert_array_equal(read(crashed, "output-2"), again)
    assert marks_of(crashed / "output-2.wav") == [(10, "again")]
    first, second = [json.loads(line) for line in (crashed / "pieces.jsonl").read_text().splitlines()]
    assert (second["piece"], second["frame"]) == (2, 44_100)
    assert second["take_frame"] == pytest.approx(44_100 * (now_s - first["time_s"]), abs=44_100 * 0.01)


def test_a_take_whose_list_of_pieces_is_lost_is_not_written_over(stage, recorder, tmp_path):
    recorder.begin()
    stage.play_on(noise(10_000, 1))
    recorder.close()
    take = recorder.take
    (take / "pieces.jsonl").write_text("{cut")
    (take / "deck0-2.flac").touch()
    recorder.session.set("record/stems", True, source="test")
    recorder.begin(take=take)
    stage.play_on(noise(10_000, 2))
    recorder.close()
    np.testing.assert_array_equal(read(take, "output"), noise(10_000, 1))
    np.testing.assert_array_equal(read(take, "output-3"), noise(10_000, 2))


# --- the disk --------------------------------------------------------------------------------------------


@pytest.fixture
def disk(monkeypatch):
    """A disk with as much room as is said."""

    class Disk:
        free = 10**12

    monkeypatch.setattr(disk_keeper, "SYNC_S", 0.01)
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=Disk.free))
    return Disk


def until(condition, act=lambda: None, limit_s=10.0):
    end_s = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end_s
        act()
        time.sleep(0.01)


def test_room_is_told_warned_of_once_and_ends_the_recording_in_order(stage, recorder, disk, caplog):
    session, rate = recorder.session, 2 * 8 * 44_100
    until(lambda: session.get("record/free") > 0, recorder.tick)
    assert session.get("record/free") == 10**6
    assert session.get("record/left_s") == pytest.approx((10**12 - KEPT_BYTES) / rate, rel=1e-6)
    session.set("record/stems", True, source="test")
    recorder.tick()
    assert session.get("record/left_s") == pytest.approx((10**12 - KEPT_BYTES) / rate / 2, rel=1e-6)
    recorder.begin()
    recorder.mark(100, "kept")
    stage.play_on(noise(10_000))
    disk.free = KEPT_BYTES + 2 * rate * 300
    until(lambda: "room for 5 more minutes" in caplog.text, recorder.tick)
    recorder.tick()
    assert caplog.text.count("more minutes") == 1 and session.get("record/on") is True
    disk.free = KEPT_BYTES
    until(lambda: not session.get("record/on"), recorder.tick)
    assert "nearly full: the recording ends here; the show goes on" in str(session.get("status/incident"))
    stage.play_on(noise(10_000))
    recorder.close()
    assert len(read(recorder.take, "output")) == 10_000
    assert marks_of(recorder.take / "output.wav") == [(100, "kept")]


def test_a_recording_that_could_not_last_is_refused(recorder, disk):
    disk.free = KEPT_BYTES + 1000
    with pytest.raises(CommandError, match=r"cannot record: 200 MB are free on the disk, of which 200 are kept"):
        recorder.begin()
    assert not list(recorder.folder.iterdir()) and recorder.session.get("record/on") is False


def test_a_disk_that_takes_seconds_holds_nobody_up(stage, recorder, disk, monkeypatch):
    """Ticks go on while the disk does not answer; what was written is synced when it does."""
    answered, asked = threading.Event(), threading.Event()

    def slow(file):
        asked.set()
        assert threading.current_thread() is not threading.main_thread()
        assert answered.wait(20)
        os.fsync(file)

    monkeypatch.setattr(wav, "sync_data", slow)
    recorder.begin()
    until(asked.is_set, recorder.tick)
    recorder.mark(50, "a")
    stage.play_on(noise(50_000))
    asyncio.run(recorder.stop())
    heard = soundfile.read(recorder.take / "output.wav", dtype="float32")[0]
    assert len(heard) == 50_000 and marks_of(recorder.take / "output.wav") == []
    answered.set()
    recorder.close()
    assert marks_of(recorder.take / "output.wav") == [(50, "a")]


def test_a_disk_that_fails_to_sync_ends_the_recording_and_says_so(stage, recorder, disk, monkeypatch):
    def broken(file):
        raise OSError(5, "Input/output error")

    recorder.begin()
    stage.play_on(noise(5_000))
    monkeypatch.setattr(wav, "sync_data", broken)
    until(lambda: not recorder.session.get("record/on"), lambda: stage.play_on(noise(441)))
    assert "Input/output error; the show goes on" in str(recorder.session.get("status/incident"))
    monkeypatch.undo()
    recorder.begin()
    stage.play_on(noise(5_000))
    recorder.tick()
    assert recorder.session.get("record/on") is True


def test_no_handle_is_left_open(stage, recorder):
    def handles():
        return len(list(Path("/proc/self/fd").iterdir()))

    before = handles()
    recorder.session.set("record/split", "song", source="test")
    recorder.session.set("record/stems", True, source="test")
    for _ in range(3):
        recorder.begin()
        stage.play_on(noise(3_000))
        recorder.mark(stage.frame, "a")
        recorder.song_begins(stage.frame)
        stage.play_on(noise(6_000))
        recorder.close()
    assert handles() == before
