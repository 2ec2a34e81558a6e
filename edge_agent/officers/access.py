"""Officers, passwords and sessions of one appliance; all of it works with the uplink down."""

import hashlib
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from edge_agent.errors import AccessDeniedError, ConflictError, EdgeError, StoreError
from edge_agent.officers.login_failures import LoginFailures
from edge_agent.store.audit import AuditEntry, append_audit
from edge_agent.store.edge_store import EdgeStore
from edge_agent.store.sql_rows import insert
from sync.errors import SyncError
from sync.identifiers import require_name
from sync.lane_messages import LoginReply, LoginRequest

ROLES = ("guard", "supervisor")

MIN_PASSWORD = 8
MAX_PASSWORD = 256
"""Characters; hashing a megabyte would be somebody else's denial of service."""

OFFICER_SQL = """
SELECT officer_id, display_name, role, password_hash FROM officer WHERE officer_id = ? AND is_active = 1
"""
SESSION_SQL = """
SELECT officer.officer_id, officer.display_name, officer.role, session.expires_at
FROM session JOIN officer USING (officer_id)
WHERE session.token_hash = ? AND officer.is_active = 1
"""


@dataclass(frozen=True, slots=True)
class Officer:
    """Who is logged in."""

    officer_id: str
    display_name: str
    role: str
    """``guard`` or ``supervisor``."""


@dataclass(frozen=True, slots=True)
class Session:
    """An officer's login that has not expired."""

    officer: Officer
    expires_at: datetime


class Access:
    """Says who may use the lane API."""

    def __init__(
        self,
        store: EdgeStore,
        hasher: PasswordHasher,
        session_length: timedelta = timedelta(hours=12),
        new_token: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._store = store
        self._hasher = hasher
        self._session_length = session_length
        self._new_token = new_token
        self._failures = LoginFailures()
        self._seen_sessions: dict[str, Session] = {}
        # Checked for an unknown officer, so that the answer takes as long as for a known one.
        self._nobody = hasher.hash(secrets.token_urlsafe())

    def add_officer(self, officer: Officer, password: str, now: datetime) -> None:
        """Store a new officer.

        Raises `EdgeError` for a bad id, role or password, `ConflictError` for a taken id.
        """
        _require_officer(officer, password)
        hashed = self._hasher.hash(password)
        self._store.write(lambda connection: _insert_officer(connection, officer, hashed, now))

    def login(self, request: LoginRequest, now: datetime) -> LoginReply:
        """Check a password and open a session.

        Raises `AccessDeniedError`, or `TooManyFailuresError` after repeated failures.
        """
        self._failures.require_allowed(request.officer_id, now)
        officer, hashed = self._officer(request.officer_id)
        if not self._is_right(hashed, request.password) or officer is None:
            self._failures.add(request.officer_id, now)
            self._store.write(
                lambda connection: append_audit(connection, AuditEntry(now, "edge", "login-refused"))
            )
            raise AccessDeniedError("officer or password is wrong")
        self._failures.clear(request.officer_id)
        return self._open_session(officer, now)

    def session(self, token: str, now: datetime) -> Session:
        """Return a bearer token's session; raises `AccessDeniedError` for an unknown or expired one."""
        hashed = _token_hash(token)
        try:
            session = self._stored_session(hashed)
            self._remember(hashed, session)
        except StoreError:
            # A damaged store must not blind a guard who is logged in.
            session = self._seen_sessions.get(hashed)
            if session is None:
                raise
        if session is None:
            raise AccessDeniedError("not logged in")
        if session.expires_at <= now:
            raise AccessDeniedError("the session has expired")
        return session

    def logout(self, token: str, now: datetime) -> None:
        """End a session; harmless when there is none."""

        def end(connection: sqlite3.Connection) -> None:
            row = connection.execute(SESSION_SQL, (_token_hash(token),)).fetchone()
            connection.execute("DELETE FROM session WHERE token_hash = ?", (_token_hash(token),))
            if row is not None:
                append_audit(connection, AuditEntry(now, str(row[0]), "logout"))

        self._seen_sessions.pop(_token_hash(token), None)
        self._store.write(end)

    def _remember(self, hashed: str, session: Session | None) -> None:
        if session is None:
            self._seen_sessions.pop(hashed, None)
        else:
            self._seen_sessions[hashed] = session

    def _stored_session(self, hashed: str) -> Session | None:
        row = self._store.read(lambda connection: connection.execute(SESSION_SQL, (hashed,)).fetchone())
        if row is None:
            return None
        return Session(Officer(row[0], row[1], row[2]), datetime.fromisoformat(row[3]))

    def _officer(self, officer_id: str) -> tuple[Officer | None, str]:
        row = self._store.read(lambda connection: connection.execute(OFFICER_SQL, (officer_id,)).fetchone())
        return (None, self._nobody) if row is None else (Officer(row[0], row[1], row[2]), str(row[3]))

    def _is_right(self, hashed: str, password: str) -> bool:
        if len(password) > MAX_PASSWORD:
            return False
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def _open_session(self, officer: Officer, now: datetime) -> LoginReply:
        token, expires_at = self._new_token(), now + self._session_length

        def add(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM session WHERE expires_at <= ?", (now.isoformat(),))
            row = {
                "token_hash": _token_hash(token),
                "officer_id": officer.officer_id,
                "created_at": now.isoformat(),
                "expires_at": expires_at.isoformat(),
            }
            insert(connection, "session", row)
            append_audit(connection, AuditEntry(now, officer.officer_id, "login"))

        self._store.write(add)
        return LoginReply(
            token=token,
            officer_id=officer.officer_id,
            display_name=officer.display_name,
            role=officer.role,
            expires_at=expires_at,
        )


def _require_officer(officer: Officer, password: str) -> None:
    try:
        require_name(officer.officer_id, "officer")
    except SyncError as error:
        raise EdgeError(str(error)) from error
    if officer.role not in ROLES:
        raise EdgeError(f"officer {officer.officer_id}: role {officer.role!r} is not guard or supervisor")
    if not officer.display_name.strip():
        raise EdgeError(f"officer {officer.officer_id}: the name is empty")
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise EdgeError(
            f"officer {officer.officer_id}: a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters"
        )


def _insert_officer(connection: sqlite3.Connection, officer: Officer, hashed: str, now: datetime) -> None:
    known = connection.execute("SELECT 1 FROM officer WHERE officer_id = ?", (officer.officer_id,)).fetchone()
    if known:
        raise ConflictError(f"officer {officer.officer_id} is already there")
    row: dict[str, object] = {
        "officer_id": officer.officer_id,
        "display_name": officer.display_name,
        "role": officer.role,
        "password_hash": hashed,
        "is_active": 1,
        "created_at": now.isoformat(),
    }
    insert(connection, "officer", row)
    detail = (("role", officer.role),)
    append_audit(connection, AuditEntry(now, "edge", "officer-added", officer.officer_id, detail))


def _token_hash(token: str) -> str:
    # A token has 256 random bits: a plain digest is enough to make a stolen store useless for logging in.
    return hashlib.sha256(token.encode()).hexdigest()
