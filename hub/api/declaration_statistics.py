"""Routes: what became of declarations, from kept counts."""

from typing import Annotated

from fastapi import APIRouter, Depends

from hub.api.case_statistics import Day
from hub.api.dependencies import Hub, allowed
from hub.cases.figures import Period, local_day, period_until
from hub.declarations.assessing.figures import DeclarationFigures, declaration_figures
from hub.people.access import Permission, User
from hub.store.database import reading

router = APIRouter(tags=["statistics"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_STATISTICS, Permission.DECIDE_DECLARATIONS))]


@router.get("/statistics/declarations", operation_id="declaration_figures")
def get_figures(
    services: Hub, user: Viewer, first: Day | None = None, last: Day | None = None
) -> DeclarationFigures:
    """Channels by day, decisions before arrival, times to decide, yield of the random share.

    Days are the hub's own; without any it is the last thirty.
    """
    until = last or local_day(services.clock(), services.settings.cases.zone)
    period = Period(first, until) if first else period_until(until)
    with reading(services.engine) as connection:
        return declaration_figures(connection, period)
