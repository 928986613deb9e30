"""The command line: arguments in, one function a verb, errors as one sentence.

Verbs import what they need when they run, so that ``lmdmd send`` never waits for torch.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmdmd import __version__, bundles, commands, params
from lmdmd.bench.table import BENCHES, add_options
from lmdmd.cli_numbers import above_zero, port_or_off, portion, share, whole
from lmdmd.config import HTTP_PORT, MOST_THREADS, OSC_PORT, PRECISIONS, QLAB_PORT, RECORDINGS, Config
from lmdmd.errors import ConfigError, LmdmdError
from lmdmd.log_lines import set_up

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from lmdmd.model.lora import Lora

RUNS = Path("runs")
_PIPE_COLUMNS = 240
_PARAM_COLUMNS = ("address", "type", "default", "lo", "hi", "unit", "rate", "level", "doc")
SPLITS = ("train", "heldout")
_DROPS = ("drop_context", "drop_oldest", "drop_prompt")
ARC_OPTIONS = (
    *("minutes", "steps", "batch", "blocks", "lead", "least_steps", "most_steps", "lr", "lr_discriminator", "contrast"),
    *("precision", "recompute", "seed"),
)
"""What of the recipe of ARC-Forcing can be said."""
DATA_HELP = "folder of the training data (default: ~/.cache/lmdmd/data)"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``lmdmd``; returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    # A launcher such as torchrun leaves the mark between its words and ours.
    options = _parser().parse_args(words[1:] if words[:1] == ["--"] else words)
    set_up(logging.DEBUG if options.verbose else logging.INFO, as_json=options.log_json)
    try:
        return options.verb(options) or 0
    except LmdmdError as error:
        print(f"lmdmd: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        print(f"lmdmd: {_unexpected(error)}", file=sys.stderr)
        log.debug("the whole trace:", exc_info=True)
        return 1


def _unexpected(error: Exception) -> str:
    """One sentence for what nobody foresaw: the system's own word, or where a trace is to be had."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    said = str(error).partition("\n")[0]
    return f"an error that nobody foresaw, {type(error).__name__}: {said}; lmdmd -v VERB ... shows where"


# --- playing ---------------------------------------------------------------------------------------------


def _run(options: argparse.Namespace) -> int:
    from lmdmd.daemon import run

    return run(_config(options))


def _config(options: argparse.Namespace) -> Config:
    return Config(
        setlist=options.setlist,
        device=options.device,
        input_device=options.input_device,
        input=options.input,
        model=options.model,
        record=options.record,
        osc_port=options.osc_port,
        http_port=options.http_port,
        bind=options.bind,
        allow_origins=tuple(options.allow_origin),
        announce=options.announce,
        passcodes=options.passcodes,
        allow=tuple(options.allow),
        qlab_port=options.qlab_port,
        midi_map=options.midi_map,
        rate_hz=options.rate,
        buffer_frames=options.buffer,
        seed=options.seed,
        seconds=options.seconds,
        threads=options.threads,
        precision=options.precision,
        rehearsal=options.rehearsal,
        begin=options.begin,
        loop=options.loop,
        skip_waits_s=options.skip_waits,
        speed=options.speed,
        resume=options.resume,
        pick_up=options.pick_up,
    )


def _render(options: argparse.Namespace) -> int:
    from lmdmd.render import render

    report = render(_config(options), options.out)
    if options.json:
        print(json.dumps(report))
    else:
        print(f"{options.out}: {report['seconds']:.1f} s of music in {report['took_s']:.1f} s", file=sys.stderr)
    return 0


def _replay(options: argparse.Namespace) -> int:
    from lmdmd.replay import replay

    report = replay(options.showlog, options.out)
    if options.json:
        print(json.dumps(report))
        return 0
    for doubt in report["doubts"]:
        print(f"lmdmd: warning: {doubt}", file=sys.stderr)
    for part in report["parts"]:
        promise = "sample for sample as it was heard" if part["exact"] else "not sure to be what was heard"
        print(f"{part['out']}: {part['seconds']:.1f} s of {part['log']}, {promise}", file=sys.stderr)
    print(f"{report['seconds']:.1f} s of music in {report['took_s']:.1f} s", file=sys.stderr)
    return 0


def _check(options: argparse.Namespace) -> int:
    from lmdmd.preflight import check

    return check(_config(options), measure=not options.no_measure, as_json=options.json, sheet=options.sheet)


def _send(options: argparse.Namespace) -> int:
    from lmdmd.surfaces.osc_client import PASSCODE, format_reply, send

    passcode = os.environ.get(PASSCODE, "")
    replies = send(options.host, options.port, options.address, options.args, options.timeout, passcode)
    for reply in replies:
        print(format_reply(reply))
    if not replies:
        print(f"lmdmd: no answer from {options.host}:{options.port}; is lmdmd running?", file=sys.stderr)
    failed = not replies or any(reply.address == "/lmdm/fail" for reply in replies)
    return 1 if failed else 0


def _monitor(options: argparse.Namespace) -> int:
    from lmdmd.surfaces.monitor import monitor
    from lmdmd.surfaces.osc_client import PASSCODE

    form, passcode = "json" if options.json else "lines" if options.lines else "auto", os.environ.get(PASSCODE, "")
    status = monitor(options.host, options.port, form=form, seconds=options.seconds, passcode=passcode)
    if status:
        print(f"lmdmd: no answer from {options.host}:{options.port}; is lmdmd running?", file=sys.stderr)
    return status


# --- listing ---------------------------------------------------------------------------------------------


def _table(rows: list[dict], columns: Sequence[str], as_json: bool) -> int:
    if as_json:
        print(json.dumps(rows))
        return 0
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    # Only a terminal has a width; what is piped on is searched by line.
    console = Console() if sys.stdout.isatty() else Console(width=_PIPE_COLUMNS)
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if row.get(column) is None else escape(str(row[column])) for column in columns))
    console.print(table)
    return 0


def _params(options: argparse.Namespace) -> int:
    return _table(params.as_records(), _PARAM_COLUMNS, options.json)


def _commands(options: argparse.Namespace) -> int:
    rows = commands.as_records()
    if not options.json:
        rows = [row | {"arguments": _signature(row["arguments"])} for row in rows]
    return _table(rows, ("address", "arguments", "slow", "level", "doc"), options.json)


def _signature(arguments: object) -> str:
    assert isinstance(arguments, list)
    return " ".join(a["name"] if a["default"] is None else f"[{a['name']}={a['default']}]" for a in arguments)


def _devices(options: argparse.Namespace) -> int:
    from lmdmd.rt.device import list_devices

    return _table(list_devices(), ("name", "host_api", "inputs", "outputs", "rate_hz", "default"), options.json)


def _models(options: argparse.Namespace) -> int:
    found, broken = bundles.survey()
    for sentence in broken:
        print(f"lmdmd: warning: {sentence}", file=sys.stderr)
    rows = [
        {
            "name": info.name,
            "version": info.config["version"],
            "licence": info.config["licence"],
            "block_s": round(info.block_frames / info.sample_rate, 3),
            "mb": round(info.size_bytes / 1e6, 1),
            "path": str(info.path),
        }
        for info in found
    ]
    return _table(rows, ("name", "version", "licence", "block_s", "mb", "path"), options.json)


def _export(options: argparse.Namespace) -> int:
    from lmdmd.surfaces.reference import write_reference

    changed = write_reference(options.readme)
    print(f"{options.readme}: {'brought up to date' if changed else 'was up to date'}", file=sys.stderr)
    return 0


def _export_patches(options: argparse.Namespace) -> int:
    from lmdmd.surfaces.export.targets import TARGETS, write_files

    written = write_files(options.out, options.target or list(TARGETS))
    for path in written:
        print(path, file=sys.stderr)
    print(
        f"{options.out}: {len(written)} files written" if written else f"{options.out}: was up to date", file=sys.stderr
    )
    return 0


def _export_service(options: argparse.Namespace) -> int:
    from lmdmd.service import UNIT, write_service

    arguments = [word for word in options.run if word != "--"]
    asked = _config(_parser().parse_args(["run", *arguments]))
    if asked.record is None:
        arguments += ["--record", str(RECORDINGS)]
    for path in write_service(options.out, arguments, Path.cwd()):
        print(path, file=sys.stderr)
    unit = options.out / UNIT
    print(f"Linux: systemctl --user link {unit.resolve()} && systemctl --user start lmdmd", file=sys.stderr)
    return 0


# --- measuring -------------------------------------------------------------------------------------------


def _bench(options: argparse.Namespace) -> int:
    from lmdmd.bench.table import run_bench

    return _print_report(run_bench(options.what, options), options.json)


def _print_report(report: dict[str, Any], as_json: bool) -> int:
    """Rows as a table, the rest as lines; or all of it as one JSON object. Returns 1 where it tells of failures."""
    status = 1 if report.get("failures") else 0
    if as_json:
        print(json.dumps(report))
        return status
    if rows := report.pop("rows", None):
        _table(rows, list(rows[0]), as_json=False)
    for key, value in report.items():
        print(f"{key:>14}  {value}")
    return status


def _evaluate(options: argparse.Namespace) -> int:
    if options.steps or options.sampler or options.cfg or options.seeds or options.primed or options.free:
        return _evaluate_settings(options)
    from lmdmd.train.card import write_card

    path, data = bundles.find(options.bundle).path, _data(options)
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
        _table(rows, list(rows[0]), as_json=False)
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
        data := _data(options),
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
        _table(rows, list(rows[0]), as_json=False)
    return 0


def _measure_transitions(path: Path, data: Path, threads: int) -> dict[str, Any]:
    """The part of a report that needs the engine, which training knows nothing of."""
    from lmdmd.bench.transitions import measure_transitions

    return {"transitions": measure_transitions(path, data, threads=threads)}


def _measure_conditions(path: Path, data: Path, options: argparse.Namespace) -> dict[str, Any]:
    from lmdmd.train.evaluate_conditions import evaluate_conditions

    out = options.out and options.out / "conditions"
    return {"conditions": evaluate_conditions(path, data, out=out, threads=options.threads, inputs=options.inputs)}


# --- making models -----------------------------------------------------------------------------------------


def _data(options: argparse.Namespace) -> Path:
    """Folder of the training data; looked for only when it is wanted, as not every user has a home folder."""
    if options.data is not None:
        return options.data
    try:
        return Path.home() / ".cache" / "lmdmd" / "data"
    except RuntimeError:
        raise ConfigError("there is no home folder for the training data; say where with --data") from None


def _compose(options: argparse.Namespace) -> int:
    from lmdmd.train.compose import compose_pieces

    tempo_bpm = (min(options.tempo), max(options.tempo)) if options.tempo else None
    compose_pieces(
        _data(options), options.hours, options.split, options.seed, options.styles, tempo_bpm, options.playing
    )
    return 0


def _render_pieces(options: argparse.Namespace) -> int:
    from lmdmd.train.render import render_pieces
    from lmdmd.train.soundfonts import fill_shelf

    render_pieces(
        _data(options),
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
            encode_conditions(_data(options), codec, split)
        else:
            encode_pieces(_data(options), codec, split, workers=options.workers)
    return 0


def _import_folder(options: argparse.Namespace) -> int:
    from lmdmd.train.export import find_codec
    from lmdmd.train.import_folder import describe_import, import_folder

    given = ("heldout", "shortest_s", "shard_mb")
    summary = import_folder(
        options.folder,
        _data(options),
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

    print(write_data_card(_data(options), find_codec(options.codec) if options.codec else None), file=sys.stderr)
    return 0


def _distill(options: argparse.Namespace) -> int:
    from lmdmd.train.distill import distill

    distill(options.out, teacher=options.teacher)
    return 0


def _train_codec(options: argparse.Namespace) -> int:
    from lmdmd.train.codec import train_codec

    saving = {"save_every_s": 60 * options.save_every} if options.save_every else {}
    said = _said(options, "crop_latents", "adversarial_after")
    train_codec(data=_data(options), run=options.run, resume=not options.fresh, **said, **saving, **_amounts(options))
    return 0


def _train_finetune(options: argparse.Namespace) -> int:
    from functools import partial

    from lmdmd.model.bundle import make_condition
    from lmdmd.train.export import choose_defaults, export_bundle, find_any_codec, find_prompts
    from lmdmd.train.finetune import finetune
    from lmdmd.train.parallel import Ranks
    from lmdmd.train.recipe import find_recipe
    from lmdmd.train.run_log import is_run
    from lmdmd.train.samples import Samples, read_prompts
    from lmdmd.train.start import find_start

    start = find_start(options.start) if options.start else None
    bundle = None if start is None or is_run(start) else start
    folder, codec = options.prompts or bundle, options.codec or bundle or RUNS / "codec"
    data, prompts, defaults = _data(options), find_prompts(folder), choose_defaults(start, options.prompt)
    samples = None
    if options.sample_every:
        samples = Samples(read_prompts(data), prompts, find_any_codec(codec), defaults)
    finetune(
        data=data,
        run=options.run,
        encode=prompts.encode,
        condition=partial(make_condition, prompts),
        recipe=find_recipe(options.recipe, **_recipe_changes(options)),
        start=start,
        resume=not options.fresh,
        samples=samples,
        sample_every_s=60 * (options.sample_every or 0),
        tensorboard=options.tensorboard,
        sharded=options.shard,
        **_said(options, "preset", "attention", "context", "block", "threads", "device"),
        **({"save_every_s": 60 * options.save_every} if options.save_every else {}),
    )
    if options.bundle and Ranks.from_environment().first:
        export_bundle(options.run, options.bundle, codec=codec, prompts=folder, defaults=defaults)
    return 0


def _recipe_changes(options: argparse.Namespace) -> dict[str, Any]:
    """What of a recipe was said."""
    drops = {name.removeprefix("drop_"): value for name, value in _said(options, *_DROPS).items()}
    names = ("minutes", "steps", "batch", "accumulate", "lr", "seed", "precision", "lora", "recompute")
    return {**_said(options, *names), "drops": drops}


def _train_arc(options: argparse.Namespace) -> int:
    from functools import partial

    from lmdmd.model.bundle import make_condition
    from lmdmd.train.arc import ArcRecipe, post_train
    from lmdmd.train.export import choose_arc_defaults, export_bundle, find_prompts
    from lmdmd.train.network import read_network
    from lmdmd.train.parallel import Ranks
    from lmdmd.train.run_log import is_run
    from lmdmd.train.start import find_start

    start = find_start(options.start)
    bundle = None if is_run(start) else start
    folder, codec = options.prompts or bundle, options.codec or bundle or RUNS / "codec"
    prompts = find_prompts(folder)
    post_train(
        data=_data(options),
        run=options.run,
        encode=prompts.encode,
        condition=partial(make_condition, prompts),
        start=read_network(start),
        base=read_network(find_start(options.base)),
        recipe=ArcRecipe(**_said(options, *ARC_OPTIONS)),
        resume=not options.fresh,
        sharded=options.shard,
        **_said(options, "threads", "device"),
    )
    if options.bundle and Ranks.from_environment().first:
        defaults = choose_arc_defaults(start, options.prompt)
        export_bundle(options.run, options.bundle, codec=codec, prompts=folder, defaults=defaults)
    return 0


def _train_ear(options: argparse.Namespace) -> int:
    from lmdmd.train.train_ear import EAR_FILE, train_ear

    ear = train_ear(data=_data(options), run=options.run, **_amounts(options))
    print(f"{options.run / EAR_FILE}: {json.dumps(ear.config.figures)}", file=sys.stderr)
    return 0


def _train_ladder(options: argparse.Namespace) -> int:
    from lmdmd.train.export import find_codec, find_prompts
    from lmdmd.train.ladder import climb
    from lmdmd.train.ladder_show import explain, tabulate, used_columns
    from lmdmd.train.parallel import check_alone
    from lmdmd.train.start import find_start

    check_alone("train ladder")
    start = find_start(options.start) if options.start else None
    report = climb(
        data=_data(options),
        run=options.run,
        codec=find_codec(options.codec or start or RUNS / "codec"),
        prompts=find_prompts(options.prompts or start),
        start=start,
        resume=not options.fresh,
        **{name: value for name in ("preset", "rungs", "pieces") if (value := getattr(options, name))},
        **_amounts(options),
    )
    if options.json:
        print(json.dumps(report))
        return 0
    rows = tabulate(report)
    _table(rows, used_columns(rows), as_json=False)
    print("", *explain(), sep="\n")
    return 0


def _import_sao(options: argparse.Namespace) -> int:
    from lmdmd.model.import_sao import import_sao

    loras = [_lora(said) for said in options.lora]
    info = import_sao(options.checkpoint, options.out, config=options.config, t5=options.t5, loras=loras)
    print(f"{info.path}: {info.size_bytes / 1e6:.0f} MB; lmdmd run --model {info.path}", file=sys.stderr)
    return 0


def _lora(said: str) -> Lora:
    """Read FILE or FILE:SCALE."""
    from lmdmd.model.lora import Lora

    file, _, scale = said.rpartition(":")
    try:
        return Lora(Path(file), float(scale)) if file else Lora(Path(said))
    except ValueError:
        return Lora(Path(said))


def _amounts(options: argparse.Namespace) -> dict[str, Any]:
    """How much to train, and how: only what was said, so that each stage keeps its own defaults."""
    return _said(options, "minutes", "steps", "batch", "lr", "threads")


def _said(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


# --- the parser --------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lmdmd", description="Play a Live Music Diffusion Model on stage.")
    parser.add_argument("--version", action="version", version=f"lmdmd {__version__}")
    parser.add_argument("-v", "--verbose", action="store_true", help="log every block and message")
    parser.add_argument("--log-json", action="store_true", help="log as JSON, one object a line")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    _add_playing(verbs)
    _add_listing(verbs)
    _add_measuring(verbs)
    _add_making(verbs)
    return parser


def _verb(verbs: argparse._SubParsersAction, name: str, function: Callable, text: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=text)
    parser.set_defaults(verb=function)
    return parser


def _engine_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--model",
        default="",
        metavar="BUNDLE",
        help="bundle name or folder (default: the setlist's, or pocket)",
    )
    add("--seed", type=int, help="seed of the noise")
    add("--seconds", type=float, metavar="N", help="end after N seconds of music")
    add("--rate", type=int, default=0, metavar="HZ", help="sample rate (default: the device's)")
    add("--buffer", type=int, default=256, metavar="FRAMES", help="frames per device buffer")
    add(
        "--threads",
        type=int,
        default=0,
        metavar="N",
        help="threads of the model (default: as many as are worth it)",
    )
    add("--input", type=Path, metavar="FILE", help="play a sound file as the live input, around and around")
    add("--precision", default=PRECISIONS[0], metavar="NAME", help=f"numbers of the model: {', '.join(PRECISIONS)}")


def _rehearsal_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--from", dest="begin", default="", metavar="CUE", help="begin at a cue or song, with all that came before it")
    add("--loop", default="", metavar="SONG[:BARS]", help="play a song, or bars of it (Dawn:5-8), around and around")
    add("--skip-waits", type=above_zero(3600), metavar="S", help="let no wait before a cue last longer")
    add("--speed", type=above_zero(10), default=1.0, metavar="X", help="play so many times as fast")


def _run_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--device", default="default", metavar="NAME", help="default, null, file:OUT.wav, or a device's name")
    add("--input-device", default="", metavar="NAME", help="device to listen to, when not the same")
    add("--record", type=Path, metavar="DIR", help="record the output and the input into DIR")
    add("--rehearsal", action="store_true", help="allow /lmdm/deck/fault, which makes the deck fail on purpose")
    add("--osc-port", type=int, default=OSC_PORT, metavar="PORT", help="UDP and TCP port for OSC; 0 picks a free one")
    add(
        "--http-port",
        type=port_or_off,
        default=HTTP_PORT,
        metavar="PORT",
        help="port for the tablet page and OSCQuery; 0 picks a free one, off opens none",
    )
    add(
        "--bind",
        default="127.0.0.1",
        metavar="ADDR",
        help="address to listen on; 0.0.0.0 opens it to the network",
    )
    add(
        "--allow-origin",
        action="append",
        default=[],
        metavar="SITE",
        help="let pages of another site use the HTTP port: http://show.local:8000, or null for a file",
    )
    add(
        "--announce",
        action=argparse.BooleanOptionalAction,
        help="tell the network where we are, or not (default: with a --bind that it reaches)",
    )
    add(
        "--passcodes",
        type=Path,
        metavar="FILE",
        help='passcodes of the levels, lines such as "edit: 1234" (or LMDMD_PASSCODES="view: a; edit: b")',
    )
    add(
        "--allow",
        action="append",
        default=[],
        metavar="NET",
        help="hear only this address or network, 192.168.1.0/24 (again for more); this machine always is heard",
    )
    add(
        "--qlab-port",
        type=int,
        metavar="PORT",
        help=f"answer remotes of QLab here, over UDP and TCP: they look for {QLAB_PORT} (default: nowhere)",
    )
    add(
        "--midi-map",
        type=Path,
        metavar="FILE",
        help="what MIDI controllers do (default: ~/.config/lmdmd/midi.yaml, if it is there)",
    )


def _add_playing(verbs: argparse._SubParsersAction) -> None:
    run = _verb(verbs, "run", _run, "Play, live: a setlist, or whatever OSC asks for.")
    run.add_argument("setlist", nargs="?", type=Path)
    run.add_argument(
        "--resume",
        nargs="?",
        type=Path,
        const=RECORDINGS,
        metavar="LOG",
        help="go on with the show of a log, or of the newest recording, where a crash has ended it",
    )
    run.add_argument(
        "--pick-up",
        action="store_true",
        help="go on with the setlist's show if a crash has just ended it; begin it otherwise (for services)",
    )
    _rehearsal_options(run)
    _engine_options(run)
    _run_options(run)

    render = _verb(verbs, "render", _render, "Play a setlist into a file, as fast as it can; same sound as live.")
    render.add_argument("setlist", type=Path)
    render.add_argument("--out", type=Path, required=True, metavar="FILE")
    render.add_argument("--json", action="store_true")
    _engine_options(render)
    _rehearsal_options(render)
    render.set_defaults(
        resume=None,
        pick_up=False,
        device="null",
        input_device="",
        record=None,
        osc_port=0,
        http_port=0,
        bind="127.0.0.1",
        allow_origin=[],
        announce=None,
        passcodes=None,
        allow=[],
        qlab_port=None,
        midi_map=None,
        rehearsal=False,
    )

    replay = _verb(verbs, "replay", _replay, "Make a recording again from its show log, to the sample.")
    replay.add_argument("showlog", type=Path, metavar="SHOWLOG", help="show.jsonl, or the folder of a recording")
    replay.add_argument("--out", type=Path, required=True, metavar="FILE")
    replay.add_argument("--json", action="store_true")

    check = _verb(verbs, "check", _check, "Say what would go wrong with a setlist, before it does.")
    check.add_argument("setlist", type=Path)
    check.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    check.add_argument("--sheet", type=Path, metavar="FILE", help="write the run sheet into FILE")
    check.add_argument("--no-measure", action="store_true", help="do not let the models play a few blocks")
    _engine_options(check)
    _run_options(check)
    check.set_defaults(begin="", loop="", skip_waits=None, speed=1.0, resume=None, pick_up=False)

    send = _verb(verbs, "send", _send, "Send one OSC message and print the answers.")
    send.add_argument("address")
    send.add_argument("args", nargs="*")
    send.add_argument("--host", default="127.0.0.1")
    send.add_argument("--port", type=whole(1, 65535), default=OSC_PORT)
    send.add_argument("--timeout", type=above_zero(86400), default=1.0, metavar="S")

    monitor = _verb(verbs, "monitor", _monitor, "Show how a running lmdmd is doing; q ends it.")
    monitor.add_argument("host", nargs="?", default="127.0.0.1", metavar="HOST")
    monitor.add_argument("--port", type=whole(1, 65535), default=OSC_PORT)
    monitor.add_argument("--seconds", type=above_zero(10**7), metavar="N", help="end after N seconds")
    monitor.add_argument("--lines", action="store_true", help="a line a second, on a terminal too")
    monitor.add_argument("--json", action="store_true", help="a line a second with all values as one JSON object")


def _add_listing(verbs: argparse._SubParsersAction) -> None:
    for name, function, text in (
        ("devices", _devices, "List the sound devices."),
        ("models", _models, "List the model bundles."),
        ("params", _params, "List every parameter."),
        ("commands", _commands, "List every command."),
    ):
        _verb(verbs, name, function, text).add_argument("--json", action="store_true")
    export = verbs.add_parser("export", help="Write files derived from the tables.")
    kinds = export.add_subparsers(required=True, metavar="KIND")
    docs = _verb(kinds, "docs", _export, "Write the reference tables of the README.")
    docs.add_argument("--readme", type=Path, default=Path("README.md"))
    patches = _verb(kinds, "patches", _export_patches, "Write the files for other programs: Max, TouchDesigner, ...")
    patches.add_argument("target", nargs="*", help="max, touchdesigner, ... (default: all)")
    patches.add_argument("--out", type=Path, default=Path("patches"), metavar="DIR")
    service = _verb(kinds, "service", _export_service, "Write files that let systemd or launchd start and watch it.")
    service.add_argument("--out", type=Path, default=Path(), metavar="DIR")
    service.add_argument("run", nargs=argparse.REMAINDER, metavar="SETLIST ...", help="what lmdmd run is to be told")


def _add_measuring(verbs: argparse._SubParsersAction) -> None:
    bench = verbs.add_parser("bench", help="Measure this machine.")
    kinds = bench.add_subparsers(required=True, metavar="WHAT", dest="what")
    for name, about in BENCHES.items():
        kind = _verb(kinds, name, _bench, about.doc)
        add_options(kind, name)
        kind.add_argument("--json", action="store_true")

    evaluate = _verb(verbs, "evaluate", _evaluate, "Measure how well a bundle follows its prompts.")
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


def _add_making(verbs: argparse._SubParsersAction) -> None:
    sao = _verb(verbs, "import-sao", _import_sao, "Make a bundle of your checkpoint of Stable Audio Open Small.")
    sao.add_argument("checkpoint", type=Path, help="its .safetensors or .ckpt file, or its folder")
    sao.add_argument("--config", type=Path, metavar="JSON", help="the model's config (default: beside the file)")
    sao.add_argument("--out", type=Path, required=True, metavar="BUNDLE")
    sao.add_argument("--t5", default="", metavar="FOLDER", help="folder of T5 (default: t5-base of transformers)")
    sao.add_argument("--lora", action="append", default=[], metavar="FILE[:SCALE]", help="merge this at load")

    data = verbs.add_parser("data", help="Make training data.")
    steps = data.add_subparsers(required=True, metavar="STEP")
    compose = _verb(steps, "compose", _compose, "Write pieces of music as MIDI with captions.")
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
    render = _verb(steps, "render", _render_pieces, "Render the pieces with FluidSynth.")
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
    encode = _verb(steps, "encode", _encode, "Turn the audio into latents.")
    encode.add_argument("--codec", type=Path, default=RUNS / "codec", help="run or bundle that holds the codec")
    encode.add_argument("--conditions", action="store_true", help="of mix and stems, with sketches, beat and chords")
    for parser, split in ((compose, "train"), (render, None), (encode, None)):
        parser.add_argument("--split", choices=SPLITS, default=split)
    bring = _verb(steps, "import", _import_folder, "Turn a folder of your own audio, with captions, into latents.")
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
    card = _verb(steps, "card", _data_card, "Write what the training data is: figures, licences and pictures.")
    card.add_argument("--codec", type=Path, help="run or bundle whose codec draws latents as spectrograms")
    for parser in (compose, render, encode, bring, card):
        parser.add_argument("--data", type=Path, help=DATA_HELP)

    distill = _verb(steps, "distill", _distill, "Make a prompt encoder from a sentence encoder (Model2Vec).")
    distill.add_argument("--out", type=Path, default=RUNS / "prompts")
    distill.add_argument("--teacher", type=Path, help="folder of all-MiniLM-L6-v2")

    train = verbs.add_parser("train", help="Train a model.")
    stages = train.add_subparsers(required=True, metavar="STAGE")
    codec = _verb(stages, "codec", _train_codec, "Train the codec's decoder.")
    finetune = _verb(stages, "finetune", _train_finetune, "Train the diffusion model on latents.")
    arc = _verb(stages, "arc", _train_arc, "Post-train a bundle on what it plays itself (ARC-Forcing).")
    ladder = _verb(stages, "ladder", _train_ladder, "Train for long and short blocks, and compare (paper's Table 2).")
    runs = (codec, RUNS / "codec"), (finetune, RUNS / "finetune"), (arc, RUNS / "arc"), (ladder, RUNS / "ladder")
    for parser, run in runs:
        parser.add_argument("--data", type=Path, help=DATA_HELP)
        parser.add_argument("--run", type=Path, default=run, help="folder of checkpoints, log and plots")
        parser.add_argument("--minutes", type=above_zero(), help="stop after so many minutes")
        parser.add_argument("--steps", type=whole(1), help="stop after so many steps")
        parser.add_argument("--batch", type=whole(1))
        parser.add_argument("--lr", type=above_zero())
        parser.add_argument("--threads", type=whole(1, MOST_THREADS), metavar="N")
        parser.add_argument("--fresh", action="store_true", help="start again instead of resuming")
    ear = _verb(stages, "ear", _train_ear, "Train a network that hears styles, for evaluations.")
    ear.add_argument("--data", type=Path, help=DATA_HELP)
    ear.add_argument("--run", type=Path, default=RUNS / "ear", help="folder that gets ear.safetensors")
    ear.add_argument("--minutes", type=above_zero(), help="stop after so many minutes")
    ear.add_argument("--steps", type=whole(1), help="stop after so many steps")
    ear.add_argument("--batch", type=whole(2))
    ear.add_argument("--lr", type=above_zero())
    ear.add_argument("--threads", type=whole(1, MOST_THREADS), metavar="N")
    codec.add_argument(
        "--crop", dest="crop_latents", type=whole(2), metavar="LATENTS", help="length of what is decoded in a step"
    )
    codec.add_argument(
        "--adversarial-after", type=share, metavar="SHARE", help="let an adversary join in after this share"
    )
    codec.add_argument("--save-every", type=above_zero(), metavar="MINUTES", help="write a checkpoint (default: 3)")
    for parser in (finetune, arc, ladder):
        parser.add_argument(
            "--from",
            dest="start",
            metavar="BUNDLE",
            required=parser is arc,
            help="begin with the weights of this bundle, or of another run",
        )
        parser.add_argument(
            "--codec", type=Path, help="run or bundle that holds the codec (default: --from's, or runs/codec)"
        )
        parser.add_argument(
            "--prompts", type=Path, help="folder of a prompt encoder (default: --from's, or the house bundle's)"
        )
    _finetune_options(finetune)
    _arc_options(arc)
    for parser in (finetune, arc):
        parser.add_argument("--prompt", default="", metavar="TEXT", help="what the bundle plays until it is asked")
        parser.add_argument("--bundle", type=Path, help="write the finished bundle here")
    ladder.add_argument("--preset", help="a preset with conditions (default: pocket-live)")
    ladder.add_argument("--rungs", nargs="+", metavar="NAME", help='such as "enc-dec 230/10" (default: the paper\'s)')
    ladder.add_argument("--pieces", type=whole(1), help="held-out pieces of each style to follow (default: 3)")
    ladder.add_argument("--json", action="store_true", help="print the report as one JSON object")


def _finetune_options(parser: argparse.ArgumentParser) -> None:
    """How a network is shaped, how it learns, and what is told of it."""
    add = parser.add_argument
    add("--preset", help="sizes of the network (default: --from's, or pocket)")
    add("--attention", metavar="KIND", help="enc-dec, block-causal or bidirectional (default: as the preset has it)")
    add("--context", type=whole(0), metavar="LATENTS", help="latents of context in a window")
    add("--block", type=whole(1), metavar="LATENTS", help="latents of a block")
    add("--recipe", default="house", metavar="NAME", help="house, or paper for large networks on a GPU")
    add("--accumulate", type=whole(1), metavar="N", help="draw N batches for a step: as one of N times the size")
    add("--lora", type=whole(1), metavar="RANK", help="learn low-rank additions to the weights, saved alone as well")
    add("--precision", metavar="NAME", help="auto, fp32 or bf16 (default: what this machine is fast with)")
    add("--recompute", action="store_true", default=None, help="compute layers twice, and keep less in memory")
    add("--shard", action="store_true", help="under torchrun: split the network among the processes")
    add("--drop-context", type=share, metavar="SHARE", help="contexts that are hidden (default: 0.2)")
    add("--drop-oldest", type=share, metavar="SHARE", help="contexts that lack their oldest blocks (default: 0.3)")
    add("--drop-text", dest="drop_prompt", type=share, metavar="SHARE", help="prompts that are hidden (default: 0.1)")
    add("--seed", type=whole(0))
    add("--device", metavar="NAME", help="cpu, cuda, ... (default: cpu)")
    add("--save-every", type=above_zero(), metavar="MINUTES", help="write a checkpoint (default: every 5)")
    add("--sample-every", type=above_zero(), metavar="MINUTES", help="play held-out prompts into the run's samples")
    add("--tensorboard", action="store_true", help="write the log for TensorBoard as well")


def _arc_options(parser: argparse.ArgumentParser) -> None:
    """What listens, how far roll-outs go, and how both networks learn."""
    add = parser.add_argument
    add("--base", required=True, metavar="RUN", help="bidirectional network that the discriminator begins with")
    add("--blocks", type=whole(1), metavar="N", help="blocks of a roll-out (default: 12)")
    add("--lead", type=whole(0), metavar="N", help="blocks at most that some play before they count (default: 36)")
    add("--least-steps", type=whole(1), metavar="N", help="denoising steps of a block at least (default: 1)")
    add("--most-steps", type=whole(1), metavar="N", help="and at most (default: 6)")
    add("--lr-discriminator", type=above_zero())
    add("--contrast", type=share, metavar="WEIGHT", help="of the contrastive loss (default: 1)")
    add("--precision", metavar="NAME", help="auto, fp32 or bf16 (default: what this machine is fast with)")
    add("--recompute", action="store_true", default=None, help="the discriminator's layers twice, with less memory")
    add("--shard", action="store_true", help="under torchrun: split the networks among the processes")
    add("--seed", type=whole(0))
    add("--device", metavar="NAME", help="cpu, cuda, ... (default: cpu)")


if __name__ == "__main__":
    sys.exit(main())
