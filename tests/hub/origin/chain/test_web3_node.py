"""A real node as the product sees it: what it says, what it refuses, what the registry told."""

from collections.abc import Iterator

import pytest

from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.leaves import RegistryPlace, batch_key
from hub.origin.chain.calls import AnchorBatch, DrawDown, SetStatus, Vote
from hub.origin.chain.events import Anchored, AuthorityListed, DrawnDown, PlacedEvent, StatusChanged
from hub.origin.chain.facts import Role, Status
from hub.origin.chain.node import ChainReader, ChainWriter, NodeError, RefusedError
from hub.origin.chain.web3_node import Web3Node
from hub.origin.registry.layout import batch_slot
from tests.hub.origin.certificate.samples import anchored
from tests.hub.origin.ethereum import (
    CHAIN_ID,
    CUSTOMS,
    GE,
    GEORGIA,
    ISSUER,
    RELAYER,
    UA,
    Anvil,
    anvil,
    needs_anvil,
)

pytestmark = needs_anvil


@pytest.fixture(scope="module")
def chain() -> Iterator[Anvil]:
    with anvil() as node:
        yield node


def test_everything_the_registry_tells_is_read_in_order(chain: Anvil) -> None:
    registry = chain.consortium()
    document, tree = anchored(5, 2, registry)
    batch, other = batch_key(GE, tree.root), b"\x09" * 32
    chain.call(registry, ISSUER, AnchorBatch(tree.root, tree.count))
    draw = DrawDown(GE, tree.root, document.digest, 2, document.proof, 1, 0, 250_000_000, other)
    chain.call(registry, CUSTOMS, draw)
    chain.call(registry, GEORGIA, Vote(UA, RELAYER))
    chain.call(registry, GEORGIA, SetStatus(tree.root, 2, Status.REVOKED, 7, other))
    node = chain.node(registry)
    told = node.events(0, node.head(final=False).number)
    issuer, customs, *rest = [one.event for one in told]
    assert isinstance(issuer, AuthorityListed)
    assert isinstance(customs, AuthorityListed)
    assert (issuer.state, issuer.account, issuer.roles) == (GE, ISSUER, Role.ISSUER)
    assert (customs.account, customs.roles) == (CUSTOMS, Role.CUSTOMS)
    assert rest == [
        Anchored(GE, tree.root, ISSUER, tree.count),
        DrawnDown(batch, 2, 1, 250_000_000, 250_000_000, other, CUSTOMS),
        StatusChanged(batch, 2, Status.REVOKED, 7, other),
    ]
    assert [(one.block, one.position) for one in told] == sorted((one.block, one.position) for one in told)


def test_a_span_has_what_happened_in_it(chain: Anvil) -> None:
    registry = chain.consortium()
    node = chain.node(registry)
    before = node.head(final=False).number
    chain.call(registry, ISSUER, AnchorBatch(b"\x01" * 32, 1))
    at = node.block(before + 1).at
    expected = [PlacedEvent(before + 1, 0, Anchored(GE, b"\x01" * 32, ISSUER, 1), at)]
    assert node.events(before + 1, before + 1) == expected
    assert node.events(0, before + 1)[-1:] == expected
    with pytest.raises(NodeError):
        node.events(before + 2, before + 9)


def test_heads_and_blocks_agree(chain: Anvil) -> None:
    chain.mine(3)
    node: ChainReader = chain.node(RegistryPlace(CHAIN_ID, b"\xc0" * 20))
    head = node.head(final=False)
    assert node.chain_id() == CHAIN_ID
    assert node.block(head.number) == head
    assert node.head(final=True).number <= head.number
    with pytest.raises(NodeError):
        node.block(head.number + 100)


def test_a_header_is_what_its_hash_is_made_of(chain: Anvil) -> None:
    registry = chain.consortium()
    node = chain.node(registry)
    head = node.head(final=False)
    proof = node.prove(head, [batch_slot(batch_key(GE, b"\x02" * 32))])
    assert keccak256(proof.header) == head.digest
    assert keccak256(proof.account[0])  # a trie of its own accounts
    assert set(proof.slots) == {batch_slot(batch_key(GE, b"\x02" * 32))}


def test_a_call_that_would_fail_is_refused_in_the_contracts_words(chain: Anvil) -> None:
    node: ChainWriter = chain.node(chain.consortium())
    assert 40_000 < node.estimate(ISSUER, AnchorBatch(b"\x03" * 32, 8)) < 60_000
    with pytest.raises(RefusedError, match="not listed for this"):
        node.estimate(RELAYER, AnchorBatch(b"\x03" * 32, 8))
    with pytest.raises(RefusedError, match="1 to 2"):
        node.estimate(ISSUER, AnchorBatch(b"\x03" * 32, 2**20 + 1))


def test_accounts_count_on(chain: Anvil) -> None:
    registry = chain.consortium()
    node: ChainWriter = chain.node(registry)
    before = node.nonce(ISSUER)
    chain.call(registry, ISSUER, AnchorBatch(b"\x04" * 32, 8))
    assert node.nonce(ISSUER) == before + 1
    assert node.fees().most >= node.fees().tip
    assert node.receipt(b"\x05" * 32) is None


def test_what_is_no_transaction_is_refused(chain: Anvil) -> None:
    with pytest.raises(NodeError):
        chain.node(RegistryPlace(CHAIN_ID, b"\xc0" * 20)).send(b"\x02nonsense")


def test_nobody_there_is_a_nodes_fault_and_shows_no_address() -> None:
    node = Web3Node("one", "http://user:secret@127.0.0.1:9", RegistryPlace(CHAIN_ID, b"\xc0" * 20), 1.0)
    with pytest.raises(NodeError) as caught:
        node.chain_id()
    assert "secret" not in str(caught.value)
    assert str(caught.value).startswith("one: eth_chainId")
