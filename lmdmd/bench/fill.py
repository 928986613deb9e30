"""Whatever a program remembers up to a limit, filled: only what grows beyond its limits is a leak.

A desk remembers the last few hundred clients; the network keeps what oneDNN has compiled for each length of music that
it has ever heard, which a show comes to after every change of style, though only in the course of an evening.
"""

from __future__ import annotations

import socket
from contextlib import suppress

from lmdmd.bench.program import Program, wait_for
from lmdmd.bundles import BundleInfo
from lmdmd.errors import LmdmdError
from lmdmd.params import find
from lmdmd.surfaces.osc_packet import build_message
from lmdmd.surfaces.osc_peers import MAX_PEERS

_ROW = "gen/memory"
_LATE_S = 2.0
"""A deck that has not played with another length by then was told by the governor, or by the machine, to let it be."""


def fill_clients(port: int) -> None:
    """Be as many clients over UDP as a desk remembers."""
    for _ in range(MAX_PEERS):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(build_message("/ping"), ("127.0.0.1", port))


def fill_deck(program: Program, info: BundleInfo) -> None:
    """Let the deck hear every length of its own past once."""
    geometry = info.config["geometry"]
    latent_s = geometry["latent_frames"] / geometry["sample_rate"]
    for latents in range(geometry["context"], 0, -1):
        redone = program.get("status/redos")
        program.ask(_ROW, latents * latent_s)
        with suppress(LmdmdError):
            wait_for(lambda redone=redone: program.get("status/redos") > redone, _LATE_S)
    program.ask(_ROW, float(find(_ROW).default))
