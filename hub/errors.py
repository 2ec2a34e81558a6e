"""What can go wrong at the hub; decisions are values elsewhere."""

from dataclasses import dataclass


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
