"""What settings each scope of the fleet has, what a change would do, and telling the devices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, select

from hub.bootstrap import Services
from hub.errors import ConflictError, FieldProblem, InvalidInputError
from hub.fleet.allowed_settings import Settings, checked
from hub.fleet.commands import CommandName, Order, issue
from hub.fleet.scope import Place, Scope, ScopeKind, places_in
from hub.fleet.tables import device_settings

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class SettingsVersion:
    """What was set for a scope."""

    scope: Scope
    version: int
    """Counts every change of the whole fleet, so a device can tell an older set from a newer one."""
    settings: Settings
    reason: str
    set_by: str
    set_at: datetime

    def audited(self, told: int) -> dict[str, str | int | float | bool | None]:
        """Facts for the audit log; `told` is the number of devices that are told something new."""
        return {"version": self.version, "devices": told, "reason": self.reason, **self.settings}


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What a device would be told."""

    device_id: str
    before: Settings
    after: Settings


@dataclass(frozen=True, slots=True)
class NewSettings:
    """A change that somebody confirmed."""

    scope: Scope
    settings: Settings
    reason: str
    expected_version: int | None = None
    """The version of the scope that was on the screen, 0 for none; None: whichever."""


@dataclass(frozen=True, slots=True)
class _Set:
    version: int
    settings: Settings


def newest_settings(connection: Connection, scope: Scope) -> SettingsVersion | None:
    """Return what is set for exactly this scope; None: nothing ever was."""
    return next(iter(settings_history(connection, scope, 1)), None)


def all_newest_settings(connection: Connection) -> Mapping[Scope, SettingsVersion]:
    """Return what is set for every scope that ever had anything set."""
    table = device_settings
    return {
        scope: SettingsVersion(scope, row.version, row.settings, row.reason, row.set_by, row.set_at)
        for row in connection.execute(select(table).join(*_newest_rows()))
        for scope in (Scope(ScopeKind(row.scope), row.place),)
    }


def settings_history(connection: Connection, scope: Scope, limit: int) -> tuple[SettingsVersion, ...]:
    """Return what was set for exactly this scope, the newest first."""
    table = device_settings.c
    query = select(device_settings).where(table.scope == scope.kind, table.place == scope.place)
    rows = connection.execute(query.order_by(table.version.desc()).limit(limit))
    return tuple(
        SettingsVersion(scope, row.version, row.settings, row.reason, row.set_by, row.set_at) for row in rows
    )


def settings_of_device(connection: Connection, device_id: str) -> tuple[Settings, int]:
    """Return what a device is to have by all scopes, and the version of that; 0: nothing was set.

    Raises `NotFoundError` for one that is not registered or is shut out.
    """
    place = places_in(connection, Scope(ScopeKind.DEVICE, device_id))[0]
    return _effective(place, _newest(connection))


def preview_settings(connection: Connection, scope: Scope, wanted: Settings) -> tuple[SettingsChange, ...]:
    """Say which devices would be told something new, and what; raises as `checked` and for no such scope."""
    newest = _newest(connection)
    coming = {**newest, scope: _Set(0, checked(wanted))}
    changes = []
    for place in places_in(connection, scope):
        before, after = _effective(place, newest)[0], _effective(place, coming)[0]
        if before != after:
            changes.append(SettingsChange(place.device_id, before, after))
    return tuple(changes)


def change_settings(
    services: Services, connection: Connection, new: NewSettings, *, actor: str, now: datetime
) -> tuple[SettingsVersion, int]:
    """Store the settings of a scope and tell every device they change; returns them and how many that are.

    Raises `InvalidInputError`, `NotFoundError`, and `ConflictError` when somebody else was faster.
    """
    settings, reason = checked(new.settings), checked_reason(new.reason)
    standing = newest_settings(connection, new.scope)
    if new.expected_version is not None and new.expected_version != (standing.version if standing else 0):
        raise ConflictError("settings-changed", "somebody has changed these settings meanwhile")
    changes = preview_settings(connection, new.scope, settings)
    version = (connection.scalar(select(func.max(device_settings.c.version))) or 0) + 1
    connection.execute(
        device_settings.insert().values(
            scope=new.scope.kind,
            place=new.scope.place,
            version=version,
            settings=dict(settings),
            reason=reason,
            set_by=actor,
            set_at=now,
        )
    )
    for change in changes:
        issue(services, connection, change.device_id, _order(change.after, version, actor), now)
    return SettingsVersion(new.scope, version, settings, reason, actor, now), len(changes)


def send_settings(
    services: Services, connection: Connection, device_id: str, *, actor: str, now: datetime
) -> str:
    """Tell a device its settings as they stand, also when nothing was ever set; returns the command id."""
    settings, version = settings_of_device(connection, device_id)
    return issue(services, connection, device_id, _order(settings, version, actor), now)


def send_standing_settings(
    services: Services, connection: Connection, device_id: str, *, actor: str, now: datetime
) -> str | None:
    """Tell a device that was let in, or anew, what holds for its place; None: nothing was ever set there."""
    settings, version = settings_of_device(connection, device_id)
    return issue(services, connection, device_id, _order(settings, version, actor), now) if version else None


def _order(settings: Settings, version: int, actor: str) -> Order:
    return Order(CommandName.CONFIGURE, {"version": str(version), **settings}, actor)


def checked_reason(text: str) -> str:
    """Trim a reason; raises `InvalidInputError` for none, or one that is too long or cannot be shown."""
    reason = text.strip()
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        detail = f"1 to {LONGEST_REASON} printable characters"
        raise InvalidInputError(FieldProblem("/reason", "too-long" if reason else "missing", detail))
    return reason


def _newest_rows() -> tuple[Subquery, ColumnElement[bool]]:
    """Join these and only each scope's newest version is left."""
    table = device_settings
    last = select(table.c.scope, table.c.place, func.max(table.c.version).label("version"))
    newest = last.group_by(table.c.scope, table.c.place).subquery()
    return newest, and_(*(table.c[name] == newest.c[name] for name in ("scope", "place", "version")))


def _newest(connection: Connection) -> dict[Scope, _Set]:
    newest = all_newest_settings(connection)
    return {scope: _Set(one.version, one.settings) for scope, one in newest.items()}


def _effective(place: Place, newest: Mapping[Scope, _Set]) -> tuple[Settings, int]:
    settings: dict[str, str] = {}
    version = 0
    for scope in place.scopes():
        if scope in newest:
            settings |= newest[scope].settings
            version = max(version, newest[scope].version)
    return settings, version
