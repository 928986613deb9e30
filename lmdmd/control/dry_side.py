"""The dry side of a delay: heard at once, or beside what is made of it, so that both meet.

``delay/now`` says how long after the input that is heard, ``delay/dry`` what a player wants; ``mix/dry_delay`` follows.
"""

from __future__ import annotations

from lmdmd.control.session import Change, Session

NOW, WANTED, STEERED = "delay/now", "delay/dry", "mix/dry_delay"


class DrySide:
    """Steers the mixer; a listener of the session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._delay_s = self._steered_s = 0.0
        session.subscribe(self.hear)

    def hear(self, change: Change) -> None:
        """Follow a delay that has changed, or a player who wants something else."""
        if change.name == NOW:
            self._delay_s = float(change.value)
        elif change.name != WANTED:
            return
        late_s = self._delay_s if self.session.get(WANTED) == "aligned" else 0.0
        if late_s != self._steered_s:
            self._steered_s = late_s
            self.session.steer(STEERED, late_s)
