"""Signing in and out: the password is checked between two short transactions, never inside one."""

from dataclasses import replace
from datetime import datetime
from threading import BoundedSemaphore

from hub.bootstrap import Services
from hub.people.access import (
    LoginRefusal,
    Origin,
    Session,
    drop_failures,
    is_locked_out,
    is_password,
    note_failure,
    open_session,
    password_hash_of,
    session_of,
)
from hub.people.access import log_out as end_session
from hub.people.audit import Act, record
from hub.store.database import reading, writing

UNKNOWN = Origin()
HASHING = BoundedSemaphore(2)
"""Each check takes 64 MB for a moment; more at once would let strangers fill the memory."""


def sign_in(
    services: Services, user_id: str, password: str, origin: Origin = UNKNOWN
) -> Session | LoginRefusal:
    """Open a session, or say why not; both leave a trace in the audit log."""
    now = services.clock()
    with reading(services.engine) as connection:
        if is_locked_out(connection, user_id, now):
            return LoginRefusal.TOO_MANY
        stored = password_hash_of(connection, user_id)
    with HASHING:
        is_right = is_password(stored, password)
    return _let_in(services, user_id, origin, now) if is_right else _turn_away(services, user_id, now)


def sign_out(services: Services, token: str) -> None:
    """End a session; harmless when it is over already."""
    now = services.clock()
    with writing(services.engine) as connection:
        user = end_session(connection, token)
        if user is not None:
            record(connection, Act(user, "signed-out", user, {}), now)


def _let_in(services: Services, user_id: str, origin: Origin, now: datetime) -> Session | LoginRefusal:
    with writing(services.engine) as connection:
        session = session_of(connection, user_id, services.new_token(), now + services.session_lifetime)
        if session is None:
            return LoginRefusal.WRONG
        drop_failures(connection, user_id)
        session = replace(session, origin=origin)
        open_session(connection, session, now)
        record(connection, Act(user_id, "signed-in", user_id, {}), now)
    return session


def _turn_away(services: Services, user_id: str, now: datetime) -> LoginRefusal:
    with writing(services.engine) as connection:
        note_failure(connection, user_id, now)
        record(connection, Act("nobody", "sign-in-refused", user_id[:64], {}), now)
    return LoginRefusal.WRONG
