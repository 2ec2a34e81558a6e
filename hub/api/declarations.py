"""Routes: declarations one by one, and what has become of them."""

from asyncio import wrap_future
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from hub.api.dependencies import Hub, allowed, signed_in
from hub.api.direct import DirectRoute, admit
from hub.api.problems import RefusedError
from hub.declarations.assessing.evidence import Channel
from hub.declarations.batches import ReadRow
from hub.declarations.desk import note_look
from hub.declarations.forms import Form
from hub.declarations.gathering import Gathering
from hub.declarations.lifecycle import State
from hub.declarations.lodging import MediaType, read_lodged, wco_document_of
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
direct_router = APIRouter(tags=["declarations"], route_class=DirectRoute)
Sender = Annotated[User, Depends(allowed(Permission.DECLARE))]
Reader = Annotated[User, Depends(allowed(Permission.DECLARE, Permission.VIEW_DECLARATIONS))]
DeclarationId = Annotated[str, Path(max_length=64)]
Text = Annotated[str, Query(max_length=64, pattern=r"^[^\x00-\x1f]*$")]
_, SCHEMAS = msgspec.json.schema_components([LowValueDeclaration], ref_template="#/components/schemas/{name}")
"""What the description of the API says of the forms."""
LODGED_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            MediaType.LOW_VALUE.value: {
                "schema": {"$ref": f"#/components/schemas/{LowValueDeclaration.__name__}"}
            },
            MediaType.FULL.value: {"schema": {"type": "object"}},
            MediaType.WCO.value: {"schema": {"type": "string"}},
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


async def lodged_in(request: Request) -> ReadRow:
    """Read the declaration in a request's body by its content type; raises 415 for an unknown one."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        form = MediaType(kind or MediaType.LOW_VALUE)
    except ValueError as error:
        raise RefusedError(415, "unknown-form", f"a declaration is {' or '.join(MediaType)}") from error
    body = await request.body()
    if form is MediaType.LOW_VALUE:
        return read_lodged(body, form)
    # What may be long is read beside the others.
    return await run_in_threadpool(read_lodged, body, form)


def _filter(
    state: State | None = None,
    sender_id: Text = "",
    reference: Text = "",
    tracking_number: Text = "",
    ucr: Text = "",
    sandbox: bool = False,
) -> DeclarationFilter:
    return DeclarationFilter(state, sender_id, reference, tracking_number, ucr, is_sandbox=sandbox)


@direct_router.post(
    "/api/v1/declarations",
    status_code=201,
    operation_id="declare",
    response_model=NewDeclaration,
    dependencies=[Depends(signed_in)],
    openapi_extra=LODGED_BODY,
    responses={200: {"description": "It came before.", "model": NewDeclaration}},
)
async def post_declaration(request: Request) -> Response:
    """Lodge a declaration in any of its forms; sent again under its number it is the same one."""
    user = await admit(request, Permission.DECLARE)
    gathering: Gathering = request.app.state.gathering
    lodged = await wrap_future(gathering.submit(user.user_id, await lodged_in(request)))
    status = 200 if lodged.is_repeated else 201
    return Response(msgspec.json.encode(lodged), status, media_type="application/json")


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


@router.get(
    "/declarations/{declaration_id}",
    operation_id="get_declaration",
    response_model=DeclarationDetail,
    responses={200: {"content": {MediaType.WCO.value: {"schema": {"type": "string"}}}}},
)
def get_declaration(services: Hub, user: Reader, declaration_id: DeclarationId, request: Request) -> Any:
    """One declaration, with its history; asked for as XML, the full data set alone, as a WCO document."""
    with reading(services.engine) as connection:
        found = declaration(connection, declaration_id, user)
    note_look(services, found.summary, viewer=user)
    if MediaType.WCO not in request.headers.get("accept", "").lower():
        return found
    if found.summary.form != Form.FULL:
        raise RefusedError(406, "other-form", "it was not lodged as the full data set; ask for JSON")
    document = wco_document_of(msgspec.json.encode(found.content))
    return Response(document, media_type=MediaType.WCO.value)
