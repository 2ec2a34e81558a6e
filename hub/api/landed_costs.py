"""Route: what goods will have cost when they are here, asked before they are bought."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from hub.api.dependencies import Hub, allowed
from hub.bootstrap import Services
from hub.cases.figures import local_day
from hub.declarations.duty_files import duty_folder
from hub.declarations.identity import person_key
from hub.declarations.json_form import JsonReader
from hub.declarations.landed_cost import LandedCost, LandedCostQuery, facts_of_query, landed_cost
from hub.declarations.limit_ledger import PersonMonth, month_of, month_use
from hub.declarations.reference_files import reference_data
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import writing_beside_others

router = APIRouter(tags=["declarations"])
Asker = Annotated[User, Depends(allowed(Permission.DECLARE, Permission.VIEW_DECLARATIONS))]
QUERY = JsonReader(LandedCostQuery)
_REF = "#/components/schemas/{name}"
_, SCHEMAS = msgspec.json.schema_components([LandedCostQuery, LandedCost], ref_template=_REF)
"""What the description of the API says of question and answer."""


def _content(kind: type) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": _REF.format(name=kind.__name__)}}}}


@router.post(
    "/landed-costs",
    operation_id="ask_landed_cost",
    response_class=Response,
    openapi_extra={"requestBody": {"required": True, **_content(LandedCostQuery)}},
    responses={200: {"description": "The cost, line by line.", **_content(LandedCost)}},
)
async def post_landed_cost(request: Request, services: Hub, user: Asker) -> Response:
    """Tell what goods cost with freight, duties and taxes; a look at a limit is in the audit log."""
    query = QUERY.read(await request.body())
    cost = await run_in_threadpool(_cost_of, services, query, user)
    return Response(msgspec.json.encode(cost), media_type="application/json")


def _cost_of(services: Services, query: LandedCostQuery, user: User) -> LandedCost:
    now, settings = services.clock(), services.settings
    facts = facts_of_query(query, reference_data(), now)
    used = _used_usd(services, query, user, now)
    day = local_day(now, settings.cases.zone)
    return landed_cost(facts, duty_folder(settings.declarations.duty_tables).current(), used, day)


def _used_usd(services: Services, query: LandedCostQuery, user: User, now: datetime) -> Decimal | None:
    """Look a person's month up, for who may see everybody's declarations; the look is in the audit log."""
    if not query.person_id.strip() or not user.may(Permission.VIEW_DECLARATIONS):
        return None
    month = month_of(now, services.settings.cases.zone)
    person = PersonMonth(person_key(query.person_id, "", query.destination_country), month)
    with writing_beside_others(services.engine) as connection:
        record(connection, Act(user.user_id, "person-limit-viewed", person.person_key, {"month": month}), now)
        return month_use(connection, person).used_usd
