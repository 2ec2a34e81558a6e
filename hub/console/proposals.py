"""What waits for a second officer, and the decision on it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.context import ConsoleContext, go_to
from hub.console.drafts import face_picture
from hub.console.list_wording import ACTS, PROBLEMS
from hub.console.proposal_view import Contents, present_contents, present_proposal
from hub.console.reader import Reader
from hub.console.subject_form import form_with_problems
from hub.console.watchlist_view import category_titles, subject_address
from hub.console.wording import word
from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.watchlist.categories import all_categories
from hub.watchlist.proposals import (
    Proposal,
    ProposalState,
    approve,
    content_of,
    lapse,
    list_proposals,
    proposal,
    reject,
    withdraw,
)
from hub.watchlist.subjects import list_title

DECIDED = tuple(state for state in ProposalState if state not in {ProposalState.DRAFT, ProposalState.WAITING})
SHOWN = 30


class ProposalPages:
    """The worklist of four eyes."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/proposals/{proposal_id}"
        router.add_api_route("/proposals", self.index, methods=["GET"], response_model=None)
        router.add_api_route(one, self.show, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/decision", self.decide, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/pictures/{{number}}", self.picture, methods=["GET"], response_model=None)

    def index(self, request: Request) -> Response:
        """Show what waits, and what was decided last."""
        reader, user = self._context.require(request, Permission.APPROVE)
        with self._context.writing() as connection:
            lapse(self._context.services, connection)
            waiting = list_proposals(connection, [ProposalState.WAITING])
            decided = list_proposals(connection, DECIDED, limit=SHOWN)
        return self._context.pages.render(
            "proposals.html",
            reader,
            page_name="proposals",
            waiting=[present_proposal(one, user.user_id, reader) for one in waiting],
            decided=[present_proposal(one, user.user_id, reader) for one in decided],
        )

    def show(self, request: Request, proposal_id: str, done: str = "") -> Response:
        """Show one proposal with everything it would do; the look is on record."""
        reader, user = self._context.require(request, Permission.VIEW_SUBJECTS)
        return self._page(reader, user, proposal_id, done=done)

    def picture(self, request: Request, proposal_id: str, number: int) -> Response:
        """Send one of the faces that a waiting proposal carries."""
        _, _ = self._context.require(request, Permission.VIEW_SUBJECTS)
        with self._context.reading() as connection:
            held = proposal(connection, proposal_id)
            if held.state is not ProposalState.WAITING:
                raise NotFoundError("picture", proposal_id)
            return face_picture(content_of(self._context.services, connection, proposal_id), number)

    def decide(
        self,
        request: Request,
        proposal_id: str,
        decision: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        """Approve, reject or withdraw; what is in the way is said on the page."""
        needed = Permission.ENROL if decision == "withdraw" else Permission.APPROVE
        reader, user = self._context.require(request, needed)
        words = reader.language.words
        services, actor = self._context.services, user.user_id
        try:
            with self._context.writing() as connection:
                if decision == "approve":
                    approve(services, connection, proposal_id, actor=actor, reason=reason.strip())
                elif decision == "withdraw":
                    withdraw(services, connection, proposal_id, actor=actor)
                else:
                    reject(services, connection, proposal_id, actor=actor, reason=reason.strip())
        except ConflictError as error:
            problem = words.gettext(PROBLEMS[error.code]) if error.code in PROBLEMS else str(error)
            return self._page(reader, user, proposal_id, problem=problem, status=409)
        except InvalidInputError as error:
            problems = form_with_problems({}, error.problems, words).problems
            return self._page(reader, user, proposal_id, problem=" ".join(problems.values()), status=422)
        return go_to(f"/console/proposals/{proposal_id}?done=decided")

    def _page(
        self,
        reader: Reader,
        user: User,
        proposal_id: str,
        *,
        done: str = "",
        problem: str = "",
        status: int = 200,
    ) -> Response:
        held, title, contents = self._opened(reader, user, proposal_id)
        is_open = held.state is ProposalState.WAITING and held.expires_at > self._context.now
        return self._context.pages.render(
            "proposal.html",
            reader,
            status=status,
            page_name="proposals",
            line=present_proposal(held, user.user_id, reader),
            held=held,
            title=title,
            act=word(ACTS, held.act, reader.language.words),
            contents=contents,
            subject=_subject_address(held),
            decided=reader.moment(held.decided_at) if held.decided_at else None,
            may_decide=is_open and held.proposed_by != user.user_id and user.may(Permission.APPROVE),
            may_withdraw=is_open and held.proposed_by == user.user_id,
            problem=problem,
            done=done,
        )

    def _opened(self, reader: Reader, user: User, proposal_id: str) -> tuple[Proposal, str, Contents]:
        """Read a proposal with its list's title and its content in words; the look is on record."""
        with self._context.writing() as connection:
            held = proposal(connection, proposal_id)
            if held.state is ProposalState.DRAFT:
                raise NotFoundError("proposal", proposal_id)
            record(connection, Act(user.user_id, "proposal-viewed", proposal_id, {}), self._context.now)
            title = list_title(connection, held.list_id)
            if held.state is not ProposalState.WAITING:
                return held, title, Contents()
            titles = category_titles(all_categories(connection), reader)
            content = content_of(self._context.services, connection, proposal_id)
        pictures = f"/console/proposals/{proposal_id}/pictures"
        return held, title, present_contents(content, pictures, titles, reader)


def _subject_address(held: Proposal) -> str:
    """Where its subject is; empty for one that is not on the list (yet)."""
    if held.subject_id is None or (held.act == "enrol" and not held.is_done):
        return ""
    return subject_address(held.list_id, held.subject_id)
