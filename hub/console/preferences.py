"""Language, theme, masked faces and keys: the reader's own choices, kept in the browser."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from hub.console.context import ConsoleContext, go_to
from hub.console.language import NAMES
from hub.console.reader import (
    FACES,
    FACES_COOKIE,
    KEYS,
    KEYS_COOKIE,
    LANGUAGE_COOKIE,
    THEME_COOKIE,
    THEMES,
)
from hub.errors import FieldProblem, InvalidInputError
from hub.people.web_session import is_secure

YEAR_S = 365 * 86400
_CHOICES = {
    "language": (LANGUAGE_COOKIE, tuple(NAMES)),
    "theme": (THEME_COOKIE, THEMES),
    "faces": (FACES_COOKIE, FACES),
    "keys": (KEYS_COOKIE, KEYS),
}


class PreferencePages:
    """POST /console/preferences."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/preferences", self.change, methods=["POST"], response_model=None)

    def change(
        self,
        back: Annotated[str, Form()] = "/console",
        language: Annotated[str, Form()] = "",
        theme: Annotated[str, Form()] = "",
        faces: Annotated[str, Form()] = "",
        keys: Annotated[str, Form()] = "",
    ) -> Response:
        """Keep what was chosen and go back to the page; raises `InvalidInputError` for an unknown choice."""
        response = go_to(back)
        secure = is_secure(self._context.services.settings.api)
        for name, value in (("language", language), ("theme", theme), ("faces", faces), ("keys", keys)):
            if value:
                cookie, allowed = _CHOICES[name]
                _require_choice(name, value, allowed)
                response.set_cookie(
                    cookie,
                    value,
                    max_age=YEAR_S,
                    path="/console",
                    secure=secure,
                    httponly=True,
                    samesite="strict",
                )
        return response


def _require_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InvalidInputError(
            FieldProblem(f"/{name}", "unknown", f"{value[:40]!r} is none of {', '.join(allowed)}")
        )
