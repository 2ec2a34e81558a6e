"""Issuing certificates of origin out of a file of many."""

from collections.abc import Mapping
from functools import cached_property

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from hub.console.context import ConsoleContext
from hub.console.issuing_view import present_refused
from hub.console.issuing_wording import CONFLICTS, REFUSALS, UNFIT
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.errors import ConflictError, InvalidInputError
from hub.origin.certificate.template_files import read_templates
from hub.origin.certificate.templates import Template
from hub.origin.issuing.issuing import IssueTerms, defaults_of, issue
from hub.origin.issuing.rows import MOST_BYTES, form_of_name, read_rows
from hub.origin.issuing.values import IssueReport
from hub.people.access import Permission

PAGE = "origin-issued"
LONGEST_NAME = 64


class IssuingFilePages:
    """For officers of an authority that issues certificates."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        here = "/origin/certificate-file"
        router.add_api_route(here, self.show, methods=["GET"], response_model=None)
        router.add_api_route(here, self.upload, methods=["POST"], response_model=None)

    def show(self, request: Request) -> Response:
        """Show the form for a file."""
        reader, _ = self._context.require(request, Permission.ISSUE_CERTIFICATES)
        return self._page(reader, None)

    async def upload(self, request: Request) -> Response:
        """Issue the certificates of a file, and say which were not."""
        async with request.form(max_files=1, max_fields=4) as form:
            file = form.get("file")
            chosen, leaves_out = str(form.get("form", ""))[:LONGEST_NAME], "leaves_out" in form
            name, content = "", b""
            if isinstance(file, UploadFile) and file.filename:
                name, content = file.filename, await file.read(MOST_BYTES + 1)
        return await run_in_threadpool(self._take, request, (name, content, chosen), leaves_out=leaves_out)

    def _take(self, request: Request, given: tuple[str, bytes, str], *, leaves_out: bool) -> Response:
        reader, user = self._context.require(request, Permission.ISSUE_CERTIFICATES)
        name, content, form = given
        if not name:
            return self._page(reader, None, problem=REFUSALS["missing"], form=form)
        services = self._context.services
        try:
            rows = read_rows(content, form_of_name(name), defaults_of(services, form))
            terms = IssueTerms(self._templates, leaves_out=leaves_out)
            report = issue(services, rows, terms, actor=user.user_id)
        except InvalidInputError:
            return self._page(reader, None, problem=REFUSALS["malformed-json"], form=form)
        except ConflictError as error:
            return self._page(reader, None, problem=CONFLICTS.get(error.code, UNFIT), form=form)
        return self._page(reader, report, form=form)

    @cached_property
    def _templates(self) -> Mapping[str, Template]:
        """Read at the first certificate; raises `TemplateError`."""
        return read_templates(self._context.services.settings.origin.forms)

    def _page(
        self, reader: Reader, report: IssueReport | None, *, problem: str = "", form: str = ""
    ) -> Response:
        words, code = reader.language.words, reader.language.code
        is_refused = problem or (report is not None and report.refused and not report.issued)
        problems = {"file": words.gettext(problem)} if problem else {}
        return self._context.pages.render(
            "issue_file.html",
            reader,
            status=422 if is_refused else 200,
            page_name=PAGE,
            form=FormState({"form": form}, problems),
            forms=[(name, one.title.get(code, one.title["en"])) for name, one in self._templates.items()],
            report=report,
            refused=() if report is None else present_refused(report.refused, reader),
        )
