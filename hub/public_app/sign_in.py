"""Signing in with a personal number and a code, signing out, and the choice of language."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.api.rate_limit import Allowance, take_one
from hub.console.language import NAMES
from hub.console.static_files import YEAR_S
from hub.console.wording import mark
from hub.errors import InvalidInputError
from hub.people.web_session import is_secure
from hub.public_app.citizens import tidy_number
from hub.public_app.context import AppContext, go_to
from hub.public_app.identity import Caller, IdentityRefusal
from hub.public_app.reader import ADDRESS, HOME, LANGUAGE_COOKIE
from hub.public_app.sessions import (
    DEVICE_COOKIE,
    clear_cookie,
    close_session,
    open_session,
    remember_device,
    set_cookie,
)
from hub.store.database import writing_beside_others

LONGEST_NUMBER = 35
LONGEST_CODE = 16
LONGEST_CHALLENGE = 64
LONGEST_DEVICE = 200
NO_NUMBER = mark("This is no personal number: it has 7 letters and digits, without I and O.")
REFUSALS = {
    IdentityRefusal.WRONG: mark("The code is wrong or too old."),
    IdentityRefusal.TOO_MANY: mark(
        "Too many wrong codes from here. Ask for a new one in an hour, or from another device."
    ),
}
TOO_FAST = mark("Too many attempts from here. Wait a minute.")


class SignInPages:
    """The two steps of signing in, and the way out."""

    def __init__(self, context: AppContext) -> None:
        """Work with the provider of the context."""
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        for path, handler, method in (
            ("/sign-in", self.show, "GET"),
            ("/sign-in", self.begin, "POST"),
            ("/sign-in/code", self.finish, "POST"),
            ("/sign-out", self.sign_out, "POST"),
            ("/language", self.choose_language, "POST"),
        ):
            router.add_api_route(path, handler, methods=[method], response_model=None)

    def show(self, request: Request, back: str = HOME) -> Response:
        """Ask for the personal number, or go on when somebody is signed in already."""
        if self._context.reader(request).citizen is not None:
            return go_to(back)
        return self._page("sign_in.html", request, back=back)

    def begin(
        self,
        request: Request,
        number: Annotated[str, Form()] = "",
        back: Annotated[str, Form()] = HOME,
    ) -> Response:
        """Send a code and ask for it; a number that nobody has is answered alike."""
        if not self._may_try(request):
            return self._page("sign_in.html", request, status=429, problem=TOO_FAST, back=back)
        try:
            tidy = tidy_number(number[:LONGEST_NUMBER])
        except InvalidInputError:
            return self._page("sign_in.html", request, status=400, problem=NO_NUMBER, back=back)
        caller = Caller(_address(request), request.cookies.get(DEVICE_COOKIE, "")[:LONGEST_DEVICE])
        challenge = self._context.identity.begin(tidy, caller)
        return self._page("code.html", request, challenge=challenge, back=back)

    def finish(
        self,
        request: Request,
        challenge: Annotated[str, Form()] = "",
        code: Annotated[str, Form()] = "",
        back: Annotated[str, Form()] = HOME,
    ) -> Response:
        """Open a session for the right code; otherwise say why not."""
        asked = challenge[:LONGEST_CHALLENGE]
        problem, status = TOO_FAST, 429
        if self._may_try(request):
            answer = self._context.identity.finish(asked, "".join(code[:LONGEST_CODE].split()))
            if not isinstance(answer, IdentityRefusal):
                response = go_to(back)
                services = self._context.services
                set_cookie(response, open_session(services, answer), services)
                remember_device(response, request.cookies.get(DEVICE_COOKIE, ""), answer, services)
                return response
            problem, status = REFUSALS[answer], 401
        return self._page("code.html", request, status=status, problem=problem, challenge=asked, back=back)

    def sign_out(self, request: Request) -> Response:
        """End the session."""
        close_session(self._context.services, request)
        response = go_to(f"{ADDRESS}/sign-in")
        clear_cookie(response, self._context.services)
        return response

    def choose_language(
        self,
        language: Annotated[str, Form()] = "",
        back: Annotated[str, Form()] = HOME,
    ) -> Response:
        """Remember the reader's language and come back."""
        response = go_to(back)
        if language in NAMES:
            secure = is_secure(self._context.services.settings.api)
            response.set_cookie(
                LANGUAGE_COOKIE, language, max_age=YEAR_S, path=ADDRESS, secure=secure, samesite="lax"
            )
        return response

    def _may_try(self, request: Request) -> bool:
        """Count a form against its sender's address, whatever it says."""
        services = self._context.services
        per_minute = services.settings.public_app.codes_per_minute
        name = f"citizen-sign-in:{_address(request)}"
        allowance = Allowance(per_minute, min(per_minute, 9))
        with writing_beside_others(services.engine) as connection:
            return take_one(connection, name, allowance, services.clock())

    def _page(
        self, template: str, request: Request, *, status: int = 200, problem: str = "", **context: object
    ) -> Response:
        reader = self._context.reader(request)
        said = reader.word(problem) if problem else ""
        return self._context.pages.render(template, reader, status=status, given=context, problem=said)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
