"""Uses of certificates that the registry refused after release: each waits for an officer."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.context import ConsoleContext, go_to
from hub.console.origin_view import present_refused_use
from hub.console.origin_wording import SETTLEMENTS
from hub.console.reader import Reader
from hub.console.wording import mark
from hub.errors import ConflictError, InvalidInputError
from hub.origin.checking.settling import MOST_SHOWN, Settled, Settlement, UsePlace, refused_uses, settle
from hub.people.access import Permission, User

ADDRESS = "/console/origin/refused-uses"
Code = Annotated[str, Form(max_length=64)]
Text = Annotated[str, Form(max_length=2000)]
Use = Annotated[str, Form(max_length=80)]
"""Ids of declaration and certificate."""


class RefusedUsePages:
    """For who reads checks, and for officers, who settle."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/origin/refused-uses", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/origin/refused-uses", self.settle, methods=["POST"], response_model=None)

    def index(self, request: Request) -> Response:
        """Show what waits, the oldest first."""
        reader, user = self._context.require(request, Permission.VIEW_CERTIFICATES)
        return self._render(reader, user)

    def settle(
        self, request: Request, use: Use = "", line: Code = "", settlement: Code = "", reason: Text = ""
    ) -> Response:
        """Settle one; what is missing, or who was faster, is said on the page."""
        reader, user = self._context.require(request, Permission.DECIDE_CERTIFICATES)
        declaration_id, _, certificate_id = use.partition("/")
        if settlement not in SETTLEMENTS or not (line.isascii() and line.isdigit() and len(line) < 6):
            return self._render(reader, user, problem=mark("Please choose one from the list."), status=422)
        place = UsePlace(declaration_id, certificate_id, int(line))
        said = Settled(Settlement(settlement), reason)
        try:
            with self._context.writing() as connection:
                settle(connection, place, said, officer=user, now=self._context.now)
        except InvalidInputError:
            return self._render(reader, user, problem=mark("Say why."), status=422)
        except ConflictError:
            return self._render(reader, user, problem=mark("Somebody has settled it already."), status=409)
        return go_to(ADDRESS)

    def _render(self, reader: Reader, user: User, *, problem: str = "", status: int = 200) -> Response:
        with self._context.reading() as connection:
            found = refused_uses(connection)
        words = reader.language.words
        return self._context.pages.render(
            "refused_uses.html",
            reader,
            page_name="origin-checks",
            status=status,
            rows=[present_refused_use(one, reader) for one in found],
            problem=words.gettext(problem) if problem else "",
            may_settle=user.may(Permission.DECIDE_CERTIFICATES),
            settlements=[(code, words.gettext(title)) for code, title in SETTLEMENTS.items()],
            is_cut=len(found) == MOST_SHOWN,
        )
