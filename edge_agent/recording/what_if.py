"""Pure: the same passage under other numbers or another list, and what that would have changed."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Literal, TypeVar

import msgspec

from edge_agent.decision.calibration import FalseAlarmBudget, Thresholds, false_positive_rate, thresholds_for
from edge_agent.errors import EdgeError, RecordingError
from edge_agent.recording.decision_stream import StepDecisions
from edge_agent.recording.recording import Header, ListsInForce, RecordedList, Recording, Told
from edge_agent.vision.pipeline import PipelinePolicy
from models.errors import ModelError
from sync.messages import AlertRaised, AlertUpdated, Outcome

T = TypeVar("T")

BUDGET_KEYS = {
    "matching.allowed_false_alarms_per_day": "allowed_per_day",
    "matching.travellers_per_day": "travellers_per_day",
    "matching.review_factor": "review_factor",
}
THRESHOLD_KEYS = ("thresholds.match", "thresholds.review")
Change = Literal["lost", "gained", "changed", "same"]


class AlertFigures(msgspec.Struct, frozen=True):
    """One alert by its end."""

    alert_id: str
    camera_id: str
    outcome: Outcome
    score: float
    margin: float | None
    """When it was raised."""
    threshold: float
    raised_stream_s: float


class AlertChange(msgspec.Struct, frozen=True):
    """The n-th alert of one subject, before and after."""

    change: Change
    list_id: str
    subject_id: str
    before: AlertFigures | None
    after: AlertFigures | None


def with_settings(recording: Recording, assignments: Sequence[str]) -> Recording:
    """Give the passage under other numbers, each as ``key=value``.

    Keys are those of `edge.toml` under ``matching``, ``thresholds.match`` and ``thresholds.review`` for every
    list, and ``policy.…`` for any other number of the pipeline. Raises `RecordingError` naming the key.
    """
    for assignment in assignments:
        key, is_pair, text = assignment.partition("=")
        if not is_pair:
            raise RecordingError(f"--set {assignment}: want key=value")
        try:
            recording = _with(recording, key.strip(), _number(key, text))
        except (EdgeError, ModelError, msgspec.ValidationError) as error:
            raise RecordingError(f"--set {assignment}: {error}") from error
    return recording


def with_lists(recording: Recording, lists: tuple[RecordedList, ...]) -> Recording:
    """Give the passage with other lists in force, from its beginning to its end."""
    told = tuple(entry for entry in recording.entries if not isinstance(entry, ListsInForce))
    return _replaced(recording, recording.header, (ListsInForce(lists), *told))


def thresholds_of(budget: FalseAlarmBudget, references: int, header: Header) -> Thresholds:
    """Give the thresholds of a list of so many references."""
    return thresholds_for(budget, references, header.calibration)


def alert_figures(steps: Sequence[StepDecisions]) -> dict[tuple[str, str], list[AlertFigures]]:
    """Every alert by list and subject, each as it stood at last."""
    raised: dict[str, AlertRaised] = {}
    latest: dict[str, AlertUpdated] = {}
    for message in (message for step in steps for message in step.alerts):
        if isinstance(message, AlertRaised):
            raised[message.alert_id] = message
        else:
            latest[message.alert_id] = message
    found: dict[tuple[str, str], list[AlertFigures]] = {}
    for alert_id, alert in raised.items():
        figures = _figures(alert, latest.get(alert_id))
        found.setdefault((alert.list_id, alert.subject_id), []).append(figures)
    return found


def compare(before: Sequence[StepDecisions], after: Sequence[StepDecisions]) -> tuple[AlertChange, ...]:
    """Pair the alerts of each subject in the order they were raised."""
    old, new = alert_figures(before), alert_figures(after)
    return tuple(
        AlertChange(_change(was, now), *key, was, now)
        for key in sorted(old.keys() | new.keys())
        for was, now in zip_longest(old.get(key, ()), new.get(key, ()))
    )


def table_of(changes: Sequence[AlertChange]) -> str:
    """Write the comparison for people, a line per alert."""
    rows: list[tuple[str, ...]] = [
        ("", "list", "subject", "outcome", "score", "margin", "threshold", "raised at")
    ]
    rows += [_row(change) for change in changes]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _with(recording: Recording, key: str, value: float) -> Recording:
    header = recording.header
    if key in BUDGET_KEYS:
        budget = _changed(header.budget, (BUDGET_KEYS[key],), value, FalseAlarmBudget)
        header = msgspec.structs.replace(header, budget=budget)
        return _with_thresholds(
            recording, header, lambda one: thresholds_of(budget, len(one.references), header)
        )
    if key in THRESHOLD_KEYS:
        name = key.partition(".")[2]
        return _with_thresholds(recording, header, lambda one: _shifted(one, header, name, value))
    path = _policy_path(key)
    policy = _changed(header.policy, path, value, PipelinePolicy)
    return _replaced(recording, msgspec.structs.replace(header, policy=policy), recording.entries)


def _policy_path(key: str) -> tuple[str, ...]:
    if key.startswith("matching.quality."):
        return ("gate", key.removeprefix("matching.quality."))
    if key == "matching.crossing_window_s":
        return ("alerts", "crossing_window_s")
    if key.startswith("policy."):
        return tuple(key.split(".")[1:])
    known = [*BUDGET_KEYS, *THRESHOLD_KEYS, "matching.crossing_window_s", "matching.quality.…", "policy.…"]
    raise RecordingError(f"there is no such number; there are {', '.join(known)}")


def _changed(value: T, path: tuple[str, ...], number: float, kind: type[T]) -> T:
    tree = msgspec.to_builtins(value)
    place = tree
    for name in path[:-1]:
        place = place.get(name) if isinstance(place, dict) else None
    if not isinstance(place, dict) or not isinstance(place.get(path[-1]), int | float):
        raise RecordingError("there is no such number")
    place[path[-1]] = number
    return msgspec.convert(tree, kind, strict=True)


def _with_thresholds(
    recording: Recording, header: Header, thresholds: Callable[[RecordedList], Thresholds]
) -> Recording:
    def changed(entry: ListsInForce) -> ListsInForce:
        return ListsInForce(
            tuple(msgspec.structs.replace(one, thresholds=thresholds(one)) for one in entry.lists)
        )

    entries: tuple[Told, ...] = tuple(
        changed(entry) if isinstance(entry, ListsInForce) else entry for entry in recording.entries
    )
    return _replaced(recording, header, entries)


def _shifted(one: RecordedList, header: Header, name: str, value: float) -> Thresholds:
    """Move one threshold and count anew what it costs."""
    known = one.thresholds
    match, review = (value, known.review) if name == "match" else (known.match, value)

    def a_day(score: float) -> float:
        rate = false_positive_rate(header.calibration.fmr(score), len(one.references))
        return header.budget.searches_per_day * rate

    return replace(
        known,
        match=match,
        review=review,
        expected_false_alarms_per_day=a_day(match),
        expected_reviews_per_day=a_day(review),
    )


def _replaced(recording: Recording, header: Header, entries: Sequence[Told]) -> Recording:
    return replace(recording, header=header, entries=tuple(entries))


def _number(key: str, text: str) -> float:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RecordingError(f"{key} wants a number, got {text!r}")
    return value


def _figures(alert: AlertRaised, latest: AlertUpdated | None) -> AlertFigures:
    return AlertFigures(
        alert.alert_id,
        alert.camera_id,
        latest.outcome if latest else alert.outcome,
        latest.comparison_score if latest else alert.comparison_score,
        alert.margin,
        alert.threshold,
        alert.raised_stream_s,
    )


def _change(before: AlertFigures | None, after: AlertFigures | None) -> Change:
    if before is None or after is None:
        return "gained" if before is None else "lost"
    unnamed = msgspec.structs.replace(after, alert_id=before.alert_id)
    return "same" if unnamed == before else "changed"


def _row(change: AlertChange) -> tuple[str, ...]:
    before, after = change.before, change.after

    def shown(name: str, form: str) -> str:
        values = [getattr(side, name) for side in (before, after) if side is not None]
        words = ["-" if value is None else format(value, form) for value in values]
        return " -> ".join(dict.fromkeys(words))

    numbers = (shown("score", ".3f"), shown("margin", ".3f"), shown("threshold", ".3f"))
    return (
        change.change,
        change.list_id,
        change.subject_id,
        shown("outcome", ""),
        *numbers,
        shown("raised_stream_s", ".2f"),
    )
