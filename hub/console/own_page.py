"""One's own page: role, sessions, password; and choosing a password with a one-time code."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from hub.console.context import ConsoleContext, SignInNeededError, go_to
from hub.console.people_view import agent_words, present_person
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.wording import mark
from hub.fleet.places import list_sites
from hub.people.access import Session, User
from hub.people.audit import Act, record
from hub.people.credentials import PasswordRefusal, change_password, redeem_code
from hub.people.open_sessions import end_other_sessions, end_session, sessions_of
from hub.people.password_policy import PasswordFault
from hub.people.sign_in import sign_in
from hub.people.users import person
from hub.people.web_session import SESSION_COOKIE, origin_of, set_session_cookie

LONGEST = 1024
REFUSALS: dict[str, tuple[str, str]] = {
    PasswordRefusal.WRONG: ("old", mark("The password or the code is not right.")),
    PasswordRefusal.TOO_MANY: ("old", mark("Too many failed attempts; wait a quarter of an hour.")),
    PasswordRefusal.SAME: ("new", mark("This is the password you have already.")),
    PasswordFault.TOO_SHORT: ("new", mark("A password has at least ten characters.")),
    PasswordFault.TOO_LONG: ("new", mark("This text is too long.")),
    PasswordFault.TOO_PLAIN: ("new", mark("This is one of the passwords that everybody tries first.")),
    PasswordFault.HOLDS_NAME: ("new", mark("A password must not hold your user name.")),
}
UNLIKE = mark("The two are not the same.")


class OwnPages:
    """For everybody who is signed in; the page for a code is for somebody who is not."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/me", self.show, methods=["GET"], response_model=None)
        router.add_api_route("/me/password", self.change, methods=["POST"], response_model=None)
        router.add_api_route("/me/sessions", self.end, methods=["POST"], response_model=None)
        router.add_api_route("/choose-password", self.ask_code, methods=["GET"], response_model=None)
        router.add_api_route("/choose-password", self.choose, methods=["POST"], response_model=None)

    def show(self, request: Request) -> Response:
        """Show the own page."""
        reader, user = self._signed_in(request)
        return self._render(request, reader, user, FormState())

    def change(
        self,
        request: Request,
        old: Annotated[str, Form()] = "",
        new: Annotated[str, Form()] = "",
        again: Annotated[str, Form()] = "",
    ) -> Response:
        """Change the password; every other session ends, and this one goes on as a new one."""
        reader, user = self._signed_in(request)
        if new != again:
            said = reader.language.words.gettext(UNLIKE)
            return self._render(request, reader, user, FormState({}, {"again": said}))
        fault = change_password(self._context.services, user.user_id, old[:LONGEST], new[: LONGEST + 1])
        if fault is not None:
            return self._render(request, reader, user, _refused(fault, reader))
        return self._signed_in_anew(request, user.user_id, new)

    def end(self, request: Request, session_id: Annotated[str, Form()] = "") -> Response:
        """End one session, or without an id every other one."""
        _, user = self._signed_in(request)
        token = request.cookies.get(SESSION_COOKIE, "")
        with self._context.writing() as connection:
            if session_id:
                ended = int(end_session(connection, user.user_id, session_id))
            else:
                ended = end_other_sessions(connection, user.user_id, token=token)
            act = Act(user.user_id, "sessions-ended", user.user_id, {"ended": ended})
            record(connection, act, self._context.now)
        return go_to("/console/me")

    def ask_code(self, request: Request, user: str = "") -> Response:
        """Ask for name, code and a new password."""
        return self._code_form(self._context.reader(request), FormState({"user_id": user}))

    def choose(
        self,
        request: Request,
        user_id: Annotated[str, Form()] = "",
        code: Annotated[str, Form()] = "",
        new: Annotated[str, Form()] = "",
        again: Annotated[str, Form()] = "",
    ) -> Response:
        """Store the password and sign in with it."""
        reader, name = self._context.reader(request), user_id.strip()[:64]
        if new != again:
            said = reader.language.words.gettext(UNLIKE)
            return self._code_form(reader, FormState({"user_id": name}, {"again": said}))
        fault = redeem_code(self._context.services, name, code[:80], new[: LONGEST + 1])
        if fault is not None:
            problems = _refused(fault, reader).problems
            said_at = {"code" if field == "old" else field: text for field, text in problems.items()}
            return self._code_form(reader, FormState({"user_id": name}, said_at))
        return self._signed_in_anew(request, name, new)

    def _signed_in(self, request: Request) -> tuple[Reader, User]:
        reader = self._context.reader(request)
        if reader.user is None:
            raise SignInNeededError("sign in first")
        return reader, reader.user

    def _signed_in_anew(self, request: Request, user_id: str, password: str) -> Response:
        services = self._context.services
        session = sign_in(services, user_id, password, origin_of(request))
        response: Response = RedirectResponse("/console", status_code=303)
        if isinstance(session, Session):
            set_session_cookie(response, session, services)
        return response

    def _code_form(self, reader: Reader, form: FormState) -> Response:
        status = 422 if form.problems else 200
        return self._context.pages.render("choose_password.html", reader, status=status, form=form)

    def _render(self, request: Request, reader: Reader, user: User, form: FormState) -> Response:
        token = request.cookies.get(SESSION_COOKIE, "")
        with self._context.reading() as connection:
            found = person(connection, user.user_id)
            titles = {one.site_id: one.title for one in list_sites(connection)}
            sessions = sessions_of(connection, user.user_id, self._context.now, token=token)
        return self._context.pages.render(
            "me.html",
            reader,
            status=422 if form.problems else 200,
            page_name="me",
            person=present_person(found, titles, reader),
            form=form,
            sessions=[
                (one, agent_words(one.agent), reader.moment(one.created_at), reader.moment(one.expires_at))
                for one in sessions
            ],
        )


def _refused(fault: PasswordRefusal | PasswordFault, reader: Reader) -> FormState:
    field, text = REFUSALS[fault]
    return FormState({}, {field: reader.language.words.gettext(text)})
