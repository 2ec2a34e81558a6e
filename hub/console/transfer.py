"""A list's import with its dry run, and its export."""

import tempfile

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.datastructures import UploadFile

from hub.api.transfers import IN_MEMORY, MAX_ARCHIVE_BYTES, portions
from hub.console.context import ConsoleContext, go_to
from hub.console.drafts import address_after
from hub.console.list_wording import ARCHIVE_REASONS, FIELDS
from hub.console.reader import Reader
from hub.console.wording import FIELD_REASONS, PHOTO_REASONS, word
from hub.errors import FieldProblem, InvalidInputError
from hub.people.access import Permission
from hub.watchlist.exporting import export_list
from hub.watchlist.importing import ImportReport, prepare_import
from hub.watchlist.proposal_content import Answer
from hub.watchlist.proposals import propose
from hub.watchlist.subjects import list_title
from hub.watchlist.transfer_rows import COLUMNS

ROWS_SHOWN = 200
ANSWERS: dict[str, Answer] = {"look-alike": "look-alike", "other": "other"}


class TransferPages:
    """Many persons at once."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/watchlists/{list_id}"
        router.add_api_route(f"{one}/transfer", self.show, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/transfer", self.take, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/export", self.export, methods=["POST"], response_model=None)

    def show(self, request: Request, list_id: str) -> Response:
        """Show how to import and export."""
        reader, _ = self._context.require(request, Permission.ENROL)
        return self._page(reader, list_id)

    async def take(self, request: Request, list_id: str) -> Response:
        """Examine a file; propose it when it was no dry run and no row was refused."""
        self._context.require(request, Permission.ENROL)
        async with request.form(max_files=1, max_fields=5) as form:
            file = form.get("archive")
            is_file = isinstance(file, UploadFile) and bool(file.filename)
            content = await file.read(MAX_ARCHIVE_BYTES) if isinstance(file, UploadFile) else b""
            name = (file.filename or "") if isinstance(file, UploadFile) else ""
            is_dry = form.get("mode") != "propose"
            answer = ANSWERS.get(str(form.get("on_resemblance")), "")
        return self._take(request, list_id, (name, content if is_file else b""), answer, is_dry=is_dry)

    def export(self, request: Request, list_id: str) -> Response:
        """Send everybody live on the list; the export is on record."""
        _, user = self._context.require(request, Permission.EXPORT_SUBJECTS)
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
        with self._context.writing() as connection:
            export_list(self._context.services, connection, list_id, file, format="csv", actor=user.user_id)
        headers = {
            "Content-Disposition": f'attachment; filename="{list_id}.zip"',
            "Cache-Control": "no-store",
        }
        return StreamingResponse(portions(file), media_type="application/zip", headers=headers)

    def _take(
        self, request: Request, list_id: str, file: tuple[str, bytes], answer: Answer, *, is_dry: bool
    ) -> Response:
        reader, user = self._context.require(request, Permission.ENROL)
        services = self._context.services
        try:
            prepared = prepare_import(services, list_id, file, on_resemblance=answer)
        except InvalidInputError as error:
            problem = " ".join(_worded(one, reader) for one in error.problems)
            return self._page(reader, list_id, problem=problem)
        if is_dry or prepared.content is None:
            return self._page(reader, list_id, report=prepared.report)
        with self._context.writing() as connection:
            made = propose(services, connection, list_id, prepared.content, actor=user.user_id)
        return go_to(address_after(made))

    def _page(
        self, reader: Reader, list_id: str, *, report: ImportReport | None = None, problem: str = ""
    ) -> Response:
        with self._context.reading() as connection:
            title = list_title(connection, list_id)
        rows = [] if report is None else [row for row in report.rows if row.problems or row.notes]
        is_bad = bool(problem) or (report is not None and not report.is_good)
        return self._context.pages.render(
            "transfer.html",
            reader,
            status=422 if is_bad else 200,
            page_name="watchlists",
            list_id=list_id,
            title=title,
            columns=COLUMNS,
            report=report,
            rows=[
                (row, [_worded(one, reader) for one in row.problems], row.notes) for row in rows[:ROWS_SHOWN]
            ],
            further=max(0, len(rows) - ROWS_SHOWN),
            problem=problem,
        )


def _worded(problem: FieldProblem, reader: Reader) -> str:
    """Say what is wrong with a column; the detail of a file that cannot be read is for who made it."""
    words = reader.language.words
    column = problem.pointer.strip("/").partition("/")[0]
    if column == "file":
        return f"{word(ARCHIVE_REASONS, problem.code, words)} ({problem.detail})"
    reasons = PHOTO_REASONS | FIELD_REASONS | ARCHIVE_REASONS
    return f"{word(FIELDS, column, words)}: {word(reasons, problem.code, words)}"
