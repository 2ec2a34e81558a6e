"""A hub with the citizens' app on it, and people who may sign in; nobody is real."""

from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import msgspec
from fastapi import FastAPI

from hub.api.application import create_app
from hub.bootstrap import Services
from hub.public_app.citizens import register_citizen
from hub.public_app.identity import Citizen
from hub.settings_tree import PublicAppSettings
from hub.store.database import writing
from tests.hub.asgi_client import client_for
from tests.hub.builders import Hub

ORIGIN = "http://hub.test"
LEYLA = ("5ABC12D", "Leyla Əliyeva")
TURAL = ("7XYZ34K", "Tural Həsənov")
NOBODY = "9ZZZ99Z"


@dataclass(frozen=True, slots=True)
class App:
    """The application, and what it works with."""

    hub: Hub
    services: Services
    app: FastAPI
    outbox: Path

    def client(self) -> httpx.Client:
        """Open a browser without a window; it follows no redirect by itself."""
        return client_for(self.app, ORIGIN)

    def signed_in(self, person: tuple[str, str]) -> httpx.Client:
        """Open one in which a person has signed in."""
        client = self.client()
        begun = client.post("/app/sign-in", data={"number": person[0]})
        answer = client.post(
            "/app/sign-in/code", data={"challenge": challenge_in(begun.text), "code": self.code_of(person)}
        )
        assert answer.status_code == httpx.codes.SEE_OTHER
        return client

    def key_of(self, person: tuple[str, str]) -> str:
        with writing(self.services.engine) as connection:
            return register_citizen(self.services, connection, *person)

    def citizen(self, person: tuple[str, str]) -> Citizen:
        return Citizen(self.key_of(person), *person)

    def code_of(self, person: tuple[str, str]) -> str:
        """Read the newest code that was sent."""
        return (self.outbox / f"{self.key_of(person)}.txt").read_text(encoding="ascii").split()[0]


def app_on(hub: Hub, folder: Path) -> App:
    """Switch the app on at a hub, and let two people sign in."""
    outbox = folder / "codes"
    own = PublicAppSettings(enabled=True, code_outbox=outbox, codes_per_minute=600)
    services = replace(hub.services, settings=msgspec.structs.replace(hub.services.settings, public_app=own))
    made = App(hub, services, create_app(services), outbox)
    for person in (LEYLA, TURAL):
        made.key_of(person)
    return made


def challenge_in(page: str) -> str:
    """Find the challenge in the page that asks for a code."""
    return page.partition('name="challenge" value="')[2].partition('"')[0]
