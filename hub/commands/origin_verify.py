"""`kechid-hub origin verify`: one certificate, one verdict."""

import argparse
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from hub.commands.options import Commands, add_command_without_settings, settings_or_defaults
from hub.commands.origin_documents import read_document
from hub.commands.origin_wording import describe, words_of
from hub.commands.outcome import JobFailedError, Outcome
from hub.declarations.assessing.evidence import OriginVerdict
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.verifying.judging import WHOLE, Presentation
from hub.origin.verifying.verdict import Ground, Reason, Verification

if TYPE_CHECKING:
    from hub.origin.verifying.kept_evidence import KeptEvidence

EXIT = {OriginVerdict.INVALID: 1, OriginVerdict.CANNOT_TELL: 2}
MOST_LINES = 100


def add_parsers(group: Commands) -> None:
    """Add the command."""
    summary = "say whether a certificate is valid: exit 0 VALID, 1 INVALID, 2 CANNOT TELL"
    verify = add_command_without_settings(group, "verify", verify_one, summary)
    what = "its file, the text of its code, or a picture of it; several: its sheets; - is standard input"
    verify.add_argument("files", type=Path, nargs="+", metavar="FILE", help=what)
    verify.add_argument("--offline", action="store_true", help="ask no node, only what is kept on site")
    drawn = "what the shipment needs of a line, as 2=0.25 or 2=1; may be repeated"
    verify.add_argument("--draw", action="append", default=[], metavar="LINE=FRACTION", help=drawn)
    verify.add_argument("--evidence", type=Path, metavar="FILE", help="keep what the verdict rests on")


def verify_one(options: argparse.Namespace) -> Outcome:
    """Verify; raises `JobFailedError` for every verdict but VALID, with its exit status."""
    from hub.origin.bootstrap import verifier_of
    from hub.origin.verifying.kept_evidence import keep

    presented = Presentation(datetime.now(UTC), dict(_part_of(text) for text in options.draw))
    verifier = verifier_of(settings_or_defaults(options).origin, is_offline=options.offline)
    try:
        document = read_document(options.files)
    except InvalidInputError as error:
        reasons = (Reason(Ground.MALFORMED, str(error)[:300]),)
        return _told(Verification(verdict=OriginVerdict.INVALID, reasons=reasons), 0.0)
    begun = time.perf_counter()
    found = verifier.verify(document, presented)
    ms = (time.perf_counter() - begun) * 1e3
    if options.evidence is not None:
        _keep(options.evidence, keep(document, presented, found))
    return _told(found, ms)


def _keep(file: Path, kept: "KeptEvidence | None") -> None:
    if kept is None:
        sys.stderr.write(f"{file}: not written, the verdict does not rest on a proof\n")
    else:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(kept)) + b"\n")


def _told(found: Verification, ms: float) -> Outcome:
    outcome = Outcome(describe(found), facts_of(found, ms))
    if found.verdict is OriginVerdict.VALID:
        return outcome
    raise JobFailedError(outcome, EXIT[found.verdict])


def facts_of(found: Verification, ms: float) -> dict[str, object]:
    """Write a verdict for programs."""
    block = found.as_of
    return {
        "verdict": found.verdict.name,
        "reasons": [reason.ground.value for reason in found.reasons],
        "as_of_block": None if block is None else block.number,
        "ms": round(ms, 3),
        "as_of": None if block is None else block.at,
        "block_hash": None if block is None else block.digest.hex(),
        "provenance": found.provenance,
        "anchored_at": found.anchored_at,
        "left": {str(line): str(Decimal(parts) / WHOLE) for line, parts in found.left.items()},
        "details": [
            {"ground": one.ground, "detail": one.detail, "words": words_of(one)} for one in found.reasons
        ],
    }


def _part_of(text: str) -> tuple[int, int]:
    """Read ``LINE=FRACTION``; raises `InvalidInputError`."""
    line, _, fraction = text.partition("=")
    try:
        parts = Decimal(fraction) * WHOLE
        is_good = 0 < int(line) <= MOST_LINES and 0 < parts <= WHOLE and parts == parts.to_integral_value()
    except (InvalidOperation, ValueError):
        is_good = False
    if not is_good:
        detail = f"{text[:40]!r} is no line and its part, such as 1=0.25"
        raise InvalidInputError(FieldProblem("/draw", "invalid", detail))
    return int(line), int(parts)
