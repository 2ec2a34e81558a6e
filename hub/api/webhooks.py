"""Routes: which systems are told of changes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.errors import ConflictError
from hub.live.kinds import ChangeKind
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once
from hub.webhooks.keys import NewKey, rotate_key
from hub.webhooks.signing import SignatureScheme
from hub.webhooks.subscriptions import (
    NewWebhook,
    WebhookSummary,
    add_webhook,
    disable_webhook,
    enable_webhook,
    list_webhooks,
    remove_webhook,
    webhook,
)
from hub.webhooks.targets import MAX_URL

router = APIRouter(tags=["webhooks"])
Keeper = Annotated[User, Depends(allowed(Permission.MANAGE_CLIENTS, Permission.DECLARE))]
"""An administrator keeps all; a client that declares keeps its own."""
WebhookId = Annotated[str, Path(max_length=64)]


class WebhookRequest(BaseModel):
    """A receiver to tell."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(max_length=400, pattern=r"\S")
    url: str = Field(max_length=MAX_URL, pattern=r"^https?://[!-~]+$")
    """Public and https, unless the settings list its host."""
    kinds: list[ChangeKind] = Field(min_length=1, max_length=20)
    scheme: SignatureScheme = SignatureScheme.SYMMETRIC
    """`v1`: a shared secret; `v1a`: Ed25519, only the hub can sign."""
    owner: str = Field(default="", pattern=r"^(client:[A-Za-z0-9][A-Za-z0-9._-]{0,55})?$")
    """From an administrator: the client whose own declarations it is told of; empty: it is told of all.

    A client's receiver is always its own."""


class WebhookKeyReply(BaseModel):
    """What verifies the receiver's messages from now on: a secret with `v1`, a public key with `v1a`."""

    webhook_id: str
    secret: str | None
    """``whsec_`` and 32 bytes in base64; shown this once and stored sealed."""
    public_key: str | None
    """``whpk_`` and 32 bytes in base64; `GET` tells it again at any time."""


@router.get("/webhooks", operation_id="list_webhooks")
def get_webhooks(services: Hub, user: Keeper) -> tuple[WebhookSummary, ...]:
    """Receivers, oldest first: all, or a client's own."""
    with reading(services.engine) as connection:
        return list_webhooks(connection, _owner(user))


@router.get("/webhooks/{webhook_id}", operation_id="get_webhook")
def get_webhook(services: Hub, user: Keeper, webhook_id: WebhookId) -> WebhookSummary:
    """One receiver."""
    with reading(services.engine) as connection:
        return webhook(connection, webhook_id, _owner(user))


@router.post("/webhooks", status_code=201, operation_id="add_webhook", response_model=WebhookKeyReply)
def post_webhook(services: Hub, user: Keeper, wanted: WebhookRequest, key: IdempotencyKey = None) -> Response:
    """Tell a system of changes from now on."""
    owner = _owner(user) or wanted.owner
    asked = NewWebhook(wanted.title, wanted.url, tuple(wanted.kinds), wanted.scheme, owner)
    attempt = attempt_of(user, key, digest_of([b"webhook", wanted.model_dump_json().encode()]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            webhook_id, made = add_webhook(services, connection, asked, user.user_id)
            record(connection, Act(user.user_id, "webhook-added", webhook_id, {}), services.clock())
            return answer_of(201, _reply(webhook_id, made))

        return as_response(once(services, connection, attempt, work))


@router.post(
    "/webhooks/{webhook_id}/rotation",
    status_code=201,
    operation_id="rotate_webhook_key",
    response_model=WebhookKeyReply,
)
def post_rotation(services: Hub, user: Keeper, webhook_id: WebhookId, key: IdempotencyKey = None) -> Response:
    """Give a receiver a new key; for a day the one before signs too."""
    attempt = attempt_of(user, key, digest_of([b"webhook-rotation", webhook_id.encode()]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            webhook(connection, webhook_id, _owner(user))
            made = rotate_key(services, connection, webhook_id)
            record(connection, Act(user.user_id, "webhook-key-rotated", webhook_id, {}), services.clock())
            return answer_of(201, _reply(webhook_id, made))

        return as_response(once(services, connection, attempt, work))


@router.post("/webhooks/{webhook_id}/disabling", status_code=204, operation_id="disable_webhook")
def post_disabling(services: Hub, user: Keeper, webhook_id: WebhookId) -> None:
    """Switch a receiver off; what happens meanwhile it is never told."""
    now = services.clock()
    with writing(services.engine) as connection:
        webhook(connection, webhook_id, _owner(user))
        by = "administrator" if _owner(user) is None else "owner"
        if disable_webhook(connection, webhook_id, by, now):
            record(connection, Act(user.user_id, "webhook-disabled", webhook_id, {}), now)


@router.post("/webhooks/{webhook_id}/enabling", status_code=204, operation_id="enable_webhook")
def post_enabling(services: Hub, user: Keeper, webhook_id: WebhookId) -> None:
    """Switch a receiver on again, for changes from now on."""
    with writing(services.engine) as connection:
        if webhook(connection, webhook_id, _owner(user)).disabled_reason == "administrator" and _owner(user):
            raise ConflictError("switched-off-by-administrator", "an administrator has switched it off")
        if enable_webhook(connection, webhook_id):
            record(connection, Act(user.user_id, "webhook-enabled", webhook_id, {}), services.clock())


@router.delete("/webhooks/{webhook_id}", status_code=204, operation_id="remove_webhook")
def delete_webhook(services: Hub, user: Keeper, webhook_id: WebhookId) -> None:
    """Forget a receiver and its keys; it is told nothing more."""
    with writing(services.engine) as connection:
        webhook(connection, webhook_id, _owner(user))
        remove_webhook(connection, webhook_id)
        record(connection, Act(user.user_id, "webhook-removed", webhook_id, {}), services.clock())


def _owner(user: User) -> str | None:
    """Whose receivers the caller keeps; None: everybody's."""
    return None if user.may(Permission.MANAGE_CLIENTS) else user.user_id


def _reply(webhook_id: str, made: NewKey) -> dict[str, str | None]:
    return {"webhook_id": webhook_id, "secret": made.secret, "public_key": made.public_key}
