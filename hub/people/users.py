"""People who may sign in: adding, changing, disabling, and one-time codes instead of a first password."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update

from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.people.access import PERSON_ROLES, Role, User, hash_of, token_hash, user_of_row
from hub.people.password_policy import PASSWORD_RULE, fault_of
from hub.people.tables import sessions, users
from hub.store.paging import Page

CODE_HOLDS = timedelta(hours=24)
CODE_LENGTH = 16
LONGEST_NAME = 120
NO_PASSWORD = "!"  # noqa: S105 - no hash has this form, so nothing matches it
_CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 of them, so each carries five bits; none looks like another on paper."""
_USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Person:
    """A user as an administrator sees one."""

    user: User
    created_at: datetime
    disabled_at: datetime | None
    password_changed_at: datetime | None
    """None: never since the user was made."""
    has_password: bool
    code_expires_at: datetime | None
    """Until when a one-time code opens; None: there is none."""
    open_sessions: int

    @property
    def is_active(self) -> bool:
        """True while the user may sign in."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What an administrator may change of a user."""

    display_name: str
    role: Role
    sites: frozenset[str] | None
    """Where the user works; None: everywhere."""


def add_user(connection: Connection, user: User, password: str, now: datetime) -> None:
    """Create a user; raises `InvalidInputError` for id or password, `ConflictError` when the id is taken."""
    problems = _problems(user)
    fault = fault_of(password, user.user_id)
    if fault is not None:
        problems.append(FieldProblem("/password", fault, PASSWORD_RULE))
    if problems:
        raise InvalidInputError(*problems)
    _insert(connection, user, now, password_hash=hash_of(password), password_changed_at=now)


def invite_user(connection: Connection, user: User, code: str, now: datetime) -> None:
    """Create a user who chooses a password with a one-time code; raises like `add_user`."""
    problems = _problems(user)
    if problems:
        raise InvalidInputError(*problems)
    _insert(connection, user, now, password_hash=NO_PASSWORD, **_code(code, now))


def reset_password(connection: Connection, user_id: str, code: str, now: datetime) -> None:
    """Take password and open sessions away and let the code choose a new one; raises `NotFoundError`."""
    is_active = (users.c.user_id == user_id) & users.c.disabled_at.is_(None)
    done = connection.execute(
        update(users).where(is_active).values(password_hash=NO_PASSWORD, **_code(code, now))
    )
    if done.rowcount == 0:
        raise NotFoundError("active user", user_id)
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))


def has_code(connection: Connection, user_id: str, code: str, now: datetime) -> bool:
    """Tell whether the code is the active user's and still opens; case, spaces and dashes do not matter."""
    plain = "".join(code.upper().split()).replace("-", "")
    query = select(users.c.user_id).where(
        users.c.user_id == user_id,
        users.c.disabled_at.is_(None),
        users.c.code_sha256 == token_hash(plain),
        users.c.code_expires_at > now,
    )
    return connection.scalar(query) is not None


def set_password(connection: Connection, user_id: str, password_hash: str, now: datetime) -> None:
    """Store a hash (of `hash_of`); a code opens nothing afterwards, and every open session ends."""
    values = {"password_hash": password_hash, "password_changed_at": now}
    nothing = {"code_sha256": None, "code_expires_at": None}
    connection.execute(update(users).where(users.c.user_id == user_id).values(**values, **nothing))
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))


def change_user(connection: Connection, user_id: str, change: PersonChange) -> None:
    """Change name, role and sites; open sessions have them at once.

    Raises `InvalidInputError`, `NotFoundError`, and `ConflictError` when nobody would be left to
    administer the hub.
    """
    before = person(connection, user_id).user
    after = User(user_id, change.display_name, change.role, change.sites)
    problems = _problems(after)
    if problems:
        raise InvalidInputError(*problems)
    if after.role is not Role.ADMINISTRATOR or after.sites is not None:
        _require_another_administrator(connection, before)
    connection.execute(update(users).where(users.c.user_id == user_id).values(**_facts(after)))


def disable_user(connection: Connection, user_id: str, now: datetime) -> bool:
    """Shut a user out, open sessions included; False when there is no such active user."""
    done = connection.execute(
        update(users).where(users.c.user_id == user_id, users.c.disabled_at.is_(None)).values(disabled_at=now)
    )
    end_sessions(connection, user_id)
    return done.rowcount == 1


def disable_person(connection: Connection, user_id: str, now: datetime) -> None:
    """Shut a user out; raises `NotFoundError`, and `ConflictError` for the last administrator."""
    _require_another_administrator(connection, person(connection, user_id).user)
    if not disable_user(connection, user_id, now):
        raise NotFoundError("active user", user_id)


def enable_user(connection: Connection, user_id: str) -> bool:
    """Let a user in again with the password there was; False when nobody of that id is shut out."""
    is_out = (users.c.user_id == user_id) & users.c.disabled_at.is_not(None)
    return connection.execute(update(users).where(is_out).values(disabled_at=None)).rowcount == 1


def end_sessions(connection: Connection, user_id: str) -> int:
    """Sign a user out everywhere; returns how many sessions ended."""
    return connection.execute(delete(sessions).where(sessions.c.user_id == user_id)).rowcount


def list_users(connection: Connection) -> tuple[User, ...]:
    """Every active user by id."""
    rows = connection.execute(select(users).where(users.c.disabled_at.is_(None)).order_by(users.c.user_id))
    return tuple(user_of_row(row) for row in rows)


def person(connection: Connection, user_id: str) -> Person:
    """One user, also a disabled one; raises `NotFoundError`."""
    row = connection.execute(_people().where(users.c.user_id == user_id)).first()
    if row is None:
        raise NotFoundError("user", user_id)
    return _person(row)


def find_people(
    connection: Connection, *, text: str = "", after: str = "", limit: int = 50, disabled: bool | None = None
) -> Page[Person]:
    """Users by id whose id or name holds `text`; `disabled` None: all. The cursor is the last user's id."""
    conditions: list[ColumnElement[bool]] = [users.c.user_id > after]
    if text:
        has_id = users.c.user_id.icontains(text, autoescape=True)
        conditions.append(or_(has_id, users.c.display_name.icontains(text, autoescape=True)))
    if disabled is not None:
        is_out = users.c.disabled_at.is_not(None)
        conditions.append(is_out if disabled else ~is_out)
    query = _people().where(*conditions).order_by(users.c.user_id).limit(limit + 1)
    found = tuple(_person(row) for row in connection.execute(query))
    return Page(found[:limit], found[limit - 1].user.user_id if len(found) > limit else None)


def code_of(randomness: bytes) -> str:
    """Write 16 random bytes as a one-time code of 80 bits, in fours for reading aloud."""
    signs = "".join(_CODE_SIGNS[byte % len(_CODE_SIGNS)] for byte in randomness[:CODE_LENGTH])
    return "-".join(signs[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def _people() -> Any:
    count = select(func.count()).select_from(sessions).where(sessions.c.user_id == users.c.user_id)
    return select(users, count.scalar_subquery().label("open_sessions"))


def _person(row: Row[*tuple[Any, ...]]) -> Person:
    return Person(
        user=user_of_row(row),
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        password_changed_at=row.password_changed_at,
        has_password=row.password_hash != NO_PASSWORD,
        code_expires_at=row.code_expires_at,
        open_sessions=row.open_sessions,
    )


def _insert(connection: Connection, user: User, now: datetime, **secrets: object) -> None:
    if connection.scalar(select(users.c.user_id).where(users.c.user_id == user.user_id)) is not None:
        raise ConflictError("user-exists", f"user {user.user_id!r} exists already")
    connection.execute(users.insert().values(user_id=user.user_id, created_at=now, **_facts(user), **secrets))


def _facts(user: User) -> dict[str, object]:
    sites = None if user.sites is None else sorted(user.sites)
    return {"display_name": user.display_name.strip(), "role": user.role, "sites": sites}


def _code(code: str, now: datetime) -> dict[str, object]:
    return {"code_sha256": token_hash(code.replace("-", "")), "code_expires_at": now + CODE_HOLDS}


def _problems(user: User) -> list[FieldProblem]:
    problems = []
    if user.role not in PERSON_ROLES:
        problems.append(FieldProblem("/role", "not-a-role", f"{user.role!r} is no person's role"))
    if not _USER_ID.fullmatch(user.user_id):
        detail = f"{user.user_id[:80]!r}: letters, digits, . _ - only, at most 64"
        problems.append(FieldProblem("/user_id", "not-a-name", detail))
    name = user.display_name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        detail = f"{name[:40]!r}: 1 to {LONGEST_NAME} printable characters"
        problems.append(FieldProblem("/display_name", "missing" if not name else "bad-title", detail))
    return problems


def _require_another_administrator(connection: Connection, leaving: User) -> None:
    if leaving.role is not Role.ADMINISTRATOR:
        return
    is_other = (users.c.role == Role.ADMINISTRATOR) & (users.c.user_id != leaving.user_id)
    query = select(users.c.user_id).where(is_other, users.c.disabled_at.is_(None), users.c.sites.is_(None))
    if connection.execute(query).first() is None:
        raise ConflictError("last-administrator", "nobody else could administer the hub")
