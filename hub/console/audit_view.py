"""Entries of the audit log in words. Pure."""

from dataclasses import dataclass

from hub.console.reader import Moment, Reader
from hub.console.wording import mark, word
from hub.people.audit import AuditRow
from hub.people.audit_search import LookedAt

LOOK_WORDS = {
    "subject-viewed": mark("Opened the record"),
    "reference-viewed": mark("Saw a reference photo"),
    "evidence-viewed": mark("Saw a picture from the lane"),
    "case-viewed": mark("Opened the case"),
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
