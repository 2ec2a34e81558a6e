"""Maps messages of devices onto rows of the store. Pure."""

from datetime import datetime
from typing import Any

import msgspec

from hub.cases.casework import CaseStatus
from hub.cases.tables import alerts
from sync.messages import (
    AlertRaised,
    AlertUpdated,
    BarrierMoved,
    DecisionMade,
    DeviceState,
    EventBody,
    EvidenceCaptured,
    FrequentCrosser,
    Health,
    Message,
    WatchlistApplied,
    WatchlistRejected,
    WatchlistWithdrawn,
)

Row = dict[str, Any]

_NO_REFUSAL: Row = {"rejected_version": None, "rejected_reason": None, "rejected_at": None}
_ALERT_COLUMNS = frozenset(alerts.c.keys())


def kind_of(body: EventBody) -> str:
    """Tag of a body on the wire, such as ``alert-raised``."""
    return str(type(body).__struct_config__.tag)


def inbox_row(message: Message, received_at: datetime) -> Row:
    """Keep the message as it came, but for a picture's bytes, which live sealed in the evidence folder."""
    body = message.body
    if isinstance(body, EvidenceCaptured):
        body = msgspec.structs.replace(body, content=b"")
    return {
        "device_id": message.device_id,
        "epoch": message.epoch,
        "lane": message.lane,
        "seq": message.seq,
        "message_id": message.message_id,
        "kind": kind_of(body),
        "body": msgspec.json.encode(body).decode(),
        "occurred_at": message.occurred_at,
        "received_at": received_at,
    }


def alert_row(message: Message, body: AlertRaised, received_at: datetime) -> Row:
    """Make a new alert, open."""
    facts = {name: value for name, value in _fields(body).items() if name in _ALERT_COLUMNS}
    return facts | {
        "device_id": message.device_id,
        "received_at": received_at,
        "updated_at": body.raised_at,
        "is_ended": False,
        "status": CaseStatus.OPEN,
    }


def update_row(message: Message, body: AlertUpdated) -> Row:
    """Note a later state of an alert."""
    facts = _fields(body)
    del facts["probe_evidence_id"]
    return facts | {"message_id": message.message_id, "device_id": message.device_id}


def decision_row(message: Message, body: DecisionMade) -> Row:
    """Note an answer given at the device."""
    return _fields(body) | {"device_id": message.device_id}


def frequent_crosser_row(message: Message, body: FrequentCrosser) -> Row:
    """Note that a rule on confirmed crossings is fulfilled."""
    return _fields(body) | {"device_id": message.device_id}


def evidence_row(message: Message, body: EvidenceCaptured, file: str) -> Row:
    """Where a probe picture is kept."""
    facts = _fields(body)
    size = len(facts.pop("content"))
    return facts | {"device_id": message.device_id, "size": size, "file": file}


def barrier_row(message: Message, body: BarrierMoved) -> Row:
    """Note a movement of a barrier."""
    return _fields(body) | {"message_id": message.message_id, "device_id": message.device_id}


def applied_row(message: Message, body: WatchlistApplied) -> Row:
    """Note a version in force on a device; forgets refusals that came before it."""
    cleared = {**_NO_REFUSAL, "withdrawn_at": None}
    return _fields(body) | cleared | {"device_id": message.device_id}


def withdrawn_row(message: Message, body: WatchlistWithdrawn) -> Row:
    """Note that a device dropped a list; forgets what it had, and refusals that came before it."""
    nothing = dict.fromkeys(("version", "contract_id", "subjects", "references", "self_test", "applied_at"))
    facts = {"list_id": body.list_id, "withdrawn_at": body.withdrawn_at, "device_id": message.device_id}
    return nothing | _NO_REFUSAL | facts


def rejected_row(message: Message, body: WatchlistRejected) -> Row:
    """Note a version a device refuses."""
    return {
        "device_id": message.device_id,
        "list_id": body.list_id,
        "rejected_version": body.version,
        "rejected_reason": body.reason,
        "rejected_at": body.rejected_at,
    }


def health_row(body: Health) -> Row:
    """Note what a device says of itself."""
    return {
        "version": body.version,
        "pack": body.pack,
        "provider": body.provider,
        "is_degraded": body.is_degraded,
        "warnings": list(body.warnings),
        "queue_depth": body.queue_depth,
        "frame_age_p95_ms": body.frame_age_p95_ms,
        "frames": body.frames,
        "dropped": body.dropped,
        "health_at": body.measured_at,
    }


def state_row(state: DeviceState, known_epoch: str | None, known_birth: int, now: datetime) -> Row | None:
    """Say what a birth or will changes; None for one that a later birth has overtaken."""
    is_same_life = state.epoch == known_epoch
    is_overtaken = (
        state.birth < known_birth if is_same_life else known_epoch is not None and not state.is_online
    )
    if is_overtaken:
        return None
    return {
        "epoch": state.epoch,
        "birth": state.birth,
        "is_online": state.is_online,
        "state_at": state.at or now,
        "version": state.version,
    }


def _fields(body: EventBody) -> Row:
    return msgspec.structs.asdict(body)
