"""The program's log as JSON, one object a line, for whoever collects the logs of many programs."""

from __future__ import annotations

import json
import logging
from datetime import datetime


class JsonLines(logging.Formatter):
    """Formats a record as ``{"time", "level", "part", "text"}``, and ``"trace"`` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line."""
        line = {
            "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "part": record.name,
            "text": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(level: int, *, as_json: bool) -> None:
    """Log to stderr: for people, or as JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    logging.basicConfig(level=level, handlers=[handler])
