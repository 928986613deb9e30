"""The figures for Prometheus: read by a strict parser here, and by Prometheus' own where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from web_stage import on_web

from lmdmd.params import BY_NAME, PARAMS, defaults
from lmdmd.surfaces.web_metrics import COUNTERS, UNITS, metric_name, metrics_text

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
SAMPLE = re.compile(r'([a-z][a-z0-9_]*)(?:\{((?:[a-z_]+="[^"\\\n]*",?)+)\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)\Z')
SHORT_UNITS = {"s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "m", "h", "d", "db", "hz"}


def read(text: str) -> dict[str, tuple[str, dict[str, float]]]:
    """Families of a page: kind, and value by labels. Fails on whatever Prometheus would refuse or complain of."""
    families: dict[str, tuple[str, dict[str, float]]] = {}
    lines = text.split("\n")
    assert lines.pop() == "", "the last line must end"
    while lines:
        help_line, kind_line = lines.pop(0).split(" ", 3), lines.pop(0).split(" ")
        assert help_line[:2] == ["#", "HELP"]
        assert help_line[3].strip()
        assert kind_line[:3] == ["#", "TYPE", help_line[2]]
        name, kind = kind_line[2:]
        assert NAME.match(name)
        assert name not in families
        assert SHORT_UNITS.isdisjoint(name.split("_"))
        assert kind in ("counter", "gauge")
        assert name.endswith("_total") == (kind == "counter")
        values: dict[str, float] = {}
        while lines and not lines[0].startswith("#"):
            sample = SAMPLE.match(lines.pop(0))
            assert sample, name
            assert sample[1] == name
            assert (sample[2] or "") not in values
            values[sample[2] or ""] = float(sample[3])
        assert values
        families[name] = kind, values
    return families


def page(values=None, events=None) -> str:
    return metrics_text(values or defaults(), events or {"osc": {"packets": 3}}, playhead_s=1.5, clients=2)


def test_every_number_and_choice_of_the_table_is_there_with_its_unit():
    families = read(page())
    for param in PARAMS:
        if not param.numeric:
            assert metric_name(param) not in families
            continue
        kind, values = families[metric_name(param)]
        assert (kind == "counter") == (param.name in COUNTERS)
        number = re.search(r"/(\d+)/", param.name)
        assert number is None or any(f'="{number[1]}"' in labels for labels in values)
        unit = UNITS.get(param.unit, ("", 1))[0]
        assert metric_name(param).removesuffix("_total").endswith(unit)


def test_every_unit_of_the_table_has_a_name():
    assert {param.unit for param in PARAMS if param.numeric} - {""} <= UNITS.keys()


def test_what_is_counted_is_in_the_table_and_a_report():
    assert all(not BY_NAME[name].writable for name in COUNTERS)


def test_values_are_in_base_units_and_choices_are_one_series_a_word():
    values = defaults() | {"status/concealed": 250.0, "status/memory": 3.0, "deck/1/state": "live", "mix/mute": True}
    families = read(page(values))
    assert families["lmdmd_status_concealed_seconds_total"][1] == {"": 0.25}
    assert families["lmdmd_status_memory_bytes"][1] == {"": 3e6}
    assert families["lmdmd_mix_mute"][1] == {"": 1.0}
    states = families["lmdmd_deck_state"][1]
    assert {labels for labels, value in states.items() if value} == {'deck="0",value="empty"', 'deck="1",value="live"'}
    assert families["lmdmd_osc_events_total"] == ("counter", {'event="packets"': 3.0})
    assert families["lmdmd_playhead_seconds"] == ("gauge", {"": 1.5})


def test_a_surface_that_has_counted_nothing_yet_is_left_out():
    assert "lmdmd_osc_events_total" not in read(page(events={"osc": {}}))


def test_the_port_serves_them():
    async def scene(session, web):
        await (await web.connect()).ask("/lmdm/mix/gain")
        status, response, body = await web.get("/metrics")
        assert (status, response.headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        families = read(body.decode())
        assert families["lmdmd_web_clients"][1] == {"": 1.0}
        assert families["lmdmd_web_events_total"][1]['event="sockets"'] == 1.0
        assert families["lmdmd_osc_events_total"][1]['event="queries"'] == 1.0

    on_web(scene)


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed (apt install prometheus)")
def test_prometheus_own_check_has_no_complaint():
    done = subprocess.run(["promtool", "check", "metrics"], input=page(), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
