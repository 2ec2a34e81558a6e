"""A checked enrolment before it is sent: its photos, their quality, and who on any list looks alike."""

from dataclasses import dataclass

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from hub.console.context import ConsoleContext, go_to
from hub.console.proposal_view import Contents, present_contents
from hub.console.reader import Reader
from hub.console.watchlist_view import category_titles, subject_address
from hub.errors import HubError, NotFoundError
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.watchlist.categories import all_categories
from hub.watchlist.proposal_content import Amend, Answer, Enrol, ProposedSubject, Resemblance
from hub.watchlist.proposals import Proposal, draft_of, drop_draft, propose
from hub.watchlist.subjects import list_title, subject

ANSWERS: dict[str, Answer] = {"look-alike": "look-alike", "other": "other"}
SAME = "same"


class UnansweredError(HubError):
    """Somebody looks alike, and nothing was said of it."""


@dataclass(frozen=True, slots=True)
class AlikePerson:
    """Somebody listed beside the photo that resembles them most."""

    subject_id: str
    address: str
    name: str
    list_title: str
    reference: str
    """Address of the enrolled photo."""
    photo: str
    """Address of the new photo."""
    is_same_photo: bool


class DraftPages:
    """One's own drafts."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/drafts/{draft_id}"
        router.add_api_route(one, self.show, methods=["GET"], response_model=None)
        router.add_api_route(one, self.send, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/discard", self.discard, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/pictures/{{number}}", self.picture, methods=["GET"], response_model=None)

    def show(self, request: Request, draft_id: str) -> Response:
        """Show what was found; nothing is on the list yet."""
        reader, user = self._context.require(request, Permission.ENROL)
        return self._page(reader, user, draft_id, problem="")

    async def send(self, request: Request, draft_id: str) -> Response:
        """Propose it, with an answer to each resemblance."""
        async with request.form(max_files=0, max_fields=20) as form:
            said = {name: str(value) for name, value in form.items()}
        return self._send(request, draft_id, said)

    def discard(self, request: Request, draft_id: str) -> Response:
        """Forget a draft."""
        _, user = self._context.require(request, Permission.ENROL)
        with self._context.writing() as connection:
            held, _ = draft_of(self._context.services, connection, draft_id, actor=user.user_id)
            drop_draft(connection, draft_id)
        return go_to(f"/console/watchlists/{held.list_id}")

    def picture(self, request: Request, draft_id: str, number: int) -> Response:
        """Send one of the draft's faces to its maker."""
        _, user = self._context.require(request, Permission.ENROL)
        with self._context.reading() as connection:
            _, content = draft_of(self._context.services, connection, draft_id, actor=user.user_id)
        return face_picture(content, number)

    def _send(self, request: Request, draft_id: str, said: dict[str, str]) -> Response:
        reader, user = self._context.require(request, Permission.ENROL)
        services = self._context.services
        try:
            with self._context.writing() as connection:
                held, content = draft_of(services, connection, draft_id, actor=user.user_id)
                proposed = _person(content)
                same = [one.subject_id for one in proposed.resemblances if said.get(one.subject_id) == SAME]
                if same:
                    wanted: Enrol | Amend = self._photos_for(connection, same[0], proposed)
                    list_id = subject(connection, same[0], now=self._context.now).summary.list_id
                else:
                    wanted, list_id = _answered(proposed, said), held.list_id
                made = propose(services, connection, list_id, wanted, actor=user.user_id)
                drop_draft(connection, draft_id)
        except UnansweredError:
            problem = reader.language.words.gettext("Say of each person below whether it is the same one.")
            return self._page(reader, user, draft_id, problem=problem, status=422)
        return go_to(address_after(made))

    def _photos_for(self, connection: Connection, subject_id: str, proposed: ProposedSubject) -> Amend:
        held = subject(connection, subject_id, now=self._context.now)
        return Amend(subject_id=subject_id, before=held.record, entry=held.record, faces=proposed.faces)

    def _page(
        self, reader: Reader, user: User, draft_id: str, *, problem: str, status: int = 200
    ) -> Response:
        address = f"/console/drafts/{draft_id}"
        with self._context.writing() as connection:
            held, content = draft_of(self._context.services, connection, draft_id, actor=user.user_id)
            titles = category_titles(all_categories(connection), reader)
            title = list_title(connection, held.list_id)
            found = _person(content).resemblances
            alike = [self._alike(connection, one, address) for one in found]
            for one in alike:
                act = Act(user.user_id, "subject-viewed", one.subject_id, {"part": "resemblance"})
                record(connection, act, self._context.now)
        contents: Contents = present_contents(content, f"{address}/pictures", titles, reader)
        return self._context.pages.render(
            "draft.html",
            reader,
            status=status,
            page_name="watchlists",
            address=address,
            list_id=held.list_id,
            title=title,
            person=contents.persons[0],
            alike=alike,
            until=reader.moment(held.expires_at),
            problem=problem,
        )

    def _alike(self, connection: Connection, one: Resemblance, address: str) -> AlikePerson:
        held = subject(connection, one.subject_id, now=self._context.now)
        return AlikePerson(
            subject_id=one.subject_id,
            address=subject_address(held.summary.list_id, one.subject_id),
            name=held.record.display_name,
            list_title=list_title(connection, held.summary.list_id),
            reference=f"/console/pictures/references/{one.reference_id}",
            photo=f"{address}/pictures/{one.probe}",
            is_same_photo=one.is_same_photo,
        )


def face_picture(content: object, number: int) -> Response:
    """Send the face of that number; raises `NotFoundError`."""
    faces = (
        [face for one in content.subjects for face in one.faces]
        if isinstance(content, Enrol)
        else list(content.faces)
        if isinstance(content, Amend)
        else []
    )
    if not 0 <= number < len(faces):
        raise NotFoundError("picture", str(number))
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(faces[number].jpeg, media_type="image/jpeg", headers=headers)


def address_after(made: Proposal) -> str:
    """Where an officer goes on after proposing: to the proposal, or to what it has changed at once."""
    if not made.is_done:
        return f"/console/proposals/{made.proposal_id}?done=proposed"
    if made.subject_id is None:
        return f"/console/watchlists/{made.list_id}"
    done = {"enrol": "enrolled", "remove": "removed"}.get(made.act, "amended")
    return f"{subject_address(made.list_id, made.subject_id)}?done={done}"


def _person(content: object) -> ProposedSubject:
    if not isinstance(content, Enrol) or len(content.subjects) != 1:
        raise NotFoundError("draft", "of one person")
    return content.subjects[0]


def _answered(proposed: ProposedSubject, said: dict[str, str]) -> Enrol:
    answers = []
    for one in proposed.resemblances:
        answer = ANSWERS.get(said.get(one.subject_id, ""))
        if answer is None:
            raise UnansweredError(one.subject_id)
        answers.append(msgspec.structs.replace(one, answer=answer))
    return Enrol(subjects=(msgspec.structs.replace(proposed, resemblances=tuple(answers)),))
