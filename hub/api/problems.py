"""Failures as RFC 9457 problem details, with a JSON pointer to each bad field."""

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from hub.errors import (
    ConflictError,
    FieldProblem,
    HubError,
    InvalidInputError,
    LimitReachedError,
    NotAdmittedError,
    NotFoundError,
)
from models.errors import ModelError
from sync.errors import SyncError

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)


class BadField(BaseModel):
    """One bad field."""

    model_config = ConfigDict(frozen=True)
    pointer: str
    """JSON pointer into the body, or ``/`` and the name of a parameter."""
    code: str
    detail: str


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    model_config = ConfigDict(frozen=True)
    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    code: str = ""
    """Stable code for programs, such as ``mixed-contracts``."""
    errors: tuple[BadField, ...] = ()


class RefusedError(HubError):
    """A request that is refused before it does anything; `status` is the HTTP status."""

    def __init__(self, status: int, code: str, detail: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s

    @property
    def headers(self) -> dict[str, str]:
        """What the answer needs besides its body."""
        if self.retry_after_s is not None:
            return {"Retry-After": str(self.retry_after_s)}
        return {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every failure with problem details."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HubError, _hub)
    app.add_exception_handler(ModelError, _unavailable)
    app.add_exception_handler(SyncError, _unavailable)
    app.add_exception_handler(SQLAlchemyError, _unavailable)
    app.add_exception_handler(Exception, _unforeseen)


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """Render problem details."""
    content = problem.model_dump(mode="json")
    return JSONResponse(content, problem.status, headers=headers, media_type=MEDIA_TYPE)


def field_problems(problems: Sequence[FieldProblem], *, detail: str = "") -> Problem:
    """Problem details of a bad input."""
    errors = tuple(BadField(pointer=one.pointer, code=one.code, detail=one.detail) for one in problems)
    return Problem(title="Invalid input", status=422, detail=detail, code="invalid-input", errors=errors)


async def _http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    problem = Problem(title=str(error.detail), status=error.status_code)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        # The framework names the methods of the first route of that path only.
        headers["Allow"] = ", ".join(_methods_of(request))
    return problem_response(problem, headers)


def _methods_of(request: Request) -> list[str]:
    routes = request.app.routes
    return [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]


async def _validation(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    errors = tuple(
        BadField(pointer=_pointer(one["loc"]), code=str(one["type"]), detail=str(one["msg"]))
        for one in error.errors()
    )
    return problem_response(Problem(title="Invalid input", status=422, code="invalid-input", errors=errors))


async def _hub(request: Request, error: Exception) -> JSONResponse:
    match error:
        case InvalidInputError():
            return problem_response(field_problems(error.problems))
        case NotFoundError():
            return problem_response(
                Problem(title="Not found", status=404, detail=str(error), code="not-found")
            )
        case ConflictError():
            return problem_response(Problem(title="Conflict", status=409, detail=str(error), code=error.code))
        case RefusedError() | NotAdmittedError() | LimitReachedError():
            return _refused(error)
        case _:
            return await _unavailable(request, error)


def _refused(error: RefusedError | NotAdmittedError | LimitReachedError) -> JSONResponse:
    if isinstance(error, NotAdmittedError):
        error = RefusedError(403, error.code, str(error))
    elif isinstance(error, LimitReachedError):
        error = RefusedError(429, error.code, str(error), retry_after_s=error.retry_after_s)
    problem = Problem(title="Refused", status=error.status, detail=str(error), code=error.code)
    return problem_response(problem, error.headers)


async def _unavailable(request: Request, error: Exception) -> JSONResponse:
    # The cause may name files and addresses of this machine: it goes to the log, not to the client.
    _log.error("%s %s failed: %s", request.method, request.url.path, error)
    return problem_response(
        Problem(
            title="Not available now", status=503, detail="The cause is in the hub's log.", code="unavailable"
        )
    )


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(
        Problem(title="Internal error", status=500, detail="The cause is in the hub's log.", code="internal")
    )


def _pointer(location: Sequence[Any]) -> str:
    """Turn ``("body", "photos", 0)`` into ``/photos/0``; a parameter stands at the top."""
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location[1:]]
    return "/" + "/".join(parts) if parts else ""
