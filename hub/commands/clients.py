"""`kechid-hub client`: machines that may call the API."""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import Outcome
from hub.errors import HubError
from hub.machines.clients import NewClient, add_client, list_clients, revoke_client
from hub.machines.scopes import GRANTABLE, parse_scopes
from hub.people.audit import Act, record
from hub.store.database import reading, writing


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    clients = add_group(commands, "client", "machines that call the API")
    add = add_command(clients, "add", add_one_client, "let a machine in; its secret is printed once")
    add.add_argument("client_id")
    add.add_argument("--title", required=True, help="whose it is and what it does")
    scopes = ", ".join(sorted(GRANTABLE))
    add.add_argument("--scope", action="append", required=True, metavar="SCOPE", help=f"one of {scopes}")
    add.add_argument("--keys", type=Path, metavar="FILE", help="JSON Web Key Set instead of a secret")
    add.add_argument(
        "--certificate-sha256", metavar="HEX", help="fingerprint of a client certificate instead of a secret"
    )
    add.add_argument("--requests-per-minute", type=int, metavar="N")
    revoke = add_command(clients, "revoke", revoke_one_client, "shut a machine out, its tokens included")
    revoke.add_argument("client_id")
    add_command(clients, "list", show_clients, "show which machines may call")


def add_one_client(options: argparse.Namespace) -> Outcome:
    """Register a client."""
    services = services_of(options)
    now, secret = services.clock(), services.new_token()
    wanted = NewClient(
        client_id=options.client_id,
        title=options.title,
        scopes=parse_scopes(options.scope),
        keys=_key_set(options.keys),
        certificate_sha256=options.certificate_sha256,
        requests_per_minute=options.requests_per_minute,
    )
    with writing(services.engine) as connection:
        add_client(connection, wanted, secret=secret, actor=COMMAND_LINE, now=now)
        record(connection, Act(COMMAND_LINE, "client-added", wanted.client_id, {}), now)
    if not wanted.needs_secret:
        return Outcome(f"client {wanted.client_id} added", {"client_id": wanted.client_id})
    return Outcome(secret, {"client_id": wanted.client_id, "secret": secret})


def revoke_one_client(options: argparse.Namespace) -> Outcome:
    """Shut a client out."""
    services = services_of(options)
    now = services.clock()
    with writing(services.engine) as connection:
        if revoke_client(connection, options.client_id, now):
            record(connection, Act(COMMAND_LINE, "client-revoked", options.client_id, {}), now)
    return Outcome(f"client {options.client_id} revoked", {"client_id": options.client_id})


def show_clients(options: argparse.Namespace) -> Outcome:
    """List clients."""
    with reading(services_of(options).engine) as connection:
        found = list_clients(connection)
    lines = [
        f"{one.client_id:<20} {'revoked' if one.is_revoked else one.proof:<12} {' '.join(one.scopes)}"
        for one in found
    ]
    return Outcome("\n".join(lines), {"clients": found})


def _key_set(file: Path | None) -> dict[str, Any] | None:
    if file is None:
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise HubError(f"{file}: {reason}") from error
