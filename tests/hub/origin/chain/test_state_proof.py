"""What follows from a block's hash, held against another program's tries; every altered byte is noticed."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import rlp
from hypothesis import given, settings
from hypothesis.strategies import binary, dictionaries, integers
from trie.hexary import HexaryTrie

from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.leaves import batch_key
from hub.origin.chain.calls import AnchorBatch
from hub.origin.chain.headers import EXTRA, is_header_of, read_header
from hub.origin.chain.node import StateProof
from hub.origin.chain.state_proof import ProofError, proven_slots, trie_value
from hub.origin.registry.artifact import artifact
from hub.origin.registry.layout import authority_slot, batch_slot, unpack_authority, unpack_batch
from tests.hub.origin.ethereum import GE, ISSUER, anvil, needs_anvil

ROOT = b"\x44" * 32
ABSENT = batch_slot(batch_key(GE, b"\x55" * 32))
PRESENT = batch_slot(batch_key(GE, ROOT))
Known = tuple[StateProof, bytes, bytes]


def trie_of(held: dict[bytes, bytes]) -> Any:
    trie: Any = HexaryTrie({})
    for key, value in held.items():
        trie[keccak256(key)] = value
    return trie


@given(
    dictionaries(binary(min_size=1, max_size=4), binary(min_size=1, max_size=40), max_size=30),
    binary(min_size=1, max_size=4),
)
def test_a_trie_says_what_another_program_says(held: dict[bytes, bytes], asked: bytes) -> None:
    trie = trie_of(held)
    for key in {asked, *held}:
        proof = tuple(rlp.encode(node) for node in trie.get_proof(keccak256(key)))
        given_nodes = () if not held else proof
        assert trie_value(trie.root_hash, keccak256(key), given_nodes) == held.get(key, b"")


@settings(max_examples=30)
@given(
    dictionaries(binary(min_size=1, max_size=3), binary(min_size=1, max_size=40), min_size=3, max_size=30),
    integers(0),
)
def test_every_altered_byte_is_noticed(held: dict[bytes, bytes], which: int) -> None:
    trie = trie_of(held)
    key = keccak256(sorted(held)[which % len(held)])
    proof = [bytes(rlp.encode(node)) for node in trie.get_proof(key)]
    for number, node in enumerate(proof):
        for place in range(len(node)):
            altered = node[:place] + bytes([node[place] ^ 1]) + node[place + 1 :]
            with pytest.raises(ProofError, match="does not follow"):
                trie_value(trie.root_hash, key, [*proof[:number], altered, *proof[number + 1 :]])
    with pytest.raises(ProofError, match="left over"):
        trie_value(trie.root_hash, key, [*proof, proof[-1]])
    with pytest.raises(ProofError, match="too early"):
        trie_value(trie.root_hash, key, proof[:-1])


@pytest.fixture(scope="module")
def known() -> Iterator[Known]:
    """Give a proof of a batch that is there and of one that is not, from a real node."""
    if needs_anvil.args[0]:
        pytest.skip(needs_anvil.kwargs["reason"])
    with anvil() as chain:
        registry = chain.consortium()
        chain.call(registry, ISSUER, AnchorBatch(ROOT, 8))
        node = chain.node(registry)
        head = node.head(final=False)
        yield node.prove(head, [PRESENT, ABSENT, authority_slot(ISSUER)]), head.digest, registry.address


def prove(proof: StateProof, digest: bytes, address: bytes, *slots: bytes) -> dict[bytes, int]:
    return proven_slots(proof, digest, address, artifact().runtime_digest, slots or (PRESENT, ABSENT))


def test_what_is_there_is_proven_and_what_is_not_is_proven_absent(known: Known) -> None:
    values = prove(*known, PRESENT, ABSENT, authority_slot(ISSUER))
    batch, listed = unpack_batch(values[PRESENT], GE, ROOT), unpack_authority(values[authority_slot(ISSUER)])
    assert batch is not None
    assert (batch.issuer, batch.count) == (ISSUER, 8)
    assert values[ABSENT] == 0
    assert listed is not None
    assert listed.state == GE


def test_another_block_is_refused(known: Known) -> None:
    proof, digest, address = known
    with pytest.raises(ProofError, match="another block"):
        prove(proof, bytes([digest[0] ^ 1]) + digest[1:], address)


def test_another_contract_is_refused(known: Known) -> None:
    proof, digest, address = known
    with pytest.raises(ProofError, match="another contract"):
        proven_slots(proof, digest, address, bytes(32), [PRESENT])
    with pytest.raises(ProofError):
        prove(proof, digest, b"\xc1" * 20)


def test_the_proof_of_one_slot_is_none_of_another(known: Known) -> None:
    proof, digest, address = known
    swapped = {PRESENT: proof.slots[ABSENT], ABSENT: proof.slots[PRESENT]}
    values: dict[bytes, int] = {}
    for slot in (PRESENT, ABSENT):
        try:
            values |= prove(msgspec.structs.replace(proof, slots=swapped), digest, address, slot)
        except ProofError:
            continue
    assert values in ({}, {ABSENT: 0})


@pytest.mark.parametrize("part", ["header", "account", "slots"])
def test_every_altered_byte_of_a_real_proof_is_refused(known: Known, part: str) -> None:
    proof, digest, address = known
    whole: bytes = {"header": proof.header, "account": proof.account[-1], "slots": proof.slots[PRESENT][-1]}[
        part
    ]
    for place in range(len(whole)):
        altered = whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :]
        changed: object = altered
        if part == "account":
            changed = (*proof.account[:-1], altered)
        if part == "slots":
            changed = proof.slots | {PRESENT: (*proof.slots[PRESENT][:-1], altered)}
        with pytest.raises(ProofError):
            prove(msgspec.structs.replace(proof, **{part: changed}), digest, address)


@pytest.mark.parametrize(
    "changes",
    [
        {"header": b""},
        {"header": rlp.encode([b""] * 3)},
        {"account": ()},
        {"slots": {}},
        {"header": b"\xff" * 40},
    ],
)
def test_what_is_no_proof_is_refused(known: Known, changes: dict[str, object]) -> None:
    proof, digest, address = known
    with pytest.raises(ProofError):
        prove(msgspec.structs.replace(proof, **changes), digest, address)


def test_a_header_of_qbft_is_hashed_without_round_and_seals(known: Known) -> None:
    """Built after Besu's codec: the seals of the validators cannot be part of what they sign."""
    fields = list(read_header(known[0].header))
    common = [bytes(32), [b"\x01" * 20, b"\x02" * 20], b""]
    fields[EXTRA] = rlp.encode([*common, b"", []])
    digest = keccak256(rlp.encode(fields))
    fields[EXTRA] = rlp.encode([*common, b"\x03", [b"\x05" * 65, b"\x06" * 65]])
    sealed = bytes(rlp.encode(fields))
    assert keccak256(sealed) != digest
    assert is_header_of(sealed, digest)
    fields[EXTRA] = rlp.encode([bytes(32), [b"\x01" * 20], b"", b"\x03", []])
    assert not is_header_of(bytes(rlp.encode(fields)), digest)
