"""Certificates feed the assessment: preference on what is valid and covers the goods, else why not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, event, select

from hub.declarations.act_values import DeskAct
from hub.declarations.acts import act_as_officer
from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.evidence import Channel, OriginFinding, OriginVerdict
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.lifecycle import Event, State
from hub.declarations.registry import summary_of
from hub.jobs.bootstrap import handlers
from hub.jobs.worker import Worker
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.chain.facts import Status
from hub.origin.checking.agreement import Mismatch
from hub.origin.checking.attaching import attach
from hub.origin.checking.checks import Opening, open_check, verify_check
from hub.origin.checking.covering import Shortfall
from hub.origin.checking.drawing import DrawState
from hub.origin.checking.tables import origin_draws
from hub.origin.checking.upkeep import look_at_open
from hub.origin.checking.values import Method
from hub.origin.verifying.judging import WHOLE
from hub.origin.verifying.verifying import Verifier
from hub.settings_tree import HubSettings
from hub.store.database import reading, writing
from tests.hub.builders import NOW, Hub
from tests.hub.declarations.evidences import item
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_assessing import lodged
from tests.hub.declarations.test_intake import OFFICER, SENDER
from tests.hub.origin.checking.issued import (
    REGISTRY,
    Chain,
    altered,
    certificate,
    cut_off,
    issue,
    verifier_for,
)

NUMBER = "GE-2026-000041"
(SHIRTS, WINE) = issue(
    certificate(
        NUMBER,
        consignee__id="5ABC12D",
        items__1__description="Cotton T-shirts",
        items__1__hs_code="610910",
        items__1__gross_mass_kg="8",
    ),
    certificate("GE-2026-000042"),
)
FRESH = Chain({}, at=NOW - timedelta(minutes=5))


def declared(**changes: Any) -> dict[str, Any]:
    wanted: dict[str, Any] = {"origin": "GE", "preference": "200", "certificates": [NUMBER]}
    return item(**(wanted | changes))


def known(hub: Hub, document: AnchoredCertificate = SHIRTS, verifier: Verifier | None = None) -> None:
    """Have a certificate checked at a desk."""
    with writing(hub.services.engine) as connection:
        check = open_check(hub.services, connection, Opening(method=Method.FILE), OFFICER)
    looked = verifier or verifier_for(SHIRTS, WINE, chain=FRESH)
    verify_check(hub.services, looked, check.check_id, document, OFFICER)


def assessed(hub: Hub, *items: dict[str, Any], number: int = 1, **changes: Any) -> str:
    declaration_id = lodged(hub, parcel(number, items=list(items), **changes))[0]
    Assessor(hub.services).assess_waiting()
    return declaration_id


def newest(hub: Hub, declaration_id: str) -> Any:
    columns = declaration_assessments.c
    query = select(declaration_assessments).where(columns.declaration_id == declaration_id)
    with reading(hub.services.engine) as connection:
        return connection.execute(query.order_by(columns.number.desc()).limit(1)).one()


def finding(hub: Hub, declaration_id: str) -> OriginFinding:
    (one,) = msgspec.convert(newest(hub, declaration_id).evidence["certificates"], tuple[OriginFinding, ...])
    return one


def preference(hub: Hub, declaration_id: str) -> str:
    return str(newest(hub, declaration_id).duties["items"][0]["preference"])


def draws(hub: Hub) -> list[tuple[int, int, str]]:
    with reading(hub.services.engine) as connection:
        rows = connection.execute(select(origin_draws).order_by(origin_draws.c.declaration_id)).all()
    return [(row.line, row.parts, row.state) for row in rows]


def test_a_valid_certificate_gives_the_preference_and_holds_what_is_needed(hub_on_each: Hub) -> None:
    known(hub_on_each)
    declaration_id = assessed(hub_on_each, declared())
    found = finding(hub_on_each, declaration_id)
    assert (found.verdict, found.reasons, found.needs) == (
        OriginVerdict.VALID,
        ("anchored",),
        {"1": WHOLE // 10},
    )
    assert preference(hub_on_each, declaration_id) == "granted"
    assert newest(hub_on_each, declaration_id).evidence["origins"] == ["valid"]
    assert draws(hub_on_each) == [(1, WHOLE // 10, "planned")]


@pytest.mark.parametrize(
    ("changes", "mismatch"),
    [
        ({"hs_code": "610990"}, Mismatch.HS_CODE),
        ({"gross_kg": "8.001"}, Mismatch.QUANTITY),
    ],
)
def test_other_goods_than_the_certificates_get_none(
    hub_on_each: Hub, changes: dict[str, Any], mismatch: Mismatch
) -> None:
    known(hub_on_each)
    declaration_id = assessed(hub_on_each, declared(**changes), gross_kg="9")
    found = finding(hub_on_each, declaration_id)
    assert found.verdict is OriginVerdict.CANNOT_TELL
    assert mismatch in found.reasons
    assert preference(hub_on_each, declaration_id) == "certificate-not-confirmed"
    assert draws(hub_on_each) == []


def test_a_revoked_one_costs_the_preference_and_is_looked_at(hub_on_each: Hub) -> None:
    known(hub_on_each, verifier=verifier_for(SHIRTS, chain=replace(FRESH, status=Status.REVOKED)))
    declaration_id = assessed(hub_on_each, declared())
    assert finding(hub_on_each, declaration_id).reasons == ("revoked",)
    assert preference(hub_on_each, declaration_id) == "certificate-not-valid"
    assert newest(hub_on_each, declaration_id).channel == "inspection"


def test_a_verdict_of_yesterday_is_no_verdict_of_today(hub_on_each: Hub) -> None:
    known(hub_on_each)
    hub_on_each.clock.advance(timedelta(hours=30))
    found = finding(hub_on_each, assessed(hub_on_each, declared()))
    assert (found.verdict, found.reasons) == (OriginVerdict.CANNOT_TELL, (Shortfall.OUTDATED,))


def test_parcels_of_one_day_share_what_the_certificate_has(hub_on_each: Hub) -> None:
    known(hub_on_each)
    rows = [parcel(number, items=[declared(gross_kg="3")], gross_kg="3") for number in range(3)]
    ids = lodged(hub_on_each, *rows)
    Assessor(hub_on_each.services).assess_waiting()
    verdicts = sorted(finding(hub_on_each, one).verdict for one in ids)
    assert verdicts == ["invalid", "valid", "valid"]
    later = finding(hub_on_each, assessed(hub_on_each, declared(gross_kg="3"), number=9, gross_kg="3"))
    assert later.reasons[0] == "quantity-used"


def test_what_nobody_presented_is_said_where_a_registry_is_set_up(hub_on_each: Hub) -> None:
    quiet = assessed(hub_on_each, declared())
    assert newest(hub_on_each, quiet).evidence["certificates"] == []
    settings = hub_on_each.services.settings
    address = "0x" + REGISTRY.address.hex()
    origin = msgspec.structs.replace(settings.origin, registry_chain_id=9441, registry_address=address)
    changed: HubSettings = msgspec.structs.replace(settings, origin=origin)
    hub = Hub(replace(hub_on_each.services, settings=changed), hub_on_each.clock)
    told = assessed(hub, declared(), number=2)
    assert finding(hub, told).reasons == (Shortfall.NOT_RECEIVED,)
    assert newest(hub, told).channel == "documentary-check"


def test_a_forged_copy_takes_nothing_from_the_genuine_one(hub_on_each: Hub) -> None:
    known(hub_on_each)
    forged = msgspec.structs.replace(
        SHIRTS, certificate=certificate(NUMBER, consignee__id="5ABC12D", items__1__gross_mass_kg="80")
    )
    known(hub_on_each, forged)
    assert finding(hub_on_each, assessed(hub_on_each, declared())).verdict is OriginVerdict.VALID


def bring(hub: Hub, declaration_id: str, document: AnchoredCertificate) -> None:
    with writing(hub.services.engine) as connection:
        attach(hub.services, connection, declaration_id, document, SENDER)


def work(hub: Hub) -> None:
    Worker(hub.services, handlers(), name="w1").drain()


def with_verifier(hub: Hub, verifier: Verifier) -> Hub:
    return Hub(replace(hub.services, origin_verifier_loader=lambda: verifier), hub.clock)


def test_a_certificate_that_comes_later_changes_the_duty(hub_on_each: Hub) -> None:
    hub = with_verifier(hub_on_each, verifier_for(SHIRTS, chain=FRESH))
    declaration_id = assessed(hub, declared())
    assert preference(hub, declaration_id) == "certificate-not-confirmed"
    bring(hub, declaration_id, SHIRTS)
    work(hub)
    assert preference(hub, declaration_id) == "granted"
    assert draws(hub) == [(1, WHOLE // 10, "planned")]
    with reading(hub.services.engine) as connection:
        assert summary_of(connection, declaration_id, OFFICER).state is State.ASSESSMENT_COMPLETE


def test_what_came_with_the_declaration_counts_before_what_others_have(hub_on_each: Hub) -> None:
    hub = with_verifier(hub_on_each, verifier_for(SHIRTS, chain=FRESH))
    known(hub)
    declaration_id = assessed(hub, declared())
    forged = msgspec.structs.replace(
        altered(), certificate=certificate(NUMBER, consignee__id="5ABC12D", items__1__hs_code="610910")
    )
    bring(hub, declaration_id, forged)
    work(hub)
    assert finding(hub, declaration_id).reasons == ("not-anchored",)
    assert preference(hub, declaration_id) == "certificate-not-valid"
    assert draws(hub) == []


def test_a_chain_that_is_away_is_asked_again_later(hub_on_each: Hub) -> None:
    hub = with_verifier(hub_on_each, cut_off())
    declaration_id = assessed(hub, declared())
    bring(hub, declaration_id, SHIRTS)
    work(hub)
    assert finding(hub, declaration_id).reasons == ("nodes-unreachable",)
    hub = with_verifier(hub, verifier_for(SHIRTS, chain=FRESH))
    look_at_open(hub.services, {})
    assert preference(hub, declaration_id) == "granted"


def test_what_an_officer_decided_stays_as_decided(hub_on_each: Hub) -> None:
    hub = with_verifier(hub_on_each, verifier_for(SHIRTS, chain=FRESH))
    declaration_id = assessed(hub, declared())
    for number, wanted in enumerate((Event.BEGIN_ASSESSMENT, Event.COMPLETE_ASSESSMENT)):
        act(hub, declaration_id, wanted, f"a-{number}")
    before = newest(hub, declaration_id).number
    bring(hub, declaration_id, SHIRTS)
    work(hub)
    assert newest(hub, declaration_id).number == before


def act(hub: Hub, declaration_id: str, wanted: Event, act_id: str) -> None:
    channel = Channel.RELEASE if wanted is Event.COMPLETE_ASSESSMENT else None
    said = DeskAct(act_id=act_id, event=wanted, reason="seen", channel=channel)
    with writing(hub.services.engine) as connection:
        act_as_officer(connection, declaration_id, said, officer=OFFICER, now=hub.services.clock())


def test_on_release_the_draw_becomes_provisional(hub_on_each: Hub) -> None:
    known(hub_on_each)
    declaration_id = assessed(hub_on_each, declared())
    act(hub_on_each, declaration_id, Event.PRESENT, "a-1")
    assert draws(hub_on_each)[0][2] == DrawState.PLANNED
    act(hub_on_each, declaration_id, Event.RELEASE, "a-2")
    assert draws(hub_on_each) == [(1, WHOLE // 10, DrawState.PROVISIONAL)]


def test_refused_goods_hold_nothing(hub_on_each: Hub) -> None:
    known(hub_on_each)
    declaration_id = assessed(hub_on_each, declared())
    act(hub_on_each, declaration_id, Event.PRESENT, "a-1")
    act(hub_on_each, declaration_id, Event.REFUSE, "a-2")
    assert draws(hub_on_each) == []


def test_declarations_without_certificates_ask_nothing_more(hub_on_each: Hub) -> None:
    def statements(*rows: dict[str, Any]) -> int:
        counted: list[str] = []

        def note(*arguments: Any) -> None:
            counted.append(arguments[2])

        lodged(hub_on_each, *rows)
        engine: Engine = hub_on_each.services.engine
        event.listen(engine, "before_cursor_execute", note)
        Assessor(hub_on_each.services).assess_waiting()
        event.remove(engine, "before_cursor_execute", note)
        return sum("received_certificates" in one or "origin_draws" in one for one in counted)

    assert statements(parcel(1), parcel(2)) == 0
    assert statements(parcel(3, items=[declared()]), parcel(4, items=[declared()])) == 1
