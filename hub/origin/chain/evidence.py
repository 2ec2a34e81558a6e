"""What a proven answer rests on, as it is kept: anybody can check it again without a chain. Pure."""

from collections.abc import Mapping, Sequence

import msgspec

from hub.origin.anchoring.leaves import RegistryPlace, batch_key, line_key
from hub.origin.chain.facts import BlockRef, ChainFacts, Provenance, Question
from hub.origin.chain.headers import NUMBER, TIME, read_header
from hub.origin.chain.node import StateProof
from hub.origin.chain.state_proof import ProofError, proven_slots
from hub.origin.registry.layout import (
    authority_slot,
    batch_slot,
    status_slot,
    time_of,
    unpack_authority,
    unpack_batch,
    unpack_status,
    used_slot,
)


class ProvenEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """A block that nodes agreed on, and what follows from it; bytes are hexadecimal."""

    kind: str = "state-proof"
    registry: str
    chain_id: int
    block_digest: str
    nodes: tuple[str, ...]
    """That named this block."""
    faults: dict[str, str] = msgspec.field(default_factory=dict)
    """What was wrong with others, by name."""
    runtime_digest: str
    header: str
    account: tuple[str, ...]
    slots: dict[str, tuple[str, ...]]


def slots_of(question: Question, issuer: bytes = b"") -> list[bytes]:
    """Return the slots that answer a question; with an issuer its listing too."""
    batch = batch_key(question.state, question.root)
    slots = [batch_slot(batch), status_slot(batch, question.index)]
    slots += [used_slot(line_key(batch, question.index, line)) for line in question.lines]
    return [*slots, authority_slot(issuer)] if issuer else slots


def evidence_of(
    question: Question,
    proof: StateProof,
    block: BlockRef,
    *,
    runtime_digest: bytes,
    nodes: Sequence[str],
    faults: Mapping[str, str],
) -> ProvenEvidence:
    """Put together what is kept of an answer."""
    return ProvenEvidence(
        registry=question.registry.address.hex(),
        chain_id=question.registry.chain_id,
        block_digest=block.digest.hex(),
        nodes=tuple(nodes),
        faults=dict(faults),
        runtime_digest=runtime_digest.hex(),
        header=proof.header.hex(),
        account=tuple(node.hex() for node in proof.account),
        slots={slot.hex(): tuple(node.hex() for node in nodes) for slot, nodes in proof.slots.items()},
    )


def facts_proven(evidence: ProvenEvidence, question: Question, runtime_digest: bytes) -> ChainFacts:
    """Check evidence from the header on and return what it proves; raises `ProofError`.

    That the block itself is of the chain is what `nodes` vouched for; this cannot be seen from it.
    """
    place = RegistryPlace(evidence.chain_id, bytes.fromhex(evidence.registry))
    if place != question.registry:
        raise ProofError("the evidence is of another registry")
    proof = StateProof(
        header=bytes.fromhex(evidence.header),
        account=tuple(map(bytes.fromhex, evidence.account)),
        slots={
            bytes.fromhex(slot): tuple(map(bytes.fromhex, nodes)) for slot, nodes in evidence.slots.items()
        },
    )
    digest = bytes.fromhex(evidence.block_digest)
    values = proven_slots(proof, digest, place.address, runtime_digest, list(proof.slots))
    header = read_header(proof.header)
    block = BlockRef(int.from_bytes(header[NUMBER]), digest, time_of(int.from_bytes(header[TIME])))
    facts = facts_from(question, block, values)
    return msgspec.structs.replace(facts, evidence=msgspec.to_builtins(evidence))


def facts_from(question: Question, block: BlockRef, values: Mapping[bytes, int]) -> ChainFacts:
    """Read proven slots; raises `ProofError` where one is missing."""
    batch = batch_key(question.state, question.root)
    try:
        anchor = unpack_batch(values[batch_slot(batch)], question.state, question.root)
        if anchor is None:
            return ChainFacts(block=block, provenance=Provenance.PROVEN, anchor=None)
        return ChainFacts(
            block=block,
            provenance=Provenance.PROVEN,
            anchor=anchor,
            authority=unpack_authority(values[authority_slot(anchor.issuer)]),
            status=unpack_status(values[status_slot(batch, question.index)], question.index),
            used={line: values[used_slot(line_key(batch, question.index, line))] for line in question.lines},
        )
    except KeyError as error:
        raise ProofError("a slot is missing") from error


def issuer_in(question: Question, values: Mapping[bytes, int]) -> bytes:
    """Return who anchored the batch by its proven slot, 20 bytes; raises `ProofError` where it is missing."""
    word = values.get(batch_slot(batch_key(question.state, question.root)), 0)
    anchor = unpack_batch(word, question.state, question.root)
    if anchor is None:
        raise ProofError("a slot is missing")
    return anchor.issuer
