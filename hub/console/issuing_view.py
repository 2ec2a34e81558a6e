"""Issued certificates in words: the list, one with what confirms it, acts, what a file came to. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.console.formatting import format_date, format_number
from hub.console.issuing_form import label_of
from hub.console.issuing_wording import (
    ACT_PROGRESS,
    ACT_TONES,
    ACTS,
    FIELDS,
    PROGRESS,
    PROGRESS_TONES,
    REASONS,
    REFUSALS,
    STATUS_TONES,
    STATUSES,
    UNFIT,
)
from hub.console.presenting import Badge, Fact
from hub.console.reader import Moment, Reader
from hub.console.wording import word
from hub.origin.certificate.certificate import Certificate
from hub.origin.certificate.paths import place_of
from hub.origin.issuing.showing import STATUS_CODES
from hub.origin.issuing.values import (
    ActProgress,
    BatchProgress,
    CertificateAct,
    IssuedCertificate,
    RowProblems,
)


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """A certificate in the list."""

    address: str
    number: str
    form: str
    status: Badge
    progress: Badge
    issued: Moment
    issued_by: str


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act on a certificate."""

    act_id: str
    address: str
    number: str
    act: str
    reason: str
    replaced_by: str
    progress: Badge
    proposed: Moment
    proposed_by: str
    decided_by: str
    failure: str
    is_waiting: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A problem of a row that was not issued."""

    row: str
    number: str
    field: str
    problem: str


def present_issued(one: IssuedCertificate, reader: Reader) -> IssuedRow:
    """Word a certificate for the list."""
    words, status = reader.language.words, STATUS_CODES[one.status]
    progress = one.batch.progress.value
    return IssuedRow(
        address=f"/console/origin/issued/{one.certificate_id}",
        number=one.number,
        form=one.form.upper(),
        status=Badge(word(STATUSES, status, words), STATUS_TONES[status]),
        progress=Badge(word(PROGRESS, progress, words), PROGRESS_TONES.get(progress, "")),
        issued=reader.moment(one.issued_at),
        issued_by=one.issued_by,
    )


def facts_of(one: IssuedCertificate, reader: Reader) -> tuple[Fact, ...]:
    """Say when it was issued, by whom, and what stands of it on the chain."""
    return tuple(_facts(one, reader))


def present_fields(certificate: Certificate, reader: Reader) -> tuple[Fact, ...]:
    """Word what a certificate states, items and invoices last."""
    words = reader.language.words
    order = {pattern: number for number, pattern in enumerate(FIELDS)}
    paths = sorted(
        certificate.fields,
        key=lambda path: (place_of(path).row or 0, order.get(place_of(path).pattern, len(order)), path),
    )
    return tuple(Fact(label_of(path, words), certificate.fields[path]) for path in paths)


def present_act(one: CertificateAct, reader: Reader) -> ActRow:
    """Word an act."""
    words = reader.language.words
    tone = ACT_TONES.get(one.progress.value, "")
    return ActRow(
        act_id=one.act_id,
        address=f"/console/origin/issued/{one.certificate_id}",
        number=one.number,
        act=word(ACTS, STATUS_CODES[one.status], words),
        reason=word(REASONS, one.reason.code, words) if one.reason.code in REASONS else "",
        replaced_by=one.replaced_by,
        progress=Badge(word(ACT_PROGRESS, one.progress.value, words), tone),
        proposed=reader.moment(one.proposed_at),
        proposed_by=one.proposed_by,
        decided_by=one.decided_by,
        failure=one.failure,
        is_waiting=one.progress is ActProgress.WAITING,
        is_own=reader.user is not None and reader.user.user_id == one.proposed_by,
    )


def present_refused(refused: Sequence[RowProblems], reader: Reader) -> tuple[RefusedLine, ...]:
    """Word every problem of every row that was not issued."""
    words = reader.language.words
    return tuple(
        RefusedLine(
            format_number(row.row + 1, reader.language),
            row.number,
            label_of(one.pointer.removeprefix("/fields/").lstrip("/"), words),
            words.gettext(REFUSALS.get(one.code, UNFIT)),
        )
        for row in refused
        for one in row.problems
    )


def _facts(one: IssuedCertificate, reader: Reader) -> Iterator[Fact]:
    words, language, batch = reader.language.words, reader.language, one.batch
    yield Fact(words.gettext("Form"), one.form.upper())
    yield Fact(words.gettext("Day of issue"), format_date(one.issued_on, language))
    yield Fact(words.gettext("Issued at"), reader.moment(one.issued_at).text)
    yield Fact(words.gettext("Issued by"), one.issued_by)
    if batch.progress is BatchProgress.OPEN:
        yield Fact(words.gettext("Batch closes at"), reader.moment(batch.closes_at).text)
    if one.reason.code in REASONS:
        yield Fact(words.gettext("Reason"), word(REASONS, one.reason.code, words))
    if batch.anchored_at is not None:
        yield Fact(words.gettext("Anchored at"), reader.moment(batch.anchored_at).text)
    if batch.block is not None:
        yield Fact(words.gettext("Block"), format_number(batch.block, language))
    if batch.places is not None:
        yield Fact(words.gettext("Places in the batch"), format_number(batch.places, language))
    if batch.root:
        yield Fact(words.gettext("Root of the batch"), batch.root)
