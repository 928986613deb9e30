"""What a bound control does: faders that pick up, knobs without ends, keys, pedals, and what their lights are told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmdmd.control.session import Session
from lmdmd.errors import MidiError
from lmdmd.params import find
from lmdmd.surfaces.midi_binding import Binding, bound_to, way_of
from lmdmd.surfaces.midi_hand import REST_S, Hand, Rows
from lmdmd.surfaces.midi_learn import encoder_of, is_same_control, learned
from lmdmd.surfaces.midi_moves import Decoder, Move, without_overtaken


class Player:
    """A hand on one control, and the row that it moves."""

    def __init__(self, binding: Binding, *, soft: bool = True) -> None:
        self.session = Session()
        self.hand = Hand(binding)
        self.rows = Rows(self.session.get, self.session.aim, lambda: soft)
        self.now_s = 100.0

    def move(self, raw: int, number: int | None = None, channel: int = 1):
        """Move the control; gives what its target is told, and does it where that is a row."""
        self.now_s += 0.01
        binding = self.hand.binding
        move = Move(binding.kind, binding.number or 0 if number is None else number, channel, raw)
        values = self.hand.take(move, self.rows, self.now_s)
        if values is not None and binding.command is None:
            self.session.set(binding.target, values[0], source="hand")
        return values

    def moves(self, *raws: int):
        return [self.move(raw) for raw in raws]

    @property
    def value(self):
        return self.session.get(self.hand.binding.target)

    def told(self):
        return self.hand.tell(self.rows, self.now_s) if self.hand.rests(self.now_s) else None


WET = "mix/wet"


def at(value: float) -> int:
    return round(value * 127)


# --- pick-up -----------------------------------------------------------------------------------------------


def test_a_fader_takes_a_row_only_where_it_stands():
    player = Player(Binding("cc", 1, WET))
    player.session.set(WET, 0.5, source="cue")
    assert player.moves(0, 10, 40, 60) == [None] * 4
    assert player.value == 0.5
    assert player.move(63) == (pytest.approx(63 / 128),)
    assert player.move(100) is not None and player.value == pytest.approx(0.5 + 36 / 126)


@pytest.mark.parametrize("way", [(20, 120), (120, 20)])
def test_a_fader_that_jumps_over_the_row_has_it(way):
    player = Player(Binding("cc", 1, WET))
    player.session.set(WET, 0.5, source="cue")
    assert [values is None for values in player.moves(*way)] == [True, False]


def test_a_row_that_somebody_else_has_moved_is_let_go_of():
    player = Player(Binding("cc", 1, WET))
    player.session.set(WET, 0.0, source="cue")
    assert None not in player.moves(0, 50)
    player.session.set(WET, 0.9, source="tablet")
    assert player.moves(52, 60, 100) == [None] * 3
    assert player.value == 0.9
    assert player.move(120) is not None
    assert player.move(30) is not None


def test_two_faders_on_one_row_keep_off_each_other():
    player = Player(Binding("cc", 1, WET))
    other = Hand(Binding("cc", 2, WET))
    player.session.set(WET, 0.0, source="cue")
    player.moves(0, 50)
    assert other.take(Move("cc", 2, 1, 10), player.rows, 0.0) is None
    assert other.take(Move("cc", 2, 1, 70), player.rows, 0.0) is not None
    player.session.set(WET, 70 / 127, source="hand")
    assert player.move(51) is None


def test_while_a_cue_glides_a_fader_takes_the_row_where_it_is_heard(board):
    player = Player(Binding("cc", 1, WET))
    player.session = Session(board)
    player.rows = Rows(player.session.get, player.session.aim, lambda: True)
    player.session.set(WET, 0.0, source="cue")
    player.session.set(WET, 1.0, source="cue", glide_s=2.0)
    board.playhead = 44100
    assert player.session.get(WET) == pytest.approx(0.5)
    assert player.move(30) is None
    assert player.move(at(0.5)) is not None


def test_a_fader_that_may_jump_jumps():
    assert Player(Binding("cc", 1, WET, mode="absolute")).move(10) is not None
    assert Player(Binding("cc", 1, WET), soft=False).move(10) is not None
    assert Player(Binding("cc", 1, WET, mode="pickup"), soft=False).move(10) is None


@pytest.mark.parametrize("name", ["gen/steps", "gen/sampler", "engine/lead", "mix/highpass", "mix/gain", "engine/seed"])
@pytest.mark.parametrize("kind", ["cc", "cc14", "bend"])
def test_a_fader_keeps_what_it_has_all_along_its_way(name, kind):
    player = Player(Binding(kind, None if kind == "bend" else 3, name))
    top = player.hand.binding.top
    player.move(0)
    player.move(top)
    assert None not in player.moves(*range(top, -1, -max(1, top // 300)), 0)
    param = find(name)
    assert player.value == (param.choices[0] if param.kind == "choice" else param.lo)


def test_a_way_may_be_a_part_and_the_other_way_around():
    player = Player(Binding("cc", 1, "mix/gain", lo=0.0, hi=-60.0, mode="absolute"))
    assert [player.move(raw)[0] for raw in (0, 127)] == [0.0, -60.0]
    player.session.set("mix/gain", 12.0, source="tablet")
    player.now_s += 1.0
    assert player.told() == [[0xB0, 1, 0]]


# --- knobs without ends ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "up", "down"), [("twos", 1, 127), ("offset", 65, 63), ("sign", 1, 65)])
def test_an_endless_knob_turns_a_row_from_where_it_is(mode, up, down):
    player = Player(Binding("cc", 1, "gen/steps", mode=mode))
    player.moves(up, up, down)
    assert player.value == 9
    player.session.set("gen/steps", 50, source="tablet")
    assert player.move(up) == (50,)
    assert player.moves(down, down) == [(49,), (48,)]


def test_an_endless_knob_goes_along_the_warp_and_stops_at_its_ends():
    player = Player(Binding("cc", 1, "mix/highpass", mode="twos", lo=20.0, hi=2000.0))
    player.moves(*[1] * 10)
    assert player.value == pytest.approx(20.0 * 1000.0**0.1)
    player.moves(*[63] * 10)
    assert player.value == 2000.0
    assert Player(Binding("cc", 1, "gen/sampler", mode="twos")).moves(1, 1, 1) == [
        ("dpmpp",), ("pingpong",), ("pingpong",),
    ]  # fmt: skip


# --- keys and pedals ---------------------------------------------------------------------------------------


def test_a_key_goes_once_a_press():
    player = Player(Binding("note", 36, "show/go"))
    assert player.moves(100, 0, 80, 0) == [(), None, (), None]


def test_a_switch_that_sends_controllers_goes_once_a_press():
    player = Player(Binding("cc", 80, "show/go"))
    assert player.moves(127, 0, 127, 0) == [(), None, (), None]
    assert player.moves(30, 70, 90, 110, 127) == [None, (), None, None, None]


def test_a_pedal_that_is_never_let_go_of_goes_each_time():
    assert Player(Binding("cc", 80, "show/go")).moves(127, 127, 127) == [(), (), ()]


def test_a_bend_at_rest_presses_nothing():
    assert Player(Binding("bend", None, "show/go")).moves(8192, 16383, 8192) == [None, (), None]


def test_a_program_goes_to_the_cue_of_its_number():
    player = Player(Binding("program", None, "show/cue", first=1))
    assert player.move(127, number=4) == (5,)
    assert Player(Binding("program", None, "gen/steps")).move(127, number=4) == (4,)


def test_what_has_no_number_gives_none_to_a_verb():
    assert Player(Binding("bend", None, "panic")).moves(0, 16383) == [None, ()]
    assert Player(Binding("note", None, "deck/swap", arguments=(2,))).move(90, number=5) == (2, 5)


@pytest.mark.parametrize(
    ("binding", "raws", "values"),
    [
        (Binding("note", 1, "mix/mute"), (1, 0, 9, 0), [True, True, False, False]),
        (Binding("note", 1, "mix/freeze", mode="momentary"), (1, 0, 9, 0), [True, False, True, False]),
        (Binding("cc", 1, "mix/freeze"), (127, 90, 0), [True, True, False]),
        (Binding("cc", 1, "mix/mute", mode="toggle"), (127, 0, 127), [True, True, False]),
        (Binding("note", 1, "gen/guidance"), (1, 0, 1), ["cfg++", "cfg++", "cfg"]),
        (Binding("note", 1, "prompt/0/text", value="dub"), (0, 1), ["", "dub"]),
        (Binding("note", 1, "mix/pan"), (1, 0), [1.0, -1.0]),
        (Binding("program", 3, "mix/conceal", value="dry"), (127,), ["dry"]),
        (Binding("cc", 1, "mix/conceal", mode="absolute"), (0, 64, 127), ["loop", "dry", "silence"]),
    ],
)
def test_a_press_does_what_its_row_suggests(binding, raws, values):
    player = Player(binding)
    found = []
    for raw in raws:
        player.move(raw)
        found.append(player.value)
    assert found == values


# --- lights ------------------------------------------------------------------------------------------------


def test_a_control_is_told_what_it_does_not_know():
    player = Player(Binding("cc", 1, WET, mode="absolute"))
    player.move(20)
    assert player.told() is None
    player.now_s += REST_S
    assert player.told() == []
    player.session.set(WET, 1.0, source="tablet")
    assert player.told() == [[0xB0, 1, 127]]
    assert player.told() == []


def test_a_motor_that_says_where_it_was_sent_moves_nothing():
    player = Player(Binding("cc", 1, WET, mode="absolute"))
    player.session.set(WET, 0.333, source="tablet")
    ((_, _, raw),) = player.told()
    assert player.move(raw) is None
    assert player.value == pytest.approx(0.333)


def test_a_fader_that_has_not_caught_its_row_is_told_where_that_is():
    player = Player(Binding("cc", 1, WET))
    player.move(10)
    player.now_s += REST_S
    assert player.told() == [[0xB0, 1, 127]]


@pytest.mark.parametrize(
    ("binding", "values", "messages"),
    [
        (Binding("note", 5, "mix/mute", 3), (True, False), [[0x92, 5, 127], [0x92, 5, 0]]),
        (Binding("note", 5, "gen/sampler", value="dpmpp"), ("dpmpp", "euler"), [[0x90, 5, 127], [0x90, 5, 0]]),
        (Binding("note", 5, "prompt/0/text", value="dub"), ("dub", "x"), [[0x90, 5, 127], [0x90, 5, 0]]),
        (Binding("bend", None, "mix/pan"), (-1.0, 0.0), [[0xE0, 0, 0], [0xE0, 0, 64]]),
        (Binding("cc", 9, "gen/cfg", mode="twos"), (0.0, 12.0), [[0xB0, 9, 0], [0xB0, 9, 127]]),
    ],
)
def test_each_sort_of_control_shows_its_row(binding, values, messages):
    player, told = Player(binding), []
    for value in values:
        player.session.set(binding.target, value, source="tablet")
        told += player.told()
    assert told == messages


def test_a_light_that_goes_out_with_its_key_is_lit_again():
    player = Player(Binding("note", 5, "mix/mute"))
    player.moves(100, 0)
    player.now_s += REST_S
    assert player.value is True and player.told() == [[0x90, 5, 127]]


# --- learning ----------------------------------------------------------------------------------------------

WET_DRAFT, GO_DRAFT = Binding("cc", 0, WET), Binding("cc", 0, "show/go")


@pytest.mark.parametrize(
    ("draft", "messages", "control", "mode"),
    [
        (GO_DRAFT, [[0x90, 36, 90], [0x80, 36, 0]], ("note", 36, 1), ""),
        (GO_DRAFT, [[0x9F, 36, 90], [0xDF, 20], [0xDF, 30], [0xDF, 10]], ("note", 36, 16), ""),
        (GO_DRAFT, [[0xC2, 7]], ("program", 7, 3), ""),
        (GO_DRAFT, [[0xB0, 80, 127], [0xB0, 80, 127], [0xB0, 80, 127]], ("cc", 80, 1), ""),
        (WET_DRAFT, [[0xB0, 1, 10], [0xB0, 1, 11]], ("cc", 1, 1), ""),
        (WET_DRAFT, [[0xB0, 1, 1], [0xB0, 1, 1], [0xB0, 1, 2]], ("cc", 1, 1), "twos"),
        (WET_DRAFT, [[0xB0, 1, 63], [0xB0, 1, 63], [0xB0, 1, 65]], ("cc", 1, 1), "offset"),
        (WET_DRAFT, [[0xB0, 1, 65], [0xB0, 1, 65], [0xB0, 1, 1]], ("cc", 1, 1), "sign"),
        (WET_DRAFT, [[0xB0, 1, 127], [0xB0, 1, 126], [0xB0, 1, 124]], ("cc", 1, 1), ""),
        (WET_DRAFT, [[0xB4, 7, 10], [0xB4, 39, 3], [0xB4, 7, 11], [0xB4, 39, 1]], ("cc14", 7, 5), ""),
        (WET_DRAFT, [[0xB0, 99, 1], [0xB0, 98, 2], [0xB0, 6, 9], [0xB0, 38, 1]], ("nrpn", 130, 1), ""),
        (WET_DRAFT, [[0x90, 99, 1], [0xE0, 1, 9], [0xE0, 4, 9], [0xE0, 9, 9], [0x90, 99, 0]], ("bend", None, 1), ""),
        (WET_DRAFT, [[0xD0, 4], [0xD0, 50]], ("pressure", None, 1), ""),
    ],
)  # fmt: skip
def test_a_control_is_known_by_what_it_sends(draft, messages, control, mode):
    binding = learned(draft, messages)
    assert (binding.control, binding.mode, binding.target) == (control, mode, draft.target)


def test_a_verb_that_lacks_an_argument_has_it_from_any_program():
    binding = learned(bound_to("show/cue"), [[0xC0, 5]])
    assert binding == Binding("program", None, "show/cue", 1)
    with pytest.raises(MidiError, match="show/cue: needs cue"):
        learned(bound_to("show/cue"), [[0xB0, 5, 127]])
    with pytest.raises(MidiError, match="show/insert: takes 2 arguments, got 3"):
        bound_to("show/insert Dawn 2 3")


def test_nothing_is_learned_of_nothing():
    assert learned(GO_DRAFT, [[0xF8], [0xFE]]) is None
    assert encoder_of([127, 126, 125, 124]) == encoder_of([1, 1]) == encoder_of([1, 1, 40]) == ""


def test_a_control_is_another_one_on_another_channel():
    one = Binding("cc", 1, "mix/gain", 1)
    assert is_same_control(one, Binding("cc", 1, "mix/pan")) and not is_same_control(
        one, Binding("cc", 1, "mix/pan", 2)
    )
    assert not is_same_control(Binding("program", None, "show/cue"), Binding("program", 5, "panic"))


def test_of_many_moves_of_a_fader_the_last_one_counts_and_no_press_is_lost():
    fader, key = ("cc", 1, 1), ("note", 36, 1)
    moves = [
        Move(*control, raw) for control, raw in ((fader, 1), (fader, 2), (key, 9), (key, 0), (fader, 3), (fader, 4))
    ]
    assert [move.raw for move in without_overtaken(moves, {fader})] == [2, 9, 0, 4]


# --- garbage -----------------------------------------------------------------------------------------------

KNOWN = (
    Binding("cc", 1, WET), Binding("cc", 2, "gen/steps", mode="sign"), Binding("cc14", 3, "mix/gain"),
    Binding("nrpn", 130, "gen/cfg"), Binding("note", 36, "mix/mute"), Binding("note", 37, "show/go"),
    Binding("program", None, "show/cue"), Binding("bend", None, "mix/pan"), Binding("pressure", None, "mix/freeze"),
    Binding("note", None, "gen/steps"), Binding("program", 4, "prompt/0/text", value="dub"),
)  # fmt: skip
MESSAGES = st.one_of(
    st.lists(st.integers(0, 255), max_size=5),
    st.builds(
        lambda kind, *rest: [kind, *rest],
        st.sampled_from([0x80, 0x90, 0xB0, 0xC0, 0xD0, 0xE0]),
        st.sampled_from([1, 2, 3, 6, 35, 36, 37, 38, 98, 99]),
        st.integers(0, 127),
    ),
    st.builds(lambda kind, value: [kind, value], st.sampled_from([0xC0, 0xD0]), st.integers(0, 127)),
)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(MESSAGES, max_size=30), st.sampled_from([WET, "show/go", "mix/mute", "gen/sampler"]))
def test_whatever_comes_rows_keep_to_their_ranges_and_learning_finds_a_control_or_none(messages, target):
    players, decoder = [Player(binding, soft=False) for binding in KNOWN], Decoder(KNOWN)
    for move in filter(None, map(decoder.step, messages)):
        for player in players:
            binding = player.hand.binding
            if binding.kind == move.kind and binding.number in (None, move.number):
                player.move(move.raw, move.number, move.channel)
                assert binding.command or binding.param.coerce(player.value) == (player.value, "")
    try:
        binding = learned(bound_to(target), messages)
    except MidiError as error:
        assert target in str(error)
    else:
        assert binding is None or way_of(binding)
