"""Routes: what changes, live as a stream and in pages; ids and kinds only."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from hub.api.dependencies import Hub, SignedIn
from hub.api.problems import RefusedError
from hub.bootstrap import Services
from hub.live.feed import LiveFeed
from hub.live.kinds import ChangeKind
from hub.live.streaming import EventStream
from hub.live.visibility import permitted, visible
from hub.people.access import User
from hub.people.web_session import user_of_request
from hub.settings_tree import ApiSettings
from hub.store.database import reading
from hub.store.notify import Change, changes_since, position_to_resume

router = APIRouter(tags=["events"])
LOOK_AGAIN_S = 15.0
"""How long a stream may go on after its session has ended."""


class Event(BaseModel):
    """Something to look at again."""

    position: str
    kind: ChangeKind
    id: str
    at: datetime


class EventPage(BaseModel):
    """Changes, oldest first, and where the next page starts."""

    items: tuple[Event, ...]
    next_cursor: str
    """Always there: the feed has no end."""


class Streams:
    """Counts the open streams of this process; for several threads."""

    def __init__(self, api: ApiSettings) -> None:
        self._api = api
        self._lock = Lock()
        self._open: dict[str, int] = {}

    def enter(self, caller: str) -> None:
        """Take a place; raises 429 or 503 when there is none."""
        with self._lock:
            own = self._open.get(caller, 0)
            if own >= self._api.streams_per_caller:
                raise RefusedError(429, "too-many-streams", "close a stream first", retry_after_s=5)
            if sum(self._open.values()) >= self._api.streams_at_once:
                raise RefusedError(503, "too-many-streams", "all streams are taken", retry_after_s=30)
            self._open[caller] = own + 1

    def leave(self, caller: str) -> None:
        """Give the place back."""
        with self._lock:
            self._open[caller] -= 1
            if not self._open[caller]:
                del self._open[caller]


def live_feed(request: Request) -> LiveFeed:
    """Return the process's own; the application was created with it."""
    feed: LiveFeed = request.app.state.feed
    return feed


def streams_of(request: Request) -> Streams:
    """Return the process's own count."""
    streams: Streams = request.app.state.streams
    return streams


@router.get("/events", operation_id="list_events")
def get_events(
    services: Hub,
    user: SignedIn,
    cursor: Annotated[str | None, Query(max_length=40, pattern=r"^[0-9]{1,18}\.[0-9]{1,18}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EventPage:
    """List changes after the cursor, oldest first; without one the page is empty and tells where now is."""
    with reading(services.engine) as connection:
        position = position_to_resume(connection, cursor)
        found = changes_since(connection, position, limit=limit)
        shown = visible(connection, found, user)
    return EventPage(items=tuple(map(_event, shown)), next_cursor=found[-1].position if found else position)


@router.get(
    "/events/stream",
    operation_id="stream_events",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
def stream_events(
    request: Request,
    services: Hub,
    user: SignedIn,
    feed: Annotated[LiveFeed, Depends(live_feed)],
    streams: Annotated[Streams, Depends(streams_of)],
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
) -> EventStream:
    """Send changes as they happen; with ``Last-Event-ID`` from there on, so that nothing is missed."""
    with reading(services.engine) as connection:
        position = position_to_resume(connection, last_event_id or None)
    streams.enter(user.user_id)
    viewer = _Viewer(services, request, user)
    return EventStream(feed, position, viewer.show, lambda: streams.leave(user.user_id))


class _Viewer:
    """Who reads a stream, looked up again every `LOOK_AGAIN_S`."""

    def __init__(self, services: Services, request: Request, user: User) -> None:
        self._services = services
        self._request = request
        self._user: User | None = user
        self._looked_at = services.clock()

    async def show(self, changes: Sequence[Change]) -> Sequence[Change] | None:
        now = self._services.clock()
        if (now - self._looked_at).total_seconds() >= LOOK_AGAIN_S:
            self._looked_at = now
            self._user = await run_in_threadpool(user_of_request, self._services, self._request)
        if self._user is None:
            return None
        if self._user.sites is None or not changes:
            return permitted(changes, self._user)
        return await run_in_threadpool(self._visible, changes, self._user)

    def _visible(self, changes: Sequence[Change], user: User) -> Sequence[Change]:
        with reading(self._services.engine) as connection:
            return visible(connection, changes, user)


def _event(change: Change) -> Event:
    return Event(position=change.position, kind=ChangeKind(change.kind), id=change.identifier, at=change.at)
