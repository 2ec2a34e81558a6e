"""Routes: lists, versions, packages for devices."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import (
    CallingDevice,
    Hub,
    IdempotencyKey,
    allowed,
    answer_of,
    as_response,
    attempt_of,
)
from hub.errors import NotFoundError
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once
from hub.store.paging import MAX_LIMIT, Page
from hub.watchlist.history import HistoryEntry, history_of_list
from hub.watchlist.policy import goes_to
from hub.watchlist.proposals import Proposal, propose
from hub.watchlist.publishing import (
    Confirmation,
    PublicationPreview,
    VersionSummary,
    confirmations,
    find_versions,
    preview,
    proposed_publication,
    versions,
)
from hub.watchlist.stored_packages import package_bytes
from hub.watchlist.subjects import ListSummary, all_lists, create_list, list_title

router = APIRouter(tags=["watchlists"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_SUBJECTS))]
Publisher = Annotated[User, Depends(allowed(Permission.PUBLISH))]
ListId = Annotated[str, Path(max_length=64)]


class ListRequest(BaseModel):
    """A list to make."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    list_id: str = Field(max_length=200)
    title: str = Field(max_length=400)


class PublishRequest(BaseModel):
    """What publishing may do."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    allow_empty: bool = Field(default=False, strict=True)
    """Publish also when nobody is on the list any more."""
    state_of: int | None = Field(default=None, ge=1, le=2**31 - 1, strict=True)
    """Bring the state of this older version back; who was taken off or has expired since stays off."""


@router.get("/watchlists", operation_id="list_watchlists")
def get_lists(services: Hub, user: Viewer) -> tuple[ListSummary, ...]:
    """Every list."""
    with reading(services.engine) as connection:
        return all_lists(connection, services.clock())


@router.post("/watchlists", status_code=201, operation_id="create_watchlist", response_model=ListSummary)
def post_list(services: Hub, user: Publisher, wanted: ListRequest, key: IdempotencyKey = None) -> Response:
    """Make a list; the same list again is accepted and changes nothing."""
    now = services.clock()
    attempt = attempt_of(user, key, digest_of([b"list", wanted.model_dump_json().encode()]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            if create_list(connection, wanted.list_id, wanted.title, now):
                record(connection, Act(user.user_id, "list-created", wanted.list_id, {}), now)
            made = next(one for one in all_lists(connection, now) if one.list_id == wanted.list_id)
            return answer_of(201, made)

        return as_response(once(services, connection, attempt, work))


@router.get("/watchlists/{list_id}/versions", operation_id="list_versions")
def get_versions(
    services: Hub,
    user: Viewer,
    list_id: ListId,
    cursor: Annotated[str | None, Query(max_length=20)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> Page[VersionSummary]:
    """List published versions, newest first."""
    with reading(services.engine) as connection:
        return find_versions(connection, list_id, cursor=cursor, limit=limit)


@router.get("/watchlists/{list_id}/next-version", operation_id="preview_version")
def get_preview(services: Hub, user: Viewer, list_id: ListId) -> PublicationPreview:
    """Count what publishing now would put out."""
    with reading(services.engine) as connection:
        return preview(connection, list_id, services.clock())


@router.post(
    "/watchlists/{list_id}/versions",
    status_code=201,
    operation_id="publish_version",
    response_model=VersionSummary,
    responses={202: {"description": "It waits for a second officer.", "model": Proposal}},
)
def post_version(
    services: Hub, user: Publisher, list_id: ListId, wanted: PublishRequest, key: IdempotencyKey = None
) -> Response:
    """Propose the list as it stands, or the state of an older version, as its next version."""
    attempt = attempt_of(
        user, key, digest_of([b"publish", list_id.encode(), wanted.model_dump_json().encode()])
    )

    def work() -> Answer:
        content = proposed_publication(
            services, connection, list_id, allow_empty=wanted.allow_empty, state_of=wanted.state_of
        )
        made = propose(services, connection, list_id, content, actor=user.user_id)
        if not made.is_done:
            return answer_of(202, made)
        return answer_of(201, versions(connection, list_id, limit=1)[0])

    with writing(services.engine) as connection:
        answer = once(services, connection, attempt, work)
    return as_response(answer)


@router.get("/watchlists/{list_id}/history", operation_id="list_watchlist_history")
def get_history(
    services: Hub,
    user: Viewer,
    list_id: ListId,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> Page[HistoryEntry]:
    """Everything that happened to a list and its subjects, newest first; the look is recorded."""
    now = services.clock()
    with writing(services.engine) as connection:
        list_title(connection, list_id)
        record(connection, Act(user.user_id, "list-history-viewed", list_id, {}), now)
        return history_of_list(connection, list_id, cursor=cursor, limit=limit)


@router.get("/watchlists/{list_id}/confirmations", operation_id="list_confirmations")
def get_confirmations(services: Hub, user: Viewer, list_id: ListId) -> tuple[Confirmation, ...]:
    """List what each device last said of the list."""
    with reading(services.engine) as connection:
        return confirmations(connection, list_id)


@router.get(
    "/watchlists/{list_id}/versions/{version}/package",
    operation_id="download_package",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The package."}},
)
def get_package(
    services: Hub, device: CallingDevice, list_id: ListId, version: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> Response:
    """Send a package to a device of a site that the list goes to; the download is recorded."""
    now = services.clock()
    with writing(services.engine) as connection:
        if not goes_to(connection, list_id, device.site_id):
            raise NotFoundError("watchlist version", f"{list_id}:{version}")
        content = package_bytes(services, connection, list_id, version)
        act = Act(device.device_id, "package-downloaded", f"{list_id}:{version}", {"bytes": len(content)})
        record(connection, act, now)
    return Response(content, media_type="application/octet-stream")
