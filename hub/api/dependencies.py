"""What routes need: the services, the user behind a request, the device behind a token."""

from collections.abc import Callable, Collection
from typing import Annotated

import msgspec
from fastapi import Depends, Header, Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from hub.api.problems import RefusedError
from hub.bootstrap import Services
from hub.fleet.devices import DeviceIdentity, device_of_token
from hub.people.access import Permission, User
from hub.people.web_session import SESSION_COOKIE, bearer_token, user_of_request
from hub.store.database import reading
from hub.store.idempotency import Answer, Attempt

_bearer = HTTPBearer(
    auto_error=False, scheme_name="token", description="Of /api/v1/login, or a device's own."
)
_cookie = APIKeyCookie(
    name=SESSION_COOKIE, auto_error=False, scheme_name="session", description="The console's."
)

Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
Cookie = Annotated[str | None, Security(_cookie)]


def services_of(request: Request) -> Services:
    """Return what the application was created with."""
    services: Services = request.app.state.services
    return services


Hub = Annotated[Services, Depends(services_of)]


def possible_user(request: Request, services: Hub) -> User | None:
    """Return who sends the request, or None; looked up once per request."""
    return user_of_request(services, request)


Caller = Annotated[User | None, Depends(possible_user)]


def signed_in(caller: Caller, _bearer: Bearer = None, _cookie: Cookie = None) -> User:
    """Return the user; raises 401 when nobody is signed in."""
    if caller is None:
        raise RefusedError(401, "sign-in-needed", "sign in first, or the session is over")
    return caller


SignedIn = Annotated[User, Depends(signed_in)]


def allowed(*permissions: Permission) -> Callable[[User], User]:
    """Make a dependency: a user whose role grants one of these."""

    def require(user: SignedIn) -> User:
        return require_one(user, permissions)

    return require


def require_one(user: User, permissions: Collection[Permission]) -> User:
    """Return a user whose role grants one of these; raises 403 for any other."""
    if not any(user.may(permission) for permission in permissions):
        raise RefusedError(403, "not-allowed", f"the role {user.role} does not include this")
    return user


def calling_device(request: Request, services: Hub, _bearer: Bearer = None) -> DeviceIdentity:
    """Return the device; raises 401 for a token that is no registered device's."""
    token = bearer_token(request)
    if token is not None:
        with reading(services.engine) as connection:
            device = device_of_token(connection, token)
        if device is not None:
            return device
    raise RefusedError(401, "unknown-device", "a registered device's token is needed")


CallingDevice = Annotated[DeviceIdentity, Depends(calling_device)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="Repeat a request under the same key and it is done once.",
    ),
]


def attempt_of(user: User, key: str | None, request_sha256: str) -> Attempt | None:
    """Name the request for `hub.store.idempotency`; None when the client sends no key."""
    return None if key is None else Attempt(user.user_id, key, request_sha256)


def answer_of(status: int, value: object) -> Answer:
    """Encode a value as a stored answer."""
    return Answer(status, msgspec.json.encode(value).decode())


def as_response(answer: Answer) -> Response:
    """Send a stored answer."""
    return Response(answer.body, answer.status, media_type="application/json")
