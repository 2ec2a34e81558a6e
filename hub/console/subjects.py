"""Subjects of a watchlist: enrolment with a report per photo, the subject's page, removal."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from hub.console.context import ConsoleContext, go_to
from hub.console.presenting import severity_badge
from hub.console.reader import Reader
from hub.console.subject_form import FormState, form_with_problems, read_record
from hub.console.uploads import SubmittedEntry, read_entry
from hub.console.watchlist_view import (
    PhotoLine,
    present_photo,
    present_record,
    present_reference,
    subject_address,
)
from hub.console.wording import CATEGORIES as CATEGORY_WORDS
from hub.console.wording import severity_word, word
from hub.errors import FieldProblem, InvalidInputError, NotFoundError
from hub.people.access import Permission
from hub.people.audit import Act, record
from hub.watchlist.enrolment import MAX_PHOTOS, Enrolment, add_photos, enrol
from hub.watchlist.subjects import CATEGORIES, SubjectDetail, list_title, remove_subject, subject

Entry = Annotated[SubmittedEntry, Depends(read_entry)]


class SubjectPages:
    """Enrolment and single subjects."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/watchlists/{list_id}/subjects/{subject_id}"
        router.add_api_route("/watchlists/{list_id}/enrol", self.form, methods=["GET"], response_model=None)
        router.add_api_route("/watchlists/{list_id}/enrol", self.enrol, methods=["POST"], response_model=None)
        router.add_api_route(one, self.show, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/photos", self.add_photos, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/remove", self.remove, methods=["POST"], response_model=None)

    def form(self, request: Request, list_id: str) -> Response:
        """Show the empty enrolment form; raises `NotFoundError` without such a list."""
        reader, _ = self._context.require(request, Permission.ENROL)
        return self._form(reader, list_id, FormState({"severity": "2", "category": CATEGORIES[0]}))

    def enrol(self, request: Request, list_id: str, entry: Entry) -> Response:
        """Enrol a person, or show the form again with what is wrong; photos must be chosen anew."""
        reader, user = self._context.require(request, Permission.ENROL)
        words = reader.language.words
        try:
            _require_photos(entry)
            stated = read_record(entry.values, reader.zone)
            done = enrol(self._context.services, list_id, stated, entry.photos, actor=user.user_id)
        except InvalidInputError as error:
            return self._form(reader, list_id, form_with_problems(entry.values, error.problems, words))
        if done.subject_id is None:
            return self._form(reader, list_id, FormState(entry.values), _reports(done, reader))
        return go_to(f"{subject_address(list_id, done.subject_id)}?done=enrolled")

    def show(self, request: Request, list_id: str, subject_id: str, done: str = "") -> Response:
        """Show one subject, the look on record; raises `NotFoundError`, also for another list's."""
        reader, user = self._context.require(request, Permission.VIEW_SUBJECTS)
        detail = self._find(list_id, subject_id)
        with self._context.writing() as connection:
            record(connection, Act(user.user_id, "subject-viewed", subject_id, {}), self._context.now)
        return self._subject(reader, detail, done=done)

    def add_photos(self, request: Request, list_id: str, subject_id: str, entry: Entry) -> Response:
        """Add photos, or say which ones are not good enough."""
        reader, user = self._context.require(request, Permission.ENROL)
        detail = self._find(list_id, subject_id)
        try:
            _require_photos(entry)
            done = add_photos(self._context.services, subject_id, entry.photos, actor=user.user_id)
        except InvalidInputError as error:
            form = form_with_problems(entry.values, error.problems, reader.language.words)
            return self._subject(reader, detail, form=form, status=422)
        if done.subject_id is None:
            return self._subject(reader, detail, reports=_reports(done, reader), status=422)
        return go_to(f"{subject_address(list_id, subject_id)}?done=added")

    def remove(self, request: Request, list_id: str, subject_id: str) -> Response:
        """Take a subject off the list from the next version on; a repeat is harmless."""
        _, user = self._context.require(request, Permission.ENROL)
        self._find(list_id, subject_id)
        now = self._context.now
        with self._context.writing() as connection:
            if remove_subject(connection, subject_id, actor=user.user_id, now=now):
                record(connection, Act(user.user_id, "subject-removed", subject_id, {}), now)
        return go_to(f"{subject_address(list_id, subject_id)}?done=removed")

    def _find(self, list_id: str, subject_id: str) -> SubjectDetail:
        with self._context.reading() as connection:
            found = subject(connection, subject_id, now=self._context.now)
        if found.summary.list_id != list_id:
            raise NotFoundError("subject", subject_id)
        return found

    def _form(
        self, reader: Reader, list_id: str, form: FormState, reports: tuple[PhotoLine, ...] = ()
    ) -> Response:
        words = reader.language.words
        with self._context.reading() as connection:
            title = list_title(connection, list_id)
        return self._context.pages.render(
            "enrol.html",
            reader,
            status=422 if form.problems or reports else 200,
            page_name="watchlists",
            list_id=list_id,
            title=title,
            form=form,
            reports=reports,
            most_photos=MAX_PHOTOS,
            categories=[(code, word(CATEGORY_WORDS, code, words)) for code in CATEGORIES],
            severities=[(str(number), severity_word(number, words)) for number in (1, 2, 3)],
        )

    def _subject(
        self,
        reader: Reader,
        detail: SubjectDetail,
        *,
        form: FormState | None = None,
        reports: tuple[PhotoLine, ...] = (),
        done: str = "",
        status: int = 200,
    ) -> Response:
        with self._context.reading() as connection:
            title = list_title(connection, detail.summary.list_id)
        return self._context.pages.render(
            "subject.html",
            reader,
            status=status,
            page_name="watchlists",
            title=title,
            detail=detail,
            address=subject_address(detail.summary.list_id, detail.summary.subject_id),
            severity=severity_badge(detail.record.severity, reader),
            facts=present_record(detail, reader),
            photos=[present_reference(one, reader) for one in detail.references],
            removed=reader.moment(detail.removed_at) if detail.removed_at else None,
            form=form or FormState(),
            reports=reports,
            done=done,
            most_photos=MAX_PHOTOS,
        )


def _require_photos(entry: SubmittedEntry) -> None:
    if not entry.photos:
        raise InvalidInputError(FieldProblem("/photos", "missing", "no photo was chosen"))


def _reports(done: Enrolment, reader: Reader) -> tuple[PhotoLine, ...]:
    return tuple(present_photo(report, reader) for report in done.photos)
