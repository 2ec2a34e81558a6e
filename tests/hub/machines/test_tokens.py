"""Machines get a token for what they prove, for as long as they are let in."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from hub.machines.clients import revoke_client
from hub.machines.tokens import (
    LIFETIME,
    AccessToken,
    Proof,
    Refusal,
    TokenRequest,
    issue_token,
    machine_of_token,
)
from hub.people.access import Permission, Role
from hub.store.database import writing
from tests.hub.builders import NOW, Hub
from tests.hub.machines.machines import AUDIENCES, CERTIFICATE, SCOPES, SECRET, assertion, let_in, public_keys
from tests.hub.store.stores import on_sqlite


@pytest.fixture
def connection(hub_on_each: Hub) -> Iterator[Connection]:
    with writing(hub_on_each.services.engine) as opened:
        yield opened


def ask(connection: Connection, proof: Proof, scope: str = "") -> AccessToken | Refusal:
    return issue_token(connection, TokenRequest(proof, scope), token="t" * 64, audiences=AUDIENCES, now=NOW)


def refused(answer: AccessToken | Refusal) -> str:
    assert isinstance(answer, Refusal)
    return answer.error


def test_a_secret_opens_what_the_client_may_do(connection: Connection) -> None:
    let_in(connection)
    made = ask(connection, Proof("feed", SECRET))
    assert isinstance(made, AccessToken)
    machine = machine_of_token(connection, made.token, None, NOW)
    assert machine is not None
    assert (machine.user_id, machine.role, machine.permissions) == ("client:feed", Role.MACHINE, SCOPES)


def test_a_narrower_scope_is_granted_as_asked(connection: Connection) -> None:
    let_in(connection)
    made = ask(connection, Proof("feed", SECRET), "view-devices")
    assert isinstance(made, AccessToken)
    assert made.scopes == {Permission.VIEW_DEVICES}


@pytest.mark.parametrize("scope", ["enrol", "view-devices enrol", "no-such-scope"])
def test_a_scope_beyond_the_clients_own_is_refused(connection: Connection, scope: str) -> None:
    let_in(connection)
    assert refused(ask(connection, Proof("feed", SECRET), scope)) == "invalid_scope"


@pytest.mark.parametrize(
    "proof",
    [
        Proof("feed", "wrong"),
        Proof("feed"),
        Proof("nobody", SECRET),
        Proof(),
        Proof("feed", certificate_sha256=CERTIFICATE),
        Proof("feed", assertion=assertion()),
    ],
    ids=["wrong", "none", "unknown", "empty", "certificate of nobody", "assertion without keys"],
)
def test_without_the_right_proof_there_is_no_token(connection: Connection, proof: Proof) -> None:
    let_in(connection)
    assert refused(ask(connection, proof)) == "invalid_client"


def test_a_signed_assertion_works_once(connection: Connection) -> None:
    let_in(connection, keys=public_keys())
    assert isinstance(ask(connection, Proof(assertion=assertion())), AccessToken)
    assert refused(ask(connection, Proof(assertion=assertion()))) == "invalid_client"


@on_sqlite
@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://elsewhere.test"},
        {"aud": ["https://elsewhere.test"]},
        {"sub": "other"},
        {"iss": "other"},
        {"exp": int((NOW - timedelta(minutes=2)).timestamp())},
        {"exp": int((NOW + timedelta(days=1)).timestamp())},
        {"exp": 1e300},
        {"exp": None},
        {"jti": None},
        {"jti": "x" * 256},
        {"nbf": int((NOW + timedelta(hours=1)).timestamp())},
        {"iat": int((NOW + timedelta(hours=1)).timestamp())},
    ],
    ids=lambda changes: ",".join(f"{name}={str(value)[:12]}" for name, value in changes.items()),
)
def test_an_assertion_with_a_wrong_claim_is_refused(
    connection: Connection, changes: Mapping[str, object]
) -> None:
    let_in(connection, keys=public_keys())
    assert refused(ask(connection, Proof(assertion=assertion(changes=changes)))) == "invalid_client"


def test_an_assertion_by_another_key_is_refused(connection: Connection) -> None:
    let_in(connection, keys=public_keys("another"))
    assert refused(ask(connection, Proof(assertion=assertion()))) == "invalid_client"


@on_sqlite
@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS1"])
def test_an_assertion_under_a_weaker_algorithm_is_refused(connection: Connection, algorithm: str) -> None:
    let_in(connection, keys=public_keys())
    head = urlsafe_b64encode(f'{{"alg":"{algorithm}"}}'.encode()).decode().rstrip("=")
    text = ".".join((head, *assertion().split(".")[1:]))
    for forged in (text, text.rpartition(".")[0] + "."):
        assert refused(ask(connection, Proof(assertion=forged))) == "invalid_client"


@on_sqlite
@pytest.mark.parametrize("text", ["", "a.b.c", "x" * 5000, "..", "e30.e30.e30"], ids=range(5))
def test_what_is_no_assertion_is_refused(connection: Connection, text: str) -> None:
    let_in(connection, keys=public_keys())
    assert refused(ask(connection, Proof("feed", assertion=text))) == "invalid_client"


def test_a_certificate_opens_and_binds(connection: Connection) -> None:
    let_in(connection, certificate_sha256=CERTIFICATE)
    assert refused(ask(connection, Proof("feed"))) == "invalid_client"
    assert refused(ask(connection, Proof("feed", certificate_sha256="d" * 64))) == "invalid_client"
    made = ask(connection, Proof("feed", certificate_sha256=CERTIFICATE))
    assert isinstance(made, AccessToken)
    assert machine_of_token(connection, made.token, CERTIFICATE, NOW) is not None
    assert machine_of_token(connection, made.token, "d" * 64, NOW) is None
    assert machine_of_token(connection, made.token, None, NOW) is None


def test_a_token_of_a_secret_is_bound_to_the_certificate_that_was_shown(connection: Connection) -> None:
    let_in(connection)
    made = ask(connection, Proof("feed", SECRET, certificate_sha256=CERTIFICATE))
    assert isinstance(made, AccessToken)
    assert machine_of_token(connection, made.token, None, NOW) is None


def test_a_token_ends_after_its_time_and_with_its_client(connection: Connection) -> None:
    let_in(connection)
    assert isinstance(ask(connection, Proof("feed", SECRET)), AccessToken)
    assert machine_of_token(connection, "t" * 64, None, NOW + LIFETIME) is None
    assert machine_of_token(connection, "t" * 64, None, NOW) is not None
    assert revoke_client(connection, "feed", NOW)
    assert machine_of_token(connection, "t" * 64, None, NOW) is None
    assert refused(ask(connection, Proof("feed", SECRET))) == "invalid_client"
    assert not revoke_client(connection, "feed", NOW)
