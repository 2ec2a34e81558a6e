"""Accounts of a broker, and how mosquitto's password file and access list say them. Pure."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import pbkdf2_hmac

from sync.errors import BrokerError

SALT_BYTES = 12
ITERATIONS = 101
"""As many as mosquitto_passwd does: the broker, one thread, does them at each connection, and the passwords
that the hub makes are random."""
_KEY_BYTES = 64


@dataclass(frozen=True, slots=True)
class BrokerAccount:
    """Who may connect (once at a time), and the topic filters they may publish and subscribe to."""

    name: str
    password: str = field(repr=False)
    publish: tuple[str, ...] = ()
    subscribe: tuple[str, ...] = ()
    is_hashed: bool = False
    """`password` is what `hashed` made of it."""

    def __post_init__(self) -> None:
        """Refuse what would break its line: the rest would be a second entry of the access list."""
        texts = (self.name, self.password, *self.publish, *self.subscribe)
        if ":" in self.name or any(not text or not text.isprintable() for text in texts):
            reason = "empty or unprintable name, password or topic"
            raise BrokerError(f"broker account {self.name!r}: {reason}")


def hashed(password: str, salt: bytes) -> str:
    """Write a password as mosquitto 2 keeps it (PBKDF2 with SHA-512); `salt`: `SALT_BYTES` random bytes."""
    key = pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS, _KEY_BYTES)
    return f"$7${ITERATIONS}${b64encode(salt).decode()}${b64encode(key).decode()}"


def access_of(account: BrokerAccount) -> str:
    """Write an account's part of the access list."""
    writes = "".join(f"topic write {topic}\n" for topic in account.publish)
    reads = "".join(f"topic read {topic}\n" for topic in account.subscribe)
    return f"user {account.name}\n{writes}{reads}\n"


def passwords_without(text: str, prefix: str) -> str:
    """Leave the accounts out of a password file whose names begin with `prefix`."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(prefix))


def access_without(text: str, prefix: str) -> str:
    """Leave out of an access list what such accounts may do."""
    return "".join(_kept(text.splitlines(keepends=True), f"user {prefix}"))


def _kept(lines: Iterable[str], beginning: str) -> Iterator[str]:
    is_theirs = False
    for line in lines:
        if line.startswith("user "):
            is_theirs = line.startswith(beginning)
        elif is_theirs and line.strip() and not line.startswith("topic "):
            is_theirs = False
        if not is_theirs:
            yield line
