"""Risk profiles: the list, one with its versions and its test, the form that drafts the next."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.cases.figures import local_day
from hub.console.context import ConsoleContext, go_to
from hub.console.declaration_wording import CHANNELS
from hub.console.forms import returned_form
from hub.console.profile_form import FormView, ProfileForm, form_of, read_profile, view_of
from hub.console.profile_view import (
    address_of,
    present_months,
    present_profiles,
    present_run,
    present_version,
    present_versions,
)
from hub.console.profile_wording import FACTS, OPERATORS
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.declarations.assessing.back_test import start_back_test
from hub.declarations.assessing.back_test_runs import BackTestPeriod, back_test_run
from hub.declarations.assessing.figures import profile_months
from hub.declarations.assessing.profiles import (
    ProfileState,
    ProfileVersion,
    activate_profile,
    draft_profile,
    list_profiles,
    profile_versions,
    retire_profile,
)
from hub.errors import FieldProblem, InvalidInputError, NotFoundError
from hub.people.access import Permission

LOOK_BACK = timedelta(days=330)
"""Months of hits on the page of one profile."""
TEST_DAYS = 30
MOST_VERSION = 1_000_000


class RiskProfilePages:
    """For who decides declarations."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/risk-profiles/{profile_id}"
        for path, method, act in (
            ("/risk-profiles", "GET", self.index),
            ("/risk-profiles", "POST", self.draft),
            ("/new-risk-profile", "GET", self.new),
            (one, "GET", self.show),
            (f"{one}/next", "GET", self.next),
            (f"{one}/test", "POST", self.test),
            (f"{one}/activate", "POST", self.activate),
            (f"{one}/retire", "POST", self.retire),
        ):
            router.add_api_route(path, act, methods=[method], response_model=None)

    def index(self, request: Request) -> Response:
        """Show every profile with its state and what it did this month."""
        reader, _ = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        with self._context.reading() as connection:
            found = list_profiles(connection)
            months = profile_months(connection, self._today())
        return self._context.pages.render(
            "risk_profiles.html",
            reader,
            page_name="risk-profiles",
            profiles=present_profiles(found, months, reader),
        )

    def new(self, request: Request) -> Response:
        """Show an empty form."""
        reader, _ = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        return self._form(reader, form_of(None, reader.language.words))

    def next(self, request: Request, profile_id: str) -> Response:
        """Show the form filled with the newest version."""
        reader, _ = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        with self._context.reading() as connection:
            newest = profile_versions(connection, profile_id)[0]
        return self._form(reader, form_of(newest, reader.language.words), next_of=profile_id)

    def draft(
        self, request: Request, sent: Annotated[ProfileForm, Form()], next_of: Annotated[str, Form()] = ""
    ) -> Response:
        """Draft what was typed, or show more rows; what is wrong is said beside its row or field."""
        reader, user = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        words = reader.language.words
        if sent.more:
            return self._form(reader, view_of(sent, (), words), next_of=next_of)
        try:
            wanted = read_profile(sent, words)
            with self._context.writing() as connection:
                made = draft_profile(connection, wanted, actor=user.user_id, now=self._context.now).profile
        except InvalidInputError as error:
            view = view_of(sent, error.problems, words)
            return self._form(reader, view, next_of=next_of, status=422)
        return go_to(f"{address_of(made.profile_id)}?version={made.version}")

    def show(self, request: Request, profile_id: str, version: str = "") -> Response:
        """Show one version, by default the one in use or else the newest; raises `NotFoundError`."""
        reader, _ = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        return self._show(reader, profile_id, version)

    def test(
        self,
        request: Request,
        profile_id: str,
        version: Annotated[str, Form()] = "",
        first: Annotated[str, Form()] = "",
        last: Annotated[str, Form()] = "",
    ) -> Response:
        """Let a worker test a draft on the declarations of a period."""
        reader, user = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        try:
            period = BackTestPeriod(_day("first", first), _day("last", last))
            start_back_test(self._context.services, profile_id, _number(version), period, actor=user.user_id)
        except InvalidInputError as error:
            form = returned_form({"first": first, "last": last}, error.problems, reader.language.words)
            return self._show(reader, profile_id, version, form=form, status=422)
        return go_to(f"{address_of(profile_id)}?version={_number(version)}")

    def activate(self, request: Request, profile_id: str, version: Annotated[str, Form()] = "") -> Response:
        """Let a tested draft of another officer select from now on."""
        _, user = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        number = _number(version)
        with self._context.writing() as connection:
            activate_profile(connection, profile_id, number, actor=user.user_id, now=self._context.now)
        return go_to(f"{address_of(profile_id)}?version={number}")

    def retire(self, request: Request, profile_id: str) -> Response:
        """Let the active version select nothing any more."""
        _, user = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        with self._context.writing() as connection:
            retire_profile(connection, profile_id, actor=user.user_id, now=self._context.now)
        return go_to(address_of(profile_id))

    def _show(
        self,
        reader: Reader,
        profile_id: str,
        version: str,
        *,
        form: FormState | None = None,
        status: int = 200,
    ) -> Response:
        today, now = self._today(), self._context.now
        with self._context.reading() as connection:
            found = profile_versions(connection, profile_id)
            shown = _chosen(found, version)
            months = profile_months(connection, today - LOOK_BACK)
            run = back_test_run(connection, profile_id, shown.profile.version)
        before = next((one for one in found if one.profile.version < shown.profile.version), None)
        days = {"first": (today - timedelta(days=TEST_DAYS - 1)).isoformat(), "last": today.isoformat()}
        return self._context.pages.render(
            "risk_profile.html",
            reader,
            status=status,
            page_name="risk-profiles",
            page=present_version(shown, before, reader),
            versions=present_versions(found, shown.profile.version, reader),
            months=present_months(found, months, reader),
            run=present_run(run, now, reader),
            form=form or FormState(days),
            is_own=reader.user is not None and reader.user.user_id == shown.made_by,
            is_in_use=any(one.state is ProfileState.ACTIVE for one in found),
        )

    def _form(self, reader: Reader, view: FormView, *, next_of: str = "", status: int = 200) -> Response:
        words = reader.language.words
        return self._context.pages.render(
            "risk_profile_form.html",
            reader,
            status=status,
            page_name="risk-profiles",
            form=view.state,
            rows=view.rows,
            facts=[(code, words.gettext(title)) for code, title in FACTS.items()],
            operators=[(code.value, words.gettext(title)) for code, title in OPERATORS.items()],
            channels=[(code, words.gettext(title)) for code, title in CHANNELS.items() if code != "release"],
            next_of=next_of,
        )

    def _today(self) -> date:
        return local_day(self._context.now, self._context.services.settings.cases.zone)


def _chosen(found: Sequence[ProfileVersion], version: str) -> ProfileVersion:
    if not version:
        return next((one for one in found if one.state is ProfileState.ACTIVE), found[0])
    for one in found:
        if str(one.profile.version) == version:
            return one
    raise NotFoundError("profile", f"{found[0].profile.profile_id} {version[:20]}")


def _number(version: str) -> int:
    if not version.isdecimal() or not 1 <= int(version[:10]) <= MOST_VERSION:
        raise NotFoundError("version", version[:20])
    return int(version)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(FieldProblem(f"/{name}", "not-a-date", f"{text[:40]!r} is no day")) from error
