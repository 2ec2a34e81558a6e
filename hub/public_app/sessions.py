"""Sessions of citizens: their own table and their own cookie, worth nothing at the console or the API."""

from datetime import timedelta

from sqlalchemy import delete, select
from starlette.requests import Request
from starlette.responses import Response

from hub.bootstrap import Services
from hub.console.static_files import YEAR_S
from hub.people.access import token_hash
from hub.people.web_session import is_secure
from hub.public_app.activity import note_activity
from hub.public_app.citizens import opened
from hub.public_app.devices import device_pass, source_of
from hub.public_app.identity import Citizen
from hub.public_app.tables import citizen_sessions, citizens
from hub.store.database import reading, writing_beside_others

COOKIE = "kechid_citizen"
DEVICE_COOKIE = "kechid_citizen_device"
PATH = "/app"


def open_session(services: Services, citizen: Citizen) -> str:
    """Open a session and return its token, which is stored hashed; forgets those that are over."""
    now, token = services.clock(), services.new_token()
    expires_at = now + session_lifetime(services)
    with writing_beside_others(services.engine) as connection:
        connection.execute(delete(citizen_sessions).where(citizen_sessions.c.expires_at <= now))
        connection.execute(
            citizen_sessions.insert().values(
                token_sha256=token_hash(token),
                citizen_key=citizen.key,
                created_at=now,
                expires_at=expires_at,
            )
        )
        note_activity(connection, services.store_key, citizen.key, now)
    return token


def close_session(services: Services, request: Request) -> None:
    """End the session of a request; harmless when there is none."""
    token = request.cookies.get(COOKIE)
    if token is not None:
        with writing_beside_others(services.engine) as connection:
            is_this = citizen_sessions.c.token_sha256 == token_hash(token)
            connection.execute(delete(citizen_sessions).where(is_this))


def citizen_of_request(services: Services, request: Request) -> Citizen | None:
    """Return who sends the request; None when nobody is signed in here."""
    token = request.cookies.get(COOKIE)
    if token is None:
        return None
    query = (
        select(citizens.c.citizen_key, citizens.c.sealed_person)
        .join(citizen_sessions, citizen_sessions.c.citizen_key == citizens.c.citizen_key)
        .where(
            citizen_sessions.c.token_sha256 == token_hash(token),
            citizen_sessions.c.expires_at > services.clock(),
        )
    )
    with reading(services.engine) as connection:
        row = connection.execute(query).first()
    return None if row is None else opened(services.store_key, row.citizen_key, row.sealed_person)


def set_cookie(response: Response, token: str, services: Services) -> None:
    """Hand the session to a browser; scripts cannot read it, and it is sent to the app's pages only."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(session_lifetime(services).total_seconds()),
        path=PATH,
        secure=is_secure(services.settings.api),
        httponly=True,
        samesite="strict",
    )


def remember_device(response: Response, kept: str, citizen: Citizen, services: Services) -> None:
    """Let a browser prove that this person has signed in on it: no guess from elsewhere locks it out."""
    if source_of(services.store_key, citizen.key, address="", kept=kept).is_own:
        return
    response.set_cookie(
        DEVICE_COOKIE,
        device_pass(services.store_key, citizen.key, services.new_id()),
        max_age=YEAR_S,
        path=PATH,
        secure=is_secure(services.settings.api),
        httponly=True,
        samesite="strict",
    )


def clear_cookie(response: Response, services: Services) -> None:
    """Make the browser forget the session."""
    secure = is_secure(services.settings.api)
    response.delete_cookie(COOKIE, path=PATH, secure=secure, httponly=True, samesite="strict")


def session_lifetime(services: Services) -> timedelta:
    """How long a sign-in lasts."""
    return timedelta(hours=services.settings.public_app.session_hours)
