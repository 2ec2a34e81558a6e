"""Routes: subjects and their photos."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, File, Form, Path, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.api.problems import Problem, field_problems, problem_response
from hub.errors import ConflictError, FieldProblem
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once, recall
from hub.store.paging import MAX_LIMIT, Page
from hub.watchlist.enrolment import (
    amendment,
    answered,
    examine,
    prepare_enrolment,
    prepare_photos,
)
from hub.watchlist.history import HistoryEntry, history_of_subject
from hub.watchlist.photos import MAX_PHOTO_BYTES, Photo, PhotoReport
from hub.watchlist.proposal_content import Remove, Resemblance
from hub.watchlist.proposals import Proposal, propose
from hub.watchlist.records import SubjectRecord
from hub.watchlist.subjects import SubjectDetail, SubjectSummary, list_subjects, subject

router = APIRouter(tags=["subjects"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_SUBJECTS))]
Officer = Annotated[User, Depends(allowed(Permission.ENROL))]
Identifier = Annotated[str, Path(max_length=64)]
Resembles = Annotated[
    Literal["ask", "look-alike", "other"],
    Form(description="What to do when somebody listed resembles the person: see the watchlists' page."),
]
Photos = Annotated[list[UploadFile], File(description="1 to 10 JPEG or PNG photos of this one person.")]
Dates = Annotated[
    list[str] | None,
    Form(description="ISO date of each photo, in the photos' order; leave out when unknown."),
]


@dataclass(frozen=True, slots=True)
class _Statement:
    """The form's fields about the person."""

    display_name: Annotated[str, Form()]
    category: Annotated[str, Form()]
    severity: Annotated[int, Form()]
    legal_basis: Annotated[str, Form()]
    authority: Annotated[str, Form()]
    case_number: Annotated[str, Form()] = ""
    instructions: Annotated[str, Form()] = ""
    expires_at: Annotated[datetime | None, Form()] = None
    aliases: Annotated[list[str] | None, Form(description="Other names, in any script.")] = None
    external_key: Annotated[str, Form()] = ""

    def as_record(self) -> SubjectRecord:
        """Make the value that enrolment checks."""
        values = {name: getattr(self, name) for name in SubjectRecord.__dataclass_fields__}
        return SubjectRecord(**values | {"aliases": tuple(self.aliases or ())})


@dataclass(frozen=True, slots=True)
class ProposedSubjectAnswer:
    """A proposal about one subject, with the report on each photo."""

    subject_id: str | None
    photos: tuple[PhotoReport, ...]
    proposal: Proposal


class RecordChanges(BaseModel):
    """Fields of a record to be changed; those left out stay."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    display_name: str = Field(default="", max_length=400)
    category: str = Field(default="", max_length=64)
    severity: int = Field(default=1, ge=1, le=3, strict=True)
    legal_basis: str = Field(default="", max_length=1000)
    authority: str = Field(default="", max_length=400)
    case_number: str = Field(default="", max_length=200)
    instructions: str = Field(default="", max_length=4000)
    expires_at: datetime | None = None
    aliases: tuple[str, ...] = Field(default=(), max_length=40)
    external_key: str = Field(default="", max_length=200)


@router.get("/watchlists/{list_id}/subjects", operation_id="list_subjects")
def get_subjects(
    services: Hub,
    user: Viewer,
    list_id: Identifier,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
    name: Annotated[str, Query(max_length=200, description="Finds it in any script.")] = "",
) -> Page[SubjectSummary]:
    """Subjects of a list, newest first, without removed ones."""
    with reading(services.engine) as connection:
        return list_subjects(connection, list_id, now=services.clock(), cursor=cursor, limit=limit, name=name)


@router.post(
    "/watchlists/{list_id}/subjects",
    status_code=201,
    operation_id="enrol_subject",
    response_model=ProposedSubjectAnswer,
    responses={202: {"description": "It waits for a second officer.", "model": ProposedSubjectAnswer}},
)
def post_subject(  # noqa: PLR0913, PLR0917 - one parameter per part of the form
    services: Hub,
    user: Officer,
    list_id: Identifier,
    stated: Annotated[_Statement, Depends()],
    photos: Photos,
    captured_on: Dates = None,
    on_resemblance: Resembles = "ask",
    key: IdempotencyKey = None,
) -> Response:
    """Propose a subject; when one photo is refused, or somebody listed resembles it, nothing is written."""
    entry, handed_in = stated.as_record(), _read(photos, captured_on)
    attempt = attempt_of(user, key, _digest(list_id, entry, handed_in))
    if attempt is not None:
        with reading(services.engine) as connection:
            stored = recall(services, connection, attempt)
        if stored is not None:
            return as_response(stored)
    prepared = prepare_enrolment(services, list_id, entry, handed_in)
    if prepared.content is None:
        return problem_response(_photo_problem(prepared.reports))
    if prepared.resemblances and on_resemblance == "ask":
        return problem_response(_resemblance_problem(prepared.resemblances))
    content = answered(prepared.content, "" if on_resemblance == "ask" else on_resemblance)

    def work() -> Answer:
        return _answer(propose(services, connection, list_id, content, actor=user.user_id), prepared.reports)

    with writing(services.engine) as connection:
        answer = once(services, connection, attempt, work)
    return as_response(answer)


@router.get("/subjects/{subject_id}", operation_id="get_subject")
def get_subject(services: Hub, user: Viewer, subject_id: Identifier) -> SubjectDetail:
    """One subject, removed ones included; the look is recorded."""
    now = services.clock()
    with writing(services.engine) as connection:
        found = subject(connection, subject_id, now=now)
        record(connection, Act(user.user_id, "subject-viewed", subject_id, {}), now)
    return found


@router.patch(
    "/subjects/{subject_id}",
    operation_id="amend_subject",
    response_model=Proposal,
    responses={202: {"description": "It waits for a second officer.", "model": Proposal}},
)
def patch_subject(services: Hub, user: Officer, subject_id: Identifier, changes: RecordChanges) -> Response:
    """Amend what is stated about a subject; what is left out stays."""
    with writing(services.engine) as connection:
        content = amendment(services, connection, subject_id, changes.model_dump(exclude_unset=True))
        list_id = subject(connection, subject_id, now=services.clock()).summary.list_id
        return _proposed(propose(services, connection, list_id, content, actor=user.user_id), 200)


@router.delete(
    "/subjects/{subject_id}",
    operation_id="remove_subject",
    response_model=Proposal,
    responses={202: {"description": "It waits for a second officer.", "model": Proposal}},
)
def delete_subject(
    services: Hub,
    user: Officer,
    subject_id: Identifier,
    reason: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """Take a subject off its list from the next version on."""
    with writing(services.engine) as connection:
        held = subject(connection, subject_id, now=services.clock())
        if held.removed_at is not None:
            raise ConflictError("off-the-list", f"subject {subject_id} was taken off the list before")
        content = Remove(subject_id=subject_id, reason=reason.strip())
        made = propose(services, connection, held.summary.list_id, content, actor=user.user_id)
    return _proposed(made, 200)


@router.post(
    "/subjects/{subject_id}/photos",
    status_code=201,
    operation_id="add_photos",
    response_model=ProposedSubjectAnswer,
    responses={202: {"description": "It waits for a second officer.", "model": ProposedSubjectAnswer}},
)
def post_photos(
    services: Hub,
    user: Officer,
    subject_id: Identifier,
    photos: Photos,
    captured_on: Dates = None,
    key: IdempotencyKey = None,
) -> Response:
    """Propose further reference photos of a subject, all or none."""
    handed_in = _read(photos, captured_on)
    attempt = attempt_of(user, key, _photos_digest(subject_id, handed_in))
    if attempt is not None:
        with reading(services.engine) as connection:
            stored = recall(services, connection, attempt)
        if stored is not None:
            return as_response(stored)
    prepared = prepare_photos(services, subject_id, handed_in)
    content, list_id = prepared.content, prepared.list_id
    if content is None:
        return problem_response(_photo_problem(prepared.reports))

    def work() -> Answer:
        return _answer(propose(services, connection, list_id, content, actor=user.user_id), prepared.reports)

    with writing(services.engine) as connection:
        answer = once(services, connection, attempt, work)
    return as_response(answer)


@router.post("/photo-reports", operation_id="examine_photos")
def post_photo_reports(services: Hub, user: Officer, photos: Photos) -> tuple[PhotoReport, ...]:
    """Say of photos how good they are, as an enrolment would; nothing of them is kept."""
    return examine(services, _read(photos, None))


@router.get("/subjects/{subject_id}/history", operation_id="list_subject_history")
def get_subject_history(
    services: Hub,
    user: Viewer,
    subject_id: Identifier,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> Page[HistoryEntry]:
    """Everything that happened to a subject, newest first; the look is recorded."""
    now = services.clock()
    with writing(services.engine) as connection:
        subject(connection, subject_id, now=now)
        record(connection, Act(user.user_id, "subject-viewed", subject_id, {"part": "history"}), now)
        return history_of_subject(connection, subject_id, cursor=cursor, limit=limit)


def _read(photos: Sequence[UploadFile], dates: Sequence[str] | None) -> tuple[Photo, ...]:
    """Read each photo, one byte beyond the limit at most."""
    known = [*(dates or ()), *[""] * len(photos)]
    return tuple(
        Photo(
            name=photo.filename or f"photo {index + 1}",
            content=photo.file.read(MAX_PHOTO_BYTES + 1),
            captured_on=on,
            media_type=photo.content_type or "",
        )
        for index, (photo, on) in enumerate(zip(photos, known, strict=False))
    )


def _digest(list_id: str, entry: SubjectRecord, photos: Sequence[Photo]) -> str:
    return digest_of([b"enrol", list_id.encode(), msgspec.json.encode(entry), *_photo_parts(photos)])


def _photos_digest(subject_id: str, photos: Sequence[Photo]) -> str:
    return digest_of([b"photos", subject_id.encode(), *_photo_parts(photos)])


def _photo_parts(photos: Sequence[Photo]) -> list[bytes]:
    return [part for one in photos for part in (one.captured_on.encode(), one.content)]


def _photo_problem(reports: Sequence[PhotoReport]) -> Problem:
    problems = [
        FieldProblem(f"/photos/{index}", reason, f"{report.name}: {reason}")
        for index, report in enumerate(reports)
        for reason in report.reasons
    ]
    return field_problems(problems, detail="A photo was refused; nothing was written.")


def _resemblance_problem(found: Sequence[Resemblance]) -> Problem:
    problems = [
        FieldProblem(f"/photos/{one.probe}", "resembles", f"subject {one.subject_id} looks like this person")
        for one in found
    ]
    detail = "Somebody listed looks like this person; say on_resemblance, or add the photos to that subject."
    return field_problems(problems, detail=detail)


def _answer(made: Proposal, reports: Sequence[PhotoReport]) -> Answer:
    value = ProposedSubjectAnswer(made.subject_id, tuple(reports), made)
    return answer_of(201 if made.is_done else 202, value)


def _proposed(made: Proposal, status_when_done: int) -> Response:
    return as_response(answer_of(status_when_done if made.is_done else 202, made))
