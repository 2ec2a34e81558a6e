"""Transactions are what another implementation makes of them; offers rise by what nodes ask."""

import pytest
from eth_account import Account

from hub.origin.chain.node import Fees
from hub.origin.issuing.fakes import MemorySigner
from hub.origin.issuing.fees import first_offer, raised_offer
from hub.origin.issuing.transactions import Transaction, contract_address, hash_of, signed, signing_digest

SECRET = b"\x07" * 32
KEY = MemorySigner(SECRET)


@pytest.mark.parametrize("nonce", [0, 1, 127, 128, 2**40])
@pytest.mark.parametrize("size", [0, 1, 55, 56, 300, 70_000])
@pytest.mark.parametrize("to", [b"\xc0" * 20, b""])
def test_transaction_is_that_of_another_implementation(nonce: int, size: int, to: bytes) -> None:
    data = bytes(range(256)) * (size // 256) + bytes(range(1, size % 256 + 1))
    made = Transaction(chain_id=9441, nonce=nonce, fees=Fees(nonce, 0), gas=21_000, to=to, data=data)
    raw = signed(made, KEY.sign(signing_digest(made)))
    wanted = {
        "type": 2,
        "chainId": 9441,
        "nonce": nonce,
        "maxFeePerGas": nonce,
        "maxPriorityFeePerGas": 0,
        "gas": 21_000,
        "to": to or "",
        "value": 0,
        "data": data,
    }
    theirs = Account.sign_transaction(wanted, SECRET)
    assert (raw, hash_of(raw)) == (bytes(theirs.raw_transaction), bytes(theirs.hash))


def test_contract_stands_where_the_yellow_paper_says() -> None:
    """The first contract of an account that all development chains have."""
    account = bytes.fromhex("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
    assert contract_address(account, 0).hex() == "5fbdb2315678afecb367f032d93f642f64180aa3"


@pytest.mark.parametrize(
    ("suggested", "ceiling", "offer"),
    [
        (Fees(0, 0), 10**9, Fees(0, 0)),
        (Fees(100, 10), 10**9, Fees(100, 10)),
        (Fees(100, 10), 50, Fees(50, 10)),
        (Fees(100, 60), 50, Fees(50, 50)),
    ],
)
def test_first_offer_keeps_to_the_ceiling(suggested: Fees, ceiling: int, offer: Fees) -> None:
    assert first_offer(suggested, ceiling) == offer


@pytest.mark.parametrize(
    ("offered", "suggested", "ceiling", "raised"),
    [
        (Fees(0, 0), Fees(0, 0), 10**9, None),
        (Fees(0, 0), Fees(7, 1), 10**9, Fees(7, 1)),
        (Fees(1000, 80), Fees(1000, 80), 10**9, Fees(1125, 90)),
        (Fees(1, 1), Fees(1, 1), 10**9, Fees(2, 2)),
        (Fees(1000, 10), Fees(3000, 20), 10**9, Fees(3000, 20)),
        (Fees(1000, 1000), Fees(100, 2000), 10**9, Fees(1125, 1125)),
        (Fees(1000, 10), Fees(1000, 10), 1124, None),
        (Fees(1000, 10), Fees(1000, 10), 1125, Fees(1125, 12)),
    ],
)
def test_a_raised_offer_is_one_that_replaces(
    offered: Fees, suggested: Fees, ceiling: int, raised: Fees | None
) -> None:
    assert raised_offer(offered, suggested, ceiling) == raised
