"""The verbs that make training data: ``lmdmd data``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from lmdmd.cli_numbers import above_zero, portion, whole
from lmdmd.cli_verbs import DATA_HELP, RUNS, add_verb, find_data

SPLITS = ("train", "heldout")


def add_data(verbs: argparse._SubParsersAction) -> None:
    """Add the steps from nothing, or from a folder of audio, to latents."""
    data = verbs.add_parser("data", help="Make training data.")
    steps = data.add_subparsers(required=True, metavar="STEP")
    compose = _add_step(steps, "compose", _compose, "Write pieces of music as MIDI with captions.")
    compose.add_argument("--hours", type=above_zero(), default=10.5)
    compose.add_argument("--seed", type=whole(0), default=0)
    compose.add_argument(
        "--tempo", nargs=2, type=whole(20, 300), metavar=("LOW", "HIGH"), help="bpm, instead of each style's own"
    )
    compose.add_argument(
        "--styles", nargs="+", metavar="NAME", help="styles or sets of styles (default: stage, all of them)"
    )
    compose.add_argument(
        "--playing", choices=("live", "grid"), default="live", help="grid: as earlier bundles learnt it"
    )
    render = _add_step(steps, "render", _render_pieces, "Render the pieces with FluidSynth.")
    render.add_argument(
        "--soundfonts",
        type=Path,
        nargs="+",
        default=[],
        metavar="PATH",
        help="files or folders; each piece is dealt one",
    )
    render.add_argument("--heldout-soundfont", type=Path, metavar="FILE", help="for some held-out pieces, and no other")
    render.add_argument("--licence", help="of fonts that are not known")
    render.add_argument("--workers", type=whole(1), default=2)
    render.add_argument("--stems", action="store_true", help="render every part alone as well")
    encode = _add_step(steps, "encode", _encode, "Turn the audio into latents.")
    encode.add_argument("--codec", type=Path, default=RUNS / "codec", help="run or bundle that holds the codec")
    encode.add_argument("--conditions", action="store_true", help="of mix and stems, with sketches, beat and chords")
    for parser, split in ((compose, "train"), (render, None), (encode, None)):
        parser.add_argument("--split", choices=SPLITS, default=split)
    bring = _add_step(steps, "import", _import_folder, "Turn a folder of your own audio, with captions, into latents.")
    bring.add_argument("folder", type=Path)
    bring.add_argument(
        "--name", default="", help="tells these pieces from those of other folders (default: the folder's)"
    )
    bring.add_argument("--codec", type=Path, default=RUNS / "codec", help="run or bundle that holds the codec")
    bring.add_argument("--licence", default="", metavar="TEXT", help="licence of files that state none")
    bring.add_argument(
        "--split-heldout",
        dest="heldout",
        type=portion,
        metavar="SHARE",
        help="keep a share of files to measure with (0.1)",
    )
    bring.add_argument(
        "--shortest", dest="shortest_s", type=above_zero(), metavar="S", help="leave out shorter files (12)"
    )
    bring.add_argument("--shard-mb", type=above_zero(), metavar="MB", help="how large a shard grows (64)")
    bring.add_argument("--json", action="store_true", help="print the summary as one JSON object")
    for parser in (encode, bring):
        parser.add_argument(
            "--workers", type=whole(1), default=1, metavar="N", help="processes; all make the same latents"
        )
    card = _add_step(steps, "card", _data_card, "Write what the training data is: figures, licences and pictures.")
    card.add_argument("--codec", type=Path, help="run or bundle whose codec draws latents as spectrograms")
    for parser in (compose, render, encode, bring, card):
        parser.add_argument("--data", type=Path, help=DATA_HELP)

    distill = _add_step(steps, "distill", _distill, "Make a prompt encoder from a sentence encoder (Model2Vec).")
    distill.add_argument("--out", type=Path, default=RUNS / "prompts")
    distill.add_argument("--teacher", type=Path, help="folder of all-MiniLM-L6-v2")


def _add_step(
    steps: argparse._SubParsersAction, name: str, make: Callable[[argparse.Namespace], int], text: str
) -> argparse.ArgumentParser:
    """Add a step, which is the work of one process."""

    def step(options: argparse.Namespace) -> int:
        from lmdmd.train.parallel import check_alone

        check_alone(f"data {name}")
        return make(options)

    return add_verb(steps, name, step, text, extra="train")


def _compose(options: argparse.Namespace) -> int:
    from lmdmd.train.compose import compose_pieces

    tempo_bpm = (min(options.tempo), max(options.tempo)) if options.tempo else None
    compose_pieces(
        find_data(options), options.hours, options.split, options.seed, options.styles, tempo_bpm, options.playing
    )
    return 0


def _render_pieces(options: argparse.Namespace) -> int:
    from lmdmd.train.render import render_pieces
    from lmdmd.train.soundfonts import fill_shelf

    render_pieces(
        find_data(options),
        shelf=fill_shelf(options.soundfonts, options.heldout_soundfont, options.licence),
        workers=options.workers,
        stems=options.stems,
        split=options.split,
    )
    return 0


def _encode(options: argparse.Namespace) -> int:
    from lmdmd.train.conditions import encode_conditions
    from lmdmd.train.encode import encode_pieces
    from lmdmd.train.export import find_codec

    codec = find_codec(options.codec)
    for split in [options.split] if options.split else SPLITS:
        if options.conditions:
            encode_conditions(find_data(options), codec, split)
        else:
            encode_pieces(find_data(options), codec, split, workers=options.workers)
    return 0


def _import_folder(options: argparse.Namespace) -> int:
    from lmdmd.train.export import find_codec
    from lmdmd.train.import_folder import describe_import, import_folder

    given = ("heldout", "shortest_s", "shard_mb")
    summary = import_folder(
        options.folder,
        find_data(options),
        find_codec(options.codec),
        name=options.name,
        workers=options.workers,
        licence=options.licence,
        **{name: value for name in given if (value := getattr(options, name)) is not None},
    )
    if options.json:
        print(json.dumps(summary))
    else:
        print(*describe_import(summary), sep="\n", file=sys.stderr)
    return 0


def _data_card(options: argparse.Namespace) -> int:
    from lmdmd.train.data_card import write_data_card
    from lmdmd.train.export import find_codec

    print(write_data_card(find_data(options), find_codec(options.codec) if options.codec else None), file=sys.stderr)
    return 0


def _distill(options: argparse.Namespace) -> int:
    from lmdmd.train.distill import distill

    distill(options.out, teacher=options.teacher)
    return 0
