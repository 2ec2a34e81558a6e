"""Routes: what waits for a second officer, and the decision on it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, allowed
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.watchlist.proposal_content import Amend, Content, Enrol, Publish, Remove, SetPolicy
from hub.watchlist.proposals import (
    Proposal,
    ProposalState,
    approve,
    content_of,
    list_proposals,
    proposal,
    reject,
    withdraw,
)
from hub.watchlist.records import SubjectRecord, changed_fields

router = APIRouter(tags=["proposals"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_SUBJECTS, Permission.APPROVE))]
Approver = Annotated[User, Depends(allowed(Permission.APPROVE))]
Officer = Annotated[User, Depends(allowed(Permission.ENROL, Permission.PUBLISH))]
Identifier = Annotated[str, Path(max_length=64)]
SENT = tuple(state for state in ProposalState if state is not ProposalState.DRAFT)


class Decision(BaseModel):
    """Why it was decided so."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    reason: str = Field(default="", max_length=1000)


class Described(BaseModel):
    """What a proposal would do, without its pictures."""

    model_config = ConfigDict(frozen=True)
    proposal: Proposal
    records: tuple[SubjectRecord, ...] = ()
    """Who would be enrolled."""
    photos: int = 0
    changes: tuple[dict[str, tuple[object, object]], ...] = ()
    """Per amended subject: what each field is and would become."""
    removal_reason: str = ""
    version: int | None = None
    state_of: int | None = None
    two_person_acts: tuple[str, ...] | None = None
    sites: tuple[str, ...] | None = None


@router.get("/proposals", operation_id="list_proposals")
def get_proposals(
    services: Hub,
    user: Viewer,
    state: Annotated[ProposalState | None, Query()] = ProposalState.WAITING,
    list_id: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> tuple[Proposal, ...]:
    """Proposals in one state (those that wait, unless said otherwise), newest first."""
    states = [state] if state in SENT else list(SENT)
    with reading(services.engine) as connection:
        return list_proposals(connection, states, list_id=list_id, limit=limit)


@router.get("/proposals/{proposal_id}", operation_id="get_proposal")
def get_proposal(services: Hub, user: Viewer, proposal_id: Identifier) -> Described:
    """Describe one proposal; the look is recorded. The content of a decided one is no longer kept."""
    with writing(services.engine) as connection:
        held = proposal(connection, proposal_id)
        record(connection, Act(user.user_id, "proposal-viewed", proposal_id, {}), services.clock())
        if held.state is not ProposalState.WAITING:
            return Described(proposal=held)
        return _described(held, content_of(services, connection, proposal_id))


@router.post("/proposals/{proposal_id}/approval", operation_id="approve_proposal")
def post_approval(services: Hub, user: Approver, proposal_id: Identifier, said: Decision) -> Proposal:
    """Let it take effect; refused for the officer who proposed it."""
    with writing(services.engine) as connection:
        return approve(services, connection, proposal_id, actor=user.user_id, reason=said.reason)


@router.post("/proposals/{proposal_id}/rejection", operation_id="reject_proposal")
def post_rejection(services: Hub, user: Approver, proposal_id: Identifier, said: Decision) -> Proposal:
    """Refuse it with a reason; its content is deleted."""
    with writing(services.engine) as connection:
        return reject(services, connection, proposal_id, actor=user.user_id, reason=said.reason)


@router.post("/proposals/{proposal_id}/withdrawal", operation_id="withdraw_proposal")
def post_withdrawal(services: Hub, user: Officer, proposal_id: Identifier) -> Proposal:
    """Take one's own proposal back."""
    with writing(services.engine) as connection:
        return withdraw(services, connection, proposal_id, actor=user.user_id)


def _described(held: Proposal, content: Content) -> Described:
    match content:
        case Enrol():
            return Described(
                proposal=held,
                records=tuple(one.entry for one in content.subjects),
                photos=sum(len(one.faces) for one in content.subjects),
                changes=tuple(changed_fields(one.before, one.entry) for one in content.amendments),
            )
        case Amend():
            changes = (changed_fields(content.before, content.entry),)
            return Described(proposal=held, photos=len(content.faces), changes=changes)
        case Remove():
            return Described(proposal=held, removal_reason=content.reason)
        case Publish():
            return Described(proposal=held, version=content.next_version, state_of=content.state_of)
        case SetPolicy():
            return Described(proposal=held, two_person_acts=content.two_person_acts, sites=content.sites)
