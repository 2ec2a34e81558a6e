"""Cases: the list and one case with its answer form."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.cases.casework import CaseDetail, CaseStatus, NewDecision, add_decision, is_blind, list_cases
from hub.cases.consulting import consult_case, hold_while_open
from hub.cases.holds import Hold, let_go, require_free
from hub.cases.search import list_choices
from hub.cases.statistics import open_cases
from hub.cases.timeline import timeline
from hub.console.case_filters import (
    Asked,
    category_options,
    exercise_options,
    read_filter,
    result_options,
)
from hub.console.case_view import present_case, present_row
from hub.console.context import ConsoleContext, go_to
from hub.console.crossing_view import crossings_view
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.watchlist_view import subject_address
from hub.console.wording import (
    ANSWERS,
    CASE_STATES,
    RESULT_REFUSALS,
    RESULTS,
    mark,
    word,
)
from hub.errors import FieldProblem, InvalidInputError
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from sync.messages import Answer

PAGE_SIZE = 30
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class CaseChoice:
    """One choice of the list's state."""

    address: str
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

    def index(self, request: Request, cursor: str | None = None) -> Response:
        """Show cases newest first, narrowed as the address says."""
        reader, user = self._context.require(request, Permission.VIEW_CASES)
        asked = read_filter(request.query_params, self._context.services.settings.cases.zone)
        with self._context.reading() as connection:
            page = list_cases(connection, viewer=user, wanted=asked.wanted, cursor=cursor, limit=PAGE_SIZE)
            waiting, lists = open_cases(connection, viewer=user), list_choices(connection)
        rows = [present_row(one, reader, is_blind=is_blind(user, one.status)) for one in page.items]
        words = reader.language.words
        return self._context.pages.render(
            "cases.html",
            reader,
            page_name="cases",
            shown=asked.values["status"],
            rows=rows,
            states=_states(asked, waiting, reader),
            form=asked.form(),
            is_narrowed=asked.is_narrowed,
            lists=[("", words.gettext("Any")), *lists],
            results=result_options(reader),
            tests=exercise_options(reader),
            categories=category_options(reader),
            next_address=asked.address(cursor=page.next_cursor) if page.next_cursor else None,
        )

    def show(self, request: Request, case_id: str, refused: str = "") -> Response:
        """Show one case and record the look; raises `NotFoundError`."""
        reader, user = self._context.require(request, Permission.VIEW_CASES)
        detail = consult_case(self._context.services, case_id, viewer=user)
        held = hold_while_open(self._context.services, detail, viewer=user)
        return self._render(detail, reader, user, held=held, refused=refused)

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
        now = self._context.now
        if answer not in ANSWERS or len(reason) > LONGEST_REASON:
            detail = consult_case(self._context.services, case_id, viewer=user)
            return self._render(detail, reader, user, unsent_reason=reason)
        decision = self._decision(case_id, decision_id, Answer(answer), reason)
        with self._context.writing() as connection:
            require_free(connection, case_id, user.user_id, now)
            if add_decision(connection, decision, officer=user, now=now):
                let_go(connection, case_id)
                record(connection, Act(user.user_id, "case-answered", case_id, {"answer": answer}), now)
        return go_to(f"/console/cases/{case_id}")

    def _decision(self, case_id: str, decision_id: str, answer: Answer, reason: str) -> NewDecision:
        shown_at = _time_of(decision_id)
        seconds = max(0.0, (self._context.now - shown_at).total_seconds())
        return NewDecision(decision_id, case_id, answer, round(seconds, 1), reason.strip())

    def _render(  # long: all that one template is told
        self,
        detail: CaseDetail,
        reader: Reader,
        user: User,
        *,
        held: Hold | None = None,
        refused: str = "",
        unsent_reason: str | None = None,
    ) -> Response:
        words, is_incomplete = reader.language.words, unsent_reason is not None
        subject = detail.subject if reader.may(Permission.VIEW_SUBJECTS) else None
        with self._context.reading() as connection:
            events = timeline(connection, detail, viewer=user)
            crossings = crossings_view(connection, detail, reader, self._context.now)
        return self._context.pages.render(
            "case.html",
            reader,
            page_name="cases",
            status=422 if is_incomplete else 200,
            page=present_case(detail, events, reader),
            crossings=crossings,
            subject_address=subject_address(detail.summary.list_id, subject.subject_id) if subject else None,
            may_answer=user.may(Permission.ANSWER_CASES),
            may_record=user.may(Permission.RECORD_RESULTS) and detail.summary.status is CaseStatus.ANSWERED,
            held_by=held.user_id if held is not None and held.user_id != user.user_id else "",
            refused=word(RESULT_REFUSALS, refused, words) if refused in RESULT_REFUSALS else "",
            decision_id=self._context.services.new_id(),
            answers=[(code, word(ANSWERS, code, words)) for code in ANSWERS],
            results=[(code, word(RESULTS, code, words)) for code in RESULTS],
            form=FormState({"reason": unsent_reason or ""}),
            problem=words.gettext(mark("Choose one of the three answers.")) if is_incomplete else "",
        )


def _states(asked: Asked, waiting: int, reader: Reader) -> tuple[CaseChoice, ...]:
    words = reader.language.words
    titles = {code: word(CASE_STATES, code, words) for code in CASE_STATES}
    titles["open"] = f"{titles['open']} ({waiting})"
    current = asked.values["status"]
    return tuple(
        CaseChoice(asked.address(status=code), title, code == current) for code, title in titles.items()
    )


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
