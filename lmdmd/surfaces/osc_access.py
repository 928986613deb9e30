"""Who is let in: hosts that are heard at all, passcodes and the levels they give.

Without passcodes whoever reaches a door may do everything. With some, a client begins at the highest level that needs
none; a passcode gives its level and those above it up to the next that has one of its own. OSC carries passcodes in
the clear and UDP's senders can be forged: this keeps fingers off a show, not attackers out of a network.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from lmdmd.errors import ConfigError, OscError
from lmdmd.levels import Level
from lmdmd.surfaces.osc_peers import Allowance, Peer

TRIES_BURST = 5.0
TRIES_PER_S = 0.1
"""Wrong passcodes of one host: so many at once, then one every ten seconds."""
ALL_TRIES_BURST = 50.0
ALL_TRIES_PER_S = 1.0
"""The same for all hosts together, for whoever can forge many."""
MAX_HOSTS = 256
PASSCODES = "LMDMD_PASSCODES"
_LEVELS = {level.word: level for level in Level if level > Level.NONE}


class Access:
    """Levels of clients. ``allow`` are hosts or networks (10.0.0.0/24) that are heard; this machine always is."""

    def __init__(self, passcodes: Mapping[Level, str] | None = None, allow: Iterable[str] = ()) -> None:
        self._passcodes = dict(passcodes or {})
        self._networks = tuple(map(_network, allow))
        self._tries: OrderedDict[str, Allowance] = OrderedDict()
        self._all_tries = Allowance(ALL_TRIES_PER_S, ALL_TRIES_BURST)
        self.hears = lru_cache(maxsize=1024)(self._hears)

    @property
    def entry(self) -> Level:
        """What a client may do that has said no passcode."""
        lowest = min(self._passcodes, default=None)
        return Level.EDIT if lowest is None else Level(lowest - 1)

    def _hears(self, host: str) -> bool:
        """Whether a host is heard."""
        if not self._networks:
            return True
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return address.is_loopback or any(address in network for network in self._networks)

    def login(self, peer: Peer, passcode: str) -> Level:
        """Give a client the level of a passcode; raises ``OscError`` for a wrong one, or after too many of them."""
        if not self._passcodes:
            return peer.level
        tries = self._tries_of(peer.target.address[0])
        if not tries.left or not self._all_tries.left:
            raise OscError(f"login: too many wrong passcodes; wait {1 / TRIES_PER_S:.0f} s")
        given = passcode.encode()
        # Every one is compared, so that the time taken tells nothing.
        right = [level for level, known in self._passcodes.items() if hmac.compare_digest(known.encode(), given)]
        if not right:
            tries.take()
            self._all_tries.take()
            raise OscError("login: wrong passcode")
        above = [level for level in self._passcodes if level > max(right)]
        peer.level, peer.known = Level(min(above) - 1) if above else Level.EDIT, True
        return peer.level

    def logout(self, peer: Peer) -> Level:
        """Take a client back to where it began."""
        peer.level, peer.known = self.entry, False
        return peer.level

    def _tries_of(self, host: str) -> Allowance:
        tries = self._tries.setdefault(host, Allowance(TRIES_PER_S, TRIES_BURST))
        self._tries.move_to_end(host)
        if len(self._tries) > MAX_HOSTS:
            self._tries.popitem(last=False)
        return tries


def read_passcodes(path: Path | None) -> dict[Level, str]:
    """Passcodes of a file, or of the environment's ``LMDMD_PASSCODES``: ``level: passcode``, one a line or after a ";".

    Raises ``ConfigError`` naming what is wrong, and never says a passcode.
    """
    if path is None:
        text, place = os.environ.get(PASSCODES, "").replace(";", "\n"), PASSCODES
    else:
        text, place = _read(path), str(path)
    found: dict[Level, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        word, colon, passcode = (part.strip() for part in line.partition(":"))
        if not line.strip() or word.startswith("#"):
            continue
        level = _LEVELS.get(word)
        if level is None or not colon or not passcode or level in found:
            raise ConfigError(
                f"{place}:{number}: must be view, control or edit, a colon and a passcode, each level once"
            )
        found[level] = passcode
    if len(set(found.values())) < len(found):
        raise ConfigError(f"{place}: two levels have the same passcode")
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--passcodes {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"--passcodes {path}: is not a text in UTF-8") from None


def is_loopback(bind: str) -> bool:
    """Whether only this machine reaches an address that is listened on."""
    try:
        return bind == "localhost" or ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return False


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ConfigError(f'--allow "{text}": is neither an address nor a network such as 192.168.1.0/24') from None
