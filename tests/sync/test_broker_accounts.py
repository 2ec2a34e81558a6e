"""Accounts as mosquitto's files say them; the broker itself is asked in `test_broker`."""

import pytest

from sync.broker_accounts import BrokerAccount, access_of, access_without, hashed, passwords_without
from sync.errors import BrokerError

SWIFT = BrokerAccount("carrier@swift", "x", publish=("a/swift",), subscribe=("b/swift",))
LANE = BrokerAccount("lane-1", "x", publish=("events/lane-1",))


@pytest.mark.parametrize(
    ("name", "password", "publish"),
    [("a\nuser root", "x", ()), ("a:b", "x", ()), ("a", "", ()), ("a", "x", ("t\ntopic #",))],
)
def test_an_account_cannot_smuggle_in_a_line(name: str, password: str, publish: tuple[str, ...]) -> None:
    with pytest.raises(BrokerError, match="broker account"):
        BrokerAccount(name, password, publish)


def test_a_hash_tells_neither_the_password_nor_that_another_one_has_the_same() -> None:
    first, second = hashed("secret", b"a" * 12), hashed("secret", b"b" * 12)
    assert first != second
    assert "secret" not in first
    assert first == hashed("secret", b"a" * 12)


def test_some_accounts_are_taken_out_and_the_others_stay_as_they_are() -> None:
    passwords = "# kept by hand\nlane-1:x\ncarrier@swift:y\nhub:z\n"
    assert passwords_without(passwords, "carrier@") == "# kept by hand\nlane-1:x\nhub:z\n"
    rules = f"{access_of(LANE)}{access_of(SWIFT)}pattern read all/%u\n{access_of(LANE)}{access_of(SWIFT)}"
    assert access_without(rules, "carrier@") == f"{access_of(LANE)}pattern read all/%u\n{access_of(LANE)}"
    assert access_without(access_of(LANE), "carrier@") == access_of(LANE)
