"""Routes: declarations one by one, and what has become of them."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from hub.api.dependencies import Hub, allowed
from hub.declarations.assessing.evidence import Channel
from hub.declarations.batches import read_row
from hub.declarations.gathering import Gathering
from hub.declarations.lifecycle import State
from hub.declarations.low_value import LowValueDeclaration
from hub.declarations.registry import (
    DeclarationDetail,
    DeclarationFilter,
    DeclarationSummary,
    declaration,
    list_declarations,
)
from hub.people.access import Permission, User
from hub.store.database import reading
from hub.store.paging import MAX_LIMIT, Page

router = APIRouter(tags=["declarations"])
Sender = Annotated[User, Depends(allowed(Permission.DECLARE))]
Reader = Annotated[User, Depends(allowed(Permission.DECLARE, Permission.VIEW_DECLARATIONS))]
DeclarationId = Annotated[str, Path(max_length=64)]
Text = Annotated[str, Query(max_length=64, pattern=r"^[^\x00-\x1f]*$")]
_, SCHEMAS = msgspec.json.schema_components([LowValueDeclaration], ref_template="#/components/schemas/{name}")
"""What the description of the API says of the forms."""
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{LowValueDeclaration.__name__}"}}
        },
    }
}


class NewDeclaration(BaseModel):
    """A declaration that was lodged, now or before."""

    declaration_id: str
    state: State
    """``rejected``: it has errors, `report` of the declaration names each with what to write instead."""
    channel: Channel | None
    """What happens when the goods come; null: not decided yet."""
    is_repeated: bool
    """The same came before under this number: nothing was done again."""


def _filter(
    state: State | None = None,
    sender_id: Text = "",
    reference: Text = "",
    tracking_number: Text = "",
    sandbox: bool = False,
) -> DeclarationFilter:
    return DeclarationFilter(state, sender_id, reference, tracking_number, is_sandbox=sandbox)


@router.post(
    "/declarations",
    status_code=201,
    operation_id="declare",
    response_model=NewDeclaration,
    openapi_extra=_BODY,
    responses={200: {"description": "It came before.", "model": NewDeclaration}},
)
async def post_declaration(request: Request, response: Response, services: Hub, user: Sender) -> Any:
    """Lodge a parcel's declaration; sent again under its number it is the same one."""
    body = await request.body()
    gathering: Gathering = request.app.state.gathering
    row = read_row(body)
    lodged = await run_in_threadpool(gathering.take, user.user_id, row)
    if lodged.is_repeated:
        response.status_code = 200
    return NewDeclaration(
        declaration_id=lodged.declaration_id,
        state=lodged.state,
        channel=lodged.channel,
        is_repeated=lodged.is_repeated,
    )


@router.get("/declarations", operation_id="list_declarations")
def get_declarations(
    services: Hub,
    user: Reader,
    wanted: Annotated[DeclarationFilter, Depends(_filter)],
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> Page[DeclarationSummary]:
    """List declarations, newest first: a sender's own, or everybody's for who may see them."""
    with reading(services.engine) as connection:
        return list_declarations(connection, viewer=user, wanted=wanted, cursor=cursor, limit=limit)


@router.get("/declarations/{declaration_id}", operation_id="get_declaration")
def get_declaration(services: Hub, user: Reader, declaration_id: DeclarationId) -> DeclarationDetail:
    """One declaration, with its history."""
    with reading(services.engine) as connection:
        return declaration(connection, declaration_id, user)
