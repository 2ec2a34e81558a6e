"""Signing out: at the hub, and from there at the provider that the session came from."""

import hmac
import logging

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.console.context import ConsoleContext
from hub.console.wording import mark
from hub.people.identity_provider import IdentityProvider, ProviderError
from hub.people.provider_sign_in import LONGEST
from hub.people.provider_sign_out import Farewell, sign_out_everywhere
from hub.people.web_session import SESSION_COOKIE, clear_session_cookie, is_secure

COOKIE = "kechid_sign_out"
PATH = "/console/sign-out"
RETURN_PATH = f"{PATH}/return"
EVERYWHERE = mark("You are signed out, here and at the sign-in service.")
HERE_ONLY = mark("You are signed out here. The sign-in service cannot be reached: end its session there.")
_log = logging.getLogger(__name__)


class SignOutPages:
    """Ends sessions, and takes browsers back that have been to the provider for it."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context
        settings = context.services.settings
        self._provider = IdentityProvider(settings.oidc, "", settings.api.base_url + RETURN_PATH)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/sign-out", self.sign_out, methods=["POST"], response_model=None)
        router.add_api_route("/sign-out/return", self.come, methods=["GET"], response_model=None)

    def sign_out(self, request: Request) -> Response:
        """End the session, also at the hub, and go on to the provider where it began there."""
        answer = self._answer(request, request.cookies.get(SESSION_COOKIE, ""))
        clear_session_cookie(answer, self._context.services)
        return answer

    def come(self, request: Request, state: str = "") -> Response:
        """Take the browser back, and say so when it is the one that left."""
        kept = request.cookies.get(COOKIE, "")
        is_ours = bool(kept) and hmac.compare_digest(kept.encode(), state.encode())
        answer = self._say(request, EVERYWHERE, "good") if is_ours else _to_sign_in()
        answer.delete_cookie(COOKIE, path=PATH)
        return answer

    def _answer(self, request: Request, token: str) -> Response:
        try:
            farewell = sign_out_everywhere(self._context.services, self._provider, token)
        except ProviderError as error:
            _log.error("the sign-in service cannot be used: %s", error)
            return self._say(request, HERE_ONLY, "warn")
        if farewell is None:
            return _to_sign_in()
        return self._send_off(request, farewell)

    def _say(self, request: Request, said: str, tone: str) -> Response:
        reader = self._context.reader(request)
        said = reader.language.words.gettext(said)
        return self._context.pages.render("signed_out.html", reader, said=said, tone=tone)

    def _send_off(self, request: Request, farewell: Farewell) -> Response:
        """Go on by a page of our own: browsers hold redirects of a form to `form-action` too."""
        reader = self._context.reader(request)
        answer = self._context.pages.render("sign_out_there.html", reader, address=farewell.address)
        answer.set_cookie(
            COOKIE,
            farewell.state,
            max_age=int(LONGEST.total_seconds()),
            path=PATH,
            secure=is_secure(self._context.services.settings.api),
            httponly=True,
            # Strict would keep it from the provider's redirect back to us.
            samesite="lax",
        )
        return answer


def _to_sign_in() -> Response:
    return RedirectResponse("/console/sign-in", status_code=303)
