"""How a list is kept: its policy, its whole history, all its versions, and the pairs on it who look alike."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.context import ConsoleContext, go_to
from hub.console.drafts import address_after
from hub.console.list_wording import PROBLEMS, TWO_PERSON_ACTS
from hub.console.proposal_view import present_event
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.watchlist_view import present_versions, subject_address
from hub.errors import ConflictError
from hub.fleet.places import list_sites
from hub.people.access import Permission
from hub.people.audit import Act, record
from hub.watchlist.history import history_of_list
from hub.watchlist.look_alikes import AlikePair, hygiene, keep_apart
from hub.watchlist.policy import policy_of
from hub.watchlist.proposal_content import SetPolicy
from hub.watchlist.proposals import propose
from hub.watchlist.publishing import find_versions
from hub.watchlist.stored_packages import kept_versions
from hub.watchlist.subjects import list_title, subject

EVENTS_SHOWN = 100
VERSIONS_SHOWN = 50
Chosen = Annotated[list[str], Form()]


class ListPolicyPages:
    """Policy, history, versions and look-alikes of one list."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/watchlists/{list_id}"
        router.add_api_route(f"{one}/policy", self.policy, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/policy", self.change, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/history", self.history, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/versions", self.versions, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/look-alikes", self.alike, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/look-alikes", self.keep_apart, methods=["POST"], response_model=None)

    def policy(self, request: Request, list_id: str) -> Response:
        """Show which acts take two officers and to which sites the list goes."""
        reader, _ = self._context.require(request, Permission.VIEW_SUBJECTS)
        return self._policy(reader, list_id)

    def change(
        self,
        request: Request,
        list_id: str,
        acts: Chosen = [],  # noqa: B006  # read, never changed
        sites: Chosen = [],  # noqa: B006
        where: Annotated[str, Form()] = "everywhere",
    ) -> Response:
        """Propose another policy."""
        reader, user = self._context.require(request, Permission.MANAGE_LIST_POLICY)
        chosen = None if where == "everywhere" else tuple(sites)
        content = SetPolicy(two_person_acts=tuple(acts), sites=chosen)
        try:
            with self._context.writing() as connection:
                made = propose(self._context.services, connection, list_id, content, actor=user.user_id)
        except ConflictError as error:
            words = reader.language.words
            problem = words.gettext(PROBLEMS[error.code]) if error.code in PROBLEMS else str(error)
            return self._policy(reader, list_id, problem=problem)
        return go_to(address_after(made))

    def history(self, request: Request, list_id: str, cursor: str | None = None) -> Response:
        """Show everything that ever happened to the list and its persons; the look is on record."""
        reader, user = self._context.require(request, Permission.VIEW_SUBJECTS)
        with self._context.writing() as connection:
            title = list_title(connection, list_id)
            record(connection, Act(user.user_id, "list-history-viewed", list_id, {}), self._context.now)
            found = history_of_list(connection, list_id, cursor=cursor, limit=EVENTS_SHOWN)
        return self._context.pages.render(
            "list_history.html",
            reader,
            page_name="watchlists",
            list_id=list_id,
            title=title,
            events=[present_event(one, reader) for one in found.items],
            next_cursor=found.next_cursor,
        )

    def versions(self, request: Request, list_id: str, cursor: str | None = None) -> Response:
        """Show published versions, newest first, page by page."""
        reader, _ = self._context.require(request, Permission.VIEW_SUBJECTS)
        with self._context.reading() as connection:
            title = list_title(connection, list_id)
            found = find_versions(connection, list_id, cursor=cursor, limit=VERSIONS_SHOWN)
            returnable = kept_versions(connection, list_id)[1:]
        return self._context.pages.render(
            "list_versions.html",
            reader,
            page_name="watchlists",
            list_id=list_id,
            title=title,
            versions=present_versions(found.items, returnable, reader),
            next_cursor=found.next_cursor,
        )

    def alike(self, request: Request, list_id: str) -> Response:
        """Compare everybody on the list with everybody else on it; the look is on record."""
        reader, user = self._context.require(request, Permission.ENROL)
        with self._context.writing() as connection:
            title = list_title(connection, list_id)
            record(connection, Act(user.user_id, "list-compared", list_id, {}), self._context.now)
            pairs = hygiene(self._context.services, connection, list_id)
            photos = {}
            for subject_id in {each for one in pairs for each in (one.first_id, one.second_id)}:
                held = subject(connection, subject_id, now=self._context.now)
                photos[subject_id] = held.references[0].reference_id
        return self._context.pages.render(
            "look_alikes.html",
            reader,
            page_name="watchlists",
            list_id=list_id,
            title=title,
            pairs=[_sides(one, photos, list_id) for one in pairs],
        )

    def keep_apart(
        self,
        request: Request,
        list_id: str,
        first_id: Annotated[str, Form()] = "",
        second_id: Annotated[str, Form()] = "",
    ) -> Response:
        """Record that two are different persons; raises `NotFoundError` for a subject there is not."""
        _, user = self._context.require(request, Permission.ENROL)
        with self._context.writing() as connection:
            for subject_id in (first_id, second_id):
                subject(connection, subject_id, now=self._context.now)
            keep_apart(self._context.services, connection, first_id, second_id, actor=user.user_id)
        return go_to(f"/console/watchlists/{list_id}/look-alikes")

    def _policy(self, reader: Reader, list_id: str, *, problem: str = "") -> Response:
        words = reader.language.words
        with self._context.reading() as connection:
            title = list_title(connection, list_id)
            held = policy_of(connection, list_id)
            sites = list_sites(connection)
        return self._context.pages.render(
            "list_policy.html",
            reader,
            status=409 if problem else 200,
            page_name="watchlists",
            list_id=list_id,
            title=title,
            form=FormState({"acts": held.two_person_acts, "sites": held.sites or ()}),
            everywhere=held.sites is None,
            acts=[(code, words.gettext(title)) for code, title in TWO_PERSON_ACTS.items()],
            sites=[(one.site_id, one.title) for one in sites],
            problem=problem,
        )


def _sides(pair: AlikePair, photos: dict[str, str], list_id: str) -> dict[str, object]:
    sides = [
        {
            "name": name,
            "address": subject_address(list_id, subject_id),
            "photo": f"/console/pictures/references/{photos[subject_id]}",
        }
        for subject_id, name in ((pair.first_id, pair.first_name), (pair.second_id, pair.second_name))
    ]
    return {
        "sides": sides,
        "first_id": pair.first_id,
        "second_id": pair.second_id,
        "is_answered": pair.margin is not None,
    }
