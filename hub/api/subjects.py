"""Routes: subjects and their photos."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, File, Form, Path, Query, Response, UploadFile

from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.api.problems import Problem, field_problems, problem_response
from hub.errors import FieldProblem
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.store.idempotency import digest_of, once, recall
from hub.store.paging import MAX_LIMIT, Page
from hub.watchlist.enrolment import Enrolment, add_photos, prepare_enrolment, store_enrolment
from hub.watchlist.photos import MAX_PHOTO_BYTES, Photo, PhotoReport
from hub.watchlist.subjects import (
    SubjectDetail,
    SubjectRecord,
    SubjectSummary,
    list_subjects,
    remove_subject,
    subject,
)

router = APIRouter(tags=["subjects"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_SUBJECTS))]
Officer = Annotated[User, Depends(allowed(Permission.ENROL))]
Identifier = Annotated[str, Path(max_length=64)]
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

    def as_record(self) -> SubjectRecord:
        """Make the value that enrolment checks."""
        return SubjectRecord(**{name: getattr(self, name) for name in SubjectRecord.__dataclass_fields__})


@router.get("/watchlists/{list_id}/subjects", operation_id="list_subjects")
def get_subjects(
    services: Hub,
    user: Viewer,
    list_id: Identifier,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> Page[SubjectSummary]:
    """Subjects of a list, newest first, without removed ones."""
    with reading(services.engine) as connection:
        return list_subjects(connection, list_id, now=services.clock(), cursor=cursor, limit=limit)


@router.post(
    "/watchlists/{list_id}/subjects",
    status_code=201,
    operation_id="enrol_subject",
    response_model=Enrolment,
)
def post_subject(  # noqa: PLR0913, PLR0917 - one parameter per part of the form
    services: Hub,
    user: Officer,
    list_id: Identifier,
    stated: Annotated[_Statement, Depends()],
    photos: Photos,
    captured_on: Dates = None,
    key: IdempotencyKey = None,
) -> Response:
    """Enrol a subject; when one photo is refused, nothing is written and each photo's report says why."""
    entry, handed_in = stated.as_record(), _read(photos, captured_on)
    attempt = attempt_of(user, key, _digest(list_id, entry, handed_in))
    if attempt is not None:
        with reading(services.engine) as connection:
            stored = recall(services, connection, attempt)
        if stored is not None:
            return as_response(stored)
    prepared = prepare_enrolment(services, list_id, entry, handed_in)
    if not prepared.is_good:
        return problem_response(_photo_problem(prepared.reports))
    with writing(services.engine) as connection:
        answer = once(
            services,
            connection,
            attempt,
            lambda: answer_of(201, store_enrolment(services, connection, prepared, actor=user.user_id)),
        )
    return as_response(answer)


@router.get("/subjects/{subject_id}", operation_id="get_subject")
def get_subject(services: Hub, user: Viewer, subject_id: Identifier) -> SubjectDetail:
    """One subject, removed ones included; the look is recorded."""
    now = services.clock()
    with writing(services.engine) as connection:
        found = subject(connection, subject_id, now=now)
        record(connection, Act(user.user_id, "subject-viewed", subject_id, {}), now)
    return found


@router.delete("/subjects/{subject_id}", status_code=204, operation_id="remove_subject")
def delete_subject(services: Hub, user: Officer, subject_id: Identifier) -> None:
    """Take a subject off its list from the next version on."""
    now = services.clock()
    with writing(services.engine) as connection:
        if remove_subject(connection, subject_id, actor=user.user_id, now=now):
            record(connection, Act(user.user_id, "subject-removed", subject_id, {}), now)


@router.post(
    "/subjects/{subject_id}/photos", status_code=201, operation_id="add_photos", response_model=Enrolment
)
def post_photos(
    services: Hub, user: Officer, subject_id: Identifier, photos: Photos, captured_on: Dates = None
) -> Response:
    """Add reference photos to a subject, all or none."""
    done = add_photos(services, subject_id, _read(photos, captured_on), actor=user.user_id)
    if done.subject_id is None:
        return problem_response(_photo_problem(done.photos))
    return as_response(answer_of(201, done))


def _read(photos: Sequence[UploadFile], dates: Sequence[str] | None) -> tuple[Photo, ...]:
    """Read each photo, one byte beyond the limit at most."""
    known = [*(dates or ()), *[""] * len(photos)]
    return tuple(
        Photo(
            name=photo.filename or f"photo {index + 1}",
            content=photo.file.read(MAX_PHOTO_BYTES + 1),
            captured_on=on,
        )
        for index, (photo, on) in enumerate(zip(photos, known, strict=False))
    )


def _digest(list_id: str, entry: SubjectRecord, photos: Sequence[Photo]) -> str:
    parts = [b"enrol", list_id.encode(), msgspec.json.encode(entry)]
    return digest_of([*parts, *(part for one in photos for part in (one.captured_on.encode(), one.content))])


def _photo_problem(reports: Sequence[PhotoReport]) -> Problem:
    problems = [
        FieldProblem(f"/photos/{index}", reason, f"{report.name}: {reason}")
        for index, report in enumerate(reports)
        for reason in report.reasons
    ]
    return field_problems(problems, detail="A photo was refused; nothing was written.")
