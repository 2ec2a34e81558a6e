"""What is done with a case beside answering it: its outcome, taking it over, its printable file."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.cases.casework import CaseResult, case
from hub.cases.consulting import consult_case
from hub.cases.holds import take
from hub.cases.outcomes import NewResult, record_result
from hub.cases.timeline import timeline
from hub.console.case_view import present_case
from hub.console.context import ConsoleContext, go_to
from hub.console.crossing_view import crossings_view
from hub.console.wording import RESULTS
from hub.errors import FieldProblem, InvalidInputError
from hub.people.access import Permission
from hub.people.audit import Act, record

LONGEST_NOTE = 2000


class CaseActs:
    """Forms of the case page, and the file for the archive."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/cases/{case_id}/result", self.result, methods=["POST"], response_model=None)
        router.add_api_route("/cases/{case_id}/hold", self.hold, methods=["POST"], response_model=None)
        router.add_api_route("/cases/{case_id}/file", self.file, methods=["GET"], response_model=None)

    def result(
        self,
        request: Request,
        case_id: str,
        result_id: Annotated[str, Form(max_length=64)] = "",
        result: Annotated[str, Form(max_length=64)] = "",
        note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
    ) -> Response:
        """Record what came of a case; a refusal is said on its page. Raises `InvalidInputError`."""
        _, user = self._context.require(request, Permission.RECORD_RESULTS)
        if result not in RESULTS or not result_id:
            raise InvalidInputError(FieldProblem("/result", "unknown", f"{result[:40]!r} is no outcome"))
        now, new = self._context.now, NewResult(result_id, case_id, CaseResult(result), note.strip())
        with self._context.writing() as connection:
            case(connection, case_id, viewer=user)
            refusal = record_result(connection, new, officer=user, now=now)
            if refusal is None:
                record(connection, Act(user.user_id, "case-result", case_id, {"result": result}), now)
        return go_to(f"/console/cases/{case_id}" + (f"?refused={refusal.value}" if refusal else ""))

    def hold(self, request: Request, case_id: str) -> Response:
        """Take a case over from whoever is looking at it."""
        _, user = self._context.require(request, Permission.ANSWER_CASES)
        now = self._context.now
        with self._context.writing() as connection:
            case(connection, case_id, viewer=user)
            take(connection, case_id, user.user_id, now, over=True)
            record(connection, Act(user.user_id, "case-taken-over", case_id, {}), now)
        return go_to(f"/console/cases/{case_id}")

    def file(self, request: Request, case_id: str) -> Response:
        """Show everything of a case on one sheet; while the reader is blind, the case itself instead."""
        reader, user = self._context.require(request, Permission.VIEW_CASES)
        detail = consult_case(self._context.services, case_id, viewer=user)
        if detail.is_blind:
            return go_to(f"/console/cases/{case_id}")
        with self._context.writing() as connection:
            record(connection, Act(user.user_id, "case-printed", case_id, {}), self._context.now)
        with self._context.reading() as connection:
            events = timeline(connection, detail, viewer=user)
            crossings = crossings_view(connection, detail, reader, self._context.now)
        return self._context.pages.render(
            "case_file.html",
            reader,
            page_name="cases",
            page=present_case(detail, events, reader),
            crossings=crossings,
            printed=reader.moment(self._context.now),
            printed_by=user.display_name,
        )
