"""Where webhooks may go: nothing inside, however it is written."""

import pytest

from hub.errors import InvalidInputError
from hub.webhooks.targets import is_public, parse_target


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
        ("ff02::1", False),
        ("not an address", False),
    ],
)
def test_only_public_addresses_count(address: str, expected: bool) -> None:
    assert is_public(address) is expected


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hook.example/x", "not-https"),
        ("ftp://hook.example", "not-a-url"),
        ("https://", "not-a-url"),
        ("hook.example", "not-a-url"),
        ("https://hook.example:99999/", "not-a-url"),
        ("https://[::1/", "not-a-url"),
        ("https://hook.example/a b", "not-a-url"),
        ("https://hook.example/\r\nHost: x", "not-a-url"),
        ("https://hök.example/", "not-a-url"),
        ("https://hook.example/" + "x" * 2000, "not-a-url"),
        ("https://user:secret@hook.example/", "credentials-in-url"),
        ("https://hook.example/#part", "fragment-in-url"),
        ("https://127.0.0.1/", "private-address"),
        ("https://127.1/", "private-address"),
        ("https://2130706433/", "private-address"),
        ("https://0x7f000001/", "private-address"),
        ("https://[::ffff:10.0.0.1]/", "private-address"),
        ("https://localhost/", "private-address"),
        ("https://localhost./", "private-address"),
        ("https://hub.internal/", "private-address"),
    ],
    ids=range(20),
)
def test_a_url_that_leads_inside_or_nowhere_is_refused_by_name(url: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_target(url, ())
    assert [(one.pointer, one.code) for one in caught.value.problems] == [("/url", code)]


def test_a_url_is_taken_apart() -> None:
    target = parse_target("https://Hook.Example:8443/a/b?c=d", ())
    assert (target.host, target.port, target.path) == ("hook.example", 8443, "/a/b?c=d")
    assert (target.authority, target.is_allowed) == ("hook.example:8443", False)


def test_what_the_settings_list_may_be_private_and_plain() -> None:
    assert parse_target("http://127.0.0.1:9000/x", ("127.0.0.1:9000",)).is_allowed
    with pytest.raises(InvalidInputError):
        parse_target("http://127.0.0.1:9001/x", ("127.0.0.1:9000",))
