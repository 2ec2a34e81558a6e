"""Routes for operators: health, metrics, the audit log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel
from sqlalchemy import Column, ColumnElement, Connection, func, select

from hub.api.dependencies import Hub, allowed
from hub.cases.casework import CaseStatus
from hub.cases.tables import alerts, answer_times, case_totals
from hub.fleet.devices import list_devices
from hub.ingest.tables import lane_progress, quarantine
from hub.origin.bootstrap import registry_of
from hub.origin.settings import OriginSettings
from hub.origin.snapshot.opening import SnapshotError
from hub.origin.snapshot.source import SnapshotSource
from hub.people.access import Permission, User
from hub.people.audit import AuditRow, latest
from hub.public_app.activity import active_in_month
from hub.store.database import reading
from hub.store.schema import check_schema
from sync.messages import MessageLane
from sync.version import VERSION

router = APIRouter(tags=["operations"])
public_router = APIRouter(tags=["operations"])
Auditor = Annotated[User, Depends(allowed(Permission.VIEW_AUDIT))]


class Health(BaseModel):
    """The hub answers, its store can be read and has this program's schema."""

    status: str
    version: str


@public_router.get("/healthz", operation_id="health")
def health(services: Hub) -> Health:
    """Say whether this process can serve: the store is there and has its schema; 503 otherwise."""
    check_schema(services.engine)
    return Health(status="ok", version=VERSION)


@public_router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "Prometheus text format."}},
)
def metrics(services: Hub) -> Response:
    """Count for Prometheus, taken from the store, so that they cover every process of the hub."""
    with reading(services.engine) as connection:
        counts = _counts(connection)
        active = active_in_month(connection, services.clock())
        devices = list_devices(connection, services.clock())
    lines = [f"# TYPE {name} {kind}\n{name} {value}" for name, (kind, value) in counts.items()]
    lines.append(
        f"# TYPE kechid_hub_citizens_active_this_month gauge\nkechid_hub_citizens_active_this_month {active}"
    )
    lines.append("# TYPE kechid_hub_device_online gauge")
    lines += [
        _of_device("online", one.device_id, int(one.is_online and not one.is_silent)) for one in devices
    ]
    lines.append("# TYPE kechid_hub_device_queue_depth gauge")
    lines += [_of_device("queue_depth", one.device_id, one.queue_depth) for one in devices]
    lines += _of_origin(services.settings.origin)
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/audit", operation_id="list_audit")
def get_audit(
    services: Hub, user: Auditor, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> tuple[AuditRow, ...]:
    """List the newest entries of the audit log, newest first."""
    with reading(services.engine) as connection:
        return latest(connection, limit)


def _counts(connection: Connection) -> dict[str, tuple[str, int]]:
    is_open = alerts.c.status == CaseStatus.OPEN
    open_cases = connection.scalar(select(func.count()).select_from(alerts).where(is_open))
    # Each lane is numbered from one without a gap, so its mark counts what came, also after it was let go.
    media = lane_progress.c.lane == MessageLane.MEDIA
    return {
        "kechid_hub_inbox_messages_total": ("counter", _sum(connection, lane_progress.c.upto)),
        "kechid_hub_alerts_total": ("counter", _sum(connection, case_totals.c.alerts)),
        "kechid_hub_first_answers_total": ("counter", _sum(connection, answer_times.c.answers)),
        "kechid_hub_media_messages_total": ("counter", _sum(connection, lane_progress.c.upto, media)),
        "kechid_hub_refused_payloads_total": ("counter", _sum(connection, quarantine.c.times)),
        "kechid_hub_open_cases": ("gauge", int(open_cases or 0)),
    }


def _sum(connection: Connection, column: Column[int], *wanted: ColumnElement[bool]) -> int:
    return int(connection.scalar(select(func.sum(column)).where(*wanted)) or 0)


def _of_origin(origin: OriginSettings) -> list[str]:
    """Say up to which block certificates of origin can be verified without a line, where they are."""
    registry = registry_of(origin)
    if registry is None:
        return []
    source = SnapshotSource(origin.snapshot, registry)
    try:
        block = source.tip()
    except SnapshotError:
        return []
    finally:
        source.close()
    if block is None:
        return []
    facts = {"block": block.number, "block_time_seconds": int(block.at.timestamp())}
    return [
        f"# TYPE kechid_hub_origin_snapshot_{name} gauge\nkechid_hub_origin_snapshot_{name} {value}"
        for name, value in facts.items()
    ]


def _of_device(name: str, device_id: str, value: int) -> str:
    # Registered ids are plain names, so nothing in them needs escaping.
    return f'kechid_hub_device_{name}{{device="{device_id}"}} {value}'
