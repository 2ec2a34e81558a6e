"""What every page works with: the services, the templates, and who is asking."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from hub.bootstrap import Services
from hub.console.pages import Pages
from hub.console.reader import Reader, is_local_address, make_reader
from hub.errors import HubError
from hub.people.access import Permission, User
from hub.people.web_session import user_of_request
from hub.store.database import reading, writing


class SignInNeededError(HubError):
    """Nobody is signed in, or the session is over."""


class NotAllowedError(HubError):
    """The user's role does not allow the page or the action."""


@dataclass(frozen=True, slots=True)
class ConsoleContext:
    """Shared by all pages; made once when the application starts."""

    services: Services
    pages: Pages
    zone: tzinfo | None = None
    """Wall clock of the pages; None: the hub machine's own zone."""

    @property
    def now(self) -> datetime:
        """The present time by the services' clock."""
        return self.services.clock()

    def reader(self, request: Request) -> Reader:
        """Whoever asks, signed in or not."""
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return make_reader(
            user_of_request(self.services, request),
            request.cookies,
            self.pages.languages,
            accepted=request.headers.get("accept-language"),
            here=here,
            zone=self.zone,
        )

    def require(self, request: Request, permission: Permission) -> tuple[Reader, User]:
        """Return reader and user; raises `SignInNeededError` or `NotAllowedError`."""
        reader = self.reader(request)
        if reader.user is None:
            raise SignInNeededError("sign in first")
        if not reader.user.may(permission):
            raise NotAllowedError(f"{reader.user.role} may not {permission}")
        return reader, reader.user

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection that writes nothing."""
        with reading(self.services.engine) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open one write transaction."""
        with writing(self.services.engine) as connection:
            yield connection


def go_to(address: str) -> Response:
    """Send the browser on after a form; anywhere but a page of the console becomes the start page."""
    return RedirectResponse(address if is_local_address(address) else "/console", status_code=303)
