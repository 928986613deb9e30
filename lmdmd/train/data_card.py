"""The card of training data: how much of what there is, whose it is, how it was said, and how it looks.

It is written from the shards alone, so composed and imported data are told of alike; each shard is tested on the way.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec
from lmdmd.train.card import table
from lmdmd.train.import_folder import SUMMARY
from lmdmd.train.progress import track
from lmdmd.train.shards import NOT_STATED, SPLITS, Shard, list_shards, write_whole

CARD_FILE, FIGURE_FILE, PICTURE_FILE = "README.md", "figures.png", "pieces.png"
MARK = "<!-- Written by `lmdmd data card`, which writes it anew: what you add is lost. -->"
PICTURES = 12
SHOWN_LATENTS = 430
BINS = 30
EXAMPLES = 3

ABOUT = """\
Latents to train live music diffusion models on: {hours:.2f} hours in {pieces} pieces, {heldout} of them held out to
measure with. They are of the codec `{codec}` ({dims} numbers a latent), which plays them.
"""


@dataclass(frozen=True)
class Stock:
    """All shards of a data folder, what all their pieces say of themselves, and the latents of a few."""

    shards: dict[str, list[Shard]]
    notes: dict[str, list[Mapping[str, Any]]]
    pictures: dict[str, Tensor]

    @property
    def all_notes(self) -> list[Mapping[str, Any]]:
        return [note for split in SPLITS for note in self.notes[split]]

    @property
    def codec(self) -> str:
        return next(shard.codec for shards in self.shards.values() for shard in shards)


def write_data_card(data: Path, codec: Codec | None = None) -> Path:
    """Write README.md and two pictures into `data`; returns the path of the card.

    Pieces are drawn as the spectrograms that `codec` would make of them, or as their latents. Raises `TrainError` when
    there are no shards, when one is not whole, and for a README.md of somebody else.
    """
    card = data / CARD_FILE
    if card.is_file() and MARK not in card.read_text(encoding="utf-8", errors="replace"):
        raise TrainError(f"{card} is not by `lmdmd data card`; move it away first")
    stock = take_stock(data)
    if codec is not None and codec.patches.sha256() != stock.codec:
        raise TrainError(f"{data / 'latents'} is of another codec than --codec; name the one that encoded it")
    draw_figures(stock.all_notes, data / FIGURE_FILE)
    draw_pieces(stock.pictures, codec, data / PICTURE_FILE)
    write_whole(card, compose_card(data, stock, codec).encode())
    return card


def take_stock(data: Path) -> Stock:
    """Read the shards of both splits; raises `TrainError` where there are none, and for one that is not whole."""
    shards = {split: list_shards(data, split) for split in SPLITS}
    every = [shard for split in SPLITS for shard in shards[split]]
    if not every:
        raise TrainError(f"{data / 'latents'} has no shards; run `lmdmd data encode` or `lmdmd data import` first")
    notes = {split: [note for shard in shards[split] for note in shard.pieces.values()] for split in SPLITS}
    chosen = set(choose_pictures({name: note["style"] for shard in every for name, note in shard.pieces.items()}))
    pictures: dict[str, Tensor] = {}
    for shard in track(every, "read shards"):
        latents = shard.load()
        pictures |= {name: latents[name][:SHOWN_LATENTS].float() for name in latents if name in chosen}
    return Stock(shards, notes, pictures)


def choose_pictures(styles: Mapping[str, str]) -> list[str]:
    """Return names of pieces to be drawn, of as many styles as there are."""
    by_style: dict[str, list[str]] = defaultdict(list)
    for name in sorted(styles):
        by_style[styles[name]].append(name)
    rounds = max(map(len, by_style.values()))
    turns = (names[turn] for turn in range(rounds) for _, names in sorted(by_style.items()) if turn < len(names))
    return [name for name, _ in zip(turns, range(PICTURES), strict=False)]


def compose_card(data: Path, stock: Stock, codec: Codec | None) -> str:
    """Return the text of the card."""
    about = ABOUT.format(
        hours=_hours(stock.all_notes),
        pieces=len(stock.all_notes),
        heldout=len(stock.notes["heldout"]),
        codec=stock.codec[:12],
        dims=next(iter(stock.pictures.values())).shape[1],
    )
    drawn = "Spectrograms, as the codec hears them" if codec else "Latents, the strongest below"
    sections = [
        f"# {_cell(data.resolve().name)}: training data",
        MARK,
        about,
        "## Styles and sources\n\n" + _table_styles(stock),
        "## Licences\n\n" + _table_licences(stock.all_notes),
        "## Captions\n\n" + _describe_captions(stock.all_notes),
        f"## Figures\n\n![Length, level, tempo and captions of the pieces]({FIGURE_FILE})",
        f"{drawn}, of the first {SHOWN_LATENTS} latents of some pieces:\n\n![Some pieces]({PICTURE_FILE})",
        "## Shards\n\n" + _table_shards(stock),
        _describe_left(data),
    ]
    return "\n\n".join(section.strip() for section in sections if section) + "\n"


def _table_styles(stock: Stock) -> str:
    groups: dict[tuple[str, str], dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: {s: [] for s in SPLITS})
    for split in SPLITS:
        for note in stock.notes[split]:
            groups[note["style"], note["source"]][split].append(note)
    rows = [
        (
            _cell(style),
            _cell(source),
            *(text for split in SPLITS for text in (len(notes[split]), f"{_hours(notes[split]):.2f}")),
        )
        for (style, source), notes in sorted(groups.items())
    ]
    return table(("style", "source", "train pieces", "hours", "held-out pieces", "hours"), rows)


def _table_licences(notes: Sequence[Mapping[str, Any]]) -> str:
    by_licence: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for note in notes:
        by_licence[note.get("licence") or NOT_STATED].append(note)
    rows = [(_cell(name), len(found), f"{_hours(found):.2f}") for name, found in sorted(by_licence.items())]
    return table(("licence", "pieces", "hours"), rows)


def _table_shards(stock: Stock) -> str:
    rows = [
        (
            shard.file.name,
            len(shard.pieces),
            f"{shard.about['seconds'] / 60:.1f}",
            f"{shard.file.stat().st_size / 1e6:.1f}",
            _cell("; ".join(f"{name}: {count}" for name, count in sorted(shard.about["licences"].items()))),
            f"`{shard.about['sha256'][:12]}`",
        )
        for split in SPLITS
        for shard in stock.shards[split]
    ]
    return table(("shard", "pieces", "minutes", "MB", "licences", "sha256"), rows)


def _describe_captions(notes: Sequence[Mapping[str, Any]]) -> str:
    said = Counter(text for note in notes for text in note["captions"])
    bare = sum(note.get("captions_from") == "names" for note in notes)
    lines = [
        f"{len(said)} different captions, {sum(said.values()) / len(notes):.1f} a piece on average, "
        f"{sum(len(text.split()) * count for text, count in said.items()) / said.total():.1f} words each.",
        f"{bare} pieces have none but the words of their files' and folders' names." if bare else "",
        "For example:\n\n" + "\n".join(f'- "{_cell(text)}"' for text in sorted(said)[:: -(-len(said) // EXAMPLES)]),
    ]
    return "\n\n".join(line for line in lines if line)


def _describe_left(data: Path) -> str:
    """What an import left out, counted by reason."""
    try:
        imports = json.loads((data / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    rows = [
        (_cell(name), _cell(reason), count)
        for name, summary in sorted(imports.items())
        for reason, count in sorted(summary["left_out"].items())
    ]
    return f"## Left out\n\n{table(('source', 'reason', 'files'), rows)}\n\nEach is named in {SUMMARY}." if rows else ""


def draw_figures(notes: Sequence[Mapping[str, Any]], out: Path) -> None:
    """Draw histograms of what is known of the pieces: length, level before and after, tempo, captions."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6), layout="constrained")
    grid = figure.subplots(2, 2)
    for axes, title, series in zip(
        grid.flat,
        ("seconds", "level (dB)", "tempo (bpm)", "captions a piece"),
        (
            {"": [note["seconds"] for note in notes]},
            {"as recorded": _known(notes, "recorded_db"), "as encoded": _known(notes, "level_db")},
            {"": _known(notes, "tempo_bpm")},
            {"": [len(note["captions"]) for note in notes]},
        ),
        strict=True,
    ):
        known = {name: values for name, values in series.items() if values}
        axes.set(title=title, ylabel="pieces")
        if known:
            axes.hist(list(known.values()), bins=BINS, label=list(known))
        else:
            axes.text(0.5, 0.5, "not known", ha="center", va="center", transform=axes.transAxes)
        if len(known) > 1:
            axes.legend()
    figure.savefig(out, dpi=80)


def draw_pieces(latents: Mapping[str, Tensor], codec: Codec | None, out: Path) -> None:
    """Draw some pieces [T, D], three in a row: as the spectrograms of a codec, or as they are."""
    from matplotlib.figure import Figure

    rows = -(-len(latents) // 3)
    figure = Figure(figsize=(12, 1.9 * rows + 0.3), layout="constrained")
    grid = figure.subplots(rows, 3, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, (name, piece) in zip(grid.flat, sorted(latents.items()), strict=False):
        axes.imshow(picture(piece, codec).numpy(), origin="lower", aspect="auto", cmap="magma")
        axes.set_title(name if len(name) <= 44 else f"…{name[-43:]}", fontsize=8, parse_math=False)
    figure.savefig(out, dpi=80)


@torch.no_grad()
def picture(latents: Tensor, codec: Codec | None) -> Tensor:
    """Return a picture of latents [T, D], time to the right: as they are, or the mel spectrogram that a codec reads."""
    if codec is None:
        return latents.T
    mel = codec.patches.unproject(latents.T[None])[0]
    return mel.unflatten(1, (codec.config.channels, codec.config.mels)).mean(1).T


def _known(notes: Iterable[Mapping[str, Any]], key: str) -> list[float]:
    return [note[key] for note in notes if key in note]


def _hours(notes: Iterable[Mapping[str, Any]]) -> float:
    return sum(note["seconds"] for note in notes) / 3600


def _cell(text: str) -> str:
    """Text that stays in its cell of a Markdown table."""
    return text.replace("|", "\\|").replace("<", "&lt;")
