import pytest

from gui import words
from gui.main_window import MainWindow
from gui.phrase import Phrase
from sync.messages import Answer
from tests.gui.builders import make_alert, make_decision, make_state
from tests.gui.fake_lane import PASSWORD, TOKEN, FakeLane
from tests.gui.waiting import Waiting


def test_a_wrong_password_is_told_and_nobody_is_in(window: MainWindow, qtbot: Waiting) -> None:
    told: list[Phrase] = []
    window.session.login_refused.connect(told.append)
    window.login.log_in("officer-7", "wrong")
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].source == words.LOGIN_WRONG
    assert window.session.officer is None


def test_a_lane_that_is_away_is_told(lane: FakeLane, window: MainWindow, qtbot: Waiting) -> None:
    told: list[Phrase] = []
    window.session.login_refused.connect(told.append)
    lane.stop()
    window.login.log_in("officer-7", PASSWORD)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].source == words.LOGIN_NO_LANE


def test_alerts_from_before_the_login_are_there(lane: FakeLane, window: MainWindow, qtbot: Waiting) -> None:
    lane.raise_alert(make_alert(1))
    window.login.log_in("officer-7", PASSWORD)
    qtbot.waitUntil(lambda: "alert-1" in window.session.alerts.alerts)


def test_events_resume_after_the_last_one_seen(lane: FakeLane, terminal: MainWindow, qtbot: Waiting) -> None:
    lane.raise_alert(make_alert(1))
    qtbot.waitUntil(lambda: "alert-1" in terminal.session.alerts.alerts)
    lane.stop()
    qtbot.waitUntil(lambda: not terminal.session.is_connected)
    lane.raise_alert(make_alert(2))
    lane.start()
    qtbot.waitUntil(lambda: "alert-2" in terminal.session.alerts.alerts, timeout=10000)
    assert lane.resumed_after[0] == ""
    assert lane.resumed_after[-1] == "1"


def test_an_answer_given_while_the_lane_is_away_arrives_later_once(
    lane: FakeLane, terminal: MainWindow, qtbot: Waiting
) -> None:
    lane.raise_alert(make_alert(1))
    qtbot.waitUntil(lambda: "alert-1" in terminal.session.alerts.alerts)
    lane.stop()
    qtbot.waitUntil(lambda: not terminal.session.is_connected)
    terminal.session.answer("alert-1", Answer.NOT_SAME, 3.0)
    decision_id = terminal.session.pending.items[0].request.decision_id
    assert terminal.session.alerts.rows()[0].waiting is Answer.NOT_SAME
    lane.start()
    qtbot.waitUntil(lambda: not terminal.session.pending.items, timeout=15000)
    assert {request.decision_id for _, request in lane.decisions} == {decision_id}
    assert len(lane.alerts["alert-1"].decisions) == 1
    assert lane.decisions[0][1].answer is Answer.NOT_SAME


def test_an_answer_the_lane_refuses_for_good_is_told_and_dropped(
    lane: FakeLane, terminal: MainWindow, qtbot: Waiting
) -> None:
    told: list[str] = []
    terminal.session.answer_refused.connect(lambda alert_id, _why: told.append(alert_id))
    terminal.session.answer("never-heard-of", Answer.SAME, 1.0)
    qtbot.waitUntil(lambda: told == ["never-heard-of"])
    assert not terminal.session.pending.items


def test_a_session_that_has_run_out_asks_for_the_password(
    lane: FakeLane, terminal: MainWindow, qtbot: Waiting
) -> None:
    lane.raise_alert(make_alert(1))
    qtbot.waitUntil(lambda: "alert-1" in terminal.session.alerts.alerts)
    lane.tokens.discard(TOKEN)
    terminal.session.answer("alert-1", Answer.SAME, 1.0)
    qtbot.waitUntil(lambda: terminal.session.officer is None)
    assert terminal.stack.currentWidget() is terminal.login
    assert not terminal.session.alerts.alerts
    terminal.login.log_in("officer-7", PASSWORD)
    qtbot.waitUntil(lambda: bool(lane.alerts["alert-1"].decisions), timeout=8000)


def test_the_next_officer_does_not_send_the_last_ones_answers(
    lane: FakeLane, terminal: MainWindow, qtbot: Waiting
) -> None:
    lane.raise_alert(make_alert(1))
    qtbot.waitUntil(lambda: "alert-1" in terminal.session.alerts.alerts)
    lane.tokens.discard(TOKEN)
    terminal.session.answer("alert-1", Answer.SAME, 1.0)
    qtbot.waitUntil(lambda: terminal.session.officer is None)
    terminal.login.log_in("officer-8", PASSWORD)
    qtbot.waitUntil(lambda: terminal.session.is_connected and terminal.session.state is not None)
    assert lane.decisions == []
    assert len(terminal.session.pending.items) == 1


def test_a_barrier_command_is_not_kept_for_later(
    lane: FakeLane, terminal: MainWindow, qtbot: Waiting
) -> None:
    told: list[tuple[str, bool]] = []
    terminal.session.barrier_answered.connect(lambda why, is_done: told.append((why.source, is_done)))
    lane.stop()
    qtbot.waitUntil(lambda: not terminal.session.is_connected)
    terminal.session.command_barrier("open", None)
    assert told == [(words.BARRIER_REFUSED, False)]
    lane.start()
    qtbot.waitUntil(lambda: terminal.session.is_connected, timeout=10000)
    assert lane.barrier_commands == []


def test_a_barrier_is_refused_while_an_alert_is_open(
    lane: FakeLane, terminal: MainWindow, qtbot: Waiting
) -> None:
    told: list[Phrase] = []
    terminal.session.barrier_answered.connect(lambda why, _is_done: told.append(why))
    lane.raise_alert(make_alert(1))
    terminal.session.command_barrier("open", None)
    qtbot.waitUntil(lambda: bool(told))
    reason = told[0].values["reason"]
    assert isinstance(reason, Phrase)
    assert reason.source == words.BARRIER_UNANSWERED


@pytest.mark.parametrize("is_answered", [False, True])
def test_only_an_open_alert_is_announced(
    lane: FakeLane,
    terminal: MainWindow,
    qtbot: Waiting,
    is_answered: bool,
) -> None:
    told: list[str] = []
    terminal.session.alert_raised.connect(lambda alert: told.append(alert.alert_id))
    lane.raise_alert(make_alert(1, decisions=(make_decision(),) if is_answered else ()))
    lane.raise_alert(make_alert(2))
    qtbot.waitUntil(lambda: "alert-2" in told)
    assert ("alert-1" in told) is not is_answered


def test_the_state_is_followed(lane: FakeLane, terminal: MainWindow, qtbot: Waiting) -> None:
    lane.state = make_state(lane_id="lane-9")
    qtbot.waitUntil(lambda: terminal.session.state is not None and terminal.session.state.lane_id == "lane-9")
