"""Routes: users, their sessions, and one's own."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, IdempotencyKey, SignedIn, allowed, answer_of, as_response, attempt_of
from hub.errors import NotFoundError
from hub.people.access import Permission, Role, User
from hub.people.audit import Act, record
from hub.people.open_sessions import OpenSession, end_session, sessions_of
from hub.people.users import (
    Person,
    PersonChange,
    change_user,
    code_of,
    disable_person,
    enable_user,
    end_sessions,
    find_people,
    invite_user,
    person,
    reset_password,
)
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once
from hub.store.paging import MAX_LIMIT, Page

router = APIRouter(tags=["people"])
Administrator = Annotated[User, Depends(allowed(Permission.MANAGE_USERS))]
UserId = Annotated[str, Path(max_length=64)]


class PersonRequest(BaseModel):
    """What a user is and where; `sites` null: everywhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    display_name: str = Field(max_length=200)
    role: Role
    sites: tuple[Annotated[str, Field(max_length=64)], ...] | None = Field(default=None, max_length=500)

    @property
    def bounds(self) -> frozenset[str] | None:
        """The sites as a set."""
        return None if self.sites is None else frozenset(self.sites)


class NewPerson(PersonRequest):
    """A user to let in."""

    user_id: str = Field(max_length=200)


class OneTimeCode(BaseModel):
    """A code with which the user chooses a password; it is shown this once and holds for a day."""

    user_id: str
    code: str


class PersonAct(BaseModel):
    """What to do with a user."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    act: Literal["disable", "enable", "sign-out"]


@router.get("/users", operation_id="list_users")
def get_users(
    services: Hub,
    user: Administrator,
    text: Annotated[str, Query(max_length=80)] = "",
    cursor: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> Page[Person]:
    """Users by id whose id or name holds `text`."""
    with reading(services.engine) as connection:
        return find_people(connection, text=text, after=cursor, limit=limit)


@router.post("/users", status_code=201, operation_id="add_user", response_model=OneTimeCode)
def post_user(services: Hub, user: Administrator, wanted: NewPerson, key: IdempotencyKey = None) -> Response:
    """Let somebody in who chooses a password with the code."""
    now, code = services.clock(), code_of(services.randomness(16))
    new = User(wanted.user_id, wanted.display_name, wanted.role, wanted.bounds)
    attempt = attempt_of(user, key, digest_of([b"user", wanted.model_dump_json().encode()]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            invite_user(connection, new, code, now)
            record(connection, Act(user.user_id, "user-added", new.user_id, {"role": new.role}), now)
            return answer_of(201, OneTimeCode(user_id=new.user_id, code=code).model_dump())

        return as_response(once(services, connection, attempt, work))


@router.get("/users/{user_id}", operation_id="get_user")
def get_user(services: Hub, user: Administrator, user_id: UserId) -> Person:
    """One user, also one who is shut out."""
    with reading(services.engine) as connection:
        return person(connection, user_id)


@router.put("/users/{user_id}", operation_id="change_user")
def put_user(services: Hub, user: Administrator, user_id: UserId, wanted: PersonRequest) -> Person:
    """Change name, role and sites."""
    change = PersonChange(wanted.display_name, wanted.role, wanted.bounds)
    with writing(services.engine) as connection:
        change_user(connection, user_id, change)
        sites = "" if change.sites is None else " ".join(sorted(change.sites))
        detail = {"role": change.role.value, "sites": sites, "everywhere": change.sites is None}
        record(connection, Act(user.user_id, "user-changed", user_id, detail), services.clock())
        return person(connection, user_id)


@router.post("/users/{user_id}/password-reset", operation_id="reset_password", response_model=OneTimeCode)
def post_reset(services: Hub, user: Administrator, user_id: UserId, key: IdempotencyKey = None) -> Response:
    """Take password and sessions away; the code lets the user choose a new password."""
    now, code = services.clock(), code_of(services.randomness(16))
    attempt = attempt_of(user, key, digest_of([b"password-reset", user_id.encode()]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            reset_password(connection, user_id, code, now)
            record(connection, Act(user.user_id, "password-reset", user_id, {}), now)
            return answer_of(200, OneTimeCode(user_id=user_id, code=code).model_dump())

        return as_response(once(services, connection, attempt, work))


@router.post("/users/{user_id}/acts", status_code=204, operation_id="act_on_user")
def post_act(services: Hub, user: Administrator, user_id: UserId, wanted: PersonAct) -> None:
    """Shut a user out, let one in again, or sign one out everywhere."""
    now = services.clock()
    with writing(services.engine) as connection:
        person(connection, user_id)
        match wanted.act:
            case "disable":
                disable_person(connection, user_id, now)
            case "enable":
                enable_user(connection, user_id)
            case "sign-out":
                end_sessions(connection, user_id)
        action = {"disable": "user-disabled", "enable": "user-enabled", "sign-out": "sessions-ended"}
        record(connection, Act(user.user_id, action[wanted.act], user_id, {}), now)


@router.get("/me/sessions", operation_id="list_own_sessions")
def get_own_sessions(services: Hub, user: SignedIn) -> tuple[OpenSession, ...]:
    """Where one is signed in, the newest first."""
    with reading(services.engine) as connection:
        return sessions_of(connection, user.user_id, services.clock())


@router.delete("/me/sessions/{session_id}", status_code=204, operation_id="end_own_session")
def delete_own_session(
    services: Hub, user: SignedIn, session_id: Annotated[str, Path(max_length=64)]
) -> None:
    """End one of one's own sessions."""
    with writing(services.engine) as connection:
        if not end_session(connection, user.user_id, session_id):
            raise NotFoundError("session", session_id)
        record(connection, Act(user.user_id, "sessions-ended", user.user_id, {"ended": 1}), services.clock())
