"""Keeps risk profiles: drafted, tested on what came before, activated by a second officer, retired."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select, update

from hub.declarations.assessing.conditions import Condition, problems_of
from hub.declarations.assessing.deciding import Profile
from hub.declarations.assessing.evidence import Channel
from hub.declarations.assessing.tables import risk_profiles
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.people.audit import Act, record

MOST_TEXT = 2000
_CONDITION = msgspec.json.Decoder(Condition)
AnyRow = Row[*tuple[Any, ...]]


class ProfileState(StrEnum):
    """What a version of a profile does."""

    DRAFT = "draft"
    """Nothing yet."""
    ACTIVE = "active"
    RETIRED = "retired"


_ACTIVE = (
    select(risk_profiles)
    .where(risk_profiles.c.state == ProfileState.ACTIVE.value)
    .order_by(risk_profiles.c.profile_id)
)


class NewProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A profile, or the next version of one."""

    profile_id: str
    title: str
    reason: str
    legal_basis: str
    condition: Condition
    channel: Channel
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class ProfileVersion:
    """A stored version of a profile."""

    profile: Profile
    state: ProfileState
    legal_basis: str
    made_at: datetime
    made_by: str
    activated_at: datetime | None
    activated_by: str | None
    retired_at: datetime | None
    retired_by: str | None
    back_test: Mapping[str, Any] | None
    """What it would have done on what came before; None: not tested."""


def draft_profile(connection: Connection, wanted: NewProfile, *, actor: str, now: datetime) -> ProfileVersion:
    """Store the next version of a profile; raises `InvalidInputError` naming what is wrong with it."""
    problems = _problems(wanted)
    if problems:
        raise InvalidInputError(*problems)
    newest = select(func.max(risk_profiles.c.version)).where(risk_profiles.c.profile_id == wanted.profile_id)
    version = int(connection.scalar(newest) or 0) + 1
    values = msgspec.structs.asdict(wanted) | {
        "condition": msgspec.to_builtins(wanted.condition),
        "channel": wanted.channel.value,
    }
    connection.execute(
        risk_profiles.insert().values(
            **values, version=version, state=ProfileState.DRAFT.value, made_at=now, made_by=actor
        )
    )
    _note(connection, "profile-drafted", wanted.profile_id, version, actor, now)
    return profile_version(connection, wanted.profile_id, version)


def keep_back_test(
    connection: Connection, profile_id: str, version: int, result: Mapping[str, Any]
) -> ProfileVersion:
    """Keep what a draft would have done; raises `NotFoundError`, `ConflictError` when it is no draft."""
    require_draft(profile_version(connection, profile_id, version))
    connection.execute(update(risk_profiles).where(_is(profile_id, version)).values(back_test=dict(result)))
    return profile_version(connection, profile_id, version)


def activate_profile(
    connection: Connection, profile_id: str, version: int, *, actor: str, now: datetime
) -> ProfileVersion:
    """Let a draft select from now on, in place of the version before it.

    Raises `NotFoundError`, and `ConflictError` when it is no draft, was not tested on what came before
    (``not-tested``), or its author would activate it (``own-profile``).
    """
    draft = profile_version(connection, profile_id, version)
    require_draft(draft)
    if draft.back_test is None:
        raise ConflictError(
            "not-tested", f"profile {profile_id} {version} was not tested on what came before"
        )
    if draft.made_by == actor:
        raise ConflictError("own-profile", "another officer than its author activates a profile")
    _retire_active(connection, profile_id, actor, now)
    values = {"state": ProfileState.ACTIVE.value, "activated_at": now, "activated_by": actor}
    connection.execute(update(risk_profiles).where(_is(profile_id, version)).values(**values))
    _note(connection, "profile-activated", profile_id, version, actor, now)
    return profile_version(connection, profile_id, version)


def retire_profile(connection: Connection, profile_id: str, *, actor: str, now: datetime) -> None:
    """Let the active version select nothing any more; raises `NotFoundError` when there is none."""
    version = _retire_active(connection, profile_id, actor, now)
    if version is None:
        raise NotFoundError("active profile", profile_id)
    _note(connection, "profile-retired", profile_id, version, actor, now)


def active_profiles(connection: Connection) -> tuple[Profile, ...]:
    """Return what selects now, by id."""
    return tuple(_profile(row) for row in connection.execute(_ACTIVE))


def list_profiles(connection: Connection) -> tuple[ProfileVersion, ...]:
    """List every version of every profile, the newest of each first."""
    columns = risk_profiles.c
    query = select(risk_profiles).order_by(columns.profile_id, columns.version.desc())
    return tuple(_version(row) for row in connection.execute(query))


def profile_versions(connection: Connection, profile_id: str) -> tuple[ProfileVersion, ...]:
    """List every version of one profile, the newest first; raises `NotFoundError` when there is none."""
    columns = risk_profiles.c
    query = select(risk_profiles).where(columns.profile_id == profile_id).order_by(columns.version.desc())
    found = tuple(_version(row) for row in connection.execute(query))
    if not found:
        raise NotFoundError("profile", profile_id)
    return found


def profile_version(connection: Connection, profile_id: str, version: int) -> ProfileVersion:
    """Return one version; raises `NotFoundError`."""
    row = connection.execute(select(risk_profiles).where(_is(profile_id, version))).first()
    if row is None:
        raise NotFoundError("profile", f"{profile_id} {version}")
    return _version(row)


def require_draft(found: ProfileVersion) -> None:
    """Raise `ConflictError` (``not-a-draft``) for a version that is in use or was."""
    if found.state is not ProfileState.DRAFT:
        name = f"{found.profile.profile_id} {found.profile.version}"
        raise ConflictError("not-a-draft", f"profile {name} is {found.state}, not {ProfileState.DRAFT}")


def _retire_active(connection: Connection, profile_id: str, actor: str, now: datetime) -> int | None:
    columns = risk_profiles.c
    is_active = (columns.profile_id == profile_id) & (columns.state == ProfileState.ACTIVE.value)
    version: int | None = connection.scalar(select(columns.version).where(is_active))
    values = {"state": ProfileState.RETIRED.value, "retired_at": now, "retired_by": actor}
    connection.execute(update(risk_profiles).where(is_active).values(**values))
    return version


def _problems(wanted: NewProfile) -> list[FieldProblem]:
    found = problems_of(wanted.condition)
    name = wanted.profile_id
    if not name or len(name) > 64 or not name.replace("-", "").isalnum() or not name.isascii():
        found.append(FieldProblem("/profile_id", "not-a-name", "letters, digits and dashes, at most 64"))
    for field in ("title", "reason", "legal_basis"):
        text = getattr(wanted, field)
        if not text.strip() or len(text) > MOST_TEXT:
            found.append(FieldProblem(f"/{field}", "missing", f"1 to {MOST_TEXT} characters are needed"))
    if not 0 < wanted.share <= 1:
        found.append(FieldProblem("/share", "out-of-range", f"{wanted.share} is not above 0 and at most 1"))
    return found


def _is(profile_id: str, version: int) -> Any:
    return (risk_profiles.c.profile_id == profile_id) & (risk_profiles.c.version == version)


def _note(connection: Connection, act: str, profile_id: str, version: int, actor: str, now: datetime) -> None:
    record(connection, Act(actor, act, profile_id, {"version": version}), now)


def _profile(row: AnyRow) -> Profile:
    return Profile(
        profile_id=row.profile_id,
        version=row.version,
        title=row.title,
        reason=row.reason,
        condition=_CONDITION.decode(msgspec.json.encode(row.condition)),
        channel=Channel(row.channel),
        share=row.share,
    )


def _version(row: AnyRow) -> ProfileVersion:
    return ProfileVersion(
        profile=_profile(row),
        state=ProfileState(row.state),
        legal_basis=row.legal_basis,
        made_at=row.made_at,
        made_by=row.made_by,
        activated_at=row.activated_at,
        activated_by=row.activated_by,
        retired_at=row.retired_at,
        retired_by=row.retired_by,
        back_test=row.back_test,
    )
