"""What is said with an act at the desk: questions, answers, a screening, what an inspection found. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import msgspec

from hub.declarations.assessing.evidence import Channel
from hub.declarations.lifecycle import Event
from hub.errors import FieldProblem

MOST_QUESTIONS = 20
MOST_TEXT = 500
PARTS = ("deadline", "questions", "channel", "inspection", "answers", "screening")
OFFICER_EVENTS = frozenset(
    {
        Event.REQUEST_INFORMATION,
        Event.REQUEST_SCREENING,
        Event.FORBID_LOADING,
        Event.ALLOW_LOADING,
        Event.BEGIN_ASSESSMENT,
        Event.COMPLETE_ASSESSMENT,
        Event.PRESENT,
        Event.INSPECT,
        Event.RELEASE,
        Event.REFUSE,
        Event.SEND_BACK,
    }
)
"""What an officer does at the desk; `BEGIN_ASSESSMENT` opens a decided one again."""
SENDER_EVENTS = frozenset({Event.ANSWER_INFORMATION, Event.ANSWER_SCREENING, Event.INVALIDATE})


class AnswerKind(StrEnum):
    """What kind of answer a question asks for."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes-no"
    DOCUMENT = "document"
    """The number of a document, such as an invoice's."""


class ScreeningOutcome(StrEnum):
    """What the screening of goods showed."""

    CLEAR = "clear"
    ALARM = "alarm"
    NOT_POSSIBLE = "not-possible"


class FoundKind(StrEnum):
    """What an inspection found."""

    UNDECLARED_GOODS = "undeclared-goods"
    OTHER_GOODS = "other-goods"
    """Not what was declared."""
    QUANTITY_DIFFERS = "quantity-differs"
    VALUE_DIFFERS = "value-differs"
    ORIGIN_DIFFERS = "origin-differs"
    PROHIBITED_GOODS = "prohibited-goods"
    COUNTERFEIT_GOODS = "counterfeit-goods"
    DOCUMENTS_MISSING = "documents-missing"


@dataclass(frozen=True, slots=True)
class Question:
    """Something the sender has to answer."""

    pointer: str
    """JSON pointer into the declaration."""
    kind: AnswerKind
    text: str


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What the sender says to a question."""

    question: int
    """Its place in the request, from 0."""
    text: str
    """A number with a point; ``yes`` or ``no``; a document's number; or words."""


@dataclass(frozen=True, slots=True)
class Screening:
    """How goods were screened, and what it showed."""

    outcome: ScreeningOutcome
    method: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an inspection found; `kinds` is empty when nothing was."""

    is_found: bool
    kinds: tuple[FoundKind, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeskAct:
    """What somebody does with a declaration; the id is theirs, so a repeat is harmless."""

    act_id: str
    event: Event
    reason: str = ""
    deadline: datetime | None = None
    questions: tuple[Question, ...] = ()
    channel: Channel | None = None
    inspection: Inspection | None = None
    answers: tuple[GivenAnswer, ...] = ()
    screening: Screening | None = None


_NEEDS: Mapping[Event, frozenset[str]] = {
    Event.REQUEST_INFORMATION: frozenset({"questions", "deadline"}),
    Event.REQUEST_SCREENING: frozenset({"deadline"}),
    Event.COMPLETE_ASSESSMENT: frozenset({"channel"}),
    Event.INSPECT: frozenset({"inspection"}),
    Event.ANSWER_INFORMATION: frozenset({"answers"}),
    Event.ANSWER_SCREENING: frozenset({"screening"}),
}


def said_with(act: DeskAct) -> dict[str, Any]:
    """Give the parts of an act that are more than its move, as JSON holds them."""
    given = {name: getattr(act, name) for name in PARTS if name != "deadline"}
    return {name: msgspec.to_builtins(part) for name, part in given.items() if part}


def pointers_of(act: DeskAct) -> tuple[str, ...]:
    """Name the fields that an act asks about, each once."""
    return tuple(dict.fromkeys(one.pointer for one in act.questions))


def problems_of(act: DeskAct, allowed: frozenset[Event], asked: Sequence[Question]) -> Iterator[FieldProblem]:
    """Say what is wrong with an act; `asked`: the questions that wait for an answer."""
    if act.event not in allowed:
        names = ", ".join(sorted(allowed))
        yield FieldProblem("/event", "unknown", f"{act.event} is not one of {names}")
        return
    needs = _NEEDS.get(act.event, frozenset())
    for name in PARTS:
        is_given = bool(getattr(act, name))
        if is_given and name not in needs:
            yield FieldProblem(f"/{name}", "not-for-this-act", f"{act.event} takes no {name}")
        elif not is_given and name in needs and (name != "answers" or asked):
            yield FieldProblem(f"/{name}", "missing", f"{act.event} needs {name}")
    yield from _question_problems(act.questions)
    if act.answers:
        yield from _answer_problems(act.answers, asked)
    if act.inspection is not None:
        yield from _inspection_problems(act.inspection)
    if act.screening is not None:
        yield from _text_problems("/screening/method", act.screening.method)


def _question_problems(questions: Sequence[Question]) -> Iterator[FieldProblem]:
    if len(questions) > MOST_QUESTIONS:
        yield FieldProblem("/questions", "too-many", f"at most {MOST_QUESTIONS} questions")
    for place, one in enumerate(questions):
        yield from _text_problems(f"/questions/{place}/text", one.text)
        if not one.pointer.startswith("/"):
            problem = f"{one.pointer[:80]!r} is no JSON pointer to a field"
            yield FieldProblem(f"/questions/{place}/pointer", "not-a-pointer", problem)


def _answer_problems(answers: Sequence[GivenAnswer], asked: Sequence[Question]) -> Iterator[FieldProblem]:
    seen: set[int] = set()
    for place, one in enumerate(answers):
        if not 0 <= one.question < len(asked) or one.question in seen:
            problem = f"question {one.question} was not asked, or is answered twice"
            yield FieldProblem(f"/answers/{place}/question", "unknown", problem)
            continue
        seen.add(one.question)
        yield from _text_problems(f"/answers/{place}/text", one.text)
        kind = asked[one.question].kind
        if one.text.strip() and not _fits(kind, one.text.strip()):
            yield FieldProblem(f"/answers/{place}/text", "wrong-kind", f"the question asks for {kind}")
    missing = [place for place in range(len(asked)) if place not in seen]
    if missing:
        yield FieldProblem("/answers", "missing", f"no answer to question {missing[0]}")


def _fits(kind: AnswerKind, text: str) -> bool:
    match kind:
        case AnswerKind.NUMBER:
            return _is_number(text)
        case AnswerKind.YES_NO:
            return text in {"yes", "no"}
        case AnswerKind.TEXT | AnswerKind.DOCUMENT:
            return True


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _inspection_problems(found: Inspection) -> Iterator[FieldProblem]:
    if found.is_found is not bool(found.kinds):
        problem = "kinds say what was found, and only when something was"
        yield FieldProblem("/inspection/kinds", "missing" if found.is_found else "unknown", problem)
    if len(found.note) > MOST_TEXT:
        yield FieldProblem("/inspection/note", "too-long", f"at most {MOST_TEXT} characters")


def _text_problems(pointer: str, text: str) -> Iterator[FieldProblem]:
    if not text.strip():
        yield FieldProblem(pointer, "missing", "it is empty")
    elif len(text) > MOST_TEXT:
        yield FieldProblem(pointer, "too-long", f"at most {MOST_TEXT} characters")
