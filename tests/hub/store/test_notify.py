"""The feed of changes: everything once, in one order, on either engine."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from hub.errors import InvalidInputError
from hub.store.database import reading, writing, writing_beside_others
from hub.store.listening import listener
from hub.store.notify import (
    KEPT_FOR,
    START,
    changes_since,
    forget_changes,
    position_to_resume,
    publish_change,
)
from tests.hub.builders import NOW, Hub


@pytest.fixture
def engine(hub_on_each: Hub) -> Engine:
    return hub_on_each.services.engine


def publish(engine: Engine, *identifiers: str) -> None:
    with writing_beside_others(engine) as connection:
        for identifier in identifiers:
            publish_change(connection, "case", identifier, NOW)


def identifiers_after(engine: Engine, position: str) -> list[str]:
    with reading(engine) as connection:
        return [change.identifier for change in changes_since(connection, position)]


def test_a_reader_gets_what_came_after_its_position(engine: Engine) -> None:
    publish(engine, "1", "2")
    with reading(engine) as connection:
        *_, last = changes_since(connection, START)
    publish(engine, "3")
    assert identifiers_after(engine, last.position) == ["3"]
    assert identifiers_after(engine, START) == ["1", "2", "3"]


def test_what_was_undone_never_shows(engine: Engine) -> None:
    with writing(engine) as connection:
        publish_change(connection, "case", "1", NOW)
        connection.rollback()
    publish(engine, "2")
    assert identifiers_after(engine, START) == ["2"]


def test_a_change_committed_late_is_not_missed(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time: nothing is committed late")
    with writing_beside_others(engine) as slow:
        publish_change(slow, "case", "slow", NOW)
        publish(engine, "quick")
        assert identifiers_after(engine, START) == []
    assert identifiers_after(engine, START) == ["slow", "quick"]


def test_a_new_reader_begins_now_and_an_old_one_where_it_stopped(engine: Engine) -> None:
    publish(engine, "1", "2")
    with reading(engine) as connection:
        first, second = changes_since(connection, START)
        assert position_to_resume(connection, None) == second.position
        assert position_to_resume(connection, first.position) == first.position
        assert position_to_resume(connection, "99999999999.1") == second.position


@pytest.mark.parametrize("position", ["", "7", "1.2.3", "-1.2", "1.x", "9" * 30 + ".1"])
def test_what_is_no_position_is_refused(engine: Engine, position: str) -> None:
    with reading(engine) as connection, pytest.raises(InvalidInputError, match="no place in the feed"):
        changes_since(connection, position)


def test_old_changes_are_forgotten(engine: Engine) -> None:
    publish(engine, "1")
    with writing(engine) as connection:
        assert forget_changes(connection, NOW + KEPT_FOR) == 0
        assert forget_changes(connection, NOW + KEPT_FOR + timedelta(seconds=1)) == 1


def test_a_listener_wakes_up_when_something_was_committed(engine: Engine) -> None:
    ears, stop = listener(engine), threading.Event()
    ears.wait(0.0, stop)
    publisher = threading.Thread(target=publish, args=(engine, "1"))
    publisher.start()
    woken = ears.wait(30.0, stop)
    publisher.join()
    ears.close()
    assert woken


def test_a_listener_gives_up_when_it_shall_stop(engine: Engine) -> None:
    ears, stop = listener(engine), threading.Event()
    ears.wait(0.0, stop)
    stop.set()
    assert not ears.wait(0.2, stop)
    ears.close()
