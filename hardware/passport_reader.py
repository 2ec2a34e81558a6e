"""Port: a document reader that delivers what the machine readable zone says."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from hardware.travel_document import TravelDocument


@dataclass(frozen=True, slots=True)
class UnreadableDocument:
    """A document lay on the reader and its zone could not be read at all; it is to be read by eye."""

    reason: str


Reading = TravelDocument | UnreadableDocument


@runtime_checkable
class PassportReader(Protocol):
    """Delivers each document that is laid on it once."""

    @property
    def name(self) -> str:
        """How messages and the terminal call it."""

    def open(self) -> None:
        """Start reading; raises `HardwareError` when out of reach."""

    def poll(self, today: date) -> Reading | None:
        """Return the next document laid on since the last call, None without one; never blocks.

        `today` settles the century of two-digit years. Raises `HardwareError` when out of reach.
        """

    def status(self) -> str:
        """Word the state for the terminal: ready, off or offline."""

    def close(self) -> None:
        """Stop reading and forget what was laid on. May be called twice."""
