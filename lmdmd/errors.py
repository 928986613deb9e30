"""Every error the program raises on purpose: one base, one short subclass per part.

An error's text names the thing, the place and the way out, in one sentence a performer can act on.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LmdmdError(Exception):
    """Base of all deliberate errors; its text is shown to people as it is."""


class ParamError(LmdmdError):
    """An unknown parameter, or a value that cannot become one of its values."""


class CommandError(LmdmdError):
    """An unknown verb, wrong arguments, or a verb that cannot run now."""


class ConfigError(LmdmdError):
    """A boot option that makes no sense."""


class BundleError(LmdmdError):
    """A model bundle that is missing, incomplete or not ours."""


class DeviceError(LmdmdError):
    """A sound device that is absent, lost or refuses the format."""


class SetlistError(LmdmdError):
    """A setlist with problems; the text lists them as file:line."""


class OscError(LmdmdError):
    """A packet that is not valid OSC, or beyond our limits."""


class WebError(LmdmdError):
    """An HTTP port that cannot be had."""


class SyncError(LmdmdError):
    """An outside clock that cannot be had, or that a hand cannot change."""


class MidiError(LmdmdError):
    """A map of a MIDI controller that cannot be used, or a control that cannot do what it is bound to."""


class PrimeError(LmdmdError):
    """Audio that cannot be the music so far."""


class DeckError(LmdmdError):
    """A deck that failed to load, hung or died."""


class TrainError(LmdmdError):
    """Training data or a run folder that cannot be used."""


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return ``'; did you mean "x"?'`` for the closest choice, or an empty string."""
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return f'; did you mean "{close[0]}"?' if close else ""
