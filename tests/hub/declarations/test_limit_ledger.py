"""The ledger of the persons' limit, on both engines: exact under any order, and with two at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from hub.declarations.limit_ledger import (
    Entry,
    MonthUse,
    PersonMonth,
    cents_of,
    hold_months,
    month_of,
    month_use,
    take_back,
)
from hub.declarations.limit_tables import limit_entries, person_months
from hub.store.database import reading, writing, writing_beside_others
from tests.hub.builders import NOW, Hub

PERSONS = [PersonMonth(f"{number:032x}", month) for number in range(3) for month in ("2026-03", "2026-04")]


def entry(number: int, cents: int, person: PersonMonth = PERSONS[0]) -> Entry:
    return Entry(f"d-{number}", NOW + timedelta(days=number), person, cents)


def add(engine: Engine, *entries: Entry) -> None:
    with writing_beside_others(engine) as connection:
        held = hold_months(
            connection,
            [one.person for one in entries],
            [(one.declaration_id, one.received_at) for one in entries],
        )
        for one in entries:
            held.take_back(one.declaration_id)
            held.add(one)
        held.save()


def back(engine: Engine, *entries: Entry) -> None:
    with writing_beside_others(engine) as connection:
        take_back(connection, [(one.declaration_id, one.received_at) for one in entries])


def use(engine: Engine, person: PersonMonth = PERSONS[0]) -> MonthUse:
    with reading(engine) as connection:
        return month_use(connection, person)


def recounted(engine: Engine) -> dict[PersonMonth, MonthUse]:
    """Count the entries by brute force."""
    columns = limit_entries.c
    keys = (columns.person_key, columns.month)
    query = select(*keys, func.sum(columns.cents), func.count()).group_by(*keys)
    with reading(engine) as connection:
        return {
            PersonMonth(row[0], row[1]): MonthUse(int(row[2]), row[3]) for row in connection.execute(query)
        }


def stored(engine: Engine) -> dict[PersonMonth, MonthUse]:
    with reading(engine) as connection:
        rows = connection.execute(select(person_months)).all()
    return {
        PersonMonth(row.person_key, row.month): MonthUse(row.used_cents, row.parcels)
        for row in rows
        if row.parcels or row.used_cents
    }


def test_what_a_declaration_added_is_taken_back_exactly_and_once(hub_on_each: Hub) -> None:
    engine = hub_on_each.services.engine
    add(engine, entry(1, 1999), entry(2, 250_01))
    assert use(engine) == MonthUse(270_00, 2)
    back(engine, entry(1, 0))
    back(engine, entry(1, 0), entry(7, 0))
    assert use(engine) == MonthUse(250_01, 1)
    assert use(engine).used_usd == Decimal("250.01")
    back(engine)
    assert stored(engine) == recounted(engine) == {PERSONS[0]: MonthUse(250_01, 1)}


def test_a_declaration_that_is_counted_again_counts_once_also_for_another_person(hub_on_each: Hub) -> None:
    engine = hub_on_each.services.engine
    add(engine, entry(1, 1000), entry(2, 500))
    add(engine, entry(1, 700))
    assert use(engine) == MonthUse(1200, 2)
    add(engine, entry(1, 700, PERSONS[2]))
    assert (use(engine), use(engine, PERSONS[2])) == (MonthUse(500, 1), MonthUse(700, 1))
    assert stored(engine) == recounted(engine)


def test_declarations_of_one_person_that_come_at_once_are_all_counted(hub_on_each: Hub) -> None:
    engine = hub_on_each.services.engine

    def several(first: int) -> None:
        for number in range(first, first + 10):
            add(engine, entry(number, 1, PERSONS[number % 3]), entry(1000 + number, 100))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(several, range(0, 40, 10)))
    assert stored(engine) == recounted(engine)
    assert sum(use(engine, person).used_cents for person in PERSONS) == 40 + 40 * 100


def test_who_looks_a_month_up_waits_for_who_holds_it(hub_on_each: Hub) -> None:
    engine = hub_on_each.services.engine
    with ThreadPoolExecutor(1) as pool:
        with writing_beside_others(engine) as connection:
            held = hold_months(connection, PERSONS[:1])
            other = pool.submit(add, engine, entry(2, 5))
            held.add(entry(1, 7))
            held.save()
            assert not other.done()
        other.result(timeout=30)
    assert use(engine) == MonthUse(12, 2)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 40_000), st.sampled_from(PERSONS)),
        max_size=20,
    )
)
def test_the_ledger_equals_a_recount_under_any_order_of_adding_and_taking_back(
    hub_on_each: Hub, acts: Sequence[tuple[bool, int, int, PersonMonth]]
) -> None:
    engine = hub_on_each.services.engine
    with writing(engine) as connection:
        connection.execute(limit_entries.delete())
        connection.execute(person_months.delete())
    counted: dict[int, Entry] = {}
    for is_added, number, cents, person in acts:
        one = entry(number, cents, person)
        if is_added:
            add(engine, one)
            counted[number] = one
        else:
            back(engine, one)
            counted.pop(number, None)
    expected: dict[PersonMonth, MonthUse] = {}
    for one in counted.values():
        expected[one.person] = expected.get(one.person, MonthUse()).with_entry(one.cents)
    assert stored(engine) == recounted(engine) == expected


def test_a_month_never_falls_below_nothing() -> None:
    with pytest.raises(ValueError, match="lacks an entry"):
        MonthUse(5, 1).with_entry(-6, -1)
    with pytest.raises(ValueError, match="lacks an entry"):
        MonthUse(5, 0).with_entry(0, -1)


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 3, 31, 19, 59, 59, tzinfo=UTC), "2026-03"),
        (datetime(2026, 3, 31, 20, 0, tzinfo=UTC), "2026-04"),
        (datetime(2026, 12, 31, 20, 0, tzinfo=UTC), "2027-01"),
    ],
)
def test_a_month_begins_at_midnight_in_baku(at: datetime, month: str) -> None:
    assert month_of(at, "Asia/Baku") == month


def test_cents_are_whole() -> None:
    assert cents_of(Decimal("24.10")) == 2410
