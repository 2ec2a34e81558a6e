"""Failures as pages in words: a route class that turns the hub's exceptions into pages of the app."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from hub.console.context import SignInNeededError
from hub.console.problems import LONGEST_FORM, TooLongError, words_for
from hub.errors import HubError
from hub.people.web_session import SAFE_METHODS
from hub.public_app.context import AppContext
from hub.public_app.reader import ADDRESS, HOME

_log = logging.getLogger(__name__)
UNAVAILABLE = 503
LONGEST_UPLOAD = 26 << 20
"""Three pictures and what a form writes around them."""


def app_route(context: AppContext) -> type[APIRoute]:
    """Make the route class of the app's router."""

    class AppRoute(APIRoute):
        """Checks how long a form is; answers failures with a page instead of JSON."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def answer(request: Request) -> Response:
                try:
                    _check_length(request)
                    return await handle(request)
                except SignInNeededError:
                    return _to_sign_in(request)
                except (HubError, OSError, SQLAlchemyError, RequestValidationError) as error:
                    return await run_in_threadpool(problem_page, context, request, error)

            return answer

    return AppRoute


def problem_page(context: AppContext, request: Request, error: Exception) -> Response:
    """Render the page of a failure; what is missing and what is another person's read alike."""
    words = words_for(error)
    if words.status == UNAVAILABLE:
        # The kind only: a message may hold what somebody wrote.
        _log.error("%s %s failed: %s", request.method, request.url.path, type(error).__name__)
    reader = context.reader(request)
    return context.pages.render(
        "problem.html",
        reader,
        status=words.status,
        title=reader.word(words.title),
        text=reader.word(words.text),
    )


def _check_length(request: Request) -> None:
    length = request.headers.get("content-length", "")
    longest = LONGEST_UPLOAD if request.url.path.endswith("/pictures") else LONGEST_FORM
    if request.method not in SAFE_METHODS and (not length.isdecimal() or int(length) > longest):
        raise TooLongError(f"a form of {length[:20] or 'unknown'} bytes")


def _to_sign_in(request: Request) -> Response:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = here if request.method == "GET" else HOME
    return RedirectResponse(f"{ADDRESS}/sign-in?back={quote(back, safe='')}", status_code=303)
