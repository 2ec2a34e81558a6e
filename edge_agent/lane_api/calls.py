"""One request as a handler sees it, and the wrapper that makes a route of a handler."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from edge_agent.errors import AccessDeniedError
from edge_agent.lane_api.problems import ANSWERED, problem_of
from edge_agent.lane_api.services import LaneServices
from edge_agent.officers.access import Officer, Session

MAX_BODY = 16 << 10
"""Bytes; the largest request is a decision with a reason."""

T = TypeVar("T", bound=msgspec.Struct)
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Call:
    """A request, read and authorised; handlers run in a thread and may block."""

    services: LaneServices
    now: datetime
    token: str
    session: Session | None
    parameters: dict[str, str]
    """Of the path."""
    query: dict[str, str]
    body: bytes

    @property
    def officer(self) -> Officer:
        """Who asks; raises `AccessDeniedError` on a route that forgot to require it."""
        if self.session is None:
            raise AccessDeniedError("not logged in")
        return self.session.officer

    def message(self, kind: type[T]) -> T:
        """Read the body as JSON; raises msgspec's errors, which become 400 and 422."""
        return msgspec.json.decode(self.body, type=kind)


Handler = Callable[[Call], Response]


def route_of(handler: Handler, *, needs_session: bool = True) -> Endpoint:
    """Make an endpoint of a handler: reads the body within its limit, authorises, words errors."""

    async def endpoint(request: Request) -> Response:
        try:
            body = await read_body(request)
            call = await run_in_threadpool(authorise, request, body, needs_session=needs_session)
            return await run_in_threadpool(handler, call)
        except ANSWERED as error:
            return problem_of(error)

    return endpoint


def authorise(request: Request, body: bytes = b"", *, needs_session: bool = True) -> Call:
    """Look the bearer token up; raises `AccessDeniedError`."""
    services: LaneServices = request.app.state.services
    now, token = services.now(), bearer_token(request)
    session = services.access.session(token, now) if needs_session else None
    return Call(services, now, token, session, dict(request.path_params), dict(request.query_params), body)


def bearer_token(request: Request) -> str:
    """Return the token of the Authorization header, or an empty text."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def read_body(request: Request) -> bytes:
    """Read the whole body; raises 413 as soon as it is known to be too large."""
    if request.headers.get("content-length", "0").isdigit() and (
        int(request.headers.get("content-length", "0")) > MAX_BODY
    ):
        raise HTTPException(413, f"a body has at most {MAX_BODY} bytes")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"a body has at most {MAX_BODY} bytes")
    return body


def json_answer(value: object, status: int = 200) -> Response:
    """Build a JSON answer that nobody caches."""
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(value), status, headers, media_type="application/json")
