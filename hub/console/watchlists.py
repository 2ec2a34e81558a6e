"""Watchlists: all of them, one with its subjects and versions, and publication."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from hub.console.context import ConsoleContext, go_to
from hub.console.reader import Reader
from hub.console.subject_form import FormState, form_with_problems
from hub.console.watchlist_view import Publication, SubjectRow, present_publication, present_subject_row
from hub.errors import ConflictError, InvalidInputError
from hub.fleet.devices import list_devices
from hub.people.access import Permission
from hub.people.audit import Act, record
from hub.watchlist.publishing import PublicationPreview, confirmations, preview, publish, versions
from hub.watchlist.subjects import all_lists, create_list, list_subjects, list_title

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

    def show(self, request: Request, list_id: str, cursor: str | None = None) -> Response:
        """Show one list; raises `NotFoundError`."""
        reader, _ = self._context.require(request, Permission.VIEW_SUBJECTS)
        with self._context.reading() as connection:
            page = self._list_page(connection, reader, list_id, cursor)
        return self._context.pages.render("watchlist.html", reader, page_name="watchlists", page=page)

    def confirm(self, request: Request, list_id: str) -> Response:
        """Ask before publishing, with what would be published; changes nothing."""
        reader, _ = self._context.require(request, Permission.PUBLISH)
        return self._ask(reader, list_id, problem="", status=200)

    def publish(self, request: Request, list_id: str, version: Annotated[int, Form()] = 0) -> Response:
        """Publish the version that was confirmed; when another one came between, ask again."""
        reader, user = self._context.require(request, Permission.PUBLISH)
        words = reader.language.words
        with self._context.reading() as connection:
            coming = preview(connection, list_id, self._context.now)
        if version != coming.next_version:
            problem = words.gettext("Somebody has published meanwhile. Look at the numbers again.")
            return self._ask(reader, list_id, problem=problem, status=409)
        try:
            publish(self._context.services, list_id, actor=user.user_id)
        except ConflictError as error:
            problems = {
                "empty-list": words.gettext("Nobody is on this list, so there is nothing to publish."),
                "mixed-contracts": words.gettext(
                    "The photos were enrolled with different model packs; enrol them anew with one."
                ),
            }
            return self._ask(reader, list_id, problem=problems.get(error.code, str(error)), status=409)
        return go_to(f"/console/watchlists/{list_id}")

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

    def _ask(self, reader: Reader, list_id: str, *, problem: str, status: int) -> Response:
        now = self._context.now
        with self._context.reading() as connection:
            title = list_title(connection, list_id)
            coming = preview(connection, list_id, now)
            newest = versions(connection, list_id, limit=1)
            devices = sum(1 for device in list_devices(connection, now) if not device.is_revoked)
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
            problem=problem,
        )

    def _list_page(
        self, connection: Connection, reader: Reader, list_id: str, cursor: str | None
    ) -> ListPage:
        now = self._context.now
        title = list_title(connection, list_id)
        found = list_subjects(connection, list_id, now=now, cursor=cursor, limit=PAGE_SIZE)
        published = versions(connection, list_id, limit=VERSIONS_SHOWN)
        coming = preview(connection, list_id, now)
        newest = published[0] if published else None
        rows = tuple(present_subject_row(one, newest, reader) for one in found.items)
        publication = present_publication(
            published,
            confirmations(connection, list_id),
            list_devices(connection, now),
            coming,
            reader=reader,
            has_new_subjects=any(row.is_new for row in rows),
        )
        address = f"/console/watchlists/{list_id}?{urlencode({'cursor': found.next_cursor or ''})}"
        return ListPage(list_id, title, rows, address if found.next_cursor else None, publication, coming)
