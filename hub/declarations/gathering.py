"""Takes single declarations of many requests in together: one transaction, one wait for the disk, for all."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from threading import Lock

import msgspec
from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.declarations.assessing.assess import Assessor, Standings
from hub.declarations.assessing.evidence import Channel
from hub.declarations.batches import ReadRow
from hub.declarations.intake import reference_taken
from hub.declarations.lifecycle import State
from hub.declarations.registry import places_of
from hub.declarations.storing import Fate, Stored, store_rows
from hub.declarations.tables import declarations
from hub.store.database import writing_beside_others

MOST_TOGETHER = 64


class Lodged(msgspec.Struct, frozen=True):
    """What became of a declaration that was lodged by itself."""

    declaration_id: str
    is_repeated: bool
    """The same came before: nothing was done again."""
    state: State
    channel: Channel | None


class _Waiting(msgspec.Struct, frozen=True):
    sender_id: str
    row: ReadRow
    outcome: "Future[Lodged]"


class Gathering:
    """One for a process, for several threads: who comes while others are stored goes with the next."""

    def __init__(self, services: Services, assessor: Assessor) -> None:
        """Store and decide with these."""
        self._services = services
        self._assessor = assessor
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gathering")
        self._mutex = Lock()
        self._waiting: list[_Waiting] = []
        self._is_storing = False

    def submit(self, sender_id: str, row: ReadRow) -> "Future[Lodged]":
        """Have one declaration stored and decided; the outcome comes when it is durable.

        It holds `ConflictError` when another declaration stands under the sender's number.
        """
        own = _Waiting(sender_id, row, Future())
        with self._mutex:
            self._waiting.append(own)
            is_first, self._is_storing = not self._is_storing, True
        if is_first:
            self._thread.submit(self._store_all)
        return own.outcome

    def take(self, sender_id: str, row: ReadRow) -> Lodged:
        """Wait for the outcome; raises what it holds."""
        return self.submit(sender_id, row).result()

    def _store_all(self) -> None:
        """Store everybody who waits, and whoever comes meanwhile."""
        while group := self._next():
            # Who has gone away until now is left out; from here on nobody can.
            self._store([one for one in group if one.outcome.set_running_or_notify_cancel()])

    def _next(self) -> Sequence[_Waiting]:
        with self._mutex:
            group = self._waiting[:MOST_TOGETHER]
            del self._waiting[:MOST_TOGETHER]
            self._is_storing = bool(group)
        return group

    def _store(self, group: Sequence[_Waiting]) -> None:
        """Store a group; when something fails, each by itself, so that it costs nobody else."""
        try:
            with writing_beside_others(self._services.engine) as connection:
                done = self._store_within(connection, group)
        except Exception as error:  # whatever it is, it is the caller's whose declaration it is
            if len(group) == 1:
                group[0].outcome.set_exception(error)
            else:
                for one in group:
                    self._store([one])
            return
        for one, lodged in done:
            if lodged is None:
                one.outcome.set_exception(reference_taken(one.row.facts.reference))
            else:
                one.outcome.set_result(lodged)

    def _store_within(
        self, connection: Connection, group: Sequence[_Waiting]
    ) -> list[tuple[_Waiting, Lodged | None]]:
        stored = list(self._stored(connection, group))
        new = [one.declaration_id for _, one in stored if one.fate is Fate.STORED]
        standing = self._assessor.assess_some(connection, new)
        standing |= _standing(connection, {one.declaration_id for _, one in stored} - standing.keys())
        return [(waiting, _lodged(one, standing)) for waiting, one in stored]

    def _stored(self, connection: Connection, group: Sequence[_Waiting]) -> Iterator[tuple[_Waiting, Stored]]:
        # Senders in one order in every process: each is locked until the transaction ends.
        by_sender = groupby(sorted(group, key=_sender), key=_sender)
        for sender_id, some in by_sender:
            waiting = list(some)
            rows = [one.row for one in waiting]
            yield from zip(waiting, store_rows(self._services, connection, sender_id, rows), strict=True)


def _sender(waiting: _Waiting) -> str:
    return waiting.sender_id


def _lodged(stored: Stored, standing: Standings) -> Lodged | None:
    if stored.fate is Fate.CONFLICT:
        return None
    state, channel = standing[stored.declaration_id]
    return Lodged(stored.declaration_id, stored.fate is Fate.REPEATED, state, channel)


def _standing(connection: Connection, identifiers: Collection[str]) -> Standings:
    if not identifiers:
        return {}
    columns = declarations.c
    query = select(columns.declaration_id, columns.state, columns.channel)
    query = query.where(places_of(identifiers))
    return {
        row[0]: (State(row[1]), None if row[2] is None else Channel(row[2]))
        for row in connection.execute(query)
    }
