"""Sessions over HTTP: cookie for the console, bearer token for scripts, and the origin check."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from hub.bootstrap import Services
from hub.machines.certificates import certificate_of
from hub.machines.tokens import known_token
from hub.people.access import Origin, Session, User, user_of_token
from hub.settings_tree import ApiSettings
from hub.store.database import reading

SESSION_COOKIE = "kechid_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def user_of_request(services: Services, request: Request) -> User | None:
    """Who sends the request, by bearer token or cookie; None when nobody is signed in."""
    bearer = bearer_token(request)
    token = bearer or request.cookies.get(SESSION_COOKIE)
    if token is None:
        return None
    return recent_machine(services, request) or _looked_up(services, request, token)


def recent_machine(services: Services, request: Request) -> User | None:
    """Which machine sends the request, where its token was looked up a moment ago; asks no store."""
    bearer = bearer_token(request)
    if bearer is None:
        return None
    certificate = certificate_of(request, services.settings.api)
    return services.recent_machines.user(bearer, certificate, services.clock())


def _looked_up(services: Services, request: Request, token: str) -> User | None:
    now, recent = services.clock(), services.recent_machines
    mark = recent.mark
    with reading(services.engine) as connection:
        user = user_of_token(connection, token, now)
        if user is not None or bearer_token(request) is None:
            return user
        known = known_token(connection, token, now)
    if known is None:
        return None
    recent.keep(token, known, mark, now)
    return known.user_with(certificate_of(request, services.settings.api))


def origin_of(request: Request) -> Origin:
    """Where a sign-in comes from, for the list of a user's sessions."""
    address = request.client.host if request.client else ""
    return Origin(address, request.headers.get("user-agent", ""))


def bearer_token(request: Request) -> str | None:
    """Token of the ``Authorization`` header, or None."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def set_session_cookie(response: Response, session: Session, services: Services) -> None:
    """Hand the session to a browser; scripts cannot read it and other sites cannot send it."""
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=int(services.session_lifetime.total_seconds()),
        path="/",
        secure=is_secure(services.settings.api),
        httponly=True,
        samesite="strict",
    )


def clear_session_cookie(response: Response, services: Services) -> None:
    """Make the browser forget the session."""
    response.delete_cookie(
        SESSION_COOKIE, path="/", secure=is_secure(services.settings.api), httponly=True, samesite="strict"
    )


def is_secure(api: ApiSettings) -> bool:
    """Tell whether browsers reach the hub over TLS."""
    return api.tls_key is not None or api.is_behind_tls_proxy


def is_from_own_pages(request: Request, api: ApiSettings) -> bool:
    """Tell whether a request that changes something comes from the hub's own pages, or from no page at all.

    A bearer token proves intent: browsers never add it by themselves. The rest must name our own origin or
    none, as scripts do.
    """
    if request.method in SAFE_METHODS or bearer_token(request) is not None:
        return True
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
    return origin in api.origins or urlsplit(origin).netloc == request.headers.get("host", "")
