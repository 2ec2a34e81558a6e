"""The statistics of cases: a page, and the same figures for a spreadsheet."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.cases.counting import policy_of
from hub.cases.figures import Period, Scope, figures, local_day, period_until
from hub.cases.figures_csv import csv_lines
from hub.cases.seeding import hit_rates, passages
from hub.console.context import ConsoleContext
from hub.console.forms import returned_form
from hub.console.reader import Reader
from hub.console.statistics_view import present_figures
from hub.console.subject_form import FormState
from hub.errors import FieldProblem, InvalidInputError
from hub.people.access import Permission

EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)
SHOWN = 50
"""Exercises listed one by one."""
_FIELDS = ("site_id", "lane_id", "list_id")


class StatisticsPages:
    """How often alerts come, how often they are right, how fast people answer."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context
        self._settings = context.services.settings.cases

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/statistics", self.show, methods=["GET"], response_model=None)
        router.add_api_route("/statistics/export.csv", self.export, methods=["GET"], response_model=None)

    def show(self, request: Request) -> Response:
        """Show the figures of a period, the last thirty days by default."""
        reader, user = self._context.require(request, Permission.VIEW_STATISTICS)
        scope, form = self._scope(request, reader)
        settings, now = self._settings, self._context.now
        with self._context.reading() as connection:
            found = figures(connection, scope, viewer=user, with_groups=bool(settings.group_by))
            seeded = passages(connection, *self._span(scope.period), viewer=user, now=now)
        rates = hit_rates(seeded, policy_of(settings))
        asked = {name: str(form.values.get(name, "")) for name in ("first", "last", *_FIELDS)}
        return self._context.pages.render(
            "statistics.html",
            reader,
            page_name="statistics",
            page=present_figures(found, seeded[:SHOWN], rates, reader),
            form=form,
            legal_basis=settings.group_legal_basis if settings.group_by else "",
            export_address=f"/console/statistics/export.csv?{urlencode(asked)}",
        )

    def export(self, request: Request) -> Response:
        """Send the figures for a spreadsheet."""
        reader, user = self._context.require(request, Permission.VIEW_STATISTICS)
        scope, _ = self._scope(request, reader)
        with self._context.reading() as connection:
            found = figures(connection, scope, viewer=user, with_groups=bool(self._settings.group_by))
        headers = {"Content-Disposition": 'attachment; filename="case-statistics.csv"'}
        return Response("".join(csv_lines(found)), media_type="text/csv; charset=utf-8", headers=headers)

    def _scope(self, request: Request, reader: Reader) -> tuple[Scope, FormState]:
        """Read the form; a day that is none, or a period that is too long, is said and the default shown."""
        asked = {
            name: request.query_params.get(name, "")[:64].strip() for name in ("first", "last", *_FIELDS)
        }
        today = local_day(self._context.now, self._settings.zone)
        problems: tuple[FieldProblem, ...] = ()
        try:
            last = day_of(asked["last"]) or today
            first = day_of(asked["first"])
            period = Period(first, last) if first else period_until(last)
        except InvalidInputError as error:
            period, problems = period_until(today), error.problems
        asked |= {"first": period.first.isoformat(), "last": period.last.isoformat()}
        scope = Scope(period, *(asked[name] for name in _FIELDS))
        return scope, returned_form(asked, problems, reader.language.words)

    def _span(self, period: Period) -> tuple[datetime, datetime]:
        """When the period begins and ends, in its own zone."""
        zone = ZoneInfo(self._settings.zone)
        begin = datetime.combine(period.first, time(), zone)
        end = datetime.combine(period.last + timedelta(days=1), time(), zone)
        return begin.astimezone(UTC), end.astimezone(UTC)


def day_of(text: str) -> date | None:
    """Read a day; raises `InvalidInputError` for anything else, and for one out of all reason."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.min
    if day is not None and not EARLIEST <= day < LATEST:
        raise InvalidInputError(FieldProblem("/first", "not-a-date", f"{text[:40]!r} is no day"))
    return day
