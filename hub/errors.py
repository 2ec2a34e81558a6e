"""What can go wrong at the hub; decisions are values elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil


class HubError(Exception):
    """Base of all hub failures; the message is one line for a person."""


class StoreError(HubError):
    """The store cannot be used: missing, of another schema version, or damaged."""


class NotFoundError(HubError):
    """Nothing stands under that identifier."""

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(f"no {kind} {identifier!r}")
        self.kind = kind
        self.identifier = identifier


class ConflictError(HubError):
    """The request contradicts what is stored; `code` is stable, the message explains."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NotAdmittedError(HubError):
    """The sender is not admitted now, whatever it sends; `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class LimitReachedError(HubError):
    """A sender has used up what it may send until `resets_at`; `code` is stable."""

    def __init__(self, code: str, message: str, resets_at: datetime, now: datetime) -> None:
        super().__init__(message)
        self.code = code
        self.resets_at = resets_at
        self.retry_after_s = max(1, ceil((resets_at - now).total_seconds()))


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One bad field of an input."""

    pointer: str
    """JSON pointer (RFC 6901) into the input."""
    code: str
    """Stable code such as ``missing``, ``too-long``, ``out-of-range``, ``in-the-past``."""
    detail: str
    """The offending value and the reason, one line."""


class InvalidInputError(HubError):
    """An input with at least one bad field; every one is named."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__("; ".join(f"{problem.pointer}: {problem.detail}" for problem in problems))
        self.problems = problems
