"""`kechid-hub user` and `kechid-hub device`."""

import argparse
import sys
from pathlib import Path

from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import Outcome
from hub.errors import HubError, NotFoundError
from hub.fleet.configuration import send_standing_settings
from hub.fleet.devices import DeviceIdentity, list_devices, register_device, renew_token, revoke_device
from hub.people.access import PERSON_ROLES, Role, User
from hub.people.audit import Act, record
from hub.people.users import add_user, disable_user, list_users
from hub.store.database import reading, writing


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    _add_user_parsers(add_group(commands, "user", "people who use API and console"))
    _add_device_parsers(add_group(commands, "device", "checkpoint devices"))


def _add_user_parsers(users: Commands) -> None:
    add = add_command(users, "add", add_one_user, "let a person in; the password comes from a file or stdin")
    add.add_argument("user_id")
    add.add_argument("--name", required=True, help="display name")
    add.add_argument("--role", required=True, choices=[role.value for role in PERSON_ROLES])
    add.add_argument("--password-file", type=Path, metavar="FILE")
    disable = add_command(users, "disable", disable_one_user, "shut a person out, open sessions included")
    disable.add_argument("user_id")
    add_command(users, "list", show_users, "show who may sign in")


def _add_device_parsers(devices: Commands) -> None:
    add = add_command(devices, "add", add_device, "let a device in; its token is printed once")
    add.add_argument("device_id")
    add.add_argument("--site", required=True)
    add.add_argument("--lane", required=True)
    add.add_argument("--token-file", type=Path, metavar="FILE", help="write the token there instead (0600)")
    token = add_command(devices, "renew-token", renew_one_token, "replace a device's token")
    token.add_argument("device_id")
    token.add_argument("--token-file", type=Path, metavar="FILE", help="write the token there instead (0600)")
    revoke = add_command(devices, "revoke", revoke_one_device, "shut a device out")
    revoke.add_argument("device_id")
    add_command(devices, "list", show_devices, "show devices, states and versions")


def add_one_user(options: argparse.Namespace) -> Outcome:
    """Create a user."""
    services = services_of(options)
    user = User(options.user_id, options.name, Role(options.role))
    now, password = services.clock(), _password(options.password_file)
    with writing(services.engine) as connection:
        add_user(connection, user, password, now)
        record(connection, Act(COMMAND_LINE, "user-added", user.user_id, {"role": user.role}), now)
    return Outcome(f"user {user.user_id} added", {"user_id": user.user_id, "role": user.role})


def disable_one_user(options: argparse.Namespace) -> Outcome:
    """Shut a user out."""
    services = services_of(options)
    now = services.clock()
    with writing(services.engine) as connection:
        if not disable_user(connection, options.user_id, now):
            raise NotFoundError("active user", options.user_id)
        record(connection, Act(COMMAND_LINE, "user-disabled", options.user_id, {}), now)
    return Outcome(f"user {options.user_id} disabled", {"user_id": options.user_id})


def show_users(options: argparse.Namespace) -> Outcome:
    """List active users."""
    with reading(services_of(options).engine) as connection:
        found = list_users(connection)
    words = "\n".join(f"{user.user_id:<20} {user.role:<18} {user.display_name}" for user in found)
    return Outcome(words, {"users": found})


def add_device(options: argparse.Namespace) -> Outcome:
    """Register a device."""
    services = services_of(options)
    now, token = services.clock(), services.new_token()
    device = DeviceIdentity(options.device_id, options.site, options.lane)
    with writing(services.engine) as connection:
        register_device(connection, device, token=token, actor=COMMAND_LINE, now=now)
        send_standing_settings(services, connection, device.device_id, actor=COMMAND_LINE, now=now)
        record(connection, Act(COMMAND_LINE, "device-registered", device.device_id, {}), now)
        return _hand_out(options, token)


def renew_one_token(options: argparse.Namespace) -> Outcome:
    """Replace a device's token."""
    services = services_of(options)
    now, token = services.clock(), services.new_token()
    with writing(services.engine) as connection:
        renew_token(connection, options.device_id, token)
        send_standing_settings(services, connection, options.device_id, actor=COMMAND_LINE, now=now)
        record(connection, Act(COMMAND_LINE, "device-token-renewed", options.device_id, {}), now)
        return _hand_out(options, token)


def revoke_one_device(options: argparse.Namespace) -> Outcome:
    """Shut a device out."""
    services = services_of(options)
    now = services.clock()
    with writing(services.engine) as connection:
        revoke_device(connection, options.device_id, now)
        record(connection, Act(COMMAND_LINE, "device-revoked", options.device_id, {}), now)
    return Outcome(f"device {options.device_id} revoked", {"device_id": options.device_id})


def show_devices(options: argparse.Namespace) -> Outcome:
    """List devices."""
    services = services_of(options)
    with reading(services.engine) as connection:
        found = list_devices(connection, services.clock())
    lines = [
        f"{one.site_id}/{one.lane_id}/{one.device_id}: {'online' if one.is_online else 'offline'}"
        f", queue {one.queue_depth}, "
        + (", ".join(f"{each.list_id} v{each.version}" for each in one.watchlists) or "no watchlist")
        for one in found
    ]
    return Outcome("\n".join(lines), {"devices": found})


def _password(file: Path | None) -> str:
    """Take the first line of the file or of stdin; it never stands on a command line."""
    try:
        text = sys.stdin.readline() if file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise HubError(f"{file or 'stdin'}: {reason}") from error
    return text.split("\n", 1)[0].rstrip("\r")


def _hand_out(options: argparse.Namespace, token: str) -> Outcome:
    """Print the token, or write it where only the owner reads; a failure undoes the caller's transaction."""
    facts = {"device_id": options.device_id}
    if options.token_file is None:
        return Outcome(token, facts | {"token": token})
    try:
        options.token_file.touch(mode=0o600)
        options.token_file.chmod(0o600)
        options.token_file.write_text(token + "\n", encoding="ascii")
    except OSError as error:
        raise HubError(f"{options.token_file}: {error.strerror}") from error
    return Outcome(f"token written to {options.token_file}", facts | {"token_file": str(options.token_file)})
