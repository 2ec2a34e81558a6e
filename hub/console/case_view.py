"""Cases as their reader may see them, in words; no name, score or answer for the blind. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.cases.casework import AlertFacts, CaseDetail, CaseResult, CaseStatus, CaseSummary, SubjectCard
from hub.cases.outcomes import ADVERSE
from hub.cases.timeline import CaseEvent
from hub.console.formatting import format_number
from hub.console.presenting import Badge, Fact, severity_badge
from hub.console.reader import Moment, Reader
from hub.console.timeline_view import TimelineEntry, present_event
from hub.console.wording import (
    ANSWERS,
    CASE_STATES,
    CATEGORIES,
    OUTCOMES,
    RESULTS,
    ROLES,
    false_alarms_sentence,
    severity_word,
    word,
)
from sync.messages import Outcome


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the list."""

    case_id: str
    address: str
    raised: Moment
    place: str
    list_title: str
    is_blind: bool
    status: Badge
    outcome: Badge | None
    severity: Badge | None
    name: str | None
    answers: tuple[str, ...]
    is_test: bool
    result: Badge | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the case page shows."""

    row: CaseRow
    is_blind: bool
    probe_id: str | None
    more_probe_ids: tuple[str, ...]
    reference_ids: tuple[str, ...]
    false_alarms: str
    facts: tuple[Fact, ...]
    subject: tuple[Fact, ...]
    instructions: str
    technical: tuple[Fact, ...]
    timeline: tuple[TimelineEntry, ...]
    result: Badge | None


def present_row(case: CaseSummary, reader: Reader, *, is_blind: bool = False) -> CaseRow:
    """Word one case; while `is_blind` the outcome is left out too, since it tells where the score lies."""
    return CaseRow(
        case_id=case.case_id,
        address=f"/console/cases/{case.case_id}",
        raised=reader.moment(case.raised_at),
        place=f"{case.site_id} · {case.lane_id}",
        list_title=case.list_title,
        is_blind=is_blind,
        status=_status_badge(case.status, reader),
        outcome=None if is_blind else _outcome_badge(case.outcome, reader),
        severity=None if case.severity is None or is_blind else severity_badge(case.severity, reader),
        name=None if is_blind else case.subject_name,
        answers=() if is_blind else _answers(case, reader),
        is_test=case.is_test,
        result=None if is_blind else result_badge(case, reader),
    )


def result_badge(case: CaseSummary, reader: Reader) -> Badge | None:
    """Name what came of a case; None: nothing recorded, or the viewer is blind."""
    if case.result is None:
        return None
    tone = "bad" if case.result in ADVERSE else "good" if case.result is CaseResult.NOT_THE_PERSON else ""
    return Badge(word(RESULTS, case.result.value, reader.language.words), tone)


def present_case(detail: CaseDetail, events: Sequence[CaseEvent], reader: Reader) -> CasePage:
    """Word one case with its facts, subject and history."""
    language = reader.language
    newest = detail.evidence_ids[-1:]
    return CasePage(
        row=present_row(detail.summary, reader, is_blind=detail.is_blind),
        is_blind=detail.is_blind,
        probe_id=newest[0] if newest else None,
        more_probe_ids=detail.evidence_ids[:-1],
        reference_ids=detail.reference_ids,
        false_alarms=false_alarms_sentence(detail.facts.expected_false_alarms_per_day, language)
        if detail.facts
        else "",
        facts=_facts(detail, reader),
        subject=_subject(detail.subject, reader),
        instructions=detail.subject.instructions if detail.subject else "",
        technical=_technical(detail, detail.facts, reader) if detail.facts else (),
        timeline=tuple(present_event(event, reader) for event in events),
        result=result_badge(detail.summary, reader),
    )


def _status_badge(status: CaseStatus, reader: Reader) -> Badge:
    tone = "warn dot" if status is CaseStatus.OPEN else "good dot"
    return Badge(word(CASE_STATES, status.value, reader.language.words), tone)


def _outcome_badge(outcome: Outcome, reader: Reader) -> Badge:
    tone = "accent" if outcome is Outcome.MATCH else ""
    return Badge(word(OUTCOMES, outcome.value, reader.language.words), tone)


def _answers(case: CaseSummary, reader: Reader) -> tuple[str, ...]:
    words = reader.language.words
    given = (("guard", case.guard_answer), ("supervisor", case.supervisor_answer))
    return tuple(
        f"{word(ROLES, role, words)}: {word(ANSWERS, answer.value, words)}"
        for role, answer in given
        if answer
    )


def _facts(detail: CaseDetail, reader: Reader) -> tuple[Fact, ...]:
    words, case = reader.language.words, detail.summary
    passage = words.gettext("over") if case.is_ended else words.gettext("still going on")
    return (
        Fact(words.gettext("Raised"), reader.moment(case.raised_at).text),
        Fact(words.gettext("At the hub"), reader.moment(case.received_at).text),
        Fact(words.gettext("Checkpoint"), case.site_id),
        Fact(words.gettext("Lane"), case.lane_id),
        Fact(words.gettext("Camera"), detail.camera_id),
        Fact(words.gettext("Passage"), passage),
        Fact(
            words.gettext("Watchlist"),
            words.gettext("%(title)s, version %(version)s")
            % {"title": case.list_title, "version": detail.list_version},
        ),
    )


def _subject(card: SubjectCard | None, reader: Reader) -> tuple[Fact, ...]:
    if card is None:
        return ()
    words = reader.language.words
    given = (
        Fact(words.gettext("Reason of listing"), word(CATEGORIES, card.category, words)),
        Fact(words.gettext("Severity"), severity_word(card.severity, words)),
        Fact(words.gettext("Legal basis"), card.legal_basis),
        Fact(words.gettext("Authority"), card.authority),
        Fact(words.gettext("Case number"), card.case_number),
    )
    return tuple(fact for fact in given if fact.text)


def _technical(detail: CaseDetail, facts: AlertFacts, reader: Reader) -> tuple[Fact, ...]:
    words, language = reader.language.words, reader.language
    unknown = words.gettext("not measured")
    return (
        Fact(words.gettext("Comparison score"), format_number(facts.comparison_score, language, 3)),
        Fact(words.gettext("Threshold of a possible match"), format_number(facts.threshold, language, 3)),
        Fact(words.gettext("Threshold of a review"), format_number(facts.review_threshold, language, 3)),
        Fact(words.gettext("Margin over the second"), _or_unknown(facts.margin, unknown, reader)),
        Fact(words.gettext("Picture quality, 0 to 100"), format_number(facts.quality, language)),
        Fact(words.gettext("Live face hint, 0 to 1"), _or_unknown(facts.bona_fide_score, unknown, reader)),
        Fact(words.gettext("Pictures used"), format_number(facts.frames_used, language)),
        Fact(words.gettext("References searched"), format_number(facts.gallery_size, language)),
        Fact(words.gettext("Model pack"), f"{facts.pack} ({facts.contract_id})"),
        Fact(words.gettext("Device"), detail.summary.device_id),
        Fact(words.gettext("Case id"), detail.summary.case_id),
        Fact(words.gettext("Crossing id"), detail.crossing_id),
    )


def _or_unknown(value: float | None, unknown: str, reader: Reader) -> str:
    return unknown if value is None else format_number(value, reader.language, 3)
