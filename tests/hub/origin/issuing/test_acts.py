"""Suspended, restored, revoked: by two officers where it harms, then told to the chain."""

import pytest
from sqlalchemy import select

from hub.errors import ConflictError, HubError, InvalidInputError, NotFoundError
from hub.origin.anchoring.leaves import batch_key
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.facts import Status
from hub.origin.issuing.acts import acts_on, approve_act, propose_act, reject_act, waiting_acts
from hub.origin.issuing.issued import document_of, issued_certificate
from hub.origin.issuing.reasons import StatusReason
from hub.origin.issuing.tables import registry_transactions
from hub.origin.issuing.values import ActProgress, CertificateAct, IssuedCertificate
from hub.people.tables import audit
from hub.store.database import reading, writing
from tests.hub.builders import Hub
from tests.hub.origin.issuing.authority import GOVERNOR, Authority, authority_of, some

SUSPENDED, REVOKED, GOOD = Status.SUSPENDED, Status.REVOKED, Status.GOOD
IN_ERROR = StatusReason.ISSUED_IN_ERROR


@pytest.fixture
def authority(hub_on_each: Hub) -> Authority:
    return authority_of(hub_on_each)


def issued(authority: Authority, count: int = 3) -> tuple[str, ...]:
    report = authority.issue(*some(count))
    for _ in range(2):
        authority.step()
    return report.issued


def propose(
    authority: Authority, one: str, status: Status, reason: StatusReason = IN_ERROR, number: str = ""
) -> CertificateAct:
    with writing(authority.services.engine) as connection:
        return propose_act(authority.services, connection, one, (status, reason, number), actor="lia")


def approve(authority: Authority, act: CertificateAct, actor: str = "gia") -> CertificateAct:
    with writing(authority.services.engine) as connection:
        return approve_act(authority.services, connection, act.act_id, actor=actor)


def done(authority: Authority, one: str, status: Status) -> None:
    act = propose(authority, one, status)
    if act.progress is ActProgress.WAITING:
        approve(authority, act)
    for _ in range(2):
        authority.step()


def shown(authority: Authority, one: str) -> IssuedCertificate:
    with reading(authority.services.engine) as connection:
        return issued_certificate(connection, one)


def on_chain(authority: Authority, one: str) -> Status:
    with reading(authority.services.engine) as connection:
        document = document_of(authority.services, connection, one)
    return authority.status_on_chain(document.batch, document.index)


def test_a_revocation_needs_two_and_is_so_once_the_chain_has_it(authority: Authority) -> None:
    one = issued(authority)[1]
    act = propose(authority, one, REVOKED)
    authority.step()
    assert (act.progress, on_chain(authority, one)) == (ActProgress.WAITING, GOOD)
    with pytest.raises(ConflictError, match="cannot approve"):
        approve(authority, act, actor="lia")
    assert approve(authority, act).progress is ActProgress.APPROVED
    assert authority.step().sent == 1
    assert shown(authority, one).status is GOOD
    assert authority.step().confirmed == 1
    assert (on_chain(authority, one), shown(authority, one).status) == (REVOKED, REVOKED)
    assert shown(authority, one).reason is IN_ERROR
    with reading(authority.services.engine) as connection:
        assert [each.progress for each in acts_on(connection, one)] == [ActProgress.CONFIRMED]
        actions = list(connection.scalars(select(audit.c.action).order_by(audit.c.seq)))
    assert actions[-2:] == ["certificate-revoked-proposed", "certificate-revoked-approved"]


def test_a_suspension_is_lifted_by_one(authority: Authority) -> None:
    one = issued(authority)[0]
    done(authority, one, SUSPENDED)
    assert on_chain(authority, one) is SUSPENDED
    assert propose(authority, one, GOOD).progress is ActProgress.APPROVED
    for _ in range(2):
        authority.step()
    assert (on_chain(authority, one), shown(authority, one).status) == (GOOD, GOOD)


def test_one_officer_suffices_where_the_settings_say_so(hub_on_each: Hub) -> None:
    authority = authority_of(hub_on_each, needs_two=False)
    assert propose(authority, issued(authority)[0], REVOKED).progress is ActProgress.APPROVED


def test_a_rejected_act_changes_nothing(authority: Authority) -> None:
    one = issued(authority)[0]
    act = propose(authority, one, REVOKED)
    with writing(authority.services.engine) as connection:
        assert waiting_acts(connection) == (act,)
        assert reject_act(authority.services, connection, act.act_id, actor="gia").decided_by == "gia"
    with pytest.raises(ConflictError, match="rejected"):
        approve(authority, act)
    assert authority.step().sent == 0
    assert propose(authority, one, SUSPENDED).progress is ActProgress.WAITING


def test_a_replacement_stands_on_the_chain_by_its_digest(authority: Authority) -> None:
    one, two = issued(authority, 2)
    act = propose(authority, one, REVOKED, StatusReason.REPLACED, "GE-0002")
    assert act.replaced_by == "GE-0002"
    approve(authority, act)
    authority.step()
    with reading(authority.services.engine) as connection:
        document = document_of(authority.services, connection, two)
        data = connection.scalars(
            select(registry_transactions.c.data).where(registry_transactions.c.purpose == "status")
        ).one()
    assert data[-32:] == document.digest
    assert int.from_bytes(data[-64:-32]) == StatusReason.REPLACED


REFUSED = (
    ("not there", "nobody", SUSPENDED, "", NotFoundError, "no certificate"),
    ("already so", "good", GOOD, "", ConflictError, "already"),
    ("another under way", "waiting", REVOKED, "", ConflictError, "another act"),
    ("revoked stays so", "revoked", GOOD, "", ConflictError, "stays revoked"),
    ("not anchored", "new", REVOKED, "", ConflictError, "does not know"),
    ("replaced by nothing", "good", REVOKED, "GE-9999", InvalidInputError, "no other certificate"),
    ("replaced by itself", "good", REVOKED, "GE-0001", InvalidInputError, "no other certificate"),
    ("suspended and replaced", "good", SUSPENDED, "GE-0002", InvalidInputError, "only a revoked"),
)


@pytest.mark.parametrize(
    ("which", "status", "number", "error", "words"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_what_cannot_be_is_refused_with_its_reason(
    authority: Authority, which: str, status: Status, number: str, error: type[HubError], words: str
) -> None:
    ones = issued(authority)
    ids = {"good": ones[0], "waiting": ones[1], "revoked": ones[2], "nobody": "nobody"}
    propose(authority, ids["waiting"], SUSPENDED)
    done(authority, ids["revoked"], REVOKED)
    ids["new"] = authority.issue(*some(1, 50)).issued[0]
    with pytest.raises(error, match=words):
        propose(authority, ids[which], status, number=number)


def test_what_the_governor_did_meanwhile_is_taken_as_it_is(authority: Authority) -> None:
    same, revoked = issued(authority, 2)
    registry = authority.node.registry
    acts = [propose(authority, one, SUSPENDED) for one in (same, revoked)]
    with reading(authority.services.engine) as connection:
        documents = [document_of(authority.services, connection, one) for one in (same, revoked)]
    for document, status in zip(documents, (1, 2), strict=True):
        registry.call(GOVERNOR, "set_status", document.root, document.index, status, 0, bytes(32))
    for act in acts:
        approve(authority, act)
    assert authority.step().sent == 0
    assert shown(authority, same).status is SUSPENDED
    with reading(authority.services.engine) as connection:
        last = acts_on(connection, revoked)[0]
    assert (last.progress, "revoked is final" in last.failure) == (ActProgress.FAILED, True)
    assert batch_key(StateCode("GE"), documents[0].root) == documents[0].batch
