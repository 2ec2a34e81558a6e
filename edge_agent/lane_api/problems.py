"""Errors of the lane API as RFC 9457 problem details."""

import http
import logging
from collections.abc import Mapping

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from edge_agent.errors import (
    AccessDeniedError,
    ConflictError,
    EdgeError,
    StoreError,
    StoreFullError,
    TooManyFailuresError,
    UnknownAlertError,
    UnknownCameraError,
    UnknownEvidenceError,
)
from hardware.errors import DeviceRefusedError, HardwareError
from hardware.mrz import MrzError
from sync.lane_messages import Problem

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[Exception], int], ...] = (
    (TooManyFailuresError, 429),
    (AccessDeniedError, 401),
    (UnknownAlertError, 404),
    (UnknownCameraError, 404),
    (UnknownEvidenceError, 404),
    (ConflictError, 409),
    (DeviceRefusedError, 409),
    (MrzError, 422),
    (HardwareError, 503),
    (StoreFullError, 507),
    (StoreError, 503),
    (msgspec.ValidationError, 422),
    (msgspec.DecodeError, 400),
)
"""The first that fits; a terminal tries again after 5xx and never after another 4xx than 401 and 429."""

ANSWERED = (HTTPException, EdgeError, HardwareError, msgspec.MsgspecError)
"""Errors that are an answer; anything else is a failure of ours: 500, and a trace in the log."""

STORE_DETAIL = "the store cannot take it now; nothing was changed"


def problem(status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """Build a problem answer."""
    content = msgspec.json.encode(Problem(title=http.HTTPStatus(status).phrase, status=status, detail=detail))
    return Response(content, status, headers, media_type="application/problem+json")


def problem_of(error: Exception) -> Response:
    """Turn one of `ANSWERED` into a problem."""
    if isinstance(error, HTTPException):
        return problem(error.status_code, str(error.detail), error.headers)
    for kind, status in STATUS:
        if isinstance(error, kind):
            headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
            # What the store says names files of this machine; the log has it.
            detail = STORE_DETAIL if isinstance(error, StoreError) else str(error)
            if isinstance(error, StoreError):
                log.error("lane API: %s", error)
            return problem(status, detail, headers)
    return problem(422, str(error))


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer for what the router itself refuses: no such route, wrong method."""
    return problem_of(error)


async def on_failure(request: Request, error: Exception) -> Response:
    """Answer for a failure that nobody foresaw; the server's log has the trace."""
    return problem(500, "the lane failed to answer")
