"""Who may do what: users, roles, sessions, and a limit on failed logins."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, delete, func, select

from hub.people.tables import login_failures, sessions, users

FAILURES_ALLOWED = 5
FAILURE_WINDOW = timedelta(minutes=15)
TOKEN_BYTES = 32
_HASHER = PasswordHasher()


class Role(StrEnum):
    """What a user is at the hub."""

    GUARD = "guard"
    SUPERVISOR = "supervisor"
    WATCHLIST_OFFICER = "watchlist-officer"
    CUSTOMS_OFFICER = "customs-officer"
    ORIGIN_OFFICER = "origin-officer"
    """Of an authority that issues certificates of origin."""
    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    MACHINE = "machine"
    """A program of an agency or a partner; no person signs in as one."""


PERSON_ROLES = tuple(role for role in Role if role is not Role.MACHINE)


class Permission(StrEnum):
    """One thing a role allows; a machine's scopes carry the same names."""

    VIEW_CASES = "view-cases"
    ANSWER_CASES = "answer-cases"
    RECORD_RESULTS = "record-results"
    """Say what came of a case."""
    VIEW_STATISTICS = "view-statistics"
    PLAN_EXERCISES = "plan-exercises"
    """Register passages of test persons, by which lanes and guards are measured."""
    VIEW_SUBJECTS = "view-subjects"
    ENROL = "enrol"
    PUBLISH = "publish"
    EXPORT_SUBJECTS = "export-subjects"
    APPROVE = "approve"
    """Be the second of four eyes."""
    MANAGE_LIST_POLICY = "manage-list-policy"
    """Which lists go to which sites, and which acts need two persons."""
    VIEW_DEVICES = "view-devices"
    MANAGE_DEVICES = "manage-devices"
    MANAGE_FLEET = "manage-fleet"
    """Configure devices, roll out packs, send commands."""
    DECLARE = "declare"
    """Lodge declarations, and see what became of one's own."""
    VIEW_DECLARATIONS = "view-declarations"
    """See everybody's."""
    DECIDE_DECLARATIONS = "decide-declarations"
    VIEW_CERTIFICATES = "view-certificates"
    """See checks of certificates of origin, and what the certificates state."""
    CHECK_CERTIFICATES = "check-certificates"
    """Have certificates of origin looked at."""
    DECIDE_CERTIFICATES = "decide-certificates"
    """Accept or refuse them, and be the second person who refuses."""
    ISSUE_CERTIFICATES = "issue-certificates"
    """Issue certificates of origin, suspend and revoke them; a person may be the second of four eyes."""
    MANAGE_USERS = "manage-users"
    MANAGE_CLIENTS = "manage-clients"
    """Let machines in, and choose where webhooks go."""
    VIEW_AUDIT = "view-audit"
    VIEW_LOOKUPS = "view-lookups"
    """Who looked at whose personal data."""


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.GUARD: frozenset({Permission.VIEW_CASES, Permission.VIEW_DEVICES}),
    Role.SUPERVISOR: frozenset(
        {
            Permission.VIEW_CASES,
            Permission.ANSWER_CASES,
            Permission.RECORD_RESULTS,
            Permission.VIEW_STATISTICS,
            Permission.VIEW_SUBJECTS,
            Permission.APPROVE,
            Permission.VIEW_DEVICES,
            Permission.VIEW_CERTIFICATES,
            Permission.DECIDE_CERTIFICATES,
        }
    ),
    Role.WATCHLIST_OFFICER: frozenset(
        {
            Permission.VIEW_CASES,
            Permission.VIEW_SUBJECTS,
            Permission.ENROL,
            Permission.PUBLISH,
            Permission.EXPORT_SUBJECTS,
            Permission.APPROVE,
            Permission.MANAGE_LIST_POLICY,
            Permission.VIEW_DEVICES,
        }
    ),
    Role.CUSTOMS_OFFICER: frozenset(
        {
            Permission.VIEW_CASES,
            Permission.RECORD_RESULTS,
            Permission.VIEW_DEVICES,
            Permission.VIEW_DECLARATIONS,
            Permission.DECIDE_DECLARATIONS,
            Permission.VIEW_CERTIFICATES,
            Permission.CHECK_CERTIFICATES,
            Permission.DECIDE_CERTIFICATES,
        }
    ),
    Role.ORIGIN_OFFICER: frozenset({Permission.ISSUE_CERTIFICATES}),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.VIEW_DEVICES,
            Permission.MANAGE_DEVICES,
            Permission.MANAGE_FLEET,
            Permission.MANAGE_USERS,
            Permission.MANAGE_CLIENTS,
            Permission.PLAN_EXERCISES,
            Permission.VIEW_AUDIT,
        }
    ),
    Role.ANALYST: frozenset(
        {Permission.VIEW_STATISTICS, Permission.VIEW_DEVICES, Permission.VIEW_CERTIFICATES}
    ),
    Role.AUDITOR: frozenset(
        {
            Permission.VIEW_CASES,
            Permission.VIEW_STATISTICS,
            Permission.VIEW_SUBJECTS,
            Permission.VIEW_DEVICES,
            Permission.VIEW_AUDIT,
            Permission.VIEW_LOOKUPS,
            Permission.VIEW_DECLARATIONS,
            Permission.VIEW_CERTIFICATES,
        }
    ),
    # What a machine may be granted at most. It never answers a case and is nobody's second pair of eyes.
    Role.MACHINE: frozenset(
        {
            Permission.VIEW_CASES,
            Permission.VIEW_STATISTICS,
            Permission.VIEW_SUBJECTS,
            Permission.ENROL,
            Permission.PUBLISH,
            Permission.VIEW_DEVICES,
            Permission.MANAGE_DEVICES,
            Permission.MANAGE_FLEET,
            Permission.VIEW_AUDIT,
            Permission.DECLARE,
            Permission.VIEW_DECLARATIONS,
            Permission.VIEW_CERTIFICATES,
            Permission.CHECK_CERTIFICATES,
            Permission.ISSUE_CERTIFICATES,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who has signed in, or a machine with a token."""

    user_id: str
    """A machine's begins with ``client:``, which no person's can."""
    display_name: str
    role: Role
    sites: frozenset[str] | None = None
    """Where the user works; None: everywhere."""
    scopes: frozenset[Permission] | None = None
    """What the token is limited to; None: to nothing but the role."""

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that role and scopes allow."""
        granted = ROLE_PERMISSIONS[self.role]
        return granted if self.scopes is None else granted & self.scopes

    def may(self, permission: Permission) -> bool:
        """Tell whether role and scopes allow it."""
        return permission in self.permissions

    def works_at(self, site_id: str) -> bool:
        """Tell whether the site is one of the user's."""
        return self.sites is None or site_id in self.sites

    def may_at(self, permission: Permission, site_id: str) -> bool:
        """Tell whether it is allowed, and at this site."""
        return self.may(permission) and self.works_at(site_id)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a login came from, as far as it says."""

    address: str = ""
    agent: str = ""
    """The browser's or program's own name for itself (``User-Agent``)."""


@dataclass(frozen=True, slots=True)
class Session:
    """A login; the token leaves the hub once and is stored hashed."""

    token: str
    user: User
    expires_at: datetime
    origin: Origin = Origin()


class LoginRefusal(StrEnum):
    """Why a login was refused."""

    WRONG = "wrong-user-or-password"
    TOO_MANY = "too-many-failures"


def is_locked_out(connection: Connection, user_id: str, now: datetime) -> bool:
    """Tell whether too many recent attempts failed for this user id, known or not."""
    recent = (login_failures.c.user_id == user_id) & (login_failures.c.at > now - FAILURE_WINDOW)
    failures = connection.scalar(select(func.count()).select_from(login_failures).where(recent))
    return int(failures or 0) >= FAILURES_ALLOWED


def note_failure(connection: Connection, user_id: str, now: datetime) -> None:
    """Count a failed attempt; forgets those that no longer count."""
    connection.execute(delete(login_failures).where(login_failures.c.at <= now - FAILURE_WINDOW))
    connection.execute(login_failures.insert().values(user_id=user_id[:200], at=now))


def drop_failures(connection: Connection, user_id: str) -> None:
    """Forget a user's failed attempts, after one that succeeded."""
    connection.execute(delete(login_failures).where(login_failures.c.user_id == user_id))


def password_hash_of(connection: Connection, user_id: str) -> str | None:
    """Return an active user's argon2id hash, or None."""
    is_active = (users.c.user_id == user_id) & users.c.disabled_at.is_(None)
    return connection.scalar(select(users.c.password_hash).where(is_active))


def hash_of(password: str) -> str:
    """Hash a password with argon2id; slow on purpose."""
    return _HASHER.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Check a password; without a hash it costs the same time, so that the delay tells nothing."""
    try:
        return _HASHER.verify(password_hash or _nobody_hash(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody_hash() -> str:
    """Made at the first log-in, not at import: hashing is slow on purpose, and most commands check nobody."""
    return _HASHER.hash("nobody has this password")


def session_of(connection: Connection, user_id: str, token: str, expires_at: datetime) -> Session | None:
    """Make a session for an active user, not stored yet; None when there is no such user."""
    is_active = (users.c.user_id == user_id) & users.c.disabled_at.is_(None)
    row = connection.execute(select(users).where(is_active)).first()
    return Session(token, user_of_row(row), expires_at) if row else None


def open_session(connection: Connection, session: Session, now: datetime) -> None:
    """Store a session under its token's hash; forgets those that are over."""
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
    connection.execute(
        sessions.insert().values(
            token_sha256=token_hash(session.token),
            user_id=session.user.user_id,
            created_at=now,
            expires_at=session.expires_at,
            address=session.origin.address[:64],
            agent=session.origin.agent[:400],
        )
    )


def user_of_token(connection: Connection, token: str, now: datetime) -> User | None:
    """Whose session the token opens; None when it is unknown, over, or its user disabled."""
    query = (
        select(users.c.user_id, users.c.display_name, users.c.role, users.c.sites)
        .join(sessions, sessions.c.user_id == users.c.user_id)
        .where(
            sessions.c.token_sha256 == token_hash(token),
            sessions.c.expires_at > now,
            users.c.disabled_at.is_(None),
        )
    )
    row = connection.execute(query).first()
    return user_of_row(row) if row else None


def log_out(connection: Connection, token: str) -> str | None:
    """End a session and return whose it was; None when it was over already."""
    is_this = sessions.c.token_sha256 == token_hash(token)
    user_id = connection.scalar(select(sessions.c.user_id).where(is_this))
    connection.execute(delete(sessions).where(is_this))
    return user_id


def user_of_row(row: Row[*tuple[Any, ...]]) -> User:
    """Make the user of a row that has id, display name, role and sites."""
    sites = None if row.sites is None else frozenset(row.sites)
    return User(row.user_id, row.display_name, Role(row.role), sites)


def token_hash(token: str) -> str:
    """How a bearer token is stored; it is random, so a plain SHA-256 suffices."""
    return hashlib.sha256(token.encode()).hexdigest()
