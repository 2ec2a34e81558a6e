"""Four eyes: one officer proposes, another approves or rejects; where the policy asks for one, it is done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, delete, func, select, update

from hub.bootstrap import Services
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.people.audit import Act, record
from hub.watchlist.acting import Event, Officers, amend_subject, enrol_subject, note_event, take_off
from hub.watchlist.policy import policy_of, set_sites, set_two_person_acts
from hub.watchlist.proposal_content import (
    Amend,
    Content,
    Enrol,
    Publish,
    Remove,
    SetPolicy,
    act_of,
    decode_content,
    encode_content,
    subject_of,
)
from hub.watchlist.publishing import publish_proposed
from hub.watchlist.tables import proposals

MAX_REASON = 1000
Outcome = dict[str, str | int | None]


class ProposalState(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    """Checked and not sent; its maker alone sees it."""
    WAITING = "waiting"
    APPROVED = "approved"
    APPLIED = "applied"
    """Done at once: the list's policy asks for one person."""
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Nobody decided in time."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal without its content."""

    proposal_id: str
    list_id: str
    act: str
    """``enrol``, ``amend``, ``remove`` or ``publish``."""
    subject_id: str | None
    state: ProposalState
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str
    """Of the decision."""
    outcome: Outcome
    """What it came to, such as the published version."""

    @property
    def is_done(self) -> bool:
        """True when it has taken effect."""
        return self.state in {ProposalState.APPROVED, ProposalState.APPLIED}


def propose(
    services: Services, connection: Connection, list_id: str, content: Content, *, actor: str
) -> Proposal:
    """Put a proposal up, or do it at once where one person suffices; raises what doing it would raise."""
    _require_new(services, connection, list_id, content)
    now = services.clock()
    made = _new(services, list_id, content, actor, timedelta(days=services.settings.watchlists.proposal_days))
    if _needs_two(connection, list_id, content):
        _insert(services, connection, made, content)
        note_event(services, connection, _event(made, "proposed"), Officers(actor))
        record(connection, Act(actor, "proposal-made", made.proposal_id, _detail(made)), now)
        return made
    outcome = _apply(services, connection, list_id, content, Officers(actor))
    done = _decided(made, ProposalState.APPLIED, None, now, outcome=outcome)
    _insert(services, connection, done, None)
    return done


def approve(
    services: Services, connection: Connection, proposal_id: str, *, actor: str, reason: str = ""
) -> Proposal:
    """Let a proposal take effect.

    Raises `NotFoundError`, `ConflictError` for the person who proposed it (``same-person``), for one decided
    or lapsed already (``already-decided``), and whatever doing it raises; it waits on then.
    """
    held = _undecided(services, connection, proposal_id, actor, reason)
    if held.proposed_by == actor:
        raise ConflictError("same-person", "the officer who proposed it cannot approve it")
    content = content_of(services, connection, proposal_id)
    outcome = _apply(services, connection, held.list_id, content, Officers(held.proposed_by, actor))
    now = services.clock()
    record(connection, Act(actor, "proposal-approved", proposal_id, _detail(held)), now)
    return _close(connection, _decided(held, ProposalState.APPROVED, actor, now, reason, outcome))


def reject(
    services: Services, connection: Connection, proposal_id: str, *, actor: str, reason: str
) -> Proposal:
    """Refuse a proposal with a reason; its content is deleted. Raises as `approve` does."""
    if not reason.strip():
        raise InvalidInputError(FieldProblem("/reason", "missing", "a rejection needs its reason"))
    held = _undecided(services, connection, proposal_id, actor, reason)
    if held.proposed_by == actor:
        raise ConflictError("same-person", "the officer who proposed it withdraws it instead")
    return _end(services, connection, held, ProposalState.REJECTED, actor, reason)


def withdraw(services: Services, connection: Connection, proposal_id: str, *, actor: str) -> Proposal:
    """Take one's own proposal back; raises `ConflictError` for anybody else (``not-yours``)."""
    held = _undecided(services, connection, proposal_id, actor, "")
    if held.proposed_by != actor:
        raise ConflictError("not-yours", "only the officer who proposed it can withdraw it")
    return _end(services, connection, held, ProposalState.WITHDRAWN, actor, "")


def keep_draft(
    services: Services, connection: Connection, list_id: str, content: Content, *, actor: str
) -> Proposal:
    """Keep a checked enrolment, sealed, until its maker sends it or it is forgotten."""
    policy_of(connection, list_id)
    hours = timedelta(hours=services.settings.watchlists.draft_hours)
    made = _decided(
        _new(services, list_id, content, actor, hours), ProposalState.DRAFT, None, services.clock()
    )
    _insert(services, connection, made, content)
    return made


def draft_of(
    services: Services, connection: Connection, proposal_id: str, *, actor: str
) -> tuple[Proposal, Content]:
    """Open one's own draft; raises `NotFoundError` for anybody else's and for one that is over."""
    held = proposal(connection, proposal_id)
    is_over = held.expires_at <= services.clock()
    if held.state is not ProposalState.DRAFT or held.proposed_by != actor or is_over:
        raise NotFoundError("draft", proposal_id)
    return held, content_of(services, connection, proposal_id)


def drop_draft(connection: Connection, proposal_id: str) -> None:
    """Delete a draft, and nothing else."""
    is_it = (proposals.c.proposal_id == proposal_id) & (proposals.c.state == ProposalState.DRAFT)
    connection.execute(delete(proposals).where(is_it))


def proposal(connection: Connection, proposal_id: str) -> Proposal:
    """One proposal; raises `NotFoundError`."""
    row = connection.execute(select(proposals).where(proposals.c.proposal_id == proposal_id)).first()
    if row is None:
        raise NotFoundError("proposal", proposal_id)
    return _proposal(row._mapping)


def list_proposals(
    connection: Connection,
    states: Collection[ProposalState],
    *,
    list_id: str | None = None,
    subject_id: str | None = None,
    limit: int = 100,
) -> tuple[Proposal, ...]:
    """Proposals in these states, newest first."""
    query = select(proposals).where(proposals.c.state.in_(sorted(states)))
    if list_id is not None:
        query = query.where(proposals.c.list_id == list_id)
    if subject_id is not None:
        query = query.where(proposals.c.subject_id == subject_id)
    query = query.order_by(proposals.c.proposed_at.desc(), proposals.c.proposal_id.desc()).limit(limit)
    return tuple(_proposal(row._mapping) for row in connection.execute(query))


def count_waiting(connection: Connection, now: datetime, *, not_by: str) -> int:
    """Count the proposals that somebody other than `not_by` has put up and that wait."""
    is_waiting = (proposals.c.state == ProposalState.WAITING) & (proposals.c.expires_at > now)
    query = select(func.count()).select_from(proposals)
    return int(connection.scalar(query.where(is_waiting, proposals.c.proposed_by != not_by)) or 0)


def content_of(services: Services, connection: Connection, proposal_id: str) -> Content:
    """Open a proposal's content; raises `NotFoundError` when it was deleted with the decision."""
    sealed = connection.scalar(
        select(proposals.c.sealed_content).where(proposals.c.proposal_id == proposal_id)
    )
    if not sealed:
        raise NotFoundError("proposal content", proposal_id)
    return decode_content(services.store_key.unseal("proposal", proposal_id, sealed))


def lapse(services: Services, connection: Connection) -> int:
    """End what waited too long and forget drafts that are over; returns how many proposals lapsed."""
    now = services.clock()
    is_over = proposals.c.expires_at <= now
    connection.execute(delete(proposals).where(proposals.c.state == ProposalState.DRAFT, is_over))
    rows = connection.execute(select(proposals).where(proposals.c.state == ProposalState.WAITING, is_over))
    found = [_proposal(row._mapping) for row in rows]
    for held in found:
        _end(services, connection, held, ProposalState.LAPSED, "clock", "")
    return len(found)


def _apply(
    services: Services, connection: Connection, list_id: str, content: Content, officers: Officers
) -> Outcome:
    match content:
        case Enrol():
            for one in content.subjects:
                enrol_subject(services, connection, list_id, one, officers)
            for amend in content.amendments:
                amend_subject(services, connection, amend, officers)
            return _enrolled(services, connection, list_id, content, officers)
        case Amend():
            amend_subject(services, connection, content, officers)
            return {"subject_id": content.subject_id}
        case Remove():
            take_off(services, connection, content.subject_id, content.reason, officers)
            return {"subject_id": content.subject_id}
        case Publish():
            return {"version": publish_proposed(services, connection, list_id, content, officers).version}
        case SetPolicy():
            actor = officers.proposed_by
            set_two_person_acts(services, connection, list_id, content.two_person_acts, actor=actor)
            set_sites(services, connection, list_id, content.sites, actor=actor)
            return {}


def _enrolled(
    services: Services, connection: Connection, list_id: str, content: Enrol, officers: Officers
) -> Outcome:
    counts: Outcome = {"enrolled": len(content.subjects), "amended": len(content.amendments)}
    if content.source:
        changes: dict[str, tuple[object, object]] = {name: (None, count) for name, count in counts.items()}
        event = Event(list_id, None, "imported", changes, content.source)
        note_event(services, connection, event, officers)
    subject_id = subject_of(content)
    return counts | ({"subject_id": subject_id} if subject_id else {})


def _needs_two(connection: Connection, list_id: str, content: Content) -> bool:
    acts = policy_of(connection, list_id).two_person_acts
    match content:
        case SetPolicy():
            # Or one officer could set the second one aside.
            return bool(acts)
        case Amend():
            return "amend" in acts and content.concerns_identity
    return act_of(content) in acts


def _require_new(services: Services, connection: Connection, list_id: str, content: Content) -> None:
    """Refuse a second publication, policy or removal of one subject while the first one waits."""
    if isinstance(content, Enrol | Amend):
        return
    waiting = list_proposals(connection, [ProposalState.WAITING], list_id=list_id)
    for one in waiting:
        is_same = (one.act, one.subject_id) == (act_of(content), subject_of(content))
        if is_same and one.expires_at > services.clock():
            raise ConflictError("proposed-already", f"such a proposal waits already: {one.proposal_id}")


def _new(services: Services, list_id: str, content: Content, actor: str, lasts: timedelta) -> Proposal:
    now = services.clock()
    return Proposal(
        proposal_id=services.new_id(),
        list_id=list_id,
        act=act_of(content),
        subject_id=subject_of(content),
        state=ProposalState.WAITING,
        proposed_by=actor,
        proposed_at=now,
        expires_at=now + lasts,
        decided_by=None,
        decided_at=None,
        reason="",
        outcome={},
    )


def _decided(
    held: Proposal,
    state: ProposalState,
    actor: str | None,
    now: datetime,
    reason: str = "",
    outcome: Outcome | None = None,
) -> Proposal:
    values = {name: getattr(held, name) for name in Proposal.__dataclass_fields__}
    decided_at = None if state is ProposalState.DRAFT else now
    changes = {"state": state, "decided_by": actor, "decided_at": decided_at, "reason": reason}
    return Proposal(**values | changes | {"outcome": outcome or {}})


def _insert(services: Services, connection: Connection, made: Proposal, content: Content | None) -> None:
    row = {name: getattr(made, name) for name in Proposal.__dataclass_fields__}
    plain = b"" if content is None else encode_content(content)
    sealed = services.seal("proposal", made.proposal_id, plain) if plain else b""
    connection.execute(proposals.insert().values(**row, sealed_content=sealed))


def _undecided(
    services: Services, connection: Connection, proposal_id: str, actor: str, reason: str
) -> Proposal:
    held = proposal(connection, proposal_id)
    if held.state is ProposalState.DRAFT:
        raise NotFoundError("proposal", proposal_id)
    if len(reason) > MAX_REASON:
        raise InvalidInputError(FieldProblem("/reason", "too-long", f"{len(reason)} characters"))
    if held.state is not ProposalState.WAITING or held.expires_at <= services.clock():
        state = held.state if held.state is not ProposalState.WAITING else ProposalState.LAPSED
        raise ConflictError("already-decided", f"the proposal is {state}")
    return held


def _end(
    services: Services,
    connection: Connection,
    held: Proposal,
    state: ProposalState,
    actor: str,
    reason: str,
) -> Proposal:
    now = services.clock()
    note_event(services, connection, _event(held, state.value, reason), Officers(actor))
    record(connection, Act(actor, f"proposal-{state}", held.proposal_id, _detail(held)), now)
    return _close(connection, _decided(held, state, actor, now, reason))


def _close(connection: Connection, done: Proposal) -> Proposal:
    """Store the decision and delete the content: what was approved is in the list, the rest nobody needs."""
    values = {
        name: getattr(done, name) for name in ("state", "decided_by", "decided_at", "reason", "outcome")
    }
    is_it = proposals.c.proposal_id == done.proposal_id
    connection.execute(update(proposals).where(is_it).values(**values, sealed_content=b""))
    return done


def _event(held: Proposal, action: str, reason: str = "") -> Event:
    return Event(held.list_id, held.subject_id, action, {"act": (None, held.act)}, reason)


def _detail(held: Proposal) -> dict[str, str | int | float | bool | None]:
    return {"list": held.list_id, "act": held.act, "proposed_by": held.proposed_by}


def _proposal(row: RowMapping) -> Proposal:
    values = {name: row[name] for name in Proposal.__dataclass_fields__}
    return Proposal(**values | {"state": ProposalState(values["state"])})
