"""`kechid-hub declarations duty`: what is due on a declaration in a file, line by line."""

import argparse
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from hub.commands.declaration_files import content_of
from hub.commands.options import Commands
from hub.commands.outcome import JobFailedError, Outcome
from hub.errors import FieldProblem, HubError, InvalidInputError
from hub.settings import load_settings

if TYPE_CHECKING:
    from hub.declarations.duty.assessment import Remark
    from hub.declarations.facts import DeclarationFacts

MOST_USED = Decimal("1e9")


def add_duty(group: Commands) -> None:
    """Add the command."""
    summary = "work out duties and taxes of a declaration, line by line; stores nothing"
    duty = group.add_parser("duty", help=summary, description=summary)
    duty.add_argument("file", type=Path, metavar="FILE", help="a declaration: XML or JSON")
    duty.add_argument("--day", type=date.fromisoformat, metavar="DAY", help="such as 2026-03-14; today")
    used = "what the person's parcels of the month have used of the limit, in US dollars"
    duty.add_argument("--used", default="0", metavar="USD", help=used)
    config = "hub.toml, for its folder of tables; without one the packaged EXAMPLES count"
    duty.add_argument("--config", type=Path, metavar="FILE", help=config)
    duty.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    duty.set_defaults(work=show_duty)


def show_duty(options: argparse.Namespace) -> Outcome:
    """Work it out; raises `JobFailedError` when something is missing for it, `HubError` for wrong use."""
    from hub.declarations.duty.assessing import assess_duty
    from hub.declarations.duty.assessment import explain
    from hub.declarations.duty.showing import shown
    from hub.declarations.duty_files import duty_folder

    configured = None if options.config is None else load_settings(options.config).declarations.duty_tables
    used = _used(options.used)
    tables = duty_folder(configured).current()
    facts = _facts_of(options.file)
    day = options.day or datetime.now(UTC).date()
    found = assess_duty(facts, tables, used, day, {})
    outcome = Outcome("\n".join(map(_line, explain(found))), shown(found, with_limit=True))
    if found.problems:
        raise JobFailedError(outcome)
    return outcome


def _facts_of(file: Path) -> "DeclarationFacts":
    from hub.declarations.checking import is_low_value
    from hub.declarations.cleansing.cleanse import cleanse
    from hub.declarations.forms import read_stored
    from hub.declarations.lodging import MediaType, read_lodged
    from hub.declarations.reference_files import reference_data

    content = content_of(file)
    kind = MediaType.LOW_VALUE if is_low_value(content) else MediaType.FULL
    row = read_lodged(content, MediaType.WCO if content.lstrip()[:1] == b"<" else kind)
    declared = read_stored(row.form, row.content.decode())
    facts, report = cleanse(*declared, reference_data(), datetime.now(UTC))
    if report.errors:
        raise InvalidInputError(*(FieldProblem(one.pointer, one.code, one.detail) for one in report.errors))
    return facts


def _used(text: str) -> Decimal:
    try:
        used = Decimal(text)
    except InvalidOperation:
        used = Decimal(-1)
    if not 0 <= used <= MOST_USED:
        raise HubError(f"--used {text[:40]!r} is no amount in US dollars")
    return used


def _line(step: "Remark") -> str:
    item = "" if step.item is None else f"item {step.item + 1}: "
    values = ", ".join(f"{name} {value}" for name, value in step.values.items() if value)
    return f"{item}{step.code}{': ' if values else ''}{values}"
