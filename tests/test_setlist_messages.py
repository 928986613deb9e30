"""Messages as text: exactly those that mido and OSC know are taken."""

import pytest

from lmdmd.control.session import Session
from lmdmd.control.setlist_messages import MIDI_FIELDS, OWN, midi_parts, midi_text, osc_parts
from lmdmd.errors import SetlistError
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_dialects import QLAB_VERBS, qlab_cue


def test_midi_messages_are_those_that_mido_reads():
    mido = pytest.importorskip("mido")
    specs = {spec["type"]: set(spec["value_names"]) for spec in mido.messages.specs.SPECS}
    assert {kind: set(fields) for kind, fields in MIDI_FIELDS.items()} == specs
    for kind, fields in MIDI_FIELDS.items():
        for end in (0, 1):
            values = {name: (span[end],) * 3 if name == "data" else span[end] for name, span in fields.items()}
            message = mido.Message.from_str(midi_text(kind, values))
            assert {name: getattr(message, name) for name in values} == values
            assert midi_parts(midi_text(kind, values)) == (kind, values)
        for name, (_, hi) in fields.items():
            wrong = f"{kind} {name}=({hi + 1})" if name == "data" else f"{kind} {name}={hi + 1}"
            with pytest.raises(SetlistError, match=str(hi)):
                midi_parts(wrong)
            with pytest.raises(ValueError):
                mido.Message.from_str(wrong)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", '"" is not a MIDI message'),
        ("note_on nota=1", 'note_on has no "nota"; did you mean "note"?'),
        ("note_on note", '"note" is not a field such as channel=0'),
        ("note_on note=", "note= must be a whole number"),
        ("clock now=1", 'clock has no "now": it has no fields'),
        ("sysex data=1", r"data=1 must be data=\(1,2,3\), each 0 to 127"),
        ("sysex data=()", "must be data="),
        ("note_on note=1 note=2", '"note" is given twice'),
        ("note_on time=1", 'note_on has no "time"'),
    ],
)
def test_a_midi_message_that_is_none_is_told(text, words):
    with pytest.raises(SetlistError, match=words):
        midi_parts(text)


def test_an_osc_message_is_an_address_and_arguments():
    said = '/cue/thunder 1 -2.5 1e3 word "two words" 99999999999 1.5.2'
    assert osc_parts(said) == ("/cue/thunder", (1, -2.5, 1000.0, "word", "two words", "99999999999", "1.5.2"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "thunder",
        "/",
        "/a//b",
        "/a/",
        "/a*",
        "/a 'c",
        "/a?",
        "/ä",
        "/a{b,c}",
        "/a[1]",
        "#bundle",
        "/a,b",
        "/a#",
        '"/a b"',
    ],
)
def test_an_osc_message_that_is_none_is_refused(text):
    with pytest.raises(SetlistError, match="is not an OSC"):
        osc_parts(text)


def test_no_cue_waits_for_what_the_program_itself_answers():
    desk = OscDesk(Session())
    own = {*desk.handlers, *QLAB_VERBS, "/cue/7/start", "/lmdm", "/lmdm/mine"}
    assert {address for address in own if not OWN.match(address)} == set()
    assert qlab_cue("/cue/7/start") == "7"
    free = {"/cue/thunder", "/cue/7/stop", "/gong", "/go/on", "/lmdmx", "/jam/go", "/cue/a/start/now"}
    assert {address for address in free if OWN.match(address)} == set()
