"""Carriers' accounts at the broker: made, made anew, withdrawn; only those that may stream now are listed."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select

from hub.carrier_stream.tables import carrier_accounts
from hub.carriers.registry import carrier
from hub.carriers.tables import carriers
from hub.errors import ConflictError
from hub.machines.scopes import stored_scopes
from hub.machines.tables import api_clients
from hub.people.access import Permission
from hub.store.insertion import insert_or_update
from sync import topics
from sync.broker_accounts import BrokerAccount, hashed
from sync.errors import SyncError

PREFIX = "carrier@"
"""No device's name has this sign, so no device's account is ever a carrier's."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A new password; what is kept of it is its salted hash."""

    password: str = field(repr=False)
    salt: bytes = field(repr=False)


def put_account(connection: Connection, client_id: str, secret: Secret, *, actor: str, now: datetime) -> str:
    """Give a carrier an account, or the one it has a new password; returns the account's name.

    Raises `NotFoundError`, and `ConflictError` for an id that no topic can bear.
    """
    carrier(connection, client_id)
    try:
        topics.carrier_answers(client_id)
    except SyncError as error:
        raise ConflictError("not-a-topic", str(error)) from error
    kept = hashed(secret.password, secret.salt)
    row = {"client_id": client_id, "password": kept, "changed_at": now, "changed_by": actor}
    insert_or_update(connection, carrier_accounts, row, ("client_id",))
    return PREFIX + client_id


def withdraw_account(connection: Connection, client_id: str) -> bool:
    """Take a carrier's account away; False when it has none. Raises `NotFoundError`."""
    carrier(connection, client_id)
    is_this = carrier_accounts.c.client_id == client_id
    return connection.execute(delete(carrier_accounts).where(is_this)).rowcount == 1


def account_since(connection: Connection, client_id: str) -> datetime | None:
    """When a carrier's account got its present password; None: it has none."""
    is_this = carrier_accounts.c.client_id == client_id
    found: datetime | None = connection.scalar(select(carrier_accounts.c.changed_at).where(is_this))
    return found


def accounts_of_carriers(connection: Connection) -> tuple[BrokerAccount, ...]:
    """List the accounts that the broker is to let in now: not those of suspended or shut out carriers."""
    columns = carrier_accounts.c
    query = select(columns.client_id, columns.password, api_clients.c.scopes)
    query = query.join(carriers, carriers.c.client_id == columns.client_id)
    query = query.join(api_clients, api_clients.c.client_id == columns.client_id)
    query = query.where(_may_connect(), carriers.c.suspended_at.is_(None)).order_by(columns.client_id)
    return tuple(
        _account(row.client_id, row.password)
        for row in connection.execute(query)
        if Permission.DECLARE in stored_scopes(row.scopes)
    )


def may_stream(connection: Connection, client_id: str) -> bool:
    """Tell whether a carrier has an account and may declare; whether it is suspended is another matter."""
    own = carrier_accounts.c.client_id == client_id
    query = select(api_clients.c.scopes)
    query = query.join(carrier_accounts, carrier_accounts.c.client_id == api_clients.c.client_id)
    scopes = connection.scalar(query.where(own, _may_connect()))
    return scopes is not None and Permission.DECLARE in stored_scopes(scopes)


def _may_connect() -> ColumnElement[bool]:
    return api_clients.c.revoked_at.is_(None)


def _account(client_id: str, password: str) -> BrokerAccount:
    return BrokerAccount(
        PREFIX + client_id,
        password,
        publish=(topics.carrier_declarations(client_id),),
        subscribe=(topics.carrier_answers(client_id),),
        is_hashed=True,
    )
