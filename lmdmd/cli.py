"""The command line: arguments in, one function a verb, errors as one sentence.

Verbs import what they need when they run, so that ``lmdmd send`` never waits for torch.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lmdmd import __version__, bundles, commands, params
from lmdmd.cli_data import add_data
from lmdmd.cli_measuring import add_measuring
from lmdmd.cli_numbers import above_zero, port_or_off, whole
from lmdmd.cli_training import add_training
from lmdmd.cli_verbs import add_verb, print_table
from lmdmd.config import HTTP_PORT, OSC_PORT, PRECISIONS, QLAB_PORT, RECORDINGS, Config
from lmdmd.errors import LmdmdError
from lmdmd.log_lines import set_up

log = logging.getLogger(__name__)

_PARAM_COLUMNS = ("address", "type", "default", "lo", "hi", "unit", "rate", "level", "doc")


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


def _params(options: argparse.Namespace) -> int:
    return print_table(params.as_records(), _PARAM_COLUMNS, options.json)


def _commands(options: argparse.Namespace) -> int:
    rows = commands.as_records()
    if not options.json:
        rows = [row | {"arguments": _signature(row["arguments"])} for row in rows]
    return print_table(rows, ("address", "arguments", "slow", "level", "doc"), options.json)


def _signature(arguments: object) -> str:
    assert isinstance(arguments, list)
    return " ".join(a["name"] if a["default"] is None else f"[{a['name']}={a['default']}]" for a in arguments)


def _devices(options: argparse.Namespace) -> int:
    from lmdmd.rt.device import list_devices

    return print_table(list_devices(), ("name", "host_api", "inputs", "outputs", "rate_hz", "default"), options.json)


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
    return print_table(rows, ("name", "version", "licence", "block_s", "mb", "path"), options.json)


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


# --- the parser --------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lmdmd", description="Play a Live Music Diffusion Model on stage.")
    parser.add_argument("--version", action="version", version=f"lmdmd {__version__}")
    parser.add_argument("-v", "--verbose", action="store_true", help="log every block and message")
    parser.add_argument("--log-json", action="store_true", help="log as JSON, one object a line")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    _add_playing(verbs)
    _add_listing(verbs)
    add_measuring(verbs)
    add_data(verbs)
    add_training(verbs)
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
    run = add_verb(verbs, "run", _run, "Play, live: a setlist, or whatever OSC asks for.")
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

    render = add_verb(verbs, "render", _render, "Play a setlist into a file, as fast as it can; same sound as live.")
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

    replay = add_verb(verbs, "replay", _replay, "Make a recording again from its show log, to the sample.")
    replay.add_argument("showlog", type=Path, metavar="SHOWLOG", help="show.jsonl, or the folder of a recording")
    replay.add_argument("--out", type=Path, required=True, metavar="FILE")
    replay.add_argument("--json", action="store_true")

    check = add_verb(verbs, "check", _check, "Say what would go wrong with a setlist, before it does.")
    check.add_argument("setlist", type=Path)
    check.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    check.add_argument("--sheet", type=Path, metavar="FILE", help="write the run sheet into FILE")
    check.add_argument("--no-measure", action="store_true", help="do not let the models play a few blocks")
    _engine_options(check)
    _run_options(check)
    check.set_defaults(begin="", loop="", skip_waits=None, speed=1.0, resume=None, pick_up=False)

    send = add_verb(verbs, "send", _send, "Send one OSC message and print the answers.")
    send.add_argument("address")
    send.add_argument("args", nargs="*")
    send.add_argument("--host", default="127.0.0.1")
    send.add_argument("--port", type=whole(1, 65535), default=OSC_PORT)
    send.add_argument("--timeout", type=above_zero(86400), default=1.0, metavar="S")

    monitor = add_verb(verbs, "monitor", _monitor, "Show how a running lmdmd is doing; q ends it.")
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
        add_verb(verbs, name, function, text).add_argument("--json", action="store_true")
    export = verbs.add_parser("export", help="Write files derived from the tables.")
    kinds = export.add_subparsers(required=True, metavar="KIND")
    docs = add_verb(kinds, "docs", _export, "Write the reference tables of the README.")
    docs.add_argument("--readme", type=Path, default=Path("README.md"))
    patches = add_verb(kinds, "patches", _export_patches, "Write the files for other programs: Max, TouchDesigner, ...")
    patches.add_argument("target", nargs="*", help="max, touchdesigner, ... (default: all)")
    patches.add_argument("--out", type=Path, default=Path("patches"), metavar="DIR")
    service = add_verb(kinds, "service", _export_service, "Write files that let systemd or launchd start and watch it.")
    service.add_argument("--out", type=Path, default=Path(), metavar="DIR")
    service.add_argument("run", nargs=argparse.REMAINDER, metavar="SETLIST ...", help="what lmdmd run is to be told")


if __name__ == "__main__":
    sys.exit(main())
