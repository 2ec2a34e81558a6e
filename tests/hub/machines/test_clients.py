"""Registration of machines: what is refused, by name."""

from typing import Any

import pytest

from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.machines.clients import NewClient, add_client, list_clients, revoke_client
from hub.machines.scopes import parse_scopes
from hub.store.database import reading, writing
from tests.hub.builders import NOW, Hub
from tests.hub.machines.machines import CERTIFICATE, SCOPES, SECRET, let_in, private_key, public_keys
from tests.hub.store.stores import on_sqlite


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    return hub_on_each


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"client_id": "a b"}, "/client_id"),
        ({"client_id": ""}, "/client_id"),
        ({"title": " "}, "/title"),
        ({"scopes": frozenset()}, "/scopes"),
        ({"certificate_sha256": "C" * 64}, "/certificate_sha256"),
        ({"requests_per_minute": 0}, "/requests_per_minute"),
        ({"keys": {}}, "/keys"),
        ({"keys": {"keys": []}}, "/keys"),
        ({"keys": {"keys": [{"kty": "moon"}]}}, "/keys/keys/0"),
        ({"keys": {"keys": ["x"]}}, "/keys/keys/0"),
        ({"keys": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}, "/keys/keys/0"),
        ({"keys": {"keys": [private_key().as_dict(private=True)]}}, "/keys/keys/0"),
        ({"keys": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}}, "/keys/keys/0"),
        ({"keys": public_keys(), "certificate_sha256": CERTIFICATE}, "/keys"),
    ],
    ids=range(14),
)
def test_a_bad_field_is_named(hub: Hub, changes: dict[str, Any], pointer: str) -> None:
    good = {"client_id": "feed", "title": "Feed", "scopes": SCOPES}
    with pytest.raises(InvalidInputError) as caught, writing(hub.services.engine) as connection:
        add_client(connection, NewClient(**(good | changes)), secret=SECRET, actor="test", now=NOW)
    assert [problem.pointer for problem in caught.value.problems] == [pointer]


def test_an_id_is_given_once(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        let_in(connection)
        with pytest.raises(ConflictError):
            let_in(connection)


def test_the_list_shows_no_secret(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        let_in(connection)
        let_in(connection, "signer", keys=public_keys())
        revoke_client(connection, "feed", NOW)
    with reading(hub.services.engine) as connection:
        found = list_clients(connection)
    assert [(one.client_id, one.proof, one.is_revoked) for one in found] == [
        ("feed", "secret", True),
        ("signer", "key", False),
    ]
    assert SECRET not in str(found)


def test_nobody_unknown_is_revoked(hub: Hub) -> None:
    with pytest.raises(NotFoundError), writing(hub.services.engine) as connection:
        revoke_client(connection, "nobody", NOW)


@pytest.mark.parametrize(
    "names", [[], ["answer-cases"], ["view-devices", "manage-users"], ["x"]], ids=range(4)
)
def test_a_scope_that_no_machine_may_have_is_refused(names: list[str]) -> None:
    with pytest.raises(InvalidInputError):
        parse_scopes(names)
