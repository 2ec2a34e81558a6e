"""What happened in a case, in words. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from hub.cases.timeline import CaseEvent, EventKind
from hub.console.formatting import format_span
from hub.console.reader import Moment, Reader
from hub.console.wording import ANSWERS, BARRIERS, EVENTS, LOOKS, RESULTS, ROLES, word


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened in a case."""

    when: Moment
    title: str
    detail: str
    reason: str = ""


def present_event(event: CaseEvent, reader: Reader) -> TimelineEntry:
    """Word one event; a code that has no word is shown as it is."""
    return TimelineEntry(reader.moment(event.at), _title(event, reader), _detail(event, reader), event.text)


def _title(event: CaseEvent, reader: Reader) -> str:
    words = reader.language.words
    match event.kind:
        case EventKind.ANSWER:
            return word(ANSWERS, event.code, words)
        case EventKind.RESULT:
            return words.gettext("Outcome: %(result)s") % {"result": word(RESULTS, event.code, words)}
        case EventKind.BARRIER:
            return word(BARRIERS, event.code, words)
        case EventKind.LOOK:
            return word(LOOKS, event.code, words)
        case _:
            return word(EVENTS, event.kind.value, words)


def _detail(event: CaseEvent, reader: Reader) -> str:
    words = reader.language.words
    if event.kind is EventKind.NOTICE:
        return event.code
    who = f"{word(ROLES, event.role, words)} {event.actor}".strip()
    if event.seconds is None:
        return who
    span = format_span(timedelta(seconds=event.seconds), reader.language)
    return f"{who}, " + words.gettext("after %(span)s") % {"span": span}
