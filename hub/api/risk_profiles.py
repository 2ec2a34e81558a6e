"""Routes: risk profiles, drafted, tested on what came before, activated by a second officer, retired."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from hub.api.case_statistics import Day
from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.bootstrap import Services
from hub.declarations.assessing.back_test import start_back_test
from hub.declarations.assessing.back_test_runs import (
    MOST_DECLARATIONS,
    BackTestPeriod,
    BackTestRun,
    back_test_run,
)
from hub.declarations.assessing.profiles import (
    NewProfile,
    ProfileVersion,
    activate_profile,
    draft_profile,
    list_profiles,
    profile_version,
    profile_versions,
    retire_profile,
)
from hub.declarations.json_form import JsonReader
from hub.errors import NotFoundError
from hub.people.access import Permission, User
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once

router = APIRouter(tags=["risk-profiles"])
Officer = Annotated[User, Depends(allowed(Permission.DECIDE_DECLARATIONS))]
ProfileId = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
Version = Annotated[int, Path(ge=1, le=1_000_000)]
WANTED = JsonReader(NewProfile)
"""Reads a profile; what is wrong is named by a pointer into it."""
_REF = "#/components/schemas/{name}"
_, SCHEMAS = msgspec.json.schema_components([NewProfile, ProfileVersion], ref_template=_REF)
"""What the description of the API says of profiles and their conditions."""


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _named(kind: type) -> dict[str, Any]:
    return {"$ref": _REF.format(name=kind.__name__)}


_ONE = {"description": "One version.", **_content(_named(ProfileVersion))}
_SEVERAL = {
    "description": "Versions.",
    **_content({"type": "array", "items": _named(ProfileVersion)}),
}
_BODY = {"requestBody": {"required": True, **_content(_named(NewProfile))}}


class PeriodRequest(BaseModel):
    """What a draft is tested on: days of the hub's zone, both included."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    first: Day
    last: Day
    most: int = Field(default=MOST_DECLARATIONS, ge=1, le=MOST_DECLARATIONS, strict=True)
    """Declarations to read at most, the newest first."""


class BackTestProgress(BaseModel):
    """How far a test has come; its result then stands with the version."""

    profile_id: str
    version: int
    asked_at: datetime
    asked_by: str
    first: date
    last: date
    upto: int
    """So many declarations are read."""
    seen: int
    """So many were read until now."""
    finished_at: datetime | None


@router.get(
    "/risk-profiles", operation_id="list_risk_profiles", response_class=Response, responses={200: _SEVERAL}
)
def get_profiles(services: Hub, user: Officer) -> Response:
    """Every version of every profile, the newest of each first."""
    with reading(services.engine) as connection:
        return as_response(answer_of(200, list_profiles(connection)))


@router.post(
    "/risk-profiles",
    status_code=201,
    operation_id="draft_risk_profile",
    response_class=Response,
    openapi_extra=_BODY,
    responses={201: _ONE},
)
async def post_profile(
    request: Request, services: Hub, user: Officer, key: IdempotencyKey = None
) -> Response:
    """Draft a profile, or its next version; it selects nothing before it is activated."""
    body = await request.body()
    return await run_in_threadpool(_draft, services, user, body, key)


@router.get(
    "/risk-profiles/{profile_id}",
    operation_id="list_risk_profile_versions",
    response_class=Response,
    responses={200: _SEVERAL},
)
def get_versions(services: Hub, user: Officer, profile_id: ProfileId) -> Response:
    """Every version of one profile, the newest first."""
    with reading(services.engine) as connection:
        return as_response(answer_of(200, profile_versions(connection, profile_id)))


@router.get(
    "/risk-profiles/{profile_id}/versions/{version}",
    operation_id="get_risk_profile",
    response_class=Response,
    responses={200: _ONE},
)
def get_version(services: Hub, user: Officer, profile_id: ProfileId, version: Version) -> Response:
    """One version, with what its back-test found."""
    with reading(services.engine) as connection:
        return _answer(200, profile_version(connection, profile_id, version))


@router.post(
    "/risk-profiles/{profile_id}/versions/{version}/back-test",
    status_code=202,
    operation_id="test_risk_profile",
)
def post_back_test(
    services: Hub, user: Officer, profile_id: ProfileId, version: Version, wanted: PeriodRequest
) -> BackTestProgress:
    """Let a draft be tested on stored declarations; while a test is under way it is that one."""
    period = BackTestPeriod(wanted.first, wanted.last, wanted.most)
    return _progress(start_back_test(services, profile_id, version, period, actor=user.user_id))


@router.get("/risk-profiles/{profile_id}/versions/{version}/back-test", operation_id="get_risk_profile_test")
def get_back_test(services: Hub, user: Officer, profile_id: ProfileId, version: Version) -> BackTestProgress:
    """How far the newest test of a version has come."""
    with reading(services.engine) as connection:
        run = back_test_run(connection, profile_id, version)
    if run is None:
        raise NotFoundError("back-test", f"{profile_id} {version}")
    return _progress(run)


@router.post(
    "/risk-profiles/{profile_id}/versions/{version}/activation",
    operation_id="activate_risk_profile",
    response_class=Response,
    responses={200: _ONE},
)
def post_activation(services: Hub, user: Officer, profile_id: ProfileId, version: Version) -> Response:
    """Let a tested draft select from now on; its author asks another officer to do this."""
    now = services.clock()
    with writing(services.engine) as connection:
        made = activate_profile(connection, profile_id, version, actor=user.user_id, now=now)
        return _answer(200, made)


@router.post("/risk-profiles/{profile_id}/retirement", status_code=204, operation_id="retire_risk_profile")
def post_retirement(services: Hub, user: Officer, profile_id: ProfileId) -> None:
    """Let the active version select nothing any more."""
    with writing(services.engine) as connection:
        retire_profile(connection, profile_id, actor=user.user_id, now=services.clock())


def _draft(services: Services, user: User, body: bytes, key: str | None) -> Response:
    wanted = WANTED.read(body)
    attempt = attempt_of(user, key, digest_of([b"risk-profile", body]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            made = draft_profile(connection, wanted, actor=user.user_id, now=services.clock())
            return answer_of(201, made)

        return as_response(once(services, connection, attempt, work))


def _answer(status: int, version: ProfileVersion) -> Response:
    return as_response(answer_of(status, version))


def _progress(run: BackTestRun) -> BackTestProgress:
    return BackTestProgress(**{name: getattr(run, name) for name in BackTestProgress.model_fields})
