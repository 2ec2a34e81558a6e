"""Behaviour of overlap suppression."""

import numpy as np

from models.boxes import suppress_overlaps


def kept(boxes: list[tuple[float, float, float, float]], scores: list[float]) -> list[int]:
    return suppress_overlaps(
        np.array(boxes, np.float32).reshape(-1, 4), np.array(scores, np.float32), most_overlap=0.3
    )


def test_no_boxes_keep_none() -> None:
    assert kept([], []) == []


def test_of_two_overlapping_boxes_the_better_stays() -> None:
    assert kept([(0, 0, 10, 10), (1, 1, 10, 10)], [0.7, 0.9]) == [1]


def test_boxes_apart_all_stay_best_first() -> None:
    assert kept([(0, 0, 10, 10), (20, 0, 10, 10), (40, 0, 10, 10)], [0.7, 0.9, 0.8]) == [1, 2, 0]


def test_a_suppressed_box_suppresses_nothing() -> None:
    assert kept([(0, 0, 10, 10), (4, 0, 10, 10), (8, 0, 10, 10)], [0.9, 0.8, 0.7]) == [0, 2]
