"""Subjects of a watchlist: enrolment with a report per photo, the subject's page, removal."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from hub.console.context import ConsoleContext, go_to
from hub.console.drafts import address_after
from hub.console.list_wording import PROBLEMS
from hub.console.presenting import severity_badge
from hub.console.proposal_view import present_event, present_proposal
from hub.console.reader import Reader
from hub.console.subject_form import FormState, form_with_problems, read_record, typed_record
from hub.console.uploads import SubmittedEntry, read_entry
from hub.console.watchlist_view import (
    PhotoLine,
    category_titles,
    present_photo,
    present_record,
    present_reference,
    subject_address,
)
from hub.console.wording import severity_word
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.watchlist.categories import BUILT_IN, all_categories
from hub.watchlist.enrolment import MAX_PHOTOS, amendment, prepare_enrolment, prepare_photos
from hub.watchlist.history import history_of_subject
from hub.watchlist.look_alikes import alike_to
from hub.watchlist.photos import PhotoReport
from hub.watchlist.proposal_content import Content, Remove
from hub.watchlist.proposals import ProposalState, keep_draft, list_proposals, propose
from hub.watchlist.records import SubjectRecord
from hub.watchlist.subjects import SubjectDetail, list_title, subject

EVENTS_SHOWN = 50
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
        router.add_api_route(f"{one}/amend", self.amendment, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/amend", self.amend, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/remove", self.remove, methods=["POST"], response_model=None)

    def form(self, request: Request, list_id: str) -> Response:
        """Show the empty enrolment form; raises `NotFoundError` without such a list."""
        reader, _ = self._context.require(request, Permission.ENROL)
        return self._form(reader, list_id, FormState({"severity": "2", "category": BUILT_IN[0].code}))

    def enrol(self, request: Request, list_id: str, entry: Entry) -> Response:
        """Check an entry and go on to the draft, or show the form again; photos must be chosen anew then."""
        reader, user = self._context.require(request, Permission.ENROL)
        words, services = reader.language.words, self._context.services
        try:
            _require_photos(entry)
            stated = read_record(entry.values, reader.zone)
            prepared = prepare_enrolment(services, list_id, stated, entry.photos)
        except InvalidInputError as error:
            return self._form(reader, list_id, form_with_problems(entry.values, error.problems, words))
        if prepared.content is None:
            return self._form(reader, list_id, FormState(entry.values), _reports(prepared.reports, reader))
        with self._context.writing() as connection:
            made = keep_draft(services, connection, list_id, prepared.content, actor=user.user_id)
        return go_to(f"/console/drafts/{made.proposal_id}")

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
            prepared = prepare_photos(self._context.services, subject_id, entry.photos)
        except InvalidInputError as error:
            form = form_with_problems(entry.values, error.problems, reader.language.words)
            return self._subject(reader, detail, form=form, status=422)
        if prepared.content is None:
            reports = _reports(prepared.reports, reader)
            return self._subject(reader, detail, reports=reports, status=422)
        return self._propose(reader, user, detail, prepared.content)

    def amend(self, request: Request, list_id: str, subject_id: str, entry: Entry) -> Response:
        """Propose other facts about a subject, or show them again with what is wrong."""
        reader, user = self._context.require(request, Permission.ENROL)
        detail = self._find(list_id, subject_id)
        try:
            stated = read_record(entry.values, reader.zone)
            stated = replace(stated, external_key=detail.record.external_key)
            values = {name: getattr(stated, name) for name in SubjectRecord.__dataclass_fields__}
            with self._context.reading() as connection:
                content = amendment(self._context.services, connection, subject_id, values)
        except InvalidInputError as error:
            form = form_with_problems(entry.values, error.problems, reader.language.words)
            return self._amendment(reader, detail, form, status=422)
        except ConflictError as error:
            return self._subject(reader, detail, problem=_said(error, reader), status=409)
        return self._propose(reader, user, detail, content)

    def amendment(self, request: Request, list_id: str, subject_id: str) -> Response:
        """Show a subject's facts to be amended."""
        reader, _ = self._context.require(request, Permission.ENROL)
        detail = self._find(list_id, subject_id)
        return self._amendment(reader, detail, FormState(typed_record(detail.record, reader.zone)))

    def remove(
        self, request: Request, list_id: str, subject_id: str, reason: Annotated[str, Form()] = ""
    ) -> Response:
        """Propose to take a subject off the list from the next version on; a repeat is harmless."""
        reader, user = self._context.require(request, Permission.ENROL)
        detail = self._find(list_id, subject_id)
        if detail.removed_at is not None:
            return go_to(f"{subject_address(list_id, subject_id)}?done=removed")
        content = Remove(subject_id=subject_id, reason=reason.strip()[:1000])
        return self._propose(reader, user, detail, content)

    def _propose(self, reader: Reader, user: User, detail: SubjectDetail, content: Content) -> Response:
        list_id = detail.summary.list_id
        try:
            with self._context.writing() as connection:
                made = propose(self._context.services, connection, list_id, content, actor=user.user_id)
        except ConflictError as error:
            return self._subject(reader, detail, problem=_said(error, reader), status=409)
        return go_to(address_after(made))

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
            categories = open_categories(connection, reader)
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
            categories=categories,
            severities=[(str(number), severity_word(number, words)) for number in (1, 2, 3)],
        )

    def _amendment(
        self, reader: Reader, detail: SubjectDetail, form: FormState, *, status: int = 200
    ) -> Response:
        words, kept = reader.language.words, detail.record.category
        with self._context.reading() as connection:
            title = list_title(connection, detail.summary.list_id)
            categories = open_categories(connection, reader, kept=kept)
        return self._context.pages.render(
            "amend.html",
            reader,
            status=status,
            page_name="watchlists",
            title=title,
            detail=detail,
            address=subject_address(detail.summary.list_id, detail.summary.subject_id),
            form=form,
            categories=categories,
            severities=[(str(number), severity_word(number, words)) for number in (1, 2, 3)],
        )

    def _subject(  # noqa: PLR0913  # long: all that one template is told
        self,
        reader: Reader,
        detail: SubjectDetail,
        *,
        form: FormState | None = None,
        reports: tuple[PhotoLine, ...] = (),
        done: str = "",
        problem: str = "",
        status: int = 200,
    ) -> Response:
        subject_id = detail.summary.subject_id
        with self._context.reading() as connection:
            title = list_title(connection, detail.summary.list_id)
            titles = category_titles(all_categories(connection), reader)
            events = history_of_subject(connection, subject_id, limit=EVENTS_SHOWN).items
            waiting = list_proposals(connection, [ProposalState.WAITING], subject_id=subject_id)
            alike = [
                subject(connection, one, now=self._context.now) for one in alike_to(connection, subject_id)
            ]
        return self._context.pages.render(
            "subject.html",
            reader,
            status=status,
            page_name="watchlists",
            title=title,
            detail=detail,
            address=subject_address(detail.summary.list_id, detail.summary.subject_id),
            severity=severity_badge(detail.record.severity, reader),
            facts=present_record(detail, titles, reader),
            events=[present_event(one, reader) for one in events],
            waiting=[present_proposal(one, "", reader) for one in waiting],
            alike=[(subject_address(one.summary.list_id, one.summary.subject_id), one) for one in alike],
            problem=problem,
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


def _reports(reports: Sequence[PhotoReport], reader: Reader) -> tuple[PhotoLine, ...]:
    return tuple(present_photo(report, reader) for report in reports)


def open_categories(connection: Connection, reader: Reader, *, kept: str = "") -> list[tuple[str, str]]:
    """Code and title of each category that an entry may have; `kept` is one it has already."""
    return [
        (one.code, one.title(reader.language.code))
        for one in all_categories(connection)
        if not one.is_retired or one.code == kept
    ]


def _said(error: ConflictError, reader: Reader) -> str:
    return reader.language.words.gettext(PROBLEMS[error.code]) if error.code in PROBLEMS else str(error)
