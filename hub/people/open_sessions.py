"""Where a user is signed in, for the user to see and to end."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from hub.people.access import token_hash
from hub.people.tables import sessions

ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One login."""

    session_id: str
    """Names it on pages; opens nothing."""
    created_at: datetime
    expires_at: datetime
    address: str
    agent: str
    """The browser's or program's own name for itself, as it was sent."""
    is_this: bool
    """It is the one that asks."""


def sessions_of(
    connection: Connection, user_id: str, now: datetime, *, token: str = ""
) -> tuple[OpenSession, ...]:
    """Return a user's open sessions, the newest first; `token` marks the one that asks."""
    own = token_hash(token) if token else ""
    query = (
        select(sessions)
        .where(sessions.c.user_id == user_id, sessions.c.expires_at > now)
        .order_by(sessions.c.created_at.desc(), sessions.c.token_sha256)
    )
    return tuple(
        OpenSession(
            session_id=row.token_sha256[:ID_LENGTH],
            created_at=row.created_at,
            expires_at=row.expires_at,
            address=row.address,
            agent=row.agent,
            is_this=row.token_sha256 == own,
        )
        for row in connection.execute(query)
    )


def end_session(connection: Connection, user_id: str, session_id: str) -> bool:
    """End one session of a user; False when there is no such one."""
    if len(session_id) != ID_LENGTH or not session_id.isalnum():
        return False
    is_it = sessions.c.token_sha256.startswith(session_id, autoescape=True)
    return connection.execute(delete(sessions).where(sessions.c.user_id == user_id, is_it)).rowcount == 1


def end_other_sessions(connection: Connection, user_id: str, *, token: str) -> int:
    """End every session of a user but the one that asks; returns how many."""
    is_other = sessions.c.token_sha256 != token_hash(token)
    return connection.execute(delete(sessions).where(sessions.c.user_id == user_id, is_other)).rowcount
