"""Routes: how often checks of certificates err and how long they take; trials; forgeries put in."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.case_statistics import Day
from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.bootstrap import Services
from hub.cases.figures import Period, local_day, period_until
from hub.origin.checking.counting import counts_of
from hub.origin.checking.figures import OriginFigures, figures_of
from hub.origin.checking.figures_csv import figures_lines
from hub.origin.checking.seeds import register_seed
from hub.origin.checking.trial import (
    MOST_DAYS,
    MOST_PERIODS,
    MOST_SITES,
    Expected,
    TrialPeriod,
    TrialPlan,
    TrialReport,
)
from hub.origin.checking.trials import draw_trial, trial_names, trial_periods, trial_report
from hub.origin.checking.values import NewSeed
from hub.people.access import Permission, User
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once

router = APIRouter(tags=["certificates-of-origin"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_STATISTICS, Permission.VIEW_CERTIFICATES))]
Planner = Annotated[User, Depends(allowed(Permission.PLAN_EXERCISES))]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
TrialName = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
_REF = "#/components/schemas/{name}"


class TrialView(msgspec.Struct, frozen=True):
    """A trial: its periods, and what it has shown until now."""

    trial: str
    periods: tuple[TrialPeriod, ...]
    report: TrialReport


class TrialDrawn(msgspec.Struct, frozen=True):
    """A trial's periods as they were drawn."""

    trial: str
    periods: tuple[TrialPeriod, ...]


_, SCHEMAS = msgspec.json.schema_components([OriginFigures, TrialView, TrialDrawn], ref_template=_REF)
"""What the description of the API says of figures."""


def _described(kind: type, text: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=kind.__name__)}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrialRequest(_Strict):
    """What a trial is drawn from: half of each post's periods by eye, half by code, in an order of chance."""

    trial: Name
    sites: list[Name] = Field(min_length=1, max_length=MOST_SITES)
    first: Day
    days: int = Field(default=7, ge=1, le=MOST_DAYS, strict=True)
    periods: int = Field(default=4, ge=2, le=MOST_PERIODS, multiple_of=2, strict=True)


class SeedRequest(_Strict):
    """A known forgery; without a certificate's id it is a paper."""

    state: str = Field(min_length=2, max_length=2, pattern=r"^[A-Z]{2}$")
    number: str = Field(min_length=1, max_length=64)
    certificate_id: str = Field(default="", max_length=32, pattern=r"^([0-9a-f]{32})?$")


class SeedMade(BaseModel):
    """A forgery that is put in."""

    seed_id: str


@router.get(
    "/statistics/origin-checks",
    operation_id="origin_check_figures",
    response_class=Response,
    responses={200: _described(OriginFigures, "Figures by post, form and method.")},
)
def get_figures(services: Hub, user: Viewer, first: Day | None = None, last: Day | None = None) -> Response:
    """Error rates with what is known, times, verdicts; days are the hub's own, by default the last thirty."""
    return as_response(answer_of(200, _figures(services, user, first, last)))


@router.get("/statistics/origin-checks.csv", operation_id="origin_check_figures_csv", response_class=Response)
def get_csv(services: Hub, user: Viewer, first: Day | None = None, last: Day | None = None) -> Response:
    """Send the same for a spreadsheet."""
    text = "".join(figures_lines(_figures(services, user, first, last)))
    headers = {"Content-Disposition": 'attachment; filename="origin-check-figures.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/origin/trials", operation_id="list_origin_trials")
def get_trials(services: Hub, user: Viewer) -> tuple[str, ...]:
    """Names of all trials, the newest first."""
    with reading(services.engine) as connection:
        return trial_names(connection)


@router.post(
    "/origin/trials",
    operation_id="draw_origin_trial",
    status_code=201,
    response_class=Response,
    responses={201: _described(TrialDrawn, "The periods, once and for all.")},
)
def post_trial(services: Hub, user: Planner, wanted: TrialRequest, key: IdempotencyKey = None) -> Response:
    """Draw a trial: which post works by eye and which by code, and when."""
    plan = TrialPlan(sites=tuple(wanted.sites), first=wanted.first, days=wanted.days, periods=wanted.periods)
    attempt = attempt_of(user, key, digest_of([b"origin-trial", wanted.model_dump_json().encode()]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            drawn = draw_trial(services, connection, wanted.trial, plan, by=user)
            return answer_of(201, TrialDrawn(wanted.trial, drawn))

        return as_response(once(services, connection, attempt, work))


@router.get(
    "/origin/trials/{trial}",
    operation_id="get_origin_trial",
    response_class=Response,
    responses={200: _described(TrialView, "The trial with its report.")},
)
def get_trial(
    services: Hub,
    user: Viewer,
    trial: TrialName,
    before: Annotated[float, Query(gt=0, lt=1)] = 0.05,
    after: Annotated[float, Query(gt=0, lt=1)] = 0.01,
) -> Response:
    """Say what a trial has shown, and how many papers it needs to tell two error rates apart."""
    expected = Expected(before, after)
    with reading(services.engine) as connection:
        periods = trial_periods(connection, trial)
        report = trial_report(services, connection, trial, expected)
    return as_response(answer_of(200, TrialView(trial, periods, report)))


@router.post("/origin/seeds", operation_id="seed_forgery", status_code=201)
def post_seed(services: Hub, user: Planner, wanted: SeedRequest, key: IdempotencyKey = None) -> SeedMade:
    """Register a known forgery before anybody checks it; officers learn of it after they have decided."""
    seed = NewSeed(state=wanted.state, number=wanted.number, certificate_id=wanted.certificate_id)
    attempt = attempt_of(user, key, digest_of([b"origin-seed", wanted.model_dump_json().encode()]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            return answer_of(201, {"seed_id": register_seed(services, connection, seed, by=user)})

        answer = once(services, connection, attempt, work)
    return SeedMade.model_validate_json(answer.body)


def _figures(services: Services, user: User, first: Day | None, last: Day | None) -> OriginFigures:
    until = last or local_day(services.clock(), services.settings.cases.zone)
    period = Period(first, until) if first else period_until(until)
    with reading(services.engine) as connection:
        return figures_of(counts_of(connection, period, user))
