"""What binds a certificate to its registry, its state and its place."""

import pytest

from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.leaves import RegistryPlace, batch_key, leaf_digest, line_key
from hub.origin.certificate.certificate import StateCode

HERE = RegistryPlace(9441, b"\xc0" * 20)
GE, UA = StateCode("GE"), StateCode("UA")
DIGEST = b"\x11" * 32


def test_the_digests_are_those_that_are_written_down() -> None:
    place = (9441).to_bytes(32, "big") + b"\xc0" * 20 + b"GE" + (7).to_bytes(4, "big")
    assert leaf_digest(HERE, GE, 7, DIGEST) == keccak256(b"\x00" + place + DIGEST)
    assert batch_key(GE, DIGEST) == keccak256(b"GE" + DIGEST)
    assert line_key(DIGEST, 7, 2) == keccak256(DIGEST + bytes(31) + b"\x07" + bytes(31) + b"\x02")


def test_everything_it_is_bound_to_counts() -> None:
    others = [
        leaf_digest(RegistryPlace(1, HERE.address), GE, 7, DIGEST),
        leaf_digest(RegistryPlace(HERE.chain_id, b"\xc1" * 20), GE, 7, DIGEST),
        leaf_digest(HERE, UA, 7, DIGEST),
        leaf_digest(HERE, GE, 8, DIGEST),
        leaf_digest(HERE, GE, 7, bytes(32)),
    ]
    assert len({leaf_digest(HERE, GE, 7, DIGEST), *others}) == 6


@pytest.mark.parametrize(("chain_id", "address"), [(0, bytes(20)), (2**64, bytes(20)), (1, bytes(19))])
def test_what_is_no_registry_is_refused(chain_id: int, address: bytes) -> None:
    with pytest.raises(ValueError, match="no registry"):
        RegistryPlace(chain_id, address)
