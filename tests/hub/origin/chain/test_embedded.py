"""The chain in a file: real blocks and proofs, kept for the next process, written by one at a time."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.declarations.assessing.evidence import OriginVerdict
from hub.origin.anchoring.leaves import RegistryPlace, batch_key
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.calls import AnchorBatch, DrawDown, ListAuthority, RegistryCall, SetStatus
from hub.origin.chain.codec import deployment, encoded_call
from hub.origin.chain.embedded import CHAIN_ID, HEARTBEAT, EmbeddedNode
from hub.origin.chain.events import Anchored, AuthorityListed, DrawnDown, PlacedEvent, StatusChanged
from hub.origin.chain.facts import Role, Status
from hub.origin.chain.node import ChainReader, ChainWriter, NodeError, Receipt, RefusedError
from hub.origin.chain.opening import open_node
from hub.origin.chain.proven import ProvenSource, ProvenTerms
from hub.origin.chain.state_proof import ProofError, proven_slots
from hub.origin.issuing.fakes import MemorySigner
from hub.origin.issuing.transactions import Transaction, contract_address, signed, signing_digest
from hub.origin.registry.artifact import artifact
from hub.origin.registry.layout import batch_slot, time_of, unpack_batch
from hub.origin.verifying.judging import FormRules, Presentation, Terms
from hub.origin.verifying.verdict import Ground
from hub.origin.verifying.verifying import Verifier
from tests.hub.builders import Clock
from tests.hub.origin.certificate.samples import anchored

GE = StateCode("GE")
GOVERNOR, ISSUER, CUSTOMS = (MemorySigner(bytes([number]) * 32) for number in (1, 2, 3))
BEGINS = datetime(2026, 9, 20, 12, tzinfo=UTC)
ROOT, OTHER = b"\x01" * 32, b"\x09" * 32
NOWHERE = RegistryPlace(CHAIN_ID, bytes(20))


class Ledger:
    """A chain with a registry whose issuer and customs are listed."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, Clock(BEGINS)
        self.send(
            EmbeddedNode("begins", path, NOWHERE, self.clock), GOVERNOR, b"", deployment(self.governors)
        )
        self.registry = RegistryPlace(CHAIN_ID, contract_address(GOVERNOR.address, 0))
        self.node = self.open()
        for signer, role in ((ISSUER, Role.ISSUER), (CUSTOMS, Role.CUSTOMS)):
            self.call(GOVERNOR, ListAuthority(signer.address, role, time_of(0), time_of(2**33)))

    @property
    def governors(self) -> dict[StateCode, bytes]:
        return {GE: GOVERNOR.address}

    def open(self) -> EmbeddedNode:
        return EmbeddedNode("kept", self.path, self.registry, self.clock)

    def call(self, signer: MemorySigner, call: RegistryCall) -> Receipt:
        return self.send(self.node, signer, self.registry.address, encoded_call(call))

    def send(self, node: ChainWriter, signer: MemorySigner, to: bytes, data: bytes) -> Receipt:
        found = node.receipt(node.send(self.written(node, signer, to, data)))
        assert found is not None
        return found

    def written(self, node: ChainWriter, signer: MemorySigner, to: bytes, data: bytes) -> bytes:
        transaction = Transaction(
            chain_id=CHAIN_ID,
            nonce=node.nonce(signer.address),
            fees=node.fees(),
            gas=4_000_000,
            to=to,
            data=data,
        )
        return signed(transaction, signer.sign(signing_digest(transaction)))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path / "chain.db")
    yield made
    made.node.close()


def test_what_is_proven_is_checked_as_of_any_other_chain(ledger: Ledger) -> None:
    ledger.call(ISSUER, AnchorBatch(ROOT, 8))
    before, present = ledger.node.head(final=True), batch_slot(batch_key(GE, ROOT))
    absent = batch_slot(batch_key(GE, OTHER))
    ledger.call(ISSUER, AnchorBatch(OTHER, 4))
    runtime, slots = artifact().runtime_digest, [present, absent]
    proof = ledger.node.prove(before, slots)
    values = proven_slots(proof, before.digest, ledger.registry.address, runtime, slots)
    batch = unpack_batch(values[present], GE, ROOT)
    assert batch is not None
    assert (batch.issuer, batch.count, batch.anchored_at) == (ISSUER.address, 8, before.at)
    assert values[absent] == 0
    with pytest.raises(ProofError):
        proven_slots(proof, ledger.node.head(final=True).digest, ledger.registry.address, runtime, slots)


def test_everything_the_registry_tells_is_read_in_order(ledger: Ledger) -> None:
    document, tree = anchored(5, 2, ledger.registry)
    batch = batch_key(GE, tree.root)
    ledger.call(ISSUER, AnchorBatch(tree.root, tree.count))
    ledger.call(
        CUSTOMS, DrawDown(GE, tree.root, document.digest, 2, document.proof, 1, 0, 250_000_000, OTHER)
    )
    ledger.call(GOVERNOR, SetStatus(tree.root, 2, Status.REVOKED, 7, OTHER))
    last = ledger.node.head(final=True).number
    issuer, customs, *rest = ledger.node.events(0, last + 9)
    assert [type(one.event) for one in (issuer, customs)] == [AuthorityListed, AuthorityListed]
    assert [one.event for one in rest] == [
        Anchored(GE, tree.root, ISSUER.address, tree.count),
        DrawnDown(batch, 2, 1, 250_000_000, 250_000_000, OTHER, CUSTOMS.address),
        StatusChanged(batch, 2, Status.REVOKED, 7, OTHER),
    ]
    at = ledger.node.block(last).at
    assert ledger.node.events(last, last) == [PlacedEvent(last, 0, rest[-1].event, at)]


def test_the_file_keeps_the_chain_for_the_next_process(ledger: Ledger) -> None:
    ledger.call(ISSUER, AnchorBatch(ROOT, 8))
    head = ledger.node.head(final=True)
    ledger.node.close()
    ledger.node = ledger.open()
    assert ledger.node.head(final=True) == head
    assert ledger.node.block(head.number) == head
    with pytest.raises(NodeError, match="no block"):
        ledger.node.block(head.number + 1)


def test_what_would_fail_is_refused_in_the_contracts_words(ledger: Ledger) -> None:
    before = ledger.node.head(final=True)
    assert 40_000 < ledger.node.estimate(ISSUER.address, AnchorBatch(ROOT, 8)) < 60_000
    with pytest.raises(RefusedError, match="not listed for this"):
        ledger.node.estimate(CUSTOMS.address, AnchorBatch(ROOT, 8))
    assert ledger.node.head(final=True) == before
    failed = ledger.call(CUSTOMS, AnchorBatch(ROOT, 8))
    assert not failed.has_succeeded
    assert failed.block.number == before.number + 1
    assert ledger.node.events(before.number + 1, before.number + 1) == []


def test_the_same_transaction_counts_once(ledger: Ledger) -> None:
    raw = ledger.written(ledger.node, ISSUER, ledger.registry.address, encoded_call(AnchorBatch(ROOT, 8)))
    assert ledger.node.receipt(ledger.node.send(raw)) == ledger.node.receipt(ledger.node.send(raw))
    assert ledger.node.nonce(ISSUER.address) == 1


@pytest.mark.parametrize("raw", [b"", b"\x02nonsense", b"\xff" * 40])
def test_what_is_no_transaction_is_refused_and_changes_nothing(ledger: Ledger, raw: bytes) -> None:
    before = ledger.node.head(final=True)
    with pytest.raises(RefusedError):
        ledger.node.send(raw)
    assert ledger.node.head(final=True) == before
    assert ledger.node.receipt(bytes(32)) is None


def test_a_number_that_was_used_is_refused(ledger: Ledger) -> None:
    data = encoded_call(AnchorBatch(ROOT, 8)), encoded_call(AnchorBatch(OTHER, 8))
    first, second = (ledger.written(ledger.node, ISSUER, ledger.registry.address, one) for one in data)
    ledger.node.send(first)
    with pytest.raises(RefusedError, match="nonce"):
        ledger.node.send(second)


def test_the_chain_goes_on_when_somebody_looks(ledger: Ledger) -> None:
    """Nodes that stand still are not believed; an idle chain of one machine must not look like them."""
    before = ledger.node.head(final=True)
    ledger.clock.now += HEARTBEAT - timedelta(seconds=10)
    assert ledger.node.head(final=True) == before
    ledger.clock.now += timedelta(hours=1)
    after = ledger.node.head(final=True)
    assert (after.number, after.at) == (before.number + 1, ledger.clock.now)


def test_processes_take_turns(ledger: Ledger) -> None:
    """Four at once, each with a connection of its own, as processes have: no block is lost."""
    before = ledger.node.head(final=True).number
    roots = [bytes([number]) * 32 for number in range(10, 22)]
    raws = [
        signed(one, ISSUER.sign(signing_digest(one)))
        for one in (
            Transaction(
                chain_id=CHAIN_ID,
                nonce=number,
                fees=ledger.node.fees(),
                gas=200_000,
                to=ledger.registry.address,
                data=encoded_call(AnchorBatch(root, 1)),
            )
            for number, root in enumerate(roots)
        )
    ]

    def send_all(_: int) -> int:
        node = ledger.open()
        for raw in raws:
            node.send(raw)
        told = len(node.events(before + 1, before + 99))
        node.close()
        return told

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(send_all, range(4))) == [len(roots)] * 4
    assert ledger.node.head(final=True).number == before + len(roots)


def test_a_certificate_is_verified_on_it(ledger: Ledger) -> None:
    document, tree = anchored(5, 2, ledger.registry)
    ledger.call(ISSUER, AnchorBatch(tree.root, tree.count))
    rules = FormRules(valid_months=12, anchored_within=timedelta(days=9), retrospective="retrospective")
    judged = Terms(
        registry=ledger.registry, forms={"ct-1": rules}, stale_after=timedelta(1), settling=timedelta(1)
    )
    believed = ProvenTerms(
        registry=ledger.registry, agree=1, final=True, head_age=timedelta(minutes=5), timeout_s=10.0
    )
    source = ProvenSource([ledger.node], believed, ledger.clock)
    try:
        verifier = Verifier([source], judged)
        found = verifier.verify(document, Presentation(ledger.clock.now))
        assert (found.verdict, found.reasons[0].ground) == (OriginVerdict.VALID, Ground.ANCHORED)
        forged, _ = anchored(6, 2, ledger.registry)
        found = verifier.verify(forged, Presentation(ledger.clock.now))
        assert (found.verdict, found.reasons[0].ground) == (OriginVerdict.INVALID, Ground.NOT_ANCHORED)
    finally:
        source.close()


def test_an_address_says_which_kind_of_node_it_is(tmp_path: Path) -> None:
    held: ChainReader = open_node("kept", f"file:{tmp_path / 'chain.db'}", NOWHERE, 1.0)
    assert held.chain_id() == CHAIN_ID
    far: ChainReader = open_node("far", "http://127.0.0.1:9", NOWHERE, 1.0)
    with pytest.raises(NodeError):
        far.chain_id()


def test_a_file_that_is_no_chain_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no chain\n" * 100)
    for path in (tmp_path / "text", tmp_path / "nowhere" / "chain.db"):
        with pytest.raises(NodeError, match=path.name):
            open_node("bad", f"file:{path}", NOWHERE, 1.0)


def test_a_disk_that_fails_is_a_nodes_fault(ledger: Ledger) -> None:
    ledger.node.close()
    with pytest.raises(NodeError, match=ledger.path.name):
        ledger.node.head(final=True)
    ledger.node = ledger.open()


def test_who_has_nodes_over_http_does_not_load_a_virtual_machine() -> None:
    program = (
        "import sys; from hub.origin.chain.opening import open_node;"
        "from hub.origin.anchoring.leaves import RegistryPlace;"
        "assert not {'web3', 'eth'} & set(sys.modules);"
        "open_node('a', 'http://127.0.0.1:9', RegistryPlace(1, bytes(20)), 1.0);"
        "assert 'eth' not in sys.modules and 'web3' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_registry_that_was_never_made_is_proven_to_be_none(ledger: Ledger) -> None:
    node = EmbeddedNode("elsewhere", ledger.path, RegistryPlace(CHAIN_ID, b"\xc1" * 20), ledger.clock)
    head, slots = node.head(final=True), [batch_slot(batch_key(GE, ROOT))]
    with pytest.raises(ProofError, match="no such account"):
        proven_slots(node.prove(head, slots), head.digest, b"\xc1" * 20, artifact().runtime_digest, slots)
    node.close()
