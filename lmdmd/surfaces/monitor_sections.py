"""What a monitor shows, part by part: each function makes lines of a width from the state, and changes nothing."""

from __future__ import annotations

from rich.text import Text

from lmdmd.params import PROMPT_SLOTS
from lmdmd.surfaces.monitor_parts import (
    BAD,
    DIM,
    GOOD,
    KEY,
    STRONG,
    WARN,
    amount_mb,
    block_chart,
    block_line,
    clock,
    count,
    countdown,
    fit,
    join,
    lead_bar,
    level,
    load,
    meter_bar,
    share_bar,
    spread,
)
from lmdmd.surfaces.monitor_state import GONE, REFUSED, MonitorState

DECK_STYLES = {"live": "bold green", "draining": "magenta", "ready": KEY, "loading": WARN, "failed": BAD, "empty": DIM}
SWAP_STYLES = {"ready": GOOD, "refused": BAD, "cold": WARN}
SOUNDING = ("live", "draining")
IDLE = {"ready": "loaded, waits for its swap", "failed": "see the incidents", "loading": "reads its model"}
MOST_BEATS = 16


def header(state: MonitorState, width: int) -> Text:
    """What plays, and where in time it is."""
    left = join((" lmdmd ", STRONG), ("  ", ""), (state.text("show/title") or state.place, STRONG))
    for word, style in badges(state):
        left.append("  ")
        left.append(f" {word} ", style)
    return spread(left, join(place_in_time(state), " "), width)


def place_in_time(state: MonitorState) -> Text:
    """Bar and beat, tempo, metre, and whose clock it is."""
    source = state.text("clock/source")
    stands = "" if state.flag("clock/running") else " stands"
    metre, beat = int(state.number("clock/metre")), int(state.number("clock/beat"))
    dots = "".join("●" if at == beat else "·" for at in range(1, metre + 1)) if metre <= MOST_BEATS else ""
    return join(
        (dots, KEY),
        (f"  {int(state.number('clock/bar'))}.{beat}", STRONG),
        f"  {state.number('clock/tempo'):.1f} bpm  {metre} a bar",
        (f"  {source}{stands}" if source != "internal" else "", WARN if stands else DIM),
    )


def badges(state: MonitorState) -> list[tuple[str, str]]:
    """Words for what must not be overlooked."""
    silent = state.knows("mix/fade") and state.number("mix/fade") < 0.01
    words = (
        ("REC", "bold white on red", state.flag("record/on")),
        ("SILENT", "bold white on red", silent),
        ("MUTE", "bold white on red", state.flag("mix/mute")),
        ("FREEZE", "black on cyan", state.flag("mix/freeze")),
        ("HOLD", "black on yellow", state.flag("engine/hold")),
        ("HELD", "black on yellow", state.flag("show/held")),
        ("LOCK", "black on cyan", state.flag("show/lock")),
    )
    return [(word, style) for word, style, is_on in words if is_on]


def banner(state: MonitorState, now_s: float, width: int) -> Text:
    """In one line why nothing of what is shown can be trusted."""
    since = clock(now_s - state.since_s)
    if state.link == REFUSED:
        said = f"{state.place} tells nothing: {state.why}"
    elif state.link == GONE:
        said = f"NO PROGRAM at {state.place} for {since}: {state.why}; still asking"
    else:
        said = f"no answer from {state.place} for {since}; is lmdmd running there?"
    line = fit(join(f" {said}"), width)
    line.stylize("bold white on red")
    return line


# --- the show ----------------------------------------------------------------------------------------------


def show(state: MonitorState, width: int) -> list[Text]:
    """Song, cue and next cue, each with its notes, and what else waits: always six lines."""
    if not state.text("show/song"):
        return [join((" no setlist: it is played by hand", DIM)), *[join()] * 5]
    return [
        spread(_named("song", "", state.text("show/song")), _remaining(state), width),
        spread(_named("now", "", state.text("show/cue")), join((_played(state), DIM)), width),
        fit(join("       ", (state.text("show/notes"), "italic")), width),
        spread(_named("next", state.text("show/next_number"), state.text("show/next")), _coming(state), width),
        fit(join("       ", (state.text("show/next_notes"), "italic")), width),
        fit(_waiting(state), width),
    ]


def _named(word: str, number: str, name: str) -> Text:
    return join((f" {word:<5} ", DIM), (f"{number}  " if number else "", KEY), (name or "-", STRONG))


def _played(state: MonitorState) -> str:
    return f"played {clock(state.number('show/elapsed'))} "


def _remaining(state: MonitorState) -> Text:
    song_s, show_s = state.number("show/remaining"), state.number("show/remaining_all")
    song = f"song -{clock(song_s)}" if song_s else "song open"
    return join((song, STRONG), (f"  show -{clock(show_s)} " if show_s else "  show open ", DIM))


def _coming(state: MonitorState) -> Text:
    """When the next cue comes, as far as the program knows."""
    seconds, beats = state.number("show/next_in_s"), state.number("show/next_in_beats")
    if not state.knows("show/next_in_s") or seconds < 0:
        seconds, beats = state.number("show/armed_in_s"), state.number("show/armed_in_beats")
        if not state.text("show/armed"):
            return join(("on GO ", KEY) if state.text("show/next") else "")
    style = "bold black on yellow" if seconds < 5 else STRONG
    return join((f" in {countdown(seconds)} ", style), (f" {beats:.0f} beats ", DIM))


def _waiting(state: MonitorState) -> Text:
    line = join(" ")
    model, lamp = state.text("show/next_model"), state.text("show/next_model_state")
    if model:
        line.append("next model ", DIM)
        line.append(f"{model} {lamp}  ", SWAP_STYLES.get(lamp, WARN))
    told = {"loop": "loop", "armed": "armed", "taken": "by hand", "conductor": "conductor"}
    for row, word in told.items():
        if text := state.text(f"show/{row}"):
            line.append(f"{word} ", DIM)
            line.append(f"{text}  ", KEY)
    return line


def prompts(state: MonitorState, width: int) -> list[Text]:
    """The mixture, the heaviest prompt first."""
    found = [(state.number(f"prompt/{slot}/weight"), state.text(f"prompt/{slot}/text")) for slot in range(PROMPT_SLOTS)]
    heard = sorted(((weight, text) for weight, text in found if text and weight > 0), reverse=True)
    total, bar = sum(weight for weight, _ in heard), max(width // 3, 4)
    return [
        join(" ", share_bar(weight / total, bar), f" {100 * weight / total:3.0f} %  ", (text, STRONG))
        for weight, text in heard
    ] or [join((" no prompt", DIM))]


def mixer(state: MonitorState) -> list[Text]:
    """Where the faders of the mixer and of the model stand."""
    fade = state.number("mix/deck")
    return [
        join(
            (" gain ", DIM),
            f"{level(state.number('mix/gain')).strip()} dB",
            ("   wet ", DIM),
            f"{100 * state.number('mix/wet'):.0f} %",
            ("   width ", DIM),
            f"{state.number('mix/width'):.2f}",
            ("   pan ", DIM),
            f"{state.number('mix/pan'):+.2f}",
        ),
        join(
            (" guidance ", DIM),
            f"{state.number('gen/cfg'):.1f}",
            ("   steps ", DIM),
            f"{state.number('gen/steps'):.0f}",
            ("   temperature ", DIM),
            f"{state.number('gen/temperature'):.2f}",
            ("   seed ", DIM),
            f"{state.number('engine/seed'):.0f}",
        ),
        join((" deck 0 ", DIM), share_bar(fade, 20), (" deck 1", DIM), ("   fading" if 0 < fade < 1 else "", WARN)),
    ]


# --- the engine --------------------------------------------------------------------------------------------


def deck_line(state: MonitorState, slot: int, width: int) -> Text:
    """One deck in a line: state, model, lead against where it should be, load."""
    row, word = f"deck/{slot}", state.text(f"deck/{slot}/state")
    name = join((f" {slot} ", DIM), (f"{word:<8} ", DECK_STYLES.get(word, "")), fit(_model(state, slot), 11), " ")
    if word not in SOUNDING:
        return fit(join(name, (IDLE.get(word, ""), DIM)), width)
    lead_s, target_s = state.number(f"{row}/lead"), state.number("engine/lead")
    figures = join(f" {lead_s:5.2f} / {target_s:.2f} s", (" load ", DIM), load(state.number(f"{row}/factor")), " ")
    room = width - name.cell_len - figures.cell_len
    return join(name, lead_bar(lead_s, target_s, state.number(f"{row}/commit"), max(room, 1)), figures)


def _model(state: MonitorState, slot: int) -> Text:
    return join((state.text(f"deck/{slot}/model"), STRONG))


def blocks_line(state: MonitorState, width: int) -> Text:
    """Times of the live deck's blocks, against the time they have."""
    slot = state.live_deck()
    figures = join(" ", _block_times(state, slot), (f"  commit {state.number('status/commit'):.2f} s ", DIM))
    room = width - figures.cell_len - 8
    return join((" blocks ", DIM), block_line(state.blocks[slot], max(room, 0)), figures)


def _block_times(state: MonitorState, slot: int) -> Text:
    row = f"deck/{slot}"
    return join(
        f"{state.number(f'{row}/block_p50'):.0f}",
        (" p95 ", DIM),
        f"{state.number(f'{row}/block_p95'):.0f}",
        (" of ", DIM),
        f"{state.number(f'{row}/block_lasts'):.0f} ms",
    )


def deck(state: MonitorState, slot: int, width: int, height: int) -> list[Text]:
    """One deck with all that it tells, and its block times as a chart that fills the height."""
    row, word = f"deck/{slot}", state.text(f"deck/{slot}/state")
    title = join((f" {word} ", DECK_STYLES.get(word, "")), _model(state, slot))
    if word not in SOUNDING:
        return [title, join((f" {IDLE.get(word, '')}", DIM))]
    lead_s, target_s = state.number(f"{row}/lead"), state.number("engine/lead")
    commit_s = state.number(f"{row}/commit")
    top = spread(title, join(("load ", DIM), load(state.number(f"{row}/factor")), " "), width)
    figures = f" {lead_s:5.2f} / {target_s:.2f} s "
    bar = join((" lead ", DIM), lead_bar(lead_s, target_s, commit_s, max(width - len(figures) - 6, 1)), figures)
    caption = join((" blocks ", DIM), _block_times(state, slot), (" (top: the deadline)", DIM))
    chart = block_chart(state.blocks[slot], width - 2, max(height - 6, 1))
    return [top, bar, *_deck_figures(state, slot, commit_s), caption, *(join(" ", line) for line in chart)]


def _deck_figures(state: MonitorState, slot: int, commit_s: float) -> list[Text]:
    row = f"deck/{slot}"
    bridge = state.text(f"{row}/bridge")
    return [
        join(
            (" commit ", DIM),
            f"{commit_s:.2f} s",
            ("   redos ", DIM),
            f"{state.number(f'{row}/redos'):.0f}",
            ("   blocks ", DIM),
            f"{state.number(f'{row}/blocks'):.0f}",
            ("   steps ", DIM),
            f"{state.number(f'{row}/steps'):.0f}",
            (f"   ends in {bridge}" if bridge != "off" else "", WARN),
        ),
        join(
            (" level ", DIM),
            f"{level(state.number(f'{row}/level')).strip()} dB",
            ("   repeats ", DIM),
            f"{state.number(f'{row}/repeat'):.2f}",
            ("   drift ", DIM),
            f"{state.number(f'{row}/drift'):.2f}",
            ("   refreshed ", DIM),
            count(state.number(f"{row}/refreshes")),
        ),
    ]


# --- the sound ---------------------------------------------------------------------------------------------


def meters(state: MonitorState, now_s: float, side: str, width: int) -> list[Text]:
    """Left and right of ``out`` or ``in``: level, the mark of the latest peak, and that as a number."""
    lines = []
    for channel in ("l", "r"):
        name = f"meter/{side}/{channel}"
        peak_db = state.peak_db(name, now_s)
        label, figure = f" {side:<3} {channel.upper()} ", f"{level(peak_db)} dB "
        bar = meter_bar(state.number(name), peak_db, max(width - len(label) - len(figure), 1))
        lines.append(join((label, DIM), bar, figure))
    return lines


def knob(state: MonitorState) -> Text:
    """From a hand to the ear."""
    p50_ms, p95_ms = state.number("status/knob_p50"), state.number("status/knob_p95")
    said = join(f"{p50_ms:.0f} ms", (" p95 ", DIM), f"{p95_ms:.0f} ms") if p50_ms else join(("nothing moved yet", DIM))
    return join((" knob to ear ", DIM), said)


def device(state: MonitorState) -> Text:
    """What the sound device adds."""
    return join(
        (" device ", DIM),
        f"{state.number('status/latency'):.0f} ms",
        (" to the ear, longest buffer ", DIM),
        f"{state.number('status/callback_max'):.1f} ms",
    )


def gaps(state: MonitorState) -> Text:
    """All that should be 0."""
    return join(
        (" underruns ", DIM),
        count(state.number("status/underruns")),
        ("  concealed ", DIM),
        count(state.number("status/concealed"), " ms"),
        ("  xruns ", DIM),
        count(state.number("status/xruns")),
        ("  late ", DIM),
        count(state.number("status/late")),
        ("  restarts ", DIM),
        count(state.number("status/restarts")),
    )


def memory(state: MonitorState) -> Text:
    """Memory, and the disk while it is written to."""
    line = join((" memory ", DIM), amount_mb(state.number("status/memory")))
    if state.flag("record/on"):
        line.append("   disk for ", DIM)
        line.append(clock(state.number("record/left_s")), WARN if state.number("record/left_s") < 1800 else "")
    return line


def osc(state: MonitorState) -> Text:
    """Clients of the program, and what goes to and fro."""
    return join(
        (" osc ", DIM),
        f"{state.number('osc/peers'):.0f}",
        (" clients, ", DIM),
        f"{state.number('osc/listeners'):.0f}",
        (" listen   in ", DIM),
        f"{state.number('osc/in_rate'):.0f}/s",
        ("  out ", DIM),
        f"{state.number('osc/out_rate'):.0f}/s",
        ("  refused ", DIM),
        count(state.number("osc/failed")),
        ("  dropped ", DIM),
        count(state.number("osc/dropped")),
    )


def busiest(state: MonitorState) -> list[Text]:
    """The clients that say most, one a line."""
    return [join((f" {name}", "")) for name in state.text("osc/busiest").split(", ") if name]


def incidents(state: MonitorState, width: int, height: int) -> list[Text]:
    """The latest first, with their times on the timeline; a long one takes more than one line."""
    lines: list[Text] = []
    for note in reversed(state.notes):
        when = "-" if note.at_s is None else clock(note.at_s)
        lines += _folded(f" {when:>7}  ", note.text, width)
        if len(lines) >= height:
            break
    return lines[: max(height, 0)] or [join((" none", GOOD))]


def _folded(when: str, text: str, width: int) -> list[Text]:
    room = max(width - len(when), 8)
    pieces = [text[at : at + room] for at in range(0, len(text), room)]
    return [join((when if not at else " " * len(when), DIM), piece) for at, piece in enumerate(pieces)]
