"""Reads what amendments replaced, and what each of them changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from hub.declarations.differences import Leaf, differences
from hub.declarations.registry import declaration
from hub.declarations.tables import declaration_versions
from hub.people.access import User

MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that a version has otherwise than the one before."""

    pointer: str
    """JSON pointer (RFC 6901)."""
    before: Leaf
    """Null: it was not there."""
    after: Leaf
    """Null: it is not there any more."""


@dataclass(frozen=True, slots=True)
class DeclarationVersion:
    """A declaration as it was sent at one time."""

    version: int
    content: dict[str, Any]
    replaced_at: datetime | None
    """Null: it is in force."""
    replaced_by: str | None
    changes: tuple[FieldChange, ...]
    """Against the version before; empty for the first."""


def versions_of(
    connection: Connection, declaration_id: str, viewer: User, *, before: int | None = None
) -> tuple[DeclarationVersion, ...]:
    """Give the newest `MOST_VERSIONS` (`before`: of those older than this version), newest first.

    Raises `NotFoundError`, also when it is another sender's.
    """
    newest = declaration(connection, declaration_id, viewer)
    is_asked_for = before is None or newest.summary.version < before
    found = [_Kept(newest.summary.version, newest.content)] if is_asked_for else []
    columns = declaration_versions.c
    query = select(columns.version, columns.content, columns.replaced_at, columns.replaced_by).where(
        columns.declaration_id == declaration_id, columns.received_at == newest.summary.received_at
    )
    if before is not None:
        query = query.where(columns.version < before)
    # One more than is given: the oldest is compared with it.
    rows = connection.execute(query.order_by(columns.version.desc()).limit(MOST_VERSIONS + 1))
    found += [_Kept(row[0], msgspec.json.decode(row[1]), row[2], row[3]) for row in rows]
    versions = tuple(_version(kept, last) for kept, last in zip(found, [*found, None][1:], strict=True))
    return versions[:MOST_VERSIONS]


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    content: dict[str, Any]
    replaced_at: datetime | None = None
    replaced_by: str | None = None


def _version(kept: _Kept, last: _Kept | None) -> DeclarationVersion:
    found = () if last is None else differences(last.content, kept.content)
    changes = tuple(FieldChange(one.pointer, one.before, one.after) for one in found)
    return DeclarationVersion(kept.version, kept.content, kept.replaced_at, kept.replaced_by, changes)
