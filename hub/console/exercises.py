"""Exercises: test persons sent through a lane, registered before they go."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.cases.search import list_choices
from hub.cases.seeding import NewPassage, passages, register_passage, withdraw_passage
from hub.console.context import ConsoleContext, go_to
from hub.console.forms import returned_form
from hub.console.reader import Reader
from hub.console.statistics_view import present_exercises
from hub.console.subject_form import FormState
from hub.errors import FieldProblem, InvalidInputError
from hub.fleet.places import lanes_of
from hub.people.access import Permission, User
from hub.people.audit import Act, record

BACK, AHEAD = timedelta(days=90), timedelta(days=366)
SHOWN = 100


class ExercisePages:
    """Where an administrator plans who walks through which lane."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/exercises", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/exercises", self.register, methods=["POST"], response_model=None)
        router.add_api_route(
            "/exercises/{passage_id}/withdraw", self.withdraw, methods=["POST"], response_model=None
        )

    def index(self, request: Request) -> Response:
        """Show what is planned, and the form for more."""
        reader, user = self._context.require(request, Permission.PLAN_EXERCISES)
        return self._render(reader, user, FormState({}))

    def register(
        self,
        request: Request,
        subject_id: Annotated[str, Form(max_length=64)] = "",
        lane: Annotated[str, Form(max_length=130)] = "",
        list_id: Annotated[str, Form(max_length=64)] = "",
        planned_at: Annotated[str, Form(max_length=40)] = "",
    ) -> Response:
        """Register a passage; a bad field is named on the page."""
        reader, user = self._context.require(request, Permission.PLAN_EXERCISES)
        site_id, _, lane_id = lane.partition("/")
        now, passage_id = self._context.now, self._context.services.new_id()
        try:
            at = self._moment(planned_at)
            new = NewPassage(passage_id, site_id, lane_id, list_id, subject_id.strip(), at)
            with self._context.writing() as connection:
                register_passage(connection, new, actor=user, now=now)
                record(connection, Act(user.user_id, "exercise-registered", passage_id, {"lane": lane}), now)
        except InvalidInputError as error:
            values = {"subject_id": subject_id, "lane": lane, "list_id": list_id, "planned_at": planned_at}
            form = returned_form(values, error.problems, reader.language.words)
            return self._render(reader, user, form, status=422)
        return go_to("/console/exercises")

    def withdraw(self, request: Request, passage_id: str) -> Response:
        """Take a passage back that did not take place; raises `NotFoundError`."""
        _, user = self._context.require(request, Permission.PLAN_EXERCISES)
        now = self._context.now
        with self._context.writing() as connection:
            withdraw_passage(connection, passage_id, actor=user, now=now)
            record(connection, Act(user.user_id, "exercise-withdrawn", passage_id, {}), now)
        return go_to("/console/exercises")

    def _render(self, reader: Reader, user: User, form: FormState, *, status: int = 200) -> Response:
        now = self._context.now
        with self._context.reading() as connection:
            lanes = [one for one in lanes_of(connection) if user.works_at(one.site_id)]
            lists = list_choices(connection)
            seeded = passages(connection, now - BACK, now + AHEAD, viewer=user, now=now)
        return self._context.pages.render(
            "exercises.html",
            reader,
            page_name="exercises",
            status=status,
            form=form,
            lanes=[(f"{one.site_id}/{one.lane_id}", f"{one.site_id} · {one.title}") for one in lanes],
            lists=lists,
            rows=present_exercises(seeded[:SHOWN], reader),
        )

    def _moment(self, text: str) -> datetime:
        """Read a time of the form on the hub's wall clock; raises `InvalidInputError`."""
        zone = ZoneInfo(self._context.services.settings.cases.zone)
        try:
            at = datetime.fromisoformat(text).replace(tzinfo=zone)
        except ValueError:
            at = datetime.min.replace(tzinfo=zone)
        if not abs(at.year - self._context.now.year) <= 1:
            raise InvalidInputError(FieldProblem("/planned_at", "not-a-date", f"{text[:40]!r} is no time"))
        return at
