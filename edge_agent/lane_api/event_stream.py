"""GET /v1/events: server-sent events with resume (WHATWG HTML, section 9.2)."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from edge_agent.alerts.views import view_of
from edge_agent.errors import AccessDeniedError, StoreError
from edge_agent.lane_api.calls import Call, authorise
from edge_agent.lane_api.problems import ANSWERED, problem_of
from sync.lane_messages import AlertView

log = logging.getLogger(__name__)

STATE_EVERY_S = 1.0
SESSION_CHECKED_EVERY = 10
"""States; a session that ended ends its stream within so many seconds."""
RETRY_MS = 1000


async def events(request: Request) -> Response:
    """Stream alerts as they change and the state once a second."""
    try:
        call = await run_in_threadpool(authorise, request)
        last = await run_in_threadpool(_start, call, request.headers.get("last-event-id", ""))
    except ANSWERED as error:
        return problem_of(error)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(call, last), headers=headers, media_type="text/event-stream")


async def _stream(call: Call, last: int) -> AsyncIterator[bytes]:
    services, loop = call.services, asyncio.get_running_loop()
    news = asyncio.Event()
    news.set()
    end = services.feed.subscribe(lambda: _wake(loop, news))
    shown: dict[str, AlertView] = {}
    due, states = loop.time(), 0
    try:
        yield f"retry: {RETRY_MS}\n: heartbeat\n\n".encode()
        while not services.stopping.is_set():
            if news.is_set():
                news.clear()
                last, lines = await run_in_threadpool(_changes, call, last, shown)
                if lines:
                    yield lines
            if loop.time() >= due:
                yield await run_in_threadpool(_state, call)
                due, states = loop.time() + STATE_EVERY_S, states + 1
                if states % SESSION_CHECKED_EVERY == 0:
                    yield b": heartbeat\n\n"
                    await run_in_threadpool(services.access.session, call.token, services.now())
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), max(0.0, due - loop.time()))
    except AccessDeniedError:
        return
    finally:
        end()


def _wake(loop: asyncio.AbstractEventLoop, news: asyncio.Event) -> None:
    # The loop is gone once the server has stopped; then nobody listens any more.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(news.set)


def _start(call: Call, last_event_id: str) -> int:
    """Resume after the last event seen; an unknown number (a replaced store) starts from the first."""
    newest = call.services.records.last_event_id()
    if last_event_id.isdecimal():
        seen = int(last_event_id)
        return seen if seen <= newest else 0
    return newest


def _changes(call: Call, last: int, shown: dict[str, AlertView]) -> tuple[int, bytes]:
    """Everything that changed since, stored alerts with their event's number and unstored ones without."""
    lines = b""
    for record in call.services.desk.unstored():
        view = view_of(record)
        if shown.get(view.alert_id) != view:
            shown[view.alert_id] = view
            lines += _event("alert", msgspec.json.encode(view))
    try:
        changed = call.services.records.events_after(last)
    except StoreError as error:
        # A damaged store: what happens now is shown from memory, the state carries the warning.
        log.error("events: %s", error)
        changed = []
    for number, record in changed:
        lines += _event("alert", msgspec.json.encode(view_of(record)), number)
        last = number
    return last, lines


def _state(call: Call) -> bytes:
    return _event("state", msgspec.json.encode(call.services.state()))


def _event(name: str, data: bytes, number: int | None = None) -> bytes:
    identity = b"" if number is None else f"id: {number}\n".encode()
    return identity + b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"
