"""Proposals, history and quality reports in words. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.console.formatting import format_date, format_number
from hub.console.list_wording import ACTS, COMPONENTS, EVENTS, FIELDS, HINTS, STATE_TONES, STATES
from hub.console.list_wording import TWO_PERSON_ACTS as ACT_WORDS
from hub.console.presenting import Badge, Fact
from hub.console.reader import Moment, Reader
from hub.console.wording import severity_word, word
from hub.watchlist.history import HistoryEntry
from hub.watchlist.proposal_content import Amend, Content, Enrol, ProposedFace, Publish, Remove, SetPolicy
from hub.watchlist.proposals import Proposal
from hub.watchlist.records import SubjectRecord, changed_fields

_INSTANT = timedelta(microseconds=1)
GOOD, FAIR = 60, 35
"""Where a component's bar turns from bad to fair and from fair to good."""


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One proposal in a list."""

    address: str
    act: str
    list_id: str
    who: str
    when: Moment
    until: Moment
    badge: Badge
    is_own: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One field, as it was and as it becomes."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event."""

    title: str
    when: Moment
    who: str
    changes: tuple[Change, ...]
    reason: str
    subject_id: str | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One component of a photo's quality."""

    title: str
    value: int
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class ProposedPhoto:
    """One photo that a proposal carries."""

    address: str
    detail: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class ProposedPerson:
    """One person to be enrolled."""

    name: str
    facts: tuple[Fact, ...]
    photos: tuple[ProposedPhoto, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a proposal would do."""

    persons: tuple[ProposedPerson, ...] = ()
    changes: tuple[Change, ...] = ()
    photos: tuple[ProposedPhoto, ...] = ()
    facts: tuple[Fact, ...] = ()
    further: int = 0
    """Persons and amendments of an import that are not shown."""


def present_proposal(one: Proposal, user_id: str, reader: Reader) -> ProposalLine:
    """Word one proposal of a list."""
    words = reader.language.words
    return ProposalLine(
        address=f"/console/proposals/{one.proposal_id}",
        act=word(ACTS, one.act, words),
        list_id=one.list_id,
        who=one.proposed_by,
        when=reader.moment(one.proposed_at),
        until=reader.moment(one.expires_at),
        badge=Badge(word(STATES, one.state.value, words), STATE_TONES.get(one.state.value, "")),
        is_own=one.proposed_by == user_id,
    )


def present_event(one: HistoryEntry, reader: Reader) -> HistoryLine:
    """Word one event of a history."""
    who = f"{one.actor} + {one.approved_by}" if one.approved_by else one.actor
    return HistoryLine(
        title=word(EVENTS, one.action, reader.language.words),
        when=reader.moment(one.at),
        who=who,
        changes=present_changes(one.changes, reader),
        reason=one.reason,
        subject_id=one.subject_id,
    )


def present_changes(changes: Mapping[str, tuple[object, object]], reader: Reader) -> tuple[Change, ...]:
    """Word changed fields."""
    words = reader.language.words
    return tuple(
        Change(word(FIELDS, name, words), _value(name, before, reader), _value(name, after, reader))
        for name, (before, after) in changes.items()
    )


def present_contents(
    content: Content, pictures: str, titles: Mapping[str, str], reader: Reader, *, most: int = 20
) -> Contents:
    """Word what a proposal would do; `pictures` is the address that its photos' numbers follow."""
    words = reader.language.words
    match content:
        case Enrol():
            return _enrolment(content, pictures, titles, reader, most)
        case Amend():
            changes = present_changes(changed_fields(content.before, content.entry), reader)
            return Contents(changes=changes, photos=_photos(content.faces, pictures, 0, reader))
        case Remove():
            reason = content.reason or words.gettext("not stated")
            return Contents(facts=(Fact(words.gettext("Reason"), reason),))
        case Publish():
            version = Fact(words.gettext("Version"), str(content.next_version))
            if content.state_of is None:
                return Contents(facts=(version,))
            return Contents(facts=(version, Fact(words.gettext("State of version"), str(content.state_of))))
        case SetPolicy():
            return Contents(facts=_policy(content, reader))


def stated(record: SubjectRecord, titles: Mapping[str, str], reader: Reader) -> tuple[Fact, ...]:
    """Word everything a record states."""
    words = reader.language.words
    ends = record.expires_at
    given = (
        (FIELDS["display_name"], record.display_name),
        (FIELDS["aliases"], ", ".join(record.aliases)),
        (FIELDS["category"], titles.get(record.category, record.category)),
        (FIELDS["severity"], severity_word(record.severity, words)),
        (FIELDS["legal_basis"], record.legal_basis),
        (FIELDS["authority"], record.authority),
        (FIELDS["case_number"], record.case_number),
        (FIELDS["expires_at"], last_day(ends, reader) if ends else words.gettext("until removed")),
        (FIELDS["external_key"], record.external_key),
        (FIELDS["instructions"], record.instructions),
    )
    return tuple(Fact(words.gettext(title), text) for title, text in given if text)


def last_day(end: datetime, reader: Reader) -> str:
    """Name the last day of a listing; one that ends at midnight ends on the day before."""
    return format_date((end - _INSTANT).astimezone(reader.zone).date(), reader.language)


def present_measures(components: Mapping[str, int], reader: Reader) -> tuple[Measure, ...]:
    """Word what was measured on a face, the overall value first."""
    return tuple(
        Measure(
            word(COMPONENTS, name, reader.language.words),
            value,
            format_number(value, reader.language),
            "good" if value >= GOOD else "warn" if value >= FAIR else "bad",
        )
        for name, value in components.items()
    )


def present_hints(codes: Iterable[str], reader: Reader) -> tuple[str, ...]:
    """Word what is less than good about a face."""
    return tuple(word(HINTS, code, reader.language.words) for code in codes)


def _enrolment(
    content: Enrol, pictures: str, titles: Mapping[str, str], reader: Reader, most: int
) -> Contents:
    shown, number = [], 0
    for one in content.subjects[:most]:
        photos = _photos(one.faces, pictures, number, reader)
        number += len(one.faces)
        shown.append(ProposedPerson(one.entry.display_name, stated(one.entry, titles, reader), photos))
    further = len(content.subjects) - len(shown) + len(content.amendments)
    return Contents(persons=tuple(shown), further=further)


def _policy(content: SetPolicy, reader: Reader) -> tuple[Fact, ...]:
    words = reader.language.words
    acts = ", ".join(word(ACT_WORDS, act, words) for act in content.two_person_acts)
    sites = words.gettext("every site") if content.sites is None else ", ".join(content.sites)
    return (
        Fact(words.gettext("Needs two officers"), acts or words.gettext("nothing")),
        Fact(words.gettext("Sites"), sites or words.gettext("no site")),
    )


def _photos(
    faces: Iterable[ProposedFace], pictures: str, first: int, reader: Reader
) -> tuple[ProposedPhoto, ...]:
    words, language = reader.language.words, reader.language
    found = []
    for number, face in enumerate(faces, start=first):
        if face.captured_on:
            taken = format_date(datetime.fromisoformat(face.captured_on).date(), language)
            detail = words.gettext("taken %(date)s") % {"date": taken}
        else:
            detail = words.gettext("date of the photo unknown")
        measures = present_measures(face.components, reader)
        found.append(ProposedPhoto(f"{pictures}/{number}", detail, measures))
    return tuple(found)


def _value(name: str, value: object, reader: Reader) -> str:
    words = reader.language.words
    match value:
        case None:
            return words.gettext("every site") if name == "sites" else "–"
        case list():
            return ", ".join(word(ACT_WORDS, str(part), words) for part in value) or "–"
        case int() if name == "severity":
            return severity_word(value, words)
        case str() if name == "expires_at":
            return last_day(datetime.fromisoformat(value), reader)
        case str() if name == "act":
            return word(ACTS, value, words)
    return str(value) or "–"
