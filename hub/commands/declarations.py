"""`kechid-hub declarations`: files checked, converted, their duties worked out; old ones deleted."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from hub.commands.declaration_duty import add_duty
from hub.commands.declaration_files import content_of
from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import JobFailedError, Outcome
from hub.errors import HubError
from hub.settings import load_settings

EVERY = 25
"""Files between two words on standard error."""
SUFFIXES = (".json", ".xml")
UNASKED = "not validated against the schema: name its folder with --schemas or as [declarations] wco_schemas"


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    group = add_group(commands, "declarations", "customs declarations")
    summary = "read declarations and responses, validate them, write and compare them; stores nothing"
    checking = group.add_parser("check", help=summary, description=summary)
    checking.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="XML or JSON, or a folder of both"
    )
    checking.add_argument("--schemas", type=Path, metavar="DIR", help="the WCO schemas (XSD)")
    checking.add_argument("--config", type=Path, metavar="FILE", help="hub.toml, for its folder of schemas")
    checking.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    checking.set_defaults(work=check_files)
    _add_converting(group)
    add_duty(group)
    summary = "delete the months of declarations whose time is over"
    purging = add_command(group, "purge", purge_declarations, summary)
    purging.add_argument("--dry-run", action="store_true", help="only say what would be deleted")


def _add_converting(group: Commands) -> None:
    summary = "write a declaration in another form, and say what that form does not keep"
    converting = group.add_parser("convert", help=summary, description=summary)
    converting.add_argument("file", type=Path, metavar="FILE", help="a declaration in any form, XML or JSON")
    forms = "low-value, full, wco-xml, cn22, cn23 or itmatt"
    converting.add_argument("--to", required=True, metavar="FORM", help=forms)
    converting.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    converting.set_defaults(work=convert_file)


def purge_declarations(options: argparse.Namespace) -> Outcome:
    """Delete months whose time is over, or say which would be."""
    from hub.declarations.retention import purge

    months = purge(services_of(options), actor=COMMAND_LINE, is_dry=options.dry_run)
    verb = "would be deleted" if options.dry_run else "deleted"
    lines = [f"{one.month}: {one.declarations} declarations, {one.unfinished} unfinished" for one in months]
    words = f"{sum(one.declarations for one in months)} declarations of {len(months)} months {verb}"
    facts = {"months": msgspec.to_builtins(months), "is_dry_run": options.dry_run}
    return Outcome("\n".join([*lines, words]), facts)


def convert_file(options: argparse.Namespace) -> Outcome:
    """Convert one file; raises `HubError` for what cannot be read or is missing."""
    from hub.declarations.conversions import FormName, convert

    if options.to not in list(FormName):
        raise HubError(f"--to {options.to}: the forms are {', '.join(FormName)}")
    converted = convert(content_of(options.file), FormName(options.to))
    content = converted.content.decode()
    notes = [
        {"source": step.source, "target": step.target, **msgspec.to_builtins(note)}
        for step in converted.steps
        for note in step.report.notes
    ]
    lines = [
        f"{one['fate']} {one['source']} > {one['target']} {one['pointer']}: {one['reason']}" for one in notes
    ]
    facts = {"form": options.to, "content": content, "notes": notes}
    return Outcome("\n".join([content.rstrip(), *lines]), facts)


def check_files(options: argparse.Namespace) -> Outcome:
    """Check every file; raises `JobFailedError` with all failures when there is one."""
    from hub.declarations.checking import check
    from hub.declarations.wco.schema import load_schemas

    folder = _schemas_of(options)
    validate = None if folder is None else load_schemas(folder).problems_of
    files = tuple(_files_of(options.files))
    verdicts = []
    for number, file in enumerate(files, 1):
        verdicts.append(check(content_of(file), validate))
        _tell(number, len(files))
    failures = [
        {"file": str(file), "pointer": one.pointer, "reason": one.detail, "code": one.code}
        for file, verdict in zip(files, verdicts, strict=True)
        for one in verdict.problems
    ]
    facts: dict[str, object] = {
        "files": len(files),
        "valid": sum(one.is_valid for one in verdicts),
        "round_trip": sum(one.round_trips for one in verdicts),
        "validated": sum(one.is_validated for one in verdicts),
        "schemas": None if folder is None else str(folder),
        "failures": failures,
    }
    outcome = Outcome(_words(facts, failures), facts)
    if folder is None:
        sys.stderr.write(f"kechid-hub: {UNASKED}\n")
    if failures:
        raise JobFailedError(outcome)
    return outcome


def _schemas_of(options: argparse.Namespace) -> Path | None:
    named: Path | None = options.schemas
    if named is None and options.config is not None:
        return load_settings(options.config).declarations.wco_schemas
    return named


def _words(facts: dict[str, object], failures: Sequence[dict[str, str]]) -> str:
    asked = f"{facts['validated']} validated against the schema" if facts["schemas"] else "no schema asked"
    head = "{files} files, {valid} valid, {round_trip} come back the same, ".format(**facts) + asked
    lines = [f"{one['file']}: {one['pointer'] or '/'}: {one['reason']}" for one in failures]
    return "\n".join([*lines, head])


def _files_of(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(one for one in path.rglob("*") if one.suffix.lower() in SUFFIXES and one.is_file())
        if not found:
            raise HubError(f"{path}: the folder holds no {' or '.join(SUFFIXES)} file")
        yield from found


def _tell(done: int, of: int) -> None:
    if done % EVERY == 0 or done == of:
        sys.stderr.write(f"file {done} of {of}\n")
