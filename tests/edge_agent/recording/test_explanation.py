"""Why there is an alert, in words and as data."""

import pytest

from edge_agent.alerts.views import AlertRecord
from edge_agent.errors import UnknownAlertError
from edge_agent.recording.decision_stream import StepDecisions, alerts_raised
from edge_agent.recording.explanation import explain, stored_result, stored_words, words_of
from edge_agent.recording.recording import Recording
from edge_agent.recording.redecide import redecide
from sync.lane_messages import DecisionView
from sync.messages import Answer
from tests.edge_agent.passages import Walk, passage, watchlist_of
from tests.edge_agent.shell_builders import NOW, raised, updated
from tests.edge_agent.taping import taped

Decided = tuple[Recording, tuple[StepDecisions, ...], str]


@pytest.fixture(scope="module")
def decided() -> Decided:
    recording = taped(passage([Walk(1)], 40), [watchlist_of({"a": [1], "b": [2]})])[0].recording()
    steps = redecide(recording).steps
    [alert] = alerts_raised(steps)
    return recording, steps, alert.alert_id


def test_the_search_that_raised_an_alert_is_told_with_its_frames(decided: Decided) -> None:
    explained = explain(*decided)
    first = explained.searches[0]
    assert first.effect == "raised"
    assert {frame.sequence for frame in first.frames if frame.is_extracted} <= set(range(40))
    assert first.templates_fused == explained.alert.frames_used
    assert first.candidates[0].subject_id == "a"
    assert first.candidates[0].comparison_score == explained.alert.comparison_score
    assert first.frames[0].quality.unified == explained.alert.quality


def test_the_rule_is_told_in_words(decided: Decided) -> None:
    text = words_of(explain(*decided))
    assert "reaches the match threshold" in text
    assert "margin and evidence suffice" in text
    assert "came of it: raised" in text


def test_an_unknown_alert_names_those_there_are(decided: Decided) -> None:
    recording, steps, alert_id = decided
    with pytest.raises(UnknownAlertError, match=f"no alert nothing in the recording, only {alert_id}"):
        explain(recording, steps, "nothing")


def record(*decisions: DecisionView) -> AlertRecord:
    return AlertRecord(raised(), updated(), "Wanted persons", (), (), decisions, None)


def test_a_stored_alert_is_told_without_the_candidate_before_the_answer() -> None:
    text = stored_words(record())
    assert "subject-1" not in text + str(stored_result(record()))
    assert "match threshold 0.500" in text
    assert "not answered yet" in text


def test_an_answered_alert_names_candidate_and_answer() -> None:
    answer = DecisionView(
        decision_id="d", answer=Answer.SAME, officer_id="guard-1", decided_at=NOW, reason="scar"
    )
    text = stored_words(record(answer))
    assert "subject-1" in text
    assert "answered same by guard-1" in text
    assert text.endswith(": scar")
