"""What runs inside the component in TouchDesigner. Its text goes into a DAT as it stands; it knows nothing of lmdmd.

A value that the daemon tells is put into its parameter and remembered. TouchDesigner then reports a change like that
of a hand; what equals the remembered value is not sent again, so nothing goes in circles. While a hand moves a
parameter the daemon's echo waits a moment, so that the slider does not jump under it. What the parameters hold when
the component is loaded counts as told.
"""

import time

LEASE_S = 60
RENEW_S = 20.0
PULSE_S = 2.0
SILENT_S = 6.0
HOLD_S = 0.3
PULSE = "status/callbacks"
OFTEN = ("/lmdm/tick", "/lmdm/ack", "/lmdm/heard")
CHATTER = ("listen", "ignore", "ping")


class Core:
    """The component's mind. `rows` and `verbs` are dictionaries by address, `meters` patterns of numbers."""

    def __init__(self, comp, rows, verbs, meters, clock=time.monotonic):
        self.comp = comp
        self.rows = rows
        self.verbs = {verb["par"]: verb for verb in verbs}
        self.meters = meters
        self.clock = clock
        self.by_par = {row["par"]: (address, row) for address, row in rows.items()}
        self.heard = {name: comp.par[name].eval() for name in self.by_par}
        self.touched = {}
        self.late = {}
        self.renew_at = 0.0
        self.pulse_at = 0.0
        self.seen_at = None

    def send(self, address, *values):
        """One message to the daemon."""
        self.comp.op("osc_out").sendOSC(address, list(values))

    def listen(self):
        """Ask for every value, and for the meters on the port of their own."""
        receive, meter = (int(self.comp.par[name].eval()) for name in ("Receiveport", "Meterport"))
        self.send("/lmdm/listen", "*", LEASE_S, receive)
        for pattern in self.meters:
            self.send("/lmdm/listen", pattern, LEASE_S, meter)
        self.renew_at = self.clock() + RENEW_S

    def on_frame(self):
        """Every frame: renew what was asked for, see whether the daemon answers, show what had to wait."""
        now = self.clock()
        if not self.comp.par["Active"].eval():
            return
        if now >= self.renew_at:
            self.listen()
        if now >= self.pulse_at:
            self.pulse_at = now + PULSE_S
            self.send("/lmdm/listen", PULSE, LEASE_S, int(self.comp.par["Receiveport"].eval()))
        connected = self.seen_at is not None and now - self.seen_at < SILENT_S
        if not connected and self.comp.par["Connected"].eval():
            self.comp.par["Connected"].val = False
        for name in [name for name, at in self.touched.items() if now - at >= HOLD_S]:
            del self.touched[name]
            if name in self.late:
                self.put(name, self.late.pop(name))

    def on_osc(self, address, values):
        """A message from the daemon: a row's value, or words for people."""
        self.seen_at = self.clock()
        if not self.comp.par["Connected"].eval():
            self.comp.par["Connected"].val = True
            self.listen()
        row = self.rows.get(address)
        if row is None:
            self.say(address, values)
        elif values and row["par"] in self.touched:
            self.late[row["par"]] = values[0]
        elif values:
            self.put(row["par"], values[0])

    def say(self, address, values):
        """Show an answer in words, unless it comes all the time."""
        if address not in OFTEN and not (address == "/lmdm/done" and values and values[0] in CHATTER):
            self.comp.par["Answer"].val = " ".join(map(str, [address, *values]))

    def put(self, name, value):
        """Show what the daemon told."""
        par = self.comp.par[name]
        par.val = bool(value) if self.by_par[name][1]["kind"] == "bool" else value
        self.heard[name] = par.eval()

    def on_value(self, par):
        """A parameter changed, by a hand or because we put it there."""
        if par.name in ("Receiveport", "Meterport", "Host", "Port", "Active"):
            self.renew_at = self.pulse_at = 0.0
            return
        address, row = self.by_par.get(par.name, ("", None))
        value = par.eval()
        if row is None or not row["writable"] or self.heard.get(par.name) == value:
            return
        self.heard[par.name] = value
        self.touched[par.name] = self.clock()
        self.late.pop(par.name, None)
        self.send(address, int(value) if row["kind"] == "bool" else value)

    def on_pulse(self, par):
        """A button was pressed: a verb with what stands beside it, or a cue."""
        verb = self.verbs.get(par.name)
        if verb is not None:
            said = [self.comp.par[name].eval() for name in verb["arguments"]]
            self.send(verb["address"], *verb["values"], *said)
        elif par.name == "Resync":
            self.renew_at = 0.0

    def close(self):
        """The component goes: ask for nothing more."""
        self.send("/lmdm/ignore", "*")
