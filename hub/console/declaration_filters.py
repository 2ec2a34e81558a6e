"""The filter above the worklist: from its address into a filter, and back into choices with counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import Connection

from hub.console.declaration_wording import CHANNELS, STATES
from hub.console.formatting import format_number
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.wording import mark, word
from hub.declarations.assessing.evidence import Channel
from hub.declarations.lifecycle import State
from hub.declarations.worklist import MOST_COUNTED, WorkFilter, count_work, counts_by_state
from hub.people.access import User

VIEWS = {"waiting": mark("Waiting"), "mine": mark("Given to me"), "all": mark("All")}
_FIELDS = ("state", "channel", "sender_id", "tracking_number")
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class ViewChoice:
    """One way to look at the list."""

    address: str
    title: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class WorkAsked:
    """What the address asks for; what it cannot mean counts as not asked."""

    view: str
    values: Mapping[str, str]
    is_selecting: bool = False
    """Each line has a box to tick."""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the view is asked for: then the form stands open."""
        return any(self.values.values())

    def wanted(self, user_id: str) -> WorkFilter:
        """Return the filter for a reader."""
        state, channel = self.values["state"], self.values["channel"]
        return WorkFilter(
            state=State(state) if state else None,
            is_waiting=self.view == "waiting" and not state,
            channel=Channel(channel) if channel else None,
            sender_id=self.values["sender_id"],
            tracking_number=self.values["tracking_number"],
            assigned_to=user_id if self.view == "mine" else "",
        )

    def address(self, **changes: str) -> str:
        """Return the list's address with some fields changed."""
        asked = {"view": self.view, **self.values, "select": "yes" if self.is_selecting else "", **changes}
        return f"/console/declarations?{urlencode({name: value for name, value in asked.items() if value})}"


@dataclass(frozen=True, slots=True)
class WorkFilters:
    """Everything the page shows above the list."""

    view: str
    views: tuple[ViewChoice, ...]
    form: FormState
    states: tuple[tuple[str, str], ...]
    channels: tuple[tuple[str, str], ...]
    is_narrowed: bool


def read_work(query: Mapping[str, str]) -> WorkAsked:
    """Read the address; an unknown code is left out, an unknown view is what waits."""
    values = {name: _clean(query.get(name, "")) for name in _FIELDS}
    known = {"state": STATES, "channel": CHANNELS}
    values |= {name: values[name] if values[name] in codes else "" for name, codes in known.items()}
    view = query.get("view", "waiting")
    return WorkAsked(view if view in VIEWS else "waiting", values, query.get("select") == "yes")


def present_filters(connection: Connection, asked: WorkAsked, viewer: User, reader: Reader) -> WorkFilters:
    """Word the choices, with how many declarations each state has."""
    words = reader.language.words
    counts = counts_by_state(connection)
    nothing = ("", words.gettext("Any"))
    states = (f"{word(STATES, state, words)} ({_many(counts[State(state)], reader)})" for state in STATES)
    return WorkFilters(
        view=asked.view,
        views=tuple(_view(connection, code, asked, viewer, reader) for code in VIEWS),
        form=FormState(dict(asked.values)),
        states=(nothing, *zip(STATES, states, strict=True)),
        channels=(nothing, *((code, word(CHANNELS, code, words)) for code in CHANNELS)),
        is_narrowed=asked.is_narrowed,
    )


def _view(connection: Connection, code: str, asked: WorkAsked, viewer: User, reader: Reader) -> ViewChoice:
    title = word(VIEWS, code, reader.language.words)
    plain = WorkAsked(code, dict.fromkeys(_FIELDS, ""))
    if code != "all":
        title = f"{title} ({_many(count_work(connection, plain.wanted(viewer.user_id)), reader)})"
    return ViewChoice(plain.address(), title, code == asked.view)


def _many(count: int, reader: Reader) -> str:
    """Write a count; one that stopped at the most says so."""
    return format_number(count, reader.language) + ("+" if count >= MOST_COUNTED else "")


def _clean(text: str) -> str:
    return text.strip()[:_LONGEST] if text.isprintable() else ""
