"""`kechid-hub origin issue|list|print`: certificates issued, listed, given out."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from hub.commands.officers import acting, add_officer_options
from hub.commands.options import Commands, add_command, services_of
from hub.commands.outcome import JobFailedError, Outcome
from hub.errors import HubError
from hub.people.access import Permission
from hub.store.database import reading

if TYPE_CHECKING:
    from hub.bootstrap import Services
    from hub.origin.issuing.issuing import IssueTerms
    from hub.origin.issuing.rows import RowForm
    from hub.origin.issuing.values import IssueBatch, IssueReport, RowProblems

STANDARD_INPUT = Path("-")
WAIT_S = 1.0
_SHOWN = 20
"""Problems that are told one by one; `--json` has all."""


def add_parsers(group: Commands) -> None:
    """Add the commands."""
    issuing = add_command(group, "issue", issue_file, "issue the certificates of a file")
    issuing.add_argument("file", type=Path, help="JSON, .ndjson or .csv; - reads JSON from standard input")
    issuing.add_argument(
        "--ndjson", action="store_true", help="a certificate on each line, whatever its name"
    )
    issuing.add_argument("--form", default="", help="of those that name none, such as ct-1")
    issuing.add_argument(
        "--skip-bad", action="store_true", help="leave out what is wrong; else nothing is done"
    )
    issuing.add_argument(
        "--now", action="store_true", help="in a batch of their own, anchored at once; else with the hour's"
    )
    issuing.add_argument("--out", type=Path, metavar="FOLDER", help="write each; needs --now")
    issuing.add_argument("--timeout", type=float, default=300.0, metavar="S", help="how long to wait")
    add_officer_options(issuing)
    listing = add_command(group, "list", list_certificates, "list what was issued, the newest first")
    listing.add_argument("--number", default="", metavar="BEGINNING", help="numbers that begin with it")
    listing.add_argument("--limit", type=int, default=50)
    printing = add_command(group, "print", print_one, "write a certificate as file and as PDF with its code")
    printing.add_argument("number")
    printing.add_argument("--out", type=Path, default=Path(), metavar="FOLDER")


def issue_file(options: argparse.Namespace) -> Outcome:
    """Issue a file's certificates; raises `JobFailedError` when some were refused."""
    from hub.origin.issuing.issuing import defaults_of, issue
    from hub.origin.issuing.rows import read_rows

    if options.out is not None and not options.now:
        raise HubError("--out needs --now: a certificate is given out once its batch is closed")
    services = services_of(options)
    actor = acting(options, services, Permission.ISSUE_CERTIFICATES)
    rows = read_rows(_content(options.file), _form(options), defaults_of(services, options.form))
    terms = _terms(services, options)
    report = issue(services, rows, terms, actor=actor)
    batch = _anchored(services, report.batch_id, options.timeout) if options.now and report.batch_id else None
    ids = (*report.issued, *report.repeated)
    written = _written(services, ids, options.out) if options.out is not None else []
    outcome = _outcome(report, batch, written)
    if report.refused:
        raise JobFailedError(outcome)
    return outcome


def list_certificates(options: argparse.Namespace) -> Outcome:
    """List certificates."""
    from hub.origin.issuing.issued import list_issued
    from hub.origin.issuing.showing import show_certificate

    limit = max(1, min(options.limit, 1000))
    with reading(services_of(options).engine) as connection:
        page = list_issued(connection, number=options.number, limit=limit)
    lines = (
        f"{one.number} {one.form} {one.issued_on} {one.status.name.lower()}, batch {one.batch.progress}"
        for one in page.items
    )
    return Outcome("\n".join(lines), {"certificates": [show_certificate(one) for one in page.items]})


def print_one(options: argparse.Namespace) -> Outcome:
    """Write one certificate; raises `ConflictError` while its batch is not closed."""
    from hub.origin.issuing.issued import id_of_number

    services = services_of(options)
    with reading(services.engine) as connection:
        certificate_id = id_of_number(connection, options.number)
    written = _written(services, (certificate_id,), options.out)
    return Outcome("\n".join(written), {"files": written})


def _content(path: Path) -> bytes:
    from hub.origin.issuing.rows import MOST_BYTES

    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise HubError(f"{path}: {error.strerror}") from error


def _form(options: argparse.Namespace) -> "RowForm":
    from hub.origin.issuing.rows import RowForm, form_of_name

    return RowForm.LINES if options.ndjson else form_of_name(options.file.name)


def _terms(services: "Services", options: argparse.Namespace) -> "IssueTerms":
    from hub.origin.certificate.template_files import read_templates
    from hub.origin.issuing.issuing import IssueTerms

    templates = read_templates(services.settings.origin.forms)
    return IssueTerms(templates, is_alone=options.now, leaves_out=options.skip_bad)


def _anchored(services: "Services", batch_id: str, timeout_s: float) -> "IssueBatch":
    """Take everything further until the batch stands on the chain; a later run goes on where it was."""
    from hub.origin.issuing.advancing import advance
    from hub.origin.issuing.issued import batch_of
    from hub.origin.issuing.values import BatchProgress

    ends, told = monotonic() + timeout_s, ""
    sys.stderr.write("opening the authority's key\n")
    issuer = services.origin_issuer
    while True:
        advance(services, issuer)
        with reading(services.engine) as connection:
            batch = batch_of(connection, batch_id)
        if batch.progress is BatchProgress.ANCHORED or monotonic() > ends:
            return batch
        words = f"batch {batch_id}: {batch.progress}{': ' + batch.failure if batch.failure else ''}\n"
        if words != told:
            sys.stderr.write(words)
            told = words
        sleep(WAIT_S)


def _written(services: "Services", ids: tuple[str, ...], folder: Path) -> list[str]:
    """Write the file and the PDF of each, with progress for many."""
    from hub.origin.certificate.anchored_json import anchored_to_json
    from hub.origin.certificate.template_files import read_templates
    from hub.origin.issuing.issued import document_of
    from hub.origin.issuing.printing import print_certificate

    templates = read_templates(services.settings.origin.forms)
    fonts = services.settings.origin_issuing.fonts
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for place, certificate_id in enumerate(_told(ids)):
            with reading(services.engine) as connection:
                document = document_of(services, connection, certificate_id)
            name = _name(document.certificate.number, place)
            for ending, content in (
                (".json", anchored_to_json(document)),
                (".pdf", print_certificate(document, templates[document.certificate.form], fonts)),
            ):
                path = folder / f"{name}{ending}"
                path.write_bytes(content)
                written.append(str(path))
    except OSError as error:
        raise HubError(f"{error.filename}: {error.strerror}") from error
    return written


def _told(ids: tuple[str, ...]) -> Iterator[str]:
    for place, one in enumerate(ids):
        if place and place % 100 == 0:
            sys.stderr.write(f"{place} of {len(ids)} written\n")
        yield one


def _name(number: str, place: int) -> str:
    """Make a file's name of a number; what a name may not hold becomes a dash."""
    kept = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in number).strip(".")
    return kept or f"certificate-{place + 1}"


def _outcome(report: "IssueReport", batch: "IssueBatch | None", written: list[str]) -> Outcome:
    lines = [
        f"issued {len(report.issued)}, issued before {len(report.repeated)}, refused {len(report.refused)}"
    ]
    lines += [line for one in report.refused[:_SHOWN] for line in _problems(one)]
    if len(report.refused) > _SHOWN:
        lines.append(f"and {len(report.refused) - _SHOWN} more")
    if batch is not None:
        where = f", block {batch.block}" if batch.block is not None else ""
        lines.append(f"batch {batch.batch_id}: {batch.progress}{where}")
    facts = {
        "batch_id": report.batch_id,
        "progress": None if batch is None else batch.progress,
        "block": None if batch is None else batch.block,
        "root": "" if batch is None else batch.root,
        "issued": report.issued,
        "repeated": report.repeated,
        "refused": report.refused,
        "files": written,
    }
    return Outcome("\n".join(lines), facts)


def _problems(one: "RowProblems") -> list[str]:
    return [
        f"row {one.row + 1}, {one.number or 'no number'}: {each.pointer}: {each.detail}"
        for each in one.problems
    ]
