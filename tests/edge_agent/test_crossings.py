"""Which sightings are one crossing."""

from edge_agent.crossings import Crossings
from tests.edge_agent.passages import START, ids_in_order

A, B = ("wanted", "a"), ("wanted", "b")


def crossings() -> Crossings:
    return Crossings(120.0, ids_in_order())


def test_a_subject_seen_again_within_the_window_is_in_the_same_crossing() -> None:
    book = crossings()
    first = book.join(1, A, 0.0, START)
    assert book.join(2, A, 119.0, START).crossing_id == first.crossing_id


def test_a_track_alike_two_subjects_is_one_crossing() -> None:
    book = crossings()
    assert book.join(1, A, 0.0, START).crossing_id == book.join(1, B, 1.0, START).crossing_id


def test_another_subject_on_another_track_is_another_crossing() -> None:
    book = crossings()
    assert book.join(1, A, 0.0, START).crossing_id != book.join(2, B, 0.0, START).crossing_id


def test_a_crossing_closes_once_when_its_window_has_passed() -> None:
    book = crossings()
    book.join(1, A, 0.0, START)
    assert book.close_expired(120.0) == ()
    assert len(book.close_expired(120.1)) == 1
    assert book.close_expired(500.0) == ()


def test_a_person_who_lingers_keeps_the_crossing_open() -> None:
    book = crossings()
    book.join(1, A, 0.0, START)
    book.see(1, 100.0)
    assert book.close_expired(200.0) == ()


def test_a_track_found_alike_nobody_belongs_to_no_crossing() -> None:
    book = crossings()
    book.join(1, A, 0.0, START)
    assert book.see(2, 1.0) == ()


def test_a_subject_after_the_window_is_a_new_crossing() -> None:
    book = crossings()
    first = book.join(1, A, 0.0, START)
    book.close_expired(121.0)
    assert book.join(2, A, 121.0, START).crossing_id != first.crossing_id
