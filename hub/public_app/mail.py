"""The port of letters: what is sent to whom."""

from dataclasses import dataclass, field
from typing import Protocol

from hub.errors import HubError


class MailError(HubError):
    """A letter could not be handed over; it may be tried again."""


class AddressRefusedError(MailError):
    """The receiving side takes nothing for this address: trying again is of no use."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in plain text."""

    to: str = field(repr=False)
    subject: str
    text: str
    letter_id: str
    """The same for each attempt, so that a receiver can tell a repeat."""


class Mailer(Protocol):
    """Hands letters over; safe for one thread."""

    def send(self, letter: Letter) -> None:
        """Hand one over; raises `MailError`, and `AddressRefusedError` when it is the address."""
        ...
