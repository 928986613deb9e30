"""Numbers of the command line: what argparse should take for one, and what it says of anything else."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

MOST = 2**31 - 1


def whole(lo: int, hi: int = MOST) -> Callable[[str], int]:
    """Reads a whole number from ``lo`` to ``hi``."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = lo - 1
        if not lo <= number <= hi:
            raise argparse.ArgumentTypeError(f'"{text}" is not a whole number from {lo} to {hi}')
        return number

    return read


def above_zero(hi: int = MOST) -> Callable[[str], float]:
    """Reads a number above 0, up to ``hi``."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not 0 < number <= hi:
            raise argparse.ArgumentTypeError(f'"{text}" is not a number above 0, up to {hi}')
        return number

    return read


def share(text: str) -> float:
    """Reads a number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 0 to 1')
    return number


def port_or_off(text: str) -> int | None:
    """Reads a port, or ``off`` for none."""
    try:
        return None if text == "off" else whole(0, 65535)(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, nor off") from None


def portion(text: str) -> float:
    """Reads a share that leaves something, 0 or more and less than 1."""
    if share(text) == 1:
        raise argparse.ArgumentTypeError(f'"{text}" leaves nothing; take less than 1')
    return float(text)
