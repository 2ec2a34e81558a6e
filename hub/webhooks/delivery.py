"""Jobs: tells receivers what changed, each change once per receiver, again and again until it is taken."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from hub.bootstrap import Services
from hub.jobs.queue import Arguments, NewJob, enqueue
from hub.jobs.retrying import RetryPolicy
from hub.jobs.worker import Handler
from hub.people.audit import Act, record
from hub.store.database import reading, writing_beside_others
from hub.store.feed_reading import take_changes
from hub.store.notify import Change
from hub.webhooks.keys import forget_previous_keys, signing_keys
from hub.webhooks.posting import DeliveryError, Link, checked_addresses, post
from hub.webhooks.signing import SignatureScheme, signed_headers
from hub.webhooks.subscriptions import (
    allowed_hosts_of,
    disable_webhook,
    note_delivery,
    possible_row,
    receivers,
)
from hub.webhooks.targets import parse_target
from sync.version import VERSION

READER = "webhooks"
DELIVERY = "webhook-delivery"
GONE = 410
LOOK_EVERY = timedelta(seconds=10)
PATIENCE = RetryPolicy(attempts=18, first_wait=timedelta(seconds=10), longest_wait=timedelta(days=1))
"""About five days in all."""


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {
        "webhook-fan-out": Handler(fan_out, every=LOOK_EVERY),
        "webhook-key-upkeep": Handler(forget_old_keys, every=timedelta(hours=1)),
        DELIVERY: Handler(deliver, policy=PATIENCE, lease=timedelta(minutes=2)),
    }


def fan_out(services: Services, _: Arguments) -> None:
    """Make a delivery of each change for each receiver that wants its kind, and note how far that is."""
    is_more = True
    while is_more:
        with writing_beside_others(services.engine) as connection:
            is_more = _fan_out_some(connection, services.clock())


def deliver(services: Services, arguments: Arguments) -> None:
    """Tell one receiver of one change; raises `DeliveryError` to be tried again."""
    webhook_id = str(arguments["webhook_id"])
    with reading(services.engine) as connection:
        row = possible_row(connection, webhook_id)
    if row is None or row.disabled_at is not None:
        return
    status, reason = _attempt(services, row, arguments)
    with writing_beside_others(services.engine) as connection:
        _note(connection, webhook_id, status, services.clock())
    if status != GONE and not (status is not None and 200 <= status < 300):
        raise DeliveryError(reason or f"it answered {status}")


def message_of(arguments: Arguments) -> bytes:
    """Make the body: what changed and when, as an id to ask the API for."""
    return msgspec.json.encode(
        {
            "type": f"{arguments['kind']}.changed",
            "timestamp": arguments["at"],
            "data": {"kind": arguments["kind"], "id": arguments["id"]},
        }
    )


def forget_old_keys(services: Services, _: Arguments) -> None:
    """Drop keys that were rotated out and no longer sign."""
    with writing_beside_others(services.engine) as connection:
        forget_previous_keys(connection, services.clock())


def _attempt(services: Services, row: Row[Any], arguments: Arguments) -> tuple[int | None, str]:
    settings = services.settings.webhooks
    body, keys = message_of(arguments), signing_keys(services, row)
    message_id, scheme = str(arguments["message_id"]), SignatureScheme(row.scheme)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"kechid-hub/{VERSION}",
        **signed_headers(scheme, keys, message_id, services.clock(), body),
    }
    try:
        hosts = allowed_hosts_of(services, owner=row.owner, created_by=row.created_by)
        target = parse_target(row.url, hosts)
        link = Link(settings.timeout_s, settings.ca)
        return post(target, checked_addresses(target), body, headers, link), ""
    except DeliveryError as error:
        return None, str(error)


def _note(connection: Connection, webhook_id: str, status: int | None, now: datetime) -> None:
    if status == GONE:
        is_off, reason = disable_webhook(connection, webhook_id, "gone", now), "gone"
    else:
        is_off, reason = note_delivery(connection, webhook_id, status, now), "failing"
    if is_off:
        record(connection, Act(READER, "webhook-disabled", webhook_id, {"reason": reason}), now)


def _fan_out_some(connection: Connection, now: datetime) -> bool:
    found, is_more = take_changes(connection, READER)
    told = receivers(connection) if found else ()
    for change in found:
        for receiver in told:
            if change.kind in receiver.kinds and receiver.owner in {"", change.owner}:
                enqueue(connection, _job(receiver.webhook_id, change), now)
    return is_more


def _job(webhook_id: str, change: Change) -> NewJob:
    arguments = {
        "webhook_id": webhook_id,
        "message_id": f"msg_{change.position.replace('.', '_')}",
        "kind": change.kind,
        "id": change.identifier,
        "at": change.at.isoformat(),
    }
    return NewJob(DELIVERY, arguments, unique_key=f"{webhook_id}:{change.position}", priority=5)
