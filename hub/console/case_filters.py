"""The filter above the list of cases: from its address into a filter, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from hub.cases.casework import CaseFilter, CaseResult, CaseStatus
from hub.cases.search import NO_RESULT
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.wording import CASE_STATES, CATEGORIES, RESULTS, mark, word

_PLACES = ("site_id", "lane_id", "device_id", "list_id", "category")
_FIELDS = ("status", "result", *_PLACES, "first", "last", "test")
TESTS = {"": mark("Everything"), "no": mark("Without exercises"), "yes": mark("Exercises only")}
_LONGEST = 64
_YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the list asks for; what it cannot mean counts as not asked."""

    values: Mapping[str, str]
    zone: str

    @property
    def wanted(self) -> CaseFilter:
        """Return the filter."""
        status, result, test = self.values["status"], self.values["result"], self.values["test"]
        last = self._midnight("last")
        return CaseFilter(
            status=None if status == "all" else CaseStatus(status),
            result=CaseResult(result) if result in RESULTS else result,
            since=self._midnight("first"),
            until=last + timedelta(days=1) if last else None,
            is_test={"yes": True, "no": False}.get(test),
            **{name: self.values[name] for name in _PLACES},
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the state is asked for: then the form stands open."""
        return any(value for name, value in self.values.items() if name != "status")

    def form(self) -> FormState:
        """Return the filled form."""
        return FormState(dict(self.values))

    def address(self, **changes: str) -> str:
        """Return the list's address with some fields changed."""
        asked = {name: value for name, value in {**self.values, **changes}.items() if value}
        return f"/console/cases?{urlencode(asked)}"

    def _midnight(self, name: str) -> datetime | None:
        day = _day(self.values[name])
        return datetime.combine(day, time(), ZoneInfo(self.zone)) if day else None


def read_filter(query: Mapping[str, str], zone: str) -> Asked:
    """Read the address; an unknown code is left out, an unknown state counts as all."""
    values = {name: _clean(query.get(name, "")) for name in _FIELDS}
    status = query.get("status", "open")
    values["status"] = status if status in CASE_STATES else "all"
    known = {"result": {*RESULTS, NO_RESULT}, "test": set(TESTS)}
    values |= {name: values[name] if values[name] in codes else "" for name, codes in known.items()}
    values |= {name: values[name] if _day(values[name]) else "" for name in ("first", "last")}
    return Asked(values, zone)


def result_options(reader: Reader) -> list[tuple[str, str]]:
    """Return the outcomes to choose from."""
    words = reader.language.words
    nothing = (NO_RESULT, words.gettext("None recorded"))
    return [("", words.gettext("Any")), nothing, *((code, word(RESULTS, code, words)) for code in RESULTS)]


def category_options(reader: Reader) -> list[tuple[str, str]]:
    """Return the reasons of listing to choose from."""
    words = reader.language.words
    return [("", words.gettext("Any")), *((code, word(CATEGORIES, code, words)) for code in CATEGORIES)]


def exercise_options(reader: Reader) -> list[tuple[str, str]]:
    """Return how to treat exercises."""
    return [(code, word(TESTS, code, reader.language.words)) for code in TESTS]


def _clean(text: str) -> str:
    return text.strip()[:_LONGEST] if text.isprintable() else ""


def _day(text: str) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007  # a calendar day has no zone
    except ValueError:
        return None
    return day if day.year in _YEARS else None
