"""What released goods used is told to the registry itself: once, in turn, refused when another was first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import select

from hub.declarations.assessing.assess import Assessor
from hub.declarations.lifecycle import Event
from hub.origin.anchoring.leaves import batch_key, leaf_digest, line_key
from hub.origin.anchoring.merkle import MerkleTree
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.canonical import document_digest
from hub.origin.chain.facts import BlockRef, ChainFacts, Provenance, Question
from hub.origin.chain.node import NodeError
from hub.origin.checking.drawing import DrawState
from hub.origin.checking.sending import send_draws
from hub.origin.checking.tables import origin_draws
from hub.origin.checking.upkeep import tell_registry
from hub.origin.issuing.advancing import Issuer
from hub.origin.issuing.fakes import MemorySigner
from hub.origin.issuing.settings import IssuingSettings
from hub.origin.registry.layout import (
    authority_slot,
    batch_slot,
    unpack_authority,
    unpack_batch,
    used_slot,
)
from hub.origin.verifying.judging import WHOLE
from hub.origin.verifying.verifying import Verifier
from hub.store.database import reading
from tests.hub.builders import Hub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_assessing import lodged
from tests.hub.origin.checking.issued import TERMS, certificate
from tests.hub.origin.checking.test_feeding import act, declared, known, newest
from tests.hub.origin.issuing.authority import GOVERNOR, PLACE
from tests.hub.origin.issuing.chain import CalledRegistry, EvmNode
from tests.hub.origin.registry.evm import BEGIN

AZ, ISSUER = b"\x0b" * 20, MemorySigner(b"\x07" * 32)
CUSTOMS, ELSEWHERE = MemorySigner(b"\x09" * 32), b"\x0c" * 20
NUMBER = "GE-2026-000041"
DAY = datetime.fromtimestamp(BEGIN, UTC).date()
STATED = msgspec.structs.replace(
    certificate(NUMBER, consignee__id="5ABC12D", items__1__hs_code="610910", items__1__gross_mass_kg="8"),
    issued_on=DAY,
)


class Site:
    """A customs hub with a key, its registry in the virtual machine, a node that can be put out."""

    def __init__(self, hub: Hub) -> None:
        self.registry = CalledRegistry({b"GE": GOVERNOR, b"AZ": AZ})
        until = BEGIN + int(timedelta(days=900).total_seconds())
        self.registry.call(GOVERNOR, "list_authority", ISSUER.address, 1, BEGIN - 10, until)
        for account in (CUSTOMS.address, ELSEWHERE):
            self.registry.call(AZ, "list_authority", account, 2, BEGIN - 10, until)
        self.document = self._anchored()
        self.node = EvmNode(self.registry)
        hub.clock.now = datetime.fromtimestamp(BEGIN, UTC)
        settings = msgspec.structs.replace(hub.services.settings, origin_issuing=IssuingSettings(state="AZ"))
        terms = msgspec.structs.replace(TERMS, registry=PLACE)
        services = replace(
            hub.services,
            settings=settings,
            origin_verifier_loader=lambda: Verifier([self], terms),
            origin_issuer_loader=lambda: Issuer(PLACE, CUSTOMS, CUSTOMS, self.node),
        )
        self.hub = Hub(services, hub.clock)

    def _anchored(self) -> AnchoredCertificate:
        key = b"\x01" * 16
        leaf = leaf_digest(PLACE, STATED.state, 0, document_digest(STATED, key))
        tree = MerkleTree([leaf, leaf_digest(PLACE, STATED.state, 1, bytes(32))])
        self.registry.call(ISSUER.address, "anchor", tree.root, tree.count)
        proof = tree.proof(0)
        return AnchoredCertificate(certificate=STATED, key=key, registry=PLACE, index=0, proof=proof)

    def ask(self, question: Question) -> ChainFacts:
        """Answer from the machine's storage."""
        batch = batch_key(question.state, question.root)
        anchor = unpack_batch(self.registry.storage(batch_slot(batch)), question.state, question.root)
        issuer = None
        if anchor is not None:
            issuer = unpack_authority(self.registry.storage(authority_slot(anchor.issuer)))
        used = {
            line: self.registry.storage(used_slot(line_key(batch, question.index, line)))
            for line in question.lines
        }
        return ChainFacts(
            block=BlockRef(1, b"\x01" * 32, self.hub.clock.now),
            provenance=Provenance.PROVEN,
            anchor=anchor,
            authority=issuer,
            used=used,
        )

    def declared(self, number: int, kg: str = "2") -> str:
        row = parcel(number, items=[declared(gross_kg=kg, net_kg=kg)], gross_kg=kg)
        declaration_id = lodged(self.hub, row)[0]
        Assessor(self.hub.services).assess_waiting()
        return declaration_id

    def release(self, declaration_id: str) -> None:
        act(self.hub, declaration_id, Event.PRESENT, "a-1")
        act(self.hub, declaration_id, Event.RELEASE, "a-2")

    def used(self) -> int:
        batch = batch_key(STATED.state, self.document.root)
        return self.registry.storage(used_slot(line_key(batch, 0, 1)))

    def draw_elsewhere(self, expected: int, parts: int) -> None:
        arguments = (
            b"GE", self.document.root, self.document.digest, 0, list(self.document.proof),
            1, expected, parts, b"\x05" * 32,
        )  # fmt: skip
        self.registry.call(ELSEWHERE, "draw_down", *arguments)

    def states(self) -> list[str]:
        with reading(self.hub.services.engine) as connection:
            query = select(origin_draws.c.state).order_by(origin_draws.c.declaration_id)
            return list(connection.scalars(query))

    def tell(self) -> None:
        tell_registry(self.hub.services, {})
        self.node.mine()


@pytest.fixture
def site(hub_on_each: Hub) -> Site:
    made = Site(hub_on_each)
    known(made.hub, made.document, made.hub.services.origin_verifier)
    return made


def test_a_released_parcel_is_told_once_and_confirmed(site: Site) -> None:
    declaration_id = site.declared(1)
    site.release(declaration_id)
    for _ in range(3):
        site.tell()
    assert site.states() == [DrawState.CONFIRMED]
    assert (site.used(), site.node.sent) == (WHOLE // 4, 1)


def test_two_parcels_draw_one_after_the_other(site: Site) -> None:
    for number in (1, 2):
        site.release(site.declared(number))
    for _ in range(6):
        site.tell()
    assert site.states() == [DrawState.CONFIRMED] * 2
    assert site.used() == WHOLE // 2


def test_a_post_that_was_first_leaves_the_rest(site: Site) -> None:
    site.release(site.declared(1))
    send_draws(site.hub.services)
    # Its transaction comes into a block first.
    site.draw_elsewhere(0, WHOLE // 2)
    for _ in range(5):
        site.tell()
    assert site.states() == [DrawState.CONFIRMED]
    assert site.used() == WHOLE // 2 + WHOLE // 4


def test_where_too_little_is_left_the_draw_is_refused_and_others_are_assessed_anew(site: Site) -> None:
    released, waiting = site.declared(1), site.declared(2)
    assert newest(site.hub, waiting).evidence["origins"] == ["valid"]
    site.release(released)
    site.draw_elsewhere(0, WHOLE * 9 // 10)
    site.tell()
    assert site.states() == [DrawState.REFUSED]
    found = newest(site.hub, waiting)
    assert found.evidence["origins"] == ["invalid"]
    assert found.channel == "inspection"
    assert site.used() == WHOLE * 9 // 10


def test_a_node_that_is_away_leaves_it_provisional(site: Site) -> None:
    site.release(site.declared(1))
    site.node.is_down = True
    with pytest.raises(NodeError):
        send_draws(site.hub.services)
    assert site.states() == [DrawState.PROVISIONAL]
    site.node.is_down = False
    for _ in range(2):
        site.tell()
    assert site.states() == [DrawState.CONFIRMED]


def test_without_a_key_nothing_is_sent_and_nothing_lost(site: Site) -> None:
    site.release(site.declared(1))
    settings = msgspec.structs.replace(site.hub.services.settings, origin_issuing=IssuingSettings())
    send_draws(replace(site.hub.services, settings=settings))
    assert (site.states(), site.node.sent) == ([DrawState.PROVISIONAL], 0)
