"""What a command prints: words for people, one JSON object for programs."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from hub.errors import HubError


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a command."""

    words: str
    """What a person reads; several lines are fine, empty prints nothing."""
    facts: Mapping[str, object]
    """What ``--json`` prints."""


class JobFailedError(HubError):
    """The command was understood and did its work, and the answer is no: exit status 1.

    Only a command that documents it ends with another status.
    """

    def __init__(self, outcome: Outcome, status: int = 1) -> None:
        super().__init__(outcome.words)
        self.outcome = outcome
        self.status = status


def print_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """Print to stdout, and nothing else goes there."""
    text = msgspec.json.encode(outcome.facts).decode() if as_json else outcome.words
    if text:
        sys.stdout.write(text + "\n")
