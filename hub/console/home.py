"""The start page: what waits for the reader."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.context import ConsoleContext, SignInNeededError
from hub.console.home_figures import home_figures
from hub.console.home_view import present_home


class HomePages:
    """GET /console."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.add_api_route("", self.show, methods=["GET"], response_model=None)

    def show(self, request: Request) -> Response:
        """Show the counts of everything the reader may see."""
        reader = self._context.reader(request)
        if reader.user is None:
            raise SignInNeededError("sign in first")
        with self._context.reading() as connection:
            figures = home_figures(connection, reader.user, self._context.now, reader.zone)
        page = present_home(figures, reader)
        return self._context.pages.render("home.html", reader, page_name="home", page=page)
