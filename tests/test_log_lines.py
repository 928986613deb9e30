"""The log as JSON: one object a line, whatever is said."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import datetime

from lmdmd.log_lines import JsonLines


def formatted(**fields: object) -> dict:
    record = logging.makeLogRecord({"name": "lmdmd.show", "levelname": "WARNING", **fields})
    line = JsonLines().format(record)
    assert "\n" not in line
    return json.loads(line)


def test_a_record_is_one_object_with_a_time_of_its_own():
    told = formatted(msg="deck %d is late by\n%s", args=(1, "a “lot”"), created=1_800_000_000.25)
    assert told["text"] == "deck 1 is late by\na “lot”"
    assert (told["level"], told["part"]) == ("warning", "lmdmd.show")
    assert datetime.fromisoformat(told["time"]).timestamp() == 1_800_000_000.25
    assert "trace" not in told


def test_an_error_brings_its_trace():
    try:
        raise ValueError("broken")
    except ValueError:
        told = formatted(msg="that failed", exc_info=sys.exc_info())
    assert told["trace"].endswith("ValueError: broken")


def test_the_program_logs_so_when_asked():
    program = (
        "import logging; from lmdmd import log_lines; log_lines.set_up(logging.INFO, as_json=True);"
        "logging.getLogger('lmdmd').info('playing'); logging.getLogger('lmdmd').debug('no')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["text"] == "playing"
