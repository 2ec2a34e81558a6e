"""What a password must be: long, and none that everybody tries (NIST SP 800-63B, section 5.1.1.2). Pure."""

from enum import StrEnum

MIN_LENGTH = 10
MAX_LENGTH = 1024
PASSWORD_RULE = f"{MIN_LENGTH} characters or more, no word that everybody tries, not the user's own name"
FEWEST_SIGNS = 5
"""Different ones; a row of one key is guessed first."""
_KNOWN = (
    "1q2w3e4r5t",
    "abc1234567",
    "administrator",
    "azerbaijan",
    "azerbaycan",
    "changeme",
    "dragon1234",
    "football",
    "iloveyou",
    "letmein",
    "monkey1234",
    "password",
    "passw0rd",
    "princess",
    "qwerty",
    "qwertyuiop",
    "sunshine",
    "superman",
    "trustno1",
    "welcome1",
    "zaq12wsx",
    "йцукен",
    "пароль",
    "şifrə",
    "parol",
)
_ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_LEFT_WHEN_KNOWN = 4
"""Signs beside a known word that would still have to be guessed; fewer are not worth the word."""


class PasswordFault(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    TOO_PLAIN = "too-plain"
    """Few different signs, a row of the keyboard, or a word everybody tries."""
    HOLDS_NAME = "holds-name"


def fault_of(password: str, user_id: str) -> PasswordFault | None:
    """Say why a password is refused; None when it may be used."""
    plain = password.casefold()
    if len(password) < MIN_LENGTH:
        return PasswordFault.TOO_SHORT
    if len(password) > MAX_LENGTH:
        return PasswordFault.TOO_LONG
    if user_id and user_id.casefold() in plain:
        return PasswordFault.HOLDS_NAME
    return PasswordFault.TOO_PLAIN if _is_plain(plain) else None


def _is_plain(plain: str) -> bool:
    if len(set(plain)) < FEWEST_SIGNS:
        return True
    if any(plain in row or plain in row[::-1] for row in _ROWS):
        return True
    return any(word in plain and len(plain) - len(word) < _LEFT_WHEN_KNOWN for word in _KNOWN)
