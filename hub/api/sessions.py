"""Routes: sign in, sign out, who am I."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, SignedIn
from hub.api.problems import RefusedError
from hub.people.access import FAILURE_WINDOW, LoginRefusal, Permission, Role
from hub.people.sign_in import sign_in, sign_out
from hub.people.web_session import bearer_token

router = APIRouter(tags=["sessions"])


class LoginRequest(BaseModel):
    """User and password."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    user_id: str = Field(max_length=64)
    password: str = Field(max_length=1024)


class Identity(BaseModel):
    """Who is signed in, and what the role allows."""

    user_id: str
    display_name: str
    role: Role
    permissions: tuple[Permission, ...]


class LoginReply(BaseModel):
    """A bearer token; it is shown this once."""

    token: str
    user_id: str
    display_name: str
    role: Role
    expires_at: datetime


@router.post("/login", operation_id="login")
def login(services: Hub, wanted: LoginRequest) -> LoginReply:
    """Open a session for a script; the console has its own page."""
    session = sign_in(services, wanted.user_id, wanted.password)
    if session is LoginRefusal.TOO_MANY:
        raise RefusedError(
            429,
            session,
            "too many failed attempts; wait a quarter of an hour",
            retry_after_s=int(FAILURE_WINDOW.total_seconds()),
        )
    if isinstance(session, LoginRefusal):
        raise RefusedError(401, session, "user or password is wrong")
    user = session.user
    return LoginReply(
        token=session.token,
        user_id=user.user_id,
        display_name=user.display_name,
        role=user.role,
        expires_at=session.expires_at,
    )


@router.post("/logout", status_code=204, operation_id="logout")
def logout(request: Request, services: Hub, user: SignedIn) -> None:
    """End the session of the bearer token."""
    token = bearer_token(request)
    if token is None:
        raise RefusedError(401, "sign-in-needed", "only a bearer token's session ends here")
    sign_out(services, token)


@router.get("/me", operation_id="who_am_i")
def who_am_i(user: SignedIn) -> Identity:
    """Say who is signed in."""
    return Identity(
        user_id=user.user_id,
        display_name=user.display_name,
        role=user.role,
        permissions=tuple(sorted(user.permissions)),
    )
