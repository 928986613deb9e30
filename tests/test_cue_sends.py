"""Messages that cues send: they arrive whole and on time, and what cannot be sent disturbs nobody."""

import socket

import pytest
from pythonosc.osc_message import OscMessage
from show_stage import Stage, at, setlist, song

from lmdmd.control.cue_sends import CueSends, osc_packet
from lmdmd.control.events import Incident
from lmdmd.control.setlist import Send


@pytest.fixture
def lights():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5.0)
        yield receiver


def target(receiver):
    return f"127.0.0.1:{receiver.getsockname()[1]}"


def received(receiver):
    message = OscMessage(receiver.recv(2048))
    return message.address, message.params


def test_a_message_is_written_as_osc():
    message = OscMessage(osc_packet('/lights/go 3 0.5 "two words" -1e3 1.10'))
    assert (message.address, message.params) == ("/lights/go", [3, 0.5, "two words", -1000.0, pytest.approx(1.1)])


def test_a_cue_sends_when_the_playhead_comes_to_it(board, lights):
    cue = at(2, "a", sends=(Send("osc", target(lights), "/lights/go 3"), Send("osc", target(lights), "/fog 0.5")))
    stage = Stage(board, setlist(song(cue))).to(1.99)
    lights.setblocking(False)
    with pytest.raises(BlockingIOError):
        lights.recv(2048)
    lights.settimeout(5.0)
    stage.to(2.0)
    assert [received(lights), received(lights)] == [("/lights/go", [3]), ("/fog", [0.5])]
    stage.show.close()


def test_a_jump_sends_what_its_own_cue_does_and_nothing_from_before(board, lights):
    first = at(2, "a", sends=(Send("osc", target(lights), "/a"),))
    second = at(4, "b", sends=(Send("osc", target(lights), "/b"),))
    stage = Stage(board, setlist(song(first, second))).to(1.0)
    stage.show.jump("b")
    stage.to(1.5)
    stage.show.jump("a", frame=stage.board.playhead)
    stage.show.close()
    assert [received(lights)[0], received(lights)[0]] == ["/b", "/a"]


def test_what_cannot_be_sent_is_told_once_and_disturbs_nothing(board, lights):
    cues = [
        at(
            1 + index,
            f"c{index}",
            set={"gen/cfg": float(index)},
            sends=(
                Send("osc", "127.0.0.1:0", "/lost"),
                Send("midi", "no such port", "program_change channel=0 program=5"),
                Send("osc", target(lights), f"/heard {index}"),
            ),
        )
        for index in range(3)
    ]
    stage = Stage(board, setlist(song(*cues))).to(4.0)
    assert [received(lights) for _ in range(3)] == [("/heard", [index]) for index in range(3)]
    stage.to(4.5)
    told = sorted(event.text for event in stage.told(Incident))
    assert len(told) == 2
    assert told[0].startswith("midi to no such port: ") and told[1].startswith("osc to 127.0.0.1:0: ")
    assert all(text.endswith("the show goes on") for text in told)
    assert stage.get("gen/cfg") == 2.0
    stage.show.close()


def test_a_target_that_hangs_loses_messages_and_holds_up_nobody(monkeypatch):
    sends = CueSends()
    release = socket.socketpair()
    monkeypatch.setattr(sends, "_midi", lambda send: release[0].recv(1))
    for index in range(1200):
        sends.send(Send("midi", "stuck", f"note_on note={index % 128}"))
    (told,) = sends.take_failures()
    assert told.startswith("midi to stuck: it hangs")
    release[1].close()
    release[0].close()


def test_nothing_is_started_for_a_show_that_sends_nothing(board):
    stage = Stage(board, setlist(song(at(1)))).to(2.0)
    assert stage.show.sends._thread is None
