"""`kechid-hub watchlist import`, `export`: many persons at once, with a report on every row."""

import argparse
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hub.commands.officers import acting, add_officer_options
from hub.commands.options import Commands, add_command, services_of
from hub.commands.outcome import JobFailedError, Outcome
from hub.errors import HubError
from hub.people.access import Permission
from hub.store.database import writing
from sync.new_file import write_new_file

if TYPE_CHECKING:
    from hub.watchlist.proposal_content import Answer

EVERY = 25
"""Rows between two words on standard error."""


def add_parsers(group: Commands) -> None:
    """Add the commands."""
    importing = add_command(group, "import", import_file, "propose everybody of a CSV, JSON or zip file")
    importing.add_argument("list_id")
    importing.add_argument("file", type=Path)
    importing.add_argument("--dry-run", action="store_true", help="examine every row and propose nothing")
    importing.add_argument("--on-resemblance", choices=("ask", "look-alike", "other"), default="ask")
    add_officer_options(importing)
    exporting = add_command(group, "export", export_file, "write everybody live on a list with photos")
    exporting.add_argument("list_id")
    exporting.add_argument("file", type=Path, help="a zip file that is not there yet")
    exporting.add_argument("--format", choices=("csv", "json"), default="csv")
    add_officer_options(exporting)


def import_file(options: argparse.Namespace) -> Outcome:
    """Import; raises `JobFailedError` with the report when a row is refused."""
    from hub.watchlist.importing import prepare_import
    from hub.watchlist.proposals import propose

    services = services_of(options)
    actor = acting(options, services, Permission.ENROL)
    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise HubError(f"{options.file}: {error.strerror}") from error
    answer: Answer = "" if options.on_resemblance == "ask" else options.on_resemblance
    prepared = prepare_import(
        services, options.list_id, (options.file.name, content), on_resemblance=answer, progress=_tell
    )
    report = prepared.report
    counts = ", ".join(f"{report.count(a)} {a}" for a in ("enrol", "amend", "unchanged", "refused"))
    facts: dict[str, object] = {"report": report, "proposal": None}
    if not report.is_good:
        lines = [
            f"row {row.number}, {problem.pointer}: {problem.code}, {problem.detail}"
            for row in report.rows
            for problem in row.problems
        ]
        raise JobFailedError(Outcome("\n".join([counts, *lines]), facts))
    if options.dry_run or prepared.content is None:
        return Outcome(counts, facts)
    with writing(services.engine) as connection:
        made = propose(services, connection, options.list_id, prepared.content, actor=actor)
    words = "done" if made.is_done else f"waits for a second officer: proposal {made.proposal_id}"
    return Outcome(f"{counts}; {words}", facts | {"proposal": made})


def export_file(options: argparse.Namespace) -> Outcome:
    """Export to a file that only its owner may read."""
    from hub.watchlist.exporting import export_list

    services = services_of(options)
    actor = acting(options, services, Permission.EXPORT_SUBJECTS)
    target = io.BytesIO()
    with writing(services.engine) as connection:
        count = export_list(services, connection, options.list_id, target, format=options.format, actor=actor)
        try:
            write_new_file(options.file, target.getvalue())
        except OSError as error:
            raise HubError(f"{options.file}: {error.strerror}") from error
    return Outcome(f"{count} subjects written to {options.file}", {"subjects": count})


def _tell(done: int, of: int) -> None:
    if done % EVERY == 0 or done == of:
        sys.stderr.write(f"row {done} of {of}\n")
