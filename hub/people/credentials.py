"""Changing a password, by the old one or by a one-time code; hashed between short transactions."""

from datetime import datetime
from enum import StrEnum

from hub.bootstrap import Services
from hub.people.access import (
    drop_failures,
    hash_of,
    is_locked_out,
    is_password,
    note_failure,
    password_hash_of,
)
from hub.people.audit import Act, record
from hub.people.password_policy import PasswordFault, fault_of
from hub.people.sign_in import HASHING
from hub.people.users import has_code, set_password
from hub.store.database import reading, writing


class PasswordRefusal(StrEnum):
    """Why a password was not changed, apart from the password itself."""

    WRONG = "wrong-password-or-code"
    TOO_MANY = "too-many-failures"
    SAME = "same-password"


def change_password(
    services: Services, user_id: str, old: str, new: str
) -> PasswordRefusal | PasswordFault | None:
    """Change one's own password; None when it is done, and every session of the user is over then."""
    now = services.clock()
    with reading(services.engine) as connection:
        if is_locked_out(connection, user_id, now):
            return PasswordRefusal.TOO_MANY
        stored = password_hash_of(connection, user_id)
    with HASHING:
        is_right = is_password(stored, old)
    if not is_right:
        return _turn_away(services, user_id, now)
    if old == new:
        return PasswordRefusal.SAME
    return _store(services, user_id, new, "password-changed", now)


def redeem_code(
    services: Services, user_id: str, code: str, new: str
) -> PasswordRefusal | PasswordFault | None:
    """Choose a password with a one-time code; None when it is done."""
    now = services.clock()
    with reading(services.engine) as connection:
        if is_locked_out(connection, user_id, now):
            return PasswordRefusal.TOO_MANY
        is_right = has_code(connection, user_id, code, now)
    if not is_right:
        return _turn_away(services, user_id, now)
    return _store(services, user_id, new, "password-chosen", now)


def _store(services: Services, user_id: str, new: str, action: str, now: datetime) -> PasswordFault | None:
    fault = fault_of(new, user_id)
    if fault is not None:
        return fault
    with HASHING:
        password_hash = hash_of(new)
    with writing(services.engine) as connection:
        set_password(connection, user_id, password_hash, now)
        drop_failures(connection, user_id)
        record(connection, Act(user_id, action, user_id, {}), now)
    return None


def _turn_away(services: Services, user_id: str, now: datetime) -> PasswordRefusal:
    with writing(services.engine) as connection:
        note_failure(connection, user_id, now)
        record(connection, Act("nobody", "password-change-refused", user_id[:64], {}), now)
    return PasswordRefusal.WRONG
