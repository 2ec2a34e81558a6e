"""The header of a block as the bytes that its hash is made of. Pure.

Sources: the Ethereum execution specification (fields by fork), Hyperledger Besu's codec of QBFT's extra data.
"""

from collections.abc import Mapping, Sequence

import rlp
from rlp.exceptions import DecodingError, EncodingError

from hub.origin.anchoring.keccak import keccak256

_DATA = ("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom")
_NUMBERS = ("difficulty", "number", "gasLimit", "gasUsed", "timestamp")
_TAIL = ("extraData", "mixHash", "nonce")
_LATER = (
    ("baseFeePerGas", True),
    ("withdrawalsRoot", False),
    ("blobGasUsed", True),
    ("excessBlobGas", True),
    ("parentBeaconBlockRoot", False),
    ("requestsHash", False),
)
"""Fields of later forks, and which are numbers."""
STATE_ROOT, NUMBER, TIME, EXTRA = 3, 8, 11, 12
_FEWEST = 15
_QBFT_PARTS = 5


def header_bytes(block: Mapping[str, object]) -> bytes:
    """Encode the header of a block as JSON-RPC gives it; raises `ValueError` where it is none."""
    fields = [_data(block, name) for name in _DATA]
    fields += [_number(block, name) for name in _NUMBERS]
    fields += [_data(block, name) for name in _TAIL]
    for name, is_number in _LATER:
        if block.get(name) is None:
            break
        fields.append(_number(block, name) if is_number else _data(block, name))
    return bytes(rlp.encode(fields))


def read_header(header: bytes) -> Sequence[bytes]:
    """Return a header's fields; raises `ValueError`."""
    try:
        fields = rlp.decode(header)
    except DecodingError as error:
        raise ValueError(f"no header: {error}") from error
    if (
        not isinstance(fields, list)
        or len(fields) < _FEWEST
        or not all(isinstance(one, bytes) for one in fields)
    ):
        raise ValueError("no header: not a list of its fields")
    return fields


def is_header_of(header: bytes, digest: bytes) -> bool:
    """Say whether a block's hash is of this header, as every chain makes it or as QBFT does."""
    return keccak256(header) == digest or _qbft_digest(header) == digest


def _qbft_digest(header: bytes) -> bytes:
    """Hash it as Besu does under QBFT: the round is nought and the seals are left out."""
    fields = list(read_header(header))
    try:
        parts = rlp.decode(fields[EXTRA])
    except (DecodingError, TypeError):
        return b""
    if not isinstance(parts, list) or len(parts) != _QBFT_PARTS:
        return b""
    try:
        fields[EXTRA] = rlp.encode([*parts[:3], b"", []])
    except EncodingError:
        return b""
    return keccak256(rlp.encode(fields))


def _data(block: Mapping[str, object], name: str) -> bytes:
    value = block.get(name)
    if not isinstance(value, str) or not value.startswith("0x"):
        raise ValueError(f"a block without {name}")
    return bytes.fromhex(value[2:])


def _number(block: Mapping[str, object], name: str) -> bytes:
    value = block.get(name)
    if not isinstance(value, str) or not value.startswith("0x"):
        raise ValueError(f"a block without {name}")
    number = int(value, 16)
    return number.to_bytes((number.bit_length() + 7) // 8)
