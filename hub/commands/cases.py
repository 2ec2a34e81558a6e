"""`kechid-hub cases`: counts built anew, and cases whose time is over."""

import argparse

from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import Outcome
from hub.store.database import writing


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    group = add_group(commands, "cases", "statistics and retention of cases")
    add_command(group, "recount", recount_cases, "build the statistics anew from alerts and answers")
    purged = add_command(group, "purge", purge_cases, "delete cases whose time is over, with their pictures")
    purged.add_argument("--dry-run", action="store_true", help="only say what would be deleted")


def recount_cases(options: argparse.Namespace) -> Outcome:
    """Build every count anew."""
    from hub.cases.counting import policy_of, recount
    from hub.people.audit import Act, record

    services = services_of(options)
    with writing(services.engine) as connection:
        done = recount(connection, policy_of(services.settings.cases))
        detail = {"alerts": done.alerts, "deleted": done.deleted}
        record(connection, Act(COMMAND_LINE, "cases-recounted", "cases", detail), services.clock())
    words = f"{done.alerts} alerts and {done.deleted} deleted ones counted into {done.rows} rows"
    return Outcome(words, {"alerts": done.alerts, "deleted": done.deleted, "rows": done.rows})


def purge_cases(options: argparse.Namespace) -> Outcome:
    """Delete cases whose time is over, or say which would be."""
    from hub.cases.retention import purge

    done = purge(services_of(options), actor=COMMAND_LINE, is_dry=options.dry_run)
    verb = "would be deleted" if options.dry_run else "deleted"
    words = f"{done.cases} cases and {done.pictures} pictures {verb}"
    facts = {"cases": done.cases, "pictures": done.pictures, "by_result": done.by_result}
    return Outcome(words, facts | {"is_dry_run": options.dry_run})
