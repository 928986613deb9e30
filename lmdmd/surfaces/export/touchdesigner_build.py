"""What builds the component in TouchDesigner. Its text goes into the script as it stands; it knows nothing of lmdmd."""

CALLBACKS = {
    "osc_callbacks": """\
def onReceiveOSC(dat, rowIndex, message, byteData, timeStamp, address, args, peer):
    op('core').module.CORE.on_osc(address, args)
""",
    "parameters": """\
def onValueChange(par, prev):
    op('core').module.CORE.on_value(par)


def onPulse(par):
    op('core').module.CORE.on_pulse(par)
""",
    "frames": """\
def onFrameStart(frame):
    op('core').module.CORE.on_frame()


def onExit():
    op('core').module.CORE.close()
""",
}
CONNECTION = (
    ("Host", "Str", "Host", "127.0.0.1", "Where the daemon is."),
    ("Port", "Int", "OSC Port", 9000, "The daemon's OSC port."),
    ("Receiveport", "Int", "Receives on", 9120, "Port on which this component hears values."),
    ("Meterport", "Int", "Meters on", 9121, "Port on which its meters hear numbers."),
    ("Active", "Toggle", "Active", True, "Ask the daemon for its values."),
    ("Resync", "Pulse", "Ask Again", None, "Ask for every value once more."),
    ("Connected", "Toggle", "Connected", False, "The daemon answers."),
    ("Answer", "Str", "Answer", "", "What it said last that is no value."),
)
TOLD = ("Connected", "Answer")
"""Parameters of the connection that are shown only."""


def build(where, td, pages, core):
    """Make the component anew inside `where`; returns it. `td` is TouchDesigner's own module of classes."""
    old = where.op("lmdmd")
    if old is not None:
        old.destroy()
    comp = where.create(td.baseCOMP, "lmdmd")
    add_connection(comp)
    for name, rows in pages:
        page = comp.appendCustomPage(name)
        for row in rows:
            add_parameter(page, row)
    add_operators(comp, td, core)
    return comp


def add_connection(comp):
    """The page that says where the daemon is."""
    page = comp.appendCustomPage("Lmdmd")
    for name, style, label, default, words in CONNECTION:
        par = getattr(page, "append" + style)(name, label=label)[0]
        if default is not None:
            par.default = default
            par.val = default
        par.readOnly = name in TOLD
        par.help = words


def add_parameter(page, row):
    """One parameter: a row, a verb's button, or one of its arguments."""
    par = getattr(page, "append" + row["style"])(row["par"], label=row["label"])[0]
    par.help = row["help"]
    if row["style"] == "Menu":
        par.menuNames = row["choices"]
        par.menuLabels = row["choices"]
    if row.get("span"):
        par.min, par.max = par.normMin, par.normMax = row["span"]
        par.clampMin = par.clampMax = True
    if row["style"] != "Pulse":
        par.default = row["default"]
        par.val = row["default"]
        par.readOnly = row["told"]
    if row.get("secret"):
        par.password = True


def add_operators(comp, td, core):
    """What lies inside: the mind, the way out, two ways in, and what calls the mind."""
    place(comp.create(td.textDAT, "core"), 0, 0).text = core
    place(comp.create(td.textDAT, "osc_callbacks"), 0, 1).text = CALLBACKS["osc_callbacks"]
    out = place(comp.create(td.oscoutDAT, "osc_out"), 1, 0)
    out.par.address.expr = "parent().par.Host"
    out.par.port.expr = "parent().par.Port"
    heard = place(comp.create(td.oscinDAT, "osc_in"), 1, 1)
    heard.par.port.expr = "parent().par.Receiveport"
    for dat in (out, heard):
        for docked in list(dat.docked):
            docked.destroy()
        dat.par.callbacks = "osc_callbacks"
        dat.par.clamp = True
        dat.par.maxlines = 50
    add_channels(comp, td)
    hands = place(comp.create(td.parameterexecuteDAT, "parameters"), 3, 0)
    hands.text = CALLBACKS["parameters"]
    hands.par.op = ".."
    hands.par.pars = "*"
    hands.par.custom = True
    hands.par.builtin = False
    hands.par.valuechange = True
    hands.par.onpulse = True
    frames = place(comp.create(td.executeDAT, "frames"), 3, 1)
    frames.text = CALLBACKS["frames"]
    frames.par.framestart = True
    frames.par.exit = True


def add_channels(comp, td):
    """Numbers to animate with: the meters as they come in, and every number among the parameters."""
    meters = place(comp.create(td.oscinCHOP, "meters"), 2, 0)
    meters.par.port.expr = "parent().par.Meterport"
    meters.par.stripsegments = 1
    rows = place(comp.create(td.parameterCHOP, "rows"), 2, 1)
    rows.par.ops = ".."
    rows.par.custom = True
    rows.par.builtin = False
    for at, chop in enumerate((meters, rows)):
        sink = place(comp.create(td.outCHOP, "out_" + chop.name), 2.5, at)
        sink.inputConnectors[0].connect(chop)


def place(made, column, row):
    """Lay an operator down where it covers no other."""
    made.nodeX, made.nodeY = int(200 * column), -150 * row
    return made
