"""The verbs that measure: ``lmdmd bench`` and ``lmdmd evaluate``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from lmdmd import bundles
from lmdmd.bench.table import BENCHES, add_options
from lmdmd.cli_numbers import whole
from lmdmd.cli_verbs import DATA_HELP, add_verb, find_data, print_report, print_table
from lmdmd.config import MOST_THREADS
from lmdmd.errors import ConfigError


def add_measuring(verbs: argparse._SubParsersAction) -> None:
    bench = verbs.add_parser("bench", help="Measure this machine.")
    kinds = bench.add_subparsers(required=True, metavar="WHAT", dest="what")
    for name, about in BENCHES.items():
        kind = add_verb(kinds, name, _bench, about.doc)
        add_options(kind, name)
        kind.add_argument("--json", action="store_true")

    evaluate = add_verb(verbs, "evaluate", _evaluate, "Measure how well a bundle follows its prompts.", extra="train")
    evaluate.add_argument("bundle")
    evaluate.add_argument("--data", type=Path, help=DATA_HELP)
    evaluate.add_argument("--out", type=Path, help="folder for generated audio and the report")
    evaluate.add_argument("--threads", type=whole(0, MOST_THREADS), default=0, metavar="N")
    evaluate.add_argument(
        "--transitions", action="store_true", help="measure changes of prompt too, which takes longer"
    )
    evaluate.add_argument(
        "--conditions", action="store_true", help="measure sketch, beat, chords and jamming too; the data needs stems"
    )
    evaluate.add_argument(
        "--inputs", type=Path, nargs="+", default=[], metavar="DIR", help="sketch these too: sound files, other renders"
    )
    evaluate.add_argument("--card", action="store_true", help="write the figures on the bundle's card")
    evaluate.add_argument("--json", action="store_true")
    _listening_options(evaluate)


def _listening_options(evaluate: argparse.ArgumentParser) -> None:
    listener = evaluate.add_mutually_exclusive_group()
    listener.add_argument("--ear", type=Path, metavar="FILE", help="hear with this ear (of lmdmd train ear)")
    listener.add_argument("--clap", type=Path, metavar="FOLDER", help="hear with your CLAP of transformers")
    add = evaluate.add_argument
    add("--brief", action="store_true", help="leave out minutes of music, free wordings, joins, seeds and copies")
    add("--long", action="store_true", help="play 10 minutes of every stream, not 2")
    add("--per-style", type=whole(1), metavar="N", help="long streams of every style (default: 1; at settings: 2)")
    add("--pairs", type=whole(0), default=0, metavar="N", help="cross-fade so many pairs of prompts too (LMDM: 128)")
    add("--report", action="store_true", help="write report.html into --out, or here")
    add("--against", default="", metavar="BUNDLE", help="measure this one too, and compare")
    settings = evaluate.add_argument_group("at several settings, instead of all else")
    add = settings.add_argument
    add("--steps", type=whole(1), nargs="+", default=[], metavar="N", help="steps of each setting: 8 4 2 50")
    add("--sampler", nargs="+", default=[], metavar="NAME", help="one for all settings, or one for each")
    add("--cfg", type=float, nargs="+", default=[], metavar="X", help="guidance, one for all settings or one for each")
    add("--seeds", type=whole(1), metavar="N", help="play all of it with so many seeds (default: 1)")
    add("--primed", action="store_true", help="go on from held-out renders, not from nothing")
    add("--free", action="store_true", help="ask in free words, not in plain ones")


def _bench(options: argparse.Namespace) -> int:
    from lmdmd.bench.table import run_bench

    return print_report(run_bench(options.what, options), options.json)


def _evaluate(options: argparse.Namespace) -> int:
    from lmdmd.train.parallel import check_alone

    check_alone("evaluate")
    if options.steps or options.sampler or options.cfg or options.seeds or options.primed or options.free:
        return _evaluate_settings(options)
    from lmdmd.train.card import write_card

    path, data = bundles.find(options.bundle).path, find_data(options)
    report = _evaluate_one(path, data, options, options.out)
    reports = [report]
    if options.against:
        other = bundles.find(options.against).path
        reports.append(_evaluate_one(other, data, options, options.out and options.out / "against"))
    if options.card:
        write_card(path, report, data)
    if options.report:
        from lmdmd.train.evaluate_report import write_html

        print(write_html(options.out or Path(), *reports), file=sys.stderr)
    print(json.dumps(report, indent=None if options.json else 2))
    if "transitions" in report and not options.json:
        rows = report["transitions"]["rows"]
        print_table(rows, list(rows[0]), as_json=False)
    return 0


def _evaluate_one(path: Path, data: Path, options: argparse.Namespace, out: Path | None) -> dict[str, Any]:
    from lmdmd.train.evaluate import evaluate
    from lmdmd.train.evaluate_more import LONGER_S, choose_embedder, measure_more
    from lmdmd.train.evaluate_settings import LONG_S

    also = _measure_transitions(path, data, options.threads) if options.transitions else {}
    also |= _measure_conditions(path, data, options) if options.conditions else {}
    if not options.brief:
        embedder = choose_embedder(data, options.ear, options.clap)
        also |= measure_more(
            *(path, data, embedder),
            seconds=LONGER_S if options.long else LONG_S,
            per_style=options.per_style or 1,
            pairs=options.pairs,
            threads=options.threads,
        )
    return evaluate(path, data, out=out, threads=options.threads, also=also)


def _evaluate_settings(options: argparse.Namespace) -> int:
    """At several settings, instead of the bundle's own: distance, adherence and drift."""
    for name in ("against", "card", "report", "transitions", "conditions", "brief", "pairs"):
        if getattr(options, name):
            raise ConfigError(f"--{name} is of whole evaluations; leave it out where settings or seeds are compared")
    from lmdmd.train.evaluate_more import LONGER_S, choose_embedder
    from lmdmd.train.evaluate_settings import LONG_S, evaluate_settings, pair_settings, table_rows

    report = evaluate_settings(
        bundles.find(options.bundle).path,
        data := find_data(options),
        choose_embedder(data, options.ear, options.clap),
        pair_settings(options.steps, options.sampler, options.cfg),
        seeds=options.seeds or 1,
        per_style=options.per_style or 2,
        seconds=LONGER_S if options.long else LONG_S,
        primed=options.primed,
        prompts="free" if options.free else "plain",
        out=options.out,
        threads=options.threads,
    )
    if options.json:
        print(json.dumps(report))
    else:
        rows = table_rows(report)
        print_table(rows, list(rows[0]), as_json=False)
    return 0


def _measure_transitions(path: Path, data: Path, threads: int) -> dict[str, Any]:
    """The part of a report that needs the engine, which training knows nothing of."""
    from lmdmd.bench.transitions import measure_transitions

    return {"transitions": measure_transitions(path, data, threads=threads)}


def _measure_conditions(path: Path, data: Path, options: argparse.Namespace) -> dict[str, Any]:
    from lmdmd.train.evaluate_conditions import evaluate_conditions

    out = options.out and options.out / "conditions"
    return {"conditions": evaluate_conditions(path, data, out=out, threads=options.threads, inputs=options.inputs)}
