"""From a request to the chain: checked, batched, signed, sent once, confirmed; broken off anywhere."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from hub.errors import ConflictError
from hub.origin.anchoring.leaves import batch_key
from hub.origin.certificate.certificate import Certificate, StateCode
from hub.origin.chain.node import Fees, NodeError
from hub.origin.issuing import advancing, anchoring, relaying
from hub.origin.issuing.batching import close_due, sign_closed
from hub.origin.issuing.issued import batch_of, certificates_of, document_of, issued_certificate, list_issued
from hub.origin.issuing.issuing import IssueTerms
from hub.origin.issuing.tables import issued_certificates, registry_sends, registry_transactions
from hub.origin.issuing.values import BatchProgress, IssueBatch
from hub.origin.registry.layout import batch_slot, unpack_batch
from hub.store.database import reading
from tests.hub.builders import Hub
from tests.hub.origin.certificate.samples import certificate
from tests.hub.origin.issuing.authority import AUTHORITY, RELAYER, TERMS, Authority, authority_of, some


@pytest.fixture
def authority(hub_on_each: Hub) -> Authority:
    return authority_of(hub_on_each)


def batch(authority: Authority, batch_id: str) -> IssueBatch:
    with reading(authority.services.engine) as connection:
        return batch_of(connection, batch_id)


def anchored_root(authority: Authority, batch_id: str) -> Any:
    held = batch(authority, batch_id)
    key = batch_key(StateCode("GE"), bytes.fromhex(held.root))
    return unpack_batch(authority.node.registry.storage(batch_slot(key)), StateCode("GE"), b"")


def transactions(authority: Authority) -> list[Any]:
    with reading(authority.services.engine) as connection:
        return list(
            connection.execute(select(registry_transactions).order_by(registry_transactions.c.made_at))
        )


def test_what_is_issued_stands_on_the_chain_and_every_document_leads_there(authority: Authority) -> None:
    report = authority.issue(*some(5))
    assert (len(report.issued), report.refused, report.repeated) == (5, (), ())
    assert authority.step().sent == 1
    assert authority.step().anchored == 1
    held = batch(authority, report.batch_id)
    assert (held.progress, held.certificates, held.places) == (BatchProgress.ANCHORED, 5, 8)
    assert held.block == 1
    anchor = anchored_root(authority, report.batch_id)
    assert (anchor.issuer, anchor.count) == (AUTHORITY.address, 8)
    with reading(authority.services.engine) as connection:
        documents = [document_of(authority.services, connection, one) for one in report.issued]
    assert {one.root.hex() for one in documents} == {held.root}
    assert [one.certificate for one in documents] == some(5)
    assert sorted(one.index for one in documents) == [0, 1, 2, 3, 4]
    assert len({one.key for one in documents}) == 5


def test_nothing_that_names_somebody_lies_open_in_the_store(authority: Authority) -> None:
    authority.issue(*some(1))
    with reading(authority.services.engine) as connection:
        row = connection.execute(select(issued_certificates)).one()
    assert b"Orchards" not in bytes(row.sealed_content)
    assert b"exporter" not in bytes(row.sealed_content)


BAD: tuple[tuple[str, Certificate, str, str], ...] = (
    (
        "other state",
        msgspec.structs.replace(certificate("X-1"), state=StateCode("AZ")),
        "/state",
        "other-state",
    ),
    ("no such form", msgspec.structs.replace(certificate("X-1"), form="ct-9"), "/form", "unknown"),
    ("a form's check", certificate("X-1", items__1__hs_code="08"), "/fields/items.1.hs_code", "invalid"),
    ("twice in it", certificate("GE-0001"), "/number", "repeated"),
)


@pytest.mark.parametrize(("bad", "pointer", "code"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_one_bad_row_leaves_nothing_issued_unless_it_is_left_out(
    authority: Authority, bad: Certificate, pointer: str, code: str
) -> None:
    report = authority.issue(*some(2), bad)
    assert (report.batch_id, report.issued) == ("", ())
    assert [(one.row, one.problems[0].pointer, one.problems[0].code) for one in report.refused] == [
        (2, pointer, code)
    ]
    with reading(authority.services.engine) as connection:
        assert list_issued(connection).items == ()
    leaving_out = IssueTerms(TERMS.templates, leaves_out=True)
    assert len(authority.issue(*some(2), bad, terms=leaving_out).issued) == 2


def test_a_number_is_issued_once(authority: Authority) -> None:
    first = authority.issue(*some(2))
    again = authority.issue(*some(3))
    assert again.repeated == first.issued
    assert len(again.issued) == 1
    other = authority.issue(certificate("GE-0001", remarks="otherwise"))
    assert [one.problems[0].code for one in other.refused] == ["taken"]
    assert authority.issue(*some(1)).batch_id == ""


def test_an_hours_certificates_share_a_batch(authority: Authority) -> None:
    first = authority.issue(*some(1), terms=TERMS)
    authority.clock.advance(timedelta(minutes=1))
    second = authority.issue(*some(1, 2), terms=TERMS)
    assert first.batch_id == second.batch_id
    assert authority.step().closed == 0
    with reading(authority.services.engine) as connection, pytest.raises(ConflictError, match="no way"):
        document_of(authority.services, connection, first.issued[0])
    authority.clock.now = batch(authority, first.batch_id).closes_at
    assert authority.clock.now.minute == 0
    third = authority.issue(*some(1, 3), terms=TERMS)
    assert third.batch_id != first.batch_id
    assert authority.step().closed == 1
    assert batch(authority, first.batch_id).certificates == 2


STEPS = (
    (advancing, "sign_closed"),
    (advancing, "send_signed"),
    (advancing, "note_anchored"),
    (anchoring, "_move"),
    (relaying, "hash_of"),
)


class DiedError(Exception):
    """The process ends here."""


@pytest.mark.parametrize(("module", "name"), STEPS, ids=[name for _, name in STEPS])
@pytest.mark.parametrize("is_after", [False, True])
def test_a_process_that_dies_at_any_step_anchors_once(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, is_after: bool
) -> None:
    report = authority.issue(*some(3))
    working = getattr(module, name)

    def dies(*arguments: Any, **named: Any) -> Any:
        if is_after:
            working(*arguments, **named)
        raise DiedError

    with monkeypatch.context() as patched:
        patched.setattr(module, name, dies)
        for _ in range(2):
            with pytest.raises(DiedError):
                authority.step()
    for _ in range(4):
        authority.step()
    assert batch(authority, report.batch_id).progress is BatchProgress.ANCHORED
    assert anchored_root(authority, report.batch_id).count == 4
    assert [one.progress for one in transactions(authority)] == ["confirmed"]


def test_a_node_that_fails_after_taking_it_costs_no_second_transaction(authority: Authority) -> None:
    authority.issue(*some(1))
    taken = authority.node.send

    def takes_and_fails(signed: bytes) -> bytes:
        taken(signed)
        raise NodeError("the line broke")

    authority.node.send = takes_and_fails  # type: ignore[method-assign]
    authority.step()
    authority.node.send = taken  # type: ignore[method-assign]
    assert authority.step().anchored == 1
    assert len(transactions(authority)) == 1


def test_nothing_is_lost_while_the_node_is_down(authority: Authority) -> None:
    report = authority.issue(*some(1))
    authority.node.is_down = True
    with pytest.raises(NodeError):
        authority.step()
    authority.node.is_down = False
    authority.step()
    assert authority.step().anchored == 1
    assert batch(authority, report.batch_id).failure == ""


def test_what_a_node_forgot_is_sent_again_as_it_was(authority: Authority) -> None:
    authority.issue(*some(1))
    authority.node.loses = True
    authority.step()
    authority.node.loses = False
    authority.step()
    assert authority.node.sent == 1
    authority.clock.advance(timedelta(minutes=2))
    authority.step()
    assert authority.step().anchored == 1
    with reading(authority.services.engine) as connection:
        assert len(connection.execute(select(registry_sends)).all()) == 1


def test_a_stuck_transaction_offers_more_until_it_is_taken(authority: Authority) -> None:
    authority.node.suggested, authority.node.least = Fees(1000, 10), 1400
    authority.issue(*some(1))
    for _ in range(5):
        authority.step()
        authority.clock.advance(timedelta(minutes=2))
    with reading(authority.services.engine) as connection:
        offers = sorted(row.most for row in connection.execute(select(registry_sends)))
    assert offers == [1000, 1125, 1266, 1425]
    assert authority.step().anchored in (0, 1)
    assert [one.progress for one in transactions(authority)] == ["confirmed"]


def test_an_offer_stops_at_the_ceiling(hub_on_each: Hub) -> None:
    authority = authority_of(hub_on_each, most_fee_gwei=1200 / 10**9)
    authority.node.suggested, authority.node.least = Fees(1000, 10), 1400
    authority.issue(*some(1))
    for _ in range(5):
        authority.step()
        authority.clock.advance(timedelta(minutes=2))
    with reading(authority.services.engine) as connection:
        assert sorted(row.most for row in connection.execute(select(registry_sends))) == [1000, 1125]


def test_a_number_that_another_transaction_took_is_given_up_for_the_next(authority: Authority) -> None:
    report = authority.issue(*some(1))
    authority.node.loses = True
    authority.step()
    authority.node.loses = False
    authority.node.overtake(RELAYER.address)
    authority.clock.advance(timedelta(minutes=2))
    for _ in range(3):
        authority.step()
    assert batch(authority, report.batch_id).progress is BatchProgress.ANCHORED
    assert [(one.progress, one.nonce) for one in transactions(authority)] == [
        ("void", None),
        ("confirmed", 1),
    ]


def test_several_are_under_way_at_once(authority: Authority) -> None:
    reports = [authority.issue(*some(1, first)) for first in range(1, 21)]
    assert authority.step(mines=False).sent == 16
    assert authority.step().sent == 0
    assert authority.step().anchored == 16
    for _ in range(2):
        authority.step()
    assert all(batch(authority, one.batch_id).progress is BatchProgress.ANCHORED for one in reports)
    assert sorted(one.nonce for one in transactions(authority)) == list(range(20))


def test_it_counts_once_its_block_does(authority: Authority) -> None:
    authority.issue(*some(1))
    authority.node.unsettled = 2
    authority.step()
    assert [authority.step().anchored for _ in range(3)] == [0, 0, 1]


def test_a_signature_that_waited_too_long_is_given_anew(authority: Authority) -> None:
    report = authority.issue(*some(1))
    authority.node.is_down = True
    with pytest.raises(NodeError):
        authority.step()
    authority.clock.advance(timedelta(days=3))
    authority.node.is_down = False
    authority.node.registry.now += 3 * 86_400
    for _ in range(3):
        authority.step()
    assert batch(authority, report.batch_id).progress is BatchProgress.ANCHORED


def test_an_authority_that_is_not_listed_is_told_so_and_anchors_once_it_is(authority: Authority) -> None:
    registry = authority.node.registry
    registry.call(b"\x0a" * 20, "list_authority", AUTHORITY.address, 2, 0, 2**40)
    report = authority.issue(*some(1))
    authority.step()
    held = batch(authority, report.batch_id)
    assert (held.progress, "not listed for this" in held.failure) == (BatchProgress.SIGNED, True)
    registry.call(b"\x0a" * 20, "list_authority", AUTHORITY.address, 1, 0, 2**40)
    authority.step()
    authority.step()
    assert batch(authority, report.batch_id).progress is BatchProgress.ANCHORED


def test_a_batch_that_stands_there_already_is_taken_for_anchored(authority: Authority) -> None:
    report = authority.issue(*some(1))
    with reading(authority.services.engine) as connection:
        assert len(certificates_of(connection, report.batch_id)) == 1
    close_due(authority.services)
    sign_closed(authority.services, authority.issuer.registry, AUTHORITY)
    root = bytes.fromhex(batch(authority, report.batch_id).root)
    authority.node.registry.call(AUTHORITY.address, "anchor", root, 1)
    assert authority.step().sent == 0
    assert batch(authority, report.batch_id).progress is BatchProgress.ANCHORED
    assert transactions(authority) == []


def test_the_list_goes_on_page_by_page_and_narrows_by_number(authority: Authority) -> None:
    for first in range(1, 6):
        authority.issue(*some(1, first))
        authority.clock.advance(timedelta(minutes=1))
    seen: list[str] = []
    cursor = None
    with reading(authority.services.engine) as connection:
        for _ in range(3):
            page = list_issued(connection, cursor=cursor, limit=2)
            seen += [one.number for one in page.items]
            cursor = page.next_cursor
        assert cursor is None
        assert [one.number for one in list_issued(connection, number="GE-0003").items] == ["GE-0003"]
        assert list_issued(connection, number="%").items == ()
        one = issued_certificate(connection, list_issued(connection).items[0].certificate_id)
    assert seen == [f"GE-{number:04}" for number in range(5, 0, -1)]
    assert one.number == "GE-0005"
