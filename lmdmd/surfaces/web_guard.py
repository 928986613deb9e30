"""Which requests may come in: pure functions of the two headers by which a browser says who sends it.

A page of any site can open a connection to this machine; a browser then names the page's site in ``Origin``. And a
site can let its own name point to this machine, so that its page counts as ours; then that name stands in ``Host``.
Programs that are not browsers send no ``Origin`` and call us by address.
"""

from __future__ import annotations

import re
import socket
from base64 import b64decode
from ipaddress import ip_address

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(:[0-9]{1,5})?\Z")
_ORIGIN = re.compile(r"https?://([^/?#@]+)\Z")


def own_names() -> frozenset[str]:
    """Names by which this machine is called, beside its addresses."""
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, _short_name(), f"{_short_name()}.local", announced_name()})


def announced_name() -> str:
    """Name under which we announce ourselves on the network; no other program has it."""
    return f"lmdmd-{_short_name()}.local"


def _short_name() -> str:
    return socket.gethostname().lower().partition(".")[0]


def host_name(host: str) -> str | None:
    """Name or address in a ``Host`` header, or ``None`` when it is no such thing."""
    found = _HOST.match(host.lower())
    return (found[1] or found[2]) if found else None


def is_our_host(host: str, names: frozenset[str]) -> bool:
    """Whether a ``Host`` header calls us by an address, which no site can have as its own, or by one of ``names``."""
    name = host_name(host)
    if name is None:
        return False
    try:
        ip_address(name)
    except ValueError:
        return name.removesuffix(".") in names
    return True


def origin_host(origin: str) -> str | None:
    """Name in an origin such as ``http://show.local:8000``; a page that is a file (``null``) has none."""
    found = _ORIGIN.match(origin.lower())
    return host_name(found[1]) if found else None


def is_trusted(origin: str | None, host: str, origins: frozenset[str]) -> bool:
    """Whether a page may use us: our own, one of a site in ``origins``, or none at all."""
    if origin is None or origin.lower() in origins:
        return True
    found = _ORIGIN.match(origin.lower())
    return bool(found) and found[1] == host.lower()


def passcode_of(authorization: str) -> str | None:
    """Passcode in an ``Authorization`` header of the kind ``Basic``, whatever name stands beside it."""
    kind, _, coded = authorization.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        _, colon, passcode = b64decode(coded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return passcode if colon else None
