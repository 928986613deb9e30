"""``lmdmd check``: the preflight with every part asked: setlist, bundles, words, ports, disk, devices, and speed."""

from __future__ import annotations

import functools
import importlib
import json
import re
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lmdmd.config import Config
from lmdmd.control.check import check_setlist, list_bundles
from lmdmd.control.check_bundles import weigh
from lmdmd.control.check_place import check_port
from lmdmd.control.input_file import check_input
from lmdmd.control.places import why_no_file
from lmdmd.control.problems import Problem, error, warning
from lmdmd.control.run_sheet import WIDTH, run_sheet, sheet_text
from lmdmd.control.setlist import Setlist
from lmdmd.control.setlist_reader import read_setlist
from lmdmd.control.walk import find_bundles, models_of
from lmdmd.errors import ConfigError, DeviceError, LmdmdError
from lmdmd.measure import measure_bundle
from lmdmd.model.bundle import AnyPrompts, load_bundle
from lmdmd.model.conditioners import PromptEncoder
from lmdmd.model.precision import use_precision
from lmdmd.rt.device import DEFAULT_RATE_HZ, check_rate, find_sound

_KEPT_BUNDLES = 2
"""As many as a show has at once: a check should not need more memory."""


def check(config: Config, *, measure: bool = True, as_json: bool = False, sheet: Path | None = None) -> int:
    """Print every problem, what was measured, and the run sheet; returns 1 when a problem keeps the show from running.

    ``sheet`` is a file that the run sheet is written to as well.
    """
    assert config.setlist is not None
    if sheet is not None and (why := why_no_file(sheet)):
        raise ConfigError(f"--sheet {sheet}: {why}")
    problems = _problems(config) + _web_problems(config) + _input_problems(config)
    setlist = _sound_setlist(config.setlist)
    measured = _measure(setlist, config) if setlist is not None and measure and not _errors(problems) else []
    problems += _slow(measured)
    report = _report(config, setlist, problems, measured)
    _print(report, setlist, problems, as_json)
    if sheet is not None and setlist is not None:
        sheet.parent.mkdir(parents=True, exist_ok=True)
        sheet.write_text(sheet_text(setlist), encoding="utf-8")
    return 1 if _errors(problems) else 0


def _problems(config: Config) -> list[Problem]:
    assert config.setlist is not None
    load = functools.lru_cache(_KEPT_BUNDLES)(load_bundle)
    return check_setlist(
        config.setlist,
        model=config.model,
        ports=[(kind, port) for port in (config.osc_port, config.qlab_port or 0) for kind in ("udp", "tcp")],
        bind=config.bind,
        record=config.record,
        device=config.device,
        input_device=config.input_device,
        rate_hz=_device_rate(config),
        foresee=functools.partial(_foresee, config.rate_hz),
        try_bundle=lambda info: use_precision(load(info.path).model, config.precision),
        unknown_words=lambda info, prompt: _unknown_words(load(info.path).prompts, prompt),
        midi_ports=_midi_ports,
    )


def _web_problems(config: Config) -> list[Problem]:
    """What keeps the tablet page from being served; the show runs without it."""
    found = check_port("tcp", config.http_port or 0, config.bind)
    return [there for problem in found for there in warning(problem.place, f"{problem.text}; no tablet page then")]


def _input_problems(config: Config) -> list[Problem]:
    """What keeps a file from being played as the input."""
    try:
        if config.input is not None:
            check_input(config.input)
    except ConfigError as why:
        return error("--input", str(why).removeprefix("--input "))
    return []


def _foresee(rate_hz: int, device: str, input_device: str) -> str:
    """Why nothing would be heard; raises ``DeviceError`` for a device, or a rate, that cannot be had."""
    found, why = find_sound(device, input_device)
    if found is not None and rate_hz:
        check_rate(*found, rate_hz)
    return why


def _errors(problems: Sequence[Problem]) -> int:
    return sum(problem.severity == "error" for problem in problems)


def _sound_setlist(path: Path) -> Setlist | None:
    """The setlist, unless what is wrong with it leaves no show to speak of."""
    setlist, faults = read_setlist(path)
    return setlist if setlist is not None and setlist.songs and not faults else None


def _unknown_words(encoder: AnyPrompts, prompt: str) -> list[str]:
    """The prompt's words, if not one of them is whole in the vocabulary.

    The tokenizer spells any other word in pieces; beside words that it knows, such a word does no harm.
    """
    if not isinstance(encoder, PromptEncoder):
        return []  # T5 makes sense of what it spells
    words = re.findall(r"\w+", prompt) or [prompt]
    return [] if any(map(encoder.knows, words)) else words


def _midi_ports() -> list[str]:
    """Names of the MIDI outputs; raises ``LmdmdError`` where there is no MIDI."""
    try:
        return list(importlib.import_module("mido").get_output_names())
    except ImportError as missing:
        raise LmdmdError(f'the Python package {missing.name} is missing: pip install "lmdmd[sync]"') from None
    except Exception as why:  # each system's MIDI has its own errors
        raise LmdmdError(str(why).splitlines()[0]) from None


def _device_rate(config: Config) -> int:
    """Rate at which the show would run; a device that cannot be asked is told of elsewhere."""
    if config.rate_hz or config.device == "null" or config.device.startswith("file:"):
        return config.rate_hz or DEFAULT_RATE_HZ
    try:
        found, _ = find_sound(config.device, config.input_device)
    except DeviceError:
        found = None
    return found[0]["rate_hz"] if found is not None else DEFAULT_RATE_HZ


def _measure(setlist: Setlist, config: Config) -> list[dict[str, Any]]:
    """Each bundle's blocks and its way from hand to ear, in a few seconds."""
    found, _ = find_bundles(models_of(setlist, config.model))
    steps = [int(item.set["gen/steps"]) for s in setlist.songs for item in (s, *s.cues) if "gen/steps" in item.set]
    infos = {info.path: info for info in found.values()}
    return [measure_bundle(info, config, _device_rate(config), max(steps, default=0)) for info in infos.values()]


def _slow(measured: Sequence[dict[str, Any]]) -> list[Problem]:
    problems = []
    for row in measured:
        if row["factor"] >= 1.0:
            text = f"a block takes {row['factor']:.2f} times as long as it lasts: the deck will take fewer steps"
            problems += warning(f"model {row['bundle']}", text)
    return problems


# --- what is printed ----------------------------------------------------------------------------------------


def _report(
    config: Config, setlist: Setlist | None, problems: Sequence[Problem], measured: list[dict[str, Any]]
) -> dict[str, Any]:
    rate_hz = _device_rate(config)
    names = models_of(setlist, config.model) if setlist is not None else {}
    rows = list_bundles(setlist, config.model) if setlist is not None else []
    return {
        "problems": [{"severity": p.severity, "place": p.place, "text": p.text} for p in problems],
        "run_sheet": run_sheet(setlist) if setlist is not None else [],
        "measured": measured,
        "bundles": [row | {"resampled": row["sample_rate"] != rate_hz} for row in rows],
        "memory": weigh(setlist, config.model, find_bundles(names)[0]) if setlist is not None else {},
        "device": {"name": config.device, "rate_hz": rate_hz, "buffer_frames": config.buffer_frames},
    }


def _print(report: dict[str, Any], setlist: Setlist | None, problems: Sequence[Problem], as_json: bool) -> None:
    if as_json:
        print(json.dumps(report))
        return
    for problem in problems:
        print(problem, file=sys.stderr)
    if setlist is not None and not _errors(problems):
        print("\n".join(_summary(report)))
        print()
        print(sheet_text(setlist), end="")


def _summary(report: dict[str, Any]) -> list[str]:
    """Lines about bundles, memory and time, as wide as the page."""
    rate_hz = report["device"]["rate_hz"]
    lines = _line("device", f"{report['device']['name']}, {rate_hz} Hz")
    for row in report["bundles"]:
        resampled = f", {row['sample_rate']} Hz: resampled" if row["resampled"] else ""
        lines += _line("bundle", f"{row['name']} {row['version']}, {row['licence'] or 'no licence'}{resampled}")
    worst, available = report["memory"]["worst"], report["memory"]["available_mb"]
    free = f" of {available} that are free" if available is not None else ""
    lines += _line("memory", f"about {worst['mb']} MB at most ({' and '.join(worst['bundles'])}){free}")
    for row in report["measured"]:
        block = f"a block of {row['block_s'] * 1000:.0f} ms takes {row['p50_ms']:.0f} ms (95%: {row['p95_ms']:.0f})"
        heard = f"a change is heard {row['knob_ms']:.0f} ms after it is made"
        lines += _line("measured", f"{row['bundle']}: {block}, factor {row['factor']:.2f}; {heard}")
    return lines


def _line(head: str, text: str) -> list[str]:
    return textwrap.wrap(f"{head:>9}  {text}", WIDTH, subsequent_indent=" " * 11)
