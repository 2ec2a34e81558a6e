"""Transactions as they are signed and sent (EIP-1559, EIP-2718). Pure."""

from typing import NewType

import msgspec

from hub.origin.anchoring.keccak import keccak256
from hub.origin.chain.node import Fees
from hub.origin.issuing.signer import Signature

RawTransaction = NewType("RawTransaction", bytes)
Item = bytes | list["Item"]
"""What the recursive length prefix encodes (RLP)."""
_TYPE = b"\x02"
_TEXT, _LIST, _SHORT = 0x80, 0xC0, 55


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """What an account sends; it holds no money."""

    chain_id: int
    nonce: int
    fees: Fees
    gas: int
    to: bytes
    """20 bytes; empty: it makes a contract."""
    data: bytes


def signing_digest(transaction: Transaction) -> bytes:
    """Return the 32 bytes that the account signs."""
    return keccak256(_TYPE + _encoded(_items(transaction)))


def signed(transaction: Transaction, signature: Signature) -> RawTransaction:
    """Return what is sent."""
    parity = _number(signature[64] - 27)
    ends = [parity, signature[:32].lstrip(b"\0"), signature[32:64].lstrip(b"\0")]
    return RawTransaction(_TYPE + _encoded([*_items(transaction), *ends]))


def hash_of(raw: RawTransaction) -> bytes:
    """Return what a sent transaction is known by, 32 bytes."""
    return keccak256(raw)


def contract_address(account: bytes, nonce: int) -> bytes:
    """Return where a contract comes to stand that an account makes, 20 bytes."""
    return keccak256(_encoded([account, _number(nonce)]))[-20:]


def _items(one: Transaction) -> list[Item]:
    fees = (one.fees.tip, one.fees.most)
    head = [_number(value) for value in (one.chain_id, one.nonce, *fees, one.gas)]
    return [*head, one.to, b"", one.data, []]


def _encoded(item: Item) -> bytes:
    if isinstance(item, bytes):
        is_itself = len(item) == 1 and item[0] < _TEXT
        return item if is_itself else _prefixed(item, _TEXT)
    return _prefixed(b"".join(map(_encoded, item)), _LIST)


def _prefixed(content: bytes, kind: int) -> bytes:
    if len(content) <= _SHORT:
        return bytes([kind + len(content)]) + content
    length = _number(len(content))
    return bytes([kind + _SHORT + len(length)]) + length + content


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8)
