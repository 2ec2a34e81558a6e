"""Which sightings are one crossing."""

from datetime import timedelta

import pytest

from edge_agent.crossings.crossings import Crossing, Crossings, DocumentRead, SubjectKey, Traveller
from models.template import Template
from tests.edge_agent.passages import START, ids_in_order, template_of

A, B = ("wanted", "a"), ("wanted", "b")


PASSPORT = DocumentRead(b"passport", "out", START)


class Book(Crossings):
    """Crossings with a shorter way to say who is seen."""

    def seen(
        self,
        track: int,
        subject: SubjectKey,
        stream_s: float,
        face: Template | None = None,
        document: DocumentRead | None = None,
    ) -> Crossing:
        """Join a traveller."""
        at = START + timedelta(seconds=stream_s)
        return self.join(Traveller(track, subject, face, document), stream_s, at)


def crossings() -> Book:
    return Book(120.0, ids_in_order(), same_face=0.8)


def test_a_subject_seen_again_within_the_window_is_in_the_same_crossing() -> None:
    book = crossings()
    first = book.seen(1, A, 0.0)
    assert book.seen(2, A, 119.0).crossing_id == first.crossing_id


def test_a_track_alike_two_subjects_is_one_crossing() -> None:
    book = crossings()
    assert book.seen(1, A, 0.0).crossing_id == book.seen(1, B, 1.0).crossing_id


def test_another_subject_on_another_track_is_another_crossing() -> None:
    book = crossings()
    assert book.seen(1, A, 0.0).crossing_id != book.seen(2, B, 0.0).crossing_id


def test_a_crossing_closes_once_when_its_window_has_passed() -> None:
    book = crossings()
    book.seen(1, A, 0.0)
    assert book.close_expired(120.0) == ()
    assert len(book.close_expired(120.1)) == 1
    assert book.close_expired(500.0) == ()


def test_a_person_who_lingers_keeps_the_crossing_open() -> None:
    book = crossings()
    book.seen(1, A, 0.0)
    book.see(1, 100.0)
    assert book.close_expired(200.0) == ()


def test_a_track_found_alike_nobody_belongs_to_no_crossing() -> None:
    book = crossings()
    book.seen(1, A, 0.0)
    assert book.see(2, 1.0) == ()


def test_a_subject_after_the_window_is_a_new_crossing() -> None:
    book = crossings()
    first = book.seen(1, A, 0.0)
    book.close_expired(121.0)
    assert book.seen(2, A, 121.0).crossing_id != first.crossing_id


def test_another_subject_with_the_same_face_before_another_camera_is_the_same_crossing() -> None:
    book = crossings()
    first = book.seen(1, A, 0.0, template_of(5))
    assert book.seen(2, B, 20.0, template_of(5)).crossing_id == first.crossing_id
    assert book.seen(3, B, 20.0, template_of(9)).crossing_id == first.crossing_id, "by its subject"
    assert book.seen(4, ("wanted", "c"), 20.0, template_of(7)).crossing_id != first.crossing_id


def test_a_face_is_not_known_again_after_the_window() -> None:
    book = crossings()
    first = book.seen(1, A, 0.0, template_of(5))
    book.close_expired(120.1)
    assert book.seen(2, B, 120.1, template_of(5)).crossing_id != first.crossing_id


def test_the_same_document_is_the_same_crossing_whichever_comes_first() -> None:
    book = crossings()
    first = book.seen(1, A, 0.0, document=PASSPORT)
    assert book.seen(2, B, 5.0, document=PASSPORT).crossing_id == first.crossing_id
    second = book.seen(3, ("wanted", "c"), 6.0)
    book.read_document(3, DocumentRead(b"another", "", START))
    assert book.seen(4, ("wanted", "d"), 7.0, document=DocumentRead(b"another", "", START)).crossing_id == (
        second.crossing_id
    )


@pytest.mark.parametrize(("later", "expected"), [("in", "in"), ("", "out")])
def test_the_newest_document_that_says_a_direction_counts(later: str, expected: str) -> None:
    book = crossings()
    book.seen(1, A, 0.0, document=PASSPORT)
    [crossing] = book.read_document(1, DocumentRead(b"card", later, START))
    assert crossing.direction == expected


def test_a_document_of_nobody_who_was_found_alike_is_forgotten() -> None:
    book = crossings()
    book.seen(1, A, 0.0)
    assert book.read_document(2, PASSPORT) == ()
    assert book.seen(3, B, 1.0, document=PASSPORT).crossing_id != book.ids_of(1)[0]


def test_a_crossing_taken_up_after_a_restart_keeps_its_id_until_its_window_has_passed() -> None:
    book = crossings()
    book.resume("kept", A, 10.0, "in")
    assert book.seen(1, A, 130.0).crossing_id == "kept"
    later = crossings()
    later.resume("kept", A, 10.0, "in")
    assert [crossing.crossing_id for crossing in later.close_expired(130.1)] == ["kept"]


def test_a_crossing_says_nothing_of_faces_and_documents_when_printed() -> None:
    book = crossings()
    crossing = book.seen(1, A, 0.0, template_of(5), PASSPORT)
    assert "passport" not in repr(crossing)
    assert "vector" not in repr(crossing)
