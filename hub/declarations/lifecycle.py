"""The life of a declaration as an explicit state machine. Pure.

Source: the exchanges of the EU's Import Control System 2 (registration, referral, arrival, control), with
what follows at the border. A machine may ask, wait and release; only an officer forbids loading, refuses or
sends back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.errors import ConflictError, FieldProblem, InvalidInputError

MOST_REASON = 2000


class State(StrEnum):
    """Where a declaration is."""

    SUBMITTED = "submitted"
    """Stored; not looked at yet."""
    REJECTED = "rejected"
    """It had errors: it counts as never lodged, its sender mends it and sends it anew."""
    VALIDATED = "validated"
    """Registered."""
    RISK_ASSESSMENT = "risk-assessment"
    INFORMATION_REQUESTED = "information-requested"
    """The sender has to answer; the assessment waits (RfI)."""
    SCREENING_REQUESTED = "screening-requested"
    """The carrier has to screen the goods (RfS)."""
    DO_NOT_LOAD = "do-not-load"
    """The goods must not travel (DNL)."""
    ASSESSMENT_COMPLETE = "assessment-complete"
    """Decided: the channel says what happens when the goods come."""
    PRESENTED = "presented"
    """The goods are here."""
    INSPECTED = "inspected"
    RELEASED = "released"
    REFUSED = "refused"
    """They may not enter."""
    RETURNED = "returned"
    """They went back to where they came from."""
    INVALIDATED = "invalidated"
    """Withdrawn by its sender, or the goods never came."""


class Event(StrEnum):
    """What moves a declaration."""

    VALIDATE = "validate"
    REJECT = "reject"
    BEGIN_ASSESSMENT = "begin-assessment"
    REQUEST_INFORMATION = "request-information"
    ANSWER_INFORMATION = "answer-information"
    REQUEST_SCREENING = "request-screening"
    ANSWER_SCREENING = "answer-screening"
    FORBID_LOADING = "forbid-loading"
    ALLOW_LOADING = "allow-loading"
    COMPLETE_ASSESSMENT = "complete-assessment"
    PRESENT = "present"
    INSPECT = "inspect"
    RELEASE = "release"
    REFUSE = "refuse"
    SEND_BACK = "send-back"
    AMEND = "amend"
    INVALIDATE = "invalidate"
    LAPSE = "lapse"
    """A deadline ran out."""


class ActorKind(StrEnum):
    """Who acts."""

    SENDER = "sender"
    """Whoever declared, or a representative."""
    CARRIER = "carrier"
    OFFICER = "officer"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed move."""

    source: State
    event: Event
    target: State
    by: frozenset[ActorKind]
    needs_reason: bool = False
    needs_pointers: bool = False
    """It is about fields of the declaration, and says which."""
    needs_deadline: bool = False
    """Somebody has to answer by then."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do."""

    event: Event
    actor_kind: ActorKind
    actor: str
    """Who: a user's, client's or process's id."""
    reason: str = ""
    pointers: tuple[str, ...] = ()
    """JSON pointers into the declaration."""
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was made."""

    source: State
    target: State
    act: Act
    at: datetime


class IllegalTransitionError(ConflictError):
    """The declaration is not where this can be done."""

    def __init__(self, state: State, event: Event) -> None:
        names = ", ".join(sorted(allowed_events(state))) or "nothing"
        super().__init__("illegal-transition", f"{event} is not possible when {state}; possible is {names}")
        self.state = state
        self.event = event


_SENDER, _CARRIER, _OFFICER, _SYSTEM = (
    frozenset({kind}) for kind in (ActorKind.SENDER, ActorKind.CARRIER, ActorKind.OFFICER, ActorKind.SYSTEM)
)
_ANY_DESK = _OFFICER | _SYSTEM
_OPEN = (
    State.VALIDATED,
    State.RISK_ASSESSMENT,
    State.INFORMATION_REQUESTED,
    State.SCREENING_REQUESTED,
    State.DO_NOT_LOAD,
    State.ASSESSMENT_COMPLETE,
)
"""Registered, and the goods are not here."""


def _transitions() -> Iterable[Transition]:
    yield Transition(State.SUBMITTED, Event.VALIDATE, State.VALIDATED, _SYSTEM)
    yield Transition(
        State.SUBMITTED, Event.REJECT, State.REJECTED, _SYSTEM, needs_reason=True, needs_pointers=True
    )
    yield Transition(State.VALIDATED, Event.BEGIN_ASSESSMENT, State.RISK_ASSESSMENT, _ANY_DESK)
    yield from _referrals()
    yield from _at_the_border()
    for state in _OPEN:
        yield Transition(state, Event.AMEND, State.VALIDATED, _SENDER)
        yield Transition(state, Event.INVALIDATE, State.INVALIDATED, _SENDER | _OFFICER, needs_reason=True)


def _referrals() -> Iterable[Transition]:
    assessment = State.RISK_ASSESSMENT
    for source in (assessment, State.ASSESSMENT_COMPLETE):
        yield from _questions(source)
        yield Transition(source, Event.FORBID_LOADING, State.DO_NOT_LOAD, _OFFICER, needs_reason=True)
    yield Transition(State.INFORMATION_REQUESTED, Event.ANSWER_INFORMATION, assessment, _SENDER)
    yield Transition(
        State.SCREENING_REQUESTED, Event.ANSWER_SCREENING, assessment, _CARRIER | _SENDER, needs_reason=True
    )
    for waiting in (State.INFORMATION_REQUESTED, State.SCREENING_REQUESTED):
        # Nobody is refused by a clock: what is known is assessed, and that an answer is missing is known.
        yield Transition(waiting, Event.LAPSE, assessment, _SYSTEM, needs_reason=True)
        yield Transition(waiting, Event.FORBID_LOADING, State.DO_NOT_LOAD, _OFFICER, needs_reason=True)
    yield Transition(State.DO_NOT_LOAD, Event.ALLOW_LOADING, assessment, _OFFICER, needs_reason=True)
    yield Transition(
        assessment, Event.COMPLETE_ASSESSMENT, State.ASSESSMENT_COMPLETE, _ANY_DESK, needs_reason=True
    )
    yield Transition(
        State.ASSESSMENT_COMPLETE, Event.BEGIN_ASSESSMENT, assessment, _ANY_DESK, needs_reason=True
    )


def _questions(source: State) -> Iterable[Transition]:
    yield Transition(
        source,
        Event.REQUEST_INFORMATION,
        State.INFORMATION_REQUESTED,
        _ANY_DESK,
        needs_reason=True,
        needs_pointers=True,
        needs_deadline=True,
    )
    yield Transition(
        source,
        Event.REQUEST_SCREENING,
        State.SCREENING_REQUESTED,
        _ANY_DESK,
        needs_reason=True,
        needs_deadline=True,
    )


def _at_the_border() -> Iterable[Transition]:
    arrived = _CARRIER | _OFFICER | _SYSTEM
    yield Transition(State.ASSESSMENT_COMPLETE, Event.PRESENT, State.PRESENTED, arrived)
    yield Transition(State.ASSESSMENT_COMPLETE, Event.LAPSE, State.INVALIDATED, _SYSTEM, needs_reason=True)
    yield Transition(State.PRESENTED, Event.RELEASE, State.RELEASED, _ANY_DESK, needs_reason=True)
    yield Transition(State.PRESENTED, Event.INSPECT, State.INSPECTED, _OFFICER, needs_reason=True)
    yield Transition(State.INSPECTED, Event.RELEASE, State.RELEASED, _OFFICER, needs_reason=True)
    for source in (State.PRESENTED, State.INSPECTED):
        yield Transition(source, Event.REFUSE, State.REFUSED, _OFFICER, needs_reason=True)
        yield Transition(source, Event.SEND_BACK, State.RETURNED, _OFFICER, needs_reason=True)
    yield Transition(State.REFUSED, Event.SEND_BACK, State.RETURNED, _OFFICER | _CARRIER, needs_reason=True)


TRANSITIONS = {(one.source, one.event): one for one in _transitions()}
"""Every allowed move, by where it starts and what happens."""
FINAL_STATES = frozenset(State) - {one.source for one in TRANSITIONS.values()}
"""Nothing moves a declaration out of these."""


def allowed_events(state: State) -> frozenset[Event]:
    """Return what may happen to a declaration in this state."""
    return frozenset(event for source, event in TRANSITIONS if source is state)


def move(state: State, act: Act, now: datetime) -> Step:
    """Make a move.

    Raises `IllegalTransitionError` when it is not possible from here or not for this actor, and
    `InvalidInputError` when what has to be said with it is missing.
    """
    transition = TRANSITIONS.get((state, act.event))
    if transition is None:
        raise IllegalTransitionError(state, act.event)
    if act.actor_kind not in transition.by:
        kinds = " or ".join(sorted(transition.by))
        raise ConflictError("not-for-this-actor", f"{act.event} is for {kinds}, not for {act.actor_kind}")
    problems = tuple(_problems(transition, act, now))
    if problems:
        raise InvalidInputError(*problems)
    return Step(state, transition.target, act, now)


def _problems(transition: Transition, act: Act, now: datetime) -> Iterable[FieldProblem]:
    if transition.needs_reason and not act.reason.strip():
        yield FieldProblem("/reason", "missing", f"{act.event} needs a reason")
    if len(act.reason) > MOST_REASON:
        yield FieldProblem("/reason", "too-long", f"at most {MOST_REASON} characters")
    if transition.needs_pointers and not act.pointers:
        yield FieldProblem("/pointers", "missing", f"{act.event} names the fields it is about")
    for index, pointer in enumerate(act.pointers):
        if pointer and not pointer.startswith("/"):
            problem = f"{pointer[:80]!r} is no JSON pointer"
            yield FieldProblem(f"/pointers/{index}", "not-a-pointer", problem)
    if transition.needs_deadline and act.deadline is None:
        yield FieldProblem("/deadline", "missing", f"{act.event} says by when")
    if act.deadline is not None and act.deadline <= now:
        yield FieldProblem("/deadline", "in-the-past", f"{act.deadline.isoformat()} is over")
