"""Puts among the answers what became of carriers' declarations, as the feed of changes says it."""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.carrier_stream.answers import Decision, Decisions
from hub.carrier_stream.outbox import Said, put_answers
from hub.carrier_stream.tables import carrier_accounts
from hub.declarations.assessing.evidence import Channel
from hub.declarations.lifecycle import State
from hub.declarations.registry import places_of
from hub.declarations.tables import declarations
from hub.ingest.sharding import Shard
from hub.live.kinds import ChangeKind
from hub.machines.tokens import ACTOR_PREFIX
from hub.store.database import writing_beside_others
from hub.store.feed_reading import take_changes
from hub.store.notify import Change

Told = MutableMapping[str, datetime]
"""Since when a declaration stands where its carrier knows it stands, by id."""
READER = "carriers"
ONLY = Shard()
TOGETHER = 100


def put_decisions(services: Services, told: Told | None = None, shard: Shard = ONLY) -> int:
    """Put each change of a declaration of the shard's carriers among answers; returns how many messages.

    What was `told` is not said again, and forgotten. Raises what the store raises.
    """
    known = {} if told is None else told
    count, is_more = 0, True
    while is_more:
        with writing_beside_others(services.engine) as connection:
            made, is_more = _put_some(services, connection, known, shard)
        count += made
    return count


def _put_some(services: Services, connection: Connection, told: Told, shard: Shard) -> tuple[int, bool]:
    # Each process reads by itself: what answers have said already is known to the one that answered.
    reader = READER if shard.is_whole else f"{READER}-{shard}"
    found, is_more = take_changes(connection, reader, heir_of=READER)
    made = 0
    for client_id, identifiers in _by_carrier(connection, found, shard).items():
        for part in _parts(identifiers):
            made += _put(services, connection, client_id, _news(connection, part, told))
    return made, is_more


def _by_carrier(
    connection: Connection, changes: Sequence[Change], shard: Shard
) -> Mapping[str, Sequence[str]]:
    """Sort changed declarations by the shard's carrier that streams, each once."""
    changed: dict[str, dict[str, None]] = {}
    for change in changes:
        own = change.owner.removeprefix(ACTOR_PREFIX)
        if change.kind == ChangeKind.DECLARATION and own != change.owner and shard.owns(own):
            changed.setdefault(own, {})[change.identifier] = None
    if not changed:
        return {}
    columns = carrier_accounts.c
    streaming = connection.scalars(select(columns.client_id).where(columns.client_id.in_(sorted(changed))))
    return {own: tuple(changed[own]) for own in sorted(streaming)}


def _parts(identifiers: Sequence[str]) -> Iterable[Sequence[str]]:
    return (identifiers[start : start + TOGETHER] for start in range(0, len(identifiers), TOGETHER))


def _news(connection: Connection, identifiers: Sequence[str], told: Told) -> tuple[Decision, ...]:
    """Say where declarations stand that stand elsewhere than was told."""
    columns = declarations.c
    names = ("declaration_id", "reference", "state", "channel", "changed_at")
    query = select(*(columns[name] for name in names)).where(places_of(identifiers))
    in_order = query.order_by(columns.changed_at, columns.reference)
    found = [_decision(*row) for row in connection.execute(in_order)]
    return tuple(one for one in found if told.pop(one.declaration_id, None) != one.changed_at)


def _put(services: Services, connection: Connection, client_id: str, found: tuple[Decision, ...]) -> bool:
    if not found:
        return False
    now = services.clock()
    answer = Decisions(answer_id=services.new_id(), at=now, decisions=found)
    put_answers(connection, [Said(client_id, b"", answer)], now)
    return True


def _decision(
    declaration_id: str, reference: str, state: str, channel: str | None, changed_at: datetime
) -> Decision:
    return Decision(
        declaration_id=declaration_id,
        reference=reference,
        state=State(state),
        channel=None if channel is None else Channel(channel),
        changed_at=changed_at,
    )
