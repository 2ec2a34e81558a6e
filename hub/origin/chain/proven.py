"""Answers by proof: a block that enough nodes agree on, and from its hash on nobody has to be believed."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock

import msgspec

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.chain.agreement import agreed, common_heights
from hub.origin.chain.asking import NodeGroup
from hub.origin.chain.evidence import evidence_of, facts_from, issuer_in, slots_of
from hub.origin.chain.facts import BlockRef, ChainFacts, ChainUnavailableError, Question, Silence
from hub.origin.chain.node import ChainReader, NodeError, StateProof
from hub.origin.chain.state_proof import ProofError, proven_slots
from hub.origin.registry.artifact import artifact

HEAD_KEPT_S = 1.0
"""How long a block that was agreed on is used for further questions."""
MOST_ISSUERS = 1000


class ProvenTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What is believed."""

    registry: RegistryPlace
    agree: int
    """So many nodes, of different states where those are known, have to name the same block."""
    states: Mapping[str, str] = msgspec.field(default_factory=dict)
    """State by name of node."""
    final: bool
    """Only what the chain calls final; else `confirmations` count."""
    confirmations: int = 0
    head_age: timedelta
    """A block older than that is no answer: nodes that stand still would hide a revocation."""
    timeout_s: float


class _Agreed(msgspec.Struct, frozen=True):
    block: BlockRef
    nodes: tuple[str, ...]
    at_s: float


class ProvenSource:
    """Asks nodes side by side; for several threads."""

    def __init__(
        self, nodes: Sequence[ChainReader], terms: ProvenTerms, clock: Callable[[], datetime]
    ) -> None:
        """Ask nobody yet."""
        self.group = NodeGroup(nodes, terms.timeout_s)
        self._terms = terms
        self._clock = clock
        self._lock = Lock()
        self._head: _Agreed | None = None
        self._issuers: dict[str, bytes] = {}
        """By state, the last one seen: its listing is asked for with the batch, in one go."""

    def close(self) -> None:
        """End the threads."""
        self.group.close()

    def ask(self, question: Question) -> ChainFacts:
        """Answer as of a block that enough nodes agree on; raises `ChainUnavailableError`."""
        if question.registry != self._terms.registry:
            raise ChainUnavailableError(Silence.NOT_CONFIGURED, "the nodes are asked for another registry")
        head, is_kept = self._agreed_head()
        try:
            return self._answer(question, head)
        except ChainUnavailableError as error:
            if not is_kept and error.silence is not Silence.UNPROVEN:
                raise
        # The block may have been taken back meanwhile, or be on its way to one of a node's own machines.
        self._head = None
        return self._answer(question, self._agreed_head()[0])

    def _agreed_head(self) -> tuple[_Agreed, bool]:
        with self._lock:
            kept = self._head
            if kept is not None and time.monotonic() - kept.at_s < HEAD_KEPT_S:
                return kept, True
            self._head = self._find_head()
            return self._head, False

    def _find_head(self) -> _Agreed:
        terms = self._terms
        newest = self.group.ask_all(self._head_of)
        for name, head in newest.items():
            self.group.told_height(name, head.number)
        heads = {name: self._settled(head) for name, head in newest.items()}
        silence = Silence.UNREACHABLE
        for height in common_heights(heads, terms.states, terms.agree):
            said = self.group.ask_all(_block_at(height), among=heads)
            block = agreed(said, terms.states, terms.agree)
            if block is not None:
                return self._checked_age(block, said)
            silence = Silence.DISAGREEMENT if len(said) >= terms.agree else Silence.UNREACHABLE
        detail = f"{len(heads)} of {len(self.group.nodes)} nodes answer, {terms.agree} have to agree"
        raise ChainUnavailableError(silence, detail)

    def _head_of(self, node: ChainReader) -> BlockRef:
        if node.chain_id() != self._terms.registry.chain_id:
            raise NodeError(f"{node.name}: is a node of another chain")
        return node.head(final=self._terms.final)

    def _settled(self, head: BlockRef) -> int:
        return head.number if self._terms.final else max(0, head.number - self._terms.confirmations)

    def _checked_age(self, block: BlockRef, said: Mapping[str, BlockRef]) -> _Agreed:
        for name, other in said.items():
            if other != block:
                self.group.contradicted(name, f"names another block {block.number}")
        age = self._clock() - block.at
        if age > self._terms.head_age:
            detail = f"the newest block they agree on is {age.total_seconds():.0f} s old"
            raise ChainUnavailableError(Silence.BEHIND, detail)
        names = tuple(sorted(name for name, other in said.items() if other == block))
        return _Agreed(block, names, time.monotonic())

    def _answer(self, question: Question, head: _Agreed) -> ChainFacts:
        faults: list[Exception] = []
        for node in self.group.by_health():
            try:
                return self._proven_by(node, question, head)
            except NodeError as error:
                self.group.note(node.name, str(error))
                faults.append(error)
            except ProofError as error:
                self.group.contradicted(node.name, str(error))
                faults.append(error)
        silence = (
            Silence.UNPROVEN if any(isinstance(one, ProofError) for one in faults) else Silence.UNREACHABLE
        )
        raise ChainUnavailableError(silence, "; ".join(map(str, faults)))

    def _proven_by(self, node: ChainReader, question: Question, head: _Agreed) -> ChainFacts:
        guess = self._issuers.get(question.state, b"")
        proof, values = self._proof(node, head.block, slots_of(question, guess))
        try:
            facts = facts_from(question, head.block, values)
        except ProofError:
            # Another issuer than the last time, or the first: its listing is one more slot.
            issuer = issuer_in(question, values)
            proof, values = self._proof(node, head.block, slots_of(question, issuer))
            facts = facts_from(question, head.block, values)
            if len(self._issuers) < MOST_ISSUERS:
                self._issuers[question.state] = issuer
        evidence = evidence_of(
            question,
            proof,
            head.block,
            runtime_digest=artifact().runtime_digest,
            nodes=head.nodes,
            faults=self.group.faults(),
        )
        return msgspec.structs.replace(facts, evidence=msgspec.to_builtins(evidence))

    def _proof(
        self, node: ChainReader, block: BlockRef, slots: list[bytes]
    ) -> tuple[StateProof, dict[bytes, int]]:
        proof = self.group.ask_one(lambda asked: asked.prove(block, slots), node.name)
        registry, runtime = self._terms.registry.address, artifact().runtime_digest
        return proof, proven_slots(proof, block.digest, registry, runtime, slots)


def _block_at(height: int) -> Callable[[ChainReader], BlockRef]:
    return lambda node: node.block(height)
