"""Signing in."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.context import ConsoleContext, go_to
from hub.console.subject_form import FormState
from hub.console.wording import mark
from hub.people.access import LoginRefusal, Session
from hub.people.sign_in import sign_in
from hub.people.web_session import origin_of, set_session_cookie

_REFUSALS = {
    LoginRefusal.WRONG: mark("The user name or the password is not right."),
    LoginRefusal.TOO_MANY: mark("Too many failed attempts; wait a quarter of an hour."),
}


LONGEST_NAME = 64
LONGEST_PASSWORD = 1024


class SignInPages:
    """The sign-in page, and the form that opens a session."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/sign-in", self.show, methods=["GET"], response_model=None)
        router.add_api_route("/sign-in", self.sign_in, methods=["POST"], response_model=None)

    def show(self, request: Request, back: str = "/console") -> Response:
        """Show the form, or go on when somebody is signed in already."""
        if self._context.reader(request).user is not None:
            return go_to(back)
        return show_form(self._context, request, back=back)

    def sign_in(
        self,
        request: Request,
        user_id: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        back: Annotated[str, Form()] = "/console",
    ) -> Response:
        """Open a session and go to the page that was wanted; otherwise say why not."""
        services = self._context.services
        session = sign_in(
            services, user_id.strip()[:LONGEST_NAME], password[:LONGEST_PASSWORD], origin_of(request)
        )
        if not isinstance(session, Session):
            problem = _REFUSALS[session]
            return show_form(self._context, request, status=401, problem=problem, back=back, user_id=user_id)
        response = go_to(back)
        set_session_cookie(response, session, services)
        return response


def show_form(
    context: ConsoleContext,
    request: Request,
    *,
    status: int = 200,
    problem: str = "",
    back: str = "/console",
    user_id: str = "",
) -> Response:
    """Render the sign-in page; `problem` is a msgid, empty for none."""
    reader = context.reader(request)
    return context.pages.render(
        "sign_in.html",
        reader,
        status=status,
        form=FormState({"user_id": user_id}),
        back=back,
        problem=reader.language.words.gettext(problem) if problem else "",
        provider=context.services.settings.oidc.issuer,
    )
