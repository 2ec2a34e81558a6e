"""A second officer who approves whatever waits."""

from hub.bootstrap import Services
from hub.store.database import reading, writing
from hub.watchlist.proposals import ProposalState, approve, list_proposals

SECOND = "second-officer"


def waiting(services: Services) -> list[str]:
    """Ids of the proposals that wait, oldest first."""
    with reading(services.engine) as connection:
        found = list_proposals(connection, [ProposalState.WAITING])
    return [one.proposal_id for one in reversed(found)]


def approve_all(services: Services) -> int:
    """Approve everything that waits; returns how many proposals that were."""
    found = waiting(services)
    for proposal_id in found:
        with writing(services.engine) as connection:
            approve(services, connection, proposal_id, actor=SECOND)
    return len(found)
