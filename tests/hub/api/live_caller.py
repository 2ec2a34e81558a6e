"""Loaded by schemathesis: a person whose session lives at every request, whatever the last one ended."""

import os
import secrets
from datetime import UTC, datetime
from typing import Any

import schemathesis
from schemathesis import AuthContext, Case, CheckContext, HookContext, Response

from hub.people.access import Role, Session, User, open_session, user_of_token
from hub.people.users import invite_user
from hub.store.database import open_engine, reading, writing

BEGUN, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Of every session, on both sides of whatever the hub's clock says."""
MARK = "live-"
"""Every token given here begins so, and none that the fuzzer makes up."""
BY_OTHER_SECRETS = ("login", "issue_access_token", "download_package")
"""Answer 401 to a wrong password, client secret or device token, whoever is signed in."""


class LiveSession:
    """Looks before each request whether session, role and reach still hold; if not, somebody new signs in."""

    def __init__(self, store_url: str, role: Role) -> None:
        """Take the hub's store."""
        self._engine = open_engine(store_url)
        self._role = role
        self._token = ""

    def header(self) -> str:
        """Give the ``Authorization`` of a session that is open now."""
        with reading(self._engine) as connection:
            user = user_of_token(connection, self._token, BEGUN)
        if user is None or user.role is not self._role or user.sites is not None:
            self._token = self._sign_in()
        return f"Bearer {self._token}"

    def _sign_in(self) -> str:
        user = User(f"fuzzer-{secrets.token_hex(4)}", "Fuzzer", self._role)
        token = MARK + secrets.token_hex(16)
        with writing(self._engine) as connection:
            invite_user(connection, user, "no code", BEGUN)
            open_session(connection, Session(token, user, ENDS), BEGUN)
        return token


SESSION = LiveSession(os.environ["KECHID_FUZZED_STORE"], Role(os.environ["KECHID_FUZZED_ROLE"]))


@schemathesis.auth(refresh_interval=None)
class LiveCaller:
    """Signs every request that is to be signed."""

    def get(self, case: Case[Any], context: AuthContext) -> str:
        """Give the session's header."""
        return SESSION.header()

    def set(self, case: Case[Any], data: str, context: AuthContext) -> None:
        """Put it where the API looks."""
        case.headers["Authorization"] = data


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, object]) -> None:
    """Renew the session of a request that was made before another request ended it."""
    if is_signed_live(case.headers.get("Authorization")):
        case.headers["Authorization"] = SESSION.header()


@schemathesis.check
def session_was_live(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Fail when a request went out with a session that had ended: 401 says nothing about the operation."""
    operation_id = case.operation.definition.raw.get("operationId")
    if is_signed_live(case.headers.get("Authorization")) and operation_id not in BY_OTHER_SECRETS:
        assert response.status_code != 401, f"{operation_id}: 401 with a session that should be live"


def is_signed_live(authorization: str | None) -> bool:
    """Tell whether a request carries a session given here."""
    return authorization is not None and authorization.startswith(f"Bearer {MARK}")
