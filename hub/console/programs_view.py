"""Programs and webhooks in words. Pure."""

from dataclasses import dataclass
from datetime import datetime

from hub.console.presenting import Badge
from hub.console.reader import Moment, Reader
from hub.console.wording import mark, word
from hub.machines.clients import ClientSummary
from hub.machines.scopes import GRANTABLE
from hub.machines.tokens import ACTOR_PREFIX
from hub.webhooks.subscriptions import WebhookSummary

SCOPE_WORDS = {
    "view-cases": mark("See cases"),
    "view-statistics": mark("See statistics"),
    "view-subjects": mark("See who is listed"),
    "enrol": mark("Propose people for lists"),
    "publish": mark("Publish lists"),
    "view-devices": mark("See devices"),
    "manage-devices": mark("Let devices in and shut them out"),
    "manage-fleet": mark("Configure devices and send commands"),
    "view-audit": mark("Read the audit log"),
    "declare": mark("Lodge declarations"),
    "view-declarations": mark("See everybody's declarations"),
    "view-certificates": mark("See checks of certificates of origin"),
    "check-certificates": mark("Have certificates of origin checked"),
}
PROOFS = {"secret": mark("Secret"), "key": mark("Own key"), "certificate": mark("Certificate")}
KIND_WORDS = {
    "case": mark("A case changed"),
    "device": mark("A device changed"),
    "confirmation": mark("A device took a list up or refused it"),
    "watchlist": mark("A list was published"),
    "declaration": mark("A declaration was decided or asked about"),
}
SCHEME_WORDS = {
    "v1": mark("Shared secret (HMAC-SHA256)"),
    "v1a": mark("Key pair (Ed25519)"),
}
OFF_WORDS = {
    "administrator": mark("Switched off"),
    "owner": mark("Switched off"),
    "gone": mark("Switched off: the receiver said it is gone"),
    "failing": mark("Switched off: it failed for five days"),
}


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A program in the list."""

    client_id: str
    title: str
    scopes: tuple[str, ...]
    proof: str
    badge: Badge
    is_active: bool
    made: Moment
    made_by: str


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A receiver in the list."""

    webhook_id: str
    title: str
    url: str
    owner: str
    """The client whose own it is told of only; empty: everybody's."""
    kinds: tuple[str, ...]
    badge: Badge
    last_status: int | None
    """HTTP status of the last answer."""
    failing_since: Moment | None
    is_on: bool
    scheme: str
    public_key: str
    """Empty with a shared secret."""
    previous_until: Moment | None
    """Until then the key before the last rotation signs too."""


def present_program(one: ClientSummary, reader: Reader) -> ProgramRow:
    """Word a program."""
    words = reader.language.words
    out, active = Badge(words.gettext("Shut out"), "bad"), Badge(words.gettext("Active"), "good")
    return ProgramRow(
        client_id=one.client_id,
        title=one.title,
        scopes=tuple(word(SCOPE_WORDS, scope.value, words) for scope in one.scopes),
        proof=word(PROOFS, one.proof, words),
        badge=out if one.is_revoked else active,
        is_active=not one.is_revoked,
        made=reader.moment(one.created_at),
        made_by=one.created_by,
    )


def present_webhook(one: WebhookSummary, reader: Reader, now: datetime) -> WebhookRow:
    """Word a receiver: whether it is told, how the last attempts went, and what signs its messages."""
    words = reader.language.words
    until = one.previous_until
    return WebhookRow(
        webhook_id=one.webhook_id,
        title=one.title,
        url=one.url,
        owner=one.owner.removeprefix(ACTOR_PREFIX),
        kinds=tuple(word(KIND_WORDS, kind.value, words) for kind in one.kinds),
        badge=_badge(one, reader),
        last_status=one.last_status,
        failing_since=reader.moment(one.failing_since) if one.failing_since else None,
        is_on=not one.is_disabled,
        scheme=word(SCHEME_WORDS, one.scheme, words),
        public_key=one.public_key or "",
        previous_until=reader.moment(until) if until and now < until else None,
    )


def scope_choices(reader: Reader) -> list[tuple[str, str]]:
    """Pair each scope of machines with its words, in the order of `SCOPE_WORDS`."""
    words = reader.language.words
    return [(code, words.gettext(text)) for code, text in SCOPE_WORDS.items() if code in GRANTABLE]


def kind_choices(reader: Reader) -> list[tuple[str, str]]:
    """Pair each kind of change with its words."""
    return [(code, reader.language.words.gettext(text)) for code, text in KIND_WORDS.items()]


def scheme_choices(reader: Reader) -> list[tuple[str, str]]:
    """Pair each way of signing with its words."""
    return [(code, reader.language.words.gettext(text)) for code, text in SCHEME_WORDS.items()]


def _badge(one: WebhookSummary, reader: Reader) -> Badge:
    words = reader.language.words
    if one.is_disabled:
        return Badge(word(OFF_WORDS, one.disabled_reason, words), "bad")
    if one.failing_since is not None:
        return Badge(words.gettext("Fails, is tried again"), "warn")
    if one.last_status is None:
        return Badge(words.gettext("Nothing sent yet"), "")
    return Badge(words.gettext("Works"), "good")
