"""Everybody new is compared with everybody listed; look-alikes keep a margin that goes to the lanes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hub.errors import ConflictError
from hub.store.database import reading, writing
from hub.watchlist.acting import Officers, enrol_subject
from hub.watchlist.enrolment import answered, prepare_enrolment
from hub.watchlist.look_alikes import alike_to, hygiene, keep_apart
from hub.watchlist.photos import Photo
from hub.watchlist.proposal_content import Answer
from hub.watchlist.publishing import publish
from hub.watchlist.reference_matrix import ReferenceMatrix
from hub.watchlist.stored_packages import package_bytes
from hub.watchlist.subjects import create_list, remove_subject
from sync.codec import decode_package
from tests.hub.builders import LIST, NOW, Hub, enrolled, photo, picture, record_of

DIMENSION = 16


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    return hub_on_each


def alike(hub: Hub, *photos: Photo, list_id: str = LIST) -> list[tuple[str, bool]]:
    prepared = prepare_enrolment(hub.services, list_id, record_of(), photos)
    return [(one.subject_id, one.is_same_photo) for one in prepared.resemblances]


def enrolled_all_the_same(hub: Hub, answer: Answer) -> str:
    """Enrol a person who looks like somebody listed, with an answer to that."""
    prepared = prepare_enrolment(hub.services, LIST, record_of("twin"), [Photo("t", picture(1, width=180))])
    assert prepared.content is not None
    (proposed,) = answered(prepared.content, answer).subjects
    with writing(hub.services.engine) as connection:
        enrol_subject(hub.services, connection, LIST, proposed, Officers("test"))
    return proposed.subject_id


def test_the_same_person_is_found_on_any_list_and_the_same_photo_is_called_so(hub: Hub) -> None:
    known = enrolled(hub.services, 1)
    enrolled(hub.services, 2, "somebody else")
    with writing(hub.services.engine) as connection:
        create_list(connection, "other", "Other", NOW)
    assert alike(hub, Photo("again", picture(1, width=180)), list_id="other") == [(known, False)]
    assert alike(hub, photo(1), list_id="other") == [(known, True)]
    assert alike(hub, photo(7)) == []


def test_the_search_follows_what_was_added_and_taken_off(hub: Hub) -> None:
    assert alike(hub, photo(1)) == []
    known = enrolled(hub.services, 1)
    assert alike(hub, photo(1)) == [(known, True)]
    with writing(hub.services.engine) as connection:
        remove_subject(connection, known, actor="test", now=NOW)
    assert alike(hub, photo(1)) == []


def test_look_alikes_travel_in_the_package_while_both_are_listed(hub: Hub) -> None:
    known = enrolled(hub.services, 1)
    twin = enrolled_all_the_same(hub, "look-alike")
    publish(hub.services, LIST, actor="test")
    with reading(hub.services.engine) as connection:
        (pair,) = decode_package(package_bytes(hub.services, connection, LIST, 1)).look_alikes
        assert alike_to(connection, known) == (twin,)
    assert {pair.first_id, pair.second_id} == {known, twin}
    assert pair.margin == hub.services.settings.watchlists.pair_margin
    with writing(hub.services.engine) as connection:
        remove_subject(connection, twin, actor="test", now=NOW)
    publish(hub.services, LIST, actor="test")
    with reading(hub.services.engine) as connection:
        assert decode_package(package_bytes(hub.services, connection, LIST, 2)).look_alikes == ()


def test_the_hygiene_report_names_pairs_until_they_are_answered(hub: Hub) -> None:
    known = enrolled(hub.services, 1)
    twin = enrolled_all_the_same(hub, "other")
    enrolled(hub.services, 2, "nobody's twin")
    with writing(hub.services.engine) as connection:
        (pair,) = hygiene(hub.services, connection, LIST)
        assert ({pair.first_id, pair.second_id}, pair.margin) == ({known, twin}, None)
        keep_apart(hub.services, connection, known, twin, actor="test")
        (again,) = hygiene(hub.services, connection, LIST)
        assert again.margin is not None
        with pytest.raises(ConflictError, match="itself"):
            keep_apart(hub.services, connection, known, known, actor="test")


def unit(seed: int) -> NDArray[np.float32]:
    vector = np.random.default_rng(seed).standard_normal(DIMENSION)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=60), st.integers(100, 130))
def test_the_matrix_finds_what_a_loop_over_rows_finds(changes: list[tuple[bool, int]], probe: int) -> None:
    matrix, rows = ReferenceMatrix(DIMENSION), dict[str, tuple[str, NDArray[np.float32]]]()
    for is_put, number in changes:
        if is_put:
            rows[f"r{number}"] = (f"s{number % 7}", unit(number))
            matrix.put(f"r{number}", f"s{number % 7}", unit(number))
        else:
            rows.pop(f"r{number}", None)
            matrix.drop(f"r{number}")
    best: dict[str, float] = {}
    for subject_id, vector in rows.values():
        score = float(vector @ unit(probe))
        if score >= 0.2:
            best[subject_id] = max(score, best.get(subject_id, -1.0))
    found = matrix.search([unit(probe)], 0.2, 100)
    assert len(matrix) == len(rows)
    assert {one.subject_id: pytest.approx(one.score, abs=1e-5) for one in found} == best
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
