"""The report of an evaluation as one HTML file, with its pictures inside: it needs no network and no other file.

Two bundles are shown side by side, figure by figure; the paper's figures stand beside ours where they mean the same.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPORT_FILE = "report.html"

PAPER_ROWS = (
    ("Magenta RealTime", 800, "text", 72.14, 0.47),
    ("Stable Audio Open", 100, "text", 96.51, 0.55),
    ("LMDM enc-dec", 50, "text", 61.06, 1.14),
    ("LMDM enc-dec, ARC-Forcing", 8, "text", 35.88, 0.74),
    ("LMDM block-causal", 50, "text", 64.87, 1.20),
    ("LMDM block-causal, ARC-Forcing", 2, "text", 47.26, 0.91),
    ("LMDM enc-dec", 50, "primed", 35.35, 0.62),
    ("LMDM enc-dec, ARC-Forcing", 8, "primed", 29.00, 0.35),
    ("LMDM block-causal", 50, "primed", 47.13, 0.74),
    ("LMDM block-causal, ARC-Forcing", 2, "primed", 35.45, 0.53),
)
"""Of table 1 of arXiv 2605.22717: model, network evaluations a block, manner, FD-OpenL3, KL-PaSST."""

PAPER_NOTE = (
    "The paper's figures are of OpenL3 and PaSST on 47 s of other music (Song Describer), with networks 60 times as "
    "large; ours are of {embedder} on renders of this composer. Their absolute values cannot be compared with ours: "
    "what can be is the direction, fewer steps against more, primed against text alone, old against new."
)

STYLE = """
:root { color-scheme: light dark } body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
padding: 0 1rem } table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }
th, td { padding: .2rem .8rem; text-align: left; border-bottom: 1px solid #8886 } td.figure { text-align: right }
img { max-width: 100%; background: #fff } .note { color: #888 }
"""


@dataclass(frozen=True)
class Figure:
    """One line of the table: what it is, where the report has it, and what is best."""

    name: str
    path: tuple[str, ...]
    best: str
    form: str = "{:.3g}"


PERCENT = "{:.1%}"
FIGURES = (
    Figure("adherence, plain prompts, classifier", ("adherence",), "high", PERCENT),
    Figure("adherence, free wordings", ("free", "adherence"), "high", PERCENT),
    Figure("... of those that name the style", ("free", "named"), "high", PERCENT),
    Figure("... of those that only describe it", ("free", "described"), "high", PERCENT),
    Figure("CLAP score of free wordings", ("free", "clap_score"), "high"),
    Figure("Fréchet distance, classifier's features", ("fd",), "low"),
    Figure("... of renders to other renders", ("fd_real",), "the least there is"),
    *(
        figure
        for manner, words in (("text", "from text alone"), ("primed", "going on from renders"))
        for figure in (
            Figure(f"Fréchet distance, {words}", ("long", manner, "clip", "fd"), "low"),
            Figure(f"KL, {words}, nats", ("long", manner, "clip", "kl"), "low"),
            Figure(f"drift_fd, last window from the first, {words}", ("long", manner, "drift_fd"), "low"),
            Figure(f"Fréchet distance of the last window, {words}", ("long", manner, "fd_last"), "low"),
            Figure(f"adherence in the first minute, {words}", ("long", manner, "adherence_first"), "high", PERCENT),
            Figure(f"adherence in the last minute, {words}", ("long", manner, "adherence_last"), "high", PERCENT),
            Figure(f"level, highest over lowest window, {words}, dB", ("long", manner, "level_span_db"), "low"),
            Figure(f"level, largest change of a stream, {words}, dB", ("long", manner, "level_worst_db"), "low"),
        )
    ),
    Figure("joins: spectral flux over that elsewhere", ("seams", "flux"), "1"),
    Figure("joins: bends of the waveform", ("seams", "bend"), "1"),
    Figure("joins: steps of latents", ("seams", "latent"), "1"),
    Figure("joins that click", ("seams", "clicks"), "0", "{:d}"),
    Figure("diversity of seeds over that of pieces", ("diversity", "ratio"), "1"),
    Figure("memorisation: left over, over that of held-out pieces", ("memorisation", "ratio"), "1 or more"),
    Figure("copies of training excerpts", ("memorisation", "copies"), "0", "{:d}"),
    Figure("cross-fades of prompts: largest step in a second", ("paths", "largest_step"), "low"),
    Figure("cross-fades of prompts: dip of level, dB", ("paths", "dip_db"), "low"),
    Figure("cross-fades of prompts that arrive", ("paths", "arrived"), "high", PERCENT),
)


def write_html(folder: Path, report: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> Path:
    """Write report.html of one bundle, or of a new one and the `other`, older one; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / REPORT_FILE
    path.write_text(compose_html(report, other), encoding="utf-8")
    return path


def compose_html(report: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> str:
    """Return the page."""
    reports = [report, *([other] if other else [])]
    title = " against ".join(name_of(one) for one in reports)
    parts = [
        f"<h1>{html.escape(title)}</h1>",
        f"<p>{html.escape(about(report))}</p>",
        "<h2>Figures</h2>",
        figure_table(reports),
        *(f"<h2>{html.escape(head)}</h2>{body}" for head, body in sections(reports) if body),
    ]
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def sections(reports: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the heads and bodies of what follows the table; bodies of what was not measured are empty."""
    report = reports[0]
    long = [(f"{name_of(one)}, {manner}", told) for one in reports for manner, told in one.get("long", {}).items()]
    return [
        ("Over minutes", picture(draw_long, long) if long else ""),
        ("Asked for and heard", "".join(picture(draw_confusion, one) for one in reports)),
        ("Free wordings that were missed", missed_table(report.get("free", {}))),
        ("From one prompt to another", picture(draw_paths, reports) if any("paths" in one for one in reports) else ""),
        ("Beside the paper", paper_table(reports) if long else ""),
        ("What it took", table(("part", "seconds"), list(report.get("took_s", {}).items()))),
    ]


def name_of(report: Mapping[str, Any]) -> str:
    """Return name and version of a bundle."""
    return f"{report['bundle']} {report['version']}"


def about(report: Mapping[str, Any]) -> str:
    """Say what was played and who listened."""
    settings = ", ".join(f"{name} {value}" for name, value in report["settings"].items())
    played = f"Played as decks play, {settings}. {len(report['clips'])} clips of {report['seconds']:g} s"
    if "long" not in report:
        return f"{played}."
    text, ear = report["long"]["text"], report["embedder"]
    return (
        f"{played}; {text['streams']} streams of {text['seconds']:g} s in each manner, {text['frames']} seconds of "
        f"sound in each window. Heard by: {ear['name']}, which names {ear['accuracy']:.1%} of held-out renders rightly "
        f"and {ear['accuracy_after_codec']:.1%} after the codec; between halves of the renders its distance is "
        f"{ear['fd_real']:g}, to renders after the codec {ear['fd_codec']:g}."
    )


# --- tables ------------------------------------------------------------------------------------------------


def figure_table(reports: Sequence[Mapping[str, Any]]) -> str:
    """Return all figures that any of the reports has."""
    rows = []
    for figure in FIGURES:
        values = [look_up(report, figure.path) for report in reports]
        if any(value is not None for value in values):
            rows.append((figure.name, *(show(figure, value) for value in values), figure.best))
    return table(("figure", *(name_of(report) for report in reports), "best"), rows)


def heard_rows(report: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the figures beyond the classifier's, for the table of a card: name, figure, and what is best."""
    found = [(figure, look_up(report, figure.path)) for figure in FIGURES if len(figure.path) > 1]
    return [(figure.name, show(figure, value), f"best: {figure.best}") for figure, value in found if value is not None]


def look_up(report: Mapping[str, Any], path: Sequence[str]) -> Any:
    """Return what a report has at a path, or None."""
    found: Any = report
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def show(figure: Figure, value: Any) -> str:
    """Return a figure in words; nothing where it was not measured."""
    return "" if value is None else figure.form.format(value)


def missed_table(free: Mapping[str, Any]) -> str:
    """Return the free wordings that were heard as another style."""
    missed = [clip for clip in free.get("clips", []) if clip["heard"] != clip["style"]]
    return (
        table(("asked", "heard", "prompt"), [(c["style"], c["heard"], c["prompt"]) for c in missed]) if missed else ""
    )


def paper_table(reports: Sequence[Mapping[str, Any]]) -> str:
    """Return the paper's table 1 with ours below, and why only directions can be compared."""
    ours = [
        (f"{name_of(one)} (ours)", one["settings"]["steps"], manner, told["clip"]["fd"], told["clip"]["kl"])
        for one in reports
        for manner, told in one.get("long", {}).items()
    ]
    note = PAPER_NOTE.format(embedder=reports[0]["embedder"]["name"])
    head = ("model", "steps a block", "manner", "Fréchet distance", "KL")
    return table(head, [*PAPER_ROWS, *ours]) + f'<p class="note">{html.escape(note)}</p>'


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return an HTML table; numbers stand to the right."""
    if not rows:
        return ""
    top = "".join(f"<th>{html.escape(str(cell))}</th>" for cell in head)
    lines = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{lines}</table>"


def _cell(cell: Any) -> str:
    text = html.escape(str(cell))
    number = text.rstrip("%").replace(".", "", 1).replace("-", "", 1).isdigit()
    return f'<td class="figure">{text}</td>' if number else f"<td>{text}</td>"


# --- pictures ----------------------------------------------------------------------------------------------


def picture(draw: Callable[[Any, Any], None], told: Any) -> str:
    """Return what `draw` draws of something, as an image within the page."""
    from matplotlib.figure import Figure as Canvas

    canvas, drawn = Canvas(figsize=(9, 5), layout="constrained"), io.BytesIO()
    draw(canvas, told)
    canvas.savefig(drawn, format="png", dpi=100)
    return f'<p><img alt="" src="data:image/png;base64,{base64.b64encode(drawn.getvalue()).decode()}"></p>'


LONG_PANELS = (
    ("fd", "Fréchet distance to renders"),
    ("fd_to_first", "... to the first window"),
    ("adherence", "adherence"),
    ("level_db", "level, dB"),
)


def draw_long(canvas: Any, long: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Draw what became of streams, one curve a bundle and manner."""
    for axes, (name, label) in zip(canvas.subplots(2, 2, sharex=True).flat, LONG_PANELS, strict=True):
        for who, told in long:
            axes.plot(told["places_s"], told[name], label=who)
        axes.set_title(label, fontsize=10, loc="left")
        axes.set_ylim(*((-0.02, 1.02) if name == "adherence" else (None, None)))
    canvas.axes[0].legend(fontsize=8)
    canvas.supxlabel("seconds from the beginning to the window's", fontsize=9)


def draw_confusion(canvas: Any, report: Mapping[str, Any]) -> None:
    """Draw {asked: {heard: clips}}."""
    confusion = report["confusion"]
    styles = list(confusion)
    axes = canvas.add_subplot(xlabel="heard", ylabel="asked for")
    axes.set_title(name_of(report), fontsize=10, loc="left")
    axes.imshow([[confusion[asked][heard] for heard in styles] for asked in styles], cmap="Blues", vmin=0)
    axes.set_xticks(range(len(styles)), styles, rotation=45, ha="right")
    axes.set_yticks(range(len(styles)), styles)


def draw_paths(canvas: Any, reports: Sequence[Mapping[str, Any]]) -> None:
    """Draw how far along the way from one prompt to the other the music is, second by second."""
    axes = canvas.add_subplot(xlabel="seconds", ylabel="share of the way")
    for report in reports:
        if "paths" in report:
            axes.plot(report["paths"]["way"], label=name_of(report))
    axes.legend(fontsize=8)
