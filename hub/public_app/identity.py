"""The port of identity: who a citizen is, and how somebody proves to be one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hub.people.access import Permission, Role, User

SENDER_PREFIX = "citizen:"
COUNTRY = "AZ"
"""Whose personal numbers citizens sign in with (ISO 3166-1 alpha-2)."""


@dataclass(frozen=True, slots=True, repr=False)
class Citizen:
    """Somebody who has signed in; never printed, as it holds a number and a name."""

    key: str
    """Stands for the person without saying who: 32 hexadecimal digits."""
    number: str
    """The personal number, in capitals."""
    name: str

    @property
    def sender_id(self) -> str:
        """Under what the person's declarations are stored."""
        return SENDER_PREFIX + self.key

    @property
    def viewer(self) -> User:
        """The person as the registry of declarations knows readers: sees the own ones and nothing else."""
        return User(self.sender_id, "", Role.MACHINE, scopes=frozenset({Permission.DECLARE}))


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of a browser before anybody has signed in."""

    address: str = ""
    kept: str = ""
    """What it kept of an earlier sign-in; empty: nothing."""


class IdentityRefusal(StrEnum):
    """Why nobody was signed in; the same for numbers that are known and that are not."""

    WRONG = "wrong-or-old-code"
    TOO_MANY = "too-many-failures"


class IdentityProvider(Protocol):
    """Proves who somebody is, in two steps, without telling strangers whom it knows."""

    def begin(self, number: str, caller: Caller) -> str:
        """Start a proof for a personal number; returns the challenge that the second step names.

        The answer and the work are the same for a number that is unknown.
        """
        ...

    def finish(self, challenge: str, answer: str) -> Citizen | IdentityRefusal:
        """Check the answer to a challenge: who it is, or why not."""
        ...
