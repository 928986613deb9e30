"""The table of verbs: found by name, bound to arguments, refused with a reason."""

import pytest

from lmdmd.commands import BY_NAME, COMMANDS, as_records, find
from lmdmd.errors import CommandError
from lmdmd.params import BY_NAME as PARAMS_BY_NAME

VERBS = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


@VERBS
def test_defaults_bind_and_required_arguments_are_asked_for(command):
    required = [argument for argument in command.arguments if argument.default is None]
    if required:
        with pytest.raises(CommandError, match=f"{command.name}: needs {required[0].name}"):
            command.bind(())
    given = tuple("1" for _ in required)
    bound = command.bind(given)
    assert list(bound) == [argument.name for argument in command.arguments]
    for argument in command.arguments:
        assert type(bound[argument.name]) is argument.kind


@VERBS
def test_too_many_arguments_are_refused(command):
    with pytest.raises(CommandError, match=f"{command.name}: takes {len(command.arguments)}"):
        command.bind(("1",) * (len(command.arguments) + 1))


@VERBS
def test_numbers_refuse_what_is_none(command):
    for index, argument in enumerate(command.arguments):
        if argument.kind is str:
            continue
        for garbage in ("soon", "", [], "1s", "nan", "inf", "-inf", float("nan"), float("inf"), "1e999"):
            values = ("1",) * index + (garbage,)
            with pytest.raises(CommandError, match=argument.name):
                command.bind(values)


@pytest.mark.parametrize("verb", ["panic", "release", "deck/swap"])
@pytest.mark.parametrize("fade_s", [-0.1, 30.5, 1e30, "1e30"])
def test_a_fade_beyond_reason_is_refused_in_one_sentence(verb, fade_s):
    with pytest.raises(CommandError, match=rf"{verb}: fade_s: \S+ lies outside 0 to 30$"):
        find(verb).bind((fade_s,))
    assert find(verb).bind((30,))["fade_s"] == 30.0


def test_a_number_that_no_answer_could_carry_is_refused():
    for number in (1e300, 2**31, -(2**31) - 1):
        with pytest.raises(CommandError, match="sync: id: "):
            find("sync").bind((number,))
    assert find("sync").bind((2**31 - 1,)) == {"id": 2**31 - 1}


@VERBS
def test_required_arguments_come_first(command):
    defaults = [argument.default for argument in command.arguments]
    assert defaults == sorted(defaults, key=lambda default: default is not None)


def test_a_verb_that_bears_the_name_of_a_value_can_be_told_from_it():
    addresses = {command.address for command in COMMANDS}
    assert len(addresses) == len(COMMANDS) == len(BY_NAME)
    # With an argument it is the verb, without one the question: the value must be a mere report.
    for command in COMMANDS:
        if command.name in PARAMS_BY_NAME:
            assert not PARAMS_BY_NAME[command.name].writable
            assert command.arguments and command.arguments[0].default is None


def test_an_unknown_verb_is_answered_with_the_closest():
    with pytest.raises(CommandError, match='unknown command "show/goo"; did you mean "show/go"'):
        find("show/goo")


def test_the_records_say_what_the_table_says():
    assert [record["address"] for record in as_records()] == [command.address for command in COMMANDS]
