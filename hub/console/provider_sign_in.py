"""Signing in through an OpenID provider: the two addresses that browsers pass through."""

import logging

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.console.context import ConsoleContext
from hub.console.reader import is_local_address
from hub.console.sign_in import show_form
from hub.console.wording import mark
from hub.people.identity_provider import IdentityProvider, ProviderError
from hub.people.provider_claims import ProviderRefusal
from hub.people.provider_sign_in import LONGEST, Arrival, Return, arrive, depart
from hub.people.web_session import is_secure, origin_of, set_session_cookie

COOKIE = "kechid_sign_in"
PATH = "/console/sign-in/provider"
RETURN_PATH = f"{PATH}/return"
_MAX_COOKIE = 4096
_REFUSALS = {
    ProviderRefusal.FAILED: mark("The sign-in service cannot be used now. The cause is in the hub's log."),
    ProviderRefusal.CANCELLED: mark("The sign-in was broken off at the sign-in service."),
    ProviderRefusal.STALE: mark("That sign-in took too long or was begun elsewhere. Begin again."),
    ProviderRefusal.NO_ROLE: mark("Your account has no role at this hub. Ask the hub administrator."),
    ProviderRefusal.TAKEN: mark("Your user name belongs to another account. Ask the hub administrator."),
    ProviderRefusal.DISABLED: mark("Your account has been closed. Ask the hub administrator."),
}
_log = logging.getLogger(__name__)


class ProviderPages:
    """Sends browsers to the provider, and takes them back."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context
        settings = context.services.settings
        self._provider = IdentityProvider(settings.oidc, settings.api.base_url + RETURN_PATH)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes, where the settings name a provider."""
        if self._context.services.settings.oidc.issuer:
            router.add_api_route("/sign-in/provider", self.leave, methods=["GET"], response_model=None)
            router.add_api_route("/sign-in/provider/return", self.come, methods=["GET"], response_model=None)

    def leave(self, request: Request, back: str = "/console") -> Response:
        """Begin a sign-in."""
        services = self._context.services
        wanted = back if is_local_address(back) and len(back) < 500 else "/console"
        try:
            departure = depart(services, self._provider, wanted)
        except ProviderError as error:
            _log.error("the sign-in service cannot be used: %s", error)
            return self._refuse(request, ProviderRefusal.FAILED)
        answer = RedirectResponse(departure.address, status_code=303)
        answer.set_cookie(
            COOKIE,
            departure.cookie,
            max_age=int(LONGEST.total_seconds()),
            path=PATH,
            secure=is_secure(services.settings.api),
            httponly=True,
            # Strict would keep it from the provider's redirect back to us.
            samesite="lax",
        )
        return answer

    def come(self, request: Request, state: str = "", code: str = "") -> Response:
        """End a sign-in; a page of our own goes on, because no strict cookie survives the redirect itself."""
        cookie = request.cookies.get(COOKIE, "")[:_MAX_COOKIE]
        returned = Return(cookie, state, code)
        arrival = arrive(self._context.services, self._provider, returned, origin_of(request))
        if not isinstance(arrival, Arrival):
            return self._refuse(request, arrival)
        answer = self._context.pages.render(
            "signed_in.html", self._context.reader(request), back=arrival.back
        )
        set_session_cookie(answer, arrival.session, self._context.services)
        answer.delete_cookie(COOKIE, path=PATH)
        return answer

    def _refuse(self, request: Request, refusal: ProviderRefusal) -> Response:
        return show_form(self._context, request, status=401, problem=_REFUSALS[refusal])
