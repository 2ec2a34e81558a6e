"""What an authority signs is what EIP-712 says, and what the contract recovers its account from."""

from datetime import UTC, datetime, timedelta

import pytest
from eth_account.messages import encode_typed_data

from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.issuing.fakes import MemorySigner
from hub.origin.issuing.typed_data import anchor_digest
from tests.hub.origin.registry.evm import BEGIN, RefusedCallError, Registry

ROOT = b"\x44" * 32
GEORGIA = b"\x0a" * 20
DEADLINE = datetime.fromtimestamp(BEGIN, UTC) + timedelta(hours=1)
KEY = MemorySigner(b"\x07" * 32)


@pytest.mark.parametrize("chain_id", [1, 9441, 2**64 - 1])
@pytest.mark.parametrize("count", [1, 1024, 2**20])
def test_digest_is_that_of_another_implementation(chain_id: int, count: int) -> None:
    place = RegistryPlace(chain_id, b"\xc0" * 20)
    said = encode_typed_data(
        domain_data={
            "name": "Kechid Origin Registry",
            "version": "1",
            "chainId": chain_id,
            "verifyingContract": "0x" + place.address.hex(),
        },
        message_types={
            "Anchor": [
                {"name": "root", "type": "bytes32"},
                {"name": "count", "type": "uint256"},
                {"name": "deadline", "type": "uint256"},
            ]
        },
        message_data={"root": ROOT, "count": count, "deadline": int(DEADLINE.timestamp())},
    )
    theirs = keccak256(b"\x19" + said.version + said.header + said.body)
    assert anchor_digest(place, ROOT, count, DEADLINE) == theirs


def test_contract_takes_the_signature_for_its_signers_batch_only() -> None:
    registry = Registry({b"GE": GEORGIA})
    registry.call(GEORGIA, "list_authority", KEY.address, 1, BEGIN - 1, BEGIN + 10_000)
    signature = KEY.sign(anchor_digest(registry.place, ROOT, 8, DEADLINE))
    r, s, v = signature[:32], signature[32:64], signature[64]
    values = [int(DEADLINE.timestamp()), v, int.from_bytes(r), int.from_bytes(s)]
    with pytest.raises(RefusedCallError):
        registry.call(b"\x99" * 20, "anchor_signed", ROOT, 16, *values)
    registry.call(b"\x99" * 20, "anchor_signed", ROOT, 8, *values)
    with pytest.raises(RefusedCallError, match="anchored already"):
        registry.call(b"\x99" * 20, "anchor_signed", ROOT, 8, *values)
