"""Verbs by OSC: bound, carried out each in its client's turn, and answered when done. Single asyncio thread."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial

from lmdmd import commands
from lmdmd.commands import Command
from lmdmd.control.session import Session
from lmdmd.errors import LmdmdError, OscError
from lmdmd.params import PARAMS, Value
from lmdmd.surfaces.osc_answers import Answers
from lmdmd.surfaces.osc_arguments import verb_values
from lmdmd.surfaces.osc_guard import Guard
from lmdmd.surfaces.osc_packet import OscMessage
from lmdmd.surfaces.osc_peers import MAX_BACKLOG, MAX_SLOW, Peer

ROWS = frozenset(param.address for param in PARAMS)

Dispatch = Callable[[Peer, OscMessage], None]


def without_overtaken(backlog: deque[OscMessage]) -> deque[OscMessage]:
    """Messages without the values of rows that a later one replaces before anything but values comes."""
    kept: deque[OscMessage] = deque()
    later: set[str] = set()
    for message in reversed(backlog):
        if message.address not in ROWS or len(message.params) != 1 or message.params[0] in (None, "?"):
            later.clear()
        elif message.address in later:
            continue
        else:
            later.add(message.address)
        kept.appendleft(message)
    return kept


class Verbs:
    """Carries out verbs for clients; ``dispatch`` gets each message when its client's turn has come."""

    def __init__(self, session: Session, answers: Answers, guard: Guard, dispatch: Dispatch) -> None:
        self._session = session
        self._guard = guard
        self._answers = answers
        self._dispatch = dispatch
        self._tasks: set[asyncio.Task] = set()

    async def stop(self) -> None:
        """End what runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def in_turn(self, peer: Peer, message: OscMessage) -> None:
        """Handle a message now, or behind the verb that its client waits for."""
        if peer.quick is None:
            self._dispatch(peer, message)
            return
        if len(peer.backlog) >= MAX_BACKLOG:
            peer.backlog = without_overtaken(peer.backlog)
        if len(peer.backlog) < MAX_BACKLOG:
            peer.backlog.append(message)
        else:
            self._answers.fail(peer, message.address, f"{MAX_BACKLOG} messages are waiting already")

    def on_verb(self, command: Command, peer: Peer, values: tuple) -> None:
        """Handle a message to a verb's address."""
        bound = verb_values(command, values)
        if bound is None:
            return
        self._guard.do(peer, command)
        if command.slow and len(peer.slow) >= MAX_SLOW:
            self._answers.fail(peer, command.name, f"{MAX_SLOW} slow verbs of yours are running already")
            return
        self._answers.counters["verbs"] += 1
        task = self.spawn(self._carry_out(command, peer, bound))
        if command.slow:
            peer.slow.add(task)
            task.add_done_callback(peer.slow.discard)
        else:
            peer.quick = task
            task.add_done_callback(partial(self._next_of, peer))

    def quit(self, peer: Peer, done: str) -> None:
        """Carry out quit, answered as ``/done`` with the word of whoever asked."""
        command = commands.find("quit")
        self._guard.do(peer, command)
        self.spawn(self._carry_out(command, peer, (), done))

    async def _carry_out(self, command: Command, peer: Peer, values: tuple, done: str = "") -> None:
        try:
            text = await self._session.do(command.name, values, source=peer.source)
        except LmdmdError as error:
            self._answers.fail(peer, command.name, str(error))
        except Exception:
            self._answers.defect(peer, command.name)
        else:
            answer = ("/done", done) if done else ("/lmdm/done", command.name, *([text] if text else []))
            self._answers.reply(peer, *answer)

    def _next_of(self, peer: Peer, _: asyncio.Task) -> None:
        peer.quick = None
        while peer.backlog and peer.quick is None:
            self._dispatch(peer, peer.backlog.popleft())

    def on_sync(self, answer: str, peer: Peer, values: tuple) -> None:
        """Answer when the client's slow verbs are done."""
        number = commands.find("sync").bind(values)["id"]
        if not peer.slow:
            self._answers.reply(peer, answer, number)
            return
        if len(self._tasks) > MAX_BACKLOG:
            raise OscError("sync: too much is running already")
        self.spawn(self._sync_later(answer, peer, number, set(peer.slow)))

    async def _sync_later(self, answer: str, peer: Peer, number: Value, before: set[asyncio.Task]) -> None:
        await asyncio.wait(before)
        self._answers.reply(peer, answer, number)

    def spawn(self, work: Coroutine) -> asyncio.Task:
        """Run something until it ends or ``stop`` ends it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
