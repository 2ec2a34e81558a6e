"""Entries of the audit log and its verification in words. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.console.formatting import format_number
from hub.console.reader import Moment, Reader
from hub.console.wording import mark, word
from hub.people.audit import AuditCheck, AuditRow
from hub.people.audit_checks import AuditVerification
from hub.people.audit_search import LookedAt

LOOK_WORDS = {
    "subject-viewed": mark("Opened the record"),
    "reference-viewed": mark("Saw a reference photo"),
    "evidence-viewed": mark("Saw a picture from the lane"),
    "case-viewed": mark("Opened the case"),
    "declaration-viewed": mark("Opened the declaration"),
    "person-limit-viewed": mark("Looked up what a person has used of the limit"),
    "certificate-viewed": mark("Opened the check of a certificate"),
    "issued-certificate-viewed": mark("Opened an issued certificate"),
    "subjects-exported": mark("Exported records"),
    "list-exported": mark("Exported a list"),
    "statistics-exported": mark("Exported statistics"),
}


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry in the list."""

    seq: int
    at: Moment
    actor: str
    action: str
    target: str
    detail: str


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look in the look-up log."""

    at: Moment
    actor: str
    what: str
    name: str
    subject_id: str
    case_id: str
    why: str


STILL_AFTER = timedelta(minutes=1)
"""A walk that has not moved for so long has no worker."""


@dataclass(frozen=True, slots=True)
class VerificationView:
    """A verification: how far it has come, or what it found."""

    rows: int
    upto: int
    progress: str
    """How many of how many entries, written out."""
    asked: Moment
    asked_by: str
    moved: Moment
    is_finished: bool
    is_still: bool
    """It is not finished, and nothing has moved for a while."""
    is_whole: bool
    check: AuditCheck
    lost_day: str | None
    lost_seq: int | None


def present_verification(
    one: AuditVerification | None, reader: Reader, now: datetime
) -> VerificationView | None:
    """Word a verification; None: nobody has asked for one."""
    if one is None:
        return None
    done, upto = (format_number(count, reader.language) for count in (one.check.rows, one.upto))
    return VerificationView(
        rows=one.check.rows,
        upto=one.upto,
        progress=reader.language.words.gettext("%(done)s of %(all)s entries") % {"done": done, "all": upto},
        asked=reader.moment(one.asked_at),
        asked_by=one.asked_by,
        moved=reader.moment(one.moved_at),
        is_finished=one.finished_at is not None,
        is_still=one.finished_at is None and now - one.moved_at > STILL_AFTER,
        is_whole=one.is_whole,
        check=one.check,
        lost_day=one.lost_day,
        lost_seq=one.lost_seq,
    )


def present_entry(one: AuditRow, reader: Reader) -> EntryRow:
    """Word an entry; actions stay codes, as they stand in the chain."""
    detail = ", ".join(f"{name}: {value}" for name, value in sorted(one.detail.items()))
    return EntryRow(one.seq, reader.moment(one.at), one.actor, one.action, one.target, detail)


def present_look(one: AuditRow, at: LookedAt | None, reader: Reader) -> LookRow:
    """Word a look: at whom, as part of which case, and why where somebody said it."""
    words = reader.language.words
    return LookRow(
        at=reader.moment(one.at),
        actor=one.actor,
        what=word(LOOK_WORDS, one.action, words),
        name=at.name if at else "",
        subject_id=at.subject_id if at else one.target,
        case_id=at.case_id if at else "",
        why=str(one.detail.get("reason") or ""),
    )
