"""scsynth's own words for status, notify and quit, so that its clients take us for a server that is alive."""

from __future__ import annotations

from lmdmd.control.session import Session
from lmdmd.params import DECK_SLOTS, Value
from lmdmd.surfaces.osc_answers import Answers
from lmdmd.surfaces.osc_peers import Logins, Peer
from lmdmd.surfaces.osc_verbs import Verbs


class Scsynth:
    """Answers as scsynth does."""

    def __init__(self, session: Session, answers: Answers, verbs: Verbs) -> None:
        self._session = session
        self._answers = answers
        self._verbs = verbs
        self._logins = Logins()

    def on_status(self, peer: Peer, _: tuple) -> None:
        """Answer ``/status``."""
        answer = scsynth_status(self._session.status(), self._session.rate_hz)
        self._answers.reply(peer, "/status.reply", *answer)

    def on_notify(self, peer: Peer, values: tuple) -> None:
        """Answer ``/notify``: 1 enters a client, 0 lets it leave."""
        if values and not values[0]:
            self._answers.reply(peer, "/done", "/notify", self._logins.leave(peer.target))
            return
        number = self._logins.enter(peer.target)
        if number is not None:
            self._answers.reply(peer, "/done", "/notify", number, self._logins.limit)
        elif self._answers.allowed(peer):
            self._answers.reply(peer, "/fail", "/notify", f"{self._logins.limit} clients are notified already")

    def on_quit(self, peer: Peer, _: tuple) -> None:
        """Carry out ``/quit``."""
        self._verbs.quit(peer, done="/quit")

    def forget(self, peer: Peer) -> None:
        """A client is gone."""
        self._logins.leave(peer.target)


def scsynth_status(status: dict[str, Value], rate_hz: int) -> tuple[Value, ...]:
    """Arguments of scsynth's ``/status.reply``: 1, units, voices, groups, models, loads in %, rates.

    A voice is a live deck and a model a loaded one; the loads are compute time over block time, median
    and 95th percentile.
    """
    states = [status[f"deck/{slot}/state"] for slot in range(DECK_SLOTS)]
    voices = sum(state == "live" for state in states)
    models = sum(state in ("ready", "live", "draining") for state in states)
    loads = [_loads(status, slot) for slot, state in enumerate(states) if state == "live"] or [(0.0, 0.0)]
    average, peak = max(loads)
    return 1, 0, voices, 0, models, average, peak, float(rate_hz), float(rate_hz)


def _loads(status: dict[str, Value], slot: int) -> tuple[float, float]:
    average = 100.0 * float(status[f"deck/{slot}/factor"])
    p50_ms, p95_ms = (float(status[f"deck/{slot}/block_{name}"]) for name in ("p50", "p95"))
    return average, average * p95_ms / p50_ms if p50_ms > 0 else average
