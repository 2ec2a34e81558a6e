"""Routes: the audit log page by page, its verification, its signed export, and who looked at whom."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from hub.api.dependencies import Hub, allowed
from hub.errors import NotFoundError
from hub.people.access import Permission, User
from hub.people.audit import Act, AuditRow, record
from hub.people.audit_checks import AuditVerification, latest_verification
from hub.people.audit_export import json_lines, signed_head
from hub.people.audit_heads import NotedHead, noted_heads
from hub.people.audit_search import AuditQuery, find_entries
from hub.people.audit_walk import start_verification
from hub.store.database import reading, writing
from hub.store.paging import MAX_LIMIT, Page

router = APIRouter(tags=["audit"])
Auditor = Annotated[User, Depends(allowed(Permission.VIEW_AUDIT))]
Overseer = Annotated[User, Depends(allowed(Permission.VIEW_LOOKUPS))]
Word = Annotated[str, Query(max_length=80)]
Cursor = Annotated[str | None, Query(max_length=20)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]


class VerificationState(StrEnum):
    """How a walk over the chain stands."""

    UNDER_WAY = "under-way"
    WHOLE = "whole"
    BROKEN = "broken"
    """A row does not hold, or the chain no longer reaches a day's end that was noted."""


class VerificationProgress(BaseModel):
    """A walk over the chain: how far it has come, or what it found."""

    state: VerificationState
    asked_at: datetime
    asked_by: str
    upto: int
    """Number of the row the chain ended with when it was asked for."""
    rows: int
    """Rows that were read and hold."""
    head: str
    """Hash of the last row that holds."""
    first_broken: int | None
    reason: str
    lost_day: str | None
    """Day of the oldest noted end that the chain no longer reaches."""
    lost_seq: int | None
    moved_at: datetime
    finished_at: datetime | None


@router.get("/audit/entries", operation_id="find_audit")
def get_entries(
    services: Hub,
    user: Auditor,
    actor: Word = "",
    action: Word = "",
    target: Word = "",
    cursor: Cursor = None,
) -> Page[AuditRow]:
    """Entries, newest first, fifty a page."""
    with reading(services.engine) as connection:
        return find_entries(connection, AuditQuery(actor, action, target), cursor=cursor, limit=50)


@router.post("/audit/verification", status_code=202, operation_id="verify_audit")
def post_verification(services: Hub, user: Auditor) -> VerificationProgress:
    """Let the chain be verified as it stands; while a walk is under way it is that one."""
    start_verification(services, user.user_id)
    return get_verification(services, user)


@router.get("/audit/verification", operation_id="get_audit_verification")
def get_verification(services: Hub, user: Auditor) -> VerificationProgress:
    """How far the newest verification has come, or what it found."""
    with reading(services.engine) as connection:
        newest = latest_verification(connection)
    if newest is None:
        raise NotFoundError("verification", "newest")
    return _progress(newest)


@router.get("/audit/heads", operation_id="list_audit_heads")
def get_heads(services: Hub, user: Auditor, limit: Limit = 30) -> tuple[NotedHead, ...]:
    """Where the chain ended on each day, the newest first."""
    with reading(services.engine) as connection:
        return noted_heads(connection, limit)


@router.get(
    "/audit/export",
    operation_id="export_audit",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}}, "description": "JSON lines, the head last."}},
)
def get_export(services: Hub, user: Auditor) -> StreamingResponse:
    """Send every entry, the first one first, and the signed head as the last line."""
    now = services.clock()
    with writing(services.engine) as connection:
        record(connection, Act(user.user_id, "audit-exported", "jsonl", {}), now)
        head = signed_head(connection, services.signing_key, now)

    def lines() -> Iterator[str]:
        with reading(services.engine) as connection:
            yield from json_lines(connection, upto=head.seq)
        yield head.line() + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


@router.get("/lookups", operation_id="list_lookups")
def get_lookups(
    services: Hub,
    user: Overseer,
    actor: Word = "",
    subject_id: Word = "",
    cursor: Cursor = None,
) -> Page[AuditRow]:
    """Who looked at whom, newest first, fifty a page; looking here is recorded too."""
    wanted = AuditQuery(actor=actor, looks_at=subject_id, only_looks=True)
    with writing(services.engine) as connection:
        page = find_entries(connection, wanted, cursor=cursor, limit=50)
        act = Act(user.user_id, "lookups-viewed", subject_id[:64], {"actor": actor})
        record(connection, act, services.clock())
    return page


def _progress(walk: AuditVerification) -> VerificationProgress:
    state = VerificationState.WHOLE if walk.is_whole else VerificationState.BROKEN
    return VerificationProgress(
        state=state if walk.finished_at else VerificationState.UNDER_WAY,
        asked_at=walk.asked_at,
        asked_by=walk.asked_by,
        upto=walk.upto,
        rows=walk.check.rows,
        head=walk.check.head,
        first_broken=walk.check.first_broken,
        reason=walk.check.reason,
        lost_day=walk.lost_day,
        lost_seq=walk.lost_seq,
        moved_at=walk.moved_at,
        finished_at=walk.finished_at,
    )
