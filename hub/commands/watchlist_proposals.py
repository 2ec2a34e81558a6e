"""`kechid-hub watchlist proposals`, `approve`, `reject`, `withdraw`: the second of four eyes."""

import argparse

from hub.commands.officers import acting, add_officer_options
from hub.commands.options import Commands, add_command, services_of
from hub.commands.outcome import Outcome
from hub.people.access import Permission
from hub.store.database import reading, writing


def add_parsers(group: Commands) -> None:
    """Add the commands."""
    waiting = add_command(group, "proposals", show_proposals, "show what waits for a second officer")
    waiting.add_argument("--list", dest="list_id", metavar="LIST")
    for name, work, summary in (
        ("approve", approve_one, "let a proposal take effect; not by the officer who proposed it"),
        ("reject", reject_one, "refuse a proposal with a reason"),
    ):
        deciding = add_command(group, name, work, summary)
        deciding.add_argument("proposal_id")
        deciding.add_argument("--reason", default="", required=name == "reject")
        # The command line by itself is nobody in particular, so it is no second person.
        add_officer_options(deciding, is_required=True)
    withdrawing = add_command(group, "withdraw", withdraw_one, "take one's own proposal back")
    withdrawing.add_argument("proposal_id")
    add_officer_options(withdrawing)


def show_proposals(options: argparse.Namespace) -> Outcome:
    """List what waits."""
    from hub.watchlist.proposals import ProposalState, lapse, list_proposals

    services = services_of(options)
    with writing(services.engine) as connection:
        lapse(services, connection)
    with reading(services.engine) as connection:
        found = list_proposals(connection, [ProposalState.WAITING], list_id=options.list_id)
    lines = (f"{one.proposal_id}: {one.act} on {one.list_id}, by {one.proposed_by}" for one in found)
    return Outcome("\n".join(lines), {"proposals": found})


def approve_one(options: argparse.Namespace) -> Outcome:
    """Approve; raises `ConflictError` for the officer who proposed it."""
    from hub.watchlist.proposals import approve

    services = services_of(options)
    actor = acting(options, services, Permission.APPROVE)
    with writing(services.engine) as connection:
        done = approve(services, connection, options.proposal_id, actor=actor, reason=options.reason)
    return Outcome(f"proposal {done.proposal_id} approved", {"proposal": done, "outcome": done.outcome})


def reject_one(options: argparse.Namespace) -> Outcome:
    """Reject with a reason."""
    from hub.watchlist.proposals import reject

    services = services_of(options)
    actor = acting(options, services, Permission.APPROVE)
    with writing(services.engine) as connection:
        done = reject(services, connection, options.proposal_id, actor=actor, reason=options.reason)
    return Outcome(f"proposal {done.proposal_id} rejected", {"proposal": done})


def withdraw_one(options: argparse.Namespace) -> Outcome:
    """Withdraw one's own."""
    from hub.watchlist.proposals import withdraw

    services = services_of(options)
    actor = acting(options, services, Permission.ENROL)
    with writing(services.engine) as connection:
        done = withdraw(services, connection, options.proposal_id, actor=actor)
    return Outcome(f"proposal {done.proposal_id} withdrawn", {"proposal": done})
