"""Webhooks: which systems are told of changes, whether that works, and switching one off, on or away."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from hub.console.context import ConsoleContext, go_to
from hub.console.forms import returned_form
from hub.console.programs_view import kind_choices, present_webhook, scheme_choices
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.wording import mark
from hub.errors import FieldProblem, InvalidInputError
from hub.people.access import Permission
from hub.people.audit import Act, record
from hub.webhooks.keys import NewKey, rotate_key
from hub.webhooks.signing import SignatureScheme
from hub.webhooks.subscriptions import (
    NewWebhook,
    add_webhook,
    disable_webhook,
    enable_webhook,
    list_webhooks,
    remove_webhook,
    webhook,
)

KEY_ADVICE = mark("The receiver checks each message with it. If others come to know it, make a new key.")


class WebhookForm(BaseModel):
    """What was typed of a receiver."""

    model_config = ConfigDict(frozen=True)
    title: str = ""
    url: str = ""
    kinds: tuple[str, ...] = ()
    scheme: str = SignatureScheme.SYMMETRIC.value

    def webhook(self) -> NewWebhook:
        """Read it; raises `InvalidInputError` for a scheme that is none."""
        if self.scheme not in list(SignatureScheme):
            raise InvalidInputError(FieldProblem("/scheme", "unknown", f"{self.scheme[:40]!r}"))
        scheme = SignatureScheme(self.scheme)
        return NewWebhook(self.title.strip()[:400], self.url.strip(), self.kinds, scheme)


class WebhookPages:
    """For who manages API clients."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/webhooks", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/webhooks", self.add, methods=["POST"], response_model=None)
        router.add_api_route("/webhooks/{webhook_id}/acts", self.act, methods=["POST"], response_model=None)
        router.add_api_route(
            "/webhooks/{webhook_id}/rotation", self.rotate, methods=["POST"], response_model=None
        )

    def index(self, request: Request) -> Response:
        """List receivers, with a form for another one."""
        reader, _ = self._context.require(request, Permission.MANAGE_CLIENTS)
        return self._index(reader, FormState())

    def add(self, request: Request, sent: Annotated[WebhookForm, Form()]) -> Response:
        """Tell a system of changes from now on, and show its key; a secret is shown this once."""
        reader, actor = self._context.require(request, Permission.MANAGE_CLIENTS)
        words, services = reader.language.words, self._context.services
        try:
            wanted = sent.webhook()
            with self._context.writing() as connection:
                webhook_id, made = add_webhook(services, connection, wanted, actor.user_id)
                record(connection, Act(actor.user_id, "webhook-added", webhook_id, {}), self._context.now)
        except InvalidInputError as error:
            form = returned_form({**sent.model_dump()}, error.problems, words)
            return self._index(reader, form)
        return self._show_key(reader, wanted.title, made)

    def rotate(self, request: Request, webhook_id: str) -> Response:
        """Give a receiver a new key and show it; raises `NotFoundError`."""
        reader, actor = self._context.require(request, Permission.MANAGE_CLIENTS)
        with self._context.writing() as connection:
            made = rotate_key(self._context.services, connection, webhook_id)
            title = webhook(connection, webhook_id).title
            act = Act(actor.user_id, "webhook-key-rotated", webhook_id, {})
            record(connection, act, self._context.now)
        return self._show_key(reader, title, made)

    def act(self, request: Request, webhook_id: str, act: Annotated[str, Form()] = "") -> Response:
        """Switch a receiver off or on, or remove it; raises `NotFoundError`."""
        _, actor = self._context.require(request, Permission.MANAGE_CLIENTS)
        now = self._context.now
        acts: dict[str, tuple[str, Callable[[Connection], bool]]] = {
            "disable": ("webhook-disabled", lambda c: disable_webhook(c, webhook_id, "administrator", now)),
            "enable": ("webhook-enabled", lambda c: enable_webhook(c, webhook_id)),
            "remove": ("webhook-removed", lambda c: remove_webhook(c, webhook_id)),
        }
        if act not in acts:
            raise InvalidInputError(FieldProblem("/act", "unknown", f"{act[:40]!r}"))
        action, step = acts[act]
        with self._context.writing() as connection:
            if step(connection):
                record(connection, Act(actor.user_id, action, webhook_id, {}), now)
        return go_to("/console/webhooks")

    def _show_key(self, reader: Reader, title: str, made: NewKey) -> Response:
        pages, words = self._context.pages, reader.language.words
        back = ("/console/webhooks", words.gettext("Webhooks"))
        if made.public_key:
            return pages.render(
                "public_key.html",
                reader,
                page_name="webhooks",
                back=back,
                title=title,
                public_key=made.public_key,
            )
        return pages.render(
            "one_time_secret.html",
            reader,
            page_name="webhooks",
            back=back,
            facts=((words.gettext("Receiver"), title),),
            secret=made.secret,
            advice=words.gettext(KEY_ADVICE),
        )

    def _index(self, reader: Reader, form: FormState) -> Response:
        with self._context.reading() as connection:
            found = list_webhooks(connection)
        return self._context.pages.render(
            "webhooks.html",
            reader,
            status=422 if form.problems else 200,
            page_name="webhooks",
            rows=[present_webhook(one, reader, self._context.now) for one in found],
            form=form,
            kinds=kind_choices(reader),
            schemes=scheme_choices(reader),
        )
