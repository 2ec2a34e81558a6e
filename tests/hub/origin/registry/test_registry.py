"""The registry's contract: who may do what, and what is refused with which words."""

from datetime import date
from typing import Any

import pytest
from coincurve import PrivateKey
from eth_abi.abi import encode

from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.leaves import RegistryPlace, batch_key, leaf_digest, line_key
from hub.origin.anchoring.merkle import EMPTY, MerkleTree
from hub.origin.certificate.canonical import document_digest
from hub.origin.certificate.certificate import Certificate, StateCode
from hub.origin.chain.facts import Anchor, Authority, Role, Status
from hub.origin.registry import layout
from tests.hub.origin.registry.evm import ADDRESS, BEGIN, CHAIN_ID, RefusedCallError, Registry

GE, AZ = StateCode("GE"), StateCode("AZ")
GOVERNORS = {b"GE": b"\x0a" * 20, b"AZ": b"\x0b" * 20, b"UA": b"\x0c" * 20}
GEORGIA, AZERBAIJAN, UKRAINE = GOVERNORS.values()
KEY = PrivateKey(b"\x07" * 32)
SIGNER = keccak256(KEY.public_key.format(compressed=False)[1:])[12:]
ISSUER, CUSTOMS, STRANGER = b"\x1a" * 20, b"\x2b" * 20, b"\x3c" * 20
ROOT, NOTHING = b"\x44" * 32, bytes(32)
UNTIL = BEGIN + 1000
N = int("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", 16)


@pytest.fixture
def registry() -> Registry:
    made = Registry(GOVERNORS)
    for account, roles in ((ISSUER, 1), (SIGNER, 1), (CUSTOMS, 2)):
        state = AZERBAIJAN if account == CUSTOMS else GEORGIA
        made.call(state, "list_authority", account, roles, BEGIN - 10, UNTIL)
    return made


def refusal(registry: Registry, sender: bytes, name: str, *arguments: Any) -> str:
    with pytest.raises(RefusedCallError) as caught:
        registry.call(sender, name, *arguments)
    return str(caught.value)


def certificate(number: int) -> bytes:
    stated = Certificate(
        form="ct-1", state=GE, number=f"GE-{number}", issued_on=date(2026, 9, 21), fields={"a": "b"}
    )
    return document_digest(stated, number.to_bytes(16))


def batch(
    size: int, place: RegistryPlace | None = None, state: StateCode = GE
) -> tuple[MerkleTree, list[bytes]]:
    digests = [certificate(number) for number in range(size)]
    where = place or RegistryPlace(CHAIN_ID, ADDRESS)
    return MerkleTree([leaf_digest(where, state, at, one) for at, one in enumerate(digests)]), digests


def anchored_at(registry: Registry, root: bytes, state: StateCode = GE) -> Anchor | None:
    word = registry.storage(layout.batch_slot(batch_key(state, root)))
    return layout.unpack_batch(word, state, root)


# --- members ------------------------------------------------------------------------------------------------


def test_more_than_half_of_the_members_admit_a_state(registry: Registry) -> None:
    moldova = b"\x0d" * 20
    registry.call(GEORGIA, "vote", b"MD", moldova)
    assert registry.call(STRANGER, "member_count") == 3
    registry.call(UKRAINE, "vote", b"MD", moldova)
    assert registry.call(STRANGER, "member_count") == 4
    registry.call(moldova, "list_authority", STRANGER, 1, BEGIN, UNTIL)


def test_a_replaced_governor_has_no_voice_left(registry: Registry) -> None:
    for voter in (AZERBAIJAN, UKRAINE):
        registry.call(voter, "vote", b"GE", STRANGER)
    assert refusal(registry, GEORGIA, "list_authority", ISSUER, 1, BEGIN, UNTIL) == "not a governor"
    registry.call(STRANGER, "list_authority", ISSUER, 0, BEGIN, UNTIL)


def test_authorities_of_a_state_that_was_left_out_are_struck_by_anybody(registry: Registry) -> None:
    registry.call(ISSUER, "anchor", ROOT, 1)
    assert refusal(registry, STRANGER, "strike", [ISSUER]) == "its state is a member"
    for voter in (AZERBAIJAN, UKRAINE):
        registry.call(voter, "vote", b"GE", bytes(20))
    assert refusal(registry, GEORGIA, "list_authority", STRANGER, 1, BEGIN, UNTIL) == "not a governor"
    registry.call(STRANGER, "strike", [ISSUER, SIGNER])
    listed = layout.unpack_authority(registry.storage(layout.authority_slot(ISSUER)))
    assert listed == Authority(GE, Role.ISSUER, layout.time_of(BEGIN - 10), layout.time_of(BEGIN))
    registry.now += 1
    assert refusal(registry, ISSUER, "anchor", b"\x45" * 32, 1) == "listed no longer"


@pytest.mark.parametrize(
    ("account", "words"), [(STRANGER, "no such authority"), (ISSUER, "has ended already")]
)
def test_what_has_ended_is_not_struck_again(registry: Registry, account: bytes, words: str) -> None:
    for voter in (AZERBAIJAN, UKRAINE):
        registry.call(voter, "vote", b"GE", bytes(20))
    registry.call(STRANGER, "strike", [ISSUER])
    registry.now += 5
    assert refusal(registry, STRANGER, "strike", [account]) == words


def test_a_listing_that_has_not_begun_is_struck_too(registry: Registry) -> None:
    registry.call(GEORGIA, "list_authority", ISSUER, 1, UNTIL - 1, UNTIL)
    for voter in (AZERBAIJAN, UKRAINE):
        registry.call(voter, "vote", b"GE", bytes(20))
    registry.call(STRANGER, "strike", [ISSUER])
    registry.now = UNTIL - 1
    assert refusal(registry, ISSUER, "anchor", ROOT, 1) == "listed no longer"


def test_a_change_of_members_ends_votes_under_way(registry: Registry) -> None:
    registry.call(GEORGIA, "vote", b"MD", b"\x0d" * 20)
    for voter in (GEORGIA, AZERBAIJAN):
        registry.call(voter, "vote", b"RO", b"\x0e" * 20)
    registry.call(UKRAINE, "vote", b"MD", b"\x0d" * 20)
    assert registry.call(STRANGER, "member_count") == 4


@pytest.mark.parametrize("sender", [STRANGER, ISSUER])
def test_only_governors_vote(registry: Registry, sender: bytes) -> None:
    assert refusal(registry, sender, "vote", b"MD", b"\x0d" * 20) == "not a governor"


@pytest.mark.parametrize(
    ("state", "governor", "words"),
    [
        (b"GE", GEORGIA, "nothing would change"),
        (b"MD", GEORGIA, "governs another state"),
        (b"MD", bytes(20), "nothing would change"),
        (b"\0\0", STRANGER, "no state"),
    ],
)
def test_what_makes_no_member_is_refused_at_the_last_voice(
    registry: Registry, state: bytes, governor: bytes, words: str
) -> None:
    registry.call(GEORGIA, "vote", state, governor)
    assert refusal(registry, GEORGIA, "vote", state, governor) == "voted already"
    assert refusal(registry, UKRAINE, "vote", state, governor) == words


# --- authorities --------------------------------------------------------------------------------------------


def test_an_authority_stands_as_it_was_listed(registry: Registry) -> None:
    word = registry.storage(layout.authority_slot(ISSUER))
    begins, ends = layout.time_of(BEGIN - 10), layout.time_of(UNTIL)
    assert layout.unpack_authority(word) == Authority(GE, Role.ISSUER, begins, ends)
    assert layout.unpack_authority(registry.storage(layout.authority_slot(STRANGER))) is None


@pytest.mark.parametrize(
    ("sender", "arguments", "words"),
    [
        (STRANGER, (STRANGER, 1, BEGIN, UNTIL), "not a governor"),
        (AZERBAIJAN, (ISSUER, 1, BEGIN, UNTIL), "another state's authority"),
        (GEORGIA, (bytes(20), 1, BEGIN, UNTIL), "no account"),
        (GEORGIA, (ISSUER, 4, BEGIN, UNTIL), "no such role"),
        (GEORGIA, (ISSUER, 1, UNTIL, BEGIN), "ends before it begins"),
        (GEORGIA, (ISSUER, 1, BEGIN, 2**64), "time out of range"),
    ],
)
def test_states_list_only_their_own(
    registry: Registry, sender: bytes, arguments: tuple[Any, ...], words: str
) -> None:
    assert refusal(registry, sender, "list_authority", *arguments) == words


# --- anchoring ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 1000, 2**20])
def test_a_batch_stands_with_issuer_count_and_time(registry: Registry, count: int) -> None:
    registry.call(ISSUER, "anchor", ROOT, count)
    assert anchored_at(registry, ROOT) == Anchor(GE, ROOT, count, ISSUER, layout.time_of(BEGIN))


@pytest.mark.parametrize(
    ("sender", "root", "count", "words"),
    [
        (STRANGER, ROOT, 1, "not listed for this"),
        (CUSTOMS, ROOT, 1, "not listed for this"),
        (GEORGIA, ROOT, 1, "not listed for this"),
        (ISSUER, NOTHING, 1, "no root"),
        (ISSUER, ROOT, 0, "1 to 2**20 places"),
        (ISSUER, ROOT, 2**20 + 1, "1 to 2**20 places"),
    ],
)
def test_what_is_no_batch_is_refused(
    registry: Registry, sender: bytes, root: bytes, count: int, words: str
) -> None:
    assert refusal(registry, sender, "anchor", root, count) == words


@pytest.mark.parametrize(("now", "words"), [(BEGIN - 11, "not listed yet"), (UNTIL + 1, "listed no longer")])
def test_an_authority_issues_only_while_it_is_listed(registry: Registry, now: int, words: str) -> None:
    registry.now = now
    assert refusal(registry, ISSUER, "anchor", ROOT, 1) == words


def test_nobody_takes_anothers_root(registry: Registry) -> None:
    """Another state's authority that sees a root on its way gains nothing by being first."""
    registry.call(UKRAINE, "list_authority", STRANGER, 1, BEGIN, UNTIL)
    registry.call(STRANGER, "anchor", ROOT, 1)
    registry.call(ISSUER, "anchor", ROOT, 1)
    first, second = anchored_at(registry, ROOT, StateCode("UA")), anchored_at(registry, ROOT)
    assert first is not None
    assert second is not None
    assert (first.issuer, second.issuer) == (STRANGER, ISSUER)
    assert refusal(registry, SIGNER, "anchor", ROOT, 1) == "anchored already"


# --- signed -------------------------------------------------------------------------------------------------


def signed(
    root: bytes = ROOT, count: int = 8, deadline: int = UNTIL, place: RegistryPlace | None = None
) -> tuple[int, int, int]:
    where = place or RegistryPlace(CHAIN_ID, ADDRESS)
    named = keccak256(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    parts = [named, keccak256(b"Kechid Origin Registry"), keccak256(b"1"), where.chain_id, where.address]
    domain = keccak256(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], parts))
    kind = keccak256(b"Anchor(bytes32 root,uint256 count,uint256 deadline)")
    body = keccak256(encode(["bytes32", "bytes32", "uint256", "uint256"], [kind, root, count, deadline]))
    signature = KEY.sign_recoverable(keccak256(b"\x19\x01" + domain + body), hasher=None)
    return signature[64] + 27, int.from_bytes(signature[:32]), int.from_bytes(signature[32:64])


def test_anybody_brings_what_an_authority_signed(registry: Registry) -> None:
    registry.call(STRANGER, "anchor_signed", ROOT, 8, UNTIL, *signed())
    anchor = anchored_at(registry, ROOT)
    assert anchor is not None
    assert (anchor.issuer, anchor.count) == (SIGNER, 8)
    assert refusal(registry, STRANGER, "anchor_signed", ROOT, 8, UNTIL, *signed()) == "anchored already"


def test_a_signature_counts_for_what_was_signed_only(registry: Registry) -> None:
    elsewhere = (RegistryPlace(1, ADDRESS), RegistryPlace(CHAIN_ID, b"\xc1" * 20))
    others = [(ROOT, 8, signed(place=place)) for place in elsewhere]
    others += [(ROOT, 9, signed()), (b"\x45" * 32, 8, signed())]
    for root, count, signature in others:
        words = refusal(registry, STRANGER, "anchor_signed", root, count, UNTIL, *signature)
        assert words == "not listed for this"


def test_the_mirrored_signature_is_refused(registry: Registry) -> None:
    v, r, s = signed()
    words = refusal(registry, STRANGER, "anchor_signed", ROOT, 8, UNTIL, 55 - v, r, N - s)
    assert words == "signature not in its lower half"


def test_what_is_no_signature_is_refused(registry: Registry) -> None:
    assert refusal(registry, STRANGER, "anchor_signed", ROOT, 8, UNTIL, 27, 0, 1) == "no signature"


def test_a_signature_ends(registry: Registry) -> None:
    registry.now = BEGIN + 101
    words = refusal(registry, STRANGER, "anchor_signed", ROOT, 8, BEGIN + 100, *signed(deadline=BEGIN + 100))
    assert words == "signature too old"


# --- status -------------------------------------------------------------------------------------------------


def status(registry: Registry, index: int) -> Status:
    word = registry.storage(layout.status_slot(batch_key(GE, ROOT), index))
    return layout.unpack_status(word, index)


@pytest.mark.parametrize("sender", [ISSUER, SIGNER, GEORGIA])
def test_its_own_state_revokes_one_and_touches_no_neighbour(registry: Registry, sender: bytes) -> None:
    registry.call(ISSUER, "anchor", ROOT, 512)
    registry.call(sender, "set_status", ROOT, 129, 2, 7, NOTHING)
    assert [status(registry, at) for at in (1, 128, 129, 130)] == [
        Status.GOOD,
        Status.GOOD,
        Status.REVOKED,
        Status.GOOD,
    ]


def test_a_suspension_is_taken_back_and_a_revocation_is_not(registry: Registry) -> None:
    registry.call(ISSUER, "anchor", ROOT, 8)
    for value in (1, 0, 1, 2):
        registry.call(ISSUER, "set_status", ROOT, 3, value, 0, NOTHING)
        assert status(registry, 3) is Status(value)
    for value in (0, 1, 2):
        assert refusal(registry, ISSUER, "set_status", ROOT, 3, value, 0, NOTHING) == "revoked is final"


@pytest.mark.parametrize(
    ("sender", "index", "value", "words"),
    [
        (STRANGER, 0, 2, "not listed for this"),
        (CUSTOMS, 0, 2, "not listed for this"),
        (AZERBAIJAN, 0, 2, "no such place"),
        (ISSUER, 8, 2, "no such place"),
        (ISSUER, 0, 3, "no such status"),
        (ISSUER, 0, 0, "nothing would change"),
    ],
)
def test_what_changes_no_status_is_refused(
    registry: Registry, sender: bytes, index: int, value: int, words: str
) -> None:
    registry.call(ISSUER, "anchor", ROOT, 8)
    assert refusal(registry, sender, "set_status", ROOT, index, value, 0, NOTHING) == words


# --- draw-down ----------------------------------------------------------------------------------------------


def draw(
    tree: MerkleTree, digest: bytes, index: int, expected: int, parts: int, line: int = 1
) -> tuple[Any, ...]:
    return (b"GE", tree.root, digest, index, tree.proof(index), line, expected, parts, NOTHING)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 100])
def test_every_certificate_of_a_batch_can_be_used(registry: Registry, size: int) -> None:
    tree, digests = batch(size)
    registry.call(ISSUER, "anchor", tree.root, tree.count)
    for index, digest in enumerate(digests):
        registry.call(CUSTOMS, "draw_down", *draw(tree, digest, index, 0, 10))
    key = line_key(batch_key(GE, tree.root), size - 1, 1)
    assert registry.storage(layout.used_slot(key)) == 10


def test_two_posts_cannot_both_be_first(registry: Registry) -> None:
    tree, digests = batch(4)
    registry.call(ISSUER, "anchor", tree.root, tree.count)
    registry.call(CUSTOMS, "draw_down", *draw(tree, digests[2], 2, 0, 600_000_000))
    second = draw(tree, digests[2], 2, 0, 600_000_000)
    assert refusal(registry, CUSTOMS, "draw_down", *second) == "another shipment came first"
    beyond = draw(tree, digests[2], 2, 600_000_000, 400_000_001)
    assert refusal(registry, CUSTOMS, "draw_down", *beyond) == "more than is left"
    registry.call(CUSTOMS, "draw_down", *draw(tree, digests[2], 2, 600_000_000, 400_000_000))
    other_line = (b"GE", tree.root, digests[2], 2, tree.proof(2), 2, 0, 1, NOTHING)
    registry.call(CUSTOMS, "draw_down", *other_line)


def test_an_inner_node_is_no_certificate(registry: Registry) -> None:
    tree, _ = batch(8)
    registry.call(ISSUER, "anchor", tree.root, tree.count)
    for steps in (0, 1, 2):
        proof = tree.proof(0)[3 - steps :]
        inner = (b"GE", tree.root, tree.root, 0, proof, 1, 0, 1, NOTHING)
        assert refusal(registry, CUSTOMS, "draw_down", *inner) == "proof too short"
    longer = (b"GE", tree.root, certificate(0), 0, (*tree.proof(0), NOTHING), 1, 0, 1, NOTHING)
    assert refusal(registry, CUSTOMS, "draw_down", *longer) == "proof too long"


@pytest.mark.parametrize(
    "place", [RegistryPlace(CHAIN_ID + 1, ADDRESS), RegistryPlace(CHAIN_ID, b"\xc1" * 20)]
)
def test_a_batch_of_another_registry_can_be_anchored_but_not_used(
    registry: Registry, place: RegistryPlace
) -> None:
    tree, digests = batch(4, place)
    registry.call(ISSUER, "anchor", tree.root, tree.count)
    assert refusal(registry, CUSTOMS, "draw_down", *draw(tree, digests[0], 0, 0, 1)) == "not in this batch"


def test_a_place_without_a_certificate_is_not_used(registry: Registry) -> None:
    tree, _ = batch(3)
    registry.call(ISSUER, "anchor", tree.root, tree.count)
    assert refusal(registry, CUSTOMS, "draw_down", *draw(tree, EMPTY, 3, 0, 1)) == "not in this batch"


@pytest.mark.parametrize("value", [Status.SUSPENDED, Status.REVOKED])
def test_what_is_not_good_is_not_used(registry: Registry, value: Status) -> None:
    tree, digests = batch(4)
    registry.call(ISSUER, "anchor", tree.root, tree.count)
    registry.call(ISSUER, "set_status", tree.root, 1, int(value), 0, NOTHING)
    assert refusal(registry, CUSTOMS, "draw_down", *draw(tree, digests[1], 1, 0, 1)) == "suspended or revoked"
    registry.call(CUSTOMS, "draw_down", *draw(tree, digests[0], 0, 0, 1))


@pytest.mark.parametrize(
    ("sender", "changed", "words"),
    [
        (ISSUER, {}, "not listed for this"),
        (STRANGER, {}, "not listed for this"),
        (CUSTOMS, {"index": 4}, "no such place"),
        (CUSTOMS, {"line": 0}, "lines count from 1"),
        (CUSTOMS, {"parts": 0}, "nothing to use"),
        (CUSTOMS, {"index": 1}, "not in this batch"),
    ],
)
def test_what_is_no_use_is_refused(
    registry: Registry, sender: bytes, changed: dict[str, int], words: str
) -> None:
    tree, digests = batch(4)
    registry.call(ISSUER, "anchor", tree.root, tree.count)
    asked = {"index": 0, "line": 1, "parts": 1} | changed
    call = (
        b"GE",
        tree.root,
        digests[0],
        asked["index"],
        tree.proof(0),
        asked["line"],
        0,
        asked["parts"],
        NOTHING,
    )
    assert refusal(registry, sender, "draw_down", *call) == words
