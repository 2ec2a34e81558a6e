"""Declarations: the worklist, and one declaration with what may be done with it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.bulk_view import bulk_kinds
from hub.console.context import ConsoleContext, go_to
from hub.console.declaration_filters import present_filters, read_work
from hub.console.declaration_forms import QUESTIONS, Typed, act_of, sentences
from hub.console.declaration_view import DeclarationPage, acts_of, present_declaration, present_work
from hub.console.declaration_wording import ANSWER_KINDS, CHANNELS, DEADLINES, FOUND_KINDS
from hub.console.reader import Reader
from hub.console.wording import word
from hub.declarations.acts import act_as_officer
from hub.declarations.desk import DeskView, consult_declaration, hold_while_open
from hub.declarations.desk_holds import give, officers, take_over
from hub.declarations.pictures import pictures_of
from hub.declarations.worklist import list_work
from hub.errors import InvalidInputError
from hub.people.access import Permission, User

PAGE_SIZE = 30
Code = Annotated[str, Form(max_length=64)]


class DeclarationPages:
    """The declarations of everybody, for who may see them."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/declarations/{declaration_id}"
        router.add_api_route("/declarations", self.index, methods=["GET"], response_model=None)
        router.add_api_route(one, self.show, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/acts", self.act, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/hold", self.hold, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/assignment", self.assign, methods=["POST"], response_model=None)

    def index(  # long: all that one template is told
        self, request: Request, cursor: str | None = None
    ) -> Response:
        """Show the worklist, narrowed as the address says."""
        reader, user = self._context.require(request, Permission.VIEW_DECLARATIONS)
        asked = read_work(request.query_params)
        wanted = asked.wanted(user.user_id)
        with self._context.reading() as connection:
            page = list_work(connection, wanted, now=self._context.now, cursor=cursor, limit=PAGE_SIZE)
            filters = present_filters(connection, asked, user, reader)
        return self._context.pages.render(
            "declarations.html",
            reader,
            page_name="declarations",
            rows=[present_work(one, reader) for one in page.items],
            filters=filters,
            next_address=asked.address(cursor=page.next_cursor) if page.next_cursor else "",
            first_address=asked.address() if cursor else "",
            may_decide=user.may(Permission.DECIDE_DECLARATIONS),
            is_selecting=asked.is_selecting and user.may(Permission.DECIDE_DECLARATIONS),
            select_address=asked.address(select="yes"),
            bulk_id=self._context.services.new_id(),
            bulk_kinds=bulk_kinds(reader),
        )

    def show(self, request: Request, declaration_id: str) -> Response:
        """Show one declaration and record the look; raises `NotFoundError`."""
        reader, user = self._context.require(request, Permission.VIEW_DECLARATIONS)
        return self._render(declaration_id, reader, user)

    def act(self, request: Request, declaration_id: str, typed: Annotated[Typed, Form()]) -> Response:
        """Do what the form says; a part that is missing is said on the page."""
        reader, user = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        try:
            with self._context.writing() as connection:
                now = self._context.now
                act_as_officer(connection, declaration_id, act_of(typed, now), officer=user, now=now)
        except InvalidInputError as error:
            problems = sentences(error.problems, reader.language.words)
            return self._render(declaration_id, reader, user, typed=typed, problems=problems)
        return go_to(f"/console/declarations/{declaration_id}")

    def hold(self, request: Request, declaration_id: str) -> Response:
        """Take a declaration over from whoever works on it."""
        _, user = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        with self._context.writing() as connection:
            take_over(connection, declaration_id, user, self._context.now)
        return go_to(f"/console/declarations/{declaration_id}")

    def assign(self, request: Request, declaration_id: str, user_id: Code = "") -> Response:
        """Make a declaration an officer's work, or anybody's; raises `InvalidInputError` for no officer."""
        _, user = self._context.require(request, Permission.DECIDE_DECLARATIONS)
        with self._context.writing() as connection:
            give(connection, declaration_id, user_id, by=user, now=self._context.now)
        return go_to(f"/console/declarations/{declaration_id}")

    def _render(
        self,
        declaration_id: str,
        reader: Reader,
        user: User,
        *,
        typed: Typed | None = None,
        problems: tuple[str, ...] = (),
    ) -> Response:
        view = consult_declaration(self._context.services, declaration_id, viewer=user)
        held = hold_while_open(self._context.services, view.detail.summary, viewer=user)
        page = present_declaration(view, reader)
        return self._context.pages.render(
            "declaration.html",
            reader,
            page_name="declarations",
            status=422 if problems else 200,
            page=page,
            held_by=held.user_id if held is not None and held.user_id != user.user_id else "",
            may_decide=user.may(Permission.DECIDE_DECLARATIONS),
            typed=typed or Typed(),
            problems=problems,
            **self._choices(view, page, reader),
        )

    def _choices(self, view: DeskView, page: DeclarationPage, reader: Reader) -> dict[str, object]:
        """Gather what the forms offer."""
        words, acts = reader.language.words, acts_of(view.detail.summary.state, reader)
        with self._context.reading() as connection:
            people = [("", words.gettext("Anybody")), *officers(connection)]
            pictures = pictures_of(connection, view.detail.summary.declaration_id)
        tables = {
            "channels": CHANNELS,
            "deadlines": DEADLINES,
            "found_kinds": FOUND_KINDS,
            "answer_kinds": ANSWER_KINDS,
        }
        return {
            "acts": [(act, self._context.services.new_id()) for act in acts],
            "people": people,
            "pictures": pictures,
            "pointers": page.fields.pointers,
            "questions": range(QUESTIONS),
            **{name: [(code, word(table, code, words)) for code in table] for name, table in tables.items()},
        }
