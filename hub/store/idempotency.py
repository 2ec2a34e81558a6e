"""Idempotency keys: a request repeated under its key gets its first answer, and does nothing again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, select

from hub.bootstrap import Services
from hub.errors import ConflictError
from hub.store.tables import idempotency

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request under a key, as one actor sends it."""

    actor: str
    key: str
    request_sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    body: str
    """JSON."""


def digest_of(parts: Iterable[bytes]) -> str:
    """Digest everything that makes a request this one; parts cannot run into one another."""
    digest = sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def recall(services: Services, connection: Connection, attempt: Attempt) -> Answer | None:
    """Give the stored answer; raises `ConflictError` when the key was used for another request."""
    row = connection.execute(
        select(idempotency).where(
            idempotency.c.actor == attempt.actor,
            idempotency.c.key == attempt.key,
            idempotency.c.at > services.clock() - KEPT_FOR,
        )
    ).first()
    if row is None:
        return None
    if row.request_sha256 != attempt.request_sha256:
        raise ConflictError("idempotency-key-reused", "the idempotency key was used for another request")
    body = services.store_key.unseal("answer", f"{attempt.actor}/{attempt.key}", row.sealed_answer)
    return Answer(row.status, body.decode())


def once(
    services: Services, connection: Connection, attempt: Attempt | None, work: Callable[[], Answer]
) -> Answer:
    """Recall the answer, or work and remember it, sealed, in the same transaction as the work."""
    if attempt is None:
        return work()
    stored = recall(services, connection, attempt)
    if stored is not None:
        return stored
    answer, now = work(), services.clock()
    connection.execute(delete(idempotency).where(idempotency.c.at <= now - KEPT_FOR))
    connection.execute(
        idempotency.insert().values(
            actor=attempt.actor,
            key=attempt.key,
            request_sha256=attempt.request_sha256,
            status=answer.status,
            sealed_answer=services.seal("answer", f"{attempt.actor}/{attempt.key}", answer.body.encode()),
            at=now,
        )
    )
    return answer
