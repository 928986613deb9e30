"""The table of values: every row is sound in itself, and garbage never becomes a value."""

import math

import pytest
from row_words import words_of

from lmdmd.errors import ParamError
from lmdmd.params import BY_NAME, PARAMS, SLOT, as_records, defaults, find

ROWS = pytest.mark.parametrize("param", PARAMS, ids=lambda param: param.name)
NUMBERS = ("float", "int")


@ROWS
def test_the_default_is_a_value_of_the_row(param):
    value, note = param.coerce(param.default)
    assert value == param.default
    assert type(value) is type(param.default)
    assert note == ""


@ROWS
def test_a_row_is_complete(param):
    assert param.kind in ("float", "int", "bool", "choice", "text")
    assert param.rate in ("audio", "block", "control", "read")
    assert param.warp in ("lin", "exp", "db")
    assert param.doc.endswith(".") and not param.doc[0].islower()
    assert param.lo < param.hi or param.kind == "bool"
    assert bool(param.choices) == (param.kind == "choice")
    if param.warp == "exp":
        assert param.lo > 0


@ROWS
def test_what_coerce_returns_it_returns_again_unchanged(param):
    numbers = () if param.form else (param.lo, param.hi, (param.lo + param.hi) / 2)
    words = words_of(param) if param.kind == "text" else ()
    for given in (param.default, *numbers, *param.choices, *words):
        if param.kind == "choice" and given not in param.choices:
            continue
        value, _ = param.coerce(given)
        assert param.coerce(value) == (value, "")


@ROWS
def test_a_value_survives_its_slot_on_the_board(param):
    if not param.numeric:
        return
    values = {param.coerce(given)[0] for given in (param.default, param.lo, param.hi, *param.choices)}
    for value in values:
        back = param.from_slot(param.to_slot(value))
        assert back == value
        assert type(back) is type(value)


@ROWS
@pytest.mark.parametrize("garbage", [None, [], {}, b"1", object()], ids=lambda garbage: type(garbage).__name__)
def test_garbage_is_refused_by_name(param, garbage):
    with pytest.raises(ParamError, match=param.name):
        param.coerce(garbage)


@ROWS
@pytest.mark.parametrize("garbage", [math.nan, math.inf, -math.inf, "nan", "inf", "loud", "", 10**400, -(10**400)])
def test_what_is_no_number_never_becomes_one(param, garbage):
    if param.kind != "text":
        with pytest.raises(ParamError, match=param.name):
            param.coerce(garbage)


@ROWS
def test_beyond_the_range_is_clamped_and_said(param):
    if param.kind not in NUMBERS:
        return
    for given, bound in ((param.hi * 2 + 1, param.hi), (param.lo - 1, param.lo)):
        value, note = param.coerce(given)
        assert value == bound
        assert type(value) is type(param.default)
        assert "clamped" in note


@ROWS
def test_a_row_is_found_by_its_name(param):
    assert find(param.name) is param
    assert PARAMS[SLOT[param.name]] is param


def test_names_and_addresses_are_unique_and_fit_osc():
    addresses = [param.address for param in PARAMS]
    assert len(set(addresses)) == len(addresses) == len(BY_NAME)
    # A node of the address tree is either a value or a folder: no address continues another.
    for address in addresses:
        assert not set(address) & set(" #*,?[]{}")
        assert not any(other.startswith(address + "/") for other in addresses)


def test_words_for_true_and_false_are_understood():
    mute = find("mix/mute")
    assert [mute.coerce(word)[0] for word in ("on", "Yes", "true", 1, 0.7, True)] == [True] * 6
    assert [mute.coerce(word)[0] for word in ("off", "No", "false", 0, 0.2, False)] == [False] * 6


def test_a_choice_is_taken_by_word_or_index_only():
    sampler = find("gen/sampler")
    assert sampler.coerce(1)[0] == sampler.choices[1]
    with pytest.raises(ParamError, match='did you mean "euler"'):
        sampler.coerce("eular")
    with pytest.raises(ParamError):
        sampler.coerce(len(sampler.choices))


def test_text_is_one_line_and_bounded():
    text = find("prompt/0/text")
    assert text.coerce("  warm\n pads\t ") == ("warm pads", "")
    value, note = text.coerce("a" * 501)
    assert len(str(value)) == 500
    assert "500" in note


def test_text_that_cannot_be_sent_is_refused():
    text = find("prompt/0/text")
    assert text.coerce("piano 🎹") == ("piano 🎹", "")
    with pytest.raises(ParamError, match="half a sign"):
        text.coerce("piano \ud83c")


def test_an_unknown_name_is_answered_with_the_closest():
    with pytest.raises(ParamError, match='unknown parameter "gen/cgf"; did you mean "gen/cfg"'):
        find("gen/cgf")


def test_the_records_say_what_the_table_says():
    records = as_records()
    assert [record["address"] for record in records] == [param.address for param in PARAMS]
    assert {record["access"] for record in records if record["rate"] == "read"} == {"r"}
    assert defaults() == {param.name: param.default for param in PARAMS}
