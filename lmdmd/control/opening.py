"""How a show begins, live or rendered: its bundle, the bundle's shipped settings, the command line's, the setlist."""

from __future__ import annotations

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.config import Config
from lmdmd.control.rehearsal import Rehearsal
from lmdmd.control.resume import Resume
from lmdmd.control.session import Session
from lmdmd.control.setlist import Setlist
from lmdmd.control.show import Show


def choose_bundle(asked: str, setlist: Setlist | None) -> BundleInfo:
    """Bundle of a show: what ``--model`` asked for, else what the first song or the setlist names, else the default."""
    swap = setlist.songs[0].swap if setlist is not None and setlist.songs else None
    first = swap.model if swap is not None else setlist.model if setlist is not None else None
    return bundles.find(asked or first or bundles.DEFAULT)


def open_show(
    session: Session, bundle: BundleInfo, setlist: Setlist | None, config: Config, state: Resume | None = None
) -> Show:
    """Set the beginning values and arm every cue whose time is known, or go on where another run stood.

    Later sources win. A bundle's own prompt is for playing without a setlist: a show says itself what it begins with.
    """
    for name, value in bundle.defaults.items():
        if setlist is None or not name.startswith("prompt/"):
            session.set(name, value, source="bundle", frame=0)
    if config.input is not None:
        session.set("input/source", "file", source="command line", frame=0)
    model = config.model or (setlist.model if setlist else None) or bundle.name
    rehearsal = Rehearsal(config.begin, config.loop, config.skip_waits_s, config.speed)
    show = Show(session, setlist, seconds=config.seconds, model=model, rehearsal=rehearsal)
    show.arm(state=state)
    if config.seed is not None:
        session.set("engine/seed", config.seed, source="command line", frame=0)
    return show
