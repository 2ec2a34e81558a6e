"""Failures as pages in words: a route class that turns the hub's exceptions into pages."""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from hub.console.context import ConsoleContext, NotAllowedError, SignInNeededError
from hub.console.wording import mark
from hub.errors import ConflictError, HubError, InvalidInputError, NotFoundError
from hub.people.access import Permission
from hub.people.web_session import SAFE_METHODS
from models.errors import ModelError
from sync.errors import SyncError

_log = logging.getLogger(__name__)


LONGEST_FORM = 64 << 10
LONGEST_UPLOAD = 60 << 20
"""A little less than the whole application takes, so that the reason is a page in words."""
PHOTO_FORMS = ("/enrol", "/photos")
CERTIFICATE_FORM = "/presented"
LONGEST_CERTIFICATE = 13 << 20


class TooLongError(HubError):
    """A request body that is longer than its sender may send, or does not say how long it is."""


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """What a page says about a failure; the texts are msgids."""

    status: int
    title: str
    text: str


_NOT_ALLOWED = ProblemWords(
    403,
    mark("Not for your role"),
    mark("Your role does not include this. Ask the hub administrator if it should."),
)
_NOT_FOUND = ProblemWords(
    404, mark("Nothing here"), mark("The address leads nowhere, or what it named has been removed.")
)
_CONFLICT = ProblemWords(
    409,
    mark("Somebody was faster"),
    mark("What you wanted to change has changed meanwhile. Look again before repeating it."),
)
_BAD_INPUT = ProblemWords(
    400, mark("That cannot be used"), mark("Part of what was sent is missing or not valid.")
)
_TOO_LONG = ProblemWords(
    413,
    mark("Too much at once"),
    mark("What was sent is larger than the hub takes. Choose fewer or smaller photos."),
)
_UNAVAILABLE = ProblemWords(
    503, mark("The hub cannot do this now"), mark("The cause is in the hub's log. Nothing was half-written.")
)


def words_for(error: Exception) -> ProblemWords:
    """Choose the words for a failure; anything not foreseen is the hub's own trouble."""
    table: tuple[tuple[type[Exception], ProblemWords], ...] = (
        (NotAllowedError, _NOT_ALLOWED),
        (TooLongError, _TOO_LONG),
        (NotFoundError, _NOT_FOUND),
        (ConflictError, _CONFLICT),
        (InvalidInputError, _BAD_INPUT),
        (RequestValidationError, _BAD_INPUT),
    )
    return next((words for kind, words in table if isinstance(error, kind)), _UNAVAILABLE)


def console_route(context: ConsoleContext) -> type[APIRoute]:
    """Make the route class of the console's router."""

    class ConsoleRoute(APIRoute):
        """Checks how long a form is; answers failures with a page instead of JSON."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def answer(request: Request) -> Response:
                try:
                    await run_in_threadpool(check_request, context, request)
                    return await handle(request)
                except SignInNeededError:
                    return _to_sign_in(request)
                except (HubError, ModelError, SyncError, SQLAlchemyError, RequestValidationError) as error:
                    return await run_in_threadpool(problem_page, context, request, error)

            return answer

    return ConsoleRoute


def check_request(context: ConsoleContext, request: Request) -> None:
    """Refuse a form longer than its sender may send: who may enrol sends photos, who checks certificates.

    Raises `TooLongError`.
    """
    if request.method in SAFE_METHODS:
        return
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > _longest(context, request):
        raise TooLongError(f"a form of {length[:20] or 'unknown'} bytes")


def _longest(context: ConsoleContext, request: Request) -> int:
    path = request.url.path
    if path.endswith(PHOTO_FORMS) and context.reader(request).may(Permission.ENROL):
        return LONGEST_UPLOAD
    if path.endswith(CERTIFICATE_FORM) and context.reader(request).may(Permission.CHECK_CERTIFICATES):
        return LONGEST_CERTIFICATE
    return LONGEST_FORM


def problem_page(context: ConsoleContext, request: Request, error: Exception) -> Response:
    """Render the page of a failure in the reader's language."""
    chosen = words_for(error)
    if chosen is _UNAVAILABLE:
        _log.error("%s %s failed: %s", request.method, request.url.path, error)
    reader = context.reader(request)
    translate = reader.language.words.gettext
    return context.pages.render(
        "problem.html",
        reader,
        status=chosen.status,
        title=translate(chosen.title),
        text=translate(chosen.text),
    )


def _to_sign_in(request: Request) -> Response:
    """Send a browser to the sign-in page; a refreshing part of a page sends its whole page."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = here if request.method == "GET" else "/console"
    address = f"/console/sign-in?back={quote(back, safe='')}"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
