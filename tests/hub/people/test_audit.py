"""The audit chain: whole until somebody touches it, and then the first broken row is named."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from hub.people.audit import Act, Detail, record, verify
from hub.store.database import reading, writing, writing_beside_others
from tests.hub.builders import NOW, Hub, make_hub


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    made = hub_on_each
    with writing(made.services.engine) as connection:
        for number in range(5):
            detail: Detail = {"number": number, "share": 0.1, "word": "Gəncə", "none": None}
            record(
                connection,
                Act("leyla", "looked", f"case-{number}", detail),
                NOW + timedelta(microseconds=number),
            )
    return made


def tamper(hub: Hub, *statements: str) -> None:
    table = " ON audit" if hub.services.engine.dialect.name == "postgresql" else ""
    with writing(hub.services.engine) as connection:
        connection.execute(text(f"DROP TRIGGER audit_is_never_changed{table}"))
        connection.execute(text(f"DROP TRIGGER audit_is_never_shortened{table}"))
        for statement in statements:
            connection.execute(text(statement))


def test_an_untouched_chain_is_whole(hub: Hub) -> None:
    with reading(hub.services.engine) as connection:
        check = verify(connection)
    assert (check.is_whole, check.rows) == (True, 5)


def test_an_empty_chain_is_whole(hub_on_each: Hub) -> None:
    with reading(hub_on_each.services.engine) as connection:
        assert verify(connection).is_whole


@pytest.mark.parametrize(
    ("statement", "first_broken"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 3", 3),
        ("UPDATE audit SET detail = '{\"number\": 9}' WHERE seq = 2", 2),
        ("UPDATE audit SET at = '2026-01-01 00:00:00.000000' WHERE seq = 4", 4),
        ("UPDATE audit SET hash = 'x' WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 3", 4),
        ("DELETE FROM audit WHERE seq = 1", 2),
        ("UPDATE audit SET seq = seq + 100 WHERE seq = 5", 105),
    ],
)
def test_the_first_broken_row_is_named(hub: Hub, statement: str, first_broken: int) -> None:
    tamper(hub, statement)
    with reading(hub.services.engine) as connection:
        check = verify(connection)
    assert (check.is_whole, check.first_broken) == (False, first_broken)
    assert check.reason


def test_a_row_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    made = make_hub(tmp_path)
    with writing(made.services.engine) as connection:
        record(connection, Act("leyla", "looked", "case-1", {}), NOW)
    tamper(made, "UPDATE audit SET detail = 'not json' WHERE seq = 1")
    with reading(made.services.engine) as connection:
        check = verify(connection)
    assert (check.is_whole, check.first_broken) == (False, 1)


def test_writers_side_by_side_make_one_chain(hub: Hub) -> None:
    def append(number: int) -> None:
        with writing_beside_others(hub.services.engine) as connection:
            record(connection, Act("worker", "looked", f"case-{number}", {}), NOW)

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(append, range(40)))
    with reading(hub.services.engine) as connection:
        check = verify(connection)
    assert (check.is_whole, check.rows) == (True, 45)


def test_a_cut_at_the_end_shows_in_the_head(hub: Hub) -> None:
    with reading(hub.services.engine) as connection:
        before = verify(connection).head
    tamper(hub, "DELETE FROM audit WHERE seq = 5")
    with reading(hub.services.engine) as connection:
        assert verify(connection).head != before


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_store_itself_refuses_to_change_the_log(hub: Hub, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), writing(hub.services.engine) as connection:
        connection.execute(text(statement))
