"""Routes: a list's import and export."""

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Path, Query, Response, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict

from hub.api.dependencies import Hub, allowed, answer_of, as_response
from hub.people.access import Permission, User
from hub.store.database import writing
from hub.watchlist.exporting import export_list
from hub.watchlist.importing import ImportReport, prepare_import
from hub.watchlist.proposals import Proposal, propose

router = APIRouter(tags=["watchlists"])
Officer = Annotated[User, Depends(allowed(Permission.ENROL))]
Exporter = Annotated[User, Depends(allowed(Permission.EXPORT_SUBJECTS))]
ListId = Annotated[str, Path(max_length=64)]
MAX_ARCHIVE_BYTES = 256 << 20
IN_MEMORY = 16 << 20
_PORTION = 1 << 18


class ImportAnswer(BaseModel):
    """What an import found, and the proposal it became."""

    model_config = ConfigDict(frozen=True)
    report: ImportReport
    proposal: Proposal | None
    """None: a dry run, a refused row, or nothing new."""


@router.post(
    "/watchlists/{list_id}/imports",
    operation_id="import_subjects",
    response_model=ImportAnswer,
    responses={202: {"description": "It waits for a second officer.", "model": ImportAnswer}},
)
def post_import(
    services: Hub,
    user: Officer,
    list_id: ListId,
    archive: Annotated[UploadFile, File(description="Zip with subjects.csv or subjects.json and photos.")],
    dry_run: Annotated[bool, Form()] = True,
    on_resemblance: Annotated[Literal["ask", "look-alike", "other"], Form()] = "ask",
) -> Response:
    """Examine every row; unless it is a dry run, propose them all together when none was refused."""
    file = (archive.filename or "import", archive.file.read(MAX_ARCHIVE_BYTES))
    answer = "" if on_resemblance == "ask" else on_resemblance
    prepared = prepare_import(services, list_id, file, on_resemblance=answer)
    if dry_run or prepared.content is None:
        status = 200 if prepared.report.is_good else 422
        return as_response(answer_of(status, {"report": prepared.report, "proposal": None}))
    with writing(services.engine) as connection:
        made = propose(services, connection, list_id, prepared.content, actor=user.user_id)
    status = 200 if made.is_done else 202
    return as_response(answer_of(status, {"report": prepared.report, "proposal": made}))


@router.get(
    "/watchlists/{list_id}/export",
    operation_id="export_subjects",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}, "description": "An archive that imports take."}},
)
def get_export(
    services: Hub, user: Exporter, list_id: ListId, format: Annotated[Literal["csv", "json"], Query()] = "csv"
) -> StreamingResponse:
    """Send everybody live on the list with photos; the export is recorded."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
    with writing(services.engine) as connection:
        export_list(services, connection, list_id, file, format=format, actor=user.user_id)
    headers = {"Content-Disposition": f'attachment; filename="{list_id}.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(portions(file), media_type="application/zip", headers=headers)


def portions(file: IO[bytes]) -> Iterator[bytes]:
    """Give a file from its beginning, portion by portion, and close it."""
    with file:
        file.seek(0)
        while portion := file.read(_PORTION):
            yield portion
