"""A carrier that streams, and what the hub says to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import select

from hub.carrier_stream.accounts import Secret, put_account
from hub.carrier_stream.loop import CarrierLoop
from hub.carrier_stream.outbox import Waiting, waiting_answers
from hub.declarations.tables import declarations
from hub.ingest.sharding import ONLY_WORKER, Claim, Shard
from hub.store.database import reading, writing
from sync import topics
from sync.broker_accounts import SALT_BYTES
from sync.fakes import InMemoryBroker
from sync.ports import Incoming, Label, Transport
from tests.hub.builders import NOW, Hub
from tests.hub.carriers.carriers import onboard

PASSWORD = "p" * 64
LABEL = Label(correlation=b"c-1")
JSON = Label("application/json", correlation=b"c-1")


def stream(hub: Hub, client_id: str = "swift", **changes: Any) -> str:
    """Onboard a carrier and give it an account; returns the account's name."""
    onboard(hub, client_id, **changes)
    with writing(hub.services.engine) as connection:
        secret = Secret(PASSWORD, bytes(SALT_BYTES))
        return put_account(connection, client_id, secret, actor="test", now=NOW)


def lines(*rows: dict[str, Any]) -> bytes:
    """Write declarations as a message holds several."""
    return b"\n".join(msgspec.json.encode(row) for row in rows)


def incoming(*rows: dict[str, Any], client_id: str = "swift", label: Label = LABEL) -> Incoming:
    """Make a message as the broker delivers it."""
    return Incoming(topics.carrier_declarations(client_id), lines(*rows), is_retained=False, label=label)


def waiting(hub: Hub) -> tuple[Waiting, ...]:
    """List the answers that wait."""
    with reading(hub.services.engine) as connection:
        return waiting_answers(connection)


def said(hub: Hub) -> list[dict[str, Any]]:
    """Read the answers that wait."""
    return [msgspec.json.decode(one.body) for one in waiting(hub)]


def references(hub: Hub) -> list[str]:
    """List what is stored, by number."""
    with reading(hub.services.engine) as connection:
        return sorted(connection.scalars(select(declarations.c.reference)))


@contextmanager
def listening(broker: InMemoryBroker, client_id: str = "swift") -> Iterator[Transport]:
    """Connect a carrier that listens for answers."""
    transport = broker.transport(f"carrier@{client_id}")
    transport.connect()
    transport.subscribe([topics.carrier_answers(client_id)])
    yield transport
    transport.close()


def loop_of(hub: Hub, broker: InMemoryBroker, shard: Shard = ONLY_WORKER.shard) -> CarrierLoop:
    """Make a loop of the hub's; its steps are the test's."""
    name = "hub-carriers" if shard.is_whole else f"hub-carriers-{shard.number}"
    transport = broker.transport(name, is_acknowledged_by_owner=True)
    transport.connect()
    loop = CarrierLoop(hub.services, transport, claim=Claim(shard), chance=lambda: 0.0)
    loop.listen()
    return loop


def heard(transport: Transport) -> dict[str, Any]:
    """Take the next answer."""
    message = transport.receive(30)
    assert message is not None
    answer: dict[str, Any] = msgspec.json.decode(message.payload)
    return answer
