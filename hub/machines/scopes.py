"""Scopes of machines: permissions by the same names, as OAuth writes them. Pure."""

from collections.abc import Iterable

from hub.errors import FieldProblem, InvalidInputError
from hub.people.access import ROLE_PERMISSIONS, Permission, Role

GRANTABLE = ROLE_PERMISSIONS[Role.MACHINE]


def parse_scopes(names: Iterable[str], pointer: str = "/scopes") -> frozenset[Permission]:
    """Read scope names; raises `InvalidInputError` for one that no machine may have, and for none at all."""
    known = {scope.value: scope for scope in GRANTABLE}
    named = list(names)
    problems = [
        FieldProblem(f"{pointer}/{index}", "not-a-scope", f"{name[:80]!r} is no scope of a machine")
        for index, name in enumerate(named)
        if name not in known
    ]
    if not named:
        problems = [FieldProblem(pointer, "missing", "a client needs at least one scope")]
    if problems:
        raise InvalidInputError(*problems)
    return frozenset(known[name] for name in named)


def scope_text(scopes: Iterable[Permission]) -> str:
    """Write scopes as OAuth does: names in order, a space between (RFC 6749, section 3.3)."""
    return " ".join(sorted(scopes))


def stored_scopes(text: str) -> frozenset[Permission]:
    """Read what `scope_text` wrote; one that machines may no longer have is left out."""
    return frozenset(scope for scope in GRANTABLE if scope in text.split())
