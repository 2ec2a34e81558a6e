"""Changing what was declared of one's own parcel before it comes, and taking it back."""

from dataclasses import replace
from typing import Annotated

import msgspec
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.console.wording import mark
from hub.declarations.act_values import DeskAct
from hub.declarations.acts import act_as_sender
from hub.declarations.amending import amend
from hub.declarations.assessing.assess import Assessor
from hub.declarations.batches import ReadRow
from hub.declarations.forms import Form as StoredForm
from hub.declarations.forms import read_stored
from hub.declarations.lifecycle import Event
from hub.declarations.registry import DeclarationDetail, declaration
from hub.errors import ConflictError
from hub.public_app.context import AppContext, go_to
from hub.public_app.declare import ParcelForm, form_context, typed_in, values_sent
from hub.public_app.declaring import MOST_ITEMS, values_of
from hub.public_app.identity import Citizen
from hub.public_app.parcels import LONGEST_ID, may_amend
from hub.public_app.reader import ADDRESS, AppReader
from hub.store.database import reading, writing, writing_beside_others

LONGEST_REASON = 500
WITHDRAWAL = "invalidation"
"""The act's id, as the API's: a declaration is withdrawn once, however often the button is pressed."""
NO_REASON = mark("Say why, in a few words.")


class ChangePages:
    """The form of a parcel again, and the way back."""

    def __init__(self, context: AppContext) -> None:
        """Store in the store of the context."""
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/parcels/{declaration_id}"
        router.add_api_route(f"{one}/amend", self.show, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/amend", self.act, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/withdraw", self.ask, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/withdraw", self.withdraw, methods=["POST"], response_model=None)

    def show(self, request: Request, declaration_id: str) -> Response:
        """Show the form as it was sent last; raises `NotFoundError`, `ConflictError`."""
        reader, citizen = self._context.require(request)
        found = self._open(declaration_id, citizen)
        facts, _ = read_stored(StoredForm(found.summary.form), msgspec.json.encode(found.content).decode())
        count = min(max(len(facts.items), 1), MOST_ITEMS)
        return self._page(reader, found, ParcelForm(values_of(facts), count))

    async def act(self, request: Request, declaration_id: str) -> Response:
        """Check, send, or change the form."""
        values = await values_sent(request)
        return await run_in_threadpool(self._act, request, declaration_id, values)

    def _act(self, request: Request, declaration_id: str, values: dict[str, str]) -> Response:
        reader, citizen = self._context.require(request)
        found = self._open(declaration_id, citizen)
        values["reference"] = found.summary.reference
        typed = typed_in(values, citizen, self._context.services.clock())
        if typed.row is None or not typed.is_sent:
            return self._page(reader, found, typed.form)
        self._amend(found, typed.row, citizen, request.app.state.assessor)
        return go_to(f"{ADDRESS}/parcels/{found.summary.declaration_id}?sent=yes")

    def ask(self, request: Request, declaration_id: str) -> Response:
        """Ask why it is taken back."""
        reader, citizen = self._context.require(request)
        return self._asked(reader, self._open(declaration_id, citizen))

    def withdraw(
        self, request: Request, declaration_id: str, reason: Annotated[str, Form()] = ""
    ) -> Response:
        """Take it back once; without a reason it is asked for."""
        reader, citizen = self._context.require(request)
        said = reason.strip()[:LONGEST_REASON]
        if not said:
            found = self._open(declaration_id, citizen)
            return self._asked(reader, found, problem=NO_REASON)
        act = DeskAct(WITHDRAWAL, Event.INVALIDATE, said)
        own, now = declaration_id[:LONGEST_ID], self._context.services.clock()
        with writing(self._context.services.engine) as connection:
            act_as_sender(connection, own, act, sender=citizen.viewer, now=now)
        return go_to(f"{ADDRESS}/parcels/{own}")

    def _amend(self, found: DeclarationDetail, row: ReadRow, citizen: Citizen, assessor: Assessor) -> None:
        services = self._context.services
        with writing_beside_others(services.engine) as connection:
            amend(
                connection,
                found.summary.declaration_id,
                row,
                sender_id=citizen.sender_id,
                assessor=assessor,
                now=services.clock(),
            )

    def _open(self, declaration_id: str, citizen: Citizen) -> DeclarationDetail:
        """Find a person's own one that may still be changed."""
        with reading(self._context.services.engine) as connection:
            found = declaration(connection, declaration_id[:LONGEST_ID], citizen.viewer)
        if not may_amend(found.summary.state):
            raise ConflictError("too-late", f"it is {found.summary.state}")
        return found

    def _page(self, reader: AppReader, found: DeclarationDetail, form: ParcelForm) -> Response:
        given = form_context(reader, replace(form, costs=None)) | {"amends": found.summary.declaration_id}
        return self._context.pages.render("declare.html", reader, given=given)

    def _asked(self, reader: AppReader, found: DeclarationDetail, *, problem: str = "") -> Response:
        return self._context.pages.render(
            "withdraw.html",
            reader,
            status=400 if problem else 200,
            declaration_id=found.summary.declaration_id,
            tracking_number=found.summary.tracking_number,
            problem=reader.word(problem) if problem else "",
        )
