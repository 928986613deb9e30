"""The TouchDesigner script builds a component with every row and verb, and nothing goes in circles."""

from __future__ import annotations

from pathlib import Path

import pytest
from row_words import words_of
from td_stub import OP, Stage, tdError

from lmdmd.commands import COMMANDS
from lmdmd.errors import ConfigError
from lmdmd.params import BY_NAME, PARAMS, Param
from lmdmd.surfaces.export import touchdesigner
from lmdmd.surfaces.osc_arguments import verb_values
from lmdmd.surfaces.osc_listeners import MAX_PATTERNS, names_for

SCRIPT = Path(__file__).parent.parent / "patches" / "touchdesigner" / touchdesigner.SCRIPT


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def comp(stage) -> OP:
    """The component as the script leaves it, before its first frame."""
    made = stage.run(SCRIPT.read_text(encoding="utf-8"))
    made.op("core").module.CORE.clock = Clock()
    return made


def pass_time(comp: OP, seconds: float) -> None:
    comp.op("core").module.CORE.clock.now += seconds
    Stage.frame(comp)


def sent(comp: OP) -> list:
    """What went out since it was asked last, but for the wish to listen."""
    out = comp.op("osc_out")
    said = [message for message in out.sent if message[0] != "/lmdm/listen"]
    out.sent.clear()
    return said


def par_of(comp: OP, param: Param):
    return comp.par[touchdesigner.parameter_name(param.name)]


def other_value(param: Param) -> object:
    """A value that is not the default, as the daemon tells it; numbers as 32-bit floats hold them."""
    if param.kind == "bool":
        return int(not param.default)
    if param.kind == "choice":
        return next(choice for choice in param.choices if choice != param.default)
    if param.kind == "text":
        return words_of(param)[0]
    low = param.lo if param.lo != param.default else (param.lo + min(param.hi, 2.0**20)) / 2
    return int(low) if param.kind == "int" else float(low)


def test_every_row_has_a_parameter_of_its_kind_and_range(comp):
    for param in PARAMS:
        par = par_of(comp, param)
        assert par.style == touchdesigner.STYLES[param.kind], param.name
        assert par.eval() == param.default and par.default == param.default
        assert par.readOnly is not param.writable
        assert param.doc in par.help
        if param.kind == "choice":
            assert tuple(par.menuNames) == param.choices
        if param.kind in ("float", "int") and param.writable:
            assert (par.min, par.max, par.clampMin, par.clampMax) == (param.lo, param.hi, True, True)


def test_every_group_has_its_page(comp):
    pages = {page.name: [par.name for par in page.pars] for page in comp.pages}
    assert list(pages)[:2] == ["Lmdmd", "Stage"]
    for param in PARAMS:
        group = param.name.partition("/")[0].capitalize()
        assert touchdesigner.parameter_name(param.name) in pages[group if param.writable else f"{group} Reports"]


def test_the_operators_inside_are_wired(comp):
    assert comp.op("osc_out").par.port.eval() == 9000 and comp.op("osc_out").par.address.eval() == "127.0.0.1"
    ports = [comp.op(name).par.port.eval() for name in ("osc_in", "meters")]
    assert len({9000, *ports}) == 3, "it hears on other ports than the daemon's"
    assert comp.op("out_meters").inputConnectors[0].source is comp.op("meters")
    assert comp.op("out_rows").inputConnectors[0].source is comp.op("rows")
    places = [(child.nodeX, child.nodeY) for child in comp.children]
    assert len(set(places)) == len(places)
    assert [child.name for child in comp.children if child.name.endswith("_callbacks")] == ["osc_callbacks"]


def test_run_again_it_replaces_the_component(stage, comp):
    again = stage.run(SCRIPT.read_text(encoding="utf-8"))
    assert again is not comp
    assert [child.name for child in stage.root.children] == ["lmdmd"]


def test_built_and_loaded_it_sends_nothing_but_its_wish_to_listen(comp):
    Stage.frame(comp)
    wishes = {message[1:] for message in comp.op("osc_out").sent}
    assert wishes >= {("*", 60, 9120), ("status/callbacks", 60, 9120), ("meter/*/*", 60, 9121)}
    for _ in range(5):
        pass_time(comp, 0.5)
    assert sent(comp) == []


def test_what_the_daemon_tells_is_shown_and_not_sent_again(comp):
    Stage.frame(comp)
    for param in PARAMS:
        value = other_value(param)
        Stage.receive(comp, param.address, value)
        assert par_of(comp, param).eval() == value, param.name
    for _ in range(3):
        pass_time(comp, 1.0)
    assert sent(comp) == []


def test_what_a_hand_does_is_sent_once(comp):
    Stage.frame(comp)
    sent(comp)
    for param in (row for row in PARAMS if row.writable):
        value = other_value(param)
        par_of(comp, param).val = value
        Stage.frame(comp)
        assert sent(comp) == [(param.address, value)]
        assert param.coerce(value) == (value if param.kind != "bool" else bool(value), "")
        Stage.receive(comp, param.address, value)
        pass_time(comp, 1.0)
        assert sent(comp) == []


def test_an_echo_waits_while_a_hand_moves_and_the_last_one_counts(comp):
    gain = comp.par.Mixgain
    Stage.frame(comp)
    gain.val = -6.0
    Stage.frame(comp)
    gain.val = -7.0
    Stage.frame(comp)
    assert sent(comp) == [("/lmdm/mix/gain", -6.0), ("/lmdm/mix/gain", -7.0)]
    Stage.receive(comp, "/lmdm/mix/gain", -6.0)
    Stage.receive(comp, "/lmdm/mix/gain", -7.5)
    assert gain.eval() == -7.0
    pass_time(comp, 0.4)
    assert gain.eval() == -7.5
    pass_time(comp, 0.4)
    assert sent(comp) == []


def test_reports_are_never_sent(comp):
    Stage.frame(comp)
    sent(comp)
    comp.par.Statuslead.val = 3.0
    pass_time(comp, 0.1)
    assert sent(comp) == []


def test_every_verb_is_said_as_the_table_wants_it(comp):
    Stage.frame(comp)
    sent(comp)
    for command in COMMANDS:
        for argument in command.arguments:
            par = comp.par[touchdesigner.parameter_name("say", command.name, argument.name)]
            assert par.style == touchdesigner.KINDS[argument.kind]
            assert argument.default is None or par.eval() == argument.default
        comp.par[touchdesigner.parameter_name("do", command.name)].pulse()
        Stage.frame(comp)
        (message,) = [said for said in comp.op("osc_out").sent if said[0] == command.address]
        comp.op("osc_out").sent.clear()
        command.bind(verb_values(command, message[1:]) or ())


def test_the_buttons_of_the_stage_and_the_cues(comp):
    Stage.frame(comp)
    sent(comp)
    for name in ("Stagego", "Stageback", "Stagepanic", "Stagerelease", "Cue7"):
        comp.par[name].pulse()
        Stage.frame(comp)
    assert sent(comp) == [
        ("/lmdm/show/go",),
        ("/lmdm/show/back",),
        ("/lmdm/panic",),
        ("/lmdm/release",),
        ("/lmdm/show/cue", "7"),
    ]


def test_the_wish_is_renewed_and_the_lamp_tells_whether_the_daemon_answers(comp):
    Stage.frame(comp)
    comp.op("osc_out").sent.clear()
    pass_time(comp, 10.0)
    assert ("/lmdm/listen", "*", 60, 9120) not in comp.op("osc_out").sent
    pass_time(comp, 11.0)
    assert ("/lmdm/listen", "*", 60, 9120) in comp.op("osc_out").sent
    assert not comp.par.Connected.eval()
    comp.op("osc_out").sent.clear()
    Stage.receive(comp, "/lmdm/clock/bar", 3)
    assert comp.par.Connected.eval()
    assert ("/lmdm/listen", "*", 60, 9120) in comp.op("osc_out").sent
    pass_time(comp, 7.0)
    assert not comp.par.Connected.eval()


def test_switched_off_it_is_silent_and_moved_it_asks_anew(comp):
    Stage.frame(comp)
    comp.par.Active.val = False
    pass_time(comp, 60.0)
    comp.op("osc_out").sent.clear()
    pass_time(comp, 60.0)
    assert comp.op("osc_out").sent == []
    comp.par.Active.val = True
    comp.par.Receiveport.val = 9555
    Stage.frame(comp)
    assert ("/lmdm/listen", "*", 60, 9555) in comp.op("osc_out").sent
    comp.op("frames").module.onExit()
    assert sent(comp) == [("/lmdm/ignore", "*")]


def test_answers_are_shown_in_words(comp):
    Stage.frame(comp)
    Stage.receive(comp, "/lmdm/fail", "show/cue", 'no cue "99"', by="osc_out")
    assert comp.par.Answer.eval() == '/lmdm/fail show/cue no cue "99"'
    Stage.receive(comp, "/lmdm/tick", 1, 2.0, 120.0)
    Stage.receive(comp, "/lmdm/ack", "/lmdm/mix/gain", -6.0, 0, 0.0)
    Stage.receive(comp, "/lmdm/done", "listen", "1 addresses to port 9120", by="osc_out")
    assert comp.par.Answer.eval().startswith("/lmdm/fail")


def test_the_meters_hear_numbers_only():
    assert len(touchdesigner.METERS) <= MAX_PATTERNS
    for pattern in touchdesigner.METERS:
        for name in names_for(pattern):
            assert not BY_NAME[name].writable, "an ack of it would bring words"
            assert BY_NAME[name].kind in ("float", "int")


def test_a_name_that_touchdesigner_refuses_is_never_made():
    for name in ("mixgain", "MixGain", "Mix_gain", "1mix", ""):
        with pytest.raises(ConfigError, match="is no name"):
            touchdesigner.check_names([name])
    with pytest.raises(ConfigError, match='two parameters would be called "Mixgain"'):
        touchdesigner.check_names(["Mixgain", "Mixgain"])
    assert touchdesigner.parameter_name("prompt/0/text") == "Prompt0text"


def test_the_stand_in_refuses_what_touchdesigner_refuses(stage, comp):
    with pytest.raises(tdError, match="one capital letter"):
        comp.pages[0].appendFloat("Mix_gain")
    with pytest.raises(AttributeError, match="no parameter adress"):
        comp.op("osc_out").par.adress = "127.0.0.1"
    with pytest.raises(tdError, match="is not among"):
        comp.par.Gensampler.val = "eulerr"
    with pytest.raises(tdError, match="takes an address and a list"):
        comp.op("osc_out").sendOSC("/lmdm/show/go", 1)
    with pytest.raises(tdError, match="no member"):
        comp.par.Mixgain.minimum = 3
