"""The object ``lmdm`` of the Pure Data patches: everything between a patch and the daemon's port.

One socket sends and hears, because the daemon answers to where a message came from. Pd's oscparse gives the words of
an address one by one; here an address stays one word, so that ``route /lmdm/mix/gain`` finds it: a packet read as text
ends where its address ends, and the rest is parsed behind a short address of our own.
"""

from __future__ import annotations

from lmdmd.surfaces.export.connection import ANSWERS, HOST, LEASE_S, PORT, PULSE, PULSE_S, RENEW_S, SILENT_S
from lmdmd.surfaces.export.pd_sheet import Sheet

SIGNS = "44 59 36 92"
"""Signs that mean something to Pd: comma, semicolon, dollar and backslash, which is the last."""


def make_core() -> Sheet:
    """The object: messages in; values, answers, and 1 or 0 as the daemon answers or not, out."""
    sheet = Sheet(900, 620)
    sheet.text(20, 5, "made by lmdmd export patches pd; right click for help")
    route = sheet.chain(sheet.obj(20, 30, "inlet"), sheet.obj(20, 60, "route connect disconnect"))
    net = sheet.obj(20, 540, "netsend -u -b")
    begin, wait = _add_connecting(sheet, route, net)
    form = sheet.obj(20, 350, "list")
    sheet.cord(route, form, outlet=2)
    _add_sending(sheet, form, net)
    ask = _add_asking(sheet, net, form)
    packet = sheet.obj(480, 60, "t a b")
    sheet.cord(net, packet, outlet=1)
    values, answers, alive = (sheet.obj(x, 580, "outlet") for x in (480, 580, 780))
    change = _add_pulse(sheet, packet, begin, wait)
    sheet.chain(change, sheet.obj(700, 230, "sel 1"), ask)
    sheet.chain(change, alive)
    _add_parsing(sheet, packet, values, answers)
    return sheet


def _add_connecting(sheet: Sheet, route: int, net: int) -> tuple[int, int]:
    """Where the daemon is; returns what connects anew, and what waits for its word."""
    begin = sheet.obj(20, 160, "t b b b")
    where = sheet.obj(180, 190, f"list append {HOST} {PORT}")
    said = sheet.obj(180, 130, "t b a")
    sheet.cord(route, said)
    sheet.cord(said, begin)
    sheet.cord(said, where, outlet=1, inlet=1)
    loaded, given = sheet.obj(260, 30, "loadbang"), sheet.obj(260, 60, "list append $1 $2")
    given = sheet.chain(loaded, given, sheet.obj(260, 90, "route 0"))
    sheet.cord(given, begin)
    sheet.cord(given, said, outlet=1)
    stop, wait = sheet.msg(100, 230, "disconnect"), sheet.obj(20, 230, f"delay {SILENT_S * 1000}")
    sheet.chain(stop, net)
    for outlet, target in enumerate((wait, where, stop)):
        sheet.cord(begin, target, outlet=outlet)
    sheet.chain(where, sheet.obj(180, 220, "list prepend connect"), sheet.obj(180, 250, "list trim"), net)
    leave, rest = sheet.obj(100, 100, "t b b"), sheet.msg(60, 200, "stop")
    sheet.cord(route, leave, outlet=1)
    sheet.cord(leave, stop)
    sheet.cord(leave, rest, outlet=1)
    sheet.chain(rest, wait)
    return begin, wait


def _add_asking(sheet: Sheet, net: int, form: int) -> int:
    """While connected: the wish to hear every value, and a small question; returns what begins the wish anew."""
    wish, pulse = sheet.obj(230, 280, f"metro {RENEW_S * 1000}"), sheet.obj(330, 310, f"metro {PULSE_S * 1000}")
    sheet.chain(net, wish, sheet.msg(230, 340, f"/lmdm/listen * {LEASE_S}"), form)
    sheet.chain(net, pulse, sheet.msg(330, 370, f"/lmdm/{PULSE}"), form)
    return wish


def _add_sending(sheet: Sheet, form: int, net: int) -> None:
    """A message as a packet, if there is a connection to send it by."""
    both = sheet.chain(form, sheet.obj(20, 380, "t a a"))
    address, values = sheet.obj(100, 410, "list split 1"), sheet.obj(20, 440, "list split 1")
    sheet.cord(both, address, outlet=1)
    sheet.cord(both, values)
    packet = sheet.obj(20, 480, "oscformat")
    sheet.chain(address, sheet.obj(140, 440, "list prepend set"), sheet.obj(140, 465, "list trim"), packet)
    sheet.cord(values, packet, outlet=1)
    gate = sheet.obj(20, 510, "spigot")
    sheet.chain(packet, sheet.obj(100, 480, "list prepend send"), sheet.obj(240, 480, "list trim"), gate, net)
    sheet.cord(net, gate, inlet=1)


def _add_pulse(sheet: Sheet, packet: int, begin: int, wait: int) -> int:
    """1 when the daemon is heard; 0, and a new connection, when it has been silent for long."""
    heard = sheet.obj(780, 90, "t b b")
    sheet.cord(packet, heard, outlet=1)
    sheet.cord(heard, wait, outlet=1)
    change = sheet.obj(780, 200, "change")
    sheet.chain(heard, sheet.msg(780, 130, "1"), change)
    silent, gone = sheet.obj(840, 90, "t b b"), sheet.msg(840, 130, "0")
    sheet.chain(wait, silent, begin)
    sheet.cord(silent, gone, outlet=1)
    return sheet.chain(gone, change)


def _add_parsing(sheet: Sheet, packet: int, values: int, answers: int) -> None:
    both = sheet.chain(packet, sheet.obj(480, 90, "t a a"))
    name = sheet.obj(600, 120, "list tosymbol")
    sheet.cord(both, name, outlet=1)
    twice = sheet.chain(name, sheet.obj(600, 145, "t s s"))
    signs = sheet.obj(640, 170, "list fromsymbol")
    sheet.cord(twice, signs, outlet=1)
    body, said = sheet.obj(480, 250, "list split"), sheet.obj(480, 350, "list prepend")
    words = sheet.obj(640, 195, "list length"), sheet.obj(640, 220, "div 4"), sheet.obj(700, 220, "+ 1")
    sheet.cord(sheet.chain(signs, *words, sheet.obj(740, 220, "* 4")), body, inlet=1)
    sheet.cord(twice, said, inlet=1)
    sheet.cord(both, body)
    short = sheet.obj(480, 275, "list prepend 47 97 0 0")
    sheet.cord(body, short, outlet=1)
    rest = sheet.chain(short, sheet.obj(480, 300, "oscparse"), sheet.obj(480, 325, "list split 1"))
    sheet.cord(rest, said, outlet=1)
    whole = sheet.chain(said, sheet.obj(480, 375, "list trim"))
    sort = sheet.chain(whole, sheet.obj(480, 410, "route " + " ".join(f"/lmdm/{name}" for name in ANSWERS)))
    for outlet, answer in enumerate(ANSWERS):
        again = sheet.obj(480 + 36 * outlet, 440 + 10 * outlet, f"list prepend /lmdm/{answer}")
        sheet.cord(sort, again, outlet=outlet)
        sheet.chain(again, sheet.obj(640, 545, "list trim"), answers)
    sheet.cord(sort, values, outlet=len(ANSWERS))


def make_words() -> Sheet:
    """The object ``lmdm-words``: a symbol's words one by one, as a player would have typed them."""
    sheet = Sheet(520, 480)
    start = sheet.chain(sheet.obj(20, 20, "inlet"), sheet.obj(20, 50, "t b s b"))
    made, kept = sheet.obj(20, 400, "list"), sheet.obj(220, 340, "list prepend")
    clear = sheet.msg(360, 80, "list")
    sheet.cord(start, clear, outlet=2)
    for target in (made, kept):
        sheet.cord(clear, target, inlet=1)
    sign = _add_signs(sheet, start)
    escape = sheet.obj(300, 270, f"sel {SIGNS}")
    sheet.cord(sign, escape, outlet=1)
    before = sheet.msg(300, 300, SIGNS.split()[-1])
    for outlet in range(len(SIGNS.split())):
        sheet.cord(escape, before, outlet=outlet)
    sheet.cord(before, kept)
    sheet.cord(sign, kept)
    longer = sheet.chain(kept, sheet.obj(220, 370, "t a a"))
    sheet.cord(longer, made, inlet=1)
    sheet.cord(longer, kept, outlet=1, inlet=1)
    sheet.cord(start, made)
    words = sheet.obj(20, 425, "list append 59"), sheet.obj(140, 425, "fudiparse"), sheet.obj(240, 425, "outlet")
    sheet.chain(made, *words)
    return sheet


def _add_signs(sheet: Sheet, start: int) -> int:
    """A symbol's signs as numbers, one after another, each of them twice."""
    signs, both = sheet.obj(120, 80, "list fromsymbol"), sheet.obj(120, 110, "t b a")
    sheet.cord(start, signs, outlet=1)
    turn, left = sheet.obj(120, 140, "until"), sheet.obj(160, 170, "list")
    sheet.chain(signs, both, turn, left)
    sheet.cord(both, left, outlet=1, inlet=1)
    first = sheet.chain(left, sheet.obj(160, 200, "list split 1"))
    sheet.cord(first, left, outlet=1, inlet=1)
    sheet.cord(first, turn, outlet=2, inlet=1)
    return sheet.chain(first, sheet.obj(220, 240, "t f f"))
