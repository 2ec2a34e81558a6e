"""People: who may sign in, as what, at which sites; and what an administrator can do for one."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from hub.console.context import ConsoleContext, go_to
from hub.console.forms import returned_form
from hub.console.people_view import agent_words, present_person
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.wording import ROLES, mark, word
from hub.errors import ConflictError, FieldProblem, InvalidInputError
from hub.fleet.places import list_sites
from hub.people.access import PERSON_ROLES, Permission, Role, User
from hub.people.audit import Act, record
from hub.people.open_sessions import sessions_of
from hub.people.users import (
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

PAGE_SIZE = 50
PROBLEMS = {
    "user-exists": ("user_id", mark("There is a user of that name already.")),
    "last-administrator": ("role", mark("Nobody else could administer the hub.")),
}


class PersonForm(BaseModel):
    """What was typed of a person."""

    model_config = ConfigDict(frozen=True)
    user_id: str = ""
    display_name: str = ""
    role: str = ""
    bound: str = ""
    """``yes``: only at `sites`."""
    sites: tuple[str, ...] = ()

    def user(self) -> User:
        """Read it; raises `InvalidInputError` for a role that is none."""
        if self.role not in PERSON_ROLES:
            raise InvalidInputError(FieldProblem("/role", "unknown", f"{self.role[:40]!r} is no role"))
        sites = frozenset(self.sites) if self.bound == "yes" else None
        return User(self.user_id.strip(), self.display_name.strip(), Role(self.role), sites)

    def values(self) -> dict[str, str | tuple[str, ...]]:
        """Give the form back."""
        return {**self.model_dump(exclude={"bound"}), "bound": (self.bound,)}


class PeoplePages:
    """For who manages users."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/people", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/people", self.add, methods=["POST"], response_model=None)
        router.add_api_route("/people/{user_id}", self.show, methods=["GET"], response_model=None)
        router.add_api_route("/people/{user_id}", self.change, methods=["POST"], response_model=None)
        router.add_api_route("/people/{user_id}/acts", self.act, methods=["POST"], response_model=None)

    def index(self, request: Request, text: str = "", after: str = "") -> Response:
        """List people, with a form for another one."""
        reader, _ = self._context.require(request, Permission.MANAGE_USERS)
        return self._index(reader, FormState({"role": Role.GUARD.value}), text=text, after=after)

    def add(self, request: Request, sent: Annotated[PersonForm, Form()]) -> Response:
        """Make a user and show the one-time code, this once."""
        reader, actor = self._context.require(request, Permission.MANAGE_USERS)
        now, code = self._context.now, self._new_code()

        def work(connection: Connection) -> None:
            user = sent.user()
            invite_user(connection, user, code, now)
            record(connection, Act(actor.user_id, "user-added", user.user_id, {"role": user.role}), now)

        form = self._tried(work, sent.values(), reader)
        if form is not None:
            return self._index(reader, form)
        return self._code_page(request, reader, sent.user_id.strip(), code)

    def show(self, request: Request, user_id: str) -> Response:
        """Show one person; raises `NotFoundError`."""
        reader, _ = self._context.require(request, Permission.MANAGE_USERS)
        return self._show(reader, user_id, None)

    def change(self, request: Request, user_id: str, sent: Annotated[PersonForm, Form()]) -> Response:
        """Change name, role and sites."""
        reader, actor = self._context.require(request, Permission.MANAGE_USERS)
        now = self._context.now

        def work(connection: Connection) -> None:
            user = sent.user()
            change_user(connection, user_id, PersonChange(user.display_name, user.role, user.sites))
            sites = "" if user.sites is None else " ".join(sorted(user.sites))
            detail = {"role": user.role.value, "sites": sites, "everywhere": user.sites is None}
            record(connection, Act(actor.user_id, "user-changed", user_id, detail), now)

        form = self._tried(work, sent.values(), reader)
        return go_to(_address(user_id)) if form is None else self._show(reader, user_id, form)

    def act(self, request: Request, user_id: str, act: Annotated[str, Form()] = "") -> Response:
        """Reset the password, sign out everywhere, disable or enable."""
        reader, actor = self._context.require(request, Permission.MANAGE_USERS)
        now, code = self._context.now, self._new_code()
        acts: dict[str, tuple[str, Callable[[Connection], object]]] = {
            "reset": ("password-reset", lambda c: reset_password(c, user_id, code, now)),
            "sign-out": ("sessions-ended", lambda c: end_sessions(c, person(c, user_id).user.user_id)),
            "disable": ("user-disabled", lambda c: disable_person(c, user_id, now)),
            "enable": ("user-enabled", lambda c: enable_user(c, user_id)),
        }
        if act not in acts:
            raise InvalidInputError(FieldProblem("/act", "unknown", f"{act[:40]!r}"))
        action, step = acts[act]

        def work(connection: Connection) -> None:
            step(connection)
            record(connection, Act(actor.user_id, action, user_id, {}), now)

        form = self._tried(work, {}, reader)
        if form is not None:
            return self._show(reader, user_id, form, problem=next(iter(form.problems.values())))
        return self._code_page(request, reader, user_id, code) if act == "reset" else go_to(_address(user_id))

    def _tried(
        self,
        work: Callable[[Connection], None],
        values: dict[str, str | tuple[str, ...]],
        reader: Reader,
    ) -> FormState | None:
        """Do it; None when it went well, else the form with what is wrong."""
        words = reader.language.words
        try:
            with self._context.writing() as connection:
                work(connection)
        except InvalidInputError as error:
            return returned_form(values, error.problems, words)
        except ConflictError as error:
            if error.code not in PROBLEMS:
                raise
            name, text = PROBLEMS[error.code]
            return FormState(values, {name: words.gettext(text)})
        return None

    def _new_code(self) -> str:
        return code_of(self._context.services.randomness(16))

    def _code_page(self, request: Request, reader: Reader, user_id: str, code: str) -> Response:
        link = f"{str(request.base_url).rstrip('/')}/console/choose-password?user={quote(user_id)}"
        return self._context.pages.render(
            "one_time_code.html", reader, page_name="people", user_id=user_id, code=code, link=link
        )

    def _index(self, reader: Reader, form: FormState, *, text: str = "", after: str = "") -> Response:
        with self._context.reading() as connection:
            page = find_people(connection, text=text.strip(), after=after, limit=PAGE_SIZE)
            sites = _sites(connection)
        further = urlencode({"text": text, "after": page.next_cursor or ""})
        return self._context.pages.render(
            "people.html",
            reader,
            status=422 if form.problems else 200,
            page_name="people",
            rows=[present_person(one, dict(sites), reader) for one in page.items],
            form=form,
            search=FormState({"text": text}),
            is_filtered=bool(text or after),
            next_address=f"/console/people?{further}" if page.next_cursor else "",
            roles=_roles(reader),
            sites=sites,
        )

    def _show(self, reader: Reader, user_id: str, form: FormState | None, *, problem: str = "") -> Response:
        now = self._context.now
        with self._context.reading() as connection:
            found = person(connection, user_id)
            sites = _sites(connection)
            sessions = sessions_of(connection, user_id, now)
        user = found.user
        values: dict[str, str | tuple[str, ...]] = {
            "display_name": user.display_name,
            "role": user.role.value,
            "bound": ("yes",) if user.sites is not None else (),
            "sites": tuple(sorted(user.sites or ())),
        }
        shown = form if form is not None and form.values else FormState(values, form.problems if form else {})
        return self._context.pages.render(
            "person.html",
            reader,
            status=422 if form else 200,
            page_name="people",
            person=present_person(found, dict(sites), reader),
            form=shown,
            problem=problem,
            roles=_roles(reader),
            sites=sites,
            sessions=[
                (one, agent_words(one.agent), reader.moment(one.created_at), reader.moment(one.expires_at))
                for one in sessions
            ],
        )


def _address(user_id: str) -> str:
    return f"/console/people/{quote(user_id)}"


def _roles(reader: Reader) -> list[tuple[str, str]]:
    return [(role.value, word(ROLES, role.value, reader.language.words)) for role in PERSON_ROLES]


def _sites(connection: Connection) -> list[tuple[str, str]]:
    return [(one.site_id, one.title) for one in list_sites(connection)]
