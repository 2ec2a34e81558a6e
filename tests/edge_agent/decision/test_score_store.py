"""Scores and calibrations on the disk."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from edge_agent.decision.lane_calibration import ArmedCalibration
from edge_agent.decision.score_store import SETTLE_AFTER, ScoreStore
from edge_agent.decision.score_tail import ScoreTail
from edge_agent.decision.shadow import KEEP_DAYS, NewScores, ScoreKey
from edge_agent.errors import EvidenceError
from edge_agent.store.audit import verify_audit
from sync.messages import Answer
from tests.edge_agent.shell_builders import (
    GUARD,
    NOW,
    OpenedStore,
    decision,
    new_alert,
    opened_store,
    updated,
)

KEY = ScoreKey("wanted", "0" * 16, 3, 2, NOW.date())
ARMED = ArmedCalibration(
    0, "wanted", "0" * 16, 2, ScoreTail(0.3, 0.1, 0.0, 0.02, 5000), NOW.date(), NOW, "chief-1"
)
LATER = NOW + SETTLE_AFTER + timedelta(minutes=1)


def scores_of(opened: OpenedStore) -> ScoreStore:
    return ScoreStore(opened.store, opened.vault)


def kept(scores: ScoreStore) -> list[float]:
    return [round(float(score), 3) for day in scores.days("wanted") for score in day.scores]


def test_scores_of_a_day_come_together_and_survive_a_restart(tmp_path: Path) -> None:
    with opened_store(tmp_path) as opened:
        scores_of(opened).add({KEY: NewScores((0.3, 0.1), 1, 1)})
        scores_of(opened).add({KEY: NewScores((0.2,)), replace(KEY, list_id="other"): NewScores((0.5,))})
    with opened_store(tmp_path) as opened:
        [day] = scores_of(opened).days("wanted")
        assert (day.key, day.capped, day.alerts) == (KEY, 1, 1)
        assert kept(scores_of(opened)) == [0.1, 0.2, 0.3]
        assert scores_of(opened).list_ids() == ["other", "wanted"]


def test_what_is_too_old_goes_when_something_comes(tmp_path: Path) -> None:
    with opened_store(tmp_path) as opened:
        scores_of(opened).add({replace(KEY, day=KEY.day - timedelta(days=KEEP_DAYS + 1)): NewScores((0.3,))})
        scores_of(opened).add({KEY: NewScores((0.1,))})
        assert kept(scores_of(opened)) == [0.1]


def test_scores_are_sealed_and_bound_to_their_day(tmp_path: Path) -> None:
    with opened_store(tmp_path) as opened:
        scores_of(opened).add({KEY: NewScores((0.1234567,))})
        assert np.float32(0.1234567).tobytes() not in (tmp_path / "edge.db").read_bytes()
        opened.store.write(lambda c: c.execute("UPDATE score_day SET key = key || '0'"))
        with pytest.raises(EvidenceError):
            scores_of(opened).days("wanted")


@pytest.mark.parametrize(
    ("answers", "counted", "waiting"),
    [
        ([], [], 1),
        ([Answer.UNSURE], [], 1),
        ([Answer.NOT_SAME], [0.71], 0),
        ([Answer.UNSURE, Answer.NOT_SAME], [0.71], 0),
        ([Answer.SAME], [], 0),
        ([Answer.NOT_SAME, Answer.SAME], [], 0),
    ],
)
def test_only_a_person_who_is_not_the_same_counts(
    tmp_path: Path, answers: Sequence[Answer], counted: list[float], waiting: int
) -> None:
    with opened_store(tmp_path) as opened:
        scores = scores_of(opened)
        scores.add({KEY: NewScores((0.1,))})
        opened.alerts.raise_alert(new_alert())
        for number, each in enumerate(answers):
            opened.alerts.decide("alert-1", decision(f"d{number}", each), GUARD, NOW)
        assert scores.settle(NOW + timedelta(hours=1)) == 0
        assert scores.waiting("wanted", "0" * 16) == 1
        scores.settle(LATER)
        assert scores.settle(LATER) == 0
        assert kept(scores) == [0.1, *counted]
        assert scores.waiting("wanted", "0" * 16) == waiting
        assert scores.waiting("wanted", "1" * 16) == 0


def test_a_false_alarm_counts_with_its_best_score(tmp_path: Path) -> None:
    with opened_store(tmp_path) as opened:
        scores_of(opened).add({KEY: NewScores((0.1,))})
        opened.alerts.raise_alert(new_alert())
        opened.alerts.update_alert(updated(), None)
        opened.alerts.decide("alert-1", decision(answer=Answer.NOT_SAME), GUARD, NOW)
        scores_of(opened).settle(LATER)
        assert kept(scores_of(opened)) == [0.1, 0.8]


def test_of_a_day_when_nothing_was_collected_false_alarms_do_not_count(tmp_path: Path) -> None:
    with opened_store(tmp_path) as opened:
        opened.alerts.raise_alert(new_alert())
        opened.alerts.decide("alert-1", decision(answer=Answer.NOT_SAME), GUARD, NOW)
        assert scores_of(opened).settle(LATER) == 1
        assert kept(scores_of(opened)) == []


def test_every_arming_has_its_number_and_its_line_in_the_audit_log(tmp_path: Path) -> None:
    with opened_store(tmp_path) as opened:
        assert scores_of(opened).armed() == {}
        assert scores_of(opened).arm(ARMED).serial == 1
        assert scores_of(opened).arm(replace(ARMED, is_armed=False)).serial == 2
        assert scores_of(opened).arm(ARMED).serial == 3
    with opened_store(tmp_path) as opened:
        assert scores_of(opened).armed() == {"wanted": replace(ARMED, serial=3)}
        assert opened.store.read(verify_audit).broken_seq is None
        sql = "SELECT actor, action, subject FROM audit ORDER BY seq"
        found = opened.store.read(lambda c: c.execute(sql).fetchall())
    actions = ["calibration-armed", "calibration-disarmed", "calibration-armed"]
    assert found == [("chief-1", action, "wanted") for action in actions]


def test_a_calibration_that_was_altered_does_not_open(tmp_path: Path) -> None:
    with opened_store(tmp_path) as opened:
        scores_of(opened).arm(ARMED)
        opened.store.write(lambda c: c.execute("UPDATE armed_calibration SET list_id = 'other'"))
        with pytest.raises(EvidenceError):
            scores_of(opened).armed()


def test_a_day_is_a_date_and_nothing_finer(tmp_path: Path) -> None:
    with opened_store(tmp_path) as opened:
        scores_of(opened).add({KEY: NewScores((0.1,))})
        [(key,)] = opened.store.read(lambda c: c.execute("SELECT key FROM score_day").fetchall())
    assert key == f"wanted/{date.isoformat(NOW.date())}/{'0' * 16}/3/2"
