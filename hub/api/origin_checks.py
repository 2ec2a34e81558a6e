"""Routes: checks of certificates of origin, officers' decisions, what turned out."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.cases import Moment, Place
from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.bootstrap import Services
from hub.declarations.assessing.evidence import OriginVerdict
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.certificate import Certificate
from hub.origin.checking.checks import Opening, Seen, check_at_once, decide, look_again, look_at, open_check
from hub.origin.checking.checks import record_truth as keep_truth
from hub.origin.checking.finding import CheckDetail, CheckFilter, check_detail, list_checks
from hub.origin.checking.finding_csv import csv_lines
from hub.origin.checking.reading import read_presented, read_text
from hub.origin.checking.values import (
    LONGEST_REASON,
    LONGEST_SOURCE,
    MOST_TOUCHED,
    Check,
    Decided,
    LaterTruth,
    Method,
    OfficerDecision,
    Truth,
    shown,
)
from hub.people.access import Permission, User
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, Attempt, digest_of, once, recall
from hub.store.paging import MAX_LIMIT, Page

router = APIRouter(tags=["certificates-of-origin"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_CERTIFICATES))]
Checker = Annotated[User, Depends(allowed(Permission.CHECK_CERTIFICATES))]
Officer = Annotated[User, Depends(allowed(Permission.DECIDE_CERTIFICATES))]
CheckId = Annotated[str, Path(min_length=36, max_length=36, pattern=r"^[0-9a-f-]{36}$")]
Number = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f]*$")]
MOST_CODE = 40_000
MOST_LINES = 10_000
"""In one table for a spreadsheet."""
_REF = "#/components/schemas/{name}"


class CheckView(msgspec.Struct, frozen=True):
    """A check, what its certificate states, and what a third party needs to look again."""

    check: Check
    certificate: Certificate | None
    """None: it was looked at by eye, or not yet."""
    evidence: dict[str, Any]


class CheckPage(msgspec.Struct, frozen=True):
    """Some checks, and where the next page starts."""

    items: tuple[Check, ...]
    next_cursor: str | None


_, SCHEMAS = msgspec.json.schema_components([CheckView, CheckPage], ref_template=_REF)
"""What the description of the API says of checks."""


def _described(kind: type, text: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=kind.__name__)}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


_ONE = _described(Check, "The check as it stands now.")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckRequest(_Strict):
    """What is presented: the file or the text of its codes, one a line; a paper is named only."""

    method: Method = Method.API
    certificate: dict[str, Any] | None = None
    """The file (``kechid/anchored-certificate/1``)."""
    code: str = Field(default="", max_length=MOST_CODE)
    site_id: Place = ""
    declaration_id: str | None = Field(default=None, max_length=36)
    state: str = Field(default="", max_length=2)
    """This and the next two of a paper that is looked at by eye."""
    number: Number = ""
    form: str = Field(default="", max_length=64)


class DecisionRequest(_Strict):
    """What an officer decides; the first refusal waits for a second person."""

    decision: OfficerDecision
    reason: str = Field(default="", max_length=LONGEST_REASON)
    fields_touched: int = Field(default=0, ge=0, le=MOST_TOUCHED, strict=True)


class TruthRequest(_Strict):
    """What turned out later, and how it is known."""

    truth: Truth
    source: str = Field(min_length=1, max_length=LONGEST_SOURCE)


class CheckQuery(BaseModel):
    """Which checks."""

    model_config = ConfigDict(frozen=True)
    is_open: bool = False
    site_id: Place = ""
    verdict: OriginVerdict | None = None
    decision: OfficerDecision | None = None
    method: Method | None = None
    number: Number = ""
    declaration_id: Place = ""
    since: Moment | None = None
    until: Moment | None = None

    def wanted(self) -> CheckFilter:
        """Return the filter."""
        return CheckFilter(**dict(self))


@router.post(
    "/origin/checks",
    operation_id="check_certificate",
    status_code=201,
    response_class=Response,
    responses={201: _ONE},
)
def post_check(services: Hub, user: Checker, wanted: CheckRequest, key: IdempotencyKey = None) -> Response:
    """Look at a certificate; the verdict says why, and as of which block. A paper is only opened."""
    opened_at = services.clock()
    attempt = attempt_of(user, key, digest_of([b"origin-check", wanted.model_dump_json().encode()]))
    stored = _recalled(services, attempt)
    if stored is not None:
        return as_response(stored)
    seen = _seen(services, wanted, opened_at)
    names = ("method", "site_id", "declaration_id", "state", "number", "form")
    opening = Opening(**{name: getattr(wanted, name) for name in names})
    with writing(services.engine) as connection:

        def work() -> Answer:
            if seen is None:
                return answer_of(201, shown(open_check(services, connection, opening, user)))
            return answer_of(201, shown(check_at_once(services, connection, opening, seen, user)))

        return as_response(once(services, connection, attempt, work))


@router.get(
    "/origin/checks",
    operation_id="list_origin_checks",
    response_class=Response,
    responses={200: _described(CheckPage, "Some checks.")},
)
def get_checks(
    services: Hub,
    user: Viewer,
    asked: Annotated[CheckQuery, Query()],
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> Response:
    """List checks at the user's posts, newest first."""
    with reading(services.engine) as connection:
        page = list_checks(connection, viewer=user, wanted=asked.wanted(), cursor=cursor, limit=limit)
    return as_response(answer_of(200, CheckPage(page.items, page.next_cursor)))


@router.get("/origin/checks.csv", operation_id="origin_checks_csv", response_class=Response)
def get_csv(services: Hub, user: Viewer, asked: Annotated[CheckQuery, Query()]) -> Response:
    """Send the newest ten thousand for a spreadsheet, with nothing of what certificates state."""
    with reading(services.engine) as connection:
        page: Page[Check] = list_checks(connection, viewer=user, wanted=asked.wanted(), limit=MOST_LINES)
    headers = {"Content-Disposition": 'attachment; filename="origin-checks.csv"'}
    return Response("".join(csv_lines(page.items)), media_type="text/csv; charset=utf-8", headers=headers)


@router.get(
    "/origin/checks/{check_id}",
    operation_id="get_origin_check",
    response_class=Response,
    responses={200: _described(CheckView, "The check with its certificate.")},
)
def get_check(services: Hub, user: Viewer, check_id: CheckId) -> Response:
    """One check with its certificate; the look is on record."""
    with writing(services.engine) as connection:
        detail: CheckDetail = check_detail(services, connection, check_id, viewer=user)
    document = detail.document
    view = CheckView(detail.check, None if document is None else document.certificate, detail.evidence)
    return as_response(answer_of(200, view))


@router.post(
    "/origin/checks/{check_id}/looks",
    operation_id="look_again_at_certificate",
    response_class=Response,
    responses={200: _ONE},
)
def post_look(services: Hub, user: Checker, check_id: CheckId) -> Response:
    """Look once more at what was presented, such as when nobody could say before."""
    check = look_again(services, services.origin_verifier, check_id, user)
    return as_response(answer_of(200, shown(check)))


@router.post(
    "/origin/checks/{check_id}/decision",
    operation_id="decide_certificate",
    response_class=Response,
    responses={200: _ONE},
)
def post_decision(
    services: Hub, user: Officer, check_id: CheckId, wanted: DecisionRequest, key: IdempotencyKey = None
) -> Response:
    """Accept, refer or refuse; the first person's refusal waits for a second person's."""
    said = Decided(decision=wanted.decision, reason=wanted.reason, fields_touched=wanted.fields_touched)
    digest = [b"origin-decision", check_id.encode(), wanted.model_dump_json().encode()]

    def work(connection: Any) -> Check:
        return decide(services, connection, check_id, said, officer=user)

    return _changed(services, attempt_of(user, key, digest_of(digest)), work)


@router.post(
    "/origin/checks/{check_id}/truth",
    operation_id="record_certificate_truth",
    response_class=Response,
    responses={200: _ONE},
)
def post_truth(
    services: Hub, user: Officer, check_id: CheckId, wanted: TruthRequest, key: IdempotencyKey = None
) -> Response:
    """Keep what turned out, such as by the issuing authority's reply."""
    digest = [b"origin-truth", check_id.encode(), wanted.model_dump_json().encode()]

    def work(connection: Any) -> Check:
        later = LaterTruth(wanted.truth, wanted.source)
        return keep_truth(services, connection, check_id, later, by=user)

    return _changed(services, attempt_of(user, key, digest_of(digest)), work)


def _changed(services: Services, attempt: Attempt | None, work: Callable[[Any], Check]) -> Response:
    with writing(services.engine) as connection:

        def answer() -> Answer:
            return answer_of(200, shown(work(connection)))

        return as_response(once(services, connection, attempt, answer))


def _recalled(services: Services, attempt: Attempt | None) -> Answer | None:
    if attempt is None:
        return None
    with reading(services.engine) as connection:
        return recall(services, connection, attempt)


def _seen(services: Services, wanted: CheckRequest, now: datetime) -> Seen | None:
    """Look before anything is stored; None: a paper, which nobody looks at but the officer."""
    if wanted.method is Method.PAPER:
        return None
    document = document_of(wanted.certificate, wanted.code)
    return Seen(document, look_at(services.origin_verifier, document, now), now)


def document_of(certificate: dict[str, Any] | None, code: str) -> AnchoredCertificate:
    """Read what a request presents; raises `InvalidInputError` with pointers into the request."""
    if certificate is not None:
        return _below("/certificate", lambda: read_presented(msgspec.json.encode(certificate)))
    return _below("/code", lambda: read_text(code))


def _below(pointer: str, read: Callable[[], AnchoredCertificate]) -> AnchoredCertificate:
    try:
        return read()
    except InvalidInputError as error:
        problems = (FieldProblem(pointer + one.pointer, one.code, one.detail) for one in error.problems)
        raise InvalidInputError(*problems) from None
