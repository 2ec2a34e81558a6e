"""`kechid-hub carrier`: clients that send declarations for others."""

import argparse
from pathlib import Path

from hub.carrier_stream.accounts import Secret, accounts_of_carriers, put_account, withdraw_account
from hub.carrier_stream.broker_files import write_broker_files
from hub.carriers.registry import (
    CarrierSummary,
    NewCarrier,
    Transport,
    add_carrier,
    find_carriers,
    resume_carrier,
    set_quota,
    suspend_carrier,
)
from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import Outcome
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.store.paging import MAX_LIMIT
from sync.broker_accounts import SALT_BYTES


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    group = add_group(commands, "carrier", "clients that send declarations for others")
    add = add_command(group, "add", add_one_carrier, "make a client with the scope declare a carrier")
    add.add_argument("client_id")
    add.add_argument("--name", required=True, help="its legal name")
    add.add_argument("--country", required=True, metavar="CC", help="ISO 3166, such as AZ")
    kinds = [kind.value for kind in Transport]
    add.add_argument("--transport", action="append", required=True, choices=kinds, help="may be given again")
    add.add_argument("--contact", required=True, help="whom to call or write to")
    add.add_argument("--quota", type=int, metavar="N", help="new declarations a day; left out: no limit")
    add.add_argument("--sandbox", action="store_true", help="it only tries things out; never changes")
    add_command(group, "list", show_carriers, "show carriers")
    suspend = add_command(group, "suspend", suspend_one_carrier, "refuse a carrier's declarations")
    suspend.add_argument("client_id")
    suspend.add_argument("--reason", required=True)
    resume = add_command(group, "resume", resume_one_carrier, "take a carrier's declarations again")
    resume.add_argument("client_id")
    _add_broker_parsers(group)
    quota = add_command(group, "quota", change_quota, "set how many new declarations a day are taken")
    quota.add_argument("client_id")
    wanted = quota.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--daily", type=int, metavar="N")
    wanted.add_argument("--none", action="store_true", help="no limit")


def _add_broker_parsers(group: Commands) -> None:
    account = add_command(
        group, "broker-account", put_broker_account, "let a carrier stream; its new password is printed once"
    )
    account.add_argument("client_id")
    account.add_argument("--withdraw", action="store_true", help="take the account away instead")
    files = add_command(
        group,
        "broker-files",
        put_broker_files,
        "bring a broker's files up to date; the broker reads them anew",
    )
    files.add_argument("--passwords", type=Path, required=True, metavar="FILE")
    files.add_argument("--access", type=Path, required=True, metavar="FILE")


def add_one_carrier(options: argparse.Namespace) -> Outcome:
    """Make a client a carrier."""
    services = services_of(options)
    now = services.clock()
    wanted = NewCarrier(
        client_id=options.client_id,
        legal_name=options.name,
        country=options.country,
        transport=tuple(options.transport),
        contact=options.contact,
        daily_quota=options.quota,
        is_sandbox=options.sandbox,
    )
    with writing(services.engine) as connection:
        made = add_carrier(connection, wanted, actor=COMMAND_LINE, now=now)
        record(connection, Act(COMMAND_LINE, "carrier-added", made.client_id, {}), now)
    return Outcome(f"carrier {made.client_id} added", {"carrier": made})


def show_carriers(options: argparse.Namespace) -> Outcome:
    """List carriers."""
    found: list[CarrierSummary] = []
    cursor = None
    with reading(services_of(options).engine) as connection:
        while True:
            page = find_carriers(connection, cursor=cursor, limit=MAX_LIMIT)
            found.extend(page.items)
            cursor = page.next_cursor
            if cursor is None:
                break
    return Outcome("\n".join(map(_line, found)), {"carriers": found})


def suspend_one_carrier(options: argparse.Namespace) -> Outcome:
    """Refuse a carrier's declarations."""
    services = services_of(options)
    now, own = services.clock(), options.client_id
    with writing(services.engine) as connection:
        if suspend_carrier(connection, own, options.reason, now):
            details = {"reason": options.reason}
            record(connection, Act(COMMAND_LINE, "carrier-suspended", own, details), now)
    return Outcome(f"carrier {own} is suspended", {"client_id": own})


def resume_one_carrier(options: argparse.Namespace) -> Outcome:
    """Take a carrier's declarations again."""
    services = services_of(options)
    own = options.client_id
    with writing(services.engine) as connection:
        if resume_carrier(connection, own):
            record(connection, Act(COMMAND_LINE, "carrier-resumed", own, {}), services.clock())
    return Outcome(f"carrier {own} is active", {"client_id": own})


def change_quota(options: argparse.Namespace) -> Outcome:
    """Set a carrier's daily quota."""
    services = services_of(options)
    own, daily = options.client_id, options.daily
    with writing(services.engine) as connection:
        set_quota(connection, own, daily)
        act = Act(COMMAND_LINE, "carrier-quota-set", own, {"daily_quota": daily})
        record(connection, act, services.clock())
    words = "without a limit" if daily is None else f"{daily} a day"
    return Outcome(f"carrier {own}: {words}", {"client_id": own, "daily_quota": daily})


def put_broker_account(options: argparse.Namespace) -> Outcome:
    """Give a carrier an account at the broker or a new password, or take the account away."""
    services = services_of(options)
    own, now, password = options.client_id, services.clock(), services.new_token()
    with writing(services.engine) as connection:
        if options.withdraw:
            if withdraw_account(connection, own):
                record(connection, Act(COMMAND_LINE, "carrier-account-withdrawn", own, {}), now)
            return Outcome(f"carrier {own} has no account at the broker", {"client_id": own})
        secret = Secret(password, services.randomness(SALT_BYTES))
        name = put_account(connection, own, secret, actor=COMMAND_LINE, now=now)
        record(connection, Act(COMMAND_LINE, "carrier-account-given", own, {}), now)
    return Outcome(f"{name} {password}", {"client_id": own, "username": name, "password": password})


def put_broker_files(options: argparse.Namespace) -> Outcome:
    """Write who may stream now into the broker's own files."""
    with reading(services_of(options).engine) as connection:
        accounts = accounts_of_carriers(connection)
    is_changed = write_broker_files(options.passwords, options.access, accounts)
    words = "the broker has to read them anew" if is_changed else "nothing changed"
    return Outcome(
        f"{len(accounts)} carriers; {words}", {"carriers": len(accounts), "is_changed": is_changed}
    )


def _line(one: CarrierSummary) -> str:
    state = "suspended" if one.is_suspended else "sandbox" if one.is_sandbox else "active"
    quota = "no limit" if one.daily_quota is None else f"{one.daily_quota} a day"
    return f"{one.client_id:<20} {state:<10} {quota:<16} {one.country} {one.legal_name}"
