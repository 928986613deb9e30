"""A monitor's picture: made from a state alone, as text of exactly the terminal's size."""

from __future__ import annotations

import io
import json

import pytest
from rich.cells import cell_len
from rich.console import Console

from lmdmd.params import PARAMS
from lmdmd.surfaces.monitor_lines import json_line, line, note_line
from lmdmd.surfaces.monitor_parts import block_chart, block_line, clock, countdown, lead_bar, meter_bar
from lmdmd.surfaces.monitor_state import GONE, HERE, REFUSED, SILENT_S, BlockTime, MonitorState, Note, plain
from lmdmd.surfaces.monitor_view import view

SMALL, BIG = (80, 24), (200, 60)
ROWS = {
    "show/title": "Four rooms",
    "show/song": "Floor",
    "show/cue": "door",
    "show/notes": "Let the pads breathe.",
    "show/next": "full",
    "show/next_number": "4",
    "show/next_notes": "Only if they are dancing.",
    "show/next_model": "lantern",
    "show/next_model_state": "loading",
    "show/armed": "full",
    "show/armed_in_s": 7.25,
    "show/armed_in_beats": 15.0,
    "show/remaining": 81.3,
    "show/remaining_all": 3675.0,
    "show/elapsed": 41.0,
    "clock/bar": 12,
    "clock/beat": 3.4,
    "clock/tempo": 124.0,
    "deck/0/state": "live",
    "deck/0/model": "pocket",
    "deck/0/lead": 1.48,
    "deck/0/commit": 0.13,
    "deck/0/factor": 0.21,
    "deck/0/block_p50": 98.0,
    "deck/0/block_p95": 112.0,
    "deck/0/block_lasts": 464.4,
    "deck/0/block_took": 97.0,
    "deck/1/state": "ready",
    "deck/1/model": "lantern",
    "deck/1/lead": -31.0,
    "meter/out/l": -12.3,
    "meter/out/r": -10.1,
    "status/knob_p50": 138.0,
    "status/knob_p95": 181.0,
    "status/underruns": 3,
    "status/concealed": 40.0,
    "status/xruns": 5,
    "status/restarts": 2,
    "status/memory": 812.0,
    "osc/peers": 4,
    "osc/listeners": 2,
    "osc/in_rate": 12.0,
    "osc/out_rate": 310.0,
    "osc/busiest": "osc:127.0.0.1:4000 12/s",
    "prompt/0/text": "warm pads",
}


def told(rows: dict, now_s: float = 1.0) -> MonitorState:
    state = MonitorState("127.0.0.1:9000")
    for name, value in rows.items():
        state.hear(f"/lmdm/{name}", (value,), now_s)
    return state


def picture(state: MonitorState, size: tuple[int, int], now_s: float = 1.5, colours: bool = False) -> str:
    width, height = size
    file = io.StringIO()
    console = Console(width=width, height=height, file=file, force_terminal=colours, legacy_windows=False)
    console.print(view(state, now_s, width, height), height=height, end="")
    return file.getvalue()


@pytest.mark.parametrize("size", [SMALL, BIG])
def test_it_tells_what_a_performer_asks_first(size):
    state = told(ROWS)
    state.hear("/lmdm/incident", (32.5, "deck 0 died (killed), a new one starts; the sound goes on"), 1.0)
    shown = picture(state, size)
    for words in (
        "Four rooms",
        "12.3  124.0 bpm",
        "Floor",
        "song -1:21  show -1:01:15",
        "door",
        "Let the pads breathe.",
        "4  full",
        "in 7.2 s",
        "15 beats",
        "Only if they are dancing.",
        "lantern loading",
        "live",
        "1.48 / 1.50 s",
        "21 %",
        "loaded, waits",
        "98 p95 112 of 464 ms",
        "-12.3 dB",
        "knob to ear 138 ms p95 181 ms",
        "underruns 3  concealed 40 ms  xruns 5",
        "restarts 2",
        "812 MB",
        "4 clients, 2 listen   in 12/s  out 310/s",
        "osc:127.0.0.1:4000 12/s",
        "0:32  deck 0 died (killed), a new one starts; the sound goes on",
    ):
        assert words in shown, words
    assert "-31" not in shown
    assert ("warm pads" in shown) == (size == BIG)


@pytest.mark.parametrize("size", [SMALL, BIG, (40, 10), (80, 60), (132, 40), (300, 90), (1, 1), (200, 12)])
@pytest.mark.parametrize(
    "rows", [{}, ROWS, {name: "語" * 300 if isinstance(ROWS[name], str) else 9e9 for name in ROWS}]
)
def test_it_fits_every_size_whatever_it_is_told(size, rows):
    state = told(rows)
    for number in range(100):
        state.hear("/lmdm/incident", (float(number), f"{number} " + "far too long " * 40), 1.0)
    lines = picture(state, size).removesuffix("\n").split("\n")
    assert len(lines) <= size[1]
    assert all(cell_len(one) <= size[0] for one in lines)


def test_a_program_without_a_setlist_says_so():
    assert "played by hand" in picture(told({"deck/0/state": "live"}), SMALL)


@pytest.mark.parametrize("size", [SMALL, BIG])
def test_a_banner_says_that_the_program_is_gone_and_nothing_keeps_its_colour(size):
    state = told(ROWS, 10.0)
    assert "NO PROGRAM" not in picture(state, size, 11.0)
    state.look(10.0 + SILENT_S + 0.1)
    assert state.link == GONE
    shown = picture(state, size, 20.0 + SILENT_S)
    assert "NO PROGRAM at 127.0.0.1:9000 for 0:09" in shown and "Floor" in shown
    assert "\x1b[32m" in picture(told(ROWS), size, colours=True)
    assert "\x1b[32m" not in picture(state, size, colours=True)
    state.hear("/lmdm/clock/bar", (13,), 40.0)
    assert "NO PROGRAM" not in picture(state, size, 40.0)
    assert [note.text for note in state.notes][-1] == "in touch again after 27 s"


def test_who_may_not_look_is_told_why():
    state = MonitorState("127.0.0.1:9000")
    assert "no answer from 127.0.0.1:9000 for 0:05" in picture(state, SMALL, 5.0)
    state.hear("/lmdm/fail", ("listen", "listen: needs view, you have none; send /lmdm/login and a passcode"), 6.0)
    assert state.link == REFUSED
    assert "tells nothing: listen: needs view" in picture(state, SMALL, 6.0)
    state.hear("/lmdm/clock/bar", (2,), 7.0)
    assert state.link == HERE


@pytest.mark.parametrize("size", [SMALL, BIG])
def test_nothing_that_is_told_moves_the_terminal(size):
    bad = "x\x1b]0;owned\x07\x1b[2J\r\n\t\x9b31m\u202eevil\u2028\x00"
    state = told({name: bad if isinstance(ROWS[name], str) else ROWS[name] for name in ROWS})
    state.hear("/lmdm/incident", (1.0, bad), 1.0)
    state.hear("/lmdm/fail", ("listen", bad), 1.0)
    seen = picture(state, size) + line(state) + "".join(map(note_line, state.notes))
    assert "owned" in seen and "evil" in seen
    assert {sign for sign in seen if not sign.isprintable()} == {"\n"}
    assert json_line(state, tuple(state.notes), 0.0).isprintable()


def test_plain_text_stays_as_it_is():
    assert plain("Grüße, 語 ♪ é 🎹") == "Grüße, 語 ♪ é 🎹"
    assert plain("a\x7fb\x85c\ue000") == "a�b�c�"


# --- the pieces ----------------------------------------------------------------------------------------------


def test_block_times_stand_against_the_time_they_had():
    blocks = [BlockTime(took_ms, 400.0) for took_ms in (0.0, 50.0, 200.0, 390.0, 900.0)]
    shown = block_line(blocks, 7)
    assert shown.plain == "  ▁▁▄██"
    assert [shown.plain[span.start : span.end] for span in shown.spans if span.style == "bold red"] == ["█"]
    high, low = block_chart(blocks, 5, 2)
    assert (high.plain, low.plain) == ("   ██", "▁▂███")
    assert block_line(blocks, 2).plain == "██" and block_line([], 0).plain == ""


def test_the_lead_is_red_when_a_change_could_not_come_in_time():
    def style(lead_s: float) -> str:
        shown = lead_bar(lead_s, 1.5, 0.2, 40)
        assert cell_len(shown.plain) == 40 and shown.plain.count("│") == shown.plain.count("c") == 1
        return next(str(span.style) for span in shown.spans if "━" in shown.plain[span.start : span.end])

    assert [style(lead_s) for lead_s in (0.1, 0.5, 1.4)] == ["bold red", "yellow", "green"]
    assert lead_bar(0.75, 1.5, 0.0, 40).plain.count("━") == 15
    assert "━" not in lead_bar(-31.0, 1.5, 0.2, 40).plain


def test_a_meter_shows_its_level_and_the_peak_of_late():
    shown = meter_bar(-30.0, -6.0, 63)
    assert shown.plain == "█" * 30 + "·" * 24 + "┃" + "·" * 8
    assert meter_bar(-96.0, -96.0, 10).plain == "·" * 10


def test_a_peak_is_held_and_then_falls():
    state = told({"meter/out/l": -3.0}, 0.0)
    state.hear("/lmdm/meter/out/l", (-40.0,), 0.5)
    assert state.peak_db("meter/out/l", 1.0) == -3.0
    assert state.peak_db("meter/out/l", 2.0) == pytest.approx(-13.0)
    assert state.peak_db("meter/out/l", 60.0) == -40.0
    state.hear("/lmdm/meter/out/l", (-20.0,), 2.0)
    assert state.peak_db("meter/out/l", 2.0) == pytest.approx(-13.0)


def test_an_incident_that_comes_as_message_and_as_rows_is_one():
    state = told({"status/incident": "lost", "status/incident_at": 12.03})
    state.hear("/lmdm/incident", (12.0301, "lost"), 2.0)
    state.hear("/lmdm/incident", (40.0, "lost"), 3.0)
    state.hear("/lmdm/status/incident_at", (40.0,), 3.0)
    assert list(state.notes) == [Note(12.03, "lost"), Note(40.0, "lost")]


def test_what_is_no_report_changes_nothing():
    state = MonitorState("here:1")
    for address, values in (
        ("/lmdm/ack", ("/lmdm/mix/gain", 0.0, 0, 0.0)),
        ("/lmdm/incident", ("when", "what")),
        ("/lmdm/incident", ()),
        ("/lmdm/deck/9/block_took", (5.0,)),
        ("/lmdm/deck/x/block_took", (5.0,)),
        ("/lmdm/deck/0/block_took", (5.0,)),
        ("/lmdm/meter/out/l", ("loud",)),
        ("/lmdm/clock/bar", (b"blob",)),
        ("/other", (1,)),
    ):
        state.hear(address, values, 1.0)
    assert not state.notes and not any(state.blocks) and not state.peaks
    picture(state, BIG)


def test_a_stream_of_unknown_rows_is_bounded():
    state = MonitorState("here:1")
    for number in range(10_000):
        state.hear(f"/lmdm/row/{number}", (number,), 1.0)
    assert len(state.values) == 2000


def test_times_are_read_at_a_glance():
    assert [clock(at_s) for at_s in (-1, 0, 61.9, 3661)] == ["0:00", "0:00", "1:01", "1:01:01"]
    assert [countdown(at_s) for at_s in (9.94, 10.0)] == ["9.9 s", "0:10"]


# --- without a terminal --------------------------------------------------------------------------------------


def test_a_line_tells_the_state_in_words():
    assert line(told(ROWS)) == (
        "0:41 | 12.3 | 124.0 bpm | Floor / door | next full | deck 0 live pocket | lead 0.00 s | load 0 % | "
        "knob 138/181 ms | out -10.1 dB | underruns 3 | concealed 40 ms | xruns 5 | restarts 2 | clients 4"
    )
    assert line(MonitorState("here:1")) == "here:1 waiting"
    assert note_line(Note(61.0, "lost")) == "! 1:01 lost" and note_line(Note(None, "lost")) == "! lost"


def test_a_line_of_json_has_every_value():
    every = {param.name: param.default for param in PARAMS}
    said = json.loads(json_line(told(every), (Note(1.0, "lost"),), 5.0))
    assert said["values"] == every and said["link"] == "here" and said["time"] == 5.0
    assert said["incidents"] == [{"at_s": 1.0, "text": "lost"}]
