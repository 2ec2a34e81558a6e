"""A carrier's account at the broker: giving it, a new password, taking it away."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.carrier_stream.accounts import Secret, put_account, withdraw_account
from hub.console.context import ConsoleContext, go_to
from hub.console.reader import Reader
from hub.console.wording import mark
from hub.people.access import Permission
from hub.people.audit import Act, record
from sync.broker_accounts import SALT_BYTES

ADVICE = mark(
    "The broker lets the carrier in once the broker's files have been brought up to date. "
    "Whoever comes to know the password can declare as this carrier."
)


class CarrierAccountPages:
    """For who manages API clients."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        account = "/carriers/{client_id}/broker-account"
        router.add_api_route(account, self.give, methods=["POST"], response_model=None)
        router.add_api_route(f"{account}/withdrawal", self.withdraw, methods=["POST"], response_model=None)

    def give(self, request: Request, client_id: str) -> Response:
        """Give an account or a new password and show it, this once.

        Raises `NotFoundError`, and `ConflictError` for an id that no topic can bear.
        """
        reader, actor = self._context.require(request, Permission.MANAGE_CLIENTS)
        services, now = self._context.services, self._context.now
        secret = Secret(services.new_token(), services.randomness(SALT_BYTES))
        with self._context.writing() as connection:
            name = put_account(connection, client_id, secret, actor=actor.user_id, now=now)
            record(connection, Act(actor.user_id, "carrier-account-given", client_id, {}), now)
        return self._show(reader, client_id, name, secret.password)

    def withdraw(self, request: Request, client_id: str) -> Response:
        """Take the account away; raises `NotFoundError`."""
        _, actor = self._context.require(request, Permission.MANAGE_CLIENTS)
        with self._context.writing() as connection:
            if withdraw_account(connection, client_id):
                act = Act(actor.user_id, "carrier-account-withdrawn", client_id, {})
                record(connection, act, self._context.now)
        return go_to(f"/console/carriers/{client_id}")

    def _show(self, reader: Reader, client_id: str, name: str, password: str) -> Response:
        words = reader.language.words
        return self._context.pages.render(
            "one_time_secret.html",
            reader,
            page_name="carriers",
            back=(f"/console/carriers/{client_id}", words.gettext("Carriers")),
            facts=((words.gettext("Id"), client_id), (words.gettext("User name"), name)),
            secret=password,
            advice=words.gettext(ADVICE),
        )
