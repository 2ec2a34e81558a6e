"""Routes: certificates of origin that this authority issues, what confirms them, what becomes of them."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.bootstrap import Services
from hub.declarations.json_form import JsonReader
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.certificate.anchored_json import anchored_to_json
from hub.origin.certificate.certificate import Certificate
from hub.origin.certificate.template_files import read_templates
from hub.origin.issuing.acts import acts_on
from hub.origin.issuing.consulting import note_look
from hub.origin.issuing.issued import content_of, document_of, issued_certificate, list_issued
from hub.origin.issuing.issuing import IssueTerms, Prepared, defaults_of, prepare, store
from hub.origin.issuing.printing import print_certificate
from hub.origin.issuing.rows import Wanted, certificate_of
from hub.origin.issuing.showing import (
    CertificateDetail,
    CertificateShown,
    show_act,
    show_certificate,
)
from hub.origin.issuing.values import IssueReport, RowProblems
from hub.people.access import Permission, User
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once
from hub.store.paging import MAX_LIMIT

router = APIRouter(tags=["certificates-issued"])
Issuing = Annotated[User, Depends(allowed(Permission.ISSUE_CERTIFICATES))]
CertificateId = Annotated[str, Path(min_length=36, max_length=36, pattern=r"^[0-9a-f-]{36}$")]
Number = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f]*$")]
MOST_AT_ONCE = 1000
_REF = "#/components/schemas/{name}"


class IssueRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Certificates to issue: all of them, or those that are right."""

    certificates: Annotated[list[Wanted], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]
    form: str = ""
    """Of those that name none."""
    leaves_out: bool = False
    """What is wrong is left out; else nothing is issued."""


class RefusedRow(msgspec.Struct, frozen=True):
    """A certificate that was left out."""

    index: int
    number: str
    problems: tuple[FieldProblem, ...]


class IssueReply(msgspec.Struct, frozen=True):
    """What became of each."""

    batch_id: str
    issued: tuple[str, ...]
    """Ids, in the order sent."""
    repeated: tuple[str, ...]
    """Ids of those that had been issued before with the same content."""
    refused: tuple[RefusedRow, ...]


class CertificatePage(msgspec.Struct, frozen=True):
    """Some certificates, and where the next page starts."""

    items: tuple[CertificateShown, ...]
    next_cursor: str | None


_READER = JsonReader(IssueRequest)
_, SCHEMAS = msgspec.json.schema_components(
    [IssueRequest, IssueReply, CertificatePage, CertificateDetail], ref_template=_REF
)
"""What the description of the API says of issuing."""


def _content(kind: type) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": _REF.format(name=kind.__name__)}}}}


def _described(kind: type, text: str) -> dict[str, Any]:
    return {"description": text, **_content(kind)}


@router.post(
    "/origin/certificates",
    status_code=201,
    operation_id="issue_certificates",
    response_class=Response,
    openapi_extra={"requestBody": {"required": True, **_content(IssueRequest)}},
    responses={201: _described(IssueReply, "What became of each.")},
)
async def post_certificates(
    request: Request, services: Hub, user: Issuing, key: IdempotencyKey = None
) -> Response:
    """Issue certificates; they are anchored with the hour's batch."""
    body = await request.body()
    return await run_in_threadpool(_issue, services, user, body, key)


@router.get(
    "/origin/certificates",
    operation_id="list_issued_certificates",
    response_class=Response,
    responses={200: _described(CertificatePage, "Some certificates.")},
)
def get_certificates(
    services: Hub,
    user: Issuing,
    number: Annotated[Number, Query()] = "",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> Response:
    """List what was issued, the newest first; `number`: those that begin with it."""
    with reading(services.engine) as connection:
        page = list_issued(connection, number=number, cursor=cursor, limit=limit)
    shown = CertificatePage(tuple(map(show_certificate, page.items)), page.next_cursor)
    return as_response(answer_of(200, shown))


@router.get(
    "/origin/certificates/{certificate_id}",
    operation_id="get_issued_certificate",
    response_class=Response,
    responses={200: _described(CertificateDetail, "The certificate.")},
)
def get_certificate(services: Hub, user: Issuing, certificate_id: CertificateId) -> Response:
    """One certificate, what it states, and what was done to it; the look is on record."""
    with reading(services.engine) as connection:
        detail = CertificateDetail(
            show_certificate(issued_certificate(connection, certificate_id)),
            content_of(services, connection, certificate_id),
            tuple(map(show_act, acts_on(connection, certificate_id))),
        )
    note_look(services, certificate_id, viewer=user.user_id)
    return as_response(answer_of(200, detail))


@router.get(
    "/origin/certificates/{certificate_id}/document",
    operation_id="get_anchored_certificate",
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"application/json": {"schema": {"type": "object"}}}}
    },
)
def get_document(services: Hub, user: Issuing, certificate_id: CertificateId) -> Response:
    """Send the exporter's file (``kechid/anchored-certificate/1``), once the batch is closed."""
    with reading(services.engine) as connection:
        document = document_of(services, connection, certificate_id)
    note_look(services, certificate_id, viewer=user.user_id)
    return Response(anchored_to_json(document), media_type="application/json")


@router.get(
    "/origin/certificates/{certificate_id}/form.pdf",
    operation_id="get_printed_certificate",
    response_class=Response,
    responses={200: {"description": "The form.", "content": {"application/pdf": {}}}},
)
def get_printed(services: Hub, user: Issuing, certificate_id: CertificateId) -> Response:
    """Send the certificate on its form with its code, once the batch is closed."""
    with reading(services.engine) as connection:
        document = document_of(services, connection, certificate_id)
    note_look(services, certificate_id, viewer=user.user_id)
    template = read_templates(services.settings.origin.forms)[document.certificate.form]
    fonts = services.settings.origin_issuing.fonts
    return Response(print_certificate(document, template, fonts), media_type="application/pdf")


def _issue(services: Services, user: User, body: bytes, key: str | None) -> Response:
    wanted = _READER.read(body)
    prepared = _prepared(services, wanted)
    attempt = attempt_of(user, key, digest_of([b"certificates", body]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            report = store(services, connection, prepared, actor=user.user_id)
            if report.refused and not wanted.leaves_out:
                raise InvalidInputError(*_pointed(report))
            refused = tuple(RefusedRow(one.row, one.number, one.problems) for one in report.refused)
            return answer_of(201, IssueReply(report.batch_id, report.issued, report.repeated, refused))

        return as_response(once(services, connection, attempt, work))


def _prepared(services: Services, wanted: IssueRequest) -> Prepared:
    defaults = defaults_of(services, wanted.form)
    terms = IssueTerms(read_templates(services.settings.origin.forms), leaves_out=wanted.leaves_out)
    rows: list[Certificate | RowProblems] = []
    for row, one in enumerate(wanted.certificates):
        try:
            rows.append(certificate_of(one, defaults))
        except InvalidInputError as error:
            rows.append(RowProblems(row, one.number[:64], error.problems))
    return prepare(services, rows, terms)


def _pointed(report: IssueReport) -> list[FieldProblem]:
    return [
        FieldProblem(f"/certificates/{one.row}{each.pointer}", each.code, each.detail)
        for one in report.refused
        for each in one.problems
    ]
