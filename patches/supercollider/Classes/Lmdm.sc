// Made by lmdmd export patches supercollider from the program's tables; do not edit.

Lmdm {
	classvar <>default;
	var <addr, <values, <alive = false, <>answer;
	var actions, receiver, watcher, heardAt = 0, askedAt, syncs, lastSync = 0;

	*new { |host = "127.0.0.1", port = 9000|
		^super.new.init(NetAddr(host, port))
	}

	init { |daemon|
		addr = daemon;
		values = IdentityDictionary.new;
		actions = IdentityDictionary.new;
		syncs = IdentityDictionary.new;
		default = default ? this;
	}

	connect {
		if(receiver.notNil) { ^this };
		receiver = { |message, time, from|
			if((from.addr == addr.addr) and: { from.port == addr.port }) { this.hear(message) }
		};
		thisProcess.addOSCRecvFunc(receiver);
		askedAt = nil;
		this.pulse;
		watcher = SkipJack({ this.pulse }, 2, name: "lmdm", clock: AppClock);
	}

	disconnect {
		if(receiver.isNil) { ^this };
		watcher.stop;
		this.send("ignore", "*");
		thisProcess.removeOSCRecvFunc(receiver);
		receiver = nil;
		this.live(false);
	}

	pulse {
		var now = Main.elapsedTime;
		if(alive and: { (now - heardAt) > 6 }) { this.live(false) };
		if(askedAt.isNil or: { (now - askedAt) >= 20 }) {
			askedAt = now;
			this.send("listen", "*", 60);
		} {
			this.ask("status/callbacks");
		};
	}

	live { |is|
		if(is != alive) {
			alive = is;
			this.changed(\alive, is);
			// A daemon that was started anew knows nothing of our wish.
			if(is) { askedAt = nil; AppClock.sched(0, { if(receiver.notNil) { this.pulse }; nil }) };
		}
	}

	hear { |message|
		var address = message[0].asString, name, rest;
		if(address.beginsWith("/lmdm/").not) { ^this };
		name = address.drop(6).asSymbol;
		rest = message.drop(1).collect { |value| if(value.isKindOf(Symbol)) { value.asString } { value } };
		heardAt = Main.elapsedTime;
		this.live(true);
		if(name == \synced) {
			syncs.removeAt(rest[0].asInteger).do { |condition| condition.test = true; condition.signal };
		};
		if([\done, \fail, \note, \incident, \tick, \ack, \heard, \synced, \status].includes(name)) {
			answer.value(name, *rest);
			this.changed(name, *rest);
		} {
			values[name] = rest[0];
			this.changed(\value, name, rest[0]);
			actions[name].copy.do { |action| action.value(name, rest[0]) };
		}
	}

	send { |name ... words|
		addr.sendMsg("/lmdm/" ++ name, *words.collect { |word|
			if(word.isKindOf(Boolean)) { word.binaryValue } { word }
		});
	}

	get { |name| ^values[name.asSymbol] }

	set { |name, value, glide, curve|
		var words = [value];
		if(glide.notNil or: { curve.notNil }) { words = words.add(glide ? 0) };
		if(curve.notNil) { words = words.add(curve) };
		this.send(name, *words);
	}

	act { |verb ... words|
		while { words.notEmpty and: { words.last.isNil } } { words = words.drop(-1) };
		this.send(verb, *words);
	}

	ask { |name| this.send(name) }

	follow { |name, action|
		actions[name.asSymbol] = actions[name.asSymbol].add(action);
	}

	unfollow { |name, action|
		if(action.isNil) { actions.removeAt(name.asSymbol) } { actions[name.asSymbol].remove(action) };
	}

	sync { |timeout = 30|
		var condition = Condition.new, number;
		lastSync = number = lastSync + 1;
		syncs[number] = [condition];
		this.send("sync", number);
		AppClock.sched(timeout, { condition.unhang; nil });
		condition.wait;
		syncs.removeAt(number);
		^condition.test
	}

	engine { ^LmdmEngine(this) }
	gen { ^LmdmGen(this) }
	beat { ^LmdmBeat(this) }
	harmony { ^LmdmHarmony(this) }
	delay { ^LmdmDelay(this) }
	jam { ^LmdmJam(this) }
	watch { ^LmdmWatch(this) }
	prompt { |index| ^if(index.isNil) { LmdmPrompt(this) } { LmdmPromptSlot(this, index) } }
	mix { ^LmdmMix(this) }
	input { ^LmdmInput(this) }
	clock { ^LmdmClock(this) }
	show { ^LmdmShow(this) }
	deck { |index| ^if(index.isNil) { LmdmDeck(this) } { LmdmDeckSlot(this, index) } }
	record { ^LmdmRecord(this) }
	midi { ^LmdmMidi(this) }
	meter { ^LmdmMeter(this) }
	status { ^LmdmStatus(this) }
	osc { ^LmdmOsc(this) }
	conductor { ^LmdmConductor(this) }
	// /lmdm/panic [fade_s = 0.5]: Fade out and stay silent until release; a second time, be silent at once.
	panic { |fade_s| this.act("panic", fade_s) }
	// /lmdm/release [fade_s = 0.5]: Come back after a panic.
	release { |fade_s| this.act("release", fade_s) }
	// /lmdm/prime what [which = ]: Go on from other music: file NAME beside the setlist or a recording, input 8, or tape 8 (seconds).
	prime { |what, which| this.act("prime", what, which) }
	// /lmdm/login passcode: Say a passcode, and do what its level allows.
	login { |passcode| this.act("login", passcode) }
	// /lmdm/logout: Do no more than before the login.
	logout { this.act("logout") }
	// /lmdm/ping: Begin the sender's leases anew.
	ping { this.act("ping") }
	// /lmdm/quit: Fade out and end the program.
	quit { this.act("quit") }
}

LmdmGroup {
	var <lmdm, <index;

	*new { |lmdm, index| ^super.newCopyArgs(lmdm, index) }
	path { ^this.subclassResponsibility(thisMethod) }
	get { |name| ^lmdm.get(this.path ++ name) }
	set { |name, value, glide, curve| lmdm.set(this.path ++ name, value, glide, curve) }
	act { |verb ... words| lmdm.act(verb, *words) }
}

LmdmEngine : LmdmGroup {
	path { ^"engine/" }
	// /lmdm/engine/lead (float 0.5 to 8 s): Audio kept ready; more where blocks take longer.
	lead { ^this.get("lead") }
	lead_ { |value, glide, curve| this.set("lead", value, glide, curve) }
	// /lmdm/engine/commit_margin (float 0 to 1000 ms): Time to spare for a change.
	commit_margin { ^this.get("commit_margin") }
	commit_margin_ { |value, glide, curve| this.set("commit_margin", value, glide, curve) }
	// /lmdm/engine/seed (int 0 to 2.14748e+09): Seed of the noise: same seed, same moves, same sound.
	seed { ^this.get("seed") }
	seed_ { |value, glide, curve| this.set("seed", value, glide, curve) }
	// /lmdm/engine/govern (bool): Take fewer steps rather than be late.
	govern { ^this.get("govern") }
	govern_ { |value, glide, curve| this.set("govern", value, glide, curve) }
	// /lmdm/engine/hold (bool): Make no new block while true.
	hold { ^this.get("hold") }
	hold_ { |value, glide, curve| this.set("hold", value, glide, curve) }
	// /lmdm/engine/prime (text): Go on from this music: tape 8, input 8.
	prime { ^this.get("prime") }
	prime_ { |value, glide, curve| this.set("prime", value, glide, curve) }
	// /lmdm/engine/reset: Forget the music so far: the model starts from an empty context.
	reset { this.act("engine/reset") }
}

LmdmGen : LmdmGroup {
	path { ^"gen/" }
	// /lmdm/gen/steps (int 1 to 50): Denoising steps per block: more is finer, slower.
	steps { ^this.get("steps") }
	steps_ { |value, glide, curve| this.set("steps", value, glide, curve) }
	// /lmdm/gen/cfg (float 0 to 12): Guidance: how strongly the prompt pulls; 1 is off.
	cfg { ^this.get("cfg") }
	cfg_ { |value, glide, curve| this.set("cfg", value, glide, curve) }
	// /lmdm/gen/guidance (cfg, cfg++): Plain guidance, or CFG++ for few steps.
	guidance { ^this.get("guidance") }
	guidance_ { |value, glide, curve| this.set("guidance", value, glide, curve) }
	// /lmdm/gen/plus (float 0 to 1): Weight of cfg++: 0 ignores the prompt, 1 is all prompt.
	plus { ^this.get("plus") }
	plus_ { |value, glide, curve| this.set("plus", value, glide, curve) }
	// /lmdm/gen/temperature (float 0.5 to 2): Strength of noise: less calm, more wild.
	temperature { ^this.get("temperature") }
	temperature_ { |value, glide, curve| this.set("temperature", value, glide, curve) }
	// /lmdm/gen/sampler (euler, dpmpp, pingpong): Sampler of the denoising steps.
	sampler { ^this.get("sampler") }
	sampler_ { |value, glide, curve| this.set("sampler", value, glide, curve) }
	// /lmdm/gen/memory (float 0 to 60 s): How much of its own past the model hears.
	memory { ^this.get("memory") }
	memory_ { |value, glide, curve| this.set("memory", value, glide, curve) }
	// /lmdm/gen/drop (bool): Drop most of the context when another prompt takes the lead.
	drop { ^this.get("drop") }
	drop_ { |value, glide, curve| this.set("drop", value, glide, curve) }
	// /lmdm/gen/beat (float 0 to 4): How strongly the clock's beat pulls; 1 is as it was learned.
	beat { ^this.get("beat") }
	beat_ { |value, glide, curve| this.set("beat", value, glide, curve) }
	// /lmdm/gen/harmony (float 0 to 4): How strongly the chord pulls; 1 is as it was learned.
	harmony { ^this.get("harmony") }
	harmony_ { |value, glide, curve| this.set("harmony", value, glide, curve) }
}

LmdmBeat : LmdmGroup {
	path { ^"beat/" }
	// /lmdm/beat/on (bool): Let the music follow the clock, where its model knows of beats.
	on { ^this.get("on") }
	on_ { |value, glide, curve| this.set("on", value, glide, curve) }
	// /lmdm/beat/position (float -1e+07 to 1e+07 beats): Beats since bar 1, told on each.
	position { ^this.get("position") }
	// /lmdm/beat/bars (float -1e+07 to 1e+07 bars): Bars since bar 1, told on each.
	bars { ^this.get("bars") }
}

LmdmHarmony : LmdmGroup {
	path { ^"harmony/" }
	// /lmdm/harmony/on (bool): Let the music keep to the chord, where its model knows of chords.
	on { ^this.get("on") }
	on_ { |value, glide, curve| this.set("on", value, glide, curve) }
	// /lmdm/harmony/chord (text): Chord: Am7, C/G; N.C. is none.
	chord { ^this.get("chord") }
	chord_ { |value, glide, curve| this.set("chord", value, glide, curve) }
	// /lmdm/harmony/progression (text): Chords: Am7 | Dm7 G7.
	progression { ^this.get("progression") }
	progression_ { |value, glide, curve| this.set("progression", value, glide, curve) }
	// /lmdm/harmony/from (int 1 to 100000 bars): Bar on which the progression begins.
	from { ^this.get("from") }
	from_ { |value, glide, curve| this.set("from", value, glide, curve) }
	// /lmdm/harmony/key (text): Key: A minor; its triad, where no chord is set.
	key { ^this.get("key") }
	key_ { |value, glide, curve| this.set("key", value, glide, curve) }
	// /lmdm/harmony/quantise (now, beat, bar): Where a chord comes that a hand sets.
	quantise { ^this.get("quantise") }
	quantise_ { |value, glide, curve| this.set("quantise", value, glide, curve) }
	// /lmdm/harmony/now (text): Chord that is asked for now.
	now { ^this.get("now") }
	// /lmdm/harmony/heard (text): Chord that jam/chords heard last.
	heard { ^this.get("heard") }
	// /lmdm/harmony/note note [velocity = 100]: Press a key, or let it go (velocity 0): the keys that are held are the chord, on harmony/quantise.
	note { |note, velocity| this.act("harmony/note", note, velocity) }
}

LmdmDelay : LmdmGroup {
	path { ^"delay/" }
	// /lmdm/delay/on (bool): Play what is made of the input, a fixed time after it.
	on { ^this.get("on") }
	on_ { |value, glide, curve| this.set("on", value, glide, curve) }
	// /lmdm/delay/beats (float 0 to 32 beats): That time, by the clock; 0 takes delay/ms.
	beats { ^this.get("beats") }
	beats_ { |value, glide, curve| this.set("beats", value, glide, curve) }
	// /lmdm/delay/ms (float 0 to 10000 ms): That time; never less than delay/least.
	ms { ^this.get("ms") }
	ms_ { |value, glide, curve| this.set("ms", value, glide, curve) }
	// /lmdm/delay/melody (float 0 to 2): How strongly its notes pull; 0: not at all.
	melody { ^this.get("melody") }
	melody_ { |value, glide, curve| this.set("melody", value, glide, curve) }
	// /lmdm/delay/loudness (float 0 to 2): How strongly its loudness pulls; 0: not at all.
	loudness { ^this.get("loudness") }
	loudness_ { |value, glide, curve| this.set("loudness", value, glide, curve) }
	// /lmdm/delay/dry (direct, aligned): Input that mix/wet leaves: at once, or late.
	dry { ^this.get("dry") }
	dry_ { |value, glide, curve| this.set("dry", value, glide, curve) }
	// /lmdm/delay/now (float 0 to 60 s): How long after the input that is heard; 0: off.
	now { ^this.get("now") }
	// /lmdm/delay/least (float 0 to 60 s): The shortest that the machine can do now.
	least { ^this.get("least") }
}

LmdmJam : LmdmGroup {
	path { ^"jam/" }
	// /lmdm/jam/on (bool): Play along with the input.
	on { ^this.get("on") }
	on_ { |value, glide, curve| this.set("on", value, glide, curve) }
	// /lmdm/jam/tf (int -1 to 1 blocks): Blocks of the input known ahead; -1 is live.
	tf { ^this.get("tf") }
	tf_ { |value, glide, curve| this.set("tf", value, glide, curve) }
	// /lmdm/jam/chords (bool): Play the chords that are heard.
	chords { ^this.get("chords") }
	chords_ { |value, glide, curve| this.set("chords", value, glide, curve) }
	// /lmdm/jam/answer (int 0 to 16 bars): Listen so many bars, then answer as many.
	answer { ^this.get("answer") }
	answer_ { |value, glide, curve| this.set("answer", value, glide, curve) }
	// /lmdm/jam/pull (float 0 to 2): How strongly it pulls; 0: not at all.
	pull { ^this.get("pull") }
	pull_ { |value, glide, curve| this.set("pull", value, glide, curve) }
}

LmdmWatch : LmdmGroup {
	path { ^"watch/" }
	// /lmdm/watch/on (bool): Refresh the memory of music that has gone stale or run away.
	on { ^this.get("on") }
	on_ { |value, glide, curve| this.set("on", value, glide, curve) }
	// /lmdm/watch/loud (float -60 to 24 dB): Level over 5 s above which it has run away.
	loud { ^this.get("loud") }
	loud_ { |value, glide, curve| this.set("loud", value, glide, curve) }
	// /lmdm/watch/clip (float 0 to 100 %): Clipped samples above which it has run away.
	clip { ^this.get("clip") }
	clip_ { |value, glide, curve| this.set("clip", value, glide, curve) }
	// /lmdm/watch/quiet (float -96 to 0 dB): Level below which it is silent.
	quiet { ^this.get("quiet") }
	quiet_ { |value, glide, curve| this.set("quiet", value, glide, curve) }
	// /lmdm/watch/quiet_s (float 1 to 600 s): Silence after which it has died away.
	quiet_s { ^this.get("quiet_s") }
	quiet_s_ { |value, glide, curve| this.set("quiet_s", value, glide, curve) }
	// /lmdm/watch/flatness (float 0 to 1): Spectral flatness above which it is noise: 1 is white.
	flatness { ^this.get("flatness") }
	flatness_ { |value, glide, curve| this.set("flatness", value, glide, curve) }
	// /lmdm/watch/repeat (float 0 to 1): Likeness to what was before above which it is stuck: 1 is a loop.
	repeat { ^this.get("repeat") }
	repeat_ { |value, glide, curve| this.set("repeat", value, glide, curve) }
	// /lmdm/watch/drift (float 0 to 10): Distance from the codec's middle above which it strays.
	drift { ^this.get("drift") }
	drift_ { |value, glide, curve| this.set("drift", value, glide, curve) }
	// /lmdm/watch/rest (float 1 to 600 s): Least time between two refreshes.
	rest { ^this.get("rest") }
	rest_ { |value, glide, curve| this.set("rest", value, glide, curve) }
}

LmdmPrompt : LmdmGroup {
	path { ^"prompt/" }
	// /lmdm/prompt/audio slot file: Let a sound file be a prompt, where the bundle's encoder hears sound.
	audio { |slot, file| this.act("prompt/audio", slot, file) }
}

LmdmPromptSlot : LmdmGroup {
	path { ^"prompt/" ++ index ++ "/" }
	// /lmdm/prompt/0/text (text): Words of prompt 0.
	text { ^this.get("text") }
	text_ { |value, glide, curve| this.set("text", value, glide, curve) }
	// /lmdm/prompt/0/weight (float 0 to 1): Share of prompt 0 in the mixture.
	weight { ^this.get("weight") }
	weight_ { |value, glide, curve| this.set("weight", value, glide, curve) }
}

LmdmMix : LmdmGroup {
	path { ^"mix/" }
	// /lmdm/mix/gain (float -96 to 12 dB): Output level.
	gain { ^this.get("gain") }
	gain_ { |value, glide, curve| this.set("gain", value, glide, curve) }
	// /lmdm/mix/mute (bool): Silence the output.
	mute { ^this.get("mute") }
	mute_ { |value, glide, curve| this.set("mute", value, glide, curve) }
	// /lmdm/mix/wet (float 0 to 1): Share of generated sound; the rest is the live input.
	wet { ^this.get("wet") }
	wet_ { |value, glide, curve| this.set("wet", value, glide, curve) }
	// /lmdm/mix/pan (float -1 to 1): Left to right.
	pan { ^this.get("pan") }
	pan_ { |value, glide, curve| this.set("pan", value, glide, curve) }
	// /lmdm/mix/width (float 0 to 2): Stereo width: 0 mono, 1 as made, 2 wide.
	width { ^this.get("width") }
	width_ { |value, glide, curve| this.set("width", value, glide, curve) }
	// /lmdm/mix/highpass (float 20 to 20000 Hz): Cut the lows; 20 is off.
	highpass { ^this.get("highpass") }
	highpass_ { |value, glide, curve| this.set("highpass", value, glide, curve) }
	// /lmdm/mix/lowpass (float 20 to 20000 Hz): Cut the highs; 20000 is off.
	lowpass { ^this.get("lowpass") }
	lowpass_ { |value, glide, curve| this.set("lowpass", value, glide, curve) }
	// /lmdm/mix/freeze (bool): Hold the last moments of generated sound, as a loop.
	freeze { ^this.get("freeze") }
	freeze_ { |value, glide, curve| this.set("freeze", value, glide, curve) }
	// /lmdm/mix/stutter (bool): Repeat the last slice of generated sound.
	stutter { ^this.get("stutter") }
	stutter_ { |value, glide, curve| this.set("stutter", value, glide, curve) }
	// /lmdm/mix/stutter_ms (float 20 to 1000 ms): Length of a slice.
	stutter_ms { ^this.get("stutter_ms") }
	stutter_ms_ { |value, glide, curve| this.set("stutter_ms", value, glide, curve) }
	// /lmdm/mix/ramp (float 1 to 2000 ms): Time that a sudden mixer change takes.
	ramp { ^this.get("ramp") }
	ramp_ { |value, glide, curve| this.set("ramp", value, glide, curve) }
	// /lmdm/mix/limit (bool): Limit peaks to the ceiling.
	limit { ^this.get("limit") }
	limit_ { |value, glide, curve| this.set("limit", value, glide, curve) }
	// /lmdm/mix/ceiling (float -24 to 0 dB): Highest peak that leaves the limiter.
	ceiling { ^this.get("ceiling") }
	ceiling_ { |value, glide, curve| this.set("ceiling", value, glide, curve) }
	// /lmdm/mix/conceal (loop, dry, silence): What fills a gap of the model.
	conceal { ^this.get("conceal") }
	conceal_ { |value, glide, curve| this.set("conceal", value, glide, curve) }
	// /lmdm/mix/deck (float 0 to 1): Crossfade between the decks: 0 is deck 0, 1 is deck 1.
	deck { ^this.get("deck") }
	// /lmdm/mix/fade (float 0 to 1): Master fade: 1 sounds, 0 is silent (panic, quit).
	fade { ^this.get("fade") }
	// /lmdm/mix/ending (float 0 to 1): Fade at the end of the show: 1 sounds.
	ending { ^this.get("ending") }
	// /lmdm/mix/open (float 0 to 1): Whether decks sound: 0 while jam/answer listens.
	open { ^this.get("open") }
	// /lmdm/mix/dry_delay (float 0 to 10 s): How late the input is heard by mix/wet.
	dry_delay { ^this.get("dry_delay") }
}

LmdmInput : LmdmGroup {
	path { ^"input/" }
	// /lmdm/input/source (mic, file, both, tape): The device, the file, both, or the output again.
	source { ^this.get("source") }
	source_ { |value, glide, curve| this.set("source", value, glide, curve) }
	// /lmdm/input/gain (float -96 to 24 dB): Level of the live input, heard and recorded.
	gain { ^this.get("gain") }
	gain_ { |value, glide, curve| this.set("gain", value, glide, curve) }
	// /lmdm/input/mute (bool): Silence the live input.
	mute { ^this.get("mute") }
	mute_ { |value, glide, curve| this.set("mute", value, glide, curve) }
	// /lmdm/input/feedback (float -96 to 0 dB): How much of the output comes in again.
	feedback { ^this.get("feedback") }
	feedback_ { |value, glide, curve| this.set("feedback", value, glide, curve) }
	// /lmdm/input/highpass (float 10 to 1000 Hz): Cut DC and rumble; 10 is off.
	highpass { ^this.get("highpass") }
	highpass_ { |value, glide, curve| this.set("highpass", value, glide, curve) }
	// /lmdm/input/gate (float -96 to 0 dB): Quieter input than this is silence; -96 is off.
	gate { ^this.get("gate") }
	gate_ { |value, glide, curve| this.set("gate", value, glide, curve) }
	// /lmdm/input/howl (float 0 to 60 dB): How far a howling input is ducked; 0 is off.
	howl { ^this.get("howl") }
	howl_ { |value, glide, curve| this.set("howl", value, glide, curve) }
	// /lmdm/input/monitor (float -96 to 12 dB): Input heard at once, whatever mix/wet is.
	monitor { ^this.get("monitor") }
	monitor_ { |value, glide, curve| this.set("monitor", value, glide, curve) }
	// /lmdm/input/ducked (float 0 to 60 dB): How far the input is ducked, as it howls.
	ducked { ^this.get("ducked") }
	// /lmdm/input/eased (float 0 to 60 dB): How far it is eased, as a delay hears itself.
	eased { ^this.get("eased") }
	// /lmdm/input/present (bool): Whether anything comes in: -60 dB or more in the last second.
	present { ^this.get("present") }
	// /lmdm/input/tempo (float 0 to 300 bpm): Tempo that clock/source input hears.
	tempo { ^this.get("tempo") }
	// /lmdm/input/tempo_sure (float 0 to 1): How sure that is: below 0.3 the clock goes on by itself.
	tempo_sure { ^this.get("tempo_sure") }
}

LmdmClock : LmdmGroup {
	path { ^"clock/" }
	// /lmdm/clock/tempo (float 20 to 300 bpm): Tempo.
	tempo { ^this.get("tempo") }
	tempo_ { |value, glide, curve| this.set("tempo", value, glide, curve) }
	// /lmdm/clock/metre (int 1 to 32 beats): Beats in a bar.
	metre { ^this.get("metre") }
	metre_ { |value, glide, curve| this.set("metre", value, glide, curve) }
	// /lmdm/clock/source (internal, link, midi, osc, input): Whose beat the clock follows.
	source { ^this.get("source") }
	source_ { |value, glide, curve| this.set("source", value, glide, curve) }
	// /lmdm/clock/offset (float -500 to 500 ms): How much later than that beat we play.
	offset { ^this.get("offset") }
	offset_ { |value, glide, curve| this.set("offset", value, glide, curve) }
	// /lmdm/clock/link_send (bool): Let a tempo that is set here change the Link session's.
	link_send { ^this.get("link_send") }
	link_send_ { |value, glide, curve| this.set("link_send", value, glide, curve) }
	// /lmdm/clock/midi_in (text): MIDI input with a clock: part of its name.
	midi_in { ^this.get("midi_in") }
	midi_in_ { |value, glide, curve| this.set("midi_in", value, glide, curve) }
	// /lmdm/clock/midi_out (text): MIDI output for our clock: part of its name.
	midi_out { ^this.get("midi_out") }
	midi_out_ { |value, glide, curve| this.set("midi_out", value, glide, curve) }
	// /lmdm/clock/bar (int 0 to 2.14748e+09): Bar that is heard now, from 1.
	bar { ^this.get("bar") }
	// /lmdm/clock/beat (float 0 to 64): Beat in the bar that is heard now, from 1.
	beat { ^this.get("beat") }
	// /lmdm/clock/running (bool): The clock that is followed runs.
	running { ^this.get("running") }
	// /lmdm/clock/peers (int 0 to 2.14748e+09): Other players in the Link session.
	peers { ^this.get("peers") }
	// /lmdm/clock/sync_error (float -1e+06 to 1e+06 ms): How late we are on that beat.
	sync_error { ^this.get("sync_error") }
	// /lmdm/clock/tap: Tap the tempo.
	tap { this.act("clock/tap") }
	// /lmdm/clock/nudge amount [unit = ms]: Move the beat: more is later; by ms or beats.
	nudge { |amount, unit| this.act("clock/nudge", amount, unit) }
	// /lmdm/clock/downbeat: This is the first beat of a bar.
	downbeat { this.act("clock/downbeat") }
	// /lmdm/clock/pulse [beat = 0] [tempo = 0]: This is a beat, for clock/source osc: its number from 1 (0: the next), and the tempo if it is known.
	pulse { |beat, tempo| this.act("clock/pulse", beat, tempo) }
}

LmdmShow : LmdmGroup {
	path { ^"show/" }
	// /lmdm/show/fade (float 0 to 30 s): Fade at the end of the show and on quit.
	fade { ^this.get("fade") }
	fade_ { |value, glide, curve| this.set("fade", value, glide, curve) }
	// /lmdm/show/auto (bool): Fire cues that have a time or a bar by themselves.
	auto { ^this.get("auto") }
	auto_ { |value, glide, curve| this.set("auto", value, glide, curve) }
	// /lmdm/show/preload (float 0 to 3600 s): How long before a swap its model is loaded.
	preload { ^this.get("preload") }
	preload_ { |value, glide, curve| this.set("preload", value, glide, curve) }
	// /lmdm/show/swap_patience (int 0 to 1000 bars): How late a swap may be.
	swap_patience { ^this.get("swap_patience") }
	swap_patience_ { |value, glide, curve| this.set("swap_patience", value, glide, curve) }
	// /lmdm/show/cold (freeze, dry, off): What bridges a swap without memory for two.
	cold { ^this.get("cold") }
	cold_ { |value, glide, curve| this.set("cold", value, glide, curve) }
	// /lmdm/show/takeover (bool): A hand on a row wins over the cues until it is released.
	takeover { ^this.get("takeover") }
	takeover_ { |value, glide, curve| this.set("takeover", value, glide, curve) }
	// /lmdm/show/guard (float 0 to 10 s): A go so soon after another one is refused.
	guard { ^this.get("guard") }
	guard_ { |value, glide, curve| this.set("guard", value, glide, curve) }
	// /lmdm/show/lock (bool): Refuse to insert, move, skip and reload.
	lock { ^this.get("lock") }
	lock_ { |value, glide, curve| this.set("lock", value, glide, curve) }
	// /lmdm/show/title (text): Title of the show.
	title { ^this.get("title") }
	// /lmdm/show/song (text): Song that plays.
	song { ^this.get("song") }
	// /lmdm/show/cue (text): Last cue that fired.
	// /lmdm/show/cue cue: Jump to a cue by number or name.
	cue { |cue| if(cue.isNil) { ^this.get("cue") }; this.act("show/cue", cue) }
	// /lmdm/show/next (text): Next cue.
	next { ^this.get("next") }
	// /lmdm/show/next_model (text): Model of the next swap.
	next_model { ^this.get("next_model") }
	// /lmdm/show/next_model_state (none, waiting, loading, ready, refused, cold): Whether that model can play.
	next_model_state { ^this.get("next_model_state") }
	// /lmdm/show/next_number (text): Number of the next cue.
	next_number { ^this.get("next_number") }
	// /lmdm/show/next_notes (text): Notes of the next cue.
	next_notes { ^this.get("next_notes") }
	// /lmdm/show/notes (text): Notes of the last cue that fired, or of the song.
	notes { ^this.get("notes") }
	// /lmdm/show/next_in_beats (float -1 to 1e+07 beats): When that comes; below 0: open.
	next_in_beats { ^this.get("next_in_beats") }
	// /lmdm/show/next_in_s (float -1 to 1e+07 s): When that comes; below 0: open.
	next_in_s { ^this.get("next_in_s") }
	// /lmdm/show/armed (text): Cue that will fire by itself, without a time of its own.
	armed { ^this.get("armed") }
	// /lmdm/show/armed_in_beats (float 0 to 1e+07 beats): When it fires.
	armed_in_beats { ^this.get("armed_in_beats") }
	// /lmdm/show/armed_in_s (float 0 to 1e+07 s): When it fires.
	armed_in_s { ^this.get("armed_in_s") }
	// /lmdm/show/held (bool): Whether timed cues wait for a go or a start.
	held { ^this.get("held") }
	// /lmdm/show/loop (text): Bars that are played again and again.
	loop { ^this.get("loop") }
	// /lmdm/show/conductor (text): The one client that may fire cues, if there is one.
	conductor { ^this.get("conductor") }
	// /lmdm/show/taken (text): Rows that hands have taken from the cues.
	taken { ^this.get("taken") }
	// /lmdm/show/remaining (float 0 to 1e+07 s): Time until the song ends; 0 if that is open.
	remaining { ^this.get("remaining") }
	// /lmdm/show/remaining_all (float 0 to 1e+07 s): Time until the show ends, likewise.
	remaining_all { ^this.get("remaining_all") }
	// /lmdm/show/elapsed (float 0 to 1e+07 s): Time since the show began.
	elapsed { ^this.get("elapsed") }
	// /lmdm/show/go: Fire the next cue, or leave the loop; once more, and what waits for its line comes now.
	go { this.act("show/go") }
	// /lmdm/show/back: Jump to the cue before.
	back { this.act("show/back") }
	// /lmdm/show/stop: Stop firing cues; the music goes on.
	stop { this.act("show/stop") }
	// /lmdm/show/start: Let timed cues fire again, from where the show stands.
	start { this.act("show/start") }
	// /lmdm/show/pause: The same as show/stop.
	pause { this.act("show/pause") }
	// /lmdm/show/resume: The same as show/start.
	resume { this.act("show/resume") }
	// /lmdm/show/skip: Leave the next cue out.
	skip { this.act("show/skip") }
	// /lmdm/show/insert song [position = 0]: Play a song of the setlist once more, or the songs of another file beside it.
	insert { |song, position| this.act("show/insert", song, position) }
	// /lmdm/show/move song position: Play a song at another time.
	move { |song, position| this.act("show/move", song, position) }
	// /lmdm/show/reload: Read the setlist again while it plays; a broken one changes nothing.
	reload { this.act("show/reload") }
	// /lmdm/show/release [pattern = *]: Give rows that hands have taken back to the cues.
	release { |pattern| this.act("show/release", pattern) }
	// /lmdm/show/message message: Fire the cues that wait for an OSC message.
	message { |message| this.act("show/message", message) }
}

LmdmDeck : LmdmGroup {
	path { ^"deck/" }
	// /lmdm/deck/memory (float 0 to 1e+07 MB): Most memory for decks; 0: what is free.
	memory { ^this.get("memory") }
	memory_ { |value, glide, curve| this.set("memory", value, glide, curve) }
	// /lmdm/deck/load model: Load a bundle on the idle deck.
	load { |model| this.act("deck/load", model) }
	// /lmdm/deck/swap [fade_s = 4] [curve = linear]: Crossfade to the deck that is ready.
	swap { |fade_s, curve| this.act("deck/swap", fade_s, curve) }
	// /lmdm/deck/cancel: Take back the show's next swap; the deck that was loaded for it is emptied.
	cancel { this.act("deck/cancel") }
	// /lmdm/deck/fault kind [amount = 0]: Let the live deck fail on purpose, in a rehearsal: nan, slow, hang, memory or crash.
	fault { |kind, amount| this.act("deck/fault", kind, amount) }
}

LmdmDeckSlot : LmdmGroup {
	path { ^"deck/" ++ index ++ "/" }
	// /lmdm/deck/0/state (empty, loading, ready, live, draining, failed): What deck 0 is doing.
	state { ^this.get("state") }
	// /lmdm/deck/0/model (text): Bundle that deck 0 runs.
	model { ^this.get("model") }
	// /lmdm/deck/0/bridge (off, freeze, dry): What goes on where its sound ends.
	bridge { ^this.get("bridge") }
	// /lmdm/deck/0/lead (float -60 to 60 s): Audio made but not heard.
	lead { ^this.get("lead") }
	// /lmdm/deck/0/commit (float 0 to 60 s): From a change to when it is heard.
	commit { ^this.get("commit") }
	// /lmdm/deck/0/redos (int 0 to 9.0072e+15): Times sound was made anew for a change.
	redos { ^this.get("redos") }
	// /lmdm/deck/0/block_p50 (float 0 to 60000 ms): Median time of a block.
	block_p50 { ^this.get("block_p50") }
	// /lmdm/deck/0/block_p95 (float 0 to 60000 ms): 95th percentile time of a block.
	block_p95 { ^this.get("block_p95") }
	// /lmdm/deck/0/block_lasts (float 0 to 60000 ms): Sound in its newest block.
	block_lasts { ^this.get("block_lasts") }
	// /lmdm/deck/0/block_took (float 0 to 60000 ms): Time that block took.
	block_took { ^this.get("block_took") }
	// /lmdm/deck/0/delay (float 0 to 60 s): How long after the input its sound is heard.
	delay { ^this.get("delay") }
	// /lmdm/deck/0/delay_least (float 0 to 60 s): The shortest that it can do.
	delay_least { ^this.get("delay_least") }
	// /lmdm/deck/0/factor (float 0 to 100): Compute time over audio time; below 1 is real time.
	factor { ^this.get("factor") }
	// /lmdm/deck/0/blocks (int 0 to 9.0072e+15): Blocks made since it started.
	blocks { ^this.get("blocks") }
	// /lmdm/deck/0/steps (int 0 to 50): Denoising steps of its newest block.
	steps { ^this.get("steps") }
	// /lmdm/deck/0/level (float -96 to 24 dB): Level of what it made in the last 5 s.
	level { ^this.get("level") }
	// /lmdm/deck/0/repeat (float -1 to 1): How much of what it makes repeats.
	repeat { ^this.get("repeat") }
	// /lmdm/deck/0/drift (float 0 to 100): Distance of what it makes from the codec's middle.
	drift { ^this.get("drift") }
	// /lmdm/deck/0/refreshes (int 0 to 9.0072e+15): Times that its memory was refreshed.
	refreshes { ^this.get("refreshes") }
}

LmdmRecord : LmdmGroup {
	path { ^"record/" }
	// /lmdm/record/on (bool): Record what is heard, and the input.
	on { ^this.get("on") }
	on_ { |value, glide, curve| this.set("on", value, glide, curve) }
	// /lmdm/record/input (bool): Record the input too, from the next recording on.
	input { ^this.get("input") }
	input_ { |value, glide, curve| this.set("input", value, glide, curve) }
	// /lmdm/record/stems (bool): Record each deck by itself, from the next recording on.
	stems { ^this.get("stems") }
	stems_ { |value, glide, curve| this.set("stems", value, glide, curve) }
	// /lmdm/record/format (wav, flac): What a finished piece is kept as.
	format { ^this.get("format") }
	format_ { |value, glide, curve| this.set("format", value, glide, curve) }
	// /lmdm/record/split (off, song, 10min, 30min, hour): Where a recording is cut into pieces.
	split { ^this.get("split") }
	split_ { |value, glide, curve| this.set("split", value, glide, curve) }
	// /lmdm/record/free (float 0 to 1e+09 MB): Room left on the disk of the recordings.
	free { ^this.get("free") }
	// /lmdm/record/left_s (float 0 to 1e+07 s): Time that can still be recorded.
	left_s { ^this.get("left_s") }
	// /lmdm/record/lost (int 0 to 9.0072e+15): Frames of this recording that nobody could read in time.
	lost { ^this.get("lost") }
	// /lmdm/record/start [folder = ]: Start recording.
	start { |folder| this.act("record/start", folder) }
	// /lmdm/record/stop: Stop recording and close the files.
	stop { this.act("record/stop") }
}

LmdmMidi : LmdmGroup {
	path { ^"midi/" }
	// /lmdm/midi/pickup (bool): A fader of MIDI takes a row only where the row stands.
	pickup { ^this.get("pickup") }
	pickup_ { |value, glide, curve| this.set("pickup", value, glide, curve) }
	// /lmdm/midi/in (text): MIDI controllers: parts of their names, with commas.
	in { ^this.get("in") }
	in_ { |value, glide, curve| this.set("in", value, glide, curve) }
	// /lmdm/midi/out (text): MIDI outputs to their lights and motors.
	out { ^this.get("out") }
	out_ { |value, glide, curve| this.set("out", value, glide, curve) }
	// /lmdm/midi/last (text): What a MIDI controller said last, and what became of it.
	last { ^this.get("last") }
	// /lmdm/midi/learning (text): What the next control that is moved is bound to.
	learning { ^this.get("learning") }
	// /lmdm/midi/bindings (int 0 to 2.14748e+09): Controls that are bound.
	bindings { ^this.get("bindings") }
	// /lmdm/midi/file (text): File of the map that is used.
	file { ^this.get("file") }
	// /lmdm/midi/learn [target = ] [mode = ]: Bind the next control that is moved to a row or verb (mix/gain, show/cue 3); nothing: do not wait for one.
	learn { |target, mode| this.act("midi/learn", target, mode) }
	// /lmdm/midi/forget target: Unbind a row or verb from its controls; * unbinds all.
	forget { |target| this.act("midi/forget", target) }
	// /lmdm/midi/map [file = ]: Use another map of a MIDI controller; nothing: read this one again.
	map { |file| this.act("midi/map", file) }
}

LmdmMeter : LmdmGroup {
	path { ^"meter/" }
	// /lmdm/meter/out/l (float -96 to 24 dB): Peak of the output, left.
	out_l { ^this.get("out/l") }
	// /lmdm/meter/out/r (float -96 to 24 dB): Peak of the output, right.
	out_r { ^this.get("out/r") }
	// /lmdm/meter/in/l (float -96 to 24 dB): Peak of the input, left.
	in_l { ^this.get("in/l") }
	// /lmdm/meter/in/r (float -96 to 24 dB): Peak of the input, right.
	in_r { ^this.get("in/r") }
}

LmdmStatus : LmdmGroup {
	path { ^"status/" }
	// /lmdm/status/lead (float -60 to 60 s): Audio of the live deck made but not heard.
	lead { ^this.get("lead") }
	// /lmdm/status/underruns (int 0 to 9.0072e+15): Times the ring ran dry: nothing to play.
	underruns { ^this.get("underruns") }
	// /lmdm/status/concealed (float 0 to 1e+12 ms): Total time that was concealed.
	concealed { ^this.get("concealed") }
	// /lmdm/status/gaps (int 0 to 9.0072e+15): Gaps that are over.
	gaps { ^this.get("gaps") }
	// /lmdm/status/gap (float 0 to 1e+12 ms): Length of the last gap that is over.
	gap { ^this.get("gap") }
	// /lmdm/status/gap_at (float 0 to 1e+07 s): Where on the timeline that gap began.
	gap_at { ^this.get("gap_at") }
	// /lmdm/status/xruns (int 0 to 9.0072e+15): Times the sound device slipped.
	xruns { ^this.get("xruns") }
	// /lmdm/status/callbacks (int 0 to 9.0072e+15): Buffers handed to the device.
	callbacks { ^this.get("callbacks") }
	// /lmdm/status/late (int 0 to 9.0072e+15): Buffers that took longer than they last.
	late { ^this.get("late") }
	// /lmdm/status/callback_max (float 0 to 1e+06 ms): Longest time one buffer took.
	callback_max { ^this.get("callback_max") }
	// /lmdm/status/latency (float 0 to 60000 ms): From mixer to ear, as the device says.
	latency { ^this.get("latency") }
	// /lmdm/status/knob_p50 (float 0 to 1e+06 ms): From hand to ear: median of the latest.
	knob_p50 { ^this.get("knob_p50") }
	// /lmdm/status/knob_p95 (float 0 to 1e+06 ms): From hand to ear: 95th percentile.
	knob_p95 { ^this.get("knob_p95") }
	// /lmdm/status/commit (float 0 to 60 s): From a change to when it is heard, now.
	commit { ^this.get("commit") }
	// /lmdm/status/block_p50 (float 0 to 60000 ms): Median time of the live deck's blocks.
	block_p50 { ^this.get("block_p50") }
	// /lmdm/status/block_p95 (float 0 to 60000 ms): 95th percentile time of its blocks.
	block_p95 { ^this.get("block_p95") }
	// /lmdm/status/factor (float 0 to 100): Its compute time over audio time; below 1 is real time.
	factor { ^this.get("factor") }
	// /lmdm/status/redos (int 0 to 9.0072e+15): Times the live deck made sound anew for a change.
	redos { ^this.get("redos") }
	// /lmdm/status/memory (float 0 to 1e+09 MB): Memory of all processes of the program.
	memory { ^this.get("memory") }
	// /lmdm/status/incident (text): The last thing that went wrong, and what was done.
	incident { ^this.get("incident") }
	// /lmdm/status/incident_at (float 0 to 1e+07 s): When that was, on the timeline.
	incident_at { ^this.get("incident_at") }
	// /lmdm/status/restarts (int 0 to 2.14748e+09): Decks and audio processes that were replaced.
	restarts { ^this.get("restarts") }
}

LmdmOsc : LmdmGroup {
	path { ^"osc/" }
	// /lmdm/osc/peers (int 0 to 2.14748e+09): OSC clients that listen, or spoke in the last minute.
	peers { ^this.get("peers") }
	// /lmdm/osc/listeners (int 0 to 2.14748e+09): Places that are told of changes.
	listeners { ^this.get("listeners") }
	// /lmdm/osc/in_rate (float 0 to 1e+09 1/s): OSC messages that come in.
	in_rate { ^this.get("in_rate") }
	// /lmdm/osc/out_rate (float 0 to 1e+09 1/s): OSC messages that go out.
	out_rate { ^this.get("out_rate") }
	// /lmdm/osc/busiest (text): Clients that said most in the last second.
	busiest { ^this.get("busiest") }
	// /lmdm/osc/failed (int 0 to 9.0072e+15): OSC messages that were refused.
	failed { ^this.get("failed") }
	// /lmdm/osc/dropped (int 0 to 9.0072e+15): OSC messages whose receiver did not keep up.
	dropped { ^this.get("dropped") }
}

LmdmConductor : LmdmGroup {
	path { ^"conductor/" }
	// /lmdm/conductor/take [lease_s = 30]: Let nobody else fire cues, until conductor/leave or a silence of lease_s.
	take { |lease_s| this.act("conductor/take", lease_s) }
	// /lmdm/conductor/leave: Let others fire cues again.
	leave { this.act("conductor/leave") }
}
