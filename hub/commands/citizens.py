"""`kechid-hub citizen add`: lets a person of the local register sign in to the citizens' app."""

import argparse
import sys

from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import Outcome
from hub.people.audit import Act, record
from hub.store.database import writing


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    group = add_group(commands, "citizen", "people who use the citizens' app")
    summary = "let a person sign in, or correct the name; number and name are two lines of stdin"
    add_command(group, "add", add_citizen, summary)


def add_citizen(options: argparse.Namespace) -> Outcome:
    """Register a person; neither number nor name stands on a command line or in the audit log."""
    # Only this command reads the lists that numbers are checked against.
    from hub.public_app.citizens import register_citizen

    services = services_of(options)
    number, name = sys.stdin.readline(), sys.stdin.readline()
    with writing(services.engine) as connection:
        key = register_citizen(services, connection, number, name)
        record(connection, Act(COMMAND_LINE, "citizen-added", key, {}), services.clock())
    return Outcome(f"citizen {key} may sign in", {"citizen_key": key})
