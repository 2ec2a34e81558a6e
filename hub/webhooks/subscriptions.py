"""Webhooks: who is told of what, and whether that still works.

An administrator's is told of everything of its kinds; a client's own of what is the client's only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from hub.bootstrap import Services
from hub.errors import FieldProblem, InvalidInputError, NotFoundError
from hub.live.kinds import OWN, ChangeKind
from hub.machines.clients import client
from hub.machines.tables import api_clients
from hub.machines.tokens import ACTOR_PREFIX
from hub.webhooks.keys import NewKey, make_key
from hub.webhooks.signing import SignatureScheme
from hub.webhooks.tables import webhooks
from hub.webhooks.targets import parse_target

FAILING_FOR = timedelta(days=5)
"""Then a receiver is switched off; what it missed is gone."""
MOST = 100
"""Of the administrators'."""
MOST_OWN = 5
"""Of one client."""


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A receiver to tell."""

    title: str
    url: str
    kinds: tuple[str, ...]
    scheme: SignatureScheme = SignatureScheme.SYMMETRIC
    owner: str = ""
    """A client's id with ``client:`` before it: it is told of its own only; empty: of everybody's."""


@dataclass(frozen=True, slots=True)
class WebhookSummary:
    """A receiver, without its secret or private key."""

    webhook_id: str
    title: str
    url: str
    kinds: tuple[ChangeKind, ...]
    scheme: SignatureScheme
    public_key: str | None
    """``whpk_…`` of the key that signs, with `v1a`."""
    previous_until: datetime | None
    """After a rotation: until then the key before signs too."""
    owner: str
    """``client:…``: told of what is this client's own; empty: of everybody's."""
    created_at: datetime
    created_by: str
    failing_since: datetime | None
    last_status: int | None
    """HTTP status of its last answer; None: it has never answered."""
    is_disabled: bool
    disabled_reason: str
    """``administrator``, ``owner``, ``gone`` or ``failing``; empty while it is on."""


def add_webhook(
    services: Services, connection: Connection, wanted: NewWebhook, actor: str
) -> tuple[str, NewKey]:
    """Add a receiver; returns its id and what verifies its messages. Raises `InvalidInputError`."""
    _check(services, connection, wanted, actor)
    webhook_id = services.new_id()
    key, key_columns = make_key(services, webhook_id, wanted.scheme)
    connection.execute(
        webhooks.insert().values(
            webhook_id=webhook_id,
            title=wanted.title,
            url=wanted.url,
            kinds=" ".join(sorted(set(wanted.kinds))),
            scheme=wanted.scheme,
            owner=wanted.owner,
            **key_columns,
            created_at=services.clock(),
            created_by=actor,
            disabled_reason="",
        )
    )
    return webhook_id, key


def list_webhooks(connection: Connection, owner: str | None = None) -> tuple[WebhookSummary, ...]:
    """Every receiver, or those of one owner; oldest first."""
    query = select(webhooks).order_by(webhooks.c.created_at, webhooks.c.webhook_id)
    if owner is not None:
        query = query.where(webhooks.c.owner == owner)
    return tuple(_summary(row) for row in connection.execute(query))


def webhook(connection: Connection, webhook_id: str, owner: str | None = None) -> WebhookSummary:
    """One receiver; raises `NotFoundError`, also when it is not this owner's."""
    row = webhook_row(connection, webhook_id)
    if owner is not None and row.owner != owner:
        raise NotFoundError("webhook", webhook_id)
    return _summary(row)


def receivers(connection: Connection) -> tuple[WebhookSummary, ...]:
    """Who is told now: those that are on, and whose owner is still let in."""
    let_in = select(ACTOR_PREFIX + api_clients.c.client_id).where(api_clients.c.revoked_at.is_(None))
    is_told = webhooks.c.disabled_at.is_(None) & ((webhooks.c.owner == "") | webhooks.c.owner.in_(let_in))
    return tuple(_summary(row) for row in connection.execute(select(webhooks).where(is_told)))


def allowed_hosts_of(services: Services, *, owner: str, created_by: str) -> tuple[str, ...]:
    """Hosts inside that a receiver may be at: none when its owner, and no administrator, has named it."""
    return () if owner and owner == created_by else services.settings.webhooks.allowed_hosts


def webhook_row(connection: Connection, webhook_id: str) -> Row[Any]:
    """One receiver with its sealed keys; raises `NotFoundError`."""
    row = possible_row(connection, webhook_id)
    if row is None:
        raise NotFoundError("webhook", webhook_id)
    return row


def possible_row(connection: Connection, webhook_id: str) -> Row[Any] | None:
    """One receiver with its sealed keys; None when it was removed."""
    return connection.execute(select(webhooks).where(webhooks.c.webhook_id == webhook_id)).first()


def disable_webhook(connection: Connection, webhook_id: str, reason: str, now: datetime) -> bool:
    """Switch a receiver off; False when it is off already. Raises `NotFoundError`."""
    webhook_row(connection, webhook_id)
    is_on = (webhooks.c.webhook_id == webhook_id) & webhooks.c.disabled_at.is_(None)
    changes = {"disabled_at": now, "disabled_reason": reason}
    return connection.execute(update(webhooks).where(is_on).values(**changes)).rowcount == 1


def enable_webhook(connection: Connection, webhook_id: str) -> bool:
    """Switch a receiver on again; False when it is on already. Raises `NotFoundError`."""
    webhook_row(connection, webhook_id)
    is_off = (webhooks.c.webhook_id == webhook_id) & webhooks.c.disabled_at.is_not(None)
    changes = {"disabled_at": None, "disabled_reason": "", "failing_since": None}
    return connection.execute(update(webhooks).where(is_off).values(**changes)).rowcount == 1


def remove_webhook(connection: Connection, webhook_id: str) -> bool:
    """Forget a receiver and its keys; what was on its way is not sent. Raises `NotFoundError`."""
    webhook_row(connection, webhook_id)
    return connection.execute(delete(webhooks).where(webhooks.c.webhook_id == webhook_id)).rowcount == 1


def note_delivery(connection: Connection, webhook_id: str, status: int | None, now: datetime) -> bool:
    """Note how a delivery went; True when the receiver has failed for too long and is off now."""
    row = webhook_row(connection, webhook_id)
    is_good = status is not None and 200 <= status < 300
    failing_since = None if is_good else row.failing_since or now
    changes = {"last_status": status, "failing_since": failing_since}
    connection.execute(update(webhooks).where(webhooks.c.webhook_id == webhook_id).values(**changes))
    if failing_since is None or now - failing_since < FAILING_FOR:
        return False
    return disable_webhook(connection, webhook_id, "failing", now)


def _check(services: Services, connection: Connection, wanted: NewWebhook, actor: str) -> None:
    parse_target(wanted.url, allowed_hosts_of(services, owner=wanted.owner, created_by=actor))
    known = {kind.value for kind in (OWN if wanted.owner else ChangeKind)}
    problems = [
        FieldProblem(f"/kinds/{index}", "not-a-kind", f"{kind[:80]!r} is none of {', '.join(sorted(known))}")
        for index, kind in enumerate(wanted.kinds)
        if kind not in known
    ]
    if not wanted.title.strip():
        problems.append(FieldProblem("/title", "missing", "a webhook has a title"))
    if not wanted.kinds:
        problems.append(FieldProblem("/kinds", "missing", "a webhook is told of at least one kind"))
    most = MOST_OWN if wanted.owner else MOST
    if len(list_webhooks(connection, wanted.owner)) >= most:
        problems.append(FieldProblem("", "too-many", f"there are {most} webhooks already"))
    if wanted.owner:
        client(connection, wanted.owner.removeprefix(ACTOR_PREFIX))
    if problems:
        raise InvalidInputError(*problems)


def _summary(row: Row[Any]) -> WebhookSummary:
    return WebhookSummary(
        webhook_id=row.webhook_id,
        title=row.title,
        url=row.url,
        kinds=tuple(ChangeKind(kind) for kind in row.kinds.split()),
        scheme=SignatureScheme(row.scheme),
        public_key=row.public_key,
        previous_until=row.previous_until,
        owner=row.owner,
        created_at=row.created_at,
        created_by=row.created_by,
        failing_since=row.failing_since,
        last_status=row.last_status,
        is_disabled=row.disabled_at is not None,
        disabled_reason=row.disabled_reason,
    )
