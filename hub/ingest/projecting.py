"""Writes what a device reports into the tables people look at; repeating any of it is harmless."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Row, or_, select, update

from hub.bootstrap import Services
from hub.cases.casework import settle_status
from hub.cases.counting import count_case, policy_of
from hub.cases.tables import alert_updates, alerts, decisions, evidence, frequent_crossers
from hub.errors import HubError
from hub.fleet.commands import settle
from hub.fleet.health import note_health
from hub.fleet.rollouts import pause_after_refusal
from hub.fleet.tables import barrier_moves, device_watchlists, devices
from hub.ingest.projections import (
    alert_row,
    applied_row,
    barrier_row,
    decision_row,
    evidence_row,
    frequent_crosser_row,
    health_row,
    rejected_row,
    update_row,
    withdrawn_row,
)
from hub.live.kinds import change_of
from hub.people.audit import Act, record
from hub.store.insertion import insert_if_new, insert_or_update
from hub.store.notify import publish_change
from hub.store.pictures import keep_probe
from hub.watchlist.picture_header import read_header
from sync.messages import (
    AlertRaised,
    AlertUpdated,
    BarrierMoved,
    CommandAnswered,
    CommandState,
    DecisionMade,
    EvidenceCaptured,
    FrequentCrosser,
    Health,
    Message,
    WatchlistApplied,
    WatchlistRejected,
    WatchlistWithdrawn,
)

_CHANGING = ("outcome", "comparison_score", "quality", "frames_used", "is_ended", "updated_at")


class UnfitContentError(HubError):
    """A well-formed message whose content contradicts itself; kept in the inbox, shown in quarantine."""


def project(
    services: Services, connection: Connection, messages: Sequence[Message], received_at: datetime
) -> None:
    """Apply messages inside the caller's transaction; raises `UnfitContentError`.

    What follows from several messages of one case is worked out once, from all of them.
    """
    for message in messages:
        _insert(services, connection, message, received_at)
    for alert_id in _cases(messages, AlertRaised, AlertUpdated):
        _catch_up(connection, alert_id)
    for alert_id in _cases(messages, AlertRaised, DecisionMade):
        settle_status(connection, alert_id)
    policy = policy_of(services.settings.cases)
    for alert_id in _cases(messages, AlertRaised, AlertUpdated, DecisionMade):
        count_case(connection, alert_id, policy)
    for message in messages:
        _announce(connection, message, received_at)


def _cases(
    messages: Sequence[Message], *kinds: type[AlertRaised | AlertUpdated | DecisionMade]
) -> Iterable[str]:
    """Name the cases that these kinds of messages touch, each once."""
    return dict.fromkeys(message.body.alert_id for message in messages if isinstance(message.body, kinds))


def _insert(services: Services, connection: Connection, message: Message, received_at: datetime) -> None:
    match message.body:
        case AlertRaised() as body:
            insert_if_new(connection, alerts, alert_row(message, body, received_at))
        case AlertUpdated() as body:
            insert_if_new(connection, alert_updates, update_row(message, body))
        case DecisionMade() as body:
            insert_if_new(connection, decisions, decision_row(message, body))
        case FrequentCrosser() as body:
            _note_frequent_crosser(connection, message, body)
        case EvidenceCaptured() as body:
            _keep_evidence(services, connection, message, body)
        case WatchlistApplied() | WatchlistRejected() | WatchlistWithdrawn() | Health() | CommandAnswered():
            _note_state(connection, message, received_at)
        case BarrierMoved() as body:
            insert_if_new(connection, barrier_moves, barrier_row(message, body))


def _announce(connection: Connection, message: Message, now: datetime) -> None:
    changed = change_of(message)
    if changed is not None:
        publish_change(connection, *changed, now)


def _catch_up(connection: Connection, alert_id: str) -> None:
    """Bring an alert to its newest update, in whichever order they arrived."""
    newest = _newest_update(connection, alert_id)
    if newest is not None:
        changes = {name: newest._mapping[name] for name in _CHANGING}
        direction = _newest_direction(connection, alert_id, newest.device_id)
        if direction:
            changes["direction"] = direction
        connection.execute(
            update(alerts)
            .where(
                alerts.c.alert_id == alert_id,
                alerts.c.device_id == newest.device_id,
                alerts.c.updated_at <= newest.updated_at,
            )
            .values(**changes)
        )


def _note_frequent_crosser(connection: Connection, message: Message, body: FrequentCrosser) -> None:
    is_new = insert_if_new(connection, frequent_crossers, frequent_crosser_row(message, body))
    if body.is_withdrawn and not is_new:
        connection.execute(
            update(frequent_crossers)
            .where(
                frequent_crossers.c.notice_id == body.notice_id,
                frequent_crossers.c.device_id == message.device_id,
            )
            .values(is_withdrawn=True)
        )


def _newest_update(connection: Connection, alert_id: str) -> Row[tuple[object, ...]] | None:
    owner = select(alerts.c.device_id).where(alerts.c.alert_id == alert_id).scalar_subquery()
    query = (
        select(alert_updates)
        .where(alert_updates.c.alert_id == alert_id, alert_updates.c.device_id == owner)
        .order_by(alert_updates.c.is_ended.desc(), alert_updates.c.updated_at.desc())
        .limit(1)
    )
    return connection.execute(query).first()


def _newest_direction(connection: Connection, alert_id: str, device_id: str) -> str | None:
    """Say what the newest update that knows a direction says: later ones may leave it out."""
    query = (
        select(alert_updates.c.direction)
        .where(alert_updates.c.alert_id == alert_id, alert_updates.c.device_id == device_id)
        .where(alert_updates.c.direction != "")
        .order_by(alert_updates.c.updated_at.desc())
        .limit(1)
    )
    return connection.scalar(query)


def _keep_evidence(
    services: Services, connection: Connection, message: Message, body: EvidenceCaptured
) -> None:
    header = read_header(body.content)
    if sha256(body.content).hexdigest() != body.sha256:
        raise UnfitContentError(f"evidence {body.evidence_id}: its bytes do not match its digest")
    if header is None or header.media_type != body.media_type:
        raise UnfitContentError(f"evidence {body.evidence_id}: its bytes are not {body.media_type[:40]!r}")
    owner = connection.scalar(select(evidence.c.device_id).where(evidence.c.evidence_id == body.evidence_id))
    if owner is None:
        file = keep_probe(services, message.device_id, body.evidence_id, body.content)
        connection.execute(evidence.insert().values(**evidence_row(message, body, file)))
    elif owner != message.device_id:
        raise UnfitContentError(f"evidence {body.evidence_id}: the id belongs to another device's picture")


def _note_watchlist(
    connection: Connection, message: Message, body: WatchlistApplied | WatchlistRejected | WatchlistWithdrawn
) -> None:
    """Note what a device last said of a list, in whichever order its words arrive."""
    match body:
        case WatchlistApplied():
            at, row = body.applied_at, applied_row(message, body)
        case WatchlistRejected():
            at, row = body.rejected_at, rejected_row(message, body)
        case WatchlistWithdrawn():
            at, row = body.withdrawn_at, withdrawn_row(message, body)
    if not _has_later(connection, message.device_id, body.list_id, at):
        insert_or_update(connection, device_watchlists, row, ("device_id", "list_id"))


def _note_state(connection: Connection, message: Message, now: datetime) -> None:
    match message.body:
        case WatchlistApplied() | WatchlistRejected() | WatchlistWithdrawn() as body:
            _note_watchlist(connection, message, body)
        case Health() as body:
            is_newer = or_(devices.c.health_at.is_(None), devices.c.health_at <= body.measured_at)
            connection.execute(
                update(devices)
                .where(devices.c.device_id == message.device_id, is_newer)
                .values(**health_row(body))
            )
            note_health(connection, message.device_id, body, now)
        case CommandAnswered() as body:
            _settle(connection, message.device_id, body, now)


def _settle(connection: Connection, device_id: str, body: CommandAnswered, now: datetime) -> None:
    if settle(connection, device_id, body):
        detail = {"device": device_id, "name": body.name[:64], "reason": body.reason[:200]}
        act = Act(device_id, f"command-{body.state}", body.command_id[:64], detail)
        record(connection, act, now)
        if body.state is CommandState.REFUSED:
            pause_after_refusal(connection, body.command_id, now)


def _has_later(connection: Connection, device_id: str, list_id: str, at: datetime) -> bool:
    query = select(device_watchlists.c.list_id).where(
        device_watchlists.c.device_id == device_id,
        device_watchlists.c.list_id == list_id,
        or_(
            device_watchlists.c.applied_at > at,
            device_watchlists.c.rejected_at > at,
            device_watchlists.c.withdrawn_at > at,
        ),
    )
    return connection.scalar(query) is not None
