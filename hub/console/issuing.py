"""Issuing certificates of origin: the list, one with its file and acts, the form to issue by."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.console.context import ConsoleContext, go_to
from hub.console.issuing_form import form_state, groups_of, read_certificate, rows_of, typed
from hub.console.issuing_view import facts_of, present_act, present_fields, present_issued
from hub.console.issuing_wording import ACTS, CONFLICTS, REASONS, REFUSALS, UNFIT
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.anchored_json import anchored_to_json
from hub.origin.certificate.template_files import read_templates
from hub.origin.certificate.templates import Template
from hub.origin.chain.facts import Status
from hub.origin.issuing.acts import (
    acts_on,
    approve_act,
    certificate_act,
    propose_act,
    reject_act,
    waiting_acts,
)
from hub.origin.issuing.consulting import note_look
from hub.origin.issuing.issued import content_of, document_of, issued_certificate, list_issued
from hub.origin.issuing.issuing import IssueTerms, defaults_of, issue
from hub.origin.issuing.printing import print_certificate
from hub.origin.issuing.reasons import BY_CODE, StatusReason
from hub.origin.issuing.showing import STATUS_CODES
from hub.origin.issuing.values import UNDER_WAY, BatchProgress, IssuedCertificate
from hub.people.access import Permission

HERE = "/console/origin/issued"
PAGE = "origin-issued"
PAGE_SIZE = 50
MOST_FIELDS = 800
_STATUSES = {code: status for status, code in STATUS_CODES.items()}
Code = Annotated[str, Form(max_length=64)]


class IssuingPages:
    """For officers of an authority that issues certificates."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one, act = "/origin/issued/{issued_id}", "/origin/issued-acts/{act_id}"
        for path, method, work in (
            ("/origin/issued", "GET", self.index),
            ("/origin/issued", "POST", self.issue),
            ("/origin/new-certificate", "GET", self.new),
            (one, "GET", self.show),
            (f"{one}/certificate.json", "GET", self.document),
            (f"{one}/certificate.pdf", "GET", self.printed),
            (f"{one}/acts", "POST", self.act),
            (f"{act}/approve", "POST", self.approve),
            (f"{act}/reject", "POST", self.reject),
        ):
            router.add_api_route(path, work, methods=[method], response_model=None)

    def index(self, request: Request, number: str = "", cursor: str | None = None) -> Response:
        """Show what was issued, and what waits for a second officer."""
        reader, _ = self._context.require(request, Permission.ISSUE_CERTIFICATES)
        with self._context.reading() as connection:
            page = list_issued(connection, number=number[:64], cursor=cursor, limit=PAGE_SIZE)
            waiting = waiting_acts(connection)
        following = {"number": number[:64], "cursor": page.next_cursor or ""}
        return self._context.pages.render(
            "issued.html",
            reader,
            page_name=PAGE,
            rows=[present_issued(one, reader) for one in page.items],
            acts=[present_act(one, reader) for one in waiting],
            number=number[:64],
            is_set_up=bool(self._context.services.settings.origin_issuing.state),
            next_address=f"{HERE}?{urlencode(following)}" if page.next_cursor else "",
            first_address=HERE if cursor else "",
        )

    def new(self, request: Request, form: str = "") -> Response:
        """Show the empty form of a kind of certificate."""
        reader, _ = self._context.require(request, Permission.ISSUE_CERTIFICATES)
        template = self._template(form or next(iter(self._templates)))
        today = self._context.now.date().isoformat()
        return self._form(reader, template, FormState({"issued_on": today}), rows_of({}))

    async def issue(self, request: Request) -> Response:
        """Issue what was typed, or show more rows; what is wrong is said beside its field."""
        async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
            sent = [(name, text) for name, text in form.multi_items() if isinstance(text, str)]
        return await run_in_threadpool(self._issue, request, sent)

    def show(self, request: Request, issued_id: str) -> Response:
        """Show one certificate; raises `NotFoundError`."""
        reader, _ = self._context.require(request, Permission.ISSUE_CERTIFICATES)
        return self._one(reader, issued_id)

    def document(self, request: Request, issued_id: str) -> Response:
        """Send the file that goes to the exporter; raises `ConflictError` before its batch is closed."""
        document = self._document(request, issued_id)
        return _download(anchored_to_json(document), "application/json", document.certificate.number, "json")

    def printed(self, request: Request, issued_id: str) -> Response:
        """Send the form with its code; raises `ConflictError` before its batch is closed."""
        document = self._document(request, issued_id)
        fonts = self._context.services.settings.origin_issuing.fonts
        content = print_certificate(document, self._template(document.certificate.form), fonts)
        return _download(content, "application/pdf", document.certificate.number, "pdf")

    def act(
        self,
        request: Request,
        issued_id: str,
        status: Code = "",
        reason: Code = "",
        replaced_by: Code = "",
    ) -> Response:
        """Suspend, restore or revoke, or propose it; why it cannot be is said on the page."""
        reader, user = self._context.require(request, Permission.ISSUE_CERTIFICATES)
        if status not in _STATUSES or (status != "good" and reason not in REASONS):
            return self._one(reader, issued_id, problem=REFUSALS["missing"])
        said = StatusReason.UNSTATED if status == "good" else BY_CODE[reason]
        try:
            with self._context.writing() as connection:
                propose_act(
                    self._context.services,
                    connection,
                    issued_id,
                    (_STATUSES[status], said, replaced_by.strip()),
                    actor=user.user_id,
                )
        except InvalidInputError:
            problem = CONFLICTS["no-replacement"]
            return self._one(reader, issued_id, problem=problem)
        except ConflictError as error:
            return self._one(reader, issued_id, problem=CONFLICTS.get(error.code, UNFIT))
        return go_to(f"{HERE}/{issued_id}")

    def approve(self, request: Request, act_id: str) -> Response:
        """Let an act be done as its second officer."""
        return self._decide(request, act_id, is_approved=True)

    def reject(self, request: Request, act_id: str) -> Response:
        """Drop an act."""
        return self._decide(request, act_id, is_approved=False)

    @cached_property
    def _templates(self) -> Mapping[str, Template]:
        """Read at the first certificate; raises `TemplateError`."""
        return read_templates(self._context.services.settings.origin.forms)

    def _template(self, name: str) -> Template:
        found = self._templates.get(name)
        if found is None:
            raise NotFoundError("form", name[:64])
        return found

    def _document(self, request: Request, issued_id: str) -> AnchoredCertificate:
        _, user = self._context.require(request, Permission.ISSUE_CERTIFICATES)
        with self._context.reading() as connection:
            document = document_of(self._context.services, connection, issued_id)
        note_look(self._context.services, issued_id, viewer=user.user_id)
        return document

    def _issue(self, request: Request, sent: Sequence[tuple[str, str]]) -> Response:
        reader, user = self._context.require(request, Permission.ISSUE_CERTIFICATES)
        asked = dict(sent)
        template, values = self._template(asked.get("form", "")), typed(sent)
        if "more" in asked:
            return self._form(reader, template, FormState(values), rows_of(values, asked["more"]))
        services = self._context.services
        try:
            state = defaults_of(services, template.name).state
            certificate = read_certificate(template.name, state, values)
            report = issue(services, [certificate], IssueTerms(self._templates), actor=user.user_id)
            problems = [one for row in report.refused for one in row.problems]
        except InvalidInputError as error:
            report, problems = None, list(error.problems)
        except ConflictError as error:
            return self._stopped(reader, template, values, error)
        if report is None or problems:
            return self._returned(reader, template, values, problems)
        return go_to(f"{HERE}/{(*report.issued, *report.repeated)[0]}")

    def _returned(
        self, reader: Reader, template: Template, values: Mapping[str, str], problems: Sequence[FieldProblem]
    ) -> Response:
        state = form_state(values, problems, reader.language.words)
        return self._form(reader, template, state, rows_of(values), status=422)

    def _stopped(
        self, reader: Reader, template: Template, values: Mapping[str, str], error: ConflictError
    ) -> Response:
        state = FormState(dict(values), {"": reader.language.words.gettext(CONFLICTS.get(error.code, UNFIT))})
        return self._form(reader, template, state, rows_of(values), status=409)

    def _form(
        self,
        reader: Reader,
        template: Template,
        form: FormState,
        rows: Mapping[str, int],
        *,
        status: int = 200,
    ) -> Response:
        language = reader.language
        groups = groups_of(template, rows, language.words, language.code)
        names = {field.name for group in groups for field in group.fields}
        return self._context.pages.render(
            "issue.html",
            reader,
            status=status,
            page_name=PAGE,
            form=form,
            form_name=template.name,
            forms=[
                {
                    "address": f"/console/origin/new-certificate?form={name}",
                    "title": name.upper(),
                    "is_current": name == template.name,
                }
                for name in self._templates
            ],
            groups=groups,
            others=sorted({text for name, text in form.problems.items() if name not in names}),
        )

    def _one(self, reader: Reader, issued_id: str, *, problem: str = "") -> Response:
        services = self._context.services
        with self._context.reading() as connection:
            one = issued_certificate(connection, issued_id)
            certificate = content_of(services, connection, issued_id)
            acts = acts_on(connection, issued_id)
        if reader.user is not None:
            note_look(services, issued_id, viewer=reader.user.user_id)
        words = reader.language.words
        return self._context.pages.render(
            "issued_certificate.html",
            reader,
            status=422 if problem else 200,
            page_name=PAGE,
            row=present_issued(one, reader),
            facts=facts_of(one, reader),
            fields=present_fields(certificate, reader),
            acts=[present_act(act, reader) for act in acts],
            can=() if any(act.progress in UNDER_WAY for act in acts) else _possible(one),
            has_document=one.batch.progress is not BatchProgress.OPEN and bool(one.batch.root),
            failure=one.batch.failure,
            reasons=[(code, words.gettext(title)) for code, title in REASONS.items()],
            needs_two=services.settings.origin_issuing.needs_two,
            problem=words.gettext(problem) if problem else "",
            form=FormState({}),
        )

    def _decide(self, request: Request, act_id: str, *, is_approved: bool) -> Response:
        reader, user = self._context.require(request, Permission.ISSUE_CERTIFICATES)
        work = approve_act if is_approved else reject_act
        try:
            with self._context.writing() as connection:
                done = work(self._context.services, connection, act_id, actor=user.user_id)
        except ConflictError as error:
            with self._context.reading() as connection:
                held = certificate_act(connection, act_id)
            return self._one(reader, held.certificate_id, problem=CONFLICTS.get(error.code, UNFIT))
        return go_to(f"{HERE}/{done.certificate_id}")


def _possible(one: IssuedCertificate) -> tuple[str, ...]:
    """Return what may become of it now."""
    if one.batch.progress is not BatchProgress.ANCHORED or one.status is Status.REVOKED:
        return ()
    return tuple(code for code in ACTS if code != STATUS_CODES[one.status])


def _download(content: bytes, kind: str, number: str, ending: str) -> Response:
    name = quote(f"{number}.{ending}", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)
