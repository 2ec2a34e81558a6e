"""Routes: what officers and senders do with a declaration."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from hub.api.declarations import DeclarationId, Sender
from hub.api.dependencies import Hub, allowed
from hub.declarations.act_values import (
    MOST_QUESTIONS,
    MOST_TEXT,
    AnswerKind,
    DeskAct,
    FoundKind,
    GivenAnswer,
    Inspection,
    Question,
    Screening,
    ScreeningOutcome,
)
from hub.declarations.acts import act_as_officer, act_as_sender
from hub.declarations.assessing.evidence import Channel
from hub.declarations.lifecycle import MOST_REASON, Event
from hub.declarations.registry import DeclarationDetail, declaration
from hub.people.access import Permission, User
from hub.store.database import writing

router = APIRouter(tags=["declarations"])
Officer = Annotated[User, Depends(allowed(Permission.DECIDE_DECLARATIONS))]
ActId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
Reason = Annotated[str, Field(max_length=MOST_REASON)]
Deadline = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]
Text = Annotated[str, Field(min_length=1, max_length=MOST_TEXT)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuestionRequest(_Strict):
    """Something the sender has to answer."""

    pointer: str = Field(max_length=200, pattern=r"^/")
    kind: AnswerKind
    text: Text


class InspectionRequest(_Strict):
    """What an inspection found."""

    is_found: bool = Field(strict=True)
    kinds: list[FoundKind] = Field(default=[], max_length=len(FoundKind))
    note: str = Field(default="", max_length=MOST_TEXT)


class OfficerActRequest(_Strict):
    """What an officer does; the id is the client's, so a repeat is harmless."""

    act_id: ActId
    event: Event
    reason: Reason = ""
    deadline: Deadline | None = None
    """Of a request: until when it has to be answered."""
    questions: list[QuestionRequest] = Field(default=[], max_length=MOST_QUESTIONS)
    """Of ``request-information``."""
    channel: Channel | None = None
    """Of ``complete-assessment``."""
    inspection: InspectionRequest | None = None
    """Of ``inspect``."""


class AnswerRequest(_Strict):
    """What the sender says to one question."""

    question: int = Field(ge=0, lt=MOST_QUESTIONS, strict=True)
    """Its place in the newest request, from 0."""
    text: Text


class ScreeningRequest(_Strict):
    """How the goods were screened, and what it showed."""

    outcome: ScreeningOutcome
    method: Text


class SenderActRequest(_Strict):
    """What a sender does with its own declaration; the id is the sender's, so a repeat is harmless."""

    act_id: ActId
    event: Event
    reason: Reason = ""
    answers: list[AnswerRequest] = Field(default=[], max_length=MOST_QUESTIONS)
    """Of ``answer-information``: one to each question."""
    screening: ScreeningRequest | None = None
    """Of ``answer-screening``."""


@router.post("/declarations/{declaration_id}/acts", operation_id="act_on_declaration", status_code=201)
def post_act(
    services: Hub, user: Officer, declaration_id: DeclarationId, wanted: OfficerActRequest
) -> DeclarationDetail:
    """Ask, decide, inspect, release, refuse …; what is not possible in this state is a conflict."""
    found = wanted.inspection
    act = DeskAct(
        act_id=wanted.act_id,
        event=wanted.event,
        reason=wanted.reason,
        deadline=wanted.deadline,
        questions=tuple(Question(one.pointer, one.kind, one.text) for one in wanted.questions),
        channel=wanted.channel,
        inspection=None if found is None else Inspection(found.is_found, tuple(found.kinds), found.note),
    )
    with writing(services.engine) as connection:
        act_as_officer(connection, declaration_id, act, officer=user, now=services.clock())
        return declaration(connection, declaration_id, user)


@router.post("/declarations/{declaration_id}/answers", operation_id="answer_for_declaration", status_code=201)
def post_answer(
    services: Hub, user: Sender, declaration_id: DeclarationId, wanted: SenderActRequest
) -> DeclarationDetail:
    """Answer what was asked, or withdraw one's own declaration."""
    said = wanted.screening
    act = DeskAct(
        act_id=wanted.act_id,
        event=wanted.event,
        reason=wanted.reason,
        answers=tuple(GivenAnswer(one.question, one.text) for one in wanted.answers),
        screening=None if said is None else Screening(said.outcome, said.method),
    )
    with writing(services.engine) as connection:
        act_as_sender(connection, declaration_id, act, sender=user, now=services.clock())
        return declaration(connection, declaration_id, user)
