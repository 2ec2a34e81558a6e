"""Routes: uses of certificates that the registry refused after release, and how officers settle them."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, allowed, answer_of, as_response
from hub.origin.checking.settling import RefusedUse, Settled, Settlement, UsePlace, refused_uses, settle
from hub.origin.checking.values import LONGEST_REASON
from hub.people.access import Permission, User
from hub.store.database import reading, writing

router = APIRouter(tags=["certificates-of-origin"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_CERTIFICATES))]
Officer = Annotated[User, Depends(allowed(Permission.DECIDE_CERTIFICATES))]
Id = Annotated[str, Path(min_length=1, max_length=36, pattern=r"^[0-9a-f-]+$")]
Line = Annotated[int, Path(ge=1, le=10_000)]
_REF = "#/components/schemas/{name}"
_, SCHEMAS = msgspec.json.schema_components([RefusedUse], ref_template=_REF)
"""What the description of the API says of refused uses."""
_SEVERAL = {
    "description": "Those that nobody has settled, the oldest first.",
    "content": {
        "application/json": {"schema": {"type": "array", "items": {"$ref": _REF.format(name="RefusedUse")}}}
    },
}


class SettlementRequest(BaseModel):
    """What becomes of the preference, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    settlement: Settlement
    reason: str = Field(min_length=1, max_length=LONGEST_REASON)


@router.get(
    "/origin/refused-uses",
    operation_id="list_refused_uses",
    response_class=Response,
    responses={200: _SEVERAL},
)
def get_refused(services: Hub, user: Viewer) -> Response:
    """List what was released at a preference that no certificate covers any more; 200 at most."""
    with reading(services.engine) as connection:
        return as_response(answer_of(200, refused_uses(connection)))


def place_of(declaration_id: Id, certificate_id: Id, line: Line) -> UsePlace:
    """Return which use is meant."""
    return UsePlace(declaration_id, certificate_id, line)


@router.put(
    "/origin/refused-uses/{declaration_id}/{certificate_id}/{line}/settlement",
    operation_id="settle_refused_use",
    status_code=204,
)
def put_settlement(
    services: Hub, user: Officer, place: Annotated[UsePlace, Depends(place_of)], wanted: SettlementRequest
) -> None:
    """Say what becomes of the preference; done once."""
    said = Settled(wanted.settlement, wanted.reason)
    with writing(services.engine) as connection:
        settle(connection, place, said, officer=user, now=services.clock())
