"""Going to a cue without the way there: where it belongs in its song, and all that the cues before it leave behind.

A song is gone through without its music: cues by hand and by message fire in their order, each when the one before it
has; nothing holds, and loops are played once.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from lmdmd.control.clock import TempoMap
from lmdmd.control.cue_effects import FROM, METRE, PROGRESSION, TEMPO, Effects, changes, cue_at, fire, still
from lmdmd.control.plan import opening_stand
from lmdmd.control.setlist import Cue, Setlist, Swap, trigger_frame
from lmdmd.control.stand import OPENING, Place, Stand
from lmdmd.control.tempo import shifted
from lmdmd.params import Value


class _Pass:
    """One song, gone through from its beginning at frame 0; ``fired`` are its cues in the order in which they do."""

    def __init__(self, setlist: Setlist, song: int, rate_hz: float, skipped: frozenset[Place]) -> None:
        self._setlist = setlist
        self._song = song
        self._cues = setlist.songs[song].cues
        begun = setlist.songs[song]
        clock = TempoMap.constant(rate_hz, begun.tempo, begun.metre)
        self.stand = Stand(0, song, 0, 0, clock, opening_stand(setlist, rate_hz).slots, skipped=skipped)
        self.fired: list[Place] = []
        self._left = [index for index in range(len(self._cues)) if Place(song, index) not in skipped]
        self._fire(OPENING, 0)

    def through(self, last: int) -> _Pass:
        """Go on until the cue ``last`` has fired."""
        while last in self._left:
            due = self._next()
            self._fire(*(due if due is not None else (last, self.stand.frame)))
        return self

    def through_all(self) -> _Pass:
        """Go on until the song ends."""
        while (due := self._next()) is not None and due[1] < self.stand.ends_at(self._setlist.songs[self._song]):
            self._fire(*due)
        return self

    def _next(self) -> tuple[int, int] | None:
        """The next cue and its frame: one by hand as soon as all before it have fired, the others at their time."""
        dues = [(self.stand.fires_at(armed), armed.cue) for armed in self.stand.armed]
        if self.following < len(self._cues):
            dues.append((self._time_of(self.following), self.following))
        frame, cue = min(dues, default=(self.stand.frame + 1, None))
        by_hand = self._waiting()
        if by_hand is not None and frame > self.stand.frame:
            return by_hand, self.stand.frame
        return (cue, frame) if cue is not None else None

    def _waiting(self) -> int | None:
        """The cue by hand whose turn it is; one that follows a cue which was skipped has none."""
        armed = {armed.cue for armed in self.stand.armed}
        kinds = {index: self._cues[index].trigger.kind for index in self._left}
        coming = (index for index, kind in kinds.items() if index in armed or kind not in ("start", "end"))
        first = min(coming, default=None)
        return first if first is not None and kinds[first] in ("go", "osc") else None

    @property
    def following(self) -> int:
        """Index of the next cue with a time."""
        timed = (index for index in self._left if self._cues[index].trigger.kind in ("at", "bar"))
        return next(timed, len(self._cues))

    def _time_of(self, index: int) -> int:
        return max(self.stand.frame, trigger_frame(self._cues[index].trigger, self.stand.clock, 0))

    def _fire(self, cue: int, frame: int) -> None:
        place = Place(self._song, cue)
        self.stand = fire(self._setlist, place, replace(self.stand, frame=frame)).stand
        self.fired.append(place)
        self._left = [index for index in self._left if index != cue]


def arrive(setlist: Setlist, place: Place, stand: Stand) -> Stand:
    """Stand at ``stand.frame`` with the song's time, bar, tempo, loop and what is armed moved to where ``place`` is."""
    passed = _Pass(setlist, place.song, stand.clock.rate_hz, stand.skipped).through(place.cue)
    there = passed.stand
    moved = stand.frame - there.frame
    begun, *later = shifted(there.clock, there.frame, stand.frame)
    clock = stand.clock.anchored(begun)
    in_loop = there.round is not None and begun.bar <= there.round.last
    return replace(
        stand,
        song=place.song,
        following=passed.following,
        origin=moved,
        since_frame=stand.frame,
        clock=replace(clock, anchors=(*clock.anchors, *later)),
        armed=tuple(replace(armed, ready_frame=armed.ready_frame + moved) for armed in there.armed),
        round=there.round if in_loop else None,
        held_frame=stand.frame if cue_at(setlist, place).holds else None,
    )


def chased(setlist: Setlist, place: Place, stand: Stand, base: dict[str, Value], model: str = "") -> Cue:
    """One cue that does what all cues up to ``place`` leave behind, in the time and curve of the last.

    ``base`` holds the values from before the show of everything that a cue may set, ``model`` plays then.
    """
    prompts: dict[str, float] = {}
    values, swap = dict(base), Swap(model)
    for fired in fired_until(setlist, place, stand):
        cue = cue_at(setlist, fired)
        prompts, swap = cue.prompts or prompts, cue.swap or swap
        values |= cue.set
        if PROGRESSION in cue.set:
            values.pop(FROM, None)
            values |= _begun_on(cue, fired)
    return replace(cue_at(setlist, place), prompts=prompts, set=values, swap=swap)


def _begun_on(cue: Cue, place: Place) -> dict[str, Value]:
    """The bar on which a cue's progression began, where that is known; else it begins where one has jumped to."""
    if place.cue == OPENING:
        return {FROM: 1}
    return {FROM: int(cue.trigger.value)} if cue.trigger.kind == "bar" else {}


def fired_until(setlist: Setlist, place: Place, stand: Stand) -> list[Place]:
    """Every cue that has fired when ``place`` has, in their order."""
    rate_hz, skipped, fired = stand.clock.rate_hz, stand.skipped, []
    for song in range(place.song):
        fired += _Pass(setlist, song, rate_hz, skipped).through_all().fired
    return fired + _Pass(setlist, place.song, rate_hz, skipped).through(place.cue).fired


def land(
    setlist: Setlist, place: Place, stand: Stand, base: dict[str, Value], model: str = "", *, glides: bool = True
) -> Effects:
    """What a jump to ``place`` at a stand's own frame does."""
    stand = replace(stand, skipped=stand.skipped - {place})
    there = arrive(setlist, place, stand)
    now = there.clock.anchor_at(there.frame)
    cue = chased(setlist, place, stand, base, model)
    cue = replace(cue, set=cue.set | {TEMPO: now.tempo_bpm, METRE: now.metre}, ways=_without_tempo(cue))
    effects = changes(cue if glides else still(cue), place, there)
    return unowned(effects, base.keys() - set_until(setlist, place, stand))


def set_until(setlist: Setlist, place: Place, stand: Stand) -> set[str]:
    """Rows that the cues up to a place have a say in."""
    names = {TEMPO, METRE}.union(*(cue_at(setlist, fired).set for fired in fired_until(setlist, place, stand)))
    return names | {FROM} if PROGRESSION in names else names


def unowned(effects: Effects, names: Set[str]) -> Effects:
    """Effects in which the writes of some rows are no cue's: what a row was before the show is nobody's wish."""
    writes = tuple(replace(write, cue="") if write.name in names else write for write in effects.writes)
    return replace(effects, writes=writes)


def _without_tempo(cue: Cue) -> dict:
    return {name: way for name, way in cue.ways.items() if name != TEMPO}


def all_places(setlist: Setlist) -> list[Place]:
    """Every cue's place, in order."""
    return [Place(index, cue) for index, song in enumerate(setlist.songs) for cue in range(len(song.cues))]


def find_place(setlist: Setlist, wanted: str, after: Place) -> Place | None:
    """Place of a cue by number or name, or of a song by name; of several, the first one after ``after``."""
    places = all_places(setlist)
    turned = [place for place in places if place > after] + [place for place in places if place <= after]
    for key in ("number", "name"):
        for place in turned:
            if getattr(setlist.songs[place.song].cues[place.cue], key) == wanted:
                return place
    songs = [index for index, song in enumerate(setlist.songs) if song.name == wanted]
    return Place(songs[0], OPENING) if songs else None
