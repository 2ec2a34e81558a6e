"""Everything thought of to get a false verdict, against a real chain: each ends in the right one."""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from hub.declarations.assessing.evidence import OriginVerdict
from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.leaves import RegistryPlace, leaf_digest
from hub.origin.anchoring.merkle import MerkleTree
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.chain.calls import AnchorBatch, DrawDown, ListAuthority, SetStatus
from hub.origin.chain.evidence import ProvenEvidence, facts_proven
from hub.origin.chain.facts import Question, Role, Status
from hub.origin.chain.proven import ProvenSource, ProvenTerms
from hub.origin.chain.state_proof import ProofError
from hub.origin.chain.web3_node import Web3Node
from hub.origin.registry.artifact import artifact
from hub.origin.registry.layout import LATEST, time_of
from hub.origin.verifying.judging import WHOLE, FormRules, Presentation, Terms
from hub.origin.verifying.verdict import Ground, Verification
from hub.origin.verifying.verifying import Verifier
from tests.hub.origin.certificate.samples import anchored, certificate, key_of
from tests.hub.origin.chain.lying_node import Answer, Liar, lying
from tests.hub.origin.chain.lying_node import Question as Asked
from tests.hub.origin.ethereum import (
    CHAIN_ID,
    CUSTOMS,
    GE,
    GEORGIA,
    ISSUER,
    RELAYER,
    UA,
    UKRAINE,
    Anvil,
    anvil,
    needs_anvil,
)

pytestmark = needs_anvil

VALID, INVALID, OPEN = OriginVerdict.VALID, OriginVerdict.INVALID, OriginVerdict.CANNOT_TELL
RULES = FormRules(valid_months=120, anchored_within=timedelta(days=4000), retrospective="retrospective")
STRICT = msgspec.structs.replace(RULES, anchored_within=timedelta(days=2))
TIMEOUT_S = 1.0
_log = logging.getLogger(__name__)


class Border:
    """A post that asks two or three nodes of one chain."""

    def __init__(self, chain: Anvil, registry: RegistryPlace, liars: list[Liar]) -> None:
        self.chain, self.registry, self.liars = chain, registry, liars

    def verify(
        self,
        document: AnchoredCertificate,
        *urls: str,
        drawn: dict[int, int] | None = None,
        rules: FormRules = RULES,
        **terms: Any,
    ) -> Verification:
        """Ask these nodes, the real one and a copy of it unless others are named."""
        with self.asking(*(urls or (self.chain.url, self.chain.url)), rules=rules, **terms) as verifier:
            return self.judged(verifier, document, drawn)

    def judged(
        self, verifier: Verifier, document: AnchoredCertificate, drawn: dict[int, int] | None = None
    ) -> Verification:
        """Verify at the time of the newest block."""
        found = verifier.verify(document, Presentation(time_of(self.chain.now), drawn or {}))
        # Shown with a failure: which reasons, in whose words.
        _log.warning("%s", found.reasons)
        return found

    @contextmanager
    def asking(self, *urls: str, rules: FormRules = RULES, **terms: Any) -> Iterator[Verifier]:
        """Give who asks these nodes."""
        nodes = [Web3Node(f"n{number}", url, self.registry, TIMEOUT_S) for number, url in enumerate(urls)]
        believed: dict[str, Any] = {"agree": 2, "final": False, "head_age": timedelta(days=4000)} | terms
        asked = ProvenTerms(registry=self.registry, timeout_s=TIMEOUT_S, **believed)
        judged = Terms(
            registry=self.registry, forms={"ct-1": rules}, stale_after=timedelta(1), settling=timedelta(1)
        )
        source = ProvenSource(nodes, asked, lambda: time_of(self.chain.now))
        try:
            yield Verifier([source], judged)
        finally:
            source.close()

    def anchor(self, tree: MerkleTree, account: bytes = ISSUER) -> None:
        """Anchor a batch."""
        self.chain.call(self.registry, account, AnchorBatch(tree.root, tree.count))

    def issued(self, count: int = 5, index: int = 2) -> AnchoredCertificate:
        """Issue a certificate."""
        document, tree = anchored(count, index, self.registry)
        self.anchor(tree)
        return document


@pytest.fixture(scope="module")
def chain() -> Iterator[Anvil]:
    with anvil() as node:
        yield node


@pytest.fixture
def border(chain: Anvil) -> Iterator[Border]:
    with ExitStack() as stack:
        liars = [stack.enter_context(lying(chain.url)) for _ in range(2)]
        yield Border(chain, chain.consortium(), liars)


def came_to(found: Verification) -> tuple[OriginVerdict, Ground]:
    return found.verdict, found.reasons[0].ground


def test_a_good_one_is_valid_and_its_evidence_can_be_checked_without_a_chain(border: Border) -> None:
    document = border.issued()
    found = border.verify(document, drawn={1: WHOLE})
    assert came_to(found) == (VALID, Ground.ANCHORED)
    question = Question(border.registry, GE, document.root, document.index, (1,))
    kept = msgspec.convert(msgspec.to_builtins(found.evidence), ProvenEvidence)
    proven = facts_proven(kept, question, artifact().runtime_digest)
    assert proven.anchor is not None
    assert (proven.anchor.issuer, proven.block) == (ISSUER, found.as_of)
    forged = msgspec.structs.replace(kept, block_digest="00" * 32)
    with pytest.raises(ProofError):
        facts_proven(forged, question, artifact().runtime_digest)


# --- forged certificates ------------------------------------------------------------------------------------


def test_a_forged_root_is_proven_absent(border: Border) -> None:
    border.issued()
    forged, _ = anchored(8, 1, border.registry)
    assert came_to(border.verify(forged)) == (INVALID, Ground.NOT_ANCHORED)


def test_an_altered_field_leads_nowhere(border: Border) -> None:
    document = border.issued()
    altered = certificate(document.certificate.number, items__1__gross_mass_kg="84000")
    forged = msgspec.structs.replace(document, certificate=altered)
    assert came_to(border.verify(forged)) == (INVALID, Ground.NOT_ANCHORED)


def test_an_inner_node_is_no_certificate(border: Border) -> None:
    """A certificate whose leaf is made to be the left child of the root: shorter than the tree is deep."""
    lone = certificate("GE-0001")
    document = AnchoredCertificate(
        certificate=lone, key=key_of(1), registry=border.registry, index=0, proof=(bytes(32),)
    )
    border.chain.call(border.registry, ISSUER, AnchorBatch(document.root, 1024))
    assert came_to(border.verify(document)) == (INVALID, Ground.PROOF_LENGTH)


def test_a_certificate_of_another_chain_is_none_here(border: Border) -> None:
    elsewhere = RegistryPlace(1, border.registry.address)
    document, tree = anchored(5, 2, elsewhere)
    border.anchor(tree)
    assert came_to(border.verify(document)) == (INVALID, Ground.OTHER_REGISTRY)
    posing = msgspec.structs.replace(document, registry=border.registry)
    assert came_to(border.verify(posing)) == (INVALID, Ground.NOT_ANCHORED)


def test_a_root_that_another_state_took_first_is_still_its_own(border: Border) -> None:
    document, tree = anchored(5, 2, border.registry)
    until = time_of(border.chain.now + 9999)
    border.chain.call(border.registry, UKRAINE, ListAuthority(UKRAINE, Role.ISSUER, time_of(0), until))
    border.anchor(tree, UKRAINE)
    assert came_to(border.verify(document)) == (INVALID, Ground.NOT_ANCHORED)
    border.anchor(tree)
    assert came_to(border.verify(document)) == (VALID, Ground.ANCHORED)


def test_a_certificate_cannot_be_said_to_be_of_another_state(border: Border) -> None:
    document = border.issued()
    posing = msgspec.structs.replace(
        document, certificate=msgspec.structs.replace(document.certificate, state=UA)
    )
    assert came_to(border.verify(posing)) == (INVALID, Ground.NOT_ANCHORED)


# --- authorities and time -----------------------------------------------------------------------------------


def test_a_key_that_was_stolen_makes_nothing_valid_from_then_on(border: Border) -> None:
    before = border.issued(5, 2)
    stolen_at = border.chain.now
    border.chain.set_time(stolen_at + 100)
    after = border.issued(6, 2)
    listing = ListAuthority(ISSUER, Role.ISSUER, time_of(0), time_of(stolen_at + 50))
    border.chain.call(border.registry, GEORGIA, listing)
    assert came_to(border.verify(before)) == (VALID, Ground.ANCHORED)
    assert came_to(border.verify(after)) == (INVALID, Ground.AFTER_AUTHORITY)


def test_an_authority_that_was_taken_off_is_no_issuer(border: Border) -> None:
    document = border.issued()
    border.chain.call(
        border.registry, GEORGIA, ListAuthority(ISSUER, Role(0), time_of(0), LATEST - timedelta(days=9))
    )
    assert came_to(border.verify(document)) == (INVALID, Ground.NOT_AN_ISSUER)


def test_an_authority_listed_later_did_not_issue_before(border: Border) -> None:
    document = border.issued()
    begins = time_of(border.chain.now + 1000)
    listing = ListAuthority(ISSUER, Role.ISSUER, begins, begins + timedelta(days=9))
    border.chain.call(border.registry, GEORGIA, listing)
    assert came_to(border.verify(document)) == (INVALID, Ground.BEFORE_AUTHORITY)


def test_a_back_dated_certificate_does_not_fit_its_anchoring(border: Border) -> None:
    made_up_day = datetime.fromtimestamp(border.chain.now, UTC).date() - timedelta(days=40)
    dated = msgspec.structs.replace(certificate(), issued_on=made_up_day)
    one = AnchoredCertificate(certificate=dated, key=key_of(1), registry=border.registry, index=0, proof=())
    leaf = leaf_digest(border.registry, GE, 0, one.digest)
    border.anchor(MerkleTree([leaf]))
    assert came_to(border.verify(one, rules=STRICT)) == (INVALID, Ground.BACK_DATED)


def test_revoked_and_suspended_are_told_apart(border: Border) -> None:
    document = border.issued()
    for status, expected in (
        (Status.SUSPENDED, (OPEN, Ground.SUSPENDED)),
        (Status.REVOKED, (INVALID, Ground.REVOKED)),
    ):
        call = SetStatus(document.root, document.index, status, 3)
        border.chain.call(border.registry, ISSUER, call)
        assert came_to(border.verify(document)) == expected


def test_what_one_shipment_used_no_other_uses(border: Border) -> None:
    document = border.issued()
    used = DrawDown(GE, document.root, document.digest, 2, document.proof, 1, 0, 700_000_000, bytes(32))
    border.chain.call(border.registry, CUSTOMS, used)
    assert came_to(border.verify(document, drawn={1: 300_000_000})) == (VALID, Ground.ANCHORED)
    assert came_to(border.verify(document, drawn={1: 300_000_001})) == (INVALID, Ground.QUANTITY_USED)


def test_an_anchor_that_the_chain_took_back_is_none(border: Border) -> None:
    border.chain.mine()
    document = border.issued()
    assert came_to(border.verify(document)) == (VALID, Ground.ANCHORED)
    border.chain.reorg(1)
    assert came_to(border.verify(document)) == (INVALID, Ground.NOT_ANCHORED)


# --- nodes that lie -----------------------------------------------------------------------------------------


def forged_values(question: Asked, answer: Answer) -> Answer:
    """Say that every slot holds a batch of the issuer, whatever the proof says."""
    if question["method"] == "eth_getProof":
        for one in answer["result"]["storageProof"]:
            one["value"] = "0x" + "11" * 32
    return answer


def forged_proof(question: Asked, answer: Answer) -> Answer:
    if question["method"] == "eth_getProof":
        for one in answer["result"]["storageProof"]:
            one["proof"] = [node[:-2] + "00" for node in one["proof"]]
    return answer


def no_proof(question: Asked, answer: Answer) -> Answer:
    if question["method"] == "eth_getProof":
        for one in answer["result"]["storageProof"]:
            one["proof"] = []
    return answer


def forged_header(question: Asked, answer: Answer) -> Answer:
    if question["method"] == "eth_getBlockByNumber" and answer.get("result"):
        answer["result"]["stateRoot"] = "0x" + "22" * 32
    return answer


def forged_block(question: Asked, answer: Answer) -> Answer:
    """Make up a whole block of its own."""
    if question["method"] == "eth_getBlockByNumber" and answer.get("result"):
        answer["result"]["hash"] = "0x" + keccak256(question["params"][0].encode()).hex()
    return answer


def wrong_chain(question: Asked, answer: Answer) -> Answer:
    return answer | {"result": hex(CHAIN_ID + 1)} if question["method"] == "eth_chainId" else answer


def wrong_types(question: Asked, answer: Answer) -> Answer:
    return answer | {"result": [1, None, {"a": "b"}]}


def an_error(question: Asked, answer: Answer) -> Answer:
    return {"jsonrpc": "2.0", "id": question["id"], "error": {"code": -32000, "message": "rate limit"}}


SPOILT = (
    forged_values,
    forged_proof,
    no_proof,
    forged_header,
    forged_block,
    wrong_chain,
    wrong_types,
    an_error,
)


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_one_liar_among_three_changes_no_verdict(border: Border, spoil: Any) -> None:
    document = border.issued()
    forged, _ = anchored(8, 1, border.registry)
    border.liars[0].spoil = spoil
    nodes = (border.liars[0].url, border.chain.url, border.chain.url)
    found = border.verify(document, *nodes)
    assert came_to(found) == (VALID, Ground.ANCHORED)
    assert came_to(border.verify(forged, *nodes)) == (INVALID, Ground.NOT_ANCHORED)
    named = msgspec.convert(found.evidence, ProvenEvidence).faults
    assert set(named) == (set() if spoil is forged_values else {"n0"}), named


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_liars_alone_make_nothing_valid_and_nothing_invalid(border: Border, spoil: Any) -> None:
    """Where nobody tells the truth the verdict stays open; values beside the proof are not even read."""
    document = border.issued()
    forged, _ = anchored(8, 1, border.registry)
    for liar in border.liars:
        liar.spoil = spoil
    nodes = [liar.url for liar in border.liars]
    if spoil is forged_values:
        assert came_to(border.verify(document, *nodes)) == (VALID, Ground.ANCHORED)
        assert came_to(border.verify(forged, *nodes)) == (INVALID, Ground.NOT_ANCHORED)
        return
    for one in (document, forged):
        assert border.verify(one, *nodes).verdict is OPEN


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_two_of_three_that_lie_alike_make_nothing_false_valid_or_invalid(border: Border, spoil: Any) -> None:
    """Where two lie, the third alone is not enough for a verdict; and never is there a false one."""
    document = border.issued()
    forged, _ = anchored(8, 1, border.registry)
    for liar in border.liars:
        liar.spoil = spoil
    nodes = (border.liars[0].url, border.liars[1].url, border.chain.url)
    assert border.verify(document, *nodes).verdict in (OPEN, VALID)
    assert border.verify(forged, *nodes).verdict in (OPEN, INVALID)
    if spoil in (forged_block, wrong_chain, wrong_types, an_error):
        assert border.verify(document, *nodes).verdict is OPEN


def test_a_whole_made_up_chain_takes_nodes_of_as_many_states_as_have_to_agree(border: Border) -> None:
    """The limit of it all: those who lie together in every way are believed, when they are enough."""
    forged, tree = anchored(8, 1, border.registry)
    with anvil() as other:
        deployed = border.chain.ask("eth_getTransactionCount", "0x" + RELAYER.hex(), "latest")
        other.ask("anvil_setNonce", "0x" + RELAYER.hex(), hex(int(deployed, 16) - 1))
        assert other.consortium() == border.registry
        other.call(border.registry, ISSUER, AnchorBatch(tree.root, tree.count))
        other.mine(int(border.chain.ask("eth_blockNumber"), 16))
        made_up, real = other.url, border.chain.url
        together = {"n0": "GE", "n1": "GE", "n2": "AZ"}
        assert border.verify(forged, made_up, made_up, real).verdict is VALID
        assert border.verify(forged, made_up, made_up, real, states=together).verdict is OPEN
        assert border.verify(forged, made_up, made_up, real, agree=3).verdict is OPEN
        assert border.verify(forged, made_up, real, real).verdict is INVALID


def test_one_node_is_never_enough(border: Border) -> None:
    document = border.issued()
    border.liars[0].spoil = forged_block
    for other in (border.liars[0].url, "http://127.0.0.1:9"):
        found = border.verify(document, border.chain.url, other)
        assert found.verdict is OPEN
    assert came_to(border.verify(document, border.chain.url, border.liars[0].url)) == (
        OPEN,
        Ground.NODES_DISAGREE,
    )


def test_nodes_of_one_state_are_one_voice(border: Border) -> None:
    document = border.issued()
    same = {"n0": "GE", "n1": "GE"}
    assert came_to(border.verify(document, states=same)) == (OPEN, Ground.NODES_UNREACHABLE)
    assert came_to(border.verify(document, states={"n0": "GE", "n1": "AZ"})) == (VALID, Ground.ANCHORED)


# --- nodes that fail ----------------------------------------------------------------------------------------


def test_an_outage_is_no_sign_against_anybody(border: Border) -> None:
    document = border.issued()
    dead = ("http://127.0.0.1:9", "http://127.0.0.1:9")
    assert came_to(border.verify(document, *dead)) == (OPEN, Ground.NODES_UNREACHABLE)


def test_nodes_that_are_late_do_not_answer(border: Border) -> None:
    document = border.issued()
    for liar in border.liars:
        liar.wait_s = 2 * TIMEOUT_S
    late = [liar.url for liar in border.liars]
    assert came_to(border.verify(document, *late)) == (OPEN, Ground.NODES_UNREACHABLE)
    assert came_to(border.verify(document, late[0], border.chain.url, border.chain.url)) == (
        VALID,
        Ground.ANCHORED,
    )


@pytest.mark.parametrize("drips_heads", [False, True])
def test_nodes_that_drip_hold_nobody_up(border: Border, drips_heads: bool) -> None:
    """A byte now and then is enough to look alive; the whole answer has to come in time."""
    document = border.issued()
    for liar in border.liars:
        liar.drip_s, liar.drips_heads = 0.3 * TIMEOUT_S, drips_heads
    dripping = [liar.url for liar in border.liars]
    begun = time.monotonic()
    with border.asking(dripping[0], border.chain.url, border.chain.url) as verifier:
        for _ in range(6):
            assert came_to(border.judged(verifier, document)) == (VALID, Ground.ANCHORED)
    assert came_to(border.verify(document, *dripping)) == (OPEN, Ground.NODES_UNREACHABLE)
    assert time.monotonic() - begun < 20 * TIMEOUT_S


def test_nodes_that_stand_still_hide_nothing(border: Border) -> None:
    """They agree, but on a block that is too old: a revocation may have come since."""
    document = border.issued()
    found = border.verify(document, head_age=timedelta(seconds=-1))
    assert came_to(found) == (OPEN, Ground.NODES_BEHIND)


def test_a_node_that_lags_is_asked_for_what_it_has(border: Border) -> None:
    document = border.issued()
    border.chain.mine(3)
    old = border.chain.ask(
        "eth_getBlockByNumber", hex(int(border.chain.ask("eth_blockNumber"), 16) - 2), False
    )

    def lag(question: Asked, answer: Answer) -> Answer:
        is_head = question["method"] == "eth_getBlockByNumber" and question["params"][0] == "latest"
        return answer | {"result": old} if is_head else answer

    border.liars[0].spoil = lag
    found = border.verify(document, border.chain.url, border.liars[0].url)
    assert came_to(found) == (VALID, Ground.ANCHORED)
    assert found.as_of is not None
    assert found.as_of.number == int(old["number"], 16)


RAW = {
    "cut": lambda body: body[: len(body) // 2],
    "text": lambda body: b"<html>rate limited</html>",
    "empty": lambda body: b"",
    "not-utf-8": lambda body: b"\xff\xfe" + body,
    "list": lambda body: b"[]",
    "number": lambda body: b"7",
    "huge": lambda body: b'{"jsonrpc":"2.0","id":1,"result":"0x' + b"0" * (40 * 2**20) + b'"}',
    "deep": lambda body: b"[" * 100_000,
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW)
def test_answers_that_are_none_leave_it_open(border: Border, raw: Any) -> None:
    document = border.issued()
    for liar in border.liars:
        liar.raw = raw
    found = border.verify(document, *(liar.url for liar in border.liars))
    assert came_to(found) == (OPEN, Ground.NODES_UNREACHABLE)
    nodes = (border.liars[0].url, border.chain.url, border.chain.url)
    assert came_to(border.verify(document, *nodes)) == (VALID, Ground.ANCHORED)
