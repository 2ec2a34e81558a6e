"""Routes: certificates of origin that come with a declaration, and what is known of them."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.declarations import DeclarationId
from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.api.origin_checks import MOST_CODE, document_of
from hub.declarations.registry import summary_of
from hub.origin.checking.attaching import Attached, attach, attached_to
from hub.origin.checking.drawing import Draw, draws_of
from hub.people.access import Permission, User
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once

router = APIRouter(tags=["declarations"])
Reader = Annotated[User, Depends(allowed(Permission.DECLARE, Permission.VIEW_DECLARATIONS))]
Bringer = Annotated[User, Depends(allowed(Permission.DECLARE, Permission.DECIDE_DECLARATIONS))]
_REF = "#/components/schemas/{name}"
_, SCHEMAS = msgspec.json.schema_components([Attached, Draw], ref_template=_REF)
"""What the description of the API says of certificates of declarations."""
_ATTACHED = {"$ref": _REF.format(name="Attached")}
_DRAW = {"$ref": _REF.format(name="Draw")}


def _described(schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


class CertificateRequest(BaseModel):
    """A certificate: its file, or the text of its codes, one a line."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    certificate: dict[str, Any] | None = None
    """The file (``kechid/anchored-certificate/1``)."""
    code: str = Field(default="", max_length=MOST_CODE)


@router.post(
    "/declarations/{declaration_id}/certificates",
    operation_id="attach_certificate",
    status_code=201,
    response_class=Response,
    responses={201: _described(_ATTACHED, "The certificate, as far as anybody has looked at it.")},
)
def post_certificate(
    services: Hub,
    user: Bringer,
    declaration_id: DeclarationId,
    wanted: CertificateRequest,
    key: IdempotencyKey = None,
) -> Response:
    """Bring a certificate with a declaration, which is assessed anew once it was looked at."""
    document = document_of(wanted.certificate, wanted.code)
    digest = [b"certificate", declaration_id.encode(), wanted.model_dump_json().encode()]
    with writing(services.engine) as connection:

        def work() -> Answer:
            return answer_of(201, attach(services, connection, declaration_id, document, user))

        return as_response(once(services, connection, attempt_of(user, key, digest_of(digest)), work))


@router.get(
    "/declarations/{declaration_id}/certificates",
    operation_id="list_certificates_of_declaration",
    response_class=Response,
    responses={200: _described({"type": "array", "items": _ATTACHED}, "Its certificates.")},
)
def get_certificates(services: Hub, user: Reader, declaration_id: DeclarationId) -> Response:
    """List the certificates that came with a declaration, with what is known of each."""
    with reading(services.engine) as connection:
        return as_response(answer_of(200, attached_to(connection, declaration_id, user)))


@router.get(
    "/declarations/{declaration_id}/draws",
    operation_id="list_draws_of_declaration",
    response_class=Response,
    responses={200: _described({"type": "array", "items": _DRAW}, "What it uses of certificates.")},
)
def get_draws(services: Hub, user: Reader, declaration_id: DeclarationId) -> Response:
    """List what a declaration uses of certificates, and whether the registry knows."""
    with reading(services.engine) as connection:
        summary_of(connection, declaration_id, user)
        return as_response(answer_of(200, draws_of(connection, declaration_id=declaration_id)))
