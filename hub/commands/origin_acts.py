"""`kechid-hub origin suspend|restore|revoke|acts|approve|reject`: what becomes of issued certificates."""

import argparse
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from hub.commands.officers import acting, add_officer_options
from hub.commands.options import Commands, add_command, services_of
from hub.commands.outcome import Outcome
from hub.origin.chain.facts import Status
from hub.origin.issuing.reasons import BY_CODE, StatusReason
from hub.origin.issuing.showing import STATUS_CODES, show_act
from hub.people.access import Permission
from hub.store.database import reading, writing

if TYPE_CHECKING:
    from hub.origin.issuing.values import CertificateAct

ACTS = (
    ("suspend", Status.SUSPENDED, "suspend a certificate until it is restored or revoked"),
    ("restore", Status.GOOD, "let a suspended certificate count again"),
    ("revoke", Status.REVOKED, "revoke a certificate for good"),
)


def add_parsers(group: Commands) -> None:
    """Add the commands."""
    for name, status, summary in ACTS:
        command = add_command(group, name, partial(act_on, status), summary)
        command.add_argument("number")
        if status is not Status.GOOD:
            command.add_argument("--reason", required=True, choices=[*BY_CODE][1:])
        if status is Status.REVOKED:
            command.add_argument("--replaced-by", default="", metavar="NUMBER", help="the one in its place")
        add_officer_options(command)
    add_command(group, "acts", show_acts, "show what waits for a second officer")
    for name, work, summary in (
        ("approve", approve_one, "let an act be done; not by the officer who proposed it"),
        ("reject", reject_one, "drop an act"),
    ):
        command = add_command(group, name, work, summary)
        command.add_argument("act_id")
        # The command line by itself is nobody in particular, so it is no second person.
        add_officer_options(command, is_required=True)


def act_on(status: Status, options: argparse.Namespace) -> Outcome:
    """Propose an act, or do it where one officer suffices."""
    from hub.origin.issuing.acts import propose_act
    from hub.origin.issuing.issued import id_of_number

    services = services_of(options)
    actor = acting(options, services, Permission.ISSUE_CERTIFICATES)
    reason = BY_CODE[getattr(options, "reason", StatusReason.UNSTATED.code)]
    wanted = (status, reason, getattr(options, "replaced_by", ""))
    with writing(services.engine) as connection:
        certificate_id = id_of_number(connection, options.number)
        return _outcome(propose_act(services, connection, certificate_id, wanted, actor=actor))


def show_acts(options: argparse.Namespace) -> Outcome:
    """List what waits."""
    from hub.origin.issuing.acts import waiting_acts

    with reading(services_of(options).engine) as connection:
        found = waiting_acts(connection)
    lines = (
        f"{one.act_id}: {one.number} to be {STATUS_CODES[one.status]}, {one.reason.code},"
        f" by {one.proposed_by}"
        for one in found
    )
    return Outcome("\n".join(lines), {"acts": [show_act(one) for one in found]})


def approve_one(options: argparse.Namespace) -> Outcome:
    """Approve; raises `ConflictError` for the officer who proposed it."""
    from hub.origin.issuing.acts import approve_act

    return _decided(options, approve_act)


def reject_one(options: argparse.Namespace) -> Outcome:
    """Reject."""
    from hub.origin.issuing.acts import reject_act

    return _decided(options, reject_act)


def _decided(options: argparse.Namespace, work: "Callable[..., CertificateAct]") -> Outcome:
    services = services_of(options)
    actor = acting(options, services, Permission.ISSUE_CERTIFICATES)
    with writing(services.engine) as connection:
        return _outcome(work(services, connection, options.act_id, actor=actor))


def _outcome(act: "CertificateAct") -> Outcome:
    return Outcome(
        f"act {act.act_id}: {act.number} to be {STATUS_CODES[act.status]}: {act.progress}",
        {"act": show_act(act)},
    )
