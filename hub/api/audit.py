"""Routes: the audit log page by page, its signed export, and who looked at whom."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from hub.api.dependencies import Hub, allowed
from hub.people.access import Permission, User
from hub.people.audit import Act, AuditRow, record
from hub.people.audit_export import json_lines, signed_head
from hub.people.audit_heads import NotedHead, noted_heads
from hub.people.audit_search import AuditQuery, find_entries
from hub.store.database import reading, writing
from hub.store.paging import MAX_LIMIT, Page

router = APIRouter(tags=["audit"])
Auditor = Annotated[User, Depends(allowed(Permission.VIEW_AUDIT))]
Overseer = Annotated[User, Depends(allowed(Permission.VIEW_LOOKUPS))]
Word = Annotated[str, Query(max_length=80)]
Cursor = Annotated[str | None, Query(max_length=20)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]


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
