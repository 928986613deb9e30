"""Ableton Link with a real second peer in the session: who joins changes nothing, and follows everything."""

import asyncio
import sys
import time

import pytest
from show_stage import Deck

from lmdmd.control.link_clock import LinkClock
from lmdmd.control.session import Session
from lmdmd.control.show import Show
from lmdmd.control.sync import Sync
from lmdmd.errors import CommandError, SyncError
from lmdmd.rt.board import Board

RATE, BUFFER = 48000, 256
OLD_S = 0.7
"""A session younger than half a second is nobody's yet, by Link's own rule."""

MEETING_S = 10.0
JOINS = 6


@pytest.fixture
def aalink():
    return pytest.importorskip("aalink", reason='the package aalink is not installed: pip install "lmdmd[sync]"')


async def until(what):
    deadline_s = time.monotonic() + MEETING_S
    while not what():
        if time.monotonic() > deadline_s:
            pytest.skip("Link peers do not meet here: there is no multicast")
        await asyncio.sleep(0.005)


async def old_session(aalink, tempo):
    peer = aalink.Link(tempo)
    peer.enabled = True
    await asyncio.sleep(OLD_S)
    return peer


async def join_and_leave(peer, tempo):
    """Tempi of the session, as both sides see it while another one comes and goes."""
    ours, seen = LinkClock(tempo, 1.5, 4), set()

    def joined():
        seen.add(round(peer.tempo, 2))
        return ours.line(time.monotonic(), 4)

    await until(joined)
    seen |= {round(peer.tempo, 2), round(joined().tempo_bpm, 2)}
    ours.close()
    await until(lambda: not peer.num_peers)
    return seen | {round(peer.tempo, 2)}


def test_joining_never_changes_the_tempo_of_a_session(aalink):
    async def join():
        peer = await old_session(aalink, 97.0)
        seen = [await join_and_leave(peer, 140.0 + number) for number in range(JOINS)]
        peer.enabled = False
        return seen

    assert asyncio.run(join()) == [{97.0}] * JOINS


class Stage:
    """A session whose playhead is the time of day, and a second peer."""

    def __init__(self, board, aalink_peer):
        self.board, self.peer = board, aalink_peer
        self.session = Session(board, None, RATE)
        self.session.outlets.append(Deck())
        self.show = Show(self.session)
        self.show.arm()
        self.begun_s = time.monotonic()
        later = asyncio.get_running_loop().call_later
        self.sync = Sync(self.session, self.show, BUFFER, later)

    async def run(self, seconds):
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self.board.playhead = (int((time.monotonic() - self.begun_s) * RATE) // BUFFER + 1) * BUFFER
            self.show.tick(self.board.playhead)
            self.sync.tick()
            await asyncio.sleep(0.02)

    async def meet(self):
        self.session.set("clock/source", "link", source="test")
        end_s = time.monotonic() + MEETING_S
        while not self.session.get("clock/peers"):
            if time.monotonic() > end_s:
                pytest.skip("Link peers do not meet here: there is no multicast")
            await self.run(0.1)

    def apart_beats(self):
        """How far our beat, as it is heard now, is from the peer's, within a bar."""
        frame = self.sync.frame_time.frame_at(time.monotonic())
        return (self.show.clock.beats_at(frame) - self.peer.beat + 2.0) % 4.0 - 2.0


@pytest.fixture
def play(aalink):
    board = Board.create(RATE)

    async def begin(script, tempo):
        peer = await old_session(aalink, tempo)
        peer.quantum = 4.0
        stage = Stage(board, peer)
        try:
            await script(stage)
        finally:
            stage.sync.close()
            peer.enabled = False

    yield lambda script, tempo: asyncio.run(begin(script, tempo))
    board.close()
    board.unlink()


def test_the_show_takes_over_tempo_and_bar_of_the_session(play):
    async def script(stage):
        await stage.run(0.5)
        await stage.meet()
        await stage.run(4.0)
        assert stage.session.get("clock/tempo") == pytest.approx(131.0, abs=0.01)
        assert abs(stage.apart_beats()) < 0.03
        stage.peer.tempo = 100.0
        await stage.run(1.5)
        assert stage.session.get("clock/tempo") == pytest.approx(100.0, abs=0.01)
        assert abs(stage.apart_beats()) < 0.03
        assert stage.peer.tempo == pytest.approx(100.0, abs=0.01)

    play(script, 131.0)


def test_a_tempo_of_ours_goes_out_only_by_leave(play):
    async def script(stage):
        await stage.run(0.5)
        await stage.meet()
        await stage.run(0.5)
        with pytest.raises(SyncError, match="clock/link_send"):
            stage.session.set("clock/tempo", 80.0, source="tablet")
        with pytest.raises(CommandError, match="Link session's"):
            await stage.session.do("clock/downbeat", source="test")
        # A cue that has it planned is played over by the session.
        stage.session.set("clock/tempo", 80.0, source="cue:x", frame=stage.board.playhead + 1000)
        await stage.run(1.0)
        assert stage.peer.tempo == pytest.approx(111.0, abs=0.01)
        assert stage.session.get("clock/tempo") == pytest.approx(111.0, abs=0.01)
        stage.session.set("clock/link_send", True, source="tablet")
        stage.session.set("clock/tempo", 80.0, source="tablet")
        await stage.run(1.0)
        assert stage.peer.tempo == pytest.approx(80.0, abs=0.01)
        assert stage.session.get("clock/tempo") == pytest.approx(80.0, abs=0.01)

    play(script, 111.0)


def test_alone_tempo_and_bar_are_ours_and_go_to_whoever_joins(aalink):
    async def script(board):
        stage = Stage(board, None)
        await stage.run(0.5)
        stage.session.set("clock/source", "link", source="test")
        stage.session.set("clock/tempo", 77.0, source="tablet")
        await stage.run(OLD_S)
        await stage.session.do("clock/downbeat", source="test")
        stage.peer = aalink.Link(150.0)
        stage.peer.quantum = 4.0
        stage.peer.enabled = True
        await stage.meet()
        await stage.run(0.5)
        told = stage.peer.tempo, stage.session.get("clock/tempo"), stage.apart_beats(), len(stage.show.clock.anchors)
        stage.sync.close()
        stage.peer.enabled = False
        return told

    board = Board.create(RATE)
    try:
        tempo, ours, apart_beats, anchors = asyncio.run(script(board))
        assert (tempo, ours) == pytest.approx((77.0, 77.0), abs=0.01)
        assert abs(apart_beats) < 0.03
        assert anchors <= 2
    finally:
        board.close()
        board.unlink()


def test_without_the_package_link_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "aalink", None)
    with pytest.raises(SyncError, match=r'pip install "lmdmd\[sync\]"'):
        LinkClock(120.0, 0.0, 4)
