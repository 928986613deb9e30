"""MIDI controllers as a surface: what they say becomes sets and verbs at the desk, and rows come back to their lights.

Single asyncio thread. Messages are fetched 200 times a second, because a callback of ours would make the
system's MIDI thread wait. Of a fader that has moved in between only where it is counts. Everything goes to the desk as
one client's OSC, so that order, locks, conductor and the log are those of every other surface; a port cannot say a
passcode, and whoever may name it (``midi/in``) answers for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lmdmd.control.session import Change, Session
from lmdmd.errors import LmdmdError, MidiError, SyncError, did_you_mean
from lmdmd.levels import Level
from lmdmd.params import TEXT_LIMIT, Value, find
from lmdmd.surfaces.midi_binding import MODES, POSITION, Binding, bound_to
from lmdmd.surfaces.midi_ends import ROWS, Ends
from lmdmd.surfaces.midi_file import change_map, default_map
from lmdmd.surfaces.midi_hand import Hand, Rows
from lmdmd.surfaces.midi_learn import LISTEN_S, is_same_control, learned
from lmdmd.surfaces.midi_map import MidiMap, load_map
from lmdmd.surfaces.midi_moves import Decoder, Move, move_of, without_overtaken
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_packet import PREFIX, build_message, parse_packet
from lmdmd.surfaces.osc_peers import Allowance

log = logging.getLogger(__name__)

POLL_S = 0.005
IDLE_S = 0.1
LEARN_S = 60.0
"""So long a control is waited for."""
_MOST_SHOWN = 8
"""Controls that are told something at once; a cable carries about a thousand messages a second."""
_SETS_PER_S = 1e5
_FAIL = f"{PREFIX}fail\0".encode()
_OWN, _BY_HAND = "command line", "midi"


@dataclass
class _Wish:
    """What is being learned, until when, and what has come so far."""

    draft: Binding
    end_s: float
    heard: list[list[int]]


class MidiSurface:
    """Ports, a map and what they do; ``asked`` is a map's file, ``None`` the player's own where there is one."""

    def __init__(
        self,
        session: Session,
        desk: OscDesk,
        asked: Path | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.session = session
        self._path = asked or default_map()
        self._is_asked = asked is not None
        self._now = now
        self._rows = Rows(session.get, session.aim, lambda: bool(session.get("midi/pickup")))
        self._ends = Ends()
        self._map = MidiMap()
        self._hands: list[Hand] = []
        self._by_control: dict[tuple[str, int | None], list[Hand]] = {}
        self._by_row: dict[str, list[Hand]] = {}
        self._unshown: dict[Hand, None] = {}
        self._decoder = Decoder()
        self._wish: _Wish | None = None
        self._chosen: dict[str, Value] = {row: find(row).default for row in ROWS}
        self._is_patient = False
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task] = set()
        self._writing = asyncio.Lock()
        self._unsubscribe: Callable[[], None] = lambda: None
        self._peer = desk.open(("controller", 0), self._on_answer, level=Level.EDIT, door="midi")
        # Faders come one value a look already: what is parked would seem to be another hand's.
        self._peer.sets = Allowance(_SETS_PER_S, _SETS_PER_S)
        self._desk = desk

    # --- life ---------------------------------------------------------------------------------------

    def start(self) -> None:
        """Read the map, open its ports, and go on looking; raises ``MidiError`` for a map that was asked for."""
        for row in ROWS:
            self.session.act_on(row, lambda value, row=row: self._choose(row, value))
        self.session.provide("midi/learn", self._do_learn)
        self.session.provide("midi/forget", self._do_forget)
        self.session.provide("midi/map", self._do_map)
        self._unsubscribe = self.session.subscribe(self._on_change)
        if self._path is not None and (self._is_asked or self._path.is_file()):
            self._begin(self._path)
        self._poll()

    def _begin(self, path: Path) -> None:
        try:
            self._use(load_map(path), _OWN)
        except MidiError as error:
            if self._is_asked:
                raise
            self.session.report(_first_of(error))

    async def stop(self) -> None:
        """Close the ports; what is being written is finished."""
        self._unsubscribe()
        if self._timer is not None:
            self._timer.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._ends.close()
        self._desk.close(self._peer)

    # --- at every look --------------------------------------------------------------------------------

    def _poll(self) -> None:
        """Look once, and again soon; a defect in here ends that, and never the show."""
        try:
            self._look(self._now())
        except Exception as error:
            log.exception("MIDI control failed")
            self.session.report(f"MIDI controllers are not heard any more ({type(error).__name__}: {error})")
            return
        wait_s = POLL_S if any(map(self._ends.has, ROWS)) else IDLE_S
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._poll)

    def _look(self, now_s: float) -> None:
        self._take_up_rows()
        for said in self._ends.look(now_s):
            self.session.report(said)
        self._take(list(self._ends.fetch()), now_s)
        if self._wish is not None:
            self._end_wish(self._wish, now_s)
        self._show(now_s)

    def _take(self, messages: list, now_s: float) -> None:
        if self._wish is not None:
            self._hear(self._wish, messages, now_s)
            return
        moves = [move for move in map(self._decoder.step, messages) if move is not None]
        if not moves:
            return
        smooth = {move.control for move in moves if all(hand.way == POSITION for hand in self._hands_of(move))}
        for move in without_overtaken(moves, smooth):
            asked = [(hand, self._asked(hand, move, now_s)) for hand in self._hands_of(move)]
            # Why a press was refused stays to be read when the key is let go of.
            if move.raw or any(values is not None for _, values in asked):
                said = ", ".join(_said(hand, values) for hand, values in asked)
                self._say(f"{move.words}: {said or 'not bound'}")
            for hand, values in asked:
                if values is not None:
                    self._desk.receive(build_message(PREFIX + hand.binding.target, *values), self._peer)

    def _hands_of(self, move: Move) -> list[Hand]:
        near = (*self._by_control.get((move.kind, move.number), ()), *self._by_control.get((move.kind, None), ()))
        return [hand for hand in near if hand.binding.channel in (None, move.channel)]

    def _asked(self, hand: Hand, move: Move, now_s: float) -> tuple[Value, ...] | None:
        """Arguments for a control's target; ``None`` where it asks for nothing, as a fader that waits for its row."""
        if hand.lit:
            self._unshown[hand] = None
        return hand.take(move, self._rows, now_s)

    def _on_answer(self, packet: bytes) -> bool:
        """What the desk says to us: of all of it only why something was not done is of use."""
        if packet.startswith(_FAIL):
            ((_, message),) = parse_packet(packet)
            self._say(str(message.params[-1]))
        return True

    def _say(self, text: str) -> None:
        self.session.publish("midi/last", text[:TEXT_LIMIT])

    # --- out ------------------------------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        for hand in self._by_row.get(change.name, ()):
            self._unshown[hand] = None

    def _show(self, now_s: float) -> None:
        if self._ends.should_show_all(now_s):
            self._forget_shown()
        if not self._ends.can_show:
            return
        told = 0
        for hand in [hand for hand in self._unshown if hand.rests(now_s)]:
            if told == _MOST_SHOWN:
                return
            del self._unshown[hand]
            if messages := hand.tell(self._rows, now_s):
                self._ends.send(messages)
                told += 1

    def _forget_shown(self) -> None:
        for hand in self._hands:
            hand.shown = None
        self._unshown = {hand: None for hand in self._hands if hand.lit}

    # --- rows that open ports ---------------------------------------------------------------------------

    def _choose(self, row: str, value: Value) -> None:
        if value != self._chosen[row]:
            self._ends.open(row, str(value), self._now(), patient=self._is_patient)
            self._chosen[row] = value

    def _take_up_rows(self) -> None:
        """Do what a cue has planned; what cannot be had is said, and the row stays as it was."""
        for row, chosen in self._chosen.items():
            if self.session.get(row) != chosen:
                self._choose_patiently(row, str(self.session.get(row)), _BY_HAND)

    def _choose_patiently(self, row: str, wanted: str, source: str) -> None:
        """Open ports by a file or a plan: a controller that is switched on later is taken up then."""
        self._is_patient = True
        try:
            self._choose(row, wanted)
        except SyncError as error:
            self.session.report(str(error))
        finally:
            self._is_patient = False
        if self.session.get(row) != self._chosen[row]:
            self.session.set(row, self._chosen[row], source=source)

    # --- the map ----------------------------------------------------------------------------------------

    def _use(self, wanted: MidiMap, source: str) -> None:
        """Go on by a map; controls that are as they were keep where they stand."""
        before = {hand.binding: hand for hand in self._hands}
        self._hands = [before.get(binding) or Hand(binding) for binding in wanted.bindings]
        self._by_control, self._by_row = {}, {}
        for hand in self._hands:
            self._by_control.setdefault((hand.binding.kind, hand.binding.number), []).append(hand)
            if hand.lit:
                self._by_row.setdefault(hand.binding.target, []).append(hand)
        self._map, self._decoder = wanted, Decoder(wanted.bindings)
        self._unshown = {hand: None for hand in self._hands if hand.lit}
        self.session.publish("midi/bindings", len(self._hands))
        self.session.publish("midi/file", str(self._path or "")[:TEXT_LIMIT])
        for row, name in (("midi/in", wanted.port_in), ("midi/out", wanted.port_out)):
            if name and name != self._chosen[row]:
                self._choose_patiently(row, name, source)

    async def _change(self, change: Callable[[MidiMap], MidiMap]) -> None:
        """Change the map, in its file too; where that cannot be written, what is new holds until the end."""
        async with self._writing:
            if self._path is None:
                self._use(change(self._map), _BY_HAND)
                return
            try:
                wanted = await asyncio.to_thread(change_map, self._path, lambda known: self._with_ports(change(known)))
            except MidiError as error:
                self._use(change(self._map), _BY_HAND)
                raise MidiError(f"{error}; until the end of the program it holds all the same") from None
            self._use(wanted, _BY_HAND)

    def _with_ports(self, wanted: MidiMap) -> MidiMap:
        """A map that names the ports that are in use, where it names none."""
        chosen_in, chosen_out = (str(self._chosen[row]) for row in ("midi/in", "midi/out"))
        return replace(wanted, port_in=wanted.port_in or chosen_in, port_out=wanted.port_out or chosen_out)

    # --- learning ---------------------------------------------------------------------------------------

    def _hear(self, wish: _Wish, messages: Iterable, now_s: float) -> None:
        """Keep what may be the control that is to be learned; it does nothing else meanwhile."""
        for message in messages:
            move = move_of(message)
            # The key that asked for this is let go of first.
            if move is not None and (move.raw or wish.heard):
                wish.end_s = wish.end_s if wish.heard else now_s + LISTEN_S
                wish.heard.append(message)

    def _end_wish(self, wish: _Wish, now_s: float) -> None:
        if now_s < wish.end_s:
            return
        self._set_wish(None)
        try:
            binding = learned(wish.draft, wish.heard)
        except MidiError as error:
            self._say(str(error))
            return
        if binding is None:
            self._say(f"{wish.draft.target}: no control was moved")
        else:
            task = asyncio.get_running_loop().create_task(self._bind(binding))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _bind(self, binding: Binding) -> None:
        def change(known: MidiMap) -> MidiMap:
            if binding in known.bindings:
                return known
            others = (one for one in known.bindings if not is_same_control(one, binding))
            return replace(known, bindings=(*others, binding))

        number = "" if binding.number is None else f" {binding.number}"
        said = f"{binding.kind}{number}, channel {binding.channel}: bound to {binding.target}"
        try:
            await self._change(change)
        except MidiError as error:
            said = str(error)
            self.session.report(said)
        self._say(said)

    def _set_wish(self, wish: _Wish | None) -> None:
        self._wish = wish
        self.session.publish("midi/learning", wish.draft.target if wish is not None else "")

    # --- verbs ------------------------------------------------------------------------------------------

    async def _do_learn(self, target: str, mode: str) -> str:
        if not target.strip():
            self._set_wish(None)
            return "learning nothing"
        if mode and mode not in MODES:
            raise MidiError(f'midi/learn: mode: "{mode}" is not one of {", ".join(MODES)}{did_you_mean(mode, MODES)}')
        draft = replace(bound_to(target.removeprefix(PREFIX)), mode=mode)
        if not self._ends.has("midi/in"):
            raise MidiError("midi/learn: no controller is connected: set midi/in to part of its name first")
        self._set_wish(_Wish(draft, self._now() + LEARN_S, []))
        return f"move the control for {target}"

    async def _do_forget(self, target: str) -> str:
        known = [binding.target for binding in self._map.bindings]
        if target != "*" and target not in known:
            raise MidiError(f'midi/forget: nothing is bound to "{target}"{did_you_mean(target, known)}')
        count = len(known) if target == "*" else known.count(target)
        if not count:
            return "nothing was bound"

        def change(found: MidiMap) -> MidiMap:
            kept = (binding for binding in found.bindings if target not in ("*", binding.target))
            return replace(found, bindings=tuple(kept))

        await self._change(change)
        return f"{count} unbound"

    async def _do_map(self, file: str) -> str:
        path = Path(file) if file else self._path
        if path is None:
            raise MidiError("midi/map: there is no home folder with a map; name a file")
        try:
            found = await asyncio.to_thread(load_map, path)
        except MidiError as error:
            raise MidiError(_first_of(error)) from None
        self._path = path
        self._use(found, _BY_HAND)
        return f"{len(found.bindings)} controls are bound"


def _said(hand: Hand, values: tuple[Value, ...] | None) -> str:
    """What a control did, in a word."""
    return f"{hand.binding.target}{' waits' if values is None and hand.way == POSITION else ''}"


def _first_of(error: LmdmdError) -> str:
    """The first line of many."""
    first, *rest = str(error).splitlines()
    return f"{first} (and {len(rest)} more)" if rest else first
