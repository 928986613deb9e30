"""The address space as OSCQuery has it, compared with the tables it comes from."""

from __future__ import annotations

import json

import pytest

from lmdmd.commands import BY_NAME as VERBS
from lmdmd.commands import COMMANDS
from lmdmd.control.session import Session
from lmdmd.params import BY_NAME, PARAMS
from lmdmd.surfaces.web_tree import EXTENSIONS, LOAD, Tree


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def tree(session):
    return Tree(session)


def leaves(node):
    """Every node below one, by its path."""
    found = {node["FULL_PATH"]: node} if "TYPE" in node else {}
    for name, below in node.get("CONTENTS", {}).items():
        assert below["FULL_PATH"] == f"{node['FULL_PATH'].rstrip('/')}/{name}"
        found |= leaves(below)
    return found


def test_the_tree_has_every_row_and_verb_at_its_address_and_nothing_else(tree):
    status, root = tree.answer("/")
    assert status == 200
    assert leaves(json.loads(json.dumps(root))).keys() == {
        *(param.address for param in PARAMS),
        *(command.address for command in COMMANDS),
    }


@pytest.mark.parametrize("param", PARAMS, ids=lambda param: param.name)
def test_a_row_says_what_the_table_says(param, session, tree):
    _, node = tree.answer(param.address)
    assert node["TYPE"] == {"float": "f", "int": "i", "bool": "T"}.get(param.kind, "s")
    assert node["ACCESS"] == (3 if param.writable else 1)
    assert node["VALUE"] == [session.get(param.name)]
    assert node["DESCRIPTION"] == param.doc
    if param.kind in ("float", "int"):
        assert node["RANGE"] == [{"MIN": param.lo, "MAX": param.hi}]
        assert node["CLIPMODE"] == ["both"]
    elif param.kind == "choice":
        assert node["RANGE"] == [{"VALS": list(param.choices)}]
    else:
        assert "RANGE" not in node
    assert ("UNIT" in node) == bool(param.unit)
    assert ("stage" in node["TAGS"]) == param.stage
    for name in ("VALUE", "RANGE", "UNIT", "CLIPMODE", "EXTENDED_TYPE"):
        assert len(node.get(name, [0])) == len(node["TYPE"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_verb_has_no_value_and_asks_for_what_it_needs_only(command, tree):
    """A client that sends every number it shows, as some do on opening, must not panic the show."""
    _, node = tree.answer(command.address)
    required = sum(argument.default is None for argument in command.arguments)
    if command.name in BY_NAME:
        assert node["ACCESS"] == 1, "who writes a report back would do the verb"
        (node,) = node["OVERLOADS"]
        required = len(command.arguments)
    assert node["ACCESS"] == 2
    assert node["CRITICAL"] is True
    assert "VALUE" not in node
    assert node["TYPE"] == "I" if not required else len(node["TYPE"]) == required
    assert [form["TYPE"] for form in node.get("OVERLOADS", ())] == (
        ["".join({float: "f", int: "i", str: "s"}[a.kind] for a in command.arguments)]
        if len(command.arguments) > required
        else []
    )


@pytest.mark.parametrize(
    ("path", "attribute", "status", "answer"),
    [
        ("/lmdm/mix/gain", "VALUE", 200, {"VALUE": [0.0]}),
        ("/lmdm/mix/gain/", "VALUE", 200, {"VALUE": [0.0]}),
        ("/lmdm/mix/gain", "FULL_PATH", 200, {"FULL_PATH": "/lmdm/mix/gain"}),
        ("/lmdm/mix/gain", "UNIT", 200, {"UNIT": ["gain.db"]}),
        ("/lmdm/mix/mute", "VALUE", 200, {"VALUE": [False]}),
        ("/lmdm/mix/mute", "RANGE", 200, {}),
        ("/lmdm/mix/gain", "CONTENTS", 200, {}),
        ("/lmdm/gen/sampler", "VALUE", 200, {"VALUE": ["euler"]}),
        ("/lmdm/panic", "VALUE", 204, None),
        ("/lmdm/mix", "VALUE", 204, None),
        ("/", "VALUE", 204, None),
        ("/lmdm/mix/gain", "HTML", 204, None),
        ("/lmdm/mix/gain", "NONSENSE", 400, None),
        ("/lmdm/mix/gain", "value", 400, None),
        ("/lmdm/mix/gain", "VALUE&RANGE", 400, None),
        ("/lmdm/mix/nothing", "VALUE", 404, None),
        ("/lmdm/mix/nothing", "NONSENSE", 404, None),
        ("/lmdm/mix/gain/more", "", 404, None),
        ("/LMDM/mix/gain", "", 404, None),
        ("//lmdm", "", 404, None),
    ],
)
def test_a_query_is_answered_with_the_proposal_s_status(tree, path, attribute, status, answer):
    assert tree.answer(path, attribute) == (status, answer)


def test_every_attribute_that_we_promise_is_there_somewhere(tree):
    nodes = leaves(tree.answer("/")[1]).values()
    promised = {name for name, offered in EXTENSIONS.items() if offered and name.isupper()}
    elsewhere = {"HTML", "LISTEN", "IGNORE", "PATH_CHANGED", "PATH_ADDED", "PATH_REMOVED", "OSC_STREAMING"}
    assert promised - elsewhere == {name for node in nodes for name in node} - {"FULL_PATH", "TYPE", "CONTENTS"}


def test_addresses_that_cues_wait_for_come_and_go(session, tree):
    assert tree.take_cues() == ([], [])
    session.cue_addresses = frozenset({"/stage/thunder", "/rain", "/lmdm/panic"})
    assert tree.take_cues() == (["/rain", "/stage/thunder"], [])
    assert tree.answer("/stage/thunder")[1]["ACCESS"] == 2
    assert tree.answer("/")[1]["CONTENTS"].keys() == {"lmdm", "stage", "rain"}
    assert tree.answer("/lmdm/panic")[1]["DESCRIPTION"] == VERBS["panic"].doc
    session.cue_addresses = frozenset({"/rain"})
    assert tree.take_cues() == ([], ["/stage/thunder"])
    assert tree.answer("/stage") == (404, None)


def test_the_bundles_that_there_are_can_be_chosen_from(tree):
    assert tree.take_models(("lantern", "pocket")) == [LOAD]
    assert tree.answer(LOAD, "RANGE") == (200, {"RANGE": [{"VALS": ["lantern", "pocket"]}]})
    assert tree.take_models(("lantern", "pocket")) == []
    assert tree.take_models(("pocket",)) == [LOAD]
