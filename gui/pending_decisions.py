"""Answers given here that the lane has not taken yet; each keeps its id, so sending twice is harmless."""

from dataclasses import dataclass

from sync.lane_messages import DecisionRequest
from sync.messages import Answer


@dataclass(frozen=True, slots=True)
class PendingDecision:
    """One answer and who gave it: it may be sent in no other officer's name."""

    alert_id: str
    officer_id: str
    request: DecisionRequest


@dataclass(frozen=True, slots=True)
class PendingDecisions:
    """First in, first out; immutable."""

    items: tuple[PendingDecision, ...] = ()

    def added(self, item: PendingDecision) -> "PendingDecisions":
        """Append an answer; the same decision id is not taken twice."""
        if any(known.request.decision_id == item.request.decision_id for known in self.items):
            return self
        return PendingDecisions((*self.items, item))

    def without(self, decision_id: str) -> "PendingDecisions":
        """Remove the answer that the lane has taken or refused for good."""
        return PendingDecisions(tuple(i for i in self.items if i.request.decision_id != decision_id))

    def first_of(self, officer_id: str) -> PendingDecision | None:
        """Return what is to be sent next in this officer's name."""
        return next((item for item in self.items if item.officer_id == officer_id), None)

    def answers(self) -> dict[str, Answer]:
        """Return the latest unsent answer of each alert, by alert id."""
        return {item.alert_id: item.request.answer for item in self.items}
