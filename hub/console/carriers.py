"""Carriers: who sends declarations for others, on what terms, and suspending one."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from hub.carrier_stream.accounts import account_since
from hub.carriers.intake_terms import declared_on, next_day
from hub.carriers.registry import (
    NewCarrier,
    add_carrier,
    candidates,
    carrier,
    find_carriers,
    resume_carrier,
    set_quota,
    suspend_carrier,
)
from hub.carriers.score_card import score_cards
from hub.console.carriers_view import present_carrier, present_carrier_row, transport_choices
from hub.console.context import ConsoleContext, go_to
from hub.console.forms import returned_form
from hub.console.reader import Reader
from hub.console.score_card_view import present_score_cards
from hub.console.subject_form import FormState
from hub.errors import FieldProblem, InvalidInputError
from hub.people.access import Permission
from hub.people.audit import Act, record

PAGE_SIZE = 50
INDEX = "/console/carriers"


class CarrierForm(BaseModel):
    """What was typed of a carrier."""

    model_config = ConfigDict(frozen=True)
    client_id: str = ""
    legal_name: str = ""
    country: str = ""
    transport: tuple[str, ...] = ()
    contact: str = ""
    daily_quota: str = ""
    """Empty: no limit."""
    sandbox: str = ""

    def carrier(self) -> NewCarrier:
        """Read it; raises `InvalidInputError` for a quota that is no number."""
        return NewCarrier(
            client_id=self.client_id,
            legal_name=self.legal_name,
            country=self.country.strip().upper(),
            transport=self.transport,
            contact=self.contact,
            daily_quota=read_quota(self.daily_quota),
            is_sandbox=self.sandbox == "yes",
        )


class CarrierPages:
    """For who manages API clients."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/carriers", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/carriers", self.add, methods=["POST"], response_model=None)
        one = "/carriers/{client_id}"
        router.add_api_route(one, self.show, methods=["GET"], response_model=None)
        for name, work in (("suspension", self.suspend), ("resumption", self.resume), ("quota", self.quota)):
            router.add_api_route(f"{one}/{name}", work, methods=["POST"], response_model=None)

    def index(self, request: Request, cursor: str | None = None) -> Response:
        """List carriers page by page, with a form for another one."""
        reader, _ = self._context.require(request, Permission.MANAGE_CLIENTS)
        return self._index(reader, FormState(), cursor)

    def add(self, request: Request, sent: Annotated[CarrierForm, Form()]) -> Response:
        """Make a program a carrier; raises `NotFoundError` and `ConflictError` for one that cannot be."""
        reader, actor = self._context.require(request, Permission.MANAGE_CLIENTS)
        now = self._context.now
        try:
            wanted = sent.carrier()
            with self._context.writing() as connection:
                add_carrier(connection, wanted, actor=actor.user_id, now=now)
                record(connection, Act(actor.user_id, "carrier-added", wanted.client_id, {}), now)
        except InvalidInputError as error:
            values = {**sent.model_dump(), "sandbox": (sent.sandbox,)}
            return self._index(reader, returned_form(values, error.problems, reader.language.words))
        return go_to(f"{INDEX}/{wanted.client_id}")

    def show(self, request: Request, client_id: str) -> Response:
        """Show one carrier; raises `NotFoundError`."""
        reader, _ = self._context.require(request, Permission.MANAGE_CLIENTS)
        return self._show(reader, client_id, FormState())

    def suspend(self, request: Request, client_id: str, reason: Annotated[str, Form()] = "") -> Response:
        """Refuse its declarations from now on; raises `NotFoundError`."""
        reader, actor = self._context.require(request, Permission.MANAGE_CLIENTS)
        now = self._context.now
        try:
            with self._context.writing() as connection:
                if suspend_carrier(connection, client_id, reason, now):
                    act = Act(actor.user_id, "carrier-suspended", client_id, {"reason": reason})
                    record(connection, act, now)
        except InvalidInputError as error:
            form = returned_form({"reason": reason}, error.problems, reader.language.words)
            return self._show(reader, client_id, form)
        return go_to(f"{INDEX}/{client_id}")

    def resume(self, request: Request, client_id: str) -> Response:
        """Take its declarations again; raises `NotFoundError`."""
        _, actor = self._context.require(request, Permission.MANAGE_CLIENTS)
        with self._context.writing() as connection:
            if resume_carrier(connection, client_id):
                record(connection, Act(actor.user_id, "carrier-resumed", client_id, {}), self._context.now)
        return go_to(f"{INDEX}/{client_id}")

    def quota(self, request: Request, client_id: str, daily_quota: Annotated[str, Form()] = "") -> Response:
        """Set how many new declarations a day are taken; raises `NotFoundError`."""
        reader, actor = self._context.require(request, Permission.MANAGE_CLIENTS)
        try:
            wanted = read_quota(daily_quota)
            with self._context.writing() as connection:
                set_quota(connection, client_id, wanted)
                act = Act(actor.user_id, "carrier-quota-set", client_id, {"daily_quota": wanted})
                record(connection, act, self._context.now)
        except InvalidInputError as error:
            form = returned_form({"daily_quota": daily_quota}, error.problems, reader.language.words)
            return self._show(reader, client_id, form)
        return go_to(f"{INDEX}/{client_id}")

    def _index(self, reader: Reader, form: FormState, cursor: str | None = None) -> Response:
        with self._context.reading() as connection:
            found = find_carriers(connection, cursor=cursor, limit=PAGE_SIZE)
            programs = [("", "\N{EM DASH}"), *((one.client_id, one.title) for one in candidates(connection))]
        further = urlencode({"cursor": found.next_cursor or ""})
        return self._context.pages.render(
            "carriers.html",
            reader,
            status=422 if form.problems else 200,
            page_name="carriers",
            rows=[present_carrier_row(one, reader) for one in found.items],
            next_address=f"{INDEX}?{further}" if found.next_cursor else "",
            form=form,
            programs=programs,
            transport=transport_choices(reader),
        )

    def _show(self, reader: Reader, client_id: str, form: FormState) -> Response:
        with self._context.reading() as connection:
            page, quota = self._page(connection, client_id, reader)
            cards = score_cards(connection, client_id)
            since = account_since(connection, client_id)
        values = {"daily_quota": quota} | dict(form.values)
        return self._context.pages.render(
            "carrier.html",
            reader,
            status=422 if form.problems else 200,
            page_name="carriers",
            page=page,
            account=None if since is None else reader.moment(since),
            score=present_score_cards(cards, reader),
            form=FormState(values, form.problems),
        )

    def _page(self, connection: Connection, client_id: str, reader: Reader) -> tuple[object, str]:
        now, zone = self._context.now, self._context.services.settings.cases.zone
        found = carrier(connection, client_id)
        declared = declared_on(connection, client_id, now, zone)
        quota = "" if found.daily_quota is None else str(found.daily_quota)
        return present_carrier(found, declared, next_day(now, zone), reader), quota


def read_quota(text: str) -> int | None:
    """Read a quota as it is typed, None for nothing; raises `InvalidInputError` for what is no number."""
    digits = "".join(text.split())
    if not digits:
        return None
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise InvalidInputError(FieldProblem("/daily_quota", "out-of-range", f"{text[:40]!r} is no number"))
    return int(digits)
