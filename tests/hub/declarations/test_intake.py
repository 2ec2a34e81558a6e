"""Taking declarations in, on both engines: each once, a bad row costs no other, months are apart."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text

from hub.declarations.assessing.assess import Assessor
from hub.declarations.batches import MOST_ROWS, BatchForm, read_row
from hub.declarations.gathering import Gathering, Lodged
from hub.declarations.intake import BatchAnswer, RowFate, take_batch
from hub.declarations.registry import DeclarationFilter, declaration, list_declarations
from hub.declarations.tables import declaration_numbers, declarations
from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.people.access import Permission, Role, User
from hub.store.database import reading, writing
from hub.store.partitions import make_room
from tests.hub.builders import Hub
from tests.hub.declarations.parcels import parcel

SENDER = User("client:swift", "Swift Parcels", Role.MACHINE, scopes=frozenset({Permission.DECLARE}))
RIVAL = User("client:other", "Other Parcels", Role.MACHINE, scopes=frozenset({Permission.DECLARE}))
OFFICER = User("samir", "Samir Hüseynov", Role.CUSTOMS_OFFICER)


def batch(rows: Any, form: BatchForm = BatchForm.JSON) -> bytes:
    if form is BatchForm.LINES:
        return "\n".join(json.dumps(row) for row in rows).encode()
    return json.dumps(rows).encode()


def take(hub: Hub, rows: Sequence[Any], sender: User = SENDER) -> BatchAnswer:
    return take_batch(hub.services, sender.user_id, batch(rows), BatchForm.JSON)


def one_of(hub: Hub, body: bytes) -> Lodged:
    return Gathering(hub.services, Assessor(hub.services)).take(SENDER.user_id, read_row(body))


def fates(answer: BatchAnswer) -> list[RowFate]:
    return [row.fate for row in answer.rows]


def stored(hub: Hub) -> int:
    with reading(hub.services.engine) as connection:
        numbers = connection.scalar(select(func.count()).select_from(declaration_numbers))
        rows = connection.scalar(select(func.count()).select_from(declarations))
    assert numbers == rows
    return int(rows or 0)


@pytest.mark.parametrize("form", BatchForm)
def test_a_batch_is_stored_and_answered_for_in_its_order(hub_on_each: Hub, form: BatchForm) -> None:
    rows = [parcel(number) for number in (3, 1, 2)]
    answer = take_batch(hub_on_each.services, SENDER.user_id, batch(rows, form), form)
    assert (answer.stored, answer.repeated, answer.refused) == (3, 0, 0)
    assert [(row.index, row.reference) for row in answer.rows] == [(0, "P-3"), (1, "P-1"), (2, "P-2")]
    with reading(hub_on_each.services.engine) as connection:
        found = declaration(connection, answer.rows[1].declaration_id, SENDER)
    assert found.content == rows[1]
    assert found.summary.state == "submitted"
    assert found.summary.arrives_at == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert found.history == ()


def test_a_batch_sent_again_stores_nothing_and_names_the_same(hub_on_each: Hub) -> None:
    rows = [parcel(1), parcel(2)]
    first, again = take(hub_on_each, rows), take(hub_on_each, rows)
    assert fates(again) == [RowFate.REPEATED] * 2
    assert [row.declaration_id for row in again.rows] == [row.declaration_id for row in first.rows]
    assert stored(hub_on_each) == 2


def test_a_number_stands_for_one_declaration_and_the_other_is_refused(hub_on_each: Hub) -> None:
    first = take(hub_on_each, [parcel(1)])
    answer = take(hub_on_each, [parcel(1, mode="5"), parcel(2)])
    assert fates(answer) == [RowFate.CONFLICT, RowFate.STORED]
    assert answer.rows[0].declaration_id == first.rows[0].declaration_id
    assert answer.rows[0].problem is not None
    assert answer.rows[0].problem.pointer == "/reference"
    with reading(hub_on_each.services.engine) as connection:
        found = declaration(connection, first.rows[0].declaration_id, SENDER)
    assert found.content["mode"] == "4"


def test_a_number_that_stands_twice_in_a_batch_is_taken_once(hub_on_each: Hub) -> None:
    answer = take(hub_on_each, [parcel(1), parcel(1), parcel(1, mode="5")])
    assert fates(answer) == [RowFate.STORED, RowFate.REPEATED, RowFate.CONFLICT]
    assert stored(hub_on_each) == 1


def test_two_senders_may_use_the_same_number(hub_on_each: Hub) -> None:
    assert fates(take(hub_on_each, [parcel(1)])) == [RowFate.STORED]
    assert fates(take(hub_on_each, [parcel(1, mode="5")], RIVAL)) == [RowFate.STORED]


def test_37_bad_rows_of_ten_thousand_cost_no_other(hub_on_each: Hub) -> None:
    bad = {13 + 270 * place: place for place in range(37)}
    rows = [parcel(number, colour="red") if number in bad else parcel(number) for number in range(MOST_ROWS)]
    answer = take(hub_on_each, rows)
    assert (answer.stored, answer.refused) == (MOST_ROWS - 37, 37)
    refused = [row for row in answer.rows if row.fate is RowFate.INVALID]
    assert [row.index for row in refused] == sorted(bad)
    assert {(row.problem.pointer, row.problem.code) for row in refused if row.problem} == {
        ("/colour", "unknown-field")
    }
    assert stored(hub_on_each) == MOST_ROWS - 37


def test_the_same_batch_from_many_threads_at_once_is_stored_once(hub_on_each: Hub) -> None:
    rows = [parcel(number) for number in range(300)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: take(hub_on_each, rows), range(6)))
    assert sum(answer.stored for answer in answers) == 300
    assert sum(answer.repeated for answer in answers) == 5 * 300
    assert stored(hub_on_each) == 300


def test_declarations_of_two_months_are_found_by_their_ids(hub_on_each: Hub) -> None:
    hub_on_each.clock.now = datetime(2026, 3, 31, 23, 59, 59, 999_000, tzinfo=UTC)
    with writing(hub_on_each.services.engine) as connection:
        make_room(connection, hub_on_each.clock.now)
    march = one_of(hub_on_each, batch(parcel(1)))
    hub_on_each.clock.now = datetime(2026, 4, 1, tzinfo=UTC)
    april = one_of(hub_on_each, batch(parcel(2)))
    again = one_of(hub_on_each, batch(parcel(1)))
    assert again.declaration_id == march.declaration_id
    with reading(hub_on_each.services.engine) as connection:
        for one, reference in ((march, "P-1"), (april, "P-2")):
            assert declaration(connection, one.declaration_id, SENDER).summary.reference == reference
        if connection.dialect.name == "postgresql":
            places = connection.execute(text("SELECT tableoid::regclass::text FROM declarations"))
            assert {row[0] for row in places} == {"declarations_2026_03", "declarations_2026_04"}


def test_a_sender_sees_its_own_and_an_officer_sees_all(hub_on_each: Hub) -> None:
    own = take(hub_on_each, [parcel(1)]).rows[0].declaration_id
    take(hub_on_each, [parcel(1)], RIVAL)
    with reading(hub_on_each.services.engine) as connection:
        for viewer, count in ((SENDER, 1), (RIVAL, 1), (OFFICER, 2)):
            found = list_declarations(connection, viewer=viewer, wanted=DeclarationFilter())
            assert len(found.items) == count
        assert declaration(connection, own, OFFICER).summary.sender_id == SENDER.user_id
        with pytest.raises(NotFoundError):
            declaration(connection, own, RIVAL)


def test_a_list_is_paged_without_gap_or_repetition(hub_on_each: Hub) -> None:
    take(hub_on_each, [parcel(number) for number in range(25)])
    seen, cursor = [], None
    with reading(hub_on_each.services.engine) as connection:
        while True:
            page = list_declarations(
                connection, viewer=SENDER, wanted=DeclarationFilter(), cursor=cursor, limit=10
            )
            seen += [one.reference for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert sorted(seen) == sorted(f"P-{number}" for number in range(25))


@pytest.mark.parametrize("identifier", ["", "x" * 36, "00000000-0000-4000-8000-000000000000", "f" * 36])
def test_what_is_no_id_is_not_found(hub_on_each: Hub, identifier: str) -> None:
    with reading(hub_on_each.services.engine) as connection, pytest.raises(NotFoundError):
        declaration(connection, identifier, OFFICER)


def test_one_declaration_is_refused_by_its_field_or_its_number(hub_on_each: Hub) -> None:
    with pytest.raises(InvalidInputError) as caught:
        one_of(hub_on_each, batch(parcel(1, mode="road")))
    assert caught.value.problems[0].pointer == "/mode"
    one_of(hub_on_each, batch(parcel(1)))
    with pytest.raises(ConflictError) as conflict:
        one_of(hub_on_each, batch(parcel(1, mode="5")))
    assert conflict.value.code == "reference-taken"


@pytest.mark.parametrize(
    ("body", "form", "code"),
    [
        (b"[]", BatchForm.JSON, "empty"),
        (b"\n \n", BatchForm.LINES, "empty"),
        (b"{}", BatchForm.JSON, "invalid"),
        (b"[1,", BatchForm.JSON, "malformed-json"),
        (b"[" * 100_000, BatchForm.JSON, "too-deep"),
        (b"[" + b"0," * MOST_ROWS + b"0]", BatchForm.JSON, "too-many"),
    ],
)
def test_what_is_no_batch_is_refused_whole(hub_on_each: Hub, body: bytes, form: BatchForm, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        take_batch(hub_on_each.services, SENDER.user_id, body, form)
    assert caught.value.problems[0].code == code
