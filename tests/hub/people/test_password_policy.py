import pytest

from hub.people.password_policy import PasswordFault, fault_of


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", PasswordFault.TOO_SHORT),
        ("x" * 1025, PasswordFault.TOO_LONG),
        ("aaaaaaaaaaaa", PasswordFault.TOO_PLAIN),
        ("0123456789", PasswordFault.TOO_PLAIN),
        ("password123", PasswordFault.TOO_PLAIN),
        ("Azerbaijan1!", PasswordFault.TOO_PLAIN),
        ("leyla-on-the-bridge", PasswordFault.HOLDS_NAME),
        ("quiet morning on the bridge", None),
        ("körpüdə sakit səhər", None),
    ],
)
def test_a_password_is_long_and_none_that_everybody_tries(password: str, fault: PasswordFault | None) -> None:
    assert fault_of(password, "leyla") is fault
