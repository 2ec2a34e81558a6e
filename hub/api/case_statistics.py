"""Routes: statistics of cases, as JSON and for a spreadsheet; seeded passages."""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.cases import Moment, Place
from hub.api.dependencies import Hub, allowed
from hub.bootstrap import Services
from hub.cases.counting import policy_of
from hub.cases.figures import (
    CaseFigures,
    Period,
    Scope,
    figures,
    local_day,
    period_until,
)
from hub.cases.figures_csv import csv_lines
from hub.cases.seeding import (
    HitRate,
    NewPassage,
    SeededPassage,
    hit_rates,
    passages,
    register_passage,
    withdraw_passage,
)
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import reading, writing

router = APIRouter(tags=["statistics"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_STATISTICS))]
Planner = Annotated[User, Depends(allowed(Permission.PLAN_EXERCISES))]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1))]
DEFAULT_EXERCISES = timedelta(days=90)


class ScopeQuery(BaseModel):
    """What is counted; without days it is the last thirty."""

    model_config = ConfigDict(frozen=True)
    first: Day | None = None
    last: Day | None = None
    site_id: Place = ""
    lane_id: Place = ""
    list_id: Place = ""


class PassageRequest(BaseModel):
    """An exercise; the id is the client's, so a repeat is harmless."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    passage_id: Name
    site_id: Name
    lane_id: Name
    list_id: Name
    subject_id: Name
    planned_at: Moment


class Exercises(BaseModel):
    """Seeded passages, and how many were noticed by lane and shift."""

    model_config = ConfigDict(frozen=True)
    passages: tuple[SeededPassage, ...]
    hit_rates: tuple[HitRate, ...]


@router.get("/statistics/cases", operation_id="case_figures")
def get_figures(services: Hub, user: Viewer, asked: Annotated[ScopeQuery, Query()]) -> CaseFigures:
    """Count alerts, precision, false alarms, times to answer and agreement; days are the hub's own."""
    return _figures(services, user, asked)


@router.get("/statistics/cases.csv", operation_id="case_figures_csv", response_class=Response)
def get_csv(services: Hub, user: Viewer, asked: Annotated[ScopeQuery, Query()]) -> Response:
    """Send the same for a spreadsheet."""
    text = "".join(csv_lines(_figures(services, user, asked)))
    headers = {"Content-Disposition": 'attachment; filename="case-statistics.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/statistics/exercises", operation_id="list_exercises")
def get_exercises(
    services: Hub, user: Viewer, since: Moment | None = None, until: Moment | None = None
) -> Exercises:
    """Seeded passages of a period, the last ninety days by default."""
    now = services.clock()
    with reading(services.engine) as connection:
        found = passages(
            connection, since or now - DEFAULT_EXERCISES, until or _ahead(now), viewer=user, now=now
        )
    return Exercises(passages=found, hit_rates=hit_rates(found, policy_of(services.settings.cases)))


@router.post("/statistics/exercises", operation_id="register_exercise", status_code=201)
def post_exercise(services: Hub, user: Planner, wanted: PassageRequest) -> PassageRequest:
    """Register a passage of a listed test person before it takes place."""
    now = services.clock()
    with writing(services.engine) as connection:
        if register_passage(connection, NewPassage(**wanted.model_dump()), actor=user, now=now):
            detail = {"lane": f"{wanted.site_id}/{wanted.lane_id}"}
            record(connection, Act(user.user_id, "exercise-registered", wanted.passage_id, detail), now)
    return wanted


@router.delete("/statistics/exercises/{passage_id}", operation_id="withdraw_exercise", status_code=204)
def delete_exercise(services: Hub, user: Planner, passage_id: Annotated[str, Path(max_length=64)]) -> None:
    """Withdraw a passage that did not take place."""
    now = services.clock()
    with writing(services.engine) as connection:
        withdraw_passage(connection, passage_id, actor=user, now=now)
        record(connection, Act(user.user_id, "exercise-withdrawn", passage_id, {}), now)


def _figures(services: Services, user: User, asked: ScopeQuery) -> CaseFigures:
    settings = services.settings.cases
    last = asked.last or local_day(services.clock(), settings.zone)
    period = Period(asked.first, last) if asked.first else period_until(last)
    scope = Scope(period, asked.site_id, asked.lane_id, asked.list_id)
    with reading(services.engine) as connection:
        return figures(connection, scope, viewer=user, with_groups=bool(settings.group_by))


def _ahead(now: datetime) -> datetime:
    """Plans lie in the future."""
    return now + timedelta(days=366)
