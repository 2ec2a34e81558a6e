"""Routes: scans of certificates on paper, compared with the code they carry."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile

from hub.api.cases import Place
from hub.api.dependencies import Hub, IdempotencyKey, answer_of, as_response, attempt_of
from hub.api.origin_checks import Checker, CheckId, Viewer
from hub.bootstrap import Services
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.checking.checks import Opening, Seen, check_at_once, check_of, look_at
from hub.origin.checking.finding import check_detail
from hub.origin.checking.paper_desk import PaperDesk, is_scan
from hub.origin.checking.papers import SeenSheet, open_cell, paper_of
from hub.origin.checking.reading import MOST_BYTES, read_presented
from hub.origin.checking.values import Check, Method, shown
from hub.people.access import User
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, Attempt, digest_of, once

router = APIRouter(tags=["certificates-of-origin"])
_REF = "#/components/schemas/{name}"


class ScanView(msgspec.Struct, frozen=True):
    """A check of a scan, and what its sheets say beside the code."""

    check: Check
    sheets: tuple[SeenSheet, ...]
    """Empty: they could not be laid beside the code, so they are to be compared by eye."""


_, SCHEMAS = msgspec.json.schema_components([ScanView], ref_template=_REF)
"""What the description of the API says of scans."""
_SCAN = {
    "description": "The check, and cell by cell what the paper says.",
    "content": {"application/json": {"schema": {"$ref": _REF.format(name="ScanView")}}},
}


def paper_desk_of(request: Request) -> PaperDesk:
    """Return the process's own; the application was created with it."""
    desk: PaperDesk = request.app.state.paper_desk
    return desk


def opening_of(
    site_id: Annotated[Place, Form()] = "", declaration_id: Annotated[str | None, Form(max_length=36)] = None
) -> Opening:
    """Return how the check begins."""
    return Opening(method=Method.CODE_ONLINE, site_id=site_id, declaration_id=declaration_id)


Desk = Annotated[PaperDesk, Depends(paper_desk_of)]


@router.post(
    "/origin/scans",
    operation_id="check_scan",
    status_code=201,
    response_class=Response,
    responses={201: _SCAN},
)
def post_scan(
    services: Hub,
    user: Checker,
    desk: Desk,
    scan: Annotated[UploadFile, File(description="A certificate with its code: PDF, JPEG or PNG.")],
    opening: Annotated[Opening, Depends(opening_of)],
    key: IdempotencyKey = None,
) -> Response:
    """Look at the certificate whose code is on a scan, and compare the paper with it field by field."""
    content = scan.file.read(MOST_BYTES + 1)
    attempt = attempt_of(user, key, digest_of([b"origin-scan", msgspec.json.encode(opening), content]))
    check_id = _checked(services, user, opening, content, attempt)
    # Sent again after an interruption, a scan is compared now.
    if not _view(services, check_id).sheets:
        desk.compare(check_id, content)
    return as_response(answer_of(201, _view(services, check_id)))


@router.get(
    "/origin/checks/{check_id}/paper",
    operation_id="get_scan",
    response_class=Response,
    responses={200: _SCAN},
)
def get_scan(services: Hub, user: Viewer, check_id: CheckId) -> Response:
    """Say what the paper of a check says; the look is on record."""
    with writing(services.engine) as connection:
        check_detail(services, connection, check_id, viewer=user)
    return as_response(answer_of(200, _view(services, check_id)))


@router.get(
    "/origin/checks/{check_id}/paper/{sheet}/{cell}",
    operation_id="get_scan_cell",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "The picture of one cell."}},
)
def get_cell(services: Hub, user: Viewer, check_id: CheckId, sheet: int, cell: int) -> Response:
    """Send the picture of one cell, by the number of its sheet and its place in the list."""
    with reading(services.engine) as connection:
        picture = open_cell(services, connection, (check_id, sheet, cell), user)
    return Response(
        picture.content, media_type=picture.media_type, headers={"Cache-Control": "private, max-age=600"}
    )


def _checked(
    services: Services, user: User, opening: Opening, content: bytes, attempt: Attempt | None
) -> str:
    """Keep a check of what is on the scan, once; returns its id."""
    seen = _seen(services, content)
    with writing(services.engine) as connection:

        def work() -> Answer:
            return answer_of(201, shown(check_at_once(services, connection, opening, seen, user)))

        return msgspec.json.decode(once(services, connection, attempt, work).body, type=Check).check_id


def _seen(services: Services, content: bytes) -> Seen:
    """Look before anything is stored; raises `InvalidInputError` at the part of the request."""
    opened_at = services.clock()
    if not is_scan(content):
        detail = "is a PDF, a JPEG or a PNG; send files and texts of codes to /origin/checks"
        raise InvalidInputError(FieldProblem("/scan", "not-a-scan", detail))
    try:
        document = read_presented(content)
    except InvalidInputError as error:
        problems = (FieldProblem("/scan", one.code, one.detail) for one in error.problems)
        raise InvalidInputError(*problems) from None
    return Seen(document, look_at(services.origin_verifier, document, opened_at), opened_at)


def _view(services: Services, check_id: str) -> ScanView:
    with reading(services.engine) as connection:
        return ScanView(shown(check_of(connection, check_id)), paper_of(services, connection, check_id))
