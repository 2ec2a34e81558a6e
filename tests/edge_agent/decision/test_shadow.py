"""Scores of a day, and of a list."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from edge_agent.decision.shadow import (
    KEEP_DAYS,
    MOST_SCORES,
    NewScores,
    ScoreDay,
    ScoreKey,
    TrackScore,
    collected,
    empty_day,
    outlived,
)

DAY = date(2026, 5, 4)
KEY = ScoreKey("wanted", "c" * 16, 3, 1000, DAY)
SCORE = TrackScore("wanted", 3, "c" * 16, 1000, 0.3, False, 0.5)


def day(number: int = 0, count: int = 2, **changes: object) -> ScoreDay:
    key = replace(KEY, day=DAY + timedelta(days=number), **changes)  # type: ignore[arg-type]
    return ScoreDay(key, np.linspace(0.1, 0.2, count, dtype=np.float32))


@pytest.mark.parametrize(
    ("later", "merged"),
    [
        (replace(SCORE, score=0.2), SCORE),
        (replace(SCORE, score=0.4), replace(SCORE, score=0.4)),
        (replace(SCORE, score=0.2, is_alert=True), replace(SCORE, is_alert=True)),
        (replace(SCORE, score=0.2, list_version=4), replace(SCORE, score=0.2, list_version=4)),
    ],
)
def test_a_track_keeps_its_best_score_in_the_newest_version(later: TrackScore, merged: TrackScore) -> None:
    assert SCORE.merged(later) == merged


def test_an_alert_is_remembered_over_a_new_version() -> None:
    assert replace(SCORE, is_alert=True).merged(replace(SCORE, list_version=4)).is_alert


def test_the_scores_of_a_day_do_not_tell_their_order() -> None:
    scores = NewScores().plus(replace(SCORE, score=0.4)).plus(replace(SCORE, score=0.1))
    kept = empty_day(KEY).plus(scores).plus(NewScores((0.2,)))
    assert kept.scores.tolist() == pytest.approx([0.1, 0.2, 0.4])
    assert kept.scores.dtype == np.float32


def test_a_would_be_match_counts_as_the_threshold_and_is_counted() -> None:
    new = NewScores()
    for score in (0.45, 0.5, 0.9):
        new = new.plus(replace(SCORE, score=score, is_alert=True))
    assert new == NewScores((0.45, 0.5, 0.5), capped=2, alerts=3)


def test_galleries_unlike_the_newest_are_left_out() -> None:
    days = [
        day(0, 2, gallery_size=1000),
        day(1, 4, gallery_size=799),
        day(2, 8, gallery_size=1250, list_version=5),
        day(2, 16, gallery_size=1000, contract_id="d" * 16),
        day(3, 6, gallery_size=1000),
    ]
    found = collected(days)
    assert found is not None
    assert (len(found.scores), found.left_out, found.days) == (16, 20, 3)
    assert found.gallery_size == round((2 * 1000 + 8 * 1250 + 6 * 1000) / 16)
    assert found.last_day == DAY + timedelta(days=3)


def test_of_nothing_nothing_is_collected() -> None:
    assert collected([]) is None


def test_old_days_and_days_beyond_the_bound_are_let_go() -> None:
    assert outlived([day(0), day(1)], DAY + timedelta(days=1)) == []
    assert outlived([day(0), day(1)], DAY + timedelta(days=KEEP_DAYS + 1)) == [KEY]
    many = [day(number, MOST_SCORES // 2) for number in range(4)]
    assert outlived(many, DAY + timedelta(days=4)) == [many[1].key, many[0].key]
