"""Letters to oneself: asking for them, showing whose address it is, stopping them."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.wording import mark
from hub.errors import InvalidInputError, LimitReachedError
from hub.public_app.contacts import ask, confirm, contact_of, stop
from hub.public_app.context import AppContext, go_to
from hub.public_app.identity import Citizen
from hub.public_app.notices import ask_for_code
from hub.public_app.reader import ADDRESS, AppReader
from hub.store.database import reading, writing_beside_others

PAGE = f"{ADDRESS}/notices"
LONGEST = 300
NO_ADDRESS = mark("This is no e-mail address.")
TOO_MANY = mark("Too many codes were asked for today. Please try again tomorrow.")
WRONG = mark("The code is wrong or too old. After five wrong ones ask for another.")


class NoticePages:
    """The page of letters."""

    def __init__(self, context: AppContext) -> None:
        """Store in the store of the context."""
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/notices", self.show, methods=["GET"], response_model=None)
        for name, work in (("", self.ask), ("/code", self.confirm), ("/stop", self.stop)):
            router.add_api_route(f"/notices{name}", work, methods=["POST"], response_model=None)

    def show(self, request: Request) -> Response:
        """Show whether and where letters go."""
        reader, citizen = self._context.require(request)
        return self._page(reader, citizen)

    def ask(self, request: Request, address: Annotated[str, Form()] = "") -> Response:
        """Send a code to an address."""
        reader, citizen = self._context.require(request)
        services = self._context.services
        try:
            with writing_beside_others(services.engine) as connection:
                ask(services, connection, citizen.key, address[:LONGEST], reader.language.code)
                ask_for_code(connection, services, citizen.key)
        except InvalidInputError:
            return self._page(reader, citizen, status=422, problem=NO_ADDRESS, typed=address[:LONGEST])
        except LimitReachedError:
            return self._page(reader, citizen, status=429, problem=TOO_MANY)
        return go_to(PAGE)

    def confirm(self, request: Request, code: Annotated[str, Form()] = "") -> Response:
        """Let letters go to the address whose code is typed."""
        reader, citizen = self._context.require(request)
        services = self._context.services
        with writing_beside_others(services.engine) as connection:
            is_right = confirm(services, connection, citizen.key, code[:LONGEST])
        return go_to(PAGE) if is_right else self._page(reader, citizen, status=422, problem=WRONG)

    def stop(self, request: Request) -> Response:
        """Send no more letters and forget the address."""
        _, citizen = self._context.require(request)
        with writing_beside_others(self._context.services.engine) as connection:
            stop(connection, citizen.key)
        return go_to(PAGE)

    def _page(
        self, reader: AppReader, citizen: Citizen, *, status: int = 200, problem: str = "", typed: str = ""
    ) -> Response:
        services = self._context.services
        with reading(services.engine) as connection:
            contact = contact_of(services, connection, citizen.key)
        said = reader.word(problem) if problem else ""
        given = {"contact": contact, "problem": said, "typed": typed}
        return self._context.pages.render("notices.html", reader, status=status, given=given)
