"""The forms of a declaration's page as they come back: from what was typed into an act. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from gettext import NullTranslations
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hub.console.declaration_wording import ACTS, CHANNELS, DEADLINES
from hub.console.wording import field_problem
from hub.declarations.act_values import AnswerKind, DeskAct, FoundKind, Inspection, Question
from hub.declarations.assessing.evidence import Channel
from hub.declarations.lifecycle import MOST_REASON, Event
from hub.errors import FieldProblem, InvalidInputError

QUESTIONS = 3
"""Rows of the form; more is asked by a further request."""
Code = Annotated[str, Field(max_length=64)]
Text = Annotated[str, Field(max_length=MOST_REASON)]


class Typed(BaseModel):
    """What came with a form; the lists hold one entry for each row of questions."""

    model_config = ConfigDict(frozen=True)
    act_id: Code = ""
    event: Code = ""
    reason: Text = ""
    hours: Code = ""
    pointer: list[str] = Field(default=[], max_length=QUESTIONS)
    kind: list[str] = Field(default=[], max_length=QUESTIONS)
    text: list[str] = Field(default=[], max_length=QUESTIONS)
    channel: Code = ""
    found: list[str] = Field(default=[], max_length=len(FoundKind))
    note: Text = ""


def act_of(typed: Typed, now: datetime) -> DeskAct:
    """Make an act of a form; raises `InvalidInputError` for a code that is none."""
    if typed.event not in ACTS or not typed.act_id:
        raise InvalidInputError(FieldProblem("/event", "unknown", f"{typed.event[:40]!r} is no act"))
    event = Event(typed.event)
    is_request = event in {Event.REQUEST_INFORMATION, Event.REQUEST_SCREENING}
    return DeskAct(
        typed.act_id,
        event,
        typed.reason,
        deadline=_deadline(typed.hours, now) if is_request else None,
        questions=tuple(_questions(typed)) if event is Event.REQUEST_INFORMATION else (),
        channel=_channel(typed.channel) if event is Event.COMPLETE_ASSESSMENT else None,
        inspection=_inspection(typed) if event is Event.INSPECT else None,
    )


def sentences(problems: Sequence[FieldProblem], words: NullTranslations) -> tuple[str, ...]:
    """Put problems into words, the same one once."""
    return tuple(dict.fromkeys(field_problem(one.code, words) for one in problems))


def _deadline(hours: str, now: datetime) -> datetime | None:
    return now + timedelta(hours=int(hours)) if hours in DEADLINES else None


def _questions(typed: Typed) -> list[Question]:
    rows = zip(typed.pointer, typed.kind, typed.text, strict=False)
    return [
        Question(pointer, AnswerKind(kind), text.strip())
        for pointer, kind, text in rows
        if text.strip() and kind in set(AnswerKind)
    ]


def _channel(code: str) -> Channel | None:
    return Channel(code) if code in CHANNELS else None


def _inspection(typed: Typed) -> Inspection:
    kinds = tuple(kind for kind in FoundKind if kind.value in typed.found)
    return Inspection(bool(kinds), kinds, typed.note.strip())
