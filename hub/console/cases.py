"""Cases: the list and one case with its answer form."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.cases.casework import (
    CaseDetail,
    CaseFilter,
    CaseStatus,
    NewDecision,
    add_decision,
    case,
    is_blind,
    list_cases,
)
from hub.cases.crossing_history import CrossingHistory, crossings_of_case
from hub.cases.statistics import statistics
from hub.console.case_view import present_case, present_row
from hub.console.context import ConsoleContext, go_to
from hub.console.crossing_view import present_crossings
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.watchlist_view import subject_address
from hub.console.wording import ANSWERS, CASE_STATES, mark, word
from hub.errors import FieldProblem, InvalidInputError
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from sync.messages import Answer

PAGE_SIZE = 30
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class CaseChoice:
    """One choice of the list's filter."""

    code: str
    title: str
    is_current: bool


class CasePages:
    """The cases a user may see."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/cases", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/cases/{case_id}", self.show, methods=["GET"], response_model=None)
        router.add_api_route("/cases/{case_id}/answer", self.answer, methods=["POST"], response_model=None)

    def index(self, request: Request, status: str = "open", cursor: str | None = None) -> Response:
        """Show cases newest first; an unknown status counts as ``all``."""
        reader, user = self._context.require(request, Permission.VIEW_CASES)
        status = status if status in CASE_STATES else "all"
        wanted = None if status == "all" else CaseStatus(status)
        with self._context.reading() as connection:
            page = list_cases(
                connection, viewer=user, wanted=CaseFilter(status=wanted), cursor=cursor, limit=PAGE_SIZE
            )
            waiting = statistics(connection, self._context.now).open_cases
        rows = [present_row(one, reader, is_blind=is_blind(user, one.status)) for one in page.items]
        older = urlencode({"status": status, "cursor": page.next_cursor or ""})
        return self._context.pages.render(
            "cases.html",
            reader,
            page_name="cases",
            status=200,
            shown=status,
            rows=rows,
            filters=_filters(status, waiting, reader),
            next_address=f"/console/cases?{older}" if page.next_cursor else None,
        )

    def show(self, request: Request, case_id: str) -> Response:
        """Show one case; raises `NotFoundError`."""
        reader, user = self._context.require(request, Permission.VIEW_CASES)
        with self._context.reading() as connection:
            detail = case(connection, case_id, viewer=user)
            crossings = crossings_of_case(connection, detail, self._context.now)
        return self._render(detail, reader, user, crossings)

    def answer(
        self,
        request: Request,
        case_id: str,
        decision_id: Annotated[str, Form()] = "",
        answer: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        """Store a supervisor's answer and show the case unveiled; a missing choice is said on the page."""
        reader, user = self._context.require(request, Permission.ANSWER_CASES)
        if answer not in ANSWERS or len(reason) > LONGEST_REASON:
            with self._context.reading() as connection:
                detail = case(connection, case_id, viewer=user)
                crossings = crossings_of_case(connection, detail, self._context.now)
            return self._render(detail, reader, user, crossings, unsent_reason=reason)
        decision = self._decision(case_id, decision_id, Answer(answer), reason)
        with self._context.writing() as connection:
            if add_decision(connection, decision, officer=user, now=self._context.now):
                act = Act(user.user_id, "case-answered", case_id, {"answer": answer})
                record(connection, act, self._context.now)
        return go_to(f"/console/cases/{case_id}")

    def _decision(self, case_id: str, decision_id: str, answer: Answer, reason: str) -> NewDecision:
        shown_at = _time_of(decision_id)
        seconds = max(0.0, (self._context.now - shown_at).total_seconds())
        return NewDecision(decision_id, case_id, answer, round(seconds, 1), reason.strip())

    def _render(
        self,
        detail: CaseDetail,
        reader: Reader,
        user: User,
        crossings: CrossingHistory | None,
        unsent_reason: str | None = None,
    ) -> Response:
        words, is_incomplete = reader.language.words, unsent_reason is not None
        subject = detail.subject if reader.may(Permission.VIEW_SUBJECTS) else None
        return self._context.pages.render(
            "case.html",
            reader,
            page_name="cases",
            status=422 if is_incomplete else 200,
            page=present_case(detail, reader),
            crossings=present_crossings(crossings, reader) if crossings else None,
            subject_address=subject_address(detail.summary.list_id, subject.subject_id) if subject else None,
            may_answer=user.may(Permission.ANSWER_CASES),
            decision_id=self._context.services.new_id(),
            answers=[(code, word(ANSWERS, code, words)) for code in ANSWERS],
            form=FormState({"reason": unsent_reason or ""}),
            problem=words.gettext(mark("Choose one of the three answers.")) if is_incomplete else "",
        )


def _filters(current: str, waiting: int, reader: Reader) -> tuple[CaseChoice, ...]:
    words = reader.language.words
    titles = {code: word(CASE_STATES, code, words) for code in CASE_STATES}
    titles["open"] = f"{titles['open']} ({waiting})"
    return tuple(CaseChoice(code, title, code == current) for code, title in titles.items())


def _time_of(decision_id: str) -> datetime:
    """When the form was shown: its id is a UUIDv7 (RFC 9562), which begins with the milliseconds."""
    try:
        identifier = UUID(decision_id)
        if identifier.version != 7:
            raise ValueError(f"version {identifier.version}")
        return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(
            FieldProblem("/decision_id", "not-an-id", f"{decision_id[:40]!r} is no decision id")
        ) from error
