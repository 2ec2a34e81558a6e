"""Figures of checks of certificates, trials of two ways to check, forgeries that are put in."""

from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.cases.figures import Period, local_day, period_until
from hub.console.context import ConsoleContext, NotAllowedError, SignInNeededError, go_to
from hub.console.forms import returned_form
from hub.console.origin_figures_view import present_origin_figures, present_trial
from hub.console.reader import Reader
from hub.console.statistics import day_of
from hub.console.subject_form import FormState
from hub.errors import FieldProblem, InvalidInputError
from hub.fleet.places import list_sites
from hub.origin.checking.counting import counts_of
from hub.origin.checking.figures import OriginFigures, figures_of
from hub.origin.checking.figures_csv import figures_lines
from hub.origin.checking.seeds import register_seed
from hub.origin.checking.trial import Expected, TrialPlan
from hub.origin.checking.trials import draw_trial, trial_names, trial_periods, trial_report
from hub.origin.checking.values import NewSeed
from hub.people.access import Permission, User

_FIGURES = "/console/origin/figures"
_TRIALS = "/console/origin/trials"
_READERS = (Permission.VIEW_CERTIFICATES, Permission.VIEW_STATISTICS, Permission.PLAN_EXERCISES)
EXPECTATIONS = (Expected(0.05, 0.01), Expected(0.03, 0.01), Expected(0.02, 0.005))
Code = Annotated[str, Form(max_length=64)]


class OriginFigurePages:
    """For who sees certificates or statistics; trials are drawn by who plans exercises."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        for path, method, act in (
            ("/origin/figures", "GET", self.show),
            ("/origin/figures.csv", "GET", self.export),
            ("/origin/trials", "GET", self.trials),
            ("/origin/trials", "POST", self.draw),
            ("/origin/trials/{trial}", "GET", self.trial),
            ("/origin/seeds", "POST", self.seed),
        ):
            router.add_api_route(path, act, methods=[method], response_model=None)

    def show(self, request: Request) -> Response:
        """Show the figures of a period, the last thirty days by default."""
        reader, user = self._reader(request)
        period, form = self._period(request, reader)
        found = self._figures(period, user)
        with self._context.reading() as connection:
            names = trial_names(connection)
        days = {"first": period.first.isoformat(), "last": period.last.isoformat()}
        return self._context.pages.render(
            "origin_figures.html",
            reader,
            page_name="origin-figures",
            page=present_origin_figures(found, self._sites(), reader),
            form=form,
            trials=[(name, f"{_TRIALS}/{name}") for name in names],
            export_address=f"{_FIGURES}.csv?{urlencode(days)}",
        )

    def export(self, request: Request) -> Response:
        """Send the same for a spreadsheet."""
        reader, user = self._reader(request)
        period, _ = self._period(request, reader)
        headers = {"Content-Disposition": 'attachment; filename="origin-check-figures.csv"'}
        text = "".join(figures_lines(self._figures(period, user)))
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

    def trials(self, request: Request) -> Response:
        """Show the trials, and the forms that draw one and put forgeries in."""
        reader, user = self._context.require(request, Permission.PLAN_EXERCISES)
        return self._trials(reader, user, FormState({}))

    def draw(
        self,
        request: Request,
        trial: Code = "",
        site: Annotated[list[str], Form()] = [],  # noqa: B006  # never changed
        first: Code = "",
        days: Code = "",
        periods: Code = "",
    ) -> Response:
        """Draw a trial's periods by chance."""
        reader, user = self._context.require(request, Permission.PLAN_EXERCISES)
        try:
            begin = day_of(first)
            if begin is None:
                raise InvalidInputError(FieldProblem("/first", "missing", "a trial begins on a day"))
            plan = TrialPlan(
                sites=tuple(site),
                first=begin,
                days=_number("days", days),
                periods=_number("periods", periods),
            )
            with self._context.writing() as connection:
                draw_trial(self._context.services, connection, trial.strip(), plan, by=user)
        except InvalidInputError as error:
            values: dict[str, str | tuple[str, ...]] = {"trial": trial, "first": first, "days": days}
            values |= {"periods": periods, "site": tuple(site)}
            form = returned_form(values, error.problems, reader.language.words)
            return self._trials(reader, user, form, status=422)
        return go_to(f"{_TRIALS}/{trial.strip()}")

    def trial(self, request: Request, trial: str) -> Response:
        """Show what a trial has shown; raises `NotFoundError`."""
        reader, _ = self._reader(request)
        place = request.query_params.get("expected", "0")
        expected = EXPECTATIONS[int(place) if place in {"0", "1", "2"} else 0]
        with self._context.reading() as connection:
            periods = trial_periods(connection, trial)
            report = trial_report(self._context.services, connection, trial, expected)
        return self._context.pages.render(
            "origin_trial.html",
            reader,
            page_name="origin-trials" if reader.may(Permission.PLAN_EXERCISES) else "origin-figures",
            trial=trial,
            page=present_trial(report, periods, self._sites(), reader),
            expectations=[
                {
                    "address": f"{_TRIALS}/{trial}?expected={number}",
                    "title": f"{100 * one.before:g} % → {100 * one.after:g} %",
                    "is_current": one == expected,
                }
                for number, one in enumerate(EXPECTATIONS)
            ],
        )

    def seed(
        self, request: Request, state: Code = "", number: Code = "", certificate_id: Code = ""
    ) -> Response:
        """Register a known forgery before anybody checks it."""
        reader, user = self._context.require(request, Permission.PLAN_EXERCISES)
        new = NewSeed(
            state=state.strip().upper(), number=number.strip(), certificate_id=certificate_id.strip().lower()
        )
        try:
            with self._context.writing() as connection:
                register_seed(self._context.services, connection, new, by=user)
        except InvalidInputError as error:
            values = {"state": state, "number": number, "certificate_id": certificate_id}
            form = returned_form(values, error.problems, reader.language.words)
            return self._trials(reader, user, form, status=422)
        return go_to(_TRIALS)

    def _trials(self, reader: Reader, user: User, form: FormState, *, status: int = 200) -> Response:
        with self._context.reading() as connection:
            names = trial_names(connection)
        today = local_day(self._context.now, self._context.services.settings.cases.zone)
        begin = {"first": (today + timedelta(days=1)).isoformat(), "days": "7", "periods": "4"}
        return self._context.pages.render(
            "origin_trials.html",
            reader,
            page_name="origin-trials",
            status=status,
            form=FormState({**begin, **form.values}, form.problems),
            sites=[pair for pair in self._sites().items() if user.works_at(pair[0])],
            trials=[(name, f"{_TRIALS}/{name}") for name in names],
        )

    def _reader(self, request: Request) -> tuple[Reader, User]:
        reader = self._context.reader(request)
        if reader.user is None:
            raise SignInNeededError("sign in first")
        if not any(reader.may(one) for one in _READERS):
            raise NotAllowedError(f"{reader.user.role} may not see these statistics")
        return reader, reader.user

    def _figures(self, period: Period, user: User) -> OriginFigures:
        with self._context.reading() as connection:
            return figures_of(counts_of(connection, period, user))

    def _sites(self) -> dict[str, str]:
        with self._context.reading() as connection:
            return {one.site_id: one.title for one in list_sites(connection)}

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


def _number(name: str, text: str) -> int:
    if not text.strip().isdecimal() or len(text.strip()) > 4:
        raise InvalidInputError(FieldProblem(f"/{name}", "out-of-range", f"{text[:20]!r} is no number"))
    return int(text)
