"""ASGI guards in front of everything: body size, origin of forms, headers against misuse."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.api.problems import Problem, problem_response
from hub.people.web_session import is_from_own_pages
from hub.settings_tree import ApiSettings

MAX_JSON_BYTES = 1 << 20
MAX_UPLOAD_BYTES = 64 << 20
"""Of a form with photos."""
MAX_BATCH_BYTES = 16 << 20
"""Of ten thousand declarations."""
BATCH_PATH = "/api/v1/declaration-batches"
_TOO_LARGE = "Too large: at most {} bytes are taken"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
}
_RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


class BodyTooLargeError(HTTPException):
    """More bytes arrived than are allowed; the frameworks in between pass this kind on untouched."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, _TOO_LARGE.format(limit))


class Guards:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, api: ApiSettings) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with guarded body and headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        guarded_send = _with_headers(send)
        limit = _limit(request)
        if not is_from_own_pages(request, self._api):
            problem = Problem(
                title="Refused", status=403, code="foreign-origin", detail="sent by another site's page"
            )
            await problem_response(problem)(scope, receive, guarded_send)
        elif request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            await _packed()(scope, receive, guarded_send)
        elif _announced(request) > limit:
            await _too_large(limit)(scope, receive, guarded_send)
        else:
            await self._app(scope, _limited(receive, limit), guarded_send)


def _limit(request: Request) -> int:
    if request.scope["path"] == BATCH_PATH:
        return MAX_BATCH_BYTES
    kind = request.headers.get("content-type", "")
    return MAX_UPLOAD_BYTES if kind.startswith("multipart/form-data") else MAX_JSON_BYTES


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _limited(receive: Receive, limit: int) -> Receive:
    """Count what really arrives: a chunked body announces nothing."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise BodyTooLargeError(limit)
        return message

    return limited


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = list(message.get("headers", ()))
            named = {name.lower() for name, _ in own}
            message["headers"] = own + [pair for pair in _RAW_HEADERS if pair[0] not in named]
        await send(message)

    return guarded


def _packed() -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    # Nothing here unpacks a body, so nothing small becomes large.
    detail = "send the body as it is, without Content-Encoding"
    problem = Problem(title="Refused", status=415, code="packed-body", detail=detail)
    return problem_response(problem, {"Accept-Encoding": "identity"})


def _too_large(limit: int) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    return problem_response(Problem(title=_TOO_LARGE.format(limit), status=413))
