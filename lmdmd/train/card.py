"""The model card of a bundle: what it is, what it learned from, what it measures, and where it ends."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lmdmd.bundles import read_info
from lmdmd.model.bundle import AnyPrompts, Bundle, load_bundle
from lmdmd.model.conditioners import PromptEncoder
from lmdmd.model.spectrum import hann
from lmdmd.train.codec import decode_excerpts
from lmdmd.train.codec_figures import draw_spectrograms as draw_pairs
from lmdmd.train.evaluate import generate_clip, write_prompt
from lmdmd.train.evaluate_report import heard_rows

CARD_FILE, PICTURE_FILE, CODEC_FILE = "README.md", "spectrogram.png", "codec.png"
CODEC_ROWS = 4
PICTURE_S = 6.0
FIGURES = (
    "adherence",
    "drift",
    "fd",
    "fd_real",
    "classifier",
    "codec",
    "precisions",
    "per_style",
    "transitions",
    "conditions",
)

ABOUT = """\
A small live music diffusion model (LMDM, arXiv 2605.22717). It plays on for ever, block by block, and follows text
prompts while it plays; it is made for the stage and for CPUs. Play it with `lmdmd run --model {name}`.
"""

DATA = """\
All music was composed by the project's own program (`lmdmd data compose`) and rendered with FluidSynth and
{fonts}. No recording of anyone, no scraped audio. Styles: {styles}.
The figures below are against held-out pieces of the same composer, on which neither network was trained.
"""

TRANSITIONS = """\
{changes} changes between {styles}, after {played_s:g} s of the first style.
"Heard" counts from the beginning of the ramp to the end of the first window of {window_s:g} s that is named as the new
style, if all that follow for {hold_s:g} s are too. "two streams" cross-fades the sound of two streams that have long
been playing: what remains is the time that the window itself takes. "drop" and "prompts only" are one stream with
`gen/drop` on and off; they wait for the next block, on average half of one. `engine/lead` is not counted, which a
change by hand waits for as well. A click is a bend of the waveform around a join of blocks, here from the change until
{joins_after} blocks after its ramp, that stands out of its surroundings more than any moment of either style while
nothing is changed; hard cuts, two streams with a ramp of 0, show that the measure finds them.
A sharp attack after a lull can count as one.
"""

CONDITIONS = """\
Streams of {seconds:g} s from an empty context, block by block, with the settings above.
Groups count {counted}.
Held-out pieces are what is sketched and heard. "Others" are the same streams measured against what
belongs to another one, in brackets the 95 % interval of the difference. A part hears all others, up to a block before
its own block, up to its beginning, or to its end, and remembers the whole context (`gen/memory` at its highest);
"deaf" is the same prompt that hears nothing.
"""

LEFT_OUT = "Left out, as too few windows are named rightly even while nothing is changed: {}.\n"

LIMITS = """\
- It knows the styles above and General MIDI instruments, nothing else: no voices, no words, no room, no player.
- Prompts are read as a bag of words by a static embedding. "No drums" asks for drums.
- Tempo, key and instruments named in a prompt are hints, not orders.
- The figures are of plain prompts that name a style. They come from a small classifier trained on renders of the same
  composer, not from listeners, and say nothing about beauty.
- The codec trades fidelity for speed: expect softened transients and a synthetic treble.
"""


def write_card(bundle_path: Path, report: Mapping[str, Any], data: Path) -> Path:
    """Write README.md and the pictures of a bundle, and the report's figures into its config.json.

    `report` is that of `evaluate`; `data` has the held-out renders that the codec's picture shows. How much training
    went in is what `export_bundle` noted. Returns the path of the card.
    """
    write_figures(bundle_path, report)
    bundle = load_bundle(bundle_path)
    draw_spectrograms(bundle_path / PICTURE_FILE, bundle, list(report["confusion"]))
    draw_pairs(list(decode_excerpts(bundle.codec, data, "heldout", CODEC_ROWS, PICTURE_S)), bundle_path / CODEC_FILE)
    card = bundle_path / CARD_FILE
    card.write_text(compose_card(bundle_path, bundle, report, describe_fonts(data)), encoding="utf-8")
    return card


def write_figures(bundle_path: Path, report: Mapping[str, Any]) -> None:
    """Put the report's main figures into config.json, so that they are where the card has them from."""
    config = read_info(bundle_path).config
    config["figures"] = {name: report[name] for name in FIGURES if name in report}
    (bundle_path / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def compose_card(bundle_path: Path, bundle: Bundle, report: Mapping[str, Any], fonts: str) -> str:
    """Return the text of the card; `fonts` says what the training data was rendered with."""
    config = read_info(bundle_path).config
    training = config.get("training", {})
    styles = list(report["confusion"])
    sections = [
        f"# {bundle.name} {config['version']}",
        ABOUT.format(name=bundle.name),
        f"Licence of weights and card: {config['licence']}.",
        f"![Spectrograms of one generation a style]({PICTURE_FILE})",
        "## Shape\n\n" + table(("", ""), shape_rows(bundle, report)),
        "## Training data\n\n" + DATA.format(styles=", ".join(styles), fonts=fonts),
        "## Training\n\n" + table(("amount", ""), list(training.items())) if training else "",
        "## Figures\n\n" + describe_figures(report),
        f"Held-out renders beside what the codec makes of them:\n\n![Original and decoded]({CODEC_FILE})",
        "## Asked for (rows) and heard (columns)\n\n" + confusion_table(report["confusion"]),
        "## From one prompt to another\n\n" + describe_transitions(found)
        if (found := report.get("transitions"))
        else "",
        "## Conditions\n\n" + describe_conditions(told) if (told := report.get("conditions")) else "",
        "## Limits\n\n" + LIMITS + missed_styles(report),
    ]
    return front_matter(config["licence"]) + "\n\n".join(part.strip() for part in sections if part) + "\n"


def front_matter(licence: str) -> str:
    """Return the head that model hubs read."""
    return f"---\nlicense: {licence.lower()}\npipeline_tag: text-to-audio\ntags: [music, live, diffusion]\n---\n\n"


def describe_fonts(data: Path) -> str:
    """Say which soundfonts a data folder's training pieces were rendered with; where it is not told, the usual one."""
    told = [json.loads(file.read_text(encoding="utf-8")) for file in sorted((data / "audio").glob("train-*.json"))]
    fonts = sorted({(facts["soundfont"], facts["licence"]) for facts in told}) or [("FluidR3_GM.sf2", "MIT")]
    names = " and ".join(f"{Path(name).stem.replace('_', ' ')} ({licence} licence)" for name, licence in fonts)
    return f"the soundfont{'s' if len(fonts) > 1 else ''} {names}"


def shape_rows(bundle: Bundle, report: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what the model is made of, as rows of a table."""
    g, settings = bundle.geometry, report["settings"]
    return [
        ("sound", f"{g.sample_rate} Hz, {bundle.codec.config.channels} channels"),
        ("latents", f"{bundle.codec.config.latent_dim} numbers, {g.latent_rate_hz:.2f} a second"),
        ("context", f"{g.context} latents, {g.context / g.latent_rate_hz:.1f} s"),
        ("block", f"{g.block} latents, {g.block_s:.3f} s"),
        ("parameters", f"{count(bundle.model)} network, {count(bundle.codec)} codec"),
        ("prompts", describe_prompts(bundle.prompts)),
        *([("conditions beyond text", ", ".join(groups))] if (groups := list(bundle.model.config.groups)[1:]) else []),
        ("shipped settings", ", ".join(f"{name} {value}" for name, value in settings.items())),
    ]


def describe_prompts(prompts: AnyPrompts) -> str:
    """Say what reads the prompts."""
    if isinstance(prompts, PromptEncoder):
        return f"{len(prompts.vectors)} words, vectors of {prompts.dim}"
    return f"T5, {prompts.config.tokens} tokens of {prompts.dim}"


def count(module: torch.nn.Module) -> str:
    """Return the number of a module's parameters, in millions."""
    return f"{sum(p.numel() for p in module.parameters()) / 1e6:.2f} M"


def describe_figures(report: Mapping[str, Any]) -> str:
    """Return the measured figures as a table, each with what it should be compared to."""
    judge, drift = report["classifier"], report["drift_detail"]
    made, real = drift["generated"], drift["real"]
    clips = len(report["clips"])
    rows = [
        (
            f"adherence, {clips} clips of {report['seconds']:g} s",
            f"{report['adherence']:.1%}",
            f"classifier on renders it never heard: {judge['accuracy']:.1%}; "
            f"after the codec: {judge['accuracy_after_codec']:.1%}; chance: {1 / len(report['confusion']):.1%}",
        ),
        ("drift of latents, first to last quarter", f"{made['drift']:.3f}", f"renders: {real['drift']:.3f}"),
        ("drift of level, dB", f"{made['level_db']:.2f}", f"renders: {real['level_db']:.2f}"),
        (
            "Frechet distance of features to held-out renders",
            f"{report['fd']:.1f}",
            f"renders to other renders: {report['fd_real']:.1f}",
        ),
        *[(f"codec, {name} (0 is perfect)", f"{value:.4g}", "") for name, value in report["codec"].items()],
        *[(f"error of a block in {name}", f"{value:.1%}", "fp32: 0") for name, value in report["precisions"].items()],
    ]
    return table(("figure", "this bundle", "compare"), [*rows, *heard_rows(report)])


def confusion_table(confusion: Mapping[str, Mapping[str, int]]) -> str:
    """Return {asked: {heard: clips}} as a table; zeros are left blank."""
    styles = list(confusion)
    rows = [(asked, *(confusion[asked][heard] or "" for heard in styles)) for asked in styles]
    return table(("", *styles), rows)


def describe_transitions(found: Mapping[str, Any]) -> str:
    """Return what was measured of changes of prompt: how it was done, a table, and which styles were left out."""
    head = ("change", "memory, s", "ramp, s", "heard, median s", "90 %", f"not in {found['limit_s']:g} s", "clicks")
    rows = [
        (
            row["manner"],
            f"{row['memory_s']:.1f}",
            f"{row['ramp_s']:g}",
            show_seconds(row["median_s"]),
            show_seconds(row["p90_s"]),
            f"{row['missed']:.0%}",
            f"{row['clicks']} of {row['joins']}",
        )
        for row in found["rows"]
    ]
    about = TRANSITIONS.format(**{**found, "styles": ", ".join(found["styles"])})
    left = [f"{style} ({share:.0%})" for style, share in found["recognised"].items() if style not in found["styles"]]
    return about + "\n" + table(head, rows) + ("\n\n" + LEFT_OUT.format(", ".join(left)) if left else "")


def describe_conditions(found: Mapping[str, Any]) -> str:
    """Return what was measured of conditions beyond text, each figure beside its control."""
    rows = [*sketch_rows(found), *beat_rows(found), *harmony_rows(found), *jam_rows(found)]
    counted = ", ".join(f"{name} {weight:g}" for name, weight in found["weights"].items())
    return CONDITIONS.format(**found, counted=counted) + "\n" + table(("figure", "this bundle", "compare"), rows)


def sketch_rows(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return how sketches are followed, of held-out pieces and of other inputs."""
    if "sketch" not in found:
        return []
    rows = sketch_figures(found["sketch"], "a piece")
    for folder, sketch in found.get("inputs", {}).items():
        rows += sketch_figures(sketch, f'"{folder}"')
    return rows


def sketch_figures(sketch: Mapping[str, Any], what: str) -> list[tuple[str, str, str]]:
    """Return how the sketch of something is followed, and what the codec alone leaves of it."""
    about = {"codec": "after the codec alone", "same_style": "prompt of its style", "other_style": "of another style"}
    rows = []
    for kind, followed in ((kind, sketch[kind]) for kind in about if kind in sketch):
        head = f"sketch of {what}, {about[kind]}"
        rows.append((f"{head}: correlation of levels in dB", *show_paired(followed["envelope_correlation"])))
        rows.append((f"{head}: correlation of levels", *show_paired(followed["rms_correlation"])))
        rows.append((f"{head}: same strongest pitch in a beat", *show_paired(followed["chroma_agreement"])))
    named = f"{sketch['style_with_sketch']:.0%}", f"text alone: {sketch['style_text_only']:.0%}"
    return [*rows, (f"adherence with a sketch of {what}, prompt of another style", *named)]


def beat_rows(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return how attacks and beats lie on the grid that is told."""
    tempos = {name: row for name, row in found.get("beat", {}).items() if isinstance(row, dict)}
    rows = []
    for bpm, row in tempos.items():
        on, off = row["on"], row["off"]
        for step, article in (("eighth", "an"), ("sixteenth", "a")):
            near, free, chance = on[f"{step}s"], off[f"{step}s"], on["chance"][f"{step}s"]
            compare = f"not told: {free:.0%}, chance: {chance:.0%}"
            rows.append((f"attacks within 35 ms of {article} {step} at {bpm} bpm", f"{near:.0%}", compare))
        rows.append((f"beat F1 (70 ms) at {bpm} bpm", f"{on['beat_f1']:.2f}", f"not told: {off['beat_f1']:.2f}"))
    if "style_told" in found.get("beat", {}):
        told, free = found["beat"]["style_told"], found["beat"]["style_free"]
        rows.append(("adherence with the beat of a piece of the style", f"{told:.0%}", f"not told: {free:.0%}"))
    return rows


def harmony_rows(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return how the sound fits the chords that are asked for."""
    if "harmony" not in found:
        return []
    on, off = found["harmony"]["on"], found["harmony"]["off"]
    low, high = on["interval"]
    compare = f"other chords: {on['others']:.2f} [{low:+.3f}, {high:+.3f}]; not told: {off['asked']:.2f}"
    return [(f"cosine of pitches and chord, {on['changes']} changes", f"{on['asked']:.2f}", compare)]


def jam_rows(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return how parts fit what they hear, at each future visibility."""
    names = {"beat_f1": "beat F1 (70 ms)", "key_agreement": "same scale", "chroma_cosine": "cosine of pitches"}
    return [
        (f"part that hears to {tf} blocks: {said}" if tf != "deaf" else f"deaf part: {said}", *show_paired(row[name]))
        for tf, row in found.get("jam", {}).items()
        for name, said in names.items()
    ]


def show_paired(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return a figure, and that of others with the interval of the difference."""
    low, high = row["interval"]
    return f"{row['own']:.2f}", f"others: {row['others']:.2f} [{low:+.3f}, {high:+.3f}]"


def show_seconds(seconds: float | None) -> str:
    """Return seconds to the quarter, or that it is never."""
    return "never" if seconds is None else f"{seconds:.2f}"


def missed_styles(report: Mapping[str, Any]) -> str:
    """Return one more limit where some style is more often missed than heard."""
    missed = [style for style, figures in report["per_style"].items() if figures["adherence"] < 0.5]
    return (
        f"- The classifier mostly hears another style where these are asked for: {', '.join(missed)}.\n"
        if missed
        else ""
    )


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def draw_spectrograms(path: Path, bundle: Bundle, styles: Sequence[str]) -> None:
    """Draw the spectrogram of one short generation a style, in one picture."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 1.6 * ((len(styles) + 1) // 2) + 0.4), layout="constrained")
    grid = figure.subplots((len(styles) + 1) // 2, 2, squeeze=False, sharex=True, sharey=True)
    for axes in grid.flat[len(styles) :]:
        axes.set_axis_off()
    for number, (axes, style) in enumerate(zip(grid.flat, styles, strict=False)):
        level = spectrogram_db(generate_clip(bundle, write_prompt(style, 0), PICTURE_S, number)).numpy()
        extent = (0, PICTURE_S, 0, bundle.geometry.sample_rate / 2000)
        axes.imshow(level, origin="lower", aspect="auto", extent=extent, vmin=-70, vmax=0, cmap="magma")
        axes.set_ylim(0, 12)
        axes.set_title(style, fontsize=9, loc="left")
    figure.supxlabel("seconds", fontsize=9)
    figure.supylabel("kHz", fontsize=9)
    figure.savefig(path, dpi=90)


def spectrogram_db(audio: Tensor, n_fft: int = 1024) -> Tensor:
    """Audio [C, N] -> dB below the loudest point [bins, T]."""
    spectra = torch.stft(audio.mean(0), n_fft, n_fft // 2, window=hann(n_fft), return_complex=True)
    level = 20 * torch.log10(spectra.abs() + 1e-7)
    return level - level.max()
