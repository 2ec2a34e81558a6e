from datetime import timedelta

import pytest

from gui.alert_list import KEPT, AlertList
from sync.messages import Answer, Outcome
from tests.gui.builders import NOON, make_alert, make_decision


def ids(alerts: AlertList) -> list[str]:
    return [row.alert.alert_id for row in alerts.rows()]


def test_the_newest_alert_is_on_top() -> None:
    alerts = AlertList().merged([make_alert(2), make_alert(3), make_alert(1)])
    assert ids(alerts) == ["alert-3", "alert-2", "alert-1"]


def test_the_same_alert_twice_is_one_row() -> None:
    assert ids(AlertList().merged([make_alert(1)]).merged([make_alert(1)])) == ["alert-1"]


def test_an_older_account_does_not_undo_an_answer() -> None:
    late = NOON + timedelta(hours=1)
    answered = make_alert(1, decisions=(make_decision(),))
    alerts = AlertList().merged([answered]).merged([make_alert(1, updated_at=late)])
    assert alerts.rows()[0].answer is Answer.SAME


def test_a_newer_account_replaces_an_older_one() -> None:
    better = make_alert(1, updated_at=NOON + timedelta(hours=1), quality=90.0)
    assert AlertList().merged([better]).merged([make_alert(1)]).rows()[0].alert.quality == 90.0


def test_an_answer_on_its_way_counts_as_answered() -> None:
    alerts = AlertList().merged([make_alert(1), make_alert(2)]).with_waiting({"alert-1": Answer.UNSURE})
    assert alerts.open_count() == 1
    assert alerts.rows()[1].answer is Answer.UNSURE


def test_the_latest_decision_is_in_force() -> None:
    decisions = (make_decision(Answer.SAME, 1), make_decision(Answer.NOT_SAME, 2))
    row = AlertList().merged([make_alert(1, decisions=decisions)]).rows()[0]
    assert row.answer is Answer.NOT_SAME


@pytest.mark.parametrize(
    ("start", "step", "end"),
    [
        (None, 1, "alert-3"),
        ("gone", -1, "alert-3"),
        ("alert-3", 1, "alert-2"),
        ("alert-3", -1, "alert-3"),
        ("alert-1", 1, "alert-1"),
        ("alert-1", -1, "alert-2"),
    ],
)
def test_arrows_walk_and_stop_at_the_ends(start: str | None, step: int, end: str) -> None:
    alerts = AlertList().merged([make_alert(n) for n in (1, 2, 3)])
    assert alerts.neighbour(start, step) == end


def test_an_empty_list_has_no_neighbour_and_nothing_open() -> None:
    assert AlertList().neighbour(None, 1) is None
    assert AlertList().next_open() is None


def test_a_strong_alert_comes_before_a_weak_one_that_waits_longer() -> None:
    alerts = AlertList().merged(
        [make_alert(1, outcome=Outcome.REVIEW), make_alert(2), make_alert(3)],
    )
    assert alerts.next_open() == "alert-2"


def test_old_answered_alerts_leave_and_open_ones_stay() -> None:
    done = [make_alert(n, decisions=(make_decision(),)) for n in range(2, KEPT + 12)]
    alerts = AlertList().merged([make_alert(1), *done])
    assert len(alerts.rows()) == KEPT + 1
    assert ids(alerts)[-1] == "alert-1"
