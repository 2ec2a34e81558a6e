"""Decisions on several declarations: made from the worklist, approved by a second officer."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.bulk_view import KINDS, present_bulk
from hub.console.context import ConsoleContext, go_to
from hub.declarations.bulk import BulkKind, NewBulk, approve_bulk, list_bulk, propose_bulk, reject_bulk
from hub.declarations.lifecycle import MOST_REASON
from hub.declarations.worklist import references_of
from hub.errors import FieldProblem, InvalidInputError
from hub.people.access import Permission

HERE = "/console/bulk-decisions"
Code = Annotated[str, Form(max_length=64)]


class BulkPages:
    """What was decided of several declarations at once, and what waits for a second officer."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/bulk-decisions/{bulk_id}"
        router.add_api_route("/bulk-decisions", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/bulk-decisions", self.propose, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/approve", self.approve, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/reject", self.reject, methods=["POST"], response_model=None)

    def index(self, request: Request) -> Response:
        """Show what waits, then the newest of the others."""
        reader, user = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        with self._context.reading() as connection:
            decisions = list_bulk(connection)
            titles = references_of(connection, [one for each in decisions for one in each.declaration_ids])
        return self._context.pages.render(
            "bulk_decisions.html",
            reader,
            page_name="declarations",
            rows=[present_bulk(one, titles, user.user_id, reader) for one in decisions],
        )

    def propose(
        self,
        request: Request,
        bulk_id: Code = "",
        kind: Code = "",
        declaration_id: Annotated[list[str], Form()] = [],  # noqa: B006  # read, never changed
        reason: Annotated[str, Form(max_length=MOST_REASON)] = "",
    ) -> Response:
        """Decide, or propose where the settings ask for two officers; raises `InvalidInputError`."""
        _, user = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        if kind not in KINDS or not bulk_id:
            raise InvalidInputError(FieldProblem("/kind", "unknown", f"{kind[:40]!r} is no such decision"))
        new = NewBulk(bulk_id, BulkKind(kind), tuple(declaration_id), reason)
        needs_two, now = self._context.services.settings.declarations.bulk_needs_two, self._context.now
        with self._context.writing() as connection:
            propose_bulk(connection, new, officer=user, needs_two=needs_two, now=now)
        return go_to(HERE)

    def approve(self, request: Request, bulk_id: str) -> Response:
        """Carry a decision out as its second officer."""
        _, user = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        with self._context.writing() as connection:
            approve_bulk(connection, bulk_id, officer=user, now=self._context.now)
        return go_to(HERE)

    def reject(self, request: Request, bulk_id: str) -> Response:
        """Drop a decision."""
        _, user = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        with self._context.writing() as connection:
            reject_bulk(connection, bulk_id, officer=user, now=self._context.now)
        return go_to(HERE)
