"""`kechid-hub audit verify`, `export`, `heads`: the audit log for somebody who has to trust it."""

import argparse
import os
from pathlib import Path

from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import JobFailedError, Outcome
from hub.errors import HubError
from hub.people.audit import Act, record, verify
from hub.people.audit_export import json_lines, signed_head
from hub.people.audit_heads import first_lost_head, noted_heads
from hub.store.database import reading, writing

HEADS_SHOWN = 30


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    audit = add_group(commands, "audit", "the audit log")
    add_command(audit, "verify", verify_audit, "check the hash chain; names the first broken row")
    export = add_command(audit, "export", export_audit, "write JSON lines with a signed head as the last one")
    export.add_argument("file", type=Path, help="a file that does not exist yet")
    add_command(audit, "heads", show_heads, "show where the chain ended each day, and whether it still does")


def verify_audit(options: argparse.Namespace) -> Outcome:
    """Walk the chain and compare the noted heads; a broken one is exit status 1."""
    with reading(services_of(options).engine) as connection:
        check = verify(connection)
        lost = first_lost_head(connection)
    facts = {
        "rows": check.rows,
        "whole": check.is_whole and lost is None,
        "first_broken": check.first_broken,
        "head": check.head,
        "lost_head": lost.day if lost else None,
    }
    if not check.is_whole:
        words = f"row {check.first_broken} is broken: {check.reason}; {check.rows} rows before it hold"
        raise JobFailedError(Outcome(words, facts | {"reason": check.reason}))
    if lost is not None:
        reason = f"the chain was cut or written anew: on {lost.day} row {lost.seq} was {lost.hash}"
        raise JobFailedError(Outcome(reason, facts | {"reason": reason}))
    return Outcome(f"{check.rows} rows, whole; head {check.head}", facts)


def export_audit(options: argparse.Namespace) -> Outcome:
    """Write the whole log for verifying elsewhere; the export itself is an entry of it."""
    services = services_of(options)
    now = services.clock()
    with writing(services.engine) as connection:
        record(connection, Act(COMMAND_LINE, "audit-exported", "jsonl", {}), now)
        head = signed_head(connection, services.signing_key, now)
    try:
        descriptor = os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file, reading(services.engine) as connection:
            file.writelines(json_lines(connection, upto=head.seq))
            file.write(head.line() + "\n")
    except OSError as error:
        raise HubError(f"{options.file}: {error.strerror}") from error
    words = f"{head.seq} rows in {options.file}; head {head.hash}, signed by key {head.key_id}"
    return Outcome(words, {"rows": head.seq, "file": str(options.file), "head": head.hash})


def show_heads(options: argparse.Namespace) -> Outcome:
    """List the newest noted heads."""
    with reading(services_of(options).engine) as connection:
        found = noted_heads(connection, HEADS_SHOWN)
    lines = [f"{one.day} {one.seq} {one.hash} {'holds' if one.still_holds else 'LOST'}" for one in found]
    return Outcome("\n".join(lines), {"heads": found})
