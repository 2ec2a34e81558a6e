"""A receiver's keys: made, rotated, and opened to sign with. The previous one signs too for a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hub.bootstrap import Services
from hub.errors import NotFoundError
from hub.webhooks.signing import KEY_BYTES, SignatureScheme, public_key_text, secret_text
from hub.webhooks.tables import webhooks

BOTH_FOR = timedelta(days=1)
"""How long the previous key signs beside the new one."""
_KIND = "webhook"


@dataclass(frozen=True, slots=True)
class NewKey:
    """What the receiver is given: the secret or the public key, by its scheme."""

    secret: str | None
    """``whsec_…``, of `v1`; the hub shows it this once."""
    public_key: str | None
    """``whpk_…``, of `v1a`; the hub shows it at any time."""

    @property
    def text(self) -> str:
        """Whichever it is."""
        return self.secret or self.public_key or ""


def make_key(services: Services, webhook_id: str, scheme: SignatureScheme) -> tuple[NewKey, dict[str, Any]]:
    """Make a key; returns what the receiver is given, and the columns that keep it."""
    key = services.randomness(KEY_BYTES)
    if scheme is SignatureScheme.SYMMETRIC:
        made = NewKey(secret_text(key), None)
    else:
        made = NewKey(None, public_key_text(key))
    sealed = services.seal(_KIND, webhook_id, key)
    return made, {"sealed_secret": sealed, "public_key": made.public_key}


def rotate_key(services: Services, connection: Connection, webhook_id: str) -> NewKey:
    """Give a receiver a new key; the one before signs beside it for `BOTH_FOR`. Raises `NotFoundError`.

    Only two keys are held: rotating again within that time drops the older one at once.
    """
    is_this = webhooks.c.webhook_id == webhook_id
    row = connection.execute(select(webhooks).where(is_this).with_for_update()).first()
    if row is None:
        raise NotFoundError("webhook", webhook_id)
    made, columns = make_key(services, webhook_id, SignatureScheme(row.scheme))
    columns["sealed_previous"] = row.sealed_secret
    columns["previous_until"] = services.clock() + BOTH_FOR
    connection.execute(update(webhooks).where(is_this).values(**columns))
    return made


def signing_keys(services: Services, row: Row[Any]) -> tuple[bytes, ...]:
    """Open the keys that sign now, the newest first; raises `SealError`."""
    sealed = [row.sealed_secret]
    if row.sealed_previous is not None and services.clock() < row.previous_until:
        sealed.append(row.sealed_previous)
    return tuple(services.store_key.unseal(_KIND, row.webhook_id, one) for one in sealed)


def forget_previous_keys(connection: Connection, now: datetime) -> int:
    """Drop the previous keys whose time is over; returns how many."""
    is_over = webhooks.c.previous_until <= now
    columns = {"sealed_previous": None, "previous_until": None}
    return connection.execute(update(webhooks).where(is_over).values(**columns)).rowcount
