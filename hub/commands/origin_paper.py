"""`kechid-hub origin paper`: a scanned certificate, its verdict, and what the paper says otherwise."""

import argparse
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hub.commands.options import Commands, add_command_without_settings, settings_or_defaults
from hub.commands.origin_documents import MOST_BYTES
from hub.commands.origin_verify import facts_of
from hub.commands.origin_wording import describe
from hub.commands.outcome import JobFailedError, Outcome
from hub.declarations.assessing.evidence import OriginVerdict
from hub.documents.errors import ReadingError
from hub.errors import HubError
from hub.origin.verifying.judging import Presentation

if TYPE_CHECKING:
    from hub.origin.paper.checking_paper import Finding
    from hub.origin.paper.scan import ScanCheck


def add_parsers(group: Commands) -> None:
    """Add the command."""
    summary = "compare a scan with its own code: exit 0 VALID and the same, 1 INVALID or different, 2 open"
    paper = add_command_without_settings(group, "paper", check_paper, summary)
    paper.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="PDF, JPEG or PNG of all its sheets"
    )
    paper.add_argument("--offline", action="store_true", help="ask no node, only what is kept on site")


def check_paper(options: argparse.Namespace) -> Outcome:
    """Check; raises `JobFailedError` for everything but a valid certificate on a paper that says the same."""
    # The readers of codes and of print take a second to load.
    from hub.documents.tesseract import TesseractReader
    from hub.origin.bootstrap import verifier_of
    from hub.origin.certificate.template_files import read_templates
    from hub.origin.paper.checking_paper import PaperChecker
    from hub.origin.paper.scan import check_scan

    origin = settings_or_defaults(options).origin
    files = [_content_of(file) for file in options.files]
    begun = time.perf_counter()
    try:
        checker = PaperChecker(TesseractReader(), read_templates(origin.forms))
        verifier = verifier_of(origin, is_offline=options.offline)
        found = check_scan(files, checker, verifier, Presentation(datetime.now(UTC)))
    except ReadingError as error:
        raise HubError(str(error)) from error
    return _told(found, (time.perf_counter() - begun) * 1e3)


def _content_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES)
    except OSError as error:
        raise HubError(f"{file}: {error.strerror}") from error


def _told(found: "ScanCheck", ms: float) -> Outcome:
    outcomes = Counter(finding.outcome.value for finding in found.paper.findings)
    words = [describe(found.verification), f"paper: {found.paper.outcome}"]
    words += [f"  {_words_of(one)}" for one in found.paper.findings if one.outcome != "matches"]
    facts = facts_of(found.verification, ms) | {
        "paper": found.paper.outcome,
        "cells": dict(outcomes),
        "findings": [_facts_of(finding) for finding in found.paper.findings],
    }
    outcome = Outcome("\n".join(words), facts)
    status = _status(found)
    if status:
        raise JobFailedError(outcome, status)
    return outcome


def _status(found: "ScanCheck") -> int:
    if found.verification.verdict is OriginVerdict.INVALID or found.paper.outcome == "differs":
        return 1
    return 0 if found.verification.verdict is OriginVerdict.VALID and found.paper.outcome == "matches" else 2


def _words_of(finding: "Finding") -> str:
    row = "" if finding.row is None else f", row {finding.row}"
    stated, printed = (text.replace("\n", " / ") for text in (finding.expected, finding.printed))
    return f"{finding.outcome}: box {finding.box}{row}: {stated or 'nothing'} | {printed or 'nothing read'}"


def _facts_of(finding: "Finding") -> dict[str, object]:
    return {
        "sheet": finding.sheet + 1,
        "box": finding.box,
        "row": finding.row,
        "fields": finding.fields,
        "outcome": finding.outcome,
        "expected": finding.expected,
        "printed": finding.printed,
        "at": finding.at,
    }
