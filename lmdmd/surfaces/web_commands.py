"""The text frames of an OSCQuery client: what each of them asks for. Pure functions."""

from __future__ import annotations

import json
from typing import NamedTuple


class Text(NamedTuple):
    """One text frame: a command and what it is about. ``QUERY`` is a path, as in an HTTP request."""

    command: str
    data: str | dict


def read_text(text: str) -> Text | None:
    """What a text frame says, or ``None`` for what nobody can read."""
    if text.startswith("/"):
        return Text("QUERY", text)
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict) or not isinstance(read.get("COMMAND"), str):
        return None
    data = read.get("DATA", "")
    return Text(read["COMMAND"], data) if isinstance(data, (str, dict)) else None


def split_query(path: str) -> tuple[str, str]:
    """Address and attribute of a path such as ``/lmdm/mix/gain?VALUE``."""
    address, _, attribute = path.partition("#")[0].partition("?")
    return address, attribute.removesuffix("=")


def stream_port(data: str | dict) -> int | None:
    """UDP port on which a client wants to be told, of ``START_OSC_STREAMING``; ``None`` when it is none."""
    port = data.get("LOCAL_SERVER_PORT") if isinstance(data, dict) else None
    return port if isinstance(port, int) and not isinstance(port, bool) and 1 <= port <= 65535 else None
