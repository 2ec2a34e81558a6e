"""The same passage under other numbers and other lists."""

import pytest

from edge_agent.errors import RecordingError
from edge_agent.recording.recording import Recording, record_list, references_of_subjects
from edge_agent.recording.redecide import redecide
from edge_agent.recording.what_if import AlertChange, compare, table_of, with_lists, with_settings
from tests.edge_agent.passages import Walk, ids_in_order, passage, watchlist_of
from tests.edge_agent.taping import taped

LISTED, STRANGER = 1, 7
WATCHLIST = watchlist_of({"a": [LISTED], "b": [2]})


@pytest.fixture(scope="module")
def recording() -> Recording:
    walks = [Walk(LISTED), Walk(STRANGER, top=220)]
    return taped(passage(walks, 40), [WATCHLIST])[0].recording()


def changes(recording: Recording, other: Recording) -> tuple[AlertChange, ...]:
    return compare(redecide(recording).steps, redecide(other, ids_in_order()).steps)


def test_the_same_numbers_change_nothing(recording: Recording) -> None:
    assert [change.change for change in changes(recording, recording)] == ["same"]


def test_a_threshold_out_of_reach_loses_the_alert(recording: Recording) -> None:
    other = with_settings(recording, ["thresholds.match=1.01", "thresholds.review=1.005"])
    [change] = changes(recording, other)
    assert (change.change, change.subject_id, change.after) == ("lost", "a", None)


def test_a_margin_out_of_reach_turns_a_match_into_a_review(recording: Recording) -> None:
    [change] = changes(recording, with_settings(recording, ["policy.decision.min_margin=1.9"]))
    assert change.before is not None
    assert change.after is not None
    assert (change.change, change.before.outcome, change.after.outcome) == ("changed", "match", "review")
    assert change.before.score == change.after.score


def test_another_list_gains_an_alert(recording: Recording) -> None:
    other = watchlist_of({"a": [LISTED], "z": [STRANGER]}, version=2)
    recorded = record_list(other, references_of_subjects(other))
    found = changes(recording, with_lists(recording, (recorded,)))
    assert [(change.change, change.subject_id) for change in found] == [("changed", "a"), ("gained", "z")]


def test_a_smaller_budget_asks_for_a_higher_score(recording: Recording) -> None:
    other = with_settings(recording, ["matching.allowed_false_alarms_per_day=0.0002"])
    [change] = changes(recording, other)
    assert change.before is not None
    assert change.after is None or change.after.threshold > change.before.threshold


def test_a_moved_threshold_says_what_it_costs(recording: Recording) -> None:
    lower = with_settings(recording, ["thresholds.review=0.2", "thresholds.match=0.3"])
    [was, now] = [r.entries[0].lists[0].thresholds for r in (recording, lower)]  # type: ignore[union-attr]
    assert now.expected_false_alarms_per_day > was.expected_false_alarms_per_day


def test_the_gate_and_the_window_have_the_names_of_the_settings(recording: Recording) -> None:
    other = with_settings(
        recording, ["matching.quality.min_face_width=500", "matching.crossing_window_s=5"]
    ).header.policy
    assert (other.gate.min_face_width, other.alerts.crossing_window_s) == (500, 5)


@pytest.mark.parametrize(
    ("assignment", "reason"),
    [
        ("matching.nonsense=1", "there is no such number"),
        ("policy.gate=1", "there is no such number"),
        ("policy.gate.nonsense=1", "there is no such number"),
        ("policy=1", "there is no such number"),
        ("device.id=1", "there is no such number"),
        ("thresholds.match", "want key=value"),
        ("thresholds.match=high", "wants a number"),
        ("thresholds.match=NaN", "wants a number"),
        ("thresholds.match=true", "wants a number"),
        ("thresholds.match=-1", "above the match threshold"),
        ("matching.allowed_false_alarms_per_day=0", "must be above 0"),
        ("policy.search.max_extractions=1.5", "Expected `int`"),
    ],
)
def test_a_number_that_is_none_is_named(recording: Recording, assignment: str, reason: str) -> None:
    with pytest.raises(RecordingError) as caught:
        with_settings(recording, [assignment])
    assert str(caught.value).startswith(f"--set {assignment}")
    assert reason in str(caught.value)


def test_the_table_shows_before_and_after(recording: Recording) -> None:
    found = changes(recording, with_settings(recording, ["policy.decision.min_margin=1.9"]))
    head, row = table_of(found).splitlines()
    assert head.split() == ["list", "subject", "outcome", "score", "margin", "threshold", "raised", "at"]
    assert row.startswith("changed  wanted  a        match -> review")
