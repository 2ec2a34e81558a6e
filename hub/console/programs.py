"""Programs: which API clients may call the hub, with which rights, and letting one in or shutting it out."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from hub.api.oauth import TOKEN_PATH
from hub.console.context import ConsoleContext, go_to
from hub.console.forms import returned_form
from hub.console.programs_view import present_program, scope_choices
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.wording import mark
from hub.errors import ConflictError, InvalidInputError
from hub.machines.clients import NewClient, add_client, find_clients, revoke_client
from hub.machines.scopes import parse_scopes
from hub.people.access import Permission
from hub.people.audit import Act, record

SECRET_ADVICE = mark(
    "With id and secret the program gets its tokens. If others come to know the secret, withdraw access and "
    "let the program in anew."
)
PAGE_SIZE = 50
TAKEN = mark("There is a program of that name already.")


class ProgramForm(BaseModel):
    """What was typed of a program."""

    model_config = ConfigDict(frozen=True)
    client_id: str = ""
    title: str = ""
    scopes: tuple[str, ...] = ()
    certificate_sha256: str = ""
    """Hexadecimal, as tools print it: colons and capitals are fine; empty: the program gets a secret."""

    def client(self) -> NewClient:
        """Read it; raises `InvalidInputError` for a scope that is none."""
        fingerprint = self.certificate_sha256.replace(":", "").strip().lower()
        return NewClient(
            client_id=self.client_id.strip(),
            title=self.title.strip()[:400],
            scopes=parse_scopes(self.scopes),
            certificate_sha256=fingerprint or None,
        )


class ProgramPages:
    """For who manages API clients."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/programs", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/programs", self.add, methods=["POST"], response_model=None)
        router.add_api_route(
            "/programs/{client_id}/revoke", self.revoke, methods=["POST"], response_model=None
        )

    def index(self, request: Request, cursor: str | None = None) -> Response:
        """List programs page by page, with a form for another one."""
        reader, _ = self._context.require(request, Permission.MANAGE_CLIENTS)
        return self._index(reader, FormState(), cursor)

    def add(self, request: Request, sent: Annotated[ProgramForm, Form()]) -> Response:
        """Let a program in and show its secret, this once."""
        reader, actor = self._context.require(request, Permission.MANAGE_CLIENTS)
        now, secret, words = self._context.now, self._context.services.new_token(), reader.language.words
        values: dict[str, str | tuple[str, ...]] = {**sent.model_dump()}
        try:
            wanted = sent.client()
            with self._context.writing() as connection:
                add_client(connection, wanted, secret=secret, actor=actor.user_id, now=now)
                record(connection, Act(actor.user_id, "client-added", wanted.client_id, {}), now)
        except InvalidInputError as error:
            return self._index(reader, returned_form(values, error.problems, words))
        except ConflictError:
            return self._index(reader, FormState(values, {"client_id": words.gettext(TAKEN)}))
        if not wanted.needs_secret:
            return go_to("/console/programs")
        return self._show_secret(reader, wanted, secret)

    def revoke(self, request: Request, client_id: str) -> Response:
        """Shut a program out; its tokens open nothing any more. Raises `NotFoundError`."""
        _, actor = self._context.require(request, Permission.MANAGE_CLIENTS)
        now = self._context.now
        with self._context.writing() as connection:
            if revoke_client(connection, client_id, now):
                record(connection, Act(actor.user_id, "client-revoked", client_id, {}), now)
        self._context.services.recent_machines.forget_all()
        return go_to("/console/programs")

    def _show_secret(self, reader: Reader, wanted: NewClient, secret: str) -> Response:
        words = reader.language.words
        tokens = self._context.services.settings.api.base_url + TOKEN_PATH
        return self._context.pages.render(
            "one_time_secret.html",
            reader,
            page_name="programs",
            back=("/console/programs", words.gettext("Programs")),
            facts=(
                (words.gettext("Title"), wanted.title),
                (words.gettext("Id"), wanted.client_id),
                (words.gettext("Address for tokens"), tokens),
            ),
            secret=secret,
            advice=words.gettext(SECRET_ADVICE),
        )

    def _index(self, reader: Reader, form: FormState, cursor: str | None = None) -> Response:
        with self._context.reading() as connection:
            found = find_clients(connection, cursor=cursor, limit=PAGE_SIZE)
        further = urlencode({"cursor": found.next_cursor or ""})
        return self._context.pages.render(
            "programs.html",
            reader,
            status=422 if form.problems else 200,
            page_name="programs",
            rows=[present_program(one, reader) for one in found.items],
            next_address=f"/console/programs?{further}" if found.next_cursor else "",
            form=form,
            scopes=scope_choices(reader),
        )
