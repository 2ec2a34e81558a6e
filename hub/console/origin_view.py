"""Checks of certificates of origin in words: rows of the list, one check with its boxes. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from hub.console.formatting import format_ago, format_date, format_number, format_span
from hub.console.origin_wording import (
    COVERING,
    DECIDED,
    DECIDED_TONES,
    DRAW_TONES,
    DRAWS,
    GROUNDS,
    MATCH_TONES,
    MATCHES,
    METHODS,
    TRUTHS,
    VERDICT_TONES,
    VERDICTS,
)
from hub.console.presenting import Badge, Fact
from hub.console.reader import Moment, Reader
from hub.console.wording import word
from hub.declarations.assessing.evidence import OriginFinding
from hub.origin.certificate.certificate import Certificate, statements
from hub.origin.certificate.templates import FIELD, Box, Template
from hub.origin.checking.agreement import Compared, Match
from hub.origin.checking.drawing import Draw
from hub.origin.checking.settling import RefusedUse
from hub.origin.checking.values import Check
from hub.origin.verifying.judging import WHOLE

_REASONS = {**GROUNDS, **COVERING}
_WORST = (Match.DIFFERS, Match.NOT_COMPARED, Match.AGREES)


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check in the list."""

    check_id: str
    address: str
    title: str
    form: str
    site: str
    method: str
    verdict: Badge | None
    decision: Badge | None
    waits_for_second: bool
    opened: Moment


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate that a declaration asks a preference by."""

    number: str
    address: str
    """Of the checks of that number."""
    verdict: Badge
    reasons: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawRow:
    """What a declaration uses of the certificate."""

    declaration_id: str
    text: str
    state: Badge


@dataclass(frozen=True, slots=True)
class RefusedUseRow:
    """A use that the registry refused after release."""

    title: str
    text: str
    reasons: tuple[str, ...]
    refused: Moment
    declaration_id: str
    use: str
    """Declaration and certificate, for the form."""
    line: int
    checks_address: str


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A box of the form: what was anchored, and what is declared where it was compared."""

    label: str
    stated: tuple[str, ...]
    declared: tuple[str, ...]
    match: Badge | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of goods and what is left of it."""

    label: str
    left: str
    percent: float


@dataclass(frozen=True, slots=True)
class CheckPageView:
    """Everything the page of one check shows."""

    row: CheckRow
    reasons: tuple[str, ...]
    as_of: str
    facts: tuple[Fact, ...]
    boxes: tuple[BoxRow, ...]
    is_compared: bool
    """Whether a declaration stands beside them."""
    lines: tuple[LineRow, ...]


def present_check_row(check: Check, sites: Mapping[str, str], reader: Reader) -> CheckRow:
    """Word a check for the list."""
    words = reader.language.words
    title = f"{check.state} {check.number}".strip() or words.gettext("Not read yet")
    return CheckRow(
        check_id=check.check_id,
        address=f"/console/origin/checks/{check.check_id}",
        title=title,
        form=check.form.upper(),
        site=sites.get(check.site_id, check.site_id),
        method=word(METHODS, check.method, words),
        verdict=_verdict(check, reader),
        decision=None
        if check.decision is None
        else Badge(word(DECIDED, check.decision, words), DECIDED_TONES[check.decision]),
        waits_for_second=check.decision is None and bool(check.proposed_by),
        opened=reader.moment(check.opened_at),
    )


def present_draws(draws: Sequence[Draw], reader: Reader) -> tuple[DrawRow, ...]:
    """Word what declarations use of a certificate."""
    words = reader.language.words
    said = words.gettext("Line %(line)s: %(share)s of it is used")
    return tuple(
        DrawRow(
            one.declaration_id,
            said % {"line": one.line, "share": _share(one.parts, reader)},
            Badge(word(DRAWS, one.state, words), DRAW_TONES.get(one.state, "")),
        )
        for one in draws
    )


def present_refused_use(one: RefusedUse, reader: Reader) -> RefusedUseRow:
    """Word what was released and refused."""
    words = reader.language.words
    said = words.gettext("Line %(line)s: %(share)s of it is used")
    return RefusedUseRow(
        title=f"{one.state} {one.number}",
        text=said % {"line": one.line, "share": _share(one.parts, reader)},
        reasons=tuple(word(GROUNDS, ground, words) for ground in one.grounds),
        refused=reader.moment(one.refused_at),
        declaration_id=one.declaration_id,
        use=f"{one.declaration_id}/{one.certificate_id}",
        line=one.line,
        checks_address=_checks_of(one.number),
    )


def _checks_of(number: str) -> str:
    return f"/console/origin/checks?{urlencode({'view': 'all', 'number': number})}"


def _share(parts: int, reader: Reader) -> str:
    return f"{format_number(100 * parts / WHOLE, reader.language, 1)} %"


def present_certificates(found: Sequence[Mapping[str, Any]], reader: Reader) -> tuple[CertificateRow, ...]:
    """Word what an assessment knew of certificates, as it is kept."""
    return tuple(_certificate(msgspec.convert(one, OriginFinding), reader) for one in found)


def _certificate(one: OriginFinding, reader: Reader) -> CertificateRow:
    words = reader.language.words
    said = words.gettext("Line %(line)s: %(share)s of it is used")
    needs = (said % {"line": line, "share": _share(parts, reader)} for line, parts in one.needs.items())
    return CertificateRow(
        number=one.number,
        address=_checks_of(one.number),
        verdict=Badge(word(VERDICTS, one.verdict, words), VERDICT_TONES[one.verdict]),
        reasons=tuple(word(_REASONS, reason, words) for reason in one.reasons),
        needs=tuple(needs),
    )


def present_check(
    check: Check,
    certificate: Certificate | None,
    template: Template | None,
    compared: Sequence[Compared],
    context: tuple[Mapping[str, str], datetime, Reader],
) -> CheckPageView:
    """Word one check; `context`: titles of sites, the present time, who reads."""
    sites, now, reader = context
    words = reader.language.words
    boxes: tuple[BoxRow, ...] = ()
    if certificate is not None:
        boxes = tuple(_boxes(certificate, template, compared, reader))
    return CheckPageView(
        row=present_check_row(check, sites, reader),
        reasons=tuple(word(GROUNDS, one["ground"], words) for one in check.reasons),
        as_of=_as_of(check, now, reader),
        facts=tuple(_facts(check, certificate, reader)),
        boxes=boxes,
        is_compared=bool(compared),
        lines=tuple(_lines(check, certificate, reader)),
    )


def _verdict(check: Check, reader: Reader) -> Badge | None:
    if check.verdict is None:
        return None
    return Badge(word(VERDICTS, check.verdict, reader.language.words), VERDICT_TONES[check.verdict])


def _as_of(check: Check, now: datetime, reader: Reader) -> str:
    """Say which block the verdict stands for, and how old that is."""
    words = reader.language.words
    if check.as_of_block is None or check.as_of_at is None:
        return "" if check.verdict is None else words.gettext("The chain could not be asked.")
    said = words.gettext("As of block %(block)s of the chain: %(at)s, %(ago)s.")
    return said % {
        "block": format_number(check.as_of_block, reader.language),
        "at": reader.moment(check.as_of_at).text,
        "ago": format_ago(check.as_of_at, now, reader.language),
    }


def _facts(check: Check, certificate: Certificate | None, reader: Reader) -> Iterator[Fact]:
    words, language = reader.language.words, reader.language
    yield Fact(words.gettext("How"), word(METHODS, check.method, words))
    yield Fact(words.gettext("Opened by"), check.officer)
    yield Fact(words.gettext("Opened at"), reader.moment(check.opened_at).text)
    if certificate is not None:
        yield Fact(words.gettext("Dated"), format_date(certificate.issued_on, language))
    if check.anchored_at is not None:
        yield Fact(words.gettext("Anchored at"), reader.moment(check.anchored_at).text)
    if check.verdict_time is not None:
        yield Fact(words.gettext("Verdict after"), _span(check.verdict_time, reader))
    if check.decision_time is not None:
        yield Fact(words.gettext("Decided after"), _span(check.decision_time, reader))
    if check.decided_by:
        yield Fact(words.gettext("Decided by"), check.decided_by)
    if check.truth is not None:
        yield Fact(words.gettext("What turned out"), word(TRUTHS, check.truth, words))


def _span(span: timedelta, reader: Reader) -> str:
    return format_span(span, reader.language)


def _lines(check: Check, certificate: Certificate | None, reader: Reader) -> Iterator[LineRow]:
    # Of what was never anchored nothing was ever used: that says nothing.
    left = {} if check.anchored_at is None else check.lines_left
    for line, parts in sorted(left.items(), key=lambda pair: int(pair[0])):
        description = ""
        if certificate is not None:
            description = certificate.fields.get(f"items.{line}.description", "")
        percent = 100 * parts / WHOLE
        yield LineRow(f"{line}. {description}", f"{format_number(percent, reader.language, 1)} %", percent)


def _boxes(
    certificate: Certificate, template: Template | None, compared: Sequence[Compared], reader: Reader
) -> Iterator[BoxRow]:
    stated = dict(statements(certificate))
    by_path: dict[str, list[Compared]] = {}
    for one in compared:
        by_path.setdefault(one.path, []).append(one)
    if template is None:
        for path, value in stated.items():
            yield _row(path, [value], by_path.get(path, ()), reader)
        return
    rows = _rows_of(certificate)
    for box in template.boxes:
        lines, paths = _filled(box, stated, rows)
        if lines:
            found = [one for path in paths for one in by_path.get(path, ())]
            label = box.label.get(reader.language.code, box.label["en"])
            yield _row(f"{box.number}. {label}", lines, found, reader)


def _row(label: str, lines: Sequence[str], found: Sequence[Compared], reader: Reader) -> BoxRow:
    matches = {one.match for one in found}
    worst = next((one for one in _WORST if one in matches), None)
    badge = None
    if worst is not None:
        badge = Badge(word(MATCHES, worst, reader.language.words), MATCH_TONES[worst])
    declared = tuple(one.declared for one in found if one.declared)
    return BoxRow(label, tuple(lines), declared, badge)


def _filled(box: Box, stated: Mapping[str, str], rows: Sequence[str]) -> tuple[list[str], list[str]]:
    """Fill a box's lines, once for each row where it is a column; returns their paths too."""
    lines, paths = [], []
    for row in rows if box.is_column else ("",):
        for line in box.lines:
            names = [name.replace("N", row) for name in FIELD.findall(line) if name != "N"]
            if not any(name in stated for name in names):
                continue
            lines.append(_text(line, row, stated))
            paths += names
    return lines, paths


def _text(line: str, row: str, stated: Mapping[str, str]) -> str:
    filled = FIELD.sub(
        lambda found: row if found[1] == "N" else stated.get(found[1].replace("N", row), ""), line
    )
    return " ".join(filled.split())


def _rows_of(certificate: Certificate) -> list[str]:
    numbers = {path.split(".")[1] for path in certificate.fields if path.count(".") == 2}
    return sorted((one for one in numbers if one.isdecimal()), key=int)
