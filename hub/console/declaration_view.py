"""A declaration and the worklist in words: channel with its reasons, acts, history. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.console.declaration_duties import Duties, present_duties
from hub.console.declaration_fields import Fields, present_fields
from hub.console.declaration_wording import (
    ACTORS,
    ACTS,
    CHANNEL_TONES,
    CHANNELS,
    CONDITION_FACTS,
    EVIDENCE,
    FIELDS,
    FOUND_KINDS,
    HAPPENED,
    OPERATORS,
    REASONS,
    SCREENINGS,
    STATE_TONES,
    STATES,
)
from hub.console.formatting import format_number
from hub.console.origin_view import CertificateRow, present_certificates
from hub.console.presenting import Badge, Fact
from hub.console.reader import Moment, Reader
from hub.console.wording import word
from hub.declarations.act_values import OFFICER_EVENTS
from hub.declarations.desk import DeskView
from hub.declarations.lifecycle import TRANSITIONS, ActorKind, Event, State
from hub.declarations.registry import DeclarationSummary, HistoryStep
from hub.declarations.worklist import WorkRow


@dataclass(frozen=True, slots=True)
class DeclarationRow:
    """A declaration in a list."""

    declaration_id: str
    address: str
    title: str
    sender: str
    tracking_number: str
    received: Moment
    deadline: Moment | None
    state: Badge
    channel: Badge | None
    assigned_to: str
    held_by: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One thing that spoke for a channel."""

    title: str
    channel: Badge
    matches: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One move in the life of a declaration."""

    when: Moment
    title: str
    who: str
    reason: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActRow:
    """Something that may be done now."""

    event: str
    title: str
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class DeclarationPage:
    """Everything the page shows."""

    row: DeclarationRow
    fields: Fields
    is_assessed: bool
    selection: str
    reasons: tuple[ReasonRow, ...]
    evidence: tuple[Fact, ...]
    duties: Duties | None
    certificates: tuple[CertificateRow, ...]
    history: tuple[HistoryRow, ...]
    same_consignee: tuple[DeclarationRow, ...]
    same_tracking: tuple[DeclarationRow, ...]


def present_work(row: WorkRow, reader: Reader) -> DeclarationRow:
    """Word one line of the worklist; nobody is named in it."""
    return present_summary(row.summary, reader, assigned_to=row.assigned_to, held_by=row.held_by)


def present_summary(
    summary: DeclarationSummary, reader: Reader, *, assigned_to: str = "", held_by: str = ""
) -> DeclarationRow:
    """Word where a declaration stands."""
    deadline = summary.due_at or summary.arrives_at
    return DeclarationRow(
        declaration_id=summary.declaration_id,
        address=f"/console/declarations/{summary.declaration_id}",
        title=summary.reference,
        sender=summary.sender_id,
        tracking_number=summary.tracking_number,
        received=reader.moment(summary.received_at),
        deadline=None if deadline is None else reader.moment(deadline),
        state=state_badge(summary.state, reader),
        channel=None if summary.channel is None else channel_badge(summary.channel, reader),
        assigned_to=assigned_to,
        held_by=held_by,
    )


def state_badge(state: str, reader: Reader) -> Badge:
    """Name a state with its tone."""
    return Badge(word(STATES, state, reader.language.words), STATE_TONES.get(state, ""))


def channel_badge(channel: str, reader: Reader) -> Badge:
    """Name a channel with its tone."""
    return Badge(word(CHANNELS, channel, reader.language.words), CHANNEL_TONES.get(channel, ""))


def present_declaration(view: DeskView, reader: Reader) -> DeclarationPage:
    """Word one declaration with all that is known of it."""
    detail, decision = view.detail, view.detail.decision or {}
    findings = (detail.report or {}).get("findings", ())
    return DeclarationPage(
        row=present_summary(detail.summary, reader, assigned_to=view.assigned_to),
        fields=present_fields(view.facts, view.pointers, findings, reader),
        is_assessed=detail.report is not None,
        selection=_selection(decision, reader),
        reasons=tuple(_reason(one, reader) for one in decision.get("reasons", ())),
        evidence=tuple(_evidence(view.evidence, reader)),
        duties=None if view.duties is None else present_duties(view.duties, reader),
        certificates=present_certificates(view.evidence.get("certificates", ()), reader),
        history=tuple(_step(one, reader) for one in reversed(detail.history)),
        same_consignee=tuple(present_summary(one, reader) for one in view.same_consignee),
        same_tracking=tuple(present_summary(one, reader) for one in view.same_tracking),
    )


def acts_of(state: State, reader: Reader) -> tuple[ActRow, ...]:
    """Return what an officer may do in a state, in the order of the page."""
    return tuple(
        ActRow(code, word(ACTS, code, reader.language.words), transition.needs_reason)
        for code in ACTS
        if (transition := TRANSITIONS.get((state, Event(code)))) is not None
        and ActorKind.OFFICER in transition.by
        and transition.event in OFFICER_EVENTS
    )


def _selection(decision: Mapping[str, Any], reader: Reader) -> str:
    if not decision:
        return ""
    words = reader.language.words
    percent = format_number(100 * float(decision["selection_probability"]), reader.language, 1)
    if decision.get("is_random"):
        sentence = words.gettext(
            "Drawn at random: nothing else spoke for it. %(percent)s %% of such come up."
        )
    else:
        sentence = words.gettext("A declaration like this comes to an inspection in %(percent)s %% of cases.")
    return sentence % {"percent": percent}


def _reason(reason: Mapping[str, Any], reader: Reader) -> ReasonRow:
    words = reader.language.words
    title = word(REASONS, reason["code"], words)
    if reason.get("title"):
        title = f"{title}: {reason['title']}"
    return ReasonRow(
        title,
        channel_badge(reason["channel"], reader),
        tuple(_match(one, reader) for one in reason.get("matches", ())),
        tuple(_reason_notes(reason, reader)),
    )


def _reason_notes(reason: Mapping[str, Any], reader: Reader) -> Iterable[str]:
    words = reader.language.words
    if not reason.get("is_selected", True):
        yield words.gettext("Left out by the draw, to compare with.")
    without = reason.get("without_it")
    if without:
        yield words.gettext("Without it: %(channel)s.") % {"channel": word(CHANNELS, without, words)}
    elif reason.get("is_selected", True):
        yield words.gettext("Without it the channel would be the same.")


def _match(match: Mapping[str, Any], reader: Reader) -> str:
    words, name = reader.language.words, str(match["fact"])
    label = word(CONDITION_FACTS, name, words)
    if label == name:
        label = word(FIELDS, name.rpartition(".")[2].replace("-", "_"), words)
    said = f"{label}: {match['value']}" if match.get("value") else label
    item = match.get("item")
    where = "" if item is None else words.gettext("Item %(number)s") % {"number": item + 1} + " · "
    return f"{where}{said} ({word(OPERATORS, str(match['operator']), words)})"


def _evidence(evidence: Mapping[str, Any], reader: Reader) -> Iterable[Fact]:
    for place, label in EVIDENCE.items():
        holder, _, name = place.rpartition(".")
        part = evidence.get(holder) if holder else evidence
        value = part.get(name) if isinstance(part, Mapping) else None
        if value not in {None, ""}:
            yield Fact(reader.language.words.gettext(label), str(value))


def _step(step: HistoryStep, reader: Reader) -> HistoryRow:
    words = reader.language.words
    is_system = step.actor_kind is ActorKind.SYSTEM
    kind = word(ACTORS, step.actor_kind.value, words)
    return HistoryRow(
        when=reader.moment(step.at),
        title=word(HAPPENED, step.event.value, words),
        who=kind if is_system else f"{kind}: {step.actor}",
        # What a process writes there stands in the cards beside it, in words.
        reason="" if is_system else step.reason,
        lines=tuple(_said(step, reader)),
    )


def _said(step: HistoryStep, reader: Reader) -> Iterable[str]:
    words, said = reader.language.words, step.said
    yield from (f"? {one['text']}" for one in said.get("questions", ()))
    yield from (f"{one['question'] + 1}. {one['text']}" for one in said.get("answers", ()))
    if "channel" in said:
        yield word(CHANNELS, said["channel"], words)
    if "screening" in said:
        yield f"{word(SCREENINGS, said['screening']['outcome'], words)}: {said['screening']['method']}"
    if "inspection" in said:
        yield from _inspected(said["inspection"], reader)
    if step.due_at is not None:
        yield words.gettext("Until %(when)s") % {"when": reader.moment(step.due_at).text}


def _inspected(found: Mapping[str, Any], reader: Reader) -> Sequence[str]:
    words = reader.language.words
    kinds = [word(FOUND_KINDS, kind, words) for kind in found.get("kinds", ())]
    note = found.get("note")
    return (*(kinds or [words.gettext("Nothing was found")]), *((note,) if note else ()))
