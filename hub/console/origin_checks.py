"""Checks of certificates of origin: the list, one check from presenting it to deciding it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from hub.console.context import ConsoleContext, go_to
from hub.console.forms import returned_form
from hub.console.origin_paper_view import present_paper
from hub.console.origin_view import present_check, present_check_row, present_draws
from hub.console.origin_wording import (
    DECISIONS,
    METHODS,
    NEEDS_ANOTHER,
    NEEDS_REASON,
    NOT_COMPARED,
    PROBLEMS,
    TRUTHS,
    UNREADABLE,
    VERDICTS,
)
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.wording import mark, word
from hub.declarations.assessing.evidence import OriginVerdict
from hub.errors import ConflictError, InvalidInputError
from hub.fleet.places import list_sites
from hub.origin.certificate.template_files import read_templates
from hub.origin.certificate.templates import Template
from hub.origin.checking.checks import Opening, decide, look_again, open_check, record_truth, verify_check
from hub.origin.checking.declared import compared_with
from hub.origin.checking.drawing import draws_of
from hub.origin.checking.finding import CheckFilter, check_detail, list_checks
from hub.origin.checking.finding_csv import csv_lines
from hub.origin.checking.paper_desk import PaperDesk, is_scan
from hub.origin.checking.papers import open_cell, paper_of
from hub.origin.checking.reading import MOST_BYTES, read_presented
from hub.origin.checking.settling import count_refused
from hub.origin.checking.values import Decided, LaterTruth, Method, OfficerDecision, Truth
from hub.people.access import Permission, User

PAGE_SIZE = 30
MOST_LINES = 10_000
VIEWS = {"open": mark("Not decided"), "all": mark("All")}
_FIELDS = ("site_id", "verdict", "decision", "method", "number")
_BASE = "/console/origin/checks"
Text = Annotated[str, Form(max_length=2000)]
Code = Annotated[str, Form(max_length=64)]


class OriginCheckPages:
    """For customs officers, who check, for the second person, and for who reads."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/origin/checks/{check_id}"
        for path, method, act in (
            ("/origin/checks", "GET", self.index),
            ("/origin/checks", "POST", self.open),
            ("/origin/checks.csv", "GET", self.export),
            (one, "GET", self.show),
            (f"{one}/presented", "POST", self.present),
            (f"{one}/look", "POST", self.look),
            (f"{one}/decision", "POST", self.decide),
            (f"{one}/truth", "POST", self.truth),
            (f"{one}/pictures/{{sheet}}/{{cell}}", "GET", self.cell),
        ):
            router.add_api_route(path, act, methods=[method], response_model=None)

    def index(self, request: Request, cursor: str | None = None) -> Response:
        """Show the list, and the form that begins a check."""
        reader, user = self._context.require(request, Permission.VIEW_CERTIFICATES)
        return self._list(request, reader, user, FormState({}), cursor=cursor)

    def open(
        self,
        request: Request,
        site_id: Code = "",
        method: Code = Method.CODE_ONLINE.value,
        state: Code = "",
        number: Code = "",
        form: Code = "",
    ) -> Response:
        """Begin a check: its time runs from now."""
        reader, user = self._context.require(request, Permission.CHECK_CERTIFICATES)
        typed = {"site_id": site_id, "method": method, "state": state, "number": number, "form": form}
        chosen = Method.PAPER if method == Method.PAPER else Method.CODE_ONLINE
        opening = Opening(
            method=chosen,
            site_id=site_id,
            state=state.strip().upper() if chosen is Method.PAPER else "",
            number=number.strip() if chosen is Method.PAPER else "",
            form=form if chosen is Method.PAPER else "",
        )
        try:
            with self._context.writing() as connection:
                check = open_check(self._context.services, connection, opening, user)
        except InvalidInputError as error:
            returned = returned_form(typed, error.problems, reader.language.words)
            return self._list(request, reader, user, returned, status=422)
        return go_to(f"{_BASE}/{check.check_id}")

    def export(self, request: Request) -> Response:
        """Send the checks of the list for a spreadsheet."""
        _, user = self._context.require(request, Permission.VIEW_CERTIFICATES)
        _, wanted = _asked(request.query_params)
        with self._context.reading() as connection:
            page = list_checks(connection, viewer=user, wanted=wanted, limit=MOST_LINES)
        headers = {"Content-Disposition": 'attachment; filename="origin-checks.csv"'}
        headers["Cache-Control"] = "no-store"
        return Response("".join(csv_lines(page.items)), media_type="text/csv; charset=utf-8", headers=headers)

    def show(self, request: Request, check_id: str) -> Response:
        """Show one check and record the look; raises `NotFoundError`."""
        reader, user = self._context.require(request, Permission.VIEW_CERTIFICATES)
        return self._one(reader, user, check_id)

    async def present(self, request: Request, check_id: str) -> Response:
        """Look at what was presented: a file, a picture of the code, or the code's text."""
        async with request.form(max_files=2, max_fields=4) as form:
            file, text = form.get("file"), str(form.get("code", ""))
            content = text.encode()
            if isinstance(file, UploadFile) and file.filename:
                content = await file.read(MOST_BYTES + 1)
        return await run_in_threadpool(self._present, request, check_id, content)

    def look(self, request: Request, check_id: str) -> Response:
        """Look once more, such as when nobody could say before."""
        _, user = self._context.require(request, Permission.CHECK_CERTIFICATES)
        services = self._context.services
        look_again(services, services.origin_verifier, check_id, user)
        return go_to(f"{_BASE}/{check_id}")

    def decide(
        self, request: Request, check_id: str, decision: Code = "", reason: Text = "", touched: Code = "0"
    ) -> Response:
        """Accept, refuse or refer; what is missing is said on the page."""
        reader, user = self._context.require(request, Permission.DECIDE_CERTIFICATES)
        if decision not in DECISIONS:
            return self._one(reader, user, check_id, problem=mark("Please choose one from the list."))
        fields = int(touched) if touched.isdecimal() and len(touched) < 4 else 0
        said = Decided(decision=OfficerDecision(decision), reason=reason, fields_touched=fields)
        try:
            with self._context.writing() as connection:
                decide(self._context.services, connection, check_id, said, officer=user)
        except InvalidInputError:
            return self._one(reader, user, check_id, problem=NEEDS_REASON, typed=reason)
        except ConflictError as error:
            if error.code != "needs-another-person":
                raise
            return self._one(reader, user, check_id, problem=NEEDS_ANOTHER, typed=reason)
        return go_to(f"{_BASE}/{check_id}")

    def truth(self, request: Request, check_id: str, truth: Code = "", source: Text = "") -> Response:
        """Keep what turned out later."""
        reader, user = self._context.require(request, Permission.DECIDE_CERTIFICATES)
        if truth not in TRUTHS:
            return self._one(reader, user, check_id, problem=mark("Please choose one from the list."))
        try:
            with self._context.writing() as connection:
                said = LaterTruth(Truth(truth), source)
                record_truth(self._context.services, connection, check_id, said, by=user)
        except InvalidInputError:
            return self._one(reader, user, check_id, problem=mark("Say how it is known."))
        return go_to(f"{_BASE}/{check_id}")

    @cached_property
    def _templates(self) -> Mapping[str, Template]:
        """Read at the first certificate; raises `TemplateError`."""
        return read_templates(self._context.services.settings.origin.forms)

    def cell(self, request: Request, check_id: str, sheet: int, cell: int) -> Response:
        """Send the picture of one cell of a scanned paper."""
        _, user = self._context.require(request, Permission.VIEW_CERTIFICATES)
        with self._context.reading() as connection:
            picture = open_cell(self._context.services, connection, (check_id, sheet, cell), user)
        headers = {"Cache-Control": "private, max-age=600"}
        return Response(picture.content, media_type=picture.media_type, headers=headers)

    def _present(self, request: Request, check_id: str, content: bytes) -> Response:
        reader, user = self._context.require(request, Permission.CHECK_CERTIFICATES)
        services = self._context.services
        try:
            document = read_presented(content)
        except InvalidInputError as error:
            first = error.problems[0]
            is_of_code = first.pointer in {"", "/content"}
            problem = PROBLEMS.get(first.code, UNREADABLE) if is_of_code else UNREADABLE
            return self._one(reader, user, check_id, problem=problem)
        verify_check(services, services.origin_verifier, check_id, document, user)
        desk: PaperDesk = request.app.state.paper_desk
        if is_scan(content) and not desk.compare(check_id, content):
            return self._one(reader, user, check_id, problem=NOT_COMPARED)
        return go_to(f"{_BASE}/{check_id}")

    def _list(  # long: all that one template is told
        self,
        request: Request,
        reader: Reader,
        user: User,
        form: FormState,
        *,
        cursor: str | None = None,
        status: int = 200,
    ) -> Response:
        asked, wanted = _asked(request.query_params)
        words = reader.language.words
        with self._context.reading() as connection:
            page = list_checks(connection, viewer=user, wanted=wanted, cursor=cursor, limit=PAGE_SIZE)
            sites = {one.site_id: one.title for one in list_sites(connection)}
            refused = count_refused(connection)
        own = [("", words.gettext("At no post")), *(pair for pair in sites.items() if user.works_at(pair[0]))]
        return self._context.pages.render(
            "origin_checks.html",
            reader,
            page_name="origin-checks",
            status=status,
            rows=[present_check_row(one, sites, reader) for one in page.items],
            form=form,
            sites=own,
            filters=FormState(dict(asked)),
            choices=_choices(reader, sites),
            views=[
                {
                    "address": f"{_BASE}?view={code}",
                    "title": words.gettext(title),
                    "is_current": code == asked["view"],
                }
                for code, title in VIEWS.items()
            ],
            is_narrowed=any(asked[name] for name in _FIELDS),
            refused=refused,
            may_check=user.may(Permission.CHECK_CERTIFICATES),
            next_address=_address(asked, cursor=page.next_cursor or "") if page.next_cursor else "",
            first_address=_address(asked) if cursor else "",
            export_address=_address(asked).replace(_BASE, f"{_BASE}.csv"),
        )

    def _one(  # long: all that one template is told
        self, reader: Reader, user: User, check_id: str, *, problem: str = "", typed: str = ""
    ) -> Response:
        with self._context.writing() as connection:
            detail = check_detail(self._context.services, connection, check_id, viewer=user)
            sites = {one.site_id: one.title for one in list_sites(connection)}
            certificate = None if detail.document is None else detail.document.certificate
            declaration_id = detail.check.declaration_id if user.may(Permission.VIEW_DECLARATIONS) else None
            compared = compared_with(connection, certificate, declaration_id)
            held = detail.check.certificate_id
            papers = paper_of(self._context.services, connection, check_id)
            draws = () if held is None else draws_of(connection, certificate_id=held)
        template = None if certificate is None else self._templates.get(certificate.form)
        context = (sites, self._context.now, reader)
        words, check = reader.language.words, detail.check
        is_open = check.decided_at is None
        return self._context.pages.render(
            "origin_check.html",
            reader,
            page_name="origin-checks",
            status=422 if problem else 200,
            page=present_check(check, certificate, template, compared, context),
            check=check,
            problem=words.gettext(problem) if problem else "",
            typed=typed,
            decisions=[(code, words.gettext(title)) for code, title in DECISIONS.items()],
            truths=[(code, words.gettext(title)) for code, title in TRUTHS.items()],
            may_present=is_open
            and check.method is not Method.PAPER
            and user.may(Permission.CHECK_CERTIFICATES),
            may_decide=is_open
            and (check.verdict is not None or check.method is Method.PAPER)
            and user.may(Permission.DECIDE_CERTIFICATES),
            may_tell=not is_open and not check.is_seeded and user.may(Permission.DECIDE_CERTIFICATES),
            declaration_id=declaration_id,
            draws=present_draws(draws, reader),
            paper=present_paper(check_id, papers, template, reader),
        )


def _asked(query: Mapping[str, str]) -> tuple[dict[str, str], CheckFilter]:
    """Read the address; what it cannot mean counts as not asked."""
    asked = {name: query.get(name, "")[:64].strip() for name in _FIELDS}
    asked = {name: text if text.isprintable() else "" for name, text in asked.items()}
    known = {"verdict": VERDICTS, "decision": DECISIONS, "method": METHODS}
    asked |= {name: asked[name] if asked[name] in codes else "" for name, codes in known.items()}
    view = query.get("view", "open")
    asked["view"] = view if view in VIEWS else "open"
    wanted = CheckFilter(
        is_open=asked["view"] == "open",
        site_id=asked["site_id"],
        verdict=OriginVerdict(asked["verdict"]) if asked["verdict"] else None,
        decision=OfficerDecision(asked["decision"]) if asked["decision"] else None,
        method=Method(asked["method"]) if asked["method"] else None,
        number=asked["number"],
    )
    return asked, wanted


def _address(asked: Mapping[str, str], **changes: str) -> str:
    return f"{_BASE}?{urlencode({name: value for name, value in {**asked, **changes}.items() if value})}"


def _choices(reader: Reader, sites: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    words = reader.language.words
    nothing = ("", words.gettext("Any"))
    tables = {"verdict": VERDICTS, "decision": DECISIONS, "method": METHODS}
    found = {
        name: [nothing, *((code, word(table, code, words)) for code in table)]
        for name, table in tables.items()
    }
    return found | {"site_id": [nothing, *sites.items()]}
