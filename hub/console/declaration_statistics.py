"""The statistics of declarations: decided before arrival, how fast, into which channels."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.cases.figures import Period, local_day, period_until
from hub.console.context import ConsoleContext, NotAllowedError, SignInNeededError
from hub.console.declaration_statistics_view import present_declaration_figures
from hub.console.forms import returned_form
from hub.console.reader import Reader
from hub.console.statistics import day_of
from hub.console.subject_form import FormState
from hub.declarations.assessing.figures import declaration_figures
from hub.errors import FieldProblem, InvalidInputError
from hub.people.access import Permission


class DeclarationStatisticsPages:
    """For who decides declarations, and for who sees statistics."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.add_api_route("/declaration-statistics", self.show, methods=["GET"], response_model=None)

    def show(self, request: Request) -> Response:
        """Show the figures of a period, the last thirty days by default."""
        reader = self._reader(request)
        period, form = self._period(request, reader)
        with self._context.reading() as connection:
            found = declaration_figures(connection, period)
        return self._context.pages.render(
            "declaration_statistics.html",
            reader,
            page_name="declaration-statistics",
            page=present_declaration_figures(found, reader),
            form=form,
        )

    def _reader(self, request: Request) -> Reader:
        reader = self._context.reader(request)
        if reader.user is None:
            raise SignInNeededError("sign in first")
        if not (reader.may(Permission.DECIDE_DECLARATIONS) or reader.may(Permission.VIEW_STATISTICS)):
            raise NotAllowedError(f"{reader.user.role} may not see statistics")
        return reader

    def _period(self, request: Request, reader: Reader) -> tuple[Period, FormState]:
        """Read the form; a period that cannot be is said and the default shown."""
        asked = {name: request.query_params.get(name, "")[:40].strip() for name in ("first", "last")}
        today: date = local_day(self._context.now, self._context.services.settings.cases.zone)
        problems: tuple[FieldProblem, ...] = ()
        try:
            last, first = day_of(asked["last"]) or today, day_of(asked["first"])
            period = Period(first, last) if first else period_until(last)
        except InvalidInputError as error:
            period, problems = period_until(today), error.problems
        days = {"first": period.first.isoformat(), "last": period.last.isoformat()}
        return period, returned_form(days, problems, reader.language.words)
