"""`kechid-hub webhook`: systems that are told of changes."""

import argparse

from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import Outcome
from hub.live.kinds import ChangeKind
from hub.machines.tokens import ACTOR_PREFIX
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.webhooks.keys import NewKey, rotate_key
from hub.webhooks.signing import SignatureScheme
from hub.webhooks.subscriptions import NewWebhook, add_webhook, disable_webhook, enable_webhook, list_webhooks


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    webhooks = add_group(commands, "webhook", "systems that are told of changes")
    add = add_command(webhooks, "add", add_one_webhook, "tell a system; its secret or public key is printed")
    add.add_argument("url")
    add.add_argument("--title", required=True, help="whose it is")
    kinds = [kind.value for kind in ChangeKind]
    add.add_argument("--kind", action="append", required=True, choices=kinds, help="may be given again")
    add.add_argument(
        "--client", metavar="ID", help="a client: told of its own declarations only, not of everybody's"
    )
    add.add_argument(
        "--scheme",
        choices=[scheme.value for scheme in SignatureScheme],
        default=SignatureScheme.SYMMETRIC.value,
        help="v1: a shared secret, shown once; v1a: Ed25519, the receiver has the public key only",
    )
    for name, work, summary in (
        ("disable", disable_one_webhook, "switch a receiver off"),
        ("enable", enable_one_webhook, "switch a receiver on again"),
        ("rotate", rotate_one_key, "give a receiver a new key; for a day the one before signs too"),
    ):
        add_command(webhooks, name, work, summary).add_argument("webhook_id")
    add_command(webhooks, "list", show_webhooks, "show receivers and whether they answer")


def add_one_webhook(options: argparse.Namespace) -> Outcome:
    """Add a receiver."""
    services = services_of(options)
    owner = ACTOR_PREFIX + options.client if options.client else ""
    scheme = SignatureScheme(options.scheme)
    wanted = NewWebhook(options.title, options.url, tuple(options.kind), scheme, owner)
    with writing(services.engine) as connection:
        webhook_id, made = add_webhook(services, connection, wanted, COMMAND_LINE)
        record(connection, Act(COMMAND_LINE, "webhook-added", webhook_id, {}), services.clock())
    return _told(webhook_id, made)


def rotate_one_key(options: argparse.Namespace) -> Outcome:
    """Give a receiver a new key."""
    services = services_of(options)
    with writing(services.engine) as connection:
        made = rotate_key(services, connection, options.webhook_id)
        act = Act(COMMAND_LINE, "webhook-key-rotated", options.webhook_id, {})
        record(connection, act, services.clock())
    return _told(options.webhook_id, made)


def disable_one_webhook(options: argparse.Namespace) -> Outcome:
    """Switch a receiver off."""
    services = services_of(options)
    now = services.clock()
    with writing(services.engine) as connection:
        if disable_webhook(connection, options.webhook_id, "administrator", now):
            record(connection, Act(COMMAND_LINE, "webhook-disabled", options.webhook_id, {}), now)
    return Outcome(f"webhook {options.webhook_id} is off", {"webhook_id": options.webhook_id})


def enable_one_webhook(options: argparse.Namespace) -> Outcome:
    """Switch a receiver on."""
    services = services_of(options)
    with writing(services.engine) as connection:
        if enable_webhook(connection, options.webhook_id):
            act = Act(COMMAND_LINE, "webhook-enabled", options.webhook_id, {})
            record(connection, act, services.clock())
    return Outcome(f"webhook {options.webhook_id} is on", {"webhook_id": options.webhook_id})


def show_webhooks(options: argparse.Namespace) -> Outcome:
    """List receivers."""
    with reading(services_of(options).engine) as connection:
        found = list_webhooks(connection)
    lines = [
        f"{one.webhook_id} {one.url} {' '.join(one.kinds)}: "
        + (f"off ({one.disabled_reason})" if one.is_disabled else f"last answer {one.last_status or 'none'}")
        + (f", {one.public_key}" if one.public_key else "")
        for one in found
    ]
    return Outcome("\n".join(lines), {"webhooks": found})


def _told(webhook_id: str, made: NewKey) -> Outcome:
    told = {"webhook_id": webhook_id, "secret": made.secret, "public_key": made.public_key}
    return Outcome(f"{webhook_id}\n{made.text}", told)
