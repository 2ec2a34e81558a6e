"""Watchlists: all of them, one with its subjects and versions, and publication."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from hub.console.context import ConsoleContext, go_to
from hub.console.drafts import address_after
from hub.console.list_wording import PROBLEMS
from hub.console.reader import Reader
from hub.console.subject_form import FormState, form_with_problems
from hub.console.watchlist_view import (
    ConfirmationLine,
    Publication,
    SubjectRow,
    category_titles,
    present_publication,
    present_subject_row,
    present_withdrawals,
)
from hub.errors import ConflictError, InvalidInputError
from hub.fleet.devices import DeviceSummary, list_devices
from hub.people.access import Permission
from hub.people.audit import Act, record
from hub.watchlist.categories import all_categories
from hub.watchlist.policy import policy_of
from hub.watchlist.proposals import ProposalState, list_proposals, propose
from hub.watchlist.publishing import (
    PublicationPreview,
    confirmations,
    find_versions,
    preview,
    proposed_publication,
    versions,
)
from hub.watchlist.stored_packages import kept_versions
from hub.watchlist.subjects import all_lists, create_list, list_subjects, list_title
from hub.watchlist.withdrawing import withdrawals

PAGE_SIZE = 100
VERSIONS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything the page of one list shows."""

    list_id: str
    title: str
    rows: tuple[SubjectRow, ...]
    next_address: str | None
    publication: Publication
    coming: PublicationPreview
    waiting: int
    """Proposals on this list that wait for a second officer."""
    name: str
    """What was searched for; empty: everybody."""
    withdrawals: tuple[ConfirmationLine, ...]
    """What the devices of sites that were taken off say."""
    older_versions: str | None
    """Cursor of the versions before those that are shown; None: these are all."""


class WatchlistPages:
    """The lists, for supervisors to read and for officers to publish."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/watchlists/{list_id}"
        router.add_api_route("/watchlists", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/watchlists", self.create, methods=["POST"], response_model=None)
        router.add_api_route(one, self.show, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/publish", self.confirm, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/publish", self.publish, methods=["POST"], response_model=None)

    def index(self, request: Request) -> Response:
        """Show every list."""
        reader, _ = self._context.require(request, Permission.VIEW_SUBJECTS)
        return self._index(reader, FormState())

    def create(
        self, request: Request, list_id: Annotated[str, Form()] = "", title: Annotated[str, Form()] = ""
    ) -> Response:
        """Make an empty list; a bad or taken name is said beside its field."""
        reader, user = self._context.require(request, Permission.PUBLISH)
        values = {"list_id": list_id.strip(), "title": title.strip()}
        words = reader.language.words
        try:
            with self._context.writing() as connection:
                now = self._context.now
                if create_list(connection, values["list_id"], values["title"], now):
                    record(connection, Act(user.user_id, "list-created", values["list_id"], {}), now)
        except InvalidInputError as error:
            return self._index(reader, form_with_problems(values, error.problems, words))
        except ConflictError:
            taken = words.gettext("There is a list of that name already, with another title.")
            return self._index(reader, FormState(values, {"list_id": taken}))
        return go_to(f"/console/watchlists/{values['list_id']}")

    def show(self, request: Request, list_id: str, cursor: str | None = None, name: str = "") -> Response:
        """Show one list, or those on it with a name in whatever script; raises `NotFoundError`."""
        reader, _ = self._context.require(request, Permission.VIEW_SUBJECTS)
        with self._context.reading() as connection:
            page = self._list_page(connection, reader, list_id, (cursor, name.strip()[:200]))
        return self._context.pages.render("watchlist.html", reader, page_name="watchlists", page=page)

    def confirm(self, request: Request, list_id: str, state_of: int | None = None) -> Response:
        """Ask before publishing, with what would be published; changes nothing."""
        reader, _ = self._context.require(request, Permission.PUBLISH)
        return self._ask(reader, list_id, state_of, problem="", status=200)

    def publish(
        self,
        request: Request,
        list_id: str,
        version: Annotated[int, Form()] = 0,
        state_of: Annotated[int | None, Form()] = None,
    ) -> Response:
        """Propose the version that was confirmed; when another one came between, ask again."""
        reader, user = self._context.require(request, Permission.PUBLISH)
        words = reader.language.words
        with self._context.reading() as connection:
            coming = preview(connection, list_id, self._context.now)
        if version != coming.next_version:
            problem = words.gettext("Somebody has published meanwhile. Look at the numbers again.")
            return self._ask(reader, list_id, state_of, problem=problem, status=409)
        services = self._context.services
        try:
            with self._context.writing() as connection:
                content = proposed_publication(services, connection, list_id, state_of=state_of)
                made = propose(services, connection, list_id, content, actor=user.user_id)
        except ConflictError as error:
            problem = words.gettext(PROBLEMS[error.code]) if error.code in PROBLEMS else str(error)
            return self._ask(reader, list_id, state_of, problem=problem, status=409)
        return go_to(address_after(made))

    def _index(self, reader: Reader, form: FormState) -> Response:
        now = self._context.now
        with self._context.reading() as connection:
            lists = all_lists(connection, now)
            newest = {one.list_id: versions(connection, one.list_id, limit=1) for one in lists}
        return self._context.pages.render(
            "watchlists.html",
            reader,
            status=422 if form.problems else 200,
            page_name="watchlists",
            lists=lists,
            newest={
                name: (found[0].version, reader.moment(found[0].published_at))
                for name, found in newest.items()
                if found
            },
            form=form,
        )

    def _ask(
        self, reader: Reader, list_id: str, state_of: int | None, *, problem: str, status: int
    ) -> Response:
        now = self._context.now
        with self._context.reading() as connection:
            title = list_title(connection, list_id)
            coming = preview(connection, list_id, now)
            newest = versions(connection, list_id, limit=1)
            sites = policy_of(connection, list_id).sites
            devices = sum(not one.is_revoked for one in _addressed(connection, list_id, now))
            needs_two = "publish" in policy_of(connection, list_id).two_person_acts
        return self._context.pages.render(
            "publish.html",
            reader,
            status=status,
            page_name="watchlists",
            list_id=list_id,
            title=title,
            coming=coming,
            newest=newest[0] if newest else None,
            devices=devices,
            sites=sites,
            state_of=state_of,
            needs_two=needs_two,
            problem=problem,
        )

    def _list_page(
        self, connection: Connection, reader: Reader, list_id: str, wanted: tuple[str | None, str]
    ) -> ListPage:
        now, (cursor, name) = self._context.now, wanted
        title = list_title(connection, list_id)
        found = list_subjects(connection, list_id, now=now, cursor=cursor, limit=PAGE_SIZE, name=name)
        shown = find_versions(connection, list_id, limit=VERSIONS_SHOWN)
        published = shown.items
        coming = preview(connection, list_id, now)
        newest = published[0] if published else None
        titles = category_titles(all_categories(connection), reader)
        rows = tuple(present_subject_row(one, newest, titles, reader) for one in found.items)
        said = confirmations(connection, list_id)
        publication = present_publication(
            published,
            said,
            _addressed(connection, list_id, now),
            coming,
            reader=reader,
            has_new_subjects=any(row.is_new for row in rows),
            returnable=kept_versions(connection, list_id)[1:],
        )
        query = urlencode({"cursor": found.next_cursor or "", "name": name})
        address = f"/console/watchlists/{list_id}?{query}" if found.next_cursor else None
        waiting = len(list_proposals(connection, [ProposalState.WAITING], list_id=list_id))
        left = withdrawals(connection, list_id)
        left_devices = list_devices(connection, now, sites=frozenset(one.site_id for one in left))
        withdrawn = present_withdrawals(left, said, left_devices, reader)
        older = shown.next_cursor
        return ListPage(list_id, title, rows, address, publication, coming, waiting, name, withdrawn, older)


def _addressed(connection: Connection, list_id: str, now: datetime) -> tuple[DeviceSummary, ...]:
    """Devices of the sites that the list goes to."""
    named = policy_of(connection, list_id).sites
    return list_devices(connection, now, sites=None if named is None else frozenset(named))
