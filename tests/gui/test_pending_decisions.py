from gui.pending_decisions import PendingDecision, PendingDecisions
from sync.lane_messages import DecisionRequest
from sync.messages import Answer


def item(number: int, alert: str = "a", officer: str = "7", answer: Answer = Answer.SAME) -> PendingDecision:
    request = DecisionRequest(decision_id=f"d{number}", answer=answer, seconds_to_answer=1.0)
    return PendingDecision(alert, officer, request)


def test_answers_leave_in_the_order_they_were_given() -> None:
    pending = PendingDecisions().added(item(1)).added(item(2))
    assert pending.first_of("7") == item(1)
    assert pending.without("d1").first_of("7") == item(2)


def test_an_answer_is_never_sent_in_another_officers_name() -> None:
    assert PendingDecisions().added(item(1, officer="7")).first_of("8") is None


def test_the_same_decision_is_kept_once() -> None:
    assert len(PendingDecisions().added(item(1)).added(item(1)).items) == 1


def test_the_latest_answer_of_an_alert_is_the_one_shown() -> None:
    pending = PendingDecisions().added(item(1)).added(item(2, answer=Answer.UNSURE)).added(item(3, "b"))
    assert pending.answers() == {"a": Answer.UNSURE, "b": Answer.SAME}
