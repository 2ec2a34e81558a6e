"""What every page of the app works with, and who is asking."""

from dataclasses import dataclass
from datetime import tzinfo

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from hub.bootstrap import Services
from hub.console.context import SignInNeededError
from hub.public_app.identity import Citizen, IdentityProvider
from hub.public_app.pages import AppPages
from hub.public_app.reader import HOME, AppReader, is_app_address, make_reader
from hub.public_app.sessions import citizen_of_request


@dataclass(frozen=True, slots=True)
class AppContext:
    """Shared by all pages; made once when the application starts."""

    services: Services
    pages: AppPages
    identity: IdentityProvider
    zone: tzinfo | None = None
    """Wall clock of the pages; None: the hub machine's own zone."""

    def reader(self, request: Request) -> AppReader:
        """Whoever asks, signed in or not."""
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return make_reader(
            citizen_of_request(self.services, request),
            request.cookies,
            self.pages.languages,
            accepted=request.headers.get("accept-language"),
            here=here,
            zone=self.zone,
        )

    def require(self, request: Request) -> tuple[AppReader, Citizen]:
        """Return reader and person; raises `SignInNeededError`."""
        reader = self.reader(request)
        if reader.citizen is None:
            raise SignInNeededError("sign in first")
        return reader, reader.citizen


def go_to(address: str) -> Response:
    """Send the browser on after a form; anywhere but a page of the app becomes its start page."""
    return RedirectResponse(address if is_app_address(address) else HOME, status_code=303)
