"""What of the SuperCollider quark is no table: the class ``Lmdm`` itself, an example, and the readme."""

from __future__ import annotations

from lmdmd.surfaces.export.connection import ANSWERS, HOST, LEASE_S, PORT, PULSE, PULSE_S, RENEW_S, SILENT_S

SYMBOLS = ", ".join(f"\\{name}" for name in ANSWERS)

CORE = f"""\
// Made by lmdmd export patches supercollider from the program's tables; do not edit.

Lmdm {{
	classvar <>default;
	var <addr, <values, <alive = false, <>answer;
	var actions, receiver, watcher, heardAt = 0, askedAt, syncs, lastSync = 0;

	*new {{ |host = "{HOST}", port = {PORT}|
		^super.new.init(NetAddr(host, port))
	}}

	init {{ |daemon|
		addr = daemon;
		values = IdentityDictionary.new;
		actions = IdentityDictionary.new;
		syncs = IdentityDictionary.new;
		default = default ? this;
	}}

	connect {{
		if(receiver.notNil) {{ ^this }};
		receiver = {{ |message, time, from|
			if((from.addr == addr.addr) and: {{ from.port == addr.port }}) {{ this.hear(message) }}
		}};
		thisProcess.addOSCRecvFunc(receiver);
		askedAt = nil;
		this.pulse;
		watcher = SkipJack({{ this.pulse }}, {PULSE_S}, name: "lmdm", clock: AppClock);
	}}

	disconnect {{
		if(receiver.isNil) {{ ^this }};
		watcher.stop;
		this.send("ignore", "*");
		thisProcess.removeOSCRecvFunc(receiver);
		receiver = nil;
		this.live(false);
	}}

	pulse {{
		var now = Main.elapsedTime;
		if(alive and: {{ (now - heardAt) > {SILENT_S} }}) {{ this.live(false) }};
		if(askedAt.isNil or: {{ (now - askedAt) >= {RENEW_S} }}) {{
			askedAt = now;
			this.send("listen", "*", {LEASE_S});
		}} {{
			this.ask("{PULSE}");
		}};
	}}

	live {{ |is|
		if(is != alive) {{
			alive = is;
			this.changed(\\alive, is);
			// A daemon that was started anew knows nothing of our wish.
			if(is) {{ askedAt = nil; AppClock.sched(0, {{ if(receiver.notNil) {{ this.pulse }}; nil }}) }};
		}}
	}}

	hear {{ |message|
		var address = message[0].asString, name, rest;
		if(address.beginsWith("/lmdm/").not) {{ ^this }};
		name = address.drop(6).asSymbol;
		rest = message.drop(1).collect {{ |value| if(value.isKindOf(Symbol)) {{ value.asString }} {{ value }} }};
		heardAt = Main.elapsedTime;
		this.live(true);
		if(name == \\synced) {{
			syncs.removeAt(rest[0].asInteger).do {{ |condition| condition.test = true; condition.signal }};
		}};
		if([{SYMBOLS}].includes(name)) {{
			answer.value(name, *rest);
			this.changed(name, *rest);
		}} {{
			values[name] = rest[0];
			this.changed(\\value, name, rest[0]);
			actions[name].copy.do {{ |action| action.value(name, rest[0]) }};
		}}
	}}

	send {{ |name ... words|
		addr.sendMsg("/lmdm/" ++ name, *words.collect {{ |word|
			if(word.isKindOf(Boolean)) {{ word.binaryValue }} {{ word }}
		}});
	}}

	get {{ |name| ^values[name.asSymbol] }}

	set {{ |name, value, glide, curve|
		var words = [value];
		if(glide.notNil or: {{ curve.notNil }}) {{ words = words.add(glide ? 0) }};
		if(curve.notNil) {{ words = words.add(curve) }};
		this.send(name, *words);
	}}

	act {{ |verb ... words|
		while {{ words.notEmpty and: {{ words.last.isNil }} }} {{ words = words.drop(-1) }};
		this.send(verb, *words);
	}}

	ask {{ |name| this.send(name) }}

	follow {{ |name, action|
		actions[name.asSymbol] = actions[name.asSymbol].add(action);
	}}

	unfollow {{ |name, action|
		if(action.isNil) {{ actions.removeAt(name.asSymbol) }} {{ actions[name.asSymbol].remove(action) }};
	}}

	sync {{ |timeout = 30|
		var condition = Condition.new, number;
		lastSync = number = lastSync + 1;
		syncs[number] = [condition];
		this.send("sync", number);
		AppClock.sched(timeout, {{ condition.unhang; nil }});
		condition.wait;
		syncs.removeAt(number);
		^condition.test
	}}

	// GROUPS
}}

LmdmGroup {{
	var <lmdm, <index;

	*new {{ |lmdm, index| ^super.newCopyArgs(lmdm, index) }}
	path {{ ^this.subclassResponsibility(thisMethod) }}
	get {{ |name| ^lmdm.get(this.path ++ name) }}
	set {{ |name, value, glide, curve| lmdm.set(this.path ++ name, value, glide, curve) }}
	act {{ |verb ... words| lmdm.act(verb, *words) }}
}}
"""

EXAMPLE = f"""\
// Start "lmdmd run", then evaluate line by line. Made by lmdmd export patches supercollider.

l = Lmdm("{HOST}", {PORT}).connect;
l.alive;

// Rows: the value last heard, a new one, and one that is reached in two seconds.
l.mix.gain;
l.mix.gain = -6;
l.mix.gain_(0, 2);
l.prompt(0).text = "warm dub techno";
l.prompt(1).text = "slow ambient pads";
l.prompt(1).weight_(1, 8);

// Verbs.
l.show.go;
l.panic(0.5);
l.release;

// Whatever changes, and whatever the daemon answers.
l.follow("show/cue", {{ |name, value| [name, value].postln }});
l.answer = {{ |what ... words| if(what == \\fail) {{ words.postln }} }};

// A pattern that plays with the daemon's mixer, on its beat.
(
r = Routine {{
	loop {{
		l.mix.lowpass_(exprand(400, 12000), 0.2);
		(60 / (l.clock.tempo ? 120)).wait;
	}}
}}.play;
)
r.stop;

// Wait until everything before has been done, such as a model that loads.
fork {{ l.deck.load("pocket"); l.sync(60).postln }};

l.disconnect;
"""

README = f"""\
# lmdmd for SuperCollider

Made by `lmdmd export patches supercollider` from the program's tables; do not edit. SuperCollider 3.9 or newer.

Start `lmdmd run`. In SuperCollider: `Quarks.install("/path/to/patches/supercollider")`, or copy the folder into
`Platform.userExtensionDir`; recompile the class library. Then `l = Lmdm("{HOST}", {PORT}).connect`, and
`example.scd`. Help: `Lmdm.openHelpFile`, with every row and verb.

- A row is a method: `l.mix.gain` gives the value last heard, `l.mix.gain = -6` sets it, `l.mix.gain_(-6, 2)` takes two
  seconds. A number is an index: `l.prompt(0).text`. A verb is a method: `l.show.go`, `l.deck.swap(4)`.
- `l.alive` tells whether the daemon answers; dependants hear `\\alive`. `l.follow("show/cue", {{ |name, value| ... }})`
  hears one row, `l.answer = {{ |what ... words| ... }}` what the daemon says besides. `l.sync` waits in a Routine.

To be checked by hand: the help page, in the help browser. The class itself runs in our tests in sclang 3.13.
"""
