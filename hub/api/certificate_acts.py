"""Routes: suspending, restoring and revoking certificates of origin that this authority issued."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.api.problems import RefusedError
from hub.bootstrap import Services
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.issuing.acts import approve_act, propose_act, reject_act, waiting_acts
from hub.origin.issuing.reasons import BY_CODE
from hub.origin.issuing.showing import STATUS_CODES, ActShown, show_act
from hub.origin.issuing.values import CertificateAct
from hub.people.access import Permission, Role, User
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once

router = APIRouter(tags=["certificates-issued"])
Issuing = Annotated[User, Depends(allowed(Permission.ISSUE_CERTIFICATES))]
CertificateId = Annotated[str, Path(min_length=36, max_length=36, pattern=r"^[0-9a-f-]{36}$")]
ActId = CertificateId
Number = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f]*$")]
_STATUSES = {code: status for status, code in STATUS_CODES.items()}
_REF = "#/components/schemas/{name}"


class ActPage(msgspec.Struct, frozen=True):
    """Acts that wait for a second officer."""

    items: tuple[ActShown, ...]


_, SCHEMAS = msgspec.json.schema_components([ActPage, ActShown], ref_template=_REF)
"""What the description of the API says of acts."""


def _described(kind: type, text: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=kind.__name__)}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


_ACT = _described(ActShown, "The act as it stands now.")


class ActRequest(BaseModel):
    """What a certificate is to become, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    status: Annotated[str, Field(pattern="^(good|suspended|revoked)$")]
    reason: Annotated[str, Field(max_length=64)] = "unstated"
    """Such as ``issued-in-error``."""
    replaced_by: Number = ""
    """Number of the certificate in its place."""


@router.post(
    "/origin/certificates/{certificate_id}/acts",
    status_code=201,
    operation_id="act_on_certificate",
    response_class=Response,
    responses={201: _ACT},
)
def post_act(
    services: Hub,
    user: Issuing,
    certificate_id: CertificateId,
    wanted: ActRequest,
    key: IdempotencyKey = None,
) -> Response:
    """Suspend, restore or revoke; what harms waits for a second officer."""
    reason = BY_CODE.get(wanted.reason)
    if reason is None:
        raise InvalidInputError(
            FieldProblem("/reason", "unknown", f"{wanted.reason!r} is none of {', '.join(BY_CODE)}")
        )
    asked = (_STATUSES[wanted.status], reason, wanted.replaced_by)
    parts = [b"certificate-act", certificate_id.encode(), wanted.model_dump_json().encode()]
    attempt = attempt_of(user, key, digest_of(parts))
    with writing(services.engine) as connection:

        def work() -> Answer:
            made = propose_act(services, connection, certificate_id, asked, actor=user.user_id)
            return answer_of(201, show_act(made))

        return as_response(once(services, connection, attempt, work))


@router.get(
    "/origin/certificate-acts",
    operation_id="list_waiting_certificate_acts",
    response_class=Response,
    responses={200: _described(ActPage, "What waits.")},
)
def get_acts(services: Hub, user: Issuing) -> Response:
    """List what waits for a second officer, the newest first."""
    with reading(services.engine) as connection:
        return as_response(answer_of(200, ActPage(tuple(map(show_act, waiting_acts(connection))))))


@router.post(
    "/origin/certificate-acts/{act_id}/approval",
    operation_id="approve_certificate_act",
    response_class=Response,
    responses={200: _ACT},
)
def post_approval(services: Hub, user: Issuing, act_id: ActId) -> Response:
    """Let an act be done; whoever proposed it asks another officer."""
    return _decided(
        services, user, lambda connection: approve_act(services, connection, act_id, actor=user.user_id)
    )


@router.post(
    "/origin/certificate-acts/{act_id}/rejection",
    operation_id="reject_certificate_act",
    response_class=Response,
    responses={200: _ACT},
)
def post_rejection(services: Hub, user: Issuing, act_id: ActId) -> Response:
    """Drop an act."""
    return _decided(
        services, user, lambda connection: reject_act(services, connection, act_id, actor=user.user_id)
    )


def _decided(services: Services, user: User, work: Callable[[Connection], CertificateAct]) -> Response:
    if user.role is Role.MACHINE:
        raise RefusedError(403, "not-a-person", "a program is nobody's second pair of eyes")
    with writing(services.engine) as connection:
        return as_response(answer_of(200, show_act(work(connection))))
