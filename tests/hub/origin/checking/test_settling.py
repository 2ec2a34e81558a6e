"""Uses that the registry refused after release wait for an officer, who settles each once and says why."""

from typing import Any

import pytest

from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.origin.checking.drawing import DrawState, draws_of
from hub.origin.checking.receiving import certificate_id_of, keep_certificate
from hub.origin.checking.settling import (
    RefusedUse,
    Settled,
    Settlement,
    UsePlace,
    count_refused,
    refused_uses,
    settle,
)
from hub.origin.checking.tables import origin_draws, origin_settlements
from hub.people.access import Role, User
from hub.people.audit import latest
from hub.store.database import reading, writing
from tests.hub.api.clients import client_of
from tests.hub.builders import ANALYST, NOW, Hub, add_users
from tests.hub.origin.checking.issued import GENUINE

OFFICER = User("samir", "Samir Məmmədov", Role.CUSTOMS_OFFICER)
CERTIFICATE = certificate_id_of(GENUINE)
PLACE = UsePlace("0193a7c0-0000-7000-8000-0000000000d1", CERTIFICATE, 1)
SAID = Settled(Settlement.DUTY_CLAIMED, " Claim 2026/17. ")


def refused_in(hub: Hub, **changes: Any) -> None:
    row = {
        "certificate_id": CERTIFICATE,
        "line": 1,
        "declaration_id": PLACE.declaration_id,
        "parts": 250_000_000,
        "state": DrawState.REFUSED.value,
        "changed_at": NOW,
        "note": "quantity-used, revoked",
    }
    with writing(hub.services.engine) as connection:
        keep_certificate(hub.services, connection, GENUINE, NOW)
        connection.execute(origin_draws.insert().values(**row | changes))


def waiting(hub: Hub) -> tuple[RefusedUse, ...]:
    with reading(hub.services.engine) as connection:
        found = refused_uses(connection)
        assert count_refused(connection) == len(found)
    return found


def settled(hub: Hub, place: UsePlace = PLACE, said: Settled = SAID) -> None:
    with writing(hub.services.engine) as connection:
        settle(connection, place, said, officer=OFFICER, now=hub.clock())


def test_what_was_refused_waits_with_its_certificate_and_reasons_the_oldest_first(hub_on_each: Hub) -> None:
    refused_in(hub_on_each)
    refused_in(hub_on_each, line=2, changed_at=NOW.replace(hour=1))
    refused_in(hub_on_each, line=3, state=DrawState.CONFIRMED.value)
    assert [one.line for one in waiting(hub_on_each)] == [2, 1]
    last = waiting(hub_on_each)[-1]
    assert (last.state, last.number, last.parts) == ("GE", "GE-2026-000017", 250_000_000)
    assert last.grounds == ("quantity-used", "revoked")


def test_it_is_settled_once_with_a_reason_on_record(hub_on_each: Hub) -> None:
    refused_in(hub_on_each)
    settled(hub_on_each)
    assert waiting(hub_on_each) == ()
    with reading(hub_on_each.services.engine) as connection:
        (row,) = connection.execute(origin_settlements.select()).all()
        assert (row.settlement, row.reason, row.officer) == ("duty-claimed", "Claim 2026/17.", "samir")
        assert [one.state for one in draws_of(connection, certificate_id=CERTIFICATE)] == [DrawState.SETTLED]
        (entry,) = latest(connection, 1)
    assert (entry.action, entry.target) == ("certificate-use-settled", PLACE.declaration_id)
    with pytest.raises(ConflictError, match="settled"):
        settled(hub_on_each)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_without_a_reason_nothing_is_settled(hub_on_each: Hub, reason: str) -> None:
    refused_in(hub_on_each)
    with pytest.raises(InvalidInputError, match="/reason"):
        settled(hub_on_each, said=Settled(Settlement.OTHER_PROOF, reason))
    assert len(waiting(hub_on_each)) == 1


def test_what_nobody_uses_cannot_be_settled(hub_on_each: Hub) -> None:
    with pytest.raises(NotFoundError):
        settled(hub_on_each, UsePlace(PLACE.declaration_id, CERTIFICATE, 9))


def test_over_http_officers_settle_and_analysts_only_read(hub_on_each: Hub) -> None:
    refused_in(hub_on_each)
    add_users(hub_on_each.services, OFFICER, ANALYST)
    uses = "/api/v1/origin/refused-uses"
    one = f"{uses}/{PLACE.declaration_id}/{CERTIFICATE}/1/settlement"
    wanted = {"settlement": "nothing-owed", "reason": "The rate is zero for everybody."}
    with client_of(hub_on_each.services, ANALYST) as client:
        assert [found["line"] for found in client.get(uses).json()] == [1]
        assert client.put(one, json=wanted).status_code == 403
    with client_of(hub_on_each.services, OFFICER) as client:
        assert client.put(one, json=wanted | {"reason": ""}).status_code == 422
        assert client.put(one, json=wanted).status_code == 204
        assert client.get(uses).json() == []
        again = client.put(one, json=wanted)
        assert (again.status_code, again.json()["code"]) == (409, "not-refused")
