"""Where a parcel stands, in plain words. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from hub.console.wording import mark
from hub.declarations.assessing.evidence import Channel
from hub.declarations.lifecycle import State
from hub.declarations.registry import DeclarationDetail, DeclarationSummary
from hub.public_app.reader import AppReader


@dataclass(frozen=True, slots=True)
class Status:
    """A state as its sender reads it; `tone`: good, warn, bad, accent or none."""

    title: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened, and when."""

    title: str
    text: str
    at: str
    """In words."""
    iso: str


_STATES = {
    State.SUBMITTED: Status(
        mark("Received"), mark("Your declaration is here. Customs will look at it soon.")
    ),
    State.REJECTED: Status(
        mark("Not taken"), mark("Your declaration has mistakes. Declare the parcel anew."), "bad"
    ),
    State.VALIDATED: Status(mark("Registered"), mark("Your declaration is complete."), "accent"),
    State.RISK_ASSESSMENT: Status(
        mark("Being looked at"), mark("Customs is deciding. You need not do anything."), "accent"
    ),
    State.INFORMATION_REQUESTED: Status(
        mark("A question for you"), mark("Customs needs to know more. Please answer in time."), "warn"
    ),
    State.SCREENING_REQUESTED: Status(
        mark("The carrier checks the parcel"), mark("You need not do anything."), "accent"
    ),
    State.DO_NOT_LOAD: Status(
        mark("The parcel must not travel"), mark("Customs has told the carrier not to send it."), "bad"
    ),
    State.ASSESSMENT_COMPLETE: Status(
        mark("Decided"), mark("Customs will look at the papers or the parcel when it comes."), "accent"
    ),
    State.PRESENTED: Status(mark("The parcel is here"), mark("It has come to customs."), "accent"),
    State.INSPECTED: Status(
        mark("The parcel was opened"), mark("Customs has looked at the goods."), "accent"
    ),
    State.RELEASED: Status(mark("Released"), mark("The carrier may hand the parcel over to you."), "good"),
    State.REFUSED: Status(mark("Not let in"), mark("The goods may not enter the country."), "bad"),
    State.RETURNED: Status(mark("Sent back"), mark("The parcel went back to its sender."), "bad"),
    State.INVALIDATED: Status(mark("Withdrawn"), mark("This declaration no longer counts.")),
}
_NOTHING_TO_DO = Status(
    mark("Decided"), mark("There is nothing more to do. You get the parcel when it comes."), "good"
)
_SENT = mark("You sent the declaration")


def status_of(state: State, channel: str | None, reader: AppReader) -> Status:
    """Word a state; what was decided is said only as far as its sender has to know."""
    is_free = state is State.ASSESSMENT_COMPLETE and channel == Channel.RELEASE
    found = _NOTHING_TO_DO if is_free else _STATES[state]
    return Status(reader.word(found.title), reader.word(found.text), found.tone)


def status_of_summary(summary: DeclarationSummary, reader: AppReader) -> Status:
    """Word where a declaration is."""
    return status_of(summary.state, summary.channel, reader)


def timeline_of(found: DeclarationDetail, reader: AppReader) -> tuple[TimelineEntry, ...]:
    """Word what has happened, the newest first; states that lasted no time are left out."""
    return tuple(reversed(tuple(_entries(found, reader))))


def _entries(found: DeclarationDetail, reader: AppReader) -> Iterator[TimelineEntry]:
    sent = found.summary.received_at
    yield TimelineEntry(reader.word(_SENT), "", reader.moment(sent), sent.isoformat())
    for step, following in zip(found.history, (*found.history[1:], None), strict=True):
        is_passing = following is not None and following.at == step.at
        if not is_passing:
            status = status_of(step.target, found.summary.channel, reader)
            yield TimelineEntry(status.title, status.text, reader.moment(step.at), step.at.isoformat())
